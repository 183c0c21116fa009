package evidence

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// A Text is a file of Markdown.
type Text struct{ Name, Text string }

// racesDir is where the Markdown has its races, a file for each property.
const racesDir = "races"

// Markdown is the page as Markdown, in the file of this name, and its races
// beside it in a directory. Corpus is where the corpus of counterexamples lies, as
// seen from the page: races that are in it are not repeated. When it is empty
// all races are in the files.
func (p *Page) Markdown(name, corpus string) []Text {
	md := &markdown{Page: p, corpus: corpus, races: map[string]*Race{}}
	for _, r := range p.Races {
		md.races[r.ID] = r
	}
	md.page()
	texts := []Text{{name, md.out.String()}}
	for i := range p.Properties {
		texts = append(texts, Text{path.Join(racesDir, p.Properties[i].Name+".md"), md.property(&p.Properties[i])})
	}
	return texts
}

type markdown struct {
	*Page
	corpus string
	races  map[string]*Race
	out    strings.Builder
}

// marks are what Markdown takes for markup wherever it stands. WriteTable has
// the | of cells.
var marks = strings.NewReplacer("\\", "\\\\", "<", "&lt;", "&", "&amp;", "*", "\\*", "[", "\\[", "]", "\\]", "`", "\\`")

// edges are underscores that do not stand within a word, where they are text.
var edges = regexp.MustCompile(`\b_+\B|\B_+\b|\b_|_\b`)

// plain makes a text that Markdown shows as it is.
func plain(text string) string {
	return edges.ReplaceAllStringFunc(marks.Replace(text), func(s string) string { return strings.ReplaceAll(s, "_", "\\_") })
}

// fence puts lines between marks that are longer than any within them.
func fence(lines string) string {
	mark := "```"
	for strings.Contains(lines, mark) {
		mark += "`"
	}
	return fmt.Sprintf("\n%s\n%s\n%s\n", mark, strings.TrimSuffix(lines, "\n"), mark)
}

func (md *markdown) printf(format string, args ...any) { fmt.Fprintf(&md.out, format, args...) }

// WriteTable writes a table; the cells are Markdown, but for |, which is text.
func WriteTable(b *strings.Builder, heads []string, rows [][]string) {
	fmt.Fprintf(b, "| %s |\n|%s\n", strings.Join(heads, " | "), strings.Repeat("---|", len(heads)))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = strings.ReplaceAll(cell, "|", "\\|")
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
}

// link leads to a race; it is the text alone when there is none.
func (md *markdown) link(text, id string) string {
	r, ok := md.races[id]
	switch {
	case !ok:
		return text
	case r.Path != "" && md.corpus != "":
		return fmt.Sprintf("[%s](%s)", text, path.Join(md.corpus, r.ID+".txtar"))
	}
	return fmt.Sprintf("[%s](%s)", text, path.Join(racesDir, r.Property+".md")+"#"+r.Subject)
}

func (md *markdown) page() {
	md.printf("# %s\n\n%s\n", plain(md.Title), plain(md.Method))
	if len(md.Surprises) > 0 {
		md.printf("\n## Surprises\n\n")
		for _, s := range md.Surprises {
			md.printf("- %s\n", plain(s))
		}
	}
	md.matrix()
	md.printf("\n## What reviewed had to choose, and why\n\n%s\n", plain(md.Choosing()))
	for i := range md.Choices {
		md.choice(&md.Choices[i])
	}
	for i := range md.Sections {
		md.section(&md.Sections[i])
	}
	md.printf("\n## Counts of states\n\n%s\n\n", plain(md.CountsFrom))
	var rows [][]string
	for _, c := range md.Counts {
		rows = append(rows, []string{
			c.Design, c.Scope, c.Reductions, strconv.Itoa(c.Scenarios), strconv.Itoa(c.Refused), strconv.Itoa(c.States),
			strconv.Itoa(c.Transitions), strconv.Itoa(c.Levels), c.Digest, strings.ReplaceAll(c.Violated, ",", ", "),
		})
	}
	WriteTable(&md.out, []string{"design", "scope", "reductions", "scenarios", "refused", "states", "transitions", "levels", "digest", "violated"}, rows)
	md.printf("\n## How to replay\n")
	for _, c := range md.Replay {
		md.printf("\n%s:\n%s", plain(c.Doc), fence(c.Line))
	}
}

