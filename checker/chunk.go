package checker

// A chunk is a range of the states of a level, and what they lead to.
type chunk[S comparable] struct {
	begin, end int  // in the level
	first      bool // the chunk has the initial states, which nothing leads to

	states []S            // the successors, in the order in which they were reached
	starts []uint32       // by state of the range: its first successor
	lists  [parts][]entry // the successors by the table they belong in; then, those that are new
	number int            // of the first that is new
	digest uint64         // of those that are new

	// For the graph: by state of the range, and by successor.
	pending, enabled []uint64
	classes          []uint8
	to               []uint32 // number
}

// chunkBytes is about the size of the states that a chunk is for: what they
// lead to should fit in a processor's cache.
const chunkBytes = 1 << 14

// chunkStates is the number of states that a chunk is for. The numbers of the
// states depend on it.
func chunkStates[S any]() int {
	return int(min(256, max(32, chunkBytes/max(1, stateBytes[S]()))))
}

// reset empties the chunk.
func (c *chunk[S]) reset() {
	c.first = false
	c.states, c.starts = c.states[:0], c.starts[:0]
	c.pending, c.enabled, c.classes, c.to = c.pending[:0], c.enabled[:0], c.classes[:0], c.to[:0]
	for i := range c.lists {
		c.lists[i] = c.lists[i][:0]
	}
}

// last is the successor that was reached last.
func (c *chunk[S]) last() *S { return &c.states[len(c.states)-1] }

// list files a successor for the table that it belongs in.
func (c *chunk[S]) list(fingerprint uint64, at int) {
	fingerprint = placed(fingerprint)
	l := &c.lists[fingerprint%parts]
	*l = append(*l, entry{fingerprint, uint32(at), uint32(len(c.starts) - 1)})
}

// key says how a successor was reached; base is the number of the first state
// of the level.
func (c *chunk[S]) key(reached entry, base int) uint64 {
	if c.first {
		return initial | uint64(reached.at)
	}
	parent := base + c.begin + int(reached.from)
	return uint64(parent)<<ordinalBits | uint64(reached.at-c.starts[reached.from])
}

// A key says how a state was reached: the number of its parent, and which of
// the parent's successors it is. That of an initial state has the bit initial
// and says which of Init it is.
const (
	ordinalBits   = 20
	maxSuccessors = 1 << ordinalBits
	initial       = 1 << 63
)
