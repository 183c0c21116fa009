package design

import "slices"

// A Deviation is an entry of the catalogue: a base with one choice changed,
// and what that must break.
type Deviation struct {
	ID     string
	Title  string
	Source string
	// Status: M was in a released kernel, later fixed; B was in a posted
	// patch; O is in the newest source read; F is made up; G is the removal
	// of a guard.
	Status byte
	Base   []Assignment // changes of reviewed, where another guard covers the hole
	Choice Choice
	Value  Value
	Breaks []string // names of properties
	Named  string   // the ids of the properties that the row's source names
	Note   string   // why Breaks differs from Named, or what else to know
	// Weak: the row is about weak victims: Breaks are broken when a process with
	// a VMA over the failed page is a victim though it does not map it.
	Weak bool
	// Rare: sampling meets it less than once in some thousands of runs, so
	// that the tests hold the row to its counterexample.
	Rare bool
}

// Design is the base with the choice changed.
func (d Deviation) Design() Design {
	return d.BaseDesign().With(Assignment{d.Choice, d.Value})
}

// Cure gives the choice the value of the base, which is that of reviewed but
// where the base changes it.
func (d Deviation) Cure() Assignment { return Assignment{d.Choice, d.BaseDesign()[d.Choice]} }

// BaseDesign is what the deviation deviates from.
func (d Deviation) BaseDesign() Design { return Design{}.With(d.Base...) }

// Catalogue lists the deviations: arithmetic, control flow, kill policy,
// concurrency, lifetime, bookkeeping and stacking, then the removal of guards,
// and what this project found. A source obs-Sn is a run of a booted kernel,
// Debian's 6.1.192, 6.12.117 or 7.3.4.
func Catalogue() []Deviation {
	return slices.Concat(rangeRows, controlRows, killRows, threadRows, concurrencyRows, lifetimeRows, designRows, guardRows, ownRows)
}

// DeviationByID finds an entry of the catalogue.
func DeviationByID(id string) (Deviation, bool) {
	for _, d := range Catalogue() {
		if d.ID == id {
			return d, true
		}
	}
	return Deviation{}, false
}

// The names of the properties that more than one row breaks.
const (
	leak      = "leak-between-filesystems"
	lost      = "lost-notification"
	victim    = "wrong-victim"
	payload   = "wrong-payload"
	noStop    = "missed-shutdown"
	stop      = "spurious-shutdown"
	poison    = "wrong-poison"
	reachable = "reachable-poison"
	useFreed  = "use-after-free"
	order     = "out-of-order"
	result    = "wrong-return"
	removal   = "late-removal"
	stale     = "stale-share"
	repeat    = "not-idempotent"
	deadlock  = "deadlock"
	noReturn  = "event-never-returns"
	untold    = "victim-never-told"
	noEnd     = "teardown-never-ends"
	neverDown = "shutdown-never-comes"
	overUnmap = "over-unmap"
	silent    = "silent-corruption"
	dropped   = "dropped-while-mounting"
	regress   = "regression"
)

// rechecked is why a wrong file page gets nobody killed.
const rechecked = "S2 does not show: pfn-recheck=yes passes over an entry that holds another pfn."

var rangeRows = []Deviation{
	{
		ID: "R01", Status: 'B', Title: "rm_offset, in blocks, added to a position in bytes",
		Source: "xfs_failure_pgoff; Darrick Wong on v7", Choice: RecordOffset, Value: RecordOffsetMixedUnits,
		Breaks: []string{lost}, Named: "S1 S2", Note: rechecked,
	},
	{
		ID: "R02", Status: 'B', Title: "displacement in the extent omitted (agbno - rm_startblock)",
		Source: "xfs_storage_lost_helper, RFC v2", Choice: RecordOffset, Value: RecordOffsetOmitted,
		Breaks: []string{lost}, Named: "S1 S2", Note: rechecked,
	},
	{
		ID: "R04", Status: 'B', Title: "window of the notification not rebased in each group",
		Source: "v8 to v10; 20220105185334.GD398655@magnolia", Choice: WindowEnd, Value: WindowNotRebased,
		Breaks: []string{lost}, Named: "S2",
		Note: "The pfn recheck passes the wrong pages over, so that S2 does not show; the right ones are not told. It takes a range of three pages: the first block of a group is its header.",
		Rare: true,
	},
	{
		ID: "R05", Status: 'M', Title: "exclusive end: DADDR_TO_FSB(daddr + bblen)",
		Source: "xfs_dax_notify_ddev_failure until 5cf32f63b0f4 (v6.6)", Choice: WindowEnd, Value: WindowExclusiveEnd,
		Breaks: []string{stop}, Named: "S5 S2",
		Note: "S2 is impossible: pgcnt of the block after the range is 0. Metadata there shuts down.",
	},
	{
		ID: "R06", Status: 'M', Title: "the same in the last group: the block after it is in a group that does not exist, perag NULL",
		Source: "xfs_perag_get in xfs_dax_notify_ddev_failure until 5cf32f63b0f4 (v6.6)", Base: []Assignment{{WindowEnd, WindowExclusiveEnd}}, Choice: MissingGroup, Value: MissingGroupOops,
		Breaks: []string{useFreed}, Named: "S5 S9",
		Note: "The header of the next group, which is S5, is R05: reviewed with window-end=exclusive-end alone shuts down there.",
	},
	{
		ID: "R07", Status: 'M', Title: "half fix: count = end - start with an inclusive end, zero pages",
		Source: "5cf32f63b0f4, fixed by 3c90c01e4934; xfs/550 to 552", Choice: WindowEnd, Value: WindowNoPlusOne,
		Breaks: []string{lost, result, untold}, Named: "S1 S11",
	},
	{
		ID: "R09", Status: 'O', Title: "min(count, 0xFFFFFFFF + 1) in a group that is not the last: pgcnt is 2^32 - x",
		Source: "xfs_dax_notify_dev_failure since v6.14; Z1vwTZm_EqCJmwp0@infradead.org; obs-S16 on 7.3.4",
		Choice: WindowEnd, Value: WindowU32Wrap,
		Breaks: []string{noReturn, deadlock, untold, neverDown, noEnd}, Named: "L1 S7",
		Note: "S7 does not show: a removal is about every page of the device, and for other ranges pfn-recheck=yes passes over what is outside. The event walks 2^32 pages for each record, with the AGF held: the model takes that for ever, so that nobody after it is told, shut down or unmounted.",
	},
	{
		ID: "R10", Status: 'M', Title: "len -= ddev_end - offset instead of a clamp",
		Source: "xfs_dax_notify_failure until v6.6; Matthew Wilcox Y9+WHXyA2GufLWpw", Choice: Translate, Value: TranslateMinusLength,
		Breaks: []string{lost}, Named: "S1 S2", Note: rechecked,
	},
	{
		ID: "R11", Status: 'O', Title: "relative offset compared with the absolute end of the partition",
		Source: "xfs_dax_translate_range, 6.1.192 to 7.3.4", Choice: Translate, Value: TranslateAbsoluteEnd,
		Breaks: []string{stop}, Named: "S5 S1",
		Note: "The range is too long, never too short, so S1 is impossible. It reaches a group that does not exist, which is an error in reviewed and shuts down.",
	},
	{
		ID: "R14", Status: 'B', Title: "offset of the partition ignored",
		Source: "RFC v1", Choice: Translate, Value: TranslateNoOffset,
		Breaks: []string{lost, leak}, Named: "S1 S2", Note: rechecked,
	},
	{
		ID: "R15", Status: 'B', Title: "data_offset not subtracted",
		Source: "RFC v1", Choice: DataOffset, Value: DataOffsetIgnored,
		Breaks: []string{lost, noStop}, Named: "S1 S2",
		Note: "S2 does not show: pfn-recheck=yes passes over an entry that holds another pfn.",
	},
	{
		ID: "R16", Status: 'M', Title: "the ranges before that of the page are not added to its offset",
		Source: "fsdev_pagemap_memory_failure, Fixes d5406bd458b0a; 7.3.4 has fsdev_pfn_to_offset", Choice: RangeOffset, Value: RangeOffsetInRange,
		Breaks: []string{lost, noStop}, Named: "S1 S2",
		Note: "S2 does not show: pfn-recheck=yes passes over an entry that holds another pfn. What lies on such a device is famfs; here it is xfs.",
	},
	{
		ID: "R17", Status: 'M', Title: "third argument of unmap_mapping_range taken for the end",
		Source: "memory_failure_dev_pagemap until v5.13; Jane Chu 2021", Choice: UnmapLength, Value: UnmapLengthIsEnd,
		Breaks: []string{overUnmap}, Named: "S7",
	},
	{
		ID: "R18", Status: 'M', Title: "index << PAGE_SHIFT in an unsigned long of 32 bits: another page of the file is unmapped",
		Source: "memory_failure_dev_pagemap, 6100e34b2526 to 39ebd6dce62d", Choice: UnmapStart, Value: UnmapStartU32,
		Breaks: []string{lost}, Named: "S1",
		Note: "On 32-bit kernels only: no design that is named here is one.",
	},
	{
		ID: "R19", Status: 'B', Title: "linear block number used as segmented fsbno",
		Source: "XFS_B_TO_FSB in xfs_fs_storage_lost, RFC v1 and v2", Choice: FsbnoForm, Value: FsbnoLinear,
		Breaks: []string{lost}, Named: "S1 S2", Note: rechecked,
	},
	{
		ID: "R20", Status: 'F', Title: "an event reports less than what failed",
		Source: "the class of 7917f9cdb503; memory_failure takes one pfn, whatever MCI_MISC_ADDR_LSB says (uc_decode_notifier)", Choice: BlastRadius, Value: BlastFirst,
		Breaks: []string{lost}, Named: "S6 S1",
		Note: "S6 is about a page that is marked and did not fail; here one that failed is not. nfit_handle_mce, which 7917f9cdb503 mends, puts the granule into badblocks and raises no event.",
	},
	{
		ID: "R22", Status: 'F', Title: "BTOBB rounds the start of a range up: one within a sector begins with the next one",
		Source: "xfs_dax_translate_range, 6.1.192 to 7.3.4", Choice: SectorRound, Value: SectorUp,
		Breaks: []string{lost, reachable, result, untold, regress}, Named: "S1",
		Note: "memory_failure reports whole pages, so that no kernel meets it.",
	},
	{
		ID: "R24", Status: 'B', Title: "the signal for a huge mapping tells a size of one page",
		Source: "kill_proc: tk->size_shift; Jane Chu v3, t_mmap_cow", Choice: SignalLsb, Value: SignalLsbPage,
		Breaks: []string{payload}, Named: "S3",
	},
}

