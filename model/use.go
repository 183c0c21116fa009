package model

import (
	"bytes"
	"unsafe"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
)

// A Touch is what is looked at and changed by a step, or by all that may
// follow it. Adds are described in [StepInfo]; they are in neither of the
// others.
type Touch struct{ Reads, Writes, Adds Objects }

// Or is what either touches.
func (t *Touch) Or(u *Touch) Touch {
	return Touch{t.Reads.Or(u.Reads), t.Writes.Or(u.Writes), t.Adds.Or(u.Adds)}
}

// Conflict returns the things over which the order of t and u matters.
func (t *Touch) Conflict(u *Touch) (o Objects) {
	for i := range o {
		o[i] = t.Writes[i]&(u.Reads[i]|u.Writes[i]|u.Adds[i]) | (t.Reads[i]|t.Adds[i])&u.Writes[i] |
			t.Reads[i]&u.Adds[i] | t.Adds[i]&u.Reads[i]
	}
	return o
}

// Without leaves some things out.
func (t *Touch) Without(o Objects) Touch {
	return Touch{t.Reads.Without(o), t.Writes.Without(o), t.Adds.Without(o)}
}

// A Use is what one task can do in any run of one machine.
type Use struct {
	m     *Machine
	sp    *TaskSpec
	v     survey
	pages uint16 // that it notifies of
	own   Span   // of what only its kind of task does
	other Span   // of what it does to a second file
	event Span   // of what it does to notify

	unclaimed bool // pages of it can be nobody's
	shutsDown bool // it can shut a filesystem down
}

// Use is what the task can do.
func (m *Machine) Use(task uint8) *Use {
	u := &Use{m: m, sp: &m.Scenario.Tasks[task], v: m.survey()}
	u.pages = m.eventPages(u.sp)
	u.own, u.other, u.event = everything, everything, everything
	if u.v.exact && u.device() {
		u.event = m.eventSpan(&u.v, u.pages)
	}
	u.ownSpan()
	if u.v.dram { // who else has the page?
		for _, s := range [3]*Span{&u.own, &u.other, &u.event} {
			s[perSpace] = everything[perSpace]
		}
	}
	u.unclaimed = !u.claimed()
	u.shutsDown = u.canShutDown()
	return u
}

// eventSpan is what an event on the pages can touch, when it finds the owners
// of those pages and no other.
func (m *Machine) eventSpan(v *survey, pages uint16) Span {
	blocks := m.blocksAt(pages)
	s := m.span(v, v.of(blocks))
	s[perPage] |= pages
	for b := range uint8(MaxBlocks) {
		if blocks>>b&1 != 0 {
			s[perGroup] |= 1 << m.GroupOf(b)
		}
	}
	for fs, has := range m.fsPages { // the log too
		if has&pages != 0 {
			s[perFS] |= 1 << fs
		}
	}
	if m.Scenario.Geometry.Second == SecondRemount {
		s[perFS] = everything[perFS]
	}
	for p := range device.Page(device.DevPages) {
		if pages&p.Bit() != 0 {
			s[perDev] |= 1 << m.DevOf(p)
		}
	}
	return s
}

