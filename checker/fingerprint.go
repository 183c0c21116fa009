package checker

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"reflect"
	"unsafe"
)

// Fingerprint hashes the bytes of a plain value. It depends on nothing but
// them: two processes agree, unlike with hash/maphash, whose seed changes, so
// a fingerprint may be written to a file. (Machines of unlike byte order
// differ where S has integers wider than a byte.)
//
// The caller has checked S with [PlainValue]; padding would make equal values
// differ, and a pointer would make the hash one of addresses.
func Fingerprint[S comparable](s *S) uint64 {
	if unsafe.Sizeof(*s) == 8 { // known to the compiler, which then calls nothing
		w := binary.LittleEndian.Uint64((*[8]byte)(unsafe.Pointer(s))[:])
		return fold(round(hashSeed^8, w, 0)^hashFinish, hashWord)
	}
	return hash(unsafe.Slice((*byte)(unsafe.Pointer(s)), unsafe.Sizeof(*s)))
}

// Odd constants with balanced bits, the fractional part of the golden ratio
// and its like. Their only duty is to be unlike any state.
const (
	hashSeed   = 0x9e3779b97f4a7c15
	hashWord   = 0xa0761d6478bd642f
	hashFinish = 0xe7037ed1a0b428db
)

// hash is a folded-multiply hash in the manner of wyhash, 16 bytes a round.
// The running value is added after each fold, since a product by zero would
// otherwise forget everything hashed so far.
func hash(p []byte) uint64 {
	h, size := hashSeed^uint64(len(p)), len(p)
	all := p
	for len(p) >= 16 {
		h = round(h, binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[8:]))
		p = p[16:]
	}
	if len(p) > 0 {
		lo, hi := tail(all, size&15)
		h = round(h, lo, hi)
	}
	return fold(h^hashFinish, hashWord)
}

// tail is the last n bytes, 1 to 15, followed by zeros. If there are more
// before them, a word that overlaps those spares a copy.
func tail(p []byte, n int) (lo, hi uint64) {
	if len(p) >= 16 {
		lo, hi = binary.LittleEndian.Uint64(p[len(p)-16:]), binary.LittleEndian.Uint64(p[len(p)-8:])
		if n >= 8 {
			drop := uint(16-n) * 8
			return lo>>drop | hi<<(64-drop), hi >> drop
		}
		return hi >> (uint(8-n) * 8), 0
	}
	var padded [16]byte
	copy(padded[:], p)
	return binary.LittleEndian.Uint64(padded[:]), binary.LittleEndian.Uint64(padded[8:])
}

// round takes 16 more bytes into the hash.
func round(h, lo, hi uint64) uint64 {
	return bits.RotateLeft64(h, 29) + fold(lo^hashWord, hi^h)
}

// fold multiplies to 128 bits and xors the halves.
func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// PlainValue reports why values of type t are not identified by their bytes:
// a part that refers to memory elsewhere, padding, or a part that == does not
// compare bit by bit. It returns nil for a type that is plain.
func PlainValue(t reflect.Type) error {
	return plainValue(t, t.String())
}

// plainValue checks t, which is found at path.
func plainValue(t reflect.Type, path string) error {
	switch t.Kind() {
	case reflect.Bool, reflect.Uintptr,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return nil
	case reflect.Array:
		return plainValue(t.Elem(), path+"[]")
	case reflect.Struct:
		return plainStruct(t, path)
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return fmt.Errorf("%s: a %v has equal values of unequal bits", path, t)
	case reflect.String, reflect.Pointer, reflect.UnsafePointer, reflect.Slice, reflect.Map,
		reflect.Chan, reflect.Func, reflect.Interface, reflect.Invalid:
	}
	return fmt.Errorf("%s: a %v refers to memory outside the value", path, t)
}

// plainStruct checks the fields of t and that nothing lies between them.
func plainStruct(t reflect.Type, path string) error {
	var end uintptr
	for f := range t.Fields() {
		name := path + "." + f.Name
		if f.Name == "_" {
			return fmt.Errorf("%s: == does not compare a blank field", name)
		}
		if f.Offset != end {
			return fmt.Errorf("%s: %d bytes of padding before it", name, f.Offset-end)
		}
		if err := plainValue(f.Type, name); err != nil {
			return err
		}
		end += f.Type.Size()
	}
	if end != t.Size() {
		return fmt.Errorf("%s: %d bytes of padding at its end", path, t.Size()-end)
	}
	return nil
}
