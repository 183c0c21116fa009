package design

// A Named design is one that people know by a name.
type Named struct {
	Name   string
	Doc    string
	Design Design
}

// merged is what v6.0 to v7.3 have in common. Versions in the comments are
// the sources that were read: 6.1.192, 6.12.117, 7.3.4, for v6.0
// xfs_notify_failure.c of torvalds/linux 7ea65072 (v6.0-rc), and for v6.17 that
// file of a tree at v6.17-rc3 (Kingxukai/linux 0291023e). Of v6.2, v6.6, v6.7
// and v6.14 the commits between them were read.
var merged = Design{
	Route:           RouteHolder,              // 8012b8660855: dax_holder_notify_failure, drivers/dax/super.c
	Mark:            MarkPerEntry,             // mf_dax_kill_procs: SetPageHWPoison under the entry lock
	Account:         AccountEveryEvent,        // action_result: num_poisoned_pages_inc; obs-S15
	HolderRead:      HolderReadTwice,          // xfs_dax_notify_failure: dax_holder() is a second read
	SlotScope:       SlotPerDaxDevice,         // fs_dax_get_by_bdev; dm passes (NULL, NULL)
	SlotTaken:       SlotTakenGoesOn,          // nearest: fs_dax_get_by_bdev gives NULL, and the mount goes on without DAX
	PutWait:         PutWaitsNot,              // fs_put_dax: no synchronize_srcu, 7.3.4 super.c:130
	UnmountOrder:    UnmountGroupsFirst,       // xfs_unmountfs frees the groups, then fs_put_dax (6.1 xfs_mount.c:1105, xfs_buf.c:1949)
	OnUnborn:        UnbornEIO,                // xfs_dax_notify_failure: -EIO
	QueueFull:       QueueFullDropped,         // memory_failure_queue: pr_err("buffer overflow ..."), 6.1 memory-failure.c:2280, 6.12 :2507, 7.3 :2672
	SectorRound:     SectorUp,                 // BTOBB(offset), 6.1 xfs_notify_failure.c:229
	ReflinkMount:    ReflinkMountInAlwaysMode, // xfs_setup_dax_always: 6.1 xfs_super.c:357, 6.12 :352, 7.3 :382
	NoRmapbt:        NoRmapbtEOPNOTSUPP,       // !xfs_has_rmapbt: -EOPNOTSUPP
	GroupError:      GroupErrorStops,          // xfs_alloc_read_agf: break
	TransAlloc:      TransAllocSure,           // xfs_trans_alloc_empty: no reservation, __GFP_NOFAIL (6.1 xfs_trans.c:261); void in 7.3
	DirectoryFork:   DirectoryIgnored,         // dax_mapping() is false; before that test -EBUSY, in v6.0 without a shutdown
	KillContext:     KillUnderGroupLock,       // xfs_dax_failure_fn: mf_dax_kill_procs, AGF held
	AfterShutdown:   AfterShutdownEIO,         // xfs_trans_read_buf_map, xfs_trans_buf.c:303 (7.3 :287); obs-S34
	VictimAlloc:     VictimAllocAtomic,        // __add_to_kill, in 6.1 add_to_kill: kmalloc(GFP_ATOMIC)
	HealthEvent:     HealthEventNone,          // xfs_dax_failure_fn: nothing is reported until 6.12.117
	PfnRecheck:      PfnNotRechecked,          // mf_dax_kill_procs gets mapping, index, count; no pfn
	UnmapWhenEmpty:  UnmapWhenCollected,       // unmap_and_kill: if (size), 6.1 :1580, 6.12 :1748, 7.3 :1738
	SigbusQueue:     SigbusOnePending,         // legacy_queue, kernel/signal.c; obs-S24
	UnmapUnit:       UnmapLargestMapping,      // unmap_and_kill: size = max(1UL << tk->size_shift)
	UnmapLeaves:     UnmapLeavesNothing,       // zap_page_range_single
	PageCacheOwners: PageCacheUnshared,        // hwpoison_user_mappings
	PageCacheCopy:   PageCacheCopyKept,        // xfs_dax_failure_fn: dax_mapping(); before that test -EBUSY, in v6.0 without a shutdown
	IdleWait:        IdleWaitNotEvict,         // xfs_break_dax_layouts, 6.1 xfs_file.c:847, 6.12 xfs_inode.c:2980; nothing in evict
	ForeignMapping:  ForeignMappingCleared,    // dax_disassociate_entry: WARN_ON_ONCE, then NULL (6.1 dax.c:404, 6.12 :396); 7.3 dax_folio_put does not look
	RemovalFallback: RemovalFallbackNone,      // kill_dax drops what dax_holder_notify_failure returns
	FaultSrcu:       FaultSrcuDirectAccess,    // dax_iomap_direct_access: dax_read_lock round dax_direct_access
	Quarantine:      QuarantineBadblocks,      // __pmem_direct_access: badblocks_check, 6.1 pmem.c:281
	CowCopy:         CowCopyAfterInsert,       // dax_fault_iter: 6.1 dax.c:1637 then :1641, 7.3 :1880 then :1883
	PteInsert:       PteBeforeIomapEnd,        // dax_fault_iter inserts, the next iomap_iter ends the CoW
	WriteInvalidate: WriteInvalidatesFirst,    // dax_iomap_iter: if (iomap->flags & IOMAP_F_NEW || cow), 6.12 dax.c:1471, 7.3 :1657
}

