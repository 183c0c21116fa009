package properties

import (
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model"
)

// DrawRenaming is the scenario with other names and another order of tasks,
// of which nothing can tell.
func DrawRenaming(t *rapid.T, sc model.Scenario) model.Scenario {
	r := identity()
	if !usesDRAM(&sc) {
		rel := relationsOf(&sc)
		r.files = rapid.SampledFrom(orders[rel.files]).Draw(t, "files")
		r.procs = rapid.SampledFrom(orders[rel.procs]).Draw(t, "procs")
	}
	out := rename(&sc, r)
	tasks := rapid.Permutation(out.Tasks[:out.TaskCount()]).Draw(t, "tasks")
	copy(out.Tasks[:], tasks)
	return out
}

// LeftOut is the family of the scenarios without a task.
const LeftOut = leftOut
