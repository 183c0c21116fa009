// Package promela compares this project with Spin on the core of the
// protocol. core.pml is a second reading of the kernel, in Promela: its verdicts
// must be those of the model. [Core] is the same system in Go: its speed in
// this project's engine is compared with that of core.pml in Spin.
package promela

import (
	"fmt"
	"math/bits"

	"github.com/notifycheck/notifycheck/checker"
)

// A Scenario is what core.pml is compiled for and what [Core] runs. Sets of
// processes are bit sets, as there.
type Scenario struct {
	Name     string
	Procs    int   // 1 to 6
	Pages    int   // blocks that the two files share: 1 or 2; 0 means 1
	Events   int   // 1 or 2; event k is on block k % Pages; 0 means 1
	File1    uint8 // processes that map file 1; the others map file 0
	Page1    uint8 // processes that map page 1
	Faulted  uint8 // have a PTE to begin with
	Early    uint8 // early kill
	Read     uint8 // read
	Write    uint8 // write
	Munmap   uint8 // munmap
	Injected bool  // by process 0; else a scrubber found the poison
}

func (c *Scenario) pages() int  { return max(c.Pages, 1) }
func (c *Scenario) events() int { return max(c.Events, 1) }

// injector is process 0 when it injects.
func (c *Scenario) injector() uint8 {
	if c.Injected {
		return 1
	}
	return 0
}

// Macros are those that core.pml takes.
func (c *Scenario) Macros() []string {
	return []string{
		fmt.Sprintf("PROCS=%d", c.Procs), fmt.Sprintf("PAGES=%d", c.pages()), fmt.Sprintf("EVENTS=%d", c.events()),
		fmt.Sprintf("FILE1=%d", c.File1), fmt.Sprintf("PAGE1=%d", c.Page1), fmt.Sprintf("FAULTED=%d", c.Faulted),
		fmt.Sprintf("EARLY=%d", c.Early), fmt.Sprintf("READ=%d", c.Read), fmt.Sprintf("WRITE=%d", c.Write),
		fmt.Sprintf("MUNMAP=%d", c.Munmap), fmt.Sprintf("INJECTED=%d", c.injector()),
	}
}

// The design bits of core.pml.
const (
	KillUnderAGF = 1 << iota
	AsksNot
	MapsPoison
	MarksEntry
	NoRecheck
	UnmapsIfTold
	ReadZaps
)

// The claims of core.pml.
const (
	Lost = 1 << iota
	Mapped
	Marked
	Over
)

// Core is core.pml as a transition system: the same states, but for Broken,
// and the same steps.
type Core struct {
	scenario Scenario
	design   uint8
	judged   uint8
	tell     uint8
	overFile [4]uint8 // by entry: the processes whose VMA is over it
	entryOf  [6]uint8 // by process
}

var _ checker.System[State, Step] = (*Core)(nil)

// NewCore is the system of a scenario under a design, with claims to judge.
func NewCore(c Scenario, design, judged uint8) *Core {
	sys := &Core{scenario: c, design: design, judged: judged, tell: c.Early | c.injector()}
	for t := range c.Procs {
		e := int(c.File1>>t&1)*c.pages() + int(c.Page1>>t&1)
		sys.entryOf[t] = uint8(e)
		sys.overFile[e] |= 1 << t
	}
	return sys
}

// overBlock is the processes whose VMA is over block i.
func (sys *Core) overBlock(i uint8) uint8 {
	return sys.overFile[i] | sys.overFile[sys.entry(1, i)]
}

// entry is the DAX entry of page i of a file.
func (sys *Core) entry(file, i uint8) uint8 { return file*uint8(sys.scenario.pages()) + i }

// blockOf is the block that event k is on.
func (sys *Core) blockOf(k uint8) uint8 { return k % uint8(sys.scenario.pages()) }

func (sys *Core) is(bit uint8) bool { return sys.design&bit != 0 }

// A State is one of core.pml: its variables, of one byte each, and where its
// processes are. Held has its bits.
type State struct {
	Held                             uint8
	Locked, Waits, Walker, ImapWrite uint8
	VMA, PTEP, PTEQ, EntP, EntQ      uint8
	Remapped, Bad, HWPoison, Shares  uint8
	Todo, Cand, Kill                 uint8
	Raised, Over                     uint8
	Owed, Told                       [2]uint8
	EventAt                          [2]uint8
	ProcAt                           [6]uint8
	Broken                           uint8 // claims that a step broke, of those judged
}

// Bits of Held: locks, and the file at hand.
const (
	heldMf = 1 << iota
	heldAGF
	heldImapRead
	heldFile
)

// file is the file at hand.
func (s *State) file() uint8 { return s.Held >> 3 & 1 }

