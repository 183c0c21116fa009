package counterexamples

import (
	"fmt"
	"strings"

	"github.com/notifycheck/notifycheck/model"
)

// graphHeader is what the function_graph tracer prints first, without the
// durations that a model does not have.
const graphHeader = `# tracer: function_graph
#
# CPU  FUNCTION CALLS
# |    |   |   |   |
`

// FunctionGraph writes the schedule as the function_graph tracer would, with
// a CPU for each task; what the calls did stands in comments. All actions must
// be enabled.
func FunctionGraph(m *model.Machine, init model.State, schedule []model.Action) string {
	var out strings.Builder
	out.WriteString(graphHeader)
	events := trace(m, init, schedule)
	for i := 0; i < len(events); i++ {
		ev := &events[i]
		empty := ev.kind == callEvent && i+1 < len(events) &&
			events[i+1].kind == leaveEvent && events[i+1].task == ev.task && events[i+1].level == ev.level
		fmt.Fprintf(&out, " %d)    %s%s\n", ev.task, strings.Repeat("  ", ev.level), ev.graph(empty))
		if empty {
			i++
		}
	}
	return out.String()
}

// graph is the text of an event; an empty call returns at once.
func (ev *event) graph(empty bool) string {
	var did []string
	if len(ev.locks) > 0 {
		did = append(did, "["+strings.Join(ev.locks, ", ")+"]")
	}
	if len(ev.notes) > 0 {
		did = append(did, strings.Join(ev.notes, ", "))
	}
	comment := ""
	if len(did) > 0 {
		comment = "/* " + strings.Join(did, " ") + " */"
	}
	call := fmt.Sprintf("%s(%s)", ev.name, ev.args)
	switch {
	case ev.kind == leaveEvent:
		call = "}"
	case ev.kind == leafEvent || empty:
		call += ";"
	case ev.kind == callEvent:
		call += " {"
	default:
		return comment
	}
	return strings.TrimSpace(call + " " + comment)
}
