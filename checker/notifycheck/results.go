package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/properties"
	"github.com/notifycheck/notifycheck/spec"
)

// A result file is what `explore SCOPE --out FILE` writes: JSON, a value a
// line. The first is the head, then comes one for each scenario of the shard,
// in the order of the scope, and at last the end. It is written as
// FILE.partial, which a run that is started again goes on with, and renamed
// when it is whole.

// A resultHead says what was explored, and how.
type resultHead struct {
	Format    string   `json:"format"` // resultFormat
	Scope     string   `json:"scope"`
	Scenarios int      `json:"scenarios"` // of the whole scope
	Design    string   `json:"design"`
	With      []string `json:"with,omitempty"`
	Shard     int      `json:"shard"` // 1 to of
	Of        int      `json:"of"`
	Reduction string   `json:"reduction"`
	MaxStates int      `json:"maxStates"` // for a scenario; 0: no limit
	// Control is the digest of the states of the scope tiny under the design:
	// results that differ in it come from different models.
	Control string `json:"control"`
}

const (
	resultFormat  = "notifycheck exploration 2"
	partialSuffix = ".partial"
)

// A resultLine is a scenario.
type resultLine struct {
	Index       int      `json:"index"` // in the scope
	Name        string   `json:"name"`
	Refused     bool     `json:"refused,omitempty"` // the design does not start it
	States      int      `json:"states"`
	Transitions int      `json:"transitions"`
	Depth       int      `json:"depth"`
	Digest      string   `json:"digest"`
	Tested      spec.Set `json:"tested"` // bits, in the order of list properties
	Violated    spec.Set `json:"violated,omitempty"`
	// Premises is the number of states in which each premise has held, in the
	// order of list properties.
	Premises [spec.NumProperties]int `json:"premises"`
	Cut      cutCounts               `json:"cut,omitzero"`
}

// A cutCounts is what each bound left out: of states, memory and depth the
// arrivals at states that were not kept, of time the states not expanded.
type cutCounts struct {
	States int `json:"states"`
	Memory int `json:"memory"`
	Depth  int `json:"depth"`
	Time   int `json:"time"`
}

func newCutCounts(c checker.Cut) cutCounts {
	counts := cutCounts{States: c.States, Depth: c.Depth, Time: c.Time}
	if c.ByMemory {
		counts.States, counts.Memory = 0, c.States
	}
	return counts
}

func (c *cutCounts) add(o cutCounts) {
	c.States += o.States
	c.Memory += o.Memory
	c.Depth += o.Depth
	c.Time += o.Time
}

// A resultEnd closes the file.
type resultEnd struct {
	End int `json:"end"` // scenarios of the shard
}

// newResultLine is the line of a scenario.
func newResultLine(index int, sc properties.Named, e *properties.Explored) resultLine {
	return resultLine{
		Index: index, Name: sc.Name, Refused: e.Refused,
		States: e.Stats.States, Transitions: e.Stats.Transitions, Depth: e.Stats.Depth,
		Digest: fmt.Sprintf("%016x", e.Digest), Tested: e.Tested, Violated: e.Violated,
		Premises: e.Premises, Cut: newCutCounts(e.Cut),
	}
}

// A result is a result file.
type result struct {
	path  string
	head  resultHead
	lines []resultLine
	whole bool // it has its end
}

// readResult reads a result file. Of one that is partial the last line may be
// half written; size is what is whole of it.
func readResult(path string, partial bool) (r *result, size int64, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	r = &result{path: path}
	in := bufio.NewReader(bytes.NewReader(data))
	for number := 1; ; number++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			if len(line) > 0 && !partial {
				return nil, 0, fmt.Errorf("%s:%d: the line is not complete", path, number)
			}
			break
		}
		if err := r.add(line, number); err != nil {
			return nil, 0, fmt.Errorf("%s:%d: %w", path, number, err)
		}
		size += int64(len(line))
	}
	if r.head.Format == "" && !partial {
		return nil, 0, fmt.Errorf("%s:1: expected the head of a result file", path)
	}
	if !r.whole && !partial {
		return nil, 0, fmt.Errorf("%s: the end is missing: the exploration was not finished", path)
	}
	return r, size, nil
}

