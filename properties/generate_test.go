package properties_test

import (
	"flag"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/properties"
)

func TestScenariosArePossible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sc := properties.DrawScenario(t)
		require.NoError(t, sc.Validate())
	})
}

// What a scenario says is there is there when it begins: no PTE is missing
// for want of main memory, and a process that consumes poison maps it.
func TestScenariosBeginAsDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sc := properties.DrawScenario(t)
		m, err := model.New(design.Design{}, sc)
		require.NoError(t, err)
		var s model.State
		m.Begin(&s)
		for p := range sc.Procs {
			for slot, mp := range sc.Procs[p].Maps {
				var ptes uint8
				for i := range mp.Len {
					if s.PTE[p][slot*mm.VMAPages+int(i)] != 0 {
						ptes |= 1 << i
					}
				}
				require.Equal(t, mp.Faulted|mp.Copied, ptes, "process %d, mapping %d", p, slot)
			}
		}
		for _, tk := range sc.Tasks {
			if tk.Kind == model.TaskMemoryFailure && tk.Source != model.SourceScrub {
				require.True(t, slices.ContainsFunc(s.PTE[tk.Proc][:], func(e mm.PTE) bool {
					return e.Page() == device.Page(tk.Page)
				}), "process %d does not map page %d", tk.Proc, tk.Page)
			}
		}
	})
}

// quiet stands in for the *testing.T of a property that must fail.
type quiet struct {
	testing.TB
	failed bool
}

func (q *quiet) Helper()               {}
func (q *quiet) Errorf(string, ...any) { q.failed = true }
func (q *quiet) Logf(string, ...any)   {}
func (q *quiet) Failed() bool          { return q.failed }
func (q *quiet) FailNow()              { q.failed = true }
func (q *quiet) Output() io.Writer     { return io.Discard }

// setFlag changes a flag of rapid's for this test, whatever the command says.
func setFlag(tb testing.TB, name, value string) {
	tb.Helper()
	before := flag.Lookup(name).Value.String()
	require.NoError(tb, flag.Set(name, value))
	tb.Cleanup(func() { require.NoError(tb, flag.Set(name, before)) })
}

// shrunk is the least scenario for which fails holds, as rapid finds it from
// where the seed leads.
func shrunk(t *testing.T, seed int, fails func(*model.Scenario) bool) (least model.Scenario) {
	t.Helper()
	setFlag(t, "rapid.nofailfile", "true")
	setFlag(t, "rapid.checks", "100000") // the first failure ends it
	setFlag(t, "rapid.seed", fmt.Sprint(seed))
	q := &quiet{TB: t}
	rapid.Check(q, func(t *rapid.T) {
		if sc := properties.DrawScenario(t); fails(&sc) {
			least = sc
			t.Fatalf("as wanted")
		}
	})
	require.True(t, q.failed, "no such scenario was drawn")
	return least
}

// least is what is left when nothing matters.
func least() model.Scenario {
	sc := model.Scenario{Geometry: model.Geometry{DevicePages: 2, Blocks: 2, AGBlocks: 2}}
	sc.Files[0] = model.File{Present: true, Incore: superblock.IncoreLive, Data: rmap.Fork{rmap.Written(1)}}
	sc.Tasks[0] = model.TaskSpec{Kind: model.TaskMemoryFailure, Page: 1, Pages: 1}
	return sc
}

func has(sc *model.Scenario, kind model.TaskKind) bool {
	return slices.ContainsFunc(sc.Tasks[:], func(tk model.TaskSpec) bool { return tk.Kind == kind })
}

// What a failure does not need goes, and what it needs stays small.
func TestScenariosShrinkToTheLeast(t *testing.T) {
	punched, faulted := least(), least()
	punched.Procs[0] = model.Proc{Alive: true, Maps: [mm.VMAs]model.Map{{Len: 1, Faulted: 1}}}
	punched.Tasks[0], punched.Tasks[1] = model.TaskSpec{Kind: model.TaskPunch}, punched.Tasks[0]
	faulted.Geometry.Log = model.SectionExternal
	faulted.Files[1] = faulted.Files[0]
	faulted.Procs[0] = model.Proc{Alive: true, Maps: [mm.VMAs]model.Map{{Len: 1}}}
	faulted.Tasks[0], faulted.Tasks[1] = model.TaskSpec{Kind: model.TaskReadFault}, faulted.Tasks[0]

	for seed := 1; seed <= 5; seed++ {
		require.Equal(t, least(), shrunk(t, seed, func(*model.Scenario) bool { return true }))
		require.Equal(t, punched, shrunk(t, seed, func(sc *model.Scenario) bool {
			return has(sc, model.TaskPunch) && sc.Procs[0].Maps[0].Faulted != 0
		}))
		require.Equal(t, faulted, shrunk(t, seed, func(sc *model.Scenario) bool {
			return has(sc, model.TaskMemoryFailure) && has(sc, model.TaskReadFault) && sc.Geometry.Log == model.SectionExternal &&
				sc.Files[0].Data[0] != 0 && sc.Files[0].Data[0] == sc.Files[1].Data[0]
		}))
	}
}

