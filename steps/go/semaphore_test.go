package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"testing"
)

func newSemaphore(t *testing.T, value uint32) (name string, s *semaphore) {
	t.Helper()
	if reason := semaphoresMissing(); reason != "" {
		t.Skip(reason)
	}
	name = fmt.Sprintf("/mprun-go-test-%d", os.Getpid())
	s, err := createSemaphore(name, value)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := callAll([]func() error{s.close, s.unlink}); err != nil {
			t.Error(err)
		}
	})
	return name, s
}

func TestASemaphoreIsMadeOnce(t *testing.T) {
	name, s := newSemaphore(t, 2)
	if _, err := createSemaphore(name, 1); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if !s.tryWait() || !s.tryWait() || s.tryWait() {
		t.Error("the value is another")
	}
	if _, err := openSemaphore(name + "-none"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestEachPostEndsOneWait(t *testing.T) {
	name, s := newSemaphore(t, 0)
	const each, waiters = 2000, 4
	var all sync.WaitGroup
	for i := 0; i < waiters; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			other, err := openSemaphore(name)
			if err != nil {
				t.Error(err)
				return
			}
			defer other.close()
			for n := 0; n < each; n++ {
				if err := other.wait(context.Background()); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	for n := 0; n < each*waiters; n++ {
		s.post()
	}
	all.Wait()
	if *s.state() != 0 {
		t.Errorf("left: %x", *s.state())
	}
}

func TestAWaitEnds(t *testing.T) {
	_, s := newSemaphore(t, 0)
	if taken, err := s.waitSlice(context.Background()); taken || err != nil {
		t.Error(taken, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.wait(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if *s.state() != 0 {
		t.Errorf("left: %x", *s.state())
	}
}
