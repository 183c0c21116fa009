package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// possible has something of each part of a scenario: metadata, a file with an
// unwritten and a staged block, one that nobody maps, a directory; two
// processes, of which one has a private copy; an event on two pages and a
// task.
func possible() (sc model.Scenario) {
	sc.Geometry = model.Geometry{DevicePages: 8, Blocks: 8, AGBlocks: 4, Metadata: [model.MaxMetadata]model.Metadata{
		{Kind: model.MetaInobt, Block: 3}, {Kind: model.MetaBmbt, Block: 7, File: 2},
	}}
	sc.Files[0] = model.File{
		Present: true, Incore: superblock.IncoreLive,
		Data: rmap.Fork{rmap.Written(1), rmap.Unwritten(2)}, Cow: rmap.Fork{rmap.Written(5)},
	}
	sc.Files[1] = model.File{Present: true, Incore: superblock.IncoreLive, Data: rmap.Fork{0, rmap.Written(1)}, Cached: 2}
	sc.Files[2] = model.File{Present: true, Directory: true, Data: rmap.Fork{rmap.Written(6)}}
	sc.Procs[0] = model.Proc{Alive: true, EarlyKill: true, Maps: [2]model.Map{{Len: 3, Faulted: 1}}}
	sc.Procs[1] = model.Proc{Alive: true, Maps: [2]model.Map{{}, {Len: 2, File: 1, Pgoff: 1, Private: true, Copied: 1}}}
	sc.Tasks[0] = model.TaskSpec{Kind: model.TaskMemoryFailure, Page: 1, Pages: 2}
	sc.Tasks[1] = model.TaskSpec{Kind: model.TaskFork, Proc: 1, To: 2}
	return sc
}

// onGeometry is a possible scenario on another geometry.
func onGeometry(g model.Geometry) (sc model.Scenario) {
	sc.Geometry = g
	sc.Files[0] = model.File{Present: true, Data: rmap.Fork{rmap.Written(1)}}
	return sc
}

var (
	ext4Geometry      = model.Geometry{Type: model.FSExt4, NoReflink: true, NoRmapbt: true, DevicePages: 4, Blocks: 4, AGBlocks: 4}
	raid1Geometry     = model.Geometry{Stack: model.StackRaid1, NoDAX: true, DevicePages: 4, Blocks: 4, AGBlocks: 4}
	partitionGeometry = model.Geometry{Stack: model.StackPartition, Second: model.SecondXFS, PartOff: 1, DevicePages: 8, Blocks: 4, AGBlocks: 4}
	externalGeometry  = model.Geometry{RT: model.SectionExternal, Log: model.SectionExternal, DevicePages: 4, Blocks: 4, AGBlocks: 4}
	snapshotGeometry  = model.Geometry{Stack: model.StackSnapshot, DevicePages: 4, Blocks: 4, AGBlocks: 4}
)

type (
	geometry = model.Geometry
	scenario = model.Scenario
	task     = model.TaskSpec
)

// An impossible scenario is a possible one with a fault or two.
type impossible struct {
	edit func(sc *scenario)
	want string // path and reason of the first
}

// faulty has a geometry with a fault.
func faulty(base geometry, edit func(g *geometry), want string) impossible {
	return impossible{func(sc *scenario) { *sc = onGeometry(base); edit(&sc.Geometry) }, want}
}

// withTask has an impossible second task.
func withTask(tk task, want string) impossible {
	return impossible{func(sc *scenario) { sc.Tasks[1] = tk }, "tasks[1]" + want}
}

// on has an impossible task on the geometry.
func on(base geometry, tk task, want string) impossible {
	return impossible{func(sc *scenario) { *sc = onGeometry(base); sc.Tasks[0] = tk }, "tasks[0]" + want}
}

