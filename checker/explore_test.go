package checker_test

import (
	"fmt"
	"math/bits"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
)

// all is what an exploration found.
func all[S, A comparable](t require.TestingT, sys checker.System[S, A], opts checker.Options[S, A]) *checker.Result[S, A] {
	r, err := checker.Explore(sys, opts)
	require.NoError(t, err)
	return r
}

// A web is a system of many nodes whose edges look drawn at random.
type web struct {
	Nodes, Seed uint32
	Degree      int // at most
	Starts      int
}

func (w web) mix(a, b uint32) uint32 {
	x := (uint64(w.Seed)<<32 | uint64(a)*31 + uint64(b)) * 0x9e3779b97f4a7c15
	x = (x ^ x>>29) * 0xbf58476d1ce4e5b9
	return uint32(x >> 32)
}

func (w web) Init() []uint32 {
	var inits []uint32
	for i := range w.Starts {
		inits = append(inits, w.mix(uint32(i)/2, 77)%w.Nodes) // each twice
	}
	return inits
}

func (w web) Enabled(s *uint32, buf []uint8) []uint8 {
	for i := range w.mix(*s, 1000) % uint32(w.Degree+1) {
		buf = append(buf, uint8(i))
	}
	return buf
}

func (w web) Apply(s *uint32, a uint8) { *s = w.mix(*s, uint32(a)) % w.Nodes }

// claims gives each state few claims or none, and each claim many states.
func (w web) claims(s *uint32, terminal bool) (bad, met uint64) {
	if w.mix(*s, 2000)%16 == 0 {
		bad = 1 << (w.mix(*s, 2001) % 63)
	}
	if terminal && w.mix(*s, 2002)%8 == 0 {
		bad |= 1 << 63
	}
	return bad, 1 << (*s % 64)
}

// A naive search has nothing clever in it.
type naive[S comparable] struct {
	depth                          map[S]int
	bad                            map[uint64]int // by claim: the depth of the nearest state
	met, digest                    uint64
	metIn                          [64]int
	transitions, terminal, deepest int
	widest                         int // most states in a level and the next
}

func search[S, A comparable](sys checker.System[S, A], judge func(s *S, terminal bool) (bad, met uint64)) naive[S] {
	n := naive[S]{depth: map[S]int{}, bad: map[uint64]int{}}
	var level []S
	visit := func(s S, depth int) {
		if _, known := n.depth[s]; !known {
			n.depth[s] = depth
			level = append(level, s)
			n.digest += checker.Fingerprint(&s)
			n.deepest = depth
		}
	}
	for _, s := range sys.Init() {
		visit(s, 0)
	}
	n.widest = len(level)
	for depth := 0; len(level) > 0; depth++ {
		states := level
		level = nil
		for _, s := range states {
			enabled := sys.Enabled(&s, nil)
			if len(enabled) == 0 {
				n.terminal++
			}
			bad, met := judge(&s, len(enabled) == 0)
			n.met |= met
			for premise := range n.metIn {
				n.metIn[premise] += int(met >> premise & 1)
			}
			for ; bad != 0; bad &= bad - 1 {
				claim := uint64(bits.TrailingZeros64(bad))
				if _, known := n.bad[claim]; !known {
					n.bad[claim] = depth
				}
			}
			for _, a := range enabled {
				next := s
				sys.Apply(&next, a)
				n.transitions++
				visit(next, depth+1)
			}
		}
		n.widest = max(n.widest, len(states)+len(level))
	}
	return n
}

// requireLike compares a result without reductions with the naive search.
func requireLike[S, A comparable](t require.TestingT, sys checker.System[S, A], n naive[S], r *checker.Result[S, A],
	judge func(s *S, terminal bool) (bad, met uint64),
) {
	require.True(t, r.Complete)
	require.Empty(t, r.Cut.String())
	require.Equal(t, len(n.depth), r.Stats.States)
	require.Equal(t, n.transitions, r.Stats.Transitions)
	require.Equal(t, n.terminal, r.Stats.Terminal)
	require.Equal(t, n.deepest, r.Stats.Depth)
	require.Equal(t, n.widest, r.Stats.Queue)
	require.Equal(t, int64(n.widest)*int64(reflect.TypeFor[S]().Size()), r.Stats.Frontier)
	require.Equal(t, n.digest, r.Digest)
	require.Equal(t, n.met, r.Met)
	require.Equal(t, n.metIn, r.MetIn)
	require.Equal(t, len(n.bad), bits.OnesCount64(r.Bad))
	want := checker.Exhausted
	if len(n.bad) > 0 {
		want = checker.Violated
	}
	require.Equal(t, want, r.Verdict)
	for claim, depth := range n.bad {
		require.Equal(t, uint64(1), r.Bad>>claim&1)
		init, schedule := r.Schedule(int(claim))
		require.Contains(t, sys.Init(), init)
		require.Len(t, schedule, depth)
		last, err := checker.Replay(sys, init, schedule)
		require.NoError(t, err)
		bad, _ := judge(&last, len(sys.Enabled(&last, nil)) == 0)
		require.Equal(t, uint64(1), bad>>claim&1)
	}
}

