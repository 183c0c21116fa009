package counterexamples

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// An eventKind says what a line of a call trace is.
type eventKind uint8

const (
	callEvent  eventKind = iota // a function is called, and what follows is in it
	leafEvent                   // a function is called and returns
	noteEvent                   // something happens in the function that runs
	waitEvent                   // the task waits
	leaveEvent                  // the function returns
)

// An event is one line of a call trace: of a task, at a call depth.
type event struct {
	kind  eventKind
	step  int // of the schedule, from 0; at its end as many as it has
	task  uint8
	level int
	name  string // of the function
	args  string
	locks []string // taken and dropped
	notes []string
}

// A frame is a routine that has been entered, as the trace shows it: the
// function whose body it is, the level of what that calls, and which functions
// it has been seen to call.
type frame struct {
	name  string
	level int
	body  bool   // not the caller's, continued
	late  *event // the call itself, when it is shown only if something happens in it
	shown map[string]bool
	inner *frame // a function that this one has called, whose body the routine goes through itself
}

// A tracer turns the steps of a schedule into the calls of kernel functions:
// consecutive steps of one function are one event, and a loop that goes back
// to a function only to go on is none.
type tracer struct {
	m       *model.Machine
	s       model.State
	at      int // step of the schedule
	repeats int // the first step that repeats for ever; -1: none does
	frames  [model.MaxTasks][]*frame
	events  []event
	told    []int                      // by step: the event that tells of it; -1: none does
	inside  [][model.MaxTasks][]string // by step: the functions that each task is in after it
}

// trace is the call trace of a schedule whose actions are enabled.
func trace(m *model.Machine, init model.State, schedule []model.Action) []event {
	return traceLoop(m, init, schedule, 0)
}

// traceLoop is the same of a schedule whose last loop actions, if any, repeat
// for ever: what they do is in events of their own.
func traceLoop(m *model.Machine, init model.State, schedule []model.Action, loop int) []event {
	return traceSteps(m, init, schedule, loop).events
}

// traceSteps is the same, with the event that tells of each step.
func traceSteps(m *model.Machine, init model.State, schedule []model.Action, loop int) *tracer {
	tr := &tracer{m: m, s: init, repeats: -1}
	if loop > 0 {
		tr.repeats = len(schedule) - loop
	}
	for i, a := range schedule {
		tr.at = i
		first := i == 0 || i == tr.repeats || schedule[i-1].Task != a.Task
		last := i+1 == len(schedule) || schedule[i+1].Task != a.Task
		tr.step(a, first || last, last)
		if last {
			tr.wait(a.Task)
		}
		tr.inside = append(tr.inside, tr.functions())
	}
	tr.at = len(schedule)
	for task := range uint8(m.Scenario.TaskCount()) {
		if tr.s.Begun(task) && !tr.waiting(task) {
			tr.wait(task)
		}
	}
	if words := spoken(m); words != nil {
		for i := range tr.events {
			tr.events[i].say(words)
		}
	}
	return tr
}

// spoken replaces names that do not say what they stand for in the scenario or
// in the design, if there are any: the pages of a file that begins at a high
// one, a device that is no pmem, and a flag that 5.10 has not.
func spoken(m *model.Machine) *strings.Replacer {
	var words []string
	sc := &m.Scenario
	if names := m.Design[design.Names]; names == design.NamesV510 || names == design.NamesRFC {
		words = append(words, stateOfInode(superblock.IncoreUnlinked), "xfs_inactive")
	}
	for f := range sc.Files {
		for i := range uint8(model.MaxFilePages) {
			if sc.Files[f].High {
				words = append(words, pageName(uint8(f), i), fmt.Sprintf("%s:%#x", fileName(uint8(f)), model.HighPage+int(i)))
			}
		}
	}
	if sc.Geometry.DeviceDAX {
		words = append(words, devName(2), "dax2.0")
	}
	if len(words) == 0 {
		return nil
	}
	return strings.NewReplacer(words...)
}

// say puts words in the place of others.
func (ev *event) say(words *strings.Replacer) {
	ev.args = words.Replace(ev.args)
	for i := range ev.notes {
		ev.notes[i] = words.Replace(ev.notes[i])
	}
	for i := range ev.locks {
		ev.locks[i] = words.Replace(ev.locks[i])
	}
}

