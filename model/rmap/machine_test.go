package rmap_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/rmap"
)

// metadata: the headers of the groups, a bmbt block and an attr fork block of
// f1 and the log.
var metadata = []rmap.Record{
	{Start: 0, Len: 1, Owner: rmap.OwnerFS},
	{Start: 6, Len: 1, Owner: rmap.OwnerFS},
	{Start: 7, Len: 1, Owner: 0, OffFlags: rmap.FlagBmbt},
	{Start: 11, Len: 1, Owner: 0, OffFlags: rmap.FlagAttrFork},
	{Start: 12, Len: 2, Owner: rmap.OwnerLog},
}

// An fs is a filesystem between transactions.
type fs struct {
	tree      rmap.Tree
	data, cow [rmap.MaxFiles]rmap.Fork
	rc        rmap.Refcount
}

// An op is one transaction on a file page; from is the source of a reflink.
type op struct {
	name           string
	file, page     int
	block          rmap.Block
	fromFile, from int
}

func mkfs(t *rapid.T) (s fs) {
	for _, r := range metadata {
		if !s.tree.Map(r, groupStarts) {
			t.Fatalf("no room for %v", r)
		}
	}
	return s
}

// free lists the blocks that nothing uses.
func (s *fs) free() (blocks []rmap.Block) {
	for b := range rmap.Block(rmap.MaxBlocks) {
		if _, used := s.tree.Next(b, b, rmap.Record{}, true); !used {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// enabled lists the operations that s allows; there is always one.
func (s *fs) enabled() (ops []op) {
	free := s.free()
	for f := range rmap.MaxFiles {
		for pg := range rmap.MaxFilePages {
			e, staged := s.data[f][pg], !s.cow[f][pg].Hole()
			here := op{file: f, page: pg}
			add := func(name string) {
				ops = append(ops, op{name, here.file, here.page, here.block, here.fromFile, here.from})
			}
			if e.Hole() {
				for _, b := range free {
					here.block = b
					add("alloc")
					add("prealloc")
				}
				ops = append(ops, s.reflinks(f, pg)...)
				continue
			}
			add("punch")
			switch {
			case e.Unwritten():
				add("convert")
			case staged:
				add("end-cow")
				add("cancel-cow")
			case s.rc.Shared(e.Block()):
				for _, b := range free {
					here.block = b
					add("stage")
				}
			}
		}
	}
	return ops
}

// drawOp draws a kind of operation first: there are many ways to allocate.
func drawOp(t *rapid.T, ops []op) op {
	var names []string
	for _, o := range ops {
		if !slices.Contains(names, o.name) {
			names = append(names, o.name)
		}
	}
	name := rapid.SampledFrom(names).Draw(t, "name")
	ops = slices.DeleteFunc(ops, func(o op) bool { return o.name != name })
	return rapid.SampledFrom(ops).Draw(t, "op")
}

// reflinks lists the written pages that hole pg of f can come to share.
func (s *fs) reflinks(f, pg int) (ops []op) {
	for g := range s.data {
		for src, e := range s.data[g] {
			if !e.Hole() && !e.Unwritten() {
				ops = append(ops, op{name: "reflink", file: f, page: pg, fromFile: g, from: src})
			}
		}
	}
	return ops
}

// mapPage makes page pg of file f e, in all three structures.
func (s *fs) mapPage(f, pg int, e rmap.Extent) bool {
	rec := rmap.Record{Start: e.Block(), Len: 1, Owner: rmap.Owner(f), OffFlags: uint8(pg)}
	if e.Unwritten() {
		rec.OffFlags |= rmap.FlagUnwritten
	}
	s.data[f][pg] = e
	s.rc.Inc(e.Block())
	return s.tree.Map(rec, groupStarts)
}

// unmapPage makes a hole of page pg of file f.
func (s *fs) unmapPage(f, pg int) bool {
	b := s.data[f][pg].Block()
	s.data[f][pg] = 0
	s.rc.Dec(b)
	return s.tree.Unmap(b, rmap.Owner(f), uint8(pg))
}

// unstage takes the CoW staging block of a page back.
func (s *fs) unstage(f, pg int) (rmap.Block, bool) {
	b := s.cow[f][pg].Block()
	s.cow[f][pg] = 0
	return b, s.tree.Unmap(b, rmap.OwnerCow, 0)
}

// apply runs o; false when a record would not fit, and then s is spoilt.
func (s *fs) apply(o op) bool {
	switch o.name {
	case "alloc":
		return s.mapPage(o.file, o.page, rmap.Written(o.block))
	case "prealloc":
		return s.mapPage(o.file, o.page, rmap.Unwritten(o.block))
	case "convert":
		b := s.data[o.file][o.page].Block()
		s.data[o.file][o.page] = rmap.Written(b)
		return s.tree.Convert(b, rmap.Owner(o.file), uint8(o.page), groupStarts)
	case "reflink":
		return s.mapPage(o.file, o.page, s.data[o.fromFile][o.from])
	case "punch":
		if !s.cow[o.file][o.page].Hole() {
			if _, ok := s.unstage(o.file, o.page); !ok {
				return false
			}
		}
		return s.unmapPage(o.file, o.page)
	case "stage":
		s.cow[o.file][o.page] = rmap.Written(o.block)
		return s.tree.Map(rmap.Record{Start: o.block, Len: 1, Owner: rmap.OwnerCow}, groupStarts)
	case "cancel-cow":
		_, ok := s.unstage(o.file, o.page)
		return ok
	case "end-cow":
		b, ok := s.unstage(o.file, o.page)
		return ok && s.unmapPage(o.file, o.page) && s.mapPage(o.file, o.page, rmap.Written(b))
	}
	panic("unknown op " + o.name)
}

// want is the naive reverse map: what the forks say, block by block.
func (s *fs) want() unitSet {
	set := unitSet{}
	for _, r := range metadata {
		for _, u := range unitsOf(r) {
			set[u] = true
		}
	}
	for f := range s.data {
		for pg := range s.data[f] {
			if e := s.data[f][pg]; !e.Hole() {
				u := unit{block: e.Block(), owner: rmap.Owner(f), off: uint8(pg)}
				if e.Unwritten() {
					u.flags = rmap.FlagUnwritten
				}
				set[u] = true
			}
			if e := s.cow[f][pg]; !e.Hole() {
				set[unit{block: e.Block(), owner: rmap.OwnerCow}] = true
			}
		}
	}
	return set
}

// checkCounts checks the reference counts against the pages that refer.
func (s *fs) checkCounts(t *rapid.T) {
	t.Helper()
	for b := range rmap.Block(rmap.MaxBlocks) {
		pages := 0
		for f := range s.data {
			for _, e := range s.data[f] {
				if !e.Hole() && e.Block() == b {
					pages++
				}
			}
		}
		if s.rc.Free(b) != (pages == 0) || s.rc.Shared(b) != (pages >= 2) {
			t.Fatalf("block %d: %d pages, count %d", b, pages, s.rc[b])
		}
	}
}

func TestForksRmapAndRefcountAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := mkfs(t)
		t.Repeat(map[string]func(*rapid.T){
			"transaction": func(t *rapid.T) {
				next := s
				if next.apply(drawOp(t, s.enabled())) {
					s = next
				}
			},
			"": func(t *rapid.T) {
				if err := rmap.Consistent(&s.tree, &s.data, &s.cow, metadata, &s.rc, groupStarts); err != nil {
					t.Fatal(err)
				}
				if got := of(t, &s.tree); !maps.Equal(got, s.want()) {
					t.Fatalf("the tree has %v, want %v", got, s.want())
				}
				checkForm(t, &s.tree)
				s.checkCounts(t)
			},
		})
	})
}

