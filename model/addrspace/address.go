// Package addrspace has the pure parts of the address_space layer: from a
// file page to a user address and to the range to unmap, and the counts that
// a device page keeps of the mappings that share it.
package addrspace

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/units"
)

// Address is the user address of file page pgoff in a VMA of vmPages pages
// that starts at vmStart with file page vmPgoff (vma_address). False is
// -EFAULT: the page is outside the VMA.
func Address(sc units.Scale, vmStart units.Addr, vmPgoff units.PgOff, vmPages uint64, pgoff units.PgOff) (units.Addr, bool) {
	if !(units.Range[units.PgOff]{Off: vmPgoff, Len: units.PgOff(vmPages)}).Contains(pgoff) {
		return 0, false
	}
	return vmStart + units.Addr(pgoff-vmPgoff)<<sc.PageShift(), true
}

// UnmapRange is the start and the length in bytes that unmap_and_kill gives
// to unmap_mapping_range, for file page index and the largest mapping of it,
// 1 << sizeShift bytes. With UnmapStartU32 the start is counted in 32 bits
// (R18), with UnmapLengthIsEnd the length is the end (R17).
func UnmapRange(sc units.Scale, d *design.Design, index units.PgOff, sizeShift uint) (start, length uint64) {
	size := uint64(1) << sizeShift
	start = uint64(index) << sc.PageShift()
	if d[design.UnmapStart] == design.UnmapStartU32 { // R18
		start = uint64(sc.U32(uint32(start)))
	}
	start &^= size - 1
	if d[design.UnmapLength] == design.UnmapLengthIsEnd {
		return start, start + size
	}
	return start, size
}
