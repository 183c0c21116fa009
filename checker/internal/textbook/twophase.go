package textbook

import "math/bits"

// TwoPhase is two-phase commit as in specifications/transaction_commit/
// TwoPhase.tla of the TLA+ examples (Gray and Lamport, "Consensus on
// Transaction Commit", ACM TODS 31(1), 2006).
//
// With three resource managers TLC finds 288 distinct states of 1146
// generated and a depth of 11 (its manifest.json). Stateright's
// examples/2pc.rs asserts 288 states for three and 8832 for five. For n
// managers, counting the local states that one can have before a decision,
// after a commit and after an abort, there are
//
//	4ⁿ + 2ⁿ + 6ⁿ                        distinct states,
//	2 + (n+1) 4ⁿ + n 2ⁿ + n 6ⁿ 4/3      states generated,
//
// and with [TwoPhase.Canonical], where P and Q are the binomial coefficients
// of n+3 over 3 and n+5 over 5,
//
//	P + (n+1) + Q                       distinct states,
//	2 + (n+1) P + n (n+1) + n Q 4/3     states generated.
type TwoPhase struct {
	Managers int // 1 to 15
}

// A Transaction is a state of TwoPhase: four bits for each resource manager,
// the first lowest, and the transaction manager in the four bits on top. Of
// the four, two are an [RM]; one says that the manager sent Prepared, and one
// that the transaction manager received it. Messages are never lost and never
// consumed. That Commit or Abort was sent is what the transaction manager's
// state says.
type Transaction uint64

// RM is the state of a manager; that of the transaction manager is Working,
// Committed or Aborted.
type RM uint8

// The states of a manager.
const (
	Working RM = iota
	Prepared
	Committed
	Aborted
)

const (
	lane     = 4      // bits of a manager
	local    = 3      // of them, the RM
	sent     = 1 << 2 // Prepared was sent
	received = 1 << 3 // and received
	manager  = 15     // the lane of the transaction manager

	// everyLane has the lowest bit of each resource manager's lane.
	everyLane = 0x0111_1111_1111_1111
)

// TwoPhaseAction is a step: in the upper four bits its kind, in the lower
// ones the lane that it changes.
type TwoPhaseAction uint8

// The kinds of steps, named as in TwoPhase.tla.
const (
	rmPrepare TwoPhaseAction = iota << 4
	rmChooseToAbort
	rmRcvCommitMsg
	rmRcvAbortMsg
	tmRcvPrepared
	tmCommit
	tmAbort
)

// effects are what a step of each kind clears in its lane and then sets.
var effects = [8]struct{ clear, set Transaction }{
	rmPrepare >> 4:       {local, Transaction(Prepared) | sent},
	rmChooseToAbort >> 4: {local, Transaction(Aborted)},
	rmRcvCommitMsg >> 4:  {local, Transaction(Committed)},
	rmRcvAbortMsg >> 4:   {local, Transaction(Aborted)},
	tmRcvPrepared >> 4:   {0, received},
	tmCommit >> 4:        {local, Transaction(Committed)},
	tmAbort >> 4:         {local, Transaction(Aborted)},
}

// Init returns the state in which everybody works.
func (TwoPhase) Init() []Transaction { return []Transaction{0} }

// Enabled lists the steps. A message can be received again and again.
func (m TwoPhase) Enabled(s *Transaction, buf []TwoPhaseAction) []TwoPhaseAction {
	x, all := *s, m.lanes()
	switch s.TM() {
	case Committed:
		for r := range TwoPhaseAction(m.Managers) {
			buf = append(buf, rmRcvCommitMsg|r)
		}
		return buf // all are prepared
	case Aborted:
		for r := range TwoPhaseAction(m.Managers) {
			buf = append(buf, rmRcvAbortMsg|r)
		}
	default:
		if x>>3&all == all {
			buf = append(buf, tmCommit|manager)
		}
		buf = append(buf, tmAbort|manager)
		for rs := x >> 2 & all; rs != 0; rs &= rs - 1 {
			buf = append(buf, tmRcvPrepared|rs.first())
		}
	}
	for rs := ^(x | x>>1) & all; rs != 0; rs &= rs - 1 {
		r := rs.first()
		buf = append(buf, rmPrepare|r, rmChooseToAbort|r)
	}
	return buf
}

// Apply performs a.
func (TwoPhase) Apply(s *Transaction, a TwoPhaseAction) {
	shift := a & 15 * lane
	effect := &effects[a>>4&7]
	*s = *s&^(effect.clear<<shift) | effect.set<<shift
}

// Canonical sorts the resource managers by their local states, the greatest
// first: they can be told apart by nothing else.
func (TwoPhase) Canonical(s *Transaction) {
	counts := uint64(0) // by local state, four bits each
	for r := 0; r < manager*lane; r += lane {
		counts += 1 << (*s >> r & 15 * 4)
	}
	sorted := *s >> (manager * lane)
	for value := Transaction(0); value < 16; value++ {
		n := int(counts>>(value*4)&15) * lane
		sorted = sorted<<n | everyLane&(1<<n-1)*value
	}
	*s = sorted
}

// TaskOf tells whose step a is: the transaction manager is task 0.
func (TwoPhase) TaskOf(a TwoPhaseAction) int {
	if a >= tmRcvPrepared {
		return 0
	}
	return int(a&15) + 1
}

// lanes is everyLane of the managers that there are.
func (m TwoPhase) lanes() Transaction {
	return everyLane & (1<<(m.Managers*lane) - 1)
}

// first is the lane of the lowest bit.
func (s Transaction) first() TwoPhaseAction {
	return TwoPhaseAction(bits.TrailingZeros64(uint64(s)) / lane)
}

// RM is the state of a resource manager.
func (s *Transaction) RM(r int) RM { return RM(*s >> (r * lane) & local) }

// TM is the state of the transaction manager: Working until it decides.
func (s *Transaction) TM() RM { return RM(*s >> (manager * lane) & local) }

// Consistent is TCConsistent: nobody aborts what another one commits.
func (s *Transaction) Consistent() bool {
	low, high := *s&everyLane, *s>>1&everyLane
	return high&low == 0 || high&^low == 0
}
