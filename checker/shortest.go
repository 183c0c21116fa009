package checker

import (
	"fmt"
	"reflect"
)

// Shortest searches breadth-first from init for the nearest state that is
// bad; terminal says that no action is enabled in it. Of the schedules of that
// least length it returns one with the fewest context switches, and of those
// the first that it finds, which depends on nothing but the order of Enabled.
//
// With Violated comes the schedule, empty if init itself is bad. Exhausted
// and Truncated come without one. A search that was cut by a limit may still
// end in Violated: the length is then the least, but a schedule of the same
// length with fewer switches may have been cut off.
//
// Only two levels of full states are held at a time; a state that is left
// behind costs about 25 bytes, and 16 more for each task that a least path
// arrives by. S must pass [PlainValue], and a task and the number of enabled
// actions fit 16 bits; Shortest panics otherwise.
func Shortest[S, A comparable](sys System[S, A], init S, bad func(s *S, terminal bool) bool,
	taskOf func(A) int, limits Limits,
) ([]A, Verdict, Stats) {
	if err := PlainValue(reflect.TypeFor[S]()); err != nil {
		panic("checker: not a plain value: " + err.Error())
	}
	f := &frontier[S, A]{sys: sys, bad: bad, taskOf: taskOf, limits: limits}
	f.start(init)
	for ; len(f.level) > 0; f.advance() {
		if goal, found := f.visitLevel(); found {
			return f.schedule(init, goal), Violated, f.stats
		}
	}
	if f.cut {
		return nil, Truncated, f.stats
	}
	return nil, Exhausted, f.stats
}

// A frontier is a breadth-first search in progress. States are numbered in
// the order in which they are found, so a level is a range of numbers.
type frontier[S, A comparable] struct {
	sys    System[S, A]
	bad    func(s *S, terminal bool) bool
	taskOf func(A) int
	limits Limits

	seen     table     // the states found, numbered
	first    []uint32  // by state number: its first arrival
	arrivals []arrival // arrivals[root] is init's

	level     []S    // the states at stats.Depth
	levelBase uint32 // number of level[0]
	next      []S    // the states found one deeper
	nextBase  uint32 // number of next[0]

	enabled []A
	scratch S
	stats   Stats
	cut     bool // a limit kept a state out
}

// An arrival is the best way found to reach a state at its least depth with a
// given task moving last: the fewest switches depend on that task, so a state
// has one arrival for each such task.
type arrival struct {
	switches uint32
	from     uint32 // the arrival before this one
	sibling  uint32 // the state's next arrival; 0 ends the list
	task     uint16
	choice   uint16 // the last action, as an index into Enabled
}

// short is n in 16 bits.
func short(n int) uint16 {
	if n != int(uint16(n)) {
		panic(fmt.Sprintf("checker: a task or an action numbered %d", n))
	}
	return uint16(n)
}

// root is the arrival at init, where no task has moved. It is nobody's
// sibling, so its index can end the lists.
const root = 0

// start makes init the only state found.
func (f *frontier[S, A]) start(init S) {
	f.seen.reset(0, true)
	slot, _ := f.seen.find(placed(Fingerprint(&init)))
	f.seen.put(slot, placed(Fingerprint(&init)), 0)
	f.first = append(f.first, root)
	f.arrivals = append(f.arrivals, arrival{})
	f.level = append(f.level, init)
	f.nextBase = 1
	f.stats.States = 1
}

// advance makes the next level the current one.
func (f *frontier[S, A]) advance() {
	f.level, f.next = f.next, f.level[:0]
	f.levelBase = f.nextBase
	f.nextBase += uint32(len(f.level))
	if len(f.level) > 0 {
		f.stats.Depth++
	}
}

