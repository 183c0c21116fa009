package checker

import (
	"math/bits"
	"time"
)

// A worker expands states. Its buffers are its own.
type worker[S, A comparable] struct {
	e       *explorer[S, A]
	enabled [][]A // by fork
	forks   int
	buckets []bucket[S]
	parent  uint64 // number of the state that is expanded
	ordinal uint64 // of its next successor
	path    []A    // that led to the successor, when somebody wants it
	visit   func(s *S)
	edges   []halfEdge
	class   uint8 // of the action that was taken last in the state that is expanded

	transitions, terminal, late int
	digest, bad, met            uint64
	first                       [64]uint32
}

// A bucket collects successors for one part of the seen set, so that its
// lock is taken once for many and its slots are fetched together.
type bucket[S comparable] struct {
	n            int
	states       []S
	fingerprints [bucketSize]uint64
	keys         [bucketSize]uint64
	classes      [bucketSize]uint8
}

const bucketSize = 32

// A halfEdge is an edge whose end is known by its place in the seen set.
type halfEdge struct {
	key     uint64 // of the successor: parent and ordinal
	part    uint16
	class   uint8
	ordinal uint32
}

// chunk is the number of states that a worker takes at a time.
const chunk = 64

func newWorker[S, A comparable](e *explorer[S, A]) *worker[S, A] {
	w := &worker[S, A]{e: e, enabled: make([][]A, 1), buckets: make([]bucket[S], len(e.parts))}
	for i := range w.buckets {
		w.buckets[i].states = make([]S, bucketSize)
	}
	return w
}

// work expands states of the level until none is left or the time is up.
func (w *worker[S, A]) work() {
	e := w.e
	for {
		to := int(e.cursor.Add(chunk))
		from := to - chunk
		if from >= len(e.order) {
			break
		}
		to = min(to, len(e.order))
		if e.stopped.Load() {
			w.late += to - from
			continue
		}
		for i := from; i < to; i++ {
			w.expand(e.state(i), e.base+uint32(i))
		}
		w.look(to)
	}
	w.flush()
}

// interval is the time between two reports of progress.
const interval = 500 * time.Millisecond

// look is a look at the clock.
func (w *worker[S, A]) look(done int) {
	e := w.e
	if e.opts.Limits.Time > 0 && time.Since(e.start) > e.opts.Limits.Time {
		e.stopped.Store(true)
	}
	if e.opts.Progress == nil || w != e.workers[0] || time.Since(e.told) < interval {
		return
	}
	e.told = time.Now()
	e.opts.Progress(Progress{
		Stats: e.stats, Waiting: len(e.order) - min(done, len(e.order)), Level: len(e.order), Elapsed: time.Since(e.start),
	})
}

// expand judges s and offers its successors.
func (w *worker[S, A]) expand(s *S, number uint32) {
	w.enabled[0] = w.e.sys.Enabled(s, w.enabled[0][:0])
	w.judge(s, number, len(w.enabled[0]) == 0)
	if graph := w.e.opts.Graph; graph != nil {
		w.e.pending[number] = graph.Pending(s)
		for _, a := range w.enabled[0] {
			w.e.enabled[number] |= 1 << graph.Class(s, a)
		}
	}
	w.successors(s, number)
}

// judge asks for the claims that s breaks.
func (w *worker[S, A]) judge(s *S, number uint32, terminal bool) {
	if terminal {
		w.terminal++
	}
	if w.e.opts.Judge == nil {
		return
	}
	bad, met := w.e.opts.Judge(s, terminal)
	w.met |= met
	for ; bad != 0; bad &= bad - 1 {
		claim := lowest(bad)
		if w.bad>>claim&1 == 0 || number < w.first[claim] {
			w.first[claim] = number
		}
		w.bad |= 1 << claim
	}
}

