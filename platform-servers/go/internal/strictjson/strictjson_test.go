package strictjson

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"
)

type node struct {
	Name string `json:"name"`
	Next *node  `json:"next,omitempty"`
	Skip int    `json:"-"`
	own  int
}

type broken struct{}

func (broken) MarshalJSON() ([]byte, error) { panic("no") }

type faulty struct{}

func (faulty) MarshalText() ([]byte, error) { return nil, errors.New("no text") }

func TestWhateverComesTheLineIsValid(t *testing.T) {
	cycle := &node{Name: "a"}
	cycle.Next = cycle
	loop := map[string]any{}
	loop["self"] = loop
	deep := any(1)
	for i := 0; i < 100; i++ {
		deep = []any{deep}
	}
	var none *node
	for _, one := range []struct {
		value any
		text  string
	}{
		{"a\x00b\xff<&>", `"a�b�<&>"`},
		{math.NaN(), `"NaN"`},
		{float32(math.Inf(-1)), `"-Inf"`},
		{int64(math.MaxInt64), `"9223372036854775807"`},
		{uint64(math.MaxUint64), `"18446744073709551615"`},
		{int8(-5), `-5`},
		{new(big.Int).Lsh(big.NewInt(1), 80), `"1208925819614629174706176"`},
		{json.Number("1e5"), `1e5`},
		{json.Number("x"), `"x"`},
		{node{Name: "x", Skip: 1, own: 1}, `{"name":"x"}`},
		{cycle, `{"name":"a","next":"[cycle]"}`},
		{loop, `{"self":"[cycle]"}`},
		{none, `null`},
		{map[int]string{2: "b"}, `{"2":"b"}`},
		{map[string]int{"\x00": 1}, `{"�":1}`},
		{[]byte{1, 254}, `"01fe"`},
		{[2]bool{true}, `[true,false]`},
		{[]string(nil), `[]`},
		{errors.New("an error"), `"an error"`},
		{time.Unix(0, 0).UTC(), `"1970-01-01T00:00:00Z"`},
		{json.RawMessage(`{"a":1,"a":"\ud800"}`), `{"a":"�"}`},
		{json.RawMessage(`{`), `"<the line ends inside a value>"`},
		{broken{}, `"<no>"`},
		{faulty{}, `"<no text>"`},
	} {
		line := string(Encode(map[string]any{"v": one.value}))
		if line != `{"v":`+one.text+"}\n" {
			t.Errorf("%#v: %s", one.value, line)
		}
	}
	for _, value := range []any{deep, func() {}, make(chan int), complex(1, 2),
		make([]int, 300000)} {
		line := Encode(map[string]any{"v": value})
		if !json.Valid(line) || strings.Count(string(line), "[") > 64 || len(line) > 1<<20 {
			t.Errorf("%T: %.100s", value, line)
		}
	}
}

func TestDecodeIsStrict(t *testing.T) {
	for _, line := range []string{"", "{", "{} x", "{}{}", "\xff", "NaN", "[1,]", "'a'"} {
		if value, err := Decode([]byte(line)); err == nil {
			t.Errorf("%q: %v", line, value)
		}
	}
	value, err := Decode([]byte(`{"a":1,"a":12345678901234567890}`))
	if err != nil || value.(map[string]any)["a"] != json.Number("12345678901234567890") {
		t.Error(value, err)
	}
}
