package counterexamples

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
)

// Two events on one page: the second waits for mf_mutex.
const twoEvents = `
geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files:
  f1: {data: [1]}
processes:
  p1: {early-kill: true, maps: {m1: {file: f1, len: 1, faulted: [0]}}}
tasks:
  - memory-failure: {pfn: 1}
  - memory-failure: {pfn: 1}
`

var claim = Verdict{Property: "not-idempotent", Design: "reviewed", Verdict: checker.Violated, Message: "p1 is told twice"}

// recordRun is the file of the run in which CPU0 ends and CPU1 has begun, and
// its machine.
func recordRun(t *testing.T) (*File, *model.Machine) {
	t.Helper()
	m := machine(t, twoEvents, "reviewed")
	schedule := shortest(t, m, func(s *model.State, _ bool) bool {
		_, alive := s.At(0)
		return !alive && s.Begun(1)
	})
	f, err := Record(m, claim, "Two events.", schedule, 0)
	require.NoError(t, err)
	f, err = Parse("f.txtar", f.Format())
	require.NoError(t, err)
	return f, m
}

// The property decides between violated and held; the race is drawn again.
func TestReplay(t *testing.T) {
	f, _ := recordRun(t)
	m, err := f.Machine()
	require.NoError(t, err)
	for _, violated := range []bool{true, false} {
		res, err := Replay(f, m, alone(m, func(run []model.State, loop int) bool {
			assert.Len(t, run, len(f.Schedule)+1)
			assert.Zero(t, loop)
			return violated
		}))
		require.NoError(t, err)
		require.Equal(t, map[bool]string{true: "violated", false: "held"}[violated], res.String())
		require.NoError(t, f.CheckRace(res.Race))
	}
	f.Race = edit(t, f.Race, "[+mf_mutex", "[+nothing")
	f, err = Parse("f.txtar", f.Format())
	require.NoError(t, err)
	above, _, _ := strings.Cut(string(f.Format()), "[+nothing")
	where := fmt.Sprintf("f.txtar:%d: expected ", 1+strings.Count(above, "\n"))
	res, err := Replay(f, m, alone(m, func([]model.State, int) bool { return true }))
	require.NoError(t, err)
	require.ErrorContains(t, f.CheckRace(res.Race), where+"\"[+mf_mutex")
	f.Race = res.Race + "more\n"
	require.ErrorContains(t, f.CheckRace(res.Race), fmt.Sprintf("f.txtar:%d: expected the end of the race", strings.Count(string(f.Format()), "\n")))
}

// A schedule that does not fit diverges where it stops to fit, and says why.
func TestReplayDiverges(t *testing.T) {
	f, m := recordRun(t)
	first := f.line(0)
	line := func(f *File, i int) *Line { return &f.Schedule[i] }
	for _, c := range []struct {
		edit func(f *File)
		line int
		want string
	}{
		{func(f *File) { line(f, 1).Action.Task = 1 }, 1, "step mfLock is not enabled: CPU1 is at step mfRaise"},
		{func(f *File) { line(f, 1).Step = model.MustStep("mfLookup") }, 1, "step mfLookup is not enabled: CPU0 is at step mfLock"},
		{func(f *File) { line(f, 1).Action.Branch = 1 }, 1, "step mfLock has no branch 1 here"},
		{func(f *File) { line(f, 4).Digest = "00000000" }, 4, "the state after step " + line(f, 4).Step.String() + " is not the one recorded"},
		{func(f *File) {
			s := stateAfter(t, m, f, 2)
			f.Schedule = append(f.Schedule[:2:2], Line{model.Action{Task: 1}, model.MustStep("mfRaise"), digestAfter(m, s, 1)},
				Line{model.Action{Task: 1}, model.MustStep("mfLock"), "00000000"})
		}, 3, "step mfLock is not enabled: lock mf_mutex is held by CPU0"},
		{func(f *File) {
			f.Schedule = append(f.Schedule, Line{model.Action{Task: 0}, model.MustStep("mfRaise"), "00000000"})
			f.lines = append(f.lines, f.line(len(f.lines)-1)+1)
		}, len(f.Schedule), "step mfRaise is not enabled: CPU0 has ended"},
		{func(f *File) { f.Loop = 2 }, len(f.Schedule) - 2, "the steps that repeat do not lead back to the state that they begin in"},
	} {
		g := *f
		g.Schedule = append([]Line(nil), f.Schedule...)
		c.edit(&g)
		res, err := Replay(&g, m, alone(m, func([]model.State, int) bool { return true }))
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf("diverged at line %d: %s", first+c.line, c.want), res.String())
		assert.Equal(t, stateAfter(t, m, &g, c.line), res.Last, "to explore on from")
	}
}

// stateAfter is the state after the first n lines of the schedule.
func stateAfter(t *testing.T, m *model.Machine, f *File, n int) model.State {
	t.Helper()
	s, err := checker.Replay(m, m.Init()[0], f.Actions()[:n])
	require.NoError(t, err)
	return s
}

func digestAfter(m *model.Machine, s model.State, task uint8) string {
	m.Apply(&s, model.Action{Task: task})
	return Digest(&s)
}

// What cannot be replayed at all is an error, not a verdict.
func TestReplayRefuses(t *testing.T) {
	f, m := recordRun(t)
	judge := alone(m, func([]model.State, int) bool { return true })

	g := *f
	g.Schedule = nil
	_, err := Replay(&g, m, judge)
	require.EqualError(t, err, "f.txtar: a litmus file has no schedule to replay")

	g = *f
	g.Scenario.Budget = 1
	_, err = Replay(&g, m, judge)
	require.EqualError(t, err, "f.txtar: the machine was built for another scenario")

	g = *f
	g.Verdict.Design = "owner-tracking"
	old, err := g.Machine()
	require.NoError(t, err)
	_, err = Replay(&g, old, alone(old, judge.Violated))
	require.EqualError(t, err, "f.txtar: design owner-tracking cannot start the scenario: DAX and reflink cannot be used together")

	_, err = Record(m, claim, "No.", []model.Action{{Task: 0}, {Task: 0}, {Task: 0, Branch: 9}}, 0)
	require.ErrorContains(t, err, "diverged at step 3")
}

// Whatever is recorded replays, in the text that it is kept as.
func TestReplayOfWhatWasRecorded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMachine(t)
		f, err := Record(m, claim, "Any run.", drawSchedule(t, m), 0)
		require.NoError(t, err)
		f, err = Parse("f.txtar", f.Format())
		require.NoError(t, err)
		res, err := Replay(f, m, alone(m, func([]model.State, int) bool { return true }))
		require.NoError(t, err)
		require.Equal(t, Violated, res.Outcome, "%v", res)
		require.NoError(t, f.CheckRace(res.Race))
	})
}

// A task that is not enabled always has a reason, and one that is has none.
func TestWaits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMachine(t)
		s, err := checker.Replay(m, m.Init()[0], drawSchedule(t, m))
		require.NoError(t, err)
		for task := range uint8(m.Scenario.TaskCount()) {
			_, alive := s.At(task)
			stuck := alive && !enabled(m, &s, task)
			reason := Waits(m, &s, task)
			require.Equal(t, stuck, reason != "", reason)
			require.False(t, strings.ContainsAny(reason, "\n"), reason)
		}
	})
}
