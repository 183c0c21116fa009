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
		families[f.Name]++
		sys, err := properties.NewSystem(design.Design{}, *sc)
		require.NoError(t, err, name)
		if f.Name == properties.LeftOut { // what began only after the task that is left out does nothing
			return
		}
		if got := len(sys.Init()) == 0; got != f.Refused {
			t.Fatalf("%s: reviewed refuses it: %v", name, got)
		}
		m, err := model.New(starts(f), *sc)
		require.NoError(t, err, name)
		if idle := idleTasks(m); idle != 0 {
			t.Fatalf("%s: tasks %#b do nothing: %+v", name, idle, sc.Tasks[:sc.TaskCount()])
		}
	})
	small, _ := properties.ScopeByName("small")
	for _, f := range small.Families {
		require.Greater(t, families[f.Name], 5, f.Name)
	}
}

// Whatever tasks of a scenario never begin, the scope has the scenario without
// them.
func TestScopesAreClosedUnderLeavingOut(t *testing.T) {
	t.Parallel()
	tiny, ok := properties.ScopeByName("tiny")
	require.True(t, ok)
	all := map[model.Scenario]bool{}
	for _, sc := range tiny.All() {
		all[sc] = true
	}
	checked := 0
	for sc := range all {
		for i := range sc.TaskCount() {
			c := sc
			c.Tasks = [model.MaxTasks]model.TaskSpec{}
			copy(c.Tasks[:], slices.Delete(slices.Clone(sc.Tasks[:]), i, i+1))
			if c.TaskCount() > 0 && c.Validate() == nil {
				require.True(t, all[properties.Canonical(c)])
				checked++
			}
		}
	}
	require.Greater(t, checked, 200)
}

