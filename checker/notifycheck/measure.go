package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// A measurement is how many checks it takes to find a deviation.
type measurement struct {
	ID       string `json:"id"`
	Property string `json:"property"`
	Median   int    `json:"median"`
	P99      int    `json:"p99"`
	Max      int    `json:"max"`
	Misses   int    `json:"misses"` // seeds at which it was not found
}

func (a *app) measure() *cobra.Command {
	var seeds, checks int
	var out, only string
	cmd := &cobra.Command{
		Use: "measure", Short: "count the checks that it takes to find each deviation", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := positive("seeds", seeds); err != nil {
				return err
			}
			if err := positive("checks", checks); err != nil {
				return err
			}
			return a.measureAll(only, seeds, checks, out)
		},
	}
	cmd.Flags().IntVar(&seeds, "seeds", 100, "how often each is looked for")
	cmd.Flags().IntVar(&checks, "checks", 20_000, "runs to draw at most")
	cmd.Flags().StringVar(&out, "out", "docs/checks-to-find.md", "the table")
	cmd.Flags().StringVar(&only, "only", "", "one deviation")
	cmd.AddCommand(a.measureShrinking(), a.measureLocks(), a.measureUnexplained(), a.measureHistories(), a.measureCoverage())
	return cmd
}

func (a *app) measureAll(only string, seeds, checks int, out string) error {
	subjects, err := deviations(only)
	if err != nil {
		return err
	}
	took := a.searchAll(subjects, seeds, checks)
	var table []measurement
	for i, s := range subjects {
		table = append(table, newMeasurement(s, took[i], checks))
	}
	if err := writeFile(out, []byte(measureDoc(table, seeds, checks))); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(table)
	}
	a.printf("%s", measureDoc(table, seeds, checks))
	return nil
}

// deviations are the rows of the catalogue, or the only one wanted.
func deviations(only string) (subjects []subject, err error) {
	for _, dev := range design.Catalogue() {
		if only == "" || only == dev.ID {
			s, err := ofDeviation(dev)
			if err != nil {
				return nil, err
			}
			subjects = append(subjects, s)
		}
	}
	if len(subjects) == 0 {
		return nil, fmt.Errorf("--only: the catalogue has no %q", only)
	}
	return subjects, nil
}

// searchAll is the number of checks by subject and seed; more than checks
// when it was not found.
func (a *app) searchAll(subjects []subject, seeds, checks int) [][]int {
	tick, done := a.progress("measure", seeds*len(subjects))
	defer done()
	took := make([][]int, len(subjects))
	for i := range took {
		took[i] = make([]int, seeds)
	}
	inParallel(seeds*len(subjects), tick, func(job int) {
		i, seed := job/seeds, job%seeds
		sm := properties.Sampler{Weak: subjects[i].weak}
		_, n, ok := sm.Search(subjects[i].design, subjects[i].breaks[0], firstSeed(seed, checks), checks)
		if !ok {
			n = checks + 1
		}
		took[i][seed] = n
	})
	return took
}

// firstSeed is where a search of a number of checks begins, so that no two
// have a run in common.
func firstSeed(seed, checks int) int { return (seed + 1) * checks }

// inParallel is checker.InParallel for jobs that keep nothing for the next.
func inParallel(n int, tick func(int), do func(job int)) {
	checker.InParallel(n, tick, func(_ *struct{}, job int) { do(job) })
}

func newMeasurement(s subject, took []int, checks int) measurement {
	slices.Sort(took)
	m := measurement{
		ID: s.id, Property: s.breaks[0].String(), Median: took[len(took)/2],
		P99: took[min(len(took)-1, len(took)*99/100)], Max: took[len(took)-1],
	}
	for _, n := range took {
		if n > checks {
			m.Misses++
		}
	}
	return m
}

// The aim of the sampling, in runs.
const (
	aimMedian = 100
	aimP99    = 2000
)

// missedAim says how many rows take longer than the aim, and why.
func missedAim(table []measurement) string {
	missed := 0
	for _, m := range table {
		if m.Median > aimMedian || m.P99 > aimP99 {
			missed++
		}
	}
	return fmt.Sprintf("The aim is a median of %d and a 99th percentile of %d; %d of the %d rows miss it. Their violation takes two rare things "+
		"at once: a switch of tasks inside a window of one or two steps of a fault or a truncate, and the failed page to be the block that the task "+
		"is about to take or drop, as in G7, G13, N01 and X05; an eviction or a munmap inside the kill, as in G8 and G10; a range of three pages over "+
		"the boundary of two groups in R04, a huge entry of a filesystem without a reverse map in K05, a read error and owners in two groups in N02; "+
		"two events, or an event, an unmount and a removal, as in X01, G1, L02 and N09. One generator serves all rows, so more weight for one of these "+
		"is less for others. The tests hold the rows marked rare in the catalogue to their counterexamples when the cap is reached.",
		aimMedian, aimP99, missed, len(table))
}

func measureDoc(table []measurement, seeds, checks int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# Checks to find\n\n%s\n", generatedBy("measure"), wrap(fmt.Sprintf(
		"How many sampled runs it takes until one violates the first property that a deviation must break: "+
			"over %d searches with seeds of their own, each of at most %d runs. A miss is a search that found nothing.",
		seeds, checks), columns))
	b.WriteString(wrap(missedAim(table), columns) + "\n")
	count := func(n int) string {
		if n > checks {
			return "> " + strconv.Itoa(checks)
		}
		return strconv.Itoa(n)
	}
	var rows [][]string
	for _, m := range table {
		rows = append(rows, []string{m.ID, m.Property, count(m.Median), count(m.P99), count(m.Max), strconv.Itoa(m.Misses)})
	}
	evidence.WriteTable(&b, []string{"deviation", "property", "median", "99th percentile", "max", "misses"}, rows)
	return b.String()
}

// generatedBy is the first line of a generated document.
func generatedBy(verb string) string {
	return fmt.Sprintf("<!-- Generated by `go tool notifycheck %s`. Do not edit. -->\n\n", verb)
}
