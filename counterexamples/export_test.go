package counterexamples

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model"
)

// forCorpus runs f on every counterexample of the corpus.
func forCorpus(t *testing.T, f func(t *testing.T, file *File, m *model.Machine)) {
	t.Helper()
	for _, kept := range Corpus() {
		file, err := Parse(kept.Name, kept.Data)
		require.NoError(t, err)
		if file.Litmus() || strings.HasPrefix(kept.Name, "testdata/") {
			continue
		}
		m, err := file.Machine()
		require.NoError(t, err)
		f(t, file, m)
	}
}

// valid checks JSON against a schema of docs/schemas.
func valid(t *testing.T, schema *jsonschema.Schema, data []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(v))
}

func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("../docs/schemas/" + name)
	require.NoError(t, err)
	return s
}

// Every counterexample can be exported, as the schemas say.
func TestExportsAreValid(t *testing.T) {
	trace, itf := schema(t, "trace.schema.json"), schema(t, "itf.schema.json")
	lassos := 0
	forCorpus(t, func(t *testing.T, f *File, m *model.Machine) {
		t.Helper()
		data, err := Export(m, m.Init()[0], f.Actions())
		require.NoError(t, err)
		valid(t, trace, data)

		data, err = ExportITF(m, m.Init()[0], f.Actions(), f.Loop, f.Wrong())
		require.NoError(t, err)
		valid(t, itf, data)
		if f.Loop > 0 {
			lassos++
		}
		checkITF(t, f, data)
	})
	require.Positive(t, lassos, "no counterexample of the corpus repeats for ever")
}

// checkITF checks what a schema cannot say.
func checkITF(t *testing.T, f *File, data []byte) {
	t.Helper()
	var trace struct {
		Vars   []string
		States []map[string]json.RawMessage
		Loop   *int
	}
	require.NoError(t, json.Unmarshal(data, &trace))
	require.Len(t, trace.States, len(f.Schedule)+1)
	for i, s := range trace.States {
		require.Len(t, s, len(trace.Vars)+1, "#meta and a value for each variable")
		for _, name := range trace.Vars {
			require.Contains(t, s, name)
		}
		if i > 0 {
			var action itfAction
			require.NoError(t, json.Unmarshal(s["action"], &action))
			l := f.Schedule[i-1]
			require.Equal(t, []string{taskName(l.Action.Task), l.Step.String()}, []string{action.Task, action.Step})
		}
	}
	if f.Loop == 0 {
		require.Nil(t, trace.Loop)
		return
	}
	require.NotNil(t, trace.Loop)
	last, before := trace.States[len(trace.States)-1], trace.States[*trace.Loop-1]
	for _, name := range trace.Vars {
		if name != "action" {
			require.JSONEq(t, string(before[name]), string(last[name]), "the loop closes")
		}
	}
}

// The variables of an ITF trace follow what happens: who owns a page, who maps
// it, who holds a lock.
func TestITFVariables(t *testing.T) {
	kept, err := files.ReadFile("teardown-never-ends/v7.3" + extension)
	require.NoError(t, err)
	f, err := Parse("v7.3", kept)
	require.NoError(t, err)
	m, err := f.Machine()
	require.NoError(t, err)
	data, err := ExportITF(m, m.Init()[0], f.Actions(), f.Loop, f.Wrong())
	require.NoError(t, err)
	var trace struct {
		States []struct {
			PTEs, Locks, Owners struct {
				Pairs [][2]json.RawMessage `json:"#map"`
			}
		}
		Loop int
	}
	require.NoError(t, json.Unmarshal(data, &trace))
	first, last := trace.States[0], trace.States[len(trace.States)-1]
	require.Empty(t, first.Locks.Pairs)
	require.Len(t, first.PTEs.Pairs, 1)
	require.JSONEq(t, `"pfn 2"`, string(first.PTEs.Pairs[0][1]))
	require.JSONEq(t, `{"#set": ["f1:0"]}`, string(first.Owners.Pairs[0][1]))
	require.Empty(t, last.PTEs.Pairs, "the event unmapped it")
	require.NotEmpty(t, last.Locks.Pairs, "it goes round with the AGF locked")
	require.Equal(t, len(f.Schedule), trace.Loop, "the last step repeats")
}

