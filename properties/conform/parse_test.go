package conform

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecordedTracesParse(t *testing.T) {
	traces, err := Traces()
	require.NoError(t, err)
	require.Len(t, traces, 60)
}