// requireSame compares two results of the same search.
func requireSame[S, A comparable](t require.TestingT, want, got *checker.Result[S, A]) {
	require.Equal(t, want.Verdict, got.Verdict)
	require.Equal(t, want.Stats, got.Stats)
	require.Equal(t, want.Cut, got.Cut)
	require.Equal(t, want.Bad, got.Bad)
	require.Equal(t, want.Met, got.Met)
	require.Equal(t, want.MetIn, got.MetIn)
	require.Equal(t, want.Digest, got.Digest)
	require.Equal(t, want.Complete, got.Complete)
	require.Equal(t, want.Graph, got.Graph)
	for bad := want.Bad; bad != 0; bad &= bad - 1 {
		claim := bits.TrailingZeros64(bad)
		init, schedule := want.Schedule(claim)
		again, scheduleAgain := got.Schedule(claim)
		require.Equal(t, init, again)
		require.Equal(t, schedule, scheduleAgain)
	}
	for number := 0; number < want.Stats.States; number += 1 + number/3 {
		init, schedule := want.ScheduleTo(uint32(number))
		again, scheduleAgain := got.ScheduleTo(uint32(number))
		require.Equal(t, init, again)
		require.Equal(t, schedule, scheduleAgain)
	}
}

func TestExploreDrawnGraphs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		judge := func(s *node, terminal bool) (bad, met uint64) {
			if g.bad(s, terminal) {
				bad = 1
			}
			return bad, 1 << *s
		}
		opts := checker.Options[node, edge]{Workers: 1, Judge: judge}
		one := all(t, g, opts)
		requireLike(t, g, search(g, judge), one, judge)
		opts.Workers = rapid.IntRange(2, 5).Draw(t, "workers")
		requireSame(t, one, all(t, g, opts))
	})
}

func drawWeb(t *rapid.T, most uint32) web {
	return web{
		Nodes:  rapid.Uint32Range(1, most).Draw(t, "nodes"),
		Seed:   rapid.Uint32().Draw(t, "seed"),
		Degree: rapid.IntRange(1, 9).Draw(t, "degree"),
		Starts: rapid.IntRange(1, 40).Draw(t, "starts"),
	}
}

// One Explorer does all searches, so that what it keeps is tested too.
func TestExploreWebs(t *testing.T) {
	var e checker.Explorer[uint32, uint8]
	rapid.Check(t, func(t *rapid.T) {
		w := drawWeb(t, 3000)
		opts := checker.Options[uint32, uint8]{Workers: 1, Judge: w.claims}
		one := all(t, w, opts)
		requireLike(t, w, search(w, w.claims), one, w.claims)
		opts.Workers = rapid.IntRange(1, 5).Draw(t, "workers")
		more, err := e.Explore(w, opts)
		require.NoError(t, err)
		requireSame(t, one, more)
	})
}

// Levels of many rounds, tables that grow often.
func TestExploreWideWeb(t *testing.T) {
	w := web{Nodes: 200_000, Seed: 1, Degree: 6, Starts: 3}
	var one *checker.Result[uint32, uint8]
	for workers := 1; workers <= 5; workers++ {
		r := all(t, w, checker.Options[uint32, uint8]{Workers: workers, Judge: w.claims})
		if workers == 1 {
			one = r
			requireLike(t, w, search(w, w.claims), one, w.claims)
			require.Equal(t, ^uint64(0), r.Bad)
			require.Equal(t, ^uint64(0), r.Met)
			continue
		}
		requireSame(t, one, r)
	}
}

