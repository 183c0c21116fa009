package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
)

// truncate is xfs_setattr_size, or xfs_free_file_space for a punch: the pages
// from Index to the end, or one page, are unmapped, taken out of the mapping
// and freed. A punch can be followed by the allocation of what it freed to
// another file.
func (c *ctx) truncate() {
	s, t, sp := c.s, c.t, c.spec()
	switch t.Stack[t.Depth-1] {
	case trIolock: // xfs_ilock(IOLOCK_EXCL)
		if c.usableOrWait(sp.File) && c.lock(true, &s.Iolock[sp.File], true) {
			t.File, t.Idx, t.New = sp.File, sp.Index, noBlock
			c.next(trMmaplock)
		}
	case trMmaplock: // xfs_ilock(MMAPLOCK_EXCL)
		if c.idleOrWait(sp.File) && c.lock(c.is(design.TruncateLock, design.TruncateHoldsMmaplock), &s.Mmaplock[sp.File], true) { // G13
			c.next(trUnmap)
			if c.shutDown(sp.File) {
				c.next(trUnlock)
			}
		}
	case trUnmap: // xfs_break_layouts, then the range: copies go with a truncation only
		c.breakLayouts(sp.File)
		if sp.Kind == TaskTruncate {
			s.setSize(sp.File, sp.Index)
		}
		s.zapRange(sp.File, sp.Index, c.truncated(), sp.Kind == TaskTruncate)
		c.next(trDrain)
	case trDrain: // dax_delete_mapping_range, truncate_inode_pages_range
		if sp.Kind == TaskTruncate && t.Idx == MaxFilePages { // truncate_pagecache unmaps twice
			s.zapRange(sp.File, sp.Index, c.truncated(), true)
		}
		c.drain(trDrain, trSleep, trIlock, sp.Index+c.truncated())
	case trSleep:
		c.sleep(trDrain)
	case trIlock: // xfs_ilock(ILOCK_EXCL)
		if c.lock(true, &s.Ilock[sp.File], true) {
			t.Idx = sp.Index
			c.call(trExtent, ueBmap)
		}
	case trExtent: // xfs_bunmapi: the next extent
		if t.Idx++; t.Idx < sp.Index+c.truncated() {
			c.call(trExtent, ueBmap)
			return
		}
		c.unlock(&s.Ilock[sp.File])
		c.next(trUnlock)
	case trUnlock:
		c.unlock(&s.Mmaplock[sp.File])
		c.unlock(&s.Iolock[sp.File])
		if sp.Kind == TaskPunch && sp.Flag && t.Block != 0 && t.Idx > sp.Index {
			c.next(raIolock)
			return
		}
		c.finish()
	}
}

// truncated is the number of file pages to free.
func (c *ctx) truncated() uint8 {
	if c.spec().Kind == TaskPunch {
		return 1
	}
	return MaxFilePages - c.spec().Index
}

// breakLayouts is dax_layout_busy_page, under the MMAPLOCK: before it looks for
// pinned pages it unmaps a DAX file from everybody, as a whole. Private copies
// stay.
func (c *ctx) breakLayouts(file uint8) {
	if c.m.IsDAX(file) {
		c.s.zapRange(file, 0, MaxFilePages, false)
	}
}

// setSize is truncate_setsize: i_size, in pages.
func (s *State) setSize(file, pages uint8) {
	s.PastEOF = s.PastEOF&^filePages(file, 0) | filePages(file, pages)
}

// extend lets the file reach a page at least.
func (s *State) extend(file, idx uint8) {
	s.PastEOF &^= filePages(file, 0) &^ filePages(file, idx+1)
}

// pastEOF reports whether the file ends before the page.
func (s *State) pastEOF(file, idx uint8) bool { return s.PastEOF&entryBit(file, idx) != 0 }

