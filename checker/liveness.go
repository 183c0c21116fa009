package checker

import (
	"errors"
	"math/bits"
	"slices"
)

// Fairness says what a run that goes on for ever cannot do, by the classes of
// [Labels]. What is in neither set need never happen.
type Fairness struct {
	// Weak classes are not enabled from some point on for ever without ever
	// being taken.
	Weak uint64
	// Strong classes are not enabled infinitely often without being taken
	// infinitely often. A strong class is weak too.
	Strong uint64
}

// A Lasso shows that an obligation can stay open for ever: a way to the state
// Stem, and then Loop over and over.
type Lasso struct {
	Obligation int // bit of Graph.Pending
	Stem       uint32
	// Loop leads from Stem back to Stem by real edges. Each weak class is taken
	// on it or disabled somewhere on it, each strong class is taken or enabled
	// nowhere. It is empty when no class is enabled in Stem that has to move:
	// there everything can stop.
	Loop []LassoEdge
	// Stuck says that no state in which the obligation is closed can be reached
	// from Stem any more, whoever moves. Otherwise it is only that a fair run
	// need not get there.
	Stuck bool
}

// A LassoEdge is Graph.Edges[Graph.First[From]+Ordinal].
type LassoEdge struct{ From, Ordinal uint32 }

// ErrCut means that a limit left out part of the graph: a way on, or a way
// round, can be in the part that is missing.
var ErrCut = errors.New("the graph is not complete: a limit stopped the search, nothing is known of what goes on for ever")

// ErrReduced means that the edges of the graph stand for several actions each,
// so that the fairness of its cycles is not known.
var ErrReduced = errors.New("the graph was built with Options.Persistent: the fairness of its cycles is not known")

// Live finds the obligations that can stay open for ever on a fair run, with a
// lasso for each, in the order of their bits: a Stuck one if there is one, and
// of those that with the lowest Stem. A run may stay in a state for ever when
// no weak or strong class is enabled in it: where it ends, or where only those
// could move that need not. Without Options.Canonical the way to Stem is a
// shortest one.
//
// With n states and m edges it takes O(n+m) for each obligation, and as much
// again each time that a strong class makes it take states out; beside the
// graph at most 40 bytes a state and 4 an edge.
func Live(g *Graph, fair Fairness) ([]Lasso, error) {
	switch {
	case g.Cut:
		return nil, ErrCut
	case g.Reduced:
		return nil, ErrReduced
	}
	var all uint64
	for _, open := range g.Pending {
		all |= open
	}
	var found []Lasso
	s := newComponents(g)
	for ; all != 0; all &= all - 1 {
		bit := bits.TrailingZeros64(all)
		f := finder{g: g, fair: fair, mask: 1 << bit, s: s}
		if lasso, ok := f.find(); ok {
			lasso.Obligation = bit
			found = append(found, lasso)
		}
	}
	return found, nil
}

// Acyclic reports whether every run ends. It may be asked of a graph built
// with Options.Persistent and Options.Canonical: when that has no cycle, no
// run of the full system goes on for ever either, since an action of the
// persistent set can be moved to the front of such a run, or added there, and
// the run that is left is again one without end. All terminal states are in
// such a graph, so that it decides what is open for ever.
func Acyclic(g *Graph) (bool, error) {
	if g.Cut {
		return false, ErrCut
	}
	n := len(g.First) - 1
	in := make([]uint32, n)
	for _, e := range g.Edges {
		in[e.To]++
	}
	var ready []uint32
	for v, count := range in {
		if count == 0 {
			ready = append(ready, uint32(v))
		}
	}
	done := 0
	for len(ready) > 0 {
		v := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		done++
		for _, e := range g.edges(v) {
			if in[e.To]--; in[e.To] == 0 {
				ready = append(ready, e.To)
			}
		}
	}
	return done == n, nil
}

// edges are the edges of state v.
func (g *Graph) edges(v uint32) []Edge { return g.Edges[g.First[v]:g.First[v+1]] }

// A finder looks for a lasso of one obligation.
type finder struct {
	g    *Graph
	fair Fairness
	mask uint64
	s    *components
}

// find finds the best lasso: one that is stuck, and then the nearest.
func (f *finder) find() (best Lasso, ok bool) {
	g := f.g
	var closable []bool // a state where the obligation is closed can be reached
	consider := func(stem uint32, loop func() []LassoEdge) {
		if closable == nil {
			closable = f.closable()
		}
		stuck := !closable[stem]
		if ok && (best.Stuck && !stuck || best.Stuck == stuck && best.Stem <= stem) {
			return
		}
		best, ok = Lasso{Stem: stem, Loop: loop(), Stuck: stuck}, true
	}
	for v, open := range g.Pending {
		if open&f.mask != 0 && g.Enabled[v]&(f.fair.Weak|f.fair.Strong) == 0 {
			consider(uint32(v), func() []LassoEdge { return nil })
		}
	}
	f.s.begin(func(v uint32) bool { return g.Pending[v]&f.mask != 0 })
	for {
		set := f.s.next()
		if set == nil {
			return best, ok
		}
		if f.isFair(set) {
			consider(slices.Min(set), func() []LassoEdge { return f.loop(set) })
		}
	}
}

