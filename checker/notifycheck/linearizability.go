package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// linearPath is the table of the named designs by concurrent object.
const linearPath = "docs/linearizability.md"

func (a *app) measureHistories() *cobra.Command {
	var checks int
	var out string
	cmd := &cobra.Command{
		Use: "histories", Short: "check drawn histories of every named design with porcupine", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := positive("checks", checks); err != nil {
				return err
			}
			m, err := a.measureLinearity(checks)
			if err != nil {
				return err
			}
			if err := m.drawPages(out); err != nil {
				return err
			}
			doc := m.doc(out)
			if err := writeFile(out, []byte(doc)); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(m)
			}
			a.printf("%s", doc)
			return nil
		},
	}
	cmd.Flags().IntVar(&checks, "checks", historyChecks, "runs to draw for each object of each design")
	cmd.Flags().StringVar(&out, "out", linearPath, "the table; porcupine's pages are in a directory of that name")
	return cmd
}

// pagesOf is the directory of the pages that a document links to.
func pagesOf(doc string) string { return strings.TrimSuffix(doc, filepath.Ext(doc)) }

// linearities is what is known of every named design and every object.
type linearities struct {
	Checks  int            `json:"checks"`
	Designs [][]linearity  `json:"designs"` // by design, then by object
	Reasons []sharedReason `json:"reasons"`
	Rows    [][]linearRow  `json:"rows"` // by object
}

// A sharedReason is a reason with the designs that it is one of.
type sharedReason struct {
	linearReason

	Object  string   `json:"object"`
	Designs []string `json:"designs"`
}

// A linearRow is a deviation of the catalogue that an object refutes.
type linearRow struct {
	ID     string `json:"id"`
	Checks int    `json:"checks"` // draws up to the first that is refuted
}

