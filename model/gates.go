package model

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
)

// A Gate is a lock, or a reference, that one task holds and that keeps others
// from going on: while it is held, some steps can't be taken.
type Gate uint8

// The gates; those of which there are several begin a range.
const (
	gateMutex     Gate = 0             // mf_mutex
	gateAGF            = gateMutex + 1 // a group each
	gateEntry          = gateAGF + MaxGroups
	gateMmaplock       = gateEntry + entries // a file each, in any mode
	gateMmaplockX      = gateMmaplock + MaxFiles
	gateIlock          = gateMmaplockX + MaxFiles
	gateIlockX         = gateIlock + MaxFiles
	gateIolock         = gateIlockX + MaxFiles
	gateIMmap          = gateIolock + MaxFiles
	gateIgrab          = gateIMmap + MaxFiles
	gateMmapLock       = gateIgrab + MaxFiles // a process each
	gateMmapLockX      = gateMmapLock + mm.Procs
	gateUmount         = gateMmapLockX + mm.Procs // a mount each
	gateSrcu           = gateUmount + MaxFS
	gatePgmap          = gateSrcu + 1 // a device each
	NumGates           = gatePgmap + device.Devs
)

// Holds reports whether the task holds the gate.
func (s *State) Holds(task uint8, g Gate) bool {
	id, bit := task+1, uint8(1)<<task
	shared := func(l uint8) bool { return l&bit != 0 }
	excl := func(l uint8) bool { return l == bit|RWExcl }
	switch {
	case g >= gatePgmap:
		return shared(s.Dev[g-gatePgmap].Pgmap)
	case g >= gateSrcu:
		return shared(s.Srcu)
	case g >= gateUmount:
		return s.Mount[g-gateUmount].Umount == id
	case g >= gateMmapLockX:
		return excl(s.MmapLock[g-gateMmapLockX])
	case g >= gateMmapLock:
		return shared(s.MmapLock[g-gateMmapLock])
	case g >= gateIgrab:
		return shared(s.Igrabs[g-gateIgrab])
	case g >= gateIMmap:
		return shared(s.IMmap[g-gateIMmap])
	case g >= gateIolock:
		return shared(s.Iolock[g-gateIolock])
	case g >= gateIlockX:
		return excl(s.Ilock[g-gateIlockX])
	case g >= gateIlock:
		return shared(s.Ilock[g-gateIlock])
	case g >= gateMmaplockX:
		return excl(s.Mmaplock[g-gateMmaplockX])
	case g >= gateMmaplock:
		return shared(s.Mmaplock[g-gateMmaplock])
	case g >= gateEntry:
		return s.Entry[(g-gateEntry)/MaxFilePages][(g-gateEntry)%MaxFilePages].Lock == id
	case g >= gateAGF:
		return s.AGF[g-gateAGF] == id
	}
	return s.MfMutex == id
}

// only reports whether the set is the one thing that the gate is of.
func only(set uint16, g, first Gate) bool { return g >= first && g < first+16 && set == 1<<(g-first) }

