/*
 * The core of the notification protocol, read from the kernel for Spin: events
 * against faults and munmaps on pages that files share by reflink. It is a
 * second reading: it was written from the sources named below (v6.1, v6.12 and
 * v7.3), not from the Go model of this project, and its verdicts are compared
 * with those of that model.
 *
 * FILES files share each of PAGES blocks: page i of each file is block i at
 * first. A write fault gives page i of its file a block of its own, so a file
 * page e = file * PAGES + i holds one of two blocks, the shared one ("p") or
 * its own ("q"), and a PTE of a process is one to p, to q, or none. Sets of
 * processes, file pages and blocks are bit fields.
 *
 * Left out: everything that neither blocks nor changes what is judged here:
 * the device and superblock layers (one device, no removal, a live mount), the
 * MMAPLOCK and ILOCK (nobody here takes MMAPLOCK exclusive, and the ILOCK of a
 * file is taken inside the entry lock and before the AGF, never the other way
 * round), inode references, huge pages, private mappings, a consumer (events
 * are those of a scrubber, or injected).
 */

/* The scenario. Process t maps page PAGE(t) of file FILE(t). */
#ifndef FILES
#define FILES 2
#endif
#ifndef PAGES
#define PAGES 1
#endif
#ifndef EVENTS
#define EVENTS 1     /* event k is on block k % PAGES */
#endif
#ifndef PROCS
#define PROCS 2      /* up to 6 */
#endif
#ifndef FILE1
#define FILE1 2      /* processes that map file 1; the others map file 0 */
#endif
#ifndef PAGE1
#define PAGE1 0      /* processes that map page 1 */
#endif
#ifndef FAULTED
#define FAULTED 1    /* processes that have a PTE to begin with */
#endif
#ifndef EARLY
#define EARLY 1      /* processes with early kill */
#endif
#ifndef READ
#define READ 2       /* processes that read a page they have no PTE of */
#endif
#ifndef WRITE
#define WRITE 0      /* processes that write */
#endif
#ifndef MUNMAP
#define MUNMAP 0     /* processes that munmap */
#endif
#ifndef INJECTED
#define INJECTED 0   /* 1: process 0 injects the events, with madvise; else a scrubber finds them */
#endif

/*
 * The design, a bit for each point where implementations differ, and the
 * claims to judge; macros, or variables of the environment.
 */
#ifdef DESIGN
#define design DESIGN
#define judge JUDGE
#define IS(b) (design & (b))
#define JUDGED(b) (judge & (b))
#else
c_decl {
	\#include <stdlib.h>
	static int design, judge;
	static void __attribute__((constructor)) environment(void)
	{
		design = getenv("DESIGN") ? atoi(getenv("DESIGN")) : 0;
		judge = getenv("JUDGE") ? atoi(getenv("JUDGE")) : 0;
	}
}
#define IS(b) (c_expr { design & (b) })
#define JUDGED(b) (c_expr { judge & (b) })
#endif

#define KILL_UNDER_AGF  IS(1)  /* as released; else the owners are listed under the AGF, told without it */
#define ASKS_NOT        IS(2)  /* v6.1: a read fault does not ask whether the block is shared */
#define MAPS_POISON     IS(4)  /* as released: a fault looks at badblocks, and not at PageHWPoison */
#define MARKS_ENTRY     IS(8)  /* as released: PageHWPoison is set under the entry lock; else before the walk */
#define NO_RECHECK      IS(16) /* as released: the pfn of the entry is not looked at again */
#define UNMAPS_IF_TOLD  IS(32) /* as released: unmap_and_kill unmaps nothing when nobody is to be killed */
#define READ_ZAPS       IS(64) /* v6.12 on: a read fault of a shared block unmaps the file page from everybody */

/* The claims; and no deadlock, which Spin judges by itself. */
#define LOST   1 /* who had a PTE to the block has none at the end, and was told if it is early kill */
#define MAPPED 2 /* nobody has a PTE to the block once an event on it is over */
#define MARKED 4 /* PageHWPoison is set on the failed block only */
#define OVER   8 /* an event unmaps the failed block only */
#define CLAIM(b, ok) assert(!JUDGED(b) || (ok))

/* Who is killed: early kill, and current. */
#define TELL (EARLY | INJECTED)

