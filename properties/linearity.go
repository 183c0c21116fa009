package properties

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/history"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
)

// A Linearity is what drawn histories say of one object under one design.
type Linearity struct {
	Object      Object
	Drawn       int // runs
	Histories   int // of them with calls on the object
	Overlapping int // of them with calls that overlap
	Refuted     int // no sequential object explains them
	Unknown     int // the search for an order did not end in time
	First       int // seed of the first refuted one
}

// DrawHistory draws the history of a seed: the same one each time.
func DrawHistory(d design.Design, o Object) func(seed int) History {
	var hs HistorySampler
	histories := rapid.Custom(func(t *rapid.T) History { return hs.Draw(t, d, o) })
	return func(seed int) History { return histories.Example(seed) }
}

// Linearizable checks the histories of the seeds from 0 on, as many as are
// wanted, or up to the first refuted one.
func Linearizable(d design.Design, o Object, draws int, toFirst bool) Linearity {
	l := Linearity{Object: o}
	draw := DrawHistory(d, o)
	for seed := 0; seed < draws && (l.Refuted == 0 || !toFirst); seed++ {
		h := draw(seed)
		l.Drawn++
		if h.Calls() == 0 {
			continue
		}
		l.Histories++
		if h.Overlapping() {
			l.Overlapping++
		}
		switch result, _ := h.Check(""); result {
		case history.Illegal:
			if l.Refuted == 0 {
				l.First = seed
			}
			l.Refuted++
		case history.Unknown:
			l.Unknown++
		case history.Ok:
		}
	}
	return l
}

// String is the verdict.
func (l *Linearity) String() string {
	switch {
	case l.Refuted > 0:
		return "refuted"
	case l.Unknown > 0:
		return "unknown"
	case l.Histories == 0:
		return "never called"
	}
	return "linearizable"
}

// Meets reports whether calls of two tasks on one object overlap.
func (h *History) Meets() bool { return slices.ContainsFunc(h.objects, recorded.meets) }

// A Reason is why a design is not linearizable: reviewed with these choices is
// refuted by the history, and as far as it was tried not without any of them.
type Reason struct {
	Choices []design.Assignment
	History History // a small one, of reviewed with the choices
}

// Design is reviewed with the choices.
func (r *Reason) Design() design.Design { return design.Design{}.With(r.Choices...) }

// Reasons are why histories of the design are refuted. A refuted history is
// made small; then one choice after the other is given the value of reviewed,
// if the scenario is refuted without it too. What is left is a reason. It is
// taken out of the design, and the next history is drawn: to the end, where
// none of so many draws is refuted.
//
// Known are reasons of other designs. Those that the design has too, and whose
// scenario is refuted under it, come first.
func Reasons(d design.Design, o Object, draws int, known []Reason) (list []Reason) {
	takeOut := func(r Reason) {
		list = append(list, r)
		for _, a := range r.Choices {
			d[a.Choice] = 0
		}
	}
	for i := range known {
		r := &known[i]
		if _, ok := r.History.in(d, r.History.Scenario); ok && r.of(d) {
			takeOut(*r)
		}
	}
	for {
		l := Linearizable(d, o, draws, true)
		if l.Refuted == 0 {
			return list
		}
		h := DrawHistory(d, o)(l.First)
		small := h.Reduce(d)
		takeOut(reason(d, &small))
	}
}

// of reports whether the design makes the choices of the reason.
func (r *Reason) of(d design.Design) bool {
	return !slices.ContainsFunc(r.Choices, func(a design.Assignment) bool { return d[a.Choice] != a.Value })
}

// reason gives one choice after the other the value of reviewed, as long as
// the scenario is refuted, and makes the scenario small: again and again, since
// a choice may be needed only beside one that went later, or in a larger
// scenario. At last none can go.
func reason(d design.Design, h *History) Reason {
	small := *h
	for changed := true; changed; {
		changed = false
		for _, a := range d.Diff(design.Design{}) {
			without := d
			without[a.Choice] = 0
			if again, ok := small.in(without, small.Scenario); ok {
				d, small, changed = without, again, true
			}
		}
		small = small.Reduce(d)
	}
	return Reason{Choices: d.Diff(design.Design{}), History: small}
}