// isFair reports whether a walk through the whole component, for ever, is
// fair. If not because of a strong class, the states in which that is enabled
// are taken out and what is left is looked through later.
func (f *finder) isFair(set []uint32) bool {
	g := f.g
	always, sometimes, taken := ^uint64(0), uint64(0), uint64(0)
	inner := false
	for _, v := range set {
		always &= g.Enabled[v]
		sometimes |= g.Enabled[v]
		for _, e := range g.edges(v) {
			if f.s.same(v, e.To) {
				inner = true
				taken |= 1 << e.Class
			}
		}
	}
	if !inner || f.fair.Weak&always&^taken != 0 {
		return false // a part of it is no fairer: always can only grow, taken shrink
	}
	starved := f.fair.Strong & sometimes &^ taken
	if starved == 0 {
		return true
	}
	f.s.again(set, func(v uint32) bool { return g.Enabled[v]&starved == 0 })
	return false
}

// closable are the states from which one can be reached in which the
// obligation is closed.
func (f *finder) closable() []bool {
	g := f.g
	n := len(g.First) - 1
	first := make([]uint32, n+2) // the edges backwards: those into v are from[first[v]:first[v+1]]
	for _, e := range g.Edges {
		first[e.To+2]++
	}
	for v := range n {
		first[v+2] += first[v+1]
	}
	from := make([]uint32, len(g.Edges))
	for v := range uint32(n) {
		for _, e := range g.edges(v) {
			from[first[e.To+1]] = v
			first[e.To+1]++
		}
	}
	reached := make([]bool, n)
	var stack []uint32
	for v, open := range g.Pending {
		if open&f.mask == 0 {
			reached[v] = true
			stack = append(stack, uint32(v))
		}
	}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, u := range from[first[v]:first[v+1]] {
			if !reached[u] {
				reached[u] = true
				stack = append(stack, u)
			}
		}
	}
	return reached
}

// A walk goes round in a component and keeps what it has shown of fairness.
type walk struct {
	f       *finder
	at      uint32
	loop    []LassoEdge
	always  uint64 // classes enabled in every state so far
	enabled uint64 // in some
	taken   uint64
}

// loop is a closed walk in a fair component from its lowest state that shows
// that it is fair.
func (f *finder) loop(set []uint32) []LassoEdge {
	stem := slices.Min(set)
	w := &walk{f: f, at: stem, always: ^uint64(0)}
	w.visit()
	for {
		switch weak, strong := f.fair.Weak&w.always&^w.taken, f.fair.Strong&w.enabled&^w.taken; {
		case weak != 0:
			class := uint64(1) << bits.TrailingZeros64(weak)
			w.to(func(e Edge) bool { return 1<<e.Class == class || f.g.Enabled[e.To]&class == 0 })
		case strong != 0:
			class := uint64(1) << bits.TrailingZeros64(strong)
			w.to(func(e Edge) bool { return 1<<e.Class == class })
		case w.at != stem || len(w.loop) == 0:
			w.to(func(e Edge) bool { return e.To == stem })
		default:
			return w.loop
		}
	}
}

// visit notes what is enabled where the walk is.
func (w *walk) visit() {
	w.always &= w.f.g.Enabled[w.at]
	w.enabled |= w.f.g.Enabled[w.at]
}

// to goes to the nearest edge in the component that is looked for, and over
// it.
func (w *walk) to(isGoal func(e Edge) bool) {
	f := w.f
	came := map[uint32]LassoEdge{} // by state: the edge over which the search came to it
	queue := []uint32{w.at}
	for {
		v := queue[0] // there is a goal: the component is strongly connected
		queue = queue[1:]
		for i, e := range f.g.edges(v) {
			if !f.s.same(v, e.To) {
				continue
			}
			edge := LassoEdge{v, uint32(i)}
			if isGoal(e) {
				w.follow(came, edge)
				return
			}
			if _, known := came[e.To]; !known && e.To != w.at {
				came[e.To] = edge
				queue = append(queue, e.To)
			}
		}
	}
}

// follow goes the way by which the search came to the edge, and over it.
func (w *walk) follow(came map[uint32]LassoEdge, last LassoEdge) {
	path := []LassoEdge{last}
	for v := last.From; v != w.at; v = came[v].From {
		path = append(path, came[v])
	}
	slices.Reverse(path)
	for _, edge := range path {
		e := w.f.g.edges(edge.From)[edge.Ordinal]
		w.loop = append(w.loop, edge)
		w.taken |= 1 << e.Class
		w.at = e.To
		w.visit()
	}
}

