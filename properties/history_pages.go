package properties

import (
	"fmt"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/spec"
)

type pageCalls = calls[spec.PageTable, spec.PageCall, spec.PageReply]

// looker is the client that looks at the page table. It takes no time.
const looker = clients

// A vaPage is a va page of a process, and the file page that it is over.
type vaPage struct{ proc, va, file, idx uint8 }

// pageTables are the calls on each va page over a DAX file.
func (tp *tape) pageTables() (list []recorded) {
	for proc := range uint8(mm.Procs) {
		for va := range uint8(mm.VA) {
			if vp, ok := tp.over(proc, va); ok {
				if c := tp.pageTable(vp); c != nil {
					list = append(list, c)
				}
			}
		}
	}
	return list
}

// over finds the file page under a va page: none, or in the course of a run
// one and then another, are left out.
func (tp *tape) over(proc, va uint8) (vp vaPage, ok bool) {
	for k := range tp.states {
		v := tp.states[k].VMA[proc][va/mm.VMAPages]
		file, idx, covers := v.Covers(va % mm.VMAPages)
		now := vaPage{proc, va, file, idx}
		switch {
		case !covers:
		case ok && now != vp:
			return vp, false
		default:
			vp, ok = now, true
		}
	}
	return vp, ok && tp.m.IsDAX(vp.file)
}

// page is the page of the dax devices that va maps in state k, or None.
func (tp *tape) page(vp vaPage, k int) uint8 {
	e := tp.states[k].PTE[vp.proc][vp.va]
	if !e.Present() || e.Page() >= device.DevPages {
		return spec.None
	}
	return uint8(e.Page())
}

// owned is the page that the file page lies on in state k, or None.
func (tp *tape) owned(vp vaPage, k int) uint8 {
	e := tp.states[k].Data[vp.file][vp.idx]
	if e.Hole() || e.Unwritten() {
		return spec.None
	}
	return uint8(tp.m.PageOf(uint8(e.Block())))
}

// A pageEffect is a call that a task makes on a va page.
type pageEffect struct {
	from, to int // steps; to is -1 when it does not return
	in       spec.PageCall
	out      spec.PageReply
}

// pageTable is the history of one va page; nil when nobody calls.
func (tp *tape) pageTable(vp vaPage) *pageCalls {
	var relevant spec.PageSet // what the va page ever had to do with
	for k := range tp.states {
		for _, p := range [2]uint8{tp.page(vp, k), tp.owned(vp, k)} {
			if p != spec.None {
				relevant |= 1 << p
			}
		}
	}
	var effects [model.MaxTasks]pageEffect
	any := false
	for i := range uint8(tp.m.Scenario.TaskCount()) {
		effects[i] = tp.effect(vp, i, relevant)
		any = any || effects[i].in.Op != 0
	}
	if !any {
		return nil
	}
	c := &pageCalls{
		name: fmt.Sprintf("p%d m%d:%d, over f%d:%d", vp.proc+1, vp.va/mm.VMAPages+1, vp.va%mm.VMAPages, vp.file+1, vp.idx),
		like: Like(spec.PageTable{Page: tp.page(vp, 0), Owned: tp.owned(vp, 0)}, spec.DescribePage),
	}
	n := len(tp.obs)
	for k := range n {
		task := tp.schedule[k].Task
		e := &effects[task]
		begins, returns := e.in.Op != 0 && k == e.from, e.in.Op != 0 && k == e.to
		if begins {
			c.call(int(task), k, e.in)
		}
		if returns {
			c.ret(int(task), k, e.out)
		}
		if returns || k == n-1 {
			c.at(looker, k, spec.PageCall{Op: spec.PageLook}, spec.PageReply{Page: tp.page(vp, k+1), Owned: spec.Same})
		}
	}
	c.rec.Abandon(spec.PageReply{Page: spec.None, Owned: spec.Same, Open: true})
	return c
}

