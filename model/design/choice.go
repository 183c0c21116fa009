// Package design holds what an implementation of the protocol may do
// differently: the choices, the named designs as vectors of them, and the
// catalogue of deviations, each with its source.
package design

// A Value is one of the values of a choice; 0 is the value of the reference
// design, reviewed.
type Value uint8

// A Choice is one point where an implementation can differ. Each is
// consulted at one place in the model.
type Choice uint8

// A Design is a value for each choice. The zero Design is reviewed.
type Design [NumChoices]Value

// A ChoiceInfo documents a choice.
type ChoiceInfo struct {
	Name   string // kebab-case, as on the command line
	Doc    string // the question that the choice answers
	Source string // kernel function or mail
	Values []ValueInfo
}

// A ValueInfo documents one value of a choice.
type ValueInfo struct {
	Name string // kebab-case
	Doc  string
}

// The choices, in the order in which an event meets them.
const (
	Route Choice = iota
	Patches
	BlastRadius
	MadviseFlags
	QueueFull
	MfMutex
	AlreadyPoisoned
	PgmapRef
	Mark
	Account
	PgmapOps
	DataOffset
	RangeOffset
	DmRemap
	Srcu
	AliveTest
	HolderRead
	SlotScope
	HolderClaim
	HolderOps
	SlotTaken
	PutOrder
	PutWait
	UnmountOrder
	UnmountLock
	BornTest
	OnUnborn
	Translate
	SectorRound
	FsbnoForm
	WindowEnd
	ReflinkMount
	NoRmapbt
	TransAlloc
	DeviceRole
	LogRemoval
	MissingGroup
	GroupError
	GroupPut
	OnMetadata
	MetadataTest
	DirectoryFork
	ScanLock
	KillContext
	AfterShutdown
	IgetError
	Igrab
	HealthEvent
	RecordOffset
	EntryLock
	EntryWake
	PfnRecheck
	CollectLock
	TaskWalk
	Collect
	VictimAlloc
	PrivateCopy
	VmaAddress
	PreRemoveCollect
	UnmapWhenEmpty
	UnmapUnit
	SigbusQueue
	UnmapStart
	UnmapLength
	UnmapLeaves
	KillOrder
	SignalLock
	EarlyThread
	SignalCode
	NotifyFlags
	SignalLsb
	ToKill
	Fallback
	FallbackPgoff
	OwnerIndex
	SharedFallback
	PoisonedFolio
	PageCacheOwners
	PageCacheCopy
	RemoveOrder
	RemovalFallback
	KillWait
	MarkDead
	Freeze
	Thaw
	FaultSrcu
	Quarantine
	RefusedFault
	CowCopy
	PteInsert
	WriteInvalidate
	TruncateLock
	IdleWait
	Drain
	ShareCount
	ForeignMapping
	SharedInsert
	HugeDrop
	EvictAfterShutdown
	ForkOrder
	ReverseMap
	MirrorPolicy
	MirrorRecord
	ReadFaultShare
	Names
	NumChoices
)

// Values of Route: how a poisoned pfn reaches its users.
const (
	RouteCorruptedRange Value = iota
	RouteHolder
	RouteGendisk
	RoutePageMapping
)

// Values of Patches: how much of the series in the mail is applied.
const (
	PatchesAll Value = iota
	PatchesP8
	PatchesP7
	PatchesP6
	PatchesP5
	PatchesP4
	PatchesP3
	PatchesP2
	PatchesP1
)

// Values of BlastRadius: which of the pages that failed an event reports.
const (
	BlastAll Value = iota
	BlastFirst
)

// Values of MadviseFlags: what madvise(MADV_HWPOISON) passes to memory_failure.
const (
	MadviseActionRequired Value = iota
	MadviseSimulatedOnly
)

// Values of QueueFull: an event for which memory_failure_queue has no room.
const (
	QueueFullWaits Value = iota
	QueueFullDropped
)

// Values of MfMutex.
const (
	MfMutexHeld Value = iota
	MfMutexNone
	MfMutexNotDevice
)

// Values of AlreadyPoisoned: an event on a page of main memory that has
// PageHWPoison.
const (
	AlreadyPoisonedTold Value = iota
	AlreadyPoisonedZero
)

// Values of PgmapRef.
const (
	PgmapRefHeld Value = iota
	PgmapRefNone
)

// Values of Mark: when PageHWPoison is set.
const (
	MarkBeforeWalk Value = iota
	MarkPerEntry
)

// Values of Account: what HardwareCorrupted counts.
const (
	AccountOnce Value = iota
	AccountEveryEvent
	AccountNever
)

