package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model/design"
	"github.com/notifycheck/notifycheck/properties"
)

// tableAfter are the rows of the first table after the line, without its heads.
func tableAfter(t *testing.T, doc, line string) (rows [][]string) {
	t.Helper()
	_, rest, ok := strings.Cut(doc, "\n"+line+"\n")
	require.True(t, ok, "no %q", line)
	for l := range strings.Lines(rest) {
		switch {
		case strings.HasPrefix(l, "| "):
			rows = append(rows, strings.Split(strings.Trim(l, "|\n"), " | "))
		case len(rows) > 0 && !strings.HasPrefix(l, "|"):
			return rows[1:]
		}
	}
	return rows[1:]
}

// The table has a row for each named design, and what it says of each object
// comes out again: what is refuted is refuted in as many draws at most, and what
// is not is not in the first few.
func TestLinearizability(t *testing.T) {
	t.Parallel()
	const few = 200
	doc, err := os.ReadFile(filepath.Join("..", "..", linearPath))
	require.NoError(t, err)
	verdicts := map[string][]string{}
	for _, row := range tableAfter(t, string(doc), "# Linearizability") {
		verdicts[strings.TrimSpace(row[0])] = row[1:]
	}
	named := design.NamedDesigns()
	for _, n := range named {
		cells, ok := verdicts[n.Name]
		require.True(t, ok, "%s has no row: run measure histories", n.Name)
		require.Len(t, cells, int(properties.NumObjects))
		for o := range properties.NumObjects {
			draws := few
			if strings.HasPrefix(cells[o], "refuted") {
				draws = historyChecks
			}
			l := properties.Linearizable(n.Design, o, draws, true)
			require.True(t, strings.HasPrefix(cells[o], l.String()), "%s %v is %v, and was %s: run measure histories", n.Name, o, l.String(), cells[o])
			if n.Name == "reviewed" {
				require.Equal(t, "linearizable", l.String(), o)
			}
		}
	}
	require.Len(t, verdicts, len(named))
}

// Each reason is of designs that make its choices, has its history, and where
// there is a page it is that of the history: one file, without network.
func TestLinearizabilityReasons(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", linearPath)
	doc, err := os.ReadFile(path)
	require.NoError(t, err)
	reasons := tableAfter(t, string(doc), "## Reasons")
	require.NotEmpty(t, reasons)
	pages := map[string]bool{}
	for _, row := range reasons {
		object, choices, designs, page := strings.TrimSpace(row[0]), row[1], row[3], row[4]
		_, text, ok := strings.Cut(string(doc), "\n### "+object+": "+choices+"\n\n```\n")
		require.True(t, ok, "no history of %s: %s", object, choices)
		text, _, _ = strings.Cut(text, "```")
		require.Contains(t, text, "not explained: ")
		for name := range strings.SplitSeq(designs, ", ") {
			named, ok := design.ByName(name)
			require.True(t, ok, name)
			for choice := range strings.SplitSeq(choices, ", ") {
				a, err := design.ParseAssignment(choice)
				require.NoError(t, err)
				require.Equal(t, a.Value, named.Design[a.Choice], "%s has no %s: run measure histories", name, choice)
			}
		}
		if link := regexp.MustCompile(`\]\((.*)\)`).FindStringSubmatch(page); link != nil {
			file := filepath.Join(filepath.Dir(path), link[1])
			pages[filepath.Base(file)] = true
			requirePage(t, file, text)
		}
	}
	files, err := filepath.Glob(filepath.Join(pagesOf(path), "*"))
	require.NoError(t, err)
	require.Len(t, files, len(pages), "pages that nothing links to")
}

// requirePage wants porcupine's page of the history.
func requirePage(t *testing.T, file, text string) {
	t.Helper()
	const most = 300_000
	html, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Less(t, len(html), most)
	require.NotRegexp(t, `(src|href)="?http|<link|@import|fetch\(`, string(html), "%s needs the network", file)
	call := regexp.MustCompile(`(?m)^\d+  CPU\d.*?[|.]  +(\S.*)$`)
	calls := call.FindAllStringSubmatch(text, -1)
	require.NotEmpty(t, calls)
	for _, c := range calls {
		require.Contains(t, string(html), c[1], file)
	}
}

