package counterexamples

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
)

// A kind of lock says how its byte of a State names its holders.
type lockKind uint8

const (
	mutexLock lockKind = iota // task+1
	setLock                   // a bit a task
	rwLock                    // the same, and model.RWExcl for a writer
	flagLock                  // held, by nobody in particular
)

// A lock is one lock of a State.
type lock struct {
	class string
	name  string // with what it locks
	kind  lockKind
	at    func(*model.State) *uint8
}

// holders is the set of tasks that hold the lock, a bit each.
func (l *lock) holders(s *model.State) uint8 {
	v := *l.at(s)
	switch {
	case v == 0 || l.kind == flagLock:
		return 0
	case l.kind == mutexLock:
		return 1 << (v - 1)
	}
	return v &^ model.RWExcl
}

// holds reports whether the task holds the lock, and only to read.
func (l *lock) holds(s *model.State, task uint8) (held, shared bool) {
	held = l.holders(s)>>task&1 != 0
	return held, held && l.kind == rwLock && *l.at(s)&model.RWExcl == 0
}

// locks are all locks of a State.
var locks = allLocks()

func allLocks() []lock {
	all := []lock{
		{"mf_mutex", "mf_mutex", mutexLock, func(s *model.State) *uint8 { return &s.MfMutex }},
		{"dax_srcu", "dax_srcu", setLock, func(s *model.State) *uint8 { return &s.Srcu }},
	}
	add := func(class, of string, kind lockKind, at func(*model.State) *uint8) {
		all = append(all, lock{class, class + " " + of, kind, at})
	}
	for g, of := range [model.MaxGroups]string{"0", "1", "of rt", "0 of " + fsName(1)} {
		add("AGF", of, mutexLock, func(s *model.State) *uint8 { return &s.AGF[g] })
	}
	for f := range model.MaxFiles {
		of := fileName(uint8(f))
		add("IOLOCK", of, rwLock, func(s *model.State) *uint8 { return &s.Iolock[f] })
		add("MMAPLOCK", of, rwLock, func(s *model.State) *uint8 { return &s.Mmaplock[f] })
		add("ILOCK", of, rwLock, func(s *model.State) *uint8 { return &s.Ilock[f] })
		add("i_mmap", of, rwLock, func(s *model.State) *uint8 { return &s.IMmap[f] })
		add("inode", of, setLock, func(s *model.State) *uint8 { return &s.Igrabs[f] })
		for i := range model.MaxFilePages {
			add("entry", pageName(uint8(f), uint8(i)), mutexLock, func(s *model.State) *uint8 { return &s.Entry[f][i].Lock })
		}
	}
	for p := range mm.Procs {
		for slot := range mm.VMAs {
			add("anon_vma", vmaName(uint8(p), uint8(slot)), rwLock, func(s *model.State) *uint8 { return &s.AnonVMA[p*mm.VMAs+slot] })
		}
		add("mmap_lock", procName(uint8(p)), rwLock, func(s *model.State) *uint8 { return &s.MmapLock[p] })
	}
	for fs := range model.MaxFS {
		of := fsName(uint8(fs))
		add("s_umount", of, mutexLock, func(s *model.State) *uint8 { return &s.Mount[fs].Umount })
		add("freeze", of, flagLock, func(s *model.State) *uint8 { return &s.Mount[fs].Frozen })
		add("pagefault", of, setLock, func(s *model.State) *uint8 { return &s.Mount[fs].Writers })
	}
	for d := range device.Devs {
		of := devName(uint8(d))
		add("pgmap", of, setLock, func(s *model.State) *uint8 { return &s.Dev[d].Pgmap })
	}
	for p := range device.DRAMPages {
		add("folio", pfnName(device.Page(device.DevPages+p)), mutexLock, func(s *model.State) *uint8 { return &s.Dram[p].Lock })
	}
	return all
}

// lockChanges is what the task took and dropped between two states.
func lockChanges(before, after *model.State, task uint8) []string {
	var changes []string
	for i := range locks {
		l := &locks[i]
		was, _ := l.holds(before, task)
		is, shared := l.holds(after, task)
		switch {
		case is && !was && shared:
			changes = append(changes, "+"+l.name+" shared")
		case is && !was:
			changes = append(changes, "+"+l.name)
		case was && !is:
			changes = append(changes, "-"+l.name)
		}
	}
	return changes
}

// held is what the task holds.
func held(s *model.State, task uint8) []string {
	var names []string
	for i := range locks {
		if h, _ := locks[i].holds(s, task); h {
			names = append(names, locks[i].name)
		}
	}
	return names
}