func (md *markdown) section(s *Section) {
	md.printf("\n## %s\n\n%s\n", s.Title, plain(s.Doc))
	for _, t := range s.Tables {
		if t.Caption != "" {
			md.printf("\n### %s\n", t.Caption)
		}
		md.printf("\n")
		var rows [][]string
		for _, row := range t.Rows {
			var cells []string
			for _, items := range row {
				var words []string
				for _, item := range items {
					words = append(words, md.item(item))
				}
				cells = append(cells, strings.Join(words, " "))
			}
			rows = append(rows, cells)
		}
		WriteTable(&md.out, t.Heads, rows)
	}
}

func (md *markdown) item(i Item) string {
	if i.Code {
		return "`" + strings.ReplaceAll(i.Text, "`", "'") + "`"
	}
	return md.link(plain(i.Text), i.Race)
}

func (md *markdown) matrix() {
	md.printf("\n## Design by property\n\n%s An X leads to its race.\n\n", plain(md.Meaning))
	heads := []string{"design"}
	var says [][]string
	for i := range md.Properties {
		prop := &md.Properties[i]
		heads = append(heads, prop.Head)
		says = append(says, []string{
			prop.ID, fmt.Sprintf("[%s](%s/%s.md)", prop.Name, racesDir, prop.Name), plain(prop.Says), plain(prop.Premise),
		})
	}
	var rows, designs [][]string
	for _, d := range md.Designs {
		row := []string{d.Name}
		for _, c := range d.Cells {
			row = append(row, md.link(c.Mark, c.Race))
		}
		rows = append(rows, row)
		designs = append(designs, []string{d.Name, plain(d.Doc), plain(strings.Join(d.Explored, "; "))})
	}
	WriteTable(&md.out, heads, rows)
	md.printf("\n")
	WriteTable(&md.out, []string{"id", "property", "says", "is put to the test when"}, says)
	md.printf("\n")
	WriteTable(&md.out, []string{"design", "what it is", "explored now"}, designs)
}

func (md *markdown) choice(c *Choice) {
	md.printf("\n### %s\n\n%s (%s)\n\n- reviewed: `%s`, %s\n", c.Name, plain(c.Question), plain(c.Source), c.Value.Name, plain(c.Value.Doc))
	for _, v := range c.Others {
		md.printf("- `%s`, %s", v.Name, plain(v.Doc))
		if len(v.Refutals) == 0 {
			md.printf(". *Nothing refutes it.*")
		}
		md.printf("\n")
		for _, r := range v.Refutals {
			base := ""
			if r.Base != "" {
				base = " With " + plain(r.Base) + "."
			}
			md.printf("  - %s breaks %s: %s%s\n", md.link(r.ID, r.Race), strings.Join(r.Breaks, ", "), plain(r.Text), base)
		}
	}
}

// property is the file of the races of a property.
func (md *markdown) property(prop *Property) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s %s\n\n%s.\n", prop.ID, prop.Name, plain(prop.Says))
	races := md.RacesOf(prop.Name)
	if len(races) == 0 {
		b.WriteString("\nNo race breaks it.\n")
	}
	var kept []string
	for _, r := range races {
		if r.Path != "" && md.corpus != "" {
			kept = append(kept, fmt.Sprintf("[%s](%s)", r.Subject, path.Join("..", md.corpus, r.ID+".txtar")))
		}
	}
	if len(kept) > 0 {
		fmt.Fprintf(&b, "\nIn the corpus: %s.\n", strings.Join(kept, ", "))
	}
	for _, r := range races {
		if r.Path != "" && md.corpus != "" {
			continue
		}
		fmt.Fprintf(&b, "\n## <a id=%q></a>%s\n", r.Subject, r.Subject)
		for _, text := range append([]string{r.First()}, r.Rest()...) {
			fmt.Fprintf(&b, "\n%s\n", plain(text))
		}
		if len(r.Also) > 0 {
			fmt.Fprintf(&b, "\nReplays step by step under %s too.\n", strings.Join(r.Also, ", "))
		}
		b.WriteString(fence(r.Replay) + fence(r.Text))
	}
	return b.String()
}

// Choosing counts the choices.
func (p *Page) Choosing() string {
	all, some, none := p.Chosen()
	return fmt.Sprintf("Of %d choices every other value is refuted for %d, some are for %d, and none is for %d: "+
		"the value of reviewed is shown to be necessary only where every other one is refuted. What refutes a value is a deviation of the "+
		"catalogue or a named design: reviewed, or a base near it, with this one value changed.", len(p.Choices), all, some, none)
}
