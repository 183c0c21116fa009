package checker_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
)

func TestWords(t *testing.T) {
	require.Equal(t, "truncated", checker.Verdict(0).String(), "a forgotten verdict claims nothing")
	require.Equal(t, "exhausted", checker.Exhausted.String())
	require.Equal(t, "sampled", checker.Sampled.String())
	require.Equal(t, "violated", checker.Violated.String())
	require.Equal(t, "vacuous", checker.Vacuous.String())
	require.Equal(t, "verdict(9)", checker.Verdict(9).String())

	require.Equal(t, "end(9)", checker.End(9).String())
}
