package main

// A findingText is what of a finding cannot be computed.
type findingText struct {
	sees     string   // what a user of the kernel sees
	seen     string   // what a booted kernel was seen to do; empty: none was
	runs     []string // recorded runs that are otherwise without the row's value
	commands string   // the smallest reproducer, as commands in a block
	ran      bool     // the harness did that on a booted kernel
	none     string   // why there is no reproducer
}

// corruptPfn and pfnOf are what a reproducer that names $P and $pfn begins with.
const (
	corruptPfn = "    # boot with memmap=512M!1G; modprobe hwpoison-inject; P=/sys/kernel/debug/hwpoison/corrupt-pfn\n"
	pfnOf      = "    # $pfn: 0x40000, the first of the device, plus the block that filefrag -v names\n"
)

// How the reproducers on an emulated pmem device begin, with $pfn and without.
const (
	boot     = "    # boot with memmap=512M!1G\n"
	mkfsDax  = "    mkfs.xfs -f -m rmapbt=1,reflink=1 /dev/pmem0 && mount -o dax=always /dev/pmem0 /m\n"
	daxMount = corruptPfn + pfnOf + mkfsDax
)

// twoPartitions is how a reproducer with partitions goes on.
const twoPartitions = "    # two partitions of /dev/pmem0, aligned to 1 MiB\n"

// secondFilesystem is two of them on one device, and poison in the second.
const secondFilesystem = corruptPfn + twoPartitions +
	"    mkfs.xfs -f -m rmapbt=1,reflink=0 /dev/pmem0p1; mkfs.xfs -f -m rmapbt=1,reflink=0 /dev/pmem0p2\n" +
	"    mount -o dax=always /dev/pmem0p1 /m1; mount -o dax=always /dev/pmem0p2 /m2\n" +
	"    echo $pfn > $P    # of block 0 of the second partition: ENXIO of the first one; touch /m2/x still works\n"

// sharedBad puts a block that two files share on the list of bad blocks: the
// copy of a copy on write then fails without an injection.
const sharedBad = "    dd if=/dev/zero of=/m/f1 bs=4k count=8; cp --reflink /m/f1 /m/f2; sync\n" +
	"    # A maps f1 MAP_SHARED and does not touch page 2\n" +
	"    echo $(((pfn - 0x40000) * 8)) 8 > /sys/block/pmem0/badblocks    # of page 2 of f1\n"

// What a race takes that no command can be timed for.
const (
	narrowWindow = "The race has a window of a few instructions; it would take a delay put into the kernel at the point that the race above shows. "
	umountWindow = "An event has to be in its callback while an unmount ends. A loop of events beside a loop of mount and umount might do it; nothing was run. "
	needsFailure = "It takes a failure inside the kernel that no command makes; it would take fault injection. "
)

