package counterexamples

import (
	"fmt"
	"slices"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// Message is what a file says of a violation of the property.
func Message(p spec.Property) string { return p.Info().Violation }

// Violation is what went wrong, without names of tasks: the message, but of a
// deadlock.
func (f *File) Violation() string {
	if p, ok := spec.ParseProperty(f.Verdict.Property); ok && p == spec.Deadlock {
		return Message(p)
	}
	return f.Verdict.Message
}

// JudgeOf judges the runs of a system by a property.
func JudgeOf(sys *properties.System, p spec.Property) Judge[properties.Run] {
	return Judge[properties.Run]{
		System: sys,
		State:  func(r *properties.Run) *model.State { return &r.State },
		Violated: func(run []properties.Run, loop int) bool {
			last := run[len(run)-1]
			if loop > 0 && sys.ViolatesForEver(run[len(run)-1-loop:], p) {
				return true
			}
			return sys.Violates(&last, p, len(sys.Enabled(&last, nil)) == 0)
		},
	}
}

// Property is the property that the file is about.
func (f *File) Property() (spec.Property, error) {
	p, ok := spec.ParseProperty(f.Verdict.Property)
	if !ok {
		return 0, fmt.Errorf("%s: there is no property %q", f.Pos("property"), f.Verdict.Property)
	}
	return p, nil
}

// System is the system and the property that the file is about.
func (f *File) System() (*properties.System, spec.Property, error) {
	p, err := f.Property()
	if err != nil {
		return nil, 0, err
	}
	d, key, err := f.Verdict.design()
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", f.Pos(key), err)
	}
	sys, err := properties.NewSystem(d, f.Scenario)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", f.Name, err)
	}
	return sys, p, nil
}

// Judge replays the file in its own design and says whether the property is
// still violated.
func (f *File) Judge() (Result[properties.Run], error) {
	sys, p, err := f.System()
	if err != nil {
		return Result[properties.Run]{}, err
	}
	return Replay(f, sys.M, JudgeOf(sys, p))
}

// Explore looks for the shortest violation of the property that the system
// has, from its initial state or from a later one.
func Explore(sys *properties.System, p spec.Property, from properties.Run, states int) ([]model.Action, checker.Verdict) {
	bad := func(r *properties.Run, terminal bool) bool { return sys.Violates(r, p, terminal) }
	schedule, verdict, _ := checker.Shortest(sys, from, bad, properties.TaskOf, checker.Limits{States: states})
	return schedule, verdict
}

// RecordFinding makes a file of a finding.
func RecordFinding(f properties.Finding, name string, with []string, comment string) (*File, error) {
	m, err := model.New(f.Design, f.Scenario)
	if err != nil {
		return nil, err
	}
	message, err := messageOf(m, f)
	if err != nil {
		return nil, err
	}
	v := Verdict{Property: f.Property.String(), Design: name, With: with, Verdict: checker.Violated, Message: message}
	return Record(m, v, comment, slices.Concat(f.Schedule, f.Loop), len(f.Loop))
}

// messageOf is what a file says of the finding: of a deadlock who holds what and
// who waits for what, of a removal which part of the property it violates.
func messageOf(m *model.Machine, f properties.Finding) (string, error) {
	if f.Property != spec.Deadlock && f.Property != spec.LateRemoval || len(f.Loop) != 0 {
		return Message(f.Property), nil
	}
	states, err := checker.States(m, m.Init()[0], f.Schedule)
	if err != nil {
		return "", err
	}
	last := &states[len(f.Schedule)]
	if f.Property == spec.Deadlock {
		return Deadlock(m, last), nil
	}
	for fs := range last.Mount {
		if states[len(f.Schedule)-1].Mount[fs].Frozen&^last.Mount[fs].Frozen&superblock.FrozenUser != 0 {
			return "a removal ended the freeze of a user", nil
		}
	}
	return "the device was used after kill_dax had returned", nil
}

// Renew records the file again: the same steps, with the digests of the states
// and the race as they are today. The steps have to be those recorded, and
// their verdict the same.
func (f *File) Renew() (*File, error) {
	sys, p, err := f.System()
	if err != nil {
		return nil, err
	}
	renewed, err := Record(sys.M, f.Verdict, f.Comment, f.Actions(), f.Loop)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	renewed.Name = f.Name
	for i, l := range renewed.Schedule {
		if l.Step != f.Schedule[i].Step {
			return nil, fmt.Errorf("%s:%d: step %v is not enabled: %s is at step %v",
				f.Name, f.line(i), f.Schedule[i].Step, taskName(l.Action.Task), l.Step)
		}
	}
	res, err := Replay(renewed, sys.M, JudgeOf(sys, p))
	if err == nil && res.Outcome.String() != f.Verdict.Verdict.String() {
		err = fmt.Errorf("%s: %v now, not %v", f.Name, res, f.Verdict.Verdict)
	}
	return renewed, err
}
