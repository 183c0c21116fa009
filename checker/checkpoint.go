package checker

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"time"
	"unsafe"
)

// A Checkpoint is a file from which a search goes on after its process has
// died. The file is written beside and renamed, so there is always a whole
// one. It stays when the search has ended: whoever has the result removes it.
//
// A checkpoint is also written when Limits.Time ends the search, and none once
// another limit has left something out: a search with other limits can go on
// from it. It takes 19 to 26 bytes a state, as in memory, and the states of the
// level and the next one.
type Checkpoint struct {
	Path string // none: no checkpoint
	// Every is the least time between two, within levels too; 0: one at the end
	// of every level. See [CheckpointInterval].
	Every time.Duration
	// ID says what is explored: the system, its version, the options. A search
	// does not go on from a file with another one.
	ID string
}

// CheckpointInterval is a time between two checkpoints that costs little.
const CheckpointInterval = 30 * time.Second

// A CheckpointError says that a file cannot be written, or that a search
// cannot go on from it.
type CheckpointError struct {
	Path string
	Err  error
}

func (e *CheckpointError) Error() string { return "checkpoint " + e.Path + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *CheckpointError) Unwrap() error { return e.Err }

// A checkpointHead is what a file begins with, little-endian. After it come its
// CRC-32C, the ID, the keys, the states of the level, those of the next one,
// the tables (slots, then numbers), with a graph First, Edges, Pending and Enabled, and the CRC-32C
// of what comes after the first. All that is as it lies in memory, so a
// machine of another byte order cannot read it.
type checkpointHead struct {
	Magic      [8]byte
	Version    uint32
	Order      [4]byte // 1, as this machine has it
	StateBytes uint32
	IDBytes    uint32
	Options    uint32 // those that are set, a bit each

	States, Level, Next, Done uint64
	Depth, LevelEdges         uint64
	Edges                     uint64
	Transitions, Terminal     uint64
	Queue                     uint64
	Digest, Bad, Met          uint64
	MetIn                     [64]uint64
	First                     [64]uint32
	Slots, Counts             [parts]uint64
}

// checkpointVersion changes with the format, the fingerprint, and the order
// of the states.
const checkpointVersion = 2

var (
	checkpointMagic = [8]byte{'e', 'x', 'p', 'l', 'o', 'r', 'e', '\n'}
	castagnoli      = crc32.MakeTable(crc32.Castagnoli)
)

// save writes a checkpoint, if there is a use for it.
func (e *Explorer[S, A]) save() error {
	c := e.opts.Checkpoint
	if c.Path == "" || e.level.n == 0 || e.cut.Any() {
		return nil
	}
	if err := e.write(c.Path); err != nil {
		return &CheckpointError{c.Path, err}
	}
	e.saved, e.due = e.now(), false
	return nil
}

