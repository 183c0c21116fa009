package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

func (a *app) measureUnexplained() *cobra.Command {
	var flags designFlags
	var scopes []string
	var out string
	var states int
	cmd := &cobra.Command{
		Use: "unexplained", Short: "for each violation, which choices remove it, and whether the catalogue says so", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := flags.subject()
			if err != nil {
				return err
			}
			u := unexplained{subject: s, scopes: scopes, states: states}
			if err := u.explore(a); err != nil {
				return err
			}
			rows := u.sorted()
			if err := writeFile(out, []byte(u.doc(rows))); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(rows)
			}
			a.printf("%s", u.doc(rows))
			return nil
		},
	}
	flags.add(cmd)
	cmd.Flags().StringSliceVar(&scopes, "scope", []string{"tiny"}, "scopes; small/50 is each 50th scenario of small")
	cmd.Flags().IntVar(&states, "max-states", 100_000, "limit on the states of an exploration; where it is met nothing is known of the scenario")
	cmd.Flags().StringVar(&out, "out", "docs/unexplained.md", "the table")
	return cmd
}

// An unexplained is what the choices of a design have to do with what it
// violates.
type unexplained struct {
	subject subject
	scopes  []string
	states  int
	counts  []string // what was explored, a line for each scope
	rows    map[string]*removalRow
}

// A removalRow is a property and a minimal set of choices.
type removalRow struct {
	Property  string `json:"property"`
	Reset     string `json:"reset"` // the values that the choices have in the design
	Scenarios int    `json:"scenarios"`
	Example   string `json:"example"`
	Because   string `json:"because"` // the causes, each with the rows that say so
	Class     string `json:"class"`

	property spec.Property
	size     int
	class    removalClass
	because  map[string]bool
}

// A removalClass is why a set of choices removes a violation.
type removalClass uint8

const (
	byRow        removalClass = iota // one choice, and a row with its value names the property
	severalRows                      // each cause is a value that does it alone, and has a row that names the property
	withOthers                       // some cause takes several values together, and a row says so
	notExplained                     // there is a cause that no row names the property for
)

var classTitles = [...]string{"One choice", "Several causes, each does it alone", "Causes that take several values", "Not explained"}

// explore goes through the scenarios of the scopes.
func (u *unexplained) explore(a *app) error {
	u.rows = map[string]*removalRow{}
	for _, scope := range u.scopes {
		name, text, cut := strings.Cut(scope, "/")
		every := 1
		if cut {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				return fmt.Errorf("--scope: expected a number after the slash, not %q", text)
			}
			every = n
		}
		s, ok := properties.ScopeByName(name)
		if !ok {
			return fmt.Errorf("--scope: there is no scope %q", name)
		}
		if err := u.exploreScope(a, &s, every); err != nil {
			return err
		}
	}
	return nil
}

// exploreScope goes through each so manieth scenario of a scope.
func (u *unexplained) exploreScope(a *app, scope *properties.Scope, every int) error {
	var picked []properties.Named
	at := 0
	for sc := range scenariosOf(scope) {
		if at%every == 0 {
			picked = append(picked, sc)
		}
		at++
	}
	tick, done := a.progress("measure unexplained", len(picked))
	defer done()
	lists := make([][]properties.Removal, len(picked))
	violated := make([]spec.Set, len(picked))
	failed := make([]error, len(picked))
	checker.InParallel(len(picked), tick, func(rm **properties.Remover, i int) {
		if *rm == nil {
			*rm = properties.NewRemover(u.subject.design, u.states)
		}
		violated[i], lists[i], failed[i] = (*rm).Removals(picked[i].Scenario)
	})
	broken, large := 0, 0
	for i, sc := range picked {
		if errors.Is(failed[i], checker.ErrCut) {
			large++
			continue
		}
		if failed[i] != nil {
			return fmt.Errorf("%s: %w", sc.Name, failed[i])
		}
		if violated[i] != 0 {
			broken++
		}
		for _, r := range lists[i] {
			u.count(&r, sc.Name)
		}
	}
	u.counts = append(u.counts, fmt.Sprintf("- %s: %d of %d scenarios, one in %d; %d violate something, %d were too large.",
		scope.Name, len(picked), at, every, broken, large))
	return nil
}

// count adds a removal in a scenario.
func (u *unexplained) count(r *properties.Removal, scenario string) {
	values := u.values(r.Choices)
	class, because := byRow, map[string]bool{}
	if ids, named := rowsFor(u.assignments(r.Choices), r.Property); named && len(r.Choices) == 1 {
		because[ids] = true
	} else {
		class = severalRows
		for _, by := range r.Causes {
			ids, named := rowsFor(u.withoutStart(&by), r.Property)
			if ids == "" {
				ids = "no row"
			}
			switch {
			case !named:
				class = notExplained
				ids += ", not named"
			case len(by.Choices) > 1:
				class = max(class, withOthers)
			}
			because[u.values(by.Choices)+" ("+ids+")"] = true
		}
	}
	key := fmt.Sprint(r.Property, values, class)
	row, ok := u.rows[key]
	if !ok {
		row = &removalRow{
			Property: r.Property.Info().ID, Reset: values, Example: scenario, Class: classTitles[class],
			property: r.Property, size: len(r.Choices), class: class, because: map[string]bool{},
		}
		u.rows[key] = row
	}
	row.Scenarios++
	maps.Copy(row.because, because)
	row.Because = strings.Join(slices.Sorted(maps.Keys(row.because)), "; ")
}

