package spin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fixed is an engine that takes what it is told.
func fixed(name string, cores, states int, seconds ...float64) Engine {
	round := 0
	return Engine{Name: name, Cores: cores, Run: func() (Report, error) {
		round++
		return Report{States: states, Transitions: 2 * states, Seconds: 2 * seconds[round-1], CPU: seconds[round-1]}, nil
	}}
}

func TestCompareKeepsTheBestRound(t *testing.T) {
	rows, err := Compare([]Engine{fixed("Spin DFS", 1, 100, 3, 2), fixed("Spin BFS", 1, 100, 4, 4), fixed("ours", 2, 100, .25, .5)}, 2)
	require.NoError(t, err)
	require.InDelta(t, 50, rows[0].Rate(), 1e-9)
	require.InDelta(t, 200, rows[2].Rate(), 1e-9, "two cores: of wall time")
	lines := strings.Split(strings.TrimSpace(Table(rows)), "\n")
	require.Equal(t, "| ours | 2 | 100 | 200 | 0.50 | 0.25 | 200 | 400 | 0 | 8.00 |", lines[4])
	require.Equal(t, "| Spin DFS | 1 | 100 | 200 | 4.00 | 2.00 | 50 | 100 | 0 | 1.00 |", lines[2])
}

// An engine that counts other states does not explore the same system.
func TestCompareWantsTheSameStates(t *testing.T) {
	_, err := Compare([]Engine{fixed("Spin DFS", 1, 100, 3), fixed("ours", 1, 99, 1)}, 1)
	require.ErrorContains(t, err, "99 states, want 100")
	reduced := fixed("ours, reduced", 1, 99, 1)
	reduced.Reduced = true
	_, err = Compare([]Engine{fixed("Spin DFS", 1, 100, 3), reduced}, 1)
	require.NoError(t, err)
}

func TestTimed(t *testing.T) {
	r, err := Timed(1, func() (Report, error) {
		n := uint64(1)
		for range 5_000_000 {
			n = n*6364136223846793005 + 1442695040888963407
		}
		return Report{States: int(n&1) + 1}, nil
	})
	require.NoError(t, err)
	require.Positive(t, r.CPU)
	require.Positive(t, r.Seconds)
}

func TestRecord(t *testing.T) {
	file := filepath.Join(t.TempDir(), "speed.md")
	require.NoError(t, os.WriteFile(file, []byte("a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n"), 0o600))
	require.NoError(t, Record(file, "x", "new\n"))
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "a\n<!-- begin x -->\nnew\n<!-- end x -->\nb\n", string(data))
	require.Error(t, Record(file, "y", "new\n"))
}
