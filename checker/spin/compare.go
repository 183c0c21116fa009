package spin

import (
	"fmt"
	"math"
	"os"
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

// Table is the rows in Markdown. The last column says how many times sooner
// than the fastest Spin on one core an engine is at the end: by processor time
// on one core, else by wall time.
func Table(rows []Row) string {
	best := Report{Seconds: math.Inf(1), CPU: math.Inf(1)}
	for i := range rows {
		if r := &rows[i]; r.Cores == 1 && strings.HasPrefix(r.Name, "Spin") {
			best.Seconds, best.CPU = min(best.Seconds, r.Seconds), min(best.CPU, r.CPU)
		}
	}
	var b strings.Builder
	b.WriteString("| engine | cores | states | transitions | wall s | CPU s | states/s | transitions/s | MB | times sooner |\n")
	b.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for i := range rows {
		r := &rows[i]
		times := best.Seconds / r.Seconds
		if r.Cores == 1 {
			times = best.CPU / r.CPU
		}
		rate := r.Rate()
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %.2f | %.2f | %.0f | %.0f | %.0f | %.2f |\n",
			r.Name, r.Cores, r.States, r.Transitions, r.Seconds, r.CPU,
			rate, rate*float64(r.Transitions)/float64(r.States), r.Megabytes, times)
	}
	return b.String()
}

// Record replaces the table of a section of a document, which is what stands
// between the lines "<!-- begin NAME -->" and "<!-- end NAME -->".
func Record(file, section, table string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	begin, end := "<!-- begin "+section+" -->\n", "<!-- end "+section+" -->"
	before, rest, found := strings.Cut(string(data), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return fmt.Errorf("%s: no section %q", file, section)
	}
	return os.WriteFile(file, []byte(before+begin+table+end+after), 0o600)
}
