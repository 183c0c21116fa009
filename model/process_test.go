package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// Who maps an anonymous page does not get past unlink_anon_vmas while its tasks
// are walked, by exit, munmap or fork. Who has another anon_vma is not kept.
func TestWalkHoldsTheAnonVMA(t *testing.T) {
	for _, tc := range []struct {
		task  model.TaskSpec
		waits string
	}{
		{model.TaskSpec{Kind: model.TaskExit}, "exUnlink"},
		{model.TaskSpec{Kind: model.TaskMunmap}, "muUnlink"},
		{model.TaskSpec{Kind: model.TaskFork, To: 2}, "fkVma"},
		{model.TaskSpec{Kind: model.TaskExit, Proc: 1}, ""},
		{model.TaskSpec{Kind: model.TaskMunmap, Slot: 1}, ""},
	} {
		for _, d := range []design.Design{{}, design.Design{}.With(design.Assignment{Choice: design.TaskWalk, Value: design.TaskWalkNone})} {
			private := model.Map{Len: 1, Private: true, Copied: 1}
			sc := model.Scenario{Geometry: model.Geometry{DevicePages: 2, Blocks: 2, AGBlocks: 2}}
			sc.Files[0] = model.File{Present: true, Incore: superblock.IncoreLive, Data: rmap.Fork{rmap.Written(1)}}
			sc.Procs[0] = model.Proc{Alive: true, EarlyKill: true, Maps: [2]model.Map{private, private}}
			sc.Procs[1] = model.Proc{Alive: true, Maps: [2]model.Map{private}}
			sc.Tasks[0] = model.TaskSpec{Kind: model.TaskMemoryFailure, Page: device.DevPages}
			sc.Tasks[1] = tc.task
			m, err := model.New(d, sc)
			require.NoError(t, err)
			var s model.State
			m.Begin(&s)
			require.Equal(t, "kpUnmap", run(m, &s, 0, "kpUnmap"), "the scenario collects")
			m.Begin(&s)
			require.Equal(t, "kpAdd", run(m, &s, 0, "kpAdd"))
			require.Equal(t, tc.waits, run(m, &s, 1, ""), "%v", tc.task)
			require.Equal(t, "kpUnmap", run(m, &s, 0, "kpUnmap"))
			require.Empty(t, run(m, &s, 1, ""), "%v", tc.task)
		}
	}
}
