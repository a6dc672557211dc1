package mprun

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"time"

	"mprun.internal/mprun/internal/strictjson"
)

// A step that does not heed a cancel is answered for after this time.
const cancelGrace = 500 * time.Millisecond

// run is a step or a hook on its way: how the server ends it from outside. Its
// context outlives it, for what a step has started may go on.
type run struct {
	context context.Context
	stop    context.CancelFunc
	started time.Time
	gaveUp  chan struct{}

	mutex  sync.Mutex
	reason string
}

func newRun() *run {
	ctx, stop := context.WithCancel(context.Background())
	return &run{context: ctx, stop: stop, started: time.Now(), gaveUp: make(chan struct{})}
}

func (r *run) cancel(reason string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.reason == "" {
		r.reason = reason
		r.stop()
		time.AfterFunc(cancelGrace, func() { close(r.gaveUp) })
	}
}

func (r *run) cancelled() (reason string, ok bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.reason, r.reason != ""
}

// ending is how a function ended: by returning, or by a panic (err), or by
// ending its goroutine.
type ending struct {
	data   any
	err    error
	exited bool
}

type result = map[string]any

// executeStep runs the step that the request asks for; the result to answer.
func (s *Suite) executeStep(ctx *Context) result {
	matches, err := s.find(ctx.Step())
	switch {
	case err != nil:
		return ctx.finish(result{"success": false, "status": "failed",
			"failure": result{"kind": "exception", "message": err.Error()}})
	case len(matches) == 0:
		return ctx.finish(s.undefined(ctx))
	case len(matches) > 1:
		return ctx.finish(ambiguous(matches))
	}
	found := matches[0]
	return ctx.perform(found.definition.signature.place, found.call)
}

func (s *Suite) undefined(ctx *Context) result {
	lines := []string{"no step definition matches: " + ctx.Step()}
	for _, one := range s.untyped {
		lines = append(lines, one.String())
	}
	found := result{"success": false, "status": "undefined",
		"failure": result{"message": strings.Join(lines, "\n")}}
	shape := blocks{ctx.arguments.table != nil, ctx.arguments.doc != nil}
	if code := s.snippet(ctx.Step(), ctx.StepType(), shape); code != "" {
		found["snippets"] = snippets(code)
	}
	return found
}

func ambiguous(matches []match) result {
	lines := []string{"several step definitions match:"}
	var told []any
	for _, one := range matches {
		lines = append(lines, fmt.Sprintf("  %s  # %s", one.definition.source, one.definition.at))
		told = append(told, result{"id": one.definition.id, "pattern": one.definition.source,
			"location": one.definition.at})
	}
	return result{"success": false, "status": "ambiguous", "matches": told,
		"failure": result{"message": strings.Join(lines, "\n")}}
}

// perform calls the function in a goroutine of its own; its result.
func (c *Context) perform(place Location, function func(*Context) (any, error)) result {
	done := make(chan ending, 1)
	go func() {
		end := ending{exited: true}
		defer func() {
			if end.exited {
				if value := recover(); value != nil {
					end = ending{err: &panicError{value, callers(3)}}
				}
			}
			done <- end
		}()
		data, err := function(c)
		end = ending{data: data, err: err}
	}()
	select {
	case end := <-done:
		return c.finish(c.resultOf(end, place))
	case <-c.run.gaveUp:
		c.process.abandon(c.run, place)
		go func() {
			<-done
			c.process.forget(c.run)
		}()
		return c.finish(c.cancelledAt(place))
	}
}

func (c *Context) resultOf(end ending, place Location) result {
	if outcome, ok := asOutcome(end.err); ok {
		return result{"success": false, "status": outcome.status, "reason": outcome.reason}
	}
	if _, ok := c.run.cancelled(); ok && isOfCancel(end.err) {
		return c.cancelledAt(place)
	}
	for number, failure := range c.failed() {
		if number > 0 {
			c.LogAt(LevelError, failure.Message)
		} else if end.err == nil {
			end.err = failure
		}
	}
	if end.exited && end.err == nil {
		end.err = errors.New("the function has ended its goroutine")
	}
	if end.err != nil {
		return result{"success": false, "status": "failed",
			"failure": failureOf(end.err, place)}
	}
	c.addData(end.data)
	return result{"success": true, "status": "passed"}
}

func (c *Context) failed() []*Mismatch {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return append([]*Mismatch(nil), c.failures...)
}

// isOfCancel: what waits gives such an error when its context is done.
func isOfCancel(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, os.ErrDeadlineExceeded)
}

func (c *Context) cancelledAt(place Location) result {
	reason, _ := c.run.cancelled()
	return result{"success": false, "status": "failed", "failure": result{
		"kind": "timeout", "type": "Cancelled", "location": place,
		"message": "the step was cancelled: " + reason}}
}

// addData takes what a function returned: the members of an object.
func (c *Context) addData(data any) {
	switch found := strictjson.Clean(data).(type) {
	case nil:
	case map[string]any:
		for name, value := range found {
			c.SetData(name, value)
		}
	default:
		c.SetData("value", found)
	}
}

// finish adds all that the context gathered.
func (c *Context) finish(found result) result {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	found["logs"] = append([]any{}, c.logs...)
	if len(c.data) > 0 {
		found["data"] = strictjson.Clean(c.data)
	}
	if len(c.attachments) > 0 {
		found["attachments"] = append([]any{}, c.attachments...)
	}
	if len(c.exports) > 0 {
		found["exports"] = c.exports
	}
	spent := float64(time.Since(c.run.started)) / float64(time.Millisecond)
	found["durationMs"] = math.Round(spent*1000) / 1000
	return found
}
