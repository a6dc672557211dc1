package main

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"mprun.internal/mprun"
)

// A ring of frames in shared memory; steps/README.md, "The ring", has the
// rules, and steps/c/ring.h the same layout and the same limits. What is
// looked at without the lock (waits, pid), and the two counters, are read and
// written by atomic operations.

const (
	roleWriter = 0
	roleReader = 1

	guardByte     = 2
	ringMagic     = 0x4D505247
	ringVersion   = 1
	metadataBytes = 1024
	framesAt      = int(unsafe.Sizeof(ringHeader{})) + metadataBytes
)

var roleNames = [2]string{"writer", "reader"}

type ringHeader struct {
	magic        uint32
	version      uint32
	capacity     uint32
	metadataRoom uint32
	metadataSize uint32
	closed       uint32
	holder       uint32
	lastID       uint32
	pid          [2]uint32
	waits        [2]uint32
	written      uint64
	taken        uint64
}

var (
	// errOtherDied: nothing to take or no room, and the other end died.
	errOtherDied = errors.New("the other end of the ring died")
	// errClosed: nothing to take, and nothing will come.
	errClosed = errors.New("the writer closed the ring")
	// errNoneCame: nothing came in time.
	errNoneCame = errors.New("nothing came in time")
)

// ringTaken: another process is the ring's writer or reader.
type ringTaken struct {
	role int
	pid  uint32
}

func (r *ringTaken) Error() string {
	return fmt.Sprintf("the ring has a %s already: process %d", roleNames[r.role], r.pid)
}

// ring is one end; createRing and attachRing make it.
type ring struct {
	takeovers int
	memory    *memory
	header    *ringHeader
	role      int
	owned     bool
	holds     bool

	lockSignal, dataSignal, spaceSignal *semaphore
}

// createRing makes the ring and becomes its reader.
func createRing(name string, capacity int) (*ring, error) {
	if capacity < headerBytes {
		return nil, fmt.Errorf("a ring has at least %d bytes, not %d", headerBytes, capacity)
	}
	room, err := createMemory(name, framesAt+capacity)
	if err != nil {
		return nil, err
	}
	r := newRing(room, roleReader)
	r.owned = true
	r.lockSignal, err = createSemaphore(name+".lock", 1)
	if err == nil {
		r.dataSignal, err = createSemaphore(name+".data", 0)
	}
	if err == nil {
		r.spaceSignal, err = createSemaphore(name+".space", 0)
	}
	if err == nil {
		r.header.version = ringVersion
		r.header.capacity = uint32(capacity)
		r.header.metadataRoom = metadataBytes
		atomic.StoreUint32(&r.header.magic, ringMagic)
		err = r.enter()
	}
	return r.orClosed(err)
}

// attachRing: a reader removes the names when it closes, as the one before it
// would.
func attachRing(name string, role int) (*ring, error) {
	room, err := openMemory(name)
	if err != nil {
		return nil, err
	}
	if len(room.data) < framesAt+headerBytes {
		_ = room.close()
		return nil, fmt.Errorf("the ring %s is too small", name)
	}
	r := newRing(room, role)
	err = r.checkHeader()
	if err == nil {
		r.lockSignal, err = openSemaphore(name + ".lock")
	}
	if err == nil {
		r.dataSignal, err = openSemaphore(name + ".data")
	}
	if err == nil {
		r.spaceSignal, err = openSemaphore(name + ".space")
	}
	if err == nil {
		err = r.enter()
	}
	if r, err = r.orClosed(err); err != nil {
		return nil, err
	}
	r.owned = role == roleReader
	if role == roleWriter {
		atomic.StoreUint32(&r.header.closed, 0)
	}
	return r, nil
}

func newRing(room *memory, role int) *ring {
	return &ring{memory: room, role: role, header: (*ringHeader)(unsafe.Pointer(&room.data[0]))}
}

// orClosed gives the ring, or closes it and gives the error.
func (r *ring) orClosed(err error) (*ring, error) {
	if err != nil {
		_ = r.close()
		return nil, err
	}
	return r, nil
}

