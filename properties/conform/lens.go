package conform

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// A lens is the part of the world that one operation is about, as a scenario of
// the model, and the way back. The model has files of few pages; a recorded one
// has eight or sixteen, of which an operation is about one. Of each file that
// has the page, the lens takes it and a neighbour, so that a record of the
// reverse map has more than the page that failed; of each process that maps
// them, the part of its mappings that covers them. What is outside the lens is
// not touched by the operation: that the kernel leaves it alone is compared
// afterwards, where a line tells.
type lens struct {
	w     *world
	m     *model.Machine
	s     model.State
	files []*file
	base  []int // first page of the window of each file
	n     []int // and its length
	procs []*proc
	slots [mm.Procs][mm.VMAs]int // which mapping of the process; noSlot
	block [model.MaxBlocks]*page
	dram  [device.DRAMPages]*page
	sub   subject
	out   *page // a page of the device that is no block of the filesystem
	whole bool  // the operation is about the whole device
}

const noSlot = -1

// window is how many pages of a file a lens has.
const window = 2

// A subject is what an operation is about.
type subject struct {
	page *page // that failed
	file *file // or the file page
	idx  int
	proc *proc // in whose context it runs, or which it is about
	all  bool  // the whole device
}

// look makes the lens for an operation, whose task it adds by spec.
func (w *world) look(d model.Design, sub subject, incore superblock.Incore, spec func(*lens) model.TaskSpec) (*lens, error) {
	l := &lens{w: w, sub: sub, whole: sub.all}
	for i := range l.slots {
		l.slots[i] = [mm.VMAs]int{noSlot, noSlot}
	}
	l.takeFiles(sub)
	l.takeProcs(sub)
	if len(l.files) > model.MaxFiles || len(l.procs) > mm.Procs {
		return nil, fmt.Errorf("%d files and %d processes are more than the model has", len(l.files), len(l.procs))
	}
	sc := model.Scenario{Geometry: l.geometry()}
	if err := l.placeBlocks(&sc, sub); err != nil {
		return nil, err
	}
	sc.Unborn[0] = !w.mounted
	for i, f := range l.files {
		l.scenarioFile(&sc, i, f, incore)
	}
	for i, p := range l.procs {
		l.scenarioProc(&sc, i, p)
	}
	if err := l.begin(d, sc); err != nil {
		return nil, err
	}
	sc.Tasks[0] = spec(l) // which can name a page of main memory only when it is known which that is
	if err := l.begin(d, sc); err != nil {
		return nil, err
	}
	return l, nil
}

// begin builds the machine and its state.
func (l *lens) begin(d model.Design, sc model.Scenario) error {
	m, err := model.New(d, sc)
	if err != nil {
		return fmt.Errorf("the model has no such scenario: %w", err)
	}
	l.m = m
	m.Begin(&l.s)
	l.overlay()
	return nil
}

// takeFiles chooses the files and their windows.
func (l *lens) takeFiles(sub subject) {
	for _, f := range l.w.files {
		at := noPage
		for i := range f.blocks {
			hit := sub.page != nil && (f.blocks[i] == sub.page || f.cached[i] == sub.page) ||
				sub.all && f.cached[i] != nil && at == noPage
			if hit || f == sub.file && i == sub.idx || l.mapsRAM(f, i, sub.page) {
				at = i
				break
			}
		}
		if at == noPage && sub.file != nil && sub.file != f && sub.idx < sub.file.size && sub.idx < f.size &&
			sub.file.blocks[sub.idx] != nil && f.blocks[sub.idx] == sub.file.blocks[sub.idx] {
			at = sub.idx // shares the block
		}
		if at == noPage {
			continue
		}
		base := at
		if !sub.all && at > 0 && f.follows(at-1) || at == f.size-1 {
			base--
		}
		l.files, l.base, l.n = append(l.files, f), append(l.base, max(base, 0)), append(l.n, window)
	}
}

// mapsRAM reports whether a process has an anonymous page for the file page.
func (l *lens) mapsRAM(f *file, idx int, p *page) bool {
	if p == nil || !p.ram {
		return false
	}
	for _, proc := range l.w.procs {
		for _, v := range proc.maps {
			if v.file == f && idx >= v.pgoff && idx-v.pgoff < v.len && v.ptes[idx-v.pgoff].page == p {
				return true
			}
		}
	}
	return false
}