var controlRows = []Deviation{
	{
		ID: "C01", Status: 'M', Title: "SB_BORN tested in the wrong flag word: every event gives -EIO",
		Source: "xfs_dax_notify_failure, v6.0-rc; Dan Williams 2022-08-26", Choice: BornTest, Value: BornWrongWord,
		Breaks: []string{lost, noStop}, Named: "S1 S4",
	},
	{
		ID: "C02", Status: 'M', Title: "shutdown and abort on the first metadata record leave mappings live",
		Source: "xfs_dax_failure_fn, v6.0; Darrick Wong 2022-08-18", Choice: OnMetadata, Value: MetadataAbort,
		Breaks: []string{lost}, Named: "S1 S10",
		Note: "S10 is about when callbacks begin and about unmap before signal; that mappings outlive the shutdown is S1.",
	},
	{
		ID: "C03", Status: 'M', Title: "the flags of the event never reach the kill",
		Source: "struct failure_info, v6.0-rc; Darrick Wong 2022-08-18", Choice: NotifyFlags, Value: NotifyFlagsUnset,
		Breaks: []string{payload}, Named: "S3",
		Note: "mf_dax_kill_procs sets MF_ACTION_REQUIRED itself, so that no released kernel shows it.",
	},
	{
		ID: "C05", Status: 'O', Title: "-EAGAIN or -ENOENT of an in-core lookup shuts the filesystem down",
		Source: "xfs_dax_failure_fn, xfs_iget_cache_hit; obs-S4b", Choice: IgetError, Value: IgetErrorShutdown,
		Breaks: []string{stop, repeat}, Named: "S5",
	},
	{
		ID: "C06", Status: 'B', Title: "rc != EOPNOTSUPP, the positive: the single owner is never tried",
		Source: "memory_failure_dev_pagemap, v7", Choice: Fallback, Value: FallbackNever,
		Breaks: []string{lost, result, regress}, Named: "S1 S11",
	},
	{
		ID: "C07", Status: 'M', Title: "pgmap->ops of a device-dax is NULL and is followed",
		Source: "memory_failure_dev_pagemap, v6.0-rc; Dan Williams 2022-08-26", Choice: PgmapOps, Value: PgmapOpsFollowed,
		Breaks: []string{useFreed, noReturn}, Named: "S9",
	},
	{
		ID: "C08", Status: 'M', Title: "single-owner path looks for file page 0: a wrong address, or -EFAULT",
		Source: "mf_generic_kill_procs, v6.0-rc; Dan Williams 2022-08-26", Choice: FallbackPgoff, Value: FallbackPgoffZero,
		Breaks: []string{payload}, Named: "S3 S9",
		Note: "S9 is VM_BUG_ON_VMA, with CONFIG_DEBUG_VM only: not modelled.",
	},

	{
		ID: "C10", Status: 'M', Title: "one mapping that is not DAX gives -EBUSY: the owners after it are not told, and the filesystem shuts down",
		Source: "xfs_dax_failure_fn, mf_dax_kill_procs: 6.1.192 and v6.6; dax_mapping() since v6.7", Choice: DirectoryFork, Value: DirectoryEBUSY,
		Breaks: []string{lost}, Named: "S1 S5",
		Note: "No file that is in use loses S_DAX, which is set when an inode is read in: dax_mapping() can't change between its test and the kill, and since v6.7 nobody gives -EBUSY. Before that a file without DAX did, here a directory. Its data are metadata in this model, so the shutdown is none of S5.",
	},
	{
		ID: "C12", Status: 'O', Title: "no rmapbt: the single-owner path meets a shared page",
		Source: "xfs_dax_notify_failure, dax_lock_folio; obs-S22r", Choice: NoRmapbt, Value: NoRmapbtEOPNOTSUPP,
		Breaks: []string{lost, reachable, untold, order, removal, regress, noStop, neverDown}, Named: "S1 S11",
		Note: "An error is returned, so S11 holds. S9 and L1 of 6.12 need shared-fallback=flag. A removal passes over the shared pages too.",
	},
	{
		ID: "C13", Status: 'O', Title: "no rmapbt: a removal gives -EOPNOTSUPP, and nobody is unmapped",
		Source: "xfs_dax_notify_failure, kill_dax; 6.12.117, 7.3.4", Base: []Assignment{{NoRmapbt, NoRmapbtEOPNOTSUPP}}, Choice: RemovalFallback, Value: RemovalFallbackNone,
		Breaks: []string{removal, lost, reachable, untold}, Named: "S13 L4",
		Note: "L4 does not show: kill_dax returns. S8 is an event after the removal, which finds no dev_pagemap.",
	},
	{
		ID: "C14", Status: 'O', Title: "the removal of the log's device returns 0 and does nothing",
		Source: "xfs_dax_notify_logdev_failure, MF_MEM_PRE_REMOVE, 6.12.117 and 7.3.4", Choice: LogRemoval, Value: LogRemovalNothing,
		Breaks: []string{removal, noStop}, Named: "S13 S4",
		Note: "S4 is about a failure, which comes when the removal is through. del_gendisk shuts the filesystem down after kill_dax has returned (bdev_mark_dead, xfs_fs_shutdown), so that it is late, not missing.",
	},
	{
		ID: "C16", Status: 'O', Title: "internal realtime section: every failure of the device is taken for realtime",
		Source: "the dispatch in xfs_dax_notify_failure; xfs_super.c:628 of 7.3.4", Choice: DeviceRole, Value: RoleRealtimeFirst,
		Breaks: []string{lost, stop, reachable, order, removal, untold, regress}, Named: "S1 S4",
		Note: "A data block becomes a realtime group that does not exist, an error in reviewed: it shuts down, so S4 holds and S5 does not. A removal begins at a group that does not exist, past the last one, so that it walks none and leaves who maps the data.",
	},
	{
		ID: "C17", Status: 'B', Title: "attribute fork and bmbt blocks treated as file data",
		Source: "xfs_storage_lost_helper, RFC v2; Darrick Wong 2020-12-15", Choice: MetadataTest, Value: MetadataOwnerOnly,
		Breaks: []string{noStop, neverDown}, Named: "S4 S2", Note: rechecked,
	},
	{
		ID: "C18", Status: 'B', Title: "no operations with the holder: the filesystem is never told",
		Source: "xfs_alloc_buftarg without CONFIG_MEMORY_FAILURE; Darrick Wong on v7 to v9", Choice: HolderOps, Value: HolderOpsNone,
		Breaks: []string{noStop, lost}, Named: "S4",
		Note: "A kernel without CONFIG_MEMORY_FAILURE has no memory_failure either, so nobody calls; what is left there is kill_dax, which gets -EOPNOTSUPP as in C13.",
	},
	{
		ID: "C20", Status: 'O', Title: "the queue of an interrupt is full: the event is in the log, and nobody handles it",
		Source: "memory_failure_queue: buffer overflow; MEMORY_FAILURE_FIFO_SIZE", Choice: QueueFull, Value: QueueFullDropped,
		Breaks: []string{lost, noStop, untold, neverDown, reachable}, Named: "S1",
		Note: "The queue has room for 16 events a CPU, here for one.",
	},
	{
		ID: "C21", Status: 'M', Title: "an event on a page that is marked already returns 0: the consumer runs into it again",
		Source: "memory_failure until v5.13; Tony Luck 2021", Choice: AlreadyPoisoned, Value: AlreadyPoisonedZero,
		Breaks: []string{lost, result}, Named: "L2 S11", Rare: true,
		Note: "L2 does not show: the instruction runs again and meets the hwpoison entry that the first event left, which is SIGBUS. It loops when the unmap failed, and here none does.",
	},
	{
		ID: "C22", Status: 'F', Title: "no transaction: the walk and the shutdown of a removal are left out",
		Source: "xfs_dax_notify_ddev_failure: goto out, Vd and 6.12.117", Choice: TransAlloc, Value: TransAllocLeaves,
		Breaks: []string{removal, lost}, Named: "S13",
		Note: "The way out is in the posted patch and in 6.12.117, and nothing takes it: xfs_trans_alloc_empty reserves nothing and allocates with __GFP_NOFAIL (6.1 xfs_trans.c:261), and in 7.3.4 it returns no error.",
	},
	{
		ID: "C23", Status: 'O', Title: "a removal tells userspace that the files on the device have lost their data",
		Source: "fserror_report_data_lost in xfs_dax_failure_fn, 7.3.4", Choice: HealthEvent, Value: HealthEventRemovalToo,
		Breaks: []string{"false-health-event"}, Named: "S16",
		Note: "A file that is not DAX and has a block there has lost it as well, so that its event is not false. xfs_healthmon_report_media, which names a range of the device and no file, is sent for a removal too, and before it is known that there is a reverse map: it is not modelled.",
	},
	{
		ID: "C25", Status: 'O', Title: "a mount whose device has a holder goes on without",
		Source: "fs_dax_get_by_bdev; Darrick Wong on v8", Base: []Assignment{{SlotScope, SlotPerDaxDevice}}, Choice: SlotTaken, Value: SlotTakenGoesOn,
		Breaks: []string{noStop, removal, neverDown}, Named: "S1",
		Note: "It goes on without DAX, so that nobody maps the device: what it is not told is that its metadata fails. It is not told of a removal either. The holder is a filesystem on another partition: a block device that is mounted has a superblock, and sget gives that one.",
	},
}

