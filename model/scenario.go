package model

import (
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// A Stack is what lies between the pmem device and the filesystem.
type Stack uint8

// The block stacks.
const (
	StackPlain     Stack = iota // the filesystem on the whole device
	StackPartition              // on a partition
	StackLinear                 // on dm-linear with two targets, in swapped order
	StackSnapshot               // on dm with two LBAs that share one device block
	StackRaid1                  // on md raid1 with two legs; not DAX
)

// A FSType is a kind of filesystem.
type FSType uint8

// The kinds of filesystem.
const (
	FSXFS  FSType = iota // takes part in the protocol
	FSExt4               // DAX without reflink, reverse map or holder
)

// A Second is what else is mounted, or can be, beside the filesystem.
type Second uint8

// The second filesystem.
const (
	SecondNone    Second = iota
	SecondExt4           // on a second partition
	SecondXFS            // on a second partition
	SecondRemount        // the same block device, mounted again
)

// Where the realtime section or the log lies.
const (
	SectionNone     = 0 // no realtime section; a log inside the data device
	SectionExternal = 1 // a device of its own
	SectionInternal = 2 // realtime blocks after the data blocks
)

// Block and page numbers, and how many of them a scenario can have. Data blocks
// and the pages of device 0, which has the data, come first.
const (
	MaxDataBlocks    = 8
	FirstRTBlock     = 8 // first block of the realtime section
	RTBlocks         = 2
	FirstSecondBlock = 12 // first block of the second filesystem
	SecondBlocks     = 3
	Dev1Page         = 8 // first page of device 1: the log, or the second leg of a raid1
	LogPages         = 2
	MaxLegPages      = 4
	Dev2Page         = 10 // first page of device 2: realtime, or a device-dax
	MaxMetadata      = 3
	MaxDataGroups    = 2
	groupRT          = 2
	groupSecond      = 3
	slotSecond       = 1
	slotLog          = 2
	slotRT           = 3
	noBlock          = 0xFF
	MaxSharing       = 3 // file pages that share a block
)

// Geometry is the shape of devices and filesystems.
type Geometry struct {
	Stack       Stack
	PartOff     uint8 // pages before the partition
	DevicePages uint8 // of the data device
	Blocks      uint8 // of the data section of the filesystem
	AGBlocks    uint8 // blocks a group; 3 leaves a gap in the block numbers
	Log         uint8 // SectionNone or SectionExternal
	RT          uint8 // Section*
	Second      Second
	Type        FSType
	NoRmapbt    bool
	NoReflink   bool
	NoDAX       bool  // dax=never: the page cache
	DaxInode    bool  // dax=inode: the files have FS_XFLAG_DAX
	Huge        bool  // faults map two pages at once where they can
	SharedCache bool  // files that share a block share its page cache page
	FirstRange  uint8 // pages of the first of two ranges of the data device; 0: it is one range
	DeviceDAX   bool  // device 2 is a device-dax: nobody has it, and its pgmap has no operations
	Metadata    [MaxMetadata]Metadata
}

// HasPage reports whether the page is one of a device that there is, or of main
// memory.
func (g *Geometry) HasPage(p device.Page) bool {
	switch {
	case p < Dev1Page:
		return p < device.Page(g.DevicePages)
	case p >= device.DevPages:
		return p < device.Pages
	case g.Stack == StackRaid1:
		return p < Dev1Page+device.Page(g.Blocks)
	case p < Dev2Page:
		return g.Log == SectionExternal
	}
	return g.RT == SectionExternal || g.DeviceDAX
}

// DevOf is the device that a page belongs to.
func (g *Geometry) DevOf(p device.Page) uint8 {
	switch {
	case p < Dev1Page:
		return 0
	case g.Stack == StackRaid1 || p < Dev2Page:
		return 1
	}
	return 2
}

// Metadata is a block that holds metadata of the filesystem, besides the
// header of each group.
type Metadata struct {
	Kind  MetaKind
	Block uint8
	File  uint8 // owner of an attribute fork or bmbt block
}

// A MetaKind is a kind of metadata block.
type MetaKind uint8

// The kinds of metadata block.
const (
	MetaNone  MetaKind = iota
	MetaInobt          // XFS_RMAP_OWN_INOBT
	MetaLog            // the internal log: XFS_RMAP_OWN_LOG
	MetaAttr           // attribute fork of a file: XFS_RMAP_ATTR_FORK
	MetaBmbt           // bmap btree of a file: XFS_RMAP_BMBT_BLOCK
)

// A File is an inode and its extents. A file without extents and with
// Present false does not exist.
type File struct {
	Present   bool
	Directory bool // its data fork is metadata
	High      bool // its pages are those from file page HighPage on
	FS        uint8
	Incore    superblock.Incore
	Data      rmap.Fork // block of each page
	Cow       rmap.Fork // CoW staging blocks
	Cached    uint8     // pages with an entry though nobody maps them any more, a bit each
}

// HighPage is a file page whose bytes do not fit in 32 bits.
const HighPage = 1 << 20

// A Map is a VMA that exists when the scenario begins.
type Map struct {
	Len     uint8 // 0: none
	File    uint8
	Pgoff   uint8
	Private bool
	Faulted uint8 // pages with a PTE, a bit each
	Copied  uint8 // pages that are private anonymous copies, a bit each
}

// A Proc is a process.
type Proc struct {
	Alive     bool
	EarlyKill bool // PR_MCE_KILL_EARLY or the sysctl
	// TwoThreads: the first thread has PR_MCE_KILL_LATE, and if the process is
	// early kill it is the second one that asked for it.
	TwoThreads bool
	Maps       [mm.VMAs]Map
}

// A Scenario is everything but the schedule.
type Scenario struct {
	Geometry Geometry
	Files    [MaxFiles]File
	Procs    [mm.Procs]Proc
	Tasks    [MaxTasks]TaskSpec
	Unborn   [MaxFS]bool // not mounted when the scenario begins
	Budget   uint8       // injected failures

	// Weak: a process with a VMA over a failed page is a victim, PTE or not. It
	// is for who judges: nothing here looks at it.
	Weak bool
}

// A TaskKind is a kind of kernel thread.
type TaskKind uint8

// The kinds of task.
const (
	TaskNone TaskKind = iota
	TaskMemoryFailure
	TaskReadFault
	TaskWriteFault
	TaskTruncate
	TaskPunch
	TaskReflink
	TaskMmap
	TaskMunmap
	TaskFork
	TaskExit
	TaskEvict
	TaskMount
	TaskUmount
	TaskUnbind
	TaskLegFailure
	TaskPin    // a page was pinned before, and is being written to
	TaskWrite  // write(2) to part of a file page
	TaskFreeze // a user freezes the filesystem and thaws it
	NumTaskKinds
)

// A Source is how an event was found.
type Source uint8

// The sources of an event.
const (
	SourceScrub    Source = iota // no current: patrol scrub, badblocks, a queue
	SourceConsumed               // the machine check of a process that reads the page
	SourceInjected               // madvise(MADV_HWPOISON) by a process that maps it
	SourceWritten                // hwpoison/corrupt-pfn, written by any process, or by one of no scenario (NoProc)
)

// NoProc is the process of an event that none of the scenario's raised.
const NoProc = mm.Procs

// A TaskSpec is what a task is to do. Fields that the kind has no use for
// are zero.
type TaskSpec struct {
	Kind   TaskKind
	Source Source
	Page   uint8 // memory_failure: the first page
	Pages  uint8 // memory_failure: 1, or up to 3 from a pgmap with nr_pages > 1
	Proc   uint8
	Slot   uint8 // VMA slot of the process
	Index  uint8 // page in the VMA (faults), in the file (others)
	File   uint8
	To     uint8 // the other file: reflink destination, reallocation, fork child
	Len    uint8 // mmap: pages; truncate and punch work to the end, on one page
	FS     uint8 // mount, umount
	Dev    uint8 // unbind, leg failure
	Flag   bool  // punch: reallocate to To; evict: unlinked; mmap: private
	Part   bool  // memory_failure: of the page only the last half of its last sector is reported
	Queued bool  // memory_failure: of a scrubber in an interrupt, by memory_failure_queue of the one CPU
}

// Raiser is the process that raises the event: current in memory_failure.
func (tk *TaskSpec) Raiser() (proc uint8, ok bool) {
	if tk.Kind != TaskMemoryFailure || tk.Source == SourceScrub || tk.Proc == NoProc {
		return NoProc, false
	}
	return tk.Proc, true
}

// Failed is the pages that a memory_failure is about, a bit each; none of another
// kind of task.
func (tk *TaskSpec) Failed() uint16 {
	if tk.Kind != TaskMemoryFailure {
		return 0
	}
	return pageBits(device.Page(tk.Page), max(tk.Pages, 1))
}

// TaskCount counts the tasks of the scenario; they come first.
func (sc *Scenario) TaskCount() int {
	n := 0
	for n < MaxTasks && sc.Tasks[n].Kind != TaskNone {
		n++
	}
	return n
}
