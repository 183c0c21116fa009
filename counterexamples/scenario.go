package counterexamples

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/device"
	"github.com/notifycheck/notifycheck/model/mm"
	"github.com/notifycheck/notifycheck/model/rmap"
	"github.com/notifycheck/notifycheck/model/superblock"
)

// Encode writes a valid scenario as the YAML of a scenario.yaml section, with
// what has its usual value left out.
func Encode(sc model.Scenario) []byte {
	out, err := yaml.Dump(scenarioCodec(&sc).encode(), yaml.WithIndent(2), yaml.WithCompactSeqIndent(false), yaml.WithLineWidth(-1))
	if err != nil {
		panic("counterexamples: a scenario that YAML cannot hold: " + err.Error())
	}
	return out
}

// Decode reads a scenario and validates it. The error is one line,
// file:line:column: what was expected.
func Decode(data []byte, filename string) (model.Scenario, error) {
	return decodeScenario(data, &decoder{file: filename})
}

func decodeScenario(data []byte, d *decoder) (model.Scenario, error) {
	if err := checkText(data, d.file, d.above); err != nil {
		return model.Scenario{}, err
	}
	var sc model.Scenario
	root, err := d.load(data)
	if err != nil {
		return model.Scenario{}, err
	}
	d.seen[""] = root
	if err := scenarioCodec(&sc).decode(d, root, ""); err != nil {
		return model.Scenario{}, err
	}
	var impossible *model.ScenarioError
	if err := sc.Validate(); errors.As(err, &impossible) {
		return model.Scenario{}, d.errorf(d.at(impossible.Path), "%s", oneLine(impossible.Reason))
	} else if err != nil {
		return model.Scenario{}, d.errorf(root, "%s", oneLine(err.Error()))
	}
	return sc, nil
}

// The codecs: one table for each mapping of the format.

func scenarioCodec(sc *model.Scenario) codec {
	files := names("files", filePrefix, model.MaxFiles,
		func(i int) bool { return sc.Files[i].Present },
		func(i int) codec { return fileCodec{&sc.Files[i]} })
	procs := names("procs", procPrefix, mm.Procs,
		func(i int) bool { return sc.Procs[i] != model.Proc{} },
		func(i int) codec { return procCodec{&sc.Procs[i]} })
	return object{what: "a scenario", keys: []key{
		{name: "geometry", required: true, value: geometryCodec(&sc.Geometry)},
		{name: "files", value: files},
		{name: "processes", path: "procs", value: procs},
		{name: "unmounted", value: flags{"filesystems", fsPrefix, 1, sc.Unborn[:]}},
		{name: "budget", value: number{to: &sc.Budget, low: 0, top: 255}},
		{name: "tasks", value: list{
			what: "tasks", max: model.MaxTasks, n: sc.TaskCount(), block: true,
			elem: func(i int) codec { return taskCodec{&sc.Tasks[i]} },
		}},
	}}
}

func geometryCodec(g *model.Geometry) codec {
	const pages = 255 // what a field holds; the geometry says what is possible
	return object{what: "geometry", keys: []key{
		{name: "stack", value: word[model.Stack]{to: &g.Stack, names: stackNames}},
		{name: "type", value: word[model.FSType]{to: &g.Type, names: typeNames}},
		{name: "device-pages", required: true, value: number{to: &g.DevicePages, top: pages, show: true}},
		{name: "part-off", value: number{to: &g.PartOff, top: pages}},
		{name: "blocks", required: true, value: number{to: &g.Blocks, top: pages, show: true}},
		{name: "agblocks", required: true, value: number{to: &g.AGBlocks, top: pages, show: true}},
		{name: "log", value: word[uint8]{to: &g.Log, names: logNames}},
		{name: "rt", value: word[uint8]{to: &g.RT, names: rtNames}},
		{name: "second", value: word[model.Second]{to: &g.Second, names: secondNames}},
		{name: "rmapbt", value: truth{to: &g.NoRmapbt, usual: true, not: true}},
		{name: "reflink", value: truth{to: &g.NoReflink, usual: true, not: true}},
		{name: "dax", value: truth{to: &g.NoDAX, usual: true, not: true}},
		{name: "dax-inode", value: truth{to: &g.DaxInode}},
		{name: "huge", value: truth{to: &g.Huge}},
		{name: "shared-cache", value: truth{to: &g.SharedCache}},
		{name: "first-range", value: number{to: &g.FirstRange, top: pages}},
		{name: "device-dax", value: truth{to: &g.DeviceDAX}},
		{name: "metadata", value: list{
			what: "metadata blocks", max: model.MaxMetadata, n: used(g.Metadata[:]),
			elem: func(i int) codec { return metadataCodec(&g.Metadata[i]) },
		}},
	}}
}

