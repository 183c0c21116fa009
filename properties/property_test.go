package properties_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// holds checks one property of the reference design. It has one failing line,
// for rapid shrinks any failure that comes from the same place.
func holds(t *testing.T, p spec.Property) {
	t.Helper()
	var sm properties.Sampler
	rapid.Check(t, func(t *rapid.T) {
		out := sm.Draw(t, design.Design{}, 1<<p)
		if out.Run.Monitor.Violated.Has(p) {
			t.Fatalf("%s", p.Info().Violation)
		}
	})
}

func TestTmp(t *testing.T) {
	for p := range spec.NumProperties {
		t.Run(p.String(), func(t *testing.T) { holds(t, p) })
	}
}
