package model_test

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model"
)

// An array is a field of a State that holds one thing for each file, process
// and so on: a thing takes size bytes.
type array struct {
	at, size uintptr
	kind     int
}

// arrays are the fields that are told apart thing by thing.
var arrays = func() []array {
	var s model.State
	return []array{
		{unsafe.Offsetof(s.Mount), unsafe.Sizeof(s.Mount[0]), model.PerFS},
		{unsafe.Offsetof(s.Data), unsafe.Sizeof(s.Data[0][0]), model.PerEntry},
		{unsafe.Offsetof(s.Entry), unsafe.Sizeof(s.Entry[0][0]), model.PerEntry},
		{unsafe.Offsetof(s.Cow), unsafe.Sizeof(s.Cow[0]), model.PerFile},
		{unsafe.Offsetof(s.Incore), 1, model.PerFile},
		{unsafe.Offsetof(s.Igrabs), 1, model.PerFile},
		{unsafe.Offsetof(s.Iolock), 1, model.PerFile},
		{unsafe.Offsetof(s.Mmaplock), 1, model.PerFile},
		{unsafe.Offsetof(s.Ilock), 1, model.PerFile},
		{unsafe.Offsetof(s.IMmap), 1, model.PerFile},
		{unsafe.Offsetof(s.VMA), unsafe.Sizeof(s.VMA[0]), model.PerSpace},
		{unsafe.Offsetof(s.PTE), unsafe.Sizeof(s.PTE[0]), model.PerSpace},
		{unsafe.Offsetof(s.MmapLock), 1, model.PerProc},
		{unsafe.Offsetof(s.Slot), unsafe.Sizeof(s.Slot[0]), model.PerSlot},
		{unsafe.Offsetof(s.Dev), unsafe.Sizeof(s.Dev[0]), model.PerDev},
		{unsafe.Offsetof(s.AGF), 1, model.PerGroup},
	}
}()

// changed is the things in which two states differ, but for what is the
// task's own. Records of the reverse map are taken for those of any group.
func changed(m *model.Machine, a, b *model.State, own uint8) (o model.Objects) {
	x, y := bytesOf(a), bytesOf(b)
	var s model.State
	page, alive, ref := unsafe.Offsetof(s.HWPoison), unsafe.Offsetof(s.Alive), unsafe.Offsetof(s.Ref)
	reflink, ends := unsafe.Offsetof(s.Reflink), unsafe.Offsetof(s.PastEOF)
	for i := range x {
		if x[i] == y[i] || taskOf[i] == int8(own) && partOf[i] != model.BitWaiters {
			continue
		}
		at, parts := uintptr(i), partsOf(i, x[i]^y[i])
		switch parts {
		case model.BitWaiters:
			for _, wait := range [2]byte{x[i] &^ 0x80, y[i] &^ 0x80} {
				if wait != 0 {
					o = o.Or(parts.Of(model.PerEntry, 1<<(wait-1)))
				}
			}
		case model.BitHWPoison:
			o = o.Or(parts.Of(model.PerPage, uint16(x[i]^y[i])<<(8*(at-page))))
		case model.BitAlive:
			o = o.Or(parts.Of(model.PerProc, uint16(x[i]^y[i])<<(8*(at-alive))))
		case model.BitReflink:
			o = o.Or(parts.Of(model.PerFile, uint16(x[i]^y[i])<<(8*(at-reflink))))
		case model.BitSize: // a byte is of two files
			for half := range 2 {
				if (x[i]^y[i])>>(4*half)&0xF != 0 {
					o = o.Or(parts.Of(model.PerFile, 1<<(2*int(at-ends)+half)))
				}
			}
		case model.BitRef:
			o = o.Or(parts.Of(model.PerGroup, 1<<m.GroupOf(uint8(at-ref))))
		case model.BitRmap:
		default:
			o = o.Or(thing(at, parts))
		}
	}
	return o
}

// thing is the one that a byte belongs to.
func thing(at uintptr, parts model.Bits) model.Objects {
	for _, f := range arrays {
		n := uintptr(parts.Count(f.kind))
		if at >= f.at && at < f.at+n*f.size {
			return parts.Of(f.kind, 1<<((at-f.at)/f.size))
		}
	}
	return parts.All()
}

// A task comes to no step that Use leaves out, changes nothing that Use does
// not name, and nothing that another task guards; and while another one holds
// a gate it takes no step that the gate closes.
func TestTasksKeepToTheirUse(t *testing.T) {
	closed, barred := 0, 0
	forTrials(300, func(tr *trial) {
		var uses [model.MaxTasks]*model.Use
		for task := range uint8(tr.m.Scenario.TaskCount()) {
			uses[task] = tr.m.Use(task)
		}
		tr.steps(func(i int, st model.Step, a model.Action, before, after *model.State) {
			touch, ok := uses[a.Task].Touch(st)
			require.True(t, ok, "task %d comes to %v", a.Task, st)
			alone, _, _ := tr.m.Next(before, a.Task)
			wrote := changed(tr.m, before, after, a.Task)
			may := touch.Writes.Or(touch.Adds)
			require.Zero(t, wrote.Without(may), "%v of task %d writes more", st, a.Task)
			require.Zero(t, wrote.And(alone), "%v of task %d writes what belongs to others", st, a.Task)
			for other := range uint8(tr.m.Scenario.TaskCount()) {
				if other == a.Task {
					continue
				}
				require.Zero(t, wrote.And(before.Guarded(other)), "%v writes what task %d guards", st, other)
				for g := range model.NumGates {
					if !before.Holds(other, g) {
						continue
					}
					require.False(t, uses[a.Task].Closed(g, st), "%v of task %d is taken, gate %d is closed", st, a.Task, g)
					if to, ok := after.At(a.Task); ok {
						require.False(t, uses[a.Task].Barred(g, st, to), "%v goes on to %v, gate %d bars it", st, to, g)
					}
				}
			}
		})
		for i := range tr.states {
			s := &tr.states[i]
			for task, use := range uses {
				st, ok := s.At(uint8(task))
				if use == nil || !ok {
					continue
				}
				for g := range model.NumGates {
					for other := range uses {
						if other != task && s.Holds(uint8(other), g) && use.Closed(g, st) {
							closed++
						}
						if other != task && s.Holds(uint8(other), g) && len(st.Leads()) > 0 && use.Barred(g, st, st.Leads()[0]) {
							barred++
						}
					}
				}
			}
		}
	})
	require.Greater(t, closed, 100)
	require.Greater(t, barred, 10)
}
