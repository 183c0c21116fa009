package main

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// writePage writes review.html, and the same as review.md with the races
// beside it.
func (r *reviewReport) writePage(how *reviewing) error {
	space, err := pinnedSpace(how.space)
	if err != nil {
		return err
	}
	page, err := r.page(space)
	if err != nil {
		return err
	}
	var html bytes.Buffer
	if err := evidence.HTML(&html, page); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(how.out, "review.html"), html.Bytes()); err != nil {
		return err
	}
	for _, text := range page.Markdown("review.md", "") {
		if err := writeFile(filepath.Join(how.out, filepath.FromSlash(text.Name)), []byte(text.Text)); err != nil {
			return err
		}
	}
	return nil
}

// page is the report for people, with the state spaces that are pinned.
func (r *reviewReport) page(space []spaceRow) (*evidence.Page, error) {
	p := &evidence.Page{
		Title: "Review of the memory-failure notification protocol",
		Method: fmt.Sprintf("Every named design was judged by every property: in %d drawn runs, from seed %d on, and in every reachable state of "+
			"the scope tiny.", r.Checks, r.Seed),
		Meaning: r.meaning(), Surprises: slices.Clone(r.Surprises), Replay: replayCommands(r.Checks, r.Seed),
	}
	for prop := range spec.NumProperties {
		info := prop.Info()
		p.Properties = append(p.Properties, evidence.Property{
			ID: info.ID, Name: info.Name, Head: head(prop), Says: info.Says, Premise: info.Premise,
		})
	}
	if err := r.addRaces(p); err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, race := range p.Races {
		known[race.ID] = true
	}
	for i := range r.Designs {
		p.Designs = append(p.Designs, r.Designs[i].evidence(known))
	}
	for _, c := range design.Choices() {
		p.Choices = append(p.Choices, r.choice(c, known))
	}
	versions, err := versionsSection(known)
	if err != nil {
		return nil, err
	}
	p.Sections = append(p.Sections, versions, r.evidenceSection(known))
	r.addCounts(p, space)
	return p, nil
}

// evidence is the row for the page, with the races that there are.
func (r *reviewRow) evidence(known map[string]bool) evidence.Design {
	named, _ := design.ByName(r.Design)
	d := evidence.Design{Name: r.Design, Doc: named.Doc}
	for i := range r.Cells {
		c := &r.Cells[i]
		cell := evidence.Cell{Mark: c.text(), Sentence: c.sentence()}
		switch c.Verdict {
		case checker.Violated.String():
			cell.Sentence = "violated"
			if c.race != nil && known[raceID(c.race)] {
				cell.Race = raceID(c.race)
			}
		case checker.Sampled.String():
			cell.Sentence = fmt.Sprintf("no violation in %d runs that put it to the test", c.Tested)
		case checker.Vacuous.String():
			cell.Sentence = "never put to the test"
		}
		d.Cells = append(d.Cells, cell)
	}
	for _, x := range r.Explored {
		d.Explored = append(d.Explored, x.String())
	}
	return d
}

// choice is a choice and what shows the value of reviewed necessary.
func (r *reviewReport) choice(c design.Choice, known map[string]bool) evidence.Choice {
	info := c.Info()
	e := evidence.Choice{Name: info.Name, Question: info.Doc, Source: info.Source}
	for v, value := range info.Values {
		ev := evidence.Value{Name: value.Name, Doc: value.Doc}
		if v == 0 {
			e.Value = ev
			continue
		}
		a := design.Assignment{Choice: c, Value: design.Value(v)}
		for _, d := range design.Catalogue() {
			if d.Choice == a.Choice && d.Value == a.Value && len(d.Breaks) > 0 {
				ev.Refutals = append(ev.Refutals, refutal(d, known))
			}
		}
		ev.Refutals = append(ev.Refutals, r.refutedDesigns(a, known)...)
		e.Others = append(e.Others, ev)
	}
	return e
}

// refutedDesigns are the named designs that differ from reviewed in this only
// and violate something.
func (r *reviewReport) refutedDesigns(a design.Assignment, known map[string]bool) []evidence.Refutal {
	var all []evidence.Refutal
	for _, row := range r.Designs {
		named, _ := design.ByName(row.Design)
		if named.Design != (design.Design{}).With(a) {
			continue
		}
		ref := evidence.Refutal{ID: row.Design}
		for _, c := range row.Cells {
			if c.Verdict != checker.Violated.String() {
				continue
			}
			ref.Breaks = append(ref.Breaks, c.Property)
			if ref.Race == "" && c.race != nil && known[raceID(c.race)] {
				ref.Race, ref.Text = raceID(c.race), c.property.Info().Violation+"."
			}
		}
		if len(ref.Breaks) > 0 {
			all = append(all, ref)
		}
	}
	return all
}

