package properties

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/notifycheck/notifycheck/model"
)

// A Scope is a family of families of scenarios that can be explored in full.
type Scope struct {
	Name     string
	Doc      string
	Families []Family
}

// A Family is a delta over the base scope: scenarios with one difference, or
// two, from two files and two processes on two groups.
type Family struct {
	Name string
	Doc  string
	// Rows are the deviations of the catalogue that it is for: in the scope
	// small each violates its properties in a scenario of the family.
	Rows []string
	// Refused: reviewed does not mount it, so that it says nothing of reviewed.
	// It is there for other designs.
	Refused bool

	parts []part
}

// A part of a family is one plan on some beds.
type part struct {
	beds []model.Scenario
	plan plan
}

// All yields every scenario of the scope, in a fixed order, with its name: the
// scope, the family, the kinds of task beside the first, and a number. Of
// scenarios that differ in names only it yields one, in the first family that
// has it.
//
// A task need not begin. So that runs in which one never does are judged to
// their end, the last family has the scenarios of the others without one of
// the tasks, as far as no other family has them. (A Scope that was cut down to
// some families has that one or not.)
func (s *Scope) All() iter.Seq2[string, model.Scenario] {
	return func(yield func(string, model.Scenario) bool) {
		seen := map[model.Scenario]bool{} // false: a task was left out, not yielded yet
		var without []model.Scenario
		leaveOut := func(sc model.Scenario) {
			for c := range leavingOut(sc) {
				if _, again := seen[c]; !again {
					seen[c] = false
					without = append(without, c)
				}
			}
		}
		for i := range s.Families {
			f := &s.Families[i]
			count := map[string]int{}
			for kind, sc := range f.draw() {
				sc = Canonical(sc)
				if seen[sc] {
					continue
				}
				seen[sc] = true
				count[kind]++
				if !yield(s.Name+"/"+f.Name+"/"+kind+"/"+strconv.Itoa(count[kind]), sc) {
					return
				}
				leaveOut(sc)
			}
		}
		if _, ok := s.Family(s.Name + "/" + leftOut); !ok {
			return
		}
		count := map[string]int{}
		for n := 0; n < len(without); n++ {
			sc := without[n]
			if seen[sc] {
				continue
			}
			kind := besideFirst(&sc)
			count[kind]++
			if !yield(s.Name+"/"+leftOut+"/"+kind+"/"+strconv.Itoa(count[kind]), sc) {
				return
			}
			leaveOut(sc)
		}
	}
}

// leftOut is the family of the scenarios without a task.
const leftOut = "left-out"

// leftOutFamily is that family. It has nothing to draw.
func leftOutFamily() Family {
	return Family{Name: leftOut, Doc: "the scenarios of the other families without one or more of their tasks, which need not begin"}
}

// leavingOut is the possible scenarios without one of the tasks.
func leavingOut(sc model.Scenario) iter.Seq[model.Scenario] {
	return func(yield func(model.Scenario) bool) {
		n := sc.TaskCount()
		if n == 1 {
			return
		}
		for i := range n {
			c := sc
			copy(c.Tasks[i:], c.Tasks[i+1:])
			c.Tasks[model.MaxTasks-1] = model.TaskSpec{}
			if c.Validate() == nil && !yield(Canonical(c)) {
				return
			}
		}
	}
}

// besideFirst names the tasks but the first.
func besideFirst(sc *model.Scenario) string {
	var kinds []string
	for i := 1; i < sc.TaskCount(); i++ {
		kinds = append(kinds, scopeKinds[sc.Tasks[i].Kind])
	}
	if len(kinds) == 0 {
		return scopeKinds[model.TaskNone]
	}
	return strings.Join(kinds, "+")
}

// draw yields the scenarios of all parts, with repetitions.
func (f *Family) draw() drawing {
	return func(yield func(string, model.Scenario) bool) {
		for i := range f.parts {
			for _, bed := range f.parts[i].beds {
				for kind, sc := range f.parts[i].plan.draw(bed) {
					if !yield(kind, sc) {
						return
					}
				}
			}
		}
	}
}

// Family is the family that a scenario of the scope is of, by its name.
func (s *Scope) Family(name string) (f Family, ok bool) {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) < 2 || parts[0] != s.Name {
		return f, false
	}
	i := slices.IndexFunc(s.Families, func(f Family) bool { return f.Name == parts[1] })
	if i < 0 {
		return f, false
	}
	return s.Families[i], true
}

