package counterexamples

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A codec reads and writes one value of a file: the same table serves both
// ways, so what is written can be read.
type codec interface {
	// encode is the value as a node; nil is the default, which is omitted.
	encode() *yaml.Node
	// decode sets the value; path is where model.ScenarioError places it.
	decode(d *decoder, n *yaml.Node, path string) error
}

// A decoder knows where in the file a section lies, and where in the section
// each value came from.
type decoder struct {
	file  string
	above int // lines of the file before the section
	seen  map[string]*yaml.Node
}

// errorf is an error at a node, on one line.
func (d *decoder) errorf(n *yaml.Node, format string, args ...any) error {
	return d.errorAt(n.Line, n.Column, format, args...)
}

func (d *decoder) errorAt(line, column int, format string, args ...any) error {
	return fmt.Errorf("%s:%d:%d: %s", d.file, d.above+max(line, 1), max(column, 1), fmt.Sprintf(format, args...))
}

// load parses the section into its one mapping, without anchors, aliases and
// tags.
func (d *decoder) load(data []byte) (*yaml.Node, error) {
	d.seen = map[string]*yaml.Node{}
	var doc yaml.Node
	if err := yaml.Load(data, &doc, yaml.WithV4Defaults()); err != nil {
		line, column, reason := 1, 1, err.Error()
		var at *yaml.LoadError
		if errors.As(err, &at) {
			line, column, reason = at.Mark.Line, at.Mark.Column, at.Message
		}
		return nil, d.errorAt(line, column, "expected one YAML document: %s", oneLine(strings.TrimPrefix(reason, "yaml: ")))
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, d.errorAt(1, 1, "expected a mapping")
	}
	return doc.Content[0], d.plain(doc.Content[0])
}

// plain refuses what the format has no use for.
func (d *decoder) plain(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return d.errorf(n, "anchors and aliases are not part of the format")
	case n.Style&yaml.TaggedStyle != 0:
		return d.errorf(n, "tags are not part of the format")
	}
	for _, child := range n.Content {
		if err := d.plain(child); err != nil {
			return err
		}
	}
	return nil
}

// at is the node that a path of the model names, or the nearest that holds it.
func (d *decoder) at(path string) *yaml.Node {
	for {
		if n := d.seen[path]; n != nil || path == "" {
			return n
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
}

// oneLine makes text of others fit for a one-line error.
func oneLine(s string) string {
	const limit = 120
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "..."
	}
	return s
}

// found describes a node in an error.
func found(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if n.ShortTag() == "!!null" {
			return "nothing"
		}
		return strconv.Quote(oneLine(n.Value))
	case yaml.DocumentNode, yaml.AliasNode, yaml.StreamNode:
	}
	return "something else"
}

// text is the value of a scalar, which may be quoted.
func text(n *yaml.Node) (string, bool) {
	return n.Value, n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null"
}

// scalar is a node for a word, a number or a truth value.
func scalar(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

// A key is one key of a mapping.
type key struct {
	name     string
	path     string // the model's name for it; the key's own when empty
	required bool   // must be there, and is written even if it is the default
	value    codec
}

// An object is a mapping with fixed keys.
type object struct {
	what string // in errors: what has these keys
	keys []key
	flow bool // written on one line
}

func (o object) encode() *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	if o.flow {
		n.Style = yaml.FlowStyle
	}
	for _, k := range o.keys {
		if v := k.value.encode(); v != nil {
			n.Content = append(n.Content, scalar(k.name), v)
		}
	}
	return n
}

func (o object) decode(d *decoder, n *yaml.Node, path string) error {
	values, err := o.match(d, n)
	if err != nil {
		return err
	}
	for i, k := range o.keys {
		at := values[i]
		if at == nil {
			continue
		}
		child := k.path
		if child == "" {
			child = k.name
		}
		if path != "" {
			child = path + "." + child
		}
		d.seen[child] = at
		if err := k.value.decode(d, at, child); err != nil {
			return err
		}
	}
	return nil
}

// match finds the value of each key; nil where there is none.
func (o object) match(d *decoder, n *yaml.Node) ([]*yaml.Node, error) {
	if n.Kind != yaml.MappingNode {
		return nil, d.errorf(n, "expected a mapping with the keys of %s, not %s", o.what, found(n))
	}
	values := make([]*yaml.Node, len(o.keys))
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, _ := text(n.Content[i])
		k := slices.IndexFunc(o.keys, func(k key) bool { return k.name == name })
		if k < 0 {
			return nil, d.errorf(n.Content[i], "%s has no key %s; it has %s", o.what, found(n.Content[i]), o.names())
		}
		if values[k] != nil {
			return nil, d.errorf(n.Content[i], "key %q is there twice", name)
		}
		values[k] = n.Content[i+1]
	}
	for i, k := range o.keys {
		if k.required && values[i] == nil {
			return nil, d.errorf(n, "%s needs the key %q", o.what, k.name)
		}
	}
	return values, nil
}

