package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/model/units"
)

// Bits of Task.Want.
const (
	WantShutdown = 1 << iota // metadata was hit
	wantMore                 // the list of owners was full: query again
	wantStop                 // an owner failed, and that ends the walk (C10)
)

// sbCorruptedRange is ->corrupted_range of the superblock: xfs_fs_corrupted_range
// in the mail, xfs_dax_notify_failure in the merged kernels.
func (c *ctx) sbCorruptedRange() {
	s, t := c.s, c.t
	mp := &s.Mount[t.FS]
	switch t.Stack[t.Depth-1] {
	case xfEnter:
		c.enterSuperblock()
	case xfRole: // log, realtime or data device
		c.deviceRole()
	case xfTranslate: // xfs_dax_translate_range: from the dax_device to the filesystem
		if !c.fromDaxDevice() {
			t.Rc = mm.ENXIO
			c.next(xfReturn)
			return
		}
		c.next(xfRole)
	case xfRmapbt: // and xfs_trans_alloc_empty
		if !c.mayFail(c.is(design.TransAlloc, design.TransAllocLeaves)) { // C22
			return
		}
		if c.m.Scenario.Geometry.NoRmapbt && c.m.onDisk(t.FS) == 0 {
			t.Rc = mm.EOPNOTSUPP
			c.next(xfReturn)
			return
		}
		if c.branch == 1 { // no walk, and no shutdown
			s.Budget--
			t.Rc = mm.EIO
			c.next(xfReturn)
			return
		}
		t.Err, t.Want, t.NList = mm.OK, 0, 0
		c.next(xfGroup)
		if t.Flags&mm.PreRemove != 0 && c.is(design.Freeze, design.FreezeKernel) {
			c.next(xfFreeze)
			return
		}
		c.span()
	case xfFreeze: // freeze_super(FREEZE_HOLDER_KERNEL)
		if c.wait(c.free(mp.Writers) && c.free(mp.Umount)) {
			if !c.unlocked && mp.Live() { // -EINVAL of one that is dying
				mp.Frozen |= superblock.FrozenKernel
			}
			c.span()
			c.next(xfGroup)
		}
	case xfShutdown: // xfs_force_shutdown
		c.touch(mp.Life == superblock.LifeFreed, FreedMount)
		mp.Shutdown |= superblock.ShutdownCorruptOndisk
		c.next(xfReturn)
	case xfReturn:
		if t.Local != notBegun {
			c.o.Flags |= ObsCallbackEnd
			c.o.FS = t.FS
		}
		c.ret(t.Rc)
	}
}

// notBegun in Task.Local: the callback was refused before it used the mount.
const notBegun = 0xFF

// enterSuperblock tests whether the mount can be notified.
func (c *ctx) enterSuperblock() {
	s, t := c.s, c.t
	if c.m.readsHolderTwice() { // dax_holder(dax_dev), a second read
		slot := &s.Slot[t.Slot]
		if slot.Data == 0 {
			c.touch(true, FreedHolder)
			c.next(oopsed)
			return
		}
		t.FS = slot.Data - 1
	}
	mp := &s.Mount[t.FS]
	c.touch(mp.Life == superblock.LifeFreed, FreedMount)
	t.Local = notBegun
	if c.is(design.BornTest, design.BornWrongWord) || // C01: never set in that word
		c.is(design.BornTest, design.BornInCallback) && mp.Life < superblock.LifeBorn {
		t.Rc = mm.EIO
		c.next(xfReturn)
		return
	}
	t.Local = roleData
	if c.m.Design[design.BornTest] != design.BornAtDelivery { // else it began at the delivery
		c.o.Flags |= ObsCallback
		c.o.FS = t.FS
	}
	if c.is(design.Route, design.RouteCorruptedRange) {
		c.next(xfRole)
		return
	}
	c.next(xfTranslate)
}

