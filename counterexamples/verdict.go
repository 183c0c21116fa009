package counterexamples

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v4"

	"github.com/notifycheck/notifycheck/checker"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
)

// Version is the version of the file format.
const Version = 1

// A Verdict is what a file claims.
type Verdict struct {
	Property string
	Design   string          // a named design
	With     []string        // choice=value, on top of it
	Also     []string        // named designs under which it replays just so, with the same on top
	Rows     []string        // of the catalogue, that it shows in these designs
	Alone    bool            // in each, no schedule of the scenario violates the property without the row's value
	Weak     bool            // under weak victims: see [model.Scenario]
	Verdict  checker.Verdict // Violated; in a litmus file also Exhausted
	Message  string          // one sentence: what went wrong
}

var (
	// kebabCase is the shape of the names of properties and designs.
	kebabCase = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9.-]*$`)
	// assignment is the shape of what --with takes.
	assignment = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*=[a-zA-Z0-9][a-zA-Z0-9.-]*$`)
	// sentence is text on one line.
	sentence = regexp.MustCompile(`^\S(.*\S)?$`)
)

const maxTexts = 200 // more than there are choices, designs or rows

func (v *Verdict) object(version *uint8) object {
	return object{what: "a verdict", keys: []key{
		{name: "version", required: true, value: number{to: version, low: Version, top: Version, show: true}},
		{name: "property", required: true, value: pattern{&v.Property, kebabCase, "the name of a property"}},
		{name: "design", required: true, value: pattern{&v.Design, kebabCase, "the name of a design"}},
		{name: "with", value: textsCodec{&v.With, "assignments", assignment, "choice=value"}},
		{name: "also", value: textsCodec{&v.Also, "designs", kebabCase, "the name of a design"}},
		{name: "rows", value: textsCodec{&v.Rows, "rows of the catalogue", kebabCase, "the id of a row"}},
		{name: "alone", value: truth{to: &v.Alone}},
		{name: "victims", value: victimsCodec{&v.Weak}},
		{name: "verdict", required: true, value: verdictCodec{&v.Verdict}},
		{name: "message", required: true, value: pattern{&v.Message, sentence, "one sentence"}},
	}}
}

func (v *Verdict) encode() []byte {
	version := uint8(Version)
	out, err := yaml.Dump(v.object(&version).encode(), yaml.WithLineWidth(-1))
	if err != nil {
		panic("counterexamples: a verdict that YAML cannot hold: " + err.Error())
	}
	return out
}

// parseVerdict reads the verdict section, which begins after so many lines of
// the file.
func (f *File) parseVerdict(data []byte, above int) error {
	d := &decoder{file: f.Name, above: above}
	root, err := d.load(data)
	if err != nil {
		return err
	}
	var version uint8
	if err := f.Verdict.object(&version).decode(d, root, ""); err != nil {
		return err
	}
	f.Scenario.Weak = f.Verdict.Weak
	f.verdictAt = map[string]string{}
	for name, n := range d.seen {
		f.verdictAt[name] = fmt.Sprintf("%d:%d", above+n.Line, n.Column)
	}
	if _, key, err := f.Verdict.design(); err != nil {
		return d.errorf(d.seen[key], "%s", err)
	}
	return nil
}

// design is the vector of choices that the verdict is about, or the key that
// names what there is not.
func (v *Verdict) design() (d design.Design, key string, err error) {
	named, ok := design.ByName(v.Design)
	if !ok {
		return d, "design", fmt.Errorf("there is no design %q", v.Design)
	}
	d = named.Design
	for i, a := range v.With {
		if err := design.Set(&d, a); err != nil {
			return d, fmt.Sprintf("with[%d]", i), err
		}
	}
	for i, name := range v.Also {
		if _, ok := design.ByName(name); !ok {
			return d, fmt.Sprintf("also[%d]", i), fmt.Errorf("there is no design %q", name)
		}
	}
	return d, "", nil
}

// Machine is the machine that the file is about.
func (f *File) Machine() (*model.Machine, error) {
	d, key, err := f.Verdict.design()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Pos(key), err)
	}
	m, err := model.New(d, f.Scenario)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return m, nil
}

// A pattern is text of a certain shape.
type pattern struct {
	to    *string
	shape *regexp.Regexp
	what  string
}

func (c pattern) encode() *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: *c.to}
}

func (c pattern) decode(d *decoder, n *yaml.Node, _ string) error {
	s, ok := text(n)
	if !ok || !c.shape.MatchString(s) {
		return d.errorf(n, "expected %s, not %s", c.what, found(n))
	}
	*c.to = s
	return nil
}

// A textsCodec is a list of texts of a certain shape.
type textsCodec struct {
	to    *[]string
	what  string
	shape *regexp.Regexp
	elem  string
}

func (c textsCodec) list(values []string) list {
	return list{what: c.what, max: len(values), n: len(*c.to), elem: func(i int) codec {
		return pattern{&values[i], c.shape, c.elem}
	}}
}

func (c textsCodec) encode() *yaml.Node { return c.list(*c.to).encode() }

func (c textsCodec) decode(d *decoder, n *yaml.Node, path string) error {
	values := make([]string, maxTexts)
	if err := c.list(values).decode(d, n, path); err != nil {
		return err
	}
	if len(n.Content) > 0 {
		*c.to = values[:len(n.Content)]
	}
	return nil
}

// A victimsCodec is weak, or strict, which is omitted.
type victimsCodec struct{ weak *bool }

func (c victimsCodec) encode() *yaml.Node {
	if !*c.weak {
		return nil
	}
	return scalar("weak")
}

func (c victimsCodec) decode(d *decoder, n *yaml.Node, _ string) error {
	switch s, _ := text(n); s {
	case "weak", "strict":
		*c.weak = s == "weak"
		return nil
	}
	return d.errorf(n, "expected weak or strict, not %s", found(n))
}

// A verdictCodec is violated, or exhausted.
type verdictCodec struct{ to *checker.Verdict }

func (c verdictCodec) encode() *yaml.Node { return scalar(c.to.String()) }

func (c verdictCodec) decode(d *decoder, n *yaml.Node, _ string) error {
	s, _ := text(n)
	for _, v := range []checker.Verdict{checker.Violated, checker.Exhausted} {
		if s == v.String() {
			*c.to = v
			return nil
		}
	}
	return d.errorf(n, "expected %s or %s, not %s", checker.Violated, checker.Exhausted, found(n))
}
