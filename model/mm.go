package model

import (
	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// current is the process in whose context the event runs: its mm is the one
// that an action required signal goes to.
func (c *ctx) current() uint8 {
	if p, ok := c.spec().Raiser(); ok {
		return p
	}
	return NoProc
}

// mapsPage reports whether the process has a PTE to the page.
func (s *State) mapsPage(proc uint8, p device.Page) bool {
	for _, e := range s.PTE[proc] {
		if e.Present() && e.Page() == p {
			return true
		}
	}
	return false
}

// memoryFailure is memory_failure: one event on one pfn, or on a range that
// a pgmap reports with nr_pages > 1.
func (c *ctx) memoryFailure() {
	s, t, sp := c.s, c.t, c.spec()
	switch t.Stack[t.Depth-1] {
	case mfRaise: // the machine check, or madvise(MADV_HWPOISON), or a scrub
		p := device.Page(sp.Page)
		proc, raised := sp.Raiser()
		maps := sp.Source == SourceWritten || s.mapsPage(sp.Proc, p)
		if !c.wait(!raised || s.Alive&(1<<proc) != 0 && maps) {
			return
		}
		t.Page, t.Pages = p, max(sp.Pages, 1)
		bits := pageBits(t.Page, t.Pages)
		if c.is(design.BlastRadius, design.BlastFirst) { // R20
			t.Pages = 1
		}
		s.Poisoned |= bits
		s.Simulated &^= bits
		if sp.Source >= SourceInjected {
			s.Simulated |= bits
		}
		if sp.Source == SourceScrub && !c.m.recordsLate() {
			s.Badblocks |= bits // nvdimm_bus_add_badrange, no order with memory_failure; the other sources never set it
		}
		if c.actionRequired() {
			t.Flags |= mm.ActionRequired
		}
		c.o.Flags |= ObsRaised
		c.next(mfLock)
		if sp.Queued {
			c.next(mfQueue)
		}
	case mfQueue: // memory_failure_queue: schedule_work_on the CPU
		if c.enqueue() {
			c.next(mfTake)
		}
	case mfTake: // memory_failure_work_func: one event after the other
		if c.wait(s.Worker == 0) {
			s.Fifo, s.Worker = 0, c.id+1
			c.next(mfLock)
		}
	case mfLock: // mutex_lock(&mf_mutex)
		taken := c.is(design.MfMutex, design.MfMutexHeld) ||
			c.is(design.MfMutex, design.MfMutexNotDevice) && t.Page.DRAM() // X11
		if c.mutex(taken, &s.MfMutex) { // G1
			c.next(mfLookup)
		}
	case mfLookup: // pfn_to_online_page, else get_dev_pagemap
		if t.Page.DRAM() {
			c.call(mfUnlock, fmLock)
			return
		}
		d := &s.Dev[c.m.DevOf(t.Page)]
		switch {
		case d.Is(device.NoPgmap):
			t.Rc = mm.ENXIO
			c.next(mfUnlock)
			return
		case c.m.marksEarly():
			c.call(mfUnlock, dpTest)
		default:
			c.call(mfUnlock, dpOps)
		}
		if c.is(design.PgmapRef, design.PgmapRefHeld) { // G2
			c.refer(&d.Pgmap)
		}
	case mfUnlock: // mutex_unlock(&mf_mutex)
		c.release(&s.MfMutex)
		c.release(&s.Worker)
		s.Sigpending = 0 // the handlers have run
		c.o.Flags |= ObsReturned
		c.o.Rc = t.Rc
		c.finish()
	}
}

// enqueue is kfifo_put of memory_failure_queue. Where that drops the event it is
// over: the caller returns to what was interrupted, and a line is in the log.
func (c *ctx) enqueue() bool {
	drops := c.is(design.QueueFull, design.QueueFullDropped) // C20
	if !c.wait(drops || c.s.Fifo == 0) {
		return false
	}
	if c.s.Fifo != 0 {
		c.o.Flags |= ObsReturned
		c.o.Rc = mm.ENOSPC
		c.finish()
		return false
	}
	c.s.Fifo = c.id + 1
	return true
}

// devPagemap is memory_failure_dev_pagemap: the driver's handler, and the
// single-owner path when it has none.
func (c *ctx) devPagemap() {
	s, t := c.s, c.t
	d := &s.Dev[c.m.DevOf(t.Page)]
	switch t.Stack[t.Depth-1] {
	case dpTest: // PageHWPoison? a test apart from the set: mf_mutex makes them one
		t.Local = 0
		if s.HWPoison&pageBits(t.Page, t.Pages) == 0 {
			t.Local = 1
		}
		c.next(dpMark)
	case dpMark: // SetPageHWPoison before anybody is looked for
		bits := pageBits(t.Page, t.Pages)
		if c.is(design.Account, design.AccountOnce) && t.Local != 0 {
			s.NumPoison += t.Pages
		}
		s.HWPoison |= bits
		c.next(dpOps)
	case dpOps: // pgmap->ops->memory_failure
		t.Upper = 0
		if c.is(design.Route, design.RoutePageMapping) || c.patches() < 6 {
			c.call(dpDone, gkLock)
			return
		}
		if c.m.Scenario.Geometry.DeviceDAX && c.m.DevOf(t.Page) == 2 {
			if c.is(design.PgmapOps, design.PgmapOpsFollowed) { // C07
				c.touch(true, FreedPgmapOps)
				c.next(oopsed)
				return
			}
			c.call(dpDone, gkLock)
			return
		}
		c.call(dpCheck, pmCall)
	case dpCheck: // only -EOPNOTSUPP leads to the single owner
		t.Upper = 0
		if (t.Rc == mm.EOPNOTSUPP || t.Flags&flagUnclaimed != 0) && c.is(design.Fallback, design.FallbackOnEOPNOTSUPP) { // C06
			c.call(dpDone, gkLock)
			return
		}
		c.next(dpDone)
	case dpDone: // put_dev_pagemap, action_result
		if c.is(design.Account, design.AccountEveryEvent) && t.Rc != mm.EOPNOTSUPP {
			s.NumPoison += t.Pages
		}
		d.Pgmap &^= c.bit
		c.ret(t.Rc)
	}
}

// actionRequired is MF_ACTION_REQUIRED: of a machine check, and of madvise; for
// a page of a device mf_dax_kill_procs and mf_generic_kill_procs set it.
func (c *ctx) actionRequired() bool {
	_, raised := c.spec().Raiser()
	dram := c.t.Page.DRAM()
	switch c.spec().Source {
	case SourceInjected:
		return !dram || c.is(design.MadviseFlags, design.MadviseActionRequired) // N10
	case SourceWritten:
		return raised && !dram
	}
	return raised
}

// marksEarly: PageHWPoison is set before anybody is looked for, and not by
// the kill routines for the page that they meet.
func (m *Machine) marksEarly() bool { return m.is(design.Mark, design.MarkBeforeWalk) }

// patches is how many patches of the series in the mail are applied.
func (c *ctx) patches() int { return patchesOf(c.m.Design) }

func patchesOf(d design.Design) int { return 9 - int(d[design.Patches]) }

// genericKill is mf_generic_kill_procs: the single owner that page->mapping
// and page->index name, for each page of the event.
func (c *ctx) genericKill() {
	s, t := c.s, c.t
	p := t.Page + device.Page(t.Upper)
	switch t.Stack[t.Depth-1] {
	case gkLock: // dax_lock_page: the entry of page->mapping, page->index
		a := &s.Assoc[p]
		if a.Mapping == 0 || a.Mapping == addrspace.MappingShared {
			if a.Shared() && c.is(design.SharedFallback, design.SharedMappingFlag) { // C12 until v6.14
				c.touch(true, FreedMapping)
				c.next(oopsed)
				return
			}
			t.Err = mm.EBUSY
			c.next(gkNext)
			return
		}
		t.File, t.Idx, t.At = a.Mapping-1, a.Index, p
		c.touch(s.Incore[t.File] == superblock.IncoreNone, FreedInode) // H04
		if c.is(design.OwnerIndex, design.OwnerIndexOnce) {            // X20
			c.next(gkRelock)
			return
		}
		c.grabEntry(gkMark, gkSleep)
	case gkRelock: // the mapping is looked at again, the index is not
		if s.Assoc[p].Mapping != t.File+1 {
			c.next(gkLock)
			return
		}
		c.grabEntry(gkMark, gkSleep)
	case gkSleep:
		c.sleep(gkLock)
	case gkMark: // SetPageHWPoison, on the page or on the head of the folio
		a := &s.Assoc[p]
		if moved := a.Mapping != t.File+1 || a.Index != t.Idx; !c.is(design.OwnerIndex, design.OwnerIndexOnce) &&
			(moved || s.Entry[t.File][t.Idx].Of() != p) {
			c.ungrabEntry()
			c.next(gkLock)
			if !moved { // page->mapping is stale (H04)
				t.Err = mm.EBUSY
				c.next(gkNext)
			}
			return
		}
		if c.is(design.PoisonedFolio, design.PoisonedHead) && s.Entry[t.File][t.Idx].Huge() { // K05
			t.At -= device.Page(t.Idx & 1)
			t.Idx &^= 1
		}
		if t.Flags&mm.PreRemove == 0 && (!c.m.marksEarly() || t.At != p) {
			s.HWPoison |= t.At.Bit()
		}
		c.call(gkUnlock, kpLock)
	case gkUnlock: // dax_unlock_page
		c.ungrabEntry()
		c.next(gkNext)
	case gkNext:
		if t.Upper++; t.Upper < t.Pages {
			c.next(gkLock)
			return
		}
		rc := t.Err
		t.Err = mm.OK
		c.ret(rc)
	}
}

// failedPages is the set of pages that the event is about.
func (c *ctx) failedPages() uint16 {
	if sp := c.spec(); sp.Kind == TaskUnbind {
		return c.m.devPages[sp.Dev]
	}
	return pageBits(c.t.Page, c.t.Pages)
}

// eligible is task_early_kill, or every task when the device goes away. current
// stands out for MF_ACTION_REQUIRED only (force_early of collect_procs).
func (c *ctx) eligible(proc uint8) bool {
	if c.t.Flags&mm.PreRemove != 0 {
		return c.is(design.PreRemoveCollect, design.PreRemoveAllTasks) // K06: no current
	}
	forced := !c.t.Page.DRAM() && c.is(design.EarlyThread, design.EarlyThreadCurrent)
	return proc == c.current() && c.actionRequired() || c.m.Scenario.Procs[proc].EarlyKill && !c.onlyMarked() && !forced
}

// onlyMarked: the page is one of main memory that failed before and that only
// page tables know: kill_accessing_process tells current, and nobody else.
func (c *ctx) onlyMarked() bool { return c.t.Flags&flagAccessing != 0 }

// folioFailure is what memory_failure does with a page of main memory: it
// stays there when the page is anonymous, and asks the mapping otherwise.
func (c *ctx) folioFailure() {
	s, t := c.s, c.t
	p := t.Page
	d := &s.Dram[(p-device.DevPages)%device.DRAMPages]
	switch t.Stack[t.Depth-1] {
	case fmLock: // TestSetPageHWPoison, folio_lock
		if s.HWPoison&p.Bit() != 0 && c.is(design.AlreadyPoisoned, design.AlreadyPoisonedZero) { // C21: before the lock
			if c.wait(true) {
				t.Err = mm.OK
				c.next(fmUnlock)
			}
			return
		}
		if !c.mutex(true, &d.Lock) {
			return
		}
		c.next(fmSplit)
		if s.HWPoison&p.Bit() == 0 {
			s.NumPoison++
		}
		s.HWPoison |= p.Bit()
	case fmSplit: // !PageAnon()
		t.At, t.Err = p, mm.OK
		switch d.Kind() {
		case mm.DramFree:
			t.Err = mm.EHWPOISON                   // an event has been here before
			if c.actionRequired() && s.marked(p) { // kill_accessing_process
				t.File, t.Found, t.ToKill = noFile, 0, 0
				t.Flags |= flagAccessing
				c.call(fmUnlock, kpFind)
				return
			}
			c.next(fmUnlock)
		case mm.DramAnon:
			t.File = noFile
			c.call(fmUnlock, kpLock)
		default:
			if t.File, t.Idx = s.cacheOwner(p); t.File == noFile { // out of its mapping, though mapped (K01)
				t.Err = mm.EBUSY
				c.next(fmUnlock)
				return
			}
			c.call(fmUnlock, apBmap)
		}
	case fmUnlock:
		c.release(&d.Lock)
		c.ret(t.Err)
	}
}

// marked reports whether a page table has a marker for the page.
func (s *State) marked(p device.Page) bool {
	for proc := range s.PTE {
		for _, e := range s.PTE[proc] {
			if e.Is(mm.Marker) && e.Page() == p {
				return true
			}
		}
	}
	return false
}

// noFile is the file of an anonymous page.
const noFile = 0xFF

// cacheOwner is folio->mapping and ->index of a page cache page: the first
// of the mappings that share it.
func (s *State) cacheOwner(p device.Page) (file, idx uint8) {
	for f := range s.Entry {
		for i, e := range s.Entry[f] {
			if e.Of() == p {
				return uint8(f), uint8(i)
			}
		}
	}
	return noFile, 0
}

// dramUsed reports whether a PTE or a mapping still refers to the page.
func (s *State) dramUsed(p device.Page) bool {
	for proc := range uint8(mm.Procs) {
		if s.mapsPage(proc, p) {
			return true
		}
	}
	f, _ := s.cacheOwner(p)
	return f != noFile
}

// freeDram frees a page of main memory when nothing refers to it.
func (s *State) freeDram(p device.Page) {
	if p.DRAM() && !s.dramUsed(p) {
		s.Dram[p-device.DevPages].Use = mm.DramFree
	}
}

// allocDram takes a free page of main memory that is not poisoned.
func (s *State) allocDram(use uint8) device.Page {
	for i := range s.Dram {
		p := device.Page(device.DevPages + i)
		if s.Dram[i].Use == mm.DramFree && s.Dram[i].Lock == 0 && s.HWPoison&p.Bit() == 0 {
			s.Dram[i].Use = use
			return p
		}
	}
	return device.NoPage
}

// zap clears one PTE and frees what it alone referred to. A huge mapping
// goes as a whole.
func (s *State) zap(proc, va uint8) {
	e := s.PTE[proc][va]
	if e == 0 {
		return
	}
	s.PTE[proc][va] = 0
	if e.Is(mm.Huge) {
		if b := s.buddy(proc, va); s.PTE[proc][b].Is(mm.Huge) {
			s.PTE[proc][b] = 0
		}
	}
	s.freeDram(e.Page())
}

// buddy is the other va page of a huge mapping: huge mappings are aligned in
// the file.
func (s *State) buddy(proc, va uint8) uint8 {
	v := s.VMA[proc][va/mm.VMAPages]
	if (v.Pgoff()+va%mm.VMAPages)%2 == 0 {
		return va + 1
	}
	return va - 1
}

// zapRange is unmap_mapping_range: the PTEs of file pages [lo, lo+n) go;
// private copies only when evenCows.
func (s *State) zapRange(file, lo, n uint8, evenCows bool) {
	for proc := range uint8(mm.Procs) {
		for va := range uint8(mm.VA) {
			f, idx, ok := s.VMA[proc][va/mm.VMAPages].Covers(va % mm.VMAPages)
			if !ok || f != file || idx < lo || idx-lo >= n || s.PTE[proc][va] == 0 {
				continue
			}
			if evenCows || !s.PrivateCopy(proc, va) {
				s.zap(proc, va)
			}
		}
	}
}

// PrivateCopy reports whether va holds an anonymous copy (MAP_PRIVATE).
func (s *State) PrivateCopy(proc, va uint8) bool {
	p := s.PTE[proc][va].Page()
	return s.PTE[proc][va].Present() && p.DRAM() && s.Dram[p-device.DevPages].Kind() == mm.DramAnon
}
