package checker

import (
	"math"
	"time"
)

// Progress is how far a search is.
type Progress struct {
	Stats
	Waiting int     // states of this level that are still to be expanded
	Level   int     // states of this level
	Next    int     // states of the next level, so far
	Rate    float64 // states expanded a second, since the report before
	// Left is an estimate of the states that are still to be expanded, those
	// included that were not found yet; -1 if there is none. The growth from
	// level to level is taken to go on falling by the factor by which it fell in
	// the last few, so that the sizes of the levels are a bell curve. What this
	// level has found so far corrects that, the more the further it is.
	Left    int
	Elapsed time.Duration // in this process
}

// interval is the least time between two reports of progress.
const interval = 500 * time.Millisecond

// lookEvery is the number of states and transitions between two looks at the
// clock.
const lookEvery = 128

// A clock tells when to report progress, and when to stop.
type clock struct {
	now         func() time.Time
	start, told time.Time
	saved       time.Time // when the last checkpoint was written
	due         bool      // the next one is due
	unseen      int       // states and transitions since the last look
	before      int       // states expanded at the last report
	levels      []int     // sizes of the levels
}

// reset starts the clock.
func (c *clock) reset() {
	if c.now == nil {
		c.now = time.Now
	}
	c.start = c.now()
	c.told, c.saved, c.due, c.unseen, c.before, c.levels = c.start, c.start, false, lookEvery, 0, c.levels[:0]
}

// look is a look at the clock, if there was work enough since the last one.
func (e *Explorer[S, A]) look() {
	every := e.opts.Checkpoint.Every
	if e.opts.Limits.Time <= 0 && e.opts.Progress == nil && every <= 0 || e.unseen < lookEvery {
		return
	}
	e.unseen = 0
	now := e.now()
	if e.opts.Limits.Time > 0 && now.Sub(e.start) >= e.opts.Limits.Time {
		e.stopped = true
	}
	e.due = every > 0 && now.Sub(e.saved) >= every
	if e.opts.Progress == nil || now.Sub(e.told) < interval {
		return
	}
	e.measure()
	expanded := e.base + e.done
	e.opts.Progress(Progress{
		Stats: e.stats, Waiting: e.level.n - e.done, Level: e.level.n, Next: e.next.n, Elapsed: now.Sub(e.start),
		Rate: float64(expanded-e.before) / now.Sub(e.told).Seconds(),
		Left: e.left(),
	})
	e.told, e.before = now, expanded
}

// left estimates the states that are still to be expanded.
func (e *Explorer[S, A]) left() int {
	waiting := e.level.n - e.done
	if e.room() == 0 { // nothing comes after what is stored
		return waiting + e.next.n
	}
	size := float64(e.level.n)
	next := size
	if growth, fall, known := trend(e.levels); known {
		next *= growth * fall
	}
	next += float64(e.next.n) - next*float64(e.done)/size // the first states of a level find more than the last ones
	return beyond(append(e.levels, int(next)), waiting+int(next))
}

// window is the number of levels that the estimate goes by.
const window = 6

// trend is the growth to the last of the levels, and the factor by which it
// changed from level to level.
func trend(levels []int) (growth, fall float64, known bool) {
	levels = levels[max(0, len(levels)-window):]
	last := len(levels) - 1
	if last < 2 {
		return 0, 0, false
	}
	growth = float64(levels[last]) / float64(levels[last-1])
	before := float64(levels[1]) / float64(levels[0])
	return growth, math.Pow(growth/before, 1/float64(last-1)), true
}

// beyond adds to n the states in the levels after the given ones; -1 if that
// cannot be said.
func beyond(levels []int, n int) int {
	size := float64(levels[len(levels)-1])
	if size == 0 {
		return n
	}
	growth, fall, known := trend(levels)
	if !known || fall >= 1 && growth >= 1 {
		return -1
	}
	total := float64(n)
	for size >= 0.5 && total < maxStates {
		growth *= min(fall, 1)
		size *= growth
		total += size
	}
	return int(min(total, maxStates))
}
