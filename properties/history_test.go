package properties_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker/history"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// Every history of the reference design is explained by a sequential object.
// One that is not stays behind as a picture, in the folder for temporary
// files, after the test: the shortest that rapid found.
func TestHistoriesAreLinearizable(t *testing.T) {
	for o := range properties.NumObjects {
		t.Run(o.String(), func(t *testing.T) {
			picture := filepath.Join(os.TempDir(), "notifycheck-history-"+o.String()+".html")
			var hs properties.HistorySampler
			rapid.Check(t, func(t *rapid.T) {
				h := hs.Draw(t, design.Design{}, o)
				if result, err := h.Check(picture); result != history.Ok || err != nil {
					t.Fatalf("the history is %v, see %s (%v)\nscenario %+v\nschedule %v",
						result, picture, err, h.Scenario, h.Schedule)
				}
			})
		})
	}
}

// drawHistory draws the history of a seed.
func drawHistory(d design.Design, o properties.Object) func(seed int) properties.History {
	var hs properties.HistorySampler
	histories := rapid.Custom(func(t *rapid.T) properties.History { return hs.Draw(t, d, o) })
	return func(seed int) properties.History { return histories.Example(seed) }
}

// A history without overlap would test the sequential object, not the
// concurrent one.
func TestHistoriesOverlap(t *testing.T) {
	const runs = 300
	for o := range properties.NumObjects {
		draw := drawHistory(design.Design{}, o)
		inPlay, calls, overlap := 0, 0, 0
		for seed := range runs {
			h := draw(seed)
			calls += h.Calls()
			if o.InPlay(&h.Scenario) {
				inPlay++
			}
			if h.Overlapping() {
				overlap++
			}
		}
		t.Logf("%v: %d of %d histories overlap, %d calls", o, overlap, runs, calls)
		require.Greater(t, inPlay, runs*9/10, "%v: the scenarios are not about it", o)
		require.GreaterOrEqual(t, overlap, runs/2, "%v", o)
	}
}

// Each object refutes deviations by itself. In a picture the words are those
// of the calls.
func TestHistoriesRefuteDeviations(t *testing.T) {
	const most = 20_000
	for _, tc := range []struct {
		id     string
		object properties.Object
		design design.Design
		words  string
	}{
		{"L03", properties.HolderSlots, design.Design{design.PutWait: design.PutWaitsNot}, "put(fs1) returns"},
		{"G3", properties.HolderSlots, design.Design{design.Srcu: design.SrcuNone}, "saw fs1"},
		{"X06", properties.PageTables, design.Design{design.Quarantine: design.QuarantineBadblocks}, "memory_failure(pfn"},
		{"K01", properties.PageTables, design.Design{design.UnmapWhenEmpty: design.UnmapWhenCollected}, "look = pfn"},
		{"C02", properties.PageTables, design.Design{design.OnMetadata: design.MetadataAbort}, "memory_failure(pfns"},
		{"G7", properties.ReverseMap, design.Design{design.ScanLock: design.ScanHoldsNothing}, "query("},
	} {
		t.Run(tc.id, func(t *testing.T) {
			draw := drawHistory(tc.design, tc.object)
			picture := filepath.Join(t.TempDir(), "history.html")
			for seed := range most {
				h := draw(seed)
				result, err := h.Check(picture)
				require.NoError(t, err)
				require.NotEqual(t, history.Unknown, result)
				if result == history.Illegal {
					t.Logf("refuted by draw %d", seed+1)
					html, err := os.ReadFile(picture)
					require.NoError(t, err)
					require.Contains(t, string(html), tc.words)
					return
				}
			}
			t.Fatalf("%v: not refuted in %d draws", tc.object, most)
		})
	}
}

// A recorded schedule gives the history again; one that does not fit is an
// error that says where.
func TestRecord(t *testing.T) {
	for o := range properties.NumObjects {
		h := drawHistory(design.Design{}, o)(0)
		again, err := properties.Record(o, design.Design{}, h.Scenario, h.Schedule)
		require.NoError(t, err)
		require.Equal(t, h.Calls(), again.Calls())
		require.Equal(t, h.Schedule, again.Schedule)

		cut, err := properties.Record(o, design.Design{}, h.Scenario, h.Schedule[:len(h.Schedule)/2])
		require.NoError(t, err)
		result, err := cut.Check("")
		require.NoError(t, err)
		require.Equal(t, history.Ok, result, "%v: what a run did so far is explained too", o)

		_, err = properties.Record(o, design.Design{}, h.Scenario, []model.Action{{Task: model.MaxTasks - 1}})
		require.EqualError(t, err, "step 0 of the schedule: task 3 cannot take it")
		_, err = properties.Record(o, design.Design{}, model.Scenario{}, nil)
		require.Error(t, err, "no scenario at all")
	}
}

// umountBesideEvent is one file, mapped by nobody, an event on its page and an
// umount.
func umountBesideEvent() model.Scenario {
	var sc model.Scenario
	sc.Geometry = model.Geometry{DevicePages: 4, Blocks: 4, AGBlocks: 4}
	sc.Files[0] = model.File{Present: true, Incore: superblock.IncoreLive}
	sc.Files[0].Data[0] = 2
	sc.Tasks[0] = model.TaskSpec{Kind: model.TaskMemoryFailure, Page: 1, Pages: 1}
	sc.Tasks[1] = model.TaskSpec{Kind: model.TaskUmount}
	return sc
}

