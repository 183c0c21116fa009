// Package spec says what a correct notification achieves, over what can be
// observed: who maps what, who owns what, who was told what, what was
// unmapped, what was returned. It knows no step, no lock and no routine of
// the model that it judges.
package spec

// Bounds of what is observed.
const (
	Procs     = 4
	VA        = 8 // va pages a process
	Pages     = 16
	DevPages  = 12 // of Pages, those of dax devices; the others are DRAM
	Files     = 3
	FilePages = 4
	Mounts    = 2
	Devs      = 3
	Tasks     = 4
)

// None is the page of a PTE, of an entry or of a VMA page that has none.
const None = 0xFF

// PageSet is a set of pages, a bit each.
type PageSet uint16

// Has reports whether the page is in the set. None is in no set.
func (s PageSet) Has(p uint8) bool { return s>>p&1 != 0 }

// VASet is a set of va pages of all processes: bit proc*VA + va.
type VASet uint32

// FileSet is a set of file pages: bit file*FilePages + index.
type FileSet uint16

// At is the set of one va page.
func At(proc, va uint8) VASet { return 1 << (proc*VA + va) }

// Life is what a mount is to those who might notify it.
type Life uint8

// The life of a mount.
const (
	NotMounted Life = iota
	Mounting        // before SB_BORN
	Live            // SB_BORN, put_super not begun
	Dying           // put_super has begun
	Gone
)

// A World is one state, as it can be observed.
type World struct {
	PTE      [Procs][VA]uint8 // page that va maps, or None
	Owned    [Procs][VA]uint8 // page of the file page that va is over, no private copy there, or None
	Under    [Procs][VA]uint8 // device page of the block of that file page, or None
	Entry    [Files][FilePages]uint8
	Block    [Files][FilePages]uint8 // page of the block of each file page, or None
	Assoc    [DevPages]Assoc
	HWPoison PageSet
	Locked   PageSet                   // pages over which a DAX entry lock is held
	Private  VASet                     // va pages that hold an anonymous copy
	Marked   VASet                     // va pages where a marker stands for a page that failed
	Huge     VASet                     // va pages mapped as part of a huge mapping
	Shared   PageSet                   // pages that several file pages have
	Recorded [Files][FilePages]PageSet // pages of the block that the reverse map has for the file page, where that can fail
	InCore   uint8                     // files whose inode is in use, a bit each
	Clean    PageSet                   // page cache pages that are not dirty
	Lost     PageSet                   // pages of blocks that no leg of a raid1 has any more
	Stale    PageSet                   // clean page cache pages whose block can no longer be read
	Meta     [Mounts]PageSet
	Mount    [Mounts]Life
	Shutdown [Mounts]bool
	Frozen   [Mounts]bool // by a user
	Removed  [Devs]bool   // kill_dax has returned
	Alive    uint8        // processes, a bit each
	Counted  uint8        // HardwareCorrupted, in pages
}

// An Assoc is what a device page knows of its users.
type Assoc struct {
	Mapping uint8 // file+1, 0 NULL, 0xFF a mark that is no file
	Index   uint8
	Share   uint8
}

// A Fixed is what does not change in a run.
type Fixed struct {
	FSPages   [Mounts]PageSet // pages that belong to the filesystem
	DevPages  [Devs]PageSet
	EarlyKill uint8 // processes, a bit each
	Threads   uint8 // processes of which the second thread is the one that is early kill
	FileFS    [Files]uint8
	Directory FileSet // pages of directories
	Weak      bool    // owed is who has a VMA over an owner, PTE or not
}

// A Code is how a process was told.
type Code uint8

// How a process can be told.
const (
	AO     Code = iota + 1 // BUS_MCEERR_AO
	AR                     // BUS_MCEERR_AR
	Kill                   // SIGKILL
	ADRERR                 // BUS_ADRERR
)

// A Fact is what one step showed, besides the World after it.
type Fact struct {
	Task     uint8
	Event    bool // the task notifies: it is an event, or replays one
	Raised   bool // an event begins: Of describes it
	Returned bool // and ends, with Rc
	Signal   bool // Sig was sent
	Reported bool // userspace was told that the data of Gone is lost
	Refused  bool // an access of the process met poison, and ended in Sig
	Touched  bool // freed memory was used
	Overrun  bool // a kill range went on past the record
	Removed  bool // kill_dax returned
	Begun    bool // a callback began to use mount FS
	Ended    bool // and ended
	FS       uint8
	Rc       int8    // errno, of which -128 is -EHWPOISON
	Starved  bool    // there was no memory to note a process, which the log says
	Waits    bool    // the task waits for a DAX entry
	Excused  PageSet // owners that an injected error makes unknown
	Of       Raised
	Sig      Signal
	Gone     FileSet
}

// An End is what the spec has to know of the tasks in a state that a run ends
// in, or stays round for ever. Only those that have begun and have not ended
// count.
type End struct {
	Stuck    bool // there is one
	Teardown bool // one is an unmount or an unbind
	Asleep   bool // one sleeps until a DAX entry is unlocked, and nobody holds that
	Ran      int  // tasks that took a step, also those that have ended
}

// Raised describes an event.
type Raised struct {
	Pages    PageSet
	Current  uint8 // process whose mm is current's, or None
	Consumed bool  // current has read the page, and runs the instruction again
	Removal  bool  // the device goes away
	Loss     bool  // blocks are lost; no page is poisoned
	Replay   bool  // reported before, and put off
	Alive    uint8 // processes that there were, a bit each
}

// A Signal is what a process was sent.
type Signal struct {
	Proc, VA uint8 // va page of si_addr
	Lsb      uint8 // log2 of pages
	Code     Code
	Tid      uint8 // thread of Proc, from 0 on
}
