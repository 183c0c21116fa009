package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/spec"
)

const none = spec.None

// A run is a monitor and the world that it has seen last.
type run struct {
	t  *testing.T
	m  spec.Monitor
	fx spec.Fixed
	w  spec.World
}

// A change is what a step does to the world.
type change = func(w *spec.World)

// newRun is two live filesystems, of pages 0 to 3 and 4 to 7, each on a device
// of its own, and a process of two: the first is to be told early, and maps
// page 0 at 0 and page 1 at 1; the second maps page 0 at 2.
func newRun(t *testing.T) *run {
	t.Helper()
	r := &run{t: t}
	r.fx = spec.Fixed{
		FSPages:   [spec.Mounts]spec.PageSet{0x00F, 0x0F0},
		DevPages:  [spec.Devs]spec.PageSet{0x00F, 0x0F0, 0xF00},
		EarlyKill: 1 << 0,
		FileFS:    [spec.Files]uint8{0, 1, 0},
	}
	for proc := range r.w.PTE {
		for va := range r.w.PTE[proc] {
			munmap(uint8(proc), uint8(va))(&r.w)
		}
	}
	for f := range r.w.Entry {
		for i := range r.w.Entry[f] {
			r.w.Entry[f][i], r.w.Block[f][i] = none, none
		}
	}
	r.w.Mount = [spec.Mounts]spec.Life{spec.Live, spec.Live}
	r.w.Alive = 1<<0 | 1<<1
	for _, c := range []change{mmap(0, 0, 0), mmap(0, 1, 1), mmap(1, 2, 0)} {
		c(&r.w)
	}
	return r
}

// step runs one step.
func (r *run) step(f spec.Fact, changes ...change) {
	now := r.w
	for _, c := range changes {
		c(&now)
	}
	r.m.Observe(&r.fx, &r.w, &now, &f)
	r.w = now
}

// other is a step of a task that is no event.
func (r *run) other(changes ...change) { r.step(spec.Fact{Task: 3}, changes...) }

// event is a step of an event.
func (r *run) event(task uint8, changes ...change) {
	r.step(spec.Fact{Task: task, Event: true}, changes...)
}

func (r *run) raise(task uint8, of spec.Raised, changes ...change) {
	r.step(spec.Fact{Task: task, Event: true, Raised: true, Of: of}, changes...)
}

func (r *run) returns(task uint8, rc int8) {
	r.step(spec.Fact{Task: task, Event: true, Returned: true, Rc: rc})
}

func (r *run) signal(task uint8, sig spec.Signal) {
	r.step(spec.Fact{Task: task, Event: true, Signal: true, Sig: sig})
}

// excuse is an injected error that hides the owners of the pages.
func (r *run) excuse(task uint8, pages ...uint8) {
	r.step(spec.Fact{Task: task, Event: true, Excused: set(pages...)})
}

func (r *run) begins(task, fs uint8) {
	r.step(spec.Fact{Task: task, Event: true, Begun: true, FS: fs})
}

func (r *run) ends(task uint8) {
	r.step(spec.Fact{Task: task, Event: true, Ended: true})
}

// reports tells userspace of lost data of file pages.
func (r *run) reports(files ...spec.FileSet) {
	f := spec.Fact{Event: true, Reported: true}
	for _, file := range files {
		f.Gone |= file
	}
	r.step(f)
}

// deal is an event on page 0 from its begin to its end, without a fault.
func (r *run) deal() {
	r.raise(0, on(0))
	r.event(0, unmap(0, 0), unmap(1, 2), poison(0))
	r.signal(0, ao(0, 0))
	r.returns(0, 0)
}

func (r *run) open(end spec.End) spec.Set { return r.m.Open(&r.fx, &r.w, &end) }

func set(pages ...uint8) (s spec.PageSet) {
	for _, p := range pages {
		s |= 1 << p
	}
	return s
}

// on is an event that no process consumed.
func on(pages ...uint8) spec.Raised { return spec.Raised{Pages: set(pages...), Current: none} }

// consumed is an event that proc ran into.
func consumed(proc uint8, pages ...uint8) spec.Raised {
	return spec.Raised{Pages: set(pages...), Current: proc, Consumed: true}
}

func removal(pages ...uint8) spec.Raised {
	return spec.Raised{Pages: set(pages...), Current: none, Removal: true}
}

func loss(pages ...uint8) spec.Raised {
	return spec.Raised{Pages: set(pages...), Current: none, Loss: true}
}

func ao(proc, va uint8) spec.Signal { return spec.Signal{Proc: proc, VA: va, Code: spec.AO} }
func ar(proc, va uint8) spec.Signal { return spec.Signal{Proc: proc, VA: va, Code: spec.AR} }

func mmap(proc, va, page uint8) change {
	return func(w *spec.World) {
		w.PTE[proc][va], w.Owned[proc][va], w.Under[proc][va] = page, page, page
	}
}

func munmap(proc, va uint8) change {
	return func(w *spec.World) {
		mmap(proc, va, none)(w)
		w.Marked &^= spec.At(proc, va)
	}
}

func fault(proc, va, page uint8) change {
	return func(w *spec.World) { w.PTE[proc][va] = page }
}

func unmap(proc, va uint8) change { return fault(proc, va, none) }

func truncate(proc, va uint8) change {
	return func(w *spec.World) { w.Owned[proc][va], w.Under[proc][va] = none, none }
}

// mark puts a marker at a va page of the first process.
func mark(va uint8) change {
	return func(w *spec.World) { w.Marked |= spec.At(0, va) }
}

func unmark(va uint8) change {
	return func(w *spec.World) { w.Marked &^= spec.At(0, va) }
}

// huge makes a va page of the first process part of a huge mapping.
func huge(va uint8) change {
	return func(w *spec.World) { w.Huge |= spec.At(0, va) }
}

func exit(proc uint8) change { return func(w *spec.World) { w.Alive &^= 1 << proc } }
func born(proc uint8) change { return func(w *spec.World) { w.Alive |= 1 << proc } }

func poison(page uint8) change { return func(w *spec.World) { w.HWPoison |= 1 << page } }
func counted(n uint8) change   { return func(w *spec.World) { w.Counted = n } }
func clean(page uint8) change  { return func(w *spec.World) { w.Clean |= 1 << page } }
func stale(page uint8) change  { return func(w *spec.World) { w.Stale |= 1 << page } }
func lost(page uint8) change   { return func(w *spec.World) { w.Lost |= 1 << page } }
func shared(page uint8) change { return func(w *spec.World) { w.Shared |= 1 << page } }

func meta(fs, page uint8) change { return func(w *spec.World) { w.Meta[fs] |= 1 << page } }

func noMeta(fs uint8) change { return func(w *spec.World) { w.Meta[fs] = 0 } }

func shutdown(fs uint8) change { return func(w *spec.World) { w.Shutdown[fs] = true } }

func life(fs uint8, l spec.Life) change { return func(w *spec.World) { w.Mount[fs] = l } }

func frozen(fs uint8, on bool) change { return func(w *spec.World) { w.Frozen[fs] = on } }

func removed(dev uint8) change { return func(w *spec.World) { w.Removed[dev] = true } }

// file is a page of a file, of all files and pages.
func file(f, idx uint8) spec.FileSet { return 1 << (f*spec.FilePages + idx) }

// has makes the reverse map have pages for a page of a file that is in core.
func has(f, idx uint8, pages ...uint8) change {
	return func(w *spec.World) {
		w.Recorded[f][idx] = set(pages...)
		w.InCore |= 1 << f
	}
}

func evict(f uint8) change { return func(w *spec.World) { w.InCore &^= 1 << f } }

// of is a set of properties.
func of(properties ...spec.Property) (s spec.Set) {
	for _, p := range properties {
		s |= 1 << p
	}
	return s
}