// Values of PgmapOps: a dev_pagemap whose driver has no operations.
const (
	PgmapOpsTested Value = iota
	PgmapOpsFollowed
)

// Values of DataOffset: where the pages begin on a pmem device.
const (
	DataOffsetSubtracted Value = iota
	DataOffsetIgnored
)

// Values of RangeOffset: from a page of a dax device of several ranges to an
// offset in the device.
const (
	RangeOffsetAccumulated Value = iota
	RangeOffsetInRange
)

// Values of DmRemap: from a range below a dm target to the mapped device.
const (
	DmRemapSectors Value = iota
	DmRemapMixedUnits
)

// Values of Srcu.
const (
	SrcuHeld Value = iota
	SrcuNone
)

// Values of AliveTest.
const (
	AliveTested Value = iota
	AliveNotTested
)

// Values of HolderRead.
const (
	HolderReadOnce Value = iota
	HolderReadTwice
)

// Values of SlotScope.
const (
	SlotPerBdev Value = iota
	SlotPerDaxDevice
)

// Values of HolderClaim.
const (
	HolderClaimCmpxchg Value = iota
	HolderClaimStore
)

// Values of HolderOps: does a mount register operations with its holder slot.
const (
	HolderOpsRegistered Value = iota
	HolderOpsNone
)

// Values of SlotTaken: a mount whose holder slot somebody has.
const (
	SlotTakenRefused Value = iota
	SlotTakenGoesOn
)

// Values of PutOrder.
const (
	PutOpsFirst Value = iota
	PutDataFirst
)

// Values of PutWait.
const (
	PutWaitsSrcu Value = iota
	PutWaitsNot
)

// Values of UnmountLock: is s_umount held while the slot is given up last.
const (
	UnmountLockHeld Value = iota
	UnmountLockDropped
)

// Values of UnmountOrder.
const (
	UnmountPutFirst Value = iota
	UnmountGroupsFirst
)

// Values of BornTest.
const (
	BornAtDelivery Value = iota
	BornInCallback
	BornWrongWord
	BornNotTested
)

// Values of OnUnborn.
const (
	UnbornDefer Value = iota
	UnbornEIO
)

// Values of Translate: how a range is clipped to a partition.
const (
	TranslateClip Value = iota
	TranslateAbsoluteEnd
	TranslateMinusLength
	TranslateNoOffset
)

// Values of SectorRound: which basic blocks a range of bytes has.
const (
	SectorOutward Value = iota
	SectorUp
)

// Values of FsbnoForm.
const (
	FsbnoSegmented Value = iota
	FsbnoLinear
)

// Values of WindowEnd: how the blocks of a range within a group are found.
const (
	WindowInclusive Value = iota
	WindowExclusiveEnd
	WindowNoPlusOne
	WindowU32Wrap
	WindowNotRebased
)

// Values of ReflinkMount: which mounts with DAX and reflink are refused.
const (
	ReflinkMountAllowed Value = iota
	ReflinkMountNotPartition
	ReflinkMountInAlwaysMode
)

// Values of NoRmapbt: a filesystem without a reverse map.
const (
	NoRmapbtRefused Value = iota
	NoRmapbtEOPNOTSUPP
)

// Values of TransAlloc: the transaction of the walk.
const (
	TransAllocSure Value = iota
	TransAllocLeaves
)

// Values of DeviceRole: which device of the filesystem a range lies on.
const (
	RoleByRange Value = iota
	RoleRealtimeFirst
	RoleDataOnly
)

// Values of LogRemoval: the device of the external log goes away.
const (
	LogRemovalShutdown Value = iota
	LogRemovalNothing
)

// Values of MissingGroup: the window names a group that does not exist.
const (
	MissingGroupError Value = iota
	MissingGroupStops
	MissingGroupOops
)

// Values of GroupError: the AGF of a group cannot be read.
const (
	GroupErrorGoesOn Value = iota
	GroupErrorStops
)

// Values of GroupPut: how a walk that meets an error drops its group.
const (
	GroupPutActive Value = iota
	GroupPutPassive
)

// Values of OnMetadata.
const (
	MetadataShutdownAfterScan Value = iota
	MetadataAbort
	MetadataIgnored
)

// Values of MetadataTest.
const (
	MetadataOwnerAndFlags Value = iota
	MetadataOwnerOnly
)

// Values of DirectoryFork.
const (
	DirectoryIsMetadata Value = iota
	DirectoryIgnored
	DirectoryEBUSY
)

// Values of ScanLock.
const (
	ScanHoldsAGF Value = iota
	ScanHoldsNothing
)