// fromDaxDevice translates the range of the dax_device to the part of the
// filesystem that lies there.
func (c *ctx) fromDaxDevice() bool {
	t := c.t
	off, length := c.devRange()
	for i := range c.m.uppers {
		u := &c.m.uppers[i]
		if !u.used || u.dev != c.dev() || u.fs != c.m.onDisk(t.FS) {
			continue
		}
		if lo, n, ok := c.m.upRange(u, byteRange(off, length, c.part())); ok {
			t.Off, t.Len = lo, n
			return true
		}
	}
	return false
}

// onDisk is the filesystem whose blocks a mount has: mounted again, it has
// those of the first.
func (m *Machine) onDisk(fs uint8) uint8 {
	if m.Scenario.Geometry.Second == SecondRemount {
		return 0
	}
	return fs
}

// deviceRole finds out which device of the filesystem failed, and leaves the
// log to itself.
func (c *ctx) deviceRole() {
	t := c.t
	g := &c.m.Scenario.Geometry
	role := uint8(roleData)
	switch {
	case c.is(design.DeviceRole, design.RoleDataOnly):
	case c.slotRole() != roleData:
		role = c.slotRole()
	case c.internalRT() && c.is(design.DeviceRole, design.RoleRealtimeFirst): // C16
		role = roleRT
		t.Off -= g.Blocks // xfs_daddr_to_rtb: wraps before the section
	case c.internalRT() && t.Off >= g.Blocks:
		role = roleRT
		t.Off -= g.Blocks
	}
	t.Local = role
	if role != roleLog {
		c.next(xfRmapbt)
		return
	}
	t.Rc = mm.EFSCORRUPTED
	c.next(xfShutdown)
	if t.Flags&mm.PreRemove != 0 {
		t.Rc = mm.OK
		if c.is(design.LogRemoval, design.LogRemovalNothing) { // C14
			c.next(xfReturn)
		}
	}
}

// internalRT reports a filesystem with realtime blocks on its data device.
func (c *ctx) internalRT() bool {
	return c.m.Scenario.Geometry.RT == SectionInternal && c.m.onDisk(c.t.FS) == 0
}

// slotRole is the role of the device that was notified.
func (c *ctx) slotRole() uint8 {
	switch {
	case c.m.Scenario.Geometry.Stack == StackRaid1:
		return roleData
	case c.dev() == 1:
		return roleLog
	case c.dev() == 2:
		return roleRT
	}
	return roleData
}

// groups is the group geometry of the part at hand, the block that its first
// group begins at, and the index of that group's lock.
func (c *ctx) groups() (g *superblock.Groups, base, lock uint8) {
	return c.m.groupsOf(c.t.FS, c.t.Local)
}

// window is the first and last block of the range.
func (c *ctx) window(g *superblock.Groups) (start, end units.FSBlock) {
	t := c.t
	length := t.Len
	if geo := &c.m.Scenario.Geometry; t.Local == roleData && c.internalRT() && t.Off < geo.Blocks {
		length = min(length, geo.Blocks-t.Off) // the rest is realtime
	}
	return g.Span(&c.m.Design, byteRange(t.Off, length, c.part()))
}

// span starts the walk over the groups of the range.
func (c *ctx) span() {
	g, _, _ := c.groups()
	start, end := c.window(g)
	c.t.Gno, c.t.GnoLast = clamp8(g.Agno(start)), clamp8(g.Agno(end))
}

func clamp8(n uint32) uint8 { return uint8(min(n, 0xFE)) }

// realtimePart goes on to the realtime section when the range extends into
// it.
func (c *ctx) realtimePart() bool {
	t, g := c.t, &c.m.Scenario.Geometry
	if t.Local != roleData || !c.internalRT() || t.Off+t.Len <= g.Blocks {
		return false
	}
	t.Len = t.Off + t.Len - g.Blocks
	t.Off, t.Local = 0, roleRT
	c.span()
	return true
}

