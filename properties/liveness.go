package properties

import (
	"errors"
	"slices"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/spec"
)

// Fairness classes. Those of tasks that have begun are weakly fair: a thread
// that can run is run. Whether a task begins is up to its environment. No
// class is strongly fair: a wait for a DAX entry is a place in its queue, and
// any other lock is let go again for good, or not at all.
const beginClass = model.MaxTasks

// fairness is weak fairness of the tasks that have begun.
var fairness = checker.Fairness{Weak: 1<<model.MaxTasks - 1}

// taskBit is the obligation of a task that has begun, to end; those below are
// the properties.
const taskBit = 32

// Labels say what is open in a run, for the graph that [System.Liveness] asks
// for: the properties that are violated if nothing changes any more, and the
// tasks that have begun.
func (sys *System) Labels() *checker.Labels[Run, model.Action] {
	return &checker.Labels[Run, model.Action]{
		Class: func(r *Run, a model.Action) uint8 {
			if r.State.Begun(a.Task) {
				return a.Task
			}
			return beginClass
		},
		Pending: func(r *Run) uint64 {
			var now spec.World
			sys.view.world(&r.State, &now)
			end := sys.end(&r.State)
			open := uint64(r.Monitor.Open(&sys.view.fixed, &now, &end))
			for i := range uint8(model.MaxTasks) {
				if r.State.Begun(i) {
					open |= 1 << (taskBit + i)
				}
			}
			return open
		},
	}
}

// EdgesOnly are labels for a graph of which nothing is wanted but whether it
// has a cycle.
func EdgesOnly() *checker.Labels[Run, model.Action] {
	return &checker.Labels[Run, model.Action]{
		Class:   func(*Run, model.Action) uint8 { return 0 },
		Pending: func(*Run) uint64 { return 0 },
	}
}

// A Liveness is what can go on for ever.
type Liveness struct {
	Cyclic   bool          // a run need not end
	Violated spec.Set      // by a fair run that does not end, and not by the nearest that ends
	Lassos   []Lasso       // one for each of these
	Stats    checker.Stats // of the second exploration
	Cut      checker.Cut
}

// A Lasso is a run without end that violates a property: Loop follows Stem
// over and over.
type Lasso struct {
	Property   spec.Property
	Stem, Loop []model.Action
	Stuck      bool // no run leads out any more, fair or not
}

// Liveness judges the runs of the system that do not end. reduced is the graph
// of an exploration of it, with any reduction. If that has no cycle every run
// ends, and the judgement of the terminal states is all. Otherwise the system
// is explored again without persistent sets and symmetry, within the limits.
//
// An error that is a [checker.ErrCut] means that a limit was in the way and
// nothing is known.
func (sys *System) Liveness(reduced *checker.Graph, limits checker.Limits, workers int) (Liveness, error) {
	acyclic, err := checker.Acyclic(reduced)
	if acyclic || err != nil {
		return Liveness{}, err
	}
	return sys.endless(limits, workers)
}

// EndlessOf is a run without end of the system's scenario that violates the
// property.
func EndlessOf(sys *System, p spec.Property) (f Finding, ok bool, err error) {
	live, err := sys.endless(checker.Limits{}, 0)
	if err != nil {
		return f, false, err
	}
	for _, l := range live.Lassos {
		if l.Property == p {
			f, err = sys.Finding(l)
			return f, err == nil, err
		}
	}
	return f, false, nil
}

// endless explores the system in full and judges what goes on for ever.
func (sys *System) endless(limits checker.Limits, workers int) (Liveness, error) {
	r, err := checker.Explore(sys, checker.Options[Run, model.Action]{
		Limits: limits, Workers: workers, Graph: sys.Labels(), Canonical: sys.Canonical(Reduction{}),
	})
	if err != nil {
		return Liveness{}, err
	}
	lassos, err := checker.Live(r.Graph, fairness)
	if err != nil {
		return Liveness{Cyclic: true, Stats: r.Stats, Cut: r.Cut}, err
	}
	live := Liveness{Cyclic: true, Stats: r.Stats}
	for _, l := range lassos {
		p, ok := violatedBy(l)
		if !ok || live.Violated.Has(p) {
			continue
		}
		live.Violated |= 1 << p
		_, stem, loop := r.Lasso(l)
		live.Lassos = append(live.Lassos, Lasso{p, stem, loop, l.Stuck})
	}
	return live, nil
}

// Finding is the lasso as a finding in the system's scenario. The monitor
// remembers more of the first time round than of the second, so that the
// schedule goes round until it does not.
func (sys *System) Finding(l Lasso) (Finding, error) {
	f := Finding{Design: sys.M.Design, Property: l.Property, Scenario: sys.M.Scenario, Schedule: slices.Clone(l.Stem), Loop: l.Loop}
	at, err := checker.Replay(sys, sys.Init()[0], f.Schedule)
	for range maxRounds {
		if err != nil {
			return f, err
		}
		var round Run
		if round, err = checker.Replay(sys, at, f.Loop); round == at {
			return f, err
		}
		f.Schedule = append(f.Schedule, f.Loop...)
		at = round
	}
	return f, errors.New("the loop does not lead back to the state that it begins in")
}

// maxRounds is more than the monitor has bits that a round can set.
const maxRounds = 64

// ViolatesForEver reports whether going round a loop violates the property.
// The loop is all runs on it, the first again as the last. The property must
// be open in each, and each task that has begun must move somewhere or be
// unable to somewhere. For a deadlock a task must be unable to end, whoever
// moves.
func (sys *System) ViolatesForEver(loop []Run, p spec.Property) bool {
	if p == spec.Deadlock {
		return sys.neverEnds(&loop[0])
	}
	labels := sys.Labels()
	stands := fairness.Weak // classes that could move all the time and have not
	var enabled []model.Action
	for i := range len(loop) - 1 {
		if labels.Pending(&loop[i])>>p&1 == 0 {
			return false
		}
		can := uint64(0)
		enabled = sys.Enabled(&loop[i], enabled[:0])
		for _, a := range enabled {
			can |= 1 << labels.Class(&loop[i], a)
			next := loop[i]
			if sys.Apply(&next, a); next == loop[i+1] {
				stands &^= 1 << labels.Class(&loop[i], a)
			}
		}
		stands &= can
	}
	return stands == 0
}

// stuckStates bounds the search for the end of a task.
const stuckStates = 2_000_000

// neverEnds reports whether a task has begun that ends on no way on.
func (sys *System) neverEnds(r *Run) bool {
	for i := range uint8(model.MaxTasks) {
		if !r.State.Begun(i) {
			continue
		}
		ended := func(r *Run, _ bool) bool { return !r.State.Begun(i) }
		if _, v, _ := checker.Shortest(sys, *r, ended, TaskOf, checker.Limits{States: stuckStates}); v == checker.Exhausted {
			return true
		}
	}
	return false
}

// violatedBy is the property that a lasso violates. A task that has begun must
// be able to end; that it does end is asked of events and teardowns only, by
// properties of their own.
func violatedBy(l checker.Lasso) (p spec.Property, ok bool) {
	switch {
	case len(l.Loop) == 0: // the end of a run, which is judged as such
		return 0, false
	case l.Obligation < taskBit:
		return spec.Property(l.Obligation), true
	}
	return spec.Deadlock, l.Stuck
}
