package mprun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"reflect"
	"strings"
	"syscall"
	"unicode/utf8"

	"mprun.internal/mprun/internal/diff"
)

const maxShown = 20000

// panicError is what a step panicked with.
type panicError struct {
	value any
	stack []uintptr
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %s", describe(p.value)) }

func (p *panicError) Unwrap() error {
	err, _ := p.value.(error)
	return err
}

// describe is the text of a value, even where a broken method panics.
func describe(value any) (found string) {
	defer func() {
		if recover() != nil {
			found = fmt.Sprintf("<a %T without a text>", value)
		}
	}()
	if err, ok := value.(error); ok {
		return err.Error()
	}
	return fmt.Sprint(value)
}

// failureOf is the member `failure` for an error of a function that stands at
// the place.
func failureOf(err error, place Location) map[string]any {
	var mismatch *Mismatch
	var panicked *panicError
	isAssertion := errors.As(err, &mismatch)
	hasPanicked := errors.As(err, &panicked)
	failure := map[string]any{"kind": "assertion", "type": typeName(err), "location": place}
	message := describe(err)
	var stack []uintptr
	switch {
	case isAssertion:
		failure["type"] = "Mismatch"
		stack = mismatch.stack
		message = mismatch.describeIn(message, failure)
	case hasPanicked:
		failure["kind"] = kindOf(err)
		stack = panicked.stack
		failure["type"] = fmt.Sprintf("%T", panicked.value)
	default:
		failure["kind"] = kindOf(err)
	}
	failure["message"] = message
	frames := userFrames(stack)
	if at, ok := innermost(frames); ok {
		failure["location"] = at
		failure["stackTrace"] = message + "\n" + stackText(frames)
	} else {
		failure["stackTrace"] = fmt.Sprintf("%s\nreturned by the function at %s", message, place)
	}
	return failure
}

// describeIn adds the two values; the message, with those taken out of it that
// a library wrote there.
func (m *Mismatch) describeIn(message string, failure map[string]any) string {
	expected, actual := m.Expected, m.Actual
	if expected == nil && actual == nil {
		told, ok := readTestify(message)
		if !ok {
			if message == "" {
				return "the step has failed"
			}
			return message
		}
		message = told.message
		if !told.hasValues {
			return message
		}
		expected, actual = told.expected, told.actual
	}
	left, right := shown(expected), shown(actual)
	if left == right {
		left, right = fmt.Sprintf("%s (%T)", left, expected), fmt.Sprintf("%s (%T)", right, actual)
	}
	failure["expected"], failure["actual"] = left, right
	if strings.Contains(left, "\n") || strings.Contains(right, "\n") {
		failure["diff"] = diff.Unified(left, right)
	}
	return message
}

// kindOf tells what is known of an error that is no assertion.
func kindOf(err error) string {
	var network net.Error
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &network) && network.Timeout():
		return "timeout"
	}
	for _, lack := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ENOSPC} {
		if errors.Is(err, lack) {
			return "resource"
		}
	}
	return "exception"
}

// typeName is the innermost type that says something.
func typeName(err error) string {
	for {
		name := strings.TrimPrefix(fmt.Sprintf("%T", err), "*")
		inner := errors.Unwrap(err)
		if name != "fmt.wrapError" || inner == nil {
			if name == "errors.errorString" || name == "fmt.wrapError" {
				return "error"
			}
			return name
		}
		err = inner
	}
}

// shown is a value for people, the same for equal ones.
func shown(value any) string {
	found := shownWhole(value)
	if len(found) > maxShown {
		return strings.ToValidUTF8(found[:maxShown], "") + "..."
	}
	return found
}

func shownWhole(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []byte:
		if utf8.Valid(value) {
			return string(value)
		}
		return fmt.Sprintf("%x", value)
	case error, fmt.Stringer:
		return describe(value)
	}
	switch reflect.ValueOf(value).Kind() {
	case reflect.Map, reflect.Slice, reflect.Array:
		if lines, err := json.MarshalIndent(value, "", "  "); err == nil {
			return string(lines)
		}
	case reflect.Struct, reflect.Pointer:
		return strings.TrimPrefix(fmt.Sprintf("%+v", value), "&")
	}
	return describe(value)
}
