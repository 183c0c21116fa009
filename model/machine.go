package model

import (
	"math"

	"github.com/notifycheck/notifycheck/model/block"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/model/units"
)

// A Machine is everything that does not change in a run: the design, the
// scenario, and the tables that follow from them.
type Machine struct {
	Design   Design
	Scenario Scenario

	unlocked    Step // takes no lock; stepNone: every step does
	tasks       int
	pages       [MaxBlocks][2]device.Page // where a block lies; two on raid1
	uppers      [maxUppers]upper
	groupStarts uint16
	groups      [3]superblock.Groups // of data, realtime section and second filesystem
	devPages    [device.Devs]uint16
	fsPages     [MaxFS]uint16
	family      [mm.Procs]uint8 // whom a process descends from
}

// An upper is one range of a device and what it is for the device above: a
// partition, a dm target, a leg, or the filesystem itself.
type upper struct {
	used   bool
	dev    uint8
	off    uint8 // pages on the device
	len    uint8
	up     uint8 // page of the upper device where the range begins
	slot   uint8 // holder slot of the upper device
	fs     uint8
	dm     bool
	mirror bool
}

const maxUppers = 6

// An Action is one transition: task Task takes its next step with Branch.
type Action struct {
	Task, Branch uint8
}

// New builds the machine, or says which part of the scenario is impossible.
func New(d Design, sc Scenario) (*Machine, error) {
	if err := sc.Validate(); err != nil {
		return nil, err
	}
	m := &Machine{Design: d, Scenario: sc, tasks: sc.TaskCount()}
	m.layOut()
	m.descend()
	return m, nil
}

// descend finds out who is forked from whom, over all generations.
func (m *Machine) descend() {
	for p := range m.family {
		m.family[p] = uint8(p)
	}
	for range m.tasks {
		for i := range m.tasks {
			if tk := &m.Scenario.Tasks[i]; tk.Kind == TaskFork {
				m.family[tk.To] = m.family[tk.Proc]
			}
		}
	}
}

// WithoutLock is the machine with the step's acquisition of locks and of
// references gone: it waits for no lock and takes none, and whatever drops it
// later drops nothing. The reductions lean on what locks keep others from, so
// none is sound for it. It is no design: it asks whether a property notices
// that the lock is missing.
func (m *Machine) WithoutLock(st Step) *Machine {
	w := *m
	w.unlocked = st
	return &w
}

// Unlocked is the step whose locks are gone, if there is one.
func (m *Machine) Unlocked() (st Step, ok bool) { return m.unlocked, m.unlocked != stepNone }

// is reports whether the design has the value for the choice.
func (m *Machine) is(c design.Choice, v design.Value) bool { return m.Design[c] == v }

// layOut places blocks on pages and devices above each other.
func (m *Machine) layOut() {
	g := &m.Scenario.Geometry
	for b := range m.pages {
		m.pages[b] = [2]device.Page{device.NoPage, device.NoPage}
	}
	m.layOutData(g)
	m.layOutGroups(g)
	m.groupStarts = 1<<FirstRTBlock | 1<<FirstSecondBlock
	for b := uint8(0); b < g.Blocks; b += g.AGBlocks {
		m.groupStarts |= 1 << b
	}
	n := g.PartOff + g.Blocks
	switch g.RT {
	case SectionInternal:
		for i := range uint8(RTBlocks) {
			m.pages[FirstRTBlock+i][0] = device.Page(n + i)
		}
		n += RTBlocks
	case SectionExternal:
		for i := range uint8(RTBlocks) {
			m.pages[FirstRTBlock+i][0] = device.Page(Dev2Page + i)
		}
		m.addUpper(upper{dev: 2, off: 0, len: RTBlocks, slot: slotRT})
	}
	if g.Second == SecondExt4 || g.Second == SecondXFS {
		for i := range uint8(SecondBlocks) {
			m.pages[FirstSecondBlock+i][0] = device.Page(n + i)
		}
		m.addUpper(upper{dev: 0, off: n, len: SecondBlocks, slot: slotSecond, fs: 1})
	}
	if g.Log == SectionExternal {
		m.addUpper(upper{dev: 1, off: 0, len: LogPages, slot: slotLog})
	}
	for b := range uint8(MaxBlocks) {
		for _, p := range m.pages[b] {
			m.fsPages[m.MountOf(b)] |= p.Bit()
		}
	}
	for p := range device.Page(device.DevPages) {
		m.devPages[m.DevOf(p)] |= p.Bit()
		if g.Log == SectionExternal && m.DevOf(p) == 1 {
			m.fsPages[0] |= p.Bit()
		}
	}
}

