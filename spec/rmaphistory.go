package spec

import (
	"fmt"
	"strings"
)

// Blocks bounds the blocks of a reverse map.
const Blocks = 16

// Owners is who has a block, a bit each: file page Files*FilePages, once as
// written and once as unwritten extents, and those that are no file page.
type Owners uint32

// Owners that are no file page.
const (
	Staging  Owners = 1 << (2 * Files * FilePages) // a copy on write that has not ended
	Metadata Owners = Staging << 1
)

// FilePageOwner is a page of a file as an owner.
func FilePageOwner(file, idx uint8, unwritten bool) Owners {
	o := Owners(1) << (file*FilePages + idx)
	if unwritten {
		o <<= Files * FilePages
	}
	return o
}

// String lists the owners.
func (o Owners) String() string {
	var list []string
	for f := range uint8(Files) {
		for i := range uint8(FilePages) {
			if o&FilePageOwner(f, i, false) != 0 {
				list = append(list, fmt.Sprintf("f%d:%d", f+1, i))
			}
			if o&FilePageOwner(f, i, true) != 0 {
				list = append(list, fmt.Sprintf("f%d:%d unwritten", f+1, i))
			}
		}
	}
	if o&Staging != 0 {
		list = append(list, "staging")
	}
	if o&Metadata != 0 {
		list = append(list, "metadata")
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// A Rmap is the reverse map as a sequential object: the owners of each block.
// It has no records: that two file pages that follow each other on disk are
// one record, which is taken out and put back in two pieces when a page in
// the middle goes, is nobody's business.
//
//	unmap  block 3    |-----------|
//	query  block 2       |---|            f1:0, before and after: never nobody
//
// An update is one moment of its call, a query is another, whatever it read
// first and last.
//
//	query  2 and 3    |---------------|   both of f1, or none, never one of them
//	unmap  block 2      |--|
//	unmap  block 3            |--|        begins when block 2 is nobody's
type Rmap struct{ Of [Blocks]Owners }

// A RmapCall is an update of one block, or a query of several.
type RmapCall struct {
	Block, Blocks uint8
	Query         bool
	Drop, Add     Owners // map adds, unmap drops, convert does both
}

// A RmapReply is what a query found, by block. The blocks that were not asked
// for are empty.
type RmapReply struct{ Of [Blocks]Owners }

// Apply is the state after the call; ok is false when it cannot have that
// reply.
func (r Rmap) Apply(in RmapCall, out RmapReply) (next Rmap, ok bool) {
	if !in.Query {
		had := r.Of[in.Block]
		r.Of[in.Block] = had&^in.Drop | in.Add
		return r, had&in.Drop == in.Drop && had&in.Add == 0
	}
	for b := in.Block; b < in.Block+in.Blocks; b++ {
		if r.Of[b] != out.Of[b] {
			return r, false
		}
	}
	return r, true
}

// String lists the blocks that have owners.
func (r Rmap) String() string {
	var list []string
	for b, o := range r.Of {
		if o != 0 {
			list = append(list, fmt.Sprintf("%d: %v", b, o))
		}
	}
	return strings.Join(list, "; ")
}

// DescribeRmap is a call as porcupine's picture shows it.
func DescribeRmap(in RmapCall, out RmapReply) string {
	switch {
	case in.Query:
		return fmt.Sprintf("query(%d,+%d) = %v", in.Block, in.Blocks, Rmap(out))
	case in.Drop == 0:
		return fmt.Sprintf("map(%d, %v)", in.Block, in.Add)
	case in.Add == 0:
		return fmt.Sprintf("unmap(%d, %v)", in.Block, in.Drop)
	}
	return fmt.Sprintf("convert(%d, %v to %v)", in.Block, in.Drop, in.Add)
}
