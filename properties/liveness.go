package properties

import (
	"errors"

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
	Cyclic   bool     // a run need not end
	Violated spec.Set // by a fair run that does not end
	Lassos   []Lasso  // one for each of these
	Stats    checker.Stats
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
	r, err := checker.Explore(sys, checker.Options[Run, model.Action]{
		Limits: limits, Workers: workers, Graph: sys.Labels(), Canonical: sys.Canonical(Reduction{}),
	})
	if err != nil {
		return Liveness{}, err
	}
	lassos, err := checker.Live(r.Graph, fairness)
	if err != nil {
		return Liveness{Cyclic: true, Stats: r.Stats}, err
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

// Truncated reports whether the error says that a limit was in the way.
func Truncated(err error) bool { return errors.Is(err, checker.ErrCut) }