// takeProcs chooses the processes that map a page of a window, in the order in
// which the kernel has them, and the one in whose context the operation runs.
// When they are more than the model has, those go that have none of the pages
// in their page tables: neither an event nor a fault does anything to them.
func (l *lens) takeProcs(sub subject) {
	idle := 0
	for _, p := range l.w.procs {
		covers, uses := l.maps(p)
		if p == sub.proc || uses && !p.dead || covers && !p.dead {
			l.procs = append(l.procs, p)
			if p != sub.proc && !uses {
				idle++
			}
		}
	}
	for i := len(l.procs) - 1; i >= 0 && len(l.procs) > mm.Procs && idle > 0; i-- {
		if _, uses := l.maps(l.procs[i]); !uses && l.procs[i] != sub.proc {
			l.procs = slices.Delete(l.procs, i, i+1)
			idle--
		}
	}
}

// maps reports whether the process has a mapping over a window, and a page
// table entry in one.
func (l *lens) maps(p *proc) (covers, uses bool) {
	for _, v := range p.maps {
		for i, f := range l.files {
			for idx := max(v.pgoff, l.base[i]); v.file == f && idx < min(v.pgoff+v.len, l.base[i]+l.n[i]); idx++ {
				covers = true
				uses = uses || v.ptes[idx-v.pgoff].page != nil
			}
		}
	}
	return covers, uses
}

func (l *lens) geometry() model.Geometry {
	w := l.w
	g := model.Geometry{
		DevicePages: model.MaxDataBlocks, Blocks: model.MaxDataBlocks, AGBlocks: 4,
		NoRmapbt: !w.rmapbt, NoReflink: !w.reflink, NoDAX: !w.dax,
	}
	switch {
	case w.part:
		g.Stack, g.PartOff, g.Blocks = model.StackPartition, 1, model.MaxDataBlocks-1
	case w.dm:
		g.Stack = model.StackLinear
	}
	if w.logdev {
		g.Log = model.SectionExternal
	}
	if w.rtdev {
		g.RT = model.SectionExternal
	}
	return g
}

// The blocks of the model that a lens uses: group 0 has the header, two pages
// of a file and one that is free or holds metadata; group 1 the same.
const (
	headerBlock = 0
	fileBlock   = 1
	otherBlock  = 3
)

