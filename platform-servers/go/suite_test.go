package mprun_test

import (
	"regexp"
	"testing"

	"mprun.internal/mprun"
)

func TestAllThatIsWrongIsToldWithItsPlace(t *testing.T) {
	suite := mprun.NewSuite()
	suite.Step("good", func() {})
	suite.Step(5, func() {})
	suite.Step("no function", nil)
	suite.Step("not closed {int", func(int) {})
	suite.Step("{int} and {int}", func(int) {})
	suite.Step("one {int}", func(int, int) {})
	suite.Step("channels {int}", func(chan int) {})
	suite.Step("results", func() (int, int, error) { return 0, 0, nil })
	suite.ParameterType("flagged", `(?i)x`, nil)
	suite.ParameterType("broken", `(`, nil)
	suite.ParameterType("odd", `x`, func(chan int) int { return 0 })
	suite.BeforeScenario(func(int) {})
	suite.BeforeScenario(func() {}, mprun.Tags("@a and"))
	suite.BeforeRun(func() {}, mprun.Tags("@a"))
	p := talk(t, suite)
	answer := p.call("initialize", object{"protocolVersions": []int{1}})
	text := answer["error"].(object)["message"]
	expectHolds(t, text, "13 errors in the step definitions", "suite_test.go:13: a step's pattern is",
		"suite_test.go:14: step 'no function': the function is missing", "suite_test.go:15: ",
		"the function takes 1 value, the pattern gives 2",
		"the function takes 2 values, the pattern gives 1; a int can be neither",
		"no value can become a chan int", "data and an error", "can't use flags",
		"missing closing", "cannot have a parameter of type chan int",
		"takes a context and nothing else", "the tag expression '@a and'",
		"a hook of the run has no tags")
	expectEqual(t, len(answer["error"].(object)["data"].(object)["errors"].([]any)), 13)
	expectEqual(t, p.call("health", object{})["result"].(object)["status"], "error")
}

func TestAnUnknownTypeLeavesOutItsStepAlone(t *testing.T) {
	suite := mprun.NewSuite()
	suite.Step("a {shape}", func(string) {})
	suite.Step("good", func() {})
	p := talk(t, suite)
	p.passes("good")
	found := p.step("a circle")
	expectEqual(t, found["status"], "undefined")
	expectHolds(t, found["failure"], "suite_test.go:", "there is no parameter type 'shape'")
	list := p.call("listStepDefinitions", object{})["result"].(object)
	expectEqual(t, len(list["stepDefinitions"].([]any)), 1)
	problem := list["errors"].([]any)[0].(object)
	expectEqual(t, problem["name"], "shape")
	expectEqual(t, problem["expression"], "a {shape}")
}

func TestSnippetsArePastedAsTheyAre(t *testing.T) {
	suite := mprun.NewSuite()
	suite.ParameterType("colour", "red|green", nil)
	p := talk(t, suite)
	for text, code := range map[string]string{
		"counts 3 and 4": "suite.When(\"counts {int} and {int}\", func(ctx *mprun.Context," +
			" number int, number2 int) error {\n\treturn mprun.Pending()\n})\n",
		`says "a" (b)`: "suite.When(`says {string} \\(b)`, func(ctx *mprun.Context," +
			" text string) error {\n\treturn mprun.Pending()\n})\n",
		"paints it red": "suite.When(\"paints it {colour}\", func(ctx *mprun.Context," +
			" colour string) error {\n\treturn mprun.Pending()\n})\n",
	} {
		found := p.step(text)["snippets"].([]any)[0].(object)
		expectEqual(t, found["code"], code)
		expectEqual(t, found["language"], "go")
	}
	with := p.step("frames:", table([]string{"a"}))["snippets"].([]any)[0].(object)
	expectHolds(t, with["code"], "table *mprun.Table")
	with = p.step("text:", doc("", ""))["snippets"].([]any)[0].(object)
	expectHolds(t, with["code"], "doc *mprun.DocString")
}

func TestMatchingCountsCodePointsAndRunsNothing(t *testing.T) {
	suite := mprun.NewSuite()
	suite.Step(regexp.MustCompile(`^🚚 (a(b)?)c$`), func(string) { t.Error("was run") })
	p := talk(t, suite)
	answer := p.call("matchSteps", object{"steps": []any{object{"step": "🚚 ac"}}})
	result := answer["result"].(object)["results"].([]any)[0].(object)
	found := result["matches"].([]any)[0].(object)["args"].([]any)[0].(object)
	expectEqual(t, found["value"], "a")
	expectEqual(t, found["start"], 2)
	expectEqual(t, found["end"], 3)
	expectEqual(t, found["children"].([]any)[0].(object)["value"], nil)
	for _, params := range []any{object{}, object{"steps": 5}, object{"steps": []any{5}}} {
		expectEqual(t, p.call("matchSteps", params)["error"].(object)["code"], -32602)
	}
}

func TestRegularExpressionsAreSearchedFor(t *testing.T) {
	suite := mprun.NewSuite()
	suite.Step(regexp.MustCompile(`reads (\d+)`), func(int) {})
	suite.Step("reads {int} bytes", func(int) {})
	p := talk(t, suite)
	p.passes("it reads 5")
	found := p.step("reads 5 bytes")
	expectEqual(t, found["status"], "ambiguous")
	expectHolds(t, found["failure"], `reads (\d+)  # suite_test.go:`, "reads {int} bytes  # suite_test.go:")
}
