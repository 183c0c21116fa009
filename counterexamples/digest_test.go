package counterexamples_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
)

// Digests tell states apart that differ in one byte of one field, and a place
// in an array from another.
func TestDigestSeesEveryPart(t *testing.T) {
	var zero model.State
	seen := map[string]string{Digest(&zero): "zero"}
	edits := map[string]func(*model.State){
		"poisoned":      func(s *model.State) { s.Poisoned = 1 },
		"hwpoison":      func(s *model.State) { s.HWPoison = 1 },
		"pte of p1":     func(s *model.State) { s.PTE[0][1] = 1 },
		"pte of p2":     func(s *model.State) { s.PTE[1][1] = 1 },
		"task's rc":     func(s *model.State) { s.Tasks[1].Rc = -5 },
		"task's stack":  func(s *model.State) { s.Tasks[1].Stack[0] = 3 },
		"another step":  func(s *model.State) { s.Tasks[1].Stack[0] = 4 },
		"another frame": func(s *model.State) { s.Tasks[1].Stack[1] = 4 },
	}
	for name, edit := range edits {
		s := zero
		edit(&s)
		require.NotContains(t, seen, Digest(&s), name)
		seen[Digest(&s)] = name
	}
}

// Two states have the same digest if, and only if, they are equal.
func TestDigestsAreEqualAsStatesAre(t *testing.T) {
	equal, different := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) model.State {
			var s model.State
			s.NumPoison = rapid.Uint8Max(1).Draw(t, label+" counted")
			s.Tasks[0].Depth = rapid.Uint8Max(1).Draw(t, label+" depth")
			s.Tasks[1].Depth = rapid.Uint8Max(1).Draw(t, label+" depth of the second")
			return s
		}
		a, b := draw("a"), draw("b")
		if a == b {
			equal++
		} else {
			different++
		}
		require.Equal(t, a == b, Digest(&a) == Digest(&b))
	})
	require.NotZero(t, equal)
	require.NotZero(t, different)
}
