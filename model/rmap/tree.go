package rmap

// A Tree is the rmapbt of all groups: a set of records, in the order of their
// keys, the unused ones zero at the end. So == compares sets.
type Tree struct{ Recs [MaxRecords]Record }

// Insert adds rec as it is (xfs_rmap_insert). False, with no change, when it
// is there or the tree is full.
func (t *Tree) Insert(rec Record) bool {
	if t.Recs[MaxRecords-1].Len != 0 {
		return false
	}
	i := 0
	for t.Recs[i].Len != 0 && t.Recs[i].less(rec) {
		i++
	}
	if t.Recs[i] == rec {
		return false
	}
	copy(t.Recs[i+1:], t.Recs[i:MaxRecords-1])
	t.Recs[i] = rec
	return true
}

// Delete takes rec out (xfs_rmap_delete). False when it is not there.
func (t *Tree) Delete(rec Record) bool {
	for i := range t.Recs {
		if rec.Len != 0 && t.Recs[i] == rec {
			copy(t.Recs[i:], t.Recs[i+1:])
			t.Recs[MaxRecords-1] = Record{}
			return true
		}
	}
	return false
}

// Find is the record by which block b is at offset off of owner's data fork,
// off in blocks.
func (t *Tree) Find(b Block, owner Owner, off uint8) (Record, bool) {
	for _, r := range t.Recs {
		if r.Owner == owner && r.OffFlags&maskMeta == 0 && r.overlaps(b, b) &&
			(!r.hasOff() || r.Off()+uint8(b-r.Start) == off) {
			return r, true
		}
	}
	return Record{}, false
}

// Next is the record after the record after, in the order of the keys, that
// has a block in [lo, hi]; with first, the first one. Records that start
// before lo and reach it belong to the query (xfs_rmap_query_range on
// overlapping intervals). after need not be in the tree any more.
func (t *Tree) Next(lo, hi Block, after Record, first bool) (Record, bool) {
	for _, r := range t.Recs {
		if r.overlaps(lo, hi) && (first || after.less(r)) {
			return r, true
		}
	}
	return Record{}, false
}

// Map adds rec and merges it with the records that it continues or that
// continue it, within its group (xfs_rmap_map, xfs_rmap_map_shared).
// groupStarts has a bit for each block that begins a group; rec crosses none.
// False, with no change, when the tree is full.
func (t *Tree) Map(rec Record, groupStarts uint16) bool {
	var left, right Record
	for _, r := range t.Recs {
		switch {
		case r.mergeable(rec) && groupStarts>>rec.Start&1 == 0:
			left = r
		case r.Len != 0 && rec.mergeable(r) && groupStarts>>r.Start&1 == 0:
			right = r
		}
	}
	if left.Len != 0 {
		t.Delete(left)
		left.Len += rec.Len
		rec = left
	}
	if right.Len != 0 {
		t.Delete(right)
		rec.Len += right.Len
	}
	return t.Insert(rec)
}

// Unmap takes block b at offset off out of owner's data fork, or out of the
// CoW staging extents, and keeps the rest of its record (xfs_rmap_unmap).
// False, with no change, when it is not mapped or the tree is full.
func (t *Tree) Unmap(b Block, owner Owner, off uint8) bool {
	rec, ok := t.Find(b, owner, off)
	if !ok {
		return false
	}
	old := *t
	t.Delete(rec)
	left, right := Remainder(rec, b, 1)
	if left.Len != 0 && !t.Insert(left) || right.Len != 0 && !t.Insert(right) {
		*t = old
		return false
	}
	return true
}

// Convert makes block b at offset off of owner's data fork written
// (xfs_rmap_convert). False, with no change, when it is not unwritten or the
// tree is full.
func (t *Tree) Convert(b Block, owner Owner, off uint8, groupStarts uint16) bool {
	rec, ok := t.Find(b, owner, off)
	if !ok || rec.Flags() != FlagUnwritten {
		return false
	}
	old := *t
	if t.Unmap(b, owner, off) && t.Map(Record{Start: b, Len: 1, Owner: owner, OffFlags: off}, groupStarts) {
		return true
	}
	*t = old
	return false
}
