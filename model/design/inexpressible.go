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
				"The staged block stays in the CoW fork either way, with its record, so that S14 holds. A write(2) would see it, and the model has none.",
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
	}
}
