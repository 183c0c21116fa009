package model

import (
	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
)

// Bits of Task.Local in a fault.
const (
	faultWrite = 1 << iota
	faultPrivate
	faultCow    // the block is shared: copy it
	faultShared // the page cache page of another mapping was found
)

// fault is handle_mm_fault on a file mapping, down to the DAX or page cache
// part.
func (c *ctx) fault() {
	s, t, sp := c.s, c.t, c.spec()
	switch t.Stack[t.Depth-1] {
	case ftStart: // mmap_lock read
		if !c.lock(true, &s.MmapLock[sp.Proc], false) {
			return
		}
		c.beginFault()
	case ftFreeze: // sb_start_pagefault
		mp := &s.Mount[c.m.Scenario.Files[t.File].FS]
		if c.wait(c.free(mp.Frozen)) {
			c.refer(&mp.Writers)
			c.next(ftMmaplock)
		}
	case ftMmaplock: // filemap_invalidate_lock_shared
		if !c.lock(true, &s.Mmaplock[t.File], false) {
			return
		}
		switch {
		case s.pastEOF(t.File, t.Idx): // VM_FAULT_SIGBUS
			c.next(ftUnlock)
		case c.m.IsDAX(t.File):
			c.call(ftUnlock, fdEntry)
		default:
			c.call(ftUnlock, pcFind)
		}
	case ftUnlock: // filemap_invalidate_unlock_shared, sb_end_pagefault
		c.unlock(&s.Mmaplock[t.File])
		s.Mount[c.m.Scenario.Files[t.File].FS].Writers &^= c.bit
		c.next(ftEnd)
	case ftEnd: // mmap_read_unlock
		c.unlock(&s.MmapLock[sp.Proc])
		c.finish()
	}
}

// beginFault finds the VMA, and ends an access that needs no fault.
func (c *ctx) beginFault() {
	s, t, sp := c.s, c.t, c.spec()
	v := s.VMA[sp.Proc][sp.Slot]
	file, idx, ok := v.Covers(sp.Index)
	pte := s.PTE[sp.Proc][c.va()]
	write := sp.Kind == TaskWriteFault
	refused := pte.Is(mm.Marker) && s.HWPoison&pte.Page().Bit() != 0 // SIGBUS
	if !ok || s.Alive&(1<<sp.Proc) == 0 || refused || pte.Present() && (!write || pte.Is(mm.Write)) {
		if ok && refused && s.Alive&(1<<sp.Proc) != 0 {
			c.sigbus(mm.CodeAR) // handle_pte_marker: VM_FAULT_HWPOISON
		}
		c.next(ftEnd)
		return
	}
	t.File, t.Idx = file, idx
	c.next(ftMmaplock)
	if v.Private() {
		t.Local |= faultPrivate
	}
	if write {
		t.Local |= faultWrite
		if !v.Private() {
			c.next(ftFreeze)
		}
	}
}

// va is the va page of the fault.
func (c *ctx) va() uint8 { return c.spec().Slot*mm.VMAPages + c.spec().Index }

// sharedWrite reports a write that changes the file.
func (t *Task) sharedWrite() bool { return t.Local&(faultWrite|faultPrivate) == faultWrite }

// privateWrite reports a write that makes an anonymous copy.
func (t *Task) privateWrite() bool {
	return t.Local&(faultWrite|faultPrivate) == faultWrite|faultPrivate
}

// daxFault is dax_iomap_pte_fault, or dax_iomap_pmd_fault for a huge entry.
func (c *ctx) daxFault() {
	s, t := c.s, c.t
	switch t.Stack[t.Depth-1] {
	case fdEntry: // grab_mapping_entry
		c.grabEntry(fdIlock, fdSleep)
	case fdSleep:
		c.sleep(fdEntry)
	case fdIlock: // iomap_begin: the ILOCK and the block map
		if c.lock(true, &s.Ilock[t.File], t.sharedWrite()) {
			c.mapBlocks()
		}
	case fdAgf: // xfs_reflink_find_shared, or an allocation: xfs_alloc_read_agf
		if !c.mutex(true, &s.AGF[c.m.GroupOf(t.Block)]) {
			return
		}
		c.next(fdShared)
		if c.shutDown(t.File) { // xfs_trans_read_buf_map
			c.release(&s.AGF[c.m.GroupOf(t.Block)])
			t.Rc = mm.EIO
			c.next(fdMapped)
		}
	case fdShared: // is the block shared? a write stages a copy, or fills the hole
		c.allocate()
		c.release(&s.AGF[c.m.GroupOf(t.Block)])
		c.next(fdMapped)
	case fdMapped: // the ILOCK drops
		c.unlock(&s.Ilock[t.File])
		if c.spec().Kind == TaskWrite {
			c.ret(t.Rc)
			return
		}
		c.next(fdDirect)
		if t.Rc != mm.OK {
			c.next(fdUnlock)
		}
	case fdDirect, fdCopy, fdInsert, fdCopyLate, fdPte, fdEnd, fdEnded, fdPteLate, fdUnlock:
		c.daxFaultIter()
	}
}