// usableOrWait is the guard that begins an operation on a file.
func (c *ctx) usableOrWait(file uint8) bool {
	if c.probe && !c.usable(file) {
		c.blocked = true
		return false
	}
	return true
}

// idleOrWait is the guard of what takes pages out of a file: nobody has one
// of them pinned (dax_break_layout, which drops the MMAPLOCK meanwhile).
func (c *ctx) idleOrWait(file uint8) bool {
	if c.probe && !c.pagesIdle(file, false) {
		c.blocked = true
		return false
	}
	return true
}

// pagesIdle reports whether no page of the file is pinned, as far as the
// design asks.
func (c *ctx) pagesIdle(file uint8, evicted bool) bool {
	v := c.m.Design[design.IdleWait]
	if v == design.IdleWaitNone || evicted && v == design.IdleWaitNotEvict { // G14, X12
		return true
	}
	for _, p := range c.s.Pins {
		if p != 0 && (p-1)/MaxFilePages == file {
			return false
		}
	}
	return true
}

// pin is a DMA to a page that pin_user_pages returned before. It is done, and
// has written to the block that was under the page then.
func (c *ctx) pin() {
	sp := c.spec()
	c.touch(c.s.Data[sp.File][sp.Index] != c.m.Scenario.Files[sp.File].Data[sp.Index], FreedBlock)
	c.s.Pins[c.id] = 0
	c.finish()
}

// drain takes the entry at t.Idx out of the mapping, or waits for whoever
// holds it, and goes on at done when end is reached.
func (c *ctx) drain(again, sleep, done Step, end uint8) {
	s, t := c.s, c.t
	if t.Idx >= end {
		c.next(done)
		return
	}
	id := s.entryID(t.File, t.Idx)
	l := *s.entryLock(id)
	p := s.Entry[t.File][t.Idx].Of()
	if p.DRAM() {
		l = *s.folioLock(p)
	}
	switch {
	case p == device.NoPage && c.free(l):
	case c.free(l):
		c.dropEntry(t.File, t.Idx)
		s.freeDram(p)
	case c.is(design.Drain, design.DrainSkipsLocked): // X09
	case p.DRAM():
		c.next(sleep)
		return
	default:
		t.Wait = id + 1
		c.next(sleep)
		return
	}
	t.Idx++
	c.next(again)
}

// reallocate gives the block that a punch freed to the first hole of another
// file.
func (c *ctx) reallocate() {
	s, t, sp := c.s, c.t, c.spec()
	switch t.Stack[t.Depth-1] {
	case raIolock:
		if c.lock(true, &s.Iolock[sp.To], true) {
			c.next(raIlock)
		}
	case raIlock:
		if c.lock(true, &s.Ilock[sp.To], true) {
			c.next(raAgf)
		}
	case raAgf: // xfs_alloc_vextent
		if c.mutex(true, &s.AGF[c.m.GroupOf(t.Block)]) {
			c.next(raMap)
		}
	case raMap: // xfs_bmapi_write
		for i, e := range s.Data[sp.To] {
			if e.Hole() && c.freeBlock(t.Block) && !c.shutDown(sp.To) {
				c.calledOn(ObsCalled|ObsCallDone, CallMap, t.Block, rmap.Owner(sp.To), uint8(i))
				c.mapBlock(sp.To, uint8(i), t.Block)
				s.extend(sp.To, uint8(i))
				break
			}
		}
		c.release(&s.AGF[c.m.GroupOf(t.Block)])
		c.unlock(&s.Ilock[sp.To])
		c.unlock(&s.Iolock[sp.To])
		c.finish()
	}
}

