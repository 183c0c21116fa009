package counterexamples

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
)

// An ITF is a trace in the Informal Trace Format of Apalache and Quint, ADR 15
// of https://apalache-mc.org/docs/adr/015adr-trace.html: the states of a run,
// each with a value for every variable.
type ITF struct {
	Meta   map[string]string `json:"#meta"`
	Vars   []string          `json:"vars"`
	States []ITFState        `json:"states"`
	Loop   *int              `json:"loop,omitempty"` // the state that follows the last one
}

// An ITFState is a state. Names are as in [StateJSON].
type ITFState struct {
	Meta        itfIndex  `json:"#meta"`
	Action      itfAction `json:"action"`      // that led to the state
	Tasks       itfMap    `json:"tasks"`       // by task: the step that it is at
	Locks       itfMap    `json:"locks"`       // by lock that is held: the tasks
	HWPoison    itfSet    `json:"hwpoison"`    // pages with PageHWPoison
	Poisoned    itfSet    `json:"poisoned"`    // pages that are bad
	Owners      itfMap    `json:"owners"`      // by page: the file pages that own it
	Entries     itfMap    `json:"entries"`     // by file page: the page of its DAX entry
	PTEs        itfMap    `json:"ptes"`        // by address: the page
	Filesystems itfMap    `json:"filesystems"` // by filesystem: how far it is
}

// itfVars are the variables of an ITFState, in its order.
var itfVars = []string{"action", "tasks", "locks", "hwpoison", "poisoned", "owners", "entries", "ptes", "filesystems"}

// An itfIndex numbers a state.
type itfIndex struct {
	Index int `json:"index"`
}

// An itfAction is a step; before the first there is none, and all is empty.
type itfAction struct {
	Task     string    `json:"task"`
	Step     string    `json:"step"`
	Branch   itfNumber `json:"branch"`
	Function string    `json:"function"`
	Effects  []string  `json:"effects"`
}

// An itfNumber is an integer.
type itfNumber struct {
	Digits string `json:"#bigint"`
}

// An itfSet is a set, in order of its elements so that the text is stable.
type itfSet struct {
	Elements []string `json:"#set"`
}

// An itfMap is a function: pairs of an argument and a value, in order of the
// arguments.
type itfMap struct {
	Pairs [][2]any `json:"#map"`
}

// ExportITF is the trace of a schedule in the Informal Trace Format, with the
// description in its metadata. The last loop actions repeat for ever; 0: the
// schedule just ends. All actions must be enabled.
func ExportITF(m *model.Machine, init model.State, schedule []model.Action, loop int, description string) ([]byte, error) {
	t := ITF{
		Meta: map[string]string{
			"format": "ITF", "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
			"source": "notifycheck", "description": description, "scenario": string(Encode(m.Scenario)),
		},
		Vars: itfVars, States: []ITFState{itfState(m, &init, 0, itfAction{Branch: itfInt(0), Effects: []string{}})},
	}
	s := init
	for i, a := range schedule {
		before := s
		var o model.Obs
		m.Step(&s, a, &o)
		st, _ := before.At(a.Task)
		t.States = append(t.States, itfState(m, &s, i+1, itfAction{
			Task: taskName(a.Task), Step: st.String(), Branch: itfInt(int(a.Branch)), Function: m.FunctionAt(&before, a.Task),
			Effects: append([]string{}, effects(&before, &s, &o, a.Task)...),
		}))
	}
	if loop > 0 {
		// The last state is the one before the loop but for the action that led
		// to it, so it is followed by the state after the first action of the loop.
		start := len(schedule) - loop + 1
		t.Loop = &start
	}
	return JSON(t)
}

func itfState(m *model.Machine, s *model.State, index int, action itfAction) ITFState {
	j := summary(m, s)
	tasks := map[string]string{}
	for task := range uint8(m.Scenario.TaskCount()) {
		tasks[taskName(task)] = ""
		if st, alive := s.At(task); alive {
			tasks[taskName(task)] = st.String()
		}
	}
	return ITFState{
		Meta: itfIndex{index}, Action: action,
		Tasks: itfPairs(tasks, itfSame), Locks: itfPairs(j.Locks, itfSetOf),
		HWPoison: itfSetOf(j.HWPoison), Poisoned: itfSetOf(j.Poisoned),
		Owners: itfPairs(owners(m, s), itfSetOf), Entries: itfPairs(j.Entries, itfSame),
		PTEs: itfPairs(j.Mapped, itfSame), Filesystems: itfPairs(j.Filesystems, itfSame),
	}
}

// owners lists the file pages that own each page of a device.
func owners(m *model.Machine, s *model.State) map[string][]string {
	by := map[string][]string{}
	for f := range s.Data {
		for i, e := range s.Data[f] {
			if e.Hole() {
				continue
			}
			for _, p := range m.PagesOf(uint8(e.Block())) {
				if p != device.NoPage {
					by[pfnName(p)] = append(by[pfnName(p)], pageName(uint8(f), uint8(i)))
				}
			}
		}
	}
	return by
}

// itfPairs is a function as ITF has it, with its values put as value says.
func itfPairs[K cmp.Ordered, V, W any](of map[K]V, value func(V) W) itfMap {
	pairs := [][2]any{}
	for _, key := range slices.Sorted(maps.Keys(of)) {
		pairs = append(pairs, [2]any{key, value(of[key])})
	}
	return itfMap{pairs}
}

func itfSame(s string) string { return s }

func itfSetOf(elements []string) itfSet {
	set := append([]string{}, elements...) // not nil, which would be null
	slices.Sort(set)
	return itfSet{slices.Compact(set)}
}

func itfInt(n int) itfNumber { return itfNumber{strconv.Itoa(n)} }