// census counts what occurs.
type census map[string]int

func (c census) add(name string, args ...any) { c[fmt.Sprintf(name, args...)]++ }

func (c census) when(ok bool, name string) {
	if ok {
		c[name]++
	}
}

func (c census) geometry(sc *model.Scenario) {
	g := &sc.Geometry
	c.add("geometry: stack %d", g.Stack)
	c.add("geometry: part-off %d", g.PartOff)
	c.add("geometry: device-pages %d", g.DevicePages)
	c.add("geometry: %d blocks in groups of %d", g.Blocks, g.AGBlocks)
	c.add("geometry: log %d", g.Log)
	c.add("geometry: rt %d", g.RT)
	c.add("geometry: second %d", g.Second)
	c.add("geometry: type %d", g.Type)
	c.when(g.NoRmapbt, "geometry: no-rmapbt")
	c.when(g.NoReflink, "geometry: no-reflink")
	c.when(g.NoDAX, "geometry: no-dax")
	c.when(g.Huge, "geometry: huge")
	c.when(g.DaxInode, "geometry: dax-inode")
	c.when(g.FirstRange != 0, "geometry: two ranges")
	c.when(g.DeviceDAX, "geometry: device-dax")
	c.when(g.SharedCache, "geometry: shared-cache")
	for i, md := range g.Metadata {
		c.add("geometry: metadata kind %d", md.Kind)
		c.when(md.Kind != 0, fmt.Sprintf("geometry: metadata[%d]", i))
		c.when(md.File != 0, "geometry: metadata of another file")
	}
	c.when(sc.Unborn[0], "unborn[0]")
	c.when(sc.Unborn[1], "unborn[1]")
	c.add("budget %d", sc.Budget)
}

func (c census) files(sc *model.Scenario) {
	var users [model.MaxBlocks]int
	for f, file := range sc.Files {
		c.when(file.Present, fmt.Sprintf("files[%d]", f))
		c.when(file.Directory, "file: directory")
		c.when(file.High, "file: high")
		c.when(file.FS == 1, "file: fs 1")
		if !file.Present {
			continue
		}
		c.add("file: incore %d", file.Incore)
		pages := 0
		for i, e := range file.Data {
			c.when(e.Unwritten(), "file: unwritten")
			c.when(!file.Cow[i].Hole(), "file: cow")
			if e.Hole() {
				continue
			}
			pages++
			users[e.Block()]++
			c.add("file: page %d", i)
			c.add("file: block %d", e.Block())
			if i > 0 && !file.Data[i-1].Hole() {
				c.when(file.Data[i-1].Block()+1 == e.Block(), "file: extent of two blocks")
				c.when(file.Data[i-1].Block() == e.Block(), "file: block shared with the next page")
			}
		}
		c.add("file: %d pages", pages)
	}
	for _, n := range users {
		c.when(n > 1, fmt.Sprintf("file: block shared by %d", n))
	}
}

func (c census) procs(sc *model.Scenario) {
	alive := 0
	for _, proc := range sc.Procs {
		if !proc.Alive {
			continue
		}
		alive++
		c.when(proc.EarlyKill, "proc: early-kill")
		c.when(!proc.EarlyKill, "proc: late-kill")
		c.when(proc.Maps[0].Len != 0 && proc.Maps[0].File == proc.Maps[1].File && proc.Maps[1].Len != 0, "proc: two maps of a file")
		for slot, mp := range proc.Maps {
			if mp.Len == 0 {
				continue
			}
			c.add("map: slot %d", slot)
			c.add("map: len %d", mp.Len)
			c.add("map: file %d", mp.File)
			c.add("map: pgoff %d", mp.Pgoff)
			c.when(mp.Private, "map: private")
			c.add("map: faulted %d", bits.OnesCount8(mp.Faulted))
			c.add("map: copied %d", bits.OnesCount8(mp.Copied))
		}
	}
	c.add("procs: %d", alive)
}

func (c census) tasks(sc *model.Scenario) {
	n, events := sc.TaskCount(), 0
	c.add("tasks: %d", n)
	for _, tk := range sc.Tasks[:n] {
		c.add("task: kind %02d", tk.Kind)
		if tk.Kind != model.TaskMemoryFailure {
			c.when(tk.Proc != 0, "task: proc")
			c.when(tk.Slot != 0, "task: slot")
			c.when(tk.Index != 0, "task: index")
			c.when(tk.File != 0, "task: file")
			c.when(tk.To != 0, "task: to")
			c.when(tk.Len != 0, "task: len")
			c.when(tk.FS != 0, "task: fs")
			c.when(tk.Dev != 0, fmt.Sprintf("task: kind %02d dev %d", tk.Kind, tk.Dev))
			c.when(tk.Flag, fmt.Sprintf("task: kind %02d flag", tk.Kind))
			continue
		}
		c.add("event: source %d", tk.Source)
		c.add("event: pages %d", tk.Pages)
		c.add("event: page %02d", tk.Page)
		c.when(tk.Part, "event: part")
		c.when(tk.Queued, "event: queued")
		events++
		c.when(events == 2, "event: second")
		c.when(tk.Proc != 0, "event: proc")
	}
}

