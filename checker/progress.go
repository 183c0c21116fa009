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
	Rate    float64 // states expanded a second, since the report before
	// Left is an estimate of the states that are still to be expanded, those
	// included that were not found yet; -1 if there is none. The growth from
	// level to level is taken to go on falling by the factor by which it fell in
	// the last few, as the logarithm of a bell curve does.
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
	c.told, c.saved, c.unseen, c.before, c.levels = c.start, c.start, lookEvery, 0, c.levels[:0]
}

// look is a look at the clock, if there was work enough since the last one.
func (e *Explorer[S, A]) look() {
	if e.opts.Limits.Time <= 0 && e.opts.Progress == nil || e.unseen < lookEvery {
		return
	}
	e.unseen = 0
	now := e.now()
	if e.opts.Limits.Time > 0 && now.Sub(e.start) >= e.opts.Limits.Time {
		e.stopped = true
	}
	if e.opts.Progress == nil || now.Sub(e.told) < interval {
		return
	}
	e.measure()
	expanded := e.base + e.done
	e.opts.Progress(Progress{
		Stats: e.stats, Waiting: e.level.n - e.done, Level: e.level.n, Elapsed: now.Sub(e.start),
		Rate: float64(expanded-e.before) / now.Sub(e.told).Seconds(),
		Left: e.left(),
	})
	e.told, e.before = now, expanded
}

// left estimates the states that are still to be expanded.
func (e *Explorer[S, A]) left() int {
	waiting := e.level.n - e.done
	if e.done == 0 || e.full {
		return beyond(e.levels, waiting)
	}
	next := int(float64(e.next.n) * float64(e.level.n) / float64(e.done)) // as the rest of the level goes
	return beyond(append(e.levels, next), waiting+next)
}

// window is the number of levels that the estimate goes by.
const window = 6

// beyond adds to n the states in the levels after the given ones; -1 if that
// cannot be said.
func beyond(levels []int, n int) int {
	levels = levels[max(0, len(levels)-window):]
	last := len(levels) - 1
	if levels[last] == 0 {
		return n
	}
	if last < 2 {
		return -1
	}
	size := float64(levels[last])
	growth := size / float64(levels[last-1])
	before := float64(levels[1]) / float64(levels[0])
	fall := math.Pow(growth/before, 1/float64(last-1))
	total := float64(n)
	for size >= 0.5 && total < maxStates {
		growth *= min(fall, 1)
		if fall >= 1 && growth >= 1 {
			return -1
		}
		size *= growth
		total += size
	}
	return int(min(total, maxStates))
}
