package counterexamples

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/properties"
)

// In the scenarios of the corpus the reductions keep what is violated: the
// same as without them where that is soon known, and at least what the file is
// about.
func TestReductionsKeepTheCorpus(t *testing.T) {
	const most, mostReduced = 5000, 20_000
	both, found := 0, 0
	for _, k := range Corpus() {
		f, err := Parse(k.Name, k.Data)
		require.NoError(t, err)
		d, _, err := f.Verdict.design()
		require.NoError(t, err)
		p, err := f.Property()
		require.NoError(t, err)
		explore := func(r properties.Reduction, states int) properties.Explored {
			e, err := properties.ExploreScenario(d, f.Scenario, properties.ExploreOptions{
				Limits: checker.Limits{States: states}, Reduction: r, Workers: 1,
			})
			require.NoError(t, err)
			return e
		}
		reduced := explore(properties.Reduced, mostReduced)
		if f.Loop == 0 && reduced.Complete {
			require.True(t, reduced.Violated.Has(p), k.Name)
			found++
		}
		if full := explore(properties.Reduction{}, most); full.Complete {
			require.Equal(t, full.Violated, reduced.Violated, k.Name)
			both++
		}
	}
	t.Logf("%d as without reductions, %d find what the file is about", both, found)
	require.Greater(t, both, 100)
	require.Greater(t, found, 100)
}
