package checker

// seen numbers states by their fingerprints: an open-addressing table with
// linear probing. At 16 bytes a slot and at most 3/4 full, a state costs 21
// to 43 bytes, whatever its own size.
//
// Two states with one fingerprint count as one. Among n states that is
// expected n*n/2^65 times: 10^-7 for two million.
type seen struct {
	slots []slot
	count int
}

// A slot is free when its number is 0; numbers are stored plus one.
type slot struct {
	fingerprint uint64
	number      uint32
}

const minSlots = 1 << 10 // a power of two, as every length of the table

// find returns the number of a state, if it has one.
func (m *seen) find(fingerprint uint64) (number uint32, ok bool) {
	if len(m.slots) == 0 {
		return 0, false
	}
	at := m.probe(fingerprint)
	return at.number - 1, at.number != 0
}

// add gives a number to a state that has none.
func (m *seen) add(fingerprint uint64, number uint32) {
	if 4*(m.count+1) > 3*len(m.slots) {
		m.grow()
	}
	*m.probe(fingerprint) = slot{fingerprint, number + 1}
	m.count++
}

// probe returns the slot of the fingerprint, or the free one where it goes.
// The table is never full, so there is one.
func (m *seen) probe(fingerprint uint64) *slot {
	mask := uint64(len(m.slots) - 1)
	i := fingerprint & mask
	for m.slots[i].number != 0 && m.slots[i].fingerprint != fingerprint {
		i = (i + 1) & mask
	}
	return &m.slots[i]
}

// grow doubles the table.
func (m *seen) grow() {
	old := m.slots
	m.slots = make([]slot, max(2*len(old), minSlots))
	for _, s := range old {
		if s.number != 0 {
			*m.probe(s.fingerprint) = s
		}
	}
}
