package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model"
)

// trials is how many scenarios of three runs the loops over seeds look at.
const trials = 5000

// outcome is what the step of a task came to.
type outcome struct {
	branches uint8
	state    model.State
	obs      model.Obs
	panicked any
}

func take(m *model.Machine, s *model.State, a model.Action) (out outcome) {
	defer func() { out.panicked = recover() }()
	out.state = *s
	if out.branches = m.Outcomes(&out.state, a.Task); a.Branch < out.branches {
		m.Step(&out.state, a, &out.obs)
	}
	return out
}

// same reports whether a step came to the same in two states: it is enabled
// with the same branches, shows the same, leaves its task the same, and what
// it writes in either has the same value in both.
func same(s *model.State, was *outcome, p *model.State, is *outcome, own uint8) bool {
	if is.panicked != nil || was.branches != is.branches || was.obs != is.obs || was.state.Tasks[own] != is.state.Tasks[own] {
		return false
	}
	a, b, c, d := bytesOf(s), bytesOf(&was.state), bytesOf(p), bytesOf(&is.state)
	for i := range a {
		wrote := a[i] ^ b[i] | c[i] ^ d[i]
		if wrote != 0 && partOf[i] != model.BitDev {
			wrote = 0xFF
		}
		if wrote&(b[i]^d[i]) != 0 {
			return false
		}
	}
	return true
}

// depends returns which of the given parts the step depends on, when these
// parts are as in another state that can be reached. Mixed parts do not fit
// each other; a step that does not look at them cannot tell.
func (tr *trial) depends(i int, was *outcome, other *model.State, bits model.Bits) (on model.Bits) {
	a, s := tr.acts[i], &tr.states[i]
	differs := func(bits model.Bits) bool {
		p := mix(s, other, bits, a.Task)
		if p == *s {
			return false
		}
		is := take(tr.m, &p, a)
		return !same(s, was, &p, &is, a.Task)
	}
	if !differs(bits) {
		return 0
	}
	for b := bits & -bits; bits != 0; b = bits & -bits {
		bits &^= b
		if differs(b) {
			on |= b
		}
	}
	return on
}

// other is a state of the trial for step i to be perturbed with.
func (tr *trial) other(i int) *model.State { return &tr.states[(i*7919+i/3)%len(tr.states)] }

// undeclared returns what the step reads, as far as two perturbations tell,
// and has not declared.
func (tr *trial) undeclared(i int, st model.Step, was *outcome) (bits model.Bits) {
	declared := st.Info().Reads
	all := model.AllBits | bitTask
	for _, other := range [2]*model.State{tr.other(i), &tr.states[len(tr.states)-1]} {
		bits |= tr.depends(i, was, other, all&^declared)
	}
	return bits
}

// A step changes nothing but its own task and what it declares.
func TestStepsWriteWhatTheyDeclare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTrials(t, designs, func(tr *trial) {
			tr.steps(func(i int, st model.Step, a model.Action, before, after *model.State) {
				if bits := touched(before, after, a.Task) &^ st.Info().Writes; bits != 0 {
					t.Fatalf("%v of task %d also writes: %v", st, a.Task, partNames(bits))
				}
			})
		})
	})
}

// Whatever a step does not declare read can be anything: the step is enabled
// as before, with the same branches, and does the same.
func TestStepsReadWhatTheyDeclare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTrials(t, designs, func(tr *trial) {
			tr.steps(func(i int, st model.Step, a model.Action, before, after *model.State) {
				was := take(tr.m, before, a)
				if bits := tr.undeclared(i, st, &was); bits != 0 {
					t.Fatalf("%v of task %d also depends on: %v", st, a.Task, partNames(bits))
				}
			})
		})
	})
}

func partNames(b model.Bits) string {
	if b&bitTask != 0 {
		return strings.TrimSpace("another task " + b.String())
	}
	return b.String()
}

// A record is what was seen of each step in many trials.
type record struct {
	seen          [model.NumSteps]int
	reads, writes [model.NumSteps]model.Bits
	locks         [model.NumSteps]map[string]bool

	waited, branched, changing, unlocked [model.NumSteps]bool

	undeclaredReads, undeclaredWrites [model.NumSteps]model.Bits
}

// seldomBlocked waits for the ILOCK of a file that is given a block by a punch of
// another one: whoever else takes it holds the invalidate_lock too.
const seldomBlocked = "pcRead"

// differsUnlocked reports whether the task's next step would be enabled or do
// something else without its lock.
func (tr *trial) differsUnlocked(s *model.State, task uint8, st model.Step) bool {
	w := tr.m.WithoutLock(st)
	if tr.m.Outcomes(s, task) != w.Outcomes(s, task) {
		return true
	}
	if w.Outcomes(s, task) == 0 {
		return false
	}
	a := model.Action{Task: task}
	x, y := take(tr.m, s, a), take(w, s, a)
	return x.state != y.state || x.obs != y.obs
}

