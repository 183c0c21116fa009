package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
)

// aopsCorruptedRange is ->corrupted_range of the address space: generic code
// found a bad page in a mapping, and the filesystem says which other mappings
// have it (M5 of the mail).
func (c *ctx) aopsCorruptedRange() {
	s, t := c.s, c.t
	switch t.Stack[t.Depth-1] {
	case apBmap: // the block of the page, under the ILOCK
		if !c.wait(c.free(s.Ilock[t.File] & RWExcl)) {
			return
		}
		t.NList, t.IList = 1, 0
		t.List[0] = t.File | t.Idx<<2
		e := s.Data[t.File][t.Idx]
		if e.Hole() || c.patches() < 9 || !c.is(design.PageCacheOwners, design.PageCacheAsksFilesystem) {
			c.next(apKill)
			return
		}
		t.Block = uint8(e.Block())
		c.called(ObsCalled, CallQuery)
		c.next(apAgf)
	case apAgf:
		if c.mutex(true, &s.AGF[c.m.GroupOf(t.Block)]) {
			t.NList, t.Key = 0, rmap.Record{}
			c.next(apQuery)
		}
	case apQuery: // xfs_rmap_query_range: the next record
		rec, ok := s.Rmap.Next(rmap.Block(t.Block), rmap.Block(t.Block), t.Key, t.Key.Len == 0)
		if !ok {
			c.answered(rmap.Block(t.Block), rmap.Block(t.Block))
		}
		if !ok || t.NList == MaxOwners {
			c.next(apAgfUnlock)
			return
		}
		c.found(rec)
		t.Key = rec
		if !rec.Metadata(design.MetadataOwnerAndFlags) {
			t.List[t.NList] = uint8(rec.Owner) | (rec.Off()+t.Block-uint8(rec.Start))<<2
			t.NList++
		}
	case apAgfUnlock:
		c.release(&s.AGF[c.m.GroupOf(t.Block)])
		c.next(apKill)
	case apKill: // generic_mapping_kill_range for each mapping that has the page
		if t.IList == t.NList {
			c.ret(mm.OK)
			return
		}
		c.takeOwner(t.List[t.IList] | 1<<5)
		t.IList++
		c.call(apKill, gmNext)
	}
}

// genericKillRange is generic_mapping_kill_range: t.Cnt page cache pages of
// t.File from t.Idx are unmapped, their users told when they were dirty, and
// dropped from the mapping.
func (c *ctx) genericKillRange() {
	s, t := c.s, c.t
	switch t.Stack[t.Depth-1] {
	case gmNext:
		if t.Cnt == 0 || t.Idx >= MaxFilePages {
			c.ret(mm.OK)
			return
		}
		t.At = s.Entry[t.File][t.Idx].Of()
		if !t.At.DRAM() {
			t.Idx++
			t.Cnt--
			return
		}
		c.next(gmLock)
	case gmLock: // folio_lock, unless memory_failure holds it
		if l := s.folioLock(t.At); c.wait(c.free(*l) || *l == c.id+1) {
			c.hold(l)
			c.next(gmCheck)
		}
	case gmCheck: // still in the mapping? a page that has newer data than the block stays
		own := s.Dram[t.At-device.DevPages].Dirty() || !c.onFailedBlock(s.Data[t.File][t.Idx])
		if s.Entry[t.File][t.Idx].Of() != t.At || !t.Page.DRAM() && own || t.Page.DRAM() && t.At != t.Page {
			c.next(gmUnlock)
			return
		}
		c.call(gmDrop, kpLock)
	case gmDrop: // truncate_error_folio
		s.Entry[t.File][t.Idx].Page = 0
		c.next(gmUnlock)
	case gmUnlock:
		s.freeDram(t.At)
		if t.At != t.Page {
			c.release(s.folioLock(t.At))
		}
		t.Idx++
		t.Cnt--
		c.next(gmNext)
	}
}

// onFailedBlock reports whether what is there of the extent is on a failed page.
func (c *ctx) onFailedBlock(e rmap.Extent) bool {
	if e.Hole() || e.Unwritten() {
		return false
	}
	pages := c.m.pages[e.Block()]
	return (pages[0].Bit()|pages[1].Bit())&c.failedPages() != 0
}

// folioLock is the lock of a page of main memory.
func (s *State) folioLock(p device.Page) *uint8 { return &s.Dram[p-device.DevPages].Lock }

