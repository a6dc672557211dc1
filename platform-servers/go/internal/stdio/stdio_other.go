//go:build !linux

package stdio

import "os"

// takeStreams can only move Go's own streams: what C code in this process
// writes to descriptor 1 stays where it is.
func takeStreams() (input, output *os.File, err error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	input, output = os.Stdin, os.Stdout
	os.Stdin, os.Stdout = null, os.Stderr
	return input, output, nil
}
