package properties

import (
	"iter"
	"slices"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
)

// A plan says which events and tasks a family has on each of its beds.
type plan struct {
	roles   roles            // of the pages that fail
	perRole int              // pages of a role at most, told apart by who maps them
	most    uint8            // pages of an event; more than one only by a scrubber
	sources []model.Source   // of an event of one page
	early   int              // how many choices of who is early kill: 1, 2, or all
	unbind  bool             // the removal of a device is an event too
	beside  int              // tasks beside the event
	fewest  int              // not all of them, but at least so many; 0 for all
	kinds   []model.TaskKind // of those; TaskNone is the event alone
	with    []model.TaskKind // kinds of which one at least is there, when not empty
	once    bool             // and no more than one
	fills   bool             // a write fault can be on a hole of the file that has the page
	splits  bool             // a write fault can be on the page before or after it in an extent that has the page
	perKind int              // tasks of another kind at most, 0 for all
	part    bool             // the event is about part of its page
	queued  bool             // all events are a scrubber's, through the queue
	far     bool             // the tasks are near any page, also those that can do nothing at first
}

// allSources are the sources of an event.
var allSources = []model.Source{model.SourceScrub, model.SourceConsumed, model.SourceInjected}

// allKinds are the kinds of task that can be beside an event, and none. A pin
// alone with an event does nothing; it and write(2) have families of their own.
var allKinds = func() (list []model.TaskKind) {
	for k := model.TaskNone; k < model.TaskPin; k++ {
		list = append(list, k)
	}
	return list
}()

// scopeKinds name the tasks beside the event in the names of scenarios.
var scopeKinds = [model.NumTaskKinds]string{
	model.TaskNone:          "alone",
	model.TaskMemoryFailure: "second-event",
	model.TaskReadFault:     "read-fault",
	model.TaskWriteFault:    "write-fault",
	model.TaskTruncate:      "truncate",
	model.TaskPunch:         "punch",
	model.TaskReflink:       "reflink",
	model.TaskMmap:          "mmap",
	model.TaskMunmap:        "munmap",
	model.TaskFork:          "fork",
	model.TaskExit:          "exit",
	model.TaskEvict:         "evict",
	model.TaskMount:         "mount",
	model.TaskUmount:        "umount",
	model.TaskUnbind:        "unbind",
	model.TaskLegFailure:    "leg-failure",
	model.TaskPin:           "pin",
	model.TaskWrite:         "write",
	model.TaskFreeze:        "freeze",
}

// A drawing yields scenarios with what the tasks beside the event are.
type drawing = iter.Seq2[string, model.Scenario]

// draw yields the scenarios of a plan on a bed, with repetitions.
func (pl *plan) draw(sc model.Scenario) drawing {
	return func(yield func(string, model.Scenario) bool) {
		b := newBench(sc)
		if b == nil {
			return
		}
		for _, p := range pl.pages(b) {
			a := b.aimAt(p)
			if pl.fills {
				a.write = b.holes(a.owners)
			}
			if pl.splits {
				a.write = append(a.write, b.adjoining(a.owners)...)
			}
			for _, tasks := range pl.tasks(b, &a) {
				name := ""
				for _, o := range tasks {
					if name != "" {
						name += "+"
					}
					name += scopeKinds[o.task.Kind]
				}
				if len(tasks) == 0 {
					name = scopeKinds[model.TaskNone]
				}
				for _, out := range pl.events(b, &a, tasks) {
					if !yield(name, out) {
						return
					}
				}
			}
		}
	}
}

// pages are the pages that fail: of each role some, told apart by who maps
// them and who owns them.
func (pl *plan) pages(b *bench) (list []device.Page) {
	type class struct {
		role    role
		mappers uint8
		group   uint8
		fs      uint8
	}
	var seen []class
	var count [16]int
	for _, p := range b.pages() {
		cl := class{role: b.roleOf(p)}
		for _, proc := range b.mappers(p) {
			cl.mappers |= 1 << proc
		}
		if blk := b.blockOn(p); cl.role <= roleMetadata {
			cl.group, cl.fs = b.m.GroupOf(blk), b.m.MountOf(blk)
		} else if uint8(p) < b.sc.Geometry.PartOff {
			cl.group = 1 // before the partition, not after it
		}
		if !pl.roles.has(cl.role) || count[cl.role] >= pl.perRole || slices.Contains(seen, cl) {
			continue
		}
		seen = append(seen, cl)
		count[cl.role]++
		list = append(list, p)
	}
	return list
}

// tasks are the choices of what is beside the event.
func (pl *plan) tasks(b *bench, a *aim) (list [][]op) {
	var all []op
	for _, kind := range pl.kinds {
		if kind == model.TaskNone {
			list = append(list, nil)
			continue
		}
		ops := b.ops(kind, a)
		if pl.far {
			ops = b.opsAnywhere(kind, a)
		}
		if pl.queued {
			ops = queued(ops)
		}
		if pl.perKind > 0 && !slices.Contains(pl.with, kind) {
			ops = ops[:min(len(ops), pl.perKind)]
		}
		all = append(all, ops...)
	}
	fewest := pl.beside
	if pl.fewest > 0 {
		fewest = pl.fewest
	}
	for n := fewest; n <= pl.beside; n++ {
		list = append(list, pl.choose(all, nil, n)...)
	}
	return list
}

// queued are those of some events that are a scrubber's, through the queue.
func queued(ops []op) (list []op) {
	for _, o := range ops {
		if o.task.Source == model.SourceScrub {
			o.task.Queued = true
			list = append(list, o)
		}
	}
	return list
}