// step takes one action; marked says that a switch lies before or after it,
// so that it is shown whatever it does, last that one lies after it.
func (tr *tracer) step(a model.Action, marked, last bool) {
	before := tr.s
	var o model.Obs
	tr.m.Step(&tr.s, a, &o)
	st, _ := before.At(a.Task)
	locks, notes := lockChanges(&before, &tr.s, a.Task), effects(&before, &tr.s, &o, a.Task)
	if tr.m.NoBlock(&before, a.Task) {
		notes = slices.DeleteFunc(notes, func(n string) bool { return strings.HasPrefix(n, "error ") })
		notes = append(notes, "no block, the zero page")
	}
	if tr.m.PastEOF(&before, a.Task) {
		notes = append(notes, "beyond i_size, VM_FAULT_SIGBUS")
	}
	if tr.m.SkipsUnmap(&before, a.Task) {
		why := "nobody collected"
		if before.Tasks[a.Task].ToKill != 0 {
			why = "no size of a mapping"
		}
		notes = append(notes, why+", nothing is unmapped")
	}
	if o.Flags&model.ObsRaised != 0 && tr.s.Poisoned != before.Poisoned && last {
		notes = append(notes, pages(tr.s.Poisoned&^before.Poisoned)+" is poison")
	}
	ev := tr.reach(&before, &tr.s, a.Task, st, marked || len(locks)+len(notes) > 0)
	switch {
	case ev != nil:
		ev.locks, ev.notes = append(ev.locks, locks...), append(ev.notes, notes...)
	case len(locks)+len(notes) > 0:
		tr.add(event{kind: noteEvent, task: a.Task, level: tr.top(a.Task).level, locks: locks, notes: notes})
	case marked:
		tr.add(event{kind: noteEvent, task: a.Task, level: tr.top(a.Task).level, notes: []string{tr.m.DocOf(st)}})
	default:
		tr.told = append(tr.told, -1)
		tr.leave(a.Task)
		return
	}
	tr.told = append(tr.told, len(tr.events)-1)
	tr.leave(a.Task)
}

// reach enters the frame of the step that a task is at, and calls the step's
// function; one that has been shown already only if must. It returns the event
// that tells of the step, or nil when the function that runs has no line that
// what the step did can be added to.
func (tr *tracer) reach(before, after *model.State, task uint8, st model.Step, must bool) *event {
	entered := tr.enter(before, after, task)
	if fr := tr.routineFrame(task); st == xfRole && !must && fr.inner != nil {
		return nil // the kernel has done that before it came here
	}
	entered = tr.goInto(task, tr.bodiesOf(before, task, st)) || entered
	fr, name := tr.top(task), tr.m.FunctionAt(before, task)
	last := tr.lastOf(task)
	if name == fr.name || name == "" {
		if entered || last != nil && (last.kind == callEvent || last.kind == noteEvent) && last.inside() == fr.level {
			return last
		}
		return nil
	}
	args := argsOf(tr.m, before, after, task, st)
	if last != nil && last.kind == leafEvent && last.name == name && last.level == fr.level && (args == "" || args == last.args) {
		return last
	}
	if fr.shown[name] && !must {
		return nil
	}
	fr.shown[name] = true
	return tr.add(event{kind: leafEvent, task: task, level: fr.level, name: name, args: args})
}

// goInto opens the functions, outermost first, in the frame that the task is
// in, and closes those that were open in it and are no more. It reports
// whether the last event is the call of one.
func (tr *tracer) goInto(task uint8, names []string) (entered bool) {
	fr := tr.routineFrame(task)
	if fr == nil {
		return false
	}
	for _, name := range names {
		if fr.inner == nil || fr.inner.name != name {
			tr.closeInner(task, fr)
			fr.shown[name] = true
			fr.inner = &frame{name: name, level: fr.level + 1, body: true, shown: map[string]bool{}}
			tr.add(event{kind: callEvent, task: task, level: fr.level, name: name})
			entered = true
		}
		fr = fr.inner
	}
	tr.closeInner(task, fr)
	return entered && tr.lastOf(task).kind == callEvent
}

