package counterexamples

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// A Film is a counterexample step by step: its race, what each step does, and
// what there is to see in each state.
type Film struct {
	Tasks []string // what each task does
	Rows  []FilmRow
	Vars  []FilmVar
	Steps []FilmStep
	Loop  int // so many steps at the end repeat for ever; 0: none
}

// A FilmRow is a piece of the race: its head, what a task does, or what went
// wrong. The rows together are the race.
type FilmRow struct {
	Text  string // one line or more, without the last newline
	After int    // it has happened once so many steps have been taken
}

// A FilmStep is one action and what it did.
type FilmStep struct {
	Task     uint8
	ID       string
	Function string
	Doc      string
	Row      int      // the row that tells of it; that of the task's step before, when none does
	Locks    []string // taken and dropped
	Effects  []string
	Shown    []string // those of the effects that processes, callers and the log see
}

// A FilmVar is something to be seen of a state.
type FilmVar struct {
	Kind   FilmKind
	Of     string     // CPU0, pfn 3, fs1
	What   string     // of it
	Values [][]string // in each state, the initial one first
}

// A FilmKind says what a FilmVar is about.
type FilmKind uint8

// The kinds of FilmVar.
const (
	FilmTask       FilmKind = iota // in: its call stack; holds: locks; waits: for which, held by whom
	FilmPage                       // page: what it is; owners, entries, ptes: of it
	FilmFilesystem                 // how far it is, its holder slot
	FilmDevice
	FilmProcess // its VMAs
)

// Film is the schedule of the file step by step. Its steps must all be
// enabled.
func (f *File) Film() (*Film, error) {
	m, err := f.Machine()
	if err != nil {
		return nil, err
	}
	init := m.Init()[0]
	film := &Film{Loop: f.Loop}
	for task := range uint8(m.Scenario.TaskCount()) {
		film.Tasks = append(film.Tasks, plainSpaces(title(m, &init, task)))
	}
	states := film.run(m, init, f.Actions())
	tr := traceSteps(m, init, f.Actions(), 0)
	film.rows(tr, &init, f.Wrong())
	film.stacks(tr, states)
	film.vars(m, states)
	return film, nil
}

// run takes the steps, and returns the states.
func (film *Film) run(m *model.Machine, init model.State, schedule []model.Action) []model.State {
	states := []model.State{init}
	for i, a := range schedule {
		var o model.Obs
		after := states[i]
		m.Step(&after, a, &o)
		st, _ := states[i].At(a.Task)
		film.Steps = append(film.Steps, FilmStep{
			Task: a.Task, ID: st.String(), Function: m.FunctionAt(&states[i], a.Task), Doc: st.Info().Doc,
			Locks:   lockChanges(&states[i], &after, a.Task),
			Effects: effects(&states[i], &after, &o, a.Task),
			Shown:   shown(&o),
		})
		states = append(states, after)
	}
	return states
}

// rows cuts the race into rows, and finds the row of each step.
func (film *Film) rows(tr *tracer, init *model.State, wrong string) {
	r, lines := layOutRace(tr.m, tr.events, RaceColumns)
	done, steps := 0, len(film.Steps)
	add := func(after int) {
		if text := r.out.String()[done:]; text != "" {
			film.Rows = append(film.Rows, FilmRow{strings.TrimSuffix(text, "\n"), min(after, steps)})
		}
		done = r.out.Len()
	}
	r.header(tr.m, init)
	add(0)
	rowOf := make([]int, len(tr.events)) // 0, the head, when an event has none
	for _, l := range lines {
		rowOf[l.event] = len(film.Rows)
		r.line(l)
		add(tr.events[l.event].step + 1)
	}
	r.wrong(wrong)
	add(steps)
	last := make([]int, len(film.Tasks))
	for i, ev := range tr.told {
		step := &film.Steps[i]
		if ev >= 0 && rowOf[ev] > 0 {
			last[step.Task] = rowOf[ev]
		}
		step.Row = last[step.Task]
	}
}

// stacks says where each task is.
func (film *Film) stacks(tr *tracer, states []model.State) {
	for task := range uint8(len(film.Tasks)) {
		v := FilmVar{Kind: FilmTask, Of: taskName(task), What: "in"}
		for i := range states {
			_, alive := states[i].At(task)
			switch {
			case !alive:
				v.Values = append(v.Values, []string{"has ended"})
			case !states[i].Begun(task):
				v.Values = append(v.Values, []string{"has not begun"})
			default:
				v.Values = append(v.Values, tr.inside[i-1][task])
			}
		}
		film.Vars = append(film.Vars, v)
	}
}