// ownSpan is what the task works on.
func (u *Use) ownSpan() {
	m, sp, v := u.m, u.sp, &u.v
	slot := func(proc, slot uint8) (set uint16) {
		for _, c := range v.cover[proc][slot*mm.VMAPages:][:mm.VMAPages] {
			set |= c
		}
		return set
	}
	procs := uint16(1) << sp.Proc
	switch sp.Kind {
	case TaskReadFault, TaskWriteFault:
		u.own = m.span(v, v.cover[sp.Proc][sp.Slot*mm.VMAPages+sp.Index])
		u.own[perProc] = procs
		u.own[perSpace] |= procs
	case TaskTruncate:
		u.own = m.span(v, filePages(sp.File, sp.Index))
	case TaskPunch:
		u.own = m.span(v, entryBit(sp.File, sp.Index))
		u.other = m.span(v, filePages(sp.To, 0))
		u.other[perGroup] |= u.own[perGroup]
	case TaskReflink:
		u.own = m.span(v, entryBit(sp.File, sp.Index)|entryBit(sp.To, sp.Len))
	case TaskMmap:
		u.own = m.span(v, entryBit(sp.File, sp.Index))
		u.own[perProc], u.own[perSpace] = procs, procs
	case TaskMunmap:
		u.own = m.span(v, slot(sp.Proc, sp.Slot))
		u.own[perProc], u.own[perSpace] = procs, procs
	case TaskFork:
		procs |= 1 << sp.To
		u.own = m.span(v, slot(sp.Proc, 0)|slot(sp.Proc, 1))
		u.own[perProc], u.own[perSpace] = procs, procs
		u.own[perPage] = everything[perPage]
	case TaskExit:
		u.own = m.span(v, slot(sp.Proc, 0)|slot(sp.Proc, 1))
		u.own[perProc], u.own[perSpace] = procs, procs
	case TaskPin, TaskWrite:
		u.own = m.span(v, entryBit(sp.File, sp.Index))
	case TaskFreeze:
		u.own[perFS] = 1 << sp.FS
	case TaskEvict:
		u.own = m.span(v, filePages(sp.File, 0))
	case TaskMount, TaskUmount:
		files := uint16(0)
		for f := range m.Scenario.Files {
			if m.Scenario.Files[f].FS == sp.FS {
				files |= filePages(uint8(f), 0)
			}
		}
		u.own = m.span(v, files)
		u.own[perFS] = 1 << sp.FS
		u.own[perGroup] |= m.groupLocks(sp.FS)
		u.own[perProc] = m.openers(sp.FS)
		u.own[perDev], u.own[perPage], u.own[perSlot] = everything[perDev], everything[perPage], 0
		slots, n := m.slots(sp.FS)
		for _, slot := range slots[:n] {
			u.own[perSlot] |= 1 << slot
		}
	case TaskUnbind, TaskLegFailure:
		u.own[perDev] = 1 << sp.Dev
		u.own[perSlot] = 1 << m.daxSlot(sp.Dev)
		u.own[perFS] = 0
		for fs := range uint8(MaxFS) {
			if m.uses(fs, sp.Dev) {
				u.own[perFS] |= 1 << fs
			}
		}
	}
}

// openers is the processes that are to map a file of the mount.
func (m *Machine) openers(fs uint8) (procs uint16) {
	for i := range m.tasks {
		if tk := &m.Scenario.Tasks[i]; tk.Kind == TaskMmap && m.Scenario.Files[tk.File].FS == fs {
			procs |= 1 << tk.Proc
		}
	}
	return procs
}

// claimed: all pages of the event belong to a filesystem that takes part, is
// live all the time and has its holder slot.
func (u *Use) claimed() bool {
	m, g := u.m, &u.m.Scenario.Geometry
	if !u.v.exact || g.NoRmapbt || u.v.kinds[TaskUmount]+u.v.kinds[TaskMount]+u.v.kinds[TaskUnbind] != 0 {
		return false
	}
	var fs uint16
	for i := range uint8(MaxFS) {
		if m.TakesPart(i) && !m.Scenario.Unborn[i] && (i == 0 || g.Second == SecondXFS) {
			fs |= m.fsPages[i]
		}
	}
	return u.pages&^fs == 0
}

// canShutDown is false for an event that meets no metadata and no error.
func (u *Use) canShutDown() bool {
	m, sc := u.m, &u.m.Scenario
	if u.sp.Kind != TaskMemoryFailure || !u.v.exact || sc.Budget != 0 || u.v.kinds[TaskUmount] != 0 ||
		!m.is(design.IgetError, design.IgetErrorSkip) || !m.is(design.AfterShutdown, design.AfterShutdownWalk) {
		return true
	}
	for p := range device.Page(device.DevPages) {
		if u.pages&p.Bit() != 0 && m.DevOf(p) == 1 { // the log
			return true
		}
	}
	meta := u.v.staged | u.v.at(u.v.dirs)
	for _, rec := range m.StaticRecords() {
		for i := range rec.Len {
			meta |= 1 << (uint8(rec.Start) + i)
		}
	}
	return m.pagesAt(meta)&u.pages != 0
}

