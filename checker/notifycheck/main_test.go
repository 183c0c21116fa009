package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "pgregory.net/rapid" // so that the package takes rapid's flags

	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// command runs the command.
func command(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(args, &out, &err)
	return code, out.String(), err.String()
}

// A deviation is found, written, replayed, refuted nowhere else, and shown in
// all ways.
func TestSampleReplayShow(t *testing.T) {
	dir := t.TempDir()
	code, out, stderr := command("sample", "--deviation", "R05", "--out", dir)
	require.Equal(t, exitViolated, code, stderr)
	require.Empty(t, stderr)
	require.Contains(t, out, "R05 violates S5 spurious-shutdown after ")
	require.Contains(t, out, "*** spurious-shutdown: ")
	path := filepath.Join(dir, "spurious-shutdown-R05.txtar")
	require.Contains(t, out, "go tool notifycheck replay "+path)

	code, out, stderr = command("replay", path)
	require.Equal(t, exitExpected, code, stderr)
	require.Equal(t, path+": violated: spurious-shutdown under reviewed\n", out)

	code, out, _ = command("replay", "--design", "reviewed", path)
	require.NotEqual(t, exitViolated, code, out)
	require.Contains(t, out, "diverged at line ")

	for as, want := range map[string]string{
		"race": "CPU0: memory_failure(", "mail": "Subject: reviewed with window-end=exclusive-end: spurious-shutdown", "graph": "# tracer: function_graph", "scenario": "tasks:", "json": `"steps": [`,
		"mermaid": "sequenceDiagram\n    participant CPU0 as CPU0: memory_failure(", "itf": `"format": "ITF"`,
	} {
		code, out, stderr = command("show", "--as", as, path)
		require.Equal(t, exitExpected, code, stderr)
		require.Contains(t, out, want)
	}
	code, out, _ = command("replay", "--json", path)
	require.Equal(t, exitExpected, code)
	var reports []replayReport
	require.NoError(t, json.Unmarshal([]byte(out), &reports))
	require.Equal(t, "violated", reports[0].Verdict)
}

// What holds is said with the number of runs that put it to the test.
func TestSampleHolds(t *testing.T) {
	code, out, stderr := command("sample", "--checks", "300", "--property", "S1")
	require.Equal(t, exitExpected, code, stderr)
	require.Regexp(t, `^reviewed: held: sampled\([1-9][0-9]*\)\n$`, out)

	code, out, _ = command("sample", "--json", "--checks", "300", "--with", "pfn-recheck=no", "--property", "deadlock")
	require.Equal(t, exitExpected, code)
	var report sampleReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Equal(t, []string{"pfn-recheck=no"}, report.With)
	require.Equal(t, "sampled", report.Verdict)

	code, out, _ = command("sample", "--checks", "1", "--property", "S17")
	require.Equal(t, exitUnknown, code, "nothing was put to the test")
	require.Equal(t, "reviewed: vacuous: in none of 1 runs was it put to the test\n", out)
}

// The review fits 120 columns, writes its evidence, and is the same each time.
func TestReview(t *testing.T) {
	dir := t.TempDir()
	code, out, stderr := command("review", "--checks", "300", "--designs", "reviewed,P1", "--out", dir)
	require.Equal(t, exitExpected, code, stderr)
	for line := range strings.Lines(out) {
		require.LessOrEqual(t, len(line), 121, line)
	}
	require.Contains(t, out, "S1 lost-notification")
	data, err := os.ReadFile(filepath.Join(dir, "review.json"))
	require.NoError(t, err)
	var report reviewReport
	require.NoError(t, json.Unmarshal(data, &report))
	require.Len(t, report.Designs, 2)
	require.Len(t, report.Designs[0].Cells, int(spec.NumProperties))
	for _, c := range report.Designs[1].Cells {
		if c.Verdict != "violated" {
			continue
		}
		path := c.File
		if strings.HasPrefix(path, counterexamples.Dir) {
			path = filepath.Join("..", "..", path)
		}
		code, out, stderr := command("replay", path)
		assert.Equal(t, exitExpected, code, out+stderr)
	}
	markdown, err := os.ReadFile(filepath.Join(dir, "review.md"))
	require.NoError(t, err)
	require.Contains(t, string(markdown), "| reviewed | ")
	checkReviewFiles(t, dir, &report)

	_, again, _ := command("review", "--json", "--checks", "300", "--designs", "reviewed,P1", "--out", dir)
	require.Equal(t, string(data), again)
}