// named is in the order in which the designs came up. What a comment calls
// nearest is not what the source does: no value of the choice is.
var named = []Named{
	{"reviewed", "the architecture of the mail, every open point set so that all properties hold", Design{}},
	{"owner-tracking", "before v6.0: page->mapping and page->index name one owner (5.10.262, and mainline v5.12 where they differ)", ownerTracking},
	{"rfc-v2", "RFC v2 of 2020-11-23: ->block_lost, ->storage_lost, mf_recover_controller", rfcV2},
	{"v6.0", "as merged, v6.0-rc (torvalds/linux 7ea65072)", v60},
	{"v6.1", "6.1.192, with the fixes of v6.6 to the ends of ranges; mainline v6.1 has those of v6.2, window-end=exclusive-end and translate=minus-length", v61},
	{"v6.2", "mainline v6.2: reads ask whether a block is shared, c6f0b395b211, and page->share counts, 169004265860", v62},
	{"v6.6", "mainline v6.6: the end of the range is found right, 3c90c01e4934", v66},
	{"v6.7", "v6.6 with MF_MEM_PRE_REMOVE, fa422b353d21, which was meant for v6.7 and merged for v6.8; mainline v6.7 is v6.6", v67},
	{"v6.12", "6.12.117", v612},
	{"v6.14", "mainline v6.14: any group, also of the realtime device, 799e7e6566df", v614},
	{"v6.17", "mainline v6.17: large folios of v6.15, and no pte_devmap", v617},
	{"v7.3", "7.3.4", v73},
	{"P1", "the series in the mail: introduce ->memory_failure", Design{Patches: PatchesP1}},
	{"P2", "P1, and ->corrupted_range of block devices as an interface", Design{Patches: PatchesP2}},
	{"P3", "P2, and ->corrupted_range of superblocks as an interface", Design{Patches: PatchesP3}},
	{"P4", "P3, and ->corrupted_range of address spaces as an interface", Design{Patches: PatchesP4}},
	{"P5", "P4, and generic_mapping_kill_range and dax_mapping_kill_range (both are called P5)", Design{Patches: PatchesP5}},
	{"P6", "P5, and ->memory_failure of pmem", Design{Patches: PatchesP6}},
	{"P7", "P6, and ->corrupted_range of the block drivers", Design{Patches: PatchesP7}},
	{"P8", "P7, and ->corrupted_range of the filesystem's superblock", Design{Patches: PatchesP8}},
	{"P9", "P8, and ->corrupted_range of its address spaces: the same as reviewed", Design{Patches: PatchesAll}},
}