// As in spec.Holder: the event stops inside the callback, and umount goes as
// far as it can.
func TestPutWaitsForNotify(t *testing.T) {
	for _, tc := range []struct {
		d    design.Design
		want history.Result
	}{
		{design.Design{}, history.Ok},
		{design.Design{design.PutWait: design.PutWaitsNot}, history.Illegal},
	} {
		sys, err := properties.NewSystem(tc.d, umountBesideEvent())
		require.NoError(t, err)
		r := sys.Init()[0]
		var schedule []model.Action
		take := func(task uint8) bool {
			for _, a := range sys.Enabled(&r, nil) {
				if a.Task == task {
					sys.Apply(&r, a)
					schedule = append(schedule, a)
					return true
				}
			}
			return false
		}
		inside := func() bool {
			st, ok := r.State.At(0)
			return ok && st.String() == "xfKill"
		}
		for !inside() {
			require.True(t, take(0))
		}
		for take(1) {
		}
		for take(0) || take(1) {
		}
		h, err := properties.Record(properties.HolderSlots, tc.d, umountBesideEvent(), schedule)
		require.NoError(t, err)
		require.True(t, h.Overlapping())
		require.Equal(t, 4, h.Calls())
		result, err := h.Check("")
		require.NoError(t, err)
		require.Equal(t, tc.want, result)
	}
}

// judge checks a drawn history of one object.
func judge[St interface {
	comparable
	Apply(in In, out Out) (St, bool)
	String() string
}, In, Out comparable](t *testing.T, want history.Result, init St, ops []history.Op[In, Out]) {
	t.Helper()
	got, err := history.Check(properties.Like(init, func(In, Out) string { return "" }), ops, "")
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// notify   |----------------------------|D     saw fs1
// put          |-------------|D                or |-----------------------|D
func TestDrawnPut(t *testing.T) {
	notify := spec.HolderCall{Op: spec.HolderNotify}
	put := spec.HolderCall{Op: spec.HolderPut}
	for end, want := range map[history.Time]history.Result{20: history.Illegal, 40: history.Ok} {
		judge(t, want, spec.Holder{Claim: 1, Mount: 1}, []history.Op[spec.HolderCall, spec.HolderReply]{
			{Client: 0, Input: notify, Output: spec.HolderReply{Saw: 1}, Call: 1, Return: 30},
			{Client: 0, Input: spec.HolderCall{Op: spec.HolderNotifyDone}, Call: 31, Return: 32},
			{Client: 1, Input: put, Call: 5, Return: end},
			{Client: 1, Input: spec.HolderCall{Op: spec.HolderPutDone}, Call: end + 1, Return: end + 2},
		})
	}
}

// notify   |-------------|D                    saw fs1
// notify            |--|D                      saw nobody, or fs1
// put         |-------------|D
func TestDrawnPutOfTwo(t *testing.T) {
	for _, saw := range []uint8{0, 1} {
		judge(t, history.Ok, spec.Holder{Claim: 1, Mount: 1}, []history.Op[spec.HolderCall, spec.HolderReply]{
			{Client: 0, Input: spec.HolderCall{Op: spec.HolderNotify}, Output: spec.HolderReply{Saw: 1}, Call: 1, Return: 14},
			{Client: 0, Input: spec.HolderCall{Op: spec.HolderNotifyDone}, Call: 15, Return: 16},
			{Client: 2, Input: spec.HolderCall{Op: spec.HolderNotify, Task: 2}, Output: spec.HolderReply{Saw: saw}, Call: 9, Return: 12},
			{Client: 2, Input: spec.HolderCall{Op: spec.HolderNotifyDone, Task: 2}, Call: 13, Return: 13},
			{Client: 1, Input: spec.HolderCall{Op: spec.HolderPut}, Call: 4, Return: 17},
			{Client: 1, Input: spec.HolderCall{Op: spec.HolderPutDone}, Call: 18, Return: 19},
		})
	}
}

// memory_failure(3)    |-----------------|
// read fault               |-----|                     page 3, or refused
// read fault                                |-----|    refused, or page 3: illegal
func TestDrawnFault(t *testing.T) {
	fail := spec.PageCall{Op: spec.PageMemoryFailure, Pages: 1 << 3}
	fault := spec.PageCall{Op: spec.PageReadFault}
	reply := func(page uint8) spec.PageReply { return spec.PageReply{Page: page, Owned: spec.Same} }
	for _, during := range []uint8{3, spec.None} {
		for after, want := range map[uint8]history.Result{3: history.Illegal, spec.None: history.Ok} {
			judge(t, want, spec.PageTable{Page: spec.None, Owned: 3}, []history.Op[spec.PageCall, spec.PageReply]{
				{Client: 0, Input: fail, Output: reply(spec.None), Call: 1, Return: 20},
				{Client: 1, Input: fault, Output: reply(during), Call: 5, Return: 12},
				{Client: 1, Input: fault, Output: reply(after), Call: 23, Return: 29},
			})
		}
	}
}

// unmap  block 2    |-----------|              of f1:0
// query  block 2       |---|                   before or after, not in between
func TestDrawnQuery(t *testing.T) {
	first, second := spec.FilePageOwner(0, 0, false), spec.FilePageOwner(1, 2, false)
	for found, want := range map[spec.Owners]history.Result{
		first | second: history.Ok, second: history.Ok, first: history.Illegal, 0: history.Illegal,
	} {
		var init spec.Rmap
		init.Of[2] = first | second
		var out spec.RmapReply
		out.Of[2] = found
		judge(t, want, init, []history.Op[spec.RmapCall, spec.RmapReply]{
			{Client: 0, Input: spec.RmapCall{Block: 2, Blocks: 1, Drop: first}, Call: 1, Return: 12},
			{Client: 1, Input: spec.RmapCall{Block: 2, Blocks: 1, Query: true}, Output: out, Call: 4, Return: 8},
		})
	}
}
