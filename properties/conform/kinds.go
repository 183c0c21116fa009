package conform

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A use says what is done with a field.
type use uint8

const (
	given    use = iota // what the harness did or chose: the scenario is built from it
	compared            // with what the model says
	skipped             // neither: skippedFor says why
)

// kinds are the lines that a trace can have. The first are the harness's, the
// others the kernel's; of those `by` is the task that ran, which the harness
// chose.
var kinds = map[string]map[string]use{
	"mount":                       {"dev": given, "mkfs": given, "rc": compared, "line": given},
	"partoff":                     {"bytes": given},
	"sysctl_early_kill":           {"value": given},
	"prctl":                       {"c": given, "ret": compared},
	"prctl_early":                 {"c": given, "ret": compared},
	"open":                        {"c": given, "path": given, "ret": compared, "errno": compared},
	"mmap":                        {"c": given, "fd": given, "off": given, "len": given, "prot": given, "flags": given, "map": compared, "errno": compared},
	"fork":                        {"of": given},
	"access":                      {"c": given, "rw": given, "map": given, "off": given, "ret": compared, "sigbus": compared, "val": skipped},
	"pread":                       {"ret": compared, "errno": compared},
	"fsync":                       {"c": given, "ret": skipped, "errno": skipped},
	"ftruncate":                   {"ret": compared},
	"pagemap":                     {"c": given, "map": given, "off": given, "present": compared, "pfn": compared},
	"fiemap":                      {"path": given, "off": given, "mapped": compared, "phys": compared, "shared": compared, "unwritten": compared},
	"ino":                         {"ino": given},
	"target":                      {"phys": given, "what": skipped},
	"check":                       {"fiemap_pfn": compared},
	"block":                       {"c": given},
	"unblock":                     {"c": given},
	"inject_begin":                {"via": given, "by": given, "pfn": given, "map": given, "off": given, "what": given},
	"inject_end":                  {"ret": compared, "errno": compared},
	"unbind_begin":                {},
	"unbind_end":                  {"done": compared, "status": skipped},
	"unbind_stack":                {"text": skipped},
	"unbind_after_mappers_killed": {"done": compared, "status": skipped},
	"umount":                      {"ret": compared, "errno": compared},
	"sigbus":                      {"c": given, "si_code": compared, "lsb": compared, "in_access": compared, "map": compared, "file_off": compared},
	"fsstate":                     {"when": given, "create": compared, "fsync": skipped, "stat": compared, "shutdown": compared},
	"died":                        {"c": given, "exited": compared, "code": skipped, "signal": compared},
	"summary":                     {"c": given, "nsig": compared, "dead": compared},

	"memory_failure":        {"pfn": compared, "flags": compared, "by": given},
	"pmem_memory_failure":   {"pfn": compared, "nr": compared, "flags": compared, "by": given},
	"dax_holder_notify":     {"off": compared, "len": compared, "flags": compared, "by": given},
	"dax_holder_notify_ret": {"ret": compared, "by": given},
	"xfs_notify":            {"off": compared, "len": compared, "flags": compared, "by": given},
	"xfs_notify_ret":        {"ret": compared, "by": given},
	"xfs_iget_ret":          {"ret": compared, "by": given},
	"rmap_rec":              {"agbno": compared, "len": compared, "owner": compared, "foff": compared, "rmflags": compared, "by": given},
	"rmap_rec_ret":          {"ret": compared, "by": given},
	"mf_dax_kill_procs":     {"index": compared, "count": compared, "flags": compared, "by": given},
	"mf_dax_kill_procs_ret": {"ret": compared, "by": given},
	"unmap_mapping_range":   {"start": compared, "len": compared, "even_cows": compared, "by": given},
	"generic_lock":          {"by": given},
	"generic_lock_ret":      {"ret": compared, "by": given},
	"xfs_shutdown":          {"flags": compared, "by": given},
	"signal_generate":       {"sig": compared, "errno": compared, "code": compared, "grp": compared, "res": compared, "by": given, "to": compared},
	"memory_failure_event":  {"text": compared, "by": given},
	"memory_failure_ret":    {"ret": compared, "by": given},
}

