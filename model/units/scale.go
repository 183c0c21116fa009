package units

// A Scale is how large the units are and how wide the words that the kernel
// counts in: the same formulas, with a smaller one, wrap within a small scope.
// The zero Scale is that of the kernel: pages of 4096 bytes, basic blocks of
// 512, and 32 bits in what C calls u32. Quantities of 64 bits stay as they
// are: they never wrap in the kernel.
type Scale struct {
	lacks        uint32 // the bits of a u32 that there are not
	page, sector uint8  // how much smaller than PageShift and SectorShift
}

// NewScale is the Scale with so many bits in a u32, of 32, with pages of
// 1 << pageShift bytes and basic blocks of 1 << sectorShift.
func NewScale(bits, pageShift, sectorShift uint8) Scale {
	return Scale{lacks: ^uint32(0) << bits, page: PageShift - pageShift, sector: SectorShift - sectorShift}
}

// U32 is x as a u32 holds it.
func (s Scale) U32(x uint32) uint32 { return x &^ s.lacks }

// PageShift is log2 of the bytes of a page, which is a filesystem block too.
func (s Scale) PageShift() uint { return uint(PageShift-s.page) & 63 }

func (s Scale) sectorShift() uint { return uint(SectorShift-s.sector) & 63 }

// BTOBB is the number of basic blocks that hold b bytes (BTOBB, rounds up).
func (s Scale) BTOBB(b ByteOff) Sector {
	return Sector((b + 1<<s.sectorShift() - 1) >> s.sectorShift())
}

// BTOBBT is the number of whole basic blocks in b bytes (BTOBBT, truncates).
func (s Scale) BTOBBT(b ByteOff) Sector { return Sector(b >> s.sectorShift()) }

// BBTOB is n basic blocks in bytes (BBTOB).
func (s Scale) BBTOB(n Sector) ByteOff { return ByteOff(n) << s.sectorShift() }

// BBToFSBT is the linear filesystem block that holds basic block n
// (XFS_BB_TO_FSBT, truncates).
func (s Scale) BBToFSBT(n Sector) uint64 {
	return uint64(n) >> ((s.PageShift() - s.sectorShift()) & 63)
}

// FSBToB is n filesystem blocks in bytes (XFS_FSB_TO_B).
func (s Scale) FSBToB(n uint64) ByteOff { return ByteOff(n) << s.PageShift() }
