// Package promela compares the engine with Spin on a textbook system.
package promela

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	_ "pgregory.net/rapid" // its flags: go test ./... -rapid.checks=N works here too

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
	"github.com/notifycheck/notifycheck/checker/spin"
)

const model = "twophase.pml"

var record = flag.Bool("record", false, "BenchmarkSpin writes its table into docs/speed.md")

// explore is the engine on two-phase commit.
func explore(managers, workers int, symmetric bool) (spin.Report, error) {
	sys := textbook.TwoPhase{Managers: managers}
	opts := checker.Options[textbook.Transaction, textbook.TwoPhaseAction]{
		Workers: workers,
		Judge: func(s *textbook.Transaction, _ bool) (bad, met uint64) {
			if !s.Consistent() {
				bad = 1
			}
			return bad, 0
		},
	}
	if symmetric {
		opts.Canonical = sys.Canonical
	}
	r, err := checker.Explore(sys, opts)
	if err != nil {
		return spin.Report{}, err
	}
	return spin.Report{
		States: r.Stats.States, Transitions: r.Stats.Transitions, Depth: r.Stats.Depth, Errors: int(r.Bad),
		Megabytes: float64(r.Stats.Seen+r.Stats.Frontier) / 1e6,
	}, nil
}

// TestSpinCountsTwoPhase compares what twophase.pml has with what TLC counts
// and the engine: all that makes the speeds comparable.
func TestSpinCountsTwoPhase(t *testing.T) {
	if err := spin.Available(); err != nil {
		t.Skip(err)
	}
	for managers, states := range map[int]int{1: 12, 3: 288, 5: 8832} {
		p, err := spin.Compile(t.TempDir(), model, []string{fmt.Sprintf("N=%d", managers)}, []string{"-DSAFETY", "-DNOREDUCE", "-O0"})
		require.NoError(t, err)
		r, err := p.Run(nil, []string{"-m1000", "-w16"})
		require.NoError(t, err)
		ours, err := explore(managers, 1, false)
		require.NoError(t, err)
		require.Equal(t, states, r.States)
		require.Equal(t, [2]int{ours.States, ours.Transitions}, [2]int{r.States, r.Transitions})
		require.Zero(t, r.Errors)
	}
}

// BenchmarkSpin compares Spin and the engine on eight resource managers. It
// prints a table; -benchtime=5x takes the best of five rounds.
func BenchmarkSpin(b *testing.B) {
	if err := spin.Available(); err != nil {
		b.Skip(err)
	}
	const managers = 8
	engines, err := spin.Engines(model, []string{fmt.Sprintf("N=%d", managers)}, []string{"-m1000", "-w22"}, b.TempDir)
	require.NoError(b, err)
	for _, cores := range []int{1, 2} {
		for _, symmetric := range []bool{false, true} {
			name := "Explore"
			if symmetric {
				name += ", symmetry"
			}
			engines = append(engines, spin.Engine{
				Name: name, Cores: cores, Reduced: symmetric,
				Run: func() (spin.Report, error) {
					return spin.Timed(cores, func() (spin.Report, error) { return explore(managers, cores, symmetric) })
				},
			})
		}
	}
	rows, err := spin.Compare(engines, b.N)
	require.NoError(b, err)
	table := spin.Table(rows)
	fmt.Fprintln(os.Stdout, "\ntwo-phase commit, 8 resource managers\n\n"+table)
	if *record {
		require.NoError(b, spin.Record("../../../../docs/speed.md", "two-phase commit", table))
	}
}