// mapBlocks looks the file page up.
func (c *ctx) mapBlocks() {
	s, t := c.s, c.t
	e := s.Data[t.File][t.Idx]
	t.Rc, t.New = mm.OK, noBlock
	hole := e.Hole() || e.Unwritten()
	switch {
	case c.shutDown(t.File) || hole && !t.sharedWrite():
		t.Rc = mm.EIO // shut down; or the zero page, which is no business of ours
		c.next(fdMapped)
	case e.Hole():
		t.Block = c.findFree(t.File)
		c.next(fdAgf)
		if t.Block == noBlock {
			t.Rc = mm.EIO // ENOSPC
			c.next(fdMapped)
		}
	default:
		t.Block = uint8(e.Block())
		c.next(fdAgf)
		if !e.Unwritten() && (!c.reflink(t.File) ||
			!t.sharedWrite() && c.is(design.ReadFaultShare, design.ReadFaultAsksNot)) {
			c.next(fdMapped) // never shared: the AGF is not looked at
		}
	}
}

// reflink is xfs_is_cow_inode: the file shares blocks, or has done so once. The
// iomap code looks at the AGF only then.
func (c *ctx) reflink(file uint8) bool { return c.s.Reflink>>file&1 != 0 }

// findFree is a free block in the part of the filesystem that the file's
// data goes to.
func (c *ctx) findFree(file uint8) uint8 {
	s := c.s
	lo, hi := c.m.dataBlocks(file)
	for b := lo; b < hi; b++ {
		if c.freeBlock(b) && s.Ref.Free(rmap.Block(b)) {
			return b
		}
	}
	return noBlock
}

// freeBlock: nothing is recorded of the block. One whose page another block
// has too is never handed out: dm gives a block that is written to a page of
// its own.
func (c *ctx) freeBlock(b uint8) bool {
	_, used := c.s.Rmap.Next(rmap.Block(b), rmap.Block(b), rmap.Record{}, true)
	return !used && !c.m.fannedOut(b)
}

// dataBlocks are the blocks [lo, hi) that the file's data may lie in.
func (m *Machine) dataBlocks(file uint8) (lo, hi uint8) {
	f := &m.Scenario.Files[file]
	if f.FS == 1 {
		return FirstSecondBlock, FirstSecondBlock + SecondBlocks
	}
	for _, e := range f.Data {
		if !e.Hole() && e.Block() >= FirstRTBlock {
			return FirstRTBlock, FirstRTBlock + RTBlocks
		}
	}
	return 0, m.Scenario.Geometry.Blocks
}

// allocate decides under the AGF lock: a read maps the block, a write to a
// shared block stages a copy, a write to a hole or an unwritten extent gets
// its block. What it allocates or converts it does in a transaction of its own
// (xfs_iomap_write_direct, xfs_reflink_fill_cow_hole), which xfs_log_reserve
// refuses after a shutdown.
func (c *ctx) allocate() {
	s, t := c.s, c.t
	e := s.Data[t.File][t.Idx]
	owner, b := rmap.Owner(t.File), rmap.Block(t.Block)
	switch {
	case (e.Hole() || e.Unwritten()) && c.shutDown(t.File):
		t.Rc = mm.EIO
	case e.Hole() && c.freeBlock(t.Block) && s.Ref.Free(b):
		c.calledOn(ObsCalled|ObsCallDone, CallMap, t.Block, owner, t.Idx)
		s.Rmap.Map(rmap.Record{Start: b, Len: 1, Owner: owner, OffFlags: t.Idx}, c.m.groupStarts)
		s.Ref.Inc(b)
		s.Data[t.File][t.Idx] = rmap.Written(b)
	case e.Hole():
		t.Rc = mm.EIO // somebody else took it: the fault is tried again
	case e.Unwritten():
		c.calledOn(ObsCalled|ObsCallDone, CallConvert, t.Block, owner, t.Idx)
		s.Rmap.Convert(b, owner, t.Idx, c.m.groupStarts)
		s.Data[t.File][t.Idx] = rmap.Written(b)
	case s.Ref.Shared(b) && t.sharedWrite():
		c.stageCow()
	}
}

