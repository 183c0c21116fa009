package checker_test

import (
	"math"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
)

// owing is a drawn graph with obligations: open[n] are those of node n.
type owing struct {
	graph
	open []uint64
}

func drawOwing(t *rapid.T, nodes int) owing {
	g := owing{graph: graph{edges: make([][]edge, rapid.IntRange(1, nodes).Draw(t, "nodes"))}}
	last := len(g.edges) - 1
	for from := range g.edges {
		g.open = append(g.open, rapid.SampledFrom([]uint64{3, 3, 3, 2, 1, 0}).Draw(t, "open"))
		for n := range rapid.IntRange(0, 3).Draw(t, "edges") {
			g.edges[from] = append(g.edges[from], edge{
				Number: uint8(n), Task: rapid.Uint8Range(0, 2).Draw(t, "task"), To: node(rapid.IntRange(0, last).Draw(t, "to")),
			})
		}
	}
	return g
}

func (g owing) labels() *checker.Labels[node, edge] {
	return &checker.Labels[node, edge]{
		Class:   func(_ *node, e edge) uint8 { return e.Task },
		Pending: func(s *node) uint64 { return g.open[*s] },
	}
}

// enabled are the classes that can be taken at a node.
func (g owing) enabled(n node) (set uint64) {
	for _, e := range g.edges[n] {
		set |= 1 << e.Task
	}
	return set
}

// reach are the nodes that can be reached within a set of nodes, by at least
// one edge.
func (g owing) reach(from node, within uint64) uint64 {
	set := uint64(0)
	for grown := true; grown; {
		grown = false
		for n := range g.edges {
			if node(n) != from && set>>n&1 == 0 {
				continue
			}
			for _, e := range g.edges[n] {
				if bit := uint64(1) << e.To; within&bit != 0 && set&bit == 0 {
					set |= bit
					grown = true
				}
			}
		}
	}
	return set
}

// stays reports whether a fair run can stay in a set of nodes for ever and
// visit all of them again and again. It tries nothing clever.
func (g owing) stays(set uint64, fair checker.Fairness) bool {
	always, sometimes, taken := ^uint64(0), uint64(0), uint64(0)
	for n := range g.edges {
		if set>>n&1 == 0 {
			continue
		}
		if g.reach(node(n), set) != set {
			return false
		}
		always &= g.enabled(node(n))
		sometimes |= g.enabled(node(n))
		for _, e := range g.edges[n] {
			if set>>e.To&1 != 0 {
				taken |= 1 << e.Task
			}
		}
	}
	return fair.Weak&always&^taken == 0 && fair.Strong&sometimes&^taken == 0
}

// canStay tells by trying all sets of nodes whether an obligation can stay open
// for ever, and whether so that it cannot be closed any more; and of those ways
// the least state number. numbers are those of the nodes that are reached.
func (g owing) canStay(bit int, fair checker.Fairness, numbers map[node]uint32) (open, stuck bool, stem uint32) {
	every := uint64(1)<<len(g.edges) - 1
	owed := uint64(0)
	for n := range numbers {
		owed |= g.open[n] >> bit & 1 << n
	}
	for set := owed; set != 0; set = (set - 1) & owed {
		lowest := node(bits.TrailingZeros64(set))
		stops := set&(set-1) == 0 && g.enabled(lowest)&(fair.Weak|fair.Strong) == 0
		if !stops && !g.stays(set, fair) {
			continue
		}
		at := uint32(math.MaxUint32)
		for n, number := range numbers {
			if set>>n&1 != 0 {
				at = min(at, number)
			}
		}
		lost := (g.reach(lowest, every)|1<<lowest)&^owed == 0
		switch {
		case !open, lost && !stuck:
			stem = at
		case lost == stuck:
			stem = min(stem, at)
		}
		open, stuck = true, stuck || lost
	}
	return open, stuck, stem
}