// reflinkFile is xfs_file_remap_range: page Index of File also becomes page Len
// of To.
func (c *ctx) reflinkFile() {
	s, t, sp := c.s, c.t, c.spec()
	lo, hi := min(sp.File, sp.To), max(sp.File, sp.To)
	switch t.Stack[t.Depth-1] {
	case rlIolock: // xfs_ilock2_io_mmap: both files, in the order of their numbers
		if c.usableOrWait(sp.File) && c.usableOrWait(sp.To) && c.lock(true, &s.Iolock[lo], true) {
			c.next(rlIolock2)
		}
	case rlIolock2:
		if c.lock(lo != hi, &s.Iolock[hi], true) {
			c.next(rlMmaplock)
		}
	case rlMmaplock:
		if c.idleOrWait(lo) && c.idleOrWait(hi) && c.lock(true, &s.Mmaplock[lo], true) {
			c.next(rlMmaplock2)
		}
	case rlMmaplock2:
		if c.lock(lo != hi, &s.Mmaplock[hi], true) {
			c.next(rlPrep)
			if c.shutDown(sp.File) {
				c.next(rlUnlock)
			}
		}
	case rlPrep: // DAX: both files are unmapped; xfs_reflink_remap_prep: write back the source, unmap the destination
		c.breakLayouts(lo)
		c.breakLayouts(hi)
		c.cleanRange(sp.File, sp.Index)
		s.zapRange(sp.To, sp.Len, 1, false)
		t.File, t.Idx = sp.To, sp.Len
		c.next(rlDrain)
	case rlDrain:
		c.drain(rlDrain, rlSleep, rlIlock, sp.Len+1)
	case rlSleep:
		c.sleep(rlDrain)
	case rlIlock: // xfs_reflink_remap_extent
		if c.lock(true, &s.Ilock[lo], true) {
			c.next(rlIlock2)
		}
	case rlIlock2:
		if c.lock(lo != hi, &s.Ilock[hi], true) {
			t.Idx = sp.Len
			c.call(rlAgf, ueBmap)
		}
	case rlAgf: // the reference and the reverse mapping, under the AGF
		e := s.Data[sp.File][sp.Index]
		if e.Hole() || e.Unwritten() || s.Ref[e.Block()] >= MaxSharing {
			if c.wait(true) {
				c.next(rlUnlock)
			}
			return
		}
		if c.mutex(true, &s.AGF[c.m.GroupOf(uint8(e.Block()))]) {
			t.Block = uint8(e.Block())
			c.calledOn(ObsCalled, CallMap, t.Block, rmap.Owner(sp.To), sp.Len)
			c.next(rlMap)
		}
	case rlMap: // xfs_refcount_increase_extent, xfs_rmap_map_extent
		c.called(ObsCallDone, CallMap)
		c.mapBlock(sp.To, sp.Len, t.Block)
		s.extend(sp.To, sp.Len)
		s.Reflink |= 1<<sp.File | 1<<sp.To // xfs_reflink_set_inode_flag, a little late
		c.release(&s.AGF[c.m.GroupOf(t.Block)])
		c.next(rlUnlock)
	case rlUnlock: // xfs_iunlock2_io_mmap
		for _, l := range [6]*uint8{
			&s.Ilock[lo], &s.Ilock[hi], &s.Mmaplock[lo], &s.Mmaplock[hi], &s.Iolock[lo], &s.Iolock[hi],
		} {
			c.unlock(l)
		}
		c.finish()
	}
}

// cleanRange writes one file page back: its PTEs lose the write permission,
// its page cache page the dirty mark (dax_writeback_mapping_range,
// filemap_write_and_wait_range).
func (c *ctx) cleanRange(file, idx uint8) {
	s := c.s
	for proc := range uint8(mm.Procs) {
		for va := range uint8(mm.VA) {
			f, i, ok := s.VMA[proc][va/mm.VMAPages].Covers(va % mm.VMAPages)
			if ok && f == file && i == idx && !s.PrivateCopy(proc, va) {
				s.PTE[proc][va] &^= mm.Write
			}
		}
	}
	if p := s.Entry[file][idx].Of(); p.DRAM() {
		s.Dram[p-device.DevPages].Use &^= mm.DramDirty
	}
}