// groupWalk is the loop over the groups of xfs_dax_notify_dev_failure.
func (c *ctx) groupWalk() {
	s, t := c.s, c.t
	mp := &s.Mount[t.FS]
	g, base, lock := c.groups()
	switch t.Stack[t.Depth-1] {
	case xfGroup: // xfs_group_next_range
		c.nextGroup(g, mp)
	case xfAgf: // xfs_alloc_read_agf: the buffer lock
		if c.mutex(c.is(design.ScanLock, design.ScanHoldsAGF), &s.AGF[lock+t.Gno]) { // G7
			c.next(xfAgfRead)
		}
	case xfAgfRead: // the read, which can fail
		if !c.mayFail(true) {
			return
		}
		c.readAGF(lock+t.Gno, mp)
	case xfQuery: // xfs_rmap_query_range: the next record
		c.nextRecord(g, base)
	case xfQueried: // of a record that was dealt with under the lock
		if t.Rc != mm.OK && t.Err == mm.OK {
			t.Err = t.Rc
		}
		c.next(xfQuery)
		if t.Want&wantStop != 0 {
			c.next(xfAgfUnlock)
		}
	case xfAgfUnlock: // xfs_trans_brelse
		c.release(&s.AGF[lock+t.Gno])
		t.IList = 0
		c.next(xfKill)
	case xfKill: // the owners that were collected, without the lock
		c.nextOwner()
	case xfDecide: // want_shutdown || error
		c.decide(mp)
	}
}

// nextGroup takes the next group of the window.
func (c *ctx) nextGroup(g *superblock.Groups, mp *superblock.Mount) {
	t := c.t
	c.touch(mp.Life == superblock.LifeFreed, FreedMount)
	switch {
	case t.Gno > t.GnoLast:
		if !c.realtimePart() {
			c.next(xfDecide)
		}
	case uint32(t.Gno) < g.Count && mp.NoGroups&superblock.GroupsFreed == 0: // freed by an unmount, there is none (L06)
		t.Key = rmap.Record{}
		c.called(ObsCalled, CallQuery)
		c.next(xfAgf)
	case c.is(design.MissingGroup, design.MissingGroupError):
		t.Err = mm.EFSCORRUPTED
		c.next(xfDecide)
	case c.is(design.MissingGroup, design.MissingGroupOops): // R06
		c.touch(true, FreedGroup)
		c.next(oopsed)
	default:
		c.next(xfDecide)
	}
}

// readAGF reads the header of the group.
func (c *ctx) readAGF(group uint8, mp *superblock.Mount) {
	s, t := c.s, c.t
	switch {
	case c.branch == 1:
		s.Budget--
		c.o.Flags |= ObsAGFError
		c.o.Saw = group
	case mp.Shutdown != 0 && c.is(design.AfterShutdown, design.AfterShutdownEIO): // X21
	default:
		c.next(xfQuery)
		return
	}
	if c.is(design.GroupPut, design.GroupPutPassive) { // L05
		mp.NoGroups |= superblock.RefsUneven
	}
	t.Err = mm.EIO
	c.release(&s.AGF[group])
	t.Gno++
	c.next(xfGroup)
	if c.is(design.GroupError, design.GroupErrorStops) {
		c.next(xfDecide)
	}
}

// nextRecord takes the next record of the query that has a failed block:
// metadata or an owner.
func (c *ctx) nextRecord(g *superblock.Groups, base uint8) {
	s, t := c.s, c.t
	start, end := c.window(g)
	gno := uint32(t.Gno)
	first, last, ok := g.QueryBlocks(gno, start, end)
	if !ok { // nothing of the group
		c.next(xfAgfUnlock)
		return
	}
	lo, hi := rmap.Block(base+uint8(first)), rmap.Block(base+uint8(last))
	rec, ok := s.Rmap.Next(lo, hi, t.Key, t.Key.Len == 0)
	if !ok {
		c.answered(lo, hi)
		c.next(xfAgfUnlock)
		return
	}
	c.found(rec)
	t.Key = rec
	if rec.Metadata(c.m.Design[design.MetadataTest]) {
		c.metadataRecord()
		return
	}
	owner := c.ownerOf(rec, g, base)
	if c.is(design.KillContext, design.KillUnderGroupLock) { // X04
		c.takeOwner(owner)
		c.call(xfQueried, ffIget)
		return
	}
	t.List[t.NList] = owner
	if t.NList++; t.NList == MaxOwners {
		t.Want |= wantMore
		c.next(xfAgfUnlock)
	}
}

