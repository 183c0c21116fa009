package conform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/design"
)

func TestRecordedTracesConform(t *testing.T) {
	traces, err := Traces()
	require.NoError(t, err)
	n := 0
	for _, tr := range traces {
		name := Designs[tr.Version]
		d, ok := design.ByName(name)
		if !ok {
			d, _ = design.ByName("v6.0")
		}
		v := Check(tr, d.Design)
		if v.Conforms {
			n++
			continue
		}
		t.Errorf("%s:%d: %s\n  kernel %s\n  model  %s", tr.Name, v.Diff.Line, v.Diff.What, v.Diff.Trace, v.Diff.Model)
	}
	t.Logf("%d of %d", n, len(traces))
}