// What is left out depends on nothing but the limits.
func TestExploreWithLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWeb(t, 2000)
		n := search(w, w.claims)
		limits := checker.Limits{
			States: rapid.IntRange(0, len(n.depth)+2).Draw(t, "states"),
			Depth:  rapid.IntRange(0, n.deepest+2).Draw(t, "depth"),
			Memory: rapid.Int64Range(0, 100_000).Draw(t, "memory"),
		}
		opts := checker.Options[uint32, uint8]{Workers: 1, Judge: w.claims, Limits: limits}
		if rapid.Bool().Draw(t, "graph") {
			opts.Graph = &checker.Labels[uint32, uint8]{
				Class:   func(_ *uint32, a uint8) uint8 { return a },
				Pending: func(s *uint32) uint64 { return uint64(*s) },
			}
		}
		one := all(t, w, opts)
		opts.Workers = rapid.IntRange(2, 5).Draw(t, "workers")
		requireSame(t, one, all(t, w, opts))

		require.Equal(t, len(n.depth) > one.Stats.States, one.Cut.Any())
		require.Equal(t, !one.Cut.Any(), one.Complete)
		if one.Bad == 0 && one.Cut.Any() {
			require.Equal(t, checker.Truncated, one.Verdict)
		}
		digest, stored := uint64(0), map[uint32]bool{}
		for number := range one.Stats.States {
			init, schedule := one.ScheduleTo(uint32(number))
			s, err := checker.Replay(w, init, schedule)
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(schedule), n.depth[s])
			if limits.Depth > 0 {
				require.LessOrEqual(t, len(schedule), limits.Depth)
			}
			digest += checker.Fingerprint(&s)
			stored[s] = true
		}
		require.Equal(t, digest, one.Digest)
		reached := w.Init()
		for s := range stored {
			for _, a := range w.Enabled(&s, nil) {
				next := s
				w.Apply(&next, a)
				reached = append(reached, next)
			}
		}
		left := slices.DeleteFunc(reached, func(s uint32) bool { return stored[s] })
		require.Equal(t, len(left), one.Cut.States+one.Cut.Depth)
	})
}

func TestLimitOnStates(t *testing.T) {
	w := web{Nodes: 20_000, Seed: 2, Degree: 5, Starts: 1}
	total := len(search(w, w.claims).depth)
	for _, tt := range []struct {
		limit int
		cut   bool
	}{{total, false}, {total + 1, false}, {total - 1, true}, {total / 2, true}, {1, true}} {
		r := all(t, w, checker.Options[uint32, uint8]{Limits: checker.Limits{States: tt.limit}})
		require.Equal(t, min(tt.limit, total), r.Stats.States)
		require.Equal(t, !tt.cut, r.Complete)
		require.Equal(t, tt.cut, r.Cut.States > 0)
		if tt.cut {
			require.Equal(t, checker.Truncated, r.Verdict)
			require.Equal(t, fmt.Sprintf("the limit on states: %d arrivals at states not kept", r.Cut.States), r.Cut.String())
		}
	}
}

func TestLimitOnDepth(t *testing.T) {
	w := web{Nodes: 20_000, Seed: 2, Degree: 5, Starts: 1}
	n := search(w, w.claims)
	for limit := 1; limit <= n.deepest+1; limit++ {
		states, beyond := 0, 0
		for s, depth := range n.depth {
			if depth <= limit {
				states++
			}
			if depth != limit {
				continue
			}
			for _, a := range w.Enabled(&s, nil) {
				next := s
				if w.Apply(&next, a); n.depth[next] > limit {
					beyond++
				}
			}
		}
		r := all(t, w, checker.Options[uint32, uint8]{Limits: checker.Limits{Depth: limit}})
		require.Equal(t, states, r.Stats.States)
		require.Equal(t, checker.Cut{Depth: beyond}, r.Cut)
		require.Equal(t, limit >= n.deepest, r.Verdict == checker.Exhausted)
		if beyond > 0 {
			require.Equal(t, fmt.Sprintf("the limit on depth: %d arrivals at states not kept", beyond), r.Cut.String())
		}
	}
}

