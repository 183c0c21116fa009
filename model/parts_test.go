package model_test

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model"
)

// parts is the part of a State that each field belongs to, by its path
// without indices. A field of a struct that is not listed belongs where the
// struct does.
var parts = map[string]model.Bits{
	"HWPoison":       model.BitHWPoison,
	"Poisoned":       model.BitPoisoned,
	"Simulated":      model.BitPoisoned,
	"Badblocks":      model.BitBadblocks,
	"Mount":          model.BitLife,
	"Mount.Shutdown": model.BitShutdown,
	"Mount.Deferred": model.BitDeferred,
	"Mount.Frozen":   model.BitFrozen,
	"Mount.Writers":  model.BitWriters,
	"Mount.Umount":   model.BitUmount,
	"Tasks":          bitTask,
	"Tasks.Wait":     model.BitWaiters,
	"Rmap":           model.BitRmap,
	"Data":           model.BitData,
	"Cow":            model.BitCow,
	"Reflink":        model.BitReflink,
	"PastEOF":        model.BitSize,
	"Ref":            model.BitRef,
	"Entry":          model.BitEntry,
	"Entry.Lock":     model.BitEntryLock,
	"Assoc":          model.BitAssoc,
	"VMA":            model.BitVMA,
	"PTE":            model.BitPTE,
	"Alive":          model.BitAlive,
	"Slot":           model.BitSlot,
	"Incore":         model.BitIncore,
	"Igrabs":         model.BitIgrab,
	"Srcu":           model.BitSrcu,
	"Dev.Pgmap":      model.BitPgmap,
	"Dev.Status":     model.BitDev,
	"Dram.Use":       model.BitDram,
	"Dram.Lock":      model.BitFolio,
	"MfMutex":        model.BitMfMutex,
	"NumPoison":      model.BitNumPoison,
	"Sigpending":     model.BitSigpending,
	"Budget":         model.BitBudget,
	"Iolock":         model.BitIolock,
	"Mmaplock":       model.BitMmaplock,
	"Ilock":          model.BitIlock,
	"IMmap":          model.BitIMmap,
	"AnonVMA":        model.BitAnonVMA,
	"MmapLock":       model.BitMmapLock,
	"AGF":            model.BitAGF,
	"Pins":           model.BitPins,
	"Fifo":           model.BitQueue,
	"Worker":         model.BitQueue,
}

// bitTask is what a task has for itself. No step declares it: a step may
// touch its own task, and no other but for BitWaiters.
const bitTask model.Bits = 1 << 63

const stateSize = int(unsafe.Sizeof(model.State{}))

// bytesOf is the State as bytes: it has no padding.
func bytesOf(s *model.State) *[stateSize]byte { return (*[stateSize]byte)(unsafe.Pointer(s)) }

// status is the part of each bit of Dev.Status.
var status = [8]model.Bits{
	model.BitDev, model.BitDev, model.BitDev, model.BitRemoved, model.BitNoPgmap, model.BitDev, model.BitDev, model.BitDev,
}

// partsOf is the parts that the given bits of byte i of a State belong to.
func partsOf(i int, set byte) (parts model.Bits) {
	if partOf[i] != model.BitDev || set == 0 {
		return partOf[i]
	}
	for k, part := range status {
		if set>>k&1 != 0 {
			parts |= part
		}
	}
	return parts
}

// partOf is the part that each byte of a State belongs to, but for Dev.Status,
// and taskOf the task whose byte it is, or -1.
var partOf, taskOf = func() (part [stateSize]model.Bits, task [stateSize]int8) {
	for i := range task {
		task[i] = -1
	}
	leaves("", reflect.TypeFor[model.State](), 0, 0, func(path string, bit model.Bits, at, size uintptr) {
		for i := at; i < at+size; i++ {
			part[i] = bit
			if path == "Tasks" || len(path) > 5 && path[:6] == "Tasks." {
				tasks := unsafe.Offsetof(model.State{}.Tasks)
				task[i] = int8((i - tasks) / unsafe.Sizeof(model.Task{}))
			}
		}
	})
	return part, task
}()

// leaves calls leaf for each scalar of a type, with the part that it belongs
// to: that of its own path or of the longest prefix in parts.
func leaves(path string, typ reflect.Type, at uintptr, bit model.Bits, leaf func(path string, bit model.Bits, at, size uintptr)) {
	if b, ok := parts[path]; ok {
		bit = b
	}
	switch typ.Kind() {
	case reflect.Struct:
		for i := range typ.NumField() {
			f := typ.Field(i)
			name := f.Name
			if path != "" {
				name = path + "." + name
			}
			leaves(name, f.Type, at+f.Offset, bit, leaf)
		}
	case reflect.Array:
		for i := range typ.Len() {
			leaves(path, typ.Elem(), at+uintptr(i)*typ.Elem().Size(), bit, leaf)
		}
	default:
		leaf(path, bit, at, typ.Size())
	}
}

// Every field of State is in one part, and every part is declared.
func TestPartsCoverTheState(t *testing.T) {
	seen, all := map[string]bool{}, model.Bits(0)
	size := uintptr(0)
	leaves("", reflect.TypeFor[model.State](), 0, 0, func(path string, bit model.Bits, _, n uintptr) {
		require.NotZero(t, bit, "%s is in no part", path)
		require.Zero(t, bit&(bit-1), "%s is in several parts", path)
		all |= bit
		size += n
		for p := path; p != ""; p = parent(p) {
			seen[p] = true
		}
	})
	require.Equal(t, stateSize, int(size), "padding")
	for _, part := range status {
		all |= part
	}
	require.Equal(t, model.AllBits|bitTask, all, "parts without a field, or fields without a part")
	for path := range parts {
		require.True(t, seen[path], "State has no %s", path)
	}
	for b := model.Bits(1); b&model.AllBits != 0; b <<= 1 {
		require.NotEmpty(t, b.String())
	}
}

func parent(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' {
			return path[:i]
		}
	}
	return ""
}

// touched is the parts in which two states differ, as the task sees them:
// what is its own does not count, but for the queue it waits in, which others
// see.
func touched(a, b *model.State, own uint8) (bits model.Bits) {
	x, y := bytesOf(a), bytesOf(b)
	for i := range x {
		if x[i] != y[i] && (taskOf[i] != int8(own) || partOf[i] == model.BitWaiters) {
			bits |= partsOf(i, x[i]^y[i])
		}
	}
	return bits
}

// mix is s with the given parts taken from another state; the task keeps
// what is its own.
func mix(s, other *model.State, bits model.Bits, own uint8) model.State {
	out := *s
	x, y := bytesOf(&out), bytesOf(other)
	for i := range x {
		switch {
		case taskOf[i] == int8(own):
		case partOf[i] != model.BitDev:
			if partOf[i]&bits != 0 {
				x[i] = y[i]
			}
		default:
			for k, part := range status {
				if part&bits != 0 {
					x[i] = x[i]&^(1<<k) | y[i]&(1<<k)
				}
			}
		}
	}
	return out
}
