package spec

import (
	"iter"

	"github.com/notifycheck/notifycheck/model/units"
)

// A FilePage is a page of a file.
type FilePage struct {
	File uint8
	Page units.PgOff
}

// A Placement says in which block of the filesystem a file page lies, the
// blocks numbered from its start, without gaps. A shared block has several.
type Placement struct {
	FilePage
	Block uint32
}

// A Layout is where each block of a filesystem begins on the device, in
// bytes, and how many bytes a block and a page have. How the filesystem groups
// its blocks moves no byte.
type Layout struct {
	PageBytes units.ByteOff
	Blocks    []units.ByteOff
}

// Lost reports whether a byte of block lies in failed, bytes of the device.
func (l Layout) Lost(failed units.Range[units.ByteOff], block uint32) bool {
	bytes := units.Range[units.ByteOff]{Off: l.Blocks[block], Len: l.PageBytes}
	return failed.Contains(bytes.Off) || !failed.Empty() && bytes.Contains(failed.Off)
}

// LostBlocks is the set of blocks that have a byte in failed, one bit each.
func (l Layout) LostBlocks(failed units.Range[units.ByteOff]) (set uint16) {
	for b := range l.Blocks {
		if l.Lost(failed, uint32(b)) {
			set |= 1 << b
		}
	}
	return set
}

// LostPages gives the file pages among pages whose block is in lost: those
// that someone must be told of, and no other.
func LostPages(lost uint16, pages []Placement) iter.Seq[FilePage] {
	return func(yield func(FilePage) bool) {
		for _, p := range pages {
			if lost>>p.Block&1 != 0 && !yield(p.FilePage) {
				return
			}
		}
	}
}

// A Mapping is a VMA: Pages pages of user memory from Start, the first of
// which is file page First.
type Mapping struct {
	Start units.Addr
	First FilePage
	Pages uint64
}

// Addresses gives the user addresses, in bytes, at which a page of the file
// begins in the mapping. It goes through the mapping byte by byte.
func (m Mapping) Addresses(page FilePage, pageBytes units.ByteOff) iter.Seq[units.Addr] {
	return func(yield func(units.Addr) bool) {
		inFile := uint64(m.First.Page) * uint64(pageBytes)
		for b := range m.Pages * uint64(pageBytes) {
			begins := inFile+b == uint64(page.Page)*uint64(pageBytes)
			if m.First.File == page.File && begins && !yield(m.Start+units.Addr(b)) {
				return
			}
		}
	}
}
