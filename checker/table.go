package checker

import "math/bits"

// A table is a set of fingerprints: open addressing with linear probing, 8
// bytes a slot. It grows by half when mostLoad percent of its slots are
// taken, so a fingerprint costs 11 to 18 bytes.
type table struct {
	slots   []uint64 // 0 where free: no fingerprint is 0
	numbers []uint32 // of the states in the slots, when somebody asks for them
	spare   []uint64 // slots of a size before, to grow into in a later search
	count   int
	room    int // fingerprints that can be added before it grows
}

const (
	slotBytes   = 8
	numberBytes = 4
	mostLoad    = 70 // percent
	leastLoad   = 46 // percent, after growth
	leastSlots  = 32
	keptSlots   = 1 << 13 // at most, between searches
	pageSlots   = 4096 / slotBytes
)

// parts is the number of tables that the seen set consists of. The low bits
// of a fingerprint choose one, the high ones the place in it.
const parts = 32

// placed is the fingerprint as a table has it: 0 is a free slot, and another
// one stands for it, which is for the same table.
func placed(fingerprint uint64) uint64 {
	if fingerprint == 0 {
		return parts
	}
	return fingerprint
}

// An entry is a state that was reached and is to be looked up.
type entry struct {
	fingerprint uint64
	at          uint32 // in the chunk's states
	from        uint32 // in the chunk's part of the level: the state that it was reached from
}

// reset empties the part-th table. Sizes differ from the start, so that the
// tables do not grow all at one moment.
func (t *table) reset(part int, numbered bool) {
	size := leastSlots + part*leastSlots/2/parts
	if len(t.slots) > keptSlots {
		t.slots = nil
	}
	t.slots = sized(t.slots, size)
	t.numbers = nil
	if numbered {
		t.numbers = make([]uint32, size)
	}
	t.count, t.room = 0, size*mostLoad/100
}

// sized is a slice of free slots, in the place of old if that has room. Each
// page of new memory is written to before it is read: Linux maps a page that
// is read first to its page of zeros, and at the write that follows it has to
// interrupt the processors of all workers, to make them forget that.
func sized(old []uint64, size int) []uint64 {
	if cap(old) < size {
		fresh := make([]uint64, size)
		for i := 0; i < size; i += pageSlots {
			fresh[i] = 0
		}
		return fresh
	}
	old = old[:size]
	clear(old)
	return old
}

// unknown leaves in the list only what may not be in the table. Nothing waits
// for anything here, so the slots come from memory all at once.
func (t *table) unknown(list []entry) []entry {
	slots, size := t.slots, uint64(len(t.slots))
	n := 0
	for _, e := range list {
		place, _ := bits.Mul64(e.fingerprint, size)
		list[n] = e
		if slots[place] != e.fingerprint {
			n++
		}
	}
	return list[:n]
}

// addAll adds what is not in the table yet, and leaves only that in the list.
func (t *table) addAll(list []entry) []entry {
	list = t.unknown(list)
	n := 0
	for _, e := range list {
		slot, known := t.find(e.fingerprint)
		if known {
			continue
		}
		t.put(slot, e.fingerprint, 0)
		list[n] = e
		n++
	}
	return list[:n]
}

// find returns the slot of the fingerprint, or the free one where it goes.
// The table is never full, so there is one.
func (t *table) find(fingerprint uint64) (slot int, known bool) {
	slots := t.slots
	place, _ := bits.Mul64(fingerprint, uint64(len(slots)))
	for i := int(place); ; {
		switch slots[i] {
		case fingerprint:
			return i, true
		case 0:
			return i, false
		}
		if i++; i == len(slots) {
			i = 0
		}
	}
}

// put takes a free slot.
func (t *table) put(slot int, fingerprint uint64, number uint32) {
	t.slots[slot] = fingerprint
	if t.numbers != nil {
		t.numbers[slot] = number
	}
	t.count++
	if t.room--; t.room == 0 {
		t.grow()
	}
}

// grow makes room. The old slots are nearly in the order of the new ones.
func (t *table) grow() {
	old, numbers := t.slots, t.numbers
	t.slots = sized(t.spare, len(old)+len(old)/2)
	t.spare = nil
	if len(old) <= keptSlots {
		t.spare = old
	}
	if numbers != nil {
		t.numbers = make([]uint32, len(t.slots))
	}
	for i, fingerprint := range old {
		if fingerprint == 0 {
			continue
		}
		slot, _ := t.find(fingerprint)
		t.slots[slot] = fingerprint
		if numbers != nil {
			t.numbers[slot] = numbers[i]
		}
	}
	t.room = len(t.slots)*mostLoad/100 - t.count
}

// bytes is the memory that the table takes.
func (t *table) bytes() int64 {
	return int64(len(t.slots))*slotBytes + int64(len(t.numbers))*numberBytes
}
