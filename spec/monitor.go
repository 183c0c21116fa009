package spec

import "math/bits"

// A Monitor follows one run and says what it has violated. It is a plain
// value. The model never sees it.
type Monitor struct {
	Violated Set
	Tested   Set // whose premise has held

	told     VASet // signalled since they were mapped
	untold   VASet // owed a signal by an event that is over, and not yet discharged
	events   [Tasks]event
	after    PageSet // pages whose event is over
	excused  PageSet // owners that an injected error made unknown
	repeat   PageSet // pages of the event that ended last
	mounting [Mounts]PageSet
	active   uint8    // events that run, a bit each
	calling  uint8    // of those, in a callback
	quiet    bool     // the event on repeat ran without another, and since it ended only repeats of it ran
	owedDown uint8    // mounts that an event that is over should have shut down
	Pad      [2]uint8 // keeps the value free of padding
}

// An event is one that has been raised.
type event struct {
	owed     VASet // mapped the page at t0, not discharged
	unmapped VASet // of those, unmapped by an event
	signal   VASet // covered by a signal since t0
	allowed  VASet // over the page at some moment
	mapped   VASet // mapped the page at some moment
	huge     VASet // as part of a huge mapping
	sole     VASet // of owed, through the one owner that page->mapping would name: of one page, with the device there
	of       Raised
	excused  PageSet
	owedDown uint8   // mounts whose metadata the page was all the time
	mayDown  uint8   // at some moment
	down     uint8   // mounts that the event shut down
	repeated bool    // the same event again, with nothing between
	alone    bool    // no other event meanwhile
	clean    bool    // the page was a clean page cache page at some moment: read again
	owedLoss FileSet // file pages in core that had one of the pages, and the same, all the time
	mayLoss  FileSet // at some moment
	reported FileSet // of which userspace was told
	moved    FileSet // that got other blocks meanwhile
}

func (m *Monitor) violate(bad bool, p Property) {
	if bad {
		m.Violated |= 1 << p
	}
}

func (m *Monitor) test(held bool, p Property) {
	if held {
		m.Tested |= 1 << p
	}
}

// Observe judges one step: the world before it, the world after it, and what
// the step showed.
func (m *Monitor) Observe(fx *Fixed, prev, now *World, f *Fact) {
	if f.Raised {
		m.raise(fx, now, f)
	}
	m.touchRepeat(prev, now, f)
	changed := prev.PTE != now.PTE
	if changed {
		m.mappings(prev, now, f)
	}
	moved := movedFiles(prev, now)
	for i := range m.events {
		if m.active>>i&1 == 0 {
			continue
		}
		e := &m.events[i]
		if !f.Event {
			e.owed &^= prev.Marked &^ now.Marked
		}
		if !f.Event && prev.Owned != now.Owned { // munmap, truncate: a reason of its own
			e.owed &^= over(&prev.Owned, e.of.Pages) &^ over(&now.Owned, e.of.Pages) &^ over(&now.PTE, e.of.Pages)
		}
		m.follow(e, fx, now)
		e.moved |= moved
		m.losses(e, fx, now)
	}
	if f.Signal {
		m.signalled(fx, now, f)
	}
	if f.Reported {
		m.report(f)
	}
	if f.Refused { // the consumer of the poison is who faulted
		m.test(true, WrongPayload)
		m.violate(f.Sig.Code != AR, WrongPayload)
	}
	if m.untold != 0 && !f.Event {
		m.discharge(prev, now)
	}
	m.shutdowns(fx, prev, now, f)
	m.poison(prev, now, f)
	m.callbacks(fx, now, f)
	if prev.Frozen != now.Frozen {
		m.freezes(prev, now, f)
	}
	if prev.Entry != now.Entry || prev.Assoc != now.Assoc || prev.Locked != now.Locked {
		m.shares(now)
	}
	m.violate(f.Touched, UseAfterFree)
	m.test(m.active&(m.active-1) != 0 || m.active != 0 && !f.Event, UseAfterFree)
	if f.Starved { // so it was under owner-tracking
		m.events[f.Task].sole = 0
	}
	m.violate(f.Overrun, EventNeverReturns)
	m.test(f.Waits, LostWakeup)
	m.test(prev.Mount != now.Mount && (now.Mount[0] == Dying || now.Mount[1] == Dying), TeardownNeverEnds)
	if f.Returned {
		m.returned(fx, now, f)
	}
	m.quarantine(fx, now, changed || f.Returned || f.Removed)
}

