package design

// An Inexpressible is a row of the reference that no value of a choice can
// stand for.
type Inexpressible struct {
	ID     string
	Title  string
	Source string
	Reason string // why nothing in the model, or in a kernel, would differ
}

// Inexpressibles lists them.
func Inexpressibles() []Inexpressible {
	return []Inexpressible{
		{
			ID: "C24", Title: "the error of xfs_reflink_cancel_cow_range is dropped after a CoW fault that failed",
			Source: "xfs_dax_write_iomap_end until fb95897b8c60; 6.1.192 has it, 6.12.117 the fix",
			Reason: "Nobody sees the difference in a fault: dax_iomap_pte_fault takes the error of iomap_end only where dax_fault_iter had none, and iomap_end cancels only where it had one. " +
				"The staged block stays in the CoW fork either way, with its record, so that S14 holds. A later fault or write(2) finds it there and takes it for its copy.",
		},
		{
			ID: "H06", Title: "a zero or empty DAX entry is read as a pfn",
			Source: "dax_disassociate_entry and dax_busy_page without dax_is_zero_entry, until 98c183a4fccf; 7.3.4 dax.c:485, 511 and 522 have the test",
			Reason: "The zero page is a page of no device, and an empty entry holds none: what such an entry says of page 0 or of the zero folio is a wrong count on a page that no file has and no event is about. " +
				"A read fault of a hole ends here without an entry.",
		},
		{
			ID: "X18", Title: "writeback of a huge DAX entry leaves the PTEs of a process that maps part of it writable",
			Source: "dax_entry_mkclean, 5.10 dax.c:804; 6.1 has pfn_mkclean_range (Muchun Song 2022)",
			Reason: "What is lost is that a later write is noted: the entry stays clean and is not flushed, which no notification meets. Huge mappings are read-only here, a write maps its page alone, and " +
				"no entry has a dirty tag: the range that is written back before a reflink is one page, and every PTE of it loses the permission.",
		},
		{
			ID: "D07", Title: "the table of a mapped device is swapped during a notification",
			Source: "question to the design of the mail; dm_swap_table, dm_get_live_table",
			Reason: "Where a block lies does not change in a run: the devices are laid out once, in the machine and not in its state. A lookup meets one table or the other, not half of each: dm_get_live_table is " +
				"SRCU, and dm_swap_table waits for it in dm_sync_table. What is mapped under the old table stays mapped to the old pages, so that whose a page is would hang on tables that are gone.",
		},
		{
			ID: "D12", Title: "phantom poison: set_mce_nospec leaves the page mapped, or unmaps too much of the kernel's direct map",
			Source: "kill_me_maybe, uc_decode_notifier in arch/x86/kernel/cpu/mce/core.c; clear_mce_nospec, 7.3.4 pmem.c:84",
			Reason: "What is wrong is an entry of the direct map, which no process has and memory_failure does not look at: S8 is about PTEs. The kernel comes to a page of a DAX file through dax_direct_access, " +
				"for a copy or a read(2), and copy_mc_to_kernel ends in -EIO whatever the direct map says. The copy of a fault is modelled so (fdCopy).",
		},
	}
}

// A Needless is a guard of the reference that is no row, since nothing shows
// when it is gone.
type Needless struct {
	ID, Title, Source string
	Means             string // why nothing shows, and what that means
}

// Needlesses lists them.
func Needlesses() []Needless {
	return []Needless{
		{
			ID: "G12", Title: "the page table lock in the walk for the size of a mapping, and in the unmap",
			Source: "dev_pagemap_mapping_shift, zap_pte_range",
			Means: "dev_pagemap_mapping_shift takes no page table lock in 5.10.262, 6.1.192 or 7.3.4: pte_offset_map and one read. i_mmap_rwsem keeps the tables, since free_pgtables takes the VMA out of i_mmap first. " +
				"What the walk read may be old when the signal goes out, with the lock as without; S3 asks for an address that was over the page at some moment, and X15 for more. " +
				"In the unmap the lock keeps two tasks apart that clear one PTE, which is one step of the model: the model says nothing of that one.",
		},
	}
}