// withoutStart are the values that do it once the scenario starts.
func (u *unexplained) withoutStart(by *properties.Culprits) []design.Assignment {
	as := u.assignments(by.Choices)
	if len(by.Start) == len(as) {
		return as
	}
	return slices.DeleteFunc(as, func(a design.Assignment) bool { return slices.Contains(by.Start, a.Choice) })
}

// assignments are the values that the choices have in the design.
func (u *unexplained) assignments(choices []design.Choice) []design.Assignment {
	as := make([]design.Assignment, len(choices))
	for i, c := range choices {
		as[i] = design.Assignment{Choice: c, Value: u.subject.design[c]}
	}
	return as
}

func (u *unexplained) values(choices []design.Choice) string {
	var texts []string
	for _, a := range u.assignments(choices) {
		texts = append(texts, "`"+a.String()+"`")
	}
	return strings.Join(texts, " ")
}

// rowsFor are the rows of the catalogue that have one of the values, and the
// others in their base: those of the smallest base that name the property, or
// else all, and whether one names it.
func rowsFor(as []design.Assignment, p spec.Property) (text string, named bool) {
	var names, others []string
	base := 0
	for _, dev := range design.Catalogue() {
		rest := slices.DeleteFunc(slices.Clone(as), func(a design.Assignment) bool { return a == design.Assignment{Choice: dev.Choice, Value: dev.Value} })
		outside := slices.ContainsFunc(rest, func(a design.Assignment) bool { return !slices.Contains(dev.Base, a) })
		switch {
		case len(rest) == len(as) || outside || dev.Weak:
		case !slices.Contains(dev.Breaks, p.String()):
			others = append(others, dev.ID)
		case len(names) == 0 || len(dev.Base) < base:
			names, base = []string{dev.ID}, len(dev.Base)
		case len(dev.Base) == base:
			names = append(names, dev.ID)
		}
	}
	if len(names) > 0 {
		return strings.Join(names, ", "), true
	}
	return strings.Join(others, ", "), false
}

// sorted are the rows: by property, the smaller sets first, and of these those
// of the most scenarios.
func (u *unexplained) sorted() []*removalRow {
	rows := make([]*removalRow, 0, len(u.rows))
	for _, r := range u.rows {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b *removalRow) int {
		return cmp.Or(cmp.Compare(a.property, b.property), cmp.Compare(a.size, b.size), cmp.Compare(b.Scenarios, a.Scenarios), cmp.Compare(a.Reset, b.Reset))
	})
	return rows
}

const unexplainedText = "For each scenario of the sample and each property that %s violates there: the choices whose reset to the value of `reviewed` removes the " +
	"violation. All choices are tried alone. Where none does it alone, they are sets of which no choice can be left out. A choice with which the design " +
	"refuses the scenario counts as removing it. *Because* has the causes that were found: values that violate the property when all other choices are " +
	"as in `reviewed`, none of which can be left out, and in brackets the rows of the catalogue that have one of the values, and the others in their base. " +
	"A value without which the design refuses the scenario needs no row."

// classTexts say what a section is about.
var classTexts = [...]string{
	"The choice removes it alone, and a row that has its value names the property.",
	"Each value in the last column violates the property in that scenario when it is the only one that is not as in `reviewed`, and has a row that names it. " +
		"Where there are several all have to be reset.",
	"Some cause takes several values together. It has a row of its own, whose base is the others.",
	"There is a cause for which no row names the property.",
}

func (u *unexplained) doc(rows []*removalRow) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# What explains the violations of %s\n\n%s\n%s\n", generatedBy("measure unexplained"), u.subject.label,
		wrap(fmt.Sprintf(unexplainedText, u.subject.label), columns), strings.Join(u.counts, "\n"))
	for class := range classTitles {
		var lines [][]string
		for _, r := range rows {
			if r.class == removalClass(class) {
				lines = append(lines, []string{r.Property, r.Reset, strconv.Itoa(r.Scenarios), r.Example, r.Because})
			}
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", classTitles[class], wrap(classTexts[class], columns))
		if len(lines) == 0 {
			b.WriteString("There is none.\n")
			continue
		}
		evidence.WriteTable(&b, []string{"property", "choices", "scenarios", "an example", "because"}, lines)
	}
	return b.String()
}
