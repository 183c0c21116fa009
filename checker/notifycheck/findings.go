package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/properties/conform"
)

// findingsDir is where the documents have a page for each finding.
const findingsDir = "findings"

// findingStates bounds the exploration of the scenario of a finding.
const findingStates = 50_000

// A finding is a row of the catalogue that is present in the newest version.
type finding struct {
	row     *counterexamples.VersionRow
	cell    *counterexamples.VersionCell
	text    *findingText
	file    *counterexamples.File
	version design.Named // the newest one
	race    string
	before  properties.Explored // the scenario under the version
	after   properties.Explored // and with the cure
}

// findingsDoc is the pages of docs/findings, by their names.
func findingsDoc(t *counterexamples.VersionTable) (names, texts []string, err error) {
	found, err := findings(t)
	if err != nil {
		return nil, nil, err
	}
	traces, err := conform.Traces()
	if err != nil {
		return nil, nil, err
	}
	names, texts = []string{"README.md"}, []string{findingsIndex(t, found)}
	for i := range found {
		f := &found[i]
		runs, err := f.runs(traces)
		if err != nil {
			return nil, nil, err
		}
		names, texts = append(names, f.row.Deviation.ID+".md"), append(texts, f.page(t, runs))
	}
	for i := range names {
		names[i], texts[i] = filepath.Join(findingsDir, names[i]), generatedBy("docs")+texts[i]
	}
	return names, texts, nil
}

// findings are the rows that are present in the newest version, in the order of
// the catalogue, with what exploration says of them.
func findings(t *counterexamples.VersionTable) (found []finding, err error) {
	last := len(t.Versions) - 1
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Cells[last].State != counterexamples.Present {
			continue
		}
		text, ok := findingTexts[r.Deviation.ID]
		if !ok {
			return nil, fmt.Errorf("%s is present in %s: what does a user see of it? (findingTexts)", r.Deviation.ID, t.Versions[last].Name)
		}
		found = append(found, finding{row: r, cell: &r.Cells[last], text: &text, version: t.Versions[last]})
	}
	failed := make([]error, len(found))
	inParallel(len(found), nil, func(i int) { failed[i] = found[i].explore() })
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// explore draws the race under the version, and explores its scenario with and
// without the value of the row.
func (f *finding) explore() (err error) {
	if f.file, err = parseFile(f.cell.File); err != nil {
		return err
	}
	sys, err := properties.NewSystem(f.version.Design, f.file.Scenario)
	if err != nil {
		return err
	}
	f.race = counterexamples.Race(sys.M, sys.M.Init()[0], f.file.Actions(), f.file.Wrong(), mailColumns)
	opts := properties.ExploreOptions{Reduction: properties.Reduced, Workers: 1}
	opts.Limits.States = findingStates
	if f.before, err = sys.Explore(opts); err != nil {
		return err
	}
	f.after, err = properties.ExploreScenario(f.version.Design.With(f.row.Deviation.Cure()), f.file.Scenario, opts)
	return err
}

