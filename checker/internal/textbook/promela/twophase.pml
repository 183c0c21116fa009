/*
 * Two-phase commit, as in TwoPhase.tla of the TLA+ examples (Gray and Lamport,
 * "Consensus on Transaction Commit"), written for Spin: one process, so that
 * the only stored control state is the head of its loop, and each action of
 * TPNext one d_step. So Spin stores what TLC calls the distinct states: 288,
 * 8832, 296448, 1745408 for N = 3, 5, 7, 8 resource managers.
 *
 * A set of managers is a bit field. The state of a manager is a bit of lo and
 * one of hi: working 00, prepared 01, committed 10, aborted 11. Messages are
 * never consumed, so the set of messages sent is bits too.
 */
#ifndef N
#define N 3
#endif
#define ALL ((1 << N) - 1)
#define BIT(r) (1 << (r))

#define working   0
#define committed 1
#define aborted   2

unsigned lo : N;           /* states of the managers */
unsigned hi : N;
unsigned sentPrepared : N; /* messages [type |-> "Prepared", rm |-> r] */
unsigned tmPrepared : N;   /* of those, received by the transaction manager */
unsigned tm : 2;
bit sentCommit;
bit sentAbort;

/* TCConsistent: nobody aborts what another one commits. */
#define CONSISTENT (!(hi & ~lo) || !(hi & lo))

#define RM(r) \
	:: d_step { tm == working && (sentPrepared & BIT(r)) -> /* TMRcvPrepared */ \
		tmPrepared = tmPrepared | BIT(r) } \
	:: d_step { !((lo | hi) & BIT(r)) ->              /* RMPrepare */ \
		lo = lo | BIT(r); sentPrepared = sentPrepared | BIT(r) } \
	:: d_step { !((lo | hi) & BIT(r)) ->              /* RMChooseToAbort */ \
		lo = lo | BIT(r); hi = hi | BIT(r); assert(CONSISTENT) } \
	:: d_step { sentCommit ->                         /* RMRcvCommitMsg */ \
		lo = lo & ~BIT(r); hi = hi | BIT(r); assert(CONSISTENT) } \
	:: d_step { sentAbort ->                          /* RMRcvAbortMsg */ \
		lo = lo | BIT(r); hi = hi | BIT(r); assert(CONSISTENT) }

active proctype next() {
end:	do
	:: d_step { tm == working && tmPrepared == ALL -> /* TMCommit */
		tm = committed; sentCommit = 1 }
	:: d_step { tm == working ->                      /* TMAbort */
		tm = aborted; sentAbort = 1 }
	RM(0)
#if N > 1
	RM(1)
#endif
#if N > 2
	RM(2)
#endif
#if N > 3
	RM(3)
#endif
#if N > 4
	RM(4)
#endif
#if N > 5
	RM(5)
#endif
#if N > 6
	RM(6)
#endif
#if N > 7
	RM(7)
#endif
#if N > 8
	RM(8)
#endif
	od
}
