// Package properties puts model and spec together: what the spec observes of
// a state of the model, the runs that are judged, and the named designs
// against the named properties.
package properties

import (
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/spec"
)

// A view is what the spec observes of the runs of one machine.
type view struct {
	m     *model.Machine
	fixed spec.Fixed
	meta  [spec.Mounts]spec.PageSet // metadata that no task changes
	group [model.MaxGroups]spec.PageSet
	raid  bool
}

// newView works out what does not change in a run.
func newView(m *model.Machine) view {
	v := view{m: m}
	sc := &m.Scenario
	g := &sc.Geometry
	v.raid = g.Stack == model.StackRaid1
	for b := range uint8(model.MaxBlocks) {
		for _, p := range m.PagesOf(b) {
			if p == device.NoPage {
				continue
			}
			v.fixed.FSPages[m.MountOf(b)] |= spec.PageSet(p.Bit())
			v.group[m.GroupOf(b)] |= spec.PageSet(p.Bit())
		}
	}
	for p := range device.Page(device.DevPages) {
		v.fixed.DevPages[m.DevOf(p)] |= spec.PageSet(p.Bit())
		if g.Log == model.SectionExternal && m.DevOf(p) == 1 {
			v.fixed.FSPages[0] |= spec.PageSet(p.Bit())
			v.meta[0] |= spec.PageSet(p.Bit())
		}
	}
	if !v.raid {
		v.staticMeta()
	}
	if g.Second == model.SecondRemount {
		v.fixed.FSPages[1] = v.fixed.FSPages[0]
	}
	v.fixed.Weak = sc.Weak
	for f := range sc.Files {
		v.fixed.FileFS[f] = sc.Files[f].FS
		if sc.Files[f].Directory {
			v.fixed.Directory |= (1<<spec.FilePages - 1) << (f * spec.FilePages)
		}
	}
	for i := range sc.Procs {
		if sc.Procs[i].EarlyKill && sc.Procs[i].TwoThreads {
			v.fixed.Threads |= 1 << i
		}
		if sc.Procs[i].EarlyKill {
			v.fixed.EarlyKill |= 1 << i
		}
	}
	return v
}

// staticMeta is the metadata that no task changes. The metadata of ext4 is
// nobody's business: it takes no part in the protocol.
func (v *view) staticMeta() {
	for _, rec := range v.m.StaticRecords() {
		if rec.Len == 0 {
			continue
		}
		b := uint8(rec.Start)
		if fs := v.m.MountOf(b); v.m.TakesPart(fs) {
			v.meta[fs] |= spec.PageSet(v.m.PageOf(b).Bit())
		}
	}
	if v.m.Scenario.Geometry.Second == model.SecondRemount {
		v.meta[1] = v.meta[0]
	}
}

var lives = [...]spec.Life{
	superblock.LifeNone:     spec.NotMounted,
	superblock.LifeMounting: spec.Mounting,
	superblock.LifeBorn:     spec.Live,
	superblock.LifePutSuper: spec.Dying,
	superblock.LifeFreed:    spec.Gone,
}

// world is what can be observed of a state.
func (v *view) world(s *model.State, w *spec.World) {
	*w = spec.World{
		HWPoison: spec.PageSet(s.HWPoison),
		Alive:    s.Alive, Counted: s.NumPoison, Meta: v.meta,
	}
	for i := range s.Dram {
		p := device.Page(device.DevPages + i)
		if d := s.Dram[i]; d.Kind() == mm.DramCache && !d.Dirty() {
			w.Clean |= spec.PageSet(p.Bit())
		}
	}
	v.pageTables(s, w)
	v.entries(s, w)
	v.blocks(s, w)
	v.recorded(s, w)
	for fs := range w.Mount {
		w.Mount[fs] = lives[s.Mount[fs].Life]
		if w.Mount[fs] == spec.Mounting && !v.m.Registered(s, uint8(fs)) {
			w.Mount[fs] = spec.NotMounted // nobody can know of it yet
		}
		w.Shutdown[fs] = s.Mount[fs].Shutdown != 0
		w.Frozen[fs] = s.Mount[fs].Frozen&superblock.FrozenUser != 0
	}
	for d := range w.Removed {
		w.Removed[d] = s.Dev[d].Is(device.Removed)
	}
}

