package checker_test

import "pgregory.net/rapid"

// A graph is a drawn system: a state is a node, an action one of its edges.
type graph struct {
	edges  [][]edge
	target node // bad, as is every terminal node if target is 0
}

type node uint8

// An edge's Number keeps apart two edges of one node that are otherwise equal.
type edge struct {
	Number, Task uint8
	To           node
}

func (e edge) task() int { return int(e.Task) }

func (g graph) Init() []node { return []node{0} }

func (g graph) Enabled(s *node, buf []edge) []edge { return append(buf, g.edges[*s]...) }

func (g graph) Apply(s *node, e edge) { *s = e.To }

func (g graph) bad(s *node, terminal bool) bool {
	if g.target == 0 {
		return terminal
	}
	return *s == g.target
}

func (g graph) isBad(s node) bool { return g.bad(&s, len(g.edges[s]) == 0) }

func drawGraph(t *rapid.T) graph {
	nodes := rapid.IntRange(1, 12).Draw(t, "nodes")
	g := graph{edges: make([][]edge, nodes)}
	for from := range g.edges {
		for n := range rapid.IntRange(0, 4).Draw(t, "edges") {
			g.edges[from] = append(g.edges[from], edge{
				Number: uint8(n),
				Task:   rapid.Uint8Range(0, 2).Draw(t, "task"),
				To:     node(rapid.IntRange(0, nodes-1).Draw(t, "to")),
			})
		}
	}
	g.target = node(rapid.IntRange(0, nodes-1).Draw(t, "target"))
	return g
}

// least returns the length of the shortest walks to a bad node, and the fewest
// switches of such a walk.
func (g graph) least() (length, switches int, found bool) {
	type end struct {
		at   node
		task int
	}
	const nobody = -1
	ends := map[end]int{{0, nobody}: 0}
	for length := range len(g.edges) + 1 {
		next := map[end]int{}
		for e, n := range ends {
			if g.isBad(e.at) && (!found || n < switches) {
				switches, found = n, true
			}
			for _, a := range g.edges[e.at] {
				cost := n
				if e.task != nobody && e.task != a.task() {
					cost++
				}
				to := end{a.To, a.task()}
				if old, ok := next[to]; !ok || cost < old {
					next[to] = cost
				}
			}
		}
		if found {
			return length, switches, true
		}
		ends = next
	}
	return 0, 0, false
}
