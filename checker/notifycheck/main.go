// Notifycheck judges designs of the memory-failure notification protocol.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// What the command exits with.
const (
	exitExpected = iota
	exitViolated // or another surprise
	exitBadInput
	exitUnknown // a limit stopped it, or the design does not start the scenario
)

// A status ends the command with a code; what there is to say has been said.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the command.
func run(args []string, stdout, stderr io.Writer) int {
	out := &output{Writer: stdout}
	a := &app{out: out, err: stderr}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(stderr)
	err := root.Execute()
	if out.err != nil {
		err = out.err
	}
	var code status
	switch {
	case err == nil:
		return exitExpected
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintln(stderr, "notifycheck: "+strings.Join(strings.Fields(err.Error()), " "))
	return exitBadInput
}

// An output keeps the first error of its writer, so that what was printed in
// part does not pass for the whole.
type output struct {
	io.Writer

	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// An app is one run of the command.
type app struct {
	out, err io.Writer
	json     bool
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "notifycheck",
		Short: "judge designs of the memory-failure notification protocol",
		Long: "Judge designs of the Linux memory-failure notification protocol.\n\n" +
			"It exits with 0 when all is as expected, 1 on a violation or another surprise,\n" +
			"2 on bad input or when it cannot write, and 3 when nothing is known: a limit stopped it, or the\n" +
			"design does not start the scenario.",
		SilenceErrors: true, SilenceUsage: true, DisableSuggestions: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print JSON")
	root.AddCommand(a.review(), a.explore(), a.sample(), a.replay(), a.conform(), a.show(), a.history(), a.list(), a.corpus(), a.ask(), a.measure(), a.docs())
	return root
}

// printf writes to standard output.
func (a *app) printf(format string, args ...any) { fmt.Fprintf(a.out, format, args...) }

// printJSON writes a value as JSON.
func (a *app) printJSON(v any) error {
	data, err := counterexamples.JSON(v)
	if err == nil {
		_, err = a.out.Write(data)
	}
	return err
}

// A subject is the design that a verb is about.
type subject struct {
	name   string          // a named design
	with   []string        // choice=value on top of it
	label  string          // of files and reports
	id     string          // of the deviation, if it is one
	design design.Design   // all of it
	breaks []spec.Property // that the catalogue names
	weak   bool            // victims are those of [model.Scenario].Weak
}

// designFlags are the flags of the verbs that take a design.
type designFlags struct {
	name, deviation string
	with            []string
	victims         string // empty where the verb has no such flag
}

func (f *designFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.name, "design", referenceDesign, "a named design (see list designs)")
	cmd.Flags().StringArrayVar(&f.with, "with", nil, "choice=value on top of the design; may be repeated")
}

// addDeviation adds the flag that names a row of the catalogue instead.
func (f *designFlags) addDeviation(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.deviation, "deviation", "", "a row of the catalogue instead of a design")
	cmd.MarkFlagsMutuallyExclusive("design", "deviation")
	cmd.MarkFlagsMutuallyExclusive("with", "deviation")
}

// addVictims adds the flag that says who is a victim.
func (f *designFlags) addVictims(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.victims, "victims", "strict", "strict: who maps the failed page; weak: also who has a VMA over it")
}

// subject is the design that the flags name, and who is a victim under it.
func (f *designFlags) subject() (subject, error) {
	s, err := f.designSubject()
	switch f.victims {
	case "", "strict":
	case "weak":
		s.weak = true
	default:
		return s, fmt.Errorf("--victims: expected strict or weak, not %q", f.victims)
	}
	return s, err
}

// designSubject is the design that the flags name.
func (f *designFlags) designSubject() (subject, error) {
	if f.deviation != "" {
		return deviationSubject(f.deviation)
	}
	named, ok := design.ByName(f.name)
	if !ok {
		return subject{}, fmt.Errorf("--design: there is no design %q; there are: %s", f.name, strings.Join(designNames(), ", "))
	}
	s := subject{name: named.Name, label: named.Name, design: named.Design}
	for _, with := range f.with {
		a, err := design.ParseAssignment(with)
		if err != nil {
			return s, fmt.Errorf("--with: %w", err)
		}
		s.design = s.design.With(a)
		s.with = append(s.with, a.String())
		s.label += "+" + strings.ReplaceAll(a.String(), "=", "-")
	}
	return s, nil
}

// deviationSubject is a row of the catalogue.
func deviationSubject(id string) (subject, error) {
	dev, ok := design.DeviationByID(id)
	if !ok {
		return subject{}, fmt.Errorf("--deviation: the catalogue has no %q (see list catalogue)", id)
	}
	return ofDeviation(dev)
}

func ofDeviation(dev design.Deviation) (subject, error) {
	s := subject{name: referenceDesign, label: dev.ID, id: dev.ID, design: dev.Design(), weak: dev.Weak}
	for _, a := range dev.Design().Diff(design.Design{}) {
		s.with = append(s.with, a.String())
	}
	for _, name := range dev.Breaks {
		p, ok := spec.ParseProperty(name)
		if !ok {
			return s, fmt.Errorf("%s breaks %q, which is no property", dev.ID, name)
		}
		s.breaks = append(s.breaks, p)
	}
	return s, nil
}

func designNames() []string {
	var names []string
	for _, n := range design.NamedDesigns() {
		names = append(names, n.Name)
	}
	return names
}

// parseProperty finds a property by its name or id.
func parseProperty(flag, name string) (spec.Property, error) {
	p, ok := spec.ParseProperty(name)
	if !ok {
		return 0, fmt.Errorf("--%s: there is no property %q (see list properties)", flag, name)
	}
	return p, nil
}

// positive refuses a count that is none.
func positive(flag string, n int) error {
	if n < 1 {
		return fmt.Errorf("--%s: expected a number of at least 1, not %d", flag, n)
	}
	return nil
}
