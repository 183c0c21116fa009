// Package spin compiles Promela models with Spin and a C compiler, runs them
// and reads what they print. The tests and benchmarks that compare this
// project's engine and models with Spin's use it; nothing else does. Spin is
// no dependency: see [Available].
package spin

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Available returns an error that names the program that is not installed,
// nil when models can be compiled.
func Available() error {
	for _, name := range []string{"spin", "gcc"} {
		if _, err := exec.LookPath(name); err != nil {
			return fmt.Errorf("%s is not installed (Debian packages spin and gcc): %w", name, err)
		}
	}
	return nil
}

// A Program is a compiled verifier, Spin's pan.
type Program struct{ path string }

// Compile makes a verifier of the model in the directory, which must be
// empty: spin -a with the macros ("N=8"), gcc -O2 with the options ("-DSAFETY";
// "-O0" when it is to be compiled fast).
func Compile(dir, model string, macros, options []string) (Program, error) {
	source, err := filepath.Abs(model)
	if err != nil {
		return Program{}, err
	}
	args := []string{"-a"}
	for _, m := range macros {
		args = append(args, "-D"+m)
	}
	if err := run(dir, "spin", append(args, source)); err != nil {
		return Program{}, err
	}
	args = append([]string{"-O2", "-w"}, options...)
	if err := run(dir, "gcc", append(args, "-o", "pan", "pan.c", "-lpthread")); err != nil {
		return Program{}, err
	}
	return Program{path: filepath.Join(dir, "pan")}, nil
}

// run runs a program for its effect; what it printed is part of the error.
func run(dir, name string, args []string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// A Report is what a verifier found.
type Report struct {
	States      int     // stored
	Transitions int     // to new states and to known ones; Spin's own number is one more, for the initial state
	Depth       int     // of the deepest search path, or levels with -DBFS
	Errors      int     // assertions and invalid end states
	Deadlock    bool    // an invalid end state was found
	Seconds     float64 // wall time of the verifier; the compilers' is not in it
	CPU         float64 // seconds of all its processors
	Megabytes   float64 // of 10^6 bytes, by Spin's own account; with -DBFS_PAR of the hash table alone
}

// Run runs the verifier with pan's options ("-m1000", "-w20") and, beside this
// process's environment, some variables ("DESIGN=3"). A report of a search
// that was not complete is an error. (Pan's exit status is 0 also after
// errors, which are findings.)
func (p Program) Run(env, options []string) (Report, error) {
	return p.RunOn("", env, options)
}

// RunOn is Run on the processors of a list as taskset takes it ("0"); on all
// when it is empty.
func (p Program) RunOn(processors string, env, options []string) (Report, error) {
	name, args := p.path, options
	if processors != "" {
		name, args = "taskset", append([]string{"-c", processors, p.path}, options...)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = filepath.Dir(p.path)
	cmd.Env = append(os.Environ(), env...)
	start := time.Now()
	out, err := cmd.CombinedOutput()
	wall := time.Since(start)
	if err != nil {
		return Report{}, fmt.Errorf("pan %s: %w\n%s", strings.Join(options, " "), err, out)
	}
	r, err := Parse(string(out))
	r.Seconds = wall.Seconds()
	r.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	return r, err
}

var (
	reStates      = regexp.MustCompile(`(?m)^\s*(\d+) states, stored`)
	reTransitions = regexp.MustCompile(`(?m)^\s*(\d+) transitions `)
	reDepth       = regexp.MustCompile(`depth reached (\d+), errors: (\d+)`)
	reMemory      = regexp.MustCompile(`(?m)^\s*([0-9.]+)\s+(?:total actual memory usage|shared memory used for hash table)`)
	reIncomplete  = regexp.MustCompile(`Search not completed|max search depth too small|out of memory|hash table is full`)
)

// Parse reads what a verifier printed.
func Parse(out string) (Report, error) {
	var r Report
	numbers := []struct {
		re   *regexp.Regexp
		into []any
	}{
		{reDepth, []any{&r.Depth, &r.Errors}},
		{reStates, []any{&r.States}},
		{reTransitions, []any{&r.Transitions}},
		{reMemory, []any{&r.Megabytes}},
	}
	for _, n := range numbers {
		m := n.re.FindStringSubmatch(out)
		if m == nil {
			return Report{}, fmt.Errorf("no %q in the output of pan:\n%s", n.re, out)
		}
		for i, into := range n.into {
			if err := scan(m[i+1], into); err != nil {
				return Report{}, err
			}
		}
	}
	r.Transitions--
	r.Megabytes *= 1.048576 // of 2^20 bytes
	r.Deadlock = strings.Contains(out, "invalid end state (at depth")
	if cut := reIncomplete.FindString(out); cut != "" && r.Errors == 0 {
		return Report{}, fmt.Errorf("pan: %s:\n%s", cut, out)
	}
	return r, nil
}

// scan reads a number.
func scan(text string, into any) (err error) {
	switch into := into.(type) {
	case *int:
		*into, err = strconv.Atoi(text)
	case *float64:
		*into, err = strconv.ParseFloat(text, 64)
	}
	return err
}
