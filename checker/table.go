package checker

import "math/bits"

// A table is a set of fingerprints that gives each an ordinal: open
// addressing with linear probing, 12 bytes a slot. It grows by half when
// mostLoad percent of its slots are taken, so a state costs 17 to 26 bytes.
type table struct {
	slots []tableSlot
	count uint32
}

// A tableSlot is free when its ordinal is 0; ordinals are stored plus one.
type tableSlot struct {
	hi, lo  uint32 // of the fingerprint; words, so that a slot has no padding
	ordinal uint32
}

const (
	slotBytes = 12
	mostLoad  = 70 // percent
	leastLoad = 46 // percent, after growth
	leastSize = 1 << 9
)

// place is the slot at which the search for a fingerprint begins. The low
// bits choose the part of the set, so the high ones are used.
func (t *table) place(fingerprint uint64) int {
	hi, _ := bits.Mul64(fingerprint, uint64(len(t.slots)))
	return int(hi)
}

// add returns the ordinal of a fingerprint, and whether it is new.
func (t *table) add(fingerprint uint64) (ordinal uint32, fresh bool) {
	if uint64(t.count)*100 >= uint64(len(t.slots))*mostLoad {
		t.grow()
	}
	hi, lo := uint32(fingerprint>>32), uint32(fingerprint)
	for i := t.place(fingerprint); ; i++ {
		if i == len(t.slots) {
			i = 0
		}
		switch s := &t.slots[i]; {
		case s.ordinal == 0:
			t.count++
			*s = tableSlot{hi, lo, t.count}
			return t.count - 1, true
		case s.lo == lo && s.hi == hi:
			return s.ordinal - 1, false
		}
	}
}

// grow makes room. The old slots are nearly in the order of the new ones.
func (t *table) grow() {
	old := t.slots
	t.slots = make([]tableSlot, max(leastSize, len(old)+len(old)/2))
	for _, s := range old {
		if s.ordinal == 0 {
			continue
		}
		i := t.place(uint64(s.hi)<<32 | uint64(s.lo))
		for t.slots[i].ordinal != 0 {
			if i++; i == len(t.slots) {
				i = 0
			}
		}
		t.slots[i] = s
	}
}
