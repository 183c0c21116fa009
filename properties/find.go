package properties

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/spec"
)

// A Finding is a run that violates a property under a design.
type Finding struct {
	Design   design.Design
	Property spec.Property
	Scenario model.Scenario
	Schedule []model.Action
	Loop     []model.Action // follows Schedule over and over; empty when the run ends
}

// Search draws runs, one a seed from first on, until one violates the
// property or most of them have been drawn; checks is the number drawn.
func Search(d design.Design, p spec.Property, first, most int) (f Finding, checks int, ok bool) {
	var sm Sampler
	return sm.Search(d, p, first, most)
}

// Search is the function Search, with the sampler's rule of who is a victim.
func (sm *Sampler) Search(d design.Design, p spec.Property, first, most int) (f Finding, checks int, ok bool) {
	runs := rapid.Custom(func(t *rapid.T) Sample { return sm.Draw(t, d, 1<<p) })
	for ; checks < most; checks++ {
		out := runs.Example(first + checks)
		if out.Run.Monitor.Violated.Has(p) {
			return Finding{Design: d, Property: p, Scenario: out.Scenario, Schedule: slices.Clone(out.Schedule)}, checks + 1, true
		}
	}
	return f, checks, false
}

// reduceStates bounds the search for a schedule of one smaller scenario.
const reduceStates = 60_000

// bad is the predicate of the engine for a violation of the property.
func bad(sys *System, p spec.Property) func(r *Run, terminal bool) bool {
	return func(r *Run, terminal bool) bool { return sys.Violates(r, p, terminal) }
}

// shortest is the shortest schedule of the scenario that violates the
// property, if there is one within the bound.
func shortest(d design.Design, p spec.Property, sc model.Scenario, states int) ([]model.Action, checker.Verdict) {
	sys, err := NewSystem(d, sc)
	if err != nil {
		return nil, checker.Truncated
	}
	return sys.shortestTo(bad(sys, p), states)
}

// shortestTo is the shortest schedule to a run that is as wanted, if there is
// one within the bound.
func (sys *System) shortestTo(wanted func(r *Run, terminal bool) bool, states int) ([]model.Action, checker.Verdict) {
	runs := sys.Init()
	if len(runs) == 0 {
		return nil, checker.Truncated
	}
	schedule, verdict, _ := checker.Shortest(&searching{System: sys}, runs[0], wanted, TaskOf, checker.Limits{States: states})
	return schedule, verdict
}

// searching is a System for one goroutine that takes every action of a state
// before those of the next: it looks at the world before them once.
type searching struct {
	*System
	of   model.State
	prev spec.World // of that state
	seen bool
}

// Apply takes the action and lets the spec judge it.
func (s *searching) Apply(r *Run, a model.Action) {
	if !s.seen || s.of != r.State {
		s.of, s.seen = r.State, true
		s.view.world(&s.of, &s.prev)
	}
	var now spec.World
	s.step(r, a, &s.prev, &now)
}

// Reduce makes the scenario as small as it can while the property is still
// violated, then finds the shortest schedule for it, with the fewest context
// switches. A scenario is too large for that only when the search for it is
// cut short: then the schedule is made shorter step by step.
func Reduce(f Finding) Finding {
	f = Shorten(f).Smaller(reduceStates)
	if schedule, verdict := shortest(f.Design, f.Property, f.Scenario, 20*reduceStates); verdict == checker.Violated {
		f.Schedule = schedule
	}
	return f
}

// Smaller makes the scenario as small as it can while the property is still
// violated. In so many states it looks for a new schedule when the one that is
// known does not fit.
func (f Finding) Smaller(states int) Finding {
	smallest(f.Scenario, func(sc model.Scenario) bool {
		g, ok := f.in(sc, states)
		if ok {
			f = g
		}
		return ok
	})
	return f
}

// Shorten shortens the schedule in the scenario as it is.
func Shorten(f Finding) Finding {
	sys, err := NewSystem(f.Design, f.Scenario)
	if err != nil {
		return f
	}
	runs := sys.Init()
	if schedule, ok := checker.Minimise(sys, runs[0], f.Schedule, bad(sys, f.Property), TaskOf, 4000); ok {
		f.Schedule = schedule
	}
	return f
}

// in finds the violation again in a smaller scenario: with the schedule that
// is known, or else by a bounded search.
func (f Finding) in(sc model.Scenario, states int) (Finding, bool) {
	sys, err := NewSystem(f.Design, sc)
	if err != nil {
		return f, false
	}
	runs := sys.Init()
	if len(runs) == 0 {
		return f, false
	}
	g := f
	g.Scenario = sc
	if schedule, ok := checker.Minimise(sys, runs[0], f.Schedule, bad(sys, f.Property), TaskOf, 200); ok {
		g.Schedule = schedule
		return g, true
	}
	schedule, verdict := shortest(f.Design, f.Property, sc, states)
	g.Schedule = schedule
	return g, verdict == checker.Violated
}

