package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// columns is the width of text in mails and files.
const columns = 80

// writeFile writes beside the file and renames, so that nobody sees half.
func writeFile(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	beside, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(beside.Name())
	if _, err = beside.Write(data); err == nil {
		err = beside.Chmod(0o644)
	}
	if closed := beside.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(beside.Name(), path)
}

// wrap breaks text into lines of at most width columns.
func wrap(text string, width int) string {
	var out strings.Builder
	for i, paragraph := range strings.Split(text, "\n\n") {
		if i > 0 {
			out.WriteString("\n")
		}
		column := 0
		for _, word := range strings.Fields(paragraph) {
			n := utf8.RuneCountInString(word)
			switch {
			case column == 0:
			case column+1+n > width:
				out.WriteString("\n")
				column = 0
			default:
				out.WriteString(" ")
				column++
			}
			out.WriteString(word)
			column += n
		}
		out.WriteString("\n")
	}
	return out.String()
}

// progress shows how far the work is, if standard error is a terminal; done
// takes the line away.
func (a *app) progress(what string, total int) (tick func(n int), done func()) {
	file, ok := a.err.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return func(int) {}, func() {}
	}
	bar := progressbar.NewOptions(total, progressbar.OptionSetWriter(file), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(columns/4))
	return func(n int) { bar.Add(n) }, func() { bar.Finish() } //nolint:errcheck // a terminal that fails is no reason to stop
}

// spinner shows what a search of unknown length is at, if standard error is a
// terminal; tell is nil if it is not.
func (a *app) spinner(what string) (tell func(now string), done func()) {
	file, ok := a.err.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return nil, func() {}
	}
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(file), progressbar.OptionSetDescription(what),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(columns/4))
	tell = func(now string) {
		bar.Describe(what + ": " + now)
		bar.Add(1) //nolint:errcheck // a terminal that fails is no reason to stop
	}
	return tell, func() { bar.Finish() } //nolint:errcheck // as above
}

// readFile reads a file that the user names; the error is one line.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: expected a file", path)
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
