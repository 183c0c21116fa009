package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// A shrinking is what rapid made of the violations of one design, against
// the shortest schedules in the same scenarios.
type shrinking struct {
	ID       string   `json:"id"`
	Property string   `json:"property"`
	Runs     []shrunk `json:"runs"` // one for each seed at which it was found, the best ratio first
}

// A shrunk is one run that rapid shrank.
type shrunk struct {
	Seed     int `json:"seed"`
	Drawn    int `json:"drawn"` // steps of the run that was found
	Steps    int `json:"steps"`
	Switches int `json:"switches"`
	Least    int `json:"least"`  // steps of the shortest
	Fewest   int `json:"fewest"` // switches among the shortest
}

// ratio is how many times as long as the shortest the run is.
func (s shrunk) ratio() float64 { return float64(s.Steps) / float64(max(s.Least, 1)) }

// median is the run of the median ratio; there must be one.
func (s *shrinking) median() shrunk { return s.Runs[len(s.Runs)/2] }

// worst is the run of the worst ratio; there must be one.
func (s *shrinking) worst() shrunk { return s.Runs[len(s.Runs)-1] }

func (a *app) measureShrinking() *cobra.Command {
	var seeds, checks, states int
	var out, only string
	cmd := &cobra.Command{
		Use: "shrinking", Short: "compare the runs that rapid shrinks with the shortest", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			for _, c := range []struct {
				flag string
				n    int
			}{{"seeds", seeds}, {"checks", checks}, {"states", states}} {
				if err := positive(c.flag, c.n); err != nil {
					return err
				}
			}
			subjects, err := shrinkable(only)
			if err != nil {
				return err
			}
			table, err := a.shrinkAll(subjects, seeds, checks, states)
			if err != nil {
				return err
			}
			doc := shrinkingDoc(table, seeds, checks)
			if err := writeFile(out, []byte(doc)); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(table)
			}
			a.printf("%s", doc)
			return nil
		},
	}
	cmd.Flags().IntVar(&seeds, "seeds", 5, "how often each is looked for and shrunk")
	cmd.Flags().IntVar(&checks, "checks", 20_000, "runs to draw at most")
	cmd.Flags().IntVar(&states, "states", 3_000_000, "states of a search for the shortest, at most")
	cmd.Flags().StringVar(&out, "out", "docs/shortest.md", "the table")
	cmd.Flags().StringVar(&only, "only", "", "one deviation")
	return cmd
}

// shrinkable are the deviations and then the named designs that the corpus
// refutes, with the first property that it has a counterexample to.
func shrinkable(only string) ([]subject, error) {
	subjects, err := deviations(only)
	if err != nil || only != "" {
		return subjects, err
	}
	for _, named := range design.NamedDesigns() {
		for p := range spec.NumProperties {
			if counterexamples.InCorpus(p.String(), named.Name) {
				subjects = append(subjects, subject{
					name: named.Name, label: named.Name, id: named.Name, design: named.Design, breaks: []spec.Property{p},
				})
				break
			}
		}
	}
	return subjects, nil
}

// shrinkAll shrinks a run of each subject at each seed.
func (a *app) shrinkAll(subjects []subject, seeds, checks, states int) ([]shrinking, error) {
	tick, done := a.progress("measure shrinking", seeds*len(subjects))
	defer done()
	runs := make([]shrunk, seeds*len(subjects))
	errs := make([]error, len(runs))
	inParallel(len(runs), tick, func(job int) {
		runs[job], errs[job] = shrinkOne(subjects[job/seeds], firstSeed(job%seeds, checks), checks, states)
	})
	table := make([]shrinking, len(subjects))
	for i, s := range subjects {
		table[i] = shrinking{ID: s.id, Property: s.breaks[0].String()}
		for _, run := range runs[i*seeds : (i+1)*seeds] {
			if run.Steps > 0 {
				table[i].Runs = append(table[i].Runs, run)
			}
		}
		slices.SortStableFunc(table[i].Runs, func(x, y shrunk) int { return cmp.Compare(x.ratio(), y.ratio()) })
	}
	return table, errors.Join(errs...)
}

