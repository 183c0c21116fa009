package spec

// A Property is something that every run must satisfy.
type Property uint8

// The properties. S are safety; L are liveness, on runs on which a task that
// has begun does not stand still for ever while it could move.
const (
	LostNotification       Property = iota // S1
	WrongVictim                            // S2
	WrongPayload                           // S3
	MissedShutdown                         // S4
	SpuriousShutdown                       // S5
	WrongPoison                            // S6
	OverUnmap                              // S7
	ReachablePoison                        // S8
	UseAfterFree                           // S9
	OutOfOrder                             // S10
	WrongReturn                            // S11
	Deadlock                               // S12
	LateRemoval                            // S13
	StaleShare                             // S14
	NotIdempotent                          // S15
	FalseHealthEvent                       // S16
	LeakBetweenFilesystems                 // S17
	EventNeverReturns                      // L1
	VictimNeverTold                        // L2
	ShutdownNeverComes                     // L3
	TeardownNeverEnds                      // L4
	SilentCorruption                       // L5
	LostWakeup                             // L6
	DroppedWhileMounting                   // L7
	Regression                             // S1-reg
	NumProperties
)

// Info documents a property.
type Info struct {
	ID        string // S1, L7, ...
	Name      string // kebab-case
	Says      string // what must hold, in one sentence
	Violation string // what went wrong, in one sentence
	Premise   string // when it is put to the test
}

