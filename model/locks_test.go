package model_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/rmap"
)

// held counts what a task holds of a kind of lock or reference, by the name
// that the step table has for it. freeze has no holder: the one that froze
// is the one that thaws.
var held = map[string]func(s *model.State, task uint8) int{
	"mf_mutex":        func(s *model.State, task uint8) int { return count(task, s.MfMutex) },
	"s_umount":        func(s *model.State, task uint8) int { return count(task, s.Mount[0].Umount, s.Mount[1].Umount) },
	"freeze":          func(s *model.State, _ uint8) int { return int(s.Mount[0].Frozen + s.Mount[1].Frozen) },
	"pagefault":       func(s *model.State, task uint8) int { return shares(task, s.Mount[0].Writers, s.Mount[1].Writers) },
	"inode":           func(s *model.State, task uint8) int { return shares(task, s.Igrabs[:]...) },
	"IOLOCK":          func(s *model.State, task uint8) int { return shares(task, s.Iolock[:]...) },
	"invalidate_lock": func(s *model.State, task uint8) int { return shares(task, s.Mmaplock[:]...) },
	"ILOCK":           func(s *model.State, task uint8) int { return shares(task, s.Ilock[:]...) },
	"i_mmap":          func(s *model.State, task uint8) int { return shares(task, s.IMmap[:]...) },
	"anon_vma":        func(s *model.State, task uint8) int { return shares(task, s.AnonVMA[:]...) },
	"mmap_lock":       func(s *model.State, task uint8) int { return shares(task, s.MmapLock[:]...) },
	"AGF":             func(s *model.State, task uint8) int { return count(task, s.AGF[:]...) },
	"srcu":            func(s *model.State, task uint8) int { return shares(task, s.Srcu) },
	"pgmap": func(s *model.State, task uint8) (n int) {
		for _, d := range s.Dev {
			n += shares(task, d.Pgmap)
		}
		return n
	},
	"folio": func(s *model.State, task uint8) (n int) {
		for _, d := range s.Dram {
			n += count(task, d.Lock)
		}
		return n
	},
	"entry": func(s *model.State, task uint8) (n int) {
		for f := range s.Entry {
			for _, e := range s.Entry[f] {
				n += count(task, e.Lock)
			}
		}
		return n
	},
}

// count counts the locks whose holder is the task.
func count(task uint8, locks ...uint8) (n int) {
	for _, l := range locks {
		if l == task+1 {
			n++
		}
	}
	return n
}

// shares counts the sets of tasks that the task is in.
func shares(task uint8, sets ...uint8) (n int) {
	for _, set := range sets {
		if set>>task&1 != 0 {
			n++
		}
	}
	return n
}

var lockNames = slices.Sorted(maps.Keys(held))

// taken is what a step took and dropped, as the step table writes it.
func taken(before, after *model.State, task uint8) (list []string) {
	for _, name := range lockNames {
		switch n := held[name](after, task) - held[name](before, task); {
		case n > 0:
			list = append(list, "+"+name)
		case n < 0:
			list = append(list, "-"+name)
		}
	}
	return list
}

// A step takes and drops no lock but those of its row.
func TestStepsTakeTheLocksTheyName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTrials(t, designs, func(tr *trial) {
			tr.steps(func(_ int, st model.Step, a model.Action, before, after *model.State) {
				for _, lock := range taken(before, after, a.Task) {
					if !slices.Contains(strings.Fields(st.Info().Locks), lock) {
						t.Fatalf("%v: %s, the step table has %q", st, lock, st.Info().Locks)
					}
				}
			})
		})
	})
}

// leftover is what a task has that has ended.
func leftover(s *model.State, task uint8) string {
	for _, name := range lockNames {
		if name != "freeze" && held[name](s, task) != 0 {
			return name
		}
	}
	if _, ok := s.At(task); !ok && s.Tasks[task].Wait|s.Tasks[task].Held != 0 {
		return "a place in a queue"
	}
	return ""
}

// A task that has ended holds no lock and no reference.
func TestTasksEndWithNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTrials(t, []design.Design{{}}, func(tr *trial) {
			tr.steps(func(_ int, st model.Step, a model.Action, _, after *model.State) {
				if _, ok := after.At(a.Task); ok {
					return
				}
				if what := leftover(after, a.Task); what != "" {
					t.Fatalf("task %d ends after %v and holds: %s", a.Task, st, what)
				}
			})
		})
	})
}

// transaction reports whether a task may be in the middle of one: between its
// steps the block maps and the reverse map need not agree.
func transaction(s *model.State) bool {
	for _, l := range s.Ilock {
		if l&0x80 != 0 {
			return true
		}
	}
	return s.AGF != [model.MaxGroups]uint8{}
}

func inconsistency(m *model.Machine, s *model.State) error {
	static := m.StaticRecords()
	return rmap.Consistent(&s.Rmap, &s.Data, &s.Cow, static[:], &s.Ref, m.GroupStarts())
}

// Outside transactions the block maps, the reverse map and the reference
// counts agree, in the reference design and in those that have a name.
func TestBlockMapsAgreeWithTheReverseMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTrials(t, named, func(tr *trial) {
			for i := range tr.states {
				if transaction(&tr.states[i]) {
					continue
				}
				if err := inconsistency(tr.m, &tr.states[i]); err != nil {
					t.Fatalf("%v", err)
				}
			}
		})
	})
}

// Main memory in use is referred to, by a page table or by a mapping, and
// what refers to main memory finds it in use.
func TestMainMemoryIsReferredTo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTrials(t, designs, func(tr *trial) {
			for i := range tr.states {
				if err := dramError(&tr.states[i]); err != "" {
					t.Fatal(err)
				}
			}
		})
	})
}

func dramError(s *model.State) string {
	var refs [16]int
	for p := range s.PTE {
		for _, e := range s.PTE[p] {
			if e.Present() {
				refs[e.Page()]++
			}
		}
	}
	for f := range s.Entry {
		for _, e := range s.Entry[f] {
			if e.Page != 0 {
				refs[e.Of()]++
			}
		}
	}
	for i, d := range s.Dram {
		p := len(s.Assoc) + i
		if used := d.Kind() != 0; used != (refs[p] > 0) && d.Lock == 0 {
			return fmt.Sprintf("page %d: in use is %v, with %d references", p, used, refs[p])
		}
	}
	return ""
}
