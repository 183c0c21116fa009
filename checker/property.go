package checker

import "fmt"

// A Mode says which states of a run a property speaks about.
type Mode uint8

const (
	// Always holds in every reachable state.
	Always Mode = iota
	// Sometimes holds in at least one reachable state: the case is exercised.
	Sometimes
	// Eventually holds at some point of every fair run.
	Eventually
)

// String returns the word that reports use.
func (m Mode) String() string {
	switch m {
	case Always:
		return "always"
	case Sometimes:
		return "sometimes"
	case Eventually:
		return "eventually"
	}
	return fmt.Sprintf("mode(%d)", uint8(m))
}

// A Property is a named claim about a system's states.
type Property[S comparable] struct {
	Name  string // kebab-case; also the test's subject and the counterexample's folder
	Mode  Mode
	Holds func(s *S) bool
}