// list is the names of the properties of a set.
func list(s spec.Set) []string {
	names := []string{}
	for p := range spec.NumProperties {
		if s.Has(p) {
			names = append(names, p.String())
		}
	}
	return names
}

// What a run violates, and nothing else.
func violates(t *testing.T, runs map[string]judged) {
	t.Helper()
	for name, tc := range runs {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			tc.run(r)
			require.Equal(t, list(tc.want), list(r.m.Violated))
		})
	}
}

// A judged run, with what it violates.
type judged struct {
	run  func(r *run)
	want spec.Set
}

var (
	untold  = of(spec.LostNotification, spec.WrongReturn, spec.Regression)
	left    = untold | of(spec.ReachablePoison)
	silence = of()
)

// Who mapped the page when the event was raised loses the mapping and is told.
func TestMonitorOwed(t *testing.T) {
	violates(t, map[string]judged{
		"dealt with": {func(r *run) { r.deal() }, silence},
		"nothing done": {func(r *run) {
			r.raise(0, on(0))
			r.returns(0, 0)
		}, left},
		"and it says so": {func(r *run) {
			r.raise(0, on(0))
			r.returns(0, -5)
		}, left &^ of(spec.WrongReturn)},
		"-EOPNOTSUPP is as silent as 0": {func(r *run) {
			r.raise(0, on(0))
			r.returns(0, -95)
		}, left},
		"unmapped and not told": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, untold},
		"unmapped one after the other, and not told": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0))
			r.event(0, unmap(1, 2))
			r.returns(0, 0)
		}, untold},
		"unmapped, told, and mapped again": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.signal(0, ao(0, 0))
			r.other(fault(0, 0, 0))
			r.returns(0, 0)
		}, of(spec.ReachablePoison)},
		"unmapped, mapped again, and not told": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.other(fault(0, 0, 0))
			r.returns(0, 0)
		}, left},
		"of a page that somebody else maps": {func(r *run) {
			r.raise(0, on(2))
			r.returns(0, 0)
		}, silence},
		"one of several mappings left": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0))
			r.signal(0, ao(0, 0))
			r.returns(0, 0)
		}, left &^ of(spec.Regression)},
		"a late process is not to be told": {func(r *run) {
			r.fx.EarlyKill = 0
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, silence},
		"but who consumed it is": {func(r *run) {
			r.raise(0, consumed(1, 0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.signal(0, ao(0, 0))
			r.returns(0, 0)
		}, untold},
		"and the early ones too": {func(r *run) {
			r.raise(0, consumed(1, 0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.signal(0, ar(1, 2))
			r.returns(0, 0)
		}, untold},
		"a removal tells everybody": {func(r *run) {
			r.fx.EarlyKill = 0
			r.raise(0, removal(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.signal(0, ao(0, 0))
			r.returns(0, 0)
		}, of(spec.LostNotification)},
		"a page cache page is read again": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, clean(0))
			r.event(0, unmap(0, 0), unmap(1, 2), func(w *spec.World) { w.Clean = 0 })
			r.returns(0, 0)
		}, silence},
		"not so another one": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, clean(1), unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, untold},
		"a lost leg tells nobody": {func(r *run) {
			r.raise(0, loss(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, silence},
		"and unmaps what another leg loses meanwhile": {func(r *run) {
			r.raise(0, loss(2))
			r.event(0, lost(1))
			r.event(0, unmap(0, 1), unmap(0, 0))
			r.returns(0, 0)
		}, of(spec.OverUnmap)},
		"who maps a stale page": {func(r *run) {
			r.other(mmap(0, 3, 13), stale(13))
			r.raise(0, on(2))
			r.returns(0, 0)
		}, of(spec.LostNotification, spec.WrongReturn, spec.ReachablePoison)},
		"which another event can still unmap": {func(r *run) {
			r.raise(1, on(3))
			r.other(mmap(0, 3, 13), stale(13))
			r.raise(0, on(2))
			r.returns(0, 0)
		}, silence},
		"of owners that an error hides": {func(r *run) {
			r.raise(0, on(0))
			r.excuse(0, 0)
			r.returns(0, 0)
		}, silence},
		"of owners that two errors hide": {func(r *run) {
			r.raise(0, on(0))
			r.excuse(0, 0)
			r.excuse(0, 1)
			r.returns(0, 0)
		}, silence},
		"or of others": {func(r *run) {
			r.raise(0, on(0))
			r.excuse(0, 1)
			r.returns(0, 0)
		}, left},
	})
}

// Who gives the page up for a reason of its own is owed nothing any more.
func TestMonitorDischarge(t *testing.T) {
	violates(t, map[string]judged{
		"munmap": {func(r *run) {
			r.raise(0, on(0))
			r.other(munmap(0, 0), munmap(1, 2))
			r.returns(0, 0)
		}, silence},
		"munmap of another page": {func(r *run) {
			r.raise(0, on(0))
			r.other(munmap(0, 1))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, untold},
		"munmap of what the event has unmapped": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.other(munmap(0, 0))
			r.returns(0, 0)
		}, silence},
		"munmap of what it has marked": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), mark(0), unmap(1, 2), func(w *spec.World) { w.Owned[0][0] = none })
			r.other(unmark(0))
			r.returns(0, 0)
		}, silence},
		"not when the event takes the mark away": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), mark(0), unmap(1, 2), func(w *spec.World) { w.Owned[0][0] = none })
			r.event(0, unmark(0))
			r.returns(0, 0)
		}, untold},
		"nor when a mark stays": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), mark(0), unmap(1, 2))
			r.other()
			r.returns(0, 0)
		}, untold},
		"nor when another one goes": {func(r *run) {
			r.other(mark(4))
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), mark(0), unmap(1, 2))
			r.other(unmark(4))
			r.returns(0, 0)
		}, untold},
		"truncate": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.other(truncate(0, 0))
			r.returns(0, 0)
		}, silence},
		"not by the event": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.event(0, truncate(0, 0))
			r.returns(0, 0)
		}, untold},
		"nor of another page": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.other(truncate(0, 1))
			r.returns(0, 0)
		}, untold},
		"nor while the page is still mapped": {func(r *run) {
			r.raise(0, on(0))
			r.other(truncate(0, 0), truncate(1, 2))
			r.returns(0, 0)
		}, left},
		"exit": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.other(exit(0))
			r.returns(0, 0)
		}, silence},
		"the child of a fork that is not finished is not told": {func(r *run) {
			r.fx.EarlyKill = 1 << 2
			r.other(mmap(2, 5, 0))
			r.raise(0, on(0))
			r.other(born(2))
			r.event(0, unmap(0, 0), unmap(1, 2), unmap(2, 5))
			r.returns(0, 0)
		}, silence},
		"but loses the mapping": {func(r *run) {
			r.fx.EarlyKill = 1 << 2
			r.other(mmap(2, 5, 0))
			r.raise(0, on(0))
			r.other(born(2))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, left &^ of(spec.Regression)},
		"one event unmaps for another": {func(r *run) {
			r.raise(0, on(0))
			r.raise(1, on(0))
			r.event(1, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, untold &^ of(spec.Regression)},
		"and tells for it": {func(r *run) {
			r.raise(0, on(0))
			r.raise(1, on(0))
			r.event(1, unmap(0, 0), unmap(1, 2))
			r.signal(1, ao(0, 0))
			r.returns(0, 0)
			r.returns(1, 0)
		}, silence},
		"a VMA over an owner counts when the spec is weak": {func(r *run) {
			r.fx.Weak = true
			r.fx.EarlyKill = 1 << 1
			r.other(unmap(1, 2))
			r.raise(0, on(0))
			r.other(fault(1, 2, 0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, untold &^ of(spec.Regression)},
		"and so does a PTE over none": {func(r *run) {
			r.fx.Weak = true
			r.other(truncate(0, 0))
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, untold},
		"with weak victims a VMA that never had a PTE is enough": {func(r *run) {
			r.fx.Weak = true
			r.other(unmap(0, 0))
			r.raise(0, on(0))
			r.event(0, unmap(1, 2))
			r.returns(0, 0)
		}, untold &^ of(spec.Regression)},
		"otherwise only a PTE": {func(r *run) {
			r.fx.EarlyKill = 1 << 1
			r.other(unmap(1, 2))
			r.raise(0, on(0))
			r.other(fault(1, 2, 0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, silence},
	})
}

// The page that owner-tracking would have told of: one page, of one owner, on
// a device that is there, and no other event.
func TestMonitorRegression(t *testing.T) {
	bare := untold &^ of(spec.Regression)
	notTold := func(r *run, of spec.Raised) {
		r.raise(0, of)
		r.event(0, unmap(0, 0), unmap(0, 1), unmap(1, 2))
		r.returns(0, 0)
	}
	violates(t, map[string]judged{
		"one owner": {func(r *run) { notTold(r, on(1)) }, untold | of(spec.OverUnmap)},
		"two owners": {func(r *run) {
			r.other(shared(1))
			notTold(r, on(1))
		}, bare | of(spec.OverUnmap)},
		"no memory to note a process": {func(r *run) {
			r.raise(0, on(1))
			r.step(spec.Fact{Event: true, Starved: true})
			r.event(0, unmap(0, 1))
			r.returns(0, 0)
		}, bare},
		"no memory for another event": {func(r *run) {
			r.raise(1, on(3))
			r.step(spec.Fact{Task: 1, Event: true, Starved: true})
			r.returns(1, 0)
			notTold(r, on(1))
		}, untold | of(spec.OverUnmap)},
		"two pages": {func(r *run) { notTold(r, on(0, 1)) }, bare},
		"a private copy": {func(r *run) {
			r.other(func(w *spec.World) { w.Private = spec.At(0, 1) })
			notTold(r, on(1))
		}, bare | of(spec.OverUnmap)},
		"main memory": {func(r *run) {
			r.other(mmap(0, 1, spec.DevPages))
			notTold(r, on(spec.DevPages))
		}, bare | of(spec.OverUnmap)},
		"the last page of the devices": {func(r *run) {
			r.other(mmap(0, 1, spec.DevPages-1))
			notTold(r, on(spec.DevPages-1))
		}, untold | of(spec.OverUnmap)},
		"its device has gone": {func(r *run) {
			r.other(removed(0))
			notTold(r, on(1))
		}, bare | of(spec.OverUnmap)},
		"another device has gone": {func(r *run) {
			r.other(removed(1))
			notTold(r, on(1))
		}, untold | of(spec.OverUnmap)},
		"another event before": {func(r *run) {
			r.raise(1, on(2))
			notTold(r, on(1))
		}, bare | of(spec.OverUnmap)},
		"another event after": {func(r *run) {
			r.raise(0, on(1))
			r.raise(1, on(2))
			r.event(0, unmap(0, 1))
			r.returns(0, 0)
		}, bare},
		"told of one of two mappings": {func(r *run) {
			r.other(mmap(0, 2, 1))
			r.raise(0, on(1))
			r.event(0, unmap(0, 1), unmap(0, 2))
			r.signal(0, ao(0, 1))
			r.returns(0, 0)
		}, bare},
		"another process told of two mappings": {func(r *run) {
			r.fx.EarlyKill = 1<<0 | 1<<1
			r.other(mmap(1, 1, 1), mmap(1, 2, 1))
			r.raise(0, on(1))
			r.event(0, unmap(0, 1), unmap(1, 1), unmap(1, 2))
			r.signal(0, ao(1, 1))
			r.signal(0, ao(1, 2))
			r.returns(0, 0)
		}, untold},
		"who is not to be told": {func(r *run) {
			r.fx.EarlyKill = 1 << 1
			r.raise(0, on(0))
			r.event(0, unmap(1, 2))
			r.signal(0, ao(1, 2))
			r.returns(0, 0)
		}, left &^ of(spec.Regression)},
	})
}

// Nothing but the failed pages is unmapped, and by whole huge mappings.
func TestMonitorOverUnmap(t *testing.T) {
	over := of(spec.OverUnmap)
	violates(t, map[string]judged{
		"another page": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 1))
		}, over},
		"another page of the second process": {func(r *run) {
			r.other(mmap(1, 3, 3))
			r.raise(0, on(0))
			r.event(0, unmap(1, 3))
		}, over},
		"for another page": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, fault(0, 1, 2))
		}, over},
		"by somebody else": {func(r *run) {
			r.raise(0, on(0))
			r.other(unmap(0, 1))
		}, silence},
		"the other half of a huge mapping": {func(r *run) {
			r.other(huge(0), huge(1))
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(0, 1))
		}, silence},
		"another huge mapping": {func(r *run) {
			r.other(mmap(0, 2, 2), huge(2), mmap(0, 3, 3), huge(3))
			r.raise(0, on(0))
			r.event(0, unmap(0, 2))
		}, over},
		"the neighbour of a failed page": {func(r *run) {
			r.other(huge(0))
			r.raise(0, on(0))
			r.event(0, unmap(0, 1))
		}, over},
		"a stale page": {func(r *run) {
			r.raise(0, on(0))
			r.other(mmap(0, 3, 13), stale(13))
			r.event(0, unmap(0, 3))
		}, silence},
		"a clean page when the device goes": {func(r *run) {
			r.other(mmap(0, 3, 13), clean(13))
			r.raise(0, removal(0))
			r.event(0, unmap(0, 3))
		}, silence},
		"a dirty page when the device goes": {func(r *run) {
			r.other(mmap(0, 3, 13))
			r.raise(0, removal(0))
			r.event(0, unmap(0, 3))
		}, over},
		"a clean page that did not fail": {func(r *run) {
			r.other(mmap(0, 3, 13), clean(13))
			r.raise(0, on(0))
			r.event(0, unmap(0, 3))
		}, over},
	})
}

