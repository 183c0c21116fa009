package main

// A caseOf is a scenario of one event, or of a few.
type caseOf struct{ what, scenario string }

// cases are single events on mappings and blocks of each kind. Block 0 is the
// header of the group; p1 is early-kill, p2 is not; nobody consumed the page
// unless the case says so.
var cases = []caseOf{
	{"mapped, never faulted", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {data: [1]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1}}}
tasks: [{memory-failure: {pfn: 1}}]
`},
	{"late-kill mapper only, scrub", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {data: [1]}}
processes:
  p2: {maps: {m1: {file: f1, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 1}}]
`},
	{"two VMAs of one process", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {data: [1]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}, m2: {file: f1, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 1}}]
`},
	{"event of two pages, both mapped", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {data: [1, 2]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 2, faulted: [0, 1]}}}
tasks: [{memory-failure: {pfn: 1, pages: 2}}]
`},
	{"MAP_PRIVATE, copied", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {data: [1]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, private: true, copied: [0]}}}
tasks: [{memory-failure: {pfn: 1}}]
`},
	{"shared by two files, p1 and p2", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files: {f1: {data: [1]}, f2: {data: [1]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
  p2: {maps: {m1: {file: f2, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 1}}]
`},
	{"shared, no reverse map (rmapbt=0)", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, rmapbt: false}
files: {f1: {data: [1]}, f2: {data: [1]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
  p2: {maps: {m1: {file: f2, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 1}}]
`},
	{"mapped page of an ext4 beside it", `
geometry: {stack: partition, device-pages: 7, blocks: 4, agblocks: 4, reflink: false, second: ext4}
files: {f1: {fs: fs2, data: [13]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 5}}]
`},
	{"free block", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
tasks: [{memory-failure: {pfn: 2}}]
`},
	{"unwritten extent", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {data: [1 unwritten]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1}}}
tasks: [{memory-failure: {pfn: 1}}]
`},
	{"CoW staging block", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files: {f1: {data: [1], cow: [2]}, f2: {data: [1]}}
tasks: [{memory-failure: {pfn: 2}}]
`},
	{"header of a group", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
tasks: [{memory-failure: {pfn: 0}}]
`},
	{"internal log", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false, metadata: [{kind: log, block: 2}]}
tasks: [{memory-failure: {pfn: 2}}]
`},
	{"directory block", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {directory: true, data: [1]}}
tasks: [{memory-failure: {pfn: 1}}]
`},
	{"closed file, inode reclaimable", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {incore: reclaimable, data: [1]}}
tasks: [{memory-failure: {pfn: 1}}]
`},
	{"page after the filesystem", `
geometry: {device-pages: 6, blocks: 4, agblocks: 4, reflink: false}
tasks: [{memory-failure: {pfn: 5}}]
`},
	{"the same page twice", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {data: [1]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 1}}, {memory-failure: {pfn: 1}}]
`},
	{"a header, then a mapped page", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {data: [1]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 0}}, {memory-failure: {pfn: 1}}]
`},
	{"device removed, mapped page", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files: {f1: {data: [1]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
  p2: {maps: {m1: {file: f1, len: 1, faulted: [0]}}}
tasks: [{unbind: {device: pmem0}}]
`},
}

// xfstests are what xfs/550, 551 and 552 set up: two processes that map a page,
// of which the first injects the poison by madvise
// (t_mmap_cow_memory_failure.c). Then the second one asks for early kill, as
// none of them does.
var xfstests = []caseOf{
	{"xfs/550: a DAX file", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files: {f1: {data: [1]}}
processes:
  p1: {maps: {m1: {file: f1, len: 1, faulted: [0]}}}
  p2: {maps: {m1: {file: f1, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 1, source: injected, process: p1}}]
`},
	{"xfs/551: a reflinked one", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files: {f1: {data: [1]}, f2: {data: [1]}}
processes:
  p1: {maps: {m1: {file: f1, len: 1, faulted: [0]}}}
  p2: {maps: {m1: {file: f2, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 1, source: injected, process: p1}}]
`},
	{"xfs/552: a partly reflinked one", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files: {f1: {data: [1, 2]}, f2: {data: [1, 3]}}
processes:
  p1: {maps: {m1: {file: f1, len: 2, faulted: [0, 1]}}}
  p2: {maps: {m1: {file: f2, len: 2, faulted: [0, 1]}}}
tasks: [{memory-failure: {pfn: 1, source: injected, process: p1}}]
`},
	{"xfs/551, p2 wants early kill", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files: {f1: {data: [1]}, f2: {data: [1]}}
processes:
  p1: {maps: {m1: {file: f1, len: 1, faulted: [0]}}}
  p2: {early-kill: true, maps: {m1: {file: f2, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 1, source: injected, process: p1}}]
`},
}

// windows are events beside what begins or ends a mount or a device.
var windows = []caseOf{
	{"mount: metadata fails", `
geometry: {device-pages: 3, blocks: 3, agblocks: 3, reflink: false}
unmounted: [fs1]
tasks: [{memory-failure: {pfn: 0}}, {mount: {fs: fs1}}]
`},
	{"unmount: a page of a file fails", `
geometry: {device-pages: 3, blocks: 3, agblocks: 3, reflink: false}
files: {f1: {data: [1]}}
tasks: [{memory-failure: {pfn: 1}}, {umount: {fs: fs1}}]
`},
	{"unmount: metadata fails", `
geometry: {device-pages: 3, blocks: 3, agblocks: 3, reflink: false}
tasks: [{memory-failure: {pfn: 0}}, {umount: {fs: fs1}}]
`},
	{"unmount, and mount again", `
geometry: {device-pages: 3, blocks: 3, agblocks: 3, reflink: false, second: remount}
unmounted: [fs2]
tasks: [{memory-failure: {pfn: 0}}, {umount: {fs: fs1}}, {mount: {fs: fs2}}]
`},
	{"unbind: a mapped page fails", `
geometry: {device-pages: 3, blocks: 3, agblocks: 3, reflink: false}
files: {f1: {data: [1]}}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
tasks: [{memory-failure: {pfn: 1}}, {unbind: {device: pmem0}}]
`},
	{"no event: unbind and a read fault", `
geometry: {device-pages: 3, blocks: 3, agblocks: 3, reflink: false}
files: {f1: {data: [1]}}
processes:
  p1: {maps: {m1: {file: f1, len: 1}}}
tasks: [{unbind: {device: pmem0}}, {read-fault: {process: p1, map: m1, page: 0}}]
`},
	{"no event: unbind and a CoW fault", `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files: {f1: {data: [1]}, f2: {data: [1]}}
processes:
  p1: {maps: {m1: {file: f1, len: 1}}}
tasks: [{unbind: {device: pmem0}}, {write-fault: {process: p1, map: m1, page: 0}}]
`},
	{"no event: unbind and unmount", `
geometry: {device-pages: 3, blocks: 3, agblocks: 3, reflink: false}
tasks: [{unbind: {device: pmem0}}, {umount: {fs: fs1}}]
`},
}
