package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/spec"
)

// readSARIF checks a file against the schema of SARIF and reads it.
func readSARIF(t *testing.T, data []byte) *sarif.Run {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
	require.NoError(t, err)
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(v))
	report, err := sarif.FromBytes(data)
	require.NoError(t, err)
	require.Len(t, report.Runs, 1)
	run := report.Runs[0]
	require.Len(t, run.Tool.Driver.Rules, int(spec.NumProperties))
	for i, rule := range run.Tool.Driver.Rules {
		require.Equal(t, spec.Property(i).Info().ID, *rule.ID)
	}
	return run
}

// junitElements are the elements of a report with their attributes and the
// elements in them, as junit-10.xsd of the xUnit plugin of Jenkins has them.
var junitElements = map[string]struct{ attributes, children string }{
	"testsuites": {" name time tests failures errors ", " testsuite "},
	"testsuite": {
		" name tests failures errors group time skipped timestamp hostname id package file log url ",
		" testsuite properties testcase system-out system-err ",
	},
	"properties": {"", " property "},
	"property":   {" name value ", ""},
	"testcase":   {" name time classname group ", " skipped error failure system-out system-err "},
	"failure":    {" type message ", ""},
	"skipped":    {" type message ", ""},
	"system-out": {"", ""},
}

// readJUnit checks a file as the schema would and reads it.
func readJUnit(t *testing.T, data []byte) *junit.Testsuites {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	within := []string{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			element, ok := junitElements[name]
			require.True(t, ok, name)
			if len(within) == 0 {
				require.Equal(t, "testsuites", name)
			} else {
				require.Contains(t, junitElements[within[len(within)-1]].children, " "+name+" ")
			}
			for _, a := range token.Attr {
				require.Contains(t, element.attributes, " "+a.Name.Local+" ", name)
			}
			within = append(within, name)
		case xml.EndElement:
			within = within[:len(within)-1]
		}
	}
	var suites junit.Testsuites
	require.NoError(t, xml.Unmarshal(data, &suites))
	tests, failures := 0, 0
	for i, s := range suites.Suites {
		require.Equal(t, i, s.ID)
		require.Len(t, s.Testcases, s.Tests)
		_, err := strconv.ParseFloat(s.Time, 64)
		require.NoError(t, err)
		tests, failures = tests+s.Tests, failures+s.Failures
	}
	require.Equal(t, []int{tests, failures}, []int{suites.Tests, suites.Failures})
	return &suites
}

// Each verdict is what CI systems should take it for.
func TestJUnitVerdicts(t *testing.T) {
	d := judged{design: "v6.12", facts: [][2]string{{"runs", "300"}}, seconds: 1.5, cases: []judgement{
		{property: spec.Deadlock, verdict: checker.Violated, says: "stuck", file: "a.txtar", race: &counterexamples.File{Race: "CPU0 ]]> &\n"}},
		{property: spec.LostNotification, verdict: checker.Vacuous, says: "never"},
		{property: spec.WrongVictim, verdict: checker.Truncated, says: "cut"},
		{property: spec.WrongPayload, verdict: checker.Exhausted, says: "all"},
		{property: spec.LostWakeup, verdict: checker.Sampled, says: "some"},
	}}
	data, err := encodeJUnit("review", []judged{d, {design: "P1"}})
	require.NoError(t, err)
	suites := readJUnit(t, data)
	require.Len(t, suites.Suites, 2)
	s := suites.Suites[0]
	require.Equal(t, []int{5, 1, 2}, []int{s.Tests, s.Failures, s.Skipped})
	require.Equal(t, "1.500", s.Time)
	require.Equal(t, []junit.Property{{Name: "runs", Value: "300"}}, *s.Properties)
	require.Equal(t, "S12 deadlock", s.Testcases[0].Name)
	require.Equal(t, "notifycheck.v6_12", s.Testcases[0].Classname)
	require.Equal(t, &junit.Result{
		Message: "stuck", Type: "violated", Data: "a.txtar\ngo tool notifycheck replay a.txtar\n\nCPU0 ]]> &\n",
	}, s.Testcases[0].Failure)
	require.Equal(t, "vacuous: never", s.Testcases[1].Skipped.Message)
	require.Equal(t, "truncated: cut", s.Testcases[2].Skipped.Message)
	for _, c := range s.Testcases[3:] {
		require.Nil(t, c.Failure)
		require.Nil(t, c.Skipped)
		require.NotEmpty(t, c.SystemOut.Data)
	}
}

// Every counterexample of the corpus can be a result: its thread flows are the
// tasks, in the order of the race, each place a line of the file.
func TestSARIFOfTheCorpus(t *testing.T) {
	d := judged{design: "reviewed"}
	for _, kept := range counterexamples.Corpus() {
		f, err := counterexamples.Parse(kept.Path(), kept.Data)
		require.NoError(t, err)
		if f.Litmus() || strings.HasPrefix(kept.Name, "testdata/") {
			continue
		}
		p, err := f.Property()
		require.NoError(t, err)
		d.cases = append(d.cases, judgement{property: p, verdict: checker.Violated, says: f.Verdict.Message, file: kept.Path(), race: f})
	}
	data, err := encodeSARIF("review", []judged{d})
	require.NoError(t, err)
	run := readSARIF(t, data)
	require.Len(t, run.Results, len(d.cases))
	for i, result := range run.Results {
		require.Equal(t, d.cases[i].property.Info().ID, *result.RuleID)
		require.Equal(t, int(d.cases[i].property), result.RuleIndex)
		require.Equal(t, d.cases[i].file, *result.Locations[0].PhysicalLocation.ArtifactLocation.URI)
		checkFlow(t, d.cases[i].race, result)
	}
}

