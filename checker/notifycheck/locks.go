package main

import (
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// locksPath is the table of what is noticed without a step's lock.
const locksPath = "docs/locks.md"

func (a *app) measureLocks() *cobra.Command {
	var out, only string
	cmd := &cobra.Command{
		Use: "locks", Short: "take each step's lock away and see which property notices", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			table, err := a.unlockAll(only, out)
			if err != nil {
				return err
			}
			doc := locksDoc(table)
			if err := writeFile(out, []byte(doc)); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(table)
			}
			a.printf("%s", doc)
			return nil
		},
	}
	cmd.Flags().StringVar(&only, "only", "", "these steps, with commas; the other rows stay")
	cmd.Flags().StringVar(&out, "out", locksPath, "the table")
	return cmd
}

// A lockRow is what reviewed loses without the locks of a step.
type lockRow struct {
	Step     string `json:"step"`
	Function string `json:"function"`
	Locks    string `json:"locks"`
	Violated string `json:"violated"` // properties, in Scenario
	Scenario string `json:"scenario,omitempty"`
	Why      string `json:"why,omitempty"`
}

// unlockAll takes the locks of one step after the other away, or of those
// wanted: then the other rows are those of the table that is there.
func (a *app) unlockAll(only, path string) (table []lockRow, err error) {
	takers := properties.Takers()
	wanted, err := wantedSteps(takers, only)
	if err != nil {
		return nil, err
	}
	old := map[string]lockRow{}
	if len(wanted) < len(takers) {
		if old, err = readLocks(path); err != nil {
			return nil, err
		}
	}
	tick, done := a.progress("measure locks", len(wanted))
	defer done()
	for _, st := range takers {
		row, ok := old[st.String()]
		if row.Scenario == "" {
			row.Why = unnoticed[st.String()]
		}
		if wanted[st] {
			u, err := unlock(st)
			if err != nil {
				return nil, fmt.Errorf("%v: %w", st, err)
			}
			row, ok = newLockRow(&u), true
			tick(1)
		}
		if ok {
			table = append(table, row)
		}
	}
	return table, nil
}

// wantedSteps are the steps named, or all that take a lock.
func wantedSteps(takers []model.Step, only string) (map[model.Step]bool, error) {
	wanted, byName := map[model.Step]bool{}, map[string]model.Step{}
	for _, st := range takers {
		wanted[st], byName[st.String()] = only == "", st
	}
	if only == "" {
		return wanted, nil
	}
	clear(wanted)
	for name := range strings.SplitSeq(only, ",") {
		st, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("--only: no step %q takes a lock", name)
		}
		wanted[st] = true
	}
	return wanted, nil
}

// moreStates is how many states of the crossings, and of medium, are explored
// without a lock that nothing notices the lack of before.
const moreStates = 2_000_000

// unlock takes the locks of one step away: in all of tiny and small, and then
// in so much of the crossings and of medium as moreStates allows.
func unlock(st model.Step) (u properties.Unlocked, err error) {
	for _, part := range []struct {
		scopes []string
		most   int
	}{{[]string{"tiny", "small"}, 0}, {[]string{crossing}, moreStates}, {[]string{"medium"}, moreStates}} {
		u, err = properties.Unlock(design.Design{}, st, lockScenarios(part.scopes...), part.most, properties.ExploreOptions{})
		if err != nil || u.Violated != 0 {
			break
		}
	}
	return u, err
}

// crossing is the name of the scenarios that are in no scope.
const crossing = "crossing"

// lockScenarios are the scenarios of scopes, and the crossings.
func lockScenarios(scopes ...string) iter.Seq[properties.Named] {
	return func(yield func(properties.Named) bool) {
		for _, name := range scopes {
			scope, _ := properties.ScopeByName(name)
			all := scenariosOf(&scope)
			if name == crossing {
				all = slices.Values(properties.Crossings())
			}
			for sc := range all {
				if !yield(sc) {
					return
				}
			}
		}
	}
}

func newLockRow(u *properties.Unlocked) lockRow {
	row := lockRow{
		Step: u.Step.String(), Function: model.FunctionName(design.Design{}, u.Step), Locks: takenBy(u.Step), Scenario: u.Scenario.Name,
	}
	row.Violated = idsOf(u.Violated, ", ")
	if u.Violated == 0 {
		row.Why = unnoticed[row.Step]
	}
	return row
}

// takenBy is the locks that a step takes, without those that it drops only.
func takenBy(st model.Step) string {
	var list []string
	for lock := range strings.FieldsSeq(st.Info().Locks) {
		if name := strings.TrimLeft(lock, "+±"); name != lock {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}

// locksText says what the tables are of.
const locksText = "Each step of the step table that takes a lock or a reference, run under `reviewed` without taking it: it waits for nobody, " +
	"and what drops the lock later drops nothing. Scenarios are explored in a fixed order, without reductions, until one violates a property: " +
	"those of `tiny` and of `small`; then the crossings, which are, on the base of `tiny` and beside an event on the block that both files share, " +
	"any two tasks, each near any file page, and a fault of a page of each mapping that one of them makes, and before those a write to a hole that a punch gives its block to; then those of `medium`. Of the last two, each up to %d states for a step. " +
	"Scenarios in which no other task meets the lock are left out: nothing changes there. The first that violates a property is named, with all " +
	"that is violated in it. The steps come from the step table, and the properties know no locks."

const unnoticedText = "That nothing notices the lack of a lock does not say that the kernel can do without it. It says that in these scenarios " +
	"another guard covers the hole, or that what the lock is for is no part of the model."

// The headers of the two tables.
var (
	noticedHeader   = []string{"step", "function", "lock", "violated", "first scenario"}
	unnoticedHeader = []string{"step", "function", "lock", "why nothing notices"}
)

func locksDoc(table []lockRow) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# Locks taken away\n\n%s\n", generatedBy("measure locks"), wrap(fmt.Sprintf(locksText, moreStates), columns))
	var noticed, not [][]string
	for i := range table {
		r := &table[i]
		row := []string{r.Step, "`" + r.Function + "`", r.Locks}
		if r.Scenario != "" {
			noticed = append(noticed, append(row, r.Violated, r.Scenario))
			continue
		}
		not = append(not, append(row, r.Why))
	}
	evidence.WriteTable(&b, noticedHeader, noticed)
	fmt.Fprintf(&b, "\n## Not noticed\n\n%s\n", wrap(unnoticedText, columns))
	evidence.WriteTable(&b, unnoticedHeader, not)
	return b.String()
}

// readLocks reads the rows of the tables that locksDoc wrote, by step.
func readLocks(path string) (map[string]lockRow, error) {
	doc, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	rows := map[string]lockRow{}
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if !strings.HasPrefix(line, "| ") || len(cells) < len(unnoticedHeader) || cells[0] == noticedHeader[0] {
			continue
		}
		r := lockRow{Step: cells[0], Function: strings.Trim(cells[1], "`"), Locks: cells[2]}
		if len(cells) == len(noticedHeader) {
			r.Violated, r.Scenario = cells[3], cells[4]
		} else {
			r.Why = cells[3]
		}
		rows[r.Step] = r
	}
	return rows, nil
}