// layOutData places the data section according to the stack.
func (m *Machine) layOutData(g *Geometry) {
	half := g.Blocks / 2
	total := g.Blocks
	if g.RT == SectionInternal {
		total += RTBlocks
	}
	for b := range g.Blocks {
		p := g.PartOff + b
		switch g.Stack {
		case StackLinear: // the first half of the LBAs lies behind the second
			if b < half {
				p = g.Blocks - half + b
			} else {
				p = b - half
			}
		case StackSnapshot: // the last LBA shares the block of the one before
			if b == g.Blocks-1 {
				p = b - 1
			}
		case StackRaid1:
			m.pages[b][1] = device.Page(Dev1Page + b)
		}
		m.pages[b][0] = device.Page(p)
	}
	switch g.Stack {
	case StackPlain, StackPartition:
		m.addUpper(upper{off: g.PartOff, len: total})
	case StackLinear:
		m.addUpper(upper{dm: true, off: g.Blocks - half, len: half, up: 0})
		m.addUpper(upper{dm: true, off: 0, len: g.Blocks - half, up: half})
	case StackSnapshot:
		m.addUpper(upper{dm: true, off: 0, len: g.Blocks - 1, up: 0})
		m.addUpper(upper{dm: true, off: g.Blocks - 2, len: 1, up: g.Blocks - 1})
	case StackRaid1:
		m.addUpper(upper{dev: 0, len: g.Blocks, mirror: true})
		m.addUpper(upper{dev: 1, len: g.Blocks, mirror: true})
	}
}

func (m *Machine) addUpper(u upper) {
	for i := range m.uppers {
		if !m.uppers[i].used {
			u.used = true
			m.uppers[i] = u
			return
		}
	}
	panic("model: more devices above a device than maxUppers")
}

// DevOf is the device that a page belongs to.
func (m *Machine) DevOf(p device.Page) uint8 { return m.Scenario.Geometry.DevOf(p) }

// devStart is the first page of a device.
func devStart(dev uint8) device.Page {
	return [device.Devs]device.Page{0, Dev1Page, Dev2Page}[dev]
}

// PageOf is where a block lies; on raid1 the block of the first leg.
func (m *Machine) PageOf(b uint8) device.Page {
	if b >= MaxBlocks {
		return device.NoPage
	}
	return m.pages[b][0]
}

// PagesOf are the pages on which a block lies: one, or one a leg.
func (m *Machine) PagesOf(b uint8) [2]device.Page { return m.pages[b] }

// MountOf is the filesystem that a block belongs to.
func (m *Machine) MountOf(b uint8) uint8 {
	if b >= FirstSecondBlock {
		return 1
	}
	return 0
}

// TakesPart reports whether the filesystem takes part in the protocol.
func (m *Machine) TakesPart(fs uint8) bool {
	if fs == 0 {
		return m.Scenario.Geometry.Type == FSXFS
	}
	return m.Scenario.Geometry.Second != SecondExt4
}

// dax reports whether the files of the filesystem are DAX. md raid1 has no
// DAX, nor has a mount that finds the holder slot of its dax_device taken.
func (m *Machine) dax(fs uint8) bool {
	g := &m.Scenario.Geometry
	if m.is(design.SlotScope, design.SlotPerDaxDevice) && g.Second == SecondXFS && g.Type == FSXFS && !g.NoDAX && fs == m.later() {
		return false
	}
	return !g.NoDAX && g.Stack != StackRaid1 || fs == 1
}

// later is the filesystem that is mounted after the other one.
func (m *Machine) later() uint8 {
	if m.Scenario.Unborn[0] && !m.Scenario.Unborn[1] {
		return 0
	}
	return 1
}

// IsDAX is IS_DAX(inode).
func (m *Machine) IsDAX(file uint8) bool {
	f := &m.Scenario.Files[file]
	return m.dax(f.FS) && !f.Directory
}

// The parts of a filesystem that a range can lie in.
const (
	roleData = iota
	roleRT
	roleLog
)