// Counts is the number of scenarios of each family.
func (s *Scope) Counts() []int {
	at := map[string]int{}
	for i := range s.Families {
		at[s.Families[i].Name] = i
	}
	counts := make([]int, len(s.Families))
	for name := range s.All() {
		counts[at[strings.SplitN(name, "/", 3)[1]]]++
	}
	return counts
}

// Scenario finds a scenario of the scope by its name. It draws the scope up
// to there.
func (s *Scope) Scenario(name string) (model.Scenario, bool) {
	if _, ok := s.Family(name); !ok {
		return model.Scenario{}, false
	}
	for n, sc := range s.All() {
		if n == name {
			return sc, true
		}
	}
	return model.Scenario{}, false
}

// ScopeByName finds a scope.
func ScopeByName(name string) (Scope, bool) {
	for _, maker := range scopeMakers {
		if maker.name == name {
			return maker.scope(), true
		}
	}
	return Scope{}, false
}

// An Omission is a difference that no scope has, since the model cannot
// express it.
type Omission struct {
	Delta string
	Rows  string // of the reference, which the catalogue has no deviation for
	Why   string
}

// Omitted lists what the scopes leave out.
func Omitted() []Omission { return slices.Clone(omitted) }

var omitted = []Omission{
	{"narrowed word size", "", "the arithmetic is explored apart from the machine, with narrow words"},
	{"dedupe, mremap, MAP_SYNC", "", "dedupe is reflink after a comparison; the others are not modelled"},
	{"dm table swap", "D07", "inexpressible: the stack does not change in a run"},
}

// Scopes are the scopes, the smaller first.
func Scopes() []Scope {
	list := make([]Scope, len(scopeMakers))
	for i, maker := range scopeMakers {
		list[i] = maker.scope()
	}
	return list
}

var scopeMakers = [...]struct {
	name  string
	scope func() Scope
}{{"tiny", tinyScope}, {"small", smallScope}, {"medium", mediumScope}, {"large", largeScope}}

// onePlan has a single task beside the event, of each kind, near what fails.
func onePlan() plan {
	return plan{
		roles: rolesOf(roleShared, roleData), perRole: 2, sources: allSources, early: 2,
		unbind: true, beside: 1, kinds: allKinds,
	}
}

// crowdPlan has n tasks beside the event, one or two of each kind.
func crowdPlan(n, perKind int) plan {
	return plan{
		roles: rolesOf(roleShared), perRole: 1, sources: allSources[1:2], early: 1,
		unbind: true, beside: n, kinds: allKinds[1:], perKind: perKind,
	}
}

// family is the family of a delta with a plan, to which the delta adds.
func (d *delta) family(pl plan) Family {
	f := d.Family
	if d.change != nil {
		d.change(&pl)
	}
	if pl.beside > 1 {
		pl.most = min(pl.most, 2)
	}
	f.parts = []part{{beds: d.beds(baseBed(d.shape)), plan: pl}}
	return f
}

func tinyScope() Scope {
	pl := onePlan()
	pl.perRole, pl.perKind, pl.sources = 1, 1, allSources[:2]
	pl.roles = rolesOf(roleShared, roleHeader)
	pl.kinds = append(slices.Clone(pl.kinds), model.TaskFreeze)
	s := Scope{
		Name: "tiny",
		Doc:  "The base scope on one group of three blocks, with one task of each kind, and the deltas without which a kind of task or the premise of a property is missing. For a change in the making.",
		Families: []Family{{
			Name: "base", Doc: "two files, two processes and one group: an event on the block that they share, or on the header",
			parts: []part{{beds: []model.Scenario{baseBed(least)}, plan: pl}},
		}},
	}
	for _, d := range deltas() {
		if d.tiny {
			d.shape = least
			few := pl
			few.early = 1
			few.sources = allSources[1:2]
			few.kinds = []model.TaskKind{model.TaskNone, model.TaskReadFault, model.TaskMount, model.TaskLegFailure, model.TaskPin, model.TaskWrite}
			s.Families = append(s.Families, d.family(few))
		}
	}
	s.Families = append(s.Families, leftOutFamily())
	return s
}

