package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// asCommand makes the test binary the command, for tests that need processes.
const asCommand = "NOTIFYCHECK_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// scopeOfTests is explored by these tests.
const scopeOfTests = "tiny"

func explored(t *testing.T, args ...string) string {
	t.Helper()
	code, out, stderr := command(append([]string{"explore"}, args...)...)
	require.Equal(t, exitExpected, code, stderr)
	require.Empty(t, stderr)
	return out
}

// The smallest scope is exhausted under reviewed, and every property is put
// to the test in it.
func TestExploreTiny(t *testing.T) {
	out := explored(t, scopeOfTests)
	require.Contains(t, out, "under reviewed: exhausted\n")
	require.NotContains(t, out, "vacuous")

	code, out, _ := command("explore", scopeOfTests, "--deviation", "X04", "--json")
	require.Equal(t, exitViolated, code)
	var report exploreReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	for _, p := range report.Properties {
		if p.Property == "deadlock" {
			require.Equal(t, "violated", p.Verdict)
			code, out, stderr := command("explore", "--deviation", "X04", p.First)
			require.Equal(t, exitViolated, code, stderr)
			require.Contains(t, out, "*** deadlock: CPU")
		}
	}
}

// A counterexample is explored under its own design, or under another.
func TestExploreFile(t *testing.T) {
	const path = "../../counterexamples/deadlock/v7.3.txtar"
	dir := t.TempDir()
	code, out, stderr := command("explore", path, "--out", dir)
	require.Equal(t, exitViolated, code, stderr)
	require.Contains(t, out, "v7.3 violates S12 deadlock")
	written, err := os.ReadFile(filepath.Join(dir, "deadlock-v7.3.txtar"))
	require.NoError(t, err)
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	_, race, _ := strings.Cut(string(kept), "-- race --")
	_, again, _ := strings.Cut(string(written), "-- race --")
	require.Equal(t, race, again, "no schedule is shorter than that of the corpus")

	out = explored(t, path, "--design", "reviewed")
	require.Contains(t, out, "under reviewed: exhausted\n")
}

// Each limit ends in truncated, and says what it cut off.
func TestExploreLimits(t *testing.T) {
	const path = "../../counterexamples/deadlock/v7.3.txtar"
	for _, tt := range []struct{ flag, value, want string }{
		{"--max-states", "20", "cut off by the limit on states: "},
		{"--max-depth", "3", "cut off by the limit on depth: "},
		{"--max-time", "1ns", "cut off by the limit on time: "},
	} {
		t.Run(tt.flag, func(t *testing.T) {
			code, out, stderr := command("explore", path, "--design", "reviewed", tt.flag, tt.value)
			require.Equal(t, exitUnknown, code, stderr)
			require.Contains(t, out, tt.want)
			require.NotContains(t, out, "exhausted")
		})
	}
}

// A scenario that the design does not start is no bad input: explore and replay
// say why it is refused, and that nothing is known.
func TestRefused(t *testing.T) {
	const path = "../../counterexamples/lost-notification/C12.txtar"
	const reason = "the design does not start the scenario: mounts only with a reverse map (rmapbt)"
	junit := filepath.Join(t.TempDir(), "junit.xml")
	for _, tt := range []struct{ args, want string }{
		{"explore --junit " + junit, path + " under reviewed: refused: " + reason + "\n"},
		{"explore --witness S1", path + " under reviewed: refused: " + reason + "\n"},
		{"replay", path + ": refused: lost-notification under reviewed: " + reason + "\n"},
	} {
		code, out, stderr := command(append(strings.Fields(tt.args), path, "--design", "reviewed")...)
		require.Equal(t, exitUnknown, code, stderr)
		require.Empty(t, stderr)
		require.Equal(t, tt.want, out)
	}
	text, err := os.ReadFile(junit)
	require.NoError(t, err)
	require.Contains(t, string(text), "never put to the test in "+path+": "+reason)

	code, out, _ := command("explore", path, "--design", "reviewed", "--json")
	require.Equal(t, exitUnknown, code)
	var report exploreReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Equal(t, refused, report.Verdict)
	require.Equal(t, reason, report.Reason)
}

