package main

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// exploreFlags are those of explore.
type exploreFlags struct {
	design     designFlags
	chosen     bool // a design was given
	shard, out string
	maxStates  int
	maxDepth   int
	maxTime    time.Duration
	maxMemory  int64 // MiB
	workers    int
	checkpoint string
	noLocal    bool
	noPartial  bool
	noSymmetry bool
	witness    string
	files      resultFiles
}

func (a *app) explore() *cobra.Command {
	var f exploreFlags
	cmd := &cobra.Command{
		Use: "explore SCOPE|SCENARIO|FILE", Short: "visit every reachable state of a scope or of one scenario",
		Long: "Visit every reachable state of a scope (see list scopes), of one scenario of a scope,\n" +
			"named as in small/base/truncate/3, or of the scenario in a file: a counterexample\n" +
			"or a scenario.yaml. Every property is judged in every state.\n\n" +
			"Limits make the verdict truncated, and a scenario that the design does not start is refused.\n" +
			"The exit code is 3 then: nothing is known.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.chosen = cmd.Flags().Changed("design") || cmd.Flags().Changed("with") || cmd.Flags().Changed("deviation")
			if err := f.check(); err != nil {
				return err
			}
			if scope, ok := properties.ScopeByName(args[0]); ok {
				return a.exploreScope(&scope, &f)
			}
			return a.exploreOne(args[0], &f)
		},
	}
	f.design.add(cmd)
	f.design.addVictims(cmd)
	f.design.addDeviation(cmd)
	cmd.Flags().StringVar(&f.shard, "shard", "1/1", "i/n: every n-th scenario of the scope, from the i-th on")
	cmd.Flags().StringVar(&f.out, "out", "", "of a scope: file for the results, for review --results; of a scenario: directory for counterexamples")
	cmd.Flags().IntVar(&f.maxStates, "max-states", 20_000_000, "limit on the states of a scenario; 0: none")
	cmd.Flags().IntVar(&f.maxDepth, "max-depth", 0, "limit on the levels of a scenario; 0: none")
	cmd.Flags().DurationVar(&f.maxTime, "max-time", 0, "limit on the time for a scenario; 0: none")
	cmd.Flags().Int64Var(&f.maxMemory, "max-memory", 0, "limit on the memory for a scenario, in MiB; 0: none")
	cmd.Flags().IntVar(&f.workers, "workers", 0, "goroutines; 0: as many as processors")
	cmd.Flags().StringVar(&f.checkpoint, "checkpoint", "", "of a scenario: file to save the search to, and to resume it from")
	cmd.Flags().BoolVar(&f.noLocal, "no-local", false, "do not run local steps together with the step before")
	cmd.Flags().BoolVar(&f.noPartial, "no-partial-order", false, "no partial-order reduction")
	cmd.Flags().BoolVar(&f.noSymmetry, "no-symmetry", false, "no symmetry reduction")
	cmd.Flags().StringVar(&f.witness, "witness", "", "of a scenario: print the shortest schedule that puts this property to the test, and no more")
	f.files.add(cmd)
	cmd.AddCommand(a.exploreArithmetic())
	return cmd
}

func (f *exploreFlags) check() error {
	for _, flag := range []struct {
		name string
		n    int64
	}{
		{"max-states", int64(f.maxStates)},
		{"max-depth", int64(f.maxDepth)},
		{"max-time", int64(f.maxTime)},
		{"max-memory", f.maxMemory},
		{"workers", int64(f.workers)},
	} {
		if flag.n < 0 {
			return fmt.Errorf("--%s: expected 0 or more, not %d", flag.name, flag.n)
		}
	}
	if f.maxMemory > math.MaxInt64>>20 {
		return fmt.Errorf("--max-memory: expected at most %d, not %d", math.MaxInt64>>20, f.maxMemory)
	}
	return nil
}

// options are those of the explorer.
func (f *exploreFlags) options() properties.ExploreOptions {
	return properties.ExploreOptions{
		Limits: checker.Limits{
			States: f.maxStates, Depth: f.maxDepth, Time: f.maxTime, Memory: f.maxMemory << 20,
		},
		Reduction: properties.Reduction{Local: !f.noLocal, PartialOrder: !f.noPartial, Symmetry: !f.noSymmetry},
		Workers:   f.workers,
	}
}

