package main

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// An entry is a counterexample that the corpus is to have.
type entry struct {
	subject  subject
	property spec.Property
	seed     int // where to look first
}

// A corpusReport is what corpus prints of an entry.
type corpusReport struct {
	Subject  string  `json:"subject"`
	Property string  `json:"property"`
	Checks   int     `json:"checks"`
	Found    bool    `json:"found"`
	Steps    int     `json:"steps,omitempty"`
	File     string  `json:"file,omitempty"`
	Seconds  float64 `json:"seconds"`
	err      error
}

func (a *app) corpus() *cobra.Command {
	var only, dir string
	var checks, seed int
	var versions, renew bool
	cmd := &cobra.Command{
		Use: "corpus", Short: "make the files of counterexamples/ again", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := positive("checks", checks); err != nil {
				return err
			}
			switch {
			case renew:
				return a.renewCorpus(dir)
			case versions:
				return a.makeVersions(only, dir)
			}
			entries, err := corpusEntries(only, seed)
			if err != nil {
				return err
			}
			return a.makeCorpus(entries, dir, seed, checks)
		},
	}
	cmd.Flags().StringVar(&only, "only", "", "one deviation or named design")
	cmd.Flags().BoolVar(&versions, "versions", false, "make the files of the rows by version instead")
	cmd.Flags().BoolVar(&renew, "renew", false, "record the files that are there again: texts, digests and races, not schedules")
	cmd.MarkFlagsMutuallyExclusive("renew", "versions")
	cmd.MarkFlagsMutuallyExclusive("renew", "only") // it is all of them
	cmd.Flags().StringVar(&dir, "dir", counterexamples.Dir, "directory of the corpus")
	cmd.Flags().IntVar(&checks, "checks", 60_000, "runs to draw for each file at most")
	cmd.Flags().IntVar(&seed, "seed", 0, "of the first run")
	return cmd
}

// How the corpus picks the properties of a named design: those that most of
// so many runs violate, and at most so many.
const (
	corpusRuns       = 4000
	corpusProperties = 4
)

// corpusEntries lists what the corpus is to have.
func corpusEntries(only string, seed int) ([]entry, error) {
	entries, err := deviationEntries(seed)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e entry) bool { return only != "" && only != e.subject.id })
	var named []design.Named
	var designs []design.Design
	for _, n := range design.NamedDesigns() {
		if only == "" || only == n.Name {
			named = append(named, n)
			designs = append(designs, n.Design)
		}
	}
	if len(entries)+len(named) == 0 {
		return nil, fmt.Errorf("--only: there is no deviation and no design %q", only)
	}
	for i, row := range properties.Matrix(designs, false, seed, corpusRuns, nil) {
		s := subject{name: named[i].Name, label: named[i].Name, design: named[i].Design}
		for _, p := range worst(&row, s.name) {
			entries = append(entries, entry{s, p, max(seed, row.Cells[p].Seed)})
		}
	}
	return entries, nil
}

// deviationEntries are those of the catalogue: each row with each property that
// it must break.
func deviationEntries(seed int) (entries []entry, err error) {
	for _, dev := range design.Catalogue() {
		s, err := ofDeviation(dev)
		if err != nil {
			return nil, err
		}
		for _, p := range s.breaks {
			entries = append(entries, entry{s, p, seed})
		}
	}
	return entries, nil
}

// worst is the properties that a named design violates, the most frequent
// first. The deadlock that real kernels were seen in is always among them.
func worst(row *properties.Row, name string) []spec.Property {
	var props []spec.Property
	for p := range spec.NumProperties {
		if row.Cells[p].Violations > 0 {
			props = append(props, p)
		}
	}
	slices.SortStableFunc(props, func(p, q spec.Property) int { return row.Cells[q].Violations - row.Cells[p].Violations })
	observed := name == "v6.12" || name == "v7.3"
	if observed {
		props = slices.DeleteFunc(props, func(p spec.Property) bool { return p == spec.Deadlock })
		props = slices.Insert(props, 0, spec.Deadlock)
	}
	return props[:min(len(props), corpusProperties)]
}

func (a *app) makeCorpus(entries []entry, dir string, seed, checks int) error {
	tick, done := a.progress("corpus", len(entries))
	reports := make([]corpusReport, len(entries))
	var mu sync.Mutex
	inParallel(len(entries), tick, func(i int) {
		reports[i] = entries[i].make(dir, seed, checks)
		if !a.json {
			mu.Lock()
			defer mu.Unlock()
			a.printf("%s\n", reports[i].line())
		}
	})
	done()
	missing := false
	for _, r := range reports {
		if r.err != nil {
			return r.err
		}
		missing = missing || !r.Found
	}
	if a.json {
		if err := a.printJSON(reports); err != nil {
			return err
		}
	}
	if missing {
		return status(exitUnknown)
	}
	return nil
}

func (r *corpusReport) line() string {
	if r.err != nil {
		return fmt.Sprintf("%-16s %-22s %v", r.Subject, r.Property, r.err)
	}
	if !r.Found {
		return fmt.Sprintf("%-16s %-22s no violation in %d checks", r.Subject, r.Property, r.Checks)
	}
	return fmt.Sprintf("%-16s %-22s %6d checks, %3d steps, %5.1f s  %s", r.Subject, r.Property, r.Checks, r.Steps, r.Seconds, r.File)
}