// A search that a limit on time ended goes on from its checkpoint, and no
// other search does.
func TestExploreCheckpoint(t *testing.T) {
	const path = "../../counterexamples/deadlock/v7.3.txtar"
	saved := filepath.Join(t.TempDir(), "saved")
	code, _, stderr := command("explore", path, "--design", "reviewed", "--checkpoint", saved, "--max-time", "1ns")
	require.Equal(t, exitUnknown, code, stderr)
	require.FileExists(t, saved)
	code, _, stderr = command("explore", path, "--design", "v6.0", "--checkpoint", saved)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, "notifycheck: checkpoint "+saved+": ")
	counts := regexp.MustCompile(`(?m)^\d+ states, \d+ transitions, \d+ levels`)
	resumed := explored(t, path, "--design", "reviewed", "--checkpoint", saved)
	require.NoFileExists(t, saved)
	require.Equal(t, counts.FindString(explored(t, path, "--design", "reviewed")), counts.FindString(resumed))
	require.Contains(t, resumed, ": exhausted\n")
}

// Shards, in any number, are put together to what one exploration gives.
func TestShards(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.jsonl")
	explored(t, scopeOfTests, "--out", whole)
	one, err := mergeAll([]string{whole})
	require.NoError(t, err)

	const of = "3"
	var paths []string
	for _, shard := range []string{"2", "3", "1"} {
		path := filepath.Join(dir, shard+".jsonl")
		explored(t, scopeOfTests, "--shard", shard+"/"+of, "--out", path, "--workers", shard)
		paths = append(paths, path)
	}
	merged, err := mergeAll(paths)
	require.NoError(t, err)
	require.Equal(t, one[0].lines, merged[0].lines)

	code, out, stderr := command(append([]string{"review", "--checks", "50", "--designs", "reviewed", "--results"}, strings.Join(paths, ","))...)
	require.Equal(t, exitExpected, code, stderr)
	require.Contains(t, out, "reviewed: exhausted (tiny, ")

	refuse := func(want string, paths ...string) {
		t.Helper()
		code, _, stderr := command("review", "--checks", "1", "--results", strings.Join(paths, ","))
		require.Equal(t, exitBadInput, code)
		require.Equal(t, "notifycheck: --results: "+want+"\n", stderr)
	}
	refuse("shard 3 of 3 of tiny under reviewed is missing", paths[0], paths[2])
	refuse(paths[0]+" and "+paths[0]+" are the same shard 2 of 3", paths[0], paths[0], paths[1], paths[2])
	data, err := os.ReadFile(paths[1])
	require.NoError(t, err)
	other := filepath.Join(dir, "other.jsonl")
	require.NoError(t, os.WriteFile(other, bytes.Replace(data, []byte(`"maxStates":`), []byte(`"maxStates":1`), 1), 0o600))
	code, _, stderr = command("review", "--checks", "1", "--results", strings.Join([]string{paths[0], other, paths[2]}, ","))
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, " conflict: limit ")
	require.NoError(t, os.WriteFile(other, data[:len(data)-3], 0o600))
	code, _, stderr = command("review", "--checks", "1", "--results", other)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, "the line is not complete")
	head, _, _ := bytes.Cut(data, []byte("\n"))
	head = bytes.Replace(head, []byte(`"of":3`), []byte(`"of":9223372036854775807`), 1)
	require.NoError(t, os.WriteFile(other, append(head, "\n{\"end\":0}\n"...), 0o600))
	refuse("shard 1 of 9223372036854775807 of tiny under reviewed is missing", other)
}

// A result file that does not fit is one line of error, whatever is wrong.
func TestResultFilesThatDoNotFit(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.jsonl")
	explored(t, scopeOfTests, "--out", whole, "--shard", "1/40")
	data, err := os.ReadFile(whole)
	require.NoError(t, err)
	path := filepath.Join(dir, "bent.jsonl")
	rapid.Check(t, func(t *rapid.T) {
		bent := bytes.Clone(data)
		switch at := rapid.IntRange(0, len(bent)-1).Draw(t, "at"); rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			bent = bent[:at]
		case 1:
			bent[at] = rapid.Byte().Draw(t, "byte")
		default:
			bent = append(bent[:at:at], append([]byte(rapid.StringN(1, 4, 8).Draw(t, "text")), bent[at:]...)...)
		}
		require.NoError(t, os.WriteFile(path, bent, 0o600))
		r, _, err := readResult(path, false)
		if err != nil {
			require.True(t, strings.HasPrefix(err.Error(), path+":"), err)
			require.NotContains(t, err.Error(), "\n")
			return
		}
		require.NotEmpty(t, r.head.Format)
	})
}