var infos = [NumProperties]Info{
	LostNotification: {
		"S1", "lost-notification",
		"every process that mapped the page when the event was raised has lost its mappings of it when memory_failure returns, and was sent SIGBUS for each if it is to be told",
		"a process that mapped the failed page was not told, or maps it still, when the event was over",
		"a process maps the failed page",
	},
	WrongVictim: {
		"S2", "wrong-victim",
		"nobody is sent SIGBUS for an address that was never over the failed page",
		"a process was signalled for an address that has nothing to do with the failed page",
		"a signal was sent",
	},
	WrongPayload: {
		"S3", "wrong-payload",
		"BUS_MCEERR_AR goes to the consumer, also to who is refused a fault on the page, and BUS_MCEERR_AO to others, to the thread that asked, with the address of the page and the size of the mapping",
		"a signal carried the wrong code, address or size",
		"a signal was sent",
	},
	MissedShutdown: {
		"S4", "missed-shutdown",
		"a live filesystem is shut down when its metadata is lost",
		"metadata was lost and the filesystem was not shut down",
		"the failed page is metadata of a live filesystem",
	},
	SpuriousShutdown: {
		"S5", "spurious-shutdown",
		"a filesystem is shut down only for its metadata, or because its device goes",
		"a filesystem was shut down although none of its metadata was lost",
		"the failed page is no metadata",
	},
	WrongPoison: {
		"S6", "wrong-poison",
		"PageHWPoison is set on failed pages only",
		"PageHWPoison was set on a page that is healthy",
		"an event was raised",
	},
	OverUnmap: {
		"S7", "over-unmap",
		"only mappings of the failed pages, in whole mapping units, are removed",
		"the mapping of a page that did not fail was removed",
		"an event removed a mapping",
	},
	ReachablePoison: {
		"S8", "reachable-poison",
		"nothing maps the failed page, nor a clean page cache copy of a block that is lost, once the event is over",
		"the failed page, or a clean page cache copy of a lost block, is mapped after the event was over",
		"an event is over and its page is still bad",
	},
	UseAfterFree: {
		"S9", "use-after-free",
		"no freed mount, group, inode, VMA, task list or page is used, and a group is freed with all its references dropped as they were taken",
		"freed memory was used",
		"an event ran beside another task",
	},
	OutOfOrder: {
		"S10", "out-of-order",
		"pages are unmapped before signals go out and whatever is shut down, and no callback begins before SB_BORN or after put_super began",
		"a signal or a callback came at the wrong time, or a shutdown left mappings behind",
		"a signal was sent or a callback began",
	},
	WrongReturn: {
		"S11", "wrong-return",
		"memory_failure returns 0 or -EOPNOTSUPP, on which its caller does no more, only when everybody owed was told and the filesystem shut down if it had to be",
		"memory_failure returned 0, or -EOPNOTSUPP, although a notification or a shutdown was missing",
		"memory_failure returned 0 or -EOPNOTSUPP",
	},
	Deadlock: {
		"S12", "deadlock",
		"every task that has begun can end",
		"a task can never end: tasks wait for each other, or one goes on, for ever",
		"two tasks ran",
	},
	LateRemoval: {
		"S13", "late-removal",
		"once kill_dax has returned nothing maps the device, no callback runs for it, no filesystem is live that has its log or metadata there, and the freeze of a user is not ended by it",
		"the device was used after kill_dax had returned, or a removal ended the freeze of a user",
		"kill_dax returned, or a user had the filesystem frozen",
	},
	StaleShare: {
		"S14", "stale-share",
		"page->mapping, ->index and ->share agree with the DAX entries that refer to the page, and the entries with the blocks of the file when nothing runs",
		"a DAX entry, the page and the block of the file do not agree",
		"a DAX entry came or went",
	},
	NotIdempotent: {
		"S15", "not-idempotent",
		"a mapping is signalled once, a page counted once, and an event that is repeated changes nothing unless it was left undone",
		"an event that was repeated, or ran twice, had an effect twice",
		"a page failed twice, or a signal was sent",
	},
	FalseHealthEvent: {
		"S16", "false-health-event",
		"an event that tells userspace of lost data tells of each file page in core that lost its block, once, and of no other; a removal tells of none",
		"userspace was told of a loss that did not happen, or twice of one, or not of all",
		"userspace is told of lost data",
	},
	LeakBetweenFilesystems: {
		"S17", "leak-between-filesystems",
		"a filesystem that does not own the failed page is left alone",
		"an event changed something in a filesystem that does not own the page",
		"two filesystems are on the device",
	},
	EventNeverReturns: {
		"L1", "event-never-returns",
		"memory_failure, and the notification of a removal, returns, after no more kills than the record has pages",
		"the event goes on for ever, or past the end of the record",
		"an event was raised",
	},
	VictimNeverTold: {
		"L2", "victim-never-told",
		"a process that mapped the page and is to be told is sent SIGBUS for each mapping sooner or later, unless it exits or gives the page up",
		"a process that mapped the failed page and is to be told is never told",
		"a process that is to be told maps the failed page",
	},
	ShutdownNeverComes: {
		"L3", "shutdown-never-comes",
		"a live filesystem whose metadata is lost is shut down sooner or later, unless it is unmounted",
		"metadata was lost, and the filesystem never shuts down",
		"the failed page is metadata of a live filesystem",
	},
	TeardownNeverEnds: {
		"L4", "teardown-never-ends",
		"an unmount or an unbind that has begun ends",
		"an unmount or an unbind goes on for ever",
		"a filesystem is unmounted or a device unbound",
	},
	SilentCorruption: {
		"L5", "silent-corruption",
		"whoever goes on to access what failed gets SIGBUS or an error, or the data of the file; nothing else lies there for good, nor a clean page cache copy of data that the file has lost",
		"a process goes on with data that are not those of the file, or that the file has lost, and nothing tells it",
		"an event is over and a process is over what failed",
	},
	LostWakeup: {
		"L6", "lost-wakeup",
		"who sleeps until a DAX entry is unlocked is woken when nobody holds it any more",
		"a task sleeps for ever until a DAX entry is unlocked that nobody holds",
		"a task waits for a DAX entry",
	},
	DroppedWhileMounting: {
		"L7", "dropped-while-mounting",
		"an event that comes while a filesystem is being mounted is dealt with once that is live",
		"an event that came during the mount was never dealt with",
		"an event came during a mount",
	},
	Regression: {
		"S1-reg", "regression",
		"whoever was told under owner-tracking is told",
		"a process that owner-tracking told was not told",
		"the one owner of the one failed page is mapped by a process that is to be told",
	},
}

// Info is what there is to know of the property.
func (p Property) Info() *Info { return &infos[p] }

// String is the property's name.
func (p Property) String() string { return infos[p].Name }

// ParseProperty finds a property by its name or id.
func ParseProperty(name string) (Property, bool) {
	for p := range NumProperties {
		if infos[p].Name == name || infos[p].ID == name {
			return p, true
		}
	}
	return 0, false
}

// A Set is a set of properties, a bit each.
type Set uint32

// Has reports whether p is in the set.
func (s Set) Has(p Property) bool { return s>>p&1 != 0 }

// All is the set of all properties.
const All Set = 1<<NumProperties - 1
