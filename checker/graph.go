package checker

import "slices"

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

// graph joins the edges that the workers have met.
func (e *explorer[S, A]) graph() *Graph {
	n := len(e.parents)
	g := &Graph{First: make([]uint32, n+1), Pending: e.pending, Enabled: e.enabled, Reduced: e.opts.Persistent != nil}
	limit := e.opts.Limits.Depth
	g.Cut = e.cut.Any() || len(e.order) > 0 || limit > 0 && e.depth >= limit // the last level has no labels
	var all []halfEdge
	for _, w := range e.workers {
		all = append(all, w.edges...)
	}
	slices.SortFunc(all, func(a, b halfEdge) int {
		if a.key < b.key {
			return -1
		}
		return 1 // no two are equal
	})
	for _, h := range all {
		to := cutOff
		if p := &e.parts[h.part]; int(h.ordinal) < len(p.number) {
			to = int(p.number[h.ordinal])
		}
		if to == cutOff {
			g.Cut = true
			continue
		}
		g.Edges = append(g.Edges, Edge{To: uint32(to), Class: h.class})
		g.First[h.key>>ordinalBits+1]++
	}
	for i := range n {
		g.First[i+1] += g.First[i]
	}
	return g
}
