package checker

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// fingerprints are n numbers that are spread as those of states are.
func fingerprints(n int) []uint64 {
	list := make([]uint64, n)
	for i := range list {
		list[i] = uint64(i+1) * 0x9E3779B97F4A7C15
	}
	return list
}

// A table finds what was put into it, with its number, and takes as much
// memory as its comment says.
func TestTable(t *testing.T) {
	for _, numbered := range []bool{false, true} {
		var tab table
		for _, n := range []int{10, 1000, 3 * keptSlots} {
			tab.reset(0, numbered)
			for i, f := range fingerprints(n) {
				slot, known := tab.find(f)
				require.False(t, known)
				tab.put(slot, f, uint32(i))
			}
			require.Equal(t, n, tab.count)
			require.Positive(t, tab.room)
			for i, f := range fingerprints(n) {
				slot, known := tab.find(f)
				require.True(t, known)
				if numbered {
					require.EqualValues(t, i, tab.numbers[slot])
				}
			}
			want := len(tab.slots) * 8
			if numbered {
				want += len(tab.slots) * 4
			} else if n > leastSlots {
				each := float64(want) / float64(n)
				require.Greater(t, each, 11.0)
				require.Less(t, each, 18.0)
			}
			require.EqualValues(t, want, tab.bytes())
		}
		tab.reset(0, numbered)
		require.LessOrEqual(t, cap(tab.slots), keptSlots, "a large table is not kept")
		small := &tab.slots[0]
		tab.reset(0, numbered)
		require.Same(t, small, &tab.slots[0], "a small one is")
	}
}

// The tables begin with sizes of their own, from leastSlots to half as many
// again.
func TestTableSizes(t *testing.T) {
	var tab table
	for part := range parts {
		tab.reset(part, false)
		require.Len(t, tab.slots, leastSlots+part/2)
	}
}
