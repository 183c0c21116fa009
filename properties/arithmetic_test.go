package properties_test

import (
	"fmt"
	"math"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/block"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/model/units"
	"github.com/notifycheck/notifycheck/spec"
)

const pageBytes = units.ByteOff(1) << units.PageShift

// A notified is what a walk of the reverse map tells: the file pages, one bit
// each, 16 to a file, and whether it met metadata. Pages that no file of the
// test has show in excess.
type notified struct {
	pages    uint64
	metadata bool
	excess   bool
}

// A lab is one filesystem on one device.
type lab struct {
	groups superblock.Groups
	part   units.Range[units.ByteOff]
	tree   rmap.Tree
	place  []spec.Placement
	meta   []uint32
}

// walk takes a failed range from the device to file pages by the formulas of
// the kernel: translate, span, and in each group window, query and pages.
func (l *lab) walk(d *design.Design, failed units.Range[units.ByteOff]) (got notified) {
	r, ok := block.Translate(d[design.Translate], l.part, failed.Off, failed.Len)
	if !ok {
		return got
	}
	g := l.groups
	start, end := g.Span(d[design.WindowEnd], d[design.FsbnoForm], r)
	for gno := g.Agno(start); gno <= g.Agno(end) && gno < g.Count; gno++ {
		low, high := g.Query(gno, start, end)
		if low >= g.GroupBlocks(gno) {
			continue
		}
		lo := rmap.Block(g.Linear(gno, low))
		hi := rmap.Block(g.Linear(gno, min(high, g.GroupBlocks(gno)-1)))
		winLow, winCount := g.Window(d[design.WindowEnd], gno, start, end)
		for rec, ok := l.tree.Next(lo, hi, rmap.Record{}, true); ok; rec, ok = l.tree.Next(lo, hi, rec, false) {
			if rec.Metadata(d[design.MetadataTest]) {
				got.metadata = true
				continue
			}
			pgoff, pgcnt := rmap.Pages(d[design.RecordOffset], rec, uint32(rec.Start)-g.Linear(gno, 0), winLow, winCount)
			got.tell(rec.Owner, pgoff, pgcnt)
		}
	}
	return got
}

// tell marks pgcnt pages of a file from pgoff on.
func (n *notified) tell(owner rmap.Owner, pgoff units.PgOff, pgcnt uint32) {
	for i := range units.PgOff(min(pgcnt, 17)) {
		if pgoff+i > 15 || !owner.Inode() {
			n.excess = true
			return
		}
		n.pages |= 1 << (uint(owner)*16 + uint(pgoff+i))
	}
}

// owed is what spec says must be told.
func (l *lab) owed(failed units.Range[units.ByteOff]) (want notified) {
	layout := spec.Layout{PartOff: l.part.Off}
	for p := range layout.LostPages(failed, l.place) {
		want.pages |= 1 << (uint(p.File)*16 + uint(p.Page))
	}
	for _, b := range l.meta {
		want.metadata = want.metadata || layout.Lost(failed, b)
	}
	return want
}

// Uses of a block in the exhaustive test.
const (
	useFree = iota
	useFile
	useShared   // by two files, and twice by the second
	useMetadata // owned by no inode
	useAttrFork // owned by an inode
	numUses
)

// use gives block b a use, at offsets of its own.
func (l *lab) use(b uint32, use int) {
	own := func(owner rmap.Owner, page, flags uint8) {
		rec := rmap.Record{Start: rmap.Block(b), Len: 1, Owner: owner, OffFlags: page | flags}
		if !l.tree.Map(rec, l.groups.Starts()) {
			panic(fmt.Sprintf("no room for %v in %v", rec, l.tree.Recs))
		}
		if flags != 0 || !owner.Inode() {
			l.meta = append(l.meta, b)
			return
		}
		page1 := spec.FilePage{File: uint8(owner), Page: units.PgOff(page)}
		l.place = append(l.place, spec.Placement{FilePage: page1, Block: b})
	}
	switch use {
	case useFile:
		own(0, uint8(b)+1, 0)
	case useShared:
		own(0, uint8(b)+1, 0)
		own(1, uint8(b), 0)
		if b < 8 { // else page 15-b is that of another block
			own(1, 15-uint8(b), 0)
		}
	case useMetadata:
		own(rmap.OwnerFS, 0, 0)
	case useAttrFork:
		own(0, uint8(b), rmap.FlagAttrFork)
	}
}

// geometries yields all geometries of at most 6 blocks in at most 3 groups.
func geometries(yield func(superblock.Groups) bool) {
	for count := uint32(1); count <= 3; count++ {
		for ag := uint32(1); ag <= 6; ag++ {
			for total := (count-1)*ag + 1; total <= min(count*ag, 6); total++ {
				if count == 1 && total != ag {
					continue
				}
				g := superblock.Groups{Count: count, AGBlocks: ag, AGBlkLog: uint32(bits.Len32(ag - 1)), Blocks: total}
				if !yield(g) {
					return
				}
			}
		}
	}
}

