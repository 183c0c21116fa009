package model

import (
	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/model/units"
)

// entryID numbers the entry that locks file page idx: that of the even index
// for a huge one.
func (s *State) entryID(file, idx uint8) uint8 {
	if s.Entry[file][idx].Huge() {
		idx &^= 1
	}
	return file*MaxFilePages + idx
}

// EntryLocked reports whether the DAX entry of a file page is locked.
func (s *State) EntryLocked(file, idx uint8) bool {
	return *s.entryLock(s.entryID(file, idx)) != 0
}

func (s *State) entryLock(id uint8) *uint8 {
	return &s.Entry[id/MaxFilePages][id%MaxFilePages].Lock
}

// grabEntry locks the DAX entry of t.File, t.Idx and goes on at got, or joins
// the wait queue and goes on at sleep (get_next_unlocked_entry).
func (c *ctx) grabEntry(got, sleep Step) {
	id := c.s.entryID(c.t.File, c.t.Idx)
	l := c.s.entryLock(id)
	if !c.free(*l) {
		c.t.Wait = id + 1
		c.next(sleep)
		return
	}
	c.next(got)
	if c.unlocked {
		return
	}
	*l = c.id + 1
	c.t.Held = id + 1
}

// sleep waits to be woken, or for the folio that a truncation met locked.
func (c *ctx) sleep(again Step) {
	t := c.t
	if t.Wait == 0 {
		p := c.s.Entry[t.File][t.Idx].Of()
		if c.wait(!p.DRAM() || *c.s.folioLock(p) == 0) {
			c.next(again)
		}
		return
	}
	if c.wait(t.Wait&WaitWoken != 0) {
		c.woken(again)
	}
}

// woken leaves the wait queue and tries again. The lock is not handed over,
// so the next waiter is woken too.
func (c *ctx) woken(again Step) {
	id := c.t.Wait&^WaitWoken - 1
	c.t.Wait = 0
	if c.is(design.EntryWake, design.WokenWakesNext) { // X10
		c.s.wake(id)
	}
	c.next(again)
}

// Asleep reports whether the task sleeps until a DAX entry is unlocked that
// nobody holds, and has not been woken.
func (s *State) Asleep(task uint8) bool {
	id := s.Tasks[task].Wait
	return id != 0 && id&WaitWoken == 0 && *s.entryLock(id - 1) == 0
}

// ungrabEntry unlocks the DAX entry that the task holds and wakes the next
// waiter (put_unlocked_entry, dax_wake_entry).
func (c *ctx) ungrabEntry() {
	if c.t.Held == 0 {
		return
	}
	id := c.t.Held - 1
	*c.s.entryLock(id) = 0
	c.t.Held = 0
	c.s.wake(id)
}

// wake wakes one waiter of the entry.
func (s *State) wake(id uint8) {
	for i := range s.Tasks {
		if s.Tasks[i].Wait == id+1 {
			s.Tasks[i].Wait |= WaitWoken
			return
		}
	}
}

// killRange is mf_dax_kill_procs, or dax_mapping_kill_range: t.Cnt pages of
// t.File from t.Idx.
func (c *ctx) killRange() {
	s, t := c.s, c.t
	switch t.Stack[t.Depth-1] {
	case krNext: // the next index of the range
		if t.Cnt == 0 {
			t.Flags &^= flagStale // the list is mf_dax_kill_procs' own
			c.ret(mm.OK)
			return
		}
		if t.Idx < MaxFilePages {
			c.next(krLock)
			return
		}
		c.o.Flags |= ObsOverrun // nothing is mapped there, and nothing stops the loop
		if t.Cnt != cntWrapped {
			t.Cnt--
		}
	case krLock: // dax_lock_mapping_entry
		c.touch(s.Incore[t.File] == superblock.IncoreNone, FreedInode)
		if c.is(design.EntryLock, design.EntryPeeked) { // X01, G9
			c.next(krCheck)
			return
		}
		if s.Entry[t.File][t.Idx].Page == 0 && *s.entryLock(s.entryID(t.File, t.Idx)) == 0 && !c.m.tellsVMAs() {
			if c.is(design.EntryLock, design.EntryLockedOrBusy) {
				t.Want |= wantStop
				c.ret(mm.EBUSY)
				return
			}
			c.advance() // a hole
			return
		}
		c.grabEntry(krCheck, krSleep)
	case krSleep:
		c.sleep(krLock)
	case krCheck: // does the entry still hold the failed pfn?
		t.At = s.Entry[t.File][t.Idx].Of()
		if e := s.Data[t.File][t.Idx]; t.At == device.NoPage && c.m.tellsVMAs() && !e.Hole() && !e.Unwritten() {
			t.At = c.m.PageOf(uint8(e.Block()))
		}
		failed := c.failedPages()
		if t.At == device.NoPage || t.At.DRAM() ||
			c.is(design.PfnRecheck, design.PfnRechecked) && failed&t.At.Bit() == 0 { // X02
			c.next(krUnlock)
			return
		}
		if !c.m.marksEarly() && t.Flags&mm.PreRemove == 0 {
			s.HWPoison |= t.At.Bit()
		}
		c.call(krUnlock, kpLock)
	case krUnlock: // dax_unlock_mapping_entry
		c.ungrabEntry()
		c.advance()
	}
}

