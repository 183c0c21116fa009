package conform

// A use says what is done with a field.
type use uint8

const (
	given    use = iota // what the harness did or chose: the scenario is built from it
	compared            // with what the model says
	skipped             // neither: see Skipped
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

// notModelled reports a line of something that the model leaves out:
// del_gendisk, which comes after kill_dax and shuts the filesystem down
// (xfs_fs_shutdown, SHUTDOWN_DEVICE_REMOVED).
func notModelled(ln *Line) bool { return ln.Ev == "xfs_shutdown" && ln.str("flags") == "0x20" }

// kernel are the kinds of line that the kernel's probes wrote.
var kernel = map[string]bool{
	"memory_failure": true, "pmem_memory_failure": true,
	"dax_holder_notify": true, "dax_holder_notify_ret": true, "xfs_notify": true, "xfs_notify_ret": true,
	"xfs_iget_ret": true, "rmap_rec": true, "rmap_rec_ret": true,
	"mf_dax_kill_procs": true, "mf_dax_kill_procs_ret": true, "unmap_mapping_range": true,
	"generic_lock": true, "generic_lock_ret": true, "xfs_shutdown": true, "signal_generate": true,
	"memory_failure_event": true, "memory_failure_ret": true,
}
