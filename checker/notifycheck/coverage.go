package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// coverageScope has to take every step and to consult every value.
const coverageScope = "small"

// A coverItem is something that is to be reached: an outcome of a step, or a
// value of a choice.
type coverItem struct {
	step    model.Step // 0: a value
	outcome uint8      // 1: the injected failure of a step that can fail
	value   design.Assignment
}

// String names the item in the record.
func (it coverItem) String() string {
	switch {
	case it.step == 0:
		return it.value.String()
	case it.outcome > 0:
		return it.step.String() + " fails"
	}
	return it.step.String()
}

// coverItems lists what is to be reached, from the tables.
func coverItems() (items []coverItem) {
	for st := model.Step(1); st < model.NumSteps; st++ {
		items = append(items, coverItem{step: st})
		if st.Info().Branches() {
			items = append(items, coverItem{step: st, outcome: 1})
		}
	}
	for _, c := range design.Choices() {
		for v := range c.Info().Values {
			items = append(items, coverItem{value: design.Assignment{Choice: c, Value: design.Value(v)}})
		}
	}
	return items
}

// A coverWitness is where an item is reached.
type coverWitness struct {
	Design   string `json:"design"` // see coverDesign
	Scenario string `json:"scenario"`
	// Of a value: the step at which it matters, or the mount, and another value
	// that would have led elsewhere.
	At    string `json:"at,omitempty"`
	Other string `json:"other,omitempty"`
}

// coverDesign is the design that a witness names: a named one, a row of the
// catalogue, or reviewed with one other value.
func coverDesign(name string) (design.Design, error) {
	if n, ok := design.ByName(name); ok {
		return n.Design, nil
	}
	if dev, ok := design.DeviationByID(name); ok {
		return dev.Design(), nil
	}
	if dev, ok := design.DeviationByID(strings.TrimPrefix(name, baseOf)); ok {
		return dev.BaseDesign(), nil
	}
	a, err := design.ParseAssignment(name)
	return design.Design{}.With(a), err
}

// A coverage is a search for witnesses.
type coverage struct {
	scope     *properties.Scope
	scenarios []properties.Named
	families  []string       // by scenario
	first     []int          // those of up to two tasks that are first of their family and kinds of task
	crowds    []int          // the same, of more tasks
	rest      []int          // the others
	more      []int          // and of what else the tasks are, but for files and processes
	at        map[string]int // by name

	missing map[coverItem]bool
	found   map[coverItem]coverWitness
	reduce  properties.Reduction
	tell    func(now string) // may be nil
}

func newCoverage(scope *properties.Scope, tell func(now string)) *coverage {
	c := &coverage{
		scope: scope, at: map[string]int{}, missing: map[coverItem]bool{}, found: map[coverItem]coverWitness{},
		reduce: properties.Reduced, tell: tell,
	}
	kinds := map[string]bool{}
	for name, sc := range scope.All() {
		kind := name[:strings.LastIndex(name, "/")]
		finer := kind
		for i := range sc.Tasks {
			tk := &sc.Tasks[i]
			finer += fmt.Sprint(" ", tk.Kind, tk.Page, tk.Pages, tk.Dev, tk.Flag, tk.Source)
		}
		switch {
		case !kinds[kind] && sc.TaskCount() > 2:
			c.crowds = append(c.crowds, len(c.scenarios))
		case !kinds[kind]:
			c.first = append(c.first, len(c.scenarios))
		case !kinds[finer] && sc.TaskCount() <= 2:
			c.more = append(c.more, len(c.scenarios))
		default:
			c.rest = append(c.rest, len(c.scenarios))
		}
		kinds[kind], kinds[finer] = true, true
		c.at[name] = len(c.scenarios)
		c.scenarios = append(c.scenarios, properties.Named{Name: name, Scenario: sc})
		c.families = append(c.families, strings.Split(name, "/")[1])
	}
	for _, it := range coverItems() {
		c.missing[it] = true
	}
	return c
}

// wanted is those of the choices whose value in the design is missing.
func (c *coverage) wanted(d design.Design, of []design.Choice) (choices []design.Choice) {
	for _, choice := range of {
		if c.missing[coverItem{value: design.Assignment{Choice: choice, Value: d[choice]}}] {
			choices = append(choices, choice)
		}
	}
	return choices
}

// steps is the number of outcomes of steps that are missing.
func (c *coverage) steps() (n int) {
	for it := range c.missing {
		if it.step != 0 {
			n++
		}
	}
	return n
}

