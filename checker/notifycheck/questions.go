package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/notifycheck/notifycheck/counterexamples"
	"github.com/notifycheck/notifycheck/model/design"
)

// A question is one that a kernel developer would put to the tool.
type question struct {
	asked string
	runs  []answer
	rest  string // what the tool does not answer of it, and why; or where else the answer is
}

// An answer is a command and how many lines of what it prints are shown, from
// the first that has a text on; 0: all.
type answer struct {
	args  string
	from  string
	lines int
}

// guardFiles are the counterexamples of the guards that the model can leave
// out.
func guardFiles() string {
	var paths []string
	for _, dev := range design.Catalogue() {
		if dev.Status != 'G' {
			continue
		}
		for _, name := range dev.Breaks {
			if counterexamples.InCorpus(name, dev.ID) {
				paths = append(paths, counterexamples.PathOf(name, dev.ID))
				break
			}
		}
	}
	return strings.Join(paths, " ")
}

// questions are in the order of a review: of a patch, of the contracts, of
// policy, of lifetimes, of topologies, of locks, of what is seen from outside,
// and of the tool itself.
var questions = []question{
	{
		asked: "I changed one point of a design: which property breaks, and in which interleaving?",
		runs: []answer{
			{args: "explore counterexamples/deadlock/X04.txtar --design reviewed --with kill-context=under-group-lock", lines: 30},
			{args: "explore counterexamples/deadlock/X04.txtar --design reviewed", lines: 2},
		},
		rest: "The change has to be a value of a choice (`list choices`): the tool reads no C. A scope instead of a file, `explore tiny` or `explore small`, looks at every scenario of it.",
	},
	{
		asked: "Is this lock, reference or test needed at all?",
		runs:  []answer{{args: "replay " + guardFiles()}},
		rest: "Each file is reviewed, or a base near it, without one guard, and a run that goes wrong. What is taken under RCU or the page table lock is one step of " +
			"the model (docs/scope.md), so those two cannot be left out, and nothing shows G12, the page table lock.",
	},
	{
		asked: "Which two steps may I swap?",
		runs:  []answer{{args: "ask orders"}},
		rest:  "None of these. Swaps for which there is no choice are not answered: clearing PageHWPoison and badblocks (recovery write is not modelled), and health monitoring before the test for rmapbt.",
	},
	{
		asked: "Does my refactoring keep the arithmetic of ranges?",
		runs:  []answer{{args: "explore arithmetic --design v6.6 --against v6.14 --blocks 3", lines: 17}, {args: "explore arithmetic --design v6.6 --against v6.12 --blocks 3", lines: 3}},
	},
	{
		asked: "Give me a reproducer.",
		runs: []answer{
			{args: "show --as scenario counterexamples/deadlock/v7.3.txtar"},
			{args: "show --as graph counterexamples/deadlock/v7.3.txtar"},
		},
		rest: "What is printed is the geometry, files, mappings and events to set up, and the order of kernel functions to force, with what each waits for. It is no shell script: how many blocks " +
			"mkfs gives to a group, and where a delay can be put into a kernel, is not known to the model.",
	},
	{
		asked: "Who may return -EOPNOTSUPP, and what must then hold of page->mapping?",
		runs:  []answer{{args: "show counterexamples/lost-notification/C12.txtar", from: "CPU0"}, {args: "ask topologies --designs v6.1,v7.3,reviewed", from: "no-rmapbt", lines: 1}},
		rest:  "The contract is in [contracts/memory_failure.md](contracts/memory_failure.md).",
	},
	{
		asked: "May -ENXIO keep memory_failure from the single owner?",
		runs:  []answer{{args: "ask cases", from: "mapped page of an ext4", lines: 1}},
		rest: "XFS on the first partition, ext4 on the second, and a page of the second fails. A holder of the whole device answers -ENXIO, and the process that single-owner tracking told is not told. " +
			"`reviewed` asks the device of each partition, so that nobody answers for another's pages.",
	},
	{
		asked: "Should an error in one owner stop the scan?",
		runs:  []answer{{args: "show counterexamples/lost-notification/N02.txtar", from: "CPU0", lines: 60}},
		rest:  "The owners in other groups are owed a signal: see N02 in [catalogue.md](catalogue.md), and C10 for an error of the kill.",
	},
	{
		asked: "Is -EAGAIN of an in-core lookup \"not in use\" or \"not known\"?",
		runs:  []answer{{args: "ask cases", from: "closed file", lines: 1}, {args: "show counterexamples/spurious-shutdown/C05.txtar", from: "CPU0"}},
	},
	{
		asked: "What does \"recovered\" promise?",
		runs:  []answer{{args: "list properties", from: "S11", lines: 1}, {args: "ask cases", from: "late-kill mapper only", lines: 1}},
		rest:  "A cell has what memory_failure returned, who was told, who maps the page when it is over, and after ! the properties that are violated.",
	},
	{
		asked: "Who is sent what, under which kill policy?",
		runs:  []answer{{args: "ask signals"}},
		rest: "The process asked about maps the failed page. Its policy is the sysctl memory_failure_early_kill and what it set with prctl(PR_MCE_KILL); in the model that is one bit a process. " +
			"*mapped*: it can still read the poison. Which of two threads is signalled: row K15 of [catalogue.md](catalogue.md).",
	},
	{
		asked: "Should a process be told that mapped the page and never touched it?",
		runs:  []answer{{args: "ask cases", from: "mapped, never faulted", lines: 1}},
		rest:  "No design tells it, and no property asks for it: it has no PTE, and its first access meets the poison. With `--victims=weak`, the rule of the page cache, it is owed a signal: rows K10, X14 and X15 of [catalogue.md](catalogue.md).",
	},
	{
		asked: "One signal or many: for a huge page, several VMAs, an event of two pages?",
		runs:  []answer{{args: "ask cases", from: "two VMAs", lines: 2}},
		rest:  "One for each page and VMA that maps it. The size that is told is that of the mapping (R24).",
	},
	{
		asked: "Poison in CoW staging, unwritten extents, free space, the log: shut down or ignore?",
		runs:  []answer{{args: "ask cases", from: "free block", lines: 6}},
	},
	{
		asked: "What becomes of an event while the filesystem is mounted, unmounted, or between the two?",
		runs:  []answer{{args: "ask windows", lines: 5}, {args: "show counterexamples/dropped-while-mounting/L07.txtar", from: "CPU0", lines: 40}},
		rest:  "Every schedule of the two or three tasks was visited; a cell has what some of them violate.",
	},
	{
		asked: "Is dax_srcu in kill_dax enough, and what must fs_put_dax wait for?",
		runs:  []answer{{args: "show counterexamples/use-after-free/L03.txtar", from: "CPU0"}, {args: "replay counterexamples/use-after-free/L03.txtar counterexamples/late-removal/L13.txtar"}},
		rest:  "It must wait for the callbacks in flight, as kill_dax does, before anything of the mount goes (put-wait and unmount-order in [choices.md](choices.md)).",
	},
	{
		asked: "After an unbind, can a PTE or a pending copy still reach the device?",
		runs:  []answer{{args: "ask windows", from: "no event: unbind and a read", lines: 2}},
		rest:  "S13 is that none does. The write of a copy in flight is not modelled; the PTE that it leaves is.",
	},
	{
		asked: "Whose freeze does a removal end?",
		runs:  []answer{{args: "show counterexamples/late-removal/L10-v6.7.txtar", from: "CPU0"}},
		rest: "In v6.7 to v7.3 its own, and that of a user, which it did not begin (L10). `reviewed` freezes nothing: new mappings are refused before the walk. What the freeze by the kernel leads " +
			"to beside an unmount is row N09 of [catalogue.md](catalogue.md).",
	},
	{
		asked: "Does it hold on partitions, external logs, realtime devices, dm, a mirror with a good leg, large folios?",
		runs:  []answer{{args: "ask topologies"}},
		rest: "Events one at a time. All schedules of these families with other tasks beside are in the scope `small`; what was explored of it is in [space.lock](space.lock). dm-stripe is " +
			"not modelled.",
	},
	{
		asked: "Which of the designs handles which of these?",
		runs:  []answer{{args: "ask topologies --designs owner-tracking,rfc-v2,reviewed,v7.3", lines: 8}, {args: "ask cases --designs owner-tracking,rfc-v2,reviewed,v7.3", lines: 6}},
		rest:  "The columns are single-owner tracking, RFC v2, the architecture of the mail, and what was merged: the same events for all.",
	},
	{
		asked: "In which order are locks taken, those included that lockdep cannot see?",
		runs:  []answer{{args: "ask locks"}},
		rest: "Classes of locks and references, from drawn runs and the corpus, so that a cycle is a suspicion: readers do not keep each other out, and the two locks of a class may be different ones. A run " +
			"that ends in it is a deadlock. Whether some schedule of a scope has one is S12 in [space.lock](space.lock). Two locks of the same class are no edge.",
	},
	{
		asked: "Is every loss visible to userspace exactly once, also for files that are not in core?",
		runs:  []answer{{args: "list properties", from: "S16", lines: 1}, {args: "ask cases --designs v6.1,v7.3,reviewed", from: "device removed", lines: 1}, {args: "ask cases --designs v6.1,v7.3,reviewed", from: "closed file", lines: 1}},
		rest:  "The reports that the model has are those of file ranges (fserror); health monitoring of the medium and the rmap ioctl are not modelled.",
	},
	{
		asked: "Do existing tests exercise this?",
		runs:  []answer{{args: "ask tests --designs v6.1,v6.6,v6.12,v7.3,reviewed"}},
		rest: "The tests themselves are not run. Each injects by one of two processes that map a page, and passes when that one is signalled; the other one asked for no early kill, so that nothing is " +
			"owed to it but that its mapping goes. What a test does not put to the test it cannot see fail: metadata (S4), a removal (S13), another task beside the event. " +
			"`explore SCENARIO --witness PROPERTY` prints the shortest schedule that tests a property.",
	},
	{
		asked: "How far can I trust a green result?",
		rest:  "States, scopes and digests are in [space.lock](space.lock), the checks that it takes to find each deviation in [checks-to-find.md](checks-to-find.md), which rows each property kills in [properties.md](properties.md), what the model leaves out in [scope.md](scope.md). `review` prints how often each premise was met.",
		runs:  []answer{{args: "review --designs reviewed --checks 100", lines: 12}},
	},
	{
		asked: "What does it cost in CI?",
		runs:  []answer{{args: "list scopes", from: "tiny", lines: 3}, {args: "explore tiny", lines: 6}},
		rest:  "`tiny` takes a second, `small` half a minute and `medium` a quarter of an hour on two cores, and `--shard i/n` splits a scope. Results depend on no seed; those of `review` and `sample` on `--seed` alone. Times are in [speed.md](speed.md).",
	},
	{
		asked: "Which of these fixes does kernel 6.1, 6.6 or 6.12 need?",
		runs:  []answer{{args: "ask versions"}},
		rest:  "The table with links is [versions.md](versions.md).",
	},
}

