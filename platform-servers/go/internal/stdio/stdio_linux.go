//go:build linux

package stdio

import (
	"os"
	"syscall"
)

// takeStreams moves the two pipes to descriptors of their own, which children
// do not inherit.
func takeStreams() (input, output *os.File, err error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	defer null.Close()
	if input, err = own(0, "requests"); err != nil {
		return nil, nil, err
	}
	if output, err = own(1, "answers"); err != nil {
		return nil, nil, err
	}
	if err = syscall.Dup3(int(null.Fd()), 0, 0); err != nil {
		return nil, nil, err
	}
	return input, output, syscall.Dup3(2, 1, 0)
}

// own is a duplicate that children do not inherit.
func own(descriptor int, name string) (*os.File, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	duplicate, err := syscall.Dup(descriptor)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	syscall.CloseOnExec(duplicate)
	if descriptor == 0 && isPipe(duplicate) {
		// A read waits in Go's poller then. A thread that waits in read(2)
		// keeps the others from what has come, until Go notices.
		_ = syscall.SetNonblock(duplicate, true)
	}
	return os.NewFile(uintptr(duplicate), name), nil
}

// isPipe: nobody else reads from it. A terminal is the shell's too.
func isPipe(descriptor int) bool {
	var about syscall.Stat_t
	if syscall.Fstat(descriptor, &about) != nil {
		return false
	}
	kind := about.Mode & syscall.S_IFMT
	return kind == syscall.S_IFIFO || kind == syscall.S_IFSOCK
}
