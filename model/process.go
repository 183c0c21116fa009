package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// mmapFile is mmap_region, with the open that finds the inode.
func (c *ctx) mmapFile() {
	s, t, sp := c.s, c.t, c.spec()
	mp := &s.Mount[c.m.Scenario.Files[sp.File].FS]
	switch t.Stack[t.Depth-1] {
	case mpStart: // mmap_lock write
		alive := s.Alive&(1<<sp.Proc) != 0 && mp.Live() && mp.Umount == 0
		if !c.wait(alive && c.free(s.MmapLock[sp.Proc])) {
			return
		}
		c.lock(true, &s.MmapLock[sp.Proc], true)
		c.next(mpIget)
	case mpIget: // xfs_iget
		switch s.Incore[sp.File] {
		case superblock.IncoreNone:
			s.Incore[sp.File] = superblock.IncoreNew
			c.next(mpIget)
		case superblock.IncoreNew, superblock.IncoreReclaimable, superblock.IncoreLive:
			s.Incore[sp.File] = superblock.IncoreLive
			c.refer(&s.Igrabs[sp.File])
			c.next(mpLink)
		default: // being evicted, or unlinked
			c.next(mpUnlock)
		}
	case mpLink: // vma_link, under i_mmap_rwsem
		if !c.wait(c.free(s.IMmap[sp.File])) {
			return
		}
		if s.VMA[sp.Proc][sp.Slot].File == 0 {
			s.VMA[sp.Proc][sp.Slot] = mm.NewVMA(sp.File, sp.Index, sp.Len, sp.Flag)
		}
		s.Igrabs[sp.File] &^= c.bit
		c.next(mpUnlock)
	case mpUnlock:
		c.unlock(&s.MmapLock[sp.Proc])
		c.finish()
	}
}

// munmap is do_vmi_munmap of one VMA: the PTEs go, then the VMA.
func (c *ctx) munmap() {
	s, t, sp := c.s, c.t, c.spec()
	switch t.Stack[t.Depth-1] {
	case muStart: // mmap_lock write
		if c.lock(true, &s.MmapLock[sp.Proc], true) {
			c.next(muZap)
		}
	case muZap: // unmap_vmas
		c.zapVMA(sp.Proc, sp.Slot)
		c.next(muUnlink)
	case muUnlink: // unlink_file_vma, under i_mmap_rwsem, and vm_area_free
		if c.unlinkVMA(sp.Proc, sp.Slot) {
			c.next(muUnlock)
		}
	case muUnlock:
		c.unlock(&s.MmapLock[sp.Proc])
		c.finish()
	}
}

// zapVMA clears the PTEs of a VMA.
func (c *ctx) zapVMA(proc, slot uint8) {
	for i := range uint8(mm.VMAPages) {
		c.s.zap(proc, slot*mm.VMAPages+i)
	}
}

// unlinkVMA takes a VMA out of its anon_vma (unlink_anon_vmas) and of its file's
// i_mmap, and frees it.
func (c *ctx) unlinkVMA(proc, slot uint8) bool {
	v := &c.s.VMA[proc][slot]
	file, _, ok := v.Covers(0)
	if !c.wait(!ok || c.free(c.s.IMmap[file]) && c.anonFree(proc, slot)) {
		return false
	}
	*v = mm.VMA{}
	return true
}

// anonLock is the lock of a VMA's anon_vma. What was forked from a VMA has the
// same one (anon_vma->root), here also if nothing had been copied by then.
func (c *ctx) anonLock(proc, slot uint8) *uint8 {
	return &c.s.AnonVMA[c.m.family[proc]*mm.VMAs+slot]
}

// anonFree reports whether nobody holds the lock of the anon_vma that a private
// VMA may have.
func (c *ctx) anonFree(proc, slot uint8) bool {
	return !c.s.VMA[proc][slot].Private() || c.free(*c.anonLock(proc, slot))
}

