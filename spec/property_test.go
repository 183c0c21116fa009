package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/notifycheck/notifycheck/spec"
)

// A property is found by its name and by its id, and every one is documented.
func TestParseProperty(t *testing.T) {
	names := map[string]spec.Property{}
	for p := range spec.NumProperties {
		info := p.Info()
		for _, text := range []string{info.Says, info.Violation, info.Premise} {
			require.NotEmpty(t, text, p)
		}
		require.Equal(t, info.Name, p.String())
		for _, name := range []string{info.ID, info.Name} {
			require.NotContains(t, names, name)
			names[name] = p
			got, ok := spec.ParseProperty(name)
			require.True(t, ok, name)
			require.Equal(t, p, got)
		}
	}
	_, ok := spec.ParseProperty("S0")
	require.False(t, ok)
}

func TestSet(t *testing.T) {
	two := of(spec.WrongVictim, spec.Regression)
	for p := range spec.NumProperties {
		require.Equal(t, p == spec.WrongVictim || p == spec.Regression, two.Has(p))
		require.True(t, spec.All.Has(p))
	}
	require.False(t, spec.All.Has(spec.NumProperties))
}

func TestPageSet(t *testing.T) {
	s := set(0, spec.Pages-1)
	require.True(t, s.Has(0))
	require.True(t, s.Has(spec.Pages-1))
	require.False(t, s.Has(1))
	require.False(t, s.Has(spec.Pages))
	require.False(t, s.Has(none))
}

// Every va page of every process has a bit of its own.
func TestAt(t *testing.T) {
	var all spec.VASet
	for proc := range uint8(spec.Procs) {
		for va := range uint8(spec.VA) {
			bit := spec.At(proc, va)
			require.NotZero(t, bit)
			require.Zero(t, all&bit)
			all |= bit
		}
	}
}
