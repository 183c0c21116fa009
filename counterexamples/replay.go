package counterexamples

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
)

// An Outcome is how a replay ended.
type Outcome uint8

// The outcomes of a replay. The zero Outcome claims nothing.
const (
	Diverged Outcome = iota // the schedule does not fit the machine
	Held                    // it fits, and the property holds
	Violated                // it fits, and breaks the property
)

// String is the word that reports use.
func (o Outcome) String() string {
	return [...]string{"diverged", "held", "violated"}[o]
}

// A Judge runs the machine and whatever watches it, and knows the property.
// The S of the machine alone is model.State.
type Judge[S comparable] struct {
	System checker.System[S, model.Action]
	State  func(*S) *model.State
	// Violated judges a run: all its states, the initial one first. The
	// actions that lead to the last loop of them repeat for ever; loop is 0
	// when the run just ends.
	Violated func(run []S, loop int) bool
}

// A Result is what a replay found.
type Result[S comparable] struct {
	Outcome Outcome
	Line    int    // of the file, when it diverged
	Reason  string // why it diverged
	Last    S      // the last state that was as recorded, to explore on from
	Race    string // of the whole schedule, when it did not diverge
}

// String is violated, held, or where and why the replay diverged.
func (r Result[S]) String() string {
	if r.Outcome != Diverged {
		return r.Outcome.String()
	}
	return fmt.Sprintf("%v at line %d: %s", r.Outcome, r.Line, r.Reason)
}

// Replay takes the steps of the schedule one by one. A step that is not
// enabled, that is another than the one recorded, or that leads elsewhere
// ends the replay. The error is for a file that has nothing to replay on this
// machine.
func Replay[S comparable](f *File, m *model.Machine, j Judge[S]) (Result[S], error) {
	inits := j.System.Init()
	switch reason, ok := m.Startable(); {
	case f.Litmus():
		return Result[S]{}, fmt.Errorf("%s: a litmus file has no schedule to replay", f.Name)
	case m.Scenario != f.Scenario:
		return Result[S]{}, fmt.Errorf("%s: the machine was built for another scenario", f.Name)
	case !ok:
		return Result[S]{}, fmt.Errorf("%s: design %s cannot start the scenario: %s", f.Name, f.Verdict.Design, reason)
	case len(inits) != 1:
		return Result[S]{}, fmt.Errorf("%s: expected one initial state, not %d", f.Name, len(inits))
	}
	run := inits
	for i, l := range f.Schedule {
		next := run[len(run)-1]
		reason := refuses(m, j.State(&next), l)
		if reason == "" {
			j.System.Apply(&next, l.Action)
			if Digest(j.State(&next)) != l.Digest {
				reason = fmt.Sprintf("the state after step %v is not the one recorded", l.Step)
			}
		}
		if reason != "" {
			return Result[S]{Line: f.line(i), Reason: reason, Last: run[len(run)-1]}, nil
		}
		run = append(run, next)
	}
	last := len(run) - 1
	res := Result[S]{Outcome: Held, Last: run[last]}
	if f.Loop > 0 && run[last] != run[last-f.Loop] {
		return Result[S]{
			Line: f.line(last - f.Loop), Last: run[last-f.Loop],
			Reason: "the steps that repeat do not lead back to the state that they begin in",
		}, nil
	}
	if j.Violated(run, f.Loop) {
		res.Outcome = Violated
	}
	init := run[0]
	res.Race = Race(m, *j.State(&init), f.Actions(), f.Wrong(), RaceColumns)
	return res, nil
}

// refuses says why the line cannot be the next step; it is empty when it can.
func refuses(m *model.Machine, s *model.State, l Line) string {
	at, alive := s.At(l.Action.Task)
	enabled := m.Enabled(s, nil)
	switch {
	case !alive:
		return fmt.Sprintf("step %v is not enabled: %s has ended", l.Step, taskName(l.Action.Task))
	case at != l.Step:
		return fmt.Sprintf("step %v is not enabled: %s is at step %v", l.Step, taskName(l.Action.Task), at)
	case slices.Contains(enabled, l.Action):
		return ""
	case slices.ContainsFunc(enabled, func(a model.Action) bool { return a.Task == l.Action.Task }):
		return fmt.Sprintf("step %v has no branch %d here", l.Step, l.Action.Branch)
	}
	return fmt.Sprintf("step %v is not enabled: %s", l.Step, Waits(m, s, l.Action.Task))
}

// Wrong is what the last line of the race says.
func (f *File) Wrong() string {
	if f.Verdict.Message == "" {
		return ""
	}
	wrong := f.Verdict.Property + ": " + f.Verdict.Message
	switch {
	case f.Loop == 1:
		wrong += " (the last step repeats for ever)"
	case f.Loop > 0:
		wrong += fmt.Sprintf(" (the last %d steps repeat for ever)", f.Loop)
	}
	return wrong
}

// CheckRace compares the recorded race with the one that a replay drew; the
// error names the first line that differs.
func (f *File) CheckRace(drawn string) error {
	if f.Race == drawn {
		return nil
	}
	recorded, line := strings.Split(strings.TrimSuffix(f.Race, "\n"), "\n"), f.raceAbove+1
	for i, want := range strings.Split(strings.TrimSuffix(drawn, "\n"), "\n") {
		if i >= len(recorded) || recorded[i] != want {
			return fmt.Errorf("%s:%d: expected %q in the race, as the schedule shows", f.Name, line, want)
		}
		line++
	}
	return fmt.Errorf("%s:%d: expected the end of the race, as the schedule shows", f.Name, line)
}

// Record makes a file of a schedule: the last loop actions repeat for ever.
// The error is a *checker.DivergedError when the schedule does not fit.
func Record(m *model.Machine, v Verdict, comment string, schedule []model.Action, loop int) (*File, error) {
	inits := m.Init()
	if len(inits) == 0 {
		return nil, errors.New("the design cannot start the scenario")
	}
	states, err := checker.States(m, inits[0], schedule)
	if err != nil {
		return nil, err
	}
	v.Weak = m.Scenario.Weak
	f := &File{Comment: strings.TrimSpace(comment) + "\n\n", Scenario: m.Scenario, Verdict: v, Schedule: []Line{}, Loop: loop}
	for i, a := range schedule {
		st, _ := states[i].At(a.Task)
		f.Schedule = append(f.Schedule, Line{Action: a, Step: st, Digest: Digest(&states[i+1])})
	}
	f.Race = Race(m, inits[0], schedule, f.Wrong(), RaceColumns)
	return f, nil
}
