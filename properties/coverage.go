package properties

import (
	"fmt"
	"slices"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
)

// A Covered is what the exploration of one scenario under one design went
// through.
type Covered struct {
	Taken   [model.NumSteps]uint8 // outcomes of each step that were taken, a bit each
	Decided [design.NumChoices]Decision
}

// A Decision is where the value that a design has for a choice matters: from a
// state that the design can reach, another value would have led elsewhere, or
// a task could have gone on, or not.
type Decision struct {
	Known bool
	At    model.Step   // 0: before the first step, when the filesystem is mounted
	Other design.Value // that would have made the difference
}

// A Coverer explores scenarios, and keeps its memory between them. The zero
// Coverer is ready; it is not for concurrent use.
type Coverer struct{ engine explorer }

// Cover explores the scenario under the design, and looks at each state what
// other values of the wanted choices would change. A value that is merely looked
// at, without consequences, decides nothing.
//
// The reductions put no step off for ever, so a step that is taken in none of
// the states that they leave is taken in none. They are those of the design: a
// state in which only another value would have looked at something can be left
// out.
//
// States bounds the search; 0: none.
func (c *Coverer) Cover(d design.Design, sc model.Scenario, wanted []design.Choice, reduce Reduction, states int) (Covered, error) {
	sys, err := NewSystem(d, sc)
	if err != nil {
		return Covered{}, fmt.Errorf("impossible scenario: %w", err)
	}
	w := &covering{System: sys}
	_, starts := sys.M.Startable()
	var begin model.State
	sys.M.Begin(&begin)
	for _, choice := range wanted {
		for value := range choice.Info().Values {
			a := design.Assignment{Choice: choice, Value: design.Value(value)}
			if a.Value == d[choice] {
				continue
			}
			m, err := model.New(d.With(a), sc)
			if err != nil {
				return Covered{}, err
			}
			var other model.State
			m.Begin(&other)
			if _, otherStarts := m.Startable(); otherStarts != starts || starts && other != begin {
				w.decide(a, 0)
				break
			}
			w.others = append(w.others, alternative{a, m})
		}
	}
	if !starts {
		return w.covered, nil
	}
	_, err = c.engine.Explore(w, checker.Options[Run, model.Action]{
		Limits: checker.Limits{States: states}, Workers: 1, Canonical: sys.Canonical(reduce), Persistent: sys.Persistent(reduce),
	})
	return w.covered, err
}

// An alternative is the machine with one other value.
type alternative struct {
	design.Assignment
	m *model.Machine
}

// covering is a System that notes what it goes through. One goroutine uses it.
type covering struct {
	*System
	covered Covered
	others  []alternative
	enabled []model.Action
}

// decide notes that the choice matters, and looks at it no more.
func (w *covering) decide(a design.Assignment, at model.Step) {
	w.covered.Decided[a.Choice] = Decision{true, at, a.Value}
	w.others = slices.DeleteFunc(w.others, func(o alternative) bool { return o.Choice == a.Choice })
}

// Enabled appends the actions that the run allows.
func (w *covering) Enabled(r *Run, buf []model.Action) []model.Action {
	n := len(buf)
	buf = w.System.Enabled(r, buf)
	for i := 0; i < len(w.others); i++ {
		w.enabled = w.others[i].m.Enabled(&r.State, w.enabled[:0])
		if !slices.Equal(buf[n:], w.enabled) {
			at, _ := r.State.At(firstDifference(buf[n:], w.enabled))
			w.decide(w.others[i].Assignment, at)
			i = -1 // the list is another one
		}
	}
	return buf
}

// firstDifference is the first task that has other actions in b than in a.
func firstDifference(a, b []model.Action) uint8 {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return min(a[i].Task, b[i].Task)
		}
	}
	if len(a) > len(b) {
		return a[len(b)].Task
	}
	return b[len(a)].Task
}

// Apply takes the action.
func (w *covering) Apply(r *Run, a model.Action) {
	st, _ := r.State.At(a.Task)
	w.covered.Taken[st] |= 1 << a.Branch
	if len(w.others) > 0 {
		w.compare(&r.State, a, st)
	}
	w.System.Apply(r, a)
}

// compare takes the action under the other values.
func (w *covering) compare(s *model.State, a model.Action, at model.Step) {
	now := *s
	var obs model.Obs
	w.M.Step(&now, a, &obs)
	for i := 0; i < len(w.others); i++ {
		next := *s
		var other model.Obs
		w.others[i].m.Step(&next, a, &other)
		if next != now || other != obs {
			w.decide(w.others[i].Assignment, at)
			i = -1
		}
	}
}
