package main

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"mprun.internal/mprun"
)

// What is done with the frames of a ring.

func (r *ring) capacity() int { return int(r.header.capacity) }

func (r *ring) used() int {
	return int(atomic.LoadUint64(&r.header.written) - atomic.LoadUint64(&r.header.taken))
}

func (r *ring) leftBeforeEnd() int {
	return r.capacity() - int(atomic.LoadUint64(&r.header.written)%uint64(r.capacity()))
}

func (r *ring) otherWaits() bool { return atomic.LoadUint32(&r.header.waits[r.other()]) != 0 }

func (r *ring) copyIn(data []byte) {
	place := framesAt + r.capacity() - r.leftBeforeEnd()
	first := copy(r.memory.data[place:], data)
	copy(r.memory.data[framesAt:], data[first:])
}

func (r *ring) copyOut(count uint64, size int) []byte {
	data := make([]byte, size)
	place := framesAt + int(count%uint64(r.capacity()))
	first := copy(data, r.memory.data[place:])
	copy(data[first:], r.memory.data[framesAt:])
	return data
}

// lockWhen takes the lock once there is room for so many bytes (in the writer)
// or so many to take (in the reader). A signal may be of long ago, or be
// missing after a death: so it looks first, and again. A limit of 0 is none.
func (r *ring) lockWhen(ctx *mprun.Context, size int, limit time.Duration) error {
	signal := r.dataSignal
	if r.role == roleWriter {
		signal = r.spaceSignal
	}
	defer atomic.StoreUint32(&r.header.waits[r.role], 0)
	for begun := time.Now(); ; {
		if there, err := r.look(ctx, size); there || err != nil {
			return err
		}
		if limit > 0 && time.Since(begun) >= limit {
			return errNoneCame
		}
		if _, err := signal.waitSlice(ctx); err != nil {
			return err
		}
	}
}

func (r *ring) look(ctx *mprun.Context, size int) (bool, error) {
	// Asked before the look: what is not there then will not come.
	died := false
	err := r.guarded(func() error {
		died = r.hasOtherDied()
		return nil
	})
	if err == nil {
		err = r.lock(ctx)
	}
	if err != nil {
		return false, err
	}
	there := r.used()
	if r.role == roleWriter {
		there = r.capacity() - there
	}
	if there >= size {
		return true, nil
	}
	closed := r.role == roleReader && r.header.closed != 0
	if !closed {
		atomic.StoreUint32(&r.header.waits[r.role], 1)
	}
	err = r.unlock()
	switch {
	case closed:
		return false, errClosed
	case died:
		return false, errOtherDied
	}
	return false, err
}

func (r *ring) lockWithRoom(ctx *mprun.Context, size int) error {
	if size > r.capacity() {
		return fmt.Errorf("%d bytes are more than the ring's %d", size, r.capacity())
	}
	return r.lockWhen(ctx, size, 0)
}

// waitRoom waits until the room is there, and puts nothing.
func (r *ring) waitRoom(ctx *mprun.Context, size int) error {
	if err := r.lockWithRoom(ctx, size); err != nil {
		return err
	}
	return r.unlock()
}

// put waits for room and puts the frame, its last byte xor flip.
func (r *ring) put(ctx *mprun.Context, one *frame, flip byte) error {
	data := one.encode()
	data[len(data)-1] ^= flip
	if err := r.lockWithRoom(ctx, len(data)); err != nil {
		return err
	}
	r.copyIn(data)
	r.header.lastID = one.id
	atomic.AddUint64(&r.header.written, uint64(len(data)))
	err := r.unlock()
	r.dataSignal.post()
	return err
}

// putPart copies the first bytes to where the frame would stand, and KEEPS the
// lock.
func (r *ring) putPart(ctx *mprun.Context, one *frame, count int) error {
	data := one.encode()
	if err := r.lockWithRoom(ctx, len(data)); err != nil {
		return err
	}
	r.copyIn(data[:count])
	return nil
}

// take waits for a frame and takes it.
func (r *ring) take(ctx *mprun.Context, limit time.Duration) (*frame, error) {
	if err := r.lockWhen(ctx, headerBytes, limit); err != nil {
		return nil, err
	}
	head, payload, err := r.takeLocked()
	if unlocking := r.unlock(); err == nil {
		err = unlocking
	}
	if err != nil {
		return nil, err
	}
	r.spaceSignal.post()
	return head.checked(payload)
}

func (r *ring) takeLocked() (*header, []byte, error) {
	taken := atomic.LoadUint64(&r.header.taken)
	head, err := parseHeader(r.copyOut(taken, headerBytes))
	if err != nil {
		return nil, nil, err
	}
	size := headerBytes + int(head.size)
	if r.used() > r.capacity() {
		return nil, nil, errors.New("the ring holds more than its capacity")
	}
	if size > r.used() {
		return nil, nil, errors.New("the frame is longer than what is in the ring")
	}
	payload := r.copyOut(taken+headerBytes, int(head.size))
	atomic.StoreUint64(&r.header.taken, taken+uint64(size))
	return head, payload, nil
}

// finishWriting: no more frames will come.
func (r *ring) finishWriting(ctx *mprun.Context) error {
	if err := r.lock(ctx); err != nil {
		return err
	}
	r.header.closed = 1
	err := r.unlock()
	r.dataSignal.post()
	return err
}

func (r *ring) describe(ctx *mprun.Context, data string) error {
	if len(data) > metadataBytes {
		return fmt.Errorf("a ring has room for %d bytes of metadata, not %d", metadataBytes,
			len(data))
	}
	if err := r.lock(ctx); err != nil {
		return err
	}
	r.header.metadataSize = 0
	copy(r.memory.data[framesAt-metadataBytes:], data)
	r.header.metadataSize = uint32(len(data))
	return r.unlock()
}

func (r *ring) description(ctx *mprun.Context) (string, error) {
	if err := r.lock(ctx); err != nil {
		return "", err
	}
	from := framesAt - metadataBytes
	size := int(r.header.metadataSize)
	if size > metadataBytes {
		size = metadataBytes
	}
	found := string(r.memory.data[from : from+size])
	return found, r.unlock()
}
