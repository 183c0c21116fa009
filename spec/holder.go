package spec

import "fmt"

// HolderOp is a call on a holder slot, or the end of one.
type HolderOp uint8

// The calls on a holder slot.
const (
	HolderClaim      HolderOp = iota + 1 // fs_dax_get_by_bdev: from now on others fail
	HolderGet                            // and from now on events find the mount
	HolderPut                            // fs_put_dax
	HolderPutDone                        // it returns
	HolderKill                           // kill_dax
	HolderKillDone                       // it returns
	HolderNotify                         // dax_holder_notify_failure
	HolderNotifyDone                     // it returns
)

// A HolderCall is a call on one holder slot.
type HolderCall struct {
	Op      HolderOp
	Mount   uint8 // get and put: whose
	Dev     uint8 // kill and notify: which device goes, or has failed
	Task    uint8 // notify: who
	Removal bool  // notify: it is kill_dax that notifies
}

// A HolderReply is what the call returned.
type HolderReply struct {
	Saw  uint8 // notify: the mount that it saw, +1; 0 nobody
	Busy bool  // claim: somebody has the slot
	Open bool  // it did not return: what it saw is not known
}

// A Holder is a holder slot as a sequential object.
//
// Its calls are more than one moment each, and a sequential object has no
// durations; so each call is two operations.
//
// Three calls do something at one moment and then promise something when they
// return: a mount that notify saw is in use until notify returns, and put and
// kill return only when it no longer is. The first operation takes effect at
// some moment of the call, the second, the Done, at the return itself and at
// no other moment. A get keeps others out before events find the mount: both
// its operations take as long as the call.
//
//	notify   |----------------------------|D     saw fs1
//	put          |-------------|D                D: a notify that saw it runs
//
// Nothing explains this one. notify saw fs1, so it comes before put; then
// fs1 is in use until the last D, and the first D wants it unused.
//
//	notify   |-------------|D                    saw fs1
//	notify            |--|D                      saw nobody
//	put         |-------------|D
//
// This one is explained by notify, put, notify, Done, Done, Done. With put as
// one operation it would not be: put would come after the first notify has
// returned, and so after the second, which then has to see fs1.
type Holder struct {
	Claim   uint8         // the mount that keeps others out, +1; 0 none
	Mount   uint8         // the mount that events find, +1; 0 nobody
	Leaving uint8         // mounts that gave it up and whose put has not returned, a bit each
	Dead    uint8         // devices, a bit each
	Inside  [Tasks]Inside // notifications that saw a mount and have not returned
}

// Inside is a notification that runs.
type Inside struct {
	Saw uint8 // the mount, +1
	Dev uint8
}

// Apply is the state after the call; ok is false when it cannot have that
// reply.
func (h Holder) Apply(in HolderCall, out HolderReply) (next Holder, ok bool) {
	switch in.Op {
	case HolderClaim:
		return h.claim(in, out)
	case HolderGet:
		ok = h.Claim == in.Mount+1 || out.Open
		if h.Claim == in.Mount+1 {
			h.Mount = h.Claim
		}
		return h, ok
	case HolderPut:
		if h.Claim == in.Mount+1 { // or the device is gone, with all holders
			h.Claim, h.Mount = 0, 0
		}
		h.Leaving |= 1 << in.Mount
		return h, true
	case HolderPutDone:
		h.Leaving &^= 1 << in.Mount
		return h, !h.inUse(func(i Inside) bool { return i.Saw == in.Mount+1 })
	case HolderKill:
		h.Dead |= 1 << in.Dev
		return h, true
	case HolderKillDone:
		return h, !h.inUse(func(i Inside) bool { return i.Dev == in.Dev })
	case HolderNotify:
		return h.notify(in, out)
	case HolderNotifyDone:
		h.Inside[in.Task] = Inside{}
		return h, true
	}
	return h, false
}

// claim: a slot that is being given up may be free already or not yet, and
// that of a dead device may be anything.
func (h Holder) claim(in HolderCall, out HolderReply) (Holder, bool) {
	free := h.Claim == 0 || h.Dead != 0
	switch {
	case out.Busy:
		return h, h.Claim != 0 || h.Leaving != 0 || h.Dead != 0
	case free:
		h.Claim = in.Mount + 1
	}
	return h, free || out.Open
}

// notify: whoever has the slot is seen, unless the device is dead; only
// kill_dax itself may tell the holder of that.
func (h Holder) notify(in HolderCall, out HolderReply) (Holder, bool) {
	dead := h.Dead>>in.Dev&1 != 0
	switch {
	case out.Open:
		return h, true
	case out.Saw == 0:
		return h, h.Mount == 0 || dead
	}
	h.Inside[in.Task] = Inside{Saw: out.Saw, Dev: in.Dev}
	return h, out.Saw == h.Mount && (!dead || in.Removal)
}

// inUse reports whether a notification runs of which is holds.
func (h Holder) inUse(is func(Inside) bool) bool {
	for _, i := range h.Inside {
		if i.Saw != 0 && is(i) {
			return true
		}
	}
	return false
}

// String is the slot as porcupine's picture shows it.
func (h Holder) String() string {
	s := "nobody"
	if h.Mount != 0 {
		s = fmt.Sprintf("fs%d", h.Mount)
	} else if h.Claim != 0 {
		s = fmt.Sprintf("nobody yet, fs%d comes", h.Claim)
	}
	for m := range uint8(Mounts) {
		if h.Leaving>>m&1 != 0 {
			s += fmt.Sprintf(", put of fs%d runs", m+1)
		}
	}
	for task, i := range h.Inside {
		if i.Saw != 0 {
			s += fmt.Sprintf(", CPU%d uses fs%d", task, i.Saw)
		}
	}
	if h.Dead != 0 {
		s += ", dead"
	}
	return s
}

// DescribeHolder is a call as porcupine's picture shows it.
func DescribeHolder(in HolderCall, out HolderReply) string {
	switch in.Op {
	case HolderClaim:
		if out.Busy {
			return fmt.Sprintf("claim(fs%d) = busy", in.Mount+1)
		}
		return fmt.Sprintf("claim(fs%d)", in.Mount+1)
	case HolderGet:
		return fmt.Sprintf("get(fs%d)", in.Mount+1)
	case HolderPut:
		return fmt.Sprintf("put(fs%d)", in.Mount+1)
	case HolderPutDone:
		return fmt.Sprintf("put(fs%d) returns", in.Mount+1)
	case HolderKill:
		return fmt.Sprintf("kill(pmem%d)", in.Dev)
	case HolderKillDone:
		return fmt.Sprintf("kill(pmem%d) returns", in.Dev)
	case HolderNotify:
		switch {
		case out.Open:
			return fmt.Sprintf("notify(pmem%d) never returned", in.Dev)
		case out.Saw == 0:
			return fmt.Sprintf("notify(pmem%d) saw nobody", in.Dev)
		}
		return fmt.Sprintf("notify(pmem%d) saw fs%d", in.Dev, out.Saw)
	default:
		return fmt.Sprintf("notify(pmem%d) returns", in.Dev)
	}
}