// used is the number of elements up to the last that is not zero.
func used[T comparable](s []T) int {
	var zero T
	n := len(s)
	for n > 0 && s[n-1] == zero {
		n--
	}
	return n
}

func metadataCodec(md *model.Metadata) codec {
	owned := md.Kind == model.MetaAttr || md.Kind == model.MetaBmbt
	return object{what: "a metadata block", flow: true, keys: []key{
		{name: "kind", required: true, value: word[model.MetaKind]{to: &md.Kind, names: metaNames, show: true}},
		{name: "block", value: number{to: &md.Block, top: model.MaxBlocks - 1}},
		{name: "file", value: ref{to: &md.File, prefix: filePrefix, first: 1, n: model.MaxFiles, set: &owned}},
	}}
}

// A fileCodec is an inode: it exists because it is named.
type fileCodec struct{ to *model.File }

func (c fileCodec) object() object {
	return object{what: "a file", flow: true, keys: []key{
		{name: "directory", value: truth{to: &c.to.Directory}},
		{name: "high", value: truth{to: &c.to.High}},
		{name: "fs", value: word[uint8]{to: &c.to.FS, names: ref{prefix: fsPrefix, first: 1, n: model.MaxFS}.names()}},
		{name: "incore", value: word[superblock.Incore]{to: &c.to.Incore, names: incoreNames, usual: superblock.IncoreLive}},
		{name: "data", value: forkCodec(&c.to.Data)},
		{name: "cow", value: forkCodec(&c.to.Cow)},
		{name: "cached", value: pageSet{&c.to.Cached}},
	}}
}

func (c fileCodec) encode() *yaml.Node { return c.object().encode() }

func (c fileCodec) decode(d *decoder, n *yaml.Node, path string) error {
	*c.to = model.File{Present: true, Incore: superblock.IncoreLive}
	return c.object().decode(d, n, path)
}

func forkCodec(f *rmap.Fork) codec {
	return list{
		what: "extents, one a page", max: model.MaxFilePages, n: used(f[:]),
		elem: func(i int) codec { return extentCodec{&f[i]} },
	}
}

// An extentCodec is what a fork has for one page: hole, 4 or 5 unwritten.
type extentCodec struct{ to *rmap.Extent }

const (
	holeWord      = "hole"
	unwrittenWord = " unwritten"
)

func (c extentCodec) encode() *yaml.Node {
	if c.to.Hole() {
		return scalar(holeWord)
	}
	s := strconv.Itoa(int(c.to.Block()))
	if c.to.Unwritten() {
		s += unwrittenWord
	}
	return scalar(s)
}

func (c extentCodec) decode(d *decoder, n *yaml.Node, _ string) error {
	s, _ := text(n)
	if s == holeWord {
		*c.to = 0
		return nil
	}
	digits, unwritten := strings.CutSuffix(s, unwrittenWord)
	b, ok := decimal(digits)
	if !ok || b >= model.MaxBlocks {
		return d.errorf(n, "expected a block from 0 to %d, such a block and %q, or %s, not %s",
			model.MaxBlocks-1, strings.TrimSpace(unwrittenWord), holeWord, found(n))
	}
	*c.to = rmap.Written(rmap.Block(b))
	if unwritten {
		*c.to = rmap.Unwritten(rmap.Block(b))
	}
	return nil
}

// A procCodec is a process: alive because it is named, unless it says that it
// is not, as a child that a fork is to make.
type procCodec struct{ to *model.Proc }

func (c procCodec) object() object {
	return object{what: "a process", keys: []key{
		{name: "alive", value: truth{to: &c.to.Alive, usual: true}},
		{name: "early-kill", value: truth{to: &c.to.EarlyKill}},
		{name: "two-threads", value: truth{to: &c.to.TwoThreads}},
		{name: "maps", value: names("maps", mapPrefix, mm.VMAs,
			func(i int) bool { return c.to.Maps[i] != model.Map{} },
			func(i int) codec { return mapCodec(&c.to.Maps[i]) })},
	}}
}

func (c procCodec) encode() *yaml.Node {
	n := c.object().encode()
	if len(n.Content) == 0 {
		n.Style = yaml.FlowStyle
	}
	return n
}

func (c procCodec) decode(d *decoder, n *yaml.Node, path string) error {
	c.to.Alive = true
	return c.object().decode(d, n, path)
}