// over is the set of va pages for which page holds one of the pages.
func over(pages *[Procs][VA]uint8, set PageSet) (vas VASet) {
	for proc := range pages {
		for va, p := range pages[proc] {
			if set.Has(p) {
				vas |= At(uint8(proc), uint8(va))
			}
		}
	}
	return vas
}

// raise begins an event, t0.
func (m *Monitor) raise(fx *Fixed, now *World, f *Fact) {
	e := event{of: f.Of}
	e.of.Alive = now.Alive
	e.owed = over(&now.PTE, f.Of.Pages)
	if fx.Weak && !m.removing(fx, now, f.Of.Pages) { // then they are told of the removal
		e.owed |= over(&now.Owned, f.Of.Pages)
	}
	e.sole = over(&now.PTE, f.Of.Pages&^now.Shared&(1<<DevPages-1)) &^ now.Private
	for fs := range uint8(Mounts) {
		if now.Mount[fs] == Live && now.Meta[fs]&f.Of.Pages != 0 && !f.Of.Removal {
			e.owedDown |= 1 << fs
		}
	}
	e.repeated = m.quiet && m.repeat == f.Of.Pages && !f.Of.Removal && !f.Of.Replay && m.excused == 0
	for _, put := range m.mounting { // the event may have been put off until SB_BORN: then this is the first to have an effect
		e.repeated = e.repeated && put&f.Of.Pages == 0
	}
	e.alone = m.active == 0
	e.owedLoss = ^FileSet(0)
	untold := f.Of.Removal || f.Of.Pages&(f.Of.Pages-1) != 0
	for d, removed := range now.Removed {
		untold = untold || removed && fx.DevPages[d]&f.Of.Pages != 0 // nobody was told of those
	}
	if untold {
		e.sole = 0
	}
	for i := range m.events {
		m.events[i].alone = false
	}
	m.events[f.Task] = e
	m.active |= 1 << f.Task
	m.test(e.owed != 0, LostNotification)
	m.test(e.owed&m.toldBy(fx, now, &e) != 0, VictimNeverTold)
	m.test(e.owedDown != 0, MissedShutdown)
	m.test(e.owedDown != 0, ShutdownNeverComes)
	m.test(f.Of.Removal, TeardownNeverEnds)
	m.test(e.owedDown == 0 && !f.Of.Removal, SpuriousShutdown)
	m.test(true, WrongPoison)
	m.test(true, EventNeverReturns)
	m.test(e.repeated || m.after&f.Of.Pages != 0, NotIdempotent)
	m.test(fx.FSPages[0] != 0 && fx.FSPages[1] != 0 && (now.Mount[0] == Live || now.Mount[1] == Live), LeakBetweenFilesystems)
	m.test(e.sole&m.toldBy(fx, now, &e) != 0, Regression)
}

// toldBy is the set of va pages of processes that the event is to tell. The
// child of a fork that is not finished when the event is raised is no process
// yet: nobody could send it a signal. It is to lose the mapping all the same,
// and finds the page failed when it runs. With weak victims it is to be told
// when it has become one.
func (m *Monitor) toldBy(fx *Fixed, now *World, e *event) VASet {
	told, there := fx.EarlyKill, e.of.Alive
	if fx.Weak {
		there = now.Alive
	}
	switch {
	case e.of.Removal:
		told = there
	case e.of.Current != None:
		told |= 1 << e.of.Current
	}
	return processes(told & there)
}

// processes is the set of va pages of processes.
func processes(set uint8) (vas VASet) {
	for proc := range uint8(Procs) {
		if set>>proc&1 != 0 {
			vas |= (1<<VA - 1) << (proc * VA)
		}
	}
	return vas
}

// everyPage is all va pages of the processes that have one in the set.
func everyPage(some VASet) (vas VASet) {
	for proc := range uint8(Procs) {
		if of := processes(1 << proc); some&of != 0 {
			vas |= of
		}
	}
	return vas
}