// reductionName says which reductions are on.
func reductionName(r properties.Reduction) string {
	var on []string
	for _, part := range []struct {
		on   bool
		name string
	}{{r.Local, "local steps"}, {r.PartialOrder, "partial order"}, {r.Symmetry, "symmetry"}} {
		if part.on {
			on = append(on, part.name)
		}
	}
	if len(on) == 0 {
		return "none"
	}
	return strings.Join(on, ", ")
}

// parseShard reads i/n.
func parseShard(s string) (i, n int, err error) {
	left, right, ok := strings.Cut(s, "/")
	if ok {
		i, err = strconv.Atoi(left)
		if err == nil {
			n, err = strconv.Atoi(right)
		}
	}
	if !ok || err != nil || n < 1 || i < 1 || i > n {
		return 0, 0, fmt.Errorf("--shard: expected i/n with i from 1 to n, not %q", s)
	}
	return i, n, nil
}

// controlScope is explored by every shard, so that results of different
// models are not put together.
const controlScope = "tiny"

// control is the digest of the control scope under the design.
func (a *app) control(s subject, f *exploreFlags) (string, error) {
	scope, ok := properties.ScopeByName(controlScope)
	if !ok {
		panic("the control scope is not there")
	}
	opts := properties.ExploreOptions{Reduction: properties.Reduced, Workers: f.workers}
	t, err := a.exploreList(s, &scope, opts)
	return t.Digest, err
}

// exploreList explores all scenarios of a scope.
func (a *app) exploreList(s subject, scope *properties.Scope, opts properties.ExploreOptions) (*totals, error) {
	t := &totals{}
	index := 0
	err := properties.ExploreAll(s.design, scenariosOf(scope), opts, func(sc properties.Named, e properties.Explored) bool {
		l := newResultLine(index, sc, &e)
		t.add(&l)
		index++
		return true
	})
	return t, err
}

// scenariosOf is all scenarios of a scope.
func scenariosOf(scope *properties.Scope) iter.Seq[properties.Named] { return part(scope, 1, 1, 0) }

// part is every of-th scenario of a scope, from the shard-th on, without the
// first so many of them.
func part(scope *properties.Scope, shard, of, skip int) iter.Seq[properties.Named] {
	return func(yield func(properties.Named) bool) {
		index := 0
		for name, sc := range scope.All() {
			mine := index%of == shard-1 && index/of >= skip
			index++
			if mine && !yield(properties.Named{Name: name, Scenario: sc}) {
				return
			}
		}
	}
}

// countOf is the number of scenarios of a scope.
func countOf(scope *properties.Scope) (n int) {
	for range scope.All() {
		n++
	}
	return n
}

// An exploreReport is what explore prints as JSON.
type exploreReport struct {
	Scope      string            `json:"scope,omitempty"`
	Scenario   string            `json:"scenario,omitempty"`
	Design     string            `json:"design"`
	With       []string          `json:"with,omitempty"`
	Victims    string            `json:"victims,omitempty"` // weak, or strict when empty
	Shard      string            `json:"shard,omitempty"`
	Reduction  string            `json:"reduction"`
	Verdict    string            `json:"verdict"`
	Reason     string            `json:"reason,omitempty"` // why it is refused
	Totals     *totals           `json:"totals"`
	Cut        string            `json:"cut,omitempty"` // of one scenario: what the limits left out
	Omitted    float64           `json:"omitted"`       // expected number of states lost to equal fingerprints
	Seconds    float64           `json:"seconds"`
	Properties []exploreProperty `json:"properties"`
	// Vacuous is the properties whose premise never holds in the scope, which is
	// an error under reviewed when all of the scope was explored.
	Vacuous []string `json:"vacuous,omitempty"`
	File    string   `json:"file,omitempty"`
}

// An exploreProperty is a property.
type exploreProperty struct {
	Property string `json:"property"`
	Verdict  string `json:"verdict"`
	Tested   int    `json:"tested"`             // scenarios in which the premise held
	States   int    `json:"states"`             // in which it has held
	Violated int    `json:"violated,omitempty"` // scenarios that violate it
	First    string `json:"first,omitempty"`    // of them
}