#define BIT(n)  (1 << (n))
#define ALL     (BIT(PROCS) - 1)
#define FILE(t) ((FILE1 >> (t)) & 1)
#define PAGE(t) ((PAGE1 >> (t)) & 1)
#define ENTRY(f, i) ((f) * PAGES + (i))
/* The processes whose VMA is over page i of file f, and over block i. */
#define OVERFILE(f, i) (((f) -> FILE1 : ALL & ~FILE1) & OVERBLOCK(i))
#define OVERBLOCK(i)   ((i) -> PAGE1 : ALL & ~PAGE1)
#define FAULTEDAT(f, i) ((f) < FILES && (i) < PAGES && (FAULTED & OVERFILE(f, i)))
#define ENTRIES \
	((FAULTEDAT(0, 0) << ENTRY(0, 0)) | (FAULTEDAT(0, 1) << ENTRY(0, 1)) | \
	 (FAULTEDAT(1, 0) << ENTRY(1, 0)) | (FAULTEDAT(1, 1) << ENTRY(1, 1)))

/* Locks. */
bit mf;                  /* mf_mutex */
bit agf;                 /* the AGF buffer of the one group */
unsigned locked : 4;     /* DAX entries */
unsigned waits : 6;      /* processes that sleep, exclusively, in grab_mapping_entry */
unsigned walker : 4;     /* the entry for which the event sleeps in dax_lock_mapping_entry */
bit imapRead;            /* the event reads i_mmap_rwsem of file f */
unsigned imapWrite : 2;  /* files of which a process writes it */

/* Memory. */
unsigned vma : 6 = ALL;
unsigned ptep : 6 = FAULTED;
unsigned pteq : 6;
unsigned entp : 4 = ENTRIES; /* entries of the shared block; in neither set: none, or empty */
unsigned entq : 4;
unsigned remapped : 4;   /* file pages whose extent is their own block */
unsigned bad : 2;        /* blocks that failed */
unsigned hwpoison : 2;   /* PageHWPoison of the shared blocks */
unsigned shares : 6;     /* processes whose fault found the block shared */

/* The walk; its event holds mf_mutex. */
unsigned todo : 2;       /* files whose record is still to be dealt with */
bit f;                   /* the file at hand */
unsigned cand : 6;       /* VMAs still to be looked at */
unsigned kill : 6;       /* to_kill */

/* What the claims need. */
unsigned raised : 2;     /* events that are raised and not over */
unsigned over : 2;       /* blocks of which an event is over */
unsigned owed0 : 6;      /* had a PTE to its block when event 0 was raised ... */
unsigned owed1 : 6;
unsigned told0 : 6;      /* was sent SIGBUS since */
unsigned told1 : 6;

#define OWNED(f, i)  (!(remapped & BIT(ENTRY(f, i))))
#define OWNERS(i)    (OWNED(0, i) | ((FILES > 1 && OWNED(1, i)) << 1))
#define SHARED(i)    (FILES > 1 && OWNED(0, i) && OWNED(1, i))
#define FIRST        (todo & 1 -> 0 : 1)
#define LOCKED(e)    (locked & BIT(e))
#define PRESENT(e)   ((entp | entq) & BIT(e))
#define LOWEST(m)    ((m) & -(m))
/*
 * What dax_direct_access says of block i. A scrub puts it into badblocks, by a
 * path of its own; here first of all. Nobody else does.
 */
#define REFUSED(i)   (MAPS_POISON && !INJECTED && (bad & BIT(i)))

/* Processes lose their PTEs; with LOSE an event is not the reason. */
#define ZAP(m)  ptep = ptep & ~(m); pteq = pteq & ~(m)
#define LOSE(m) owed0 = owed0 & ~((m) & ptep); owed1 = owed1 & ~((m) & ptep); ZAP(m)

/*
 * dax_unlock_entry and dax_wake_entry(WAKE_NEXT): whoever sleeps to look is
 * woken, and one of the processes m that sleep to lock; which, is left open.
 * Who is woken looks at the entry again, and may find it locked again.
 */
#define RELEASE(e) locked = locked & ~BIT(e); walker = walker & ~BIT(e)
#define WAKE(t, guard, e, m, to) \
	:: d_step { (guard) && (waits & BIT(t) & (m)) -> RELEASE(e); waits = waits & ~BIT(t) } goto to
#define UNLOCK(guard, e, m, to) \
	:: d_step { (guard) && !(waits & (m)) -> RELEASE(e) } goto to \
	WAKE(0, guard, e, m, to) WAKE(1, guard, e, m, to) WAKE(2, guard, e, m, to) \
	WAKE(3, guard, e, m, to) WAKE(4, guard, e, m, to) WAKE(5, guard, e, m, to)

/*
 * memory_failure (mm/memory-failure.c), to xfs_dax_notify_failure
 * (fs/xfs/xfs_notify_failure.c), to mf_dax_kill_procs, for block i.
 */
