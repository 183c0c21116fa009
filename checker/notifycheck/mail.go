package main

import (
	"fmt"
	"strings"

	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// mailColumns is the width of a mail in plain text.
const mailColumns = 72

// mail is a finding as plain text that can be pasted into a mail: the subject,
// what goes wrong, the race, since which version, and how to replay it.
func mail(f *counterexamples.File, m *model.Machine) ([]byte, error) {
	p, err := f.Property()
	if err != nil {
		return nil, err
	}
	id := shownRow(f, m.Design)
	about := id
	if id == "" {
		about = label(f)
	}
	var b strings.Builder
	dev, isRow := design.DeviationByID(id)
	if isRow {
		b.WriteString(fold(fmt.Sprintf("Subject: %s: %s (%v)", id, dev.Title, p)))
	} else {
		b.WriteString(fold(fmt.Sprintf("Subject: %s: %v: %s", about, p, f.Violation())))
	}
	fmt.Fprintf(&b, "\n%s\n", wrap(fmt.Sprintf("Under %s: %s.", label(f), f.Violation()), mailColumns))
	explained := counterexamples.Explanation(about, p)
	if explained == "" {
		explained = f.Comment
	}
	b.WriteString(wrap(strings.TrimSpace(explained), mailColumns) + "\n")
	b.WriteString(counterexamples.Race(m, m.Init()[0], f.Actions(), f.Wrong(), mailColumns) + "\n")
	b.WriteString(wrap(mailVersions(f, p, dev, isRow), mailColumns))
	b.WriteString("\nReplay it with\n\n" + replayCommand(f.Name))
	return []byte(b.String()), nil
}

// label is the design that a file is about.
func label(f *counterexamples.File) string {
	return strings.Join(append([]string{f.Verdict.Design}, f.Verdict.With...), " with ")
}

// shownRow is the row of the catalogue that the file shows; empty when it shows a
// named design.
func shownRow(f *counterexamples.File, d design.Design) string {
	if len(f.Verdict.Rows) > 0 {
		return f.Verdict.Rows[0]
	}
	for _, dev := range design.Catalogue() {
		if f.Name == counterexamples.PathOf(f.Verdict.Property, dev.ID) && dev.Design() == d {
			return dev.ID
		}
	}
	return ""
}

// fold breaks the header of a mail: what continues it is indented.
func fold(header string) string {
	return strings.ReplaceAll(strings.TrimSuffix(wrap(header, mailColumns-1), "\n"), "\n", "\n ") + "\n"
}

// mailVersions says since when it is so: which versions have the value of the
// row, and under which of them this very schedule violates the property.
func mailVersions(f *counterexamples.File, p spec.Property, dev design.Deviation, isRow bool) string {
	var text string
	if isRow {
		text = fmt.Sprintf("It hangs on %v", design.Assignment{Choice: dev.Choice, Value: dev.Value})
		if have := having(dev); len(have) > 0 {
			text += ", which is so in " + strings.Join(have, ", ") + ". "
		} else {
			text += ", which is so in no version that is modelled. "
		}
	}
	var same []string
	for _, v := range design.Versions() {
		sys, err := properties.NewSystem(v.Design, f.Scenario)
		if err == nil && sys.Breaks(f.Actions(), p) {
			same = append(same, v.Name)
		}
	}
	if len(same) == 0 {
		return text + "The same schedule does it in no version that is modelled."
	}
	return text + "The same schedule does it in " + strings.Join(same, ", ") + "."
}

// having are the versions that have the row's value.
func having(dev design.Deviation) (names []string) {
	for _, v := range design.Versions() {
		if v.Design[dev.Choice] == dev.Value {
			names = append(names, v.Name)
		}
	}
	return names
}

// replayCommand is the command in the tree of this program, broken if it has to
// be.
func replayCommand(path string) string {
	const verb = "  go tool notifycheck replay"
	if len(verb)+1+len(path) <= mailColumns {
		return verb + " " + path + "\n"
	}
	return verb + " \\\n      " + path + "\n"
}
