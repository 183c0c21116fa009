package main

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// referenceDesign is the design whose verdicts need evidence: it violates
// nothing, and so would a judge that never looks.
const referenceDesign = "reviewed"

// A premiseCount says how far a scope puts a property to the test under a
// design.
type premiseCount struct {
	Scope     string `json:"scope"`
	States    int    `json:"states"`            // visited; with reductions those that they leave
	Held      int    `json:"held"`              // of them: those in which the premise has held
	Scenarios int    `json:"scenarios"`         // in which it held in some state
	Witness   string `json:"witness,omitempty"` // the first of them
}

// An evidenceRow is what there is to show that a property is judged at all.
type evidenceRow struct {
	Property string         `json:"property"`
	Runs     int            `json:"runs"`              // drawn under reviewed
	Tested   int            `json:"tested"`            // of them: those in which the premise held
	Explored []premiseCount `json:"explored"`          // under reviewed, a scope each
	Witness  string         `json:"witness,omitempty"` // where the premise held first: a scenario, or a drawn run
	Command  string         `json:"command,omitempty"` // shows it
	Killed   []string       `json:"killed"`            // deviations that the corpus shows to violate the property
	Cut      evidenceCut    `json:"cut"`
}

// An evidenceCut is what each bound left out, of all that was judged under
// reviewed.
type evidenceCut struct {
	cutCounts
	Steps int `json:"steps"` // drawn runs that were judged up to the bound on steps only
}

// String lists the bounds in the order of cutHead.
func (c evidenceCut) String() string {
	return fmt.Sprintf("%d/%d/%d/%d/%d", c.States, c.Memory, c.Depth, c.Time, c.Steps)
}

const cutHead = "cut by states/memory/depth/time/steps"

// hits is the number of runs and scenarios in which the premise held.
func (e *evidenceRow) hits() int {
	n := e.Tested
	for i := range e.Explored {
		n += e.Explored[i].Scenarios
	}
	return n
}

// newEvidence makes the rows from those of the matrix; there are none when
// reviewed was not judged.
func newEvidence(designs []reviewRow, killed *[spec.NumProperties][]string) []evidenceRow {
	rows := []evidenceRow{}
	for i := range designs {
		row := &designs[i]
		if row.Design != referenceDesign {
			continue
		}
		cut := evidenceCut{Steps: row.Cut}
		for _, x := range row.Explored {
			cut.add(x.Cut)
		}
		for p := range spec.NumProperties {
			c := &row.Cells[p]
			e := evidenceRow{
				Property: c.Property, Runs: row.Runs, Tested: c.Tested, Explored: c.Premises,
				Killed: append([]string{}, killed[p]...), Cut: cut,
			}
			e.witness(c.TestedSeed)
			rows = append(rows, e)
		}
	}
	return rows
}

// witness names what shows the premise: a scenario, or else the drawn run of
// the seed.
func (e *evidenceRow) witness(seed int) {
	for i := range e.Explored {
		if e.Witness = e.Explored[i].Witness; e.Witness != "" {
			e.Command = fmt.Sprintf("go tool notifycheck explore %s --witness %s", e.Witness, e.Property)
			return
		}
	}
	if e.Tested > 0 {
		e.Witness = fmt.Sprintf("the run of seed %d", seed)
		e.Command = fmt.Sprintf("go tool notifycheck sample --property %s --seed %d --checks 1", e.Property, seed)
	}
}

// kills replays the counterexamples of deviations and lists, by property, the
// deviations whose run violates it, whatever property the file is about.
func kills(corpus []counterexamples.Kept) (killed [spec.NumProperties][]string, err error) {
	for _, kept := range corpus {
		_, id, _ := strings.Cut(strings.TrimSuffix(kept.Name, ".txtar"), "/")
		if _, ok := design.DeviationByID(id); !ok {
			continue
		}
		f, err := counterexamples.Parse(kept.Path(), kept.Data)
		if err != nil {
			return killed, err
		}
		violated, err := violatedBy(f)
		if err != nil {
			return killed, err
		}
		for p := range spec.NumProperties {
			if violated.Has(p) && !slices.Contains(killed[p], id) {
				killed[p] = append(killed[p], id)
			}
		}
	}
	return killed, nil
}