var killRows = []Deviation{
	{
		ID: "K01", Status: 'O', Title: "nobody collected: the page is not unmapped",
		Source: "unmap_and_kill, if (size); obs-S1c, obs-S4, obs-S5", Choice: UnmapWhenEmpty, Value: UnmapWhenCollected,
		Breaks: []string{lost, reachable, silent, order, result}, Named: "S1 S8 S10 L5",
	},
	{
		ID: "K02", Status: 'O', Title: "no memory for an entry of to_kill: the process is not told",
		Source: "__add_to_kill: kmalloc(GFP_ATOMIC)", Choice: VictimAlloc, Value: VictimAllocAtomic,
		Breaks: []string{lost, result, untold}, Named: "S1",
		Note: "v5.10 fails in the same way, so that it is no S1-reg.",
	},
	{
		ID: "K03", Status: 'M', Title: "entries of to_kill freed but not unlinked: the next page walks over them",
		Source: "kill_procs; Miaohe Lin 2022-08-23, Fixes c36e20249571", Choice: ToKill, Value: ToKillStale,
		Breaks: []string{useFreed}, Named: "S9",
	},
	{
		ID: "K04", Status: 'O', Title: "a present PTE counts though it is an anonymous private copy",
		Source: "dev_pagemap_mapping_shift since v6.17", Choice: PrivateCopy, Value: PrivateCopyCollected,
		Breaks: []string{victim, payload}, Named: "S2",
	},
	{
		ID: "K05", Status: 'O', Title: "head of the folio taken for a tail page",
		Source: "mf_generic_kill_procs since v6.15", Choice: PoisonedFolio, Value: PoisonedHead,
		Breaks: []string{poison, lost, reachable, result, removal, untold, regress}, Named: "S2 S6 S1",
		Note: "A removal deals with the head twice and with the tail never.",
		Rare: true,
	},
	{
		ID: "K06", Status: 'B', Title: "removal collects current only",
		Source: "MF_MEM_REMOVE v2 to v9", Base: []Assignment{{UnmapWhenEmpty, UnmapWhenCollected}},
		Choice: PreRemoveCollect, Value: PreRemoveCurrentOnly,
		Breaks: []string{removal, untold}, Named: "S13",
		Note: "With unmap-when-empty=yes the PTEs go whoever was collected.",
	},
	{
		ID: "K08", Status: 'B', Title: "BUS_MCEERR_AR sent to others than the consumer",
		Source: "kill_proc; Naoya Horiguchi, Dan Williams", Choice: SignalCode, Value: SignalARToAll,
		Breaks: []string{payload}, Named: "S3",
	},
	{
		ID: "K09", Status: 'M', Title: "a fault on poison ends in BUS_ADRERR, not in BUS_MCEERR_AR",
		Source: "dax_fault_return, vmf_error until 1ea7ca1b0901 (2023; not in 6.1.192, in 6.12.117)", Choice: RefusedFault, Value: RefusedFaultAdrerr,
		Breaks: []string{payload}, Named: "S3 L5",
		Note: "L5 asks for SIGBUS or an error, and BUS_ADRERR is one. A copy on write still ends so: K16.",
	},
	{
		ID: "K10", Status: 'O', Title: "an early-kill process that mapped the file and never touched the page is not told",
		Source: "dev_pagemap_mapping_shift is 0 in __add_to_kill; Jane Chu on v3", Base: []Assignment{{Collect, CollectVMA}}, Choice: Collect, Value: CollectMapped,
		Breaks: []string{lost, result, untold}, Named: "S1", Weak: true,
		Note: "Policy, under --victims=weak only. The row is reviewed itself, as every kernel does it: with the base a repeated event signals again, which is S15. Who is not told gets BUS_MCEERR_AR when it touches the page.",
	},
	{
		ID: "K12", Status: 'F', Title: "signal before unmap",
		Source: "unmap_and_kill", Choice: KillOrder, Value: SignalThenUnmap,
		Breaks: []string{order}, Named: "S10 L5",
		Note: "A handler that reads the page again raises an event of its own, which waits for mf_mutex and tells the process again. L5 is about what goes on for ever: the page is unmapped in the end.",
	},
	{
		ID: "K14", Status: 'F', Title: "the address is computed without vm_pgoff",
		Source: "vma_address; the class of C08", Choice: VmaAddress, Value: VmaAddressNoPgoff,
		Breaks: []string{payload}, Named: "S3",
	},
}

var threadRows = []Deviation{
	{
		ID: "K16", Status: 'O', Title: "a copy on write of poison ends in BUS_ADRERR, not in BUS_MCEERR_AR",
		Source: "dax_iomap_copy_around: dax_mem2blk_err, copy_mc_to_kernel; 6.12.117 dax.c:1137, 7.3.4 :1349", Choice: RefusedFault, Value: RefusedFaultCopyAdrerr,
		Breaks: []string{payload},
		Note:   "Found by this project, in the sources: 1ea7ca1b0901 made a fault on poison BUS_MCEERR_AR, but not when the poison is what is to be copied.",
	},
	{
		ID: "K15", Status: 'F', Title: "a thread with PF_MCE_PROCESS is chosen though it has no PF_MCE_EARLY",
		Source: "find_early_kill_thread; hwpoison.rst", Choice: EarlyThread, Value: EarlyThreadAnyPolicy,
		Breaks: []string{payload}, Named: "S3",
	},
}

