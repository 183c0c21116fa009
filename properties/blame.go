package properties

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// A Cause is a violation for which one value of the design is to blame: with
// Cure made who follows the schedule does not come to it (see [Cures]).
type Cause struct {
	Finding
	Cure  design.Assignment
	Alone bool // with Cure no schedule of the scenario violates the property
}

// beside is a run of a design, and the run that follows it where one choice is
// as in reviewed.
type beside struct {
	Run, Other Run
	Off        bool  // the other design does not start, and Other is zero
	Tasks      uint8 // that have taken a step, a bit each
	Last       uint8 // the last one that did
	Pad        [5]byte
}

// A comparison is the system of both runs.
type comparison struct {
	sys, other *System
}

// Init is the initial states. What the other design refuses to mount it cannot
// go on with.
func (c *comparison) Init() []beside {
	runs, others := c.sys.Init(), c.other.Init()
	if len(others) == 0 {
		return []beside{{Run: runs[0], Off: true}}
	}
	return []beside{{Run: runs[0], Other: others[0]}}
}

// Enabled appends the actions of the design.
func (c *comparison) Enabled(b *beside, buf []model.Action) []model.Action {
	return c.sys.Enabled(&b.Run, buf)
}

// Apply takes the action in both. Before another task goes on the last one
// catches up, so that tasks meet where they do without the cure, whatever steps
// the cure adds; so does a task before one outcome of several, so that it is
// that of the same step. One that the cure spares steps waits where the other
// comes to.
func (c *comparison) Apply(b *beside, a model.Action) {
	if b.Off {
		c.sys.Apply(&b.Run, a)
		return
	}
	if b.Last != a.Task {
		c.other.catchUp(&b.Other, &b.Run.State, b.Last)
	}
	if a.Branch != 0 {
		c.other.catchUp(&b.Other, &b.Run.State, a.Task)
	}
	b.Tasks |= 1 << a.Task
	b.Last = a.Task
	from := placeOf(&b.Run.State, a.Task)
	c.sys.Apply(&b.Run, a)
	to := placeOf(&b.Run.State, a.Task)
	if there := placeOf(&b.Other.State, a.Task); there == from || there != to {
		c.other.follow(&b.Other, a)
	}
}

// A place is where a task is: at a step, for a page of a file.
type place struct {
	step      model.Step
	runs      bool
	file, idx uint8
}

func placeOf(s *model.State, task uint8) place {
	step, runs := s.At(task)
	t := &s.Tasks[task]
	return place{step, runs, t.File, t.Idx}
}

// blames reports whether the property is violated and would not be with the
// other design.
func (c *comparison) blames(p spec.Property) func(b *beside, terminal bool) bool {
	return func(b *beside, terminal bool) bool {
		return c.sys.Violates(&b.Run, p, terminal) && !c.follows(b, p)
	}
}

// follows says whether the other run comes to a violation of the property too.
func (c *comparison) follows(b *beside, p spec.Property) bool {
	if b.Off {
		return false
	}
	other := b.Other
	c.other.catchUp(&other, &b.Run.State, b.Last)
	return c.other.Violates(&b.Other, p, false) || c.other.runsInto(other, b.Tasks, p, false) || c.other.runsInto(other, b.Tasks, p, true)
}

// Blame looks for the shortest violation of the property in the scenario that
// the cure keeps off, among so many states at most.
func Blame(d design.Design, cure design.Assignment, p spec.Property, sc model.Scenario, states int) (Cause, bool) {
	cause := Cause{Finding: Finding{Design: d, Property: p, Scenario: sc}, Cure: cure}
	sys, err := NewSystem(d, sc)
	if err != nil {
		return cause, false
	}
	other, err := NewSystem(d.With(cure), sc)
	if err != nil {
		return cause, false
	}
	runs := sys.Init()
	if len(runs) == 0 {
		return cause, false
	}
	var verdict checker.Verdict
	cause.Schedule, verdict = shortest(d, p, sc, states)
	if verdict != checker.Violated {
		return cause, false
	}
	if !Cures(sys, other, cause.Schedule, p) { // there may be another way, which takes longer to find
		both := &comparison{sys: sys, other: other}
		cause.Schedule, verdict, _ = checker.Shortest(both, both.Init()[0], both.blames(p), TaskOf, checker.Limits{States: states})
	}
	if verdict != checker.Violated {
		return cause, false
	}
	cause.Alone = other.Holds(p, states)
	return cause, true
}

// Holds reports whether no schedule violates the property, by visiting so many
// states at most.
func (sys *System) Holds(p spec.Property, states int) bool {
	runs := sys.Init()
	if len(runs) == 0 {
		return true
	}
	_, verdict, _ := checker.Shortest(&searching{System: sys}, runs[0], bad(sys, p), TaskOf, checker.Limits{States: states})
	return verdict == checker.Exhausted
}

// Breaks replays the schedule and says whether that is possible and ends in a
// violation of the property.
func (sys *System) Breaks(schedule []model.Action, p spec.Property) bool {
	inits := sys.Init()
	if len(inits) == 0 {
		return false
	}
	last, err := checker.Replay(sys, inits[0], schedule)
	return err == nil && sys.Violates(&last, p, len(sys.Enabled(&last, nil)) == 0)
}

