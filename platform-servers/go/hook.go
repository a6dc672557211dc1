package mprun

import (
	"fmt"
	"strings"

	tags "github.com/cucumber/tag-expressions/go/v6"
)

// hook runs around a step, a scenario or the run. mprun asks for the list,
// tells which of them apply to a case and has them executed one by one.
type hook struct {
	id        string
	kind      string
	name      any
	tags      any
	order     int
	signature signature
	at        Location
}

// A HookOption is given to the methods of [Suite] that define hooks.
type HookOption func(*hook)

// Tags makes a hook run around those scenarios only, or the steps of those, that
// the tag expression holds for: "@db and not @slow".
func Tags(expression string) HookOption { return func(h *hook) { h.tags = expression } }

// Name is the hook's in reports.
func Name(name string) HookOption { return func(h *hook) { h.name = name } }

// Order: hooks of lower order come first before, and last after; 0 without it.
func Order(order int) HookOption { return func(h *hook) { h.order = order } }

// BeforeScenario runs a function in each process of a case as soon as it is
// ready. A hook's function is one of a step without values.
func (s *Suite) BeforeScenario(function any, options ...HookOption) {
	s.addHook("beforeScenario", function, options)
}

// AfterScenario runs a function at the end of a case in each of its processes
// that is there, whatever the case has come to: see [Context.Status].
func (s *Suite) AfterScenario(function any, options ...HookOption) {
	s.addHook("afterScenario", function, options)
}

// BeforeStep runs a function before each step that the process is sent; what the
// step is, the context tells.
func (s *Suite) BeforeStep(function any, options ...HookOption) {
	s.addHook("beforeStep", function, options)
}

// AfterStep runs a function after each step that the process was sent, whatever
// the step has come to: see [Context.Status].
func (s *Suite) AfterStep(function any, options ...HookOption) {
	s.addHook("afterStep", function, options)
}

// BeforeRun runs a function once in a run, before the platform's first step,
// in a process of its own: steps see only what it exports, as
// ctx.Exported("run", KEY).
func (s *Suite) BeforeRun(function any, options ...HookOption) {
	s.addHook("beforeRun", function, options)
}

// AfterRun runs a function once, after all cases, in the process of
// [Suite.BeforeRun].
func (s *Suite) AfterRun(function any, options ...HookOption) {
	s.addHook("afterRun", function, options)
}

func (s *Suite) addHook(kind string, function any, options []HookOption) {
	added := &hook{kind: kind, at: callerOf(3)}
	for _, option := range options {
		option(added)
	}
	signature, err := newSignature(function)
	if err == nil && len(signature.values) > 0 {
		err = fmt.Errorf("the function of a hook takes a context and nothing else")
	}
	if err == nil {
		err = added.checkTags()
	}
	if err != nil {
		s.fault(added.at, fmt.Sprintf("%s: %v", kind, err))
		return
	}
	added.signature = signature
	s.hooks = append(s.hooks, added)
	added.id = fmt.Sprintf("h%d", len(s.hooks))
}

func (h *hook) checkTags() error {
	expression, ok := h.tags.(string)
	if !ok {
		return nil
	}
	if strings.HasSuffix(h.kind, "Run") {
		return fmt.Errorf("a hook of the run has no tags")
	}
	return checkExpression(expression)
}

func checkExpression(expression string) (err error) {
	// The library panics where an expression ends too early.
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("the tag expression '%s' is incomplete", expression)
		}
	}()
	if _, err = tags.Parse(expression); err != nil {
		return fmt.Errorf("the tag expression '%s': %v", expression, err)
	}
	return nil
}

func (h *hook) title() string {
	if name, ok := h.name.(string); ok {
		return name
	}
	return h.kind
}

func (h *hook) call(ctx *Context) (any, error) {
	return match{definition: &definition{signature: h.signature}}.call(ctx)
}
