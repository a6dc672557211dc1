package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// The frame of steps/README.md: how it is built, read and checked.

const (
	frameMagic  = "MPRF"
	headerBytes = 16
	maxPayload  = 16 << 20
	cycle       = 251
)

var errEnded = errors.New("the stream ended")

// truncated: the stream ended inside a frame.
type truncated struct{ got, wanted int }

func (t *truncated) Error() string {
	return fmt.Sprintf("the frame was cut short after %d of %d bytes", t.got, t.wanted)
}

// wrongChecksum: the payload is not what the header promises.
type wrongChecksum struct{ id, is, said uint32 }

func (w *wrongChecksum) Error() string {
	return fmt.Sprintf("frame %d: the checksum is %08x, the header says %08x", w.id, w.is, w.said)
}

type header struct{ id, size, checksum uint32 }

func parseHeader(data []byte) (*header, error) {
	if string(data[:4]) != frameMagic {
		return nil, fmt.Errorf("a frame begins with %q, not %q", frameMagic, data[:4])
	}
	found := &header{binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:]),
		binary.BigEndian.Uint32(data[12:])}
	if found.size > maxPayload {
		return nil, fmt.Errorf("a frame of %d bytes is too large", found.size)
	}
	return found, nil
}

type frame struct {
	id      uint32
	payload []byte
}

// generated is the frame that every platform makes of this id and size.
func generated(id uint32, size int) *frame {
	payload := make([]byte, size)
	for i := range payload {
		payload[i] = byte((uint64(id)*31 + uint64(i)) % cycle)
	}
	return &frame{id, payload}
}

// checked is the frame, if its checksum is right.
func (h *header) checked(payload []byte) (*frame, error) {
	found := &frame{h.id, payload}
	if is := found.checksum(); is != h.checksum {
		return nil, &wrongChecksum{h.id, is, h.checksum}
	}
	return found, nil
}

func (f *frame) size() int { return len(f.payload) }

func (f *frame) checksum() uint32 {
	var head [8]byte
	binary.BigEndian.PutUint32(head[:], f.id)
	binary.BigEndian.PutUint32(head[4:], uint32(len(f.payload)))
	return crc32.Update(crc32.ChecksumIEEE(head[:]), crc32.IEEETable, f.payload)
}

func (f *frame) encode() []byte {
	data := make([]byte, headerBytes, headerBytes+len(f.payload))
	copy(data, frameMagic)
	binary.BigEndian.PutUint32(data[4:], f.id)
	binary.BigEndian.PutUint32(data[8:], uint32(len(f.payload)))
	binary.BigEndian.PutUint32(data[12:], f.checksum())
	return append(data, f.payload...)
}