// closeInner returns from the functions that were called in the body of one.
func (tr *tracer) closeInner(task uint8, fr *frame) {
	if fr.inner == nil {
		return
	}
	tr.closeInner(task, fr.inner)
	tr.add(event{kind: leaveEvent, task: task, level: fr.level, name: fr.inner.name})
	fr.inner = nil
}

// Steps that the trace tells of in a way of their own.
var (
	xfRole      = model.MustStep("xfRole")
	xfEnter     = model.MustStep("xfEnter")
	xfTranslate = model.MustStep("xfTranslate")
	xfShutdown  = model.MustStep("xfShutdown")
	kpFind      = model.MustStep("kpFind")
	kpLock      = model.MustStep("kpLock")
)

// byStep is a table with the names of steps as one by steps.
func byStep[T any](byID map[string]T) map[model.Step]T {
	table := map[model.Step]T{}
	for id, v := range byID {
		table[model.MustStep(id)] = v
	}
	return table
}

// within names, for a step of a routine that goes through the bodies of
// several functions, the steps whose functions those are, outermost first.
var within = func() map[model.Step][]model.Step {
	rmapbt, group, query := model.MustStep("xfRmapbt"), model.MustStep("xfGroup"), model.MustStep("xfQuery")
	return byStep(map[string][]model.Step{
		"xfTranslate": {rmapbt},
		"xfRmapbt":    {rmapbt},
		"xfFreeze":    {group},
		"xfGroup":     {group},
		"xfAgf":       {group},
		"xfAgfRead":   {group},
		"xfQuery":     {group, query},
		"xfQueried":   {group, query},
		"xfAgfUnlock": {group},
		"xfKill":      {group},
		"xfDecide":    {group},
		"xfShutdown":  {group},
	})
}()

// logFunction is what kernels that have xfs_dax_translate_range call for the
// device of the log.
const logFunction = "xfs_dax_notify_logdev_failure"

// bodiesOf names the functions below its routine's own that a step is in the
// bodies of.
func (tr *tracer) bodiesOf(s *model.State, task uint8, st model.Step) (names []string) {
	own := tr.m.Function(xfEnter)
	if (st == xfTranslate || st == xfShutdown) && slotNames[s.Tasks[task].Slot] == " of the log" {
		if tr.m.Function(xfTranslate) != own {
			return []string{logFunction}
		}
		return nil
	}
	for _, named := range within[st] {
		if name := tr.m.Function(named); name != own {
			names = append(names, name)
		}
	}
	return names
}

// inside is the level of what happens in the function that the event is about.
func (ev *event) inside() int {
	if ev.kind == callEvent {
		return ev.level + 1
	}
	return ev.level
}

// enter opens the frames that the task has and the trace has not yet, and
// reports whether the last event is the call.
func (tr *tracer) enter(before, after *model.State, task uint8) bool {
	t := &before.Tasks[task]
	entered := false
	for depth := len(tr.frames[task]); depth < int(t.Depth); depth++ {
		st, caller := t.Stack[depth], tr.top(task)
		name := tr.routine(before, task, st)
		if root := roots[tr.m.Scenario.Tasks[task].Kind]; depth == 0 && root != "" {
			name = root
		}
		entered = false
		if depth > 0 && (name == "" || name == caller.name) {
			tr.frames[task] = append(tr.frames[task], &frame{name: caller.name, level: caller.level, shown: map[string]bool{}})
			continue
		}
		call := event{kind: callEvent, task: task, level: caller.level, name: name, args: argsOf(tr.m, before, after, task, st)}
		fr := &frame{name: name, level: call.level + 1, body: true, shown: map[string]bool{}}
		if caller.shown[name] && loops[st] {
			fr.late = &call
		} else {
			tr.add(call)
			entered = true
		}
		caller.shown[name] = true
		tr.frames[task] = append(tr.frames[task], fr)
	}
	return entered
}

// loops are the first steps of routines that are called once a page, mostly
// in vain.
var loops = byStep(map[string]bool{"ueBmap": true})

