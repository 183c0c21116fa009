package textbook

import "math/bits"

// Election is the election of a leader on a ring by Chang and Roberts (CACM
// 22(5), 1979), as in specifications/chang_roberts/ChangRoberts.tla of the
// TLA+ examples: some nodes send their identity round; a node forwards those
// below its own, and all once it has lost; the one whose own comes back has
// won. Node i has identity i, and any set of nodes may begin.
//
// For three nodes TLC finds 137 distinct states of 227 generated and a depth
// of 10 (MCChangRoberts in its manifest.json).
//
// That there will be a leader needs weak fairness of each node, but there are
// no cycles: without it only a run that stops where it could go on has none.
type Election struct {
	Nodes int // 1 to 8
}

// Ballot is a state of Election. Inbox is by receiver a set of identities, the
// others are sets of nodes; who neither stands nor has won has lost.
type Ballot struct {
	Inbox     [8]uint8
	Initiator uint8
	Begun     uint8
	Stands    uint8
	Won       uint8
}

// BallotAction is sixteen times the node, and 0 when it begins or one more
// than the identity that it receives.
type BallotAction uint8

// Init returns the states in which none has begun.
func (m Election) Init() []Ballot {
	var init []Ballot
	for initiators := range 1 << m.Nodes {
		init = append(init, Ballot{Initiator: uint8(initiators), Stands: uint8(initiators)})
	}
	return init
}

// Enabled lists the actions.
func (m Election) Enabled(s *Ballot, buf []BallotAction) []BallotAction {
	for n := range m.Nodes {
		action := BallotAction(n * 16)
		if s.Begun>>n&1 == 0 {
			buf = append(buf, action)
			continue
		}
		for ids := s.Inbox[n]; ids != 0; ids &= ids - 1 {
			buf = append(buf, action+1+BallotAction(bits.TrailingZeros8(ids)))
		}
	}
	return buf
}

// Apply performs a.
func (m Election) Apply(s *Ballot, a BallotAction) {
	n := int(a / 16)
	self := uint8(1) << n
	next := &s.Inbox[(n+1)%m.Nodes]
	if a%16 == 0 {
		s.Begun |= self
		*next |= s.Initiator & self
		return
	}
	id := uint8(1) << (a%16 - 1)
	s.Inbox[n] &^= id
	switch {
	case (s.Stands|s.Won)&self == 0:
		*next |= id
	case id < self:
		s.Stands &^= self
		s.Won &^= self
		*next |= id
	case id == self:
		s.Stands &^= self
		s.Won |= self
	}
}

// Class returns the node.
func (Election) Class(_ *Ballot, a BallotAction) uint8 { return uint8(a / 16) }

// Pending has bit 0 while somebody stands and nobody has won.
func (Election) Pending(s *Ballot) uint64 {
	if s.Stands != 0 && s.Won == 0 {
		return 1
	}
	return 0
}

// Correct says that who has won is the initiator of the least identity, and
// that the others know that they have lost.
func (s *Ballot) Correct() bool {
	return s.Won == 0 || s.Stands == 0 && s.Won == s.Initiator&-s.Initiator
}
