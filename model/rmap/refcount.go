package rmap

// A Refcount is the number of file pages that refer to each block
// (refcountbt, and the blocks that it leaves out because one page has them).
// CoW staging blocks and metadata are not counted.
type Refcount [MaxBlocks]uint8

// Inc counts one more file page at b (xfs_refcount_increase_extent).
func (rc *Refcount) Inc(b Block) { rc[b]++ }

// Dec counts one file page less at b (xfs_refcount_decrease_extent).
func (rc *Refcount) Dec(b Block) {
	if rc[b] == 0 {
		panic("rmap: reference count below 0")
	}
	rc[b]--
}

// Shared reports whether several file pages have b
// (xfs_reflink_find_shared).
func (rc *Refcount) Shared(b Block) bool { return rc[b] > 1 }

// Free reports whether no file page has b. It may still hold metadata or be
// staged for CoW.
func (rc *Refcount) Free(b Block) bool { return rc[b] == 0 }
