package counterexamples

import "github.com/notifycheck/notifycheck/spec"

// Explanation says in kernel words what goes wrong in a deviation or a named
// design when it violates the property, and why it matters.
func Explanation(subject string, p spec.Property) string {
	if text, ok := explanations[subject]; ok {
		return text
	}
	return explanations[subject+" "+p.String()]
}

var explanations = map[string]string{}