// ownerTracking is single-owner tracking. What concerns holders, superblocks
// and CoW does not come up in it and is left as in reviewed. Two things are of
// mainline v5.12 and not of 5.10.262: UnmapLength, and that task_early_kill with
// force_early finds early-kill processes (30c9cf492704, v5.12), not current
// alone (5.10.262 memory-failure.c:456).
var ownerTracking = Design{
	Route:           RoutePageMapping,      // 6100e34b2526: memory_failure_dev_pagemap, no pgmap op; xfs_super.c:1573 refuses reflink
	QueueFull:       QueueFullDropped,      // memory_failure_queue: pr_err("... buffer overflow ..."), memory-failure.c:1536
	MfMutex:         MfMutexNone,           // 5.10.262 has no mf_mutex; v5.15 has, after the dev_pagemap branch (X11)
	MadviseFlags:    MadviseSimulatedOnly,  // madvise_inject_error: MF_COUNT_INCREASED
	AlreadyPoisoned: AlreadyPoisonedZero,   // memory_failure: TestSetPageHWPoison, return 0
	Mark:            MarkPerEntry,          // SetPageHWPoison after dax_lock_page
	Account:         AccountNever,          // memory_failure_dev_pagemap: action_result counts nothing
	PutWait:         PutWaitsNot,           // fs_put_dax is put_dax
	UnmountOrder:    UnmountGroupsFirst,    // nothing is to be given up
	NoRmapbt:        NoRmapbtEOPNOTSUPP,    // the reverse map is not looked at
	HealthEvent:     HealthEventNone,       // nothing is reported
	VictimAlloc:     VictimAllocAtomic,     // add_to_kill: kmalloc(GFP_ATOMIC)
	UnmapWhenEmpty:  UnmapWhenCollected,    // memory_failure_dev_pagemap: if (size), :1288
	SigbusQueue:     SigbusOnePending,      // legacy_queue, kernel/signal.c
	UnmapUnit:       UnmapLargestMapping,   // size = max(1UL << tk->size_shift)
	UnmapLeaves:     UnmapLeavesNothing,    // zap_page_range_single
	MarkDead:        MarkDeadNothing,       // del_gendisk: invalidate_partition, genhd.c:913
	UnmapLength:     UnmapLengthIsEnd,      // mainline until v5.12 (4d75136be8bf, v5.13); 5.10.262 :1296 has the fix
	PageCacheOwners: PageCacheUnshared,     // hwpoison_user_mappings
	PageCacheCopy:   PageCacheCopyKept,     // the mapping on a DAX page is asked, no other
	IdleWait:        IdleWaitNotEvict,      // xfs_break_dax_layouts, xfs_file.c:789
	ForeignMapping:  ForeignMappingCleared, // dax_disassociate_entry: WARN_ON_ONCE, then NULL, dax.c:373
	RemoveOrder:     RemoveSilent,          // kill_dax: clear_bit, synchronize_srcu, super.c:442
	FaultSrcu:       FaultSrcuDirectAccess, // dax_iomap_pfn: dax_read_lock round dax_direct_access
	Quarantine:      QuarantineBadblocks,   // __pmem_direct_access: is_bad_pmem, pmem.c:262
	RefusedFault:    RefusedFaultAdrerr,    // __pmem_direct_access: -EIO, pmem.c:264; vmf_error: VM_FAULT_SIGBUS
	Names:           NamesV510,
}

