package sample_test

import (
	"flag"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
	"github.com/notifycheck/notifycheck/checker/sample"
)

// Tasks take a lock now and then; every fifth step can fail.
const (
	tasks  = 6
	length = 16 // steps of a task
	steps  = tasks * length
)

type crew struct{}

type progress struct {
	Done   [tasks]uint8
	Failed [tasks]uint8
	Holder uint8 // of the lock, plus one
}

type step struct {
	Task   uint8
	Branch uint8
}

func (crew) Init() []progress { return []progress{{}} }

func (crew) Enabled(s *progress, buf []step) []step {
	for p := range uint8(tasks) {
		switch done := s.Done[p]; {
		case done == length, done%8 == 2 && s.Holder != 0:
		case done%5 == 0:
			buf = append(buf, step{Task: p}, step{Task: p, Branch: 1}, step{Task: p, Branch: 2})
		default:
			buf = append(buf, step{Task: p})
		}
	}
	return buf
}

// The lock is held from step 2 of 8 to step 6.
func (crew) Apply(s *progress, a step) {
	switch s.Done[a.Task] % 8 {
	case 2:
		s.Holder = a.Task + 1
	case 6:
		s.Holder = 0
	}
	s.Failed[a.Task] += a.Branch
	s.Done[a.Task]++
}

func options() sample.Options[progress, step] {
	return sample.Options[progress, step]{
		MaxSteps: 2 * steps,
		TaskOf:   func(a step) int { return int(a.Task) },
		Branch:   func(a step) int { return int(a.Branch) },
	}
}

// departures counts what a schedule does off its default course.
type departures struct{ preemptions, handovers, faults int }

func depart(sys crew, schedule []step) (d departures) {
	s := progress{}
	for i, a := range schedule {
		enabled := slices.DeleteFunc(sys.Enabled(&s, nil), func(b step) bool { return b.Branch != 0 })
		canGoOn := i > 0 && slices.ContainsFunc(enabled, func(b step) bool { return b.Task == schedule[i-1].Task })
		switch {
		case canGoOn && a.Task != schedule[i-1].Task:
			d.preemptions++
		case !canGoOn && a.Task != enabled[0].Task:
			d.handovers++
		}
		if a.Branch != 0 {
			d.faults++
		}
		sys.Apply(&s, a)
	}
	return d
}

func TestWalkIsAScheduleWithFewDepartures(t *testing.T) {
	sys := crew{}
	var w sample.Walker[progress, step]
	rapid.Check(t, func(t *rapid.T) {
		s, seen := progress{}, 0
		opt := options()
		opt.Each = func(*progress, step) bool { seen++; return false }
		schedule, end := w.Walk(t, sys, &s, opt)

		require.Equal(t, checker.Terminal, end)
		require.Len(t, schedule, steps)
		require.Equal(t, steps, seen)
		last, err := checker.Replay(sys, progress{}, schedule)
		require.NoError(t, err)
		require.Equal(t, last, s)

		d := depart(sys, schedule)
		require.LessOrEqual(t, d.preemptions, 5)
		require.LessOrEqual(t, d.handovers, 6)
		require.LessOrEqual(t, d.faults, 3)
	})
}

// With nothing drawn each task runs until it can't go on: no departures.
func TestNothingDrawnIsTheDefaultCourse(t *testing.T) {
	rapid.MakeFuzz(func(t *rapid.T) {
		var w sample.Walker[progress, step]
		s := progress{}
		schedule, _ := w.Walk(t, crew{}, &s, options())
		require.Equal(t, departures{}, depart(crew{}, schedule))
		require.Equal(t, tasks-1, checker.Switches(schedule, options().TaskOf))
	})(t, make([]byte, 1024))
}

// The seeds are fixed, so these shares are the same in every run.
func TestDeparturesAreCommonEnough(t *testing.T) {
	const runs = 1000
	walks := walks(crew{}, options())
	preempted, handed, failed := 0, 0, 0
	var firsts [tasks]int
	for seed := range runs {
		schedule := walks.Example(seed + 1)
		d := depart(crew{}, schedule)
		preempted += min(d.preemptions, 1)
		handed += min(d.handovers, 1)
		failed += min(d.faults, 1)
		firsts[schedule[0].Task]++
	}
	for name, n := range map[string]int{"preempted": preempted, "handed over": handed, "failed": failed} {
		require.Greater(t, n, runs/2, name)
		require.Less(t, n, runs*9/10, name)
	}
	for p, n := range firsts {
		require.NotZero(t, n, "task %d never ran first", p)
	}
}

