package properties

import (
	"math/bits"
	"slices"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// DrawScenario draws a possible scenario: one distribution for all properties
// and all deviations.
//
// It draws a focus first, few features and few kinds of task, and then a
// scenario of those (swarm testing). With all features at once each would be
// diluted by the others; so a combination of three comes in one run of some
// thousands. What follows is drawn for locality: the page that fails belongs
// to a file that processes map, and the tasks work on what fails.
//
// Everything is possible by construction, nothing is drawn and thrown away.
// Each draw is a small integer of which 0 is the least, so that rapid shrinks
// to one file of one page, no process, and one scrub event. Each part of a
// scenario has a fixed number of draws, used or not, so that what shrinks in
// one does not change the meaning of the draws of the next.
func DrawScenario(t *rapid.T) model.Scenario { return scenarios.Draw(t, "scenario") }

// scenarios is a generator of its own so that a failing run shows a scenario
// and not a hundred draws.
var scenarios = rapid.Custom(func(t *rapid.T) model.Scenario {
	d := draft{t: t}
	d.drawFeatures()
	d.pad(11)
	d.drawKinds()
	d.pad(8)
	d.drawGeometry()
	d.pad(5)
	d.reserveMetadata()
	d.pad(7)
	d.drawFiles()
	d.drawUnwritten()
	d.pad(3)
	d.drawStaging()
	d.pad(5)
	d.drawHot()
	d.pad(2)
	d.drawProcs()
	d.drawIncore()
	d.pad(2 * model.MaxFiles)
	d.drawEvent()
	d.pad(8)
	for _, kind := range d.kinds {
		if kind != model.TaskNone {
			d.drawTask(kind)
		}
		d.pad(9)
	}
	if d.oneIn(8) {
		d.sc.Budget = 1
	}
	if !d.oneIn(2) {
		d.eventLast()
	}
	return d.sc
})

// drawnProcs is how many processes a drawn scenario, or one of a scope, has at
// most. The fourth that the model has is for recorded runs.
const drawnProcs = uint8(3)

// A feature is a part of the protocol that a scenario can do without.
type feature uint8

// The features, the more fruitful ones first: they are drawn more often.
const (
	groups feature = iota // two groups, mostly with a gap in the block numbers
	unwritten
	noDAX
	metadata // blocks of it besides the group headers
	private  // MAP_PRIVATE copies
	huge
	partition
	rtInternal
	staging // CoW staging blocks
	externalLog
	incore   // inodes that are not in use
	secondFS // a filesystem on a second partition
	raid1
	remount // the same device is mounted again
	ext4
	snapshot
	sharedCache
	directory
	noRmapbt
	linear
	noReflink
	rtExternal
	shortFS // the filesystem ends before the device
	numFeatures
)

// Features that few rows need. They are drawn apart, so that the others are
// not diluted.
const (
	twoRanges feature = numFeatures + iota // of the dax device
	deviceDAX                              // another device, without a handler
	daxInode
	highPages  // of files
	partOfPage // an event is about less than its page
	endFeatures
)

// maxDRAM leaves a page of main memory to the tasks.
const maxDRAM = device.DRAMPages - 1

// A draft is a scenario that is being drawn.
type draft struct {
	t  *rapid.T
	sc model.Scenario

	features uint32            // a bit each
	kinds    [2]model.TaskKind // of the tasks besides the event
	idle     bool              // nobody maps what is unmounted or evicted

	usable uint16 // blocks of the data section that a file can have
	used   uint16 // blocks that a file, or metadata, has
	single uint16 // used blocks that cannot be shared
	meta   uint16 // blocks of metadata
	refs   [model.MaxBlocks]uint8

	focus   uint16 // device pages that the features are about
	regular uint16 // file pages of regular files, a bit each: file*4 + page
	near    uint16 // file pages of regular files that own the page in question
	hot     uint16 // device pages of the block in question

	cache [model.MaxFiles][model.MaxFilePages]uint8 // page cache page + 1
	dram  uint8                                     // pages of main memory in use
	maps  [mm.Procs]uint16                          // device pages with a PTE
	vma   uint32                                    // va pages in a VMA: proc*8 + va
	cold  uint32                                    // those without a PTE
	aimed uint32                                    // those that a fault task is for
	tasks int

	draws int // of the part that is being drawn
}

// upTo[n] draws 0 to n. The small ones come a little more often, and n, which
// rapid draws in a way of its own and shrinks to 0 or not at all.
var upTo = func() (g [64]*rapid.Generator[uint8]) {
	for n := range g {
		g[n] = rapid.Uint8Range(0, uint8(n))
	}
	return g
}()

// below draws 0 to n-1.
func (d *draft) below(n int) uint8 {
	d.draws++
	return upTo[n-1].Draw(d.t, "")
}

// pad ends a part of the scenario, which is to have n draws.
func (d *draft) pad(n int) {
	for d.draws < n {
		d.below(1)
	}
	d.draws = 0
}

// oneIn is true once in n draws, or a little more.
func (d *draft) oneIn(n int) bool { return int(d.below(n)) == n-1 }

// member draws a member of a set that is not empty. The range of the draw is
// a power of two: in any other rapid sometimes draws a second time, which would
// shift the draws that follow.
func (d *draft) member(set uint32) uint8 {
	n := bits.OnesCount32(set)
	for range int(d.below(2<<bits.Len(uint(n-1)))) % n {
		set &= set - 1
	}
	return uint8(bits.TrailingZeros32(set))
}

func (d *draft) on(f feature) bool { return d.features>>f&1 != 0 }

// drop takes features back that cannot be together with others.
func (d *draft) drop(list ...feature) {
	for _, f := range list {
		d.features &^= 1 << f
	}
}

// drawFeatures draws up to three features.
func (d *draft) drawFeatures() {
	for _, n := range [3]int{2, 3, 3} { // each can go by itself
		wanted := d.oneIn(n)
		f := 8*d.below(8) + d.below(8) // one draw of 64 would leave few for the last
		if wanted {
			d.features |= 1 << (f % uint8(numFeatures))
		}
	}
	if extra := numFeatures + feature(d.below(8))%(endFeatures-numFeatures); d.oneIn(10) {
		d.features |= 1 << extra
	}
	if d.on(sharedCache) || d.on(raid1) {
		d.features |= 1 << noDAX
	}
	if d.on(noDAX) {
		d.drop(huge, ext4, daxInode)
	}
	if d.on(raid1) {
		d.drop(snapshot, linear)
	}
	if d.on(snapshot) {
		d.drop(linear, ext4)
	}
	if d.on(raid1) || d.on(snapshot) || d.on(linear) {
		d.drop(partition, secondFS, remount, externalLog, rtInternal, rtExternal, twoRanges)
	}
	if d.on(partition) || d.on(secondFS) {
		d.drop(twoRanges)
	}
	if d.on(raid1) {
		d.drop(deviceDAX)
	}
	if d.on(ext4) {
		d.drop(externalLog, rtInternal, rtExternal, metadata, snapshot, daxInode)
		d.features |= 1<<noReflink | 1<<noRmapbt
	}
	if d.on(noReflink) {
		d.drop(staging)
	}
	if d.on(remount) {
		d.drop(secondFS)
	}
	if d.on(rtInternal) {
		d.drop(rtExternal)
	}
	if d.on(deviceDAX) {
		d.drop(rtExternal)
	}
}

// taskKinds are the kinds of task beside the event, the simple ones first.
var taskKinds = [16]model.TaskKind{
	model.TaskReadFault, model.TaskWriteFault, model.TaskPunch, model.TaskMemoryFailure,
	model.TaskWriteFault, model.TaskReadFault, model.TaskReflink, model.TaskTruncate,
	model.TaskMunmap, model.TaskMmap, model.TaskExit, model.TaskFork,
	model.TaskEvict, model.TaskUmount, model.TaskMount, model.TaskUnbind,
}

// drawKinds draws the kinds of the tasks beside the event. Each can go by
// itself.
func (d *draft) drawKinds() {
	first, second := d.oneIn(2), d.oneIn(3)
	kinds := [2]model.TaskKind{taskKinds[d.below(16)], taskKinds[d.below(16)]}
	again := d.oneIn(4) && kinds[0] <= model.TaskPunch
	switch {
	case d.on(remount): // the second mount matters only while the first goes, or comes
		kinds = [2]model.TaskKind{model.TaskUmount, model.TaskMount}
		d.idle = true
		d.sc.Unborn[1] = true
		if d.oneIn(4) {
			kinds[0] = model.TaskMount
			d.sc.Unborn[0] = true
		}
		d.kinds = kinds
		return
	case d.on(raid1): // one bad leg loses nothing
		first = true
		kinds[0] = model.TaskMemoryFailure
	}
	if first {
		d.kinds[0] = kinds[0]
	}
	if second {
		d.kinds[1] = kinds[1]
		if first && again {
			d.kinds[1] = kinds[0]
		}
	}
	inUse, other := d.oneIn(4), d.oneIn(2)
	d.idle = !inUse && (d.inPlay(model.TaskUmount) || d.inPlay(model.TaskEvict)) || other && d.on(incore)
	if d.inPlay(model.TaskMount) {
		d.sc.Unborn[0] = !other || !d.on(secondFS)
		d.sc.Unborn[1] = !d.sc.Unborn[0]
	}
}

// inPlay reports whether a task of the kind is to come.
func (d *draft) inPlay(kind model.TaskKind) bool {
	return d.kinds[0] == kind || d.kinds[1] == kind
}

// A shape is how many blocks there are in the filesystem and in a group.
type shape struct{ group, blocks uint8 }

var (
	plainShapes  = [8]shape{{2, 2}, {4, 4}, {4, 4}, {4, 4}, {4, 4}, {4, 4}, {3, 3}, {3, 6}}
	groupsShapes = [8]shape{{3, 5}, {3, 6}, {3, 6}, {2, 4}, {3, 6}, {4, 8}, {4, 6}, {4, 7}}
)

func (s shape) last() uint8 { return (s.blocks-1)%s.group + 1 }

// drawGeometry draws devices and filesystems.
func (d *draft) drawGeometry() {
	g := &d.sc.Geometry
	g.NoRmapbt, g.NoReflink = d.on(noRmapbt), d.on(noReflink)
	g.NoDAX, g.SharedCache, g.Huge = d.on(noDAX), d.on(sharedCache), d.on(huge)
	g.DaxInode, g.DeviceDAX = d.on(daxInode), d.on(deviceDAX)
	if d.on(ext4) {
		g.Type = model.FSExt4
	}
	room := uint8(model.MaxDataBlocks)
	if d.on(secondFS) {
		g.Second = model.SecondExt4 + model.Second(d.below(2))
		room -= model.SecondBlocks
	}
	if d.on(remount) {
		g.Second = model.SecondRemount
	}
	if d.on(externalLog) {
		g.Log = model.SectionExternal
	}
	switch {
	case d.on(rtInternal):
		g.RT = model.SectionInternal
		room -= model.RTBlocks
	case d.on(rtExternal):
		g.RT = model.SectionExternal
	}
	switch {
	case d.on(raid1):
		g.Stack = model.StackRaid1
		room = model.MaxLegPages
	case d.on(snapshot):
		g.Stack = model.StackSnapshot
	case d.on(linear):
		g.Stack = model.StackLinear
	case d.on(partition):
		g.Stack = model.StackPartition
		g.PartOff = min(1+d.below(2), room-2)
	case d.on(secondFS):
		g.Stack = model.StackPartition
	}
	d.drawShape(room - g.PartOff)
	slack := uint8(0)
	switch {
	case d.on(shortFS):
		slack = 1 + d.below(2)
	case d.on(partition):
		slack = d.below(3)
	}
	g.DevicePages = min(g.PartOff+g.Blocks+(model.MaxDataBlocks-room)+slack, model.MaxDataBlocks)
	if d.on(raid1) {
		g.DevicePages = min(g.Blocks+slack, model.MaxDataBlocks)
	}
	if d.on(twoRanges) {
		g.FirstRange = 1 + d.below(int(g.DevicePages)-1)
		if d.on(huge) {
			g.FirstRange &^= 1
		}
	}
	d.markFocus()
}

// drawShape draws the groups, and takes the next shape for one that does not
// fit: at last one of a single group.
func (d *draft) drawShape(room uint8) {
	table := plainShapes
	if d.on(groups) {
		table = groupsShapes
	}
	first := d.below(8)
	g := &d.sc.Geometry
	for _, wantPair := range [2]bool{d.on(huge), false} {
		for i := range 2 * uint8(len(table)) {
			s := table[(first+i)%8]
			if i >= 8 {
				s = plainShapes[(first+i)%8]
			}
			g.AGBlocks, g.Blocks = s.group, s.blocks
			if s.blocks > room || d.on(linear) && s.blocks < 4 || d.on(snapshot) && s.last() < 3 {
				continue
			}
			d.meta = 0
			for b := uint8(0); b < s.blocks; b += s.group {
				d.meta |= 1 << b
			}
			d.usable = uint16(1<<s.blocks-1) &^ d.meta
			if !wantPair || d.pairs() != 0 {
				return
			}
		}
	}
}

// pairs are the usable blocks that with the next one lie on an aligned pair
// of pages.
func (d *draft) pairs() (set uint16) {
	for b := range d.sc.Geometry.Blocks {
		if d.usable>>b&3 == 3 && d.pageOf(b)%2 == 0 && d.pageOf(b+1) == d.pageOf(b)+1 {
			set |= 1 << b
		}
	}
	return set
}

// pageOf is where a block of the filesystem lies.
func (d *draft) pageOf(b uint8) uint8 {
	g := &d.sc.Geometry
	after := g.PartOff + g.Blocks
	switch {
	case b >= model.FirstSecondBlock:
		if g.RT == model.SectionInternal {
			after += model.RTBlocks
		}
		return after + b - model.FirstSecondBlock
	case b >= model.FirstRTBlock && g.RT == model.SectionInternal:
		return after + b - model.FirstRTBlock
	case b >= model.FirstRTBlock:
		return model.Dev2Page + b - model.FirstRTBlock
	case g.Stack == model.StackLinear && b < g.Blocks/2:
		return b + g.Blocks - g.Blocks/2
	case g.Stack == model.StackLinear:
		return b - g.Blocks/2
	case g.Stack == model.StackSnapshot && b == g.Blocks-1:
		return b - 1
	}
	return g.PartOff + b
}

// pagesOf is the set of pages that have a block: two on raid1.
func (d *draft) pagesOf(b uint8) uint16 {
	set := uint16(1) << d.pageOf(b)
	if d.sc.Geometry.Stack == model.StackRaid1 {
		set |= 1 << (model.Dev1Page + b)
	}
	return set
}

// markFocus puts the pages that the geometry adds into the focus.
func (d *draft) markFocus() {
	g := &d.sc.Geometry
	if d.on(externalLog) {
		d.focus |= 3 << model.Dev1Page
	}
	if d.on(rtInternal) || d.on(rtExternal) {
		d.focus |= d.pagesOf(model.FirstRTBlock) | d.pagesOf(model.FirstRTBlock+1)
	}
	if d.on(secondFS) {
		d.focus |= 7 << d.pageOf(model.FirstSecondBlock)
	}
	if d.on(deviceDAX) {
		d.focus |= 3 << model.Dev2Page
	}
	if d.on(twoRanges) {
		d.focus |= d.pages() &^ (1<<g.FirstRange - 1) & (1<<model.MaxDataBlocks - 1)
	}
	if d.on(partition) || d.on(shortFS) || d.on(groups) {
		d.focus |= d.edges()
	}
	if g.Second == model.SecondRemount {
		d.focus |= d.pagesOf(0)
	}
}

// edges are the pages on both sides of where groups, sections, partitions
// and devices meet.
func (d *draft) edges() uint16 {
	g := &d.sc.Geometry
	end := g.PartOff + g.Blocks
	set := uint16(1)<<end | 1<<(end-1) | 1<<g.PartOff | 1<<g.PartOff>>1
	for b := g.AGBlocks; b < g.Blocks; b += g.AGBlocks {
		set |= 3 << (g.PartOff + b - 1)
	}
	return set & d.pages()
}

// pages are the pages that exist.
func (d *draft) pages() (set uint16) {
	for p := range device.Page(device.Pages) {
		if d.sc.Geometry.HasPage(p) {
			set |= p.Bit()
		}
	}
	return set
}

// reserveMetadata draws blocks of metadata. A file gets what is left, one
// block at least.
func (d *draft) reserveMetadata() {
	g := &d.sc.Geometry
	if d.on(secondFS) {
		d.meta |= 1 << model.FirstSecondBlock
	}
	if !d.on(metadata) {
		return
	}
	n := 1 + d.below(3)
	for i := range n {
		free := d.usable &^ d.used
		if free&(free-1) == 0 {
			return
		}
		kind := model.MetaInobt + model.MetaKind(d.below(4))
		if kind == model.MetaLog && g.Log == model.SectionExternal {
			kind = model.MetaInobt
		}
		b := d.member(uint32(free))
		g.Metadata[i] = model.Metadata{Kind: kind, Block: b}
		d.take(b)
		d.single |= 1 << b
		d.meta |= 1 << b
		d.focus |= d.pagesOf(b)
	}
}

// take notes that a block has one more use.
func (d *draft) take(b uint8) {
	d.used |= 1 << b
	d.refs[b]++
}

// drawFiles draws the files and what lies in their blocks.
func (d *draft) drawFiles() {
	n := [8]uint8{1, 1, 2, 2, 2, 3, 3, 2}[d.below(8)] // a 7 hardly shrinks
	d.pad(1)
	for f := range uint8(model.MaxFiles) {
		if f < n {
			d.drawFile(f, f == n-1 && d.on(directory))
		}
		d.pad(13)
	}
	for i := range d.sc.Geometry.Metadata {
		md := &d.sc.Geometry.Metadata[i]
		if md.Kind < model.MetaAttr {
			continue
		}
		if f := d.below(int(n)); d.sc.Files[f].FS == 0 {
			md.File = f
		}
	}
	d.pad(model.MaxMetadata)
}

// drawFile draws one file: one run of pages on a run of blocks, or two.
func (d *draft) drawFile(f uint8, dir bool) {
	file := &d.sc.Files[f]
	file.Present, file.Directory, file.High = true, dir, !dir && d.on(highPages)
	pool := d.usable &^ d.single
	switch {
	case f > 0 && d.on(secondFS) && d.oneIn(2):
		file.FS = 1
		pool = 3 << (model.FirstSecondBlock + 1) &^ d.single
	case !dir && d.sc.Geometry.RT != model.SectionNone && d.below(3) != 0:
		pool = 3 << model.FirstRTBlock &^ d.single
	}
	if !dir {
		d.regular |= 0xF << (f * model.MaxFilePages)
	}
	alone := dir || d.on(noReflink) || pool&d.usable == 0
	again := d.oneIn(3)
	d.drawRun(f, pool, alone)
	if again {
		d.drawRun(f, pool, alone)
	}
	if dir {
		for _, e := range file.Data {
			if !e.Hole() {
				d.focus |= d.pagesOf(uint8(e.Block()))
			}
		}
	}
}

// drawRun gives a file consecutive blocks of the pool for consecutive pages,
// each until one is taken. In half of the cases they are blocks that are in
// use already, which are then shared.
func (d *draft) drawRun(f uint8, pool uint16, alone bool) {
	at, length := d.below(3), 1+d.below(3)
	share, aligned := d.oneIn(2), !d.oneIn(4)
	from := pool &^ d.used
	if shared := pool & d.used; !alone && shared != 0 && (from == 0 || share) {
		from = shared
	}
	if pairs := pool & d.pairs(); d.on(huge) && pairs != 0 && aligned {
		at &^= 1
		length = max(length, 2)
		if from&pairs != 0 {
			from &= pairs
		}
	}
	if from == 0 {
		return
	}
	b := d.member(uint32(from))
	for i := at; i < min(at+length, model.MaxFilePages); i++ {
		e := &d.sc.Files[f].Data[i]
		sharers := uint8(model.MaxSharing)
		if alone {
			sharers = 1
		}
		if pool>>b&1 == 0 || d.refs[b] >= sharers || !e.Hole() {
			return
		}
		*e = rmap.Written(rmap.Block(b))
		d.take(b)
		if alone {
			d.single |= 1 << b
		}
		b++
	}
}

// filePages are the file pages, a bit each, that ok has.
func (d *draft) filePages(ok func(f, i uint8, e rmap.Extent) bool) (set uint16) {
	for f := range uint8(model.MaxFiles) {
		for i, e := range d.sc.Files[f].Data {
			if d.regular>>(f*model.MaxFilePages)&1 != 0 && ok(f, uint8(i), e) {
				set |= 1 << (f*model.MaxFilePages + uint8(i))
			}
		}
	}
	return set
}

// filePage takes a file page apart.
func filePage(id uint8) (f, i uint8) { return id / model.MaxFilePages, id % model.MaxFilePages }

// drawUnwritten makes file pages unwritten.
func (d *draft) drawUnwritten() {
	if !d.on(unwritten) {
		return
	}
	can := d.filePages(func(_, _ uint8, e rmap.Extent) bool { return !e.Hole() && d.refs[e.Block()] == 1 })
	for n := d.below(2); can != 0; n-- {
		id := d.member(uint32(can))
		can &^= 1 << id
		f, i := filePage(id)
		e := &d.sc.Files[f].Data[i]
		d.focus |= d.pagesOf(uint8(e.Block()))
		*e = rmap.Unwritten(e.Block())
		if n == 0 {
			return
		}
	}
}

// drawStaging draws CoW staging blocks, for shared pages if there are any.
func (d *draft) drawStaging() {
	if !d.on(staging) {
		return
	}
	own := func(f, i uint8, _ rmap.Extent) bool {
		return d.sc.Files[f].FS == 0 && !d.realtime(f) && d.sc.Files[f].Cow[i].Hole()
	}
	for range 1 + d.below(2) {
		free := d.usable &^ d.used
		pages := d.filePages(func(f, i uint8, e rmap.Extent) bool { return own(f, i, e) && !e.Hole() && d.refs[e.Block()] > 1 })
		if pages == 0 {
			pages = d.filePages(own)
		}
		if free == 0 || pages == 0 {
			return
		}
		b := d.member(uint32(free))
		f, i := filePage(d.member(uint32(pages)))
		d.sc.Files[f].Cow[i] = rmap.Written(rmap.Block(b))
		d.take(b)
		d.focus |= d.pagesOf(b)
	}
}

// realtime reports whether the data of the file is in the realtime section.
func (d *draft) realtime(f uint8) bool {
	for _, e := range d.sc.Files[f].Data {
		if !e.Hole() && e.Block() >= model.FirstRTBlock && e.Block() < model.FirstSecondBlock {
			return true
		}
	}
	return false
}

// drawHot draws the block that the rest is about: in half of the cases one
// that a feature is about.
func (d *draft) drawHot() {
	pages := d.filePages(func(f, i uint8, _ rmap.Extent) bool { return d.owned(f, i) != 0 })
	inFocus := d.filePages(func(f, i uint8, _ rmap.Extent) bool { return d.owned(f, i)&d.focus != 0 })
	if d.oneIn(2) && inFocus != 0 {
		pages = inFocus
	}
	if pages == 0 {
		d.hot = 1 << d.sc.Geometry.PartOff
		return
	}
	f, i := filePage(d.member(uint32(pages)))
	set := d.owned(f, i)
	if set&d.focus != 0 {
		set &= d.focus
	}
	d.aim(set)
}

// owned are the device pages of a file page: of its block, and of the block
// that is staged for it.
func (d *draft) owned(f, i uint8) (set uint16) {
	for _, e := range [2]rmap.Extent{d.sc.Files[f].Data[i], d.sc.Files[f].Cow[i]} {
		if !e.Hole() {
			set |= d.pagesOf(uint8(e.Block()))
		}
	}
	return set
}

// aim finds the owners of pages. Pages without one leave the near ones as
// they are: the tasks then work on what they would have.
func (d *draft) aim(pages uint16) {
	d.hot = pages
	if owners := d.filePages(func(f, i uint8, _ rmap.Extent) bool { return d.owned(f, i)&pages != 0 }); owners != 0 {
		d.near = owners
	}
}

// mappable reports whether a process can have, or is to have, a mapping of
// the file when the scenario begins.
func (d *draft) mappable(f uint8) bool {
	fs := d.sc.Files[f].FS
	switch {
	case d.sc.Unborn[fs]:
		return false
	case !d.idle:
		return true
	case d.inPlay(model.TaskUmount):
		return fs != 0
	}
	return d.near>>(f*model.MaxFilePages)&0xF == 0
}

// drawProcs draws the processes and what they map.
func (d *draft) drawProcs() {
	i := d.below(16)
	n := [16]uint8{1, 1, 1, 1, 2, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3}[i]
	if i == 0 { // 0 alone would come too often
		n = d.below(2)
	}
	d.pad(2)
	for p := range drawnProcs {
		proc := &d.sc.Procs[p]
		proc.Alive = p < n
		proc.EarlyKill = d.oneIn(2) && p < n
		proc.TwoThreads = p == 1 && p < n
		two := d.oneIn(4)
		d.pad(2)
		if p < n {
			d.drawMap(p, 0)
		}
		d.pad(9)
		if p < n && two {
			d.drawMap(p, 1)
		}
		d.pad(8)
	}
}

// drawRange draws a range of file pages around page i.
func (d *draft) drawRange(i uint8) (pgoff, length uint8) {
	pgoff = i - d.below(int(i)+1)
	last := i + d.below(int(model.MaxFilePages-i))
	return pgoff, last - pgoff + 1
}

// drawFilePage draws a page of a regular file, of which there must be one:
// mostly one of those in question, or another page of their files.
func (d *draft) drawFilePage() (f, i uint8) {
	set := d.regular
	switch d.below(4) {
	case 0, 1:
		set = d.near
	case 2:
		set = d.nearFiles()
	}
	if set == 0 {
		set = d.regular
	}
	return filePage(d.member(uint32(set)))
}

// nearFiles are all pages of the files that own what is in question.
func (d *draft) nearFiles() (set uint16) {
	for f := range model.MaxFiles {
		if file := uint16(0xF) << (f * model.MaxFilePages); d.near&file != 0 {
			set |= file
		}
	}
	return set
}

// drawMap draws a VMA.
func (d *draft) drawMap(p, slot uint8) {
	if d.regular == 0 {
		return
	}
	f, i := d.drawFilePage()
	if p == 0 && slot == 0 && d.near != 0 { // somebody maps it
		f, i = filePage(d.member(uint32(d.near)))
	}
	if !d.mappable(f) {
		return
	}
	mp := &d.sc.Procs[p].Maps[slot]
	mp.File = f
	mp.Pgoff, mp.Len = d.drawRange(i)
	if d.on(private) {
		mp.Private = d.below(3) != 0
	} else {
		mp.Private = d.oneIn(8)
	}
	faulted := d.below(16)
	often := 4
	if d.inPlay(model.TaskReadFault) || d.inPlay(model.TaskWriteFault) {
		often = 3
	}
	if d.below(often) != 0 {
		faulted |= 1 << (i - mp.Pgoff)
	}
	copied := uint8(0)
	if mp.Private && d.on(private) {
		copied = d.below(16)
	}
	for j := range mp.Len {
		d.drawPTE(p, slot, j, faulted>>j&1 != 0, copied>>j&1 != 0)
	}
}

// drawPTE gives a page of a VMA a PTE, if it can have one. It goes through
// the pages in the order of Machine.Begin, so that main memory is handed out
// in the same way.
func (d *draft) drawPTE(p, slot, j uint8, faulted, copied bool) {
	mp := &d.sc.Procs[p].Maps[slot]
	va := uint32(1) << (p*mm.VA + slot*mm.VMAPages + j)
	d.vma |= va
	e := d.sc.Files[mp.File].Data[mp.Pgoff+j]
	switch {
	case copied && d.dram < maxDRAM:
		mp.Copied |= 1 << j
		d.maps[p] |= 1 << (device.DevPages + d.dram)
		d.focus |= 1 << (device.DevPages + d.dram)
		d.dram++
		return
	case faulted && !e.Hole() && !e.Unwritten():
		page := d.pageOf(uint8(e.Block()))
		if d.on(noDAX) && d.sc.Files[mp.File].FS == 0 {
			page = d.cachePage(mp.File, mp.Pgoff+j)
		}
		if page != 0xFF {
			mp.Faulted |= 1 << j
			d.maps[p] |= 1 << page
			return
		}
	}
	d.cold |= va
}

// cachePage is the page cache page of a file page, or 0xFF when main memory
// is used up.
func (d *draft) cachePage(f, i uint8) uint8 {
	c := &d.cache[f][i]
	if *c == 0 && d.on(sharedCache) {
		for g := range d.cache {
			for j, other := range d.cache[g] {
				if other != 0 && d.sc.Files[g].Data[j] == d.sc.Files[f].Data[i] {
					*c = other
				}
			}
		}
	}
	if *c == 0 && d.dram < maxDRAM {
		*c = device.DevPages + d.dram + 1
		d.focus |= 1 << (device.DevPages + d.dram)
		d.dram++
	}
	return *c - 1
}

// drawIncore draws the state of the inodes that nobody maps.
func (d *draft) drawIncore() {
	var mapped [model.MaxFiles]bool
	for p := range d.sc.Procs {
		for _, mp := range d.sc.Procs[p].Maps {
			mapped[mp.File] = mapped[mp.File] || mp.Len != 0
		}
	}
	for f := range d.sc.Files {
		file := &d.sc.Files[f]
		if !file.Present || d.sc.Unborn[file.FS] {
			continue
		}
		file.Incore = superblock.IncoreLive
		if d.on(incore) && !mapped[f] {
			file.Incore = [5]superblock.Incore{
				superblock.IncoreLive, superblock.IncoreNone, superblock.IncoreReclaimable,
				superblock.IncoreNew, superblock.IncoreReclaimable,
			}[d.below(5)]
		}
		if file.Incore == superblock.IncoreLive && !file.Directory && !mapped[f] && d.below(2) != 0 {
			for i, e := range file.Data { // left behind by a process that is gone
				if !e.Hole() && !e.Unwritten() {
					file.Cached |= 1 << i
				}
			}
		}
	}
}

// add appends a task.
func (d *draft) add(tk model.TaskSpec) {
	d.sc.Tasks[d.tasks] = tk
	d.tasks++
}

// drawEvent draws what goes wrong: mostly one page.
func (d *draft) drawEvent() {
	page := d.drawPage()
	d.aim(1 << page)
	often := 14
	if d.on(externalLog) || d.on(rtExternal) {
		often = 5
	}
	switch {
	case d.on(raid1) && d.oneIn(3):
		d.drawTask(model.TaskLegFailure)
	case !d.on(raid1) && d.oneIn(often):
		d.drawTask(model.TaskUnbind)
	default:
		d.addEvent(page)
	}
}

// eventLast puts the event behind the other tasks. A run without preemptions
// takes the tasks in their order, so this is the event after what they do,
// and with one preemption in the middle of it. It is what shrinking prefers:
// an event takes more steps than most tasks, and all of them if it is first.
func (d *draft) eventLast() {
	event := d.sc.Tasks[0]
	copy(d.sc.Tasks[:d.tasks], d.sc.Tasks[1:d.tasks])
	d.sc.Tasks[d.tasks-1] = event
}

// The pages that an event can be about, as drawPage tells them apart.
const (
	pageHot = iota
	pageMapped
	pageOwned
	pageMetadata
	pageEdge
	pageFree
	pageDRAM
	pageAny
)

// drawPage draws the page that fails.
func (d *draft) drawPage() uint8 {
	all := d.pages()
	set := d.hot
	if d.oneIn(3) && d.focus&all != 0 {
		return d.member(uint32(d.focus & all))
	}
	kind := [16]uint8{
		pageHot, pageHot, pageMapped, pageMapped, pageMapped, pageHot, pageMapped, pageOwned,
		pageMapped, pageFree, pageMetadata, pageFree, pageEdge, pageDRAM, pageAny, pageMetadata,
	}[d.below(16)]
	switch kind {
	case pageMapped:
		set = d.maps[0] | d.maps[1] | d.maps[2]
	case pageOwned:
		set = d.blockPages(func(b uint8) bool { return d.refs[b] > 0 })
	case pageMetadata:
		set = d.blockPages(func(b uint8) bool { return d.meta>>b&1 != 0 })
	case pageEdge:
		set = d.edges()
	case pageFree:
		set = d.blockPages(func(b uint8) bool { return (d.usable&^d.used)>>b&1 != 0 })
	case pageDRAM:
		set = uint16(1<<d.dram-1) << device.DevPages
	case pageAny:
		set = all
	}
	if set &= all; set == 0 {
		set = d.hot
	}
	return d.member(uint32(set))
}

// blockPages are the pages of the blocks that ok has.
func (d *draft) blockPages(ok func(b uint8) bool) (set uint16) {
	for b := range uint8(model.MaxBlocks) {
		if ok(b) {
			set |= d.pagesOf(b)
		}
	}
	return set
}

// addEvent adds a memory_failure of the page: by a process that maps it, or
// by nobody, and then perhaps of pages next to it too.
func (d *draft) addEvent(page uint8) {
	tk := model.TaskSpec{Kind: model.TaskMemoryFailure, Page: page, Pages: 1}
	by := uint32(0)
	for p, maps := range d.maps {
		by |= uint32(maps>>page&1) << p
	}
	source := [4]model.Source{
		model.SourceScrub, model.SourceScrub, model.SourceConsumed, model.SourceInjected,
	}[d.below(4)]
	rarely := 7
	if d.on(groups) || d.on(partition) {
		rarely = 3
	}
	switch {
	case source != model.SourceScrub && by != 0:
		tk.Source = source
		tk.Proc = d.member(by)
	case page < device.DevPages && d.oneIn(rarely):
		tk.Page, tk.Pages = d.drawPages(page)
	}
	tk.Part = d.on(partOfPage) && tk.Pages == 1 && page < device.DevPages
	d.add(tk)
}

// drawPages draws a range of two pages, or three, that the page is in, if
// there is such a range on its device.
func (d *draft) drawPages(page uint8) (first, n uint8) {
	g := &d.sc.Geometry
	n = 2
	if d.oneIn(3) {
		n = 3
	}
	before := min(d.below(2), page)
	for ; n > 1; n-- {
		first = page - before
		last := first + n - 1
		all := uint16(1<<n - 1)
		if cut := g.FirstRange; first < cut && last >= cut {
			continue
		}
		if d.pages()>>first&all == all && last < device.DevPages && g.DevOf(device.Page(first)) == g.DevOf(device.Page(last)) {
			return first, n
		}
	}
	return page, 1
}

// drawTask draws a task of the kind, or none where it would have nothing to
// do.
func (d *draft) drawTask(kind model.TaskKind) {
	switch kind {
	case model.TaskMemoryFailure:
		d.drawSecondEvent()
	case model.TaskReadFault, model.TaskWriteFault:
		d.drawFault(kind)
	case model.TaskMunmap, model.TaskFork, model.TaskExit:
		d.drawProcTask(kind)
	case model.TaskMount:
		for fs, unborn := range d.sc.Unborn {
			if unborn && !d.has(model.TaskSpec{Kind: kind, FS: uint8(fs)}) {
				d.add(model.TaskSpec{Kind: kind, FS: uint8(fs)})
				return
			}
		}
	case model.TaskUmount:
		if tk := (model.TaskSpec{Kind: kind}); !d.sc.Unborn[0] && !d.has(tk) {
			if d.on(secondFS) && !d.sc.Unborn[1] && d.oneIn(4) {
				tk.FS = 1
			}
			d.add(tk)
		}
	case model.TaskUnbind, model.TaskLegFailure:
		d.drawRemoval()
	default:
		if d.regular != 0 {
			d.drawFileTask(kind)
		}
	}
}

// has reports whether the task is there.
func (d *draft) has(tk model.TaskSpec) bool {
	return slices.Contains(d.sc.Tasks[:d.tasks], tk)
}

// drawRemoval draws the removal of a device, or the failure of a leg.
func (d *draft) drawRemoval() {
	g := &d.sc.Geometry
	if g.Stack == model.StackRaid1 {
		d.add(model.TaskSpec{Kind: model.TaskLegFailure, Dev: d.below(2)})
		return
	}
	devs := uint32(1)
	if g.Log == model.SectionExternal {
		devs |= 1 << 1
	}
	if g.RT == model.SectionExternal || g.DeviceDAX {
		devs |= 1 << 2
	}
	d.add(model.TaskSpec{Kind: model.TaskUnbind, Dev: d.member(devs)})
	if d.tasks < model.MaxTasks-1 && !d.sc.Unborn[0] && d.oneIn(4) {
		d.add(model.TaskSpec{Kind: model.TaskFreeze})
	}
}

// drawSecondEvent draws an event on the same page, on one next to it, on the
// other copy of its block, or anywhere.
func (d *draft) drawSecondEvent() {
	around := d.hot | d.hot<<1 | d.hot>>1
	for b := range d.sc.Geometry.Blocks {
		if set := d.pagesOf(b); set&d.hot != 0 {
			around |= set
		}
	}
	set := d.hot
	switch d.below(4) {
	case 1, 2:
		set = around &^ d.hot
	case 3:
		set = 1 << d.drawPage()
	}
	if set &= d.pages(); set == 0 {
		set = d.hot & d.pages()
	}
	d.addEvent(d.member(uint32(set)))
	if d.oneIn(4) {
		d.queueEvents()
	}
}

// queueEvents has a scrubber find all of its events in an interrupt.
func (d *draft) queueEvents() {
	for i := range d.tasks {
		if tk := &d.sc.Tasks[i]; tk.Kind == model.TaskMemoryFailure && tk.Source == model.SourceScrub {
			tk.Queued = true
		}
	}
}

// nearVMA are the va pages that map what is in question.
func (d *draft) nearVMA() (set uint32) {
	for va := d.vma; va != 0; va &= va - 1 {
		bit := uint8(bits.TrailingZeros32(va))
		mp := &d.sc.Procs[bit/mm.VA].Maps[bit%mm.VA/mm.VMAPages]
		if d.near>>(mp.File*model.MaxFilePages+mp.Pgoff+bit%mm.VMAPages)&1 != 0 && mp.Len != 0 {
			set |= 1 << bit
		}
	}
	return set
}

// drawFault draws a fault, mostly of what is in question, and a read fault
// of a page without a PTE: of one with a PTE it does nothing.
func (d *draft) drawFault(kind model.TaskKind) {
	sets := [4]uint32{d.nearVMA() & d.cold, d.cold, d.nearVMA(), d.vma}
	if kind == model.TaskWriteFault && d.oneIn(2) {
		sets[0], sets[1] = sets[2], sets[3]
	}
	first := 0
	if d.oneIn(3) {
		first = 1
	}
	for _, set := range sets[first:] {
		if set&^d.aimed != 0 {
			va := d.member(set &^ d.aimed)
			d.aimed |= 1 << va
			d.add(model.TaskSpec{Kind: kind, Proc: va / mm.VA, Slot: va % mm.VA / mm.VMAPages, Index: va % mm.VMAPages})
			mp := &d.sc.Procs[va/mm.VA].Maps[va%mm.VA/mm.VMAPages]
			write := model.TaskSpec{Kind: model.TaskWrite, File: mp.File, Index: mp.Pgoff + va%mm.VMAPages}
			if d.tasks < model.MaxTasks-1 && d.mayWrite(&write) && d.oneIn(2) {
				d.add(write)
			}
			return
		}
	}
}

// drawProcTask draws a task of a process that maps what is in question.
func (d *draft) drawProcTask(kind model.TaskKind) {
	set := d.nearVMA()
	if set == 0 || d.oneIn(3) {
		set = d.vma
	}
	if set == 0 {
		return
	}
	va := d.member(set)
	tk := model.TaskSpec{Kind: kind, Proc: va / mm.VA}
	switch kind {
	case model.TaskMunmap:
		tk.Slot = va % mm.VA / mm.VMAPages
	case model.TaskFork:
		child := uint8(0)
		for child < drawnProcs && (d.sc.Procs[child].Alive || d.forked(child)) {
			child++
		}
		if child == drawnProcs {
			tk.Kind = model.TaskExit
			break
		}
		tk.To = child
		d.sc.Procs[child].EarlyKill = d.sc.Procs[tk.Proc].EarlyKill
	}
	d.add(tk)
}

// forked reports whether a task makes the process.
func (d *draft) forked(child uint8) bool {
	return slices.ContainsFunc(d.sc.Tasks[:], func(tk model.TaskSpec) bool {
		return tk.Kind == model.TaskFork && tk.To == child
	})
}

// drawFileTask draws a task on a file.
func (d *draft) drawFileTask(kind model.TaskKind) {
	f, i := d.drawFilePage()
	tk := model.TaskSpec{Kind: kind, File: f}
	switch kind {
	case model.TaskTruncate:
		tk.Index = i
	case model.TaskPunch:
		tk.Index = i
		if to := d.otherFile(f); to != f && d.oneIn(2) {
			tk.Flag, tk.To = true, to
		}
	case model.TaskEvict:
		tk.Flag = d.oneIn(2)
	case model.TaskMmap:
		d.drawMmap(tk, i)
		return
	case model.TaskReflink:
		to, at := filePage(d.member(uint32(d.regular)))
		if to == f && at == i {
			at ^= 1
		}
		if d.on(noReflink) || d.sc.Files[f].FS != 0 || d.sc.Files[to].FS != 0 || d.realtime(f) || d.realtime(to) {
			return
		}
		tk.Index, tk.To, tk.Len = i, to, at
	}
	d.add(tk)
	if pin := (model.TaskSpec{Kind: model.TaskPin, File: f, Index: i}); d.tasks < model.MaxTasks-1 && d.mayPin(f, i) && d.oneIn(4) {
		d.add(pin)
	}
}

// mayPin reports whether a page of the file can be pinned to be written to.
func (d *draft) mayPin(f, i uint8) bool {
	file := &d.sc.Files[f]
	e := file.Data[i]
	if e.Hole() || e.Unwritten() || file.Incore != superblock.IncoreLive || d.sc.Geometry.NoDAX && file.FS == 0 {
		return false
	}
	return d.users(e) == 1
}

// users counts the file pages that have the block.
func (d *draft) users(e rmap.Extent) (n int) {
	for g := range d.sc.Files {
		for _, other := range d.sc.Files[g].Data {
			if !other.Hole() && other.Block() == e.Block() {
				n++
			}
		}
	}
	return n
}

// mayWrite reports whether a write(2) does more than to write: the file is DAX,
// and shares the block or has none yet.
func (d *draft) mayWrite(tk *model.TaskSpec) bool {
	file := &d.sc.Files[tk.File]
	e := file.Data[tk.Index]
	return (!d.sc.Geometry.NoDAX || file.FS != 0) && !file.Directory && (e.Hole() || e.Unwritten() || d.users(e) > 1)
}

// otherFile draws another file that can have the blocks of f, or f.
func (d *draft) otherFile(f uint8) uint8 {
	set := uint32(0)
	for g := range d.sc.Files {
		other := &d.sc.Files[g]
		if uint8(g) != f && other.Present && !other.Directory && other.FS == d.sc.Files[f].FS &&
			d.realtime(uint8(g)) == d.realtime(f) {
			set |= 1 << g
		}
	}
	if set == 0 {
		return f
	}
	return d.member(set)
}

// drawMmap draws an mmap of the file page into a free slot. A fault that
// comes later can be of it.
func (d *draft) drawMmap(tk model.TaskSpec, i uint8) {
	slots := uint32(0)
	for p := range d.sc.Procs {
		for slot := range d.sc.Procs[p].Maps {
			if d.sc.Procs[p].Alive && d.sc.Procs[p].Maps[slot].Len == 0 {
				slots |= 1 << (p*mm.VMAs + slot)
			}
		}
	}
	if slots == 0 {
		return
	}
	id := d.member(slots)
	tk.Proc, tk.Slot = id/mm.VMAs, id%mm.VMAs
	tk.Index, tk.Len = d.drawRange(i)
	tk.Flag = d.oneIn(4)
	set := uint32(1<<tk.Len-1) << (tk.Proc*mm.VA + tk.Slot*mm.VMAPages)
	d.vma |= set
	d.cold |= set
	d.add(tk)
}
