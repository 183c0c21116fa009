package checker_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
)

// never makes Shortest visit everything.
func never[S any](*S, bool) bool { return false }

func TestTwoPhaseCommitIsExhausted(t *testing.T) {
	sys := textbook.TwoPhase{Managers: 3}
	schedule, verdict, stats := checker.Shortest(sys, sys.Init()[0],
		func(s *textbook.Transaction, _ bool) bool { return !s.Consistent() }, sys.TaskOf, checker.Limits{})

	require.Equal(t, checker.Exhausted, verdict)
	require.Nil(t, schedule)
	require.Equal(t, 288, stats.States)
	require.Equal(t, 1146, stats.Transitions+1) // TLC also counts the initial state as generated
	require.Equal(t, 10, stats.Depth)           // TLC says 11: it counts states, not actions
}

func TestTwoPhaseCommitCanCommit(t *testing.T) {
	sys := textbook.TwoPhase{Managers: 3}
	schedule, verdict, _ := checker.Shortest(sys, sys.Init()[0],
		func(s *textbook.Transaction, _ bool) bool {
			return s.RM(0) == textbook.Committed && s.RM(1) == textbook.Committed && s.RM(2) == textbook.Committed
		}, sys.TaskOf, checker.Limits{})

	require.Equal(t, checker.Violated, verdict)
	require.Len(t, schedule, 10) // prepare, receive and commit for each, and the decision
	// The three prepare, the manager receives all and commits, the three commit.
	require.Equal(t, 6, checker.Switches(schedule, sys.TaskOf))
}

func TestPetersonExcludes(t *testing.T) {
	sys := textbook.Peterson{}
	_, verdict, stats := checker.Shortest(sys, sys.Init()[0],
		func(s *textbook.Mutex, terminal bool) bool { return !s.Exclusive() || terminal }, sys.TaskOf, checker.Limits{})

	require.Equal(t, checker.Exhausted, verdict)
	require.Equal(t, 42, stats.States)
}

func TestPetersonTestFirst(t *testing.T) {
	sys := textbook.Peterson{TestFirst: true}
	schedule, verdict, _ := checker.Shortest(sys, sys.Init()[0],
		func(s *textbook.Mutex, _ bool) bool { return !s.Exclusive() }, sys.TaskOf, checker.Limits{})

	require.Equal(t, checker.Violated, verdict)
	require.Len(t, schedule, 6)
	// Both must have waited before the first raises its flag.
	require.Equal(t, 2, checker.Switches(schedule, sys.TaskOf))
}

func TestPhilosophersDeadlock(t *testing.T) {
	sys := textbook.Philosophers{}
	schedule, verdict, _ := checker.Shortest(sys, sys.Init()[0],
		func(_ *textbook.Table, terminal bool) bool { return terminal }, sys.TaskOf, checker.Limits{})

	require.Equal(t, checker.Violated, verdict)
	require.Equal(t, []int{0, 1, 2, 3}, schedule)
}

func TestLimitsTruncate(t *testing.T) {
	sys := textbook.TwoPhase{Managers: 3}
	for _, tt := range []struct {
		name   string
		limits checker.Limits
		want   checker.Verdict
	}{
		{"a state short", checker.Limits{States: 287}, checker.Truncated},
		{"just enough states", checker.Limits{States: 288}, checker.Exhausted},
		{"a step short", checker.Limits{Depth: 9}, checker.Truncated},
		{"just deep enough", checker.Limits{Depth: 10}, checker.Exhausted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			schedule, verdict, stats := checker.Shortest(sys, sys.Init()[0], never[textbook.Transaction], sys.TaskOf, tt.limits)
			require.Equal(t, tt.want, verdict)
			require.Nil(t, schedule)
			require.LessOrEqual(t, stats.States, 288)
		})
	}
}

func TestBadInitialState(t *testing.T) {
	sys := textbook.Philosophers{}
	schedule, verdict, stats := checker.Shortest(sys, sys.Init()[0],
		func(*textbook.Table, bool) bool { return true }, sys.TaskOf, checker.Limits{})
	require.Equal(t, checker.Violated, verdict)
	require.Empty(t, schedule)
	require.Equal(t, checker.Stats{States: 1}, stats)
}

func TestShortestRefusesPointers(t *testing.T) {
	require.Panics(t, func() {
		checker.Shortest(pointed{}, new(int), func(**int, bool) bool { return false },
			func(int) int { return 0 }, checker.Limits{})
	})
}

func TestShortestRefusesLongNumbers(t *testing.T) {
	require.PanicsWithValue(t, "checker: a task or an action numbered 65536", func() {
		checker.Shortest(textbook.Philosophers{}, textbook.Table{}, never[textbook.Table],
			func(int) int { return 1 << 16 }, checker.Limits{})
	})
}

// pointed is a system whose states are no plain values.
type pointed struct{}

