package main

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// A reviewReport is what review found.
type reviewReport struct {
	Checks  int         `json:"checks"` // runs a design
	Seed    int         `json:"seed"`
	Designs []reviewRow `json:"designs"`
	// Evidence is that reviewed is judged, a row a property; there is none when
	// reviewed is not among the designs.
	Evidence  []evidenceRow `json:"evidence"`
	Surprises []string      `json:"surprises"`
}

// A reviewRow is a design.
type reviewRow struct {
	Design  string       `json:"design"`
	Runs    int          `json:"runs"`
	Refused int          `json:"refused"` // scenarios that it does not start
	Cut     int          `json:"cut"`     // runs judged up to the bound on steps only
	Cells   []reviewCell `json:"properties"`
	// What was explored: tiny, and what --results gives.
	Explored []reviewExplored `json:"explored,omitempty"`
}

// A reviewExplored is a scope that was explored.
type reviewExplored struct {
	Scope     string `json:"scope"`
	Scenarios int    `json:"scenarios"`
	Refused   int    `json:"refused"`
	States    int    `json:"states"`
	Truncated int    `json:"truncated,omitempty"` // scenarios that a limit cut
	// What the limits left out.
	Cut   cutCounts `json:"cut"`
	space spaceRow
}

// A reviewCell is a design and a property.
type reviewCell struct {
	Property   string `json:"property"`
	Verdict    string `json:"verdict"`
	Tested     int    `json:"tested"`               // runs in which the premise held
	TestedSeed int    `json:"testedSeed,omitempty"` // of the first of them
	Violations int    `json:"violations,omitempty"`
	Seed       int    `json:"seed,omitempty"` // of the first violation
	File       string `json:"file,omitempty"` // of the counterexample
	// Of a property that is exhausted: the largest scope, and its states.
	Scope    string `json:"scope,omitempty"`
	States   int    `json:"states,omitempty"`
	Scenario string `json:"scenario,omitempty"` // of a scope: the first that violates it
	// How often the premise held in what was explored, as Explored of the row.
	Premises []premiseCount `json:"premises,omitempty"`

	property spec.Property
	race     *counterexamples.File // of a violation, when one was found
	made     bool                  // it is new
}

// reviewChecks is how many runs a review draws for each design when nobody
// says.
const reviewChecks = 3000

// A reviewing is what to review, and where the results go.
type reviewing struct {
	subjects     []subject
	seed, checks int
	out          string
	space        string // file of pinned state spaces, for the page
	files        resultFiles
	results      []*result              // of explorations
	scope        properties.Scope       // that is explored now
	corpus       []counterexamples.Kept // that must refute its deviations
	premises     bool                   // print the share of runs and states in which each premise held
}

func (a *app) review() *cobra.Command {
	var r reviewing
	var names, results []string
	cmd := &cobra.Command{
		Use: "review", Short: "judge every named design by every property, on drawn runs and in explored scopes", Args: cobra.NoArgs,
		Long: "Judge every named design by every property: on drawn runs, in every reachable state of\n" +
			"the scope tiny, and by the results of explorations in files (explore SCOPE --out FILE).\n" +
			"The shards of one exploration are put together; one that is missing or conflicts is an error.",
		RunE: func(*cobra.Command, []string) error {
			err := positive("checks", r.checks)
			if err != nil {
				return err
			}
			if r.subjects, err = reviewed(names); err != nil {
				return err
			}
			if r.results, err = mergeAll(results); err != nil {
				return fmt.Errorf("--results: %w", err)
			}
			r.standard()
			return a.reviewSubjects(&r)
		},
	}
	cmd.Flags().IntVar(&r.checks, "checks", reviewChecks, "runs to draw for each design")
	cmd.Flags().IntVar(&r.seed, "seed", 0, "of the first run")
	cmd.Flags().StringVar(&r.out, "out", "", "directory for review.html, .md, .json, .junit.xml, .sarif and new counterexamples")
	cmd.Flags().StringVar(&r.space, "space", filepath.Join("docs", spaceFile), "pinned state spaces for the page, if the file is there")
	r.files.add(cmd)
	cmd.Flags().StringSliceVar(&names, "designs", nil, "named designs; all when not given")
	cmd.Flags().BoolVar(&r.premises, "premises", false, "print for each design the share of runs and of visited states in which each premise held")
	cmd.Flags().StringSliceVar(&results, "results", nil, "result files of explore; may be repeated")
	return cmd
}

