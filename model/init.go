package model

import (
	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// Init is the one initial state, or none when the design refuses the mount.
func (m *Machine) Init() []State {
	if _, ok := m.Startable(); !ok {
		return nil
	}
	var s State
	m.Begin(&s)
	return []State{s}
}

// Begin sets s to the initial state: everything was faulted in before, file
// by file, and no task has begun.
func (m *Machine) Begin(s *State) {
	*s = State{Budget: m.Scenario.Budget}
	for i := range m.tasks {
		s.Tasks[i].Stack[0] = starts[m.Scenario.Tasks[i].Kind]
		s.Tasks[i].Depth = 1
		if tk := &m.Scenario.Tasks[i]; tk.Kind == TaskPin {
			s.Pins[i] = tk.File*MaxFilePages + tk.Index + 1
		}
	}
	m.initMounts(s)
	m.initBlocks(s)
	for p := range m.Scenario.Procs {
		m.initProc(s, uint8(p))
	}
	for f := range m.Scenario.Files {
		for i := range uint8(MaxFilePages) {
			if m.Scenario.Files[f].Cached>>i&1 != 0 {
				m.initEntry(s, uint8(f), i, mm.VMA{})
			}
		}
	}
}

func (m *Machine) initMounts(s *State) {
	for fs := range uint8(MaxFS) {
		if fs == 1 && m.Scenario.Geometry.Second == SecondNone || m.Scenario.Unborn[fs] {
			continue
		}
		slots, n := m.slots(fs)
		for _, slot := range slots[:n] {
			if s.Slot[slot].Claim(fs) {
				s.Slot[slot].Ops = m.ops(fs)
			}
		}
		s.Mount[fs].Life = superblock.LifeBorn // without a holder when the slot was taken (C25)
	}
}

// initBlocks fills block maps, reference counts and reverse map.
func (m *Machine) initBlocks(s *State) {
	for _, rec := range m.StaticRecords() {
		if rec.Len != 0 {
			s.Rmap.Map(rec, m.groupStarts)
		}
	}
	c := ctx{m: m, s: s}
	for f := range uint8(MaxFiles) {
		file := &m.Scenario.Files[f]
		s.Incore[f] = file.Incore
		s.Cow[f] = file.Cow
		for i, e := range file.Data {
			if e.Hole() {
				continue
			}
			c.mapBlock(f, uint8(i), uint8(e.Block()))
			if e.Unwritten() {
				s.Rmap.Unmap(e.Block(), rmap.Owner(f), uint8(i))
				s.Rmap.Map(rmap.Record{Start: e.Block(), Len: 1, Owner: rmap.Owner(f), OffFlags: uint8(i) | rmap.FlagUnwritten}, m.groupStarts)
				s.Data[f][i] = e
			}
		}
		for _, e := range file.Cow {
			if !e.Hole() {
				s.Reflink |= 1 << f
				s.Rmap.Map(rmap.Record{Start: e.Block(), Len: 1, Owner: rmap.OwnerCow}, m.groupStarts)
			}
		}
	}
	m.initReflink(s)
}

// initReflink flags the files that share a block: they were reflinked.
func (m *Machine) initReflink(s *State) {
	if m.Scenario.Geometry.NoReflink {
		return
	}
	for f := range s.Data {
		for _, e := range s.Data[f] {
			if !e.Hole() && m.TakesPart(m.Scenario.Files[f].FS) && s.Ref.Shared(e.Block()) {
				s.Reflink |= 1 << f
			}
		}
	}
}

// StaticRecords are the reverse map records that no task changes: group
// headers and other metadata. Unused ones have Len 0.
func (m *Machine) StaticRecords() (recs [MaxDataGroups + MaxMetadata + 1]rmap.Record) {
	g := &m.Scenario.Geometry
	n := 0
	add := func(r rmap.Record) {
		recs[n] = r
		n++
	}
	for b := uint8(0); b < g.Blocks; b += g.AGBlocks {
		add(rmap.Record{Start: rmap.Block(b), Len: 1, Owner: rmap.OwnerFS})
	}
	if g.Second == SecondXFS || g.Second == SecondExt4 {
		add(rmap.Record{Start: FirstSecondBlock, Len: 1, Owner: rmap.OwnerFS})
	}
	for _, md := range g.Metadata {
		r := rmap.Record{Start: rmap.Block(md.Block), Len: 1}
		switch md.Kind {
		case MetaNone:
			continue
		case MetaInobt:
			r.Owner = rmap.OwnerInobt
		case MetaLog:
			r.Owner = rmap.OwnerLog
		case MetaAttr:
			r.Owner, r.OffFlags = rmap.Owner(md.File), rmap.FlagAttrFork
		case MetaBmbt:
			r.Owner, r.OffFlags = rmap.Owner(md.File), rmap.FlagBmbt
		}
		add(r)
	}
	return recs
}

// initProc maps what the process has faulted in.
func (m *Machine) initProc(s *State, proc uint8) {
	spec := &m.Scenario.Procs[proc]
	if !spec.Alive {
		return
	}
	s.Alive |= 1 << proc
	for slot := range uint8(mm.VMAs) {
		mp := &spec.Maps[slot]
		if mp.Len == 0 {
			continue
		}
		s.VMA[proc][slot] = mm.NewVMA(mp.File, mp.Pgoff, mp.Len, mp.Private)
		for i := range mp.Len {
			va := slot*mm.VMAPages + i
			switch {
			case mp.Copied>>i&1 != 0:
				if p := s.allocDram(mm.DramAnon); p != device.NoPage {
					s.PTE[proc][va] = mm.MapPage(p, mm.Write)
				}
			case mp.Faulted>>i&1 != 0 && s.PTE[proc][va] == 0:
				m.initPTE(s, proc, slot, i)
			}
		}
	}
}

// initPTE is a read fault that took place before.
func (m *Machine) initPTE(s *State, proc, slot, i uint8) {
	file, idx, _ := s.VMA[proc][slot].Covers(i)
	m.initEntry(s, file, idx, s.VMA[proc][slot])
	e := &s.Entry[file][idx]
	if e.Page == 0 {
		return
	}
	va := slot*mm.VMAPages + i
	spec := &m.Scenario.Procs[proc].Maps[slot]
	if e.Huge() {
		o := idx ^ 1 - spec.Pgoff
		if idx^1 >= spec.Pgoff && o < spec.Len && spec.Faulted>>o&1 != 0 && spec.Copied>>o&1 == 0 {
			base := e.Of() - device.Page(idx&1)
			lo := min(i, o)
			s.PTE[proc][slot*mm.VMAPages+lo] = mm.MapPage(base, mm.Huge)
			s.PTE[proc][slot*mm.VMAPages+lo+1] = mm.MapPage(base+1, mm.Huge)
			return
		}
	}
	s.PTE[proc][va] = mm.MapPage(e.Of(), 0)
}

// initEntry puts the file page into the mapping, as a fault through the VMA
// does.
func (m *Machine) initEntry(s *State, file, idx uint8, v mm.VMA) {
	if !m.IsDAX(file) {
		m.initCached(s, file, idx)
		return
	}
	if s.Entry[file][idx].Page != 0 {
		return
	}
	b := uint8(s.Data[file][idx].Block())
	t := Task{File: file, Idx: idx, Block: b, New: noBlock}
	c := ctx{m: m, s: s, t: &t}
	c.insertEntry(m.PageOf(b), v)
	for j := range s.Entry[file] {
		s.Entry[file][j].Lock = 0
	}
}

// initCached puts the file page into the page cache, with the page that
// another mapping of the block has when they share it.
func (m *Machine) initCached(s *State, file, idx uint8) {
	e := &s.Entry[file][idx]
	if e.Page != 0 {
		return
	}
	t := Task{File: file, Idx: idx}
	c := ctx{m: m, s: s, t: &t}
	p := c.sharedFolio()
	if p == device.NoPage {
		p = s.allocDram(mm.DramCache)
	}
	if p != device.NoPage {
		*e = addrspace.NewEntry(p, false)
	}
}
