package rmap_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/units"
)

func TestMetadata(t *testing.T) {
	for _, tc := range []struct {
		rec         rmap.Record
		want, owner bool
	}{
		{rmap.Record{Owner: 0}, false, false},
		{rmap.Record{Owner: 2, OffFlags: 3}, false, false},
		{rmap.Record{Owner: 1, OffFlags: rmap.FlagUnwritten}, false, false},
		{rmap.Record{Owner: 1, OffFlags: rmap.FlagAttrFork}, true, false},
		{rmap.Record{Owner: 1, OffFlags: rmap.FlagBmbt}, true, false},
		{rmap.Record{Owner: rmap.OwnerCow}, true, true},
		{rmap.Record{Owner: rmap.OwnerFS}, true, true},
		{rmap.Record{Owner: rmap.OwnerInobt}, true, true},
	} {
		require.Equal(t, tc.want, tc.rec.Metadata(design.MetadataOwnerAndFlags), "%v", tc.rec)
		require.Equal(t, tc.owner, tc.rec.Metadata(design.MetadataOwnerOnly), "%v", tc.rec)
	}
}

func TestOwnerString(t *testing.T) {
	for o, want := range map[rmap.Owner]string{
		0: "f1", 2: "f3",
		rmap.OwnerFS: "XFS_RMAP_OWN_FS", rmap.OwnerLog: "XFS_RMAP_OWN_LOG", rmap.OwnerAG: "XFS_RMAP_OWN_AG",
		rmap.OwnerInobt: "XFS_RMAP_OWN_INOBT", rmap.OwnerCow: "XFS_RMAP_OWN_COW",
	} {
		require.Equal(t, want, o.String())
	}
	require.Equal(t, "[3,+2) f2 offset 1 flags 0x20",
		rmap.Record{Start: 3, Len: 2, Owner: 1, OffFlags: 1 | rmap.FlagUnwritten}.String())
}

// Executed with the C types of the kernel: the end to end vector and R09.
func TestPages(t *testing.T) {
	rec := rmap.Record{Len: 8, OffFlags: 4}
	four := rmap.Record{Len: 4}
	for _, tc := range []struct {
		name                 string
		v                    design.Value
		rec                  rmap.Record
		recAt, low, count    uint32
		wantPgoff, wantPgcnt uint64
	}{
		{"end to end", design.RecordOffsetAdded, rec, 16, 19, 1, 7, 1},
		{"R02", design.RecordOffsetOmitted, rec, 16, 19, 1, 4, 1},
		{"R01", design.RecordOffsetMixedUnits, rec, 16, 19, 1, 3, 1},
		{"R09", design.RecordOffsetAdded, four, 100, 0, 0, 0, 4294967196},
		{"R09, v6.6", design.RecordOffsetAdded, four, 100, 0, 1000, 0, 4},
		{"starts before the window", design.RecordOffsetAdded, rec, 16, 20, 2, 8, 2},
		{"starts in the window", design.RecordOffsetAdded, rec, 16, 10, 8, 4, 2},
		{"ends in the window", design.RecordOffsetAdded, rec, 16, 22, 100, 10, 2},
		{"R05: after the window", design.RecordOffsetAdded, rec, 16, 15, 1, 4, 0},
		{"R07", design.RecordOffsetAdded, rec, 16, 19, 0, 7, 0},
	} {
		pgoff, pgcnt := rmap.Pages(units.Scale{}, tc.v, tc.rec, tc.recAt, tc.low, tc.count)
		require.EqualValues(t, tc.wantPgoff, pgoff, tc.name)
		require.EqualValues(t, tc.wantPgcnt, pgcnt, tc.name)
	}
}

// Where record and window meet, the pages are those of the blocks in both: in
// full u32 width.
func TestPagesFullWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec := rmap.Record{
			Len:      rapid.Uint8Range(1, 255).Draw(t, "len"),
			OffFlags: rapid.Uint8Range(0, 15).Draw(t, "off"),
		}
		at := rapid.Uint32Range(0, math.MaxUint32-255).Draw(t, "start")
		low := rapid.OneOf(rapid.Uint32Range(0, math.MaxUint32-1), rapid.Map(rapid.Uint32Range(0, 300), func(d uint32) uint32 {
			return uint32(min(max(int64(at)+int64(d)-20, 0), math.MaxUint32-1))
		})).Draw(t, "low")
		count := rapid.Uint32Range(1, math.MaxUint32-low).Draw(t, "count")
		first := max(int64(at), int64(low))
		end := min(int64(at)+int64(rec.Len), int64(low)+int64(count))
		if first >= end {
			return
		}
		pgoff, pgcnt := rmap.Pages(units.Scale{}, design.RecordOffsetAdded, rec, at, low, count)
		if pgoff != units.PgOff(int64(rec.Off())+first-int64(at)) || int64(pgcnt) != end-first {
			t.Fatalf("%v at %d, window [%d,+%d): pages %d,+%d", rec, at, low, count, pgoff, pgcnt)
		}
	})
}

func TestRemainderAgainstUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := drawUnit(t)
		rec := u.record()
		rec.Start %= 8
		rec.Len = rapid.Uint8Range(1, 8).Draw(t, "len")
		rec.OffFlags = rec.OffFlags&^15 | rec.Off()%4
		b := rmap.Block(rapid.IntRange(int(max(rec.Start, 1)-1), int(rec.End()-1)).Draw(t, "b"))
		n := rapid.Uint8Range(1, 9).Draw(t, "n")
		if b+rmap.Block(n) <= rec.Start {
			return
		}
		left, right := rmap.Remainder(rec, b, n)
		for _, piece := range []rmap.Record{left, right} {
			if piece.Len == 0 && piece != (rmap.Record{}) {
				t.Fatalf("%v without [%d,+%d): no piece is %+v", rec, b, n, piece)
			}
		}
		got := append(unitsOf(left), unitsOf(right)...)
		var want []unit
		for _, u := range unitsOf(rec) {
			if u.block < b || u.block >= b+rmap.Block(n) {
				want = append(want, u)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%v without [%d,+%d): %v, %v", rec, b, n, left, right)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%v without [%d,+%d): %v, %v", rec, b, n, left, right)
			}
		}
	})
}

func TestExtent(t *testing.T) {
	require.True(t, rmap.Extent(0).Hole())
	for b := range rmap.Block(rmap.MaxBlocks) {
		w, u := rmap.Written(b), rmap.Unwritten(b)
		require.Equal(t, []rmap.Block{b, b}, []rmap.Block{w.Block(), u.Block()})
		require.Equal(t, []bool{false, true}, []bool{w.Unwritten(), u.Unwritten()})
		require.False(t, w.Hole() || u.Hole())
	}
}