func smallScope() Scope {
	base := onePlan()
	base.roles, base.perRole, base.early = anyRole, 16, 8
	s := Scope{
		Name: "small",
		Doc: "The base scope in full, and with each delta alone: an event on each kind of page that matters there, of each source and with early-kill or late-kill processes, or the removal of the device, " +
			"alone and with one task of each kind near what fails. Two tasks beside the event, and two events with a task, on the base scope. A sum over the deltas, not a product.",
		Families: []Family{{
			Name: "base", Rows: []string{"R07", "C01", "K06", "K09", "K12", "X01", "X02", "X03", "X04", "X06", "X09", "X11", "L03", "L07", "H04", "G1", "G3", "G4", "G6", "G8", "G9", "G10", "G11", "N03", "N04", "N07", "N08", "N09", "R15", "C03", "K14", "X16", "L06", "L09", "L13", "H03", "G15", "G16", "G17", "G18", "G19", "G20", "C18", "C23", "K10", "X14", "X15", "K16", "N15", "N16", "N19", "N20", "N23", "N37"},
			Doc:   "two files and two processes, two groups: an event on every kind of page, every choice of early-kill processes",
			parts: []part{{beds: []model.Scenario{baseBed(wide)}, plan: base}},
		}},
	}
	for _, d := range slices.Concat(deltas(), smallDeltas(), threadDeltas()) {
		s.Families = append(s.Families, d.family(onePlan()))
	}
	events := crowdPlan(2, 1)
	events.with, events.once = []model.TaskKind{model.TaskMemoryFailure}, true
	events.sources = allSources[:2]
	events.roles = rolesOf(roleShared, roleHeader)
	waiting := crowdPlan(2, 0)
	waiting.kinds, waiting.fewest = []model.TaskKind{model.TaskMemoryFailure}, 1
	waiting.roles, waiting.sources = rolesOf(roleShared, roleHeader), allSources[:1]
	waiting.early, waiting.unbind, waiting.queued = 2, false, true
	meeting := crowdPlan(2, 2)
	meeting.kinds = []model.TaskKind{model.TaskReadFault, model.TaskWriteFault, model.TaskTruncate, model.TaskPunch}
	moving := crowdPlan(3, 0)
	moving.kinds = []model.TaskKind{model.TaskWriteFault, model.TaskTruncate, model.TaskPunch}
	moving.with, moving.once = []model.TaskKind{model.TaskTruncate, model.TaskPunch}, true
	moving.sources = allSources[:2]
	moving.roles, moving.unbind, moving.fills = rolesOf(roleData), false, true
	pinned := crowdPlan(2, 0)
	pinned.kinds = []model.TaskKind{model.TaskPin, model.TaskTruncate, model.TaskPunch, model.TaskReflink, model.TaskEvict}
	pinned.with, pinned.once = pinned.kinds[:1], true
	pinned.roles, pinned.sources = rolesOf(roleData), allSources[:2]
	written := crowdPlan(1, 0)
	written.kinds, written.sources = []model.TaskKind{model.TaskWrite}, allSources[:2]
	writers := crowdPlan(2, 0)
	writers.kinds = []model.TaskKind{model.TaskWrite, model.TaskReadFault, model.TaskWriteFault, model.TaskReflink}
	writers.with, writers.once = writers.kinds[:1], true
	beds := []model.Scenario{baseBed(least)}
	return Scope{Name: s.Name, Doc: s.Doc, Families: append(s.Families,
		Family{
			Name: "two-tasks", Rows: []string{"X10", "G13", "X03", "X16", "C05", "N32"}, Doc: "two tasks of different kinds beside an event on the block that both files share, or beside a removal, and two of a kind where they meet on a DAX entry; one group",
			parts: []part{{beds: beds, plan: crowdPlan(2, 1)}, {beds: beds, plan: meeting}},
		},
		Family{
			Name: "two-events", Rows: []string{"X21", "X05"}, Doc: "two events and a task: on the same page, the next one, or after a header failed and the filesystem is shut down; one group",
			parts: []part{{beds: beds, plan: events}},
		},
		Family{
			Name: "queue", Rows: []string{"C20"}, Doc: "two or three events of a scrubber that go through memory_failure_queue of one CPU, which has room for one; one group, or two",
			parts: []part{{beds: append(beds, baseBed(wide)), plan: waiting}},
		},
		Family{
			Name: "moved-block", Rows: []string{"X20"}, Doc: "a filesystem that takes no part: meanwhile the block is taken from its file page, and two writes give it to another page of the file and that one another block",
			parts: []part{{beds: []model.Scenario{edited(baseBed(single), ext4Bed)}, plan: moving}},
		},
		Family{
			Name: "pinned", Rows: []string{"X12", "G14"}, Doc: "a page of file data is pinned for a DMA, and its file page is to lose the block: truncate, punch, reflink, eviction",
			parts: []part{{beds: []model.Scenario{edited(baseBed(least), unshared), edited(baseBed(wide), unshared)}, plan: pinned}},
		},
		Family{
			Name: "written", Rows: []string{"H05", "N11", "N33"}, Doc: "a write(2) to a block that both files share, alone and with a fault or a reflink beside it",
			parts: []part{{beds: []model.Scenario{baseBed(least), baseBed(wide)}, plan: written}, {beds: beds, plan: writers}},
		},
		frozenFamily(),
		leftOutFamily(),
	)}
}

