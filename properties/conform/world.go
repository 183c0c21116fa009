package conform

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// The recordings were made with pmem devices of 512 MiB, the second behind the
// first, and filesystems of four groups.
const (
	pageShift    = 12
	devicePages  = 131072
	groups       = 4
	firstInode   = 131 // of the first file that the harness makes
	noPage       = -1
	ownerFS      = -3
	ownerLog     = -4
	ownerAG      = -5
	ownerInobt   = -6
	ownerInodes  = -7
	ownerRefcnt  = -8
	logBlocks    = 16384
	inodeCluster = 16 // block of the first inode cluster
)

// A page is a page of a device, or of main memory.
type page struct {
	ram  bool
	dev  int  // 0: the device of the filesystem's data, 1: the second
	num  int  // on its device; of a block that the kernel has just allocated, unknown
	told bool // num is known

	poisoned bool // PageHWPoison
}

func (p *page) String() string {
	switch {
	case p == nil:
		return "none"
	case p.ram:
		return "ram"
	}
	return fmt.Sprintf("dev+%d", p.dev*devicePages+p.num)
}

// A file of the harness, in the order of their names, which is that of their
// inode numbers.
type file struct {
	path   string
	size   int // pages
	ino    int
	blocks []*page // of its data; nil: none
	cached []*page // what its address space has
	opened bool
}

// A pte is a page table entry.
type pte struct {
	page   *page
	write  bool
	marker bool // of a page of main memory that failed
}

// A vma is a mapping that the harness made.
type vma struct {
	file    *file
	pgoff   int
	len     int
	private bool
	ptes    []pte
}

// A report is what a handler of SIGBUS will say.
type report struct {
	code     string
	lsb      int64
	inAccess int64
	mapping  int64
	fileOff  int64
}

// A proc is a process of the harness.
type proc struct {
	name    string
	early   bool // PR_MCE_KILL_EARLY
	late    bool // PR_MCE_KILL_LATE
	dead    bool
	fds     []*file
	maps    []*vma
	pending bool // SIGBUS is pending
	blocked bool // and blocked
	reports []report
	handled int
}

// A record is what the reverse map has of a range, in the kernel's numbers.
type record struct {
	group, agbno, len int
	owner, foff       int
}

// A world is the machine that the trace was recorded on, as far as the lines
// have told by now and the model has said since.
type world struct {
	early    bool // vm.memory_failure_early_kill
	mounted  bool
	dax      bool
	rmapbt   bool
	reflink  bool
	logdev   bool
	rtdev    bool
	ramdisk  bool
	dm       bool
	part     bool
	off      int // pages of the device before the filesystem
	shutdown bool
	removed  bool
	removing bool  // an unbind has not returned
	stuck    bool  // a task died or hangs with mf_mutex held
	injected *page // by the last madvise

	files []*file
	procs []*proc
	pages map[[2]int]*page
}

func newWorld() *world { return &world{pages: map[[2]int]*page{}} }

// at is the page of a device.
func (w *world) at(dev, num int) *page {
	key := [2]int{dev, num}
	if w.pages[key] == nil {
		w.pages[key] = &page{dev: dev, num: num, told: true}
	}
	return w.pages[key]
}

// pfn is the page that a trace calls dev+N.
func (w *world) pfn(s string) (*page, error) {
	var n int
	if _, err := fmt.Sscanf(s, "dev+%d", &n); err != nil {
		return nil, fmt.Errorf("expected a pfn dev+N, not %q", s)
	}
	return w.at(n/devicePages, n%devicePages), nil
}

// groupBlocks is the size of a group of the data device.
func (w *world) groupBlocks() int { return (devicePages - w.off) / groups }

