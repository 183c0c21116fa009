package checker_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/internal/textbook"
)

// The test binary is also the program that explores and is killed.
const (
	checkpointEnv = "NOTIFYCHECK_TEST_CHECKPOINT" // the file
	workersEnv    = "NOTIFYCHECK_TEST_WORKERS"
	killEnv       = "NOTIFYCHECK_TEST_KILL" // states judged before the process kills itself; 0: never
	graphEnv      = "NOTIFYCHECK_TEST_GRAPH"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv(checkpointEnv) == "" {
		os.Exit(m.Run())
	}
	if err := exploreAndDie(); err != nil {
		panic(err)
	}
}

// outcome is what must be the same whether the process was killed or not.
type outcome struct {
	Verdict  checker.Verdict
	Stats    checker.Stats
	Bad, Met uint64
	MetIn    [64]int
	Digest   uint64
	Complete bool
	Graph    *checker.Graph
	Init     textbook.Transaction
	Schedule []textbook.TwoPhaseAction
}

// exploreTransactions explores two-phase commit with a claim that breaks on
// the last level: that not all commit.
func exploreTransactions(opts checker.Options[textbook.Transaction, textbook.TwoPhaseAction], each func()) (*outcome, error) {
	sys := textbook.TwoPhase{Managers: 6}
	opts.Judge = func(s *textbook.Transaction, _ bool) (bad, met uint64) {
		each()
		all := true
		for r := range 6 {
			all = all && s.RM(r) == textbook.Committed
		}
		if all {
			bad = 1 << 5
		}
		return bad, 1 << s.TM()
	}
	r, err := checker.Explore(sys, opts)
	if err != nil {
		return nil, err
	}
	o := &outcome{
		Verdict: r.Verdict, Stats: r.Stats, Bad: r.Bad, Met: r.Met, MetIn: r.MetIn, Digest: r.Digest, Complete: r.Complete, Graph: r.Graph,
	}
	o.Init, o.Schedule = r.Schedule(5)
	return o, nil
}

// exploreAndDie is the program: it prints what it found, if it lives.
func exploreAndDie() error {
	workers, err := strconv.Atoi(os.Getenv(workersEnv))
	kill, err2 := strconv.Atoi(os.Getenv(killEnv))
	self, err3 := os.FindProcess(os.Getpid())
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	opts := transactions(os.Getenv(checkpointEnv), workers, os.Getenv(graphEnv) != "")
	judged := make(chan int, 1)
	judged <- 0
	o, err := exploreTransactions(opts, func() {
		n := <-judged + 1
		if n == kill {
			_ = self.Kill()
			select {} // it takes a moment
		}
		judged <- n
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(o)
}

func transactions(path string, workers int, graph bool) checker.Options[textbook.Transaction, textbook.TwoPhaseAction] {
	opts := checker.Options[textbook.Transaction, textbook.TwoPhaseAction]{
		Workers: workers, Checkpoint: checker.Checkpoint{Path: path, ID: "two-phase commit, 6"},
	}
	if graph {
		opts.Graph = &checker.Labels[textbook.Transaction, textbook.TwoPhaseAction]{
			Class:   func(_ *textbook.Transaction, a textbook.TwoPhaseAction) uint8 { return uint8(a & 15) },
			Pending: func(s *textbook.Transaction) uint64 { return uint64(*s) },
		}
	}
	return opts
}

// A search that is killed again and again ends as if it had not been, with
// another number of workers each time.
func TestResumeAfterKill(t *testing.T) {
	for _, graph := range []bool{false, true} {
		want, err := exploreTransactions(transactions("", 1, graph), func() {})
		require.NoError(t, err)
		require.Equal(t, 4096+64+46656, want.Stats.States)
		path := filepath.Join(t.TempDir(), "search")
		for i, kill := range []int{1000, 20_000, 7000, 12_000, 0} {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), checkpointEnv+"="+path, killEnv+"="+strconv.Itoa(kill), workersEnv+"="+strconv.Itoa(1+i%3))
			if graph {
				cmd.Env = append(cmd.Env, graphEnv+"=1")
			}
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			err := cmd.Run()
			if kill > 0 {
				require.ErrorContains(t, err, "signal: killed", stderr.String())
				require.NoError(t, os.WriteFile(path+".tmp", []byte("half a file"), 0o600)) // as if killed in the middle
				continue
			}
			require.NoError(t, err, stderr.String())
			var got outcome
			require.NoError(t, json.Unmarshal(stdout.Bytes(), &got))
			require.Equal(t, want, &got)
		}
	}
}