// effect is what the task calls on the va page: the Op is 0 when it has
// nothing to do with it.
func (tp *tape) effect(vp vaPage, task uint8, relevant spec.PageSet) (e pageEffect) {
	if tp.begin[task] < 0 {
		return e
	}
	e = pageEffect{from: tp.begin[task], to: tp.end[task], out: spec.PageReply{Page: spec.None, Owned: spec.Same}}
	mapped := tp.watch(vp, task, &e)
	tk := tp.task(task)
	here := tk.Proc == vp.proc && tk.Slot*mm.VMAPages+tk.Index == vp.va
	switch tk.Kind {
	case model.TaskReadFault, model.TaskWriteFault:
		e.in.Op = tp.faultOp(tk, here, mapped, e.out.Owned != spec.Same)
		if here && tp.mappedBefore(vp, tk, e.from) {
			e.out.Page = tp.page(vp, e.from)
		}
	case model.TaskWrite:
		if e.out.Owned != spec.Same {
			e.in.Op = spec.PageOtherWrite
		}
	case model.TaskMunmap:
		if tk.Proc == vp.proc && tk.Slot == vp.va/mm.VMAPages {
			e.in.Op = spec.PageMunmap
		}
	case model.TaskExit:
		if tk.Proc == vp.proc {
			e.in.Op = spec.PageMunmap
		}
	case model.TaskMemoryFailure, model.TaskUnbind:
		e.in = tp.failure(task)
		if e.in.Pages&relevant == 0 {
			e.in.Op = 0
		}
	default:
		if e.out.Owned != spec.Same {
			e.in.Op = spec.PageTruncate
			if tk.Kind == model.TaskReflink && tk.To == vp.file && tk.Len == vp.idx {
				e.in.Op = spec.PageReflink
			} else if tk.Kind == model.TaskPunch && tk.File != vp.file {
				e.in.Op = spec.PageReallocate
			}
		}
	}
	return e
}

// watch follows the steps of the task: which page they mapped last, and which
// one they gave to the file page. It also notes an injected error.
func (tp *tape) watch(vp vaPage, task uint8, e *pageEffect) (mapped bool) {
	for k := e.from; k < len(tp.obs); k++ {
		if tp.schedule[k].Task != task {
			continue
		}
		before, after := &tp.states[k], &tp.states[k+1]
		if p := tp.page(vp, k+1); p != spec.None && before.PTE[vp.proc][vp.va] != after.PTE[vp.proc][vp.va] {
			e.out.Page, mapped = p, true
		}
		if before.Data[vp.file][vp.idx] != after.Data[vp.file][vp.idx] {
			e.out.Owned = tp.owned(vp, k+1)
		}
		if tp.obs[k].Flags&model.ObsAGFError != 0 {
			e.out.Excused = true
		}
		if tp.obs[k].Flags&model.ObsRemoved != 0 {
			e.to = k // kill_dax returns, the driver goes on
		}
	}
	return mapped
}

// faultOp is what a fault is to a va page: its own fault, one of the other
// half of a huge mapping that maps it too, one that copies the file page, or
// nothing.
func (tp *tape) faultOp(tk *model.TaskSpec, here, mapped, copied bool) spec.PageOp {
	switch {
	case here && tk.Kind == model.TaskWriteFault:
		return spec.PageWriteFault
	case here || mapped:
		return spec.PageReadFault
	case copied:
		return spec.PageOtherWrite
	}
	return 0
}

// mappedBefore reports an access that needs no fault.
func (tp *tape) mappedBefore(vp vaPage, tk *model.TaskSpec, k int) bool {
	e := tp.states[k].PTE[vp.proc][vp.va]
	return e.Present() && (tk.Kind == model.TaskReadFault || e.Is(mm.Write))
}

// failure is the call of an event, or of the removal of a device.
func (tp *tape) failure(task uint8) spec.PageCall {
	tk := tp.task(task)
	if tk.Kind == model.TaskUnbind {
		return spec.PageCall{Op: spec.PageRemove, Pages: tp.v.fixed.DevPages[tk.Dev]}
	}
	return spec.PageCall{Op: spec.PageMemoryFailure, Pages: spec.PageSet(tk.Failed())}
}
