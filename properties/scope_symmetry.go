package properties

import (
	"bytes"
	"slices"
	"unsafe"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
)

// Canonical is the scenario that stands for all that differ from it only in
// the names of processes and files, and in the order of the tasks.
//
// Names are more than names where a routine walks in their order, so only
// renamings are used that keep the order of
//
//   - two processes that map, or come to map, the same file: the collection
//     takes a step for each;
//   - two files that share a block, or that a reflink joins: the records of a
//     block come in the order of the inodes, and the locks of two files too.
//
// A scope that wants both orders of those has both scenarios. VMA slots are
// addresses, and keep them: a walk over the VMAs of a process takes a step for
// each slot. A scenario with an event on main memory keeps its names, since
// pages of main memory are handed out in their order. The order of tasks has
// no meaning in the model: it only says which of the waiters of a DAX entry is
// woken first, and that one wakes the next before it tries to take the lock.
//
// There are at most 36 renamings, so all that are allowed are tried; of those
// the one with the greatest bytes is taken: what exists comes first. Files lie
// before processes and these before tasks, so most are dropped half-way.
func Canonical(sc model.Scenario) model.Scenario {
	best := rename(&sc, identity())
	if usesDRAM(&sc) {
		return best
	}
	rel := relationsOf(&sc)
	for _, files := range orders[rel.files] {
		named := sc
		renameFiles(&named, &sc, files)
		if bytes.Compare(bytesOf(&named)[:procsAt], bytesOf(&best)[:procsAt]) < 0 {
			continue
		}
		for _, procs := range orders[rel.procs] {
			c := named
			renameProcs(&c, &named, procs)
			if bytes.Compare(bytesOf(&c)[:tasksAt], bytesOf(&best)[:tasksAt]) < 0 {
				continue
			}
			renameTasks(&c, renaming{files: files, procs: procs})
			if bytes.Compare(bytesOf(&c), bytesOf(&best)) > 0 {
				best = c
			}
		}
	}
	return best
}

// Where the processes and the tasks of a scenario lie.
const (
	procsAt = unsafe.Offsetof(model.Scenario{}.Procs)
	tasksAt = unsafe.Offsetof(model.Scenario{}.Tasks)
)

// bytesOf is the scenario as it lies in memory: every field is a byte.
func bytesOf(sc *model.Scenario) []byte {
	return (*[unsafe.Sizeof(*sc)]byte)(unsafe.Pointer(sc))[:]
}

// A triple is a permutation of three names: what each becomes.
type triple [3]uint8

// The renamings are written for three files and three processes.
var _, _ [3]struct{} = [model.MaxFiles]struct{}{}, [drawnProcs]struct{}{}

// permutations of three names.
var permutations = [6]triple{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}

// A relation says which pairs of names keep their order: bit a*3+b, a < b.
type relation uint16

func (r *relation) join(a, b uint8) {
	if a != b {
		*r |= 1 << (min(a, b)*3 + max(a, b))
	}
}

// has reports whether a pair is joined.
func (r relation) has(a, b uint8) bool { return r>>(min(a, b)*3+max(a, b))&1 != 0 }

// chain joins whatever is joined through a third.
func (r *relation) chain() {
	for a := range uint8(3) {
		b, c := (a+1)%3, (a+2)%3
		if r.has(a, b) && r.has(a, c) {
			r.join(b, c)
		}
	}
}

// orders are the permutations that keep the order of the pairs of a relation.
var orders = func() (table [1 << (1*3 + 2 + 1)][]triple) {
	for r := range table {
		for _, p := range permutations {
			ok := true
			for a := range uint8(3) {
				for b := a + 1; b < 3; b++ {
					ok = ok && (r>>(a*3+b)&1 == 0 || p[a] < p[b])
				}
			}
			if ok {
				table[r] = append(table[r], p)
			}
		}
	}
	return table
}()

// A renaming gives files and processes new names.
type renaming struct{ files, procs triple }

func identity() renaming { return renaming{files: permutations[0], procs: permutations[0]} }

// relations are the pairs of a scenario whose order a routine can meet.
type relations struct{ files, procs relation }

func relationsOf(sc *model.Scenario) (rel relations) {
	maps := mapsOf(sc)
	for f := range uint8(model.MaxFiles) {
		for g := range f {
			if sharesBlock(&sc.Files[f], &sc.Files[g]) {
				rel.files.join(f, g)
			}
		}
	}
	for i := range sc.Tasks {
		tk := &sc.Tasks[i]
		switch tk.Kind {
		case model.TaskReflink:
			rel.files.join(tk.File, tk.To)
		case model.TaskFork: // the child has what the parent has
			maps[tk.To] |= maps[tk.Proc]
		}
	}
	for p := range drawnProcs {
		for q := range p {
			if maps[p]&maps[q] != 0 {
				rel.procs.join(p, q)
			}
		}
	}
	rel.files.chain() // a block goes from file to file
	rel.procs.chain() // a child has children
	return rel
}

