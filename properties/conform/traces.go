package conform

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

//go:embed traces
var recorded embed.FS

// Designs are the named designs that stand for the kernels that were booted.
var Designs = map[string]string{"6.1.192": "v6.1", "6.12.117": "v6.12", "7.3.4": "v7.3"}

// Traces are the recorded ones, by kernel and name.
func Traces() ([]Trace, error) {
	var all []Trace
	dirs, err := recorded.ReadDir("traces")
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		files, err := recorded.ReadDir(path.Join("traces", dir.Name()))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			name := path.Join("traces", dir.Name(), f.Name())
			data, err := recorded.ReadFile(name)
			if err != nil {
				return nil, err
			}
			tr, err := Parse(path.Join(dir.Name(), f.Name()), strings.TrimPrefix(dir.Name(), "v"), data)
			if err != nil {
				return nil, fmt.Errorf("recorded trace: %w", err)
			}
			all = append(all, tr)
		}
	}
	return all, nil
}