// kernel are the kinds of line that the kernel's probes wrote.
var kernel = map[string]bool{
	"memory_failure": true, "pmem_memory_failure": true,
	"dax_holder_notify": true, "dax_holder_notify_ret": true, "xfs_notify": true, "xfs_notify_ret": true,
	"xfs_iget_ret": true, "rmap_rec": true, "rmap_rec_ret": true,
	"mf_dax_kill_procs": true, "mf_dax_kill_procs_ret": true, "unmap_mapping_range": true,
	"generic_lock": true, "generic_lock_ret": true, "xfs_shutdown": true, "signal_generate": true,
	"memory_failure_event": true, "memory_failure_ret": true,
}

// skippedFor says why fields are not compared.
var skippedFor = map[string]string{
	"access.val":                         "what a page holds is not modelled",
	"fsync.ret":                          "what was written back is not modelled",
	"fsync.errno":                        "what was written back is not modelled",
	"target.what":                        "a remark of the harness",
	"unbind_end.status":                  "of the shell that wrote to unbind",
	"unbind_after_mappers_killed.status": "of the shell that wrote to unbind",
	"unbind_stack.text":                  "empty in every recording",
	"fsstate.fsync":                      "what was written back is not modelled",
	"died.code":                          "of a process that a signal ended",
}

// A Kind is what is done with the fields of a kind of line.
type Kind struct {
	Ev       string
	Kernel   bool // written by the kernel's probes, not by the harness
	Given    []string
	Compared []string
	Skipped  []string // each with the reason
}

// Kinds lists the kinds of line that a trace can have, the harness's first.
func Kinds() []Kind {
	var list []Kind
	for ev, fields := range kinds {
		kd := Kind{Ev: ev, Kernel: kernel[ev]}
		for _, name := range names(fields) {
			switch fields[name] {
			case given:
				kd.Given = append(kd.Given, name)
			case compared:
				kd.Compared = append(kd.Compared, name)
			case skipped:
				kd.Skipped = append(kd.Skipped, name+": "+skippedFor[ev+"."+name])
			}
		}
		list = append(list, kd)
	}
	slices.SortFunc(list, func(a, b Kind) int {
		if a.Kernel != b.Kernel {
			if b.Kernel {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Ev, b.Ev)
	})
	return list
}

// texts are the fields that are strings, in every kind of line or in one; the
// others are whole numbers, and fsstate.shutdown true or false.
var texts = map[string]bool{
	"dev": true, "mkfs": true, "line": true, "c": true, "of": true, "path": true, "errno": true, "rw": true, "sigbus": true,
	"pfn": true, "fiemap_pfn": true, "via": true, "by": true, "what": true, "si_code": true, "when": true,
	"create": true, "stat": true, "to": true, "text": true, "flags": true, "rmflags": true,
	"fsstate.fsync": true, "signal_generate.code": true, "generic_lock_ret.ret": true,
	"dax_holder_notify.len": true, "xfs_notify.len": true,
}

// typed checks that a field has the type that it has in every trace, and makes
// a number an int64.
func typed(ev, name string, v any) (any, error) {
	n, number := v.(json.Number)
	text, isText := v.(string)
	_, isBool := v.(bool)
	shown := fmt.Sprint(v)
	if isText {
		shown = strconv.Quote(text)
	}
	switch {
	case ev == "fsstate" && name == "shutdown":
		if !isBool {
			return nil, fmt.Errorf("expected true or false in %s, not %s", name, shown)
		}
		return v, nil
	case texts[ev+"."+name] || texts[name] && (ev != "signal_generate" || name != "errno"):
		if !isText {
			return nil, fmt.Errorf("expected a string in %s, not %s", name, shown)
		}
		return v, nil
	}
	whole, err := n.Int64()
	if !number || err != nil {
		return nil, fmt.Errorf("expected a whole number in %s, not %s", name, shown)
	}
	return whole, nil
}
