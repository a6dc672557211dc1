package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

func TestFrames(t *testing.T) {
	data := generated(1, 5).encode()
	if string(data[:4]) != "MPRF" || data[7] != 1 || data[11] != 5 || data[16] != 31 {
		t.Errorf("% x", data)
	}
	head, err := parseHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := head.checked(data[headerBytes:]); err != nil {
		t.Error(err)
	}
	data[20] ^= 0xff
	var wrong *wrongChecksum
	if _, err := head.checked(data[headerBytes:]); !errors.As(err, &wrong) {
		t.Error(err)
	}
	for place, value := range map[int]byte{0: 'm', 8: 0xff} {
		broken := generated(1, 5).encode()
		broken[place] = value
		if _, err := parseHeader(broken); err == nil {
			t.Errorf("byte %d", place)
		}
	}
}

// ends is an endpoint over one connection.
type ends struct{ net.Conn }

func (e ends) stream(context.Context) (stream, error) { return e.Conn, nil }
func (e ends) drop()                                  {}
func (e ends) close() error                           { return e.Conn.Close() }

func TestALinkKnowsWhereTheStreamEnded(t *testing.T) {
	for sent, wanted := range map[int]string{
		0:  "the stream ended",
		10: "the frame was cut short after 10 of 16 bytes",
		18: "the frame was cut short after 18 of 21 bytes",
	} {
		near, far := net.Pipe()
		go func(count int) {
			_, _ = far.Write(generated(1, 5).encode()[:count])
			_ = far.Close()
		}(sent)
		_, err := (&link{endpoint: ends{near}}).readFrame(context.Background())
		if err == nil || err.Error() != wanted {
			t.Errorf("%d bytes: %v", sent, err)
		}
	}
}

func TestACancelEndsWhatWaitsInALink(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	l := &link{endpoint: ends{near}}
	for _, wait := range []func(context.Context) error{
		func(ctx context.Context) error { _, err := l.readFrame(ctx); return err },
		func(ctx context.Context) error { return l.write(ctx, []byte("x")) },
	} {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- wait(ctx) }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	// The deadline that woke it is gone.
	go func() { _, _ = far.Write([]byte("x")) }()
	if _, err := near.Read(make([]byte, 1)); err != nil && !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestAPipeWaitsForItsWriter(t *testing.T) {
	path := t.TempDir() + "/p"
	end, err := createPipe(path)
	if err != nil {
		t.Fatal(err)
	}
	defer end.close()
	got := make(chan error, 1)
	l := &link{endpoint: end}
	go func() {
		_, err := l.readFrame(context.Background())
		got <- err
	}()
	select {
	case err := <-got:
		t.Fatalf("a pipe without a writer has ended: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	writer, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = writer.Write(generated(1, 5).encode())
	if err := <-got; err != nil {
		t.Error(err)
	}
	_ = writer.Close()
	if _, err := l.readFrame(context.Background()); !errors.Is(err, errEnded) {
		t.Error(err)
	}
}