// Lines of a sequence diagram, in the part of Mermaid's grammar that is used:
// in a text # and ; are entities, and < and > only of breaks.
var (
	mermaidTextShape   = `(?:[^#;<>%\n]|#(?:35|37|59|lt|gt);|<br/>)+`
	mermaidParticipant = regexp.MustCompile(`^    participant (CPU\d+) as CPU\d+: ` + mermaidTextShape + `$`)
	mermaidMessage     = regexp.MustCompile(`^(?:    ){1,2}(?:(CPU\d+)->>(CPU\d+)|Note over CPU\d+(?:,CPU\d+)?): ` + mermaidTextShape + `$`)
	mermaidBlock       = regexp.MustCompile(`^    (loop for ever|end)$`)
)

// checkMermaid checks a diagram line by line.
func checkMermaid(t require.TestingT, diagram string, tasks int, loop bool) {
	lines := strings.Split(strings.TrimSuffix(diagram, "\n"), "\n")
	require.Equal(t, "sequenceDiagram", lines[0])
	for i := range tasks {
		found := mermaidParticipant.FindStringSubmatch(lines[1+i])
		require.NotNil(t, found, lines[1+i])
		require.Equal(t, taskName(uint8(i)), found[1])
	}
	var blocks []string
	for _, line := range lines[1+tasks:] {
		if found := mermaidBlock.FindStringSubmatch(line); found != nil {
			blocks = append(blocks, found[1])
			continue
		}
		found := mermaidMessage.FindStringSubmatch(line)
		require.NotNil(t, found, line)
		require.Equal(t, found[1], found[2], line)
	}
	if loop {
		require.Equal(t, []string{"loop for ever", "end"}, blocks)
	} else {
		require.Empty(t, blocks)
	}
}

// A counterexample is drawn with all that its race shows.
func TestMermaid(t *testing.T) {
	forCorpus(t, func(t *testing.T, f *File, m *model.Machine) {
		t.Helper()
		diagram := Mermaid(m, m.Init()[0], f.Actions(), f.Loop, f.Wrong())
		checkMermaid(t, diagram, m.Scenario.TaskCount(), f.Loop > 0)
		lines := 0
		for _, ev := range traceLoop(m, m.Init()[0], f.Actions(), f.Loop) {
			if ev.text() != "" {
				lines++
			}
		}
		blocks := 2 * min(f.Loop, 1)
		require.Equal(t, 1+m.Scenario.TaskCount()+lines+blocks+1, strings.Count(diagram, "\n"), f.Name)
	})
}

// Any run can be drawn.
func TestMermaidOfAnyRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMachine(t)
		diagram := Mermaid(m, m.Init()[0], drawSchedule(t, m), 0, "")
		checkMermaid(t, diagram, m.Scenario.TaskCount(), false)
	})
}

// The diagram of a deadlock: what is done, who waits for what, the end.
func TestMermaidGolden(t *testing.T) {
	m := machine(t, `geometry: {device-pages: 4, blocks: 4, agblocks: 4}
files: {f1: {data: [2]}}
tasks: [{unbind: {device: pmem0}}, {umount: {fs: fs1}}]
`, "v7.3")
	schedule := shortest(t, m, func(s *model.State, _ bool) bool { return s.Begun(0) && s.Begun(1) })
	require.Equal(t, `sequenceDiagram
    participant CPU0 as CPU0: unbind pmem0
    participant CPU1 as CPU1: umount fs1
    CPU0->>CPU0: pmem0: being unbound
    CPU1->>CPU1: [+s_umount fs1]
    Note over CPU0,CPU1: 50#37; of #lt;both#gt;#59; not #35;1
`, Mermaid(m, m.Init()[0], schedule, 0, "50% of <both>; not #1"))
}