var impossibleScenarios = []impossible{
	faulty(raid1Geometry, func(g *geometry) { g.Stack = 5 }, "geometry.stack: no such stack"),
	faulty(ext4Geometry, func(g *geometry) { g.Type = 2 }, "geometry.type: no such filesystem"),
	faulty(partitionGeometry, func(g *geometry) { g.Second = 4 }, "geometry.second: no such filesystem"),
	faulty(ext4Geometry, func(g *geometry) { g.AGBlocks = 0 }, "geometry.agblocks: a group has 2 to 4 blocks, not 0"),
	faulty(ext4Geometry, func(g *geometry) { g.AGBlocks = 5 }, "geometry.agblocks: a group has 2 to 4 blocks, not 5"),
	faulty(ext4Geometry, func(g *geometry) { g.Blocks = 1 }, "geometry.blocks: 2 to 8 blocks, not 1"),
	faulty(ext4Geometry, func(g *geometry) { g.Blocks = 255 }, "geometry.blocks: 2 to 8 blocks, not 255"),
	faulty(ext4Geometry, func(g *geometry) { g.Blocks, g.AGBlocks = 8, 3 }, "geometry.blocks: more than 2 groups of 3 blocks"),
	faulty(ext4Geometry, func(g *geometry) { g.Blocks = 5 }, "geometry.blocks: the last group has 1 block"),
	faulty(partitionGeometry, func(g *geometry) { g.PartOff = 2 }, "geometry.device-pages: the sections need 9 pages, the device has 8, at most 8"),
	faulty(ext4Geometry, func(g *geometry) { g.DevicePages = 9 }, "geometry.device-pages: the sections need 4 pages, the device has 9, at most 8"),
	faulty(externalGeometry, func(g *geometry) { g.RT = model.SectionInternal }, "geometry.device-pages: the sections need 6 pages, the device has 4, at most 8"),
	faulty(ext4Geometry, func(g *geometry) { g.PartOff, g.DevicePages = 1, 5 }, "geometry.part-off: only a partition has an offset"),
	faulty(ext4Geometry, func(g *geometry) { g.Second, g.DevicePages = model.SecondExt4, 8 }, "geometry.second: only beside a partition, or the same device again"),
	faulty(snapshotGeometry, func(g *geometry) { g.Second = model.SecondRemount }, "geometry.second: only beside a partition, or the same device again"),
	faulty(externalGeometry, func(g *geometry) { g.RT = 3 }, "geometry.rt: no such section"),
	faulty(externalGeometry, func(g *geometry) { g.Log = 2 }, "geometry.rt: no such section"),
	faulty(ext4Geometry, func(g *geometry) { g.RT = model.SectionExternal }, "geometry.rt: only xfs on a plain device has a realtime section"),
	faulty(snapshotGeometry, func(g *geometry) { g.RT = model.SectionExternal }, "geometry.rt: only xfs on a plain device has a realtime section"),
	faulty(raid1Geometry, func(g *geometry) { g.Log = model.SectionExternal }, "geometry.log: only xfs on a plain device has an external log"),
	faulty(ext4Geometry, func(g *geometry) { g.Log = model.SectionExternal }, "geometry.log: only xfs on a plain device has an external log"),
	faulty(raid1Geometry, func(g *geometry) { g.NoDAX = false }, "geometry.stack: raid1 has legs of 4 pages and no DAX"),
	faulty(raid1Geometry, func(g *geometry) { g.Blocks, g.DevicePages = 6, 6 }, "geometry.stack: raid1 has legs of 4 pages and no DAX"),
	faulty(snapshotGeometry, func(g *geometry) { g.Stack, g.Blocks = model.StackLinear, 3 }, "geometry.blocks: dm-linear with two targets needs 4 blocks"),
	faulty(snapshotGeometry, func(g *geometry) { g.AGBlocks = 2 }, "geometry.blocks: the block that two LBAs share must not be a header"),
	faulty(ext4Geometry, func(g *geometry) { g.NoReflink = false }, "geometry.type: ext4 has no reflink and no rmapbt, and DAX here"),
	faulty(ext4Geometry, func(g *geometry) { g.NoRmapbt = false }, "geometry.type: ext4 has no reflink and no rmapbt, and DAX here"),
	faulty(ext4Geometry, func(g *geometry) { g.NoDAX = true }, "geometry.type: ext4 has no reflink and no rmapbt, and DAX here"),
	faulty(ext4Geometry, func(g *geometry) { g.Stack = model.StackSnapshot }, "geometry.type: page->mapping names one owner: no ext4 on a device whose blocks have two"),
	faulty(ext4Geometry, func(g *geometry) { g.DaxInode = true }, "geometry.dax-inode: only xfs, and not with dax=never"),
	faulty(raid1Geometry, func(g *geometry) { g.DaxInode = true }, "geometry.dax-inode: only xfs, and not with dax=never"),
	faulty(externalGeometry, func(g *geometry) { g.FirstRange = 4 }, "geometry.first-range: an end within a plain device, and of no huge page"),
	faulty(externalGeometry, func(g *geometry) { g.FirstRange, g.Huge = 1, true }, "geometry.first-range: an end within a plain device, and of no huge page"),
	faulty(snapshotGeometry, func(g *geometry) { g.FirstRange = 2 }, "geometry.first-range: an end within a plain device, and of no huge page"),
	faulty(externalGeometry, func(g *geometry) { g.DeviceDAX = true }, "geometry.device-dax: not beside an external realtime device or a raid1"),
	faulty(raid1Geometry, func(g *geometry) { g.DeviceDAX = true }, "geometry.device-dax: not beside an external realtime device or a raid1"),
	faulty(ext4Geometry, func(g *geometry) { g.SharedCache = true }, "geometry.shared-cache: only without DAX"),
	faulty(raid1Geometry, func(g *geometry) { g.Huge = true }, "geometry.huge: only with DAX"),
	faulty(ext4Geometry, func(g *geometry) { g.Metadata[1] = model.Metadata{Kind: model.MetaInobt, Block: 2} }, "geometry.metadata[1]: metadata blocks are those of xfs"),
	faulty(externalGeometry, func(g *geometry) { g.Metadata[2] = model.Metadata{Kind: model.MetaLog, Block: 2} }, "geometry.metadata[2].kind: the log is on a device of its own"),
	faulty(externalGeometry, func(g *geometry) { g.Metadata[0] = model.Metadata{Kind: model.MetaInobt, Block: 1} }, "files: block 1 has two uses"),

	{func(sc *scenario) { sc.Geometry.Metadata[2].Block = 1 }, "geometry.metadata[2]: no kind, yet has fields"},
	{func(sc *scenario) { sc.Geometry.Metadata[0].Kind = 5 }, "geometry.metadata[0].kind: no such kind"},
	{func(sc *scenario) { sc.Geometry.Metadata[0].Block = 4 }, "geometry.metadata[0].block: block 4 is a group header or does not exist"},
	{func(sc *scenario) { sc.Geometry.Metadata[1].Block = 9 }, "geometry.metadata[1].block: block 9 is a group header or does not exist"},
	{func(sc *scenario) { sc.Geometry.Metadata[0].File = 1 }, "geometry.metadata[0].file: no such file"},
	{func(sc *scenario) { sc.Geometry.Metadata[1].File = 3 }, "geometry.metadata[1].file: no such file"},
	{func(sc *scenario) { sc.Files[2] = model.File{} }, "geometry.metadata[1].file: no such file"},

	{func(sc *scenario) { sc.Files[1].Present = false }, "files[1]: absent, yet has fields"},
	{func(sc *scenario) { sc.Files[1].FS = 1 }, "files[1].fs: no such filesystem"},
	{func(sc *scenario) { sc.Files[0].Incore = 4 }, "files[0].incore: an inode begins as none, live, new or reclaimable"},
	{func(sc *scenario) { sc.Files[2].High = true }, "files[2].high: a directory has few pages"},
	{func(sc *scenario) { sc.Files[2].Cow[3] = rmap.Written(2) }, "files[2].cow: a directory has no CoW fork"},
	{func(sc *scenario) { sc.Files[1].Cached = 1 << 4 }, "files[1].cached: pages of a regular file that is in core"},
	{func(sc *scenario) { sc.Files[1].Incore = superblock.IncoreNew }, "files[1].cached: pages of a regular file that is in core"},
	{func(sc *scenario) { sc.Files[2].Incore, sc.Files[2].Cached = superblock.IncoreLive, 1 }, "files[2].cached: pages of a regular file that is in core"},
	{func(sc *scenario) { sc.Unborn[0] = true }, "files[0].incore: not in core before the mount"},
	{func(sc *scenario) { sc.Files[0].Data[3] = 0x80 }, "files[0].data[3]: flags without a block"},
	{func(sc *scenario) { sc.Files[0].Data[3] = rmap.Written(4) }, "files[0].data[3]: block 4 is a group header or does not exist"},
	{func(sc *scenario) { sc.Files[0].Data[3] = rmap.Written(8) }, "files[0].data[3]: block 8 does not exist"},
	{func(sc *scenario) { sc.Files[1].Cached |= 1 }, "files[1].cached: page 0 is a hole"},
	{func(sc *scenario) { sc.Files[0].Cached = 1 << 1 }, "files[0].cached: page 1 is a hole"},
	{func(sc *scenario) { sc.Files[0].Cow[2] = rmap.Unwritten(6) }, "files[0].cow[2]: CoW staging needs reflink"},
	{func(sc *scenario) { sc.Files[0].Cow[2] = rmap.Written(14) }, "files[0].cow[2]: block 14 does not exist"},
	{func(sc *scenario) { sc.Geometry.NoReflink = true }, "files[0].cow[0]: CoW staging needs reflink"},
	{func(sc *scenario) { sc.Files[0].Cow[2] = rmap.Written(1) }, "files: block 1 has two uses"},
	{func(sc *scenario) { sc.Files[1].Cow[0] = rmap.Written(5) }, "files: block 5 has two uses"},
	{func(sc *scenario) { sc.Files[0].Cow, sc.Geometry.NoReflink = rmap.Fork{}, true }, "files: block 1 cannot be shared"},
	{func(sc *scenario) { sc.Files[1].Data = rmap.Fork{2, 2, 2, 2} }, "files: block 1 is shared by more than 3 file pages"},
	{func(sc *scenario) { sc.Files[1].Data[3] = rmap.Written(2) }, "files[0].data[1]: an unwritten block is not shared"},
	{func(sc *scenario) {
		*sc = onGeometry(externalGeometry)
		sc.Files[0].Data = rmap.Fork{rmap.Written(8), rmap.Written(8)}
	}, "files: block 8 cannot be shared"},
	{func(sc *scenario) {
		*sc = onGeometry(externalGeometry)
		sc.Files[0].Data[2], sc.Files[0].Directory = rmap.Written(9), true
	}, "files[0].data[2]: block 9 does not exist"},
	{func(sc *scenario) { *sc = onGeometry(partitionGeometry); sc.Files[0].FS = 1 }, "files[0].data[0]: block 1 is not of the second filesystem"},
	{func(sc *scenario) {
		*sc = onGeometry(partitionGeometry)
		sc.Files[0].FS, sc.Files[0].Data[0] = 1, rmap.Written(12)
	}, "files[0].data[0]: block 12 is not of the second filesystem"},
	{func(sc *scenario) {
		*sc = onGeometry(partitionGeometry)
		sc.Files[0] = model.File{Present: true, FS: 1, Cow: rmap.Fork{rmap.Written(13)}}
	}, "files[0].cow[0]: CoW staging needs reflink"},

	{func(sc *scenario) { sc.Procs[1].Alive = false }, "procs[1]: not alive, yet maps files"},
	{func(sc *scenario) { sc.Procs[1].Maps[0].Pgoff = 1 }, "procs[1].maps[0]: no length, yet has fields"},
	{func(sc *scenario) { sc.Procs[0].Maps[0].File = 2 }, "procs[0].maps[0].file: no such regular file"},
	{func(sc *scenario) { sc.Procs[0].Maps[0].File = 3 }, "procs[0].maps[0].file: no such regular file"},
	{func(sc *scenario) { sc.Procs[1].Maps[1].Len = 4 }, "procs[1].maps[1].len: goes past page 4 of the file"},
	{func(sc *scenario) { sc.Procs[1].Maps[1].Len = 5 }, "procs[1].maps[1].len: goes past page 4 of the file"},
	{func(sc *scenario) { *sc = onGeometry(ext4Geometry); sc.Procs[0] = possible().Procs[0] }, "procs[0].maps[0]: the inode is mapped and so in core"},
	{func(sc *scenario) {
		*sc = onGeometry(ext4Geometry)
		sc.Procs[0], sc.Unborn[0] = possible().Procs[0], true
	}, "procs[0].maps[0]: mapped before its filesystem is mounted"},
	{func(sc *scenario) { sc.Procs[0].Maps[0].Faulted = 9 }, "procs[0].maps[0].faulted: a page outside the mapping, or both faulted and copied"},
	{func(sc *scenario) { sc.Procs[1].Maps[1].Copied = 4 }, "procs[1].maps[1].faulted: a page outside the mapping, or both faulted and copied"},
	{func(sc *scenario) { sc.Procs[1].Maps[1].Faulted = 1 }, "procs[1].maps[1].faulted: a page outside the mapping, or both faulted and copied"},
	{func(sc *scenario) { sc.Procs[1].Maps[1].Private = false }, "procs[1].maps[1].copied: only a private mapping has copies"},
	{func(sc *scenario) { sc.Procs[1].Maps[1].Faulted = 2 }, "procs[1].maps[1].faulted: page 1 is a hole"},
	{func(sc *scenario) { sc.Procs[0].Maps[0].Faulted = 3 }, "procs[0].maps[0].faulted: page 1 is a hole"},

	withTask(task{Page: 1}, ": a task after the last one"),
	{func(sc *scenario) { sc.Tasks[3] = sc.Tasks[1] }, "tasks[2]: a task after the last one"},
	{func(sc *scenario) { sc.Tasks[2] = sc.Tasks[1]; sc.Tasks[2].Proc = 0 }, "tasks[2].to: the child is that of an earlier fork"},
	withTask(task{Kind: model.NumTaskKinds}, ".kind: no such task"),
	withTask(task{Kind: model.TaskMemoryFailure, Source: 4}, ".source: no such source"),
	withTask(task{Kind: model.TaskMemoryFailure, Pages: 4}, ".pages: 1, or up to 3 when no process is involved"),
	withTask(task{Kind: model.TaskMemoryFailure, Source: model.SourceConsumed, Pages: 2}, ".pages: 1, or up to 3 when no process is involved"),
	withTask(task{Kind: model.TaskMemoryFailure, Source: model.SourceConsumed, Queued: true}, ".queued: of a scrubber: the others have a process to run in"),
	withTask(task{Kind: model.TaskMemoryFailure, Page: 8}, ".page: no such page of a device"),
	withTask(task{Kind: model.TaskMemoryFailure, Page: 16}, ".page: no such page of a device"),
	withTask(task{Kind: model.TaskMemoryFailure, Page: 7, Pages: 2}, ".page: no such page of a device"),
	withTask(task{Kind: model.TaskMemoryFailure, Page: 12, Pages: 2}, ".page: no such page of a device"),
	withTask(task{Kind: model.TaskMemoryFailure, Page: 255, Pages: 2}, ".page: no such page of a device"),
	on(externalGeometry, task{Kind: model.TaskMemoryFailure, Page: 9, Pages: 2}, ".page: no such page of a device"),
	on(raid1Geometry, task{Kind: model.TaskMemoryFailure, Page: 12, Pages: 2}, ".page: no such page of a device"),
	withTask(task{Kind: model.TaskMemoryFailure, Source: model.SourceInjected, Proc: mm.Procs}, ".proc: no such process"),
	withTask(task{Kind: model.TaskReadFault, Proc: mm.Procs}, ".proc: no such process"),
	withTask(task{Kind: model.TaskReadFault, Slot: 2}, ".map: no such page of a mapping"),
	withTask(task{Kind: model.TaskWriteFault, Index: 4}, ".map: no such page of a mapping"),
	withTask(task{Kind: model.TaskTruncate, File: 2}, ".file: no such regular file"),
	withTask(task{Kind: model.TaskTruncate, Index: 4}, ".page: no such page"),
	withTask(task{Kind: model.TaskTruncate, To: 1, Flag: true}, ".to: only a punch reallocates"),
	withTask(task{Kind: model.TaskPunch, Flag: true}, ".to: another file of the same filesystem"),
	withTask(task{Kind: model.TaskPunch, To: mm.Procs, Flag: true}, ".to: another file of the same filesystem"),
	withTask(task{Kind: model.TaskReflink, File: 2}, ".file: no such regular file"),
	withTask(task{Kind: model.TaskReflink, To: 2}, ".to: no such regular file"),
	withTask(task{Kind: model.TaskReflink, Index: 1, Len: 1}, ".page: no such page, or onto itself"),
	withTask(task{Kind: model.TaskReflink, To: 1, Len: 4}, ".page: no such page, or onto itself"),
	withTask(task{Kind: model.TaskReflink, To: 1, Index: 4}, ".page: no such page, or onto itself"),
	on(ext4Geometry, task{Kind: model.TaskReflink, Index: 1}, ": needs reflink"),
	withTask(task{Kind: model.TaskMmap, File: 2}, ".file: no such regular file"),
	withTask(task{Kind: model.TaskMmap, Proc: mm.Procs}, ".map: no such mapping"),
	withTask(task{Kind: model.TaskMmap, Slot: 2}, ".map: no such mapping"),
	withTask(task{Kind: model.TaskMmap}, ".len: goes past page 4 of the file"),
	withTask(task{Kind: model.TaskMmap, Index: 2, Len: 3}, ".len: goes past page 4 of the file"),
	withTask(task{Kind: model.TaskMunmap, Proc: mm.Procs}, ".map: no such mapping"),
	withTask(task{Kind: model.TaskMunmap, Slot: 2}, ".map: no such mapping"),
	withTask(task{Kind: model.TaskFork, Proc: mm.Procs, To: 2}, ".to: the child must be a process that is not alive"),
	withTask(task{Kind: model.TaskFork, Proc: 0, To: 1}, ".to: the child must be a process that is not alive"),
	withTask(task{Kind: model.TaskFork, Proc: 2, To: 2}, ".to: the child must be a process that is not alive"),
	withTask(task{Kind: model.TaskExit, Proc: mm.Procs}, ".proc: no such process"),
	withTask(task{Kind: model.TaskEvict, File: 2}, ".file: no such regular file"),
	withTask(task{Kind: model.TaskMount, FS: 1}, ".fs: no such filesystem"),
	withTask(task{Kind: model.TaskMount}, ".fs: mounted already"),
	withTask(task{Kind: model.TaskUmount, FS: 1}, ".fs: no such filesystem"),
	on(partitionGeometry, task{Kind: model.TaskUmount, FS: 2}, ".fs: no such filesystem"),
	withTask(task{Kind: model.TaskUnbind, Dev: 3}, ".dev: no such device; a leg of a raid1 fails instead"),
	on(raid1Geometry, task{Kind: model.TaskUnbind}, ".dev: no such device; a leg of a raid1 fails instead"),
	withTask(task{Kind: model.TaskLegFailure}, ".dev: no such leg"),
	on(raid1Geometry, task{Kind: model.TaskLegFailure, Dev: 2}, ".dev: no such leg"),
	{func(sc *scenario) { sc.Budget = 4 }, "budget: at most 3 injected failures"},

	// sums that do not fit into a byte, and indices that lead nowhere
	faulty(partitionGeometry, func(g *geometry) { g.PartOff = 250 }, "geometry.device-pages: the sections need 257 pages, the device has 8, at most 8"),
	{func(sc *scenario) { sc.Procs[1].Maps[1].Pgoff = 255 }, "procs[1].maps[1].len: goes past page 4 of the file"},
	withTask(task{Kind: model.TaskMmap, Index: 255, Len: 1}, ".len: goes past page 4 of the file"),
	{func(sc *scenario) { sc.Files[1].FS = 2 }, "files[1].fs: no such filesystem"},
	{func(sc *scenario) { sc.Geometry.Metadata[1].File = 255 }, "geometry.metadata[1].file: no such file"},
	withTask(task{Kind: model.TaskMount, FS: 2}, ".fs: no such filesystem"),
	withTask(task{Kind: model.TaskReflink, File: 3}, ".file: no such regular file"),

	// of several faults the first in this order: geometry, files, their
	// blocks, processes, tasks, budget
	{func(sc *scenario) { sc.Budget, sc.Tasks[1].Kind = 4, model.NumTaskKinds }, "tasks[1].kind: no such task"},
	{func(sc *scenario) { sc.Tasks[1].Kind, sc.Procs[1].Maps[1].Len = model.NumTaskKinds, 4 }, "procs[1].maps[1].len: goes past page 4 of the file"},
	{func(sc *scenario) { sc.Procs[1].Maps[1].Len, sc.Files[1].Cow[0] = 4, rmap.Written(5) }, "files: block 5 has two uses"},
	{func(sc *scenario) { sc.Files[1].Cow[0], sc.Geometry.Metadata[0].Block = rmap.Written(5), 4 }, "geometry.metadata[0].block: block 4 is a group header or does not exist"},
	{func(sc *scenario) { sc.Geometry.Metadata[0].Block, sc.Files[1].Data[2] = 4, 0x80 }, "files[1].data[2]: flags without a block"},
	{func(sc *scenario) { sc.Files[1].Data[2], sc.Geometry.DevicePages = 0x80, 9 }, "geometry.device-pages: the sections need 8 pages, the device has 9, at most 8"},
	{func(sc *scenario) { sc.Files[0].Data[0], sc.Files[0].Cow[0] = rmap.Written(0), rmap.Written(0) }, "files[0].data[0]: block 0 is a group header or does not exist"},
	withTask(task{Kind: model.TaskMemoryFailure, Source: 4, Pages: 4, Page: 8}, ".source: no such source"),
	withTask(task{Kind: model.TaskMmap, File: 2, Proc: mm.Procs}, ".file: no such regular file"),
}

