package checker_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/checker"
)

type (
	inner struct {
		A uint16
		B [2]bool
	}
	plain struct {
		X    uint32
		In   [3]inner
		Last uint64
	}
	holed struct {
		In struct {
			A uint8
			B uint16
		}
	}
	trailed struct {
		A uint16
		B uint8
	}
	blank   struct{ A, _ uint8 }
	named   struct{ Names [2]string }
	floated struct{ F float32 }
)

func TestPlainValue(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  string // of the error; none if empty
	}{
		{plain{}, ""},
		{uint8(0), ""},
		{struct{}{}, ""},
		{holed{}, "checker_test.holed.In.B: 1 bytes of padding before it"},
		{trailed{}, "checker_test.trailed: 1 bytes of padding at its end"},
		{blank{}, "checker_test.blank._: == does not compare a blank field"},
		{named{}, "checker_test.named.Names[]: a string refers to memory outside the value"},
		{floated{}, "checker_test.floated.F: a float32 has equal values of unequal bits"},
		{new(int), "*int: a *int refers to memory outside the value"},
		{map[int]int{}, "map[int]int: a map[int]int refers to memory outside the value"},
	} {
		t.Run(fmt.Sprintf("%T", tt.value), func(t *testing.T) {
			err := checker.PlainValue(reflect.TypeOf(tt.value))
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.want)
		})
	}
}

// A change here orphans every fingerprint kept in a file.
func TestFingerprintIsStable(t *testing.T) {
	var long [701]byte
	for i := range long {
		long[i] = byte(i)
	}
	require.Equal(t, uint64(0x113f103ac8420136), checker.Fingerprint(&struct{}{}))
	require.Equal(t, uint64(0x553df45a22d7c553), checker.Fingerprint(&[16]byte{}))
	require.Equal(t, uint64(0xf45f889b47fd99ec), checker.Fingerprint(&long))
}

// Flipping one bit anywhere changes about half of the fingerprint's bits.
func TestFingerprintSpreads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s [45]byte
		copy(s[:], rapid.SliceOfN(rapid.Byte(), 0, len(s)).Draw(t, "bytes"))
		before := checker.Fingerprint(&s)
		bit := rapid.IntRange(0, 8*len(s)-1).Draw(t, "bit")
		s[bit/8] ^= 1 << (bit % 8)
		require.InDelta(t, 32, bits.OnesCount64(before^checker.Fingerprint(&s)), 28)
	})
}

// States of a model differ in a few small numbers.
func TestFingerprintsDoNotCollide(t *testing.T) {
	const side = 64
	known := make(map[uint64]bool, side*side*side)
	var s [640]byte
	for i := range side * side * side {
		s[3], s[300], s[639] = byte(i%side), byte(i/side%side), byte(i/side/side)
		known[checker.Fingerprint(&s)] = true
	}
	require.Len(t, known, side*side*side)
}

// The tail of a state is hashed as if zeros came after it, whatever there is
// before it.
func TestFingerprintOfEachLength(t *testing.T) {
	var p [48]byte
	for i := range p {
		p[i] = byte(7*i + 1)
	}
	for n := range len(p) {
		padded := append(bytes.Clone(p[:n]), make([]byte, -n&15)...)
		h := uint64(0x9e3779b97f4a7c15) ^ uint64(n)
		for ; len(padded) > 0; padded = padded[16:] {
			lo, hi := binary.LittleEndian.Uint64(padded), binary.LittleEndian.Uint64(padded[8:])
			h = bits.RotateLeft64(h, 29) + folded(lo^0xa0761d6478bd642f, hi^h)
		}
		want := folded(h^0xe7037ed1a0b428db, 0xa0761d6478bd642f)
		require.Equal(t, want, checker.Hash(p[:n]), n)
		if n == 8 {
			require.Equal(t, want, checker.Fingerprint((*[8]byte)(p[:n])))
		}
	}
}

func folded(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// Of n fingerprints cut to k bits, n(n-1)/2 pairs in 2^k are equal: as with
// numbers drawn at random, which is what Result.Omitted takes them for.
func TestFingerprintsCollideAsOftenAsExpected(t *testing.T) {
	const n, expected = 1 << 19, 32 // of 32 bits, give or take six
	var small [n]uint64
	var large [n]uint64
	for i := range small {
		s := [8]byte{byte(i), byte(i >> 5 & 31), byte(i >> 10 & 31), 0, 1, byte(i >> 15), 0, byte(i >> 8)}
		small[i] = checker.Fingerprint(&s)
		var l [96]byte
		l[3], l[40], l[80] = byte(i), byte(i>>8), byte(i>>16)
		large[i] = checker.Fingerprint(&l)
	}
	for _, fingerprints := range [][n]uint64{small, large} {
		for shift := 0; shift <= 32; shift += 8 {
			cut := make([]uint32, n)
			for i, f := range fingerprints {
				cut[i] = uint32(f >> shift)
			}
			slices.Sort(cut)
			require.InDelta(t, expected, n-len(slices.Compact(cut)), 24)
		}
	}
}

func BenchmarkFingerprint(b *testing.B) {
	var s [700]byte
	for b.Loop() {
		s[5]++
		s[6] += byte(checker.Fingerprint(&s))
	}
}
