package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// An arithmeticReport is what explore arithmetic prints as JSON.
type arithmeticReport struct {
	Verdict    string             `json:"verdict"`
	Bits       uint8              `json:"bits"`
	Blocks     uint8              `json:"blocks"`
	Geometries int                `json:"geometries"`
	Ranges     int                `json:"ranges"`
	Cases      int                `json:"cases"`
	Differ     int                `json:"differ"`
	Choices    []arithmeticChoice `json:"choices,omitempty"` // those of arithmetic in which the two sides differ
	Sides      []arithmeticSide   `json:"sides"`
	First      *arithmeticCase    `json:"first,omitempty"`
}

// An arithmeticChoice is a choice and its value on each side.
type arithmeticChoice struct {
	Choice string   `json:"choice"`
	Values []string `json:"values"`
}

// An arithmeticSide is a design and what is wrong with it alone, of the cases
// that differ.
type arithmeticSide struct {
	Design string           `json:"design"`
	With   []string         `json:"with,omitempty"`
	Wrong  int              `json:"wrong"` // cases in which it does not give what is owed
	Kinds  []arithmeticKind `json:"kinds,omitempty"`
	label  string
	design design.Design
}

// An arithmeticKind is a way of being wrong.
type arithmeticKind struct {
	Kind  string         `json:"kind"`
	Cases int            `json:"cases"`
	First arithmeticCase `json:"first"`
}

// An arithmeticCase is one case that differs.
type arithmeticCase struct {
	Geometry string            `json:"geometry"`
	Blocks   []string          `json:"blocks"`
	Failed   string            `json:"failed"`
	Gives    []arithmeticGives `json:"gives"`
	Owed     string            `json:"owed"`
}

// An arithmeticGives is what a design makes of a case.
type arithmeticGives struct {
	Design string   `json:"design"`
	Told   string   `json:"told"`
	Walk   []string `json:"walk"`
}

func (a *app) exploreArithmetic() *cobra.Command {
	var flags designFlags
	var against, ranges string
	scope := properties.NarrowArithmetic(4)
	steps := map[string]uint8{"bytes": 0, "sectors": scope.SectorShift, "pages": scope.PageShift}
	cmd := &cobra.Command{
		Use:   "arithmetic",
		Short: "exhaust the arithmetic from a range of a device to user addresses",
		Long: "Exhaust the arithmetic from a range of a device to user addresses, on all small\n" +
			"geometries and all ranges of it: of one design against what must be told, or\n" +
			"of two against each other. It exits with 1 when they differ. Kernels fail ranges\n" +
			"of whole pages only.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			sides, err := arithmeticSides(&flags, against)
			if err != nil {
				return err
			}
			if err := inBounds("bits", scope.Bits, properties.MinArithmeticBits, properties.MaxArithmeticBits); err != nil {
				return err
			}
			if err := inBounds("blocks", scope.Blocks, 1, properties.MaxArithmeticBlocks); err != nil {
				return err
			}
			var ok bool
			if scope.StepShift, ok = steps[ranges]; !ok {
				return fmt.Errorf("--ranges: expected bytes, sectors or pages, not %q", ranges)
			}
			return a.compareArithmetic(scope, sides)
		},
	}
	flags.add(cmd)
	flags.addDeviation(cmd)
	cmd.Flags().StringVar(&against, "against", "", "another named design; what must be told when not given")
	cmd.Flags().Uint8Var(&scope.Bits, "bits", scope.Bits, "width of what is u32 in the kernel")
	cmd.Flags().Uint8Var(&scope.Blocks, "blocks", scope.Blocks, "blocks of the filesystem at most")
	cmd.Flags().StringVar(&ranges, "ranges", "bytes", "of whole bytes, sectors or pages")
	return cmd
}

// inBounds refuses a number that is out of bounds.
func inBounds(flag string, n, least, most uint8) error {
	if n < least || n > most {
		return fmt.Errorf("--%s: expected a number from %d to %d, not %d", flag, least, most, n)
	}
	return nil
}

// arithmeticSides are the design of the flags and the one to compare it with,
// if there is one.
func arithmeticSides(flags *designFlags, against string) ([]arithmeticSide, error) {
	s, err := flags.subject()
	if err != nil {
		return nil, err
	}
	sides := []arithmeticSide{{Design: s.name, With: s.with, label: s.label, design: s.design}}
	if against == "" {
		return sides, nil
	}
	named, ok := design.ByName(against)
	if !ok {
		return nil, fmt.Errorf("--against: there is no design %q; there are: %s", against, strings.Join(designNames(), ", "))
	}
	return append(sides, arithmeticSide{Design: named.Name, label: named.Name, design: named.Design}), nil
}

