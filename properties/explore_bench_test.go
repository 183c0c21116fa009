package properties_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// BenchmarkExploreTiny explores the scope tiny under reviewed, on one
// processor.
func BenchmarkExploreTiny(b *testing.B) {
	scope, ok := properties.ScopeByName("tiny")
	require.True(b, ok)
	scenarios := func(yield func(properties.Named) bool) {
		for name, sc := range scope.All() {
			if !yield(properties.Named{Name: name, Scenario: sc}) {
				return
			}
		}
	}
	opts := properties.ExploreOptions{Reduction: properties.Reduced, Workers: 1}
	b.ReportAllocs()
	for b.Loop() {
		states := 0
		require.NoError(b, properties.ExploreAll(design.Design{}, scenarios, opts, func(_ properties.Named, e properties.Explored) bool {
			states += e.Stats.States
			return true
		}))
		require.Positive(b, states)
	}
}