var concurrencyRows = []Deviation{
	{
		ID: "X01", Status: 'B', Title: "entry read without the entry lock",
		Source: "dax_load_page, v10; Dan Williams", Choice: EntryLock, Value: EntryPeeked,
		Breaks: []string{repeat}, Named: "S2 S9",
		Note: "S2 and S9 need a page that is freed and used again between the look at the entry and the kill; the mark set before the walk, and the fault that looks at it, close that. What the lock alone keeps apart is the walk of an event and that of kill_dax, which takes no mf_mutex: both find the same PTE and signal it.",
	},
	{
		ID: "X02", Status: 'O', Title: "no pfn recheck: the DAX entry has another page by the time of the kill",
		Source: "mf_dax_kill_procs", Base: []Assignment{{Mark, MarkPerEntry}},
		Choice: PfnRecheck, Value: PfnNotRechecked,
		Breaks: []string{poison, victim, payload, overUnmap}, Named: "S2 S6",
		Note: "With mark=before-walk the new page is not marked, only unmapped (S7). S2 is a copy on write that is past the old block, which the reverse map still names.",
		Rare: true,
	},
	{
		ID: "X03", Status: 'O', Title: "failed copy after the insertion leaves the entry at the destination, the extent at the source",
		Source: "dax_fault_iter", Base: []Assignment{{Mark, MarkPerEntry}, {PfnRecheck, PfnNotRechecked}},
		Choice: CowCopy, Value: CowCopyAfterInsert,
		Breaks: []string{poison, stale, repeat}, Named: "S6 S1",
		Note: "With pfn-recheck=yes the stale entry is passed over, and with mark=before-walk it is not marked.",
	},
	{
		ID: "X04", Status: 'O', Title: "AGF and DAX entry lock taken in both orders",
		Source: "xfs_dax_failure_fn, xfs_reflink_find_shared; observed on booted 6.12.117 and 7.3.4", Choice: KillContext, Value: KillUnderGroupLock,
		Breaks: []string{deadlock, noReturn, noEnd, untold, neverDown}, Named: "S12 L1",
	},
	{
		ID: "X05", Status: 'O', Title: "a fault inserts its PTE after kill_dax is done",
		Source: "dax_iomap_direct_access; Dan Williams 2022-10-14",
		Choice: FaultSrcu, Value: FaultSrcuDirectAccess,
		Breaks: []string{removal, lost, reachable}, Named: "S13",
		Note: "The walk of reviewed waits for the entry lock of a fault and unmaps what it inserted; a copy on write whose old record is gone and whose new one still says XFS_RMAP_OWN_COW is not found.",
		Rare: true,
	},
	{
		ID: "X06", Status: 'O', Title: "a fault maps the poison again: badblocks do not have it yet, or never",
		Source: "__pmem_direct_access; observed on booted kernels", Choice: Quarantine, Value: QuarantineBadblocks,
		Breaks: []string{reachable}, Named: "S8",
	},
	{
		ID: "X07", Status: 'F', Title: "the AGF is not held over the scan",
		Source: "xfs_alloc_read_agf; G7", Choice: ScanLock, Value: ScanHoldsNothing,
		Breaks: []string{lost}, Named: "S1 S2",
		Note: "The same choice as G7: see there.",
		Rare: true,
	},
	{
		ID: "X09", Status: 'M', Title: "truncate passes over a locked entry",
		Source: "fixed by 6be3e21d25ca", Choice: Drain, Value: DrainSkipsLocked,
		Breaks: []string{stale}, Named: "S14 S2",
		Note: "Until 6.12 the scan for busy pages passed over the next entry, dax_delete_mapping_entry waited: no kernel here has this value.",
	},
	{
		ID: "X10", Status: 'M', Title: "a task that was woken and does not lock the entry leaves the next one asleep",
		Source: "put_unlocked_entry of 23c84eb78375, fixed by 61c30c98ef17 (both v5.3-rc); compare wait_entry_unlocked", Choice: EntryWake, Value: WokenWakesNobody,
		Breaks: []string{"lost-wakeup"}, Named: "L6",
		Note: "An event that waits need not lock the entry. In a kernel it waits non-exclusively, so as to take no wakeup from another; here it passes it on.",
		Rare: true,
	},
	{
		ID: "X11", Status: 'M', Title: "events on pages of a dev_pagemap do not take mf_mutex",
		Source: "memory_failure until v5.17", Choice: MfMutex, Value: MfMutexNotDevice,
		Breaks: []string{repeat}, Named: "S15",
	},
	{
		ID: "X12", Status: 'M', Title: "an unlinked file is evicted while a page of it is pinned: its block is freed under the DMA",
		Source: "evict until v6.15: dax_break_layout_final", Choice: IdleWait, Value: IdleWaitNotEvict,
		Breaks: []string{useFreed}, Named: "S2 S9",
		Note: "S2 does not show: nobody looks for those who have a page pinned, so that no event tells them anything.",
		Rare: true,
	},
	{
		ID: "X14", Status: 'O', Title: "the child of a fork has its VMAs, and is not on the task list when the tasks are walked",
		Source: "copy_process, collect_procs_fsdax", Base: []Assignment{{Collect, CollectVMA}, {ForkOrder, ForkTaskFirst}}, Choice: ForkOrder, Value: ForkVMAsFirst,
		Breaks: []string{lost, result, untold}, Named: "S1", Weak: true,
		Note: "Policy, under --victims=weak only: accepted. reviewed and every kernel have the order of this row. The child has no PTE of a file page (vma_needs_copy), so that it is no strict victim.",
	},
	{
		ID: "X15", Status: 'O', Title: "munmap between the collection and the signal: the address in it belongs to nobody, or to something else",
		Source: "the comment in kill_procs", Base: []Assignment{{SignalLock, SignalLockIMmap}}, Choice: SignalLock, Value: SignalLockNone,
		Breaks: []string{payload}, Named: "S3", Weak: true,
		Note: "Policy, under --victims=weak only: accepted. The row is reviewed itself. The base takes i_mmap_rwsem again in unmap_mapping_range, which a writer that waits would deadlock.",
	},
	{
		ID: "X16", Status: 'O', Title: "a read fault maps a block that the walk of a removal is past: the freeze does not keep it out",
		Source: "xfs_dax_notify_failure_freeze; Dave Chinner", Base: []Assignment{{Freeze, FreezeKernel}}, Choice: RemoveOrder, Value: RemoveNotifyThenDead,
		Breaks: []string{removal, noStop, lost, reachable}, Named: "S13",
		Note: "S4: a mount comes after the walk too. S1 and S8: an event after the removal finds no dev_pagemap.",
	},
	{
		ID: "X20", Status: 'F', Title: "page->mapping is looked at again under xa_lock, page->index is not",
		Source: "dax_lock_folio: xas_set(&xas, folio->index)", Choice: OwnerIndex, Value: OwnerIndexOnce,
		Breaks: []string{overUnmap}, Named: "S2 S9",
		Note: "No kernel reads it so, and collect_procs and unmap_mapping_range read it again. S2 does not show: the file page was over the failed page when the event was raised. S9 neither: the inode is the same.",
		Rare: true,
	},
	{
		ID: "X21", Status: 'O', Title: "reverse map cannot be read after a shutdown: live mappings stay",
		Source: "xfs_trans_read_buf_map; obs-S34", Choice: AfterShutdown, Value: AfterShutdownEIO,
		Breaks: []string{lost, reachable, order, removal, untold, silent, regress}, Named: "S1",
		Note: "The notification of a removal meets the same error, and leaves the mappings.",
	},
}

