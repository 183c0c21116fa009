package textbook

// Peterson is Peterson's mutual exclusion of two processes, each of which
// enters its critical section again and again. An action is a process's index.
type Peterson struct {
	// TestFirst is the classic mistake: a process waits for the other's flag
	// to fall, raises its own and enters, without regard to the turn.
	TestFirst bool
}

// Line is where a process is.
type Line uint8

// The lines of a process. With TestFirst they are Idle, Wait, Raise, Critical.
const (
	Idle Line = iota
	Raise
	Yield
	Wait
	Critical
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
	case Critical:
		s.Flag[p] = false
	case Idle, Wait:
	}
	s.At[p] = m.after(s.At[p])
}

// after is the program order.
func (m Peterson) after(l Line) Line {
	if !m.TestFirst {
		return (l + 1) % (Critical + 1)
	}
	return map[Line]Line{Idle: Wait, Wait: Raise, Raise: Critical, Critical: Idle}[l]
}

// TaskOf returns the process itself.
func (Peterson) TaskOf(p int) int { return p }

// Exclusive says that no two processes are in their critical sections.
func (s *Mutex) Exclusive() bool {
	return s.At[0] != Critical || s.At[1] != Critical
}
