package checker_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
)

const plenty = 10_000 // replays

func TestMinimisePhilosophers(t *testing.T) {
	sys := textbook.Philosophers{}
	terminal := func(_ *textbook.Table, terminal bool) bool { return terminal }
	// 0 and 2 eat before the four of them block each other.
	minimal, ok := checker.Minimise(sys, textbook.Table{},
		[]int{0, 2, 0, 2, 2, 0, 2, 1, 0, 3}, terminal, sys.TaskOf, plenty)
	require.True(t, ok)
	require.ElementsMatch(t, []int{0, 1, 2, 3}, minimal)
}

// Process 1's detour goes, then its wait is moved next to the rest of it.
func TestMinimiseMergesSwitches(t *testing.T) {
	sys := textbook.Peterson{TestFirst: true}
	bad := func(s *textbook.Mutex, _ bool) bool { return !s.Exclusive() }
	given := []int{1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1}
	minimal, ok := checker.Minimise(sys, textbook.Mutex{}, given, bad, sys.TaskOf, plenty)
	require.True(t, ok)
	require.Len(t, minimal, 6)
	require.Equal(t, 2, checker.Switches(minimal, sys.TaskOf))
}

func TestMinimiseRefusesAScheduleThatHolds(t *testing.T) {
	sys := textbook.Peterson{}
	_, ok := checker.Minimise(sys, textbook.Mutex{}, []int{0, 1, 0, 1},
		func(s *textbook.Mutex, _ bool) bool { return !s.Exclusive() }, sys.TaskOf, plenty)
	require.False(t, ok)
}

func TestMinimiseWithinItsBound(t *testing.T) {
	sys := textbook.Philosophers{}
	given := []int{0, 0, 0, 0, 1, 2, 3}
	terminal := func(_ *textbook.Table, terminal bool) bool { return terminal }
	minimal, ok := checker.Minimise(sys, textbook.Table{}, given, terminal, sys.TaskOf, 0)
	require.True(t, ok)
	require.Equal(t, given, minimal)
}

func TestMinimiseKeepsTheFailure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		_, given, _ := run(t, g, nil)
		minimal, ok := checker.Minimise(g, 0, given, g.bad, edge.task, plenty)
		again, _ := checker.Minimise(g, 0, given, g.bad, edge.task, plenty)
		require.Equal(t, minimal, again)

		states, err := checker.States(g, 0, given)
		require.NoError(t, err)
		require.Equal(t, anyBad(g, states), ok)
		if !ok {
			return
		}
		require.LessOrEqual(t, len(minimal), len(given))
		last, err := checker.Replay(g, 0, minimal)
		require.NoError(t, err)
		require.True(t, g.isBad(last))

		shortest, verdict, _ := checker.Shortest(g, 0, g.bad, edge.task, checker.Limits{})
		require.Equal(t, checker.Violated, verdict)
		require.LessOrEqual(t, len(shortest), len(minimal))
	})
}

func anyBad(g graph, states []node) bool {
	return slices.ContainsFunc(states, g.isBad)
}
