package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/notifycheck/notifycheck/checker"
)

// encodeJUnit is a report in the XML that CI systems read: a suite for each
// design and a test case for each property. A property that is violated is a
// failure; one of which nothing is known is skipped, with the reason.
func encodeJUnit(verb string, designs []judged) ([]byte, error) {
	suites := junit.Testsuites{Name: "notifycheck " + verb}
	for i, d := range designs {
		suite := junit.Testsuite{Name: d.design, ID: i, Time: fmt.Sprintf("%.3f", d.seconds)}
		for _, fact := range d.facts {
			suite.AddProperty(fact[0], fact[1])
		}
		for k := range d.cases {
			suite.AddTestcase(junitCase(d.design, &d.cases[k]))
		}
		suites.AddSuite(suite)
	}
	suites.Skipped = 0 // left out: the schema of Jenkins has it in the suites only
	var out bytes.Buffer
	out.WriteString(xml.Header)
	err := suites.WriteXML(&out)
	return out.Bytes(), err
}

// junitCase is a property of a design. Readers take what comes after the last
// dot of a class name for the class and the rest for its package, so the dots
// in names of designs go.
func junitCase(design string, j *judgement) junit.Testcase {
	info := j.property.Info()
	c := junit.Testcase{
		Name:      info.ID + " " + info.Name,
		Classname: "notifycheck." + strings.ReplaceAll(design, ".", "_"),
	}
	switch j.verdict {
	case checker.Violated:
		c.Failure = &junit.Result{Message: j.says, Type: j.verdict.String(), Data: j.evidence()}
	case checker.Truncated, checker.Vacuous:
		c.Skipped = &junit.Result{Message: j.verdict.String() + ": " + j.says}
	case checker.Exhausted, checker.Sampled:
		c.SystemOut = &junit.Output{Data: j.says}
	}
	return c
}

// evidence is the race and where it is kept.
func (j *judgement) evidence() string {
	var b strings.Builder
	if j.file != "" {
		fmt.Fprintf(&b, "%s\ngo tool notifycheck replay %s\n", j.file, j.file)
	}
	if j.race != nil {
		fmt.Fprintf(&b, "\n%s", j.race.Race)
	}
	return b.String()
}