// rfcV2 is 20201123004116.2453-1 and its replies, on top of v5.10-rc1. Patches
// 1 to 4 were read, of the mm and dax patches those of v1. It mounts DAX with
// reflink, which the cover letter leaves to another series: the faults of that
// are taken to be those of ea6c49b784f0. Marked is the exact pfn, before the
// driver is called (v1 3/4), as in reviewed. A filesystem without a reverse map is
// refused, as in reviewed: xfs_fs_storage_lost does not ask, and reads a tree that
// is not there. A group that is missing is -EFSCORRUPTED, as in reviewed
// (xfs_buf_find, v5.10 xfs_buf.c:617); nearest is -ENXIO for a page that is no
// part of the filesystem, which is -EFSCORRUPTED too.
var rfcV2 = Design{
	Route:           RouteGendisk,          // pmem_block_lost: get_super(bdev), ->storage_lost
	QueueFull:       QueueFullDropped,      // as v5.10
	MfMutex:         MfMutexNone,           // as v5.10
	MadviseFlags:    MadviseSimulatedOnly,  // as v5.10
	AlreadyPoisoned: AlreadyPoisonedZero,   // as v5.10
	PutWait:         PutWaitsNot,           // as v5.10
	UnmountOrder:    UnmountGroupsFirst,    // as v5.10; get_super keeps s_umount meanwhile
	SectorRound:     SectorUp,              // nearest: XFS_B_TO_FSB rounds up, to a block
	FsbnoForm:       FsbnoLinear,           // xfs_fs_storage_lost: XFS_B_TO_FSB
	Account:         AccountNever,          // as v5.10
	EarlyThread:     EarlyThreadCurrent,    // as v5.10
	EntryLock:       EntryLockedOrBusy,     // v1 3/4: if (!cookie) goto unlock, rc = -EBUSY; v2 1/6: return rc
	DeviceRole:      RoleDataOnly,          // get_super finds the main device only
	GroupError:      GroupErrorStops,       // one group, an error is returned
	OnMetadata:      MetadataIgnored,       // xfs_storage_lost_helper: left to do
	MetadataTest:    MetadataOwnerOnly,     // xfs_storage_lost_helper: rm_owner alone; Darrick Wong 2020-12-15
	DirectoryFork:   DirectoryIgnored,      // xfs_storage_lost_helper does not ask; dax_lock: -EBUSY
	KillContext:     KillUnderGroupLock,    // xfs_storage_lost_helper: recover_fn, AGF held
	AfterShutdown:   AfterShutdownEIO,      // xfs_trans_read_buf_map, v5.10 xfs_trans_buf.c:303
	IgetError:       IgetErrorAbsentToo,    // xfs_storage_lost_helper: if (rc || !ip) return rc
	RecordOffset:    RecordOffsetOmitted,   // xfs_storage_lost_helper: rec->rm_offset
	HealthEvent:     HealthEventNone,       // nothing is reported
	PfnRecheck:      PfnNotRechecked,       // v1 3/4: dax_lock(mapping, index), no pfn
	VictimAlloc:     VictimAllocAtomic,     // as v5.10
	UnmapWhenEmpty:  UnmapWhenCollected,    // v1 3/4: if (size)
	SigbusQueue:     SigbusOnePending,      // legacy_queue, kernel/signal.c
	UnmapUnit:       UnmapLargestMapping,   // as v5.10
	UnmapLeaves:     UnmapLeavesNothing,    // as v5.10
	UnmapLength:     UnmapLengthIsEnd,      // v1 3/4: start, start + size
	Fallback:        FallbackNever,         // v1 3/4: no other way
	MarkDead:        MarkDeadNothing,       // as v5.10
	PageCacheOwners: PageCacheUnshared,     // unchanged
	PageCacheCopy:   PageCacheCopyKept,     // dax_lock: no dax_mapping, -EBUSY
	RemoveOrder:     RemoveSilent,          // as v5.10
	FaultSrcu:       FaultSrcuDirectAccess, // as v5.10
	Quarantine:      QuarantineBadblocks,   // as v5.10
	RefusedFault:    RefusedFaultAdrerr,    // as v5.10
	CowCopy:         CowCopyAfterInsert,    // ea6c49b784f0
	PteInsert:       PteBeforeIomapEnd,     // ea6c49b784f0
	WriteInvalidate: WriteInvalidatesNot,   // ea6c49b784f0: IOMAP_F_NEW only
	IdleWait:        IdleWaitNotEvict,      // as v5.10
	ShareCount:      ShareNotKept,          // v1 4/4: remove useless (dis)associate functions
	ReverseMap:      ReverseMapFirst,       // bd_disk_holder_block_lost: the first that is not -ENODEV
	ReadFaultShare:  ReadFaultAsksNot,      // v5.10 xfs_iomap.c:1171
	Names:           NamesRFC,
}

