package properties

import (
	"slices"

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
	var others []design.Design
	for _, a := range full.Diff(design.Design{}) {
		one := full
		one[a.Choice] = 0
		others = append(others, one)
	}
	needed := onlyWith(full, others, p)
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

// ByItself looks through scenarios for one in which the row violates the property,
// and its base does not. It makes the scenario small while that is so.
func ByItself(dev *design.Deviation, p spec.Property, scenarios []model.Scenario) (f Finding, ok bool) {
	full := dev.Design()
	needed := onlyWith(full, []design.Design{full.With(dev.Cure())}, p)
	for _, sc := range scenarios {
		if needed(sc) {
			return shortestIn(full, p, smallest(sc, needed))
		}
	}
	return f, false
}

// onlyWith is a test of scenarios: the design violates the property there, and
// none of the others does.
func onlyWith(full design.Design, others []design.Design, p spec.Property) func(model.Scenario) bool {
	var engine explorer
	opts := ExploreOptions{Reduction: Reduced, Workers: 1}
	opts.Limits.States = togetherStates
	violates := func(d design.Design, sc model.Scenario) (yes, known bool) {
		e, err := exploreScenario(&engine, d, sc, opts)
		return e.Violated.Has(p), err == nil && e.Complete
	}
	return func(sc model.Scenario) bool {
		if yes, known := violates(full, sc); !yes || !known {
			return false
		}
		return !slices.ContainsFunc(others, func(d design.Design) bool {
			yes, known := violates(d, sc)
			return yes || !known
		})
	}
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