// span is that of a step.
func (u *Use) span(st Step) Span {
	sp := u.sp
	switch steps[st].routine {
	case rReallocate:
		return u.other
	case rFault, rDaxFault, rDaxFaultIter, rEndCow, rFilemapFault, rUnmapExtent, rTruncate, rReflinkFile, rMmapFile,
		rMunmap, rFork, rExit, rEvict, rMount, rUmount, rPutDax, rUnbind, rLegFailure, rPin, rWrite, rFreeze:
		s := u.own
		switch st {
		case ftStart:
			s[perPage] = u.v.events
			s[perSpace] = 1 << sp.Proc
		case trUnmap: // the whole file
			s[perEntry] |= filePages(sp.File, 0)
		case rlPrep:
			s[perEntry] |= filePages(sp.File, 0) | filePages(sp.To, 0)
		case fdPte, fdPteLate, pcMap:
			if !u.v.dram {
				s[perSpace] = 1 << sp.Proc
			}
		}
		return s
	}
	s := u.event
	switch st {
	case mfRaise:
		s[perProc], s[perSpace] = 1<<sp.Proc, 1<<sp.Proc
	case dpTest, dpMark:
		s[perPage] = u.pages
	case kpFind, kpAdd: // who does not map the page can go at any time
		if u.m.is(design.TaskWalk, design.TaskWalkNone) {
			s[perProc] = everything[perProc]
		}
	}
	return s
}

// Touch is what the step touches when the task takes it; ok is false when the
// task never comes to it.
func (u *Use) Touch(st Step) (t Touch, ok bool) {
	if !u.reaches(st) {
		return t, false
	}
	span := u.span(st)
	in := func(b Bits) Objects {
		o := b.In(&span)
		if u.v.dram { // who else has the page?
			o = o.Or((b & BitEntry).All())
		}
		return o
	}
	reads, writes := u.Parts(st)
	adds := steps[st].Adds
	return Touch{Reads: in(reads &^ adds), Writes: in(writes &^ adds), Adds: in(writes & adds)}, true
}

// Steps is those that the task can come to, later ones mostly after those that
// lead to them.
func (u *Use) Steps() (list []Step) {
	var seen [NumSteps]bool
	var visit func(st Step)
	visit = func(st Step) {
		if seen[st] || !u.reaches(st) {
			return
		}
		seen[st] = true
		list = append(list, st)
		for _, to := range next[st] {
			visit(to)
		}
	}
	visit(starts[u.sp.Kind])
	return list
}

// Parts is the parts that the step reads and writes in this machine.
func (u *Use) Parts(st Step) (reads, writes Bits) {
	neither, unchanged := u.never(st)
	return steps[st].Reads &^ neither, steps[st].Writes &^ neither &^ unchanged
}

// Sight is the pages of devices that the entries which the step works on can
// have, and the processes whose address spaces can show what it does.
func (u *Use) Sight(st Step) (pages, procs uint16) {
	span := u.span(st)
	return u.m.pagesAt(u.v.at(span[perEntry])), span[perSpace] | u.v.over(span[perEntry])
}

// PagesOf is the pages that a file page can have.
func (u *Use) PagesOf(file, idx uint8) uint16 {
	return u.m.pagesAt(u.v.at(u.m.halves(entryBit(file, idx))))
}

// Notified is the pages that the task notifies of, and the file pages that can
// have one of them.
func (u *Use) Notified() (pages uint16, files Objects) {
	span := Span{perEntry: u.v.of(u.m.blocksAt(u.pages))}
	return u.pages, BitData.In(&span)
}

// idle is the parts that nothing in this machine is in.
func (u *Use) idle() (parts Bits) {
	for _, p := range [...]struct {
		parts Bits
		used  bool
	}{
		{BitDram | BitFolio | BitAnonVMA, u.v.dram},
		{BitBudget, u.m.Scenario.Budget != 0},
		{BitSigpending, u.m.is(design.SigbusQueue, design.SigbusOnePending)},
		{BitPins, u.v.kinds[TaskPin] != 0},
		{BitSize, u.v.kinds[TaskTruncate] != 0},
		{BitQueue, u.v.queued},
	} {
		if !p.used {
			parts |= p.parts
		}
	}
	return parts
}