#define EVENT(k, i, owed, told) \
end_raise: \
	d_step { raised = raised | BIT(k); bad = bad | BIT(i); owed = ptep & OVERBLOCK(i) } \
	d_step { !mf -> mf = 1 } \
	d_step { if :: !MARKS_ENTRY -> hwpoison = hwpoison | BIT(i) :: else fi } \
	d_step { !agf -> agf = 1 }            /* xfs_alloc_read_agf */ \
	d_step { todo = OWNERS(i);            /* xfs_rmap_query_range */ \
		if :: !KILL_UNDER_AGF -> agf = 0 :: else fi } \
record:	if                                    /* dax_lock_mapping_entry */ \
	:: d_step { !todo -> if :: KILL_UNDER_AGF -> agf = 0 :: else fi } goto finish \
	:: d_step { todo && LOCKED(ENTRY(FIRST, i)) -> walker = BIT(ENTRY(FIRST, i)) } goto asleep \
	:: d_step { todo && !LOCKED(ENTRY(FIRST, i)) && !PRESENT(ENTRY(FIRST, i)) -> \
		todo = todo & ~BIT(FIRST) } goto record \
	:: d_step { todo && !LOCKED(ENTRY(FIRST, i)) && PRESENT(ENTRY(FIRST, i)) -> \
		f = FIRST; todo = todo & ~BIT(f); locked = locked | BIT(ENTRY(f, i)) } goto found \
	fi; \
asleep:	if \
	:: d_step { !walker && LOCKED(ENTRY(FIRST, i)) -> walker = BIT(ENTRY(FIRST, i)) } goto asleep \
	:: d_step { !walker && !LOCKED(ENTRY(FIRST, i)) && !PRESENT(ENTRY(FIRST, i)) -> \
		todo = todo & ~BIT(FIRST) } goto record \
	:: d_step { !walker && !LOCKED(ENTRY(FIRST, i)) && PRESENT(ENTRY(FIRST, i)) -> \
		f = FIRST; todo = todo & ~BIT(f); locked = locked | BIT(ENTRY(f, i)) } goto found \
	fi; \
found:	if \
	UNLOCK(!NO_RECHECK && (entq & BIT(ENTRY(f, i))), ENTRY(f, i), OVERFILE(f, i), record) \
	:: d_step { NO_RECHECK || !(entq & BIT(ENTRY(f, i))) -> \
		if                            /* SetPageHWPoison(page of the entry) */ \
		:: MARKS_ENTRY && (entq & BIT(ENTRY(f, i))) -> CLAIM(MARKED, 0) \
		:: MARKS_ENTRY && !(entq & BIT(ENTRY(f, i))) -> hwpoison = hwpoison | BIT(i) \
		:: else \
		fi } \
	fi; \
	d_step { !(imapWrite & BIT(f)) -> imapRead = 1; cand = vma & OVERFILE(f, i) } \
collect:if                                    /* collect_procs_fsdax, a VMA at a time */ \
	:: d_step { cand -> \
		kill = kill | (LOWEST(cand) & TELL & (ptep | pteq)); cand = cand & ~LOWEST(cand) } goto collect \
	:: d_step { !cand -> imapRead = 0 } \
	fi; \
	d_step { !(imapWrite & BIT(f)) ->     /* unmap_mapping_range */ \
		if \
		:: kill || !UNMAPS_IF_TOLD -> \
			CLAIM(OVER, !(pteq & OVERFILE(f, i))); ZAP(OVERFILE(f, i)) \
		:: else \
		fi } \
signal:	if                                    /* kill_procs */ \
	:: d_step { kill -> \
		if :: raised & 1 -> told0 = told0 | LOWEST(kill) :: else fi; \
		if :: raised & 2 -> told1 = told1 | LOWEST(kill) :: else fi; \
		kill = kill & ~LOWEST(kill) } goto signal \
	UNLOCK(!kill, ENTRY(f, i), OVERFILE(f, i), record) \
	fi; \
finish:	if :: d_step { mf = 0; raised = raised & ~BIT(k); over = over | BIT(i); \
		CLAIM(LOST, !(owed & (ptep | (TELL & ~told)))); \
		CLAIM(MAPPED, !(ptep & OVERBLOCK(i))); \
		owed = 0; told = 0; f = 0 } fi; \
end_over: \
	false

/*
 * dax_iomap_pte_fault (fs/dax.c) with xfs_read_iomap_begin, or
 * xfs_dax_write_iomap_begin and xfs_dax_write_iomap_end; and munmap: the PTEs
 * go first, then free_pgtables takes the VMA out of i_mmap. Process t is over
 * file page e, processes m are, and the block is i.
 */
