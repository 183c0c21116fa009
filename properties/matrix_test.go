package properties_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// The matrix is the same whatever the number of processors, and a cell's seed
// is a run that violates its property.
func TestMatrix(t *testing.T) {
	v612, ok := design.ByName("v6.12")
	require.True(t, ok)
	designs := []design.Design{{}, v612.Design}
	const checks = 1100
	ticks := 0
	rows := properties.Matrix(designs, false, 7, checks, func(n int) { ticks += n })
	require.Equal(t, checks*len(designs), ticks)

	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	require.Equal(t, rows, properties.Matrix(designs, false, 7, checks, nil))

	for p, c := range rows[0].Cells {
		require.NotEqual(t, checker.Violated, c.Verdict, "reviewed violates %v at seed %d", spec.Property(p), c.Seed)
	}
	found := 0
	for p, c := range rows[1].Cells {
		if c.Verdict != checker.Violated {
			continue
		}
		found++
		_, n, ok := properties.Search(v612.Design, spec.Property(p), c.Seed, 1)
		require.True(t, ok, "%v, seed %d", spec.Property(p), c.Seed)
		require.Equal(t, 1, n)
	}
	require.NotZero(t, found)
}
