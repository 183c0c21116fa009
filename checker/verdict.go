package checker

import "fmt"

// A Verdict is what a search may claim about a property. The zero Verdict is
// Truncated, so that a forgotten one claims nothing.
type Verdict uint8

const (
	// Truncated means that a limit stopped the search. Nothing is proved.
	Truncated Verdict = iota
	// Exhausted means that every reachable state was visited and none violates.
	Exhausted
	// Sampled means that runs were drawn and none violates. Nothing is proved.
	Sampled
	// Violated means that a schedule which breaks the property is at hand.
	Violated
	// Vacuous means that nothing violates, but the premise never held.
	Vacuous
)

// String returns the word that reports use.
func (v Verdict) String() string {
	switch v {
	case Truncated:
		return "truncated"
	case Exhausted:
		return "exhausted"
	case Sampled:
		return "sampled"
	case Violated:
		return "violated"
	case Vacuous:
		return "vacuous"
	}
	return fmt.Sprintf("verdict(%d)", uint8(v))
}
