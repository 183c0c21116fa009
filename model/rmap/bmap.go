package rmap

// An Extent is what a fork has for one file page: nothing, or a block,
// written or unwritten. 0 is a hole.
type Extent uint8

const (
	extentBlock     Extent = 0x1F // block + 1
	extentUnwritten Extent = 0x80
)

// Written is a written extent (XFS_EXT_NORM) at b.
func Written(b Block) Extent { return Extent(b) + 1 }

// Unwritten is a preallocated extent (XFS_EXT_UNWRITTEN) at b.
func Unwritten(b Block) Extent { return Written(b) | extentUnwritten }

// Hole reports whether no block is mapped.
func (e Extent) Hole() bool { return e&extentBlock == 0 }

// Block is the block of an extent that is no hole.
func (e Extent) Block() Block { return Block(e&extentBlock) - 1 }

// Unwritten reports whether the extent is preallocated: it reads as zeros.
func (e Extent) Unwritten() bool { return e&extentUnwritten != 0 }

// A Fork is the block map of a file, one Extent a page: its data fork, or its
// CoW fork.
type Fork [MaxFilePages]Extent