// pageTables observes PTEs, and what lies under the VMAs.
func (v *view) pageTables(s *model.State, w *spec.World) {
	for proc := range uint8(mm.Procs) {
		for va := range uint8(mm.VA) {
			w.PTE[proc][va], w.Owned[proc][va], w.Under[proc][va] = spec.None, spec.None, spec.None
			e := s.PTE[proc][va]
			if e.Is(mm.Marker) {
				w.Marked |= spec.At(proc, va)
			}
			if !e.Present() {
				e = 0
			}
			vma := s.VMA[proc][va/mm.VMAPages]
			if e == 0 && vma.File == 0 {
				continue
			}
			if e != 0 {
				w.PTE[proc][va] = uint8(e.Page())
				if e.Is(mm.Huge) {
					w.Huge |= spec.At(proc, va)
				}
				if s.PrivateCopy(proc, va) {
					w.Private |= spec.At(proc, va)
					continue
				}
			}
			if file, idx, ok := vma.Covers(va % mm.VMAPages); ok {
				w.Owned[proc][va], w.Under[proc][va] = v.pagesOf(s, file, idx)
			}
		}
	}
}

// pagesOf is where a file page lies: its page, which the page cache can have,
// and that of its block.
func (v *view) pagesOf(s *model.State, file, idx uint8) (page, under uint8) {
	page, under = spec.None, spec.None
	if e := s.Data[file][idx]; !e.Hole() && !e.Unwritten() {
		page = uint8(v.m.PageOf(uint8(e.Block())))
		under = page
	}
	if p := s.Entry[file][idx].Of(); p.DRAM() {
		page = uint8(p)
	}
	return page, under
}

// entries observes the DAX entries and what the pages know of them.
func (v *view) entries(s *model.State, w *spec.World) {
	for f := range s.Entry {
		for i := range s.Entry[f] {
			e := s.Entry[f][i]
			w.Entry[f][i], w.Block[f][i] = spec.None, spec.None
			if e := s.Data[f][i]; !e.Hole() {
				w.Block[f][i] = uint8(v.m.PageOf(uint8(e.Block())))
			}
			p := e.Of()
			if p == device.NoPage || p.DRAM() {
				continue
			}
			w.Entry[f][i] = uint8(p)
			if s.EntryLocked(uint8(f), uint8(i)) {
				w.Locked |= spec.PageSet(p.Bit())
			}
		}
	}
	for p := range w.Assoc {
		w.Assoc[p] = spec.Assoc(s.Assoc[p])
	}
}

// blocks observes what the blocks hold: shared data, metadata, and what the
// page cache has of blocks that are lost.
func (v *view) blocks(s *model.State, w *spec.World) {
	var seen spec.PageSet
	for f := range s.Data {
		file := &v.m.Scenario.Files[f]
		if !file.Present {
			continue
		}
		for i := range s.Data[f] {
			if e := s.Data[f][i]; !e.Hole() {
				bit := spec.PageSet(v.m.PageOf(uint8(e.Block())).Bit())
				w.Shared |= seen & bit
				seen |= bit
				if file.Directory && v.m.TakesPart(file.FS) {
					v.addMeta(s, w, file.FS, uint8(e.Block()))
				}
				if p := s.Entry[f][i].Of(); p.DRAM() && !e.Unwritten() && w.Clean.Has(uint8(p)) && v.m.Lost(s, uint8(e.Block())) {
					w.Stale |= spec.PageSet(p.Bit())
				}
			}
			if e := s.Cow[f][i]; !e.Hole() {
				v.addMeta(s, w, file.FS, uint8(e.Block()))
			}
		}
	}
	if v.raid {
		w.Lost = v.lost(s)
		for _, rec := range v.m.StaticRecords() {
			if rec.Len != 0 {
				v.addMeta(s, w, 0, uint8(rec.Start))
			}
		}
	}
}

// recorded observes what the reverse map has for the file pages. On raid1 only
// a block that no leg has has failed.
func (v *view) recorded(s *model.State, w *spec.World) {
	for f, in := range s.Incore {
		if in == superblock.IncoreLive {
			w.InCore |= 1 << f
		}
	}
	for i := range s.Rmap.Recs {
		rec := &s.Rmap.Recs[i]
		if rec.Len == 0 {
			return
		}
		if rec.Metadata(design.MetadataOwnerAndFlags) || !v.m.TakesPart(v.m.Scenario.Files[rec.Owner].FS) || // a filesystem without a reverse map reports nothing
			v.m.Scenario.Geometry.NoRmapbt && v.m.Scenario.Files[rec.Owner].FS == 0 { // the second xfs has an rmapbt
			continue
		}
		for j := range rec.Len {
			b := uint8(rec.Start) + j
			if idx := rec.Off() + j; idx < spec.FilePages && (!v.raid || v.m.Lost(s, b)) {
				for _, p := range v.m.PagesOf(b) {
					w.Recorded[rec.Owner][idx] |= spec.PageSet(p.Bit())
				}
			}
		}
	}
}

