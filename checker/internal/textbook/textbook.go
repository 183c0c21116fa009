// Package textbook holds systems with known answers, to test and to measure
// the engines on: two-phase commit, two mutual exclusions, a dinner, a
// termination detection, an election and a cache coherence protocol. What
// each must give, and where that is published, its doc comment says.
//
// Numbers of the TLA+ examples are those of TLC, as the manifest.json of each
// directory of https://github.com/tlaplus/Examples/tree/master/specifications
// records them: "distinctStates"; "totalStates", which are the transitions,
// those that lead nowhere new or nowhere at all included, and the initial
// states, once each; and "stateDepth", which counts states where this project
// counts actions, so it is one more.
//
// For liveness, Pending tells which obligations are open in a state, a bit
// each: an obligation that stays open for ever is a violation. Class tells
// which fairness an action counts for; the doc comment of each system says
// which fairness its obligations need.
package textbook
