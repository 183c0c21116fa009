package design_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/model/design"
)

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// properties are the names of the properties, by their ids.
var properties = [][2]string{
	{"S1", "lost-notification"},
	{"S2", "wrong-victim"},
	{"S3", "wrong-payload"},
	{"S4", "missed-shutdown"},
	{"S5", "spurious-shutdown"},
	{"S6", "wrong-poison"},
	{"S7", "over-unmap"},
	{"S8", "reachable-poison"},
	{"S9", "use-after-free"},
	{"S10", "out-of-order"},
	{"S11", "wrong-return"},
	{"S12", "deadlock"},
	{"S13", "late-removal"},
	{"S14", "stale-share"},
	{"S15", "not-idempotent"},
	{"S16", "false-health-event"},
	{"S17", "leak-between-filesystems"},
	{"S1-reg", "regression"},
	{"L1", "event-never-returns"},
	{"L2", "victim-never-told"},
	{"L3", "shutdown-never-comes"},
	{"L4", "teardown-never-ends"},
	{"L5", "silent-corruption"},
	{"L6", "lost-wakeup"},
	{"L7", "dropped-while-mounting"},
}

func TestEveryChoiceIsDocumented(t *testing.T) {
	require.Len(t, design.Choices(), int(design.NumChoices))
	seen := map[string]bool{}
	for _, c := range design.Choices() {
		info := c.Info()
		require.Regexp(t, kebab, info.Name, "choice %d", uint8(c))
		require.False(t, seen[info.Name], "two choices are called %s", info.Name)
		seen[info.Name] = true
		require.NotEmpty(t, info.Doc, info.Name)
		require.NotEmpty(t, info.Source, info.Name)
		require.GreaterOrEqual(t, len(info.Values), 2, info.Name)
		values := map[string]bool{}
		for _, v := range info.Values {
			require.Regexp(t, kebab, v.Name, info.Name)
			require.False(t, values[v.Name], "%s has two values %s", info.Name, v.Name)
			values[v.Name] = true
			require.NotEmpty(t, v.Doc, "%s=%s", info.Name, v.Name)
			require.NotContains(t, v.Doc+info.Doc, "\n", info.Name)
		}
	}
}

// TestValueCounts holds the table against the constants of choice.go: a value
// that is added there and not here is an error.
func TestValueCounts(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "choice.go", nil, parser.ParseComments)
	require.NoError(t, err)
	var names []string
	counts := map[string]int{}
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		first := g.Specs[0].(*ast.ValueSpec)
		if first.Type.(*ast.Ident).Name == "Choice" {
			for _, s := range g.Specs[:len(g.Specs)-1] {
				names = append(names, s.(*ast.ValueSpec).Names[0].Name)
			}
			continue
		}
		m := regexp.MustCompile(`^Values of (\w+)`).FindStringSubmatch(g.Doc.Text())
		require.NotNil(t, m, "the constants from %s on do not say whose values they are", first.Names[0])
		counts[m[1]] = len(g.Specs)
	}
	require.Len(t, names, int(design.NumChoices))
	for i, name := range names {
		require.Len(t, design.Choice(i).Info().Values, counts[name], name)
		squeezed := strings.ReplaceAll(design.Choice(i).String(), "-", "")
		require.Equal(t, strings.ToLower(name), squeezed, "the name of the choice is that of its constant")
	}
}

func drawAssignment(t *rapid.T) design.Assignment {
	c := rapid.SampledFrom(design.Choices()).Draw(t, "choice")
	return design.Assignment{Choice: c, Value: design.Value(rapid.IntRange(0, len(c.Info().Values)-1).Draw(t, "value"))}
}

func TestAssignmentRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawAssignment(t)
		got, err := design.ParseAssignment(want.String())
		require.NoError(t, err)
		require.Equal(t, want, got)
		var d design.Design
		require.NoError(t, design.Set(&d, want.String()))
		require.Equal(t, design.Design{}.With(want), d)
	})
}

func TestDiffRebuildsTheDesign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := design.Design{}.With(rapid.SliceOf(rapid.Custom(drawAssignment)).Draw(t, "base")...)
		d := base.With(rapid.SliceOf(rapid.Custom(drawAssignment)).Draw(t, "changes")...)
		require.Equal(t, d, base.With(d.Diff(base)...))
		require.Empty(t, d.Diff(d))
	})
}

func TestSetSaysWhatIsPossible(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"pfn-recheck", `"pfn-recheck": want choice=value, as in pfn-recheck=no`},
		{"", `"": want choice=value, as in pfn-recheck=no`},
		{"pfn-recheck=perhaps", `pfn-recheck has no value "perhaps"; it has: yes, no`},
		{"pfn-recheck=", `pfn-recheck has no value ""; it has: yes, no`},
	} {
		d := design.Design{design.Freeze: design.FreezeKernel}
		require.EqualError(t, design.Set(&d, tc.in), tc.want)
		require.Equal(t, design.Design{design.Freeze: design.FreezeKernel}, d)
	}
	err := design.Set(&design.Design{}, "pfn=yes")
	for _, c := range design.Choices() {
		require.ErrorContains(t, err, c.String())
	}
}