func mapCodec(mp *model.Map) codec {
	return object{what: "a mapping of a file", flow: true, keys: []key{
		{name: "file", required: true, value: fileRef(&mp.File)},
		{name: "page", value: number{to: &mp.Pgoff, top: model.MaxFilePages - 1}},
		{name: "len", required: true, value: number{to: &mp.Len, low: 1, top: mm.VMAPages, show: true}},
		{name: "private", value: truth{to: &mp.Private}},
		{name: "faulted", value: pageSet{&mp.Faulted}},
		{name: "copied", value: pageSet{&mp.Copied}},
	}}
}

func fileRef(to *uint8) codec {
	return ref{to: to, prefix: filePrefix, first: 1, n: model.MaxFiles}
}

func procRef(to *uint8) codec { return ref{to: to, prefix: procPrefix, first: 1, n: mm.Procs} }

// A pageSet is a set of pages of a mapping, a bit each.
type pageSet struct{ to *uint8 }

func (c pageSet) encode() *yaml.Node {
	if *c.to == 0 {
		return nil
	}
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for i := range uint8(8) {
		if *c.to>>i&1 != 0 {
			n.Content = append(n.Content, scalar(strconv.Itoa(int(i))))
		}
	}
	return n
}

func (c pageSet) decode(d *decoder, n *yaml.Node, path string) error {
	var pages [mm.VMAPages]uint8
	l := list{what: "pages of the mapping", max: len(pages), elem: func(i int) codec {
		return number{to: &pages[i], top: mm.VMAPages - 1}
	}}
	if err := l.decode(d, n, path); err != nil {
		return err
	}
	for i := range n.Content {
		if *c.to>>pages[i]&1 != 0 {
			return d.errorf(n.Content[i], "page %d is there twice", pages[i])
		}
		*c.to |= 1 << pages[i]
	}
	return nil
}

// A flags is a list of the numbered things for which a flag is set.
type flags struct {
	what, prefix string
	first        uint8
	to           []bool
}

func (c flags) encode() *yaml.Node {
	if !slices.Contains(c.to, true) {
		return nil
	}
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for i, set := range c.to {
		if set {
			n.Content = append(n.Content, scalar(numbered(c.prefix, uint8(i), c.first)))
		}
	}
	return n
}

func (c flags) decode(d *decoder, n *yaml.Node, path string) error {
	which := make([]uint8, len(c.to))
	l := list{what: c.what, max: len(c.to), elem: func(i int) codec {
		return ref{to: &which[i], prefix: c.prefix, first: c.first, n: len(c.to)}
	}}
	if err := l.decode(d, n, path); err != nil {
		return err
	}
	for i := range n.Content {
		if c.to[which[i]] {
			return d.errorf(n.Content[i], "%s is there twice", numbered(c.prefix, which[i], c.first))
		}
		c.to[which[i]] = true
	}
	return nil
}

// A named is a mapping from f1, f2 ... to what each is.
type named struct {
	object
	plural string
}

// names is the mapping of those of n numbered things that there are; the
// model calls them plural[i].
func names(plural, prefix string, n int, there func(int) bool, elem func(int) codec) codec {
	c := named{plural: plural, object: object{what: plural}}
	for i := range n {
		c.keys = append(c.keys, key{
			name: numbered(prefix, uint8(i), 1), path: fmt.Sprintf("%s[%d]", plural, i),
			value: present{elem(i), func() bool { return there(i) }},
		})
	}
	return c
}

func (c named) encode() *yaml.Node {
	n := c.object.encode()
	if len(n.Content) == 0 {
		return nil
	}
	return n
}

// decode drops the last part of the path: the keys have it with an index.
func (c named) decode(d *decoder, n *yaml.Node, path string) error {
	return c.object.decode(d, n, strings.TrimSuffix(strings.TrimSuffix(path, c.plural), "."))
}

// A present is left out when the thing is not there.
type present struct {
	codec
	there func() bool
}

func (c present) encode() *yaml.Node {
	if !c.there() {
		return nil
	}
	return c.codec.encode()
}

// A taskCodec is a mapping of one key, the kind, to the parameters that the
// kind has.
type taskCodec struct{ to *model.TaskSpec }

func (c taskCodec) encode() *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
		scalar(kindNames[c.to.Kind]), taskObject(c.to).encode(),
	}}
}

