package textbook

// Diners is the dinner of the Model Checking Contest ("Philosophers", by
// F. Kordon; https://mcc.lip6.fr): each takes the two forks beside it, one
// after the other and whichever first, eats, and puts both back at once. For
// five (Philosophers-PT-000005) the contest's raw-result-analysis.csv of 2016
// has 243 states and 945 transitions, as quoted in the README of
// https://github.com/Meijuh/MACS2. A fork is free or held on one side or the
// other, and all of that is reachable: 3ⁿ states, and 7n 3ⁿ⁻² transitions.
//
// There are two deadlocks, where all hold their left forks and where all hold
// their right ones, n actions away. So that who holds a fork will eat holds
// under no fairness.
type Diners struct {
	N int // 2 to 16
}

// Forks is a state of Diners: two bits for each fork, of which diner i has
// fork i on the left and fork i+1 on the right.
type Forks uint32

// Who holds a fork.
const (
	nobody  Forks = iota
	onRight       // the diner that has it on the left
	onLeft        // the diner that has it on the right
	either  Forks = 3
)

// Serving is an action of Diners: four times the diner, and what it does.
type Serving uint8

const (
	takeLeft Serving = iota
	takeRight
	putBack
)

// Init returns the laid table.
func (Diners) Init() []Forks { return []Forks{0} }

// Enabled lists those who can take a fork, or put both back.
func (m Diners) Enabled(s *Forks, buf []Serving) []Serving {
	for d := range m.N {
		left, right := s.fork(d), s.fork(m.right(d))
		action := Serving(d * 4)
		switch {
		case left == nobody && right == nobody:
			buf = append(buf, action+takeLeft, action+takeRight)
		case left == nobody:
			buf = append(buf, action+takeLeft)
		case right == nobody:
			buf = append(buf, action+takeRight)
		case left == onRight && right == onLeft:
			buf = append(buf, action+putBack)
		}
	}
	return buf
}

// Apply performs a.
func (m Diners) Apply(s *Forks, a Serving) {
	d := int(a / 4)
	left, right := d*2, m.right(d)*2
	switch a % 4 {
	case takeLeft:
		*s |= onRight << left
	case takeRight:
		*s |= onLeft << right
	default:
		*s &^= either<<left | either<<right
	}
}

// Class returns the diner.
func (Diners) Class(_ *Forks, a Serving) uint8 { return uint8(a / 4) }

// Pending has a bit for each diner that holds one fork.
func (m Diners) Pending(s *Forks) uint64 {
	pending := uint64(0)
	for d := range m.N {
		if (s.fork(d) == onRight) != (s.fork(m.right(d)) == onLeft) {
			pending |= 1 << d
		}
	}
	return pending
}

// right is the fork on the right of diner d.
func (m Diners) right(d int) int {
	if d+1 == m.N {
		return 0
	}
	return d + 1
}

// fork is who holds fork f.
func (s *Forks) fork(f int) Forks { return *s >> (f * 2) & either }
