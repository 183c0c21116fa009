package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/spec"
)

// sarifSchema is the schema of SARIF 2.1.0 with its errata.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// encodeSARIF is a report in the Static Analysis Results Interchange Format
// 2.1.0: a rule for each property, and a result for each that a design
// violates. Its location is the counterexample, its code flow the race, with a
// thread flow for each task.
func encodeSARIF(verb string, designs []judged) ([]byte, error) {
	run := sarif.NewRunWithInformationURI("notifycheck", "https://github.com/notifycheck/notifycheck")
	run.WithAutomationDetails(sarif.NewRunAutomationDetails().WithID("notifycheck/" + verb + "/"))
	run.Tool.Driver.WithVersion(version())
	for p := range spec.NumProperties {
		run.Tool.Driver.AddRule(sarifRule(p))
	}
	for _, d := range designs {
		for i := range d.cases {
			if d.cases[i].verdict != checker.Violated {
				continue
			}
			result, err := sarifResult(d.design, &d.cases[i])
			if err != nil {
				return nil, err
			}
			run.AddResult(result)
		}
	}
	report := sarif.NewReport()
	report.Schema = sarifSchema
	report.AddRun(run)
	return leanSARIF(report)
}

// leanSARIF is the text of a report without what the library writes for a
// property that is not set: -1 for a number and an empty list, which are what a
// reader takes for one that is not there.
func leanSARIF(report *sarif.Report) ([]byte, error) {
	var out bytes.Buffer
	if err := report.Write(&out); err != nil {
		return nil, err
	}
	var all any
	if err := json.Unmarshal(out.Bytes(), &all); err != nil {
		return nil, err
	}
	dropUnset(all)
	return counterexamples.JSON(all)
}

func dropUnset(v any) {
	switch v := v.(type) {
	case []any:
		for _, elem := range v {
			dropUnset(elem)
		}
	case map[string]any:
		for key, elem := range v {
			list, isList := elem.([]any)
			if elem == -1.0 || isList && len(list) == 0 && key != "results" { // a run without results has found none
				delete(v, key)
				continue
			}
			dropUnset(elem)
		}
	}
}

// version is that of the command: a tag, or the commit that it was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)" // as the go command says
}

// demands are the demands of the mail that a property states a part of.
func demands(p spec.Property) (ids, says []string) {
	for _, o := range obligations {
		if slices.Contains(o.props, p) {
			ids = append(ids, o.id)
			says = append(says, o.id+": "+o.says)
		}
	}
	return ids, says
}

// sarifRule is a property.
func sarifRule(p spec.Property) *sarif.ReportingDescriptor {
	info := p.Info()
	ids, says := demands(p)
	premise := "Put to the test when " + info.Premise + "."
	text, markdown := premise+" No demand of the mail of 2020-12-07 names it.", premise+"\n\nNo demand of the mail of 2020-12-07 names it."
	if len(ids) > 0 {
		text = premise + " Demands of the mail of 2020-12-07 (docs/obligations.md): " + strings.Join(says, "; ") + "."
		markdown = premise + "\n\nDemands of the mail of 2020-12-07, see docs/obligations.md:\n\n- " + strings.Join(says, "\n- ") + "\n"
	}
	rule := sarif.NewRule(info.ID).WithName(info.Name).
		WithShortDescription(sarif.NewMultiformatMessageString().WithText(sentence(info.Violation))).
		WithFullDescription(sarif.NewMultiformatMessageString().WithText(sentence(info.Says))).
		WithHelp(sarif.NewMultiformatMessageString().WithText(text).WithMarkdown(markdown)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(sarif.LevelError))
	if len(ids) > 0 {
		rule.WithProperties(sarif.NewPropertyBag().WithTags(ids))
	}
	return rule
}

// sentence begins with a capital letter and ends with a full stop, as SARIF
// wants it.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// sarifResult is a violation.
func sarifResult(design string, j *judgement) (*sarif.Result, error) {
	info := j.property.Info()
	text := fmt.Sprintf("%s violates %s: %s.", design, info.Name, j.says)
	if j.file != "" {
		text += fmt.Sprintf(" Replay it: go tool notifycheck replay %s", j.file)
	}
	result := sarif.NewRuleResult(info.ID).WithRuleIndex(int(j.property)).WithLevel(sarif.LevelError).
		WithMessage(sarif.NewTextMessage(text)).
		WithPartialFingerprints(map[string]string{"designAndProperty/v1": design + " " + info.ID})
	if j.race == nil {
		return result, nil
	}
	moments, tasks, err := j.race.Moments()
	if err != nil {
		return nil, err
	}
	last := 1
	for i := range moments {
		last = max(last, moments[i].Line)
	}
	if j.file != "" {
		result.AddLocation(sarif.NewLocationWithPhysicalLocation(sarifPlace(j.file, last)))
	}
	flow := sarif.NewCodeFlow().WithMessage(sarif.NewTextMessage(j.race.Wrong()))
	for task, title := range tasks {
		flow.AddThreadFlow(sarifThread(j.file, uint8(task), title, moments))
	}
	return result.WithCodeFlows([]*sarif.CodeFlow{flow}), nil
}

// sarifThread is what one task does; the execution order says when.
func sarifThread(file string, task uint8, title string, moments []counterexamples.Moment) *sarif.ThreadFlow {
	id, _, _ := strings.Cut(title, ":")
	thread := sarif.NewThreadFlow().WithID(id).WithMessage(sarif.NewTextMessage(title))
	for i := range moments {
		at := &moments[i]
		if at.Task != task {
			continue
		}
		place := sarif.NewLocation().WithMessage(sarif.NewTextMessage(at.Text))
		if file != "" {
			place.WithPhysicalLocation(sarifPlace(file, at.Line))
		}
		if at.Function != "" {
			place.AddLogicalLocation(sarif.NewLogicalLocation().WithName(at.Function).WithKind("function"))
		}
		step := sarif.NewThreadFlowLocation().WithLocation(place).WithNestingLevel(at.Level).WithExecutionOrder(i + 1)
		thread.AddLocation(step.WithKinds(sarifKinds(at)))
	}
	if len(thread.Locations) == 0 { // a thread flow has one at least
		never := sarif.NewLocation().WithMessage(sarif.NewTextMessage("does not begin"))
		thread.AddLocation(sarif.NewThreadFlowLocation().WithLocation(never))
	}
	return thread
}

// sarifKinds are words of SARIF for what is done.
func sarifKinds(at *counterexamples.Moment) []string {
	kinds := []string{}
	for _, k := range []struct {
		is   bool
		kind string
	}{{at.Function != "", "call"}, {at.Takes, "acquire"}, {at.Drops, "release"}, {at.Takes || at.Drops || at.Waits, "lock"}} {
		if k.is {
			kinds = append(kinds, k.kind)
		}
	}
	return kinds
}

// sarifPlace is a line of a file; the URI of a relative path is relative to
// where the command ran, and that of the corpus to the repository.
func sarifPlace(path string, line int) *sarif.PhysicalLocation {
	uri := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		uri.Scheme = "file"
	}
	return sarif.NewPhysicalLocation().
		WithArtifactLocation(sarif.NewSimpleArtifactLocation(uri.String())).
		WithRegion(sarif.NewRegion().WithStartLine(line))
}
