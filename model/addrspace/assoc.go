package addrspace

import "github.com/notifycheck/notifycheck/model/design"

// MappingShared is the mark of a shared page whose count has reached 0: only
// H01 leaves it behind.
const MappingShared = 0xFF

// An Assoc is what a device page knows of its users: folio->mapping, ->index
// and ->share. Mapping is the file + 1, 0 for NULL, or MappingShared. Index
// is a file page. Share counts the DAX entries of a page that several share:
// Mapping is then 0. The kernel keeps Index and Share in one word.
type Assoc struct{ Mapping, Index, Share uint8 }

// Shared reports whether the page is marked as shared (dax_folio_is_shared).
func (a Assoc) Shared() bool {
	return a.Mapping == MappingShared || a.Mapping == 0 && a.Share != 0
}

// Foreign reports whether the page has one user, and that is not mapping m, a
// file + 1.
func (a Assoc) Foreign(m uint8) bool {
	return a.Mapping != 0 && a.Mapping != MappingShared && a.Mapping != m
}

// Associate adds a DAX entry: page i of mapping m, a file + 1. shared is
// IOMAP_F_SHARED at the fault (dax_associate_entry).
func (a *Assoc) Associate(shared bool, m, i uint8) {
	switch {
	case !shared || a.Mapping == 0 && a.Share == 0:
		*a = Assoc{Mapping: m, Index: i}
	case a.Shared():
		*a = Assoc{Share: a.Share + 1}
	default: // dax_folio_make_shared: the entry before counts 1
		*a = Assoc{Share: 2}
	}
}

// Disassociate drops a DAX entry (dax_folio_put). With SharePostDecrement it
// tests the count before the decrement, so that the last one to share leaves
// the mark (page->index-- > 0, H01).
func (a *Assoc) Disassociate(v design.Value) {
	if a.Share == 0 {
		*a = Assoc{}
		return
	}
	a.Share--
	if a.Share == 0 && v == design.SharePostDecrement {
		a.Mapping = MappingShared
	}
}