// A Step is one of a process of core.pml: its number, events first, times 8,
// plus 1 with the number of the process that it wakes, if it wakes one.
type Step uint8

// Where an event is.
const (
	evRaise = iota
	evLock
	evMark
	evAGF
	evQuery
	evRecord
	evAsleep
	evFound
	evImap
	evCollect
	evUnmap
	evSignal
	evFinish
	evOver
)

// Where a process is.
const (
	prStart = iota
	prAsleep
	prBegin
	prShared
	prInsert
	prMap
	prCopy
	prCopied
	prMapCopy
	prEnd
	prRemap
	prUnlock
	prUnlink
	prUnlinked
	prOver
)

// Init returns the state in which nothing has begun.
func (sys *Core) Init() []State {
	s := State{VMA: 1<<sys.scenario.Procs - 1, PTEP: sys.scenario.Faulted}
	for e, m := range sys.overFile {
		if sys.scenario.Faulted&m != 0 {
			s.EntP |= 1 << e
		}
	}
	return []State{s}
}

// Enabled lists the steps that can happen, events first.
func (sys *Core) Enabled(s *State, buf []Step) []Step {
	for k := range uint8(sys.scenario.events()) {
		buf = sys.eventSteps(s, k, buf)
	}
	for t := range uint8(sys.scenario.Procs) {
		buf = sys.procSteps(s, t, buf)
	}
	return buf
}

// unlocks lists the steps that unlock an entry: each wakes one of those who
// wait to lock it.
func (sys *Core) unlocks(s *State, task, e uint8, buf []Step) []Step {
	waiting := s.Waits & sys.overFile[e]
	if waiting == 0 {
		return append(buf, Step(task<<3))
	}
	for ; waiting != 0; waiting &= waiting - 1 {
		buf = append(buf, Step(task<<3+1+uint8(bits.TrailingZeros8(waiting))))
	}
	return buf
}

// unlock unlocks the entry, wakes the walker, and whom a says.
func (s *State) unlock(e uint8, a Step) {
	s.Locked &^= 1 << e
	s.Walker &^= 1 << e
	if woken := a & 7; woken != 0 {
		s.Waits &^= 1 << (woken - 1)
	}
}

// recordAt is the entry of the record that event k is to deal with.
func (sys *Core) recordAt(s *State, k uint8) uint8 {
	return sys.entry(1-s.Todo&1, sys.blockOf(k))
}

// handAt is the entry at hand.
func (sys *Core) handAt(s *State, k uint8) uint8 { return sys.entry(s.file(), sys.blockOf(k)) }

// passes reports whether the event finds another block in the entry at hand,
// and looks.
func (sys *Core) passes(s *State, k uint8) bool {
	return !sys.is(NoRecheck) && s.EntQ>>sys.handAt(s, k)&1 != 0
}

// eventSteps lists the steps of event k.
func (sys *Core) eventSteps(s *State, k uint8, buf []Step) []Step {
	can := true
	switch s.EventAt[k] {
	case evLock:
		can = s.Held&heldMf == 0
	case evAGF:
		can = s.Held&heldAGF == 0
	case evAsleep:
		can = s.Walker == 0
	case evFound:
		if sys.passes(s, k) {
			return sys.unlocks(s, k, sys.handAt(s, k), buf)
		}
	case evImap, evUnmap:
		can = s.ImapWrite>>s.file()&1 == 0
	case evSignal:
		if s.Kill == 0 {
			return sys.unlocks(s, k, sys.handAt(s, k), buf)
		}
	case evOver:
		can = false
	}
	if can {
		buf = append(buf, Step(k<<3))
	}
	return buf
}

// procSteps lists the steps of process t.
func (sys *Core) procSteps(s *State, t uint8, buf []Step) []Step {
	can := true
	switch s.ProcAt[t] {
	case prStart:
		can = (sys.scenario.Read|sys.scenario.Write|sys.scenario.Munmap)>>t&1 != 0
	case prAsleep:
		can = s.Waits>>t&1 == 0
	case prBegin:
		can = s.Held&heldAGF == 0 || !sys.asks(t)
	case prCopied:
		can = s.Shares>>t&1 != 0 || s.Held&heldAGF == 0
	case prEnd:
		can = s.Held&heldAGF == 0
	case prUnlock:
		return sys.unlocks(s, uint8(sys.scenario.events())+t, sys.entryOf[t], buf)
	case prUnlink:
		file := sys.scenario.File1 >> t & 1
		can = s.ImapWrite>>file&1 == 0 && (s.Held&heldImapRead == 0 || s.file() != file)
	case prOver:
		can = false
	}
	if can {
		buf = append(buf, Step((uint8(sys.scenario.events())+t)<<3))
	}
	return buf
}

