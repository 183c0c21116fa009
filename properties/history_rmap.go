package properties

import (
	"fmt"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/spec"
)

type rmapCalls = calls[spec.Rmap, spec.RmapCall, spec.RmapReply]

// rmaps are the calls on the reverse map, by group.
func (tp *tape) rmaps() (list []recorded) {
	var groups [model.MaxGroups]rmapCalls
	var init spec.Rmap
	for _, rec := range tp.states[0].Rmap.Recs {
		addRecord(&init.Of, rec, 0, spec.Blocks)
	}
	for i := range groups {
		groups[i].name = fmt.Sprintf("reverse map of group %d", i)
		groups[i].like = Like(init, spec.DescribeRmap)
	}
	queries := tp.queries()
	for k := range tp.obs {
		o, client := &tp.obs[k], int(tp.schedule[k].Task)
		q, asked := queries[k]
		switch {
		case asked && k < q.answered:
			groups[tp.m.GroupOf(q.in.Block)].call(client, k, q.in)
		case asked:
			groups[tp.m.GroupOf(q.in.Block)].ret(client, k, q.out)
		case o.Call >= model.CallMap && o.Call < model.CallQuery:
			if o.Flags&model.ObsCalled != 0 {
				groups[tp.m.GroupOf(uint8(o.Rec.Start))].call(client, k, update(o))
			}
			for i := range groups {
				if o.Flags&model.ObsCallDone != 0 {
					groups[i].ret(client, k, spec.RmapReply{})
				}
			}
		}
	}
	for i := range groups {
		groups[i].rec.Abandon(spec.RmapReply{})
		if groups[i].calls() > 0 {
			list = append(list, &groups[i])
		}
	}
	return list
}

// A query is one walk over the records of a range.
type query struct {
	answered int // the step in which it returns
	in       spec.RmapCall
	out      spec.RmapReply
	called   int
	found    []rmap.Record
}

// queries are the walks that came to an end, by the steps of call and return.
// A walk that was given up says nothing about what it did not read.
func (tp *tape) queries() map[int]query {
	done := map[int]query{}
	var open [model.MaxTasks]*query
	for k := range tp.obs {
		o, task := &tp.obs[k], tp.schedule[k].Task
		q := open[task]
		if o.Flags&model.ObsFound != 0 && q != nil {
			q.found = append(q.found, o.Rec)
		}
		if o.Call != model.CallQuery {
			continue
		}
		if o.Flags&model.ObsCalled != 0 {
			open[task] = &query{called: k}
			continue
		}
		if q != nil && o.Rec.Len != 0 {
			w := *q
			w.answered = k
			w.in = spec.RmapCall{Query: true, Block: uint8(o.Rec.Start), Blocks: o.Rec.Len}
			for _, rec := range w.found {
				addRecord(&w.out.Of, rec, w.in.Block, w.in.Blocks)
			}
			done[w.called], done[k] = w, w
		}
		open[task] = nil
	}
	return done
}

// addRecord adds what the record says of the blocks [lo, lo+n).
func addRecord(of *[spec.Blocks]spec.Owners, rec rmap.Record, lo, n uint8) {
	for i := range rec.Len {
		if b := uint8(rec.Start) + i; b >= lo && b-lo < n {
			of[b] |= ownerOf(rec, i)
		}
	}
}

// ownerOf is the owner of block i of the record.
func ownerOf(rec rmap.Record, i uint8) spec.Owners {
	switch {
	case rec.Owner == rmap.OwnerCow:
		return spec.Staging
	case !rec.Owner.Inode() || rec.Flags()&^rmap.FlagUnwritten != 0:
		return spec.Metadata
	}
	return spec.FilePageOwner(uint8(rec.Owner), rec.Off()+i, rec.Flags() != 0)
}

// update is the call of an update that step o begins.
func update(o *model.Obs) spec.RmapCall {
	owner, was := ownerOf(o.Rec, 0), o.Rec
	in := spec.RmapCall{Block: uint8(o.Rec.Start), Blocks: 1}
	switch o.Call {
	case model.CallMap:
		in.Add = owner
	case model.CallUnmap:
		in.Drop = owner
	case model.CallConvert:
		was.OffFlags |= rmap.FlagUnwritten
		in.Drop, in.Add = ownerOf(was, 0), owner
	case model.CallRemap:
		in.Drop, in.Add = spec.Staging, owner
	default: // no update
	}
	return in
}
