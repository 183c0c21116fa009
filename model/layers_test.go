package model_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Nothing in the model or the spec may be random, timed or concurrent, or
// depend on the order of a map.
func TestModelAndSpecAreDeterministic(t *testing.T) {
	for _, root := range []string{".", "../spec"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.GoStmt, *ast.ChanType, *ast.SelectStmt, *ast.MapType:
					t.Errorf("%v: not in a model", fset.Position(n.Pos()))
				}
				return true
			})
			return nil
		})
		require.NoError(t, err)
	}
}
