// Package conform compares recorded runs of booted kernels with the model. The
// lines that the harness wrote say what to do, the model does it under the
// design of that kernel, and each line of the kernel and each result has to be
// what the model says.
package conform

import (
	"fmt"
	"strings"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// A Difference is the first place at which a trace and the model disagree.
type Difference struct {
	Line  int // of the file
	What  string
	Trace string // what the kernel did
	Model string // what the model did
}

// A Verdict is the comparison of a trace with a design.
type Verdict struct {
	Conforms bool
	Diff     Difference
	Compared map[string]int // fields compared, by kind of line
	Fields   []Field        // and which they were
}

// A Field is a field of a line that was compared.
type Field struct {
	Line int // index
	Name string
}

// Check compares the trace with the design.
func Check(tr Trace, d model.Design) Verdict {
	c := &comparer{tr: tr, d: d, w: newWorld(), v: Verdict{Compared: map[string]int{}}}
	c.layout()
	for c.at < len(tr.Lines) {
		if !c.next() {
			return c.v
		}
	}
	c.v.Conforms = true
	return c.v
}

// A comparer goes through a trace.
type comparer struct {
	tr  Trace
	d   model.Design
	w   *world
	at  int
	v   Verdict
	off map[string]int // of the files whose layout a line tells: block of page 0
}

// fail says where trace and model differ.
func (c *comparer) fail(at int, what, trace, model string) bool {
	c.v.Diff = Difference{Line: c.tr.Lines[min(at, len(c.tr.Lines)-1)].No, What: what, Trace: trace, Model: model}
	return false
}

// match compares the line at hand with what the model says, and goes on.
func (c *comparer) match(want Line) bool {
	if c.at >= len(c.tr.Lines) {
		return c.fail(c.at, "the trace ends", "end", want.String())
	}
	got := &c.tr.Lines[c.at]
	if got.Ev != want.Ev {
		return c.fail(c.at, "line", got.String(), want.String())
	}
	for _, name := range names(kinds[got.Ev]) {
		if kinds[got.Ev][name] != compared {
			continue
		}
		g, there := got.Fields[name]
		m, said := want.Fields[name]
		if !there && !said {
			continue
		}
		if !said || !there || fmt.Sprint(g) != fmt.Sprint(m) {
			return c.fail(c.at, name, fmt.Sprintf("%v in %s", g, got), fmt.Sprintf("%v in %s", m, &want))
		}
		c.v.Compared[got.Ev]++
		c.v.Fields = append(c.v.Fields, Field{c.at, name})
	}
	c.at++
	return true
}

func (c *comparer) matchAll(lines []Line) bool {
	for _, ln := range lines {
		if !c.match(ln) {
			return false
		}
	}
	return true
}

func line(ev string, pairs ...any) Line {
	r := runner{}
	r.emit(ev, pairs...)
	return r.lines[0]
}

// next does what the harness did next, and compares what follows from it.
func (c *comparer) next() bool {
	// what the kernel writes in a fault stands before the line of the access
	i := c.at
	for i < len(c.tr.Lines) && kernel[c.tr.Lines[i].Ev] {
		i++
	}
	if i == len(c.tr.Lines) {
		return c.fail(c.at, "line", c.tr.Lines[c.at].String(), "nothing: no operation runs")
	}
	ln := &c.tr.Lines[i]
	if i != c.at && ln.Ev != "access" {
		return c.fail(c.at, "line", c.tr.Lines[c.at].String(), "nothing: no operation runs")
	}
	op, known := operations[ln.Ev]
	if !known {
		return c.fail(i, "line", ln.String(), "no operation of this kind")
	}
	return op(c, ln)
}

// operations are what the harness does and looks at.
var operations map[string]func(*comparer, *Line) bool

func init() {
	operations = map[string]func(*comparer, *Line) bool{
		"mount": (*comparer).mount, "partoff": (*comparer).partoff,
		"sysctl_early_kill": (*comparer).sysctl, "prctl": (*comparer).prctl, "prctl_early": (*comparer).prctl,
		"open": (*comparer).open, "mmap": (*comparer).mmap, "fork": (*comparer).fork,
		"access": (*comparer).access, "pread": (*comparer).pread, "fsync": (*comparer).skip,
		"ftruncate": (*comparer).ftruncate, "pagemap": (*comparer).pagemap, "fiemap": (*comparer).fiemap,
		"ino": (*comparer).skip, "target": (*comparer).skip, "check": (*comparer).check,
		"block": (*comparer).block, "unblock": (*comparer).block,
		"inject_begin": (*comparer).inject, "unbind_begin": (*comparer).unbind,
		"unbind_stack": (*comparer).skip, "unbind_after_mappers_killed": (*comparer).stillUnbinding,
		"umount": (*comparer).umount, "sigbus": (*comparer).sigbus, "fsstate": (*comparer).fsstate,
		"died": (*comparer).died, "summary": (*comparer).summary,
	}
}

func (c *comparer) skip(*Line) bool { c.at++; return true }

func (c *comparer) mount(ln *Line) bool {
	w := c.w
	mkfs, opts := ln.str("mkfs"), ln.str("line")
	w.rmapbt, w.reflink = strings.Contains(mkfs, "rmapbt=1"), strings.Contains(mkfs, "reflink=1")
	w.logdev, w.rtdev = strings.Contains(mkfs, "logdev="), strings.Contains(mkfs, "rtdev=")
	w.dm, w.part = strings.HasPrefix(ln.str("dev"), "/dev/mapper/"), strings.HasSuffix(ln.str("dev"), "p1")
	w.ramdisk = strings.HasPrefix(ln.str("dev"), "/dev/ram")
	w.dax = !w.ramdisk && !strings.Contains(opts, "dax=never")
	l, err := w.look(c.d, subject{}, superblock.IncoreLive, func(*lens) model.TaskSpec {
		return model.TaskSpec{Kind: model.TaskUnbind}
	})
	if err != nil {
		return c.fail(c.at, "scenario", ln.String(), err.Error())
	}
	_, ok := l.m.Startable()
	w.mounted = ok
	rc := 0
	if !ok {
		rc = 255 << 8 // mount(8) exits with 255
	}
	return c.match(line("mount", "rc", rc))
}

func (c *comparer) partoff(ln *Line) bool {
	c.w.off = ln.num("bytes") >> pageShift
	return c.skip(ln)
}

func (c *comparer) sysctl(ln *Line) bool {
	c.w.early = ln.num("value") != 0
	return c.skip(ln)
}

// prctl: the harness names a process by the policy that it asks for.
func (c *comparer) prctl(ln *Line) bool {
	p := c.procOf(ln.str("c"))
	p.early = ln.Ev == "prctl_early" || p.name == "EARLY"
	p.late = p.name == "LATE"
	return c.match(line(ln.Ev, "ret", 0))
}

// procOf finds a process, which begins with its first line.
func (c *comparer) procOf(name string) *proc {
	if p := c.w.proc(name); p != nil {
		return p
	}
	p := &proc{name: name}
	c.w.procs = append(c.w.procs, p)
	return p
}

func (c *comparer) open(ln *Line) bool {
	p, f := c.procOf(ln.str("c")), c.fileOf(ln.str("path"))
	if c.w.shutdown {
		return c.match(line("open", "ret", -1, "errno", "EIO"))
	}
	c.w.mounted = true // again, when the harness had unmounted it
	f.opened = true
	p.fds = append(p.fds, f)
	return c.match(line("open", "ret", 0, "errno", "0"))
}

func (c *comparer) mmap(ln *Line) bool {
	p, fd := c.procOf(ln.str("c")), ln.num("fd")
	if fd < 0 || fd >= len(p.fds) {
		return c.match(line("mmap", "map", -1, "errno", "ENODEV"))
	}
	pages := ln.num("len") >> pageShift
	f := p.fds[fd]
	p.maps = append(p.maps, &vma{
		file: f, pgoff: ln.num("off") >> pageShift, len: pages,
		private: strings.HasSuffix(ln.str("flags"), "2"), ptes: make([]pte, pages),
	})
	return c.match(line("mmap", "map", len(p.maps)-1, "errno", "0"))
}

func (c *comparer) fork(ln *Line) bool {
	parent := c.procOf(ln.str("of"))
	child := c.procOf(parent.name + ".k")
	child.early, child.late, child.fds = parent.early, parent.late, parent.fds
	for _, v := range parent.maps {
		child.maps = append(child.maps, &vma{file: v.file, pgoff: v.pgoff, len: v.len, private: v.private, ptes: make([]pte, v.len)})
	}
	return c.skip(ln)
}

// lensFor makes a lens, or fails.
func (c *comparer) lensFor(ln *Line, sub subject, incore superblock.Incore, spec func(*lens) model.TaskSpec) (*lens, bool) {
	l, err := c.w.look(c.d, sub, incore, spec)
	if err != nil {
		return nil, c.fail(c.at, "scenario", ln.String(), err.Error())
	}
	return l, true
}

// fault runs the fault, if there is one, of a process at a page of a mapping;
// sigbus is the code of the signal that refuses it.
func (c *comparer) fault(ln *Line, p *proc, mapping, i int, write bool) (sigbus string, lines []Line, ok bool) {
	v := p.maps[mapping]
	idx := v.pgoff + i
	kind := model.TaskReadFault
	if write {
		kind = model.TaskWriteFault
	}
	sub := subject{file: v.file, idx: idx, proc: p}
	l, ok := c.lensFor(ln, sub, superblock.IncoreLive, func(l *lens) model.TaskSpec {
		proc, slot, index := l.find(p, mapping, i)
		return model.TaskSpec{Kind: kind, Proc: proc, Slot: slot, Index: index}
	})
	if !ok {
		return "", nil, false
	}
	r := runner{lens: l}
	r.run()
	r.commit()
	e := p.pte(mapping, i)
	if e.page != nil && !e.marker && (!write || e.write) {
		return "", r.lines, true
	}
	code := "ADRERR"
	if e.marker || v.file.cached[idx] != nil && v.file.cached[idx].poisoned && v.file.cached[idx].ram {
		code = "MCEERR_AR"
	}
	return code, r.lines, true
}

// find is the process, the slot and the page of a mapping in the lens.
func (l *lens) find(p *proc, mapping, i int) (proc, slot, index uint8) {
	for k, q := range l.procs {
		for s, m := range l.slots[k] {
			if q == p && m == mapping {
				v := p.maps[mapping]
				for fi, f := range l.files {
					if f == v.file {
						return uint8(k), uint8(s), uint8(v.pgoff + i - max(v.pgoff, l.base[fi]))
					}
				}
			}
		}
	}
	return 0, 0, 0
}

func (c *comparer) access(ln *Line) bool {
	p, mapping, off := c.procOf(ln.str("c")), ln.num("map"), ln.num("off")>>pageShift
	if mapping < 0 || mapping >= len(p.maps) { // the harness had no mapping to access
		return c.match(line("access", "ret", -98, "sigbus", ""))
	}
	if p.pte(mapping, off) == nil {
		return c.fail(c.at, "off", ln.String(), "no such page of the mapping")
	}
	write := ln.str("rw") == "w"
	code, lines, ok := c.fault(ln, p, mapping, off, write)
	if !ok {
		return false
	}
	if code == "" {
		return c.matchAll(append(lines, line("access", "ret", 0, "sigbus", "")))
	}
	rep := report{code: "BUS_" + code, inAccess: 1, mapping: int64(mapping), fileOff: int64(p.maps[mapping].pgoff+off) << pageShift}
	short := code
	if code == "MCEERR_AR" {
		rep.lsb, short = pageShift, "AR"
	}
	p.reports = append(p.reports, rep)
	p.handled++
	lines = append(lines,
		line("signal_generate", "sig", 7, "errno", 0, "code", short, "grp", 0, "res", 0, "to", p.name),
		line("access", "ret", -1, "sigbus", "BUS_"+code))
	return c.matchAll(lines)
}

func (c *comparer) pread(*Line) bool {
	if c.w.shutdown {
		return c.match(line("pread", "ret", -1, "errno", "EIO"))
	}
	return c.match(line("pread", "ret", 0, "errno", "0"))
}

func (c *comparer) umount(*Line) bool {
	for _, p := range c.w.procs {
		if !p.dead && len(p.fds) > 0 {
			return c.match(line("umount", "ret", -1, "errno", "EBUSY"))
		}
	}
	c.w.mounted = false
	return c.match(line("umount", "ret", 0, "errno", "0"))
}

func (c *comparer) block(ln *Line) bool {
	p := c.procOf(ln.str("c"))
	p.blocked = ln.Ev == "block"
	c.handle()
	return c.skip(ln)
}

// handle runs the handlers of the signals that are pending.
func (c *comparer) handle() {
	for _, p := range c.w.procs {
		if p.pending && !p.blocked {
			p.pending = false
			p.handled++
		}
	}
}

func (c *comparer) sigbus(ln *Line) bool {
	p := c.procOf(ln.str("c"))
	if len(p.reports) == 0 {
		return c.fail(c.at, "line", ln.String(), "no signal to "+p.name)
	}
	rep := p.reports[0]
	p.reports = p.reports[1:]
	return c.match(line("sigbus", "si_code", rep.code, "lsb", rep.lsb, "in_access", rep.inAccess, "map", rep.mapping, "file_off", rep.fileOff))
}

func (c *comparer) fsstate(*Line) bool {
	errno := "0"
	if c.w.shutdown {
		errno = "EIO"
	}
	return c.match(line("fsstate", "create", errno, "stat", errno, "shutdown", c.w.shutdown))
}

func (c *comparer) summary(ln *Line) bool {
	p := c.procOf(ln.str("c"))
	dead := 0
	if p.dead {
		dead = 1
	}
	return c.match(line("summary", "nsig", p.handled, "dead", dead))
}

// died: a process that the harness killed, or that accessed the mapping that
// it could not make.
func (c *comparer) died(ln *Line) bool {
	p := c.procOf(ln.str("c"))
	signal := 9
	if len(p.maps) == 0 {
		signal = 11
	}
	p.exit()
	return c.match(line("died", "exited", 0, "signal", signal))
}
