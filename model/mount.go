package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// slots lists the n holder slots that the mount claims: of the data device, the
// external log and the external realtime device. A filesystem that does not
// take part claims none, nor does one of a design without holders.
func (m *Machine) slots(fs uint8) (list [3]uint8, n int) {
	g := &m.Scenario.Geometry
	holders := m.is(design.Route, design.RouteCorruptedRange) && m.Design[design.Patches] <= design.PatchesP8 ||
		m.is(design.Route, design.RouteHolder) && g.Stack != StackRaid1 // xfs_alloc_buftarg: also with dax=never
	if !m.TakesPart(fs) || !holders {
		return list, 0
	}
	list[0] = m.slotOf(fs)
	n = 1
	if m.onDisk(fs) == 0 && g.Log == SectionExternal {
		list[n] = slotLog
		n++
	}
	if m.onDisk(fs) == 0 && g.RT == SectionExternal {
		list[n] = slotRT
		n++
	}
	return list, n
}

// mountedElse reports whether the block device has a superblock already, alive
// or dying: sget gives that one, and waits until it is dead for a new one.
func (m *Machine) mountedElse(s *State, fs uint8) bool {
	if m.Scenario.Geometry.Second != SecondRemount {
		return false
	}
	life := s.Mount[1-fs].Life
	return life != superblock.LifeNone && life != superblock.LifeFreed
}

// slotDev is the device whose holder slot it is.
func slotDev(slot uint8) uint8 {
	switch slot {
	case slotLog:
		return 1
	case slotRT:
		return 2
	}
	return 0
}

// Registered reports whether the mount holds its holder slot.
func (m *Machine) Registered(s *State, fs uint8) bool {
	slots, n := m.slots(fs)
	return n > 0 && s.Slot[slots[0]].Data == fs+1
}

// remembers: a mount deals with what failed before it was live (L07).
func (m *Machine) remembers() bool { return m.is(design.OnUnborn, design.UnbornDefer) }

// mount is get_tree_bdev: the holder slots are claimed long before the
// superblock is born.
func (c *ctx) mount() {
	s, t, sp := c.s, c.t, c.spec()
	mp := &s.Mount[sp.FS]
	slots, n := c.m.slots(sp.FS)
	switch t.Stack[t.Depth-1] {
	case mtStart: // sget: s_umount write
		if c.wait(mp.Life == superblock.LifeNone && c.free(mp.Umount) && !s.Dev[0].Is(device.Dead) && !c.m.mountedElse(s, sp.FS)) {
			c.hold(&mp.Umount)
			mp.Life = superblock.LifeMounting
			c.next(mtClaim)
		}
	case mtClaim: // fs_dax_get_by_bdev
		c.calledSlots(ObsCalled, CallGet, sp.FS, slots[:n])
		for _, slot := range slots[:n] {
			if s.Dev[slotDev(slot)].Is(device.Dead) || !c.claim(slot, sp.FS) {
				c.o.Flags |= ObsCallDone
				c.o.Slots = 1 << slot // the one that is taken
				c.next(mtFail)
				return
			}
		}
		if n > 0 && c.m.remembers() {
			mp.Deferred = s.HWPoison & c.m.fsPages[c.m.onDisk(sp.FS)]
		}
		c.next(mtOps)
	case mtOps: // holder_ops
		for _, slot := range slots[:n] {
			if s.Slot[slot].Data == sp.FS+1 {
				s.Slot[slot].Ops = c.m.ops(sp.FS)
			}
		}
		c.calledSlots(ObsCallDone, CallGet, sp.FS, slots[:n])
		c.o.Saw = sp.FS + 1
		c.next(mtBorn)
	case mtFail: // deactivate_locked_super: somebody else holds the device
		for _, slot := range slots[:n] {
			s.Slot[slot].Release(sp.FS)
		}
		mp.Life = superblock.LifeNone
		c.release(&mp.Umount)
		c.finish()
	case mtBorn: // vfs_get_tree: SB_BORN
		mp.Life = superblock.LifeBorn
		c.next(mtReplay)
	case mtReplay: // what was reported meanwhile
		switch {
		case t.Pages != 0:
			c.o.Flags |= ObsReturned
			c.o.Rc = t.Rc
			t.Pages = 0
		case mp.Deferred == 0:
			c.release(&mp.Umount)
			c.finish()
		default:
			t.Page, t.Pages = lowest(mp.Deferred), 1
			mp.Deferred &^= t.Page.Bit()
			c.o.Flags |= ObsRaised
			c.call(mtReplay, dvEnter)
		}
	}
}

