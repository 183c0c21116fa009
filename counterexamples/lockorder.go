package counterexamples

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/notifycheck/notifycheck/model"
)

// A LockEdge says that a task that holds a lock of the one class takes, or
// waits for, a lock of the other.
type LockEdge struct{ Held, Wanted string }

// String is the edge as AGF -> entry.
func (e LockEdge) String() string { return e.Held + " -> " + e.Wanted }

// A LockGraph is the order in which locks are taken, by their classes.
type LockGraph struct {
	edges map[LockEdge]bool
	ends  map[string]map[LockEdge]bool // by where the run is from: what tasks wait for at its end, beside what they hold
}

// Add notes the edges of a run: the schedule is replayed, and whatever a task
// takes beside what it holds is an edge. where is what Witness calls the run.
// References count as locks: what waits until they are dropped waits for
// their holder.
func (g *LockGraph) Add(m *model.Machine, schedule []model.Action, where string) {
	if g.edges == nil {
		g.edges, g.ends = map[LockEdge]bool{}, map[string]map[LockEdge]bool{}
	}
	s := m.Init()[0]
	for _, a := range schedule {
		before := s
		m.Apply(&s, a)
		for i := range locks {
			l := &locks[i]
			was, _ := l.holds(&before, a.Task)
			if is, _ := l.holds(&s, a.Task); is && !was {
				g.wants(&before, a.Task, l, func(e LockEdge) { g.edges[e] = true })
			}
		}
	}
	for task := range uint8(m.Scenario.TaskCount()) {
		waits, _ := blocked(m, &s, task)
		for _, l := range waits {
			g.wants(&s, task, l, func(e LockEdge) {
				g.edges[e] = true
				if g.ends[where] == nil {
					g.ends[where] = map[LockEdge]bool{}
				}
				g.ends[where][e] = true
			})
		}
	}
}

// wants tells of the edges from what the task holds to what it wants.
func (g *LockGraph) wants(s *model.State, task uint8, wanted *lock, tell func(LockEdge)) {
	for i := range locks {
		l := &locks[i]
		if is, _ := l.holds(s, task); !is || l.class == wanted.class {
			continue
		}
		tell(LockEdge{l.class, wanted.class})
	}
}

// Edges lists the edges by name.
func (g *LockGraph) Edges() []LockEdge {
	return slices.SortedFunc(maps.Keys(g.edges), func(a, b LockEdge) int { return strings.Compare(a.String(), b.String()) })
}

// Witness is where tasks end up that wait for each other round the cycle; it is
// empty when no run that was added ends so.
func (g *LockGraph) Witness(cycle []string) string {
	for _, where := range slices.Sorted(maps.Keys(g.ends)) {
		all := true
		for i, from := range cycle {
			all = all && g.ends[where][LockEdge{from, cycle[(i+1)%len(cycle)]}]
		}
		if all {
			return where
		}
	}
	return ""
}

// Cycles lists the cycles of the graph in which no class comes twice, the
// shortest first, each from its first class by name on.
func (g *LockGraph) Cycles(longest int) [][]string {
	next := map[string][]string{}
	for _, e := range g.Edges() {
		next[e.Held] = append(next[e.Held], e.Wanted)
	}
	var cycles [][]string
	var walk func(path []string)
	walk = func(path []string) {
		for _, to := range next[path[len(path)-1]] {
			switch {
			case to == path[0]:
				cycles = append(cycles, slices.Clone(path))
			case to > path[0] && len(path) < longest && !slices.Contains(path, to):
				walk(append(path, to))
			}
		}
	}
	for _, from := range slices.Sorted(maps.Keys(next)) {
		walk([]string{from})
	}
	slices.SortStableFunc(cycles, func(a, b []string) int { return len(a) - len(b) })
	return cycles
}

// CycleText is a cycle as AGF -> entry -> AGF.
func CycleText(cycle []string) string {
	return fmt.Sprintf("%s -> %s", strings.Join(cycle, " -> "), cycle[0])
}
