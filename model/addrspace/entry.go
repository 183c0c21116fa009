package addrspace

import "github.com/notifycheck/notifycheck/model/device"

// An Entry is one index of i_pages: a DAX entry, or a page cache folio.
type Entry struct {
	Page uint8 // page+1; 0 none; entryHuge on both halves of a huge entry
	Lock uint8 // task+1 that holds the entry lock; huge: of the even index
}

const entryHuge = 0x80

// NewEntry is an unlocked entry for the page.
func NewEntry(p device.Page, huge bool) Entry {
	e := Entry{Page: uint8(p) + 1}
	if huge {
		e.Page |= entryHuge
	}
	return e
}

// Of is the page of the entry.
func (e Entry) Of() device.Page {
	if e.Page == 0 {
		return device.NoPage
	}
	return device.Page(e.Page&^entryHuge) - 1
}

// Huge reports whether the entry spans two pages.
func (e Entry) Huge() bool { return e.Page&entryHuge != 0 }
