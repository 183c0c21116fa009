// Package mm is the memory management layer: page tables, VMAs, the folios of
// main memory, and who is told when a page goes bad.
package mm

import "github.com/notifycheck/notifycheck/model/device"

// Bounds of an address space.
const (
	Procs    = 4
	VMAs     = 2 // a process
	VMAPages = 4 // at most, a VMA; a VMA slot begins at every VMAPages pages
	VA       = VMAs * VMAPages
)

// A PTE is a page table entry: 0 none, else page+1 and flags.
type PTE uint8

// The flags of a PTE.
const (
	Write   PTE = 0x20
	Huge    PTE = 0x40 // part of a huge mapping of two pages
	Marker  PTE = 0x80 // not present: the page that was here failed
	pteMask PTE = 0x1F
)

// MapPage makes a present entry.
func MapPage(p device.Page, flags PTE) PTE { return PTE(p+1) | flags }

// Page is the page that the entry maps.
func (p PTE) Page() device.Page {
	if p == 0 {
		return device.NoPage
	}
	return device.Page(p&pteMask) - 1
}

// Present reports whether the entry maps its page.
func (p PTE) Present() bool { return p != 0 && p&Marker == 0 }

// Is reports whether any of the flags is set.
func (p PTE) Is(flags PTE) bool { return p&flags != 0 }

// A VMA maps Len pages of a file from Pgoff at the slot's fixed address.
type VMA struct {
	File  uint8 // file+1, 0: no VMA; vmaPrivate for MAP_PRIVATE
	Range uint8 // pgoff in the low four bits, length in pages in the high
}

const vmaPrivate = 0x80

// NewVMA maps length pages of file from pgoff.
func NewVMA(file, pgoff, length uint8, private bool) VMA {
	v := VMA{File: file + 1, Range: pgoff | length<<4}
	if private {
		v.File |= vmaPrivate
	}
	return v
}

// Covers returns the file page that page i of the VMA maps.
func (v VMA) Covers(i uint8) (file, idx uint8, ok bool) {
	if v.File == 0 || i >= v.Range>>4 {
		return 0, 0, false
	}
	return v.File&^vmaPrivate - 1, v.Range&0xF + i, true
}

// Pgoff is vm_pgoff, and Len vma_pages.
func (v VMA) Pgoff() uint8 { return v.Range & 0xF }

// Len is the size of the VMA in pages.
func (v VMA) Len() uint8 { return v.Range >> 4 }

// Private reports MAP_PRIVATE.
func (v VMA) Private() bool { return v.File&vmaPrivate != 0 }

// Maps reports whether the VMA maps the file.
func (v VMA) Maps(file uint8) bool { return v.File != 0 && v.File&^vmaPrivate-1 == file }

// Page returns which page of the VMA maps file page idx of file.
func (v VMA) Page(file, idx uint8) (i uint8, ok bool) {
	if !v.Maps(file) || idx < v.Pgoff() || idx-v.Pgoff() >= v.Len() {
		return 0, false
	}
	return idx - v.Pgoff(), true
}

// A Dram is a page of main memory: page cache or anonymous.
type Dram struct {
	Use  uint8 // DramFree, DramCache or DramAnon, with DramDirty
	Lock uint8 // folio lock: task+1
}

// What a page of main memory is used for.
const (
	DramFree  = 0
	DramCache = 1
	DramAnon  = 2
	DramDirty = 0x80
)

// Kind is the use without the dirty bit.
func (d Dram) Kind() uint8 { return d.Use &^ DramDirty }

// Dirty reports a dirty page cache page.
func (d Dram) Dirty() bool { return d.Use&DramDirty != 0 }
