package mprun_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mprun.internal/mprun"
)

type counter struct{ value int }

func TestStateEndsWithTheCase(t *testing.T) {
	suite := mprun.NewSuite()
	var told []string
	suite.Step("counts", func(ctx *mprun.Context) (any, error) {
		mprun.State[counter](ctx).value++
		ctx.Defer(func() error { told = append(told, "deferred"); return nil })
		ctx.Cleanup(func() { told = append(told, "cleanup") })
		folder, err := ctx.SharedDir()
		return object{"count": mprun.State[counter](ctx).value, "folder": folder}, err
	})
	p := talk(t, suite)
	start := func(folder string) {
		answer := p.call("scenarioStarted", object{"run": object{"sharedDir": folder}})
		expectEqual(t, answer["result"].(object)["success"], true)
	}
	start("/one")
	expectEqual(t, p.passes("counts")["data"], object{"count": 1, "folder": "/one"})
	expectEqual(t, p.passes("counts")["data"], object{"count": 2, "folder": "/one"})
	finished := p.call("scenarioFinished", object{})["result"].(object)
	expectEqual(t, finished["logs"], []string{"[INFO] 4 clean-ups done"})
	expectEqual(t, told, "[cleanup deferred cleanup deferred]")
	start("/two")
	expectEqual(t, p.passes("counts")["data"], object{"count": 1, "folder": "/two"})
}

func TestACleanUpThatFailsIsALeak(t *testing.T) {
	suite := mprun.NewSuite()
	ran := false
	suite.Step("holds", func(ctx *mprun.Context) {
		ctx.Defer(func() error { ran = true; return nil })
		ctx.Defer(func() error { panic("stuck") })
		ctx.Defer(func() error { return errors.New("the socket is left") })
	})
	p := talk(t, suite)
	p.passes("holds")
	found := p.call("shutdown", object{"reason": "scenarioFinished"})["result"].(object)
	expectEqual(t, found["success"], false)
	expectEqual(t, found["failure"].(object)["message"], "the socket is left; panic: stuck")
	expectEqual(t, ran, true)
	expectEqual(t, p.call("executeStep", object{"step": "holds"})["error"].(object)["code"], 1005)
}

func TestACancelEndsWhatWaits(t *testing.T) {
	suite := mprun.NewSuite()
	begun, release := make(chan struct{}, 1), make(chan struct{})
	defer close(release)
	suite.Step("sleeps", func(ctx *mprun.Context) error {
		begun <- struct{}{}
		return ctx.Sleep(time.Hour)
	})
	suite.Step("selects", func(ctx *mprun.Context) error {
		begun <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	suite.Step("hangs", func(ctx *mprun.Context) error {
		begun <- struct{}{}
		<-release
		ctx.Log("too late")
		return nil
	})
	suite.Step("quick", func() {})
	p := talk(t, suite)
	for _, text := range []string{"sleeps", "selects", "hangs"} {
		p.send(`{"jsonrpc":"2.0","id":"x","method":"executeStep","params":{"step":"` + text + `"}}`)
		<-begun
		p.send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"x","reason":"timeout"}}`)
		answer := p.receive()
		expectEqual(t, answer["id"], "x")
		failure := answer["result"].(object)["failure"].(object)
		expectEqual(t, failure["kind"], "timeout")
		expectEqual(t, failure["message"], "the step was cancelled: timeout")
		expectEqual(t, failure["location"].(object)["file"], "server_test.go")
	}
	p.passes("quick")
	left := p.call("shutdown", object{})["result"].(object)["logs"]
	expectHolds(t, left, "what was cancelled still runs: the function at server_test.go:")
}

func TestWhatWaitsForItsTurnIsCancelledToo(t *testing.T) {
	suite := mprun.NewSuite()
	begun := make(chan struct{})
	suite.Step("sleeps", func(ctx *mprun.Context) error {
		close(begun)
		return ctx.Sleep(time.Hour)
	})
	p := talk(t, suite)
	p.send(`{"jsonrpc":"2.0","id":1,"method":"executeStep","params":{"step":"sleeps"}}`)
	<-begun
	p.send(`{"jsonrpc":"2.0","id":2,"method":"executeStep","params":{"step":"sleeps"}}`)
	for _, id := range []string{"2", "1"} {
		p.send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":` + id + `}}`)
	}
	expectEqual(t, p.receive()["result"].(object)["success"], false)
	expectEqual(t, p.receive()["error"].(object)["code"], 1003)
}