// maxAnswer is the longest line that is shown of an answer.
const maxAnswer = 200

// took is how long something took, which is different each time.
var took = regexp.MustCompile(`, in [0-9.]+ s\b`)

// questionsDoc is the page of questions, with what the commands print.
func questionsDoc() (string, error) {
	var b strings.Builder
	b.WriteString("# Questions\n\n" + wrap("What a developer would ask, the command that answers it, and what it prints. The commands are run by "+
		"`notifycheck docs`. A line that ends in ... goes on, and what ends in ... has more lines. In the tables S1 to S17 and L1 to L7 are the properties (properties.md) that are violated.", columns))
	for i, q := range questions {
		fmt.Fprintf(&b, "\n## %d. %s\n", i+1, q.asked)
		for _, r := range q.runs {
			text, err := r.text()
			if err != nil {
				return "", fmt.Errorf("question %d: %w", i+1, err)
			}
			fmt.Fprintf(&b, "\n```\n$ notifycheck %s\n%s```\n", wrapCommand(r.args), text)
		}
		if q.rest != "" {
			b.WriteString("\n" + wrap(q.rest, columns))
		}
	}
	return b.String(), nil
}

// wrapCommand breaks a long command as a shell would read it.
func wrapCommand(args string) string {
	return strings.ReplaceAll(strings.TrimSuffix(wrap(args, maxAnswer/2), "\n"), "\n", " \\\n    ")
}

