package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// spaceFile pins state spaces: a change of the model shows in it.
const spaceFile = "space.lock"

// A spaceRow is the state space of a scope under a design.
type spaceRow struct {
	scope, design, reduction          string
	scenarios, refused                int
	states, transitions, levels, most int
	digest                            string
	violated                          string // ids of the properties, or -
}

// spaceHeads are the columns of the file.
const spaceHeads = "scope design reduction scenarios refused states transitions levels largest digest violated"

func newSpaceRow(scope, name, reduction string, t *totals) spaceRow {
	var ids []string
	for p := range spec.NumProperties {
		if t.Violated[p] > 0 {
			ids = append(ids, p.Info().ID)
		}
	}
	if len(ids) == 0 {
		ids = []string{"-"}
	}
	return spaceRow{
		scope: scope, design: name, reduction: reduction, scenarios: t.Scenarios, refused: t.Refused,
		states: t.States, transitions: t.Transitions, levels: t.Depth, most: t.Largest, digest: t.Digest, violated: strings.Join(ids, ","),
	}
}

// shortReduction is the name of a reduction in the file.
func shortReduction(r properties.Reduction) string {
	switch r {
	case properties.Reduced:
		return "all"
	case properties.Reduction{}:
		return "none"
	}
	return strings.ReplaceAll(reductionName(r), " ", "-")
}

func (r *spaceRow) fields() []string {
	return []string{
		r.scope, r.design, r.reduction, strconv.Itoa(r.scenarios), strconv.Itoa(r.refused), strconv.Itoa(r.states),
		strconv.Itoa(r.transitions), strconv.Itoa(r.levels), strconv.Itoa(r.most), r.digest, r.violated,
	}
}

// violatedText is the properties that are violated, for people.
func (r *spaceRow) violatedText() string {
	if r.violated == "-" {
		return "none"
	}
	return r.violated
}

