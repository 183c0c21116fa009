package properties_test

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// everyDesign is reviewed, the named designs and the catalogue.
func everyDesign() []design.Design {
	ds := []design.Design{{}}
	for _, d := range design.NamedDesigns() {
		ds = append(ds, d.Design)
	}
	for _, dev := range design.Catalogue() {
		ds = append(ds, dev.Design())
	}
	return ds
}

// drawn is the system of the scenario of a seed, the designs in turn; nil when
// the design does not start it or there is one task only.
func drawn(t *testing.T, seed int, ds []design.Design) *properties.System {
	t.Helper()
	sc := scenarioOf.Example(seed)
	sys, err := properties.NewSystem(ds[seed%len(ds)], sc)
	require.NoError(t, err)
	if sc.TaskCount() < 2 || len(sys.Init()) == 0 {
		return nil
	}
	return sys
}

var scenarioOf = rapid.Custom(properties.DrawScenario)

// explored is what an exploration of the system comes to.
func explored(t *testing.T, sys *properties.System, r properties.Reduction, states int) *checker.Result[properties.Run, model.Action] {
	t.Helper()
	res, err := checker.Explore(sys, checker.Options[properties.Run, model.Action]{
		Limits: checker.Limits{States: states}, Workers: 1,
		Judge: func(r *properties.Run, terminal bool) (bad, met uint64) {
			end := *r
			if terminal {
				sys.Finish(&end)
			}
			return uint64(end.Monitor.Violated), uint64(end.Monitor.Tested)
		},
		Note:      func(r *properties.Run) uint64 { return uint64(r.Monitor.Tested) },
		Canonical: sys.Canonical(r), Persistent: sys.Persistent(r),
	})
	require.NoError(t, err)
	return res
}

// reductions are each alone, and all.
var reductions = []properties.Reduction{
	{Local: true}, {PartialOrder: true}, {Symmetry: true}, properties.Reduced,
}

// With and without the reductions the same properties are violated, and what
// the reduced search found is a run of the full system.
func TestReductionsKeepVerdicts(t *testing.T) {
	const most = 1200
	ds := everyDesign()
	full, reduced, compared, violated := 0, 0, 0, 0
	for seed := range 1300 {
		sys := drawn(t, seed, ds)
		if sys == nil {
			continue
		}
		all := explored(t, sys, properties.Reduction{}, most)
		if !all.Complete {
			continue
		}
		compared++
		for i, r := range reductions {
			some := explored(t, sys, r, most)
			require.True(t, some.Complete)
			require.Equal(t, spec.Set(all.Bad), spec.Set(some.Bad), "seed %d, %+v", seed, r)
			if i == len(reductions)-1 {
				full += all.Stats.States
				reduced += some.Stats.States
				violated += replayed(t, sys, some)
			}
		}
	}
	t.Logf("%d scenarios, %d violations, %d states, reduced %d", compared, violated, full, reduced)
	require.Greater(t, compared, 200)
	require.Greater(t, violated, 80)
	require.Less(t, 4*reduced, full)
}

// replayed checks that the schedules of the reduced search violate what they
// are said to, and counts them.
func replayed(t *testing.T, sys *properties.System, res *checker.Result[properties.Run, model.Action]) (n int) {
	t.Helper()
	for p := spec.Property(0); p < spec.NumProperties; p++ {
		if res.Bad>>p&1 == 0 {
			continue
		}
		n++
		run, schedule := res.Schedule(int(p))
		for _, a := range schedule {
			require.Contains(t, sys.Enabled(&run, nil), a)
			sys.Apply(&run, a)
		}
		terminal := len(sys.Enabled(&run, nil)) == 0
		require.True(t, sys.Violates(&run, p, terminal), "%v", p)
	}
	return n
}

// stripped is a monitor without what a step that is taken first can only add.
func stripped(m spec.Monitor) spec.Monitor {
	m.Violated = 0
	v := reflect.ValueOf(&m).Elem()
	clear := func(f reflect.Value) { reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().SetZero() }
	clear(v.FieldByName("quiet"))
	clear(v.FieldByName("repeat"))
	for i := range v.FieldByName("events").Len() {
		clear(v.FieldByName("events").Index(i).FieldByName("repeated"))
	}
	return m
}

// A step that is said to be independent of what others may still do changes
// places with whatever they do next: the same state, the same memory of the
// spec, and no violation less than when it is taken later.
func TestIndependentStepsCommute(t *testing.T) {
	ds := everyDesign()
	pairs := 0
	for seed := range 500 {
		sys := drawn(t, seed, ds)
		if sys == nil {
			continue
		}
		persistent, canonical := sys.Persistent(properties.Reduced), sys.Canonical(properties.Reduction{})
		rng := rand.New(rand.NewPCG(uint64(seed), 0))
		run := sys.Init()[0]
		for range 300 {
			acts := sys.Enabled(&run, nil)
			if len(acts) == 0 {
				break
			}
			from, to := persistent(&run, acts)
			for _, first := range acts[from:to] {
				for _, a := range acts {
					if a.Task == first.Task {
						continue
					}
					pairs++
					x, y := run, run
					sys.Apply(&x, first)
					require.Contains(t, sys.Enabled(&x, nil), a, "seed %d", seed)
					sys.Apply(&x, a)
					sys.Apply(&y, a)
					require.Contains(t, sys.Enabled(&y, nil), first, "seed %d", seed)
					sys.Apply(&y, first)
					canonical(&x)
					canonical(&y)
					require.True(t, x.State == y.State && stripped(x.Monitor) == stripped(y.Monitor) &&
						y.Monitor.Violated&^x.Monitor.Violated == 0, "seed %d: %v, %v", seed, first, a)
				}
			}
			sys.Apply(&run, acts[rng.IntN(len(acts))])
		}
	}
	t.Logf("%d pairs", pairs)
	require.Greater(t, pairs, 5000)
}