// text is what the command prints, cut to what fits.
func (r answer) text() (string, error) {
	var out, stderr bytes.Buffer
	if code := run(strings.Fields(r.args), &out, &stderr); code == exitBadInput {
		return "", fmt.Errorf("%s: %s", r.args, strings.TrimSpace(stderr.String()))
	}
	lines := strings.SplitAfter(took.ReplaceAllString(out.String(), ""), "\n")
	var head string
	if strings.HasPrefix(r.args, "ask ") && r.from != "" {
		head = lines[0]
	}
	for r.from != "" && len(lines) > 0 && !strings.HasPrefix(lines[0], r.from) {
		lines = lines[1:]
	}
	if len(lines) < 2 && strings.TrimSpace(strings.Join(lines, "")) == "" {
		return "", fmt.Errorf("%s: nothing is printed from %q on", r.args, r.from)
	}
	cut := r.lines > 0 && len(lines) > r.lines+1
	if cut {
		lines = lines[:r.lines]
	}
	var b strings.Builder
	for _, line := range append([]string{head}, lines...) {
		line = strings.TrimRight(line, " \n")
		if runes := []rune(line); len(runes) > maxAnswer {
			line = string(runes[:maxAnswer]) + "..."
		}
		b.WriteString(line + "\n")
	}
	text := strings.Trim(b.String(), "\n") + "\n"
	if cut {
		text += "...\n"
	}
	return text, nil
}
