package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
)

// next are the steps that each step may go on to: in its own routine, and the
// first ones of the routines that it calls. A routine that returns goes on at
// the step that its caller's frame names. The steps that are not listed end
// their task, or return. Tests hold it to the source and to runs.
var next = [NumSteps][]Step{
	mfRaise:  {mfLock},
	mfLock:   {mfLookup},
	mfLookup: {mfUnlock, fmLock, dpTest, dpOps},

	dpTest:  {dpMark},
	dpMark:  {dpOps},
	dpOps:   {dpCheck, pmCall, dpDone, gkLock},
	dpCheck: {dpDone, gkLock},

	gkLock:   {gkMark, gkSleep, gkNext, oopsed},
	gkSleep:  {gkLock},
	gkMark:   {gkUnlock, kpLock, gkLock, gkNext},
	gkUnlock: {gkNext},
	gkNext:   {gkLock},

	fmLock:  {fmSplit},
	fmSplit: {fmUnlock, kpFind, apBmap},

	pmCall: {pmReturn, dvEnter, blGetSuper},

	dvEnter:  {dvAlive},
	dvAlive:  {dvNext, dvExit, bdRead},
	dvNext:   {dvNext, dvResult, bdRead, dvExit},
	dvResult: {dvNext},

	bdRead: {bdReturn, xfEnter, oopsed},

	blGetSuper: {blReturn, blDrop, xfEnter},
	blDrop:     {blReturn},

	xfEnter:     {xfRole, xfTranslate, xfReturn, oopsed},
	xfRole:      {xfRmapbt, xfShutdown},
	xfTranslate: {xfRole, xfReturn},
	xfRmapbt:    {xfGroup, xfFreeze, xfReturn},
	xfFreeze:    {xfGroup},
	xfShutdown:  {xfReturn},

	xfGroup:     {xfGroup, xfAgf, xfDecide, oopsed},
	xfAgf:       {xfAgfRead},
	xfAgfRead:   {xfQuery, xfGroup, xfDecide},
	xfQuery:     {xfQuery, xfAgfUnlock, xfQueried, ffIget},
	xfQueried:   {xfQuery},
	xfAgfUnlock: {xfKill},
	xfKill:      {xfKill, ffIget, xfAgf, xfGroup},
	xfDecide:    {xfShutdown, xfReturn},

	ffIget:     {ffDispatch},
	ffDispatch: {ffIrele, krNext, gmNext},

	krNext:   {krNext, krLock},
	krLock:   {krCheck, krSleep, krNext},
	krSleep:  {krLock},
	krCheck:  {krUnlock, kpLock},
	krUnlock: {krNext},

	kpLock:   {kpFind},
	kpFind:   {kpAdd, kpUnlock},
	kpAdd:    {kpFind},
	kpUnlock: {kpUnmap, kpKill},
	kpUnmap:  {kpKill, kpDone},
	kpKill:   {kpKill, kpUnmap, kpDone},

	apBmap:      {apAgf, apKill},
	apAgf:       {apQuery},
	apQuery:     {apQuery, apAgfUnlock},
	apAgfUnlock: {apKill},
	apKill:      {apKill, gmNext},

	gmNext:   {gmNext, gmLock},
	gmLock:   {gmCheck},
	gmCheck:  {gmDrop, kpLock, gmUnlock},
	gmDrop:   {gmUnlock},
	gmUnlock: {gmNext},

	ftStart:    {ftMmaplock, ftFreeze, ftEnd},
	ftFreeze:   {ftMmaplock},
	ftMmaplock: {ftUnlock, fdEntry, pcFind},
	ftUnlock:   {ftEnd},

	fdEntry:  {fdIlock, fdSleep},
	fdSleep:  {fdEntry},
	fdIlock:  {fdAgf, fdMapped},
	fdAgf:    {fdShared},
	fdShared: {fdMapped},
	fdMapped: {fdDirect, fdUnlock},

	fdDirect:   {fdInsert, fdCopy, fdEnd},
	fdCopy:     {fdInsert, fdPte, fdEnd},
	fdInsert:   {fdPte, fdCopyLate, fdEnd},
	fdCopyLate: {fdPte, fdEnd},
	fdPte:      {fdEnd},
	fdEnd:      {fdUnlock, fdEnded, ceIlock},
	fdEnded:    {fdUnlock, fdPteLate},
	fdPteLate:  {fdUnlock},

	ceIlock: {ceAgf, ueBmap, ceUnlock},
	ceAgf:   {ceRemap},
	ceRemap: {ceUnlock},

	pcFind: {pcLock, pcRead},
	pcLock: {pcMap, pcRead, pcFind},
	pcRead: {pcMap, pcUnlock},
	pcMap:  {pcUnlock},

	ueBmap:       {ueAgf},
	ueAgf:        {ueRmapDelete},
	ueRmapDelete: {ueRmapInsert},
	ueRmapInsert: {ueRefcount},

	trIolock:   {trMmaplock},
	trMmaplock: {trUnmap, trUnlock},
	trUnmap:    {trDrain},
	trDrain:    {trDrain, trSleep, trIlock},
	trSleep:    {trDrain},
	trIlock:    {trExtent, ueBmap},
	trExtent:   {trExtent, ueBmap, trUnlock},
	trUnlock:   {raIolock},

	raIolock: {raIlock},
	raIlock:  {raAgf},
	raAgf:    {raMap},

	rlIolock:    {rlIolock2},
	rlIolock2:   {rlMmaplock},
	rlMmaplock:  {rlMmaplock2},
	rlMmaplock2: {rlPrep, rlUnlock},
	rlPrep:      {rlDrain},
	rlDrain:     {rlDrain, rlSleep, rlIlock},
	rlSleep:     {rlDrain},
	rlIlock:     {rlIlock2},
	rlIlock2:    {rlAgf, ueBmap},
	rlAgf:       {rlMap, rlUnlock},
	rlMap:       {rlUnlock},

	mpStart: {mpIget},
	mpIget:  {mpIget, mpLink, mpUnlock},
	mpLink:  {mpUnlock},

	muStart:  {muZap},
	muZap:    {muUnlink},
	muUnlink: {muUnlock},

	fkStart: {fkVma},
	fkVma:   {fkCopy},
	fkCopy:  {fkVma, fkTask},

	exStart:  {exZap},
	exZap:    {exUnlink},
	exUnlink: {exUnlink, exTask},

	evStart:  {evDrain},
	evDrain:  {evDrain, evSleep, evDone},
	evSleep:  {evDrain},
	evDone:   {evFree, evIlock},
	evIlock:  {evExtent, ueBmap},
	evExtent: {evExtent, ueBmap, evFree},

	mtStart:  {mtClaim},
	mtClaim:  {mtOps, mtFail},
	mtOps:    {mtBorn},
	mtBorn:   {mtReplay},
	mtReplay: {mtReplay, dvEnter},

	unStart:  {unEvict, unDying},
	unDying:  {unPut, unGroups},
	unEvict:  {unDying, unGroups},
	unGroups: {unFree, unPut},

	unPut:  {unPut2},
	unPut2: {unSrcu, unFree, unEvict},
	unSrcu: {unFree, unEvict},

	ubStart:  {ubNotify, ubDead},
	ubNotify: {ubDead, ubSweep, dvEnter},
	ubDead:   {ubSrcu},
	ubSrcu:   {ubGone, ubNotify},
	ubSweep:  {ubDetach, gkLock},
	ubDetach: {ubSrcu},
	ubGone:   {ubPgmap},

	lfFail:   {lfReport},
	lfReport: {lfReport, dvEnter},
}

