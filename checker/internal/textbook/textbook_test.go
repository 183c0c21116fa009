package textbook_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	_ "pgregory.net/rapid" // its flags, for go test ./... with them

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
)

// count is a search with nothing clever in it, in the terms of TLC: generated
// are the initial states and the transitions.
type count struct{ distinct, generated, depth, terminal int }

// search visits every state, level by level.
func search[S, A comparable](sys checker.System[S, A], canonical func(*S), visit func(*S)) count {
	var c count
	known := map[S]bool{}
	next := sys.Init()
	for ; len(next) > 0; c.depth++ {
		c.generated += len(next)
		var level []S
		for _, s := range next {
			if canonical != nil {
				canonical(&s)
			}
			if !known[s] {
				known[s] = true
				level = append(level, s)
			}
		}
		if len(level) == 0 {
			break
		}
		next = nil
		for i := range level {
			visit(&level[i])
			enabled := sys.Enabled(&level[i], nil)
			if len(enabled) == 0 {
				c.terminal++
			}
			for _, a := range enabled {
				s := level[i]
				sys.Apply(&s, a)
				next = append(next, s)
			}
		}
	}
	c.distinct = len(known)
	return c
}

// requireCount checks a system against what is published of it, and that its
// invariant holds throughout.
func requireCount[S, A comparable](t *testing.T, want count, sys checker.System[S, A], canonical func(*S), holds func(*S) bool) {
	t.Helper()
	require.NoError(t, checker.PlainValue(reflect.TypeFor[S]()))
	require.Equal(t, want, search(sys, canonical, func(s *S) { require.True(t, holds(s), "%v", *s) }))
}

// The numbers are published: the doc comment of each system says where.
func TestPublishedCounts(t *testing.T) {
	requireCount(t, count{288, 1146, 11, 0}, textbook.TwoPhase{Managers: 3}, nil, (*textbook.Transaction).Consistent)
	requireCount(t, count{8832, 58146, 17, 0}, textbook.TwoPhase{Managers: 5}, nil, (*textbook.Transaction).Consistent)
	requireCount(t, count{42, 77, 11, 0}, textbook.Peterson{}, nil, (*textbook.Mutex).Exclusive)
	requireCount(t, count{12, 21, 5, 0}, textbook.Lock{}, nil, (*textbook.Room).Exclusive)
	requireCount(t, count{243, 945 + 1, 6, 2}, textbook.Diners{N: 5}, nil, func(*textbook.Forks) bool { return true })
	requireCount(t, count{302, 2001, 9, 1}, textbook.Termination{Nodes: 3}, nil, (*textbook.Probe).Sound)
	requireCount(t, count{1566, 15986, 12, 1}, textbook.Termination{Nodes: 4}, nil, (*textbook.Probe).Sound)
	requireCount(t, count{137, 227, 10, 8}, textbook.Election{Nodes: 3}, nil, (*textbook.Ballot).Correct)
	german := textbook.German{Nodes: 2}
	requireCount(t, count{1107, 3281, 19, 0}, german, german.Canonical, (*textbook.Directory).Coherent)
}

// Canonical must not depend on how the managers, or the nodes, are numbered.
func TestCanonicalForgetsTheOrder(t *testing.T) {
	two := textbook.TwoPhase{Managers: 4}
	search(two, nil, func(s *textbook.Transaction) {
		const lanes = 1<<16 - 1
		canonical, turned := *s, *s&^lanes|(*s<<4|*s>>12&15)&lanes
		swapped := *s&^0xff | *s>>4&15 | *s&15<<4
		for _, other := range []*textbook.Transaction{&canonical, &turned, &swapped} {
			two.Canonical(other)
			require.Equal(t, canonical, *other)
		}
		before, after := managers(*s), managers(canonical)
		require.Equal(t, before, after)
	})
	german := textbook.German{Nodes: 2}
	search(german, nil, func(s *textbook.Directory) {
		canonical, swapped := *s, *s
		swapped.Caches[0], swapped.Caches[1] = s.Caches[1], s.Caches[0]
		if s.Client < 2 {
			swapped.Client = 1 - s.Client
		}
		german.Canonical(&canonical)
		require.Contains(t, []textbook.Directory{*s, swapped}, canonical)
		german.Canonical(&swapped)
		require.Equal(t, canonical, swapped)
	})
}

// managers counts the resource managers by their local states.
func managers(s textbook.Transaction) [16]int {
	var counts [16]int
	for r := range 15 {
		counts[s>>(4*r)&15]++
	}
	return counts
}

// twoPhaseCounts are the formulas of TwoPhase's doc comment.
func twoPhaseCounts(n int) (plain, symmetric count) {
	power := func(b int) int {
		p := 1
		for range n {
			p *= b
		}
		return p
	}
	over := func(n, k int) int {
		c := 1
		for i := range k {
			c = c * (n - i) / (i + 1)
		}
		return c
	}
	p, q := over(n+3, 3), over(n+5, 5)
	plain.distinct = power(4) + power(2) + power(6)
	plain.generated = 2 + (n+1)*power(4) + n*power(2) + n*power(6)*4/3
	symmetric.distinct = p + n + 1 + q
	symmetric.generated = 2 + (n+1)*p + n*(n+1) + n*q*4/3
	return plain, symmetric
}

func TestTwoPhaseFormulas(t *testing.T) {
	for n := 1; n <= 6; n++ {
		sys := textbook.TwoPhase{Managers: n}
		plain, symmetric := twoPhaseCounts(n)
		for _, tt := range []struct {
			want      count
			canonical func(*textbook.Transaction)
		}{{plain, nil}, {symmetric, sys.Canonical}} {
			got := search(sys, tt.canonical, func(*textbook.Transaction) {})
			got.depth = 0
			require.Equal(t, tt.want, got, n)
		}
	}
	// What the engine is to find where the search above takes too long.
	for n, want := range map[int][3]int{
		7: {296448, 2744706, 920},
		8: {1745408, 18507778, 1461},
		9: {10340352, 123558402, 2232},
	} {
		plain, symmetric := twoPhaseCounts(n)
		require.Equal(t, want, [3]int{plain.distinct, plain.generated, symmetric.distinct}, n)
	}
}

// BenchmarkTwoPhase is the price of a transition without an engine: every
// state of two-phase commit is expanded.
func BenchmarkTwoPhase(b *testing.B) {
	sys := textbook.TwoPhase{Managers: 6}
	var states []textbook.Transaction
	transitions := search(sys, nil, func(s *textbook.Transaction) { states = append(states, *s) }).generated - 1
	buf := make([]textbook.TwoPhaseAction, 0, 64)
	var sum textbook.Transaction
	b.ReportAllocs()
	for b.Loop() {
		for i := range states {
			buf = sys.Enabled(&states[i], buf[:0])
			for _, a := range buf {
				s := states[i]
				sys.Apply(&s, a)
				sum += s
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(transitions), "ns/transition")
	require.NotZero(b, sum)
}