// Each fault has one text, which readers of a scenario are shown at its path.
func TestImpossibleScenarios(t *testing.T) {
	t.Parallel()
	for i, c := range impossibleScenarios {
		sc := possible()
		require.NoError(t, sc.Validate())
		c.edit(&sc)
		var got *model.ScenarioError
		require.ErrorAs(t, sc.Validate(), &got, "%d: %s", i, c.want)
		require.Equal(t, c.want, got.Error(), "%d", i)
	}
}

// A possible scenario costs nothing but time: shrinking, and drawing a scope,
// validate millions.
func TestValidateAllocatesNothing(t *testing.T) {
	for _, g := range []model.Geometry{possible().Geometry, ext4Geometry, raid1Geometry, partitionGeometry, externalGeometry, snapshotGeometry} {
		sc := onGeometry(g)
		if g == possible().Geometry {
			sc = possible()
		}
		require.NoError(t, sc.Validate())
		require.Zero(t, testing.AllocsPerRun(10, func() { _ = sc.Validate() }))
	}
}

func BenchmarkValidate(b *testing.B) {
	sc := possible()
	b.ReportAllocs()
	for b.Loop() {
		if err := sc.Validate(); err != nil {
			b.Fatal(err)
		}
	}
}

// No kernel has DAX on dm-snapshot; the mail's design does not say so. Without
// DAX it is mounted.
func TestKernelsHaveNoDAXOnSnapshot(t *testing.T) {
	for _, n := range design.NamedDesigns() {
		for _, noDAX := range []bool{false, true} {
			var sc model.Scenario
			sc.Geometry = model.Geometry{Stack: model.StackSnapshot, DevicePages: 4, Blocks: 4, AGBlocks: 4, NoReflink: true, NoDAX: noDAX}
			m, err := model.New(n.Design, sc)
			require.NoError(t, err)
			_, ok := m.Startable()
			require.Equal(t, noDAX || n.Design[design.Route] == design.RouteCorruptedRange, ok, n.Name)
		}
	}
}