func (c taskCodec) decode(d *decoder, n *yaml.Node, path string) error {
	kinds := kindNames[model.TaskNone+1:]
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return d.errorf(n, "expected one task, as truncate: {file: f1, page: 0}, not %s", found(n))
	}
	name, _ := text(n.Content[0])
	i := slices.Index(kinds, name)
	if i < 0 {
		return d.errorf(n.Content[0], "expected a task, %s, not %s", oneOf(kinds), found(n.Content[0]))
	}
	c.to.Kind = model.TaskNone + 1 + model.TaskKind(i)
	if err := taskObject(c.to).decode(d, n.Content[1], path); err != nil {
		return err
	}
	if c.to.Kind == model.TaskMemoryFailure {
		return checkSource(d, n.Content[1], c.to, path)
	}
	return nil
}

// checkSource: a scrub has no process, the other sources have one.
func checkSource(d *decoder, n *yaml.Node, tk *model.TaskSpec, path string) error {
	at := d.seen[path+".proc"]
	switch {
	case tk.Source == model.SourceScrub && at != nil:
		return d.errorf(at, "a scrub has no process")
	case tk.Source == model.SourceWritten && at == nil:
		tk.Proc = model.NoProc
	case tk.Source != model.SourceScrub && at == nil:
		return d.errorf(n, "%s needs the key %q", sourceNames[tk.Source], "process")
	}
	return nil
}

// taskObject has the keys of the task's kind.
func taskObject(tk *model.TaskSpec) object {
	page := func(to *uint8) codec { return number{to: to, top: model.MaxFilePages - 1, show: true} }
	slot := ref{to: &tk.Slot, prefix: mapPrefix, first: 1, n: mm.VMAs}
	device := ref{to: &tk.Dev, prefix: devicePrefix, n: device.Devs}
	fs := ref{to: &tk.FS, prefix: fsPrefix, first: 1, n: model.MaxFS}
	file := key{name: "file", required: true, value: fileRef(&tk.File)}
	proc := key{name: "process", path: "proc", required: true, value: procRef(&tk.Proc)}
	at := key{name: "page", required: true, value: page(&tk.Index)}
	vma := key{name: "map", required: true, value: slot}
	o := object{what: kindNames[tk.Kind], flow: true}
	switch tk.Kind {
	case model.TaskMemoryFailure:
		o.keys = eventKeys(tk)
	case model.TaskReadFault, model.TaskWriteFault:
		o.keys = []key{proc, vma, at}
	case model.TaskTruncate, model.TaskPin, model.TaskWrite:
		o.keys = []key{file, at}
	case model.TaskPunch:
		o.keys = []key{file, at, {
			name: "to", value: ref{to: &tk.To, prefix: filePrefix, first: 1, n: model.MaxFiles, set: &tk.Flag},
		}}
	case model.TaskReflink:
		o.keys = []key{
			file, at,
			{name: "to", required: true, value: fileRef(&tk.To)},
			{name: "to-page", required: true, value: page(&tk.Len)},
		}
	case model.TaskMmap:
		o.keys = []key{
			proc, vma, file, at,
			{name: "len", required: true, value: number{to: &tk.Len, low: 1, top: mm.VMAPages, show: true}},
			{name: "private", value: truth{to: &tk.Flag}},
		}
	case model.TaskMunmap:
		o.keys = []key{proc, vma}
	case model.TaskFork:
		o.keys = []key{proc, {name: "to", required: true, value: procRef(&tk.To)}}
	case model.TaskExit:
		o.keys = []key{proc}
	case model.TaskEvict:
		o.keys = []key{file, {name: "unlinked", value: truth{to: &tk.Flag}}}
	case model.TaskMount, model.TaskUmount, model.TaskFreeze:
		o.keys = []key{{name: "fs", required: true, value: fs}}
	case model.TaskUnbind, model.TaskLegFailure:
		o.keys = []key{{name: "device", path: "dev", required: true, value: device}}
	case model.TaskNone, model.NumTaskKinds:
	}
	return o
}

func eventKeys(tk *model.TaskSpec) []key {
	_, raised := tk.Raiser()
	return []key{
		{name: "pfn", path: "page", required: true, value: number{to: &tk.Page, top: device.Pages - 1, show: true}},
		{name: "pages", value: number{to: &tk.Pages, low: 1, top: 3}},
		{name: "part", value: truth{to: &tk.Part}},
		{name: "queued", value: truth{to: &tk.Queued}},
		{name: "source", value: word[model.Source]{to: &tk.Source, names: sourceNames}},
		{name: "process", path: "proc", value: ref{to: &tk.Proc, prefix: procPrefix, first: 1, n: mm.Procs, set: &raised}},
	}
}
