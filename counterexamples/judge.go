package counterexamples

import (
	"fmt"
	"slices"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
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
// who waits for what, of a property that has two parts which one it violates.
func messageOf(m *model.Machine, f properties.Finding) (string, error) {
	switch f.Property {
	case spec.Deadlock, spec.LateRemoval, spec.ReachablePoison, spec.SilentCorruption:
	default:
		return Message(f.Property), nil
	}
	if len(f.Loop) != 0 {
		return Message(f.Property), nil
	}
	states, err := checker.States(m, m.Init()[0], f.Schedule)
	if err != nil {
		return "", err
	}
	last := &states[len(f.Schedule)]
	switch copied := mapsCopy(m, last); {
	case f.Property == spec.Deadlock:
		return Deadlock(m, last), nil
	case f.Property == spec.ReachablePoison && !mapsFailed(last) && copied:
		return "a clean page cache copy of a lost block is mapped after the event was over", nil
	case f.Property == spec.ReachablePoison:
		return "the failed page is mapped after the event was over", nil
	case f.Property == spec.SilentCorruption && copied:
		return "a process goes on with data that the file has lost, and nothing tells it", nil
	case f.Property == spec.SilentCorruption:
		return "a process goes on with data that are not those of the file, and nothing tells it", nil
	}
	for fs := range last.Mount {
		if states[len(f.Schedule)-1].Mount[fs].Frozen&^last.Mount[fs].Frozen&superblock.FrozenUser != 0 {
			return "a removal ended the freeze of a user", nil
		}
	}
	return "the device was used after kill_dax had returned", nil
}

// mapsFailed reports whether a process maps a page that has failed.
func mapsFailed(s *model.State) bool {
	for proc := range s.PTE {
		for _, e := range s.PTE[proc] {
			if e.Present() && s.Poisoned&e.Page().Bit() != 0 {
				return true
			}
		}
	}
	return false
}

// mapsCopy reports whether a process maps a clean page of the page cache whose
// block is lost.
func mapsCopy(m *model.Machine, s *model.State) bool {
	for proc := range s.PTE {
		for _, e := range s.PTE[proc] {
			if e.Present() && e.Page().DRAM() && isCopy(m, s, e.Page()) {
				return true
			}
		}
	}
	return false
}

func isCopy(m *model.Machine, s *model.State, p device.Page) bool {
	for f := range s.Data {
		for i, b := range s.Data[f] {
			if s.Entry[f][i].Of() == p && !b.Hole() && !b.Unwritten() && m.Lost(s, uint8(b.Block())) {
				return !s.Dram[p-device.DevPages].Dirty()
			}
		}
	}
	return false
}

// Renew records the file again: the same steps, with the digests of the states
// and the race as they are today. The steps have to be those recorded, and
// their verdict the same.
func (f *File) Renew() (*File, error) {
	sys, p, err := f.System()
	if err != nil {
		return nil, err
	}
	v, actions := f.Verdict, f.Actions()
	if v.Verdict == checker.Violated {
		first := len(actions) - f.Loop
		if v.Message, err = messageOf(sys.M, properties.Finding{Property: p, Schedule: actions[:first], Loop: actions[first:]}); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	renewed, err := Record(sys.M, v, f.Comment, actions, f.Loop)
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