// never is the parts that the step does not touch in this machine: those that
// it neither reads nor writes, and those that it does not write.
func (u *Use) never(st Step) (reads, writes Bits) {
	m, g, v := u.m, &u.m.Scenario.Geometry, &u.v
	reads, writes = m.untouched(st)
	no := func(parts Bits, unless bool) {
		if !unless {
			reads |= parts
		}
	}
	reads |= u.idle()
	unbinds := u.sp.Kind == TaskUnbind
	switch st {
	case mfRaise:
		_, raised := u.sp.Raiser()
		no(BitAlive|BitPTE, raised)
		no(BitBadblocks, u.sp.Source == SourceScrub && !m.recordsLate())
	case mfUnlock:
		no(BitQueue, u.sp.Queued)
	case lfReport:
		no(BitBadblocks, m.recordsLate())
	case dpMark:
		no(BitNumPoison, m.is(design.Account, design.AccountOnce))
	case dpDone:
		no(BitNumPoison, m.is(design.Account, design.AccountEveryEvent))
	case gkMark:
		no(BitHWPoison, (!m.marksEarly() || !m.is(design.PoisonedFolio, design.PoisonedPage)) &&
			(!unbinds || m.is(design.RemoveOrder, design.RemoveFlagsZero)))
	case krCheck:
		no(BitData, m.tellsVMAs())
		no(BitHWPoison, !m.marksEarly() && (!unbinds || m.is(design.RemoveOrder, design.RemoveFlagsZero)))
	case dvNext:
		no(BitPoisoned|BitDev, g.Stack == StackRaid1)
		no(BitBadblocks, m.recordsLate())
	case bdRead:
		late := v.kinds[TaskUmount]+v.kinds[TaskMount] != 0 || m.Scenario.Unborn != [MaxFS]bool{}
		no(BitLife, late)
		no(BitShutdown, late && unbinds)
		no(BitDeferred, late && !unbinds && m.remembers())
	case xfEnter:
		no(BitSlot, m.readsHolderTwice())
	case xfAgfRead:
		no(BitLife, m.is(design.GroupPut, design.GroupPutPassive))
		no(BitShutdown, m.is(design.AfterShutdown, design.AfterShutdownEIO))
	case xfRmapbt:
		no(BitBudget, m.is(design.TransAlloc, design.TransAllocLeaves))
	case xfDecide, xfShutdown:
		no(BitShutdown, u.shutsDown)
		no(BitFrozen, unbinds)
	case kpLock, kpFind:
		no(BitPTE, !u.device())
	case kpUnmap, muZap, exZap, trUnmap, wtUnmap, fdPte, fdPteLate:
		no(BitEntry, v.dram || g.Huge)
	case ftStart:
		no(BitHWPoison, v.dram || m.is(design.UnmapLeaves, design.UnmapLeavesMarker))
	case fdIlock:
		no(BitRmap|BitRef, u.sp.Kind != TaskReadFault)
	case fdShared:
		if u.sp.Kind == TaskReadFault {
			writes |= BitRmap | BitRef | BitData
			no(BitRmap|BitCow|BitShutdown, false)
		}
	case fdDirect, wtDirect:
		no(BitBadblocks, m.is(design.Quarantine, design.QuarantineBadblocks))
	case fdInsert:
		no(BitData, g.Huge)
		no(BitRef, !m.is(design.ShareCount, design.ShareNotKept) || m.is(design.SharedInsert, design.SharedInsertUnmapsOthers))
	case mtClaim:
		no(BitHWPoison|BitDeferred, m.remembers())
	case ubSrcu:
		no(BitSlot, !m.deadFirst())
	}
	return reads, writes
}

// untouched is what a step does not read or write for a choice that no other
// step depends on.
func (m *Machine) untouched(st Step) (reads, writes Bits) {
	switch {
	case st == kpAdd:
		if m.is(design.TaskWalk, design.TaskWalkRCU) {
			reads = BitAlive
		}
		if m.is(design.VictimAlloc, design.VictimAllocReserved) {
			reads |= BitBudget
		}
		return reads, 0
	case st == fkStart && m.is(design.ForkOrder, design.ForkVMAsFirst):
		return 0, BitAlive
	case st == kpUnlock && !m.is(design.SignalLock, design.SignalLockNone), st == kpDone && m.is(design.SignalLock, design.SignalLockNone):
		return 0, BitIMmap
	}
	return 0, 0
}

// device: the task notifies of device pages only.
func (u *Use) device() bool { return u.pages>>device.DevPages == 0 }