// runs says of each recorded run that the finding cites where it differs from
// the model without the value of the row. One that does not differ is an error:
// it shows nothing.
func (f *finding) runs(traces []conform.Trace) (lines []string, err error) {
	for _, name := range f.text.runs {
		line := ""
		for _, tr := range traces {
			if tr.Name != name {
				continue
			}
			version, _ := design.ByName(conform.Designs[tr.Version])
			cured := conform.Check(tr, version.Design.With(f.row.Deviation.Cure()))
			if !conform.Check(tr, version.Design).Conforms || cured.Conforms {
				return nil, fmt.Errorf("%s: the run %s does not show it", f.row.Deviation.ID, name)
			}
			line = fmt.Sprintf("- [%s](../../properties/conform/traces/%s), booted %s, is as the model of %s says. With `%v` it would differ at line %d.\n",
				name, name, tr.Version, version.Name, f.row.Deviation.Cure(), cured.Diff.Line)
		}
		if line == "" {
			return nil, fmt.Errorf("%s: there is no run %s", f.row.Deviation.ID, name)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// observed reports whether a booted kernel was seen to do it.
func (f *finding) observed() bool { return f.text.seen != "" }

// page is the page of the finding.
func (f *finding) page(t *counterexamples.VersionTable, runs []string) string {
	dev, info := &f.row.Deviation, f.cell.Property.Info()
	var b strings.Builder
	if f.observed() {
		b.WriteString(wrap("**Observed.** "+f.text.seen, columns))
	} else {
		b.WriteString(wrap("**From the model alone.** No kernel was seen to do it.", columns))
	}
	fmt.Fprintf(&b, "\n# %s: %s\n\n## What a user sees\n\n%s\n", dev.ID, dev.Title, wrap(f.text.sees, columns))
	if dev.Note != "" {
		b.WriteString(wrap("Note: "+dev.Note, columns) + "\n")
	}
	fmt.Fprintf(&b, "## What it breaks\n\n%s\n", wrap(fmt.Sprintf("%s %s: %s. Here %s.%s", info.ID, info.Name, info.Says, f.file.Violation(), weakly(f.file)), columns))
	fmt.Fprintf(&b, "%s\nSource: %s.\n\n", wrap(counterexamples.Explanation(dev.ID, f.cell.Property), columns), dev.Source)
	fmt.Fprintf(&b, "## The race\n\n```\n%s```\n\n", f.race)
	fmt.Fprintf(&b, "%s\n", wrap(fmt.Sprintf("The file is [%s](../../%s), found in %s. `notifycheck show --as mail` prints it as a mail.%s",
		f.cell.File, f.cell.File, f.file.Verdict.Design, f.shared()), columns))
	fmt.Fprintf(&b, "## Since when\n\n%s\n", wrap(f.since(t), columns))
	b.WriteString("## Reproducer\n\n")
	switch {
	case f.text.commands == "":
		b.WriteString(wrap("None is known. "+f.text.none, columns))
	case f.text.ran:
		b.WriteString("What was done on the booted kernel, written as commands:\n\n" + f.text.commands)
	default:
		b.WriteString("Not run on a booted kernel; what the model says would show it:\n\n" + f.text.commands)
	}
	if len(runs) > 0 {
		b.WriteString("\nThe recorded runs that show the value of the choice:\n\n" + strings.Join(runs, ""))
	}
	fmt.Fprintf(&b, "\n## What removes it\n\n%s", wrap(f.verdict(), columns))
	return b.String()
}

// shared says that the race is not the row's alone.
func (f *finding) shared() string {
	if f.cell.Alone {
		return ""
	}
	return " It is the shortest that was found in which the value of this row matters; other choices of the version have a part in it, so that " +
		"it may go another way than the text above."
}

// weakly says under which rule of victims the finding stands.
func weakly(f *counterexamples.File) string {
	if f.Verdict.Weak {
		return " It is policy: only with weak victims, `--victims=weak`, is a process owed that."
	}
	return ""
}

// since says which versions have it, from the table of versions.
func (f *finding) since(t *counterexamples.VersionTable) string {
	var names []string
	for _, i := range f.row.Bad() {
		names = append(names, t.Versions[i].Name)
	}
	text := "In " + strings.Join(names, ", ") + "."
	named := map[counterexamples.VersionState][]string{}
	for i, c := range f.row.Cells {
		named[c.State] = append(named[c.State], t.Versions[i].Name)
	}
	if masked := named[counterexamples.Masked]; len(masked) > 0 {
		text += " " + strings.Join(masked, ", ") + " has the value too, and other values keep it from showing or come to the same without it."
	}
	if unseen := named[counterexamples.Unseen]; len(unseen) > 0 {
		text += " " + strings.Join(unseen, ", ") + " has the value too, and nothing was found that shows it, whatever else was changed but the route of an event."
	}
	return text + " See [versions.md](../versions.md)."
}

// verdict says what the checker says once the choice is as in the base of the
// row.
func (f *finding) verdict() string {
	dev := &f.row.Deviation
	text := fmt.Sprintf("Of the choices of %s, `%v` instead of `%v`. ", f.version.Name, dev.Cure(), design.Assignment{Choice: dev.Choice, Value: dev.Value})
	text += fmt.Sprintf("The scenario of the race under %s: %s. With the change: %s.",
		f.version.Name, exploredText(&f.before), exploredText(&f.after))
	if f.after.Violated.Has(f.cell.Property) {
		text += fmt.Sprintf(" %s is still violated, by other choices and in other schedules; this schedule does not do it any more.", f.cell.Property.Info().ID)
	}
	return text
}

// exploredText says what an exploration found.
func exploredText(e *properties.Explored) string {
	if e.Refused {
		return "not started, the design refuses it"
	}
	state := "exhausted"
	if !e.Complete {
		state = "truncated"
	}
	violated := "nothing is violated"
	if e.Violated != 0 {
		violated = idsOf(e.Violated, ", ") + " violated"
	}
	return fmt.Sprintf("%s, %d states, %s", state, e.Stats.States, violated)
}

// findingsIndex lists the findings, and the rows that the newest version has
// the value of and does not show.
func findingsIndex(t *counterexamples.VersionTable, found []finding) string {
	var b strings.Builder
	last := len(t.Versions) - 1
	fmt.Fprintf(&b, "# Findings in %s\n\n%s\n", t.Versions[last].Name, wrap(fmt.Sprintf(
		"What goes wrong in %s, the newest version that is modelled: each row of the [catalogue](../catalogue.md) that is present there by the "+
			"[table of versions](../versions.md), with a page. *Observed*: a booted kernel was seen to do it, and the page says which. *Model*: it follows from the model alone.",
		t.Versions[last].Name), columns))
	var rows [][]string
	for i := range found {
		f := &found[i]
		how := "model"
		if f.observed() {
			how = "observed"
		}
		id := f.row.Deviation.ID
		rows = append(rows, []string{fmt.Sprintf("[%s](%s.md)", id, id), f.row.Deviation.Title, f.cell.Property.Info().ID, t.FirstBad(f.row), how})
	}
	evidence.WriteTable(&b, []string{"row", "what", "breaks", "first bad", "how it is known"}, rows)
	fmt.Fprintf(&b, "\n## Masked\n\n%s has the value of these rows too. Other values of it keep them from showing, or come to the same without them.\n\n", t.Versions[last].Name)
	rows = nil
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Cells[last].State == counterexamples.Masked {
			rows = append(rows, []string{r.Deviation.ID, r.Deviation.Title, assignments(t.Hides(r, last))})
		}
	}
	evidence.WriteTable(&b, []string{"row", "what", "masked by"}, rows)
	return b.String()
}
