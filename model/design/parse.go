package design

import (
	"fmt"
	"strings"
)

// Choices lists the choices in their order.
func Choices() []Choice {
	list := make([]Choice, NumChoices)
	for i := range list {
		list[i] = Choice(i)
	}
	return list
}

// Info documents the choice.
func (c Choice) Info() *ChoiceInfo { return &choices[c] }

// String is the name of the choice.
func (c Choice) String() string { return choices[c].Name }

// Lookup finds a choice by its name.
func Lookup(name string) (Choice, bool) {
	for i := range choices {
		if choices[i].Name == name {
			return Choice(i), true
		}
	}
	return 0, false
}

// Value finds a value of the choice by its name.
func (c Choice) Value(name string) (Value, bool) {
	for i := range choices[c].Values {
		if choices[c].Values[i].Name == name {
			return Value(i), true
		}
	}
	return 0, false
}

// An Assignment gives a choice a value.
type Assignment struct {
	Choice Choice
	Value  Value
}

// String is the assignment as ParseAssignment reads it.
func (a Assignment) String() string {
	return a.Choice.String() + "=" + a.Choice.Info().Values[a.Value].Name
}

// ParseAssignment reads "choice=value". The error lists what is possible.
func ParseAssignment(s string) (Assignment, error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok {
		return Assignment{}, fmt.Errorf("%q: want choice=value, as in %v", s, Assignment{PfnRecheck, PfnNotRechecked})
	}
	c, ok := Lookup(name)
	if !ok {
		return Assignment{}, fmt.Errorf("no choice %q; there are: %s", name, choiceNames())
	}
	v, ok := c.Value(value)
	if !ok {
		return Assignment{}, fmt.Errorf("%s has no value %q; it has: %s", name, value, valueNames(c))
	}
	return Assignment{c, v}, nil
}

func choiceNames() string {
	names := make([]string, NumChoices)
	for i := range names {
		names[i] = choices[i].Name
	}
	return strings.Join(names, ", ")
}

func valueNames(c Choice) string {
	names := make([]string, len(choices[c].Values))
	for i := range names {
		names[i] = choices[c].Values[i].Name
	}
	return strings.Join(names, ", ")
}

// Set makes one assignment, "pfn-recheck=no". On an error d is as it was.
func Set(d *Design, assignment string) error {
	a, err := ParseAssignment(assignment)
	if err != nil {
		return err
	}
	d[a.Choice] = a.Value
	return nil
}

// With is the design with the assignments made.
func (d Design) With(as ...Assignment) Design {
	for _, a := range as {
		d[a.Choice] = a.Value
	}
	return d
}

// Diff lists the values of the design that differ from those of base.
func (d Design) Diff(base Design) []Assignment {
	var as []Assignment
	for i := range d {
		if d[i] != base[i] {
			as = append(as, Assignment{Choice(i), d[i]})
		}
	}
	return as
}