// Cures says whether the other system, that of a design with a cure, is kept
// from a violation of the property by it, when a schedule of the first that ends
// in one is followed as far as that goes. A task that takes other steps with the
// cure comes to where it was, one that waits is passed over, and in the end those
// that have begun run on. So what only moves a violation, or puts it off, is no
// cure.
func Cures(sys, other *System, schedule []model.Action, p spec.Property) bool {
	c := &comparison{sys: sys, other: other}
	b := c.Init()[0]
	for _, a := range schedule {
		c.Apply(&b, a)
	}
	return !c.follows(&b, p)
}

// follow takes the action, or the ordinary one of its task; none if the task
// waits or has ended.
func (sys *System) follow(run *Run, a model.Action) {
	var buf [2 * model.MaxTasks]model.Action
	enabled := sys.Enabled(run, buf[:0])
	if !slices.Contains(enabled, a) {
		a.Branch = 0
	}
	if slices.Contains(enabled, a) {
		sys.Apply(run, a)
	}
}

// followSteps bounds how far tasks run on: one that goes round for ever has
// come round often by then.
const followSteps = 4096

// catchUpSteps bounds how far a task is behind with a cure.
const catchUpSteps = 32

// catchUp lets a task go on to where it is in another state, if it comes there
// soon: with the same locals, or else the first time that it is at that step for
// the same page of a file. One that has been there already stays where it is.
func (sys *System) catchUp(run *Run, like *model.State, task uint8) {
	var buf [2 * model.MaxTasks]model.Action
	want := placeOf(like, task)
	first, found := *run, false
	for ahead, n := *run, 0; n < catchUpSteps; n++ {
		if placeOf(&ahead.State, task) == want {
			if ahead.State.Tasks[task] == like.Tasks[task] {
				*run = ahead
				return
			}
			if !found {
				first, found = ahead, true
			}
		}
		a := model.Action{Task: task}
		if !slices.Contains(sys.Enabled(&ahead, buf[:0]), a) {
			break
		}
		sys.Apply(&ahead, a)
	}
	*run = first
}

// runsInto lets the tasks run on, one as far as it goes before the next, from
// the first or from the last, and says whether the property is violated then.
func (sys *System) runsInto(run Run, tasks uint8, p spec.Property, lastFirst bool) bool {
	var buf [2 * model.MaxTasks]model.Action
	for range followSteps {
		enabled := sys.Enabled(&run, buf[:0])
		if sys.Violates(&run, p, len(enabled) == 0) {
			return true
		}
		next := -1
		for i, a := range enabled {
			if tasks>>a.Task&1 != 0 && a.Branch == 0 && (next < 0 || lastFirst) {
				next = i
			}
		}
		if next < 0 {
			return false
		}
		sys.Apply(&run, enabled[next])
	}
	return false
}

// Masks is what keeps a row of the catalogue from showing under a design that
// has its value, in a scenario in which the row's own design violates the
// property: the fewest assignments, in that none can be left out, that the
// design needs of the row's. The route of an event is never one of them: with
// another one it is another design. ok is false when the design does not show
// the row within the states with all that the row's has, or when nothing is
// needed.
func Masks(d design.Design, row design.Deviation, p spec.Property, sc model.Scenario, states int) (by []design.Assignment, cause Cause, ok bool) {
	own := row.Design()
	for _, a := range own.Diff(d) {
		if a.Choice != design.Names && a.Choice != design.Route {
			by = append(by, a)
		}
	}
	with := func(as []design.Assignment) (cause Cause, ok bool) {
		if cause, ok = Blame(d.With(as...), row.Cure(), p, sc, states); ok {
			ok = About(d.With(as...), row, p, sc, states) && cause.Shows(&row)
		}
		return cause, ok
	}
	if cause, ok = with(by); !ok {
		return nil, cause, false
	}
	for i := 0; i < len(by); {
		fewer := slices.Delete(slices.Clone(by), i, i+1)
		if without, still := with(fewer); still && (without.Alone || !cause.Alone) {
			by, cause = fewer, without
			continue
		}
		i++
	}
	return by, cause, len(by) > 0
}

// Unmasked is the cause with its schedule in the design as it is, if that shows
// the row too.
func Unmasked(d design.Design, c *Cause, row *design.Deviation, states int) (bare Cause, ok bool) {
	bare = *c
	bare.Design, bare.Alone = d, false
	sys, err := NewSystem(d, c.Scenario)
	if err != nil {
		return bare, false
	}
	cured, err := NewSystem(d.With(c.Cure), c.Scenario)
	if err != nil || !sys.Breaks(c.Schedule, c.Property) || !Cures(sys, cured, c.Schedule, c.Property) || !bare.Shows(row) {
		return bare, false
	}
	bare.Alone = cured.Holds(c.Property, states)
	return bare, true
}