// rare are what is drawn in fewer than 1 of 200 scenarios, with the least
// number of them that will do.
var rare = map[string]int{
	"file: block 6": 40, "file: block 7": 20, "event: page 07": 20, "event: page 14": 40, "event: page 15": 20,
	"geometry: metadata[2]": 20, "map: copied 3": 20, "task: kind 14 dev 1": 40, "task: kind 14 dev 2": 20,
}

// all are the values that the census is to find, so that one that is never
// drawn is missed.
func all() (names []string) {
	add := func(format string, lo, hi int) {
		for i := lo; i <= hi; i++ {
			names = append(names, fmt.Sprintf(format, i))
		}
	}
	add("geometry: stack %d", 0, int(model.StackRaid1))
	add("geometry: part-off %d", 0, 2)
	add("geometry: device-pages %d", 2, model.MaxDataBlocks)
	add("geometry: log %d", 0, model.SectionExternal)
	add("geometry: rt %d", 0, model.SectionInternal)
	add("geometry: second %d", 0, int(model.SecondRemount))
	add("geometry: type %d", 0, int(model.FSExt4))
	add("geometry: metadata kind %d", 0, int(model.MetaBmbt))
	add("geometry: metadata[%d]", 0, model.MaxMetadata-1)
	add("unborn[%d]", 0, model.MaxFS-1)
	add("budget %d", 0, 1)
	add("files[%d]", 0, model.MaxFiles-1)
	add("file: incore %d", 0, int(superblock.IncoreReclaimable))
	add("file: page %d", 0, model.MaxFilePages-1)
	add("file: %d pages", 0, model.MaxFilePages)
	add("file: block %d", 1, 9)
	add("file: block %d", 13, 14)
	add("file: block shared by %d", 2, 3)
	add("procs: %d", 0, 3)
	add("map: slot %d", 0, mm.VMAs-1)
	add("map: len %d", 1, mm.VMAPages)
	add("map: file %d", 0, model.MaxFiles-1)
	add("map: pgoff %d", 0, model.MaxFilePages-1)
	add("map: faulted %d", 0, 3)
	add("map: copied %d", 0, 3)
	add("tasks: %d", 1, 3)
	add("task: kind %02d", 1, int(model.NumTaskKinds)-1)
	add("event: source %d", 0, int(model.SourceInjected))
	add("event: pages %d", 1, 3)
	add("event: page %02d", 0, device.Pages-1)
	return append(names,
		"geometry: no-rmapbt", "geometry: no-reflink", "geometry: no-dax", "geometry: huge", "geometry: shared-cache",
		"file: high", "event: part", "geometry: dax-inode", "geometry: two ranges", "geometry: device-dax",
		"geometry: metadata of another file", "file: directory", "file: fs 1", "file: unwritten", "file: cow",
		"file: extent of two blocks", "file: block shared with the next page",
		"proc: early-kill", "proc: late-kill", "proc: two maps of a file", "map: private",
		"task: proc", "task: slot", "task: index", "task: file", "task: to", "task: len", "task: fs",
		"task: kind 05 flag", "task: kind 07 flag", "task: kind 11 flag",
		"task: kind 14 dev 1", "task: kind 14 dev 2", "task: kind 15 dev 1",
		"event: second", "event: proc")
}

// Everything that a scenario can have occurs. The seeds are fixed, so the
// counts are the same in every run.
func TestScenariosCoverTheScope(t *testing.T) {
	const n = 20000
	c := census{}
	scenarios := rapid.Custom(properties.DrawScenario)
	for seed := range n {
		sc := scenarios.Example(seed + 1)
		c.geometry(&sc)
		c.files(&sc)
		c.procs(&sc)
		c.tasks(&sc)
	}
	names := make([]string, 0, len(c))
	for name := range c {
		names = append(names, name)
	}
	slices.Sort(names)
	var table strings.Builder
	for _, name := range names {
		fmt.Fprintf(&table, "\n%-40s %6d", name, c[name])
	}
	t.Logf("of %d scenarios:%s", n, table.String())
	for _, name := range all() {
		want := n / 200
		if w, ok := rare[name]; ok {
			want = w
		}
		if c[name] < want {
			t.Errorf("%s: %d of %d scenarios", name, c[name], n)
		}
	}
}

func BenchmarkDrawScenario(b *testing.B) {
	b.ReportAllocs()
	setFlag(b, "rapid.checks", fmt.Sprint(b.N))
	rapid.Check(b, func(t *rapid.T) { properties.DrawScenario(t) })
}