func TestWhatAStepStartedGoesOn(t *testing.T) {
	suite := mprun.NewSuite()
	ended := make(chan error, 1)
	suite.Step("starts", func(ctx *mprun.Context) {
		ctx.Defer(func() error {
			ended <- ctx.Err()
			return nil
		})
	})
	p := talk(t, suite)
	p.passes("starts")
	p.call("shutdown", object{})
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestNumbersAndMembersOfRequests(t *testing.T) {
	suite := mprun.NewSuite()
	suite.Step("seeds", func(ctx *mprun.Context) (any, error) {
		return object{"seed": ctx.Seed(), "option": ctx.Options()["big"], "incarnation": ctx.Incarnation()}, nil
	})
	p := talk(t, suite)
	p.send(`{"id":9007199254740993,"ID":5,"Method":"x","method":"initialize","method":"initialize",` +
		`"params":{"protocolVersions":[99,1],"run":{"seed":4294967295},"process":{"incarnation":2},` +
		`"options":{"big":123456789012345678901234567890}}}`)
	select {
	case line := <-p.lines:
		expectHolds(t, line, `"id":9007199254740993`, `"protocolVersion":1`)
	case <-time.After(patience):
		t.Fatal("no answer")
	}
	p.send(`{"id":1,"method":"executeStep","params":{"step":"seeds"}}`)
	select {
	case line := <-p.lines:
		expectHolds(t, line, `"seed":4294967295`, `"option":123456789012345678901234567890`,
			`"incarnation":2`)
	case <-time.After(patience):
		t.Fatal("no answer")
	}
	for line, code := range map[string]float64{
		"{\"id\":1,\"method\":\"\xff\"}":        -32700,
		`{"id":1,"method":"health"} x`:          -32700,
		`{"id":1,`:                              -32700,
		strings.Repeat("[", 20000):              -32700,
		`5`:                                     -32600,
		`{"id":1,"method":"health","params":5}`: -32602,
		`{"id":1,"method":"executeStep","params":{"step":"x","process":5}}`:   -32602,
		`{"id":1,"method":"executeStep","params":{"step":"x","argument":[]}}`: -32602,
		`{"id":1,"method":"executeStep","params":{"step":"x","stepType":5}}`:  -32602,
		strings.Repeat(" ", 16<<20) + `{"id":1,"method":"health"}`:            1007,
	} {
		p.send(line)
		expectEqual(t, p.receive()["error"].(object)["code"], code)
	}
	expectEqual(t, p.call("health", object{})["result"].(object)["status"], "ok")
}

func TestExports(t *testing.T) {
	suite := mprun.NewSuite()
	suite.Step("exports", func(ctx *mprun.Context) error { return ctx.Export("port", 4711) })
	suite.Step("too much", func(ctx *mprun.Context) error {
		return ctx.Export("port", strings.Repeat("x", 65536))
	})
	suite.Step("imports", func(ctx *mprun.Context) error {
		_, err := ctx.Exported("reader", "port")
		return err
	})
	p := talk(t, suite)
	expectEqual(t, p.passes("exports")["exports"], object{"port": "4711"})
	expectHolds(t, p.fails("too much")["message"], "64 values, together 65536 bytes")
	expectHolds(t, p.fails("imports")["message"], "the 'reader' process has exported no 'port', and nothing else",
		`a step of 'reader' hands a value over by ctx.Export("port", value)`)
	context := object{"context": object{"exports": object{"reader": object{"b": "1", "a": "2"}}}}
	expectHolds(t, p.fails("imports", context)["message"], "no 'port', but a, b;")
}

func TestWhatIsLargeBecomesAFile(t *testing.T) {
	folder := t.TempDir()
	suite := mprun.NewSuite()
	suite.Step("attaches", func(ctx *mprun.Context) error {
		for _, body := range []any{"text", "no \xff text", []byte("bytes"), strings.Repeat("x", 11)} {
			if err := ctx.Attach("../a b", "", body); err != nil {
				return err
			}
		}
		return ctx.Attach("x", "", 5)
	})
	p := talk(t, suite)
	p.call("initialize", object{"protocolVersions": []int{1},
		"limits": object{"maxInlineAttachmentBytes": 10}, "run": object{"artifactDir": folder}})
	found := p.step("attaches")
	expectHolds(t, found["failure"], "a string or bytes can be attached, not a int")
	all := found["attachments"].([]any)
	expectEqual(t, all[0], object{"name": "../a b", "mediaType": "text/plain", "encoding": "identity", "body": "text"})
	expectEqual(t, all[2].(object)["encoding"], "base64")
	expectEqual(t, all[3].(object)["path"], "_a_b")
	expectEqual(t, all[1].(object)["path"], nil)
	if _, err := os.Stat(filepath.Join(folder, "_a_b")); err != nil {
		t.Error(err)
	}
}
