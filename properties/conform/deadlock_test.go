package conform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// stacksOf reads the stacks of the two tasks of a kernel that has stopped: A,
// the fault, and B, memory_failure.
func stacksOf(t *testing.T, version string) map[string][]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("stacks", "v"+version+".txt"))
	require.NoError(t, err)
	stacks := map[string][]string{}
	for text := range strings.Lines(string(data)) {
		if task, function, ok := strings.Cut(strings.TrimSpace(text), " "); ok && task != "#" {
			stacks[task] = append(stacks[task], function)
		}
	}
	return stacks
}

// twoLoops is one turn of the two loops that stopped: an event written to
// corrupt-pfn beside a read fault of the same page, whose file f1 is reflinked
// or not.
func twoLoops(reflinked bool) model.Scenario {
	sc := model.Scenario{Geometry: model.Geometry{DevicePages: 4, Blocks: 4, AGBlocks: 4}}
	for i := range sc.Files {
		if i == 0 || i == 1 && reflinked {
			sc.Files[i] = model.File{Present: true, Incore: superblock.IncoreLive, Data: rmap.Fork{rmap.Written(1), rmap.Written(2)}}
		}
	}
	sc.Procs[0] = model.Proc{Alive: true, Maps: [2]model.Map{{Len: 2}}}
	sc.Tasks[0] = model.TaskSpec{Kind: model.TaskMemoryFailure, Source: model.SourceWritten, Proc: model.NoProc, Page: 2, Pages: 1}
	sc.Tasks[1] = model.TaskSpec{Kind: model.TaskReadFault, Index: 1}
	return sc
}

// Where the two kernels stopped, the model stops: each function that a task of
// the model is in is in the recorded stack of that task, in the same order, the
// two hold what the recorded ones held, and each waits for what the other
// holds.
func TestRecordedDeadlock(t *testing.T) {
	for version, name := range Designs {
		if version == "6.1.192" {
			continue // its read faults do not look at the AGF; none was seen to stop
		}
		stacks := stacksOf(t, version)
		sys, err := properties.NewSystem(designOf(t, name), twoLoops(true))
		require.NoError(t, err)
		schedule, found := properties.ShortestOf(sys, spec.Deadlock)
		require.True(t, found, version)
		end, err := checker.Replay(sys.M, sys.M.Init()[0], schedule)
		require.NoError(t, err)
		require.Empty(t, sys.M.Enabled(&end, nil), "both have stopped")

		inOrder(t, stacks["B"], functions(sys.M, &end, 0))
		inOrder(t, stacks["A"], functions(sys.M, &end, 1))
		event, fault := &end.Tasks[0], &end.Tasks[1]
		require.Equal(t, uint8(1), end.MfMutex, "B holds mf_mutex")
		require.Equal(t, uint8(1), end.AGF[0], "B holds the AGF buffer of AG 0")
		require.Equal(t, uint8(2), end.Entry[0][1].Lock, "A holds the DAX entry lock")
		require.Equal(t, fault.Held, event.Wait, "B waits for that entry lock")
		require.Equal(t, "xfs_alloc_read_agf", functions(sys.M, &end, 1)[0], "A waits for the AGF buffer")
	}
}

// The control, a file that was not reflinked, went on for 761,327 faults: no
// schedule of it stops.
func TestControlOfTheDeadlock(t *testing.T) {
	for version, name := range Designs {
		res, err := properties.ExploreScenario(designOf(t, name), twoLoops(false), properties.ExploreOptions{})
		require.NoError(t, err)
		require.True(t, res.Complete, version)
		require.False(t, res.Violated.Has(spec.Deadlock), version)
	}
}

// functions are the kernel functions that a task is in, innermost first.
func functions(m *model.Machine, s *model.State, task uint8) []string {
	var list []string
	tk := &s.Tasks[task]
	for i := int(tk.Depth) - 1; i >= 0; i-- {
		list = append(list, m.Function(tk.Stack[i]))
	}
	return list
}

// inOrder checks that what both have stands in the same order, and that the
// innermost function of the model is in the stack.
func inOrder(t *testing.T, stack, functions []string) {
	t.Helper()
	require.Contains(t, stack, functions[0])
	at := 0
	for _, f := range functions {
		for i, g := range stack {
			if f == g {
				require.GreaterOrEqual(t, i, at, "%s in %v", f, stack)
				at = i
			}
		}
	}
}
