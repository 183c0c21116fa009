package model

import "github.com/notifycheck/notifycheck/model/design"

// A routine is a Go function that runs the steps of a kernel function.
type routine uint8

const (
	rNone routine = iota
	rMemoryFailure
	rDevPagemap
	rGenericKill
	rFolioFailure
	rPmemFailure
	rCorruptedRange
	rHolderHop
	rBlockLost
	rSbCorruptedRange
	rGroupWalk
	rFailureFn
	rKillRange
	rKillPage
	rAopsCorruptedRange
	rGenericKillRange
	rFault
	rDaxFault
	rDaxFaultIter
	rEndCow
	rFilemapFault
	rUnmapExtent
	rTruncate
	rReallocate
	rReflinkFile
	rMmapFile
	rMunmap
	rFork
	rExit
	rEvict
	rMount
	rUmount
	rPutDax
	rUnbind
	rLegFailure
	rPin
	rWrite
	rFreeze
	rOopsed
)

// step runs the step that the task is at.
//
//nolint:funlen // a table: direct calls keep ctx on the stack
func (c *ctx) step(r routine) {
	switch r {
	case rMemoryFailure:
		c.memoryFailure()
	case rDevPagemap:
		c.devPagemap()
	case rGenericKill:
		c.genericKill()
	case rFolioFailure:
		c.folioFailure()
	case rPmemFailure:
		c.pmemFailure()
	case rCorruptedRange:
		c.corruptedRange()
	case rHolderHop:
		c.holderHop()
	case rBlockLost:
		c.blockLost()
	case rSbCorruptedRange:
		c.sbCorruptedRange()
	case rGroupWalk:
		c.groupWalk()
	case rFailureFn:
		c.failureFn()
	case rKillRange:
		c.killRange()
	case rKillPage:
		c.killPage()
	case rAopsCorruptedRange:
		c.aopsCorruptedRange()
	case rGenericKillRange:
		c.genericKillRange()
	case rFault:
		c.fault()
	case rDaxFault:
		c.daxFault()
	case rDaxFaultIter:
		c.daxFaultIter()
	case rEndCow:
		c.endCow()
	case rFilemapFault:
		c.filemapFault()
	case rUnmapExtent:
		c.unmapExtent()
	case rTruncate:
		c.truncate()
	case rReallocate:
		c.reallocate()
	case rReflinkFile:
		c.reflinkFile()
	case rMmapFile:
		c.mmapFile()
	case rMunmap:
		c.munmap()
	case rFork:
		c.fork()
	case rExit:
		c.exit()
	case rEvict:
		c.evict()
	case rMount:
		c.mount()
	case rUmount:
		c.umount()
	case rPutDax:
		c.putDax()
	case rUnbind:
		c.unbind()
	case rLegFailure:
		c.legFailure()
	case rPin:
		c.pin()
	case rWrite:
		c.write()
	case rFreeze:
		c.freeze()
	case rOopsed:
		c.oops()
	}
}

// oops: the task is dead; what it held stays held.
func (c *ctx) oops() { c.wait(false) }

// The steps, a routine after the other.
const (
	stepNone Step = iota
	mfRaise
	mfQueue
	mfTake
	mfLock
	mfLookup
	mfUnlock

	dpTest
	dpMark
	dpOps
	dpCheck
	dpDone

	gkLock
	gkRelock
	gkSleep
	gkMark
	gkUnlock
	gkNext

	fmLock
	fmSplit
	fmUnlock

	pmCall
	pmReturn

	dvEnter
	dvAlive
	dvNext
	dvRecord
	dvResult
	dvExit

	bdRead
	bdReturn

	blGetSuper
	blDrop
	blReturn

	xfEnter
	xfRole
	xfTranslate
	xfRmapbt
	xfFreeze
	xfShutdown
	xfReturn

	xfGroup
	xfAgf
	xfAgfRead
	xfQuery
	xfQueried
	xfAgfUnlock
	xfKill
	xfDecide

	ffIget
	ffDispatch
	ffIrele

	krNext
	krLock
	krSleep
	krCheck
	krUnlock

	kpLock
	kpFind
	kpAdd
	kpUnlock
	kpUnmap
	kpKill
	kpDone

	apBmap
	apAgf
	apQuery
	apAgfUnlock
	apKill

	gmNext
	gmLock
	gmCheck
	gmDrop
	gmUnlock

	ftStart
	ftFreeze
	ftMmaplock
	ftUnlock
	ftEnd

	fdEntry
	fdSleep
	fdIlock
	fdAgf
	fdShared
	fdMapped

	fdDirect
	fdCopy
	fdInsert
	fdCopyLate
	fdPte
	fdEnd
	fdEnded
	fdPteLate
	fdUnlock

	ceIlock
	ceAgf
	ceRemap
	ceUnlock

	pcFind
	pcLock
	pcRead
	pcMap
	pcUnlock

	ueBmap
	ueAgf
	ueRmapDelete
	ueRmapInsert
	ueRefcount

	trIolock
	trMmaplock
	trUnmap
	trDrain
	trSleep
	trIlock
	trExtent
	trUnlock

	raIolock
	raIlock
	raAgf
	raMap

	rlIolock
	rlIolock2
	rlMmaplock
	rlMmaplock2
	rlPrep
	rlDrain
	rlSleep
	rlIlock
	rlIlock2
	rlAgf
	rlMap
	rlUnlock

	mpStart
	mpIget
	mpLink
	mpUnlock

	muStart
	muZap
	muUnlink
	muUnlock

	fkStart
	fkVma
	fkCopy
	fkTask

	exStart
	exZap
	exUnlink
	exTask

	evStart
	evDrain
	evSleep
	evDone
	evIlock
	evExtent
	evFree

	mtStart
	mtClaim
	mtOps
	mtFail
	mtBorn
	mtReplay

	unStart
	unDying
	unEvict
	unDrain
	unGroups
	unFree

	unPut
	unPut2
	unSrcu

	ubStart
	ubNotify
	ubDead
	ubSrcu
	ubSweep
	ubDetach
	ubGone
	ubMarkDead
	ubPgmap

	lfFail
	lfReport

	gpDone

	wtIolock
	wtDirect
	wtCopy
	wtMmaplock
	wtUnmap
	wtDrain
	wtSleep
	wtEnd
	wtUnlock
	fzFreeze
	fzThaw

	oopsed
	NumSteps
)

// starts is the first step of each kind of task.
var starts = [NumTaskKinds]Step{
	TaskMemoryFailure: mfRaise,
	TaskReadFault:     ftStart,
	TaskWriteFault:    ftStart,
	TaskTruncate:      trIolock,
	TaskPunch:         trIolock,
	TaskReflink:       rlIolock,
	TaskMmap:          mpStart,
	TaskMunmap:        muStart,
	TaskFork:          fkStart,
	TaskExit:          exStart,
	TaskEvict:         evStart,
	TaskMount:         mtStart,
	TaskUmount:        unStart,
	TaskUnbind:        ubStart,
	TaskLegFailure:    lfFail,
	TaskPin:           gpDone,
	TaskWrite:         wtIolock,
	TaskFreeze:        fzFreeze,
}

