// Package block maps ranges of a device up to the partitions and the mapped
// devices on it.
package block

import (
	"math"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/units"
)

// A ByteRange is a range of a device, in bytes.
type ByteRange = units.Range[units.ByteOff]

// Translate clips the range [off, off+length) of the dax device, in bytes, to
// the partition dev and makes it relative to the partition: what
// xfs_dax_translate_range and the partition code do. (0, U64_MAX) means the
// whole device, whatever v: the kernels with TranslateMinusLength knew no
// such case, but a deviation differs from the reference in the clip alone.
// False is -ENXIO: nothing of the range is on the partition.
func Translate(v design.Value, dev ByteRange, off, length units.ByteOff) (ByteRange, bool) {
	if off == 0 && length == math.MaxUint64 {
		return ByteRange{Len: dev.Len}, !dev.Empty()
	}
	switch v {
	case design.TranslateAbsoluteEnd:
		return absoluteEnd(dev, off, length)
	case design.TranslateMinusLength:
		return minusLength(dev, off, length)
	case design.TranslateNoOffset: // R14
		return ByteRange{Off: off, Len: length}.Clip(ByteRange{Len: dev.Len})
	}
	r, ok := ByteRange{Off: off, Len: length}.Clip(dev)
	if !ok {
		return ByteRange{}, false
	}
	r.Off -= dev.Off
	return r, true
}

// absoluteEnd is xfs_dax_translate_range since v6.6: the offset is relative
// to the partition when it is compared with the absolute end (R11).
func absoluteEnd(dev ByteRange, off, length units.ByteOff) (ByteRange, bool) {
	start, last := dev.Off, dev.Off+dev.Len-1
	if off+length-1 < start || off > last {
		return ByteRange{}, false
	}
	if off > start {
		off -= start
	} else {
		length -= start - off
		off = 0
	}
	if off+length-1 > last {
		length = last - off + 1
	}
	return ByteRange{Off: off, Len: length}, true
}

// minusLength is the clip in xfs_dax_notify_failure of v6.0 and v6.1. The
// length loses what lies on the partition, not what lies beyond it (R10), the
// end compared is absolute, and exclusive against an inclusive one: a range
// that ends where the partition starts is not refused, and the last page of
// the partition shrinks to one byte.
func minusLength(dev ByteRange, off, length units.ByteOff) (ByteRange, bool) {
	start, last := dev.Off, dev.Off+dev.Len-1
	if off+length < start || off > last {
		return ByteRange{}, false
	}
	if off > start {
		off -= start
	} else {
		length -= start - off
		off = 0
	}
	if off+length > last {
		length -= last - off
	}
	return ByteRange{Off: off, Len: length}, true
}
