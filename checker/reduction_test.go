package checker_test

import (
	"math/bits"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
)

const (
	programs  = 3
	variables = 4
	values    = 3
)

// A step is one line of a program. It names a variable that it reads and one
// that it writes.
type step struct {
	Op       op
	Read     uint8 // variable
	Write    uint8 // variable
	Value    uint8
	To, Else uint8 // lines
}

type op uint8

const (
	set    op = iota // Write = Value
	move             // Write = Read
	raise            // Write = Write + 1
	wait             // until Read == Value
	check            // that Read != Value
	choose           // to line To or Else
	ops
)

func (s step) reads() uint8 {
	switch s.Op {
	case move, wait, check:
		return 1 << s.Read
	case raise:
		return 1 << s.Write
	}
	return 0
}

func (s step) writes() uint8 {
	switch s.Op {
	case set, move, raise:
		return 1 << s.Write
	}
	return 0
}

// A machine runs programs over shared variables. Equal ones are
// interchangeable.
type machine [programs][]step

// memory is a state of a machine. Failed is a check that has: it stays so.
type memory struct {
	At     [programs]uint8
	Failed [programs]bool
	Vars   [variables]uint8
}

// branch is an action: a program, and for choose, which way it goes.
type branch struct{ Program, Way uint8 }

func (m machine) Init() []memory { return []memory{{}} }

func (m machine) Enabled(s *memory, buf []branch) []branch {
	for p := range uint8(programs) {
		if int(s.At[p]) == len(m[p]) {
			continue
		}
		line := m[p][s.At[p]]
		if line.Op == wait && s.Vars[line.Read] != line.Value {
			continue
		}
		buf = append(buf, branch{p, 0})
		if line.Op == choose {
			buf = append(buf, branch{p, 1})
		}
	}
	return buf
}

func (m machine) Apply(s *memory, b branch) {
	line := m[b.Program][s.At[b.Program]]
	s.At[b.Program]++
	switch line.Op {
	case set:
		s.Vars[line.Write] = line.Value
	case move:
		s.Vars[line.Write] = s.Vars[line.Read]
	case raise:
		s.Vars[line.Write] = (s.Vars[line.Write] + 1) % values
	case check:
		s.Failed[b.Program] = s.Failed[b.Program] || s.Vars[line.Read] == line.Value
	case choose:
		s.At[b.Program] = [2]uint8{line.To, line.Else}[b.Way]
	}
}

// claims are broken for good once they are: a check has failed, by program if
// these differ; or everything has stopped.
func (m machine) claims(s *memory, terminal bool) (bad, met uint64) {
	for p, failed := range s.Failed {
		if failed {
			bad |= 1 << p
		}
	}
	if terminal {
		bad |= 1 << (8 + s.Vars[0])
	}
	return bad, 0
}

// future is what a program may still read and write from a line on.
func (m machine) future(p int, line uint8) (reads, writes uint8) {
	var known uint64
	todo := []uint8{line}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		if int(at) >= len(m[p]) || known>>at&1 == 1 {
			continue
		}
		known |= 1 << at
		s := m[p][at]
		reads |= s.reads()
		writes |= s.writes()
		if s.Op == choose {
			todo = append(todo, s.To, s.Else)
		} else {
			todo = append(todo, at+1)
		}
	}
	return reads, writes
}

// persistent returns the actions of a program whose next line touches nothing
// that another program may still touch in a way that matters.
func (m machine) persistent(s *memory, enabled []branch) (from, to int) {
	for from < len(enabled) {
		p := enabled[from].Program
		to = from + 1
		for to < len(enabled) && enabled[to].Program == p {
			to++
		}
		line, clash := m[p][s.At[p]], false
		for q := range programs {
			if q != int(p) {
				reads, writes := m.future(q, s.At[q])
				clash = clash || writes&(line.reads()|line.writes()) != 0 || reads&line.writes() != 0
			}
		}
		if !clash {
			return from, to
		}
		from = to
	}
	return 0, 0
}

