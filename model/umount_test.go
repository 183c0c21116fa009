package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
)

// run takes steps of one task until it comes to a step, has to wait, or ends.
// It returns the step that the task is at then, "" at its end.
func run(m *model.Machine, s *model.State, task uint8, until string) string {
	for {
		st, alive := s.At(task)
		if !alive && s.Begun(task) {
			return ""
		}
		if alive && st.String() == until {
			return until
		}
		moved := false
		for _, a := range m.Enabled(s, nil) {
			if a.Task == task && !moved {
				m.Apply(s, a)
				moved = true
			}
		}
		if !moved {
			return st.String()
		}
	}
}

// An unmount does not get past xfs_buftarg_drain while an event holds the AGF,
// and frees the groups once it is let go.
func TestUmountWaitsForTheAGF(t *testing.T) {
	for _, name := range []string{"v6.1", "v6.6", "v6.12", "v7.3"} {
		n, _ := design.ByName(name)
		sc := model.Scenario{Geometry: model.Geometry{DevicePages: 2, Blocks: 2, AGBlocks: 2}}
		sc.Tasks[0] = model.TaskSpec{Kind: model.TaskMemoryFailure, Page: 1}
		sc.Tasks[1] = model.TaskSpec{Kind: model.TaskUmount}
		m, err := model.New(n.Design, sc)
		require.NoError(t, err)
		var s model.State
		m.Begin(&s)
		require.Equal(t, "xfAgfUnlock", run(m, &s, 0, "xfAgfUnlock"), name)
		require.Equal(t, "unDrain", run(m, &s, 1, ""), name)
		require.Equal(t, "xfKill", run(m, &s, 0, "xfKill"), name)
		require.Equal(t, "unPut", run(m, &s, 1, "unPut"), name)
	}
}
