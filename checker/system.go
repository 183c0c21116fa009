// Package checker holds the engines that judge a transition system: strict
// replay, the shortest failing schedule, the reduction of a long one. It
// knows no kernel; what is checked comes in through [System].
//
// Words: a state is one value of S, an action names one transition, a
// schedule is a sequence of actions from an initial state, a state is
// terminal when no action is enabled in it.
package checker

// A System is a transition system. S is a plain value (see [PlainValue]):
// assigning it copies it, == compares it and its bytes identify it. A names
// one transition and carries every choice, so Apply is deterministic.
//
// The order of Init and of Enabled must depend on nothing but the system and
// the state: schedules, tie-breaks and replays are built on it.
type System[S, A comparable] interface {
	// Init returns the initial states.
	Init() []S
	// Enabled appends the actions that can happen in s to buf.
	Enabled(s *S, buf []A) []A
	// Apply performs a, which is enabled in s, on s itself.
	Apply(s *S, a A)
}
