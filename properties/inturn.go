package properties

import (
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/spec"
)

// A Sent is a signal that a process was sent.
type Sent struct {
	Proc uint8
	Code mm.Code
	Lsb  uint8 // log2 pages
}

// An Outcome is what comes of the tasks of a scenario when each begins after
// the one before it has ended, and nothing that can fail at random does.
type Outcome struct {
	Returned []mm.Errno // by events, in their order
	Sent     []Sent
	Mapped   [mm.Procs]int // va pages that map a failed page in the end
	Shutdown bool          // of the filesystem
	Stuck    bool          // a task did not end
	Violated spec.Set
}

// InTurn runs the tasks one after the other. ok is false when the design
// refuses the scenario.
func (sys *System) InTurn() (out Outcome, ok bool) {
	runs := sys.Init()
	if len(runs) == 0 {
		return out, false
	}
	run := runs[0]
	var failed spec.PageSet
	for task := range uint8(sys.M.Scenario.TaskCount()) {
		failed |= spec.PageSet(sys.M.Scenario.Tasks[task].Failed())
		out.runTask(sys, &run, task)
	}
	var now spec.World
	sys.view.world(&run.State, &now)
	for p := range now.PTE {
		for _, page := range now.PTE[p] {
			if page != spec.None && failed.Has(page) {
				out.Mapped[p]++
			}
		}
	}
	out.Shutdown = now.Shutdown[0]
	if len(sys.Enabled(&run, nil)) == 0 {
		sys.Finish(&run)
	}
	out.Violated = run.Monitor.Violated
	return out, true
}

// inTurnSteps is more than the longest task takes.
const inTurnSteps = 2000

// runTask takes the steps of a task to its end, or to where it is stuck.
func (out *Outcome) runTask(sys *System, run *Run, task uint8) {
	for range inTurnSteps {
		if _, alive := run.State.At(task); !alive {
			return
		}
		next := -1
		enabled := sys.Enabled(run, nil)
		for i := range enabled {
			if enabled[i].Task == task {
				next = i
				break
			}
		}
		if next < 0 {
			break
		}
		out.note(sys, run, enabled[next])
	}
	out.Stuck = true
}

// note takes an action and notes what it shows.
func (out *Outcome) note(sys *System, run *Run, a model.Action) {
	var o model.Obs
	state := run.State
	sys.M.Step(&state, a, &o)
	sys.Apply(run, a)
	if o.Flags&model.ObsSignal != 0 {
		out.Sent = append(out.Sent, Sent{o.Proc, o.Code, o.Lsb})
	}
	if o.Flags&model.ObsReturned != 0 {
		out.Returned = append(out.Returned, o.Rc)
	}
}

// Events lists the events of a family, each alone: of every scenario the tasks
// that are one, as different ones as there are.
func (f *Family) Events() []model.Scenario {
	var events []model.Scenario
	seen := map[model.Scenario]bool{}
	for _, sc := range f.draw() {
		for i := range sc.TaskCount() {
			if k := sc.Tasks[i].Kind; k != model.TaskMemoryFailure && k != model.TaskLegFailure && k != model.TaskUnbind {
				continue
			}
			alone := sc
			alone.Tasks = [model.MaxTasks]model.TaskSpec{sc.Tasks[i]}
			alone = Canonical(alone)
			if !seen[alone] && alone.Validate() == nil {
				seen[alone] = true
				events = append(events, alone)
			}
		}
	}
	return events
}