// v60 shuts down for metadata alone: an error is returned. An event on the
// realtime device is -EOPNOTSUPP until 6.12; RoleByRange is nearest.
var v60 = merged.With(
	Assignment{MadviseFlags, MadviseSimulatedOnly},   // madvise_inject_error, 6.1 madvise.c:1140
	Assignment{PutOrder, PutDataFirst},               // fs_put_dax: cmpxchg(holder_data), then holder_ops (6.1 super.c:117)
	Assignment{PgmapOps, PgmapOpsFollowed},           // pgmap->ops->memory_failure; 6.1 has pgmap_has_memory_failure
	Assignment{BornTest, BornWrongWord},              // mp->m_sb.sb_flags & SB_BORN
	Assignment{Translate, TranslateMinusLength},      // len -= ddev_end - offset
	Assignment{WindowEnd, WindowExclusiveEnd},        // XFS_DADDR_TO_FSB(mp, daddr + bblen)
	Assignment{MissingGroup, MissingGroupOops},       // xfs_perag_get NULL, xfs_alloc_read_agf(pag)
	Assignment{OnMetadata, MetadataAbort},            // xfs_dax_failure_fn: shutdown, -EFSCORRUPTED
	Assignment{IgetError, IgetErrorReturned},         // xfs_dax_failure_fn: -ENODATA goes on, if (error) return error
	Assignment{ToKill, ToKillStale},                  // kill_procs of c36e20249571; 6.1 :452 has list_del
	Assignment{FallbackPgoff, FallbackPgoffZero},     // mf_generic_kill_procs: fsdax_pgoff 0; Dan Williams 2022-08-26
	Assignment{SharedFallback, SharedMappingFlag},    // PAGE_MAPPING_DAX_COW, 6.1 page-flags.h:650
	Assignment{RemoveOrder, RemoveFlagsZero},         // kill_dax: notify(0, U64_MAX, 0), 6.1 super.c:334
	Assignment{MarkDead, MarkDeadNothing},            // del_gendisk: fsync_bdev, __invalidate_device, 6.1 genhd.c:635
	Assignment{RefusedFault, RefusedFaultAdrerr},     // __pmem_direct_access: -EIO, 6.1 pmem.c:285; vmf_error: VM_FAULT_SIGBUS
	Assignment{ShareCount, SharePostDecrement},       // dax_disassociate_entry: page->index-- > 0, 6.1 dax.c:401
	Assignment{ReadFaultShare, ReadFaultAsksNot},     // xfs_read_iomap_begin: IOMAP_REPORT only, 6.1 :1257
	Assignment{WriteInvalidate, WriteInvalidatesNot}, // dax_iomap_iter: if (iomap->flags & IOMAP_F_NEW), 6.1 dax.c:1426
	Assignment{Names, NamesV61},
)

