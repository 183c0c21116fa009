// Package textbook holds small systems with known answers, to test the
// engines on.
package textbook

// ResourceManagers is how many there are in [TwoPhase].
const ResourceManagers = 3

// TwoPhase is two-phase commit as in TwoPhase.tla (Gray and Lamport,
// "Consensus on Transaction Commit"). With three resource managers TLC finds
// 288 distinct states among 1146 generated, the initial one included.
type TwoPhase struct{}

// RM is the state of a resource manager.
type RM uint8

// The states of a resource manager.
const (
	Working RM = iota
	Prepared
	Committed
	Aborted
)

// Transaction is a state of TwoPhase: the managers, and the messages sent,
// which are never lost and never consumed.
type Transaction struct {
	RMs          [ResourceManagers]RM
	TM           RM // Working until it decides
	TMPrepared   uint8
	SentPrepared uint8
	SentCommit   bool
	SentAbort    bool
}

// TwoPhaseAction is a step of the transaction manager, or of a resource
// manager.
type TwoPhaseAction struct {
	Name string
	RM   int // -1 for the steps that concern none
}

// Init returns the state in which everybody works.
func (TwoPhase) Init() []Transaction { return []Transaction{{}} }

// Enabled lists the actions in the order of TPNext.
func (TwoPhase) Enabled(s *Transaction, buf []TwoPhaseAction) []TwoPhaseAction {
	if s.TM == Working && s.TMPrepared == 1<<ResourceManagers-1 {
		buf = append(buf, TwoPhaseAction{"TMCommit", -1})
	}
	if s.TM == Working {
		buf = append(buf, TwoPhaseAction{"TMAbort", -1})
	}
	for r := range ResourceManagers {
		if s.TM == Working && s.SentPrepared>>r&1 == 1 {
			buf = append(buf, TwoPhaseAction{"TMRcvPrepared", r})
		}
		if s.RMs[r] == Working {
			buf = append(buf, TwoPhaseAction{"RMPrepare", r}, TwoPhaseAction{"RMChooseToAbort", r})
		}
		if s.SentCommit {
			buf = append(buf, TwoPhaseAction{"RMRcvCommitMsg", r})
		}
		if s.SentAbort {
			buf = append(buf, TwoPhaseAction{"RMRcvAbortMsg", r})
		}
	}
	return buf
}

// Apply performs a.
func (TwoPhase) Apply(s *Transaction, a TwoPhaseAction) {
	switch a.Name {
	case "TMCommit":
		s.TM, s.SentCommit = Committed, true
	case "TMAbort":
		s.TM, s.SentAbort = Aborted, true
	case "TMRcvPrepared":
		s.TMPrepared |= 1 << a.RM
	case "RMPrepare":
		s.RMs[a.RM] = Prepared
		s.SentPrepared |= 1 << a.RM
	case "RMChooseToAbort", "RMRcvAbortMsg":
		s.RMs[a.RM] = Aborted
	case "RMRcvCommitMsg":
		s.RMs[a.RM] = Committed
	default:
		panic("textbook: unknown action " + a.Name)
	}
}

// TaskOf tells whose step a is: the transaction manager is task 0.
func (TwoPhase) TaskOf(a TwoPhaseAction) int {
	if a.Name == "TMRcvPrepared" {
		return 0
	}
	return a.RM + 1
}

// Consistent is TCConsistent: nobody aborts what another one commits.
func (s *Transaction) Consistent() bool {
	committed, aborted := false, false
	for _, rm := range s.RMs {
		committed = committed || rm == Committed
		aborted = aborted || rm == Aborted
	}
	return !committed || !aborted
}
