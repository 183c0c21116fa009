package spec

// waitsForSignal is the set of va pages whose processes the event has still to
// tell.
func (m *Monitor) waitsForSignal(fx *Fixed, now *World, e *event) VASet {
	if e.of.Loss || e.clean {
		return 0 // what is read again nobody need know of
	}
	return e.owed & m.toldBy(fx, now, e) &^ e.signal &^ over(&now.Under, m.excused)
}

// discharge drops those that were to be told from the va pages that they gave
// up for a reason of their own.
func (m *Monitor) discharge(prev, now *World) {
	m.untold &^= prev.Marked &^ now.Marked
	for proc := range uint8(Procs) {
		for va := range uint8(VA) {
			lost := prev.PTE[proc][va] != None && prev.PTE[proc][va] != now.PTE[proc][va]
			if lost || prev.Owned[proc][va] != now.Owned[proc][va] {
				m.untold &^= At(proc, va)
			}
		}
	}
}

// Finish judges a run that has come to its end: nothing is enabled.
func (m *Monitor) Finish(fx *Fixed, now *World, end *End) {
	m.test(end.Ran > 1, Deadlock)
	m.test(over(&now.Under, m.after|now.Lost) != 0, SilentCorruption)
	m.violate(end.Stuck, Deadlock)
	m.Violated |= m.Open(fx, now, end)
	for f := range now.Entry {
		for i, p := range now.Entry[f] {
			m.violate(!end.Stuck && p != None && p != now.Block[f][i], StaleShare)
		}
	}
}

// Open is the liveness properties that ask for something that has not yet
// happened: those that are violated if it never does.
func (m *Monitor) Open(fx *Fixed, now *World, end *End) (open Set) {
	add := func(is bool, p Property) {
		if is {
			open |= 1 << p
		}
	}
	untold, down := m.untold, m.owedDown
	for i := range m.events {
		if m.active>>i&1 != 0 {
			untold |= m.waitsForSignal(fx, now, &m.events[i])
			down |= m.events[i].owedDown
		}
	}
	add(m.active != 0, EventNeverReturns)
	add(untold&processes(now.Alive)&^over(&now.Under, m.excused) != 0, VictimNeverTold)
	add(end.Teardown, TeardownNeverEnds)
	add(m.wrongData(now) != 0, SilentCorruption)
	add(end.Asleep, LostWakeup)
	for fs := range uint8(Mounts) {
		if now.Mount[fs] != Live {
			continue
		}
		add(down>>fs&1 != 0 && m.excused == 0 && !now.Shutdown[fs], ShutdownNeverComes)
		p := m.mounting[fs]
		add(now.Meta[fs]&p != 0 && m.excused == 0 && !now.Shutdown[fs], DroppedWhileMounting)
		add(p != 0 && over(&now.PTE, p)&^over(&now.Under, m.excused) != 0, DroppedWhileMounting)
	}
	return open
}

// wrongData is the set of va pages at which processes see something else than
// what the file has there, where that is lost and nothing will tell them: a
// page that the file page has no more, or one of the page cache whose block is
// lost. A read of the failed page itself is a machine check, and not silent.
func (m *Monitor) wrongData(now *World) VASet {
	vas := over(&now.PTE, now.Stale)
	if failed := m.after | now.Lost; failed != 0 {
		for proc := range uint8(Procs) {
			for va, p := range now.PTE[proc] {
				if p != None && !m.after.Has(p) && p != now.Owned[proc][va] && failed.Has(now.Under[proc][va]) {
					vas |= At(proc, uint8(va))
				}
			}
		}
	}
	return vas & processes(now.Alive) &^ now.Private &^ over(&now.Under, m.excused)
}
