package design

// choices documents every choice. The ids in parentheses are those of the
// catalogue.
var choices = [NumChoices]ChoiceInfo{
	Route: {"route", "how does a poisoned pfn of a device reach its users?", "mail of 2020-12-07, call trace; memory_failure_dev_pagemap", []ValueInfo{
		{"corrupted-range", "->corrupted_range of every block device on the range, of the superblock, of the mapping"},
		{"holder", "dax_holder_notify_failure: the one holder of the dax_device (v6.0 on)"},
		{"gendisk", "->block_lost of the disk, get_super, ->storage_lost of the superblock (RFC v2)"},
		{"page-mapping", "page->mapping and page->index, one owner: DAX and reflink cannot be used together (before v6.0)"},
	}},
	Patches: {"patches", "how much of the series in the mail is applied?", "mail of 2020-12-07, P1 to P9; it has two patches called P5", []ValueInfo{
		{"all", "P9: the filesystem's ->corrupted_range of address spaces"},
		{"p8", "up to ->corrupted_range of the superblock: the page cache knows one owner"},
		{"p7", "up to ->corrupted_range of block devices: no filesystem answers, DAX and reflink exclude each other"},
		{"p6", "up to ->memory_failure of pmem: its disk cannot be asked yet"},
		{"p5", "up to generic_mapping_kill_range and dax_mapping_kill_range: nobody calls the new interfaces"},
		{"p4", "up to the address space operation"},
		{"p3", "up to the superblock operation"},
		{"p2", "up to the block device operation"},
		{"p1", "the pgmap operation and its call site"},
	}},
	BlastRadius: {"blast-radius", "which of the pages that failed does an event report?", "uc_decode_notifier, MCI_MISC_ADDR_LSB; compare 7917f9cdb503", []ValueInfo{
		{"all", "all"},
		{"first", "the first: the granule is taken for a page, whatever failed beside it (R20)"},
	}},
	MadviseFlags: {"madvise-flags", "does madvise(MADV_HWPOISON) say that its caller needs an answer?", "madvise_inject_error", []ValueInfo{
		{"action-required", "MF_ACTION_REQUIRED: BUS_MCEERR_AR to it"},
		{"simulated-only", "no: for a page of main memory it gets BUS_MCEERR_AO with early kill, and nothing without (N10)"},
	}},
	QueueFull: {"queue-full", "what becomes of an event for which memory_failure_queue has no room?", "memory_failure_queue: kfifo_put", []ValueInfo{
		{"waits", "it is kept until there is room"},
		{"dropped", "nothing but a line in the log (C20)"},
	}},
	MfMutex: {"mf-mutex", "who holds mf_mutex?", "memory_failure", []ValueInfo{
		{"held", "every event, from the lookup of the pfn to the result"},
		{"none", "nobody (G1)"},
		{"not-device", "events on main memory; the dev_pagemap branch is taken before the lock (X11)"},
	}},
	AlreadyPoisoned: {"already-poisoned", "what does an event do on a page of main memory that has PageHWPoison?", "TestSetPageHWPoison in memory_failure; Tony Luck 2021", []ValueInfo{
		{"told", "who maps it still, or has a marker, is told"},
		{"zero", "it returns 0: kill_me_maybe goes back to the instruction that failed (C21)"},
	}},
	PgmapRef: {"pgmap-ref", "does an event hold a reference to the dev_pagemap?", "get_dev_pagemap in memory_failure", []ValueInfo{
		{"held", "to its end: the struct pages stay"},
		{"none", "no (G2)"},
	}},
	Mark: {"mark", "when is PageHWPoison set?", "SetPageHWPoison in mf_dax_kill_procs and mf_generic_kill_procs", []ValueInfo{
		{"before-walk", "on the pages of the event, before anybody is looked for"},
		{"per-entry", "under each DAX entry lock, on what the entry holds then: free blocks and metadata stay unmarked"},
	}},
	Account: {"account", "which events add to HardwareCorrupted?", "action_result, num_poisoned_pages_inc", []ValueInfo{
		{"once", "the one that found PageHWPoison clear"},
		{"every-event", "all, also repeats and failures (N03)"},
		{"never", "none, of pages of devices (5.10)"},
	}},
	PgmapOps: {"pgmap-ops", "what if the driver of the page has no dev_pagemap_ops?", "pgmap_has_memory_failure in memory_failure_dev_pagemap", []ValueInfo{
		{"tested", "the single-owner path is tried"},
		{"followed", "pgmap->ops is NULL and is followed (C07)"},
	}},
	DataOffset: {"data-offset", "is the place where the pages of a pmem device begin subtracted?", "data_offset in pmem_pagemap_memory_failure", []ValueInfo{
		{"subtracted", "PFN_PHYS(pfn) - phys_addr - data_offset"},
		{"ignored", "PFN_PHYS(pfn) - phys_addr: here one page too far (R15)"},
	}},
	RangeOffset: {"range-offset", "where in a dax device of several ranges does a page lie?", "fsdev_pfn_to_offset", []ValueInfo{
		{"accumulated", "behind the ranges before its own"},
		{"in-range", "where it lies in its own range (R16)"},
	}},
	DmRemap: {"dm-remap", "how does a range below a dm-linear target become one of the mapped device?", "linear_map, inverted; dm_blk_block_lost, RFC v2", []ValueInfo{
		{"sectors", "offset - lc->start + ti->begin, all in sectors"},
		{"mixed-units", "offset in bytes - (lc->start - ti->begin) in sectors (D04)"},
	}},
	Srcu: {"srcu", "does the callback run inside dax_srcu?", "dax_read_lock in dax_holder_notify_failure", []ValueInfo{
		{"held", "yes: kill_dax and the put of the holder can wait for it"},
		{"none", "no (G3)"},
	}},
	AliveTest: {"alive-test", "is DAXDEV_ALIVE tested before the holder is called?", "dax_alive in dax_holder_notify_failure", []ValueInfo{
		{"yes", "a device that is gone gives -ENXIO"},
		{"no", "its holder is called all the same (G4)"},
	}},
	HolderRead: {"holder-read", "how often is the holder slot read for one event?", "dax_holder_notify_failure, dax_holder in xfs_dax_notify_failure", []ValueInfo{
		{"once", "ops, holder and whether it is live are read as one"},
		{"twice", "holder_ops here, holder_data in the callback: it can be NULL by then (L01)"},
	}},
	SlotScope: {"slot-scope", "what has a holder slot?", "fs_dax_get_by_bdev", []ValueInfo{
		{"per-bdev", "every block device: a partition, a mapped device"},
		{"per-dax-device", "every dax_device: partitions share one, and dm does not pass events on (D01, D10)"},
	}},
	HolderClaim: {"holder-claim", "how does a mount take its holder slot?", "cmpxchg(&dax_dev->holder_data) in fs_dax_get_by_bdev", []ValueInfo{
		{"cmpxchg", "when nobody has it"},
		{"store", "from whoever has it (L12, G5)"},
	}},
	HolderOps: {"holder-ops", "does a mount register operations with its holder slot?", "xfs_alloc_buftarg: CONFIG_MEMORY_FAILURE", []ValueInfo{
		{"registered", "yes"},
		{"none", "no: xfs_dax_holder_operations is not compiled in, an event gives -EOPNOTSUPP (C18)"},
	}},
	SlotTaken: {"slot-taken", "what if somebody else has the holder slot?", "fs_dax_get_by_bdev, xfs_alloc_buftarg; Darrick Wong on v8", []ValueInfo{
		{"refused", "the mount fails"},
		{"goes-on", "it goes on without: nobody tells it of a failure (C25)"},
	}},
	PutOrder: {"put-order", "in which order does the holder leave its slot?", "fs_put_dax", []ValueInfo{
		{"ops-first", "holder_ops, then holder_data"},
		{"data-first", "holder_data, then holder_ops, by then those of the next holder (L02)"},
	}},
	PutWait: {"put-wait", "does giving up the slot wait for callbacks in flight?", "fs_put_dax; hch on v4 to v8 (2021)", []ValueInfo{
		{"srcu", "synchronize_srcu(&dax_srcu)"},
		{"none", "no (L03)"},
	}},
	UnmountLock: {"unmount-lock", "is s_umount held until the mount is freed?", "generic_shutdown_super, xfs_kill_sb", []ValueInfo{
		{"held", "yes"},
		{"dropped", "no, when the slot is given up after the groups it is dropped between them (v6.6 on: xfs_mount_free in ->kill_sb)"},
	}},
	UnmountOrder: {"unmount-order", "when in unmount is the slot given up?", "xfs_unmountfs, xfs_free_buftarg", []ValueInfo{
		{"put-first", "before inodes and groups go"},
		{"groups-first", "after evict_inodes and xfs_free_perag (L06)"},
	}},
	BornTest: {"born-test", "where is it tested that the mount is live?", "SB_BORN in xfs_dax_notify_failure", []ValueInfo{
		{"at-delivery", "where the slot is read: after SB_BORN and before put_super"},
		{"in-callback", "s_flags & SB_BORN in the callback; the bit is never cleared"},
		{"wrong-word", "in m_sb.sb_flags, where it is never set: every event gives -EIO (C01)"},
		{"none", "not at all (G6)"},
	}},
	OnUnborn: {"on-unborn", "what becomes of an event for a mount before SB_BORN? (born-test=in-callback gives -EIO anyway)", "xfs_dax_notify_failure", []ValueInfo{
		{"defer", "the mount handles it once it is live"},
		{"eio", "-EIO, and nobody tries again (L07)"},
	}},
	Translate: {"translate", "how is a range of the device clipped to the partition?", "xfs_dax_translate_range", []ValueInfo{
		{"clip", "to both ends, then it is made relative"},
		{"absolute-end", "the relative end is compared with the absolute end of the partition (R11)"},
		{"minus-length", "len -= ddev_end - offset: it loses what lies inside (R10)"},
		{"no-offset", "the start of the partition is ignored (R14)"},
	}},
	SectorRound: {"sector-round", "which basic blocks belong to a range of bytes?", "BTOBB in xfs_dax_translate_range", []ValueInfo{
		{"outward", "all that have one of its bytes"},
		{"up", "its start is rounded up: part of a basic block there is lost; callers are page aligned (R22)"},
	}},
	FsbnoForm: {"fsbno-form", "which number names a filesystem block?", "XFS_DADDR_TO_FSB, XFS_B_TO_FSB", []ValueInfo{
		{"segmented", "group number and block in the group, with gaps"},
		{"linear", "a count from the start of the device, taken for the other (R19)"},
	}},
	WindowEnd: {"window-end", "which blocks of a group are in the range?", "the group loop of xfs_dax_notify_ddev_failure, xfs_dax_notify_dev_failure", []ValueInfo{
		{"inclusive", "to the last block of the range or of the group"},
		{"exclusive-end", "the query also returns the block after the range (R05, R06)"},
		{"no-plus-one", "the length leaves out the last block: 0 pages of one (R07)"},
		{"u32-wrap", "min(blocks, ri_high + 1), which is 0 in a group that is not the last (R09)"},
		{"not-rebased", "the window of the first group is used in each (R04)"},
	}},
	ReflinkMount: {"reflink-mount", "which mounts with DAX and reflink are refused?", "xfs_setup_dax_always, xfs_fc_fill_super", []ValueInfo{
		{"allowed", "none, but with route=page-mapping all"},
		{"not-partition", "those on a partition: DAX and reflink cannot work with multi-partitions"},
		{"not-partition-always", "DAX with reflink on a partition, but only with dax=always; a file may have FS_XFLAG_DAX (D11)"},
	}},
	NoRmapbt: {"no-rmapbt", "what if the filesystem has no reverse map?", "xfs_has_rmapbt in xfs_dax_notify_failure", []ValueInfo{
		{"refused", "it is not mounted"},
		{"eopnotsupp", "-EOPNOTSUPP: the single-owner path is tried, on shared pages too (C12, C13)"},
	}},
	TransAlloc: {"trans-alloc", "what if there is no transaction for the walk?", "xfs_trans_alloc_empty in xfs_dax_notify_ddev_failure", []ValueInfo{
		{"sure", "there always is"},
		{"leaves", "goto out: no walk and no shutdown, also when the device goes away (C22)"},
	}},
	DeviceRole: {"device-role", "how does the filesystem tell which of its devices failed?", "the dispatch in xfs_dax_notify_failure", []ValueInfo{
		{"by-range", "by the device, and by the range when the realtime section is inside the data device"},
		{"realtime-first", "everything on a device with an internal realtime section is taken for realtime (C16)"},
		{"data-only", "every offset is one of the data device"},
	}},
	LogRemoval: {"log-removal", "what does a filesystem do when the device of its external log goes away?", "MF_MEM_PRE_REMOVE in xfs_dax_notify_logdev_failure", []ValueInfo{
		{"shutdown", "it shuts down"},
		{"nothing", "it returns 0 and goes on (C14)"},
	}},
	MissingGroup: {"missing-group", "what if the range reaches a group that does not exist?", "xfs_group_next_range, xfs_perag_get", []ValueInfo{
		{"error", "-EFSCORRUPTED, and the filesystem shuts down"},
		{"stops", "the loop ends with error 0"},
		{"oops", "xfs_alloc_read_agf(NULL) (R06)"},
	}},
	GroupError: {"group-error", "what if the AGF of a group cannot be read?", "xfs_alloc_read_agf in the group loop", []ValueInfo{
		{"goes-on", "the owners in the other groups are told first"},
		{"stops", "the loop ends: later groups are not looked at (N02)"},
	}},
	GroupPut: {"group-put", "how does a walk that cannot read the AGF drop its reference to the group?", "xfs_perag_rele in xfs_dax_notify_dev_failure", []ValueInfo{
		{"active", "xfs_group_rele: as it was taken"},
		{"passive", "xfs_group_put: an active reference stays, a passive one of somebody else goes (L05)"},
	}},
	OnMetadata: {"on-metadata", "what does a record of metadata lead to?", "xfs_dax_failure_fn; Darrick Wong 2022-08-18", []ValueInfo{
		{"shutdown-after-scan", "a shutdown, when all owners have been told"},
		{"abort", "a shutdown at once: the rest of the records is dropped (C02); an error is only returned"},
		{"ignore", "nothing yet, nor does an error (RFC)"},
	}},
	MetadataTest: {"metadata-test", "which records are metadata?", "xfs_dax_failure_fn", []ValueInfo{
		{"owner-and-flags", "no inode owns them, or they are of an attribute fork or a bmbt"},
		{"owner-only", "no inode owns them (C17)"},
	}},
	DirectoryFork: {"directory-fork", "is the data of a directory metadata?", "mail of 2020-12-07; xfs_dax_failure_fn", []ValueInfo{
		{"metadata", "yes"},
		{"ignored", "it is a file that is not DAX: nothing happens (B.6)"},
		{"ebusy", "the kill of a mapping that is not DAX gives -EBUSY: the walk ends, and the filesystem shuts down (C10)"},
	}},
	ScanLock: {"scan-lock", "is the group locked while its records are read?", "xfs_alloc_read_agf, XFS_RTGLOCK_RMAP", []ValueInfo{
		{"agf", "yes"},
		{"none", "no (G7)"},
	}},
	KillContext: {"kill-context", "are the owners dealt with while the group is locked?", "mf_dax_kill_procs in xfs_dax_failure_fn", []ValueInfo{
		{"outside-group-lock", "they are listed under it, told without it"},
		{"under-group-lock", "told in the callback of the query: AGF, then DAX entry lock (X04)"},
	}},
	AfterShutdown: {"after-shutdown", "can the reverse map be read after a shutdown?", "xfs_trans_read_buf_map", []ValueInfo{
		{"walk", "yes"},
		{"eio", "-EIO: nobody is told (X21)"},
	}},
	IgetError: {"iget-error", "what if the inode is neither in use nor absent (-EAGAIN, -ENOENT)?", "xfs_iget(XFS_IGET_INCORE) in xfs_dax_failure_fn", []ValueInfo{
		{"skip", "nobody maps it: go on"},
		{"shutdown", "the filesystem shuts down (C05)"},
		{"returned", "the query ends, and the error is returned (N37)"},
		{"absent-too", "the same, and for an inode that is absent, -ENODATA (N38)"},
	}},
	Igrab: {"igrab", "is a reference to the inode held while its mapping is used?", "igrab in xfs_iget_cache_hit", []ValueInfo{
		{"yes", "until xfs_irele"},
		{"no", "eviction does not wait (G8)"},
	}},
	HealthEvent: {"health-event", "which owners in core are reported to userspace as having lost data?", "fserror_report_data_lost in xfs_dax_failure_fn, 7.3.4", []ValueInfo{
		{"lost", "those whose block failed"},
		{"removal-too", "those too whose device is about to be removed, with their data (C23)"},
		{"none", "none: there is no such event yet"},
	}},
	RecordOffset: {"record-offset", "how does a failed block become a file offset?", "xfs_failure_pgoff", []ValueInfo{
		{"added", "rm_offset plus the displacement in the record, both in bytes"},
		{"omitted", "rm_offset alone (R02)"},
		{"mixed-units", "rm_offset, in blocks, added to bytes (R01)"},
	}},
	EntryLock: {"entry-lock", "is the DAX entry locked while its users are told?", "dax_lock_mapping_entry; dax_load_page of v10", []ValueInfo{
		{"yes", "from the lookup to the last signal"},
		{"no", "it is read without the lock (X01, G9)"},
		{"yes-or-busy", "yes, and where there is none -EBUSY ends the query: dax_lock gives 0 (RFC)"},
	}},
	EntryWake: {"entry-wake", "an unlock of a DAX entry wakes one task: does that one wake the next?", "put_unlocked_entry, wait_entry_unlocked", []ValueInfo{
		{"woken-wakes-next", "yes, for it need not come to lock the entry"},
		{"holder-only", "no: the next is woken by who unlocks the entry, if anybody locks it again (X10)"},
	}},
	PfnRecheck: {"pfn-recheck", "is it checked that the entry still holds a failed pfn?", "mf_dax_kill_procs", []ValueInfo{
		{"yes", "under the entry lock"},
		{"no", "whatever the file page has become is marked, unmapped and told (X02)"},
	}},
	CollectLock: {"collect-lock", "is i_mmap_rwsem held while VMAs are collected?", "collect_procs_fsdax", []ValueInfo{
		{"i-mmap", "for reading"},
		{"none", "no (G10)"},
	}},
	TaskWalk: {"task-walk", "what keeps a task_struct while the tasks are walked?", "rcu_read_lock in collect_procs_anon and collect_procs_fsdax, read_lock(&tasklist_lock) until 6.1", []ValueInfo{
		{"rcu", "RCU, or tasklist_lock: one that exits is freed later"},
		{"none", "nothing (G11)"},
	}},
	Collect: {"collect", "which VMAs over a failed file page make their process one that is told?", "dev_pagemap_mapping_shift in __add_to_kill; Jane Chu on v3", []ValueInfo{
		{"mapped", "those whose page table maps the page: size_shift 0 is dropped (K10)"},
		{"vma", "all, as for the page cache: who has not touched the page yet is told too"},
	}},
	VictimAlloc: {"victim-alloc", "what if there is no memory to note a process that is to be told?", "kmalloc(GFP_ATOMIC) in __add_to_kill", []ValueInfo{
		{"reserved", "there always is"},
		{"atomic", "it is not told (K02)"},
	}},
	PrivateCopy: {"private-copy", "does an anonymous copy in a MAP_PRIVATE mapping count as the file page?", "dev_pagemap_mapping_shift", []ValueInfo{
		{"skipped", "no: it has no devmap PTE"},
		{"collected", "any present PTE counts (K04)"},
	}},
	VmaAddress: {"vma-address", "what is the address of a file page in a VMA?", "vma_address", []ValueInfo{
		{"pgoff", "vm_start + (pgoff - vm_pgoff)"},
		{"no-pgoff", "vm_start + pgoff, as if the VMA began at page 0 of the file (K14)"},
	}},
	PreRemoveCollect: {"pre-remove-collect", "who is told when the device is removed?", "collect_procs_fsdax, MF_MEM_PRE_REMOVE", []ValueInfo{
		{"all-tasks", "every process that maps it"},
		{"current-only", "current alone, which in an unbind maps nothing (K06)"},
	}},
	UnmapWhenEmpty: {"unmap-when-empty", "is the page unmapped when nobody was collected?", "if (size) in unmap_and_kill", []ValueInfo{
		{"yes", "from every process"},
		{"no", "late-kill mappers keep the poisoned page (K01)"},
	}},
	SigbusQueue: {"sigbus-queue", "what becomes of SIGBUS for a process that has not handled one yet?", "legacy_queue in __send_signal_locked", []ValueInfo{
		{"queued", "it is delivered after that one"},
		{"one-pending", "it is lost, and with it the address: signals below SIGRTMIN do not queue; obs-S24, obs-S16"},
	}},
	UnmapUnit: {"unmap-unit", "what is unmapped for one failed page?", "unmap_and_kill: size over the to_kill list", []ValueInfo{
		{"page", "the page, and what maps it as part of a huge mapping"},
		{"largest-mapping", "the size of the largest mapping of it, for every process (N05)"},
	}},
	UnmapLeaves: {"unmap-leaves", "what stays in the page table of a process that is unmapped but not told?", "PTE_MARKER_POISONED; kill_accessing_process", []ValueInfo{
		{"marker", "a marker, by which the event of a consumer finds it later"},
		{"nothing", "nothing, or for a page of main memory a hwpoison entry in all of them (N04)"},
	}},
	UnmapStart: {"unmap-start", "in what word is the first byte to unmap counted?", "index << PAGE_SHIFT in unmap_and_kill", []ValueInfo{
		{"u64", "loff_t"},
		{"u32", "unsigned long where it has 32 bits: high file pages wrap (R18, 6100e34b2526 to 39ebd6dce62d)"},
	}},
	UnmapLength: {"unmap-length", "what is the third argument of unmap_mapping_range taken for?", "unmap_and_kill; Jane Chu 2021", []ValueInfo{
		{"length", "the length it is"},
		{"end", "start + size is passed: too much is unmapped (R17)"},
	}},
	KillOrder: {"kill-order", "what comes first?", "unmap_and_kill", []ValueInfo{
		{"unmap-then-signal", "the handler finds the page gone"},
		{"signal-then-unmap", "the handler can touch it again (K12)"},
	}},
	SignalLock: {"signal-lock", "is i_mmap_rwsem still held when the signals go out?", "i_mmap_unlock_read in collect_procs_fsdax, kill_procs", []ValueInfo{
		{"none", "no: a VMA can go between the collection and its signal (X15)"},
		{"i-mmap", "for reading: no VMA that was collected goes before"},
	}},
	EarlyThread: {"early-thread", "which thread of an early-kill process is signalled?", "find_early_kill_thread; hwpoison.rst", []ValueInfo{
		{"asked", "the first with PF_MCE_PROCESS and PF_MCE_EARLY, or without a policy of its own under the sysctl"},
		{"any-policy", "the first with PF_MCE_PROCESS, though it asked for late kill (K15)"},
		{"current", "of a page of a device none: task_early_kill with force_early knows current only (until 30c9cf492704, v5.12)"},
	}},
	SignalCode: {"signal-code", "who gets BUS_MCEERR_AR?", "kill_proc", []ValueInfo{
		{"ar-to-current", "the consumer; the others BUS_MCEERR_AO"},
		{"ar-to-all", "everybody (K08)"},
	}},
	NotifyFlags: {"notify-flags", "do the flags of the event reach the kill?", "struct xfs_failure_info, mf_flags; Darrick Wong 2022-08-18", []ValueInfo{
		{"passed", "yes"},
		{"unset", "no: mf_flags of the notification is never set (C03)"},
	}},
	SignalLsb: {"signal-lsb", "which size does a signal tell of a huge mapping?", "si_addr_lsb: tk->size_shift in kill_proc", []ValueInfo{
		{"mapping", "that of the mapping"},
		{"page", "PAGE_SHIFT, at the address of the huge page (R24)"},
	}},
	ToKill: {"to-kill", "are the entries of to_kill unlinked when they are freed?", "kill_procs; Miaohe Lin 2022-08-23", []ValueInfo{
		{"unlinked", "yes"},
		{"stale", "no: the next page walks over them (K03)"},
	}},
	Fallback: {"fallback", "when is the single owner of the page tried?", "rc != -EOPNOTSUPP in memory_failure_dev_pagemap", []ValueInfo{
		{"on-eopnotsupp", "when nobody above can handle the range"},
		{"never", "not at all (C06)"},
	}},
	FallbackPgoff: {"fallback-pgoff", "which file page does the single-owner path look for in a VMA?", "vma_pgoff_address in add_to_kill; Dan Williams 2022-08-26", []ValueInfo{
		{"of-page", "page->index"},
		{"zero", "page 0 of the file: a wrong address, or -EFAULT (C08)"},
	}},
	OwnerIndex: {"owner-index", "when does the single-owner path read page->index?", "xas_set(&xas, folio->index) in dax_lock_folio", []ValueInfo{
		{"under-lock", "under xa_lock, after each wait again"},
		{"once", "before the lock, with page->mapping; then only the mapping is looked at again (X20)"},
	}},
	SharedFallback: {"shared-fallback", "what does page->mapping of a shared page hold?", "dax_lock_folio, PAGE_MAPPING_DAX_SHARED", []ValueInfo{
		{"null", "NULL: -EBUSY"},
		{"flag", "the mark 0x1, which is dereferenced (C12 until v6.14)"},
	}},
	PoisonedFolio: {"poisoned-folio", "which page of a large folio does the single-owner path take?", "pfn_folio in mf_generic_kill_procs", []ValueInfo{
		{"page", "the one that failed"},
		{"head", "the first: it is marked, and its users are told (K05)"},
	}},
	PageCacheOwners: {"page-cache-owners", "whose are the users of a page cache page?", "mail of 2020-12-07, aops->corrupted_range; hwpoison_user_mappings", []ValueInfo{
		{"asks-filesystem", "those of every mapping that shares the block"},
		{"own-mapping", "those of folio->mapping, though others share it (N06)"},
		{"unshared", "those of folio->mapping: files share blocks, not page cache pages"},
	}},
	PageCacheCopy: {"page-cache-copy", "what of a clean page cache page whose block fails?", "mail of 2020-12-07, generic_mapping_kill_range; xfs_dax_failure_fn, dax_mapping()", []ValueInfo{
		{"dropped", "it is unmapped and leaves the mapping: the block is read again, and found bad"},
		{"kept", "nothing: the mapping is not DAX, and what the copy holds is good (N12)"},
	}},
	RemoveOrder: {"remove-order", "what does kill_dax do?", "kill_dax", []ValueInfo{
		{"dead-then-notify", "clears DAXDEV_ALIVE, waits for dax_srcu, then notifies"},
		{"notify-then-dead", "notifies with MF_MEM_PRE_REMOVE, then clears DAXDEV_ALIVE (fa422b353d21, v6.8 on)"},
		{"flags-zero", "notifies as for a failure of the whole device, then clears DAXDEV_ALIVE"},
		{"silent", "clears DAXDEV_ALIVE and notifies nobody"},
	}},
	RemovalFallback: {"removal-fallback", "what if nobody above handles the removal of some pages?", "kill_dax: the result of dax_holder_notify_failure", []ValueInfo{
		{"single-owner", "each is unmapped through its page->mapping, and a filesystem there that could not tell whose they are shuts down"},
		{"none", "the result is not looked at: they stay mapped, and the filesystem goes on (C13)"},
	}},
	KillWait: {"kill-wait", "does kill_dax wait for those in dax_srcu?", "synchronize_srcu in kill_dax", []ValueInfo{
		{"srcu", "yes"},
		{"none", "no (L13, G18)"},
	}},
	MarkDead: {"mark-dead", "what does del_gendisk tell the filesystems on a device that is removed, after kill_dax?", "bdev_mark_dead, fs_bdev_mark_dead (v6.5)", []ValueInfo{
		{"shutdown", "xfs_fs_shutdown"},
		{"nothing", "nothing, as before v6.5 (N26)"},
	}},
	Freeze: {"freeze", "is the filesystem frozen while its device is removed?", "xfs_dax_notify_failure_freeze", []ValueInfo{
		{"none", "no"},
		{"kernel", "freeze_super(FREEZE_HOLDER_KERNEL), under dax_srcu"},
	}},
	Thaw: {"thaw", "whose freeze does a removal end?", "xfs_dax_notify_failure_thaw", []ValueInfo{
		{"own", "its own"},
		{"users", "that of a user too: thaw_super(FREEZE_HOLDER_USERSPACE) (L10)"},
	}},
	FaultSrcu: {"fault-srcu", "how long does a fault hold dax_srcu?", "dax_iomap_direct_access; Dan Williams 2022-10-14", []ValueInfo{
		{"over-insert", "until the PTE is there"},
		{"direct-access", "over dax_direct_access only (X05)"},
	}},
	Quarantine: {"quarantine", "what keeps a fault from mapping a poisoned page?", "__pmem_direct_access, vmf_insert_page_mkwrite", []ValueInfo{
		{"hwpoison", "PageHWPoison, when the PTE is inserted"},
		{"badblocks", "badblocks, which memory_failure never sets (X06)"},
		{"none", "nothing (G16)"},
	}},
	RefusedFault: {"refused-fault", "how is a process told that its fault met poison?", "dax_fault_return, vmf_error; 1ea7ca1b0901 (2023)", []ValueInfo{
		{"mceerr", "-EHWPOISON, VM_FAULT_HWPOISON: BUS_MCEERR_AR"},
		{"adrerr", "-EIO, VM_FAULT_SIGBUS: BUS_ADRERR, as for a file that was truncated (K09)"},
		{"copy-adrerr", "BUS_MCEERR_AR, but BUS_ADRERR when it is the source of a copy on write: dax_mem2blk_err, -EIO (K16)"},
	}},
	CowCopy: {"cow-copy", "when does a CoW fault copy the data?", "dax_fault_iter, dax_iomap_copy_around", []ValueInfo{
		{"before-insert", "before the DAX entry shows the new page, and the entry goes when iomap_end fails: to move the copy alone mends X03, not N18 and N20"},
		{"after-insert", "after dax_insert_entry: a failed copy leaves the entry there (X03)"},
	}},
	PteInsert: {"pte-insert", "when does a CoW fault insert the PTE?", "dax_fault_iter, xfs_dax_write_iomap_end", []ValueInfo{
		{"after-iomap-end", "when the new block is the file's"},
		{"before-iomap-end", "while it is still owned by XFS_RMAP_OWN_COW (N01)"},
	}},
	WriteInvalidate: {"write-invalidate", "when does a write(2) to a shared block unmap the old page, and take its DAX entry out?", "dax_iomap_iter, xfs_dax_write_iomap_end", []ValueInfo{
		{"locked", "after the copy, with the invalidate_lock held until the file has the new block"},
		{"before-copy", "before the copy, without the invalidate_lock: a read fault can bring the old page back (N11)"},
		{"none", "not at all (H05)"},
	}},
	TruncateLock: {"truncate-lock", "does truncate keep faults out?", "xfs_ilock(XFS_MMAPLOCK_EXCL)", []ValueInfo{
		{"mmaplock", "yes"},
		{"none", "no (G13)"},
	}},
	IdleWait: {"idle-wait", "who waits until no page of the file is pinned, before its blocks are freed?", "dax_break_layout, dax_break_layout_final", []ValueInfo{
		{"all", "truncate, punch and reflink, and eviction (since v6.15)"},
		{"not-evict", "eviction does not (X12)"},
		{"none", "nobody (G14)"},
	}},
	Drain: {"drain", "what does truncate do with a locked DAX entry?", "dax_delete_mapping_range, 6be3e21d25ca", []ValueInfo{
		{"waits", "it waits"},
		{"skips-locked", "it goes on to the next one (X09)"},
	}},
	ShareCount: {"share-count", "how are the users of a shared page counted?", "dax_associate_entry, dax_disassociate_entry", []ValueInfo{
		{"share-field", "page->share"},
		{"post-decrement", "page->index-- > 0: the last user leaves the mark (H01)"},
		{"not-kept", "neither mapping nor count is kept: the reverse map knows"},
	}},
	ForeignMapping: {"foreign-mapping", "what does a DAX entry that goes do with a page->mapping that is another file?", "dax_disassociate_entry, dax_folio_put", []ValueInfo{
		{"left", "it leaves it to that file's entry"},
		{"cleared", "it clears it: WARN_ON_ONCE(page->mapping && page->mapping != mapping), if anything (H07)"},
	}},
	SharedInsert: {"shared-insert", "what does a fault do that finds the DAX entry of a shared page?", "if (shared) unmap_mapping_pages in dax_insert_entry", []ValueInfo{
		{"leaves-others", "it maps the page"},
		{"unmaps-others", "it unmaps the file page from every process first (IOMAP_F_SHARED of reads)"},
	}},
	HugeDrop: {"huge-drop", "which pages learn that a huge DAX entry goes?", "dax_disassociate_entry: for_each_mapped_pfn", []ValueInfo{
		{"each-page", "each of it"},
		{"first-page", "the first (H08)"},
	}},
	EvictAfterShutdown: {"evict-after-shutdown", "does eviction after a shutdown clear page->mapping?", "dax_disassociate_entry; generic/388", []ValueInfo{
		{"disassociates", "yes"},
		{"leaves-mapping", "no (H04)"},
	}},
	ForkOrder: {"fork-order", "when does the child of a fork join the task list?", "copy_process: copy_mm, then list_add_tail_rcu(&p->tasks)", []ValueInfo{
		{"vmas-first", "last: who walks the tasks does not meet it while its VMAs are linked already (X14)"},
		{"task-first", "before its first VMA is linked"},
	}},
	ReverseMap: {"reverse-map", "how many of the devices and blocks above a range are asked?", "bd_disk_holder_block_lost; Darrick Wong 2020-12-15", []ValueInfo{
		{"all", "each that has a part of it"},
		{"first", "the first one found (D02)"},
	}},
	MirrorPolicy: {"mirror-policy", "when does md raid1 report a lost range?", "->corrupted_range of md, which no kernel has", []ValueInfo{
		{"last-leg", "when no good copy is left"},
		{"any-leg", "when any leg fails (D05)"},
	}},
	MirrorRecord: {"mirror-record", "when does md raid1 note that a leg has lost a block?", "rdev_set_badblocks; ->corrupted_range of md, which no kernel has", []ValueInfo{
		{"before-look", "before it looks for a good copy on the other leg"},
		{"after-look", "after it: two failures can each take the other's copy for good (D06)"},
	}},
	ReadFaultShare: {"read-fault-share", "does a read fault ask whether the block is shared?", "xfs_read_iomap_begin", []ValueInfo{
		{"asks", "yes, under the AGF"},
		{"asks-not", "no, only with IOMAP_REPORT: the entry is taken for the only one (H03)"},
	}},
	Names: {"names", "whose function names are printed? (nothing that is done depends on it)", "sources of the version", []ValueInfo{
		{"mail", "mail of 2020-12-07"},
		{"rfc", "RFC v1 and v2"},
		{"v5-10", "5.10.262"},
		{"v6-1", "6.1.192"},
		{"v6-12", "6.12.117"},
		{"v7-3", "7.3.4"},
	}},
}
