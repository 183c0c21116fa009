package model

import "strings"

// AllBits is every part of a State.
const AllBits = 2*BitAnonVMA - 1

// BitLocks are the parts of a State that are locks and references.
const BitLocks = BitWriters | BitFrozen | BitUmount | BitEntryLock | BitIgrab | BitSrcu | BitPgmap | BitFolio | BitMfMutex |
	BitIolock | BitMmaplock | BitIlock | BitIMmap | BitMmapLock | BitAGF | BitAnonVMA

// A touch is the parts of a State that a step reads only, that it updates,
// and that it writes without a look at what was there. adds are parts that
// hold something of each task, a reader of a lock or a reference: the step
// puts in or takes out its own task's, so that steps of two tasks that only do
// that may change places.
type touch struct{ reads, updates, writes, adds Bits }

// What helpers touch, for the steps that call them.
const (
	zapReads = BitVMA | BitEntry // zap: huge mappings, and does a mapping still have the page?

	// dropEntry updates these, after a look at the VMAs and for private copies.
	dropReads   = BitVMA | BitDram
	dropUpdates = BitEntry | BitAssoc | BitPTE | BitWaiters

	// drain: who holds the entry, or the folio? Nobody maps an inode that is
	// evicted: there are no PTEs to clear.
	drainReads   = dropReads | BitEntryLock | BitFolio
	drainUpdates = dropUpdates | BitDram
	evictUpdates = drainUpdates &^ BitPTE

	usableReads = BitLife | BitUmount | BitIncore

	// inUse: who has the file?
	usersRead = BitVMA | BitIolock | BitMmaplock | BitIlock

	// mapBlock updates these, and writes the block map.
	mapUpdates = BitRmap | BitRef
)