// add takes a line of the file.
func (r *result) add(line []byte, number int) error {
	strict := func(v any) error {
		dec := json.NewDecoder(bytes.NewReader(line))
		dec.DisallowUnknownFields()
		return dec.Decode(v)
	}
	switch {
	case r.whole:
		return errors.New("expected nothing after the end")
	case number == 1:
		if err := strict(&r.head); err != nil || r.head.Format != resultFormat {
			return fmt.Errorf("expected the head of a result file, with format %q", resultFormat)
		}
		if r.head.Of < 1 || r.head.Shard < 1 || r.head.Shard > r.head.Of {
			return fmt.Errorf("expected a shard of 1 to %d, not %d", r.head.Of, r.head.Shard)
		}
		return nil
	case bytes.HasPrefix(line, []byte(`{"end":`)):
		var end resultEnd
		if err := strict(&end); err != nil {
			return fmt.Errorf("expected the end: %w", err)
		}
		if end.End != len(r.lines) {
			return fmt.Errorf("the end says %d scenarios, there are %d", end.End, len(r.lines))
		}
		r.whole = true
		return nil
	}
	var l resultLine
	if err := strict(&l); err != nil {
		return fmt.Errorf("expected a scenario: %w", err)
	}
	if want := r.head.Shard - 1 + len(r.lines)*r.head.Of; l.Index != want {
		return fmt.Errorf("expected scenario %d, not %d", want, l.Index)
	}
	r.lines = append(r.lines, l)
	return nil
}

// A resultWriter writes a result file while it is being found.
type resultWriter struct {
	path  string
	file  *os.File
	n     int
	ended bool // the end is there: a kill came before the file got its name
}

// openResult opens FILE.partial, and returns the lines that it has already.
func openResult(path string, head resultHead) (*resultWriter, []resultLine, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, nil, err
	}
	partial := path + partialSuffix
	old, size, err := readResult(partial, true)
	switch {
	case errors.Is(err, os.ErrNotExist):
		old = &result{}
	case err != nil:
		return nil, nil, err
	case old.head.Format != "" && !sameHead(&old.head, &head):
		return nil, nil, fmt.Errorf("%s: it is of another exploration: remove it, or choose another --out", partial)
	}
	file, err := os.OpenFile(partial, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, nil, err
	}
	w := &resultWriter{path: path, file: file, n: len(old.lines), ended: old.whole}
	if err = file.Truncate(size); err == nil { // what a kill left half written
		_, err = file.Seek(size, io.SeekStart)
	}
	if err == nil && size == 0 {
		err = w.write(head)
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return w, old.lines, nil
}

func sameHead(a, b *resultHead) bool {
	x, y := *a, *b
	x.With, y.With = nil, nil
	return fmt.Sprint(x) == fmt.Sprint(y) && slices.Equal(a.With, b.With)
}

func (w *resultWriter) write(v any) error {
	data, err := json.Marshal(v)
	if err == nil {
		_, err = w.file.Write(append(data, '\n'))
	}
	return err
}

// add writes a scenario.
func (w *resultWriter) add(l resultLine) error {
	w.n++
	return w.write(l)
}

// finish writes the end and gives the file its name.
func (w *resultWriter) finish() error {
	var err error
	if !w.ended {
		err = w.write(resultEnd{End: w.n})
	}
	if err == nil {
		err = w.file.Sync()
	}
	if closed := w.file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(w.file.Name(), w.path)
}

// merge puts the shards of one exploration together.
func merge(shards []*result) (*result, error) {
	first := shards[0]
	of := first.head.Of
	by := map[int]*result{} // by shard
	for _, r := range shards {
		head := r.head
		head.Shard = first.head.Shard
		if !sameHead(&head, &first.head) {
			return nil, fmt.Errorf("%s and %s conflict: %s", first.path, r.path, differ(&first.head, &head))
		}
		if other := by[r.head.Shard]; other != nil {
			return nil, fmt.Errorf("%s and %s are the same shard %d of %d", other.path, r.path, r.head.Shard, of)
		}
		by[r.head.Shard] = r
	}
	whole := &result{path: first.path, head: first.head}
	whole.head.Shard, whole.head.Of = 1, 1
	for shard := 1; shard <= of; shard++ {
		r := by[shard]
		if r == nil {
			return nil, fmt.Errorf("shard %d of %d of %s under %s is missing", shard, of, first.head.Scope, first.head.Design)
		}
		whole.lines = append(whole.lines, r.lines...)
	}
	slices.SortFunc(whole.lines, func(a, b resultLine) int { return a.Index - b.Index })
	if len(whole.lines) != first.head.Scenarios {
		return nil, fmt.Errorf("%s: %d scenarios of %s, expected %d", first.path, len(whole.lines), first.head.Scope, first.head.Scenarios)
	}
	return whole, nil
}