// A signal goes to whom it concerns, says what it is about, comes once, and
// after the page is unmapped.
func TestMonitorSignal(t *testing.T) {
	payload := of(spec.WrongPayload)
	victim := of(spec.WrongVictim)
	once := of(spec.NotIdempotent)
	// told is an event of page 0 that the process consumed, up to the signal.
	told := func(of spec.Raised, sig spec.Signal, changes ...change) func(r *run) {
		return func(r *run) {
			r.other(changes...)
			r.raise(0, of)
			r.event(0, unmap(0, 0), unmap(0, 1), unmap(1, 2))
			r.signal(0, sig)
		}
	}
	// thread is told when the second thread of process 1 is early kill.
	thread := func(of spec.Raised, sig spec.Signal, tid uint8) func(r *run) {
		return func(r *run) {
			r.fx.Threads = 1 << 1
			sig.Tid = tid
			told(of, sig)(r)
		}
	}
	both := []change{huge(0), huge(1)}
	violates(t, map[string]judged{
		"AO":                        {told(on(0, 1), ao(0, 0)), silence},
		"AR to nobody's consumer":   {told(on(0, 1), ar(0, 0)), payload},
		"AR to the consumer":        {told(consumed(0, 0, 1), ar(0, 0)), silence},
		"AO to the consumer":        {told(consumed(0, 0, 1), ao(0, 0)), payload},
		"AO to others":              {told(consumed(0, 0, 1), ao(1, 2)), silence},
		"AR to others":              {told(consumed(0, 0, 1), ar(1, 2)), payload},
		"current, nothing consumed": {told(spec.Raised{Pages: set(0, 1), Current: 0}, ar(0, 0)), silence},
		"first thread is early":     {thread(on(0, 1), ao(0, 0), 0), silence},
		"second one is not":         {thread(on(0, 1), ao(0, 0), 1), payload},
		"second thread is early":    {thread(consumed(0, 0, 1), ao(1, 2), 1), silence},
		"first one is not":          {thread(consumed(0, 0, 1), ao(1, 2), 0), payload},
		"current":                   {thread(consumed(1, 0, 1), ar(1, 2), 0), silence},
		"not current":               {thread(consumed(1, 0, 1), ar(1, 2), 1), payload},
		"first thread at removal":   {thread(removal(0, 1), ao(1, 2), 0), silence},
		"second one at removal":     {thread(removal(0, 1), ao(1, 2), 1), payload},
		"SIGKILL":                   {told(on(0, 1), spec.Signal{Code: spec.Kill}), payload},
		"another address":           {told(on(0, 1), ao(0, 4)), victim | payload},
		"another process":           {told(on(0, 1), ao(1, 0)), victim | payload},
		"size of a huge mapping":    {told(on(0, 1), spec.Signal{Code: spec.AO, Lsb: 1}, both...), silence},
		"size of a page of it":      {told(on(0, 1), ao(0, 0), both...), payload},
		"size of one page too many": {
			told(on(0, 1), spec.Signal{Code: spec.AO, Lsb: 1}), payload,
		},
		"tells of the whole mapping": {func(r *run) {
			r.other(both...)
			r.raise(0, on(0, 1))
			r.event(0, unmap(0, 0), unmap(0, 1), unmap(1, 2))
			r.signal(0, spec.Signal{Code: spec.AO, Lsb: 1})
			r.returns(0, 0)
		}, silence},
		"and of nothing beyond the end": {func(r *run) {
			r.fx.EarlyKill = 1<<0 | 1<<1
			r.other(mmap(0, spec.VA-1, 2), huge(spec.VA-1), mmap(1, 0, 2), shared(2))
			r.raise(0, on(2))
			r.event(0, unmap(0, spec.VA-1), unmap(1, 0))
			r.signal(0, spec.Signal{VA: spec.VA - 1, Code: spec.AO, Lsb: 1})
			r.returns(0, 0)
		}, untold &^ of(spec.Regression)},
		"huge at one moment, not at the last": {func(r *run) {
			r.other(both...)
			r.raise(0, on(0, 1))
			r.other(func(w *spec.World) { w.Huge = 0 })
			r.event(0, unmap(0, 0), unmap(0, 1))
			r.signal(0, ao(0, 0))
		}, silence},
		"over the page, which was not mapped": {func(r *run) {
			r.other(unmap(0, 0))
			r.raise(0, on(0))
			r.signal(0, ao(0, 0))
		}, silence},
		"of any size then": {func(r *run) {
			r.other(unmap(0, 0))
			r.raise(0, on(0))
			r.signal(0, spec.Signal{Code: spec.AO, Lsb: 1})
		}, silence},
		"over the page at some moment": {func(r *run) {
			r.other(munmap(0, 0))
			r.raise(0, on(0))
			r.other(func(w *spec.World) { w.Owned[0][0] = 0 })
			r.other(munmap(0, 0))
			r.signal(0, ao(0, 0))
		}, silence},
		"before the page is unmapped": {func(r *run) {
			r.raise(0, on(0))
			r.signal(0, ao(0, 0))
		}, of(spec.OutOfOrder)},
		"before another page is": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0))
			r.signal(0, ao(0, 0))
		}, silence},
		"twice": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0))
			r.signal(0, ao(0, 0))
			r.signal(0, ao(0, 0))
		}, once},
		"twice, from two events": {func(r *run) {
			r.raise(0, on(0))
			r.raise(1, on(0))
			r.event(0, unmap(0, 0))
			r.signal(0, ao(0, 0))
			r.signal(1, ao(0, 0))
		}, once},
		"twice, of two mappings": {func(r *run) {
			r.raise(0, on(0, 1))
			r.event(0, unmap(0, 0), unmap(0, 1), unmap(1, 2))
			r.signal(0, ao(0, 0))
			r.signal(0, ao(0, 1))
			r.returns(0, 0)
		}, silence},
		"twice, and another between": {func(r *run) {
			r.raise(0, on(0, 1))
			r.event(0, unmap(0, 0), unmap(0, 1), unmap(1, 2))
			r.signal(0, ao(0, 0))
			r.signal(0, ao(0, 1))
			r.signal(0, ao(0, 0))
		}, once},
		"twice, before the page is unmapped and after": {func(r *run) {
			r.raise(0, on(0))
			r.signal(0, ao(0, 0))
			r.event(0, unmap(0, 0))
			r.signal(0, ao(0, 0))
		}, once | of(spec.OutOfOrder)},
		"twice, of two faults at once": {func(r *run) {
			r.raise(0, on(0, 1))
			r.event(0, unmap(0, 0), unmap(0, 1))
			r.signal(0, ao(0, 0))
			r.signal(0, ao(0, 1))
			r.other(fault(0, 0, 0), fault(0, 1, 1))
			r.event(0, unmap(0, 0), unmap(0, 1))
			r.signal(0, ao(0, 0))
			r.signal(0, ao(0, 1))
		}, silence},
		"twice, of two faults": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0))
			r.signal(0, ao(0, 0))
			r.other(fault(0, 0, 0))
			r.event(0, unmap(0, 0))
			r.signal(0, ao(0, 0))
		}, silence},
		"twice, and a fault elsewhere": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0))
			r.signal(0, ao(0, 0))
			r.other(fault(0, 4, 2))
			r.signal(0, ao(0, 0))
		}, once},
		"twice, without a mapping": {func(r *run) {
			r.other(unmap(0, 0))
			r.raise(0, on(0))
			r.signal(0, ao(0, 0))
			r.signal(0, ao(0, 0))
		}, silence},
	})
}