// leave closes the frames that the task has no more.
func (tr *tracer) leave(task uint8) {
	depth := int(tr.s.Tasks[task].Depth)
	if _, alive := tr.s.At(task); !alive {
		depth = 0
	}
	for n := len(tr.frames[task]); n > depth; n-- {
		fr := tr.frames[task][n-1]
		tr.closeInner(task, fr)
		tr.frames[task] = tr.frames[task][:n-1]
		if !fr.body || fr.late != nil {
			continue
		}
		tr.add(event{kind: leaveEvent, task: task, level: fr.level - 1, name: fr.name})
	}
}

// functions is the call stack of each task, outermost first, with the function
// that its next step is in.
func (tr *tracer) functions() (of [model.MaxTasks][]string) {
	for task := range uint8(tr.m.Scenario.TaskCount()) {
		add := func(name string) {
			if n := len(of[task]); name != "" && (n == 0 || of[task][n-1] != name) {
				of[task] = append(of[task], name)
			}
		}
		st, alive := tr.s.At(task)
		for i, fr := range tr.frames[task] {
			add(fr.name)
			for in := fr.inner; in != nil && i+1 < len(tr.frames[task]); in = in.inner {
				add(in.name)
			}
		}
		if alive {
			for _, name := range tr.bodiesOf(&tr.s, task, st) {
				add(name)
			}
			add(tr.m.FunctionAt(&tr.s, task))
		}
	}
	return of
}

// wait shows what the task waits for, in the function that it has come to.
func (tr *tracer) wait(task uint8) {
	waits, is := blocked(tr.m, &tr.s, task)
	if !is || !tr.s.Begun(task) {
		return
	}
	st, _ := tr.s.At(task)
	note := event{kind: waitEvent, task: task, notes: []string{"waits for " + waitsFor(&tr.s, task, waits)}}
	switch {
	case st == oopsed:
		note.notes[0] = "oops: the task is dead, with the locks that it held"
		note.level = tr.top(task).level
		tr.add(note)
		return
	case len(waits) == 0:
		note.notes[0] = "waits: " + otherWait(&tr.s, task)
	}
	ev := tr.reach(&tr.s, &tr.s, task, st, true)
	note.level = tr.top(task).level
	if ev != nil && ev.kind == leafEvent {
		note.level++
	}
	tr.add(note)
}

// waiting reports whether the last thing that the trace says of the task is
// that it waits.
func (tr *tracer) waiting(task uint8) bool {
	for _, ev := range slices.Backward(tr.events) {
		if ev.task == task {
			return ev.kind == waitEvent
		}
	}
	return false
}

// add appends an event, after the calls that it is in and that are not shown
// yet.
func (tr *tracer) add(ev event) *event {
	ev.step = tr.at
	for _, fr := range tr.frames[ev.task] {
		if fr.late != nil {
			fr.late.step = tr.at
			tr.events = append(tr.events, *fr.late)
			fr.late = nil
		}
	}
	tr.events = append(tr.events, ev)
	return &tr.events[len(tr.events)-1]
}

// lastOf is the last event if it is the task's, and what the task does now can
// be added to it.
func (tr *tracer) lastOf(task uint8) *event {
	n := len(tr.events)
	if n == 0 || tr.events[n-1].task != task || tr.at >= tr.repeats && tr.events[n-1].step < tr.repeats {
		return nil
	}
	return &tr.events[n-1]
}

// top is the function that the task is in.
func (tr *tracer) top(task uint8) *frame {
	fr := tr.routineFrame(task)
	if fr == nil {
		return &frame{shown: map[string]bool{}}
	}
	for fr.inner != nil {
		fr = fr.inner
	}
	return fr
}

// routineFrame is the frame of the routine that the task is in, if it is in one.
func (tr *tracer) routineFrame(task uint8) *frame {
	if frames := tr.frames[task]; len(frames) > 0 {
		return frames[len(frames)-1]
	}
	return nil
}

// bodies names, for the first step of a routine, the step whose function the
// routine is the body of, where that is not the first one itself.
var bodies = byStep(map[string]model.Step{
	"ffIget": model.MustStep("ffDispatch"), "fdEntry": model.MustStep("fdEnded"), "blGetSuper": model.MustStep("blReturn"),
})

// roots are the functions whose bodies the tasks of some kinds are; the others
// begin with a step of theirs.
var roots = [model.NumTaskKinds]string{
	model.TaskTruncate: "xfs_setattr_size",
	model.TaskPunch:    "xfs_free_file_space",
	model.TaskReflink:  "xfs_file_remap_range",
}

