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
// and what 6.12.117 violates is violated by the shortest schedule too.
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