// With weak victims a signal is for an address that is over the page when it
// is sent, and a process is told once it is one.
func TestMonitorWeak(t *testing.T) {
	payload := of(spec.WrongPayload)
	// told is an event of a page that the first process maps at 0, up to the
	// signal, and what happens before that.
	told := func(page uint8, before ...change) func(r *run) {
		return func(r *run) {
			r.fx.Weak = true
			r.other(mmap(0, 0, page))
			r.raise(0, on(page))
			r.event(0, unmap(0, 0))
			r.other(before...)
			r.signal(0, ao(0, 0))
		}
	}
	violates(t, map[string]judged{
		"over the page":                        {told(3), silence},
		"over it no more":                      {told(3, truncate(0, 0)), payload},
		"another is over it no more":           {told(0, truncate(1, 2)), silence},
		"over it no more, mapped all the same": {told(3, truncate(0, 0), fault(0, 0, 3)), of(spec.OutOfOrder)},
		"dead":                                 {told(3, truncate(0, 0), exit(0)), silence},
		"another is dead":                      {told(3, truncate(0, 0), exit(1)), payload},
		"main memory":                          {told(spec.DevPages, truncate(0, 0)), silence},
		"never over it": {func(r *run) {
			r.fx.Weak = true
			r.raise(0, on(3))
			r.signal(0, ao(1, 0))
		}, of(spec.WrongVictim, spec.WrongPayload)},
		"of the second process": {func(r *run) {
			r.fx.Weak = true
			r.other(mmap(1, 2, 3))
			r.raise(0, on(3))
			r.event(0, unmap(1, 2))
			r.other(truncate(1, 2), exit(0))
			r.signal(0, ao(1, 2))
		}, payload},
		"of the second process, which is dead": {func(r *run) {
			r.fx.Weak = true
			r.other(mmap(1, 2, 3))
			r.raise(0, on(3))
			r.event(0, unmap(1, 2))
			r.other(truncate(1, 2), exit(1))
			r.signal(0, ao(1, 2))
		}, silence},
		"over it no more, victims not weak": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0))
			r.other(truncate(0, 0))
			r.signal(0, ao(0, 0))
		}, silence},
		"the child of a fork is told when it is a process": {func(r *run) {
			r.fx.Weak, r.fx.EarlyKill = true, 1<<2
			r.other(mmap(2, 5, 3))
			r.raise(0, on(3))
			r.event(0, unmap(2, 5))
			r.other(born(2))
			r.returns(0, 0)
		}, untold},
		"and not before": {func(r *run) {
			r.fx.Weak, r.fx.EarlyKill = true, 1<<2
			r.other(mmap(2, 5, 3))
			r.raise(0, on(3))
			r.event(0, unmap(2, 5))
			r.returns(0, 0)
		}, silence},
		"who has no PTE is told of the removal": {func(r *run) {
			r.fx.Weak = true
			r.other(unmap(0, 0), unmap(1, 2))
			r.raise(1, removal(0, 1))
			r.raise(0, on(0))
			r.returns(0, 0)
		}, silence},
		"but not of another one": {func(r *run) {
			r.fx.Weak = true
			r.other(unmap(0, 0), unmap(1, 2))
			r.raise(1, removal(5))
			r.raise(0, on(0))
			r.returns(0, 0)
		}, untold &^ of(spec.Regression)},
	})
}

