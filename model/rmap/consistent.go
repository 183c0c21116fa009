package rmap

import "fmt"

// Consistent reports how the block maps, the rmap and the reference counts
// disagree. Outside transactions they agree: every page of a data fork has
// its record, every block of a CoW fork an OwnerCow record, static is the
// rest (metadata), a block has one kind of use, the records are in order and
// merged as far as they go, and the counts are those of the data forks.
func Consistent(t *Tree, data, cow *[MaxFiles]Fork, static []Record, rc *Refcount, groupStarts uint16) error {
	if err := t.wellFormed(groupStarts); err != nil {
		return err
	}
	owned := 0 // blocks that must be in the tree, once for each owner
	var refs Refcount
	for f := range data {
		for pg, e := range data[f] {
			if e.Hole() {
				continue
			}
			rec := Record{Start: e.Block(), Len: 1, Owner: Owner(f), OffFlags: uint8(pg)}
			if e.Unwritten() {
				rec.OffFlags |= FlagUnwritten
			}
			if !t.has(rec) {
				return fmt.Errorf("f%d page %d has no record %v", f+1, pg, rec)
			}
			refs.Inc(e.Block())
			owned++
		}
	}
	if refs != *rc {
		return fmt.Errorf("reference counts %v, the data forks want %v", *rc, refs)
	}
	n, err := t.apart(cow, static, &refs)
	if err != nil {
		return err
	}
	owned += n
	for _, r := range t.Recs {
		owned -= int(r.Len)
	}
	if owned != 0 {
		return fmt.Errorf("the rmap has %d blocks too many: %v", -owned, t.Recs)
	}
	return nil
}

// apart checks that CoW staging and metadata have their records and that no
// file page, nor one another, has their blocks. It returns their number.
func (t *Tree) apart(cow *[MaxFiles]Fork, static []Record, refs *Refcount) (int, error) {
	n, used := 0, *refs
	take := func(rec Record) error {
		if !used.Free(rec.Start) {
			return fmt.Errorf("block %d of %v has another use", rec.Start, rec)
		}
		if !t.has(rec) {
			return fmt.Errorf("no record %v", rec)
		}
		used.Inc(rec.Start)
		n++
		return nil
	}
	for _, rec := range static {
		for ; rec.Len != 0; rec = rec.skip(1) {
			unit := rec
			unit.Len = 1
			if err := take(unit); err != nil {
				return n, err
			}
		}
	}
	for f := range cow {
		for pg, e := range cow[f] {
			if e.Hole() {
				continue
			}
			if err := take(Record{Start: e.Block(), Len: 1, Owner: OwnerCow}); err != nil {
				return n, fmt.Errorf("CoW fork of f%d page %d: %w", f+1, pg, err)
			}
		}
	}
	return n, nil
}

// has reports whether the one block of unit is in the tree, with its owner,
// offset and flags.
func (t *Tree) has(unit Record) bool {
	for _, r := range t.Recs {
		if r.Owner == unit.Owner && r.Flags() == unit.Flags() && r.overlaps(unit.Start, unit.Start) &&
			(!r.hasOff() || r.Off()+uint8(unit.Start-r.Start) == unit.Off()) {
			return true
		}
	}
	return false
}

// wellFormed checks that the records are in order, do not cross a group and
// are merged as far as they go.
func (t *Tree) wellFormed(groupStarts uint16) error {
	for i, r := range t.Recs {
		if i > 0 && r.Len != 0 && !t.Recs[i-1].less(r) {
			return fmt.Errorf("records out of order at %d: %v", i, t.Recs)
		}
		if r.Len == 0 && r != (Record{}) || i > 0 && r.Len != 0 && t.Recs[i-1].Len == 0 {
			return fmt.Errorf("a gap before record %d: %v", i, t.Recs)
		}
		for b := r.Start + 1; b < r.End(); b++ {
			if groupStarts>>b&1 != 0 {
				return fmt.Errorf("%v crosses a group at block %d", r, b)
			}
		}
		for _, next := range t.Recs {
			if next.Len != 0 && r.mergeable(next) && groupStarts>>next.Start&1 == 0 {
				return fmt.Errorf("%v and %v are not merged", r, next)
			}
		}
	}
	return nil
}
