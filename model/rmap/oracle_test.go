package rmap_test

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/rmap"
)

// A unit is one block of a record. The naive reverse map is a set of them.
type unit struct {
	block rmap.Block
	owner rmap.Owner
	off   uint8
	flags uint8
}

type unitSet map[unit]bool

// unitsOf takes a record apart.
func unitsOf(r rmap.Record) (us []unit) {
	for i := range r.Len {
		u := unit{block: r.Start + rmap.Block(i), owner: r.Owner, off: r.Off(), flags: r.Flags()}
		if r.Owner.Inode() && r.Flags()&rmap.FlagBmbt == 0 {
			u.off += i
		}
		us = append(us, u)
	}
	return us
}

// of gives the units of a tree; a unit that is there twice is an error.
func of(t rapid.TB, tree *rmap.Tree) unitSet {
	t.Helper()
	set := unitSet{}
	for _, r := range tree.Recs {
		for _, u := range unitsOf(r) {
			if set[u] {
				t.Fatalf("%+v is twice in %v", u, tree.Recs)
			}
			set[u] = true
		}
	}
	return set
}

// inQuery gives the units of set whose block is in [lo, hi].
func (set unitSet) inQuery(lo, hi rmap.Block) unitSet {
	in := unitSet{}
	for u := range set {
		if u.block >= lo && u.block <= hi {
			in[u] = true
		}
	}
	return in
}

// records is how many records set needs: one for each unit that continues
// none, a record ends where a group does.
func (set unitSet) records(groupStarts uint16) int {
	n := 0
	for u := range set {
		before := u
		before.block--
		if u.owner.Inode() && u.flags&rmap.FlagBmbt == 0 {
			before.off--
		}
		if groupStarts>>u.block&1 != 0 || !set[before] {
			n++
		}
	}
	return n
}

// checkForm checks what the order and the merging of records promise.
func checkForm(t rapid.TB, tree *rmap.Tree) {
	t.Helper()
	used := slices.IndexFunc(tree.Recs[:], func(r rmap.Record) bool { return r.Len == 0 })
	if used < 0 {
		used = rmap.MaxRecords
	}
	for _, r := range tree.Recs[used:] {
		if r != (rmap.Record{}) {
			t.Fatalf("a record after the end: %v", tree.Recs)
		}
	}
	sorted := slices.IsSortedFunc(tree.Recs[:used], func(a, b rmap.Record) int {
		for _, d := range []int{int(a.Start) - int(b.Start), int(a.Owner) - int(b.Owner), int(a.OffFlags) - int(b.OffFlags)} {
			if d != 0 {
				return d
			}
		}
		t.Fatalf("two records with one key: %v", tree.Recs)
		return 0
	})
	if !sorted {
		t.Fatalf("not in order: %v", tree.Recs)
	}
	for _, r := range tree.Recs[:used] {
		for b := r.Start + 1; b < r.End(); b++ {
			if groupStarts>>b&1 != 0 {
				t.Fatalf("%v crosses a group", r)
			}
		}
	}
	if want := of(t, tree).records(groupStarts); used != want {
		t.Fatalf("%d records, %d would do: %v", used, want, tree.Recs)
	}
}
