package textbook

// Peterson is Peterson's mutual exclusion of two processes, each of which
// enters its critical section again and again, as in specifications/
// locks_auxiliary_vars/Peterson.tla of the TLA+ examples: TLC finds 42
// distinct states of 77 generated and a depth of 11 (its manifest.json). An
// action is a process's index, and so is its class.
//
// That who waits will enter needs weak fairness of each process: without it
// the other one can go round for ever.
type Peterson struct {
	// TestFirst is the classic mistake: a process waits for the other's flag
	// to fall, raises its own and enters, without regard to the turn.
	TestFirst bool
}

// Line is where a process is.
type Line uint8

// The lines of a process, a0 to a4 of the source with its cs before a4. With
// TestFirst they are Idle, Wait, Raise, Critical, Leave.
const (
	Idle Line = iota
	Raise
	Yield
	Wait
	Critical
	Leave
)

// Mutex is a state of Peterson.
type Mutex struct {
	At   [2]Line
	Flag [2]bool
	Turn uint8 // whose turn it is to go first
}

// Init returns the state in which both processes are idle.
func (Peterson) Init() []Mutex { return []Mutex{{}} }

// Enabled lists the processes that need not wait.
func (m Peterson) Enabled(s *Mutex, buf []int) []int {
	for p := range 2 {
		if s.At[p] != Wait || !s.Flag[1-p] || !m.TestFirst && int(s.Turn) == p {
			buf = append(buf, p)
		}
	}
	return buf
}

// Apply lets process p perform its line.
func (m Peterson) Apply(s *Mutex, p int) {
	switch s.At[p] {
	case Raise:
		s.Flag[p] = true
	case Yield:
		s.Turn = uint8(1 - p)
	case Leave:
		s.Flag[p] = false
	case Idle, Wait, Critical:
	}
	s.At[p] = m.after(s.At[p])
}

// after is the program order.
func (m Peterson) after(l Line) Line {
	if m.TestFirst {
		return [...]Line{Idle: Wait, Wait: Raise, Raise: Critical, Critical: Leave, Leave: Idle}[l]
	}
	return (l + 1) % (Leave + 1)
}

// TaskOf returns the process itself.
func (Peterson) TaskOf(p int) int { return p }

// Class returns the process itself.
func (Peterson) Class(_ *Mutex, p int) uint8 { return uint8(p) }

// Pending has a bit for each process that wants to enter and has not.
func (Peterson) Pending(s *Mutex) uint64 {
	pending := uint64(0)
	for p, at := range s.At {
		if at != Idle && at < Critical {
			pending |= 1 << p
		}
	}
	return pending
}

// Exclusive says that no two processes are in their critical sections, of
// which leaving is the last line.
func (s *Mutex) Exclusive() bool {
	return s.At[0] < Critical || s.At[1] < Critical
}