// v61 is what Debian boots as 6.1.192. It has 5cf32f63b0f4 and 3c90c01e4934,
// which mainline has since v6.6. An event on the realtime device is
// -EOPNOTSUPP, as in v6.0.
var v61 = merged.With(
	Assignment{MadviseFlags, MadviseSimulatedOnly},   // madvise_inject_error: MF_COUNT_INCREASED, madvise.c:1140
	Assignment{PutOrder, PutDataFirst},               // fs_put_dax: cmpxchg(holder_data), then holder_ops, super.c:117
	Assignment{BornTest, BornInCallback},             // mp->m_super->s_flags & SB_BORN, xfs_notify_failure.c:187
	Assignment{Translate, TranslateAbsoluteEnd},      // offset + len - 1 > ddev_end, from 5cf32f63b0f4
	Assignment{MissingGroup, MissingGroupOops},       // xfs_perag_get NULL, xfs_alloc_read_agf(pag)
	Assignment{DirectoryFork, DirectoryEBUSY},        // xfs_dax_failure_fn: mf_dax_kill_procs of any mapping, -EBUSY
	Assignment{IgetError, IgetErrorShutdown},         // xfs_dax_failure_fn: want_shutdown; obs-S4b
	Assignment{SharedFallback, SharedMappingFlag},    // PAGE_MAPPING_DAX_COW, page-flags.h:650
	Assignment{RemoveOrder, RemoveFlagsZero},         // kill_dax: notify(0, U64_MAX, 0), super.c:334; obs-S16
	Assignment{MarkDead, MarkDeadNothing},            // del_gendisk: fsync_bdev, __invalidate_device, genhd.c:635
	Assignment{RefusedFault, RefusedFaultAdrerr},     // __pmem_direct_access: -EIO, pmem.c:285; vmf_error: VM_FAULT_SIGBUS
	Assignment{ShareCount, SharePostDecrement},       // dax_disassociate_entry: page->index-- > 0, dax.c:401
	Assignment{ReadFaultShare, ReadFaultAsksNot},     // xfs_read_iomap_begin: IOMAP_REPORT only, xfs_iomap.c:1257
	Assignment{WriteInvalidate, WriteInvalidatesNot}, // dax_iomap_iter: if (iomap->flags & IOMAP_F_NEW), 6.1 dax.c:1426
	Assignment{Names, NamesV61},
)

// v62 is mainline again, without the fixes of v6.6.
var v62 = v61.With(
	Assignment{Translate, TranslateMinusLength},        // len -= ddev_end - offset, until 5cf32f63b0f4
	Assignment{WindowEnd, WindowExclusiveEnd},          // XFS_DADDR_TO_FSB(mp, daddr + bblen), until 5cf32f63b0f4
	Assignment{ShareCount, ShareField},                 // 169004265860: page->share, PAGE_MAPPING_DAX_SHARED
	Assignment{ReadFaultShare, ReadFaultAsks},          // c6f0b395b211: xfs_read_iomap_begin, IS_DAX(inode)
	Assignment{SharedInsert, SharedInsertUnmapsOthers}, // c6f0b395b211: dax_insert_entry, if (shared)
	Assignment{WriteInvalidate, WriteInvalidatesFirst}, // nearest: "invalidate pages when CoW", 2022-12; a dirty entry stays until v6.4
)

var v66 = v62.With(
	Assignment{Translate, TranslateAbsoluteEnd},      // 5cf32f63b0f4: offset + len - 1 > ddev_end
	Assignment{WindowEnd, WindowInclusive},           // 3c90c01e4934: min(agf_length - 1, ri_high.rm_startblock) + 1
	Assignment{MarkDead, MarkDeadShutdown},           // v6.5: fs_holder_ops, xfs_fs_shutdown
	Assignment{UnmountLock, UnmountLockDropped},      // v6.6: xfs_kill_sb, xfs_mount_free after kill_block_super
	Assignment{RefusedFault, RefusedFaultCopyAdrerr}, // 1ea7ca1b0901 (v6.5): -EHWPOISON; dax_mem2blk_err
)

