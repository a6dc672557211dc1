package mprun

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"sync"

	"mprun.internal/mprun/internal/strictjson"
)

const maxMessageBytes = 16 << 20

var errTooLong = errors.New("the line is too long")

// channel has lines from the runner and messages to it.
type channel struct {
	input *bufio.Reader
	first bool

	mutex  sync.Mutex
	output io.Writer
	broken error
}

func newChannel(input io.Reader, output io.Writer) *channel {
	return &channel{input: bufio.NewReaderSize(input, 1<<16), first: true, output: output}
}

// readLine gives the next line that is not blank, without its end; errTooLong
// for one that is longer than a message may be.
func (c *channel) readLine() ([]byte, error) {
	for {
		line, err := c.readRaw()
		if errors.Is(err, errTooLong) {
			return nil, err
		}
		if c.first {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
			c.first = false
		}
		if line = bytes.Trim(line, " \t\r\n"); len(line) > 0 {
			return line, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (c *channel) readRaw() ([]byte, error) {
	var whole []byte
	tooLong := false
	for {
		part, err := c.input.ReadSlice('\n')
		if len(whole)+len(part) > maxMessageBytes+1 {
			tooLong, whole = true, nil
		}
		if !tooLong {
			whole = append(whole, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if tooLong {
			return nil, errTooLong
		}
		return whole, err
	}
}

// write sends a message, unless nobody reads any more.
func (c *channel) write(message map[string]any) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.writeLocked(message)
}

func (c *channel) writeLocked(message map[string]any) error {
	if c.broken == nil {
		_, c.broken = c.output.Write(strictjson.Encode(message))
	}
	return c.broken
}
