// Package counterexamples reads, writes, replays and renders counterexamples:
// traces kept as files. A file is a txtar archive. Its comment says in English
// what goes wrong; its sections are, in this order,
//
//	scenario.yaml  everything but the schedule, see [Encode]
//	verdict        the design, the property and what was found, see [Verdict]
//	schedule       one step a line, see [Line]
//	race           the schedule as a commit message would draw it, see [Race]
//
// A litmus file has neither schedule nor race: it asks whether there is one.
package counterexamples

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
)

// MaxSize is the size of the largest file that is read, in bytes.
const MaxSize = 1 << 20

// The sections of a file, in their order.
const (
	sectionScenario = "scenario.yaml"
	sectionVerdict  = "verdict"
	sectionSchedule = "schedule"
	sectionRace     = "race"
)

var sections = []string{sectionScenario, sectionVerdict, sectionSchedule, sectionRace}

// litmusSections is how many of the sections a litmus file has.
const litmusSections = 2

// A File is a counterexample, or a litmus test when Schedule is nil.
type File struct {
	Name     string
	Comment  string
	Scenario model.Scenario
	Verdict  Verdict
	Schedule []Line
	Loop     int    // so many lines at the end repeat for ever; 0: none
	Race     string // as recorded

	scenarioText []byte            // as read: it may have comments
	verdictAt    map[string]string // line:column, by key
	lines        []int             // of the schedule
	raceAbove    int               // lines above the race
}

// Litmus reports whether the file has no schedule.
func (f *File) Litmus() bool { return f.Schedule == nil }

// Pos is file:line:column of a key of the verdict section, for errors about its
// value; the file alone when it was not read from one.
func (f *File) Pos(key string) string {
	if at, ok := f.verdictAt[key]; ok {
		return f.Name + ":" + at
	}
	return f.Name
}

// Actions is the schedule without what was recorded beside it.
func (f *File) Actions() []model.Action {
	actions := make([]model.Action, len(f.Schedule))
	for i, l := range f.Schedule {
		actions[i] = l.Action
	}
	return actions
}

// line is the line of the file that line i of the schedule is.
func (f *File) line(i int) int {
	if i < len(f.lines) {
		return f.lines[i]
	}
	return i + 1
}

// Parse reads a file strictly. The error is one line, with file and line, and
// with the column where it is about less than a line.
func Parse(name string, data []byte) (*File, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%s:1: expected at most %d bytes, not %d", name, MaxSize, len(data))
	}
	if err := checkText(data, name, 0); err != nil {
		return nil, err
	}
	f := &File{Name: name}
	archive := txtar.Parse(data)
	f.Comment = string(archive.Comment)
	starts, err := checkSections(name, archive)
	if err != nil {
		return nil, err
	}
	f.scenarioText = archive.Files[0].Data
	if f.Scenario, err = decodeScenario(f.scenarioText, &decoder{file: name, above: starts[0]}); err != nil {
		return nil, err
	}
	if err := f.parseVerdict(archive.Files[1].Data, starts[1]); err != nil {
		return nil, err
	}
	if len(archive.Files) == litmusSections {
		return f, nil
	}
	if f.Verdict.Verdict != checker.Violated {
		return nil, fmt.Errorf("%s: expected %s for a file with a schedule, not %s", f.Pos("verdict"), checker.Violated, f.Verdict.Verdict)
	}
	if err := f.parseSchedule(archive.Files[2].Data, starts[2]); err != nil {
		return nil, err
	}
	f.Race, f.raceAbove = string(archive.Files[3].Data), starts[3]
	return f, checkRace(name, f.Race, starts[3])
}

// checkText refuses what is not plain text: lines are counted in newlines.
func checkText(data []byte, name string, above int) error {
	line := above
	for text := range bytes.Lines(data) {
		line++
		switch {
		case !utf8.Valid(text):
			return fmt.Errorf("%s:%d: expected text in UTF-8", name, line)
		case bytes.ContainsAny(text, "\r\x00"):
			return fmt.Errorf("%s:%d: expected lines that end in LF, without CR and NUL", name, line)
		}
	}
	return nil
}

// checkSections says what is wrong with the order of the sections, and
// otherwise how many lines of the file come before each.
func checkSections(name string, archive *txtar.Archive) (starts []int, err error) {
	if len(bytes.TrimSpace(archive.Comment)) == 0 {
		return nil, fmt.Errorf("%s:1: expected a comment that says what goes wrong, then the sections %s",
			name, strings.Join(sections, ", "))
	}
	line := bytes.Count(archive.Comment, []byte("\n"))
	for i, section := range archive.Files {
		line++ // the marker
		at := slices.Index(sections, section.Name)
		switch {
		case at < 0:
			return nil, fmt.Errorf("%s:%d: no section is called %q; there are %s", name, line, oneLine(section.Name), strings.Join(sections, ", "))
		case at < i:
			return nil, fmt.Errorf("%s:%d: section %q is there twice, or after %q", name, line, section.Name, archive.Files[i-1].Name)
		case at > i:
			return nil, fmt.Errorf("%s:%d: expected section %q before %q", name, line, sections[i], section.Name)
		}
		starts = append(starts, line)
		line += bytes.Count(section.Data, []byte("\n"))
	}
	if n := len(starts); n != len(sections) && n != litmusSections {
		return nil, fmt.Errorf("%s:%d: expected section %q, not the end of the file", name, max(line, 1), sections[n])
	}
	return starts, nil
}

// checkRace refuses a race that does not fit a mail.
func checkRace(name, race string, above int) error {
	if race == "" {
		return fmt.Errorf("%s:%d: expected the race of the schedule", name, above)
	}
	line := above
	for text := range strings.Lines(race) {
		line++
		if n := utf8.RuneCountInString(strings.TrimSuffix(text, "\n")); n > RaceColumns {
			return fmt.Errorf("%s:%d: expected at most %d columns, not %d", name, line, RaceColumns, n)
		}
	}
	return nil
}

// Format is the text of the file. The scenario is as it was read while it says
// what Scenario says.
func (f *File) Format() []byte {
	scenario := f.scenarioText
	strict := f.Scenario // who is a victim is part of the verdict
	strict.Weak = false
	if sc, err := Decode(scenario, f.Name); err != nil || sc != strict {
		scenario = Encode(strict)
	}
	archive := &txtar.Archive{Comment: []byte(f.Comment), Files: []txtar.File{
		{Name: sectionScenario, Data: scenario},
		{Name: sectionVerdict, Data: f.Verdict.encode()},
	}}
	if !f.Litmus() {
		archive.Files = append(archive.Files,
			txtar.File{Name: sectionSchedule, Data: f.formatSchedule()},
			txtar.File{Name: sectionRace, Data: []byte(f.Race)})
	}
	return txtar.Format(archive)
}
