package history_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker/history"
)

// A request reads a register if Write is 0, and else writes that value.
type request struct{ Register, Write int }

// lost is the output of a call that never returned.
const lost = -1

func registers() history.Sequential[int, request, int] {
	return history.Sequential[int, request, int]{
		Step: func(value int, in request, out int) (bool, int) {
			if in.Write != 0 {
				return true, in.Write
			}
			return out == value || out == lost, value
		},
		Partition: func(in request) int { return in.Register },
		DescribeOp: func(in request, out int) string {
			if in.Write != 0 {
				return fmt.Sprintf("write(%d)", in.Write)
			}
			return fmt.Sprintf("read() = %d", out)
		},
		DescribeState: func(value int) string { return fmt.Sprintf("holds %d", value) },
	}
}

// check wants the result, and a picture exactly when it is Illegal.
func check(t *testing.T, model history.Sequential[int, request, int], ops []history.Op[request, int], want history.Result) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "history.html")
	got, err := history.Check(model, ops, path)
	require.NoError(t, err)
	require.Equal(t, want, got)

	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	if want != history.Illegal {
		require.Empty(t, files)
		return ""
	}
	require.Len(t, files, 1)
	html, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(html)
}

// write(1)  |-------------|
// read          |---|         sees 0 or 1
func TestReadDuringWrite(t *testing.T) {
	for out, want := range map[int]history.Result{0: history.Ok, 1: history.Ok, 2: history.Illegal} {
		var r history.Recorder[request, int]
		r.Call(0, 3, request{Write: 1})
		r.Call(1, 4, request{})
		r.Return(1, 5, out)
		r.Return(0, 6, 0)
		require.InDelta(t, 1, history.Overlap(r.Ops()), 0)
		html := check(t, registers(), r.Ops(), want)
		if want == history.Illegal {
			require.Contains(t, html, "write(1)")
			require.Contains(t, html, "holds 1")
			require.Contains(t, html, "steps 4 to 5")
		}
	}
}

// write(1)  |---|
// read          |---|         the same step returns and calls: must see 1
func TestOneStepReturnsAndCalls(t *testing.T) {
	for out, want := range map[int]history.Result{0: history.Illegal, 1: history.Ok} {
		var r history.Recorder[request, int]
		r.Call(0, 0, request{Write: 1})
		r.Return(0, 4, 0)
		r.Call(0, 4, request{})
		r.Return(0, 4, out)
		require.Zero(t, history.Overlap(r.Ops()))
		check(t, registers(), r.Ops(), want)
	}
}

// write(1)  |------- ...      may have taken effect, or not
// read           |---|
func TestAbandonedCall(t *testing.T) {
	for out, want := range map[int]history.Result{0: history.Ok, 1: history.Ok, 2: history.Illegal} {
		var r history.Recorder[request, int]
		r.Call(1, 0, request{Write: 1})
		r.Call(0, 1, request{})
		r.Return(0, 2, out)
		r.Abandon(lost)
		html := check(t, registers(), r.Ops(), want)
		if want == history.Illegal {
			require.Contains(t, html, "called in step 0, never returned")
		}
	}
}

func TestRegistersAreApart(t *testing.T) {
	var r history.Recorder[request, int]
	r.Call(0, 0, request{Register: 1, Write: 5})
	r.Return(0, 1, 0)
	r.Call(0, 2, request{Register: 2})
	r.Return(0, 3, 0)
	check(t, registers(), r.Ops(), history.Ok)

	whole := registers()
	whole.Partition, whole.DescribeOp, whole.DescribeState = nil, nil, nil
	require.Contains(t, check(t, whole, r.Ops(), history.Illegal), "{2 0} -")
}

func TestOverlapIsAShare(t *testing.T) {
	require.Zero(t, history.Overlap[request, int](nil))
	ops := []history.Op[request, int]{{Call: 1, Return: 5}, {Call: 2, Return: 3}, {Call: 4, Return: 9}, {Call: 10, Return: 11}}
	require.InDelta(t, 0.75, history.Overlap(ops), 0)
}

