package model_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
)

// Enabled changes nothing, says the same again, and names each branch of each
// task once; every action that it names can be taken, and leads to the same
// state again. What the step table says cannot wait or branch does neither.
func TestEnabledIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTrials(t, designs, func(tr *trial) {
			for i := range tr.states {
				s := tr.states[i]
				acts := tr.m.Enabled(&s, nil)
				if s != tr.states[i] {
					t.Fatalf("Enabled changes the state: %v", partNames(touched(&s, &tr.states[i], noTask)))
				}
				if again := tr.m.Enabled(&s, nil); !slices.Equal(acts, again) {
					t.Fatalf("%v are enabled, then %v", acts, again)
				}
				if err := tr.takeAll(&s, acts); err != "" {
					t.Fatal(err)
				}
			}
		})
	})
}

func (tr *trial) takeAll(s *model.State, acts []model.Action) string {
	seen := map[model.Action]bool{}
	for _, a := range acts {
		st, ok := s.At(a.Task)
		if !ok || seen[a] {
			return "an action of a task that has ended, or twice"
		}
		seen[a] = true
		if !st.Waits() && !st.Branches() && tr.m.Guards(*s, a.Task) {
			return st.String() + " has a guard or branches, and the step table denies it"
		}
		x, y := take(tr.m, s, a), take(tr.m, s, a)
		if x.panicked != nil || x.state != y.state || x.obs != y.obs {
			return st.String() + " panics, or does not do the same again"
		}
	}
	return ""
}

// Every run of the reference design ends: no task goes round in circles.
func TestRunsOfReviewedEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTrials(t, []design.Design{{}}, func(tr *trial) {
			for i := range tr.acts {
				if tr.acts[i].Task == noTask && len(tr.m.Enabled(&tr.states[i], nil)) != 0 {
					t.Fatalf("a run goes on after %d steps", maxRun)
				}
			}
		})
	})
}

// A search takes millions of steps: none allocates.
func TestStepsDoNotAllocate(t *testing.T) {
	tr := rapid.Custom(func(t *rapid.T) *trial { return drawTrial(t, design.Design{}) }).Example(3)
	require.Greater(t, len(tr.acts), 50)
	buf := make([]model.Action, 0, 16)
	var o model.Obs
	require.Zero(t, testing.AllocsPerRun(10, func() {
		for i, a := range tr.acts {
			s := tr.states[i]
			buf = tr.m.Enabled(&s, buf[:0])
			if a.Task != noTask {
				tr.m.Step(&s, a, &o)
			}
		}
	}))
}

// BenchmarkStep is one Enabled and one Apply, over the states of some runs.
func BenchmarkStep(b *testing.B) {
	tr := rapid.Custom(func(t *rapid.T) *trial { return drawTrial(t, design.Design{}) }).Example(3)
	buf := make([]model.Action, 0, 16)
	for b.Loop() {
		for i, a := range tr.acts {
			s := tr.states[i]
			buf = tr.m.Enabled(&s, buf[:0])
			if a.Task != noTask {
				tr.m.Apply(&s, a)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(tr.acts)), "ns/step")
}