// follow updates what holds of the event at some moment, and at every one.
func (m *Monitor) follow(e *event, fx *Fixed, now *World) {
	if e.of.Loss { // another leg can fail meanwhile
		e.of.Pages |= now.Lost
	}
	mapped := over(&now.PTE, e.of.Pages)
	e.mapped |= mapped
	e.allowed |= mapped | over(&now.Owned, e.of.Pages)
	e.huge = e.huge&^mapped | mapped&now.Huge
	e.clean = e.clean || now.Clean&e.of.Pages != 0
	for fs := range uint8(Mounts) {
		if now.Mount[fs] != Live || now.Meta[fs]&e.of.Pages == 0 {
			e.owedDown &^= 1 << fs
		}
		if now.Meta[fs]&e.of.Pages != 0 {
			e.mayDown |= 1 << fs
		}
		if now.Mount[fs] == Mounting && !e.of.Removal {
			m.mounting[fs] |= e.of.Pages & fx.FSPages[fs]
			m.test(e.of.Pages&fx.FSPages[fs] != 0, DroppedWhileMounting)
		}
	}
}

// mappings judges the PTEs that went, and notes who took them.
func (m *Monitor) mappings(prev, now *World, f *Fact) {
	var lost, fresh VASet
	for proc := range uint8(Procs) {
		if prev.PTE[proc] == now.PTE[proc] {
			continue
		}
		for va := range uint8(VA) {
			was, is := prev.PTE[proc][va], now.PTE[proc][va]
			if was == is {
				continue
			}
			if was != None {
				lost |= At(proc, va)
				m.taken(prev, f, proc, va)
			}
			if is != None {
				fresh |= At(proc, va)
			}
		}
	}
	m.told &^= fresh
	for i := range m.events {
		e := &m.events[i]
		if f.Event {
			e.unmapped |= e.owed & lost
		} else {
			e.owed &^= lost
		}
	}
}

// taken judges one PTE that an event removed: it was of a failed page, or of
// the same huge mapping.
func (m *Monitor) taken(prev *World, f *Fact, proc, va uint8) {
	if !f.Event {
		return
	}
	m.test(true, OverUnmap)
	of := &m.events[f.Task].of
	p := prev.PTE[proc][va]
	ok := of.Pages.Has(p) || prev.Stale.Has(p) || of.Removal && prev.Clean.Has(p)
	if prev.Huge&At(proc, va) != 0 {
		ok = ok || of.Pages.Has(p^1)
	}
	m.violate(!ok, OverUnmap)
}

// signalled judges one signal.
func (m *Monitor) signalled(fx *Fixed, now *World, f *Fact) {
	e := &m.events[f.Task]
	sig := &f.Sig
	var covered VASet
	for i := range uint8(1) << sig.Lsb {
		if sig.VA+i < VA {
			covered |= At(sig.Proc, sig.VA+i)
		}
	}
	m.test(true, WrongVictim)
	m.test(true, WrongPayload)
	m.test(true, OutOfOrder)
	m.test(true, NotIdempotent)
	if sig.Code == Kill {
		m.violate(true, WrongPayload)
		return
	}
	m.violate(covered&e.allowed == 0, WrongVictim)
	want := AO
	if sig.Proc == e.of.Current {
		want = AR
	}
	aligned := covered&e.mapped == 0 || sig.Lsb == 0 && covered&e.huge == 0 || sig.Lsb != 0 && covered&e.huge != 0
	tid := uint8(0) // current is a first thread, and so is who hears of a removal
	if sig.Proc != e.of.Current && !e.of.Removal {
		tid = fx.Threads >> sig.Proc & 1
	}
	m.violate(sig.Tid != tid, WrongPayload)
	m.violate(sig.Code != want || !aligned || covered&e.mapped == 0 && covered&e.allowed == 0, WrongPayload)
	if fx.Weak && e.of.Pages>>DevPages == 0 { // is the address still over the page?
		over := over(&now.Owned, e.of.Pages) | over(&now.PTE, e.of.Pages)
		m.violate(now.Alive>>sig.Proc&1 != 0 && covered&over == 0, WrongPayload)
	}
	m.violate(covered&over(&now.PTE, e.of.Pages) != 0, OutOfOrder)
	m.violate(covered&m.told != 0 || e.repeated, NotIdempotent)
	m.told |= covered & e.mapped
	m.untold &^= covered
	for i := range m.events {
		if m.active>>i&1 != 0 {
			m.events[i].signal |= covered
		}
	}
}

