// Package model is the notification protocol as kernel code runs it: a State
// that is a plain value, a Machine of everything that does not change in a
// run, and tasks whose routines are kernel functions, one atomic step per
// case.
package model

import (
	"github.com/notifycheck/notifycheck/model/addrspace"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// Bounds of a scenario. They are constants so that State is a plain value.
const (
	MaxFiles     = rmap.MaxFiles
	MaxFilePages = rmap.MaxFilePages
	MaxBlocks    = rmap.MaxBlocks
	MaxTasks     = 4
	MaxDepth     = 10
	MaxGroups    = 4 // 0 and 1: data, 2: realtime, 3: the second filesystem
	MaxFS        = 2
	MaxSlots     = 4
	MaxOwners    = 9 // inode records of one group that one event can meet
)

// A State is everything that changes in a run. It is comparable, has no
// padding, and assigning it clones it.
type State struct {
	HWPoison  uint16 // PageHWPoison, a bit a page
	Poisoned  uint16 // reported as bad: reading the page is a machine check
	Simulated uint16 // of those, only injected by software: reading works
	Badblocks uint16 // badblocks of the pmem devices, a bit a page
	Reflink   uint16 // XFS_DIFLAG2_REFLINK, a bit a file
	PastEOF   uint16 // file pages that a truncation left beyond i_size, a bit each
	Mount     [MaxFS]superblock.Mount
	Tasks     [MaxTasks]Task

	Rmap  rmap.Tree
	Data  [MaxFiles]rmap.Fork
	Cow   [MaxFiles]rmap.Fork
	Ref   rmap.Refcount
	Entry [MaxFiles][MaxFilePages]addrspace.Entry
	Assoc [device.DevPages]addrspace.Assoc

	VMA   [mm.Procs][mm.VMAs]mm.VMA
	PTE   [mm.Procs][mm.VA]mm.PTE
	Alive uint8 // processes on the task list, a bit each

	Slot   [MaxSlots]device.Slot
	Incore [MaxFiles]superblock.Incore
	Igrabs [MaxFiles]uint8 // references that events hold on inodes, a bit a task
	Dev    [device.Devs]device.Dev
	Dram   [device.DRAMPages]mm.Dram

	Pins       [MaxTasks]uint8 // file page that the task has pinned, +1
	MfMutex    uint8           // task+1
	Srcu       uint8           // readers of dax_srcu, one of the whole system (DEFINE_STATIC_SRCU), a bit a task
	NumPoison  uint8           // HardwareCorrupted, in pages
	Sigpending uint8           // processes with a SIGBUS that they have not handled, a bit each
	Budget     uint8           // injected failures left
	Fifo       uint8           // task+1 of the event in the kfifo of memory_failure_queue, which has room for one
	Worker     uint8           // task+1 of the event that memory_failure_work_func is at
	Iolock     [MaxFiles]uint8
	Mmaplock   [MaxFiles]uint8 // invalidate_lock
	Ilock      [MaxFiles]uint8
	IMmap      [MaxFiles]uint8           // i_mmap_rwsem
	AnonVMA    [mm.Procs * mm.VMAs]uint8 // anon_vma->root->rwsem of a VMA and what was forked from it
	MmapLock   [mm.Procs]uint8           // mmap_lock
	AGF        [MaxGroups]uint8          // AGF buffer, or the realtime rmap lock: task+1
}

// A Frame is an entry of a call stack: a routine and its pc, as the index of
// the step in the step table.
type Frame = Step

// Phases of a task.
const (
	taskWaiting uint8 = iota // has not begun
	taskRunning
	taskDone
)

// A Task is one kernel thread of control: its call stack, and one scratch
// for the locals of its routines.
type Task struct {
	Stack [MaxDepth]Frame
	Depth uint8
	Phase uint8
	Wait  uint8    // DAX entry waited for, +1; WaitWoken
	Rc    mm.Errno // of the routine that returned last

	Page    device.Page // first page of the event
	Pages   uint8       // of the event
	Flags   uint8       // mm.ActionRequired, mm.PreRemove
	FS      uint8
	Slot    uint8
	Off     uint8 // pages, relative to the layer that runs
	Len     uint8 // pages; wholeDevice
	Upper   uint8 // which device above; which page of the event
	Gno     uint8
	GnoLast uint8
	Want    uint8    // want*
	Err     mm.Errno // first error of the walk
	Merged  mm.Errno // of the devices above
	Key     rmap.Record
	List    [MaxOwners]uint8 // owners collected under the group lock
	NList   uint8
	IList   uint8

	File   uint8
	Idx    uint8
	Cnt    uint8
	Held   uint8                     // DAX entry held, +1
	At     device.Page               // page of the entry at hand
	Found  uint8                     // process and VMA that the collection is at
	ToKill uint8                     // collected VMAs, a bit each
	Addr   [mm.Procs * mm.VMAs]uint8 // si_addr of the collected
	Local  uint8                     // a flag or counter of the routine that runs
	Block  uint8
	New    uint8
}

const (
	// WaitWoken is set in Task.Wait when the task is woken.
	WaitWoken   = 0x80
	wholeDevice = 0xFF
)

// Bits of Task.Flags beside the mf_flags.
const (
	flagAccessing = 0x20 // kill_accessing_process, which walks no tasks
	flagUnclaimed = 0x40 // a device above has no handler
	flagStale     = 0x80 // freed to_kill entries are still linked
)

// Design is the vector of choices of the machine.
type Design = design.Design