// A filesystem goes down for its metadata, at once, and for nothing else.
func TestMonitorShutdown(t *testing.T) {
	missed := of(spec.MissedShutdown, spec.WrongReturn)
	violates(t, map[string]judged{
		"by the end of a removal": {func(r *run) {
			r.other(munmap(0, 0), munmap(0, 1), munmap(1, 2))
			r.raise(0, removal(0, 1, 2, 3), removed(0))
			r.returns(0, 0)
			r.event(0, shutdown(0))
		}, silence},
		"by another event, after a removal": {func(r *run) {
			r.other(removed(0), munmap(0, 0), munmap(0, 1), munmap(1, 2))
			r.raise(0, on(2))
			r.event(0, shutdown(0))
			r.returns(0, -5)
		}, of(spec.SpuriousShutdown)},
		"of a device that stays, by nobody's event": {func(r *run) {
			r.event(0, shutdown(0))
		}, of(spec.SpuriousShutdown, spec.LeakBetweenFilesystems)},
		"metadata lost": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.event(0, shutdown(0))
			r.returns(0, 0)
		}, silence},
		"and ignored": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.returns(0, 0)
		}, missed},
		"of the second filesystem": {func(r *run) {
			r.other(meta(1, 4))
			r.raise(0, on(4))
			r.returns(0, 0)
		}, missed},
		"of one of two": {func(r *run) {
			r.fx.FSPages = [spec.Mounts]spec.PageSet{0xFF, 0xFF}
			r.other(meta(0, 3), meta(1, 3))
			r.raise(0, on(3))
			r.event(0, shutdown(1))
			r.returns(0, 0)
		}, missed},
		"of the other of two": {func(r *run) {
			r.fx.FSPages = [spec.Mounts]spec.PageSet{0xFF, 0xFF}
			r.other(meta(0, 3), meta(1, 3))
			r.raise(0, on(3))
			r.event(0, shutdown(0))
			r.returns(0, 0)
		}, missed},
		"and said": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.returns(0, -5)
		}, of(spec.MissedShutdown)},
		"but not of a removal": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, removal(3))
			r.returns(0, 0)
		}, silence},
		"other metadata lost": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(2))
			r.returns(0, 0)
		}, silence},
		"unmounted meanwhile": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.other(life(0, spec.Dying))
			r.returns(0, 0)
		}, silence},
		"the second unmounted meanwhile": {func(r *run) {
			r.other(meta(1, 4))
			r.raise(0, on(4))
			r.other(life(1, spec.Dying))
			r.returns(0, 0)
		}, silence},
		"while it is mounted": {func(r *run) {
			r.other(meta(0, 3), life(0, spec.Mounting))
			r.raise(0, on(3))
			r.other(life(0, spec.Live))
			r.returns(0, 0)
		}, silence},
		"no metadata any more": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.other(noMeta(0))
			r.other(meta(0, 3))
			r.returns(0, 0)
		}, silence},
		"owners that an error hides": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.excuse(0, 1)
			r.returns(0, 0)
		}, silence},
		"without reason": {func(r *run) {
			r.raise(0, on(3))
			r.event(0, shutdown(0))
			r.returns(0, 0)
		}, of(spec.SpuriousShutdown)},
		"for metadata that it had": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.other(noMeta(0))
			r.event(0, shutdown(0))
		}, silence},
		"because the device goes": {func(r *run) {
			r.raise(0, removal(3))
			r.event(0, shutdown(0))
		}, silence},
		"because of an error": {func(r *run) {
			r.raise(0, on(3))
			r.excuse(0, 2)
			r.event(0, shutdown(0))
		}, silence},
		"because of the error of another event": {func(r *run) {
			r.raise(0, on(3))
			r.raise(1, on(2))
			r.excuse(1, 2)
			r.event(0, shutdown(0))
		}, of(spec.SpuriousShutdown)},
		"of the other filesystem": {func(r *run) {
			r.raise(0, removal(3))
			r.event(0, shutdown(1))
		}, of(spec.LeakBetweenFilesystems)},
		"of both": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.event(0, shutdown(0), shutdown(1))
		}, of(spec.SpuriousShutdown, spec.LeakBetweenFilesystems)},
		"it was down already": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.event(0, shutdown(0))
			r.returns(0, 0)
			r.raise(0, on(2))
			r.returns(0, 0)
		}, silence},
		"with a mapping left": {func(r *run) {
			r.other(meta(0, 1))
			r.raise(0, on(1))
			r.event(0, shutdown(0))
			r.returns(0, -5)
		}, left&^of(spec.WrongReturn) | of(spec.OutOfOrder)},
		"with a mapping of the other filesystem left": {func(r *run) {
			r.other(meta(0, 3), mmap(0, 1, 4))
			r.raise(0, on(3, 4))
			r.event(0, shutdown(0))
			r.returns(0, -5)
		}, of(spec.LostNotification, spec.ReachablePoison)},
		"of the second, with a mapping of the first left": {func(r *run) {
			r.other(meta(1, 4))
			r.raise(0, on(1, 4))
			r.event(0, shutdown(1))
			r.returns(0, -5)
		}, of(spec.LostNotification, spec.ReachablePoison)},
		"with a mapping left that both have": {func(r *run) {
			r.fx.FSPages[1] |= set(1)
			r.other(meta(0, 3))
			r.raise(0, on(1, 3))
			r.event(0, shutdown(0))
			r.returns(0, -5)
		}, of(spec.LostNotification, spec.ReachablePoison, spec.OutOfOrder)},
		"of the second, with a mapping left": {func(r *run) {
			r.other(meta(1, 4), mmap(0, 1, 4))
			r.raise(0, on(4))
			r.event(0, shutdown(1))
			r.returns(0, -5)
		}, left&^of(spec.WrongReturn) | of(spec.OutOfOrder)},
		"with a mapping left that an error hides": {func(r *run) {
			r.other(meta(0, 1))
			r.raise(0, on(1))
			r.excuse(0, 1)
			r.event(0, shutdown(0))
			r.returns(0, 0)
		}, silence},
		"not told, but unmapped": {func(r *run) {
			r.other(meta(0, 1))
			r.raise(0, on(1))
			r.event(0, shutdown(0))
			r.event(0, unmap(0, 1))
			r.returns(0, 0)
		}, untold},
	})
}

