package checker

// Schedule returns the actions that lead from an initial state to the first
// state that breaks the claim, and that initial state. The schedule replays
// in the full system: what was taken together is spelled out, and what was
// exchanged by Canonical is exchanged back. Without Persistent and Canonical
// no schedule is shorter; of those of one length it need not have the fewest
// context switches (see [Shortest]).
func (r *Result[S, A]) Schedule(claim int) (init S, schedule []A) {
	return r.explorer.schedule(r.first[claim])
}

// ScheduleTo is Schedule to the state with a number, as in [Graph].
func (r *Result[S, A]) ScheduleTo(number uint32) (init S, schedule []A) {
	return r.explorer.schedule(number)
}

// schedule goes back to the initial state by the parents, then forward.
func (e *explorer[S, A]) schedule(number uint32) (init S, schedule []A) {
	var ordinals []uint64
	at := number
	for e.parents[at] != noParent {
		ordinals = append(ordinals, e.parents[at]&(1<<ordinalBits-1))
		at = uint32(e.parents[at] >> ordinalBits)
	}
	w := newWorker(e)
	init = w.initial(at)
	s, stands := init, init
	if e.opts.Canonical != nil {
		e.opts.Canonical(&stands)
	}
	for i := len(ordinals) - 1; i >= 0; i-- {
		path, next := w.successor(stands, ordinals[i])
		stands = next
		schedule = append(schedule, w.follow(&s, path, next)...)
	}
	return init, schedule
}

// initial is the initial state with the number: as when they were found,
// one that stands for an earlier one has none.
func (w *worker[S, A]) initial(number uint32) S {
	n := uint32(0)
	known := map[uint64]bool{}
	for _, s := range w.e.sys.Init() {
		c := s
		if w.e.opts.Canonical != nil {
			w.e.opts.Canonical(&c)
		}
		fingerprint := Fingerprint(&c)
		if known[fingerprint] {
			continue
		}
		known[fingerprint] = true
		if n == number {
			return s
		}
		n++
	}
	panic("checker: the initial states have changed")
}

// successor is one of the successors of a stored state, and the actions that
// lead to it.
func (w *worker[S, A]) successor(s S, ordinal uint64) (path []A, next S) {
	w.each(&s, func(t *S) {
		if w.ordinal == ordinal {
			path, next = append([]A(nil), w.path...), *t
		}
	})
	return path, next
}

// each visits the successors of s.
func (w *worker[S, A]) each(s *S, visit func(s *S)) {
	w.visit, w.path = visit, w.path[:0]
	w.enabled[0] = w.e.sys.Enabled(s, w.enabled[0][:0])
	w.successors(s, 0)
	w.visit = nil
}

// follow takes s on to a state that stands for, as the path does from the
// state that stands for s: by the same actions, unless they are named
// otherwise in s.
func (w *worker[S, A]) follow(s *S, path []A, stands S) []A {
	if t, ok := w.take(*s, path); ok {
		c := t
		if w.e.opts.Canonical != nil {
			w.e.opts.Canonical(&c)
		}
		if c == stands {
			*s = t
			return path
		}
	}
	var found []A
	w.each(s, func(t *S) {
		if found == nil && *t == stands {
			found = append([]A{}, w.path...)
		}
	})
	if found == nil {
		panic("checker: Canonical is not a symmetry of the system: a state and the one that stands for it have different successors")
	}
	*s, _ = w.take(*s, found)
	return found
}

// take applies the actions, as far as they are enabled.
func (w *worker[S, A]) take(s S, path []A) (S, bool) {
	t, err := Replay(w.e.sys, s, path)
	return t, err == nil
}