// violatedBy is the properties that a counterexample violates when it is
// replayed; none when it does not replay to the violation that it is about.
func violatedBy(f *counterexamples.File) (violated spec.Set, err error) {
	sys, about, err := f.System()
	if err != nil {
		return 0, err
	}
	judge := counterexamples.JudgeOf(sys, about)
	judge.Violated = func(run []properties.Run, loop int) bool {
		for p := range spec.NumProperties {
			if counterexamples.JudgeOf(sys, p).Violated(run, loop) {
				violated |= 1 << p
			}
		}
		return violated.Has(about)
	}
	result, err := counterexamples.Replay(f, sys.M, judge)
	if err != nil || result.Outcome != counterexamples.Violated {
		return 0, err
	}
	return violated, nil
}

// vacuous lists the properties that nothing shows to be judged.
func (r *reviewReport) vacuous() (errs []string) {
	for i := range r.Evidence {
		e := &r.Evidence[i]
		info := spec.Property(i).Info()
		name := info.ID + " " + info.Name
		if e.hits() == 0 {
			errs = append(errs, fmt.Sprintf("%s is vacuous: its premise, that %s, never held under %s", name, info.Premise, referenceDesign))
		} else {
			for _, x := range e.Explored {
				if x.Scenarios == 0 {
					errs = append(errs, fmt.Sprintf("%s is vacuous in %s: its premise, that %s, never holds there under %s",
						name, x.Scope, info.Premise, referenceDesign))
				}
			}
		}
		if len(e.Killed) == 0 {
			errs = append(errs, fmt.Sprintf("%s refutes nothing: no counterexample of a deviation violates it", name))
		}
	}
	return errs
}

// percent is a share for people.
func percent(n, of int) string {
	switch {
	case of == 0:
		return "-"
	case n > 0 && 1000*n < of:
		return "<0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}

// evidenceMeaning is what the table of the evidence says.
const evidenceMeaning = "The evidence that the judge can fail: for each property the drawn runs and the visited states of " + referenceDesign +
	" in which its premise held; the deviations of the catalogue whose counterexamples replay and violate it; and what each bound left out. " +
	"A state counts when the premise held on the way by which it was reached first, or in it; with reductions the states are those that " +
	"they leave. A property with no hit in a scope, or that refutes no deviation, is an error."

// evidenceHeads and cells are the table.
func (r *reviewReport) evidenceHeads() []string {
	heads := []string{"property", "runs"}
	if len(r.Evidence) > 0 {
		for _, x := range r.Evidence[0].Explored {
			heads = append(heads, "states of "+x.Scope)
		}
	}
	return append(heads, "killed", cutHead)
}

func (e *evidenceRow) cells() []string {
	cells := []string{e.Property, fmt.Sprintf("%d (%s)", e.Tested, percent(e.Tested, e.Runs))}
	for _, x := range e.Explored {
		cells = append(cells, fmt.Sprintf("%d (%s)", x.Held, percent(x.Held, x.States)))
	}
	return append(cells, strconv.Itoa(len(e.Killed)), e.Cut.String())
}

// evidenceText is the table and the witnesses for a terminal.
func (r *reviewReport) evidenceText() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(r.evidenceHeads(), "\t"))
	for i := range r.Evidence {
		fmt.Fprintln(w, strings.Join(r.Evidence[i].cells(), "\t"))
	}
	w.Flush()
	b.WriteString("\nWhere each premise held first:\n")
	for i := range r.Evidence {
		fmt.Fprintf(&b, "%s\n", r.Evidence[i].Command)
	}
	return b.String()
}

