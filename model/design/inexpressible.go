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
	}
}
