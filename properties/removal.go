package properties

import (
	"slices"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// A Removal is a set of choices that removes a violation from a scenario, and
// no choice can be left out of it.
type Removal struct {
	Property spec.Property
	Choices  []design.Choice // whose reset to the values of reviewed removes it
}

// resets explores a scenario under a design with choices reset.
type resets struct {
	d    design.Design
	sc   model.Scenario
	opts ExploreOptions
	seen map[design.Design]spec.Set // what is violated
}

// violated is what the scenario violates with the choices reset.
func (r *resets) violated(choices []design.Choice) (spec.Set, error) {
	d := r.d
	for _, c := range choices {
		d[c] = 0
	}
	if set, ok := r.seen[d]; ok {
		return set, nil
	}
	e, err := ExploreScenario(d, r.sc, r.opts)
	if err == nil && !e.Complete {
		err = checker.ErrCut
	}
	if err != nil {
		return 0, err
	}
	r.seen[d] = e.Violated
	return e.Violated, nil
}

// Removals are, for each property that the design violates in the scenario, the
// single choices whose reset to the value of reviewed removes the violation.
// Where no single one does, they are sets of which no choice can be left out:
// what remains of all choices when one after the other is left out that is not
// needed, in the order of the choices and in the opposite one. A design that
// does not start the scenario violates nothing. A property that reviewed
// violates has none. It is an error when so many states are not enough.
func Removals(d design.Design, sc model.Scenario, states int) (violated spec.Set, list []Removal, err error) {
	r := resets{d: d, sc: sc, opts: ExploreOptions{Reduction: Reduced, Workers: 1}, seen: map[design.Design]spec.Set{}}
	r.opts.Limits.States = states
	if violated, err = r.violated(nil); err != nil || violated == 0 {
		return violated, nil, err
	}
	var all []design.Choice
	for _, a := range d.Diff(design.Design{}) {
		if a.Choice != design.Names {
			all = append(all, a.Choice)
		}
	}
	var single spec.Set
	for _, c := range all {
		left, err := r.violated([]design.Choice{c})
		if err != nil {
			return violated, nil, err
		}
		for p := range spec.NumProperties {
			if violated.Has(p) && !left.Has(p) {
				single |= 1 << p
				list = append(list, Removal{p, []design.Choice{c}})
			}
		}
	}
	backwards := slices.Clone(all)
	slices.Reverse(backwards)
	for p := range spec.NumProperties {
		if !violated.Has(p) || single.Has(p) {
			continue
		}
		for _, order := range [][]design.Choice{all, backwards} {
			set, err := r.fewest(p, order)
			if err != nil {
				return violated, nil, err
			}
			again := slices.ContainsFunc(list, func(o Removal) bool { return o.Property == p && slices.Equal(o.Choices, set) })
			if len(set) > 0 && !again {
				list = append(list, Removal{p, set})
			}
		}
	}
	return violated, list, nil
}

// fewest is what remains of the choices when each that is not needed to remove
// the violation is left out; nothing when all of them do not remove it.
func (r *resets) fewest(p spec.Property, order []design.Choice) ([]design.Choice, error) {
	set := slices.Clone(order)
	left, err := r.violated(set)
	if err != nil || left.Has(p) {
		return nil, err
	}
	for changed := true; changed; { // leaving one out can make another one needless
		changed = false
		for _, c := range order {
			i := slices.Index(set, c)
			if i < 0 {
				continue
			}
			fewer := slices.Delete(slices.Clone(set), i, i+1)
			if left, err = r.violated(fewer); err != nil {
				return nil, err
			}
			if !left.Has(p) {
				set, changed = fewer, true
			}
		}
	}
	slices.Sort(set)
	return set, nil
}
