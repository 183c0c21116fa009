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
// everything, without reductions, on all processors. The functions, but for
// Progress, are called by all workers, several at a time, and depend on
// nothing but their arguments.
type Options[S, A comparable] struct {
	Limits  Limits
	Workers int // goroutines; 0: as many as processors

	// Judge returns the claims that s breaks, a bit each, and the premises
	// that it meets; terminal says that no action is enabled in s. It is called
	// once for each state that is expanded, and does not change it. With
	// Persistent a claim must be stable: once broken it stays so in every state
	// that follows.
	Judge func(s *S, terminal bool) (bad, met uint64)
	// Until ends the search soon after the last of these claims was found
	// broken, at a state that does not depend on the number of workers; 0: never.
	Until uint64
	// Note returns the premises that s meets. It is called for each successor,
	// before Canonical.
	Note func(s *S) uint64
	// Recall gives back to a state that Canonical has made what Note returned
	// before. States that only differ in that are one: the premises that s has
	// are then those that were met on the way by which it was reached first.
	Recall func(s *S, met uint64)
	// Canonical replaces s by the state that stands for it: it forgets what
	// matters no more and sorts what can be exchanged. One state stands for all
	// that are alike, itself included, and has successors like theirs; the
	// claims do not tell them apart.
	Canonical func(s *S)
	// Persistent returns a range of the enabled actions that is a persistent
	// set in s: nothing that can happen before one of them depends on them. An
	// empty range says that there is none but all. Persistent sets are taken at
	// once, up to 200 in a row and 8 of several actions among them, and the
	// states between are not stored. A state that is stored is expanded in full,
	// so each of them brings every schedule nearer to its end, and no cycle puts
	// an action off for ever.
	Persistent func(s *S, enabled []A) (from, to int)
	// Graph keeps the edges, for [Result.Graph]: 8 bytes for each, and 20 and up
	// to 9 in the seen set for each state.
	Graph *Labels[S, A]
	// Checkpoint is where the search is saved, and taken up again.
	Checkpoint Checkpoint
	// Progress is told how far the search is, by the goroutine that called
	// Explore, at most twice a second.
	Progress func(Progress)
}

// Labels say what a graph is to know of states and edges, for liveness.
type Labels[S, A comparable] struct {
	// Class is the fairness class of an action, 0 to 63.
	Class func(s *S, a A) uint8
	// Pending is the obligations that are open in s, a bit each.
	Pending func(s *S) uint64
}

// Limits bound a search. Zero means no bound, but for States, where it means
// the most that can be numbered: 2^32-2.
//
// What Limits leave of a system depends on nothing else, but for Time. At a
// limit on States or Memory, and at the last level of Depth, the states that
// are stored are still expanded, to be judged and to count what they lead to:
// a limit that leaves nothing out does not truncate.
type Limits struct {
	States int           // distinct states stored
	Depth  int           // levels: actions from an initial state, without Persistent
	Time   time.Duration // of this process, not of those that left the checkpoint
	// Memory is in bytes. A state counts for 26, as much as it takes at most in
	// the seen set with its parent, and for its own size as long as it is in the
	// level or the next one. What does not grow with the number of states is not
	// counted: the successors of 32 to 256 states, and with several workers 8
	// times that for each. Nor is what the Go runtime adds (see GOGC).
	Memory int64
}

// Stats tell how far a search went.
type Stats struct {
	States      int // distinct states stored, the initial ones included
	Transitions int // actions applied, also those that lead to a known state
	Depth       int // of the deepest state stored, in levels
	Terminal    int // states in which nothing is enabled
	Queue       int // most states in a level and the next
	// Seen is bytes of the seen set and of the parents: 19 to 26 for a state,
	// whatever its size, once there are some thousands. The tables grow one at a
	// time, so the most is hardly more.
	Seen     int64
	Frontier int64 // bytes of the states in the queue, at most
}

