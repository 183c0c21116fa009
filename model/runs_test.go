package model_test

import (
	"math/rand/v2"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker/sample"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// designs are reviewed, the named ones, the catalogue, and reviewed with each
// value of each choice.
var designs = func() []design.Design {
	ds := []design.Design{{}}
	seen := map[design.Design]bool{{}: true}
	add := func(d design.Design) {
		if !seen[d] {
			seen[d] = true
			ds = append(ds, d)
		}
	}
	for _, d := range named {
		add(d)
	}
	for _, dev := range design.Catalogue() {
		add(dev.Design())
	}
	for _, c := range design.Choices() {
		for v := range c.Info().Values {
			if c != design.Names {
				add(design.Design{}.With(design.Assignment{Choice: c, Value: design.Value(v)}))
			}
		}
	}
	return ds
}()

// named are the named designs, reviewed among them.
var named = func() (ds []design.Design) {
	for _, n := range design.NamedDesigns() {
		ds = append(ds, n.Design)
	}
	return ds
}()

// runsPerScenario is how many schedules of a scenario are drawn: the states
// of one are what the others are perturbed with.
const runsPerScenario = 3

// maxRun bounds a run: two tasks that wait for each other in a loop do not
// end.
const maxRun = 400

// A trial is some runs of one scenario under one design.
type trial struct {
	m      *model.Machine
	states []model.State
	acts   []model.Action // acts[i] leads from states[i] to states[i+1]
	starts []int          // in states
}

// noTask stands between two runs.
const noTask = 0xFF

// drawTrial draws a scenario and its runs.
func drawTrial(t *rapid.T, d design.Design) *trial {
	return drawRuns(t, d, properties.DrawScenario(t), runsPerScenario)
}

// drawRuns draws runs of a scenario. A trial of a scenario that the design
// does not start is empty.
func drawRuns(t *rapid.T, d design.Design, sc model.Scenario, runs int) *trial {
	m, err := model.New(d, sc)
	if err != nil {
		t.Fatalf("an impossible scenario: %v", err)
	}
	tr := &trial{m: m}
	if _, ok := m.Startable(); !ok {
		return tr
	}
	var w sample.Walker[model.State, model.Action]
	opt := sample.Options[model.State, model.Action]{
		MaxSteps: maxRun, TaskOf: properties.TaskOf, Branch: properties.BranchOf,
		Each: func(s *model.State, a model.Action) bool {
			tr.acts = append(tr.acts, a)
			tr.states = append(tr.states, *s)
			return false
		},
	}
	for i := range runs {
		var s model.State
		m.Begin(&s)
		tr.starts = append(tr.starts, len(tr.states))
		tr.states = append(tr.states, s)
		if i == 0 {
			w.Walk(t, m, &s, opt)
		} else {
			tr.scatter(&s, rapid.Uint64().Draw(t, "schedule"))
		}
		tr.acts = append(tr.acts, model.Action{Task: noTask})
	}
	return tr
}

// scatter is a run in which any task may move at any step, some faster than
// others for a while: locks are contended much more often than in a run of
// few preemptions.
func (tr *trial) scatter(s *model.State, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	var buf []model.Action
	var speed [model.MaxTasks]int
	for i := range maxRun {
		if i == 0 || rng.IntN(16) == 0 {
			for task := range speed {
				speed[task] = 1 << (3 * rng.IntN(4))
			}
		}
		if buf = tr.m.Enabled(s, buf[:0]); len(buf) == 0 {
			return
		}
		a := buf[0]
		for at, sum := 0, 0; at < len(buf); at++ {
			n := speed[buf[at].Task]
			if sum += n; rng.IntN(sum) < n {
				a = buf[at]
			}
		}
		tr.m.Apply(s, a)
		tr.acts = append(tr.acts, a)
		tr.states = append(tr.states, *s)
	}
}

// steps calls f with each step of the trial.
func (tr *trial) steps(f func(i int, st model.Step, a model.Action, before, after *model.State)) {
	for i, a := range tr.acts {
		if a.Task != noTask {
			st, _ := tr.states[i].At(a.Task)
			f(i, st, a, &tr.states[i], &tr.states[i+1])
		}
	}
}

// forTrials calls f with trials of the seeds 0 to n-1, every third one under
// reviewed, the others under all designs in turn, and then of what is rare.
func forTrials(n int, f func(tr *trial)) {
	for seed := range n {
		d := designs[seed%len(designs)]
		if seed%3 == 0 {
			d = design.Design{}
		}
		f(rapid.Custom(func(t *rapid.T) *trial { return drawTrial(t, d) }).Example(seed))
	}
	for seed, r := range rare() {
		f(rapid.Custom(func(t *rapid.T) *trial { return drawRuns(t, r.design, r.scenario, r.runs) }).Example(seed))
	}
}

// trialsPerCheck is how many trials a check of a rapid test draws: a trial is
// quick, and a hundred see little.
const trialsPerCheck = 8

// checkTrials checks one thing of random trials under some of the designs.
func checkTrials(t *rapid.T, from []design.Design, f func(tr *trial)) {
	for range rapid.IntRange(1, trialsPerCheck).Draw(t, "trials") {
		f(drawTrial(t, rapid.SampledFrom(from).Draw(t, "design")))
	}
}
