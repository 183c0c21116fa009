package rmap_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/rmap"
)

// Groups of 6, 6 and 4 blocks.
const groupStarts = uint16(1<<0 | 1<<6 | 1<<12)

// drawUnit draws one block of use of any kind.
func drawUnit(t *rapid.T) unit {
	u := unit{block: rmap.Block(rapid.IntRange(0, rmap.MaxBlocks-1).Draw(t, "block"))}
	u.owner = rapid.SampledFrom([]rmap.Owner{0, 0, 0, 1, 2, rmap.OwnerCow, rmap.OwnerFS, rmap.OwnerAG}).Draw(t, "owner")
	if !u.owner.Inode() {
		return u
	}
	u.flags = rapid.SampledFrom([]uint8{
		0, 0, 0, rmap.FlagUnwritten, rmap.FlagAttrFork, rmap.FlagBmbt, rmap.FlagBmbt | rmap.FlagAttrFork,
	}).Draw(t, "flags")
	if u.flags&rmap.FlagBmbt == 0 {
		// Near the block, so that records grow long.
		u.off = uint8(u.block) + rapid.SampledFrom([]uint8{0, 0, 0, 1}).Draw(t, "shift")
		u.off = min(u.off, 15)
	}
	return u
}

func (u unit) record() rmap.Record {
	return rmap.Record{Start: u.block, Len: 1, Owner: u.owner, OffFlags: u.off | u.flags}
}

// drawTree draws a tree and its units, in which there may be several at a
// block.
func drawTree(t *rapid.T) (rmap.Tree, unitSet) {
	var tree rmap.Tree
	set := unitSet{}
	for range rapid.IntRange(0, 40).Draw(t, "units") {
		u := drawUnit(t)
		if !set[u] && tree.Map(u.record(), groupStarts) {
			set[u] = true
		}
	}
	return tree, set
}

func TestMapAgainstUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, set := drawTree(t)
		checkForm(t, &tree)
		if got := of(t, &tree); !maps.Equal(got, set) {
			t.Fatalf("the tree has %v, want %v", got, set)
		}
	})
}

// A tree that is full refuses what needs a record more, and nothing changes.
func TestMapFull(t *testing.T) {
	var tree rmap.Tree
	for b := range rmap.Block(rmap.MaxRecords) {
		require.True(t, tree.Map(rmap.Record{Start: b, Len: 1, Owner: 0, OffFlags: uint8(15 - b)}, groupStarts))
	}
	old := tree
	require.False(t, tree.Map(rmap.Record{Start: 3, Len: 1, Owner: 1}, groupStarts))
	require.False(t, tree.Insert(rmap.Record{Start: 3, Len: 1, Owner: 1}))
	require.Equal(t, old, tree)
	require.True(t, tree.Delete(rmap.Record{Start: 7, Len: 1, OffFlags: 8}))
	require.False(t, tree.Delete(rmap.Record{Start: 7, Len: 1, OffFlags: 8}))
	require.True(t, tree.Insert(rmap.Record{Start: 3, Len: 1, Owner: 1}))
	require.False(t, tree.Insert(rmap.Record{Start: 3, Len: 1, Owner: 1}), "twice")
}

// In a full tree no record can be split: Unmap and Convert change nothing.
func TestSplitFull(t *testing.T) {
	var tree rmap.Tree
	require.True(t, tree.Insert(rmap.Record{Start: 0, Len: 3, Owner: 0, OffFlags: rmap.FlagUnwritten}))
	for b := rmap.Block(1); b < rmap.MaxRecords; b++ {
		require.True(t, tree.Insert(rmap.Record{Start: b, Len: 1, Owner: 1, OffFlags: uint8(15 - b)}))
	}
	old := tree
	require.False(t, tree.Unmap(1, 0, 1))
	require.False(t, tree.Convert(1, 0, 1, groupStarts))
	require.False(t, tree.Convert(0, 0, 0, groupStarts))
	require.Equal(t, old, tree)
	require.True(t, tree.Unmap(0, 0, 0))
}

// The order of insertion does not show.
func TestTreeIsASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, set := drawTree(t)
		us := make([]unit, 0, len(set))
		for _, r := range tree.Recs {
			us = append(us, unitsOf(r)...)
		}
		var other rmap.Tree
		for _, u := range rapid.Permutation(us).Draw(t, "order") {
			if !other.Map(u.record(), groupStarts) {
				return // needed more records on the way
			}
		}
		if other != tree {
			t.Fatalf("%v\n%v", other.Recs, tree.Recs)
		}
	})
}