// take notes what a scenario covers that was missing.
func (c *coverage) take(name string, d design.Design, scenario string, got *properties.Covered) {
	reach := func(it coverItem, w coverWitness) {
		if c.missing[it] {
			delete(c.missing, it)
			c.found[it] = w
		}
	}
	for st, taken := range got.Taken {
		for outcome := range uint8(2) {
			if taken>>outcome&1 != 0 {
				reach(coverItem{step: model.Step(st), outcome: outcome}, coverWitness{Design: name, Scenario: scenario})
			}
		}
	}
	for choice, decision := range got.Decided {
		if !decision.Known {
			continue
		}
		w := coverWitness{Design: name, Scenario: scenario, At: "the mount"}
		if decision.At != 0 {
			w.At = decision.At.String()
		}
		c := design.Choice(choice)
		w.Other = c.Info().Values[decision.Other].Name
		reach(coverItem{value: design.Assignment{Choice: c, Value: d[choice]}}, w)
	}
}

// coverBatch is the number of scenarios between two looks at what is missing.
// What is found depends on it.
const coverBatch = 16

// search explores scenarios under a design until nothing is missing that it
// could find: the values that it has for the choices, and with steps set any
// step.
func (c *coverage) search(name string, d design.Design, choices []design.Choice, list []int, steps bool) error {
	for len(list) > 0 {
		wanted := c.wanted(d, choices)
		if len(wanted) == 0 && (!steps || c.steps() == 0) {
			return nil
		}
		n := min(coverBatch, len(list))
		if err := c.explore(name, d, list[:n], wanted); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// explore explores the scenarios under the design, on all processors.
func (c *coverage) explore(name string, d design.Design, list []int, wanted []design.Choice) error {
	got := make([]properties.Covered, len(list))
	errs := make([]error, len(list))
	checker.InParallel(len(list), nil, func(coverer *properties.Coverer, i int) {
		got[i], errs[i] = coverer.Cover(d, c.scenarios[list[i]].Scenario, wanted, c.reduce, coverStates)
	})
	for i := range list {
		sc := c.scenarios[list[i]].Name
		if errs[i] != nil {
			return fmt.Errorf("%s: %w", sc, errs[i])
		}
		c.take(name, d, sc, &got[i])
	}
	if c.tell != nil {
		c.tell(fmt.Sprintf("%s, %d missing", name, len(c.missing)))
	}
	return nil
}

// again confirms witnesses of an earlier search.
func (c *coverage) again(old map[string]coverWitness) error {
	type place struct{ design, scenario string }
	places := map[place]bool{}
	var order []place
	for _, it := range coverItems() {
		w, ok := old[it.String()]
		if p := (place{w.Design, w.Scenario}); ok && !places[p] {
			places[p] = true
			order = append(order, p)
		}
	}
	for _, p := range order {
		d, err := coverDesign(p.design)
		at, known := c.at[p.scenario]
		if err != nil || !known {
			continue // the scope or the catalogue has changed: search again
		}
		var wanted []design.Choice
		for _, choice := range c.wanted(d, design.Choices()) { // only what the witness is of
			it := coverItem{value: design.Assignment{Choice: choice, Value: d[choice]}}
			if w := old[it.String()]; w.Design == p.design && w.Scenario == p.scenario {
				wanted = append(wanted, choice)
			}
		}
		if err := c.explore(p.design, d, []int{at}, wanted); err != nil {
			return err
		}
		if wanted = c.wanted(d, wanted); len(wanted) == 0 {
			continue
		}
		c.reduce = everyOrder
		err = c.explore(p.design, d, []int{at}, wanted)
		c.reduce = properties.Reduced
		if err != nil {
			return err
		}
	}
	return nil
}

// everyOrder leaves no order of steps out: one that makes no difference under
// the design can make one under another value.
var everyOrder = properties.Reduction{Symmetry: true}

// searchAll looks for what is missing: in one scenario of each kind, and for
// what is left in one of each finer kind; for a row of the catalogue that still
// is not found in all scenarios of its families. At last orders are looked at
// that a reduction leaves out.
func (c *coverage) searchAll() error {
	if err := c.searchNamed(); err != nil {
		return err
	}
	if err := c.searchValues(c.first); err != nil {
		return err
	}
	if err := c.search(referenceDesign, design.Design{}, design.Choices(), c.more, true); err != nil {
		return err
	}
	for _, list := range [][]int{c.more, c.crowds, c.rest} {
		if err := c.searchValues(list); err != nil {
			return err
		}
	}
	c.reduce = everyOrder
	if err := c.search(referenceDesign, design.Design{}, design.Choices(), c.first, false); err != nil {
		return err
	}
	if err := c.searchValues(c.first); err != nil {
		return err
	}
	return c.searchValues(c.more)
}

// searchNamed looks for steps and values under reviewed and the named designs.
func (c *coverage) searchNamed() error {
	if err := c.search(referenceDesign, design.Design{}, design.Choices(), c.first, true); err != nil {
		return err
	}
	seen := map[design.Design]bool{{}: true}
	for _, n := range design.NamedDesigns() {
		if seen[n.Design] {
			continue
		}
		seen[n.Design] = true
		var choices []design.Choice
		for _, a := range n.Design.Diff(design.Design{}) {
			choices = append(choices, a.Choice)
		}
		if err := c.search(n.Name, n.Design, choices, c.first, true); err != nil {
			return err
		}
	}
	return nil
}

// searchValues looks for each value under the rows of the catalogue that are
// about its choice, or their bases, in the families that are for the row; a
// value of no row under reviewed with no other change.
func (c *coverage) searchValues(list []int) error {
	ofRow := map[design.Assignment]bool{}
	for _, dev := range design.Catalogue() {
		ofRow[design.Assignment{Choice: dev.Choice, Value: dev.Value}] = true
		about, near := []design.Choice{dev.Choice}, c.near(list, dev.ID)
		if err := c.search(dev.ID, dev.Design(), about, near, false); err != nil {
			return err
		}
		if err := c.search(baseOf+dev.ID, dev.BaseDesign(), about, near, false); err != nil {
			return err
		}
	}
	for _, it := range coverItems() {
		if it.step == 0 && it.value.Value != 0 && !ofRow[it.value] {
			about := []design.Choice{it.value.Choice}
			if err := c.search(it.String(), design.Design{}.With(it.value), about, list, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// near is the scenarios of the families that are for the row; all of a short
// list when no family is.
func (c *coverage) near(list []int, id string) []int {
	isFor := map[string]bool{}
	for i := range c.scope.Families {
		isFor[c.scope.Families[i].Name] = slices.Contains(c.scope.Families[i].Rows, id)
	}
	near := []int{}
	for _, at := range list {
		if isFor[c.families[at]] {
			near = append(near, at)
		}
	}
	if len(near) == 0 && len(list) < len(c.rest) { // too many for all rows
		return list
	}
	return near
}

// baseOf names the base of a row.
const baseOf = "base of "

// coverStates bounds the exploration of one scenario: a witness is to be a
// small one.
const coverStates = 2000

// An excuse says why nothing in the scope reaches an item.
type excuse struct{ item, why string }

// excuses lists what is not reached. One for what is reached is an error.
var excuses = append(excused("it changes what functions are called in a trace, and no step asks for it", design.Names),
	append(excused("blocks are whole pages in the machine, so that no address is rounded; explore arithmetic has sectors", design.SectorRound),
		append(excused("no file of the machine is that long; explore arithmetic narrows the word", design.UnmapStart),
			excuse{"wtCopy fails", "small has no injected failure beside a write(2); it does what a poisoned source does, which small has"},
			excuse{"unmount-lock=held", "it matters where the groups go before the slot, which reviewed does not do; no row has it with that"},
			excuse{"oopsed", "a task that is dead stays where it is: its step is never enabled"})...)...)

// excused is the excuse for all values of a choice.
func excused(why string, c design.Choice) (list []excuse) {
	for v := range c.Info().Values {
		list = append(list, excuse{design.Assignment{Choice: c, Value: design.Value(v)}.String(), why})
	}
	return list
}

func (a *app) measureCoverage() *cobra.Command {
	var out string
	var fresh bool
	cmd := &cobra.Command{
		Use: "coverage", Short: "find where each step is taken and each value of each choice matters", Args: cobra.NoArgs,
		Long: "Find, in the scope " + coverageScope + ", a scenario and a design in which each step of the table is\n" +
			"taken, and one in which each value of each choice leads elsewhere than another would. What the\n" +
			"record has already is confirmed, and only what is missing is looked for.",
		RunE: func(*cobra.Command, []string) error {
			return a.cover(out, fresh)
		},
	}
	cmd.Flags().StringVar(&out, "out", "docs/coverage.md", "the record")
	cmd.Flags().BoolVar(&fresh, "fresh", false, "look for everything again, also for what is said not to be reached")
	return cmd
}

// cover brings the record up to date.
func (a *app) cover(out string, fresh bool) error {
	scope, _ := properties.ScopeByName(coverageScope)
	tell, done := a.spinner("measure coverage")
	defer done()
	c := newCoverage(&scope, tell)
	if !fresh {
		old, err := readCoverage(out)
		if err != nil {
			return err
		}
		if err := c.again(old); err != nil {
			return err
		}
		for _, e := range excuses {
			c.excuse(e.item)
		}
	}
	if err := c.searchAll(); err != nil {
		return err
	}
	errs := c.errors()
	if err := writeFile(out, []byte(c.doc())); err != nil {
		return err
	}
	if a.json {
		if err := a.printJSON(map[string]any{"reached": len(c.found), "excused": len(excuses), "errors": errs}); err != nil {
			return err
		}
	} else {
		a.printf("%d of %d steps and values are reached, %d are excused\n", len(c.found), len(coverItems()), len(excuses))
		for _, e := range errs {
			a.printf("ERROR: %s\n", e)
		}
	}
	if len(errs) > 0 {
		return status(exitViolated)
	}
	return nil
}

// excuse takes an item off the list of what is missing.
func (c *coverage) excuse(item string) {
	for it := range c.missing {
		if it.String() == item {
			delete(c.missing, it)
		}
	}
}

// errors says what is wrong with the coverage: an item that is neither reached
// nor excused, and an excuse for what is reached, or is nothing.
func (c *coverage) errors() []string {
	errs := []string{}
	names := map[string]bool{}
	excused := map[string]bool{}
	for _, e := range excuses {
		excused[e.item] = true
	}
	for _, it := range coverItems() {
		name := it.String()
		_, reached := c.found[it]
		switch {
		case !reached && !excused[name]:
			errs = append(errs, name+": nothing in "+coverageScope+" reaches it, and no excuse says why")
		case reached && excused[name]:
			errs = append(errs, fmt.Sprintf("%s: it is excused, and %s reaches it under %s", name, c.found[it].Scenario, c.found[it].Design))
		}
		names[name] = true
	}
	for _, e := range excuses {
		if !names[e.item] {
			errs = append(errs, e.item+": it is excused, and there is no such step or value")
		}
	}
	return errs
}

// doc is the record.
func (c *coverage) doc() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# Coverage\n\n%s\n## Steps\n\n", generatedBy("measure coverage"), wrap(coverageMeaning, columns))
	var steps, values, unreached [][]string
	for _, it := range coverItems() {
		w, ok := c.found[it]
		switch {
		case !ok:
		case it.step != 0:
			steps = append(steps, []string{it.String(), w.Design, w.Scenario})
		default:
			values = append(values, []string{it.String(), w.Design, w.Scenario, w.At, w.Other})
		}
	}
	evidence.WriteTable(&b, []string{"step", "under", "in"}, steps)
	b.WriteString("\n## Values of choices\n\n")
	evidence.WriteTable(&b, []string{"value", "under", "in", "at", "instead of"}, values)
	b.WriteString("\n## Not reached\n\n")
	for _, e := range excuses {
		unreached = append(unreached, []string{e.item, e.why})
	}
	evidence.WriteTable(&b, []string{"what", "why"}, unreached)
	return b.String()
}

// coverageMeaning is what the record says.
const coverageMeaning = "Where in the scope " + coverageScope + " each step of the table is taken, and where each value of each choice matters: " +
	"in a state that the design can reach, at that step, the value that stands last would have led to another state, shown something else, or " +
	"made a task wait or go on. A step that can fail by injection is listed twice. A design is a named one, a row of the catalogue, the base " +
	"of a row, or reviewed with that value."

// readCoverage reads the record; there may be none.
func readCoverage(path string) (map[string]coverWitness, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	old := map[string]coverWitness{}
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch len(cells) {
		case 3:
			old[cells[0]] = coverWitness{Design: cells[1], Scenario: cells[2]}
		case 5:
			old[cells[0]] = coverWitness{Design: cells[1], Scenario: cells[2], At: cells[3], Other: cells[4]}
		}
	}
	return old, err
}
