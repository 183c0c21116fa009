package conform

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
)

func recordings(t *testing.T) []Trace {
	t.Helper()
	traces, err := Traces()
	require.NoError(t, err)
	return traces
}

func designOf(t require.TestingT, name string) model.Design {
	d, ok := design.ByName(name)
	require.True(t, ok, name)
	return d.Design
}

// Every recorded run is what the design of its kernel does, and every kind of
// line that has fields to compare is compared.
func TestRecordedTracesConform(t *testing.T) {
	traces := recordings(t)
	require.Len(t, traces, 60)
	counts := map[string]int{}
	for _, tr := range traces {
		v := Check(tr, designOf(t, Designs[tr.Version]))
		require.True(t, v.Conforms, "%s:%d: %s\nkernel: %s\nmodel:  %s", tr.Name, v.Diff.Line, v.Diff.What, v.Diff.Trace, v.Diff.Model)
		for ev, n := range v.Compared {
			counts[ev] += n
		}
	}
	for _, kd := range Kinds() {
		require.Equal(t, len(kd.Compared) > 0, counts[kd.Ev] > 0, "%s: %d fields compared", kd.Ev, counts[kd.Ev])
	}
}

// Where kernels are known to differ, the run of one differs from the design of
// the other at that line, and the choice that it hangs on is named.
func TestTracesTellVersionsApart(t *testing.T) {
	byName := map[string]Trace{}
	for _, tr := range recordings(t) {
		byName[tr.Name] = tr
	}
	for _, c := range []struct {
		trace, design string
		ev            string
		hangsOn       design.Choice
	}{
		{"v6.1.192/S1.mk-rmapbt-1_reflink-0.jsonl", "v6.12", "memory_failure", design.MadviseFlags},
		{"v6.12.117/S1.jsonl", "v6.1", "memory_failure", design.MadviseFlags},
		{"v6.1.192/S16.mk-rmapbt-1_reflink-0.jsonl", "v6.12", "dax_holder_notify", design.RemoveOrder},
		{"v6.12.117/S16.jsonl", "v6.1", "dax_holder_notify", design.RemoveOrder},
		{"v6.12.117/S16.jsonl", "v7.3", "mf_dax_kill_procs", design.WindowEnd},
		{"v7.3.4/S16.jsonl", "v6.12", "mf_dax_kill_procs", design.WindowEnd},
		{"v6.12.117/S12r.ek-1.jsonl", "v7.3", "died", design.SharedFallback},
		{"v7.3.4/S12r.ek-1.jsonl", "v6.12", "generic_lock_ret", design.SharedFallback},
		{"v6.12.117/S22r.ek-1.jsonl", "v7.3", "died", design.SharedFallback},
		{"v7.3.4/S22r.ek-1.jsonl", "v6.12", "generic_lock_ret", design.SharedFallback},
		{"v6.12.117/S20.jsonl", "v7.3", "mf_dax_kill_procs_ret", design.PrivateCopy},
	} {
		tr, d := byName[c.trace], designOf(t, c.design)
		require.NotEmpty(t, tr.Lines, c.trace)
		v := Check(tr, d)
		require.False(t, v.Conforms, "%s under %s", c.trace, c.design)
		require.Equal(t, c.ev, tr.Lines[v.Diff.Line-1].Ev, "%s under %s: %+v", c.trace, c.design, v.Diff)
		why := Why(tr, d, v.Diff)
		require.True(t, slices.ContainsFunc(why, func(a design.Assignment) bool { return a.Choice == c.hangsOn }),
			"%s under %s: %v", c.trace, c.design, why)
	}
}

// A compared field that is changed is noticed at its line.
func TestChangedFieldIsNoticed(t *testing.T) {
	traces := recordings(t)
	fields := make([][]Field, len(traces))
	for i, tr := range traces {
		fields[i] = Check(tr, designOf(t, Designs[tr.Version])).Fields
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(traces)-1).Draw(t, "trace")
		f := rapid.SampledFrom(fields[i]).Draw(t, "field")
		tr := changed(traces[i], f)
		v := Check(tr, designOf(t, Designs[tr.Version]))
		ln := &tr.Lines[f.Line]
		if v.Conforms || v.Diff.Line != ln.No {
			t.Fatalf("%s:%d: %s of %s is changed, and the verdict is %+v", tr.Name, ln.No, f.Name, ln, v.Diff)
		}
	})
}

// changed is the trace with another value in the field.
func changed(tr Trace, f Field) Trace {
	lines := append([]Line(nil), tr.Lines...)
	ln := &lines[f.Line]
	other := map[string]any{}
	for k, v := range ln.Fields {
		other[k] = v
	}
	switch v := other[f.Name].(type) {
	case int64:
		other[f.Name] = v + 1
	case bool:
		other[f.Name] = !v
	case string:
		other[f.Name] = v + "x"
	}
	ln.Fields = other
	tr.Lines = lines
	return tr
}

