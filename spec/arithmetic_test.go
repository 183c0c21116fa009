package spec_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/units"
	"github.com/notifycheck/notifycheck/spec"
)

type byteRange = units.Range[units.ByteOff]

// A block is lost when one of its bytes is: asked byte by byte.
func TestLostByByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := spec.Layout{PartOff: units.ByteOff(rapid.Uint64Range(0, 3).Draw(t, "part")) << units.PageShift}
		block := rapid.Uint32Range(0, 3).Draw(t, "block")
		failed := byteRange{
			Off: units.ByteOff(rapid.Uint64Range(0, 8<<units.PageShift).Draw(t, "off")),
			Len: units.ByteOff(rapid.Uint64Range(0, 2<<units.PageShift).Draw(t, "len")),
		}
		want := false
		first := l.PartOff + units.ByteOff(block)*4096
		for b := first; b < first+4096; b++ {
			want = want || b >= failed.Off && b < failed.Off+failed.Len
		}
		if got := l.Lost(failed, block); got != want {
			t.Fatalf("Lost(%+v, %d) = %v, by bytes %v", failed, block, got, want)
		}
	})
}

func TestLostPagesOfSharedBlock(t *testing.T) {
	pages := []spec.Placement{
		{FilePage: spec.FilePage{File: 0, Page: 0}, Block: 1},
		{FilePage: spec.FilePage{File: 0, Page: 1}, Block: 2},
		{FilePage: spec.FilePage{File: 1, Page: 3}, Block: 2},
	}
	l := spec.Layout{PartOff: 1 << units.PageShift}
	var got []spec.FilePage
	for p := range l.LostPages(byteRange{Off: 3<<units.PageShift + 100, Len: 1}, pages) {
		got = append(got, p)
	}
	if len(got) != 2 || got[0] != pages[1].FilePage || got[1] != pages[2].FilePage {
		t.Fatalf("lost %v", got)
	}
}
