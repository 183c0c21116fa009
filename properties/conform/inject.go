package conform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// fileOf finds a file; when it is first heard of, its blocks are laid out in one
// piece from what the first line says that tells where one of them lies. When no
// line does, they are not known.
func (c *comparer) fileOf(path string) *file {
	w := c.w
	f := w.file(path)
	if f.size > 0 {
		return f
	}
	f.grow(c.sizeOf(path))
	for i, g := range w.files {
		g.ino = firstInode + i
	}
	if w.ramdisk { // no line has its blocks, they are no pmem
		for i := range f.blocks {
			f.blocks[i] = &page{num: len(w.files)*len(f.blocks) + i, told: true}
		}
		return f
	}
	if first, told := c.off[path]; told {
		for i := range f.blocks {
			n := first + i
			f.blocks[i] = w.at(n/devicePages, n%devicePages)
		}
		if w.rmapbt && !w.rtdev {
			w.keepOut(f)
		}
	}
	return f
}

// keepOut moves the pages of a file that would lie where metadata does to the
// first block that has none.
func (w *world) keepOut(f *file) {
	for i, p := range f.blocks {
		if _, is := w.staticAt(p.num - w.off); !is {
			continue
		}
		for b := 0; b < w.groupBlocks(); b++ {
			if _, is := w.staticAt(b); !is {
				f.blocks[i] = w.at(0, w.off+b)
				break
			}
		}
	}
}

// sizeOf is the size of a file, in pages: that of the largest mapping of it.
func (c *comparer) sizeOf(path string) int {
	size := 8
	fds := map[string][]string{}
	for i := range c.tr.Lines {
		ln := &c.tr.Lines[i]
		switch ln.Ev {
		case "open":
			fds[ln.str("c")] = append(fds[ln.str("c")], ln.str("path"))
		case "mmap":
			if fd := ln.num("fd"); fd >= 0 && fd < len(fds[ln.str("c")]) && fds[ln.str("c")][fd] == path {
				size = max(size, (ln.num("off")+ln.num("len"))>>pageShift)
			}
		}
	}
	return size
}

// layout looks for the first line that tells where a page of each file lies:
// how the allocator places files is not modelled.
func (c *comparer) layout() {
	type mapping struct {
		path  string
		pgoff int
	}
	c.off = map[string]int{}
	tell := func(path string, idx, num int) {
		if _, known := c.off[path]; !known {
			c.off[path] = num - idx
		}
	}
	off, device := 0, 0
	fds, maps := map[string][]string{}, map[string][]mapping{}
	for i := range c.tr.Lines {
		ln := &c.tr.Lines[i]
		who := ln.str("c")
		switch ln.Ev {
		case "partoff":
			off = ln.num("bytes") >> pageShift
		case "mount":
			if strings.Contains(ln.str("mkfs"), "rtdev=") {
				device = 1
			}
			if strings.HasPrefix(ln.str("dev"), "/dev/mapper/") {
				off = c.mapperOffset()
				c.w.off = off
			}
		case "open":
			fds[who] = append(fds[who], ln.str("path"))
		case "mmap":
			if fd := ln.num("fd"); fd >= 0 && fd < len(fds[who]) {
				maps[who] = append(maps[who], mapping{fds[who][fd], ln.num("off") >> pageShift})
			}
		case "pagemap":
			if p, err := c.w.pfn(ln.str("pfn")); err == nil && ln.num("map") >= 0 && ln.num("map") < len(maps[who]) {
				m := maps[who][ln.num("map")]
				tell(m.path, m.pgoff+ln.num("off")>>pageShift, p.dev*devicePages+p.num)
			}
		case "fiemap":
			tell(ln.str("path"), ln.num("off")>>pageShift, device*devicePages+off+ln.num("phys")>>pageShift)
		}
	}
}

// mapperOffset is where the target of the dm device begins on the pmem device:
// the difference of what fiemap and the harness's check say of a block.
func (c *comparer) mapperOffset() int {
	phys := 0
	for i := range c.tr.Lines {
		switch ln := &c.tr.Lines[i]; ln.Ev {
		case "fiemap":
			phys = ln.num("phys") >> pageShift
		case "check":
			return checked(ln) - phys
		}
	}
	return 0
}

// firstPFN is where the pmem device of the recordings begins, at 1 GiB.
const firstPFN = 0x40000

// checked is the page of the device that a check line names by its pfn.
func checked(ln *Line) int {
	var pfn int
	if _, err := fmt.Sscanf(ln.str("fiemap_pfn"), "0x%x", &pfn); err != nil {
		return 0
	}
	return pfn - firstPFN
}

func (c *comparer) check(ln *Line) bool {
	for i := c.at; i >= 0; i-- {
		if prev := &c.tr.Lines[i]; prev.Ev == "fiemap" {
			n := firstPFN + c.w.off + prev.num("phys")>>pageShift
			return c.match(line("check", "fiemap_pfn", hex(int64(n))))
		}
	}
	return c.fail(c.at, "line", ln.String(), "no fiemap before it")
}