// filemapFault is filemap_fault, and do_cow_fault on it: t.File, t.Idx
// through the page cache.
func (c *ctx) filemapFault() {
	s, t := c.s, c.t
	switch t.Stack[t.Depth-1] {
	case pcFind: // __filemap_get_folio: find it, or add a new one
		c.findFolio()
	case pcLock: // folio_lock
		if !c.wait(c.free(*s.folioLock(t.At))) {
			return
		}
		if s.Entry[t.File][t.Idx].Of() != t.At {
			c.next(pcFind)
			return
		}
		c.hold(s.folioLock(t.At))
		c.next(pcMap)
		if t.Local&faultShared != 0 {
			c.next(pcRead)
		}
	case pcRead: // read_folio: the block must be readable
		if !c.wait(c.free(s.Ilock[t.File] & RWExcl)) {
			return
		}
		c.next(pcMap)
		if e := s.Data[t.File][t.Idx]; !e.Hole() && !e.Unwritten() && c.unreadable(uint8(e.Block())) {
			s.Entry[t.File][t.Idx].Page = 0
			c.next(pcUnlock)
		}
	case pcMap: // finish_fault; a poisoned folio is refused, and one that i_size no longer reaches
		if s.HWPoison&t.At.Bit() == 0 && s.Poisoned&t.At.Bit() == 0 && !s.pastEOF(t.File, t.Idx) {
			c.mapFolio()
		}
		c.next(pcUnlock)
	case pcUnlock:
		s.freeDram(t.At)
		if t.At.DRAM() {
			c.release(s.folioLock(t.At))
		}
		c.ret(mm.OK)
	}
}

// unreadable reports whether the block cannot be read: it is bad, or its
// device is going away.
func (c *ctx) unreadable(b uint8) bool {
	return c.m.Lost(c.s, b) || c.s.Dev[c.m.DevOf(c.m.PageOf(b))].Is(device.Dead)
}

// findFolio looks the page up, in the mappings that share the block too when
// they share the page cache, and adds a locked new one when there is none.
func (c *ctx) findFolio() {
	s, t := c.s, c.t
	t.At = s.Entry[t.File][t.Idx].Of()
	if t.At != device.NoPage {
		c.next(pcLock)
		return
	}
	if p := c.sharedFolio(); p != device.NoPage && c.spec().Kind != TaskWriteFault {
		s.Entry[t.File][t.Idx].Page = uint8(p) + 1
		t.At = p
		t.Local |= faultShared
		c.next(pcLock)
		return
	}
	t.At = s.allocDram(mm.DramCache)
	if t.At == device.NoPage { // no memory
		c.ret(mm.OK)
		return
	}
	s.Entry[t.File][t.Idx].Page = uint8(t.At) + 1
	c.hold(s.folioLock(t.At))
	c.next(pcRead)
}

// sharedFolio is the clean page cache page of another file page that has the
// same block.
func (c *ctx) sharedFolio() device.Page {
	s, t := c.s, c.t
	e := s.Data[t.File][t.Idx]
	if !c.m.Scenario.Geometry.SharedCache || e.Hole() || e.Unwritten() {
		return device.NoPage
	}
	for f := range s.Data {
		for i := range s.Data[f] {
			p := s.Entry[f][i].Of()
			if s.Data[f][i] == e && p.DRAM() && !s.Dram[p-device.DevPages].Dirty() && s.HWPoison&p.Bit() == 0 {
				return p
			}
		}
	}
	return device.NoPage
}

// mapFolio maps the locked folio: for a write a shared one is copied first,
// in main memory, and for a private write so is any.
func (c *ctx) mapFolio() {
	s, t := c.s, c.t
	sp := c.spec()
	v := s.VMA[sp.Proc][sp.Slot]
	va := c.va()
	write := sp.Kind == TaskWriteFault
	s.zap(sp.Proc, va)
	switch {
	case write && v.Private():
		if p := s.allocDram(mm.DramAnon); p != device.NoPage {
			s.PTE[sp.Proc][va] = mm.MapPage(p, mm.Write)
		}
	case write && s.cachedTwice(t.At):
		p := s.allocDram(mm.DramCache | mm.DramDirty)
		if p == device.NoPage {
			return
		}
		s.zapRange(t.File, t.Idx, 1, false)
		s.Entry[t.File][t.Idx].Page = uint8(p) + 1
		s.PTE[sp.Proc][va] = mm.MapPage(p, mm.Write)
	case write:
		s.Dram[t.At-device.DevPages].Use |= mm.DramDirty
		s.PTE[sp.Proc][va] = mm.MapPage(t.At, mm.Write)
	default:
		s.PTE[sp.Proc][va] = mm.MapPage(t.At, 0)
	}
}

// cachedTwice reports whether two mappings share the page cache page.
func (s *State) cachedTwice(p device.Page) bool {
	n := 0
	for f := range s.Entry {
		for _, e := range s.Entry[f] {
			if e.Of() == p {
				n++
			}
		}
	}
	return n > 1
}
