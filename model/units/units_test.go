package units_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/units"
)

type byteRange = units.Range[units.ByteOff]

// edgy draws numbers of 64 bits, often close to 0, to 2^64 or to each other.
func edgy(t *rapid.T, name string) uint64 {
	return rapid.OneOf(
		rapid.Uint64Range(0, 8),
		rapid.Uint64Range(math.MaxUint64-8, math.MaxUint64),
		rapid.Uint64(),
	).Draw(t, name)
}

func drawRange(t *rapid.T, name string) byteRange {
	return byteRange{Off: units.ByteOff(edgy(t, name+"-off")), Len: units.ByteOff(edgy(t, name+"-len"))}
}

// bounds is r in integers that never wrap, cut at 2^64.
func bounds(r byteRange) (lo, hi *big.Int) {
	lo = new(big.Int).SetUint64(uint64(r.Off))
	hi = new(big.Int).Add(lo, new(big.Int).SetUint64(uint64(r.Len)))
	if top := new(big.Int).Lsh(big.NewInt(1), 64); hi.Cmp(top) > 0 {
		hi = top
	}
	return lo, hi
}

func TestClipIsIntersection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, bound := drawRange(t, "r"), drawRange(t, "bound")
		got, ok := r.Clip(bound)
		rlo, rhi := bounds(r)
		blo, bhi := bounds(bound)
		lo, hi := rlo, rhi
		if blo.Cmp(lo) > 0 {
			lo = blo
		}
		if bhi.Cmp(hi) < 0 {
			hi = bhi
		}
		if want := lo.Cmp(hi) < 0; ok != want {
			t.Fatalf("%v.Clip(%v) ok = %v", r, bound, ok)
		}
		if !ok {
			return
		}
		glo, ghi := bounds(got)
		if glo.Cmp(lo) != 0 || ghi.Cmp(hi) != 0 {
			t.Fatalf("%v.Clip(%v) = %v", r, bound, got)
		}
	})
}

func TestContainsByBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, x := drawRange(t, "r"), edgy(t, "x")
		lo, hi := bounds(r)
		at := new(big.Int).SetUint64(x)
		if want := at.Cmp(lo) >= 0 && at.Cmp(hi) < 0; r.Contains(units.ByteOff(x)) != want {
			t.Fatalf("%v.Contains(%d) != %v", r, x, want)
		}
	})
}

// kernel is the scale of the kernel.
var kernel units.Scale

func TestConversions(t *testing.T) {
	require.Equal(t, units.Sector(0), kernel.BTOBB(0))
	require.Equal(t, units.Sector(1), kernel.BTOBB(1))
	require.Equal(t, units.Sector(1), kernel.BTOBB(512))
	require.Equal(t, units.Sector(2), kernel.BTOBB(513))
	require.Equal(t, units.Sector(0), kernel.BTOBBT(511))
	require.Equal(t, units.ByteOff(1024), kernel.BBTOB(2))
	require.Equal(t, uint64(69), kernel.BBToFSBT(552))
	require.Equal(t, uint64(69), kernel.BBToFSBT(559))
	require.Equal(t, units.ByteOff(0x45000), kernel.FSBToB(69))
}

func TestBasicBlocksHoldTheBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := units.ByteOff(rapid.Uint64Range(0, math.MaxUint64-511).Draw(t, "bytes"))
		up, down := kernel.BTOBB(b), kernel.BTOBBT(b)
		if up-down > 1 || kernel.BBTOB(down) > b || b-kernel.BBTOB(down) >= 512 || (up == down) != (b%512 == 0) {
			t.Fatalf("BTOBB(%d) = %d, BTOBBT %d", b, up, down)
		}
	})
}

func TestEnd(t *testing.T) {
	require.Equal(t, units.ByteOff(7), byteRange{Off: 3, Len: 4}.End())
	require.Equal(t, units.ByteOff(math.MaxUint64), byteRange{Off: 0, Len: math.MaxUint64}.End())
	require.True(t, byteRange{Off: 3}.Empty())
}

// A scale with the sizes of the kernel is that of the kernel; a smaller one
// counts the same things in smaller units, and wraps.
func TestScale(t *testing.T) {
	require.Equal(t, kernel, units.NewScale(32, units.PageShift, units.SectorShift))
	require.Equal(t, uint32(math.MaxUint32), kernel.U32(math.MaxUint32))
	small := units.NewScale(4, 2, 1)
	require.Equal(t, []uint32{15, 0, 1}, []uint32{small.U32(math.MaxUint32), small.U32(16), small.U32(17)})
	require.Equal(t, uint(2), small.PageShift())
	rapid.Check(t, func(t *rapid.T) {
		bits, page := rapid.Uint8Range(1, 32).Draw(t, "bits"), rapid.Uint8Range(0, units.PageShift).Draw(t, "page")
		sector := rapid.Uint8Range(0, min(page, units.SectorShift)).Draw(t, "sector")
		sc := units.NewScale(bits, page, sector)
		x := rapid.Uint32().Draw(t, "x")
		b := rapid.Uint64Range(0, 1<<40).Draw(t, "bytes")
		s := units.Sector(b)
		if uint64(sc.U32(x)) != uint64(x)%(1<<bits) ||
			sc.PageShift() != uint(page) ||
			uint64(sc.BTOBBT(units.ByteOff(b))) != b/(1<<sector) ||
			uint64(sc.BTOBB(units.ByteOff(b))) != (b+1<<sector-1)/(1<<sector) ||
			uint64(sc.BBTOB(s)) != b*(1<<sector) ||
			sc.BBToFSBT(s) != b*(1<<sector)/(1<<page) ||
			uint64(sc.FSBToB(b)) != b*(1<<page) {
			t.Fatalf("%+v: %d, %d", sc, x, b)
		}
	})
}
