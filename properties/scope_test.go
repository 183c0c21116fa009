package properties_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// starts is the reference, or for what it refuses to mount, the reference
// that mounts it.
func starts(f *properties.Family) design.Design {
	if f.Refused {
		return design.Design{}.With(design.Assignment{Choice: design.NoRmapbt, Value: design.NoRmapbtEOPNOTSUPP})
	}
	return design.Design{}
}

// eachScenario calls check with scenarios of all scopes: of the larger ones
// some families, of which it takes one scenario in 199.
func eachScenario(t *testing.T, check func(f *properties.Family, name string, sc *model.Scenario)) {
	t.Helper()
	for _, s := range properties.Scopes() {
		step := 1
		if s.Name == "medium" || s.Name == "large" {
			step = 199
			some := s.Families[:0:0]
			for i := 0; i < len(s.Families); i += 29 {
				some = append(some, s.Families[i])
			}
			s.Families = some
		}
		n := 0
		for name, sc := range s.All() {
			f, ok := s.Family(name)
			require.True(t, ok, name)
			if n%step == 0 {
				check(&f, name, &sc)
			}
			n++
		}
	}
}

// Every scenario is possible, starts under reviewed unless its family says
// otherwise, and stands for itself. Nothing of it is idle: each task does
// something in a run in which the tasks come one after the other.
func TestScopeScenarios(t *testing.T) {
	t.Parallel()
	families := map[string]int{}
	eachScenario(t, func(f *properties.Family, name string, sc *model.Scenario) {
		if *sc != properties.Canonical(*sc) {
			t.Fatalf("%s is not canonical", name)
		}
		sys, err := properties.NewSystem(design.Design{}, *sc)
		require.NoError(t, err, name)
		if got := len(sys.Init()) == 0; got != f.Refused {
			t.Fatalf("%s: reviewed refuses it: %v", name, got)
		}
		m, err := model.New(starts(f), *sc)
		require.NoError(t, err, name)
		if idle := idleTasks(m); idle != 0 {
			t.Fatalf("%s: tasks %#b do nothing: %+v", name, idle, sc.Tasks[:sc.TaskCount()])
		}
		families[f.Name]++
	})
	small, _ := properties.ScopeByName("small")
	for _, f := range small.Families {
		require.Greater(t, families[f.Name], 20, f.Name)
	}
}

