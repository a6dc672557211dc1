package mprun_test

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"testing"
	"time"

	"mprun.internal/mprun"
)

type size struct {
	Count int
	Unit  string
}

func TestValuesBecomeWhatTheFunctionTakes(t *testing.T) {
	suite := mprun.NewSuite()
	data := func(value any) (any, error) { return object{"value": value, "type": fmt.Sprintf("%T", value)}, nil }
	suite.Step("int {int}", func(value int) (any, error) { return data(value) })
	suite.Step("uint8 {int}", func(value uint8) (any, error) { return data(value) })
	suite.Step("any {int}", func(value any) (any, error) { return data(value) })
	suite.Step("big {int}", func(value *big.Int) (any, error) { return data(value.String()) })
	suite.Step("float {float}", func(value float64) (any, error) { return data(value) })
	suite.Step("wait {word}", func(value time.Duration) (any, error) { return data(value.String()) })
	suite.Step("bool {word}", func(value bool) (any, error) { return data(value) })
	suite.Step("bytes {string}", func(value []byte) (any, error) { return data(string(value)) })
	suite.Step("anything {}", func(value string) (any, error) { return data(value) })
	suite.Step(regexp.MustCompile(`^group (\d+)( more)?$`),
		func(number int64, more *string) (any, error) {
			return object{"value": number, "type": fmt.Sprint(more != nil)}, nil
		})
	p := talk(t, suite)
	for text, wanted := range map[string][2]any{
		"int -3":                        {-3, "int"},
		"uint8 255":                     {255, "uint8"},
		"any 4":                         {4, "int"},
		"big 123456789012345678901":     {"123456789012345678901", "string"},
		"float 1.25":                    {1.25, "float64"},
		"wait 1m5s":                     {"1m5s", "string"},
		"bool true":                     {true, "bool"},
		`bytes "it's"`:                  {"it's", "string"},
		"anything at all":               {"at all", "string"},
		"group 7":                       {7, "false"},
		"group 7 more":                  {7, "true"},
		"int 9007199254740991":          {"9.007199254740991e+15", "int"},
		"int 9007199254740993":          {"9007199254740993", "int"},
		`bytes 'a \'b\' \"c\" 🚚 größe'`: {`a 'b' "c" 🚚 größe`, "string"},
	} {
		found := p.passes(text)["data"].(object)
		expectEqual(t, found["value"], wanted[0])
		expectEqual(t, found["type"], wanted[1])
	}
	expectHolds(t, p.fails("uint8 256")["message"], "'256' is no uint8", "out of range", "values_test.go:")
	expectHolds(t, p.fails("int 99999999999999999999")["message"], "is no int")
	expectHolds(t, p.fails("any 99999999999999999999")["message"], "is no {int}")
	expectHolds(t, p.fails("wait 5")["message"], "missing unit")
}

func TestParameterTypesOfOnesOwn(t *testing.T) {
	suite := mprun.NewSuite()
	suite.Step("has {size}", func(value size) (any, error) { return value, nil })
	suite.Step("points to {size}", func(value *size) (any, error) { return value, nil })
	suite.Step("the {channel}", func(value string) (any, error) { return object{"value": value}, nil })
	suite.ParameterType("size", `(\d+) (bytes|KiB)`, func(count int, unit string) (size, error) {
		if count == 0 {
			return size{}, errors.New("nothing is no size")
		}
		return size{count, unit}, nil
	})
	suite.ParameterType("channel", []string{"pipe", "socket"}, nil)
	p := talk(t, suite)
	expectEqual(t, p.passes("has 3 KiB")["data"], object{"Count": 3, "Unit": "KiB"})
	expectEqual(t, p.passes("the socket")["data"], object{"value": "socket"})
	expectHolds(t, p.fails("has 0 bytes")["message"], "'0 bytes' is no {size}: nothing is no size")
	expectHolds(t, p.fails("points to 3 KiB")["message"],
		"{size} gives a mprun_test.size, the function takes a *mprun_test.size")
	expectEqual(t, p.step("the smoke signal")["status"], "undefined")
}

