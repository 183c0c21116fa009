package properties

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/block"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/model/units"
	"github.com/notifycheck/notifycheck/spec"
)

// ArithmeticChoices are the choices that the way from a range of a device to
// user addresses is computed by. Each is consulted in one pure function, the
// same for the machine, in the scale of the kernel, and for the exhaustive
// check, in a smaller one.
var ArithmeticChoices = []design.Choice{
	design.Translate, design.SectorRound, design.FsbnoForm, design.WindowEnd, design.MetadataTest,
	design.RecordOffset, design.UnmapStart, design.UnmapLength, design.ReverseMap,
}

// Bounds of the scope, and of the words in it: the least can hold the blocks
// of a group, and all-ones beyond them.
const (
	MaxArithmeticBlocks = 6
	ArithmeticGroups    = 3
	MinArithmeticBits   = 3
	MaxArithmeticBits   = 32
	arithmeticPages     = 16 // of a file
)

// An ArithmeticScope is what the arithmetic is exhausted on: all geometries of
// at most so many Blocks in at most ArithmeticGroups groups. Bits is the width
// of what is u32 in the kernel. A page has 1 << PageShift bytes and a basic
// block 1 << SectorShift; ranges are whole multiples of 1 << StepShift.
type ArithmeticScope struct{ Blocks, Bits, PageShift, SectorShift, StepShift uint8 }

// NarrowArithmetic is the scope with words of so many bits: every range of
// bytes, with pages of four bytes in two basic blocks.
func NarrowArithmetic(bits uint8) ArithmeticScope {
	return ArithmeticScope{Blocks: MaxArithmeticBlocks, Bits: bits, PageShift: 2, SectorShift: 1}
}

// Uses of a block.
const (
	useFree = iota
	useFile
	useShared   // by two files, and twice by the second
	useMetadata // of no inode in even blocks, of an attribute fork in odd ones
	numUses
)

// An arithmeticStack is what lies between device and filesystem.
type arithmeticStack uint8

const (
	stackPartition arithmeticStack = iota
	stackLinear                    // dm-linear, two targets in swapped order
	stackSnapshot                  // dm, the last two blocks are one of the device
)

func (s arithmeticStack) String() string {
	return [...]string{"a partition", "dm-linear with two targets in swapped order", "dm with the last two blocks on one of the device"}[s]
}

// An arithmeticGeometry is a filesystem on a device: PartOff pages, the filesystem, Tail
// pages that are not its.
type arithmeticGeometry struct {
	scope   ArithmeticScope
	scale   units.Scale
	groups  superblock.Groups
	stack   arithmeticStack
	partOff uint32
	tail    uint32
	size    units.ByteOff // of the device
	layout  spec.Layout
	part    block.ByteRange
	targets []block.Target // of a dm device
}

