package conform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
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
// that the table of kinds has, and no other. An error names file, line, column
// and what was expected.
func Parse(name, version string, data []byte) (Trace, error) {
	tr := Trace{Name: name, Version: version}
	for i, text := range bytes.Split(bytes.TrimRight(data, "\n"), []byte("\n")) {
		ln, at, err := parseLine(text)
		if err != nil {
			return Trace{}, fmt.Errorf("%s:%d:%d: %w", name, i+1, utf8.RuneCount(text[:at])+1, err)
		}
		ln.No = i + 1
		tr.Lines = append(tr.Lines, ln)
	}
	return tr, nil
}

// parseLine reads a line, or says at which of its bytes it is wrong.
func parseLine(text []byte) (ln Line, at int, err error) {
	list, at, err := fieldsOf(text)
	if err != nil {
		return Line{}, at, err
	}
	ln.Fields = map[string]any{}
	at = 0 // a line without an ev
	for _, f := range list {
		if f.name == "ev" {
			ln.Ev, _ = f.value.(string)
			at = f.valueAt
		}
	}
	known, ok := kinds[ln.Ev]
	if !ok {
		return Line{}, at, fmt.Errorf("expected a known ev, not %q", ln.Ev)
	}
	for _, f := range list {
		if f.name == "ev" || f.name == "i" {
			continue
		}
		if _, ok := known[f.name]; !ok {
			return Line{}, f.nameAt, fmt.Errorf("expected of %s the fields %s, not %q", ln.Ev, strings.Join(names(known), ", "), f.name)
		}
		if _, again := ln.Fields[f.name]; again {
			return Line{}, f.nameAt, fmt.Errorf("expected the field %s once", f.name)
		}
		value, err := typed(ln.Ev, f.name, f.value)
		if err == nil {
			err = bounded(f.name, value)
		}
		if err != nil {
			return Line{}, f.valueAt, err
		}
		ln.Fields[f.name] = value
	}
	return ln, 0, nil
}

// A field is one of a line, and where in the line its name and its value begin.
type field struct {
	name            string
	value           any
	nameAt, valueAt int
}

// fieldsOf takes a JSON object apart, or says at which byte there is none.
func fieldsOf(text []byte) (list []field, at int, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	var object json.RawMessage
	if err := dec.Decode(&object); err != nil {
		at = len(text)
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = int(syntax.Offset) - 1
		}
		return nil, at, fmt.Errorf("expected a JSON object: %w", err)
	}
	next := func(between string) int { // where what comes next begins
		return len(text) - len(bytes.TrimLeft(text[dec.InputOffset():], between))
	}
	const blank = " \t\r"
	if at = next(blank); at < len(text) {
		return nil, at, errors.New("expected the end of the line after the object")
	}
	dec = json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	at = next(blank)
	if open, err := dec.Token(); open != json.Delim('{') || err != nil {
		return nil, at, fmt.Errorf("expected a JSON object, not %s", object)
	}
	for dec.More() {
		f := field{nameAt: next(blank + ",")}
		name, err := dec.Token()
		f.name, _ = name.(string)
		f.valueAt = next(blank + ":")
		if err == nil {
			err = dec.Decode(&f.value)
		}
		if err != nil {
			return nil, f.nameAt, err
		}
		list = append(list, f)
	}
	return list, 0, nil
}

// limits are what numbers of the harness can be at most: the size of the
// devices, and of the files that it makes.
var limits = map[string]int64{
	"off": 1 << 30, "phys": 1 << 30, "bytes": 1 << 30, "len": 1 << 24, "map": 64, "fd": 64, "file_off": 1 << 30,
}

// bounded checks that a number is in its limits.
func bounded(name string, value any) error {
	limit, limited := limits[name]
	least := int64(-1) // none
	if name == "len" {
		least = 0
	}
	if n, is := value.(int64); is && limited && (n < least || n > limit) {
		return fmt.Errorf("expected %s to be between %d and %d, not %d", name, least, limit, n)
	}
	return nil
}

// names lists the fields by name.
func names[V any](fields map[string]V) []string { return slices.Sorted(maps.Keys(fields)) }

// str and num read a field that the kind of line has; the zero value stands for
// one that is missing.
func (ln *Line) str(name string) string { s, _ := ln.Fields[name].(string); return s }
func (ln *Line) num(name string) int    { n, _ := ln.Fields[name].(int64); return int(n) }

// String is the line as in the file, fields in the order of their names.
func (ln *Line) String() string {
	var b strings.Builder
	b.WriteString(ln.Ev)
	for _, k := range names(ln.Fields) {
		fmt.Fprintf(&b, " %s=%v", k, ln.Fields[k])
	}
	return b.String()
}
