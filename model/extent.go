package model

import (
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// unmapExtent is xfs_bunmapi of one file page and the deferred work that
// follows, with the ILOCK held: the reverse mapping goes, then the reference.
func (c *ctx) unmapExtent() {
	s, t := c.s, c.t
	switch t.Stack[t.Depth-1] {
	case ueBmap:
		e := s.Data[t.File][t.Idx]
		if e.Hole() {
			c.ret(mm.OK)
			return
		}
		t.Block = uint8(e.Block())
		s.Data[t.File][t.Idx] = 0
		flags := t.Idx
		if e.Unwritten() {
			flags |= rmap.FlagUnwritten
		}
		c.calledOn(ObsCalled, CallUnmap, t.Block, rmap.Owner(t.File), flags)
		c.next(ueAgf)
	case ueAgf:
		if c.mutex(true, &s.AGF[c.m.GroupOf(t.Block)]) {
			c.next(ueRmapDelete)
		}
	case ueRmapDelete: // xfs_rmap_unmap: the record goes
		rec, _ := s.Rmap.Find(rmap.Block(t.Block), rmap.Owner(t.File), t.Idx)
		s.Rmap.Delete(rec)
		t.Key = rec
		c.next(ueRmapInsert)
	case ueRmapInsert: // what is left of it comes back
		left, right := rmap.Remainder(t.Key, rmap.Block(t.Block), 1)
		for _, rec := range [2]rmap.Record{left, right} {
			if rec.Len != 0 && !s.Rmap.Insert(rec) {
				panic("model: more records than rmap.MaxRecords")
			}
		}
		t.Key = rmap.Record{}
		c.next(ueRefcount)
	case ueRefcount: // xfs_refcount_decrease_extent; at 0 the block is free
		s.Ref.Dec(rmap.Block(t.Block))
		c.called(ObsCallDone, CallUnmap)
		c.release(&s.AGF[c.m.GroupOf(t.Block)])
		c.ret(mm.OK)
	}
}

// mapBlock gives file page idx the block: the record, the reference, the
// block map.
func (c *ctx) mapBlock(file, idx, b uint8) {
	s := c.s
	rec := rmap.Record{Start: rmap.Block(b), Len: 1, Owner: rmap.Owner(file), OffFlags: idx}
	if !s.Rmap.Map(rec, c.m.groupStarts) {
		panic("model: more records than rmap.MaxRecords")
	}
	s.Ref.Inc(rmap.Block(b))
	s.Data[file][idx] = rmap.Written(rmap.Block(b))
}

// endCow is xfs_reflink_end_cow: the file page gets the staged block, or, when
// the copy failed, xfs_reflink_cancel_cow_range frees it.
func (c *ctx) endCow() {
	s, t := c.s, c.t
	switch t.Stack[t.Depth-1] {
	case ceIlock:
		if !c.lock(true, &s.Ilock[t.File], true) {
			return
		}
		switch {
		case c.shutDown(t.File):
			t.Rc = mm.EIO // no transaction any more: the staging block stays
			c.next(ceUnlock)
		case s.Cow[t.File][t.Idx].Hole(): // a fault and a write(2) share what is staged: the other was first
			c.next(ceUnlock)
		case t.Rc != mm.OK:
			t.New = uint8(s.Cow[t.File][t.Idx].Block())
			c.next(ceAgf)
		default:
			t.New = uint8(s.Cow[t.File][t.Idx].Block())
			c.call(ceAgf, ueBmap)
		}
	case ceAgf:
		if c.mutex(true, &s.AGF[c.m.GroupOf(t.New)]) {
			c.next(ceRemap)
			if t.Rc == mm.OK {
				c.calledOn(ObsCalled, CallRemap, t.New, rmap.Owner(t.File), t.Idx)
			} else {
				c.calledOn(ObsCalled, CallUnmap, t.New, rmap.OwnerCow, 0)
			}
		}
	case ceRemap: // the staging record goes, the file's comes
		s.Rmap.Unmap(rmap.Block(t.New), rmap.OwnerCow, 0)
		s.Cow[t.File][t.Idx] = 0
		if t.Rc == mm.OK {
			c.mapBlock(t.File, t.Idx, t.New)
		}
		c.called(ObsCallDone, CallRemap)
		c.release(&s.AGF[c.m.GroupOf(t.New)])
		c.next(ceUnlock)
	case ceUnlock:
		c.unlock(&s.Ilock[t.File])
		c.ret(t.Rc)
	}
}

// usable reports whether operations on the file can begin: its mount is live
// and not going away, and the inode is in use.
func (c *ctx) usable(file uint8) bool {
	fs := c.m.Scenario.Files[file].FS
	return c.s.Mount[fs].Live() && c.s.Mount[fs].Umount == 0 && c.s.Incore[file] == superblock.IncoreLive
}

// shutDown reports whether the filesystem of the file has been shut down:
// transactions fail.
func (c *ctx) shutDown(file uint8) bool {
	return c.s.Mount[c.m.Scenario.Files[file].FS].Shutdown != 0
}
