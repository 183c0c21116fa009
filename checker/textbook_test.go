package checker_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
)

// known is what is known of a system in the terms of TLC: the initial states
// count as generated, and the depth is one of states.
type known struct{ distinct, generated, depth, terminal int }

// requireExplored checks that the engine finds what is known, with one worker
// and with two, and that no state breaks the invariant.
func requireExplored[S, A comparable](t *testing.T, want known, sys checker.System[S, A],
	canonical func(*S), holds func(*S) bool,
) {
	t.Helper()
	opts := checker.Options[S, A]{Canonical: canonical, Judge: breaks(holds)}
	var digests []uint64
	for _, opts.Workers = range []int{1, 2} {
		r := all(t, sys, opts)
		require.Equal(t, checker.Exhausted, r.Verdict)
		require.True(t, r.Complete)
		require.Equal(t, want, known{
			r.Stats.States, len(sys.Init()) + r.Stats.Transitions, r.Stats.Depth + 1, r.Stats.Terminal,
		})
		digests = append(digests, r.Digest)
	}
	require.Equal(t, digests[0], digests[1])
}

// breaks is the claim that an invariant holds.
func breaks[S any](holds func(*S) bool) func(*S, bool) (bad, met uint64) {
	return func(s *S, _ bool) (bad, met uint64) {
		if !holds(s) {
			bad = 1
		}
		return bad, 0
	}
}

// Where the numbers are published is said in the doc comments of the systems.
func TestExploreTwoPhaseCommit(t *testing.T) {
	consistent := (*textbook.Transaction).Consistent
	for _, tt := range []struct {
		managers  int
		want      known
		symmetric known // with Canonical
	}{
		{3, known{288, 1146, 11, 0}, known{80, 318, 11, 0}},
		{5, known{8832, 58146, 17, 0}, known{314, 2048, 17, 0}},
		{7, known{296448, 2744706, 23, 0}, known{920, 8410, 23, 0}},
	} {
		t.Run(fmt.Sprint(tt.managers), func(t *testing.T) {
			sys := textbook.TwoPhase{Managers: tt.managers}
			requireExplored(t, tt.want, sys, nil, consistent)
			requireExplored(t, tt.symmetric, sys, sys.Canonical, consistent)
		})
	}
}

// A million states, by several workers only.
func TestExploreTwoPhaseCommitOfEight(t *testing.T) {
	sys := textbook.TwoPhase{Managers: 8}
	requireExplored(t, known{1461, 15287, 26, 0}, sys, sys.Canonical, (*textbook.Transaction).Consistent)
	r := all(t, sys, checker.Options[textbook.Transaction, textbook.TwoPhaseAction]{
		Workers: 2,
		Judge:   breaks((*textbook.Transaction).Consistent),
	})
	require.Equal(t, checker.Exhausted, r.Verdict)
	require.Equal(t, 1745408, r.Stats.States)
	require.Equal(t, 18507778, 1+r.Stats.Transitions)
	require.Equal(t, 26, 1+r.Stats.Depth)
}

func TestExploreTextbook(t *testing.T) {
	requireExplored(t, known{42, 77, 11, 0}, textbook.Peterson{}, nil, (*textbook.Mutex).Exclusive)
	requireExplored(t, known{12, 21, 5, 0}, textbook.Lock{}, nil, (*textbook.Room).Exclusive)
	requireExplored(t, known{243, 945 + 1, 6, 2}, textbook.Diners{N: 5}, nil, func(*textbook.Forks) bool { return true })
	requireExplored(t, known{302, 2001, 9, 1}, textbook.Termination{Nodes: 3}, nil, (*textbook.Probe).Sound)
	requireExplored(t, known{1566, 15986, 12, 1}, textbook.Termination{Nodes: 4}, nil, (*textbook.Probe).Sound)
	requireExplored(t, known{137, 227, 10, 8}, textbook.Election{Nodes: 3}, nil, (*textbook.Ballot).Correct)
	german := textbook.German{Nodes: 2}
	requireExplored(t, known{1107, 3281, 19, 0}, german, german.Canonical, (*textbook.Directory).Coherent)
}