// measureLinearity judges one design after the other, the objects at once.
func (a *app) measureLinearity(checks int) (*linearities, error) {
	named, rows := design.NamedDesigns(), design.Catalogue()
	m := &linearities{Checks: checks, Designs: make([][]linearity, len(named)), Rows: make([][]linearRow, properties.NumObjects)}
	for i := range m.Designs {
		m.Designs[i] = make([]linearity, properties.NumObjects)
	}
	tick, done := a.progress("measure histories", int(properties.NumObjects))
	defer done()
	errs := make([]error, properties.NumObjects)
	inParallel(int(properties.NumObjects), tick, func(job int) {
		o := properties.Object(job)
		var known []properties.Reason
		for i, n := range named {
			s := subject{label: n.Name, design: n.Design}
			if m.Designs[i][o], known, errs[o] = judgeObject(s, o, checks, known); errs[o] != nil {
				return
			}
		}
		for _, dev := range rows {
			if l := properties.Linearizable(dev.Design(), o, checks, true); l.Refuted > 0 {
				m.Rows[o] = append(m.Rows[o], linearRow{dev.ID, l.Drawn})
			}
		}
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	m.shareReasons()
	return m, nil
}

// shareReasons lists each reason once.
func (m *linearities) shareReasons() {
	for o := range properties.NumObjects {
		for i := range m.Designs {
			l := &m.Designs[i][o]
			for _, r := range l.Reasons {
				at := slices.IndexFunc(m.Reasons, func(s sharedReason) bool {
					return s.Object == l.Object && slices.Equal(s.Choices, r.Choices)
				})
				if at < 0 {
					at = len(m.Reasons)
					m.Reasons = append(m.Reasons, sharedReason{linearReason: r, Object: l.Object})
				}
				m.Reasons[at].Designs = append(m.Reasons[at].Designs, l.Design)
			}
		}
	}
}

// pageLink is the link to a page in a table: the directory and the file.
var pageLink = regexp.MustCompile(`\| \[page\]\(([^()/]+)/([^()/]+\.html)\) \|`)

// linkedPages are the pages of the document that is there, if it was made by
// this command.
func linkedPages(doc string) (paths []string, err error) {
	data, err := os.ReadFile(doc)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if !strings.HasPrefix(string(data), generatedBy("measure histories")) {
		return nil, err
	}
	dir := pagesOf(doc)
	for _, link := range pageLink.FindAllStringSubmatch(string(data), -1) {
		if link[1] == filepath.Base(dir) {
			paths = append(paths, filepath.Join(dir, link[2]))
		}
	}
	return paths, err
}

// drawPages draws the histories in which calls of two tasks overlap, and
// removes those pages of the document before that it does not draw again.
func (m *linearities) drawPages(doc string) error {
	old, err := linkedPages(doc)
	if err != nil {
		return err
	}
	dir := pagesOf(doc)
	for i := range m.Reasons {
		r := &m.Reasons[i]
		if !r.reason.History.Meets() {
			continue
		}
		if r.Page, err = r.draw(dir, r.Object); err != nil {
			return err
		}
		old = slices.DeleteFunc(old, func(path string) bool { return path == r.Page })
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// What the document says of its tables.
const (
	linearText = "Three objects have calls that overlap: each holder slot (get, put, kill_dax, notify), each page of an address space " +
		"over a DAX file (faults, munmap, truncate, reflink, memory_failure, and looks at the page table), and the reverse map of each group " +
		"(map, unmap, convert, query). A history is the calls of one run with their beginnings and ends. porcupine looks for an order of the " +
		"calls that a sequential object of `spec` explains; the history is refuted if there is none. For each design and object %d runs are " +
		"drawn, the same ones each time. A cell says in how many the object was called and in how many of these calls overlap. " +
		"Linearizable is no proof: none of these histories is refuted. A design that refuses to mount most scenarios has few histories."
	linearReasonText = "Why a design is refuted is found by taking its choices back, not by hand. A refuted history is made small. One choice " +
		"after the other is given the value of `reviewed`, and stays so if the scenario is refuted without it too, in the known schedule " +
		"or in one that is drawn; that is repeated until no choice can go. What is left is a reason: `reviewed` with these choices is refuted. It is taken out of the design and the next " +
		"history is drawn, until none of so many is refuted."
	linearHistoryText = "The smallest history found for each reason, of `reviewed` with its choices. A bar is a call, from its beginning to its " +
		"end; bars that share a column overlap. Every call that starts a promise has a second line for its return. A look takes no time. " +
		"`explained` is the longest order of calls that the sequential object explains, with the state after it; the others come too late " +
		"for any order. Where calls of two tasks overlap, porcupine's page is kept. `go tool notifycheck history --design D --out DIR` " +
		"prints the race too, and writes the page of every reason."
	linearRowsText = "The deviations of the catalogue that the histories of an object refute in %d runs, each with the number of runs up to the first. " +
		"An object that no named design refutes still refutes these."
)

// doc is the document; its links are relative to it.
func (m *linearities) doc(path string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# Linearizability\n\n%s\n", generatedBy("measure histories"), wrap(fmt.Sprintf(linearText, m.Checks), columns))
	heads := []string{"design"}
	for o := range properties.NumObjects {
		heads = append(heads, o.String())
	}
	var rows [][]string
	for i := range m.Designs {
		row := []string{m.Designs[i][0].Design}
		for o := range m.Designs[i] {
			row = append(row, m.Designs[i][o].summary())
		}
		rows = append(rows, row)
	}
	evidence.WriteTable(&b, heads, rows)
	fmt.Fprintf(&b, "\n## Reasons\n\n%s\n", wrap(linearReasonText, columns))
	rows = nil
	for i := range m.Reasons {
		r := &m.Reasons[i]
		page := ""
		if r.Page != "" {
			page = fmt.Sprintf("[page](%s/%s)", filepath.Base(pagesOf(path)), filepath.Base(r.Page))
		}
		rows = append(rows, []string{r.Object, strings.Join(r.Choices, ", "), strings.Join(r.Rows, ", "), strings.Join(r.Designs, ", "), page})
	}
	evidence.WriteTable(&b, []string{"object", "choices", "rows with one of them", "designs", "porcupine"}, rows)
	fmt.Fprintf(&b, "\n## Histories\n\n%s", wrap(linearHistoryText, columns))
	for i := range m.Reasons {
		r := &m.Reasons[i]
		fmt.Fprintf(&b, "\n### %s: %s\n\n```\n%s```\n", r.Object, strings.Join(r.Choices, ", "), r.History)
	}
	fmt.Fprintf(&b, "\n## Deviations\n\n%s\n", wrap(fmt.Sprintf(linearRowsText, m.Checks), columns))
	rows = nil
	for o := range properties.NumObjects {
		var ids []string
		for _, row := range m.Rows[o] {
			ids = append(ids, row.ID+" ("+strconv.Itoa(row.Checks)+")")
		}
		rows = append(rows, []string{o.String(), strings.Join(ids, ", ")})
	}
	evidence.WriteTable(&b, []string{"object", "deviations"}, rows)
	return b.String()
}