// close lets go, and removes the names that are owned.
func (r *ring) close() error {
	if r.holds {
		_ = r.unlock()
	}
	if atomic.LoadUint32(&r.header.pid[r.role]) == uint32(os.Getpid()) {
		atomic.StoreUint32(&r.header.pid[r.role], 0)
	}
	var closers []func() error
	for _, signal := range []*semaphore{r.lockSignal, r.dataSignal, r.spaceSignal} {
		if signal == nil {
			continue
		}
		closers = append(closers, signal.close)
		if r.owned {
			closers = append(closers, signal.unlink)
		}
	}
	if r.owned {
		closers = append(closers, r.memory.unlink)
	}
	return callAll(append(closers, r.memory.close))
}

func (r *ring) checkHeader() error {
	head := r.header
	switch {
	case atomic.LoadUint32(&head.magic) != ringMagic:
		return errors.New("the magic of the ring is wrong")
	case head.version != ringVersion:
		return errors.New("the ring has another version")
	case head.metadataRoom != metadataBytes || int(head.capacity) != len(r.memory.data)-framesAt:
		return errors.New("the ring's sizes do not fit the shared memory")
	}
	return nil
}

// Who lives: record locks, which the kernel drops at any death

func (r *ring) record(kind int16, place int64, command int) error {
	return unix.FcntlFlock(r.memory.file.Fd(), command,
		&unix.Flock_t{Type: kind, Start: place, Len: 1})
}

// guarded does what no other process does meanwhile.
func (r *ring) guarded(action func() error) error {
	for {
		err := r.record(unix.F_WRLCK, guardByte, unix.F_SETLKW)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return os.NewSyscallError("fcntl", err)
		}
		break
	}
	defer func() { _ = r.record(unix.F_UNLCK, guardByte, unix.F_SETLK) }()
	return action()
}

func (r *ring) tryRecord(role int) bool {
	return r.record(unix.F_WRLCK, int64(role), unix.F_SETLK) == nil
}

func (r *ring) other() int { return 1 - r.role }

// hasOtherDied: it attached, did not detach, and is no more. Under the guard:
// the look takes its record lock for a moment.
func (r *ring) hasOtherDied() bool {
	if atomic.LoadUint32(&r.header.pid[r.other()]) == 0 || !r.tryRecord(r.other()) {
		return false
	}
	_ = r.record(unix.F_UNLCK, int64(r.other()), unix.F_SETLK)
	return true
}

// enter becomes the ring's only process in this role, and gives back the lock
// if the one before died with it.
func (r *ring) enter() error {
	return r.guarded(func() error {
		if !r.tryRecord(r.role) {
			return &ringTaken{r.role, atomic.LoadUint32(&r.header.pid[r.role])}
		}
		if atomic.LoadUint32(&r.header.holder) == uint32(r.role+1) {
			r.takeovers++
			atomic.StoreUint32(&r.header.holder, 0)
			r.lockSignal.post()
		}
		atomic.StoreUint32(&r.header.waits[r.role], 0)
		atomic.StoreUint32(&r.header.pid[r.role], uint32(os.Getpid()))
		return nil
	})
}

// The lock

// lock waits for it; where the other end died with it, it is taken over.
func (r *ring) lock(ctx *mprun.Context) error {
	if r.holds {
		return errors.New("the process holds the lock of the ring already")
	}
	for {
		taken, err := r.lockSignal.waitSlice(ctx)
		if err != nil {
			return err
		}
		if taken {
			r.noteHolder()
			return nil
		}
		if over, err := r.takeOver(ctx); over || err != nil {
			return err
		}
	}
}

func (r *ring) unlock() error {
	if !r.holds {
		return errors.New("the process does not hold the lock of the ring")
	}
	r.holds = false
	atomic.StoreUint32(&r.header.holder, 0)
	r.lockSignal.post()
	return nil
}

func (r *ring) noteHolder() {
	atomic.StoreUint32(&r.header.holder, uint32(r.role+1))
	r.holds = true
}

// takeOver: with two processes, whoever is alive and waits for the lock knows
// that the dead one has it. True: the lock is here now.
func (r *ring) takeOver(ctx *mprun.Context) (over bool, err error) {
	wasHeld := false
	err = r.guarded(func() error {
		if over = r.hasOtherDied(); over {
			wasHeld = !r.lockSignal.tryWait()
			r.noteHolder()
		}
		return nil
	})
	if over && wasHeld {
		r.takeovers++
		ctx.LogAt(mprun.LevelWarn, fmt.Sprintf("the %s, process %d, died with the lock",
			roleNames[r.other()], atomic.LoadUint32(&r.header.pid[r.other()])))
	}
	return over, err
}
