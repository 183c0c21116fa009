package properties

import (
	"fmt"
	"slices"

	"github.com/notifycheck/notifycheck/checker/history"
	"github.com/notifycheck/notifycheck/model"
)

// An Object is a kind of concurrent object: what has calls and returns, and a
// sequential object in spec that it must be like.
type Object uint8

// The kinds of object. A run has several of each.
const (
	HolderSlots Object = iota // spec.Holder: each holder slot
	PageTables                // spec.PageTable: each va page of a process over a DAX file
	ReverseMap                // spec.Rmap: the reverse map of each group
	NumObjects
)

// String is the name of the object in reports and file names.
func (o Object) String() string {
	return [NumObjects]string{"holder", "page-table", "rmap"}[o]
}

// A History is the calls that one run made on the objects of one kind.
type History struct {
	Object   Object
	Scenario model.Scenario
	Schedule []model.Action
	objects  []recorded
}

// recorded is the history of one object.
type recorded interface {
	calls() int
	overlap() bool
	meets() bool
	check(htmlPath string) (history.Result, error)
	text() string
}

// Calls counts the calls, and Done is one, as is a look at a page table.
func (h *History) Calls() int {
	n := 0
	for _, o := range h.objects {
		n += o.calls()
	}
	return n
}

// Overlapping reports whether two calls on the same object overlap.
func (h *History) Overlapping() bool { return slices.ContainsFunc(h.objects, recorded.overlap) }

// Check judges the history of each object. The first one that no sequential
// object explains is drawn at htmlPath, unless that is empty.
func (h *History) Check(htmlPath string) (history.Result, error) {
	for _, o := range h.objects {
		if result, err := o.check(htmlPath); result != history.Ok || err != nil {
			return result, err
		}
	}
	return history.Ok, nil
}

// Text draws the first object that no sequential object explains: its name, and
// its calls in real time. It is empty if all are explained.
func (h *History) Text() string {
	for _, o := range h.objects {
		if result, _ := o.check(""); result == history.Illegal {
			return o.text()
		}
	}
	return ""
}

// A tape is a whole run: state k, then action k, which showed obs k, then
// state k+1. It is blank when the design does not start the scenario.
type tape struct {
	m        *model.Machine
	v        view
	schedule []model.Action
	states   []model.State
	obs      []model.Obs
	begin    [model.MaxTasks]int // first step of the task, or -1
	end      [model.MaxTasks]int // its last one, or -1 when it did not end
}

func newTape(m *model.Machine) *tape {
	tp := &tape{m: m, v: newView(m), states: m.Init()}
	for i := range tp.begin {
		tp.begin[i], tp.end[i] = -1, -1
	}
	return tp
}

// take takes the action, which is enabled.
func (tp *tape) take(a model.Action) {
	k := len(tp.obs)
	s, o := tp.states[k], model.Obs{}
	tp.m.Step(&s, a, &o)
	tp.schedule = append(tp.schedule, a)
	tp.states, tp.obs = append(tp.states, s), append(tp.obs, o)
	if tp.begin[a.Task] < 0 {
		tp.begin[a.Task] = k
	}
	if _, goesOn := s.At(a.Task); !goesOn {
		tp.end[a.Task] = k
	}
}

// history notes the calls on the objects of the kind.
func (tp *tape) history(o Object) History {
	h := History{Object: o, Scenario: tp.m.Scenario, Schedule: tp.schedule}
	switch {
	case len(tp.states) == 0:
	case o == HolderSlots:
		h.objects = tp.holders()
	case o == PageTables:
		h.objects = tp.pageTables()
	default:
		h.objects = tp.rmaps()
	}
	return h
}

// task is what the task is to do.
func (tp *tape) task(i uint8) *model.TaskSpec { return &tp.m.Scenario.Tasks[i] }

// Like is a sequential object of spec as the checker takes it.
func Like[St interface {
	comparable
	Apply(in In, out Out) (St, bool)
	String() string
}, In, Out comparable](init St, describe func(In, Out) string) history.Sequential[St, In, Out] {
	return history.Sequential[St, In, Out]{
		Init: init,
		Step: func(st St, in In, out Out) (bool, St) {
			next, ok := st.Apply(in, out)
			return ok, next
		},
		DescribeOp:    describe,
		DescribeState: St.String,
	}
}

// clients bounds those that call an object: each task, the second operation of
// a call that is two at once, and the call that a task makes within a call.
const clients = 3 * model.MaxTasks

// calls is the history of one object with the object that it must be like.
type calls[St, In, Out comparable] struct {
	name string
	like history.Sequential[St, In, Out]
	rec  history.Recorder[In, Out]
	open [clients]bool // those that are in a call
}

func (c *calls[St, In, Out]) call(client, step int, in In) {
	c.rec.Call(client, step, in)
	c.open[client] = true
}

// ret is a return, if the client is in a call at all.
func (c *calls[St, In, Out]) ret(client, step int, out Out) bool {
	if !c.open[client] {
		return false
	}
	c.rec.Return(client, step, out)
	c.open[client] = false
	return true
}

// at is a call that returns at once.
func (c *calls[St, In, Out]) at(client, step int, in In, out Out) {
	c.rec.Call(client, step, in)
	c.rec.Return(client, step, out)
}

func (c *calls[St, In, Out]) calls() int    { return len(c.rec.Ops()) }
func (c *calls[St, In, Out]) overlap() bool { return history.Overlap(c.made()) > 0 }

// meets reports whether calls of two tasks overlap.
func (c *calls[St, In, Out]) meets() bool {
	ops := c.made()
	for i := range ops {
		for j := range ops[:i] {
			a, b := &ops[i], &ops[j]
			if a.Client%model.MaxTasks != b.Client%model.MaxTasks && a.Call <= b.Return && b.Call <= a.Return {
				return true
			}
		}
	}
	return false
}

// made are the calls without those that only look.
func (c *calls[St, In, Out]) made() []history.Op[In, Out] {
	return slices.DeleteFunc(slices.Clone(c.rec.Ops()), func(op history.Op[In, Out]) bool { return op.Client == looker })
}

func (c *calls[St, In, Out]) check(htmlPath string) (history.Result, error) {
	return history.Check(c.like, c.rec.Ops(), htmlPath)
}

func (c *calls[St, In, Out]) text() string {
	return c.name + "\n\n" + history.Text(c.like, c.rec.Ops(), clientName)
}

// clientName is the task, by the name that it has in a race.
func clientName(client int) string {
	if client == looker {
		return ""
	}
	return fmt.Sprintf("CPU%d", client%model.MaxTasks)
}
