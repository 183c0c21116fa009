package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/spec"
)

// quiet is an event on page 0 that unmaps it and tells nobody.
func (r *run) quiet() {
	r.raise(0, on(0))
	r.event(0, unmap(0, 0), unmap(1, 2))
	r.returns(0, 0)
}

// What has not happened yet, and is a violation if it never does.
func TestMonitorOpen(t *testing.T) {
	never := of(spec.VictimNeverTold)
	runs := of(spec.EventNeverReturns)
	down := of(spec.ShutdownNeverComes)
	mounting := of(spec.DroppedWhileMounting)
	corrupt := of(spec.SilentCorruption)
	open := map[string]judged{
		"nothing":                      {func(*run) {}, silence},
		"dealt with":                   {func(r *run) { r.deal() }, silence},
		"an event runs":                {func(r *run) { r.raise(1, on(3)) }, runs},
		"somebody is to be told of it": {func(r *run) { r.raise(1, on(1)) }, runs | never},
		"somebody was told of it": {func(r *run) {
			r.raise(1, on(1))
			r.event(1, unmap(0, 1))
			r.signal(1, ao(0, 1))
		}, runs},
		"its owners are not known": {func(r *run) {
			r.raise(1, on(1))
			r.excuse(1, 1)
		}, runs},
		"those of another page are not": {func(r *run) {
			r.raise(1, on(1))
			r.excuse(1, 2)
		}, runs | never},
		"it lost a leg": {func(r *run) { r.raise(1, loss(1)) }, runs},
		"what it lost can be read again": {func(r *run) {
			r.raise(1, on(1))
			r.event(1, clean(1))
		}, runs},
		"nobody was told": {func(r *run) { r.quiet() }, never},
		"who consumed it runs into it again": {func(r *run) {
			r.raise(0, consumed(0, 0))
			r.event(0, unmap(0, 0), unmap(1, 2), mark(0))
			r.returns(0, 0)
		}, silence},
		"who consumed it does not": {func(r *run) {
			r.raise(0, consumed(0, 0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, 0)
		}, never},
		"memory_failure fails for who consumed it": {func(r *run) {
			r.raise(0, consumed(0, 0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, -5)
		}, silence},
		"it fails without a word": {func(r *run) {
			r.raise(0, consumed(0, 0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, -95)
		}, never},
		"it fails, and says that it has told who consumed it": {func(r *run) {
			r.raise(0, consumed(0, 0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, -128)
		}, never},
		"it fails, who is to be told did not consume it": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2))
			r.returns(0, -5)
		}, never},
		"who did not consume it need not": {func(r *run) {
			r.raise(0, on(0))
			r.event(0, unmap(0, 0), unmap(1, 2), mark(0))
			r.returns(0, 0)
		}, never},
		"nobody was told, and another event runs": {func(r *run) {
			r.quiet()
			r.raise(0, on(3))
		}, runs | never},
		"nobody knew the owners": {func(r *run) {
			r.raise(0, on(0))
			r.excuse(0, 0)
			r.quiet()
		}, silence},
		"told by the next event": {func(r *run) {
			r.quiet()
			r.raise(0, on(0))
			r.signal(0, ao(0, 0))
			r.returns(0, 0)
		}, silence},
		"another was told by the next event": {func(r *run) {
			r.quiet()
			r.raise(0, on(1))
			r.event(0, unmap(0, 1))
			r.signal(0, ao(0, 1))
			r.returns(0, 0)
		}, never},
		"dead": {func(r *run) {
			r.quiet()
			r.other(exit(0))
		}, silence},
		"another is dead": {func(r *run) {
			r.quiet()
			r.other(exit(1))
		}, never},
		"unmapped it": {func(r *run) {
			r.quiet()
			r.other(munmap(0, 0))
		}, silence},
		"unmapped by an event": {func(r *run) {
			r.quiet()
			r.event(1, munmap(0, 0))
		}, never},
		"unmapped the last of its pages": {func(r *run) {
			r.other(munmap(0, 0), mmap(0, spec.VA-1, 0))
			r.raise(0, on(0))
			r.event(0, unmap(0, spec.VA-1), unmap(1, 2))
			r.returns(0, 0)
			r.other(munmap(0, spec.VA-1))
		}, silence},
		"unmapped another": {func(r *run) {
			r.quiet()
			r.other(munmap(0, 1))
		}, never},
		"mapped it again": {func(r *run) {
			r.quiet()
			r.other(fault(0, 0, 2))
		}, never | corrupt},
		"and lost that": {func(r *run) {
			r.quiet()
			r.other(fault(0, 0, 2))
			r.other(unmap(0, 0))
		}, silence},
		"the mark has gone": {func(r *run) {
			r.quiet()
			r.other(mark(0))
			r.other(unmark(0))
		}, silence},
		"the mark has come": {func(r *run) {
			r.quiet()
			r.other(mark(0))
		}, never},
		"the mark of another has gone": {func(r *run) {
			r.quiet()
			r.other(mark(4))
			r.other(unmark(4))
		}, never},
		"the file has another page there": {func(r *run) {
			r.quiet()
			r.other(func(w *spec.World) { w.Owned[0][0] = 2 })
		}, silence},
		"metadata": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
		}, runs | down},
		"metadata of the second": {func(r *run) {
			r.other(meta(1, 4))
			r.raise(0, on(4))
		}, runs | down},
		"metadata, and it is down": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.event(0, shutdown(0))
		}, runs},
		"metadata, and the other is down": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.event(0, shutdown(1))
		}, runs | down},
		"metadata, and it is unmounted": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.other(life(0, spec.Dying))
		}, silence},
		"metadata, the event is over": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.returns(0, 0)
		}, down},
		"metadata of the second, the event is over": {func(r *run) {
			r.other(meta(1, 4))
			r.raise(0, on(4))
			r.returns(0, 0)
		}, down},
		"metadata of both, an event is over, another runs": {func(r *run) {
			r.other(meta(0, 3), meta(1, 4))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.raise(0, on(4), shutdown(0))
		}, runs | down},
		"metadata, the event is over, another runs": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.raise(0, on(2))
		}, runs | down},
		"metadata of the second, the first has gone": {func(r *run) {
			r.other(meta(1, 4), life(0, spec.Gone))
			r.raise(0, on(4))
			r.returns(0, 0)
		}, down},
		"metadata of both, both events are over": {func(r *run) {
			r.other(meta(0, 3), meta(1, 4))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.raise(0, on(4))
			r.event(0, shutdown(1))
			r.returns(0, 0)
		}, down},
		"metadata of both, neither is down": {func(r *run) {
			r.other(meta(0, 3), meta(1, 4))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.raise(0, on(4))
			r.returns(0, 0)
			r.other(shutdown(1))
		}, down},
		"metadata, and an error hides it": {func(r *run) {
			r.other(meta(0, 3))
			r.raise(0, on(3))
			r.excuse(0, 3)
			r.returns(0, 0)
		}, silence},
		"metadata, in a mount": {func(r *run) {
			r.other(meta(0, 3), life(0, spec.Mounting))
			r.raise(0, on(3))
			r.returns(0, 0)
		}, silence},
		"metadata, in a mount that is over": {func(r *run) {
			r.other(meta(0, 3), life(0, spec.Mounting))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.other(life(0, spec.Live))
		}, mounting},
		"metadata, in a mount, and then another event": {func(r *run) {
			r.other(meta(0, 3), life(0, spec.Mounting))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.raise(0, on(2))
			r.returns(0, 0)
			r.other(life(0, spec.Live))
		}, mounting},
		"metadata, in the second mount": {func(r *run) {
			r.other(meta(1, 4), life(1, spec.Mounting))
			r.raise(0, on(4))
			r.returns(0, 0)
			r.other(life(1, spec.Live))
		}, mounting},
		"metadata, in a mount, and then down": {func(r *run) {
			r.other(meta(0, 3), life(0, spec.Mounting))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.other(life(0, spec.Live), shutdown(0))
		}, silence},
		"metadata, in a mount, and an error": {func(r *run) {
			r.other(meta(0, 3), life(0, spec.Mounting))
			r.raise(0, on(3))
			r.excuse(0, 1)
			r.returns(0, 0)
			r.other(life(0, spec.Live))
		}, silence},
		"other metadata, in a mount": {func(r *run) {
			r.other(meta(0, 2), life(0, spec.Mounting))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.other(life(0, spec.Live))
		}, silence},
		"a mapping, in a mount": {func(r *run) {
			r.other(life(0, spec.Mounting))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.other(life(0, spec.Live))
			r.other(mmap(0, 5, 3))
		}, mounting},
		"a mapping of another page, in a mount": {func(r *run) {
			r.other(life(0, spec.Mounting))
			r.raise(0, on(3))
			r.returns(0, 0)
			r.other(life(0, spec.Live))
			r.other(mmap(0, 5, 2))
		}, silence},
		"a mapping that an error hides, in a mount": {func(r *run) {
			r.other(life(0, spec.Mounting))
			r.raise(0, on(3))
			r.excuse(0, 3)
			r.returns(0, 0)
			r.other(life(0, spec.Live))
			r.other(mmap(0, 5, 3))
		}, silence},
		"a removal in a mount": {func(r *run) {
			r.other(meta(0, 3), life(0, spec.Mounting))
			r.raise(0, removal(3))
			r.returns(0, 0)
			r.other(life(0, spec.Live))
		}, silence},
	}
	for name, tc := range open {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			tc.run(r)
			require.Equal(t, list(tc.want), list(r.open(spec.End{})))
		})
	}
	r := newRun(t)
	require.Equal(t, list(of(spec.TeardownNeverEnds)), list(r.open(spec.End{Teardown: true})))
	require.Equal(t, list(of(spec.LostWakeup)), list(r.open(spec.End{Asleep: true})))
}

