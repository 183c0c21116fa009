package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// asks are the tables that ask can print: each runs the model.
var asks = []struct {
	name, doc string
	table     func(designs []design.Named) (listing, error)
}{
	{"signals", "who is sent what, by kill policy and by how the poison was found", askSignals},
	{"cases", "what comes of single events on mappings and blocks of each kind", askCases},
	{"topologies", "the events of each family of the scope small, one at a time: how many go wrong", askTopologies},
	{"tests", "what xfs/550, 551 and 552 do, in every schedule: the properties that are put to the test, and those that are violated", askTests},
	{"windows", "an event beside a mount, an unmount, a removal: what every schedule of both can violate", askWindows},
	{"orders", "two steps in the other order, alone: what that violates in the scope tiny or in the corpus", askOrders},
	{"locks", "the order in which classes of locks and references are taken: its cycles, and a run that ends in one", askLocks},
	{"versions", "which version has which row of the catalogue, whatever --designs is", askVersions},
}

// askDesigns are asked when no others are.
var askDesigns = []string{"owner-tracking", "rfc-v2", "v6.1", "v7.3", referenceDesign}

func (a *app) ask() *cobra.Command {
	var names []string
	var kinds, docs []string
	for _, k := range asks {
		kinds = append(kinds, k.name)
		docs = append(docs, fmt.Sprintf("  %-10s  %s", k.name, k.doc))
	}
	cmd := &cobra.Command{
		Use: "ask " + strings.Join(kinds, "|"), Short: "run the model on small scenarios and print a table of what comes of it",
		Long: "Run the model on small scenarios and print a table of what comes of it, by design:\n\n" + strings.Join(docs, "\n"),
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			subjects, err := reviewed(names)
			if err != nil {
				return err
			}
			designs := make([]design.Named, len(subjects))
			for i, s := range subjects {
				designs[i], _ = design.ByName(s.name)
			}
			for _, k := range asks {
				if k.name != args[0] {
					continue
				}
				table, err := k.table(designs)
				if err != nil {
					return err
				}
				return a.printTable(table)
			}
			return fmt.Errorf("there is no table of %q; there are: %s", args[0], strings.Join(kinds, ", "))
		},
	}
	cmd.Flags().StringSliceVar(&names, "designs", askDesigns, "named designs, the columns")
	return cmd
}