// exploreScope explores a scope, or a shard of it.
func (a *app) exploreScope(scope *properties.Scope, f *exploreFlags) error {
	s, err := f.design.subject()
	if err != nil {
		return err
	}
	switch {
	case f.checkpoint != "":
		return fmt.Errorf("--checkpoint is for one scenario: a scope goes on from the results in --out")
	case f.out != "" && s.weak:
		return fmt.Errorf("--out keeps results under strict victims only")
	case f.witness != "":
		return fmt.Errorf("--witness is for one scenario, and %q is a scope", scope.Name)
	}
	shard, of, err := parseShard(f.shard)
	if err != nil {
		return err
	}
	started := time.Now()
	c := campaign{scope: scope, shard: shard, of: of, count: countOf(scope)}
	if f.out != "" {
		control, err := a.control(s, f)
		if err != nil {
			return err
		}
		c.writer, c.done, err = openResult(f.out, resultHead{
			Format: resultFormat, Scope: scope.Name, Scenarios: c.count, Design: s.name, With: s.with, Shard: shard, Of: of,
			Reduction: shortReduction(f.options().Reduction), MaxStates: f.maxStates, Control: control,
		})
		if err != nil {
			return err
		}
	}
	opts := f.options()
	opts.Weak = s.weak
	t, omitted, err := a.campaign(s, &c, opts)
	if err != nil {
		return err
	}
	report := newExploreReport(s, f, t)
	report.Scope, report.Shard, report.File = scope.Name, f.shard, f.out
	report.Omitted, report.Seconds = omitted, time.Since(started).Seconds()
	if s.name == referenceDesign && len(s.with) == 0 && of == 1 && len(t.Truncated) == 0 {
		report.vacuous()
	}
	return a.exploreDone(report, f.files, nil)
}

// A campaign is the exploration of a shard.
type campaign struct {
	scope     *properties.Scope
	shard, of int
	count     int // scenarios of the scope
	writer    *resultWriter
	done      []resultLine // of an earlier run
}

// campaign explores what is left of a shard.
func (a *app) campaign(s subject, c *campaign, opts properties.ExploreOptions) (*totals, float64, error) {
	t := &totals{}
	for i := range c.done {
		t.add(&c.done[i])
	}
	mine := (c.count - c.shard + c.of) / c.of
	tick, done := a.progress("explore "+c.scope.Name, mine)
	tick(len(c.done))
	omitted := 0.0
	var failed error
	err := properties.ExploreAll(s.design, part(c.scope, c.shard, c.of, len(c.done)), opts, func(sc properties.Named, e properties.Explored) bool {
		l := newResultLine(c.shard-1+t.Scenarios*c.of, sc, &e)
		t.add(&l)
		omitted += e.Omitted
		tick(1)
		if c.writer != nil {
			failed = c.writer.add(l)
		}
		return failed == nil
	})
	done()
	if err == nil {
		err = failed
	}
	if err == nil && c.writer != nil {
		err = c.writer.finish()
	}
	return t, omitted, err
}

// vacuous lists the properties that the scope does not put to the test.
func (r *exploreReport) vacuous() {
	for p := range spec.NumProperties {
		if r.Totals.Tested[p] == 0 {
			r.Vacuous = append(r.Vacuous, fmt.Sprintf("%s %v is vacuous: its premise, that %s, never holds in %s", p.Info().ID, p, p.Info().Premise, r.Scope))
		}
	}
}

func newExploreReport(s subject, f *exploreFlags, t *totals) *exploreReport {
	r := &exploreReport{Design: s.name, With: s.with, Reduction: reductionName(f.options().Reduction), Totals: t}
	if s.weak {
		r.Victims = "weak"
	}
	verdict := checker.Exhausted
	for p := range spec.NumProperties {
		v := t.verdict(p)
		r.Properties = append(r.Properties, exploreProperty{p.String(), v.String(), t.Tested[p], t.Premises[p], t.Violated[p], t.First[p]})
		if v == checker.Violated || v == checker.Truncated && verdict == checker.Exhausted {
			verdict = v
		}
	}
	if t.Truncated == nil {
		t.Truncated = []string{}
	}
	r.Verdict = verdict.String()
	return r
}

// exploreDone writes and prints the report and ends with its exit code.
func (a *app) exploreDone(r *exploreReport, files resultFiles, races map[spec.Property]*counterexamples.File) error {
	if err := files.write("explore", r.judged(races)); err != nil {
		return err
	}
	if a.json {
		if err := a.printJSON(r); err != nil {
			return err
		}
	} else {
		a.printf("%s", r.text())
	}
	switch {
	case r.Verdict == checker.Violated.String() || len(r.Vacuous) > 0:
		return status(exitViolated)
	case r.Verdict == checker.Truncated.String() || r.Verdict == refused:
		return status(exitUnknown)
	}
	return nil
}

