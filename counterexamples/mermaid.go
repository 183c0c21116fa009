package counterexamples

import (
	"fmt"
	"strings"

	"github.com/notifycheck/notifycheck/model"
)

// mermaidColumns is the width of a line of text in a sequence diagram.
const mermaidColumns = 44

// Mermaid draws the schedule as a sequence diagram in the language of Mermaid,
// which GitHub, GitLab and many wikis show as a picture: a participant for each
// task, what the tasks do from top to bottom, last what went wrong, if the
// caller says. The last loop actions repeat for ever; 0: the schedule just
// ends. All actions must be enabled.
func Mermaid(m *model.Machine, init model.State, schedule []model.Action, loop int, wrong string) string {
	var out strings.Builder
	out.WriteString("sequenceDiagram\n")
	tasks := uint8(m.Scenario.TaskCount())
	for task := range tasks {
		fmt.Fprintf(&out, "    participant %s as %s\n", taskName(task), mermaidText(taskName(task)+": "+title(m, &init, task)))
	}
	looping := false
	for _, ev := range traceLoop(m, init, schedule, loop) {
		if repeats := loop > 0 && ev.step >= len(schedule)-loop && ev.step < len(schedule); repeats != looping {
			out.WriteString(map[bool]string{true: "    loop for ever\n", false: "    end\n"}[repeats])
			looping = repeats
		}
		if line := ev.mermaid(); line != "" {
			out.WriteString(map[bool]string{true: "        ", false: "    "}[looping] + line + "\n")
		}
	}
	if looping {
		out.WriteString("    end\n")
	}
	if wrong != "" {
		over := taskName(0)
		if tasks > 1 {
			over += "," + taskName(tasks-1)
		}
		fmt.Fprintf(&out, "    Note over %s: %s\n", over, mermaidText(wrong))
	}
	return out.String()
}

// mermaid is the line of an event: a message of the task to itself, and a note
// where it waits. It is empty for an event that a race does not show either.
func (ev *event) mermaid() string {
	text := ev.text()
	switch task := taskName(ev.task); {
	case text == "":
		return ""
	case ev.kind == waitEvent:
		return fmt.Sprintf("Note over %s: %s", task, mermaidText(text))
	default:
		return fmt.Sprintf("%s->>%s: %s", task, task, mermaidText(text))
	}
}

// mermaidEscapes are the characters that end a text in Mermaid or that a
// browser takes for HTML, as the entities that Mermaid has for them.
var mermaidEscapes = strings.NewReplacer("#", "#35;", ";", "#59;", "<", "#lt;", ">", "#gt;", "%", "#37;")

// mermaidText is text in a diagram, broken into lines.
func mermaidText(s string) string {
	lines := wrap(s, mermaidColumns, mermaidColumns)
	for i, line := range lines {
		lines[i] = mermaidEscapes.Replace(plainSpaces(line))
	}
	return strings.Join(lines, "<br/>")
}
