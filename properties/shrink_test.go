package properties_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// keepFlags takes back what Shrink sets, at the end of the test.
func keepFlags(t *testing.T) {
	t.Helper()
	for _, name := range []string{"rapid.nofailfile", "rapid.checks", "rapid.seed"} {
		setFlag(t, name, "1")
	}
}

// What rapid leaves of a violation replays, is still one, and is not much
// longer than the shortest. H01 and D05 need another task and little of the
// event, so that fewer draws and fewer steps are not the same.
func TestShrunkRunsAreShort(t *testing.T) {
	keepFlags(t)
	for _, id := range []string{"X04", "H01", "D05"} {
		dv, ok := design.DeviationByID(id)
		require.True(t, ok)
		p, ok := spec.ParseProperty(dv.Breaks[0])
		require.True(t, ok)
		for first := range 2 {
			found, checks, ok := properties.Search(dv.Design(), p, 1+1000*first, 1000)
			require.True(t, ok)
			f, ok := properties.Shrink(dv.Design(), p, 1000*first+checks)
			require.True(t, ok)
			sys, err := properties.NewSystem(f.Design, f.Scenario)
			require.NoError(t, err)
			last, err := checker.Replay(sys, sys.Init()[0], f.Schedule)
			require.NoError(t, err)
			require.True(t, sys.Violates(&last, p, len(sys.Enabled(&last, nil)) == 0))

			least, verdict := f.Shortest(1_000_000)
			require.Equal(t, checker.Violated, verdict)
			t.Logf("%s: %d steps drawn, %d shrunk, %d at least", id, len(found.Schedule), len(f.Schedule), len(least))
			require.LessOrEqual(t, len(least), len(f.Schedule))
			require.LessOrEqual(t, len(f.Schedule), 2*len(least))
		}
	}
}

// Nothing is shrunk where nothing is violated.
func TestShrinkFindsNothing(t *testing.T) {
	keepFlags(t)
	_, ok := properties.Shrink(design.Design{}, spec.LostNotification, 1)
	require.False(t, ok)
}
