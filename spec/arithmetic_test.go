package spec_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/units"
	"github.com/notifycheck/notifycheck/spec"
)

type byteRange = units.Range[units.ByteOff]

// A block is lost when one of its bytes is: asked byte by byte.
func TestLostByByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := spec.Layout{PageBytes: 4096, Blocks: make([]units.ByteOff, 4)}
		for b := range l.Blocks {
			l.Blocks[b] = units.ByteOff(rapid.Uint64Range(0, 7).Draw(t, "at")) << units.PageShift
		}
		block := rapid.Uint32Range(0, 3).Draw(t, "block")
		failed := byteRange{
			Off: units.ByteOff(rapid.Uint64Range(0, 8<<units.PageShift).Draw(t, "off")),
			Len: units.ByteOff(rapid.Uint64Range(0, 2<<units.PageShift).Draw(t, "len")),
		}
		want := false
		first := l.Blocks[block]
		for b := first; b < first+4096; b++ {
			want = want || b >= failed.Off && b < failed.Off+failed.Len
		}
		if got := l.Lost(failed, block); got != want {
			t.Fatalf("Lost(%+v, %d) = %v, by bytes %v", failed, block, got, want)
		}
		if got := l.LostBlocks(failed)>>block&1 != 0; got != want {
			t.Fatalf("LostBlocks(%+v) has %d: %v, by bytes %v", failed, block, got, want)
		}
	})
}

func TestLostPagesOfSharedBlock(t *testing.T) {
	pages := []spec.Placement{
		{FilePage: spec.FilePage{File: 0, Page: 0}, Block: 1},
		{FilePage: spec.FilePage{File: 0, Page: 1}, Block: 2},
		{FilePage: spec.FilePage{File: 1, Page: 3}, Block: 2},
	}
	l := spec.Layout{PageBytes: 4096, Blocks: []units.ByteOff{4096, 8192, 12288}}
	lost := l.LostBlocks(byteRange{Off: 3<<units.PageShift + 100, Len: 1})
	require.Equal(t, uint16(1<<2), lost)
	got := slices.Collect(spec.LostPages(lost, pages))
	require.Equal(t, []spec.FilePage{pages[1].FilePage, pages[2].FilePage}, got)
}

// A mapping shows a file page where it has it, and nowhere else.
func TestAddresses(t *testing.T) {
	m := spec.Mapping{Start: 0x7000, First: spec.FilePage{File: 1, Page: 2}, Pages: 3}
	for page, want := range map[spec.FilePage][]units.Addr{
		{File: 1, Page: 1}: nil,
		{File: 1, Page: 2}: {0x7000},
		{File: 1, Page: 4}: {0x9000},
		{File: 1, Page: 5}: nil,
		{File: 0, Page: 2}: nil,
	} {
		require.Equal(t, want, slices.Collect(m.Addresses(page, 4096)), page)
	}
}