// What is forgotten makes no difference: a state and the one that stands for
// it have the same actions, which lead to states for which the same stands.
func TestCanonicalForgetsNothingOfUse(t *testing.T) {
	ds := everyDesign()
	states := 0
	for seed := range 300 {
		sys := drawn(t, seed, ds)
		if sys == nil {
			continue
		}
		canonical := sys.Canonical(properties.Reduction{})
		rng := rand.New(rand.NewPCG(uint64(seed), 0))
		run := sys.Init()[0]
		short := run
		canonical(&short)
		for range 300 {
			acts := sys.Enabled(&run, nil)
			require.Equal(t, acts, sys.Enabled(&short, nil))
			if len(acts) == 0 {
				sys.Finish(&run)
				sys.Finish(&short)
				require.Equal(t, run.Monitor.Violated, short.Monitor.Violated)
				break
			}
			a := acts[rng.IntN(len(acts))]
			sys.Apply(&run, a)
			sys.Apply(&short, a)
			long := run
			canonical(&long)
			canonical(&short)
			require.Equal(t, long, short, "seed %d: %v", seed, a)
			states++
		}
	}
	require.Greater(t, states, 3000)
}

// twins is the system of the scenario of a seed in which the first task comes
// twice; nil when the design does not start it, or the two are not alike.
func twins(seed int, ds []design.Design) *properties.System {
	sc := scenarioOf.Example(seed)
	sc.Tasks[1] = sc.Tasks[0]
	sys, err := properties.NewSystem(ds[seed%len(ds)], sc)
	if err != nil || len(sys.Init()) == 0 || !sys.M.Alike(0, 1) {
		return nil
	}
	return sys
}

func swapped(run properties.Run) properties.Run {
	run.State.Swap(0, 1)
	run.Monitor.Swap(0, 1)
	return run
}

// Tasks that are alike can be exchanged in every state: what the one does
// leads to the same as what the other does where they are exchanged.
func TestAlikeTasksAreExchangeable(t *testing.T) {
	ds := everyDesign()
	steps := 0
	for seed := range 500 {
		sys := twins(seed, ds)
		if sys == nil {
			continue
		}
		rng := rand.New(rand.NewPCG(uint64(seed), 0))
		run := sys.Init()[0]
		for range 300 {
			acts := sys.Enabled(&run, nil)
			other := swapped(run)
			require.Len(t, sys.Enabled(&other, nil), len(acts))
			if len(acts) == 0 {
				break
			}
			a := acts[rng.IntN(len(acts))]
			b := a
			if a.Task < 2 {
				b.Task ^= 1
			}
			sys.Apply(&run, a)
			sys.Apply(&other, b)
			require.Equal(t, swapped(run), other, "seed %d: %v", seed, a)
			steps++
		}
	}
	require.Greater(t, steps, 5000)
}

// With twins sorted the same properties are violated, in fewer states.
func TestSymmetryKeepsVerdicts(t *testing.T) {
	const most = 1000
	ds := everyDesign()
	full, sorted, compared := 0, 0, 0
	for seed := range 150 {
		sys := twins(seed, ds)
		if sys == nil {
			continue
		}
		all := explored(t, sys, properties.Reduction{}, most)
		if !all.Complete {
			continue
		}
		some := explored(t, sys, properties.Reduction{Symmetry: true}, most)
		require.Equal(t, spec.Set(all.Bad), spec.Set(some.Bad), "seed %d", seed)
		replayed(t, sys, some)
		compared++
		full, sorted = full+all.Stats.States, sorted+some.Stats.States
	}
	t.Logf("%d scenarios, %d states, sorted %d", compared, full, sorted)
	require.Greater(t, compared, 50)
	require.Less(t, 5*sorted, 4*full)
}

// The hooks of a search allocate nothing.
func TestReductionsDoNotAllocate(t *testing.T) {
	var sys *properties.System
	for seed := 0; sys == nil; seed++ {
		sys = drawn(t, seed, []design.Design{{}})
	}
	persistent, canonical := sys.Persistent(properties.Reduced), sys.Canonical(properties.Reduced)
	run := sys.Init()[0]
	r := run
	buf := make([]model.Action, 0, 16)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		for r = run; ; {
			if buf = sys.Enabled(&r, buf[:0]); len(buf) == 0 {
				return
			}
			persistent(&r, buf)
			canonical(&r)
			sys.Apply(&r, buf[len(buf)-1])
		}
	}))
}

// BenchmarkPersistent is one question for a persistent set, over the states of
// a run.
func BenchmarkPersistent(b *testing.B) {
	sc := scenarioOf.Example(0)
	for seed := 1; sc.TaskCount() < 3; seed++ {
		sc = scenarioOf.Example(seed)
	}
	sys, err := properties.NewSystem(design.Design{}, sc)
	require.NoError(b, err)
	persistent := sys.Persistent(properties.Reduced)
	run := sys.Init()[0]
	var runs []properties.Run
	var acts [][]model.Action
	for {
		enabled := sys.Enabled(&run, nil)
		if len(enabled) == 0 {
			break
		}
		runs, acts = append(runs, run), append(acts, enabled)
		sys.Apply(&run, enabled[len(runs)%len(enabled)])
	}
	n := 0
	for b.Loop() {
		from, _ := persistent(&runs[n], acts[n])
		n = (n + 1) % len(runs)
		_ = from
	}
}
