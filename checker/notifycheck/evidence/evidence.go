// Package evidence renders what a review found, for people who were not there:
// as one HTML page that needs no network, and as Markdown.
package evidence

import (
	"strings"

	"github.com/notifycheck/notifycheck/counterexamples"
)

// A Page is everything that there is to render.
type Page struct {
	Title      string
	Method     string // how it was judged, in one sentence
	Meaning    string // what the marks in the matrix mean
	Properties []Property
	Designs    []Design
	Surprises  []string // what is not as expected
	Choices    []Choice
	Sections   []Section // other tables
	Counts     []Count
	CountsFrom string // where the counts come from
	Replay     []Command
	Races      []*Race // by property, then design
}

// A Property is a column of the matrix.
type Property struct {
	ID, Name string
	Head     string // its column's
	Says     string
	Premise  string
}

// A Design is a row of the matrix.
type Design struct {
	Name, Doc string
	Cells     []Cell // by property
	Explored  []string
}

// A Cell is the verdict on a design and a property.
type Cell struct {
	Mark     string // X, E, -, or in how many runs it was put to the test
	Sentence string
	Race     string // id of the race of a violation
}

// A Choice is one point where designs differ.
type Choice struct {
	Name, Question, Source string
	Value                  Value   // of reviewed
	Others                 []Value // what else could be chosen
}

// A Value is one value of a choice.
type Value struct {
	Name, Doc string
	Refutals  []Refutal // why it cannot be chosen; none of the value of reviewed
}

// A Refutal is a deviation that has the value, or a named design that has only
// this value changed, and what goes wrong in it.
type Refutal struct {
	ID     string
	Base   string   // what else differs from reviewed
	Breaks []string // names of properties
	Text   string   // what goes wrong, in kernel words
	Race   string   // id; empty when there is none
}

// A Section is tables under a heading.
type Section struct {
	ID, Title, Doc string
	Tables         []Table
}

// A Table has a row for each thing that is named in its first column.
type Table struct {
	Caption string
	Heads   []string
	Rows    [][][]Item // of each cell what is in it
}

// An Item is a word or a figure.
type Item struct {
	Text string
	Race string // id of the race that it leads to, if any
	Code bool   // a command
}

// Plain is a row of text.
func Plain(cells []string) [][]Item {
	var row [][]Item
	for _, text := range cells {
		row = append(row, []Item{{Text: text}})
	}
	return row
}

// A Count is the state space of a scope under a design.
type Count struct {
	Scope, Design, Reductions   string
	Scenarios, Refused          int
	States, Transitions, Levels int
	Digest                      string
	Violated                    string // ids of properties, or none
}

// A Command is a line for the shell.
type Command struct{ Line, Doc string }

// A Race is a counterexample.
type Race struct {
	ID       string   // property/subject
	Property string   // name
	Subject  string   // a design, or a deviation by its id
	Also     []string // designs under which it replays too
	Comment  string   // what the file says in English, in paragraphs
	Replay   string   // command
	Path     string   // of its file in the corpus; empty when it is not in it
	Text     string   // the race in columns
	Film     *counterexamples.Film
}

// First is what goes wrong: the first paragraph of the comment, without the
// name of the subject.
func (r *Race) First() string {
	first, _ := r.paragraphs()
	return strings.TrimPrefix(first, r.Subject+": ")
}

// Rest are the other paragraphs.
func (r *Race) Rest() []string {
	_, rest := r.paragraphs()
	return rest
}

func (r *Race) paragraphs() (first string, rest []string) {
	for p := range strings.SplitSeq(r.Comment, "\n\n") {
		switch text := strings.Join(strings.Fields(p), " "); {
		case text == "":
		case first == "":
			first = text
		default:
			rest = append(rest, text)
		}
	}
	return first, rest
}

// Necessary is how far the catalogue shows the value of reviewed necessary:
// the number of other values, and how many of them a deviation refutes.
func (c *Choice) Necessary() (others, refuted int) {
	for _, v := range c.Others {
		if len(v.Refutals) > 0 {
			refuted++
		}
	}
	return len(c.Others), refuted
}

// Chosen counts the choices by what shows the value of reviewed necessary:
// every other value is refuted, some are, or none is.
func (p *Page) Chosen() (all, some, none int) {
	for i := range p.Choices {
		switch others, refuted := p.Choices[i].Necessary(); refuted {
		case others:
			all++
		case 0:
			none++
		default:
			some++
		}
	}
	return all, some, none
}

// RacesOf are the races of a property.
func (p *Page) RacesOf(property string) []*Race {
	var races []*Race
	for _, r := range p.Races {
		if r.Property == property {
			races = append(races, r)
		}
	}
	return races
}
