package properties_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/block"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/model/units"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

const arithmeticBits = 4

// The formulas of the reference tell exactly of the pages that the failed
// bytes meet: all geometries, all ranges of bytes, all uses of the blocks, in
// words that wrap within the scope. A change of the counts is a change of the
// scope.
func TestArithmeticOfReviewed(t *testing.T) {
	t.Parallel()
	scope := properties.NarrowArithmetic(arithmeticBits)
	if testing.Short() {
		scope.Blocks = 4
	}
	res := properties.CompareArithmetic(scope, new(design.Design))
	requireEqual(t, &res)
	if !testing.Short() {
		require.Equal(t, []int{176, 45_052, 97_438_576}, []int{res.Geometries, res.Ranges, res.Cases})
	}
}

func requireEqual(t *testing.T, res *properties.ArithmeticResult) {
	t.Helper()
	require.NotZero(t, res.Cases)
	if d := res.First; d != nil {
		t.Fatalf("%s, %v, failed %s: %v, owed %v, in %d of %d cases", d.Geometry(), d.Blocks(), d.Range(), d.Gives[0], d.Owed, res.Differ, res.Cases)
	}
}

// The same in words of other widths, and in the units and words of the kernel
// for all ranges of basic blocks.
func TestArithmeticOfReviewedInOtherScales(t *testing.T) {
	t.Parallel()
	for _, bits := range []uint8{properties.MinArithmeticBits, 5, 8, 16, properties.MaxArithmeticBits} {
		scope := properties.NarrowArithmetic(bits)
		scope.Blocks = 3
		res := properties.CompareArithmetic(scope, new(design.Design))
		requireEqual(t, &res)
	}
	res := properties.CompareArithmetic(properties.ArithmeticScope{
		Blocks: 4, Bits: 32, PageShift: units.PageShift, SectorShift: units.SectorShift, StepShift: units.SectorShift,
	}, new(design.Design))
	requireEqual(t, &res)
}

// arithmeticHarm is what a deviation of arithmetic does wrong somewhere.
func arithmeticHarm(res *properties.ArithmeticResult) (kinds []properties.ArithmeticKind) {
	for k, kind := range res.Kinds[0] {
		if kind.Cases > 0 {
			kinds = append(kinds, properties.ArithmeticKind(k))
		}
	}
	return kinds
}

// An arithmeticRow is a deviation of arithmetic: in which ways it is wrong,
// and the first case of that.
type arithmeticRow struct {
	id    string
	with  []design.Assignment
	harm  []properties.ArithmeticKind
	first string
}

// Each value of a choice of arithmetic that is not the reference's differs
// from what must be told on a small geometry, and only in the ways given.
// Ranges are of pages, as in the kernel, where R22 does no harm. R11 gives the
// right pages: it only goes past the last group, and takes R09 there.
func TestArithmeticDeviations(t *testing.T) {
	t.Parallel()
	const lost, wrong, unmapped = properties.PagesLost, properties.PagesWrong, properties.UnmapWrong
	const missed, met, group = properties.MetadataMissed, properties.MetadataWrong, properties.GroupMissing
	type kinds = []properties.ArithmeticKind
	rows := []arithmeticRow{
		{"R01", one(design.RecordOffset, design.RecordOffsetMixedUnits), kinds{lost, wrong}, "1 block in 1 group of 1, on the whole device, of 1 page: pages [0,+1)"},
		{"R02", one(design.RecordOffset, design.RecordOffsetOmitted), kinds{lost, wrong}, "2 blocks in 1 group of 2, on the whole device, of 2 pages: pages [1,+1)"},
		{"R04", one(design.WindowEnd, design.WindowNotRebased), kinds{lost, wrong}, "3 blocks in 2 groups of 2, on the whole device, of 3 pages: pages [1,+2)"},
		{"R05 R06", one(design.WindowEnd, design.WindowExclusiveEnd), kinds{met, group}, "1 block in 1 group of 1, on the whole device, of 1 page: pages [0,+1)"},
		{"R07", one(design.WindowEnd, design.WindowNoPlusOne), kinds{lost}, "1 block in 1 group of 1, on the whole device, of 1 page: pages [0,+1)"},
		{"R09", one(design.WindowEnd, design.WindowU32Wrap), kinds{lost, wrong}, "2 blocks in 2 groups of 1, on the whole device, of 2 pages: pages [0,+2)"},
		{"R10", one(design.Translate, design.TranslateMinusLength), kinds{lost, wrong, missed, met, group}, "2 blocks in 1 group of 2, on the whole device, of 2 pages: pages [0,+2)"},
		{"R11", one(design.Translate, design.TranslateAbsoluteEnd), kinds{group}, "1 block in 1 group of 1, on a partition from page 1, of 3 pages: pages [1,+2)"},
		{"R11 R09", append(one(design.Translate, design.TranslateAbsoluteEnd), one(design.WindowEnd, design.WindowU32Wrap)...), kinds{lost, wrong, group}, "2 blocks in 2 groups of 1, on the whole device, of 2 pages: pages [0,+2)"},
		{"R14", one(design.Translate, design.TranslateNoOffset), kinds{lost, wrong, missed, met}, "1 block in 1 group of 1, on a partition from page 1, of 2 pages: pages [0,+1)"},
		{"R17", one(design.UnmapLength, design.UnmapLengthIsEnd), kinds{unmapped}, "1 block in 1 group of 1, on the whole device, of 1 page: pages [0,+1)"},
		{"R18", one(design.UnmapStart, design.UnmapStartU32), kinds{properties.UnmapMissing, unmapped}, "1 block in 1 group of 1, on the whole device, of 1 page: pages [0,+1)"},
		{"R19", one(design.FsbnoForm, design.FsbnoLinear), kinds{lost, wrong, missed, met}, "4 blocks in 2 groups of 3, on the whole device, of 4 pages: pages [3,+1)"},
		{"R22", one(design.SectorRound, design.SectorUp), nil, ""},
		{"C17", one(design.MetadataTest, design.MetadataOwnerOnly), kinds{wrong, missed}, "2 blocks in 1 group of 2, on the whole device, of 2 pages: pages [1,+1)"},
		{"D02", one(design.ReverseMap, design.ReverseMapFirst), kinds{lost, missed}, "2 blocks in 1 group of 2, on dm-linear with two targets in swapped order, of 2 pages: pages [0,+2)"},
		{"none", nil, nil, ""},
	}
	for _, row := range rows {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			scope := properties.NarrowArithmetic(arithmeticBits)
			scope.Blocks, scope.StepShift = 5, scope.PageShift
			d := design.Design{}.With(row.with...)
			res := properties.CompareArithmetic(scope, &d)
			require.Equal(t, row.harm, arithmeticHarm(&res))
			first := ""
			if res.First != nil {
				first = res.First.Geometry() + ": " + res.First.Range()
			}
			require.Equal(t, row.first, first)
			require.Equal(t, len(row.harm) > 0, res.Differ > 0, "what differs is wrong in some way")
			t.Logf("differs in %d of %d cases", res.Differ, res.Cases)
		})
	}
	for _, c := range properties.ArithmeticChoices {
		for v := range c.Info().Values[1:] {
			with := one(c, design.Value(v+1))
			known := func(row arithmeticRow) bool { return slices.Equal(row.with, with) }
			require.True(t, slices.ContainsFunc(rows, known), "%v is not looked at", with)
		}
	}
}