// stageCow is xfs_reflink_allocate_cow: a block of the same group for the
// copy, owned by XFS_RMAP_OWN_COW until the copy is done. One that is staged
// already needs no transaction (xfs_find_trim_cow_extent).
func (c *ctx) stageCow() {
	s, t := c.s, c.t
	t.Local |= faultCow
	if e := s.Cow[t.File][t.Idx]; !e.Hole() {
		t.New = uint8(e.Block())
		return
	}
	if c.shutDown(t.File) {
		t.Rc = mm.EIO
		return
	}
	lo, hi := c.m.dataBlocks(t.File)
	for b := lo; b < hi; b++ {
		if c.m.GroupOf(b) == c.m.GroupOf(t.Block) && c.freeBlock(b) && s.Ref.Free(rmap.Block(b)) {
			t.New = b
			s.Cow[t.File][t.Idx] = rmap.Written(rmap.Block(b))
			c.calledOn(ObsCalled|ObsCallDone, CallMap, b, rmap.OwnerCow, 0)
			s.Rmap.Map(rmap.Record{Start: rmap.Block(b), Len: 1, Owner: rmap.OwnerCow}, c.m.groupStarts)
			return
		}
	}
	t.Rc = mm.EIO // ENOSPC
}

// target is the page that the fault maps in the end.
func (c *ctx) target() device.Page {
	if c.t.New != noBlock {
		return c.m.PageOf(c.t.New)
	}
	return c.m.PageOf(c.t.Block)
}

// daxFaultIter is dax_fault_iter and what follows it, with the entry locked.
func (c *ctx) daxFaultIter() {
	s, t := c.s, c.t
	p := c.target()
	d := c.faultDev()
	switch t.Stack[t.Depth-1] {
	case fdDirect: // dax_direct_access: dax_alive, badblocks
		c.directAccess(d, p)
	case fdCopy, fdCopyLate: // dax_iomap_copy_around, or copy_user_highpage: the source can be poisoned
		c.copySource()
	case fdInsert: // dax_insert_entry
		c.insertEntry(p, s.VMA[c.spec().Proc][c.spec().Slot])
		c.next(fdPte)
		if t.Local&faultCow != 0 && !c.m.copiesEarly() { // X03
			c.next(fdCopyLate)
		} else if t.Local&faultCow != 0 && c.m.ptesLast() {
			c.next(fdEnd)
		}
	case fdPte: // vmf_insert_page_mkwrite
		c.insertPTE(p)
		c.next(fdEnd)
	case fdEnd: // iomap_end: the copy becomes the file's, or is dropped
		c.next(fdUnlock)
		if t.Local&faultCow != 0 {
			c.call(fdEnded, ceIlock)
		}
	case fdEnded:
		c.next(fdUnlock)
		switch {
		case t.Rc == mm.OK && c.m.ptesLast():
			c.next(fdPteLate)
		case t.Rc != mm.OK && c.m.copiesEarly(): // what the entry shows did not become the file's
			c.dropEntry(t.File, t.Idx)
		}
	case fdPteLate: // as MAP_SYNC does: the PTE last
		c.insertPTE(p)
		c.next(fdUnlock)
	case fdUnlock: // dax_unlock_entry
		s.Srcu &^= c.bit
		c.ungrabEntry()
		c.ret(mm.OK)
	}
}

// directAccess is dax_direct_access, in dax_srcu.
func (c *ctx) directAccess(d *device.Dev, p device.Page) {
	s, t := c.s, c.t
	c.refer(&s.Srcu)
	c.next(fdInsert)
	if t.Local&faultCow != 0 && c.m.copiesEarly() || t.privateWrite() {
		c.next(fdCopy)
	}
	switch {
	case d.Is(device.Dead):
		t.Rc = mm.EIO // VM_FAULT_SIGBUS
		c.next(fdEnd)
	case c.is(design.Quarantine, design.QuarantineBadblocks) && s.Badblocks&p.Bit() != 0:
		t.Rc = mm.EIO
		c.refuse(false)
		c.next(fdEnd)
	}
	if c.is(design.FaultSrcu, design.FaultSrcuDirectAccess) { // X05
		s.Srcu &^= c.bit
	}
}

// faultDev is the device of the block that the fault is about.
func (c *ctx) faultDev() *device.Dev {
	if p := c.m.PageOf(c.t.Block); p != device.NoPage {
		return &c.s.Dev[c.m.DevOf(p)]
	}
	return &c.s.Dev[0]
}

