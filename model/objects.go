package model

import (
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
)

// Objects is a set of the things that a State consists of, one by one: the
// lock of one file, the page tables of one process. Numbers from NumObjects to
// MaxObjects are free for others to use.
type Objects [3]uint64

// MaxObjects is how many things Objects can tell apart.
const MaxObjects = 192

// Object is the set of one thing.
func Object(n int) (o Objects) {
	o[n/64] = 1 << (n % 64)
	return o
}

// Or is the union.
func (o Objects) Or(p Objects) Objects {
	return Objects{o[0] | p[0], o[1] | p[1], o[2] | p[2]}
}

// And is what both have.
func (o Objects) And(p Objects) Objects {
	return Objects{o[0] & p[0], o[1] & p[1], o[2] & p[2]}
}

// Without is what is in o and not in p.
func (o Objects) Without(p Objects) Objects {
	return Objects{o[0] &^ p[0], o[1] &^ p[1], o[2] &^ p[2]}
}

// Meets reports whether the sets have something in common.
func (o *Objects) Meets(p *Objects) bool {
	return o[0]&p[0]|o[1]&p[1]|o[2]&p[2] != 0
}

// A kind says what numbers the things of a part.
type kind uint8

const (
	one kind = iota // there is one only
	perPage
	perFS
	perFile
	perEntry // file*MaxFilePages + index
	perProc
	perSpace // the VMAs and page tables of a process
	perDev
	perSlot
	perGroup
	numKinds
)

// kindOf is the kind of a part. Who waits for an entry is told apart with the
// lock of the entry: whoever looks at one looks at the other.
func kindOf(part Bits) kind {
	switch part {
	case BitHWPoison:
		return perPage
	case BitLife, BitShutdown, BitDeferred, BitFrozen, BitWriters, BitUmount:
		return perFS
	case BitCow, BitReflink, BitSize, BitIncore, BitIgrab, BitIolock, BitMmaplock, BitIlock, BitIMmap:
		return perFile
	case BitData, BitEntry, BitEntryLock, BitWaiters:
		return perEntry
	case BitAlive, BitMmapLock:
		return perProc
	case BitVMA, BitPTE:
		return perSpace
	case BitPgmap, BitDev, BitRemoved, BitNoPgmap:
		return perDev
	case BitSlot:
		return perSlot
	case BitRmap, BitRef, BitAGF:
		return perGroup
	}
	return one
}

// A Span is which things of each kind: a bit each.
type Span [numKinds]uint16

// everything is all of each kind.
var everything = Span{
	one: 1, perPage: 1<<device.Pages - 1, perFS: 1<<MaxFS - 1, perFile: 1<<MaxFiles - 1,
	perEntry: 1<<(MaxFiles*MaxFilePages) - 1, perProc: 1<<mm.Procs - 1, perSpace: 1<<mm.Procs - 1, perDev: 1<<device.Devs - 1,
	perSlot: 1<<MaxSlots - 1, perGroup: 1<<MaxGroups - 1,
}

// firstObject is the number of the first thing of each part, NumObjects that
// of the first that is in none.
var firstObject, numObjects = func() (first [64]uint8, n int) {
	for i := range first {
		part := Bits(1) << i
		if part&AllBits == 0 {
			break
		}
		if part == BitWaiters { // with the entry's lock
			first[i] = first[i-1]
			continue
		}
		first[i] = uint8(n)
		for set := everything[kindOf(part)]; set != 0; set &= set - 1 {
			n++
		}
	}
	return first, n
}()

// NumObjects is the number of things that a State consists of.
func NumObjects() int { return numObjects }

// In is the things of the parts that are in the span.
func (b Bits) In(span *Span) (o Objects) {
	for i := range firstObject {
		part := Bits(1) << i
		if b&part == 0 {
			continue
		}
		for k, set := 0, span[kindOf(part)]; set != 0; k, set = k+1, set>>1 {
			if set&1 != 0 {
				o = o.Or(Object(int(firstObject[i]) + k))
			}
		}
	}
	return o
}

// All is all things of the parts.
func (b Bits) All() Objects { return b.In(&everything) }
