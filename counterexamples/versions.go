package counterexamples

import (
	_ "embed" // the list of what was looked for in vain
	"fmt"
	"slices"
	"strings"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// A VersionState is what a version has of a row of the catalogue.
type VersionState uint8

// The states of a version and a row.
const (
	Unsettled VersionState = iota // it has the row's value, and no file says what comes of it
	Absent                        // it has another value of the row's choice
	Present                       // a counterexample replays, and not with the cure of the row
	Masked                        // nothing was found that violates; there is once the choices in By change
	Unseen                        // nothing was found, also not with the other choices as in the row's design
)

// String is the word that reports use.
func (s VersionState) String() string {
	return [...]string{"unsettled", "absent", "present", "masked", "unseen"}[s]
}

// A VersionCell is a row and a version.
type VersionCell struct {
	State    VersionState
	Property spec.Property       // that the counterexample violates
	File     string              // where it lies in the repository
	By       []design.Assignment // what would have to change for a masked row to show
	// Alone: no schedule of the scenario violates the property without the
	// row's value. Otherwise other choices of the version do too, in other
	// schedules.
	Alone bool
}

// A VersionRow is a row of the catalogue with its cells, one for each version.
type VersionRow struct {
	Deviation design.Deviation
	Cells     []VersionCell
}

// Bad lists the versions that have the row, by their place in the table.
func (r *VersionRow) Bad() []int {
	var bad []int
	for i, c := range r.Cells {
		if c.State == Present {
			bad = append(bad, i)
		}
	}
	return bad
}

// A VersionTable says of each row of the catalogue which versions have it.
type VersionTable struct {
	Versions []design.Named
	Rows     []VersionRow
}

// FirstBad is the name of the first version that has the row, FirstGood of the
// first after the last one that has it; they are empty where there is none.
func (t *VersionTable) FirstBad(r *VersionRow) string {
	if bad := r.Bad(); len(bad) > 0 {
		return t.Versions[bad[0]].Name
	}
	return ""
}

// FirstGood is documented at FirstBad.
func (t *VersionTable) FirstGood(r *VersionRow) string {
	bad := r.Bad()
	if len(bad) == 0 || bad[len(bad)-1] == len(t.Versions)-1 {
		return ""
	}
	return t.Versions[bad[len(bad)-1]+1].Name
}

// Versions is the table of the corpus. Each file that is about rows is
// replayed under each of its designs; the error is for one that does not show
// what it claims.
func Versions() (VersionTable, error) {
	t := newVersionTable()
	if err := t.addUnseen(string(unseen)); err != nil {
		return t, err
	}
	for _, k := range Corpus() {
		f, err := Parse(k.Path(), k.Data)
		if err != nil {
			return t, err
		}
		if len(f.Verdict.Rows) == 0 {
			continue
		}
		if err := t.add(f, k.Path()); err != nil {
			return t, err
		}
	}
	return t, nil
}

// newVersionTable has what the vectors say.
func newVersionTable() VersionTable {
	t := VersionTable{Versions: design.Versions()}
	for _, dev := range design.Catalogue() {
		row := VersionRow{Deviation: dev, Cells: make([]VersionCell, len(t.Versions))}
		for i, v := range t.Versions {
			if v.Design[dev.Choice] != dev.Value {
				row.Cells[i].State = Absent
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// unseen is what was looked for in vain, one row a line with the versions; a line
// that begins with # says what it is.
//
//go:embed unseen.txt
var unseen []byte

// UnseenFile is where that list lies in the directory of the corpus.
const UnseenFile = "unseen.txt"

// addUnseen enters the list. The error is for a line of it that is none, or for
// a version that has another value than the row.
func (t *VersionTable) addUnseen(list string) error {
	for line := range strings.Lines(list) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		row := slices.IndexFunc(t.Rows, func(r VersionRow) bool { return len(words) > 0 && r.Deviation.ID == words[0] })
		if row < 0 {
			return fmt.Errorf("%s: the catalogue has no row of %q", UnseenFile, line)
		}
		for _, name := range words[1:] {
			at := slices.IndexFunc(t.Versions, func(n design.Named) bool { return n.Name == name })
			if at < 0 || t.Rows[row].Cells[at].State != Unsettled {
				return fmt.Errorf("%s: %s of %s is not to be looked for", UnseenFile, words[0], name)
			}
			t.Rows[row].Cells[at].State = Unseen
		}
	}
	return nil
}

// UnseenVersions lists the versions that were searched for each row in vain.
func UnseenVersions() (map[string][]string, error) {
	t := newVersionTable()
	if err := t.addUnseen(string(unseen)); err != nil {
		return nil, err
	}
	list := map[string][]string{}
	for _, r := range t.Rows {
		for i, c := range r.Cells {
			if c.State == Unseen {
				list[r.Deviation.ID] = append(list[r.Deviation.ID], t.Versions[i].Name)
			}
		}
	}
	return list, nil
}

// add enters a file of the corpus.
func (t *VersionTable) add(f *File, path string) error {
	p, err := f.Property()
	if err != nil {
		return err
	}
	for _, name := range f.Designs() {
		at := slices.IndexFunc(t.Versions, func(n design.Named) bool { return n.Name == name })
		if at < 0 {
			return fmt.Errorf("%s: %s is no version", f.Pos("design"), name)
		}
		for _, id := range f.Verdict.Rows {
			row := slices.IndexFunc(t.Rows, func(r VersionRow) bool { return r.Deviation.ID == id })
			if row < 0 {
				return fmt.Errorf("%s: the catalogue has no %s", f.Pos("rows"), id)
			}
			if err := f.checkCell(p, t.Rows[row].Deviation, t.Versions[at]); err != nil {
				return err
			}
			cell := &t.Rows[row].Cells[at]
			if cell.State != Unsettled { // two files, or a version that has another value
				return fmt.Errorf("%s: %s of %s is %v already", f.Name, id, name, cell.State)
			}
			*cell = VersionCell{State: Present, Property: p, File: path, Alone: f.Verdict.Alone}
			if len(f.Verdict.With) > 0 {
				cell.State, cell.By = Masked, t.Versions[at].Design.With(f.assignments()...).Diff(t.Versions[at].Design)
			}
		}
	}
	return nil
}

// checkCell replays the file under a version: it must be violated, and not
// with the cure of the row; where other choices were changed for it, not
// without that change.
func (f *File) checkCell(p spec.Property, dev design.Deviation, version design.Named) error {
	d := version.Design.With(f.assignments()...)
	switch {
	case d[dev.Choice] != dev.Value:
		return fmt.Errorf("%s: %s has not %v", f.Pos("rows"), version.Name, design.Assignment{Choice: dev.Choice, Value: dev.Value})
	case !slices.Contains(dev.Breaks, p.String()):
		return fmt.Errorf("%s: %s is not to break %v", f.Pos("rows"), dev.ID, p)
	case d[design.Route] != version.Design[design.Route]:
		return fmt.Errorf("%s: with another route it is not %s", f.Pos("with"), version.Name)
	}
	sys, err := properties.NewSystem(d, f.Scenario)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	if _, ok := sys.M.Startable(); !ok {
		return fmt.Errorf("%s: %s does not start the scenario", f.Name, version.Name)
	}
	res, err := Replay(f, sys.M, JudgeOf(sys, p))
	if err != nil {
		return err
	}
	if res.Outcome != Violated {
		return fmt.Errorf("%s: under %s: %v", f.Name, version.Name, res)
	}
	if err := f.cures(p, d, dev.Cure()); err != nil {
		return err
	}
	if err := f.shows(p, d, &dev, f.Verdict.Alone); err != nil {
		return fmt.Errorf("%w under %s", err, version.Name)
	}
	if len(f.Verdict.With) > 0 && f.cures(p, version.Design, dev.Cure()) == nil && f.shows(p, version.Design, &dev, false) == nil {
		return fmt.Errorf("%s: %s shows %s without %v", f.Name, version.Name, dev.ID, f.Verdict.With)
	}
	return nil
}

// shows says why the schedule is not about the row, though the cure of that
// keeps it from violating the property under the design; alone says whether it
// keeps every schedule of the scenario from that.
func (f *File) shows(p spec.Property, d design.Design, dev *design.Deviation, alone bool) error {
	c := properties.Cause{Cure: dev.Cure(), Alone: alone}
	c.Finding = properties.Finding{Design: d, Property: p, Scenario: f.Scenario, Schedule: f.Actions()}
	if !c.Shows(dev) {
		return fmt.Errorf("%s: it is not what %s is about", f.Name, dev.ID)
	}
	return nil
}

// cures says why the cure is not what keeps the schedule from violating the
// property under the design.
func (f *File) cures(p spec.Property, d design.Design, cure design.Assignment) error {
	sys, err := properties.NewSystem(d, f.Scenario)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	cured, err := properties.NewSystem(d.With(cure), f.Scenario)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	if !sys.Breaks(f.Actions(), p) {
		return fmt.Errorf("%s: not violated", f.Name)
	}
	if !properties.Cures(sys, cured, f.Actions(), p) {
		return fmt.Errorf("%s: violated with %v too, when the schedule is followed", f.Name, cure)
	}
	return nil
}

// assignments are those on top of the file's design. Parse has read them.
func (f *File) assignments() []design.Assignment {
	as := make([]design.Assignment, len(f.Verdict.With))
	for i, text := range f.Verdict.With {
		as[i], _ = design.ParseAssignment(text)
	}
	return as
}

// CheckRows says what is wrong with what the file claims of rows, if it does.
func (f *File) CheckRows() error {
	if len(f.Verdict.Rows) == 0 {
		return nil
	}
	t := newVersionTable()
	return t.add(f, f.Name)
}

// Shows reports whether the file shows the rows of another one too, in the same
// designs: rows that have the same choice, value and base.
func (f *File) Shows(other *File) bool {
	if f.Verdict.Property != other.Verdict.Property || f.Verdict.Alone != other.Verdict.Alone ||
		!slices.Equal(f.Designs(), other.Designs()) || !slices.Equal(f.Verdict.With, other.Verdict.With) {
		return false
	}
	one, _ := design.DeviationByID(f.Verdict.Rows[0])
	two, _ := design.DeviationByID(other.Verdict.Rows[0])
	return one.Choice == two.Choice && one.Value == two.Value && slices.Equal(one.Base, two.Base)
}

// Hides is the values of the version that keep a masked row from showing.
func (t *VersionTable) Hides(r *VersionRow, version int) []design.Assignment {
	var as []design.Assignment
	for _, by := range r.Cells[version].By {
		as = append(as, design.Assignment{Choice: by.Choice, Value: t.Versions[version].Design[by.Choice]})
	}
	return as
}

// Designs is the names of the designs under which the file replays.
func (f *File) Designs() []string { return append([]string{f.Verdict.Design}, f.Verdict.Also...) }
