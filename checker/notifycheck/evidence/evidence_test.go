package evidence

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "pgregory.net/rapid" // its flags: go test ./... -rapid.checks=N works here too

	"github.com/notifycheck/notifycheck/counterexamples"
)

// hostile is a text that HTML and Markdown would both take for markup.
const hostile = "</script><script>window.pwned = 1</script><img src=x onerror=pwned=1> ``` [a](javascript:pwned=1) | \" '"

// hostilePage is a page with that in every text.
func hostilePage() *Page {
	h := hostile
	return &Page{
		Title: h, Method: h, Meaning: h, Surprises: []string{h}, CountsFrom: h,
		Properties: []Property{{ID: "S1", Name: "p", Head: "S1", Says: h, Premise: h}},
		Designs:    []Design{{Name: "d", Doc: h, Explored: []string{h}, Cells: []Cell{{Mark: "X", Sentence: h, Race: "p/d"}}}},
		Choices: []Choice{{
			Name: "c", Question: h, Source: h, Value: Value{Name: "v", Doc: h},
			Others: []Value{{Name: "w", Doc: h, Refutals: []Refutal{{ID: "X1", Base: h, Breaks: []string{"p"}, Text: h}}}, {Name: "x", Doc: h}},
		}},
		Sections: []Section{{ID: "s", Title: "s", Doc: h, Tables: []Table{{Caption: "c", Heads: []string{"a"}, Rows: [][][]Item{Plain([]string{h})}}}}},
		Counts:   []Count{{Scope: "tiny", Design: "d", Violated: "S1,S2"}},
		Replay:   []Command{{Line: h, Doc: h}},
		Races: []*Race{{
			ID: "p/d", Property: "p", Subject: "d", Comment: h + "\n\n" + h, Replay: h, Text: h + "\n",
			Film: &counterexamples.Film{
				Tasks: []string{h}, Rows: []counterexamples.FilmRow{{Text: h, After: 1}},
				Steps: []counterexamples.FilmStep{{ID: h, Function: h, Doc: h, Locks: []string{h}, Effects: []string{h}, Shown: []string{h}}},
				Vars:  []counterexamples.FilmVar{{Of: h, What: h, Values: [][]string{{h}, {h, h}}}},
			},
		}},
	}
}

// Whatever a text has in it is text: no tag and no attribute of it reaches the
// page. TestPageInert opens it in a browser.
func TestHostileHTML(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, HTML(&out, hostilePage()))
	html := out.String()
	require.Equal(t, 2, strings.Count(html, "<script"), "the reel and the program")
	require.Equal(t, 2, strings.Count(html, "</script"))
	require.NotContains(t, html, "<img")
	require.NotContains(t, html, `href="javascript:`)
	require.GreaterOrEqual(t, strings.Count(html, "&lt;script&gt;window.pwned"), 15)
	require.NotRegexp(t, `(src|href)="?(https?:)?//`, html, "the page needs no network")
}

// In Markdown a hostile text is a text, or lies in a block of code.
func TestHostileMarkdown(t *testing.T) {
	for _, corpus := range []string{"", "../../counterexamples"} {
		texts := hostilePage().Markdown("README.md", corpus)
		require.Len(t, texts, 2)
		for _, text := range texts {
			open := ""
			for line := range strings.Lines(text.Text) {
				mark := line[:len(line)-len(strings.TrimLeft(line, "`"))]
				switch {
				case open == "" && len(mark) > 2:
					open = mark
				case open != "":
					if strings.TrimSuffix(line, "\n") == open {
						open = ""
					}
				default:
					require.NotContains(t, line, "<script", text.Name)
					require.NotContains(t, line, "<img", text.Name)
					require.NotContains(t, line, " [a](java", text.Name)
				}
			}
			require.Empty(t, open, "a block of code has no end")
		}
	}
}

func TestPlain(t *testing.T) {
	require.Equal(t, `\_\_pmem_direct_access \_x y\_ a|b 1 &lt; 2 \*p -> q`, plain("__pmem_direct_access _x y_ a|b 1 < 2 *p -> q"))
}

// A reel holds the films: unpacked, it gives every state of them.
func TestReel(t *testing.T) {
	var races []*Race
	for _, kept := range counterexamples.Corpus() {
		if strings.HasPrefix(kept.Name, "testdata/") {
			continue
		}
		f, err := counterexamples.Parse(kept.Name, kept.Data)
		require.NoError(t, err)
		film, err := f.Film()
		require.NoError(t, err)
		races = append(races, &Race{ID: kept.Name, Film: film})
	}
	data, err := json.Marshal(newReel(races))
	require.NoError(t, err)
	var r reel
	require.NoError(t, json.Unmarshal(data, &r))
	for _, race := range races {
		clip := r.Races[race.ID]
		require.Len(t, clip.Steps, len(race.Film.Steps))
		now := map[int][]int{}
		for i, v := range clip.Vars {
			now[i] = v.Init
			require.Equal(t, race.Film.Vars[i].Of, r.Strings[v.Of])
		}
		for n := 0; ; n++ {
			for i, v := range race.Film.Vars {
				require.Equal(t, strings.Join(v.Values[n], "\n"), strings.Join(r.unpack(now[i]), "\n"), "%s: %s %s after step %d", race.ID, v.Of, v.What, n)
			}
			if n == len(clip.Steps) {
				break
			}
			require.Equal(t, race.Film.Steps[n].Doc, r.Strings[clip.Steps[n].Doc])
			for _, change := range clip.Steps[n].Changes {
				now[change[0]] = change[1:]
			}
		}
	}
}

func (r *reel) unpack(list []int) []string {
	texts := []string{}
	for _, i := range list {
		texts = append(texts, r.Strings[i])
	}
	return texts
}

// The counts of choices add up.
func TestChosen(t *testing.T) {
	refuted, not := Value{Refutals: []Refutal{{ID: "R01"}}}, Value{}
	p := Page{Choices: []Choice{
		{Others: []Value{refuted}}, {Others: []Value{refuted, refuted}}, {Others: []Value{refuted, not}}, {Others: []Value{not}},
	}}
	all, some, none := p.Chosen()
	require.Equal(t, [3]int{2, 1, 1}, [3]int{all, some, none})
}
