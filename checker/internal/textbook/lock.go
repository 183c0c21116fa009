package textbook

// Lock is two processes that share a binary semaphore, as in specifications/
// locks_auxiliary_vars/Lock.tla of the TLA+ examples: TLC finds 12 distinct
// states of 21 generated and a depth of 5 (its manifest.json). An action is a
// process's index, and so is its class.
//
// That who waits will enter needs strong fairness of each process: whenever
// the other one holds the lock the waiter is not enabled, so weak fairness
// asks nothing of it.
type Lock struct{}

// Room is a state of Lock. The processes are at Idle, Wait, Critical or Leave.
type Room struct {
	At   [2]Line
	Held bool
}

// Init returns the state in which both processes are idle.
func (Lock) Init() []Room { return []Room{{}} }

// Enabled lists the processes that need not wait.
func (Lock) Enabled(s *Room, buf []int) []int {
	for p := range 2 {
		if s.At[p] != Wait || !s.Held {
			buf = append(buf, p)
		}
	}
	return buf
}

// Apply lets process p perform its line.
func (Lock) Apply(s *Room, p int) {
	switch s.At[p] {
	case Wait:
		s.Held = true
	case Leave:
		s.Held = false
	default:
	}
	s.At[p] = [...]Line{Idle: Wait, Wait: Critical, Critical: Leave, Leave: Idle}[s.At[p]]
}

// Class returns the process itself.
func (Lock) Class(_ *Room, p int) uint8 { return uint8(p) }

// Pending has a bit for each process that waits.
func (Lock) Pending(s *Room) uint64 {
	pending := uint64(0)
	for p, at := range s.At {
		if at == Wait {
			pending |= 1 << p
		}
	}
	return pending
}

// Exclusive is LockInv: one process at most is in its critical section, of
// which leaving is the last line, and then the lock is held.
func (s *Room) Exclusive() bool {
	in := 0
	for _, at := range s.At {
		if at >= Critical {
			in++
		}
	}
	return in == 0 || in == 1 && s.Held
}