// A Cut counts what the limits left out: a state that was reached and not
// stored as often as it was reached, since nothing is remembered of it.
type Cut struct {
	States   int  // arrivals at states not stored for Limits.States or Memory
	Depth    int  // arrivals at states not stored for Limits.Depth
	Time     int  // states stored and not expanded for Limits.Time
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
		add(c.States, "the limit on memory: %d arrivals at states not kept")
	} else {
		add(c.States, "the limit on states: %d arrivals at states not kept")
	}
	add(c.Depth, "the limit on depth: %d arrivals at states not kept")
	add(c.Time, "the limit on time: %d states not expanded")
	return s
}

// A Result is what an exploration found. Without a limit on time it depends
// on nothing but the system and the options, and not on Workers, Checkpoint
// and Progress.
type Result[S, A comparable] struct {
	Verdict Verdict // Exhausted, Truncated or Violated
	Stats   Stats
	Cut     Cut
	Bad     uint64 // claims that are broken
	Met     uint64 // premises that were met
	// MetIn is the number of states expanded that Judge said meet each premise.
	MetIn [64]int
	// Digest is the sum of the fingerprints of the stored states.
	Digest uint64
	// Omitted is the number of states that are expected to be taken for another
	// one with the same fingerprint: of n stored ones, n(n-1)/2 pairs with a
	// chance of 2^-64 each. That is 8e-8 for two million, and also about the
	// chance that any is. What only such a state leads to is lost with it.
	Omitted float64
	// Complete says that every reachable state was visited, so that claims
	// that are not in Bad hold. It is false if Until ended the search earlier.
	Complete bool
	Graph    *Graph

	first    [64]uint32 // by claim: the first state that breaks it
	explorer *Explorer[S, A]
}

// Explore visits every reachable state of the system, level by level. S must
// pass [PlainValue]; Explore panics if it does not. A state has at most 2^20
// successors; Explore panics if it has more. An error is a *[CheckpointError].
func Explore[S, A comparable](sys System[S, A], opts Options[S, A]) (*Result[S, A], error) {
	var e Explorer[S, A]
	r, err := e.Explore(sys, opts)
	e.release()
	return r, err
}

// An Explorer keeps its memory from one search to the next, which is worth
// it for many small ones. The zero Explorer is ready; it is not for
// concurrent use.
type Explorer[S, A comparable] struct {
	sys     System[S, A]
	opts    Options[S, A]
	workers []*worker[S, A]
	all     []*chunk[S]
	chunks  []*chunk[S] // of this round
	found   int         // successors in them
	cursor  atomic.Int64

	tables      [parts]table
	parents     pile[uint64] // by number: its key
	level, next pile[S]      // the states that are expanded, and those that they lead to
	spareStates [][]S
	spareKeys   [][]uint64

	base    int  // number of the first state of the level
	edges   int  // in the graph when the level began
	done    int  // states of the level that were expanded
	depth   int  // of the level; -1 before the first
	full    bool // a limit on states or memory was met: nothing more is stored
	stopped bool // the time is up

	nearMemory bool // the limit on memory is met before the one on states

	stats    Stats
	cut      Cut
	bad, met uint64
	metIn    [64]int
	first    [64]uint32
	digest   uint64
	graph    *Graph
	clock
}

// maxStates is the bound that the width of a number sets.
const maxStates = 1<<32 - 2

// Explore is the function [Explore]. The Result is good until the next call.
func (e *Explorer[S, A]) Explore(sys System[S, A], opts Options[S, A]) (*Result[S, A], error) {
	if err := PlainValue(reflect.TypeFor[S]()); err != nil {
		panic("checker: not a plain value: " + err.Error())
	}
	e.reset(sys, opts)
	resumed, err := e.resume()
	if err != nil {
		return nil, err
	}
	if !resumed {
		e.begin()
	}
	for e.level.n > 0 && !e.over() {
		if err := e.expand(); err != nil {
			return nil, err
		}
	}
	return e.result(), nil
}