// checkFlow checks the code flow of a result against the file.
func checkFlow(t *testing.T, f *counterexamples.File, result *sarif.Result) {
	t.Helper()
	text := strings.Split(string(f.Format()), "\n")
	require.Len(t, result.CodeFlows[0].ThreadFlows, f.Scenario.TaskCount())
	orders := map[int]bool{}
	for _, thread := range result.CodeFlows[0].ThreadFlows {
		last := 0
		for _, at := range thread.Locations {
			if *at.Location.Message.Text == "does not begin" {
				continue
			}
			require.Greater(t, at.ExecutionOrder, last)
			last = at.ExecutionOrder
			orders[last] = true
			line := text[*at.Location.PhysicalLocation.Region.StartLine-1]
			require.Regexp(t, `^CPU\d \w+(/\d+)? [0-9a-f]{8}$`, line, f.Name)
			if !strings.HasPrefix(*at.Location.Message.Text, "waits") && !strings.HasPrefix(*at.Location.Message.Text, "oops") &&
				*at.Location.PhysicalLocation.Region.StartLine < *result.Locations[0].PhysicalLocation.Region.StartLine {
				require.True(t, strings.HasPrefix(line, *thread.ID+" "), "%s: %s is not of %s", f.Name, line, *thread.ID)
			}
		}
	}
	moments, _, err := f.Moments()
	require.NoError(t, err)
	require.Len(t, orders, len(moments))
}

// A rule names the demands of the mail that its property is of.
func TestSARIFRules(t *testing.T) {
	data, err := encodeSARIF("review", nil)
	require.NoError(t, err)
	run := readSARIF(t, data)
	require.Contains(t, string(data), `"results": []`, "a run that found nothing says so")
	for _, o := range obligations {
		for _, p := range o.props {
			rule := run.Tool.Driver.Rules[p]
			require.Contains(t, *rule.Help.Text, o.id+": "+o.says)
			require.Contains(t, rule.Properties.Tags, o.id)
		}
	}
	require.Contains(t, *run.Tool.Driver.Rules[spec.UseAfterFree].Help.Text, "No demand")
}

// explore writes both files, with the counterexample that it found.
func TestExploreForOtherPrograms(t *testing.T) {
	dir := t.TempDir()
	xmlFile, sarifFile := filepath.Join(dir, "x.xml"), filepath.Join(dir, "x.sarif")
	code, _, stderr := command("explore", "../../counterexamples/missed-shutdown/P1.txtar", "--out", dir, "--junit", xmlFile, "--sarif", sarifFile)
	require.Equal(t, exitViolated, code, stderr)
	data, err := os.ReadFile(xmlFile)
	require.NoError(t, err)
	suites := readJUnit(t, data)
	require.Equal(t, int(spec.NumProperties), suites.Tests)
	data, err = os.ReadFile(sarifFile)
	require.NoError(t, err)
	run := readSARIF(t, data)
	require.Len(t, run.Results, suites.Failures)
	found := false
	for _, result := range run.Results {
		if *result.RuleID != spec.MissedShutdown.Info().ID {
			continue
		}
		found = true
		uri := *result.Locations[0].PhysicalLocation.ArtifactLocation.URI
		require.Equal(t, "file://"+filepath.Join(dir, "missed-shutdown-P1.txtar"), uri)
	}
	require.True(t, found)

	code, _, stderr = command("explore", "tiny", "--sarif", sarifFile)
	require.Equal(t, exitExpected, code, stderr)
	data, err = os.ReadFile(sarifFile)
	require.NoError(t, err)
	require.Empty(t, readSARIF(t, data).Results)
}

// checkReviewFiles checks the files of a review for other programs.
func checkReviewFiles(t *testing.T, dir string, report *reviewReport) {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schemas/review.schema.json")
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(dir, "review.json"))
	require.NoError(t, err)
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(v))

	data, err := os.ReadFile(filepath.Join(dir, "review.junit.xml"))
	require.NoError(t, err)
	suites := readJUnit(t, data)
	require.Len(t, suites.Suites, len(report.Designs))
	violated := 0
	for i, row := range report.Designs {
		for k, c := range row.Cells {
			test := suites.Suites[i].Testcases[k]
			require.Equal(t, c.Verdict == "violated", test.Failure != nil)
			require.Equal(t, c.Verdict == "vacuous" || c.Verdict == "truncated", test.Skipped != nil)
			if c.Verdict == "violated" {
				violated++
				require.Contains(t, test.Failure.Data, c.File)
			}
			if c.Verdict == "exhausted" {
				require.Contains(t, test.SystemOut.Data, c.Scope)
			}
		}
	}
	require.Positive(t, violated)
	data, err = os.ReadFile(filepath.Join(dir, "review.sarif"))
	require.NoError(t, err)
	require.Len(t, readSARIF(t, data).Results, violated)
}
