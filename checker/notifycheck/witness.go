package main

import (
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/properties"
)

// A witnessReport is what explore --witness prints as JSON.
type witnessReport struct {
	Scenario string `json:"scenario"`
	Design   string `json:"design"`
	Property string `json:"property"`
	Premise  string `json:"premise"`
	Held     bool   `json:"held"`
	Steps    int    `json:"steps"`
	Race     string `json:"race,omitempty"`
}

// witness prints the shortest schedule of a scenario that puts the property to
// the test; that there is none is a surprise.
func (a *app) witness(sys *properties.System, s subject, scenario, property string) error {
	p, err := parseProperty("witness", property)
	if err != nil {
		return err
	}
	r := witnessReport{Scenario: scenario, Design: s.label, Property: p.String(), Premise: p.Info().Premise}
	schedule, held := properties.WitnessOf(sys, p)
	if r.Held = held; held {
		r.Steps = len(schedule)
		wrong := p.String() + " is put to the test: " + r.Premise
		r.Race = counterexamples.Race(sys.M, sys.M.Init()[0], schedule, wrong, counterexamples.RaceColumns)
	}
	switch {
	case a.json:
		err = a.printJSON(r)
	case held:
		a.printf("%s", r.Race)
	default:
		a.printf("%s: no schedule under %s puts %s to the test: its premise is that %s\n", scenario, s.label, p, r.Premise)
	}
	if err == nil && !held {
		err = status(exitViolated)
	}
	return err
}
