package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/checker/notifycheck/evidence"
	"github.com/notifycheck/notifycheck/counterexamples"
)

// A tab is a page in headless Chromium.
type tab struct {
	*testing.T
	ctx context.Context
}

// openTab starts Chromium; without it the test is skipped. The time is there
// for a browser that hangs.
func openTab(t *testing.T) tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium is installed: the page is not opened")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU,
		chromedp.NoSandbox) // root has none, and the page is our own
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return tab{t, ctx}
}

func (t tab) do(steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	require.NoError(t, chromedp.Do(t.ctx, steps...))
}

// eval is the value of an expression in the page.
func eval[V any](t tab, expression string, args ...any) V {
	t.Helper()
	v, err := chromedp.Run(t.ctx, chromedp.Evaluate[V](fmt.Sprintf(expression, args...)))
	require.NoError(t, err, expression)
	return v
}

// media emulates a medium and a color scheme.
func (t tab) media(medium, scheme string) {
	t.Helper()
	t.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
}

// open loads a file, at a fragment.
func (t tab) open(path, fragment string) {
	t.Helper()
	path, err := filepath.Abs(path)
	require.NoError(t, err)
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	t.do(chromedp.Navigate("about:blank"), chromedp.Navigate(u.String()+fragment))
}

// reviewPage makes the page of two designs.
func reviewPage(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	code, _, stderr := command("review", "--checks", "300", "--designs", "reviewed,v7.3", "--out", dir, "--space", "../../docs/space.lock")
	require.Equal(t, exitExpected, code, stderr)
	return filepath.Join(dir, "review.html")
}

// deadlockRace is the counterexample that the test looks at, and its film.
func deadlockRace(t *testing.T) (*counterexamples.File, *counterexamples.Film) {
	t.Helper()
	f, err := parseFile(counterexamples.PathOf("deadlock", "v7.3"))
	require.NoError(t, err)
	film, err := f.Film()
	require.NoError(t, err)
	return f, film
}

// openRace is the race that is open, in expressions.
const openRace = `document.querySelector('details[data-race="deadlock/v7.3"]')`

// The page of a review, in a browser.
func TestPage(t *testing.T) {
	b := openTab(t)
	page := reviewPage(t)
	t.Run("steps", func(t *testing.T) { testPageSteps(t, tab{t, b.ctx}, page) })
	t.Run("media", func(t *testing.T) { testPageMedia(t, tab{t, b.ctx}, page) })
}

// A reader clicks a cell, sees the race, and goes through it forwards and
// back: what is shown after each step is what the model says.
func testPageSteps(t *testing.T, b tab, page string) {
	t.Helper()
	f, film := deadlockRace(t)
	b.do(chromedp.EmulateViewport(1280, 900))
	b.open(page, "")
	require.False(t, eval[bool](b, openRace+`.open`))
	b.do(chromedp.Click(chromedp.CSS(`td a[href="#race=deadlock/v7.3"]`)), chromedp.WaitVisible(chromedp.CSS(`details[open] .film .controls`)))
	require.Equal(t, f.Race, eval[string](b, openRace+`.querySelector('pre.rows').textContent`))
	require.Equal(t, f.Race, eval[string](b, openRace+`.querySelector('pre.rows').innerText`), "what a selection copies")

	last := len(film.Steps)
	b.shows(film, last)
	b.do(chromedp.Click(chromedp.CSS(`details[open] button[data-go=first]`)))
	b.shows(film, 0)
	for n := 1; n <= last; n++ {
		b.do(chromedp.Click(chromedp.CSS(`details[open] button[data-go=forward]`)))
		b.shows(film, n)
	}
	require.True(t, eval[bool](b, openRace+`.querySelector('[data-go=forward]').disabled`))
	b.do(chromedp.Focus(chromedp.CSS(`details[open] pre.rows`)))
	for n := last - 1; n >= last-3; n-- {
		b.do(chromedp.KeyEvent(kb.ArrowLeft))
		b.shows(film, n)
	}
	require.Equal(t, fmt.Sprintf("#race=deadlock/v7.3&step=%d", last-3), eval[string](b, `location.hash`))
	eval[bool](b, `%s.querySelector('input').value = 5, %s.querySelector('input').dispatchEvent(new Event('input'))`, openRace, openRace)
	b.shows(film, 5)

	b.open(page, "#race=deadlock/v7.3&step=7")
	require.True(t, eval[bool](b, openRace+`.open`))
	b.shows(film, 7)
	require.Zero(t, eval[int](b, `performance.getEntriesByType('resource').length`), "the page is self-contained")
}

