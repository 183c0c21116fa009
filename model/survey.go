package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
)

const entries = MaxFiles * MaxFilePages

// A survey is what can ever be, in any run of a machine: who can map what, and
// where file pages can lie. It may be more than what will be, never less.
type survey struct {
	kinds  [NumTaskKinds]uint8     // tasks of each kind
	cover  [mm.Procs][mm.VA]uint16 // entries that the va page can be over
	blocks [entries]uint16         // that the file page can have
	dirs   uint16                  // entries of directories
	staged uint16                  // blocks that can be staged for a copy
	events uint16                  // pages that events are about
	queued bool                    // an event goes through the queue
	cache  bool                    // a file has a page cache
	dram   bool                    // pages of main memory are used
	exact  bool                    // an event finds the entries of its pages and no other
}

// survey finds out what can ever be.
func (m *Machine) survey() (v survey) {
	sc := &m.Scenario
	for i := range m.tasks {
		tk := &sc.Tasks[i]
		v.kinds[tk.Kind]++
		v.events |= m.eventPages(tk)
		v.queued = v.queued || tk.Queued
		v.dram = v.dram || tk.Kind == TaskMmap && tk.Flag || tk.Kind == TaskMemoryFailure && tk.Page >= device.DevPages
	}
	for f := range uint8(MaxFiles) {
		file := &sc.Files[f]
		if file.Directory {
			v.dirs |= filePages(f, 0)
		}
		v.cache = v.cache || file.Present && !file.Directory && !m.IsDAX(f)
	}
	v.dram = v.dram || v.cache
	v.exact = m.exact() && !v.cache
	m.surveyMaps(&v)
	m.surveyBlocks(&v)
	return v
}

// exact: the design finds the owners of the pages that failed as reviewed does.
func (m *Machine) exact() bool {
	for _, c := range [...]design.Choice{
		design.Route, design.Patches, design.SlotScope, design.HolderOps, design.Translate, design.FsbnoForm, design.WindowEnd,
		design.DeviceRole, design.MetadataTest, design.RecordOffset, design.UnmapLength, design.PoisonedFolio,
		design.ShareCount, design.EvictAfterShutdown, design.DataOffset, design.DmRemap, design.ReadFaultShare, design.WriteInvalidate, design.HugeDrop, design.ForeignMapping,
		design.OwnerIndex, design.RangeOffset, design.SectorRound,
	} {
		if m.Design[c] != 0 {
			return false
		}
	}
	return m.Scenario.Geometry.Stack != StackRaid1
}

// filePages is the entries of a file from a page on.
func filePages(file, from uint8) uint16 {
	return (1<<MaxFilePages - 1) >> from << from << (file * MaxFilePages)
}

// entryBit is the entry of a file page.
func entryBit(file, idx uint8) uint16 { return 1 << (file*MaxFilePages + idx) }

// filesOf is the files of some entries.
func filesOf(set uint16) (files uint16) {
	for f := range uint8(MaxFiles) {
		if set&filePages(f, 0) != 0 {
			files |= 1 << f
		}
	}
	return files
}

// eventPages is the pages that the task notifies of, if it does.
func (m *Machine) eventPages(tk *TaskSpec) uint16 {
	switch tk.Kind {
	case TaskMemoryFailure:
		return tk.Failed()
	case TaskUnbind:
		return m.devPages[tk.Dev]
	case TaskMount: // of what was put off
		return 1<<device.DevPages - 1
	case TaskLegFailure:
		return 1<<device.DevPages - 1
	}
	return 0
}

// surveyMaps finds out which entries a va page can be over.
func (m *Machine) surveyMaps(v *survey) {
	sc := &m.Scenario
	add := func(proc, slot uint8, vma mm.VMA) {
		for i := range uint8(mm.VMAPages) {
			if file, idx, ok := vma.Covers(i); ok {
				v.cover[proc][slot*mm.VMAPages+i] |= entryBit(file, idx)
			}
		}
	}
	for p := range sc.Procs {
		for slot, mp := range sc.Procs[p].Maps {
			if mp.Len != 0 {
				add(uint8(p), uint8(slot), mm.NewVMA(mp.File, mp.Pgoff, mp.Len, mp.Private))
				v.dram = v.dram || mp.Private
			}
		}
	}
	for i := range m.tasks {
		if tk := &sc.Tasks[i]; tk.Kind == TaskMmap {
			add(tk.Proc, tk.Slot, mm.NewVMA(tk.File, tk.Index, tk.Len, tk.Flag))
		}
	}
	for range m.tasks { // a child can fork
		for i := range m.tasks {
			if tk := &sc.Tasks[i]; tk.Kind == TaskFork {
				for va, set := range v.cover[tk.Proc] {
					v.cover[tk.To][va] |= set
				}
			}
		}
	}
}

