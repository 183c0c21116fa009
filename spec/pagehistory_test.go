package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/spec"
)

// pageReply is the reply of a call that leaves the file page where it is.
func pageReply(page uint8) spec.PageReply { return spec.PageReply{Page: page, Owned: spec.Same} }

func TestPageTable(t *testing.T) {
	const none = spec.None
	mapped := spec.PageTable{Page: 3, Owned: 3}
	cold := spec.PageTable{Page: none, Owned: 3}
	failed := spec.PageTable{Page: none, Owned: 3, Failed: 1 << 3}
	gone := spec.PageTable{Page: none, Owned: none}
	moved := spec.PageReply{Page: none, Owned: 5}
	copied := spec.PageReply{Page: 5, Owned: 5}
	freed := spec.PageReply{Page: none, Owned: none}
	excused := spec.PageReply{Page: none, Owned: spec.Same, Excused: true}
	for name, tc := range map[string]struct {
		pt   spec.PageTable
		op   spec.PageOp
		out  spec.PageReply
		want spec.PageTable
		ok   bool
	}{
		"a fault maps the file page": {cold, spec.PageReadFault, pageReply(3), mapped, true},
		"and no other":               {cold, spec.PageReadFault, pageReply(4), spec.PageTable{Page: 4, Owned: 3}, false},
		"it may be refused":          {cold, spec.PageReadFault, pageReply(none), cold, true},
		"refused, and another stays": {mapped, spec.PageReadFault, pageReply(none), mapped, true},
		"another page fails": {
			spec.PageTable{Page: none, Owned: 3, Failed: 1 << 7},
			spec.PageMemoryFailure, pageReply(none),
			spec.PageTable{Page: none, Owned: 3, Failed: 1<<7 | 1<<3},
			true,
		},
		"a hole maps nothing":           {gone, spec.PageReadFault, pageReply(3), spec.PageTable{Page: 3, Owned: none}, false},
		"what failed is refused":        {failed, spec.PageReadFault, pageReply(3), spec.PageTable{Page: 3, Owned: 3, Failed: 1 << 3}, false},
		"no fault is needed":            {mapped, spec.PageReadFault, pageReply(3), mapped, true},
		"a copy is mapped":              {mapped, spec.PageWriteFault, copied, spec.PageTable{Page: 5, Owned: 5}, true},
		"a copy of what failed is well": {failed, spec.PageWriteFault, copied, spec.PageTable{Page: 5, Owned: 5, Failed: 1 << 3}, true},
		"a copy elsewhere unmaps":       {mapped, spec.PageOtherWrite, moved, spec.PageTable{Page: none, Owned: 5}, true},
		"one on the same page does not": {mapped, spec.PageOtherWrite, spec.PageReply{Page: none, Owned: 3}, mapped, true},
		"munmap":                        {mapped, spec.PageMunmap, pageReply(none), cold, true},
		"truncate":                      {mapped, spec.PageTruncate, freed, gone, true},
		"truncate that did nothing":     {mapped, spec.PageTruncate, pageReply(none), mapped, true},
		"reflink":                       {mapped, spec.PageReflink, moved, spec.PageTable{Page: none, Owned: 5}, true},
		"reallocate":                    {gone, spec.PageReallocate, spec.PageReply{Page: none, Owned: 3}, cold, true},
		"memory_failure":                {mapped, spec.PageMemoryFailure, pageReply(none), failed, true},
		"of it without its owners":      {mapped, spec.PageMemoryFailure, excused, spec.PageTable{Page: 3, Owned: 3, Failed: 1 << 3}, true},
		"kill_dax":                      {mapped, spec.PageRemove, pageReply(none), failed, true},
		"a look":                        {mapped, spec.PageLook, pageReply(3), mapped, true},
		"a PTE can go":                  {mapped, spec.PageLook, pageReply(none), mapped, true},
		"but not come":                  {cold, spec.PageLook, pageReply(3), cold, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := tc.pt.Apply(spec.PageCall{Op: tc.op, Pages: 1 << 3}, tc.out)
			require.Equal(t, tc.ok, ok)
			require.Equal(t, tc.want, got)
		})
	}
}

// A call that did not return makes the rest unsure, unless it is known what
// it would do.
func TestPageTableOpen(t *testing.T) {
	open := spec.PageReply{Page: spec.None, Owned: spec.Same, Open: true}
	for op := spec.PageReadFault; op < spec.PageLook; op++ {
		pt, ok := spec.PageTable{Page: spec.None, Owned: 3}.Apply(spec.PageCall{Op: op, Pages: 1 << 3}, open)
		require.True(t, ok)
		_, ok = pt.Apply(spec.PageCall{Op: spec.PageReadFault}, pageReply(3))
		require.Equal(t, op != spec.PageMemoryFailure && op != spec.PageRemove, ok, "%v", op)
	}
}

func TestDescribePage(t *testing.T) {
	fail := spec.PageCall{Op: spec.PageMemoryFailure, Pages: 1<<3 | 1<<11}
	require.Equal(t, "memory_failure(pfns 3, 11)", spec.DescribePage(fail, pageReply(spec.None)))
	require.Equal(t, "kill_dax(pfn 3), read error, never returned", spec.DescribePage(
		spec.PageCall{Op: spec.PageRemove, Pages: 1 << 3}, spec.PageReply{Owned: spec.Same, Excused: true, Open: true}))
	require.Equal(t, "write fault: maps pfn 5, file page now on pfn 5",
		spec.DescribePage(spec.PageCall{Op: spec.PageWriteFault}, spec.PageReply{Page: 5, Owned: 5}))
	require.Equal(t, "look = nothing", spec.DescribePage(spec.PageCall{Op: spec.PageLook}, pageReply(spec.None)))
	require.Equal(t, "truncate, file page now on nothing",
		spec.DescribePage(spec.PageCall{Op: spec.PageTruncate}, spec.PageReply{Owned: spec.None}))
	require.Equal(t, "maps pfn 3, file page on nothing, failed pfn 4, or anything",
		spec.PageTable{Page: 3, Owned: spec.None, Failed: 1 << 4, Unsure: true}.String())
}
