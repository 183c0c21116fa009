package properties_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// BenchmarkShortest searches all schedules of two events and a read fault for
// a violation that is not there.
func BenchmarkShortest(b *testing.B) {
	sc := least()
	sc.Procs[0] = model.Proc{Alive: true, Maps: [2]model.Map{{Len: 1}}}
	sc.Tasks[1] = sc.Tasks[0]
	sc.Tasks[2] = model.TaskSpec{Kind: model.TaskReadFault}
	sc.Tasks[3] = model.TaskSpec{Kind: model.TaskPunch}
	sc.Procs[1] = sc.Procs[0]
	sc.Procs[1].Maps[0].Faulted = 1
	f := properties.Finding{Design: design.Design{}, Property: spec.LostNotification, Scenario: sc}
	b.ReportAllocs()
	for b.Loop() {
		_, verdict := f.Shortest(1_000_000)
		require.Equal(b, checker.Exhausted, verdict)
	}
}
