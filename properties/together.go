package properties

import (
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

const (
	togetherStates = 20_000 // bounds the exploration of a scenario
	togetherStride = 50     // scenarios next to each other are much the same
)

// Together looks through scopes for a scenario in which the values of a row and
// its base violate the property together: not when one of them is reset to the
// value of reviewed. It makes the scenario small while that is so.
func Together(dev *design.Deviation, p spec.Property, scopes ...string) (f Finding, ok bool) {
	full := dev.Design()
	designs := []design.Design{full}
	for _, a := range full.Diff(design.Design{}) {
		one := full
		one[a.Choice] = 0
		designs = append(designs, one)
	}
	var engine explorer
	opts := ExploreOptions{Reduction: Reduced, Workers: 1}
	opts.Limits.States = togetherStates
	needed := func(sc model.Scenario) bool {
		for i, d := range designs {
			e, err := exploreScenario(&engine, d, sc, opts)
			if err != nil || !e.Complete || e.Violated.Has(p) != (i == 0) {
				return false
			}
		}
		return true
	}
	for _, name := range scopes {
		scope, _ := ScopeByName(name)
		var all []model.Scenario
		for _, sc := range scope.All() {
			all = append(all, sc)
		}
		for first := range min(togetherStride, len(all)) {
			for i := first; i < len(all); i += togetherStride {
				if needed(all[i]) {
					return shortestIn(full, p, smallest(all[i], needed))
				}
			}
		}
	}
	return f, false
}

// shortestIn is the shortest violation in the scenario, or one that never ends.
func shortestIn(d design.Design, p spec.Property, sc model.Scenario) (f Finding, ok bool) {
	sys, err := NewSystem(d, sc)
	if err != nil {
		return f, false
	}
	if schedule, ok := ShortestOf(sys, p); ok {
		return Finding{Design: d, Property: p, Scenario: sc, Schedule: schedule}, true
	}
	f, ok, err = EndlessOf(sys, p)
	return f, ok && err == nil
}
