// Package device is the pmem layer: physical pages, the dax_device with its
// holder slot, its SRCU section and its removal.
package device

// Pages of a scenario, in one numbering.
const (
	DevPages  = 12 // pages of all dax devices; DRAM pages follow
	DRAMPages = 4
	Pages     = DevPages + DRAMPages
	Devs      = 3
)

// A Page numbers a physical page: 0 to 7 the data device, 8 to 11 the other
// dax devices, 12 to 15 DRAM.
type Page uint8

// NoPage is the page of a hole, an empty PTE, an empty entry.
const NoPage Page = 0xFF

// DRAM reports whether the page is main memory.
func (p Page) DRAM() bool { return p >= DevPages && p < Pages }

// Bit is the page's bit in a set of pages; NoPage has none.
func (p Page) Bit() uint16 {
	if p >= Pages {
		return 0
	}
	return 1 << p
}

// A Slot is a holder slot: holder_data and holder_ops of a dax_device, or of
// the block device that a filesystem is mounted from.
type Slot struct {
	Data uint8 // mount+1
	Ops  uint8 // mount+1 whose ops these are
}

// Claim is the cmpxchg of fs_dax_get_by_bdev: it fails when somebody holds
// the slot. The ops are published by a step of their own.
func (s *Slot) Claim(mount uint8) bool {
	if s.Data != 0 {
		return false
	}
	s.Data = mount + 1
	return true
}

// Release is the cmpxchg of fs_put_dax: only the holder clears the data.
func (s *Slot) Release(mount uint8) bool {
	if s.Data != mount+1 {
		return false
	}
	s.Data = 0
	return true
}

// A Dev is the removable part of a pmem device.
type Dev struct {
	Pgmap  uint8 // pgmap references, a bit a task
	Status uint8 // Dead and later
}

// Bits of Dev.Status.
const (
	Unbinding = 1 << iota // the driver is being unbound
	Dead                  // no new mappings: DAXDEV_ALIVE cleared
	Detached              // no new callbacks
	Removed               // kill_dax has returned
	NoPgmap               // the pgmap is gone: struct pages freed
	Failed                // a raid leg that failed
)

// Is reports whether any of the bits is set.
func (d *Dev) Is(bits uint8) bool { return d.Status&bits != 0 }
