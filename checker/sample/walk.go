// Package sample draws schedules with rapid.
//
// A run has a default course: the task that ran last goes on; when it cannot,
// the first task that can takes over; nothing fails. All that is drawn are the
// departures from it, at most 14 a run, before the first step. So a run costs
// a few draws however long it is, it has few preemptions, which is where bugs
// are, and shrinking it takes departures out until those are left that the
// failure needs.
package sample

import (
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
)

// Options say how the actions of a system are to be scheduled.
type Options[S, A comparable] struct {
	// MaxSteps bounds a run.
	MaxSteps int
	// TaskOf returns the task that an action belongs to.
	TaskOf func(A) int
	// Branch returns which outcome of its step an action stands for: 0 is the
	// ordinary one, any other a fault, which comes only where one was drawn. Nil
	// means that there are no faults.
	Branch func(A) int
	// Each is called after every action, and may be nil. The run is over when
	// it returns true.
	Each func(s *S, a A) (stop bool)
}

// A Walker performs runs and keeps its buffers between them, so that a step
// allocates nothing. The zero Walker is ready; it is not for concurrent use.
type Walker[S, A comparable] struct {
	runner checker.Runner[S, A]
	opt    Options[S, A]

	preemptions plan // counted where the last task could go on, and another too
	handovers   plan // counted where it cannot, and several others can
	faults      plan // counted where the step about to be taken can fail

	began    bool // an action was taken
	last     int  // the task that took it
	ordinary []A
	faulty   []A
}

// Walk drives s from where it is until no action is enabled, Each stops it or
// the steps are used up. The schedule is the Walker's: the next Walk
// overwrites it.
func (w *Walker[S, A]) Walk(t *rapid.T, sys checker.System[S, A], s *S, opt Options[S, A]) ([]A, checker.End) {
	w.opt, w.began = opt, false
	w.preemptions = plan{points: preemptions.Draw(t, "preemptions")}
	w.handovers = plan{points: handovers.Draw(t, "handovers")}
	w.faults = plan{}
	if opt.Branch != nil {
		w.faults.points = faults.Draw(t, "faults")
	}
	return w.runner.Run(sys, s, opt.MaxSteps, w.choose, opt.Each)
}

// choose decides which task moves, and then with which outcome.
func (w *Walker[S, A]) choose(_ *S, enabled []A) A {
	a := w.chooseOrdinary(enabled)
	w.last, w.began = w.opt.TaskOf(a), true
	if w.opt.Branch == nil || w.opt.Branch(a) != 0 {
		return a
	}
	w.faulty = w.faulty[:0]
	for _, b := range enabled {
		if w.opt.Branch(b) != 0 && w.opt.TaskOf(b) == w.last {
			w.faulty = append(w.faulty, b)
		}
	}
	if len(w.faulty) > 0 {
		if pick, ok := w.faults.due(); ok {
			return w.faulty[pick%len(w.faulty)]
		}
	}
	return a
}

// chooseOrdinary picks a task's action from those that are no faults. By
// default that is index 0, the last task's if it can go on.
func (w *Walker[S, A]) chooseOrdinary(enabled []A) A {
	goesOn := w.sortOut(enabled)
	switch {
	case len(w.ordinary) == 1:
	case goesOn:
		if pick, ok := w.preemptions.due(); ok {
			return w.ordinary[1+pick%(len(w.ordinary)-1)]
		}
	default:
		if pick, ok := w.handovers.due(); ok {
			return w.ordinary[pick%len(w.ordinary)]
		}
	}
	return w.ordinary[0]
}

// sortOut fills ordinary: the first action of the task that ran last, if it
// has one, and then the others in their order.
func (w *Walker[S, A]) sortOut(enabled []A) (goesOn bool) {
	w.ordinary = w.ordinary[:0]
	for i, a := range enabled {
		if w.avoidable(i, enabled) {
			continue
		}
		w.ordinary = append(w.ordinary, a)
		if w.began && !goesOn && w.opt.TaskOf(a) == w.last {
			goesOn = true
			toFront(w.ordinary)
		}
	}
	return goesOn
}

// avoidable reports whether action i is a fault that its task can do without.
// A step that has no outcome but faults must not block its task.
func (w *Walker[S, A]) avoidable(i int, enabled []A) bool {
	if w.opt.Branch == nil || w.opt.Branch(enabled[i]) == 0 {
		return false
	}
	task := w.opt.TaskOf(enabled[i])
	// Backwards and around, since the ordinary outcome is mostly listed before.
	for back := 1; back < len(enabled); back++ {
		b := enabled[(i+len(enabled)-back)%len(enabled)]
		if w.opt.Branch(b) == 0 && w.opt.TaskOf(b) == task {
			return true
		}
	}
	return false
}

// toFront moves the last action to the front and keeps the others in order.
func toFront[A any](actions []A) {
	last := actions[len(actions)-1]
	copy(actions[1:], actions)
	actions[0] = last
}