// canonical sorts equal programs by where they are and whether they failed.
func (m machine) canonical(s *memory) {
	for i := range programs {
		for j := range i {
			same := slices.Equal(m[i], m[j])
			if same && (s.At[i] < s.At[j] || s.At[i] == s.At[j] && !s.Failed[i] && s.Failed[j]) {
				s.At[i], s.At[j] = s.At[j], s.At[i]
				s.Failed[i], s.Failed[j] = s.Failed[j], s.Failed[i]
			}
		}
	}
}

func drawMachine(t *rapid.T) machine {
	var m machine
	for p := range m {
		if p > 0 && rapid.Bool().Draw(t, "same") {
			m[p] = m[p-1]
			continue
		}
		lines := rapid.IntRange(0, 6).Draw(t, "lines")
		for range lines {
			m[p] = append(m[p], step{
				Op:    op(rapid.IntRange(0, int(ops)-1).Draw(t, "op")),
				Read:  rapid.Uint8Range(0, variables-1).Draw(t, "read"),
				Write: rapid.Uint8Range(0, variables-1).Draw(t, "write"),
				Value: rapid.Uint8Range(0, values-1).Draw(t, "value"),
				To:    rapid.Uint8Range(0, uint8(lines)).Draw(t, "to"),
				Else:  rapid.Uint8Range(0, uint8(lines)).Draw(t, "else"),
			})
		}
	}
	return m
}

// explored is an exploration with the terminal states that it met.
type explored struct {
	*checker.Result[memory, branch]
	ends map[memory]bool
}

func explore(t require.TestingT, m machine, opts checker.Options[memory, branch], all func(*memory, bool) (bad, met uint64)) explored {
	e := explored{ends: map[memory]bool{}}
	opts.Workers = 1
	opts.Judge = func(s *memory, terminal bool) (bad, met uint64) {
		if terminal {
			e.ends[*s] = true
		}
		return all(s, terminal)
	}
	var err error
	e.Result, err = checker.Explore(m, opts)
	require.NoError(t, err)
	return e
}

// requireBroken replays the counterexample to each broken claim in the full
// system, strictly.
func (e explored) requireBroken(t require.TestingT, m machine, all func(*memory, bool) (bad, met uint64)) {
	for set := e.Bad; set != 0; set &= set - 1 {
		claim := bits.TrailingZeros64(set)
		init, schedule := e.Schedule(claim)
		last, err := checker.Replay(m, init, schedule)
		require.NoError(t, err)
		bad, _ := all(&last, len(m.Enabled(&last, nil)) == 0)
		require.Equal(t, uint64(1), bad>>claim&1)
	}
}

func TestReductionsKeepTheVerdict(t *testing.T) {
	reduced, stored := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m := drawMachine(t)
		full := explore(t, m, checker.Options[memory, branch]{}, m.claims)
		n := search(m, m.claims)
		require.Len(t, n.depth, full.Stats.States)
		full.requireBroken(t, m, m.claims)

		partial := explore(t, m, checker.Options[memory, branch]{Persistent: m.persistent}, m.claims)
		require.Equal(t, full.Bad, partial.Bad)
		require.Equal(t, full.Verdict, partial.Verdict)
		require.Equal(t, full.ends, partial.ends)
		require.LessOrEqual(t, partial.Stats.States, full.Stats.States)
		partial.requireBroken(t, m, m.claims)
		reduced += partial.Stats.States
		stored += full.Stats.States

		// Under symmetry no claim may tell programs apart.
		some := func(s *memory, terminal bool) (bad, met uint64) {
			bad, _ = m.claims(s, terminal)
			if bad&(1<<programs-1) != 0 {
				bad = bad>>programs<<programs | 1
			}
			return bad, 0
		}
		full = explore(t, m, checker.Options[memory, branch]{}, some)
		orbits := map[memory]bool{}
		for s := range n.depth {
			m.canonical(&s)
			orbits[s] = true
		}
		symmetric := explore(t, m, checker.Options[memory, branch]{Canonical: m.canonical}, some)
		require.Equal(t, full.Bad, symmetric.Bad)
		require.Len(t, orbits, symmetric.Stats.States)
		symmetric.requireBroken(t, m, some)
		for set := full.Bad; set != 0; set &= set - 1 {
			_, schedule := full.Schedule(bits.TrailingZeros64(set))
			_, same := symmetric.Schedule(bits.TrailingZeros64(set))
			require.Len(t, same, len(schedule))
		}

		both := explore(t, m, checker.Options[memory, branch]{Canonical: m.canonical, Persistent: m.persistent}, some)
		require.Equal(t, full.Bad, both.Bad)
		require.LessOrEqual(t, both.Stats.States, symmetric.Stats.States)
		both.requireBroken(t, m, some)
		ends := map[memory]bool{}
		for s := range full.ends {
			m.canonical(&s)
			ends[s] = true
		}
		require.Equal(t, ends, both.ends)
	})
	require.Less(t, reduced, stored*3/4) // else the sets drawn above show little
}

