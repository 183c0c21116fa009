package spec

import (
	"fmt"
	"strconv"
	"strings"
)

// PageOp is what can change what a va page maps, or look at it.
type PageOp uint8

// The operations on a va page of a process, and on the file page under it.
const (
	PageReadFault     PageOp = iota + 1
	PageWriteFault           // of this va page
	PageOtherWrite           // of another va page over the same file page
	PageMunmap               // munmap or exit of the process
	PageTruncate             // truncate, punch, or eviction of an unlinked file
	PageReflink              // the file page gets the block of another one
	PageReallocate           // the file page, a hole, gets the block that a punch freed
	PageMemoryFailure        // memory_failure of some pages
	PageRemove               // kill_dax of the device of some pages
	PageLook                 // what does the page table say?
)

// String is the name of the operation.
func (op PageOp) String() string {
	return [...]string{
		"", "read fault", "write fault", "write fault elsewhere", "munmap", "truncate", "reflink",
		"reallocate", "memory_failure", "kill_dax", "look",
	}[op]
}

// Same is the owned page of a file page that a call left alone.
const Same = 0xFE

// A PageCall is a call that is about the va page.
type PageCall struct {
	Op    PageOp
	Pages PageSet // that fail, or go
}

// A PageReply is what the call did.
type PageReply struct {
	Page    uint8 // the page that va maps by it, or that was seen there, or None
	Owned   uint8 // the page that the file page has by it, None for a hole, or Same
	Excused bool  // memory_failure: an injected error hides owners; only the mark counts
	Open    bool  // it did not return: what it did is not known
}

// A PageTable is a va page of a process as a sequential object, in which a
// notification is one atomic step (the refinement statement in docs/protocol.md): Fail(p) takes p out of
// the page table and marks it, and what is marked is not mapped any more.
//
//	memory_failure(3)    |-----------------|
//	read fault               |-----|            pfn 3 or refused
//	read fault                                |-----|    refused
//	look                                               |  not pfn 3
//
// Page is a claim that is checked in one direction: that va maps a page has a
// reason, a fault that mapped it, and nothing since that unmapped it. That it
// maps none needs no reason; the kernel may drop a PTE when it likes. For the
// same reason a fault may always be refused. Only pages of a dax device count:
// a private copy in main memory is None.
type PageTable struct {
	Page   uint8   // that va maps, or None
	Owned  uint8   // that the file page lies on, or None
	Failed PageSet // marked
	Unsure bool    // a call did not return, and may have done anything
}

// Apply is the state after the call; ok is false when it cannot have that
// reply.
func (pt PageTable) Apply(in PageCall, out PageReply) (next PageTable, ok bool) {
	if out.Open && in.Op != PageMemoryFailure && in.Op != PageRemove {
		pt.Unsure = true
	}
	if pt.Unsure {
		return pt, true
	}
	switch in.Op {
	case PageLook:
		return pt, out.Page == None || out.Page == pt.Page
	case PageMunmap:
		pt.Page = None
	case PageMemoryFailure, PageRemove:
		pt.Failed |= in.Pages
		if in.Pages.Has(pt.Page) && !out.Excused {
			pt.Page = None
		}
	case PageReadFault, PageWriteFault:
		pt.own(out.Owned) // a copy, or a block for the hole
		if out.Page == None || out.Page == pt.Page {
			return pt, true
		}
		pt.Page = out.Page
		return pt, out.Page == pt.Owned && !pt.Failed.Has(out.Page)
	default: // the file page has another block, or none
		pt.own(out.Owned)
	}
	return pt, true
}

// own gives the file page a page, which unmaps the one that it had. Two
// blocks can lie on one page of a snapshot: that stays mapped.
func (pt *PageTable) own(p uint8) {
	if p != Same && p != pt.Owned {
		pt.Page, pt.Owned = None, p
	}
}

// String is the page table as porcupine's picture shows it.
func (pt PageTable) String() string {
	s := fmt.Sprintf("maps %s, file page on %s", pageName(pt.Page), pageName(pt.Owned))
	if pt.Failed != 0 {
		s += ", failed " + pageNames(pt.Failed)
	}
	if pt.Unsure {
		s += ", or anything"
	}
	return s
}

// DescribePage is a call as porcupine's picture shows it.
func DescribePage(in PageCall, out PageReply) string {
	s := in.Op.String()
	switch in.Op {
	case PageMemoryFailure, PageRemove:
		s += "(" + pageNames(in.Pages) + ")"
		if out.Excused {
			s += ", read error"
		}
	case PageLook:
		s += " = " + pageName(out.Page)
	case PageReadFault, PageWriteFault:
		s += ": maps " + pageName(out.Page)
	default: // the name says it
	}
	if out.Owned != Same {
		s += ", file page now on " + pageName(out.Owned)
	}
	if out.Open {
		s += ", never returned"
	}
	return s
}

func pageNames(s PageSet) string {
	var list []string
	for p := range uint8(Pages) {
		if s.Has(p) {
			list = append(list, strconv.Itoa(int(p)))
		}
	}
	if len(list) == 1 {
		return "pfn " + list[0]
	}
	return "pfns " + strings.Join(list, ", ")
}

func pageName(p uint8) string {
	if p == None {
		return "nothing"
	}
	return fmt.Sprintf("pfn %d", p)
}
