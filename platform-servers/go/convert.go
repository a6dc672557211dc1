package mprun

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	expressions "github.com/cucumber/cucumber-expressions/go/v18"
)

var (
	errorType       = reflect.TypeOf((*error)(nil)).Elem()
	durationType    = reflect.TypeOf(time.Duration(0))
	unmarshalerType = reflect.TypeOf((*encoding.TextUnmarshaler)(nil)).Elem()
)

// isConvertible tells whether a text can become a value of the type.
func isConvertible(kind reflect.Type) bool {
	if kind.Implements(unmarshalerType) || reflect.PointerTo(kind).Implements(unmarshalerType) {
		return true
	}
	switch kind.Kind() {
	case reflect.Pointer:
		return kind.Elem().Kind() != reflect.Pointer && isConvertible(kind.Elem())
	case reflect.Slice:
		return kind.Elem().Kind() == reflect.Uint8
	case reflect.Interface:
		return kind.NumMethod() == 0
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16,
		reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16,
		reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return true
	}
	return false
}

// convertText makes a value of the type; of nil the zero value.
func convertText(text *string, kind reflect.Type) (reflect.Value, error) {
	if text == nil {
		return reflect.Zero(kind), nil
	}
	value := reflect.New(kind).Elem()
	if kind.Kind() == reflect.Pointer {
		value.Set(reflect.New(kind.Elem()))
		if !kind.Implements(unmarshalerType) {
			return value, setText(value.Elem(), *text)
		}
	}
	return value, setText(value, *text)
}

func setText(value reflect.Value, text string) error {
	if reader, ok := unmarshaler(value); ok {
		return reader.UnmarshalText([]byte(text))
	}
	var err error
	kind := value.Type()
	switch kind.Kind() {
	case reflect.String:
		value.SetString(text)
	case reflect.Interface:
		value.Set(reflect.ValueOf(text))
	case reflect.Slice:
		value.SetBytes([]byte(text))
	case reflect.Bool:
		var found bool
		if found, err = strconv.ParseBool(text); err == nil {
			value.SetBool(found)
		}
	case reflect.Float32, reflect.Float64:
		var found float64
		if found, err = strconv.ParseFloat(text, kind.Bits()); err == nil {
			value.SetFloat(found)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		var found uint64
		if found, err = strconv.ParseUint(text, 10, kind.Bits()); err == nil {
			value.SetUint(found)
		}
	default:
		err = setInt(value, text)
	}
	if err != nil {
		return fmt.Errorf("'%s' is no %s: %w", text, kind, cause(err))
	}
	return nil
}

func setInt(value reflect.Value, text string) error {
	if value.Type() == durationType {
		found, err := time.ParseDuration(text)
		value.SetInt(int64(found))
		return err
	}
	found, err := strconv.ParseInt(text, 10, value.Type().Bits())
	value.SetInt(found)
	return err
}

// cause is the reason alone of an error of strconv, which repeats the text.
func cause(err error) error {
	var numeric *strconv.NumError
	if errors.As(err, &numeric) {
		return numeric.Err
	}
	return err
}

func unmarshaler(value reflect.Value) (encoding.TextUnmarshaler, bool) {
	if value.Kind() == reflect.Pointer && value.IsNil() {
		return nil, false
	}
	if reader, ok := value.Interface().(encoding.TextUnmarshaler); ok {
		return reader, true
	}
	if value.CanAddr() {
		reader, ok := value.Addr().Interface().(encoding.TextUnmarshaler)
		return reader, ok
	}
	return nil, false
}

// The types whose texts are what a person wrote, digit by digit.
var numericTypes = map[string]bool{"int": true, "float": true, "word": true,
	"biginteger": true, "bigdecimal": true, "byte": true, "short": true,
	"long": true, "double": true, "anonymous": true}

// convertArgument makes the value of a step's parameter of what was found.
func convertArgument(argument *expressions.Argument, kind reflect.Type) (reflect.Value, error) {
	text := argument.Group().Value()
	name := argument.ParameterType().Name()
	plain := kind.Kind() != reflect.Interface || kind.NumMethod() > 0
	if text == nil || (numericTypes[name] && plain) {
		return convertText(text, kind)
	}
	found, err := valueOf(argument)
	if err != nil {
		return reflect.Value{}, fmt.Errorf("'%s' is no {%s}: %w", *text, name, err)
	}
	value := reflect.ValueOf(found)
	switch {
	case !value.IsValid():
		return reflect.Zero(kind), nil
	case value.Type().AssignableTo(kind):
		return value, nil
	case value.Kind() == reflect.String:
		word := value.String()
		return convertText(&word, kind)
	case value.Kind() == kind.Kind() && value.CanConvert(kind):
		return value.Convert(kind), nil
	}
	return reflect.Value{}, fmt.Errorf("{%s} gives a %s, the function takes a %s", name,
		value.Type(), kind)
}

// valueOf transforms; the library panics where that fails.
func valueOf(argument *expressions.Argument) (found any, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			var own transformError
			if asError, ok := problem.(error); ok && errors.As(asError, &own) {
				err = own.error
				return
			}
			err = errors.New(strings.TrimSpace(fmt.Sprint(problem)))
		}
	}()
	return argument.GetValue(), nil
}
