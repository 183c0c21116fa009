package conform

import (
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
)

// Why are the single changes of the design with which the trace agrees beyond
// the line at which it differs: the choices that the difference hangs on.
func Why(tr Trace, d model.Design, diff Difference) []design.Assignment {
	var list []design.Assignment
	for ch := range design.NumChoices {
		for v := range ch.Info().Values {
			if design.Value(v) == d[ch] {
				continue
			}
			a := design.Assignment{Choice: ch, Value: design.Value(v)}
			if w := Check(tr, d.With(a)); w.Conforms || w.Diff.Line > diff.Line {
				list = append(list, a)
			}
		}
	}
	return list
}