// Closed reports whether the task can't take the step while another one holds
// the gate.
func (u *Use) Closed(g Gate, st Step) bool {
	m, sp := u.m, u.sp
	span := u.span(st)
	files := span[perFile]
	within := func(first, last Gate) bool { return g >= first && g < last }
	switch st {
	case mfLock:
		return g == gateMutex
	case xfAgf, apAgf, fdAgf, ceAgf, ueAgf, raAgf:
		return within(gateAGF, gateEntry) && only(span[perGroup], g, gateAGF) &&
			(st != xfAgf || m.is(design.ScanLock, design.ScanHoldsAGF))
	case ftMmaplock:
		return within(gateMmaplockX, gateIlock) && only(files, g, gateMmaplockX)
	case trMmaplock:
		return within(gateMmaplock, gateMmaplockX) && g-gateMmaplock == Gate(sp.File) &&
			m.is(design.TruncateLock, design.TruncateHoldsMmaplock)
	case fdIlock, pcRead, apBmap:
		return within(gateIlockX, gateIolock) && only(files, g, gateIlockX)
	case ceIlock, raIlock:
		return within(gateIlock, gateIlockX) && only(files, g, gateIlock)
	case trIlock, evIlock:
		return g == gateIlock+Gate(sp.File)
	case trIolock, wtIolock:
		return g == gateIolock+Gate(sp.File) || g == gateUmount+Gate(m.Scenario.Files[sp.File].FS)
	case wtMmaplock:
		return g == gateMmaplock+Gate(sp.File)
	case raIolock:
		return g == gateIolock+Gate(sp.To)
	case rlIolock:
		return g == gateIolock+Gate(min(sp.File, sp.To)) || g == gateUmount
	case rlIolock2:
		return sp.File != sp.To && g == gateIolock+Gate(max(sp.File, sp.To))
	case rlMmaplock:
		return g == gateMmaplock+Gate(min(sp.File, sp.To))
	case rlMmaplock2:
		return sp.File != sp.To && g == gateMmaplock+Gate(max(sp.File, sp.To))
	case rlIlock:
		return g == gateIlock+Gate(min(sp.File, sp.To))
	case rlIlock2:
		return sp.File != sp.To && g == gateIlock+Gate(max(sp.File, sp.To))
	case ftStart:
		return g == gateMmapLockX+Gate(sp.Proc)
	case muStart, fkStart, exStart:
		return g == gateMmapLock+Gate(sp.Proc)
	case mpStart:
		return g == gateMmapLock+Gate(sp.Proc) || g == gateUmount+Gate(m.Scenario.Files[sp.File].FS)
	case mpLink:
		return g == gateIMmap+Gate(sp.File)
	case evStart:
		f := Gate(sp.File)
		return g == gateIgrab+f || g == gateIolock+f || g == gateMmaplock+f || g == gateIlock+f ||
			g == gateUmount+Gate(m.Scenario.Files[sp.File].FS)
	case mtStart, unStart:
		return g == gateUmount+Gate(sp.FS)
	case unDrain:
		return within(gateAGF, gateEntry) && m.groupLocks(sp.FS)>>(g-gateAGF)&1 != 0
	case unSrcu:
		_, n := m.slots(sp.FS)
		return n > 0 && g == gateSrcu
	case ubSrcu:
		return g == gateSrcu && m.is(design.KillWait, design.KillWaitsSrcu)
	case ubMarkDead: // nobody holds that of a filesystem which it passes over
		return m.marksDead() && within(gateUmount, gateSrcu) && only(span[perFS], g, gateUmount)
	case ubPgmap:
		return g == gatePgmap+Gate(sp.Dev)
	}
	return false
}

// Barred reports whether the step can't lead on to another one while another
// task holds the gate, though it can be taken: it joins a wait queue instead, or
// finds that it needs no lock.
func (u *Use) Barred(g Gate, st, to Step) bool {
	if st == rlAgf && to == rlMap {
		return g >= gateAGF && g < gateEntry && only(u.span(st)[perGroup], g, gateAGF)
	}
	if g < gateEntry || g >= gateMmaplock || u.m.Scenario.Geometry.Huge {
		return false
	}
	if st == fdEntry && to == fdIlock || st == krLock && to == krCheck && u.m.is(design.EntryLock, design.EntryLocked) {
		return only(u.span(st)[perEntry], g, gateEntry)
	}
	return false
}

// ends are the steps that can return, or end their task.
var ends = [NumSteps]bool{
	mfQueue: true, mfUnlock: true, dpDone: true, gkNext: true, fmUnlock: true, pmReturn: true, dvExit: true, bdRead: true,
	bdReturn: true, blReturn: true, xfReturn: true, ffIget: true, ffIrele: true, krNext: true, krLock: true, kpDone: true,
	apKill: true, gmNext: true, ftEnd: true, fdUnlock: true, ceUnlock: true, pcFind: true, pcUnlock: true,
	ueBmap: true, ueRefcount: true, trUnlock: true, raMap: true, rlUnlock: true, mpUnlock: true, muUnlock: true,
	fkTask: true, exTask: true, evFree: true, mtFail: true, mtReplay: true, unFree: true, ubPgmap: true, lfReport: true, gpDone: true,
	fdMapped: true, wtUnlock: true,
	fzFreeze: true, fzThaw: true,
}

// Ends reports whether the step can return, or end its task.
func (st Step) Ends() bool { return ends[st] }
