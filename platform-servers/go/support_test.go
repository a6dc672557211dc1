package mprun_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"mprun.internal/mprun"
)

const patience = 20 * time.Second

// peer talks to a server of a suite in this process.
type peer struct {
	t     *testing.T
	to    *io.PipeWriter
	lines chan string
	ended chan struct{}
	next  int
}

type object = map[string]any

// talk starts the server; it ends with the test.
func talk(t *testing.T, suite *mprun.Suite) *peer {
	t.Helper()
	input, to := io.Pipe()
	from, output := io.Pipe()
	p := &peer{t: t, to: to, lines: make(chan string, 100), ended: make(chan struct{})}
	go func() {
		mprun.Serve(suite, input, output)
		_ = output.Close()
		close(p.ended)
	}()
	go func() {
		reader := bufio.NewReader(from)
		for {
			line, err := reader.ReadString('\n')
			if err != nil {
				close(p.lines)
				return
			}
			p.lines <- line
		}
	}()
	t.Cleanup(p.end)
	return p
}

func (p *peer) end() {
	p.t.Helper()
	_ = p.to.Close()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatal("the server does not end")
	}
}

func (p *peer) send(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.to, line+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) receive() object {
	p.t.Helper()
	select {
	case line, ok := <-p.lines:
		if !ok {
			p.t.Fatal("the server has ended")
		}
		var message object
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			p.t.Fatalf("%v: %s", err, line)
		}
		return message
	case <-time.After(patience):
		p.t.Fatal("no answer")
	}
	return nil
}

// call sends a request; its answer.
func (p *peer) call(method string, params any) object {
	p.t.Helper()
	p.next++
	request, err := json.Marshal(object{"jsonrpc": "2.0", "id": p.next, "method": method,
		"params": params})
	if err != nil {
		p.t.Fatal(err)
	}
	p.send(string(request))
	answer := p.receive()
	if answer["id"] != float64(p.next) {
		p.t.Fatalf("the answer to %d is %v", p.next, answer)
	}
	return answer
}

// step executes a step; its result.
func (p *peer) step(text string, more ...object) object {
	p.t.Helper()
	params := object{"process": "writer", "stepType": "when", "step": text}
	for _, members := range more {
		for name, value := range members {
			params[name] = value
		}
	}
	found, ok := p.call("executeStep", params)["result"].(object)
	if !ok {
		p.t.Fatalf("no result of '%s'", text)
	}
	return found
}

// passes executes a step that must pass.
func (p *peer) passes(text string, more ...object) object {
	p.t.Helper()
	found := p.step(text, more...)
	if found["success"] != true {
		p.t.Fatalf("'%s': %v", text, found)
	}
	return found
}

// fails executes a step that must fail; its failure.
func (p *peer) fails(text string, more ...object) object {
	p.t.Helper()
	found := p.step(text, more...)
	if found["status"] != "failed" {
		p.t.Fatalf("'%s': %v", text, found)
	}
	return found["failure"].(object)
}

func table(rows ...[]string) object {
	return object{"argument": object{"dataTable": object{"rows": rows}}}
}

func doc(content, mediaType string) object {
	text := object{"content": content}
	if mediaType != "" {
		text["mediaType"] = mediaType
	}
	return object{"argument": object{"docString": text}}
}

func expectEqual(t *testing.T, actual, expected any) {
	t.Helper()
	if fmt.Sprint(actual) != fmt.Sprint(expected) {
		t.Errorf("is       %v\nexpected %v", actual, expected)
	}
}

func expectHolds(t *testing.T, text any, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(fmt.Sprint(text), part) {
			t.Errorf("no '%s' in: %v", part, text)
		}
	}
}
