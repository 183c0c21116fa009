package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model"
	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/spec"
)

// documents are the files that docs writes.
var documents = []struct {
	name string
	text func() string
}{
	{"catalogue.md", catalogueDoc},
	{"choices.md", choicesDoc},
	{"properties.md", propertiesDoc},
	{"designs.md", designsDoc},
	{"steps.md", stepsDoc},
	{"obligations.md", obligationsDoc},
}

func (a *app) docs() *cobra.Command {
	var check bool
	var dir string
	var results []string
	cmd := &cobra.Command{
		Use: "docs", Short: "write the generated documents again, and remove those that are none any more, or check them", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			merged, err := mergeAll(results)
			if err != nil {
				return fmt.Errorf("--results: %w", err)
			}
			return a.writeDocs(dir, check, merged)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "write and remove nothing; exit 1 when a file is out of date")
	cmd.Flags().StringVar(&dir, "dir", "docs", "directory of the documents")
	cmd.Flags().StringSliceVar(&results, "results", nil, "result files of explore, for space.lock; may be repeated")
	return cmd
}

// texts are the documents by their names, in order.
func (a *app) texts(dir string, results []*result) (names, texts []string, err error) {
	for _, doc := range documents {
		names = append(names, doc.name)
		texts = append(texts, generatedBy("docs")+doc.text())
	}
	table, err := versionTable()
	if err != nil {
		return nil, nil, err
	}
	names, texts = append(names, "versions.md"), append(texts, generatedBy("docs")+versionsDoc(&table))
	pages, found, err := findingsDoc(&table)
	if err != nil {
		return nil, nil, err
	}
	names, texts = append(names, pages...), append(texts, found...)
	answers, err := questionsDoc()
	if err != nil {
		return nil, nil, err
	}
	names, texts = append(names, "questions.md"), append(texts, generatedBy("docs")+answers)
	conformance, err := conformanceDoc()
	if err != nil {
		return nil, nil, err
	}
	names, texts = append(names, "conformance.md"), append(texts, generatedBy("docs")+conformance)
	rows, err := a.space(dir, results)
	if err != nil {
		return nil, nil, err
	}
	names = append(names, "scopes.md", spaceFile)
	texts = append(texts, generatedBy("docs")+scopesDoc(rows), formatSpace(rows))
	page, err := evidenceDoc(rows)
	if err != nil {
		return nil, nil, err
	}
	for _, text := range page {
		names = append(names, filepath.Join(evidenceDir, filepath.FromSlash(text.Name)))
		texts = append(texts, generatedBy("docs")+text.Text)
	}
	return names, texts, nil
}

// evidenceDir is where the documents have the page of a review as Markdown.
const evidenceDir = "evidence"

// evidenceDoc is the page that `review --out` writes when nothing else is
// said, as Markdown.
func evidenceDoc(space []spaceRow) ([]evidence.Text, error) {
	report, err := docReview()
	if err != nil {
		return nil, err
	}
	page, err := report.page(space)
	if err != nil {
		return nil, err
	}
	return page.Markdown("README.md", "../../"+counterexamples.Dir), nil
}

// docReview is the review for the documents. It depends on the program only, so it
// is made once.
var docReview = sync.OnceValues(func() (*reviewReport, error) {
	subjects, err := reviewed(nil)
	if err != nil {
		return nil, err
	}
	quiet, how := &app{out: io.Discard, err: io.Discard}, reviewing{subjects: subjects, checks: reviewChecks}
	how.standard()
	report, err := quiet.judgeSubjects(&how)
	if err != nil {
		return nil, err
	}
	return report, quiet.findRaces(report, subjects, "", true)
})

// leftBehind lists the documents that are none any more: beside those of these
// names, and by their first line from here.
func leftBehind(dir string, names []string) (paths []string, err error) {
	var dirs []string
	for _, name := range names {
		if d := filepath.Dir(name); !slices.Contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	for _, d := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, d, "*.md"))
		if err != nil {
			return nil, err
		}
		for _, path := range files {
			if slices.Contains(names, filepath.Join(d, filepath.Base(path))) {
				continue
			}
			data, err := readFile(path)
			if err != nil {
				return nil, err
			}
			if bytes.HasPrefix(data, []byte(generatedBy("docs"))) {
				paths = append(paths, path)
			}
		}
	}
	return paths, nil
}