func one(c design.Choice, v design.Value) []design.Assignment {
	return []design.Assignment{{Choice: c, Value: v}}
}

// R22 loses the part of a basic block with which a range begins.
func TestArithmeticOfBytes(t *testing.T) {
	t.Parallel()
	d := design.Design{design.SectorRound: design.SectorUp}
	scope := properties.NarrowArithmetic(arithmeticBits)
	scope.Blocks, scope.StepShift = 3, scope.SectorShift
	res := properties.CompareArithmetic(scope, &d)
	requireEqual(t, &res)
	scope.StepShift = 0
	res = properties.CompareArithmetic(scope, &d)
	require.NotNil(t, res.First)
	require.Contains(t, arithmeticHarm(&res), properties.PagesLost)
}

// What v6.14 did to the formula of v6.6 is R09: they differ first where a
// range reaches into the second of two groups.
func TestArithmeticOfV66AndV614(t *testing.T) {
	t.Parallel()
	v66, ok := design.ByName("v6.6")
	require.True(t, ok)
	v614, ok := design.ByName("v6.14")
	require.True(t, ok)
	v612, ok := design.ByName("v6.12")
	require.True(t, ok)
	scope := properties.NarrowArithmetic(arithmeticBits)
	scope.Blocks = 4
	res := properties.CompareArithmetic(scope, &v66.Design, &v614.Design)
	d := res.First
	require.NotNil(t, d)
	require.Equal(t, "2 blocks in 2 groups of 1, on the whole device, of 2 pages", d.Geometry())
	require.Equal(t, "pages [0,+2)", d.Range())
	require.Equal(t, []string{"block 0 (group 0, block 0): f1 page 1"}, d.Blocks())
	require.Equal(t, d.Owed, d.Gives[0])
	require.Equal(t, []string{"f1 page 1", "nobody"}, []string{d.Gives[0].String(), d.Gives[1].String()})
	require.Equal(t, []string{
		"group 0: window [0,+0)", "  record [0,+1) f1 offset 1: pgoff 1, pgcnt 0", "group 1: window [0,+1)",
	}, d.Walk(&v614.Design))

	wrapped := res.Kinds[1][properties.PagesWrong].First
	require.NotNil(t, wrapped)
	require.True(t, wrapped.Gives[1].Beyond)
	require.Contains(t, wrapped.Walk(&v614.Design), "group 0: window [1,+15)", "0 - 1 in words of 4 bits")
	for k := range res.Kinds[0] {
		require.Zero(t, res.Kinds[0][k].Cases, "v6.6 is not wrong where v6.14 is right: %v", properties.ArithmeticKind(k))
	}

	res = properties.CompareArithmetic(scope, &v66.Design, &v612.Design)
	require.Zero(t, res.Differ, "6.12 has the formulas of v6.6")
}

