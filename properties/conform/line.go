package conform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"
)

// A Trace is a recorded run of a booted kernel: what the harness did, and what
// the kernel called meanwhile.
type Trace struct {
	Name    string // file name
	Version string // of the kernel: 6.1.192
	Lines   []Line
}

// A Line is one line of a trace. A field is a string, an int64 or a bool.
type Line struct {
	No     int // line of the file, from 1
	Ev     string
	Fields map[string]any
}

// Parse reads a trace: a JSON object a line, of the kinds and with the fields
// that the table of kinds has, and no other. An error names file, line and what
// was expected.
func Parse(name, version string, data []byte) (Trace, error) {
	tr := Trace{Name: name, Version: version}
	for i, text := range bytes.Split(bytes.TrimRight(data, "\n"), []byte("\n")) {
		ln, err := parseLine(text)
		if err != nil {
			return Trace{}, fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
		ln.No = i + 1
		tr.Lines = append(tr.Lines, ln)
	}
	return tr, nil
}

func parseLine(text []byte) (Line, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var raw map[string]any
	if err := dec.Decode(&raw); err != nil {
		return Line{}, fmt.Errorf("expected a JSON object: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Line{}, fmt.Errorf("expected the end of the line after the object")
	}
	ev, _ := raw["ev"].(string)
	fields, known := kinds[ev]
	if !known {
		return Line{}, fmt.Errorf("expected a known ev, not %q", ev)
	}
	ln := Line{Ev: ev, Fields: map[string]any{}}
	for name, v := range raw {
		if name == "ev" || name == "i" {
			continue
		}
		if _, known := fields[name]; !known {
			return Line{}, fmt.Errorf("expected of %s the fields %s, not %q", ev, strings.Join(names(fields), ", "), name)
		}
		value, err := typed(ev, name, v)
		if err != nil {
			return Line{}, err
		}
		if limit, bounded := limits[name]; bounded {
			least := int64(-1) // none
			if name == "len" {
				least = 0
			}
			if n, is := value.(int64); is && (n < least || n > limit) {
				return Line{}, fmt.Errorf("expected %s to be between %d and %d, not %d", name, least, limit, n)
			}
		}
		ln.Fields[name] = value
	}
	return ln, nil
}

// limits are what numbers of the harness can be at most: the size of the
// devices, and of the files that it makes.
var limits = map[string]int64{
	"off": 1 << 30, "phys": 1 << 30, "bytes": 1 << 30, "len": 1 << 24, "map": 64, "fd": 64, "file_off": 1 << 30,
}

func names(fields map[string]use) []string {
	var s []string
	for name := range fields {
		s = append(s, name)
	}
	sort.Strings(s)
	return s
}

// str, num and flag read a field that the kind of line has; the zero value
// stands for one that is missing.
func (ln *Line) str(name string) string { s, _ := ln.Fields[name].(string); return s }
func (ln *Line) num(name string) int    { n, _ := ln.Fields[name].(int64); return int(n) }

// String is the line as in the file, fields in the order of their names.
func (ln *Line) String() string {
	var b strings.Builder
	b.WriteString(ln.Ev)
	var keys []string
	for k := range ln.Fields {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%v", k, ln.Fields[k])
	}
	return b.String()
}
