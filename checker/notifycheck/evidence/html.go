package evidence

import (
	"crypto/sha256"
	_ "embed" // the parts of the page
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"strings"
)

// The parts of the page.
var (
	//go:embed page.gohtml
	pageText string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string

	page = template.Must(template.New("page").Funcs(template.FuncMap{"to": to}).Parse(pageText))
)

// to is the address of a place on the page: "race", "deadlock/v7.3". The
// template would escape the slash, which a reader is to see.
func to(what, id string) template.URL {
	return template.URL("#" + what + "=" + strings.ReplaceAll(url.PathEscape(id), "%2F", "/"))
}

// HTML writes the page. Whatever a text in it has, it is text: the template
// escapes it, and the policy of the page allows no script but its own, and no
// network.
func HTML(w io.Writer, p *Page) error {
	return page.Execute(w, struct {
		*Page
		CSS    template.CSS
		JS     template.JS
		Policy string
		Reel   *reel
	}{p, template.CSS(pageCSS), template.JS(pageJS), policy(), newReel(p.Races)})
}

// policy is the Content-Security-Policy: nothing but these two texts.
func policy() string {
	return fmt.Sprintf("default-src 'none'; base-uri 'none'; form-action 'none'; style-src %s; script-src %s", digest(pageCSS), digest(pageJS))
}

// digest is the source of an inline text, as a policy names it.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("'sha256-%s'", base64.StdEncoding.EncodeToString(sum[:]))
}

// Kind is the class of the cell.
func (c Cell) Kind() string {
	switch c.Mark {
	case "X":
		return "violated"
	case "E":
		return "exhausted"
	case "-":
		return "vacuous"
	}
	return "sampled"
}
