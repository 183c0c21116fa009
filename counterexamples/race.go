package counterexamples

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
)

// RaceColumns is the width of a race in a file: it has to fit into a mail.
const RaceColumns = 80

// Race draws the schedule as kernel commit messages do: a column for each
// task, the functions that it calls indented by their depth, the locks that
// it takes and drops, what it waits for; last what went wrong, if the caller
// says. All actions must be enabled.
func Race(m *model.Machine, init model.State, schedule []model.Action, wrong string, columns int) string {
	r, lines := layOutRace(m, trace(m, init, schedule), columns)
	r.header(m, &init)
	for _, l := range lines {
		r.line(l)
	}
	r.wrong(wrong)
	return r.out.String()
}

// layOutRace is an empty race, and the lines that it is to have.
func layOutRace(m *model.Machine, events []event, columns int) (*race, []raceLine) {
	var lines []raceLine
	for i := range events {
		if text := events[i].text(); text != "" {
			lines = append(lines, raceLine{events[i].task, max(events[i].level-1, 0), text, i})
		}
	}
	return newRace(lines, m.Scenario.TaskCount(), columns), lines
}

// text is the line of an event without its indentation; empty when it needs
// none. The function of the task itself is in the header. What must not be
// torn apart has solid spaces.
func (ev *event) text() string {
	var parts []string
	if ev.kind == leafEvent || ev.kind == callEvent && ev.level > 0 {
		parts = append(parts, ev.call())
	}
	if len(ev.locks) > 0 {
		names := make([]string, len(ev.locks))
		for i, name := range ev.locks {
			names[i] = unbroken(name)
		}
		parts = append(parts, "["+strings.Join(names, ", ")+"]")
	}
	if len(ev.notes) > 0 {
		if ev.kind == leafEvent || ev.kind == callEvent && len(parts) > 0 {
			parts[len(parts)-1] += ":"
		}
		parts = append(parts, strings.Join(ev.notes, ", "))
	}
	return strings.Join(parts, " ")
}

// call is the function with its arguments.
func (ev *event) call() string {
	if ev.args == "" {
		return ev.name
	}
	return ev.name + unbroken("("+ev.args+")")
}

// solid is a space at which wrap does not break a line.
const solid = "\u00a0"

func unbroken(s string) string    { return strings.ReplaceAll(s, " ", solid) }
func plainSpaces(s string) string { return strings.ReplaceAll(s, solid, " ") }

// A raceLine is what one task does.
type raceLine struct {
	task  uint8
	level int
	text  string
	event int // of the trace
}

type race struct {
	out     strings.Builder
	columns int
	starts  []int // column of each task
	steps   []int // indentation of a level, by task
}

// gap is between the columns of two tasks, hang the indentation of what
// continues a line.
const (
	gap  = 2
	hang = 4
)

// newRace lays out the columns: evenly, but so that the widest line of the
// last one fits. The others may run on to their right, where nothing else
// stands on the line. Levels are indented by 2 where that fits.
func newRace(lines []raceLine, tasks, columns int) *race {
	r := &race{columns: columns, starts: make([]int, tasks), steps: make([]int, tasks)}
	if tasks > 1 {
		last := min(columns*(tasks-1)/tasks, columns-widest(lines, tasks-1, 1))
		for i := range r.starts {
			r.starts[i] = max(last, 0) * i / (tasks - 1)
		}
	}
	for i := range r.steps {
		r.steps[i] = 1
		if widest(lines, i, 2) <= r.width(uint8(i)) {
			r.steps[i] = 2
		}
	}
	return r
}

// widest is the width that the task needs so that no word is cut.
func widest(lines []raceLine, task, step int) int {
	width := 0
	for _, l := range lines {
		if int(l.task) != task {
			continue
		}
		for i, word := range words(l.text) {
			n := l.level*step + utf8.RuneCountInString(word)
			if i > 0 {
				n += hang
			}
			width = max(width, n)
		}
	}
	return width
}

// width is what a task's column can hold without touching the next one.
func (r *race) width(task uint8) int {
	if int(task)+1 < len(r.starts) {
		return max(r.starts[task+1]-r.starts[task]-gap, 1)
	}
	return r.columns - r.starts[task]
}

// header names the tasks, each underlined.
func (r *race) header(m *model.Machine, init *model.State) {
	titles := make([][]string, len(r.starts))
	height := 0
	for i := range titles {
		titles[i] = r.title(uint8(i), taskName(uint8(i))+": "+title(m, init, uint8(i)))
		height = max(height, len(titles[i]))
	}
	for row := range height {
		var line strings.Builder
		for i, t := range titles {
			if row < len(t) {
				pad(&line, r.starts[i])
				line.WriteString(plainSpaces(t[row]))
			}
		}
		r.put(0, line.String())
	}
	var rule strings.Builder
	for i, t := range titles {
		longest := 0
		for _, row := range t {
			longest = max(longest, utf8.RuneCountInString(row))
		}
		pad(&rule, r.starts[i])
		rule.WriteString(strings.Repeat("-", min(longest, r.width(uint8(i)))))
	}
	r.put(0, rule.String())
}

// title breaks the title of a task so that it stays in its column, where the
// titles of others stand beside it.
func (r *race) title(task uint8, text string) []string {
	width := r.width(task)
	lines := wrap(text, width, width)
	if slices.Equal(lines, wrap(text, width, r.columns)) {
		return lines
	}
	return wrap(plainSpaces(text), width, width)
}

