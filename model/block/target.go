package block

import (
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/model/units"
)

// A Target is a dm-linear target: the Len sectors from Start of the mapped
// device lie on the device below, from sector Parent.
type Target struct{ Start, Len, Parent units.Sector }

// Up maps the range r of the device below, in bytes, to the mapped device;
// false when no part of r lies in the target (linear_map, inverted). With
// DmRemapMixedUnits the distance of the two is taken in sectors from a number of
// bytes (D04).
func (t Target) Up(sc units.Scale, v design.Value, r ByteRange) (ByteRange, bool) {
	below := ByteRange{Off: sc.BBTOB(t.Parent), Len: sc.BBTOB(t.Len)}
	r, ok := r.Clip(below)
	if !ok {
		return ByteRange{}, false
	}
	if v == design.DmRemapMixedUnits {
		r.Off -= units.ByteOff(t.Parent - t.Start)
		return r, true
	}
	r.Off = r.Off - below.Off + sc.BBTOB(t.Start)
	return r, true
}
