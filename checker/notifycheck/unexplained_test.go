package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// A row that names the property explains a choice alone; one that does not, or
// more choices, explain nothing.
func TestMeasureUnexplained(t *testing.T) {
	path := filepath.Join(t.TempDir(), "unexplained.md")
	code, out, stderr := command("measure", "unexplained", "--with", "account=every-event", "--with", "mark=per-entry", "--scope", "tiny/7", "--out", path)
	require.Equal(t, exitExpected, code, stderr)
	explained, not, ok := strings.Cut(out, "## Not explained")
	require.True(t, ok)
	require.Contains(t, explained, "| S15 | `account=every-event` |")
	require.NotContains(t, not, "| S15 | `account=every-event` |")

	code, _, stderr = command("measure", "unexplained", "--scope", "none", "--out", path)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, `there is no scope "none"`)
	code, _, stderr = command("measure", "unexplained", "--scope", "tiny/0", "--out", path)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, `not "0"`)
}

// A value has rows that name a property, rows that do not, or none.
func TestRowsWith(t *testing.T) {
	for _, c := range []struct {
		choice   design.Choice
		value    design.Value
		property spec.Property
		text     string
		named    bool
	}{
		{design.Account, design.AccountEveryEvent, spec.NotIdempotent, "N03", true},
		{design.Account, design.AccountEveryEvent, spec.Deadlock, "N03 (not named)", false},
		{design.Account, 0, spec.Deadlock, "no row", false},
	} {
		text, named := rowsWith(design.Assignment{Choice: c.choice, Value: c.value}, c.property)
		require.Equal(t, c.text, text)
		require.Equal(t, c.named, named)
	}
}