// write writes the file beside its place, and puts it there.
func (e *Explorer[S, A]) write(path string) error {
	beside := path + ".tmp"
	f, err := os.Create(beside)
	if err != nil {
		return err
	}
	buf := bufio.NewWriterSize(f, 1<<20)
	if err := errors.Join(e.encode(buf), buf.Flush(), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	if err := os.Rename(beside, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// encode writes the search as it is.
func (e *Explorer[S, A]) encode(w io.Writer) error {
	head := e.head()
	b := bytes.NewBuffer(nil)
	if err := binary.Write(b, binary.LittleEndian, &head); err != nil {
		return err
	}
	b.Write(sum(crc32.Checksum(b.Bytes(), castagnoli)))
	if _, err := w.Write(b.Bytes()); err != nil {
		return err
	}
	crc := crc32.New(castagnoli)
	both := io.MultiWriter(w, crc)
	if _, err := io.WriteString(both, e.opts.Checkpoint.ID); err != nil {
		return err
	}
	err := e.sections(func(p []byte) error {
		_, err := both.Write(p)
		return err
	})
	if err != nil {
		return err
	}
	_, err = w.Write(sum(crc.Sum32()))
	return err
}

func sum(crc uint32) []byte { return binary.LittleEndian.AppendUint32(nil, crc) }

// head describes the search as it is.
func (e *Explorer[S, A]) head() checkpointHead {
	h := checkpointHead{
		Magic: checkpointMagic, Version: checkpointVersion,
		StateBytes: uint32(stateBytes[S]()), IDBytes: uint32(len(e.opts.Checkpoint.ID)), Options: e.optionSet(),
		States: uint64(e.parents.n), Level: uint64(e.level.n), Next: uint64(e.next.n), Done: uint64(e.done),
		Depth: uint64(e.depth), LevelEdges: uint64(e.edges),
		Transitions: uint64(e.stats.Transitions), Terminal: uint64(e.stats.Terminal), Queue: uint64(e.stats.Queue),
		Digest: e.digest, Bad: e.bad, Met: e.met, First: e.first,
	}
	binary.NativeEndian.PutUint32(h.Order[:], 1)
	for i, n := range e.metIn {
		h.MetIn[i] = uint64(n)
	}
	for i := range e.tables {
		h.Slots[i], h.Counts[i] = uint64(len(e.tables[i].slots)), uint64(e.tables[i].count)
	}
	if e.graph != nil {
		h.Edges = uint64(len(e.graph.Edges))
	}
	return h
}

// optionSet has a bit for each option that decides what is stored.
func (e *Explorer[S, A]) optionSet() uint32 {
	set := uint32(0)
	for i, on := range []bool{
		e.opts.Judge != nil, e.opts.Note != nil, e.opts.Canonical != nil, e.opts.Persistent != nil, e.opts.Graph != nil,
		e.opts.Recall != nil,
	} {
		if on {
			set |= 1 << i
		}
	}
	return set
}

// sections visits the memory that a checkpoint holds, in the order of the
// file: to write it, or to fill it.
func (e *Explorer[S, A]) sections(visit func(p []byte) error) error {
	err := e.parents.each(func(keys []uint64) error { return visit(raw(keys)) })
	if err != nil {
		return err
	}
	for _, p := range []*pile[S]{&e.level, &e.next} {
		if err = p.each(func(states []S) error { return visit(raw(states)) }); err != nil {
			return err
		}
	}
	for i := range e.tables {
		if err = errors.Join(visit(raw(e.tables[i].slots)), visit(raw(e.tables[i].numbers))); err != nil {
			return err
		}
	}
	if g := e.graph; g != nil {
		return errors.Join(visit(raw(g.First)), visit(raw(g.Edges)), visit(raw(g.Pending)), visit(raw(g.Enabled)))
	}
	return nil
}

// raw is the memory of a slice.
func raw[T any](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), int64(len(s))*stateBytes[T]())
}

// resume takes the search from the checkpoint, if there is one.
func (e *Explorer[S, A]) resume() (resumed bool, err error) {
	path := e.opts.Checkpoint.Path
	if path == "" {
		return false, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = errors.Join(e.read(f), f.Close())
	}
	if err != nil {
		return false, &CheckpointError{path, err}
	}
	return true, nil
}

// read makes the search the one in the file.
func (e *Explorer[S, A]) read(f *os.File) error {
	r := bufio.NewReaderSize(f, 1<<20)
	h, err := e.readHead(r)
	if err != nil {
		return err
	}
	if info, err := f.Stat(); err != nil {
		return err
	} else if want := h.size(); info.Size() != want {
		return fmt.Errorf("it has %d bytes, not %d: it was cut short or added to", info.Size(), want)
	}
	crc := crc32.New(castagnoli)
	body := io.TeeReader(r, crc)
	id := make([]byte, h.IDBytes)
	if _, err := io.ReadFull(body, id); err != nil {
		return err
	}
	e.restore(h)
	err = e.sections(func(p []byte) error {
		_, err := io.ReadFull(body, p)
		return err
	})
	if err != nil {
		return err
	}
	want := sum(crc.Sum32())
	var got [4]byte
	if _, err := io.ReadFull(r, got[:]); err != nil {
		return err
	}
	if !bytes.Equal(got[:], want) {
		return errors.New("its contents are damaged: the checksum is another one")
	}
	if string(id) != e.opts.Checkpoint.ID {
		return fmt.Errorf("it is of %q, not of %q", id, e.opts.Checkpoint.ID)
	}
	return nil
}

// readHead reads the head and checks that the file is one to go on from.
func (e *Explorer[S, A]) readHead(r io.Reader) (*checkpointHead, error) {
	var h checkpointHead
	b := make([]byte, binary.Size(h)+4)
	if _, err := io.ReadFull(r, b); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.New("it is too short to be one")
	} else if err != nil {
		return nil, err
	}
	b, crc := b[:len(b)-4], b[len(b)-4:]
	if _, err := binary.Decode(b, binary.LittleEndian, &h); err != nil {
		return nil, err
	}
	mine := e.head()
	switch {
	case h.Magic != mine.Magic:
		return nil, errors.New("it is no checkpoint")
	case h.Version != mine.Version:
		return nil, fmt.Errorf("it has version %d of the format, not %d", h.Version, mine.Version)
	case !bytes.Equal(crc, sum(crc32.Checksum(b, castagnoli))):
		return nil, errors.New("its head is damaged: the checksum is another one")
	case h.Order != mine.Order:
		return nil, errors.New("it is of a machine with another byte order")
	case h.StateBytes != mine.StateBytes:
		return nil, fmt.Errorf("it has states of %d bytes, not %d", h.StateBytes, mine.StateBytes)
	case h.Options != mine.Options:
		return nil, errors.New("it is of a search with other options")
	}
	return &h, nil
}

