package block_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/block"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/units"
)

type byteRange = units.Range[units.ByteOff]

const page = units.ByteOff(1) << units.PageShift

func pages(off, n units.ByteOff) byteRange { return byteRange{Off: off * page, Len: n * page} }

func TestTranslate(t *testing.T) {
	whole := byteRange{Len: math.MaxUint64}
	for _, tc := range []struct {
		name   string
		v      design.Value
		dev, r byteRange
		want   byteRange
		ok     bool
	}{
		// Executed with the C types of the kernel.
		{"end to end", design.TranslateClip, pages(256, 1000), byteRange{Off: 0x145000, Len: 0x1000}, byteRange{Off: 0x45000, Len: 0x1000}, true},
		{"R11 starts before", design.TranslateAbsoluteEnd, pages(10, 100), pages(5, 200), pages(0, 110), true},
		{"R11 starts before, clipped", design.TranslateClip, pages(10, 100), pages(5, 200), pages(0, 100), true},
		{"R11 ends after", design.TranslateAbsoluteEnd, pages(1000, 100), pages(1098, 4), pages(98, 4), true},
		{"R11 ends after, clipped", design.TranslateClip, pages(1000, 100), pages(1098, 4), pages(98, 2), true},
		{"R11 without offset", design.TranslateAbsoluteEnd, pages(0, 100), pages(98, 4), pages(98, 2), true},

		{"whole device", design.TranslateClip, pages(10, 100), whole, pages(0, 100), true},
		{"whole device, R10", design.TranslateMinusLength, pages(10, 100), whole, pages(0, 100), true},
		{"whole device, R11", design.TranslateAbsoluteEnd, pages(10, 100), whole, pages(0, 100), true},
		{"before", design.TranslateClip, pages(10, 100), pages(9, 1), byteRange{}, false},
		{"after", design.TranslateClip, pages(10, 100), pages(110, 1), byteRange{}, false},
		{"empty", design.TranslateClip, pages(10, 100), pages(20, 0), byteRange{}, false},

		{"R10 keeps what is beyond", design.TranslateMinusLength, pages(0, 100), pages(96, 6), byteRange{Off: 96 * page, Len: 2*page + 1}, true},
		{"R10 shrinks the last page", design.TranslateMinusLength, pages(0, 100), pages(99, 1), byteRange{Off: 99 * page, Len: 1}, true},
		{"R10 takes the page before", design.TranslateMinusLength, pages(10, 100), pages(9, 1), byteRange{}, true},
		{"R14", design.TranslateNoOffset, pages(10, 100), pages(12, 1), pages(12, 1), true},
		{"R14 beyond", design.TranslateNoOffset, pages(10, 100), pages(105, 1), byteRange{}, false},
	} {
		got, ok := block.Translate(tc.v, tc.dev, tc.r.Off, tc.r.Len)
		require.Equal(t, tc.ok, ok, tc.name)
		require.Equal(t, tc.want, got, tc.name)
	}
}

func edgy(t *rapid.T, name string) uint64 {
	return rapid.OneOf(
		rapid.Uint64Range(0, 8),
		rapid.Uint64Range(math.MaxUint64-8, math.MaxUint64),
		rapid.Uint64(),
	).Draw(t, name)
}

// The bytes of the partition, not those of the device, decide: a byte is in
// the result exactly when its place on the device is in the range.
func TestTranslateByByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dev := byteRange{Off: units.ByteOff(edgy(t, "dev-off"))}
		dev.Len = units.ByteOff(rapid.Uint64Range(1, math.MaxUint64-uint64(dev.Off)|1).Draw(t, "dev-len"))
		if dev.Off > math.MaxUint64-dev.Len {
			dev.Len = math.MaxUint64 - dev.Off
		}
		r := byteRange{Off: units.ByteOff(edgy(t, "off")), Len: units.ByteOff(edgy(t, "len"))}
		got, ok := block.Translate(design.TranslateClip, dev, r.Off, r.Len)
		probe := func(x units.ByteOff) { // x bytes into the partition
			if x >= dev.Len {
				return
			}
			at := dev.Off + x
			failed := at >= r.Off && at-r.Off < r.Len || r == byteRange{Len: math.MaxUint64}
			if (ok && got.Contains(x)) != failed {
				t.Fatalf("byte %d of %v: range %v gave %v, %v", x, dev, r, got, ok)
			}
		}
		for _, x := range []units.ByteOff{0, dev.Len - 1, r.Off - dev.Off, r.Off - dev.Off - 1, r.End() - dev.Off, r.End() - dev.Off - 1} {
			probe(x)
		}
		probe(units.ByteOff(edgy(t, "probe")))
		if ok && (got.Empty() || got.Off >= dev.Len || got.Len > dev.Len-got.Off) {
			t.Fatalf("%v is not within %v", got, dev)
		}
	})
}

