package properties

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"iter"
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
	Scenario  Named    // the first that violates a property; none: no name
	Violated  spec.Set // in that scenario, and not with the locks
	Scenarios int      // those explored, in which a task meets the lock
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

// Contended reports whether a task of the system can come to the step, and
// another can then meet the lock that it takes: it wants the lock too, or waits
// until nobody has it. Where none does, nothing changes without the lock.
func (sys *System) Contended(st model.Step) bool {
	locks := model.BitLocks.All()
	n := sys.M.Scenario.TaskCount()
	for task := range n {
		u := sys.M.Use(uint8(task))
		if !slices.Contains(u.Steps(), st) {
			continue
		}
		mine, _ := u.Touch(st)
		for other := range n {
			if other != task && meets(sys.M.Use(uint8(other)), &mine, &locks) {
				return true
			}
		}
	}
	return false
}

// meets reports whether the task touches one of the locks in a way that the
// order matters.
func meets(u *model.Use, t *model.Touch, locks *model.Objects) bool {
	for _, st := range u.Steps() {
		other, _ := u.Touch(st)
		if over := t.Conflict(&other); over.Meets(locks) {
			return true
		}
	}
	return false
}

// Unlock explores the scenarios without the locks of the step, in their order,
// until one violates a property that it does not violate with them, or until
// there were that many states, where states is not 0. It leaves out those in
// which nobody meets the lock. It is not reduced.
func Unlock(d design.Design, st model.Step, scenarios iter.Seq[Named], states int, opts ExploreOptions) (u Unlocked, err error) {
	u.Step = st
	opts.Unlocked, opts.Reduction = st, Reduction{}
	var failed error
	some := func(yield func(Named) bool) {
		for sc := range scenarios {
			sys, err := NewSystem(d, sc.Scenario)
			if err != nil {
				failed = fmt.Errorf("%s: %w", sc.Name, err)
				return
			}
			if sys.Contended(st) && !yield(sc) {
				return
			}
		}
	}
	var cut error
	err = ExploreAll(d, some, opts, func(sc Named, e Explored) bool {
		if e.Refused {
			return true
		}
		u.Scenarios++
		u.States += e.Stats.States
		if e.Violated != 0 {
			u.Violated, cut = withoutOnly(d, sc, e.Violated, opts)
		}
		if u.Violated != 0 {
			u.Scenario = sc
			return false
		}
		if !e.Complete {
			cut = fmt.Errorf("%s: %w", sc.Name, checker.ErrCut)
		}
		return cut == nil && (states == 0 || u.States < states)
	})
	for _, e := range []error{err, failed, cut} {
		if e != nil {
			return u, e
		}
	}
	return u, nil
}

// withoutOnly are those of the violated properties that are not violated with
// the lock.
func withoutOnly(d design.Design, sc Named, violated spec.Set, opts ExploreOptions) (spec.Set, error) {
	opts.Unlocked, opts.Reduction = 0, Reduced
	e, err := ExploreScenario(d, sc.Scenario, opts)
	if err == nil && !e.Complete {
		err = fmt.Errorf("%s: %w", sc.Name, checker.ErrCut)
	}
	return violated &^ e.Violated, err
}

// Crossings are scenarios in which tasks meet, beyond those of the scopes,
// whose tasks are all near what fails. On the base of tiny, beside an event on
// the block that both files share: any two tasks, each near any file page, also
// those that can do nothing before the other has; and where one of them makes a
// mapping, a fault of a page of it. They are shuffled, always in the same way,
// so that the first ones are of all kinds. Before them come those in which a
// punch gives its block to a hole that is being written to.
func Crossings() (list []Named) {
	pl := crowdPlan(2, 0)
	pl.sources, pl.unbind, pl.far = allSources[:1], false, true
	seen := map[model.Scenario]bool{}
	count := map[string]int{}
	for kind, sc := range pl.draw(baseBed(least)) {
		for _, c := range append(usingMappings(sc), sc) {
			if c = Canonical(c); seen[c] || c.Validate() != nil {
				continue
			}
			seen[c] = true
			count[kind]++
			list = append(list, Named{Name: fmt.Sprintf("crossing/%s/%d", kind, count[kind]), Scenario: c})
		}
	}
	slices.SortStableFunc(list, func(a, b Named) int { return cmp.Compare(hashOf(&a.Scenario), hashOf(&b.Scenario)) })
	return append(refills(), list...)
}

// refills are scenarios in which a punch gives its block to a hole that is
// being written to, beside an event on a block that is free at first.
func refills() (list []Named) {
	pl := crowdPlan(2, 0)
	pl.sources, pl.unbind, pl.far = allSources[:1], false, true
	pl.roles, pl.kinds = rolesOf(roleFree), []model.TaskKind{model.TaskWriteFault, model.TaskPunch}
	pl.with, pl.once = pl.kinds[1:], true
	for _, sc := range pl.draw(edited(baseBed(wide), unshared)) {
		write, punch := &sc.Tasks[1], &sc.Tasks[2]
		mp := &sc.Procs[write.Proc].Maps[write.Slot]
		fills := sc.Files[mp.File].Data[mp.Pgoff+write.Index].Hole() && !mp.Private
		if fills && punch.Flag && punch.To == mp.File && !sc.Files[punch.File].Data[punch.Index].Hole() {
			list = append(list, Named{Name: fmt.Sprintf("crossing/refill/%d", len(list)+1), Scenario: Canonical(sc)})
		}
	}
	return list
}

func hashOf(sc *model.Scenario) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(bytesOf(sc)) // it never fails
	return h.Sum64()
}

// usingMappings are the scenarios with a read fault more, of a page of a
// mapping that a task of the scenario makes.
func usingMappings(sc model.Scenario) (list []model.Scenario) {
	n := sc.TaskCount()
	fault := func(proc, slot, length uint8) {
		for i := range length {
			c := sc
			c.Tasks[n] = model.TaskSpec{Kind: model.TaskReadFault, Proc: proc, Slot: slot, Index: i}
			list = append(list, c)
		}
	}
	for _, tk := range sc.Tasks[:n] {
		switch tk.Kind {
		case model.TaskMmap:
			fault(tk.Proc, tk.Slot, tk.Len)
		case model.TaskFork:
			for slot, mp := range sc.Procs[tk.Proc].Maps {
				fault(tk.To, uint8(slot), mp.Len)
			}
		}
	}
	return list
}