// reviewed is the designs to review.
func reviewed(names []string) ([]subject, error) {
	if len(names) == 0 {
		names = designNames()
	}
	var subjects []subject
	for _, name := range names {
		s, err := (&designFlags{name: name}).subject()
		if err != nil {
			return nil, fmt.Errorf("--designs: there is no design %q; there are: %s", name, strings.Join(designNames(), ", "))
		}
		subjects = append(subjects, s)
	}
	return subjects, nil
}

// standard is what every review explores and replays.
func (r *reviewing) standard() {
	r.scope, _ = properties.ScopeByName(controlScope)
	r.corpus = counterexamples.Corpus()
}

func (a *app) reviewSubjects(r *reviewing) error {
	report, err := a.judgeSubjects(r)
	if err != nil {
		return err
	}
	if err := a.findRaces(report, r.subjects, r.out, r.out != ""); err != nil {
		return err
	}
	if err := report.writeFiles(r.out, r.files); err != nil {
		return err
	}
	if err := a.writeReview(report, r); err != nil {
		return err
	}
	if len(report.Surprises) > 0 {
		return status(exitViolated)
	}
	return nil
}

// judgeSubjects judges the designs, without a look for counterexamples.
func (a *app) judgeSubjects(r *reviewing) (*reviewReport, error) {
	designs := make([]design.Design, len(r.subjects))
	for i := range r.subjects {
		designs[i] = r.subjects[i].design
	}
	tick, done := a.progress("review", r.checks*len(designs))
	rows := properties.Matrix(designs, false, r.seed, r.checks, tick)
	done()
	report := &reviewReport{Checks: r.checks, Seed: r.seed, Surprises: []string{}}
	for i, s := range r.subjects {
		row := newReviewRow(s, &rows[i])
		if err := a.reviewExplored(s, &row, r); err != nil {
			return nil, err
		}
		report.Designs = append(report.Designs, row)
	}
	killed, err := kills(r.corpus)
	if err != nil {
		return nil, err
	}
	report.Evidence = newEvidence(report.Designs, &killed)
	report.surprises()
	return report, nil
}

// newReviewRow is what sampling found of a design.
func newReviewRow(s subject, row *properties.Row) reviewRow {
	r := reviewRow{Design: s.name, Runs: row.Runs, Refused: row.Refused, Cut: row.Cut}
	for p := range spec.NumProperties {
		c := row.Cells[p]
		r.Cells = append(r.Cells, reviewCell{
			Property: p.String(), Verdict: c.Verdict.String(), Tested: c.Tested, TestedSeed: c.TestedSeed,
			Violations: c.Violations, Seed: c.Seed, property: p,
		})
	}
	return r
}

// findRaces finds a counterexample of each violation: that of the corpus, or
// another one of the property that replays under the design too. When they
// are to be made, the rest is made now, and written under the directory out if
// there is one.
func (a *app) findRaces(r *reviewReport, subjects []subject, out string, made bool) error {
	tick, done := a.progress("counterexamples", int(spec.NumProperties))
	defer done()
	errs := make([]error, spec.NumProperties)
	inParallel(len(errs), tick, func(p int) {
		known, err := corpusRaces(spec.Property(p))
		for i := 0; i < len(subjects) && err == nil; i++ {
			if c := &r.Designs[i].Cells[p]; c.Verdict == checker.Violated.String() {
				known, err = c.find(subjects[i], known, out, made)
			}
		}
		errs[p] = err
	})
	return errors.Join(errs...)
}

// corpusRaces are the counterexamples of the property in the corpus, those of
// named designs first.
func corpusRaces(p spec.Property) ([]*counterexamples.File, error) {
	var named, others []*counterexamples.File
	for _, kept := range counterexamples.Corpus() {
		if path.Dir(kept.Name) != p.String() {
			continue
		}
		f, err := counterexamples.Parse(kept.Path(), kept.Data)
		switch {
		case err != nil:
			return nil, err
		case f.Litmus():
		case len(f.Verdict.With) == 0:
			named = append(named, f)
		default:
			others = append(others, f)
		}
	}
	return append(named, others...), nil
}

