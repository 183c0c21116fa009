package properties

import (
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// The shapes of beds: two groups of a header, two data blocks, a block of the
// inode btree and perhaps one more; two groups of three blocks, which leave a
// gap in the segmented block numbers; one group.
var (
	wide   = shape{4, 8}
	gapped = shape{3, 6}
	single = shape{4, 4}
	least  = shape{3, 3}
)

// A bed is a scenario without tasks, in which tasks can be put.
//
// The base has two files and two processes. f1 has its first page in the
// first group, shared with the second page of f2, its second page in the
// second group, unless there is one group, and then holes. p1 maps three pages
// of f1, p2 the shared page of f2; what has a block is faulted in. The block
// after the data of the first group is metadata: of the inode btree, or the
// header of the next group.
func baseBed(s shape) (sc model.Scenario) {
	g := &sc.Geometry
	g.AGBlocks, g.Blocks, g.DevicePages = s.group, s.blocks, s.blocks
	if s.group == 4 {
		g.Metadata[0] = model.Metadata{Kind: model.MetaInobt, Block: 3}
	}
	bl := blocksOf(&sc)
	sc.Files[0] = newFile(bl.a, bl.c)
	sc.Files[1] = newFile(none, bl.a)
	sc.Procs[0].Alive, sc.Procs[1].Alive = true, true
	mapAll(&sc, 0, 0, model.Map{Len: 3, File: 0})
	mapAll(&sc, 1, 0, model.Map{Len: 1, File: 1, Pgoff: 1})
	return sc
}

// none is a hole where a block is asked for.
const none = 0

// blocks are the data blocks of a bed: two of the first group, two or three of
// the second; none where there is none.
type blocks struct{ a, b, c, d, e uint8 }

func blocksOf(sc *model.Scenario) (bl blocks) {
	g := &sc.Geometry
	at := func(b, group uint8) uint8 {
		if b%g.AGBlocks == 0 || b >= min(g.Blocks, (group+1)*g.AGBlocks) {
			return none
		}
		return b
	}
	bl = blocks{a: at(1, 0), b: at(2, 0)}
	if g.Blocks > g.AGBlocks {
		bl.c, bl.d, bl.e = at(g.AGBlocks+1, 1), at(g.AGBlocks+2, 1), at(g.AGBlocks+3, 1)
	}
	return bl
}

// newFile is a regular file in use, with the blocks as its first pages.
func newFile(list ...uint8) model.File {
	f := model.File{Present: true, Incore: superblock.IncoreLive}
	for i, b := range list {
		if b != none {
			f.Data[i] = rmap.Written(rmap.Block(b))
		}
	}
	return f
}

// mapAll maps what mp says, and faults in what has a block.
func mapAll(sc *model.Scenario, proc, slot uint8, mp model.Map) {
	sc.Procs[proc].Alive = true
	mp.Faulted = 0
	for i := range mp.Len {
		if e := sc.Files[mp.File].Data[mp.Pgoff+i]; !e.Hole() && !e.Unwritten() && mp.Copied>>i&1 == 0 {
			mp.Faulted |= 1 << i
		}
	}
	sc.Procs[proc].Maps[slot] = mp
}

// refault brings the page tables up to date with changed files.
func refault(sc *model.Scenario) {
	for p := range sc.Procs {
		for slot, mp := range sc.Procs[p].Maps {
			if mp.Len != 0 {
				mapAll(sc, uint8(p), uint8(slot), mp)
			}
		}
	}
}

// A delta is one difference from the base scope.
type delta struct {
	Family
	shape  shape // the largest that it fits on
	tiny   bool  // the scope tiny has it, too
	beds   func(sc model.Scenario) []model.Scenario
	change func(pl *plan) // what it adds to the plan
}

// edited is a bed with a change.
func edited(sc model.Scenario, change func(sc *model.Scenario)) model.Scenario {
	change(&sc)
	return sc
}

// one makes a list of beds of one change.
func one(change func(sc *model.Scenario)) func(sc model.Scenario) []model.Scenario {
	return func(sc model.Scenario) []model.Scenario { return []model.Scenario{edited(sc, change)} }
}

// each makes a list of beds, one a change.
func each(changes ...func(sc *model.Scenario)) func(sc model.Scenario) []model.Scenario {
	return func(sc model.Scenario) (list []model.Scenario) {
		for _, change := range changes {
			list = append(list, edited(sc, change))
		}
		return list
	}
}

func alsoFails(list ...role) func(pl *plan) {
	return func(pl *plan) { pl.roles |= rolesOf(list...) }
}

// deltas are the differences from the base scope: files and their blocks,
// geometry, devices and kinds of filesystem, processes and inodes.
func deltas() []delta {
	var list []delta
	list = append(list, fileDeltas()...)
	list = append(list, geometryDeltas()...)
	list = append(list, deviceDeltas()...)
	return append(list, processDeltas()...)
}

func fileDeltas() []delta {
	return []delta{
		{
			Family: Family{Name: "extent-of-two", Rows: []string{"R01", "R02", "R17", "X07", "G7"}, Doc: "extents of two blocks, shared, at different file offsets; processes map them from different vm_pgoff; a write fault can be on the other block of the extent"},
			shape:  wide, change: func(pl *plan) { pl.splits = true },
			beds: each(func(sc *model.Scenario) { extentOfTwo(sc) }, func(sc *model.Scenario) {
				extentOfTwo(sc)
				sc.Procs[0].Maps[0] = model.Map{}
				mapAll(sc, 0, 0, model.Map{Len: 1, File: 0, Pgoff: 1})
			}),
		},
		{
			Family: Family{Name: "three-sharers", Rows: []string{"H01"}, Doc: "a block with three owners: of three files, or twice of one file"},
			shape:  wide,
			beds: each(func(sc *model.Scenario) {
				sc.Files[2] = newFile(blocksOf(sc).a)
				mapAll(sc, 1, 1, model.Map{Len: 1, File: 2})
			}, func(sc *model.Scenario) {
				sc.Files[0] = newFile(blocksOf(sc).a, blocksOf(sc).c, blocksOf(sc).a)
				refault(sc)
			}),
		},
		{
			Family: Family{Name: "other-order", Doc: "the files change places, so that the record of the other one comes first in each walk"},
			shape:  wide,
			beds: one(func(sc *model.Scenario) {
				*sc = rename(sc, renaming{files: triple{1, 0, 2}, procs: identity().procs})
			}),
		},
		{
			Family: Family{Name: "unwritten", Doc: "f2 has a preallocated page, which a write converts"},
			shape:  wide, change: alsoFails(roleUnwritten),
			beds: one(func(sc *model.Scenario) {
				sc.Files[1].Data[0] = rmap.Unwritten(rmap.Block(firstOf(blocksOf(sc).d, blocksOf(sc).b)))
				mapAll(sc, 1, 0, model.Map{Len: 2, File: 1})
			}),
		},
		{
			Family: Family{Name: "staging", Rows: []string{"X05", "N01", "N27"}, Doc: "a block is staged for the CoW of the shared page of f2"},
			shape:  wide, change: alsoFails(roleStaging),
			beds: one(func(sc *model.Scenario) { sc.Files[1].Cow[1] = rmap.Written(rmap.Block(blocksOf(sc).b)) }),
		},
		{
			Family: Family{Name: "metadata", Rows: []string{"C17"}, Doc: "an attribute fork, a block of a bmap btree and the internal log, besides the headers"},
			shape:  wide, change: alsoFails(roleMetadata),
			beds: one(func(sc *model.Scenario) {
				sc.Geometry.Metadata = [model.MaxMetadata]model.Metadata{}
				kinds := [...]model.Metadata{
					{Kind: model.MetaAttr, Block: 3}, {Kind: model.MetaBmbt, Block: blocksOf(sc).e, File: 1}, {Kind: model.MetaLog, Block: blocksOf(sc).d},
				}
				n := 0
				for _, md := range kinds {
					if md.Block%sc.Geometry.AGBlocks != 0 && md.Block < sc.Geometry.Blocks {
						sc.Geometry.Metadata[n] = md
						n++
					}
				}
			}),
		},
		{
			Family: Family{Name: "directory", Rows: []string{"B06"}, Doc: "a directory, whose data is metadata"},
			shape:  wide, change: alsoFails(roleDirectory),
			beds: one(func(sc *model.Scenario) {
				sc.Files[2] = newFile(firstOf(blocksOf(sc).d, blocksOf(sc).b))
				sc.Files[2].Directory = true
			}),
		},
	}
}

func firstOf(list ...uint8) uint8 {
	for _, b := range list {
		if b != none {
			return b
		}
	}
	return none
}

func extentOfTwo(sc *model.Scenario) {
	if sc.Geometry.AGBlocks == 4 {
		sc.Geometry.Metadata[0] = model.Metadata{} // a free block for copies
	}
	bl := blocksOf(sc)
	sc.Files[0] = newFile(bl.a, bl.b)
	sc.Files[1] = newFile(none, bl.a, bl.b)
	mapAll(sc, 0, 0, model.Map{Len: 3, File: 0})
	mapAll(sc, 1, 0, model.Map{Len: 2, File: 1, Pgoff: 1})
}

func incoreBed(in superblock.Incore) func(sc *model.Scenario) {
	return func(sc *model.Scenario) {
		leave(sc, 1)
		sc.Files[1].Cached = 0
		sc.Files[1].Incore = in
	}
}

// unshared gives f2 a block of its own.
func unshared(sc *model.Scenario) {
	sc.Files[1].Data[1] = 0
	if b := blocksOf(sc).b; b != none {
		sc.Files[1].Data[1] = rmap.Written(rmap.Block(b))
	}
	refault(sc)
}

func geometryDeltas() []delta {
	return []delta{
		{
			Family: Family{Name: "gap", Rows: []string{"R19"}, Doc: "three blocks a group, so that segmented block numbers have a gap; the shared block is in the second group"},
			shape:  gapped,
			beds: one(func(sc *model.Scenario) {
				bl := blocksOf(sc)
				sc.Files[0], sc.Files[1] = newFile(bl.d, bl.a), newFile(none, bl.d)
				refault(sc)
			}),
		},
		{
			Family: Family{Name: "range", Rows: []string{"R04", "R05", "R09", "R10", "C02", "K03", "R06", "R20", "K01", "X04"}, Doc: "events of two and three pages, also over the boundary of two groups"},
			shape:  gapped,
			beds:   each(func(*model.Scenario) {}, extentOfTwo),
			change: func(pl *plan) {
				pl.most = 3
				pl.sources = nil
				pl.roles |= rolesOf(roleFree)
			},
		},
		{
			Family: Family{Name: "partition", Rows: []string{"R11", "R14"}, Doc: "on a partition that begins one page or two into the device and ends before it; events of two pages over its ends"},
			shape:  gapped, change: spanning,
			beds: each(func(sc *model.Scenario) { partitioned(sc, 1, 1) }, func(sc *model.Scenario) { partitioned(sc, 2, 2) }),
		},
		{
			Family: Family{Name: "two-filesystems", Rows: []string{"N14", "N21"}, Doc: "a second partition with ext4, or with another xfs; p2 maps a file there too"},
			tiny:   true,
			shape:  single,
			beds:   each(secondBed(model.SecondExt4, 0), secondBed(model.SecondXFS, 0), secondBed(model.SecondXFS, 1)),
		},
		{
			Family: Family{Name: "remount", Rows: []string{"L01", "L02", "N08", "X16", "N26", "N30"}, Doc: "the device is mounted again once the first mount has gone"},
			shape:  least,
			beds: one(func(sc *model.Scenario) {
				sc.Geometry.Second = model.SecondRemount
				sc.Unborn[1] = true
			}),
			change: func(pl *plan) {
				pl.kinds = []model.TaskKind{model.TaskMount, model.TaskUmount, model.TaskEvict, model.TaskUnbind, model.TaskMemoryFailure}
				pl.with = []model.TaskKind{model.TaskMount}
				pl.fewest, pl.beside = 2, 3
				pl.roles |= rolesOf(roleHeader)
			},
		},
		{
			Family: Family{Name: "short", Rows: []string{"N29"}, Doc: "the filesystem ends two pages before its device; events of two pages over the end"},
			shape:  gapped, change: spanning,
			beds: one(func(sc *model.Scenario) { sc.Geometry.DevicePages += 2 }),
		},
		{
			Family: Family{Name: "no-rmapbt", Rows: []string{"C12", "C13", "H07", "N36"}, Refused: true, Doc: "a filesystem without a reverse map, which reviewed refuses to mount"},
			shape:  wide,
			beds:   one(func(sc *model.Scenario) { sc.Geometry.NoRmapbt = true }),
		},
		{
			Family: Family{Name: "huge", Rows: []string{"N05", "R24", "H08"}, Doc: "huge entries of two pages; p2 maps the tail only"},
			shape:  wide,
			beds:   each(hugeBed(false), hugeBed(true)),
			change: alsoFails(roleShared, roleData),
		},
	}
}

func spanning(pl *plan) {
	pl.most = 2
	pl.roles |= rolesOf(roleOutside, roleData)
}

func partitioned(sc *model.Scenario, off, slack uint8) {
	g := &sc.Geometry
	if g.Blocks+off+slack > model.MaxDataBlocks && g.Blocks == gapped.blocks { // one group has room
		*sc = baseBed(single)
	}
	g.Stack, g.PartOff = model.StackPartition, g.PartOff+off
	g.DevicePages += off + slack
}

func secondBed(second model.Second, off uint8) func(sc *model.Scenario) {
	return func(sc *model.Scenario) {
		g := &sc.Geometry
		g.Stack, g.Second, g.PartOff = model.StackPartition, second, g.PartOff+off
		g.DevicePages += off + model.SecondBlocks
		sc.Files[2] = newFile(none, model.FirstSecondBlock+1, model.FirstSecondBlock+2)
		sc.Files[2].FS = 1
		mapAll(sc, 1, 1, model.Map{Len: 2, File: 2, Pgoff: 1})
	}
}

// hugeBed puts both files on an aligned pair of pages. p2 maps the second page
// of f2, or of f1.
func hugeBed(same bool) func(sc *model.Scenario) {
	return func(sc *model.Scenario) {
		sc.Geometry.Huge = true
		lo := sc.Geometry.Blocks - 2
		for i := range sc.Geometry.Metadata {
			if sc.Geometry.Metadata[i].Block >= lo {
				sc.Geometry.Metadata[i] = model.Metadata{}
			}
		}
		sc.Files[0], sc.Files[1] = newFile(lo, lo+1), newFile(none, none, lo, lo+1)
		mapAll(sc, 0, 0, model.Map{Len: 2, File: 0})
		if same {
			sc.Files[1] = newFile(none, blocksOf(sc).a)
			mapAll(sc, 1, 0, model.Map{Len: 1, File: 0, Pgoff: 1})
			return
		}
		mapAll(sc, 1, 0, model.Map{Len: 1, File: 1, Pgoff: 3})
	}
}

func deviceDeltas() []delta {
	return []delta{
		{
			Family: Family{Name: "external-log", Rows: []string{"D08", "C14"}, Doc: "the log on a device of its own, which fails or goes"},
			shape:  wide, change: alsoFails(roleLogDevice),
			beds: one(func(sc *model.Scenario) { sc.Geometry.Log = model.SectionExternal }),
		},
		{
			Family: Family{Name: "rt-external", Doc: "f1 in a realtime section on a device of its own"},
			shape:  wide, change: alsoFails(roleData),
			beds: one(func(sc *model.Scenario) { realtimeBed(sc, model.SectionExternal, 0) }),
		},
		{
			Family: Family{Name: "rt-internal", Rows: []string{"C16", "N13"}, Doc: "f1 in a realtime section at the end of the data device"},
			shape:  gapped, change: alsoFails(roleData),
			beds: one(func(sc *model.Scenario) { realtimeBed(sc, model.SectionInternal, model.RTBlocks) }),
		},
		{
			Family: Family{Name: "dm-linear", Rows: []string{"D01", "D04", "N21", "N24", "N28", "N31"}, Doc: "on dm-linear with two targets in swapped order"},
			shape:  wide,
			beds:   one(func(sc *model.Scenario) { sc.Geometry.Stack = model.StackLinear }),
		},
		{
			Family: Family{Name: "dm-snapshot", Rows: []string{"D02", "X21"}, Doc: "on a dm device of which two blocks lie on one page; each file has one of them"},
			shape:  wide,
			beds: one(func(sc *model.Scenario) {
				sc.Geometry.Stack = model.StackSnapshot
				lo := sc.Geometry.Blocks - 2
				sc.Geometry.Metadata = [model.MaxMetadata]model.Metadata{}
				sc.Files[0], sc.Files[1] = newFile(lo, blocksOf(sc).a), newFile(none, lo+1)
				refault(sc)
			}),
		},
		{
			Family: Family{Name: "raid1", Rows: []string{"D05", "D06", "N14"}, Doc: "on a raid1 with two legs, without DAX: one leg fails, or both"},
			tiny:   true,
			shape:  single,
			beds: one(func(sc *model.Scenario) {
				sc.Geometry.Stack, sc.Geometry.NoDAX = model.StackRaid1, true
			}),
			change: func(pl *plan) {
				pl.most = 2
				pl.roles |= rolesOf(roleFree)
			},
		},
		{
			Family: Family{Name: "page-cache", Rows: []string{"K01", "N10", "N12", "X21"}, Doc: "dax=never: page cache pages, of which main memory can fail too"},
			tiny:   true,
			shape:  wide, change: alsoFails(roleCache),
			beds: one(func(sc *model.Scenario) { sc.Geometry.NoDAX = true }),
		},
		{
			Family: Family{Name: "shared-cache", Rows: []string{"N06"}, Doc: "files that share a block share its page cache page"},
			shape:  wide, change: alsoFails(roleCache),
			beds: one(func(sc *model.Scenario) { sc.Geometry.NoDAX, sc.Geometry.SharedCache = true, true }),
		},
		{
			Family: Family{Name: "ext4", Rows: []string{"C06", "C08", "K05", "G2"}, Doc: "a filesystem that takes no part: the single owner of each page, also of huge entries"},
			tiny:   true,
			shape:  wide,
			beds:   each(ext4Bed, func(sc *model.Scenario) { ext4Bed(sc); ext4Huge(sc) }),
			change: alsoFails(roleData),
		},
		{
			Family: Family{Name: "no-reflink", Doc: "no block is shared, and faults do not look at the AGF"},
			shape:  wide,
			beds:   one(func(sc *model.Scenario) { sc.Geometry.NoReflink = true; unshared(sc) }),
			change: alsoFails(roleData),
		},
	}
}

func realtimeBed(sc *model.Scenario, section, pages uint8) {
	sc.Geometry.RT = section
	sc.Geometry.DevicePages += pages
	sc.Files[0] = newFile(model.FirstRTBlock, model.FirstRTBlock+1)
	refault(sc)
}

func ext4Bed(sc *model.Scenario) {
	g := &sc.Geometry
	g.Type, g.NoReflink, g.NoRmapbt = model.FSExt4, true, true
	g.Metadata = [model.MaxMetadata]model.Metadata{}
	unshared(sc)
}

// ext4Huge: p1 maps a huge entry from its head, p2 from its tail.
func ext4Huge(sc *model.Scenario) {
	sc.Geometry.Huge = true
	lo := sc.Geometry.Blocks - 2
	sc.Files[0] = newFile(none, none, lo, lo+1)
	mapAll(sc, 0, 0, model.Map{Len: 3, File: 0, Pgoff: 1})
	mapAll(sc, 1, 0, model.Map{Len: 1, File: 0, Pgoff: 3})
	sc.Procs[0].Maps[0].Faulted = 0b100
}

func processDeltas() []delta {
	return []delta{
		{
			Family: Family{Name: "in-core", Rows: []string{"C05", "N18", "N22", "N38"}, Doc: "the inode of f2 is not in memory, new, or reclaimable; p2 maps nothing yet"},
			shape:  wide,
			beds:   each(incoreBed(superblock.IncoreNone), incoreBed(superblock.IncoreNew), incoreBed(superblock.IncoreReclaimable)),
		},
		{
			Family: Family{Name: "third-process", Rows: []string{"K01", "K08", "N17"}, Doc: "p3 maps the shared page of f2 too"},
			shape:  wide,
			beds:   one(func(sc *model.Scenario) { mapAll(sc, 2, 0, model.Map{Len: 2, File: 1}) }),
		},
		{
			Family: Family{Name: "two-mappings", Rows: []string{"N25"}, Doc: "p1 maps the shared page a second time, at another address; or a page of each file"},
			shape:  wide,
			beds: each(func(sc *model.Scenario) { mapAll(sc, 0, 1, model.Map{Len: 1, File: 0}) },
				func(sc *model.Scenario) { mapAll(sc, 0, 1, model.Map{Len: 2, File: 1}) }),
		},
		{
			Family: Family{Name: "private", Rows: []string{"K04", "C21", "N04"}, Doc: "p2 maps MAP_PRIVATE: without a copy, and with an anonymous one, which can fail too"},
			shape:  wide, change: alsoFails(roleAnon),
			beds: each(privateBed(0), privateBed(1)),
		},
		{
			Family: Family{Name: "failures", Rows: []string{"N02", "C22", "K02", "L05", "N19", "N32", "N34", "N35"}, Doc: "one injected failure: an AGF cannot be read, or the copy of a CoW fails"},
			shape:  wide,
			beds:   one(func(sc *model.Scenario) { sc.Budget = 1 }),
		},
	}
}

func privateBed(copied uint8) func(sc *model.Scenario) {
	return func(sc *model.Scenario) {
		mp := sc.Procs[1].Maps[0]
		mp.Private, mp.Copied = true, copied
		mapAll(sc, 1, 0, mp)
	}
}