// mapsOf are the files that each process maps, or comes to map by an mmap, a
// bit each.
func mapsOf(sc *model.Scenario) (maps [mm.Procs]uint8) {
	for p := range sc.Procs {
		for _, mp := range sc.Procs[p].Maps {
			if mp.Len != 0 {
				maps[p] |= 1 << mp.File
			}
		}
	}
	for i := range sc.Tasks {
		if tk := &sc.Tasks[i]; tk.Kind == model.TaskMmap {
			maps[tk.Proc] |= 1 << tk.File
		}
	}
	return maps
}

func sharesBlock(f, g *model.File) bool {
	for _, e := range f.Data {
		for _, o := range g.Data {
			if !e.Hole() && !o.Hole() && e.Block() == o.Block() {
				return true
			}
		}
	}
	return false
}

// usesDRAM reports whether pages of main memory can be handed out: to the page
// cache, or for copies of private mappings. A disk of a raid1 has no DAX.
func usesDRAM(sc *model.Scenario) bool {
	if sc.Geometry.NoDAX || sc.Geometry.Stack == model.StackRaid1 || sc.Geometry.Second == model.SecondXFS {
		return true
	}
	for i := range sc.Procs {
		for j := range sc.Procs[i].Maps {
			if sc.Procs[i].Maps[j].Private {
				return true
			}
		}
	}
	return slices.ContainsFunc(sc.Tasks[:], func(tk model.TaskSpec) bool {
		return tk.Kind == model.TaskMemoryFailure && tk.Page >= device.DevPages || tk.Kind == model.TaskMmap && tk.Flag
	})
}

// rename is the scenario with other names, and with the tasks in order.
func rename(sc *model.Scenario, r renaming) model.Scenario {
	named := *sc
	renameFiles(&named, sc, r.files)
	out := named
	renameProcs(&out, &named, r.procs)
	renameTasks(&out, r)
	return out
}

// renameFiles gives the files of sc, and what names them but the tasks, other
// names in out.
func renameFiles(out, sc *model.Scenario, files triple) {
	for f := range sc.Files {
		out.Files[files[f]] = sc.Files[f]
	}
	for i := range out.Geometry.Metadata {
		if md := &out.Geometry.Metadata[i]; md.Kind >= model.MetaAttr {
			md.File = files[md.File]
		}
	}
	for p := range out.Procs {
		for slot := range out.Procs[p].Maps {
			if mp := &out.Procs[p].Maps[slot]; mp.Len != 0 {
				mp.File = files[mp.File]
			}
		}
	}
}

// renameProcs gives the processes of sc other names in out.
func renameProcs(out, sc *model.Scenario, procs triple) {
	for p := range drawnProcs {
		out.Procs[procs[p]] = sc.Procs[p]
	}
}

// renameTasks renames what the tasks work on, and puts them in order.
func renameTasks(out *model.Scenario, r renaming) {
	n := out.TaskCount()
	for i := range n {
		out.Tasks[i] = r.task(out.Tasks[i])
	}
	slices.SortFunc(out.Tasks[:n], compareTasks)
}

// task renames what a task works on, in the fields that its kind uses.
func (r *renaming) task(tk model.TaskSpec) model.TaskSpec {
	switch tk.Kind {
	case model.TaskMemoryFailure:
		if _, raised := tk.Raiser(); raised {
			tk.Proc = r.procs[tk.Proc]
		}
	case model.TaskReadFault, model.TaskWriteFault, model.TaskMunmap, model.TaskExit:
		tk.Proc = r.procs[tk.Proc]
	case model.TaskMmap:
		tk.Proc, tk.File = r.procs[tk.Proc], r.files[tk.File]
	case model.TaskFork:
		tk.Proc, tk.To = r.procs[tk.Proc], r.procs[tk.To]
	case model.TaskTruncate, model.TaskEvict, model.TaskPin, model.TaskWrite:
		tk.File = r.files[tk.File]
	case model.TaskPunch:
		tk.File = r.files[tk.File]
		if tk.Flag {
			tk.To = r.files[tk.To]
		}
	case model.TaskReflink:
		tk.File, tk.To = r.files[tk.File], r.files[tk.To]
	}
	return tk
}

// compareTasks is the order of tasks: by kind, then by what they work on. The
// event comes first.
func compareTasks(a, b model.TaskSpec) int {
	const n = unsafe.Sizeof(a)
	return bytes.Compare((*[n]byte)(unsafe.Pointer(&a))[:], (*[n]byte)(unsafe.Pointer(&b))[:])
}
