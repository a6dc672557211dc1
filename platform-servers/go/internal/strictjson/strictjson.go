// Package strictjson writes JSON that is always valid, whatever a step puts
// into it, and reads messages without losing digits.
//
// encoding/json gives up on NaN, cycles, channels and marshalers that fail,
// and writes U+0000, which the protocol forbids. Here a value that JSON cannot
// hold becomes the nearest text.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// ErrNotUTF8 tells that a message is no text.
var ErrNotUTF8 = errors.New("the bytes are no UTF-8")

// Encode gives a message as one line, with its line feed.
func Encode(message map[string]any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(Clean(message)); err != nil {
		// What is clean can be written.
		panic(err)
	}
	return buffer.Bytes()
}

// Decode gives the one value of a line. Numbers stay json.Number; of members
// with one name the last holds.
func Decode(line []byte) (any, error) {
	if !utf8.Valid(line) {
		return nil, ErrNotUTF8
	}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("the line ends inside a value")
		}
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return value, nil
}

// Text is the text without U+0000 and with U+FFFD in place of what is no
// UTF-8.
func Text(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	}
	return text
}
