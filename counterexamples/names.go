package counterexamples

import (
	"fmt"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// What a scenario file and a trace call the things that the model numbers
// from 0.
const (
	filePrefix   = "f"    // inodes
	procPrefix   = "p"    // processes
	mapPrefix    = "m"    // VMAs of a process
	fsPrefix     = "fs"   // filesystems
	devicePrefix = "pmem" // devices; the kernel numbers them from 0
	taskPrefix   = "CPU"  // tasks, from 0 as in a race
)

func fileName(f uint8) string { return numbered(filePrefix, f, 1) }
func procName(p uint8) string { return numbered(procPrefix, p, 1) }
func fsName(fs uint8) string  { return numbered(fsPrefix, fs, 1) }
func devName(d uint8) string  { return numbered(devicePrefix, d, 0) }
func taskName(t uint8) string { return numbered(taskPrefix, t, 0) }

func numbered(prefix string, n, first uint8) string {
	return fmt.Sprintf("%s%d", prefix, int(n)+int(first))
}

// pageName is a file page, f1:0.
func pageName(file, idx uint8) string { return fmt.Sprintf("%s:%d", fileName(file), idx) }

// pageCount is a number of pages.
func pageCount(n uint8) string {
	if n == 1 {
		return "1 page"
	}
	return fmt.Sprintf("%d pages", n)
}

// pfnName is a page of a device or of main memory.
func pfnName(p device.Page) string { return fmt.Sprintf("pfn %d", p) }

// vmaName is a mapping of a process, p1 m1.
func vmaName(proc, slot uint8) string {
	return procName(proc) + " " + numbered(mapPrefix, slot, 1)
}

// vaName is an address: the page of a mapping of a process, p1 m1:0.
func vaName(proc, va uint8) string {
	return fmt.Sprintf("%s %s:%d", procName(proc), numbered(mapPrefix, va/mm.VMAPages, 1), va%mm.VMAPages)
}

// The words of the scenario format, by the values of the model.
var (
	stackNames  = []string{"plain", "partition", "linear", "snapshot", "raid1"}
	typeNames   = []string{"xfs", "ext4"}
	secondNames = []string{"none", "ext4", "xfs", "remount"}
	logNames    = []string{"internal", "external"}
	rtNames     = []string{"none", "external", "internal"}
	metaNames   = []string{"none", "inobt", "log", "attr", "bmbt"}
	sourceNames = []string{"scrub", "consumed", "injected", "written"}
	incoreNames = []string{"none", "live", "new", "reclaimable"}
	kindNames   = [model.NumTaskKinds]string{
		model.TaskMemoryFailure: "memory-failure",
		model.TaskReadFault:     "read-fault",
		model.TaskWriteFault:    "write-fault",
		model.TaskTruncate:      "truncate",
		model.TaskPunch:         "punch",
		model.TaskReflink:       "reflink",
		model.TaskMmap:          "mmap",
		model.TaskMunmap:        "munmap",
		model.TaskFork:          "fork",
		model.TaskExit:          "exit",
		model.TaskEvict:         "evict",
		model.TaskMount:         "mount",
		model.TaskUmount:        "umount",
		model.TaskUnbind:        "unbind",
		model.TaskLegFailure:    "leg-failure",
		model.TaskPin:           "pin",
		model.TaskWrite:         "write",
		model.TaskFreeze:        "freeze",
	}
)

// lifeNames and codeNames are the words of traces only.
var (
	lifeNames = [...]string{
		superblock.LifeNone: "not mounted", superblock.LifeMounting: "mounting", superblock.LifeBorn: "SB_BORN",
		superblock.LifePutSuper: "put_super has begun", superblock.LifeFreed: "freed",
	}
	codeNames = [...]string{
		0: "no signal", mm.CodeAO: "SIGBUS BUS_MCEERR_AO", mm.CodeAR: "SIGBUS BUS_MCEERR_AR", mm.CodeKill: "SIGKILL", mm.CodeADRERR: "SIGBUS BUS_ADRERR",
	}
)