// reset forgets the search before.
func (e *Explorer[S, A]) reset(sys System[S, A], opts Options[S, A]) {
	if opts.Limits.States <= 0 || opts.Limits.States > maxStates {
		opts.Limits.States = maxStates
	}
	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	e.sys, e.opts = sys, opts
	e.workers = resize(e.workers, workers)
	for _, w := range e.workers {
		w.reset(sys, &e.opts)
	}
	if workers > 1 {
		workers = min(workers*chunksPerWorker, stride)
	}
	e.all = resize(e.all, workers)
	for i := range e.tables {
		e.tables[i].reset(i, opts.Graph != nil)
	}
	e.parents.clear(&e.spareKeys)
	e.level.clear(&e.spareStates)
	e.next.clear(&e.spareStates)
	e.base, e.edges, e.done, e.depth, e.full, e.stopped = 0, 0, 0, -1, false, false
	e.stats, e.cut, e.bad, e.met, e.metIn, e.digest = Stats{}, Cut{}, 0, 0, [64]int{}, 0
	e.graph = nil
	if opts.Graph != nil {
		e.graph = &Graph{First: []uint32{0}, Reduced: opts.Persistent != nil}
	}
	e.clock.reset()
}

// resize makes s n long.
func resize[T any](s []*T, n int) []*T {
	for len(s) < n {
		s = append(s, new(T))
	}
	return s[:n]
}

// release lets go of what the Result does not need.
func (e *Explorer[S, A]) release() {
	e.workers, e.chunks, e.all, e.graph = nil, nil, nil, nil
	e.tables = [parts]table{}
	e.level, e.next, e.spareStates = pile[S]{}, pile[S]{}, nil
}

// begin makes the initial states the first level.
func (e *Explorer[S, A]) begin() {
	e.chunks = e.all[:1]
	e.workers[0].initial(e.chunks[0], e.sys.Init())
	e.merge()
	e.advance()
}

// over reports whether the search is to end here.
func (e *Explorer[S, A]) over() bool {
	return e.stopped || e.opts.Until != 0 && e.bad&e.opts.Until == e.opts.Until && e.done%(stride*chunkStates[S]()) == 0
}

// stride is the number of chunks between two looks at Until. It does not
// depend on the number of workers, as the chunks of a round do.
const (
	stride          = 64
	chunksPerWorker = 8
)

// expand expands the states of the level and makes the next one current.
func (e *Explorer[S, A]) expand() error {
	size := chunkStates[S]()
	for e.done < e.level.n {
		e.look()
		if e.stopped || e.due {
			if err := e.save(); err != nil {
				return err
			}
		}
		if e.stopped {
			e.cut.Time = e.level.n - e.done + e.next.n
			return nil
		}
		e.round(size)
		if e.over() {
			return nil
		}
	}
	e.advance()
	if e.opts.Checkpoint.Every > 0 {
		return nil
	}
	return e.save()
}

// round expands some of the states of the level.
func (e *Explorer[S, A]) round(size int) {
	n := min(len(e.all), (e.level.n-e.done+size-1)/size, stride-e.done/size%stride)
	e.chunks = e.all[:n]
	for _, c := range e.chunks {
		c.begin, c.end = e.done, min(e.done+size, e.level.n)
		e.done = c.end
	}
	e.share(fill, n)
	e.merge()
	for _, c := range e.chunks {
		e.unseen += len(c.states) + c.end - c.begin
	}
	e.collect()
}

// A task is what the workers share.
type task uint8

const (
	fill task = iota // part i: expand the states of chunk i
	add              // store what the chunks have for table i
	keep             // copy what is new in chunk i
)

// share has the workers do the n parts of a task.
func (e *Explorer[S, A]) share(t task, n int) {
	if len(e.workers) == 1 || n == 1 || t == add && e.found < fewFound {
		for i := range n {
			e.do(t, e.workers[0], i)
		}
		return
	}
	e.cursor.Store(0)
	var group sync.WaitGroup
	for _, w := range e.workers[1:min(n, len(e.workers))] {
		group.Go(func() { e.help(t, w, n) })
	}
	e.help(t, e.workers[0], n)
	group.Wait()
}