// shows are the flags that a step can show, but for those that only claim
// something: ObsTouched and ObsOverrun, and what is shown of calls.
var shows = [NumSteps]ObsFlags{
	mfRaise:   ObsRaised,
	mfUnlock:  ObsReturned,
	bdRead:    ObsCallback,
	xfEnter:   ObsCallback,
	xfReturn:  ObsCallbackEnd,
	xfAgfRead: ObsAGFError,
	kpKill:    ObsSignal,
	mtReplay:  ObsRaised | ObsReturned,
	ubStart:   ObsRaised,
	ubGone:    ObsRemoved | ObsReturned,
	lfFail:    ObsRaised,
	lfReport:  ObsReturned,
}

// A Touch is what is looked at and changed by a step, or by all that may
// follow it. Adds are described in [StepInfo]; they are in neither of the
// others.
type Touch struct{ Reads, Writes, Adds Bits }

// And is what either touches.
func (t Touch) And(u Touch) Touch {
	return Touch{t.Reads | u.Reads, t.Writes | u.Writes, t.Adds | u.Adds}
}

// Conflict returns the parts over which the order of t and u matters.
func (t Touch) Conflict(u Touch) Bits {
	return t.Writes&(u.Reads|u.Writes|u.Adds) | (t.Reads|t.Adds)&u.Writes | t.Reads&u.Adds | t.Adds&u.Reads
}