func TestNamedDesigns(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range design.NamedDesigns() {
		require.False(t, seen[n.Name], n.Name)
		seen[n.Name] = true
		require.NotEmpty(t, n.Doc, n.Name)
		for i, v := range n.Design {
			require.Less(t, int(v), len(design.Choice(i).Info().Values), "%s: %v", n.Name, design.Choice(i))
		}
		found, ok := design.ByName(n.Name)
		require.True(t, ok)
		require.Equal(t, n, found)
		var parsed design.Design
		for _, a := range n.Design.Diff(design.Design{}) {
			require.NoError(t, design.Set(&parsed, a.String()), n.Name)
		}
		require.Equal(t, n.Design, parsed, n.Name)
	}
	reviewed, _ := design.ByName("reviewed")
	p9, _ := design.ByName("P9")
	require.Equal(t, design.Design{}, reviewed.Design)
	require.Equal(t, reviewed.Design, p9.Design)
	_, ok := design.ByName("v9.9")
	require.False(t, ok)
	var versions []string
	for _, n := range design.Versions() {
		versions = append(versions, n.Name)
	}
	require.Equal(t, []string{
		"owner-tracking", "rfc-v2", "v6.0", "v6.1", "v6.2", "v6.6", "v6.7", "v6.12", "v6.14", "v6.17", "v7.3",
	}, versions)
}

func TestCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range design.Catalogue() {
		require.Regexp(t, `^[RCKXLHDBGN]\d+$`, d.ID)
		require.False(t, seen[d.ID], "two deviations are called %s", d.ID)
		seen[d.ID] = true
		require.NotEmpty(t, d.Title, d.ID)
		require.NotEmpty(t, d.Source, d.ID)
		require.Contains(t, "MBOFG", string(d.Status), d.ID)
		require.NotEqual(t, d.BaseDesign()[d.Choice], d.Value, "%s deviates from nothing", d.ID)
		require.Less(t, int(d.Value), len(d.Choice.Info().Values), d.ID)
		require.Len(t, d.Design().Diff(d.BaseDesign()), 1, d.ID)
		require.Len(t, d.BaseDesign().Diff(design.Design{}), len(d.Base), "%s: its base names what reviewed has", d.ID)
		found, ok := design.DeviationByID(d.ID)
		require.True(t, ok)
		require.Equal(t, d, found)
	}
	_, ok := design.DeviationByID("R99")
	require.False(t, ok)
}

// TestInexpressibles: what cannot be expressed is no row, and says why.
func TestInexpressibles(t *testing.T) {
	for _, in := range design.Inexpressibles() {
		require.Regexp(t, `^[RCKXLHD]\d+$`, in.ID)
		_, ok := design.DeviationByID(in.ID)
		require.False(t, ok, in.ID)
		require.NotEmpty(t, in.Title, in.ID)
		require.NotEmpty(t, in.Source, in.ID)
		require.NotEmpty(t, in.Reason, in.ID)
	}
}

// TestNeedlesses: a guard that is not needed is no row, and says what that means.
func TestNeedlesses(t *testing.T) {
	for _, g := range design.Needlesses() {
		require.Regexp(t, `^G\d+$`, g.ID)
		_, ok := design.DeviationByID(g.ID)
		require.False(t, ok, g.ID)
		require.NotEmpty(t, g.Title, g.ID)
		require.NotEmpty(t, g.Source, g.ID)
		require.NotEmpty(t, g.Means, g.ID)
	}
}

// TestBreaks: a deviation names properties that exist, and one of those that
// the source of the row names, or says why not.
func TestBreaks(t *testing.T) {
	for _, d := range design.Catalogue() {
		require.NotEmpty(t, d.Breaks, d.ID)
		named := []string{}
		for _, id := range strings.Fields(d.Named) {
			i := slices.IndexFunc(properties, func(p [2]string) bool { return p[0] == id })
			require.GreaterOrEqual(t, i, 0, "%s: no property %s", d.ID, id)
			named = append(named, properties[i][1])
		}
		agrees := false
		for _, name := range d.Breaks {
			require.True(t, slices.ContainsFunc(properties, func(p [2]string) bool { return p[1] == name }), "%s: no property %s", d.ID, name)
			agrees = agrees || slices.Contains(named, name)
		}
		require.True(t, agrees || d.Note != "", "%s: breaks nothing that its source names, and does not say why", d.ID)
	}
}