// asks reports whether the fault of process t takes the AGF.
func (sys *Core) asks(t uint8) bool { return sys.scenario.Write>>t&1 != 0 || !sys.is(AsksNot) }

// Apply takes the step.
func (sys *Core) Apply(s *State, a Step) {
	if task, events := uint8(a>>3), uint8(sys.scenario.events()); task < events {
		sys.event(s, task, a)
	} else {
		sys.proc(s, task-events, a)
	}
}

// claim notes that a claim is broken, if it is judged.
func (sys *Core) claim(s *State, claim uint8, holds bool) {
	if !holds {
		s.Broken |= claim & sys.judged
	}
}

// lose removes PTEs; no event is the reason.
func (s *State) lose(m uint8) {
	for k := range s.Owed {
		s.Owed[k] &^= m & s.PTEP
	}
	s.PTEP &^= m
	s.PTEQ &^= m
}

// event takes a step of event k.
func (sys *Core) event(s *State, k uint8, a Step) {
	i := sys.blockOf(k)
	at := &s.EventAt[k]
	switch *at {
	case evRaise:
		s.Raised |= 1 << k
		s.Bad |= 1 << i
		s.Owed[k] = s.PTEP & sys.overBlock(i)
	case evLock:
		s.Held |= heldMf
	case evMark:
		if !sys.is(MarksEntry) {
			s.HWPoison |= 1 << i
		}
	case evAGF:
		s.Held |= heldAGF
	case evQuery:
		s.Todo = ^s.Remapped>>i&1 | ^s.Remapped>>sys.entry(1, i)&1<<1
		if !sys.is(KillUnderAGF) {
			s.Held &^= heldAGF
		}
	case evRecord, evAsleep:
		*at = sys.record(s, k)
		return
	case evFound, evImap, evCollect, evUnmap, evSignal:
		*at = sys.kill(s, k, a)
		return
	case evFinish:
		s.Held &^= heldMf | heldFile
		s.Raised &^= 1 << k
		s.Over |= 1 << i
		sys.claim(s, Lost, s.Owed[k]&(s.PTEP|sys.tell&^s.Told[k]) == 0)
		sys.claim(s, Mapped, s.PTEP&sys.overBlock(i) == 0)
		s.Owed[k], s.Told[k] = 0, 0
	}
	*at++
}

// record is dax_lock_mapping_entry for the next record; it returns where the
// event is then.
func (sys *Core) record(s *State, k uint8) uint8 {
	if s.Todo == 0 {
		if sys.is(KillUnderAGF) {
			s.Held &^= heldAGF
		}
		return evFinish
	}
	e := sys.recordAt(s, k)
	file := 1 - s.Todo&1
	switch {
	case s.Locked>>e&1 != 0:
		s.Walker = 1 << e
		return evAsleep
	case (s.EntP|s.EntQ)>>e&1 == 0:
		s.Todo &^= 1 << file
		return evRecord
	}
	s.Held = s.Held&^heldFile | file<<3
	s.Todo &^= 1 << file
	s.Locked |= 1 << e
	return evFound
}

// kill is what mf_dax_kill_procs does with the entry at hand; it returns where
// the event is then.
func (sys *Core) kill(s *State, k uint8, a Step) uint8 {
	i, e := sys.blockOf(k), sys.handAt(s, k)
	over := sys.overFile[e]
	switch s.EventAt[k] {
	case evFound:
		if sys.passes(s, k) {
			s.unlock(e, a)
			return evRecord
		}
		own := s.EntQ>>e&1 != 0
		if sys.is(MarksEntry) {
			sys.claim(s, Marked, !own)
			if !own {
				s.HWPoison |= 1 << i
			}
		}
	case evImap:
		s.Held |= heldImapRead
		s.Cand = s.VMA & over
	case evCollect:
		if s.Cand != 0 {
			first := s.Cand & -s.Cand
			s.Kill |= first & sys.tell & (s.PTEP | s.PTEQ)
			s.Cand &^= first
			return evCollect
		}
		s.Held &^= heldImapRead
	case evUnmap:
		if s.Kill != 0 || !sys.is(UnmapsIfTold) {
			sys.claim(s, Over, s.PTEQ&over == 0)
			s.PTEP &^= over
			s.PTEQ &^= over
		}
	case evSignal:
		if s.Kill == 0 {
			s.unlock(e, a)
			return evRecord
		}
		first := s.Kill & -s.Kill
		for other := range s.Told {
			if s.Raised>>other&1 != 0 {
				s.Told[other] |= first
			}
		}
		s.Kill &^= first
		return evSignal
	}
	return s.EventAt[k] + 1
}

