package properties

import (
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/spec"
)

// aims bounds the scenarios that are drawn for one history; in the end any
// will do. It is far more than it takes, so that few are any.
const aims = 60

// A HistorySampler draws runs and records their histories. The zero value is
// ready; it reuses its buffers, so one goroutine uses it.
type HistorySampler struct{ enabled []model.Action }

// Draw draws a scenario in which the object is in play, runs it under the
// design to its end, and notes the calls on the object.
//
// The schedules are not those of a Sampler. Two calls overlap only when one
// task is stopped inside a call and another one makes its own there; so the
// step after the beginning of a call is where tasks are switched, most of the
// time, and a task that was switched to mostly goes on to its end.
func (hs *HistorySampler) Draw(t *rapid.T, d design.Design, o Object) History {
	sc := DrawScenario(t)
	for i := 0; i < aims && !o.InPlay(&sc); i++ {
		sc = DrawScenario(t)
	}
	m, err := model.New(d, sc)
	if err != nil {
		t.Fatalf("the generator drew an impossible scenario: %v", err)
	}
	return hs.run(t, m, o)
}

// run draws a run of the machine to its end, and notes the calls on the object.
func (hs *HistorySampler) run(t *rapid.T, m *model.Machine, o Object) History {
	tp := newTape(m)
	if len(tp.states) != 0 {
		for len(tp.obs) < maxSteps && hs.step(t, tp, o) {
		}
	}
	return tp.history(o)
}

// moves are the draws of a switch: 0, which shrinking prefers, is none.
var moves = rapid.Uint8Range(0, 63)

// step takes one step more, if there is one.
func (hs *HistorySampler) step(t *rapid.T, tp *tape, o Object) bool {
	k := len(tp.obs)
	hs.enabled = tp.m.Enabled(&tp.states[k], hs.enabled[:0])
	if len(hs.enabled) == 0 {
		return false
	}
	pick := 0
	if k > 0 {
		last := tp.schedule[k-1].Task
		for i, a := range hs.enabled {
			if a.Task == last {
				hs.enabled[0], hs.enabled[i] = a, hs.enabled[0]
				break
			}
		}
	}
	if n := len(hs.enabled); n > 1 {
		if move := int(moves.Draw(t, "move")); move != 0 && move%tp.oneIn(o, k) == 0 {
			pick = 1 + move%(n-1)
		}
	}
	tp.take(hs.enabled[pick])
	return true
}

// oneIn is how seldom tasks are switched before step k: nearly always when a
// call has just begun, now and then inside one, and otherwise rarely.
func (tp *tape) oneIn(o Object, k int) int {
	if k == 0 {
		return 1
	}
	task := tp.schedule[k-1].Task
	if o == PageTables { // each task is one call
		if tp.begin[task] == k-1 {
			return 1
		}
		return 23
	}
	for j := k - 1; j >= tp.begin[task]; j-- {
		obs := &tp.obs[j]
		if tp.schedule[j].Task != task || obs.Call == 0 || (obs.Call > model.CallNotify) != (o == ReverseMap) {
			continue
		}
		switch {
		case obs.Flags&model.ObsCallDone != 0:
			return 23
		case j == k-1:
			return 1
		}
		return 7
	}
	return 23
}

// A filePages is a set of file pages: bit file*MaxFilePages + index.
type filePages uint16

func filePageBit(file, idx uint8) filePages { return 1 << (file*model.MaxFilePages + idx) }

