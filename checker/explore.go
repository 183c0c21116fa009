package checker

import (
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// Options say how [Explore] goes about it. The zero Options explore
// everything, without reductions, on all processors.
type Options[S, A comparable] struct {
	Limits  Limits
	Workers int // goroutines; 0: as many as processors

	// Judge returns the claims that s breaks, a bit each, and the premises
	// that it meets; terminal says that no action is enabled in s. It is called
	// once for each state that is stored. With Persistent a claim must be
	// stable: once broken it stays so in every state that follows.
	Judge func(s *S, terminal bool) (bad, met uint64)
	// Until ends the search with the level in which the last of these claims
	// was found broken; 0: never.
	Until uint64
	// Note returns the premises that s meets. It is called for each successor,
	// before Canonical.
	Note func(s *S) uint64
	// Canonical replaces s by the state that stands for it: it forgets what
	// matters no more and sorts what can be exchanged.
	Canonical func(s *S)
	// Persistent returns a range of the enabled actions that is a persistent
	// set in s: nothing that can happen before one of them depends on them. An
	// empty range says that there is none but all. Persistent sets are taken at
	// once and the states between are not stored.
	Persistent func(s *S, enabled []A) (from, to int)
	// Graph keeps the edges, for [Result.Graph].
	Graph *Labels[S, A]
	// Progress is told now and then how far the search is, by one goroutine.
	Progress func(Progress)
}

// Labels say what a graph is to know of states and edges, for liveness.
type Labels[S, A comparable] struct {
	// Class is the fairness class of an action, 0 to 63.
	Class func(s *S, a A) uint8
	// Pending is the obligations that are open in s, a bit each.
	Pending func(s *S) uint64
}

// Limits bound a search. Zero means no bound.
type Limits struct {
	States int           // distinct states kept
	Depth  int           // levels: actions from the initial state, without Persistent
	Time   time.Duration // of this process
	Memory int64         // bytes, as Stats counts them
}

// Stats tell how far a search went.
type Stats struct {
	States      int   // distinct states stored, the initial ones included
	Transitions int   // actions applied, also those that lead to a known state
	Depth       int   // of the deepest state stored, in levels
	Terminal    int   // states in which nothing is enabled
	Queue       int   // most states in a level and the next
	Seen        int64 // bytes of the seen set and of the parents
	Frontier    int64 // bytes of those two levels, at most
}

// A Cut counts what the limits left out.
type Cut struct {
	States   int  // states not stored for Limits.States or Memory
	Depth    int  // states not expanded for Limits.Depth
	Time     int  // states not expanded for Limits.Time
	ByMemory bool // of States: Limits.Memory was the nearer bound
}

// Any reports whether something was left out.
func (c Cut) Any() bool { return c.States != 0 || c.Depth != 0 || c.Time != 0 }

// String says what was left out.
func (c Cut) String() string {
	s := ""
	add := func(n int, what string) {
		if n == 0 {
			return
		}
		if s != "" {
			s += ", "
		}
		s += fmt.Sprintf(what, n)
	}
	if c.ByMemory {
		add(c.States, "the limit on memory: %d states not kept")
	} else {
		add(c.States, "the limit on states: %d states not kept")
	}
	add(c.Depth, "the limit on depth: %d states not expanded")
	add(c.Time, "the limit on time: %d states not expanded")
	return s
}

// Progress is how far a search is.
type Progress struct {
	Stats
	Waiting int // states of this level that are still to be expanded
	Level   int // states of this level
	Elapsed time.Duration
}

// A Result is what an exploration found. But for Stats.Seen and
// Stats.Frontier it does not depend on the number of workers.
type Result[S, A comparable] struct {
	Verdict Verdict // Exhausted, Truncated or Violated
	Stats   Stats
	Cut     Cut
	Bad     uint64 // claims that are broken
	Met     uint64 // premises that were met
	// Digest is the sum of the fingerprints of the stored states.
	Digest uint64
	// Omitted is the number of states that are expected to be lost because
	// their fingerprint is that of another.
	Omitted float64
	// Complete says that every reachable state was visited, so that claims
	// that are not in Bad hold. It is false after Until.
	Complete bool
	Graph    *Graph

	first    [64]uint32 // by claim: the first state that breaks it
	explorer *explorer[S, A]
}

// Explore visits every reachable state of the system, level by level. S must
// pass [PlainValue]; Explore panics if it does not. An error is one of the
// checkpoint.
func Explore[S, A comparable](sys System[S, A], opts Options[S, A]) (*Result[S, A], error) {
	if err := PlainValue(reflect.TypeFor[S]()); err != nil {
		panic("checker: not a plain value: " + err.Error())
	}
	e := newExplorer(sys, opts)
	if err := e.begin(); err != nil {
		return nil, err
	}
	for len(e.order) > 0 && !e.over() {
		e.level()
	}
	return e.result(), nil
}

// maxChain bounds the actions that are taken together. A longer chain is cut
// by a stored state, which is expanded in full: so nothing is put off for
// ever.
const maxChain = 200

// noParent is the key of an initial state.
const noParent = 1<<64 - 1

// A key says how a state was reached: the number of its parent, and which of
// the parent's successors it is.
const ordinalBits = 20

// shards is the number of parts of the seen set when there are several
// workers; each has a lock of its own.
const shards = 32

// An explorer is a search in progress.
type explorer[S, A comparable] struct {
	sys     System[S, A]
	opts    Options[S, A]
	start   time.Time
	workers []*worker[S, A]
	parts   []part[S]

	order   []place  // this level's states, in the order of their numbers
	base    uint32   // number of the first of them
	parents []uint64 // by number: its key
	depth   int
	cursor  atomic.Int64 // states of the level that workers have taken
	stopped atomic.Bool  // the time is up

	stats    Stats
	cut      Cut
	bad, met uint64
	first    [64]uint32
	digest   uint64
	counts   []uint32
	told     time.Time

	pending, enabled []uint64 // by number, for the graph
}

// A place is where a state of the level lies.
type place struct{ part, index uint32 }

// A part is a part of the seen set, and of the states of two levels.
type part[S comparable] struct {
	mu     sync.Mutex
	table  table
	level  uint32   // ordinal of the first state found in this level
	states []S      // of the level that is being expanded
	next   []S      // of the one after it
	keys   []uint64 // of next
	number []uint32 // by ordinal, for the graph
}

func newExplorer[S, A comparable](sys System[S, A], opts Options[S, A]) *explorer[S, A] {
	e := &explorer[S, A]{sys: sys, opts: opts, start: time.Now()}
	n := opts.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	e.parts = make([]part[S], 1)
	if n > 1 {
		e.parts = make([]part[S], shards)
	}
	for range n {
		e.workers = append(e.workers, newWorker(e))
	}
	return e
}

// begin makes the initial states the first level, or takes the level from
// the checkpoint.
func (e *explorer[S, A]) begin() error {
	w := e.workers[0]
	for _, s := range e.sys.Init() {
		w.offer(&s, noParent)
	}
	w.flush()
	e.advance(true)
	e.collect()
	return nil
}

// over reports whether the search is to end before the next level.
func (e *explorer[S, A]) over() bool {
	switch {
	case e.stopped.Load():
		return true
	case e.opts.Until != 0 && e.bad&e.opts.Until == e.opts.Until:
		return true
	case e.opts.Limits.Depth > 0 && e.depth >= e.opts.Limits.Depth:
		// The states at the limit are judged, not expanded.
		e.judgeLast()
		return true
	}
	return false
}

// level expands the states of this level and makes the next one current.
func (e *explorer[S, A]) level() {
	e.cursor.Store(0)
	e.run(func(w *worker[S, A]) { w.work() })
	e.collect()
	if e.stopped.Load() {
		return
	}
	e.advance(false)
	e.depth++
	if len(e.order) > 0 {
		e.stats.Depth = e.depth
	}
}

// run runs f in every worker.
func (e *explorer[S, A]) run(f func(w *worker[S, A])) {
	if len(e.workers) == 1 {
		f(e.workers[0])
		return
	}
	var group sync.WaitGroup
	for _, w := range e.workers {
		group.Go(func() { f(w) })
	}
	group.Wait()
}

// collect sums up what the workers counted.
func (e *explorer[S, A]) collect() {
	for _, w := range e.workers {
		e.stats.Transitions += w.transitions
		e.stats.Terminal += w.terminal
		e.digest += w.digest
		e.cut.Time += w.late
		e.met |= w.met
		for bits := w.bad; bits != 0; bits &= bits - 1 {
			claim := lowest(bits)
			if e.bad>>claim&1 == 0 || w.first[claim] < e.first[claim] {
				e.first[claim] = w.first[claim]
			}
			e.bad |= 1 << claim
		}
		w.transitions, w.terminal, w.late, w.digest, w.bad, w.met = 0, 0, 0, 0, 0, 0
	}
}

// judgeLast judges the states that are not expanded.
func (e *explorer[S, A]) judgeLast() {
	w := e.workers[0]
	for i := range e.order {
		s := e.state(i)
		w.enabled[0] = e.sys.Enabled(s, w.enabled[0][:0])
		w.judge(s, e.base+uint32(i), len(w.enabled[0]) == 0)
		if len(w.enabled[0]) > 0 {
			e.cut.Depth++
		}
	}
	e.collect()
	e.order = nil
}

// state is the i-th state of the level.
func (e *explorer[S, A]) state(i int) *S {
	p := e.order[i]
	return &e.parts[p.part].states[p.index]
}

// advance makes the states that were found the level to expand. They are
// numbered in the order in which one worker alone would have found them, so
// that nothing depends on the number of workers.
func (e *explorer[S, A]) advance(initial bool) {
	found := 0
	for i := range e.parts {
		found += len(e.parts[i].next)
	}
	size := int64(unsafe.Sizeof(*new(S)))
	e.stats.Queue = max(e.stats.Queue, len(e.order)+found)
	e.stats.Frontier = max(e.stats.Frontier, int64(len(e.order)+found)*(size+8+int64(unsafe.Sizeof(place{}))))
	from, width := e.base, len(e.order)
	e.base = uint32(len(e.parents))
	e.sort(found, from, width, initial)
	kept := e.within(found)
	for _, p := range e.order[:kept] {
		e.parents = append(e.parents, e.parts[p.part].keys[p.index])
	}
	for i := range e.parts {
		p := &e.parts[i]
		if e.opts.Graph != nil {
			p.number = append(p.number, make([]uint32, len(p.next))...)
		}
	}
	if e.opts.Graph != nil {
		for i, at := range e.order {
			p := &e.parts[at.part]
			p.number[p.level+at.index] = e.base + uint32(i)
			if i >= kept {
				p.number[p.level+at.index] = cutOff
			}
		}
	}
	e.cut.States += found - kept
	e.order = e.order[:kept]
	for i := range e.parts {
		p := &e.parts[i]
		p.level += uint32(len(p.next))
		p.states, p.next, p.keys = p.next, p.states[:0], p.keys[:0]
	}
	if e.opts.Graph != nil {
		e.pending = append(e.pending, make([]uint64, kept)...)
		e.enabled = append(e.enabled, make([]uint64, kept)...)
	}
	e.stats.States = len(e.parents)
	e.stats.Seen = e.seenBytes()
}

// sort puts the places of the states that were found in the order of their
// keys: by parent, counted, and within a parent by insertion.
func (e *explorer[S, A]) sort(found int, from uint32, width int, initial bool) {
	order := make([]place, found)
	if len(e.parts) == 1 { // found in this order
		for i := range order {
			order[i].index = uint32(i)
		}
		e.order = order
		return
	}
	if initial {
		from, width = 0, 1
	}
	e.counts = append(e.counts[:0], make([]uint32, width+1)...)
	parent := func(key uint64) int {
		if initial {
			return 0
		}
		return int(uint32(key>>ordinalBits) - from)
	}
	for i := range e.parts {
		for _, key := range e.parts[i].keys {
			e.counts[parent(key)+1]++
		}
	}
	for i := range width {
		e.counts[i+1] += e.counts[i]
	}
	key := func(p place) uint64 { return e.parts[p.part].keys[p.index] }
	begin := append([]uint32(nil), e.counts[:width]...)
	for i := range e.parts {
		for j, k := range e.parts[i].keys {
			group := parent(k)
			at := begin[group]
			begin[group]++
			p := place{uint32(i), uint32(j)}
			for ; at > e.counts[group] && key(order[at-1]) > k; at-- {
				order[at] = order[at-1]
			}
			order[at] = p
		}
	}
	e.order = order
}

// within is how many of the states that were found may be kept.
func (e *explorer[S, A]) within(found int) int {
	kept, limits := found, e.opts.Limits
	if limits.States > 0 {
		kept = min(kept, max(0, limits.States-len(e.parents)))
	}
	if limits.Memory > 0 {
		room := limits.Memory - int64(len(e.parents))*bytesPerState
		each := bytesPerState + 2*int64(unsafe.Sizeof(*new(S)))
		if n := int(max(0, room/each)); n < kept {
			kept, e.cut.ByMemory = n, true
		}
	}
	return kept
}

// bytesPerState is what a state that is left behind costs at most.
const bytesPerState = slotBytes*100/leastLoad + 8

func (e *explorer[S, A]) seenBytes() int64 {
	n := int64(cap(e.parents)) * 8
	for i := range e.parts {
		n += int64(len(e.parts[i].table.slots)) * slotBytes
	}
	return n
}

// result is what was found.
func (e *explorer[S, A]) result() *Result[S, A] {
	if e.opts.Limits.Depth <= 0 || e.depth < e.opts.Limits.Depth {
		e.cut.Time += e.waiting()
	}
	r := &Result[S, A]{
		Stats: e.stats, Cut: e.cut, Bad: e.bad, Met: e.met, Digest: e.digest,
		first: e.first, explorer: e,
	}
	n := float64(e.stats.States)
	r.Omitted = n * n / (1 << 63) / 4
	r.Complete = !r.Cut.Any() && len(e.order) == 0
	switch {
	case r.Bad != 0:
		r.Verdict = Violated
	case r.Complete:
		r.Verdict = Exhausted
	}
	if e.opts.Graph != nil {
		r.Graph = e.graph()
	}
	return r
}

// waiting is the number of states that the time left unexpanded.
func (e *explorer[S, A]) waiting() int {
	if !e.stopped.Load() {
		return 0
	}
	next := 0
	for i := range e.parts {
		next += len(e.parts[i].next)
	}
	return next
}
