package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// Every step that takes a lock has a row. What the table says of a lock that
// is noticed comes out again, and nothing is noticed there with the lock; what
// is not noticed has the reason that is given, and no reason is left over.
func TestLocks(t *testing.T) {
	t.Parallel()
	rows, err := readLocks(filepath.Join("..", "..", locksPath))
	require.NoError(t, err)
	scenarios := map[string]properties.Named{}
	for _, row := range rows {
		if row.Scenario != "" {
			scenarios[row.Scenario] = properties.Named{}
		}
	}
	find(t, scenarios)
	reasons := 0
	for _, st := range properties.Takers() {
		row, ok := rows[st.String()]
		require.True(t, ok, "%v takes a lock and has no row: run measure locks --only %v", st, st)
		require.Equal(t, takenBy(st), row.Locks, "%v: run measure locks --only %v", st, st)
		delete(rows, st.String())
		if row.Scenario == "" {
			require.NotEmpty(t, unnoticed[st.String()], "say in unnoticed why nothing notices %v", st)
			require.Equal(t, unnoticed[st.String()], row.Why, "%v: run measure locks --only %v", st, st)
			reasons++
			continue
		}
		one := func(yield func(properties.Named) bool) { yield(scenarios[row.Scenario]) }
		u, err := properties.Unlock(design.Design{}, st, one, 0, properties.ExploreOptions{})
		require.NoError(t, err)
		require.Equal(t, newLockRow(&u), row, "%v: run measure locks --only %v", st, st)
	}
	require.Empty(t, rows, "rows of steps that take no lock")
	require.Len(t, unnoticed, reasons, "a reason for what is noticed")
}

// find finds the scenarios by their names, in the order in which locks are
// taken away in them.
func find(t *testing.T, scenarios map[string]properties.Named) {
	t.Helper()
	left := len(scenarios)
	for sc := range lockScenarios("tiny", "small", crossing, "medium") {
		if named, ok := scenarios[sc.Name]; ok {
			require.Empty(t, named.Name, "two scenarios of a name")
			scenarios[sc.Name] = sc
			if left--; left == 0 {
				return
			}
		}
	}
	for name, sc := range scenarios {
		require.NotEmpty(t, sc.Name, "there is no %s any more: run measure locks", name)
	}
}

func TestCrossings(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, sc := range properties.Crossings() {
		require.False(t, names[sc.Name], "%s twice", sc.Name)
		names[sc.Name] = true
		require.NoError(t, sc.Scenario.Validate(), sc.Name)
		require.Equal(t, sc.Scenario, properties.Canonical(sc.Scenario), sc.Name)
	}
}

// One step is measured again, and the other rows stay, with the reasons of today.
func TestMeasureLocks(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "locks.md")
	kept := lockRow{Step: "xfFreeze", Function: "f", Locks: "freeze", Why: "an old reason"}
	gone := lockRow{Step: "xxOld", Function: "f", Locks: "old", Violated: "S1", Scenario: "tiny/1"}
	require.NoError(t, os.WriteFile(path, []byte(locksDoc([]lockRow{kept, gone})), 0o600))
	code, out, stderr := command("measure", "locks", "--only", "mfLock", "--out", path)
	require.Equal(t, exitExpected, code, stderr)
	require.Contains(t, out, "| mfLock | `memory_failure` | mf_mutex | S15 | tiny/base/second-event/")
	doc, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, out, string(doc))
	rows, err := readLocks(path)
	require.NoError(t, err)
	require.Len(t, rows, 2)
	kept.Why = unnoticed["xfFreeze"]
	require.Equal(t, kept, rows["xfFreeze"])

	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"--only", "mfUnlock", "--out", path}, `no step "mfUnlock" takes a lock`},
		{[]string{"--only", "mfLock", "--out", path + ".none"}, "no such file"},
	} {
		code, _, stderr = command(slices.Concat([]string{"measure", "locks"}, tc.args)...)
		require.Equal(t, exitBadInput, code)
		require.Contains(t, stderr, tc.want)
	}
}