// make finds, reduces and writes the counterexample.
func (e entry) make(dir string, seed, checks int) corpusReport {
	r := corpusReport{Subject: e.subject.label, Property: e.property.String()}
	began := time.Now()
	found, n, ok := e.find(checks)
	r.Checks, r.Found = e.seed-seed+n, ok
	if ok {
		r.Steps = len(found.Schedule)
		var f *counterexamples.File
		f, r.err = counterexamples.RecordFinding(found, e.subject.name, e.subject.with, e.comment())
		if r.err == nil {
			r.File = filepath.Join(dir, filepath.FromSlash(counterexamples.NameOf(e.property.String(), e.subject.label)))
			r.err = writeFile(r.File, f.Format())
		}
	}
	r.Seconds = time.Since(began).Seconds()
	return r
}

// find draws a violation and makes it small. The base of a row can violate the
// property too: then it is one that needs the row's value. One that is seldom
// drawn and takes several values together is looked for in the scopes, and what
// no draw finds in the families of small that are about the row.
func (e entry) find(checks int) (f properties.Finding, n int, ok bool) {
	sm := properties.Sampler{Weak: e.subject.weak}
	dev, is := design.DeviationByID(e.subject.id)
	if is && len(dev.Base) > 0 {
		if dev.Rare && !dev.Weak {
			if f, ok = properties.Together(&dev, e.property, "tiny", "small"); ok {
				return f, 0, true
			}
			if f, ok = e.inSmall(dev); ok {
				return f, 0, true
			}
		}
		n = checks
		if cause, ok := sm.BlameDrawn(dev.Design(), dev.Cure(), e.property, e.seed, checks, blameStates); ok {
			return cause.Finding, n, true
		}
	} else if f, n, ok = sm.Search(e.subject.design, e.property, e.seed, checks); ok {
		return properties.Reduce(f), n, true
	}
	if is {
		f, ok = e.inSmall(dev)
	}
	return f, n, ok
}

// inSmall explores what small has for the row: a scenario in which the base
// violates nothing is the best. Else it takes a run that ends, and then one that
// goes on for ever.
func (e entry) inSmall(dev design.Deviation) (f properties.Finding, ok bool) {
	list := smallFor(dev)
	if f, ok = properties.ByItself(&dev, e.property, list); ok {
		return f, true
	}
	for _, sc := range list {
		if cause, ok := properties.Blame(dev.Design(), dev.Cure(), e.property, sc, blameStates); ok {
			if len(dev.Base) > 0 {
				return cause.Finding, true
			}
			return properties.Reduce(cause.Finding), true
		}
	}
	for _, sc := range list {
		sys, err := properties.NewSystem(dev.Design(), sc)
		if err != nil {
			continue
		}
		if _, starts := sys.M.Startable(); !starts {
			continue
		}
		if f, ok, err = properties.EndlessOf(sys, e.property); ok && err == nil {
			return f, true
		}
	}
	return properties.Finding{}, false
}

// smallFor lists the scenarios of the families of small that are about the row,
// and of those that are named.
func smallFor(dev design.Deviation, also ...string) (list []model.Scenario) {
	small, _ := properties.ScopeByName("small")
	small.Families = slices.DeleteFunc(small.Families, func(f properties.Family) bool {
		return !slices.Contains(f.Rows, dev.ID) && !slices.Contains(also, f.Name)
	})
	for _, sc := range small.All() {
		sc.Weak = dev.Weak
		list = append(list, sc)
	}
	return list
}

// comment is what the file says in English.
func (e entry) comment() string {
	info := e.property.Info()
	text := ""
	if dev, ok := design.DeviationByID(e.subject.id); ok {
		is := referenceDesign
		if diff := dev.Design().Diff(design.Design{}); len(diff) != 0 {
			is += " with " + assignments(diff)
		}
		if dev.Weak {
			is += ", judged with weak victims"
		}
		text = fmt.Sprintf("%s: %s.\n\n%s\n\nSource: %s. The design is %s.", dev.ID, dev.Title,
			counterexamples.Explanation(dev.ID, e.property), dev.Source, is)
	} else {
		named, _ := design.ByName(e.subject.name)
		text = fmt.Sprintf("%s: %s.\n\n%s\n\nThe design is %s.", named.Name, info.Violation,
			counterexamples.Explanation(named.Name, e.property), named.Doc)
	}
	return wrap(fmt.Sprintf("%s\n\n%s %s: %s.", text, info.ID, info.Name, info.Says), columns)
}

// commentOf is what a file of the corpus says in English.
func commentOf(f *counterexamples.File) (string, error) {
	p, err := f.Property()
	if err != nil {
		return "", err
	}
	if len(f.Verdict.Rows) > 0 {
		return versionComment(f, p)
	}
	label := strings.TrimSuffix(path.Base(f.Name), path.Ext(f.Name))
	if dev, ok := design.DeviationByID(label); ok {
		s, err := ofDeviation(dev)
		return entry{subject: s, property: p}.comment(), err
	}
	return entry{subject: subject{name: label}, property: p}.comment(), nil
}

// renewCorpus records each file of the directory again, after a change of the
// model that leaves its schedule what it is, or of what the file says in
// English. Files that it is not so for stay as they are, and are named.
func (a *app) renewCorpus(dir string) error {
	failed := false
	for _, k := range counterexamples.Corpus() {
		f, err := counterexamples.Parse(k.Name, k.Data)
		if err != nil {
			return err
		}
		if f.Comment, err = commentOf(f); err != nil {
			return err
		}
		renewed, err := f.Renew()
		if err != nil {
			failed = true
			a.printf("%v\n", err)
			continue
		}
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(k.Name)), renewed.Format()); err != nil {
			return err
		}
	}
	if failed {
		return status(exitViolated)
	}
	return nil
}