// ownerOf is the pages of the record's file that are in the window, packed.
func (c *ctx) ownerOf(rec rmap.Record, g *superblock.Groups, base uint8) uint8 {
	start, end := c.window(g)
	gno := uint32(c.t.Gno)
	wlow, wcount := g.Window(c.m.Design[design.WindowEnd], gno, start, end)
	inGroup := uint32(uint8(rec.Start)-base) - g.Linear(gno, 0)
	off, cnt := rmap.Pages(g.Scale, c.m.Design[design.RecordOffset], rec, inGroup, wlow, wcount)
	return uint8(rec.Owner) | min(uint8(off), 7)<<2 | uint8(min(cnt, cntWrapped))<<5
}

// metadataRecord: metadata shuts the filesystem down, after the scan.
func (c *ctx) metadataRecord() {
	t := c.t
	switch {
	case t.Flags&mm.PreRemove != 0 || c.is(design.OnMetadata, design.MetadataIgnored):
	case c.is(design.OnMetadata, design.MetadataAbort): // C02
		t.Want |= WantShutdown
		t.Gno = t.GnoLast
		c.next(xfAgfUnlock)
	default:
		t.Want |= WantShutdown
	}
}

// takeOwner unpacks a collected owner into the locals of the kill.
func (c *ctx) takeOwner(owner uint8) {
	c.t.File, c.t.Idx, c.t.Cnt = unpackOwner(owner)
}

func unpackOwner(owner uint8) (file, idx, cnt uint8) { return owner & 3, owner >> 2 & 7, owner >> 5 }

// nextOwner goes through the collected owners, then to the next group.
func (c *ctx) nextOwner() {
	t := c.t
	switch {
	case t.Want&wantStop != 0:
		t.NList = 0
		c.next(xfDecide)
	case t.IList < t.NList:
		owner := t.List[t.IList]
		t.IList++
		c.takeOwner(owner)
		c.call(xfKill, ffIget)
	case t.Want&wantMore != 0:
		t.Want &^= wantMore
		t.NList = 0
		c.called(ObsCallDone, CallQuery) // in two parts, so no query of one moment
		c.next(xfAgf)
	default:
		t.NList = 0
		t.Gno++
		c.next(xfGroup)
	}
}

// decide ends the walk: the filesystem goes down when metadata was hit, when
// something could not be found out, and when its device goes away.
func (c *ctx) decide(mp *superblock.Mount) {
	t := c.t
	c.touch(mp.Life == superblock.LifeFreed, FreedMount)
	t.Rc = mm.OK
	switch {
	case t.Flags&mm.PreRemove != 0:
		mp.Shutdown |= superblock.ShutdownForceUmount
		mp.Frozen &^= superblock.FrozenKernel
		if c.is(design.Thaw, design.ThawUsers) { // L10
			mp.Frozen = 0
		}
	case t.Want&WantShutdown != 0 || t.Err != mm.OK:
		t.Rc = mm.EFSCORRUPTED
		if t.Err != mm.OK {
			t.Rc = t.Err
		}
		t.Err = mm.OK
		if c.is(design.OnMetadata, design.MetadataShutdownAfterScan) || c.is(design.OnMetadata, design.MetadataAbort) && t.Want&WantShutdown != 0 {
			c.next(xfShutdown)
			return
		}
	}
	c.next(xfReturn)
}

