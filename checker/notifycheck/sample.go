package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// A sampleReport is what sample prints as JSON.
type sampleReport struct {
	Design   string   `json:"design"`
	With     []string `json:"with,omitempty"`
	Property string   `json:"property,omitempty"`
	Verdict  string   `json:"verdict"`
	Checks   int      `json:"checks"`
	Tested   int      `json:"tested,omitempty"`
	Message  string   `json:"message,omitempty"`
	File     string   `json:"file,omitempty"`
}

func (a *app) sample() *cobra.Command {
	var flags designFlags
	var property, out string
	var checks, seed int
	cmd := &cobra.Command{
		Use: "sample", Short: "draw runs of one design until one violates a property", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := flags.subject()
			if err != nil {
				return err
			}
			if err := positive("checks", checks); err != nil {
				return err
			}
			props, err := sampled(property, s)
			if err != nil {
				return err
			}
			return a.sampleSubject(s, props, seed, checks, out)
		},
	}
	flags.add(cmd)
	flags.addVictims(cmd)
	flags.addDeviation(cmd)
	cmd.Flags().StringVar(&property, "property", "", "the property; all when not given, or those that the deviation must break")
	cmd.Flags().StringVar(&out, "out", ".", "directory for the counterexample")
	cmd.Flags().IntVar(&checks, "checks", 20_000, "runs to draw at most")
	cmd.Flags().IntVar(&seed, "seed", 0, "of the first run")
	return cmd
}

// sampled is the properties to look at.
func sampled(name string, s subject) ([]spec.Property, error) {
	if name != "" {
		p, err := parseProperty("property", name)
		return []spec.Property{p}, err
	}
	if len(s.breaks) > 0 {
		return s.breaks, nil
	}
	props := make([]spec.Property, spec.NumProperties)
	for p := range props {
		props[p] = spec.Property(p)
	}
	return props, nil
}

// sampleBatch is the number of runs between two looks at what was found.
const sampleBatch = 2000

func (a *app) sampleSubject(s subject, props []spec.Property, seed, checks int, out string) error {
	tick, done := a.progress("sampling "+s.label, checks)
	tested := 0
	for from := 0; from < checks; from += sampleBatch {
		n := min(sampleBatch, checks-from)
		row := properties.Matrix([]design.Design{s.design}, s.weak, seed+from, n, tick)[0]
		if p, ok := firstOf(&row, props); ok {
			done()
			return a.sampleFound(s, p, row.Cells[p].Seed, row.Cells[p].Seed-seed+1, out)
		}
		for p := range row.Cells {
			if len(props) == 1 && spec.Property(p) == props[0] {
				tested += row.Cells[p].Tested
			}
		}
		if len(props) > 1 {
			tested += row.Runs
		}
	}
	done()
	report := sampleReport{Design: s.name, With: s.with, Verdict: checker.Sampled.String(), Checks: checks, Tested: tested}
	if len(props) == 1 {
		report.Property = props[0].String()
	}
	if tested == 0 {
		report.Verdict = checker.Vacuous.String()
	}
	switch {
	case a.json:
		if err := a.printJSON(report); err != nil {
			return err
		}
	case tested == 0:
		a.printf("%s: vacuous: in none of %d runs was it put to the test\n", s.label, checks)
	default:
		a.printf("%s: held: sampled(%d)\n", s.label, tested)
	}
	if tested == 0 {
		return status(exitUnknown)
	}
	return nil
}

// firstOf is the property whose first violation has the least seed.
func firstOf(row *properties.Row, props []spec.Property) (first spec.Property, found bool) {
	for _, p := range props {
		c := &row.Cells[p]
		if c.Violations > 0 && (!found || c.Seed < row.Cells[first].Seed) {
			first, found = p, true
		}
	}
	return first, found
}

// sampleFound reports a violation.
func (a *app) sampleFound(s subject, p spec.Property, seed, checks int, out string) error {
	f, err := fresh(s, p, seed, "Found by sampling, at seed "+fmt.Sprint(seed)+".")
	if err != nil {
		return err
	}
	path := filepath.Join(out, p.String()+"-"+strings.ReplaceAll(s.label, "+", "-")+".txtar")
	if err := writeFile(path, f.Format()); err != nil {
		return err
	}
	report := sampleReport{
		Design: s.name, With: s.with, Property: p.String(), Verdict: checker.Violated.String(),
		Checks: checks, Message: f.Verdict.Message, File: path,
	}
	if a.json {
		if err := a.printJSON(report); err != nil {
			return err
		}
		return status(exitViolated)
	}
	a.printf("%s violates %s %v after %d checks: %s\n\n%s\n", s.label, p.Info().ID, p, checks, f.Verdict.Message, f.Race)
	a.printf("go tool notifycheck replay %s\n", path)
	return status(exitViolated)
}

// fresh draws the run of a seed again and makes the smallest file of it.
func fresh(s subject, p spec.Property, seed int, comment string) (*counterexamples.File, error) {
	sm := properties.Sampler{Weak: s.weak}
	found, _, ok := sm.Search(s.design, p, seed, 1)
	if !ok {
		return nil, fmt.Errorf("seed %d of %s does not violate %v again", seed, s.label, p)
	}
	return counterexamples.RecordFinding(properties.Reduce(found), s.name, s.with, wrap(comment, columns))
}