// text is the report for people.
func (r *exploreReport) text() string {
	var b strings.Builder
	t := r.Totals
	what := r.Scenario
	if r.Scope != "" {
		what = fmt.Sprintf("%s (%d scenarios, %d of them refused by the design)", r.Scope, t.Scenarios, t.Refused)
		if r.Shard != "1/1" {
			what += ", shard " + r.Shard
		}
	}
	words := append([]string{r.Design}, r.With...)
	if r.Victims != "" {
		words = append(words, "--victims="+r.Victims)
	}
	fmt.Fprintf(&b, "%s under %s: %s", what, strings.Join(words, " "), r.Verdict)
	if r.Verdict == refused {
		return b.String() + ": " + r.Reason + "\n"
	}
	b.WriteString("\n")
	fmt.Fprintf(&b, "%d states, %d transitions, %d levels, in %.1f s; reductions: %s\n", t.States, t.Transitions, t.Depth, r.Seconds, r.Reduction)
	fmt.Fprintf(&b, "states expected to be missed because two have one fingerprint: %.1g\n", r.Omitted)
	if r.Cut != "" {
		fmt.Fprintf(&b, "cut off by %s\n", r.Cut)
	}
	for i, name := range t.Truncated {
		if i == 10 {
			fmt.Fprintf(&b, "and %d more scenarios\n", len(t.Truncated)-i)
			break
		}
		fmt.Fprintf(&b, "truncated: %s\n", name)
	}
	b.WriteString("\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, p := range r.Properties {
		line := p.Property + "\t" + p.Verdict
		if r.Scope != "" {
			line += fmt.Sprintf("\ttested in %d scenarios and %s of the states", p.Tested, percent(p.States, t.States))
			if p.Violated > 0 {
				line += fmt.Sprintf(", violated in %d, first in %s", p.Violated, p.First)
			}
		}
		fmt.Fprintln(w, line)
	}
	w.Flush()
	for _, s := range r.Vacuous {
		fmt.Fprintf(&b, "\nERROR: %s\n", s)
	}
	return b.String()
}