// differ says in what two heads differ.
func differ(a, b *resultHead) string {
	var diff []string
	note := func(what string, x, y any) {
		if fmt.Sprint(x) != fmt.Sprint(y) {
			diff = append(diff, fmt.Sprintf("%s %v and %v", what, x, y))
		}
	}
	note("scenarios", a.Scenarios, b.Scenarios)
	note("shards", a.Of, b.Of)
	note("limit", a.MaxStates, b.MaxStates)
	note("control", a.Control, b.Control)
	return strings.Join(diff, ", ")
}

// mergeAll reads result files and puts together those of one scope, design
// and reduction.
func mergeAll(paths []string) ([]*result, error) {
	groups := map[string][]*result{}
	var order []string
	for _, path := range paths {
		r, _, err := readResult(path, false)
		if err != nil {
			return nil, err
		}
		key := r.head.Scope + " " + r.head.Design + " " + strings.Join(r.head.With, " ") + " " + r.head.Reduction
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], r)
	}
	var merged []*result
	for _, key := range order {
		r, err := merge(groups[key])
		if err != nil {
			return nil, err
		}
		merged = append(merged, r)
	}
	return merged, nil
}

// totals is what the lines of a result come to.
type totals struct {
	Scenarios   int      `json:"scenarios"`
	Refused     int      `json:"refused"`
	States      int      `json:"states"`
	Transitions int      `json:"transitions"`
	Depth       int      `json:"depth"`   // of the deepest scenario, in levels
	Largest     int      `json:"largest"` // states of the largest scenario
	Digest      string   `json:"digest"`
	Truncated   []string `json:"truncated"` // scenarios that a limit cut
	// What the limits left out, in all of them.
	Cut cutCounts `json:"cut"`
	// By property: the number of scenarios, and the first.
	Tested   [spec.NumProperties]int    `json:"-"`
	Witness  [spec.NumProperties]string `json:"-"`
	Violated [spec.NumProperties]int    `json:"-"`
	First    [spec.NumProperties]string `json:"-"`
	// By property: the number of states in which the premise has held.
	Premises [spec.NumProperties]int `json:"-"`
	digest   uint64
}

// add counts a scenario.
func (t *totals) add(l *resultLine) {
	t.Scenarios++
	if l.Refused {
		t.Refused++
	}
	t.States += l.States
	t.Transitions += l.Transitions
	t.Depth = max(t.Depth, l.Depth)
	t.Largest = max(t.Largest, l.States)
	if l.Cut != (cutCounts{}) {
		t.Truncated = append(t.Truncated, l.Name)
		t.Cut.add(l.Cut)
	}
	for p := range spec.NumProperties {
		if l.Tested.Has(p) {
			if t.Tested[p] == 0 {
				t.Witness[p] = l.Name
			}
			t.Tested[p]++
		}
		t.Premises[p] += l.Premises[p]
		if l.Violated.Has(p) {
			if t.Violated[p] == 0 {
				t.First[p] = l.Name
			}
			t.Violated[p]++
		}
	}
	h := fnv.New64a()
	fmt.Fprintln(h, l.Name, l.States, l.Transitions, l.Depth, l.Digest, l.Violated)
	t.digest += h.Sum64() // a sum, so that the shards can be added in any order
	t.Digest = fmt.Sprintf("%016x", t.digest)
}

// verdict is what the lines show of a property.
func (t *totals) verdict(p spec.Property) checker.Verdict {
	switch {
	case t.Violated[p] > 0:
		return checker.Violated
	case len(t.Truncated) > 0:
		return checker.Truncated
	case t.Tested[p] == 0:
		return checker.Vacuous
	}
	return checker.Exhausted
}