// groupShapes are the group geometries, the smallest first.
func groupShapes(blocks uint32, scale units.Scale) (all []superblock.Groups) {
	for count := uint32(1); count <= ArithmeticGroups; count++ {
		for ag := uint32(1); ag <= blocks; ag++ {
			for total := (count-1)*ag + 1; total <= min(count*ag, blocks); total++ {
				if count == 1 && total != ag { // the only group is not a short one
					continue
				}
				all = append(all, superblock.Groups{
					Count: count, AGBlocks: ag, AGBlkLog: uint32(bits.Len32(ag - 1)), Blocks: total, Scale: scale,
				})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b superblock.Groups) int {
		return cmp.Or(cmp.Compare(a.Blocks, b.Blocks), cmp.Compare(a.Count, b.Count))
	})
	return all
}

// geometries are the geometries of the scope: those of a filesystem that has
// the whole device first, and each time the small ones.
func (sc ArithmeticScope) geometries() (all []*arithmeticGeometry) {
	for _, groups := range groupShapes(uint32(sc.Blocks), units.NewScale(sc.Bits, sc.PageShift, sc.SectorShift)) {
		for tail := range uint32(2) {
			for partOff := range uint32(3) {
				all = append(all, sc.geometry(groups, stackPartition, partOff, tail))
			}
			if groups.Blocks > 1 {
				all = append(all, sc.geometry(groups, stackLinear, 0, tail), sc.geometry(groups, stackSnapshot, 0, tail))
			}
		}
	}
	special := func(g *arithmeticGeometry) uint32 { return uint32(g.stack) + g.partOff + g.tail }
	slices.SortStableFunc(all, func(a, b *arithmeticGeometry) int {
		return cmp.Compare(min(special(a), 1), min(special(b), 1))
	})
	return all
}

// geometry lays out the blocks.
func (sc ArithmeticScope) geometry(groups superblock.Groups, stack arithmeticStack, partOff, tail uint32) *arithmeticGeometry {
	page := units.ByteOff(1) << sc.PageShift
	n := groups.Blocks
	g := &arithmeticGeometry{
		scope: sc, scale: groups.Scale, groups: groups, stack: stack, partOff: partOff, tail: tail,
		layout: spec.Layout{PageBytes: page, Blocks: make([]units.ByteOff, n)},
		part:   block.ByteRange{Off: units.ByteOff(partOff) * page, Len: units.ByteOff(n) * page},
	}
	target := func(up, length, below uint32) {
		sectors := func(pages uint32) units.Sector { return g.scale.BTOBB(units.ByteOff(pages) * page) }
		g.targets = append(g.targets, block.Target{Start: sectors(up), Len: sectors(length), Parent: sectors(below)})
	}
	half := n / 2
	switch stack {
	case stackLinear:
		target(0, half, n-half)
		target(half, n-half, 0)
	case stackSnapshot:
		target(0, n-1, 0)
		target(n-1, 1, n-2)
	}
	used := n
	for b := range n {
		at := partOff + b
		switch {
		case stack == stackLinear && b < half:
			at = n - half + b
		case stack == stackLinear:
			at = b - half
		case stack == stackSnapshot && b == n-1:
			at, used = b-1, n-1
		}
		g.layout.Blocks[b] = units.ByteOff(at) * page
	}
	g.size = units.ByteOff(partOff+used+tail) * page
	return g
}

// ranges are all ranges of the device in whole steps, and the one that means
// all of it. Those of pages come first, as the kernel has them, then those of
// basic blocks, and each time the short ones.
func (g *arithmeticGeometry) ranges() (all []block.ByteRange) {
	step := units.ByteOff(1) << g.scope.StepShift
	for length := step; length <= g.size; length += step {
		for off := units.ByteOff(0); off+length <= g.size; off += step {
			all = append(all, block.ByteRange{Off: off, Len: length})
		}
	}
	all = append(all, block.ByteRange{Len: math.MaxUint64})
	slices.SortStableFunc(all, func(a, b block.ByteRange) int { return cmp.Compare(g.odd(a), g.odd(b)) })
	return all
}

// odd is 0 for a range of whole pages, 1 for one of whole basic blocks, and 2
// for another.
func (g *arithmeticGeometry) odd(r block.ByteRange) int {
	switch ends := r.Off | r.Len; {
	case ends%g.layout.PageBytes == 0 || r.Len == math.MaxUint64:
		return 0
	case ends%(1<<g.scope.SectorShift) == 0:
		return 1
	}
	return 2
}

// arithmeticMappings are the VMAs, one a file: that of the first file does not have
// all of its pages.
func arithmeticMappings(pageShift uint8) [2]spec.Mapping {
	start := func(page units.Addr) units.Addr { return page << pageShift }
	return [2]spec.Mapping{
		{Start: start(arithmeticPages), First: spec.FilePage{File: 0, Page: 1}, Pages: 4},
		{Start: start(2 * arithmeticPages), First: spec.FilePage{File: 1}, Pages: arithmeticPages},
	}
}

// A blockUses is one way to use the blocks of a geometry.
type blockUses struct {
	uses  [MaxArithmeticBlocks]uint8
	tree  rmap.Tree
	place []spec.Placement
	meta  uint16 // blocks of metadata
}

// allBlockUses are all ways to use the blocks of a geometry, those that use few
// blocks first.
func allBlockUses(groups superblock.Groups) []blockUses {
	ways := 1
	for range groups.Blocks {
		ways *= numUses
	}
	all := make([]blockUses, ways)
	for way := range all {
		for b, rest := uint32(0), way; b < groups.Blocks; b, rest = b+1, rest/numUses {
			all[way].uses[b] = uint8(rest % numUses)
			all[way].use(groups, b)
		}
	}
	slices.SortStableFunc(all, func(a, b blockUses) int { return cmp.Compare(a.used(), b.used()) })
	return all
}

// used is the number of blocks that are not free.
func (x *blockUses) used() (n int) {
	for _, u := range x.uses {
		if u != useFree {
			n++
		}
	}
	return n
}

// use gives block b its use, at file offsets of its own.
func (x *blockUses) use(groups superblock.Groups, b uint32) {
	own := func(owner rmap.Owner, page, flags uint8) {
		rec := rmap.Record{Start: rmap.Block(b), Len: 1, Owner: owner, OffFlags: page | flags}
		if !x.tree.Map(rec, groups.Starts()) {
			panic(fmt.Sprintf("properties: no room for %v in %v", rec, x.tree.Recs))
		}
		if flags != 0 || !owner.Inode() {
			x.meta |= 1 << b
			return
		}
		filePage := spec.FilePage{File: uint8(owner), Page: units.PgOff(page)}
		x.place = append(x.place, spec.Placement{FilePage: filePage, Block: b})
	}
	page := uint8(b)
	switch x.uses[b] {
	case useFile:
		own(0, page+1, 0)
	case useShared:
		own(0, page+1, 0)
		own(1, page, 0)
		own(1, arithmeticPages-1-page, 0)
	case useMetadata:
		if b%2 == 0 {
			own(rmap.OwnerFS, 0, 0)
		} else {
			own(0, page, rmap.FlagAttrFork)
		}
	}
}

// A Notified is what a failure leads to: sets of pages, one bit each, 16 to a
// file or to a mapping.
type Notified struct {
	Pages    uint64 // file pages that the owners are told of
	Unmapped uint64 // file pages
	Users    uint64 // user pages that someone is told of: page 16 of memory is the first
	Metadata bool   // met: the filesystem shuts down
	Beyond   bool   // told of pages that no file has
	Excess   bool   // they are unmapped
	NoGroup  bool   // the walk is sent to a group that is not there
}

// tell marks count pages of a file from page on, what is unmapped for them,
// and their addresses.
func (n *Notified) tell(g *arithmeticGeometry, d *design.Design, maps *[2]spec.Mapping, file rmap.Owner, page units.PgOff, count uint32) {
	shift := g.scale.PageShift()
	base := uint(file) * arithmeticPages
	for i := range units.PgOff(min(count, arithmeticPages+1)) {
		if page+i >= arithmeticPages {
			n.Beyond = true
			return
		}
		n.Pages |= 1 << (base + uint(page+i))
		start, length := addrspace.UnmapRange(g.scale, d, page+i, shift)
		for at := start >> shift; at < (start+length)>>shift; at++ {
			if at >= arithmeticPages {
				n.Excess = true
				break
			}
			n.Unmapped |= 1 << (base + uint(at))
		}
		m := &maps[file]
		if addr, ok := addrspace.Address(g.scale, m.Start, m.First.Page, m.Pages, page+i); ok {
			n.Users |= 1 << (uint(addr>>shift) - arithmeticPages)
		}
	}
}

// A groupWindow is the part of a group that a query is about: lo to hi in blocks
// without gaps, low and count as the kernel has them.
type groupWindow struct {
	gno, base  uint32
	lo, hi     rmap.Block
	low, count uint32
}

// A rangeWalk is the way of one range down to the groups.
type rangeWalk struct {
	windows [2 * ArithmeticGroups]groupWindow
	n       int
	noGroup bool
}

// walk takes a failed range from the device to windows of groups.
func (g *arithmeticGeometry) walk(d *design.Design, failed block.ByteRange) (w rangeWalk) {
	if g.stack == stackPartition {
		if r, ok := block.Translate(d[design.Translate], g.part, failed.Off, failed.Len); ok {
			w.visit(g, d, r)
		}
		return w
	}
	for _, t := range g.targets {
		r, ok := t.Up(g.scale, d[design.DmRemap], failed)
		if !ok {
			continue
		}
		w.visit(g, d, r)
		if d[design.ReverseMap] == design.ReverseMapFirst { // D02
			break
		}
	}
	return w
}

// visit is the loop over the groups of the range r of the filesystem.
func (w *rangeWalk) visit(g *arithmeticGeometry, d *design.Design, r block.ByteRange) {
	start, end := g.groups.Span(d, r)
	for gno := g.groups.Agno(start); gno <= g.groups.Agno(end); gno++ {
		if gno >= g.groups.Count {
			w.noGroup = true
			return
		}
		lo, hi, ok := g.groups.QueryBlocks(gno, start, end)
		if !ok {
			continue
		}
		low, count := g.groups.Window(d[design.WindowEnd], gno, start, end)
		w.windows[w.n] = groupWindow{
			gno: gno, base: g.groups.Linear(gno, 0), lo: rmap.Block(lo), hi: rmap.Block(hi), low: low, count: count,
		}
		w.n++
	}
}

// notified goes on from the windows to records, file pages and addresses.
func (w *rangeWalk) notified(g *arithmeticGeometry, d *design.Design, maps *[2]spec.Mapping, x *blockUses) Notified {
	n := Notified{NoGroup: w.noGroup}
	for i := range w.windows[:w.n] {
		win := &w.windows[i]
		rec, ok := x.tree.Next(win.lo, win.hi, rmap.Record{}, true)
		for ; ok; rec, ok = x.tree.Next(win.lo, win.hi, rec, false) {
			if rec.Metadata(d[design.MetadataTest]) {
				n.Metadata = true
				continue
			}
			page, count := rmap.Pages(g.scale, d[design.RecordOffset], rec, uint32(rec.Start)-win.base, win.low, win.count)
			n.tell(g, d, maps, rec.Owner, page, count)
		}
	}
	return n
}

// An arithmeticOracle is what spec says of the mappings.
type arithmeticOracle struct {
	maps  [2]spec.Mapping
	users [2][arithmeticPages]uint64 // user pages of a file page
}

func newArithmeticOracle(sc ArithmeticScope) arithmeticOracle {
	o := arithmeticOracle{maps: arithmeticMappings(sc.PageShift)}
	page := units.ByteOff(1) << sc.PageShift
	for file := range o.users {
		for i := range o.users[file] {
			at := spec.FilePage{File: uint8(file), Page: units.PgOff(i)}
			for _, m := range o.maps {
				for addr := range m.Addresses(at, page) {
					o.users[file][i] |= 1 << (uint64(addr)/uint64(page) - arithmeticPages)
				}
			}
		}
	}
	return o
}

// owed is what must be told when the blocks in lost have failed bytes.
func (o *arithmeticOracle) owed(x *blockUses, lost uint16) (n Notified) {
	for p := range spec.LostPages(lost, x.place) {
		n.Pages |= 1 << (uint(p.File)*arithmeticPages + uint(p.Page))
		n.Users |= o.users[p.File][p.Page]
	}
	n.Unmapped = n.Pages
	n.Metadata = lost&x.meta != 0
	return n
}

// An ArithmeticKind is a way in which what is told is not what must be told.
type ArithmeticKind uint8

// The kinds of difference.
const (
	PagesLost      ArithmeticKind = iota // failed pages that nobody is told of
	PagesWrong                           // healthy pages that someone is told of
	UnmapMissing                         // pages told of and not unmapped
	UnmapWrong                           // healthy pages unmapped, that nobody is told of
	MetadataMissed                       // failed metadata not met
	MetadataWrong                        // healthy metadata met
	GroupMissing                         // a group that is not there
	NumArithmeticKinds
)

// String names the kind.
func (k ArithmeticKind) String() string {
	return [...]string{
		"failed pages not told of", "healthy pages told of", "pages told of, not unmapped", "healthy pages unmapped",
		"failed metadata not met", "healthy metadata met", "sent to a group that is not there",
	}[k]
}

// Kinds is the set of ways in which n differs from what is owed, one bit each.
func (n Notified) Kinds(owed Notified) (set uint8) {
	for k, is := range [NumArithmeticKinds]bool{
		PagesLost:      owed.Pages&^n.Pages != 0 || owed.Users&^n.Users != 0,
		PagesWrong:     n.Pages&^owed.Pages != 0 || n.Users&^owed.Users != 0 || n.Beyond,
		UnmapMissing:   n.Pages&^n.Unmapped != 0,
		UnmapWrong:     n.Unmapped&^(owed.Unmapped|n.Pages) != 0 || n.Excess,
		MetadataMissed: owed.Metadata && !n.Metadata,
		MetadataWrong:  n.Metadata && !owed.Metadata,
		GroupMissing:   n.NoGroup,
	} {
		if is {
			set |= 1 << k
		}
	}
	return set
}

// An ArithmeticDifference is one case in which two designs, or a design and
// spec, differ.
type ArithmeticDifference struct {
	g      *arithmeticGeometry
	uses   *blockUses
	Failed block.ByteRange // of the device
	Gives  [2]Notified     // of each design
	Owed   Notified        // what spec says
}

// An ArithmeticResult is what the exhaustive comparison found. A case is one
// range on one geometry with its blocks used in one way.
type ArithmeticResult struct {
	Geometries, Ranges, Cases int
	Differ                    int    // cases
	Wrong                     [2]int // cases in which a design is not what spec says
	First                     *ArithmeticDifference
	Kinds                     [2][NumArithmeticKinds]struct {
		Cases int // of those that differ; with two designs, where the other is not wrong in this way
		First *ArithmeticDifference
	}
}

// A rangeClass is the ranges of a geometry that go the same way: what the designs
// make of them, and which blocks they have. The functions are pure, so that
// one comparison decides for all.
type rangeClass struct {
	walks [2]rangeWalk
	lost  uint16
}

// CompareArithmetic exhausts the scope for one design against spec, or for
// two against each other. The result does not depend on the number of
// processors.
func CompareArithmetic(sc ArithmeticScope, designs ...*design.Design) ArithmeticResult {
	geometries := sc.geometries()
	o := newArithmeticOracle(sc)
	results := make([]ArithmeticResult, len(geometries))
	type last struct { // of a worker
		of      superblock.Groups
		layouts []blockUses
	}
	checker.InParallel(len(geometries), nil, func(own *last, i int) {
		g := geometries[i]
		if g.groups != own.of {
			*own = last{g.groups, allBlockUses(g.groups)}
		}
		results[i] = g.compare(&o, own.layouts, designs)
	})
	var sum ArithmeticResult
	for i := range results {
		sum.add(&results[i])
	}
	return sum
}

func (r *ArithmeticResult) add(part *ArithmeticResult) {
	r.Geometries += part.Geometries
	r.Ranges += part.Ranges
	r.Cases += part.Cases
	r.Differ += part.Differ
	r.First = firstOfTwo(r.First, part.First)
	for side := range r.Kinds {
		r.Wrong[side] += part.Wrong[side]
		for k := range r.Kinds[side] {
			kind, more := &r.Kinds[side][k], &part.Kinds[side][k]
			kind.Cases += more.Cases
			kind.First = firstOfTwo(kind.First, more.First)
		}
	}
}

// compare exhausts one geometry.
func (g *arithmeticGeometry) compare(o *arithmeticOracle, layouts []blockUses, designs []*design.Design) ArithmeticResult {
	res := ArithmeticResult{Geometries: 1}
	var order []rangeClass
	var firsts []block.ByteRange
	size := map[rangeClass]int{}
	for _, failed := range g.ranges() {
		c := rangeClass{lost: g.layout.LostBlocks(failed)}
		for side, d := range designs {
			c.walks[side] = g.walk(d, failed)
		}
		if size[c] == 0 {
			order = append(order, c)
			firsts = append(firsts, failed)
		}
		size[c]++
		res.Ranges++
	}
	for i := range order {
		c := &order[i]
		n := size[*c]
		for j := range layouts {
			diff := ArithmeticDifference{g: g, uses: &layouts[j], Failed: firsts[i], Owed: o.owed(&layouts[j], c.lost)}
			for side, d := range designs {
				diff.Gives[side] = c.walks[side].notified(g, d, &o.maps, &layouts[j])
			}
			res.judge(&diff, len(designs), n)
		}
	}
	return res
}

// judge adds n cases that are alike.
func (r *ArithmeticResult) judge(diff *ArithmeticDifference, designs, n int) {
	r.Cases += n
	for side := range designs {
		if diff.Gives[side] != diff.Owed {
			r.Wrong[side] += n
		}
	}
	other := diff.Owed
	if designs == 2 {
		other = diff.Gives[1]
	}
	if diff.Gives[0] == other {
		return
	}
	r.First = diff.keep(r.First)
	r.Differ += n
	var sets [2]uint8
	for side := range designs {
		sets[side] = diff.Gives[side].Kinds(diff.Owed)
	}
	for side := range designs {
		kinds := sets[side] &^ sets[1-side]
		for k := range r.Kinds[side] {
			if kinds>>k&1 != 0 {
				kind := &r.Kinds[side][k]
				kind.Cases += n
				kind.First = diff.keep(kind.First)
			}
		}
	}
}

// keep is first, or a copy of d when there is none.
func (d *ArithmeticDifference) keep(first *ArithmeticDifference) *ArithmeticDifference {
	if first != nil {
		return first
	}
	kept := *d
	return &kept
}

// firstOfTwo is the first of two cases, which may be nil: one of whole pages comes
// before all that are not, as the kernel has them, and a comes before b.
func firstOfTwo(a, b *ArithmeticDifference) *ArithmeticDifference {
	if a == nil || b != nil && b.g.odd(b.Failed) < a.g.odd(a.Failed) {
		return b
	}
	return a
}
