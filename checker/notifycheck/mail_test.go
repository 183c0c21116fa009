package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/counterexamples"
)

// Every file of the corpus can be pasted into a mail: 72 columns of ASCII,
// with the subject first, the race and the command that replays it.
func TestMailsFit(t *testing.T) {
	for _, k := range counterexamples.Corpus() {
		f, err := counterexamples.Parse(k.Path(), k.Data)
		require.NoError(t, err)
		m, err := f.Machine()
		require.NoError(t, err)
		text, err := mail(f, m)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			assert.LessOrEqual(t, len(strings.TrimSuffix(line, "\n")), mailColumns, "%s: %q", k.Name, line)
		}
		for _, r := range string(text) {
			require.True(t, r == '\n' || r >= ' ' && r <= '~', "%s: %q", k.Name, r)
		}
		require.Contains(t, string(text), k.Path())
		head, body, _ := strings.Cut(string(text), "\n\n")
		require.True(t, strings.HasPrefix(head, "Subject: "), head)
		for line := range strings.Lines(head) {
			require.True(t, strings.HasPrefix(line, "Subject: ") || strings.HasPrefix(line, " "), "%s: %q", k.Name, line)
		}
		require.Contains(t, body, "\n*** ")
	}
}