// steps is the step table.
var steps = [NumSteps]StepInfo{
	mfRaise:      {ID: "mfRaise", Layer: LayerMM, Func: "memory_failure", Doc: "an event is raised: machine check, madvise or scrub", routine: rMemoryFailure, waits: true, starts: true},
	mfQueue:      {ID: "mfQueue", Layer: LayerMM, Func: "memory_failure_queue", Doc: "kfifo_put, schedule_work_on: for the worker of the CPU", routine: rMemoryFailure, waits: true},
	mfTake:       {ID: "mfTake", Layer: LayerMM, Func: "memory_failure_work_func", Doc: "kfifo_get, when the worker is done with the event before", routine: rMemoryFailure, waits: true},
	mfLock:       {ID: "mfLock", Layer: LayerMM, Func: "memory_failure", Doc: "mutex_lock(&mf_mutex)", Locks: "+mf_mutex", routine: rMemoryFailure, waits: true},
	mfLookup:     {ID: "mfLookup", Layer: LayerMM, Func: "memory_failure", Doc: "pfn_to_online_page, else get_dev_pagemap", Locks: "+pgmap", routine: rMemoryFailure},
	mfUnlock:     {ID: "mfUnlock", Layer: LayerMM, Func: "memory_failure", Doc: "mutex_unlock(&mf_mutex), return", Locks: "-mf_mutex", routine: rMemoryFailure},
	dpTest:       {ID: "dpTest", Layer: LayerMM, Func: "memory_failure_dev_pagemap", Doc: "is PageHWPoison set?", routine: rDevPagemap, starts: true},
	dpMark:       {ID: "dpMark", Layer: LayerMM, Func: "memory_failure_dev_pagemap", Doc: "SetPageHWPoison", routine: rDevPagemap},
	dpOps:        {ID: "dpOps", Layer: LayerMM, Func: "memory_failure_dev_pagemap", Doc: "pgmap->ops->memory_failure", routine: rDevPagemap, starts: true},
	dpCheck:      {ID: "dpCheck", Layer: LayerMM, Func: "memory_failure_dev_pagemap", Doc: "rc == -EOPNOTSUPP?", routine: rDevPagemap},
	dpDone:       {ID: "dpDone", Layer: LayerMM, Func: "memory_failure_dev_pagemap", Doc: "put_dev_pagemap, action_result", Locks: "-pgmap", routine: rDevPagemap},
	gkLock:       {ID: "gkLock", Layer: LayerMM, Func: "mf_generic_kill_procs", Doc: "lock the entry of page->mapping, page->index", Locks: "+entry", routine: rGenericKill, starts: true},
	gkRelock:     {ID: "gkRelock", Layer: LayerMM, Func: "dax_lock_folio", Doc: "the mapping is the same: lock the entry of the index read before", Locks: "+entry", routine: rGenericKill},
	gkSleep:      {ID: "gkSleep", Layer: LayerMM, Func: "dax_lock_folio", Doc: "wait_entry_unlocked", routine: rGenericKill, waits: true},
	gkMark:       {ID: "gkMark", Layer: LayerMM, Func: "mf_generic_kill_procs", Doc: "SetPageHWPoison", Locks: "-entry", routine: rGenericKill},
	gkUnlock:     {ID: "gkUnlock", Layer: LayerMM, Func: "dax_unlock_folio", Doc: "unlock the entry", Locks: "-entry", routine: rGenericKill},
	gkNext:       {ID: "gkNext", Layer: LayerMM, Func: "mf_generic_kill_procs", Doc: "the next page of the range", routine: rGenericKill},
	fmLock:       {ID: "fmLock", Layer: LayerMM, Func: "memory_failure", Doc: "TestSetPageHWPoison, folio_lock", Locks: "+folio", routine: rFolioFailure, waits: true},
	fmSplit:      {ID: "fmSplit", Layer: LayerMM, Func: "memory_failure", Doc: "PageAnon? hwpoison_user_mappings, else the mapping", routine: rFolioFailure},
	fmUnlock:     {ID: "fmUnlock", Layer: LayerMM, Func: "memory_failure", Doc: "folio_unlock", Locks: "-folio", routine: rFolioFailure},
	pmCall:       {ID: "pmCall", Layer: LayerDevice, Func: "pmem_pagemap_memory_failure", Doc: "from the pfn to a range of the device", routine: rPmemFailure, starts: true},
	pmReturn:     {ID: "pmReturn", Layer: LayerDevice, Func: "pmem_pagemap_memory_failure", Doc: "return", routine: rPmemFailure},
	dvEnter:      {ID: "dvEnter", Layer: LayerDevice, Func: "dax_holder_notify_failure", Doc: "dax_read_lock", Locks: "+srcu", routine: rCorruptedRange, starts: true},
	dvAlive:      {ID: "dvAlive", Layer: LayerDevice, Func: "dax_holder_notify_failure", Doc: "dax_alive?", routine: rCorruptedRange},
	dvNext:       {ID: "dvNext", Layer: LayerDevice, Func: "dax_holder_notify_failure", Doc: "the next device above the range", routine: rCorruptedRange},
	dvRecord:     {ID: "dvRecord", Layer: LayerDevice, Func: "rdev_set_badblocks", Doc: "md notes the block of the leg", routine: rCorruptedRange},
	dvResult:     {ID: "dvResult", Layer: LayerDevice, Func: "dax_holder_notify_failure", Doc: "what that one returned", routine: rCorruptedRange},
	dvExit:       {ID: "dvExit", Layer: LayerDevice, Func: "dax_holder_notify_failure", Doc: "dax_read_unlock", Locks: "-srcu", routine: rCorruptedRange},
	bdRead:       {ID: "bdRead", Layer: LayerBlock, Func: "dax_holder_notify_failure", Doc: "holder_ops", routine: rHolderHop, starts: true},
	bdReturn:     {ID: "bdReturn", Layer: LayerBlock, Func: "dax_holder_notify_failure", Doc: "return", routine: rHolderHop},
	blGetSuper:   {ID: "blGetSuper", Layer: LayerBlock, Func: "get_super", Doc: "s_umount read, the superblock of the disk", Locks: "+s_umount", routine: rBlockLost, waits: true, starts: true},
	blDrop:       {ID: "blDrop", Layer: LayerBlock, Func: "drop_super", Doc: "s_umount", Locks: "-s_umount", routine: rBlockLost},
	blReturn:     {ID: "blReturn", Layer: LayerBlock, Func: "pmem_block_lost", Doc: "return", routine: rBlockLost},
	xfEnter:      {ID: "xfEnter", Layer: LayerSuperblock, Func: "xfs_dax_notify_failure", Doc: "SB_BORN? dax_holder", routine: rSbCorruptedRange, starts: true},
	xfRole:       {ID: "xfRole", Layer: LayerSuperblock, Func: "xfs_dax_notify_failure", Doc: "log, realtime or data device?", routine: rSbCorruptedRange},
	xfTranslate:  {ID: "xfTranslate", Layer: LayerSuperblock, Func: "xfs_dax_translate_range", Doc: "from the dax_device to the filesystem", routine: rSbCorruptedRange},
	xfRmapbt:     {ID: "xfRmapbt", Layer: LayerSuperblock, Func: "xfs_dax_notify_dev_failure", Doc: "xfs_has_rmapbt?", routine: rSbCorruptedRange, branches: true},
	xfFreeze:     {ID: "xfFreeze", Layer: LayerSuperblock, Func: "freeze_super", Doc: "FREEZE_HOLDER_KERNEL", Locks: "+freeze", routine: rSbCorruptedRange, waits: true},
	xfShutdown:   {ID: "xfShutdown", Layer: LayerSuperblock, Func: "xfs_force_shutdown", Doc: "SHUTDOWN_CORRUPT_ONDISK", routine: rSbCorruptedRange},
	xfReturn:     {ID: "xfReturn", Layer: LayerSuperblock, Func: "xfs_dax_notify_failure", Doc: "return", routine: rSbCorruptedRange},
	xfGroup:      {ID: "xfGroup", Layer: LayerRmap, Func: "xfs_dax_notify_dev_failure", Doc: "the next group of the range", routine: rGroupWalk},
	xfAgf:        {ID: "xfAgf", Layer: LayerRmap, Func: "xfs_alloc_read_agf", Doc: "lock the AGF buffer", Locks: "+AGF", routine: rGroupWalk, waits: true},
	xfAgfRead:    {ID: "xfAgfRead", Layer: LayerRmap, Func: "xfs_alloc_read_agf", Doc: "read it", Locks: "-AGF", routine: rGroupWalk, branches: true},
	xfQuery:      {ID: "xfQuery", Layer: LayerRmap, Func: "xfs_rmap_query_range", Doc: "the next record of the query", routine: rGroupWalk},
	xfQueried:    {ID: "xfQueried", Layer: LayerRmap, Func: "xfs_rmap_query_range", Doc: "what the record's function returned", routine: rGroupWalk},
	xfAgfUnlock:  {ID: "xfAgfUnlock", Layer: LayerRmap, Func: "xfs_trans_brelse", Doc: "unlock the AGF buffer", Locks: "-AGF", routine: rGroupWalk},
	xfKill:       {ID: "xfKill", Layer: LayerRmap, Func: "xfs_dax_notify_dev_failure", Doc: "the owners left to tell, if any", routine: rGroupWalk},
	xfDecide:     {ID: "xfDecide", Layer: LayerRmap, Func: "xfs_dax_notify_dev_failure", Doc: "want_shutdown or an error?", Locks: "-freeze", routine: rGroupWalk},
	ffIget:       {ID: "ffIget", Layer: LayerRmap, Func: "xfs_iget", Doc: "XFS_IGET_INCORE", Locks: "+inode", routine: rFailureFn, starts: true},
	ffDispatch:   {ID: "ffDispatch", Layer: LayerRmap, Func: "xfs_dax_failure_fn", Doc: "IS_DAX(mapping->host)?", routine: rFailureFn},
	ffIrele:      {ID: "ffIrele", Layer: LayerRmap, Func: "xfs_irele", Doc: "fserror_report_data_lost, drop the inode", Locks: "-inode", routine: rFailureFn},
	krNext:       {ID: "krNext", Layer: LayerAddrspace, Func: "mf_dax_kill_procs", Doc: "the next file page", routine: rKillRange, starts: true},
	krLock:       {ID: "krLock", Layer: LayerAddrspace, Func: "dax_lock_mapping_entry", Doc: "lock the DAX entry", Locks: "+entry", routine: rKillRange},
	krSleep:      {ID: "krSleep", Layer: LayerAddrspace, Func: "dax_lock_mapping_entry", Doc: "wait_entry_unlocked", routine: rKillRange, waits: true},
	krCheck:      {ID: "krCheck", Layer: LayerAddrspace, Func: "mf_dax_kill_procs", Doc: "is it the failed pfn? SetPageHWPoison", routine: rKillRange},
	krUnlock:     {ID: "krUnlock", Layer: LayerAddrspace, Func: "dax_unlock_mapping_entry", Doc: "unlock the DAX entry, wake a waiter", Locks: "-entry", routine: rKillRange},
	kpLock:       {ID: "kpLock", Layer: LayerAddrspace, Func: "collect_procs_fsdax", Doc: "i_mmap_lock_read, folio_lock_anon_vma_read", Locks: "+i_mmap +anon_vma", routine: rKillPage, waits: true, starts: true},
	kpFind:       {ID: "kpFind", Layer: LayerAddrspace, Func: "collect_procs_fsdax", Doc: "the next VMA of a process that is to be told", routine: rKillPage},
	kpAdd:        {ID: "kpAdd", Layer: LayerAddrspace, Func: "add_to_kill_fsdax", Doc: "does its page table map the page?", routine: rKillPage, branches: true},
	kpUnlock:     {ID: "kpUnlock", Layer: LayerAddrspace, Func: "collect_procs_fsdax", Doc: "i_mmap_unlock_read, anon_vma_unlock_read", Locks: "-i_mmap -anon_vma", routine: rKillPage},
	kpUnmap:      {ID: "kpUnmap", Layer: LayerAddrspace, Func: "unmap_mapping_range", Doc: "remove the PTEs", routine: rKillPage},
	kpKill:       {ID: "kpKill", Layer: LayerAddrspace, Func: "kill_procs", Doc: "SIGBUS to the next process collected", routine: rKillPage},
	kpDone:       {ID: "kpDone", Layer: LayerAddrspace, Func: "unmap_and_kill", Doc: "everybody is told", Locks: "-i_mmap", routine: rKillPage},
	apBmap:       {ID: "apBmap", Layer: LayerAddrspace, Func: "xfs_vm_corrupted_range", Doc: "the block of the page", Locks: "±ILOCK", routine: rAopsCorruptedRange, waits: true, starts: true},
	apAgf:        {ID: "apAgf", Layer: LayerAddrspace, Func: "xfs_alloc_read_agf", Doc: "lock the AGF buffer", Locks: "+AGF", routine: rAopsCorruptedRange, waits: true},
	apQuery:      {ID: "apQuery", Layer: LayerAddrspace, Func: "xfs_rmap_query_range", Doc: "the next record of the block", routine: rAopsCorruptedRange},
	apAgfUnlock:  {ID: "apAgfUnlock", Layer: LayerAddrspace, Func: "xfs_trans_brelse", Doc: "unlock the AGF buffer", Locks: "-AGF", routine: rAopsCorruptedRange},
	apKill:       {ID: "apKill", Layer: LayerAddrspace, Func: "xfs_vm_corrupted_range", Doc: "the next mapping that has the page", routine: rAopsCorruptedRange},
	gmNext:       {ID: "gmNext", Layer: LayerAddrspace, Func: "generic_mapping_kill_range", Doc: "the next page of the mapping", routine: rGenericKillRange, starts: true},
	gmLock:       {ID: "gmLock", Layer: LayerAddrspace, Func: "folio_lock", Doc: "the page cache page", Locks: "+folio", routine: rGenericKillRange, waits: true},
	gmCheck:      {ID: "gmCheck", Layer: LayerAddrspace, Func: "generic_mapping_kill_range", Doc: "still in the mapping?", routine: rGenericKillRange},
	gmDrop:       {ID: "gmDrop", Layer: LayerAddrspace, Func: "truncate_error_folio", Doc: "out of the mapping", routine: rGenericKillRange},
	gmUnlock:     {ID: "gmUnlock", Layer: LayerAddrspace, Func: "folio_unlock", Doc: "the page cache page", Locks: "-folio", routine: rGenericKillRange},
	ftStart:      {ID: "ftStart", Layer: LayerOperation, Func: "handle_mm_fault", Doc: "mmap_read_lock, find the VMA", Locks: "+mmap_lock", routine: rFault, waits: true, starts: true},
	ftFreeze:     {ID: "ftFreeze", Layer: LayerOperation, Func: "sb_start_pagefault", Doc: "not while frozen", Locks: "+pagefault", routine: rFault, waits: true},
	ftMmaplock:   {ID: "ftMmaplock", Layer: LayerOperation, Func: "filemap_invalidate_lock_shared", Doc: "MMAPLOCK_SHARED", Locks: "+invalidate_lock", routine: rFault, waits: true},
	ftUnlock:     {ID: "ftUnlock", Layer: LayerOperation, Func: "filemap_invalidate_unlock_shared", Doc: "drop it, sb_end_pagefault", Locks: "-invalidate_lock -pagefault", routine: rFault},
	ftEnd:        {ID: "ftEnd", Layer: LayerOperation, Func: "handle_mm_fault", Doc: "mmap_read_unlock", Locks: "-mmap_lock", routine: rFault},
	fdEntry:      {ID: "fdEntry", Layer: LayerOperation, Func: "grab_mapping_entry", Doc: "lock the DAX entry", Locks: "+entry", routine: rDaxFault, starts: true},
	fdSleep:      {ID: "fdSleep", Layer: LayerOperation, Func: "get_next_unlocked_entry", Doc: "wait for the DAX entry", routine: rDaxFault, waits: true},
	fdIlock:      {ID: "fdIlock", Layer: LayerOperation, Func: "iomap_iter", Doc: "iomap_begin: ILOCK, block map", Locks: "+ILOCK", routine: rDaxFault, waits: true},
	fdAgf:        {ID: "fdAgf", Layer: LayerOperation, Func: "xfs_alloc_read_agf", Doc: "lock the AGF buffer", Locks: "+AGF", routine: rDaxFault, waits: true},
	fdShared:     {ID: "fdShared", Layer: LayerOperation, Func: "xfs_reflink_find_shared", Doc: "shared? allocate, stage a copy; unlock", Locks: "-AGF", routine: rDaxFault},
	fdMapped:     {ID: "fdMapped", Layer: LayerOperation, Func: "iomap_iter", Doc: "iomap_begin returns", Locks: "-ILOCK", routine: rDaxFault},
	fdDirect:     {ID: "fdDirect", Layer: LayerOperation, Func: "dax_direct_access", Doc: "dax_read_lock, dax_alive, poison?", Locks: "+srcu", routine: rDaxFaultIter},
	fdCopy:       {ID: "fdCopy", Layer: LayerOperation, Func: "dax_iomap_copy_around", Doc: "copy the block", routine: rDaxFaultIter, branches: true},
	fdInsert:     {ID: "fdInsert", Layer: LayerOperation, Func: "dax_insert_entry", Doc: "the entry gets the page", routine: rDaxFaultIter},
	fdCopyLate:   {ID: "fdCopyLate", Layer: LayerOperation, Func: "dax_iomap_copy_around", Doc: "copy the block, after the entry shows it", routine: rDaxFaultIter, branches: true},
	fdPte:        {ID: "fdPte", Layer: LayerOperation, Func: "vmf_insert_page_mkwrite", Doc: "the PTE", routine: rDaxFaultIter},
	fdEnd:        {ID: "fdEnd", Layer: LayerOperation, Func: "xfs_dax_write_iomap_end", Doc: "iomap_end", routine: rDaxFaultIter},
	fdEnded:      {ID: "fdEnded", Layer: LayerOperation, Func: "dax_iomap_pte_fault", Doc: "iomap_end has returned", routine: rDaxFaultIter},
	fdPteLate:    {ID: "fdPteLate", Layer: LayerOperation, Func: "vmf_insert_page_mkwrite", Doc: "the PTE, last", routine: rDaxFaultIter},
	fdUnlock:     {ID: "fdUnlock", Layer: LayerOperation, Func: "dax_unlock_entry", Doc: "unlock the DAX entry, wake a waiter", Locks: "-entry -srcu", routine: rDaxFaultIter},
	ceIlock:      {ID: "ceIlock", Layer: LayerOperation, Func: "xfs_reflink_end_cow", Doc: "ILOCK", Locks: "+ILOCK", routine: rEndCow, waits: true, starts: true},
	ceAgf:        {ID: "ceAgf", Layer: LayerOperation, Func: "xfs_alloc_read_agf", Doc: "lock the AGF buffer", Locks: "+AGF", routine: rEndCow, waits: true},
	ceRemap:      {ID: "ceRemap", Layer: LayerOperation, Func: "xfs_reflink_end_cow_extent", Doc: "the staged block becomes the file's, or is freed", Locks: "-AGF", routine: rEndCow},
	ceUnlock:     {ID: "ceUnlock", Layer: LayerOperation, Func: "xfs_reflink_end_cow", Doc: "xfs_iunlock", Locks: "-ILOCK", routine: rEndCow},
	pcFind:       {ID: "pcFind", Layer: LayerOperation, Func: "filemap_fault", Doc: "find or add the page cache page", Locks: "+folio", routine: rFilemapFault, starts: true},
	pcLock:       {ID: "pcLock", Layer: LayerOperation, Func: "folio_lock", Doc: "the page cache page", Locks: "+folio", routine: rFilemapFault, waits: true},
	pcRead:       {ID: "pcRead", Layer: LayerOperation, Func: "iomap_read_folio", Doc: "read the block", Locks: "±ILOCK", routine: rFilemapFault, waits: true},
	pcMap:        {ID: "pcMap", Layer: LayerOperation, Func: "finish_fault", Doc: "the PTE", routine: rFilemapFault},
	pcUnlock:     {ID: "pcUnlock", Layer: LayerOperation, Func: "folio_unlock", Doc: "the page cache page", Locks: "-folio", routine: rFilemapFault},
	ueBmap:       {ID: "ueBmap", Layer: LayerOperation, Func: "xfs_bunmapi", Doc: "out of the block map", routine: rUnmapExtent, starts: true},
	ueAgf:        {ID: "ueAgf", Layer: LayerOperation, Func: "xfs_alloc_read_agf", Doc: "lock the AGF buffer", Locks: "+AGF", routine: rUnmapExtent, waits: true},
	ueRmapDelete: {ID: "ueRmapDelete", Layer: LayerOperation, Func: "xfs_rmap_unmap", Doc: "delete the record", routine: rUnmapExtent},
	ueRmapInsert: {ID: "ueRmapInsert", Layer: LayerOperation, Func: "xfs_rmap_unmap", Doc: "insert what is left of it", routine: rUnmapExtent},
	ueRefcount:   {ID: "ueRefcount", Layer: LayerOperation, Func: "xfs_refcount_decrease_extent", Doc: "one reference less; unlock", Locks: "-AGF", routine: rUnmapExtent},
	trIolock:     {ID: "trIolock", Layer: LayerOperation, Func: "xfs_ilock", Doc: "IOLOCK_EXCL", Locks: "+IOLOCK", routine: rTruncate, waits: true, starts: true},
	trMmaplock:   {ID: "trMmaplock", Layer: LayerOperation, Func: "xfs_ilock", Doc: "MMAPLOCK_EXCL", Locks: "+invalidate_lock", routine: rTruncate, waits: true},
	trUnmap:      {ID: "trUnmap", Layer: LayerOperation, Func: "unmap_mapping_range", Doc: "remove the PTEs: of a DAX file all; i_size", routine: rTruncate},
	trDrain:      {ID: "trDrain", Layer: LayerOperation, Func: "dax_delete_mapping_range", Doc: "delete the next entry", Locks: "±entry ±folio", routine: rTruncate},
	trSleep:      {ID: "trSleep", Layer: LayerOperation, Func: "dax_delete_mapping_range", Doc: "wait for a locked entry", routine: rTruncate, waits: true},
	trIlock:      {ID: "trIlock", Layer: LayerOperation, Func: "xfs_ilock", Doc: "ILOCK_EXCL", Locks: "+ILOCK", routine: rTruncate, waits: true},
	trExtent:     {ID: "trExtent", Layer: LayerOperation, Func: "xfs_bunmapi", Doc: "the next extent", Locks: "-ILOCK", routine: rTruncate},
	trUnlock:     {ID: "trUnlock", Layer: LayerOperation, Func: "xfs_iunlock", Doc: "all of them", Locks: "-invalidate_lock -IOLOCK", routine: rTruncate},
	raIolock:     {ID: "raIolock", Layer: LayerOperation, Func: "xfs_ilock", Doc: "IOLOCK_EXCL of the other file", Locks: "+IOLOCK", routine: rReallocate, waits: true, starts: true},
	raIlock:      {ID: "raIlock", Layer: LayerOperation, Func: "xfs_ilock", Doc: "ILOCK_EXCL of the other file", Locks: "+ILOCK", routine: rReallocate, waits: true},
	raAgf:        {ID: "raAgf", Layer: LayerOperation, Func: "xfs_alloc_read_agf", Doc: "lock the AGF buffer", Locks: "+AGF", routine: rReallocate, waits: true},
	raMap:        {ID: "raMap", Layer: LayerOperation, Func: "xfs_bmapi_write", Doc: "the freed block becomes the other file's", Locks: "-AGF -ILOCK -IOLOCK", routine: rReallocate},
	rlIolock:     {ID: "rlIolock", Layer: LayerOperation, Func: "xfs_ilock2_io_mmap", Doc: "IOLOCK_EXCL of the first file", Locks: "+IOLOCK", routine: rReflinkFile, waits: true, starts: true},
	rlIolock2:    {ID: "rlIolock2", Layer: LayerOperation, Func: "xfs_ilock2_io_mmap", Doc: "IOLOCK_EXCL of the second file", Locks: "+IOLOCK", routine: rReflinkFile, waits: true},
	rlMmaplock:   {ID: "rlMmaplock", Layer: LayerOperation, Func: "xfs_ilock2_io_mmap", Doc: "MMAPLOCK_EXCL of the first file", Locks: "+invalidate_lock", routine: rReflinkFile, waits: true},
	rlMmaplock2:  {ID: "rlMmaplock2", Layer: LayerOperation, Func: "xfs_ilock2_io_mmap", Doc: "MMAPLOCK_EXCL of the second file", Locks: "+invalidate_lock", routine: rReflinkFile, waits: true},
	rlPrep:       {ID: "rlPrep", Layer: LayerOperation, Func: "xfs_reflink_remap_prep", Doc: "unmap both files (DAX), write back the source, unmap the destination", routine: rReflinkFile},
	rlDrain:      {ID: "rlDrain", Layer: LayerOperation, Func: "xfs_reflink_remap_prep", Doc: "delete the next entry", Locks: "±entry ±folio", routine: rReflinkFile},
	rlSleep:      {ID: "rlSleep", Layer: LayerOperation, Func: "xfs_reflink_remap_prep", Doc: "wait for a locked entry", routine: rReflinkFile, waits: true},
	rlIlock:      {ID: "rlIlock", Layer: LayerOperation, Func: "xfs_reflink_remap_extent", Doc: "ILOCK_EXCL of the first file", Locks: "+ILOCK", routine: rReflinkFile, waits: true},
	rlIlock2:     {ID: "rlIlock2", Layer: LayerOperation, Func: "xfs_reflink_remap_extent", Doc: "ILOCK_EXCL of the second file", Locks: "+ILOCK", routine: rReflinkFile, waits: true},
	rlAgf:        {ID: "rlAgf", Layer: LayerOperation, Func: "xfs_alloc_read_agf", Doc: "lock the AGF buffer", Locks: "+AGF", routine: rReflinkFile, waits: true},
	rlMap:        {ID: "rlMap", Layer: LayerOperation, Func: "xfs_reflink_remap_extent", Doc: "one more reference, a record, the block map", Locks: "-AGF", routine: rReflinkFile},
	rlUnlock:     {ID: "rlUnlock", Layer: LayerOperation, Func: "xfs_iunlock2_io_mmap", Doc: "all of them", Locks: "-ILOCK -invalidate_lock -IOLOCK", routine: rReflinkFile},
	mpStart:      {ID: "mpStart", Layer: LayerOperation, Func: "mmap_region", Doc: "mmap_write_lock", Locks: "+mmap_lock", routine: rMmapFile, waits: true, starts: true},
	mpIget:       {ID: "mpIget", Layer: LayerOperation, Func: "xfs_iget", Doc: "the inode", Locks: "+inode", routine: rMmapFile},
	mpLink:       {ID: "mpLink", Layer: LayerOperation, Func: "vma_link_file", Doc: "the VMA joins i_mmap", Locks: "±i_mmap -inode", routine: rMmapFile, waits: true},
	mpUnlock:     {ID: "mpUnlock", Layer: LayerOperation, Func: "mmap_region", Doc: "mmap_write_unlock", Locks: "-mmap_lock", routine: rMmapFile},
	muStart:      {ID: "muStart", Layer: LayerOperation, Func: "do_munmap", Doc: "mmap_write_lock", Locks: "+mmap_lock", routine: rMunmap, waits: true, starts: true},
	muZap:        {ID: "muZap", Layer: LayerOperation, Func: "unmap_vmas", Doc: "remove the PTEs", routine: rMunmap},
	muUnlink:     {ID: "muUnlink", Layer: LayerOperation, Func: "unlink_file_vma", Doc: "the VMA leaves i_mmap and is freed", Locks: "±i_mmap ±anon_vma", routine: rMunmap, waits: true},
	muUnlock:     {ID: "muUnlock", Layer: LayerOperation, Func: "do_munmap", Doc: "mmap_write_unlock", Locks: "-mmap_lock", routine: rMunmap},
	fkStart:      {ID: "fkStart", Layer: LayerOperation, Func: "dup_mmap", Doc: "mmap_write_lock", Locks: "+mmap_lock", routine: rFork, waits: true, starts: true},
	fkVma:        {ID: "fkVma", Layer: LayerOperation, Func: "dup_mmap", Doc: "the child's next VMA joins i_mmap", Locks: "±i_mmap ±anon_vma", routine: rFork, waits: true},
	fkCopy:       {ID: "fkCopy", Layer: LayerOperation, Func: "copy_page_range", Doc: "its PTEs", routine: rFork},
	fkTask:       {ID: "fkTask", Layer: LayerOperation, Func: "copy_process", Doc: "the child joins the task list", Locks: "-mmap_lock", routine: rFork},
	exStart:      {ID: "exStart", Layer: LayerOperation, Func: "exit_mmap", Doc: "mmap lock", Locks: "+mmap_lock", routine: rExit, waits: true, starts: true},
	exZap:        {ID: "exZap", Layer: LayerOperation, Func: "unmap_vmas", Doc: "remove the PTEs", routine: rExit},
	exUnlink:     {ID: "exUnlink", Layer: LayerOperation, Func: "unlink_file_vma", Doc: "the next VMA leaves i_mmap and is freed", Locks: "±i_mmap ±anon_vma", routine: rExit, waits: true},
	exTask:       {ID: "exTask", Layer: LayerOperation, Func: "release_task", Doc: "off the task list", Locks: "-mmap_lock", routine: rExit},
	evStart:      {ID: "evStart", Layer: LayerOperation, Func: "evict", Doc: "I_FREEING", routine: rEvict, waits: true, starts: true},
	evDrain:      {ID: "evDrain", Layer: LayerOperation, Func: "truncate_inode_pages_final", Doc: "delete the next entry", Locks: "±entry ±folio", routine: rEvict},
	evSleep:      {ID: "evSleep", Layer: LayerOperation, Func: "truncate_inode_pages_final", Doc: "wait for a locked entry", routine: rEvict, waits: true},
	evDone:       {ID: "evDone", Layer: LayerOperation, Func: "xfs_inode_mark_reclaimable", Doc: "XFS_IRECLAIMABLE, or XFS_NEED_INACTIVE", routine: rEvict},
	evIlock:      {ID: "evIlock", Layer: LayerOperation, Func: "xfs_inactive_truncate", Doc: "ILOCK_EXCL", Locks: "+ILOCK", routine: rEvict, waits: true},
	evExtent:     {ID: "evExtent", Layer: LayerOperation, Func: "xfs_inactive_truncate", Doc: "the next extent", Locks: "-ILOCK", routine: rEvict},
	evFree:       {ID: "evFree", Layer: LayerOperation, Func: "xfs_reclaim_inode", Doc: "free the inode", routine: rEvict},
	mtStart:      {ID: "mtStart", Layer: LayerOperation, Func: "get_tree_bdev", Doc: "s_umount write", Locks: "+s_umount", routine: rMount, waits: true, starts: true},
	mtClaim:      {ID: "mtClaim", Layer: LayerOperation, Func: "fs_dax_get_by_bdev", Doc: "cmpxchg(&holder_data, NULL, mp)", routine: rMount},
	mtOps:        {ID: "mtOps", Layer: LayerOperation, Func: "fs_dax_get_by_bdev", Doc: "holder_ops", routine: rMount},
	mtFail:       {ID: "mtFail", Layer: LayerOperation, Func: "deactivate_locked_super", Doc: "somebody else holds the device", Locks: "-s_umount", routine: rMount},
	mtBorn:       {ID: "mtBorn", Layer: LayerOperation, Func: "vfs_get_tree", Doc: "SB_BORN", routine: rMount},
	mtReplay:     {ID: "mtReplay", Layer: LayerOperation, Func: "vfs_get_tree", Doc: "what was reported meanwhile", Locks: "-s_umount", routine: rMount},
	unStart:      {ID: "unStart", Layer: LayerOperation, Func: "deactivate_super", Doc: "s_umount write", Locks: "+s_umount", routine: rUmount, waits: true, starts: true},
	unDying:      {ID: "unDying", Layer: LayerOperation, Func: "xfs_fs_put_super", Doc: "put_super begins", routine: rUmount},
	unEvict:      {ID: "unEvict", Layer: LayerOperation, Func: "evict_inodes", Doc: "the inodes leave", routine: rUmount},
	unDrain:      {ID: "unDrain", Layer: LayerOperation, Func: "xfs_buftarg_drain", Doc: "nobody holds the AGF of a group", routine: rUmount, waits: true},
	unGroups:     {ID: "unGroups", Layer: LayerOperation, Func: "xfs_unmountfs", Doc: "free the perags", Locks: "-s_umount", routine: rUmount},
	unFree:       {ID: "unFree", Layer: LayerOperation, Func: "xfs_mount_free", Doc: "kfree(mp)", Locks: "-s_umount", routine: rUmount},
	unPut:        {ID: "unPut", Layer: LayerOperation, Func: "fs_put_dax", Doc: "the first of holder_ops and holder_data", routine: rPutDax},
	unPut2:       {ID: "unPut2", Layer: LayerOperation, Func: "fs_put_dax", Doc: "the other one", routine: rPutDax},
	unSrcu:       {ID: "unSrcu", Layer: LayerOperation, Func: "fs_put_dax", Doc: "synchronize_srcu(&dax_srcu)", routine: rPutDax, waits: true},
	ubStart:      {ID: "ubStart", Layer: LayerOperation, Func: "kill_dax", Doc: "the driver is unbound", routine: rUnbind, waits: true, starts: true},
	ubNotify:     {ID: "ubNotify", Layer: LayerOperation, Func: "kill_dax", Doc: "dax_holder_notify_failure(0, U64_MAX)", routine: rUnbind},
	ubDead:       {ID: "ubDead", Layer: LayerOperation, Func: "kill_dax", Doc: "clear_bit(DAXDEV_ALIVE)", routine: rUnbind},
	ubSrcu:       {ID: "ubSrcu", Layer: LayerOperation, Func: "kill_dax", Doc: "synchronize_srcu(&dax_srcu)", routine: rUnbind, waits: true},
	ubSweep:      {ID: "ubSweep", Layer: LayerOperation, Func: "kill_dax", Doc: "pages of devices above without a handler", routine: rUnbind},
	ubDetach:     {ID: "ubDetach", Layer: LayerOperation, Func: "kill_dax", Doc: "no new callbacks", routine: rUnbind},
	ubGone:       {ID: "ubGone", Layer: LayerOperation, Func: "kill_dax", Doc: "return", routine: rUnbind},
	ubMarkDead:   {ID: "ubMarkDead", Layer: LayerOperation, Func: "del_gendisk", Doc: "fs_bdev_mark_dead: shut the next filesystem down", Locks: "±s_umount", routine: rUnbind, waits: true},
	ubPgmap:      {ID: "ubPgmap", Layer: LayerOperation, Func: "memunmap_pages", Doc: "wait for the references, free the struct pages", routine: rUnbind, waits: true},
	lfFail:       {ID: "lfFail", Layer: LayerOperation, Func: "md_error", Doc: "the leg is faulty", routine: rLegFailure, starts: true},
	lfReport:     {ID: "lfReport", Layer: LayerOperation, Func: "md_error", Doc: "the next block that no leg has", routine: rLegFailure, starts: true},
	gpDone:       {ID: "gpDone", Layer: LayerOperation, Func: "unpin_user_page", Doc: "the DMA to a page that was pinned before is done", routine: rPin, starts: true},
	wtIolock:     {ID: "wtIolock", Layer: LayerOperation, Func: "xfs_file_dax_write", Doc: "IOLOCK_EXCL", Locks: "+IOLOCK", routine: rWrite, waits: true, starts: true},
	wtDirect:     {ID: "wtDirect", Layer: LayerOperation, Func: "dax_iomap_iter", Doc: "dax_direct_access: is the device alive, the page good?", Locks: "+srcu", routine: rWrite},
	wtCopy:       {ID: "wtCopy", Layer: LayerOperation, Func: "dax_iomap_copy_around", Doc: "copy what is not written to", Locks: "-srcu", routine: rWrite, branches: true},
	wtMmaplock:   {ID: "wtMmaplock", Layer: LayerOperation, Func: "xfs_ilock", Doc: "MMAPLOCK_EXCL", Locks: "+invalidate_lock", routine: rWrite, waits: true},
	wtUnmap:      {ID: "wtUnmap", Layer: LayerOperation, Func: "unmap_mapping_range", Doc: "remove the PTEs", routine: rWrite},
	wtDrain:      {ID: "wtDrain", Layer: LayerOperation, Func: "invalidate_inode_pages2_range", Doc: "unmap the entry and delete it", Locks: "±entry", routine: rWrite},
	wtSleep:      {ID: "wtSleep", Layer: LayerOperation, Func: "dax_invalidate_mapping_entry_sync", Doc: "wait for a locked entry", routine: rWrite, waits: true},
	wtEnd:        {ID: "wtEnd", Layer: LayerOperation, Func: "xfs_dax_write_iomap_end", Doc: "iomap_end: the copy becomes the file's, or is dropped", routine: rWrite},
	wtUnlock:     {ID: "wtUnlock", Layer: LayerOperation, Func: "xfs_iunlock", Doc: "all of them", Locks: "-invalidate_lock -IOLOCK", routine: rWrite},
	fzFreeze:     {ID: "fzFreeze", Layer: LayerOperation, Func: "freeze_super", Doc: "FIFREEZE: FREEZE_HOLDER_USERSPACE", Locks: "+freeze", routine: rFreeze, waits: true, starts: true},
	fzThaw:       {ID: "fzThaw", Layer: LayerOperation, Func: "thaw_super", Doc: "FITHAW: FREEZE_HOLDER_USERSPACE", Locks: "-freeze", routine: rFreeze, waits: true, starts: true},
	oopsed:       {ID: "oopsed", Layer: LayerMM, Func: "oops", Doc: "the task is dead, with the locks it held", routine: rOopsed, waits: true},
}

