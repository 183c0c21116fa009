package model_test

import (
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// A rarity is a scenario that the generator seldom draws, for a step, or a
// write of a step, that needs it.
type rarity struct {
	runs     int
	design   design.Design
	scenario model.Scenario
}

// oneFile is a scenario in which file 0 has blocks 2 and 3 and is mapped by
// two processes, and file 1 shares the first of them.
func oneFile(faulted uint8, tasks ...model.TaskSpec) (sc model.Scenario) {
	sc.Geometry = model.Geometry{DevicePages: 4, Blocks: 4, AGBlocks: 4}
	for f := range 2 {
		sc.Files[f] = model.File{Present: true, Incore: superblock.IncoreLive}
		sc.Files[f].Data[0] = rmap.Written(2)
	}
	sc.Files[0].Data[1] = rmap.Written(3)
	for p := range 2 {
		sc.Procs[p] = model.Proc{Alive: true}
		sc.Procs[p].Maps[0] = model.Map{Len: 2, Faulted: faulted}
	}
	copy(sc.Tasks[:], tasks)
	return sc
}

func with(sc model.Scenario, change func(sc *model.Scenario)) model.Scenario {
	change(&sc)
	return sc
}

func huge(sc *model.Scenario)  { sc.Geometry.Huge = true }
func noDAX(sc *model.Scenario) { sc.Geometry.NoDAX = true }

func raid1(sc *model.Scenario) { sc.Geometry.Stack = model.StackRaid1 }

// once leaves one process that maps the file.
func once(sc *model.Scenario) { sc.Procs[1] = model.Proc{} }

func idle(sc *model.Scenario) { sc.Procs[0], sc.Procs[1] = model.Proc{}, model.Proc{} }

// copied leaves one process, with a copy of a private page.
func copied(sc *model.Scenario) {
	once(sc)
	sc.Procs[0].Maps[0] = model.Map{Len: 2, Private: true, Copied: 1}
}

// cachedTwice has files 0 and 1 share a page of the page cache.
func cachedTwice(sc *model.Scenario) {
	noDAX(sc)
	sc.Geometry.SharedCache = true
	sc.Procs[1].Maps[0] = model.Map{Len: 1, File: 1, Faulted: 1}
}

// halfToo has one process map a huge entry and one half of it.
func halfToo(sc *model.Scenario) {
	huge(sc)
	sc.Procs[1].Maps[0] = model.Map{Len: 1, Faulted: 1}
}

func ext4(sc *model.Scenario) {
	sc.Geometry.Type, sc.Geometry.NoReflink, sc.Geometry.NoRmapbt = model.FSExt4, true, true
	sc.Files[1] = model.File{}
}

func rare() []rarity {
	event := func(page uint8) model.TaskSpec {
		return model.TaskSpec{Kind: model.TaskMemoryFailure, Page: page}
	}
	var (
		reviewed  = design.Design{}
		noMutex   = design.Design{design.MfMutex: design.MfMutexNone}
		fault0    = model.TaskSpec{Kind: model.TaskReadFault, Index: 1}
		fault1    = model.TaskSpec{Kind: model.TaskReadFault, Index: 1, Proc: 1}
		write     = model.TaskSpec{Kind: model.TaskWriteFault}
		write2    = model.TaskSpec{Kind: model.TaskWrite}
		munmap    = model.TaskSpec{Kind: model.TaskMunmap}
		truncate  = model.TaskSpec{Kind: model.TaskTruncate}
		punch     = model.TaskSpec{Kind: model.TaskPunch, Index: 1}
		reflink   = model.TaskSpec{Kind: model.TaskReflink, File: 1}
		reflink1  = model.TaskSpec{Kind: model.TaskReflink, File: 1, Len: 1}
		from0     = model.TaskSpec{Kind: model.TaskReflink, To: 1}
		truncate1 = model.TaskSpec{Kind: model.TaskTruncate, File: 1}
		move      = model.TaskSpec{Kind: model.TaskPunch, Index: 1, To: 1, Flag: true}
		evict     = model.TaskSpec{Kind: model.TaskEvict}
		umount    = model.TaskSpec{Kind: model.TaskUmount}
		fork      = model.TaskSpec{Kind: model.TaskFork, To: 1}
		exit      = model.TaskSpec{Kind: model.TaskExit}
		leg       = model.TaskSpec{Kind: model.TaskLegFailure, Dev: 1}
		unbind    = model.TaskSpec{Kind: model.TaskUnbind}
	)
	return []rarity{
		// A huge entry is inserted while somebody waits for the lock of its
		// other half.
		{100, reviewed, with(oneFile(0, fault0, fault1, event(3)), huge)},
		// Several events wait for the entry that an operation empties. Waiters
		// are woken in the order of the tasks.
		{500, noMutex, with(oneFile(3, truncate, event(2), event(2), event(2)), huge)},
		{500, noMutex, with(oneFile(3, reflink, event(2), event(2), event(2)), huge)},
		{100, noMutex, with(oneFile(3, event(2), event(2), event(2)), ext4)},
		// A fault gets past i_size before a truncation that takes no lock (G13).
		{100, design.Design{design.TruncateLock: design.TruncateHoldsNothing}, oneFile(0, truncate, fault0)},
		// A file that was truncated gets longer again.
		{100, reviewed, oneFile(1, truncate1, move)},
		{100, reviewed, oneFile(1, truncate1, from0)},
		{100, reviewed, oneFile(1, truncate, write2)},
		// A huge entry goes for the sake of its other half.
		{100, reviewed, with(oneFile(3, punch), halfToo)},
		{100, reviewed, with(oneFile(3, reflink1), halfToo)},
		// An event keeps an entry locked, but not the inode, which is evicted.
		{200, design.Design{design.Igrab: design.IgrabNone}, with(oneFile(3, evict, event(2), munmap, unbind), once)},
		// The page cache outlives the mappings of a file.
		{100, reviewed, with(with(oneFile(3, event(2), munmap, umount), once), noDAX)},
		{100, reviewed, with(with(oneFile(3, event(2), munmap, evict), once), noDAX)},
		{20, reviewed, with(oneFile(3, reflink), noDAX)},
		// A dirty page is written back.
		{100, reviewed, with(oneFile(3, write, from0), noDAX)},
		// A child gets the copies of its parent.
		{100, reviewed, with(oneFile(0, fork, event(2)), copied)},
		// A child is on the task list before it has a mapping.
		{100, design.Design{design.ForkOrder: design.ForkTaskFirst}, with(oneFile(1, fork, event(2)), once)},
		// They go with the mapping.
		{20, reviewed, with(oneFile(0, munmap), copied)},
		{20, reviewed, with(oneFile(0, exit), copied)},
		// A page of the page cache that two files share is written to.
		{20, reviewed, with(oneFile(1, write), cachedTwice)},
		// A removal freezes what somebody writes to.
		{100, design.Design{design.Freeze: design.FreezeKernel}, oneFile(0, unbind, write)},
		// The data of a holder slot goes, its ops are still there (L02).
		{100, design.Design{design.PutOrder: design.PutDataFirst}, with(oneFile(0, event(2), umount), idle)},
		// A page's mapping is one that has left it (H04).
		{100, design.Design{design.EvictAfterShutdown: design.EvictLeavesMapping}, with(oneFile(1, event(0), munmap, umount, event(2)), once)},
		// An event takes the index of a page before the lock of its entry (X20).
		{200, design.Design{design.MfMutex: design.MfMutexNone, design.OwnerIndex: design.OwnerIndexOnce}, with(oneFile(3, event(2), truncate, event(2), fault0), ext4)},
		// A leg of a raid1 loses a block, and the other leg has it (D06).
		{100, design.Design{design.MirrorRecord: design.MirrorRecordLast}, with(with(oneFile(3, event(2), leg), noDAX), raid1)},
		// A copy fails, before or after the entry shows it.
		{100, reviewed, with(oneFile(0, write, event(3)), func(sc *model.Scenario) { sc.Budget = 1 })},
		{100, design.Design{design.CowCopy: design.CowCopyAfterInsert}, with(oneFile(0, write, event(3)), func(sc *model.Scenario) { sc.Budget = 1 })},
		// A write(2) meets a locked entry that another event waits for.
		{300, reviewed, oneFile(1, write2, event(2), event(2))},
		{300, noMutex, oneFile(1, write2, event(2), event(2))},
		{100, reviewed, with(oneFile(1, write2, event(3)), func(sc *model.Scenario) { sc.Budget = 1 })},
		// A write(2) takes out an entry that is mapped, and does not keep faults off (N11).
		{20, design.Design{design.WriteInvalidate: design.WriteInvalidatesFirst}, oneFile(1, write2)},
		// i_mmap_rwsem is held until the last signal (X15).
		{20, design.Design{design.SignalLock: design.SignalLockIMmap}, oneFile(1, event(2))},
		// There is no transaction for a walk (C22), no memory to note a process (K02).
		{100, design.Design{design.TransAlloc: design.TransAllocLeaves}, with(oneFile(1, event(2)), func(sc *model.Scenario) { sc.Budget = 1 })},
		{100, design.Design{design.VictimAlloc: design.VictimAllocAtomic}, with(oneFile(1, unbind), func(sc *model.Scenario) { sc.Budget = 1 })},
		// A walk drops an active reference to a group as a passive one (L05).
		{100, design.Design{design.GroupPut: design.GroupPutPassive}, with(oneFile(1, event(2)), func(sc *model.Scenario) { sc.Budget = 1 })},
		// A copy is being staged when the filesystem shuts down.
		{100, reviewed, oneFile(1, write, unbind)},
	}
}