// vars watches all that is not empty in some state. A page that only metadata
// owns is not shown while nothing happens to it.
func (film *Film) vars(m *model.Machine, states []model.State) {
	busy := map[string]bool{}
	vars := film.Vars
	for _, w := range watchers(m) {
		v := FilmVar{Kind: w.kind, Of: w.of, What: w.what}
		seen := false
		for i := range states {
			v.Values = append(v.Values, w.at(&states[i]))
			seen = seen || len(v.Values[i]) > 0
		}
		if !seen {
			continue
		}
		vars = append(vars, v)
		busy[w.of] = busy[w.of] || w.what != "metadata"
	}
	film.Vars = slices.DeleteFunc(vars, func(v FilmVar) bool { return v.Kind == FilmPage && !busy[v.Of] })
}

// A watcher sees one thing of a state, as a list of words.
type watcher struct {
	kind     FilmKind
	of, what string
	at       func(s *model.State) []string
}

// watchers lists what can be seen of the states of a machine.
func watchers(m *model.Machine) []watcher {
	var all []watcher
	add := func(kind FilmKind, of, what string, at func(*model.State) []string) {
		all = append(all, watcher{kind, of, what, at})
	}
	for task := range uint8(m.Scenario.TaskCount()) {
		name := taskName(task)
		add(FilmTask, name, "holds", func(s *model.State) []string { return held(s, task) })
		add(FilmTask, name, "waits", func(s *model.State) []string { return waitsNow(m, s, task) })
	}
	for p := range device.Page(device.Pages) {
		name := pfnName(p)
		add(FilmPage, name, "page", func(s *model.State) []string { return pageMarks(s, p) })
		add(FilmPage, name, "metadata", func(*model.State) []string { return pageMetadata(m, p) })
		add(FilmPage, name, "owners", func(s *model.State) []string { return pageOwners(m, s, p) })
		add(FilmPage, name, "entries", func(s *model.State) []string { return pageEntries(s, p) })
		add(FilmPage, name, "ptes", func(s *model.State) []string { return pagePTEs(s, p) })
	}
	for fs := range uint8(model.MaxFS) {
		if fs == 0 || m.Scenario.Geometry.Second != model.SecondNone {
			add(FilmFilesystem, fsName(fs), "is", func(s *model.State) []string { return mountMarks(s, fs) })
		}
	}
	for slot := range uint8(model.MaxSlots) {
		add(FilmFilesystem, "holder"+slotNames[slot], "is", func(s *model.State) []string { return slotMarks(s, slot) })
	}
	for d := range uint8(device.Devs) {
		add(FilmDevice, devName(d), "is", func(s *model.State) []string { return deviceMarks(s, d) })
	}
	for p := range uint8(mm.Procs) {
		add(FilmProcess, procName(p), "maps", func(s *model.State) []string { return processVMAs(m, s, p) })
	}
	return all
}

// waitsNow is what keeps a task that has begun from going on.
func waitsNow(m *model.Machine, s *model.State, task uint8) []string {
	if !s.Begun(task) {
		return nil
	}
	if why := Waits(m, s, task); why != "" {
		return strings.Split(why, "; ")
	}
	return nil
}

// pageMarks is what the page itself, the badblocks list and the hardware say.
func pageMarks(s *model.State, p device.Page) []string {
	var marks []string
	add := func(is bool, what string) {
		if is {
			marks = append(marks, what)
		}
	}
	bit := p.Bit()
	add(s.Poisoned&bit != 0 && s.Simulated&bit == 0, "poison")
	add(s.Poisoned&s.Simulated&bit != 0, "poison, injected")
	add(s.HWPoison&bit != 0, "PageHWPoison")
	add(s.Badblocks&bit != 0, "badblocks")
	if p.DRAM() {
		d := s.Dram[p-device.DevPages]
		add(d.Kind() == mm.DramCache, "page cache")
		add(d.Kind() == mm.DramAnon, "anonymous")
		add(d.Dirty(), "dirty")
	} else if a := s.Assoc[p]; a.Shared() {
		add(true, fmt.Sprintf("shared by %d", a.Share))
	} else if a.Mapping != 0 {
		add(true, "->mapping "+fileName(a.Mapping-1)+fmt.Sprintf(", ->index %d", a.Index))
	}
	return marks
}