// A query gives each record with a block in it once, in order, also those
// that begin before it or end after it.
func TestQueryAgainstUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, set := drawTree(t)
		lo := rmap.Block(rapid.IntRange(0, rmap.MaxBlocks-1).Draw(t, "lo"))
		hi := rmap.Block(rapid.IntRange(int(lo), rmap.MaxBlocks-1).Draw(t, "hi"))
		got := unitSet{}
		var last rmap.Record
		for r, ok := tree.Next(lo, hi, rmap.Record{}, true); ok; r, ok = tree.Next(lo, hi, r, false) {
			if last.Len != 0 && last.Start > r.Start {
				t.Fatalf("%v after %v", r, last)
			}
			last = r
			for _, u := range unitsOf(r) {
				if got[u] {
					t.Fatalf("%+v twice", u)
				}
				got[u] = true
			}
		}
		if want := set.inQuery(lo, hi); !maps.Equal(got.inQuery(lo, hi), want) {
			t.Fatalf("[%d,%d] gave %v, want %v", lo, hi, got, want)
		}
	})
}

// A query goes on from a record that has gone in the meantime.
func TestQueryGoesOn(t *testing.T) {
	var tree rmap.Tree
	recs := []rmap.Record{{Start: 1, Len: 3, Owner: 0}, {Start: 2, Len: 1, Owner: 1, OffFlags: 2}, {Start: 3, Len: 2, Owner: 1}}
	for _, r := range recs {
		require.True(t, tree.Insert(r))
	}
	got, ok := tree.Next(3, 3, rmap.Record{}, true)
	require.True(t, ok)
	require.Equal(t, recs[0], got)
	require.True(t, tree.Delete(recs[0]))
	got, ok = tree.Next(2, 3, recs[0], false)
	require.True(t, ok)
	require.Equal(t, recs[1], got)
	_, ok = tree.Next(2, 3, recs[2], false)
	require.False(t, ok)
	_, ok = tree.Next(5, 15, rmap.Record{}, true)
	require.False(t, ok)
}

func TestFindAgainstUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, set := drawTree(t)
		u := drawUnit(t)
		u.flags = 0
		rec, ok := tree.Find(u.block, u.owner, u.off)
		unwritten := u
		unwritten.flags = rmap.FlagUnwritten
		if want := set[u] || set[unwritten]; ok != want {
			t.Fatalf("Find(%+v) = %v, %v", u, rec, ok)
		}
	})
}

func TestUnmapAgainstUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, set := drawTree(t)
		u := drawUnit(t)
		u.flags &= rmap.FlagUnwritten
		other := u
		other.flags ^= rmap.FlagUnwritten
		if set[other] {
			return // then Unmap may take either
		}
		old := tree
		if tree.Unmap(u.block, u.owner, u.off) {
			if !set[u] {
				t.Fatalf("unmapped %+v, which was not there", u)
			}
			delete(set, u)
			checkForm(t, &tree)
		} else if tree != old || set[u] && old.Recs[rmap.MaxRecords-1].Len == 0 {
			t.Fatalf("%+v: %v\n%v", u, old.Recs, tree.Recs)
		}
		if got := of(t, &tree); !maps.Equal(got, set) {
			t.Fatalf("the tree has %v, want %v", got, set)
		}
	})
}

func TestConvertAgainstUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, set := drawTree(t)
		u := drawUnit(t)
		u.flags = rmap.FlagUnwritten
		written := u
		written.flags = 0
		if !u.owner.Inode() || set[written] && set[u] {
			return // then Convert may take either
		}
		old := tree
		if tree.Convert(u.block, u.owner, u.off, groupStarts) {
			if !set[u] {
				t.Fatalf("converted %+v, which was not there", u)
			}
			delete(set, u)
			set[written] = true
			checkForm(t, &tree)
		} else if tree != old || set[u] && old.Recs[rmap.MaxRecords-2].Len == 0 {
			t.Fatalf("%+v: %v\n%v", u, old.Recs, tree.Recs)
		}
		if got := of(t, &tree); !maps.Equal(got, set) {
			t.Fatalf("the tree has %v, want %v", got, set)
		}
	})
}
