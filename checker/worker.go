package checker

import "math/bits"

// A worker expands states. Its buffers are its own.
type worker[S, A comparable] struct {
	sys     System[S, A]
	opts    *Options[S, A]
	plain   bool // the successors are what the actions lead to, and nobody asks for more
	enabled []A
	forks   []*fork[S, A]
	class   uint8 // of the action that was taken first

	wanted int // the successor that is traced; -1: none
	path   []A // that led to it
	trail  []A // that led to the state that is looked at

	transitions, terminal int
	bad, met              uint64
	metIn                 [64]int
	first                 [64]uint32
}

// A fork is a state that several actions lead on from.
type fork[S, A comparable] struct {
	state   S
	enabled []A
}

// maxChain bounds the actions that are taken together, and maxForks the
// branchings among them. A longer chain is cut by a stored state, which is
// expanded in full: so nothing is put off for ever.
const (
	maxChain = 200
	maxForks = 8
)

// reset makes the worker ready for a search.
func (w *worker[S, A]) reset(sys System[S, A], opts *Options[S, A]) {
	w.sys, w.opts = sys, opts
	w.plain = opts.Note == nil && opts.Canonical == nil && opts.Persistent == nil && opts.Graph == nil
	w.wanted = nobody
	w.transitions, w.terminal, w.bad, w.met, w.metIn = 0, 0, 0, 0, [64]int{}
}

const nobody = -1

// initial puts the initial states into the chunk.
func (w *worker[S, A]) initial(c *chunk[S], states []S) {
	c.reset()
	c.begin, c.end, c.first = 0, 0, true
	for _, s := range states {
		c.states = append(c.states, s)
		w.found(c)
	}
}

// expand judges s and puts its successors into the chunk.
func (w *worker[S, A]) expand(c *chunk[S], s *S, number uint32) {
	w.enabled = w.sys.Enabled(s, w.enabled[:0])
	w.judge(s, number, len(w.enabled) == 0)
	c.starts = append(c.starts, uint32(len(c.states)))
	if w.plain {
		w.successors(c, s)
	} else {
		w.reduced(c, s)
	}
	if len(c.states)-int(c.starts[len(c.starts)-1]) > maxSuccessors {
		panic("checker: a state has more than 2^20 successors")
	}
}

// judge asks for the claims that s breaks.
func (w *worker[S, A]) judge(s *S, number uint32, terminal bool) {
	if terminal {
		w.terminal++
	}
	if w.opts.Judge == nil {
		return
	}
	bad, met := w.opts.Judge(s, terminal)
	w.met |= met
	for ; met != 0; met &= met - 1 {
		w.metIn[lowest(met)]++
	}
	for ; bad != 0; bad &= bad - 1 {
		claim := lowest(bad)
		if w.bad>>claim&1 == 0 || number < w.first[claim] {
			w.first[claim] = number
		}
		w.bad |= 1 << claim
	}
}

// successors is reduced for a plain search.
func (w *worker[S, A]) successors(c *chunk[S], s *S) {
	w.transitions += len(w.enabled)
	for _, a := range w.enabled {
		at := len(c.states)
		c.states = append(c.states, *s)
		t := &c.states[at]
		w.sys.Apply(t, a)
		c.list(Fingerprint(t), at)
	}
}

// reduced puts what the enabled actions lead to into the chunk.
func (w *worker[S, A]) reduced(c *chunk[S], s *S) {
	if w.opts.Graph != nil {
		w.label(c, s)
	}
	for _, a := range w.enabled {
		if w.opts.Graph != nil {
			w.class = w.opts.Graph.Class(s, a)
		}
		c.states = append(c.states, *s)
		w.apply(c, a)
		w.settle(c, 1, 0)
		w.back(0)
	}
}

// label notes what the graph is to know of s.
func (w *worker[S, A]) label(c *chunk[S], s *S) {
	classes := uint64(0)
	for _, a := range w.enabled {
		class := w.opts.Graph.Class(s, a)
		if class >= 64 {
			panic("checker: a fairness class is above 63")
		}
		classes |= 1 << class
	}
	c.pending = append(c.pending, w.opts.Graph.Pending(s))
	c.enabled = append(c.enabled, classes)
}

// apply performs a on the last state of the chunk.
func (w *worker[S, A]) apply(c *chunk[S], a A) {
	w.sys.Apply(c.last(), a)
	w.transitions++
	if w.wanted != nobody {
		w.trail = append(w.trail, a)
	}
}

// back takes the trail back to its first n actions.
func (w *worker[S, A]) back(n int) {
	if w.wanted != nobody {
		w.trail = w.trail[:n]
	}
}

// settle takes persistent sets from the last state of the chunk on, n actions
// and some forks after the state that is expanded. In its place come the
// states in which there is no such set.
func (w *worker[S, A]) settle(c *chunk[S], n, forks int) {
	if w.opts.Persistent == nil {
		w.found(c)
		return
	}
	if forks == len(w.forks) {
		w.forks = append(w.forks, new(fork[S, A]))
	}
	f := w.forks[forks]
	for ; n < maxChain; n++ {
		s := c.last()
		f.enabled = w.sys.Enabled(s, f.enabled[:0])
		from, to := 0, 0
		if len(f.enabled) > 0 {
			from, to = w.opts.Persistent(s, f.enabled)
		}
		switch {
		case from < 0 || to < from || to > len(f.enabled):
			panic("checker: Options.Persistent returned no range of the enabled actions")
		case from == to || to-from > 1 && forks == maxForks:
			w.found(c)
			return
		case to-from == 1:
			w.apply(c, f.enabled[from])
			continue
		}
		f.state = *s
		mark := len(w.trail)
		for i := from; i < to; i++ {
			if i > from {
				c.states = append(c.states, f.state)
			}
			w.apply(c, f.enabled[i])
			w.settle(c, n+1, forks+1)
			w.back(mark)
		}
		return
	}
	w.found(c)
}

// found lists the last state of the chunk.
func (w *worker[S, A]) found(c *chunk[S]) {
	s := c.last()
	met := uint64(0)
	if w.opts.Note != nil {
		met = w.opts.Note(s)
		w.met |= met
	}
	if w.opts.Canonical != nil {
		w.opts.Canonical(s)
	}
	at := len(c.states) - 1
	if at == w.wanted {
		w.path = append([]A(nil), w.trail...)
	}
	if w.opts.Graph != nil {
		c.classes = append(c.classes, w.class)
	}
	c.list(Fingerprint(s), at)
	if w.opts.Recall != nil {
		w.opts.Recall(s, met)
	}
}

func lowest(set uint64) int { return bits.TrailingZeros64(set) }
