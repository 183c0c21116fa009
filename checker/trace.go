package checker

import "slices"

// Schedule returns the actions that lead from an initial state to the first
// state that breaks the claim, which is one of Bad, and that initial state.
// The schedule replays in the full system: what was taken together is spelled
// out, and what was exchanged by Canonical is exchanged back. Without
// Persistent and Canonical no schedule is shorter; of those of one length it
// need not have the fewest context switches (see [Shortest]).
func (r *Result[S, A]) Schedule(claim int) (init S, schedule []A) {
	if r.Bad>>claim&1 == 0 {
		panic("checker: a schedule to a claim that is not broken")
	}
	return r.explorer.schedule(r.first[claim])
}

// ScheduleTo is Schedule to the state with a number, as in [Graph].
func (r *Result[S, A]) ScheduleTo(number uint32) (init S, schedule []A) {
	return r.explorer.schedule(number)
}

// schedule goes back to the initial state by the parents, then forward.
func (e *Explorer[S, A]) schedule(number uint32) (init S, schedule []A) {
	var ordinals []uint64
	key := *e.parents.at(int(number))
	for key&initial == 0 {
		ordinals = append(ordinals, key&(1<<ordinalBits-1))
		key = *e.parents.at(int(key >> ordinalBits))
	}
	init = e.sys.Init()[key&^initial]
	t := newTracer(e)
	s, stands := init, t.canonical(init)
	for _, ordinal := range slices.Backward(ordinals) {
		path, next := t.successor(stands, ordinal)
		schedule = append(schedule, t.follow(&s, stands, path)...)
		stands = next
	}
	return init, schedule
}

// A tracer takes the steps of a search once more.
type tracer[S, A comparable] struct {
	w    worker[S, A]
	c    chunk[S]
	opts Options[S, A]
}

func newTracer[S, A comparable](e *Explorer[S, A]) *tracer[S, A] {
	t := &tracer[S, A]{opts: e.opts}
	t.opts.Judge, t.opts.Graph = nil, nil
	t.w.reset(e.sys, &t.opts)
	t.w.plain = false
	return t
}

// successor is one of the successors of a stored state, and the actions that
// lead to it.
func (t *tracer[S, A]) successor(s S, ordinal uint64) (path []A, next S) {
	t.w.wanted, t.w.trail, t.w.path = int(ordinal), t.w.trail[:0], nil
	t.c.reset()
	t.w.expand(&t.c, &s, 0)
	if t.w.path == nil {
		panic("checker: a state has other successors than before: Enabled, Apply or an option depends on more than its arguments")
	}
	return t.w.path, t.c.states[ordinal]
}

// follow takes s on as the path does from the state that stands for s, by the
// same actions unless they are named otherwise in s. After each action, the
// same state stands for both.
func (t *tracer[S, A]) follow(s *S, stands S, path []A) []A {
	if t.opts.Canonical == nil {
		for _, a := range path {
			t.w.sys.Apply(s, a)
		}
		return path
	}
	var found, enabled []A
	for _, a := range path {
		t.w.sys.Apply(&stands, a)
		want := t.canonical(stands)
		enabled = t.w.sys.Enabled(s, enabled[:0])
		if slices.Contains(enabled, a) {
			enabled = append([]A{a}, enabled...)
		}
		at := slices.IndexFunc(enabled, func(a A) bool {
			next := *s
			t.w.sys.Apply(&next, a)
			return t.canonical(next) == want
		})
		if at < 0 {
			panic("checker: Options.Canonical is no symmetry of the system: a state and the one that stands for it have unlike successors")
		}
		t.w.sys.Apply(s, enabled[at])
		found = append(found, enabled[at])
	}
	return found
}

// canonical is the state that stands for s.
func (t *tracer[S, A]) canonical(s S) S {
	if t.opts.Canonical != nil {
		t.opts.Canonical(&s)
	}
	return s
}