// Nobody goes on reading what is not in the file.
func TestMonitorSilentCorruption(t *testing.T) {
	const copied = 13 // a page of the page cache
	// over is a process that sees a page that is not that of its file page.
	over := func(proc, va, page uint8) change {
		return func(w *spec.World) {
			w.PTE[proc][va], w.Owned[proc][va], w.Under[proc][va] = page, none, 0
		}
	}
	for name, tc := range map[string]struct {
		run  func(r *run)
		want bool
	}{
		"nothing failed": {func(r *run) { r.other(over(0, 0, copied)) }, false},
		"a page of the page cache over a lost block": {func(r *run) {
			r.deal()
			r.other(over(0, 0, copied))
		}, true},
		"of the second process": {func(r *run) {
			r.deal()
			r.other(over(1, 7, copied))
		}, true},
		"of a process that is dead": {func(r *run) {
			r.deal()
			r.other(over(0, 0, copied), exit(0))
		}, false},
		"of one that lives, and another that is dead": {func(r *run) {
			r.deal()
			r.other(over(0, 0, copied), over(1, 7, copied), exit(1))
		}, true},
		"over another block": {func(r *run) {
			r.deal()
			r.other(over(0, 0, copied), func(w *spec.World) { w.Under[0][0] = 2 })
		}, false},
		"what the file has there": {func(r *run) {
			r.deal()
			r.other(over(0, 0, copied), func(w *spec.World) { w.Owned[0][0] = copied })
		}, false},
		"a machine check": {func(r *run) {
			r.deal()
			r.other(over(0, 0, 0))
		}, false},
		"a private copy": {func(r *run) {
			r.deal()
			r.other(over(0, 0, copied), func(w *spec.World) { w.Private = spec.At(0, 0) })
		}, false},
		"what no leg has any more": {func(r *run) { r.other(over(0, 0, copied), lost(0)) }, true},
		"what one leg has":         {func(r *run) { r.other(over(0, 0, copied), lost(2)) }, false},
		"unmapped":                 {func(r *run) { r.deal() }, false},
		"stale":                    {func(r *run) { r.other(over(0, 0, copied), stale(copied)) }, true},
		"another is stale":         {func(r *run) { r.other(over(0, 0, copied), stale(12)) }, false},
		"stale, and an error hides it": {func(r *run) {
			r.raise(0, on(0))
			r.excuse(0, 0)
			r.returns(0, 0)
			r.other(over(0, 0, copied), stale(copied))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			tc.run(r)
			require.Equal(t, tc.want, r.open(spec.End{}).Has(spec.SilentCorruption))
		})
	}
}