// proc takes a step of process t.
func (sys *Core) proc(s *State, t uint8, a Step) {
	e, bit := sys.entryOf[t], uint8(1)<<t
	at := &s.ProcAt[t]
	switch *at {
	case prStart, prAsleep:
		*at = sys.grab(s, t)
	case prBegin, prShared, prInsert, prMap:
		*at = sys.fault(s, t)
	case prCopy, prCopied, prMapCopy, prEnd, prRemap:
		*at = sys.copyOnWrite(s, t)
	case prUnlock:
		s.unlock(e, a)
		*at = prOver
	case prUnlink:
		s.ImapWrite |= 1 << (sys.scenario.File1 >> t & 1)
		*at = prUnlinked
	case prUnlinked:
		s.ImapWrite &^= 1 << (sys.scenario.File1 >> t & 1)
		s.VMA &^= bit
		*at = prOver
	}
}

// grab is grab_mapping_entry, or the first half of munmap.
func (sys *Core) grab(s *State, t uint8) uint8 {
	bit, e := uint8(1)<<t, sys.entryOf[t]
	switch {
	case sys.scenario.Munmap&bit != 0:
		s.lose(bit)
		return prUnlink
	case s.Locked>>e&1 != 0:
		s.Waits |= bit
		return prAsleep
	}
	s.Locked |= 1 << e
	return prBegin
}

// block is the block under entry e.
func (sys *Core) block(e uint8) uint8 { return e % uint8(sys.scenario.pages()) }

// fault is a fault that maps the block that the file page has.
func (sys *Core) fault(s *State, t uint8) uint8 {
	e, bit := sys.entryOf[t], uint8(1)<<t
	i := sys.block(e)
	switch s.ProcAt[t] {
	case prBegin:
		if !sys.asks(t) {
			return sys.insert(s, t)
		}
		s.Held |= heldAGF
		return prShared
	case prShared:
		s.Held &^= heldAGF
		shared := (s.Remapped>>i|s.Remapped>>sys.entry(1, i))&1 == 0
		if shared && sys.scenario.Write&bit != 0 {
			s.Shares |= bit
			return prCopy
		}
		if shared && sys.is(ReadZaps) {
			s.Shares |= bit
		}
		return prInsert
	case prInsert:
		return sys.insert(s, t)
	}
	switch {
	case s.EntQ>>e&1 != 0:
		s.PTEQ |= bit
	case sys.is(MapsPoison) || s.HWPoison>>i&1 == 0:
		s.PTEP |= bit
		sys.claim(s, Mapped, s.Over>>i&1 == 0)
	}
	return prUnlock
}

// insert is dax_iomap_direct_access and dax_insert_entry.
func (sys *Core) insert(s *State, t uint8) uint8 {
	e, bit := sys.entryOf[t], uint8(1)<<t
	own := s.Remapped>>e&1 != 0
	badblocks := sys.is(MapsPoison) && !sys.scenario.Injected && s.Bad>>sys.block(e)&1 != 0
	if s.Shares&bit != 0 && (own || !badblocks) {
		s.lose(sys.overFile[e])
	}
	s.Shares &^= bit
	switch {
	case own:
		s.EntQ |= 1 << e
	case badblocks:
		return prUnlock
	default:
		s.EntP |= 1 << e
	}
	return prMap
}

// copyOnWrite is a write fault on a shared block, from the copy on.
func (sys *Core) copyOnWrite(s *State, t uint8) uint8 {
	e, bit := sys.entryOf[t], uint8(1)<<t
	switch s.ProcAt[t] {
	case prCopy:
		if s.Bad>>sys.block(e)&1 != 0 {
			s.Shares &^= bit
		}
		return prCopied
	case prCopied:
		if s.Shares&bit == 0 { // the copy failed
			s.Held |= heldAGF
			return prRemap
		}
		s.lose(sys.overFile[e])
		s.EntP &^= 1 << e
		s.EntQ |= 1 << e
		return prMapCopy
	case prMapCopy:
		s.PTEQ |= bit
		return prEnd
	case prEnd:
		s.Held |= heldAGF
		return prRemap
	}
	s.Held &^= heldAGF
	if s.Shares&bit != 0 {
		s.Remapped |= 1 << e
	}
	s.Shares &^= bit
	return prUnlock
}

// Deadlock reports whether a state in which nothing is enabled has a process
// that has begun and not ended.
func (sys *Core) Deadlock(s *State) bool {
	for k := range sys.scenario.events() {
		if s.EventAt[k] != evOver {
			return true
		}
	}
	for t := range sys.scenario.Procs {
		if s.ProcAt[t] != prOver && s.ProcAt[t] != prStart {
			return true
		}
	}
	return false
}
