package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// dataOffset is where the pages of a pmem device begin, in pages: its first
// page holds their struct pages.
const dataOffset = 1

// pmemFailure is pmem_pagemap_memory_failure: from a pfn to a range of the
// disk.
func (c *ctx) pmemFailure() {
	t := c.t
	switch t.Stack[t.Depth-1] {
	case pmCall: // PFN_PHYS(pfn) - phys_addr - data_offset
		t.Off, t.Len = c.devRange()
		if c.is(design.Route, design.RouteGendisk) {
			c.call(pmReturn, blGetSuper)
			return
		}
		c.call(pmReturn, dvEnter)
	case pmReturn:
		c.ret(t.Rc)
	}
}

// dev is the device that the event is on.
func (c *ctx) dev() uint8 {
	if sp := c.spec(); sp.Kind == TaskUnbind || sp.Kind == TaskLegFailure {
		return sp.Dev
	}
	return c.m.DevOf(c.t.Page)
}

// corruptedRange is ->corrupted_range of the pmem disk, which asks whatever
// lies above the range; in the merged kernels dax_holder_notify_failure,
// which knows one holder.
func (c *ctx) corruptedRange() {
	s, t := c.s, c.t
	dev := c.dev()
	d := &s.Dev[dev]
	switch t.Stack[t.Depth-1] {
	case dvEnter: // dax_read_lock
		if c.is(design.Srcu, design.SrcuHeld) { // G3
			c.refer(&s.Srcu)
		}
		c.next(dvAlive)
	case dvAlive: // dax_alive; kill_dax notifies a device that is going
		if d.Is(device.Detached) && t.Flags&mm.PreRemove == 0 && c.is(design.AliveTest, design.AliveTested) { // G4
			t.Rc = mm.ENXIO
			c.next(dvExit)
			return
		}
		t.Upper, t.Merged = 0, mm.EOPNOTSUPP
		t.Flags &^= flagUnclaimed
		if c.patches() < 7 { // no disk has ->corrupted_range
			t.Rc = mm.EOPNOTSUPP
			c.next(dvExit)
			return
		}
		if c.is(design.Route, design.RouteHolder) {
			t.Slot = c.m.daxSlot(dev)
			c.call(dvExit, bdRead)
			return
		}
		c.next(dvNext)
	case dvNext: // the partitions and mapped devices on the range
		c.nextUpper()
	case dvRecord: // rdev_set_badblocks
		s.Badblocks |= c.failedPages()
		c.next(dvNext)
	case dvResult:
		c.mergeResult(t.Rc)
		c.next(dvNext)
	case dvExit: // dax_read_unlock
		s.Srcu &^= c.bit
		c.ret(t.Rc)
	}
}

// daxSlot is the holder slot of the dax_device of a pmem device.
func (m *Machine) daxSlot(dev uint8) uint8 {
	switch {
	case dev == 1 && m.Scenario.Geometry.Stack != StackRaid1:
		return slotLog
	case dev == 2:
		return slotRT
	}
	return 0
}

// mergeResult keeps the first error of the devices above. One of them that has
// no handler leaves its pages to the single-owner path.
func (c *ctx) mergeResult(rc mm.Errno) {
	t := c.t
	if rc == mm.EOPNOTSUPP {
		t.Flags |= flagUnclaimed
	}
	if t.Merged == mm.EOPNOTSUPP || t.Merged == mm.OK && rc != mm.EOPNOTSUPP {
		t.Merged = rc
	}
}

// nextUpper finds the next device above that has part of the range, and asks
// it.
func (c *ctx) nextUpper() {
	t := c.t
	off, length := c.devRange()
	for ; t.Upper < maxUppers; t.Upper++ {
		u := &c.m.uppers[t.Upper]
		if !u.used || u.dev != c.dev() {
			continue
		}
		lo, n, ok := c.m.upRange(u, byteRange(off, length, c.part()))
		if !ok {
			continue
		}
		t.Upper++
		t.Off, t.Len, t.Slot = lo, n, u.slot
		if u.mirror && !c.lostOnMirror() {
			c.mergeResult(mm.OK)
			c.next(dvNext)
			if c.m.recordsLate() { // D06
				c.next(dvRecord)
			}
			return
		}
		if c.is(design.ReverseMap, design.ReverseMapFirst) { // D02
			t.Upper = maxUppers
		}
		c.call(dvResult, bdRead)
		return
	}
	t.Rc = t.Merged
	c.next(dvExit)
}

// devRange is the range of the event on its device, in pages.
func (c *ctx) devRange() (off, length uint8) {
	if c.t.Pages == 0 {
		return 0, wholeDevice
	}
	return c.m.DeviceOffset(c.t.Page), c.t.Pages
}

// DeviceOffset is where a page lies on its device, in pages, as the design
// computes it.
func (m *Machine) DeviceOffset(p device.Page) uint8 {
	off, first := uint8(p-devStart(m.DevOf(p))), m.Scenario.Geometry.FirstRange
	if m.DevOf(p) == 0 && first != 0 && off >= first && m.is(design.RangeOffset, design.RangeOffsetInRange) { // R16
		off -= first
	}
	if m.is(design.DataOffset, design.DataOffsetIgnored) { // R15
		off += dataOffset
	}
	return off
}

