package main

// unnoticed says of each step whose lock nothing notices the lack of, why. It is
// an argument from the code of the model: which other guard covers the hole, or
// what the lock is for that the model leaves out.
var unnoticed = map[string]string{
	"blGetSuper": "reviewed does not come to it: it is on the route of the RFC",
	"gkRelock":   "reviewed does not come to it: it reads the index again with the mapping (X20)",
	"fzFreeze":   "a user who does not freeze loses nothing that is judged",
	"xfFreeze":   "reviewed does not come to it: it freezes nothing",
	"ftFreeze":   "only freezes look at it, and reviewed has those of a user: that nothing is written to a frozen filesystem is not judged",
	"apBmap":     "second guard, the folio lock: whoever changes the block map of a page in the page cache drains the page first, or fills a hole; the map is read in one step",
	"pcRead":     "second guards, the folio lock and the invalidate_lock; the map is read in one step",
	"fdAgf":      "one step: the record and the reference count are looked at, and written, at once; a block whose record is being split still has its references",
	"ceIlock":    "second guards, the DAX entry lock and the invalidate_lock, which a fault holds from before the copy; a write(2) has the IOLOCK from there and the invalidate_lock from before the unmap, and who is the second finds nothing staged",
	"ceAgf":      "one step: a query meets the staged record or the file's, never neither",
	"trIolock":   "it orders against read(2), which the model leaves out, and write(2): what a write finds of the block map it looks up again before it remaps, and nobody judges what is written to a block that was freed; the invalidate_lock and the ILOCK order against other truncations and reflink",
	"trIlock":    "second guards, the IOLOCK and the invalidate_lock: whoever else changes the block map has one of them; who only reads it does so in one step",
	"raIolock":   "it orders against read(2), which the model leaves out, and write(2), which finds and fills a hole under the ILOCK; so is the block given away, in one step",
	"raAgf":      "one step, which looks again whether the block is free; an event that queried before finds no mapping to take away, and a fault after it meets PageHWPoison",
	"rlIolock":   "it orders against read(2), which the model leaves out, and write(2): that a write goes to a block that was shared meanwhile is not judged; the invalidate_lock and the ILOCK order against truncations",
	"rlIolock2":  "as rlIolock",
	"rlIlock":    "second guards, the IOLOCK and the invalidate_lock: whoever else changes the block map has one of them; who only reads it does so in one step",
	"rlIlock2":   "as rlIlock",
	"rlAgf":      "one step: the record and the reference are added at once",
	"mpStart":    "one step: the VMA appears at once, and only where there is none, so nothing that a fault or a fork has read goes",
	"mpLink":     "a VMA that joins during the collection has no PTE yet, and the fault that would make one meets PageHWPoison, or a dead device",
	"fkStart":    "one step for each VMA and for its PTEs; write protection of the parent's PTEs and the TLB, which the lock is for, are not modelled",
	"fkVma":      "a VMA that joins during the collection has no PTE yet, and the child is not on the task list",
	"evIlock":    "nobody else has the inode: it is unlinked, and eviction waits for all users",
	"mtStart":    "second guard, SB_BORN: whoever uses the mount, or unmounts it, tests that too; after it mounting only replays what was deferred",
	"ubMarkDead": "second guard, the callback of the removal: it shuts down a filesystem that is not born yet, too",
	"wtIolock":   "second guard, the invalidate_lock from before the unmap until the remap; before that the write has only what it staged, and xfs_reflink_end_cow looks again",
	"wtDirect":   "no PTE comes of it: what a write reads and writes of a device that is gone is not judged",
	"wtDrain":    "the PTEs went in the step before, under the invalidate_lock, and an event that holds the entry finds nobody",
}
