package device_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/device"
)

// A slot is held by at most one mount, by the first to claim it, until that
// one releases it. The oracle keeps the holder by name.
func TestSlotHasOneHolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var slot device.Slot
		holder := "" // "" nobody
		names := []string{"fs0", "fs1"}
		t.Repeat(map[string]func(*rapid.T){
			"claim": func(t *rapid.T) {
				i := rapid.IntRange(0, 1).Draw(t, "mount")
				if got, want := slot.Claim(uint8(i)), holder == ""; got != want {
					t.Fatalf("%s claims what %q holds: %v", names[i], holder, got)
				}
				if holder == "" {
					holder = names[i]
				}
			},
			"release": func(t *rapid.T) {
				i := rapid.IntRange(0, 1).Draw(t, "mount")
				if got, want := slot.Release(uint8(i)), holder == names[i]; got != want {
					t.Fatalf("%s releases what %q holds: %v", names[i], holder, got)
				}
				if holder == names[i] {
					holder = ""
				}
			},
			"": func(t *rapid.T) {
				now := ""
				if slot.Data != 0 {
					now = names[slot.Data-1]
				}
				if now != holder {
					t.Fatalf("%q holds it, not %q", now, holder)
				}
			},
		})
	})
}

// The ops of a slot are published, and withdrawn, apart from its data.
func TestClaimAndReleaseLeaveTheOps(t *testing.T) {
	for ops := range uint8(3) {
		slot := device.Slot{Ops: ops}
		require.True(t, slot.Claim(1))
		require.Equal(t, device.Slot{Data: 2, Ops: ops}, slot)
		require.True(t, slot.Release(1))
		require.Equal(t, device.Slot{Ops: ops}, slot)
	}
}

// Pages 0 to 11 are of devices, 12 to 15 of main memory, and no other is
// anything: not even in a set.
func TestPages(t *testing.T) {
	var all uint16
	for p := range 256 {
		page := device.Page(p)
		require.Equal(t, p >= 12 && p <= 15, page.DRAM(), "page %d", p)
		if p < 16 {
			require.Equal(t, uint16(1)<<p, page.Bit())
			require.Zero(t, all&page.Bit(), "page %d shares its bit", p)
			all |= page.Bit()
		} else {
			require.Zero(t, page.Bit(), "page %d", p)
		}
	}
	require.Equal(t, uint16(0xFFFF), all)
	require.False(t, device.NoPage.DRAM())
}

// A device that is dead, or whose pgmap is gone, says so; the bits are
// independent of each other.
func TestDevStatus(t *testing.T) {
	bits := []uint8{device.Dead, device.Removed, device.NoPgmap, device.Failed}
	rapid.Check(t, func(t *rapid.T) {
		set := rapid.SliceOfDistinct(rapid.SampledFrom(bits), rapid.ID[uint8]).Draw(t, "set")
		var d device.Dev
		has := map[uint8]bool{}
		for _, b := range set {
			d.Status |= b
			has[b] = true
		}
		for _, b := range bits {
			if d.Is(b) != has[b] {
				t.Fatalf("status %#x: bit %#x is %v", d.Status, b, d.Is(b))
			}
		}
		if any := len(set) > 0; d.Is(0xFF) != any {
			t.Fatalf("status %#x: any is %v", d.Status, !any)
		}
	})
}
