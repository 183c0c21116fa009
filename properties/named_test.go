package properties_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// brokenInTiny is what the design violates in each scenario of tiny.
func brokenInTiny(t *testing.T, d design.Design, weak bool) map[string]spec.Set {
	t.Helper()
	broken := map[string]spec.Set{}
	opts := properties.ExploreOptions{Reduction: properties.Reduced, Workers: 1, Weak: weak}
	err := properties.ExploreAll(d, tiny(), opts, func(sc properties.Named, e properties.Explored) bool {
		require.True(t, e.Complete, sc.Name)
		if e.Violated != 0 {
			broken[sc.Name] = e.Violated
		}
		return true
	})
	require.NoError(t, err)
	return broken
}

// What a row of the newest version violates in tiny, and does not with fewer of
// its values, is among the properties that the row names.
func TestRowsNameWhatTheyBreak(t *testing.T) {
	t.Parallel()
	versions := design.Versions()
	newest := versions[len(versions)-1].Design
	shown := 0
	for _, dv := range design.Catalogue() {
		if newest[dv.Choice] != dv.Value {
			continue
		}
		t.Run(dv.ID, func(t *testing.T) {
			var named spec.Set
			for _, name := range dv.Breaks {
				p, ok := spec.ParseProperty(name)
				require.True(t, ok)
				named |= 1 << p
			}
			broken := brokenInTiny(t, dv.Design(), dv.Weak)
			fewer := map[string]spec.Set{}
			if dv.Weak { // the rule for victims alone, without the row's value
				fewer = brokenInTiny(t, dv.BaseDesign(), true)
			} else if len(broken) != 0 && len(dv.Base) != 0 {
				for _, a := range dv.Design().Diff(design.Design{}) {
					one := dv.Design().With(design.Assignment{Choice: a.Choice})
					for scenario, set := range brokenInTiny(t, one, dv.Weak) {
						fewer[scenario] |= set
					}
				}
			}
			for scenario, set := range broken {
				set &^= fewer[scenario]
				for p := range spec.NumProperties {
					assert.False(t, set.Has(p) && !named.Has(p), "%s breaks %v in %s, which it does not name", dv.ID, p, scenario)
				}
				if set != 0 {
					shown++
				}
			}
		})
	}
	require.Positive(t, shown)
}