// refutal is a row of the catalogue.
func refutal(d design.Deviation, known map[string]bool) evidence.Refutal {
	r := evidence.Refutal{ID: d.ID, Base: assignments(d.Base), Breaks: d.Breaks, Text: d.Title + "."}
	if d.Weak {
		r.Base = strings.TrimSpace(r.Base + " --victims=weak")
	}
	for _, name := range d.Breaks {
		if id := path.Join(name, d.ID); r.Race == "" && known[id] {
			r.Race = id
		}
		if prop, ok := spec.ParseProperty(name); ok {
			if text := counterexamples.Explanation(d.ID, prop); text != "" {
				r.Text = text
			}
		}
	}
	return r
}

// addRaces adds the corpus and what the review made.
func (r *reviewReport) addRaces(p *evidence.Page) error {
	var files []*counterexamples.File
	for prop := range spec.NumProperties {
		races, err := corpusRaces(prop)
		if err != nil {
			return err
		}
		files = append(files, races...)
	}
	made, also := map[string]string{}, map[string][]string{}
	for _, row := range r.Designs {
		for i := range row.Cells {
			c := &row.Cells[i]
			switch {
			case c.made:
				files = append(files, c.race)
				made[raceID(c.race)] = c.again(row.Design)
			case c.race != nil && path.Base(raceID(c.race)) != row.Design:
				also[raceID(c.race)] = append(also[raceID(c.race)], row.Design)
			}
		}
	}
	for _, f := range files {
		race, err := newRace(f, made[raceID(f)])
		if err != nil {
			return err
		}
		if race == nil {
			p.Surprises = append(p.Surprises, f.Name+" does not replay")
			continue
		}
		race.Also = also[race.ID]
		p.Races = append(p.Races, race)
	}
	sortRaces(p.Races)
	return nil
}

// raceID is the property and the subject of a file.
func raceID(f *counterexamples.File) string {
	name := filepath.ToSlash(f.Name)
	return path.Join(path.Base(path.Dir(name)), strings.TrimSuffix(path.Base(name), path.Ext(name)))
}

// again is the command that makes the counterexample of a cell again.
func (c *reviewCell) again(name string) string {
	if c.Violations > 0 {
		return fmt.Sprintf("go tool notifycheck sample --design %s --property %s --seed %d --checks 1", name, c.Property, c.Seed)
	}
	return fmt.Sprintf("go tool notifycheck explore %s --design %s", c.Scenario, name)
}

// newRace is a counterexample for the page; nil when it does not replay. A
// file without a command to make it is of the corpus.
func newRace(f *counterexamples.File, command string) (*evidence.Race, error) {
	res, err := f.Judge()
	if err != nil || res.Outcome != counterexamples.Violated {
		return nil, err
	}
	film, err := f.Film()
	if err != nil {
		return nil, err
	}
	r := &evidence.Race{
		ID: raceID(f), Property: f.Verdict.Property, Subject: path.Base(raceID(f)),
		Comment: f.Comment, Replay: command, Text: f.Race, Film: film,
	}
	if command == "" {
		r.Path = f.Name
		r.Replay = "go tool notifycheck replay " + f.Name
	}
	return r, nil
}

// sortRaces puts them in the order of the properties, those of named designs
// before those of deviations.
func sortRaces(races []*evidence.Race) {
	order := map[string]int{}
	for _, n := range design.NamedDesigns() {
		order[n.Name] = len(order)
	}
	for _, d := range design.Catalogue() {
		order[d.ID] = len(order)
	}
	slices.SortStableFunc(races, func(a, b *evidence.Race) int {
		p, _ := spec.ParseProperty(a.Property)
		q, _ := spec.ParseProperty(b.Property)
		if p != q {
			return int(p) - int(q)
		}
		return order[a.Subject] - order[b.Subject]
	})
}

// addCounts adds the state spaces that are pinned, unless they are of another
// version of the model; then those that were explored now.
func (r *reviewReport) addCounts(p *evidence.Page, space []spaceRow) {
	now := map[string]spaceRow{}
	var rows []spaceRow
	for _, row := range r.Designs {
		for _, x := range row.Explored {
			rows = append(rows, x.space)
			if x.Scope == controlScope {
				now[row.Design] = x.space
			}
		}
	}
	p.CountsFrom = "Explored for this page."
	if len(space) > 0 {
		p.CountsFrom = "As pinned in docs/space.lock, of the same version of the model: the counts of tiny are those found for this page. " +
			"A scenario that a design refuses is not started; states and transitions are sums over the scenarios."
		if stale := staleSpace(space, now); stale != "" {
			p.CountsFrom = "Explored for this page; what is pinned in docs/space.lock is of another version of the model, by tiny under " + stale + "."
		} else {
			rows = space
		}
	}
	for i := range rows {
		p.Counts = append(p.Counts, rows[i].evidence())
	}
}

