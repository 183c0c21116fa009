package checker

import (
	"cmp"
	"slices"
)

// Minimise reduces a schedule that reaches a bad state, for a scenario too
// large for [Shortest]. It drops what the failure does not need, then moves
// what is left so that tasks run on for longer. The result is a schedule that
// replays strictly and whose last state is bad. It is never longer than the one
// given; it is least only in that no single attempt makes it better.
//
// While it searches it replays leniently: an action that is not enabled is
// left out. So the schedule given may be a stale one; ok is false if it does
// not reach a bad state even so. The attempts are made in a fixed order and
// at most `replays` of them, each as long as the schedule at most.
func Minimise[S, A comparable](sys System[S, A], init S, schedule []A, bad func(s *S, terminal bool) bool,
	taskOf func(A) int, replays int,
) (minimal []A, ok bool) {
	r := &reduction[S, A]{sys: sys, init: init, bad: bad, taskOf: taskOf, replays: replays}
	if !r.reaches(schedule) {
		return nil, false
	}
	r.best = slices.Clone(r.kept)
	for improved := true; improved; {
		improved = r.dropSections()
		improved = r.dropChunks() || improved
		improved = r.moveBlocks() || improved
	}
	return r.best, true
}

// A reduction holds the best schedule so far, which always replays strictly
// and ends in a bad state.
type reduction[S, A comparable] struct {
	sys     System[S, A]
	init    S
	bad     func(s *S, terminal bool) bool
	taskOf  func(A) int
	replays int // attempts left

	best      []A
	candidate []A
	kept      []A // what the last replay performed
	enabled   []A
	state     S
}

// reaches replays the schedule up to the first bad state and leaves what it
// performed in kept.
func (r *reduction[S, A]) reaches(schedule []A) bool {
	r.state, r.kept = r.init, r.kept[:0]
	for _, a := range schedule {
		r.enabled = r.sys.Enabled(&r.state, r.enabled[:0])
		if r.bad(&r.state, len(r.enabled) == 0) {
			return true
		}
		if slices.Contains(r.enabled, a) {
			r.sys.Apply(&r.state, a)
			r.kept = append(r.kept, a)
		}
	}
	r.enabled = r.sys.Enabled(&r.state, r.enabled[:0])
	return r.bad(&r.state, len(r.enabled) == 0)
}

// try makes the candidate the best schedule if it still fails and is shorter,
// or as long with fewer switches. That order is well-founded, so the reduction
// ends also without its bound.
func (r *reduction[S, A]) try() bool {
	if r.replays <= 0 {
		return false
	}
	r.replays--
	if !r.reaches(r.candidate) || !r.better(r.kept) {
		return false
	}
	r.best = append(r.best[:0], r.kept...)
	return true
}

// better compares a schedule with the best one.
func (r *reduction[S, A]) better(schedule []A) bool {
	return cmp.Or(
		cmp.Compare(len(schedule), len(r.best)),
		cmp.Compare(Switches(schedule, r.taskOf), Switches(r.best, r.taskOf)),
	) < 0
}

// A critical section is a few actions of one task, with those of others in
// between; all of it goes or none.
const longestSection = 8

// dropSections tries, from each action on, to take out what its task does:
// everything first, which may drop a whole task, then ever shorter sections.
func (r *reduction[S, A]) dropSections() (improved bool) {
	for i := 0; i < len(r.best); {
		if r.dropSection(i) {
			improved = true
		} else {
			i++
		}
	}
	return improved
}

// dropSection makes the first attempt at best[i] that works.
func (r *reduction[S, A]) dropSection(i int) bool {
	r.without(i, len(r.best))
	dropped := r.try()
	for n := longestSection; n > 1 && !dropped; n-- {
		r.without(i, n)
		dropped = r.try()
	}
	return dropped
}

// without makes the candidate the best schedule without n actions of the task
// that moves at i, from there on.
func (r *reduction[S, A]) without(i, n int) {
	task := r.taskOf(r.best[i])
	r.candidate = append(r.candidate[:0], r.best[:i]...)
	for _, a := range r.best[i:] {
		if n > 0 && r.taskOf(a) == task {
			n--
			continue
		}
		r.candidate = append(r.candidate, a)
	}
}

// dropChunks tries to take out contiguous actions, half of them at first and
// single ones at last.
func (r *reduction[S, A]) dropChunks() (improved bool) {
	for size := (len(r.best) + 1) / 2; size > 0; size /= 2 {
		for i := 0; i < len(r.best); {
			end := min(i+size, len(r.best))
			r.candidate = append(append(r.candidate[:0], r.best[:i]...), r.best[end:]...)
			if r.try() {
				improved = true
			} else {
				i = end
			}
		}
	}
	return improved
}

// moveBlocks tries to move each block, the actions that a task makes in a row,
// to another place, as long as that saves a switch.
func (r *reduction[S, A]) moveBlocks() (improved bool) {
	for r.moveBlock() {
		improved = true
	}
	return improved
}

// moveBlock makes the first move that works.
func (r *reduction[S, A]) moveBlock() bool {
	bounds := r.blocks()
	for b := range len(bounds) - 1 {
		from, end := bounds[b], bounds[b+1]
		for _, to := range bounds {
			if from <= to && to <= end {
				continue
			}
			r.candidate = append(append(r.candidate[:0], r.best[:from]...), r.best[end:]...)
			if to > end {
				to -= end - from
			}
			r.candidate = slices.Insert(r.candidate, to, r.best[from:end]...)
			if r.better(r.candidate) && r.try() {
				return true
			}
		}
	}
	return false
}

// blocks returns where the blocks of the best schedule begin, and its end.
func (r *reduction[S, A]) blocks() []int {
	var bounds []int
	for i, a := range r.best {
		if i == 0 || r.taskOf(a) != r.taskOf(r.best[i-1]) {
			bounds = append(bounds, i)
		}
	}
	return append(bounds, len(r.best))
}
