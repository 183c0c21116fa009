package spin

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// A Variant is a way to run Spin's verifier to the end of a state space
// without losing states.
type Variant struct {
	Name  string
	Cores int
	GCC   []string // besides -O2
}

// Variants are Spin's usual options for safety.
func Variants() []Variant {
	return []Variant{
		{"Spin DFS", 1, []string{"-DSAFETY", "-DNOREDUCE"}},
		{"Spin DFS, partial-order reduction", 1, []string{"-DSAFETY"}},
		{"Spin DFS, no bound check", 1, []string{"-DSAFETY", "-DNOREDUCE", "-DNOBOUNDCHECK", "-DNOFAIR"}},
		{"Spin BFS", 1, []string{"-DSAFETY", "-DNOREDUCE", "-DBFS"}},
		{"Spin DFS, -DNCORE=2", 2, []string{"-DSAFETY", "-DNOREDUCE", "-DNCORE=2", "-DDUAL_CORE", "-DMEMLIM=4000"}},
		{"Spin BFS, -DBFS_PAR", 2, []string{"-DSAFETY", "-DNOREDUCE", "-DBFS_PAR"}},
	}
}

// An Engine explores one system to the end.
type Engine struct {
	Name    string
	Cores   int
	Reduced bool // it leaves out states on purpose
	Run     func() (Report, error)
}

// Engines compiles the variants for a model, each in a directory of its own
// that newDir makes.
func Engines(model string, macros, options []string, newDir func() string) ([]Engine, error) {
	var list []Engine
	for _, v := range Variants() {
		p, err := Compile(newDir(), model, macros, v.GCC)
		if err != nil {
			return nil, err
		}
		processors := ""
		if v.Cores == 1 {
			processors = "0"
		}
		list = append(list, Engine{
			Name: v.Name, Cores: v.Cores,
			Run: func() (Report, error) { return p.RunOn(processors, nil, options) },
		})
	}
	return list, nil
}

// Timed runs f in this process, on so many processors, and fills in the
// times.
func Timed(cores int, f func() (Report, error)) (Report, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	debug.FreeOSMemory()
	start, busy := time.Now(), used()
	r, err := f()
	r.Seconds, r.CPU = time.Since(start).Seconds(), (used() - busy).Seconds()
	return r, err
}

// used is the processor time of this process.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it has no reason to fail
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A Row is the best that an engine did in some rounds.
type Row struct {
	Engine
	Report
}

// Rate is states per second: of processor time on one core, which other
// programs on the machine disturb less, else of wall time.
func (r *Row) Rate() float64 {
	if r.Cores == 1 {
		return float64(r.States) / r.CPU
	}
	return float64(r.States) / r.Seconds
}

// Compare runs the engines in turn, round after round, so that what else the
// machine does hits them alike. All but the reduced ones must count the same
// states.
func Compare(engines []Engine, rounds int) ([]Row, error) {
	rows := make([]Row, len(engines))
	states := 0
	for range rounds {
		for i, e := range engines {
			r, err := e.Run()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", e.Name, err)
			}
			if !e.Reduced && states == 0 {
				states = r.States
			}
			if r.Errors != 0 || !e.Reduced && r.States != states {
				return nil, fmt.Errorf("%s: %d states, want %d; %d errors", e.Name, r.States, states, r.Errors)
			}
			if best := &rows[i]; best.States == 0 {
				*best = Row{e, r}
			} else {
				best.Seconds = min(best.Seconds, r.Seconds)
				best.CPU = min(best.CPU, r.CPU)
			}
		}
	}
	return rows, nil
}

// Table is the rows in Markdown. The last column has the time to the end as a
// part of that of the fastest Spin on one core: of processor time on one core,
// else of wall time.
func Table(rows []Row) string {
	best := 0.0
	for i := range rows {
		if r := &rows[i]; r.Cores == 1 && strings.HasPrefix(r.Name, "Spin") && (best == 0 || r.CPU < best) {
			best = r.CPU
		}
	}
	var b strings.Builder
	b.WriteString("| engine | cores | states | transitions | wall s | CPU s | states/s | transitions/s | MB | times faster |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|---|\n")
	for i := range rows {
		r := &rows[i]
		seconds := float64(r.States) / r.Rate()
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %.2f | %.2f | %.0f | %.0f | %.0f | %.2f |\n",
			r.Name, r.Cores, r.States, r.Transitions, r.Seconds, r.CPU,
			r.Rate(), float64(r.Transitions)/seconds, r.Megabytes, best/seconds)
	}
	return b.String()
}
