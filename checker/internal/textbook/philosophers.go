package textbook

// Seats is how many philosophers dine.
const Seats = 4

// Philosophers is Dijkstra's dinner: each takes the fork on the left, then the
// one on the right, eats, and puts both back. Its deadlock is least after
// Seats actions, with a switch before each but the first.
type Philosophers struct{}

// Table is a state of Philosophers.
type Table struct {
	Holds [Seats]uint8 // forks in hand, 0 to 2
	Taken [Seats]bool  // Taken[i] is the fork on the left of i
}

// Init returns the laid table.
func (Philosophers) Init() []Table { return []Table{{}} }

// Enabled lists those who can take their next fork, or put both back.
func (Philosophers) Enabled(s *Table, buf []int) []int {
	for p := range Seats {
		if s.Holds[p] == 2 || !s.Taken[wanted(s, p)] {
			buf = append(buf, p)
		}
	}
	return buf
}

// Apply lets philosopher p move.
func (Philosophers) Apply(s *Table, p int) {
	if s.Holds[p] == 2 {
		s.Holds[p], s.Taken[p], s.Taken[(p+1)%Seats] = 0, false, false
		return
	}
	s.Taken[wanted(s, p)] = true
	s.Holds[p]++
}

// wanted is the fork that p takes next: the left one, then the right one.
func wanted(s *Table, p int) int {
	return (p + int(s.Holds[p])) % Seats
}

// TaskOf returns the philosopher.
func (Philosophers) TaskOf(p int) int { return p }