// advance goes to the next index of the kill range.
func (c *ctx) advance() {
	c.t.Idx++
	if c.t.Cnt != cntWrapped {
		c.t.Cnt--
	}
	c.next(krNext)
}

// cntWrapped stands for a page count that has wrapped round to 2^32 - n.
const cntWrapped = 7

// killPage tells and unmaps the users of one page: collect_procs_fsdax and
// unmap_and_kill, with page t.At at t.File, t.Idx.
func (c *ctx) killPage() {
	s, t := c.s, c.t
	anon := t.File == noFile
	switch t.Stack[t.Depth-1] {
	case kpLock: // i_mmap_lock_read
		if anon {
			c.lockAnon()
			return
		}
		if c.lock(c.is(design.CollectLock, design.CollectHoldsIMmap), &s.IMmap[t.File], false) { // G10
			c.touch(!t.At.DRAM() && s.Dev[c.m.DevOf(t.At)].Is(device.NoPgmap), FreedPage)
			t.Found, t.ToKill = 0, 0
			c.next(kpFind)
		}
	case kpFind: // for_each_process, vma_interval_tree_foreach
		if c.walk() {
			return
		}
		if t.Found == mm.Procs*mm.VMAs {
			c.next(kpUnlock)
			return
		}
		c.next(kpAdd)
	case kpAdd: // add_to_kill: the VMA that was found, if it maps the page
		if !c.mayFail(c.is(design.VictimAlloc, design.VictimAllocAtomic)) { // K02
			return
		}
		if c.branch == 1 {
			s.Budget--
			c.o.Flags |= ObsStarved
		} else {
			c.addToKill(t.Found)
		}
		c.touch(c.bareWalk() && s.Alive&(1<<(t.Found/mm.VMAs)) == 0, FreedTask)
		t.Found++
		c.next(kpFind)
	case kpUnlock: // i_mmap_unlock_read, anon_vma_unlock_read
		for v := range s.AnonVMA {
			c.unlock(&s.AnonVMA[v])
		}
		if !anon && c.is(design.SignalLock, design.SignalLockNone) { // X15
			c.unlock(&s.IMmap[t.File])
		}
		t.Found = 0
		c.touch(t.Flags&flagStale != 0, FreedToKill)        // K03: the list still has the freed entries
		if c.is(design.KillOrder, design.SignalThenUnmap) { // K12
			c.next(kpKill)
			return
		}
		c.next(kpUnmap)
	case kpUnmap: // unmap_mapping_range: whoever writes i_mmap does so in one step
		c.unmap()
		if c.is(design.KillOrder, design.SignalThenUnmap) {
			c.next(kpDone)
			return
		}
		c.next(kpKill)
	case kpKill: // kill_procs: one process a step
		c.signalNext()
	case kpDone:
		if !anon {
			c.unlock(&s.IMmap[t.File])
		}
		c.ret(mm.OK)
	}
}

