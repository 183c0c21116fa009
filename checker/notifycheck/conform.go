package main

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties/conform"
)

// A conformReport is what conform prints of a trace as JSON.
type conformReport struct {
	File     string         `json:"file"`
	Design   string         `json:"design"`
	Conforms bool           `json:"conforms"`
	Line     int            `json:"line,omitempty"`
	What     string         `json:"what,omitempty"`
	Kernel   string         `json:"kernel,omitempty"`
	Model    string         `json:"model,omitempty"`
	Choices  []string       `json:"choices,omitempty"` // single changes with which the line agrees
	Compared map[string]int `json:"compared"`          // fields, by kind of line
}

func (a *app) conform() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use: "conform [FILE...]", Short: "compare recorded runs of booted kernels with the model",
		Long: "Compare recorded runs of booted kernels with the model: the model does what the\n" +
			"harness did, under the design of that kernel, and each line of the kernel has to be\n" +
			"what the model does. Without FILE, the runs that the program has are compared. A\n" +
			"file's kernel is the name of its directory, as v6.12.117; --design is for another.",
		RunE: func(_ *cobra.Command, paths []string) error {
			if _, ok := design.ByName(name); name != "" && !ok {
				return fmt.Errorf("--design: there is no design %q", name)
			}
			traces, err := tracesOf(paths)
			if err != nil {
				return err
			}
			return a.conformTraces(traces, name)
		},
	}
	cmd.Flags().StringVar(&name, "design", "", "named design, instead of the one of the kernel")
	return cmd
}

// tracesOf reads the files, or takes the recorded runs when there are none.
func tracesOf(paths []string) ([]conform.Trace, error) {
	if len(paths) == 0 {
		return conform.Traces()
	}
	var traces []conform.Trace
	for _, p := range paths {
		data, err := readFile(p)
		if err != nil {
			return nil, err
		}
		tr, err := conform.Parse(p, strings.TrimPrefix(filepath.Base(filepath.Dir(p)), "v"), data)
		if err != nil {
			return nil, err
		}
		traces = append(traces, tr)
	}
	return traces, nil
}

func (a *app) conformTraces(traces []conform.Trace, name string) error {
	reports := []conformReport{}
	differ := 0
	for _, tr := range traces {
		r, err := conformTrace(tr, name)
		if err != nil {
			return err
		}
		reports = append(reports, r)
		if !r.Conforms {
			differ++
		}
		if !a.json {
			a.printf("%s", r.text())
		}
	}
	if a.json {
		if err := a.printJSON(reports); err != nil {
			return err
		}
	} else {
		a.printf("%s", comparedText(reports))
	}
	if differ > 0 {
		return status(exitViolated)
	}
	return nil
}

func conformTrace(tr conform.Trace, name string) (conformReport, error) {
	if name == "" {
		name = conform.Designs[tr.Version]
	}
	named, ok := design.ByName(name)
	if !ok {
		return conformReport{}, fmt.Errorf("%s: no design is known for a kernel %q, the name of its directory; say --design", tr.Name, tr.Version)
	}
	v := conform.Check(tr, named.Design)
	r := conformReport{File: tr.Name, Design: name, Conforms: v.Conforms, Compared: v.Compared}
	if !v.Conforms {
		r.Line, r.What, r.Kernel, r.Model = v.Diff.Line, v.Diff.What, v.Diff.Trace, v.Diff.Model
		for _, c := range conform.Why(tr, named.Design, v.Diff) {
			r.Choices = append(r.Choices, c.String())
		}
	}
	return r, nil
}

func (r *conformReport) text() string {
	if r.Conforms {
		return fmt.Sprintf("%s: conforms to %s\n", r.File, r.Design)
	}
	s := fmt.Sprintf("%s:%d: differs from %s in %s\n  kernel: %s\n  model:  %s\n", r.File, r.Line, r.Design, r.What, r.Kernel, r.Model)
	if len(r.Choices) > 0 {
		s += "  agrees with " + strings.Join(r.Choices, ", or ") + "\n"
	}
	return s
}