// reaches is false for steps that the task never comes to.
func (u *Use) reaches(st Step) bool {
	m, v := u.m, &u.v
	is := m.is
	reader := u.sp.Kind == TaskReadFault
	switch steps[st].routine {
	case rFolioFailure, rAopsCorruptedRange:
		return !u.device()
	case rDevPagemap, rPmemFailure:
		return u.device()
	case rCorruptedRange:
		if u.sp.Kind == TaskMount && (!m.remembers() || v.kinds[TaskMemoryFailure] == 0) {
			return false
		}
	case rGenericKill:
		return u.unclaimed
	case rGenericKillRange:
		if u.device() && !is(design.PageCacheCopy, design.PageCacheCopyDropped) {
			return false
		}
		return v.cache || v.dirs != 0 && !is(design.DirectoryFork, design.DirectoryIsMetadata)
	case rBlockLost:
		return is(design.Route, design.RouteGendisk)
	case rDaxFaultIter:
		return u.sp.Kind != TaskWrite
	case rEndCow:
		return !reader
	case rFilemapFault:
		return v.cache
	}
	switch st {
	case mfQueue, mfTake:
		return u.sp.Queued
	case dpTest, dpMark:
		return m.marksEarly()
	case xfTranslate:
		return !is(design.Route, design.RouteCorruptedRange)
	case xfFreeze:
		return u.sp.Kind == TaskUnbind && is(design.Freeze, design.FreezeKernel)
	case xfShutdown:
		return u.shutsDown
	case fdAgf, fdShared:
		return !reader || !m.Scenario.Geometry.NoReflink && !is(design.ReadFaultShare, design.ReadFaultAsksNot)
	case ftFreeze, fdCopy, fdCopyLate, fdEnded, fdPteLate:
		return !reader
	case gkRelock:
		return is(design.OwnerIndex, design.OwnerIndexOnce)
	case dvRecord:
		return m.recordsLate()
	case wtMmaplock, wtUnmap:
		return is(design.WriteInvalidate, design.WriteInvalidatesLocked)
	case wtDrain, wtSleep:
		return !is(design.WriteInvalidate, design.WriteInvalidatesNot)
	case raIolock:
		return u.sp.Kind == TaskPunch && u.sp.Flag
	case evIlock:
		return u.sp.Flag
	}
	return true
}

// Next says what the task's next step leaves alone of what it can touch, in
// this state: what belongs to other files or processes. shows is false when it
// shows none of Shows; entry is the file page that it works on, if it does so.
func (m *Machine) Next(s *State, task uint8) (alone Objects, entry uint8, shows bool) {
	t := &s.Tasks[task]
	switch t.Stack[t.Depth-1] {
	case ffIget, ffDispatch, ffIrele, kpLock, kpUnlock, kpDone:
		if t.File != noFile {
			return others.file[t.File], NoEntry, true
		}
	case krLock, krSleep, krCheck, krUnlock, fdEntry, fdSleep, fdUnlock:
		entry = t.File*MaxFilePages + t.Idx
		alone = others.entry[entry]
		if m.Scenario.Geometry.Huge {
			alone = others.pair[entry]
		}
		return alone.Or(others.file[t.File]), entry, true
	case kpAdd:
		return others.proc[t.Found/mm.VMAs], NoEntry, true
	case kpKill:
		found := t.Found
		for found < mm.Procs*mm.VMAs && t.ToKill&(1<<found) == 0 {
			found++
		}
		if found == mm.Procs*mm.VMAs {
			return alone, NoEntry, false
		}
		return others.proc[found/mm.VMAs], NoEntry, true
	}
	return alone, NoEntry, true
}

// Unlocks reports a step that unlocks an entry, and leaves the entry and its
// page alone.
func (st Step) Unlocks() bool { return st == krUnlock || st == gkUnlock || st == fdUnlock }

// Guarded is what nobody else writes while the task does not move: the records
// of a group whose AGF it holds, the block map of a file whose ILOCK it holds.
func (s *State) Guarded(task uint8) (o Objects) {
	for g, l := range s.AGF {
		if l == task+1 {
			o = o.Or(guarded.group[g])
		}
	}
	for f, l := range s.Ilock {
		if l&(1<<task) != 0 {
			o = o.Or(guarded.file[f])
		}
	}
	return o
}