// layouts yields a lab for each geometry, partition offset of 0 to 2 pages,
// a partition that is a page longer than the filesystem or not, and each way
// to use the blocks, uses at most for each block.
func layouts(uses int, yield func(*lab)) {
	for g := range geometries {
		ways := 1
		for range g.Blocks {
			ways *= uses
		}
		for way := range ways {
			l := &lab{groups: g}
			for b, rest := uint32(0), way; b < g.Blocks; b, rest = b+1, rest/uses {
				l.use(b, rest%uses)
			}
			for off := range units.ByteOff(3) {
				for slack := range units.ByteOff(2) {
					l.part = units.Range[units.ByteOff]{
						Off: off * pageBytes, Len: (units.ByteOff(g.Blocks) + slack) * pageBytes,
					}
					yield(l)
				}
			}
		}
	}
}

// ranges yields all ranges of whole units of step bytes on a device that is a
// page longer than l's partition, and the range that means all of it.
func (l *lab) ranges(step units.ByteOff, yield func(units.Range[units.ByteOff])) {
	size := l.part.End() + pageBytes
	for off := units.ByteOff(0); off < size; off += step {
		for n := step; off+n <= size; n += step {
			yield(units.Range[units.ByteOff]{Off: off, Len: n})
		}
	}
	yield(units.Range[units.ByteOff]{Len: math.MaxUint64})
}

// The formulas of the reference tell exactly the pages that the failed bytes
// meet: all small geometries, all ranges of pages.
func TestArithmeticOfPages(t *testing.T) {
	var reviewed design.Design
	uses := numUses
	if testing.Short() {
		uses = useShared + 1
	}
	layouts(uses, func(l *lab) {
		l.ranges(pageBytes, func(failed units.Range[units.ByteOff]) {
			if got, want := l.walk(&reviewed, failed), l.owed(failed); got != want {
				t.Fatalf("%+v on %+v, failed %+v: told %+v, want %+v", l.tree.Recs, l.part, failed, got, want)
			}
		})
	})
}

// The same for all ranges of sectors.
func TestArithmeticOfSectors(t *testing.T) {
	var reviewed design.Design
	for g := range geometries {
		l := &lab{groups: g, part: units.Range[units.ByteOff]{Off: pageBytes, Len: units.ByteOff(g.Blocks) * pageBytes}}
		for b := range g.Blocks {
			l.use(b, int(b%3)+useFile)
		}
		l.ranges(1<<units.SectorShift, func(failed units.Range[units.ByteOff]) {
			if got, want := l.walk(&reviewed, failed), l.owed(failed); got != want {
				t.Fatalf("%+v on %+v, failed %+v: told %+v, want %+v", l.tree.Recs, l.part, failed, got, want)
			}
		})
	}
}

// pastLastGroup reports whether the group loop is sent to a group that the
// filesystem does not have: before v6.14 a NULL perag.
func (l *lab) pastLastGroup(d *design.Design, failed units.Range[units.ByteOff]) bool {
	r, ok := block.Translate(d[design.Translate], l.part, failed.Off, failed.Len)
	_, end := l.groups.Span(d[design.WindowEnd], d[design.FsbnoForm], r)
	return ok && l.groups.Agno(end) >= l.groups.Count
}

// A harm is what a deviation of arithmetic does wrong somewhere.
type harm struct {
	lost     bool // pages not told of
	wrong    bool // pages told of that have not failed
	missed   bool // metadata not met
	spurious bool // metadata met that has not failed
	past     bool // a group beyond the last one
}

// Each value of a choice of arithmetic that is not the reference's differs
// from the oracle on a small geometry, and only in the way given. R11 gives
// the right pages: it only goes past the last group, and takes R09 there.
func TestArithmeticDeviations(t *testing.T) {
	with := func(choice design.Choice, v design.Value) (d design.Design) {
		d[choice] = v
		return d
	}
	both := with(design.Translate, design.TranslateAbsoluteEnd)
	both[design.WindowEnd] = design.WindowU32Wrap
	for id, tc := range map[string]struct {
		d    design.Design
		want harm
	}{
		"R01":     {with(design.RecordOffset, design.RecordOffsetMixedUnits), harm{lost: true, wrong: true}},
		"R02":     {with(design.RecordOffset, design.RecordOffsetOmitted), harm{lost: true, wrong: true}},
		"R04":     {with(design.WindowEnd, design.WindowNotRebased), harm{lost: true, wrong: true}},
		"R05":     {with(design.WindowEnd, design.WindowExclusiveEnd), harm{spurious: true, past: true}},
		"R07":     {with(design.WindowEnd, design.WindowNoPlusOne), harm{lost: true}},
		"R09":     {with(design.WindowEnd, design.WindowU32Wrap), harm{lost: true, wrong: true}},
		"R10":     {with(design.Translate, design.TranslateMinusLength), harm{lost: true, wrong: true, missed: true, spurious: true, past: true}},
		"R11":     {with(design.Translate, design.TranslateAbsoluteEnd), harm{past: true}},
		"R11 R09": {both, harm{lost: true, wrong: true, past: true}},
		"R14":     {with(design.Translate, design.TranslateNoOffset), harm{lost: true, wrong: true, missed: true, spurious: true}},
		"R19":     {with(design.FsbnoForm, design.FsbnoLinear), harm{lost: true, wrong: true, missed: true, spurious: true}},
		"C17":     {with(design.MetadataTest, design.MetadataOwnerOnly), harm{wrong: true, missed: true}},
		"none":    {design.Design{}, harm{}},
	} {
		t.Run(id, func(t *testing.T) { require.Equal(t, tc.want, harmOf(&tc.d)) })
	}
}

