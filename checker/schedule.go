package checker

// Switches counts the context switches of a schedule: the actions of another
// task than the action before. The first action is not a switch.
func Switches[A comparable](schedule []A, taskOf func(A) int) int {
	n := 0
	for i := 1; i < len(schedule); i++ {
		if taskOf(schedule[i]) != taskOf(schedule[i-1]) {
			n++
		}
	}
	return n
}
