package checker_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
)

func TestReplayNamesWhereItDiverged(t *testing.T) {
	sys := textbook.Philosophers{}
	last, err := checker.Replay(sys, textbook.Table{}, []int{0, 0, 1, 2})

	var diverged *checker.DivergedError[int]
	require.ErrorAs(t, err, &diverged)
	require.Equal(t, checker.DivergedError[int]{Step: 2, Action: 1, Enabled: []int{0, 2, 3}}, *diverged)
	require.EqualError(t, err, "diverged at step 3: 1 is not enabled; enabled are [0 2 3]")
	require.Equal(t, textbook.Table{Holds: [4]uint8{2}, Taken: [4]bool{true, true}}, last)
}

func TestReplayInATerminalState(t *testing.T) {
	sys := textbook.Philosophers{}
	states, err := checker.States(sys, textbook.Table{}, []int{0, 1, 2, 3, 0})
	require.EqualError(t, err, "diverged at step 5: 0 is not enabled; enabled are []")
	require.Len(t, states, 5)
}

func TestReplayRepeatsARun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		var visited []node
		s, schedule, end := run(t, g, func(s *node, _ edge) bool {
			visited = append(visited, *s)
			return false
		})
		require.Contains(t, []checker.End{checker.Terminal, checker.OutOfSteps}, end)

		last, err := checker.Replay(g, 0, schedule)
		require.NoError(t, err)
		require.Equal(t, s, last)
		states, err := checker.States(g, 0, schedule)
		require.NoError(t, err)
		require.Equal(t, append([]node{0}, visited...), states)
	})
}

const maxSteps = 30

// run draws every action.
func run(t *rapid.T, g graph, each func(s *node, a edge) bool) (node, []edge, checker.End) {
	var runner checker.Runner[node, edge]
	s := node(0)
	schedule, end := runner.Run(g, &s, maxSteps, func(_ *node, enabled []edge) edge {
		return rapid.SampledFrom(enabled).Draw(t, "action")
	}, each)
	return s, schedule, end
}

func TestRunEnds(t *testing.T) {
	sys := textbook.Philosophers{}
	first := func(_ *textbook.Table, enabled []int) int { return enabled[0] }
	inTurn := func(s *textbook.Table, _ []int) int {
		for p, n := range s.Holds {
			if n == 0 {
				return p
			}
		}
		panic("not terminal")
	}
	for _, tt := range []struct {
		name   string
		choose func(*textbook.Table, []int) int
		each   func(*textbook.Table, int) bool
		want   checker.End
		steps  int
	}{
		{"terminal", inTurn, nil, checker.Terminal, 4},
		{"out of steps", first, nil, checker.OutOfSteps, maxSteps},
		{"stopped", first, func(s *textbook.Table, _ int) bool { return s.Holds[0] == 2 }, checker.Stopped, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var runner checker.Runner[textbook.Table, int]
			s := textbook.Table{}
			schedule, end := runner.Run(sys, &s, maxSteps, tt.choose, tt.each)
			require.Equal(t, tt.want, end)
			require.Equal(t, tt.name, end.String())
			require.Len(t, schedule, tt.steps)
		})
	}
}

// A run that is over when its steps are used up is over, not cut.
func TestRunThatJustFits(t *testing.T) {
	g := graph{edges: [][]edge{{{To: 1}}, nil}}
	var runner checker.Runner[node, edge]
	s := node(0)
	schedule, end := runner.Run(g, &s, 1, func(_ *node, enabled []edge) edge { return enabled[0] }, nil)
	require.Equal(t, checker.Terminal, end)
	require.Len(t, schedule, 1)
}
