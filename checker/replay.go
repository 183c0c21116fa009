package checker

import (
	"fmt"
	"slices"
)

// A DivergedError says that a schedule does not fit the system: it was
// recorded on another model, another design or another scenario.
type DivergedError[A comparable] struct {
	Step    int // index into the schedule
	Action  A   // what the schedule wants next
	Enabled []A // what can happen instead; empty in a terminal state
}

// Error names the step, counted from 1 as the lines of a schedule are.
func (e *DivergedError[A]) Error() string {
	return fmt.Sprintf("diverged at step %d: %v is not enabled; enabled are %v", e.Step+1, e.Action, e.Enabled)
}

// Replay runs the schedule from init and returns the state after its last
// action. An action that is not enabled is never skipped: Replay then returns
// the state in which it was due, with a *DivergedError[A].
func Replay[S, A comparable](sys System[S, A], init S, schedule []A) (S, error) {
	s := init
	err := replay(sys, &s, schedule, func() {})
	return s, err
}

// States is Replay for those who render a schedule: it returns the state
// before each action that could be performed, and the last one.
func States[S, A comparable](sys System[S, A], init S, schedule []A) ([]S, error) {
	s := init
	states := append(make([]S, 0, len(schedule)+1), s)
	err := replay(sys, &s, schedule, func() { states = append(states, s) })
	return states, err
}

// replay applies the schedule to s and calls visit after each action.
func replay[S, A comparable](sys System[S, A], s *S, schedule []A, visit func()) error {
	var enabled []A
	for i, a := range schedule {
		enabled = sys.Enabled(s, enabled[:0])
		if !slices.Contains(enabled, a) {
			return &DivergedError[A]{Step: i, Action: a, Enabled: enabled}
		}
		sys.Apply(s, a)
		visit()
	}
	return nil
}
