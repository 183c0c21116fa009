package textbook

// German is S. German's directory-based cache coherence protocol with one
// node abstracted, as in specifications/GermanProtocol/German.tla of the TLA+
// examples (from the Murphi model of Chou, Mannava and Park, "A Simple Method
// for Parameterized Verification of Cache Coherence Protocols", FMCAD 2004).
//
// For two nodes, which it takes for symmetric, TLC finds 1107 distinct states
// of 3281 generated and a depth of 19 (MCGerman in its manifest.json). There
// is no deadlock.
type German struct {
	Nodes int // 1 to MaxCaches
}

// MaxCaches bounds the nodes of German.
const MaxCaches = 3

// Cache is the part of a node.
type Cache struct {
	State   uint8 // Invalid, Shared or Exclusive
	Request uint8 // chan1, to the home: a Message
	Reply   uint8 // chan2, from the home
	Acked   bool  // chan3, to the home: an InvAck
	Invalid bool  // invSet: is to be told to invalidate
	Sharer  bool  // shrSet
}

// States of a cache.
const (
	Invalid = iota
	Shared
	Exclusive
)

// Messages; None is an empty channel, and no command at the home.
const (
	None = iota
	ReqShared
	ReqExclusive
	Invalidate
	GrantShared
	GrantExclusive
)

// Directory is a state of German.
type Directory struct {
	Caches    [MaxCaches]Cache
	Exclusive bool  // exGntd
	Command   uint8 // curCmd
	Client    uint8 // curPtr: a node, other or nobody
}

// Clients that are no node; the first is the abstracted one.
const (
	otherNode = MaxCaches
	noNode    = MaxCaches + 1
)

// GermanAction is eight times the node, MaxCaches for the abstracted one, and
// a rule.
type GermanAction uint8

// The rules, named as in German.tla.
const (
	sendReqS GermanAction = iota
	sendReqE
	recvReq
	sendInv
	sendInvAck
	recvInvAck
	sendGnt
	recvGnt
)

const (
	absRecvReqS GermanAction = otherNode*8 + iota
	absRecvReqE
	absSendGnt
	absRecvInvAck
)

// Init returns the state in which all caches are invalid.
func (German) Init() []Directory { return []Directory{{Client: noNode}} }

// Enabled lists the actions.
func (m German) Enabled(s *Directory, buf []GermanAction) []GermanAction {
	noSharer, noOwner := true, true
	for n := range m.Nodes {
		c := &s.Caches[n]
		noSharer = noSharer && !c.Sharer
		noOwner = noOwner && c.State != Exclusive && c.Reply != GrantExclusive && !c.Acked
	}
	busy := s.Command != None
	grant := busy && !s.Exclusive && (s.Command == ReqShared || noSharer)
	for n := range m.Nodes {
		c := &s.Caches[n]
		rule := func(when bool, a GermanAction) {
			if when {
				buf = append(buf, GermanAction(n*8)|a)
			}
		}
		rule(c.Request == None && c.State == Invalid, sendReqS)
		rule(c.Request == None && c.State != Exclusive, sendReqE)
		rule(!busy && c.Request != None, recvReq)
		rule(c.Reply == None && c.Invalid && (s.Command == ReqExclusive || busy && s.Exclusive), sendInv)
		rule(c.Reply == Invalidate && !c.Acked, sendInvAck)
		rule(c.Acked && busy, recvInvAck)
		rule(grant && int(s.Client) == n && c.Reply == None, sendGnt)
		rule(c.Reply >= GrantShared, recvGnt)
	}
	if !busy {
		buf = append(buf, absRecvReqS, absRecvReqE)
	}
	if grant && s.Client == otherNode {
		buf = append(buf, absSendGnt)
	}
	if busy && s.Exclusive && noOwner {
		buf = append(buf, absRecvInvAck)
	}
	return buf
}

// Apply performs a.
func (m German) Apply(s *Directory, a GermanAction) {
	if a >= otherNode*8 {
		s.applyAbstract(a)
		return
	}
	c := &s.Caches[a/8]
	switch a % 8 {
	case sendReqS:
		c.Request = ReqShared
	case sendReqE:
		c.Request = ReqExclusive
	case recvReq:
		s.begin(c.Request, uint8(a/8))
		c.Request = None
	case sendInv:
		c.Reply, c.Invalid = Invalidate, false
	case sendInvAck:
		c.Reply, c.Acked, c.State = None, true, Invalid
	case recvInvAck:
		c.Acked, c.Sharer, s.Exclusive = false, false, false
	case sendGnt:
		c.Reply, c.Sharer = GrantShared, true
		if s.Command == ReqExclusive {
			c.Reply = GrantExclusive
		}
		s.end()
	case recvGnt:
		c.State, c.Reply = c.Reply-GrantShared+Shared, None
	}
}

// applyAbstract performs an action of the abstracted node.
func (s *Directory) applyAbstract(a GermanAction) {
	switch a {
	case absRecvReqS:
		s.begin(ReqShared, otherNode)
	case absRecvReqE:
		s.begin(ReqExclusive, otherNode)
	case absSendGnt:
		s.end()
	case absRecvInvAck:
		s.Exclusive = false
	}
}

// begin makes the home serve a request.
func (s *Directory) begin(command, client uint8) {
	s.Command, s.Client = command, client
	for n := range s.Caches {
		s.Caches[n].Invalid = s.Caches[n].Sharer
	}
}

// end makes the home grant what it serves.
func (s *Directory) end() {
	s.Exclusive = s.Command == ReqExclusive
	s.Command, s.Client = None, noNode
}

// Canonical sorts the nodes, each with whether it is the client.
func (m German) Canonical(s *Directory) {
	client := int(s.Client)
	for i := 1; i < m.Nodes; i++ {
		for j := i; j > 0 && s.Caches[j].key(client == j) < s.Caches[j-1].key(client == j-1); j-- {
			s.Caches[j], s.Caches[j-1] = s.Caches[j-1], s.Caches[j]
			switch client {
			case j:
				client--
			case j - 1:
				client++
			}
		}
	}
	s.Client = uint8(client)
}

// key orders the nodes.
func (c *Cache) key(client bool) int {
	key := (int(c.State)*8+int(c.Request))*8 + int(c.Reply)
	for _, flag := range [...]bool{c.Acked, c.Invalid, c.Sharer, client} {
		key *= 2
		if flag {
			key++
		}
	}
	return key
}

// Coherent says that a cache is exclusive only when all others are invalid.
func (s *Directory) Coherent() bool {
	exclusive, valid := 0, 0
	for n := range s.Caches {
		if s.Caches[n].State != Invalid {
			valid++
		}
		if s.Caches[n].State == Exclusive {
			exclusive++
		}
	}
	return exclusive == 0 || valid == 1
}
