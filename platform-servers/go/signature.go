package mprun

import (
	"context"
	"errors"
	"fmt"
	"reflect"
)

var (
	contextType  = reflect.TypeOf((*Context)(nil))
	standardType = reflect.TypeOf((*context.Context)(nil)).Elem()
)

// signature is the function of a step, and what it wants.
type signature struct {
	function     reflect.Value
	place        Location
	takesContext bool
	values       []reflect.Type
	hasData      bool
	hasError     bool
	fast         func(*Context) error
}

func newSignature(function any) (signature, error) {
	value := reflect.ValueOf(function)
	if value.Kind() != reflect.Func || value.IsNil() {
		return signature{}, errors.New("the function is missing")
	}
	kind := value.Type()
	s := signature{function: value, place: placeOf(value)}
	s.fast, _ = function.(func(*Context) error)
	if kind.IsVariadic() {
		return s, errors.New("the function must not be variadic")
	}
	for i := 0; i < kind.NumIn(); i++ {
		if i == 0 && (kind.In(0) == contextType || kind.In(0) == standardType) {
			s.takesContext = true
			continue
		}
		if !isConvertible(kind.In(i)) && !isBlock(kind.In(i)) && !isCustom(kind.In(i)) {
			return s, fmt.Errorf("no value can become a %s", kind.In(i))
		}
		s.values = append(s.values, kind.In(i))
	}
	return s, s.readResults(kind)
}

func (s *signature) readResults(kind reflect.Type) error {
	count := kind.NumOut()
	s.hasError = count > 0 && kind.Out(count-1) == errorType
	if s.hasError {
		count--
	}
	s.hasData = count == 1
	if count > 1 {
		return errors.New("the function returns nothing, an error, or data and an error")
	}
	return nil
}

// isCustom: a parameter type may give it.
func isCustom(kind reflect.Type) bool {
	switch kind.Kind() {
	case reflect.Struct, reflect.Array, reflect.Slice, reflect.Map, reflect.Pointer,
		reflect.Interface, reflect.Func:
		return kind != contextType
	}
	return false
}

// checkCount holds the function against a pattern that gives so many values.
func (s *signature) checkCount(given int) error {
	blocks := len(s.values) - given
	if blocks < 0 || blocks > 2 {
		return fmt.Errorf("the function takes %s, the pattern gives %d",
			countOf(len(s.values), "value"), given)
	}
	for _, kind := range s.values[given:] {
		if !isBlock(kind) {
			return fmt.Errorf("the function takes %s, the pattern gives %d;"+
				" a %s can be neither a data table nor a doc string",
				countOf(len(s.values), "value"), given, kind)
		}
	}
	return nil
}

func countOf(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", count, noun)
}

// call converts the values and calls the function.
func (m match) call(ctx *Context) (any, error) {
	s := &m.definition.signature
	if s.fast != nil {
		return nil, s.fast(ctx)
	}
	words := make([]reflect.Value, 0, len(s.values)+1)
	if s.takesContext {
		words = append(words, reflect.ValueOf(ctx))
	}
	for i, kind := range s.values {
		var word reflect.Value
		var err error
		if i < len(m.arguments) {
			word, err = convertArgument(m.arguments[i], kind)
		} else {
			word, err = ctx.arguments.as(kind)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.place, err)
		}
		words = append(words, word)
	}
	return s.results(s.function.Call(words))
}

func (s *signature) results(found []reflect.Value) (data any, err error) {
	if s.hasError {
		err, _ = found[len(found)-1].Interface().(error)
	}
	if s.hasData {
		data = found[0].Interface()
	}
	return data, err
}
