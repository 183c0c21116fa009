package properties_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// One task after the other: reviewed violates nothing and every event returns,
// unless a task is stuck behind one that waits for another to come.
func TestInTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sc := properties.DrawScenario(t)
		sc.Budget = 0
		sys, err := properties.NewSystem(design.Design{}, sc)
		require.NoError(t, err)
		out, ok := sys.InTurn()
		if !ok {
			return
		}
		require.Zero(t, out.Violated, "%v", out)
		events := 0
		for i := range sc.TaskCount() {
			if sc.Tasks[i].Kind == model.TaskMemoryFailure {
				events++
			}
		}
		if !out.Stuck {
			require.GreaterOrEqual(t, len(out.Returned), events)
		}
	})
}

// What 6.12.117 violates with one task after the other is among what it
// violates in all schedules.
func TestInTurnIsASchedule(t *testing.T) {
	v612, ok := design.ByName("v6.12")
	require.True(t, ok)
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		sc := properties.DrawScenario(t)
		sc.Budget = 0
		sys, err := properties.NewSystem(v612.Design, sc)
		require.NoError(t, err)
		out, ok := sys.InTurn()
		if !ok || out.Violated == 0 {
			return
		}
		if _, violated, ok := reach(t, v612.Design, sc); ok {
			require.Zero(t, out.Violated&^violated)
			compared++
		}
	})
	require.NotZero(t, compared)
}

// The events of a family are alone, differ, and some of them break 6.12.117
// on dm, which passes nothing on.
func TestEvents(t *testing.T) {
	scope, _ := properties.ScopeByName("small")
	f, ok := scope.Family("small/dm-linear")
	require.True(t, ok)
	v612, _ := design.ByName("v6.12")
	seen := map[model.Scenario]bool{}
	var violated spec.Set
	for _, sc := range f.Events() {
		require.Equal(t, 1, sc.TaskCount())
		require.False(t, seen[sc])
		seen[sc] = true
		sys, err := properties.NewSystem(v612.Design, sc)
		require.NoError(t, err)
		if out, ok := sys.InTurn(); ok {
			violated |= out.Violated
		}
	}
	require.NotEmpty(t, seen)
	require.True(t, violated.Has(spec.MissedShutdown))
}