// Leads are the steps that may follow st in its routine, and those that begin
// the routines it may call.
func (st Step) Leads() []Step { return next[st] }

// Shows are the flags that the step may show, but for ObsTouched, ObsOverrun
// and those of calls.
func (st Step) Shows() ObsFlags { return shows[st] }

// A Use is what one task can do in any run of one machine.
type Use struct {
	m     *Machine
	sp    *TaskSpec
	facts facts
	// Objects are the files, processes and so on that the task can ever touch,
	// for parts that there are several of. A part that is not in Objects is one
	// thing.
}

// facts are what holds in all runs of a machine.
type facts struct {
	cache bool // a file has a page cache
	dram  bool // pages of main memory are used
}

func (m *Machine) facts() (f facts) {
	sc := &m.Scenario
	for i := range sc.Files {
		f.cache = f.cache || sc.Files[i].Present && !m.IsDAX(uint8(i))
	}
	f.dram = f.cache
	for p := range sc.Procs {
		for _, mp := range sc.Procs[p].Maps {
			f.dram = f.dram || mp.Len != 0 && mp.Private
		}
	}
	for i := range m.tasks {
		f.dram = f.dram || sc.Tasks[i].Kind == TaskMmap && sc.Tasks[i].Flag
		f.dram = f.dram || sc.Tasks[i].Kind == TaskMemoryFailure && sc.Tasks[i].Page >= firstDram
	}
	return f
}

// Use is what the task can do.
func (m *Machine) Use(task uint8) Use {
	return Use{m: m, sp: &m.Scenario.Tasks[task], facts: m.facts()}
}

// First is the step that the task begins with.
func (u *Use) First() Step { return starts[u.sp.Kind] }

// Touch is what the step touches when the task takes it; ok is false when the
// task never comes to it.
func (u *Use) Touch(st Step) (t Touch, ok bool) {
	info := &steps[st]
	t = Touch{Reads: info.Reads &^ info.Adds, Writes: info.Writes &^ info.Adds, Adds: info.Adds}
	if !u.reaches(st) {
		return t, false
	}
	var none Bits
	if !u.facts.dram {
		none |= BitDram | BitFolio
		if zapsOnly(st) {
			none |= BitEntry
		}
	}
	if u.m.Scenario.Budget == 0 {
		none |= BitBudget
	}
	switch st {
	case fdShared:
		if u.sp.Kind == TaskReadFault {
			t.Writes &^= BitRmap | BitRef | BitData | BitCow
		}
	case kpFind:
		if u.device() {
			t.Reads &^= BitPTE
		}
	}
	t.Reads &^= none
	t.Writes &^= none
	t.Adds &^= none
	return t, true
}

// zapsOnly: the step looks at entries only to find out whether a page of main
// memory has other users.
func zapsOnly(st Step) bool {
	switch st {
	case muZap, exZap, trUnmap:
		return true
	}
	return false
}

// device: the task notifies of device pages only.
func (u *Use) device() bool {
	return u.sp.Kind != TaskMemoryFailure || u.sp.Page < firstDram
}

// reaches is false for steps that the task never comes to.
func (u *Use) reaches(st Step) bool {
	m := u.m
	is := m.is
	switch steps[st].routine {
	case rFolioFailure, rAopsCorruptedRange:
		return !u.device()
	case rGenericKillRange:
		return u.facts.cache
	case rBlockLost:
		return is(design.Route, design.RouteGendisk)
	case rEndCow:
		return u.sp.Kind != TaskReadFault
	case rFilemapFault:
		return u.facts.cache
	case rUnmapExtent:
		return u.sp.Kind != TaskReadFault
	}
	switch st {
	case dpTest, dpMark:
		return m.marksEarly()
	case ftFreeze, fdCopy, fdCopyLate, fdEnded, fdPteLate:
		return u.sp.Kind != TaskReadFault
	case kpKill:
	}
	return true
}

const firstDram = device.DevPages
