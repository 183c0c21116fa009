package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
)

// An Obs is what one step shows to the outside: to processes, to callers, to
// the log. It is not part of the State.
type Obs struct {
	Flags ObsFlags
	Rc    mm.Errno    // of ObsReturned
	FS    uint8       // of ObsCallback, ObsCallbackEnd, CallGet and CallPut
	Proc  uint8       // of ObsSignal, ObsLost and ObsRefused
	VA    uint8       // of ObsSignal and ObsRefused: va page of si_addr
	Lsb   uint8       // of ObsSignal: log2 pages
	Code  mm.Code     // of ObsSignal and ObsRefused
	Tid   uint8       // of ObsSignal: thread of Proc
	Freed Freed       // of ObsTouched
	Call  Call        // of ObsCalled and ObsCallDone
	Saw   uint8       // of ObsCallDone: the holder that a notify saw, mount+1
	Slots uint8       // of calls on holder slots: which, a bit each
	Dev   uint8       // of CallKill and CallNotify
	Rec   rmap.Record // of calls on the reverse map and of ObsFound
	Gone  FileRange   // of ObsReported
}

// ObsFlags say which things happened in a step.
type ObsFlags uint16

// What can happen in a step.
const (
	ObsRaised      ObsFlags = 1 << iota // an event began
	ObsReturned                         // an event ended
	ObsSignal                           // a signal was sent
	ObsCallback                         // a filesystem callback began to use the mount
	ObsCallbackEnd                      // and ended
	ObsTouched                          // freed memory was used
	ObsOverrun                          // a kill range went on past the record
	ObsRemoved                          // kill_dax returned
	ObsAGFError                         // an injected read error was met in group Saw
	ObsCalled                           // a call on a holder slot, or on the reverse map, began
	ObsCallDone                         // and returned
	ObsFound                            // a query met record Rec
	ObsRefused                          // a fault on poison ended in SIGBUS
	ObsLost                             // a signal to Proc was lost: one is pending
	ObsReported                         // userspace was told that the data of Gone is lost
	ObsStarved                          // there was no memory to note a process
)

// A FileRange is pages of a file.
type FileRange struct{ File, Idx, Cnt uint8 }

// A Freed is a kind of freed memory.
type Freed uint8

// What can be used after it was freed.
const (
	FreedMount  Freed = iota + 1
	FreedHolder       // holder_ops without a holder: mp is NULL
	FreedGroup        // xfs_perag_get finds none: pag is NULL
	FreedInode
	FreedVMA
	FreedToKill
	FreedMapping  // page->mapping of a shared page: not a pointer
	FreedPage     // struct page of a removed device
	FreedPgmapOps // of a driver that has none
	FreedBlock    // a block, through a page that is pinned
	FreedTask
	FreedReference // of a group: one too few, or too many
)

// String is what a report says of it.
func (f Freed) String() string {
	return [...]string{
		"", "struct xfs_mount", "holder (NULL)", "struct xfs_perag (NULL)", "struct inode",
		"struct vm_area_struct", "struct to_kill", "page->mapping (a flag)", "struct page", "pgmap->ops (NULL)",
		"block",
		"struct task_struct",
		"XFS_IS_CORRUPT: xg_ref is not 0",
	}[f]
}

// A Call is an operation on a holder slot or on the reverse map.
type Call uint8

// The operations on a holder slot.
const (
	CallGet Call = iota + 1
	CallPut
	CallKill
	CallNotify
)

// The operations on the reverse map. Rec is one block and whose it becomes,
// or was; of a query that returns, the blocks that were asked for, none when
// it gave up.
const (
	CallMap Call = CallNotify + 1 + iota
	CallUnmap
	CallConvert // from an unwritten extent
	CallRemap   // from a CoW staging extent
	CallQuery
)

// ctx is one step being probed or taken.
type ctx struct {
	m      *Machine
	s      *State
	t      *Task
	o      *Obs
	id     uint8
	bit    uint8 // of the task in sets of tasks
	branch uint8

	unlocked bool // the step takes no lock (Machine.WithoutLock)
	probe    bool
	blocked  bool
	branches uint8
}

func (c *ctx) is(ch design.Choice, v design.Value) bool { return c.m.Design[ch] == v }

// spec is what the task is to do.
func (c *ctx) spec() *TaskSpec { return &c.m.Scenario.Tasks[c.id] }

// wait is the guard of a step: the step is enabled only when ok. Nothing of
// the step after a guard runs while it is probed.
func (c *ctx) wait(ok bool) bool {
	if c.probe {
		c.blocked = !ok
		return false
	}
	return true
}

// choose is the branch point of a step with n outcomes.
func (c *ctx) choose(n uint8) bool {
	if c.probe {
		c.branches = n
		return false
	}
	return true
}

// mayFail is the branch point of a step that can fail by injection, in branch 1,
// if can; one that cannot has one outcome.
func (c *ctx) mayFail(can bool) bool {
	if !can {
		return c.choose(1)
	}
	return c.choose(1 + min(c.s.Budget, 1))
}

// RWExcl is the bit of a writer: a rwlock is a byte, with a bit for each task
// that holds it.
const RWExcl = 0x80

// lock takes a rwlock, when the design takes it at all.
func (c *ctx) lock(taken bool, l *uint8, excl bool) bool {
	taken = taken && !c.unlocked
	free := *l == 0 || !excl && *l&RWExcl == 0
	if !c.wait(free || !taken) {
		return false
	}
	if taken {
		*l |= c.bit
		if excl {
			*l |= RWExcl
		}
	}
	return true
}