// walks generates schedules.
func walks[S, A comparable](sys checker.System[S, A], opt sample.Options[S, A]) *rapid.Generator[[]A] {
	var w sample.Walker[S, A]
	return rapid.Custom(func(t *rapid.T) []A {
		s := sys.Init()[0]
		schedule, _ := w.Walk(t, sys, &s, opt)
		return slices.Clone(schedule)
	})
}

func TestAStepAllocatesNothing(t *testing.T) {
	var w sample.Walker[progress, step]
	allocs := func(maxSteps int) float64 {
		opt := options()
		opt.MaxSteps = maxSteps
		runs := rapid.Custom(func(t *rapid.T) int {
			s := progress{}
			schedule, _ := w.Walk(t, crew{}, &s, opt)
			return len(schedule)
		})
		return testing.AllocsPerRun(20, func() { runs.Example(1) })
	}
	require.InDelta(t, allocs(1), allocs(steps), 0)
}

func TestEachStopsAndMaxStepsCuts(t *testing.T) {
	var w sample.Walker[progress, step]
	rapid.Check(t, func(t *rapid.T) {
		opt := options()
		opt.MaxSteps = 10
		s := progress{}
		schedule, end := w.Walk(t, crew{}, &s, opt)
		require.Equal(t, checker.OutOfSteps, end)
		require.Len(t, schedule, 10)

		opt.Each = func(s *progress, _ step) bool { return s.Holder != 0 }
		s = progress{}
		schedule, end = w.Walk(t, crew{}, &s, opt)
		require.Equal(t, checker.Stopped, end)
		require.NotZero(t, s.Holder)
		before, err := checker.Replay(crew{}, progress{}, schedule[:len(schedule)-1])
		require.NoError(t, err)
		require.Zero(t, before.Holder)
	})
}

// A task all of whose outcomes are faults still moves.
func TestUnavoidableFaults(t *testing.T) {
	var w sample.Walker[textbook.Table, int]
	rapid.Check(t, func(t *rapid.T) {
		s := textbook.Table{}
		schedule, _ := w.Walk(t, textbook.Philosophers{}, &s, sample.Options[textbook.Table, int]{
			MaxSteps: 20,
			TaskOf:   textbook.Philosophers{}.TaskOf,
			Branch:   func(int) int { return 1 },
		})
		_, err := checker.Replay(textbook.Philosophers{}, textbook.Table{}, schedule)
		require.NoError(t, err)
	})
}

// quiet stands in for the *testing.T of a property that must fail.
type quiet struct {
	testing.TB
	failed bool
}

func (q *quiet) Errorf(string, ...any) { q.failed = true }
func (q *quiet) Logf(string, ...any)   {}
func (q *quiet) Failed() bool          { return q.failed }
func (q *quiet) FailNow()              { q.failed = true }

// setFlag changes a flag of rapid's for this test, whatever the command says.
func setFlag(t *testing.T, name, value string) {
	t.Helper()
	before := flag.Lookup(name).Value.String()
	require.NoError(t, flag.Set(name, value))
	t.Cleanup(func() { require.NoError(t, flag.Set(name, before)) })
}

// Two preemptions break TestFirst; little more is left after shrinking.
func TestShrinkingLeavesWhatTheFailureNeeds(t *testing.T) {
	setFlag(t, "rapid.nofailfile", "true")
	setFlag(t, "rapid.checks", "10000") // the first failure ends it

	sys := textbook.Peterson{TestFirst: true}
	var w sample.Walker[textbook.Mutex, int]
	var minimal []int
	q := &quiet{TB: t}
	rapid.Check(q, func(t *rapid.T) {
		s := textbook.Mutex{}
		schedule, end := w.Walk(t, sys, &s, sample.Options[textbook.Mutex, int]{
			MaxSteps: 60,
			TaskOf:   sys.TaskOf,
			Each:     func(s *textbook.Mutex, _ int) bool { return !s.Exclusive() },
		})
		if end == checker.Stopped {
			minimal = slices.Clone(schedule)
			t.Fatalf("both are in")
		}
	})
	require.True(t, q.failed)
	require.LessOrEqual(t, len(minimal), 12)
	require.LessOrEqual(t, checker.Switches(minimal, sys.TaskOf), 5)

	// The shrinker sees only departures; moving actions is Minimise's work.
	least, ok := checker.Minimise(sys, textbook.Mutex{}, minimal,
		func(s *textbook.Mutex, _ bool) bool { return !s.Exclusive() }, sys.TaskOf, 1000)
	require.True(t, ok)
	require.Len(t, least, 6)
	require.Equal(t, 2, checker.Switches(least, sys.TaskOf))
}