// Reduce makes the scenario of a refuted history as small as it can while it
// is refuted under the design, and the schedule short.
func (h *History) Reduce(d design.Design) History {
	small, ok := h.in(d, h.Scenario)
	if !ok {
		return *h
	}
	smallest(small.Scenario, func(sc model.Scenario) bool {
		again, ok := small.in(d, sc)
		if ok {
			small = again
		}
		return ok
	})
	return small
}

// How a refuted history is looked for in another scenario, or under another
// design.
const (
	historyReplays   = 1000 // of the known schedule, with actions left out
	historySchedules = 300  // drawn, when that one does not fit
)

// in finds a refuted history of the scenario under the design: with the
// schedule that is known, or else one of some that are drawn. It is made short.
func (h *History) in(d design.Design, sc model.Scenario) (History, bool) {
	m, err := model.New(d, sc)
	if err != nil {
		return *h, false
	}
	if len(m.Init()) == 0 {
		return *h, false
	}
	rp := &replayed{tape: newTape(m), object: h.Object}
	schedule, ok := rp.minimise(h.Schedule)
	for seed := 0; seed < historySchedules && !ok; seed++ {
		again := drawSchedule(m, h.Object, seed)
		if result, _ := again.Check(""); result == history.Illegal {
			schedule, ok = rp.minimise(again.Schedule)
		}
	}
	if !ok {
		return *h, false
	}
	rp.tape.cut(0)
	for _, a := range schedule {
		rp.tape.take(a)
	}
	return rp.tape.history(h.Object), true
}

// drawSchedule draws a run of the machine.
func drawSchedule(m *model.Machine, o Object, seed int) History {
	var hs HistorySampler
	return rapid.Custom(func(t *rapid.T) History {
		moves.Draw(t, "") // a run without a choice draws nothing, which rapid refuses
		return hs.run(t, m, o)
	}).Example(seed)
}

// replayed is the runs of a machine as the engine that shortens schedules
// takes them: a state is how many steps of the tape there are. Only one run is
// on the tape, so that a state is of use until another one is taken further.
type replayed struct {
	tape   *tape
	object Object
}

// Init is the blank tape.
func (rp *replayed) Init() []int { return []int{0} }

// Enabled are the actions after so many steps.
func (rp *replayed) Enabled(steps *int, buf []model.Action) []model.Action {
	return rp.tape.m.Enabled(&rp.tape.states[*steps], buf)
}

// Apply takes a step more.
func (rp *replayed) Apply(steps *int, a model.Action) {
	rp.tape.cut(*steps)
	rp.tape.take(a)
	*steps++
}

// minimise shortens a schedule whose history is refuted.
func (rp *replayed) minimise(schedule []model.Action) ([]model.Action, bool) {
	return checker.Minimise(rp, 0, schedule, rp.refuted, TaskOf, historyReplays)
}

// refuted judges the history so far, where something returned.
func (rp *replayed) refuted(steps *int, terminal bool) bool {
	tp := rp.tape
	if *steps == 0 {
		return false
	}
	last := *steps - 1
	returned := terminal || tp.obs[last].Flags&model.ObsCallDone != 0 || tp.end[tp.schedule[last].Task] == last
	if !returned {
		return false
	}
	tp.cut(*steps)
	h := tp.history(rp.object)
	result, _ := h.Check("")
	return result == history.Illegal
}

// cut takes the steps after the first ones off the tape.
func (tp *tape) cut(steps int) {
	tp.schedule, tp.states, tp.obs = tp.schedule[:steps], tp.states[:steps+1], tp.obs[:steps]
	for i := range tp.begin {
		if tp.begin[i] >= steps {
			tp.begin[i] = -1
		}
		if tp.end[i] >= steps {
			tp.end[i] = -1
		}
	}
}
