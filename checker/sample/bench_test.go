package sample_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker/sample"
)

// BenchmarkWalk measures a run of 96 steps of crew, the drawing included.
func BenchmarkWalk(b *testing.B) {
	var w sample.Walker[progress, step]
	opt := options()
	runs := rapid.Custom(func(t *rapid.T) int {
		s := progress{}
		schedule, _ := w.Walk(t, crew{}, &s, opt)
		return len(schedule)
	})
	b.ReportAllocs()
	for seed := 1; b.Loop(); seed++ {
		runs.Example(seed)
	}
}

// BenchmarkNoWalk is what BenchmarkWalk spends in rapid before it draws.
func BenchmarkNoWalk(b *testing.B) {
	nothing := rapid.Custom(func(t *rapid.T) bool { return rapid.Bool().Draw(t, "") })
	b.ReportAllocs()
	for seed := 1; b.Loop(); seed++ {
		nothing.Example(seed)
	}
}