func (o object) names() string {
	names := make([]string, len(o.keys))
	for i, k := range o.keys {
		names[i] = k.name
	}
	return strings.Join(names, ", ")
}

// A list is a sequence of at most max elements.
type list struct {
	what  string
	max   int
	n     int // elements to write
	elem  func(i int) codec
	found func(n int) // told the length that was read; may be nil
	block bool
}

func (l list) encode() *yaml.Node {
	if l.n == 0 {
		return nil
	}
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	if l.block {
		n.Style = 0
	}
	for i := range l.n {
		n.Content = append(n.Content, l.elem(i).encode())
	}
	return n
}

func (l list) decode(d *decoder, n *yaml.Node, path string) error {
	if n.Kind != yaml.SequenceNode {
		return d.errorf(n, "expected a list of %s, not %s", l.what, found(n))
	}
	if len(n.Content) > l.max {
		return d.errorf(n.Content[l.max], "at most %d %s", l.max, l.what)
	}
	for i, child := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		d.seen[at] = child
		if err := l.elem(i).decode(d, child, at); err != nil {
			return err
		}
	}
	if l.found != nil {
		l.found(len(n.Content))
	}
	return nil
}

// A number is a decimal number of its range.
type number struct {
	to       *uint8
	low, top uint8
	show     bool // write it even if 0
}

func (c number) encode() *yaml.Node {
	if *c.to == 0 && !c.show {
		return nil
	}
	return scalar(strconv.Itoa(int(*c.to)))
}

func (c number) decode(d *decoder, n *yaml.Node, _ string) error {
	if n.Kind == yaml.ScalarNode && n.Style == 0 {
		v, ok := decimal(n.Value)
		if ok && v >= c.low && v <= c.top {
			*c.to = v
			return nil
		}
	}
	return d.errorf(n, "expected a number from %d to %d, not %s", c.low, c.top, found(n))
}

// A truth is true or false; usual is what it is when it is omitted, and not
// inverts what the model keeps.
type truth struct {
	to         *bool
	usual, not bool
}

func (c truth) encode() *yaml.Node {
	v := *c.to != c.not
	if v == c.usual {
		return nil
	}
	return scalar(strconv.FormatBool(v))
}

func (c truth) decode(d *decoder, n *yaml.Node, _ string) error {
	if n.Kind != yaml.ScalarNode || n.Style != 0 || n.Value != "true" && n.Value != "false" {
		return d.errorf(n, "expected true or false, not %s", found(n))
	}
	*c.to = (n.Value == "true") != c.not
	return nil
}

// A word is one of the names of an enumeration.
type word[T ~uint8] struct {
	to    *T
	names []string
	usual T
	show  bool // write it even if it is the usual one
}

func (c word[T]) encode() *yaml.Node {
	if *c.to == c.usual && !c.show || int(*c.to) >= len(c.names) {
		return nil
	}
	return scalar(c.names[*c.to])
}

func (c word[T]) decode(d *decoder, n *yaml.Node, _ string) error {
	if s, ok := text(n); ok {
		if i := slices.Index(c.names, s); i >= 0 && i <= math.MaxUint8 {
			*c.to = T(i)
			return nil
		}
	}
	return d.errorf(n, "expected %s, not %s", oneOf(c.names), found(n))
}

// oneOf lists the names that are allowed.
func oneOf(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// A ref names one of a few numbered things, as f1; set, when there is one,
// says whether anything is named at all.
type ref struct {
	to     *uint8
	prefix string
	first  uint8
	n      int
	set    *bool
}

func (c ref) names() []string {
	names := make([]string, c.n)
	for i := range names {
		names[i] = numbered(c.prefix, uint8(i), c.first)
	}
	return names
}

func (c ref) encode() *yaml.Node {
	if c.set != nil && !*c.set {
		return nil
	}
	return scalar(numbered(c.prefix, *c.to, c.first))
}

func (c ref) decode(d *decoder, n *yaml.Node, path string) error {
	if c.set != nil {
		*c.set = true
	}
	return word[uint8]{to: c.to, names: c.names()}.decode(d, n, path)
}
