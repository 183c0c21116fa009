package units

// A Range is the half-open interval [Off, Off+Len) in the unit T. It is
// empty when Len is 0. Off+Len may exceed the width of T, as offset + len may
// in the kernel: such a range means all of T from Off on.
type Range[T ~uint64] struct{ Off, Len T }

// End is the first unit after r. It wraps as offset + len does in the kernel.
func (r Range[T]) End() T { return r.Off + r.Len }

// Empty reports whether r holds nothing.
func (r Range[T]) Empty() bool { return r.Len == 0 }

// Contains reports whether x lies in r.
func (r Range[T]) Contains(x T) bool { return x >= r.Off && x-r.Off < r.Len }

// Clip is the part of r within bound; false when there is none.
func (r Range[T]) Clip(bound Range[T]) (Range[T], bool) {
	lo := max(r.Off, bound.Off)
	if !r.Contains(lo) || !bound.Contains(lo) {
		return Range[T]{}, false
	}
	return Range[T]{Off: lo, Len: min(r.Len-(lo-r.Off), bound.Len-(lo-bound.Off))}, true
}