// comparedText says how many fields were compared, by kind of line.
func comparedText(reports []conformReport) string {
	total, byKind := 0, map[string]int{}
	same := 0
	for _, r := range reports {
		if r.Conforms {
			same++
		}
		for ev, n := range r.Compared {
			byKind[ev] += n
			total += n
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d conform; %d fields compared:\n", same, len(reports), total)
	for _, kd := range conform.Kinds() {
		if n := byKind[kd.Ev]; n > 0 {
			fmt.Fprintf(&b, "  %-28s %6d\n", kd.Ev, n)
		}
	}
	return b.String()
}

// conformanceDoc is docs/conformance.md.
func conformanceDoc() (string, error) {
	traces, err := conform.Traces()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(conformanceText)
	b.WriteString("\n## The runs\n\n")
	var rows [][]string
	byKind, lines := map[string]int{}, map[string]int{}
	for _, tr := range traces {
		r, err := conformTrace(tr, "")
		if err != nil {
			return "", err
		}
		n := 0
		for ev, k := range r.Compared {
			byKind[ev] += k
			n += k
		}
		for _, ln := range tr.Lines {
			lines[ln.Ev]++
		}
		verdict := "conforms to " + r.Design
		if !r.Conforms {
			verdict = fmt.Sprintf("differs from %s at line %d", r.Design, r.Line)
		}
		run := strings.TrimSuffix(path.Base(tr.Name), ".jsonl")
		rows = append(rows, []string{
			tr.Version, fmt.Sprintf("[%s](../properties/conform/traces/%s)", run, tr.Name), strconv.Itoa(len(tr.Lines)), strconv.Itoa(n), verdict,
		})
	}
	evidence.WriteTable(&b, []string{"kernel", "run", "lines", "fields compared", "verdict"}, rows)
	rows = nil
	b.WriteString("\n## The kinds of line\n\n" +
		"The harness's first, then the kernel's. What is given builds the scenario; `by` of a line of the\nkernel is the task that ran.\n\n")
	for _, kd := range conform.Kinds() {
		rows = append(rows, []string{
			kd.Ev, strconv.Itoa(lines[kd.Ev]), strings.Join(kd.Compared, " "), strconv.Itoa(byKind[kd.Ev]),
			strings.Join(kd.Given, " "), strings.Join(kd.Skipped, "; "),
		})
	}
	evidence.WriteTable(&b, []string{"line", "lines", "compared", "times", "given", "not compared"}, rows)
	versions := slices.Sorted(func(yield func(string) bool) {
		for v := range conform.Designs {
			if !yield(v) {
				return
			}
		}
	})
	b.WriteString("\nThe designs that stand for the kernels:")
	for _, v := range versions {
		fmt.Fprintf(&b, " %s for %s;", conform.Designs[v], v)
	}
	return strings.TrimSuffix(b.String(), ";") + ".\n", nil
}

const conformanceText = `# Recorded runs of real kernels

The designs named after versions claim to be what those kernels do. These are runs of three booted
kernels, and ` + "`go tool notifycheck conform`" + ` compares them with the model: it does what the harness did,
under the design of that kernel, and every line that the kernel's probes wrote, and every result that
the harness saw, has to be what the model does. ` + "`go test ./properties/conform`" + ` holds it to that, and to
this: a compared field that is changed is noticed at its line, a line that is missing or comes twice is
noticed, and where two kernels are known to differ, the run of one differs from the design of the other
at that line.

## How they were recorded

Debian's kernels 6.1.192, 6.12.117 and 7.3.4, on 2026-11-22, in QEMU, with two emulated pmem devices of
512 MiB (memmap=512M!1G, the second behind it where a run has one), mkfs.xfs with four groups, and mount -o dax=always unless the
line of the mount says otherwise. The processes that map the files are C programs with a handler for
SIGBUS. Poison comes from madvise(MADV_HWPOISON) or hwpoison/corrupt-pfn. The kernel's lines are from
kprobes and trace events. The files are normalised: a pfn is dev+N, a process has its name.

The deadlock of 6.12.117 and 7.3.4 (catalogue entry X04) has no trace but two stacks each, in
properties/conform/stacks. ` + "`TestRecordedDeadlock`" + ` holds the model to them: it stops in the same
functions, with the same locks held and waited for. The control, a file that was never reflinked, went
on for 761,327 faults and 59,410 injections; ` + "`TestControlOfTheDeadlock`" + ` visits every state of it, and
none is a deadlock.

## Their limits

- The poison is simulated: a page that "failed" can still be read. An access that succeeds afterwards
  shows that the kernel has no barrier there, not that the data would have been good. badblocks are
  never set this way, so no run shows the quarantine of a range that is known to be bad.
- The names of runs, S1 to S34, are the harness's, not those of properties: the catalogue writes obs-S4.
- One run of each scenario, so races that need timing are not in them but for the deadlock, of which
  there are stacks. The harness runs one operation after the other.
- No huge pages, no write(2), no remount under load, no removal during I/O.

## How a line is mapped to the model

The model has files of four pages and a few blocks; the recorded files have eight or sixteen, on a
device of 131,072. Each operation is looked at through a lens: the file page that it is about and a
neighbour of it, in every file that shares the block, and the processes that map them. What the model
did there is written back to the recorded sizes. That a page outside the lens is left alone is not
assumed: a line that looks at it later is compared. Steps of the model become lines in one function,
` + "`translate`" + ` in properties/conform/kernel.go.

Not told by any line of the harness, and taken from these rules:
- Where a file lies: the first line that tells a page's block; files are laid out in one piece round the
  metadata of mkfs.xfs. A block that the kernel allocates in the run is learned when a line first tells it.
- A line of the pagemap that shows a page nobody accessed: the harness has touched it in every process
  that maps it.
- An injection "not mounted" or "unmounted": the harness has unmounted the filesystem, and mounts it again
  before the next open.
- Whether the inode of a file that nobody has opened is in core: any of the three is accepted, if all lines
  of the event agree with one.
- A file is cut off at the page that was looked at last; "ram" is the page poisoned last.
- In a walk of the whole device, records of which no page is in use are written between those of the lens.
`
