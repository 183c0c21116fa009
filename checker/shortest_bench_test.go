package checker_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
)

// BenchmarkShortest searches two-phase commit with seven managers to the end:
// 296,448 states of one word, so it is the cost of the search itself.
func BenchmarkShortest(b *testing.B) {
	sys := textbook.TwoPhase{Managers: 7}
	var stats checker.Stats
	b.ReportAllocs()
	for b.Loop() {
		var verdict checker.Verdict
		_, verdict, stats = checker.Shortest(sys, sys.Init()[0], never[textbook.Transaction], sys.TaskOf, checker.Limits{})
		require.Equal(b, checker.Exhausted, verdict)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(stats.States), "ns/state")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(stats.Transitions), "ns/transition")
}