var guarded = func() (o struct {
	group [MaxGroups]Objects
	file  [MaxFiles]Objects
},
) {
	for g := range o.group {
		o.group[g] = (BitRmap | BitRef).In(&Span{perGroup: 1 << g})
	}
	for f := range o.file {
		o.file[f] = BitData.In(&Span{perEntry: filePages(uint8(f), 0)})
	}
	return o
}()

// Alike reports whether the tasks can be exchanged for each other: they are to
// do the same, and no wake-up can tell them apart, as it goes to the first of
// several that wait for an entry. No two wait when at most two tasks want
// entries; events that hold mf_mutex throughout count as one.
func (m *Machine) Alike(i, j uint8) bool {
	sc := &m.Scenario
	if sc.Tasks[i] != sc.Tasks[j] {
		return false
	}
	wants, serial := 0, 0
	for task := range uint8(m.tasks) {
		switch sc.Tasks[task].Kind {
		case TaskMmap, TaskMunmap, TaskFork, TaskExit, TaskUmount, TaskPin:
		case TaskMemoryFailure:
			if m.is(design.MfMutex, design.MfMutexHeld) {
				serial = 1
				continue
			}
			wants++
		default:
			wants++
		}
	}
	return wants+serial <= 2
}

// Swap exchanges the names of two tasks.
func (s *State) Swap(i, j uint8) {
	s.Tasks[i], s.Tasks[j] = s.Tasks[j], s.Tasks[i]
	bits := func(set *uint8) {
		if both := uint8(1)<<i | uint8(1)<<j; *set&both != 0 && *set&both != both {
			*set ^= both
		}
	}
	id := func(holder *uint8) {
		switch *holder {
		case i + 1:
			*holder = j + 1
		case j + 1:
			*holder = i + 1
		}
	}
	for f := range MaxFiles {
		for _, set := range [...]*uint8{&s.Igrabs[f], &s.Iolock[f], &s.Mmaplock[f], &s.Ilock[f], &s.IMmap[f]} {
			bits(set)
		}
		for e := range s.Entry[f] {
			id(&s.Entry[f][e].Lock)
		}
	}
	for v := range s.AnonVMA {
		bits(&s.AnonVMA[v])
	}
	for p := range s.MmapLock {
		bits(&s.MmapLock[p])
	}
	bits(&s.Srcu)
	for d := range s.Dev {
		bits(&s.Dev[d].Pgmap)
	}
	for fs := range s.Mount {
		bits(&s.Mount[fs].Writers)
		id(&s.Mount[fs].Umount)
	}
	for d := range s.Dram {
		id(&s.Dram[d].Lock)
	}
	for g := range s.AGF {
		id(&s.AGF[g])
	}
	s.Pins[i], s.Pins[j] = s.Pins[j], s.Pins[i]
	for _, holder := range [...]*uint8{&s.MfMutex, &s.Fifo, &s.Worker} {
		id(holder)
	}
}

// Less orders two tasks by where they are.
func (t *Task) Less(u *Task) bool {
	if t.Phase != u.Phase || t.Depth != u.Depth {
		return t.Phase < u.Phase || t.Phase == u.Phase && t.Depth < u.Depth
	}
	x, y := t.bytes(), u.bytes()
	return bytes.Compare(x[:], y[:]) < 0
}

const taskSize = unsafe.Sizeof(Task{})

// bytes is the task as bytes: it has no padding.
func (t *Task) bytes() *[taskSize]byte { return (*[taskSize]byte)(unsafe.Pointer(t)) }

// NoEntry is none of the file pages.
const NoEntry = 0xFF

// others is all things but those of one file, file page or process.
var others = func() (o struct {
	file        [MaxFiles]Objects
	entry, pair [entries]Objects
	proc        [mm.Procs]Objects
},
) {
	but := func(k kind, set uint16) Objects {
		var span Span
		span[k] = everything[k] &^ set
		return AllBits.In(&span)
	}
	for i := range o.file {
		o.file[i] = but(perFile, 1<<i)
	}
	for i := range o.entry {
		o.entry[i] = but(perEntry, 1<<i)
		o.pair[i] = but(perEntry, 1<<i|1<<(i^1))
	}
	for i := range o.proc {
		o.proc[i] = but(perSpace, 1<<i).Or(but(perProc, 1<<i))
	}
	return o
}()
