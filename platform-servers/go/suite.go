// Package mprun lets you write steps for mprun in Go: a program that defines
// steps in a [Suite] and calls [Suite.Main] is a platform server.
//
//	func main() {
//		suite := mprun.NewSuite()
//		suite.When("counts {int} time(s)", func(ctx *mprun.Context, times int) error {
//			mprun.State[counter](ctx).value += times
//			return nil
//		})
//		suite.Main()
//	}
//
// Standard output belongs to the protocol. In a program that mprun has
// started, importing this package is enough to protect it: what the program
// and its children print goes to standard error.
package mprun

import (
	"fmt"
	"regexp"

	expressions "github.com/cucumber/cucumber-expressions/go/v18"
)

// Version is that of this package.
const Version = "0.1.0"

// Suite holds the step definitions, parameter types and hooks of a server.
// Its methods only collect; what is wrong with them is told, all at once, when
// the server starts.
type Suite struct {
	name        string
	version     string
	definitions []*definition
	types       []*parameterType
	hooks       []*hook
	problems    []Problem
	untyped     []untypedStep
	registry    *expressions.ParameterTypeRegistry
	found       map[string][]match
	compiled    bool
}

// Problem is something wrong in the step definitions, and where.
type Problem struct {
	Message string `json:"message"`
	File    string `json:"file"`
	Line    int    `json:"line"`
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// A SuiteOption is given to [NewSuite].
type SuiteOption func(*Suite)

// Named tells the server's name and version, which reports show.
func Named(name, version string) SuiteOption {
	return func(s *Suite) { s.name, s.version = name, version }
}

// NewSuite makes a suite without steps.
func NewSuite(options ...SuiteOption) *Suite {
	s := &Suite{name: "mprun-server-go", version: Version}
	for _, option := range options {
		option(s)
	}
	return s
}

// Step defines a step. The pattern is a Cucumber Expression (a string) or a
// *regexp.Regexp, which is searched for: anchor it.
//
// The function is called with the context, if its first parameter is a
// *Context or a context.Context; then with the values of the pattern,
// converted to its parameters' types; then with the step's data table or doc
// string, if it has parameters for them. It returns nothing, an error, or data
// for the report and an error.
//
// Given, When, Then and Step do the same: the keyword takes no part in the
// matching.
func (s *Suite) Step(pattern, function any) { s.add(pattern, function) }

// Given defines a step; see [Suite.Step].
func (s *Suite) Given(pattern, function any) { s.add(pattern, function) }

// When defines a step; see [Suite.Step].
func (s *Suite) When(pattern, function any) { s.add(pattern, function) }

// Then defines a step; see [Suite.Step].
func (s *Suite) Then(pattern, function any) { s.add(pattern, function) }

func (s *Suite) add(pattern, function any) {
	at := callerOf(3)
	source := fmt.Sprint(pattern)
	switch pattern.(type) {
	case string, *regexp.Regexp:
	default:
		s.fault(at, fmt.Sprintf("a step's pattern is a string or a"+
			" *regexp.Regexp, not a %T", pattern))
		return
	}
	signature, err := newSignature(function)
	if err != nil {
		s.fault(at, fmt.Sprintf("step '%s': %v", source, err))
		return
	}
	s.definitions = append(s.definitions, &definition{
		pattern: pattern, source: source, signature: signature, at: at})
	s.compiled = false
}

func (s *Suite) fault(at Location, message string) {
	s.problems = append(s.problems, Problem{message, at.File, at.Line})
}
