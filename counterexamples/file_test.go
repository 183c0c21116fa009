package counterexamples

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model/design"
)

// same compares what files say, without the lines on which they say it.
func same(t require.TestingT, want, got *File) {
	w, g := *want, *got
	for _, f := range []*File{&w, &g} {
		f.Name, f.scenarioText, f.verdictAt, f.lines, f.raceAbove = "", nil, nil, nil, 0
	}
	require.Equal(t, w, g)
}

// drawFile is a counterexample, or a litmus file, of anything.
func drawFile(t *rapid.T) *File {
	m := drawMachine(t)
	v := Verdict{
		Property: rapid.StringMatching(`[a-z]{1,9}(-[a-z]{1,9}){0,3}`).Draw(t, "property"),
		Design:   rapid.SampledFrom(design.NamedDesigns()).Draw(t, "design").Name,
		Message:  rapid.StringMatching(`[!-~]([ -~]{0,40}[!-~])?`).Draw(t, "message"),
		Verdict:  checker.Violated,
	}
	for range rapid.IntRange(0, 3).Draw(t, "assignments") {
		c := rapid.SampledFrom(design.Choices()).Draw(t, "choice")
		value := rapid.IntRange(0, len(c.Info().Values)-1).Draw(t, "value")
		v.With = append(v.With, design.Assignment{Choice: c, Value: design.Value(value)}.String())
	}
	for range rapid.IntRange(0, 2).Draw(t, "also") {
		v.Also = append(v.Also, rapid.SampledFrom(design.NamedDesigns()).Draw(t, "design").Name)
		v.Rows = append(v.Rows, rapid.SampledFrom(design.Catalogue()).Draw(t, "row").ID)
	}
	v.Alone = rapid.Bool().Draw(t, "alone")
	comment := rapid.StringMatching(`[A-Z][ -~]{0,60}(\n[a-z][ -~]{0,60}){0,3}`).Draw(t, "comment")
	schedule := drawSchedule(t, m)
	loop := rapid.IntRange(0, len(schedule)).Draw(t, "loop")
	f, err := Record(m, v, comment, schedule, loop)
	require.NoError(t, err)
	if rapid.Bool().Draw(t, "litmus") {
		f.Schedule, f.Race, f.Loop = nil, "", 0
		f.Verdict.Verdict = rapid.SampledFrom([]checker.Verdict{checker.Violated, checker.Exhausted}).Draw(t, "verdict")
	}
	return f
}

// What a file is formatted to parses to the same.
func TestFileRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t)
		text := f.Format()
		got, err := Parse("f.txtar", text)
		require.NoError(t, err, "%s", text)
		same(t, f, got)
		require.Equal(t, string(text), string(got.Format()))
	})
}

// A scenario written by hand keeps its comments and its layout.
func TestFormatKeepsTheScenarioAsWritten(t *testing.T) {
	text := edit(t, litmus, "tasks:\n", "tasks: # at once\n")
	f, err := Parse("f.txtar", []byte(text))
	require.NoError(t, err)
	require.Equal(t, text, string(f.Format()))
	f.Scenario.Budget = 1
	require.NotContains(t, string(f.Format()), "# at once")
	require.Contains(t, string(f.Format()), "budget: 1\n")
}

const litmus = `A question.

-- scenario.yaml --
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files:
  f1: {data: [1]}
tasks:
  - memory-failure: {pfn: 1}
  - truncate: {file: f1, page: 0}
-- verdict --
version: 1
property: lost-notification
design: reviewed
verdict: exhausted
message: it is not lost
`

const recorded = litmus + `-- schedule --
CPU0 mfRaise 00000000
CPU1 trIolock/2 0123abcd
-- race --
CPU0  CPU1
`

// What is not known when a file is parsed is refused later, at its place.
func TestPos(t *testing.T) {
	f, err := Parse("f.txtar", []byte(edit(t, litmus, "lost-notification", "lost")))
	require.NoError(t, err)
	_, err = f.Property()
	require.EqualError(t, err, `f.txtar:12:11: there is no property "lost"`)
	require.Equal(t, "f.txtar", (&File{Name: "f.txtar"}).Pos("property"))
}

