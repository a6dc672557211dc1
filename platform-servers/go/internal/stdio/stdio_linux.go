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

func own(descriptor int, name string) (*os.File, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	duplicate, err := syscall.Dup(descriptor)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	syscall.CloseOnExec(duplicate)
	return os.NewFile(uintptr(duplicate), name), nil
}
