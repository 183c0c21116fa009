package history_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker/history"
)

func client(id int) string { return fmt.Sprintf("CPU%d", id) }

func lines(text string) string { return strings.TrimLeft(text, "\n") }

// The read returns what nobody wrote.
func TestText(t *testing.T) {
	var r history.Recorder[request, int]
	r.Call(0, 3, request{Write: 1})
	r.Call(1, 4, request{})
	r.Return(1, 5, 2)
	r.Return(0, 6, 0)
	require.Equal(t, lines(`
1  CPU0  |-----|      write(1)
2  CPU1    |-|        read() = 2

explained: 1; then: holds 1
not explained: 2
`), history.Text(registers(), r.Ops(), client))
}

// What is explained has no call left over, and a call that never returned need
// not be explained.
func TestTextOfExplained(t *testing.T) {
	var r history.Recorder[request, int]
	r.Call(1, 0, request{Write: 1})
	r.Call(0, 1, request{})
	r.Return(0, 2, 0)
	r.Abandon(lost)
	model := registers()
	model.DescribeOp, model.DescribeState = nil, nil
	text := history.Text(model, r.Ops(), client)
	require.Contains(t, text, "1  CPU1  |-----...  {0 1} -> -1\n2  CPU0    |-|      {0 0} -> 0\n")
	require.Contains(t, text, "\nexplained: ")
	require.NotContains(t, text, "not explained")

	require.Equal(t, "\nexplained: nothing; then: holds 0\n", history.Text(registers(), nil, client))
}
