// Package units has a type for each unit that the protocol counts in, so that
// a byte of the device cannot be taken for a byte of a file, and the
// conversions between them, named after the macros of the kernel.
package units

// Quantities, each in the unit in which the kernel passes it on.
type (
	// ByteOff is an offset in a device or a partition, in bytes.
	ByteOff uint64
	// Sector is an xfs_daddr_t: an offset in 512-byte basic blocks.
	Sector uint64
	// FSBlock is an xfs_fsblock_t: group number << agblklog | block in the
	// group. Not linear: there is a gap where a group has fewer blocks than
	// a power of two.
	FSBlock uint64
	// PgOff is a pgoff_t: a page index in one file.
	PgOff uint64
	// Addr is a user virtual address, in bytes.
	Addr uint64
)

// Shifts between the units. A filesystem block is a page throughout.
const (
	PageShift   = 12
	SectorShift = 9 // BBSHIFT
)