// An exploration of a scope that is killed goes on where it was.
func TestExploreIsKilledAndGoesOn(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.jsonl")
	explored(t, scopeOfTests, "--out", whole)
	want, err := os.ReadFile(whole)
	require.NoError(t, err)

	path := filepath.Join(dir, "killed.jsonl")
	kills := 0
	for size := int64(0); ; size += int64(len(want) / 4) {
		cmd := exec.Command(os.Args[0], "explore", scopeOfTests, "--out", path, "--workers", "1")
		cmd.Env = append(os.Environ(), asCommand+"=1")
		require.NoError(t, cmd.Start())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			cmd.Wait() //nolint:errcheck // it may have been killed
		}()
		if !killedAt(cmd, path+partialSuffix, size, ended) {
			break
		}
		kills++
	}
	require.Positive(t, kills)
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), "as if it had not been killed")
	require.NoFileExists(t, path+partialSuffix)
}

// killedAt kills the process once the file is larger than size; false when it
// ended first.
func killedAt(cmd *exec.Cmd, path string, size int64, ended chan struct{}) bool {
	for {
		select {
		case <-ended:
			return false
		case <-time.After(time.Millisecond):
		}
		if info, err := os.Stat(path); err == nil && info.Size() > size {
			if cmd.Process.Signal(syscall.SIGKILL) != nil {
				<-ended
				return false
			}
			<-ended
			_, err := os.Stat(path) // renamed: it had just ended
			return err == nil
		}
	}
}

// The line of the documentation that uses GNU parallel.
func TestShardsWithParallel(t *testing.T) {
	if _, err := exec.LookPath("parallel"); err != nil {
		t.Skip("GNU parallel is not installed")
	}
	page, err := os.ReadFile("../../docs/exploration.md")
	require.NoError(t, err)
	var line string
	for l := range strings.Lines(string(page)) {
		if strings.HasPrefix(l, "parallel ") {
			line = strings.TrimSpace(l)
		}
	}
	require.NotEmpty(t, line)
	line = strings.Replace(line, "go tool notifycheck", asCommand+"=1 "+os.Args[0], 1)
	line = strings.Replace(line, " small ", " "+scopeOfTests+" ", 1)
	dir := t.TempDir()
	cmd := exec.Command("bash", "-c", line)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	paths, err := filepath.Glob(filepath.Join(dir, "results", "*.jsonl"))
	require.NoError(t, err)
	require.Len(t, paths, 8)
	code, text, stderr := command("review", "--checks", "50", "--designs", "reviewed", "--results", strings.Join(paths, ","))
	require.Equal(t, exitExpected, code, stderr)
	require.Contains(t, text, "reviewed: exhausted (tiny, ")
}

func TestExploreRefusesBadInput(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"nonsense"}, "stat nonsense: no such file or directory"},
		{[]string{"tiny/nonsense"}, `"tiny/nonsense": the scope tiny has no scenario of that name`},
		{[]string{"tiny", "--shard", "3/2"}, `--shard: expected i/n with i from 1 to n, not "3/2"`},
		{[]string{"tiny", "--shard", "a"}, `--shard: expected i/n with i from 1 to n, not "a"`},
		{[]string{"tiny", "--workers", "-1"}, "--workers: expected 0 or more, not -1"},
		{[]string{"../../counterexamples/deadlock/v7.3.txtar", "--shard", "1/2"}, `--shard is for a scope, and "../../counterexamples/deadlock/v7.3.txtar" is none (see list scopes)`},
	} {
		code, out, stderr := command(append([]string{"explore"}, tt.args...)...)
		assert.Equal(t, exitBadInput, code, tt.args)
		assert.Empty(t, out)
		assert.Equal(t, "notifycheck: "+tt.want+"\n", stderr)
	}
}
