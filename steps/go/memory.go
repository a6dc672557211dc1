package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"mprun.internal/mprun"
)

// Where Linux and its C libraries keep POSIX shared memory.
const memoryFolder = "/dev/shm"

// memory is an object of POSIX shared memory, mapped. Its file stays open.
type memory struct {
	name string
	file *os.File
	data []byte
}

// createMemory makes the object; it must not be there yet.
func createMemory(name string, size int) (*memory, error) {
	file, err := os.OpenFile(memoryPath(name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	m := &memory{name: name, file: file}
	if err = file.Truncate(int64(size)); err == nil {
		err = m.mapWhole(size)
	}
	if err != nil {
		_ = m.unlink()
		_ = file.Close()
		return nil, err
	}
	return m, nil
}

func openMemory(name string) (*memory, error) {
	file, err := os.OpenFile(memoryPath(name), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	m := &memory{name: name, file: file}
	about, err := file.Stat()
	if err == nil {
		err = m.mapWhole(int(about.Size()))
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return m, nil
}

func (m *memory) mapWhole(size int) (err error) {
	m.data, err = unix.Mmap(int(m.file.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_SHARED)
	return os.NewSyscallError("mmap", err)
}

func (m *memory) close() error {
	err := unix.Munmap(m.data)
	if closing := m.file.Close(); err == nil {
		err = closing
	}
	return err
}

func (m *memory) unlink() error { return os.Remove(memoryPath(m.name)) }

func memoryPath(name string) string {
	return filepath.Join(memoryFolder, strings.TrimPrefix(name, "/"))
}

// sharedName is the name of shared memory and semaphores, where there are any.
func sharedName(ctx *mprun.Context, name string) (string, error) {
	if reason := semaphoresMissing(); reason != "" {
		return "", mprun.Skip(reason)
	}
	prefix, err := ctx.IPCPrefix()
	return fmt.Sprintf("/%s-%s", prefix, name), err
}