var lifetimeRows = []Deviation{
	{
		ID: "L01", Status: 'O', Title: "the holder is read apart from its operations",
		Source: "dax_holder in xfs_dax_notify_failure", Choice: HolderRead, Value: HolderReadTwice,
		Breaks: []string{useFreed, deadlock, noReturn, noEnd}, Named: "S9",
		Note: "holder_ops itself is read once since 6.1.192; holder_data is a second read. Who oopses keeps its locks, so that neither the event nor the unmount ends.",
	},
	{
		ID: "L02", Status: 'M', Title: "holder_data cleared before holder_ops, by then those of a new holder",
		Source: "fs_put_dax until 6.12.117; fixed in 7.3.4", Choice: PutOrder, Value: PutDataFirst,
		Breaks: []string{useFreed}, Named: "S1 S9",
	},
	{
		ID: "L03", Status: 'O', Title: "the put of the holder does not wait for a callback in flight",
		Source: "fs_put_dax, 7.3.4 super.c:130", Choice: PutWait, Value: PutWaitsNot,
		Breaks: []string{useFreed, stop}, Named: "S9",
		Note: "S5: the groups have gone when the event looks for the next one, as in G20.",
	},
	{
		ID: "L05", Status: 'M', Title: "a walk that cannot read an AGF drops an active reference to the group as a passive one",
		Source: "xfs_dax_notify_dev_failure, v6.14 to v6.17; mail of 2026-02-20 (177154903727.1351708.2138879525463955738.stgit@frogsfrogsfrogs); 7.3.4 has xfs_perag_rele", Choice: GroupPut, Value: GroupPutPassive,
		Breaks: []string{useFreed}, Named: "S9 L4",
		Note: "What is seen is that the unmount frees a group whose counts are not 0 (XFS_IS_CORRUPT in xfs_group_free). L4 does not show: only a shrink of the filesystem waits for active references.",
	},
	{
		ID: "L06", Status: 'O', Title: "the groups go while an event is at work in them",
		Source: "xfs_unmountfs: groups, then fs_put_dax; 6.1.192 and 7.3.4", Base: []Assignment{{MissingGroup, MissingGroupOops}}, Choice: UnmountOrder, Value: UnmountGroupsFirst,
		Breaks: []string{useFreed, deadlock, noReturn, noEnd}, Named: "S9 S11",
		Note: "With missing-group=stops, as in 7.3, the event returns 0: nobody is left to be told. G20 is the same on reviewed. Who oopses keeps its locks, so that neither the event nor the unmount ends.",
	},
	{
		ID: "L07", Status: 'O', Title: "an event before SB_BORN is dropped",
		Source: "xfs_dax_notify_failure: -EIO", Choice: OnUnborn, Value: UnbornEIO,
		Breaks: []string{dropped}, Named: "S4 L7",
		Note: "S4 asks for a filesystem that was live throughout.",
	},
	{
		ID: "L09", Status: 'B', Title: "a removal without a freeze: a write fault maps what the walk is past",
		Source: "xfs_dax_notify_failure v7 to v9; Dave Chinner", Base: []Assignment{{RemoveOrder, RemoveNotifyThenDead}, {Freeze, FreezeKernel}}, Choice: Freeze, Value: FreezeNone,
		Breaks: []string{removal}, Named: "S13",
		Note: "The freeze does not keep read faults out: that is X16.",
	},
	{
		ID: "L10", Status: 'O', Title: "a removal thaws a freeze that is a user's",
		Source: "xfs_dax_notify_failure_thaw, 6.12 :153, 7.3.4 :161; review of v13", Choice: Thaw, Value: ThawUsers,
		Breaks: []string{removal}, Named: "S13",
		Note: "Writes that the thaw lets through find the filesystem shut down. What fails is the pairing: the user, who has a snapshot to make, is told by the thaw that the filesystem is not frozen.",
		Rare: true,
	},
	{
		ID: "L12", Status: 'F', Title: "the holder is stored, whoever it was",
		Source: "fs_dax_get_by_bdev; G5", Base: []Assignment{{SlotScope, SlotPerDaxDevice}}, Choice: HolderClaim, Value: HolderClaimStore,
		Breaks: []string{noStop, stop, leak, result, neverDown}, Named: "S5 S1",
		Note: "S4, not S1: it is the metadata of the mount that lost its slot that shows; nothing of a file is mapped so early. S5 is the new one, which lost nothing.",
	},
	{
		ID: "L13", Status: 'F', Title: "kill_dax does not wait for callbacks",
		Source: "kill_dax; G18", Choice: KillWait, Value: KillWaitsNot,
		Breaks: []string{removal}, Named: "S9",
		Note: "S9 does not show: the event holds the dev_pagemap, and reviewed leaves the slot alone.",
	},
	{
		ID: "H01", Status: 'M', Title: "page->index-- > 0: the last user leaves the shared mark",
		Source: "dax_disassociate_entry until v6.2", Choice: ShareCount, Value: SharePostDecrement,
		Breaks: []string{stale}, Named: "S14",
	},
	{
		ID: "H03", Status: 'O', Title: "a read fault takes the page for its own, though the block is shared",
		Source: "xfs_read_iomap_begin until v6.2, dax_associate_entry", Choice: ReadFaultShare, Value: ReadFaultAsksNot,
		Breaks: []string{stale}, Named: "S14",
	},
	{
		ID: "H04", Status: 'M', Title: "eviction after a shutdown leaves page->mapping",
		Source: "generic/388, generic/269", Choice: EvictAfterShutdown, Value: EvictLeavesMapping,
		Breaks: []string{stale}, Named: "S14 S2",
	},
	{
		ID: "H05", Status: 'M', Title: "a write(2) to a shared block leaves the DAX entry and the PTEs of the old page",
		Source: "dax_iomap_iter until v6.2, 6.1.192 dax.c:1426: IOMAP_F_NEW only; fixes 2022-12 and 2023-03-24", Choice: WriteInvalidate, Value: WriteInvalidatesNot,
		Breaks: []string{stale, lost}, Named: "S14",
		Note: "S1 as well: the reverse map does not name the file any more that has the page mapped. The half of the fix of 2023-03-24, that a dirty entry is not taken out, is not modelled: entries have no dirty mark.",
	},
	{
		ID: "H07", Status: 'O', Title: "a DAX entry that goes clears page->mapping though that is another file: a warning, no more",
		Source: "dax_disassociate_entry, dax_folio_put", Base: []Assignment{{NoRmapbt, NoRmapbtEOPNOTSUPP}, {ReadFaultShare, ReadFaultAsksNot}}, Choice: ForeignMapping, Value: ForeignMappingCleared,
		Breaks: []string{untold, regress, stale}, Named: "S14",
		Note: "The page has two entries and one page->mapping before it, which takes H03; the entry that stays then has none. Without a reverse map the single-owner path finds nobody, -EBUSY.",
	},
	{
		ID: "H08", Status: 'F', Title: "a huge entry that goes tells its first page only",
		Source: "dax_disassociate_entry", Choice: HugeDrop, Value: HugeDropFirstPage,
		Breaks: []string{stale}, Named: "S14",
	},
}

var designRows = []Deviation{
	{
		ID: "D01", Status: 'O', Title: "no holder through dm",
		Source: "fs_dax_get_by_bdev; dm passes (NULL, NULL)", Choice: SlotScope, Value: SlotPerDaxDevice,
		Breaks: []string{noStop, lost, reachable, order, removal, untold, neverDown, regress}, Named: "S1 S4",
	},
	{
		ID: "D02", Status: 'B', Title: "the reverse map of a stacked device gives one block of many",
		Source: "Darrick Wong on RFC v2", Choice: ReverseMap, Value: ReverseMapFirst,
		Breaks: []string{lost}, Named: "S1",
	},
	{
		ID: "D04", Status: 'F', Title: "from below dm-linear up: sectors subtracted from bytes",
		Source: "a mutant of linear_remap, RFC v2", Choice: DmRemap, Value: DmRemapMixedUnits,
		Breaks: []string{lost}, Named: "S1 S2",
		Note: "The RFC has sectors throughout, so nobody wrote this. S2 does not show: pfn-recheck=yes passes over an entry that holds another pfn.",
	},
	{
		ID: "D05", Status: 'F', Title: "a bad leg is reported though a mirror is good",
		Source: "question to the design of the mail", Choice: MirrorPolicy, Value: MirrorReportsAnyLeg,
		Breaks: []string{stop}, Named: "S5 S2",
	},
	{
		ID: "D06", Status: 'F', Title: "the second leg fails while the event of the first is in flight: each takes the other's copy for good",
		Source: "question to the design of the mail; rdev_set_badblocks", Choice: MirrorRecord, Value: MirrorRecordLast,
		Breaks: []string{lost, noStop}, Named: "S1 S4",
		Rare: true,
	},
	{
		ID: "D08", Status: 'B', Title: "get_super finds the main device only: the external log fails and nobody is told",
		Source: "pmem_block_lost, RFC v2", Choice: Route, Value: RouteGendisk,
		Breaks: []string{noStop}, Named: "S4",
	},

	{
		ID: "D10", Status: 'O', Title: "one holder for a dax_device with several partitions: the second filesystem is not notified",
		Source: "fs_dax_get_by_bdev: holder_data of the whole dax_device", Base: []Assignment{{SlotScope, SlotPerDaxDevice}}, Choice: SlotTaken, Value: SlotTakenGoesOn,
		Breaks: []string{noStop, removal}, Named: "S1",
		Note: "The same choice as C25: see there. A slot for each partition is no cure where the holder of the dax_device alone is asked, route=holder; what slot-scope breaks by itself is D01, on device mapper.",
	},
	{
		ID: "D11", Status: 'O', Title: "DAX with reflink on a partition is refused with dax=always, not with dax=inode",
		Source: "xfs_setup_dax_always, 6.1.192 to 7.3.4", Base: []Assignment{{Route, RouteHolder}, {ReflinkMount, ReflinkMountNotPartition}}, Choice: ReflinkMount, Value: ReflinkMountInAlwaysMode,
		Breaks: []string{lost, regress, reachable, untold}, Named: "S1",
		Note: "Who is not told is a user of the ext4 on the other partition: the holder of the dax_device gives -ENXIO for what is not its own, and the single owner is not tried. That takes no reflink: without it these kernels mount with dax=always too, so that the refusal does not close it.",
	},

	{
		ID: "B06", Status: 'O', Title: "poison in the data fork of a directory is ignored",
		Source: "xfs_dax_failure_fn: dax_mapping()", Choice: DirectoryFork, Value: DirectoryIgnored,
		Breaks: []string{noStop, result, neverDown, dropped}, Named: "S4",
	},
}