// losses updates which file pages lost their data: a removal loses none, and
// while one goes on no other event need get through.
func (m *Monitor) losses(e *event, fx *Fixed, now *World) {
	if e.of.Removal {
		return
	}
	over := filesOver(now, e.of.Pages)
	e.mayLoss |= over
	e.owedLoss &= over &^ e.moved &^ fx.Directory // its blocks are metadata, a report of them is true
	for f := range uint8(Files) {
		if now.InCore>>f&1 == 0 || now.Mount[fx.FileFS[f]] != Live {
			e.owedLoss &^= (1<<FilePages - 1) << (f * FilePages)
		}
	}
	if m.removing(fx, now, e.of.Pages) {
		e.owedLoss = 0
	}
}

// removing reports whether a device of the pages is being removed, or has been.
func (m *Monitor) removing(fx *Fixed, now *World, pages PageSet) bool {
	for i := range m.events {
		if m.active>>i&1 != 0 && m.events[i].of.Removal && m.events[i].of.Pages&pages != 0 {
			return true
		}
	}
	for d, removed := range now.Removed {
		if removed && fx.DevPages[d]&pages != 0 {
			return true
		}
	}
	return false
}

// filesOver is the file pages that the reverse map has one of the pages for.
func filesOver(now *World, pages PageSet) (set FileSet) {
	for f := range now.Recorded {
		for i, p := range now.Recorded[f] {
			if p&pages != 0 {
				set |= 1 << (f*FilePages + i)
			}
		}
	}
	return set
}

// movedFiles is the file pages that have other blocks than before.
func movedFiles(prev, now *World) (set FileSet) {
	if prev.Recorded == now.Recorded {
		return 0
	}
	for f := range now.Recorded {
		for i, p := range now.Recorded[f] {
			if p != prev.Recorded[f][i] {
				set |= 1 << (f*FilePages + i)
			}
		}
	}
	return set
}

// report judges one report of lost data. A file page that lost a block and got
// another one has lost that too, when it failed as well.
func (m *Monitor) report(f *Fact) {
	e := &m.events[f.Task]
	m.test(true, FalseHealthEvent)
	m.violate(f.Gone&^e.mayLoss != 0 || f.Gone&e.reported&^e.moved != 0, FalseHealthEvent)
	e.reported |= f.Gone
}

// shutdowns judges a filesystem that went down. A removal may still do that to one
// whose device is gone when its event is over; another event may not.
func (m *Monitor) shutdowns(fx *Fixed, prev, now *World, f *Fact) {
	for fs := range uint8(Mounts) {
		late := m.active>>f.Task&1 == 0 && fx.FSPages[fs]&fx.removed(now) != 0
		if prev.Shutdown[fs] || !now.Shutdown[fs] || late {
			continue
		}
		e := &m.events[f.Task]
		e.down |= 1 << fs
		m.violate(e.mayDown>>fs&1 == 0 && !e.of.Removal && e.excused == 0, SpuriousShutdown)
		m.violate(fx.FSPages[fs]&e.of.Pages == 0, LeakBetweenFilesystems)
		m.violate(e.repeated, NotIdempotent)
	}
}

// removed is the pages of the devices for which kill_dax has returned.
func (fx *Fixed) removed(now *World) (pages PageSet) {
	for d := range now.Removed {
		if now.Removed[d] {
			pages |= fx.DevPages[d]
		}
	}
	return pages
}

// poison judges PageHWPoison and the count of poisoned pages.
func (m *Monitor) poison(prev, now *World, f *Fact) {
	of := &m.events[f.Task].of
	if set := now.HWPoison &^ prev.HWPoison; set != 0 {
		m.violate(!f.Event || set&^of.Pages != 0 || of.Removal, WrongPoison)
	}
	if f.Excused != 0 {
		m.events[f.Task].excused |= f.Excused
		m.excused |= f.Excused
		for i := range m.events {
			m.events[i].repeated = false
		}
	}
}

