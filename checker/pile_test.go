package checker

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// A pile gives back what was put at each place, also in spare blocks.
func TestPile(t *testing.T) {
	var p pile[uint64]
	var spare [][]uint64
	fill := func(n int) {
		p.clear(&spare)
		for i := 0; i < n; {
			more := min(n-i, 1000)
			p.extend(more, &spare)
			for ; more > 0; more-- {
				*p.at(i) = uint64(i)
				i++
			}
		}
	}
	p.clear(&spare)
	block := 1 << p.shift
	require.Equal(t, blockBytes, block*8)
	for _, n := range []int{0, 1, block, 3*block + 1} {
		fill(n)
		require.Len(t, p.blocks, (n+block-1)/block)
		var all []uint64
		require.NoError(t, p.each(func(some []uint64) error {
			all = append(all, some...)
			return nil
		}))
		require.Len(t, all, n)
		for i, x := range all {
			require.Equal(t, uint64(i), x)
		}
	}
	fill(block + 1)
	require.Len(t, spare, 2, "blocks are used again")

	var fresh pile[uint64]
	fresh.clear(&spare)
	spare = nil
	fresh.extend(3*block+1, &spare)
	require.Len(t, fresh.blocks, 4, "several at once")

	stop := errors.New("stop")
	calls := 0
	require.ErrorIs(t, p.each(func([]uint64) error {
		calls++
		return stop
	}), stop)
	require.Equal(t, 1, calls)
}

// A block of large states has one state.
func TestPileShift(t *testing.T) {
	var large pile[[blockBytes + 1]byte]
	large.clear(new([][][blockBytes + 1]byte))
	require.Zero(t, large.shift)
	var small pile[byte]
	small.clear(new([][]byte))
	require.Equal(t, blockBytes, 1<<small.shift)
}
