package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/properties"
)

// The record is of the tables as they are: each step is taken and each value
// matters where it says, or an excuse says why not. A failure means that
// `measure coverage` has to be run again.
func TestCoverageRecord(t *testing.T) {
	old, err := readCoverage("../../docs/coverage.md")
	require.NoError(t, err)
	scope, ok := properties.ScopeByName(coverageScope)
	require.True(t, ok)
	c := newCoverage(&scope, nil)
	require.NoError(t, c.again(old))
	require.Empty(t, c.errors())
	for it, w := range c.found {
		require.Equal(t, old[it.String()].Scenario, w.Scenario, it)
	}
	page, err := os.ReadFile("../../docs/coverage.md")
	require.NoError(t, err)
	require.Equal(t, string(page), c.doc())
}

// A record without a step, and an excuse for what is reached, are errors.
func TestCoverageErrors(t *testing.T) {
	page, err := os.ReadFile("../../docs/coverage.md")
	require.NoError(t, err)
	var kept []string
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| mfLookup |") {
			kept = append(kept, line)
		}
	}
	path := filepath.Join(t.TempDir(), "coverage.md")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(kept, "")), 0o600))
	old, err := readCoverage(path)
	require.NoError(t, err)
	require.NotContains(t, old, "mfLookup")
	c := &coverage{missing: map[coverItem]bool{}, found: map[coverItem]coverWitness{}}
	for _, it := range coverItems() {
		if w, ok := old[it.String()]; ok {
			c.found[it] = w
		}
	}
	require.Equal(t, []string{"mfLookup: nothing in small reaches it, and no excuse says why"}, c.errors())
	for _, it := range coverItems() {
		if it.String() == "mfLookup" || it.String() == "oopsed" {
			c.found[it] = coverWitness{Design: "reviewed", Scenario: "small/base/alone/1"}
		}
	}
	require.Equal(t, []string{"oopsed: it is excused, and small/base/alone/1 reaches it under reviewed"}, c.errors())
}
