package history

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/anishathalye/porcupine"
)

// A Result is the answer of [Check]. The zero Result is Unknown.
type Result uint8

const (
	// Unknown means that the search did not end in time. It is no success.
	Unknown Result = iota
	// Ok means that the calls have an order that the sequential object explains.
	Ok
	// Illegal means that they have none.
	Illegal
)

// String returns the word that reports use.
func (r Result) String() string {
	switch r {
	case Unknown:
		return "unknown"
	case Ok:
		return "ok"
	case Illegal:
		return "illegal"
	}
	return fmt.Sprintf("result(%d)", uint8(r))
}

// A Sequential is an object that is called by one client at a time: what the
// concurrent one is compared with. Its functions are pure. The three types are
// plain values, none an interface.
type Sequential[St, In, Out comparable] struct {
	// Init is the state before the first call.
	Init St
	// Step returns whether a call in this state may have this output, and the
	// state after it if so.
	Step func(state St, in In, out Out) (ok bool, next St)
	// Partition returns which of several independent objects a call is on.
	// Each starts from Init and is judged alone, which is much faster. Nil means
	// that there is one object.
	Partition func(in In) int
	// DescribeOp and DescribeState are the words of the picture; nil means %v.
	DescribeOp    func(in In, out Out) string
	DescribeState func(state St) string
	// Timeout bounds the search. Zero means DefaultTimeout.
	Timeout time.Duration
}

// DefaultTimeout is far above what the short history of a run takes.
const DefaultTimeout = 30 * time.Second

// Check searches for an order of the calls that respects their times and that
// the model explains. If there is none and htmlPath is not empty, it draws the
// history and the longest explicable parts of it there. The error is about
// that file; the Result stands beside it.
func Check[St, In, Out comparable](model Sequential[St, In, Out], ops []Op[In, Out], htmlPath string) (Result, error) {
	untyped, calls := model.untyped(), operations(ops)
	timeout := model.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	switch porcupine.CheckOperationsTimeout(untyped, calls, timeout) {
	case porcupine.Ok:
		return Ok, nil
	case porcupine.Illegal:
		return Illegal, draw(untyped, calls, timeout, htmlPath)
	case porcupine.Unknown:
	}
	return Unknown, nil
}

// untyped is the model as porcupine takes it. All type assertions are here:
// the values come from operations, or from Init and Step.
func (m Sequential[St, In, Out]) untyped() porcupine.Model {
	model := porcupine.Model{
		Init: func() any { return m.Init },
		Step: func(state, in, out any) (bool, any) {
			return m.Step(state.(St), in.(In), out.(Out))
		},
		DescribeOperationMetadata: func(at any) string { return at.(span).String() },
	}
	if m.Partition != nil {
		model.Partition = func(calls []porcupine.Operation) [][]porcupine.Operation {
			return partition(calls, func(in any) int { return m.Partition(in.(In)) })
		}
	}
	if m.DescribeOp != nil {
		model.DescribeOperation = func(in, out any) string { return m.DescribeOp(in.(In), out.(Out)) }
	}
	if m.DescribeState != nil {
		model.DescribeState = func(state any) string { return m.DescribeState(state.(St)) }
	}
	return model
}

// partition splits the calls by object, in the order of the objects' first
// calls.
func partition(calls []porcupine.Operation, objectOf func(in any) int) [][]porcupine.Operation {
	var parts [][]porcupine.Operation
	index := map[int]int{}
	for _, c := range calls {
		object := objectOf(c.Input)
		i, ok := index[object]
		if !ok {
			i = len(parts)
			index[object] = i
			parts = append(parts, nil)
		}
		parts[i] = append(parts[i], c)
	}
	return parts
}

// operations is the history as porcupine takes it.
func operations[In, Out comparable](ops []Op[In, Out]) []porcupine.Operation {
	calls := make([]porcupine.Operation, len(ops))
	for i, o := range ops {
		calls[i] = porcupine.Operation{
			ClientId: o.Client,
			Input:    o.Input,
			Output:   o.Output,
			Call:     int64(o.Call),
			Return:   int64(o.Return),
			Metadata: span{o.Call, o.Return},
		}
	}
	return calls
}

// A span tells a reader of the picture where to look in the trace.
type span struct{ call, end Time }

func (s span) String() string {
	if s.end == Never {
		return fmt.Sprintf("called in step %d, never returned", s.call.Step())
	}
	return fmt.Sprintf("steps %d to %d", s.call.Step(), s.end.Step())
}

// draw writes porcupine's picture of a history. It is written beside path and
// then renamed, so that nobody sees half of it.
func draw(model porcupine.Model, calls []porcupine.Operation, timeout time.Duration, path string) (err error) {
	if path == "" {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // err tells more
		}
	}()
	_, info := porcupine.CheckOperationsVerbose(model, calls, timeout)
	if err := errors.Join(porcupine.Visualize(model, info, f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