// Thirty writes at once and a value that nobody wrote: too many orders.
func TestTimeoutIsUnknown(t *testing.T) {
	var r history.Recorder[request, int]
	for client := range 30 {
		r.Call(client, 0, request{Write: client + 1})
	}
	r.Call(30, 0, request{})
	r.Return(30, 1, 99)
	r.Abandon(0)
	model := registers()
	model.Timeout = 20 * time.Millisecond
	check(t, model, r.Ops(), history.Unknown)
}

func TestPictureThatCannotBeWritten(t *testing.T) {
	var r history.Recorder[request, int]
	r.Call(0, 0, request{})
	r.Return(0, 0, 1)
	got, err := history.Check(registers(), r.Ops(), filepath.Join(t.TempDir(), "none", "history.html"))
	require.Equal(t, history.Illegal, got)
	require.ErrorIs(t, err, os.ErrNotExist)

	got, err = history.Check(registers(), r.Ops(), "")
	require.Equal(t, history.Illegal, got)
	require.NoError(t, err)

	dir := t.TempDir()
	_, err = history.Check(registers(), r.Ops(), dir) // a folder is in the way
	require.Error(t, err)
	beside, err := filepath.Glob(dir + ".*")
	require.NoError(t, err)
	require.Empty(t, beside)
}

func TestMisuse(t *testing.T) {
	for name, misuse := range map[string]func(r *history.Recorder[request, int]){
		"two calls at once":     func(r *history.Recorder[request, int]) { r.Call(0, 5, request{}) },
		"return without a call": func(r *history.Recorder[request, int]) { r.Return(1, 5, 0) },
		"return of a stranger":  func(r *history.Recorder[request, int]) { r.Return(7, 5, 0) },
		"back in time":          func(r *history.Recorder[request, int]) { r.Return(0, 3, 0) },
		"open at the end":       func(r *history.Recorder[request, int]) { r.Ops() },
	} {
		t.Run(name, func(t *testing.T) {
			var r history.Recorder[request, int]
			r.Call(1, 4, request{})
			r.Call(0, 4, request{})
			r.Return(1, 4, 0)
			require.Panics(t, func() { misuse(&r) })
		})
	}
}

func TestResults(t *testing.T) {
	require.Equal(t, "unknown", history.Result(0).String(), "a forgotten result is no success")
	require.Equal(t, "ok", history.Ok.String())
	require.Equal(t, "illegal", history.Illegal.String())
	require.Equal(t, "result(9)", history.Result(9).String())
}

// A register whose calls take effect in one step between call and return is
// always explained, and never once a read returns what nobody wrote.
func TestAtomicRegister(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r history.Recorder[request, int]
		drawHistory(t, &r)
		got, err := history.Check(registers(), r.Ops(), "")
		require.NoError(t, err)
		require.Equal(t, history.Ok, got)

		r.Call(0, 1000, request{})
		r.Return(0, 1001, 99)
		got, err = history.Check(registers(), r.Ops(), "")
		require.NoError(t, err)
		require.Equal(t, history.Illegal, got)
	})
}

// drawHistory runs three clients. A client's moves are, in turn: call, take
// effect, return.
func drawHistory(t *rapid.T, r *history.Recorder[request, int]) {
	type client struct {
		moves int
		in    request
		out   int
	}
	var clients [3]client
	value := 0
	for step := range rapid.IntRange(20, 60).Draw(t, "steps") {
		id := rapid.IntRange(0, len(clients)-1).Draw(t, "client")
		c := &clients[id]
		switch c.moves % 3 {
		case 0:
			c.in.Write = rapid.IntRange(0, 3).Draw(t, "write")
			r.Call(id, step, c.in)
		case 1:
			c.out = value
			if c.in.Write != 0 {
				value = c.in.Write
			}
		case 2:
			r.Return(id, step, c.out)
		}
		c.moves++
	}
	r.Abandon(lost)
}

func BenchmarkCheck(b *testing.B) {
	var r history.Recorder[request, int]
	for i := range 10 {
		r.Call(0, 4*i, request{Write: i + 1})
		r.Call(1, 4*i+1, request{})
		r.Return(1, 4*i+2, i+1)
		r.Return(0, 4*i+3, 0)
	}
	b.ReportAllocs()
	for b.Loop() {
		if got, _ := history.Check(registers(), r.Ops(), ""); got != history.Ok {
			b.Fatal(got)
		}
	}
}
