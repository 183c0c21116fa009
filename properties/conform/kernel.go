package conform

import (
	"fmt"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/model/units"
)

// An end says how a task ended.
type end uint8

const (
	returned end = iota
	oopsed
	hangs // goes on for ever, or waits for what nobody will give
)

// A runner takes the one task of a lens to its end, and says which lines the
// kernel's probes write meanwhile.
type runner struct {
	*lens
	lines  []Line
	frames []returns
	rc     mm.Errno
	ended  end
	event  *page // that failed; nil: the whole device
	flags  int64 // mf_flags
	told   []told
	dirty  bool     // the event is on a page of main memory that is dirty
	walk   []record // of the whole device: the records in their order
	walked int      // how many of them have been written
}

// action is what action_result says of the event.
func (r *runner) action() string {
	what, how := "dax page", "Recovered"
	switch {
	case !r.event.ram:
	case r.rc == mm.EHWPOISON:
		what = "already poisoned"
	case r.dirty:
		what = "dirty LRU page"
	default:
		what = "clean LRU page"
	}
	if r.rc != mm.OK {
		how = "Failed"
	}
	return "recovery action for " + what + ": " + how
}

// told is a process whose handler will run, and what it will report.
type told struct {
	proc *proc
	report
}

// commit writes what the task has changed back to the world.
func (r *runner) commit() {
	r.lift()
	for _, t := range r.told {
		t.proc.pending = true
		t.proc.reports = append(t.proc.reports, t.report)
	}
}

// returns is a line that is due when the routine at a depth returns.
type returns struct {
	depth uint8
	ev    string
}

func (r *runner) emit(ev string, pairs ...any) {
	f := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		v := pairs[i+1]
		if n, is := v.(int); is {
			v = int64(n)
		}
		f[pairs[i].(string)] = v
	}
	r.lines = append(r.lines, Line{Ev: ev, Fields: f})
}

func hex(n int64) string { return fmt.Sprintf("0x%x", n) }

// run takes steps until the task has ended, or can't.
func (r *runner) run() {
	var buf [8]model.Action
	overrun := 0
	for {
		st, alive := r.s.At(0)
		if !alive {
			r.ended = returned
			return
		}
		if st == dead {
			r.ended = oopsed
			return
		}
		if len(r.m.Enabled(&r.s, buf[:0])) == 0 || overrun > model.MaxFilePages {
			r.ended = hangs
			return
		}
		before := r.s
		var o model.Obs
		r.m.Step(&r.s, model.Action{}, &o)
		if o.Flags&model.ObsOverrun != 0 {
			overrun++
		}
		r.translate(st, &before, &o)
		r.leave()
	}
}

// leave writes the lines of the routines that have returned.
func (r *runner) leave() {
	depth := r.s.Tasks[0].Depth
	if _, alive := r.s.At(0); !alive {
		depth = 0
	}
	for n := len(r.frames); n > 0 && depth < r.frames[n-1].depth; n-- {
		r.emit(r.frames[n-1].ev, "ret", r.errno(r.s.Tasks[0].Rc))
		r.frames = r.frames[:n-1]
	}
}

func (r *runner) due(depth uint8, ev string) { r.frames = append(r.frames, returns{depth, ev}) }

func (r *runner) errno(rc mm.Errno) int { return -errnos[rc].number }

// errnos are the numbers and names of what the model can return.
var errnos = map[mm.Errno]struct {
	number int
	name   string
}{
	mm.OK: {0, "0"}, mm.EIO: {5, "EIO"}, mm.ENXIO: {6, "ENXIO"}, mm.EBUSY: {16, "EBUSY"},
	mm.EOPNOTSUPP: {95, "EOPNOTSUPP"}, mm.EFSCORRUPTED: {117, "EUCLEAN"}, mm.EHWPOISON: {133, "EHWPOISON"},
}

// The steps that lines are about.
var (
	mfRaise    = model.MustStep("mfRaise")
	pmCall     = model.MustStep("pmCall")
	dvEnter    = model.MustStep("dvEnter")
	xfEnter    = model.MustStep("xfEnter")
	xfQuery    = model.MustStep("xfQuery")
	ffIget     = model.MustStep("ffIget")
	ffDispatch = model.MustStep("ffDispatch")
	gkLock     = model.MustStep("gkLock")
	gkMark     = model.MustStep("gkMark")
	kpUnmap    = model.MustStep("kpUnmap")
	xfShutdown = model.MustStep("xfShutdown")
	xfDecide   = model.MustStep("xfDecide")
	ubMarkDead = model.MustStep("ubMarkDead")
	mfUnlock   = model.MustStep("mfUnlock")
	krNext     = model.MustStep("krNext")
	gkNext     = model.MustStep("gkNext")
	kpLock     = model.MustStep("kpLock")

	dead = model.MustStep("oopsed")
)