// parseSpace reads the file.
func parseSpace(path, text string) ([]spaceRow, error) {
	var rows []spaceRow
	for i, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		if len(f) != len(strings.Fields(spaceHeads)) {
			return nil, fmt.Errorf("%s:%d: expected %q", path, i+1, spaceHeads)
		}
		r := spaceRow{scope: f[0], design: f[1], reduction: f[2], digest: f[9], violated: f[10]}
		for j, to := range []*int{&r.scenarios, &r.refused, &r.states, &r.transitions, &r.levels, &r.most} {
			n, err := strconv.Atoi(f[3+j])
			if err != nil {
				return nil, fmt.Errorf("%s:%d: expected a number, not %q", path, i+1, f[3+j])
			}
			*to = n
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// pinnedSpace is the rows of a file of state spaces; none when it is not
// there.
func pinnedSpace(path string) ([]spaceRow, error) {
	data, err := readFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseSpace(path, string(data))
}

// formatSpace writes the file.
func formatSpace(rows []spaceRow) string {
	var b strings.Builder
	b.WriteString("# The state spaces of scopes, one design a line. The rows of tiny are computed again by\n" +
		"# `notifycheck docs`; the others come from `notifycheck docs --results FILE`. A digest is of the\n" +
		"# names, counts and reachable states of all scenarios.\n#\n")
	w := tabwriter.NewWriter(&b, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "# "+strings.Join(strings.Fields(spaceHeads), "\t"))
	for i := range rows {
		fmt.Fprintln(w, strings.Join(rows[i].fields(), "\t"))
	}
	w.Flush()
	return b.String()
}

// space is the rows of the file as they are to be: those of tiny are
// computed, those of the results replace what is there.
func (a *app) space(dir string, results []*result) ([]spaceRow, error) {
	old, err := pinnedSpace(filepath.Join(dir, spaceFile))
	if err != nil {
		return nil, err
	}
	rows, err := a.spaceOfTiny()
	if err != nil {
		return nil, err
	}
	control := map[string]string{}
	for _, r := range rows {
		if r.reduction == "all" {
			control[r.design] = r.digest
		}
	}
	replaced := map[string]bool{}
	var fresh []spaceRow
	for _, r := range results {
		if len(r.head.With) > 0 {
			return nil, fmt.Errorf("--results: %s is of no named design", r.path)
		}
		if r.head.Control != control[r.head.Design] {
			return nil, fmt.Errorf("--results: %s is of another version of the model", r.path)
		}
		t := &totals{}
		for i := range r.lines {
			t.add(&r.lines[i])
		}
		if len(t.Truncated) > 0 {
			return nil, fmt.Errorf("--results: %s: %d scenarios are truncated", r.path, len(t.Truncated))
		}
		row := newSpaceRow(r.head.Scope, r.head.Design, r.head.Reduction, t)
		fresh = append(fresh, row)
		replaced[row.scope+" "+row.design+" "+row.reduction] = true
	}
	for _, r := range old {
		if r.scope != controlScope && !replaced[r.scope+" "+r.design+" "+r.reduction] {
			rows = append(rows, r)
		}
	}
	return append(rows, fresh...), nil
}

// spaceOfTiny computes the rows of tiny: under every named design, and of
// reviewed without reductions too.
func (a *app) spaceOfTiny() ([]spaceRow, error) {
	scope, _ := properties.ScopeByName(controlScope)
	var rows []spaceRow
	for _, n := range design.NamedDesigns() {
		reductions := []properties.Reduction{properties.Reduced}
		if n.Name == referenceDesign {
			reductions = append(reductions, properties.Reduction{})
		}
		for _, reduction := range reductions {
			t, err := a.exploreList(subject{name: n.Name, design: n.Design}, &scope, properties.ExploreOptions{Reduction: reduction})
			if err != nil {
				return nil, err
			}
			rows = append(rows, newSpaceRow(scope.Name, n.Name, shortReduction(reduction), t))
		}
	}
	return rows, nil
}

// mostFamilies is how many families of a scope the page about them lists.
const mostFamilies = 50

// scopesDoc is the page about the scopes: their families, and what was
// explored of them.
func scopesDoc(rows []spaceRow) string {
	var b strings.Builder
	b.WriteString("# The scopes\n\nWhat `notifycheck explore` visits. A scenario fixes everything but the schedule.\n")
	counts := scopeCounts()
	for _, s := range properties.Scopes() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", s.Name, wrap(s.Doc, columns))
		var table [][]string
		total := 0
		for i, n := range counts[s.Name] {
			f := &s.Families[i]
			total += n
			table = append(table, []string{f.Name, f.Doc, strings.Join(f.Rows, " "), strconv.Itoa(n)})
		}
		if len(table) > mostFamilies {
			fmt.Fprintf(&b, "%d scenarios in %d families: see `notifycheck list scopes`.\n", total, len(table))
			continue
		}
		table = append(table, []string{"in all", "", "", strconv.Itoa(total)})
		evidence.WriteTable(&b, []string{"family", "what", "for rows", "scenarios"}, table)
	}
	b.WriteString("\n## What no scope has\n\nThe model cannot express these differences.\n\n")
	var omitted [][]string
	for _, o := range properties.Omitted() {
		omitted = append(omitted, []string{o.Delta, o.Rows, o.Why})
	}
	evidence.WriteTable(&b, []string{"difference", "rows of the reference", "why"}, omitted)
	b.WriteString("\n## What was explored\n\nSee [space.lock](space.lock), where each line has a digest, and [exploration.md](exploration.md).\n" +
		"`refused` scenarios are not started by the design. The states of a scope are the sum over its\nscenarios.\n\n")
	var table [][]string
	for i := range rows {
		r := &rows[i]
		table = append(table, []string{
			r.scope, r.design, r.reduction, strconv.Itoa(r.scenarios), strconv.Itoa(r.refused), strconv.Itoa(r.states),
			strconv.Itoa(r.transitions), strconv.Itoa(r.most), r.violatedText(),
		})
	}
	evidence.WriteTable(&b, []string{"scope", "design", "reductions", "scenarios", "refused", "states", "transitions", "largest", "violated"}, table)
	return b.String()
}