// find finds the counterexample of a violation, among those that are known or
// else, when it is to be made, a new one. It returns all that are known then.
func (c *reviewCell) find(s subject, known []*counterexamples.File, out string, made bool) ([]*counterexamples.File, error) {
	p := c.property
	own := counterexamples.PathOf(p.String(), s.name)
	i := slices.IndexFunc(known, func(f *counterexamples.File) bool { return f.Name == own })
	if i < 0 {
		i = slices.IndexFunc(known, func(f *counterexamples.File) bool { return replaysUnder(f, s.design, p) })
	}
	if i >= 0 {
		c.race, c.File = known[i], known[i].Name
		return known, nil
	}
	if !made {
		return known, nil
	}
	f, err := c.record(s)
	if err != nil {
		return known, err
	}
	name, data := counterexamples.NameOf(p.String(), s.name), f.Format()
	if out != "" {
		name = filepath.Join(out, filepath.FromSlash(name))
		if err := writeFile(name, data); err != nil {
			return known, err
		}
	}
	c.made, c.File = true, name
	c.race, err = counterexamples.Parse(name, data) // with the lines of its steps
	return append(known, c.race), err
}

// replaysUnder reports whether the file violates the property under the design
// too, step by step. One with weak victims says nothing of a review.
func replaysUnder(f *counterexamples.File, d design.Design, p spec.Property) bool {
	if f.Scenario.Weak {
		return false
	}
	sys, err := properties.NewSystem(d, f.Scenario)
	if err != nil {
		return false
	}
	if _, ok := sys.M.Startable(); !ok {
		return false
	}
	res, err := counterexamples.Replay(f, sys.M, counterexamples.JudgeOf(sys, p))
	return err == nil && res.Outcome == counterexamples.Violated
}

// record makes the counterexample: of the first run that violates the
// property, reduced, or else the shortest of the scenario that an exploration
// names.
func (c *reviewCell) record(s subject) (*counterexamples.File, error) {
	comment := entry{subject: s, property: c.property}.comment()
	if c.Violations > 0 {
		return fresh(s, c.property, c.Seed, fmt.Sprintf("%s\n\nFound by review, at seed %d.", comment, c.Seed))
	}
	f := exploreFlags{design: designFlags{name: s.name}}
	sc, _, err := f.scenario(c.Scenario)
	if err != nil {
		return nil, err
	}
	sys, err := properties.NewSystem(s.design, sc.Scenario)
	if err != nil {
		return nil, err
	}
	return recordShortest(s, sys, c.property)
}

// surprises lists what is not as expected.
func (r *reviewReport) surprises() {
	for _, row := range r.Designs {
		sound := row.Design == referenceDesign || row.Design == "P9"
		expected, violated := false, false
		for _, c := range row.Cells {
			expected = expected || counterexamples.InCorpus(c.Property, row.Design)
			violated = violated || c.Verdict == checker.Violated.String()
			switch {
			case sound && c.Violations > 0:
				r.Surprises = append(r.Surprises, fmt.Sprintf("%s violates %s at seed %d", row.Design, c.Property, c.Seed))
			case sound && c.Verdict == checker.Violated.String():
				r.Surprises = append(r.Surprises, fmt.Sprintf("%s violates %s in %s", row.Design, c.Property, c.Scenario))
			}
		}
		if expected && !violated {
			r.Surprises = append(r.Surprises, fmt.Sprintf("%s violates nothing, though the corpus refutes it: draw more runs", row.Design))
		}
	}
	r.Surprises = append(r.Surprises, r.vacuous()...)
}

// meaning is what the table means.
func (r *reviewReport) meaning() string {
	return fmt.Sprintf("E means exhausted: every reachable state of the scope that is named with the design was visited and none violates "+
		"the property; nothing is said of larger scopes. "+
		"A number means that no violation was seen in so many of %d drawn runs in which the property was put to the test: "+
		"that is evidence, not a proof; - means that it never was. X means that a run violates the property: "+
		"its counterexample replays, so that design is refuted.", r.Checks)
}

// head is the short name of a property in a table.
func head(p spec.Property) string { return strings.TrimPrefix(p.Info().ID, "S1-") }

// text is a cell in a table.
func (c *reviewCell) text() string {
	switch c.Verdict {
	case checker.Violated.String():
		return "X"
	case checker.Exhausted.String():
		return "E"
	case checker.Vacuous.String():
		return "-"
	}
	return strconv.Itoa(c.Tested)
}

// sentence is a cell for a reader who has room.
func (c *reviewCell) sentence() string {
	if c.Verdict == checker.Exhausted.String() {
		return fmt.Sprintf("exhausted (%s, %d states)", c.Scope, c.States)
	}
	return c.text()
}

