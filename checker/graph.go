package checker

// A Graph is the part of a system that an exploration reached: states by
// number, in the order in which they were found, and labelled edges.
type Graph struct {
	First   []uint32 // the edges of state n are Edges[First[n]:First[n+1]]
	Edges   []Edge
	Pending []uint64 // by state: the obligations that are open
	Enabled []uint64 // by state: the fairness classes that have an enabled action
	// Cut says that a limit left edges or states out: nothing can be concluded
	// from a graph like that.
	Cut bool
	// Reduced says that Options.Persistent was on: an edge can stand for several
	// actions, of which its class is that of the first.
	Reduced bool
}

// An Edge leads to a state.
type Edge struct {
	To    uint32
	Class uint8 // fairness class of the (first) action
}

// cutOff is the number of a state that the limits left out.
const cutOff = 1<<32 - 1

// addTo appends the states of the chunk, which come next in the graph, and
// their edges.
func (c *chunk[S]) addTo(g *Graph) {
	for i := range c.starts {
		end := len(c.states)
		if i+1 < len(c.starts) {
			end = int(c.starts[i+1])
		}
		for at := int(c.starts[i]); at < end; at++ {
			if c.to[at] != cutOff {
				g.Edges = append(g.Edges, Edge{To: c.to[at], Class: c.classes[at]})
			}
		}
		g.First = append(g.First, uint32(len(g.Edges)))
	}
	g.Pending = append(g.Pending, c.pending...)
	g.Enabled = append(g.Enabled, c.enabled...)
	if len(g.Edges) > maxEdges {
		panic("checker: a graph has more than 2^32 edges")
	}
}

const maxEdges = 1<<32 - 1

// end adds the states that were not expanded.
func (g *Graph) end(states int, cut bool) {
	g.Cut = cut
	for len(g.Pending) < states {
		g.First = append(g.First, uint32(len(g.Edges)))
		g.Pending = append(g.Pending, 0)
		g.Enabled = append(g.Enabled, 0)
	}
}
