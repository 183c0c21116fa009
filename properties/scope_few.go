package properties

import "github.com/notifycheck/notifycheck/model"

// fewKinds are the tasks beside the event where it is the event alone that
// matters.
func fewKinds() []model.TaskKind {
	return []model.TaskKind{model.TaskNone, model.TaskMemoryFailure, model.TaskReadFault}
}

// smallDeltas are differences that one row or two are about. They have few
// events and few kinds of task.
func smallDeltas() []delta {
	return []delta{
		{
			Family: Family{Name: "high-pages", Rows: []string{"R18"}, Doc: "f1 begins at file page 2^20, whose bytes take more than 32 bits"},
			shape:  wide,
			beds:   one(func(sc *model.Scenario) { sc.Files[0].High = true }),
			change: func(pl *plan) { pl.kinds = fewKinds() },
		},
		{
			Family: Family{Name: "part-of-page", Rows: []string{"R22"}, Doc: "an event on the last 256 bytes of a page"},
			shape:  wide,
			beds:   one(func(*model.Scenario) {}),
			change: func(pl *plan) {
				pl.part = true
				pl.kinds = fewKinds()
			},
		},
		{
			Family: Family{Name: "two-ranges", Rows: []string{"R16"}, Doc: "a dax device of two ranges, of which the second begins before the second group"},
			shape:  wide,
			beds:   one(func(sc *model.Scenario) { sc.Geometry.FirstRange = 3 }),
			change: func(pl *plan) {
				pl.roles |= rolesOf(roleHeader)
				pl.kinds = fewKinds()
			},
		},
		{
			Family: Family{Name: "device-dax", Rows: []string{"C07"}, Doc: "a device-dax beside the pmem device: a page of it fails, which no filesystem has"},
			shape:  wide,
			beds:   one(func(sc *model.Scenario) { sc.Geometry.DeviceDAX = true }),
			change: func(pl *plan) {
				pl.roles |= rolesOf(roleOutside)
				pl.kinds = fewKinds()
			},
		},
		{
			Family: Family{Name: "dax-inode", Rows: []string{"D11", "N14"}, Doc: "xfs with dax=inode and reflink on a partition, and an ext4 on another one"},
			shape:  single,
			beds: one(func(sc *model.Scenario) {
				secondBed(model.SecondExt4, 0)(sc)
				sc.Geometry.DaxInode = true
			}),
			change: func(pl *plan) { pl.kinds = fewKinds() },
		},
		{
			Family: Family{Name: "directory-range", Rows: []string{"C10"}, Doc: "events of two pages, of a directory and of a file after it"},
			shape:  wide,
			beds: one(func(sc *model.Scenario) {
				bl := blocksOf(sc)
				sc.Files[2] = newFile(firstOf(bl.c, bl.a))
				sc.Files[2].Directory = true
				sc.Files[0] = newFile(none, firstOf(bl.d, bl.b))
				refault(sc)
			}),
			change: func(pl *plan) {
				pl.roles, pl.sources, pl.most = rolesOf(roleDirectory, roleData), nil, 2
				pl.kinds = fewKinds()
			},
		},
		{
			Family: Family{Name: "second-xfs", Rows: []string{"D10"}, Doc: "two partitions with an xfs each, whose headers fail"},
			shape:  least,
			beds:   one(secondBed(model.SecondXFS, 0)),
			change: func(pl *plan) {
				pl.roles = rolesOf(roleHeader)
				pl.kinds = append(fewKinds(), model.TaskMount, model.TaskUmount)
			},
		},
		secondMount(),
	}
}

// threadDeltas are about who the threads and tasks are that are told.
func threadDeltas() []delta {
	return []delta{
		{
			Family: Family{Name: "anonymous", Doc: "a private copy of one process, which exits"},
			shape:  least,
			beds: one(func(sc *model.Scenario) {
				sc.Procs[0] = model.Proc{}
				mapAll(sc, 1, 0, model.Map{Len: 1, File: 0, Private: true, Copied: 1})
			}),
			change: func(pl *plan) {
				pl.roles = rolesOf(roleAnon)
				pl.kinds = append(fewKinds(), model.TaskExit, model.TaskMunmap)
			},
		},
		{
			Family: Family{Name: "two-threads", Rows: []string{"K15"}, Doc: "p2 has two threads: the first wants late kill, and if p2 is early kill the second one asked"},
			shape:  least,
			beds:   one(func(sc *model.Scenario) { sc.Procs[1].TwoThreads = true }),
			change: func(pl *plan) { pl.kinds = fewKinds() },
		},
	}
}

// secondMount is a mount beside another one on the same dax_device.
func secondMount() delta {
	return delta{
		Family: Family{Name: "second-mount", Rows: []string{"C25", "L12", "G5"}, Doc: "the xfs of a second partition is mounted beside that of the first; headers fail"},
		shape:  least,
		beds: one(func(sc *model.Scenario) {
			secondBed(model.SecondXFS, 0)(sc)
			sc.Files[2], sc.Procs[1].Maps[1], sc.Unborn[1] = model.File{}, model.Map{}, true
		}),
		change: func(pl *plan) {
			pl.kinds = []model.TaskKind{model.TaskMount, model.TaskUmount, model.TaskUnbind, model.TaskMemoryFailure}
			pl.with = []model.TaskKind{model.TaskMount}
			pl.roles = rolesOf(roleHeader)
		},
	}
}