func (c *comparer) fiemap(ln *Line) bool {
	f, idx := c.fileOf(ln.str("path")), ln.num("off")>>pageShift
	if idx < 0 || idx >= f.size || f.blocks[idx] == nil {
		return c.match(line("fiemap", "mapped", 0))
	}
	p := f.blocks[idx]
	c.learn(p, ln.num("phys")>>pageShift+c.w.off)
	shared := 0
	for _, g := range c.w.files {
		if g != f && idx < g.size && g.blocks[idx] == p {
			shared = 1
		}
	}
	if c.off["/m/f2"] == c.off["/m/f1"] && c.off["/m/f2"] != 0 { // f2 has no line yet
		if g := c.fileOf("/m/f2"); g != f && g.blocks[idx] == p {
			shared = 1
		} else if g == f && c.fileOf("/m/f1").blocks[idx] == p {
			shared = 1
		}
	}
	return c.match(line("fiemap", "mapped", 1, "phys", (p.num-c.w.fsOff(p.dev))<<pageShift, "shared", shared, "unwritten", 0))
}

// learn gives a block that the kernel has allocated in the run its number.
func (c *comparer) learn(p *page, num int) {
	if p != nil && !p.ram && !p.told {
		p.num, p.told = num, true
		c.w.pages[[2]int{p.dev, num}] = p
	}
}

func (c *comparer) pagemap(ln *Line) bool {
	p, mapping, i := c.procOf(ln.str("c")), ln.num("map"), ln.num("off")>>pageShift
	e := p.pte(mapping, i)
	if ln.num("present") == 1 && e != nil && mapping >= 0 && e.page == nil && !c.accessed(ln) {
		c.touch(ln, p.maps[mapping].file, p.maps[mapping].pgoff+i)
	}
	if e == nil || e.page == nil || e.marker || p.dead {
		return c.match(line("pagemap", "present", 0, "pfn", "none"))
	}
	if q, err := c.w.pfn(ln.str("pfn")); err == nil {
		c.learn(e.page, q.num)
	}
	return c.match(line("pagemap", "present", 1, "pfn", e.page.String()))
}

// accessed reports whether a line says that the process has accessed the page.
func (c *comparer) accessed(ln *Line) bool {
	for i := range c.at {
		a := &c.tr.Lines[i]
		if a.Ev == "access" && a.str("c") == ln.str("c") && a.num("map") == ln.num("map") && a.num("off") == ln.num("off") {
			return true
		}
	}
	return false
}

// touch faults a page in everywhere: the harness does so before it looks, and
// writes no line of it.
func (c *comparer) touch(ln *Line, f *file, idx int) {
	for _, p := range c.w.procs {
		for k, v := range p.maps {
			if v.file == f && idx >= v.pgoff && idx < v.pgoff+v.len && !p.dead {
				c.fault(ln, p, k, idx-v.pgoff, false)
			}
		}
	}
}

// inject is an injection, from the line that begins it to the one that ends it.
func (c *comparer) inject(ln *Line) bool {
	w := c.w
	by := w.proc(ln.str("by"))
	if by == nil && (ln.str("by") != "parent" || ln.str("via") == "madvise") {
		return c.fail(c.at, "by", ln.String(), "no such process")
	}
	if strings.Contains(ln.str("what"), "not mounted") || strings.Contains(ln.str("what"), "unmounted") {
		w.mounted = false
	}
	p, ok := c.injected(ln, by)
	if !ok {
		return false
	}
	if ln.str("via") == "madvise" { // get_user_pages_fast faults the page in
		mapping, i := ln.num("map"), ln.num("off")>>pageShift
		if e := by.pte(mapping, i); e != nil && e.page == nil {
			if _, _, ok := c.fault(ln, by, mapping, i, false); !ok {
				return false
			}
			p = e.page
		}
	}
	if p == nil {
		return c.fail(c.at, "page", ln.String(), "nothing is mapped there, and the fault is refused")
	}
	if w.removed && !p.ram { // hwpoison_inject: pfn_valid
		c.at++
		return c.match(line("inject_end", "ret", -1, "errno", "ENXIO"))
	}
	if ln.str("via") == "madvise" {
		w.injected = p
	}
	c.at++
	var best Verdict
	start, saved := c.at, c.v
	for _, incore := range []superblock.Incore{superblock.IncoreLive, superblock.IncoreReclaimable, superblock.IncoreNone} {
		c.at, c.v = start, copyVerdict(saved)
		if c.event(ln, p, by, incore) {
			return true
		}
		if best.Diff.Line < c.v.Diff.Line {
			best = c.v
		}
		if !c.evictable(p) {
			break
		}
	}
	c.v = best
	return false
}

func copyVerdict(v Verdict) Verdict {
	v.Compared, v.Fields = maps.Clone(v.Compared), slices.Clone(v.Fields)
	return v
}

// evictable reports whether the page is of a file that nobody has opened, so
// that nothing tells whether its inode is in core.
func (c *comparer) evictable(p *page) bool {
	for _, f := range c.w.files {
		for _, b := range f.blocks {
			if b == p && !f.opened {
				return true
			}
		}
	}
	return false
}

