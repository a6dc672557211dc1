package main

import (
	"bytes"

	"mprun.internal/mprun"
)

// peer is what a process remembers of the case.
type peer struct {
	link   *link
	last   *frame
	next   uint32
	buffer *sharedBuffer
	ring   *ring
	owned  bool
}

// row is one of the tables of frames.
type row struct {
	ID   uint32
	Size int
}

// peerOf gives the state, and has what it holds given back at the end.
func peerOf(ctx *mprun.Context) *peer {
	p := mprun.State[peer](ctx)
	if !p.owned {
		p.owned, p.next = true, 1
		ctx.Defer(func() error { return closeLink(p) })
		ctx.Defer(func() error { return closeBuffer(p) })
		ctx.Defer(func() error { return closeRing(p) })
	}
	return p
}

func (p *peer) channel() (*link, error) {
	if p.link == nil {
		return nil, mprun.Failf("the process has opened no channel")
	}
	return p.link, nil
}

func (p *peer) lastFrame() (*frame, error) {
	if p.last == nil {
		return nil, mprun.Failf("the process has read no frame")
	}
	return p.last, nil
}

// keep remembers the frame as the last that was read.
func (p *peer) keep(ctx *mprun.Context, verb string, one *frame) error {
	ctx.LogAt(mprun.LevelDebug, verb, "frame", one.id, "size", one.size())
	p.last = one
	moved(ctx, one)
	return ctx.Export("lastFrame", one.id)
}

// moved tells the report which frame it was.
func moved(ctx *mprun.Context, one *frame) {
	ctx.SetData("frameId", one.id)
	ctx.SetData("actualSize", one.size())
}

func expectGenerated(one *frame, size int) error {
	if err := mprun.Equal(one.size(), size, "the frame's size differs"); err != nil {
		return err
	}
	if !bytes.Equal(one.payload, generated(one.id, size).payload) {
		return mprun.Failf("the payload of frame %d differs", one.id)
	}
	return nil
}

func expectFrame(one *frame, id uint32, size int) error {
	if err := mprun.Equal(one.id, id, "the frame's id differs"); err != nil {
		return err
	}
	return expectGenerated(one, size)
}