// components finds the strongly connected components of a part of a graph,
// one at a time (Tarjan 1972, without recursion).
type components struct {
	g      *Graph
	region []uint32 // by state: only edges within a region count; 0 is no region
	index  []uint32 // the order in which states were met; 0: not yet
	low    []uint32 // least index on the stack that can be reached
	of     []uint32 // the component; 0: on the stack, or not met

	regions, met, count uint32
	roots               []uint32 // states to begin from, of later regions
	root                uint32   // the same of the first region: all from here on
	stack               []uint32
	path                []visit
	set                 []uint32
}

// A visit is a state on the way and its next edge.
type visit struct{ state, edge uint32 }

func newComponents(g *Graph) *components {
	n := len(g.Pending)
	return &components{
		g: g, region: make([]uint32, n), index: make([]uint32, n), low: make([]uint32, n), of: make([]uint32, n),
	}
}

// begin starts with the part of the graph that has the states to keep.
func (s *components) begin(keep func(v uint32) bool) {
	for v := range s.region {
		s.region[v], s.index[v], s.of[v] = 0, 0, 0
		if keep(uint32(v)) {
			s.region[v] = 1
		}
	}
	s.regions, s.met, s.count, s.root = 1, 0, 0, 0
}

// again puts a component that was found back, without some of its states.
func (s *components) again(set []uint32, keep func(v uint32) bool) {
	s.regions++
	for _, v := range set {
		s.region[v] = 0
		if keep(v) {
			s.region[v], s.index[v], s.of[v] = s.regions, 0, 0
			s.roots = append(s.roots, v)
		}
	}
}

// same reports whether an edge from u to v lies within the component of u.
func (s *components) same(u, v uint32) bool {
	return s.of[u] == s.of[v] && s.region[u] == s.region[v]
}

// next is the next component, valid until the next call; nil when there is
// none.
func (s *components) next() []uint32 {
	for {
		if len(s.path) == 0 && !s.nextRoot() {
			return nil
		}
		if set := s.advance(); set != nil {
			return set
		}
	}
}

// nextRoot begins at a state that was not met.
func (s *components) nextRoot() bool {
	for len(s.roots) > 0 {
		v := s.roots[len(s.roots)-1]
		s.roots = s.roots[:len(s.roots)-1]
		if s.index[v] == 0 {
			s.enter(v)
			return true
		}
	}
	for ; int(s.root) < len(s.region); s.root++ {
		if s.region[s.root] == 1 && s.index[s.root] == 0 {
			s.enter(s.root)
			return true
		}
	}
	return false
}

func (s *components) enter(v uint32) {
	s.met++
	s.index[v], s.low[v] = s.met, s.met
	s.stack = append(s.stack, v)
	s.path = append(s.path, visit{v, s.g.First[v]})
}

// advance goes over one edge, or leaves a state that has none left: the last
// one of a component returns that.
func (s *components) advance() []uint32 {
	at := &s.path[len(s.path)-1]
	v := at.state
	if at.edge < s.g.First[v+1] {
		u := s.g.Edges[at.edge].To
		at.edge++
		switch {
		case s.region[u] != s.region[v]:
		case s.index[u] == 0:
			s.enter(u)
		case s.of[u] == 0:
			s.low[v] = min(s.low[v], s.index[u])
		}
		return nil
	}
	s.path = s.path[:len(s.path)-1]
	if len(s.path) > 0 {
		u := s.path[len(s.path)-1].state
		s.low[u] = min(s.low[u], s.low[v])
	}
	if s.low[v] != s.index[v] {
		return nil
	}
	s.count++
	s.set = s.set[:0]
	for {
		u := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		s.of[u] = s.count
		s.set = append(s.set, u)
		if u == v {
			return s.set
		}
	}
}

// Lasso spells a lasso out as actions: the way from an initial state to the
// loop, and once round. The actions replay in the full system. With
// Options.Canonical the state after the loop need not be the one before it,
// but it is one that the same state stands for.
func (r *Result[S, A]) Lasso(l Lasso) (init S, stem, loop []A) {
	init, stem = r.ScheduleTo(l.Stem)
	s, err := Replay(r.explorer.sys, init, stem)
	if err != nil {
		panic("checker: " + err.Error())
	}
	t := newTracer(r.explorer)
	stands := t.canonical(s)
	for _, edge := range l.Loop {
		path, next := t.successor(stands, uint64(edge.Ordinal))
		loop = append(loop, t.follow(&s, stands, path)...)
		stands = next
	}
	return init, stem, loop
}