// lockAnon is folio_lock_anon_vma_read: nobody is collected when no page table
// maps the page any more.
func (c *ctx) lockAnon() {
	t := c.t
	for found := range uint8(mm.Procs * mm.VMAs) {
		proc, va, ok := c.vaOf(found)
		if !ok || !c.s.PTE[proc][va].Present() {
			continue
		}
		if c.lock(true, c.anonLock(proc, found%mm.VMAs), false) {
			t.Found, t.ToKill = 0, 0
			c.next(kpFind)
		}
		return
	}
	if c.wait(true) {
		t.ToKill = 0
		c.next(kpUnlock)
	}
}

// bareWalk: nothing keeps the task that the walk is at (G11).
func (c *ctx) bareWalk() bool {
	return c.is(design.TaskWalk, design.TaskWalkNone) && !c.onlyMarked()
}

// walk goes on to the next VMA of a process that is to be told. What nothing
// keeps can go while the walk is at it, so that it stops at each task then, also
// at one that has nothing to do with the page; it returns true there.
func (c *ctx) walk() bool {
	s, t := c.s, c.t
	bare := c.bareWalk()
	alive := func() bool { return s.Alive>>(t.Found/mm.VMAs)&1 != 0 }
	c.touch(bare && t.Found%mm.VMAs != 0 && !alive(), FreedTask)
	for t.Found < mm.Procs*mm.VMAs && !c.candidate(t.Found) {
		t.Found++
		if bare && t.Found%mm.VMAs != 0 && alive() {
			c.next(kpFind)
			return true
		}
	}
	return false
}

// vaOf is the va page at which the VMA maps the page at hand.
func (c *ctx) vaOf(found uint8) (proc, va uint8, ok bool) {
	t := c.t
	proc = found / mm.VMAs
	slot := found % mm.VMAs
	v := c.s.VMA[proc][slot]
	if t.File == noFile { // anonymous: the page's own address, through anon_vma
		for i := range uint8(mm.VMAPages) {
			if e := c.s.PTE[proc][slot*mm.VMAPages+i]; e != 0 && e.Page() == t.At {
				return proc, slot*mm.VMAPages + i, true
			}
		}
		return proc, 0, false
	}
	i, ok := v.Page(t.File, t.Idx)
	return proc, slot*mm.VMAPages + i, ok
}

// candidate reports whether a VMA covers the page and its process is to be
// told.
func (c *ctx) candidate(found uint8) bool {
	proc, _, ok := c.vaOf(found)
	return ok && c.s.Alive&(1<<proc) != 0 && c.eligible(proc)
}

// addToKill is add_to_kill: it computes the address of the page in the VMA. If
// the page table maps something there, the process is to be sent that as
// si_addr, aligned to the mapping, and the size of the mapping; if there is no
// such address it is to be killed, whatever the page table says.
func (c *ctx) addToKill(found uint8) {
	s, t := c.s, c.t
	proc, va, ok := c.vaOf(found)
	c.touch(!ok && (t.File != noFile || !c.onlyMarked() && s.VMA[proc][found%mm.VMAs].File == 0), FreedVMA)
	addr, mapped := c.addressOf(proc, va)
	if !ok {
		return
	}
	if mapped {
		e := s.PTE[proc][addr]
		maps := e.Present() || e.Is(mm.Marker) && e.Page() == t.At
		if e == 0 && t.File != noFile && c.m.tellsVMAs() { // K10
			maps = true
		}
		if !maps || t.File != noFile && s.PrivateCopy(proc, addr) && c.is(design.PrivateCopy, design.PrivateCopySkipped) { // K04
			return
		}
		if e.Is(mm.Huge) {
			addr = min(addr, s.buddy(proc, addr)) | addrHuge
		}
	}
	t.ToKill |= 1 << found
	t.Addr[found] = addr
}

// addressOf is the va page at which the page at hand is looked for, va if it is
// computed right; noAddress and false if the VMA has none.
func (c *ctx) addressOf(proc, va uint8) (addr uint8, ok bool) {
	t := c.t
	switch {
	case t.File == noFile:
		return va, true
	case c.is(design.VmaAddress, design.VmaAddressNoPgoff) && c.beyondStart(proc, va): // K14
		slot := va / mm.VMAPages
		if _, _, ok := c.s.VMA[proc][slot].Covers(t.Idx); !ok || c.m.Scenario.Files[t.File].High {
			return noAddress, false
		}
		return slot*mm.VMAPages + t.Idx, true
	case t.Stack[t.Depth-2] == gkUnlock && c.is(design.FallbackPgoff, design.FallbackPgoffZero): // C08
		if c.beyondStart(proc, va) {
			return noAddress, false
		}
		return va - t.Idx, true // vma_pgoff_address(vma, 0)
	}
	return va, true
}

