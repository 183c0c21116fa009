package superblock_test

import (
	"math"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/model/units"
)

type byteRange = units.Range[units.ByteOff]

const (
	page = units.ByteOff(1) << units.PageShift
	incl = design.WindowInclusive
	seg  = design.FsbnoSegmented
)

// geometry has count groups of agBlocks blocks, the last one short.
func geometry(count, agBlocks, short uint32) superblock.Groups {
	return superblock.Groups{
		Count: count, AGBlocks: agBlocks,
		AGBlkLog: uint32(bits.Len32(agBlocks - 1)),
		Blocks:   count*agBlocks - short,
	}
}

// Executed with the C types of the kernel.
func TestDaddrToFsb(t *testing.T) {
	g := geometry(4, 50, 0)
	require.EqualValues(t, 6, g.AGBlkLog)
	fsb := g.DaddrToFsb(seg, 552)
	require.EqualValues(t, 83, fsb)
	require.EqualValues(t, 1, g.Agno(fsb))
	require.EqualValues(t, 19, g.Agbno(fsb))

	linear := g.DaddrToFsb(design.FsbnoLinear, 552) // R19
	require.EqualValues(t, 69, linear)
	require.EqualValues(t, 5, g.Agbno(linear))
}

func TestGroupBlocks(t *testing.T) {
	g := geometry(3, 4, 3)
	require.Equal(t, []uint32{4, 4, 1, 0}, []uint32{g.GroupBlocks(0), g.GroupBlocks(1), g.GroupBlocks(2), g.GroupBlocks(3)})
	require.EqualValues(t, 0b1_0001_0001, g.Starts())
	require.EqualValues(t, 6, g.Linear(1, 2))
}

func TestDaddrToFsbFullWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agBlocks := rapid.Uint32Range(1, 1<<31).Draw(t, "agblocks")
		g := geometry(1, agBlocks, 0)
		agno := rapid.Uint32().Draw(t, "agno")
		agbno := rapid.Uint32Range(0, agBlocks-1).Draw(t, "agbno")
		if g.AGBlkLog+uint32(bits.Len32(agno)) > 58 { // 2^58 blocks of 2^12 bytes is beyond 64 bits
			return
		}
		block := uint64(agno)*uint64(agBlocks) + uint64(agbno)
		d := units.Sector(block<<3 | rapid.Uint64Range(0, 7).Draw(t, "sector"))
		fsb := g.DaddrToFsb(seg, d)
		if g.Agno(fsb) != agno || g.Agbno(fsb) != agbno {
			t.Fatalf("daddr %d: group %d block %d, want %d %d", d, g.Agno(fsb), g.Agbno(fsb), agno, agbno)
		}
	})
}

// A power of two of blocks leaves no gap: then R19 does no harm.
func TestLinearIsRightWithoutGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := geometry(4, 1<<rapid.Uint32Range(0, 20).Draw(t, "log"), 0)
		d := units.Sector(rapid.Uint64Range(0, uint64(g.Blocks)<<3-1).Draw(t, "daddr"))
		if g.DaddrToFsb(seg, d) != g.DaddrToFsb(design.FsbnoLinear, d) {
			t.Fatalf("daddr %d of %+v", d, g)
		}
	})
}

func TestSpan(t *testing.T) {
	g := geometry(2, 3, 0) // fsbno 0 1 2, 4 5 6
	start, end := g.Span(new(design.Design), byteRange{Off: 2 * page, Len: page})
	require.Equal(t, []units.FSBlock{2, 2}, []units.FSBlock{start, end})
	start, end = g.Span(&design.Design{design.WindowEnd: design.WindowExclusiveEnd}, byteRange{Off: 2 * page, Len: page})
	require.Equal(t, []units.FSBlock{2, 4}, []units.FSBlock{start, end}, "R06: the header of the next group")
	start, end = g.Span(new(design.Design), byteRange{Off: 512, Len: 3 * page})
	require.Equal(t, []units.FSBlock{0, 4}, []units.FSBlock{start, end})
}

// R22: BTOBB rounds the start up, so that a failure at the end of a block is
// looked for in the next one. The callers are page aligned.
func TestSpanLosesPartOfASector(t *testing.T) {
	g := geometry(1, 4, 0)
	lastByte := byteRange{Off: page - 1, Len: 1}
	start, end := g.Span(&design.Design{design.SectorRound: design.SectorUp}, lastByte)
	require.Equal(t, []units.FSBlock{1, 1}, []units.FSBlock{start, end})
	start, end = g.Span(new(design.Design), lastByte)
	require.Equal(t, []units.FSBlock{0, 0}, []units.FSBlock{start, end})
}

// R09, executed with the C types of the kernel: group 0 of 2, 1000 blocks.
func TestWindowWraps(t *testing.T) {
	g := geometry(2, 1000, 0)
	start, end := g.Span(new(design.Design), byteRange{Len: 2000 * page})
	low, count := g.Window(design.WindowU32Wrap, 0, start, end)
	require.Equal(t, []uint32{0, 0}, []uint32{low, count})
	low, count = g.Window(incl, 0, start, end)
	require.Equal(t, []uint32{0, 1000}, []uint32{low, count})
	low, high := g.Query(0, start, end)
	require.Equal(t, []uint32{0, math.MaxUint32}, []uint32{low, high})
}

