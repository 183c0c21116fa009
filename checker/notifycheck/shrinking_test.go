package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A row has what was shrunk, or says that nothing was found.
func TestMeasureShrinking(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shortest.md")
	code, out, stderr := command("measure", "shrinking", "--json", "--only", "H01", "--seeds", "2", "--checks", "2000", "--out", path)
	require.Equal(t, exitExpected, code, stderr)
	var table []shrinking
	require.NoError(t, json.Unmarshal([]byte(out), &table))
	require.Len(t, table, 1)
	require.Len(t, table[0].Runs, 2)
	for _, run := range table[0].Runs {
		require.Positive(t, run.Least)
		require.GreaterOrEqual(t, run.Steps, run.Least)
		require.GreaterOrEqual(t, table[0].worst().ratio(), run.ratio())
	}
	doc, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(doc), "| H01 | stale-share | 2 of 2 | ")

	code, out, stderr = command("measure", "shrinking", "--only", "X05", "--seeds", "1", "--checks", "1", "--out", path)
	require.Equal(t, exitExpected, code, stderr)
	require.Contains(t, out, "| X05 | late-removal | 0 of 1 | - | - | - | - | - | - | - |")
	require.NotContains(t, out, "The median of the rows")

	code, _, stderr = command("measure", "shrinking", "--only", "nothing")
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, `the catalogue has no "nothing"`)
}