// beyondStart reports whether the VMA of the va page begins later in the file
// than its first page.
func (c *ctx) beyondStart(proc, va uint8) bool {
	return c.s.VMA[proc][va/mm.VMAPages].Pgoff() > 0 || c.m.Scenario.Files[c.t.File].High
}

const (
	addrHuge  = 0x40
	noAddress = 0x80 // -EFAULT
)

// unmap removes the page from all page tables. In unmap_and_kill that is the
// whole mapping unit, for private mappings without their copies; a page of main
// memory is unmapped through its reverse map, by itself.
func (c *ctx) unmap() {
	s, t := c.s, c.t
	marked, huge := c.untold()
	switch {
	case t.File == noFile:
		c.unmapAnon(marked)
	case t.Page.DRAM():
		s.zapRange(t.File, t.Idx, 1, false)
		c.mark(marked, huge)
	case c.m.skipsUnmap(t):
	case c.unmapRange():
		c.mark(marked, huge)
	}
}

// unmapRange is unmap_mapping_range with what unmap_and_kill gives it; false
// for pages that the file does not have (R18).
func (c *ctx) unmapRange() bool {
	s, t := c.s, c.t
	shift := uint(units.PageShift)
	if c.is(design.UnmapUnit, design.UnmapLargestMapping) && c.collectedHuge() {
		shift++
	}
	first := units.PgOff(0)
	if c.m.Scenario.Files[t.File].High {
		first = HighPage
	}
	start, length := addrspace.UnmapRange(units.Scale{}, &c.m.Design, first+units.PgOff(t.Idx), shift)
	pages := units.Range[units.PgOff]{Off: units.PgOff(start >> units.PageShift), Len: units.PgOff(length >> units.PageShift)}
	r, ok := pages.Clip(units.Range[units.PgOff]{Off: first, Len: MaxFilePages})
	if ok {
		s.zapRange(t.File, uint8(r.Off-first), uint8(r.Len), false)
	}
	return ok
}

// collectedHuge reports whether a mapping on to_kill is huge: tk->size_shift.
func (c *ctx) collectedHuge() bool {
	for found, addr := range c.t.Addr {
		if c.t.ToKill>>found&1 != 0 && addr&addrHuge != 0 {
			return true
		}
	}
	return false
}

// mark leaves markers for the page in VMAs that it was unmapped from.
func (c *ctx) mark(marked, huge uint8) {
	s, t := c.s, c.t
	for found := range uint8(mm.Procs * mm.VMAs) {
		if proc, va, _ := c.vaOf(found); marked>>found&1 != 0 {
			s.PTE[proc][va] = mm.MapPage(t.At, mm.Marker)
			if huge>>found&1 != 0 { // the other half went too
				s.PTE[proc][va] |= mm.Huge
				s.PTE[proc][s.buddy(proc, va)] = mm.MapPage(t.At^1, mm.Marker|mm.Huge)
			}
		}
	}
}

// unmapAnon removes an anonymous page from all page tables.
func (c *ctx) unmapAnon(marked uint8) {
	s, t := c.s, c.t
	for proc := range uint8(mm.Procs) {
		for va := range uint8(mm.VA) {
			if e := s.PTE[proc][va]; e == 0 || e.Page() != t.At {
				continue
			}
			s.zap(proc, va)
			if marked>>(proc*mm.VMAs+va/mm.VMAPages)&1 != 0 {
				s.PTE[proc][va] = mm.MapPage(t.At, mm.Marker)
			}
		}
	}
}

