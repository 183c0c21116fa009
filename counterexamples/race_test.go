package counterexamples

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
)

// The scenarios of the golden races.
const (
	// abba is an event and a fault that copies the failed block.
	abba = `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files:
  f1: {data: [1]}
  f2: {data: [1]}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
tasks:
  - memory-failure: {pfn: 1}
  - write-fault: {process: p1, map: m1, page: 0}
`
	// crowd has four tasks on one file.
	crowd = `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files:
  f1: {data: [1]}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
  p2: {maps: {m1: {file: f1, len: 1}}}
tasks:
  - memory-failure: {pfn: 1, source: consumed, process: p1}
  - read-fault: {process: p2, map: m1, page: 0}
  - truncate: {file: f1, page: 0}
  - munmap: {process: p1, map: m1}
`
)

// umountRace is an event while the filesystem goes away.
const umountRace = `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files:
  f1: {data: [1]}
tasks:
  - memory-failure: {pfn: 1}
  - umount: {fs: fs1}
`

// golden compares text with a file of testdata. With REWRITE set in the
// environment the file is written instead; read the difference then.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("REWRITE") != "" {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	assert.Equal(t, readTestdata(t, name), got)
}

// final is the state after the schedule.
func final(t *testing.T, m *model.Machine, schedule []model.Action) *model.State {
	t.Helper()
	s, err := checker.Replay(m, m.Init()[0], schedule)
	require.NoError(t, err)
	return &s
}

// The deadlock of X04, as a commit message would draw it.
func TestRaceOfADeadlock(t *testing.T) {
	m := machine(t, abba, "reviewed", "kill-context=under-group-lock")
	schedule := shortest(t, m, func(s *model.State, terminal bool) bool { return terminal && s.Begun(0) && s.Begun(1) })
	wrong := "deadlock: " + Deadlock(m, final(t, m, schedule))
	golden(t, "deadlock.race", Race(m, m.Init()[0], schedule, wrong, RaceColumns))
	golden(t, "deadlock.graph", FunctionGraph(m, m.Init()[0], schedule))
}

// A merged kernel reads the holder twice, and umount comes between.
func TestRaceOfAnOops(t *testing.T) {
	m := machine(t, umountRace, "v7.3")
	schedule := shortest(t, m, func(s *model.State, _ bool) bool {
		st, alive := s.At(0)
		return alive && st == oopsed
	})
	golden(t, "oops.race", Race(m, m.Init()[0], schedule, "the holder is gone", RaceColumns))
}

// Four tasks take turns.
func TestRaceOfFourTasks(t *testing.T) {
	m := machine(t, crowd, "v7.3", "reflink-mount=allowed")
	var r checker.Runner[model.State, model.Action]
	s, turn := m.Init()[0], uint8(0)
	schedule, _ := r.Run(m, &s, 60, func(_ *model.State, enabled []model.Action) model.Action {
		turn++
		i := slices.IndexFunc(enabled, func(a model.Action) bool { return a.Task >= turn/4%4 })
		return enabled[max(i, 0)]
	}, nil)
	golden(t, "crowd.race", Race(m, m.Init()[0], schedule, "", RaceColumns))
}

// Whatever is drawn fits its columns, and says everything that was shown to
// the outside; the other renderings are well formed.
func TestRenderings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMachine(t)
		schedule := drawSchedule(t, m)
		init := m.Init()[0]
		columns := rapid.IntRange(60, 120).Draw(t, "columns")
		race := Race(m, init, schedule, "it went wrong", columns)
		for line := range strings.Lines(race) {
			require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), columns, race)
			require.Equal(t, strings.TrimRight(line, " \n")+"\n", line, race)
		}
		require.True(t, utf8.ValidString(race) && !strings.Contains(race, solid))
		require.True(t, strings.HasSuffix(race, "*** it went wrong\n"), race)

		graph := FunctionGraph(m, init, schedule)
		open := map[string]int{}
		for line := range strings.Lines(graph) {
			cpu, call, _ := strings.Cut(line, ")")
			call, _, _ = strings.Cut(strings.TrimSpace(call), " /*")
			switch {
			case strings.HasSuffix(call, "{"):
				open[cpu]++
			case call == "}":
				open[cpu]--
			}
			require.GreaterOrEqual(t, open[cpu], 0, graph)
		}

		text, err := Export(m, init, schedule)
		require.NoError(t, err)
		var exported TraceJSON
		require.NoError(t, json.Unmarshal(text, &exported))
		require.Len(t, exported.Steps, len(schedule))
		for i, step := range exported.Steps {
			for _, e := range step.Effects {
				if strings.HasPrefix(e, "SIG") {
					require.Contains(t, graph, e, "step %d", i)
				}
			}
		}
	})
}

// Words are kept whole where they can be.
func TestWrap(t *testing.T) {
	assert.Equal(t, []string{"a bb", "ccc"}, wrap("a bb ccc", 5, 9))
	assert.Equal(t, []string{"a", "dddddd", "e"}, wrap("a dddddd e", 4, 9))
	assert.Equal(t, []string{"dddd", "dd e"}, wrap("dddddd e", 4, 4))
	assert.Equal(t, []string{""}, wrap("", 4, 4))
}
