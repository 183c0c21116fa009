package properties

import (
	"fmt"
	"math/bits"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/spec"
)

type holderCalls = calls[spec.Holder, spec.HolderCall, spec.HolderReply]

// holders are the calls on each holder slot.
func (tp *tape) holders() (list []recorded) {
	var slots [model.MaxSlots]holderCalls
	var used uint8
	for i := range slots {
		slot := tp.states[0].Slot[i]
		slots[i].name = fmt.Sprintf("holder slot %d", i)
		slots[i].like = Like(spec.Holder{Claim: slot.Data, Mount: slot.Ops}, spec.DescribeHolder)
	}
	for k := range tp.obs {
		o := &tp.obs[k]
		set := o.Slots
		if o.Call == model.CallKill {
			set = 1<<model.MaxSlots - 1 // of all those above the device
		}
		used |= o.Slots
		for ; set != 0; set &= set - 1 {
			tp.holderCall(&slots[bits.TrailingZeros8(set)], k)
		}
	}
	for i := range slots {
		slots[i].rec.Abandon(spec.HolderReply{Open: true})
		if used>>i&1 != 0 {
			list = append(list, &slots[i])
		}
	}
	return list
}

// holderCall notes what step k showed of one slot. kill_dax notifies while it
// runs, so its notification is a client of its own.
func (tp *tape) holderCall(slot *holderCalls, k int) {
	o, task := &tp.obs[k], tp.schedule[k].Task
	client := int(task)
	in := spec.HolderCall{Mount: o.FS, Dev: o.Dev, Task: task}
	begins, returns := o.Flags&model.ObsCalled != 0, o.Flags&model.ObsCallDone != 0
	var done spec.HolderOp
	switch o.Call {
	case model.CallGet:
		tp.getCall(slot, k, begins, returns)
		return
	case model.CallPut:
		in.Op, done = spec.HolderPut, spec.HolderPutDone
	case model.CallKill:
		in.Op, done = spec.HolderKill, spec.HolderKillDone
	case model.CallNotify:
		in.Op, done = spec.HolderNotify, spec.HolderNotifyDone
		if in.Removal = tp.task(task).Kind == model.TaskUnbind; in.Removal {
			client += 2 * model.MaxTasks
		}
	default: // a call on the reverse map
		return
	}
	if begins {
		slot.call(client, k, in)
	}
	if returns && slot.ret(client, k, spec.HolderReply{Saw: o.Saw}) {
		in.Op = done
		slot.at(client, k, in, spec.HolderReply{})
	}
}

// getCall notes a get. One that fails has claimed nothing, and is one
// operation.
func (tp *tape) getCall(slot *holderCalls, k int, begins, returns bool) {
	o, client := &tp.obs[k], int(tp.schedule[k].Task)
	in := spec.HolderCall{Op: spec.HolderClaim, Mount: o.FS}
	busy := returns && o.Saw == 0
	if begins {
		slot.call(client, k, in)
		if !busy {
			in.Op = spec.HolderGet
			slot.call(client+model.MaxTasks, k, in)
		}
	}
	if returns {
		slot.ret(client, k, spec.HolderReply{Busy: busy})
		slot.ret(client+model.MaxTasks, k, spec.HolderReply{})
	}
}