// names are the functions of a step in other sources than v7.3, where they
// differ.
type names struct{ mail, rfc, v510, v61, v612, v73 string }

var otherNames = [NumSteps]names{
	gkLock:      {mail: "mf_generic_kill_procs", rfc: "memory_failure_dev_pagemap_kill_procs", v510: "memory_failure_dev_pagemap"},
	gkRelock:    {v510: "dax_lock_page", v61: "dax_lock_page", mail: "dax_lock_page", rfc: "dax_lock_page"},
	gkSleep:     {v510: "dax_lock_page", v61: "dax_lock_page", mail: "dax_lock_page", rfc: "dax_lock_page"},
	gkMark:      {v510: "memory_failure_dev_pagemap"},
	gkUnlock:    {v510: "dax_unlock_page", v61: "dax_unlock_page", mail: "dax_unlock_page", rfc: "dax_unlock_page"},
	gkNext:      {v510: "memory_failure_dev_pagemap"},
	dvEnter:     {mail: "pmem_corrupted_range"},
	dvAlive:     {mail: "pmem_corrupted_range"},
	dvNext:      {mail: "pmem_corrupted_range"},
	dvResult:    {mail: "pmem_corrupted_range"},
	dvExit:      {mail: "pmem_corrupted_range"},
	bdRead:      {mail: "bd_corrupted_range"},
	bdReturn:    {mail: "bd_corrupted_range"},
	blGetSuper:  {rfc: "pmem_block_lost"},
	blDrop:      {rfc: "pmem_block_lost"},
	xfEnter:     {mail: "xfs_fs_corrupted_range", rfc: "xfs_fs_storage_lost"},
	xfRole:      {mail: "xfs_fs_corrupted_range", rfc: "xfs_fs_storage_lost"},
	xfTranslate: {mail: "xfs_fs_corrupted_range", rfc: "xfs_fs_storage_lost", v61: "xfs_dax_notify_failure"},
	xfRmapbt:    {mail: "xfs_fs_corrupted_range", rfc: "xfs_fs_storage_lost", v61: "xfs_dax_notify_failure", v612: "xfs_dax_notify_failure"},
	xfReturn:    {mail: "xfs_fs_corrupted_range", rfc: "xfs_fs_storage_lost"},
	xfGroup:     {mail: "xfs_fs_corrupted_range", rfc: "xfs_fs_storage_lost", v61: "xfs_dax_notify_ddev_failure", v612: "xfs_dax_notify_ddev_failure"},
	xfKill:      {mail: "xfs_fs_corrupted_range", rfc: "xfs_fs_storage_lost", v61: "xfs_dax_notify_ddev_failure", v612: "xfs_dax_notify_ddev_failure"},
	xfDecide:    {mail: "xfs_fs_corrupted_range", rfc: "xfs_fs_storage_lost", v61: "xfs_dax_notify_ddev_failure", v612: "xfs_dax_notify_ddev_failure"},
	ffIget:      {mail: "xfs_corrupted_range_helper", rfc: "xfs_storage_lost_helper", v61: "xfs_dax_failure_fn", v612: "xfs_dax_failure_fn", v73: "xfs_dax_failure_fn"},
	ffDispatch:  {mail: "xfs_corrupted_range_helper", rfc: "xfs_storage_lost_helper"},
	krNext:      {mail: "dax_mapping_kill_range", rfc: "memory_failure_dev_pagemap_kill_procs"},
	krLock:      {rfc: "dax_lock"},
	krSleep:     {rfc: "dax_lock"},
	krCheck:     {mail: "dax_mapping_kill_range", rfc: "memory_failure_dev_pagemap_kill_procs"},
	krUnlock:    {rfc: "dax_unlock"},
	kpLock:      {mail: "collect_procs", rfc: "collect_procs", v510: "collect_procs"},
	kpFind:      {mail: "collect_procs", rfc: "collect_procs", v510: "collect_procs"},
	kpAdd:       {mail: "add_to_kill", rfc: "add_to_kill", v510: "add_to_kill", v61: "add_to_kill"},
	kpUnlock:    {mail: "collect_procs", rfc: "collect_procs", v510: "collect_procs"},
	kpDone:      {v510: "kill_procs", rfc: "kill_procs"},
	apBmap:      {v73: "hwpoison_user_mappings", v612: "hwpoison_user_mappings", v61: "hwpoison_user_mappings", v510: "hwpoison_user_mappings", rfc: "hwpoison_user_mappings"},
	apKill:      {v73: "hwpoison_user_mappings", v612: "hwpoison_user_mappings", v61: "hwpoison_user_mappings", v510: "hwpoison_user_mappings", rfc: "hwpoison_user_mappings"},
	gmNext:      {v73: "hwpoison_user_mappings", v612: "hwpoison_user_mappings", v61: "hwpoison_user_mappings", v510: "hwpoison_user_mappings", rfc: "hwpoison_user_mappings"},
	gmLock:      {v510: "lock_page", rfc: "lock_page"},
	gmCheck:     {v73: "hwpoison_user_mappings", v612: "hwpoison_user_mappings", v61: "hwpoison_user_mappings", v510: "hwpoison_user_mappings", rfc: "hwpoison_user_mappings"},
	gmDrop:      {v510: "truncate_error_page", v61: "truncate_error_page", rfc: "truncate_error_page"},
	gmUnlock:    {v510: "unlock_page", rfc: "unlock_page"},
	fdSleep:     {v510: "get_unlocked_entry", v61: "get_unlocked_entry", v612: "get_unlocked_entry", rfc: "get_unlocked_entry"},
	fdIlock:     {v510: "xfs_ilock_for_iomap", rfc: "xfs_ilock_for_iomap"},
	fdMapped:    {v510: "xfs_iunlock", rfc: "xfs_iunlock"},
	ftMmaplock:  {v510: "xfs_ilock", rfc: "xfs_ilock"},
	ftUnlock:    {v510: "xfs_iunlock", rfc: "xfs_iunlock"},
	fdCopy:      {v510: "dax_iomap_pte_fault", v61: "dax_iomap_cow_copy", rfc: "dax_iomap_pte_fault"}, // until v6.0 for MAP_PRIVATE only
	fdCopyLate:  {v510: "dax_iomap_pte_fault", v61: "dax_iomap_cow_copy", rfc: "dax_iomap_pte_fault"},
	fdPte:       {v510: "vmf_insert_mixed", v61: "vmf_insert_mixed", v612: "vmf_insert_mixed", rfc: "vmf_insert_mixed"},
	fdEnd:       {v510: "dax_iomap_pte_fault", rfc: "dax_iomap_pte_fault"},
	fdPteLate:   {v510: "vmf_insert_mixed", v61: "vmf_insert_mixed", v612: "vmf_insert_mixed", rfc: "vmf_insert_mixed"},
	pcLock:      {v510: "lock_page", rfc: "lock_page"},
	pcRead:      {v510: "iomap_readpage", rfc: "iomap_readpage"},
	pcUnlock:    {v510: "unlock_page", rfc: "unlock_page"},
	trDrain:     {v510: "dax_delete_mapping_entry", v61: "dax_delete_mapping_entry", v612: "dax_delete_mapping_entry", rfc: "dax_delete_mapping_entry"},
	trSleep:     {v510: "get_unlocked_entry", v61: "get_unlocked_entry", v612: "get_unlocked_entry", rfc: "get_unlocked_entry"},
	wtDirect:    {v510: "dax_iomap_actor", rfc: "dax_iomap_actor"},
	wtCopy:      {v510: "dax_iomap_actor", v61: "dax_iomap_cow_copy", rfc: "dax_iomap_actor"},
	wtEnd:       {v510: "dax_iomap_rw", rfc: "dax_iomap_rw"},
	muUnlink:    {v612: "unlink_file_vma_batch_final", v73: "unlink_file_vma_batch_final"},
	exUnlink:    {v612: "unlink_file_vma_batch_final", v73: "unlink_file_vma_batch_final"},
	evDone:      {v510: "xfs_fs_destroy_inode", rfc: "xfs_fs_destroy_inode"},
	unDrain:     {mail: "xfs_wait_buftarg", rfc: "xfs_wait_buftarg", v510: "xfs_wait_buftarg"},
	unDying:     {mail: "generic_shutdown_super"}, // which empties the slot first
	mpLink:      {v510: "vma_link", v61: "vma_link", rfc: "vma_link"},
}

// FunctionName is the kernel function of a step in the sources of a design.
func FunctionName(d design.Design, st Step) string {
	n, name := &otherNames[st], ""
	switch d[design.Names] {
	case design.NamesMail:
		name = n.mail
		switch routine, patches := steps[st].routine, patchesOf(d); {
		case routine == rCorruptedRange && patches < 7: // no disk has the operation yet
			return ""
		case routine == rAopsCorruptedRange && patches < 9, routine == rGenericKillRange && patches < 5:
			name = n.v73 // mapping_kill_range factors out what has been there
		}
	case design.NamesRFC:
		name = n.rfc
	case design.NamesV510:
		name = n.v510
	case design.NamesV61:
		name = n.v61
	case design.NamesV612:
		name = n.v612
	case design.NamesV73:
		name = n.v73
	}
	if name == "" {
		return steps[st].Func
	}
	return name
}