// requireLasso checks by walking it that a lasso shows what it says.
func (g owing) requireLasso(t require.TestingT, r *checker.Result[node, edge], l checker.Lasso, fair checker.Fairness) {
	init, stem, loop := r.Lasso(l)
	at, err := checker.Replay(g, init, stem)
	require.NoError(t, err)
	nobodyHasTo := g.enabled(at)&(fair.Weak|fair.Strong) == 0
	require.Equal(t, nobodyHasTo, len(loop) == 0)
	if nobodyHasTo {
		require.NotZero(t, g.open[at]>>l.Obligation&1)
		return
	}
	states, err := checker.States(g, at, loop)
	require.NoError(t, err)
	require.Equal(t, at, states[len(loop)], "the loop does not close")
	always, sometimes, taken := ^uint64(0), uint64(0), uint64(0)
	for i, s := range states {
		require.NotZero(t, g.open[s]>>l.Obligation&1, "the obligation is closed on the loop")
		always &= g.enabled(s)
		sometimes |= g.enabled(s)
		if i < len(loop) {
			taken |= 1 << loop[i].Task
		}
	}
	require.Zero(t, fair.Weak&always&^taken, "the loop is not weakly fair")
	require.Zero(t, fair.Strong&sometimes&^taken, "the loop is not strongly fair")
}

func TestLiveFindsWhatTryingAllSetsFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 10 { // few graphs have what is hard
			g := drawOwing(t, 7)
			g.requireLive(t, checker.Fairness{
				Weak:   rapid.Uint64Range(0, 7).Draw(t, "weak"),
				Strong: rapid.Uint64Range(0, 7).Draw(t, "strong"),
			}, rapid.IntRange(1, 3).Draw(t, "workers"))
		}
	})
}

// requireLive checks what Live finds.
func (g owing) requireLive(t require.TestingT, fair checker.Fairness, workers int) {
	r := all(t, g, checker.Options[node, edge]{Graph: g.labels(), Workers: workers})
	lassos, err := checker.Live(r.Graph, fair)
	require.NoError(t, err)
	byBit := map[int]checker.Lasso{}
	for _, l := range lassos {
		byBit[l.Obligation] = l
		g.requireLasso(t, r, l, fair)
	}
	require.Len(t, byBit, len(lassos))
	numbers := map[node]uint32{}
	for number := range uint32(r.Stats.States) {
		init, schedule := r.ScheduleTo(number)
		n, err := checker.Replay(g, init, schedule)
		require.NoError(t, err)
		numbers[n] = number
	}
	for bit := range 2 {
		open, stuck, stem := g.canStay(bit, fair, numbers)
		l, found := byBit[bit]
		require.Equal(t, open, found)
		require.Equal(t, stuck, l.Stuck)
		require.Equal(t, stem, l.Stem)
	}
}

// A run can stay where a strong class is not enabled, between a state in which
// it is and one in which nothing is owed.
func TestLiveLeavesOutWhereAStrongClassIsEnabled(t *testing.T) {
	const leave = 1 // class
	g := owing{
		graph: graph{edges: [][]edge{{{To: 1}}, {{To: 0}, {Task: leave, To: 3}, {To: 2}}, {{To: 3}, {To: 2}, {To: 1}}, {{To: 2}}}},
		open:  []uint64{1, 1, 1, 0},
	}
	r := all(t, g, checker.Options[node, edge]{Graph: g.labels()})
	fair := checker.Fairness{Strong: 1<<leave | 1}
	lassos, err := checker.Live(r.Graph, fair)
	require.NoError(t, err)
	require.Len(t, lassos, 1)
	g.requireLasso(t, r, lassos[0], fair)
	_, _, loop := r.Lasso(lassos[0])
	require.Equal(t, []edge{{To: 2}}, loop)
}

func TestAcyclicIsWhetherEveryRunEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawOwing(t, 7)
		r := all(t, g, checker.Options[node, edge]{Graph: g.labels()})
		every := uint64(1)<<len(g.edges) - 1
		want := true
		for n := range g.edges {
			reached := n == 0 || g.reach(0, every)>>n&1 != 0
			want = want && (!reached || g.reach(node(n), every)>>n&1 == 0)
		}
		acyclic, err := checker.Acyclic(r.Graph)
		require.NoError(t, err)
		require.Equal(t, want, acyclic)
	})
}

