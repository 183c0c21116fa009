package counterexamples

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/notifycheck/notifycheck/model"
)

// A Line is one action of a schedule with what it did when it was recorded.
// It is written as
//
//	CPU0 xfAgfRead/1 5f3a9c12
//
// that is the task, the step that it took, the branch when it is not 0, and
// the digest of the state after it. A line that says loop stands before the
// lines that repeat for ever.
type Line struct {
	Action model.Action
	Step   model.Step
	Digest string
}

// loopWord begins the part of a schedule that repeats.
const loopWord = "loop"

// digestLen is how many hexadecimal digits of a fingerprint are kept.
const digestLen = 8

// Digest is the short fingerprint of a state: of the names and values of what is
// not zero in it. A field that the model gets, or a step, leaves the digests of
// states that have nothing in it as they were.
func Digest(s *model.State) string {
	h := fnv.New64a()
	digest(h, "", reflect.ValueOf(s).Elem())
	return fmt.Sprintf("%016x", h.Sum64())[:digestLen]
}

// digest writes the leaves of v, each by its path.
func digest(w io.Writer, path string, v reflect.Value) {
	if v.IsZero() {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			digest(w, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			digest(w, path+"."+strconv.Itoa(i), v.Index(i))
		}
	default:
		if st, is := v.Interface().(model.Step); is {
			fmt.Fprintf(w, "%s=%v\n", path, st)
			return
		}
		fmt.Fprintf(w, "%s=%d\n", path, v.Interface())
	}
}

// String is the line of a schedule.
func (l Line) String() string {
	branch := ""
	if l.Action.Branch != 0 {
		branch = fmt.Sprintf("/%d", l.Action.Branch)
	}
	return fmt.Sprintf("%s %v%s %s", taskName(l.Action.Task), l.Step, branch, l.Digest)
}

// parseLine reads a line of the schedule of a scenario with so many tasks; an
// error comes with its column.
func parseLine(s string, tasks int) (l Line, column int, err error) {
	fields := strings.Split(s, " ")
	if len(fields) != 3 {
		return l, 1, fmt.Errorf("expected task, step and digest, as %s mfLock 5f3a9c12, not %q", taskName(0), oneLine(s))
	}
	number, isTask := strings.CutPrefix(fields[0], taskPrefix)
	task, ok := decimal(number)
	switch {
	case !isTask || !ok:
		return l, 1, fmt.Errorf("expected a task, as %s, not %q", taskName(0), oneLine(fields[0]))
	case int(task) >= tasks:
		return l, 1, fmt.Errorf("there is no %s: the scenario has %d tasks", fields[0], tasks)
	}
	column = len(fields[0]) + 2 // a field before has no other characters than ASCII
	id, branch, branched := strings.Cut(fields[1], "/")
	if l.Step, ok = model.StepByID(id); !ok {
		return l, column, fmt.Errorf("there is no step %q", oneLine(id))
	}
	if branched {
		if l.Action.Branch, ok = decimal(branch); !ok || l.Action.Branch == 0 {
			return l, column + len(id) + 1, fmt.Errorf("expected a branch from 1 to 255 after %s/, not %q", id, oneLine(branch))
		}
	}
	column += len(fields[1]) + 1
	if len(fields[2]) != digestLen || strings.Trim(fields[2], "0123456789abcdef") != "" {
		return l, column, fmt.Errorf("expected a digest of %d hexadecimal digits, not %q", digestLen, oneLine(fields[2]))
	}
	l.Action.Task, l.Digest = task, fields[2]
	return l, 0, nil
}

// decimal reads a number that has one way to be written.
func decimal(s string) (uint8, bool) {
	n, err := strconv.ParseUint(s, 10, 8)
	return uint8(n), err == nil && strconv.FormatUint(n, 10) == s
}

// parseSchedule reads the schedule section.
func (f *File) parseSchedule(data []byte, above int) error {
	f.Schedule = []Line{}
	line, loop := above, -1
	for text := range strings.Lines(string(data)) {
		line++
		text = strings.TrimSuffix(text, "\n")
		if text == loopWord && loop < 0 {
			loop = len(f.Schedule)
			continue
		}
		l, column, err := parseLine(text, f.Scenario.TaskCount())
		if err != nil {
			return fmt.Errorf("%s:%d:%d: %w", f.Name, line, column, err)
		}
		f.Schedule = append(f.Schedule, l)
		f.lines = append(f.lines, line)
	}
	if loop == len(f.Schedule) {
		return fmt.Errorf("%s:%d: expected the steps that repeat after %q", f.Name, line, loopWord)
	}
	if loop >= 0 {
		f.Loop = len(f.Schedule) - loop
	}
	return nil
}

func (f *File) formatSchedule() []byte {
	var out bytes.Buffer
	for i, l := range f.Schedule {
		if f.Loop > 0 && i == len(f.Schedule)-f.Loop {
			fmt.Fprintln(&out, loopWord)
		}
		fmt.Fprintln(&out, l)
	}
	return out.Bytes()
}