// Reductions give the same with several workers.
func TestReductionsWithWorkers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMachine(t)
		opts := checker.Options[memory, branch]{
			Canonical: m.canonical, Persistent: m.persistent, Judge: m.claims, Workers: 1,
			Note: func(s *memory) uint64 { return 1 << s.Vars[0] },
		}
		one := all(t, m, opts)
		opts.Workers = rapid.IntRange(2, 5).Draw(t, "workers")
		requireSame(t, one, all(t, m, opts))
	})
}

// Of whether every run ends, a reduced graph says the same; each action that is
// enabled in a state of it has its edges.
func TestReducedGraphs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMachine(t)
		opts := checker.Options[memory, branch]{Graph: &checker.Labels[memory, branch]{
			Class:   func(s *memory, b branch) uint8 { return 20*b.Program + 3*s.At[b.Program] + b.Way },
			Pending: func(*memory) uint64 { return 0 },
		}}
		want, err := checker.Acyclic(all(t, m, opts).Graph)
		require.NoError(t, err)
		opts.Persistent = m.persistent
		for _, opts.Canonical = range []func(*memory){nil, m.canonical} {
			g := all(t, m, opts).Graph
			got, err := checker.Acyclic(g)
			require.NoError(t, err)
			require.Equal(t, want, got)
			for n, enabled := range g.Enabled {
				classes := uint64(0)
				for _, e := range g.Edges[g.First[n]:g.First[n+1]] {
					classes |= 1 << e.Class
				}
				require.Equal(t, enabled, classes)
			}
		}
	})
}

// A loop that touches nothing does not put off the others for ever.
func TestPersistentLoop(t *testing.T) {
	m := machine{
		{{Op: choose, To: 0, Else: 0}},
		{{Op: set, Write: 1, Value: 2}, {Op: check, Read: 1, Value: 2}},
	}
	// As long as the loop is there it is a persistent set, of one action or two.
	for _, width := range []int{1, 2} {
		loop := func(_ *memory, enabled []branch) (from, to int) { return 0, width }
		r := explore(t, m, checker.Options[memory, branch]{Persistent: loop}, m.claims)
		require.Equal(t, checker.Violated, r.Verdict)
		require.Equal(t, uint64(1<<1), r.Bad)
		r.requireBroken(t, m, m.claims)
		require.Equal(t, 3, r.Stats.States)
	}
}