// ops is the holder_ops that a mount registers, 0 for none.
func (m *Machine) ops(fs uint8) uint8 {
	if m.is(design.HolderOps, design.HolderOpsNone) { // C18
		return 0
	}
	return fs + 1
}

func lowest(set uint16) device.Page {
	p := device.Page(0)
	for set&p.Bit() == 0 {
		p++
	}
	return p
}

// claim takes a holder slot; false when the mount is to fail for want of it.
func (c *ctx) claim(slot, fs uint8) bool {
	if c.is(design.HolderClaim, design.HolderClaimStore) { // L12, G5
		c.s.Slot[slot].Data = 0
	}
	return c.s.Slot[slot].Claim(fs) || c.is(design.SlotTaken, design.SlotTakenGoesOn) // C25
}

// umount is deactivate_locked_super: nobody may get at the mount any more,
// then it is freed.
func (c *ctx) umount() {
	s, sp := c.s, c.spec()
	mp := &s.Mount[sp.FS]
	switch c.t.Stack[c.t.Depth-1] {
	case unStart: // s_umount write; the last user is gone
		if c.wait(mp.Live() && c.free(mp.Umount) && mp.Frozen == 0 && !c.mountUsed(sp.FS)) {
			c.hold(&mp.Umount)
			c.next(unEvict)
			if c.m.putsFirst() {
				c.next(unDying)
			}
		}
	case unDying: // the superblock begins to die
		mp.Life = superblock.LifePutSuper
		c.next(unPut)
		if !c.m.putsFirst() {
			c.next(unDrain)
		}
	case unPut, unPut2, unSrcu:
		c.putDax()
	case unEvict: // evict_inodes
		c.evictInodes(sp.FS)
		c.next(unDying)
		if c.m.putsFirst() {
			c.next(unDrain)
		}
	case unDrain: // xfs_log_unmount: the LRU has the AGF that an event holds until xfs_trans_brelse
		if c.wait(c.drained(sp.FS)) {
			c.next(unGroups)
		}
	case unGroups: // xfs_free_perag
		c.touch(mp.NoGroups&superblock.RefsUneven != 0, FreedReference) // XFS_IS_CORRUPT in xfs_group_free
		mp.NoGroups |= superblock.GroupsFreed
		c.next(unFree)
		if !c.m.putsFirst() {
			c.next(unPut)
			if c.is(design.UnmountLock, design.UnmountLockDropped) { // generic_shutdown_super
				c.release(&mp.Umount)
			}
		}
	case unFree: // kfree(mp)
		mp.Life = superblock.LifeFreed
		c.release(&mp.Umount)
		c.finish()
	}
}

// drained reports whether nobody holds the header of a group of the mount. Of a
// realtime group it is the ILOCK of its reverse map, without which
// xfs_unmount_flush_inodes does not reclaim that inode.
func (c *ctx) drained(fs uint8) bool {
	locks := c.m.groupLocks(fs)
	for i, l := range c.s.AGF {
		if locks>>i&1 != 0 && l != 0 {
			return false
		}
	}
	return true
}

// putsFirst: the holder slot is given up, and callbacks in flight waited for,
// before anything of the mount goes (L06).
func (m *Machine) putsFirst() bool { return m.is(design.UnmountOrder, design.UnmountPutFirst) }

