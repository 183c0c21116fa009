package promela

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker/spin"
)

var record = flag.Bool("record", false, "BenchmarkSpin writes its tables into docs/speed.md")

// speedCases are the scenarios of the comparison: the smallest one that has
// the deadlock in the designs as released, with three readers more, and two
// larger ones.
var speedCases = []Scenario{
	{Name: "one event, five read faults", Procs: 6, File1: 42, Faulted: 1, Early: 63, Read: 62},
	{Name: "two events, three read faults, one write fault", Procs: 5, Events: 2, File1: 10, Faulted: 1, Early: 31, Read: 22, Write: 8},
}

// BenchmarkSpin compares Spin and the engine on the core of the protocol under
// reviewed, all claims and deadlocks judged. It prints a table;
// -benchtime=5x takes the best of five rounds.
func BenchmarkSpin(b *testing.B) {
	if err := spin.Available(); err != nil {
		b.Skip(err)
	}
	const judged = Lost | Mapped | Marked | Over
	for _, c := range speedCases {
		b.Run(c.Name, func(b *testing.B) {
			engines, err := spin.Engines("core.pml", append(c.Macros(), "DESIGN=0", fmt.Sprintf("JUDGE=%d", judged)),
				[]string{"-m1000", "-w22"}, b.TempDir)
			require.NoError(b, err)
			ours := func(name string, cores int, reduced bool) spin.Engine {
				return spin.Engine{Name: name, Cores: cores, Reduced: reduced, Run: func() (spin.Report, error) {
					return spin.Timed(cores, func() (spin.Report, error) {
						r := explore(b, NewCore(c, 0, judged), cores, reduced)
						return spin.Report{
							States: r.Stats.States, Transitions: r.Stats.Transitions, Depth: r.Stats.Depth, Errors: int(r.Bad),
							Megabytes: float64(r.Stats.Seen+r.Stats.Frontier) / 1e6,
						}, nil
					})
				}}
			}
			for _, cores := range []int{1, 2} {
				engines = append(engines, ours("Explore", cores, false), ours("Explore, partial-order reduction", cores, true))
			}
			rows, err := spin.Compare(engines, b.N)
			require.NoError(b, err)
			table := spin.Table(rows)
			fmt.Fprintln(os.Stdout, "\n"+c.Name+"\n\n"+table)
			if *record {
				require.NoError(b, spin.Record("../../docs/speed.md", c.Name, table))
			}
		})
	}
}
