package counterexamples

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

// files has the corpus. The pattern also takes the test data, so that it
// matches something when the corpus has yet to be made.
//
//go:embed */*.*
var files embed.FS

// extension is what the names of counterexample files end in.
const extension = ".txtar"

// Dir is where the corpus lies in the repository.
const Dir = "counterexamples"

// A Kept file is one of the corpus.
type Kept struct {
	Name string // <property>/<id-or-design>.txtar
	Data []byte
}

// Path is where the file lies in the repository.
func (k Kept) Path() string { return path.Join(Dir, k.Name) }

// PathOf is where the corpus keeps the counterexample of a property and a
// deviation or named design.
func PathOf(property, subject string) string { return path.Join(Dir, NameOf(property, subject)) }

// NameOf is the same, within the corpus.
func NameOf(property, subject string) string { return path.Join(property, subject+extension) }

// Corpus lists the files of the corpus by name.
func Corpus() []Kept {
	var kept []Kept
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, extension) {
			return err
		}
		data, err := files.ReadFile(name)
		kept = append(kept, Kept{Name: name, Data: data})
		return err
	})
	if err != nil {
		panic("counterexamples: " + err.Error()) // the files are part of the program
	}
	return kept
}

// InCorpus reports whether the corpus has a counterexample of the property and
// a deviation or named design.
func InCorpus(property, subject string) bool {
	_, err := fs.Stat(files, NameOf(property, subject))
	return err == nil
}