// unlock drops what the task holds of the rwlock.
func (c *ctx) unlock(l *uint8) {
	*l &^= c.bit
	if *l&^RWExcl == 0 {
		*l = 0
	}
}

// mutex takes a sleeping lock that one task can hold.
func (c *ctx) mutex(taken bool, l *uint8) bool {
	if !c.wait(c.free(*l) || !taken) {
		return false
	}
	if taken {
		c.hold(l)
	}
	return true
}

// free reports whether nobody has the lock, or the step takes none.
func (c *ctx) free(l uint8) bool { return l == 0 || c.unlocked }

// hold makes the task the holder of a mutex that is free.
func (c *ctx) hold(l *uint8) {
	if !c.unlocked {
		*l = c.id + 1
	}
}

// refer puts the task among those that have a reference.
func (c *ctx) refer(refs *uint8) {
	if !c.unlocked {
		*refs |= c.bit
	}
}

// release drops a mutex if the task holds it.
func (c *ctx) release(l *uint8) {
	if *l == c.id+1 {
		*l = 0
	}
}

// next is the step that the running routine takes next.
func (c *ctx) next(st Step) { c.t.Stack[c.t.Depth-1] = st }

// call pushes a frame: the routine goes on at resume when it returns.
func (c *ctx) call(resume, callee Step) {
	c.next(resume)
	c.t.Stack[c.t.Depth] = callee
	c.t.Depth++
}

// ret pops the frame.
func (c *ctx) ret(rc mm.Errno) {
	c.t.Depth--
	c.t.Stack[c.t.Depth] = 0
	c.t.Rc = rc
}

// finish ends the task.
func (c *ctx) finish() { *c.t = Task{Phase: taskDone} }

// called reports that a call begins, or with ObsCallDone that it returns, or
// both.
func (c *ctx) called(flags ObsFlags, call Call) {
	c.o.Flags |= flags
	c.o.Call = call
}

// calledOn is called for a call on the reverse map of one block.
func (c *ctx) calledOn(flags ObsFlags, call Call, b uint8, owner rmap.Owner, offFlags uint8) {
	c.called(flags, call)
	c.o.Rec = rmap.Record{Start: rmap.Block(b), Len: 1, Owner: owner, OffFlags: offFlags}
}

// calledSlots is called for a call of a mount on its holder slots.
func (c *ctx) calledSlots(flags ObsFlags, call Call, fs uint8, slots []uint8) {
	c.called(flags, call)
	c.o.FS = fs
	for _, slot := range slots {
		c.o.Slots |= 1 << slot
	}
}

// found reports a record that a query of the reverse map met.
func (c *ctx) found(rec rmap.Record) {
	c.o.Flags |= ObsFound
	c.o.Rec = rec
}

// answered reports that a query of blocks lo to hi met no other record.
func (c *ctx) answered(lo, hi rmap.Block) {
	c.called(ObsCallDone, CallQuery)
	c.o.Rec = rmap.Record{Start: lo, Len: uint8(hi-lo) + 1}
}

// touch reports the use of freed memory.
func (c *ctx) touch(bad bool, f Freed) {
	if bad {
		c.o.Flags |= ObsTouched
		c.o.Freed = f
	}
}

// Enabled appends the actions that s allows, by task and branch.
func (m *Machine) Enabled(s *State, buf []Action) []Action {
	for i := range uint8(m.tasks) {
		for b := range m.outcomes(s, i) {
			buf = append(buf, Action{Task: i, Branch: b})
		}
	}
	return buf
}

// outcomes is the number of branches of the task's next step: 0 when it is
// not enabled.
func (m *Machine) outcomes(s *State, task uint8) uint8 {
	t := &s.Tasks[task]
	if t.Phase == taskDone {
		return 0
	}
	st := t.Stack[t.Depth-1]
	row := &steps[st]
	if !row.waits && !row.branches {
		return 1
	}
	c := ctx{m: m, s: s, t: t, id: task, bit: 1 << task, probe: true, branches: 1, unlocked: st == m.unlocked}
	c.step(row.routine)
	if c.blocked {
		return 0
	}
	return c.branches
}

// Apply takes the action.
func (m *Machine) Apply(s *State, a Action) {
	var o Obs
	m.Step(s, a, &o)
}

// Step takes the action, which must be enabled, and says what it showed.
func (m *Machine) Step(s *State, a Action, o *Obs) {
	t := &s.Tasks[a.Task]
	t.Phase = taskRunning
	st := t.Stack[t.Depth-1]
	c := ctx{m: m, s: s, t: t, o: o, id: a.Task, bit: 1 << a.Task, branch: a.Branch, unlocked: st == m.unlocked}
	c.step(steps[st].routine)
}

// At is the step that the task takes next; ok is false when it has ended.
func (s *State) At(task uint8) (st Step, ok bool) {
	t := &s.Tasks[task]
	if t.Phase == taskDone || t.Depth == 0 {
		return 0, false
	}
	return t.Stack[t.Depth-1], true
}

// Begun reports a task that has taken a step and not ended.
func (s *State) Begun(task uint8) bool { return s.Tasks[task].Phase == taskRunning }

// pageBits is the set of pages [p, p+n).
func pageBits(p device.Page, n uint8) uint16 { return uint16((1<<n - 1) << p) }
