package properties

import (
	"slices"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// A role is what a page is used for when it fails.
type role uint8

const (
	roleShared    role = iota // file data of several file pages
	roleData                  // file data of one
	roleUnwritten             // preallocated
	roleStaging               // staged for a CoW
	roleFree                  // a block that nobody has
	roleHeader                // the header of a group
	roleMetadata              // any other metadata
	roleDirectory             // data of a directory
	roleLogDevice             // of the external log
	roleOutside               // of no filesystem
	roleCache                 // page cache
	roleAnon                  // a private copy
	roleFreeDRAM              // main memory that nobody has
)

// roles is a set of roles.
type roles uint16

func rolesOf(list ...role) (set roles) {
	for _, r := range list {
		set |= 1 << r
	}
	return set
}

func (set roles) has(r role) bool { return set>>r&1 != 0 }

// anyRole is every role but that of main memory that nobody has.
const anyRole roles = 1<<roleFreeDRAM - 1

// A pageOfFile is a page of a file.
type pageOfFile struct{ file, idx uint8 }

// A bench is a scenario without tasks, with what follows from it.
type bench struct {
	sc model.Scenario
	m  *model.Machine
	s  model.State
}

// newBench is nil when the scenario is impossible: deltas do not all fit
// together.
func newBench(sc model.Scenario) *bench {
	m, err := model.New(design.Design{}, sc)
	if err != nil {
		return nil
	}
	b := &bench{sc: sc, m: m}
	m.Begin(&b.s)
	return b
}

// edited is the bench of the scenario, which tasks were put in and perhaps
// edited. What follows from it is what follows from b when they were not.
func (b *bench) edited(sc model.Scenario) *bench {
	if sc.Geometry == b.sc.Geometry && sc.Files == b.sc.Files && sc.Procs == b.sc.Procs && sc.Unborn == b.sc.Unborn {
		return &bench{sc: sc, m: b.m, s: b.s}
	}
	with := newBench(model.Scenario{Geometry: sc.Geometry, Files: sc.Files, Procs: sc.Procs, Unborn: sc.Unborn})
	if with != nil {
		with.sc = sc
	}
	return with
}

// pages are the pages that exist.
func (b *bench) pages() (list []device.Page) {
	for p := range device.Page(device.Pages) {
		if b.sc.Geometry.HasPage(p) {
			list = append(list, p)
		}
	}
	return list
}

// owners are the file pages that have the page: in their data or CoW fork,
// or in the page cache.
func (b *bench) owners(p device.Page) (list []pageOfFile) {
	for f := range b.sc.Files {
		for i := range uint8(model.MaxFilePages) {
			data, cow := b.sc.Files[f].Data[i], b.sc.Files[f].Cow[i]
			if b.on(data, p) || b.on(cow, p) || p.DRAM() && b.s.Entry[f][i].Of() == p {
				list = append(list, pageOfFile{uint8(f), i})
			}
		}
	}
	return list
}

// on reports whether the block of the extent lies on the page.
func (b *bench) on(e rmap.Extent, p device.Page) bool {
	if e.Hole() {
		return false
	}
	pages := b.m.PagesOf(uint8(e.Block()))
	return pages[0] == p || pages[1] == p
}

// roleOf is what the page is used for.
func (b *bench) roleOf(p device.Page) role {
	if p.DRAM() {
		switch b.s.Dram[p-device.DevPages].Kind() {
		case mm.DramCache:
			return roleCache
		case mm.DramAnon:
			return roleAnon
		}
		return roleFreeDRAM
	}
	used := false
	for blk := range uint8(model.MaxBlocks) {
		pages := b.m.PagesOf(blk)
		if pages[0] != p && pages[1] != p {
			continue
		}
		used = true
		for _, rec := range b.m.StaticRecords() {
			switch {
			case rec.Len == 0 || uint8(rec.Start) != blk:
			case rec.Owner == rmap.OwnerFS:
				return roleHeader
			default:
				return roleMetadata
			}
		}
	}
	switch owners := b.owners(p); {
	case !used && b.m.DevOf(p) == 1:
		return roleLogDevice
	case !used:
		return roleOutside
	case len(owners) == 0:
		return roleFree
	case len(owners) > 1:
		return roleShared
	default:
		return b.roleOfOwned(owners[0], p)
	}
}

func (b *bench) roleOfOwned(o pageOfFile, p device.Page) role {
	f := &b.sc.Files[o.file]
	switch {
	case f.Directory:
		return roleDirectory
	case b.on(f.Cow[o.idx], p):
		return roleStaging
	case f.Data[o.idx].Unwritten():
		return roleUnwritten
	}
	return roleData
}

// mappers are the processes that have a PTE to the page.
func (b *bench) mappers(p device.Page) (list []uint8) {
	for proc := range b.s.PTE {
		if slices.ContainsFunc(b.s.PTE[proc][:], func(e mm.PTE) bool { return e.Present() && e.Page() == p }) {
			list = append(list, uint8(proc))
		}
	}
	return list
}

// A va is a page of a VMA.
type va struct{ proc, slot, i uint8 }

// vas are the pages of VMAs over file pages that ok has.
func (b *bench) vas(ok func(o pageOfFile) bool) (list []va) {
	for p := range b.sc.Procs {
		for slot, mp := range b.sc.Procs[p].Maps {
			for i := range mp.Len {
				if ok(pageOfFile{mp.File, mp.Pgoff + i}) {
					list = append(list, va{uint8(p), uint8(slot), i})
				}
			}
		}
	}
	return list
}

// extent is the block of a file page.
func (b *bench) extent(o pageOfFile) rmap.Extent { return b.sc.Files[o.file].Data[o.idx] }

// An op is one task beside the event, and what it asks of the scenario.
type op struct {
	task model.TaskSpec
	edit func(sc *model.Scenario) // nil: nothing
}

// aim is what the tasks beside an event are about.
type aim struct {
	page   device.Page
	owners []pageOfFile // of the page, or of a page beside it when it has none
	write  []pageOfFile // file pages whose write may take the page
	far    bool         // owners are those of another page
}

// aimAt finds what tasks near the page are about.
func (b *bench) aimAt(p device.Page) aim {
	a := aim{page: p, owners: b.owners(p)}
	a.owners = slices.DeleteFunc(a.owners, func(o pageOfFile) bool { return b.sc.Files[o.file].Directory })
	if b.roleOf(p) == roleFree {
		for f := range b.sc.Files { // a hole that is filled, a shared block that is copied
			for i, e := range b.sc.Files[f].Data {
				o := pageOfFile{uint8(f), uint8(i)}
				if b.sc.Files[f].Present && (e.Hole() || len(b.owners(b.m.PageOf(uint8(e.Block())))) > 1) {
					a.write = append(a.write, o)
				}
			}
		}
	}
	if len(a.owners) != 0 {
		return a
	}
	a.far = true
	for f := range b.sc.Files {
		for i, e := range b.sc.Files[f].Data {
			if file := &b.sc.Files[f]; len(a.owners) == 0 && !e.Hole() && !e.Unwritten() && !file.Directory {
				a.owners = append(a.owners, pageOfFile{uint8(f), uint8(i)})
			}
		}
	}
	return a
}

// holes are those of the files of the owners.
func (b *bench) holes(owners []pageOfFile) (list []pageOfFile) {
	for _, o := range owners {
		for i, e := range b.sc.Files[o.file].Data {
			if hole := (pageOfFile{o.file, uint8(i)}); e.Hole() && !slices.Contains(list, hole) {
				list = append(list, hole)
			}
		}
	}
	return list
}

// adjoining are the file pages in an extent with one of the owners, next to it.
func (b *bench) adjoining(owners []pageOfFile) (list []pageOfFile) {
	for _, o := range owners {
		data := &b.sc.Files[o.file].Data
		for i, e := range data {
			one := i+1 == int(o.idx) || i == int(o.idx)+1
			if one && !e.Hole() && int(e.Block())-int(data[o.idx].Block()) == i-int(o.idx) {
				list = append(list, pageOfFile{o.file, uint8(i)})
			}
		}
	}
	return list
}

func (a *aim) has(o pageOfFile) bool { return slices.Contains(a.owners, o) }

func (a *aim) writes(o pageOfFile) bool { return slices.Contains(a.write, o) }

// ops are the tasks of a kind near what the aim is about.
func (b *bench) ops(kind model.TaskKind, a *aim) []op {
	switch kind {
	case model.TaskReadFault, model.TaskWriteFault:
		return b.faults(kind, a)
	case model.TaskTruncate, model.TaskPunch, model.TaskReflink:
		return b.fileOps(kind, a)
	case model.TaskMmap:
		return b.mmaps(a)
	case model.TaskMunmap, model.TaskFork, model.TaskExit:
		return b.procOps(kind, a)
	case model.TaskEvict:
		return b.evicts(a)
	case model.TaskMount, model.TaskUmount:
		return b.mounts(kind)
	case model.TaskUnbind:
		if a.page.DRAM() {
			return nil
		}
		return []op{{task: model.TaskSpec{Kind: kind, Dev: b.m.DevOf(a.page)}}}
	case model.TaskPin:
		return b.pins(a)
	case model.TaskWrite:
		return b.writes(a)
	case model.TaskFreeze:
		return []op{{task: model.TaskSpec{Kind: kind}}}
	case model.TaskLegFailure:
		return []op{{task: model.TaskSpec{Kind: kind}}, {task: model.TaskSpec{Kind: kind, Dev: 1}}}
	case model.TaskMemoryFailure:
		return b.secondEvents(a)
	}
	return nil
}

// opsAnywhere are the tasks of a kind near any file page, beside an event on
// the page of the aim.
func (b *bench) opsAnywhere(kind model.TaskKind, a *aim) []op {
	all := aim{page: a.page}
	for f := range b.sc.Files {
		for i := range b.sc.Files[f].Data {
			if b.sc.Files[f].Present && !b.sc.Files[f].Directory {
				all.owners = append(all.owners, pageOfFile{uint8(f), uint8(i)})
			}
		}
	}
	return b.ops(kind, &all)
}

// faults: of a page without a PTE and of one with it, for that can go.
func (b *bench) faults(kind model.TaskKind, a *aim) (list []op) {
	at := b.vas(a.has)
	if kind == model.TaskWriteFault {
		at = append(b.vas(a.writes), at...)
	}
	if a.far {
		at = at[:min(len(at), 2)]
	}
	for _, v := range at {
		tk := model.TaskSpec{Kind: kind, Proc: v.proc, Slot: v.slot, Index: v.i}
		bit := uint8(1) << v.i
		mp := b.sc.Procs[v.proc].Maps[v.slot]
		list = append(list, op{task: tk, edit: func(sc *model.Scenario) {
			sc.Procs[v.proc].Maps[v.slot].Faulted &^= bit
			sc.Procs[v.proc].Maps[v.slot].Copied &^= bit
		}})
		if mp.Faulted&bit != 0 {
			list = append(list, op{task: tk})
		}
	}
	return list
}

// fileOps: truncate, punch and reflink of the owners.
func (b *bench) fileOps(kind model.TaskKind, a *aim) (list []op) {
	for _, o := range a.owners {
		tk := model.TaskSpec{Kind: kind, File: o.file, Index: o.idx}
		switch kind {
		case model.TaskReflink:
			for _, to := range b.reflinkTargets(o) {
				list = append(list, op{task: model.TaskSpec{Kind: kind, File: o.file, Index: o.idx, To: to.file, Len: to.idx}})
				if !b.extent(to).Hole() { // and the other way: the owner loses the page
					list = append(list, op{task: model.TaskSpec{Kind: kind, File: to.file, Index: to.idx, To: o.file, Len: o.idx}})
				}
			}
		case model.TaskPunch:
			list = append(list, op{task: tk})
			for g := range b.sc.Files {
				if to := &b.sc.Files[g]; uint8(g) != o.file && to.Present && to.FS == b.sc.Files[o.file].FS && !to.Directory {
					tk.Flag, tk.To = true, uint8(g)
					list = append(list, op{task: tk})
				}
			}
		default:
			list = append(list, op{task: tk})
		}
	}
	return list
}

// reflinkTargets are a hole and a page with a block of each file.
func (b *bench) reflinkTargets(o pageOfFile) (list []pageOfFile) {
	for f := range b.sc.Files {
		file := &b.sc.Files[f]
		if !file.Present || file.Directory {
			continue
		}
		var hole, block bool
		for i, e := range file.Data {
			to := pageOfFile{uint8(f), uint8(i)}
			if to == o || e.Hole() && hole || !e.Hole() && (block || e == b.extent(o)) {
				continue
			}
			hole, block = hole || e.Hole(), block || !e.Hole()
			list = append(list, to)
		}
	}
	return list
}

// mmaps: the first process with a free slot maps an owner.
func (b *bench) mmaps(a *aim) (list []op) {
	for p := range b.sc.Procs {
		for slot, mp := range b.sc.Procs[p].Maps {
			if !b.sc.Procs[p].Alive || mp.Len != 0 {
				continue
			}
			for _, o := range a.owners {
				list = append(list, op{task: model.TaskSpec{
					Kind: model.TaskMmap, Proc: uint8(p), Slot: uint8(slot), File: o.file, Index: o.idx, Len: 1,
				}})
			}
			break
		}
	}
	return list
}

// procOps: munmap, fork and exit of who maps an owner. A child joins the end
// of the task list.
func (b *bench) procOps(kind model.TaskKind, a *aim) (list []op) {
	for _, v := range b.vas(a.has) {
		tk := model.TaskSpec{Kind: kind, Proc: v.proc}
		switch kind {
		case model.TaskMunmap:
			tk.Slot = v.slot
		case model.TaskFork:
			if tk.To = drawnProcs - 1; b.sc.Procs[tk.To].Alive {
				continue
			}
		}
		list = append(list, op{task: tk})
	}
	return list
}

// evicts: nobody maps the file, but its pages are still there.
func (b *bench) evicts(a *aim) (list []op) {
	for _, o := range a.owners {
		for _, unlinked := range []bool{false, true} {
			tk := model.TaskSpec{Kind: model.TaskEvict, File: o.file, Flag: unlinked}
			list = append(list, op{task: tk, edit: func(sc *model.Scenario) {
				if sc.Files[o.file].Incore == superblock.IncoreLive {
					leave(sc, o.file)
				}
			}})
		}
	}
	return list
}

// pins are pages of the owners, if nobody shares them.
func (b *bench) pins(a *aim) (list []op) {
	for _, o := range a.owners {
		if e := b.extent(o); len(a.owners) == 1 && !e.Unwritten() && b.m.IsDAX(o.file) && b.live(o.file) {
			list = append(list, op{task: model.TaskSpec{Kind: model.TaskPin, File: o.file, Index: o.idx}})
		}
	}
	return list
}

// writes are to pages of the owners, if they are DAX.
func (b *bench) writes(a *aim) (list []op) {
	for _, o := range a.owners {
		if b.m.IsDAX(o.file) && b.live(o.file) {
			list = append(list, op{task: model.TaskSpec{Kind: model.TaskWrite, File: o.file, Index: o.idx}})
		}
	}
	return list
}

// leave takes the mappings of a file away; its pages stay behind.
func leave(sc *model.Scenario, f uint8) {
	for p := range sc.Procs {
		for slot := range sc.Procs[p].Maps {
			if mp := &sc.Procs[p].Maps[slot]; mp.Len != 0 && mp.File == f {
				*mp = model.Map{}
			}
		}
	}
	for i, e := range sc.Files[f].Data {
		if !e.Hole() && !e.Unwritten() && !sc.Files[f].Directory {
			sc.Files[f].Cached |= 1 << i
		}
	}
}

// mounts: of each filesystem, of which nobody maps a file.
func (b *bench) mounts(kind model.TaskKind) (list []op) {
	for fs := range uint8(model.MaxFS) {
		if fs == 1 && b.sc.Geometry.Second == model.SecondNone {
			continue
		}
		list = append(list, op{task: model.TaskSpec{Kind: kind, FS: fs}, edit: func(sc *model.Scenario) {
			for f := range sc.Files {
				file := &sc.Files[f]
				if !file.Present || file.FS != fs {
					continue
				}
				if leave(sc, uint8(f)); kind == model.TaskMount || file.Incore != superblock.IncoreLive {
					file.Cached = 0
				}
				if kind == model.TaskMount {
					file.Incore = superblock.IncoreNone
				}
			}
			sc.Unborn[fs] = sc.Unborn[fs] || kind == model.TaskMount
		}})
	}
	return list
}

// secondEvents: the same page again, by a scrubber and by who maps it, the
// one after it, and the header of the first group, which shuts down.
func (b *bench) secondEvents(a *aim) (list []op) {
	add := func(p device.Page, source model.Source, proc uint8) {
		list = append(list, op{task: model.TaskSpec{
			Kind: model.TaskMemoryFailure, Source: source, Page: uint8(p), Pages: 1, Proc: proc,
		}})
	}
	add(a.page, model.SourceScrub, 0)
	for _, proc := range b.mappers(a.page) {
		add(a.page, model.SourceConsumed, proc)
	}
	pages := b.pages()
	if next := a.page + 1; slices.Contains(pages, next) && next.DRAM() == a.page.DRAM() {
		add(next, model.SourceScrub, 0)
	}
	for _, p := range pages {
		if p != a.page && p != a.page+1 && b.roleOf(p) == roleHeader {
			add(p, model.SourceScrub, 0)
			break
		}
	}
	if pages := b.m.PagesOf(b.blockOn(a.page)); pages[1] != device.NoPage { // the other leg
		add(pages[0]+pages[1]-a.page, model.SourceScrub, 0)
	}
	return list
}

// blockOn is the block that lies on the page, or none.
func (b *bench) blockOn(p device.Page) uint8 {
	for blk := range uint8(model.MaxBlocks) {
		if pages := b.m.PagesOf(blk); pages[0] == p || pages[1] == p {
			return blk
		}
	}
	return model.MaxBlocks - 1 // no scenario has it
}

// useful reports whether the task can do anything in the scenario.
func useful(b *bench, tk *model.TaskSpec) bool {
	sc := &b.sc
	switch tk.Kind {
	case model.TaskReadFault, model.TaskWriteFault:
		return b.usefulFault(tk)
	case model.TaskTruncate, model.TaskPunch:
		return b.live(tk.File) && sc.Files[tk.File].Data[tk.Index] != 0
	case model.TaskReflink:
		from := sc.Files[tk.File].Data[tk.Index]
		to := sc.Files[tk.To].Data[tk.Len]
		return b.live(tk.File) && b.live(tk.To) && !from.Hole() && !from.Unwritten() && from != to &&
			from.Block() < model.MaxDataBlocks && (to.Hole() || to.Block() < model.MaxDataBlocks) &&
			(!to.Hole() || b.s.Ref[from.Block()] < model.MaxSharing)
	case model.TaskWrite:
		e := sc.Files[tk.File].Data[tk.Index]
		return (e.Hole() || e.Unwritten() || b.s.Ref[e.Block()] > 1) && b.writable(pageOfFile{tk.File, tk.Index})
	case model.TaskMmap:
		return sc.Procs[tk.Proc].Alive && sc.Procs[tk.Proc].Maps[tk.Slot].Len == 0 && !sc.Unborn[sc.Files[tk.File].FS]
	case model.TaskMunmap:
		return sc.Procs[tk.Proc].Maps[tk.Slot].Len != 0
	case model.TaskFork, model.TaskExit:
		return mappedBy(&sc.Procs[tk.Proc])
	case model.TaskEvict:
		return b.live(tk.File) && !mapped(sc, func(f uint8) bool { return f == tk.File })
	case model.TaskUmount:
		return !sc.Unborn[tk.FS] && !mapped(sc, func(f uint8) bool { return sc.Files[f].FS == tk.FS })
	case model.TaskMount: // a device that is mounted is mounted again only when that mount goes
		other := model.TaskSpec{Kind: model.TaskUmount, FS: 1 - tk.FS}
		return sc.Geometry.Second != model.SecondRemount || sc.Unborn[other.FS] || slices.Contains(sc.Tasks[:], other)
	}
	return true
}

func (b *bench) live(f uint8) bool { return b.sc.Files[f].Incore == superblock.IncoreLive }

// usefulFault: the fault maps something, or copies it.
func (b *bench) usefulFault(tk *model.TaskSpec) bool {
	mp := &b.sc.Procs[tk.Proc].Maps[tk.Slot]
	if mp.Len <= tk.Index {
		return false
	}
	file := &b.sc.Files[mp.File]
	e := file.Data[mp.Pgoff+tk.Index]
	switch {
	case tk.Kind != model.TaskWriteFault || mp.Private:
		return !e.Hole() && !e.Unwritten() || e.Hole() && !b.m.IsDAX(mp.File)
	}
	return b.writable(pageOfFile{mp.File, mp.Pgoff + tk.Index})
}

// writable: there is room for what a write has to allocate.
func (b *bench) writable(o pageOfFile) bool {
	file := &b.sc.Files[o.file]
	e := file.Data[o.idx]
	switch {
	case e.Hole():
		return b.freeBlock(func(uint8) bool { return true })
	case b.s.Ref[e.Block()] > 1 && file.Cow[o.idx].Hole():
		group := b.m.GroupOf(uint8(e.Block()))
		return b.freeBlock(func(blk uint8) bool { return b.m.GroupOf(blk) == group })
	}
	return true
}

// freeBlock reports whether one of the blocks that ok has is free.
func (b *bench) freeBlock(ok func(blk uint8) bool) bool {
	for blk := range b.sc.Geometry.Blocks {
		if ok(blk) && b.roleOf(b.m.PageOf(blk)) == roleFree {
			return true
		}
	}
	return false
}

// mapped reports whether a process maps a file that is meant.
func mapped(sc *model.Scenario, is func(f uint8) bool) bool {
	for p := range sc.Procs {
		for _, mp := range sc.Procs[p].Maps {
			if mp.Len != 0 && is(mp.File) {
				return true
			}
		}
	}
	return false
}