// failureFn is xfs_dax_failure_fn for a record of an inode: t.Cnt pages of
// t.File from t.Idx.
func (c *ctx) failureFn() {
	s, t := c.s, c.t
	switch t.Stack[t.Depth-1] {
	case ffIget: // xfs_iget(XFS_IGET_INCORE)
		f := &c.m.Scenario.Files[t.File]
		if f.Directory && c.is(design.DirectoryFork, design.DirectoryIsMetadata) { // B.6
			if t.Flags&mm.PreRemove == 0 {
				t.Want |= WantShutdown
			}
			c.ret(mm.OK)
			return
		}
		if f.Directory && c.is(design.DirectoryFork, design.DirectoryEBUSY) { // C10
			c.endQuery(mm.EBUSY)
			return
		}
		if f.FS != t.FS { // not in the cache of this mount
			c.absent()
			return
		}
		switch s.Incore[t.File] {
		case superblock.IncoreLive:
			if c.is(design.Igrab, design.IgrabTaken) { // G8
				c.refer(&s.Igrabs[t.File])
			}
			c.next(ffDispatch)
		case superblock.IncoreNone:
			c.absent()
		default: // -EAGAIN, -ENOENT
			c.unusable()
		}
	case ffDispatch: // IS_DAX(mapping->host)
		switch {
		case c.m.IsDAX(t.File):
			c.call(ffIrele, krNext)
		case c.is(design.DirectoryFork, design.DirectoryEBUSY): // C10
			t.Err, t.Rc, t.Want = mm.EBUSY, mm.EBUSY, t.Want|wantStop
			c.next(ffIrele)
		case c.is(design.EntryLock, design.EntryLockedOrBusy): // dax_lock: no dax_mapping
			t.Rc, t.Want = mm.EBUSY, t.Want|wantStop
			c.next(ffIrele)
		case c.is(design.PageCacheCopy, design.PageCacheCopyKept): // N12
			t.Rc = mm.OK
			c.next(ffIrele)
		default:
			c.call(ffIrele, gmNext)
		}
	case ffIrele: // fserror_report_data_lost, xfs_irele
		c.reportLost()
		s.Igrabs[t.File] &^= c.bit
		c.ret(t.Rc)
	}
}

// absent is xfs_iget of an inode that is not in the cache.
func (c *ctx) absent() {
	if c.is(design.IgetError, design.IgetErrorAbsentToo) {
		c.endQuery(mm.ENODATA)
		return
	}
	c.ret(mm.OK)
}

// unusable is xfs_iget of an inode that is on its way into the cache or out.
func (c *ctx) unusable() {
	if c.is(design.IgetError, design.IgetErrorReturned) || c.is(design.IgetError, design.IgetErrorAbsentToo) {
		c.endQuery(mm.EAGAIN)
		return
	}
	if c.is(design.IgetError, design.IgetErrorShutdown) { // C05
		c.t.Want |= WantShutdown
	}
	c.ret(mm.OK)
}

// endQuery returns an error of the callback that no record comes after.
func (c *ctx) endQuery(rc mm.Errno) {
	c.t.Err, c.t.Want = rc, c.t.Want|wantStop
	c.ret(rc)
}

// reportLost tells userspace that the pages of the record are lost.
func (c *ctx) reportLost() {
	t := c.t
	switch {
	case c.is(design.HealthEvent, design.HealthEventNone):
		return
	case t.Flags&mm.PreRemove != 0 && c.is(design.HealthEvent, design.HealthEventLost):
		return // nothing is lost of a device that is taken out
	}
	var owner uint8
	if t.NList == 0 { // in the callback of the query
		g, base, _ := c.groups()
		owner = c.ownerOf(t.Key, g, base)
	} else {
		owner = t.List[t.IList-1]
	}
	c.o.Flags |= ObsReported // C23
	c.o.Gone.File, c.o.Gone.Idx, c.o.Gone.Cnt = unpackOwner(owner)
}