func TestMonitorFinish(t *testing.T) {
	finish := func(r *run, end spec.End) []string {
		r.m.Finish(&r.fx, &r.w, &end)
		return list(r.m.Violated)
	}
	r := newRun(t)
	require.Empty(t, finish(r, spec.End{Ran: 1}))
	require.False(t, r.m.Tested.Has(spec.Deadlock))
	require.False(t, r.m.Tested.Has(spec.SilentCorruption))
	require.Empty(t, finish(r, spec.End{Ran: 2}))
	require.True(t, r.m.Tested.Has(spec.Deadlock))
	require.Equal(t, list(of(spec.Deadlock)), finish(r, spec.End{Stuck: true}))

	r = newRun(t)
	r.raise(0, on(1))
	r.event(0, unmap(0, 1))
	require.Equal(t, list(of(spec.EventNeverReturns, spec.VictimNeverTold)), finish(r, spec.End{}), "what is open never happens")
	require.False(t, r.m.Tested.Has(spec.SilentCorruption))

	r = newRun(t)
	r.deal()
	require.Empty(t, finish(r, spec.End{}))
	require.True(t, r.m.Tested.Has(spec.SilentCorruption), "a process is over what failed")

	r = newRun(t)
	r.w.Lost = set(0)
	finish(r, spec.End{})
	require.True(t, r.m.Tested.Has(spec.SilentCorruption), "a process is over what no leg has")

	for _, tc := range []struct {
		block uint8
		end   spec.End
		want  spec.Set
	}{
		{2, spec.End{}, silence},
		{3, spec.End{}, of(spec.StaleShare)},
		{none, spec.End{}, of(spec.StaleShare)},
		{3, spec.End{Stuck: true}, of(spec.Deadlock)},
	} {
		r := newRun(t)
		r.w.Entry[2][3], r.w.Block[2][3], r.w.Block[0][0] = 2, tc.block, 1
		require.Equal(t, list(tc.want), finish(r, tc.end))
	}
}

