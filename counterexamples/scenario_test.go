package counterexamples

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/notifycheck/notifycheck/properties"
)

// What is written can be read, and says the same.
func TestScenarioRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sc := properties.DrawScenario(t)
		text := Encode(sc)
		got, err := Decode(text, "s.yaml")
		require.NoError(t, err, "%s", text)
		require.Equal(t, sc, got, "%s", text)
	})
}

// readTestdata is a file that the test has beside it.
func readTestdata(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return string(data)
}

// Every key is written as a person would write it.
func TestScenarioIsWrittenAsByHand(t *testing.T) {
	texts := []string{readTestdata(t, "full.yaml")}
	kinds := readTestdata(t, "kinds.yaml")
	for _, task := range []string{
		"memory-failure: {pfn: 1}",
		"memory-failure: {pfn: 1, pages: 2}",
		"memory-failure: {pfn: 13, source: injected, process: p1}",
		"read-fault: {process: p1, map: m1, page: 0}",
		"write-fault: {process: p1, map: m2, page: 3}",
		"truncate: {file: f1, page: 0}",
		"punch: {file: f1, page: 1}",
		"reflink: {file: f1, page: 0, to: f2, to-page: 1}",
		"mmap: {process: p1, map: m1, file: f1, page: 0, len: 4}",
		"munmap: {process: p1, map: m1}",
		"fork: {process: p1, to: p3}",
		"exit: {process: p1}",
		"evict: {file: f2}",
		"umount: {fs: fs1}",
		"unbind: {device: pmem0}",
	} {
		texts = append(texts, strings.Replace(kinds, "TASK", task, 1))
	}
	for _, text := range texts {
		sc, err := Decode([]byte(text), "s.yaml")
		require.NoError(t, err, "%s", text)
		require.Equal(t, text, string(Encode(sc)))
	}
}

