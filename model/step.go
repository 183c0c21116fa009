package model

import (
	"strings"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
)

// A Step names one atomic piece of a routine: an entry of the step table.
type Step uint8

// A Layer is a layer of the protocol.
type Layer uint8

// The layers, bottom up, and the operations that run beside an event.
const (
	LayerMM Layer = iota
	LayerDevice
	LayerBlock
	LayerSuperblock
	LayerRmap
	LayerAddrspace
	LayerOperation
)

// String is the name of the layer's folder.
func (l Layer) String() string {
	return [...]string{"mm", "device", "block", "superblock", "rmap", "addrspace", "operation"}[l]
}

// Bits name the parts of a State that a step reads or writes.
type Bits uint64

// The parts of a State. A step's own task is not among them: it always reads
// and writes that.
const (
	BitHWPoison Bits = 1 << iota
	BitPoisoned
	BitBadblocks
	BitLife // of a mount: life and groups
	BitShutdown
	BitDeferred
	BitFrozen
	BitWriters
	BitUmount
	BitRmap
	BitData
	BitCow
	BitReflink
	BitSize // i_size
	BitRef
	BitEntry
	BitEntryLock
	BitWaiters
	BitAssoc
	BitVMA
	BitPTE
	BitAlive
	BitSlot
	BitIncore
	BitIgrab
	BitSrcu
	BitPgmap
	BitDev // of a device: is it going away?
	BitRemoved
	BitNoPgmap
	BitDram
	BitFolio
	BitMfMutex
	BitNumPoison
	BitSigpending
	BitBudget
	BitIolock
	BitMmaplock
	BitIlock
	BitIMmap
	BitMmapLock
	BitAGF
	BitPins
	BitQueue // memory_failure_queue: what waits and what the worker is at
	BitAnonVMA
)

// StepInfo is a row of the step table.
type StepInfo struct {
	ID       string // routine.step: stable, for schedules
	Layer    Layer
	Func     string // kernel function, merged kernels
	Doc      string // one line of what it does
	Locks    string // "+" takes, "-" drops, "±" takes and drops again
	routine  routine
	waits    bool // can be not enabled
	branches bool // has more than one outcome
	starts   bool // first step of the routine: printed as a call
	Reads    Bits
	Writes   Bits
	Adds     Bits // of both: what it puts in there, or takes out, is its task's own
}

// Info is the row of the step.
func (st Step) Info() *StepInfo { return &steps[st] }

// Takes reports a step that takes a lock or a reference.
func (i *StepInfo) Takes() bool { return strings.ContainsAny(i.Locks, "+±") }

// Branches reports a step that can have two outcomes: the ordinary one, and an
// injected failure.
func (i *StepInfo) Branches() bool { return i.branches }

// String is the step's name in schedules.
func (st Step) String() string { return steps[st].ID }

// StepByID finds a step by its name in schedules.
func StepByID(id string) (st Step, ok bool) {
	for st := Step(1); st < NumSteps; st++ {
		if steps[st].ID == id {
			return st, true
		}
	}
	return 0, false
}

// MustStep is StepByID for a name that stands in the source: it panics when there
// is no such step.
func MustStep(id string) Step {
	st, ok := StepByID(id)
	if !ok {
		panic("model: no step " + id)
	}
	return st
}

// Function is the kernel function of the step in a design: the routes of the
// mail, of the RFC and of the released kernels have names of their own.
func (m *Machine) Function(st Step) string { return FunctionName(m.Design, st) }

// DocOf says what the step does in the design.
func (m *Machine) DocOf(st Step) string {
	if (st == mfLock || st == mfUnlock) && m.is(design.MfMutex, design.MfMutexNone) {
		return "no mf_mutex"
	}
	return steps[st].Doc
}

// FunctionAt is the kernel function of the step that the task takes next, which
// must be there. It is empty when that is the function that called the routine.
func (m *Machine) FunctionAt(s *State, task uint8) string {
	st, _ := s.At(task)
	return m.FunctionIn(s, task, st)
}