// Forget drops only what nobody asks for.
func TestMonitorForget(t *testing.T) {
	raised := []spec.PageSet{set(2), set(0)}
	for name, tc := range map[string]struct {
		run    func(r *run)
		raised []spec.PageSet
		replay bool
		after  func(r *run)
		want   spec.Set
	}{
		"a repeat that can come": {
			func(r *run) { r.deal() }, raised, false,
			func(r *run) {
				r.raise(0, on(0))
				r.event(0, counted(1))
			}, of(spec.NotIdempotent),
		},
		"a repeat that runs": {
			func(r *run) {
				r.deal()
				r.raise(1, on(0))
			}, nil, false,
			func(r *run) { r.event(1, counted(1)) }, of(spec.NotIdempotent),
		},
		"a repeat of another page": {
			func(r *run) { r.deal() }, raised[:1], false,
			func(r *run) {
				r.raise(0, on(0))
				r.event(0, counted(1))
			}, silence,
		},
		"who was told, of a page that can fail again": {
			func(r *run) { r.deal() }, raised, false,
			func(r *run) {
				r.other()
				r.raise(0, on(0))
				r.signal(0, ao(0, 0))
			}, of(spec.NotIdempotent),
		},
		"who was told, of an event that can be replayed": {
			func(r *run) { r.deal() }, nil, true,
			func(r *run) {
				r.raise(0, on(0))
				r.signal(0, ao(0, 0))
			}, of(spec.NotIdempotent),
		},
		"who was told, of an event that runs": {
			func(r *run) {
				r.raise(1, on(0))
				r.deal()
			}, nil, false,
			func(r *run) { r.signal(1, ao(0, 0)) }, of(spec.NotIdempotent),
		},
		"who was told, and no event can come": {
			func(r *run) { r.deal() }, nil, false,
			func(r *run) {
				r.raise(0, on(0))
				r.signal(0, ao(0, 0))
			}, silence,
		},
		"an event alone": {
			func(r *run) { r.raise(1, on(1)) }, nil, false,
			func(r *run) { r.returns(1, -5) }, of(spec.LostNotification, spec.ReachablePoison, spec.Regression),
		},
		"an event that was not alone": {
			func(r *run) {
				r.raise(1, on(1))
				r.raise(0, on(2))
			}, nil, false,
			func(r *run) { r.returns(1, -5) }, of(spec.LostNotification, spec.ReachablePoison),
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			tc.run(r)
			r.m.Forget(tc.raised, tc.replay)
			require.Zero(t, r.m.Tested)
			tc.after(r)
			require.Equal(t, list(tc.want), list(r.m.Violated))
		})
	}
}