// v67 is fa422b353d21 on v6.6, of which Linus' tree had the merge on
// 2024-01-12, for v6.8.
var v67 = v66.With(
	Assignment{DirectoryFork, DirectoryIgnored},   // xfs_dax_failure_fn: if (dax_mapping(mapping))
	Assignment{LogRemoval, LogRemovalNothing},     // xfs_dax_notify_failure: the log and MF_MEM_PRE_REMOVE, return 0
	Assignment{RemoveOrder, RemoveNotifyThenDead}, // kill_dax: notify(0, U64_MAX, MF_MEM_PRE_REMOVE)
	Assignment{Freeze, FreezeKernel},              // xfs_dax_notify_failure_freeze
	Assignment{Thaw, ThawUsers},                   // xfs_dax_notify_failure_thaw: thaw_super(sb, FREEZE_HOLDER_USERSPACE), 6.12 :153, 7.3 :161
	Assignment{Names, NamesV612},                  // nearest
)

var v612 = merged.With(
	Assignment{PutOrder, PutDataFirst},                 // fs_put_dax, super.c:117
	Assignment{BornTest, BornInCallback},               // mp->m_super->s_flags & SB_BORN
	Assignment{Translate, TranslateAbsoluteEnd},        // xfs_dax_translate_range: offset + len - 1 > dev_end
	Assignment{MissingGroup, MissingGroupOops},         // xfs_perag_get NULL, xfs_alloc_read_agf(pag)
	Assignment{IgetError, IgetErrorShutdown},           // xfs_dax_failure_fn: want_shutdown; obs-S4b
	Assignment{SharedFallback, SharedMappingFlag},      // PAGE_MAPPING_DAX_SHARED, page-flags.h:682; obs-S12r, obs-S22r
	Assignment{UnmountLock, UnmountLockDropped},        // xfs_kill_sb: kill_block_super, then xfs_mount_free, xfs_super.c:2068
	Assignment{LogRemoval, LogRemovalNothing},          // xfs_dax_notify_logdev_failure: MF_MEM_PRE_REMOVE, return 0
	Assignment{RemoveOrder, RemoveNotifyThenDead},      // kill_dax, super.c:343
	Assignment{Freeze, FreezeKernel},                   // xfs_dax_notify_failure_freeze
	Assignment{Thaw, ThawUsers},                        // xfs_dax_notify_failure_thaw: thaw_super(sb, FREEZE_HOLDER_USERSPACE), 6.12 :153, 7.3 :161
	Assignment{RefusedFault, RefusedFaultCopyAdrerr},   // dax_iomap_copy_around: dax_mem2blk_err, fs/dax.c:1137
	Assignment{SharedInsert, SharedInsertUnmapsOthers}, // dax_insert_entry: if (shared), fs/dax.c:882
	Assignment{Names, NamesV612},
)

// v614 is 6.12.117 with the group loop of 799e7e6566df, which was rewritten in
// review (Z1vwTZm_EqCJmwp0@infradead.org, 2024-12-13); 7.3.4 has the same text.
// A realtime section inside the data device came with v6.15 (bdc03eb5f98f).
var v614 = v612.With(
	Assignment{WindowEnd, WindowU32Wrap},        // min(xg->xg_block_count, ri_high.rm_startblock + 1) - ri_low.rm_startblock
	Assignment{DeviceRole, RoleByRange},         // m_rtdev_targp->bt_daxdev == dax_dev: a device of its own
	Assignment{GroupPut, GroupPutPassive},       // xfs_perag_put where xfs_group_next_range took an active reference
	Assignment{MissingGroup, MissingGroupStops}, // xfs_group_next_range: NULL ends the loop
	Assignment{Names, NamesV73},                 // nearest: those of XFS are, those of faults are as in 6.12
)

