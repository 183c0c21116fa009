package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// A listing is a table: the JSON keys are the heads of the columns.
type listing struct {
	heads []string
	rows  [][]string
}

// lists are what list can list.
var lists = []struct {
	name string
	of   func() (listing, error)
}{
	{"designs", listDesigns},
	{"choices", listChoices},
	{"catalogue", listCatalogue},
	{"properties", listProperties},
	{"scenarios", listScenarios},
	{"scopes", listScopes},
}

func (a *app) list() *cobra.Command {
	var names []string
	for _, l := range lists {
		names = append(names, l.name)
	}
	return &cobra.Command{
		Use: "list " + strings.Join(names, "|"), Short: "list what there is",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, l := range lists {
				if l.name == args[0] {
					table, err := l.of()
					if err != nil {
						return err
					}
					return a.printListing(table)
				}
			}
			return fmt.Errorf("there is no list of %q; there are: %s", args[0], strings.Join(names, ", "))
		},
	}
}

func (a *app) printListing(l listing) error {
	if a.json {
		rows := []map[string]string{}
		for _, row := range l.rows {
			m := map[string]string{}
			for i, head := range l.heads {
				m[head] = row[i]
			}
			rows = append(rows, m)
		}
		return a.printJSON(rows)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, row := range l.rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

func listDesigns() (listing, error) {
	l := listing{heads: []string{"name", "doc"}}
	for _, n := range design.NamedDesigns() {
		l.rows = append(l.rows, []string{n.Name, n.Doc})
	}
	return l, nil
}

func listChoices() (listing, error) {
	l := listing{heads: []string{"name", "values", "doc"}}
	for _, c := range design.Choices() {
		var values []string
		for _, v := range c.Info().Values {
			values = append(values, v.Name)
		}
		l.rows = append(l.rows, []string{c.String(), strings.Join(values, ","), c.Info().Doc})
	}
	return l, nil
}

func listCatalogue() (listing, error) {
	l := listing{heads: []string{"id", "breaks", "with", "title"}}
	for _, d := range design.Catalogue() {
		l.rows = append(l.rows, []string{d.ID, strings.Join(d.Breaks, ","), assignments(d.Design().Diff(design.Design{})), d.Title})
	}
	return l, nil
}

func assignments(as []design.Assignment) string {
	var words []string
	for _, a := range as {
		words = append(words, a.String())
	}
	return strings.Join(words, " ")
}

func listProperties() (listing, error) {
	l := listing{heads: []string{"id", "name", "says"}}
	for p := range spec.NumProperties {
		info := p.Info()
		l.rows = append(l.rows, []string{info.ID, info.Name, info.Says})
	}
	return l, nil
}

// listScenarios lists the corpus: what each file claims, in a sentence.
func listScenarios() (listing, error) {
	l := listing{heads: []string{"file", "design", "sentence"}}
	for _, k := range counterexamples.Corpus() {
		f, err := counterexamples.Parse(k.Path(), k.Data)
		if err != nil {
			return l, err
		}
		title, _, _ := strings.Cut(f.Comment, "\n\n")
		about := strings.Join(append([]string{f.Verdict.Design}, f.Verdict.With...), " ")
		l.rows = append(l.rows, []string{k.Path(), about, strings.Join(strings.Fields(title), " ")})
	}
	return l, nil
}

func listScopes() (listing, error) {
	l := listing{heads: []string{"scope", "family", "scenarios", "doc"}}
	counts := scopeCounts()
	for _, s := range properties.Scopes() {
		for i, n := range counts[s.Name] {
			l.rows = append(l.rows, []string{s.Name, s.Families[i].Name, strconv.Itoa(n), s.Families[i].Doc})
		}
	}
	return l, nil
}

// scopeCounts is the number of scenarios of each family, by scope. The larger
// scopes take some seconds.
var scopeCounts = sync.OnceValue(func() map[string][]int {
	scopes := properties.Scopes()
	slices.Reverse(scopes) // the largest takes longest
	list := make([][]int, len(scopes))
	inParallel(len(scopes), nil, func(i int) { list[i] = scopes[i].Counts() })
	counts := map[string][]int{}
	for i := range scopes {
		counts[scopes[i].Name] = list[i]
	}
	return counts
})