// frozenFamily has the freeze of a user beside a removal.
func frozenFamily() Family {
	alone := crowdPlan(1, 1)
	alone.kinds, alone.sources = []model.TaskKind{model.TaskFreeze}, nil
	alone.roles = rolesOf(roleShared, roleData)
	two := crowdPlan(2, 4)
	two.kinds = []model.TaskKind{model.TaskFreeze, model.TaskReadFault, model.TaskWriteFault, model.TaskUmount}
	two.with, two.sources, two.roles = two.kinds[:1], nil, alone.roles
	beds := []model.Scenario{baseBed(least), baseBed(wide)}
	return Family{
		Name: "frozen", Rows: []string{"L10"}, Doc: "a user freezes the filesystem and thaws it beside a removal, and beside a fault or an unmount too",
		parts: []part{{beds: beds, plan: alone}, {beds: beds, plan: two}},
	}
}

// mediumScope has pairs of deltas, and two tasks on each delta.
func mediumScope() Scope {
	s := Scope{
		Name: "medium",
		Doc:  "Each pair of deltas that fit together, with one task of each kind; each delta with two tasks beside the event.",
	}
	one := onePlan()
	one.sources, one.perRole, one.perKind = allSources[:2], 1, 2
	s.Families = append(append(pairFamilies(one), soloFamilies(crowdPlan(2, 1))...), leftOutFamily())
	return s
}

// largeScope has what medium has, with a task more.
func largeScope() Scope {
	s := Scope{
		Name: "large",
		Doc:  "Each pair of deltas that fit together, with two tasks beside the event; each delta with three.",
	}
	s.Families = append(append(pairFamilies(crowdPlan(2, 1)), soloFamilies(crowdPlan(3, 1))...), leftOutFamily())
	return s
}

// soloFamilies are the base and every delta, on one group where they fit.
func soloFamilies(pl plan) []Family {
	list := []Family{{
		Name: "base", Doc: "two files and two processes on one group",
		parts: []part{{beds: []model.Scenario{baseBed(least)}, plan: pl}},
	}}
	for _, d := range slices.Concat(deltas(), smallDeltas(), threadDeltas()) {
		list = append(list, d.family(pl))
	}
	return list
}

// pairFamilies are the pairs of deltas that fit together, without those that
// are about a row or two.
func pairFamilies(pl plan) (list []Family) {
	all := deltas()
	for i := range all {
		for j := range all[:i] {
			if f, ok := pairFamily(&all[j], &all[i], pl); ok {
				list = append(list, f)
			}
		}
	}
	return list
}

// pairFamily has both deltas, in the order in which neither undoes the other.
func pairFamily(a, b *delta, pl plan) (f Family, ok bool) {
	s := a.shape
	if b.shape.blocks < s.blocks {
		s = b.shape
	}
	base := baseBed(s)
	onlyA, onlyB := a.beds(base), b.beds(base)
	var beds []model.Scenario
	add := func(first []model.Scenario, second *delta) {
		for _, bed := range first {
			for _, both := range second.beds(bed) {
				if newBench(both) != nil && !slices.Contains(onlyA, both) && !slices.Contains(onlyB, both) {
					beds = append(beds, both)
				}
			}
		}
	}
	if add(onlyA, b); len(beds) == 0 {
		add(onlyB, a)
	}
	for _, d := range []*delta{a, b} {
		if d.change != nil {
			d.change(&pl)
		}
	}
	f = Family{
		Name: a.Name + "+" + b.Name, Doc: a.Doc + "; and " + b.Doc, Refused: a.Refused || b.Refused,
		parts: []part{{beds: beds, plan: pl}},
	}
	for range f.draw() {
		return f, true
	}
	return f, false
}
