package counterexamples

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// reviewedStates bounds the search for the violation in reviewed.
const reviewedStates = 300_000

// Every file of the corpus replays and is still violated, its race is what the
// schedule shows, and reviewed does not violate the property.
func TestCorpusReplays(t *testing.T) {
	for _, k := range Corpus() {
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			f, err := Parse(k.Name, k.Data)
			require.NoError(t, err)
			require.Equal(t, string(k.Data), string(f.Format()), "written as Format does")
			res, err := f.Judge()
			require.NoError(t, err)
			require.Equal(t, Violated, res.Outcome, res)
			require.NoError(t, f.CheckRace(res.Race))
			checkRows(t, f)
			checkComment(t, f.Comment)
			checkPlace(t, k.Name, f)
			reviewedHolds(t, f)
		})
	}
}

func checkComment(t *testing.T, comment string) {
	t.Helper()
	require.NotEmpty(t, strings.TrimSpace(comment))
	for line := range strings.Lines(comment) {
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), RaceColumns, line)
	}
}

// checkPlace checks that the file is about what its name says.
func checkPlace(t *testing.T, name string, f *File) {
	t.Helper()
	property, file, _ := strings.Cut(name, "/")
	require.Equal(t, property, f.Verdict.Property)
	subject := strings.TrimSuffix(file, extension)
	d, _, err := f.Verdict.design()
	require.NoError(t, err)
	if len(f.Verdict.Rows) > 0 {
		require.Equal(t, f.Verdict.Rows[0]+"-"+f.Verdict.Design, subject)
		return
	}
	if dev, ok := design.DeviationByID(subject); ok {
		require.Equal(t, dev.Design(), d)
		require.True(t, slices.Contains(dev.Breaks, property))
		return
	}
	named, ok := design.ByName(subject)
	require.True(t, ok, subject)
	require.Equal(t, named.Design, d)
}

// checkRows checks what a file claims of versions: also that no schedule of the
// scenario violates the property without the row's value, where it says so.
func checkRows(t *testing.T, f *File) {
	t.Helper()
	if len(f.Verdict.Rows) == 0 {
		require.Empty(t, f.Verdict.Also)
		require.False(t, f.Verdict.Alone)
		return
	}
	require.NoError(t, f.CheckRows())
	if !f.Verdict.Alone {
		return
	}
	p, err := f.Property()
	require.NoError(t, err)
	row, _ := design.DeviationByID(f.Verdict.Rows[0])
	for _, name := range f.Designs() {
		version, _ := design.ByName(name)
		sys, err := properties.NewSystem(version.Design.With(f.assignments()...).With(row.Cure()), f.Scenario)
		require.NoError(t, err)
		require.True(t, sys.Holds(p, reviewedStates), "%s without %v", name, row.ID)
	}
}

// explored remembers what reviewedHolds has done: files share scenarios.
var explored sync.Map

// reviewedHolds explores the scenario of the file under reviewed. With weak
// victims reviewed has the deviation itself, and it is the row's base that holds.
func reviewedHolds(t *testing.T, f *File) {
	t.Helper()
	p, err := f.Property()
	require.NoError(t, err)
	if _, done := explored.LoadOrStore([2]any{f.Scenario, p}, true); done {
		t.Log("reviewed: see another file of this scenario and property")
		return
	}
	var d design.Design
	if f.Verdict.Weak { // reviewed owes nothing to weak victims; with the bases of all policy rows it does
		for _, dev := range design.Catalogue() {
			if dev.Weak {
				d = d.With(dev.Base...)
			}
		}
	}
	opts := properties.ExploreOptions{Reduction: properties.Reduced, Workers: 1}
	opts.Limits.States = reviewedStates
	e, err := properties.ExploreScenario(d, f.Scenario, opts)
	require.NoError(t, err)
	require.True(t, e.Complete, "in %d states", reviewedStates)
	require.False(t, e.Violated.Has(p), "reviewed violates %v", p)
}

// Whatever the corpus is about has an explanation.
func TestExplanations(t *testing.T) {
	for _, d := range design.Catalogue() {
		assert.NotEmpty(t, deviationTexts[d.ID], d.ID)
	}
	for _, k := range Corpus() {
		f, err := Parse(k.Name, k.Data)
		require.NoError(t, err)
		p, err := f.Property()
		require.NoError(t, err)
		_, file, _ := strings.Cut(k.Name, "/")
		subject := strings.TrimSuffix(file, extension)
		if len(f.Verdict.Rows) > 0 {
			subject = f.Verdict.Rows[0]
		}
		assert.NotEmpty(t, Explanation(subject, p), k.Name)
	}
}

// The README shows the race of the deadlock as the corpus has it.
func TestReadmeShowsTheRace(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	require.NoError(t, err)
	name := NameOf("deadlock", "v7.3")
	for _, kept := range Corpus() {
		if kept.Name == name {
			f, err := Parse(kept.Path(), kept.Data)
			require.NoError(t, err)
			require.Contains(t, string(readme), strings.TrimSpace(f.Race))
			return
		}
	}
	t.Fatalf("no %s", name)
}
