package textbook

// Termination is Dijkstra's detection of termination on a ring, as in
// specifications/ewd840/EWD840.tla of the TLA+ examples (EWD840, with Feijen
// and van Gasteren; Information Processing Letters 16(5), 1983). A node that is
// active may activate others; a token travels from the last node down to
// node 0, which learns from its colour whether all are passive.
//
// TLC finds, of every initial state with a black token, 302 distinct states of
// 2001 generated for three nodes (EWD840.cfg), and 1566 of 15986 and a depth
// of 12 for four (EWD840_json.cfg; both in its manifest.json, with a depth of
// 10 for three, which should be 9: of several workers TLC gives a bound).
//
// Both obligations of Pending need weak fairness of the token, class 0, and
// none of the nodes, class 1. Without it the nodes can activate each other for
// ever while the token rests. Once all are passive only the token can move, so
// that the first obligation then fails only for a checker that lets a run stop
// where it could go on, as TLC does.
type Termination struct {
	Nodes int // 2 to 7
}

// Probe is a state of Termination: sets of nodes, and the token.
type Probe struct {
	Active, Black uint8
	Token         uint8 // its node
	TokenBlack    bool
}

// ProbeAction is below 8 when the token moves, and then says why; otherwise it
// is 8 + 16i + j when node i activates node j, or becomes passive itself if j
// is i. The guards of the token are disjunctions, each part of which is an
// action of its own to TLC.
type ProbeAction uint8

const (
	nodePassive ProbeAction = iota
	nodeBlack
	tokenBlack
	ofNodes ProbeAction = 8
)

// Init returns the states with a black token.
func (m Termination) Init() []Probe {
	var init []Probe
	for active := range 1 << m.Nodes {
		for black := range 1 << m.Nodes {
			for token := range m.Nodes {
				init = append(init, Probe{uint8(active), uint8(black), uint8(token), true})
			}
		}
	}
	return init
}

// Enabled lists the actions. Node 0 keeps a white token while it is white.
func (m Termination) Enabled(s *Probe, buf []ProbeAction) []ProbeAction {
	if s.Token != 0 && s.Active>>s.Token&1 == 0 {
		buf = append(buf, nodePassive)
	}
	if s.Black>>s.Token&1 == 1 {
		buf = append(buf, nodeBlack)
	}
	if s.TokenBlack {
		buf = append(buf, tokenBlack)
	}
	for i := range m.Nodes {
		if s.Active>>i&1 == 0 {
			continue
		}
		for j := range m.Nodes {
			buf = append(buf, ofNodes+ProbeAction(16*i+j))
		}
	}
	return buf
}

// Apply performs a.
func (m Termination) Apply(s *Probe, a ProbeAction) {
	if a < ofNodes {
		m.moveToken(s)
		return
	}
	i, j := (a-ofNodes)/16, (a-ofNodes)%16
	if i == j {
		s.Active &^= 1 << i
		return
	}
	s.Active |= 1 << j
	if j > i {
		s.Black |= 1 << i
	}
}

// moveToken passes the token on; node 0 begins a new probe.
func (m Termination) moveToken(s *Probe) {
	node := uint8(1) << s.Token
	if s.Token == 0 {
		s.Token, s.TokenBlack = uint8(m.Nodes), false
	} else {
		s.TokenBlack = s.TokenBlack || s.Black&node != 0
	}
	s.Black &^= node
	s.Token--
}

// Class returns 0 for the token and 1 for the nodes.
func (Termination) Class(_ *Probe, a ProbeAction) uint8 {
	if a < ofNodes {
		return 0
	}
	return 1
}

// Pending has bit 0 while all are passive and node 0 has not learnt it, which
// is the source's Liveness, and bit 1 while the token is black: an
// inconclusive probe is followed by another one.
func (Termination) Pending(s *Probe) uint64 {
	pending := uint64(0)
	if s.Active == 0 && !s.Detected() {
		pending |= 1
	}
	if s.TokenBlack {
		pending |= 2
	}
	return pending
}

// Detected says that node 0 takes all to be passive.
func (s *Probe) Detected() bool {
	return s.Token == 0 && !s.TokenBlack && s.Black&1 == 0 && s.Active&1 == 0
}

// Sound is TerminationDetection: what is detected is so.
func (s *Probe) Sound() bool { return !s.Detected() || s.Active == 0 }
