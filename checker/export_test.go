package checker

import "time"

// SetClock has the Explorer use another clock.
func (e *Explorer[S, A]) SetClock(now func() time.Time) { e.now = now }

// What tests look at.
const (
	MaxChain      = maxChain
	MaxForks      = maxForks
	MaxSuccessors = maxSuccessors
)

// Hash is the hash of the bytes of a state.
func Hash(p []byte) uint64 { return hash(p) }

// Beyond is the estimate of what is left.
func Beyond(levels []int, n int) int { return beyond(levels, n) }

// The largest key of a state that is not initial.
const _ = uint64(initial) - (maxStates<<ordinalBits | maxSuccessors - 1) - 1