func (rec *record) add(tr *trial) {
	for i := range tr.states {
		for task := range uint8(model.MaxTasks) {
			if st, ok := tr.states[i].At(task); ok {
				rec.seen[st]++ // a task that oopsed never moves
				out := tr.m.Outcomes(&tr.states[i], task)
				rec.waited[st] = rec.waited[st] || out == 0
				rec.branched[st] = rec.branched[st] || out > 1
				rec.unlocked[st] = rec.unlocked[st] || tr.differsUnlocked(&tr.states[i], task, st)
			}
		}
	}
	tr.steps(func(i int, st model.Step, a model.Action, before, after *model.State) {
		info := st.Info()
		wrote := touched(before, after, a.Task)
		rec.writes[st] |= wrote
		was := take(tr.m, before, a)
		rec.undeclaredReads[st] |= tr.undeclared(i, st, &was)
		rec.undeclaredWrites[st] |= wrote &^ info.Writes
		rec.changing[st] = rec.changing[st] || was.state != *after
		for _, lock := range taken(before, after, a.Task) {
			if rec.locks[st] == nil {
				rec.locks[st] = map[string]bool{}
			}
			rec.locks[st][lock] = true
		}
		if missing := info.Reads &^ rec.reads[st]; missing != 0 {
			for _, other := range [3]*model.State{tr.other(i), tr.other(i + 1), &tr.states[0]} {
				rec.reads[st] |= tr.depends(i, &was, other, missing)
			}
		}
	})
}

// neverWritten are the parts that a step declares written and that no trial
// shows, and why the declaration stays.
var neverWritten = map[string]string{
	"gkMark waiters":     "two events on a page whose mapping has left it: H04 and G1 at once",
	"rlDrain pte":        "both files are unmapped under the MMAPLOCK, which keeps faults off: only without that lock",
	"wtDrain pte":        "a shared block that a process maps while a write(2) copies it, where no lock is taken for that: too seldom to wait for",
	"evSleep waiters":    "an event, a removal and an eviction want an entry at once, after an unmap: too seldom to wait for",
	"evDrain waiters":    "an entry that is unlocked, with two waiters, one of them woken: with an unmap and the eviction, five tasks",
	"unEvict waiters":    "as for evDrain",
	"fdEnded entry-lock": "the entry of a copy is small: only a huge one moves its lock",
	"fdEnded waiters":    "as for its entry-lock",
	"mtFail slot":        "a mount gets a slot and misses another: only one of the filesystems has several",
}

// What is declared happens: the table says neither too little nor too much,
// of memory and of locks, and every step can be reached in some design.
func TestStepTable(t *testing.T) {
	var rec record
	forTrials(trials, rec.add)
	for st := model.Step(1); st < model.NumSteps; st++ {
		info := st.Info()
		if rec.seen[st] == 0 {
			t.Errorf("%v is never reached", st)
			continue
		}
		if r, w := rec.undeclaredReads[st], rec.undeclaredWrites[st]; r|w != 0 {
			t.Errorf("%v also reads (%v) and writes (%v)", st, partNames(r), partNames(w))
		}
		require.False(t, rec.changing[st], "%v does not do the same again", st)
		if st.Branches() != rec.branched[st] {
			t.Errorf("%v: branches are seen: %v", st, rec.branched[st])
		}
		if st.Waits() && !rec.waited[st] {
			t.Logf("%v is never blocked", st)
		}
		for _, lock := range strings.Fields(info.Locks) {
			if strings.HasPrefix(lock, "±") { // nothing that lasts
				continue
			}
			if !rec.locks[st][lock] {
				t.Errorf("%v never does %s", st, lock)
			}
		}
		if info.Takes() != rec.unlocked[st] && st.String() != seldomBlocked {
			t.Errorf("%v takes a lock: %v; without it does something else: %v", st, info.Takes(), rec.unlocked[st])
		}
		never := info.Writes &^ rec.writes[st]
		for b := never & -never; never != 0; b = never & -never {
			never &^= b
			if _, ok := neverWritten[st.String()+" "+b.String()]; !ok {
				t.Errorf("%v never writes %v (%d times seen)", st, b, rec.seen[st])
			}
		}
		if idle := info.Reads &^ rec.reads[st]; idle != 0 {
			t.Logf("%v declares read, %d trials do not tell: %v", st, rec.seen[st], idle)
		}
	}
}

// Rows say where a step belongs and what it is, and no excuse outlives what
// it is for.
func TestStepTableIsComplete(t *testing.T) {
	ids, declared := map[string]bool{}, map[string]bool{}
	for st := model.Step(1); st < model.NumSteps; st++ {
		info := st.Info()
		require.NotEmpty(t, info.ID, "step %d", st)
		require.NotEmpty(t, info.Func, info.ID)
		require.NotEmpty(t, info.Doc, info.ID)
		require.NotEmpty(t, info.Layer.String(), info.ID)
		require.False(t, ids[info.ID], "%s twice", info.ID)
		ids[info.ID] = true
		require.Equal(t, st, model.MustStep(info.ID))
		for b := model.Bits(1); b&model.AllBits != 0; b <<= 1 {
			declared[info.ID+" "+b.String()] = info.Writes&b != 0
		}
	}
	_, ok := model.StepByID("")
	require.False(t, ok, "0 is no step")
	require.PanicsWithValue(t, "model: no step mfRaze", func() { model.MustStep("mfRaze") })
	for excuse := range neverWritten {
		require.True(t, declared[excuse], "%s is not declared", excuse)
	}
}
