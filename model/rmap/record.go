// Package rmap has the reverse map of a reflink filesystem, which file page
// or metadata lies in a block, with the block maps and the reference counts
// that must agree with it.
package rmap

import (
	"fmt"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/units"
)

// Bounds of the small scope.
const (
	MaxFiles     = 3
	MaxFilePages = 4
	MaxBlocks    = 16
	MaxRecords   = 16
)

// A Block numbers the blocks of all groups, without gaps. The caller splits
// them into groups.
type Block uint8

// An Owner is rm_owner: a file, 0 to MaxFiles-1, or one of the owners below.
type Owner uint8

// The owners that are no inode, in the order of their values in the kernel
// (xfs_format.h: -3ULL and down). OwnerCow is the lowest.
const (
	OwnerCow   Owner = 0xF7 // XFS_RMAP_OWN_COW: a CoW staging extent
	OwnerInobt Owner = 0xFA // XFS_RMAP_OWN_INOBT: inode btrees
	OwnerAG    Owner = 0xFB // XFS_RMAP_OWN_AG: btrees of the group
	OwnerLog   Owner = 0xFC // XFS_RMAP_OWN_LOG: the internal log
	OwnerFS    Owner = 0xFD // XFS_RMAP_OWN_FS: group headers
)

// Inode reports whether o is an inode, !XFS_RMAP_NON_INODE_OWNER(o).
func (o Owner) Inode() bool { return o < OwnerCow }

// String is the kernel's name of o, or f1 for the first file.
func (o Owner) String() string {
	switch o {
	case OwnerFS:
		return "XFS_RMAP_OWN_FS"
	case OwnerLog:
		return "XFS_RMAP_OWN_LOG"
	case OwnerAG:
		return "XFS_RMAP_OWN_AG"
	case OwnerInobt:
		return "XFS_RMAP_OWN_INOBT"
	case OwnerCow:
		return "XFS_RMAP_OWN_COW"
	}
	return fmt.Sprintf("f%d", o+1)
}

// Flags of a record, in OffFlags, in the order in which the kernel packs them
// above the offset.
const (
	FlagUnwritten uint8 = 0x20 // XFS_RMAP_UNWRITTEN
	FlagBmbt      uint8 = 0x40 // XFS_RMAP_BMBT_BLOCK
	FlagAttrFork  uint8 = 0x80 // XFS_RMAP_ATTR_FORK

	maskOff   = 0x0F
	maskFlags = FlagUnwritten | FlagBmbt | FlagAttrFork
	maskMeta  = FlagBmbt | FlagAttrFork // owned by an inode, but not file data
)

// A Record is an xfs_rmap_irec: Len blocks from Start belong to Owner.
// OffFlags holds the file offset of the first one, in blocks, in its low four
// bits, and flags. Records never cross a group.
type Record struct {
	Start    Block
	Len      uint8
	Owner    Owner
	OffFlags uint8
}

// Off is rm_offset, in blocks: 0 for what is not in a fork.
func (r Record) Off() uint8 { return r.OffFlags & maskOff }

// Flags is rm_flags.
func (r Record) Flags() uint8 { return r.OffFlags & maskFlags }

// End is the block after the record.
func (r Record) End() Block { return r.Start + Block(r.Len) }

// String is the record in the words of the rmap tracepoints.
func (r Record) String() string {
	return fmt.Sprintf("[%d,+%d) %v offset %d flags 0x%x", r.Start, r.Len, r.Owner, r.Off(), r.Flags())
}

// Metadata reports whether xfs_dax_failure_fn takes the record for metadata,
// which shuts the filesystem down. MetadataOwnerOnly forgets the blocks that
// an inode owns but that hold no file data (C17).
func (r Record) Metadata(v design.Value) bool {
	if v == design.MetadataOwnerOnly {
		return !r.Owner.Inode()
	}
	return !r.Owner.Inode() || r.OffFlags&maskMeta != 0
}

// hasOff reports whether the offset of the record counts: each block of it is
// the next one of a fork (the kernel's !ignore_off).
func (r Record) hasOff() bool { return r.Owner.Inode() && r.OffFlags&FlagBmbt == 0 }

// overlaps reports whether the record has a block in [lo, hi].
func (r Record) overlaps(lo, hi Block) bool {
	return r.Len != 0 && r.Start <= hi && lo < r.End()
}

// key is the key of the record in the rmapbt: block, owner, offset.
func (r Record) key() uint32 {
	return uint32(r.Start)<<16 | uint32(r.Owner)<<8 | uint32(r.OffFlags)
}

// less is the order of the keys.
func (r Record) less(o Record) bool { return r.key() < o.key() }

// mergeable reports whether next continues r: the same owner, the same flags,
// the next block and the next offset (xfs_rmap_is_mergeable).
func (r Record) mergeable(next Record) bool {
	if r.Len == 0 || r.Owner != next.Owner || r.Flags() != next.Flags() || r.End() != next.Start {
		return false
	}
	return !r.hasOff() || r.Off()+r.Len == next.Off()
}

// skip is the record without its first n blocks.
func (r Record) skip(n uint8) Record {
	r.Start += Block(n)
	r.Len -= n
	if r.hasOff() {
		r.OffFlags += n
	}
	return r
}

// Remainder is what is left of rec when the blocks [b, b+n) go: a piece
// before and a piece after them, the zero Record where there is none
// (xfs_rmap_unmap). The blocks overlap rec.
func Remainder(rec Record, b Block, n uint8) (left, right Record) {
	if b > rec.Start {
		left = rec
		left.Len = uint8(b - rec.Start)
	}
	if end := b + Block(n); end < rec.End() {
		right = rec.skip(uint8(end - rec.Start))
	}
	return left, right
}

// Pages is the file pages of rec within the failed blocks, as
// xfs_dax_failure_fn computes them (xfs_failure_pgoff, xfs_failure_pgcnt),
// in the types of C: an extent that starts after the window, or a window that
// has wrapped, gives up to 2^32-1 pages. recStartInGroup and notifyStart are
// blocks within the group, in the words and units of sc.
func Pages(sc units.Scale, v design.Value, rec Record, recStartInGroup, notifyStart, notifyCount uint32) (pgoff units.PgOff, pgcnt uint32) {
	pos := sc.FSBToB(uint64(rec.Off()))
	if v == design.RecordOffsetMixedUnits { // R01
		pos = units.ByteOff(rec.Off())
	}
	if notifyStart > recStartInGroup && v != design.RecordOffsetOmitted { // R02
		pos += sc.FSBToB(uint64(notifyStart - recStartInGroup))
	}
	startCross := max(recStartInGroup, notifyStart)
	endCross := min(sc.U32(recStartInGroup+uint32(rec.Len)), sc.U32(notifyStart+notifyCount))
	return units.PgOff(pos >> sc.PageShift()), sc.U32(endCross - startCross)
}
