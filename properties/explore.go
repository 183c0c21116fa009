package properties

import (
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync/atomic"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// ExploreOptions say how a scenario is explored.
type ExploreOptions struct {
	Limits    checker.Limits
	Reduction Reduction
	Workers   int  // for one scenario; 0: as many as processors
	Weak      bool // victims are those of [model.Scenario].Weak
	Progress  func(checker.Progress)
	// Checkpoint is of one scenario, and not of a search for what goes on for
	// ever, which may follow.
	Checkpoint checker.Checkpoint
	// Unlocked is a step that takes no lock ([model.Machine.WithoutLock]): then
	// there is no Reduction. 0: every step takes its locks.
	Unlocked model.Step
}

// An Explored is what the exploration of one scenario under one design found.
type Explored struct {
	Verdict  checker.Verdict // Exhausted, Truncated or Violated
	Complete bool            // every reachable state was visited
	Refused  bool            // the design does not start the scenario
	Stats    checker.Stats
	Cut      checker.Cut
	Digest   uint64
	Omitted  float64  // expected number of states lost to equal fingerprints
	Cyclic   bool     // a run need not end; then it was explored without reductions too
	Violated spec.Set // in some reachable state, or by a run that does not end
	Tested   spec.Set // premise met in some reachable state
	// Premises is in how many of the states visited the premise of each property
	// has held: on the way by which the search reached the state first, and in
	// a last state at the end of the run. With reductions that is of the states
	// that they leave.
	Premises [spec.NumProperties]int
}

// Explore visits every state of the system that the reductions leave, and
// judges all properties in it.
func (sys *System) Explore(opts ExploreOptions) (Explored, error) {
	return sys.explore(&explorer{}, opts)
}

// An explorer is the engine, which keeps its memory between scenarios.
type explorer = checker.Explorer[Run, model.Action]

func (sys *System) explore(engine *explorer, opts ExploreOptions) (Explored, error) {
	if _, ok := sys.M.Startable(); !ok {
		return Explored{Verdict: checker.Exhausted, Complete: true, Refused: true}, nil
	}
	r, err := engine.Explore(sys, sys.options(opts))
	if err != nil {
		return Explored{}, err
	}
	e := Explored{
		Verdict: r.Verdict, Complete: r.Complete, Stats: r.Stats, Cut: r.Cut, Digest: r.Digest, Omitted: r.Omitted,
		Violated: spec.Set(r.Bad), Tested: spec.Set(r.Met), Premises: [spec.NumProperties]int(r.MetIn[:spec.NumProperties]),
	}
	if !r.Complete {
		return e, nil
	}
	return e, sys.addEndless(&e, r.Graph, opts)
}

// addEndless adds what is violated by runs that do not end. When a limit keeps
// that from being known, nothing more is known than what was violated.
func (sys *System) addEndless(e *Explored, reduced *checker.Graph, opts ExploreOptions) error {
	live, err := sys.Liveness(reduced, opts.Limits, opts.Workers)
	e.Cyclic = live.Cyclic
	e.Violated |= live.Violated
	switch {
	case errors.Is(err, checker.ErrCut):
		e.Complete, e.Cut = false, live.Cut
		if e.Verdict == checker.Exhausted {
			e.Verdict = checker.Truncated
		}
		return nil
	case e.Violated != 0:
		e.Verdict = checker.Violated
	}
	return err
}

// options are those of the engine.
func (sys *System) options(opts ExploreOptions) checker.Options[Run, model.Action] {
	return checker.Options[Run, model.Action]{
		Limits: opts.Limits, Workers: opts.Workers, Progress: opts.Progress, Checkpoint: opts.Checkpoint,
		Graph:      EdgesOnly(),
		Judge:      sys.judge,
		Note:       func(r *Run) uint64 { return uint64(r.Monitor.Tested) },
		Recall:     func(r *Run, met uint64) { r.Monitor.Tested = spec.Set(met) },
		Canonical:  sys.Canonical(opts.Reduction),
		Persistent: sys.Persistent(opts.Reduction),
	}
}

// judge returns what is violated in a state, and what was put to the test.
func (sys *System) judge(r *Run, terminal bool) (bad, met uint64) {
	if !terminal {
		return uint64(r.Monitor.Violated), uint64(r.Monitor.Tested)
	}
	end := *r
	sys.Finish(&end)
	return uint64(end.Monitor.Violated), uint64(end.Monitor.Tested)
}

// ExploreScenario explores one scenario under one design.
func ExploreScenario(d design.Design, sc model.Scenario, opts ExploreOptions) (Explored, error) {
	return exploreScenario(&explorer{}, d, sc, opts)
}

func exploreScenario(engine *explorer, d design.Design, sc model.Scenario, opts ExploreOptions) (Explored, error) {
	sc.Weak = sc.Weak || opts.Weak
	sys, err := NewSystem(d, sc)
	if err != nil {
		return Explored{}, fmt.Errorf("impossible scenario: %w", err)
	}
	if opts.Unlocked != 0 {
		sys = sys.WithoutLock(opts.Unlocked)
	}
	return sys.explore(engine, opts)
}

// A Named is a scenario with its name.
type Named struct {
	Name     string
	Scenario model.Scenario
}

// ExploreAll explores scenarios under one design, on all processors, one
// scenario a goroutine. each is told of the results in the order of the
// scenarios, from one goroutine at a time, and ends it by returning false.
func ExploreAll(d design.Design, scenarios iter.Seq[Named], opts ExploreOptions, each func(sc Named, e Explored) bool) error {
	type job struct {
		Named
		done chan struct{}
		got  Explored
		err  error
	}
	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	opts.Workers = 1
	jobs := make(chan *job)
	order := make(chan *job, 64*workers) // bounds how far the others get ahead of a long one
	var stop atomic.Bool
	go func() {
		defer close(order)
		defer close(jobs)
		for sc := range scenarios {
			if stop.Load() {
				return
			}
			j := &job{Named: sc, done: make(chan struct{})}
			order <- j
			jobs <- j
		}
	}()
	for range workers {
		go func() {
			var engine explorer
			for j := range jobs {
				if !stop.Load() {
					j.got, j.err = exploreScenario(&engine, d, j.Scenario, opts)
				}
				close(j.done)
			}
		}()
	}
	var err error
	for j := range order {
		<-j.done
		if stop.Load() {
			continue
		}
		if j.err != nil {
			err = fmt.Errorf("%s: %w", j.Name, j.err)
		}
		if err != nil || !each(j.Named, j.got) {
			stop.Store(true)
		}
	}
	return err
}

// ShortestOf is the shortest schedule of the system's scenario that violates
// the property, with the fewest context switches.
func ShortestOf(sys *System, p spec.Property) (schedule []model.Action, ok bool) {
	schedule, verdict := shortest(sys.M.Design, p, sys.M.Scenario, 0)
	return schedule, verdict == checker.Violated
}

// WitnessOf is the shortest schedule of the system's scenario on which the
// premise of the property holds, with the fewest context switches.
func WitnessOf(sys *System, p spec.Property) (schedule []model.Action, ok bool) {
	schedule, verdict := sys.shortestTo(func(r *Run, terminal bool) bool {
		_, met := sys.judge(r, terminal)
		return spec.Set(met).Has(p)
	}, 0)
	return schedule, verdict == checker.Violated
}
