package main

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Go has no named semaphores, and calls no C library. These are those of glibc
// on 64-bit machines with the low byte first: a file of 32 bytes beside the
// shared memory, sem.NAME, mapped. In the first eight bytes are the value (the
// low half) and how many wait (the high half), and who waits does so with
// futex(2) on the low half.

const (
	semaphoreBytes = 32
	semaphoreSlice = 50 * time.Millisecond
	oneWaiter      = uint64(1) << 32
	futexShared    = 128 // in the member that tells whether processes share it
	futexWait      = 0
	futexWake      = 1
)

// semaphoresMissing tells why there are none of these here, or "".
func semaphoresMissing() string {
	switch runtime.GOARCH {
	case "amd64", "arm64", "riscv64", "loong64", "ppc64le":
	default:
		return "the steps in Go know no semaphores of " + runtime.GOARCH
	}
	if found, _ := filepath.Glob("/lib*/ld-linux-*"); len(found) == 0 {
		return "the steps in Go know no semaphores but those of glibc"
	}
	return ""
}

type semaphore struct {
	name string
	data []byte
}

// createSemaphore makes it with a value; it must not be there yet. It appears
// under its name when it is whole.
func createSemaphore(name string, value uint32) (*semaphore, error) {
	file, err := os.CreateTemp(memoryFolder, "sem-go-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	var image [semaphoreBytes]byte
	binary.LittleEndian.PutUint32(image[:], value)
	binary.LittleEndian.PutUint32(image[8:], futexShared)
	if _, err := file.Write(image[:]); err != nil {
		return nil, err
	}
	if err := os.Link(file.Name(), semaphorePath(name)); err != nil {
		return nil, err
	}
	s, err := mapSemaphore(name, file)
	if err != nil {
		_ = os.Remove(semaphorePath(name))
	}
	return s, err
}

func openSemaphore(name string) (*semaphore, error) {
	file, err := os.OpenFile(semaphorePath(name), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return mapSemaphore(name, file)
}

func mapSemaphore(name string, file *os.File) (*semaphore, error) {
	about, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if about.Size() != semaphoreBytes {
		return nil, errors.New("the semaphore " + name + " is none of glibc's")
	}
	data, err := unix.Mmap(int(file.Fd()), 0, semaphoreBytes, unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	return &semaphore{name, data}, nil
}

func semaphorePath(name string) string {
	return filepath.Join(memoryFolder, "sem."+strings.TrimPrefix(name, "/"))
}

func (s *semaphore) close() error { return unix.Munmap(s.data) }

func (s *semaphore) unlink() error { return os.Remove(semaphorePath(s.name)) }

func (s *semaphore) state() *uint64 { return (*uint64)(unsafe.Pointer(&s.data[0])) }

func (s *semaphore) post() {
	before := atomic.AddUint64(s.state(), 1) - 1
	if before>>32 > 0 {
		_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(s.state())), futexWake, 1,
			0, 0, 0)
	}
}

// take takes one post, if there is one, and `less` besides.
func (s *semaphore) take(less uint64) bool {
	for {
		now := atomic.LoadUint64(s.state())
		if uint32(now) == 0 {
			return false
		}
		if atomic.CompareAndSwapUint64(s.state(), now, now-1-less) {
			return true
		}
	}
}

func (s *semaphore) tryWait() bool { return s.take(0) }

// waitSlice waits for one post; false after a slice, so that the caller looks
// whether there is still something to wait for.
func (s *semaphore) waitSlice(ctx context.Context) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if s.take(0) {
		return true, nil
	}
	atomic.AddUint64(s.state(), oneWaiter)
	end := time.Now().Add(semaphoreSlice)
	for left := semaphoreSlice; left > 0; left = time.Until(end) {
		if s.take(oneWaiter) {
			return true, nil
		}
		limit := unix.NsecToTimespec(int64(left))
		_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(s.state())), futexWait, 0,
			uintptr(unsafe.Pointer(&limit)), 0, 0)
	}
	if s.take(oneWaiter) {
		return true, nil
	}
	atomic.AddUint64(s.state(), ^(oneWaiter - 1))
	return false, ctx.Err()
}

func (s *semaphore) wait(ctx context.Context) error {
	for {
		if taken, err := s.waitSlice(ctx); taken || err != nil {
			return err
		}
	}
}