// PageHWPoison is for the pages of the event, and each counts once.
func TestMonitorPoison(t *testing.T) {
	wrong := of(spec.WrongPoison)
	violates(t, map[string]judged{
		"its page": {func(r *run) {
			r.raise(0, on(2))
			r.event(0, poison(2))
		}, silence},
		"another page": {func(r *run) {
			r.raise(0, on(2))
			r.event(0, poison(3))
		}, wrong},
		"another page besides": {func(r *run) {
			r.raise(0, on(2))
			r.event(0, poison(2), poison(3))
		}, wrong},
		"by somebody else": {func(r *run) { r.other(poison(2)) }, wrong},
		"by somebody else meanwhile": {func(r *run) {
			r.raise(0, on(2))
			r.step(spec.Fact{Task: 0}, poison(2))
		}, wrong},
		"by a removal": {func(r *run) {
			r.raise(0, removal(2))
			r.event(0, poison(2))
		}, wrong},
		"poisoned before": {func(r *run) {
			r.raise(1, on(3))
			r.event(1, poison(3))
			r.raise(0, on(2))
			r.event(0, poison(2))
		}, silence},
		"cleared": {func(r *run) {
			r.raise(0, on(2))
			r.event(0, poison(2))
			r.other(func(w *spec.World) { w.HWPoison = 0 })
		}, silence},
		"counted": {func(r *run) {
			r.raise(0, on(2))
			r.event(0, poison(2), counted(1))
			r.returns(0, 0)
		}, silence},
		"counted, and not marked": {func(r *run) {
			r.raise(0, on(2))
			r.event(0, counted(1))
			r.returns(0, 0)
		}, silence},
		"two counted": {func(r *run) {
			r.raise(0, on(2, 3))
			r.event(0, poison(2), poison(3), counted(2))
			r.returns(0, 0)
		}, silence},
		"three of two counted": {func(r *run) {
			r.raise(0, on(2, 3))
			r.event(0, poison(2), poison(3), counted(3))
			r.returns(0, 0)
		}, of(spec.NotIdempotent)},
		"counted twice": {func(r *run) {
			r.raise(0, on(2))
			r.event(0, poison(2), counted(2))
			r.returns(0, 0)
		}, of(spec.NotIdempotent)},
		"counted for an event that runs": {func(r *run) {
			r.raise(1, on(3))
			r.raise(0, on(2))
			r.event(0, poison(2), counted(2))
			r.returns(0, 0)
		}, silence},
	})
}

// The same event again changes nothing.
func TestMonitorRepeat(t *testing.T) {
	again := of(spec.NotIdempotent)
	violates(t, map[string]judged{
		"nothing": {func(r *run) {
			r.deal()
			r.raise(0, on(0))
			r.returns(0, 0)
		}, silence},
		"counted again": {func(r *run) {
			r.deal()
			r.raise(0, on(0))
			r.event(0, counted(1))
		}, again},
		"poisoned again": {func(r *run) {
			r.raise(0, on(2))
			r.returns(0, 0)
			r.raise(0, on(2))
			r.event(0, poison(2))
		}, again},
		"unmapped again": {func(r *run) {
			r.deal()
			r.raise(1, on(0))
			r.event(1, fault(0, 4, 0))
		}, again | of(spec.ReachablePoison)},
		"signalled again": {func(r *run) {
			r.deal()
			r.raise(0, on(0))
			r.signal(0, ao(1, 2))
		}, again},
		"shut down": {func(r *run) {
			r.raise(0, on(2))
			r.returns(0, 0)
			r.raise(0, on(2), meta(0, 2))
			r.event(0, shutdown(0))
		}, again},
		"by a task that has begun, and raises it then": {func(r *run) {
			r.deal()
			r.event(1)
			r.raise(1, on(0))
			r.event(1, counted(1))
		}, again},
		"two repeats at once": {func(r *run) {
			r.deal()
			r.raise(0, on(0))
			r.raise(1, on(0))
			r.event(0, counted(1))
		}, again},
		"not of one that left a mapping": {func(r *run) {
			r.raise(0, on(0))
			r.returns(0, 0)
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.signal(0, ao(0, 0))
		}, left},
		"not of one that left somebody untold": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
			r.raise(0, on(0))
			r.signal(0, ao(0, 0))
		}, untold},
		"not of one that left a filesystem live": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.raise(0, on(3))
			r.event(0, shutdown(0))
		}, of(spec.MissedShutdown, spec.WrongReturn)},
		"not of another page": {func(r *run) {
			r.deal()
			r.raise(0, on(2))
			r.event(0, counted(1))
		}, silence},
		"not of a device that goes": {func(r *run) {
			r.deal()
			r.raise(0, removal(0))
			r.event(0, counted(1))
		}, silence},
		"not of one that was put off": {func(r *run) {
			r.deal()
			r.raise(0, spec.Raised{Pages: set(0), Current: none, Replay: true})
			r.event(0, counted(1))
		}, silence},
		"not after one with another": {func(r *run) {
			r.raise(1, on(3))
			r.deal()
			r.returns(1, 0)
			r.raise(0, on(0))
			r.event(0, counted(1))
		}, silence},
		"not after a step of another task": {func(r *run) {
			r.deal()
			r.other()
			r.raise(0, on(0))
			r.event(0, counted(1))
		}, silence},
		"not after a step of another task meanwhile": {func(r *run) {
			r.deal()
			r.raise(0, on(0))
			r.other()
			r.event(0, counted(1))
		}, silence},
		"not beside another event": {func(r *run) {
			r.deal()
			r.raise(0, on(0))
			r.raise(1, on(2))
			r.event(0, counted(1))
		}, silence},
		"not with another event between": {func(r *run) {
			r.deal()
			r.raise(1, on(2))
			r.raise(0, on(0))
			r.event(0, counted(1))
		}, silence},
		"not after an error": {func(r *run) {
			r.raise(0, on(0))
			r.excuse(0, 3)
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.signal(0, ao(0, 0))
			r.returns(0, 0)
			r.raise(0, on(0))
			r.event(0, counted(1))
		}, silence},
		"not after an error of the repeat": {func(r *run) {
			r.deal()
			r.raise(0, on(0))
			r.excuse(0, 3)
			r.event(0, counted(1))
		}, silence},
		"not after a removal": {func(r *run) {
			r.raise(0, removal(2))
			r.returns(0, 0)
			r.raise(0, on(2))
			r.event(0, counted(1))
		}, silence},
		"not after a lost leg": {func(r *run) {
			r.raise(0, loss(2))
			r.returns(0, 0)
			r.raise(0, on(2))
			r.event(0, counted(1))
		}, silence},
		"not after one that came during the mount": {func(r *run) {
			r.other(life(0, spec.Mounting))
			r.raise(0, on(2))
			r.returns(0, 0)
			r.raise(0, on(2), life(0, spec.Live))
			r.event(0, counted(1))
		}, silence},
	})
}

