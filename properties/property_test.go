package properties_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

func TestRunIsAPlainValue(t *testing.T) {
	require.NoError(t, checker.PlainValue(reflect.TypeFor[properties.Run]()))
}

// report writes the run to a counterexample file and says what a reader
// needs: one sentence, the race, the command that replays it.
func report(f properties.Finding) string {
	name := "notifycheck-" + f.Property.String() + ".txtar"
	file, err := counterexamples.RecordFinding(properties.Shorten(f), "reviewed", nil, "Found by go test.")
	if err != nil {
		return err.Error()
	}
	path := filepath.Join(os.TempDir(), name)
	if err := os.WriteFile(path, file.Format(), 0o600); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s\n\n%s\nreplay it: go tool notifycheck replay %s\n", f.Property.Info().Violation, file.Race, path)
}

// reportStates bounds the search for the shortest schedule of a report.
const reportStates = 1_000_000

// holds checks one property of the reference design: no run violates it. It
// has one failing line, for rapid shrinks into any failure of the same line.
// The report comes when rapid has done, since it takes longer than a run.
func holds(t *testing.T, p spec.Property) {
	t.Helper()
	t.Parallel()
	var sm properties.Sampler
	var least properties.Finding
	t.Cleanup(func() {
		if len(least.Schedule) == 0 {
			return
		}
		if schedule, verdict := least.Shortest(reportStates); verdict == checker.Violated {
			least.Schedule = schedule
		}
		t.Log(report(least))
	})
	rapid.Check(t, func(t *rapid.T) {
		if f, violated := sm.Refute(t, design.Design{}, p); violated {
			least = f
			t.Fatalf("%s", p.Info().Violation)
		}
	})
}

func TestLostNotification(t *testing.T)       { holds(t, spec.LostNotification) }
func TestWrongVictim(t *testing.T)            { holds(t, spec.WrongVictim) }
func TestWrongPayload(t *testing.T)           { holds(t, spec.WrongPayload) }
func TestMissedShutdown(t *testing.T)         { holds(t, spec.MissedShutdown) }
func TestSpuriousShutdown(t *testing.T)       { holds(t, spec.SpuriousShutdown) }
func TestWrongPoison(t *testing.T)            { holds(t, spec.WrongPoison) }
func TestOverUnmap(t *testing.T)              { holds(t, spec.OverUnmap) }
func TestReachablePoison(t *testing.T)        { holds(t, spec.ReachablePoison) }
func TestUseAfterFree(t *testing.T)           { holds(t, spec.UseAfterFree) }
func TestOutOfOrder(t *testing.T)             { holds(t, spec.OutOfOrder) }
func TestWrongReturn(t *testing.T)            { holds(t, spec.WrongReturn) }
func TestDeadlock(t *testing.T)               { holds(t, spec.Deadlock) }
func TestLateRemoval(t *testing.T)            { holds(t, spec.LateRemoval) }
func TestStaleShare(t *testing.T)             { holds(t, spec.StaleShare) }
func TestNotIdempotent(t *testing.T)          { holds(t, spec.NotIdempotent) }
func TestFalseHealthEvent(t *testing.T)       { holds(t, spec.FalseHealthEvent) }
func TestLeakBetweenFilesystems(t *testing.T) { holds(t, spec.LeakBetweenFilesystems) }
func TestEventNeverReturns(t *testing.T)      { holds(t, spec.EventNeverReturns) }
func TestVictimNeverTold(t *testing.T)        { holds(t, spec.VictimNeverTold) }
func TestShutdownNeverComes(t *testing.T)     { holds(t, spec.ShutdownNeverComes) }
func TestTeardownNeverEnds(t *testing.T)      { holds(t, spec.TeardownNeverEnds) }
func TestSilentCorruption(t *testing.T)       { holds(t, spec.SilentCorruption) }
func TestLostWakeup(t *testing.T)             { holds(t, spec.LostWakeup) }
func TestDroppedWhileMounting(t *testing.T)   { holds(t, spec.DroppedWhileMounting) }
func TestRegression(t *testing.T)             { holds(t, spec.Regression) }

// FuzzReviewed is the same check of all properties, driven by coverage.
func FuzzReviewed(f *testing.F) {
	var sm properties.Sampler
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		out := sm.Draw(t, design.Design{}, spec.All)
		for p := range spec.NumProperties {
			if out.Run.Monitor.Violated.Has(p) {
				t.Fatalf("%s", report(properties.Finding{Property: p, Scenario: out.Scenario, Schedule: slices.Clone(out.Schedule)}))
			}
		}
	}))
}

// Every property is put to the test: its premise holds in sampled runs of the
// reference design.
func TestPremisesHold(t *testing.T) {
	t.Parallel()
	const runs = 4000
	var sm properties.Sampler
	var tested [spec.NumProperties]int
	samples := rapid.Custom(func(t *rapid.T) properties.Sample { return sm.Draw(t, design.Design{}, 0) })
	for seed := range runs {
		out := samples.Example(seed)
		for p := range spec.NumProperties {
			if out.Run.Monitor.Tested.Has(p) {
				tested[p]++
			}
		}
	}
	for p := range spec.NumProperties {
		t.Logf("%-26s %5.1f %% of runs", p, 100*float64(tested[p])/runs)
		require.Positive(t, tested[p], "%v: %s: never", p, p.Info().Premise)
	}
}

// checksCap bounds the search for the violation of a deviation.
const checksCap = 20_000

