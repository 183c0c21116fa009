// Package superblock has what the filesystem knows of its own geometry: the
// allocation groups and the numbers that name blocks in them.
package superblock

import (
	"math"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/units"
)

// Groups is the geometry of the data device: Blocks blocks (sb_dblocks) in
// Count groups (sb_agcount) of AGBlocks blocks each (sb_agblocks), the last
// one with what remains. AGBlkLog is log2 of AGBlocks, rounded up
// (sb_agblklog). A block is a page. Numbers of groups and of blocks in a group
// are u32 in the kernel; the Scale says how wide that is.
type Groups struct {
	Count, AGBlocks, AGBlkLog, Blocks uint32
	Scale                             units.Scale
}

// GroupBlocks is the number of blocks of group gno (xg_block_count,
// agf_length): 0 when there is no such group.
func (g *Groups) GroupBlocks(gno uint32) uint32 {
	switch {
	case gno >= g.Count:
		return 0
	case gno == g.Count-1:
		return g.Blocks - gno*g.AGBlocks
	}
	return g.AGBlocks
}

// Linear numbers the block gbno of group gno over all groups, without gaps.
func (g *Groups) Linear(gno, gbno uint32) uint32 { return gno*g.AGBlocks + gbno }

// Starts is the set of linear blocks, one bit each, that begin a group.
func (g *Groups) Starts() uint16 {
	var set uint16
	for gno := range g.Count {
		set |= 1 << g.Linear(gno, 0)
	}
	return set
}

// DaddrToFsb is the filesystem block that holds basic block d
// (XFS_DADDR_TO_FSB). With FsbnoLinear it is the linear number, which the
// callers then take for a segmented one (XFS_B_TO_FSB, R19).
func (g *Groups) DaddrToFsb(v design.Value, d units.Sector) units.FSBlock {
	l := g.Scale.BBToFSBT(d)
	if v == design.FsbnoLinear {
		return units.FSBlock(l)
	}
	agno := g.Scale.U32(uint32(l / uint64(g.AGBlocks))) // (xfs_agnumber_t)ld
	agbno := uint32(l % uint64(g.AGBlocks))
	return units.FSBlock(agno)<<g.AGBlkLog | units.FSBlock(agbno)
}

// Agno is the group of fsbno (XFS_FSB_TO_AGNO). It may not exist.
func (g *Groups) Agno(fsbno units.FSBlock) uint32 { return g.Scale.U32(uint32(fsbno >> g.AGBlkLog)) }

// Agbno is the block of fsbno within its group (XFS_FSB_TO_AGBNO).
func (g *Groups) Agbno(fsbno units.FSBlock) uint32 {
	return uint32(fsbno & (1<<g.AGBlkLog - 1))
}

// Span is the first and the last filesystem block of r, in bytes from the
// start of the filesystem. With SectorUp the range begins at the next basic
// block (R22). With WindowExclusiveEnd, end is the block after the last (R05),
// which may lie in the next group or in none (R06).
func (g *Groups) Span(d *design.Design, r units.Range[units.ByteOff]) (start, end units.FSBlock) {
	daddr, next := g.Scale.BTOBBT(r.Off), g.Scale.BTOBB(r.End())
	if d[design.SectorRound] == design.SectorUp { // R22
		daddr = g.Scale.BTOBB(r.Off)
		next = daddr + g.Scale.BTOBB(r.Len)
	}
	last := next - 1
	if d[design.WindowEnd] == design.WindowExclusiveEnd {
		last = next
	}
	return g.DaddrToFsb(d[design.FsbnoForm], daddr), g.DaddrToFsb(d[design.FsbnoForm], last)
}

// Query is the lowest and the highest block of group gno that
// xfs_rmap_query_range is asked for: both ends belong to the query, unlike
// those of a Window. high may exceed the group.
func (g *Groups) Query(gno uint32, start, end units.FSBlock) (low, high uint32) {
	high = g.Scale.U32(math.MaxUint32) // memset(&ri_high, 0xFF, ...)
	if gno == g.Agno(start) {
		low = g.Agbno(start)
	}
	if gno == g.Agno(end) {
		high = g.Agbno(end)
	}
	return low, high
}

// QueryBlocks is the same in blocks numbered over all groups, as far as the
// group goes; false when the query has none of its blocks.
func (g *Groups) QueryBlocks(gno uint32, start, end units.FSBlock) (lo, hi uint32, ok bool) {
	low, high := g.Query(gno, start, end)
	high = min(high, g.GroupBlocks(gno)-1)
	return g.Linear(gno, low), g.Linear(gno, high), low <= high
}

// Window is the part of group gno within the blocks start to end, as
// xfs_dax_failure_fn gets it: its first block and its length. The arithmetic
// is in u32 as in the group loop of xfs_dax_notify_dev_failure.
func (g *Groups) Window(vEnd design.Value, gno uint32, start, end units.FSBlock) (low, count uint32) {
	if vEnd == design.WindowNotRebased { // R04
		gno = g.Agno(start)
	}
	low, high := g.Query(gno, start, end)
	blocks := g.GroupBlocks(gno)
	switch vEnd {
	case design.WindowExclusiveEnd: // R05
		return low, g.Scale.U32(min(blocks, high) - low)
	case design.WindowNoPlusOne: // R07
		return low, g.Scale.U32(min(blocks, high) - low)
	case design.WindowU32Wrap: // R09
		return low, g.Scale.U32(min(blocks, g.Scale.U32(high+1)) - low)
	}
	return low, g.Scale.U32(min(blocks-1, high) + 1 - low)
}