// callbacks judges when a filesystem is called.
func (m *Monitor) callbacks(fx *Fixed, now *World, f *Fact) {
	pages := m.events[f.Task].of.Pages
	if f.Begun {
		m.calling |= 1 << f.Task
		m.test(true, OutOfOrder)
		m.violate(now.Mount[f.FS] != Live, OutOfOrder)
	}
	if f.Ended {
		m.calling &^= 1 << f.Task
	}
	for d := range now.Removed {
		if !now.Removed[d] {
			continue
		}
		m.test(true, LateRemoval)
		m.violate(f.Begun && fx.DevPages[d]&pages != 0, LateRemoval)
		for fs := range now.Mount { // it would go on without its log, or its metadata
			goesOn := now.Mount[fs] == Live && !now.Shutdown[fs]
			m.violate(f.Removed && goesOn && now.Meta[fs]&fx.DevPages[d] != 0, LateRemoval)
		}
		for i := range m.events {
			m.violate(f.Removed && m.calling>>i&1 != 0 && fx.DevPages[d]&m.events[i].of.Pages != 0, LateRemoval)
		}
	}
}

// freezes judges who ended the freeze of a user: nobody but a user may.
func (m *Monitor) freezes(prev, now *World, f *Fact) {
	for fs := range now.Frozen {
		m.test(prev.Frozen[fs], LateRemoval)
		m.violate(f.Event && prev.Frozen[fs] && !now.Frozen[fs], LateRemoval)
	}
}

// shares judges page->mapping, ->index and ->share against the entries.
func (m *Monitor) shares(now *World) {
	var n, file, index [DevPages]uint8
	for f := range now.Entry {
		for i, p := range now.Entry[f] {
			if p < DevPages {
				n[p]++
				file[p], index[p] = uint8(f)+1, uint8(i)
			}
		}
	}
	for p := range uint8(DevPages) {
		if now.Locked.Has(p) {
			continue
		}
		a := now.Assoc[p]
		ok := a == Assoc{Share: n[p]}
		if n[p] == 1 {
			ok = ok || a == Assoc{Mapping: file[p], Index: index[p]}
		}
		m.violate(!ok, StaleShare)
		m.test(n[p] != 0, StaleShare)
	}
}

// On 0, -EOPNOTSUPP and -EHWPOISON kill_me_maybe does no more. On any other
// error it sends SIGBUS to the process that consumed the poison (kill_me_now),
// without an address.
const (
	eopnotsupp = -95
	ehwpoison  = -128 // -133, which has no room in Fact.Rc
)

// returned ends an event, t1.
func (m *Monitor) returned(fx *Fixed, now *World, f *Fact) {
	e := &m.events[f.Task]
	m.active &^= 1 << f.Task
	tell := m.toldBy(fx, now, e)
	untold := m.waitsForSignal(fx, now, e)
	if e.of.Consumed {
		current := processes(1 << e.of.Current)
		untold &^= now.Marked & current // the instruction meets the hwpoison entry: that is SIGBUS
		if f.Rc != 0 && f.Rc != eopnotsupp && f.Rc != ehwpoison {
			untold &^= current // kill_me_now
		}
	}
	m.untold |= untold
	mapped := over(&now.PTE, e.of.Pages)
	excused := over(&now.Under, m.excused)
	gone := e.unmapped
	if fx.Weak { // or never mapped it
		gone = ^mapped
	}
	unsignalled := e.owed & gone & tell & processes(now.Alive) &^ e.signal
	if e.of.Loss || e.clean {
		unsignalled = 0
	}
	still := e.owed & mapped &^ e.unmapped // who maps it again was unmapped: that is S8
	lost := (still | unsignalled) &^ excused
	if m.active == 0 {
		lost |= over(&now.PTE, now.Stale) &^ excused
	}
	missedDown := false
	for fs := range uint8(Mounts) {
		if e.owedDown>>fs&1 != 0 && !now.Shutdown[fs] {
			missedDown = m.excused == 0
			m.owedDown |= 1 << fs
		}
	}
	m.violate(lost != 0, LostNotification)
	m.violate(missedDown, MissedShutdown)
	m.violate(e.down != 0 && still&^excused&^over(&now.PTE, fx.elsewhere(e.down)) != 0, OutOfOrder)
	silent := (f.Rc == 0 || f.Rc == eopnotsupp) && !e.of.Removal && !e.of.Loss // the caller does no more; kill_dax and md_error return nothing
	m.test(silent, WrongReturn)
	m.violate(silent && (lost != 0 || missedDown), WrongReturn)
	unheard := unsignalled &^ everyPage(e.sole&e.signal) // it told of one of several mappings
	m.violate(e.alone && e.sole&tell&(still|unheard)&^excused != 0, Regression)
	if !e.of.Removal && !e.of.Loss {
		m.after |= e.of.Pages
		// What it left undone the next one does, for the first time.
		m.repeat, m.quiet = e.of.Pages, e.alone && lost == 0 && !missedDown
	}
	told := e.reported != 0
	m.violate(told && e.owedLoss&^e.reported&^filesOver(now, m.excused) != 0, FalseHealthEvent)
	if m.active == 0 {
		m.violate(int(now.Counted) > bits.OnesCount16(uint16(m.after)), NotIdempotent)
	}
	*e = event{} // nobody looks at it again
}