// fork is dup_mmap: the child gets the VMAs, the PTEs only of private ones
// with copies, and is on the task list last.
func (c *ctx) fork() {
	s, t, sp := c.s, c.t, c.spec()
	child := sp.To
	switch t.Stack[t.Depth-1] {
	case fkStart: // mmap_lock write of the parent
		both := uint8(1<<sp.Proc | 1<<child)
		if !c.wait(c.free(s.MmapLock[sp.Proc]) && s.Alive&both == 1<<sp.Proc) {
			return
		}
		c.lock(true, &s.MmapLock[sp.Proc], true)
		t.Found = 0
		c.next(fkVma)
		if c.is(design.ForkOrder, design.ForkTaskFirst) { // X14
			s.Alive |= 1 << child
		}
	case fkVma: // anon_vma_fork, and vma_interval_tree_insert_after under i_mmap_rwsem
		file, _, ok := s.VMA[sp.Proc][t.Found].Covers(0)
		if !c.wait(!ok || c.free(s.IMmap[file]) && c.anonFree(sp.Proc, t.Found)) {
			return
		}
		s.VMA[child][t.Found] = s.VMA[sp.Proc][t.Found]
		c.next(fkCopy)
	case fkCopy: // copy_page_range
		c.copyPTEs(sp.Proc, child, t.Found)
		c.next(fkVma)
		if t.Found++; t.Found == mm.VMAs {
			c.next(fkTask)
		}
	case fkTask: // the child joins the task list
		s.Alive |= 1 << child
		c.unlock(&s.MmapLock[sp.Proc])
		c.finish()
	}
}

// copyPTEs copies the PTEs of a private VMA that has an anon_vma; those of
// others come back by fault (vma_needs_copy).
func (c *ctx) copyPTEs(parent, child, slot uint8) {
	s := c.s
	copied := false
	for i := range uint8(mm.VMAPages) {
		copied = copied || s.PrivateCopy(parent, slot*mm.VMAPages+i)
	}
	if !copied || !s.VMA[parent][slot].Private() {
		return
	}
	for i := range uint8(mm.VMAPages) {
		va := slot*mm.VMAPages + i
		if p := s.PTE[parent][va].Page(); s.PTE[parent][va].Present() && s.HWPoison&p.Bit() == 0 {
			s.PTE[child][va] = s.PTE[parent][va]
		}
	}
}

// exit is exit_mmap: the PTEs, the VMAs, the task.
func (c *ctx) exit() {
	s, t, sp := c.s, c.t, c.spec()
	switch t.Stack[t.Depth-1] {
	case exStart: // mmap_lock write
		if !c.wait(c.free(s.MmapLock[sp.Proc]) && s.Alive&(1<<sp.Proc) != 0) {
			return
		}
		c.lock(true, &s.MmapLock[sp.Proc], true)
		c.next(exZap)
	case exZap: // unmap_vmas
		for slot := range uint8(mm.VMAs) {
			c.zapVMA(sp.Proc, slot)
		}
		t.Found = 0
		c.next(exUnlink)
	case exUnlink: // free_pgtables: unlink_file_vma
		if !c.unlinkVMA(sp.Proc, t.Found) {
			return
		}
		if t.Found++; t.Found == mm.VMAs {
			c.next(exTask)
		}
	case exTask: // off the task list
		s.Alive &^= 1 << sp.Proc
		c.unlock(&s.MmapLock[sp.Proc])
		c.finish()
	}
}

// evict is the last iput of an inode: its pages leave the mapping, and after
// a while its memory is freed. When it was unlinked its blocks are freed too.
func (c *ctx) evict() {
	s, t, sp := c.s, c.t, c.spec()
	switch t.Stack[t.Depth-1] {
	case evStart: // evict: I_FREEING, nobody uses the inode
		if !c.wait(c.usable(sp.File) && !c.inUse(sp.File) && s.Igrabs[sp.File] == 0 && c.pagesIdle(sp.File, true)) {
			return
		}
		s.Incore[sp.File] = superblock.IncoreEvicting
		t.File, t.Idx = sp.File, 0
		c.next(evDrain)
	case evDrain: // truncate_inode_pages_final
		if c.leaveMapping(t.File, t.Idx) {
			t.Idx++
		}
		c.drain(evDrain, evSleep, evDone, MaxFilePages)
	case evSleep:
		c.sleep(evDrain)
	case evDone: // xfs_inode_mark_reclaimable
		s.Incore[sp.File] = superblock.IncoreReclaimable
		c.next(evFree)
		if sp.Flag && !c.shutDown(sp.File) {
			s.Incore[sp.File] = superblock.IncoreUnlinked
			t.Idx = 0
			c.next(evIlock)
		}
	case evIlock: // xfs_inactive_truncate
		if c.lock(true, &s.Ilock[sp.File], true) {
			c.call(evExtent, ueBmap)
		}
	case evExtent:
		if t.Idx++; t.Idx < MaxFilePages {
			c.call(evExtent, ueBmap)
			return
		}
		c.unlock(&s.Ilock[sp.File])
		s.Incore[sp.File] = superblock.IncoreReclaimable
		c.next(evFree)
	case evFree: // xfs_reclaim_inode, unless the inode was found again
		if s.Incore[sp.File] == superblock.IncoreReclaimable {
			s.Incore[sp.File] = superblock.IncoreNone
		}
		c.finish()
	}
}
