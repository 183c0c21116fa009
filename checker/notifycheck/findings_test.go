package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/counterexamples"
)

// Each row that is present in the newest version has a page, and nothing else
// has: no text and no file is left of one that is gone.
func TestFindings(t *testing.T) {
	table, err := versionTable()
	require.NoError(t, err)
	names, _, err := findingsDoc(&table)
	require.NoError(t, err)
	wanted := map[string]bool{"README.md": true}
	for _, r := range table.Rows {
		if r.Cells[len(r.Cells)-1].State == counterexamples.Present {
			wanted[r.Deviation.ID+".md"] = true
		}
	}
	require.Len(t, names, len(wanted))
	require.Len(t, findingTexts, len(wanted)-1)
	files, err := os.ReadDir(filepath.Join("..", "..", "docs", findingsDir))
	require.NoError(t, err)
	require.Len(t, files, len(wanted))
	for _, f := range files {
		require.True(t, wanted[f.Name()], f.Name())
	}
}

// What a booted kernel was seen to do is said, and where there are no commands,
// why.
func TestFindingTexts(t *testing.T) {
	for id, text := range findingTexts {
		require.NotEmpty(t, text.sees, id)
		require.Equal(t, text.commands == "", text.none != "", id)
		require.Equal(t, text.seen != "", text.ran, id)
		require.False(t, len(text.runs) > 0 && text.seen == "", id)
	}
}