// writeDocs writes the documents that are not as they have to be, and removes
// those that are none any more; with check it only names them.
func (a *app) writeDocs(dir string, check bool, results []*result) error {
	names, texts, err := a.texts(dir, results)
	if err != nil {
		return err
	}
	gone, err := leftBehind(dir, names)
	if err != nil {
		return err
	}
	stale := []string{}
	for i, name := range names {
		path := filepath.Join(dir, name)
		text := []byte(texts[i])
		old, err := readFile(path)
		if err == nil && bytes.Equal(old, text) {
			continue
		}
		stale = append(stale, path)
		if !check {
			if err := writeFile(path, text); err != nil {
				return err
			}
		}
	}
	if !check {
		for _, path := range gone {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	if a.json {
		if err := a.printJSON(map[string][]string{"stale": append(stale, gone...)}); err != nil {
			return err
		}
	} else {
		for _, path := range stale {
			a.printf("%s %s\n", map[bool]string{true: "stale:", false: "wrote"}[check], path)
		}
		for _, path := range gone {
			a.printf("%s %s\n", map[bool]string{true: "stale:", false: "removed"}[check], path)
		}
	}
	if check && len(stale)+len(gone) > 0 {
		return status(exitViolated)
	}
	return nil
}

// statuses are the words for Deviation.Status.
var statuses = map[byte]string{
	'M': "was in a released kernel, later fixed", 'B': "was in a posted patch", 'O': "in the newest source read",
	'F': "made up", 'G': "a guard removed",
}

// link is a counterexample of the corpus, as seen from docs.
func link(property, subject string) string {
	if !counterexamples.InCorpus(property, subject) {
		return ""
	}
	return fmt.Sprintf("[%s](../%s)", subject, counterexamples.PathOf(property, subject))
}

func catalogueDoc() string {
	var b strings.Builder
	b.WriteString("# The catalogue of deviations\n\nA deviation is `reviewed`, or a base near it, with one choice changed.\n\n")
	var rows [][]string
	for _, d := range design.Catalogue() {
		var links []string
		for _, p := range d.Breaks {
			if l := link(p, d.ID); l != "" {
				links = append(links, l)
			}
		}
		rows = append(rows, []string{
			d.ID, d.Title, d.Source, statuses[d.Status], design.Assignment{Choice: d.Choice, Value: d.Value}.String(),
			assignments(d.Base), d.Named, strings.Join(d.Breaks, ", "), d.Note, strings.Join(links, ", "),
		})
	}
	evidence.WriteTable(&b, []string{"id", "what", "source", "status", "choice", "base", "named by the reference", "breaks", "note", "counterexample"}, rows)
	b.WriteString("\n## Rows that cannot be expressed\n\n")
	rows = nil
	for _, in := range design.Inexpressibles() {
		rows = append(rows, []string{in.ID, in.Title, in.Source, in.Reason})
	}
	evidence.WriteTable(&b, []string{"id", "what", "source", "why"}, rows)
	b.WriteString("\n## Guards whose removal shows nothing\n\n")
	rows = nil
	for _, g := range design.Needlesses() {
		rows = append(rows, []string{g.ID, g.Title, g.Source, g.Means})
	}
	evidence.WriteTable(&b, []string{"id", "what", "source", "what that means"}, rows)
	return b.String()
}

func choicesDoc() string {
	var b strings.Builder
	b.WriteString("# The choices\n\nThe first value of each is that of `reviewed`.\n")
	for _, c := range design.Choices() {
		info := c.Info()
		fmt.Fprintf(&b, "\n## %s\n\n%s\nSource: %s.\n\n", info.Name, wrap(info.Doc, columns), info.Source)
		var rows [][]string
		for _, v := range info.Values {
			rows = append(rows, []string{"`" + v.Name + "`", v.Doc})
		}
		evidence.WriteTable(&b, []string{"value", "meaning"}, rows)
	}
	return b.String()
}

// breaking lists the deviations that must break one of the properties.
func breaking(props ...string) string {
	var ids []string
	for _, d := range design.Catalogue() {
		if slices.ContainsFunc(d.Breaks, func(p string) bool { return slices.Contains(props, p) }) {
			ids = append(ids, d.ID)
		}
	}
	return strings.Join(ids, ", ")
}

func propertiesDoc() string {
	var b strings.Builder
	b.WriteString("# The properties\n\nA run puts a property to the test when its premise holds. The witness is the test that finds\nsuch a run.\n\n")
	var rows [][]string
	for p := range spec.NumProperties {
		info := p.Info()
		rows = append(rows, []string{info.ID, info.Name, info.Says, info.Premise, breaking(info.Name), "`TestPremisesHold`"})
	}
	evidence.WriteTable(&b, []string{"id", "name", "says", "premise", "broken by", "witness"}, rows)
	return b.String()
}

// witnessOf is the test that shows that the premise of the property holds in
// some run.
func witnessOf(p spec.Property) string { return "`TestPremisesHold`: " + p.Info().Premise }

func designsDoc() string {
	var b strings.Builder
	b.WriteString("# The named designs\n\nEach with the choices that differ from `reviewed`.\n")
	for _, n := range design.NamedDesigns() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", n.Name, wrap(n.Doc+".", columns))
		diff := n.Design.Diff(design.Design{})
		if len(diff) == 0 {
			b.WriteString("No choice differs.\n")
			continue
		}
		var rows [][]string
		for _, a := range diff {
			v := a.Choice.Info().Values[a.Value]
			rows = append(rows, []string{a.Choice.String(), "`" + v.Name + "`", v.Doc})
		}
		evidence.WriteTable(&b, []string{"choice", "value", "meaning"}, rows)
	}
	return b.String()
}

func stepsDoc() string {
	var b strings.Builder
	b.WriteString("# The steps\n\nA step is atomic. Its function is that of the names that a design prints; one that is not\n" +
		"there has the name of the column before it. `+` takes a lock, `-` drops it, `±` does both.\n\n")
	names := design.Names.Info().Values
	heads := []string{"step", "layer"}
	for _, v := range names {
		heads = append(heads, v.Name)
	}
	heads = append(heads, "what it does", "locks", "reads", "writes")
	var rows [][]string
	for st := model.Step(1); st < model.NumSteps; st++ {
		info := st.Info()
		row := []string{info.ID, info.Layer.String()}
		last := ""
		for v := range names {
			name := model.FunctionName(design.Design{}.With(design.Assignment{Choice: design.Names, Value: design.Value(v)}), st)
			if name == last {
				row = append(row, "")
				continue
			}
			row = append(row, "`"+name+"`")
			last = name
		}
		rows = append(rows, append(row, info.Doc, info.Locks, info.Reads.String(), info.Writes.String()))
	}
	evidence.WriteTable(&b, heads, rows)
	return b.String()
}

// obligations are the demands of the mail.
var obligations = []struct {
	id, says string
	props    []spec.Property
}{
	{"M1", "lost metadata shuts the filesystem down and kills nobody", []spec.Property{spec.MissedShutdown, spec.SpuriousShutdown, spec.WrongVictim}},
	{"M2", "every reflink owner is told, and none that does not own the page", []spec.Property{spec.LostNotification, spec.WrongVictim, spec.Regression}},
	{"M3", "IS_DAX(mapping->host) picks the kill path", []spec.Property{spec.LostNotification, spec.ReachablePoison, spec.OverUnmap}},
	{"M4", "anonymous pages stay in memory_failure", []spec.Property{spec.WrongVictim, spec.LostNotification, spec.WrongPayload}},
	{"M5", "the page cache path asks the filesystem too: the attached mapping may not be the only one", []spec.Property{spec.LostNotification, spec.ReachablePoison}},
	{"M6", "any stack of block devices passes the range on", []spec.Property{spec.LostNotification, spec.MissedShutdown, spec.SpuriousShutdown, spec.LeakBetweenFilesystems}},
	{"M7", "each patch of the series leaves nobody untold whom the kernel before it told", []spec.Property{spec.Regression}},
}

func obligationsDoc() string {
	var b strings.Builder
	b.WriteString("# What the mail demands\n\nEach demand of the mail of 2020-12-07 with the properties that state it and the deviations that\nmust break one of them.\n\n")
	var rows [][]string
	for _, o := range obligations {
		var names, ids, witnesses, files []string
		for _, p := range o.props {
			names = append(names, p.String())
			ids = append(ids, p.Info().ID)
			witnesses = append(witnesses, witnessOf(p))
		}
		for _, n := range design.NamedDesigns() {
			for _, name := range names {
				if l := link(name, n.Name); l != "" {
					files = append(files, l)
				}
			}
		}
		rows = append(rows, []string{
			o.id, o.says, strings.Join(ids, ", "), breaking(names...), strings.Join(files, ", "), strings.Join(witnesses, "; "),
		})
	}
	evidence.WriteTable(&b, []string{"id", "demand", "properties", "deviations that break them", "designs refuted", "witness"}, rows)
	return b.String()
}
