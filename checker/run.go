package checker

import "fmt"

// An End says why a run is over.
type End uint8

const (
	// OutOfSteps means that the bound on steps cut the run. It shows nothing
	// about what would have come after.
	OutOfSteps End = iota
	// Terminal means that no action was enabled.
	Terminal
	// Stopped means that the caller had seen enough.
	Stopped
)

// String returns the word that reports use.
func (e End) String() string {
	switch e {
	case OutOfSteps:
		return "out of steps"
	case Terminal:
		return "terminal"
	case Stopped:
		return "stopped"
	}
	return fmt.Sprintf("end(%d)", uint8(e))
}

// A Runner performs runs and keeps its buffers between them, so that a step
// allocates nothing. The zero Runner is ready; it is not for concurrent use.
type Runner[S, A comparable] struct {
	enabled  []A
	schedule []A
}

// Run drives s until no action is enabled, each returns true or maxSteps
// actions are done. choose picks one of the enabled actions, of which there
// is at least one; the slice is its to reorder. each is called after every
// action and may be nil. The schedule is the Runner's: the next Run overwrites
// it.
func (r *Runner[S, A]) Run(sys System[S, A], s *S, maxSteps int,
	choose func(s *S, enabled []A) A, each func(s *S, a A) (stop bool),
) ([]A, End) {
	r.schedule = r.schedule[:0]
	for {
		r.enabled = sys.Enabled(s, r.enabled[:0])
		if len(r.enabled) == 0 {
			return r.schedule, Terminal
		}
		if len(r.schedule) >= maxSteps {
			return r.schedule, OutOfSteps
		}
		a := choose(s, r.enabled)
		sys.Apply(s, a)
		r.schedule = append(r.schedule, a)
		if each != nil && each(s, a) {
			return r.schedule, Stopped
		}
	}
}
