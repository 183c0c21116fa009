package properties

import (
	"slices"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// A Removal is a set of choices whose reset to the values of reviewed removes a
// violation from a scenario; no choice can be left out of it.
type Removal struct {
	Property spec.Property
	Choices  []design.Choice
	Causes   []Culprits // of the violation, of which most have one of Choices
}

// Culprits are choices whose values violate a property in a scenario when all
// other choices are as in reviewed; none can be left out.
type Culprits struct {
	Choices []design.Choice
	// Start: those of them without which the design refuses to start the
	// scenario. They have no other part in it than that there is anything to see.
	Start []design.Choice
}

// mostCauses bounds how many causes of one violation are looked for.
const mostCauses = 12

// resets explores a scenario under a design with choices reset.
type resets struct {
	d      design.Design
	all    []design.Choice // in that the design differs from reviewed
	count  []design.Choice // of these, those whose reset alone changes what can happen
	engine *explorer
	sc     model.Scenario
	opts   ExploreOptions
	seen   map[design.Design]Explored
	cut    bool // an exploration was too large
}

// explored is the scenario with the choices reset. Of what is too large
// nothing is known.
func (r *resets) explored(choices []design.Choice) Explored {
	d := r.d
	for _, c := range choices {
		d[c] = 0
	}
	if e, ok := r.seen[d]; ok {
		return e
	}
	e, err := exploreScenario(r.engine, d, r.sc, r.opts)
	if err != nil || !e.Complete {
		r.cut = true
	}
	r.seen[d] = e
	return e
}

// without is what the scenario violates with the choices reset.
func (r *resets) without(choices []design.Choice) spec.Set { return r.explored(choices).Violated }

// with is what the scenario violates with all other choices reset.
func (r *resets) with(choices []design.Choice) spec.Set { return r.without(except(r.all, choices)) }

// except is the choices that are not among the others.
func except(choices, others []design.Choice) []design.Choice {
	return slices.DeleteFunc(slices.Clone(choices), func(c design.Choice) bool { return slices.Contains(others, c) })
}

// A Remover finds removals, one scenario after the other.
type Remover struct {
	design design.Design
	opts   ExploreOptions
	engine explorer
}

// NewRemover is for a design, with so many states for each exploration.
func NewRemover(d design.Design, states int) *Remover {
	d[design.Names] = 0 // does nothing
	rm := Remover{design: d, opts: ExploreOptions{Reduction: Reduced, Workers: 1}}
	rm.opts.Limits.States = states
	return &rm
}

// Removals are, for each property that the design violates in the scenario, the
// single choices whose reset to the value of reviewed removes the violation.
// Where no single one does, they are the sets that have one choice of each
// cause. A design that does not start the scenario violates nothing. A property
// that reviewed violates has none. It is [checker.ErrCut] when the states are
// not enough.
func (rm *Remover) Removals(sc model.Scenario) (violated spec.Set, list []Removal, err error) {
	r := resets{d: rm.design, engine: &rm.engine, sc: sc, opts: rm.opts, seen: map[design.Design]Explored{}}
	for _, a := range r.d.Diff(design.Design{}) {
		r.all = append(r.all, a.Choice)
	}
	full := r.explored(nil)
	single, alone := map[design.Choice]spec.Set{}, map[design.Choice]spec.Set{}
	if full.Violated != 0 && !r.cut {
		for _, c := range r.all {
			one := r.explored([]design.Choice{c})
			if one.Digest != full.Digest || one.Stats.Transitions != full.Stats.Transitions || one.Violated != full.Violated {
				r.count = append(r.count, c)
				single[c] = full.Violated &^ one.Violated
			}
		}
		for _, c := range r.count {
			alone[c] = r.with([]design.Choice{c})
		}
	}
	for p := range spec.NumProperties {
		if full.Violated.Has(p) && !r.cut {
			list = append(list, r.removals(p, r.having(p, single), r.having(p, alone))...)
		}
	}
	if r.cut {
		return full.Violated, nil, checker.ErrCut
	}
	return full.Violated, list, nil
}

// having are the choices with the property in their set.
func (r *resets) having(p spec.Property, sets map[design.Choice]spec.Set) (choices []design.Choice) {
	for _, c := range r.count {
		if sets[c].Has(p) {
			choices = append(choices, c)
		}
	}
	return choices
}

// removals are those of one property, by the choices that remove it each, and
// those that violate it each. Whatever removes it has one choice of each
// cause: while the reset of such a set does not, there is another cause.
func (r *resets) removals(p spec.Property, single, alone []design.Choice) (list []Removal) {
	var causes []Culprits
	for _, c := range alone {
		causes = append(causes, Culprits{Choices: []design.Choice{c}})
	}
	var sets [][]design.Choice
	for _, c := range single {
		sets = append(sets, []design.Choice{c})
	}
	for todo := [][]design.Choice{alone}; len(todo) > 0; {
		set := todo[0]
		todo = todo[1:]
		if slices.ContainsFunc(sets, func(s []design.Choice) bool { return len(except(s, set)) == 0 }) {
			continue
		}
		if !r.without(set).Has(p) {
			sets = append(sets, fewest(set, func(s []design.Choice) bool { return !r.without(s).Has(p) }))
			continue
		}
		at := slices.IndexFunc(causes, func(by Culprits) bool { return len(except(by.Choices, set)) == len(by.Choices) })
		if at < 0 && len(causes) < mostCauses {
			at = len(causes)
			causes = append(causes, r.cause(p, set))
		}
		if at < 0 {
			continue
		}
		for _, c := range causes[at].Choices {
			more := append(slices.Clone(set), c)
			slices.Sort(more)
			if !slices.ContainsFunc(todo, func(s []design.Choice) bool { return slices.Equal(s, more) }) {
				todo = append(todo, more)
			}
		}
	}
	for _, set := range sets {
		list = append(list, Removal{p, set, causes})
	}
	return list
}

// cause is one without the choices of the set, whose reset does not remove the
// violation.
func (r *resets) cause(p spec.Property, set []design.Choice) (by Culprits) {
	rest := except(r.count, set)
	if !r.with(rest).Has(p) { // choices can matter together that do not matter alone
		rest = except(r.all, set)
	}
	by.Choices = fewest(rest, func(s []design.Choice) bool { return r.with(s).Has(p) })
	for _, c := range by.Choices {
		if r.explored(except(r.all, except(by.Choices, []design.Choice{c}))).Refused {
			by.Start = append(by.Start, c)
		}
	}
	return by
}

// fewest is what remains of the choices, which are good, when as many as
// possible are left out at once, and at last one after the other, with what
// remains still good.
func fewest(choices []design.Choice, good func([]design.Choice) bool) []design.Choice {
	set := slices.Clone(choices)
	for n := max(1, len(set)/2); ; n = max(1, n/2) {
		changed := false
		for i := 0; i < len(set); {
			fewer := slices.Delete(slices.Clone(set), i, min(i+n, len(set)))
			if good(fewer) {
				set, changed = fewer, true
			} else {
				i += n
			}
		}
		if n == 1 && !changed {
			return set
		}
	}
}
