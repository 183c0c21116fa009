package properties

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// What removes a violation of v7.3 does, and no part of it does; and a design
// that differs in one choice is cured by that.
func TestRemovals(t *testing.T) {
	newest, ok := design.ByName("v7.3")
	require.True(t, ok)
	tiny, _ := ScopeByName("tiny")
	remover := NewRemover(newest.Design, 50_000)
	n, several, together := 0, 0, 0
	for name, sc := range tiny.All() {
		if n++; n%6 != 0 {
			continue
		}
		violated, list, err := remover.Removals(sc)
		require.NoError(t, err, name)
		var removed spec.Set
		for _, r := range list {
			removed |= 1 << r.Property
			if len(r.Choices) > 1 {
				several++
			}
			for _, by := range r.Causes {
				together += len(by.Choices) - 1
				require.True(t, isCause(t, newest.Design, sc, r.Property, &by), "%s: %v of %v", name, by, r)
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
	require.NotZero(t, together)

	account := []design.Choice{design.Account}
	one := design.Design{}.With(design.Assignment{Choice: design.Account, Value: design.AccountEveryEvent})
	for name, sc := range tiny.All() {
		violated, list, err := NewRemover(one, 50_000).Removals(sc)
		require.NoError(t, err, name)
		if violated != 0 {
			require.Equal(t, []Removal{{spec.NotIdempotent, account, []Culprits{{Choices: account}}}}, list)
			return
		}
	}
	t.Fatal("no scenario repeats an event")
}

// isCause: the values violate the property, all other choices as in reviewed,
// and no longer without any one of them.
func isCause(t *testing.T, d design.Design, sc model.Scenario, p spec.Property, by *Culprits) bool {
	t.Helper()
	for skip := range len(by.Choices) + 1 { // the last skips none
		var some design.Design
		for i, c := range by.Choices {
			if i != skip {
				some[c] = d[c]
			}
		}
		e, err := ExploreScenario(some, sc, ExploreOptions{})
		require.NoError(t, err)
		starts := skip < len(by.Choices) && slices.Contains(by.Start, by.Choices[skip])
		if e.Violated.Has(p) != (skip == len(by.Choices)) || e.Refused != starts {
			return false
		}
	}
	return true
}

// What a design refuses to mount needs a value that mounts it, which has no
// other part in the violation.
func TestRemovalsStart(t *testing.T) {
	newest, ok := design.ByName("v7.3")
	require.True(t, ok)
	small, _ := ScopeByName("small")
	sc, ok := small.Scenario("small/no-rmapbt/umount/2")
	require.True(t, ok)
	_, list, err := NewRemover(newest.Design, 50_000).Removals(sc)
	require.NoError(t, err)
	n := 0
	for _, r := range list {
		for _, by := range r.Causes {
			require.Contains(t, by.Choices, design.NoRmapbt, "%v", r)
			if len(by.Choices) > 1 {
				n++
				require.Equal(t, []design.Choice{design.NoRmapbt}, by.Start, "%v", r)
			}
		}
	}
	require.NotZero(t, n)
}