// Chains and forks are cut at a bound, and what was cut off is found all the
// same.
func TestLongChains(t *testing.T) {
	var lines []step
	for i := range uint8(2*checker.MaxForks + 3) {
		lines = append(lines, step{Op: choose, To: i + 1, Else: i + 1})
	}
	m := machine{append(lines, step{Op: check})}
	first := func(_ *memory, enabled []branch) (from, to int) { return 0, 1 }
	r := explore(t, m, checker.Options[memory, branch]{Persistent: m.persistent}, m.claims)
	require.Equal(t, 1+1+1+1, r.Stats.States) // at 0, 9, 18, and the end
	require.Equal(t, uint64(1|1<<8), r.Bad)
	r.requireBroken(t, m, m.claims)

	// A set of one action is no fork, wherever in the enabled ones it is.
	m = machine{{{Op: set}}, append(slices.Clone(lines[:checker.MaxForks+1]), slices.Repeat([]step{{Op: set}}, 3)...)}
	second := func(_ *memory, enabled []branch) (from, to int) {
		for from < len(enabled) && enabled[from].Program != 1 {
			from++
		}
		return from, len(enabled)
	}
	r = explore(t, m, checker.Options[memory, branch]{Persistent: second}, m.claims)
	require.Equal(t, 1+1+1+1, r.Stats.States) // 0 and 0, 0 and 12, 1 and 8, the end

	for more, want := range []int{2, 3} {
		m = machine{slices.Repeat([]step{{Op: set}}, checker.MaxChain+more)}
		r = explore(t, m, checker.Options[memory, branch]{Persistent: m.persistent}, m.claims)
		require.Equal(t, want, r.Stats.States)
		require.Equal(t, checker.MaxChain+more, r.Stats.Transitions)
		m[0][1] = step{Op: choose, To: 2, Else: 2}
		r = explore(t, m, checker.Options[memory, branch]{Persistent: m.persistent}, m.claims)
		require.Equal(t, want, r.Stats.States)
	}
	lines = slices.Repeat([]step{{Op: set}}, checker.MaxChain+20)
	m = machine{append(lines, step{Op: check})}
	r = explore(t, m, checker.Options[memory, branch]{Persistent: first}, m.claims)
	require.Equal(t, uint64(1|1<<8), r.Bad)
	require.Equal(t, 3, r.Stats.States) // at 0, 200, and the end
	r.requireBroken(t, m, m.claims)
}

// What is exchanged by Canonical and named by number in the shared state is
// exchanged back in the schedule.
func TestScheduleUnderSymmetry(t *testing.T) {
	for _, clients := range []int{2, 4, 6} {
		sys := queue{clients}
		full := all(t, sys, checker.Options[line, turn]{Judge: sys.served})
		sorted := all(t, sys, checker.Options[line, turn]{Judge: sys.served, Canonical: sys.canonical})
		require.Equal(t, full.Bad, sorted.Bad)
		require.Less(t, sorted.Stats.States, full.Stats.States)
		for claim := range clients {
			_, schedule := full.Schedule(claim)
			init, same := sorted.Schedule(claim)
			require.Len(t, same, len(schedule))
			last, err := checker.Replay(sys, init, same)
			require.NoError(t, err)
			bad, _ := sys.served(&last, false)
			require.Equal(t, uint64(1), bad>>claim&1)
		}
	}
}

// A queue serves clients in the order in which they joined it.
type queue struct{ Clients int }

// line is a state of queue: who waits, by number plus one, and how often each
// client was served.
type line struct {
	Waits  [6]uint8
	Served [6]uint8
}

// A turn is an action: a client joins, or the first one, whose number is given
// too, is served.
type turn struct {
	Client uint8
	Leaves bool
}

func (q queue) Init() []line { return []line{{}} }

func (q queue) Enabled(s *line, buf []turn) []turn {
	if s.Waits[0] != 0 {
		buf = append(buf, turn{s.Waits[0] - 1, true})
	}
	for c := range uint8(q.Clients) {
		if s.Served[c] == 0 && !slices.Contains(s.Waits[:], c+1) {
			buf = append(buf, turn{c, false})
		}
	}
	return buf
}

func (q queue) Apply(s *line, t turn) {
	if t.Leaves {
		s.Served[t.Client]++
		copy(s.Waits[:], s.Waits[1:])
		s.Waits[5] = 0
		return
	}
	s.Waits[slices.Index(s.Waits[:], 0)] = t.Client + 1
}

// served says by claim that not more than so many clients were served.
func (q queue) served(s *line, _ bool) (bad, met uint64) {
	n := 0
	for _, served := range s.Served {
		n += int(served)
	}
	if n > 0 {
		bad = 1 << (n - 1)
	}
	return bad, 0
}

// canonical numbers those who wait in their order, then those who were served,
// then the others.
func (q queue) canonical(s *line) {
	var sorted line
	n := uint8(0)
	for i, c := range s.Waits {
		if c != 0 {
			sorted.Waits[i] = n + 1
			n++
		}
	}
	for _, served := range s.Served[:q.Clients] {
		if served > 0 {
			sorted.Served[n] = served
			n++
		}
	}
	*s = sorted
}