// routine is the kernel function that a routine is the body of, by its first
// step; empty when it is the body of none.
func (tr *tracer) routine(s *model.State, task uint8, st model.Step) string {
	switch st {
	case kpFind:
		return s.AnonFunction(task)
	case kpLock:
		if s.Anonymous(task) {
			return s.AnonFunction(task)
		}
		return "" // its caller calls the functions of its steps
	}
	if body, ok := bodies[st]; ok {
		st = body
	}
	return tr.m.FunctionIn(s, task, st)
}

// An argument says with what a function is called, from the states before and
// after the step.
type argument func(m *model.Machine, before, after *model.State, task uint8) string

// arguments are what the functions of steps are called with, where the state
// says it.
var arguments = byStep(map[string]argument{
	"mfRaise": raisedPages, "dpTest": eventPages, "dpOps": eventPages, "pmCall": eventPages,
	"dvEnter": deviceRange, "xfEnter": notifiedFS,
	"gkLock": eventPages, "gkMark": filePage,
	"ffIget": inode, "krNext": filePage, "krLock": filePage, "krCheck": filePage,
	"kpLock": filePage, "kpAdd": collected, "kpUnmap": filePage,
	"apBmap": filePage, "gmNext": filePage, "gmLock": filePage,
	"fdEntry": filePage, "fdInsert": filePage, "ceIlock": filePage, "pcFind": filePage, "ueBmap": filePage,
	"trUnmap": filePage, "trDrain": drained, "evDrain": drained, "rlDrain": drained, "wtUnmap": filePage,
})

func argsOf(m *model.Machine, before, after *model.State, task uint8, st model.Step) string {
	if arg, ok := arguments[st]; ok {
		return arg(m, before, after, task)
	}
	return ""
}

func raisedPages(m *model.Machine, _, _ *model.State, task uint8) string {
	tk := &m.Scenario.Tasks[task]
	return pageRange(device.Page(tk.Page), max(tk.Pages, 1))
}

func eventPages(_ *model.Machine, before, _ *model.State, task uint8) string {
	t := &before.Tasks[task]
	return pageRange(t.Page, t.Pages)
}

// pageRange is n pages from p; none is said of a whole device.
func pageRange(p device.Page, n uint8) string {
	switch n {
	case 0:
		return ""
	case 1:
		return pfnName(p)
	}
	return fmt.Sprintf("%s-%d", pfnName(p), p+device.Page(n)-1)
}

// deviceRange is a range of a device in bytes, as ->corrupted_range has it.
func deviceRange(m *model.Machine, before, _ *model.State, task uint8) string {
	t, sp := &before.Tasks[task], &m.Scenario.Tasks[task]
	dev := m.DevOf(t.Page)
	if sp.Kind == model.TaskUnbind {
		dev = sp.Dev
	}
	if t.Pages == 0 {
		return devName(dev) + ", 0, U64_MAX"
	}
	at := int(m.DeviceOffset(t.Page)) << 12
	if sp.Part {
		at += model.PartStart
	}
	return fmt.Sprintf("%s, %#x", devName(dev), at)
}

func notifiedFS(_ *model.Machine, _, after *model.State, task uint8) string {
	return fsName(after.Tasks[task].FS)
}

func inode(_ *model.Machine, before, _ *model.State, task uint8) string {
	return fileName(before.Tasks[task].File)
}

func filePage(_ *model.Machine, before, _ *model.State, task uint8) string {
	return taskPage(&before.Tasks[task])
}

// drained is the file page whose entry goes, none at the end of the file.
func drained(m *model.Machine, before, after *model.State, task uint8) string {
	if before.Tasks[task].Idx >= model.MaxFilePages {
		return ""
	}
	return filePage(m, before, after, task)
}

// taskPage is the file page that a task is at; nothing for an anonymous one.
func taskPage(t *model.Task) string {
	if t.File >= model.MaxFiles {
		return ""
	}
	return pageName(t.File, t.Idx)
}

// collected is the process whose VMA has been found.
func collected(_ *model.Machine, before, _ *model.State, task uint8) string {
	return procName(before.Tasks[task].Found / mm.VMAs)
}