var guardRows = []Deviation{
	{
		ID: "G1", Status: 'G', Title: "without mf_mutex", Source: "memory_failure",
		Choice: MfMutex, Value: MfMutexNone, Breaks: []string{repeat}, Named: "S15",
	},
	{
		ID: "G2", Status: 'G', Title: "without a reference to the dev_pagemap",
		Source: "get_dev_pagemap", Choice: PgmapRef, Value: PgmapRefNone,
		Breaks: []string{useFreed}, Named: "S9",
	},
	{
		ID: "G3", Status: 'G', Title: "without dax_srcu round the callback", Source: "dax_holder_notify_failure",
		Choice: Srcu, Value: SrcuNone, Breaks: []string{useFreed}, Named: "S9 S13",
	},
	{
		ID: "G4", Status: 'G', Title: "without the test of DAXDEV_ALIVE", Source: "dax_holder_notify_failure",
		Choice: AliveTest, Value: AliveNotTested, Breaks: []string{removal}, Named: "S13",
	},
	{
		ID: "G5", Status: 'G', Title: "without the cmpxchg of holder_data",
		Source: "fs_dax_get_by_bdev", Base: []Assignment{{SlotScope, SlotPerDaxDevice}}, Choice: HolderClaim, Value: HolderClaimStore,
		Breaks: []string{noStop, stop, leak, result, neverDown}, Named: "S5 S1",
		Note: "The same choice as L12: see there.",
	},
	{
		ID: "G6", Status: 'G', Title: "without the test of SB_BORN", Source: "xfs_dax_notify_failure",
		Choice: BornTest, Value: BornNotTested, Breaks: []string{order}, Named: "S9 S10",
	},
	{
		ID: "G7", Status: 'G', Title: "without the AGF lock during the query", Source: "xfs_alloc_read_agf; X07",
		Choice: ScanLock, Value: ScanHoldsNothing, Breaks: []string{lost}, Named: "S1 S2",
		Rare: true,
	},
	{
		ID: "G8", Status: 'G', Title: "without a reference to the inode", Source: "xfs_iget, igrab",
		Choice: Igrab, Value: IgrabNone, Breaks: []string{useFreed}, Named: "S9",
		Rare: true,
	},
	{
		ID: "G9", Status: 'G', Title: "without the DAX entry lock", Source: "dax_lock_mapping_entry",
		Choice: EntryLock, Value: EntryPeeked, Breaks: []string{repeat}, Named: "S1 S2 S6 S9",
		Note: "The same choice as X01: see there.",
	},
	{
		ID: "G10", Status: 'G', Title: "without i_mmap_rwsem while VMAs are collected", Source: "collect_procs_fsdax",
		Choice: CollectLock, Value: CollectHoldsNothing, Breaks: []string{useFreed}, Named: "S1 S3 S9",
		Rare: true,
	},
	{
		ID: "G11", Status: 'G', Title: "without RCU or tasklist_lock while the tasks are walked",
		Source: "collect_procs_anon, collect_procs_fsdax", Choice: TaskWalk, Value: TaskWalkNone,
		Breaks: []string{useFreed}, Named: "S1 S9",
		Note: "A task that maps the page cannot exit past unlink_file_vma, or unlink_anon_vmas, while the walk holds i_mmap_rwsem or the lock of the anon_vma. What goes is a task that has nothing to do with the page. A walk that misses a task, S1, takes a list that is torn, which one step of the model never is.",
		Rare: true,
	},
	{
		ID: "G13", Status: 'G', Title: "without the MMAPLOCK in truncate", Source: "xfs_ilock(XFS_MMAPLOCK_EXCL)",
		Choice: TruncateLock, Value: TruncateHoldsNothing, Breaks: []string{lost}, Named: "S1 S2",
		Rare: true,
	},
	{
		ID: "G14", Status: 'G', Title: "without the wait for pages that are pinned",
		Source: "wait_page_idle in dax_break_layout", Choice: IdleWait, Value: IdleWaitNone,
		Breaks: []string{useFreed}, Named: "S2 S1",
		Note: "S1 and S2 do not show: no event knows of a pin, with the wait or without it. What shows is the DMA to a block that is free, or another file's.",
		Rare: true,
	},
	{
		ID: "G15", Status: 'G', Title: "without the freeze of a removal",
		Source: "xfs_dax_notify_failure_freeze", Base: []Assignment{{RemoveOrder, RemoveNotifyThenDead}, {Freeze, FreezeKernel}}, Choice: Freeze, Value: FreezeNone,
		Breaks: []string{removal}, Named: "S13",
		Note: "The same choice as L09. reviewed needs no freeze: N09.",
	},
	{
		ID: "G16", Status: 'G', Title: "without a test for poison in faults",
		Source: "__pmem_direct_access", Choice: Quarantine, Value: QuarantineNone,
		Breaks: []string{reachable}, Named: "S8",
	},
	{
		ID: "G17", Status: 'G', Title: "without the unmap before the signal",
		Source: "unmap_and_kill", Choice: KillOrder, Value: SignalThenUnmap,
		Breaks: []string{order}, Named: "S10 L5",
		Note: "The same choice as K12: see there.",
	},
	{
		ID: "G18", Status: 'G', Title: "without synchronize_srcu in kill_dax",
		Source: "kill_dax", Choice: KillWait, Value: KillWaitsNot,
		Breaks: []string{removal}, Named: "S9",
		Note: "The same choice as L13: see there.",
	},
	{
		ID: "G19", Status: 'G', Title: "without synchronize_srcu in the put of the holder",
		Source: "fs_put_dax", Choice: PutWait, Value: PutWaitsNot,
		Breaks: []string{useFreed, stop}, Named: "S9",
		Note: "The same choice as L03: no kernel has the guard. S5: see there.",
	},
	{
		ID: "G20", Status: 'G', Title: "without the slot given up before anything of the mount goes",
		Source: "xfs_unmountfs; no kernel has the guard", Choice: UnmountOrder, Value: UnmountGroupsFirst,
		Breaks: []string{stop}, Named: "S9 S10",
		Note: "The same choice as L06; here a group that is gone is an error, and shuts down.",
	},
}