#define PROCESS(t, e, m, i) \
end_start: \
	if                                    /* grab_mapping_entry */ \
	:: d_step { ((READ | WRITE) & BIT(t)) && !LOCKED(e) -> locked = locked | BIT(e) } goto begin \
	:: d_step { ((READ | WRITE) & BIT(t)) && LOCKED(e) -> waits = waits | BIT(t) } goto asleep \
	:: d_step { (MUNMAP & BIT(t)) -> LOSE(BIT(t)) } goto unlink \
	fi; \
asleep:	if \
	:: d_step { !(waits & BIT(t)) && !LOCKED(e) -> locked = locked | BIT(e) } goto begin \
	:: d_step { !(waits & BIT(t)) && LOCKED(e) -> waits = waits | BIT(t) } goto asleep \
	fi; \
begin:	if \
	:: d_step { ((WRITE & BIT(t)) || !ASKS_NOT) && !agf -> agf = 1 } \
	:: d_step { !(WRITE & BIT(t)) && ASKS_NOT && !STOPS(e, i) -> INSERT(t, e, m) } goto map \
	:: d_step { !(WRITE & BIT(t)) && ASKS_NOT && STOPS(e, i) -> skip } goto unlock \
	fi; \
	if                                    /* xfs_reflink_find_shared, xfs_reflink_allocate_cow */ \
	:: d_step { (WRITE & BIT(t)) && SHARED(i) -> agf = 0; shares = shares | BIT(t) } goto copy \
	:: d_step { !((WRITE & BIT(t)) && SHARED(i)) -> agf = 0; \
		if :: READ_ZAPS && SHARED(i) -> shares = shares | BIT(t) :: else fi } \
	fi; \
	if \
	:: d_step { !STOPS(e, i) -> INSERT(t, e, m) } \
	:: d_step { STOPS(e, i) -> shares = shares & ~BIT(t) } goto unlock \
	fi; \
map:	if :: d_step {                        /* vmf_insert_page_mkwrite */ \
		if \
		:: entq & BIT(e) -> pteq = pteq | BIT(t) \
		:: !(entq & BIT(e)) && (MAPS_POISON || !(hwpoison & BIT(i))) -> \
			ptep = ptep | BIT(t); CLAIM(MAPPED, !(over & BIT(i))) \
		:: else \
		fi } goto unlock fi; \
copy:	if :: d_step {                         /* dax_iomap_copy_around; fails on a block that failed */ \
		if :: bad & BIT(i) -> shares = shares & ~BIT(t) :: else fi } fi; \
	if \
	:: d_step { shares & BIT(t) ->        /* dax_insert_entry */ \
		LOSE(m); entp = entp & ~BIT(e); entq = entq | BIT(e) } \
	   d_step { pteq = pteq | BIT(t) } \
	   d_step { !agf -> agf = 1 } \
	:: d_step { !(shares & BIT(t)) && !agf -> agf = 1 } \
	fi; \
	d_step { agf = 0;                     /* xfs_reflink_end_cow; xfs_reflink_cancel_cow_range */ \
		if :: shares & BIT(t) -> remapped = remapped | BIT(e) :: else fi; \
		shares = shares & ~BIT(t) } \
unlock:	if \
	UNLOCK(true, e, m, end_over) \
	fi; \
unlink:	if :: d_step { !(imapWrite & BIT(FILE(t))) && !(imapRead && f == FILE(t)) -> \
		imapWrite = imapWrite | BIT(FILE(t)) } fi; \
	d_step { imapWrite = imapWrite & ~BIT(FILE(t)); vma = vma & ~BIT(t) } \
end_over: \
	false

/* dax_iomap_direct_access of the block that the file page has, and dax_insert_entry. */
#define STOPS(e, i) (!(remapped & BIT(e)) && REFUSED(i))
#define INSERT(t, e, m) \
	if :: shares & BIT(t) -> LOSE(m) :: else fi; \
	shares = shares & ~BIT(t); \
	if :: remapped & BIT(e) -> entq = entq | BIT(e) :: else -> entp = entp | BIT(e) fi

#define P(t) PROCESS(t, ENTRY(FILE(t), PAGE(t)), OVERFILE(FILE(t), PAGE(t)), PAGE(t))

active proctype e0() { EVENT(0, 0, owed0, told0) }
#if EVENTS > 1
active proctype e1() { EVENT(1, (1 % PAGES), owed1, told1) }
#endif
active proctype p0() { P(0) }
#if PROCS > 1
active proctype p1() { P(1) }
#endif
#if PROCS > 2
active proctype p2() { P(2) }
#endif
#if PROCS > 3
active proctype p3() { P(3) }
#endif
#if PROCS > 4
active proctype p4() { P(4) }
#endif
#if PROCS > 5
active proctype p5() { P(5) }
#endif
