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

func TestConversions(t *testing.T) {
	require.Equal(t, units.Sector(0), units.BTOBB(0))
	require.Equal(t, units.Sector(1), units.BTOBB(1))
	require.Equal(t, units.Sector(1), units.BTOBB(512))
	require.Equal(t, units.Sector(2), units.BTOBB(513))
	require.Equal(t, units.Sector(0), units.BTOBBT(511))
	require.Equal(t, units.ByteOff(1024), units.BBTOB(2))
	require.Equal(t, uint64(69), units.BBToFSBT(552))
	require.Equal(t, uint64(69), units.BBToFSBT(559))
	require.Equal(t, units.ByteOff(0x45000), units.FSBToB(69))
	require.Equal(t, uint64(0x100345000), units.PFNPhys(0x100345))
}

func TestBasicBlocksHoldTheBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := units.ByteOff(rapid.Uint64Range(0, math.MaxUint64-511).Draw(t, "bytes"))
		up, down := units.BTOBB(b), units.BTOBBT(b)
		if up-down > 1 || units.BBTOB(down) > b || b-units.BBTOB(down) >= 512 || (up == down) != (b%512 == 0) {
			t.Fatalf("BTOBB(%d) = %d, BTOBBT %d", b, up, down)
		}
	})
}

func TestEnd(t *testing.T) {
	require.Equal(t, units.ByteOff(7), byteRange{Off: 3, Len: 4}.End())
	require.Equal(t, units.ByteOff(math.MaxUint64), byteRange{Off: 0, Len: math.MaxUint64}.End())
	require.True(t, byteRange{Off: 3}.Empty())
}
