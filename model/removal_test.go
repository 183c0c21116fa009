package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
)

// kill_dax asks the holder of the dax_device, if there is one: of dm-linear and
// of an ext4 there is none.
func TestKillDaxAsksAHolder(t *testing.T) {
	linear := model.Geometry{Stack: model.StackLinear, DevicePages: 4, Blocks: 4, AGBlocks: 4}
	ext4 := model.Geometry{Type: model.FSExt4, DevicePages: 4, Blocks: 4, AGBlocks: 4, NoReflink: true, NoRmapbt: true}
	plain := model.Geometry{DevicePages: 4, Blocks: 4, AGBlocks: 4}
	for _, name := range []string{"v6.1", "v6.12", "v7.3"} {
		n, _ := design.ByName(name)
		for _, g := range []model.Geometry{linear, ext4, plain} {
			sc := model.Scenario{Geometry: g}
			sc.Tasks[0] = model.TaskSpec{Kind: model.TaskUnbind}
			m, err := model.New(n.Design, sc)
			require.NoError(t, err)
			var s model.State
			m.Begin(&s)
			asked := false
			for acts := m.Enabled(&s, nil); len(acts) > 0; acts = m.Enabled(&s, nil) {
				st, _ := s.At(acts[0].Task)
				asked = asked || st.String() == "dvEnter"
				m.Apply(&s, acts[0])
			}
			require.Equal(t, g == plain, asked, "%s, %+v", name, g)
		}
	}
}
