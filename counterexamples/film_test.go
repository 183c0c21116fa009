package counterexamples

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// filmOf is the film of a file of the corpus.
func filmOf(t *testing.T, kept Kept) (*File, *Film) {
	t.Helper()
	f, err := Parse(kept.Name, kept.Data)
	require.NoError(t, err)
	film, err := f.Film()
	require.NoError(t, err)
	return f, film
}

// at is the value of something in a state.
func (film *Film) at(of, what string, state int) []string {
	for _, v := range film.Vars {
		if v.Of == of && v.What == what {
			return v.Values[state]
		}
	}
	return nil
}

// The rows of each film are the race of its file, in an order in which they
// happen; a step never belongs to a row that is still to come.
func TestFilmRows(t *testing.T) {
	for _, kept := range Corpus() {
		if strings.HasPrefix(kept.Name, "testdata/") {
			continue
		}
		f, film := filmOf(t, kept)
		if f.Litmus() {
			continue
		}
		var texts []string
		for i, row := range film.Rows {
			texts = append(texts, row.Text)
			assert.GreaterOrEqual(t, row.After, film.Rows[max(i-1, 0)].After, kept.Name)
		}
		assert.Equal(t, f.Race, strings.Join(texts, "\n")+"\n", kept.Name)
		require.Len(t, film.Steps, len(f.Schedule))
		for i, step := range film.Steps {
			assert.LessOrEqual(t, film.Rows[step.Row].After, i+1, "%s: step %d", kept.Name, i)
		}
		for _, v := range film.Vars {
			require.Len(t, v.Values, len(f.Schedule)+1, kept.Name)
		}
	}
}

// What is held after each step is what the steps until then took and have not
// dropped, whichever way it is found.
func TestFilmLocks(t *testing.T) {
	for _, kept := range Corpus() {
		if strings.HasPrefix(kept.Name, "testdata/") {
			continue
		}
		f, film := filmOf(t, kept)
		for task := range film.Tasks {
			name := taskName(uint8(task))
			holds := slices.Clone(film.at(name, "holds", 0))
			for i, step := range film.Steps {
				if int(step.Task) == task {
					for _, change := range step.Locks {
						lock := strings.TrimSuffix(change[1:], " shared")
						if change[0] == '+' {
							holds = append(holds, lock)
						} else {
							holds = slices.DeleteFunc(holds, func(h string) bool { return h == lock })
						}
					}
					require.ElementsMatch(t, holds, film.at(name, "holds", i+1), "%s: %s after step %d", f.Name, name, i)
				}
			}
		}
	}
}

// The deadlock that two kernels stop in, at its end.
func TestFilmDeadlock(t *testing.T) {
	data, err := files.ReadFile(NameOf("deadlock", "v7.3"))
	require.NoError(t, err)
	_, film := filmOf(t, Kept{Name: "v7.3.txtar", Data: data})
	end := len(film.Steps)
	require.Equal(t, []string{"memory_failure(pfn 1)", "read fault f1:0 by p2"}, film.Tasks)
	require.Equal(t, []string{"has not begun"}, film.at("CPU0", "in", 0))
	require.Equal(t, []string{"mf_mutex", "dax_srcu", "AGF 0", "inode f1", "pgmap pmem0"}, film.at("CPU0", "holds", end))
	require.Equal(t, []string{"lock entry f1:0 is held by CPU1"}, film.at("CPU0", "waits", end))
	require.Equal(t, []string{"lock AGF 0 is held by CPU0"}, film.at("CPU1", "waits", end))
	require.Equal(t, []string{"f1:0", "f2:0"}, film.at("pfn 1", "owners", end))
	require.Contains(t, film.at("pfn 1", "page", end), "poison")
	require.Equal(t, []string{"m1 = f1:0, 1 page"}, film.at("p2", "maps", end))
	require.Contains(t, film.Rows[len(film.Rows)-1].Text, "*** deadlock: ")
}

// A group whose references are uneven is not one that has been freed.
func TestFilmUnevenReferences(t *testing.T) {
	data, err := files.ReadFile(NameOf("use-after-free", "L05"))
	require.NoError(t, err)
	_, film := filmOf(t, Kept{Name: "L05.txtar", Data: data})
	end := film.at("fs1", "is", len(film.Steps))
	require.Contains(t, end, "uneven references of a perag")
	require.Contains(t, end, "perags freed")
	dropped := slices.IndexFunc(film.Steps, func(s FilmStep) bool { return s.ID == "xfAgfRead" })
	require.Equal(t, []string{"SB_BORN", "uneven references of a perag"}, film.at("fs1", "is", dropped+1))
}