// static is the metadata that mkfs.xfs lays out in a group: with rmapbt, which
// alone can tell.
func (w *world) static(group int) []record {
	recs := []record{{group, 0, 4, ownerFS, 0}, {group, 4, 2, ownerAG, 0}, {group, 6, 2, ownerInobt, 0}}
	next := 8
	if w.reflink {
		recs = append(recs, record{group, 8, 1, ownerAG, 0}, record{group, 9, 1, ownerRefcnt, 0})
		next = 10
	}
	free := next + 6
	if !w.reflink {
		free++
	}
	switch {
	case group == groups/2 && !w.logdev:
		first := next
		if !w.reflink {
			recs = append(recs, record{group, next, 1, ownerAG, 0})
			first++
		}
		recs = append(recs, record{group, first, logBlocks, ownerLog, 0}, record{group, first + logBlocks, 6, ownerAG, 0})
	default:
		recs = append(recs, record{group, next, free - next, ownerAG, 0})
	}
	if group == 0 {
		recs = append(recs, record{group, inodeCluster, 8, ownerInodes, 0})
	}
	return recs
}

// staticAt is the metadata that a block of the filesystem holds.
func (w *world) staticAt(block int) (record, bool) {
	group := block / w.groupBlocks()
	agbno := block % w.groupBlocks()
	for _, r := range w.static(group) {
		if agbno >= r.agbno && agbno < r.agbno+r.len {
			return r, true
		}
	}
	return record{}, false
}

// file finds a file by its path, and makes one without pages when it is first
// heard of.
func (w *world) file(path string) *file {
	for _, f := range w.files {
		if f.path == path {
			return f
		}
	}
	f := &file{path: path}
	w.files = append(w.files, f)
	slices.SortFunc(w.files, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	return f
}

// grow gives a file its pages, of which no block is known yet.
func (f *file) grow(pages int) {
	for len(f.blocks) < pages {
		f.blocks = append(f.blocks, nil)
		f.cached = append(f.cached, nil)
	}
	f.size = max(f.size, pages)
}

// proc finds a process by its name.
func (w *world) proc(name string) *proc {
	for _, p := range w.procs {
		if p.name == name {
			return p
		}
	}
	return nil
}

// earlyKill reports whether the process is to be told early.
func (w *world) earlyKill(p *proc) bool { return p.early || w.early && !p.late }

// extent is the reverse map record of the file that holds its page: the
// longest run of blocks.
func (w *world) extent(f *file, idx int) record {
	first, last := idx, idx
	for first > 0 && f.follows(first-1) {
		first--
	}
	for last+1 < f.size && f.follows(last) {
		last++
	}
	start := f.blocks[first].num - w.fsOff(f.blocks[first].dev)
	return record{start / w.groupBlocks(), start % w.groupBlocks(), last - first + 1, f.ino, first}
}

// records are all records of the reverse map, in the order of blocks.
func (w *world) records() []record {
	var all []record
	for g := range groups {
		all = append(all, w.static(g)...)
	}
	for _, f := range w.files {
		for i, p := range f.blocks {
			if p == nil || i > 0 && f.follows(i-1) {
				continue
			}
			all = append(all, w.extent(f, i))
		}
	}
	slices.SortStableFunc(all, func(a, b record) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.agbno, b.agbno), cmp.Compare(a.owner, b.owner))
	})
	return all
}

// follows reports whether the block after that of page i is that of page i+1.
func (f *file) follows(i int) bool {
	a, b := f.blocks[i], f.blocks[i+1]
	return a != nil && b != nil && a.told && b.told && a.dev == b.dev && a.num+1 == b.num
}

// fsOff is the page of the device at which the filesystem, or its realtime
// section, begins.
func (w *world) fsOff(dev int) int {
	if dev == 0 {
		return w.off
	}
	return 0
}

// pte is the page table entry of a page of a mapping; nil when there is none.
func (p *proc) pte(mapping, idx int) *pte {
	if mapping < 0 || mapping >= len(p.maps) {
		return nil
	}
	v := p.maps[mapping]
	if idx < 0 || idx >= len(v.ptes) {
		return nil
	}
	return &v.ptes[idx]
}

// exit takes the process away.
func (p *proc) exit() {
	p.dead = true
	for _, v := range p.maps {
		clear(v.ptes)
	}
}