// size is the length of the file.
func (h *checkpointHead) size() int64 {
	n := uint64(binary.Size(h)) + 4 + uint64(h.IDBytes) + h.States*keyBytes + (h.Level+h.Next)*uint64(h.StateBytes) + 4
	slot := uint64(slotBytes)
	if h.graphed() {
		slot += numberBytes
		n += (h.expanded()+1)*4 + h.Edges*edgeBytes + h.expanded()*16
	}
	for _, slots := range h.Slots {
		n += slots * slot
	}
	return int64(n)
}

// base is the number of the first state of the level.
func (h *checkpointHead) base() uint64 { return h.States - h.Level - h.Next }

// expanded is the number of states that the graph knows.
func (h *checkpointHead) expanded() uint64 { return h.base() + h.Done }

func (h *checkpointHead) graphed() bool { return h.Options>>4&1 == 1 }

// restore makes the search as the head says, with memory for the rest.
func (e *Explorer[S, A]) restore(h *checkpointHead) {
	e.parents.extend(int(h.States), &e.spareKeys)
	e.level.extend(int(h.Level), &e.spareStates)
	e.next.extend(int(h.Next), &e.spareStates)
	e.depth, e.base, e.done, e.edges = int(h.Depth), int(h.base()), int(h.Done), int(h.LevelEdges)
	e.digest, e.bad, e.met, e.first = h.Digest, h.Bad, h.Met, h.First
	e.stats = Stats{
		Transitions: int(h.Transitions), Terminal: int(h.Terminal), Queue: int(h.Queue), Depth: int(h.Depth),
	}
	e.before, e.levels = e.base+e.done, append(e.levels, e.level.n)
	for i, n := range h.MetIn {
		e.metIn[i] = int(n)
	}
	for i := range e.tables {
		t := &e.tables[i]
		t.slots, t.count = make([]uint64, h.Slots[i]), int(h.Counts[i])
		t.room = len(t.slots)*mostLoad/100 - t.count
		if h.graphed() {
			t.numbers = make([]uint32, h.Slots[i])
		}
	}
	if h.graphed() {
		e.graph.First = make([]uint32, h.expanded()+1)
		e.graph.Edges = make([]Edge, h.Edges)
		e.graph.Pending = make([]uint64, h.expanded())
		e.graph.Enabled = make([]uint64, h.expanded())
	}
}
