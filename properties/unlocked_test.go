package properties_test

import (
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

func tiny() iter.Seq[properties.Named] {
	s, _ := properties.ScopeByName("tiny")
	return func(yield func(properties.Named) bool) {
		for name, sc := range s.All() {
			if !yield(properties.Named{Name: name, Scenario: sc}) {
				return
			}
		}
	}
}

// comesTo reports whether a task of the system can come to the step.
func comesTo(sys *properties.System, st model.Step) bool {
	for task := range sys.M.Scenario.TaskCount() {
		if slices.Contains(sys.M.Use(uint8(task)).Steps(), st) {
			return true
		}
	}
	return false
}

// Where nobody else meets the lock of a step, there are as many states and
// transitions without it, and none is judged differently.
func TestUncontendedLocks(t *testing.T) {
	const each = 2
	tried := 0
	for _, st := range properties.Takers() {
		n := 0
		for sc := range tiny() {
			sys, err := properties.NewSystem(design.Design{}, sc.Scenario)
			require.NoError(t, err)
			if sys.Contended(st) || !comesTo(sys, st) {
				continue
			}
			with, err := sys.Explore(properties.ExploreOptions{})
			require.NoError(t, err)
			without, err := sys.WithoutLock(st).Explore(properties.ExploreOptions{})
			require.NoError(t, err)
			require.Equal(t, with.Stats.States, without.Stats.States, "%v in %s", st, sc.Name)
			require.Equal(t, with.Stats.Transitions, without.Stats.Transitions, "%v in %s", st, sc.Name)
			require.Equal(t, with.Violated, without.Violated, "%v in %s", st, sc.Name)
			if n++; n == each {
				break
			}
		}
		tried += n
	}
	require.Greater(t, tried, len(properties.Takers())/2)
}

// Contended looks at BitLocks only.
func TestTakersTakeLocks(t *testing.T) {
	for _, st := range properties.Takers() {
		require.NotZero(t, (st.Info().Reads|st.Info().Writes)&model.BitLocks, "what %v takes is not in BitLocks", st)
	}
}

func TestUnlockEnds(t *testing.T) {
	krLock := takerNamed(t, "krLock")
	u, err := properties.Unlock(design.Design{}, krLock, tiny(), 1, properties.ExploreOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, u.Scenarios, "one is enough for one state")

	d := design.Design{design.FaultSrcu: design.FaultSrcuDirectAccess, design.KillContext: design.KillUnderGroupLock}
	u, err = properties.Unlock(d, krLock, tiny(), 0, properties.ExploreOptions{})
	require.NoError(t, err)
	require.NotZero(t, u.Violated)
	with, err := properties.ExploreScenario(d, u.Scenario.Scenario, properties.ExploreOptions{})
	require.NoError(t, err)
	require.Zero(t, u.Violated&with.Violated, "what the design violates with the lock is no news")

	_, err = properties.Unlock(design.Design{}, krLock, tiny(), 0, properties.ExploreOptions{Limits: checker.Limits{States: 5}})
	require.ErrorIs(t, err, checker.ErrCut)

	bad := func(yield func(properties.Named) bool) { yield(properties.Named{Name: "empty"}) }
	_, err = properties.Unlock(design.Design{}, krLock, bad, 0, properties.ExploreOptions{})
	require.ErrorContains(t, err, "empty: ")
}

func takerNamed(t *testing.T, name string) model.Step {
	t.Helper()
	takers := properties.Takers()
	i := slices.IndexFunc(takers, func(st model.Step) bool { return st.String() == name })
	require.GreaterOrEqual(t, i, 0, name)
	return takers[i]
}

// A file is open before it is mapped, and keeps its filesystem mounted.
func TestMmapKeepsTheMount(t *testing.T) {
	explored := 0
	for _, sc := range properties.Crossings() {
		if !strings.HasPrefix(sc.Name, "crossing/mmap+umount/") {
			continue
		}
		e, err := properties.ExploreScenario(design.Design{}, sc.Scenario, properties.ExploreOptions{Reduction: properties.Reduced})
		require.NoError(t, err)
		require.True(t, e.Complete)
		require.Zero(t, e.Violated, "%s: %v", sc.Name, e.Violated)
		explored++
	}
	require.NotZero(t, explored)
	t.Log(explored)
}
