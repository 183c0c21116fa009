package checker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
)

// ticking is a clock that each look moves on.
func ticking(by time.Duration) func() time.Time {
	now := time.Time{}
	return func() time.Time { now = now.Add(by); return now }
}

// countdown is many levels of one state.
type countdown int

func (n countdown) Init() []int { return []int{int(n)} }
func (n countdown) Enabled(s *int, buf []int) []int {
	if *s > 0 {
		buf = append(buf, 1)
	}
	return buf
}
func (n countdown) Apply(s *int, a int) { *s -= a }

// Reports come at most every half a second, in tiny levels and in huge ones,
// and the clock is looked at once in so many states.
func TestProgress(t *testing.T) {
	for name, explore := range map[string]func(func() time.Time, func(checker.Progress)) (int, error){
		"tiny levels": func(clock func() time.Time, progress func(checker.Progress)) (int, error) {
			var e checker.Explorer[int, int]
			e.SetClock(clock)
			r, err := e.Explore(countdown(100_000), checker.Options[int, int]{Progress: progress, Workers: 3})
			return r.Stats.States, err
		},
		"huge levels": func(clock func() time.Time, progress func(checker.Progress)) (int, error) {
			var e checker.Explorer[int32, int32]
			e.SetClock(clock)
			r, err := e.Explore(fan(100_000), checker.Options[int32, int32]{Progress: progress, Workers: 3})
			return r.Stats.States, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			looks, reports, last := 0, 0, checker.Progress{}
			tick := ticking(250 * time.Millisecond)
			expanded := func(p checker.Progress) int { return p.States - p.Waiting - p.Next }
			states, err := explore(func() time.Time { looks++; return tick() }, func(p checker.Progress) {
				reports++
				require.GreaterOrEqual(t, p.Elapsed-last.Elapsed, 500*time.Millisecond)
				require.GreaterOrEqual(t, p.States, last.States)
				require.LessOrEqual(t, p.Waiting, p.Level)
				require.InEpsilon(t, float64(expanded(p)-expanded(last))/(p.Elapsed-last.Elapsed).Seconds(), p.Rate, 1e-9)
				last = p
			})
			require.NoError(t, err)
			require.Equal(t, 100_001, states)
			require.Less(t, looks, 100_000/50)
			require.InDelta(t, float64(looks)/2, float64(reports), 2)
			require.Greater(t, reports, 3)
		})
	}
}

// Nobody looks at the clock for nothing.
func TestNoProgress(t *testing.T) {
	var e checker.Explorer[int32, int32]
	looks := 0
	e.SetClock(func() time.Time { looks++; return time.Time{} })
	_, err := e.Explore(fan(10_000), checker.Options[int32, int32]{})
	require.NoError(t, err)
	require.Equal(t, 1, looks)
}

// At half of the way and later, the estimate is within a factor of two.
func TestEstimate(t *testing.T) {
	var e checker.Explorer[textbook.Transaction, textbook.TwoPhaseAction]
	e.SetClock(ticking(200 * time.Millisecond))
	const total = 296448
	known := 0
	_, err := e.Explore(textbook.TwoPhase{Managers: 7}, checker.Options[textbook.Transaction, textbook.TwoPhaseAction]{
		Workers: 1,
		Progress: func(p checker.Progress) {
			left := total - p.States + p.Waiting + p.Next
			if left > total/2 || left < total/20 {
				return
			}
			known++
			require.Greater(t, p.Left, left/2)
			require.Less(t, p.Left, left*2)
		},
	})
	require.NoError(t, err)
	require.Greater(t, known, 20)
}

// A tree has that many levels below its root.
type tree int

func (tree) Init() []int32 { return []int32{1} }
func (n tree) Enabled(s *int32, buf []int32) []int32 {
	if *s < 1<<n {
		buf = append(buf, 2**s, 2**s+1)
	}
	return buf
}
func (tree) Apply(s *int32, a int32) { *s = a }

// When the levels stop growing, the estimate follows before the level ends.
func TestEstimateWithinALevel(t *testing.T) {
	var e checker.Explorer[int32, int32]
	e.SetClock(ticking(time.Second))
	reports := 0
	_, err := e.Explore(tree(14), checker.Options[int32, int32]{Workers: 1, Progress: func(p checker.Progress) {
		if p.Level < 1<<14 || p.Waiting > p.Level/8 {
			return
		}
		reports++
		require.Greater(t, p.Left, p.Waiting) // it cannot know yet
		require.Less(t, p.Left, 4*p.Waiting)
	}})
	require.NoError(t, err)
	require.Greater(t, reports, 5)
}

// When nothing more can be stored, what is left is known.
func TestEstimateAtALimit(t *testing.T) {
	const limit = 10_000
	var e checker.Explorer[int32, int32]
	e.SetClock(ticking(time.Second))
	reports := 0
	_, err := e.Explore(tree(14), checker.Options[int32, int32]{
		Workers: 1, Limits: checker.Limits{States: limit},
		Progress: func(p checker.Progress) {
			if p.States == limit && p.Waiting > 0 && p.Next > 0 {
				reports++
				require.Equal(t, p.Waiting+p.Next, p.Left)
			}
		},
	})
	require.NoError(t, err)
	require.Greater(t, reports, 5)
}

func TestBeyond(t *testing.T) {
	require.Equal(t, 7, checker.Beyond([]int{1, 2, 0}, 7))
	require.Equal(t, -1, checker.Beyond([]int{1, 2}, 0)) // too early
	require.Equal(t, -1, checker.Beyond([]int{2000, 1000}, 0))
	require.InDelta(t, 1000, checker.Beyond([]int{4000, 2000, 1000}, 0), 1)
	require.Equal(t, -1, checker.Beyond([]int{1, 2, 4, 8}, 0))                         // it goes on growing
	require.InDelta(t, 100, checker.Beyond([]int{800, 400, 200, 100}, 0), 1)           // 50 + 25 + ...
	require.Equal(t, 256+32+1, checker.Beyond([]int{1, 32, 256, 512}, 0))              // growth 1/2, 1/8, 1/32
	require.Equal(t, 1<<32-2, checker.Beyond([]int{1, 1000, 990_000, 970_000_000}, 0)) // no more can be stored
}