func TestLimitOnMemory(t *testing.T) {
	w := web{Nodes: 200_000, Seed: 3, Degree: 5, Starts: 9}
	for _, limit := range []int64{300_000, 1_000_000, 3_000_000} {
		r := all(t, w, checker.Options[uint32, uint8]{Limits: checker.Limits{Memory: limit}})
		require.Equal(t, checker.Truncated, r.Verdict)
		require.True(t, r.Cut.ByMemory)
		require.Equal(t, fmt.Sprintf("the limit on memory: %d arrivals at states not kept", r.Cut.States), r.Cut.String())
		require.LessOrEqual(t, r.Stats.Seen+r.Stats.Frontier, limit)
		require.Greater(t, r.Stats.Seen+r.Stats.Frontier, limit/2)
		// Nothing more is stored once something was not.
		same := all(t, w, checker.Options[uint32, uint8]{Limits: checker.Limits{States: r.Stats.States}})
		require.Equal(t, same.Stats, r.Stats)
		require.Equal(t, same.Digest, r.Digest)
		require.Equal(t, same.Cut.States, r.Cut.States)
		both := all(t, w, checker.Options[uint32, uint8]{Limits: checker.Limits{States: r.Stats.States, Memory: limit}})
		require.Equal(t, same.Stats, both.Stats)
		require.Equal(t, same.Cut, both.Cut) // the one on memory is no nearer
	}
}

// Rows are long countdowns beside each other, so that the levels are narrow: of
// the edges, those of the level that is expanded are not accounted for.
type rows struct{ countdown }

func (r rows) Init() []int {
	var inits []int
	for i := range 50 {
		inits = append(inits, i<<20+int(r.countdown))
	}
	return inits
}

func (rows) Enabled(s *int, buf []int) []int {
	if *s&(1<<20-1) > 0 {
		buf = append(buf, 1)
	}
	return buf
}

// The limit on memory is kept whatever the sizes of the tables are, with a graph
// too, and little of it is left unused.
func TestLimitOnMemoryIsTight(t *testing.T) {
	var e checker.Explorer[int, int]
	opts := checker.Options[int, int]{Workers: 1}
	for _, opts.Graph = range []*checker.Labels[int, int]{nil, {
		Class:   func(*int, int) uint8 { return 0 },
		Pending: func(*int) uint64 { return 0 },
	}} {
		for limit := int64(500_000); limit < 1_050_000; limit += limit / 10 {
			opts.Limits.Memory = limit
			r, err := e.Explore(rows{1000}, opts)
			require.NoError(t, err)
			require.True(t, r.Cut.ByMemory)
			used := r.Stats.Seen + r.Stats.Frontier
			if g := r.Graph; g != nil {
				used += int64(4*len(g.First) + 8*len(g.Edges) + 8*len(g.Pending) + 8*len(g.Enabled))
			}
			require.LessOrEqual(t, used, limit)
			require.Greater(t, used, limit*8/10)
		}
	}
}

// A bulky web has large states.
type bulky struct{ web }

type bulk struct {
	N    uint32
	Rest [99]uint32
}

func (b bulky) Init() []bulk {
	var inits []bulk
	for _, n := range b.web.Init() {
		inits = append(inits, bulk{N: n})
	}
	return inits
}
func (b bulky) Enabled(s *bulk, buf []uint8) []uint8 { return b.web.Enabled(&s.N, buf) }
func (b bulky) Apply(s *bulk, a uint8)               { b.web.Apply(&s.N, a) }

// States count as long as they are in the level or the next one.
func TestLimitOnMemoryOfLargeStates(t *testing.T) {
	for _, limit := range []int64{300_000, 1_000_000, 3_000_000} {
		r := all(t, bulky{web{Nodes: 200_000, Seed: 3, Degree: 3, Starts: 9}}, checker.Options[bulk, uint8]{
			Limits: checker.Limits{Memory: limit},
		})
		require.True(t, r.Cut.ByMemory)
		require.LessOrEqual(t, r.Stats.Seen+r.Stats.Frontier, limit)
		require.Greater(t, r.Stats.Seen+r.Stats.Frontier, limit*8/10)
	}
}

// A state of the seen set, with its parent, takes 19 to 26 bytes however many
// there are.
func TestMemoryOfTheSeenSet(t *testing.T) {
	for nodes := uint32(20_000); nodes < 200_000; nodes += nodes / 7 {
		r := all(t, web{Nodes: nodes, Degree: 9, Starts: 9}, checker.Options[uint32, uint8]{})
		each := float64(r.Stats.Seen) / float64(r.Stats.States)
		require.Greater(t, each, 19.)
		require.Less(t, each, 26.)
	}
}

