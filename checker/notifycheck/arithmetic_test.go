package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// exploreArithmetic runs explore arithmetic.
func exploreArithmetic(args ...string) (code int, stdout, stderr string) {
	return command(append([]string{"explore", "arithmetic"}, args...)...)
}

// The formulas of two kernels, one against the other: what v6.14 changed is
// R09.
func TestExploreArithmeticAgainst(t *testing.T) {
	code, out, stderr := exploreArithmetic("--design", "v6.6", "--against", "v6.14", "--blocks", "3")
	require.Empty(t, stderr)
	require.Equal(t, exitViolated, code)
	require.Contains(t, out, "window-end: v6.6 inclusive, v6.14 u32-wrap\n")
	require.Contains(t, out, `
The first case: 2 blocks in 2 groups of 1, on the whole device, of 2 pages
  block 0 (group 0, block 0): f1 page 1
  failed: pages [0,+2)
  v6.6 tells: f1 page 1
    group 0: window [0,+1)
      record [0,+1) f1 offset 1: pgoff 1, pgcnt 1
    group 1: window [0,+1)
  v6.14 tells: nobody
    group 0: window [0,+0)
      record [0,+1) f1 offset 1: pgoff 1, pgcnt 0
    group 1: window [0,+1)
  owed: f1 page 1
`)
	require.Contains(t, out, "group 0: window [1,+15)\n", "0 - 1 in four bits")
	for line := range strings.Lines(out) {
		require.LessOrEqual(t, len(line), 121, line)
	}

	code, out, stderr = exploreArithmetic("--design", "v6.6", "--against", "v6.12", "--blocks", "3")
	require.Empty(t, stderr)
	require.Equal(t, exitExpected, code)
	require.True(t, strings.HasPrefix(out, "v6.6 and v6.12 give the same: exhausted("), out)

	_, out, stderr = exploreArithmetic("--design", "v6.6", "--against", "v6.14", "--blocks", "3", "--bits", "32")
	require.Empty(t, stderr)
	require.Contains(t, out, "group 0: window [1,+4294967295)\n")
}

// One design against what must be told, as JSON too.
func TestExploreArithmetic(t *testing.T) {
	code, out, stderr := exploreArithmetic("--blocks", "3")
	require.Empty(t, stderr)
	require.Equal(t, exitExpected, code)
	require.Regexp(t, `^reviewed and what must be told give the same: exhausted\([1-9][0-9]* cases\)\n`, out)

	code, out, stderr = exploreArithmetic("--json", "--deviation", "R02", "--blocks", "2")
	require.Empty(t, stderr)
	require.Equal(t, exitViolated, code)
	var r arithmeticReport
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.Equal(t, "violated", r.Verdict)
	require.Equal(t, []arithmeticChoice{{"record-offset", []string{"omitted", "added"}}}, r.Choices)
	require.Equal(t, r.Differ, r.Sides[0].Wrong)
	require.Equal(t, "f1 page 2", r.First.Owed)
	require.Equal(t, "f1 page 1", r.First.Gives[0].Told)

	code, out, stderr = exploreArithmetic("--json", "--with", "sector-round=up", "--ranges", "pages", "--blocks", "2")
	require.Empty(t, stderr)
	require.Equal(t, exitExpected, code)
	r = arithmeticReport{}
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.Equal(t, "exhausted", r.Verdict)
	require.Nil(t, r.First)
	code, _, stderr = exploreArithmetic("--json", "--with", "sector-round=up", "--blocks", "2")
	require.Empty(t, stderr)
	require.Equal(t, exitViolated, code)
}

func TestExploreArithmeticBadInput(t *testing.T) {
	for args, want := range map[string]string{
		"--design v9":                `--design: there is no design "v9"`,
		"--against v9":               `--against: there is no design "v9"`,
		"--deviation R99":            `--deviation: the catalogue has no "R99"`,
		"--with sector-round":        "--with: ",
		"--bits 2":                   "--bits: expected a number from 3 to 32, not 2",
		"--bits 33":                  "--bits: expected a number from 3 to 32, not 33",
		"--bits four":                `invalid argument "four"`,
		"--blocks 0":                 "--blocks: expected a number from 1 to 6, not 0",
		"--blocks 7":                 "--blocks: expected a number from 1 to 6, not 7",
		"--ranges blocks":            `--ranges: expected bytes, sectors or pages, not "blocks"`,
		"--deviation R02 --with a=b": "none of the others can be",
		"extra":                      `unknown command "extra"`,
	} {
		code, out, stderr := exploreArithmetic(strings.Fields(args)...)
		require.Equal(t, exitBadInput, code, args)
		require.Empty(t, out, args)
		require.Contains(t, stderr, want)
		require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
	}
}