// exploreOne explores one scenario, named or in a file.
func (a *app) exploreOne(arg string, f *exploreFlags) error {
	if f.shard != "1/1" {
		return fmt.Errorf("--shard is for a scope, and %q is none (see list scopes)", arg)
	}
	sc, s, err := f.scenario(arg)
	if err != nil {
		return err
	}
	sc.Scenario.Weak = sc.Scenario.Weak || s.weak
	sys, err := properties.NewSystem(s.design, sc.Scenario)
	if err != nil {
		return fmt.Errorf("%s: %w", arg, err)
	}
	if reason, ok := sys.M.Startable(); !ok {
		return a.exploreRefused(sc, s, f, reason)
	}
	if f.witness != "" {
		return a.witness(sys, s, arg, f.witness)
	}
	opts := f.options()
	if opts.Checkpoint, err = a.savedAt(f, s, &sc.Scenario); err != nil {
		return err
	}
	var done func()
	opts.Progress, done = a.searching(arg)
	started := time.Now()
	e, err := sys.Explore(opts)
	done()
	if err != nil {
		return err
	}
	if f.checkpoint != "" && e.Complete { // it has served
		if err := os.Remove(f.checkpoint); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	t := &totals{}
	l := newResultLine(0, sc, &e)
	t.add(&l)
	r := newExploreReport(s, f, t)
	r.Scenario, r.Cut, r.Omitted, r.Seconds = arg, e.Cut.String(), e.Omitted, time.Since(started).Seconds()
	races, err := a.races(s, sys, e.Violated, f.out)
	if err != nil {
		return err
	}
	return a.exploreDone(r, f.files, races)
}

// exploreRefused reports a scenario that the design does not start.
func (a *app) exploreRefused(sc properties.Named, s subject, f *exploreFlags, reason string) error {
	t := &totals{}
	l := newResultLine(0, sc, &properties.Explored{Refused: true})
	t.add(&l)
	r := newExploreReport(s, f, t)
	r.Scenario, r.Verdict, r.Reason = sc.Name, refused, notStarted(reason)
	return a.exploreDone(r, f.files, nil)
}

// savedAt is where a search is saved, and what it is of: the design, the
// scenario, the reductions and the version of the model.
func (a *app) savedAt(f *exploreFlags, s subject, sc *model.Scenario) (checker.Checkpoint, error) {
	if f.checkpoint == "" {
		return checker.Checkpoint{}, nil
	}
	control, err := a.control(s, f)
	return checker.Checkpoint{
		Path: f.checkpoint, Every: checker.CheckpointInterval,
		ID: fmt.Sprintf("%v\n%v\n%s\n%s\n%s", s.design, sc.Weak, counterexamples.Encode(*sc), reductionName(f.options().Reduction), control),
	}, err
}

// scenario is the scenario that the argument names, and the design.
func (f *exploreFlags) scenario(arg string) (sc properties.Named, s subject, err error) {
	sc.Name = arg
	if s, err = f.design.subject(); err != nil {
		return sc, s, err
	}
	scopeName, _, _ := strings.Cut(arg, "/")
	if scope, ok := properties.ScopeByName(scopeName); ok {
		if sc.Scenario, ok = scope.Scenario(arg); !ok {
			return sc, s, fmt.Errorf("%q: the scope %s has no scenario of that name", arg, scopeName)
		}
		return sc, s, nil
	}
	if filepath.Ext(arg) == ".yaml" {
		data, err := readFile(arg)
		if err == nil {
			sc.Scenario, err = counterexamples.Decode(data, arg)
		}
		return sc, s, err
	}
	file, err := parseFile(arg)
	if err != nil {
		return sc, s, err
	}
	sc.Scenario = file.Scenario
	if !f.chosen { // its own design
		m, err := file.Machine()
		if err != nil {
			return sc, s, err
		}
		s = subject{name: file.Verdict.Design, with: file.Verdict.With, label: file.Verdict.Design, design: m.Design}
	}
	return sc, s, nil
}

// races prints, for each property that is violated, the shortest schedule; and
// returns the counterexamples, which have names when they were written to out.
func (a *app) races(s subject, sys *properties.System, violated spec.Set, out string) (map[spec.Property]*counterexamples.File, error) {
	found := map[spec.Property]*counterexamples.File{}
	for p := range spec.NumProperties {
		if !violated.Has(p) {
			continue
		}
		file, err := recordShortest(s, sys, p)
		if err != nil {
			return nil, err
		}
		found[p] = file
		if !a.json {
			a.printf("%s violates %s %v: %s\n\n%s\n", s.label, p.Info().ID, p, file.Verdict.Message, file.Race)
		}
		if out == "" {
			continue
		}
		path := filepath.Join(out, p.String()+"-"+strings.ReplaceAll(s.label, "+", "-")+".txtar")
		if err := writeFile(path, file.Format()); err != nil {
			return nil, err
		}
		if found[p], err = parseFile(path); err != nil { // with its lines
			return nil, err
		}
		if !a.json {
			a.printf("go tool notifycheck replay %s\n\n", path)
		}
	}
	return found, nil
}

// recordShortest is the counterexample with the shortest schedule that the
// scenario of the system has for the property.
func recordShortest(s subject, sys *properties.System, p spec.Property) (*counterexamples.File, error) {
	how := "no schedule of the scenario is shorter"
	schedule, ok := properties.ShortestOf(sys, p)
	found := properties.Finding{Design: s.design, Property: p, Scenario: sys.M.Scenario, Schedule: schedule}
	if !ok {
		how = "no run of the scenario that ends violates it, and this one goes on for ever"
		var err error
		if found, ok, err = properties.EndlessOf(sys, p); err != nil {
			return nil, err
		}
	}
	if !ok {
		return nil, fmt.Errorf("%s: no schedule violates %v, though the exploration found one", s.label, p)
	}
	comment := fmt.Sprintf("%s: %s.\n\nFound by exploration: %s.", s.label, p.Info().Violation, how)
	return counterexamples.RecordFinding(found, s.name, s.with, wrap(comment, columns))
}

// searching shows how far one search is, if standard error is a terminal.
func (a *app) searching(what string) (tell func(checker.Progress), done func()) {
	bar, finish := a.spinner("explore " + what)
	if bar == nil {
		return nil, finish
	}
	return func(p checker.Progress) {
		left := "unknown how many are left"
		if p.Left >= 0 {
			left = fmt.Sprintf("about %d left", p.Left)
		}
		bar(fmt.Sprintf("%d states, %.0f/s, queue %d, depth %d, %s", p.States, p.Rate, p.Waiting+p.Next, p.Depth, left))
	}, finish
}
