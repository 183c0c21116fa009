package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/spec"
)

func TestRmap(t *testing.T) {
	first, second := spec.FilePageOwner(0, 1, false), spec.FilePageOwner(2, 3, true)
	written := spec.FilePageOwner(2, 3, false)
	var r spec.Rmap
	apply := func(ok bool, in spec.RmapCall, out spec.RmapReply) {
		t.Helper()
		next, got := r.Apply(in, out)
		require.Equal(t, ok, got)
		if ok {
			r = next
		}
	}
	apply(true, spec.RmapCall{Block: 2, Blocks: 1, Add: first}, spec.RmapReply{})
	apply(false, spec.RmapCall{Block: 2, Blocks: 1, Add: first}, spec.RmapReply{})
	apply(true, spec.RmapCall{Block: 2, Blocks: 1, Add: second}, spec.RmapReply{})
	apply(true, spec.RmapCall{Block: 2, Blocks: 1, Drop: second, Add: written}, spec.RmapReply{})
	apply(false, spec.RmapCall{Block: 2, Blocks: 1, Drop: second}, spec.RmapReply{})
	apply(true, spec.RmapCall{Block: 3, Blocks: 1, Add: spec.Staging}, spec.RmapReply{})
	require.Equal(t, "2: {f1:1, f3:3}; 3: {staging}", r.String())

	query := spec.RmapCall{Block: 2, Blocks: 2, Query: true}
	apply(true, query, spec.RmapReply(r))
	apply(false, query, spec.RmapReply{})
	missing := spec.RmapReply(r)
	missing.Of[3] = 0
	apply(false, query, missing)
	query.Blocks = 1
	apply(true, query, missing)
}

// An update undone leaves the state as it was.
func TestRmapUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r spec.Rmap
		owners := rapid.Map(rapid.Uint32Range(1, uint32(spec.Metadata)<<1-1), func(o uint32) spec.Owners { return spec.Owners(o) })
		for b := range r.Of {
			r.Of[b] = owners.Draw(t, "owners")
		}
		in := spec.RmapCall{Block: rapid.Uint8Range(0, spec.Blocks-1).Draw(t, "block"), Blocks: 1}
		had := r.Of[in.Block]
		in.Drop, in.Add = owners.Draw(t, "drop")&had, owners.Draw(t, "add")&^had
		next, ok := r.Apply(in, spec.RmapReply{})
		require.True(t, ok)
		require.Equal(t, had&^in.Drop|in.Add, next.Of[in.Block])
		in.Drop, in.Add = in.Add, in.Drop
		back, ok := next.Apply(in, spec.RmapReply{})
		require.True(t, ok)
		require.Equal(t, r, back)
	})
}

func TestDescribeRmap(t *testing.T) {
	owner := spec.FilePageOwner(1, 0, true)
	require.Equal(t, "map(4, {f2:0 unwritten})", spec.DescribeRmap(spec.RmapCall{Block: 4, Add: owner}, spec.RmapReply{}))
	require.Equal(t, "unmap(4, {metadata})", spec.DescribeRmap(spec.RmapCall{Block: 4, Drop: spec.Metadata}, spec.RmapReply{}))
	require.Equal(t, "convert(4, {f2:0 unwritten} to {f2:0})",
		spec.DescribeRmap(spec.RmapCall{Block: 4, Drop: owner, Add: spec.FilePageOwner(1, 0, false)}, spec.RmapReply{}))
	var out spec.RmapReply
	out.Of[5] = spec.Staging
	require.Equal(t, "query(4,+2) = 5: {staging}", spec.DescribeRmap(spec.RmapCall{Block: 4, Blocks: 2, Query: true}, out))
}