// putDax is fs_put_dax.
func (c *ctx) putDax() {
	s, t, sp := c.s, c.t, c.spec()
	slots, n := c.m.slots(sp.FS)
	dataFirst := c.is(design.PutOrder, design.PutDataFirst) // L02
	done := unFree
	if c.m.putsFirst() {
		done = unEvict
	}
	switch t.Stack[t.Depth-1] {
	case unPut: // the ops, then the holder
		c.calledSlots(ObsCalled, CallPut, sp.FS, slots[:n])
		for _, slot := range slots[:n] {
			if dataFirst {
				s.Slot[slot].Release(sp.FS)
			} else if s.Slot[slot].Data == sp.FS+1 {
				s.Slot[slot].Ops = 0
			}
		}
		c.next(unPut2)
	case unPut2:
		for _, slot := range slots[:n] {
			if dataFirst {
				s.Slot[slot].Ops = 0
			} else {
				s.Slot[slot].Release(sp.FS)
			}
		}
		c.next(unSrcu)
		if c.is(design.PutWait, design.PutWaitsNot) { // L03
			c.calledSlots(ObsCallDone, CallPut, sp.FS, slots[:n])
			c.next(done)
		}
	case unSrcu: // synchronize_srcu(&dax_srcu)
		if c.wait(n == 0 || s.Srcu == 0) {
			c.calledSlots(ObsCallDone, CallPut, sp.FS, slots[:n])
			c.next(done)
		}
	}
}

// mountUsed reports whether a file of the mount is mapped, open or worked on.
func (c *ctx) mountUsed(fs uint8) bool {
	sc := &c.m.Scenario
	for f := range uint8(MaxFiles) {
		file := &sc.Files[f]
		if !file.Present || file.FS != fs {
			continue
		}
		if c.s.Incore[f] == superblock.IncoreEvicting || c.inUse(f) {
			return true
		}
	}
	for i := range c.m.tasks {
		// A mmap holds the mmap_lock from its first step to its last. All that time
		// it has the file open, and so a reference on the mount (struct path), also
		// before it has the inode.
		if tk := &sc.Tasks[i]; tk.Kind == TaskMmap && sc.Files[tk.File].FS == fs && c.s.MmapLock[tk.Proc]&(1<<i) != 0 {
			return true
		}
	}
	return false
}

// inUse reports whether a VMA or an operation has the file; an event does not
// keep a mount busy.
func (c *ctx) inUse(file uint8) bool {
	s := c.s
	for proc := range s.VMA {
		for _, v := range s.VMA[proc] {
			if v.Maps(file) {
				return true
			}
		}
	}
	return s.Iolock[file]|s.Mmaplock[file]|s.Ilock[file] != 0
}

// evictInodes empties the mappings of the mount's inodes.
func (c *ctx) evictInodes(fs uint8) {
	s := c.s
	for f := range uint8(MaxFiles) {
		file := &c.m.Scenario.Files[f]
		if !file.Present || file.FS != fs || s.Igrabs[f] != 0 {
			continue
		}
		for i := range uint8(MaxFilePages) {
			if !c.leaveMapping(f, i) {
				p := s.Entry[f][i].Of()
				c.dropEntry(f, i)
				s.freeDram(p)
			}
		}
		s.Incore[f] = superblock.IncoreNone
	}
}

// leaveMapping empties an index without telling the page: what eviction did
// after a shutdown (H04).
func (c *ctx) leaveMapping(file, idx uint8) bool {
	if !c.is(design.EvictAfterShutdown, design.EvictLeavesMapping) || !c.shutDown(file) || idx >= MaxFilePages {
		return false
	}
	e := &c.s.Entry[file][idx]
	if e.Page == 0 || e.Lock != 0 {
		return false
	}
	e.Page = 0
	return true
}