// From a file page to its address and to what is unmapped: all VMAs and pages
// of a small scope, against spec, which goes through the mapping byte by byte.
func TestArithmeticOfAddresses(t *testing.T) {
	const pages, pageBytes = 8, 4
	sc := units.NewScale(arithmeticBits, 2, 1)
	for first := range units.PgOff(pages) {
		for n := range uint64(pages) {
			m := spec.Mapping{Start: 64, First: spec.FilePage{Page: first}, Pages: n + 1}
			for page := range units.PgOff(2 * pages) {
				want := slices.Collect(m.Addresses(spec.FilePage{Page: page}, pageBytes))
				var got []units.Addr
				if addr, ok := addrspace.Address(sc, m.Start, first, m.Pages, page); ok {
					got = append(got, addr)
				}
				require.Equal(t, want, got, "page %d of %+v", page, m)
				start, length := addrspace.UnmapRange(sc, new(design.Design), page, sc.PageShift())
				require.Equal(t, []uint64{uint64(page) * pageBytes, pageBytes}, []uint64{start, length})
			}
		}
	}
}

// Executed with the C types of the kernel, from the pfn to the user address.
func TestArithmeticEndToEnd(t *testing.T) {
	const page = units.ByteOff(1) << units.PageShift
	g := superblock.Groups{Count: 4, AGBlocks: 50, AGBlkLog: 6, Blocks: 200}
	offset := units.ByteOff(0x100345<<units.PageShift - 0x100000000 - 0x200000) // PFN_PHYS(pfn) - phys_addr - data_offset
	require.Equal(t, units.ByteOff(0x145000), offset)
	r, ok := block.Translate(design.TranslateClip, block.ByteRange{Off: 0x100000, Len: 200 * page}, offset, page)
	require.True(t, ok)
	require.Equal(t, block.ByteRange{Off: 0x45000, Len: page}, r)
	start, end := g.Span(new(design.Design), r)
	require.Equal(t, []units.FSBlock{83, 83}, []units.FSBlock{start, end})
	low, count := g.Window(design.WindowInclusive, 1, start, end)
	require.Equal(t, []uint32{19, 1}, []uint32{low, count})
	pgoff, pgcnt := rmap.Pages(g.Scale, design.RecordOffsetAdded, rmap.Record{Len: 8, OffFlags: 4}, 16, low, count)
	require.Equal(t, units.PgOff(7), pgoff)
	require.EqualValues(t, 1, pgcnt)
	addr, ok := addrspace.Address(g.Scale, 0x7f0000000000, 2, 16, pgoff)
	require.True(t, ok)
	require.Equal(t, units.Addr(0x7f0000005000), addr)
}

// One extent in geometries of any size, in the full width of the words: the
// pages are those of the blocks of the extent that the range has.
func TestArithmeticDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ag := rapid.Uint32Range(1, 1<<20).Draw(t, "agblocks")
		groups := rapid.Uint32Range(1, 4).Draw(t, "groups")
		g := superblock.Groups{Count: groups, AGBlocks: ag, Blocks: groups*ag - rapid.Uint32Range(0, ag-1).Draw(t, "short")}
		for 1<<g.AGBlkLog < ag {
			g.AGBlkLog++
		}
		gno := rapid.Uint32Range(0, groups-1).Draw(t, "gno")
		at := rapid.Uint32Range(0, g.GroupBlocks(gno)-1).Draw(t, "at")
		rec := rmap.Record{Len: uint8(rapid.Uint32Range(1, min(255, g.GroupBlocks(gno)-at)).Draw(t, "len")), OffFlags: rapid.Uint8Range(0, 15).Draw(t, "off")}
		lo := rapid.Uint64Range(0, uint64(g.Blocks)-1).Draw(t, "lo")
		hi := rapid.Uint64Range(lo, uint64(g.Blocks)-1).Draw(t, "hi")
		start, end := g.Span(new(design.Design), block.ByteRange{Off: units.ByteOff(lo) << units.PageShift, Len: units.ByteOff(hi-lo+1) << units.PageShift})
		first := uint64(g.Linear(gno, at))
		from, to := max(first, lo), min(first+uint64(rec.Len), hi+1)
		if from >= to {
			return
		}
		if gno < g.Agno(start) || gno > g.Agno(end) {
			t.Fatalf("group %d is not in %d to %d", gno, g.Agno(start), g.Agno(end))
		}
		low, count := g.Window(design.WindowInclusive, gno, start, end)
		pgoff, pgcnt := rmap.Pages(g.Scale, design.RecordOffsetAdded, rec, at, low, count)
		if got, want := fmt.Sprint(pgoff, pgcnt), fmt.Sprint(uint64(rec.Off())+from-first, to-from); got != want {
			t.Fatalf("blocks %d to %d of %+v, %v at %d of group %d: %s, want %s", lo, hi, g, rec, at, gno, got, want)
		}
	})
}
