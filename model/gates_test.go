package model

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
)

// Each lock has gates of its own, whoever's it is.
func TestGatesAreApart(t *testing.T) {
	const task = 1
	of := map[Gate]string{}
	hold := func(name string, take func(s *State)) {
		var s State
		take(&s)
		held := 0
		for g := range NumGates {
			if s.Holds(task, g) {
				require.Empty(t, of[g], "gate %d is that of %s too", g, name)
				of[g] = name
				held++
			}
		}
		require.Positive(t, held, name)
	}
	const bit, id = 1 << task, task + 1
	hold("mf_mutex", func(s *State) { s.MfMutex = id })
	for g := range MaxGroups {
		hold(fmt.Sprint("AGF ", g), func(s *State) { s.AGF[g] = id })
	}
	for f := range MaxFiles {
		for i := range MaxFilePages {
			hold(fmt.Sprint("entry ", f, i), func(s *State) { s.Entry[f][i].Lock = id })
		}
		hold(fmt.Sprint("MMAPLOCK ", f), func(s *State) { s.Mmaplock[f] = bit | RWExcl })
		hold(fmt.Sprint("ILOCK ", f), func(s *State) { s.Ilock[f] = bit | RWExcl })
		hold(fmt.Sprint("IOLOCK ", f), func(s *State) { s.Iolock[f] = bit | RWExcl })
		hold(fmt.Sprint("i_mmap ", f), func(s *State) { s.IMmap[f] = bit })
		hold(fmt.Sprint("inode ", f), func(s *State) { s.Igrabs[f] = bit })
	}
	for p := range mm.Procs {
		hold(fmt.Sprint("mmap_lock ", p), func(s *State) { s.MmapLock[p] = bit | RWExcl })
	}
	for fs := range MaxFS {
		hold(fmt.Sprint("s_umount ", fs), func(s *State) { s.Mount[fs].Umount = id })
	}
	hold("dax_srcu", func(s *State) { s.Srcu = bit })
	for d := range device.Devs {
		hold(fmt.Sprint("pgmap ", d), func(s *State) { s.Dev[d].Pgmap = bit })
	}
	require.Len(t, of, int(NumGates))
}