// untold is the set of VMAs that map the page and whose process is not to be
// told: a marker stays for them (PTE_MARKER_POISONED), so that a consumer
// whose event comes later is still found. Who is told, or a consumer who has
// been, needs none. Released kernels leave one for everybody, of a page of main
// memory only. huge are those that map it as part of a huge mapping.
func (c *ctx) untold() (set, huge uint8) {
	block := !c.t.Page.DRAM() && c.t.At.DRAM() // nobody need be told of a block that is read again
	clean := c.t.File != noFile && c.t.At.DRAM() && !c.dirtyPage()
	nothing := !c.is(design.UnmapLeaves, design.UnmapLeavesMarker)
	dram := nothing && c.t.At.DRAM() // try_to_unmap(TTU_HWPOISON): an entry for whoever mapped it
	if block || clean || nothing && !dram {
		return 0, 0
	}
	for found := range uint8(mm.Procs * mm.VMAs) {
		proc, va, ok := c.vaOf(found)
		if e := c.s.PTE[proc][va%mm.VA]; ok && e != 0 && (c.t.File == noFile || !c.s.PrivateCopy(proc, va)) && (dram || c.t.ToKill>>found&1 == 0) {
			set |= 1 << found
			if e.Is(mm.Huge) {
				huge |= 1 << found
			}
		}
	}
	return set, huge
}

// thread is the thread of the process that is sent the signal: current, the
// first one when the device goes away, or find_early_kill_thread.
func (c *ctx) thread(proc uint8) uint8 {
	p := &c.m.Scenario.Procs[proc]
	if proc == c.current() || c.t.Flags&mm.PreRemove != 0 || !p.TwoThreads || !p.EarlyKill {
		return 0
	}
	if c.is(design.EarlyThread, design.EarlyThreadAnyPolicy) { // K15
		return 0
	}
	return 1
}

// tellsVMAs: whoever has a VMA over a failed file page is told, and the walk
// looks at pages that no process has touched yet.
func (m *Machine) tellsVMAs() bool { return m.is(design.Collect, design.CollectVMA) }

// signalNext sends SIGBUS to the next collected process.
func (c *ctx) signalNext() {
	t := c.t
	for t.Found < mm.Procs*mm.VMAs && t.ToKill&(1<<t.Found) == 0 {
		t.Found++
	}
	if t.Found == mm.Procs*mm.VMAs {
		if t.ToKill != 0 && t.Stack[t.Depth-2] == krUnlock && c.is(design.ToKill, design.ToKillStale) { // K03: freed, not unlinked
			t.Flags |= flagStale
		}
		t.Found, t.ToKill = 0, 0
		if c.is(design.KillOrder, design.SignalThenUnmap) {
			c.next(kpUnmap)
			return
		}
		c.next(kpDone)
		return
	}
	if t.File == noFile || !t.At.DRAM() || c.dirtyPage() {
		c.signal(t.Found)
	}
	t.Found++
}

// dirtyPage: a clean page cache page is read again, nobody need know.
func (c *ctx) dirtyPage() bool { return c.s.Dram[c.t.At-device.DevPages].Dirty() }

// signal is kill_proc.
func (c *ctx) signal(found uint8) {
	t := c.t
	proc, addr := found/mm.VMAs, t.Addr[found]
	code := mm.CodeAO
	required := t.Flags&mm.ActionRequired != 0 && c.is(design.NotifyFlags, design.NotifyFlagsPassed) // C03
	if proc == c.current() && required || c.is(design.SignalCode, design.SignalARToAll) {            // K08
		code = mm.CodeAR
	}
	if addr == noAddress {
		code = mm.CodeKill
	}
	c.o.Flags |= c.queue(proc)
	c.o.Proc, c.o.Code, c.o.Tid = proc, code, c.thread(proc)
	c.o.VA = addr &^ addrHuge
	if c.is(design.SignalLsb, design.SignalLsbMapping) { // R24
		c.o.Lsb = addr & addrHuge / addrHuge
	}
}

// queue is __send_signal_locked for SIGBUS: ObsSignal, or ObsLost when the
// process has not handled the one before.
func (c *ctx) queue(proc uint8) ObsFlags {
	if !c.is(design.SigbusQueue, design.SigbusOnePending) {
		return ObsSignal
	}
	if c.s.Sigpending>>proc&1 != 0 {
		return ObsLost
	}
	c.s.Sigpending |= 1 << proc
	return ObsSignal
}
