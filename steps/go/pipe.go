package main

import (
	"context"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// pipe is one end of a named pipe.
type pipe struct {
	*os.File
	owned bool
}

func createPipe(path string) (endpoint, error) {
	if err := unix.Mkfifo(path, 0o600); err != nil {
		return nil, &os.PathError{Op: "mkfifo", Path: path, Err: err}
	}
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		_ = os.Remove(path)
		return nil, err
	}
	return &pipe{file, true}, nil
}

func openPipe(path string) (endpoint, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return &pipe{file, false}, nil
}

func (p *pipe) stream(context.Context) (stream, error) { return p, nil }

func (p *pipe) drop() {}

func (p *pipe) close() error {
	err := p.File.Close()
	if p.owned {
		if removing := os.Remove(p.Name()); err == nil {
			err = removing
		}
	}
	return err
}

// Read waits for a writer that has not come yet. A read alone would take this
// for the end of the stream; only poll knows the difference.
func (p *pipe) Read(part []byte) (count int, err error) {
	raw, err := p.SyscallConn()
	if err != nil {
		return 0, err
	}
	waiting := raw.Read(func(descriptor uintptr) bool {
		asked := []unix.PollFd{{Fd: int32(descriptor), Events: unix.POLLIN}}
		if ready, failed := unix.Poll(asked, 0); failed == nil && ready == 0 {
			return false
		}
		count, err = unix.Read(int(descriptor), part)
		return err != unix.EAGAIN && err != unix.EINTR
	})
	switch {
	case waiting != nil:
		return 0, waiting
	case err != nil:
		return 0, &os.PathError{Op: "read", Path: p.Name(), Err: err}
	case count == 0:
		return 0, io.EOF
	}
	return count, nil
}