// Consistent finds each kind of damage, and says what it is.
func TestConsistentFindsDamage(t *testing.T) {
	for want, damage := range map[string]func(*fs){
		"reference counts [0 1 2 1 0 ": func(s *fs) { s.rc[3]++ },
		"reference counts [0 1 1 0 ":   func(s *fs) { s.rc.Dec(2) },
		"f1 page 3 has no record [9,+1) f1 offset 3 flags 0x0": func(s *fs) {
			s.data[0][3] = rmap.Written(9)
		},
		"f3 page 0 has no record [8,+1) f3 offset 0 flags 0x0": func(s *fs) {
			s.data[2][0] = rmap.Written(8)
		},
		"the data forks want [0 0 2 0 ":     func(s *fs) { s.data[0][0] = 0 },
		"the rmap has 1 blocks too many":    func(s *fs) { s.cow[1][2] = 0 },
		"CoW fork of f3 page 2: block 5 of": func(s *fs) { s.cow[2][2] = rmap.Written(5) },
		"CoW fork of f2 page 2: block 1 of": func(s *fs) { s.cow[1][2] = rmap.Written(1) },
		"CoW fork of f2 page 2: no record [8,+1) XFS_RMAP_OWN_COW": func(s *fs) {
			s.cow[1][2] = rmap.Written(8)
		},
		"no record [0,+1) XFS_RMAP_OWN_FS": func(s *fs) {
			s.tree.Delete(rmap.Record{Start: 0, Len: 1, Owner: rmap.OwnerFS})
		},
		"the rmap has 2 blocks too many": func(s *fs) {
			s.tree.Insert(rmap.Record{Start: 14, Len: 2, Owner: 2})
		},
		"[1,+1) f1 offset 0 flags 0x0 and [2,+1) f1 offset 1 flags 0x0 are not merged": func(s *fs) {
			s.tree.Delete(rmap.Record{Start: 1, Len: 2})
			s.tree.Insert(rmap.Record{Start: 1, Len: 1})
			s.tree.Insert(rmap.Record{Start: 2, Len: 1, OffFlags: 1})
		},
		"block 12 of [12,+1) XFS_RMAP_OWN_LOG offset 0 flags 0x0 has another use": func(s *fs) {
			s.mapPage(2, 0, rmap.Written(12))
		},
	} {
		var s fs
		for _, r := range metadata {
			require.True(t, s.tree.Map(r, groupStarts))
		}
		for _, o := range []op{
			{name: "alloc", block: 1},
			{name: "alloc", page: 1, block: 2},
			{name: "prealloc", page: 3, block: 9},
			{name: "reflink", file: 1, page: 2, from: 1},
			{name: "stage", file: 1, page: 2, block: 5},
		} {
			require.True(t, s.apply(o), "%+v", o)
		}
		consistent := func() error {
			return rmap.Consistent(&s.tree, &s.data, &s.cow, metadata, &s.rc, groupStarts)
		}
		require.NoError(t, consistent())
		damage(&s)
		require.ErrorContains(t, consistent(), want)
	}
}

