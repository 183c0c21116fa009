package model_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/model"
)

// source is the methods of ctx.
func source(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	fset := token.NewFileSet()
	notTest := func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }
	pkgs, err := parser.ParseDir(fset, ".", notTest, 0) //nolint:staticcheck // one package, no build tags
	require.NoError(t, err)
	methods := map[string]*ast.FuncDecl{}
	for _, f := range pkgs["model"].Files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
				if star, ok := fn.Recv.List[0].Type.(*ast.StarExpr); ok && star.X.(*ast.Ident).Name == "ctx" {
					methods[fn.Name.Name] = fn
				}
			}
		}
	}
	return methods
}

// stepIDs is the steps by their names.
func stepIDs() map[string]model.Step {
	ids := map[string]model.Step{}
	for st := model.Step(1); st < model.NumSteps; st++ {
		ids[st.String()] = st
	}
	return ids
}

// routines are the methods that the step table dispatches to.
func routines(methods map[string]*ast.FuncDecl) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(methods["step"].Body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			names[sel.Sel.Name] = true
		}
		return true
	})
	return names
}

// mentioned adds the steps that the code names, and what it calls does; a
// comparison with a step is no mention.
func mentioned(n ast.Node, methods map[string]*ast.FuncDecl, skip map[string]bool, into map[string]bool) {
	ids := stepIDs()
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			return n.Op != token.EQL && n.Op != token.NEQ || !strings.Contains(types(n.X), "Stack")
		case *ast.SelectorExpr:
			if fn := methods[n.Sel.Name]; fn != nil && !skip[n.Sel.Name] {
				seen := maps.Clone(skip)
				seen[n.Sel.Name] = true
				mentioned(fn.Body, methods, seen, into)
			}
		case *ast.Ident:
			if _, ok := ids[n.Name]; ok {
				into[n.Name] = true
			}
		}
		return true
	})
}

// types names what an expression is made of.
func types(e ast.Expr) (s string) {
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			s += id.Name + " "
		}
		return true
	})
	return s
}

// noLead are steps that the code of a step names and that do not follow it.
var noLead = map[string]string{
	"fdCopyLate fdInsert": "copySource: of the early copy",
	"unPut unFree":        "putDax: what comes after all of it",
	"unPut unEvict":       "as unFree",
}

// What follows each step is what its case of the routine names, and what the
// helpers name that it calls.
func TestLeadsAreThoseOfTheSource(t *testing.T) {
	methods := source(t)
	dispatched := routines(methods)
	ids := stepIDs()
	found, excused := map[string]map[string]bool{}, map[string]bool{}
	for name := range dispatched {
		fn := methods[name]
		if fn == nil {
			continue
		}
		for _, stmt := range fn.Body.List {
			sw, ok := stmt.(*ast.SwitchStmt)
			if !ok {
				continue
			}
			around := map[string]bool{} // named before the switch
			for _, s := range fn.Body.List {
				if s != stmt {
					mentioned(s, methods, dispatched, around)
				}
			}
			for _, c := range sw.Body.List {
				body := maps.Clone(around)
				for _, s := range c.(*ast.CaseClause).Body {
					mentioned(s, methods, dispatched, body)
				}
				for _, label := range c.(*ast.CaseClause).List {
					if id, ok := label.(*ast.Ident); ok && len(body) > 0 {
						require.Nil(t, found[id.Name], "%s has two cases", id.Name)
						found[id.Name] = body
					}
				}
			}
		}
	}
	for id, st := range ids {
		leads := map[string]bool{}
		for _, to := range st.Leads() {
			leads[to.String()] = true
			require.True(t, found[id][to.String()] || to == st, "%s leads to %v, and does not name it", id, to)
		}
		for to := range found[id] {
			if why := noLead[id+" "+to]; why != "" {
				excused[id+" "+to] = true
				continue
			}
			require.True(t, leads[to], "%s names %s, and does not lead to it", id, to)
		}
	}
	require.Len(t, excused, len(noLead), "an excuse for nothing")
}

// What a step leads to, shows and ends is declared, in every run.
func TestStepsLeadWhereTheyDeclare(t *testing.T) {
	forTrials(400, func(tr *trial) {
		tr.steps(func(i int, st model.Step, a model.Action, before, after *model.State) {
			was, is := &before.Tasks[a.Task], &after.Tasks[a.Task]
			top := was.Depth - 1
			switch {
			case is.Depth <= top:
				require.True(t, st.Ends(), "%v returns", st)
			default:
				for _, frame := range is.Stack[top:is.Depth] {
					require.True(t, frame == st || slices.Contains(st.Leads(), frame), "%v leads to %v", st, frame)
				}
			}
			for k := range min(top, is.Depth) {
				require.Equal(t, was.Stack[k], is.Stack[k], "%v changes the frames below", st)
			}
			var o model.Obs
			s := *before
			tr.m.Step(&s, a, &o)
			const others = model.ObsTouched | model.ObsOverrun | model.ObsCalled | model.ObsCallDone | model.ObsFound
			require.Zero(t, o.Flags&^st.Shows()&^others, "%v shows", st)
		})
	})
}
