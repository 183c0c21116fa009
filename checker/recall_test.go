package checker_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
)

// A walked is where tasks have counted to, and a premise that was met on the
// way: that some task was exactly at its mark.
type walked struct {
	At   [4]uint8
	Seen uint8 // tasks that were at their mark, a bit each
}

type walkers struct{ tasks, most, mark uint8 }

func (w walkers) Init() []walked { return []walked{{}} }

func (w walkers) Enabled(s *walked, buf []uint8) []uint8 {
	for task := range w.tasks {
		if s.At[task] < w.most {
			buf = append(buf, task)
		}
	}
	return buf
}

func (w walkers) Apply(s *walked, task uint8) {
	if s.At[task]++; s.At[task] == w.mark {
		s.Seen |= 1 << task
	}
}

// What Recall gives back makes no more states, and each state that is reached
// over a premise counts once, whatever the number of workers.
func TestRecall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sys := walkers{
			tasks: rapid.Uint8Range(1, 4).Draw(t, "tasks"),
			most:  rapid.Uint8Range(1, 5).Draw(t, "most"),
			mark:  rapid.Uint8Range(1, 6).Draw(t, "mark"),
		}
		opts := checker.Options[walked, uint8]{
			Workers:   rapid.IntRange(1, 3).Draw(t, "workers"),
			Judge:     func(s *walked, _ bool) (bad, met uint64) { return 0, uint64(s.Seen) },
			Note:      func(s *walked) uint64 { return uint64(s.Seen) },
			Canonical: func(s *walked) { s.Seen = 0 },
		}
		forgotten, err := checker.Explore(sys, opts)
		require.NoError(t, err)
		require.Equal(t, [64]int{}, forgotten.MetIn)

		opts.Recall = func(s *walked, met uint64) { s.Seen = uint8(met) }
		r, err := checker.Explore(sys, opts)
		require.NoError(t, err)
		require.Equal(t, forgotten.Digest, r.Digest)
		require.Equal(t, forgotten.Stats, r.Stats)
		var want [64]int
		if sys.mark <= sys.most { // at the mark or past it, and the others anywhere
			for task := range sys.tasks {
				want[task] = int(sys.most-sys.mark+1) * r.Stats.States / int(sys.most+1)
			}
		}
		require.Equal(t, want, r.MetIn)
	})
}