// Without a partition offset the kernel's clip of v6.6 is right, wherever
// off + len does not wrap.
func TestAbsoluteEndIsRightOnAWholeDevice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dev := byteRange{Len: units.ByteOff(rapid.Uint64Range(1, math.MaxUint64).Draw(t, "dev-len"))}
		off := edgy(t, "off")
		n := rapid.Uint64Range(0, math.MaxUint64-off).Draw(t, "len")
		if n == 0 {
			return
		}
		want, wantOK := block.Translate(design.TranslateClip, dev, units.ByteOff(off), units.ByteOff(n))
		got, ok := block.Translate(design.TranslateAbsoluteEnd, dev, units.ByteOff(off), units.ByteOff(n))
		if got != want || ok != wantOK {
			t.Fatalf("[%d,+%d) on %v: %v %v, want %v %v", off, n, dev, got, ok, want, wantOK)
		}
	})
}

// down is where sector s of the mapped device lies (linear_map).
func down(tg block.Target, s units.Sector) (units.Sector, bool) {
	if s < tg.Start || s >= tg.Start+tg.Len {
		return 0, false
	}
	return tg.Parent + (s - tg.Start), true
}

func TestUpInvertsLinearMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		small := rapid.Uint64Range(0, 12)
		tg := block.Target{
			Start:  units.Sector(small.Draw(t, "start")),
			Len:    units.Sector(small.Draw(t, "len")),
			Parent: units.Sector(small.Draw(t, "parent")),
		}
		r := byteRange{Off: units.Scale{}.BBTOB(units.Sector(small.Draw(t, "off"))), Len: units.Scale{}.BBTOB(units.Sector(small.Draw(t, "n")))}
		up, ok := tg.Up(units.Scale{}, design.DmRemapSectors, r)
		for s := range units.Sector(32) {
			below, mapped := down(tg, s)
			want := mapped && r.Contains(units.Scale{}.BBTOB(below))
			if got := ok && up.Contains(units.Scale{}.BBTOB(s)); got != want {
				t.Fatalf("sector %d of %+v: %v in %v, want %v", s, tg, got, up, want)
			}
		}
	})
}

func TestUpFullWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const top = 1 << 54 // sectors of 2^63 bytes
		tg := block.Target{
			Start:  units.Sector(rapid.Uint64Range(0, top-1).Draw(t, "start")),
			Parent: units.Sector(rapid.Uint64Range(0, top-1).Draw(t, "parent")),
			Len:    units.Sector(rapid.Uint64Range(1, top).Draw(t, "len")),
		}
		s := tg.Start + units.Sector(rapid.Uint64Range(0, uint64(tg.Len)-1).Draw(t, "at"))
		below, _ := down(tg, s)
		up, ok := tg.Up(units.Scale{}, design.DmRemapSectors, byteRange{Off: units.Scale{}.BBTOB(below), Len: 512})
		want := new(big.Int).Lsh(new(big.Int).SetUint64(uint64(s)), units.SectorShift)
		if !ok || new(big.Int).SetUint64(uint64(up.Off)).Cmp(want) != 0 || up.Len != 512 {
			t.Fatalf("sector %d of %+v lies at %d, up %v %v", s, tg, below, up, ok)
		}
	})
}

// D04: the mapped device begins a page earlier, which is 8 sectors; 8 bytes are
// subtracted.
func TestMixedUnitsMissTheTarget(t *testing.T) {
	tg := block.Target{Start: 8, Len: 8, Parent: 16}
	r, ok := tg.Up(units.Scale{}, design.DmRemapMixedUnits, pages(2, 1))
	require.True(t, ok)
	require.Equal(t, byteRange{Off: 2*page - 8, Len: page}, r)
	r, _ = tg.Up(units.Scale{}, design.DmRemapSectors, pages(2, 1))
	require.Equal(t, pages(1, 1), r)
}
