package mm_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
)

const allFlags = mm.Write | mm.Huge | mm.Marker

// A PTE packs a page and its flags, and no two of them alike.
func TestPTEsPackPageAndFlags(t *testing.T) {
	seen := map[mm.PTE]bool{0: true}
	for p := range device.Page(device.Pages) {
		for n := range mm.PTE(8) { // every set of flags
			flags := n * mm.Write
			e := mm.MapPage(p, flags)
			require.False(t, seen[e], "page %d, flags %#x: %#x is another entry", p, flags, e)
			seen[e] = true
			require.Equal(t, p, e.Page())
			for _, f := range []mm.PTE{mm.Write, mm.Huge, mm.Marker} {
				require.Equal(t, flags&f != 0, e.Is(f))
			}
			require.Equal(t, flags&mm.Marker == 0, e.Present())
		}
	}
	require.Equal(t, device.NoPage, mm.PTE(0).Page())
	require.False(t, mm.PTE(0).Is(allFlags))
	require.False(t, mm.PTE(0).Present())
}

// A mapping is a VMA with nothing packed.
type mapping struct {
	file, pgoff, length uint8
	private             bool
}

func (mp mapping) vma() mm.VMA { return mm.NewVMA(mp.file, mp.pgoff, mp.length, mp.private) }

func drawMapping(t *rapid.T) mapping {
	mp := mapping{
		file:    rapid.Uint8Range(0, 2).Draw(t, "file"),
		length:  rapid.Uint8Range(1, mm.VMAPages).Draw(t, "length"),
		private: rapid.Bool().Draw(t, "private"),
	}
	mp.pgoff = rapid.Uint8Range(0, mm.VMAPages-mp.length).Draw(t, "pgoff")
	return mp
}

func TestVMAPacksWhatItIsMadeOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mp := drawMapping(t)
		v := mp.vma()
		is := mapping{pgoff: v.Pgoff(), length: v.Len(), private: v.Private()}
		for f := range uint8(4) {
			if v.Maps(f) {
				is.file += f
			}
		}
		if is != mp {
			t.Fatalf("%+v packed is %+v", mp, is)
		}
	})
}

// Covers and Page are inverse, and cover the pages pgoff to pgoff+length-1
// of the file, at 0 to length-1, and no other.
func TestVMACoversItsPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mp := drawMapping(t)
		v := mp.vma()
		at := map[uint8]uint8{} // page of the VMA, by page of the file
		for i := range mp.length {
			at[mp.pgoff+i] = i
		}
		for i := range uint8(2 * mm.VMAPages) {
			file, idx, ok := v.Covers(i)
			if ok != (i < mp.length) || ok && (file != mp.file || at[idx] != i) {
				t.Fatalf("%+v: page %d is page %d of file %d, %v", mp, i, idx, file, ok)
			}
		}
		for file := range uint8(3) {
			for idx := range uint8(16) {
				i, ok := v.Page(file, idx)
				want, covered := at[idx]
				if ok != (covered && file == mp.file) || ok && i != want {
					t.Fatalf("%+v: page %d of file %d is at %d, %v", mp, idx, file, i, ok)
				}
			}
		}
	})
}

// No VMA maps nothing.
func TestNoVMA(t *testing.T) {
	var v mm.VMA
	for i := range uint8(mm.VMAPages) {
		_, _, ok := v.Covers(i)
		require.False(t, ok)
		for file := range uint8(4) {
			_, ok = v.Page(file, i)
			require.False(t, ok)
			require.False(t, v.Maps(file))
		}
	}
	require.False(t, v.Private())
	require.Zero(t, v.Len())
}

// The dirty mark is apart from the use of a page.
func TestDramUse(t *testing.T) {
	for _, use := range []uint8{mm.DramFree, mm.DramCache, mm.DramAnon} {
		require.Equal(t, use, mm.Dram{Use: use}.Kind())
		require.False(t, mm.Dram{Use: use}.Dirty())
		require.Equal(t, use, mm.Dram{Use: use | mm.DramDirty}.Kind())
		require.True(t, mm.Dram{Use: use | mm.DramDirty}.Dirty())
	}
}

// Every return code has the name that kernel code gives it, and no two the
// same.
func TestErrnoNames(t *testing.T) {
	names := map[string]bool{}
	for _, e := range []mm.Errno{mm.OK, mm.EIO, mm.ENXIO, mm.EAGAIN, mm.EBUSY, mm.EFAULT, mm.ENODEV, mm.ENOSPC, mm.ENODATA, mm.EOPNOTSUPP, mm.EFSCORRUPTED, mm.EHWPOISON} {
		require.NotEqual(t, "error", e.String())
		require.False(t, names[e.String()], e.String())
		names[e.String()] = true
	}
	require.Equal(t, "-EFSCORRUPTED", mm.EFSCORRUPTED.String())
}
