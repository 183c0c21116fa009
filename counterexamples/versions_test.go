package counterexamples

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// rowFile is a file about K01 in 6.12.117: the page is not unmapped when nobody
// was collected.
func rowFile(t *testing.T) *File {
	t.Helper()
	v612, _ := design.ByName("v6.12")
	k01, _ := design.DeviationByID("K01")
	for _, k := range Corpus() {
		if k.Name != NameOf("lost-notification", "K01") {
			continue
		}
		own, err := Parse(k.Name, k.Data)
		require.NoError(t, err)
		c, ok := properties.Blame(v612.Design, k01.Cure(), spec.LostNotification, own.Scenario, 20_000)
		require.True(t, ok)
		require.True(t, c.Alone)
		f, err := RecordFinding(c.Finding, v612.Name, nil, "K01 in 6.12.117.")
		require.NoError(t, err)
		f.Verdict.Rows = []string{"K01"}
		f, err = Parse(k.Name, f.Format())
		require.NoError(t, err)
		return f
	}
	t.Fatal("the corpus has no K01")
	return nil
}

// A file makes its cells present or masked; what it does not show is an error.
func TestVersionsOfAFile(t *testing.T) {
	f := rowFile(t)
	table := newVersionTable()
	require.NoError(t, table.add(f, "f.txtar"))
	row := slices.IndexFunc(table.Rows, func(r VersionRow) bool { return r.Deviation.ID == "K01" })
	at := slices.IndexFunc(table.Versions, func(n design.Named) bool { return n.Name == "v6.12" })
	require.Equal(t, VersionCell{State: Present, Property: spec.LostNotification, File: "f.txtar"}, table.Rows[row].Cells[at])
	require.Equal(t, "v6.12", table.FirstBad(&table.Rows[row]))
	require.Equal(t, "v6.14", table.FirstGood(&table.Rows[row]))
	require.ErrorContains(t, table.add(f, "f.txtar"), "K01 of v6.12 is present already")

	for _, c := range []struct {
		change func(v *Verdict)
		want   string
	}{
		{func(v *Verdict) { v.Rows = []string{"Z99"} }, "the catalogue has no Z99"},
		{func(v *Verdict) { v.Rows = []string{"R07"} }, "v6.12 has not window-end=no-plus-one"},
		{func(v *Verdict) { v.Rows = []string{"X06"} }, "X06 is not to break lost-notification"},
		{func(v *Verdict) { v.Rows = []string{"K02"} }, "violated with victim-alloc=reserved too"},
		{func(v *Verdict) { v.Also = []string{"reviewed"} }, "reviewed is no version"},
		{func(v *Verdict) { v.Also = []string{"owner-tracking"} }, "owner-tracking does not start the scenario"},
		{func(v *Verdict) { v.With = []string{"freeze=none"} }, "v6.12 shows K01 without [freeze=none]"},
		{func(v *Verdict) { v.With = []string{"route=corrupted-range"} }, "with another route it is not v6.12"},
	} {
		g := *f
		c.change(&g.Verdict)
		require.ErrorContains(t, g.CheckRows(), c.want)
	}
}

// What was looked for in vain is unseen, unless the version has another value or
// a file shows it.
func TestUnseenVersions(t *testing.T) {
	table := newVersionTable()
	require.NoError(t, table.addUnseen("K01 v6.1 v6.2\n"))
	row := slices.IndexFunc(table.Rows, func(r VersionRow) bool { return r.Deviation.ID == "K01" })
	for i, v := range table.Versions {
		require.Equal(t, v.Name == "v6.1" || v.Name == "v6.2", table.Rows[row].Cells[i].State == Unseen, v.Name)
	}
	for list, want := range map[string]string{
		"Z99 v6.1\n":   "the catalogue has no row of",
		"\n":           "the catalogue has no row of",
		"K01 P1\n":     "K01 of P1 is not to be looked for",
		"K01 v6.1\n":   "K01 of v6.1 is not to be looked for", // twice
		"R07 v6.1\n":   "R07 of v6.1 is not to be looked for", // it has another value
		"L09 v6.12 \n": "L09 of v6.12 is not to be looked for",
	} {
		require.ErrorContains(t, table.addUnseen(list), want)
	}
	f := rowFile(t)
	shown := newVersionTable()
	require.NoError(t, shown.addUnseen("K01 v6.12\n"))
	require.ErrorContains(t, shown.add(f, "f.txtar"), "K01 of v6.12 is unseen already")
}

// The files of the corpus show what they claim, and no version lacks a row that
// a file about it gives it.
func TestVersions(t *testing.T) {
	table, err := Versions()
	require.NoError(t, err)
	require.Len(t, table.Rows, len(design.Catalogue()))
	for _, r := range table.Rows {
		for i, c := range r.Cells {
			has := table.Versions[i].Design[r.Deviation.Choice] == r.Deviation.Value
			require.Equal(t, !has, c.State == Absent, "%s in %s", r.Deviation.ID, table.Versions[i].Name)
			require.Equal(t, c.State == Masked, len(c.By) > 0)
			if c.State == Unsettled {
				t.Logf("%s in %s: not looked for", r.Deviation.ID, table.Versions[i].Name)
			}
		}
	}
}