// A reader finds the race of each X: the corpus has one for every violation that
// a review without flags finds.
func TestReviewNamesAFileForEachViolation(t *testing.T) {
	code, out, stderr := command("review", "--json")
	require.Equal(t, exitExpected, code, stderr)
	var report reviewReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	violated := 0
	for _, row := range report.Designs {
		for _, c := range row.Cells {
			if c.Verdict == "violated" {
				violated++
				assert.NotEmpty(t, c.File, "%s %s", row.Design, c.Property)
			}
		}
	}
	require.Positive(t, violated)
}

// Each list has its rows, as text and as JSON.
func TestList(t *testing.T) {
	for _, c := range []struct {
		list, head string
		rows       int
	}{
		{"designs", "name", len(design.NamedDesigns())},
		{"choices", "name", len(design.Choices())},
		{"catalogue", "id", len(design.Catalogue())},
		{"properties", "id", int(spec.NumProperties)},
		{"scenarios", "file", len(counterexamples.Corpus())},
	} {
		code, out, stderr := command("list", c.list)
		require.Equal(t, exitExpected, code, stderr)
		require.Equal(t, c.rows, strings.Count(out, "\n"), c.list)
		_, out, _ = command("list", "--json", c.list)
		var rows []map[string]string
		require.NoError(t, json.Unmarshal([]byte(out), &rows))
		require.Len(t, rows, c.rows)
		for _, row := range rows {
			require.NotEmpty(t, row[c.head])
		}
	}
}

// The corpus is made the same each time.
func TestCorpus(t *testing.T) {
	var files [2][]byte
	for i := range files {
		dir := t.TempDir()
		code, out, stderr := command("corpus", "--only", "X04", "--dir", dir)
		require.Equal(t, exitExpected, code, out+stderr)
		data, err := os.ReadFile(filepath.Join(dir, "deadlock", "X04.txtar"))
		require.NoError(t, err)
		files[i] = data
	}
	require.Equal(t, string(files[0]), string(files[1]))

	code, out, _ := command("corpus", "--only", "R09", "--checks", "1", "--seed", "1", "--dir", t.TempDir())
	if code != exitExpected { // seed 1 may happen to find it
		require.Equal(t, exitUnknown, code)
		require.Contains(t, out, "no violation in 1 checks")
	}
}

func TestMeasure(t *testing.T) {
	out := filepath.Join(t.TempDir(), "m.md")
	code, _, stderr := command("measure", "--only", "R01", "--seeds", "3", "--checks", "2000", "--out", out)
	require.Equal(t, exitExpected, code, stderr)
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	require.Contains(t, string(text), "| R01 | lost-notification | ")
}

// Documents that were just written are up to date; one that was edited is
// named, and one that is none any more is named and removed.
func TestDocs(t *testing.T) {
	dir := t.TempDir()
	gone := filepath.Join(dir, findingsDir, "Z99.md") // a finding that was cured
	others := []string{filepath.Join(dir, findingsDir, "notes.md"), filepath.Join(dir, "locks.md")}
	require.NoError(t, writeFile(gone, []byte(generatedBy("docs")+"# Z99\n")))
	require.NoError(t, writeFile(others[0], []byte("# Notes\n")))
	require.NoError(t, writeFile(others[1], []byte(generatedBy("measure locks"))))
	code, out, stderr := command("docs", "--dir", dir)
	require.Equal(t, exitExpected, code, stderr)
	require.Contains(t, out, "\nremoved "+gone+"\n")
	require.NoFileExists(t, gone)
	for _, other := range others {
		require.FileExists(t, other)
	}

	code, out, _ = command("docs", "--dir", dir, "--check")
	require.Equal(t, exitExpected, code)
	require.Empty(t, out)

	path := filepath.Join(dir, "choices.md")
	require.NoError(t, os.WriteFile(path, []byte("edited"), 0o600))
	require.NoError(t, writeFile(gone, []byte(generatedBy("docs")+"# Z99\n")))
	code, out, _ = command("docs", "--dir", dir, "--check")
	require.Equal(t, exitViolated, code)
	require.Equal(t, "stale: "+path+"\nstale: "+gone+"\n", out)
	require.FileExists(t, gone)
}