// successors offers what the actions in enabled[0] lead to.
func (w *worker[S, A]) successors(s *S, number uint32) {
	w.parent, w.ordinal = uint64(number)<<ordinalBits, 0
	graph := w.e.opts.Graph
	for _, a := range w.enabled[0] {
		if graph != nil {
			w.class = graph.Class(s, a)
		}
		t := *s
		w.apply(&t, a)
		w.settle(&t, 1)
		if w.visit != nil {
			w.path = w.path[:len(w.path)-1]
		}
	}
}

func (w *worker[S, A]) apply(s *S, a A) {
	w.e.sys.Apply(s, a)
	w.transitions++
	if w.visit != nil {
		w.path = append(w.path, a)
	}
}

// settle takes persistent sets from s on, n actions after the state that is
// expanded, and offers the states at which there is none.
func (w *worker[S, A]) settle(s *S, n int) {
	if w.e.opts.Persistent == nil {
		w.found(s)
		return
	}
	mark := len(w.path)
	for ; n < maxChain; n++ {
		fork := w.forks + 1
		if fork == len(w.enabled) {
			w.enabled = append(w.enabled, nil)
		}
		enabled := w.e.sys.Enabled(s, w.enabled[fork][:0])
		w.enabled[fork] = enabled
		from, to := 0, 0
		if len(enabled) > 0 {
			from, to = w.e.opts.Persistent(s, enabled)
		}
		if from == to {
			break
		}
		if to-from == 1 {
			w.apply(s, enabled[from])
			continue
		}
		w.forks++
		for i := from; i < to; i++ {
			t := *s
			w.apply(&t, w.enabled[fork][i])
			w.settle(&t, n+1)
			w.path = w.path[:max(mark, len(w.path)-1)]
		}
		w.forks--
		w.path = w.path[:mark]
		return
	}
	w.found(s)
	w.path = w.path[:mark]
}

// found offers a successor.
func (w *worker[S, A]) found(s *S) {
	if w.e.opts.Note != nil {
		w.met |= w.e.opts.Note(s)
	}
	if w.e.opts.Canonical != nil {
		w.e.opts.Canonical(s)
	}
	if w.visit != nil {
		w.visit(s)
		w.ordinal++
		return
	}
	w.put(s, w.parent|w.ordinal)
	w.ordinal++
}

// offer is found for an initial state.
func (w *worker[S, A]) offer(s *S, key uint64) {
	if w.e.opts.Note != nil {
		w.met |= w.e.opts.Note(s)
	}
	if w.e.opts.Canonical != nil {
		w.e.opts.Canonical(s)
	}
	w.put(s, key)
}

// put adds a state to its bucket.
func (w *worker[S, A]) put(s *S, key uint64) {
	fingerprint := Fingerprint(s)
	p := fingerprint & uint64(len(w.buckets)-1)
	b := &w.buckets[p]
	b.states[b.n], b.fingerprints[b.n], b.keys[b.n], b.classes[b.n] = *s, fingerprint, key, w.class
	if b.n++; b.n == bucketSize {
		w.empty(int(p))
	}
}

// flush empties all buckets.
func (w *worker[S, A]) flush() {
	for p := range w.buckets {
		w.empty(p)
	}
}

// empty adds the states of a bucket to the seen set.
func (w *worker[S, A]) empty(at int) {
	b, p := &w.buckets[at], &w.e.parts[at]
	if b.n == 0 {
		return
	}
	graph := w.e.opts.Graph != nil
	p.mu.Lock()
	for i := range b.n {
		ordinal, fresh := p.table.add(b.fingerprints[i])
		switch {
		case fresh:
			p.next = append(p.next, b.states[i])
			p.keys = append(p.keys, b.keys[i])
			w.digest += b.fingerprints[i]
		case ordinal >= p.level: // of this level: the first in order is the parent
			if key := &p.keys[ordinal-p.level]; b.keys[i] < *key {
				*key = b.keys[i]
			}
		}
		if graph && b.keys[i] != noParent {
			w.edges = append(w.edges, halfEdge{b.keys[i], uint16(at), b.classes[i], ordinal})
		}
	}
	p.mu.Unlock()
	b.n = 0
}

func lowest(set uint64) int { return bits.TrailingZeros64(set) }
