package model_test

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
)

func TestStateIsASmallPlainValue(t *testing.T) {
	require.NoError(t, checker.PlainValue(reflect.TypeFor[model.State]()))
	require.LessOrEqual(t, int(unsafe.Sizeof(model.State{})), 552)
	t.Logf("State %d bytes, Task %d", unsafe.Sizeof(model.State{}), unsafe.Sizeof(model.Task{}))
}
