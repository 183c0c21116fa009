package counterexamples

import "github.com/notifycheck/notifycheck/spec"

// Explanation says in kernel words what goes wrong in a deviation of the
// catalogue or in a named design when it violates the property, and why it
// matters. It is empty when nobody has explained that yet.
func Explanation(subject string, p spec.Property) string {
	if text, ok := deviationTexts[subject]; ok {
		return text
	}
	if text, ok := designTexts[subject+" "+p.String()]; ok {
		return text
	}
	return designTexts[families[subject]+" "+p.String()]
}

// families are designs that go wrong in the same way.
var families = map[string]string{
	"P1": "series", "P2": "series", "P3": "series", "P4": "series", "P5": "series", "P6": "series", "P7": "series",
	"v6.0": "merged", "v6.1": "merged", "v6.2": "merged", "v6.6": "merged", "v6.7": "merged", "v6.12": "merged",
	"v6.14": "merged", "v6.17": "merged", "v7.3": "merged",
}

// deviationTexts are by id. They name what is told to whom, then why it
// matters.
var deviationTexts = map[string]string{
	"R01": "The record of the reverse map gives rm_offset in filesystem blocks, the displacement in the extent is in bytes, and " +
		"the sum is taken for a file offset. The walk then looks for another page of the file, finds no DAX entry for the failed pfn " +
		"there and goes on. The process that maps the failed page keeps its PTE and gets no SIGBUS.",
	"R02": "The failed block is not the first one of its extent, but the file page is computed from rm_offset alone, without " +
		"agbno - rm_startblock. The walk visits the first page of the extent instead of the failed one. Whoever maps the failed " +
		"page is not told of it. memory_failure reports success, or, in the RFC, -EBUSY when the page that is visited has no DAX entry.",
	"R04": "A range crosses from one allocation group into the next, and the window of blocks is not rebased in the second group: it still " +
		"begins at the block number that it had in the first. A record of the second group is found by the query and then clipped to " +
		"nothing, or to other blocks than those that failed. Whoever maps the failed page there is neither unmapped nor told.",
	"R05": "The end of the range is XFS_DADDR_TO_FSB(daddr + bblen), the block after the last one, and the query takes it for " +
		"inclusive. The record of the next block is reported too. When that block is metadata, as the header of the next group, one poisoned page beside " +
		"it shuts the whole filesystem down.",
	"R07": "The end of the range was made inclusive but the count stayed end - start, so a failure of one page covers no page at " +
		"all. The query finds the record, pgcnt is 0, nothing is unmapped and nobody is signalled, and 0 is returned. xfs/550 to " +
		"xfs/552 caught it in v6.6.",
	"R09": "In a group that is not the last one ri_high.rm_startblock is 0xffffffff, and adding 1 to it in 32 bits gives 0. " +
		"The block count of the window becomes 0 - ri_low, and a record has 2^32 - x pages. mf_dax_kill_procs then walks that many file " +
		"pages under the AGF lock: an unbind of 7.3.4 with a mounted, mapped filesystem was seen not to return.",
	"R10": "A range that reaches to the end of the device is taken for one that goes past it, and to clip it the code subtracts " +
		"ddev_end - offset from the length, which is one byte less than what is left of the device. What remains is one byte. The owners of the blocks inside the device " +
		"that did fail are not told.",
	"R11": "After the partition offset was subtracted the range is compared with the end of the partition counted from the start " +
		"of the device. A range that reaches past the partition is not clipped, and the walk goes on to blocks that the filesystem " +
		"does not have. That is an error in the walk and shuts a healthy filesystem down.",
	"R14": "The filesystem lies in a partition, and the offset of the partition is not subtracted from the device range. The " +
		"query looks at blocks that are bt_dax_part_off too far on. The process that maps the failed page is not found. A failure before the partition, which is none of the " +
		"filesystem's, is taken for one of its first blocks and shuts it down.",
	"R17": "unmap_mapping_range takes a start and a length; it is given a start and an end. For file page 1 or later " +
		"the length is larger than the mapping unit, so PTEs of healthy pages after the failed one are removed as well. " +
		"Those processes take needless faults.",
	"R19": "The block number is computed as a linear one and used as an fsbno, which is segmented: agno << agblklog | agbno. When " +
		"agblocks is no power of two there is a gap after each group, and every block of the second group is looked up at the wrong " +
		"place. The owner of the failed block is not found.",
	"C01": "SB_BORN is tested in mp->m_sb.sb_flags, which is the on-disk superblock's word, and never set there. Every " +
		"notification returns -EIO as if the filesystem were still being mounted. Nobody is told of any failure, and lost metadata does " +
		"not stop the filesystem.",
	"C02": "The first metadata record shuts the filesystem down and aborts the query with -EFSCORRUPTED. The range also " +
		"had file data, recorded later: its owners are not visited any more. A shutdown does not unmap DAX PTEs, so those processes go " +
		"on using the failed page.",
	"C05": "The inode that owns the block is on its way out of the cache or into it, XFS_IRECLAIMABLE, I_FREEING or XFS_INEW, so " +
		"that xfs_iget with XFS_IGET_INCORE returns -EAGAIN. The callback knows only -ENODATA as 'not in use' and takes every other error as a reason to shut down. Poison in a " +
		"closed file that nobody maps stops the filesystem; 6.1, 6.12 and 7.3 were all seen to do it.",
	"C06": "The single-owner path is to be tried when the driver returns -EOPNOTSUPP, but the test is rc != EOPNOTSUPP, against the " +
		"positive number, which is true of every rc: the function returns. On a device whose filesystem does not take part, nobody looks at page->mapping. The process that maps " +
		"the page was told by older kernels and is not told any more.",
	"C08": "On the single-owner path the file page passed to collect_procs is 0 instead of page->index. The address in the VMA is " +
		"computed for file page 0 and is wrong, or -EFAULT, which turns the SIGBUS into SIGKILL. A handler that repairs the page at si_addr " +
		"repairs the wrong one.",
	"C12": "Without a reverse map the filesystem returns -EOPNOTSUPP, which promises that page->mapping names the one owner. A page that is " +
		"shared by reflink has none there, nor has a page of metadata: dax_lock_page gives -EBUSY, and nobody is told. Until v6.1 a shared page has the " +
		"file that read it last: who maps that one is told, and nobody else. 6.12.117 oopses in the same place with mf_mutex held, since it keeps 0x1 there.",
	"C16": "The realtime section is on the data device, so m_rtdev_targp equals m_ddev_targp and the dispatch takes every failure of " +
		"the device for one of the realtime section. xfs_daddr_to_rtb subtracts where the section begins: a block before it, and a removal, " +
		"whose range begins with the first block of the device, wrap to a realtime group that does not exist. The walk meets no owner, " +
		"and the process that maps the page is not told.",
	"C17": "The callback asks only whether rm_owner is an inode. Blocks of the attribute fork and of the extent tree (bmbt) have an " +
		"inode as owner too, so losing one is handled as a loss of file data at a made-up offset. The filesystem goes on with damaged " +
		"metadata and is not shut down.",
	"C23": "The device is about to be removed, which is announced with MF_MEM_PRE_REMOVE while its data can still be read. The walk that " +
		"unmaps the files reports each range as data that is lost, as it does when a block has failed. Whoever listens restores " +
		"files from backups, or declares them damaged, that the device takes with it in good order.",
	"K01": "The event was raised by a scrubber and the process that maps the page did not ask for early kill, so to_kill is " +
		"empty. unmap_and_kill takes the size to unmap from that list and unmaps nothing. The process keeps a PTE to poison and consumes it " +
		"later; 6.12.117 reported this as Recovered.",
	"K03": "kill_procs frees the entries of to_kill and leaves them on the list. The range has a second page, whose collection adds " +
		"to the same list, and the next kill_procs walks over freed memory. What it reads there decides who gets SIGBUS.",
	"K04": "A process with a MAP_PRIVATE mapping wrote to the page and has an anonymous copy of it. Since pte_devmap went away any " +
		"present PTE counts as a mapping of the failed page, so it is collected. It gets SIGBUS for an address whose data is " +
		"perfectly good.",
	"K05": "The failed pfn is a tail page of a large folio, and the single-owner path works on folio->page, the head. PageHWPoison is " +
		"set on a page that is healthy, and processes are looked for at the head's file page. Those that map only the tail are not found.",
	"K06": "A removal is raised by the thread that unbinds the driver, and only processes with that thread's mm are collected. " +
		"Nobody else is, and with nobody collected nothing is unmapped. After kill_dax has returned PTEs still point to a device that is gone.",
	"K08": "BUS_MCEERR_AR means: you consumed poison, the instruction cannot be repeated. It is sent to a process that merely maps " +
		"the page. A process that would have handled BUS_MCEERR_AO at leisure abandons what it was doing.",
	"K09": "A process touches the page, and the fault refuses it: the page is known to be poison. The driver " +
		"reports that as -EIO, which becomes VM_FAULT_SIGBUS and BUS_ADRERR, the same as a mapping past the end of the file. A handler that " +
		"recovers from BUS_MCEERR_AR, with the address and the size of what is lost, takes it for a bug of its own and gives up.",
	"K16": "The process writes to a page that it shares with another file, and the block that is to be copied is poison. The copy fails with -EIO: " +
		"dax_mem2blk_err makes that of -EHWPOISON, and copy_mc_to_kernel knows nothing else. The process gets BUS_ADRERR, as for a mapping past " +
		"the end of the file, where a read of the same page would have ended in BUS_MCEERR_AR.",
	"K10": "The process has asked for early kill and maps the file, but its page table has no entry for the failed page: it has not " +
		"touched it yet, or what it had is being taken away. add_to_kill finds size_shift 0 and drops it. It could have stopped using the page in time; " +
		"now it learns of the loss when it needs the data.",
	"K15": "The first thread of the process set PR_MCE_KILL_LATE, the second one PR_MCE_KILL_EARLY because it has the handler. The walk over the " +
		"threads stops at the first that has a policy of its own, and does not ask which. A thread that wanted to be left alone is interrupted, and " +
		"the one that could repair the page hears nothing.",
	"K12": "The signal goes out before the page is unmapped. The handler runs on another CPU, touches the page through the PTE that " +
		"is still there, and consumes the poison that it was told of. The order of unmap_and_kill exists to keep that from happening.",
	"X01": "dax_load_page reads the DAX entry without locking it, so the entry lock no longer makes two walks over one file page take turns. " +
		"Both collect the process while it still maps the page, then both unmap and both signal. The process gets SIGBUS twice for one " +
		"mapping, the second time for a page that it has lost already. What keeps such a lookup valid was asked in the review of v10.",
	"X02": "The walk knows the file page, and nothing compares the entry that it finds there with the failed pfn. The entry has the page of another " +
		"block: a copy on write put it there, even one that could not copy. That page, which is healthy, is marked with PageHWPoison, while the " +
		"kernel believes that it dealt with the failed one.",
	"X03": "A CoW fault puts the destination page into the DAX entry and copies afterwards. The copy fails, the entry stays and the " +
		"extent still names the source: the entry has a block that the file does not have. An event on the source finds the destination in the entry and marks " +
		"that page, which is healthy.",
	"X04": "memory_failure holds the AGF buffer of the group during the query, and the callback waits for the DAX entry lock. A fault " +
		"on the same file page holds that entry lock while the filesystem looks up the block, for which it needs the AGF. Neither " +
		"lock is known to lockdep. Where mf_mutex is held, from v6.0 on, no other memory failure in the system is handled after that; 6.12.117 " +
		"and 7.3.4 deadlocked within a second.",
	"X05": "A fault asks for the address of the page inside dax_srcu, leaves it, and inserts the PTE later. In between kill_dax " +
		"marks the device dead, waits for SRCU, walks the files and returns. The walk cannot find this user: its copy on write " +
		"has taken the old record away, and the new block is still XFS_RMAP_OWN_COW. The PTE then maps a device that has been " +
		"removed.",
	"X06": "A fault refuses only pages that are in badblocks, and memory_failure does not put them there: ARS or the machine check " +
		"handler of nfit does, later or never. The process is unmapped and told, touches the page again, and the fault maps the poison " +
		"as if nothing had happened.",
	"X09": "Truncate removes the DAX entries and passes over one that is locked, here by the kill of an event that is under way. " +
		"The block is freed while its entry stays in the mapping. The entry then refers to a page that the file does not own " +
		"any more, and that the next owner of the block shares without knowing.",
	"X10": "An unlock of a DAX entry wakes one of the tasks that sleep on it, and that one is to wake the next, since it need not come to " +
		"lock the entry. Here it does not: it finds no entry there and goes its way, so no unlock of its own follows. The task behind " +
		"it sleeps on, though nobody holds the entry, and keeps mmap_lock and the invalidate lock of the file.",
	"X12": "A DMA is under way to a page that was pinned. Nobody maps the file any more, it was unlinked, and its inode is evicted; a pin is no " +
		"reference to the inode. Eviction does not wait for the pages to be idle and frees the block. The DMA then writes to a block that is free, and " +
		"that the next file can have by then. dax_break_layout_final waits since v6.15.",
	"X14": "A fork has linked the VMAs of the child into i_mmap, and the child joins the task list only at its end. Meanwhile an event walks " +
		"the task list and does not meet the child. The parent is told; the child, with the same mapping and the same wish to be told " +
		"early, is not, and finds out when it touches the page.",
	"X15": "The process was collected with the address at which it maps the failed page. Before it is signalled it unmaps the file, and may map " +
		"something else at that address. Its handler then takes si_addr for the loss of whatever is there now; kill_procs says so in a comment.",
	"X20": "The single-owner path reads page->mapping and page->index, and under xa_lock looks at the mapping only. Meanwhile the block was " +
		"punched out and a write put it at another page of the same file; the page it left got a healthy block. The event locks the entry of " +
		"the old index, finds the mapping unchanged, and takes away a mapping of the healthy page. dax_lock_folio reads folio->index again each time.",
	"X21": "The filesystem was shut down for lost metadata, and from then on every read of a buffer fails with -EIO, that of " +
		"the AGF included. The query of the next failure stops before the first record. Processes still map file data of that " +
		"filesystem, since a shutdown does not unmap, and none is ever told.",
	"L02": "fs_put_dax sets holder_data to NULL with cmpxchg, then holder_ops. In between the next mount registers both, and the second " +
		"store belongs to it. An event that comes before finds operations without a holder, one that comes after such a mount a holder " +
		"without operations: it works on a mount that is gone, or nobody is asked.",
	"L03": "fs_put_dax clears the slot of the holder and returns; it does not wait for SRCU readers. A callback that had read the slot " +
		"before that is still walking the reverse map. The unmount goes on and frees the mount under it.",
	"L07": "The filesystem has registered as holder but is not SB_BORN yet, and the callback returns -EIO. The event is logged as " +
		"failed and forgotten. When the mount is finished nobody knows that one of its pages is poison, not even when that is the " +
		"superblock or the log.",
	"H01": "dax_disassociate_entry tests page->index-- > 0, so the last user of a shared page sees 1 and leaves the mark of a shared page in " +
		"page->mapping. The page has no entry any more but looks shared. The next file that uses it is never recorded as " +
		"its owner.",
	"H04": "After a shutdown, eviction drops the DAX entries without clearing page->mapping. The pages go on naming an inode that is " +
		"freed. generic/388 and generic/269 hit the warning; on the single-owner path a failure would be looked up in that inode.",
	"H05": "A write(2) to a block that two files share copies it, and the file has the new block. What was mapped of the old one stays: the DAX " +
		"entry and the PTE of a process still have the old page, and no fault puts that right. Whoever maps it sees what was there before the " +
		"write. And when the old page fails, the reverse map does not name the file any more.",
	"H07": "Two files share the page, and page->mapping names one of them, as after the read faults of 6.1. The other one gives up its DAX entry, by a write " +
		"fault that is to copy the page or by a truncation, and dax_disassociate_entry clears page->mapping though that is not its own; all " +
		"it does about it is WARN_ON_ONCE. The file that still has the page is named nowhere. Where there is no reverse map an event on it ends with -EBUSY, and who maps it is not told.",
	"D02": "A range of a device can be several ranges above it: parts of two targets of a mapped device, or two blocks that a snapshot or " +
		"deduplication keeps in one. The stacked driver passes the first of them on and stops. Whoever maps the file page over another " +
		"one is not told.",
	"D05": "One leg of the mirror loses a block and the driver reports the range upwards at once, though the other leg has the data. " +
		"The block is metadata, so the filesystem is shut down for an error that the mirror was built to hide.",
	"D06": "An event on one leg finds the block on the other leg and passes nothing on, and only then does md note that this leg has lost it. " +
		"Before the note the other leg fails as a whole. md_error sees no bad block on the first leg and takes that for the good copy. " +
		"Each was right when it looked, no leg has the block now, and nobody above is told.",
	"B06": "A directory keeps its entries in its data fork, owned by its inode. The callback asks only whether the mapping " +
		"is DAX; that of a directory is not, so it does not shut down. Blocks of a directory, which are metadata, are lost, and the " +
		"filesystem goes on; 7.3 reports the range to who listens for such errors, and no more.",
	"G1": "Two CPUs handle a failure of the same page at once, since nothing makes them take turns. Both see that PageHWPoison is not set, and " +
		"both count the page: HardwareCorrupted says more than was lost. mf_mutex is what makes the second see the work of the first; that a process is " +
		"not signalled twice is due to the lock of the DAX entry.",
	"G14": "A DMA is under way to a page that was pinned, and the file is truncated. The unmap takes the PTEs, not the pin. Without the wait of " +
		"dax_break_layout the block is freed, and the DMA writes to a block that is free, or another file's.",
	"G3": "The callback runs outside dax_srcu. fs_put_dax clears the slot and has no reader to wait for, so the unmount goes on and frees the " +
		"mount. A callback that had read the slot before uses it.",
	"G4": "The device is dead: kill_dax has returned. An event that comes after that does not test DAXDEV_ALIVE and calls the holder. A callback " +
		"runs for a device that is gone.",
	"G6": "The filesystem registers as holder early in the mount, long before it can look anything up. Without the test of SB_BORN the " +
		"callback begins on a half-built mount: perags and the root inode may not be there.",
	"G7": "The query reads the reverse map without the AGF buffer locked. A CoW of the next block unmaps that from the file: it takes the " +
		"record of both blocks out and puts back what is left of it. The query comes in between, and the owner of the failed page is passed over.",
	"G8": "xfs_iget gives a reference to the inode, which keeps eviction away while its mapping is walked. Without it the inode is " +
		"evicted and reclaimed in the middle of the kill, and the walk goes on in a freed address_space.",
	"G9": "The entry is looked at without its lock. A removal does not take mf_mutex, so only that lock kept it apart from an event on the same file page. " +
		"Both collect the process while it still maps the page, then both unmap and both signal. The process gets SIGBUS twice for one " +
		"mapping, the second time for a page that it has lost already. What keeps such a lookup valid was asked in the review of v10.",
	"G10": "collect_procs_fsdax walks the VMAs of the mapping without i_mmap_rwsem. A munmap takes one away in the middle, and the walk " +
		"uses a freed vm_area_struct to compute the address of the signal.",
	"G11": "collect_procs walks all tasks of the system, and i_mmap_rwsem holds only those that map the file. The walk has come to a process " +
		"that does not map it. That one exits meanwhile, its task_struct is freed, and the walk takes the next task from the list entry in it.",
	"G13": "Truncate does not take the invalidate lock, so faults are not kept out. A fault maps the block again after its range has been " +
		"unmapped and before the block is freed. The reverse map has no record of that user, and when the page fails nobody " +
		"tells it.",
	"N06": "A page cache page can belong to several files once files share page cache pages, and the page names one mapping only. " +
		"memory_failure unmaps it from that mapping and tells its processes. The other mapping is not looked for, and its " +
		"processes go on reading the failed page.",
	"N07": "Nobody has the failed page in a DAX entry when the event comes by, so nothing is marked: the kill sets " +
		"PageHWPoison on the page of the entry that it finds. A fault comes later, finds an unmarked page, and maps the poison. " +
		"The event is over by then, and nobody is told.",
	"N08": "SB_BORN is tested by the callback, and it stays set when put_super has begun. The holder is there until it is given up, and " +
		"whoever has read it has no reference. An event that comes in an unmount is delivered, passes the test, and works on a " +
		"superblock that is being torn down.",
	"N09": "The walk of the removal freezes the filesystem first, inside dax_srcu, and freeze_super needs s_umount. An unmount holds " +
		"s_umount and waits for dax_srcu to be empty before it lets the holder go. Neither can go on, and the driver cannot be " +
		"unbound any more.",
	"N12": "The filesystem is mounted with dax=never. The walk finds the owner of the lost block, its mapping is not DAX, and " +
		"nothing is done: the page that the page cache has of the block stays in the mapping and in the page tables. What is " +
		"in it is good. When it is dropped and read again, the block cannot be read; when it is written to, that goes to a " +
		"block that is lost. No process was told.",
	"X11": "The branch for device pages of memory_failure runs before mf_mutex is taken. Two events on one page run side by side, " +
		"both see that PageHWPoison is not set, and both set it and count the page. HardwareCorrupted says more than was lost.",
	"L01": "dax_holder_notify_failure reads holder_ops and calls the filesystem, which reads holder_data with dax_holder(). An " +
		"unmount in between clears the holder, and mp is NULL when it is used.",
	"N01": "A CoW fault inserts the PTE of the new block before the block belongs to the file: xfs_dax_write_iomap_end moves the extent " +
		"later. Poison comes in between. The record says XFS_RMAP_OWN_COW, which is no inode, so it is taken for metadata and the " +
		"process that maps the page is not looked for.",
	"N02": "The range covers two groups, the AGF of the first cannot be read, and the loop stops there. The owners in the second " +
		"group, whose records are readable, are not told. An error in one group excuses the owners in that group only.",
	"N03": "action_result adds to num_poisoned_pages for every event on a DAX page, also when the page was poisoned before. One page " +
		"that is reported five times makes HardwareCorrupted grow by 20 kB. Whoever takes that number for lost memory replaces good " +
		"modules.",
	"N04": "A scrubber finds the poison, and its event unmaps the page from everybody and tells those that asked for early kill. A process that " +
		"consumed the poison just before raises an event of its own, which finds no PTE of it any more and so does not collect it. " +
		"The consumer returns to the instruction that failed without having been told. Of a page of main memory whoever is unmapped has " +
		"a hwpoison entry instead, told or not, and the next event tells it again.",
	"N05": "One process maps two pages with one large entry, and the first of them fails, or both do. The unmap of the first is as large as " +
		"that entry and takes the PTE by which another process maps only the second. If that failed, too, the walk comes to it when the " +
		"process maps nothing any more, and does not collect it.",
	"R18": "The file page is so high that its position in bytes takes more than 32 bits. unmap_mapping_range is given what is left of it, " +
		"a page near the start of the file. The failed page stays mapped, and who maps it is not told if it did not ask for early kill.",
	"R22": "The event is about the last bytes of a page, less than a sector. BTOBB rounds the start up to the next sector, which is the first " +
		"one of the next page. The reverse map is asked about that, and the owners of the failed page are neither unmapped nor told.",
	"R16": "The dax device consists of two ranges of physical memory, and a page of the second one fails. Its offset is taken from the " +
		"start of that range, as if there were no first one. The reverse map is asked about another block, and the owners of the " +
		"failed one are neither unmapped nor told.",
	"C07": "The page is one of a device-dax, whose driver has no dev_pagemap_ops. memory_failure_dev_pagemap looks for ->memory_failure " +
		"there without a look at pgmap->ops, which is NULL. The task dies with mf_mutex held, and no later failure is handled.",
	"D11": "The xfs was mounted with dax=inode, so that the test for reflink on a partition was not reached, and it is the holder of the " +
		"dax_device. A page of the ext4 on the other partition fails. The xfs answers -ENXIO, since the page is none of its own, and " +
		"memory_failure takes that for an answer: it does not look at page->mapping, which names the owner.",
	"N10": "The process poisons a page of its own with madvise(MADV_HWPOISON), as a test of its handler. memory_failure is not told that " +
		"anybody waits for an answer. A process that asked for early kill is sent BUS_MCEERR_AO, as for a page that it does not use at the " +
		"moment, and its handler never sees the BUS_MCEERR_AR that a real machine check on the page would send. One that did not is sent " +
		"nothing: task_early_kill passes it over, and it meets a hwpoison entry when it touches the page again.",
	"N11": "A write(2) to a block that two files share takes the DAX entry and the PTEs of the old page away before it copies. It holds the " +
		"IOLOCK, not the invalidate_lock, and until xfs_reflink_end_cow the file has the old block. A read fault in between finds that block and " +
		"maps the old page again. Then the file gets the new block, and nothing takes the entry out once more: the process goes on with a page " +
		"that is not its file's, and the reverse map does not name the file when the page fails.",
	"N23": "A process maps the failed page at two addresses. kill_procs sends it SIGBUS for each of them. Signals below SIGRTMIN are not queued: while the " +
		"first is pending the second is dropped, and send_sig_mceerr returns 0 all the same. The handler learns of one address, and " +
		"memory_failure returns 0.",
	"N13": "A realtime section inside the data device: a failure of the data section is looked up as if it were realtime, at an offset that no " +
		"realtime group has. xfs_group_next_range returns NULL, the loop ends, and its error is still 0. memory_failure logs that the " +
		"page is recovered, and nobody has looked for its owners.",
	"N14": "dax_holder_notify_failure calls the one holder of the dax_device with an offset in that device. A page of another partition is none of its own: it " +
		"answers -ENXIO, and nobody looks at page->mapping. Where the filesystem lies on a mapped device the offset is not its own, and " +
		"a block of a snapshot has several; a mirror, which DAX is not used on, has no holder, and loses data with its second copy. Either way who maps the page is not told. The mail has ->corrupted_range of block devices for that.",
	"N15": "A page has two owners. The inode of one is being evicted, so that xfs_iget returns -EAGAIN or -ENOENT and the walk wants a shutdown. The other file is " +
		"mapped by a process that did not ask for early kill: nobody is collected, and the page stays mapped. Then the filesystem " +
		"shuts down over that mapping.",
	"N16": "The event unmaps the page from a process that did not ask for early kill, and leaves nothing in its page table. The process touches the page again. " +
		"The fault looks for badblocks only, which do not have it, and maps the poison.",
	"N18": "A write fault is in its copy on write when an event shuts the filesystem down, because it met an inode that was going. The DAX entry " +
		"names the copy by then. xfs_dax_write_iomap_end cannot move the extent any more and returns -EIO, " +
		"which dax_iomap_pte_fault drops after VM_FAULT_NOPAGE. The process goes on in a copy that is not the file's.",
	"N19": "There is no memory for the entry of the one process that maps the page, so that the list is empty. With an empty list nothing is unmapped " +
		"either. memory_failure returns 0, and the process reads the poison.",
	"N21": "The filesystem lies on a device mapper target and has no holder at the pmem device. The removal finds nobody to notify, " +
		"and nobody looks at page->mapping: who maps the device keeps its PTEs, and the filesystem goes on. An event that comes too late returns -ENXIO.",
	"N17": "Two processes map one file, and the page that it shares with another. A read fault of the first inserts the entry again, and " +
		"with IOMAP_F_SHARED dax_insert_entry unmaps the second, the one that asked for early kill. The event finds the entry, and the " +
		"process that asked does not map the page. Nobody is collected, so nothing is unmapped, and the first process reads the poison.",
	"N22": "An event meets an inode that is going, takes that for an error and shuts the filesystem down. The next event, or the removal of the " +
		"device, cannot read the AGF of a filesystem that has shut down, so that nobody who maps the device is looked for.",
	"N24": "The filesystem lies on a device mapper target and has no holder at the pmem device. A fault has looked whether the page is good and " +
		"holds the lock of its entry, which is not filled in yet, so that the page has no mapping. mf_generic_kill_procs gives -EBUSY without waiting, and " +
		"the fault then maps the page.",
	"N25": "A write fault has moved one mapping of a process to a copy. The walk finds the entry, does not compare the pfn, and sends SIGBUS " +
		"for the copy. The process maps the failed page a second time, by another file. That SIGBUS finds the first one pending and is dropped: " +
		"what the process was told of is a page that is good.",
	"N26": "The device is removed while the filesystem is mounted. The callback tests SB_BORN and returns -EIO, which kill_dax drops. Then the filesystem is born, " +
		"on a device that is gone. Until v6.4 del_gendisk writes back and invalidates what is cached, and shuts nothing down. What " +
		"memory_failure is told of after that has no dev_pagemap, so that nobody looks for the filesystem whose metadata it is.",
	"N27": "A write fault has put the copy into the DAX entry and mapped it, and the reverse map still has it as XFS_RMAP_OWN_COW. Poison there is " +
		"taken for metadata and shuts the filesystem down. xfs_reflink_end_cow then returns -EIO, and the extent stays where it was. The entry names a block that " +
		"the file does not have.",
	"N28": "A write fault has mapped the copy, and is about to make it the file's. It is not in dax_srcu any more, so that the removal does not wait for it. " +
		"The walk of the reverse map finds the file at neither of the two blocks. kill_dax returns, and the copy is mapped.",
	"N31": "A write fault has mapped the copy, and is about to make it the file's. The removal walks the reverse map before it refuses new mappings and waits for the " +
		"faults, and finds the file at neither of the two blocks. kill_dax returns, and the copy is mapped.",
	"N29": "A page beyond the end of the filesystem fails. The dax_device has one holder, so that the event asks the filesystem, which is being unmounted. " +
		"What goes wrong then is what goes wrong for a page of its own: dax_holder() is NULL the second time, the mount is freed, or put_super has begun.",
	"N30": "An event has looked at holder_ops, and the unmount takes the holder away and does not wait. dax_holder() is NULL, the task oopses, and mf_mutex is " +
		"never released. The device is mounted again. Nobody tells the new filesystem of the page, and every later event waits for mf_mutex, so that it is not shut " +
		"down for metadata that failed.",
	"N32": "An event meets an inode that is going, takes that for an error and shuts the filesystem down. A process that maps the page by another file " +
		"is on no list, as there was no memory for it, or as it did not ask: nothing is unmapped. A removal that comes after that cannot read the AGF of a filesystem " +
		"that has shut down, and unmaps nobody either.",
	"N33": "A write(2) to a shared block takes the page out of the file before it has copied, and holds no lock that keeps faults off. A read fault locks the DAX entry and " +
		"wants the AGF, to know whether the block is shared. The event holds the AGF and wants the entry.",
	"N34": "The process that read the poison has mapped the page, and there is no memory for its entry of to_kill: kill_procs does not signal it. The page is unmapped, and the page " +
		"table keeps nothing. memory_failure returns 0, the process runs the instruction again, and nothing tells it what it has read.",
	"N35": "The event has unmapped the page from the process that read the poison, and had no memory for its entry of to_kill. A hwpoison entry would tell it when it runs the " +
		"instruction again. It does not come to that: it is the task of the event, which waits for a DAX entry that a write fault has locked, while the fault waits for the AGF.",
	"N36": "A write fault on a shared block has looked at the pmem device, and is not in dax_srcu any more. The removal does not wait for it, and the filesystem is shut down. " +
		"The DAX entry has the copy. xfs_reflink_end_cow returns -EIO, and the extent stays where it was. The entry names a block that the file does not have.",
	"N37": "The walk meets an inode that is being freed: xfs_iget returns -EAGAIN or -ENOENT, and the callback returns that, which ends xfs_rmap_query_range. A record that comes " +
		"after it is not looked at, and who maps the page by that file is neither told nor unmapped.",
	"N38": "The walk meets an owner whose inode is not in memory: xfs_iget returns -ENODATA, and the callback returns that, which ends xfs_rmap_query_range. A record that comes after it is not " +
		"looked at, and who maps the page by that file is neither told nor unmapped.",
	"N20": "A write fault has put the copy into the DAX entry when an event shuts the filesystem down, because it met an inode that was going. " +
		"xfs_dax_write_iomap_end returns -EIO, and the extent stays where it was. The entry names a block that the file does not have, " +
		"and nobody finds it when that block fails.",
	"C10": "The walk comes to a mapping that is not DAX and hands it to mf_dax_kill_procs all the same, which finds no entry to lock: " +
		"-EBUSY. The query ends there and the error shuts the filesystem down. The owner of a page that comes later in the " +
		"walk, and is neither unmapped nor told.",
	"C14": "The device of the external log is removed. For MF_MEM_PRE_REMOVE xfs_dax_notify_logdev_failure returns 0 before it shuts " +
		"anything down. kill_dax returns, and the filesystem is live without its log.",
	"C18": "The mount takes the holder slot and has no operations to put beside it. dax_holder_notify_failure returns -EOPNOTSUPP, and " +
		"the single-owner path looks at page->mapping, which neither a page of metadata has nor one that two files share. The filesystem goes " +
		"on, and who maps the page is not told.",
	"D10": "Both partitions lie on one dax_device, which has one holder, the first filesystem that was mounted. The second one is mounted " +
		"without. A block of its metadata fails, or the device is removed, and it is not told; where the holder of the dax_device is asked for the block, that says that it " +
		"is none of its own.",
	"R06": "The end of the range is the block after the last one, and here that lies behind the last group; where the end is right " +
		"(6.1.192, v6.6) it is a group that an unmount has freed. xfs_perag_get finds no " +
		"such group and gives NULL, and xfs_alloc_read_agf takes it for one. The task dies with mf_mutex and dax_srcu held, so " +
		"that no later failure is handled and no device can be unbound.",
	"R15": "A pmem device keeps its struct pages in front of its data, and data_offset is where the data begins. It is not " +
		"subtracted from the physical address. The reverse map is asked about a page too far on; the owners of the failed one are " +
		"neither unmapped nor told.",
	"R20": "Two pages fail and the event names one of them: the granule of the report is taken for a page. " +
		"Whoever maps the other one is neither unmapped nor told, and goes on until it consumes the poison.",
	"R24": "The process maps the failed page as part of a huge mapping. unmap_mapping_range takes away the whole of that, but " +
		"si_addr_lsb says PAGE_SHIFT. A handler that repairs what the signal names leaves out the other pages that are gone.",
	"C03": "struct failure_info has a field for the flags of the event, and nobody sets it. The kill does not learn that an " +
		"instruction consumed the poison, and sends the consumer BUS_MCEERR_AO, which says that it may go on.",
	"C13": "A filesystem without a reverse map answers a removal with -EOPNOTSUPP, before it freezes or shuts down, and kill_dax " +
		"does not look at the result. Nobody looks at page->mapping either, so that every PTE of the device outlives kill_dax.",
	"C20": "A scrubber finds more bad pages than one CPU has room for in its kfifo before the worker comes to them: 16, here one. " +
		"memory_failure_queue writes a line to the log and returns; it runs in an interrupt and can wait for nobody. No memory_failure " +
		"follows: the page stays mapped, nobody is told, and no filesystem is shut down.",
	"C21": "The page has PageHWPoison from an event before, and memory_failure returns 0 for the event of a process that consumed " +
		"the poison. That is taken for success: kill_me_maybe goes back to the instruction without a signal. What the process hears of it " +
		"in the end it has from the hwpoison entry in its page table, where there is one.",
	"C22": "xfs_trans_alloc_empty fails and the error path goes to the end of the function, past the walk and past the shutdown. " +
		"When the device goes away that means that nobody is unmapped. kill_dax returns, and the PTEs are still there. In no kernel " +
		"can it fail.",
	"C25": "fs_dax_get_by_bdev fails because the device has a holder, and the mount takes that for a device without DAX and goes on. " +
		"The filesystem is live and nobody will notify it. A block of its metadata fails, or the device is removed: the one that has the slot is told, it " +
		"is not, and goes on.",
	"K02": "add_to_kill allocates with GFP_ATOMIC. When there is no memory it logs a line and passes the process over, which is " +
		"to be told and gets no SIGBUS. memory_failure reports success.",
	"K14": "The address of a file page in a VMA is computed from its start without vm_pgoff. For a mapping that begins later in the " +
		"file it is wrong, or outside the VMA, -EFAULT, which turns the SIGBUS into SIGKILL.",
	"X07": "The reverse map is read while the AGF is not locked. xfs_rmap_unmap takes a record of two blocks out and puts back what " +
		"is left of it; the query comes in between and finds nothing. The owner of the block that stays is not told.",
	"X16": "A removal freezes the filesystem, notifies, and only then marks the device dead. A freeze keeps writers out, not " +
		"readers: a read fault maps a file page that the walk found without an entry and is past. kill_dax returns with that PTE " +
		"in place.",
	"L05": "The walk has an active reference to the group, cannot read its AGF, and drops the reference with xfs_perag_put, which is for " +
		"passive ones: now one of those is missing, and the active one is never dropped. xfs_group_free finds counts that are not 0 when " +
		"the filesystem is unmounted.",
	"L06": "xfs_unmountfs frees the groups, and the holder slot is given up later. An event that was delivered before is at work in " +
		"between and asks for a group. It gets NULL and hands it to xfs_alloc_read_agf, as in 6.1 and 6.12; the task dies with " +
		"mf_mutex held.",
	"L09": "A removal does not freeze the filesystem. The walk has read a group, and a write fault gives a file page a block there, " +
		"or ends a copy whose new record still said XFS_RMAP_OWN_COW. The PTE that it inserts outlives kill_dax. With the freeze " +
		"the fault would have been waited for, or kept out until the shutdown.",
	"L10": "A user has frozen the filesystem, for a snapshot. A removal freezes it too, notifies, shuts it down, and then ends both freezes: its " +
		"own, and the user's, which it did not begin. The user's own thaw finds nothing to end.",
	"L12": "A mount stores itself into the holder slot without a look at who has it. The filesystem that had the slot is live and " +
		"not notified any more: the event goes to the new one. Lost metadata does not stop the old one, and shuts down the new one, which lost nothing.",
	"L13": "kill_dax does not wait for those in dax_srcu. The callback of an event that was delivered before goes on while kill_dax " +
		"returns. Only the reference of the event to the dev_pagemap, for which memunmap_pages waits, keeps the driver from taking the device away.",
	"H03": "The block is shared, but a read fault does not ask: without IOMAP_F_SHARED dax_associate_entry stores page->mapping and " +
		"page->index over those of the file that was there first. The page names one owner and has two.",
	"H08": "A huge DAX entry goes, and only its first page learns that. The other one keeps page->mapping and page->index, or a " +
		"count, of a file that does not refer to it any more.",
	"D01": "A dax_device has one holder slot and dm registers none with the devices below, so that the slot of pmem is empty though " +
		"a filesystem lies on it. The failure gives -EOPNOTSUPP and the single-owner path, which knows nothing of metadata and of " +
		"shared pages.",
	"D04": "The way up from a dm-linear target subtracts a number of sectors from a number of bytes. The range comes out at another " +
		"place of the mapped device. The reverse map is asked about the wrong block, and the owners of the failed one are not " +
		"told.",
	"D08": "get_super finds the filesystem by its main block device. The external log lies on another one, of which get_super knows " +
		"nothing. The log fails, -ENODEV is returned, and the filesystem goes on with a log that cannot be read.",
	"G2": "The event holds no reference to the dev_pagemap, so an unbind need not wait for it. The struct pages are freed while " +
		"mf_generic_kill_procs looks for the processes that map one of them.",
	"G5": "The holder slot is taken without cmpxchg. A second mount puts itself in place of the first, which is live and not " +
		"notified any more. The event goes to the new one: lost metadata does not stop the old one, and shuts down the new one, which lost nothing.",
	"G15": "Without a freeze a write fault runs beside the walk of a removal that comes before the device is marked dead. The walk " +
		"is past the group in which the fault finds a block, and the PTE that it inserts outlives kill_dax.",
	"G16": "A fault does not look whether the page is poisoned. It comes when the event is over and maps the page.",
	"G17": "The signal goes out while the PTE is still there. The handler touches the page again through it and consumes the poison " +
		"that it was told of.",
	"G18": "kill_dax returns while a callback runs: nothing waits for dax_srcu. The driver goes on to take the device away, and only " +
		"memunmap_pages waits, for the reference of the event to the dev_pagemap.",
	"G19": "The put of the holder does not wait for readers of dax_srcu. A callback that read the slot before goes on while the " +
		"unmount frees the mount.",
	"G20": "The unmount frees inodes and groups first and gives up the slot last. A callback that passed the test for a live mount " +
		"meets a group that is gone: that is an error in the walk, and shuts the filesystem down though none of its metadata " +
		"failed.",
}