// Every deviation is caught by the properties that its row names: by the first
// in drawn runs, by each other in a counterexample. A row that sampling finds too
// rarely for the cap is held to its counterexample.
func TestDeviations(t *testing.T) {
	for _, dv := range design.Catalogue() {
		for i, name := range dv.Breaks {
			t.Run(dv.ID+"/"+name, func(t *testing.T) {
				t.Parallel()
				p, ok := spec.ParseProperty(name)
				require.True(t, ok)
				if i > 0 {
					requireKept(t, name, dv.ID)
					return
				}
				sm := properties.Sampler{Weak: dv.Weak}
				f, checks, found := sm.Search(dv.Design(), p, 0, checksCap)
				if !found {
					require.True(t, dv.Rare, "not caught in %d checks", checksCap)
					requireKept(t, name, dv.ID)
					return
				}
				t.Logf("caught after %d checks", checks)
				sys, err := properties.NewSystem(f.Design, f.Scenario)
				require.NoError(t, err)
				require.NotEmpty(t, sys.Init())
			})
		}
	}
}

// requireKept: the deviation has a counterexample that replays.
func requireKept(t *testing.T, property, id string) {
	t.Helper()
	name := counterexamples.NameOf(property, id)
	corpus := counterexamples.Corpus()
	i := slices.IndexFunc(corpus, func(k counterexamples.Kept) bool { return k.Name == name })
	require.GreaterOrEqual(t, i, 0, "no counterexample %s", name)
	f, err := counterexamples.Parse(corpus[i].Path(), corpus[i].Data)
	require.NoError(t, err)
	result, err := f.Judge()
	require.NoError(t, err)
	require.Equal(t, counterexamples.Violated, result.Outcome, result.Reason)
}

// The released kernels have the deadlock between the AGF buffer and the DAX
// entry lock that was observed on them; the reference and the patches of the
// mail in full have nothing.
func TestNamedDesigns(t *testing.T) {
	for _, n := range design.NamedDesigns() {
		t.Run(n.Name, func(t *testing.T) {
			t.Parallel()
			if n.Design == (design.Design{}) {
				return // the reference: the tests above
			}
			want := spec.LostNotification
			if n.Name == "v6.12" || n.Name == "v7.3" {
				want = spec.Deadlock
			}
			_, checks, found := properties.Search(n.Design, want, 0, checksCap)
			require.True(t, found, "%v not violated in %d checks", want, checks)
		})
	}
}

// Locality: the reference does not win by stopping the world. While an event
// is in flight, a fault on another page of the same file and a truncate of
// another file begin and end.
func TestLocalityWitnesses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		is   func(sc *model.Scenario, event, other *model.TaskSpec) bool
	}{
		{"fault on another page of the file", func(sc *model.Scenario, event, other *model.TaskSpec) bool {
			return other.Kind == model.TaskReadFault && otherPageOfOwner(sc, event, other)
		}},
		{"truncate of another file", func(sc *model.Scenario, event, other *model.TaskSpec) bool {
			return other.Kind == model.TaskTruncate && !owns(sc, other.File, event.Page)
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var sm properties.Sampler
			samples := rapid.Custom(func(t *rapid.T) properties.Sample { return sm.Draw(t, design.Design{}, 0) })
			for seed := range checksCap {
				out := samples.Example(seed)
				if out.Refused || !within(&out, tc.is) {
					continue
				}
				t.Logf("witness: seed %d, %d tasks", seed, out.Scenario.TaskCount())
				return
			}
			t.Fatalf("no witness in %d runs", checksCap)
		})
	}
}

// within reports whether a task of the kind looked for begins and ends while
// an event holds mf_mutex.
func within(out *properties.Sample, is func(sc *model.Scenario, event, other *model.TaskSpec) bool) bool {
	sys, err := properties.NewSystem(design.Design{}, out.Scenario)
	if err != nil {
		return false
	}
	s := sys.M.Init()[0]
	began := [model.MaxTasks]uint8{} // mf_mutex when the task took its first step
	for _, a := range out.Schedule {
		first := !s.Begun(a.Task)
		sys.M.Apply(&s, a)
		if first {
			began[a.Task] = s.MfMutex
		}
		holder := s.MfMutex
		if _, running := s.At(a.Task); running || holder == 0 || holder != began[a.Task] || holder == a.Task+1 {
			continue
		}
		if is(&out.Scenario, &out.Scenario.Tasks[holder-1], &out.Scenario.Tasks[a.Task]) {
			return true
		}
	}
	return false
}

// owns reports whether the file has the page when the scenario begins.
func owns(sc *model.Scenario, file, page uint8) bool {
	m, err := model.New(design.Design{}, *sc)
	if err != nil {
		return false
	}
	for _, e := range sc.Files[file].Data {
		if !e.Hole() && uint8(m.PageOf(uint8(e.Block()))) == page {
			return true
		}
	}
	return false
}

// otherPageOfOwner: the fault is on a file that has the failed page, on
// another page of it that has a block.
func otherPageOfOwner(sc *model.Scenario, event, fault *model.TaskSpec) bool {
	mp := sc.Procs[fault.Proc].Maps[fault.Slot]
	if mp.Len <= fault.Index || mp.Faulted>>fault.Index&1 != 0 || !owns(sc, mp.File, event.Page) {
		return false
	}
	m, err := model.New(design.Design{}, *sc)
	if err != nil {
		return false
	}
	e := sc.Files[mp.File].Data[mp.Pgoff+fault.Index]
	return !e.Hole() && !e.Unwritten() && uint8(m.PageOf(uint8(e.Block()))) != event.Page
}

// BenchmarkCheck is one check: draw a scenario, run it to the end, judge
// every property.
func BenchmarkCheck(b *testing.B) {
	var sm properties.Sampler
	samples := rapid.Custom(func(t *rapid.T) properties.Sample { return sm.Draw(t, design.Design{}, 0) })
	b.ReportAllocs()
	for seed := 0; b.Loop(); seed++ {
		samples.Example(seed)
	}
}
