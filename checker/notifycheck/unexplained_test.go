package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// Each removal is in the section of its causes.
func TestMeasureUnexplained(t *testing.T) {
	path := filepath.Join(t.TempDir(), "unexplained.md")
	code, out, stderr := command("measure", "unexplained", "--scope", "tiny/3", "--out", path,
		"--with", "account=every-event", "--with", "mark=per-entry", "--with", "pfn-recheck=no", "--with", "holder-read=twice", "--with", "put-wait=none")
	require.Equal(t, exitExpected, code, stderr)
	sections := strings.Split(out, "\n## ")
	require.Len(t, sections, 5)
	for i, line := range []string{"", "| S15 | `account=every-event` |", "| S9 | `holder-read=twice` `put-wait=none` |", "| S6 | `mark=per-entry` |", ""} {
		for at, section := range sections {
			require.Equal(t, at == i || line == "", strings.Contains(section, line), "%s in %s", line, section)
		}
	}
	require.Contains(t, sections[2], "`holder-read=twice` (L01); `put-wait=none` (L03, G19)")
	require.Contains(t, sections[3], "`mark=per-entry` `pfn-recheck=no` (X02)")

	code, _, stderr = command("measure", "unexplained", "--scope", "none", "--out", path)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, `there is no scope "none"`)
	code, _, stderr = command("measure", "unexplained", "--scope", "tiny/0", "--out", path)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, `not "0"`)
}

// Values have rows that name a property, rows that do not, or none. A row is
// about its own value, and at most its base besides.
func TestRowsFor(t *testing.T) {
	account := design.Assignment{Choice: design.Account, Value: design.AccountEveryEvent}
	mark := design.Assignment{Choice: design.Mark, Value: design.MarkPerEntry}
	recheck := design.Assignment{Choice: design.PfnRecheck, Value: design.PfnNotRechecked}
	for _, c := range []struct {
		values   []design.Assignment
		property spec.Property
		text     string
		named    bool
	}{
		{[]design.Assignment{account}, spec.NotIdempotent, "N03", true},
		{[]design.Assignment{account}, spec.Deadlock, "N03", false},
		{[]design.Assignment{{Choice: design.Account}}, spec.Deadlock, "", false},
		{[]design.Assignment{mark, recheck}, spec.WrongPoison, "X02", true},
		{[]design.Assignment{account, mark}, spec.NotIdempotent, "", false},
	} {
		text, named := rowsFor(c.values, c.property)
		require.Equal(t, c.text, text)
		require.Equal(t, c.named, named)
	}
}