// fewFound successors are stored sooner than others have woken up.
const fewFound = 512

// help does parts of the task until none is left.
func (e *Explorer[S, A]) help(t task, w *worker[S, A], n int) {
	for i := e.cursor.Add(1) - 1; i < int64(n); i = e.cursor.Add(1) - 1 {
		e.do(t, w, int(i))
	}
}

// do does part i of the task.
func (e *Explorer[S, A]) do(t task, w *worker[S, A], i int) {
	switch t {
	case fill:
		e.fill(w, e.chunks[i])
	case add:
		for _, c := range e.chunks {
			c.lists[i] = e.tables[i].addAll(c.lists[i])
		}
	case keep:
		e.keep(e.chunks[i])
	}
}

// fill expands the states of a chunk.
func (e *Explorer[S, A]) fill(w *worker[S, A], c *chunk[S]) {
	c.reset()
	for j := c.begin; j < c.end; j++ {
		w.expand(c, e.level.at(j), uint32(e.base+j))
	}
}

// merge stores the states in the chunks that are new. They are numbered by
// chunk, then by table, then in the order in which they were reached, so that
// nothing depends on the number of workers.
func (e *Explorer[S, A]) merge() {
	e.found = 0
	for _, c := range e.chunks {
		e.found += len(c.states)
	}
	if room := e.room(); e.graph != nil || room < e.found {
		e.addSome(room)
	} else {
		e.share(add, parts)
	}
	number := e.parents.n
	for _, c := range e.chunks {
		c.number = number
		for p := range c.lists {
			number += len(c.lists[p])
		}
	}
	fresh := number - e.parents.n
	e.parents.extend(fresh, &e.spareKeys)
	e.next.extend(fresh, &e.spareStates)
	e.share(keep, len(e.chunks))
	for _, c := range e.chunks {
		e.digest += c.digest
		if e.graph != nil {
			c.addTo(e.graph)
		}
	}
}

// addSome is add for all tables, when states have to be numbered at once,
// for the graph, or when there may be no room for all.
func (e *Explorer[S, A]) addSome(room int) {
	number, missed := uint32(e.parents.n), 0
	for _, c := range e.chunks {
		c.to = c.to[:0]
		if e.graph != nil {
			c.to = append(c.to, make([]uint32, len(c.states))...)
		}
		for p, list := range c.lists {
			n, t := 0, &e.tables[p]
			for _, reached := range list {
				slot, known := t.find(reached.fingerprint)
				to := uint32(cutOff)
				switch {
				case known && e.graph != nil:
					to = t.numbers[slot]
				case !known && room == 0:
					missed++
				case !known:
					to = number
					t.put(slot, reached.fingerprint, to)
					list[n] = reached
					number++
					n++
					room--
				}
				if e.graph != nil {
					c.to[reached.at] = to
				}
			}
			c.lists[p] = list[:n]
		}
	}
	e.miss(missed)
}

// keep copies what is left in the lists of a chunk to where it belongs.
func (e *Explorer[S, A]) keep(c *chunk[S]) {
	number, next := c.number, e.base+e.level.n
	c.digest = 0
	for p := range c.lists {
		for _, reached := range c.lists[p] {
			*e.next.at(number - next) = c.states[reached.at]
			*e.parents.at(number) = c.key(reached, e.base)
			c.digest += reached.fingerprint
			number++
		}
	}
}