// ownRows have no source before: this project found them, the third on booted
// kernels.
var ownRows = []Deviation{
	{
		ID: "N01", Status: 'O', Title: "a CoW destination is mapped while the reverse map still says XFS_RMAP_OWN_COW",
		Source: "dax_fault_iter, xfs_dax_write_iomap_end, v6.0 to v7.3", Choice: PteInsert, Value: PteBeforeIomapEnd,
		Breaks: []string{lost, reachable, order, untold, regress},
		Note:   "Poison there is taken for metadata: the filesystem shuts down and its mapper is not told.",
		Rare:   true,
	},
	{
		ID: "N02", Status: 'O', Title: "an unreadable AGF of one group leaves the owners in later groups untold",
		Source: "the group loop, v6.0 to v7.3", Choice: GroupError, Value: GroupErrorStops,
		Breaks: []string{lost, reachable, order, removal, untold},
		Note:   "The error excuses the owners in its own group only. A removal leaves their mappings in the same way.",
		Rare:   true,
	},
	{
		ID: "N03", Status: 'O', Title: "HardwareCorrupted grows with every event on the same page",
		Source: "action_result; obs-S15", Choice: Account, Value: AccountEveryEvent,
		Breaks: []string{repeat},
		Note:   "One page injected five times counts 20 kB.",
	},
	{
		ID: "N04", Status: 'O', Title: "a consumer that an overlapping event unmapped without telling it is not told",
		Source: "unmap_and_kill, kill_procs; compare kill_accessing_process", Choice: UnmapLeaves, Value: UnmapLeavesNothing,
		Breaks: []string{lost, result, untold, repeat}, Named: "S1",
		Note: "Found by this project: the scrubber's event unmaps everybody and tells early-kill processes only; the event of the process that consumed the poison then finds no PTE of it.",
	},
	{
		ID: "N05", Status: 'O', Title: "the page beside the failed one is unmapped from processes that map it by itself",
		Source: "unmap_and_kill: size is the largest of all mappings collected", Choice: UnmapUnit, Value: UnmapLargestMapping,
		Breaks: []string{lost, overUnmap, untold}, Named: "S1",
		Note: "Found by this project: in a range of two pages the first one's unmap takes the PTE by which the second one's user would have been found.",
	},
	{
		ID: "N06", Status: 'F', Title: "a shared page cache page is dealt with in the mapping on the page alone",
		Source: "hwpoison_user_mappings; the mail of 2020-12-07", Choice: PageCacheOwners, Value: PageCacheOwnMapping,
		Breaks: []string{lost, reachable, result},
		Note:   "What the mail wants ->corrupted_range of address spaces for; no kernel shares page cache pages today.",
	},
	{
		ID: "N07", Status: 'O', Title: "PageHWPoison is set by the kill, for the page that it meets",
		Source: "mf_dax_kill_procs: SetPageHWPoison", Choice: Mark, Value: MarkPerEntry,
		Breaks: []string{reachable, dropped},
		Note:   "A page that no entry has is not marked, so that a later fault on it is not refused. A mount after it does not learn that the page failed either.",
	},
	{
		ID: "N08", Status: 'O', Title: "SB_BORN is tested by the callback, apart from the look at the holder",
		Source: "xfs_dax_notify_failure", Choice: BornTest, Value: BornInCallback,
		Breaks: []string{order, removal, dropped, noStop},
		Note:   "put_super can begin between the two; SB_BORN stays set. A removal gets -EIO (S13, and S4 for a failure before del_gendisk), and an event between holder_data and holder_ops -EOPNOTSUPP (L7).",
	},
	{
		ID: "N09", Status: 'O', Title: "the removal freezes the filesystem",
		Source: "xfs_dax_notify_failure_freeze", Choice: Freeze, Value: FreezeKernel,
		Breaks: []string{deadlock, noEnd, noReturn},
		Note:   "In reviewed no freeze is needed: new mappings are refused before the walk. L1 is the notification of the removal.",
	},
	{
		ID: "N10", Status: 'M', Title: "madvise(MADV_HWPOISON) without MF_ACTION_REQUIRED: its caller is sent BUS_MCEERR_AO, or nothing",
		Source: "madvise_inject_error, 6.1.192 madvise.c:1140; with it in 6.12.117 :1174", Choice: MadviseFlags, Value: MadviseSimulatedOnly,
		Breaks: []string{payload, lost, untold, result},
		Note:   "Pages of main memory only: for those of a device mf_dax_kill_procs and mf_generic_kill_procs set the flag. BUS_MCEERR_AO is for a caller with early kill; without, task_early_kill is NULL, and the page leaves a hwpoison entry.",
	},
	{
		ID: "N11", Status: 'O', Title: "a write(2) takes the old page out before it copies, and a read fault brings it back",
		Source: "dax_iomap_iter, 6.12.117 dax.c:1471, 7.3.4 :1657; xfs_file_dax_write takes no MMAPLOCK", Choice: WriteInvalidate, Value: WriteInvalidatesFirst,
		Breaks: []string{stale, lost, order, removal, untold, reachable, result, silent, regress},
		Note:   "Found by this project, not seen on a booted kernel: xfs_reflink_end_cow changes the block map after that and looks at no mapping. What the reverse map does not name any more nobody unmaps, whatever happens next.",
		Rare:   true,
	},
	{
		ID: "N12", Status: 'O', Title: "a page that the page cache has of a lost block stays mapped",
		Source: "xfs_dax_failure_fn: if (dax_mapping(mapping)); the mail of 2020-12-07, generic_mapping_kill_range", Choice: PageCacheCopy, Value: PageCacheCopyKept,
		Breaks: []string{lost, reachable, result, silent},
		Note:   "The properties take the copy for the page: its users go on with data that is lost on the medium. What they read is still good. In obs-S10p the page was dirty, and stays in reviewed too.",
	},
	{
		ID: "N13", Status: 'O', Title: "the walk ends with 0 at a group that does not exist",
		Source: "xfs_group_next_range in xfs_dax_notify_dev_failure, v6.14 on", Base: []Assignment{{DeviceRole, RoleRealtimeFirst}},
		Choice: MissingGroup, Value: MissingGroupStops,
		Breaks: []string{result, noStop, neverDown, untold},
		Note:   "What is taken for the realtime section reaches past its last group. With an error instead the caller at least knows, and kill_me_maybe sends SIGBUS to who read the poison.",
		Rare:   true,
	},
	{
		ID: "N14", Status: 'O', Title: "the one holder of a dax_device is asked for every page of it, also for those of another partition or of a mapped device",
		Source: "dax_holder_notify_failure(dax_dev, offset, len, mf_flags); the mail's ->corrupted_range of dm", Choice: Route, Value: RouteHolder,
		Breaks: []string{lost, removal, untold, reachable, regress, silent},
		Note:   "On dm it shows once the filesystem has a holder there, slot-scope=per-bdev: to cure D01 is not enough. A removal is lost in the same way. On a RAID1 the data is lost when the second copy fails, and who maps it is not told.",
		Rare:   true,
	},
	{
		ID: "N15", Status: 'O', Title: "an event shuts a filesystem down for an inode that is going, and leaves another file's mapping of the page",
		Source: "xfs_dax_failure_fn: want_shutdown; unmap_and_kill: if (size)", Base: []Assignment{{UnmapWhenEmpty, UnmapWhenCollected}},
		Choice: IgetError, Value: IgetErrorShutdown,
		Breaks: []string{order},
		Note:   "Found by this project: C05 and K01 at once. Neither leaves a mapping behind a shutdown in that scenario alone.",
		Rare:   true,
	},
	{
		ID: "N16", Status: 'O', Title: "who was unmapped and not told maps the poison again: neither its page table nor badblocks know of it",
		Source: "zap_page_range_single, in 7.3.4 zap_vma_range; __pmem_direct_access: badblocks_check, in 5.10 is_bad_pmem; obs-S2", Base: []Assignment{{UnmapLeaves, UnmapLeavesNothing}},
		Choice: Quarantine, Value: QuarantineBadblocks,
		Breaks: []string{reachable},
		Note:   "X06 is the same for who comes new. Here a marker in the page table would do, too.",
		Rare:   true,
	},
	{
		ID: "N17", Status: 'O', Title: "a read fault of one sharer unmaps another, which then is on no list, and whoever maps the page is not unmapped",
		Source: "dax_insert_entry: if (shared) dax_unmap; unmap_and_kill: if (size)", Base: []Assignment{{UnmapWhenEmpty, UnmapWhenCollected}},
		Choice: SharedInsert, Value: SharedInsertUnmapsOthers,
		Breaks: []string{lost, reachable, result},
		Note:   "Found by this project: K01, in a file whose one early-kill process has just been unmapped by a fault.",
		Rare:   true,
	},
	{
		ID: "N18", Status: 'O', Title: "a shutdown for an inode that is going meets a copy on write: the process goes on in a copy that is not the file's",
		Source: "dax_iomap_pte_fault: the result of iomap_end is dropped after VM_FAULT_NOPAGE; xfs_dax_failure_fn: want_shutdown",
		Base:   []Assignment{{IgetError, IgetErrorShutdown}, {PteInsert, PteBeforeIomapEnd}}, Choice: CowCopy, Value: CowCopyAfterInsert,
		Breaks: []string{"silent-corruption"},
		Note:   "N20 is the same without the mapping.",
		Rare:   true,
	},
	{
		ID: "N19", Status: 'O', Title: "no memory for an entry of to_kill, and no other: the page is not unmapped either",
		Source: "__add_to_kill: kmalloc(GFP_ATOMIC); unmap_and_kill: if (size)", Base: []Assignment{{UnmapWhenEmpty, UnmapWhenCollected}},
		Choice: VictimAlloc, Value: VictimAllocAtomic,
		Breaks: []string{reachable, untold},
		Note:   "Found by this project: with K01 alone the one victim is on the list, and is unmapped. With K02 alone who reads the poison meets a hwpoison entry next time, which is SIGBUS.",
		Rare:   true,
	},
	{
		ID: "N20", Status: 'O', Title: "a shutdown for an inode that is going leaves the DAX entry of a copy on write that could not end",
		Source: "dax_fault_iter; xfs_dax_write_iomap_end after xfs_force_shutdown", Base: []Assignment{{IgetError, IgetErrorShutdown}},
		Choice: CowCopy, Value: CowCopyAfterInsert,
		Breaks: []string{stale},
		Note:   "As X03, where the copy fails.",
		Rare:   true,
	},
	{
		ID: "N21", Status: 'O', Title: "dm has no holder: a removal of the device below finds nobody, and nobody is unmapped",
		Source: "fs_dax_get_by_bdev; kill_dax", Base: []Assignment{{SlotScope, SlotPerDaxDevice}}, Choice: RemovalFallback, Value: RemovalFallbackNone,
		Breaks: []string{reachable, removal, lost, untold, noStop, neverDown},
		Note:   "Found by this project: as C13, where a filesystem without a reverse map says no. An event after memunmap_pages gives -ENXIO; in 7.3.4 it gives -EBUSY (memory_failure_pfn), which is no other verdict.",
		Rare:   true,
	},
	{
		ID: "N22", Status: 'O', Title: "an event shuts a filesystem down for an inode that is going, and what comes next cannot be looked up",
		Source: "xfs_dax_failure_fn: want_shutdown; xfs_trans_read_buf_map: xfs_is_shutdown", Base: []Assignment{{AfterShutdown, AfterShutdownEIO}},
		Choice: IgetError, Value: IgetErrorShutdown,
		Breaks: []string{lost, reachable, removal, untold, regress},
		Note:   "X21, without lost metadata: C05 is enough for the shutdown.",
		Rare:   true,
	},
	{
		ID: "N23", Status: 'O', Title: "SIGBUS does not queue: a process that maps the page twice is told of one mapping",
		Source: "legacy_queue in __send_signal_locked; obs-S24", Choice: SigbusQueue, Value: SigbusOnePending,
		Breaks: []string{lost, result, untold},
		Note:   "The second address is lost, not the notification as a whole: who only asks whether it was told need not mind.",
	},
	{
		ID: "N24", Status: 'O', Title: "on dm the event ends without a look at the DAX entry lock, and a fault maps the page after it",
		Source: "fs_dax_get_by_bdev; mf_generic_kill_procs; __pmem_direct_access: badblocks_check", Base: []Assignment{{Quarantine, QuarantineBadblocks}},
		Choice: SlotScope, Value: SlotPerDaxDevice,
		Breaks: []string{reachable},
		Note:   "X06 on a device that has no holder: the page has no page->mapping yet, so that the event gives -EBUSY.",
		Rare:   true,
	},
	{
		ID: "N25", Status: 'O', Title: "a SIGBUS for a page that is not the failed one takes the place of the one that is owed",
		Source: "mf_dax_kill_procs; legacy_queue in __send_signal_locked", Base: []Assignment{{SigbusQueue, SigbusOnePending}},
		Choice: PfnRecheck, Value: PfnNotRechecked,
		Breaks: []string{untold},
		Note:   "N23, with the first signal sent for the copy that a write fault has just put into the entry (X02).",
		Rare:   true,
	},
	{
		ID: "N26", Status: 'M', Title: "a removal that comes before SB_BORN is refused, and del_gendisk does not shut the filesystem down either",
		Source: "fs_bdev_mark_dead, xfs_fs_shutdown, which came with v6.5; xfs_dax_notify_failure: -EIO", Base: []Assignment{{BornTest, BornInCallback}},
		Choice: MarkDead, Value: MarkDeadNothing,
		Breaks: []string{neverDown, dropped},
		Note:   "With the shutdown it is late (N08: S4 and S13), but comes.",
		Rare:   true,
	},
	{
		ID: "N27", Status: 'O', Title: "poison in a copy that is not the file's yet shuts the filesystem down, so that it never becomes the file's, and its DAX entry stays",
		Source: "dax_fault_iter; xfs_dax_write_iomap_end after xfs_force_shutdown; N01", Base: []Assignment{{PteInsert, PteBeforeIomapEnd}},
		Choice: CowCopy, Value: CowCopyAfterInsert,
		Breaks: []string{stale},
		Note:   "As N20, where an inode that is going is the reason.",
		Rare:   true,
	},
	{
		ID: "N28", Status: 'O', Title: "a removal walks the reverse map while a copy that is mapped is not the file's yet, and does not wait for the fault",
		Source: "dax_fault_iter, xfs_dax_write_iomap_end; dax_iomap_direct_access", Base: []Assignment{{PteInsert, PteBeforeIomapEnd}},
		Choice: FaultSrcu, Value: FaultSrcuDirectAccess,
		Breaks: []string{lost, order, removal, untold},
		Note:   "N01, of a removal. X05 is the same for a PTE that comes after the walk.",
		Rare:   true,
	},
	{
		ID: "N29", Status: 'O', Title: "a filesystem is asked for a page that is not its own while it is unmounted",
		Source: "dax_holder_notify_failure; fs_put_dax", Base: []Assignment{{HolderRead, HolderReadTwice}, {PutWait, PutWaitsNot}, {BornTest, BornInCallback}},
		Choice: Route, Value: RouteHolder,
		Breaks: []string{useFreed, order, deadlock, noReturn},
		Note:   "L01, L03 and N08 for an event that does not concern the filesystem. A block device that asks who is above the page asks nobody.",
		Rare:   true,
	},
	{
		ID: "N30", Status: 'O', Title: "an event that finds the holder gone oopses with mf_mutex held: what fails is not dealt with in the filesystem that is mounted next",
		Source: "xfs_dax_notify_failure: dax_holder(); fs_put_dax", Base: []Assignment{{PutWait, PutWaitsNot}, {OnUnborn, UnbornEIO}, {Mark, MarkPerEntry}, {RemoveOrder, RemoveNotifyThenDead}}, Choice: HolderRead, Value: HolderReadTwice,
		Breaks: []string{neverDown, dropped},
		Note:   "L01, after which an unmount that waits for dax_srcu never ends, so that nobody mounts the device again. A mount that asks which pages are poisoned, and a mark that does not hang on the walk, would deal with the page of the event itself, unless the device is being removed and refuses it.",
		Rare:   true,
	},
	{
		ID: "N31", Status: 'O', Title: "a removal walks the reverse map while a copy that is mapped is not the file's yet, and refuses new mappings after that",
		Source: "dax_fault_iter, xfs_dax_write_iomap_end; kill_dax", Base: []Assignment{{PteInsert, PteBeforeIomapEnd}, {CowCopy, CowCopyAfterInsert}},
		Choice: RemoveOrder, Value: RemoveNotifyThenDead,
		Breaks: []string{lost, order, removal, untold},
		Note:   "N01, of a removal. X16 is the same for a PTE that comes after the walk.",
		Rare:   true,
	},
	{
		ID: "N32", Status: 'O', Title: "an event shuts a filesystem down for an inode that is going: whom it could not note, or finds only after it, keeps the page",
		Source: "xfs_dax_failure_fn: want_shutdown; unmap_and_kill: if (size); xfs_trans_read_buf_map: xfs_is_shutdown",
		Base:   []Assignment{{UnmapWhenEmpty, UnmapWhenCollected}, {VictimAlloc, VictimAllocAtomic}, {AfterShutdown, AfterShutdownEIO}},
		Choice: IgetError, Value: IgetErrorShutdown,
		Breaks: []string{order, removal},
		Note:   "N15, where who maps the page did not ask to be told: here there is no memory for the list, or the removal comes after the shutdown (N22) and is to unmap what the event left.",
		Rare:   true,
	},
	{
		ID: "N33", Status: 'O', Title: "a write(2) takes a mapped page out, and the read fault that brings it back and the event take AGF and DAX entry lock in both orders",
		Source: "dax_iomap_iter, 6.12.117 dax.c:1471, 7.3.4 :1657; xfs_dax_failure_fn", Base: []Assignment{{WriteInvalidate, WriteInvalidatesFirst}},
		Choice: KillContext, Value: KillUnderGroupLock,
		Breaks: []string{deadlock, noReturn},
		Note:   "X04, of a page that was mapped and would not have faulted.",
		Rare:   true,
	},
	{
		ID: "N34", Status: 'O', Title: "no memory for an entry of to_kill, and no hwpoison entry: who reads the poison is not told either",
		Source: "__add_to_kill: kmalloc(GFP_ATOMIC); zap_page_range_single, in 7.3.4 zap_vma_range", Base: []Assignment{{UnmapLeaves, UnmapLeavesNothing}},
		Choice: VictimAlloc, Value: VictimAllocAtomic,
		Breaks: []string{untold},
		Note:   "K02, for the process that consumed the poison: with a hwpoison entry its next access is SIGBUS, as obs-S2 lacks it.",
		Rare:   true,
	},
	{
		ID: "N35", Status: 'O', Title: "no memory for the entry of who reads the poison, and the event never returns to it",
		Source: "__add_to_kill: kmalloc(GFP_ATOMIC); xfs_dax_failure_fn", Base: []Assignment{{VictimAlloc, VictimAllocAtomic}},
		Choice: KillContext, Value: KillUnderGroupLock,
		Breaks: []string{untold},
		Note:   "X04, of a process that the event has dealt with. It would meet its hwpoison entry, and hangs in memory_failure.",
		Rare:   true,
	},
	{
		ID: "N36", Status: 'O', Title: "a removal shuts a filesystem without a reverse map down in a copy on write, and does not wait for the fault: the DAX entry stays",
		Source: "dax_iomap_direct_access; xfs_dax_write_iomap_end after xfs_force_shutdown; bdev_mark_dead",
		Base:   []Assignment{{NoRmapbt, NoRmapbtEOPNOTSUPP}, {CowCopy, CowCopyAfterInsert}},
		Choice: FaultSrcu, Value: FaultSrcuDirectAccess,
		Breaks: []string{stale},
		Note:   "N20, where an inode that is going is the reason. With a reverse map the removal waits for the lock of the entry.",
		Rare:   true,
	},
	{
		ID: "N37", Status: 'M', Title: "an inode that is going ends the query with an error: the owners after it are not told",
		Source: "xfs_dax_failure_fn as merged: if (error) return error, for -EAGAIN and -ENOENT of xfs_iget", Choice: IgetError, Value: IgetErrorReturned,
		Breaks: []string{lost, stop, reachable, order, removal, untold},
		Note:   "C05 came with what mended it: later versions go on, and shut the filesystem down. As merged the error shuts nothing down; in reviewed it does.",
	},
	{
		ID: "N38", Status: 'M', Title: "an inode that is not in memory ends the query with an error: the owners after it are not told",
		Source: "xfs_storage_lost_helper, RFC v2: if (rc || !ip) return rc, with -ENODATA too", Choice: IgetError, Value: IgetErrorAbsentToo,
		Breaks: []string{lost, stop, order, removal, untold},
		Note:   "The mail has a walk over all owners. N37 is the same for an inode that is going.",
	},
}