// FunctionIn is the kernel function of a step of the task in a state. Some steps
// are those of several functions, which do the same to different things: what a
// fault does under the AGF lock is an allocation or a conversion when the page
// has no written block, a copy that failed is cancelled, and the users of a page
// of main memory are collected and unmapped through the page itself.
func (m *Machine) FunctionIn(s *State, task uint8, st Step) string {
	t := &s.Tasks[task]
	switch {
	case st == fdShared && (s.Data[t.File][t.Idx].Hole() || s.Data[t.File][t.Idx].Unwritten()):
		return "xfs_bmapi_write"
	case st == fdEnd && !t.sharedWrite(): // xfs_read_iomap_ops have no iomap_end
		return m.Function(fdMapped)
	case st == fdCopy && t.privateWrite():
		return "copy_cow_page_dax"
	case st == fdPte && t.privateWrite():
		return "finish_fault"
	case (st == fdPte || st == fdPteLate) && t.sharedWrite() && m.Function(st) == "vmf_insert_mixed":
		return "vmf_insert_mixed_mkwrite"
	case st == ceRemap && t.Rc != mm.OK:
		return "xfs_reflink_cancel_cow_blocks"
	case st == ceUnlock && t.Rc != mm.OK && !s.Cow[t.File][t.Idx].Hole(): // xfs_dax_write_iomap_end cancels only what was not written
		return m.Function(st)
	case (st == ceIlock || st == ceUnlock) && t.Rc != mm.OK:
		return "xfs_reflink_cancel_cow_range"
	case t.Page.DRAM() && (st == gmLock || st == gmUnlock) && t.At == t.Page: // memory_failure has it locked
		return m.Function(gmNext)
	case st == kpUnmap && m.skipsUnmap(t) && m.Function(kpDone) == steps[kpDone].Func:
		return m.Function(kpDone)
	case st == kpDone, st == kpUnmap && m.skipsUnmap(t):
		return ""
	case st != kpKill && t.Page.DRAM() && t.File == noFile && steps[st].routine == rKillPage && s.seenBefore(t):
		return "kill_accessing_process"
	case steps[st].routine == rKillPage && (t.Page.DRAM() || t.Stack[t.Depth-2] == gkUnlock):
		return m.functionOfFolio(st, t)
	}
	return m.Function(st)
}

// functionOfFolio is the function of a step of killPage when the users are
// those of one folio, not of a page of a file.
func (m *Machine) functionOfFolio(st Step, t *Task) string {
	switch st {
	case kpLock, kpFind, kpUnlock:
		return "collect_procs"
	case kpAdd:
		if m.is(design.Names, design.NamesV612) || m.is(design.Names, design.NamesV73) {
			return "add_to_kill_anon_file"
		}
		return "add_to_kill"
	}
	if t.Page.DRAM() && st == kpUnmap {
		return "try_to_unmap"
	}
	return m.Function(st)
}

// Anonymous reports whether the page that the task is at is of no file.
func (s *State) Anonymous(task uint8) bool { return s.Tasks[task].File == noFile }

// AnonFunction is the function that looks for the users of an anonymous page,
// before they are unmapped.
func (s *State) AnonFunction(task uint8) string {
	if s.seenBefore(&s.Tasks[task]) {
		return "kill_accessing_process"
	}
	return "hwpoison_user_mappings"
}

// seenBefore: an event has been here before, and only markers are left.
func (s *State) seenBefore(t *Task) bool {
	return s.Dram[t.At-device.DevPages].Kind() == mm.DramFree && !s.dramUsed(t.At) && s.marked(t.At)
}

// SkipsUnmap reports whether the task comes to where a page is unmapped, and
// leaves that out.
func (m *Machine) SkipsUnmap(s *State, task uint8) bool {
	st, ok := s.At(task)
	return ok && st == kpUnmap && m.skipsUnmap(&s.Tasks[task])
}

// skipsUnmap: nobody was collected whose mapping add_to_kill found, so that
// unmap_and_kill has no size to unmap.
func (m *Machine) skipsUnmap(t *Task) bool {
	if t.Page.DRAM() || !m.is(design.UnmapWhenEmpty, design.UnmapWhenCollected) { // K01
		return false
	}
	for found, addr := range t.Addr {
		if t.ToKill>>found&1 != 0 && addr != noAddress {
			return false
		}
	}
	return true
}

// PastEOF reports a fault on a file page that i_size no longer reaches, which
// ends in SIGBUS before anything is looked up.
func (m *Machine) PastEOF(s *State, task uint8) bool {
	st, ok := s.At(task)
	t := &s.Tasks[task]
	return ok && st == ftMmaplock && s.pastEOF(t.File, t.Idx)
}

// NoBlock reports a fault that reads where the file has no block: it gets the
// zero page, of which the model says that nothing comes of the fault.
func (m *Machine) NoBlock(s *State, task uint8) bool {
	st, ok := s.At(task)
	t := &s.Tasks[task]
	if !ok || st != fdIlock || t.sharedWrite() || s.Mount[m.Scenario.Files[t.File].FS].Shutdown != 0 {
		return false
	}
	e := s.Data[t.File][t.Idx]
	return e.Hole() || e.Unwritten()
}