// Two runs that differ in what does not matter are one after Forget.
func TestMonitorForgetsWhatIsOver(t *testing.T) {
	with, without := newRun(t), newRun(t)
	with.deal()
	without.deal()
	without.other()
	with.m.Tested, without.m.Tested = 0, 0
	require.NotEqual(t, without.m, with.m, "a repeat may come")
	with.m.Forget([]spec.PageSet{set(1)}, false)
	without.m.Forget([]spec.PageSet{set(1)}, false)
	require.Equal(t, without.m, with.m)

	told, silent := newRun(t), newRun(t)
	told.raise(0, on(1))
	told.event(0, unmap(0, 1))
	told.signal(0, ao(0, 1))
	told.returns(0, 0)
	silent.fx.EarlyKill = 0
	silent.raise(0, on(1))
	silent.event(0, unmap(0, 1))
	silent.returns(0, 0)
	require.NotEqual(t, silent.m, told.m, "another signal may come")
	told.m.Forget(nil, false)
	silent.m.Forget(nil, false)
	require.Equal(t, silent.m, told.m)

	two, one := newRun(t), newRun(t)
	one.other(shared(1))
	for _, r := range []*run{two, one} {
		r.raise(0, on(1))
		r.raise(1, on(2))
	}
	require.NotEqual(t, one.m.Tested, two.m.Tested)
	one.m.Forget(nil, false)
	two.m.Forget(nil, false)
	require.Equal(t, one.m, two.m, "nobody asks owner-tracking about events that were not alone")
}

// Tasks can be renamed at any time.
func TestMonitorSwap(t *testing.T) {
	for _, tasks := range [][2]uint8{{0, 2}, {2, 0}, {1, 3}} {
		plain, swapped := newRun(t), newRun(t)
		i, j := tasks[0], tasks[1]
		begin := func(r *run, task uint8) {
			r.raise(task, on(5))
			r.begins(task, 1)
		}
		begin(plain, j)
		begin(swapped, i)
		require.NotEqual(t, plain.m, swapped.m)
		swapped.m.Swap(i, j)
		require.Equal(t, plain.m, swapped.m)
		swapped.m.Swap(i, j)
		swapped.m.Swap(j, i)
		require.Equal(t, plain.m, swapped.m)

		begin(plain, i)
		both := plain.m
		plain.m.Swap(i, j)
		plain.ends(i)
		both.Swap(i, j)
		require.NotEqual(t, plain.m, both)
		plain.ends(j)
		plain.m.Swap(i, j)
		plain.step(spec.Fact{Task: 3, Removed: true}, removed(1))
		require.Empty(t, list(plain.m.Violated), "no callback runs")
	}
}

// A step comes between two events of the same pages when it is of no event, or
// of another one than the second.
func TestMonitorEnds(t *testing.T) {
	pages := []spec.PageSet{set(0)}
	r := newRun(t)
	require.False(t, r.m.Ends(0, true, pages), "there was no event")
	r.raise(0, on(0))
	require.False(t, r.m.Ends(3, false, pages), "it runs")
	r.event(0, unmap(0, 0), unmap(1, 2))
	r.signal(0, ao(0, 0))
	r.returns(0, 0)
	require.True(t, r.m.Ends(3, false, pages))
	require.False(t, r.m.Ends(3, true, pages), "it may be the second one")
	require.False(t, r.m.Ends(3, false, nil), "no event will come")
	require.False(t, r.m.Ends(3, false, []spec.PageSet{set(1)}), "none of the same page")
	r.raise(1, on(0))
	require.False(t, r.m.Ends(1, true, nil), "the second one")
	require.True(t, r.m.Ends(3, false, nil), "another task")
	require.False(t, r.m.Ends(2, true, nil), "a third one, perhaps")
	r.raise(2, removal(3))
	require.False(t, r.m.Ends(2, false, nil), "it is no repeat any more")

	r = newRun(t)
	r.deal()
	r.raise(1, on(0))
	r.step(spec.Fact{Task: 1, Event: true, Returned: true})
	require.True(t, r.m.Ends(3, false, pages), "one more may come")
	r.raise(1, on(0))
	require.False(t, r.m.Ends(1, true, pages), "a third one")
	r.excuse(1, 3)
	require.True(t, r.m.Ends(1, true, pages), "an error makes it another event")

	r = newRun(t)
	r.deal()
	r.raise(1, on(0))
	r.step(spec.Fact{Task: 1, Event: true, Returned: true})
	require.False(t, r.m.Ends(1, true, pages), "of the same task too")
}