// Names lead back to their scenarios.
func TestScenarioNames(t *testing.T) {
	t.Parallel()
	tiny, ok := properties.ScopeByName("tiny")
	require.True(t, ok)
	seen := map[model.Scenario]string{}
	n := 0
	for name, want := range tiny.All() {
		require.Empty(t, seen[want], name)
		if n%10 == 0 {
			got, ok := tiny.Scenario(name)
			require.True(t, ok, name)
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
	for _, name := range []string{"", "huge", "tiny", "tiny/base", "tiny/base/alone/0", "tiny/nothing/alone/1", "small/base/alone/1"} {
		_, ok := tiny.Scenario(name)
		require.False(t, ok, name)
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
// changed anything, or froze a filesystem: a thaw leaves nothing of a freeze.
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
			if m.Scenario.Tasks[task].Kind == model.TaskFreeze && s.Mount != before.Mount {
				set |= 1 << task
			}
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

// Every row of the catalogue is in a family, and every family has its words.
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
	slices.Sort(rows)
	slices.Sort(want)
	require.Equal(t, want, slices.Compact(rows)) // K01 breaks different properties in two
	for _, o := range properties.Omitted() {
		require.NotEmpty(t, o.Why, o.Delta)
	}
}

// A scenario and one with other names stand for the same, and explore to the
// same number of states with the same properties violated. v6.12 has enough
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
		v612, ok := design.ByName("v6.12")
		require.True(t, ok)
		states, violated, ok := reach(t, v612.Design, sc)
		if !ok {
			return
		}
		explored++
		gotStates, gotViolated, _ := reach(t, v612.Design, other)
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

// exposedIn names, for each deviation and property that it breaks, a scenario of
// small in which it does.
var exposedIn = []struct{ id, property, scenario string }{
	{"R01", "lost-notification", "extent-of-two/alone/1"},
	{"R02", "lost-notification", "extent-of-two/second-event/24"},
	{"R04", "lost-notification", "range/alone/12"},
	{"R05", "spurious-shutdown", "range/alone/1"},
	{"R07", "lost-notification", "base/second-event/6"},
	{"R07", "wrong-return", "base/second-event/6"},
	{"R07", "victim-never-told", "base/second-event/7"},
	{"R09", "event-never-returns", "range/alone/5"},
	{"R09", "deadlock", "range/alone/5"},
	{"R09", "shutdown-never-comes", "range/alone/5"},
	{"R09", "victim-never-told", "range/alone/6"},
	{"R09", "teardown-never-ends", "range/alone/9"},
	{"R10", "lost-notification", "range/alone/18"},
	{"R11", "spurious-shutdown", "partition/alone/28"},
	{"R14", "lost-notification", "partition/alone/6"},
	{"R14", "leak-between-filesystems", "partition/alone/1"},
	{"R17", "over-unmap", "extent-of-two/alone/1"},
	{"R19", "lost-notification", "gap/alone/5"},
	{"C01", "lost-notification", "base/alone/5"},
	{"C01", "missed-shutdown", "base/alone/1"},
	{"C02", "lost-notification", "range/alone/3"},
	{"C05", "spurious-shutdown", "in-core/mmap/6"},
	{"C06", "lost-notification", "ext4/alone/1"},
	{"C06", "wrong-return", "ext4/alone/1"},
	{"C06", "regression", "ext4/alone/2"},
	{"C08", "wrong-payload", "ext4/alone/5"},
	{"C12", "lost-notification", "no-rmapbt/alone/1"},
	{"C12", "reachable-poison", "no-rmapbt/alone/1"},
	{"C12", "victim-never-told", "no-rmapbt/alone/2"},
	{"C12", "out-of-order", "no-rmapbt/alone/9"},
	{"C12", "late-removal", "no-rmapbt/alone/9"},
	{"C12", "regression", "no-rmapbt/write-fault/9"},
	{"C16", "lost-notification", "rt-internal/alone/1"},
	{"C16", "spurious-shutdown", "rt-internal/alone/1"},
	{"C16", "reachable-poison", "rt-internal/alone/1"},
	{"C16", "out-of-order", "rt-internal/alone/1"},
	{"C16", "victim-never-told", "rt-internal/alone/2"},
	{"C16", "regression", "rt-internal/alone/2"},
	{"C16", "late-removal", "rt-internal/alone/5"},
	{"C17", "missed-shutdown", "metadata/alone/10"},
	{"C17", "shutdown-never-comes", "metadata/alone/10"},
	{"K01", "lost-notification", "third-process/alone/1"},
	{"K01", "reachable-poison", "third-process/alone/1"},
	{"K01", "silent-corruption", "page-cache/alone/1"},
	{"K01", "wrong-return", "range/alone/1"},
	{"K01", "out-of-order", "range/alone/3"},
	{"K03", "use-after-free", "range/alone/21"},
	{"K04", "wrong-victim", "private/write-fault/25"},
	{"K05", "wrong-poison", "ext4/second-event/46"},
	{"K05", "lost-notification", "ext4/alone/11"},
	{"K05", "late-removal", "ext4/alone/11"},
	{"K05", "victim-never-told", "ext4/alone/11"},
	{"K05", "reachable-poison", "ext4/second-event/46"},
	{"K05", "wrong-return", "ext4/second-event/46"},
	{"K05", "regression", "ext4/second-event/47"},
	{"K06", "late-removal", "base/alone/5"},
	{"K06", "victim-never-told", "base/alone/5"},
	{"K08", "wrong-payload", "third-process/alone/2"},
	{"K09", "wrong-payload", "base/read-fault/11"},
	{"K10", "lost-notification", "base/read-fault/5"},
	{"K10", "victim-never-told", "base/read-fault/5"},
	{"K10", "wrong-return", "base/second-event/17"},
	{"K12", "out-of-order", "base/alone/5"},
	{"X01", "not-idempotent", "base/second-event/34"},
	{"X02", "wrong-poison", "base/write-fault/11"},
	{"X02", "over-unmap", "base/write-fault/11"},
	{"X02", "wrong-victim", "base/write-fault/12"},
	{"X02", "wrong-payload", "base/write-fault/12"},
	{"X03", "wrong-poison", "base/write-fault/11"},
	{"X03", "stale-share", "base/write-fault/1"},
	{"X04", "deadlock", "base/read-fault/5"},
	{"X04", "event-never-returns", "base/read-fault/5"},
	{"X04", "teardown-never-ends", "base/read-fault/5"},
	{"X04", "victim-never-told", "base/read-fault/5"},
	{"X04", "shutdown-never-comes", "range/read-fault/3"},
	{"X05", "late-removal", "staging/write-fault/7"},
	{"X06", "reachable-poison", "base/read-fault/15"},
	{"X09", "stale-share", "base/truncate/5"},
	{"X10", "lost-wakeup", "two-tasks/second-event+read-fault/2"},
	{"X11", "not-idempotent", "base/second-event/1"},
	{"X21", "lost-notification", "two-events/second-event+read-fault/2"},
	{"X21", "out-of-order", "dm-snapshot/alone/5"},
	{"X21", "late-removal", "dm-snapshot/alone/5"},
	{"X21", "victim-never-told", "dm-snapshot/alone/5"},
	{"X21", "reachable-poison", "dm-snapshot/second-event/15"},
	{"X21", "regression", "dm-snapshot/second-event/16"},
	{"X21", "silent-corruption", "page-cache/second-event/7"},
	{"L01", "use-after-free", "remount/mount+umount/1"},
	{"L01", "deadlock", "remount/mount+umount/1"},
	{"L01", "event-never-returns", "remount/mount+umount/1"},
	{"L01", "teardown-never-ends", "remount/mount+umount/1"},
	{"L02", "use-after-free", "remount/mount+umount/1"},
	{"L03", "use-after-free", "base/umount/1"},
	{"L03", "spurious-shutdown", "base/umount/3"},
	{"L07", "dropped-while-mounting", "base/mount/1"},
	{"H01", "stale-share", "three-sharers/umount/1"},
	{"H04", "stale-share", "base/evict/1"},
	{"D02", "lost-notification", "dm-snapshot/alone/5"},
	{"D05", "spurious-shutdown", "raid1/alone/5"},
	{"B06", "missed-shutdown", "directory/second-event/51"},
	{"B06", "wrong-return", "directory/second-event/51"},
	{"B06", "shutdown-never-comes", "directory/second-event/51"},
	{"G1", "not-idempotent", "base/second-event/1"},
	{"G3", "use-after-free", "base/umount/1"},
	{"G4", "late-removal", "base/second-event/5"},
	{"G6", "out-of-order", "base/mount/1"},
	{"G7", "lost-notification", "extent-of-two/write-fault/1"},
	{"G8", "use-after-free", "base/evict/3"},
	{"G9", "not-idempotent", "base/second-event/34"},
	{"G10", "use-after-free", "base/munmap/5"},
	{"G11", "use-after-free", "base/exit/5"},
	{"G13", "lost-notification", "two-tasks/read-fault+truncate/1"},
	{"N01", "lost-notification", "staging/write-fault/17"},
	{"N01", "reachable-poison", "staging/write-fault/17"},
	{"N01", "out-of-order", "staging/write-fault/17"},
	{"N01", "victim-never-told", "staging/write-fault/18"},
	{"N01", "regression", "staging/write-fault/18"},
	{"N02", "lost-notification", "failures/alone/9"},
	{"N02", "out-of-order", "failures/alone/9"},
	{"N02", "late-removal", "failures/alone/9"},
	{"N02", "victim-never-told", "failures/alone/9"},
	{"N02", "reachable-poison", "failures/second-event/46"},
	{"N03", "not-idempotent", "base/second-event/1"},
	{"N04", "lost-notification", "base/second-event/10"},
	{"N04", "victim-never-told", "base/second-event/10"},
	{"N04", "wrong-return", "base/second-event/20"},
	{"N05", "lost-notification", "huge/alone/15"},
	{"N05", "over-unmap", "huge/alone/17"},
	{"N05", "victim-never-told", "huge/alone/15"},
	{"N06", "lost-notification", "shared-cache/alone/6"},
	{"N06", "reachable-poison", "shared-cache/alone/6"},
	{"N06", "wrong-return", "shared-cache/alone/6"},
	{"N07", "reachable-poison", "base/read-fault/11"},
	{"N07", "dropped-while-mounting", "base/mount/1"},
	{"N08", "out-of-order", "base/umount/1"},
	{"N08", "dropped-while-mounting", "base/mount/1"},
	{"N08", "late-removal", "base/mount/2"},
	{"N09", "deadlock", "base/umount/2"},
	{"N09", "teardown-never-ends", "base/umount/2"},
	{"N09", "event-never-returns", "base/umount/2"},
	{"N10", "wrong-payload", "page-cache/write-fault/28"},
	{"N10", "lost-notification", "page-cache/write-fault/27"},
	{"N10", "victim-never-told", "page-cache/write-fault/27"},
	{"N10", "wrong-return", "page-cache/write-fault/27"},
	{"R06", "use-after-free", "range/alone/14"},
	{"L05", "use-after-free", "failures/umount/1"},
	{"R18", "lost-notification", "high-pages/alone/1"},
	{"R22", "lost-notification", "part-of-page/alone/1"},
	{"R22", "reachable-poison", "part-of-page/alone/1"},
	{"R22", "wrong-return", "part-of-page/alone/1"},
	{"R22", "victim-never-told", "part-of-page/alone/2"},
	{"R22", "regression", "part-of-page/alone/10"},
	{"R16", "lost-notification", "two-ranges/alone/14"},
	{"R16", "missed-shutdown", "two-ranges/alone/12"},
	{"C07", "use-after-free", "device-dax/alone/14"},
	{"C07", "event-never-returns", "device-dax/alone/14"},
	{"D11", "lost-notification", "dax-inode/alone/9"},
	{"D11", "regression", "dax-inode/alone/11"},
	{"D11", "victim-never-told", "dax-inode/alone/9"},
	{"D11", "reachable-poison", "dax-inode/alone/10"},
	{"C10", "lost-notification", "directory-range/alone/5"},
	{"C14", "late-removal", "external-log/alone/16"},
	{"C18", "missed-shutdown", "base/alone/1"},
	{"C18", "lost-notification", "base/alone/5"},
	{"D10", "missed-shutdown", "second-xfs/alone/4"},
	{"D10", "late-removal", "second-xfs/mount/3"},
	{"R15", "lost-notification", "base/alone/6"},
	{"R15", "missed-shutdown", "base/alone/1"},
	{"R20", "lost-notification", "range/alone/3"},
	{"R24", "wrong-payload", "huge/alone/2"},
	{"C03", "wrong-payload", "base/alone/10"},
	{"C13", "late-removal", "no-rmapbt/write-fault/7"},
	{"C13", "lost-notification", "no-rmapbt/alone/1"},
	{"C13", "reachable-poison", "no-rmapbt/alone/1"},
	{"C13", "victim-never-told", "no-rmapbt/alone/2"},
	{"C21", "lost-notification", "private/second-event/106"},
	{"C21", "wrong-return", "private/second-event/106"},
	{"C22", "late-removal", "failures/alone/9"},
	{"C22", "lost-notification", "failures/alone/1"},
	{"C23", "false-health-event", "base/alone/5"},
	{"C25", "missed-shutdown", "second-mount/mount/7"},
	{"C25", "shutdown-never-comes", "second-mount/mount/7"},
	{"C25", "late-removal", "second-mount/mount/5"},
	{"K02", "lost-notification", "failures/alone/2"},
	{"K02", "wrong-return", "failures/alone/2"},
	{"K02", "victim-never-told", "failures/alone/2"},
	{"K15", "wrong-payload", "two-threads/alone/2"},
	{"K14", "wrong-payload", "base/alone/5"},
	{"X07", "lost-notification", "extent-of-two/write-fault/1"},
	{"X14", "lost-notification", "base/fork/5"},
	{"X14", "victim-never-told", "base/fork/5"},
	{"X14", "wrong-return", "base/fork/7"},
	{"X15", "wrong-payload", "base/munmap/5"},
	{"X16", "late-removal", "base/read-fault/5"},
	{"L06", "use-after-free", "base/umount/1"},
	{"L06", "deadlock", "base/umount/1"},
	{"L06", "event-never-returns", "base/umount/1"},
	{"L06", "teardown-never-ends", "base/umount/1"},
	{"L09", "late-removal", "base/write-fault/5"},
	{"L12", "missed-shutdown", "second-mount/mount/3"},
	{"L12", "spurious-shutdown", "second-mount/mount/3"},
	{"L12", "leak-between-filesystems", "second-mount/mount/3"},
	{"L12", "wrong-return", "second-mount/mount/3"},
	{"L12", "shutdown-never-comes", "second-mount/mount/3"},
	{"L13", "late-removal", "base/second-event/5"},
	{"H03", "stale-share", "base/read-fault/1"},
	{"H08", "stale-share", "huge/truncate/1"},
	{"D01", "missed-shutdown", "dm-linear/second-event/15"},
	{"D01", "lost-notification", "dm-linear/alone/5"},
	{"D01", "reachable-poison", "dm-linear/alone/6"},
	{"D01", "out-of-order", "dm-linear/alone/5"},
	{"D01", "late-removal", "dm-linear/alone/5"},
	{"D01", "victim-never-told", "dm-linear/alone/5"},
	{"D01", "shutdown-never-comes", "dm-linear/second-event/15"},
	{"D01", "regression", "dm-linear/write-fault/18"},
	{"D04", "lost-notification", "dm-linear/alone/1"},
	{"D08", "missed-shutdown", "external-log/alone/14"},
	{"G2", "use-after-free", "ext4/second-event/5"},
	{"G5", "missed-shutdown", "second-mount/mount/3"},
	{"G5", "spurious-shutdown", "second-mount/mount/3"},
	{"G5", "leak-between-filesystems", "second-mount/mount/3"},
	{"G5", "wrong-return", "second-mount/mount/3"},
	{"G5", "shutdown-never-comes", "second-mount/mount/3"},
	{"G15", "late-removal", "base/write-fault/5"},
	{"G16", "reachable-poison", "base/read-fault/11"},
	{"G17", "out-of-order", "base/alone/5"},
	{"G18", "late-removal", "base/second-event/5"},
	{"G19", "use-after-free", "base/umount/1"},
	{"G19", "spurious-shutdown", "base/umount/3"},
	{"G20", "spurious-shutdown", "base/umount/3"},
	{"X20", "over-unmap", "moved-block/write-fault+write-fault+punch/10"},
	{"H07", "victim-never-told", "no-rmapbt/alone/2"},
	{"H07", "regression", "no-rmapbt/write-fault/12"},
	{"H07", "stale-share", "no-rmapbt/alone/1"},
	{"D06", "lost-notification", "raid1/leg-failure/7"},
	{"D06", "missed-shutdown", "raid1/leg-failure/11"},
	{"L10", "late-removal", "frozen/freeze/1"},
	{"X12", "use-after-free", "pinned/pin+evict/3"},
	{"G14", "use-after-free", "pinned/pin+truncate/1"},
	{"C20", "lost-notification", "queue/second-event/3"},
	{"C20", "missed-shutdown", "queue/second-event/3"},
	{"C20", "victim-never-told", "queue/second-event/4"},
	{"C20", "shutdown-never-comes", "queue/second-event/3"},
	{"C20", "reachable-poison", "queue/second-event/3"},
	{"H05", "stale-share", "written/write/1"},
	{"H05", "lost-notification", "written/write/1"},
	{"N11", "stale-share", "written/write+read-fault/1"},
	{"N11", "lost-notification", "written/write+read-fault/1"},
	{"N12", "lost-notification", "page-cache/alone/1"},
	{"N12", "wrong-return", "page-cache/alone/1"},
	{"N12", "silent-corruption", "page-cache/alone/1"},
	{"N12", "reachable-poison", "page-cache/alone/1"},
	{"K16", "wrong-payload", "base/write-fault/11"},
	{"N13", "wrong-return", "rt-internal/alone/1"},
	{"N14", "late-removal", "two-filesystems/alone/9"},
	{"N14", "lost-notification", "two-filesystems/alone/9"},
	{"N14", "victim-never-told", "two-filesystems/alone/9"},
	{"N15", "out-of-order", "base/evict/7"},
	{"N16", "reachable-poison", "base/read-fault/15"},
	{"N18", "silent-corruption", "in-core/write-fault/24"},
	{"N19", "reachable-poison", "base/second-event/6"},
	{"N20", "stale-share", "base/write-fault/1"},
	{"N21", "late-removal", "two-filesystems/alone/9"},
	{"N21", "reachable-poison", "two-filesystems/second-event/46"},
	{"N23", "lost-notification", "base/alone/5"},
	{"N14", "reachable-poison", "dax-inode/alone/13"},
	{"N14", "regression", "dax-inode/alone/13"},
	{"N21", "lost-notification", "two-filesystems/alone/9"},
	{"N21", "victim-never-told", "two-filesystems/alone/9"},
	{"N13", "missed-shutdown", "rt-internal/second-event/15"},
	{"N13", "shutdown-never-comes", "rt-internal/second-event/15"},
	{"C12", "missed-shutdown", "no-rmapbt/second-event/39"},
	{"C12", "shutdown-never-comes", "no-rmapbt/second-event/39"},
	{"K04", "wrong-payload", "private/write-fault/27"},
	{"N04", "not-idempotent", "private/second-event/112"},
	{"N17", "lost-notification", "third-process/read-fault/32"},
	{"N17", "reachable-poison", "third-process/read-fault/32"},
	{"N17", "wrong-return", "third-process/read-fault/32"},
	{"N22", "lost-notification", "in-core/second-event/42"},
	{"N22", "reachable-poison", "in-core/second-event/15"},
	{"N22", "late-removal", "in-core/second-event/42"},
	{"N22", "victim-never-told", "in-core/second-event/42"},
	{"N22", "regression", "in-core/second-event/35"},
	{"N24", "reachable-poison", "dm-linear/read-fault/1"},
	{"N25", "victim-never-told", "two-mappings/write-fault/69"},
	{"N23", "victim-never-told", "base/alone/5"},
	{"N23", "wrong-return", "base/second-event/101"},
	{"C14", "missed-shutdown", "external-log/second-event/65"},
	{"N08", "missed-shutdown", "remount/mount+unbind+second-event/3"},
	{"X16", "missed-shutdown", "remount/mount+unbind+second-event/3"},
	{"X03", "not-idempotent", "two-tasks/second-event+write-fault/1"},
	{"X16", "lost-notification", "two-tasks/read-fault+unbind/1"},
	{"X16", "reachable-poison", "two-tasks/second-event+read-fault/2"},
	{"X05", "lost-notification", "two-events/second-event+write-fault/8"},
	{"X05", "reachable-poison", "two-events/second-event+write-fault/8"},
	{"C05", "not-idempotent", "two-tasks/second-event+evict/1"},
	{"B06", "dropped-while-mounting", "directory/mount/4"},
	{"N11", "reachable-poison", "written/write+read-fault/1"},
	{"N11", "wrong-return", "written/write+read-fault/1"},
	{"N11", "silent-corruption", "written/write+write-fault/1"},
	{"N11", "regression", "written/write+read-fault/3"},
	{"N32", "out-of-order", "failures/evict/2"},
	{"N32", "late-removal", "two-tasks/second-event+evict/2"},
	{"N33", "deadlock", "written/write+read-fault/3"},
	{"N33", "event-never-returns", "written/write+read-fault/3"},
	{"N11", "out-of-order", "written/write+read-fault/14"},
	{"N11", "late-removal", "written/write+read-fault/14"},
	{"N11", "victim-never-told", "written/write+read-fault/14"},
	{"N26", "shutdown-never-comes", "remount/mount+unbind+second-event/3"},
	{"N26", "dropped-while-mounting", "remount/mount+unbind+second-event/3"},
	{"N27", "stale-share", "staging/write-fault/22"},
	{"N28", "lost-notification", "dm-linear/write-fault/32"},
	{"N31", "lost-notification", "dm-linear/write-fault/32"},
	{"N28", "out-of-order", "dm-linear/write-fault/32"},
	{"N31", "out-of-order", "dm-linear/write-fault/32"},
	{"N28", "late-removal", "dm-linear/write-fault/32"},
	{"N31", "late-removal", "dm-linear/write-fault/32"},
	{"N28", "victim-never-told", "dm-linear/write-fault/32"},
	{"N31", "victim-never-told", "dm-linear/write-fault/32"},
	{"N29", "use-after-free", "short/umount/8"},
	{"N29", "out-of-order", "short/umount/8"},
	{"N29", "deadlock", "short/umount/8"},
	{"N29", "event-never-returns", "short/umount/8"},
	{"N30", "shutdown-never-comes", "remount/mount+umount+second-event/2"},
	{"N30", "dropped-while-mounting", "remount/mount+umount+second-event/2"},
	{"N14", "silent-corruption", "raid1/second-event/19"},
	{"N19", "victim-never-told", "failures/second-event/35"},
	{"N21", "missed-shutdown", "dm-linear/second-event/19"},
	{"N21", "shutdown-never-comes", "dm-linear/second-event/19"},
	{"N13", "victim-never-told", "rt-internal/alone/3"},
	{"N34", "victim-never-told", "failures/second-event/35"},
	{"N35", "victim-never-told", "failures/write-fault/19"},
	{"N36", "stale-share", "no-rmapbt/write-fault/16"},
	{"N37", "lost-notification", "base/evict/3"},
	{"N38", "lost-notification", "in-core/alone/5"},
	{"N37", "out-of-order", "base/evict/3"},
	{"N38", "out-of-order", "in-core/alone/5"},
	{"N37", "late-removal", "base/evict/3"},
	{"N38", "late-removal", "in-core/alone/5"},
	{"N37", "victim-never-told", "base/evict/3"},
	{"N38", "victim-never-told", "in-core/alone/5"},
	{"N37", "spurious-shutdown", "base/evict/7"},
	{"N37", "reachable-poison", "base/evict/7"},
	{"N38", "spurious-shutdown", "in-core/alone/1"},
}

// Every deviation violates its properties in small, in the family that names
// it. The table has a scenario for each, not to search them all; when the scope
// changes its names, the failure gives the next one of the family.
func TestSmallExposesEveryDeviation(t *testing.T) {
	t.Parallel()
	small, ok := properties.ScopeByName("small")
	require.True(t, ok)
	scenarios := map[string]model.Scenario{}
	var names []string
	for name, sc := range small.All() {
		scenarios[name] = sc
		names = append(names, name)
	}
	var pairs, want [][2]string
	for _, e := range exposedIn {
		pairs = append(pairs, [2]string{e.id, e.property})
		name := "small/" + e.scenario
		require.Contains(t, scenarios, name)
		f, _ := small.Family(name)
		require.Contains(t, f.Rows, e.id, name)
		if exposes(t, e.id, e.property, scenarios[name]) {
			continue
		}
		i := slices.IndexFunc(names, func(other string) bool {
			g, _ := small.Family(other)
			return g.Name == f.Name && exposes(t, e.id, e.property, scenarios[other])
		})
		require.GreaterOrEqual(t, i, 0, "%s does not violate %s in the family %s", e.id, e.property, f.Name)
		t.Errorf("%s does not violate %s in %s, but in %s", e.id, e.property, name, names[i])
	}
	for _, dv := range design.Catalogue() {
		for _, name := range dv.Breaks {
			want = append(want, [2]string{dv.ID, name})
		}
	}
	require.ElementsMatch(t, want, pairs)
}

// exposes reports whether the deviation violates the property in the scenario.
func exposes(t *testing.T, id, property string, sc model.Scenario) bool {
	t.Helper()
	dv, ok := design.DeviationByID(id)
	require.True(t, ok, id)
	p, ok := spec.ParseProperty(property)
	require.True(t, ok, property)
	sc.Weak = dv.Weak
	e, err := properties.ExploreScenario(dv.Design(), sc, properties.ExploreOptions{Reduction: properties.Reduced, Workers: 1})
	require.NoError(t, err)
	return e.Violated.Has(p)
}