// placeBlocks gives the blocks of the windows, and the one that failed, their
// places in the model.
func (l *lens) placeBlocks(sc *model.Scenario, sub subject) error {
	var data []*page
	for i, f := range l.files {
		for _, p := range f.blocks[l.base[i] : l.base[i]+l.n[i]] {
			if p != nil && !slices.Contains(data, p) {
				data = append(data, p)
			}
		}
	}
	slices.SortStableFunc(data, func(a, b *page) int {
		if a.told != b.told {
			if a.told {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.num, b.num)
	})
	first, last := fileBlock, otherBlock
	if l.w.rtdev && len(data) > 0 && data[0].dev == 1 {
		first, last = model.FirstRTBlock, model.FirstRTBlock+model.RTBlocks-1
	}
	if len(data) > last-first+1 {
		return fmt.Errorf("%d blocks are more than a group of the model has", len(data))
	}
	for i, p := range data {
		l.block[first+i] = p
	}
	if p := sub.page; p != nil && !p.ram && !slices.Contains(data, p) {
		return l.placeOther(sc, p)
	}
	return nil
}

// placeOther gives a page that is no file's its place: a group header, other
// metadata, a block of the log device, one that is free, or none of the
// filesystem.
func (l *lens) placeOther(sc *model.Scenario, p *page) error {
	w := l.w
	block := p.num - w.fsOff(p.dev)
	switch {
	case p.dev == 1 && (w.logdev || w.rtdev), block < 0:
		l.out = p
		return nil
	case !w.rmapbt:
		return fmt.Errorf("without rmapbt it can't be told what block %d holds", block)
	}
	rec, is := w.staticAt(block)
	switch {
	case is && rec.owner == ownerFS:
		l.block[headerBlock] = p
	case is && rec.owner == ownerLog:
		sc.Geometry.Metadata[0] = model.Metadata{Kind: model.MetaLog, Block: otherBlock}
		l.block[otherBlock] = p
	case is:
		sc.Geometry.Metadata[0] = model.Metadata{Kind: model.MetaInobt, Block: otherBlock}
		l.block[otherBlock] = p
	default:
		l.block[otherBlock] = p
	}
	return nil
}

func (l *lens) blockOf(p *page) (uint8, bool) {
	for b, q := range l.block {
		if q == p && p != nil {
			return uint8(b), true
		}
	}
	return 0, false
}

func (l *lens) scenarioFile(sc *model.Scenario, i int, f *file, incore superblock.Incore) {
	mf := model.File{Present: true, Incore: superblock.IncoreLive}
	if !f.opened {
		mf.Incore = incore
	}
	for j := range l.n[i] {
		b, ok := l.blockOf(f.blocks[l.base[i]+j])
		if !ok {
			continue
		}
		mf.Data[j] = rmap.Written(rmap.Block(b))
		if f.cached[l.base[i]+j] != nil && mf.Incore == superblock.IncoreLive {
			mf.Cached |= 1 << j
		}
	}
	sc.Files[i] = mf
}

func (l *lens) scenarioProc(sc *model.Scenario, i int, p *proc) {
	mp := model.Proc{Alive: true, EarlyKill: l.w.earlyKill(p)}
	slot := 0
	for k, v := range p.maps {
		for fi, f := range l.files {
			lo, hi := max(v.pgoff, l.base[fi]), min(v.pgoff+v.len, l.base[fi]+l.n[fi])
			if v.file != f || lo >= hi || slot == mm.VMAs {
				continue
			}
			mv := model.Map{Len: uint8(hi - lo), File: uint8(fi), Pgoff: uint8(lo - l.base[fi]), Private: v.private}
			for idx := lo; idx < hi; idx++ {
				e := v.ptes[idx-v.pgoff]
				switch {
				case e.page == nil || e.marker:
				case e.page.ram && v.private && e.page != f.cached[idx]:
					mv.Copied |= 1 << (idx - lo)
				default:
					mv.Faulted |= 1 << (idx - lo)
				}
			}
			mp.Maps[slot] = mv
			l.slots[i][slot] = k
			slot++
		}
	}
	sc.Procs[i] = mp
}

// overlay adds to the initial state what a scenario has no words for: it begins
// in the middle of a run.
func (l *lens) overlay() {
	s, w := &l.s, l.w
	if w.shutdown {
		s.Mount[0].Shutdown |= superblock.ShutdownCorruptOndisk
	}
	if w.removed {
		s.Dev[0].Status |= device.Unbinding | device.Dead | device.Detached | device.Removed | device.NoPgmap
	}
	if w.stuck {
		s.MfMutex = model.MaxTasks // a task that is in no lens holds it
	}
	for i, f := range l.files {
		for j := range l.n[i] {
			if e := s.Entry[i][j]; e.Page != 0 && e.Of().DRAM() {
				l.dram[e.Of()-device.DevPages] = f.cached[l.base[i]+j]
			}
		}
	}
	for i, p := range l.procs {
		if p.pending {
			s.Sigpending |= 1 << i
		}
		for slot, k := range l.slots[i] {
			if k == noSlot {
				continue
			}
			v, mv := p.maps[k], s.VMA[i][slot]
			for j := range mv.Len() {
				f, idx, _ := mv.Covers(j)
				e := v.ptes[l.base[f]+int(idx)-v.pgoff]
				l.overlayPTE(&s.PTE[i][slot*mm.VMAPages+int(j)], e)
			}
		}
	}
	if l.sub.page != nil && l.sub.page.ram {
		l.failed(l.sub.page)
	}
	for b, p := range l.block {
		if p != nil && p.poisoned {
			s.HWPoison |= l.m.PageOf(uint8(b)).Bit()
		}
	}
	for i, p := range l.dram {
		if p != nil && p.poisoned {
			s.HWPoison |= (device.DevPages + device.Page(i)).Bit()
		}
	}
}

func (l *lens) overlayPTE(to *mm.PTE, e pte) {
	switch {
	case e.page == nil:
		*to = 0
	case e.marker:
		*to = mm.MapPage(l.failed(e.page), mm.Marker)
	case e.page.ram:
		p := to.Page()
		if !p.DRAM() { // the model has not mapped it: a line that looks at it differs
			return
		}
		l.dram[p-device.DevPages] = e.page
		if e.write {
			*to |= mm.Write
			l.s.Dram[p-device.DevPages].Use |= mm.DramDirty
		}
	case e.write:
		*to |= mm.Write
	}
}

// failed is the page of the model for one of main memory that has failed, and
// that only page tables know any more.
func (l *lens) failed(p *page) device.Page {
	free := device.NoPage
	for i, q := range l.dram {
		at := device.DevPages + device.Page(i)
		switch {
		case q == p:
			return at
		case q == nil && free == device.NoPage && l.s.Dram[i].Kind() == mm.DramFree:
			free = at
		}
	}
	if free != device.NoPage {
		l.dram[free-device.DevPages] = p
	}
	return free
}

// page is what a page of the model is in the world.
func (l *lens) page(p device.Page) *page {
	switch {
	case p == device.NoPage:
		return nil
	case p.DRAM():
		if l.dram[p-device.DevPages] == nil {
			l.dram[p-device.DevPages] = &page{ram: true}
		}
		return l.dram[p-device.DevPages]
	}
	for b := range l.block {
		if l.m.PageOf(uint8(b)) == p {
			if l.block[b] == nil {
				l.block[b] = &page{}
			}
			return l.block[b]
		}
	}
	return l.out
}

// modelPage is the page of the model that stands for a page of the world.
func (l *lens) modelPage(p *page) (device.Page, error) {
	if p == l.out {
		if p.dev == 0 {
			return 0, nil // before the partition
		}
		return model.Dev1Page, nil // the log device
	}
	for i, q := range l.dram {
		if q == p {
			return device.DevPages + device.Page(i), nil
		}
	}
	if b, ok := l.blockOf(p); ok {
		return l.m.PageOf(b), nil
	}
	return device.NoPage, fmt.Errorf("the lens does not have %s", p)
}

// lift writes what the operation has changed back to the world.
func (l *lens) lift() {
	s, w := &l.s, l.w
	for i, f := range l.files {
		for j := range l.n[i] {
			idx := l.base[i] + j
			if idx >= len(f.blocks) {
				continue
			}
			f.blocks[idx] = nil
			if e := s.Data[i][j]; !e.Hole() {
				f.blocks[idx] = l.page(l.m.PageOf(uint8(e.Block())))
			}
			f.cached[idx] = nil
			if e := s.Entry[i][j]; e != (addrspace.Entry{}) && e.Page != 0 {
				f.cached[idx] = l.page(e.Of())
			}
		}
	}
	for i, p := range l.procs {
		l.liftProc(i, p)
	}
	for q := range device.Page(device.Pages) {
		if s.HWPoison&q.Bit() != 0 {
			if p := l.page(q); p != nil {
				p.poisoned = true
			}
		}
	}
	w.shutdown = w.shutdown || s.Mount[0].Shutdown != 0
	w.removed = w.removed || s.Dev[0].Is(device.Removed)
	w.stuck = w.stuck || s.MfMutex != 0
}

func (l *lens) liftProc(i int, p *proc) {
	for slot, k := range l.slots[i] {
		if k == noSlot {
			continue
		}
		v, mv := p.maps[k], l.s.VMA[i][slot]
		for j := range mv.Len() {
			f, idx, _ := mv.Covers(j)
			e := l.s.PTE[i][slot*mm.VMAPages+int(j)]
			to := &v.ptes[l.base[f]+int(idx)-v.pgoff]
			*to = pte{}
			if e != 0 {
				*to = pte{page: l.page(e.Page()), write: e.Is(mm.Write), marker: e.Is(mm.Marker)}
			}
		}
	}
}
