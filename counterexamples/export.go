package counterexamples

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// A TraceJSON is a trace for other programs.
type TraceJSON struct {
	Version  int        `json:"version"`
	Scenario string     `json:"scenario"` // as scenario.yaml
	Tasks    []string   `json:"tasks"`
	Init     StateJSON  `json:"init"`
	Steps    []StepJSON `json:"steps"`
}

// A StepJSON is one action and what it did.
type StepJSON struct {
	CPU      uint8     `json:"cpu"`
	Step     string    `json:"step"`
	Branch   uint8     `json:"branch"`
	Layer    string    `json:"layer"`
	Function string    `json:"function"`
	Doc      string    `json:"doc"`
	Stack    []string  `json:"stack"` // functions, outermost first
	Locks    []string  `json:"locks,omitempty"`
	Effects  []string  `json:"effects,omitempty"`
	Digest   string    `json:"digest"` // of the state after it
	State    StateJSON `json:"state"`  // after it
}

// A StateJSON is what a reader wants to know of a state; what is empty, free
// or usual is left out.
type StateJSON struct {
	HWPoison    []string            `json:"hwpoison,omitempty"`
	Poisoned    []string            `json:"poisoned,omitempty"`
	Filesystems map[string]string   `json:"filesystems"`
	Blocks      map[string]int      `json:"blocks,omitempty"`  // by file page
	Entries     map[string]string   `json:"entries,omitempty"` // by file page
	Mapped      map[string]string   `json:"mapped,omitempty"`  // by address
	Locks       map[string][]string `json:"locks,omitempty"`   // who holds each
}

// Export is the trace of a schedule as JSON. All actions must be enabled.
func Export(m *model.Machine, init model.State, schedule []model.Action) ([]byte, error) {
	t := TraceJSON{Version: Version, Scenario: string(Encode(m.Scenario)), Init: summary(m, &init), Steps: []StepJSON{}}
	for task := range uint8(m.Scenario.TaskCount()) {
		t.Tasks = append(t.Tasks, plainSpaces(title(m, &init, task)))
	}
	s := init
	for _, a := range schedule {
		before := s
		var o model.Obs
		m.Step(&s, a, &o)
		t.Steps = append(t.Steps, stepJSON(m, &before, &s, a, &o))
	}
	return JSON(t)
}

// JSON is a value as JSON for people and programs.
func JSON(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // kernel code has & and ->
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("as JSON: %w", err)
	}
	return out.Bytes(), nil
}

func stepJSON(m *model.Machine, before, after *model.State, a model.Action, o *model.Obs) StepJSON {
	st, _ := before.At(a.Task)
	info := st.Info()
	step := StepJSON{
		CPU: a.Task, Step: info.ID, Branch: a.Branch, Layer: info.Layer.String(), Function: m.FunctionAt(before, a.Task), Doc: info.Doc,
		Locks:   lockChanges(before, after, a.Task),
		Effects: effects(before, after, o, a.Task),
		Digest:  Digest(after), State: summary(m, after),
	}
	t := &before.Tasks[a.Task]
	for _, fr := range t.Stack[:t.Depth] {
		if name := m.Function(fr); len(step.Stack) == 0 || step.Stack[len(step.Stack)-1] != name {
			step.Stack = append(step.Stack, name)
		}
	}
	return step
}

// summary is what StateJSON keeps of a state.
func summary(m *model.Machine, s *model.State) StateJSON {
	j := StateJSON{
		HWPoison: pageList(s.HWPoison), Poisoned: pageList(s.Poisoned),
		Filesystems: map[string]string{}, Blocks: map[string]int{}, Entries: map[string]string{},
		Mapped: map[string]string{}, Locks: map[string][]string{},
	}
	for fs := range s.Mount {
		mp := &s.Mount[fs]
		if fs == 1 && m.Scenario.Geometry.Second == model.SecondNone {
			continue
		}
		j.Filesystems[fsName(uint8(fs))] = lifeNames[mp.Life]
		if mp.Shutdown != 0 && mp.Life != superblock.LifeFreed {
			j.Filesystems[fsName(uint8(fs))] += ", shut down"
		}
	}
	for f := range s.Data {
		for i, e := range s.Data[f] {
			at := pageName(uint8(f), uint8(i))
			if !e.Hole() {
				j.Blocks[at] = int(e.Block())
			}
			if p := s.Entry[f][i].Of(); p != device.NoPage {
				j.Entries[at] = pfnName(p)
			}
		}
	}
	for p := range s.PTE {
		for va, e := range s.PTE[p] {
			if e != 0 {
				j.Mapped[vaName(uint8(p), uint8(va))] = pfnName(e.Page())
			}
		}
	}
	for i := range locks {
		if set := locks[i].holders(s); set != 0 {
			j.Locks[locks[i].name] = taskList(set)
		}
	}
	return j
}

// pageList lists a set of pages.
func pageList(set uint16) []string {
	var names []string
	for p := range device.Page(device.Pages) {
		if set&p.Bit() != 0 {
			names = append(names, pfnName(p))
		}
	}
	return names
}

// A Moment is something that a task does or waits for in a counterexample: a
// line of its race.
type Moment struct {
	Task     uint8
	Level    int    // of the call, from 0
	Function string // that is called; empty when it goes on in the caller
	Text     string // as in the race
	Line     int    // of the file: the step in the schedule
	Takes    bool   // a lock or a reference
	Drops    bool
	Waits    bool // it is blocked
}

// Moments are the lines of the race of the file, from its schedule, and what
// each task is. The steps must all be enabled.
func (f *File) Moments() (moments []Moment, tasks []string, err error) {
	m, err := f.Machine()
	if err != nil {
		return nil, nil, err
	}
	init := m.Init()[0]
	for task := range uint8(m.Scenario.TaskCount()) {
		tasks = append(tasks, taskName(task)+": "+plainSpaces(title(m, &init, task)))
	}
	for _, ev := range traceLoop(m, init, f.Actions(), f.Loop) {
		text := plainSpaces(ev.text())
		if text == "" {
			continue
		}
		at := Moment{
			Task: ev.task, Level: ev.level, Text: text, Waits: ev.kind == waitEvent,
			Line: f.line(min(ev.step, len(f.Schedule)-1)),
		}
		if ev.kind == callEvent || ev.kind == leafEvent {
			at.Function = ev.name
		}
		for _, change := range ev.locks {
			at.Takes = at.Takes || strings.HasPrefix(change, "+")
			at.Drops = at.Drops || strings.HasPrefix(change, "-")
		}
		moments = append(moments, at)
	}
	return moments, tasks, nil
}
