package strictjson

import (
	"encoding"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

const (
	maxDepth  = 32
	maxValues = 200000
	maxSafe   = 1<<53 - 1
)

// Clean gives the value as maps, slices, texts, numbers, booleans and nil that
// strict JSON can hold. Integers that a double cannot hold become texts.
func Clean(value any) any {
	c := cleaner{left: maxValues}
	return c.clean(value, 0)
}

type cleaner struct {
	left int
	open map[visit]bool
}

// visit names something that is being looked at: a cycle comes back to it.
type visit struct {
	at   uintptr
	kind reflect.Type
}

func (c *cleaner) clean(value any, depth int) any {
	switch value := value.(type) {
	case nil:
		return nil
	case string:
		return Text(value)
	case bool:
		return value
	case int:
		return cleanInt(int64(value))
	case float64:
		return cleanFloat(value)
	case json.Number:
		return cleanNumber(value)
	case map[string]any:
		if c.enter(depth) {
			return c.members(value, depth+1)
		}
		return "..."
	}
	return c.reflected(reflect.ValueOf(value), depth)
}

// enter counts a value that holds others.
func (c *cleaner) enter(depth int) bool {
	c.left--
	return depth < maxDepth && c.left >= 0
}

func (c *cleaner) members(value map[string]any, depth int) any {
	done := c.begin(reflect.ValueOf(value))
	if done == nil {
		return "[cycle]"
	}
	defer done()
	found := make(map[string]any, len(value))
	for name, member := range value {
		found[Text(name)] = c.clean(member, depth)
	}
	return found
}

// begin notes what is looked at; nil if it is being looked at already.
func (c *cleaner) begin(value reflect.Value) func() {
	if value.IsNil() {
		return func() {}
	}
	key := visit{value.Pointer(), value.Type()}
	if c.open[key] {
		return nil
	}
	if c.open == nil {
		c.open = map[visit]bool{}
	}
	c.open[key] = true
	return func() { delete(c.open, key) }
}

func (c *cleaner) reflected(value reflect.Value, depth int) any {
	if text, ok := c.own(value, depth); ok {
		return text
	}
	switch value.Kind() {
	case reflect.Bool:
		return value.Bool()
	case reflect.String:
		return Text(value.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return cleanInt(value.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32,
		reflect.Uint64, reflect.Uintptr:
		return cleanUint(value.Uint())
	case reflect.Float32, reflect.Float64:
		return cleanFloat(value.Float())
	case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice,
		reflect.Array, reflect.Struct:
		if !c.enter(depth) {
			return "..."
		}
		return c.holder(value, depth+1)
	}
	return Text(fmt.Sprint(value))
}

// own asks a value that knows how it is written.
func (c *cleaner) own(value reflect.Value, depth int) (found any, ok bool) {
	if !value.CanInterface() {
		return nil, false
	}
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map:
		if value.IsNil() {
			return nil, true
		}
	}
	defer func() {
		if problem := recover(); problem != nil {
			found, ok = Text(fmt.Sprintf("<%v>", problem)), true
		}
	}()
	switch value := value.Interface().(type) {
	case *big.Int:
		if value.IsInt64() {
			return cleanInt(value.Int64()), true
		}
		return value.String(), true
	case json.Marshaler:
		if !c.enter(depth) {
			return "...", true
		}
		data, err := value.MarshalJSON()
		if err == nil {
			var plain any
			if plain, err = Decode([]byte(Text(string(data)))); err == nil {
				return c.clean(plain, depth+1), true
			}
		}
		return Text(fmt.Sprintf("<%v>", err)), true
	case encoding.TextMarshaler:
		data, err := value.MarshalText()
		if err != nil {
			return Text(fmt.Sprintf("<%v>", err)), true
		}
		return Text(string(data)), true
	case error:
		return Text(value.Error()), true
	}
	return nil, false
}

func (c *cleaner) holder(value reflect.Value, depth int) any {
	switch value.Kind() {
	case reflect.Interface:
		if value.IsNil() {
			return nil
		}
		return c.reflected(value.Elem(), depth)
	case reflect.Struct:
		found := map[string]any{}
		c.fields(value, depth, found)
		return found
	case reflect.Array:
		return c.items(value, depth)
	}
	if value.IsNil() {
		if value.Kind() == reflect.Slice {
			return []any{}
		}
		return nil
	}
	done := c.begin(value)
	if done == nil {
		return "[cycle]"
	}
	defer done()
	switch value.Kind() {
	case reflect.Pointer:
		return c.reflected(value.Elem(), depth)
	case reflect.Slice:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			return hex.EncodeToString(value.Bytes())
		}
		return c.items(value, depth)
	}
	found := make(map[string]any, value.Len())
	for members := value.MapRange(); members.Next(); {
		name, ok := c.reflected(members.Key(), depth).(string)
		if !ok {
			name = fmt.Sprint(members.Key())
		}
		found[Text(name)] = c.reflected(members.Value(), depth)
	}
	return found
}

func (c *cleaner) items(value reflect.Value, depth int) any {
	found := make([]any, 0, value.Len())
	for i := 0; i < value.Len(); i++ {
		if c.left <= 0 {
			return append(found, "...")
		}
		found = append(found, c.reflected(value.Index(i), depth))
	}
	return found
}

// fields takes the names that encoding/json would take.
func (c *cleaner) fields(value reflect.Value, depth int, into map[string]any) {
	for i := 0; i < value.NumField(); i++ {
		field := value.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" && options == "":
		case field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct:
			c.fields(value.Field(i), depth, into)
		case !field.IsExported():
		case strings.Contains(options, "omitempty") && value.Field(i).IsZero():
		default:
			if name == "" {
				name = field.Name
			}
			into[Text(name)] = c.reflected(value.Field(i), depth)
		}
	}
}

func cleanInt(value int64) any {
	if value > maxSafe || value < -maxSafe {
		return strconv.FormatInt(value, 10)
	}
	return value
}

func cleanUint(value uint64) any {
	if value > maxSafe {
		return strconv.FormatUint(value, 10)
	}
	return value
}

func cleanFloat(value float64) any {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	return value
}

// cleanNumber keeps the digits of a number that was read.
func cleanNumber(value json.Number) any {
	if json.Valid([]byte(value)) {
		return value
	}
	return Text(string(value))
}