// shrinkOne finds a violation, shrinks it, and searches for the shortest. It
// has no steps if nothing was found.
func shrinkOne(s subject, first, checks, states int) (out shrunk, err error) {
	found, n, ok := properties.Search(s.design, s.breaks[0], first, checks)
	if !ok {
		return out, nil
	}
	out.Seed = first + n - 1
	least, ok := properties.Shrink(s.design, s.breaks[0], out.Seed)
	if !ok {
		return out, fmt.Errorf("%s: rapid does not find what is at seed %d", s.label, out.Seed)
	}
	shortest, verdict := least.Shortest(states)
	if verdict != checker.Violated {
		return out, fmt.Errorf("%s at seed %d: the search for the shortest is %v", s.label, out.Seed, verdict)
	}
	out.Drawn, out.Steps, out.Least = len(found.Schedule), len(least.Schedule), len(shortest)
	out.Switches = checker.Switches(least.Schedule, properties.TaskOf)
	out.Fewest = checker.Switches(shortest, properties.TaskOf)
	return out, nil
}

// shrinkingText says what the table is of.
const shrinkingText = "What `go test` shows of a violation is what rapid's shrinking left of it. Here each deviation, and each named " +
	"design that the corpus refutes, is looked for %d times, with seeds of their own and at most %d runs each; rapid shrinks what was " +
	"found, in its default time; and a search of all schedules of the scenario that it left finds the shortest. The columns are of " +
	"the seed with the median ratio: the steps of the run as drawn, as shrunk, and of the shortest; the context switches of the " +
	"shrunk one, and the fewest among the shortest; the ratio of steps, shrunk to shortest; and last the worst ratio of all seeds. " +
	"A dash is for what sampling does not find in so many runs."

func shrinkingDoc(table []shrinking, seeds, checks int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# Shrunk against shortest\n\n%s\n", generatedBy("measure shrinking"),
		wrap(fmt.Sprintf(shrinkingText, seeds, checks), columns))
	if text := shrinkingSummary(table); text != "" {
		b.WriteString(wrap(text, columns) + "\n")
	}
	var rows [][]string
	for i := range table {
		s := &table[i]
		row := []string{s.ID, s.Property, fmt.Sprintf("%d of %d", len(s.Runs), seeds), "-", "-", "-", "-", "-", "-", "-"}
		if len(s.Runs) > 0 {
			m := s.median()
			for i, n := range [5]int{m.Drawn, m.Steps, m.Least, m.Switches, m.Fewest} {
				row[3+i] = strconv.Itoa(n)
			}
			row[8], row[9] = fmt.Sprintf("%.2f", m.ratio()), fmt.Sprintf("%.2f", s.worst().ratio())
		}
		rows = append(rows, row)
	}
	evidence.WriteTable(&b, []string{
		"design", "property", "found", "drawn", "shrunk", "shortest", "switches", "fewest", "ratio", "worst",
	}, rows)
	return b.String()
}

// shrinkingSummary says what the table says in all; nothing if it is empty.
func shrinkingSummary(table []shrinking) string {
	var medians []float64
	worst, runs, exact, extra := 0.0, 0, 0, 0
	for i := range table {
		s := &table[i]
		if len(s.Runs) == 0 {
			continue
		}
		medians = append(medians, s.median().ratio())
		worst = max(worst, s.worst().ratio())
		runs += len(s.Runs)
		for _, run := range s.Runs {
			extra += run.Switches - run.Fewest
			if run.Steps == run.Least {
				exact++
			}
		}
	}
	if runs == 0 {
		return ""
	}
	slices.Sort(medians)
	return fmt.Sprintf("The aim is a ratio of 1.25 on the median and 2 at worst. The median of the rows is %.2f, the worst of %d shrunk runs "+
		"is %.2f, and %d of them are as short as can be. They have %.2f context switches more than the fewest, on average.",
		medians[len(medians)/2], runs, worst, exact, float64(extra)/float64(runs))
}