// lost is the pages of the blocks that no leg has.
func (v *view) lost(s *model.State) (pages spec.PageSet) {
	for b := range uint8(model.MaxBlocks) {
		if !v.m.Lost(s, b) {
			continue
		}
		for _, p := range v.m.PagesOf(b) {
			pages |= spec.PageSet(p.Bit())
		}
	}
	return pages
}

// addMeta notes a block of metadata; on raid1 only once no leg has it.
func (v *view) addMeta(s *model.State, w *spec.World, fs, b uint8) {
	if v.raid && !v.m.Lost(s, b) {
		return
	}
	for _, p := range v.m.PagesOf(b) {
		w.Meta[fs] |= spec.PageSet(p.Bit())
	}
	if v.m.Scenario.Geometry.Second == model.SecondRemount {
		w.Meta[1] = w.Meta[0]
	}
}

// fact is what a step of the task showed.
func (v *view) fact(s *model.State, task uint8, o *model.Obs, f *spec.Fact) {
	*f = spec.Fact{Task: task, Rc: int8(o.Rc), FS: o.FS}
	f.Event = v.isEvent(s, task, o)
	f.Waits = s.Tasks[task].Wait != 0
	if o.Flags == 0 {
		return
	}
	has := func(flag model.ObsFlags) bool { return o.Flags&flag != 0 }
	f.Raised, f.Returned = has(model.ObsRaised), has(model.ObsReturned)
	f.Signal, f.Touched = has(model.ObsSignal), has(model.ObsTouched)
	f.Refused, f.Starved = has(model.ObsRefused), has(model.ObsStarved)
	f.Overrun, f.Removed = has(model.ObsOverrun), has(model.ObsRemoved)
	f.Begun, f.Ended = has(model.ObsCallback), has(model.ObsCallbackEnd)
	if f.Raised {
		f.Of = v.raised(s, task)
	}
	if f.Signal || f.Refused {
		f.Sig = spec.Signal{Proc: o.Proc, VA: o.VA, Lsb: o.Lsb, Code: spec.Code(o.Code), Tid: o.Tid}
	}
	if f.Reported = has(model.ObsReported); f.Reported {
		g := &o.Gone
		for i := g.Idx; i < min(g.Idx+g.Cnt, spec.FilePages); i++ {
			f.Gone |= 1 << (g.File*spec.FilePages + i)
		}
	}
	if has(model.ObsAGFError) {
		f.Excused = v.group[o.Saw]
	}
}

// isEvent reports whether the task has notified in the step that led to the
// state, or is to go on with it.
func (v *view) isEvent(s *model.State, task uint8, o *model.Obs) bool {
	return v.notifies(s, task) || o.Flags&model.ObsReturned != 0
}

// notifies reports whether the task's next step is one of an event: of the task,
// or of a mount that replays one.
func (v *view) notifies(s *model.State, task uint8) bool {
	switch v.m.Scenario.Tasks[task].Kind {
	case model.TaskMemoryFailure, model.TaskUnbind, model.TaskLegFailure:
		return true
	case model.TaskMount:
		return s.Tasks[task].Depth > 1
	}
	return false
}

// raised describes the event that the task begins.
func (v *view) raised(s *model.State, task uint8) spec.Raised {
	tk := &v.m.Scenario.Tasks[task]
	r := spec.Raised{Current: spec.None}
	switch tk.Kind {
	case model.TaskUnbind:
		r.Removal = true
		r.Pages = v.fixed.DevPages[tk.Dev]
	case model.TaskLegFailure:
		r.Loss = true
		r.Pages = v.lost(s)
	default:
		r.Pages = spec.PageSet(tk.Failed()) // whatever is reported
		if r.Replay = tk.Kind == model.TaskMount; r.Replay {
			r.Pages = spec.PageSet(s.Tasks[task].Page.Bit()) // one at a time
		}
		if proc, raised := tk.Raiser(); raised {
			r.Current, r.Consumed = proc, tk.Source == model.SourceConsumed
		}
	}
	return r
}
