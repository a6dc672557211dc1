package mprun

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"mprun.internal/mprun/internal/strictjson"
)

const (
	protocolVersion = 1
	endGrace        = time.Second
	endReason       = "the runner has closed stdin"
)

// server is one connection to the runner. Requests are answered one after the
// other, in their order; a cancel acts at once. The end of input ends the
// server in every state.
type server struct {
	suite   *Suite
	channel *channel
	process *process

	mutex    sync.Mutex
	queue    []*request
	current  *request
	run      *run
	ending   bool
	leaving  bool
	liveLogs bool

	arrived     chan struct{}
	finished    chan os.Signal
	idle        chan struct{}
	closing     bool
	initialized bool
}

func newServer(suite *Suite, channel *channel) *server {
	return &server{suite: suite, channel: channel, process: &process{},
		arrived: make(chan struct{}, 1), finished: make(chan os.Signal, 4),
		idle: make(chan struct{})}
}

// serve answers requests until input ends; the signal that ended it, or nil.
func (s *server) serve() os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go s.read()
	go s.work()
	var ended os.Signal
	select {
	case ended = <-signals:
	case ended = <-s.finished:
	}
	// From here on a signal does what it always does.
	signal.Reset(syscall.SIGTERM, syscall.SIGINT)
	if s.leave("the server is asked to end") {
		select {
		case <-s.idle:
		case <-time.After(cancelGrace):
		}
	}
	s.lastCleanUp()
	return ended
}

func (s *server) lastCleanUp() {
	done := make(chan []string, 1)
	go func() {
		_, problems := s.process.cleanUp()
		done <- problems
	}()
	var problems []string
	select {
	case problems = <-done:
	case <-time.After(endGrace):
		problems = []string{"it takes too long"}
	}
	for _, problem := range problems {
		fmt.Fprintf(os.Stderr, "mprun: clean-up failed: %s\n", problem)
	}
}

// What comes

func (s *server) read() {
	for {
		line, err := s.channel.readLine()
		switch {
		case errors.Is(err, errTooLong):
			s.enqueue(&request{hasID: true, err: &rpcError{code: messageTooLarge,
				message: fmt.Sprintf("the message is longer than %d bytes", maxMessageBytes)}})
		case err != nil:
			s.end()
			return
		default:
			s.take(line)
		}
	}
}

func (s *server) take(line []byte) {
	message, err := strictjson.Decode(line)
	if err != nil {
		s.enqueue(&request{hasID: true, err: &rpcError{code: parseError,
			message: "no JSON: " + err.Error()}})
		return
	}
	one := newRequest(message)
	if one.isCancel() {
		s.cancel(one.params)
	} else if one.hasID {
		s.enqueue(one)
	}
}

func (s *server) enqueue(one *request) {
	s.mutex.Lock()
	s.queue = append(s.queue, one)
	s.mutex.Unlock()
	select {
	case s.arrived <- struct{}{}:
	default:
	}
}

func (s *server) cancel(params map[string]any) {
	id, ok := params["id"]
	if !ok {
		return
	}
	reason, ok := params["reason"].(string)
	if !ok {
		reason = "cancelled"
	}
	key := keyOf(id)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.current != nil && s.current.key == key {
		s.cancelLocked(reason)
		return
	}
	for _, one := range s.queue {
		if one.key == key && !one.end {
			one.cancelled = reason
			return
		}
	}
}

// end: what was asked for is still answered, soon.
func (s *server) end() {
	s.enqueue(&request{end: true})
	time.AfterFunc(endGrace, func() {
		s.mutex.Lock()
		s.ending = true
		s.mutex.Unlock()
		s.cancelCurrent(endReason)
		time.AfterFunc(endGrace, func() { s.finish() })
	})
}

func (s *server) finish() { s.finished <- nil }

func (s *server) cancelCurrent(reason string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.current != nil {
		s.cancelLocked(reason)
	}
}

// leave lets no further request begin; false if none is at work.
func (s *server) leave(reason string) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.leaving = true
	if s.current != nil {
		s.cancelLocked(reason)
	}
	return s.current != nil
}

// cancelLocked cancels the current request. Its run may not have begun: then
// begin finds the reason.
func (s *server) cancelLocked(reason string) {
	s.current.cancelled = reason
	if s.run != nil {
		s.run.cancel(reason)
	}
}

// One request after the other

func (s *server) work() {
	defer close(s.idle)
	for {
		one := s.next()
		if one == nil {
			<-s.arrived
			continue
		}
		if one.end || !s.answer(one) || s.isLeaving() {
			s.finish()
			return
		}
	}
}

func (s *server) isLeaving() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.leaving
}

func (s *server) next() *request {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.queue) == 0 || s.leaving {
		return nil
	}
	one := s.queue[0]
	s.queue = s.queue[1:]
	s.current = one
	if s.ending {
		one.cancelled = endReason
	}
	return one
}

// answer is false if nobody reads answers any more.
func (s *server) answer(one *request) bool {
	message := map[string]any{"jsonrpc": "2.0", "id": one.id}
	found, err := s.call(one)
	if err != nil {
		message["error"] = err.member()
	} else {
		message["result"] = found
	}
	// After its answer nothing speaks of the request any more.
	s.channel.mutex.Lock()
	defer s.channel.mutex.Unlock()
	s.mutex.Lock()
	s.current, s.run = nil, nil
	s.mutex.Unlock()
	return s.channel.writeLocked(message) == nil
}

func (s *server) call(one *request) (found result, err *rpcError) {
	defer func() {
		if problem := recover(); problem != nil {
			found, err = nil, &rpcError{code: internalError, message: describe(problem)}
		}
	}()
	if one.err != nil {
		return nil, one.err
	}
	if reason := s.reasonToCancel(one); reason != "" {
		return nil, &rpcError{code: cancelled, message: "cancelled: " + reason}
	}
	method, ok := methods[one.method]
	if !ok {
		return nil, &rpcError{code: methodNotFound, message: "unknown method: " + one.method}
	}
	if s.closing {
		return nil, &rpcError{code: shuttingDown, message: "the server is shutting down"}
	}
	return method(s, one.params)
}

func (s *server) reasonToCancel(one *request) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return one.cancelled
}

// sendLog sends a line now; false: it belongs into the step's result.
func (s *server) sendLog(of *run, entry map[string]any) bool {
	s.channel.mutex.Lock()
	defer s.channel.mutex.Unlock()
	s.mutex.Lock()
	running, live := s.current != nil && s.run == of, s.liveLogs
	var id any
	if running {
		id = s.current.id
	}
	s.mutex.Unlock()
	if !live {
		return !running
	}
	params := map[string]any{"id": id}
	for name, value := range entry {
		params[name] = value
	}
	_ = s.channel.writeLocked(map[string]any{"jsonrpc": "2.0", "method": "log", "params": params})
	return true
}

// begin makes the run of a step or a hook the one that a cancel ends.
func (s *server) begin() *run {
	begun := newRun()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.run = begun
	if s.current.cancelled != "" {
		begun.cancel(s.current.cancelled)
	}
	return begun
}

// problemText has all problems, one a line.
func problemText(problems []Problem) string {
	var lines []string
	if len(problems) > 1 {
		lines = append(lines, fmt.Sprintf("%d errors in the step definitions:", len(problems)))
	}
	for _, problem := range problems {
		lines = append(lines, problem.String())
	}
	return strings.Join(lines, "\n")
}