// shows checks everything that is drawn of a state.
func (t tab) shows(film *counterexamples.Film, n int) {
	t.Helper()
	require.Equal(t, fmt.Sprint(n), eval[string](t, openRace+`.querySelector('.film').dataset.step`))
	drawn := eval[map[string][]string](t, `Object.fromEntries([...%s.querySelectorAll('ul.chips')].map(
		(list) => [list.dataset.of, [...list.children].filter((li) => !li.querySelector('del')).map((li) => li.textContent)]))`, openRace)
	waits := eval[string](t, `[...%s.querySelectorAll('.task')].map((e) => e.querySelector('.blocked .waits')?.textContent ?? '').join('|')`, openRace)
	var blocked []string
	for _, v := range film.Vars {
		switch {
		case v.What == "waits":
			blocked = append(blocked, strings.Join(v.Values[n], "; "))
		case v.What != "in" && v.What != "metadata":
			require.Equal(t, strings.Join(v.Values[n], "|"), strings.Join(drawn[v.Of+" "+v.What], "|"), "%s %s after step %d", v.Of, v.What, n)
		}
	}
	require.Equal(t, strings.Join(blocked, "|"), waits, "after step %d", n)
	if n > 0 {
		row := film.Rows[film.Steps[n-1].Row].Text
		require.Equal(t, row, eval[string](t, openRace+`.querySelector('pre.rows .now').textContent`))
	}
}

// The page fits a phone, is dark where that is wanted, and prints without its
// buttons.
func testPageMedia(t *testing.T, b tab, page string) {
	t.Helper()
	const background = `getComputedStyle(document.body).backgroundColor`
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	b.media("", "light")
	for _, fragment := range []string{"", "#race=deadlock/v7.3&step=20"} {
		b.open(page, fragment)
		require.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), 390, fragment)
		require.Greater(t, eval[int](b, `document.querySelector('.box').scrollWidth`), 390, "the matrix scrolls in its box")
		require.Equal(t, "sticky", eval[string](b, `getComputedStyle(document.querySelector('.matrix tbody th')).position`))
	}
	light := eval[string](b, background)
	b.media("", "dark")
	require.NotEqual(t, light, eval[string](b, background))
	b.media("print", "light")
	require.Equal(t, "none", eval[string](b, `getComputedStyle(%s.querySelector('.controls')).display`, openRace))
	require.Equal(t, "block", eval[string](b, `getComputedStyle(%s.querySelector('.film')).display`, openRace))
	b.do(chromedp.EmulateViewport(700, 1000)) // A4 between its margins
	b.media("print", "light")
	require.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), 700, "what is wider is cut off on paper")
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF())
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(pdf), "%PDF-"))
}

// Text that looks like a script is text, in the page and in a race that is
// stepped through.
func TestPageInert(t *testing.T) {
	const script = `</script><script>window.pwned = 1</script><img src="x" onerror="window.pwned = 1">`
	f, film := deadlockRace(t)
	for i := range film.Steps {
		film.Steps[i].Doc, film.Steps[i].Shown = script, []string{script}
	}
	for _, v := range film.Vars {
		for i := range v.Values {
			v.Values[i] = []string{script}
		}
	}
	page := &evidence.Page{
		Title: script, Meaning: script, Properties: []evidence.Property{{ID: "S12", Name: "deadlock", Head: "S12", Says: script}},
		Designs: []evidence.Design{{Name: "v7.3", Doc: script, Cells: []evidence.Cell{{Mark: "X", Sentence: script, Race: "deadlock/v7.3"}}}},
		Races:   []*evidence.Race{{ID: "deadlock/v7.3", Property: "deadlock", Subject: "v7.3", Comment: script, Text: f.Race, Film: film}},
	}
	path := filepath.Join(t.TempDir(), "page.html")
	out, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, evidence.HTML(out, page))
	require.NoError(t, out.Close())
	b := openTab(t)
	b.open(path, "#race=deadlock/v7.3&step=3")
	require.Equal(t, "3", eval[string](b, openRace+`.querySelector('.film').dataset.step`))
	require.Contains(t, eval[string](b, openRace+`.querySelector('.step').textContent`), script)
	require.True(t, eval[bool](b, `window.pwned === undefined && document.images.length === 0 && document.scripts.length === 2`))
}
