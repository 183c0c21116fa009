package model

import (
	"fmt"
	"slices"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// A ScenarioError says which field of a scenario is impossible, by its path
// in the scenario format, and why.
type ScenarioError struct{ Path, Reason string }

func (e *ScenarioError) Error() string { return e.Path + ": " + e.Reason }

func impossible(path, format string, args ...any) error {
	return &ScenarioError{Path: path, Reason: fmt.Sprintf(format, args...)}
}

// A place is an element of a list of the scenario, or of a list in it. Its
// path is put together for an error only: most scenarios have none.
type place struct {
	list string
	i    int
	sub  string // "": the element of list itself
	j    int
}

func (at place) bad(field, format string, args ...any) error {
	path := fmt.Sprintf("%s[%d]", at.list, at.i)
	if at.sub != "" {
		path += fmt.Sprintf(".%s[%d]", at.sub, at.j)
	}
	return impossible(path+field, format, args...)
}

// Validate says whether the scenario is possible; the error is a
// *ScenarioError. Without one, nothing is allocated.
func (sc *Scenario) Validate() error {
	if err := sc.Geometry.validate(); err != nil {
		return err
	}
	for f := range sc.Files {
		if err := sc.validateFile(f); err != nil {
			return err
		}
	}
	if err := sc.validateBlocks(); err != nil {
		return err
	}
	for p := range sc.Procs {
		if err := sc.validateProc(p); err != nil {
			return err
		}
	}
	for i := range sc.Tasks {
		if err := sc.validateTask(i); err != nil {
			return err
		}
	}
	if sc.Budget > 3 {
		return impossible("budget", "at most 3 injected failures")
	}
	return nil
}

// sections is the size of the parts of the data device, in pages.
func (g *Geometry) sections() int {
	n := int(g.PartOff) + int(g.Blocks)
	if g.RT == SectionInternal {
		n += RTBlocks
	}
	if g.hasSecond() {
		n += SecondBlocks
	}
	return n
}

// hasSecond reports whether there is a filesystem on a second partition.
func (g *Geometry) hasSecond() bool { return g.Second == SecondExt4 || g.Second == SecondXFS }

func (g *Geometry) validate() error {
	switch {
	case g.Stack > StackRaid1:
		return impossible("geometry.stack", "no such stack")
	case g.Type > FSExt4:
		return impossible("geometry.type", "no such filesystem")
	case g.Second > SecondRemount:
		return impossible("geometry.second", "no such filesystem")
	case g.AGBlocks < 2 || g.AGBlocks > 4:
		return impossible("geometry.agblocks", "a group has 2 to 4 blocks, not %d", g.AGBlocks)
	case g.Blocks < 2 || g.Blocks > MaxDataBlocks:
		return impossible("geometry.blocks", "2 to %d blocks, not %d", MaxDataBlocks, g.Blocks)
	}
	groups := (g.Blocks + g.AGBlocks - 1) / g.AGBlocks
	last := g.Blocks - (groups-1)*g.AGBlocks
	plain := g.Stack == StackPlain || g.Stack == StackPartition
	switch {
	case groups > MaxDataGroups:
		return impossible("geometry.blocks", "more than %d groups of %d blocks", MaxDataGroups, g.AGBlocks)
	case last < 2:
		return impossible("geometry.blocks", "the last group has %d block", last)
	case g.sections() > int(g.DevicePages) || g.DevicePages > MaxDataBlocks:
		return impossible("geometry.device-pages",
			"the sections need %d pages, the device has %d, at most %d", g.sections(), g.DevicePages, MaxDataBlocks)
	case g.PartOff != 0 && g.Stack != StackPartition:
		return impossible("geometry.part-off", "only a partition has an offset")
	case g.hasSecond() && g.Stack != StackPartition || g.Second == SecondRemount && !plain:
		return impossible("geometry.second", "only beside a partition, or the same device again")
	case g.RT > SectionInternal || g.Log > SectionExternal:
		return impossible("geometry.rt", "no such section")
	case g.RT != SectionNone && (!plain || g.Type != FSXFS):
		return impossible("geometry.rt", "only xfs on a plain device has a realtime section")
	case g.Log != SectionNone && (!plain || g.Type != FSXFS):
		return impossible("geometry.log", "only xfs on a plain device has an external log")
	case g.Stack == StackRaid1 && (g.Blocks > MaxLegPages || !g.NoDAX):
		return impossible("geometry.stack", "raid1 has legs of %d pages and no DAX", MaxLegPages)
	case g.Stack == StackLinear && g.Blocks < 4:
		return impossible("geometry.blocks", "dm-linear with two targets needs 4 blocks")
	case g.Stack == StackSnapshot && last < 3:
		return impossible("geometry.blocks", "the block that two LBAs share must not be a header")
	case g.Type == FSExt4 && (!g.NoReflink || !g.NoRmapbt || g.NoDAX):
		return impossible("geometry.type", "ext4 has no reflink and no rmapbt, and DAX here")
	case g.Type == FSExt4 && g.Stack == StackSnapshot:
		return impossible("geometry.type", "page->mapping names one owner: no ext4 on a device whose blocks have two")
	case g.DaxInode && (g.NoDAX || g.Type != FSXFS):
		return impossible("geometry.dax-inode", "only xfs, and not with dax=never")
	case g.FirstRange != 0 && (g.FirstRange >= g.DevicePages || g.Stack != StackPlain || g.Huge && g.FirstRange%2 != 0):
		return impossible("geometry.first-range", "an end within a plain device, and of no huge page")
	case g.DeviceDAX && (g.RT == SectionExternal || g.Stack == StackRaid1):
		return impossible("geometry.device-dax", "not beside an external realtime device or a raid1")
	case g.SharedCache && !g.NoDAX:
		return impossible("geometry.shared-cache", "only without DAX")
	case g.Huge && g.NoDAX:
		return impossible("geometry.huge", "only with DAX")
	}
	return nil
}

func (sc *Scenario) validateFile(f int) error {
	file, g := &sc.Files[f], &sc.Geometry
	at := place{list: "files", i: f}
	switch {
	case !file.Present && *file != File{}:
		return at.bad("", "absent, yet has fields")
	case !file.Present:
		return nil
	case file.FS > 1 || file.FS == 1 && !g.hasSecond():
		return at.bad(".fs", "no such filesystem")
	case file.Incore > superblock.IncoreReclaimable:
		return at.bad(".incore", "an inode begins as none, live, new or reclaimable")
	case file.Directory && file.High:
		return at.bad(".high", "a directory has few pages")
	case file.Directory && file.Cow != rmap.Fork{}:
		return at.bad(".cow", "a directory has no CoW fork")
	case file.Cached>>MaxFilePages != 0, file.Cached != 0 && (file.Incore != superblock.IncoreLive || file.Directory):
		return at.bad(".cached", "pages of a regular file that is in core")
	case sc.Unborn[file.FS] && file.Incore != superblock.IncoreNone:
		return at.bad(".incore", "not in core before the mount")
	}
	for i, e := range file.Data {
		if err := sc.validateExtent(file, e, place{"files", f, "data", i}); err != nil {
			return err
		}
		if file.Cached>>i&1 != 0 && (e.Hole() || e.Unwritten()) {
			return at.bad(".cached", "page %d is a hole", i)
		}
	}
	for i, e := range file.Cow {
		at := place{"files", f, "cow", i}
		if err := sc.validateExtent(file, e, at); err != nil {
			return err
		}
		if !e.Hole() && (e.Unwritten() || g.NoReflink || g.Type != FSXFS || file.FS != 0) {
			return at.bad("", "CoW staging needs reflink")
		}
	}
	return nil
}

// validateExtent: the block exists and is no group header.
func (sc *Scenario) validateExtent(file *File, e rmap.Extent, at place) error {
	if e.Hole() {
		if e != 0 {
			return at.bad("", "flags without a block")
		}
		return nil
	}
	g, b := &sc.Geometry, uint8(e.Block())
	switch {
	case file.FS == 1:
		if b <= FirstSecondBlock || b >= FirstSecondBlock+SecondBlocks {
			return at.bad("", "block %d is not of the second filesystem", b)
		}
	case b >= FirstRTBlock:
		if b >= FirstRTBlock+RTBlocks || g.RT == SectionNone || file.Directory {
			return at.bad("", "block %d does not exist", b)
		}
	case !g.isData(b):
		return at.bad("", "block %d is a group header or does not exist", b)
	}
	return nil
}

// isData reports whether the block is of the data section and no group header.
func (g *Geometry) isData(b uint8) bool { return b < g.Blocks && b%g.AGBlocks != 0 }

func (sc *Scenario) validateMetadata(i int) error {
	g, md := &sc.Geometry, &sc.Geometry.Metadata[i]
	at := place{list: "geometry.metadata", i: i}
	switch {
	case md.Kind == MetaNone && *md != Metadata{}:
		return at.bad("", "no kind, yet has fields")
	case md.Kind == MetaNone:
		return nil
	case md.Kind > MetaBmbt:
		return at.bad(".kind", "no such kind")
	case g.Type != FSXFS:
		return at.bad("", "metadata blocks are those of xfs")
	case !g.isData(md.Block):
		return at.bad(".block", "block %d is a group header or does not exist", md.Block)
	case md.Kind == MetaLog && g.Log != SectionNone:
		return at.bad(".kind", "the log is on a device of its own")
	case md.Kind < MetaAttr && md.File != 0,
		md.Kind >= MetaAttr && (md.File >= MaxFiles || !sc.Files[md.File].Present || sc.Files[md.File].FS != 0):
		return at.bad(".file", "no such file")
	}
	return nil
}

// validateBlocks: every block has one kind of use, and is shared no more than
// the bounds allow.
func (sc *Scenario) validateBlocks() error {
	var data, other [MaxBlocks]uint8
	g := &sc.Geometry
	for i, md := range g.Metadata {
		if err := sc.validateMetadata(i); err != nil {
			return err
		}
		if md.Kind != MetaNone {
			other[md.Block]++
		}
	}
	for f := range sc.Files {
		for _, e := range sc.Files[f].Data {
			if !e.Hole() {
				data[e.Block()]++
			}
		}
		for _, e := range sc.Files[f].Cow {
			if !e.Hole() {
				other[e.Block()]++
			}
		}
	}
	for b := range data {
		switch {
		case other[b] > 1 || other[b] == 1 && data[b] != 0:
			return impossible("files", "block %d has two uses", b)
		case data[b] > 1 && (g.NoReflink || b >= FirstRTBlock):
			return impossible("files", "block %d cannot be shared", b)
		case data[b] > MaxSharing:
			return impossible("files", "block %d is shared by more than %d file pages", b, MaxSharing)
		}
	}
	return sc.validateUnwritten(&data)
}

// validateUnwritten: only one file page can have an unwritten block.
func (sc *Scenario) validateUnwritten(data *[MaxBlocks]uint8) error {
	for f := range sc.Files {
		for i, e := range sc.Files[f].Data {
			if e.Unwritten() && data[e.Block()] != 1 {
				return place{"files", f, "data", i}.bad("", "an unwritten block is not shared")
			}
		}
	}
	return nil
}

func (sc *Scenario) validateProc(p int) error {
	proc := &sc.Procs[p]
	if !proc.Alive {
		if *proc != (Proc{EarlyKill: proc.EarlyKill}) {
			return place{list: "procs", i: p}.bad("", "not alive, yet maps files")
		}
		return nil
	}
	for i := range proc.Maps {
		if err := sc.validateMap(&proc.Maps[i], place{"procs", p, "maps", i}); err != nil {
			return err
		}
	}
	return nil
}

func (sc *Scenario) validateMap(mp *Map, at place) error {
	switch {
	case mp.Len == 0 && *mp != Map{}:
		return at.bad("", "no length, yet has fields")
	case mp.Len == 0:
		return nil
	case !sc.isRegular(mp.File):
		return at.bad(".file", "no such regular file")
	case mp.Len > mm.VMAPages || mp.Pgoff > MaxFilePages-mp.Len:
		return at.bad(".len", "goes past page %d of the file", MaxFilePages)
	}
	file := &sc.Files[mp.File]
	switch {
	case sc.Unborn[file.FS]:
		return at.bad("", "mapped before its filesystem is mounted")
	case file.Incore != superblock.IncoreLive:
		return at.bad("", "the inode is mapped and so in core")
	case mp.Faulted>>mp.Len != 0 || mp.Copied>>mp.Len != 0 || mp.Faulted&mp.Copied != 0:
		return at.bad(".faulted", "a page outside the mapping, or both faulted and copied")
	case !mp.Private && mp.Copied != 0:
		return at.bad(".copied", "only a private mapping has copies")
	}
	for j := range mp.Len {
		e := file.Data[mp.Pgoff+j]
		if mp.Faulted>>j&1 != 0 && (e.Hole() || e.Unwritten()) {
			return at.bad(".faulted", "page %d is a hole", j)
		}
	}
	return nil
}

// isRegular reports whether there is a regular file of that number.
func (sc *Scenario) isRegular(f uint8) bool {
	return f < MaxFiles && sc.Files[f].Present && !sc.Files[f].Directory
}

func (sc *Scenario) validateTask(i int) error {
	tk := &sc.Tasks[i]
	at := place{list: "tasks", i: i}
	switch tk.Kind {
	case TaskNone:
		for _, later := range sc.Tasks[i:] {
			if later != (TaskSpec{}) {
				return at.bad("", "a task after the last one")
			}
		}
	case TaskMemoryFailure:
		return sc.validateEvent(tk, at)
	case TaskReadFault, TaskWriteFault, TaskMunmap, TaskFork, TaskExit:
		return sc.validateProcTask(i, at)
	case TaskTruncate, TaskPunch, TaskReflink, TaskMmap, TaskEvict, TaskPin, TaskWrite:
		return sc.validateFileTask(tk, at)
	case TaskMount, TaskUmount, TaskUnbind, TaskLegFailure, TaskFreeze:
		return sc.validateDeviceTask(tk, at)
	default:
		return at.bad(".kind", "no such task")
	}
	return nil
}

// validateProcTask: what a process does to its own memory.
func (sc *Scenario) validateProcTask(i int, at place) error {
	tk := &sc.Tasks[i]
	proc, slot := tk.Proc < mm.Procs, tk.Slot < mm.VMAs
	fault := tk.Kind == TaskReadFault || tk.Kind == TaskWriteFault
	switch {
	case (fault || tk.Kind == TaskExit) && !proc:
		return at.bad(".proc", "no such process")
	case fault && (!slot || tk.Index >= mm.VMAPages):
		return at.bad(".map", "no such page of a mapping")
	case tk.Kind == TaskMunmap && (!proc || !slot):
		return at.bad(".map", "no such mapping")
	case tk.Kind == TaskFork && (!proc || tk.To >= mm.Procs || tk.To == tk.Proc || sc.Procs[tk.To].Alive):
		return at.bad(".to", "the child must be a process that is not alive")
	case tk.Kind == TaskFork && sc.forksBefore(i, tk.To):
		return at.bad(".to", "the child is that of an earlier fork")
	}
	return nil
}

// forksBefore reports whether an earlier task makes the process.
func (sc *Scenario) forksBefore(task int, child uint8) bool {
	for i := range sc.Tasks[:task] {
		if tk := &sc.Tasks[i]; tk.Kind == TaskFork && tk.To == child {
			return true
		}
	}
	return false
}

// validateFileTask: what is done to a regular file.
func (sc *Scenario) validateFileTask(tk *TaskSpec, at place) error {
	if !sc.isRegular(tk.File) {
		return at.bad(".file", "no such regular file")
	}
	fs := sc.Files[tk.File].FS
	switch tk.Kind {
	case TaskTruncate, TaskPunch:
		switch {
		case tk.Index >= MaxFilePages:
			return at.bad(".page", "no such page")
		case tk.Flag && tk.Kind != TaskPunch:
			return at.bad(".to", "only a punch reallocates")
		case tk.Flag && (tk.To >= MaxFiles || tk.To == tk.File || !sc.Files[tk.To].Present || sc.Files[tk.To].FS != fs):
			return at.bad(".to", "another file of the same filesystem")
		}
	case TaskPin:
		return sc.validatePin(tk, at)
	case TaskWrite:
		switch {
		case tk.Index >= MaxFilePages:
			return at.bad(".page", "no such page")
		case sc.Geometry.NoDAX && fs == 0:
			return at.bad(".file", "not DAX")
		}
	case TaskReflink:
		switch {
		case !sc.isRegular(tk.To):
			return at.bad(".to", "no such regular file")
		case fs != 0 || sc.Files[tk.To].FS != 0 || sc.Geometry.NoReflink:
			return at.bad("", "needs reflink")
		case tk.Index >= MaxFilePages || tk.Len >= MaxFilePages || tk.File == tk.To && tk.Index == tk.Len:
			return at.bad(".page", "no such page, or onto itself")
		}
	case TaskMmap:
		switch {
		case tk.Proc >= mm.Procs || tk.Slot >= mm.VMAs:
			return at.bad(".map", "no such mapping")
		case tk.Len == 0 || tk.Len > mm.VMAPages || tk.Index > MaxFilePages-tk.Len:
			return at.bad(".len", "goes past page %d of the file", MaxFilePages)
		}
	}
	return nil
}

// validatePin: what is pinned to be written to is not shared, and of a file
// that is in core.
func (sc *Scenario) validatePin(tk *TaskSpec, at place) error {
	if tk.Index >= MaxFilePages {
		return at.bad(".page", "no such page")
	}
	file := &sc.Files[tk.File]
	e := file.Data[tk.Index]
	switch {
	case sc.Geometry.NoDAX && file.FS == 0:
		return at.bad(".file", "not DAX")
	case file.Incore != superblock.IncoreLive:
		return at.bad(".file", "a page was pinned, and so in core")
	case e.Hole() || e.Unwritten():
		return at.bad(".page", "a hole")
	}
	for f := range sc.Files {
		for i, other := range sc.Files[f].Data {
			if same := uint8(f) == tk.File && uint8(i) == tk.Index; !same && !other.Hole() && other.Block() == e.Block() {
				return at.bad(".page", "a page of a shared block is not pinned to be written to")
			}
		}
	}
	return nil
}

// validateDeviceTask: what comes and goes.
func (sc *Scenario) validateDeviceTask(tk *TaskSpec, at place) error {
	g := &sc.Geometry
	mount := tk.Kind == TaskMount
	switch {
	case (mount || tk.Kind == TaskUmount || tk.Kind == TaskFreeze) && (tk.FS > 1 || tk.FS == 1 && g.Second == SecondNone):
		return at.bad(".fs", "no such filesystem")
	case tk.Kind == TaskFreeze && sc.Unborn[tk.FS]:
		return at.bad(".fs", "not mounted")
	case mount && !sc.Unborn[tk.FS]:
		return at.bad(".fs", "mounted already")
	case tk.Kind == TaskUnbind && (tk.Dev >= device.Devs || g.Stack == StackRaid1):
		return at.bad(".dev", "no such device; a leg of a raid1 fails instead")
	case tk.Kind == TaskLegFailure && (tk.Dev > 1 || g.Stack != StackRaid1):
		return at.bad(".dev", "no such leg")
	}
	return nil
}

func (sc *Scenario) validateEvent(tk *TaskSpec, at place) error {
	n := max(tk.Pages, 1)
	g, first, last := &sc.Geometry, device.Page(tk.Page), device.Page(tk.Page+n-1)
	switch {
	case tk.Source > SourceWritten:
		return at.bad(".source", "no such source")
	case n > 3 || n > 1 && tk.Source != SourceScrub:
		return at.bad(".pages", "1, or up to 3 when no process is involved")
	case !g.HasPage(first) || !g.HasPage(last),
		n > 1 && (last >= device.DevPages || g.DevOf(first) != g.DevOf(last)):
		return at.bad(".page", "no such page of a device")
	case tk.Part && (n > 1 || tk.Page >= device.DevPages):
		return at.bad(".part", "of one page of a device")
	case tk.Queued && tk.Source != SourceScrub:
		return at.bad(".queued", "of a scrubber: the others have a process to run in")
	case tk.Page < g.FirstRange && tk.Page+n > g.FirstRange:
		return at.bad(".pages", "two ranges of a dax device are apart")
	case tk.Source != SourceScrub && tk.Proc >= mm.Procs && (tk.Source != SourceWritten || tk.Proc != NoProc):
		return at.bad(".proc", "no such process")
	}
	return nil
}

// Startable says why the design cannot start the scenario: it refuses the
// mount. Such a scenario says nothing about the design.
func (m *Machine) Startable() (reason string, ok bool) {
	g := &m.Scenario.Geometry
	if g.SharedCache && m.is(design.PageCacheOwners, design.PageCacheUnshared) {
		return "files do not share page cache pages", false
	}
	if g.Type == FSXFS {
		if g.NoRmapbt && m.is(design.NoRmapbt, design.NoRmapbtRefused) {
			return "mounts only with a reverse map (rmapbt)", false
		}
		dax, reflink := !g.NoDAX, !g.NoReflink
		switch {
		case dax && reflink && (m.is(design.Route, design.RoutePageMapping) || m.Design[design.Patches] > design.PatchesP8):
			return "DAX and reflink cannot be used together", false
		case dax && reflink && g.Stack == StackPartition && (m.is(design.ReflinkMount, design.ReflinkMountNotPartition) ||
			m.is(design.ReflinkMount, design.ReflinkMountInAlwaysMode) && !g.DaxInode): // D11
			return "DAX and reflink cannot work with multi-partitions", false
		}
	}
	if g.Stack == StackSnapshot && !g.NoDAX && !m.is(design.Route, design.RouteCorruptedRange) {
		return "dm-snapshot has no DAX", false // ->direct_access: dm-linear.c, dm-stripe.c, dm-log-writes.c, in 5.10 to 7.3.4
	}
	if m.is(design.SlotScope, design.SlotPerDaxDevice) && m.is(design.SlotTaken, design.SlotTakenRefused) &&
		g.Second == SecondXFS && g.Type == FSXFS && !m.Scenario.Unborn[0] && !m.Scenario.Unborn[1] {
		return "refuses the second mount, whose dax_device has a holder", false
	}
	if !m.is(design.Route, design.RouteCorruptedRange) && m.Scenario.ranges() {
		return "tells the driver of one whole page", false // memory_failure_dev_pagemap: pgmap->ops->memory_failure(pgmap, pfn, 1, flags)
	}
	return "", true
}

// ranges reports an event that is about several pages, or a part of one.
func (sc *Scenario) ranges() bool {
	return slices.ContainsFunc(sc.Tasks[:], func(tk TaskSpec) bool {
		return tk.Kind == TaskMemoryFailure && (tk.Pages > 1 || tk.Part)
	})
}