// designTexts are by design, or family, and property.
var designTexts = map[string]string{
	"owner-tracking lost-notification": "A page has one owner, page->mapping and page->index, set by the fault that first used it. Whoever " +
		"is not found through it is not told, nothing is unmapped when nobody is to be told, and under a stacked device or after " +
		"the file page moved the one owner is the wrong one or none. What the page cache has of a lost block is not found at all.",
	"owner-tracking missed-shutdown": "The filesystem is not asked: memory_failure looks at page->mapping and no further. A page of metadata " +
		"has no DAX mapping, so -EBUSY is returned and the filesystem goes on with metadata that is lost.",
	"owner-tracking over-unmap": "memory_failure_dev_pagemap passes the end of the range to unmap_mapping_range, which wants a length. For any " +
		"file page but the first, healthy pages after it are unmapped as well.",
	"owner-tracking reachable-poison": "Only badblocks keep a fault from mapping the page again, and memory_failure does not write them. And when " +
		"nobody is to be told nothing is unmapped in the first place. Either way the poison is mapped after the event is over.",
	"owner-tracking wrong-return": "0 is returned though the page is still mapped or an owner was not told: the machine check handler then lets " +
		"the consumer go on as if the page had been dealt with.",
	"owner-tracking late-removal": "kill_dax clears DAXDEV_ALIVE and waits for SRCU, and tells nobody. PTEs to the device stay, and the processes go " +
		"on using it after it is gone.",
	"owner-tracking victim-never-told": "The one owner that page->mapping names is not whose process maps the page, or the page is that of a " +
		"stacked device, or a process maps it twice and the second SIGBUS is lost. No later event makes up for it.",
	"owner-tracking shutdown-never-comes": "The filesystem is not asked, then or later: memory_failure looks at page->mapping, and a page of " +
		"metadata has none.",
	"owner-tracking silent-corruption": "The block is lost and nobody says so to the filesystem. Its page in the page cache is clean and stays " +
		"mapped: what processes read there is still good, and cannot be read any more once the page is reclaimed.",
	"rfc-v2 lost-notification": "->storage_lost adds no displacement to rm_offset, uses a linear block number for a segmented one, and stops " +
		"at the first device above that answers. A file page is missed by any of them, and there is no second way: the association of " +
		"page and mapping was removed. And of who is found nobody is unmapped when nobody is to be told.",
	"rfc-v2 missed-shutdown": "The code for metadata is still to be written, and the test for it looks at rm_owner alone. A lost AG header " +
		"or a lost log, which get_super does not even find, leaves the filesystem running.",
	"rfc-v2 regression": "The series removes page->mapping and page->index and gives no way back to them: who is not found by ->storage_lost, " +
		"here since the displacement in the extent is left out, was told by the kernel before it and is not any more. Jan Kara's objection was a " +
		"filesystem without ->storage_lost, as ext4.",
	"rfc-v2 reachable-poison": "Nothing is unmapped when nobody is to be told, and a fault refuses only what badblocks know. The poison " +
		"stays mapped, or is mapped again, after the event is over.",
	"rfc-v2 wrong-return": "0 is returned when the records were walked, whether or not their users were told: a wrong file page, a metadata " +
		"block and an empty list of processes all look like success.",
	"rfc-v2 over-unmap": "The kill passes start and start + size to unmap_mapping_range, which wants a start and a length: healthy pages " +
		"after the failed one lose their mappings.",
	"rfc-v2 stale-share": "Patch 6/6 removes the association of pages with files, so that page->mapping says nothing of the DAX entries: " +
		"whatever still reads it, as the single-owner path of other filesystems, is misled.",
	"rfc-v2 deadlock": "recover_fn is called from the query with the AGF buffer held and takes the lock of the DAX entry. A fault on that " +
		"file page holds the entry and asks for the AGF. Both wait for ever.",
	"rfc-v2 wrong-victim": "The file page comes from rm_offset without the displacement and nothing compares pfns: the user of another page " +
		"of the same extent gets the SIGBUS.",
	"rfc-v2 wrong-payload": "The address is computed for another file page than the one that failed, so si_addr points at healthy data.",
	"rfc-v2 late-removal":  "kill_dax tells nobody: PTEs to the device outlive it, and a filesystem goes on.",
	"rfc-v2 event-never-returns": "The deadlock of the AGF and the DAX entry also means that memory_failure does not return, and whoever waits " +
		"for it does not either.",
	"rfc-v2 victim-never-told": "The walk looks at another file page than the one that failed, or at another block, and the process that is " +
		"to be told is not found. There is no second way and no second try.",
	"rfc-v2 shutdown-never-comes": "The code for metadata is still to be written: the filesystem is never shut down for it.",
	"rfc-v2 silent-corruption": "A clean page of the page cache whose block is lost stays mapped: the walk finds no DAX entry to lock and ends " +
		"with -EBUSY. Processes go on with what the filesystem no longer has.",
	"rfc-v2 teardown-never-ends": "recover_fn takes the lock of the DAX entry with the AGF buffer held, a fault takes them the other way round, and " +
		"the unbind or unmount waits for both.",
	"merged lost-notification": "Somebody who maps the failed page is left out: nobody was collected, so nothing was unmapped; or the AGF could not " +
		"be read after a shutdown; or the page is shared and the only way left was page->mapping. The result is reported as handled or " +
		"logged as failed, and the process goes on with a PTE to poison.",
	"merged missed-shutdown": "Metadata is lost and the callback does not come to the decision to shut down: the filesystem was not " +
		"asked (a stacked device has no holder, no reverse map gives -EOPNOTSUPP), or the block is in the data fork of a directory, " +
		"whose mapping is not DAX. The filesystem goes on with metadata that it cannot read.",
	"merged reachable-poison": "unmap_and_kill unmaps nothing when nobody was collected, and a fault looks at badblocks, which memory_failure " +
		"does not write. So after the event the failed page is mapped still, or again. All three kernels that were booted did it.",
	"merged wrong-return": "0 is returned because the walk came to its end, not because everybody was told: the page is still mapped, or was in " +
		"a group that the loop no longer reached. The machine check handler takes 0 for 'go on'.",
	"v6.0 deadlock": "A page of a device-dax namespace fails. Its pgmap has no ops, and memory_failure_dev_pagemap follows the NULL pointer: the task dies with mf_mutex held, " +
		"and every later memory failure of the machine waits for it. (An event of XFS ends before it has taken a lock: SB_BORN is tested in the wrong word.)",
	"merged deadlock": "xfs_dax_failure_fn runs inside the query with the AGF buffer locked and mf_dax_kill_procs waits for the DAX entry lock. " +
		"A fault on the same page of a reflinked file holds the entry and waits for the AGF in xfs_reflink_find_shared. " +
		"mf_mutex is held, so every later memory failure of the machine waits as well. This was reproduced on 6.12.117 and 7.3.4.",
	"merged event-never-returns": "memory_failure does not end: it waits for a lock whose holder waits for it, or goes past the end of a record, " +
		"or died with mf_mutex held.",
	"merged victim-never-told": "The process that consumed the poison, or asked to be told early, is not among those collected, and no later event " +
		"makes up for it: the AGF could not be read, the page is shared and page->mapping was the only way left, or memory_failure " +
		"itself does not return.",
	"merged shutdown-never-comes": "Metadata is lost, and nothing ever leads to the decision to shut down: the filesystem is not asked, or does " +
		"not count the block as metadata, or the event does not return.",
	"merged silent-corruption": "A lost block of a filesystem without DAX is not reported to it by the stack. Its clean page in the page cache stays " +
		"mapped, and processes go on reading data that are lost.",
	"merged teardown-never-ends": "kill_dax walks the files like any other event and meets the same locks: it waits for a DAX entry or for " +
		"the freeze with the AGF or s_umount taken round it, or runs past the end of a record. The driver cannot be unbound any more.",
	"merged not-idempotent": "action_result counts every event, also one on a page that was counted before, so HardwareCorrupted grows with " +
		"each report of the same page.",
	"merged late-removal": "Around kill_dax the faults are not kept out until their PTE is there, or those that map are not told at all: a PTE " +
		"to the device is there after kill_dax has returned.",
	"merged use-after-free": "The callback works on something that is freed beside it: the put of the holder does not wait for SRCU, so an " +
		"unmount frees the mount, and before that the groups, under a callback in flight.",
	"merged stale-share": "page->mapping, page->index and the share count no longer say what the DAX entries say: a failed copy leaves the entry " +
		"at its destination, or sharing was decided at fault time and changed since. The single-owner path relies on them.",
	"merged spurious-shutdown": "A failure in file data shuts the filesystem down: xfs_iget returned -EAGAIN for an inode that is being reclaimed, " +
		"or the range was not clipped to the partition. Nobody mapped the page, nothing was lost but that page.",
	"merged wrong-poison": "The file page had another block by the time its entry was locked, and nothing compares the pfn: PageHWPoison is set " +
		"on a page that is healthy.",
	"merged wrong-victim": "The walk comes to another page than the one that failed, or takes an anonymous copy for it: a process gets SIGBUS for " +
		"an address that has nothing to do with the failure.",
	"merged wrong-payload": "The signal names an address or a size that is not that of the failed page, so that a handler repairs the wrong data.",
	"merged over-unmap":    "More is unmapped than the failed page: the entry had moved to another page, and its healthy mappings are removed.",
	"merged dropped-while-mounting": "The filesystem has registered and is not SB_BORN: the event gets -EIO and is never replayed. The mount finishes " +
		"on top of poison that nobody remembers.",
	"merged out-of-order": "A callback begins when the superblock is already being torn down: put_super has begun and the holder is still " +
		"registered.",
	"merged regression": "The page has one owner, and page->mapping names it, but the filesystem claims the event and fails: every error but " +
		"-EOPNOTSUPP keeps memory_failure from the single-owner path that told this process before.",
	"v7.3 teardown-never-ends": "The removal is about both groups, and in the first one the count of blocks has wrapped to 2^32 - x. The walk goes " +
		"on past the end of the record, page by page, with the AGF, dax_srcu and the freeze held. kill_dax does not return and the " +
		"driver cannot be unbound: 7.3.4 was seen to do it.",
	"v6.0 missed-shutdown": "SB_BORN is tested in mp->m_sb.sb_flags, the word of the on-disk superblock, where it never is. Each notification " +
		"ends with -EIO before anything is looked up. Lost metadata does not stop the filesystem.",
	"v6.0 lost-notification": "SB_BORN is tested in the wrong word of flags, so each notification ends with -EIO and nobody is told. -EIO also " +
		"keeps memory_failure from trying page->mapping: the process that the kernel before told is not told any more.",
	"v6.0 regression": "The filesystem claims every event with -EIO, since it tests SB_BORN in the wrong word, and memory_failure does not " +
		"try page->mapping then. Whoever was told by v5.19 is not told by v6.0.",
	"series lost-notification": "Up to this patch no filesystem answers ->corrupted_range of a superblock, so memory_failure is left with " +
		"page->mapping, the one owner. DAX and reflink still exclude each other, but a page cache page with a second mapping and a " +
		"block that no page points to have users whom nobody looks for.",
	"series missed-shutdown": "Up to this patch the filesystem is not asked. A page of metadata has no mapping, memory_failure returns " +
		"-EBUSY, and the filesystem goes on with metadata that is lost. It is as it was before the series: no regression, and not yet " +
		"what the series is for.",
	"series victim-never-told": "Up to this patch memory_failure has page->mapping and no more. A process that maps the page in another way is " +
		"not found.",
	"series shutdown-never-comes": "Up to this patch the filesystem is not asked, so that nothing ever shuts it down for metadata that is lost. It is as " +
		"it was before the series.",
	"series silent-corruption": "A block of a filesystem without DAX is lost, and up to this patch nobody says so to the filesystem. Its clean page in " +
		"the page cache stays mapped.",
	"series reachable-poison": "The failed page is found through page->mapping only. That says nothing of the page cache: a clean copy of the " +
		"block stays mapped when the event is over. What is in it is good, and lost once it is reclaimed.",
	"series wrong-return": "memory_failure returns 0 or -EOPNOTSUPP, after which its caller does no more, though the filesystem was not " +
		"shut down or a user was not told: the part of the series that would do that is not applied yet.",
	"series late-removal": "The removal of a device is to be announced through ->corrupted_range, which no filesystem answers yet. The one owner " +
		"of each page can be unmapped, and nobody shuts the filesystem down: a mount that is under way ends on a device that is gone.",
	"series stale-share": "What page->mapping says is not what the DAX entries say, and it is all that this patch of the series has.",
	"P8 lost-notification": "The filesystem answers for its DAX files, but the page cache is still served by the mapping on the page alone. " +
		"Two files share the page, the mapping on it is that of one of them, and who maps the other is not told.",
	"P8 reachable-poison": "A page of the page cache that two mappings share is unmapped from the mapping that it names. The other mapping " +
		"keeps its PTEs: ->corrupted_range of address spaces, which would ask the filesystem for all owners, comes with the next patch.",
	"P8 wrong-return": "0 is returned when the mapping on the page cache page was dealt with; the second mapping that shares the page was not, " +
		"and nobody will come back for it.",
}
