package mprun

import (
	"errors"
	"fmt"
	"reflect"
)

type outcomeError struct {
	status string
	reason string
}

func (o *outcomeError) Error() string { return o.reason }

// Pending is returned by a step whose body is not written yet.
func Pending(reason ...any) error {
	if len(reason) == 0 {
		return &outcomeError{"pending", "the step is not written yet"}
	}
	return &outcomeError{"pending", fmt.Sprint(reason...)}
}

// Skip is returned by a step that this platform cannot do; it ends the case,
// which counts as skipped.
func Skip(reason ...any) error { return &outcomeError{"skipped", fmt.Sprint(reason...)} }

// Mismatch is an assertion that failed. [Equal] and [Failf] make it; a step may
// return one of its own, also wrapped in another error.
type Mismatch struct {
	Message string
	// Expected and Actual are shown side by side; nil in both: none are.
	Expected any
	Actual   any

	stack []uintptr
}

func (m *Mismatch) Error() string { return m.Message }

// Failf is an assertion that failed, with its place.
func Failf(format string, words ...any) error {
	return &Mismatch{Message: fmt.Sprintf(format, words...), stack: callers(3)}
}

// Equal is nil if both are deeply equal, else a [Mismatch] with the message,
// its place, and the difference of the two.
func Equal[T any](actual, expected T, message ...any) error {
	if reflect.DeepEqual(actual, expected) {
		return nil
	}
	return mismatch(actual, expected, message)
}

func mismatch(actual, expected any, message []any) error {
	text := "the values differ"
	if len(message) > 0 {
		text = fmt.Sprint(message...)
	}
	return &Mismatch{Message: text, Expected: expected, Actual: actual, stack: callers(4)}
}

func asOutcome(err error) (*outcomeError, bool) {
	var outcome *outcomeError
	found := errors.As(err, &outcome)
	return outcome, found
}
