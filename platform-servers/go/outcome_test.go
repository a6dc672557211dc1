package mprun_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"mprun.internal/mprun"
)

func helper(values []int) int { return values[3] }

func TestFailuresSayWhatAndWhere(t *testing.T) {
	suite := mprun.NewSuite()
	suite.Step("equal", func() error { return mprun.Equal(1000, 1024, "the size differs") })
	suite.Step("lines", func() error { return mprun.Equal("a\nb\nc", "a\nB\nc") })
	suite.Step("structs", func() error { return mprun.Equal([]size{{1, "KiB"}}, []size{{2, "KiB"}}) })
	suite.Step("types", func() error { return mprun.Equal[any](1, int64(1)) })
	suite.Step("wrapped", func() error { return fmt.Errorf("frame 3: %w", mprun.Equal(1, 2, "size")) })
	suite.Step("failf", func() error { return mprun.Failf("%d is odd", 3) })
	suite.Step("plain", func() error { return errors.New("no such thing") })
	suite.Step("typed", func() error { _, err := os.Open("/does/not/exist"); return err })
	suite.Step("resource", func() error { return fmt.Errorf("open: %w", syscall.EMFILE) })
	suite.Step("time", func() error { return context.DeadlineExceeded })
	suite.Step("panics", func() { panic("at the disco") })
	suite.Step("index", func() int { return helper(nil) })
	suite.Step("exits", func() { runtime.Goexit() })
	suite.Step("skip in a panic", func() { panic(mprun.Skip("not here")) })
	p := talk(t, suite)

	found := p.fails("equal")
	expectEqual(t, found["kind"], "assertion")
	expectEqual(t, found["message"], "the size differs")
	expectEqual(t, found["expected"], "1024")
	expectEqual(t, found["actual"], "1000")
	expectEqual(t, found["location"], object{"file": "outcome_test.go", "line": 20})
	first := strings.Split(found["stackTrace"].(string), "\n")[1]
	expectHolds(t, first, "mprun_test.TestFailuresSayWhatAndWhere.func1")
	if strings.Contains(found["stackTrace"].(string), "reflect") {
		t.Error(found["stackTrace"])
	}

	expectEqual(t, p.fails("lines")["diff"],
		"--- expected\n+++ actual\n@@ -1,3 +1,3 @@\n a\n-B\n+b\n c")
	expectHolds(t, p.fails("structs")["diff"], `-    "Count": 2,`, `+    "Count": 1,`)
	expectEqual(t, p.fails("types")["expected"], "1 (int64)")
	found = p.fails("wrapped")
	expectEqual(t, found["message"], "frame 3: size")
	expectEqual(t, found["actual"], "1")
	expectEqual(t, p.fails("failf")["message"], "3 is odd")

	found = p.fails("plain")
	expectEqual(t, found["kind"], "exception")
	expectEqual(t, found["type"], "error")
	expectEqual(t, found["location"].(object)["file"], "outcome_test.go")
	expectEqual(t, p.fails("typed")["type"], "fs.PathError")
	expectEqual(t, p.fails("resource")["kind"], "resource")
	expectEqual(t, p.fails("time")["kind"], "timeout")

	found = p.fails("panics")
	expectEqual(t, found["message"], "panic: at the disco")
	expectHolds(t, found["stackTrace"], "panic: at the disco\nmprun.internal/mprun_test.")
	found = p.fails("index")
	expectHolds(t, found["message"], "index out of range [3]")
	expectEqual(t, found["location"], object{"file": "outcome_test.go", "line": 16})
	expectHolds(t, found["stackTrace"], "mprun_test.helper", "func12")
	expectHolds(t, p.fails("exits")["message"], "ended its goroutine")
	expectEqual(t, p.step("skip in a panic")["status"], "skipped")
}

// What testify's require and others need: they call these and know no more.
type assertion interface {
	Helper()
	Errorf(format string, words ...any)
	FailNow()
}

func requireTrue(t assertion, value bool) {
	t.Helper()
	if !value {
		t.Errorf("\n%s", "\tError Trace:\t/a.go:1\n\tError:      \tNot equal: \n"+
			"\t            \texpected: \"a\\nb\"\n\t            \tactual  : \"c\"\n\t            \t\n"+
			"\t            \tDiff:\n\tTest:       \tx\n\tMessages:   \tthe texts\n")
		t.FailNow()
	}
}

func TestTheContextIsATestingT(t *testing.T) {
	suite := mprun.NewSuite()
	reached := false
	suite.Step("requires", func(ctx *mprun.Context) {
		requireTrue(ctx, false)
		reached = true
	})
	suite.Step("twice", func(ctx *mprun.Context) {
		ctx.Errorf("first")
		ctx.Error("second", 2)
	})
	suite.Step("fatal", func(ctx *mprun.Context) { ctx.Fatalf("no %s", "way") })
	suite.Step("bare", func(ctx *mprun.Context) { ctx.Fail() })
	suite.Step("good", func(ctx *mprun.Context) { requireTrue(ctx, true) })
	p := talk(t, suite)
	found := p.fails("requires")
	expectEqual(t, found["kind"], "assertion")
	expectEqual(t, found["message"], "the texts")
	expectEqual(t, found["expected"], `"a\nb"`)
	expectEqual(t, found["actual"], `"c"`)
	expectHolds(t, found["stackTrace"], "mprun_test.requireTrue", "TestTheContextIsATestingT.func1")
	if reached {
		t.Error("the step went on after FailNow")
	}
	result := p.step("twice")
	expectEqual(t, result["failure"].(object)["message"], "first")
	expectHolds(t, result["logs"], "second 2")
	expectEqual(t, p.fails("fatal")["message"], "no way")
	expectEqual(t, p.fails("bare")["message"], "the step has failed")
	p.passes("good")
}

func TestOutcomesThatAreNoFailures(t *testing.T) {
	suite := mprun.NewSuite()
	suite.Step("pending", func() error { return mprun.Pending() })
	suite.Step("skipped", func() error { return fmt.Errorf("x: %w", mprun.Skip("no ", "pipes")) })
	suite.Step("data", func(ctx *mprun.Context) (any, error) {
		ctx.SetData("b", 2)
		return struct {
			A int `json:"a"`
		}{1}, nil
	})
	suite.Step("number", func() (int, error) { return 5, nil })
	p := talk(t, suite)
	found := p.step("pending")
	expectEqual(t, found["status"], "pending")
	expectEqual(t, found["reason"], "the step is not written yet")
	found = p.step("skipped")
	expectEqual(t, found["status"], "skipped")
	expectEqual(t, found["reason"], "no pipes")
	expectEqual(t, p.passes("data")["data"], object{"a": 1, "b": 2})
	expectEqual(t, p.passes("number")["data"], object{"value": 5})
}
