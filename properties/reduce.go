package properties

import (
	"github.com/notifycheck/notifycheck/model"
)

// A Reduction says which states need not be visited.
type Reduction struct {
	Local        bool // steps that touch nothing shared are taken at once
	PartialOrder bool // so are steps that depend on nothing that others may still do
	Symmetry     bool // states that only differ in the names of equal tasks are one
}

// Reduced is all reductions.
var Reduced = Reduction{Local: true, PartialOrder: true, Symmetry: true}

// Parts of the spec's memory, beyond those of a State.
const (
	bitOwners model.Bits = 1 << (50 + iota) // who is over which page, as events remember it
	bitNotes                                // what events are and were told
	bitCalls                                // callbacks that run
	bitShares                               // pages against entries
	bitRepeat                               // nothing but a repeated event ran
)

// A footprint is what the tasks of a system touch.
type footprint struct {
	now    [model.MaxTasks][model.NumSteps]model.Touch
	future [model.MaxTasks][model.NumSteps]model.Touch
}

// footprint works out what each step of each task touches, and what may be
// touched from there on.
func (sys *System) footprint() *footprint {
	f := &footprint{}
	for task := range uint8(sys.M.Scenario.TaskCount()) {
		use := sys.M.Use(task)
		now, future := &f.now[task], &f.future[task]
		var ok [model.NumSteps]bool
		for st := model.Step(1); st < model.NumSteps; st++ {
			var t model.Touch
			if t, ok[st] = use.Touch(st); ok[st] {
				now[st] = sys.judged(st, t)
			}
		}
		*future = *now
		for changed := true; changed; {
			changed = false
			for st := range model.NumSteps {
				t := future[st]
				for _, to := range model.Step(st).Leads() {
					if ok[to] {
						t = t.And(future[to])
					}
				}
				changed = changed || t != future[st]
				future[st] = t
			}
		}
	}
	return f
}

// judged adds to what a step touches what the spec looks at and remembers
// because of it.
func (sys *System) judged(st model.Step, t model.Touch) model.Touch {
	sh := st.Shows()
	const over = model.BitPTE | model.BitVMA | model.BitData | model.BitDram
	const lost = model.BitPoisoned | model.BitDev
	const world = over | model.BitEntry | model.BitCow | model.BitLife | model.BitSlot | lost
	if t.Writes&(model.BitVMA|model.BitData|model.BitCow|model.BitDram) != 0 {
		t.Writes |= bitOwners
	}
	if t.Writes&model.BitPTE != 0 {
		t.Adds |= bitOwners
		t.Reads |= model.BitDev
	}
	if t.Writes&(model.BitEntry|model.BitAssoc|model.BitEntryLock) != 0 {
		t.Writes |= bitShares
	}
	if sh&model.ObsRaised != 0 {
		t.Reads |= world
		t.Writes |= bitNotes
	}
	if sh&model.ObsReturned != 0 {
		t.Reads |= world | model.BitAlive | model.BitShutdown | model.BitHWPoison | model.BitNumPoison
		t.Writes |= bitNotes
	}
	if sh&model.ObsSignal != 0 {
		t.Reads |= over | model.BitEntry
		t.Writes |= bitNotes
	}
	if t.Writes&model.BitShutdown != 0 {
		t.Reads |= model.BitData | model.BitCow | lost | bitNotes
	}
	if sh&(model.ObsCallback) != 0 {
		t.Reads |= model.BitLife | model.BitSlot | model.BitDev
	}
	if sh&(model.ObsCallback|model.ObsCallbackEnd) != 0 {
		t.Adds |= bitCalls
	}
	if sh&model.ObsRemoved != 0 {
		t.Reads |= world | bitCalls
	}
	if sh&model.ObsAGFError != 0 && sys.M.Scenario.Budget > 0 {
		t.Writes |= bitNotes | bitOwners
	}
	return t
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
	n := uint8(sys.M.Scenario.TaskCount())
	return func(run *Run, enabled []model.Action) (from, to int) {
		s := &run.State
		var future [model.MaxTasks]model.Touch
		for task := range n {
			future[task] = f.ahead(s, task)
		}
		for from < len(enabled) {
			task := enabled[from].Task
			for to = from + 1; to < len(enabled) && enabled[to].Task == task; {
				to++
			}
			st, _ := s.At(task)
			t := f.now[task][st]
			if r.alone(t, task, future[:n]) {
				return from, to
			}
			from = to
		}
		return 0, 0
	}
}

func (r Reduction) alone(t model.Touch, task uint8, future []model.Touch) bool {
	if !r.PartialOrder {
		return t == model.Touch{}
	}
	for u := range future {
		if uint8(u) != task && t.Conflict(future[u]) != 0 {
			return false
		}
	}
	return true
}

// ahead is what the task may still touch.
func (f *footprint) ahead(s *model.State, task uint8) (t model.Touch) {
	k := &s.Tasks[task]
	for i := range k.Depth {
		t = t.And(f.future[task][k.Stack[i]])
	}
	return t
}

// Canonical returns what the engine calls before it stores a state: it forgets
// what matters no more.
func (sys *System) Canonical(r Reduction) func(run *Run) {
	return func(run *Run) {
		run.Monitor.Tested = 0
	}
}
