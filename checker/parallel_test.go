package checker_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
)

// Each job is done once and ticks once, and what a worker has to itself sees
// the jobs of no other one.
func TestInParallel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "jobs")
		done := make([]atomic.Int32, n)
		var workers, counted atomic.Int32
		ticks := 0
		checker.InParallel(n, func(jobs int) { ticks += jobs }, func(own *int32, job int) {
			if *own == 0 {
				workers.Add(1)
			}
			*own++
			counted.Add(1)
			done[job].Add(1)
		})
		for job := range done {
			if got := done[job].Load(); got != 1 {
				t.Fatalf("job %d of %d was done %d times", job, n, got)
			}
		}
		if ticks != n || int(counted.Load()) != n {
			t.Fatalf("%d jobs ticked %d times", n, ticks)
		}
		if w := int(workers.Load()); w > runtime.GOMAXPROCS(0) || w > n || n > 0 && w == 0 {
			t.Fatalf("%d workers for %d jobs", w, n)
		}
		checker.InParallel(n, nil, func(_ *struct{}, job int) { done[job].Add(1) })
	})
}
