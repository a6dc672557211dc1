package mprun

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"

	expressions "github.com/cucumber/cucumber-expressions/go/v18"
)

// Of the texts that were matched so many are kept, none longer than that.
const (
	keptTexts   = 1000
	longestKept = 1000
)

// definition is one step that the suite knows.
type definition struct {
	id         string
	pattern    any
	source     string
	signature  signature
	at         Location
	expression expressions.Expression
}

// match is a definition and what its pattern found in a text.
type match struct {
	definition *definition
	arguments  []*expressions.Argument
}

// untypedStep is left out, for it uses a type that nothing defines.
type untypedStep struct {
	name       string
	definition *definition
}

func (u untypedStep) String() string {
	return fmt.Sprintf("%s: step '%s' is left out: there is no parameter type '%s'",
		u.definition.at, u.definition.source, u.name)
}

// compile makes expressions of what was collected; what fails goes into
// problems. A step may use a type that is defined after it.
func (s *Suite) compile() {
	if s.compiled {
		return
	}
	s.compiled = true
	s.found = map[string][]match{}
	s.untyped = nil
	s.registry = expressions.NewParameterTypeRegistry()
	for _, one := range s.types {
		if err := one.define(s.registry); err != nil {
			s.fault(one.at, fmt.Sprintf("parameter type '%s': %v", one.name, err))
		}
	}
	for index, one := range s.definitions {
		one.id = fmt.Sprintf("s%d", index+1)
		s.compileOne(one)
	}
}

var undefinedType = regexp.MustCompile(`Undefined parameter type '(.*)'`)

func (s *Suite) compileOne(one *definition) {
	err := one.compile(s.registry)
	var undefined *expressions.UndefinedParameterTypeError
	if errors.As(err, &undefined) {
		name := ""
		if found := undefinedType.FindStringSubmatch(undefined.Error()); found != nil {
			name = found[1]
		}
		one.expression = nil
		s.untyped = append(s.untyped, untypedStep{name, one})
		return
	}
	if err != nil {
		one.expression = nil
		s.fault(one.at, fmt.Sprintf("step '%s': %v", one.source, err))
	}
}

func (d *definition) compile(registry *expressions.ParameterTypeRegistry) (err error) {
	// The library panics where a regular expression is none.
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%v", problem)
		}
	}()
	switch pattern := d.pattern.(type) {
	case string:
		if d.expression, err = expressions.NewCucumberExpression(pattern, registry); err != nil {
			return err
		}
	case *regexp.Regexp:
		d.expression = expressions.NewRegularExpression(pattern, registry)
	}
	tree := expressions.NewTreeRegexp(d.expression.Regexp())
	return d.signature.checkCount(len(tree.GroupBuilder().Children()))
}

// listed are the definitions that can match.
func (s *Suite) listed() []*definition {
	var found []*definition
	for _, one := range s.definitions {
		if one.expression != nil {
			found = append(found, one)
		}
	}
	return found
}

// find gives all definitions that match the text.
func (s *Suite) find(text string) ([]match, error) {
	if found, ok := s.found[text]; ok {
		return found, nil
	}
	var found []match
	for _, one := range s.definitions {
		// The quick test first: telling the places of groups is slow.
		if one.expression == nil || !one.expression.Regexp().MatchString(text) {
			continue
		}
		arguments, err := one.match(text)
		if err != nil {
			return nil, fmt.Errorf("%s: step '%s': %w", one.at, one.source, err)
		}
		found = append(found, match{one, arguments})
	}
	if len(s.found) >= keptTexts {
		s.found = map[string][]match{}
	}
	if len(text) <= longestKept {
		s.found[text] = found
	}
	return found, nil
}

func (d *definition) match(text string) (found []*expressions.Argument, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%v", problem)
		}
	}()
	return d.expression.Match(text)
}

// parameterType is one that the suite adds to those of Cucumber Expressions.
type parameterType struct {
	name        string
	regexps     []*regexp.Regexp
	transform   *transform
	forSnippets bool
	preferred   bool
	at          Location
}

