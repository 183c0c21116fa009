package properties

import (
	"sync"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// A Cell is what sampling found of one property under one design.
type Cell struct {
	Verdict    checker.Verdict // Sampled, Vacuous or Violated
	Tested     int             // runs in which the premise held
	TestedSeed int             // of the first of them
	Violations int             // runs that violate the property
	Seed       int             // of the first of them
}

// A Row is what sampling found of one design.
type Row struct {
	Design  design.Design
	Runs    int // that the design started
	Refused int // scenarios that it does not start
	Cut     int // runs that were judged up to the bound on steps only
	Cells   [spec.NumProperties]Cell
}

// chunk is the number of seeds that one goroutine takes at a time. What is
// found does not depend on it.
const chunk = 250

// Matrix judges every property under every design on the same number of
// drawn runs, one a seed from first on, with weak victims or not. The result does not depend on the
// number of processors. Tick, which may be nil, is told of each run's end
// in batches, from one goroutine at a time.
func Matrix(designs []design.Design, weak bool, first, checks int, tick func(runs int)) []Row {
	rows := make([]Row, len(designs))
	chunks := (checks + chunk - 1) / chunk // of a row
	var mu sync.Mutex
	checker.InParallel(chunks*len(designs), nil, func(sm *Sampler, job int) {
		sm.Weak = weak
		row, from := job/chunks, job%chunks*chunk
		n := min(chunk, checks-from)
		part := sm.part(designs[row], first+from, first+from+n)
		mu.Lock()
		defer mu.Unlock()
		rows[row].add(&part)
		if tick != nil {
			tick(n)
		}
	})
	for i := range rows {
		rows[i].Design = designs[i]
		rows[i].conclude()
	}
	return rows
}

// part judges the runs of some seeds.
func (sm *Sampler) part(d design.Design, from, to int) (row Row) {
	runs := rapid.Custom(func(t *rapid.T) Sample { return sm.Draw(t, d, 0) })
	for seed := from; seed < to; seed++ {
		out := runs.Example(seed)
		if out.Refused {
			row.Refused++
			continue
		}
		row.Runs++
		if out.End == checker.OutOfSteps {
			row.Cut++
		}
		for p := range spec.NumProperties {
			c := &row.Cells[p]
			if out.Run.Monitor.Tested.Has(p) {
				if c.Tested == 0 {
					c.TestedSeed = seed
				}
				c.Tested++
			}
			if out.Run.Monitor.Violated.Has(p) {
				if c.Violations == 0 {
					c.Seed = seed
				}
				c.Violations++
			}
		}
	}
	return row
}

// add sums up two parts of a row; they come in any order.
func (r *Row) add(part *Row) {
	r.Runs += part.Runs
	r.Refused += part.Refused
	r.Cut += part.Cut
	for p := range r.Cells {
		c, o := &r.Cells[p], &part.Cells[p]
		if o.Violations > 0 && (c.Violations == 0 || o.Seed < c.Seed) {
			c.Seed = o.Seed
		}
		if o.Tested > 0 && (c.Tested == 0 || o.TestedSeed < c.TestedSeed) {
			c.TestedSeed = o.TestedSeed
		}
		c.Tested += o.Tested
		c.Violations += o.Violations
	}
}

// conclude gives each cell its verdict.
func (r *Row) conclude() {
	for p := range r.Cells {
		c := &r.Cells[p]
		switch {
		case c.Violations > 0:
			c.Verdict = checker.Violated
		case c.Tested > 0:
			c.Verdict = checker.Sampled
		default:
			c.Verdict = checker.Vacuous
		}
	}
}
