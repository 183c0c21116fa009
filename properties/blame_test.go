package properties_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// blameStates is what the searches of these tests may visit.
const blameStates = 20_000

func rowAndVersion(t *testing.T, id, version string) (design.Deviation, design.Design) {
	t.Helper()
	dev, ok := design.DeviationByID(id)
	require.True(t, ok)
	v, ok := design.ByName(version)
	require.True(t, ok)
	return dev, v.Design
}

// The choice is to blame when the schedule breaks the property with its value
// and not with the cure; where one value is to blame another is not.
func TestBlame(t *testing.T) {
	k01, d := rowAndVersion(t, "K01", "v7.3")
	f, _, ok := properties.Search(k01.Design(), spec.LostNotification, 0, checksCap)
	require.True(t, ok)
	sc := properties.Shorten(f).Smaller(1000).Scenario
	c, ok := properties.Blame(d, k01.Cure(), spec.LostNotification, sc, blameStates)
	require.True(t, ok)
	with, err := properties.NewSystem(d, sc)
	require.NoError(t, err)
	require.True(t, with.Breaks(c.Schedule, spec.LostNotification))
	without, err := properties.NewSystem(d.With(k01.Cure()), sc)
	require.NoError(t, err)
	require.False(t, without.Breaks(c.Schedule, spec.LostNotification))
	require.Equal(t, c.Alone, without.Holds(spec.LostNotification, blameStates))

	cured := d.With(k01.Cure())
	_, ok = properties.Blame(cured, k01.Cure(), spec.LostNotification, sc, blameStates)
	require.False(t, ok, "nothing changes")
}

// A cure is none when it only puts the violation off: with mark=before-walk an
// event takes two more steps, so that no schedule fits, and a fault that looks at
// badblocks maps the failed page all the same.
func TestCures(t *testing.T) {
	x06, d := rowAndVersion(t, "X06", "v7.3")
	f, _, ok := properties.Search(x06.Design(), spec.ReachablePoison, 0, checksCap)
	require.True(t, ok)
	c, ok := properties.Blame(d, x06.Cure(), spec.ReachablePoison, properties.Shorten(f).Smaller(1000).Scenario, blameStates)
	require.True(t, ok)
	n07, _ := rowAndVersion(t, "N07", "v7.3")
	system := func(d design.Design) *properties.System {
		sys, err := properties.NewSystem(d, c.Scenario)
		require.NoError(t, err)
		return sys
	}
	marks := system(d.With(n07.Cure()))
	require.False(t, marks.Breaks(c.Schedule, spec.ReachablePoison))
	require.False(t, properties.Cures(system(d), marks, c.Schedule, spec.ReachablePoison))
	require.True(t, properties.Cures(system(d), system(d.With(x06.Cure())), c.Schedule, spec.ReachablePoison))
}

// noMemory has a block of two files, the second of which p1, who is to be told,
// has mapped. The memory for its entry of to_kill can be missing.
const noMemory = `
geometry: {device-pages: 8, blocks: 8, agblocks: 4}
files:
  f1: {data: [1, 5]}
  f2: {data: [hole, 1]}
processes:
  p1: {early-kill: true, maps: {m1: {file: f2, page: 1, len: 1, faulted: [0]}}}
  p2: {maps: {m1: {file: f1, len: 3, faulted: [0, 1]}}}
budget: 1
tasks:
  - memory-failure: {pfn: 1, pages: 1}
  - memory-failure: {pfn: 2, pages: 1}
`

// A failure is injected beside the run, too, where the cure spares steps before
// it: with kill-context=outside-group-lock the walk comes to the owners in one
// go, and p1 is not told for want of memory all the same. So this is K02, and
// not N35, which takes that and an event that does not end.
func TestCauseShows(t *testing.T) {
	k02, d := rowAndVersion(t, "K02", "v6.6")
	n35, _ := rowAndVersion(t, "N35", "v6.6")
	sc, err := counterexamples.Decode([]byte(noMemory), "noMemory")
	require.NoError(t, err)
	c, ok := properties.Blame(d, k02.Cure(), spec.VictimNeverTold, sc, blameStates)
	require.True(t, ok)
	require.True(t, c.Shows(&k02))
	with, err := properties.NewSystem(d, sc)
	require.NoError(t, err)
	without, err := properties.NewSystem(d.With(n35.Cure()), sc)
	require.NoError(t, err)
	require.False(t, properties.Cures(with, without, c.Schedule, spec.VictimNeverTold))

	c.Cure, c.Alone = n35.Cure(), false
	require.False(t, c.Shows(&n35), "its own design comes to the same with the cure")
	c.Alone = true
	require.True(t, c.Shows(&n35), "it takes the value of the base")
	n34, _ := rowAndVersion(t, "N34", "v6.6")
	require.False(t, c.Shows(&n34), "nothing is unmapped, so that unmap-leaves does not matter")
}

// What masks a row is found: C02 shows in 6.0 once SB_BORN is tested in the right
// word. Each assignment is needed.
func TestMasks(t *testing.T) {
	r05, v60 := rowAndVersion(t, "R05", "v6.0")
	sc := model.Scenario{Geometry: model.Geometry{DevicePages: 5, Blocks: 5, AGBlocks: 3}}
	sc.Tasks[0] = model.TaskSpec{Kind: model.TaskMemoryFailure, Page: 2}
	by, c, ok := properties.Masks(v60, r05, spec.SpuriousShutdown, sc, blameStates)
	require.True(t, ok)
	require.Contains(t, by, design.Assignment{Choice: design.BornTest})
	require.Equal(t, v60.With(by...), c.Design)
	for i := range by {
		fewer := append(append([]design.Assignment{}, by[:i]...), by[i+1:]...)
		if less, ok := properties.Blame(v60.With(fewer...), r05.Cure(), spec.SpuriousShutdown, sc, blameStates); ok {
			require.True(t, c.Alone && !less.Alone, "%v is not needed", by[i])
		}
	}
	_, _, ok = properties.Masks(r05.Design(), r05, spec.SpuriousShutdown, sc, blameStates)
	require.False(t, ok, "the row's own design masks nothing")
}

// A violation that the choice is to blame for is drawn.
func TestBlameDrawn(t *testing.T) {
	n03, v73 := rowAndVersion(t, "N03", "v7.3")
	var sm properties.Sampler
	c, ok := sm.BlameDrawn(v73, n03.Cure(), spec.NotIdempotent, 0, 500, blameStates)
	require.True(t, ok)
	sys, err := properties.NewSystem(v73, c.Scenario)
	require.NoError(t, err)
	last, err := checker.Replay(sys, sys.Init()[0], c.Schedule)
	require.NoError(t, err)
	require.True(t, last.Monitor.Violated.Has(spec.NotIdempotent))
	_, ok = sm.BlameDrawn(v73.With(n03.Cure()), n03.Cure(), spec.NotIdempotent, 0, 20, blameStates)
	require.False(t, ok)
}

// Scenarios beside one are possible, differ, and begin with itself.
func TestBeside(t *testing.T) {
	f, _, ok := properties.Search(design.Design{design.UnmapWhenEmpty: design.UnmapWhenCollected}, spec.LostNotification, 0, checksCap)
	require.True(t, ok)
	list := properties.Beside(f.Scenario)
	require.Equal(t, f.Scenario, list[0])
	for i := range list {
		require.NoError(t, list[i].Validate())
		require.NotContains(t, list[:i], list[i])
	}
}