// evidenceSection is the table with the witnesses, and then the shares of all
// designs, for the page with the races that there are.
func (r *reviewReport) evidenceSection(known map[string]bool) evidence.Section {
	section := evidence.Section{ID: "coverage", Title: "Coverage and vacuity", Doc: evidenceMeaning + " " + sharesMeaning}
	if len(r.Evidence) == 0 {
		section.Doc = referenceDesign + " is not among the designs: nothing here shows that the judge can fail. " + sharesMeaning
	} else {
		heads := strings.Split(strings.ReplaceAll(strings.Join(r.evidenceHeads(), "\n"), "/", " / "), "\n") // they wrap
		t := evidence.Table{Heads: append(heads, "first witness", "deviations killed")}
		for i := range r.Evidence {
			e := &r.Evidence[i]
			row := evidence.Plain(e.cells())
			var killed []evidence.Item
			for _, id := range e.Killed {
				killed = append(killed, evidence.Item{Text: id, Race: raceOf(id, e.Property, known)})
			}
			t.Rows = append(t.Rows, append(row, []evidence.Item{{Text: e.Command, Code: true}}, killed))
		}
		section.Tables = append(section.Tables, t)
	}
	for _, share := range r.shares() {
		t := evidence.Table{Caption: "Percent of " + share.Of + " in which the premise held", Heads: share.Heads}
		for _, row := range share.Rows {
			t.Rows = append(t.Rows, evidence.Plain(row))
		}
		section.Tables = append(section.Tables, t)
	}
	return section
}

// raceOf is a race of a deviation: that which is about the property, or else
// the first of those about the properties that it must break.
func raceOf(id, property string, known map[string]bool) string {
	if race := path.Join(property, id); known[race] {
		return race
	}
	d, _ := design.DeviationByID(id)
	for _, name := range d.Breaks {
		if race := path.Join(name, id); known[race] {
			return race
		}
	}
	return ""
}

// A shareTable says how often the premise of each property held under each
// design: a row a design, a column a property.
type shareTable struct {
	Of    string // drawn runs, or the visited states of a scope
	Heads []string
	Rows  [][]string // percent; - where nothing was run
}

const sharesMeaning = "In how many percent of the runs, or of the visited states, the premise of each property has held. " +
	"With reductions the states are those that they leave."

// shares are the tables of a report.
func (r *reviewReport) shares() []shareTable {
	heads := []string{"design"}
	for p := range spec.NumProperties {
		heads = append(heads, head(p))
	}
	tables := []shareTable{{Of: "drawn runs", Heads: heads}}
	at := map[string]int{}
	for i := range r.Designs {
		row := &r.Designs[i]
		cells := []string{row.Design}
		for p := range row.Cells {
			cells = append(cells, share(row.Cells[p].Tested, row.Runs))
		}
		tables[0].Rows = append(tables[0].Rows, cells)
		for n, x := range row.Explored {
			if _, ok := at[x.Scope]; !ok {
				at[x.Scope] = len(tables)
				tables = append(tables, shareTable{Of: "visited states of " + x.Scope, Heads: heads})
			}
			cells := []string{row.Design}
			for p := range row.Cells {
				count := &row.Cells[p].Premises[n]
				cells = append(cells, share(count.Held, count.States))
			}
			t := &tables[at[x.Scope]]
			t.Rows = append(t.Rows, cells)
		}
	}
	return tables
}

// share is whole percent, for a narrow table.
func share(n, of int) string {
	switch {
	case of == 0:
		return "-"
	case n > 0 && 100*n < of:
		return "<1"
	}
	return strconv.Itoa(100 * n / of)
}

// sharesText is the tables for a terminal.
func (r *reviewReport) sharesText() string {
	var b strings.Builder
	for _, t := range r.shares() {
		fmt.Fprintf(&b, "\nPercent of %s in which the premise held:\n", t.Of)
		w := tabwriter.NewWriter(&b, 0, 0, 1, ' ', tabwriter.AlignRight)
		for _, row := range append([][]string{t.Heads}, t.Rows...) {
			fmt.Fprintln(w, strings.Join(row, "\t")+"\t")
		}
		w.Flush()
	}
	return b.String()
}