// A bad scenario is refused in one line that says where and what was expected.
func TestScenarioErrors(t *testing.T) {
	const geometry = "geometry: {device-pages: 4, blocks: 4, agblocks: 4}\n"
	for _, c := range []struct{ text, want string }{
		// not YAML, or not the YAML of the format
		{"", "s.yaml:1:1: expected one YAML document: no documents in stream"},
		{"geometry: [1, 2\nb: 3\n", "s.yaml:2:2: expected one YAML document: did not find expected ',' or ']'"},
		{"a: 1\n---\nb: 2\n", "s.yaml:1:1: expected one YAML document: expected single document, found multiple"},
		{"geometry: \"\xff\"", "s.yaml:1: expected text in UTF-8"},
		{"geometry: {}\r\n", "s.yaml:1: expected lines that end in LF, without CR and NUL"},
		{"[]", "s.yaml:1:1: expected a mapping with the keys of a scenario, not a list"},
		{"geometry: &g {}\n", "s.yaml:1:11: anchors and aliases are not part of the format"},
		{"geometry: !!map {}\n", "s.yaml:1:11: tags are not part of the format"},

		// keys
		{geometry + "file: {}\n", `s.yaml:2:1: a scenario has no key "file"; it has geometry, files, processes, unmounted, budget, tasks`},
		{geometry + geometry, `s.yaml:2:1: key "geometry" is there twice`},
		{"files: {}\n", `s.yaml:1:1: a scenario needs the key "geometry"`},
		{"geometry: {blocks: 4, agblocks: 4}\n", `s.yaml:1:11: geometry needs the key "device-pages"`},
		{geometry + "files: {f4: {}}\n", `s.yaml:2:9: files has no key "f4"; it has f1, f2, f3`},
		{geometry + "processes:\n  p1:\n", "s.yaml:3:6: expected a mapping with the keys of a process, not nothing"},
		{geometry + "processes: {p1: {maps: {m1: {file: f1}}}}\n", `s.yaml:2:29: a mapping of a file needs the key "len"`},

		// values
		{"geometry: {device-pages: many, blocks: 4, agblocks: 4}\n", `s.yaml:1:26: expected a number from 0 to 255, not "many"`},
		{"geometry: {device-pages: '4', blocks: 4, agblocks: 4}\n", `s.yaml:1:26: expected a number from 0 to 255, not "4"`},
		{"geometry: {device-pages: 0x4, blocks: 4, agblocks: 4}\n", `s.yaml:1:26: expected a number from 0 to 255, not "0x4"`},
		{"geometry: {device-pages: 256, blocks: 4, agblocks: 4}\n", `s.yaml:1:26: expected a number from 0 to 255, not "256"`},
		{"geometry: {stack: lvm, device-pages: 4, blocks: 4, agblocks: 4}\n", `s.yaml:1:19: expected plain, partition, linear, snapshot or raid1, not "lvm"`},
		{"geometry: {rmapbt: no, device-pages: 4, blocks: 4, agblocks: 4}\n", `s.yaml:1:20: expected true or false, not "no"`},
		{geometry + "files: {f1: {data: [1, 2, 3, 1, 2]}}\n", "s.yaml:2:33: at most 4 extents, one a page"},
		{geometry + "files: {f1: {data: [1 written]}}\n", `s.yaml:2:21: expected a block from 0 to 15, such a block and "unwritten", or hole, not "1 written"`},
		{geometry + "files: {f1: {incore: evicting}}\n", `s.yaml:2:22: expected none, live, new or reclaimable, not "evicting"`},
		{geometry + "unmounted: [fs1, fs1]\n", "s.yaml:2:18: fs1 is there twice"},
		{geometry + "budget: -1\n", `s.yaml:2:9: expected a number from 0 to 255, not "-1"`},
		{geometry + "files: {f1: {data: [1]}}\nprocesses: {p1: {maps: {m1: {file: f1, len: 1, faulted: [0, 0]}}}}\n", "s.yaml:3:61: page 0 is there twice"},

		// tasks
		{geometry + "tasks: [truncate]\n", `s.yaml:2:9: expected one task, as truncate: {file: f1, page: 0}, not "truncate"`},
		{geometry + "tasks: [{remount: {fs: fs1}}]\n", `s.yaml:2:10: expected a task, memory-failure, read-fault, write-fault, truncate, punch, reflink, mmap, munmap, fork, exit, evict, mount, umount, unbind, leg-failure, pin, write or freeze, not "remount"`},
		{geometry + "tasks: [{exit: {process: p1, page: 1}}]\n", `s.yaml:2:30: exit has no key "page"; it has process`},
		{geometry + "tasks: [{exit: {}}]\n", `s.yaml:2:16: exit needs the key "process"`},
		{geometry + "tasks: [{exit: {process: 1}}]\n", `s.yaml:2:26: expected p1, p2, p3 or p4, not "1"`},
		{geometry + "tasks: [{memory-failure: {pfn: 1, source: scrub, process: p1}}]\n", "s.yaml:2:59: a scrub has no process"},
		{geometry + "tasks: [{memory-failure: {pfn: 1, source: consumed}}]\n", `s.yaml:2:26: consumed needs the key "process"`},
		{geometry + "tasks: [{memory-failure: {pfn: 16}}]\n", `s.yaml:2:32: expected a number from 0 to 15, not "16"`},
		{geometry + "tasks: [" + strings.Repeat("{exit: {process: p1}}, ", 5) + "]\n", "s.yaml:2:101: at most 4 tasks"},

		// impossible, with the place that the model names
		{"geometry:\n  device-pages: 4\n  blocks: 4\n  agblocks: 5\n", "s.yaml:4:13: a group has 2 to 4 blocks, not 5"},
		{"geometry:\n  device-pages: 3\n  blocks: 4\n  agblocks: 4\n", "s.yaml:2:17: the sections need 4 pages, the device has 3, at most 8"},
		{"geometry: {part-off: 1, device-pages: 8, blocks: 4, agblocks: 4}\n", "s.yaml:1:22: only a partition has an offset"},
		{geometry + "files: {f1: {data: [hole, 4]}}\n", "s.yaml:2:27: block 4 is a group header or does not exist"},
		{geometry + "files:\n  f1: {data: [1]}\n  f2: {data: [1], cow: [1]}\n", "s.yaml:3:3: block 1 has two uses"},
		{geometry + "budget: 9\n", "s.yaml:2:9: at most 3 injected failures"},
		{geometry + "files: {f1: {}}\nprocesses: {p1: {maps: {m2: {file: f2, len: 1}}}}\n", "s.yaml:3:36: no such regular file"},
		{geometry + "files: {f1: {}}\nprocesses: {p1: {maps: {m2: {file: f1, len: 1, faulted: [0]}}}}\n", "s.yaml:3:57: page 0 is a hole"},
		{geometry + "tasks: [{memory-failure: {pfn: 5}}]\n", "s.yaml:2:32: no such page of a device"},
		{geometry + "tasks: [{exit: {process: p1}}, {truncate: {file: f1, page: 0}}]\n", "s.yaml:2:50: no such regular file"},
		{geometry + "tasks: [{mount: {fs: fs1}}]\n", "s.yaml:2:22: mounted already"},
		{geometry + "processes: {p1: {}}\ntasks: [{fork: {process: p1, to: p1}}]\n", "s.yaml:3:34: the child must be a process that is not alive"},
	} {
		_, err := Decode([]byte(c.text), "s.yaml")
		assert.EqualError(t, err, c.want, "%s", c.text)
	}
}

// What the model numbers has a name, and every task a kind.
func TestEveryKindHasAName(t *testing.T) {
	for kind, name := range kindNames {
		require.Equal(t, kind == 0, name == "", "kind %d", kind)
	}
}
