package checker

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// InParallel does the jobs 0 to n-1 on all processors, in any order, and ticks
// after each, never twice at a time; tick may be nil. Own is what a worker has
// to itself: it begins as the zero value and stays from job to job.
func InParallel[W any](n int, tick func(jobs int), do func(own *W, job int)) {
	var next atomic.Int64
	var mu sync.Mutex
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			var own W
			for job := int(next.Add(1)) - 1; job < n; job = int(next.Add(1)) - 1 {
				do(&own, job)
				if tick != nil {
					mu.Lock()
					tick(1)
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
}