// Records that follow each other are two where a group begins.
func TestConsistentAcrossGroups(t *testing.T) {
	var s fs
	for pg := range 2 {
		require.True(t, s.apply(op{name: "alloc", page: pg, block: rmap.Block(5 + pg)}))
	}
	require.NotZero(t, s.tree.Recs[1])
	require.NoError(t, rmap.Consistent(&s.tree, &s.data, &s.cow, nil, &s.rc, groupStarts))
	require.Error(t, rmap.Consistent(&s.tree, &s.data, &s.cow, nil, &s.rc, 1))
}

func TestConsistentRefusesStaticTwice(t *testing.T) {
	var s fs
	twice := []rmap.Record{metadata[0], metadata[0]}
	if rmap.Consistent(&s.tree, &s.data, &s.cow, twice, &s.rc, groupStarts) == nil {
		t.Fatal("not found")
	}
}

// Consistent finds records that hold the right blocks in the wrong form.
func TestConsistentFindsForm(t *testing.T) {
	var s fs
	for pg := range 2 {
		if !s.apply(op{name: "alloc", page: pg, block: rmap.Block(pg + 1)}) || !s.apply(op{name: "alloc", file: 1, page: pg, block: rmap.Block(9 - pg)}) {
			t.Fatal("no room")
		}
	}
	check := func(groupStarts uint16) error {
		return rmap.Consistent(&s.tree, &s.data, &s.cow, nil, &s.rc, groupStarts)
	}
	if err := check(groupStarts); err != nil {
		t.Fatal(err)
	}
	if check(groupStarts|1<<2) == nil {
		t.Error("a record that crosses a group was not found")
	}
	s.tree.Recs[0], s.tree.Recs[1] = s.tree.Recs[1], s.tree.Recs[0]
	if check(groupStarts) == nil {
		t.Error("records out of order were not found")
	}
	s.tree.Recs[0], s.tree.Recs[1] = s.tree.Recs[1], s.tree.Recs[0]
	s.tree.Recs[rmap.MaxRecords-1].Owner = 1
	if check(groupStarts) == nil {
		t.Error("an unused record that is not zero was not found")
	}
}
