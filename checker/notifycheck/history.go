package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker/history"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// A linearity is what drawn histories of one object say under one design.
type linearity struct {
	Design      string         `json:"design"`
	Object      string         `json:"object"`
	Verdict     string         `json:"verdict"`
	Drawn       int            `json:"drawn"`       // runs
	Histories   int            `json:"histories"`   // with calls on the object
	Overlapping int            `json:"overlapping"` // with calls that overlap
	Refuted     int            `json:"refuted"`
	Unknown     int            `json:"unknown"`
	Reasons     []linearReason `json:"reasons,omitempty"`
}

// A linearReason is why histories are refuted, with a small one.
type linearReason struct {
	Choices []string `json:"choices"` // on top of reviewed
	Rows    []string `json:"rows"`    // of the catalogue, that have one of them
	History string   `json:"history"`
	Race    string   `json:"race"`
	Page    string   `json:"page,omitempty"` // that was written

	reason properties.Reason
}

func (a *app) history() *cobra.Command {
	var flags designFlags
	var object, out string
	var checks int
	cmd := &cobra.Command{
		Use: "history", Short: "check drawn histories of the concurrent objects with porcupine", Args: cobra.NoArgs,
		Long: "Check drawn histories of the concurrent objects with porcupine: is there an order of the calls\n" +
			"that a sequential object explains? Of what is refuted it prints a small history, the race that\n" +
			"leads to it and the choices that are why; --out keeps porcupine's pages.",
		RunE: func(*cobra.Command, []string) error {
			s, err := flags.subject()
			if err != nil {
				return err
			}
			objects, err := objectsNamed(object)
			if err != nil {
				return err
			}
			if err := positive("checks", checks); err != nil {
				return err
			}
			return a.judgeHistories(s, objects, checks, out)
		},
	}
	flags.add(cmd)
	flags.addDeviation(cmd)
	cmd.Flags().StringVar(&object, "object", "", "holder, page-table or rmap; all when not given")
	cmd.Flags().IntVar(&checks, "checks", historyChecks, "runs to draw for each object")
	cmd.Flags().StringVar(&out, "out", "", "directory for porcupine's pages of what is refuted")
	return cmd
}

// historyChecks is how many runs are drawn for each object.
const historyChecks = 1000

// objectsNamed are the objects of a name, or all.
func objectsNamed(name string) (objects []properties.Object, err error) {
	var names []string
	for o := range properties.NumObjects {
		names = append(names, o.String())
		if name == "" || name == o.String() {
			objects = append(objects, o)
		}
	}
	if len(objects) == 0 {
		return nil, fmt.Errorf("--object: there is no object %q; there are: %s", name, strings.Join(names, ", "))
	}
	return objects, nil
}

func (a *app) judgeHistories(s subject, objects []properties.Object, checks int, out string) error {
	table := make([]linearity, len(objects))
	for i, o := range objects {
		l, _, err := judgeObject(s, o, checks, nil)
		if err != nil {
			return err
		}
		for j := range l.Reasons {
			if r := &l.Reasons[j]; out != "" {
				if r.Page, err = r.draw(out, s.label+"-"+l.Object); err != nil {
					return err
				}
			}
		}
		table[i] = l
	}
	if a.json {
		if err := a.printJSON(table); err != nil {
			return err
		}
	} else {
		for i := range table {
			a.printf("%s", table[i].text())
		}
	}
	switch {
	case slices.ContainsFunc(table, func(l linearity) bool { return l.Refuted > 0 }):
		return status(exitViolated)
	case slices.ContainsFunc(table, func(l linearity) bool { return l.Unknown > 0 }):
		return status(exitUnknown)
	}
	return nil
}

// judgeObject draws histories, checks them, and says why they are refuted: for
// known reasons, or for others, which are then known too.
func judgeObject(s subject, o properties.Object, checks int, known []properties.Reason) (linearity, []properties.Reason, error) {
	l := properties.Linearizable(s.design, o, checks, false)
	out := linearity{
		Design: s.label, Object: o.String(), Verdict: l.String(), Drawn: l.Drawn, Histories: l.Histories,
		Overlapping: l.Overlapping, Refuted: l.Refuted, Unknown: l.Unknown,
	}
	if l.Refuted == 0 {
		return out, known, nil
	}
	for _, r := range properties.Reasons(s.design, o, checks, known) {
		lr, err := newLinearReason(r)
		if err != nil {
			return out, known, err
		}
		out.Reasons = append(out.Reasons, lr)
		if !slices.ContainsFunc(known, func(k properties.Reason) bool { return k.Design() == r.Design() }) {
			known = append(known, r)
		}
	}
	return out, known, nil
}

func newLinearReason(r properties.Reason) (linearReason, error) {
	lr := linearReason{History: r.History.Text(), reason: r, Rows: []string{}}
	m, err := model.New(r.Design(), r.History.Scenario)
	if err != nil {
		return lr, err
	}
	lr.Race = counterexamples.Race(m, m.Init()[0], r.History.Schedule, "", columns)
	for _, c := range r.Choices {
		lr.Choices = append(lr.Choices, c.String())
		for _, dev := range design.Catalogue() {
			if dev.Choice == c.Choice && dev.Value == c.Value && !slices.Contains(lr.Rows, dev.ID) {
				lr.Rows = append(lr.Rows, dev.ID)
			}
		}
	}
	return lr, nil
}

// draw writes porcupine's page into the directory and returns its path.
func (r *linearReason) draw(dir, label string) (path string, err error) {
	name := strings.NewReplacer("=", "-", "+", "-").Replace(label + "-" + strings.Join(r.Choices, "-"))
	path = filepath.Join(dir, name+".html")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return path, err
	}
	result, err := r.reason.History.Check(path)
	if err == nil && result != history.Illegal {
		err = fmt.Errorf("%s: the history is %v", path, result)
	}
	return path, err
}

// text is what the verb prints.
func (l *linearity) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n", l.Design, l.Object, l.summary())
	for i := range l.Reasons {
		r := &l.Reasons[i]
		fmt.Fprintf(&b, "\n%s\n%s\n%s", r.why(), indent(r.History), r.Race)
		if r.Page != "" {
			fmt.Fprintf(&b, "\npage: %s\n", r.Page)
		}
	}
	return b.String()
}

// why is one line.
func (r *linearReason) why() string {
	why := "because of " + strings.Join(r.Choices, ", ")
	if len(r.Rows) > 0 {
		why += " (" + strings.Join(r.Rows, ", ") + ")"
	}
	return why
}

// summary is the verdict with its counts.
func (l *linearity) summary() string {
	switch {
	case l.Refuted > 0:
		return fmt.Sprintf("%s: %d of %d histories, %d overlap", l.Verdict, l.Refuted, l.Histories, l.Overlapping)
	case l.Unknown > 0:
		return fmt.Sprintf("%s: %d of %d histories, %d overlap", l.Verdict, l.Unknown, l.Histories, l.Overlapping)
	case l.Histories == 0:
		return fmt.Sprintf("%s in %d runs", l.Verdict, l.Drawn)
	}
	return fmt.Sprintf("%s: %d histories, %d overlap", l.Verdict, l.Histories, l.Overlapping)
}

// indent moves text four columns to the right.
func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}