// InPlay reports whether the scenario has tasks that call the object at the
// same time as an event does.
func (o Object) InPlay(sc *model.Scenario) bool {
	if o == HolderSlots {
		return slotsInPlay(sc)
	}
	m, err := model.New(design.Design{}, *sc)
	if err != nil || o == ReverseMap && (sc.Geometry.NoRmapbt || sc.Geometry.Type != model.FSXFS) {
		return false
	}
	failed := failing(m)
	var groups uint8 // with records that an event looks for
	for b := range uint8(model.MaxBlocks) {
		if p := m.PageOf(b); failed.Has(uint8(p)) {
			groups |= 1 << m.GroupOf(b)
		}
	}
	for i := range sc.TaskCount() {
		touched, updates := workOf(m, &sc.Tasks[i])
		for f := range uint8(model.MaxFiles) {
			if file := &sc.Files[f]; file.Incore != superblock.IncoreLive || sc.Unborn[file.FS] {
				continue // nobody can work on it
			}
			for idx, e := range sc.Files[f].Data {
				if touched&filePageBit(f, uint8(idx)) == 0 || e.Hole() {
					continue
				}
				b := uint8(e.Block())
				if o == PageTables && m.IsDAX(f) && failed.Has(uint8(m.PageOf(b))) ||
					o == ReverseMap && updates && groups>>m.GroupOf(b)&1 != 0 {
					return true
				}
			}
		}
	}
	return false
}

// slotsInPlay: somebody gives a slot up or gets it while somebody notifies.
func slotsInPlay(sc *model.Scenario) bool {
	var has [model.NumTaskKinds]bool
	for i := range sc.TaskCount() {
		has[sc.Tasks[i].Kind] = true
	}
	return sc.Geometry.Type == model.FSXFS && (has[model.TaskMemoryFailure] || has[model.TaskUnbind]) &&
		(has[model.TaskMount] || has[model.TaskUmount] || has[model.TaskUnbind] && has[model.TaskMemoryFailure])
}

// failing is the set of pages that events are about.
func failing(m *model.Machine) (set spec.PageSet) {
	v := newView(m)
	for i := range m.Scenario.TaskCount() {
		switch tk := &m.Scenario.Tasks[i]; tk.Kind {
		case model.TaskMemoryFailure:
			set |= spec.PageSet(tk.Failed())
		case model.TaskUnbind:
			set |= v.fixed.DevPages[tk.Dev]
		default: // no event
		}
	}
	return set
}

// workOf is the file pages that a task other than an event works on, and
// whether it changes who has their blocks.
func workOf(m *model.Machine, tk *model.TaskSpec) (set filePages, updates bool) {
	sc := &m.Scenario
	mapped := func(i uint8) filePages {
		mp := &sc.Procs[tk.Proc].Maps[tk.Slot]
		if i >= mp.Len {
			return 0
		}
		return filePageBit(mp.File, mp.Pgoff+i)
	}
	switch tk.Kind {
	case model.TaskReadFault, model.TaskWriteFault:
		set = mapped(tk.Index)
		updates = tk.Kind == model.TaskWriteFault && allocates(m, set)
	case model.TaskMunmap:
		for i := range uint8(mm.VMAPages) {
			set |= mapped(i)
		}
	case model.TaskPunch:
		set, updates = filePageBit(tk.File, tk.Index), true
	case model.TaskTruncate:
		for i := tk.Index; i < model.MaxFilePages; i++ {
			set |= filePageBit(tk.File, i)
		}
		updates = true
	case model.TaskWrite:
		set = filePageBit(tk.File, tk.Index)
		updates = allocates(m, set)
	case model.TaskReflink:
		set, updates = filePageBit(tk.To, tk.Len)|filePageBit(tk.File, tk.Index), true
	default: // it works on no page in particular
	}
	return set, updates
}

// allocates reports whether a write to the file page changes who has a block:
// it fills an unwritten one, or copies a shared one to a free one of its group.
func allocates(m *model.Machine, page filePages) bool {
	sc := &m.Scenario
	var users [model.MaxBlocks]int
	var at rmap.Extent
	for f := range sc.Files {
		for i, e := range sc.Files[f].Data {
			if e.Hole() {
				continue
			}
			users[e.Block()]++
			if page == filePageBit(uint8(f), uint8(i)) {
				at = e
			}
		}
	}
	if at.Hole() || at.Unwritten() {
		return !at.Hole()
	}
	for _, rec := range m.StaticRecords() {
		if rec.Len != 0 {
			users[rec.Start]++
		}
	}
	for b := range sc.Geometry.Blocks {
		if users[at.Block()] > 1 && users[b] == 0 && m.GroupOf(b) == m.GroupOf(uint8(at.Block())) {
			return true
		}
	}
	return false
}