// staleSpace is the design whose pinned states of the control scope are not
// those found now; empty when there is none.
func staleSpace(space []spaceRow, now map[string]spaceRow) string {
	for _, row := range space {
		if n, ok := now[row.design]; ok && row.scope == n.scope && row.reduction == n.reduction && row.digest != n.digest {
			return row.design
		}
	}
	return ""
}

// evidence is the row for the page.
func (r *spaceRow) evidence() evidence.Count {
	return evidence.Count{
		Scope: r.scope, Design: r.design, Reductions: r.reduction, Scenarios: r.scenarios, Refused: r.refused, States: r.states,
		Transitions: r.transitions, Levels: r.levels, Digest: r.digest, Violated: r.violatedText(),
	}
}

// replayCommands says how to see all this again.
func replayCommands(checks, seed int) []evidence.Command {
	return []evidence.Command{
		{Line: fmt.Sprintf("go tool notifycheck review --checks %d --seed %d --out DIR", checks, seed), Doc: "this page, and every counterexample that the corpus does not have"},
		{Line: "go tool notifycheck replay counterexamples/*/*.txtar", Doc: "every counterexample of the corpus, step by step"},
		{Line: "go tool notifycheck replay --design reviewed counterexamples/deadlock/v7.3.txtar", Doc: "one under another design: where its steps stop to fit, what is left is explored"},
		{Line: "go tool notifycheck show counterexamples/deadlock/v7.3.txtar", Doc: "a race as text; --as graph, mermaid, json, itf or scenario for other forms"},
		{Line: "go tool notifycheck explore tiny --design reviewed", Doc: "a row of the counts: every reachable state of the scope"},
		{Line: "go tool notifycheck sample --deviation X04", Doc: "a deviation of the catalogue, with its first violation made small"},
		{Line: "go tool notifycheck docs --check", Doc: "whether docs/evidence and the other generated documents are up to date"},
	}
}

// versionsSection says which versions have which deviation.
func versionsSection(known map[string]bool) (evidence.Section, error) {
	section := evidence.Section{
		ID: "versions", Title: "Deviations by version",
		Doc: "Which versions have which deviation of the catalogue. A link is a counterexample that replays under that version and does not " +
			"without the deviation, named by the property that it violates. + : other choices of the version violate the property in that scenario " +
			"too, in other schedules. masked: no violation that needs the deviation was found; the race shows one once what masks it is changed. " +
			"unseen: nothing shows it either with every choice but the route of an event as in the deviation's design. " +
			"- : the version has another value of the choice. ? : nobody has looked. First good is the first version after the last bad one.",
	}
	table, err := versionTable()
	if err != nil {
		return section, err
	}
	t := evidence.Table{Heads: []string{"row", "what"}}
	for _, v := range table.Versions {
		t.Heads = append(t.Heads, v.Name)
	}
	t.Heads = append(t.Heads, "first bad", "first good")
	for i := range table.Rows {
		r := &table.Rows[i]
		row := evidence.Plain([]string{r.Deviation.ID, r.Deviation.Title})
		has := false
		for j := range r.Cells {
			has = has || r.Cells[j].State != counterexamples.Absent
			row = append(row, []evidence.Item{versionItem(&r.Cells[j], known)})
		}
		if has {
			t.Rows = append(t.Rows, append(row, evidence.Plain([]string{orDash(table.FirstBad(r)), orDash(table.FirstGood(r))})...))
		}
	}
	section.Tables = []evidence.Table{t}
	return section, nil
}

// versionItem is a cell of the table of versions.
func versionItem(c *counterexamples.VersionCell, known map[string]bool) evidence.Item {
	item := evidence.Item{Text: "?"}
	switch c.State {
	case counterexamples.Absent:
		item.Text = "-"
	case counterexamples.Present:
		item.Text = c.Property.Info().ID
		if !c.Alone {
			item.Text += "+"
		}
	case counterexamples.Masked:
		item.Text = "masked"
	case counterexamples.Unseen:
		item.Text = "unseen"
	case counterexamples.Unsettled:
	}
	id := strings.TrimSuffix(strings.TrimPrefix(c.File, counterexamples.Dir+"/"), path.Ext(c.File))
	if known[id] {
		item.Race = id
	}
	return item
}