// Both deadlocks are as near, and a schedule leads to one.
func TestExploreFindsTheDeadlock(t *testing.T) {
	sys := textbook.Diners{N: 10}
	for _, workers := range []int{1, 2} {
		r := all(t, sys, checker.Options[textbook.Forks, textbook.Serving]{
			Workers: workers,
			Judge:   breaksIf[textbook.Forks],
		})
		require.Equal(t, checker.Violated, r.Verdict)
		require.Equal(t, 59049, r.Stats.States)       // 3¹⁰
		require.Equal(t, 459270, r.Stats.Transitions) // 7 · 10 · 3⁸
		require.Equal(t, 2, r.Stats.Terminal)
		init, schedule := r.Schedule(0)
		require.Len(t, schedule, 10)
		last, err := checker.Replay(sys, init, schedule)
		require.NoError(t, err)
		require.Empty(t, sys.Enabled(&last, nil))
	}
}

// breaksIf is the claim that a system goes on for ever.
func breaksIf[S any](_ *S, terminal bool) (bad, met uint64) {
	if terminal {
		bad = 1
	}
	return bad, 0
}

// Without the turn both get in, and no sooner than after six actions.
func TestExploreFindsTheBrokenMutex(t *testing.T) {
	sys := textbook.Peterson{TestFirst: true}
	r := all(t, sys, checker.Options[textbook.Mutex, int]{Judge: breaks((*textbook.Mutex).Exclusive)})
	require.Equal(t, checker.Violated, r.Verdict)
	init, schedule := r.Schedule(0)
	require.Len(t, schedule, 6)
	last, err := checker.Replay(sys, init, schedule)
	require.NoError(t, err)
	require.False(t, last.Exclusive())
}

// BenchmarkExploreTwoPhase is the benchmark that other checkers are compared
// on. With nine managers it applies 123558401 actions.
func BenchmarkExploreTwoPhase(b *testing.B) {
	for _, managers := range []int{7, 8, 9} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("managers=%d/workers=%d", managers, workers), func(b *testing.B) {
				sys := textbook.TwoPhase{Managers: managers}
				var stats checker.Stats
				for b.Loop() {
					r, err := checker.Explore(sys, checker.Options[textbook.Transaction, textbook.TwoPhaseAction]{
						Workers: workers,
						Judge:   breaks((*textbook.Transaction).Consistent),
					})
					require.NoError(b, err)
					require.Equal(b, checker.Exhausted, r.Verdict)
					stats = r.Stats
				}
				seconds := b.Elapsed().Seconds() / float64(b.N)
				b.ReportMetric(float64(stats.States)/seconds, "states/s")
				b.ReportMetric(float64(stats.Transitions)/seconds, "transitions/s")
				b.ReportMetric(float64(stats.Seen)/float64(stats.States), "B/state")
			})
		}
	}
}

// requireLive checks which obligations can stay open for ever.
func requireLive[S, A comparable](t *testing.T, sys checker.System[S, A], labels checker.Labels[S, A],
	fair checker.Fairness, want ...int,
) *checker.Graph {
	t.Helper()
	r := all(t, sys, checker.Options[S, A]{Graph: &labels})
	lassos, err := checker.Live(r.Graph, fair)
	require.NoError(t, err)
	var got []int
	for _, l := range lassos {
		got = append(got, l.Obligation)
	}
	require.Equal(t, want, got)
	return r.Graph
}

// What each system's doc comment says of fairness. The semaphore's and the
// ring's are in liveness_test.go.
func TestTextbookFairness(t *testing.T) {
	mutex := checker.Labels[textbook.Mutex, int]{Class: textbook.Peterson{}.Class, Pending: textbook.Peterson{}.Pending}
	requireLive(t, textbook.Peterson{}, mutex, checker.Fairness{}, 0, 1)
	requireLive(t, textbook.Peterson{}, mutex, checker.Fairness{Weak: 1}, 0, 1) // process 1 may stop anywhere, in the critical section too
	requireLive(t, textbook.Peterson{}, mutex, checker.Fairness{Weak: 3})

	diners := textbook.Diners{N: 4}
	dinner := checker.Labels[textbook.Forks, textbook.Serving]{Class: diners.Class, Pending: diners.Pending}
	requireLive(t, diners, dinner, checker.Fairness{Strong: 15}, 0, 1, 2, 3)

	election := textbook.Election{Nodes: 4}
	ballot := checker.Labels[textbook.Ballot, textbook.BallotAction]{Class: election.Class, Pending: election.Pending}
	g := requireLive(t, election, ballot, checker.Fairness{Weak: 15})
	acyclic, err := checker.Acyclic(g)
	require.NoError(t, err)
	require.True(t, acyclic)
}