// About is false for a scenario that says nothing of the row, though the design
// violates the property in it: the cure is that it does not start, and the row's
// own design does not violate it there, or the cured one does where it is given
// the reverse map that it asks for.
func About(d design.Design, row design.Deviation, p spec.Property, sc model.Scenario, states int) bool {
	cured, err := NewSystem(d.With(row.Cure()), sc)
	if err != nil {
		return false
	}
	if _, starts := cured.M.Startable(); starts {
		return true
	}
	mapped := sc
	mapped.Geometry.NoRmapbt = false
	if cured, err := NewSystem(d.With(row.Cure()), mapped); err == nil && !cured.Holds(p, states) {
		return false
	}
	_, shows := Blame(row.Design(), row.Cure(), p, sc, states)
	return shows
}

// Shows reports whether the cause is what the row of the catalogue is about.
//   - Where the row takes values of its base together, one of them is needed for
//     the violation.
//   - Where other schedules of the scenario come to the violation in spite of the
//     cure, this one, when it is followed in the row's own design, does there,
//     too, and not with the cure; unless that does not start the scenario.
func (c *Cause) Shows(row *design.Deviation) bool {
	f := following{schedule: c.Schedule, property: c.Property, scenario: c.Scenario}
	var err error
	if f.sys, err = NewSystem(c.Design, c.Scenario); err != nil {
		return false
	}
	if row.Rare && len(row.Base) > 0 && !f.takesOneOf(c.Design, row.Base) {
		return false
	}
	own := row.Design()
	starts, violates := f.leads(own)
	if c.Alone || !starts {
		return true
	}
	_, still := f.leads(own.With(row.Cure()))
	return violates && !still
}

// following is the schedule of a system, to be followed in others.
type following struct {
	sys      *System
	schedule []model.Action
	property spec.Property
	scenario model.Scenario
}

// leads reports whether the design starts the scenario, and whether the schedule
// leads to the violation there.
func (f *following) leads(d design.Design) (starts, violates bool) {
	other, err := NewSystem(d, f.scenario)
	if err != nil || len(other.Init()) == 0 {
		return false, false
	}
	return true, !Cures(f.sys, other, f.schedule, f.property)
}

// takesOneOf reports whether the design has one of the values without which the
// schedule does not lead to the violation, or some of which it takes one.
func (f *following) takesOneOf(d design.Design, values []design.Assignment) bool {
	none := d
	for _, a := range values {
		if d[a.Choice] != a.Value {
			continue
		}
		none[a.Choice] = 0
		if _, violates := f.leads(d.With(design.Assignment{Choice: a.Choice})); !violates {
			return true
		}
	}
	_, violates := f.leads(none)
	return !violates
}

// blameTries is how many drawn violations are made smaller.
const blameTries = 3

// BlameDrawn draws runs under the design, one a seed from first on, until one
// violates the property, the cure keeps it off, and so it is in a scenario made
// smaller, in so many states. It gives up after a few violations.
func (sm *Sampler) BlameDrawn(d design.Design, cure design.Assignment, p spec.Property, first, most, states int) (Cause, bool) {
	runs := rapid.Custom(func(t *rapid.T) Sample { return sm.Draw(t, d, 1<<p) })
	for seed, tries := first, 0; seed < first+most && tries < blameTries; seed++ {
		out := runs.Example(seed)
		if !out.Run.Monitor.Violated.Has(p) {
			continue
		}
		sys, err := NewSystem(d, out.Scenario)
		if err != nil {
			continue
		}
		other, err := NewSystem(d.With(cure), out.Scenario)
		if err != nil || !Cures(sys, other, out.Schedule, p) {
			continue
		}
		tries++
		small := Finding{Design: d, Property: p, Scenario: out.Scenario, Schedule: slices.Clone(out.Schedule)}.Smaller(states / 10)
		if cause, ok := Blame(d, cure, p, small.Scenario, states); ok {
			return cause, true
		}
	}
	return Cause{}, false
}

// Beside lists scenarios that differ from one in what has nothing to do with
// most violations, the scenario itself first: mounted without reflink, with more
// room after the last block, and with processes that all ask for early kill.
func Beside(sc model.Scenario) []model.Scenario {
	list := []model.Scenario{sc}
	add := func(other model.Scenario) {
		if !slices.Contains(list, other) && other.Validate() == nil {
			list = append(list, other)
		}
	}
	for _, change := range []func(g *model.Geometry){
		func(g *model.Geometry) { g.NoReflink = true },
		func(g *model.Geometry) { g.DevicePages++; g.Blocks++; g.AGBlocks++ },
		func(g *model.Geometry) { g.DevicePages++; g.Blocks++ },
		func(g *model.Geometry) { g.DevicePages++; g.Blocks++; g.AGBlocks++; g.NoReflink = true },
	} {
		other := sc
		change(&other.Geometry)
		add(other)
	}
	for _, early := range slices.Clone(list) {
		for i := range early.Procs {
			early.Procs[i].EarlyKill = early.Procs[i].EarlyKill || early.Procs[i].Alive
		}
		add(early)
	}
	return list
}
