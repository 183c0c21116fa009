package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/spec"
)

// A holderStep is a call with its reply, in the order of a sequential run.
type holderStep struct {
	in  spec.HolderCall
	out spec.HolderReply
}

// runHolder is the number of steps that are possible, and the state after.
func runHolder(h spec.Holder, steps []holderStep) (done int, end spec.Holder) {
	for i, st := range steps {
		next, ok := h.Apply(st.in, st.out)
		if !ok {
			return i, h
		}
		h = next
	}
	return len(steps), h
}

func TestHolder(t *testing.T) {
	call := func(op spec.HolderOp) holderStep { return holderStep{in: spec.HolderCall{Op: op}} }
	second := func(op spec.HolderOp) holderStep {
		return holderStep{in: spec.HolderCall{Op: op, Mount: 1, Dev: 1}}
	}
	notify := func(saw uint8) holderStep {
		return holderStep{spec.HolderCall{Op: spec.HolderNotify}, spec.HolderReply{Saw: saw}}
	}
	claim := func(mount uint8, busy bool) holderStep {
		return holderStep{spec.HolderCall{Op: spec.HolderClaim, Mount: mount}, spec.HolderReply{Busy: busy}}
	}
	removal := notify(1)
	removal.in.Removal = true
	otherDev := notify(1)
	otherDev.in.Dev, otherDev.in.Task = 1, 1
	mounted := []holderStep{claim(0, false), call(spec.HolderGet)}
	for name, tc := range map[string]struct {
		steps    []holderStep
		possible int // how many of them
		end      string
	}{
		"found once it is there": {append(mounted, notify(1)), 3, "fs1, CPU0 uses fs1"},
		"not before":             {[]holderStep{claim(0, false), notify(0), call(spec.HolderGet), notify(1)}, 4, "fs1, CPU0 uses fs1"},
		"who is there is seen":   {append(mounted, notify(0)), 2, "fs1"},
		"somebody else":          {append(mounted, notify(2)), 2, "fs1"},
		"a get without a claim":  {mounted[1:], 0, "nobody"},
		"keeps others out":       {append(mounted, claim(1, true), claim(1, false)), 3, "fs1"},
		"busy without reason":    {[]holderStep{claim(0, true)}, 0, "nobody"},
		"put while notified":     {append(mounted, notify(1), call(spec.HolderPut), call(spec.HolderPutDone)), 4, "nobody, put of fs1 runs, CPU0 uses fs1"},
		"put after that": {append(mounted, notify(1), call(spec.HolderPut), call(spec.HolderNotifyDone),
			call(spec.HolderPutDone), notify(0)), 7, "nobody"},
		"free while put waits": {
			append(mounted, notify(1), call(spec.HolderPut), claim(1, true), claim(1, false)), 6,
			"nobody yet, fs2 comes, put of fs1 runs, CPU0 uses fs1",
		},
		"kill while notified": {append(mounted, notify(1), call(spec.HolderKill), call(spec.HolderKillDone)), 4, "fs1, CPU0 uses fs1, dead"},
		"kill of another":     {append(mounted, otherDev, call(spec.HolderKill), call(spec.HolderKillDone)), 5, "fs1, CPU1 uses fs1, dead"},
		"nobody when dead":    {append(mounted, call(spec.HolderKill), notify(0), notify(1)), 4, "fs1, dead"},
		"kill may still tell": {append(mounted, call(spec.HolderKill), removal), 4, "fs1, CPU0 uses fs1, dead"},
		"put of another":      {append(mounted, notify(1), second(spec.HolderPut), second(spec.HolderPutDone)), 5, "fs1, CPU0 uses fs1"},
		"two puts at once":    {append(mounted, call(spec.HolderPut), second(spec.HolderPut)), 4, "nobody, put of fs1 runs, put of fs2 runs"},
		"the second put ends": {
			append(mounted, call(spec.HolderPut), second(spec.HolderPut), second(spec.HolderPutDone)), 5,
			"nobody, put of fs1 runs",
		},
		"the first put ends": {
			append(mounted, call(spec.HolderPut), second(spec.HolderPut), call(spec.HolderPutDone)), 5,
			"nobody, put of fs2 runs",
		},
		"the other device lives":    {append(mounted, second(spec.HolderKill), notify(0)), 3, "fs1, dead"},
		"the second device is dead": {append(mounted, second(spec.HolderKill), otherDev), 3, "fs1, dead"},
		"and so is the first": {
			append(mounted, call(spec.HolderKill), second(spec.HolderKill), notify(1)), 4, "fs1, dead",
		},
		"no call of the slots": {[]holderStep{{}}, 0, "nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			possible, end := runHolder(spec.Holder{}, tc.steps)
			require.Equal(t, tc.possible, possible)
			require.Equal(t, tc.end, end.String())
		})
	}
}

// A call that did not return is possible in every state, whether it took
// effect or not.
func TestHolderOpen(t *testing.T) {
	for op := spec.HolderClaim; op <= spec.HolderNotify; op++ {
		if op == spec.HolderPutDone || op == spec.HolderKillDone {
			continue // they are the returns
		}
		for _, h := range []spec.Holder{{}, {Claim: 1}, {Claim: 2, Mount: 2}, {Leaving: 1}, {Dead: 1}} {
			_, ok := h.Apply(spec.HolderCall{Op: op}, spec.HolderReply{Open: true})
			require.True(t, ok, "%v in %v", op, h)
		}
	}
}

func TestDescribeHolder(t *testing.T) {
	for op, want := range map[spec.HolderOp]string{
		spec.HolderClaim: "claim(fs2)", spec.HolderGet: "get(fs2)", spec.HolderPut: "put(fs2)",
		spec.HolderPutDone: "put(fs2) returns", spec.HolderKill: "kill(pmem2)",
		spec.HolderKillDone: "kill(pmem2) returns", spec.HolderNotify: "notify(pmem2) saw nobody",
		spec.HolderNotifyDone: "notify(pmem2) returns",
	} {
		require.Equal(t, want, spec.DescribeHolder(spec.HolderCall{Op: op, Mount: 1, Dev: 2}, spec.HolderReply{}))
	}
	notify := spec.HolderCall{Op: spec.HolderNotify}
	require.Equal(t, "notify(pmem0) saw fs2", spec.DescribeHolder(notify, spec.HolderReply{Saw: 2}))
	require.Equal(t, "notify(pmem0) never returned", spec.DescribeHolder(notify, spec.HolderReply{Open: true}))
	claim := spec.HolderCall{Op: spec.HolderClaim}
	require.Equal(t, "claim(fs1) = busy", spec.DescribeHolder(claim, spec.HolderReply{Busy: true}))
}
