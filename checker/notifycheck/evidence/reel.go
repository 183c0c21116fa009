package evidence

import (
	"slices"

	"github.com/notifycheck/notifycheck/counterexamples"
)

// A reel is the films of a page, packed: each text is in Strings once, and is
// its index there everywhere else; a state is what differs from the one
// before.
type reel struct {
	Strings []string        `json:"strings"`
	Races   map[string]clip `json:"races"`
	index   map[string]int
}

// A clip is a film.
type clip struct {
	Tasks []int   `json:"tasks"`
	Rows  []int   `json:"rows"` // how many steps have been taken when each has happened
	Vars  []thing `json:"vars"`
	Steps []frame `json:"steps"`
	Loop  int     `json:"loop,omitempty"`
}

// A thing is something to be seen, as it is in the initial state.
type thing struct {
	Kind counterexamples.FilmKind `json:"kind"`
	Of   int                      `json:"of"`
	What int                      `json:"what"`
	Init []int                    `json:"init"`
}

// A frame is a step.
type frame struct {
	Task     uint8   `json:"task"`
	ID       int     `json:"id"`
	Function int     `json:"fn"`
	Doc      int     `json:"doc"`
	Row      int     `json:"row"`
	Locks    []int   `json:"locks,omitempty"`
	Effects  []int   `json:"effects,omitempty"`
	Shown    []int   `json:"shown,omitempty"`
	Changes  [][]int `json:"set,omitempty"` // the number of a thing, then what it is now
}

func newReel(races []*Race) *reel {
	r := &reel{Races: map[string]clip{}, index: map[string]int{}}
	for _, race := range races {
		r.Races[race.ID] = r.clip(race.Film)
	}
	return r
}

// of is the number of a text.
func (r *reel) of(text string) int {
	n, ok := r.index[text]
	if !ok {
		n = len(r.Strings)
		r.index[text] = n
		r.Strings = append(r.Strings, text)
	}
	return n
}

func (r *reel) list(texts []string) []int {
	list := []int{}
	for _, text := range texts {
		list = append(list, r.of(text))
	}
	return list
}

func (r *reel) clip(film *counterexamples.Film) clip {
	c := clip{Tasks: r.list(film.Tasks), Loop: film.Loop}
	for _, row := range film.Rows {
		c.Rows = append(c.Rows, row.After)
	}
	for _, v := range film.Vars {
		c.Vars = append(c.Vars, thing{v.Kind, r.of(v.Of), r.of(v.What), r.list(v.Values[0])})
	}
	for i, step := range film.Steps {
		f := frame{
			Task: step.Task, ID: r.of(step.ID), Function: r.of(step.Function), Doc: r.of(step.Doc), Row: step.Row,
			Locks: r.list(step.Locks), Effects: r.list(step.Effects), Shown: r.list(step.Shown),
		}
		for n, v := range film.Vars {
			if !slices.Equal(v.Values[i], v.Values[i+1]) {
				f.Changes = append(f.Changes, append([]int{n}, r.list(v.Values[i+1])...))
			}
		}
		c.Steps = append(c.Steps, f)
	}
	return c
}