func TestLimitOnTime(t *testing.T) {
	w := web{Nodes: 20_000, Seed: 2, Degree: 5, Starts: 1}
	r := all(t, w, checker.Options[uint32, uint8]{Limits: checker.Limits{Time: 1}, Judge: w.claims})
	require.Equal(t, checker.Truncated, r.Verdict)
	require.Equal(t, checker.Cut{Time: 1}, r.Cut)
	require.Equal(t, 1, r.Stats.States)
	require.Equal(t, "the limit on time: 1 states not expanded", r.Cut.String())

	var e checker.Explorer[uint32, uint8]
	e.SetClock(ticking(time.Second)) // at each look
	just, err := e.Explore(w, checker.Options[uint32, uint8]{Limits: checker.Limits{Time: time.Second}})
	require.NoError(t, err)
	require.Equal(t, r.Cut, just.Cut)

	// Each look at the clock takes a second.
	for _, workers := range []int{1, 3} {
		var e checker.Explorer[uint32, uint8]
		now := time.Time{}
		e.SetClock(func() time.Time { now = now.Add(time.Second); return now })
		expanded := 0
		r, err := e.Explore(w, checker.Options[uint32, uint8]{
			Limits: checker.Limits{Time: 10 * time.Second}, Workers: workers,
			Graph: &checker.Labels[uint32, uint8]{
				Class:   func(*uint32, uint8) uint8 { return 0 },
				Pending: func(*uint32) uint64 { return 1 },
			},
		})
		require.NoError(t, err)
		for _, pending := range r.Graph.Pending {
			expanded += int(pending)
		}
		require.Equal(t, checker.Truncated, r.Verdict)
		require.True(t, r.Graph.Cut)
		require.Greater(t, expanded, 200)
		require.Equal(t, checker.Cut{Time: r.Stats.States - expanded}, r.Cut)
	}
}

func TestCutSaysAllThatWasLeftOut(t *testing.T) {
	require.Equal(t, "the limit on memory: 4 arrivals at states not kept, the limit on depth: 3 arrivals at states not kept, "+
		"the limit on time: 2 states not expanded", checker.Cut{States: 4, Depth: 3, Time: 2, ByMemory: true}.String())
}

// Until is looked at after so many states, whoever expands them.
func TestUntil(t *testing.T) {
	w := web{Nodes: 300_000, Seed: 4, Degree: 6, Starts: 1}
	rare := func(s *uint32, _ bool) (bad, met uint64) {
		if w.mix(*s, 3000)%20_000 == 0 {
			bad = 1 << (*s % 2)
		}
		return bad, 0
	}
	full := all(t, w, checker.Options[uint32, uint8]{Judge: rare})
	require.Equal(t, uint64(3), full.Bad)
	for _, until := range []uint64{1, 2, 3, 4} {
		opts := checker.Options[uint32, uint8]{Judge: rare, Until: until, Workers: 1}
		one := all(t, w, opts)
		for opts.Workers = 2; opts.Workers <= 5; opts.Workers++ {
			requireSame(t, one, all(t, w, opts))
		}
		require.Equal(t, checker.Violated, one.Verdict)
		require.Equal(t, until == 4, one.Complete)
		require.Equal(t, until == 4, one.Stats.Transitions == full.Stats.Transitions)
		for claim := range 2 {
			if until>>claim&1 == 1 {
				_, want := full.Schedule(claim)
				_, got := one.Schedule(claim)
				require.Equal(t, want, got)
			}
		}
	}
}

// The level in which a claim breaks need not be finished.
func TestUntilWithinALevel(t *testing.T) {
	opts := checker.Options[int32, int32]{
		Judge: func(s *int32, _ bool) (bad, met uint64) {
			if *s%4000 == 3999 {
				bad = 1
			}
			return bad, 0
		},
		Until: 1, Workers: 1,
	}
	one := all(t, fan(40_000), opts)
	require.Less(t, one.Stats.Terminal, 30_000)
	for opts.Workers = 2; opts.Workers <= 5; opts.Workers++ {
		requireSame(t, one, all(t, fan(40_000), opts))
	}
	// Nor does it matter where a search that stopped went on.
	opts.Checkpoint.Path = filepath.Join(t.TempDir(), "search")
	opts.Limits.Time = 3 * time.Second
	opts.Workers = 1
	for pieces := 1; ; pieces++ {
		var e checker.Explorer[int32, int32]
		e.SetClock(ticking(time.Second)) // at each look
		r, err := e.Explore(fan(40_000), opts)
		require.NoError(t, err)
		if r.Cut.Time == 0 {
			requireSame(t, one, r)
			require.Greater(t, pieces, 20)
			return
		}
	}
}