// Of the pages that are there only those go that the document before links to
// and the new one does not draw.
func TestOldPages(t *testing.T) {
	doc := filepath.Join(t.TempDir(), "table.md")
	dir := pagesOf(doc)
	page := func(name string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, writeFile(path, []byte("<p>"+name)))
		return path
	}
	old, foreign := page("holder-old.html"), page("mine.html")
	table := "| holder | x | | d | [page](table/holder-old.html) |\n| holder | x | | d | [page](../table/mine.html) |\n"

	require.NoError(t, (&linearities{}).drawPages(doc), "no document")
	require.FileExists(t, old)
	require.NoError(t, writeFile(doc, []byte(table)))
	require.NoError(t, (&linearities{}).drawPages(doc), "a document of somebody else")
	require.FileExists(t, old)

	row, _ := design.DeviationByID("L03")
	l, _, err := judgeObject(subject{label: row.ID, design: row.Design()}, properties.HolderSlots, 60, nil)
	require.NoError(t, err)
	m := &linearities{Designs: [][]linearity{{l, {}, {}}}, Rows: make([][]linearRow, properties.NumObjects)}
	m.shareReasons()
	require.NotEmpty(t, m.Reasons)
	require.NoError(t, writeFile(doc, []byte(generatedBy("measure histories")+table)))
	require.NoError(t, m.drawPages(doc))
	require.NoFileExists(t, old)
	require.FileExists(t, foreign)
	drawn := m.Reasons[0].Page
	require.FileExists(t, drawn)

	require.NoError(t, writeFile(doc, []byte(m.doc(doc))))
	require.NoError(t, m.drawPages(doc))
	require.FileExists(t, drawn, "it is drawn again")
	m.Reasons = nil
	require.NoError(t, m.drawPages(doc))
	require.NoFileExists(t, drawn)
	require.FileExists(t, foreign)
}

// One design: what is refuted is printed with its reason, and drawn.
func TestHistory(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pages")
	code, out, stderr := command("history", "--deviation", "L03", "--object", "holder", "--checks", "60", "--out", dir)
	require.Equal(t, exitViolated, code, stderr)
	for _, want := range []string{
		"L03 holder: refuted: ", "because of put-wait=none (L03", "put(fs1) returns", "not explained: ",
		"CPU1: ", "[+dax_srcu]", "page: " + dir,
	} {
		require.Contains(t, out, want)
	}
	page := filepath.Join(dir, "L03-holder-put-wait-none.html")
	_, text, ok := strings.Cut(out, "holder slot 0\n")
	require.True(t, ok)
	text, _, _ = strings.Cut(strings.ReplaceAll(text, "\n    ", "\n"), "explained: ")
	requirePage(t, page, text)

	code, out, _ = command("history", "--checks", "20", "--json")
	require.Equal(t, exitExpected, code)
	var table []linearity
	require.NoError(t, json.Unmarshal([]byte(out), &table))
	require.Len(t, table, int(properties.NumObjects))
	require.Equal(t, "linearizable", table[0].Verdict)
	require.Empty(t, table[0].Reasons)

	code, out, _ = command("history", "--design", "owner-tracking", "--object", "holder", "--checks", "20")
	require.Equal(t, exitExpected, code)
	require.Equal(t, "owner-tracking holder: never called in 20 runs\n", out)

	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"--object", "page"}, `there is no object "page"; there are: holder, page-table, rmap`},
		{[]string{"--design", "v9"}, `there is no design "v9"`},
		{[]string{"--checks", "0"}, "--checks: expected a number of at least 1"},
	} {
		code, _, stderr = command(append([]string{"history"}, tc.args...)...)
		require.Equal(t, exitBadInput, code)
		require.Contains(t, stderr, tc.want)
	}
}