// findingTexts are by row. TestFindings wants one for each row that the newest
// version has, and no other.
var findingTexts = map[string]findingText{
	"R09": {
		sees: "Unbinding the pmem driver under a mounted filesystem does not return. The processes that map files get their signals, and then the " +
			"kernel walks file pages by the billion with the AGF locked.",
		seen: "7.3.4 did not come back from an unbind in 150 s, and called mf_dax_kill_procs with a count of 4294967272.",
		runs: []string{"v7.3.4/S16.jsonl"}, ran: true,
		commands: boot + mkfsDax + "    # A and B map /m/f1, of 8 blocks, MAP_SHARED and touch it\n" +
			"    echo namespace0.0 > /sys/bus/nd/drivers/nd_pmem/unbind\n",
	},
	"C05": {
		sees: "Poison in a closed file that nobody maps shuts the whole filesystem down, if the inode has just been dropped from the cache and is " +
			"not reclaimed yet.",
		seen: "6.1.192 and 6.12.117 shut down in the recorded runs. The recorded run of 7.3.4 met the inode a moment later and got -ENODATA; of four more runs of it three shut down.",
		runs: []string{"v6.1.192/S4b.mk-rmapbt-1_reflink-0.jsonl", "v6.12.117/S4b.jsonl"}, ran: true,
		commands: daxMount + "    dd if=/dev/zero of=/m/f1 bs=4k count=8; sync\n" +
			"    echo 2 > /proc/sys/vm/drop_caches; echo $pfn > $P    # of page 2 of /m/f1, at once\n" +
			"    stat /m/f1    # EIO: shut down\n",
	},
	"C12": {
		sees: "On a filesystem without a reverse map nobody is told of poison in a block that two files share: memory_failure ends with -EBUSY, the " +
			"processes keep their mappings and go on reading the page.",
		seen: "7.3.4 returned -EBUSY, signalled nobody and left both mappings; 6.12.117 oopses at the same place.",
		runs: []string{"v7.3.4/S22r.ek-1.jsonl"}, ran: true,
		commands: "    # boot with memmap=512M!1G; sysctl vm.memory_failure_early_kill=1\n" +
			"    mkfs.xfs -f -m rmapbt=0,reflink=1 /dev/pmem0 && mount -o dax=always /dev/pmem0 /m\n" +
			"    dd if=/dev/zero of=/m/f1 bs=4k count=8; cp --reflink /m/f1 /m/f2\n" +
			"    # A maps f1, B maps f2, both read page 2; A: madvise(page 2, 4096, MADV_HWPOISON)\n",
	},
	"C13": {
		sees: "The pmem driver is unbound under a filesystem without a reverse map: the removal is told that nobody handled it and goes on, " +
			"as it does on an ext4, which has no holder and is not asked. Processes keep their mappings of memory that is no longer there.",
		commands: boot +
			"    mkfs.xfs -f -m rmapbt=0,reflink=0 /dev/pmem0 && mount -o dax=always /dev/pmem0 /m\n" +
			"    # A maps /m/f1 MAP_SHARED and touches it\n" +
			"    echo namespace0.0 > /sys/bus/nd/drivers/nd_pmem/unbind\n" +
			"    # A reads the page still, and has no signal; the struct page below that PTE is gone\n",
	},
	"C14": {
		sees: "The device of an external log is unbound: the removal is reported as done before the filesystem stops. Between that and del_gendisk " +
			"it runs on with a log that is about to go.",
		commands: "    # boot with memmap=512M!1G memmap=512M!2G\n" +
			"    mkfs.xfs -f -l logdev=/dev/pmem1 /dev/pmem0 && mount -o dax=always,logdev=/dev/pmem1 /dev/pmem0 /m\n" +
			"    echo namespace1.0 > /sys/bus/nd/drivers/nd_pmem/unbind\n",
	},
	"C16": {
		sees: "A filesystem with a realtime section inside its data device: poison in a block of the data section is looked up as if it were of the " +
			"realtime section, and so is the removal of the device. Who maps it is not told, and lost metadata there does not shut the filesystem down.",
		none: "It takes a filesystem with an internal realtime section and DAX, which was not set up.",
	},
	"C20": {
		sees: "More than 16 pages fail on one CPU before its worker gets to run, as when a scrubber reports a burst of them. For the rest the " +
			"log has \"buffer overflow when queuing memory failure\", and nothing else happens: who maps such a page is not told and keeps it, and a " +
			"filesystem whose metadata is lost goes on.",
		none: "It takes more events in interrupts of one CPU than its kfifo has room for. That was not tried.",
	},
	"C23": {
		sees: "A health monitor is told, when a pmem device is unbound, that the files there have lost their data, though all of it can still be read.",
		commands: boot + mkfsDax + "    # A maps /m/d/f1, of the last allocation group: in another one R09 comes first\n" +
			"    # a program listens with fanotify, FAN_FS_ERROR, on /m\n" +
			"    echo namespace0.0 > /sys/bus/nd/drivers/nd_pmem/unbind\n",
	},
	"C25": {
		sees: "The second filesystem of a pmem device is mounted without DAX, since the first one holds the dax_device. It has nobody to be told by: " +
			"poison in its metadata does not shut it down.",
		commands: secondFilesystem,
	},
	"K01": {
		sees: "Memory fails and nobody asked for early kill: the page stays mapped. The kernel logs it as Recovered; the process reads the poison " +
			"later and takes a machine check. With a reflinked page the owners other than the consumer keep their mapping.",
		seen: "7.3.4 returned 0 and left the page in the page table of the process that had touched it.",
		runs: []string{"v7.3.4/S4.jsonl"}, ran: true,
		commands: daxMount + "    sysctl vm.memory_failure_early_kill=0\n" +
			"    # A and B map /m/f1 MAP_SHARED, only B reads page 5\n" +
			"    echo $pfn > $P    # of page 5, by A\n" +
			"    # /proc/B/pagemap still has the page, and B has no signal\n",
	},
	"K02": {
		sees: "Under memory pressure a process that asked for early kill is not told: there was no memory for its entry in the list, and it is left out. The kernel logs that it was out of memory. Where nobody else is in the list, as in the race below, the page stays mapped too (N19).",
		none: needsFailure + "Here it is kmalloc(GFP_ATOMIC) in __add_to_kill.",
	},
	"K04": {
		sees: "A process that wrote to a MAP_PRIVATE mapping, and so has a copy of its own, gets SIGBUS for that copy when the page of the file fails.",
		commands: daxMount + "    sysctl vm.memory_failure_early_kill=1\n" +
			"    # A maps /m/f1 MAP_PRIVATE, reads page 2 and then writes to it: a write alone leaves the DAX entry empty\n" +
			"    echo $pfn > $P    # of page 2 of the file\n" +
			"    # A: BUS_MCEERR_AO\n",
	},
	"K05": {
		sees: "On ext4, and where else no filesystem is asked, with large folios: the first page of the folio is marked as poisoned instead of the failed one, and who maps only the failed one is not told. " +
			"For device-dax the mark on the head is meant, by the comment at mf_generic_kill_procs.",
		none: "It takes a large folio that a filesystem without a notification has mapped by a huge entry, which was not set up.",
	},
	"K10": {
		sees: "A process that asked for early kill and mapped the file is not told of a page that it has not touched yet. It learns of it when it does.",
		seen: "6.12.117 told none of two processes that had mapped a page and not touched it, with vm.memory_failure_early_kill=1. It is how every kernel does it, and only a stricter policy calls it wrong.",
		runs: []string{"v6.12.117/S4.ek-1.jsonl"}, ran: true,
		commands: daxMount + "    sysctl vm.memory_failure_early_kill=1\n" +
			"    # A and B map /m/f1 MAP_SHARED and do not touch page 2\n" +
			"    echo $pfn > $P    # of page 2: no signal\n",
	},
	"K16": {
		sees: "A process that writes to a shared page of a DAX file, whose block has failed, gets BUS_ADRERR instead of BUS_MCEERR_AR: to its handler that is a bug of the " +
			"process, not the loss of a page.",
		commands: daxMount + sharedBad +
			"    # A reads page 2: BUS_MCEERR_AR; A writes to page 2: BUS_ADRERR\n",
	},
	"X02": {
		sees: "The DAX entry of a file page names another block than the file has, since a copy on write failed (X03) or met a write(2) (N11). " +
			"When the file's block fails, the page that the entry names is marked: a healthy page.",
		none: narrowWindow + "Where the copy fails before the event, X03 has commands.",
	},
	"X03": {
		sees: "A copy on write fails after the entry was made, and the entry names a block that is not the file's. A later event marks a healthy page.",
		commands: daxMount + sharedBad +
			"    # A writes to page 2: BUS_ADRERR, and the entry of page 2 names the block of the copy\n" +
			"    echo $pfn > $P    # of page 2: the page of the copy has PageHWPoison, as crash or drgn shows\n",
	},
	"X04": {
		sees: "A process that touches a reflinked page and a memory failure of the same page stop each other for good. No later memory failure of the " +
			"machine is handled, because mf_mutex is held. Neither lock is known to lockdep.",
		seen: "6.12.117 and 7.3.4 stopped within a second; the [stacks](../conformance.md) are those of the race below. The same loop on a file that was never reflinked went on.",
		ran:  true,
		commands: daxMount + "    dd if=/dev/zero of=/m/f1 bs=4k count=8; cp --reflink /m/f1 /m/f2\n" +
			"    # A: for (;;) { read page 2 of f1 (MAP_SHARED); madvise(page 2, 4096, MADV_DONTNEED); }\n" +
			"    while :; do echo $pfn > $P; done    # B: of page 2 of f1\n",
	},
	"X06": {
		sees: "After the event the next access maps the failed page again: who was told, or was never told, reads the poison.",
		seen: "7.3.4, 6.12.117 and 6.1.192 mapped the page again. The poison was simulated, so that the access succeeded; badblocks were not set.",
		runs: []string{"v7.3.4/S2.jsonl"}, ran: true,
		commands: boot + mkfsDax + "    # A and B map page 2 of /m/f1 and touch it; A: madvise(page 2, 4096, MADV_HWPOISON)\n" +
			"    # B reads the page: no SIGBUS, and it is in its page table again\n",
	},
	"X15": {
		sees: "A process unmaps the range between the search and the signal: the signal names an address that is not its any more, or is of something else by then.",
		none: narrowWindow + "Only a stricter policy calls it wrong.",
	},
	"X16": {
		sees: "After an unbind a process still maps the device: a read fault mapped a file page that the walk of the removal was past.",
		none: "The window is the rest of the walk, over the records and groups that follow. The recorded unbind of 7.3.4 shows the first half: a process was unmapped and signalled, " +
			"read the page, and it was in its page table again. kill_dax did not return there (R09).",
	},
	"X21": {
		sees: "A filesystem has shut down, and then a page of file data fails that processes still map: nobody is told and nothing is unmapped, since the reverse map cannot be read any more.",
		seen: "7.3.4 returned -EIO, signalled nobody and left both mappings.",
		runs: []string{"v7.3.4/S34.jsonl"}, ran: true,
		commands: daxMount + "    sysctl vm.memory_failure_early_kill=1\n" +
			"    # A and B map /m/f1 and touch page 2\n" +
			"    echo $pfn0 > $P    # of block 0, the header of AG 0: the filesystem shuts down\n" +
			"    echo $pfn > $P     # of page 2: -EIO, no signal, both page tables still have it\n",
	},
	"L01": {
		sees: "An unmount and a memory failure meet: the kernel oopses in xfs_dax_notify_failure, whose mp is NULL, with mf_mutex and dax_srcu held. No later memory failure of the " +
			"machine is dealt with, and the driver of the device cannot be unbound.",
		none: umountWindow,
	},
	"L03": {
		sees: "Use of a freed mount when an unmount and a memory failure meet: nothing waits for the callback that is under way.",
		none: umountWindow,
	},
	"L10": {
		sees: "Who froze the filesystem for a snapshot, and thaws it after the pmem driver was unbound, gets EINVAL: somebody else has thawed it meanwhile. " +
			"So it is by a descriptor from before the removal; fsfreeze -u opens the directory again, and fails with EIO at that. " +
			"Writers that waited for the thaw do not wait for the user's: they go on, with EIO. Where the unbind does not return (R09) it is not seen.",
		commands: boot + mkfsDax + "    exec 9< /m; fsfreeze -f /m\n" +
			"    echo namespace0.0 > /sys/bus/nd/drivers/nd_pmem/unbind\n" +
			"    python3 -c 'import fcntl; fcntl.ioctl(9, 0xc0045878, 0)'    # FITHAW: Invalid argument\n",
	},
	"L06": {
		sees: "Use of what an unmount frees, when a memory failure comes while it does: the groups go first, and the holder is there until later. " +
			"6.1 and 6.12 then follow a group that is NULL; 7.3.4 finds none and returns 0, or follows a holder that is NULL.",
		none: umountWindow,
	},
	"D01": {
		sees: "A filesystem with DAX on device mapper is never asked. Poison in its metadata does not shut it down, and of a block that two files share nobody is told.",
		seen: "On dm-linear 7.3.4 got -EOPNOTSUPP from the holder, never called XFS, and returned -EBUSY for a block that two files share, with nobody told. That lost metadata goes unnoticed follows from the model.",
		runs: []string{"v7.3.4/S12r.ek-1.jsonl"}, ran: true,
		commands: "    # boot with memmap=512M!1G; sysctl vm.memory_failure_early_kill=1\n" +
			"    # dmsetup create lin: a linear target on /dev/pmem0\n" +
			"    mkfs.xfs -f -m rmapbt=1,reflink=1 /dev/mapper/lin && mount -o dax=always /dev/mapper/lin /m\n" +
			"    dd if=/dev/zero of=/m/f1 bs=4k count=8; cp --reflink /m/f1 /m/f2\n" +
			"    # A maps f1, B maps f2, both read page 2; A: madvise(page 2, 4096, MADV_HWPOISON): EBUSY\n",
	},
	"D10": {
		sees: "Two partitions of one pmem device have an XFS each. Poison in the metadata of the second that was mounted does not shut it down: " +
			"the first one is asked, and answers -ENXIO.",
		commands: secondFilesystem,
	},
	"D11": {
		sees: "XFS with reflink on a partition, mounted dax=inode, becomes the holder of the whole device. Users of an ext4 on the other partition are not told any more.",
		commands: boot + twoPartitions +
			"    mkfs.ext4 -F /dev/pmem0p1; mkfs.xfs -f -m rmapbt=1,reflink=1 /dev/pmem0p2\n" +
			"    mount -o dax=always /dev/pmem0p1 /m1; mount -o dax=inode /dev/pmem0p2 /m2\n" +
			"    # A maps a file of /m1 and touches it: madvise(MADV_HWPOISON): ENXIO, and no signal\n",
	},
	"B06": {
		sees: "Poison in a block of a directory's data is passed over. The filesystem runs on with a directory that cannot be read.",
		commands: daxMount + "    mkdir /m/d; touch /m/d/{1..1000}; sync    # more than fits the inode\n" +
			"    ls /m/d > /dev/null; echo $pfn > $P       # of a block of /m/d: xfs_bmap -v, in sectors\n" +
			"    touch /m/x    # works: not shut down\n",
	},
	"G19": {
		sees: "As L03: the choice is the same.",
		none: umountWindow,
	},
	"N01": {
		sees: "A process has just written to a shared page and maps its copy. The memory of the copy fails before the extent is moved: it is taken for metadata, the filesystem shuts down, and the process is not told.",
		none: narrowWindow,
	},
	"N02": {
		sees: "An event over two allocation groups, of which the header of the first cannot be read: owners of blocks in the second are not told either.",
		none: needsFailure + "Here the AGF of one group cannot be read.",
	},
	"N03": {
		sees: "HardwareCorrupted in /proc/meminfo grows with each event on the same page: a page that a scrubber reports again and again counts as many.",
		seen: "6.12.117 counted 4 kB for each of five injections into one page. The recorded runs do not have the counter.",
		ran:  true,
		commands: daxMount + "    # A maps /m/f1 and touches page 2\n" +
			"    for i in 1 2 3 4 5; do echo $pfn > $P; done; grep HardwareCorrupted /proc/meminfo    # 20 kB\n",
	},
	"N04": {
		sees: "Two threads of a process run into poison in one page of its own memory, or inject it, at once. The first event unmaps the page, tells the process and leaves a " +
			"hwpoison entry; the second one finds that entry and tells it again. Of a DAX page nothing is left: who was unmapped and not told by the first event is not told by the second.",
		commands: "    # two threads of A, of the same page of private memory, at once and in a loop over fresh pages:\n" +
			"    # madvise(page, 4096, MADV_HWPOISON); a handler counts the SIGBUS of each si_addr\n",
	},
	"N05": {
		sees: "The pmem driver is unbound. One process maps 2 MiB of a file by one entry, another one a single page of them: all 2 MiB are unmapped for the first, " +
			"and the second loses its mapping, is on no list by then and has no signal.",
		commands: boot + mkfsDax + "    fallocate -l 4M /m/f1    # a 2 MiB extent, aligned\n" +
			"    # A maps /m/f1 aligned to 2 MiB and touches it; B maps the second page of those 2 MiB alone and touches it\n" +
			"    echo namespace0.0 > /sys/bus/nd/drivers/nd_pmem/unbind    # A has SIGBUS, B none\n",
	},
	"N08": {
		sees: "A callback begins on a filesystem whose unmount has begun: SB_BORN is still set there.",
		none: "The window is from put_super to fs_put_dax, as long as xfs_unmountfs takes; that the callback began would have to be probed. Nothing was run.",
	},
	"N11": {
		sees: "A program writes with write(2) to a page that its file shares with another one, while a process reads that page through a mapping: the process can be left with the old block, " +
			"which is the other file's. It does not see what was written, and a failure of the new block does not reach it.",
		commands: daxMount + "    dd if=/dev/urandom of=/m/f1 bs=1M count=64; cp --reflink /m/f1 /m/f2\n" +
			"    # A: for (;;) { read every page of f2 (MAP_SHARED); }\n" +
			"    # B: pwrite(f2, new, 64 << 20, 0), once; the window is from the start of the copy of an extent to its end\n" +
			"    # A has pages that differ from what read(2) gives; else reflink again and repeat\n",
	},
	"N12": {
		sees: "XFS on pmem with dax=never: a block fails that the page cache has a copy of. memory_failure ends with Recovered, and who maps the file goes on with the copy, which is good. " +
			"Once the page has been dropped the block cannot be read any more; no process was told.",
		commands: corruptPfn + pfnOf +
			"    mkfs.xfs -f -m rmapbt=1,reflink=1 /dev/pmem0 && mount -o dax=never /dev/pmem0 /m\n" +
			"    # A maps /m/f1 MAP_SHARED and reads page 2\n" +
			"    echo $pfn > $P    # of the block of page 2: 0, no signal, and A maps the page still\n",
	},
	"N17": {
		sees: "A process reads a reflinked page while another one, which asked for early kill, maps the same file. If the page fails then, neither is told, the reader keeps the page, and memory_failure calls it recovered.",
		commands: daxMount + "    sysctl vm.memory_failure_early_kill=0\n" +
			"    dd if=/dev/zero of=/m/f1 bs=4k count=8; cp --reflink /m/f1 /m/f2\n" +
			"    # A: prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY); maps f2 MAP_SHARED, reads page 2\n" +
			"    # B: maps f2 MAP_SHARED, reads page 2: that unmaps it from A\n" +
			"    echo $pfn > $P    # of page 2: 0, no signal to A or B, /proc/B/pagemap still has the page\n",
	},
	"N22": {
		sees: "Memory fails twice. At the first failure the filesystem shuts down, though only file data of a file that was just closed is lost; at the second one nobody who maps the page is told.",
		commands: daxMount + "    dd if=/dev/zero of=/m/f1 bs=4k count=8; dd if=/dev/zero of=/m/f2 bs=4k count=8; sync\n" +
			"    # A maps f2 MAP_SHARED and reads page 2\n" +
			"    echo 2 > /proc/sys/vm/drop_caches; echo $pfn > $P    # of page 2 of f1, at once: EUCLEAN, as C05\n" +
			"    echo $pfn2 > $P    # of page 2 of f2: EIO, no signal, /proc/A/pagemap still has the page\n",
	},
	"N27": {
		sees: "A process writes to a page that its file shares while the new page fails. The filesystem shuts down, and the page cache of the file keeps an entry " +
			"for a page that the file does not have.",
		none: narrowWindow,
	},
	"N32": {
		sees: "Memory fails in a block that two files share, of which one was just closed. The filesystem shuts down, and a process that maps the other file keeps the page, also when the device is then unbound.",
		none: narrowWindow,
	},
	"N36": {
		sees: "A process writes to a reflinked page of an XFS without a reverse map while the pmem device is unbound. The page cache of the file keeps an entry for a page that the file does not have, of " +
			"memory that is gone.",
		none: narrowWindow,
	},
	"N33": {
		sees: "A process writes to a shared block with write(2) while another one reads it through a mapping, and memory_failure runs on the block: all three hang, and every " +
			"later memory_failure of the machine behind them.",
		none: narrowWindow,
	},
	"N29": {
		sees: "Memory of a pmem device fails that no filesystem has, beyond the end of an XFS that is smaller than its device, while the XFS is unmounted: the kernel oopses.",
		none: narrowWindow,
	},
	"N30": {
		sees: "Memory fails during an unmount, and the kernel oopses. The device is mounted again and works. What fails after that kills nobody and stops nothing: each event hangs in memory_failure.",
		none: narrowWindow,
	},
	"N24": {
		sees: "XFS with DAX on device mapper: a process that faults on a page while it fails maps it after memory_failure has returned -EBUSY.",
		none: narrowWindow,
	},
	"N23": {
		sees: "A process that maps a file twice, or two files that share a block, gets one SIGBUS when the block fails, with one of its addresses. " +
			"It unmaps that and goes on with the other one, until it touches it.",
		seen: "6.12.117 lost the second signal of a process that had the page at two addresses: signal_generate has the result TRACE_SIGNAL_ALREADY_PENDING.",
		runs: []string{"v6.12.117/S24.jsonl"}, ran: true,
		commands: daxMount + "    sysctl vm.memory_failure_early_kill=1\n" +
			"    # A maps /m/f1 MAP_SHARED twice and touches page 2 through both\n" +
			"    echo $pfn > $P    # of page 2: one SIGBUS, with one address\n",
	},
	"N13": {
		sees: "As C16, and the log has \"recovery action for dax page: Recovered\" for a page whose owners nobody looked for.",
		none: "It takes a filesystem with an internal realtime section and DAX, which was not set up.",
	},
	"N14": {
		sees: "An XFS and an ext4, both with DAX, on two partitions of one pmem device: poison in a file of the ext4 ends with ENXIO, and the process that maps it is not told.",
		commands: boot + twoPartitions +
			"    mkfs.xfs -f -m rmapbt=1,reflink=0 /dev/pmem0p1; mkfs.ext4 -F /dev/pmem0p2\n" +
			"    mount -o dax=always /dev/pmem0p1 /m1; mount -o dax=always /dev/pmem0p2 /m2\n" +
			"    # A maps a file of /m2 and touches it: madvise(MADV_HWPOISON): ENXIO, and no signal\n",
	},
	"N15": {
		sees: "A file has just been closed, or deleted, when a page that it shares with another one fails. The filesystem shuts down, and a process that maps the other file still has the failed page.",
		commands: daxMount + "    dd if=/dev/zero of=/m/f1 bs=4k count=8; cp --reflink /m/f1 /m/f2; sync\n" +
			"    # vm.memory_failure_early_kill=0; A maps f2 MAP_SHARED and reads page 2\n" +
			"    echo 2 > /proc/sys/vm/drop_caches; echo $pfn > $P    # of page 2, at once: EUCLEAN, as C05\n" +
			"    # /proc/A/pagemap still has the page, and A has no signal\n",
	},
	"N16": {
		sees: "A process that did not ask for early kill loses its mapping of the failed page and is not told. Its next access maps the page again and reads the poison.",
		seen: "7.3.4, 6.12.117 and 6.1.192 mapped the page again. The poison was simulated, so that the access succeeded.",
		runs: []string{"v7.3.4/S2.jsonl"}, ran: true,
		commands: boot + mkfsDax + "    # A and B map page 2 of /m/f1 and touch it; A: madvise(page 2, 4096, MADV_HWPOISON)\n" +
			"    # B was unmapped; it reads the page: no SIGBUS, and it is in its page table again\n",
	},
	"N18": {
		sees: "A process writes to a reflinked page while the filesystem shuts down for another file's inode. It goes on in memory that is not the file's, and is not told.",
		none: narrowWindow,
	},
	"N19": {
		sees: "Under memory pressure the only process that maps a page is neither told nor unmapped, and memory_failure calls that recovered.",
		none: needsFailure + "Here it is kmalloc(GFP_ATOMIC) in __add_to_kill.",
	},
	"N21": {
		sees: "XFS with DAX on device mapper: unbinding the pmem device below leaves its processes with mappings of memory that is gone. An event after it ends with -ENXIO, or with -EBUSY in 7.3.4 once the struct pages are gone.",
		commands: boot +
			"    # dmsetup create lin: a linear target on /dev/pmem0\n" +
			"    mkfs.xfs -f -m rmapbt=1,reflink=1 /dev/mapper/lin && mount -o dax=always /dev/mapper/lin /m\n" +
			"    # A maps /m/f1 MAP_SHARED and touches it\n" +
			"    echo namespace0.0 > /sys/bus/nd/drivers/nd_pmem/unbind\n" +
			"    # A reads the page still, and has no signal; the struct page below that PTE is gone\n",
	},
	"N20": {
		sees: "A write fault on a reflinked page meets a shutdown for another file's inode. The entry of the page names a block that is not the file's.",
		none: narrowWindow,
	},
}