// v617 is v614 with the folios of v6.15 and what v6.17 did away with.
var v617 = v614.With(
	Assignment{DeviceRole, RoleRealtimeFirst},     // bdc03eb5f98f (v6.15): m_rtdev_targp = m_ddev_targp
	Assignment{PrivateCopy, PrivateCopyCollected}, // dev_pagemap_mapping_shift: pte_present, no pte_devmap (v6.17)
	Assignment{SharedFallback, SharedMappingNull}, // 38607c62b34b (v6.15): shared is !folio->mapping && folio->share
	Assignment{IdleWait, IdleWaitAll},             // v6.15: dax_break_layout_final, 7.3 xfs_super.c:826
	Assignment{PoisonedFolio, PoisonedHead},       // 38607c62b34b (v6.15): mf_generic_kill_procs, &folio->page
	Assignment{Names, NamesV73},
)

// v73 gives -EBUSY for a page whose struct page is gone, by memory_failure_pfn
// (7.3 memory-failure.c:2345); here -ENXIO is nearest.
var v73 = merged.With(
	Assignment{BornTest, BornInCallback},               // mp->m_super->s_flags & SB_BORN
	Assignment{Translate, TranslateAbsoluteEnd},        // xfs_dax_translate_range: offset + len - 1 > dev_end
	Assignment{WindowEnd, WindowU32Wrap},               // min(xg_block_count, ri_high.rm_startblock + 1); obs-S16
	Assignment{DeviceRole, RoleRealtimeFirst},          // m_rtdev_targp = m_ddev_targp, xfs_super.c:628
	Assignment{MissingGroup, MissingGroupStops},        // xfs_group_next_range: NULL ends the loop
	Assignment{IgetError, IgetErrorShutdown},           // xfs_dax_failure_fn: want_shutdown; obs-S4b
	Assignment{HealthEvent, HealthEventRemovalToo},     // fserror_report_data_lost, whatever mf_flags are: xfs_notify_failure.c:121
	Assignment{PrivateCopy, PrivateCopyCollected},      // dev_pagemap_mapping_shift: pte_present, no devmap
	Assignment{IdleWait, IdleWaitAll},                  // xfs_fs_evict_inode: dax_break_layout_final, xfs_super.c:826
	Assignment{PoisonedFolio, PoisonedHead},            // mf_generic_kill_procs: pfn_folio, &folio->page
	Assignment{UnmountLock, UnmountLockDropped},        // xfs_kill_sb: kill_block_super, then xfs_mount_free, xfs_super.c:2338
	Assignment{LogRemoval, LogRemovalNothing},          // xfs_dax_notify_logdev_failure: MF_MEM_PRE_REMOVE, return 0
	Assignment{RemoveOrder, RemoveNotifyThenDead},      // kill_dax, super.c:478
	Assignment{Freeze, FreezeKernel},                   // xfs_dax_notify_failure_freeze
	Assignment{Thaw, ThawUsers},                        // xfs_dax_notify_failure_thaw: thaw_super(sb, FREEZE_HOLDER_USERSPACE), 6.12 :153, 7.3 :161
	Assignment{RefusedFault, RefusedFaultCopyAdrerr},   // dax_iomap_copy_around: dax_mem2blk_err, fs/dax.c:1349
	Assignment{SharedInsert, SharedInsertUnmapsOthers}, // dax_insert_entry: if (shared), fs/dax.c:1095
	Assignment{Names, NamesV73},
)

// NamedDesigns lists the named designs in their order.
func NamedDesigns() []Named { return append([]Named(nil), named...) }

// ByName finds a named design.
func ByName(name string) (Named, bool) {
	for _, n := range named {
		if n.Name == name {
			return n, true
		}
	}
	return Named{}, false
}

// Doc is what a named design is.
func Doc(name string) string {
	n, _ := ByName(name)
	return n.Doc
}

// Versions lists the named designs that were posted or released, in their
// order: all but the reference and the patches of its series.
func Versions() []Named {
	var versions []Named
	for _, n := range named {
		if n.Design != (Design{}) && n.Design[Patches] == PatchesAll {
			versions = append(versions, n)
		}
	}
	return versions
}