// pageMetadata is the metadata that lies on the page.
func pageMetadata(m *model.Machine, p device.Page) []string {
	var owners []string
	for _, rec := range m.StaticRecords() {
		for b := rec.Start; b < rec.End(); b++ {
			if !slices.Contains(pagesOf(m, b), p) {
				continue
			}
			name := rec.Owner.String()
			switch {
			case rec.Flags()&rmap.FlagAttrFork != 0:
				name += " attribute fork"
			case rec.Flags()&rmap.FlagBmbt != 0:
				name += " bmbt"
			}
			owners = append(owners, name)
		}
	}
	return owners
}

func pagesOf(m *model.Machine, b rmap.Block) []device.Page {
	pages := m.PagesOf(uint8(b))
	return pages[:]
}

// pageOwners is the file pages that lie on the page, by the block maps.
func pageOwners(m *model.Machine, s *model.State, p device.Page) []string {
	var owners []string
	for f := range uint8(model.MaxFiles) {
		for i := range uint8(model.MaxFilePages) {
			if e := s.Data[f][i]; !e.Hole() && slices.Contains(pagesOf(m, e.Block()), p) {
				name := pageName(f, i)
				if e.Unwritten() {
					name += ", unwritten"
				}
				owners = append(owners, name)
			}
			if e := s.Cow[f][i]; !e.Hole() && slices.Contains(pagesOf(m, e.Block()), p) {
				owners = append(owners, pageName(f, i)+" CoW fork")
			}
		}
	}
	return owners
}

// pageEntries is the entries of page caches that refer to the page.
func pageEntries(s *model.State, p device.Page) []string {
	var entries []string
	for f := range uint8(model.MaxFiles) {
		for i := range uint8(model.MaxFilePages) {
			e := s.Entry[f][i]
			if e.Of() != p {
				continue
			}
			name := pageName(f, i)
			if e.Huge() {
				name += ", huge"
			}
			if e.Lock != 0 {
				name += ", locked by " + taskName(e.Lock-1)
			}
			entries = append(entries, name)
		}
	}
	return entries
}

// pagePTEs is the addresses at which the page is mapped, or where a marker
// says that it was.
func pagePTEs(s *model.State, p device.Page) []string {
	var ptes []string
	for proc := range uint8(mm.Procs) {
		for va := range uint8(mm.VA) {
			e := s.PTE[proc][va]
			if e.Page() != p {
				continue
			}
			name := vaName(proc, va)
			switch {
			case e.Is(mm.Marker):
				name += ", poison marker"
			case e.Is(mm.Write):
				name += ", rw"
			default:
				name += ", ro"
			}
			if e.Is(mm.Huge) {
				name += ", huge"
			}
			if s.PrivateCopy(proc, va) {
				name += ", private copy"
			}
			ptes = append(ptes, name)
		}
	}
	return ptes
}

func mountMarks(s *model.State, fs uint8) []string {
	mp := &s.Mount[fs]
	marks := []string{lifeNames[mp.Life]}
	if mp.Shutdown != 0 && mp.Life != superblock.LifeFreed {
		marks = append(marks, "shut down")
	}
	if mp.NoGroups&superblock.GroupsFreed != 0 {
		marks = append(marks, "perags freed")
	}
	if mp.NoGroups&superblock.RefsUneven != 0 {
		marks = append(marks, "uneven references of a perag")
	}
	if mp.Frozen != 0 {
		marks = append(marks, "frozen")
	}
	if mp.Deferred != 0 {
		marks = append(marks, "deferred: "+pages(mp.Deferred))
	}
	return marks
}

func slotMarks(s *model.State, slot uint8) []string {
	v := s.Slot[slot]
	if v == (device.Slot{}) {
		return nil
	}
	return []string{"data " + holder(v.Data), "ops " + holder(v.Ops)}
}

func deviceMarks(s *model.State, d uint8) []string {
	var marks []string
	for bit, what := range statusNames {
		if s.Dev[d].Status>>bit&1 != 0 {
			marks = append(marks, what)
		}
	}
	return marks
}

// processVMAs is the VMAs of a process that is on the task list.
func processVMAs(m *model.Machine, s *model.State, proc uint8) []string {
	if s.Alive>>proc&1 == 0 {
		return nil
	}
	vmas := []string{}
	for slot, vma := range s.VMA[proc] {
		file, idx, ok := vma.Covers(0)
		if !ok {
			continue
		}
		text := fmt.Sprintf("%s = %s, %s", numbered(mapPrefix, uint8(slot), 1), pageName(file, idx), pageCount(vma.Len()))
		if vma.Private() {
			text += ", private"
		}
		vmas = append(vmas, text)
	}
	if m.Scenario.Procs[proc].EarlyKill {
		vmas = append(vmas, "early kill")
	}
	return vmas
}
