package properties

import (
	"slices"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// WithoutLock is the system in which a step takes no lock.
func (sys *System) WithoutLock(st model.Step) *System {
	m := sys.M.WithoutLock(st)
	return &System{M: m, view: newView(m)}
}

// An Unlocked is what a design loses with the locks of one step.
type Unlocked struct {
	Step      model.Step
	Scenario  string   // the first that violates a property; none: empty
	Violated  spec.Set // in that scenario, which was explored in full
	Scenarios int      // those explored, in which a task can come to the step
	States    int      // of them
}

// Takers lists the steps that take a lock or a reference, in the order of the
// step table.
func Takers() (list []model.Step) {
	for st := model.Step(1); st < model.NumSteps; st++ {
		if st.Info().Takes() {
			list = append(list, st)
		}
	}
	return list
}

// ComesTo reports whether a task of the system can come to the step.
func (sys *System) ComesTo(st model.Step) bool {
	for task := range sys.M.Scenario.TaskCount() {
		if slices.Contains(sys.M.Use(uint8(task)).Steps(), st) {
			return true
		}
	}
	return false
}

// Unlock explores the scenarios without the locks of the step, in their order,
// until one violates a property. Those in which no task comes to the step are
// left out: nothing changes there. It is not reduced, and is for a design that
// violates nothing in the scenarios.
func Unlock(d design.Design, st model.Step, scenarios []Named, opts ExploreOptions) (u Unlocked, err error) {
	u.Step = st
	opts.Unlocked, opts.Reduction = st, Reduction{}
	var failed error
	some := func(yield func(Named) bool) {
		for _, sc := range scenarios {
			sys, err := NewSystem(d, sc.Scenario)
			if err != nil {
				failed = err
				return
			}
			if sys.ComesTo(st) && !yield(sc) {
				return
			}
		}
	}
	err = ExploreAll(d, some, opts, func(sc Named, e Explored) bool {
		if e.Refused {
			return true
		}
		u.Scenarios++
		u.States += e.Stats.States
		if e.Violated != 0 {
			u.Scenario, u.Violated = sc.Name, e.Violated
			return false
		}
		if !e.Complete {
			failed = checker.ErrCut
		}
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	return u, err
}
