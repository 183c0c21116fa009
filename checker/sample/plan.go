package sample

import (
	"fmt"

	"pgregory.net/rapid"
)

// A point is one departure from the default course of a run: let Gap
// opportunities pass, take the next one, and pick among what it offers.
type point struct {
	Gap  uint8
	Pick uint8
}

// GoString is what rapid prints when a failing run is replayed.
func (p point) GoString() string { return fmt.Sprintf("{after %d, pick %d}", p.Gap, p.Pick) }

// points draws a list of points. Both numbers of a point are drawn in one
// group of the bit stream and an element of the list is another, so that the
// shrinker can take a point out without moving the others. Nothing drawn means
// no departure at all.
//
// rapid draws small integers more often than large ones, which is what gaps
// want: a tenth of them are 0 or 1, half are spread over the whole range. With
// a range of whole bits it never draws again.
func points(maxGap uint8, most int) *rapid.Generator[[]point] {
	gap, pick := rapid.Uint8Range(0, maxGap), rapid.Uint8Range(0, maxPick)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) point {
		return point{Gap: gap.Draw(t, "gap"), Pick: pick.Draw(t, "pick")}
	}), 0, most)
}

// maxPick is well above the number of actions ever enabled, so that a pick
// modulo that number is near to uniform.
const maxPick = 63

// The most departures of each kind in a run. Few are enough: a bug that needs
// d ordered steps of other tasks is met with d-1 preemptions (Burckhardt et
// al., "A randomized scheduler with probabilistic guarantees of finding bugs").
const (
	maxPreemptions = 5
	maxHandovers   = 6
	maxFaults      = 3
)

var (
	preemptions = points(63, maxPreemptions)
	handovers   = points(3, maxHandovers)
	faults      = points(15, maxFaults)
)

// A plan is a drawn list of points that is being used up.
type plan struct {
	points []point
	passed uint8 // opportunities since the last point
}

// due counts one opportunity and reports whether to take it.
func (p *plan) due() (pick int, ok bool) {
	if len(p.points) == 0 {
		return 0, false
	}
	next := p.points[0]
	if p.passed < next.Gap {
		p.passed++
		return 0, false
	}
	*p = plan{points: p.points[1:]}
	return int(next.Pick), true
}