func TestLiveRefusesAGraphThatIsNotComplete(t *testing.T) {
	g := owing{graph: graph{edges: [][]edge{{{To: 1}}, {{To: 2}}, nil}}, open: []uint64{0, 0, 1}}
	for name, opts := range map[string]checker.Options[node, edge]{
		"states": {Limits: checker.Limits{States: 2}},
		"depth":  {Limits: checker.Limits{Depth: 1}},
		"until":  {Until: 1, Judge: func(s *node, _ bool) (bad, met uint64) { return uint64(*s), 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			opts.Graph = g.labels()
			r := all(t, g, opts)
			_, err := checker.Live(r.Graph, checker.Fairness{})
			require.ErrorIs(t, err, checker.ErrCut)
			_, err = checker.Acyclic(r.Graph)
			require.ErrorIs(t, err, checker.ErrCut)
		})
	}
	opts := checker.Options[node, edge]{
		Graph: g.labels(), Persistent: func(*node, []edge) (from, to int) { return 0, 1 },
	}
	r := all(t, g, opts)
	_, err := checker.Live(r.Graph, checker.Fairness{})
	require.ErrorIs(t, err, checker.ErrReduced)
	acyclic, err := checker.Acyclic(r.Graph)
	require.NoError(t, err)
	require.True(t, acyclic)
}

// live is the lassos of a system under a fairness, by obligation.
func live[S, A comparable](t *testing.T, sys checker.System[S, A], labels checker.Labels[S, A], fair checker.Fairness) map[int]checker.Lasso {
	t.Helper()
	r := all(t, sys, checker.Options[S, A]{Graph: &labels, Workers: 1})
	lassos, err := checker.Live(r.Graph, fair)
	require.NoError(t, err)
	byBit := map[int]checker.Lasso{}
	for _, l := range lassos {
		byBit[l.Obligation] = l
		init, stem, loop := r.Lasso(l)
		s, err := checker.Replay(sys, init, stem)
		require.NoError(t, err)
		end, err := checker.Replay(sys, s, loop)
		require.NoError(t, err)
		require.Equal(t, s, end)
	}
	return byBit
}

// A dinner ends when all hold one fork: no fairness helps, and who holds a
// fork then is stuck with it.
func TestLiveDinner(t *testing.T) {
	labels := checker.Labels[textbook.Table, int]{
		Class: func(_ *textbook.Table, p int) uint8 { return uint8(p) },
		Pending: func(s *textbook.Table) (open uint64) {
			for p, n := range s.Holds {
				if n == 1 {
					open |= 1 << p
				}
			}
			return open
		},
	}
	const everybody = 1<<textbook.Seats - 1
	found := live(t, textbook.Philosophers{}, labels, checker.Fairness{Strong: everybody})
	require.Len(t, found, textbook.Seats)
	for p := range textbook.Seats {
		require.True(t, found[p].Stuck)
		require.Empty(t, found[p].Loop, "all have stopped")
	}
}

// Termination is detected when the token moves on, whatever the nodes do;
// nothing says so when it need not move.
func TestLiveTermination(t *testing.T) {
	m := textbook.Termination{Nodes: 3}
	labels := checker.Labels[textbook.Probe, textbook.ProbeAction]{Class: m.Class, Pending: m.Pending}
	const token = 1
	require.Empty(t, live(t, m, labels, checker.Fairness{Weak: token}))
	unfair := live(t, m, labels, checker.Fairness{})
	require.NotEmpty(t, unfair)
	require.False(t, unfair[1].Stuck, "the token can still move")
	require.Empty(t, unfair[1].Loop, "nobody has to move")
}

// Who waits for the semaphore enters under strong fairness; under weak
// fairness the other process can come first each time.
func TestLiveLock(t *testing.T) {
	labels := checker.Labels[textbook.Room, int]{Class: textbook.Lock{}.Class, Pending: textbook.Lock{}.Pending}
	const both = 3
	require.Empty(t, live(t, textbook.Lock{}, labels, checker.Fairness{Strong: both}))
	weak := live(t, textbook.Lock{}, labels, checker.Fairness{Weak: both})
	require.Len(t, weak, 2)
	for p := range 2 {
		require.False(t, weak[p].Stuck)
		require.NotEmpty(t, weak[p].Loop)
	}
}
