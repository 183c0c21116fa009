package promela

// Persistent is a step that nothing depends on which can happen before it, for
// the partial-order reduction of the engine: a step of a process that has
// locked all that the step looks at or changes. It is one that moves no PTE to
// a shared block, since the claims and the beginning of an event look at
// those without a lock.
func (sys *Core) Persistent(s *State, enabled []Step) (from, to int) {
	events := uint8(sys.scenario.events())
	for i, a := range enabled {
		task := uint8(a >> 3)
		if task < events && sys.alone(s, task) || task >= events && sys.aloneProc(s, task-events) {
			return i, i + 1
		}
	}
	return 0, 0
}

// raised reports whether every event has begun.
func (sys *Core) raised(s *State) bool {
	for k := range sys.scenario.events() {
		if s.EventAt[k] == evRaise {
			return false
		}
	}
	return true
}

// alone reports whether the step of event k is persistent.
func (sys *Core) alone(s *State, k uint8) bool {
	still := sys.scenario.Munmap == 0 // PTEs under a locked entry
	switch s.EventAt[k] {
	case evMark:
		return sys.is(MarksEntry)
	case evQuery:
		return true // AGF
	case evRecord:
		return s.Todo == 0 // it only releases
	case evFound:
		return !sys.is(MarksEntry) && !sys.passes(s, k)
	case evImap, evCollect:
		return still
	case evUnmap:
		return still && sys.raised(s) // who ends an event has to wait for mf_mutex
	case evSignal:
		return s.Kill != 0 && sys.raised(s)
	}
	return false
}

// aloneProc reports whether the step of process t is persistent.
func (sys *Core) aloneProc(s *State, t uint8) bool {
	switch s.ProcAt[t] {
	case prShared, prRemap: // AGF, and the entry
		return true
	case prInsert: // the entry
		return s.Shares>>t&1 == 0 && (!sys.is(MapsPoison) || sys.raised(s))
	case prCopy:
		return sys.raised(s)
	case prMapCopy, prUnlinked:
		return true
	}
	return false
}
