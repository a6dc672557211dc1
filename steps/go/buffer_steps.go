package main

import (
	"context"
	"errors"
	"fmt"

	"mprun.internal/mprun"
)

// sharedBuffer is one frame in shared memory, and a semaphore that tells of
// it.
type sharedBuffer struct {
	memory *memory
	signal *semaphore
	owned  bool
}

func createBuffer(name string, size int) (*sharedBuffer, error) {
	room, err := createMemory(name, size)
	if err != nil {
		return nil, err
	}
	signal, err := createSemaphore(name, 0)
	if err != nil {
		_ = room.unlink()
		_ = room.close()
		return nil, err
	}
	return &sharedBuffer{room, signal, true}, nil
}

func attachBuffer(name string) (*sharedBuffer, error) {
	room, err := openMemory(name)
	if err != nil {
		return nil, err
	}
	signal, err := openSemaphore(name)
	if err != nil {
		_ = room.close()
		return nil, err
	}
	return &sharedBuffer{room, signal, false}, nil
}

func (b *sharedBuffer) put(one *frame) error {
	data := one.encode()
	if len(data) > len(b.memory.data) {
		return fmt.Errorf("a frame of %d bytes is larger than the buffer's %d", len(data),
			len(b.memory.data))
	}
	copy(b.memory.data, data)
	b.signal.post()
	return nil
}

func (b *sharedBuffer) take(ctx context.Context) (*frame, error) {
	if err := b.signal.wait(ctx); err != nil {
		return nil, err
	}
	head, err := parseHeader(b.memory.data)
	if err != nil {
		return nil, err
	}
	end := headerBytes + int(head.size)
	if end > len(b.memory.data) {
		return nil, errors.New("the frame is larger than the buffer")
	}
	return head.checked(append([]byte(nil), b.memory.data[headerBytes:end]...))
}

func (b *sharedBuffer) close() error {
	closers := []func() error{b.signal.close, b.memory.close}
	if b.owned {
		closers = append(closers, b.signal.unlink, b.memory.unlink)
	}
	return callAll(closers)
}

// callAll calls all of them; the first error.
func callAll(closers []func() error) error {
	var first error
	for _, closer := range closers {
		if err := closer(); first == nil {
			first = err
		}
	}
	return first
}

func addBuffer(suite *mprun.Suite) {
	suite.Given("creates the shared buffer {string} of {int} bytes",
		func(ctx *mprun.Context, name string, size int) error {
			return openBuffer(ctx, name, func(name string) (*sharedBuffer, error) {
				return createBuffer(name, size)
			})
		})
	suite.Given("attaches to the shared buffer {string} of {int} bytes",
		func(ctx *mprun.Context, name string, _ int) error {
			return openBuffer(ctx, name, attachBuffer)
		})
	suite.When("puts a frame with size {int} into the shared buffer",
		func(ctx *mprun.Context, size int) error {
			p := peerOf(ctx)
			if p.buffer == nil {
				return mprun.Failf("the process has opened no buffer")
			}
			one := generated(p.next, size)
			if err := p.buffer.put(one); err != nil {
				return err
			}
			p.next++
			moved(ctx, one)
			return nil
		})
	suite.Then("takes a frame with size {int} from the shared buffer",
		func(ctx *mprun.Context, size int) error {
			p := peerOf(ctx)
			if p.buffer == nil {
				return mprun.Failf("the process has opened no buffer")
			}
			one, err := p.buffer.take(ctx)
			if err != nil {
				return err
			}
			moved(ctx, one)
			return expectGenerated(one, size)
		})
}

func openBuffer(ctx *mprun.Context, name string,
	opener func(name string) (*sharedBuffer, error)) error {
	p := peerOf(ctx)
	whole, err := sharedName(ctx, name)
	if err == nil {
		err = closeBuffer(p)
	}
	if err == nil {
		p.buffer, err = opener(whole)
	}
	return err
}

func closeBuffer(p *peer) error {
	opened := p.buffer
	p.buffer = nil
	if opened == nil {
		return nil
	}
	return opened.close()
}
