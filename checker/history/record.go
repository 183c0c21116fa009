// Package history judges whether calls that overlap can be explained by a
// sequential object, one call at a time. It is a typed face of porcupine:
// inputs, outputs and states are comparable values, so porcupine needs neither
// an equality nor a hash.
package history

import "fmt"

// A Time orders the calls and returns of a history. It is made of the number
// of a step and the position among what was recorded in that step: one step
// may return from a call and make the next, and those two must not overlap.
// In decimal it reads as both: 12001 is the event after the first of step 12.
type Time int64

// eventsPerStep bounds the events of one step.
const eventsPerStep = 1000

// Never is the return time of a call that never returned.
const Never Time = 1<<63 - 1

// Step returns the number of the step.
func (t Time) Step() int { return int(t / eventsPerStep) }

// An Op is one call of the object: it took effect at some moment between Call
// and Return, ends included.
type Op[In, Out comparable] struct {
	Client       int // numbered from 0; makes one call at a time
	Input        In
	Output       Out
	Call, Return Time
}

// overlaps reports whether neither call ends before the other begins.
func (o *Op[In, Out]) overlaps(other *Op[In, Out]) bool {
	return o.Call <= other.Return && other.Call <= o.Return
}

// A Recorder collects the history of one run. The zero Recorder is ready.
// A run is a sequence of steps, so nothing here is concurrent; the calls
// overlap because each spans several steps.
type Recorder[In, Out comparable] struct {
	ops  []Op[In, Out]
	open []int // by client: index into ops plus one, or 0
	now  Time  // of the last event
}

// Call records that the client calls in step; it must not have a call open.
func (r *Recorder[In, Out]) Call(client, step int, in In) {
	for client >= len(r.open) {
		r.open = append(r.open, 0)
	}
	if r.open[client] != 0 {
		panic(fmt.Sprintf("history: client %d calls in step %d while it is in a call", client, step))
	}
	r.ops = append(r.ops, Op[In, Out]{Client: client, Input: in, Call: r.tick(step)})
	r.open[client] = len(r.ops)
}

// Return records that the client's call returns in step.
func (r *Recorder[In, Out]) Return(client, step int, out Out) {
	if client >= len(r.open) || r.open[client] == 0 {
		panic(fmt.Sprintf("history: client %d returns in step %d but is in no call", client, step))
	}
	r.close(client, out, r.tick(step))
}

// Abandon closes the calls that are still open when the run is over. Such a
// call may have taken effect or not, so it lasts for ever, and out must be an
// output that the sequential object accepts whatever its state. An effect that
// it did not have can then be placed last, where nobody sees it.
func (r *Recorder[In, Out]) Abandon(out Out) {
	for client, at := range r.open {
		if at != 0 {
			r.close(client, out, Never)
		}
	}
}

// close ends the client's call.
func (r *Recorder[In, Out]) close(client int, out Out, at Time) {
	op := &r.ops[r.open[client]-1]
	op.Output, op.Return = out, at
	r.open[client] = 0
}

// tick returns the next time, which must lie in step.
func (r *Recorder[In, Out]) tick(step int) Time {
	last := r.now
	r.now = max(last+1, Time(step)*eventsPerStep)
	if r.now.Step() != step {
		panic(fmt.Sprintf("history: step %d is recorded after step %d, or has too many events", step, last.Step()))
	}
	return r.now
}

// Ops returns the history in the order of the calls. Every call must have
// returned or been abandoned. The slice is the Recorder's.
func (r *Recorder[In, Out]) Ops() []Op[In, Out] {
	for client, at := range r.open {
		if at != 0 {
			panic(fmt.Sprintf("history: client %d is still in a call: Abandon it", client))
		}
	}
	return r.ops
}

// Overlap returns the share of the calls that overlap another one, from 0 to
// 1. A history without overlap is sequential: checking it tests the object,
// not its concurrency.
func Overlap[In, Out comparable](ops []Op[In, Out]) float64 {
	if len(ops) == 0 {
		return 0
	}
	n := 0
	for i := range ops {
		for j := range ops {
			if i != j && ops[i].overlaps(&ops[j]) {
				n++
				break
			}
		}
	}
	return float64(n) / float64(len(ops))
}