func TestTables(t *testing.T) {
	type row struct {
		FrameID int
		Size    *int   `table:"in bytes"`
		Note    string `table:"note"`
	}
	suite := mprun.NewSuite()
	suite.Step("structs:", func(rows []row) (any, error) {
		return object{"ids": []any{rows[0].FrameID, rows[1].FrameID}, "size": *rows[1].Size}, nil
	})
	suite.Step("maps:", func(rows []map[string]string) (any, error) { return object{"rows": rows}, nil })
	suite.Step("map:", func(row map[string]string) (any, error) { return row, nil })
	suite.Step("rows {int}:", func(_ int, rows [][]string) (any, error) { return object{"rows": rows}, nil })
	suite.Step("table:", func(all *mprun.Table) (any, error) {
		return object{"header": all.Header(), "columns": all.Columns()}, nil
	})
	suite.Step("decodes:", func(ctx *mprun.Context) error {
		var rows []row
		return ctx.Table().Decode(&rows)
	})
	p := talk(t, suite)
	frames := table([]string{"frame id", "in bytes"}, []string{"1", "10"}, []string{"2", "20"})
	expectEqual(t, p.passes("structs:", frames)["data"], object{"ids": []any{1, 2}, "size": 20})
	expectEqual(t, p.passes("maps:", table([]string{"a", "b"}, []string{"1", "2"}))["data"],
		object{"rows": []any{object{"a": "1", "b": "2"}}})
	expectEqual(t, p.passes("map:", table([]string{"a", "1"}, []string{"b", "2"}))["data"],
		object{"a": "1", "b": "2"})
	expectEqual(t, p.passes("rows 1:", table([]string{"a"}))["data"], object{"rows": []any{[]any{"a"}}})
	expectEqual(t, p.passes("table:", table([]string{"a", "b"}, []string{"1", "2"}))["data"],
		object{"header": []any{"a", "b"}, "columns": []any{[]any{"a", "1"}, []any{"b", "2"}}})
	p.passes("decodes:", frames)
	expectHolds(t, p.fails("structs:", table([]string{"frame id", "in bytes"}, []string{"x", "1"}))["message"],
		"row 1, column 'frame id': 'x' is no int: invalid syntax")
	expectHolds(t, p.fails("structs:", table([]string{"colour"}, []string{"red"}))["message"],
		"has no field for the column 'colour'")
	expectHolds(t, p.fails("map:", table([]string{"a"}))["message"], "a table of 2 columns, not of 1")
	expectHolds(t, p.fails("maps:")["message"], "takes a data table, the step has none")
}

func TestDocStrings(t *testing.T) {
	suite := mprun.NewSuite()
	suite.Step("text:", func(text string) (any, error) { return object{"text": text}, nil })
	suite.Step("doc:", func(text *mprun.DocString) (any, error) {
		var value struct{ ID int }
		err := text.Decode(&value)
		return object{"type": text.MediaType, "id": value.ID}, err
	})
	suite.Step("both:", func(text string, rows [][]string) (any, error) {
		return object{"text": text, "rows": len(rows)}, nil
	})
	p := talk(t, suite)
	expectEqual(t, p.passes("text:", doc("a\nb", ""))["data"], object{"text": "a\nb"})
	expectEqual(t, p.passes("doc:", doc(`{"id": 7}`, "application/json"))["data"],
		object{"type": "application/json", "id": 7})
	both := object{"argument": object{"dataTable": object{"rows": []any{[]any{"x"}}},
		"docString": object{"content": "y"}}}
	expectEqual(t, p.passes("both:", both)["data"], object{"text": "y", "rows": 1})
	expectHolds(t, p.fails("text:")["message"], "takes a doc string, the step has none")
}