// surveyBlocks finds out where file pages can lie, and what can be staged.
func (m *Machine) surveyBlocks(v *survey) {
	sc := &m.Scenario
	for f := range sc.Files {
		for i := range sc.Files[f].Data {
			for _, e := range [2]rmap.Extent{sc.Files[f].Data[i], sc.Files[f].Cow[i]} {
				if !e.Hole() {
					v.blocks[f*MaxFilePages+i] |= 1 << e.Block()
				}
			}
			if e := sc.Files[f].Cow[i]; !e.Hole() {
				v.staged |= 1 << e.Block()
			}
		}
	}
	for range m.tasks { // what one moves another can move on
		for i := range m.tasks {
			m.surveyTask(v, &sc.Tasks[i])
		}
	}
}

// surveyTask notes which blocks the task can give to which file pages.
func (m *Machine) surveyTask(v *survey, tk *TaskSpec) {
	at := func(file, idx uint8) *uint16 { return &v.blocks[file*MaxFilePages+idx] }
	switch tk.Kind {
	case TaskWriteFault:
		for e := range v.blocks {
			if v.cover[tk.Proc][tk.Slot*mm.VMAPages+tk.Index]>>e&1 != 0 {
				lo, hi := m.dataBlocks(uint8(e / MaxFilePages))
				fresh := uint16(1<<hi - 1<<lo)
				v.blocks[e] |= fresh
				v.staged |= fresh
			}
		}
	case TaskWrite:
		lo, hi := m.dataBlocks(tk.File)
		fresh := uint16(1<<hi - 1<<lo)
		*at(tk.File, tk.Index) |= fresh
		v.staged |= fresh
	case TaskReflink:
		*at(tk.To, tk.Len) |= *at(tk.File, tk.Index)
	case TaskPunch:
		for i := range uint8(MaxFilePages) {
			if tk.Flag {
				*at(tk.To, i) |= *at(tk.File, tk.Index)
			}
		}
	}
}

// pagesAt is the pages of some blocks.
func (m *Machine) pagesAt(blocks uint16) (pages uint16) {
	for b := range m.pages {
		if blocks>>b&1 != 0 {
			pages |= m.pages[b][0].Bit() | m.pages[b][1].Bit()
		}
	}
	return pages
}

// blocksAt is the blocks of some pages.
func (m *Machine) blocksAt(pages uint16) (blocks uint16) {
	for b := range m.pages {
		if m.pagesAt(1<<b)&pages != 0 {
			blocks |= 1 << b
		}
	}
	return blocks
}

// at is the blocks that the entries can have.
func (v *survey) at(set uint16) (blocks uint16) {
	for e, b := range v.blocks {
		if set>>e&1 != 0 {
			blocks |= b
		}
	}
	return blocks
}

// of is the entries that can have one of the blocks.
func (v *survey) of(blocks uint16) (set uint16) {
	for e, b := range v.blocks {
		if b&blocks != 0 {
			set |= 1 << e
		}
	}
	return set
}

// over is the processes that can map one of the entries.
func (v *survey) over(set uint16) (procs uint16) {
	for p := range v.cover {
		for _, c := range v.cover[p] {
			if c&set != 0 {
				procs |= 1 << p
			}
		}
	}
	return procs
}

// halves adds the other half of each entry that can be huge.
func (m *Machine) halves(set uint16) uint16 {
	const even = 0x5555
	if m.Scenario.Geometry.Huge {
		set |= set&even<<1 | set>>1&even
	}
	return set
}

// span is what an operation on some entries can touch; where page tables are
// looked for by file, those of all who map it.
func (m *Machine) span(v *survey, set uint16) (s Span) {
	set = m.halves(set)
	s[one] = 1
	s[perEntry], s[perFile] = set, filesOf(set)
	for f := range m.Scenario.Files {
		if s[perFile]>>f&1 != 0 {
			s[perFS] |= 1 << m.Scenario.Files[f].FS
			s[perSpace] |= v.over(filePages(uint8(f), 0))
		}
	}
	blocks := v.at(set)
	for b := range uint8(MaxBlocks) {
		if blocks>>b&1 != 0 {
			s[perGroup] |= 1 << m.GroupOf(b)
		}
	}
	s[perPage] = m.pagesAt(blocks)
	for p := range device.Page(device.DevPages) {
		if s[perPage]&p.Bit() != 0 {
			s[perDev] |= 1 << m.DevOf(p)
		}
	}
	s[perDev] |= 1 // where there is no block
	s[perPage] |= (1<<device.DRAMPages - 1) << device.DevPages
	s[perSlot] = everything[perSlot]
	return s
}