// translate writes the lines of a step: the one place where steps of the model
// are mapped to what the probes of the kernel show.
func (r *runner) translate(st model.Step, before *model.State, o *model.Obs) {
	t, was := &r.s.Tasks[0], &before.Tasks[0]
	switch st {
	case mfRaise:
		r.emit("memory_failure", "pfn", r.event.String(), "flags", hex(r.flags))
		if p := t.Page; p.DRAM() {
			d := before.Dram[p-device.DevPages]
			r.dirty = d.Dirty() || d.Kind() == mm.DramAnon
		}
	case pmCall:
		r.emit("pmem_memory_failure", "pfn", r.page(was.Page).String(), "nr", int(was.Pages), "flags", hex(r.flags))
	case dvEnter:
		off, length := r.byteRange(was)
		r.emit("dax_holder_notify", "off", off, "len", length, "flags", hex(r.mfFlags(was)))
		r.due(was.Depth, "dax_holder_notify_ret")
	case xfEnter:
		off, length := r.byteRange(was)
		r.emit("xfs_notify", "off", off, "len", length, "flags", hex(r.mfFlags(was)))
		r.due(was.Depth, "xfs_notify_ret")
	case xfQuery:
		r.found(o, was)
	case ffIget:
		switch before.Incore[was.File] {
		case superblock.IncoreLive:
		case superblock.IncoreNone:
			r.emit("xfs_iget_ret", "ret", -61)
		default:
			r.emit("xfs_iget_ret", "ret", -11)
		}
	case ffDispatch:
		if next, _ := r.s.At(0); next == krNext {
			index, count := r.killRange(t)
			r.emit("mf_dax_kill_procs", "index", index, "count", count, "flags", hex(r.mfFlags(t)))
			r.due(t.Depth, "mf_dax_kill_procs_ret")
		}
	case gkLock, gkMark:
		r.lockPage(st)
	case kpUnmap:
		r.unmapped(before)
	case xfShutdown:
		r.emit("xfs_shutdown", "flags", "0x10") // SHUTDOWN_CORRUPT_ONDISK
	case xfDecide:
		r.others(nil)
		if was.Flags&mm.PreRemove != 0 {
			r.emit("xfs_shutdown", "flags", "0x4") // SHUTDOWN_FORCE_UMOUNT
		}
	case ubMarkDead:
		if t.FS > was.FS && before.Mount[t.FS-1].Live() {
			r.emit("xfs_shutdown", "flags", "0x20") // SHUTDOWN_DEVICE_REMOVED
		}
	case mfUnlock:
		r.rc = o.Rc
	}
	if o.Flags&(model.ObsSignal|model.ObsLost) != 0 {
		r.signalled(o)
	}
}

// mfFlags are the mf_flags that are passed on.
func (r *runner) mfFlags(t *model.Task) int64 {
	if t.Flags&mm.PreRemove != 0 {
		return 0x80 // MF_MEM_PRE_REMOVE
	}
	return r.flags
}

// byteRange is the range that the holder is told, on the dax_device.
func (r *runner) byteRange(t *model.Task) (off int, length string) {
	if t.Pages == 0 {
		return 0, "0xffffffffffffffff"
	}
	return r.page(t.Page).num << pageShift, hex(int64(t.Pages) << pageShift)
}

// found writes the record that the query met. In a walk over the whole device
// the model meets the header of each of its groups and what the lens has; what
// the kernel has besides comes in its place in the order of blocks.
func (r *runner) found(o *model.Obs, was *model.Task) {
	if o.Flags&model.ObsFound == 0 {
		return
	}
	rec, ok := r.record(o.Rec)
	if !ok {
		return
	}
	if r.whole {
		r.others(&rec)
	}
	r.writeRecord(rec)
	if o.Rec.Owner.Inode() && r.s.Tasks[0].Depth > was.Depth {
		r.due(r.s.Tasks[0].Depth, "rmap_rec_ret")
		return
	}
	r.emit("rmap_rec_ret", "ret", 0)
}

