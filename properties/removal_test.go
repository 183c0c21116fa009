package properties

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// What removes a violation of v7.3 does, and no part of it does; and a design
// that differs in one choice is cured by that.
func TestRemovals(t *testing.T) {
	newest, ok := design.ByName("v7.3")
	require.True(t, ok)
	tiny, _ := ScopeByName("tiny")
	n, several := 0, 0
	for name, sc := range tiny.All() {
		if n++; n%10 != 0 {
			continue
		}
		violated, list, err := Removals(newest.Design, sc, 50_000)
		require.NoError(t, err, name)
		var removed spec.Set
		for _, r := range list {
			removed |= 1 << r.Property
			if len(r.Choices) > 1 {
				several++
			}
			for skip := range len(r.Choices) + 1 { // the last skips none
				d := newest.Design
				for i, c := range r.Choices {
					if i != skip {
						d[c] = 0
					}
				}
				e, err := ExploreScenario(d, sc, ExploreOptions{})
				require.NoError(t, err)
				require.Equal(t, skip < len(r.Choices), e.Violated.Has(r.Property), "%s: %v without %d", name, r, skip)
			}
		}
		require.Equal(t, violated, removed, "reviewed violates nothing: %s", name)
	}
	require.NotZero(t, several)

	one := design.Design{}.With(design.Assignment{Choice: design.Account, Value: design.AccountEveryEvent})
	for name, sc := range tiny.All() {
		violated, list, err := Removals(one, sc, 50_000)
		require.NoError(t, err, name)
		if violated != 0 {
			require.Equal(t, []Removal{{spec.NotIdempotent, []design.Choice{design.Account}}}, list)
			return
		}
	}
	t.Fatal("no scenario repeats an event")
}
