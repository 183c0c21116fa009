package addrspace_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/design"
)

// S14, read over entries whose block is marked shared from the
// second on: one entry has mapping and index or a count of 1, more have a
// count, none has nothing.
func TestAssocCountsEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a addrspace.Assoc
		entries, wasShared := uint8(0), false
		t.Repeat(map[string]func(*rapid.T){
			"entry": func(t *rapid.T) {
				if entries < 12 && (entries == 0 || rapid.Bool().Draw(t, "associate")) {
					shared := entries > 0 || rapid.Bool().Draw(t, "shared")
					a.Associate(shared, rapid.Uint8Range(1, 3).Draw(t, "mapping"), rapid.Uint8Range(0, 3).Draw(t, "index"))
					entries++
				} else {
					a.Disassociate(design.ShareField)
					entries--
				}
				wasShared = entries > 1 || wasShared && entries > 0
			},
			"": func(t *rapid.T) {
				ok := false
				switch {
				case entries == 0:
					ok = a == addrspace.Assoc{}
				case wasShared:
					ok = a == addrspace.Assoc{Share: entries} && a.Shared()
				default:
					ok = a.Mapping != 0 && a.Share == 0 && !a.Shared()
				}
				if !ok {
					t.Fatalf("%d entries: %+v", entries, a)
				}
			},
		})
	})
}

// H01: two files share a page, both let go of it, and it stays marked.
func TestPostDecrementKeepsTheMark(t *testing.T) {
	for v, want := range map[design.Value]addrspace.Assoc{
		design.ShareField:         {},
		design.SharePostDecrement: {Mapping: addrspace.MappingShared},
	} {
		var a addrspace.Assoc
		a.Associate(true, 1, 0)
		a.Associate(true, 2, 0)
		require.Equal(t, addrspace.Assoc{Share: 2}, a)
		a.Disassociate(v)
		require.Equal(t, addrspace.Assoc{Share: 1}, a)
		a.Disassociate(v)
		require.Equal(t, want, a)
		require.Equal(t, v == design.SharePostDecrement, a.Shared())

		a.Associate(true, 3, 1)
		a.Disassociate(v)
		require.Equal(t, want, a, "and the next user leaves it as it was")
	}
}

// An association that is not shared takes a page over, whatever was left.
func TestAssociateUnshared(t *testing.T) {
	for _, old := range []addrspace.Assoc{{}, {Mapping: addrspace.MappingShared}, {Mapping: 2, Index: 1}} {
		old.Associate(false, 1, 3)
		require.Equal(t, addrspace.Assoc{Mapping: 1, Index: 3}, old)
	}
}
