package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A run that the program has conforms from a file too; under another design it
// differs, with the place and the choice.
func TestConform(t *testing.T) {
	const run = "../../properties/conform/traces/v6.12.117/S16.jsonl"
	code, out, stderr := command("conform", run)
	require.Equal(t, exitExpected, code, stderr)
	require.Contains(t, out, run+": conforms to v6.12\n1 of 1 conform; ")

	code, out, _ = command("conform", "--design", "v7.3", run)
	require.Equal(t, exitViolated, code)
	require.Contains(t, out, run+":28: differs from v7.3 in count\n  kernel: 8 in mf_dax_kill_procs ")
	require.Contains(t, out, "agrees with window-end=inclusive")

	code, out, _ = command("conform", "--json", run)
	require.Equal(t, exitExpected, code)
	var reports []conformReport
	require.NoError(t, json.Unmarshal([]byte(out), &reports))
	require.True(t, reports[0].Conforms)
	require.Positive(t, reports[0].Compared["rmap_rec"])
}

func TestConformBadInput(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(`{"ev":"boot"}`), 0o600))
	code, _, stderr := command("conform", path)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, path+`:1:7: expected a known ev, not "boot"`)

	require.NoError(t, os.WriteFile(path, []byte(`{"ev":"unbind_begin"}`), 0o600))
	code, _, stderr = command("conform", path)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, "no design is known for a kernel")

	code, _, stderr = command("conform", "--design", "v9")
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, `there is no design "v9"`)
}
