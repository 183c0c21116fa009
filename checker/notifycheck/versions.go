package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// How corpus looks for a row in a version: in so many states of each scenario,
// and of those that the corpus has for the row itself; in so many scenarios
// drawn for the row, each found in so many runs and made smaller with so many
// states; in so many with each kind of task of those in which small shows the
// row, and for what masks it in so many of them; then in as many runs of the
// version itself.
const (
	blameStates = 20_000
	ownStates   = 200_000
	blameReduce = 500
	blameDrawn  = 1
	blameRuns   = 1000
	blameSmall  = 3
	maskSmall   = 4
)

// makeVersions makes the files of the rows by version: of one row again, or of
// all those that the files do not settle any more.
func (a *app) makeVersions(only, dir string) error {
	rows, kept, err := unsettledRows(only)
	if err != nil {
		return err
	}
	unseen, err := counterexamples.UnseenVersions()
	if err != nil {
		return err
	}
	found := make([][]*counterexamples.File, len(rows))
	failed := make([]error, len(rows))
	var mu sync.Mutex
	inParallel(len(rows), nil, func(i int) {
		r := &rowSearch{row: rows[i]}
		began := time.Now()
		found[i], failed[i] = r.files(kept)
		mu.Lock()
		defer mu.Unlock()
		unseen[r.row.ID] = r.unseen
		a.printf("%-4s %2d files, %5.1f s\n", rows[i].ID, len(found[i]), time.Since(began).Seconds())
	})
	if err := errors.Join(failed...); err != nil {
		return err
	}
	if err := dropVersions(rows, dir); err != nil {
		return err
	}
	for _, f := range shareFiles(found) {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := writeFile(path, f.Format()); err != nil {
			return err
		}
		a.printf("%-44s %s in %s\n", path, strings.Join(f.Verdict.Rows, " "), strings.Join(f.Designs(), " "))
	}
	return writeFile(filepath.Join(dir, counterexamples.UnseenFile), unseenText(unseen))
}

// unseenText is the list of what was looked for in vain.
func unseenText(unseen map[string][]string) []byte {
	var b strings.Builder
	b.WriteString("# Rows of the catalogue, each with the versions that have its value and for which\n" +
		"# `notifycheck corpus --versions` found nothing that shows it. See docs/versions.md.\n")
	for _, dev := range design.Catalogue() {
		if versions := unseen[dev.ID]; len(versions) > 0 {
			fmt.Fprintf(&b, "%s %s\n", dev.ID, strings.Join(versions, " "))
		}
	}
	return []byte(b.String())
}

// unsettledRows lists the rows to look for: the one asked for, or those that a
// version has the value of and no file shows or masks, or of which a file does
// not replay; with them those that share a file with one. Where no row is asked
// for, what shows one is kept.
func unsettledRows(only string) (rows []design.Deviation, kept []*counterexamples.File, err error) {
	redo := map[string]bool{only: true}
	if _, ok := design.DeviationByID(only); only != "" && !ok {
		return nil, nil, fmt.Errorf("--only: the catalogue has no %q", only)
	}
	files, err := versionFiles()
	if err != nil {
		return nil, nil, err
	}
	unseen, err := counterexamples.UnseenVersions()
	if err != nil {
		return nil, nil, err
	}
	settled := map[string]int{}
	for _, f := range files {
		if only == "" && stillShows(f) {
			kept = append(kept, f)
			for _, id := range f.Verdict.Rows {
				settled[id] += len(f.Designs())
			}
		}
	}
	for _, dev := range design.Catalogue() {
		redo[dev.ID] = redo[dev.ID] || only == "" && settled[dev.ID]+len(unseen[dev.ID]) != len(having(dev))
	}
	for more := true; more; {
		more = false
		for _, f := range files {
			for _, id := range f.Verdict.Rows {
				if !redo[id] && slices.ContainsFunc(f.Verdict.Rows, func(id string) bool { return redo[id] }) {
					redo[id], more = true, true
				}
			}
		}
	}
	return slices.DeleteFunc(design.Catalogue(), func(dev design.Deviation) bool { return !redo[dev.ID] }), kept, nil
}

// versionFiles are the files of the corpus that are about rows.
func versionFiles() (files []*counterexamples.File, err error) {
	for _, k := range counterexamples.Corpus() {
		f, err := counterexamples.Parse(k.Path(), k.Data)
		if err != nil {
			return nil, err
		}
		if len(f.Verdict.Rows) > 0 {
			files = append(files, f)
		}
	}
	return files, nil
}