func (r *reviewReport) table() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 1, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "design\t")
	for p := range spec.NumProperties {
		fmt.Fprint(w, head(p)+"\t")
	}
	fmt.Fprintln(w)
	for _, row := range r.Designs {
		fmt.Fprint(w, row.Design+"\t")
		for i := range row.Cells {
			fmt.Fprint(w, row.Cells[i].text()+"\t")
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	return b.String()
}

// legend says what the heads of the columns are.
func legend() string {
	var words []string
	for p := range spec.NumProperties {
		words = append(words, head(p)+" "+p.String())
	}
	return strings.Join(words, ", ")
}

func (a *app) writeReview(r *reviewReport, how *reviewing) error {
	data, err := counterexamples.JSON(r)
	if err != nil {
		return err
	}
	if how.out != "" {
		if err := writeFile(filepath.Join(how.out, "review.json"), data); err != nil {
			return err
		}
		if err := r.writePage(how); err != nil {
			return err
		}
	}
	if a.json {
		_, err := a.out.Write(data)
		return err
	}
	const width = 100
	a.printf("%s\n%s\n", r.table(), wrap(legend()+".", width))
	for _, row := range r.Designs {
		for _, x := range row.Explored {
			a.printf("%s: %s\n", row.Design, x)
		}
	}
	a.printf("\n")
	for _, row := range r.Designs {
		for _, c := range row.Cells {
			switch {
			case c.File != "":
				a.printf("%s %s: %s\n", row.Design, c.Property, c.File)
			case c.Verdict == checker.Violated.String():
				a.printf("%s %s: no file of the corpus shows it; --out DIR writes one\n", row.Design, c.Property)
			}
		}
	}
	a.printf("\n%s", wrap(r.meaning(), width))
	if len(r.Evidence) > 0 {
		a.printf("\n%s\n%s", r.evidenceText(), wrap(evidenceMeaning, width))
	} else {
		a.printf("\n%s is not among the designs: nothing here shows that the judge can fail.\n", referenceDesign)
	}
	if how.premises {
		a.printf("%s", r.sharesText())
	}
	for _, s := range r.Surprises {
		a.printf("\nSURPRISE: %s\n", s)
	}
	return nil
}

// String says what was explored.
func (x reviewExplored) String() string {
	verdict := checker.Exhausted
	if x.Truncated > 0 {
		verdict = checker.Truncated
	}
	return fmt.Sprintf("%v (%s, %d states) in %d scenarios", verdict, x.Scope, x.States, x.Scenarios-x.Refused)
}

// reviewExplored adds to a row what the explorations of the design show: that
// of tiny, made now, and those of the result files.
func (a *app) reviewExplored(s subject, row *reviewRow, how *reviewing) error {
	t, err := a.exploreList(s, &how.scope, properties.ExploreOptions{Reduction: properties.Reduced})
	if err != nil {
		return err
	}
	row.add(how.scope.Name, t)
	for _, r := range how.results {
		if r.head.Design != s.name || len(r.head.With) > 0 {
			continue
		}
		if r.head.Control != t.Digest {
			return fmt.Errorf("--results: %s is of another version of the model: its control is %s, not %s", r.path, r.head.Control, t.Digest)
		}
		t := &totals{}
		for i := range r.lines {
			t.add(&r.lines[i])
		}
		row.add(r.head.Scope, t)
	}
	return nil
}

// add takes the verdicts of an exploration over.
func (r *reviewRow) add(scope string, t *totals) {
	space := newSpaceRow(scope, r.Design, shortReduction(properties.Reduced), t)
	r.Explored = append(r.Explored, reviewExplored{scope, t.Scenarios, t.Refused, t.States, len(t.Truncated), t.Cut, space})
	for p := range spec.NumProperties {
		c := &r.Cells[p]
		c.Premises = append(c.Premises, premiseCount{scope, t.States, t.Premises[p], t.Tested[p], t.Witness[p]})
		if c.Verdict == checker.Violated.String() {
			continue
		}
		switch t.verdict(p) {
		case checker.Violated:
			c.Verdict, c.Scenario = checker.Violated.String(), t.First[p]
		case checker.Exhausted:
			if c.States < t.States {
				c.Verdict, c.Scope, c.States = checker.Exhausted.String(), scope, t.States
			}
		default:
		}
	}
}
