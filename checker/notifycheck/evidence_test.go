package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// reviewReference reviews reviewed on one drawn run, after a change to what
// it has to judge with.
func reviewReference(t *testing.T, change func(r *reviewing)) (code int, report reviewReport) {
	t.Helper()
	var out strings.Builder
	subjects, err := reviewed([]string{referenceDesign})
	require.NoError(t, err)
	scope, ok := properties.ScopeByName(controlScope)
	require.True(t, ok)
	r := reviewing{subjects: subjects, checks: 1, scope: scope, corpus: counterexamples.Corpus()}
	change(&r)
	a := &app{out: &out, err: &out, json: true}
	if err := a.reviewSubjects(&r); err != nil {
		var failed status
		require.ErrorAs(t, err, &failed)
		code = int(failed)
	}
	require.NoError(t, json.Unmarshal([]byte(out.String()), &report))
	return code, report
}

// Each property has its row, with hits in runs and states, a witness whose
// command shows it, and deviations that it refutes.
func TestEvidence(t *testing.T) {
	code, out, stderr := command("review", "--checks", "300", "--designs", "reviewed", "--json")
	require.Equal(t, exitExpected, code, stderr)
	var report reviewReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Empty(t, report.Surprises)
	require.Len(t, report.Evidence, int(spec.NumProperties))
	for p, e := range report.Evidence {
		require.Equal(t, spec.Property(p).String(), e.Property)
		require.NotEmpty(t, e.Killed, e.Property)
		require.Len(t, e.Explored, 1)
		x := e.Explored[0]
		require.Equal(t, controlScope, x.Scope)
		require.Positive(t, x.Held, e.Property)
		require.LessOrEqual(t, x.Held, x.States)
		require.Positive(t, x.Scenarios, e.Property)
		args := strings.Fields(e.Command)
		require.Equal(t, []string{"go", "tool", "notifycheck"}, args[:3])
		code, out, stderr := command(args[3:]...)
		require.Equal(t, exitExpected, code, stderr)
		require.Contains(t, strings.Join(strings.Fields(out), " "), "*** "+e.Property+" is put to the test: "+spec.Property(p).Info().Premise)
	}
}

// A judge that nothing can trip fails the build: without a scenario in which
// the premise holds, and without a deviation that the property refutes.
func TestReviewFailsWhenVacuous(t *testing.T) {
	vacuous := func(report *reviewReport, p spec.Property, what string) bool {
		name := p.Info().ID + " " + p.String()
		return slices.ContainsFunc(report.Surprises, func(s string) bool { return strings.HasPrefix(s, name+" "+what) })
	}
	code, report := reviewReference(t, func(*reviewing) {})
	require.Equal(t, exitExpected, code, report.Surprises)

	code, report = reviewReference(t, func(r *reviewing) { // no mount in it, and none is drawn at this seed
		r.scope.Families = slices.DeleteFunc(r.scope.Families, func(f properties.Family) bool { return f.Name != "ext4" })
	})
	require.Equal(t, exitViolated, code)
	require.Zero(t, report.Evidence[spec.DroppedWhileMounting].Tested)
	require.True(t, vacuous(&report, spec.DroppedWhileMounting, "is vacuous: "), report.Surprises)
	require.False(t, vacuous(&report, spec.LostNotification, ""), report.Surprises)

	code, report = reviewReference(t, func(r *reviewing) { // those that shut down for nothing are gone
		killed, err := kills(r.corpus)
		require.NoError(t, err)
		r.corpus = slices.DeleteFunc(r.corpus, func(k counterexamples.Kept) bool {
			_, id, _ := strings.Cut(strings.TrimSuffix(k.Name, ".txtar"), "/")
			return slices.Contains(killed[spec.SpuriousShutdown], id)
		})
	})
	require.Equal(t, exitViolated, code)
	require.True(t, vacuous(&report, spec.SpuriousShutdown, "refutes nothing: "), report.Surprises)
	require.False(t, vacuous(&report, spec.LostNotification, ""), report.Surprises)
}

