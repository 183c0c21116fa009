package history

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/anishathalye/porcupine"
)

// Text draws a history: a line for each call, in the order of the calls, with
// a bar from call to return. Two bars that share a column overlap. name is the
// client's. Below stand the longest order of calls that the model explains,
// the state after it, and the calls that it leaves over: none if the history
// is explained.
//
//	1  CPU0  |-----------|    write(1)
//	2  CPU1      |---|        read() = 2
//
//	explained: 1; then: holds 1
//	not explained: 2
func Text[St, In, Out comparable](model Sequential[St, In, Out], ops []Op[In, Out], name func(client int) string) string {
	column, end := columnsOf(ops)
	names, digits := 0, len(strconv.Itoa(len(ops)))
	for i := range ops {
		names = max(names, len(name(ops[i].Client)))
	}
	var b strings.Builder
	for i := range ops {
		o := &ops[i]
		from, to, stop := column[o.Call], end, "..."
		if o.Return != Never {
			to, stop = column[o.Return], "|"
		}
		bar := strings.Repeat(" ", from) + "|" + strings.Repeat("-", to-from-1) + stop
		fmt.Fprintf(&b, "%*d  %-*s  %-*s  %s\n", digits, i+1, names, name(o.Client), end+len("..."), bar, model.describe(o))
	}
	order := model.longest(ops)
	state := model.Init
	for _, i := range order {
		_, state = model.Step(state, ops[i].Input, ops[i].Output)
	}
	fmt.Fprintf(&b, "\nexplained: %s; then: %s\n", numbers(order), model.describeState(state))
	var left []int
	for i := range ops {
		if !slices.Contains(order, i) && ops[i].Return != Never {
			left = append(left, i)
		}
	}
	if len(left) > 0 {
		fmt.Fprintf(&b, "not explained: %s\n", numbers(left))
	}
	return b.String()
}

// columnsOf gives each moment of the history a column, and a last one to the
// end.
func columnsOf[In, Out comparable](ops []Op[In, Out]) (column map[Time]int, end int) {
	var times []Time
	for i := range ops {
		times = append(times, ops[i].Call)
		if ops[i].Return != Never {
			times = append(times, ops[i].Return)
		}
	}
	slices.Sort(times)
	times = slices.Compact(times)
	column = map[Time]int{}
	for i, t := range times {
		column[t] = 2 * i
	}
	return column, 2 * len(times)
}

// longest is the longest order of calls that the model explains; of several
// the first by the numbers of its calls.
func (m Sequential[St, In, Out]) longest(ops []Op[In, Out]) (order []int) {
	timeout := m.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	m.Partition = nil // the text is of one object
	_, info := porcupine.CheckOperationsVerbose(m.untyped(), operations(ops), timeout)
	for _, partial := range info.PartialLinearizations()[0] {
		if len(partial) > len(order) || len(partial) == len(order) && slices.Compare(partial, order) < 0 {
			order = partial
		}
	}
	return order
}

func (m Sequential[St, In, Out]) describe(o *Op[In, Out]) string {
	if m.DescribeOp == nil {
		return fmt.Sprintf("%v -> %v", o.Input, o.Output)
	}
	return m.DescribeOp(o.Input, o.Output)
}

func (m Sequential[St, In, Out]) describeState(state St) string {
	if m.DescribeState == nil {
		return fmt.Sprint(state)
	}
	return m.DescribeState(state)
}

// numbers lists calls by the numbers of their lines.
func numbers(list []int) string {
	if len(list) == 0 {
		return "nothing"
	}
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.Itoa(n + 1)
	}
	return strings.Join(words, ", ")
}
