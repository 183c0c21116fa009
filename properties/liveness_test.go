package properties_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// edges is a graph of the system's states in which to look for cycles, and
// the properties that terminal states violate.
func edges(t require.TestingT, sys *properties.System, r properties.Reduction, states int) (*checker.Graph, spec.Set) {
	res, err := checker.Explore(sys, checker.Options[properties.Run, model.Action]{
		Limits: checker.Limits{States: states}, Graph: properties.EdgesOnly(),
		Canonical: sys.Canonical(r), Persistent: sys.Persistent(r),
		Judge: func(run *properties.Run, terminal bool) (bad, met uint64) {
			end := *run
			if terminal {
				sys.Finish(&end)
			}
			return uint64(end.Monitor.Violated), 0
		},
	})
	require.NoError(t, err)
	return res.Graph, spec.Set(res.Bad)
}

// livenessOf explores a scenario with all reductions and judges what goes on
// for ever.
func livenessOf(t require.TestingT, d design.Design, sc model.Scenario) (properties.Liveness, spec.Set, *properties.System) {
	sys, err := properties.NewSystem(d, sc)
	require.NoError(t, err)
	g, ends := edges(t, sys, properties.Reduced, 200_000)
	live, err := sys.Liveness(g, checker.Limits{States: 600_000}, 0)
	require.NoError(t, err)
	return live, ends, sys
}

// removal is an unbind of a device with two groups, of which the first has a
// mapped file.
func removal() (sc model.Scenario) {
	sc.Geometry = model.Geometry{DevicePages: 6, Blocks: 6, AGBlocks: 3}
	sc.Files[0] = model.File{Present: true, Incore: superblock.IncoreLive}
	sc.Files[0].Data[0] = rmap.Written(2)
	sc.Procs[0] = model.Proc{Alive: true}
	sc.Procs[0].Maps[0] = model.Map{Len: 1, Faulted: 1}
	sc.Tasks[0] = model.TaskSpec{Kind: model.TaskUnbind}
	return sc
}

// A kill range of 2^32 pages never comes to an end, and no state is an end
// that shows it. The tasks that it leaves waiting are told of too.
func TestLivenessOfAnOverrun(t *testing.T) {
	t.Parallel()
	r09, ok := design.DeviationByID("R09")
	require.True(t, ok)
	live, ends, sys := livenessOf(t, r09.Design(), removal())
	require.False(t, ends.Has(spec.Deadlock), "no run ends")
	require.True(t, live.Cyclic)
	var want spec.Set = 1<<spec.EventNeverReturns | 1<<spec.TeardownNeverEnds | 1<<spec.Deadlock
	require.Equal(t, want, live.Violated&want)
	for _, l := range live.Lassos {
		require.True(t, l.Stuck, l.Property)
		run := sys.Init()[0]
		at, err := checker.Replay(sys, run, l.Stem)
		require.NoError(t, err)
		states, err := checker.States(sys, at, l.Loop)
		require.NoError(t, err)
		require.Equal(t, at.State, states[len(l.Loop)].State)
		st, running := at.State.At(0)
		require.True(t, running)
		require.Equal(t, "krNext", st.String())
		requireFinding(t, sys, l)
	}
	live, ends, _ = livenessOf(t, design.Design{}, removal())
	require.False(t, live.Cyclic)
	require.Zero(t, ends)
}

// requireFinding: the lasso as a finding goes round, and is judged as what it
// is; a loop that something can leave open but that stands still is not fair.
func requireFinding(t *testing.T, sys *properties.System, l properties.Lasso) {
	t.Helper()
	f, err := sys.Finding(l)
	require.NoError(t, err)
	at, err := checker.Replay(sys, sys.Init()[0], f.Schedule)
	require.NoError(t, err)
	loop, err := checker.States(sys, at, f.Loop)
	require.NoError(t, err)
	require.Equal(t, at, loop[len(f.Loop)])
	require.True(t, sys.ViolatesForEver(loop, l.Property))
	require.False(t, sys.ViolatesForEver(loop, spec.LostWakeup), "nobody sleeps")
	first, err := checker.Replay(sys, sys.Init()[0], f.Schedule[:1])
	require.NoError(t, err)
	still := sys.ViolatesForEver([]properties.Run{first, first}, l.Property)
	require.Equal(t, l.Property == spec.Deadlock, still, "the task can move and does not; but it never ends")
}

// waiters is an event and faults of several processes on the page.
func waiters(faults int) (sc model.Scenario) {
	sc.Geometry = model.Geometry{DevicePages: 3, Blocks: 3, AGBlocks: 3, NoReflink: true}
	sc.Files[0] = model.File{Present: true, Incore: superblock.IncoreLive}
	sc.Files[0].Data[0] = rmap.Written(2)
	sc.Tasks[0] = model.TaskSpec{Kind: model.TaskMemoryFailure, Page: 2, Pages: 1}
	for i := range faults {
		sc.Procs[i] = model.Proc{Alive: true}
		sc.Procs[i].Maps[0] = model.Map{Len: 1}
		sc.Tasks[1+i] = model.TaskSpec{Kind: model.TaskReadFault, Proc: uint8(i)}
	}
	return sc
}

// Two tasks that wait for an entry wake each other for ever while a third has
// it: the one loop of the reference. It is not fair to the third.
func TestLivenessOfWaiters(t *testing.T) {
	t.Parallel()
	live, ends, _ := livenessOf(t, design.Design{}, waiters(2))
	require.False(t, live.Cyclic, "nobody else can take the entry before the one that was woken")
	require.Zero(t, ends)
	live, ends, _ = livenessOf(t, design.Design{}, waiters(3))
	require.True(t, live.Cyclic)
	require.Zero(t, live.Violated)
	require.Zero(t, ends)
	t.Logf("%d states", live.Stats.States)
}

// A graph that persistent sets and symmetry leave without a cycle stands for a
// system without one.
func TestReducedGraphsHaveTheCycles(t *testing.T) {
	t.Parallel()
	r09, ok := design.DeviationByID("R09")
	require.True(t, ok)
	scenarios := rapid.Custom(properties.DrawScenario)
	cyclic, acyclic := 0, 0
	for seed := 0; cyclic < 8 || acyclic < 40; seed++ {
		sc := scenarios.Example(seed)
		if !removes(&sc) || sc.Geometry.Blocks <= sc.Geometry.AGBlocks {
			continue
		}
		sys, err := properties.NewSystem(r09.Design(), sc)
		require.NoError(t, err)
		if _, ok := sys.M.Startable(); !ok {
			continue
		}
		full, _ := edges(t, sys, properties.Reduction{}, 20_000)
		if full.Cut {
			continue
		}
		want, err := checker.Acyclic(full)
		require.NoError(t, err)
		reduced, _ := edges(t, sys, properties.Reduced, 20_000)
		got, err := checker.Acyclic(reduced)
		require.NoError(t, err)
		require.Equal(t, want, got, "seed %d", seed)
		if want {
			acyclic++
		} else {
			cyclic++
		}
	}
	t.Logf("%d graphs with a cycle, %d without", cyclic, acyclic)
}

func removes(sc *model.Scenario) bool {
	for i := range sc.Tasks {
		if sc.Tasks[i].Kind == model.TaskUnbind {
			return true
		}
	}
	return false
}