// layOutGroups gives each part of a filesystem its group geometry.
func (m *Machine) layOutGroups(g *Geometry) {
	n := (g.Blocks + g.AGBlocks - 1) / g.AGBlocks
	m.groups = [3]superblock.Groups{
		{Count: uint32(n), AGBlocks: uint32(g.AGBlocks), AGBlkLog: agblklog(g.AGBlocks), Blocks: uint32(g.Blocks)},
		{Count: 1, AGBlocks: RTBlocks, AGBlkLog: 1, Blocks: RTBlocks},
		{Count: 1, AGBlocks: SecondBlocks, AGBlkLog: 2, Blocks: SecondBlocks},
	}
}

// groupsOf is the group geometry of a part of a filesystem, the block that its
// first group begins at, and the index of that group's lock.
func (m *Machine) groupsOf(fs, role uint8) (g *superblock.Groups, base, lock uint8) {
	switch {
	case role == roleRT:
		return &m.groups[1], FirstRTBlock, groupRT
	case fs == 1 && m.Scenario.Geometry.Second != SecondRemount:
		return &m.groups[2], FirstSecondBlock, groupSecond
	}
	return &m.groups[0], 0, 0
}

// groupLocks is the locks of all groups of a mount, a bit each.
func (m *Machine) groupLocks(fs uint8) (set uint16) {
	for _, role := range [...]uint8{roleData, roleRT} {
		if g, _, lock := m.groupsOf(fs, role); role == roleData || m.onDisk(fs) == 0 {
			set |= (1<<g.Count - 1) << lock
		}
	}
	return set
}

func agblklog(agblocks uint8) uint32 {
	n := uint32(0)
	for 1<<n < agblocks {
		n++
	}
	return n
}

// GroupOf is the index of the lock of the group that a block is in.
func (m *Machine) GroupOf(b uint8) uint8 {
	switch {
	case b >= FirstSecondBlock:
		return groupSecond
	case b >= FirstRTBlock:
		return groupRT
	}
	return b / m.Scenario.Geometry.AGBlocks
}

// PartStart and partLen are what an event reports of its page when that is less
// than all of it: half a basic block.
const (
	PartStart = 1<<units.PageShift - partLen
	partLen   = 1 << (units.SectorShift - 1)
)

// byteRange is a range in bytes, of length pages from off on or of part of one.
func byteRange(off, length uint8, part bool) units.Range[units.ByteOff] {
	r := units.Range[units.ByteOff]{Off: units.ByteOff(off) << units.PageShift, Len: units.ByteOff(length) << units.PageShift}
	switch {
	case length == wholeDevice:
		r.Off, r.Len = 0, math.MaxUint64
	case part:
		r.Off, r.Len = r.Off+PartStart, partLen
	}
	return r
}

// part reports whether the event is about part of its page.
func (c *ctx) part() bool { return c.spec().Part }

// upRange maps a range of a device to the device above, in pages: through a dm
// target, or clipped to a partition, or to the filesystem.
func (m *Machine) upRange(u *upper, failed units.Range[units.ByteOff]) (lo, n uint8, ok bool) {
	below := units.Range[units.ByteOff]{Off: units.ByteOff(u.off) << units.PageShift, Len: units.ByteOff(u.len) << units.PageShift}
	var r units.Range[units.ByteOff]
	if u.dm {
		kernel := units.Scale{}
		target := block.Target{
			Start:  kernel.BTOBB(units.ByteOff(u.up) << units.PageShift),
			Parent: kernel.BTOBB(below.Off), Len: kernel.BTOBB(below.Len),
		}
		r, ok = target.Up(kernel, m.Design[design.DmRemap], failed)
	} else {
		r, ok = block.Translate(m.Design[design.Translate], below, failed.Off, failed.Len)
	}
	const page = 1<<units.PageShift - 1
	return uint8(r.Off >> units.PageShift), uint8((r.Len + page) >> units.PageShift), ok
}

// slotOf is the holder slot that a mount claims for a device of its own.
func (m *Machine) slotOf(fs uint8) uint8 {
	g := &m.Scenario.Geometry
	switch {
	case m.is(design.SlotScope, design.SlotPerDaxDevice) && (g.Stack == StackLinear || g.Stack == StackSnapshot):
		return slotSecond // the dax_device of dm: pmem's own stays empty
	case fs == 1 && g.Second != SecondRemount && m.is(design.SlotScope, design.SlotPerBdev):
		return slotSecond
	}
	return 0
}