// Callbacks run between SB_BORN and put_super, and not for a device that has
// gone.
func TestMonitorCallbacks(t *testing.T) {
	late := of(spec.LateRemoval)
	order := of(spec.OutOfOrder)
	in := func(l spec.Life) func(r *run) {
		return func(r *run) {
			r.other(life(0, l))
			r.raise(0, on(2))
			r.begins(0, 0)
		}
	}
	violates(t, map[string]judged{
		"before the mount":      {in(spec.NotMounted), order},
		"while it is mounted":   {in(spec.Mounting), order},
		"while it lives":        {in(spec.Live), silence},
		"while it is unmounted": {in(spec.Dying), order},
		"after that":            {in(spec.Gone), order},
		"of the other mount": {func(r *run) {
			r.other(life(0, spec.Gone))
			r.raise(0, on(5))
			r.begins(0, 1)
		}, silence},
		"of a device that has gone": {func(r *run) {
			r.raise(0, on(5))
			r.other(removed(1))
			r.begins(0, 1)
		}, late},
		"of another device": {func(r *run) {
			r.raise(0, on(5))
			r.other(removed(0), munmap(0, 0), munmap(0, 1), munmap(1, 2))
			r.begins(0, 1)
		}, silence},
		"when kill_dax returns": {func(r *run) {
			r.raise(1, on(5))
			r.begins(1, 1)
			r.step(spec.Fact{Task: 3, Removed: true}, removed(1))
		}, late},
		"of a device that stays when kill_dax returns": {func(r *run) {
			r.raise(1, on(2))
			r.begins(1, 0)
			r.step(spec.Fact{Task: 3, Removed: true}, removed(1))
		}, silence},
		"ended when kill_dax returns": {func(r *run) {
			r.raise(1, on(5))
			r.begins(1, 1)
			r.ends(1)
			r.step(spec.Fact{Task: 3, Removed: true}, removed(1))
		}, silence},
		"one of two ended when kill_dax returns": {func(r *run) {
			r.raise(0, on(5))
			r.raise(1, on(5))
			r.begins(0, 1)
			r.begins(1, 1)
			r.ends(0)
			r.step(spec.Fact{Task: 3, Removed: true}, removed(1))
		}, late},
		"begun before, and ended after, another step": {func(r *run) {
			r.other(removed(1))
			r.raise(1, on(2))
			r.begins(1, 0)
			r.other()
		}, silence},
		"mapped when kill_dax has returned": {func(r *run) {
			r.step(spec.Fact{Task: 3, Removed: true}, removed(0))
		}, late},
		"mapped after that": {func(r *run) {
			r.step(spec.Fact{Task: 3, Removed: true}, removed(1))
			r.other(mmap(1, 0, 5))
		}, late},
		"mapped, owners that an error hides": {func(r *run) {
			r.raise(0, on(5))
			r.excuse(0, 5)
			r.other(mmap(1, 0, 5))
			r.step(spec.Fact{Task: 3, Removed: true}, removed(1))
		}, silence},
		"the log goes, and the filesystem goes on": {func(r *run) {
			r.step(spec.Fact{Task: 3, Removed: true}, removed(2), meta(1, 9))
		}, late},
		"it goes when the filesystem is down": {func(r *run) {
			r.raise(1, removal(4))
			r.event(1, shutdown(1))
			r.step(spec.Fact{Task: 3, Removed: true}, removed(2), meta(1, 9))
		}, silence},
		"it goes when the filesystem has gone": {func(r *run) {
			r.step(spec.Fact{Task: 3, Removed: true}, removed(2), meta(1, 9), life(1, spec.Gone))
		}, silence},
		"the log of the second goes, the first is down": {func(r *run) {
			r.raise(0, removal(0))
			r.event(0, shutdown(0))
			r.step(spec.Fact{Task: 3, Removed: true}, removed(2), meta(1, 9))
		}, late},
		"the log is on another device": {func(r *run) {
			r.step(spec.Fact{Task: 3, Removed: true}, removed(2), meta(1, 4))
		}, silence},
		"a log comes where a device has gone": {func(r *run) {
			r.other(removed(2))
			r.other(meta(1, 9))
		}, silence},
		"another device mapped": {func(r *run) {
			r.step(spec.Fact{Task: 3, Removed: true}, removed(1))
		}, silence},
		"a user freezes and thaws": {func(r *run) {
			r.other(frozen(0, true))
			r.other(frozen(0, false))
		}, silence},
		"an event freezes": {func(r *run) {
			r.raise(0, on(3))
			r.event(0, frozen(1, true))
		}, silence},
		"an event thaws what a user froze": {func(r *run) {
			r.other(frozen(1, true))
			r.raise(0, on(3))
			r.event(0, frozen(1, false))
		}, late},
	})
}

// Nothing maps the page when the event is over.
func TestMonitorQuarantine(t *testing.T) {
	reachable := of(spec.ReachablePoison)
	violates(t, map[string]judged{
		"mapped again": {func(r *run) {
			r.deal()
			r.other(fault(0, 0, 0))
		}, reachable},
		"mapped again after another event": {func(r *run) {
			r.deal()
			r.raise(0, on(2))
			r.returns(0, 0)
			r.other(fault(0, 0, 0))
		}, reachable},
		"mapped during the next event": {func(r *run) {
			r.deal()
			r.raise(0, on(2))
			r.other(fault(0, 0, 0))
		}, reachable},
		"another page mapped": {func(r *run) {
			r.deal()
			r.other(fault(0, 0, 2))
		}, silence},
		"mapped, owners that an error hides": {func(r *run) {
			r.raise(0, on(0))
			r.excuse(0, 0)
			r.returns(0, 0)
			r.other(fault(0, 3, 2))
		}, silence},
		"mapped after a removal": {func(r *run) {
			r.raise(0, removal(2))
			r.returns(0, 0)
			r.other(mmap(0, 3, 2))
		}, silence},
		"mapped after a lost leg": {func(r *run) {
			r.raise(0, loss(2))
			r.returns(0, 0)
			r.other(mmap(0, 3, 2))
		}, silence},
		"a stale page mapped": {func(r *run) {
			r.other(stale(13), mmap(0, 3, 13))
		}, reachable},
		"a stale page mapped while an event runs": {func(r *run) {
			r.raise(0, on(2))
			r.other(stale(13), mmap(0, 3, 13))
		}, silence},
		"a stale page that nobody maps": {func(r *run) {
			r.other(stale(13), mmap(0, 3, 12))
		}, silence},
		"a stale page over what an error hides": {func(r *run) {
			r.raise(0, on(2))
			r.excuse(0, 2)
			r.returns(0, 0)
			r.other(stale(13), mmap(0, 3, 2), fault(0, 3, 13))
		}, silence},
		"a step that maps nothing": {func(r *run) {
			r.other(mmap(0, 3, 13))
			r.other(stale(13))
		}, silence},
	})
}

// What the page knows of its users agrees with the entries.
func TestMonitorShares(t *testing.T) {
	share := of(spec.StaleShare)
	entry := func(file, idx, page uint8) change {
		return func(w *spec.World) { w.Entry[file][idx] = page }
	}
	assoc := func(page uint8, a spec.Assoc) change {
		return func(w *spec.World) { w.Assoc[page] = a }
	}
	locked := func(pages ...uint8) change {
		return func(w *spec.World) { w.Locked = set(pages...) }
	}
	step := func(changes ...change) func(r *run) {
		return func(r *run) { r.other(changes...) }
	}
	second := spec.Assoc{Mapping: 2, Index: 3}
	const last = spec.DevPages - 1
	violates(t, map[string]judged{
		"one entry":                   {step(entry(1, 3, 2), assoc(2, second)), silence},
		"one entry of the last":       {step(entry(1, 3, last), assoc(last, second)), silence},
		"of main memory":              {step(entry(1, 3, spec.DevPages)), silence},
		"a share of one":              {step(entry(1, 3, 2), assoc(2, spec.Assoc{Share: 1})), silence},
		"none":                        {step(entry(1, 3, 2)), share},
		"another file":                {step(entry(1, 3, 2), assoc(2, spec.Assoc{Mapping: 1, Index: 3})), share},
		"another index":               {step(entry(1, 3, 2), assoc(2, spec.Assoc{Mapping: 2, Index: 2})), share},
		"another page":                {step(entry(1, 3, 2), assoc(3, second)), share},
		"a share of two":              {step(entry(1, 3, 2), assoc(2, spec.Assoc{Share: 2})), share},
		"two entries":                 {step(entry(1, 3, 2), entry(0, 0, 2), assoc(2, spec.Assoc{Share: 2})), silence},
		"two entries, one file":       {step(entry(1, 3, 2), entry(1, 2, 2), assoc(2, second)), share},
		"two entries, a share of one": {step(entry(1, 3, 2), entry(0, 0, 2), assoc(2, spec.Assoc{Share: 1})), share},
		"no entry":                    {step(assoc(2, second)), share},
		"no entry of the first page":  {step(assoc(0, second)), share},
		"locked":                      {step(entry(1, 3, 2), locked(2)), silence},
		"another locked":              {step(entry(1, 3, 2), locked(1)), share},
		"when the lock goes": {func(r *run) {
			r.other(assoc(2, second), locked(2))
			r.other(locked())
		}, share},
		"when the entry goes": {func(r *run) {
			r.other(assoc(2, second), entry(1, 3, 2))
			r.other(entry(1, 3, none))
		}, share},
		"when the page changes": {func(r *run) {
			r.other(assoc(2, second), entry(1, 3, 2))
			r.other(assoc(2, spec.Assoc{}))
		}, share},
	})
}