// collect sums up what the workers counted.
func (e *Explorer[S, A]) collect() {
	for _, w := range e.workers {
		e.stats.Transitions += w.transitions
		e.stats.Terminal += w.terminal
		e.met |= w.met
		for bits := w.bad; bits != 0; bits &= bits - 1 {
			claim := lowest(bits)
			if e.bad>>claim&1 == 0 || w.first[claim] < e.first[claim] {
				e.first[claim] = w.first[claim]
			}
			e.bad |= 1 << claim
		}
		for i, n := range w.metIn {
			e.metIn[i] += n
		}
		w.transitions, w.terminal, w.bad, w.met, w.metIn = 0, 0, 0, 0, [64]int{}
	}
}

// advance makes the states that were found the level to expand.
func (e *Explorer[S, A]) advance() {
	e.measure()
	e.base += e.level.n
	e.level, e.next = e.next, e.level
	e.next.clear(&e.spareStates)
	e.done = 0
	e.depth++
	if e.level.n > 0 {
		e.stats.Depth = e.depth
	}
	e.levels = append(e.levels, e.level.n)
	if e.graph != nil {
		e.edges = len(e.graph.Edges)
	}
}

// measure brings the statistics up to date.
func (e *Explorer[S, A]) measure() {
	e.stats.States = e.parents.n
	e.stats.Queue = max(e.stats.Queue, e.level.n+e.next.n)
	e.stats.Frontier = int64(e.stats.Queue) * stateBytes[S]()
	e.stats.Seen = int64(e.parents.n) * keyBytes
	for i := range e.tables {
		e.stats.Seen += e.tables[i].bytes()
	}
}

// room is the number of states that may still be stored.
func (e *Explorer[S, A]) room() int {
	limits := e.opts.Limits
	if e.full || limits.Depth > 0 && e.depth >= limits.Depth {
		return 0
	}
	states, memory := limits.States-e.parents.n, e.roomInMemory()
	e.nearMemory = memory < states
	return max(0, min(states, memory))
}

// roomInMemory is the number of states that there is memory for. It counts
// what a state costs at most, not what was allocated.
func (e *Explorer[S, A]) roomInMemory() int {
	if e.opts.Limits.Memory <= 0 {
		return maxStates
	}
	each, size := int64(seenBytes), stateBytes[S]()
	if e.graph != nil {
		each += graphBytes
	}
	used := int64(e.parents.n)*each + int64(e.level.n+e.next.n)*size + int64(e.edges)*edgeBytes
	return int(min(maxStates, max(0, e.opts.Limits.Memory-used)/(each+size)))
}

// What a state that was stored costs at most.
const (
	keyBytes   = 8
	seenBytes  = slotBytes*100/leastLoad + 1 + keyBytes
	graphBytes = numberBytes*100/leastLoad + 1 + 4 + 2*8
	edgeBytes  = 8
)

func stateBytes[S any]() int64 { return int64(unsafe.Sizeof(*new(S))) }

// miss counts states that were reached and not stored.
func (e *Explorer[S, A]) miss(n int) {
	switch {
	case n == 0:
	case !e.full && e.opts.Limits.Depth > 0 && e.depth >= e.opts.Limits.Depth:
		e.cut.Depth += n
	default:
		e.full, e.cut.ByMemory = true, e.nearMemory
		e.cut.States += n
	}
}

// result is what was found.
func (e *Explorer[S, A]) result() *Result[S, A] {
	e.measure()
	r := &Result[S, A]{
		Stats: e.stats, Cut: e.cut, Bad: e.bad, Met: e.met, MetIn: e.metIn, Digest: e.digest, Omitted: omitted(e.stats.States),
		Complete: !e.cut.Any() && e.level.n == 0,
		Graph:    e.graph, first: e.first, explorer: e,
	}
	switch {
	case r.Bad != 0:
		r.Verdict = Violated
	case r.Complete:
		r.Verdict = Exhausted
	}
	if r.Graph != nil {
		r.Graph.end(r.Stats.States, !r.Complete)
	}
	return r
}

// omitted is the expected number of pairs of equal fingerprints among n
// states: n(n-1)/2 of 64 bits.
func omitted(n int) float64 {
	return float64(n) * float64(max(0, n-1)) / (1 << 32) / (1 << 33)
}
