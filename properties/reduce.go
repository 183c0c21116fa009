package properties

import (
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/spec"
)

// A Reduction says which states need not be visited.
type Reduction struct {
	Local        bool // steps that touch nothing shared are taken at once
	PartialOrder bool // so are steps that depend on nothing that others may still do
	Symmetry     bool // states that only differ in the names of equal tasks are one
}

// Reduced is all reductions.
var Reduced = Reduction{Local: true, PartialOrder: true, Symmetry: true}

// What the spec remembers, by things beyond those of a State.
const (
	memOwners = iota                   // who is over which page, a process each
	memMeta   = memOwners + spec.Procs // which pages are metadata
	memNotes  = memMeta + 1            // what events are and were told
	memCalls  = memNotes + 1           // callbacks that run
	memRepeat = memCalls + 1           // nothing but a repeated event ran
	memShares = memRepeat + 1          // a page against its entries, a device page each
	numMem    = memShares + spec.DevPages
)

// mem is things of the spec's memory: n from the first on, as in the set.
func mem(first int, set uint16) (o model.Objects) {
	for i := 0; set != 0; i, set = i+1, set>>1 {
		if set&1 != 0 {
			o = o.Or(model.Object(model.NumObjects() + first + i))
		}
	}
	return o
}

const (
	allProcs = 1<<spec.Procs - 1
	allPages = 1<<spec.DevPages - 1
)

// A footprint is what the tasks of a system touch.
type footprint struct {
	sys    *System
	tasks  uint8
	now    [model.MaxTasks][model.NumSteps]model.Touch
	silent [model.MaxTasks][model.NumSteps]model.Touch // when it shows nothing
	future [model.MaxTasks][model.NumSteps]model.Touch
	ok     [model.MaxTasks][model.NumSteps]bool
	shares [model.MaxFiles * model.MaxFilePages]model.Objects // but those of the entry's pages
	judge  model.Objects                                      // all of memShares
	gates  [model.MaxTasks][]gate
}

// A gate is what a task can still do while another one holds it.
type gate struct {
	model.Gate
	future  [model.NumSteps]model.Touch
	returns [model.NumSteps]bool // the routine can come to its end
}

// footprint works out what each step of each task touches, and what may be
// touched from there on.
func (sys *System) footprint() *footprint {
	f := &footprint{sys: sys, tasks: uint8(sys.M.Scenario.TaskCount()), judge: mem(memShares, allPages)}
	for task := range f.tasks {
		use := sys.M.Use(task)
		now, future, ok := &f.now[task], &f.future[task], &f.ok[task]
		for st := model.Step(1); st < model.NumSteps; st++ {
			t, reached := use.Touch(st)
			if ok[st] = reached; !reached {
				continue
			}
			f.silent[task][st] = sys.observed(use, st, t)
			now[st] = sys.shown(use, st, f.silent[task][st])
		}
		g := gate{Gate: model.NumGates}
		f.close(&g, task, use)
		*future = g.future
		for lock := range model.NumGates {
			if f.gated(use, task, lock) {
				f.gates[task] = append(f.gates[task], gate{Gate: lock})
				f.close(&f.gates[task][len(f.gates[task])-1], task, use)
			}
		}
		for e := range f.shares {
			f.shares[e] = mem(memShares, allPages&^use.PagesOf(uint8(e/model.MaxFilePages), uint8(e%model.MaxFilePages)))
		}
	}
	return f
}

// gated reports whether the gate can keep the task from anything.
func (f *footprint) gated(use *model.Use, task uint8, lock model.Gate) bool {
	for st := model.Step(1); st < model.NumSteps; st++ {
		if !f.ok[task][st] {
			continue
		}
		if use.Closed(lock, st) {
			return true
		}
		for _, to := range st.Leads() {
			if use.Barred(lock, st, to) {
				return true
			}
		}
	}
	return false
}

