package superblock

// Life is the life of a mount.
type Life uint8

// The life of a mount; SB_BORN is set in LifeBorn and later.
const (
	LifeNone Life = iota
	LifeMounting
	LifeBorn
	LifePutSuper // put_super has begun
	LifeFreed    // kfree(mp)
)

// A Mount is a superblock and its xfs_mount.
type Mount struct {
	Deferred uint16 // pages reported before SB_BORN, to be replayed
	Life     Life
	Shutdown uint8 // Shutdown* reasons
	NoGroups uint8 // GroupsFreed, RefsUneven
	Umount   uint8 // s_umount: task+1
	Frozen   uint8 // FrozenKernel, FrozenUser
	Writers  uint8 // tasks inside sb_start_pagefault, a bit each
}

// Bits of Mount.NoGroups.
const (
	GroupsFreed = 1 << iota // xfs_unmountfs: the perags
	RefsUneven              // a reference to one was not dropped as it was taken
)

// Bits of Mount.Frozen.
const (
	FrozenKernel = 1 << iota // FREEZE_HOLDER_KERNEL
	FrozenUser               // FREEZE_HOLDER_USERSPACE
)

// Live reports a mount that can be notified: born, put_super not begun.
func (m *Mount) Live() bool { return m.Life == LifeBorn }

// Reasons of xfs_force_shutdown.
const (
	ShutdownCorruptOndisk = 1 // SHUTDOWN_CORRUPT_ONDISK
	ShutdownForceUmount   = 2 // SHUTDOWN_FORCE_UMOUNT
	ShutdownDeviceRemoved = 4 // SHUTDOWN_DEVICE_REMOVED
)

// Incore is the state of an inode in memory.
type Incore uint8

// The in-core states that xfs_iget_cache_hit tells apart.
const (
	IncoreNone        Incore = iota
	IncoreLive               // in use
	IncoreNew                // XFS_INEW
	IncoreReclaimable        // XFS_IRECLAIMABLE: evicted, not yet freed
	IncoreUnlinked           // unlinked, awaiting inactivation
	IncoreEvicting           // I_FREEING: igrab fails
)