// elsewhere is the pages of the filesystems that are not in the set, and of
// none that is.
func (fx *Fixed) elsewhere(set uint8) (pages PageSet) {
	for _, own := range fx.FSPages {
		pages |= own
	}
	for fs, own := range fx.FSPages {
		if set>>fs&1 != 0 {
			pages &^= own
		}
	}
	return pages
}

// Forget drops what is never looked at again. The pages are those of the
// events that may still be raised, replayed says that some may that were put
// off. Tested is for the caller to collect before.
func (m *Monitor) Forget(raised []PageSet, replayed bool) {
	m.Tested = 0
	if !m.again(raised) {
		m.quiet, m.repeat = false, 0
	}
	for i := range m.events {
		if !m.events[i].alone {
			m.events[i].sole = 0
		}
	}
	if m.active == 0 && len(raised) == 0 && !replayed {
		m.told = 0
	}
}

// Swap exchanges the names of two tasks.
func (m *Monitor) Swap(i, j uint8) {
	m.events[i], m.events[j] = m.events[j], m.events[i]
	for _, set := range [2]*uint8{&m.active, &m.calling} {
		if both := uint8(1)<<i | uint8(1)<<j; *set&both != 0 && *set&both != both {
			*set ^= both
		}
	}
}

// again reports whether it matters that nothing came between two events of the
// same pages.
func (m *Monitor) again(raised []PageSet) bool {
	if !m.quiet {
		return false
	}
	for _, pages := range raised {
		if pages == m.repeat {
			return true
		}
	}
	for i := range m.events {
		if m.events[i].repeated {
			return true
		}
	}
	return false
}

// Ends reports whether a step of the task comes between two events of the same
// pages: then it matters whether it comes before the second one or after.
// Forget has more on raised.
func (m *Monitor) Ends(task uint8, event bool, raised []PageSet) bool {
	return m.again(raised) && (!event || m.active>>task&1 != 0 && !m.events[task].repeated)
}

// quarantine judges the states after an event: nothing maps the page.
func (m *Monitor) quarantine(fx *Fixed, now *World, changed bool) {
	if !changed {
		return
	}
	m.test(m.after != 0, ReachablePoison)
	excused := over(&now.Under, m.excused)
	m.violate(m.after != 0 && over(&now.PTE, m.after)&^excused != 0, ReachablePoison)
	m.violate(m.active == 0 && now.Stale != 0 && over(&now.PTE, now.Stale)&^excused != 0, ReachablePoison)
	for d := range now.Removed {
		m.violate(now.Removed[d] && over(&now.PTE, fx.DevPages[d])&^excused != 0, LateRemoval)
	}
}

// touchRepeat notes whether an event is repeated with no step of another task
// between, and that it then changes nothing.
func (m *Monitor) touchRepeat(prev, now *World, f *Fact) {
	if !m.quiet {
		return
	}
	e := &m.events[f.Task]
	if !f.Event || m.active>>f.Task&1 != 0 && !e.repeated {
		m.quiet = false
		for i := range m.events {
			m.events[i].repeated = false
		}
		return
	}
	if e.repeated {
		m.violate(prev.PTE != now.PTE || prev.Counted != now.Counted || prev.HWPoison != now.HWPoison, NotIdempotent)
	}
}
