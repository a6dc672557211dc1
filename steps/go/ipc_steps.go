package main

import (
	"errors"
	"fmt"
	"hash/crc32"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"mprun.internal/mprun"
)

// Opening

func addOpening(suite *mprun.Suite) {
	suite.Given("creates the pipe {string}", func(ctx *mprun.Context, name string) error {
		return open(ctx, name, "fifo", createPipe)
	})
	suite.Given("opens the pipe {string} for writing",
		func(ctx *mprun.Context, name string) error { return open(ctx, name, "fifo", openPipe) })
	suite.Given("listens at the socket {string}", func(ctx *mprun.Context, name string) error {
		return open(ctx, name, "sock", func(path string) (endpoint, error) {
			return listen(ctx, "unix", path)
		})
	})
	suite.Given("connects to the socket {string}", func(ctx *mprun.Context, name string) error {
		return open(ctx, name, "sock", func(path string) (endpoint, error) {
			return connect(ctx, "unix", path)
		})
	})
	suite.Given("listens at the abstract socket {string}",
		func(ctx *mprun.Context, name string) error {
			return openAbstract(ctx, name, func(address string) (endpoint, error) {
				return listen(ctx, "unix", address)
			})
		})
	suite.Given("connects to the abstract socket {string}",
		func(ctx *mprun.Context, name string) error {
			return openAbstract(ctx, name, func(address string) (endpoint, error) {
				return connect(ctx, "unix", address)
			})
		})
	suite.Given("listens on a free TCP port", listenTCP)
	suite.Given("connects to the TCP port of the {string} process", connectTCP)
}

func open(ctx *mprun.Context, name, extension string,
	opener func(path string) (endpoint, error)) error {
	folder, err := ctx.SharedDir()
	if err != nil {
		return err
	}
	path := filepath.Join(folder, name+"."+extension)
	return openLink(ctx, func() (endpoint, error) { return opener(path) })
}

// openAbstract: Go writes the zero byte of such an address as an @.
func openAbstract(ctx *mprun.Context, name string,
	opener func(address string) (endpoint, error)) error {
	prefix, err := ctx.IPCPrefix()
	if err != nil {
		return err
	}
	return openLink(ctx, func() (endpoint, error) { return opener("@" + prefix + "-" + name) })
}

