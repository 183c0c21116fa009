package counterexamples

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// machine is a machine of a named design with assignments, for a scenario in
// YAML.
func machine(t *testing.T, scenario, name string, with ...string) *model.Machine {
	t.Helper()
	sc, err := Decode([]byte(scenario), "s.yaml")
	require.NoError(t, err)
	named, ok := design.ByName(name)
	require.True(t, ok, name)
	for _, a := range with {
		require.NoError(t, design.Set(&named.Design, a))
	}
	m, err := model.New(named.Design, sc)
	require.NoError(t, err)
	return m
}

func taskOf(a model.Action) int { return int(a.Task) }

// shortest is the shortest schedule to a state that is wanted.
func shortest(t *testing.T, m *model.Machine, want func(s *model.State, terminal bool) bool) []model.Action {
	t.Helper()
	inits := m.Init()
	require.Len(t, inits, 1)
	schedule, verdict, _ := checker.Shortest(m, inits[0], want, taskOf, checker.Limits{States: 200_000})
	require.Equal(t, checker.Violated, verdict)
	return schedule
}

// drawMachine is a machine of any scenario under any named design that can
// start it, or under one that starts them all.
func drawMachine(t *rapid.T) *model.Machine {
	sc := properties.DrawScenario(t)
	var machines []*model.Machine
	add := func(d design.Design) {
		m, err := model.New(d, sc)
		require.NoError(t, err)
		if _, ok := m.Startable(); ok {
			machines = append(machines, m)
		}
	}
	for _, named := range design.NamedDesigns() {
		add(named.Design)
	}
	add(design.Design{design.NoRmapbt: design.NoRmapbtEOPNOTSUPP}) // reviewed refuses a filesystem without a reverse map
	require.NotEmpty(t, machines)
	return rapid.SampledFrom(machines).Draw(t, "machine")
}

// drawSchedule is some run of the machine.
func drawSchedule(t *rapid.T, m *model.Machine) []model.Action {
	var r checker.Runner[model.State, model.Action]
	s := m.Init()[0]
	steps := rapid.IntRange(0, 120).Draw(t, "steps")
	schedule, _ := r.Run(m, &s, steps, func(_ *model.State, enabled []model.Action) model.Action {
		return rapid.SampledFrom(enabled).Draw(t, "action")
	}, nil)
	return schedule
}

// alone judges runs of the machine without a monitor.
func alone(m *model.Machine, violated func(run []model.State, loop int) bool) Judge[model.State] {
	return Judge[model.State]{System: m, State: func(s *model.State) *model.State { return s }, Violated: violated}
}

// edit replaces one occurrence of old.
func edit(t *testing.T, text, old, replacement string) string {
	t.Helper()
	require.Contains(t, text, old)
	return strings.Replace(text, old, replacement, 1)
}
