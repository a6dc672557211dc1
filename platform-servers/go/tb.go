package mprun

import (
	"fmt"
	"runtime"
	"strings"
)

// The methods of testing.TB that assertion libraries call. Those that end the
// test end the step, by ending its goroutine.

// Helper is there for assertion libraries; it does nothing.
func (c *Context) Helper() {}

// Name is the step's text, or the hook's kind.
func (c *Context) Name() string {
	if step := c.Step(); step != "" {
		return step
	}
	return text(c.params["hook"])
}

// Log writes a line of the report.
func (c *Context) Log(words ...any) { c.LogAt(LevelInfo, words...) }

// Logf writes a line of the report.
func (c *Context) Logf(format string, words ...any) {
	c.LogAt(LevelInfo, fmt.Sprintf(format, words...))
}

// Fail makes the step fail; it goes on.
func (c *Context) Fail() { c.fail(&Mismatch{stack: callers(3)}) }

// FailNow ends the step as failed.
func (c *Context) FailNow() {
	c.mutex.Lock()
	none := len(c.failures) == 0
	c.mutex.Unlock()
	if none {
		c.fail(&Mismatch{stack: callers(3)})
	}
	runtime.Goexit()
}

// Error makes the step fail with a message; it goes on.
func (c *Context) Error(words ...any) {
	message := strings.TrimSuffix(fmt.Sprintln(words...), "\n")
	c.fail(&Mismatch{Message: message, stack: callers(3)})
}

// Errorf makes the step fail with a message; it goes on.
func (c *Context) Errorf(format string, words ...any) {
	c.fail(&Mismatch{Message: fmt.Sprintf(format, words...), stack: callers(3)})
}

// Fatal ends the step as failed, with a message.
func (c *Context) Fatal(words ...any) {
	message := strings.TrimSuffix(fmt.Sprintln(words...), "\n")
	c.fail(&Mismatch{Message: message, stack: callers(3)})
	runtime.Goexit()
}

// Fatalf ends the step as failed, with a message.
func (c *Context) Fatalf(format string, words ...any) {
	c.fail(&Mismatch{Message: fmt.Sprintf(format, words...), stack: callers(3)})
	runtime.Goexit()
}

// Failed tells whether the step has failed so far.
func (c *Context) Failed() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return len(c.failures) > 0
}

// Cleanup is [Context.Defer] for a function that cannot fail.
func (c *Context) Cleanup(cleanup func()) {
	c.Defer(func() error {
		cleanup()
		return nil
	})
}

func (c *Context) fail(failure *Mismatch) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.failures = append(c.failures, failure)
}