// lostOnMirror cuts the range to what no other leg has, and reports whether
// there is any: md reads a good mirror, and records the bad block.
func (c *ctx) lostOnMirror() bool {
	t := c.t
	if c.is(design.MirrorPolicy, design.MirrorReportsAnyLeg) { // D05
		return true
	}
	lo, hi := uint8(0xFF), uint8(0)
	for b := t.Off; b < t.Off+t.Len; b++ {
		if c.lostToMd(b) {
			lo, hi = min(lo, b), b
		}
	}
	if lo == 0xFF {
		return false
	}
	t.Off, t.Len = lo, hi-lo+1
	return true
}

// recordsLate: the bad blocks of a leg are noted by md, after it has looked at
// the other leg.
func (m *Machine) recordsLate() bool {
	return m.Scenario.Geometry.Stack == StackRaid1 && m.is(design.MirrorRecord, design.MirrorRecordLast)
}

// lostToMd reports whether md takes no copy of the block for good.
func (c *ctx) lostToMd(b uint8) bool {
	if !c.m.recordsLate() {
		return c.m.Lost(c.s, b)
	}
	known := c.s.Badblocks // what is in flight is not there yet
	if c.spec().Kind == TaskMemoryFailure {
		known |= c.failedPages()
	}
	for _, p := range c.m.pages[b] {
		if p != device.NoPage && known&p.Bit() == 0 && !c.s.Dev[c.m.DevOf(p)].Is(device.Failed) {
			return false
		}
	}
	return c.m.pages[b][0] != device.NoPage
}

// Lost reports whether no copy of the block can be read.
func (m *Machine) Lost(s *State, b uint8) bool {
	for _, p := range m.pages[b] {
		if p != device.NoPage && s.Poisoned&p.Bit() == 0 && !s.Dev[m.DevOf(p)].Is(device.Failed) {
			return false
		}
	}
	return m.pages[b][0] != device.NoPage
}

// holderHop is bd_corrupted_range: the holder of a block device is asked, if
// there is one.
func (c *ctx) holderHop() {
	s, t := c.s, c.t
	switch t.Stack[t.Depth-1] {
	case bdRead: // holder_ops and the holder, and whether it is live, at once
		slot := &s.Slot[t.Slot]
		c.calledNotify(ObsCalled, 0)
		atDelivery := c.is(design.BornTest, design.BornAtDelivery)
		if atDelivery && slot.Data != 0 && !s.Mount[slot.Data-1].Live() {
			c.calledNotify(ObsCallDone, slot.Data)
			c.unborn(slot.Data - 1)
			return
		}
		if slot.Ops == 0 || c.patches() < 8 {
			c.calledNotify(ObsCallDone, 0)
			c.ret(mm.EOPNOTSUPP)
			return
		}
		if c.m.readsHolderTwice() {
			c.call(bdReturn, xfEnter)
			return
		}
		if slot.Data == 0 { // L02
			c.touch(true, FreedHolder)
			c.next(oopsed)
			return
		}
		t.FS = slot.Data - 1
		if atDelivery {
			c.o.Flags |= ObsCallback
			c.o.FS = t.FS
		}
		c.call(bdReturn, xfEnter)
	case bdReturn:
		c.calledNotify(ObsCallDone, t.FS+1)
		c.ret(t.Rc)
	}
}

// readsHolderTwice: the holder is read apart from its operations (L01).
func (m *Machine) readsHolderTwice() bool { return m.is(design.HolderRead, design.HolderReadTwice) }

// calledNotify reports that a notification of a holder slot begins, or that it
// returns and which holder it saw.
func (c *ctx) calledNotify(flags ObsFlags, saw uint8) {
	c.called(flags, CallNotify)
	c.o.Slots, c.o.Dev, c.o.Saw = 1<<c.t.Slot, c.dev(), saw
}

// unborn is an event for a mount that is not live yet, or no more.
func (c *ctx) unborn(fs uint8) {
	t, mp := c.t, &c.s.Mount[fs]
	switch {
	case mp.Life >= superblock.LifePutSuper:
		c.ret(mm.EOPNOTSUPP)
	case t.Flags&mm.PreRemove != 0: // the mount will find itself shut down
		mp.Shutdown |= superblock.ShutdownForceUmount
		c.ret(mm.OK)
	case c.m.remembers(): // the mount replays it: what is its own of the range
		mp.Deferred |= c.failedPages() & c.m.fsPages[c.m.onDisk(fs)]
		c.ret(mm.OK)
	default:
		c.ret(mm.EIO)
	}
}

// blockLost is ->block_lost of the RFC: the superblock that get_super finds
// for the main device.
func (c *ctx) blockLost() {
	s, t := c.s, c.t
	switch t.Stack[t.Depth-1] {
	case blGetSuper: // get_super: s_umount read; D08: the main device only
		mp := &s.Mount[0]
		if !c.wait(c.free(mp.Umount)) {
			return
		}
		if c.dev() != 0 || !mp.Live() { // nor a device above
			t.Rc = mm.ENODEV
			c.next(blReturn)
			return
		}
		if !c.m.TakesPart(0) { // no ->storage_lost
			t.Rc = mm.OK
			c.next(blReturn)
			return
		}
		c.hold(&mp.Umount)
		t.FS, t.Slot = 0, 0
		c.call(blDrop, xfEnter)
	case blDrop: // drop_super
		c.release(&s.Mount[0].Umount)
		c.next(blReturn)
	case blReturn:
		c.ret(t.Rc)
	}
}
