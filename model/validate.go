package model

import (
	"fmt"

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

func bad(ok bool, path, format string, args ...any) error {
	if ok {
		return nil
	}
	return &ScenarioError{Path: path, Reason: fmt.Sprintf(format, args...)}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Validate says whether the scenario is possible; the error is a
// *ScenarioError.
func (sc *Scenario) Validate() error {
	if err := sc.Geometry.validate(); err != nil {
		return err
	}
	for f := range sc.Files {
		if err := sc.validateFile(uint8(f)); err != nil {
			return err
		}
	}
	if err := sc.validateBlocks(); err != nil {
		return err
	}
	for p := range sc.Procs {
		if err := sc.validateProc(uint8(p)); err != nil {
			return err
		}
	}
	for i := range sc.Tasks {
		if err := sc.validateTask(i); err != nil {
			return err
		}
	}
	return bad(sc.Budget <= 3, "budget", "at most 3 injected failures")
}

// sections is the size of the parts of the data device, in pages.
func (g *Geometry) sections() uint8 {
	n := g.PartOff + g.Blocks
	if g.RT == SectionInternal {
		n += RTBlocks
	}
	if g.Second == SecondExt4 || g.Second == SecondXFS {
		n += SecondBlocks
	}
	return n
}

func (g *Geometry) validate() error {
	plain := g.Stack == StackPlain || g.Stack == StackPartition
	groups := 0
	if g.AGBlocks > 0 {
		groups = int((g.Blocks + g.AGBlocks - 1) / g.AGBlocks)
	}
	last := 0
	if g.AGBlocks > 0 {
		last = int(g.Blocks) - (groups-1)*int(g.AGBlocks)
	}
	return firstError(
		bad(g.Stack <= StackRaid1, "geometry.stack", "no such stack"),
		bad(g.Type <= FSExt4, "geometry.type", "no such filesystem"),
		bad(g.Second <= SecondRemount, "geometry.second", "no such filesystem"),
		bad(g.AGBlocks >= 2 && g.AGBlocks <= 4, "geometry.agblocks", "a group has 2 to 4 blocks, not %d", g.AGBlocks),
		bad(g.Blocks >= 2 && g.Blocks <= MaxDataBlocks, "geometry.blocks", "2 to %d blocks, not %d", MaxDataBlocks, g.Blocks),
		bad(groups <= MaxDataGroups, "geometry.blocks", "more than %d groups of %d blocks", MaxDataGroups, g.AGBlocks),
		bad(last >= 2, "geometry.blocks", "the last group has %d block", last),
		bad(g.sections() <= g.DevicePages && g.DevicePages <= MaxDataBlocks, "geometry.device-pages",
			"the sections need %d pages, the device has %d, at most %d", g.sections(), g.DevicePages, MaxDataBlocks),
		bad(g.PartOff == 0 || g.Stack == StackPartition, "geometry.part-off", "only a partition has an offset"),
		bad(g.Second == SecondNone || plain && (g.Second == SecondRemount || g.Stack == StackPartition),
			"geometry.second", "only beside a partition, or the same device again"),
		bad(g.RT <= SectionInternal && g.Log <= SectionExternal, "geometry.rt", "no such section"),
		bad(g.RT == SectionNone || plain && g.Type == FSXFS, "geometry.rt", "only xfs on a plain device has a realtime section"),
		bad(g.Log == SectionNone || plain && g.Type == FSXFS, "geometry.log", "only xfs on a plain device has an external log"),
		bad(g.Stack != StackRaid1 || g.Blocks <= MaxLegPages && g.NoDAX, "geometry.stack", "raid1 has legs of %d pages and no DAX", MaxLegPages),
		bad(g.Stack != StackLinear || g.Blocks >= 4, "geometry.blocks", "dm-linear with two targets needs 4 blocks"),
		bad(g.Stack != StackSnapshot || last >= 3, "geometry.blocks", "the block that two LBAs share must not be a header"),
		bad(g.Type == FSXFS || g.NoReflink && g.NoRmapbt && !g.NoDAX, "geometry.type", "ext4 has no reflink and no rmapbt, and DAX here"),
		bad(g.Stack != StackSnapshot || g.Type == FSXFS, "geometry.type", "page->mapping names one owner: no ext4 on a device whose blocks have two"),
		bad(!g.SharedCache || g.NoDAX, "geometry.shared-cache", "only without DAX"),
		bad(!g.Huge || !g.NoDAX, "geometry.huge", "only with DAX"),
	)
}

func (sc *Scenario) validateFile(f uint8) error {
	file, g := &sc.Files[f], &sc.Geometry
	path := fmt.Sprintf("files[%d]", f)
	if !file.Present {
		return bad(*file == File{}, path, "absent, yet has fields")
	}
	second := g.Second == SecondExt4 || g.Second == SecondXFS
	if err := firstError(
		bad(file.FS == 0 || file.FS == 1 && second, path+".fs", "no such filesystem"),
		bad(file.Incore <= superblock.IncoreReclaimable, path+".incore", "an inode begins as none, live, new or reclaimable"),
		bad(!file.Directory || file.Cow == rmap.Fork{}, path+".cow", "a directory has no CoW fork"),
		bad(file.Cached>>MaxFilePages == 0 && (file.Cached == 0 || file.Incore == superblock.IncoreLive && !file.Directory), path+".cached", "pages of a regular file that is in core"),
		bad(!sc.Unborn[file.FS] || file.Incore == superblock.IncoreNone, path+".incore", "not in core before the mount"),
	); err != nil {
		return err
	}
	for i, e := range file.Data {
		if err := firstError(
			sc.validateExtent(file, e, fmt.Sprintf("%s.data[%d]", path, i)),
			bad(file.Cached>>i&1 == 0 || !e.Hole() && !e.Unwritten(), path+".cached", "page %d is a hole", i),
		); err != nil {
			return err
		}
	}
	for i, e := range file.Cow {
		p := fmt.Sprintf("%s.cow[%d]", path, i)
		if err := firstError(
			sc.validateExtent(file, e, p),
			bad(e.Hole() || !e.Unwritten() && !g.NoReflink && g.Type == FSXFS && file.FS == 0, p, "CoW staging needs reflink"),
		); err != nil {
			return err
		}
	}
	return nil
}

// validateExtent: the block exists and is no group header.
func (sc *Scenario) validateExtent(file *File, e rmap.Extent, path string) error {
	if e.Hole() {
		return bad(e == 0, path, "flags without a block")
	}
	g, b := &sc.Geometry, uint8(e.Block())
	switch {
	case file.FS == 1:
		return bad(b > firstSecond && b < firstSecond+SecondBlocks, path, "block %d is not of the second filesystem", b)
	case b >= firstRTBlock:
		return bad(b < firstRTBlock+RTBlocks && g.RT != SectionNone && !file.Directory, path, "block %d does not exist", b)
	}
	return bad(b < g.Blocks && b%g.AGBlocks != 0, path, "block %d is a group header or does not exist", b)
}

// validateBlocks: every block has one kind of use, and is shared no more than
// the bounds allow.
func (sc *Scenario) validateBlocks() error {
	var data, other [MaxBlocks]uint8
	g := &sc.Geometry
	for i, md := range g.Metadata {
		path := fmt.Sprintf("geometry.metadata[%d]", i)
		if md.Kind == MetaNone {
			if err := bad(md == Metadata{}, path, "no kind, yet has fields"); err != nil {
				return err
			}
			continue
		}
		if err := firstError(
			bad(md.Kind <= MetaBmbt, path+".kind", "no such kind"),
			bad(g.Type == FSXFS, path, "metadata blocks are those of xfs"),
			bad(md.Block < g.Blocks && md.Block%g.AGBlocks != 0, path+".block", "block %d is a group header or does not exist", md.Block),
			bad(md.Kind != MetaLog || g.Log == SectionNone, path+".kind", "the log is on a device of its own"),
			bad(md.Kind < MetaAttr && md.File == 0 || md.Kind >= MetaAttr && md.File < MaxFiles && sc.Files[md.File].Present && sc.Files[md.File].FS == 0,
				path+".file", "no such file"),
		); err != nil {
			return err
		}
		other[md.Block]++
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
		shared := data[b] > 1 && (g.NoReflink || b >= firstRTBlock)
		if err := firstError(
			bad(other[b] == 0 || other[b] == 1 && data[b] == 0, "files", "block %d has two uses", b),
			bad(!shared, "files", "block %d cannot be shared", b),
			bad(data[b] <= maxSharing, "files", "block %d is shared by more than %d file pages", b, maxSharing),
		); err != nil {
			return err
		}
	}
	return sc.validateUnwritten(&data)
}

// validateUnwritten: only one file page can have an unwritten block.
func (sc *Scenario) validateUnwritten(data *[MaxBlocks]uint8) error {
	for f := range sc.Files {
		for i, e := range sc.Files[f].Data {
			if err := bad(!e.Unwritten() || data[e.Block()] == 1, fmt.Sprintf("files[%d].data[%d]", f, i), "an unwritten block is not shared"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (sc *Scenario) validateProc(p uint8) error {
	proc := &sc.Procs[p]
	if !proc.Alive {
		return bad(*proc == Proc{EarlyKill: proc.EarlyKill}, fmt.Sprintf("procs[%d]", p), "not alive, yet maps files")
	}
	for i := range proc.Maps {
		mp := &proc.Maps[i]
		path := fmt.Sprintf("procs[%d].maps[%d]", p, i)
		if mp.Len == 0 {
			if err := bad(*mp == Map{}, path, "no length, yet has fields"); err != nil {
				return err
			}
			continue
		}
		if err := firstError(
			bad(mp.File < MaxFiles && sc.Files[mp.File].Present && !sc.Files[mp.File].Directory, path+".file", "no such regular file"),
			bad(mp.Len <= mm.VMAPages && mp.Pgoff+mp.Len <= MaxFilePages, path+".len", "goes past page %d of the file", MaxFilePages),
		); err != nil {
			return err
		}
		file := &sc.Files[mp.File]
		if err := firstError(
			bad(!sc.Unborn[file.FS], path, "mapped before its filesystem is mounted"),
			bad(file.Incore == superblock.IncoreLive, path, "the inode is mapped and so in core"),
			bad(mp.Faulted>>mp.Len == 0 && mp.Copied>>mp.Len == 0 && mp.Faulted&mp.Copied == 0, path+".faulted", "a page outside the mapping, or both faulted and copied"),
			bad(mp.Private || mp.Copied == 0, path+".copied", "only a private mapping has copies"),
		); err != nil {
			return err
		}
		for j := range mp.Len {
			e := file.Data[mp.Pgoff+j]
			if err := bad(mp.Faulted>>j&1 == 0 || !e.Hole() && !e.Unwritten(), path+".faulted", "page %d is a hole", j); err != nil {
				return err
			}
		}
	}
	return nil
}

func (sc *Scenario) validateTask(i int) error {
	tk := &sc.Tasks[i]
	path := fmt.Sprintf("tasks[%d]", i)
	if tk.Kind == TaskNone {
		for _, later := range sc.Tasks[i:] {
			if later != (TaskSpec{}) {
				return bad(false, path, "a task after the last one")
			}
		}
		return nil
	}
	if err := bad(tk.Kind < NumTaskKinds, path+".kind", "no such task"); err != nil {
		return err
	}
	file := func(f uint8, name string) error {
		return bad(f < MaxFiles && sc.Files[f].Present && !sc.Files[f].Directory, path+"."+name, "no such regular file")
	}
	switch tk.Kind {
	case TaskMemoryFailure:
		return sc.validateEvent(tk, path)
	case TaskReadFault, TaskWriteFault:
		return firstError(bad(tk.Proc < mm.Procs, path+".proc", "no such process"),
			bad(tk.Slot < mm.VMAs && tk.Index < mm.VMAPages, path+".map", "no such page of a mapping"))
	case TaskTruncate, TaskPunch:
		return firstError(file(tk.File, "file"), bad(tk.Index < MaxFilePages, path+".page", "no such page"),
			bad(!tk.Flag || tk.Kind == TaskPunch, path+".to", "only a punch reallocates"),
			bad(!tk.Flag || tk.To < MaxFiles && tk.To != tk.File && sc.Files[tk.To].Present && sc.Files[tk.To].FS == sc.Files[tk.File].FS,
				path+".to", "another file of the same filesystem"))
	case TaskReflink:
		return firstError(file(tk.File, "file"), file(tk.To, "to"),
			bad(sc.Files[tk.File].FS == 0 && sc.Files[tk.To].FS == 0 && !sc.Geometry.NoReflink, path, "needs reflink"),
			bad(tk.Index < MaxFilePages && tk.Len < MaxFilePages && (tk.File != tk.To || tk.Index != tk.Len), path+".page", "no such page, or onto itself"))
	case TaskMmap:
		return firstError(file(tk.File, "file"), bad(tk.Proc < mm.Procs && tk.Slot < mm.VMAs, path+".map", "no such mapping"),
			bad(tk.Len > 0 && tk.Len <= mm.VMAPages && tk.Index+tk.Len <= MaxFilePages, path+".len", "goes past page %d of the file", MaxFilePages))
	case TaskMunmap:
		return bad(tk.Proc < mm.Procs && tk.Slot < mm.VMAs, path+".map", "no such mapping")
	case TaskFork:
		return bad(tk.Proc < mm.Procs && tk.To < mm.Procs && tk.To != tk.Proc && !sc.Procs[tk.To].Alive, path+".to", "the child must be a process that is not alive")
	case TaskExit:
		return bad(tk.Proc < mm.Procs, path+".proc", "no such process")
	case TaskEvict:
		return file(tk.File, "file")
	case TaskMount, TaskUmount:
		return firstError(bad(tk.FS == 0 || tk.FS == 1 && sc.Geometry.Second != SecondNone, path+".fs", "no such filesystem"),
			bad(tk.Kind == TaskUmount || sc.Unborn[tk.FS], path+".fs", "mounted already"))
	case TaskUnbind:
		return bad(tk.Dev < device.Devs && sc.Geometry.Stack != StackRaid1, path+".dev", "no such device; a leg of a raid1 fails instead")
	case TaskLegFailure:
		return bad(tk.Dev < 2 && sc.Geometry.Stack == StackRaid1, path+".dev", "no such leg")
	}
	return nil
}

func (sc *Scenario) validateEvent(tk *TaskSpec, path string) error {
	n := max(tk.Pages, 1)
	return firstError(
		bad(tk.Source <= SourceInjected, path+".source", "no such source"),
		bad(n <= 3 && (n == 1 || tk.Source == SourceScrub), path+".pages", "1, or up to 3 when no process is involved"),
		bad(sc.hasPage(tk.Page) && sc.hasPage(tk.Page+n-1) && (n == 1 || tk.Page+n <= device.DevPages && sameDevice(tk.Page, tk.Page+n-1, sc.Geometry.Stack)),
			path+".page", "no such page of a device"),
		bad(tk.Source == SourceScrub || tk.Proc < mm.Procs, path+".proc", "no such process"),
	)
}

func sameDevice(p, q uint8, st Stack) bool {
	m := Machine{}
	m.Scenario.Geometry.Stack = st
	return m.DevOf(device.Page(p)) == m.DevOf(device.Page(q))
}

// hasPage reports whether the page exists in the geometry.
func (sc *Scenario) hasPage(p uint8) bool {
	g := &sc.Geometry
	switch {
	case p < legPage:
		return p < g.DevicePages
	case g.Stack == StackRaid1:
		return p < legPage+g.Blocks || p >= device.DevPages && p < device.Pages
	case p < rtDevPage:
		return g.Log == SectionExternal
	case p < device.DevPages:
		return g.RT == SectionExternal
	}
	return p < device.Pages
}

// Startable says why the design cannot start the scenario: it refuses the
// mount. Such a scenario says nothing about the design.
func (m *Machine) Startable() (reason string, ok bool) {
	g := &m.Scenario.Geometry
	if g.Type == FSXFS {
		if g.NoRmapbt && m.is(design.NoRmapbt, design.NoRmapbtRefused) {
			return "mounts only with a reverse map (rmapbt)", false
		}
		dax, reflink := !g.NoDAX, !g.NoReflink
		switch {
		case dax && reflink && (m.is(design.ReflinkMount, design.ReflinkMountNotDAX) || m.Design[design.Patches] > design.PatchesP8):
			return "DAX and reflink cannot be used together", false
		case dax && reflink && g.Stack == StackPartition && m.is(design.ReflinkMount, design.ReflinkMountNotPartition):
			return "DAX and reflink cannot work with multi-partitions", false
		}
	}
	return "", true
}