// copiesEarly: the copy is made before the entry shows it.
func (m *Machine) copiesEarly() bool { return m.is(design.CowCopy, design.CowCopyBeforeInsert) }

// ptesLast: a copy is mapped after it has become the file's.
func (m *Machine) ptesLast() bool { return m.is(design.PteInsert, design.PteAfterIomapEnd) }

// copySource copies the block, which fails when it is poisoned, or by
// injection.
func (c *ctx) copySource() {
	s, t := c.s, c.t
	src := c.m.PageOf(t.Block)
	early := t.Stack[t.Depth-1] == fdCopy
	poisoned := s.Poisoned&^s.Simulated&src.Bit() != 0
	if !c.mayFail(!poisoned) {
		return
	}
	if c.branch == 1 {
		s.Budget--
	}
	switch {
	case t.privateWrite() || !early && !c.m.ptesLast():
		c.next(fdPte)
	case !early:
		c.next(fdEnd)
	default:
		c.next(fdInsert)
	}
	if c.branch == 1 || poisoned {
		t.Rc = mm.EIO
		c.next(fdEnd)
	}
	if poisoned {
		c.refuse(t.Local&faultCow != 0)
	}
}

// refuse ends a fault on a poisoned page of a DAX file, or that copies one for
// the file: dax_fault_return.
func (c *ctx) refuse(copies bool) {
	if c.is(design.RefusedFault, design.RefusedFaultAdrerr) || copies && c.is(design.RefusedFault, design.RefusedFaultCopyAdrerr) { // K09, K16
		c.sigbus(mm.CodeADRERR)
		return
	}
	c.sigbus(mm.CodeAR)
}

// sigbus is do_sigbus for the page of the fault.
func (c *ctx) sigbus(code mm.Code) {
	c.o.Flags |= ObsRefused
	c.o.Proc, c.o.VA, c.o.Code = c.spec().Proc, c.va(), code
}

// insertEntry is dax_insert_entry: what the entry held before goes, from the
// page tables too, and the page learns of its new user.
func (c *ctx) insertEntry(p device.Page, v mm.VMA) {
	s, t := c.s, c.t
	e := &s.Entry[t.File][t.Idx]
	if e.Of() == p {
		if c.is(design.SharedInsert, design.SharedInsertUnmapsOthers) && s.Ref.Shared(rmap.Block(t.Block)) {
			c.unmapEntry(t.File, t.Idx)
		}
		return
	}
	c.dropEntry(t.File, t.Idx)
	if c.insertHuge(v) {
		return
	}
	e.Page = addrspace.NewEntry(p, false).Page
	b := t.Block
	if t.New != noBlock {
		b = t.New
	}
	c.associate(b, t.File, t.Idx)
}

// associate is dax_associate_entry.
func (c *ctx) associate(b, file, idx uint8) {
	if c.is(design.ShareCount, design.ShareNotKept) {
		return
	}
	asked := c.t.Local&faultWrite != 0 || !c.is(design.ReadFaultShare, design.ReadFaultAsksNot) // H03
	shared := asked && (c.s.Ref.Shared(rmap.Block(b)) || c.m.fannedOut(b))
	c.s.Assoc[c.m.PageOf(b)].Associate(shared, file+1, idx)
}

// fannedOut reports a block whose page another block has too.
func (m *Machine) fannedOut(b uint8) bool {
	g := &m.Scenario.Geometry
	return g.Stack == StackSnapshot && b < g.Blocks && b+2 >= g.Blocks
}

// dropEntry takes what is at a file page out of the mapping, a huge entry as
// a whole, and unmaps it: dax_disassociate_entry.
func (c *ctx) dropEntry(file, idx uint8) {
	huge := c.s.Entry[file][idx].Huge()
	lo, n := c.unmapEntry(file, idx)
	for i := lo; i < lo+n; i++ {
		if i > lo && c.is(design.HugeDrop, design.HugeDropFirstPage) { // H08
			c.s.Entry[file][i].Page = 0
			continue
		}
		c.disassociate(file, i)
	}
	if huge {
		c.moveLock(file, lo, idx)
	}
}

// unmapEntry unmaps the n file pages from lo on that the entry stands for.
func (c *ctx) unmapEntry(file, idx uint8) (lo, n uint8) {
	lo, n = idx, 1
	if c.s.Entry[file][idx].Huge() {
		lo, n = idx&^1, 2
	}
	c.s.zapRange(file, lo, n, false)
	return lo, n
}