// Values of KillContext.
const (
	KillOutsideGroupLock Value = iota
	KillUnderGroupLock
)

// Values of AfterShutdown.
const (
	AfterShutdownWalk Value = iota
	AfterShutdownEIO
)

// Values of IgetError: xfs_iget(XFS_IGET_INCORE) gave -EAGAIN or -ENOENT.
const (
	IgetErrorSkip Value = iota
	IgetErrorShutdown
	IgetErrorReturned
	IgetErrorAbsentToo
)

// Values of Igrab.
const (
	IgrabTaken Value = iota
	IgrabNone
)

// Values of HealthEvent: whose loss is reported to userspace.
const (
	HealthEventLost Value = iota
	HealthEventRemovalToo
	HealthEventNone
)

// Values of RecordOffset.
const (
	RecordOffsetAdded Value = iota
	RecordOffsetOmitted
	RecordOffsetMixedUnits
)

// Values of EntryLock.
const (
	EntryLocked Value = iota
	EntryPeeked
	EntryLockedOrBusy
)

// Values of EntryWake: who wakes the tasks that sleep on a DAX entry.
const (
	WokenWakesNext Value = iota
	WokenWakesNobody
)

// Values of PfnRecheck.
const (
	PfnRechecked Value = iota
	PfnNotRechecked
)

// Values of CollectLock.
const (
	CollectHoldsIMmap Value = iota
	CollectHoldsNothing
)

// Values of TaskWalk: what keeps a task_struct while the tasks are walked.
const (
	TaskWalkRCU Value = iota
	TaskWalkNone
)

// Values of Collect: which VMAs over a failed file page count.
const (
	CollectMapped Value = iota
	CollectVMA
)

// Values of VictimAlloc: the memory for an entry of to_kill.
const (
	VictimAllocReserved Value = iota
	VictimAllocAtomic
)

// Values of PrivateCopy: is an anonymous copy taken for the file page.
const (
	PrivateCopySkipped Value = iota
	PrivateCopyCollected
)

// Values of VmaAddress: the address of a file page in a VMA.
const (
	VmaAddressPgoff Value = iota
	VmaAddressNoPgoff
)

// Values of PreRemoveCollect.
const (
	PreRemoveAllTasks Value = iota
	PreRemoveCurrentOnly
)

// Values of UnmapWhenEmpty.
const (
	UnmapAlways Value = iota
	UnmapWhenCollected
)

// Values of SigbusQueue: SIGBUS for a process that has not handled one yet.
const (
	SigbusQueued Value = iota
	SigbusOnePending
)

// Values of UnmapUnit: what is unmapped for one failed page.
const (
	UnmapPage Value = iota
	UnmapLargestMapping
)

// Values of UnmapStart: the word in which the first byte to unmap is counted.
const (
	UnmapStartU64 Value = iota
	UnmapStartU32
)

// Values of UnmapLeaves: what is left in the page table of a process that is
// unmapped and not told.
const (
	UnmapLeavesMarker Value = iota
	UnmapLeavesNothing
)

// Values of UnmapLength.
const (
	UnmapLengthIsLength Value = iota
	UnmapLengthIsEnd
)

// Values of KillOrder.
const (
	UnmapThenSignal Value = iota
	SignalThenUnmap
)

// Values of SignalLock: is i_mmap_rwsem held until the last signal.
const (
	SignalLockNone Value = iota
	SignalLockIMmap
)

// Values of EarlyThread: which thread of an early-kill process is signalled.
const (
	EarlyThreadAsked Value = iota
	EarlyThreadAnyPolicy
	EarlyThreadCurrent
)

// Values of SignalCode.
const (
	SignalARToCurrent Value = iota
	SignalARToAll
)

// Values of NotifyFlags: do the flags of the event reach the kill.
const (
	NotifyFlagsPassed Value = iota
	NotifyFlagsUnset
)

// Values of SignalLsb: the size that a signal tells.
const (
	SignalLsbMapping Value = iota
	SignalLsbPage
)

// Values of ToKill.
const (
	ToKillUnlinked Value = iota
	ToKillStale
)

// Values of Fallback: which return code of the holder leads to the
// single-owner path.
const (
	FallbackOnEOPNOTSUPP Value = iota
	FallbackNever
)

// Values of FallbackPgoff.
const (
	FallbackPgoffOfPage Value = iota
	FallbackPgoffZero
)

// Values of OwnerIndex: when the single-owner path reads page->index.
const (
	OwnerIndexUnderLock Value = iota
	OwnerIndexOnce
)