// visitLevel judges every state of the level and expands it. Once a bad state
// is found the others are only judged, since one of them may be reached with
// fewer switches.
func (f *frontier[S, A]) visitLevel() (goal uint32, found bool) {
	for i := range f.level {
		s, number := &f.level[i], f.levelBase+uint32(i)
		f.enabled = f.sys.Enabled(s, f.enabled[:0])
		switch {
		case f.bad(s, len(f.enabled) == 0):
			at := f.fewest(number)
			if !found || f.arrivals[at].switches < f.arrivals[goal].switches {
				goal, found = at, true
			}
		case !found:
			f.expand(s, number)
		}
	}
	return goal, found
}

// expand applies every enabled action to s.
func (f *frontier[S, A]) expand(s *S, number uint32) {
	for choice, a := range f.enabled {
		f.scratch = *s
		f.sys.Apply(&f.scratch, a)
		f.stats.Transitions++
		if to, ok := f.number(); ok && to >= f.nextBase {
			f.arrive(to, number, short(f.taskOf(a)), short(choice))
		}
	}
}

// number returns the number of the state in scratch, giving it the next one
// if it is new and within the limits.
func (f *frontier[S, A]) number() (uint32, bool) {
	fingerprint := placed(Fingerprint(&f.scratch))
	slot, known := f.seen.find(fingerprint)
	if known {
		return f.seen.numbers[slot], true
	}
	if f.limits.States > 0 && f.stats.States >= f.limits.States ||
		f.limits.Depth > 0 && f.stats.Depth >= f.limits.Depth {
		f.cut = true
		return 0, false
	}
	n := uint32(len(f.first))
	f.seen.put(slot, fingerprint, n)
	f.first = append(f.first, 0)
	f.next = append(f.next, f.scratch)
	f.stats.States++
	return n, true
}

// arrive records that the task's action leads from one state to another, one
// level deeper, unless an arrival with that task last is as good already.
func (f *frontier[S, A]) arrive(to, from uint32, task, choice uint16) {
	best := arrival{task: task, choice: choice}
	best.from, best.switches = f.cheapest(from, task)
	end := &f.first[to]
	for *end != 0 {
		old := &f.arrivals[*end]
		if old.task != task {
			end = &old.sibling
			continue
		}
		if best.switches < old.switches {
			best.sibling = old.sibling
			*old = best
		}
		return
	}
	*end = uint32(len(f.arrivals)) // before append, which may move what end points into
	f.arrivals = append(f.arrivals, best)
}

// cheapest returns the arrival at a state from which the task goes on with
// the fewest switches in all, and that number.
func (f *frontier[S, A]) cheapest(state uint32, task uint16) (from, switches uint32) {
	from = f.first[state]
	if from == root {
		return root, 0
	}
	switches = f.arrivals[from].after(task)
	for at := f.arrivals[from].sibling; at != 0; at = f.arrivals[at].sibling {
		if n := f.arrivals[at].after(task); n < switches {
			from, switches = at, n
		}
	}
	return from, switches
}

// after returns the number of switches once task has made the next move.
func (a *arrival) after(task uint16) uint32 {
	if a.task == task {
		return a.switches
	}
	return a.switches + 1
}

// fewest returns the arrival at a state that has the fewest switches.
func (f *frontier[S, A]) fewest(state uint32) uint32 {
	best := f.first[state]
	for at := best; at != 0; at = f.arrivals[at].sibling {
		if f.arrivals[at].switches < f.arrivals[best].switches {
			best = at
		}
	}
	return best
}

// schedule rebuilds the actions that lead to an arrival: the choices are kept
// as indices, so they are replayed from init.
func (f *frontier[S, A]) schedule(init S, goal uint32) []A {
	choices := make([]uint16, f.stats.Depth)
	for i, at := len(choices)-1, goal; at != root; i, at = i-1, f.arrivals[at].from {
		choices[i] = f.arrivals[at].choice
	}
	schedule := make([]A, len(choices))
	for i, choice := range choices {
		f.enabled = f.sys.Enabled(&init, f.enabled[:0])
		schedule[i] = f.enabled[choice]
		f.sys.Apply(&init, schedule[i])
	}
	return schedule
}