// unbind is the removal of the pmem driver: kill_dax, then the pgmap goes.
func (c *ctx) unbind() {
	s, t, sp := c.s, c.t, c.spec()
	d := &s.Dev[sp.Dev]
	switch t.Stack[t.Depth-1] {
	case ubStart: // kill_dax
		if !c.wait(!d.Is(device.Unbinding)) { // device_lock
			return
		}
		d.Status |= device.Unbinding
		c.called(ObsRaised|ObsCalled, CallKill)
		c.o.Dev = sp.Dev
		c.next(ubNotify)
		if c.m.deadFirst() {
			c.next(ubDead)
		}
	case ubNotify: // MF_MEM_PRE_REMOVE
		t.Page, t.Pages, t.Flags = devStart(sp.Dev), 0, mm.PreRemove
		next := ubDead
		if c.m.deadFirst() || c.m.sweeps() {
			next = ubSweep
		}
		switch {
		case c.is(design.RemoveOrder, design.RemoveSilent):
			c.next(ubDead)
			return
		case c.is(design.RemoveOrder, design.RemoveFlagsZero):
			t.Flags = 0
		}
		if c.is(design.Route, design.RouteHolder) && s.Slot[c.m.daxSlot(sp.Dev)].Data == 0 { // if (dax_dev->holder_data != NULL)
			t.Flags |= flagUnclaimed // nobody is called, nothing returned
			c.next(next)
			return
		}
		c.call(next, dvEnter)
	case ubDead: // clear_bit(DAXDEV_ALIVE): no new mappings
		d.Status |= device.Dead
		if !c.m.deadFirst() {
			d.Status |= device.Detached
		}
		c.next(ubSrcu)
	case ubSweep: // whoever has no handler: the single owner of each page
		next := ubDetach
		if !c.m.deadFirst() {
			next = ubDead
		}
		c.next(next)
		unclaimed := t.Rc == mm.EOPNOTSUPP || t.Flags&flagUnclaimed != 0
		if unclaimed && c.m.sweeps() {
			c.stopUsers(sp.Dev)
			t.Page, t.Pages, t.Upper, t.Err = devStart(sp.Dev), c.m.devSize(sp.Dev), 0, mm.OK
			c.call(next, gkLock)
		}
	case ubDetach: // no new callbacks
		d.Status |= device.Detached
		c.next(ubSrcu)
	case ubSrcu: // synchronize_srcu(&dax_srcu)
		if !c.wait(s.Srcu == 0 || c.is(design.KillWait, design.KillWaitsNot)) { // L13, G18
			return
		}
		c.next(ubGone)
		switch {
		case !d.Is(device.Detached): // the faults in flight are done
			c.next(ubNotify)
		case !c.m.deadFirst(): // the holder is forgotten too
			slot := &s.Slot[c.m.daxSlot(sp.Dev)]
			slot.Ops, slot.Data = 0, 0
		}
	case ubGone: // kill_dax returns
		d.Status |= device.Removed
		s.Sigpending = 0
		c.called(ObsRemoved|ObsReturned|ObsCallDone, CallKill)
		c.o.Dev = sp.Dev
		t.FS = 0
		c.next(ubMarkDead)
	case ubMarkDead:
		c.delGendisk()
	case ubPgmap: // dev_pagemap: wait for the references, free the struct pages
		if c.wait(d.Pgmap == 0) {
			d.Status |= device.NoPgmap
			c.finish()
		}
	}
}

// delGendisk shuts the next filesystem on the device down, once it is born or
// gone: fs_bdev_mark_dead.
func (c *ctx) delGendisk() {
	s, t, dev := c.s, c.t, c.spec().Dev
	fs := c.m.nextOn(s, dev, t.FS)
	if !c.wait(fs == MaxFS || c.free(s.Mount[fs].Umount)) {
		return
	}
	if fs < MaxFS {
		t.FS = fs + 1
		if s.Mount[fs].Live() {
			s.Mount[fs].Shutdown |= superblock.ShutdownDeviceRemoved
		}
	}
	if c.m.nextOn(s, dev, t.FS) == MaxFS {
		c.next(ubPgmap)
	}
}

