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
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

func (a *app) measureUnexplained() *cobra.Command {
	var flags designFlags
	var scopes []string
	var out string
	cmd := &cobra.Command{
		Use: "unexplained", Short: "for each violation, which choices remove it, and whether the catalogue says so", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := flags.subject()
			if err != nil {
				return err
			}
			u := unexplained{subject: s, scopes: scopes}
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
	cmd.Flags().StringVar(&out, "out", "docs/unexplained.md", "the table")
	return cmd
}

// removalStates bounds the exploration of a scenario.
const removalStates = 100_000

// An unexplained is what the choices of a design have to do with what it
// violates.
type unexplained struct {
	subject subject
	scopes  []string
	counts  []string // what was explored, a line for each scope
	rows    map[string]*removalRow
}

// A removalRow is a property and a minimal set of choices.
type removalRow struct {
	Property  string `json:"property"`
	Reset     string `json:"reset"` // the values that the choices have in the design
	Scenarios int    `json:"scenarios"`
	Example   string `json:"example"`
	Rows      string `json:"rows"` // of the catalogue that have the values, and whether they name the property
	Explained bool   `json:"explained"`

	property spec.Property
	size     int
}

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
		if _, ok := properties.ScopeByName(name); !ok {
			return fmt.Errorf("--scope: there is no scope %q", name)
		}
		if err := u.exploreScope(a, name, every); err != nil {
			return err
		}
	}
	return nil
}

// exploreScope goes through each so manieth scenario of a scope.
func (u *unexplained) exploreScope(a *app, name string, every int) error {
	var picked []properties.Named
	at := 0
	for sc := range scenariosOf(name) {
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
	inParallel(len(picked), tick, func(i int) {
		violated[i], lists[i], failed[i] = properties.Removals(u.subject.design, picked[i].Scenario, removalStates)
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
		name, len(picked), at, every, broken, large))
	return nil
}

// count adds a removal in a scenario.
func (u *unexplained) count(r *properties.Removal, scenario string) {
	var values []string
	explained, says := len(r.Choices) == 1, []string{}
	for _, c := range r.Choices {
		as := design.Assignment{Choice: c, Value: u.subject.design[c]}
		values = append(values, "`"+as.String()+"`")
		text, named := rowsWith(as, r.Property)
		says = append(says, text)
		explained = explained && named
	}
	key := r.Property.String() + " " + strings.Join(values, " ")
	row, ok := u.rows[key]
	if !ok {
		row = &removalRow{
			Property: r.Property.Info().ID, Reset: strings.Join(values, " "), Example: scenario, Rows: strings.Join(says, "; "), Explained: explained,
			property: r.Property, size: len(r.Choices),
		}
		u.rows[key] = row
	}
	row.Scenarios++
}

// rowsWith are the rows of the catalogue that have the value: those that name
// the property, or else all, and whether one names it.
func rowsWith(a design.Assignment, p spec.Property) (text string, named bool) {
	var names, others []string
	for _, dev := range design.Catalogue() {
		switch {
		case dev.Choice != a.Choice || dev.Value != a.Value:
		case slices.Contains(dev.Breaks, p.String()):
			names = append(names, dev.ID)
		default:
			others = append(others, dev.ID)
		}
	}
	switch {
	case len(names) > 0:
		return strings.Join(names, ", "), true
	case len(others) > 0:
		return strings.Join(others, ", ") + " (not named)", false
	}
	return "no row", false
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
	"violation. All choices are tried alone. Where none does it alone, all are reset, and then one after the other is left out that is not needed, once in " +
	"the order of the choices and once in the opposite one, which gives one or two sets of which none can be left out; there can be more. " +
	"A choice with which the design refuses the scenario counts as removing it.\n\n" +
	"*Explained*: one choice alone, and a row of the catalogue that has its value names the property. *Not named*: rows have the value, and none of them names the " +
	"property. *No row*: none has it. Where a set has several choices each of them is needed: the violation has several causes in that scenario, " +
	"or one that takes them together."

func (u *unexplained) doc(rows []*removalRow) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# What explains the violations of %s\n\n%s\n%s\n\n", generatedBy("measure unexplained"), u.subject.label,
		wrap(fmt.Sprintf(unexplainedText, u.subject.label), columns), strings.Join(u.counts, "\n"))
	var explained, not [][]string
	for _, r := range rows {
		line := []string{r.Property, r.Reset, strconv.Itoa(r.Scenarios), r.Example, r.Rows}
		if r.Explained {
			explained = append(explained, line)
		} else {
			not = append(not, line)
		}
	}
	heads := []string{"property", "choices", "scenarios", "an example", "rows"}
	b.WriteString("## Explained\n\n")
	markdownTable(&b, heads, explained)
	b.WriteString("\n## Not explained\n\n")
	markdownTable(&b, heads, not)
	return b.String()
}