// injected is the page that the injection is about.
func (c *comparer) injected(ln *Line, by *proc) (*page, bool) {
	switch {
	case ln.str("via") == "madvise":
		e := by.pte(ln.num("map"), ln.num("off")>>pageShift)
		if e == nil {
			return nil, c.fail(c.at, "map", ln.String(), "no such mapping")
		}
		return e.page, true
	case ln.str("pfn") == "ram": // the harness names the page that it poisoned last
		if p := c.w.injected; p != nil && p.ram {
			return p, true
		}
		return nil, c.fail(c.at, "pfn", ln.String(), "no page of main memory was poisoned before")
	}
	p, err := c.w.pfn(ln.str("pfn"))
	if err != nil {
		return nil, c.fail(c.at, "pfn", ln.String(), err.Error())
	}
	for _, path := range []string{"/m/f1", "/m/f2"} { // files that no line has named yet
		if _, told := c.off[path]; told {
			c.fileOf(path)
		}
	}
	return p, true
}

// event runs memory_failure and compares its lines.
func (c *comparer) event(ln *Line, p *page, by *proc, incore superblock.Incore) bool {
	l, ok := c.lensFor(ln, subject{page: p, proc: by}, incore, func(l *lens) model.TaskSpec {
		spec := model.TaskSpec{Kind: model.TaskMemoryFailure, Pages: 1, Source: model.SourceWritten, Proc: model.NoProc}
		q, err := l.modelPage(p)
		if err == nil {
			spec.Page = uint8(q)
		}
		if by != nil {
			for i, proc := range l.procs {
				if proc == by {
					spec.Proc = uint8(i)
				}
			}
		}
		if ln.str("via") == "madvise" {
			spec.Source = model.SourceInjected
		}
		return spec
	})
	if !ok {
		return false
	}
	r := runner{lens: l, event: p, flags: 0x20}
	if ln.str("via") == "madvise" { // MF_COUNT_INCREASED, and perhaps MF_ACTION_REQUIRED
		r.flags = 0x21
		if c.d[design.MadviseFlags] == design.MadviseActionRequired {
			r.flags = 0x23
		}
	}
	r.run()
	switch r.ended {
	case oopsed:
		r.emit("died", "exited", 0, "signal", 9)
		r.emit("inject_end", "ret", -98, "errno", "ECHILD")
	case hangs:
	default:
		r.emit("memory_failure_event", "text", r.action())
		r.emit("memory_failure_ret", "ret", r.errno(r.rc))
		ret := 0
		if r.rc != 0 {
			ret = -1
		}
		r.emit("inject_end", "ret", ret, "errno", errnos[r.rc].name)
	}
	if !c.matchAll(r.lines) {
		return false
	}
	r.commit()
	if r.ended == oopsed && by != nil {
		by.exit()
	}
	c.handle()
	return true
}

// unbind is an unbind of the pmem driver.
func (c *comparer) unbind(ln *Line) bool {
	c.at++
	l, ok := c.lensFor(ln, subject{all: true}, superblock.IncoreLive, func(*lens) model.TaskSpec {
		return model.TaskSpec{Kind: model.TaskUnbind}
	})
	if !ok {
		return false
	}
	r := runner{lens: l, walk: c.w.records()}
	r.run()
	r.commit()
	c.handle()
	done := 1
	if r.ended != returned {
		done = 0
		c.w.removing = true
	}
	r.emit("unbind_end", "done", done)
	return c.matchAll(r.lines)
}

func (c *comparer) stillUnbinding(*Line) bool {
	done := 1
	if c.w.removing {
		done = 0
	}
	return c.match(line("unbind_after_mappers_killed", "done", done))
}

// ftruncate: the line does not say to which size. The harness cuts off the page
// that it has just looked at.
func (c *comparer) ftruncate(ln *Line) bool {
	for i := c.at; i >= 0; i-- {
		prev := &c.tr.Lines[i]
		if prev.Ev != "pagemap" {
			continue
		}
		p := c.procOf(prev.str("c"))
		if p.pte(prev.num("map"), prev.num("off")>>pageShift) == nil {
			return c.fail(c.at, "line", ln.String(), "the page looked at before is none of a mapping")
		}
		v := p.maps[prev.num("map")]
		idx := v.pgoff + prev.num("off")>>pageShift
		l, ok := c.lensFor(ln, subject{file: v.file, idx: idx}, superblock.IncoreLive, func(l *lens) model.TaskSpec {
			return model.TaskSpec{Kind: model.TaskTruncate, Index: uint8(idx - l.base[0])}
		})
		if !ok {
			return false
		}
		r := runner{lens: l}
		r.run()
		r.commit()
		for j := idx; j < v.file.size; j++ {
			v.file.blocks[j] = nil
		}
		return c.match(line("ftruncate", "ret", 0))
	}
	return c.fail(c.at, "line", ln.String(), "no page was looked at before")
}