// Values of SharedFallback: what page->mapping of a shared page holds.
const (
	SharedMappingNull Value = iota
	SharedMappingFlag
)

// Values of PoisonedFolio.
const (
	PoisonedPage Value = iota
	PoisonedHead
)

// Values of PageCacheOwners.
const (
	PageCacheAsksFilesystem Value = iota
	PageCacheOwnMapping
	PageCacheUnshared
)

// Values of PageCacheCopy: a page cache page that was read from a failed block.
const (
	PageCacheCopyDropped Value = iota
	PageCacheCopyKept
)

// Values of RemoveOrder: what kill_dax does.
const (
	RemoveDeadThenNotify Value = iota
	RemoveNotifyThenDead
	RemoveFlagsZero
	RemoveSilent
)

// Values of RemovalFallback: a removal of pages that nobody above handles.
const (
	RemovalFallbackOwner Value = iota
	RemovalFallbackNone
)

// Values of KillWait: does kill_dax wait for dax_srcu.
const (
	KillWaitsSrcu Value = iota
	KillWaitsNot
)

// Values of MarkDead: what del_gendisk tells the filesystems, after kill_dax.
const (
	MarkDeadShutdown Value = iota
	MarkDeadNothing
)

// Values of Freeze.
const (
	FreezeNone Value = iota
	FreezeKernel
)

// Values of Thaw: what a removal thaws in the end.
const (
	ThawOwn Value = iota
	ThawUsers
)

// Values of FaultSrcu.
const (
	FaultSrcuOverInsert Value = iota
	FaultSrcuDirectAccess
)

// Values of Quarantine: what keeps a fault from mapping poison.
const (
	QuarantineHWPoison Value = iota
	QuarantineBadblocks
	QuarantineNone
)

// Values of RefusedFault: how a process is told that its fault met poison.
const (
	RefusedFaultMceerr Value = iota
	RefusedFaultAdrerr
	RefusedFaultCopyAdrerr
)

// Values of CowCopy.
const (
	CowCopyBeforeInsert Value = iota
	CowCopyAfterInsert
)

// Values of PteInsert.
const (
	PteAfterIomapEnd Value = iota
	PteBeforeIomapEnd
)

// Values of WriteInvalidate: when a write(2) that copies a shared block takes
// what was mapped of the old one out of the mapping.
const (
	WriteInvalidatesLocked Value = iota
	WriteInvalidatesFirst
	WriteInvalidatesNot
)

// Values of TruncateLock.
const (
	TruncateHoldsMmaplock Value = iota
	TruncateHoldsNothing
)

// Values of IdleWait: who waits until no page of the file is pinned.
const (
	IdleWaitAll Value = iota
	IdleWaitNotEvict
	IdleWaitNone
)

// Values of Drain.
const (
	DrainWaits Value = iota
	DrainSkipsLocked
)

// Values of ShareCount.
const (
	ShareField Value = iota
	SharePostDecrement
	ShareNotKept
)

// Values of ForeignMapping: a DAX entry goes whose page->mapping is another
// file.
const (
	ForeignMappingLeft Value = iota
	ForeignMappingCleared
)

// Values of SharedInsert: a fault that finds the DAX entry of a shared page.
const (
	SharedInsertLeavesOthers Value = iota
	SharedInsertUnmapsOthers
)

// Values of HugeDrop: which pages of a huge DAX entry that goes are told.
const (
	HugeDropEachPage Value = iota
	HugeDropFirstPage
)

// Values of EvictAfterShutdown.
const (
	EvictDisassociates Value = iota
	EvictLeavesMapping
)

// Values of ForkOrder: when the child of a fork joins the task list.
const (
	ForkVMAsFirst Value = iota
	ForkTaskFirst
)

// Values of ReverseMap: how many of the upper blocks of a device block a
// stacked driver reports.
const (
	ReverseMapAll Value = iota
	ReverseMapFirst
)

// Values of MirrorPolicy.
const (
	MirrorReportsLastLeg Value = iota
	MirrorReportsAnyLeg
)

// Values of MirrorRecord: when md notes that a leg lost a block.
const (
	MirrorRecordFirst Value = iota
	MirrorRecordLast
)

// Values of ReadFaultShare: does a read fault ask whether the block is
// shared.
const (
	ReadFaultAsks Value = iota
	ReadFaultAsksNot
)

// Values of Names: whose names the functions have. It changes what is
// printed, nothing that is done.
const (
	NamesMail Value = iota
	NamesRFC
	NamesV510
	NamesV61
	NamesV612
	NamesV73
)