// Userspace is told of each file page that lost its block, once, or of none.
func TestMonitorHealthEvent(t *testing.T) {
	wrong := of(spec.FalseHealthEvent)
	first, last := file(0, 1), file(spec.Files-1, spec.FilePages-1)
	hasLast := func(pages ...uint8) change { return has(spec.Files-1, spec.FilePages-1, pages...) }
	// one of two file pages is told of, and meanwhile something happens.
	one := func(page uint8, meanwhile func(r *run)) func(r *run) {
		return func(r *run) {
			r.other(has(0, 1, page), hasLast(page))
			r.raise(0, on(page))
			meanwhile(r)
			r.reports(first)
			r.returns(0, 0)
		}
	}
	world := func(changes ...change) func(r *run) {
		return one(2, func(r *run) { r.other(changes...) })
	}
	violates(t, map[string]judged{
		"each": {func(r *run) {
			r.other(has(0, 1, 2), hasLast(2, 3), has(0, 0, 3))
			r.raise(0, on(2))
			r.reports(first)
			r.reports(last)
			r.returns(0, 0)
		}, silence},
		"each at once": {func(r *run) {
			r.other(has(0, 1, 2), hasLast(2))
			r.raise(0, on(2))
			r.reports(first, last)
			r.returns(0, 0)
		}, silence},
		"of a directory it may": {func(r *run) {
			r.fx.Directory = last
			r.other(has(0, 1, 2), hasLast(2))
			r.raise(0, on(2))
			r.reports(last)
			r.reports(first)
			r.returns(0, 0)
		}, silence},
		"of a directory it need not": {func(r *run) {
			r.fx.Directory = last
			r.other(has(0, 1, 2), hasLast(2))
			r.raise(0, on(2))
			r.reports(first)
			r.returns(0, 0)
		}, silence},
		"none": {func(r *run) {
			r.other(has(0, 1, 2), hasLast(2))
			r.raise(0, on(2))
			r.returns(0, 0)
		}, silence},
		"another": {func(r *run) {
			r.other(has(0, 1, 2), hasLast(3))
			r.raise(0, on(2))
			r.reports(last)
		}, wrong},
		"another besides": {func(r *run) {
			r.other(has(0, 1, 2), hasLast(3))
			r.raise(0, on(2))
			r.reports(first, last)
		}, wrong},
		"one twice": {func(r *run) {
			r.other(has(0, 1, 2))
			r.raise(0, on(2))
			r.reports(first)
			r.reports(first)
		}, wrong},
		"one twice, another between": {func(r *run) {
			r.other(has(0, 1, 2), hasLast(2))
			r.raise(0, on(2))
			r.reports(first)
			r.reports(last)
			r.reports(first)
		}, wrong},
		"one twice, another has other blocks": {func(r *run) {
			r.other(has(0, 1, 2), hasLast(2))
			r.raise(0, on(2, 3))
			r.reports(first)
			r.other(hasLast(3))
			r.reports(first)
		}, wrong},
		"one twice, of two blocks": {func(r *run) {
			r.other(has(0, 1, 2))
			r.raise(0, on(2, 3))
			r.reports(first)
			r.other(has(0, 1, 3))
			r.other()
			r.reports(first)
		}, silence},
		"what it had": {func(r *run) {
			r.other(has(0, 1, 2))
			r.raise(0, on(2))
			r.other(has(0, 1))
			r.other()
			r.reports(first)
			r.returns(0, 0)
		}, silence},
		"a removal": {func(r *run) {
			r.other(has(0, 1, 2))
			r.raise(0, removal(2))
			r.reports(first)
		}, wrong},
		"one of two":                      {world(), wrong},
		"the other is not in core":        {world(evict(2)), silence},
		"this one is not in core":         {world(evict(0)), wrong},
		"the other comes later":           {world(hasLast(), has(0, 1, 2)), silence},
		"the other goes":                  {one(2, func(r *run) { r.other(hasLast()); r.other(hasLast(2)) }), silence},
		"the filesystem goes":             {world(life(0, spec.Dying)), silence},
		"the other filesystem goes":       {world(life(1, spec.Dying)), wrong},
		"the device has gone":             {world(munmap(0, 0), munmap(0, 1), munmap(1, 2), removed(0)), silence},
		"another device has gone":         {world(removed(1)), wrong},
		"the device goes":                 {one(2, func(r *run) { r.raise(1, removal(2)) }), silence},
		"the device does not go any more": {one(2, func(r *run) { r.raise(1, removal(2)); r.returns(1, 0) }), silence},
		"another device goes":             {one(2, func(r *run) { r.raise(1, removal(5)) }), wrong},
		"it fails again":                  {one(2, func(r *run) { r.raise(1, on(2)) }), wrong},
		"an error hides its owners":       {one(2, func(r *run) { r.excuse(0, 2) }), silence},
		"an error hides others":           {one(2, func(r *run) { r.excuse(0, 3) }), wrong},
		"the other has other blocks, as bad": {func(r *run) {
			r.other(has(0, 1, 2), hasLast(2))
			r.raise(0, on(2, 3))
			r.other(hasLast(3))
			r.other()
			r.reports(first)
			r.returns(0, 0)
		}, silence},
		"both have other blocks, as bad": {func(r *run) {
			r.other(has(0, 1, 2), hasLast(2))
			r.raise(0, on(2, 3))
			r.other(has(0, 1, 3), hasLast(3))
			r.reports(last)
			r.returns(0, 0)
		}, silence},
		"the other came meanwhile": {func(r *run) {
			r.other(has(0, 1, 2), has(2, 0))
			r.raise(0, on(2))
			r.other(hasLast(2))
			r.reports(first)
			r.returns(0, 0)
		}, silence},
	})
}

func TestMonitorFindings(t *testing.T) {
	refused := func(code spec.Code) func(r *run) {
		return func(r *run) {
			r.step(spec.Fact{Refused: true, Sig: spec.Signal{Code: code}})
			require.True(r.t, r.m.Tested.Has(spec.WrongPayload))
		}
	}
	violates(t, map[string]judged{
		"a fault on poison ends in AR":     {refused(spec.AR), silence},
		"a fault on poison ends in AO":     {refused(spec.AO), of(spec.WrongPayload)},
		"a fault on poison ends in ADRERR": {refused(spec.ADRERR), of(spec.WrongPayload)},
		"freed memory":                     {func(r *run) { r.step(spec.Fact{Touched: true}) }, of(spec.UseAfterFree)},
		"kill range":                       {func(r *run) { r.step(spec.Fact{Overrun: true}) }, of(spec.EventNeverReturns)},
		"nothing":                          {func(r *run) { r.other() }, silence},
	})
}
