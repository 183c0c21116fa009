package checker_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
)

// all is what an exploration found, without what may differ.
func all[S, A comparable](t require.TestingT, sys checker.System[S, A], opts checker.Options[S, A]) *checker.Result[S, A] {
	r, err := checker.Explore(sys, opts)
	require.NoError(t, err)
	return r
}

func TestExploreIsTheSameWithAnyNumberOfWorkers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		opts := checker.Options[node, edge]{
			Workers: 1,
			Judge: func(s *node, terminal bool) (bad, met uint64) {
				if g.bad(s, terminal) {
					bad = 1
				}
				return bad, 1 << *s
			},
		}
		one := all(t, g, opts)
		opts.Workers = rapid.IntRange(2, 5).Draw(t, "workers")
		more := all(t, g, opts)
		require.Equal(t, one.Bad, more.Bad)
		require.Equal(t, one.Met, more.Met)
		require.Equal(t, one.Digest, more.Digest)
		require.Equal(t, one.Stats.States, more.Stats.States)
		require.Equal(t, one.Stats.Transitions, more.Stats.Transitions)
		length, _, found := g.least()
		require.Equal(t, found, one.Bad != 0)
		if !found {
			require.Equal(t, checker.Exhausted, one.Verdict)
			return
		}
		_, schedule := one.Schedule(0)
		_, again := more.Schedule(0)
		require.Len(t, schedule, length)
		require.Equal(t, schedule, again)
		last, err := checker.Replay(g, 0, schedule)
		require.NoError(t, err)
		require.True(t, g.isBad(last))
	})
}
