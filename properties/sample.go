package properties

import (
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/sample"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// maxSteps bounds a sampled run. The longest runs that end take about half as
// many; one that reaches the bound is judged up to there.
const maxSteps = 600

// A Sampler draws scenarios and schedules and judges the runs. The zero value
// is ready; it reuses its buffers, so one goroutine uses it.
type Sampler struct {
	Weak bool // victims are those of [model.Scenario].Weak

	walker sample.Walker[Run, model.Action]
	walk   walking
}

// walking is a System that keeps the world between steps.
type walking struct {
	System
	worlds [2]spec.World
	at     int
}

// Apply takes the action and lets the spec judge it.
func (w *walking) Apply(r *Run, a model.Action) {
	w.step(r, a, &w.worlds[w.at], &w.worlds[1-w.at])
	w.at = 1 - w.at
}

// A Sample is one run that was drawn.
type Sample struct {
	Scenario model.Scenario
	Schedule []model.Action // valid until the next Draw
	Run      Run
	End      checker.End
	Refused  bool // the design does not start the scenario
}

// Draw draws a scenario and runs it under the design, until the run ends or
// stop says so.
func (sm *Sampler) Draw(t *rapid.T, d design.Design, stop spec.Set) (out Sample) {
	out.Scenario = DrawScenario(t)
	out.Scenario.Weak = sm.Weak
	sm.Walk(t, d, stop, &out)
	return out
}

// Walk draws a schedule for out.Scenario, runs it, and stops at the first
// violation of one of stop.
func (sm *Sampler) Walk(t *rapid.T, d design.Design, stop spec.Set, out *Sample) {
	sys, err := NewSystem(d, out.Scenario)
	if err != nil {
		t.Fatalf("the generator drew an impossible scenario: %v", err)
	}
	if _, ok := sys.M.Startable(); !ok {
		out.Refused = true
		return
	}
	sm.walk.System = *sys
	sm.walk.at = 0
	sys.M.Begin(&out.Run.State)
	sm.walk.view.world(&out.Run.State, &sm.walk.worlds[0])
	out.Schedule, out.End = sm.walker.Walk(t, &sm.walk, &out.Run, sample.Options[Run, model.Action]{
		MaxSteps: maxSteps, TaskOf: TaskOf, Branch: BranchOf,
		Each: func(r *Run, _ model.Action) bool { return r.Monitor.Violated&stop != 0 },
	})
	if out.End == checker.Terminal {
		sm.walk.finish(&out.Run, &sm.walk.worlds[sm.walk.at])
	}
}