// What every checkpoint holds is enough: a search that goes on from any of
// them ends as one from the start.
func TestResumeFromEachLevel(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		w := drawWeb(t, 1500)
		path := filepath.Join(dir, strconv.Itoa(runs))
		opts := checker.Options[uint32, uint8]{
			Workers: rapid.IntRange(1, 3).Draw(t, "workers"), Judge: w.claims,
			Checkpoint: checker.Checkpoint{Path: path, ID: "web"},
		}
		opts.Limits.Depth = rapid.IntRange(1, 12).Draw(t, "depth")
		whole := all(t, w, checker.Options[uint32, uint8]{Workers: 1, Judge: w.claims})
		all(t, w, opts) // leaves the last checkpoint before the limit
		opts.Limits.Depth = 0
		opts.Workers = rapid.IntRange(1, 3).Draw(t, "workers then")
		requireSame(t, whole, all(t, w, opts))
		requireSame(t, whole, all(t, w, opts)) // from the last level
	})
}

// Time ends a search within a level, and another one goes on from there.
func TestResumeWithinALevel(t *testing.T) {
	w := web{Nodes: 60_000, Seed: 2, Degree: 5, Starts: 9}
	for _, graph := range []bool{false, true} {
		opts := checker.Options[uint32, uint8]{Judge: w.claims, Workers: 1}
		if graph {
			opts.Graph = &checker.Labels[uint32, uint8]{
				Class:   func(_ *uint32, a uint8) uint8 { return a },
				Pending: func(s *uint32) uint64 { return uint64(*s) },
			}
		}
		whole := all(t, w, opts)
		opts.Checkpoint.Path = filepath.Join(t.TempDir(), "search")
		opts.Checkpoint.Every = 3 * time.Second
		opts.Limits.Time = 7 * time.Second
		pieces, within, expanded, r := 0, 0, 0, (*checker.Result[uint32, uint8])(nil)
		for r == nil || !r.Complete {
			var e checker.Explorer[uint32, uint8]
			e.SetClock(ticking(time.Second)) // at each look
			opts.Workers = 1 + pieces%2
			told := time.Duration(0)
			opts.Progress = func(p checker.Progress) {
				before := expanded
				expanded = p.States - p.Waiting - p.Next
				require.InDelta(t, expanded-before, p.Rate*(p.Elapsed-told).Seconds(), 0.1)
				told = p.Elapsed
				if p.Waiting > 0 && p.Waiting < p.Level {
					within++
				}
			}
			var err error
			r, err = e.Explore(w, opts)
			require.NoError(t, err)
			expanded = r.Stats.States - r.Cut.Time
			pieces++
		}
		require.Greater(t, pieces, 5)
		require.Greater(t, within, 10)
		requireSame(t, whole, r)
	}
}

// A search that had to stop does not spoil the file for one that may go on.
func TestCheckpointIsNotOfACutSearch(t *testing.T) {
	w := web{Nodes: 5000, Seed: 2, Degree: 5, Starts: 9}
	whole := all(t, w, checker.Options[uint32, uint8]{})
	for _, limits := range []checker.Limits{{States: 1000}, {Memory: 50_000}} {
		opts := checker.Options[uint32, uint8]{Limits: limits}
		opts.Checkpoint.Path = filepath.Join(t.TempDir(), "search")
		require.Equal(t, checker.Truncated, all(t, w, opts).Verdict)
		opts.Limits = checker.Limits{}
		requireSame(t, whole, all(t, w, opts))
	}
}

// Every is a least time; its clock begins with the search.
func TestCheckpointEvery(t *testing.T) {
	w := web{Nodes: 5000, Seed: 2, Degree: 2, Starts: 9}
	for _, tt := range []struct {
		every time.Duration
		want  bool
	}{{0, true}, {time.Second, true}, {time.Hour, false}} {
		var e checker.Explorer[uint32, uint8]
		now := time.Time{}
		e.SetClock(func() time.Time { now = now.Add(time.Second); return now })
		opts := checker.Options[uint32, uint8]{Checkpoint: checker.Checkpoint{Path: filepath.Join(t.TempDir(), "search"), Every: tt.every}}
		_, err := e.Explore(w, opts)
		require.NoError(t, err)
		_, err = os.Stat(opts.Checkpoint.Path)
		require.Equal(t, tt.want, err == nil)
	}
}

// Without Every nothing is written within a level.
func TestCheckpointOfEachLevel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search")
	var e checker.Explorer[int32, int32]
	e.SetClock(ticking(time.Second))
	var level []byte
	reports := 0
	_, err := e.Explore(fan(10_000), checker.Options[int32, int32]{
		Workers: 1, Checkpoint: checker.Checkpoint{Path: path},
		Progress: func(p checker.Progress) {
			now, err := os.ReadFile(path)
			if p.Level == 1 {
				require.ErrorIs(t, err, fs.ErrNotExist)
				return
			}
			require.NoError(t, err)
			if p.Waiting == p.Level {
				level = now
			}
			require.True(t, bytes.Equal(level, now))
			reports++
		},
	})
	require.NoError(t, err)
	require.Greater(t, reports, 20)
}