// stillShows reports whether the file shows what it claims.
func stillShows(f *counterexamples.File) bool {
	sys, p, err := f.System()
	if err != nil || f.CheckRows() != nil {
		return false
	}
	res, err := counterexamples.Replay(f, sys.M, counterexamples.JudgeOf(sys, p))
	if err != nil || f.CheckRace(res.Race) != nil {
		return false
	}
	for _, name := range f.Designs() {
		v, _ := design.ByName(name)
		if f.Verdict.Alone && !isAlone(f, v) {
			return false
		}
	}
	return true
}

// isAlone reports whether no schedule of the file's scenario violates the
// property under the version without the row's value.
func isAlone(f *counterexamples.File, v design.Named) bool {
	dev, _ := design.DeviationByID(f.Verdict.Rows[0])
	d := v.Design
	for _, text := range f.Verdict.With {
		if design.Set(&d, text) != nil {
			return false
		}
	}
	p, err := f.Property()
	if err != nil {
		return false
	}
	other, err := properties.NewSystem(d.With(dev.Cure()), f.Scenario)
	return err == nil && other.Holds(p, ownStates)
}

// dropVersions takes away what was made before for the rows.
func dropVersions(rows []design.Deviation, dir string) error {
	files, err := versionFiles()
	if err != nil {
		return err
	}
	for _, f := range files {
		if !slices.ContainsFunc(rows, func(dev design.Deviation) bool { return slices.Contains(f.Verdict.Rows, dev.ID) }) {
			continue
		}
		name := strings.TrimPrefix(f.Name, counterexamples.Dir+"/")
		if err := os.Remove(filepath.Join(dir, filepath.FromSlash(name))); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// shareFiles lists the files, those of rows with the same choice and value
// once.
func shareFiles(found [][]*counterexamples.File) (files []*counterexamples.File) {
	for _, list := range found {
		for _, f := range list {
			i := slices.IndexFunc(files, func(g *counterexamples.File) bool { return g.Shows(f) })
			if i < 0 {
				files = append(files, f)
				continue
			}
			files[i].Verdict.Rows = append(files[i].Verdict.Rows, f.Verdict.Rows...)
		}
	}
	return files
}

// A rowSearch looks for a row in every version.
type rowSearch struct {
	row       design.Deviation
	scenarios map[spec.Property][]model.Scenario
	drawn     map[spec.Property]int
	small     map[spec.Property][]model.Scenario
	found     []*counterexamples.File
	unseen    []string // the versions in which nothing was found
}

// A rowCause is why a version violates a property, with what had to be changed
// for it.
type rowCause struct {
	version design.Named
	with    []design.Assignment
	properties.Cause
}

// files are the counterexamples of the row in all versions: first of those that
// show it as they are, then of the others. What is kept is not looked for again.
func (r *rowSearch) files(kept []*counterexamples.File) ([]*counterexamples.File, error) {
	r.scenarios, r.drawn, r.small = map[spec.Property][]model.Scenario{}, map[spec.Property]int{}, map[spec.Property][]model.Scenario{}
	for _, f := range kept {
		if slices.Contains(f.Verdict.Rows, r.row.ID) {
			own := *f
			own.Verdict.Rows, own.Name = []string{r.row.ID}, strings.TrimPrefix(f.Name, counterexamples.Dir+"/")
			r.found = append(r.found, &own)
		}
	}
	var rest []design.Named
	for _, v := range design.Versions() {
		if v.Design[r.row.Choice] != r.row.Value ||
			slices.ContainsFunc(r.found, func(f *counterexamples.File) bool { return slices.Contains(f.Designs(), v.Name) }) {
			continue
		}
		if c, ok := r.inOwn(v); ok {
			if err := r.enter(c, true); err != nil {
				return nil, err
			}
			continue
		}
		alone := rowCause{version: v, Cause: properties.Cause{Alone: true}}
		if slices.ContainsFunc(r.found, alone.joins) {
			continue
		}
		if err := r.enter(r.asItIs(v)); errors.Is(err, errNothing) {
			rest = append(rest, v)
		} else if err != nil {
			return nil, err
		}
	}
	for _, v := range rest {
		if err := r.enter(r.masked(v)); errors.Is(err, errNothing) {
			r.unseen = append(r.unseen, v.Name)
		} else if err != nil {
			return nil, err
		}
	}
	return r.found, nil
}

// errNothing is what a search that finds nothing comes to.
var errNothing = errors.New("nothing found")

// enter makes a file of what was found, or adds its version to one of the
// scenario.
func (r *rowSearch) enter(c rowCause, ok bool) error {
	if !ok {
		return errNothing
	}
	if slices.ContainsFunc(r.found, func(f *counterexamples.File) bool { return f.Scenario == c.Scenario && c.joins(f) }) {
		return nil
	}
	f, err := r.record(c)
	r.found = append(r.found, f)
	return err
}

// breaks lists the properties that the row breaks: first the one that it is
// about, then those that show it where that does not.
func (r *rowSearch) breaks() (props []spec.Property) {
	for _, name := range r.row.Breaks {
		p, _ := spec.ParseProperty(name)
		props = append(props, p)
	}
	return props
}

// inOwn looks for the row in the scenarios of its own design that the corpus
// has, where the version violates nothing without it.
func (r *rowSearch) inOwn(v design.Named) (c rowCause, ok bool) {
	for _, p := range r.breaks() {
		sc, more := r.scenario(p, 0)
		if !more || !properties.About(v.Design, r.row, p, sc, ownStates) {
			continue
		}
		if cause, found := properties.Blame(v.Design, r.row.Cure(), p, sc, ownStates); found && cause.Alone && cause.Shows(&r.row) {
			return rowCause{v, nil, cause}, true
		}
	}
	return c, false
}

// asItIs looks for the row in a version as it is.
func (r *rowSearch) asItIs(v design.Named) (best rowCause, ok bool) {
	for _, p := range r.breaks() {
		if best, ok = r.ofProperty(v, p); ok {
			return best, true
		}
	}
	return best, false
}

// masked looks for the row in a version with the fewest changes: where other
// versions show it, and where its own design does. What is found can be a
// schedule of the version as it is, that the search for the shortest passed by.
func (r *rowSearch) masked(v design.Named) (best rowCause, ok bool) {
	for _, p := range r.breaks() {
		var list []model.Scenario
		for _, f := range r.found {
			if f.Verdict.Property == p.String() {
				list = append(list, f.Scenario)
			}
		}
		small := r.inSmall(p)
		for _, sc := range slices.Concat(list, r.scenarios[p], small[:min(len(small), maskSmall)]) {
			if ok && len(best.with) == 1 {
				return best, true
			}
			by, c, found := properties.Masks(v.Design, r.row, p, sc, blameStates)
			if !found || ok && len(by) >= len(best.with) {
				continue
			}
			best, ok = rowCause{v, by, c}, true
			if bare, shows := properties.Unmasked(v.Design, &c, &r.row, blameStates); shows {
				return rowCause{v, nil, bare}, true
			}
		}
	}
	return best, ok
}

// ofProperty looks for a violation that the cure of the row keeps off: where the
// row's own design has one, also among the scenarios of small, where others have
// one, and in drawn runs.
func (r *rowSearch) ofProperty(v design.Named, p spec.Property) (best rowCause, ok bool) {
	try := func(sc model.Scenario, states int) (alone bool) {
		sc.Weak = r.row.Weak
		if !properties.About(v.Design, r.row, p, sc, blameStates) {
			return false
		}
		c, found := properties.Blame(v.Design, r.row.Cure(), p, sc, states)
		found = found && c.Shows(&r.row)
		if found && (c.Alone || !ok) {
			best, ok = rowCause{v, nil, c}, true
		}
		return found && c.Alone
	}
	for i := range 1 + blameDrawn {
		sc, more := r.scenario(p, i)
		if !more {
			continue
		}
		for _, near := range beside(sc, i) {
			if try(near, blameStates) {
				return best, true
			}
			if ok {
				break
			}
		}
	}
	if ok {
		return best, true
	}
	for _, sc := range slices.Concat(others(p), r.inSmall(p)) {
		if try(sc, blameStates/4) {
			return best, true
		}
	}
	if ok {
		return best, true
	}
	sm := properties.Sampler{Weak: r.row.Weak}
	c, ok := sm.BlameDrawn(v.Design, r.row.Cure(), p, 0, blameRuns, blameStates)
	return rowCause{v, nil, c}, ok && c.Shows(&r.row) && properties.About(v.Design, r.row, p, c.Scenario, blameStates)
}

// others lists the scenarios that ask runs, and those of the corpus in which
// another row, or a version, violates the property.
func others(p spec.Property) (list []model.Scenario) {
	for _, c := range slices.Concat(cases, windows) {
		if sc, err := counterexamples.Decode([]byte(c.scenario), c.what); err == nil {
			list = append(list, sc)
		}
	}
	for _, k := range counterexamples.Corpus() {
		if !strings.HasPrefix(k.Name, p.String()+"/") {
			continue
		}
		if f, err := counterexamples.Parse(k.Path(), k.Data); err == nil && len(f.Verdict.Rows) == 0 {
			list = append(list, f.Scenario)
		}
	}
	return list
}

// inSmall lists the scenarios that small has for the row and in which its own
// design shows it: a few with each kind of task.
func (r *rowSearch) inSmall(p spec.Property) []model.Scenario {
	list, done := r.small[p]
	if done {
		return list
	}
	type like struct {
		kinds     [model.MaxTasks]model.TaskKind
		noReflink bool // which other designs mount
	}
	count := map[like]int{}
	for _, sc := range smallFor(r.row, "no-reflink") {
		of := like{noReflink: sc.Geometry.NoReflink}
		for i := range of.kinds {
			of.kinds[i] = sc.Tasks[i].Kind
		}
		if count[of] == blameSmall {
			continue
		}
		if _, ok := properties.Blame(r.row.Design(), r.row.Cure(), p, sc, blameStates/4); ok {
			count[of]++
			list = append(list, sc)
		}
	}
	r.small[p] = list
	return list
}

// beside is the scenario, and others like the first of the row.
func beside(sc model.Scenario, i int) []model.Scenario {
	if i > 0 {
		return []model.Scenario{sc}
	}
	return properties.Beside(sc)
}

// scenario is one in which the row's own design violates the property: that of
// the corpus first, then drawn ones.
func (r *rowSearch) scenario(p spec.Property, i int) (sc model.Scenario, ok bool) {
	if r.drawn[p] == 0 {
		name := counterexamples.NameOf(p.String(), r.row.ID)
		for _, k := range counterexamples.Corpus() {
			if k.Name != name {
				continue
			}
			if f, err := counterexamples.Parse(k.Path(), k.Data); err == nil {
				r.scenarios[p] = append(r.scenarios[p], f.Scenario)
			}
		}
	}
	for len(r.scenarios[p]) <= i && r.drawn[p] < blameDrawn {
		sm := properties.Sampler{Weak: r.row.Weak}
		f, _, found := sm.Search(r.row.Design(), p, r.drawn[p]*blameRuns, blameRuns)
		r.drawn[p]++
		if !found {
			continue
		}
		if sc := properties.Shorten(f).Smaller(blameReduce).Scenario; !slices.Contains(r.scenarios[p], sc) {
			r.scenarios[p] = append(r.scenarios[p], sc)
		}
	}
	if len(r.scenarios[p]) <= i {
		r.drawn[p] = blameDrawn
		return sc, false
	}
	return r.scenarios[p][i], true
}

// joins adds the version to a file that has what was found in it.
func (c *rowCause) joins(f *counterexamples.File) bool {
	if f.Verdict.Alone != c.Alone || !slices.Equal(f.Verdict.With, texts(c.with)) {
		return false
	}
	g := *f
	g.Verdict.Also = append(slices.Clone(f.Verdict.Also), c.version.Name)
	if g.CheckRows() != nil {
		return false
	}
	if c.Alone && !isAlone(f, c.version) {
		return false
	}
	f.Verdict.Also = g.Verdict.Also
	return true
}

func texts(as []design.Assignment) (list []string) {
	for _, a := range as {
		list = append(list, a.String())
	}
	return list
}

// record makes a file of what was found.
func (r *rowSearch) record(c rowCause) (*counterexamples.File, error) {
	f, err := counterexamples.RecordFinding(c.Finding, c.version.Name, texts(c.with), r.comment(&c))
	if err != nil {
		return nil, fmt.Errorf("%s in %s: %w", r.row.ID, c.version.Name, err)
	}
	f.Verdict.Rows, f.Verdict.Alone = []string{r.row.ID}, c.Alone
	f.Name = counterexamples.NameOf(c.Property.String(), r.row.ID+"-"+c.version.Name)
	return f, f.CheckRows()
}

// comment is what the file says in English.
func (r *rowSearch) comment(c *rowCause) string {
	info := c.Property.Info()
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %s: %s.\n\n%s\n\n", r.row.ID, c.version.Name, r.row.Title, counterexamples.Explanation(r.row.ID, c.Property))
	if len(c.with) > 0 {
		fmt.Fprintf(&b, "%s has %v, and nothing was found that hangs on it alone: %s would have to be as here.\n\n", c.version.Name,
			design.Assignment{Choice: r.row.Choice, Value: r.row.Value}, assignments(c.with))
	}
	if c.Alone {
		fmt.Fprintf(&b, "With %v no schedule of the scenario violates the property.", r.row.Cure())
	} else {
		fmt.Fprintf(&b, "With %v this schedule does not; others of the scenario do, by other choices of the design.", r.row.Cure())
	}
	judged := ""
	if r.row.Weak {
		judged = " It is judged with weak victims."
	}
	fmt.Fprintf(&b, "\n\nSource: %s. The design is %s.%s\n\n%s %s: %s.", r.row.Source, design.Doc(c.version.Name), judged, info.ID, info.Name, info.Says)
	return wrap(b.String(), columns)
}

// versionComment is what a file that shows a row in a version says in English.
func versionComment(f *counterexamples.File, p spec.Property) (string, error) {
	dev, ok := design.DeviationByID(f.Verdict.Rows[0])
	if !ok {
		return "", fmt.Errorf("%s: the catalogue has no %q", f.Name, f.Verdict.Rows[0])
	}
	version, ok := design.ByName(f.Verdict.Design)
	if !ok {
		return "", fmt.Errorf("%s: there is no design %q", f.Name, f.Verdict.Design)
	}
	c := rowCause{version: version, Cause: properties.Cause{Finding: properties.Finding{Property: p}, Alone: f.Verdict.Alone}}
	for _, text := range f.Verdict.With {
		a, err := design.ParseAssignment(text)
		if err != nil {
			return "", err
		}
		c.with = append(c.with, a)
	}
	r := rowSearch{row: dev}
	return r.comment(&c), nil
}

// versionsDoc is the table of rows and versions.
func versionsDoc(t *counterexamples.VersionTable) string {
	var b strings.Builder
	b.WriteString(wrap("# The rows by version\n\nWhich versions have which deviation of the [catalogue](catalogue.md). "+
		"Each link is a counterexample that replays under that version, whose property the row must break, and that the row's choice alone, when it is as in the "+
		"row's base, keeps off: also when the schedule is followed as far as that goes, and the tasks then run on. *-* : the version has another value "+
		"of the choice. *masked*: the version has the value, and no violation that hangs on it was found, since other values keep it from showing or come "+
		"to the same without it; the linked file shows one once the choices named below the table are changed. *unseen*: nothing was found either when every choice but the route of an event is as in "+
		"the row's design; with another route it would be another design. *(+)*: other choices of the version violate the property in the scenario too, in other schedules, and the one of the link does "+
		"so in the row's own design; without the sign none does. *?*: nothing was looked for yet.\n\n"+
		"*First good* is the first version after the last bad one. v6.1 is 6.1.192, which has fixes of later versions. The columns "+
		"are described in [designs.md](designs.md). `notifycheck corpus --versions` makes the files again.", columns))
	b.WriteString("\n")
	heads := []string{"row", "what"}
	for _, v := range t.Versions {
		heads = append(heads, v.Name)
	}
	heads = append(heads, "first bad", "first good")
	var rows, masks [][]string
	var never []string
	for i := range t.Rows {
		r := &t.Rows[i]
		dev := &r.Deviation
		line := []string{dev.ID, dev.Title}
		has := false
		for j := range r.Cells {
			c := &r.Cells[j]
			has = has || c.State != counterexamples.Absent
			line = append(line, versionText(c))
			if c.State == counterexamples.Masked {
				masks = addMask(masks, dev.ID, t.Versions[j].Name, assignments(t.Hides(r, j)))
			}
		}
		if !has {
			never = append(never, dev.ID)
			continue
		}
		rows = append(rows, append(line, orDash(t.FirstBad(r)), orDash(t.FirstGood(r))))
	}
	evidence.WriteTable(&b, heads, rows)
	b.WriteString("\n## What masks them\n\nThe values of the version that keep a row from showing, or come to the same without it: the fewest that had to be changed.\n\n")
	evidence.WriteTable(&b, []string{"row", "in", "masked by"}, masks)
	b.WriteString("\n" + wrap("No version has the value of "+strings.Join(never, ", ")+".", columns))
	return b.String()
}

// addMask adds a version to the line of its row and reason.
func addMask(lines [][]string, id, version, by string) [][]string {
	for _, l := range lines {
		if l[0] == id && l[2] == by {
			l[1] += " " + version
			return lines
		}
	}
	return append(lines, []string{id, version, by})
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func versionText(c *counterexamples.VersionCell) string {
	switch c.State {
	case counterexamples.Absent:
		return "-"
	case counterexamples.Present, counterexamples.Masked:
		text := fmt.Sprintf("[%s](../%s)", map[bool]string{true: "masked", false: c.Property.Info().ID}[c.State == counterexamples.Masked], c.File)
		if c.State == counterexamples.Present && !c.Alone {
			text += " (+)"
		}
		return text
	case counterexamples.Unseen:
		return "unseen"
	case counterexamples.Unsettled:
	}
	return "?"
}

// versionTable is the table of the corpus: each of its files is replayed once.
var versionTable = sync.OnceValues(counterexamples.Versions)
