package checker_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
)

// A heavy is a state of the size that those of the protocol have: a counter
// for each of eight tasks, and much that seldom changes.
type heavy struct {
	At   [8]uint8
	Rest [692]uint8
}

// counters lets the tasks count up to Most, each in its place.
type counters struct{ Tasks, Most uint8 }

func (c counters) Init() []heavy { return []heavy{{}} }

func (c counters) Enabled(s *heavy, buf []uint8) []uint8 {
	for task := range c.Tasks {
		if s.At[task] < c.Most {
			buf = append(buf, task)
		}
	}
	return buf
}

func (c counters) Apply(s *heavy, task uint8) {
	s.At[task]++
	s.Rest[80*int(task)+int(s.At[task])]++
}

// BenchmarkExploreHeavy has states of 700 bytes and next to nothing to do in
// Enabled and Apply: what is measured is the engine.
func BenchmarkExploreHeavy(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			benchmark(b, counters{5, 9}, checker.Options[heavy, uint8]{Workers: workers}, 100_000) // 10⁵
		})
	}
}

// BenchmarkExploreSmall is one scenario of many: 4³ and 4⁶ states, with memory
// that is kept and without.
func BenchmarkExploreSmall(b *testing.B) {
	for _, tasks := range []uint8{3, 4, 6} {
		sys, states := counters{tasks, 3}, 1<<(2*tasks)
		opts := checker.Options[heavy, uint8]{Workers: 1}
		b.Run(fmt.Sprintf("states=%d/once", states), func(b *testing.B) {
			benchmark(b, sys, opts, states)
		})
		b.Run(fmt.Sprintf("states=%d/again", states), func(b *testing.B) {
			var e checker.Explorer[heavy, uint8]
			b.ReportAllocs()
			for b.Loop() {
				r, err := e.Explore(sys, opts)
				require.NoError(b, err)
				require.Equal(b, states, r.Stats.States)
			}
		})
	}
}

func benchmark[S, A comparable](b *testing.B, sys checker.System[S, A], opts checker.Options[S, A], states int) {
	b.Helper()
	b.ReportAllocs()
	var stats checker.Stats
	for b.Loop() {
		r, err := checker.Explore(sys, opts)
		require.NoError(b, err)
		require.Equal(b, states, r.Stats.States)
		stats = r.Stats
	}
	seconds := b.Elapsed().Seconds() / float64(b.N)
	b.ReportMetric(float64(stats.States)/seconds, "states/s")
	b.ReportMetric(float64(stats.Transitions)/seconds, "transitions/s")
	b.ReportMetric(float64(stats.Seen)/float64(stats.States), "B/state")
}