// close works out what may follow each step of the task while another one
// holds the gate.
func (f *footprint) close(g *gate, task uint8, use *model.Use) {
	var leads [model.NumSteps][]model.Step
	for st := model.Step(1); st < model.NumSteps; st++ {
		if !f.ok[task][st] || g.Gate != model.NumGates && use.Closed(g.Gate, st) {
			continue
		}
		g.future[st], g.returns[st] = f.now[task][st], st.Ends()
		for _, to := range st.Leads() {
			if f.ok[task][to] && (g.Gate == model.NumGates || !use.Barred(g.Gate, st, to)) {
				leads[st] = append(leads[st], to)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for st := int(model.NumSteps) - 1; st > 0; st-- {
			t, r := g.future[st], g.returns[st]
			for _, to := range leads[st] {
				t = t.And(&g.future[to])
				r = r || g.returns[to]
			}
			changed = changed || t != g.future[st] || r != g.returns[st]
			g.future[st], g.returns[st] = t, r
		}
	}
}

// What the spec observes of a State.
const (
	seenOver  = model.BitPTE | model.BitVMA | model.BitDram // and where the files' pages lie
	seenLost  = model.BitPoisoned | model.BitDev            // blocks that no leg has
	seenMount = model.BitLife | model.BitSlot
)

// stale: the spec looks for page cache pages whose block is lost.
func (sys *System) stale() bool { return sys.view.raid || !sys.allDAX() }

func (sys *System) allDAX() bool {
	for f := range sys.M.Scenario.Files {
		if file := &sys.M.Scenario.Files[f]; file.Present && !file.Directory && !sys.M.IsDAX(uint8(f)) {
			return false
		}
	}
	return true
}

// observed adds to what a step touches what the spec sees and remembers of it
// when it shows nothing.
func (sys *System) observed(use *model.Use, st model.Step, t model.Touch) model.Touch {
	_, writes := use.Parts(st)
	pages, procs := use.Sight(st)
	stale := sys.stale()
	if writes&(model.BitVMA|model.BitData) != 0 {
		t.Writes = t.Writes.Or(mem(memOwners, procs))
	}
	if writes&(model.BitData|model.BitCow) != 0 {
		t.Writes = t.Writes.Or(mem(memMeta, 1))
	}
	if writes&model.BitDram != 0 || stale && writes&(model.BitEntry|seenLost) != 0 {
		t.Writes = t.Writes.Or(mem(memOwners, allProcs)).Or(mem(memMeta, 1)).Or(mem(memNotes, 1))
	}
	if writes&model.BitPTE != 0 {
		t.Adds = t.Adds.Or(mem(memOwners, procs))
		t.Reads = t.Reads.Or(model.BitRemoved.All())
		if stale {
			t.Reads = t.Reads.Or((model.BitData | model.BitEntry | model.BitDram | seenLost).All()).Or(mem(memNotes, 1))
		}
	}
	if writes&(model.BitEntry|model.BitAssoc|model.BitEntryLock) != 0 {
		t.Writes = t.Writes.Or(mem(memShares, pages&allPages))
	}
	if writes&model.BitShutdown != 0 {
		t.Reads = t.Reads.Or((model.BitData | model.BitCow | seenLost).All()).Or(mem(memMeta, 1))
	}
	return t
}

// shown adds what the spec sees and remembers of what the step shows.
func (sys *System) shown(use *model.Use, st model.Step, t model.Touch) model.Touch {
	flags := st.Shows()
	read := func(o model.Objects) { t.Reads = t.Reads.Or(o) }
	if flags&(model.ObsRaised|model.ObsReturned|model.ObsSignal|model.ObsRemoved) != 0 {
		read(seenOver.All())
		_, data := use.Notified()
		if sys.stale() || sys.M.Scenario.Budget != 0 {
			data = (model.BitData | model.BitEntry | seenLost).All()
		}
		read(data)
	}
	if flags&(model.ObsRaised|model.ObsReturned) != 0 {
		read((seenMount | model.BitCow | model.BitRemoved).All())
		read(mem(memMeta, 1))
	}
	if flags&model.ObsReturned != 0 {
		read((model.BitAlive | model.BitShutdown | model.BitHWPoison | model.BitNumPoison).All())
	}
	if flags&(model.ObsRaised|model.ObsReturned|model.ObsSignal|model.ObsAGFError) != 0 {
		t.Writes = t.Writes.Or(mem(memNotes, 1))
	}
	if flags&model.ObsCallback != 0 {
		read((seenMount | model.BitRemoved).All())
	}
	if flags&(model.ObsCallback|model.ObsCallbackEnd) != 0 {
		t.Adds = t.Adds.Or(mem(memCalls, 1))
	}
	if flags&model.ObsRemoved != 0 {
		read(mem(memCalls, 1))
	}
	if flags&model.ObsAGFError != 0 && sys.M.Scenario.Budget != 0 {
		t.Writes = t.Writes.Or(mem(memOwners, allProcs)).Or(mem(memMeta, 1))
	}
	return t
}

// repeats reports whether an event can be the same again: then the spec
// notes every step that comes between.
func (sys *System) repeats() bool {
	sc := &sys.M.Scenario
	for i := range sc.TaskCount() {
		for j := range i {
			a, b := &sc.Tasks[i], &sc.Tasks[j]
			if a.Kind != model.TaskMemoryFailure {
				a, b = b, a
			}
			if a.Kind == model.TaskMemoryFailure && (b.Kind == model.TaskMount ||
				b.Kind == model.TaskMemoryFailure && a.Page == b.Page && max(a.Pages, 1) == max(b.Pages, 1)) {
				return true
			}
		}
	}
	return false
}

// Persistent returns what the engine asks before it stores a state: a range of
// the enabled actions, those of one task, which nothing that the other tasks
// may do before can change or be changed by. The spec is part of it: what it
// observes and remembers of a step belongs to the step. nil when neither
// reduction is on.
func (sys *System) Persistent(r Reduction) func(run *Run, enabled []model.Action) (from, to int) {
	if !r.Local && !r.PartialOrder {
		return nil
	}
	f := sys.footprint()
	repeats, events := sys.repeats(), sys.agenda()
	return func(run *Run, enabled []model.Action) (from, to int) {
		s := &run.State
		var raised [model.MaxTasks]spec.PageSet
		n := 0
		if repeats {
			raised, n, _ = events.ahead(s)
		}
		for from < len(enabled) {
			task := enabled[from].Task
			for to = from + 1; to < len(enabled) && enabled[to].Task == task; {
				to++
			}
			t := f.next(s, task)
			if repeats && run.Monitor.Ends(task, sys.notifies(s, task), raised[:n]) {
				from = to
				continue
			}
			if t == (model.Touch{}) || r.PartialOrder && f.alone(s, task, &t) {
				return from, to
			}
			from = to
		}
		return 0, 0
	}
}

// notifies reports whether the task's next step is one of an event.
func (sys *System) notifies(s *model.State, task uint8) bool {
	switch sys.M.Scenario.Tasks[task].Kind {
	case model.TaskMemoryFailure, model.TaskUnbind, model.TaskLegFailure:
		return true
	case model.TaskMount:
		return s.Tasks[task].Depth > 1
	}
	return false
}

// next is what the task's next step touches in this state, as a step that is
// taken first.
func (f *footprint) next(s *model.State, task uint8) (t model.Touch) {
	st, _ := s.At(task)
	alone, entry, shows := f.sys.M.Next(s, task)
	if shows {
		t = f.now[task][st]
	} else {
		t = f.silent[task][st]
	}
	switch {
	case st.Unlocks(): // taken first it only shows the spec more
		alone = alone.Or(f.judge)
	case entry != model.NoEntry:
		alone = alone.Or(f.shares[entry])
	}
	t = t.Without(alone)
	t.Reads = t.Reads.Without(s.Guarded(task))
	return t
}

// alone reports whether nothing that other tasks may do before it depends on
// t. While the task does not move it keeps its locks, and what others do only
// with those they don't.
func (f *footprint) alone(s *model.State, task uint8, t *model.Touch) bool {
	for u := range f.tasks {
		if u != task && !f.apart(s, task, u, t) {
			return false
		}
	}
	return true
}

// apart is alone for one of the other tasks.
func (f *footprint) apart(s *model.State, task, u uint8, t *model.Touch) bool {
	k := &s.Tasks[u]
	var over model.Objects
	for i := range k.Depth {
		over = over.Or(t.Conflict(&f.future[u][k.Stack[i]]))
	}
	for i := range f.gates[u] {
		if over == (model.Objects{}) {
			return true
		}
		g := &f.gates[u][i]
		if !s.Holds(task, g.Gate) {
			continue
		}
		var left model.Objects
		for i := int(k.Depth) - 1; i >= 0; i-- {
			left = left.Or(t.Conflict(&g.future[k.Stack[i]]))
			if !g.returns[k.Stack[i]] {
				break
			}
		}
		over = over.And(left)
	}
	return over == (model.Objects{})
}

// An agenda is the events that a system can have.
type agenda struct {
	pages  [model.MaxTasks]spec.PageSet // of those that are not put off
	others uint8                        // tasks that may raise others, a bit each
}

func (sys *System) agenda() (a agenda) {
	for task := range sys.M.Scenario.TaskCount() {
		switch tk := &sys.M.Scenario.Tasks[task]; tk.Kind {
		case model.TaskMemoryFailure:
			a.pages[task] = (1<<max(tk.Pages, 1) - 1) << tk.Page
		case model.TaskUnbind, model.TaskMount, model.TaskLegFailure:
			a.others |= 1 << task
		}
	}
	return a
}

// ahead is the pages of events that may still be raised, n of them, and
// whether others may.
func (a *agenda) ahead(s *model.State) (raised [model.MaxTasks]spec.PageSet, n int, others bool) {
	for task := range uint8(model.MaxTasks) {
		_, lives := s.At(task)
		if a.pages[task] != 0 && lives && !s.Begun(task) {
			raised[n] = a.pages[task]
			n++
		}
		others = others || lives && a.others>>task&1 != 0
	}
	return raised, n, others
}

// Canonical returns what the engine calls before it stores a state: it forgets
// what matters no more.
func (sys *System) Canonical(r Reduction) func(run *Run) {
	events := sys.agenda()
	return func(run *Run) {
		raised, n, others := events.ahead(&run.State)
		run.Monitor.Forget(raised[:n], others)
	}
}

const _ = uint(model.MaxObjects - 160 - numMem)