// A line that goes, or comes twice, is noticed too: no line is passed over.
func TestMissingKernelLineIsNoticed(t *testing.T) {
	traces := recordings(t)
	rapid.Check(t, func(t *rapid.T) {
		tr := traces[rapid.IntRange(0, len(traces)-1).Draw(t, "trace")]
		at := rapid.IntRange(0, len(tr.Lines)-1).Draw(t, "line")
		if !kernel[tr.Lines[at].Ev] {
			return
		}
		lines := append([]Line(nil), tr.Lines[:at]...)
		if rapid.Bool().Draw(t, "twice") {
			lines = append(lines, tr.Lines[at])
			lines = append(lines, tr.Lines[at])
		}
		tr.Lines = append(lines, tr.Lines[at+1:]...)
		if Check(tr, designOf(t, Designs[tr.Version])).Conforms {
			t.Fatalf("%s: nothing notices that line %d is another", tr.Name, at+1)
		}
	})
}

// What is no trace has one line of error, with its place.
func TestBadTraces(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"i":0,"ev":"mount"`, "t:1:20: expected a JSON object: unexpected EOF"},
		{``, "t:1:1: expected a JSON object: EOF"},
		{`{"i":0,,"ev":"mount"}`, "t:1:8: expected a JSON object: invalid character ',' looking for beginning of object key string"},
		{` ["ev"]`, `t:1:2: expected a JSON object, not ["ev"]`},
		{`{"i":0,"ev":"mount"} {}`, "t:1:22: expected the end of the line after the object"},
		{`{"i":0,"ev":"mount"} ,`, "t:1:22: expected the end of the line after the object"},
		{`{"i":0}`, `t:1:1: expected a known ev, not ""`},
		{"{\"i\":0,\"ev\":\"unblock\",\"c\":\"A\"}\n{\"i\":1,\"ev\":\"panic\"}", `t:2:13: expected a known ev, not "panic"`},
		{`{"i":0,"ev":"mmap","c":"A","fd":0,"len":-1}`, `t:1:41: expected len to be between 0 and 16777216, not -1`},
		{`{"i":0,"ev":"unblock","who":"A"}`, `t:1:23: expected of unblock the fields c, not "who"`},
		{`{"i":0,"ev":"unblock","c":"A","c":"B"}`, `t:1:31: expected the field c once`},
		{`{"ino":1.5, "ev":"ino"}`, "t:1:8: expected a whole number in ino, not 1.5"},
		{`{"i":0,"ev":"unblock","c": 7}`, "t:1:28: expected a string in c, not 7"},
		{`{"i":0,"ev":"fork","of":"äö","ino":3}`, `t:1:30: expected of fork the fields of, not "ino"`},
		{`{"i":0,"ev":"ino","ino":"7"}`, `t:1:25: expected a whole number in ino, not "7"`},
	} {
		_, err := Parse("t", "6.12.117", []byte(c.text))
		require.EqualError(t, err, c.want)
	}
}

// A trace that no kernel wrote is an error or differs; nothing panics.
func TestAnyTraceHasAVerdict(t *testing.T) {
	traces := recordings(t)
	rapid.Check(t, func(t *rapid.T) {
		tr := traces[rapid.IntRange(0, len(traces)-1).Draw(t, "trace")]
		lines := append([]Line(nil), tr.Lines...)
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			at := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
			ln := Line{No: lines[at].No, Ev: lines[at].Ev, Fields: map[string]any{}}
			for _, k := range names(kinds[ln.Ev]) {
				v, there := lines[at].Fields[k]
				if n, is := v.(int64); is {
					v = n + rapid.SampledFrom([]int64{0, 0, -1, 1, 4096, 1 << 20}).Draw(t, k)
				}
				if there && !rapid.Bool().Draw(t, "drop "+k) {
					ln.Fields[k] = v
				}
			}
			lines[at] = ln
		}
		tr.Lines = lines
		v := Check(tr, designOf(t, Designs[tr.Version]))
		if !v.Conforms && (v.Diff.Line == 0 || v.Diff.What == "") {
			t.Fatalf("%s: no place is named: %+v", tr.Name, v.Diff)
		}
	})
}

// Whatever a design does, a trace has a verdict under it: it conforms, or
// differs at a line.
func TestAnyDesignHasAVerdict(t *testing.T) {
	for _, tr := range recordings(t) {
		d := designOf(t, Designs[tr.Version])
		Why(tr, d, Difference{})
	}
}
