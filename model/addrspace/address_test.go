package addrspace_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/units"
)

// Executed with the C types of the kernel.
func TestAddress(t *testing.T) {
	addr, ok := addrspace.Address(units.Scale{}, 0x7f0000000000, 2, 8, 7)
	require.True(t, ok)
	require.Equal(t, units.Addr(0x7f0000005000), addr)

	_, ok = addrspace.Address(units.Scale{}, 0x7f0000000000, 2, 8, 1)
	require.False(t, ok, "before the VMA")
	_, ok = addrspace.Address(units.Scale{}, 0x7f0000000000, 2, 8, 10)
	require.False(t, ok, "after the VMA")
}

func TestAddressFullWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vmPages := rapid.Uint64Range(1, 1<<52-1).Draw(t, "pages")
		start := units.Addr(rapid.Uint64Range(0, 1<<52-vmPages).Draw(t, "start")) << units.PageShift
		vmPgoff := rapid.Uint64().Draw(t, "vm_pgoff")
		pgoff := rapid.OneOf(rapid.Uint64(), rapid.Just(vmPgoff), rapid.Just(vmPgoff+vmPages), rapid.Just(vmPgoff+vmPages-1)).Draw(t, "pgoff")
		addr, ok := addrspace.Address(units.Scale{}, start, units.PgOff(vmPgoff), vmPages, units.PgOff(pgoff))

		page := new(big.Int).Sub(new(big.Int).SetUint64(pgoff), new(big.Int).SetUint64(vmPgoff))
		inside := page.Sign() >= 0 && page.Cmp(new(big.Int).SetUint64(vmPages)) < 0
		if ok != inside {
			t.Fatalf("ok = %v, page %v of %d", ok, page, vmPages)
		}
		if ok && uint64(addr-start)>>units.PageShift != page.Uint64() {
			t.Fatalf("%#x is not page %v from %#x", addr, page, start)
		}
	})
}

func TestUnmapRange(t *testing.T) {
	start, length := addrspace.UnmapRange(units.Scale{}, new(design.Design), 513, 21)
	require.Equal(t, []uint64{2 << 20, 2 << 20}, []uint64{start, length})
	start, length = addrspace.UnmapRange(units.Scale{}, new(design.Design), 1, units.PageShift)
	require.Equal(t, []uint64{4096, 4096}, []uint64{start, length})
	start, length = addrspace.UnmapRange(units.Scale{}, &design.Design{design.UnmapLength: design.UnmapLengthIsEnd}, 1, units.PageShift)
	require.Equal(t, []uint64{4096, 8192}, []uint64{start, length}, "R17 unmaps page 2 as well")
	start, length = addrspace.UnmapRange(units.Scale{}, new(design.Design), 1<<20, units.PageShift)
	require.Equal(t, []uint64{4 << 30, 4096}, []uint64{start, length}, "beyond 32 bits")
	start, length = addrspace.UnmapRange(units.Scale{}, &design.Design{design.UnmapStart: design.UnmapStartU32}, 1<<20, units.PageShift)
	require.Equal(t, []uint64{0, 4096}, []uint64{start, length}, "R18 unmaps page 0")
}

func TestUnmapRangeCoversThePage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		index := rapid.Uint64Range(0, math.MaxUint64>>units.PageShift).Draw(t, "index")
		shift := rapid.UintRange(units.PageShift, 30).Draw(t, "shift")
		start, length := addrspace.UnmapRange(units.Scale{}, new(design.Design), units.PgOff(index), shift)
		at := index << units.PageShift
		if start > at || at-start >= length || start%length != 0 || length != 1<<shift {
			t.Fatalf("page %d, shift %d: [%#x,+%#x)", index, shift, start, length)
		}
	})
}
