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

// A Layout is where a filesystem begins on the device, in bytes. How it
// groups its blocks moves no byte.
type Layout struct{ PartOff units.ByteOff }

// Lost reports whether a byte of block lies in failed, bytes of the device.
func (l Layout) Lost(failed units.Range[units.ByteOff], block uint32) bool {
	bytes := units.Range[units.ByteOff]{Off: l.PartOff + units.FSBToB(uint64(block)), Len: 1 << units.PageShift}
	return failed.Contains(bytes.Off) || !failed.Empty() && bytes.Contains(failed.Off)
}

// LostPages gives the file pages among pages that have a byte in failed:
// those that someone must be told of, and no other.
func (l Layout) LostPages(failed units.Range[units.ByteOff], pages []Placement) iter.Seq[FilePage] {
	return func(yield func(FilePage) bool) {
		for _, p := range pages {
			if l.Lost(failed, p.Block) && !yield(p.FilePage) {
				return
			}
		}
	}
}
