package promela

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/spin"
)

// explore explores a core on so many workers, with the partial-order reduction
// or without. Bit 4 of what is broken is a deadlock.
func explore(tb testing.TB, sys *Core, workers int, reduced bool) *checker.Result[State, Step] {
	tb.Helper()
	opts := checker.Options[State, Step]{
		Workers: workers,
		Judge: func(s *State, terminal bool) (bad, met uint64) {
			bad = uint64(s.Broken)
			if terminal && sys.Deadlock(s) {
				bad |= 1 << 4
			}
			return bad, 0
		},
	}
	if reduced {
		opts.Persistent = sys.Persistent
	}
	r, err := checker.Explore(sys, opts)
	require.NoError(tb, err)
	return r
}

// twins are scenarios with the number of states and transitions that Spin
// counts, under the design that is given.
var twins = []struct {
	Scenario
	design              uint8
	states, transitions int
}{
	{Scenario{Name: "one-fault", Procs: 2, File1: 2, Faulted: 1, Early: 1, Read: 2}, 0, 197, 313},
	{Scenario{Name: "zaps", Procs: 2, Faulted: 1, Early: 1, Read: 2}, ReadZaps, 141, 210},
	{Scenario{Name: "write", Procs: 2, File1: 2, Faulted: 3, Early: 3, Write: 2}, 0, 275, 462},
	{Scenario{Name: "badblocks", Procs: 2, File1: 2, Faulted: 1, Early: 1, Read: 2}, AsksNot | MapsPoison, 159, 245},
	{Scenario{Name: "deadlock", Procs: 3, File1: 2, Faulted: 3, Early: 3, Read: 4, Write: 2}, KillUnderAGF, 1605, 3263},
	{Scenario{Name: "munmap", Procs: 3, File1: 2, Faulted: 3, Early: 3, Read: 4, Munmap: 2}, MarksEntry | UnmapsIfTold, 954, 2216},
	{Scenario{Name: "two-events", Procs: 4, Events: 2, File1: 10, Faulted: 1, Early: 5, Read: 6, Write: 8}, 0, 144222, 386227},
	{Scenario{Name: "two-pages", Procs: 4, Pages: 2, Events: 2, File1: 10, Page1: 12, Faulted: 5, Early: 5, Read: 2, Write: 8}, NoRecheck | MarksEntry, 16419, 42881},
}

// TestTwinCounts pins the states and transitions of Core to those of Spin.
func TestTwinCounts(t *testing.T) {
	for _, c := range twins {
		r := explore(t, NewCore(c.Scenario, c.design, 0), 0, false)
		require.True(t, r.Complete)
		require.Equal(t, [2]int{c.states, c.transitions}, [2]int{r.Stats.States, r.Stats.Transitions}, c.Name)
		require.Equal(t, c.Name == "deadlock", r.Bad != 0)
	}
}

// TestTwinCountsInSpin has Spin count again.
func TestTwinCountsInSpin(t *testing.T) {
	if err := spin.Available(); err != nil {
		t.Skip(err)
	}
	for _, c := range twins {
		p, err := spin.Compile(t.TempDir(), "core.pml", append(c.Macros(), fmt.Sprintf("DESIGN=%d", c.design), "JUDGE=0"),
			[]string{"-DSAFETY", "-DNOREDUCE", "-O0"})
		require.NoError(t, err)
		r, err := p.Run(nil, []string{"-m1000", "-w16", "-c0"}) // -c0: go on after a deadlock
		require.NoError(t, err)
		require.Equal(t, [2]int{c.states, c.transitions}, [2]int{r.States, r.Transitions}, c.Name)
		require.Equal(t, c.Name == "deadlock", r.Errors != 0)
	}
}

// TestReducedVerdicts compares what is broken with and without the reduction.
func TestReducedVerdicts(t *testing.T) {
	const judged = Lost | Mapped | Marked | Over
	cases := verdictCases
	for _, c := range twins {
		if c.Procs <= 3 {
			cases = append(cases, c.Scenario)
		}
	}
	full, less := 0, 0
	for _, c := range cases {
		for design := range uint8(2 * ReadZaps) {
			sys := NewCore(c, design, judged)
			r, reduced := explore(t, sys, 1, false), explore(t, sys, 1, true)
			require.Equal(t, r.Bad, reduced.Bad, "%s under %07b", c.Name, design)
			full += r.Stats.States
			less += reduced.Stats.States
		}
	}
	require.Less(t, 2*less, full, "the reduction leaves out half of the states")
}

// TestTwinVerdicts compares what is broken in the twin with what Spin said.
func TestTwinVerdicts(t *testing.T) {
	const judged = Lost | Mapped | Marked | Over
	s := ""
	for i := range verdictCases {
		for _, n := range designs(6) {
			r := explore(t, NewCore(verdictCases[i], uint8(n), judged), 1, false)
			s += line(&verdictCases[i], n, letters(func(i int) bool {
				return r.Bad>>((i+4)%5)&1 != 0 // the deadlock comes first there
			}))
		}
	}
	require.Equal(t, verdicts(t, 6), s)
}
