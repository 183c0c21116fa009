package model

// Outcomes is the number of branches of the task's next step, 0 when it is
// not enabled.
func (m *Machine) Outcomes(s *State, task uint8) uint8 { return m.outcomes(s, task) }

// Waits reports a step that can be not enabled, and Branches one that has
// more than one outcome, as the step table says. Enabled probes no other.
func (st Step) Waits() bool { return steps[st].waits }

// Branches is described with Waits.
func (st Step) Branches() bool { return steps[st].branches }

// Guards reports whether the task's next step has a guard or a branch, found
// out by a probe, which spoils s when there is none.
func (m *Machine) Guards(s State, task uint8) bool {
	for _, blocked := range [2]bool{false, true} { // a guard sets it, one way or the other
		try, o := s, Obs{}
		t := &try.Tasks[task]
		c := ctx{m: m, s: &try, t: t, o: &o, id: task, bit: 1 << task, probe: true, blocked: blocked, branches: noBranches}
		c.step(steps[t.Stack[t.Depth-1]].routine)
		if c.blocked != blocked || c.branches != noBranches {
			return true
		}
	}
	return false
}

// noBranches is no number of branches.
const noBranches = 0xFF

// GroupStarts is the set of blocks that begin a group.
func (m *Machine) GroupStarts() uint16 { return m.groupStarts }

// The kinds of things.
const (
	PerPage  = int(perPage)
	PerFS    = int(perFS)
	PerFile  = int(perFile)
	PerEntry = int(perEntry)
	PerProc  = int(perProc)
	PerSpace = int(perSpace)
	PerDev   = int(perDev)
	PerSlot  = int(perSlot)
	PerGroup = int(perGroup)
)

// Of is the things of a kind, of the parts.
func (b Bits) Of(k int, set uint16) Objects {
	var span Span
	span[k] = set
	return b.In(&span)
}

// Count is how many things of a kind there are, when the part is of that kind.
func (b Bits) Count(k int) (n int) {
	if kindOf(b) != kind(k) {
		return 0
	}
	for set := everything[k]; set != 0; set &= set - 1 {
		n++
	}
	return n
}
