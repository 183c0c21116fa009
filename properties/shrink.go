package properties

import (
	"flag"
	"slices"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// Refute draws a run, as Draw does, and says whether it violates the property.
// A run that does is weighed, so that rapid shrinks it to a short one. A fuzz
// target should not call it: the weight may be more than the input has left.
func (sm *Sampler) Refute(t *rapid.T, d design.Design, p spec.Property) (f Finding, violated bool) {
	out := sm.Draw(t, d, 1<<p)
	if !out.Run.Monitor.Violated.Has(p) {
		return f, false
	}
	weight(len(out.Schedule)+checker.Switches(out.Schedule, TaskOf)).Draw(t, "steps and switches")
	return Finding{Design: d, Property: p, Scenario: out.Scenario, Schedule: slices.Clone(out.Schedule)}, true
}

// weight draws n bits, or one if n is 0. Of two failing runs rapid takes the
// one that drew fewer words as the smaller. A schedule is drawn in a few of
// them however long it is; with its weight a shorter one is smaller.
func weight(n int) *rapid.Generator[int] {
	return rapid.Custom(func(t *rapid.T) int {
		for range max(n, 1) {
			rapid.Bool().Draw(t, "")
		}
		return n
	})
}

// Shrink is what rapid makes of the violation that [Search] found at a seed:
// what a failing `go test` shows. ok is false if there is no violation at that
// seed.
//
// It takes rapid's own time, which is up to 30 seconds by default. It sets
// flags of rapid and leaves them so; calls of Shrink can be concurrent, but
// no other rapid.Check with them.
func Shrink(d design.Design, p spec.Property, seed int) (least Finding, ok bool) {
	var sm Sampler
	var begun sync.Once
	seeding.Lock()
	parseFlags()
	setFlag("rapid.nofailfile", "true")
	setFlag("rapid.checks", "1")
	setFlag("rapid.seed", strconv.Itoa(seed))
	rapid.Check(new(standIn), func(t *rapid.T) {
		begun.Do(seeding.Unlock) // the flags were read
		if f, violated := sm.Refute(t, d, p); violated {
			least, ok = f, true
			t.Fatalf("violated")
		}
	})
	return least, ok
}

// seeding is held from setting rapid's seed until it was read.
var seeding sync.Mutex

// parseFlags makes the defaults of the testing package's flags valid where
// there is no test: rapid.Check reads one of them.
func parseFlags() {
	testing.Init()
	if !flag.Parsed() {
		_ = flag.CommandLine.Parse(nil) // of no arguments: nothing to fail
	}
}

func setFlag(name, value string) {
	if err := flag.Set(name, value); err != nil {
		panic(err)
	}
}

// A standIn stands in for the test that rapid.Check fails. Rapid calls the
// property a last time with the least run that fails.
type standIn struct {
	rapid.TB // nil: rapid calls nothing else

	failed bool
}

func (s *standIn) Helper()               {}
func (s *standIn) Name() string          { return "shrink" }
func (s *standIn) Logf(string, ...any)   {}
func (s *standIn) Errorf(string, ...any) { s.failed = true }
func (s *standIn) Failed() bool          { return s.failed }
func (s *standIn) FailNow()              {}

// Shortest is the shortest schedule that violates the property in the
// scenario, and of those the one with the fewest context switches. The search
// ends after so many states, without a schedule.
func (f *Finding) Shortest(states int) ([]model.Action, checker.Verdict) {
	return shortest(f.Design, f.Property, f.Scenario, states)
}
