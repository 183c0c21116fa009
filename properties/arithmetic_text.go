package properties

import (
	"fmt"
	"math"
	"math/bits"
	"strings"

	"github.com/notifycheck/notifycheck/model/block"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/rmap"
)

// Geometry describes the device and the filesystem.
func (d *ArithmeticDifference) Geometry() string {
	g := d.g
	where := g.stack.String()
	if g.stack == stackPartition {
		where = "the whole device"
		if g.partOff+g.tail > 0 {
			where = fmt.Sprintf("%v from page %d", g.stack, g.partOff)
		}
	}
	return fmt.Sprintf("%s in %s of %d, on %s, of %s", count(uint64(g.groups.Blocks), "block"),
		count(uint64(g.groups.Count), "group"), g.groups.AGBlocks, where, count(uint64(g.size/g.layout.PageBytes), "page"))
}

// Blocks says what the blocks that are in use hold.
func (d *ArithmeticDifference) Blocks() (lines []string) {
	for b := range d.g.groups.Blocks {
		var holds []string
		for _, p := range d.uses.place {
			if p.Block == b {
				holds = append(holds, fmt.Sprintf("f%d page %d", p.File+1, p.Page))
			}
		}
		if d.uses.meta>>b&1 != 0 {
			holds = append(holds, "metadata")
		}
		if len(holds) > 0 {
			lines = append(lines, fmt.Sprintf("block %d (group %d, block %d): %s", b,
				b/d.g.groups.AGBlocks, b%d.g.groups.AGBlocks, strings.Join(holds, ", ")))
		}
	}
	return lines
}

// Range says what has failed.
func (d *ArithmeticDifference) Range() string {
	if d.Failed == (block.ByteRange{Len: math.MaxUint64}) {
		return "(0, U64_MAX), the whole device"
	}
	page := d.g.layout.PageBytes
	if (d.Failed.Off|d.Failed.Len)%page != 0 {
		return fmt.Sprintf("bytes [%d,+%d), pages of %d", d.Failed.Off, d.Failed.Len, page)
	}
	return fmt.Sprintf("pages [%d,+%d)", d.Failed.Off/page, d.Failed.Len/page)
}

// Walk is how the design comes from the range to file pages: the windows of
// the groups, and what it makes of each record in them.
func (d *ArithmeticDifference) Walk(des *design.Design) (lines []string) {
	w := d.g.walk(des, d.Failed)
	for i := range w.windows[:w.n] {
		win := &w.windows[i]
		lines = append(lines, fmt.Sprintf("group %d: window [%d,+%d)", win.gno, win.low, win.count))
		rec, ok := d.uses.tree.Next(win.lo, win.hi, rmap.Record{}, true)
		for ; ok; rec, ok = d.uses.tree.Next(win.lo, win.hi, rec, false) {
			start := uint32(rec.Start) - win.base
			record := fmt.Sprintf("  record [%d,+%d) %v", start, rec.Len, rec.Owner)
			if rec.Metadata(des[design.MetadataTest]) {
				lines = append(lines, record+": metadata")
				continue
			}
			page, n := rmap.Pages(d.g.scale, des[design.RecordOffset], rec, start, win.low, win.count)
			lines = append(lines, fmt.Sprintf("%s offset %d: pgoff %d, pgcnt %d", record, rec.Off(), page, n))
		}
	}
	if w.noGroup {
		lines = append(lines, fmt.Sprintf("then group %d, of %d", d.g.groups.Count, d.g.groups.Count))
	}
	if len(lines) == 0 {
		lines = []string{"-ENXIO: not on the device of the filesystem"}
	}
	return lines
}

// String says what is told of, unmapped and met.
func (n Notified) String() string {
	told := pageList(n.Pages)
	if n.Beyond {
		told = append(told, "pages beyond the end of a file")
	}
	var parts []string
	if len(told) > 0 {
		parts = append(parts, strings.Join(told, ", "))
	}
	if n.Unmapped != n.Pages || n.Excess && !n.Beyond {
		unmapped := pageList(n.Unmapped)
		if n.Excess {
			unmapped = append(unmapped, "beyond the end of a file")
		}
		parts = append(parts, "unmaps "+strings.Join(unmapped, ", "))
	}
	if n.Metadata {
		parts = append(parts, "shuts down for metadata")
	}
	if n.NoGroup {
		parts = append(parts, "goes to a group that is not there")
	}
	if len(parts) == 0 {
		return "nobody"
	}
	return strings.Join(parts, "; ")
}

// pageList names the file pages of a set.
func pageList(set uint64) (list []string) {
	for set != 0 {
		at := bits.TrailingZeros64(set)
		n := min(bits.TrailingZeros64(^(set >> at)), arithmeticPages-at%arithmeticPages)
		set &^= (1<<n - 1) << at
		name := fmt.Sprintf("f%d page %d", at/arithmeticPages+1, at%arithmeticPages)
		if n > 1 {
			name = fmt.Sprintf("f%d pages %d to %d", at/arithmeticPages+1, at%arithmeticPages, at%arithmeticPages+n-1)
		}
		list = append(list, name)
	}
	return list
}

// count is "1 block", "2 blocks".
func count(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