// stopUsers shuts down the filesystems that use a device that goes.
func (c *ctx) stopUsers(dev uint8) {
	for fs := range uint8(MaxFS) {
		if mp := &c.s.Mount[fs]; mp.Live() && c.m.uses(fs, dev) {
			mp.Shutdown |= superblock.ShutdownForceUmount
		}
	}
}

// uses reports whether a filesystem has blocks on the device.
func (m *Machine) uses(fs, dev uint8) bool {
	return m.TakesPart(fs) && m.fsPages[m.onDisk(fs)]&m.devPages[dev] != 0
}

// marksDead: bdev_mark_dead finds the filesystems on a device. What is below dm
// or md has dm or md as its holder.
func (m *Machine) marksDead() bool {
	stack := m.Scenario.Geometry.Stack
	return m.is(design.MarkDead, design.MarkDeadShutdown) && (stack == StackPlain || stack == StackPartition) // N26
}

// nextOn is the first filesystem from the given one on that bdev_mark_dead
// finds, MaxFS for none.
func (m *Machine) nextOn(s *State, dev, from uint8) uint8 {
	for fs := from; fs < MaxFS; fs++ {
		if life := s.Mount[fs].Life; m.marksDead() && m.uses(fs, dev) && life != superblock.LifeNone && life != superblock.LifeFreed {
			return fs
		}
	}
	return MaxFS
}

// devSize is the number of pages of a device.
func (m *Machine) devSize(dev uint8) uint8 {
	if dev == 0 {
		return m.Scenario.Geometry.DevicePages
	}
	return LogPages
}

// deadFirst: no new user can come before the old ones are told.
func (m *Machine) deadFirst() bool {
	return m.is(design.RemoveOrder, design.RemoveDeadThenNotify)
}

// sweeps: who maps what nobody above handles is found by the page (C13).
func (m *Machine) sweeps() bool { return m.is(design.RemovalFallback, design.RemovalFallbackOwner) }

// legFailure is a leg of a raid1 that fails as a whole: what the other leg
// lacks is lost.
func (c *ctx) legFailure() {
	s, t, sp := c.s, c.t, c.spec()
	switch t.Stack[t.Depth-1] {
	case lfFail: // md_error
		s.Dev[sp.Dev].Status |= device.Failed
		c.o.Flags |= ObsRaised
		t.Block = 0
		c.next(lfReport)
	case lfReport: // the next block that no leg has; what is called leaves t.Block alone
		n := c.m.Scenario.Geometry.Blocks
		for t.Block < n && !c.lostToMd(t.Block) {
			t.Block++
		}
		if t.Block == n || !c.is(design.Route, design.RouteCorruptedRange) || c.patches() < 7 {
			c.o.Flags |= ObsReturned
			c.o.Rc = t.Rc
			c.finish()
			return
		}
		t.Page, t.Pages = c.m.pages[t.Block][sp.Dev], 1
		t.Block++
		c.call(lfReport, dvEnter)
	}
}

// freeze is a user who freezes the filesystem, and thaws it after a while: a
// snapshot is taken meanwhile.
func (c *ctx) freeze() {
	mp := &c.s.Mount[c.spec().FS]
	switch c.t.Stack[c.t.Depth-1] {
	case fzFreeze: // FIFREEZE: one more holder of a freeze, or sync_filesystem, which fails after a shutdown
		switch {
		case !c.wait(c.free(mp.Umount) && c.free(mp.Writers)):
		case !mp.Live() || mp.Shutdown != 0 && mp.Frozen == 0:
			c.finish()
		default:
			if !c.unlocked {
				mp.Frozen |= superblock.FrozenUser
			}
			c.next(fzThaw)
		}
	case fzThaw: // FITHAW; -EINVAL when it is not frozen any more
		if c.wait(c.free(mp.Umount)) {
			if mp.Live() {
				mp.Frozen &^= superblock.FrozenUser
			}
			c.finish()
		}
	}
}