// choose are the sets of n ops, in order.
func (pl *plan) choose(ops, chosen []op, n int) (list [][]op) {
	if n == 0 {
		of := 0
		for _, o := range chosen {
			if slices.Contains(pl.with, o.task.Kind) {
				of++
			}
		}
		if len(pl.with) == 0 || of == 1 || of > 1 && !pl.once {
			list = append(list, slices.Clone(chosen))
		}
		return list
	}
	for i, o := range ops {
		list = append(list, pl.choose(ops[i+1:], append(chosen, o), n-1)...)
	}
	return list
}

// events are the scenarios with the tasks, one for each event and each choice
// of who is early kill.
func (pl *plan) events(b *bench, a *aim, tasks []op) (list []model.Scenario) {
	sc := b.sc
	n := 1
	for _, o := range tasks {
		if o.edit != nil {
			o.edit(&sc)
		}
		sc.Tasks[n] = o.task
		n++
	}
	with := b.edited(sc)
	if with == nil {
		return nil
	}
	for i := range tasks {
		tk := &tasks[i].task
		if !pl.far && !useful(with, tk) || tk.Kind == model.TaskMemoryFailure && tk.Source != model.SourceScrub &&
			!slices.Contains(with.mappers(device.Page(tk.Page)), tk.Proc) {
			return nil
		}
	}
	for _, event := range pl.eventsOn(with, a, tasks) {
		sc.Tasks[0] = event
		for _, early := range pl.earlyKill(with, a, &event) {
			out := sc
			for p := range out.Procs {
				out.Procs[p].EarlyKill = early>>p&1 != 0
			}
			for _, o := range tasks {
				if o.task.Kind == model.TaskFork {
					out.Procs[o.task.To].EarlyKill = out.Procs[o.task.Proc].EarlyKill
				}
			}
			if out.Validate() == nil {
				list = append(list, out)
			}
		}
	}
	return list
}

// eventsOn are the events on the page of the aim.
func (pl *plan) eventsOn(b *bench, a *aim, tasks []op) (list []model.TaskSpec) {
	event := model.TaskSpec{Kind: model.TaskMemoryFailure, Page: uint8(a.page), Pages: 1, Part: pl.part, Queued: pl.queued}
	consumers := b.mappers(a.page)
	for _, o := range tasks { // who faults it in can read it then
		if proc := o.task.Proc; b.faultsIn(&o.task, a.page) && !slices.Contains(consumers, proc) {
			consumers = append(consumers, proc)
		}
	}
	if pl.beside > 1 {
		consumers = consumers[:min(len(consumers), 1)]
	}
	for _, source := range pl.sources {
		event.Source, event.Proc = source, 0
		switch source {
		case model.SourceScrub:
			list = append(list, event)
		case model.SourceConsumed:
			for _, event.Proc = range consumers {
				list = append(list, event)
			}
		case model.SourceInjected:
			if mappers := b.mappers(a.page); len(mappers) != 0 {
				event.Proc = mappers[0]
				list = append(list, event)
			}
		}
	}
	for n := uint8(2); n <= pl.most; n++ {
		for back := range n {
			if uint8(a.page) >= back {
				list = append(list, model.TaskSpec{Kind: model.TaskMemoryFailure, Page: uint8(a.page) - back, Pages: n})
			}
		}
	}
	if pl.unbind && !a.page.DRAM() && b.sc.Geometry.Stack != model.StackRaid1 {
		list = append(list, model.TaskSpec{Kind: model.TaskUnbind, Dev: b.m.DevOf(a.page)})
	}
	return list
}

// faultsIn reports whether the task is a fault that maps the page: not one
// that maps a copy.
func (b *bench) faultsIn(tk *model.TaskSpec, p device.Page) bool {
	write := tk.Kind == model.TaskWriteFault
	if !write && tk.Kind != model.TaskReadFault {
		return false
	}
	mp := &b.sc.Procs[tk.Proc].Maps[tk.Slot]
	file, i := &b.sc.Files[mp.File], mp.Pgoff+tk.Index
	if !b.m.IsDAX(mp.File) || write && mp.Private {
		return false
	}
	if e := file.Data[i]; write && !e.Hole() && b.s.Ref[e.Block()] > 1 {
		return b.on(file.Cow[i], p)
	}
	return b.on(file.Data[i], p)
}

// earlyKill are choices of who is early kill, among those who map a page in
// question: nobody; the last one; all choices. Whoever raised the event is none
// of them, but for madvise on main memory, which may lack MF_ACTION_REQUIRED.
func (pl *plan) earlyKill(b *bench, a *aim, event *model.TaskSpec) []uint8 {
	list := []uint8{0}
	if pl.early < 2 || event.Kind == model.TaskUnbind { // a removal tells everybody
		return list
	}
	set := uint8(0)
	for _, v := range b.vas(a.has) {
		set |= 1 << v.proc
	}
	if event.Pages > 1 || a.far {
		for p := range b.sc.Procs {
			if b.sc.Procs[p].Alive && mappedBy(&b.sc.Procs[p]) {
				set |= 1 << p
			}
		}
	}
	if event.Source != model.SourceScrub && (event.Source != model.SourceInjected || !a.page.DRAM()) {
		set &^= 1 << event.Proc // told as current, whatever it asked for
	}
	if pl.early == 2 {
		for p := int(drawnProcs) - 1; p >= 0; p-- {
			if set>>p&1 != 0 {
				return append(list, 1<<p)
			}
		}
		return list
	}
	for early := uint8(1); early < 1<<drawnProcs; early++ {
		if early&^set == 0 {
			list = append(list, early)
		}
	}
	return list
}

func mappedBy(p *model.Proc) bool {
	return slices.ContainsFunc(p.Maps[:], func(mp model.Map) bool { return mp.Len != 0 })
}
