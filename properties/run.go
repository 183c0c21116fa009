package properties

import (
	"unsafe"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// A Run is a state of the model with what the spec remembers of the way
// there. It is a plain value.
type Run struct {
	State   model.State
	Pad     [(unsafe.Alignof(spec.Monitor{}) - unsafe.Sizeof(model.State{})%unsafe.Alignof(spec.Monitor{})) % unsafe.Alignof(spec.Monitor{})]uint8 // so that there is no padding
	Monitor spec.Monitor
}

// A System is a machine under judgement: the transition system of its Runs.
type System struct {
	M    *model.Machine
	view view
}

var _ checker.System[Run, model.Action] = (*System)(nil)

// NewSystem builds the system of a scenario under a design, or says what is
// wrong with the scenario.
func NewSystem(d design.Design, sc model.Scenario) (*System, error) {
	m, err := model.New(d, sc)
	if err != nil {
		return nil, err
	}
	return &System{M: m, view: newView(m)}, nil
}

// Init is the initial run; none when the design refuses the mount.
func (sys *System) Init() []Run {
	states := sys.M.Init()
	runs := make([]Run, len(states))
	for i := range states {
		runs[i].State = states[i]
	}
	return runs
}

// Enabled appends the actions that the run allows.
func (sys *System) Enabled(r *Run, buf []model.Action) []model.Action {
	return sys.M.Enabled(&r.State, buf)
}

// Apply takes the action and lets the spec judge it.
func (sys *System) Apply(r *Run, a model.Action) {
	var prev, now spec.World
	sys.view.world(&r.State, &prev)
	sys.step(r, a, &prev, &now)
}

// step is Apply for callers that have the world before the action; now is
// the world after it.
func (sys *System) step(r *Run, a model.Action, prev, now *spec.World) {
	var o model.Obs
	var f spec.Fact
	sys.M.Step(&r.State, a, &o)
	sys.view.world(&r.State, now)
	sys.view.fact(&r.State, a.Task, &o, &f)
	r.Monitor.Observe(&sys.view.fixed, prev, now, &f)
}

// Finish judges a run in which nothing is enabled any more.
func (sys *System) Finish(r *Run) {
	var now spec.World
	sys.view.world(&r.State, &now)
	sys.finish(r, &now)
}

func (sys *System) finish(r *Run, now *spec.World) {
	end := sys.end(&r.State)
	r.Monitor.Finish(&sys.view.fixed, now, &end)
}

// end is what the spec has to know of the tasks when nothing more happens.
func (sys *System) end(s *model.State) (end spec.End) {
	for i := range uint8(sys.M.Scenario.TaskCount()) {
		begun := s.Begun(i)
		if _, ok := s.At(i); !ok || begun {
			end.Ran++
		}
		if !begun {
			continue
		}
		end.Stuck = true
		kind := sys.M.Scenario.Tasks[i].Kind
		end.Teardown = end.Teardown || kind == model.TaskUmount || kind == model.TaskUnbind
		end.Asleep = end.Asleep || s.Asleep(i)
	}
	return end
}

// Violates reports whether the run, terminal or not, violates the property.
func (sys *System) Violates(r *Run, p spec.Property, terminal bool) bool {
	if terminal {
		end := *r
		sys.Finish(&end)
		return end.Monitor.Violated.Has(p)
	}
	return r.Monitor.Violated.Has(p)
}

// TaskOf is the task of an action.
func TaskOf(a model.Action) int { return int(a.Task) }

// BranchOf is the branch of an action; 0 is the ordinary one.
func BranchOf(a model.Action) int { return int(a.Branch) }