func (r *runner) writeRecord(rec record) {
	r.emit("rmap_rec", "agbno", rec.agbno, "len", rec.len, "owner", rec.owner, "foff", rec.foff, "rmflags", "0x0")
}

// record is the kernel's record for one of the model: of a file, the whole
// extent, of which the lens has a part; of metadata, the one that has the block.
func (r *runner) record(rec rmap.Record) (record, bool) {
	if rec.Owner.Inode() {
		f := r.files[rec.Owner]
		return r.w.extent(f, r.base[rec.Owner]+int(rec.OffFlags&7)), true
	}
	if r.whole {
		return r.w.static(int(r.m.GroupOf(uint8(rec.Start))))[0], true
	}
	p := r.block[rec.Start]
	if p == nil {
		return record{}, false
	}
	return r.w.staticAt(p.num - r.w.fsOff(p.dev))
}

// others writes the records before the next one that the model meets, or all
// that are left: other metadata, and extents of which no page is in use, so
// that the lens has none of them.
func (r *runner) others(next *record) {
	for ; r.walked < len(r.walk); r.walked++ {
		rec := r.walk[r.walked]
		if next != nil && rec == *next {
			r.walked++
			return
		}
		r.writeRecord(rec)
		if rec.owner > 0 && r.m.Design[design.KillContext] == design.KillUnderGroupLock {
			count := rec.len
			if r.m.Design[design.WindowEnd] == design.WindowU32Wrap {
				count = 1<<32 - rec.agbno
			}
			r.emit("mf_dax_kill_procs", "index", rec.foff, "count", count, "flags", hex(r.mfFlags(&r.s.Tasks[0])))
			r.emit("mf_dax_kill_procs_ret", "ret", 0)
		}
		r.emit("rmap_rec_ret", "ret", 0)
	}
}

// killRange is the range of file pages, in the file.
func (r *runner) killRange(t *model.Task) (index int, count int) {
	index, count = r.base[t.File]+int(t.Idx), int(t.Cnt)
	if !r.whole {
		return index, count
	}
	rec := r.w.extent(r.files[t.File], index)
	if count == 7 { // wrapped
		return rec.foff, 1<<32 - rec.agbno
	}
	return rec.foff, rec.len
}

// lockPage writes dax_lock_page, of the fallback.
func (r *runner) lockPage(st model.Step) {
	next, _ := r.s.At(0)
	if st == gkLock && len(r.lines) > 0 && r.lines[len(r.lines)-1].Ev != "generic_lock" {
		r.emit("generic_lock")
	}
	switch next {
	case gkNext:
		r.emit("generic_lock_ret", "ret", "null")
	case kpLock:
		r.emit("generic_lock_ret", "ret", "cookie")
	}
}

// unmapped writes unmap_mapping_range, if the step has unmapped anything.
func (r *runner) unmapped(before *model.State) {
	t := &before.Tasks[0]
	if t.At.DRAM() || before.PTE == r.s.PTE {
		return
	}
	idx := r.base[t.File] + int(t.Idx)
	start, length := addrspace.UnmapRange(units.Scale{}, &r.m.Design, units.PgOff(idx), units.PageShift)
	r.emit("unmap_mapping_range", "start", int(start), "len", int(length), "even_cows", 0)
}

// signalled writes a signal, and what its handler will report.
func (r *runner) signalled(o *model.Obs) {
	p := r.procs[o.Proc]
	code, full := "AO", "BUS_MCEERR_AO"
	if o.Code == mm.CodeAR {
		code, full = "AR", "BUS_MCEERR_AR"
	}
	res, lost := 0, o.Flags&model.ObsLost != 0
	if lost {
		res = 2
	}
	r.emit("signal_generate", "sig", 7, "errno", 0, "code", code, "grp", 0, "res", res, "to", p.name)
	if lost {
		return
	}
	slot, i := o.VA/mm.VMAPages, o.VA%mm.VMAPages
	f, idx, _ := r.s.VMA[o.Proc][slot].Covers(i)
	r.told = append(r.told, told{p, report{
		code: full, lsb: pageShift + int64(o.Lsb), mapping: int64(r.slots[o.Proc][slot]),
		fileOff: int64(r.base[f]+int(idx)) << pageShift,
	}})
}
