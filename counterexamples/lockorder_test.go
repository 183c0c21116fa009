package counterexamples

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The graph of the deadlock has its cycle, and the file is the witness.
func TestLockGraph(t *testing.T) {
	var g LockGraph
	for _, k := range Corpus() {
		if k.Name != NameOf("deadlock", "X04") && k.Name != NameOf("spurious-shutdown", "R05") {
			continue
		}
		f, err := Parse(k.Path(), k.Data)
		require.NoError(t, err)
		m, err := f.Machine()
		require.NoError(t, err)
		g.Add(m, f.Actions(), k.Path())
	}
	require.Contains(t, g.Edges(), LockEdge{"AGF", "entry"})
	require.Contains(t, g.Edges(), LockEdge{"entry", "AGF"})
	cycles := g.Cycles(2)
	require.Equal(t, [][]string{{"AGF", "entry"}}, cycles)
	require.Equal(t, "AGF -> entry -> AGF", CycleText(cycles[0]))
	require.Equal(t, PathOf("deadlock", "X04"), g.Witness(cycles[0]))
	require.Empty(t, g.Witness([]string{"mf_mutex", "AGF"}), "no run ends in it")
	for _, c := range g.Cycles(4) {
		for _, class := range c[1:] {
			require.Greater(t, class, c[0], "each cycle once")
		}
	}
}
