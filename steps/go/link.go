package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// stream is one connection, or one end of a pipe. A deadline in the past ends
// what waits in it.
type stream interface {
	io.ReadWriter
	SetDeadline(time.Time) error
}

// endpoint knows where a stream comes from.
type endpoint interface {
	// stream is what is read and written, once there is one.
	stream(ctx context.Context) (stream, error)
	// drop: the stream has ended; forget its connection.
	drop()
	// close gives everything back.
	close() error
}

// link is the channel of a process: frames over the streams of an endpoint.
type link struct {
	endpoint
	buffer []byte
	header *header
}

// write hands all bytes to the system.
func (l *link) write(ctx context.Context, data []byte) error {
	to, err := l.stream(ctx)
	if err != nil {
		return err
	}
	return interruptible(ctx, to, func() error {
		_, err := to.Write(data)
		return err
	})
}

// readHeader gives the header of the next frame; its payload is read later.
func (l *link) readHeader(ctx context.Context) (*header, error) {
	if l.header == nil {
		data, err := l.take(ctx, headerBytes, 0, headerBytes)
		if err != nil {
			return nil, err
		}
		if l.header, err = parseHeader(data); err != nil {
			return nil, err
		}
	}
	return l.header, nil
}

func (l *link) readFrame(ctx context.Context) (*frame, error) {
	head, err := l.readHeader(ctx)
	if err != nil {
		return nil, err
	}
	size := int(head.size)
	payload, err := l.take(ctx, size, headerBytes, headerBytes+size)
	if err != nil {
		return nil, err
	}
	l.header = nil
	return head.checked(payload)
}

// take gives the next bytes of a frame of which some are read before.
func (l *link) take(ctx context.Context, count, before, wanted int) ([]byte, error) {
	for len(l.buffer) < count {
		part, err := l.readSome(ctx)
		l.buffer = append(l.buffer, part...)
		if errors.Is(err, io.EOF) {
			got := before + len(l.buffer)
			l.buffer, l.header = nil, nil
			l.drop()
			if got > 0 {
				return nil, &truncated{got, wanted}
			}
			return nil, errEnded
		}
		if err != nil {
			return nil, err
		}
	}
	taken := append([]byte(nil), l.buffer[:count]...)
	l.buffer = l.buffer[count:]
	return taken, nil
}

func (l *link) readSome(ctx context.Context) ([]byte, error) {
	from, err := l.stream(ctx)
	if err != nil {
		return nil, err
	}
	part := make([]byte, 1<<16)
	count := 0
	err = interruptible(ctx, from, func() (err error) {
		count, err = from.Read(part)
		return err
	})
	return part[:count], err
}

// deadliner is what a deadline in the past wakes.
type deadliner interface{ SetDeadline(time.Time) error }

// interruptible does something that waits in `at` until the context is done.
func interruptible(ctx context.Context, at deadliner, action func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	over, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-ctx.Done():
			_ = at.SetDeadline(time.Unix(1, 0))
		case <-over:
		}
	}()
	err := action()
	close(over)
	<-watched
	if ctx.Err() != nil {
		_ = at.SetDeadline(time.Time{})
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return ctx.Err()
		}
	}
	return err
}
