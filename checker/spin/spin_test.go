package spin

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "pgregory.net/rapid" // its flags: go test ./... -rapid.checks=N works here too
)

// What Spin 6.5.2 prints, shortened.
const (
	complete = `
(Spin Version 6.5.2 -- 6 December 2019)

State-vector 20 byte, depth reached 25, errors: 0
  1745408 states, stored
 16762370 states, matched
 18507778 transitions (= stored+matched)
        0 atomic steps

  639.182	total actual memory usage

pan: elapsed time 1.77 seconds
pan: rate 986106.21 states/second
`
	deadlocked = `
pan:1: invalid end state (at depth 14)
pan: wrote core.pml.trail
Warning: Search not completed
State-vector 44 byte, depth reached 21, errors: 1
       36 states, stored
        2 states, matched
       38 transitions (= stored+matched)
    4.289	total actual memory usage
pan: elapsed time 0 seconds
`
	tooDeep = `
error: max search depth too small
State-vector 20 byte, depth reached 9, errors: 0
      20 states, stored
      38 transitions (= stored+matched)
    4.289	total actual memory usage
pan: elapsed time 0 seconds
`
)

func TestParse(t *testing.T) {
	r, err := Parse(complete)
	require.NoError(t, err)
	require.Equal(t, Report{States: 1745408, Transitions: 18507777, Depth: 25, Megabytes: 639.182 * 1.048576}, r)
	r, err = Parse(deadlocked)
	require.NoError(t, err)
	require.Equal(t, 1, r.Errors)
	require.True(t, r.Deadlock)
}

// A search that was cut proves nothing, so its counts are no report.
func TestIncompleteIsAnError(t *testing.T) {
	for _, out := range []string{tooDeep, "", "State-vector 20 byte, depth reached 9, errors: 0\n"} {
		_, err := Parse(out)
		require.Error(t, err)
	}
}

func TestCompileAndRun(t *testing.T) {
	if err := Available(); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	model := filepath.Join(t.TempDir(), "m.pml")
	require.NoError(t, os.WriteFile(model, []byte("byte x;\nactive proctype p() { do :: x < LAST -> x++ od }\n"), 0o600))
	p, err := Compile(dir, model, []string{"LAST=3"}, []string{"-DSAFETY", "-DNOREDUCE"})
	require.NoError(t, err)
	r, err := p.Run(nil, []string{"-m100", "-w10"})
	require.NoError(t, err)
	require.Equal(t, 1, r.Errors, "x == 3 blocks at no end label")
	require.True(t, r.Deadlock)
	_, err = Compile(dir, model, nil, nil)
	require.Error(t, err, "LAST is not defined")
}