// A TypeOption is given to [Suite.ParameterType].
type TypeOption func(*parameterType)

// NotForSnippets keeps a type out of the snippets of undefined steps.
func NotForSnippets() TypeOption {
	return func(p *parameterType) { p.forSnippets = false }
}

// Preferred makes a type the one that is meant where several have the same
// regular expression.
func Preferred() TypeOption { return func(p *parameterType) { p.preferred = true } }

// ParameterType defines {name} for Cucumber Expressions. The pattern is a
// regular expression without flags, or several ([]string). The function is
// called with what its groups found, or with the whole text if it has none;
// its parameters are converted as those of steps are. It returns a value, or
// a value and an error; nil gives the text.
func (s *Suite) ParameterType(name string, pattern, function any, options ...TypeOption) {
	added := &parameterType{name: name, forSnippets: true, at: callerOf(2)}
	for _, option := range options {
		option(added)
	}
	err := added.read(pattern)
	if err == nil && function != nil {
		added.transform, err = newTransform(function)
	}
	if err != nil {
		s.fault(added.at, fmt.Sprintf("parameter type '%s': %v", name, err))
		return
	}
	s.types = append(s.types, added)
	s.compiled = false
}

func (p *parameterType) read(pattern any) error {
	var sources []string
	switch pattern := pattern.(type) {
	case string:
		sources = []string{pattern}
	case []string:
		sources = pattern
	case *regexp.Regexp:
		sources = []string{pattern.String()}
	default:
		return fmt.Errorf("the pattern is a string, []string or"+
			" *regexp.Regexp, not a %T", pattern)
	}
	for _, source := range sources {
		compiled, err := regexp.Compile(source)
		if err != nil {
			return err
		}
		p.regexps = append(p.regexps, compiled)
	}
	if len(p.regexps) == 0 {
		return errors.New("the pattern is empty")
	}
	return nil
}

func (p *parameterType) define(registry *expressions.ParameterTypeRegistry) error {
	kind, apply := "string", (func(...*string) any)(nil)
	if p.transform != nil {
		kind, apply = p.transform.result.String(), p.transform.apply
	}
	made, err := expressions.NewParameterType(p.name, p.regexps, kind, apply,
		p.forSnippets, p.preferred, false)
	if err != nil {
		return err
	}
	return registry.DefineParameterType(made)
}

// transform makes a value of what the groups of a parameter type found.
type transform struct {
	function reflect.Value
	result   reflect.Type
}

// transformError carries a transformer's error through the library, which
// knows none.
type transformError struct{ error }

func newTransform(function any) (*transform, error) {
	value := reflect.ValueOf(function)
	if value.Kind() != reflect.Func || value.IsNil() {
		return nil, fmt.Errorf("the transformer is a function, not a %T", function)
	}
	kind := value.Type()
	if kind.NumOut() == 0 || kind.NumOut() > 2 ||
		(kind.NumOut() == 2 && kind.Out(1) != errorType) {
		return nil, fmt.Errorf("the transformer returns a value, or a value and an error")
	}
	for i := 0; i < kind.NumIn(); i++ {
		if kind.IsVariadic() || !isConvertible(kind.In(i)) {
			return nil, fmt.Errorf("a transformer cannot have a parameter of type %s", kind.In(i))
		}
	}
	return &transform{value, kind.Out(0)}, nil
}

func (t *transform) apply(groups ...*string) any {
	kind := t.function.Type()
	if len(groups) != kind.NumIn() {
		panic(transformError{fmt.Errorf("the transformer takes %d values,"+
			" its regular expression gives %d", kind.NumIn(), len(groups))})
	}
	words := make([]reflect.Value, len(groups))
	for i, group := range groups {
		word, err := convertText(group, kind.In(i))
		if err != nil {
			panic(transformError{err})
		}
		words[i] = word
	}
	results := t.function.Call(words)
	if len(results) == 2 && !results[1].IsNil() {
		panic(transformError{results[1].Interface().(error)})
	}
	return results[0].Interface()
}