// A wide is a fan whose states are large.
type wide int

func (wide) Init() [][1024]uint8 { return [][1024]uint8{{}} }
func (w wide) Enabled(s *[1024]uint8, buf []int) []int {
	for i := 1; i < int(w) && *s == [1024]uint8{}; i++ {
		buf = append(buf, i)
	}
	return buf
}
func (wide) Apply(s *[1024]uint8, i int) { s[1000], s[1001] = uint8(i), uint8(i>>8) }

// Of large states, fewer are expanded before Until is looked at.
func TestUntilWithLargeStates(t *testing.T) {
	for workers := 1; workers <= 3; workers++ {
		r := all(t, wide(3000), checker.Options[[1024]uint8, int]{Judge: breaksIf[[1024]uint8], Until: 1, Workers: workers})
		require.Equal(t, checker.Violated, r.Verdict)
		require.Less(t, r.Stats.Terminal, 2999)
	}
}

// Initial states that are equal, or stand for one, are one.
func TestInitialStates(t *testing.T) {
	inits := starts{5, 3, 5, 13, 4, 3}
	r := all(t, inits, checker.Options[int, int]{})
	require.Equal(t, 13, r.Stats.States) // 3 to 15
	noted := all(t, inits, checker.Options[int, int]{Note: func(s *int) uint64 { return 1 << *s }})
	require.Equal(t, uint64(1<<16-1<<3), noted.Met)
	require.Equal(t, r.Stats, noted.Stats)
	opts := checker.Options[int, int]{
		Canonical: func(s *int) { *s %= 10 },
		Judge: func(s *int, _ bool) (bad, met uint64) {
			return 1 << *s, 0
		},
		Note: func(s *int) uint64 { return 1 << *s },
	}
	r = all(t, starts{13, 5, 3, 15, 0}, opts)
	require.Equal(t, 10, r.Stats.States)
	require.Equal(t, uint64(1<<10-1), r.Bad)
	require.Equal(t, uint64(1<<15|1<<13|1<<11-1), r.Met) // 9 leads to 10
	for claim, want := range map[int]int{3: 13, 5: 5, 0: 0} {
		init, schedule := r.Schedule(claim)
		require.Equal(t, want, init)
		require.Empty(t, schedule)
	}
}

// starts is a system that counts up to 15 from each of its states.
type starts []int

func (i starts) Init() []int { return i }
func (i starts) Enabled(s *int, buf []int) []int {
	if *s < 15 {
		buf = append(buf, 1)
	}
	return buf
}
func (i starts) Apply(s *int, a int) { *s += a }

func TestNoInitialState(t *testing.T) {
	r := all(t, starts{}, checker.Options[int, int]{})
	require.Equal(t, checker.Exhausted, r.Verdict)
	require.Equal(t, 0, r.Stats.States)
}

// A fan is a state with so many successors.
type fan int

func (f fan) Init() []int32 { return []int32{0} }
func (f fan) Enabled(s *int32, buf []int32) []int32 {
	if *s == 0 {
		for i := range int32(f) {
			buf = append(buf, i+1)
		}
	}
	return buf
}
func (f fan) Apply(s *int32, a int32) { *s = a }

// Two are two states that lead to the same ones.
type two struct{ fan }

func (two) Init() []int32 { return []int32{-1, 0} }
func (f two) Enabled(s *int32, buf []int32) []int32 {
	return f.fan.Enabled(new(max(0, *s)), buf)
}

