package counterexamples

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// effects says what a step did to the state and showed to the outside, in the
// words of a trace. Locks are told by lockChanges.
func effects(before, after *model.State, o *model.Obs, task uint8) []string {
	var e []string
	add := func(format string, args ...any) { e = append(e, fmt.Sprintf(format, args...)) }
	if set := after.HWPoison &^ before.HWPoison; set != 0 {
		add("PageHWPoison(%s)", pages(set))
	}
	st, _ := before.At(task)
	taskEffects(&before.Tasks[task], &after.Tasks[task], add)
	if after.Tasks[task].Want&^before.Tasks[task].Want&model.WantShutdown != 0 {
		add("%s: want_shutdown", reasonToStop(before, task, st))
	}
	mountEffects(before, after, add)
	fileEffects(before, after, add)
	processEffects(before, after, add)
	for d := range before.Dev {
		for bit, what := range statusNames {
			if (after.Dev[d].Status&^before.Dev[d].Status)>>bit&1 != 0 {
				add("%s: %s", devName(uint8(d)), what)
			}
		}
	}
	for i := range before.Tasks {
		woken := after.Tasks[i].Wait &^ before.Tasks[i].Wait & model.WaitWoken
		if uint8(i) != task && woken != 0 {
			add("wakes %s", taskName(uint8(i)))
		}
	}
	if after.NumPoison > before.NumPoison && int(after.NumPoison) > bits.OnesCount16(after.Poisoned) {
		add("HardwareCorrupted: %s, of which %d failed", pageCount(after.NumPoison), bits.OnesCount16(after.Poisoned))
	}
	if after.Budget < before.Budget {
		add("failure injected")
	}
	if st == ubGone { // kill_dax returns nothing
		quiet := *o
		quiet.Flags &^= model.ObsReturned
		o = &quiet
	}
	return append(e, shown(o)...)
}

// Steps of which the effects say less or more than the state does.
var ubGone, ffIget = model.MustStep("ubGone"), model.MustStep("ffIget")

// taskEffects is what a task has found out: owners, processes, errors.
func taskEffects(was, is *model.Task, add func(string, ...any)) {
	if is.NList == was.NList+1 {
		owner := is.List[was.NList] // as model packs it: file, page, number of pages
		add("finds %s", pageName(owner&3, owner>>2&7))
	}
	for found := range uint8(mm.Procs * mm.VMAs) {
		if is.ToKill&^was.ToKill>>found&1 != 0 {
			if is.Addr[found]&addressFault != 0 {
				add("finds %s, the address is -EFAULT", procName(found/mm.VMAs))
				continue
			}
			add("finds %s", vaName(found/mm.VMAs, is.Addr[found]%mm.VA))
		}
	}
	if is.Rc != was.Rc && is.Rc != mm.OK && is.Rc != mm.EFSCORRUPTED { // that one follows from the shutdown
		add("error %v", is.Rc)
	}
}

// addressFault is the bit of an si_addr that could not be computed.
const addressFault = 0x80

// reasonToStop is why the walk is to shut the filesystem down: a record of
// metadata, or an inode that xfs_iget does not give.
func reasonToStop(s *model.State, task uint8, st model.Step) string {
	if st != ffIget {
		return "metadata"
	}
	switch s.Incore[s.Tasks[task].File] {
	case superblock.IncoreLive, superblock.IncoreNone: // a directory
		return "metadata"
	case superblock.IncoreUnlinked:
		return "xfs_iget -ENOENT"
	case superblock.IncoreNew, superblock.IncoreReclaimable, superblock.IncoreEvicting:
	}
	return "xfs_iget -EAGAIN"
}

// statusNames are the words for the bits of device.Dev.Status.
var statusNames = [...]string{"being unbound", "no new mappings", "no new callbacks", "kill_dax is over", "struct pages freed", "failed"}

// pages lists a set of pages.
func pages(set uint16) string { return strings.Join(pageList(set), ", ") }

func mountEffects(before, after *model.State, add func(string, ...any)) {
	for fs := range before.Mount {
		was, is, name := &before.Mount[fs], &after.Mount[fs], fsName(uint8(fs))
		if is.Life != was.Life {
			add("%s: %s", name, lifeNames[is.Life])
		}
		if is.Shutdown != was.Shutdown {
			add("%s: shut down", name)
		}
		switch is.NoGroups &^ was.NoGroups {
		case superblock.GroupsFreed:
			add("%s: perags freed", name)
		case superblock.RefsUneven:
			add("%s: xfs_perag_put of an active reference", name)
		}
		for i, by := range [...]string{"the kernel", "a user"} {
			if (is.Frozen^was.Frozen)>>i&1 != 0 {
				add("%s: %s by %s", name, [...]string{"not frozen", "frozen"}[is.Frozen>>i&1], by)
			}
		}
		if late := is.Deferred &^ was.Deferred; late != 0 {
			add("%s: deferred until SB_BORN: %s", name, pages(late))
		}
	}
	for i := range before.Slot {
		was, is := before.Slot[i], after.Slot[i]
		if is.Data != was.Data && is.Data != 0 {
			add("holder_data%s = %s", slotNames[i], holder(is.Data))
		}
		if is.Ops != was.Ops {
			add("holder_ops%s = %s", slotNames[i], holder(is.Ops))
		}
		if is.Data != was.Data && is.Data == 0 { // kill_dax: the operations first
			add("holder_data%s = %s", slotNames[i], holder(is.Data))
		}
	}
}

