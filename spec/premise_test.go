package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/spec"
)

// Each property is put to the test in the runs that its premise names, and
// not before.
func TestMonitorPremises(t *testing.T) {
	event := func(of spec.Raised, changes ...change) func(r *run) {
		return func(r *run) {
			r.other(changes...)
			r.raise(0, of)
		}
	}
	first, last := spec.Assoc{Mapping: 1}, spec.Assoc{Mapping: 3, Index: 3}
	for _, tc := range []struct {
		name string
		p    spec.Property
		held bool
		run  func(r *run)
	}{
		{"a process maps the page", spec.LostNotification, true, event(on(1))},
		{"nobody maps it", spec.LostNotification, false, event(on(2))},
		{"a process that is to be told", spec.VictimNeverTold, true, event(on(1))},
		{"one that is not", spec.VictimNeverTold, false, event(on(1), mmap(1, 3, 1), munmap(0, 1))},
		{"one that consumed it", spec.VictimNeverTold, true, event(consumed(1, 1), mmap(1, 3, 1), munmap(0, 1))},
		{"any when the device goes", spec.VictimNeverTold, true, event(removal(1), mmap(1, 3, 1), munmap(0, 1))},
		{"none that is dead", spec.VictimNeverTold, false, event(removal(1), exit(0))},
		{"metadata", spec.MissedShutdown, true, event(on(3), meta(0, 3))},
		{"metadata of the second", spec.MissedShutdown, true, event(on(4), meta(1, 4))},
		{"other metadata", spec.MissedShutdown, false, event(on(2), meta(0, 3))},
		{"metadata of a device that goes", spec.MissedShutdown, false, event(removal(3), meta(0, 3))},
		{"metadata of a mount that goes", spec.MissedShutdown, false, event(on(3), meta(0, 3), life(0, spec.Dying))},
		{"metadata", spec.ShutdownNeverComes, true, event(on(3), meta(0, 3))},
		{"no metadata", spec.ShutdownNeverComes, false, event(on(3))},
		{"metadata", spec.SpuriousShutdown, false, event(on(3), meta(0, 3))},
		{"no metadata", spec.SpuriousShutdown, true, event(on(3))},
		{"a device that goes", spec.SpuriousShutdown, false, event(removal(3))},
		{"a device that goes", spec.TeardownNeverEnds, true, event(removal(3))},
		{"a page", spec.TeardownNeverEnds, false, event(on(3))},
		{"an unmount", spec.TeardownNeverEnds, true, func(r *run) { r.other(life(0, spec.Dying)) }},
		{"the second unmount", spec.TeardownNeverEnds, true, func(r *run) { r.other(life(1, spec.Dying)) }},
		{"a mount", spec.TeardownNeverEnds, false, func(r *run) { r.other(life(1, spec.Mounting)) }},
		{"no mount", spec.TeardownNeverEnds, false, func(r *run) {
			r.w.Mount[0] = spec.Dying
			r.other()
		}},
		{"an event", spec.WrongPoison, true, event(on(3))},
		{"no event", spec.WrongPoison, false, func(r *run) { r.other() }},
		{"an event", spec.EventNeverReturns, true, event(on(3))},
		{"a page again", spec.NotIdempotent, true, func(r *run) {
			r.deal()
			r.m.Tested = 0
			r.raise(0, on(0))
		}},
		{"a page again, much later", spec.NotIdempotent, true, func(r *run) {
			r.deal()
			r.other()
			r.m.Tested = 0
			r.raise(0, on(0, 3))
		}},
		{"another page", spec.NotIdempotent, false, func(r *run) {
			r.deal()
			r.m.Tested = 0
			r.raise(0, on(3))
		}},
		{"two filesystems", spec.LeakBetweenFilesystems, true, event(on(3), life(1, spec.Gone))},
		{"the second of two lives", spec.LeakBetweenFilesystems, true, event(on(3), life(0, spec.Gone))},
		{"neither lives", spec.LeakBetweenFilesystems, false, event(on(3), life(0, spec.Gone), life(1, spec.Dying))},
		{"the first alone", spec.LeakBetweenFilesystems, false, func(r *run) {
			r.fx.FSPages[1] = 0
			r.raise(0, on(3))
		}},
		{"the second alone", spec.LeakBetweenFilesystems, false, func(r *run) {
			r.fx.FSPages[0] = 0
			r.raise(0, on(3))
		}},
		{"one owner", spec.Regression, true, event(on(1))},
		{"not to be told", spec.Regression, false, event(on(1), mmap(1, 3, 1), munmap(0, 1))},
		{"two owners", spec.Regression, false, event(on(1), shared(1))},
		{"two pages", spec.Regression, false, event(on(1, 3))},
		{"a device that goes", spec.Regression, false, event(removal(1))},
		{"an event unmaps", spec.OverUnmap, true, func(r *run) {
			r.raise(0, on(1))
			r.event(0, unmap(0, 1))
		}},
		{"an event maps", spec.OverUnmap, false, func(r *run) {
			r.raise(0, on(1))
			r.event(0, fault(0, 5, 1))
		}},
		{"another task unmaps", spec.OverUnmap, false, func(r *run) {
			r.raise(0, on(1))
			r.other(unmap(0, 1))
		}},
		{"an event is over", spec.ReachablePoison, true, func(r *run) { r.deal() }},
		{"it is not", spec.ReachablePoison, false, func(r *run) {
			r.raise(0, on(1))
			r.event(0, unmap(0, 1))
		}},
		{"two events", spec.UseAfterFree, true, func(r *run) {
			r.raise(0, on(1))
			r.raise(1, on(2))
		}},
		{"an event and a task", spec.UseAfterFree, true, func(r *run) {
			r.raise(0, on(1))
			r.other()
		}},
		{"an event alone", spec.UseAfterFree, false, func(r *run) {
			r.raise(1, on(1))
			r.event(1)
		}},
		{"a task alone", spec.UseAfterFree, false, func(r *run) { r.other() }},
		{"a callback", spec.OutOfOrder, true, func(r *run) {
			r.raise(0, on(1))
			r.begins(0, 0)
		}},
		{"no callback", spec.OutOfOrder, false, event(on(1))},
		{"it returns 0", spec.WrongReturn, true, func(r *run) { r.deal() }},
		{"it returns -EOPNOTSUPP", spec.WrongReturn, true, func(r *run) {
			r.raise(0, on(3))
			r.returns(0, -95)
		}},
		{"it returns -EIO", spec.WrongReturn, false, func(r *run) {
			r.raise(0, on(3))
			r.returns(0, -5)
		}},
		{"a removal returns 0", spec.WrongReturn, false, func(r *run) {
			r.raise(0, removal(3))
			r.returns(0, 0)
		}},
		{"userspace is told", spec.FalseHealthEvent, true, func(r *run) {
			r.raise(0, on(1))
			r.reports()
		}},
		{"userspace is not told", spec.FalseHealthEvent, false, func(r *run) { r.deal() }},
		{"kill_dax returned", spec.LateRemoval, true, func(r *run) { r.other(removed(1)) }},
		{"it did not", spec.LateRemoval, false, func(r *run) { r.other() }},
		{"a task waits", spec.LostWakeup, true, func(r *run) { r.step(spec.Fact{Waits: true}) }},
		{"no task waits", spec.LostWakeup, false, func(r *run) { r.other() }},
		{"an event in a mount", spec.DroppedWhileMounting, true, event(on(3), life(0, spec.Mounting))},
		{"in the second one", spec.DroppedWhileMounting, true, event(on(4), life(1, spec.Mounting))},
		{"of the other filesystem", spec.DroppedWhileMounting, false, event(on(3), life(1, spec.Mounting))},
		{"of a device that goes", spec.DroppedWhileMounting, false, event(removal(3), life(0, spec.Mounting))},
		{"in no mount", spec.DroppedWhileMounting, false, event(on(3))},
		{"an entry", spec.StaleShare, true, func(r *run) {
			r.other(func(w *spec.World) { w.Entry[0][0], w.Assoc[0] = 0, first })
		}},
		{"the last one", spec.StaleShare, true, func(r *run) {
			r.other(func(w *spec.World) { w.Entry[2][3], w.Assoc[spec.DevPages-1] = spec.DevPages-1, last })
		}},
		{"a locked one", spec.StaleShare, false, func(r *run) {
			r.other(func(w *spec.World) { w.Entry[0][0], w.Locked = 0, set(0) })
		}},
		{"no entry", spec.StaleShare, false, func(r *run) {
			r.other(func(w *spec.World) { w.Locked = set(3) })
		}},
	} {
		t.Run(tc.p.String()+"/"+tc.name, func(t *testing.T) {
			r := newRun(t)
			tc.run(r)
			require.Equal(t, tc.held, r.m.Tested.Has(tc.p))
		})
	}
}

// A signal puts all that there is to say of signals to the test.
func TestMonitorSignalPremises(t *testing.T) {
	signals := of(spec.WrongVictim, spec.WrongPayload, spec.OutOfOrder, spec.NotIdempotent)
	for _, code := range []spec.Code{spec.AO, spec.Kill} {
		r := newRun(t)
		r.raise(0, on(0))
		require.Zero(t, r.m.Tested&signals)
		r.signal(0, spec.Signal{Code: code})
		require.Equal(t, signals, r.m.Tested&signals)
	}
}
