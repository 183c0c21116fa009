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

// sound is what may be asked of the reductions: nothing when a step takes no
// lock, since all of them lean on what locks keep others from.
func (sys *System) sound(r Reduction) Reduction {
	if _, ok := sys.M.Unlocked(); ok {
		return Reduction{}
	}
	return r
}

// What the spec remembers, by things beyond those of a State.
const (
	memOwners = iota                      // who is over which page, a process each
	memMeta   = memOwners + spec.Procs    // which pages are metadata
	memNotes  = memMeta + 1               // what events are and were told
	memCalls  = memNotes + 1              // callbacks that run
	memRepeat = memCalls + 1              // nothing but a repeated event ran
	memShares = memRepeat + 1             // a page against its entries, a device page each
	memLosses = memShares + spec.DevPages // which file pages have lost their data
)

// The last of them has to have room beside the things of a State.
var _ = mem(memLosses, 1)

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
		steps := use.Steps()
		for _, st := range steps {
			t, _ := use.Touch(st)
			f.silent[task][st] = sys.observed(use, st, t)
			f.now[task][st] = sys.shown(use, st, f.silent[task][st])
		}
		g := gate{Gate: model.NumGates}
		f.close(&g, task, use, steps)
		f.future[task] = g.future
		for lock := range model.NumGates {
			if gated(use, lock, steps) {
				f.gates[task] = append(f.gates[task], gate{Gate: lock})
				f.close(&f.gates[task][len(f.gates[task])-1], task, use, steps)
			}
		}
		for e := range f.shares {
			f.shares[e] = mem(memShares, allPages&^use.PagesOf(uint8(e/model.MaxFilePages), uint8(e%model.MaxFilePages)))
		}
	}
	return f
}

// gated reports whether the gate can keep the task from one of the steps.
func gated(use *model.Use, lock model.Gate, steps []model.Step) bool {
	for _, st := range steps {
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
func (f *footprint) close(g *gate, task uint8, use *model.Use, steps []model.Step) {
	var ok, open [model.NumSteps]bool
	for _, st := range steps {
		ok[st] = true
		if open[st] = g.Gate == model.NumGates || !use.Closed(g.Gate, st); open[st] {
			g.future[st], g.returns[st] = f.now[task][st], st.Ends()
		}
	}
	type edge struct{ from, to model.Step }
	var edges []edge
	for i := len(steps) - 1; i >= 0; i-- { // the last ones first: most of it is done in one round
		for _, to := range steps[i].Leads() {
			if open[steps[i]] && ok[to] && (g.Gate == model.NumGates || !use.Barred(g.Gate, steps[i], to)) {
				edges = append(edges, edge{steps[i], to})
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, e := range edges {
			t, r := g.future[e.from].Or(&g.future[e.to]), g.returns[e.from] || g.returns[e.to]
			if t != g.future[e.from] || r != g.returns[e.from] {
				g.future[e.from], g.returns[e.from], changed = t, r, true
			}
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
	if writes&model.BitRmap != 0 {
		t.Writes = t.Writes.Or(mem(memLosses, 1))
	}
	if writes&(model.BitIncore|model.BitLife) != 0 { // only fewer
		t.Adds = t.Adds.Or(mem(memLosses, 1))
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
		read((seenMount | model.BitCow | model.BitRemoved | model.BitAlive).All())
		read(mem(memMeta, 1))
		read(mem(memLosses, 1))
	}
	if flags&model.ObsReturned != 0 {
		read((model.BitShutdown | model.BitHWPoison | model.BitNumPoison).All())
	}
	if flags&(model.ObsRaised|model.ObsReturned|model.ObsSignal|model.ObsAGFError) != 0 {
		t.Writes = t.Writes.Or(mem(memNotes, 1))
	}
	if flags&model.ObsReported != 0 {
		read(mem(memLosses, 1))
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
			if a.Kind == model.TaskMemoryFailure && (b.Kind == model.TaskMount || a.Failed() == b.Failed()) {
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
	if r = sys.sound(r); !r.Local && !r.PartialOrder {
		return nil
	}
	f := sys.footprint()
	repeats, events := sys.repeats(), sys.agenda()
	return func(run *Run, enabled []model.Action) (from, to int) {
		s := &run.State
		var t model.Touch
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
			f.next(s, task, &t)
			if repeats && run.Monitor.Ends(task, sys.view.notifies(s, task), raised[:n]) {
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

// next sets t to what the task's next step touches in this state, as a step
// that is taken first.
func (f *footprint) next(s *model.State, task uint8, t *model.Touch) {
	st, _ := s.At(task)
	*t = f.now[task][st]
	if *t == (model.Touch{}) {
		return
	}
	alone, entry, shows := f.sys.M.Next(s, task)
	if !shows {
		*t = f.silent[task][st]
	}
	switch {
	case st.Unlocks(): // taken first it only shows the spec more
		alone = alone.Or(f.judge)
	case entry != model.NoEntry:
		alone = alone.Or(f.shares[entry])
	}
	*t = t.Without(alone)
	t.Reads = t.Reads.Without(s.Guarded(task))
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
			a.pages[task] = spec.PageSet(tk.Failed())
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
// what matters no more, and with Symmetry sorts the tasks that are alike. Equal
// processes and files are not exchanged: kpFind looks at processes, and a query
// at records, in the order of their numbers.
func (sys *System) Canonical(r Reduction) func(run *Run) {
	r = sys.sound(r)
	events := sys.agenda()
	var alike [][2]uint8
	n := uint8(sys.M.Scenario.TaskCount())
	for i := range n {
		for j := i + 1; r.Symmetry && j < n; j++ {
			if sys.M.Alike(i, j) {
				alike = append(alike, [2]uint8{i, j})
			}
		}
	}
	return func(run *Run) {
		raised, n, others := events.ahead(&run.State)
		run.Monitor.Forget(raised[:n], others)
		for _, pair := range alike { // of three: all pairs in order sort them
			i, j := pair[0], pair[1]
			if run.State.Tasks[j].Less(&run.State.Tasks[i]) {
				run.State.Swap(i, j)
				run.Monitor.Swap(i, j)
			}
		}
	}
}
