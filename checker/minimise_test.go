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

		least, _ := checker.Minimise(g, 0, minimal, g.bad, edge.task, plenty)
		require.Equal(t, minimal, least, "no attempt makes it better")

		shortest, verdict, _ := checker.Shortest(g, 0, g.bad, edge.task, checker.Limits{})
		require.Equal(t, checker.Violated, verdict)
		require.LessOrEqual(t, len(shortest), len(minimal))
	})
}

// A tally counts actions by their letter. Each letter has a task of its own,
// but A and B are of one. A task that is not wanted leaves no trace.
type tally struct{ a, b, c, d uint8 }

type letters struct{}

func (letters) Init() []tally { return []tally{{}} }

func (letters) Enabled(_ *tally, buf []byte) []byte { return append(buf, "ABCD"...) }

func (letters) Apply(s *tally, a byte) {
	*[...]*uint8{&s.a, &s.b, &s.c, &s.d}[a-'A'] += 1
}

func letterTask(a byte) int { return int(max(a, 'B')) }

// What can be dropped only together goes, and so does what can be dropped only
// by itself; nothing is dropped for longer than it may take.
func TestMinimiseDrops(t *testing.T) {
	for _, tt := range []struct {
		name, given, want string
		replays           int
		bad               func(s *tally) bool
	}{
		{"a pair of one task among others", "ACACACAC", "AACCCC", plenty, func(s *tally) bool {
			return s.c == 4 && s.a%2 == 0 && s.a >= 2
		}},
		{"the pair at the eighth attempt", "ACACACAC", "CCACAC", 8, func(s *tally) bool {
			return s.c == 4 && s.a%2 == 0 && s.a >= 2
		}},
		{"what can go when another is gone", "CDAB", "DB", plenty, func(s *tally) bool {
			return s.d == 1 && s.b == 1 && (s.c > 0 || s.a == 0)
		}},
		{"one action of a task of two", "AB", "B", plenty, func(s *tally) bool { return s.b == 1 }},
		{"one action of a task", "AABAA", "AAAA", plenty, func(s *tally) bool { return s.a == 4 }},
		{"nothing", "ACD", "ACD", 0, func(s *tally) bool { return s.d == 1 }},
		{"all of a task at one attempt", "ACA", "C", 1, func(s *tally) bool { return s.c == 1 }},
		{"and of another one at the second", "ACDA", "CD", 1, func(s *tally) bool { return s.d == 1 }},
		{"both", "ACDA", "D", 2, func(s *tally) bool { return s.d == 1 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			minimal, ok := checker.Minimise(letters{}, tally{}, []byte(tt.given),
				func(s *tally, _ bool) bool { return tt.bad(s) }, letterTask, tt.replays)
			require.True(t, ok)
			require.Equal(t, tt.want, string(minimal))
		})
	}
}

// A block is moved to a later place when it cannot be joined at the earlier
// one: here B needs D, which needs C.
func TestMinimiseMovesLater(t *testing.T) {
	inOrder := func(s *tally, _ bool) bool { return s.a == 1 && s.b == 1 && s.c == 1 && s.d == 1 }
	minimal, ok := checker.Minimise(ordered{}, tally{}, []byte("ACDB"), inOrder, letterTask, plenty)
	require.True(t, ok)
	require.Equal(t, "CDAB", string(minimal))
}

// ordered is letters of which B comes after D, and D after C.
type ordered struct{ letters }

func (ordered) Enabled(s *tally, buf []byte) []byte {
	buf = append(buf, "AC"...)
	if s.c > 0 {
		buf = append(buf, 'D')
	}
	if s.d > 0 {
		buf = append(buf, 'B')
	}
	return buf
}

func anyBad(g graph, states []node) bool {
	return slices.ContainsFunc(states, g.isBad)
}
