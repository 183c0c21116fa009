package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
)

// askTable runs ask and returns its rows.
func askTable(t *testing.T, args ...string) []map[string]string {
	t.Helper()
	code, out, stderr := command(append([]string{"ask", "--json"}, args...)...)
	require.Equal(t, exitExpected, code, stderr)
	var rows []map[string]string
	require.NoError(t, json.Unmarshal([]byte(out), &rows))
	require.NotEmpty(t, rows)
	return rows
}

// Who is signalled is as was seen on booted kernels: the consumer AR whatever
// its policy, others AO with early kill, nobody unmapped when nobody is
// collected; reviewed unmaps all the same.
func TestAskSignals(t *testing.T) {
	rows := askTable(t, "signals", "--designs", "v6.12,reviewed")
	require.Len(t, rows, 2*3*4)
	for _, row := range rows {
		early := row["policy"] == "early" || row["policy"] == "default" && row["sysctl"] == "1"
		want, mapped := "none", row["found by"] == "scrub" && !early
		switch {
		case row["found by"] == "its access" || row["found by"] == "its madvise":
			want = "AR"
		case early:
			want = "AO"
		}
		require.Equal(t, want+", unmapped", row["reviewed"], row)
		if mapped {
			want += ", mapped"
		} else {
			want += ", unmapped"
		}
		require.Equal(t, want, row["v6.12"], row)
	}
}

// reviewed violates nothing in any of the tables; 6.12.117 does what was seen.
func TestAskCases(t *testing.T) {
	for _, row := range askTable(t, "cases", "--designs", "v6.12,reviewed") {
		require.NotContains(t, row["reviewed"], "!", row)
		require.NotContains(t, row["reviewed"], "stuck", row)
		switch row["case"] {
		case "closed file, inode reclaimable":
			require.Contains(t, row["v6.12"], "-EFSCORRUPTED; shutdown; !S5")
		case "a header, then a mapped page":
			require.Contains(t, row["v6.12"], "-EFSCORRUPTED; -EIO; p1 maps it; shutdown; !S1")
		}
	}
	for _, row := range askTable(t, "windows", "--designs", "v6.12,reviewed") {
		require.Equal(t, "holds", row["reviewed"], row)
	}
	for _, row := range askTable(t, "topologies", "--designs", "reviewed") {
		require.Contains(t, []string{"holds", "refused"}, row["reviewed"], row)
	}
}

// Each swap is refuted by something.
func TestAskOrders(t *testing.T) {
	for _, row := range askTable(t, "orders") {
		require.NotEqual(t, "-", row["violates"], row)
	}
}

// The cycle of the AGF and the DAX entry lock ends in the deadlock of the
// corpus.
func TestAskLocks(t *testing.T) {
	rows := askTable(t, "locks", "--designs", "v7.3,reviewed")
	require.Equal(t, "AGF -> entry -> AGF", rows[0]["cycle"])
	require.Contains(t, rows[0]["a run that ends in it"], counterexamples.Dir+"/deadlock/")
	for _, row := range rows {
		require.True(t, row["design"] != "reviewed" || row["a run that ends in it"] != "" && strings.HasPrefix(row["a run that ends in it"], "-"), row)
	}
}

// Each version is a column, and a row is present where the table says since
// when.
func TestAskVersions(t *testing.T) {
	rows := askTable(t, "versions")
	for _, row := range rows {
		for _, v := range design.Versions() {
			require.Contains(t, row, v.Name)
		}
		if first := row["first bad"]; first != "-" {
			require.Regexp(t, `^[SL]\d+`, row[first])
			require.NotEqual(t, first, row["first good"])
		}
	}
	code, _, stderr := command("ask", "everything")
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, `there is no table of "everything"`)
}

// Each question is answered by commands that print something, or says why not;
// what is shown does not change from run to run.
func TestQuestions(t *testing.T) {
	for i, q := range questions {
		require.True(t, len(q.runs) > 0 || strings.HasPrefix(q.rest, "Not answered"), q.asked)
		require.True(t, strings.HasSuffix(q.asked, "?") || strings.HasSuffix(q.asked, "."), "question %d", i+1)
	}
	r := answer{args: "ask cases --designs reviewed", from: "free block", lines: 1}
	text, err := r.text()
	require.NoError(t, err)
	require.Regexp(t, `(?s)^case +reviewed\nfree block +0\n\.\.\.\n$`, text)
	for _, bad := range []answer{{args: "frobnicate"}, {args: "ask cases", from: "no such case"}} {
		_, err := bad.text()
		require.ErrorContains(t, err, bad.args)
	}
	r = answer{args: "explore " + counterexamples.PathOf("deadlock", "v7.3") + " --design reviewed", lines: 2}
	text, err = r.text()
	require.NoError(t, err)
	require.NotRegexp(t, `in \d`, strings.TrimPrefix(text, fmt.Sprint(r.args)))
}