// smallest makes the scenario as small as it can while it is good.
func smallest(sc model.Scenario, good func(model.Scenario) bool) model.Scenario {
	for changed := true; changed; {
		changed = false
		for _, smaller := range candidates(sc) {
			if good(smaller) {
				sc, changed = smaller, true
				break
			}
		}
	}
	return sc
}

// candidates are the scenarios that are one simplification smaller, the
// largest simplifications first. Some are impossible.
func candidates(sc model.Scenario) (list []model.Scenario) {
	try := func(change func(sc *model.Scenario)) {
		c := sc
		change(&c)
		if c != sc && c.Validate() == nil {
			list = append(list, c)
		}
	}
	for i := range sc.TaskCount() {
		try(func(c *model.Scenario) {
			copy(c.Tasks[i:], c.Tasks[i+1:])
			c.Tasks[model.MaxTasks-1] = model.TaskSpec{}
		})
	}
	try(func(c *model.Scenario) { c.Budget = 0 })
	for p := range sc.Procs {
		try(func(c *model.Scenario) { c.Procs[p] = model.Proc{} })
		try(func(c *model.Scenario) { c.Procs[p].EarlyKill = false })
		try(func(c *model.Scenario) { c.Procs[p].TwoThreads = false })
		for i := range sc.Procs[p].Maps {
			smallerMap(try, p, i)
		}
	}
	for f := range sc.Files {
		try(func(c *model.Scenario) { c.Files[f] = model.File{} })
		for i := range sc.Files[f].Data {
			try(func(c *model.Scenario) { c.Files[f].Data[i] = 0 })
			try(func(c *model.Scenario) { c.Files[f].Cow[i] = 0 })
		}
		try(func(c *model.Scenario) { c.Files[f].Directory = false })
		try(func(c *model.Scenario) { c.Files[f].High = false })
	}
	smallerGeometry(try, &sc)
	for i := range sc.TaskCount() {
		smallerTask(try, i)
	}
	return list
}

func smallerMap(try func(func(*model.Scenario)), p, i int) {
	try(func(c *model.Scenario) { c.Procs[p].Maps[i] = model.Map{} })
	try(func(c *model.Scenario) { c.Procs[p].Maps[i].Private = false })
	try(func(c *model.Scenario) { c.Procs[p].Maps[i].Len-- })
	for j := range mm.VMAPages {
		try(func(c *model.Scenario) { c.Procs[p].Maps[i].Faulted &^= 1 << j })
		try(func(c *model.Scenario) { c.Procs[p].Maps[i].Copied &^= 1 << j })
	}
}

func smallerGeometry(try func(func(*model.Scenario)), sc *model.Scenario) {
	for i := range sc.Geometry.Metadata {
		try(func(c *model.Scenario) { c.Geometry.Metadata[i] = model.Metadata{} })
	}
	for _, change := range []func(g *model.Geometry){
		func(g *model.Geometry) { g.Second = model.SecondNone },
		func(g *model.Geometry) { g.RT = model.SectionNone },
		func(g *model.Geometry) { g.Log = model.SectionNone },
		func(g *model.Geometry) { g.Stack, g.PartOff = model.StackPlain, 0 },
		func(g *model.Geometry) { g.PartOff-- },
		func(g *model.Geometry) { g.Huge = false },
		func(g *model.Geometry) { g.SharedCache = false },
		func(g *model.Geometry) { g.NoDAX = false },
		func(g *model.Geometry) { g.DaxInode = false },
		func(g *model.Geometry) { g.FirstRange = 0 },
		func(g *model.Geometry) { g.DeviceDAX = false },
		func(g *model.Geometry) { g.NoRmapbt = false },
		func(g *model.Geometry) { g.NoReflink = false },
		func(g *model.Geometry) { g.Type, g.NoReflink, g.NoRmapbt = model.FSXFS, false, false },
		func(g *model.Geometry) { g.Blocks = min(g.Blocks, g.AGBlocks) },
		func(g *model.Geometry) { g.Blocks-- },
		func(g *model.Geometry) { g.AGBlocks-- },
		func(g *model.Geometry) { g.DevicePages-- },
	} {
		try(func(c *model.Scenario) { change(&c.Geometry) })
	}
	for fs := range sc.Unborn {
		try(func(c *model.Scenario) { c.Unborn[fs] = false })
	}
}

func smallerTask(try func(func(*model.Scenario)), i int) {
	try(func(c *model.Scenario) { c.Tasks[i].Source = model.SourceScrub; c.Tasks[i].Proc = 0 })
	try(func(c *model.Scenario) { c.Tasks[i].Pages = 0 })
	try(func(c *model.Scenario) { c.Tasks[i].Part = false })
	try(func(c *model.Scenario) { c.Tasks[i].Queued = false })
	try(func(c *model.Scenario) { c.Tasks[i].Flag, c.Tasks[i].To = false, 0 })
	try(func(c *model.Scenario) {
		if c.Tasks[i].Kind == model.TaskPunch {
			c.Tasks[i] = model.TaskSpec{Kind: model.TaskTruncate, File: c.Tasks[i].File, Index: c.Tasks[i].Index}
		}
	})
}