// harmOf looks for each kind of harm on small geometries, with and without a
// partition offset, and four ways to use the blocks.
func harmOf(d *design.Design) (h harm) {
	for g := range geometries {
		for way := range 8 {
			l := &lab{groups: g}
			l.part = units.Range[units.ByteOff]{Off: units.ByteOff(way&1) * 2 * pageBytes, Len: units.ByteOff(g.Blocks) * pageBytes}
			for b := range g.Blocks {
				l.use(b, (int(b)*(way>>1)+way>>1)%(numUses-1)+1)
			}
			l.ranges(pageBytes, func(failed units.Range[units.ByteOff]) {
				got, want := l.walk(d, failed), l.owed(failed)
				h.lost = h.lost || want.pages&^got.pages != 0
				h.wrong = h.wrong || got.pages&^want.pages != 0 || got.excess
				h.missed = h.missed || want.metadata && !got.metadata
				h.spurious = h.spurious || got.metadata && !want.metadata
				h.past = h.past || l.pastLastGroup(d, failed)
			})
		}
	}
	return h
}

// Executed with the C types of the kernel, from the pfn to the user address.
func TestArithmeticEndToEnd(t *testing.T) {
	l := &lab{
		groups: superblock.Groups{Count: 4, AGBlocks: 50, AGBlkLog: 6, Blocks: 200},
		part:   units.Range[units.ByteOff]{Off: 0x100000, Len: 200 * pageBytes},
	}
	require.True(t, l.tree.Insert(rmap.Record{Start: 66, Len: 8, Owner: 0, OffFlags: 4}))
	for i := range uint32(8) {
		page := spec.FilePage{File: 0, Page: units.PgOff(4 + i)}
		l.place = append(l.place, spec.Placement{FilePage: page, Block: 66 + i})
	}
	offset := units.ByteOff(units.PFNPhys(0x100345) - 0x100000000 - 0x200000)
	require.Equal(t, units.ByteOff(0x145000), offset)
	failed := units.Range[units.ByteOff]{Off: offset, Len: pageBytes}
	got := l.walk(new(design.Design), failed)
	require.Equal(t, notified{pages: 1 << 7}, got)
	require.Equal(t, l.owed(failed), got)
	addr, ok := addrspace.Address(0x7f0000000000, 2, 16, 7)
	require.True(t, ok)
	require.Equal(t, units.Addr(0x7f0000005000), addr)
}

// Larger geometries than the exhaustive test has, drawn.
func TestArithmeticDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.Uint32Range(1, 4).Draw(t, "groups")
		ag := rapid.Uint32Range(1, 15/count).Draw(t, "agblocks")
		short := rapid.Uint32Range(0, ag-1).Draw(t, "short")
		l := &lab{groups: superblock.Groups{
			Count: count, AGBlocks: ag, AGBlkLog: uint32(bits.Len32(ag - 1)), Blocks: count*ag - short,
		}}
		l.part.Off = pageBytes * units.ByteOff(rapid.Uint64Range(0, 1<<50).Draw(t, "part"))
		l.part.Len = pageBytes * units.ByteOff(l.groups.Blocks)
		for b := range l.groups.Blocks {
			if l.tree.Recs[rmap.MaxRecords-3].Len == 0 {
				l.use(b, rapid.IntRange(0, numUses-1).Draw(t, "use"))
			}
		}
		sectors := uint64(units.BTOBB(l.part.Len)) + 16
		off := rapid.Uint64Range(0, sectors).Draw(t, "off")
		failed := units.Range[units.ByteOff]{
			Off: l.part.Off - min(l.part.Off, 8<<units.SectorShift) + units.ByteOff(off)<<units.SectorShift,
			Len: units.ByteOff(rapid.Uint64Range(1, sectors).Draw(t, "len")) << units.SectorShift,
		}
		if got, want := l.walk(new(design.Design), failed), l.owed(failed); got != want {
			t.Fatalf("%+v on %+v, failed %+v: told %+v, want %+v", l.tree.Recs, l.part, failed, got, want)
		}
	})
}

// The walk is in the hot loop of the checker: it allocates nothing.
func TestArithmeticAllocatesNothing(t *testing.T) {
	l := &lab{
		groups: superblock.Groups{Count: 2, AGBlocks: 3, AGBlkLog: 2, Blocks: 6},
		part:   units.Range[units.ByteOff]{Off: pageBytes, Len: 6 * pageBytes},
	}
	for b := range uint32(6) {
		l.use(b, int(b%numUses))
	}
	failed := units.Range[units.ByteOff]{Len: math.MaxUint64}
	require.Zero(t, testing.AllocsPerRun(100, func() { l.walk(new(design.Design), failed) }))
}
