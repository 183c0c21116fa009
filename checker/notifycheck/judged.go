package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/spec"
)

// A judged design is what review and explore found of a design, for other
// programs: in JUnit XML a test suite, in SARIF the source of results.
type judged struct {
	design  string
	facts   [][2]string // how it was judged: names and values
	seconds float64     // that it took; 0: not measured
	cases   []judgement
}

// A judgement is the verdict on one property.
type judgement struct {
	property spec.Property
	verdict  checker.Verdict
	says     string                // what it rests on, in one sentence
	file     string                // path of the counterexample, if there is one
	race     *counterexamples.File // the counterexample itself, if there is one
}

// resultFiles are the flags that name files for other programs.
type resultFiles struct {
	junit, sarif string
}

func (f *resultFiles) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.junit, "junit", "", "file for the verdicts as JUnit XML")
	cmd.Flags().StringVar(&f.sarif, "sarif", "", "file for the violations as SARIF 2.1.0")
}

// write writes the files that are named.
func (f *resultFiles) write(verb string, designs []judged) error {
	for _, w := range []struct {
		path   string
		encode func(verb string, designs []judged) ([]byte, error)
	}{{f.junit, encodeJUnit}, {f.sarif, encodeSARIF}} {
		if w.path == "" {
			continue
		}
		data, err := w.encode(verb, designs)
		if err == nil {
			err = writeFile(w.path, data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeFiles writes the files that are named, and both to the directory out if
// there is one.
func (r *reviewReport) writeFiles(out string, files resultFiles) error {
	designs := r.judged()
	if out != "" {
		beside := resultFiles{junit: filepath.Join(out, "review.junit.xml"), sarif: filepath.Join(out, "review.sarif")}
		if err := beside.write("review", designs); err != nil {
			return err
		}
	}
	return files.write("review", designs)
}

// judged is the report for other programs.
func (r *reviewReport) judged() []judged {
	var all []judged
	for _, row := range r.Designs {
		d := judged{design: row.Design, facts: [][2]string{
			{"runs", fmt.Sprint(row.Runs)}, {"refused", fmt.Sprint(row.Refused)}, {"seed", fmt.Sprint(r.Seed)},
		}}
		for _, x := range row.Explored {
			d.facts = append(d.facts, [2]string{"explored " + x.Scope, x.String()})
		}
		for i := range row.Cells {
			d.cases = append(d.cases, row.Cells[i].judgement(r.Checks))
		}
		all = append(all, d)
	}
	return all
}

// judgement is a cell of a review of so many runs a design.
func (c *reviewCell) judgement(checks int) judgement {
	p := c.property
	j := judgement{property: p, verdict: verdictOf(c.Verdict), file: c.File}
	switch j.verdict {
	case checker.Violated:
		j.says = p.Info().Violation
		if c.Violations > 0 {
			j.says += fmt.Sprintf(" (in %d of %d drawn runs, first at seed %d)", c.Violations, checks, c.Seed)
		} else {
			j.says += fmt.Sprintf(" (found by exploration, in %s)", c.Scenario)
		}
		j.race = c.race
	case checker.Exhausted:
		j.says = c.sentence()
	case checker.Sampled:
		j.says = fmt.Sprintf("no violation in %d drawn runs that put it to the test: evidence, not a proof", c.Tested)
	case checker.Vacuous:
		j.says = fmt.Sprintf("never put to the test, in %d drawn runs: its premise is that %s", checks, p.Info().Premise)
	case checker.Truncated:
		j.says = "a limit cut the search off: nothing is known"
	}
	return j
}

// verdictOf is the verdict that a word means; a word that is none claims
// nothing.
func verdictOf(word string) checker.Verdict {
	for _, v := range []checker.Verdict{checker.Exhausted, checker.Sampled, checker.Violated, checker.Vacuous} {
		if word == v.String() {
			return v
		}
	}
	return checker.Truncated
}

// judged is the report for other programs, with the counterexamples that were
// found.
func (r *exploreReport) judged(races map[spec.Property]*counterexamples.File) []judged {
	what := r.Scope
	if what == "" {
		what = r.Scenario
	}
	t := r.Totals
	d := judged{design: strings.Join(append([]string{r.Design}, r.With...), " "), seconds: r.Seconds, facts: [][2]string{
		{"explored", what},
		{"scenarios", fmt.Sprint(t.Scenarios)},
		{"refused", fmt.Sprint(t.Refused)},
		{"states", fmt.Sprint(t.States)},
		{"transitions", fmt.Sprint(t.Transitions)},
		{"reductions", r.Reduction},
	}}
	for i, c := range r.Properties {
		p := spec.Property(i) // there is a row for each
		j := judgement{property: p, verdict: verdictOf(c.Verdict)}
		switch j.verdict {
		case checker.Violated:
			j.says = fmt.Sprintf("%s (in %s)", p.Info().Violation, c.First)
			if j.race = races[p]; j.race != nil {
				j.file = j.race.Name
			}
		case checker.Exhausted:
			j.says = fmt.Sprintf("exhausted (%s, %d states)", what, t.States)
		case checker.Vacuous:
			j.says = fmt.Sprintf("never put to the test in %s: its premise is that %s", what, p.Info().Premise)
			if r.Verdict == refused {
				j.says = "never put to the test in " + what + ": " + r.Reason
			}
		case checker.Sampled, checker.Truncated:
			j.says = "a limit cut the search off: nothing is known"
		}
		d.cases = append(d.cases, j)
	}
	return []judged{d}
}