func listenTCP(ctx *mprun.Context) error {
	return openLink(ctx, func() (endpoint, error) {
		made, err := listen(ctx, "tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		ctx.Logf("listening on port %d", made.port())
		return made, ctx.Export("port", made.port())
	})
}

func connectTCP(ctx *mprun.Context, process string) error {
	port, err := ctx.Exported(process, "port")
	if err != nil {
		return err
	}
	ctx.Logf("connecting to port %s", port)
	return openLink(ctx, func() (endpoint, error) {
		return connect(ctx, "tcp4", net.JoinHostPort("127.0.0.1", port))
	})
}

// openLink opens a channel in place of the one that the process had.
func openLink(ctx *mprun.Context, opener func() (endpoint, error)) error {
	p := peerOf(ctx)
	if err := closeLink(p); err != nil {
		return err
	}
	end, err := opener()
	if err == nil {
		p.link = &link{endpoint: end}
	}
	return err
}

func closeLink(p *peer) error {
	end := p.link
	p.link = nil
	if end == nil {
		return nil
	}
	return end.close()
}

// Writing

func addWriting(suite *mprun.Suite) {
	suite.When("writes frame with size {int}", func(ctx *mprun.Context, size int) error {
		return send(ctx, generated(peerOf(ctx).next, size))
	})
	suite.When("writes these frames:", func(ctx *mprun.Context, rows []row) error {
		for _, one := range rows {
			if err := send(ctx, generated(one.ID, one.Size)); err != nil {
				return err
			}
		}
		return nil
	})
	suite.When("writes a frame with the text:", func(ctx *mprun.Context, text string) error {
		return send(ctx, &frame{peerOf(ctx).next, []byte(text)})
	})
	suite.When("sends the first {int} bytes of a frame with size {int}", sendPart)
	suite.When("writes a damaged frame with size {int}",
		func(ctx *mprun.Context, size int) error {
			p := peerOf(ctx)
			data := generated(p.next, size).encode()
			data[len(data)-1] ^= 0xff
			err := write(ctx, data)
			if err == nil {
				p.next++
			}
			return err
		})
	suite.When("gives up with code {int} after {int} bytes of a frame with size {int}",
		func(ctx *mprun.Context, code, count, size int) error {
			if err := sendPart(ctx, count, size); err != nil {
				return err
			}
			os.Exit(code)
			return nil
		})
	suite.When("sends the last frame back", func(ctx *mprun.Context) error {
		last, err := peerOf(ctx).lastFrame()
		if err != nil {
			return err
		}
		moved(ctx, last)
		return write(ctx, last.encode())
	})
	suite.When("resumes after the last frame of the {string} process",
		func(ctx *mprun.Context, process string) error {
			text, err := ctx.Exported(process, "lastFrame")
			if err != nil {
				return err
			}
			last, err := strconv.ParseUint(text, 10, 32)
			peerOf(ctx).next = uint32(last) + 1
			ctx.Logf("the next frame is %d", last+1)
			return err
		})
}

func write(ctx *mprun.Context, data []byte) error {
	to, err := peerOf(ctx).channel()
	if err != nil {
		return err
	}
	return to.write(ctx, data)
}

func send(ctx *mprun.Context, one *frame) error {
	ctx.LogAt(mprun.LevelDebug, "writing frame", one.id, "size", one.size())
	if err := write(ctx, one.encode()); err != nil {
		return err
	}
	peerOf(ctx).next = one.id + 1
	moved(ctx, one)
	return nil
}

func sendPart(ctx *mprun.Context, count, size int) error {
	data := generated(peerOf(ctx).next, size).encode()
	if count < 0 || count > len(data) {
		return fmt.Errorf("a frame of %d bytes has no first %d", len(data), count)
	}
	return write(ctx, data[:count])
}

// Reading

func addReading(suite *mprun.Suite) {
	suite.Then("reads one frame", func(ctx *mprun.Context) error {
		_, err := receive(ctx)
		return err
	})
	suite.Then("reads frame with size {int}", func(ctx *mprun.Context, size int) error {
		one, err := receive(ctx)
		if err != nil {
			return err
		}
		return expectGenerated(one, size)
	})
	suite.Then("reads these frames:", func(ctx *mprun.Context, rows []row) error {
		for _, wanted := range rows {
			one, err := receive(ctx)
			if err == nil {
				err = expectFrame(one, wanted.ID, wanted.Size)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	suite.Then("reads a frame with the text:", func(ctx *mprun.Context, text string) error {
		one, err := receive(ctx)
		if err != nil {
			return err
		}
		return mprun.Equal(string(one.payload), text, "the payload differs")
	})
	suite.Then("holds frame {int} with size {int}",
		func(ctx *mprun.Context, id uint32, size int) error {
			last, err := peerOf(ctx).lastFrame()
			if err != nil {
				return err
			}
			return expectFrame(last, id, size)
		})
	suite.Then("reads the header of a frame with size {int}", readHeader)
	suite.Then("finds the frame cut short", func(ctx *mprun.Context) (any, error) {
		got, err := readTruncated(ctx)
		return map[string]int{"bytes": got}, err
	})
	suite.Then("finds the frame cut short after {int} bytes",
		func(ctx *mprun.Context, count int) error {
			got, err := readTruncated(ctx)
			if err != nil {
				return err
			}
			return mprun.Equal(got, count, "another number of bytes arrived")
		})
	suite.Then("finds the checksum wrong", findWrongChecksum)
	suite.Then("finds the end of the stream", findEnd)
	suite.Then("computes these checksums:", computeChecksums)
}

func receive(ctx *mprun.Context) (*frame, error) {
	one, err := readFrame(ctx)
	if err != nil {
		return nil, err
	}
	return one, peerOf(ctx).keep(ctx, "read", one)
}

func readFrame(ctx *mprun.Context) (*frame, error) {
	from, err := peerOf(ctx).channel()
	if err != nil {
		return nil, err
	}
	return from.readFrame(ctx)
}

func readHeader(ctx *mprun.Context, size int) error {
	from, err := peerOf(ctx).channel()
	if err != nil {
		return err
	}
	head, err := from.readHeader(ctx)
	if err != nil {
		return err
	}
	return mprun.Equal(int(head.size), size, "the size in the header differs")
}

// readTruncated: how many bytes of a frame came before the stream ended in it.
func readTruncated(ctx *mprun.Context) (int, error) {
	one, err := readFrame(ctx)
	var cut *truncated
	switch {
	case errors.As(err, &cut):
		ctx.Log(cut)
		return cut.got, nil
	case err != nil:
		return 0, err
	}
	return 0, mprun.Failf("frame %d is whole", one.id)
}

func findWrongChecksum(ctx *mprun.Context) error {
	one, err := readFrame(ctx)
	var found *wrongChecksum
	switch {
	case errors.As(err, &found):
		ctx.Log(found)
		return nil
	case err != nil:
		return err
	}
	return mprun.Failf("the checksum of frame %d is right", one.id)
}

func findEnd(ctx *mprun.Context) error {
	one, err := readFrame(ctx)
	switch {
	case errors.Is(err, errEnded):
		return nil
	case err != nil:
		return err
	}
	return mprun.Failf("frame %d came instead of the end of the stream", one.id)
}

func computeChecksums(_ *mprun.Context, rows []struct{ Text, Checksum string }) error {
	for _, one := range rows {
		checksum := fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(one.Text)))
		message := fmt.Sprintf("the checksum of %q differs", one.Text)
		if err := mprun.Equal(checksum, one.Checksum, message); err != nil {
			return err
		}
	}
	return nil
}