// disassociate empties one index and tells the page.
func (c *ctx) disassociate(file, idx uint8) {
	e := &c.s.Entry[file][idx]
	p := e.Of()
	e.Page = 0
	if p == device.NoPage || p.DRAM() {
		return
	}
	a := &c.s.Assoc[p]
	if a.Foreign(file+1) && c.is(design.ForeignMapping, design.ForeignMappingLeft) { // H07
		return
	}
	a.Disassociate(c.m.Design[design.ShareCount])
}

// moveLock moves the entry lock that the task holds from one index to
// another, when a huge entry comes or goes. Waiters look again.
func (c *ctx) moveLock(file, from, to uint8) {
	s, t := c.s, c.t
	id := file*MaxFilePages + from
	if t.Held == id+1 && from != to {
		s.Entry[file][from].Lock, s.Entry[file][to].Lock = 0, c.id+1
		t.Held = file*MaxFilePages + to + 1
	}
	for range s.Tasks {
		s.wake(id)
	}
}

// insertHuge inserts a huge entry when both halves are there for it: a read,
// an aligned VMA range, two adjacent blocks on an aligned pair of pages, and
// nothing in the other half.
func (c *ctx) insertHuge(v mm.VMA) bool {
	s, t := c.s, c.t
	if !c.m.Scenario.Geometry.Huge || t.Local&faultWrite != 0 {
		return false
	}
	lo := t.Idx &^ 1
	_, inLo := v.Page(t.File, lo)
	_, inHi := v.Page(t.File, lo+1)
	other := t.Idx ^ 1
	if !inLo || !inHi || s.Entry[t.File][other].Page != 0 || s.Entry[t.File][other].Lock != 0 ||
		!c.m.hugePair(&s.Data[t.File], lo) {
		return false
	}
	c.moveLock(t.File, t.Idx, lo) // the lock of a huge entry is that of its even index
	for i := lo; i <= lo+1; i++ {
		p := c.m.PageOf(uint8(s.Data[t.File][i].Block()))
		s.Entry[t.File][i].Page = addrspace.NewEntry(p, true).Page
		c.associate(uint8(s.Data[t.File][i].Block()), t.File, i)
	}
	return true
}

// hugePair reports whether file pages lo and lo+1 lie on an aligned pair of
// device pages.
func (m *Machine) hugePair(f *rmap.Fork, lo uint8) bool {
	a, b := f[lo], f[lo+1]
	if a.Hole() || b.Hole() || a.Unwritten() || b.Unwritten() {
		return false
	}
	p := m.PageOf(uint8(a.Block()))
	return p%2 == 0 && m.PageOf(uint8(b.Block())) == p+1
}

// insertPTE maps the page, unless it is poisoned and the design looks.
func (c *ctx) insertPTE(p device.Page) {
	s, t, sp := c.s, c.t, c.spec()
	if s.HWPoison&p.Bit() != 0 && c.is(design.Quarantine, design.QuarantineHWPoison) { // X06
		c.refuse(false)
		return
	}
	va := c.va()
	old := s.PTE[sp.Proc][va]
	switch {
	case t.privateWrite():
		if copied := s.allocDram(mm.DramAnon); copied != device.NoPage {
			s.zap(sp.Proc, va)
			s.PTE[sp.Proc][va] = mm.MapPage(copied, mm.Write)
		}
	case t.Local&faultWrite != 0:
		s.zap(sp.Proc, va)
		s.PTE[sp.Proc][va] = mm.MapPage(p, mm.Write)
	case s.Entry[t.File][t.Idx].Huge() && c.hugeFits(old):
		lo := min(va, s.buddy(sp.Proc, va))
		base := p - device.Page(t.Idx&1)
		s.PTE[sp.Proc][lo] = mm.MapPage(base, mm.Huge)
		s.PTE[sp.Proc][lo+1] = mm.MapPage(base+1, mm.Huge)
	default:
		s.zap(sp.Proc, va)
		s.PTE[sp.Proc][va] = mm.MapPage(p, 0)
	}
}

// hugeFits: the VMA covers both pages and neither has a PTE of its own, and
// neither page is refused.
func (c *ctx) hugeFits(old mm.PTE) bool {
	s, t, sp := c.s, c.t, c.spec()
	v := s.VMA[sp.Proc][sp.Slot]
	other, ok := v.Page(t.File, t.Idx^1)
	if !ok || old != 0 || s.PTE[sp.Proc][sp.Slot*mm.VMAPages+other] != 0 {
		return false
	}
	q := s.Entry[t.File][t.Idx^1].Of()
	return s.HWPoison&q.Bit() == 0 || !c.is(design.Quarantine, design.QuarantineHWPoison)
}