func (pointed) Init() []*int                     { return []*int{nil} }
func (pointed) Enabled(_ **int, buf []int) []int { return buf }
func (pointed) Apply(**int, int)                 {}

// count is the search with nothing clever in it.
func count[S, A comparable](sys checker.System[S, A]) (states, transitions int) {
	known := map[S]bool{}
	todo := sys.Init()
	for len(todo) > 0 {
		s := todo[0]
		todo = todo[1:]
		if known[s] {
			continue
		}
		known[s] = true
		for _, a := range sys.Enabled(&s, nil) {
			next := s
			sys.Apply(&next, a)
			transitions++
			todo = append(todo, next)
		}
	}
	return len(known), transitions
}

func requireCounted[S, A comparable](t require.TestingT, sys checker.System[S, A], taskOf func(A) int) {
	states, transitions := count(sys)
	_, verdict, stats := checker.Shortest(sys, sys.Init()[0], never[S], taskOf, checker.Limits{})
	require.Equal(t, checker.Exhausted, verdict)
	require.Equal(t, states, stats.States)
	require.Equal(t, transitions, stats.Transitions)
}

func TestNothingIsMissed(t *testing.T) {
	requireCounted(t, textbook.TwoPhase{Managers: 3}, textbook.TwoPhase{}.TaskOf)
	requireCounted(t, textbook.TwoPhase{Managers: 4}, textbook.TwoPhase{}.TaskOf)
	requireCounted(t, textbook.Peterson{}, textbook.Peterson{}.TaskOf)
	requireCounted(t, textbook.Peterson{TestFirst: true}, textbook.Peterson{}.TaskOf)
	requireCounted(t, textbook.Philosophers{}, textbook.Philosophers{}.TaskOf)
	rapid.Check(t, func(t *rapid.T) { requireCounted(t, drawGraph(t), edge.task) })
}

// Of the shortest schedules that reach a terminal state it is one with the
// fewest switches, and of those the first.
func TestShortestOfEquals(t *testing.T) {
	to := func(number, task uint8, n node) edge { return edge{Number: number, Task: task, To: n} }
	for name, tt := range map[string]struct {
		edges [][]edge
		want  []edge
	}{
		"the second state has fewer": {
			[][]edge{{to(0, 0, 1), to(1, 0, 2)}, {to(0, 1, 3)}, {to(0, 0, 4)}, nil, nil},
			[]edge{to(1, 0, 2), to(0, 0, 4)},
		},
		"the second state has as many": {
			[][]edge{{to(0, 0, 1), to(1, 0, 2)}, {to(0, 0, 3)}, {to(0, 0, 4)}, nil, nil},
			[]edge{to(0, 0, 1), to(0, 0, 3)},
		},
		"the second way has as many": {
			[][]edge{{to(0, 0, 1), to(1, 0, 1)}, {to(0, 0, 2)}, nil},
			[]edge{to(0, 0, 1), to(0, 0, 2)},
		},
		"the second task goes on": {
			[][]edge{{to(0, 0, 1), to(0, 1, 1)}, {to(0, 1, 2)}, nil},
			[]edge{to(0, 1, 1), to(0, 1, 2)},
		},
		"the second of three goes on": {
			[][]edge{{to(0, 0, 1), to(0, 1, 1), to(0, 2, 1)}, {to(0, 1, 2)}, nil},
			[]edge{to(0, 1, 1), to(0, 1, 2)},
		},
		"the task arrives with fewer the second time": {
			[][]edge{{to(0, 0, 1), to(0, 1, 2)}, {to(0, 1, 3)}, {to(0, 1, 3)}, {to(0, 1, 4)}, nil},
			[]edge{to(0, 1, 2), to(0, 1, 3), to(0, 1, 4)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := graph{edges: tt.edges}
			schedule, verdict, _ := checker.Shortest(g, 0, g.bad, edge.task, checker.Limits{})
			require.Equal(t, checker.Violated, verdict)
			require.Equal(t, tt.want, schedule)
		})
	}
}

// The oracle looks at all walks of each length, by their last node and task,
// without regard to what was seen before.
func TestShortestIsShortest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		schedule, verdict, stats := checker.Shortest(g, 0, g.bad, edge.task, checker.Limits{})
		again, _, againStats := checker.Shortest(g, 0, g.bad, edge.task, checker.Limits{})
		require.Equal(t, schedule, again)
		require.Equal(t, stats, againStats)

		length, switches, found := g.least()
		if !found {
			require.Equal(t, checker.Exhausted, verdict)
			return
		}
		require.Equal(t, checker.Violated, verdict)
		require.Len(t, schedule, length)
		require.Equal(t, switches, checker.Switches(schedule, edge.task))
		last, err := checker.Replay(g, 0, schedule)
		require.NoError(t, err)
		require.True(t, g.isBad(last))
	})
}