// slotNames say whose holder slot it is, when it is not that of the data
// device.
var slotNames = [model.MaxSlots]string{"", " of the second device", " of the log", " of rt"}

// holder is a value of a holder slot, mount+1.
func holder(v uint8) string {
	if v == 0 {
		return "NULL"
	}
	return fsName(v - 1)
}

func fileEffects(before, after *model.State, add func(string, ...any)) {
	for f := range before.Data {
		for i := range before.Data[f] {
			at := pageName(uint8(f), uint8(i))
			if was, is := before.Data[f][i], after.Data[f][i]; was != is {
				if is.Hole() {
					add("%s = hole", at)
				} else {
					add("%s = block %d", at, is.Block())
				}
			}
			if was, is := before.Entry[f][i].Of(), after.Entry[f][i].Of(); was != is {
				if is == device.NoPage {
					add("entry %s = none", at)
				} else {
					add("entry %s = %s", at, pfnName(is))
				}
			}
		}
		ends := func(s *model.State) int { // i_size, in pages
			return model.MaxFilePages - bits.OnesCount16(s.PastEOF>>(f*model.MaxFilePages)&(1<<model.MaxFilePages-1))
		}
		if was, is := ends(before), ends(after); was != is {
			add("%s: i_size %s", fileName(uint8(f)), pageCount(uint8(is)))
		}
		if was, is := before.Incore[f], after.Incore[f]; was != is {
			add("%s: %s", fileName(uint8(f)), stateOfInode(is))
		}
	}
}

// stateOfInode is what the kernel says of an inode in memory.
func stateOfInode(i superblock.Incore) string {
	return [...]string{
		superblock.IncoreNone: "not in core", superblock.IncoreLive: "in use", superblock.IncoreNew: "XFS_INEW",
		superblock.IncoreReclaimable: "XFS_IRECLAIMABLE", superblock.IncoreUnlinked: "XFS_NEED_INACTIVE",
		superblock.IncoreEvicting: "I_FREEING",
	}[i]
}

func processEffects(before, after *model.State, add func(string, ...any)) {
	for p := range uint8(mm.Procs) {
		if born := after.Alive &^ before.Alive >> p & 1; born != 0 {
			add("%s is on the task list", procName(p))
		}
		if gone := before.Alive &^ after.Alive >> p & 1; gone != 0 {
			add("%s is off the task list", procName(p))
		}
		for slot := range before.VMA[p] {
			was, is := before.VMA[p][slot], after.VMA[p][slot]
			vma := vmaName(p, uint8(slot))
			if file, idx, ok := is.Covers(0); was != is && ok {
				add("%s = %s, %s", vma, pageName(file, idx), pageCount(is.Len()))
			} else if was != is {
				add("%s is freed", vma)
			}
		}
		for va := range before.PTE[p] {
			was, is := before.PTE[p][va].Page(), after.PTE[p][va].Page()
			marker := after.PTE[p][va].Is(mm.Marker)
			switch at := vaName(p, uint8(va)); {
			case was == is && marker == before.PTE[p][va].Is(mm.Marker):
			case is == device.NoPage:
				add("%s unmapped", at)
			case marker:
				add("%s unmapped, a marker for %s stays", at, pfnName(is))
			default:
				add("%s maps %s", at, pfnName(is))
			}
		}
	}
}

// shown says what processes, callers and the log see of a step.
func shown(o *model.Obs) []string {
	var e []string
	if o.Flags&(model.ObsSignal|model.ObsRefused) != 0 {
		s := fmt.Sprintf("%s to %s", codeNames[o.Code], procName(o.Proc))
		if o.Code != mm.CodeKill {
			s = fmt.Sprintf("%s to %s", codeNames[o.Code], vaName(o.Proc, o.VA))
		}
		if o.Tid > 0 {
			s += fmt.Sprintf(", thread %d", o.Tid+1)
		}
		if o.Lsb > 0 {
			s += fmt.Sprintf(", %d pages", 1<<o.Lsb)
		}
		e = append(e, s)
	}
	if o.Flags&model.ObsReported != 0 {
		at := pageName(o.Gone.File, o.Gone.Idx)
		if o.Gone.Cnt > 1 {
			at += fmt.Sprintf(", %d pages", o.Gone.Cnt)
		}
		e = append(e, fmt.Sprintf("fserror_report_data_lost(%s)", at))
	}
	switch {
	case o.Flags&model.ObsTouched == 0:
	case o.Freed == model.FreedReference:
		e = append(e, o.Freed.String())
	case slices.Contains([]model.Freed{model.FreedHolder, model.FreedGroup, model.FreedMapping, model.FreedPgmapOps}, o.Freed): // NULL or no pointer, not freed
		e = append(e, "follows "+o.Freed.String())
	default:
		e = append(e, "uses freed "+o.Freed.String())
	}
	if o.Flags&model.ObsOverrun != 0 {
		e = append(e, "goes past the end of the record")
	}
	if o.Flags&model.ObsAGFError != 0 {
		e = append(e, "the AGF cannot be read")
	}
	if o.Flags&model.ObsReturned != 0 && o.Rc == mm.ENOSPC { // memory_failure_queue returns nothing
		e = append(e, "the queue is full: only the log has the event")
	} else if o.Flags&model.ObsReturned != 0 {
		e = append(e, "returns "+o.Rc.String())
	}
	return e
}
