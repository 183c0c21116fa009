package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// exploreStates bounds the search for another schedule.
const exploreStates = 300_000

// A replayReport is what replay prints of a file as JSON.
type replayReport struct {
	File     string   `json:"file"`
	Design   string   `json:"design"`
	Also     []string `json:"also,omitempty"` // designs under which it replays just so
	Property string   `json:"property"`
	Verdict  string   `json:"verdict"` // violated, held, diverged, refused, exhausted or truncated
	Line     int      `json:"line,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Explored string   `json:"explored,omitempty"` // what a search found from where it diverged
	code     int
}

// refused is the verdict on a scenario that the design does not start. Nothing
// is known then, as when a limit stops a search.
const refused = "refused"

func notStarted(reason string) string { return "the design does not start the scenario: " + reason }

func (a *app) replay() *cobra.Command {
	var flags designFlags
	cmd := &cobra.Command{
		Use: "replay FILE...", Short: "replay counterexamples: violated, held, or where they diverge",
		Long: "Replay counterexamples. A file that is violated, as it claims, is as expected;\n" +
			"with --design or --with it replays under that design, and a violation is not.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			var other *subject
			if cmd.Flags().Changed("design") || cmd.Flags().Changed("with") {
				s, err := flags.subject()
				if err != nil {
					return err
				}
				other = &s
			}
			return a.replayFiles(paths, other)
		},
	}
	flags.add(cmd)
	return cmd
}

func (a *app) replayFiles(paths []string, other *subject) error {
	reports := []replayReport{}
	code := exitExpected
	for _, path := range paths {
		f, err := parseFile(path)
		if err != nil {
			return err
		}
		r, err := replayFile(f, other)
		if err != nil {
			return err
		}
		reports = append(reports, r)
		if r.code == exitViolated || code == exitExpected {
			code = r.code
		}
		if !a.json {
			a.printf("%s: %s\n", path, r.sentence())
		}
	}
	if a.json {
		if err := a.printJSON(reports); err != nil {
			return err
		}
	}
	if code != exitExpected {
		return status(code)
	}
	return nil
}

func (r *replayReport) sentence() string {
	s := fmt.Sprintf("%s: %s under %s", r.Verdict, r.Property, strings.Join(append([]string{r.Design}, r.Also...), ", "))
	if r.Line > 0 {
		s = fmt.Sprintf("%s at line %d: %s", r.Verdict, r.Line, r.Reason)
	} else if r.Reason != "" {
		s += ": " + r.Reason
	}
	if r.Explored != "" {
		s += "; explored on from there: " + r.Explored
	}
	return s
}

// parseFile reads a counterexample. Those of the corpus need not be there: the
// program has them.
func parseFile(path string) (*counterexamples.File, error) {
	data, err := readFile(path)
	if errors.Is(err, os.ErrNotExist) {
		corpus := counterexamples.Corpus()
		if i := slices.IndexFunc(corpus, func(k counterexamples.Kept) bool { return k.Path() == path }); i >= 0 {
			data, err = corpus[i].Data, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return counterexamples.Parse(path, data)
}

// replayFile replays a file under its own design, or under another one.
func replayFile(f *counterexamples.File, other *subject) (replayReport, error) {
	sys, p, err := f.System()
	if err != nil {
		return replayReport{}, err
	}
	r := replayReport{File: f.Name, Design: f.Verdict.Design, Property: p.String()}
	if other != nil {
		r.Design = other.label
		if sys, err = properties.NewSystem(other.design, f.Scenario); err != nil {
			return r, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	wanted := f.Verdict.Verdict
	if other != nil {
		wanted = checker.Exhausted
	}
	if reason, ok := sys.M.Startable(); !ok {
		r.Verdict, r.Reason, r.code = refused, notStarted(reason), exitUnknown
		return r, nil
	}
	if f.Litmus() {
		r.litmus(sys, p, wanted)
		return r, nil
	}
	res, err := counterexamples.Replay(f, sys.M, counterexamples.JudgeOf(sys, p))
	if err != nil {
		return r, err
	}
	r.conclude(f, sys, p, res, other != nil)
	return r, nil
}

// litmus answers the question of a file without a schedule.
func (r *replayReport) litmus(sys *properties.System, p spec.Property, wanted checker.Verdict) {
	_, verdict := counterexamples.Explore(sys, p, sys.Init()[0], exploreStates)
	r.Verdict = verdict.String()
	r.code = exitViolated
	switch verdict {
	case wanted:
		r.code = exitExpected
	case checker.Truncated:
		r.code = exitUnknown
	default:
	}
}

// conclude says what a replay found; where it diverged the scenario is
// explored on.
func (r *replayReport) conclude(f *counterexamples.File, sys *properties.System, p spec.Property,
	res counterexamples.Result[properties.Run], other bool,
) {
	r.Verdict, r.Line, r.Reason = res.Outcome.String(), res.Line, res.Reason
	switch res.Outcome {
	case counterexamples.Violated:
		if other {
			r.code = exitViolated
		} else if err := errors.Join(f.CheckRace(res.Race), f.CheckRows()); err != nil {
			r.code, r.Reason = exitViolated, err.Error()
		} else {
			r.Also = f.Verdict.Also
		}
	case counterexamples.Held:
		if !other {
			r.code = exitViolated
		}
	case counterexamples.Diverged:
		_, verdict := counterexamples.Explore(sys, p, res.Last, exploreStates)
		r.Explored = verdict.String()
		switch {
		case !other || verdict == checker.Violated:
			r.code = exitViolated
		case verdict == checker.Truncated:
			r.code = exitUnknown
		}
	}
}

// forms are the ways to show a counterexample that draw its schedule.
var forms = map[string]func(f *counterexamples.File, m *model.Machine, res *counterexamples.Result[properties.Run]) ([]byte, error){
	"race": func(f *counterexamples.File, _ *model.Machine, res *counterexamples.Result[properties.Run]) ([]byte, error) {
		also := ""
		if len(f.Verdict.Also) > 0 {
			also = "\nThe same schedule is one of " + strings.Join(f.Verdict.Also, ", ") + ".\n"
		}
		return []byte(f.Comment + res.Race + also), nil
	},
	"graph": func(f *counterexamples.File, m *model.Machine, _ *counterexamples.Result[properties.Run]) ([]byte, error) {
		return []byte(counterexamples.FunctionGraph(m, m.Init()[0], f.Actions())), nil
	},
	"mail": func(f *counterexamples.File, m *model.Machine, _ *counterexamples.Result[properties.Run]) ([]byte, error) {
		return mail(f, m)
	},
	"mermaid": func(f *counterexamples.File, m *model.Machine, _ *counterexamples.Result[properties.Run]) ([]byte, error) {
		return []byte(counterexamples.Mermaid(m, m.Init()[0], f.Actions(), f.Loop, f.Wrong())), nil
	},
	"json": func(f *counterexamples.File, m *model.Machine, _ *counterexamples.Result[properties.Run]) ([]byte, error) {
		return counterexamples.Export(m, m.Init()[0], f.Actions())
	},
	"itf": func(f *counterexamples.File, m *model.Machine, _ *counterexamples.Result[properties.Run]) ([]byte, error) {
		return counterexamples.ExportITF(m, m.Init()[0], f.Actions(), f.Loop, f.Wrong())
	},
}

func (a *app) show() *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "print a counterexample as a race, a mail, a function_graph trace, a diagram, JSON, ITF or its scenario",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, paths []string) error {
			f, err := parseFile(paths[0])
			if err != nil {
				return err
			}
			if a.json {
				as = "json"
			}
			return a.showFile(f, as)
		},
	}
	cmd.Flags().StringVar(&as, "as", "race", "race, mail, graph, mermaid, json, itf or scenario")
	return cmd
}

func (a *app) showFile(f *counterexamples.File, as string) error {
	if as == "scenario" {
		a.printf("%s", counterexamples.Encode(f.Scenario))
		return nil
	}
	form, ok := forms[as]
	if !ok {
		return fmt.Errorf("--as: expected race, mail, graph, mermaid, json, itf or scenario, not %q", as)
	}
	res, err := f.Judge()
	if err != nil {
		return err
	}
	if res.Outcome == counterexamples.Diverged {
		return fmt.Errorf("%s:%d: the schedule does not fit: %s", f.Name, res.Line, res.Reason)
	}
	m, err := f.Machine()
	if err != nil {
		return err
	}
	data, err := form(f, m, &res)
	if err == nil {
		_, err = a.out.Write(data)
	}
	return err
}