func pad(b *strings.Builder, to int) {
	if n := to - b.Len(); n > 0 {
		b.WriteString(strings.Repeat(" ", n))
	}
}

// line writes what a task does, indented by its depth.
func (r *race) line(l raceLine) {
	start := r.starts[l.task] + l.level*r.steps[l.task]
	start = min(start, r.columns-1)
	r.paragraph(start, r.width(l.task)-l.level*r.steps[l.task], l.text)
}

// wrong says what went wrong, if it is known.
func (r *race) wrong(what string) {
	if what != "" {
		r.paragraph(0, r.columns, "*** "+what)
	}
}

// narrow is the least width that text is broken into where it can run on.
const narrow = 24

// paragraph writes text from a column on, broken where it is wider than
// width.
func (r *race) paragraph(at, width int, text string) {
	limit := r.columns - at
	width = min(max(width, narrow), limit)
	lines := wrap(text, width, limit)
	if len(lines) > 1 {
		rest := strings.Join(words(text), " ")[len(lines[0]):]
		r.put(at, lines[0])
		for _, more := range wrap(rest, width-hang, limit-hang) {
			r.put(at+hang, more)
		}
		return
	}
	r.put(at, lines[0])
}

// put writes one line, beginning at a column.
func (r *race) put(at int, text string) {
	if text != "" {
		r.out.WriteString(strings.Repeat(" ", at))
	}
	r.out.WriteString(plainSpaces(text))
	r.out.WriteByte('\n')
}

// words splits at the spaces that are not solid.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' })
}

// wrap breaks text between words into lines of at most width columns. A word
// that is longer gets a line of its own, and is cut only at limit.
func wrap(text string, width, limit int) []string {
	limit = max(limit, 1)
	lines := []string{""}
	for _, word := range words(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
		for last := lines[len(lines)-1]; utf8.RuneCountInString(last) > limit; last = lines[len(lines)-1] {
			runes := []rune(last)
			lines[len(lines)-1] = strings.TrimRight(string(runes[:limit]), solid) // a cut at a space leaves none
			lines = append(lines, string(runes[limit:]))
		}
	}
	return lines
}

// title says what a task does.
func title(m *model.Machine, init *model.State, task uint8) string {
	text := titleOf(m, init, task)
	if words := spoken(m); words != nil {
		return words.Replace(text)
	}
	return text
}

func titleOf(m *model.Machine, init *model.State, task uint8) string {
	tk := &m.Scenario.Tasks[task]
	proc, file, at := procName(tk.Proc), fileName(tk.File), pageName(tk.File, tk.Index)
	vma := numbered(mapPrefix, tk.Slot, 1)
	switch tk.Kind {
	case model.TaskMemoryFailure:
		return eventTitle(tk)
	case model.TaskReadFault, model.TaskWriteFault:
		what := strings.ReplaceAll(kindNames[tk.Kind], "-", " ")
		if f, idx, ok := init.VMA[tk.Proc][tk.Slot].Covers(tk.Index); ok {
			return fmt.Sprintf("%s %s by %s", what, pageName(f, idx), proc)
		}
		return fmt.Sprintf("%s %s %s:%d", what, proc, vma, tk.Index)
	case model.TaskTruncate:
		return "truncate " + at
	case model.TaskPunch:
		if tk.Flag {
			return fmt.Sprintf("punch %s, reallocate to %s", at, fileName(tk.To))
		}
		return "punch " + at
	case model.TaskReflink:
		return fmt.Sprintf("reflink %s to %s", at, pageName(tk.To, tk.Len))
	case model.TaskMmap:
		return fmt.Sprintf("mmap %s, %s, by %s as %s", at, pageCount(tk.Len), proc, vma)
	case model.TaskMunmap:
		return fmt.Sprintf("munmap %s by %s", vma, proc)
	case model.TaskFork:
		return fmt.Sprintf("fork %s to %s", proc, procName(tk.To))
	case model.TaskExit:
		return "exit of " + proc
	case model.TaskEvict:
		if tk.Flag {
			return "evict " + file + ", unlinked"
		}
		return "evict " + file
	case model.TaskMount, model.TaskUmount, model.TaskFreeze:
		return kindNames[tk.Kind] + " " + fsName(tk.FS)
	case model.TaskUnbind:
		return "unbind " + devName(tk.Dev)
	case model.TaskPin:
		return "DMA to " + at
	case model.TaskWrite:
		return "write(2) to " + at
	case model.TaskLegFailure:
		return "leg " + devName(tk.Dev) + " fails"
	case model.TaskNone, model.NumTaskKinds:
	}
	return ""
}

// eventTitle is the call of memory_failure, and who made it.
func eventTitle(tk *model.TaskSpec) string {
	function := "memory_failure"
	if tk.Queued {
		function = "memory_failure_queue"
	}
	call := unbroken(fmt.Sprintf("%s(%s)", function, pageRange(device.Page(tk.Page), max(tk.Pages, 1))))
	switch tk.Source {
	case model.SourceConsumed:
		return call + ", read by " + procName(tk.Proc)
	case model.SourceInjected:
		return call + ", madvise by " + procName(tk.Proc)
	case model.SourceWritten:
		if proc, raised := tk.Raiser(); raised {
			return call + ", corrupt-pfn by " + procName(proc)
		}
		return call + ", corrupt-pfn"
	case model.SourceScrub:
	}
	return call
}