func TestCheckpointThatDoesNotFit(t *testing.T) {
	w := web{Nodes: 500, Seed: 2, Degree: 5, Starts: 9}
	opts := checker.Options[uint32, uint8]{Checkpoint: checker.Checkpoint{Path: filepath.Join(t.TempDir(), "search"), ID: "a web"}}
	all(t, w, opts)
	good, err := os.ReadFile(opts.Checkpoint.Path)
	require.NoError(t, err)
	refused := func(content []byte, opts checker.Options[uint32, uint8], want string) {
		t.Helper()
		require.NoError(t, os.WriteFile(opts.Checkpoint.Path, content, 0o600))
		_, err := checker.Explore(w, opts)
		var refused *checker.CheckpointError
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "checkpoint "+opts.Checkpoint.Path+": "+want)
	}
	for _, n := range []int{0, 7, 100, 1200, len(good) / 2, len(good) - 1} {
		refused(good[:n], opts, "it ")
	}
	refused(append(bytes.Clone(good), 0), opts, "it has ")
	for at := 0; at < len(good); at += 1 + at/50 {
		bad := bytes.Clone(good)
		bad[at] ^= 4
		refused(bad, opts, "it")
	}
	refused(append([]byte("#!/bin/sh"), good...), opts, "it is no checkpoint")

	other := opts
	other.Checkpoint.ID = "another"
	refused(good, other, `it is of "a web", not of "another"`)
	refused(good, w.everyOption(opts.Checkpoint), "it is of a search with other options")
	require.NoError(t, os.WriteFile(opts.Checkpoint.Path, good, 0o600))
	_, err = checker.Explore(textbook.TwoPhase{Managers: 3},
		checker.Options[textbook.Transaction, textbook.TwoPhaseAction]{Checkpoint: opts.Checkpoint})
	require.ErrorContains(t, err, "it has states of 4 bytes, not 8")
}

// everyOption has all the options that decide what is stored.
func (w web) everyOption(c checker.Checkpoint) checker.Options[uint32, uint8] {
	return checker.Options[uint32, uint8]{
		Judge: w.claims, Note: func(s *uint32) uint64 { return 1 << (*s % 64) }, Recall: func(*uint32, uint64) {},
		Canonical:  func(*uint32) {},
		Persistent: func(*uint32, []uint8) (from, to int) { return 0, 0 },
		Graph: &checker.Labels[uint32, uint8]{
			Class:   func(*uint32, uint8) uint8 { return 0 },
			Pending: func(*uint32) uint64 { return 0 },
		},
		Checkpoint: c,
	}
}

// A search goes on only with the options that it began with.
func TestCheckpointOfOtherOptions(t *testing.T) {
	w := web{Nodes: 500, Seed: 2, Degree: 5, Starts: 9}
	every := w.everyOption(checker.Checkpoint{Path: filepath.Join(t.TempDir(), "search")})
	want := all(t, w, every)
	for i, without := range []func(o *checker.Options[uint32, uint8]){
		func(o *checker.Options[uint32, uint8]) { o.Judge = nil },
		func(o *checker.Options[uint32, uint8]) { o.Note = nil },
		func(o *checker.Options[uint32, uint8]) { o.Canonical = nil },
		func(o *checker.Options[uint32, uint8]) { o.Persistent = nil },
		func(o *checker.Options[uint32, uint8]) { o.Graph = nil },
		func(o *checker.Options[uint32, uint8]) { o.Recall = nil },
	} {
		other := every
		without(&other)
		_, err := checker.Explore(w, other)
		require.ErrorContains(t, err, "it is of a search with other options", i)
	}
	requireSame(t, want, all(t, w, every))
}

func TestCheckpointThatCannotBeWritten(t *testing.T) {
	opts := checker.Options[int32, int32]{}
	opts.Checkpoint.Path = filepath.Join(t.TempDir(), "none", "search")
	_, err := checker.Explore(fan(9), opts)
	require.ErrorIs(t, err, fs.ErrNotExist)
	opts.Checkpoint.Path = t.TempDir()
	_, err = checker.Explore(fan(9), opts)
	require.ErrorContains(t, err, "is a directory")
	opts.Checkpoint.Path = filepath.Join(t.TempDir(), "search")
	opts.Judge = func(s *int32, _ bool) (bad, met uint64) { // when the search has begun
		if *s == 0 {
			require.NoError(t, os.MkdirAll(filepath.Join(opts.Checkpoint.Path, "full"), 0o700))
		}
		return 0, 0
	}
	_, err = checker.Explore(fan(9), opts)
	require.ErrorContains(t, err, "rename")
}
