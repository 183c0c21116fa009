package promela

import (
	"flag"
	"fmt"
	"math/bits"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	_ "pgregory.net/rapid" // its flags: go test ./... -rapid.checks=N works here too

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/checker/spin"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

var (
	update = flag.Bool("update", false, "write what Spin says to testdata/verdicts.txt")
	all    = flag.Bool("all", false, "compare under all 64 designs, not only under those with few deviations")
)

const verdictFile = "testdata/verdicts.txt"

// switches are the design bits of core.pml, in their order, as deviations
// from reviewed.
var switches = []design.Assignment{
	{Choice: design.KillContext, Value: design.KillUnderGroupLock},
	{Choice: design.ReadFaultShare, Value: mustValue(design.ReadFaultShare, "asks-not")},
	{Choice: design.Quarantine, Value: mustValue(design.Quarantine, "badblocks")},
	{Choice: design.Mark, Value: design.MarkPerEntry},
	{Choice: design.PfnRecheck, Value: design.PfnNotRechecked},
	{Choice: design.UnmapWhenEmpty, Value: design.UnmapWhenCollected},
}

func mustValue(c design.Choice, name string) design.Value {
	v, ok := c.Value(name)
	if !ok {
		panic(name)
	}
	return v
}

// claims are what both judge, with the bit of core.pml that has Spin judge
// it; 0 is Spin's own search for invalid end states.
var claims = []struct {
	letter   string
	property spec.Property
	judge    int
}{
	{"D", spec.Deadlock, 0},
	{"L", spec.LostNotification, 1},
	{"M", spec.ReachablePoison, 2},
	{"W", spec.WrongPoison, 4},
	{"O", spec.OverUnmap, 8},
}

// verdictCases are the scenarios.
var verdictCases = []Scenario{
	{Name: "read", Procs: 2, File1: 2, Faulted: 1, Early: 1, Read: 2},
	{Name: "late-kill", Procs: 2, File1: 2, Faulted: 1, Read: 2},
	{Name: "same-file", Procs: 2, Faulted: 1, Early: 1, Read: 2},
	{Name: "write", Procs: 2, File1: 2, Faulted: 3, Early: 3, Write: 2},
	{Name: "write-first", Procs: 2, File1: 2, Faulted: 1, Early: 1, Write: 2},
	{Name: "munmap", Procs: 2, File1: 2, Faulted: 3, Early: 3, Munmap: 2},
	{Name: "injected-read", Procs: 2, File1: 2, Faulted: 1, Read: 2, Injected: true},
	{Name: "injected-late", Procs: 2, File1: 2, Faulted: 3, Read: 0, Injected: true},
	{Name: "injected-same", Procs: 2, Faulted: 1, Read: 2, Injected: true},
	{Name: "read-write", Procs: 2, Early: 3, Read: 1, Write: 2},
}

// forModel is the scenario for the model: block 2 is shared by page 0 of two
// files, block 3 is free.
func forModel(c *Scenario) (sc model.Scenario) {
	sc.Geometry = model.Geometry{DevicePages: 4, Blocks: 4, AGBlocks: 4}
	for f := range 2 {
		sc.Files[f] = model.File{Present: true, Incore: superblock.IncoreLive}
		sc.Files[f].Data[0] = rmap.Written(2)
	}
	sc.Tasks[0] = model.TaskSpec{Kind: model.TaskMemoryFailure, Page: 2, Pages: 1}
	if c.Injected {
		sc.Tasks[0].Source = model.SourceInjected
	}
	n := 1
	for p := range c.Procs {
		has := func(set uint8) bool { return set>>p&1 != 0 }
		m := model.Map{Len: 1}
		if has(c.File1) {
			m.File = 1
		}
		if has(c.Faulted) {
			m.Faulted = 1
		}
		sc.Procs[p] = model.Proc{Alive: true, EarlyKill: has(c.Early)}
		sc.Procs[p].Maps[0] = m
		for kind, set := range map[model.TaskKind]uint8{model.TaskReadFault: c.Read, model.TaskWriteFault: c.Write, model.TaskMunmap: c.Munmap} {
			if has(set) {
				sc.Tasks[n] = model.TaskSpec{Kind: kind, Proc: uint8(p)}
				n++
			}
		}
	}
	return sc
}

// forDesign is reviewed with the switches whose bits are set in n.
func forDesign(n int) (d design.Design) {
	for i, a := range switches {
		if n>>i&1 != 0 {
			d = d.With(a)
		}
	}
	return d
}

// ours says which claims are broken according to the model.
func ours(t *testing.T, c *Scenario, n int) string {
	t.Helper()
	sys, err := properties.NewSystem(forDesign(n), forModel(c))
	require.NoError(t, err, c.Name)
	r, err := checker.Explore(sys, checker.Options[properties.Run, model.Action]{
		Workers: 1,
		Judge: func(r *properties.Run, terminal bool) (bad, met uint64) {
			for i := range claims {
				if sys.Violates(r, claims[i].property, terminal) {
					bad |= 1 << i
				}
			}
			return bad, 0
		},
	})
	require.NoError(t, err)
	require.True(t, r.Complete)
	return letters(func(i int) bool { return r.Bad>>i&1 != 0 })
}

func letters(broken func(i int) bool) string {
	s := ""
	for i := range claims {
		if broken(i) {
			s += claims[i].letter
		}
	}
	return s + "-"
}

// spins says which claims are broken according to Spin.
func spins(t *testing.T, p spin.Program, n int) string {
	t.Helper()
	broken := func(judge int) bool {
		options := []string{"-m1000", "-w14"}
		if judge != 0 {
			options = append(options, "-E") // no search for invalid end states
		}
		r, err := p.Run([]string{fmt.Sprintf("DESIGN=%d", n), fmt.Sprintf("JUDGE=%d", judge)}, options)
		require.NoError(t, err)
		return r.Errors != 0
	}
	some := broken(15) // under most designs none is: one run for all claims
	return letters(func(i int) bool { return (claims[i].judge == 0 || some) && broken(claims[i].judge) })
}

// designs are the combinations of up to so many switches, or all.
func designs(most int) (list []int) {
	for n := range 1 << len(switches) {
		if *all || *update || bits.OnesCount(uint(n)) <= most {
			list = append(list, n)
		}
	}
	return list
}

// verdicts is what the file says of those.
func verdicts(t *testing.T, most int) string {
	t.Helper()
	data, err := os.ReadFile(verdictFile)
	require.NoError(t, err)
	s := ""
	for l := range strings.Lines(string(data)) {
		if *all || *update || strings.Count(strings.Fields(l)[1], "1") <= most {
			s += l
		}
	}
	return s
}

// line is a line of the file: scenario, switches with the last of them first,
// claims that are broken.
func line(c *Scenario, design int, verdict string) string {
	return fmt.Sprintf("%s %06b %s\n", c.Name, design, verdict)
}

// TestVerdicts explores the same scenarios under the same designs with the
// model and compares with what Spin said.
func TestVerdicts(t *testing.T) {
	got := make([][]string, len(verdictCases))
	var group sync.WaitGroup
	for i := range verdictCases {
		c := &verdictCases[i]
		group.Go(func() {
			for _, n := range designs(2) {
				got[i] = append(got[i], line(c, n, ours(t, c, n)))
			}
		})
	}
	group.Wait()
	s := ""
	for _, lines := range got {
		s += strings.Join(lines, "")
	}
	require.Equal(t, verdicts(t, 2), s)
}

// TestSpinVerdicts has Spin say again what it said.
func TestSpinVerdicts(t *testing.T) {
	if err := spin.Available(); err != nil {
		t.Skip(err)
	}
	s := ""
	for i := range verdictCases {
		c := &verdictCases[i]
		p, err := spin.Compile(t.TempDir(), "core.pml", c.Macros(), []string{"-DSAFETY", "-DNOREDUCE", "-O0"})
		require.NoError(t, err)
		for _, n := range designs(1) {
			s += line(c, n, spins(t, p, n))
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(verdictFile, []byte(s), 0o600))
	}
	require.Equal(t, verdicts(t, 1), s)
}

// TestReadFaultZaps shows what the model leaves out: since v6.12 a read fault of
// a shared block unmaps the file page from everybody (dax_insert_entry, with
// IOMAP_F_SHARED). By itself that breaks nothing. With unmap-when-empty=no it
// takes the PTE of the one process that the event would have collected.
func TestReadFaultZaps(t *testing.T) {
	if err := spin.Available(); err != nil {
		t.Skip(err)
	}
	c := &verdictCases[2]
	require.Equal(t, "same-file", c.Name)
	p, err := spin.Compile(t.TempDir(), "core.pml", c.Macros(), []string{"-DSAFETY", "-DNOREDUCE", "-O0"})
	require.NoError(t, err)
	const readZaps, unmapsIfTold = 64, 32
	require.Equal(t, "-", spins(t, p, readZaps))
	require.Equal(t, "-", spins(t, p, unmapsIfTold))
	require.Equal(t, "LM-", spins(t, p, readZaps|unmapsIfTold))
}