// A bad file is refused in one line with the line of the file.
func TestFileErrors(t *testing.T) {
	violated := edit(t, recorded, "exhausted", "violated")
	sub := func(old, replacement string) string { return edit(t, violated, old, replacement) }
	for _, c := range []struct{ text, want string }{
		{strings.Repeat("garbage\n", 10<<20/8), "f.txtar:1: expected at most 1048576 bytes, not 10485760"},
		{strings.Repeat("garbage\n", 1<<20/8), `f.txtar:131072: expected section "scenario.yaml", not the end of the file`},
		{"", "f.txtar:1: expected a comment that says what goes wrong, then the sections scenario.yaml, verdict, schedule, race"},
		{"A\n\xff\n", "f.txtar:2: expected text in UTF-8"},
		{strings.ReplaceAll(litmus, "\n", "\r\n"), "f.txtar:1: expected lines that end in LF, without CR and NUL"},
		{strings.TrimPrefix(litmus, "A question.\n"), "f.txtar:1: expected a comment that says what goes wrong, then the sections scenario.yaml, verdict, schedule, race"},

		// sections
		{litmus[:strings.Index(litmus, "-- verdict")], `f.txtar:9: expected section "verdict", not the end of the file`},
		{violated[:strings.Index(violated, "-- race")], `f.txtar:18: expected section "race", not the end of the file`},
		{sub("-- verdict --", "-- verdikt --"), `f.txtar:10: no section is called "verdikt"; there are scenario.yaml, verdict, schedule, race`},
		{sub("-- schedule --\nCPU0 mfRaise 00000000\nCPU1 trIolock/2 0123abcd\n", ""), `f.txtar:16: expected section "schedule" before "race"`},
		{violated + "-- race --\n", `f.txtar:21: section "race" is there twice, or after "race"`},
		{violated + "-- verdict --\n", `f.txtar:21: section "verdict" is there twice, or after "race"`},
		{sub("CPU0  CPU1\n", ""), "f.txtar:19: expected the race of the schedule"},
		{sub("CPU0  CPU1", strings.Repeat("x", 81)), "f.txtar:20: expected at most 80 columns, not 81"},

		// scenario and verdict, by the line of the file
		{sub("page: 0", "page: 9"), `f.txtar:9:32: expected a number from 0 to 3, not "9"`},
		{sub("agblocks: 4", "agblocks: 1"), "f.txtar:4:50: a group has 2 to 4 blocks, not 1"},
		{sub("version: 1", "version: 2"), `f.txtar:11:10: expected a number from 1 to 1, not "2"`},
		{sub("version: 1\n", ""), `f.txtar:11:1: a verdict needs the key "version"`},
		{sub("lost-notification", "lost notification"), `f.txtar:12:11: expected the name of a property, not "lost notification"`},
		{sub("reviewed", "v5.4"), `f.txtar:13:9: there is no design "v5.4"`},
		{sub("reviewed", "reviewed\nwith: [pfn-recheck=maybe]"), "f.txtar:14:8: pfn-recheck has no value \"maybe\"; it has: yes, no"},
		{sub("reviewed", "reviewed\nwith: pfn-recheck=no"), `f.txtar:14:7: expected a list of assignments, not "pfn-recheck=no"`},
		{sub("reviewed", "reviewed\nwith: [pfn-recheck]"), `f.txtar:14:8: expected choice=value, not "pfn-recheck"`},
		{sub("verdict: violated", "verdict: held"), `f.txtar:14:10: expected violated or exhausted, not "held"`},
		{sub("it is not lost", `"two\nlines"`), `f.txtar:15:10: expected one sentence, not "two lines"`},
		{recorded, "f.txtar:14:10: expected violated for a file with a schedule, not exhausted"},

		// schedule
		{sub("CPU0 mfRaise 00000000", "CPU2 mfRaise 00000000"), "f.txtar:17:1: there is no CPU2: the scenario has 2 tasks"},
		{sub("CPU0 mfRaise", "task0 mfRaise"), `f.txtar:17:1: expected a task, as CPU0, not "task0"`},
		{sub("CPU0 mfRaise", "CPU00 mfRaise"), `f.txtar:17:1: expected a task, as CPU0, not "CPU00"`},
		{sub("CPU0 mfRaise", "CPU0 mfRaze"), `f.txtar:17:6: there is no step "mfRaze"`},
		{sub("trIolock/2", "trIolock/"), `f.txtar:18:15: expected a branch from 1 to 255 after trIolock/, not ""`},
		{sub("trIolock/2", "trIolock/0"), `f.txtar:18:15: expected a branch from 1 to 255 after trIolock/, not "0"`},
		{sub("0123abcd", "0123ABCD"), `f.txtar:18:17: expected a digest of 8 hexadecimal digits, not "0123ABCD"`},
		{sub("CPU0 mfRaise 00000000", "CPU0 mfRaise"), `f.txtar:17:1: expected task, step and digest, as CPU0 mfLock 5f3a9c12, not "CPU0 mfRaise"`},
		{sub("CPU0 mfRaise 00000000", ""), `f.txtar:17:1: expected task, step and digest, as CPU0 mfLock 5f3a9c12, not ""`},
		{sub("0123abcd\n", "0123abcd\nloop\n"), `f.txtar:19: expected the steps that repeat after "loop"`},
		{sub("CPU0 mfRaise 00000000\n", "loop\nloop\nCPU0 mfRaise 00000000\n"), `f.txtar:18:1: expected task, step and digest, as CPU0 mfLock 5f3a9c12, not "loop"`},
	} {
		_, err := Parse("f.txtar", []byte(c.text))
		assert.EqualError(t, err, c.want)
	}
	_, err := Parse("f.txtar", []byte(violated))
	require.NoError(t, err)
}

// Deep nesting and long lines are refused as fast as anything else.
func TestHostileYAML(t *testing.T) {
	for _, unit := range []string{"[", "{a: ", "- ", "? ", "a: &a [*a, ", "x"} {
		text := edit(t, litmus, "{device-pages: 4, blocks: 4, agblocks: 4}", strings.Repeat(unit, (MaxSize-1000)/len(unit)))
		_, err := Parse("f.txtar", []byte(text))
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "\n")
		assert.Less(t, len(err.Error()), 300)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(litmus))
	f.Add([]byte(strings.Replace(recorded, "exhausted", "violated", 1)))
	for _, name := range []string{"full.yaml", "kinds.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(fmt.Appendf(nil, "A file.\n-- scenario.yaml --\n%s%s", data, litmus[strings.Index(litmus, "-- verdict"):]))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse("f.txtar", data)
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			require.True(t, strings.HasPrefix(err.Error(), "f.txtar:"), err)
			return
		}
		text := file.Format()
		again, err := Parse("f.txtar", text)
		require.NoError(t, err, "%s", text)
		same(t, file, again)
		require.Equal(t, string(text), string(again.Format()))
	})
}