func TestWindowOfOneBlock(t *testing.T) {
	g := geometry(2, 3, 0)
	start, end := g.Span(new(design.Design), byteRange{Off: 4 * page, Len: page})
	for v, want := range map[design.Value][2]uint32{
		incl:                    {1, 1},
		design.WindowNoPlusOne:  {1, 0}, // R07
		design.WindowU32Wrap:    {1, 1},
		design.WindowNotRebased: {1, 1},
	} {
		low, count := g.Window(v, 1, start, end)
		require.Equal(t, want, [2]uint32{low, count}, "window-end %d", v)
	}
}

// R04, Darrick on v9: range 80..119, groups of 100 blocks.
func TestWindowNotRebased(t *testing.T) {
	g := geometry(2, 100, 0)
	start, end := g.Span(new(design.Design), byteRange{Off: 80 * page, Len: 40 * page})
	low, count := g.Window(incl, 1, start, end)
	require.Equal(t, []uint32{0, 20}, []uint32{low, count})
	low, count = g.Window(design.WindowNotRebased, 1, start, end)
	require.Equal(t, []uint32{80, 20}, []uint32{low, count})
}

// The window of a group has a block exactly when the group has it and it is
// neither before the start nor after the end: in full u32 width.
func TestWindowFullWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agBlocks := rapid.Uint32Range(1, math.MaxUint32).Draw(t, "agblocks")
		g := geometry(1, agBlocks, 0)
		g.Count = rapid.Uint32Range(1, math.MaxUint32/agBlocks).Draw(t, "count")
		g.Blocks = g.Count*agBlocks - rapid.Uint32Range(0, min(agBlocks-1, g.Count*agBlocks-1)).Draw(t, "short")
		first := rapid.Uint32Range(0, g.Blocks-1).Draw(t, "first")
		last := rapid.Uint32Range(first, g.Blocks-1).Draw(t, "last")
		start := g.DaddrToFsb(seg, units.Sector(first)<<3)
		end := g.DaddrToFsb(seg, units.Sector(last)<<3)
		gno := rapid.Uint32Range(g.Agno(start), g.Agno(end)).Draw(t, "gno")
		low, count := g.Window(incl, gno, start, end)
		for _, gbno := range []uint32{0, g.GroupBlocks(gno) - 1, low - 1, low, low + count - 1, low + count} {
			if gbno >= g.GroupBlocks(gno) {
				continue
			}
			block := uint64(gno)*uint64(agBlocks) + uint64(gbno)
			want := block >= uint64(first) && block <= uint64(last)
			if got := gbno >= low && uint64(gbno) < uint64(low)+uint64(count); got != want {
				t.Fatalf("%+v: blocks %d to %d, group %d: window [%d,+%d)", g, first, last, gno, low, count)
			}
		}
	})
}

// The windows of the groups make up the range: all small geometries.
func TestWindowsAddUp(t *testing.T) {
	for count := uint32(1); count <= 3; count++ {
		for agBlocks := uint32(1); agBlocks <= 6; agBlocks++ {
			for short := range agBlocks {
				g := geometry(count, agBlocks, short)
				for first := range g.Blocks {
					for last := first; last < g.Blocks; last++ {
						checkWindows(t, g, first, last)
					}
				}
			}
		}
	}
}

func checkWindows(t *testing.T, g superblock.Groups, first, last uint32) {
	t.Helper()
	r := byteRange{Off: units.ByteOff(first) * page, Len: units.ByteOff(last-first+1) * page}
	start, end := g.Span(new(design.Design), r)
	next := first
	for gno := g.Agno(start); gno <= g.Agno(end); gno++ {
		low, count := g.Window(incl, gno, start, end)
		if g.Linear(gno, low) != next || count == 0 {
			t.Fatalf("%+v [%d,%d] group %d: window [%d,+%d)", g, first, last, gno, low, count)
		}
		next += count
	}
	if next != last+1 {
		t.Fatalf("%+v [%d,%d]: the windows end at %d", g, first, last, next)
	}
}

// In words of 4 bits the arithmetic wraps at 16 as that of the kernel does at
// 2^32.
func TestWindowWrapsInNarrowWords(t *testing.T) {
	g := geometry(2, 6, 0)
	g.Scale = units.NewScale(4, units.PageShift, units.SectorShift)
	start, end := g.Span(new(design.Design), byteRange{Off: page, Len: 11 * page})
	low, high := g.Query(0, start, end)
	require.Equal(t, []uint32{1, 15}, []uint32{low, high})
	low, count := g.Window(design.WindowU32Wrap, 0, start, end)
	require.Equal(t, []uint32{1, 15}, []uint32{low, count})
	low, count = g.Window(incl, 0, start, end)
	require.Equal(t, []uint32{1, 5}, []uint32{low, count})
}

// The blocks of a query end with the group, and with the filesystem.
func TestQueryBlocks(t *testing.T) {
	g := geometry(2, 3, 1) // linear 0 1 2, 3 4
	start, end := g.Span(new(design.Design), byteRange{Off: page, Len: 8 * page})
	lo, hi, ok := g.QueryBlocks(0, start, end)
	require.True(t, ok)
	require.Equal(t, []uint32{1, 2}, []uint32{lo, hi})
	lo, hi, ok = g.QueryBlocks(1, start, end)
	require.True(t, ok)
	require.Equal(t, []uint32{3, 4}, []uint32{lo, hi})
	start, end = g.Span(new(design.Design), byteRange{Off: 5 * page, Len: page})
	_, _, ok = g.QueryBlocks(1, start, end)
	require.False(t, ok, "the last group is short")
}