func (a *app) compareArithmetic(scope properties.ArithmeticScope, sides []arithmeticSide) error {
	var designs []*design.Design
	for i := range sides {
		designs = append(designs, &sides[i].design)
	}
	res := properties.CompareArithmetic(scope, designs...)
	report := newArithmeticReport(scope, sides, &res)
	if a.json {
		if err := a.printJSON(report); err != nil {
			return err
		}
	} else {
		a.printArithmetic(report)
	}
	if res.Differ > 0 {
		return status(exitViolated)
	}
	return nil
}

func newArithmeticReport(scope properties.ArithmeticScope, sides []arithmeticSide, res *properties.ArithmeticResult) *arithmeticReport {
	r := &arithmeticReport{
		Verdict: checker.Exhausted.String(), Bits: scope.Bits, Blocks: scope.Blocks,
		Geometries: res.Geometries, Ranges: res.Ranges, Cases: res.Cases, Differ: res.Differ, Sides: sides,
	}
	if res.Differ > 0 {
		r.Verdict = checker.Violated.String()
		first := newArithmeticCase(sides, res.First)
		r.First = &first
	}
	for i := range sides {
		sides[i].Wrong = res.Wrong[i]
		for k, kind := range res.Kinds[i] {
			if kind.Cases > 0 {
				sides[i].Kinds = append(sides[i].Kinds, arithmeticKind{
					Kind: properties.ArithmeticKind(k).String(), Cases: kind.Cases, First: newArithmeticCase(sides, kind.First),
				})
			}
		}
	}
	other := design.Design{} // a design is held against the reference when there is no second
	if len(sides) > 1 {
		other = sides[1].design
	}
	for _, c := range properties.ArithmeticChoices {
		values := c.Info().Values
		if v, w := sides[0].design[c], other[c]; v != w {
			r.Choices = append(r.Choices, arithmeticChoice{c.String(), []string{values[v].Name, values[w].Name}})
		}
	}
	return r
}

func newArithmeticCase(sides []arithmeticSide, d *properties.ArithmeticDifference) arithmeticCase {
	c := arithmeticCase{Geometry: d.Geometry(), Blocks: d.Blocks(), Failed: d.Range(), Owed: d.Owed.String()}
	for i := range sides {
		c.Gives = append(c.Gives, arithmeticGives{
			Design: sides[i].label, Told: d.Gives[i].String(), Walk: d.Walk(&sides[i].design),
		})
	}
	return c
}

func (a *app) printArithmetic(r *arithmeticReport) {
	names := []string{r.Sides[0].label, "what must be told"}
	if len(r.Sides) > 1 {
		names[1] = r.Sides[1].label
	}
	found := fmt.Sprintf("give the same: exhausted(%d cases)", r.Cases)
	if r.Differ > 0 {
		found = fmt.Sprintf("differ in %d of %d cases", r.Differ, r.Cases)
	}
	a.printf("%s and %s %s\n", names[0], names[1], found)
	a.printf("%d geometries of up to %d blocks in up to %d groups, %d ranges, u32 of %d bits\n",
		r.Geometries, r.Blocks, properties.ArithmeticGroups, r.Ranges, r.Bits)
	other := names[1]
	if len(r.Sides) == 1 {
		other = referenceDesign
	}
	for _, c := range r.Choices {
		a.printf("%s: %s %s, %s %s\n", c.Choice, names[0], c.Values[0], other, c.Values[1])
	}
	if r.First == nil {
		return
	}
	for i := range r.Sides {
		if len(r.Sides) > 1 {
			a.printf("%s does not give what is owed in %d cases\n", r.Sides[i].label, r.Sides[i].Wrong)
		}
	}
	a.printf("\nThe first case: %s\n", r.First.Geometry)
	a.printCase(r.First)
	for i := range r.Sides {
		for _, k := range r.Sides[i].Kinds {
			if k.First.same(r.First) {
				a.printf("\n%s, %s: %d cases, the first among them\n", r.Sides[i].label, k.Kind, k.Cases)
				continue
			}
			a.printf("\n%s, %s: %d cases, as %s\n", r.Sides[i].label, k.Kind, k.Cases, k.First.Geometry)
			a.printCase(&k.First)
		}
	}
}

// same reports whether two cases are the same one.
func (c *arithmeticCase) same(o *arithmeticCase) bool {
	return c.Geometry == o.Geometry && c.Failed == o.Failed && strings.Join(c.Blocks, "\n") == strings.Join(o.Blocks, "\n")
}

func (a *app) printCase(c *arithmeticCase) {
	for _, b := range c.Blocks {
		a.printf("  %s\n", b)
	}
	a.printf("  failed: %s\n", c.Failed)
	for _, g := range c.Gives {
		a.printf("  %s tells: %s\n", g.Design, g.Told)
		for _, line := range g.Walk {
			a.printf("    %s\n", line)
		}
	}
	a.printf("  owed: %s\n", c.Owed)
}