// A counterexample that no longer replays kills nothing.
func TestKillsReplay(t *testing.T) {
	corpus := counterexamples.Corpus()
	i := slices.IndexFunc(corpus, func(k counterexamples.Kept) bool { return k.Name == counterexamples.NameOf("deadlock", "X04") })
	require.GreaterOrEqual(t, i, 0)
	killed, err := kills(corpus[i : i+1])
	require.NoError(t, err)
	require.Equal(t, []string{"X04"}, killed[spec.Deadlock])

	head, schedule, ok := strings.Cut(string(corpus[i].Data), "-- schedule --\n")
	require.True(t, ok)
	_, rest, _ := strings.Cut(schedule, "\n") // the first step
	killed, err = kills([]counterexamples.Kept{{Name: corpus[i].Name, Data: []byte(head + "-- schedule --\n" + rest)}})
	require.NoError(t, err)
	require.Equal(t, [spec.NumProperties][]string{}, killed)
}

// The shares are of what was run, a table for the runs and one for each scope.
func TestShares(t *testing.T) {
	code, out, stderr := command("review", "--checks", "100", "--designs", "reviewed,P1", "--premises")
	require.Equal(t, exitExpected, code, stderr)
	require.Contains(t, out, "\nPercent of drawn runs in which the premise held:\n")
	require.Contains(t, out, "\nPercent of visited states of tiny in which the premise held:\n")
	_, alone, _ := command("review", "--checks", "100", "--designs", "P1")
	require.Contains(t, alone, "reviewed is not among the designs: nothing here shows that the judge can fail.")

	_, report := reviewReference(t, func(*reviewing) {})
	tables := report.shares()
	require.Len(t, tables, 2)
	for _, table := range tables {
		require.Len(t, table.Rows, 1)
		require.Len(t, table.Rows[0], len(table.Heads))
	}
	require.Equal(t, []string{"-", "0", "<1", "50", "99", "100"},
		[]string{share(0, 0), share(0, 5), share(1, 1000), share(1, 2), share(999, 1000), share(7, 7)})
}

// A witness is asked of one scenario, and there may be none.
func TestWitness(t *testing.T) {
	code, out, stderr := command("explore", "tiny/base/alone/1", "--witness", "S17")
	require.Equal(t, exitViolated, code, stderr)
	require.Contains(t, out, "no schedule under reviewed puts leak-between-filesystems to the test")
	code, _, stderr = command("explore", "tiny", "--witness", "S1")
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, `--witness is for one scenario, and "tiny" is a scope`)
	code, out, stderr = command("explore", "tiny/base/alone/1", "--witness", "S4", "--json")
	require.Equal(t, exitExpected, code, stderr)
	var report witnessReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.True(t, report.Held)
	require.Positive(t, report.Steps)
	require.Contains(t, report.Race, "*** missed-shutdown is put to the test")
}

// Shards add up to what one exploration counts.
func TestPremisesOfShards(t *testing.T) {
	subjects, err := reviewed([]string{referenceDesign})
	require.NoError(t, err)
	scope, _ := properties.ScopeByName(controlScope)
	opts := properties.ExploreOptions{Reduction: properties.Reduced}
	whole, err := new(app).exploreList(subjects[0], &scope, opts)
	require.NoError(t, err)
	var sum [spec.NumProperties]int
	for shard := range 3 {
		require.NoError(t, properties.ExploreAll(subjects[0].design, part(&scope, shard+1, 3, 0), opts,
			func(_ properties.Named, e properties.Explored) bool {
				for p, n := range e.Premises {
					sum[p] += n
				}
				return true
			}))
	}
	require.Equal(t, whole.Premises, sum)
}

// A scope without the premise of a property is an error under reviewed; a part
// of it is not.
func TestExploreFailsWhenVacuous(t *testing.T) {
	scope, _ := properties.ScopeByName(controlScope)
	scope.Families = slices.DeleteFunc(scope.Families, func(f properties.Family) bool { return f.Name != "ext4" })
	var out strings.Builder
	a := &app{out: &out, err: &out}
	f := exploreFlags{design: designFlags{name: referenceDesign}, shard: "1/1"}
	require.Equal(t, status(exitViolated), a.exploreScope(&scope, &f))
	require.Contains(t, out.String(), "\nERROR: L7 dropped-while-mounting is vacuous: ")
	require.NotContains(t, out.String(), "ERROR: S1 ")
	f.shard = "1/2"
	require.NoError(t, a.exploreScope(&scope, &f))
}