// Names lead back to their scenarios.
func TestScenarioByName(t *testing.T) {
	t.Parallel()
	tiny, ok := properties.ScopeByName("tiny")
	require.True(t, ok)
	seen := map[model.Scenario]string{}
	n := 0
	for name, want := range tiny.All() {
		require.Empty(t, seen[want], name)
		if n%10 == 0 {
			got, err := properties.ScenarioByName(name)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		seen[want] = name
		n++
	}
	require.Greater(t, n, 100)
	counted := 0
	for _, c := range tiny.Counts() {
		counted += c
	}
	require.Equal(t, n, counted)
	for _, name := range []string{"", "huge", "tiny", "tiny/base", "tiny/base/alone/0", "tiny/nothing/alone/1", "small/base/alone/999x"} {
		_, err := properties.ScenarioByName(name)
		require.Error(t, err, name)
	}
}

// idleTasks are the tasks, a bit each, that change nothing in any order of
// all tasks. An access to a page with a PTE may do nothing.
func idleTasks(m *model.Machine) uint8 {
	n := m.Scenario.TaskCount()
	idle := uint8(1<<n - 1)
	order := make([]uint8, n)
	for i := range order {
		order[i] = uint8(i)
	}
	var try func(i int)
	try = func(i int) {
		if idle == 0 {
			return
		}
		if i == n {
			idle &^= active(m, order)
			return
		}
		for j := i; j < n; j++ {
			order[i], order[j] = order[j], order[i]
			try(i + 1)
			order[i], order[j] = order[j], order[i]
		}
	}
	try(0)
	for i := range n {
		tk := m.Scenario.Tasks[i]
		if tk.Kind != model.TaskReadFault && tk.Kind != model.TaskWriteFault {
			continue
		}
		if m.Scenario.Procs[tk.Proc].Maps[tk.Slot].Faulted>>tk.Index&1 != 0 {
			idle &^= 1 << i
		}
	}
	return idle
}

// active runs the tasks in the order, each as far as it goes, and says which
// changed anything.
func active(m *model.Machine, order []uint8) (set uint8) {
	s := model.State{}
	m.Begin(&s)
	var buf []model.Action
	for _, task := range order {
		before := s
		for range 400 {
			buf = m.Enabled(&s, buf[:0])
			i := slices.IndexFunc(buf, func(a model.Action) bool { return a.Task == task })
			if i < 0 {
				break
			}
			m.Apply(&s, buf[i])
		}
		after := s
		before.Tasks, after.Tasks = s.Tasks, s.Tasks
		if before != after {
			set |= 1 << task
		}
	}
	return set
}

// small has the size that it is meant to have, with each kind of task beside
// an event and with two of them.
func TestSmallIsASum(t *testing.T) {
	t.Parallel()
	small, ok := properties.ScopeByName("small")
	require.True(t, ok)
	scenarios, crowded := 0, 0
	var kinds [model.NumTaskKinds]int
	for _, sc := range small.All() {
		n := sc.TaskCount()
		scenarios++
		if n == 3 {
			crowded++
		}
		for _, tk := range sc.Tasks[:n] {
			kinds[tk.Kind]++
		}
	}
	t.Logf("%d scenarios, %d with two tasks beside the event", scenarios, crowded)
	require.Greater(t, scenarios, 10_000)
	require.Less(t, scenarios, 30_000)
	require.Greater(t, crowded, 100)
	for kind, n := range kinds[1:] {
		require.Positive(t, n, "task kind %d", kind+1)
	}
}

// tiny has every kind of task, and puts every property to the test.
func TestTinyTouchesEverything(t *testing.T) {
	t.Parallel()
	tiny, ok := properties.ScopeByName("tiny")
	require.True(t, ok)
	var tested spec.Set
	var kinds [model.NumTaskKinds]bool
	states := 0
	for _, sc := range tiny.All() {
		for _, tk := range sc.Tasks[:sc.TaskCount()] {
			kinds[tk.Kind] = true
		}
		if tested == spec.All {
			continue
		}
		sys, err := properties.NewSystem(design.Design{}, sc)
		require.NoError(t, err)
		_, verdict, stats := checker.Shortest(sys, sys.Init()[0], func(r *properties.Run, terminal bool) bool {
			end := *r
			if terminal {
				sys.Finish(&end)
			}
			tested |= end.Monitor.Tested
			return end.Monitor.Violated != 0
		}, properties.TaskOf, checker.Limits{})
		require.Equal(t, checker.Exhausted, verdict)
		states += stats.States
	}
	t.Logf("%d states until all premises held", states)
	for p := range spec.NumProperties {
		require.True(t, tested.Has(p), "%v: never: %s", p, p.Info().Premise)
	}
	for kind, ok := range kinds[1:] {
		require.True(t, ok, "task kind %d", kind+1)
	}
}

// Every row of the catalogue is in one family, and every family has its words.
func TestFamiliesAreDocumented(t *testing.T) {
	t.Parallel()
	small, ok := properties.ScopeByName("small")
	require.True(t, ok)
	var rows []string
	for _, f := range small.Families {
		require.NotEmpty(t, f.Doc, f.Name)
		rows = append(rows, f.Rows...)
	}
	var want []string
	for _, dv := range design.Catalogue() {
		want = append(want, dv.ID)
	}
	require.ElementsMatch(t, want, rows)
	for _, o := range properties.Omitted() {
		require.NotEmpty(t, o.Why, o.Delta)
	}
}

// A scenario and one with other names stand for the same, and explore to the
// same number of states with the same properties violated. v6.1 has enough
// wrong with it.
func TestCanonical(t *testing.T) {
	t.Parallel()
	renamed, explored := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		sc := properties.DrawScenario(t)
		canon := properties.Canonical(sc)
		require.NoError(t, canon.Validate())
		require.Equal(t, canon, properties.Canonical(canon))
		other := properties.DrawRenaming(t, sc)
		require.NoError(t, other.Validate())
		require.Equal(t, canon, properties.Canonical(other))
		if other == sc {
			return
		}
		renamed++
		v61, _ := design.ByName("v6.1")
		states, violated, ok := reach(t, v61.Design, sc)
		if !ok {
			return
		}
		explored++
		gotStates, gotViolated, _ := reach(t, v61.Design, other)
		require.Equal(t, states, gotStates)
		require.Equal(t, violated, gotViolated)
	})
	t.Logf("%d renamed, of which %d explored", renamed, explored)
	require.Positive(t, explored)
}

// reach explores a scenario; false when it is too large, or refused.
func reach(t require.TestingT, d design.Design, sc model.Scenario) (states int, violated spec.Set, ok bool) {
	sys, err := properties.NewSystem(d, sc)
	require.NoError(t, err)
	runs := sys.Init()
	if len(runs) == 0 {
		return 0, 0, false
	}
	_, verdict, stats := checker.Shortest(sys, runs[0], func(r *properties.Run, terminal bool) bool {
		end := *r
		if terminal {
			sys.Finish(&end)
		}
		violated |= end.Monitor.Violated
		return false
	}, properties.TaskOf, checker.Limits{States: 20_000})
	return stats.States, violated, verdict == checker.Exhausted
}
