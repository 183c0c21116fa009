package properties

import (
	"fmt"
	"slices"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
)

// Record runs the schedule and notes the calls on the objects of the kind. A
// design that does not start the scenario has no history.
func Record(o Object, d design.Design, sc model.Scenario, schedule []model.Action) (History, error) {
	m, err := model.New(d, sc)
	if err != nil {
		return History{Object: o}, err
	}
	tp := newTape(m)
	if len(tp.states) == 0 {
		return tp.history(o), nil
	}
	var enabled []model.Action
	for k, a := range schedule {
		if enabled = m.Enabled(&tp.states[k], enabled[:0]); !slices.Contains(enabled, a) {
			return History{Object: o}, fmt.Errorf("step %d of the schedule: task %d cannot take it", k, a.Task)
		}
		tp.take(a)
	}
	return tp.history(o), nil
}
