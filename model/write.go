package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
)

// write is xfs_file_dax_write, of a part of one file page. A write to a shared
// block copies the rest of the block to a new one, and what was mapped of the
// old one has to go.
func (c *ctx) write() {
	s, t, sp := c.s, c.t, c.spec()
	switch t.Stack[t.Depth-1] {
	case wtIolock: // xfs_ilock_iocb(IOLOCK_EXCL)
		if c.usableOrWait(sp.File) && c.lock(true, &s.Iolock[sp.File], true) {
			t.File, t.Idx, t.Local = sp.File, sp.Index, faultWrite
			next := wtDirect
			if c.is(design.WriteInvalidate, design.WriteInvalidatesFirst) {
				next = wtDrain
			}
			c.call(next, fdIlock)
		}
	case wtDirect: // dax_direct_access, in dax_srcu
		c.writeDirect()
	case wtCopy: // dax_iomap_copy_around, dax_copy_from_iter
		c.writeCopy()
	case wtMmaplock: // xfs_ilock(MMAPLOCK_EXCL): faults that share the staged block are over
		if c.lock(true, &s.Mmaplock[sp.File], true) {
			c.next(wtUnmap)
			if t.Rc != mm.OK {
				c.next(wtEnd)
			}
		}
	case wtUnmap: // unmap_mapping_range
		s.zapRange(sp.File, sp.Index, 1, false)
		c.next(wtDrain)
	case wtDrain: // invalidate_inode_pages2_range, which asks dax_invalidate_mapping_entry_sync
		switch {
		case c.is(design.WriteInvalidate, design.WriteInvalidatesLocked):
			c.drain(wtDrain, wtSleep, wtEnd, sp.Index+1)
		case t.Local&faultCow != 0 && t.Rc == mm.OK:
			c.drain(wtDrain, wtSleep, wtDirect, sp.Index+1)
		default:
			c.next(wtDirect)
		}
	case wtSleep:
		c.sleep(wtDrain)
	case wtEnd: // xfs_dax_write_iomap_end
		t.Idx = sp.Index
		c.call(wtUnlock, ceIlock)
	case wtUnlock:
		if t.Rc == mm.OK {
			s.extend(sp.File, sp.Index)
		}
		c.unlock(&s.Mmaplock[sp.File])
		c.unlock(&s.Iolock[sp.File])
		c.finish()
	}
}

// writeDirect is dax_direct_access: the page must be there.
func (c *ctx) writeDirect() {
	s, t := c.s, c.t
	t.Idx = c.spec().Index
	if t.Rc != mm.OK { // iomap_begin failed
		c.next(wtUnlock)
		return
	}
	d := c.faultDev()
	c.refer(&s.Srcu)
	c.next(wtCopy)
	if d.Is(device.Dead) || c.is(design.Quarantine, design.QuarantineBadblocks) && s.Badblocks&c.target().Bit() != 0 {
		t.Rc = mm.EIO
	}
}

// writeCopy copies what is not written to, of a block that is shared: that
// fails when it is poisoned, or by injection.
func (c *ctx) writeCopy() {
	s, t := c.s, c.t
	cow := t.Local&faultCow != 0
	poisoned := cow && s.Poisoned&^s.Simulated&c.m.PageOf(t.Block).Bit() != 0
	if !c.mayFail(cow && !poisoned && t.Rc == mm.OK) {
		return
	}
	if c.branch == 1 {
		s.Budget--
	}
	if c.branch == 1 || poisoned {
		t.Rc = mm.EIO
	}
	c.s.Srcu &^= c.bit
	switch {
	case !cow:
		c.next(wtUnlock)
	case c.is(design.WriteInvalidate, design.WriteInvalidatesLocked):
		c.next(wtMmaplock)
	default:
		c.next(wtEnd)
	}
}