func TestTooManySuccessors(t *testing.T) {
	opts := checker.Options[int32, int32]{Workers: 1}
	r := all(t, fan(checker.MaxSuccessors), opts)
	require.Equal(t, 1+checker.MaxSuccessors, r.Stats.States)
	r = all(t, two{checker.MaxSuccessors/2 - 1}, opts) // each has less
	require.Equal(t, 2+checker.MaxSuccessors/2-1, r.Stats.States)
	require.PanicsWithValue(t, "checker: a state has more than 2^20 successors", func() {
		all(t, fan(checker.MaxSuccessors+1), opts)
	})
	opts.Persistent = func(s *int32, enabled []int32) (from, to int) { return 0, len(enabled) }
	require.PanicsWithValue(t, "checker: a state has more than 2^20 successors", func() {
		all(t, fan(checker.MaxSuccessors+1), opts)
	})
}

func TestExploreRefuses(t *testing.T) {
	require.PanicsWithValue(t, "checker: not a plain value: *int: a *int refers to memory outside the value", func() {
		all(t, pointed{}, checker.Options[*int, int]{})
	})
	require.PanicsWithValue(t, "checker: a fairness class is above 63", func() {
		all(t, fan(1), checker.Options[int32, int32]{Workers: 1, Graph: &checker.Labels[int32, int32]{
			Class:   func(*int32, int32) uint8 { return 64 },
			Pending: func(*int32) uint64 { return 0 },
		}})
	})
	require.PanicsWithValue(t, "checker: Options.Persistent returned no range of the enabled actions", func() {
		all(t, starts{0}, checker.Options[int, int]{Workers: 1, Persistent: func(*int, []int) (from, to int) { return 1, 0 }})
	})
	require.PanicsWithValue(t, "checker: a schedule to a claim that is not broken", func() {
		all(t, fan(1), checker.Options[int32, int32]{}).Schedule(3)
	})
}

// The graph has the edges of the system, in the order of Enabled.
func TestGraphIsTheSystem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWeb(t, 600)
		labels := &checker.Labels[uint32, uint8]{
			Class:   func(s *uint32, a uint8) uint8 { return uint8(*s+uint32(a)) % 64 },
			Pending: func(s *uint32) uint64 { return uint64(*s) << 7 },
		}
		r := all(t, w, checker.Options[uint32, uint8]{Graph: labels, Workers: rapid.IntRange(1, 5).Draw(t, "workers")})
		require.False(t, r.Graph.Cut)
		plain := all(t, w, checker.Options[uint32, uint8]{})
		require.Equal(t, plain.Digest, r.Digest)
		var states []uint32
		for number := range r.Stats.States {
			init, schedule := r.ScheduleTo(uint32(number))
			_, same := plain.ScheduleTo(uint32(number))
			require.Equal(t, same, schedule)
			s, err := checker.Replay(w, init, schedule)
			require.NoError(t, err)
			states = append(states, s)
		}
		require.Len(t, states, len(search(w, w.claims).depth))
		require.Len(t, r.Graph.First, len(states)+1)
		for number, s := range states {
			edges := r.Graph.Edges[r.Graph.First[number]:r.Graph.First[number+1]]
			enabled := w.Enabled(&s, nil)
			require.Len(t, edges, len(enabled))
			classes := uint64(0)
			for i, a := range enabled {
				next := s
				w.Apply(&next, a)
				require.Equal(t, next, states[edges[i].To])
				require.Equal(t, labels.Class(&s, a), edges[i].Class)
				classes |= 1 << edges[i].Class
			}
			require.Equal(t, classes, r.Graph.Enabled[number])
			require.Equal(t, uint64(s)<<7, r.Graph.Pending[number])
		}
		slices.Sort(states)
		require.Len(t, slices.Compact(states), len(r.Graph.Pending))
	})
}

func TestOmitted(t *testing.T) {
	r := all(t, fan(1<<20-1), checker.Options[int32, int32]{})
	require.InEpsilon(t, 0x1p39/0x1p64, r.Omitted, 1e-5)
	require.Zero(t, all(t, starts{15}, checker.Options[int, int]{}).Omitted)
}

// Nothing is allocated for a state or a transition.
func TestExploreAllocatesLittle(t *testing.T) {
	var e checker.Explorer[uint32, uint8]
	small, large := web{Nodes: 300, Degree: 5, Starts: 9}, web{Nodes: 30_000, Degree: 5, Starts: 9}
	for _, w := range []web{large, small} {
		opts := checker.Options[uint32, uint8]{Workers: 1, Judge: w.claims}
		allocs := testing.AllocsPerRun(5, func() {
			_, err := e.Explore(w, opts)
			require.NoError(t, err)
		})
		require.LessOrEqual(t, allocs, 20.)
	}
}