// Bad input gives one line and exit 2.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.txtar")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	garbage := filepath.Join(dir, "garbage.txtar")
	require.NoError(t, os.WriteFile(garbage, bytes.Repeat([]byte{0xff, '\n', 0}, 1000), 0o600))
	for _, c := range []struct {
		args string
		want string
	}{
		{"frobnicate", `unknown command "frobnicate"`},
		{"review --checks 0", "--checks: expected a number of at least 1, not 0"},
		{"review --checks many", `invalid argument "many"`},
		{"review --designs v9", `--designs: there is no design "v9"`},
		{"review --frob", "unknown flag: --frob"},
		{"review extra", `unknown command "extra"`},
		{"sample --design v9", `--design: there is no design "v9"`},
		{"sample --with pfn-recheck", `--with: "pfn-recheck": want choice=value`},
		{"sample --with pfn-recheck=maybe", `--with: pfn-recheck has no value "maybe"`},
		{"sample --with frob=yes", `--with: no choice "frob"`},
		{"sample --property S99", `--property: there is no property "S99"`},
		{"explore tiny/base/alone/1 --witness S99", `--witness: there is no property "S99"`},
		{"explore tiny/base/alone/1 --max-memory 9223372036854775807", "--max-memory: expected at most 8796093022207, not 9223372036854775807"},
		{"sample --deviation R99", `--deviation: the catalogue has no "R99"`},
		{"sample --deviation R05 --design v6.0", "none of the others can be"},
		{"replay", "requires at least 1 arg"},
		{"replay " + dir, "expected a file"},
		{"replay " + dir + "/none.txtar", "no such file"},
		{"replay " + empty, "empty.txtar:1: expected a comment"},
		{"replay " + garbage, "garbage.txtar:1: expected text in UTF-8"},
		{"show " + empty, "empty.txtar:1: expected a comment"},
		{"list", "accepts 1 arg"},
		{"list frobs", `there is no list of "frobs"`},
		{"corpus --only Z99", `--only: there is no deviation and no design "Z99"`},
		{"corpus --renew --only R05", "[only renew] were all set"},
		{"measure --only Z99", `--only: the catalogue has no "Z99"`},
		{"measure --seeds 0", "--seeds: expected a number of at least 1, not 0"},
	} {
		code, out, stderr := command(strings.Fields(c.args)...)
		assert.Equal(t, exitBadInput, code, c.args)
		assert.Empty(t, out, c.args)
		assert.Contains(t, stderr, c.want, c.args)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
	}
}

// full is a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// What cannot be printed is an error, whatever came out.
func TestOutputThatCannotBeWritten(t *testing.T) {
	for _, args := range [][]string{
		{"list", "designs"},
		{"list", "designs", "--json"},
		{"--help"},
		{"show", counterexamples.PathOf("deadlock", "v7.3")},
		{"replay", "--design", "v6.0", counterexamples.PathOf("deadlock", "v7.3")},
	} {
		var stderr bytes.Buffer
		assert.Equal(t, exitBadInput, run(args, full{}, &stderr), args)
		assert.Equal(t, "notifycheck: no space left on device\n", stderr.String(), args)
	}
}

func TestWrap(t *testing.T) {
	require.Equal(t, "a b\nccccc\n\nd\n", wrap("a b ccccc\n\nd", 5))
}

func TestMissedAim(t *testing.T) {
	table := []measurement{{Median: aimMedian, P99: aimP99}, {Median: aimMedian + 1}, {P99: aimP99 + 1}}
	require.Contains(t, missedAim(table), "; 2 of the 3 rows miss it.")
}