// touches is what each step reads and writes, in any scenario and design.
// Tests hold it to what the steps do.
var touches = [NumSteps]touch{
	mfRaise:  {reads: BitAlive | BitPTE, updates: BitPoisoned | BitBadblocks},
	mfQueue:  {updates: BitQueue},
	mfTake:   {updates: BitQueue},
	mfLock:   {updates: BitMfMutex},
	mfLookup: {reads: BitNoPgmap, adds: BitPgmap},
	mfUnlock: {updates: BitMfMutex | BitSigpending | BitQueue},

	dpTest: {reads: BitHWPoison},
	dpMark: {updates: BitHWPoison | BitNumPoison},
	dpDone: {updates: BitNumPoison, adds: BitPgmap},

	gkLock:   {reads: BitIncore | BitAssoc | BitEntry, updates: BitEntryLock, writes: BitWaiters},
	gkRelock: {reads: BitAssoc | BitEntry, updates: BitEntryLock, writes: BitWaiters},
	gkSleep:  {updates: BitWaiters},
	gkMark:   {reads: BitAssoc | BitEntry, updates: BitHWPoison | BitWaiters, writes: BitEntryLock},
	gkUnlock: {updates: BitWaiters, writes: BitEntryLock},

	fmLock:   {updates: BitFolio | BitHWPoison | BitNumPoison},
	fmSplit:  {reads: BitDram | BitEntry | BitPTE},
	fmUnlock: {updates: BitFolio},

	dvEnter:  {adds: BitSrcu},
	dvAlive:  {reads: BitDev},
	dvNext:   {reads: BitPoisoned | BitDev | BitBadblocks},
	dvRecord: {updates: BitBadblocks},
	dvExit:   {adds: BitSrcu},

	bdRead: {reads: BitSlot | BitLife, updates: BitShutdown | BitDeferred},

	blGetSuper: {reads: BitLife, updates: BitUmount},
	blDrop:     {updates: BitUmount},

	xfEnter:    {reads: BitSlot | BitLife},
	xfRmapbt:   {updates: BitBudget},
	xfFreeze:   {reads: BitLife | BitUmount | BitWriters, updates: BitFrozen},
	xfShutdown: {reads: BitLife, updates: BitShutdown},

	xfGroup:     {reads: BitLife},
	xfAgf:       {updates: BitAGF},
	xfAgfRead:   {reads: BitShutdown, updates: BitBudget | BitAGF | BitLife},
	xfQuery:     {reads: BitRmap},
	xfAgfUnlock: {updates: BitAGF},
	xfDecide:    {reads: BitLife, updates: BitShutdown | BitFrozen},

	ffIget:  {reads: BitIncore, adds: BitIgrab},
	ffIrele: {adds: BitIgrab},

	krLock:   {reads: BitIncore | BitEntry, updates: BitEntryLock, writes: BitWaiters},
	krSleep:  {updates: BitWaiters},
	krCheck:  {reads: BitEntry | BitData, updates: BitHWPoison},
	krUnlock: {updates: BitWaiters, writes: BitEntryLock},

	kpLock:   {reads: BitNoPgmap | BitPTE, adds: BitIMmap | BitAnonVMA},
	kpFind:   {reads: BitVMA | BitPTE | BitAlive | BitDram},
	kpAdd:    {reads: BitVMA | BitPTE | BitDram | BitAlive, updates: BitBudget},
	kpUnlock: {adds: BitIMmap | BitAnonVMA},
	kpUnmap:  {reads: zapReads, updates: BitPTE | BitDram},
	kpKill:   {reads: BitDram, updates: BitSigpending},
	kpDone:   {adds: BitIMmap},

	apBmap:      {reads: BitIlock | BitData},
	apAgf:       {updates: BitAGF},
	apQuery:     {reads: BitRmap},
	apAgfUnlock: {updates: BitAGF},

	gmNext:   {reads: BitEntry},
	gmLock:   {updates: BitFolio},
	gmCheck:  {reads: BitEntry | BitDram | BitData},
	gmDrop:   {writes: BitEntry},
	gmUnlock: {reads: BitPTE | BitEntry, updates: BitFolio, writes: BitDram},

	ftStart:    {reads: BitVMA | BitPTE | BitAlive | BitHWPoison, adds: BitMmapLock},
	ftFreeze:   {reads: BitFrozen, adds: BitWriters},
	ftMmaplock: {reads: BitSize, adds: BitMmaplock},
	ftUnlock:   {adds: BitMmaplock | BitWriters},
	ftEnd:      {adds: BitMmapLock},

	fdEntry:  {reads: BitEntry, updates: BitEntryLock, writes: BitWaiters},
	fdSleep:  {updates: BitWaiters},
	fdIlock:  {reads: BitShutdown | BitReflink | BitData | BitRmap | BitRef, updates: BitIlock},
	fdAgf:    {reads: BitShutdown, updates: BitAGF},
	fdShared: {reads: BitShutdown, updates: mapUpdates | BitData | BitCow | BitAGF},
	fdMapped: {updates: BitIlock},

	fdDirect:   {reads: BitDev | BitBadblocks, adds: BitSrcu},
	fdCopy:     {reads: BitPoisoned, updates: BitBudget},
	fdInsert:   {reads: dropReads | BitData | BitRef, updates: dropUpdates | BitEntryLock},
	fdCopyLate: {reads: BitPoisoned, updates: BitBudget},
	fdPte:      {reads: BitHWPoison | BitFolio | zapReads, updates: BitPTE | BitDram},
	fdEnded:    {reads: dropReads, updates: dropUpdates, writes: BitEntryLock},
	fdPteLate:  {reads: BitHWPoison | zapReads, updates: BitPTE},
	fdUnlock:   {updates: BitWaiters, writes: BitEntryLock, adds: BitSrcu},

	ceIlock:  {reads: BitShutdown | BitCow, updates: BitIlock},
	ceAgf:    {updates: BitAGF},
	ceRemap:  {updates: mapUpdates | BitAGF, writes: BitData | BitCow},
	ceUnlock: {updates: BitIlock},

	pcFind:   {reads: BitData | BitHWPoison, updates: BitEntry | BitDram | BitFolio},
	pcLock:   {reads: BitEntry, updates: BitFolio},
	pcRead:   {reads: BitIlock | BitData | BitPoisoned | BitDev, writes: BitEntry},
	pcMap:    {reads: BitSize | BitHWPoison | BitPoisoned | BitVMA | BitFolio, updates: BitPTE | BitDram | BitEntry},
	pcUnlock: {reads: BitPTE | BitEntry, updates: BitFolio, writes: BitDram},

	ueBmap:       {updates: BitData},
	ueAgf:        {updates: BitAGF},
	ueRmapDelete: {updates: BitRmap},
	ueRmapInsert: {updates: BitRmap},
	ueRefcount:   {updates: BitRef | BitAGF},

	trIolock:   {reads: usableReads, updates: BitIolock},
	trMmaplock: {reads: BitShutdown | BitPins, updates: BitMmaplock},
	trUnmap:    {reads: zapReads, updates: BitPTE | BitDram | BitSize},
	trDrain:    {reads: drainReads, updates: drainUpdates},
	trSleep:    {reads: BitEntry | BitFolio, updates: BitWaiters},
	trIlock:    {updates: BitIlock},
	trExtent:   {updates: BitIlock},
	trUnlock:   {updates: BitMmaplock | BitIolock},

	raIolock: {updates: BitIolock},
	raIlock:  {updates: BitIlock},
	raAgf:    {updates: BitAGF},
	raMap:    {reads: BitShutdown, updates: mapUpdates | BitData | BitSize | BitAGF | BitIlock | BitIolock},

	rlIolock:    {reads: usableReads, updates: BitIolock},
	rlIolock2:   {updates: BitIolock},
	rlMmaplock:  {reads: BitPins, updates: BitMmaplock},
	rlMmaplock2: {reads: BitShutdown, updates: BitMmaplock},
	rlPrep:      {reads: zapReads, updates: BitPTE | BitDram},
	rlDrain:     {reads: drainReads, updates: drainUpdates},
	rlSleep:     {reads: BitEntry | BitFolio, updates: BitWaiters},
	rlIlock:     {updates: BitIlock},
	rlIlock2:    {updates: BitIlock},
	rlAgf:       {reads: BitData | BitRef, updates: BitAGF},
	rlMap:       {updates: mapUpdates | BitSize | BitAGF | BitReflink, writes: BitData},
	rlUnlock:    {updates: BitIlock | BitMmaplock | BitIolock},

	mpStart:  {reads: BitAlive | BitLife | BitUmount, updates: BitMmapLock},
	mpIget:   {updates: BitIncore | BitIgrab},
	mpLink:   {reads: BitIMmap, updates: BitVMA | BitIgrab},
	mpUnlock: {updates: BitMmapLock},

	muStart:  {updates: BitMmapLock},
	muZap:    {reads: zapReads, updates: BitPTE, writes: BitDram},
	muUnlink: {reads: BitIMmap | BitAnonVMA, updates: BitVMA},
	muUnlock: {updates: BitMmapLock},

	fkStart: {updates: BitAlive | BitMmapLock},
	fkVma:   {reads: BitIMmap | BitAnonVMA, updates: BitVMA},
	fkCopy:  {reads: BitVMA | BitDram | BitHWPoison, updates: BitPTE},
	fkTask:  {updates: BitAlive | BitMmapLock},

	exStart:  {reads: BitAlive, updates: BitMmapLock},
	exZap:    {reads: zapReads, updates: BitPTE, writes: BitDram},
	exUnlink: {reads: BitIMmap | BitAnonVMA, updates: BitVMA},
	exTask:   {updates: BitAlive | BitMmapLock},

	evStart:  {reads: BitLife | BitUmount | BitPins | BitIgrab | usersRead, updates: BitIncore},
	evDrain:  {reads: BitShutdown | BitPTE | drainReads, updates: evictUpdates},
	evSleep:  {reads: BitEntry | BitFolio, updates: BitWaiters},
	evDone:   {reads: BitShutdown, writes: BitIncore},
	evIlock:  {updates: BitIlock},
	evExtent: {updates: BitIlock, writes: BitIncore},
	evFree:   {updates: BitIncore},

	mtStart:  {reads: BitDev, updates: BitLife | BitUmount},
	mtClaim:  {reads: BitDev | BitHWPoison, updates: BitSlot, writes: BitDeferred},
	mtOps:    {updates: BitSlot},
	mtFail:   {updates: BitSlot | BitUmount, writes: BitLife},
	mtBorn:   {writes: BitLife},
	mtReplay: {updates: BitDeferred | BitUmount},

	unStart:  {reads: BitLife | BitFrozen | BitIncore | BitMmapLock | usersRead, updates: BitUmount},
	unDying:  {writes: BitLife},
	unEvict:  {reads: BitShutdown | BitIgrab | BitPTE | BitEntryLock | dropReads, updates: evictUpdates, writes: BitIncore},
	unDrain:  {reads: BitAGF},
	unGroups: {updates: BitLife | BitUmount},
	unFree:   {updates: BitUmount, writes: BitLife},

	unPut:  {updates: BitSlot},
	unPut2: {updates: BitSlot},
	unSrcu: {reads: BitSrcu},

	ubStart:    {updates: BitDev},
	ubNotify:   {reads: BitSlot},
	ubDead:     {updates: BitDev},
	ubSweep:    {reads: BitLife, updates: BitShutdown},
	ubDetach:   {updates: BitDev},
	ubSrcu:     {reads: BitSrcu | BitDev, writes: BitSlot},
	ubGone:     {updates: BitRemoved | BitSigpending},
	ubMarkDead: {reads: BitLife | BitUmount, updates: BitShutdown},
	ubPgmap:    {reads: BitPgmap, updates: BitNoPgmap},

	fzFreeze: {reads: BitLife | BitShutdown | BitUmount | BitWriters, updates: BitFrozen},
	fzThaw:   {reads: BitLife | BitUmount, updates: BitFrozen},

	gpDone: {reads: BitData, adds: BitPins},

	wtIolock:   {reads: usableReads, updates: BitIolock},
	wtDirect:   {reads: BitDev | BitBadblocks, adds: BitSrcu},
	wtCopy:     {reads: BitPoisoned, updates: BitBudget, adds: BitSrcu},
	wtMmaplock: {updates: BitMmaplock},
	wtUnmap:    {reads: zapReads | BitDram, updates: BitPTE},
	wtDrain:    {reads: dropReads | BitEntryLock, updates: dropUpdates},
	wtSleep:    {updates: BitWaiters},
	wtUnlock:   {updates: BitSize | BitMmaplock | BitIolock},

	lfFail:   {updates: BitDev},
	lfReport: {reads: BitPoisoned | BitDev | BitBadblocks},
}

func init() {
	for st := range steps {
		steps[st].Adds = touches[st].adds
		steps[st].Reads = touches[st].reads | touches[st].updates | touches[st].adds
		steps[st].Writes = touches[st].writes | touches[st].updates | touches[st].adds
	}
}

// bitNames are the names of the parts, in the order of their bits.
var bitNames = [...]string{
	"hwpoison", "poisoned", "badblocks", "life", "shutdown", "deferred", "frozen", "writers", "s_umount", "rmap", "data", "cow", "reflink", "i_size", "ref", "entry", "entry-lock",
	"waiters", "assoc", "vma", "pte", "alive", "slot", "incore", "igrab", "srcu", "pgmap", "dev", "removed", "no-pgmap", "dram", "folio-lock",
	"mf_mutex", "num-poison", "sigpending", "budget", "iolock", "mmaplock", "ilock", "i_mmap", "mmap_lock", "agf", "pins", "mf-queue", "anon_vma",
}

// String lists the parts.
func (b Bits) String() string {
	var list []string
	for i, name := range bitNames {
		if b>>i&1 != 0 {
			list = append(list, name)
		}
	}
	return strings.Join(list, " ")
}
