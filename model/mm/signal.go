package mm

// A Code is the si_code of a SIGBUS, or another signal.
type Code uint8

// What a process can be sent.
const (
	CodeAO     Code = iota + 1 // BUS_MCEERR_AO
	CodeAR                     // BUS_MCEERR_AR
	CodeKill                   // SIGKILL: the address could not be found
	CodeADRERR                 // BUS_ADRERR: the access failed, whatever was wrong
)

// The flags of an event, as mf_flags.
const (
	ActionRequired uint8 = 1 << iota // MF_ACTION_REQUIRED
	PreRemove                        // MF_MEM_PRE_REMOVE
)

// An Errno is a return code of a kernel function.
type Errno int8

// The return codes that matter.
const (
	OK           Errno = 0
	EIO          Errno = -5
	ENXIO        Errno = -6
	EAGAIN       Errno = -11
	EBUSY        Errno = -16
	EFAULT       Errno = -14
	ENODEV       Errno = -19
	ENOSPC       Errno = -28 // of memory_failure_queue, which returns nothing: no room
	ENODATA      Errno = -61
	EOPNOTSUPP   Errno = -95
	EFSCORRUPTED Errno = -117
	EHWPOISON    Errno = -128 // -133, which has no room in a byte
)

// String is the name that kernel code uses.
func (e Errno) String() string {
	switch e {
	case OK:
		return "0"
	case EIO:
		return "-EIO"
	case ENXIO:
		return "-ENXIO"
	case EAGAIN:
		return "-EAGAIN"
	case EBUSY:
		return "-EBUSY"
	case ENODEV:
		return "-ENODEV"
	case EFAULT:
		return "-EFAULT"
	case ENOSPC:
		return "-ENOSPC"
	case ENODATA:
		return "-ENODATA"
	case EOPNOTSUPP:
		return "-EOPNOTSUPP"
	case EFSCORRUPTED:
		return "-EFSCORRUPTED"
	case EHWPOISON:
		return "-EHWPOISON"
	}
	return "error"
}