// blocked reports whether the task cannot go on, and the locks that it waits
// for; none when it waits for something else. A lock counts as waited for
// when the task could go on if nobody had it: first of each alone, then of
// all of one class.
func blocked(m *model.Machine, s *model.State, task uint8) (waits []*lock, is bool) {
	if _, alive := s.At(task); !alive || enabled(m, s, task) {
		return nil, false
	}
	if id := s.Tasks[task].Wait; id != 0 {
		entry := s.Entry[(id-1)/model.MaxFilePages][:]
		at := &entry[(id-1)%model.MaxFilePages].Lock
		return pick(func(l *lock) bool { return l.at(s) == at }), true
	}
	taken := pick(func(l *lock) bool { return *l.at(s) != 0 })
	for _, l := range taken {
		if free(m, s, task, l) {
			waits = append(waits, l)
		}
	}
	if len(waits) > 0 {
		return waits, true
	}
	for i, l := range taken {
		var class []*lock
		for _, other := range taken[i:] {
			if other.class == l.class {
				class = append(class, other)
			}
		}
		if len(class) > 1 && free(m, s, task, class...) {
			return class, true
		}
	}
	return nil, true
}

func pick(want func(*lock) bool) []*lock {
	var some []*lock
	for i := range locks {
		if want(&locks[i]) {
			some = append(some, &locks[i])
		}
	}
	return some
}

func enabled(m *model.Machine, s *model.State, task uint8) bool {
	return slices.ContainsFunc(m.Enabled(s, nil), func(a model.Action) bool { return a.Task == task })
}

// free reports whether the task could go on without these locks.
func free(m *model.Machine, s *model.State, task uint8, without ...*lock) bool {
	s2 := *s
	for _, l := range without {
		*l.at(&s2) = 0
	}
	return enabled(m, &s2, task)
}

// Waits says what keeps a task from going on, as "lock AGF 0 is held by
// CPU1"; it is empty for a task that can, or that has ended.
func Waits(m *model.Machine, s *model.State, task uint8) string {
	waits, is := blocked(m, s, task)
	if !is {
		return ""
	}
	reasons := make([]string, len(waits))
	for i, l := range waits {
		reasons[i] = l.heldBy(s)
	}
	if len(reasons) > 0 {
		return strings.Join(reasons, "; ")
	}
	return otherWait(s, task)
}

func (l *lock) heldBy(s *model.State) string {
	if l.kind == flagLock {
		return l.name + " is in force"
	}
	tasks := taskList(l.holders(s))
	if len(tasks) == 0 {
		return "lock " + l.name + " is free, but nobody wakes the waiter"
	}
	return "lock " + l.name + " is held by " + strings.Join(tasks, ", ")
}

// taskList lists a set of tasks.
func taskList(set uint8) []string {
	var names []string
	for ; set != 0; set &= set - 1 {
		names = append(names, taskName(uint8(bits.TrailingZeros8(set))))
	}
	return names
}

// otherWait is what a task waits for that waits for no lock.
func otherWait(s *model.State, task uint8) string {
	st, _ := s.At(task)
	switch {
	case st == oopsed:
		return "the task is dead, with the locks that it held"
	case !s.Begun(task):
		return fmt.Sprintf("the task cannot begin: %s", st.Info().Doc)
	}
	return st.Info().Doc
}

// oopsed is the step of a task that is dead.
var oopsed = model.MustStep("oopsed")

// Deadlock describes the tasks that are stuck: "CPU0 holds AGF 0, waits for
// entry f1:0; CPU1 ...". It is empty when some task that has begun can go on.
func Deadlock(m *model.Machine, s *model.State) string {
	var stuck []string
	for task := range uint8(m.Scenario.TaskCount()) {
		if !s.Begun(task) {
			continue
		}
		waits, is := blocked(m, s, task)
		if !is {
			return ""
		}
		does := "waits for " + waitsFor(s, task, waits)
		if st, _ := s.At(task); st == oopsed {
			does = "is dead"
		}
		if has := held(s, task); len(has) > 0 {
			does = "holds " + strings.Join(has, ", ") + ", " + does
		}
		stuck = append(stuck, taskName(task)+" "+does)
	}
	return strings.Join(stuck, "; ")
}

// waitsFor names what a blocked task waits for, without the holders.
func waitsFor(s *model.State, task uint8, waits []*lock) string {
	if len(waits) == 0 {
		return otherWait(s, task)
	}
	names := make([]string, len(waits))
	for i, l := range waits {
		names[i] = l.name
	}
	return strings.Join(names, ", ")
}