// printTable prints a listing with its heads.
func (a *app) printTable(l listing) error {
	if a.json {
		return a.printListing(l)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(l.heads, "\t"))
	for _, row := range l.rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// columnsOf are the heads of a table with a column for each design.
func columnsOf(designs []design.Named, first ...string) []string {
	for _, n := range designs {
		first = append(first, n.Name)
	}
	return first
}

// inTurn runs a scenario under a design, task after task.
func inTurn(d design.Design, sc model.Scenario) (out properties.Outcome, ok bool, err error) {
	sys, err := properties.NewSystem(d, sc)
	if err != nil {
		return out, false, err
	}
	out, ok = sys.InTurn()
	return out, ok, nil
}

// How the signals table finds the poison: by p1, which is asked about, by p2,
// or by nobody.
const signalScenario = `
geometry: {device-pages: 4, blocks: 4, agblocks: 4, reflink: false}
files:
  f1: {data: [1]}
processes:
  p1: {early-kill: %v, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
  p2: {maps: {m1: {file: f1, len: 1, faulted: [0]}}}
tasks:
  - memory-failure: {pfn: 1%s}
`

// askSignals is what a process is sent that maps the failed page.
func askSignals(designs []design.Named) (listing, error) {
	l := listing{heads: columnsOf(designs, "sysctl", "policy", "found by")}
	for _, sysctl := range []string{"0", "1"} {
		for _, policy := range []string{"default", "early", "late"} {
			early := policy == "early" || policy == "default" && sysctl == "1"
			for _, found := range [][2]string{
				{"its access", ", source: consumed, process: p1"},
				{"its madvise", ", source: injected, process: p1"},
				{"another's access", ", source: consumed, process: p2"},
				{"scrub", ""},
			} {
				row := []string{sysctl, policy, found[0]}
				sc, err := counterexamples.Decode(fmt.Appendf(nil, signalScenario, early, found[1]), "signals.yaml")
				if err != nil {
					return l, err
				}
				for _, n := range designs {
					out, ok, err := inTurn(n.Design, sc)
					if err != nil {
						return l, err
					}
					row = append(row, signalText(&out, ok))
				}
				l.rows = append(l.rows, row)
			}
		}
	}
	return l, nil
}

// signalText is what p1 is sent, and whether it maps the page still.
func signalText(out *properties.Outcome, ok bool) string {
	if !ok {
		return refused
	}
	text := "none"
	for _, s := range out.Sent {
		if s.Proc == 0 {
			text = codeNames[s.Code]
		}
	}
	if out.Mapped[0] > 0 {
		return text + ", mapped"
	}
	return text + ", unmapped"
}

var codeNames = map[mm.Code]string{mm.CodeAO: "AO", mm.CodeAR: "AR", mm.CodeKill: "SIGKILL", mm.CodeADRERR: "BUS_ADRERR"}

// askCases runs each of the cases.
func askCases(designs []design.Named) (listing, error) {
	l := listing{heads: columnsOf(designs, "case")}
	for _, c := range cases {
		sc, err := counterexamples.Decode([]byte(c.scenario), "cases.yaml")
		if err != nil {
			return l, fmt.Errorf("%s: %w", c.what, err)
		}
		row := []string{c.what}
		for _, n := range designs {
			out, ok, err := inTurn(n.Design, sc)
			if err != nil {
				return l, err
			}
			row = append(row, outcomeText(&out, ok))
		}
		l.rows = append(l.rows, row)
	}
	return l, nil
}

// outcomeText is a cell of cases: what was returned, who was told, who maps the
// page still, whether the filesystem was shut down, what is violated.
func outcomeText(out *properties.Outcome, ok bool) string {
	if !ok {
		return refused
	}
	var words []string
	for _, rc := range out.Returned {
		words = append(words, rc.String())
	}
	for _, s := range out.Sent {
		word := fmt.Sprintf("p%d %s", s.Proc+1, codeNames[s.Code])
		if s.Lsb > 0 {
			word += " huge"
		}
		words = append(words, word)
	}
	for p, n := range out.Mapped {
		if n > 0 {
			words = append(words, fmt.Sprintf("p%d maps it", p+1))
		}
	}
	if out.Shutdown {
		words = append(words, "shutdown")
	}
	if out.Stuck {
		words = append(words, "stuck")
	}
	if out.Violated != 0 {
		words = append(words, "!"+idsOf(out.Violated, " "))
	}
	return strings.Join(words, "; ")
}

// idsOf are the ids of the properties.
func idsOf(set spec.Set, between string) string {
	var ids []string
	for p := range spec.NumProperties {
		if set.Has(p) {
			ids = append(ids, p.Info().ID)
		}
	}
	return strings.Join(ids, between)
}

// topologyFamilies are the families that differ in what lies below, above or
// beside the page.
var topologyFamilies = []string{
	"base", "gap", "partition", "two-filesystems", "second-xfs", "dax-inode", "short", "external-log", "rt-external", "rt-internal", "two-ranges", "device-dax",
	"dm-linear", "dm-snapshot", "raid1", "huge", "high-pages", "part-of-page", "no-rmapbt", "no-reflink", "ext4", "page-cache", "staging", "unwritten", "metadata",
	"directory", "directory-range", "in-core",
}

// askTopologies counts the events of each family that go wrong.
func askTopologies(designs []design.Named) (listing, error) {
	l := listing{heads: columnsOf(designs, "family", "events")}
	scope, _ := properties.ScopeByName("small")
	for _, name := range topologyFamilies {
		f, ok := scope.Family(scope.Name + "/" + name)
		if !ok {
			return l, fmt.Errorf("small has no family %q", name)
		}
		events := f.Events()
		row := []string{name, fmt.Sprint(len(events))}
		for _, n := range designs {
			wrong, notStarted := 0, 0
			var violated spec.Set
			for _, sc := range events {
				out, ok, err := inTurn(n.Design, sc)
				switch {
				case err != nil:
					return l, err
				case !ok:
					notStarted++
				case out.Violated != 0:
					wrong++
					violated |= out.Violated
				}
			}
			row = append(row, topologyText(wrong, notStarted, len(events), violated))
		}
		l.rows = append(l.rows, row)
	}
	return l, nil
}

func topologyText(wrong, notStarted, all int, violated spec.Set) string {
	switch {
	case notStarted == all:
		return refused
	case wrong == 0 && notStarted > 0:
		return fmt.Sprintf("holds, %d refused", notStarted)
	case wrong == 0:
		return "holds"
	}
	return fmt.Sprintf("%d: %s", wrong, idsOf(violated, " "))
}

// askWindows explores the windows.
func askWindows(designs []design.Named) (listing, error) {
	return exploreCases(columnsOf(designs, "event and"), windows, designs, false)
}

// askTests explores what the tests of xfstests set up.
func askTests(designs []design.Named) (listing, error) {
	return exploreCases(columnsOf(designs, "test", "puts to the test"), xfstests, designs, true)
}

// exploreCases is what every schedule of each case can violate under each
// design; with tested, a column before has what reviewed is tested for.
func exploreCases(heads []string, cases []caseOf, designs []design.Named, tested bool) (listing, error) {
	l := listing{heads: heads}
	for _, c := range cases {
		sc, err := counterexamples.Decode([]byte(c.scenario), "cases.yaml")
		if err != nil {
			return l, fmt.Errorf("%s: %w", c.what, err)
		}
		row := []string{c.what}
		how := properties.ExploreOptions{Reduction: properties.Reduced, Workers: 1}
		if tested {
			e, err := properties.ExploreScenario(design.Design{}, sc, how)
			if err != nil {
				return l, err
			}
			row = append(row, idsOf(e.Tested, " "))
		}
		for _, n := range designs {
			e, err := properties.ExploreScenario(n.Design, sc, how)
			if err != nil {
				return l, err
			}
			text := "holds"
			switch {
			case e.Refused:
				text = refused
			case e.Violated != 0:
				text = idsOf(e.Violated, " ")
			}
			row = append(row, text)
		}
		l.rows = append(l.rows, row)
	}
	return l, nil
}

// swaps are pairs of steps that a choice puts in the other order.
var swaps = []struct {
	first, second string // as in reviewed
	other         design.Assignment
}{
	{"unmap", "signal", design.Assignment{Choice: design.KillOrder, Value: design.SignalThenUnmap}},
	{"set PageHWPoison", "walk, collect", design.Assignment{Choice: design.Mark, Value: design.MarkPerEntry}},
	{"the whole scan", "shutdown for metadata", design.Assignment{Choice: design.OnMetadata, Value: design.MetadataAbort}},
	{"drop the AGF", "kill the owners", design.Assignment{Choice: design.KillContext, Value: design.KillUnderGroupLock}},
	{"holder_ops = NULL", "holder_data = NULL", design.Assignment{Choice: design.PutOrder, Value: design.PutDataFirst}},
	{"give up the holder slot", "free inodes and groups", design.Assignment{Choice: design.UnmountOrder, Value: design.UnmountGroupsFirst}},
	{"DAXDEV_ALIVE off", "notify of the removal", design.Assignment{Choice: design.RemoveOrder, Value: design.RemoveNotifyThenDead}},
	{"copy the data of a CoW", "insert the DAX entry", design.Assignment{Choice: design.CowCopy, Value: design.CowCopyAfterInsert}},
	{"remap the file (iomap_end)", "insert the PTE", design.Assignment{Choice: design.PteInsert, Value: design.PteBeforeIomapEnd}},
}

// askOrders says what each swap violates: in the corpus, or else in tiny.
func askOrders([]design.Named) (listing, error) {
	l := listing{heads: []string{"first", "then", "the other way round", "violates", "shown by"}}
	scope, _ := properties.ScopeByName(controlScope)
	for _, s := range swaps {
		row := []string{s.first, s.second}
		dev, p, known := rowOf(s.other)
		how, violates, by := s.other.String(), "", ""
		if known {
			how, violates, by = assignments(dev.Design().Diff(design.Design{})), p.Info().ID, counterexamples.PathOf(p.String(), dev.ID)
		}
		if by == "" {
			var violated spec.Set
			d := design.Design{}.With(s.other)
			err := properties.ExploreAll(d, scenariosOf(&scope), properties.ExploreOptions{Reduction: properties.Reduced},
				func(_ properties.Named, e properties.Explored) bool {
					violated |= e.Violated
					return true
				})
			if err != nil {
				return l, err
			}
			violates, by = orDash(idsOf(violated, " ")), "explore "+controlScope+" --with "+s.other.String()
		}
		l.rows = append(l.rows, append(row, how, violates, by))
	}
	return l, nil
}

// rowOf is the row of the catalogue with the assignment, and the property of
// its counterexample: a row that needs no other change, if there is one.
func rowOf(a design.Assignment) (row design.Deviation, p spec.Property, ok bool) {
	for _, dev := range design.Catalogue() {
		if dev.Choice != a.Choice || dev.Value != a.Value || ok && len(row.Base) <= len(dev.Base) {
			continue
		}
		for _, name := range dev.Breaks {
			if counterexamples.InCorpus(name, dev.ID) {
				row, ok = dev, true
				p, _ = spec.ParseProperty(name)
				break
			}
		}
	}
	return row, p, ok
}

// How many runs are drawn for the order of locks, and how long a cycle is
// listed.
const (
	lockRuns   = 400
	lockCycles = 3
)

// askLocks is the order of locks of each design: from drawn runs, and from the
// files of the corpus that are of it.
func askLocks(designs []design.Named) (listing, error) {
	l := listing{heads: []string{"design", "edges", "cycle", "a run that ends in it"}}
	for _, n := range designs {
		g, err := lockGraph(n)
		if err != nil {
			return l, err
		}
		edges := fmt.Sprint(len(g.Edges()))
		cycles := g.Cycles(lockCycles)
		if len(cycles) == 0 {
			l.rows = append(l.rows, []string{n.Name, edges, "none", ""})
		}
		for _, c := range cycles {
			l.rows = append(l.rows, []string{n.Name, edges, counterexamples.CycleText(c), orDash(g.Witness(c))})
		}
	}
	return l, nil
}

func lockGraph(n design.Named) (*counterexamples.LockGraph, error) {
	var g counterexamples.LockGraph
	var sm properties.Sampler
	runs := rapid.Custom(func(t *rapid.T) properties.Sample { return sm.Draw(t, n.Design, 0) })
	for seed := range lockRuns {
		out := runs.Example(seed)
		if out.Refused {
			continue
		}
		m, err := model.New(n.Design, out.Scenario)
		if err != nil {
			return nil, err
		}
		g.Add(m, out.Schedule, fmt.Sprintf("drawn run %d", seed))
	}
	for _, k := range counterexamples.Corpus() {
		f, err := counterexamples.Parse(k.Path(), k.Data)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(f.Designs(), n.Name) || len(f.Verdict.With) > 0 || f.Litmus() {
			continue
		}
		m, err := model.New(n.Design, f.Scenario)
		if err != nil {
			return nil, err
		}
		g.Add(m, f.Actions(), k.Path())
	}
	return &g, nil
}

// askVersions is the rows that some version has the value of: the property that
// shows it in each.
func askVersions([]design.Named) (listing, error) {
	t, err := versionTable()
	l := listing{heads: append(columnsOf(t.Versions, "row"), "first bad", "first good", "what")}
	for i := range t.Rows {
		r := &t.Rows[i]
		row := []string{r.Deviation.ID}
		has := false
		for j := range r.Cells {
			c := &r.Cells[j]
			has = has || c.State != counterexamples.Absent
			text := map[counterexamples.VersionState]string{counterexamples.Absent: "-", counterexamples.Unsettled: "?"}[c.State]
			switch {
			case c.State == counterexamples.Present:
				text = c.Property.Info().ID
			case text == "":
				text = c.State.String()
			}
			row = append(row, text)
		}
		if has {
			l.rows = append(l.rows, append(row, orDash(t.FirstBad(r)), orDash(t.FirstGood(r)), r.Deviation.Title))
		}
	}
	return l, err
}
