package mprun

import (
	"fmt"
	"go/token"
	"strconv"
	"strings"
	"unicode"

	expressions "github.com/cucumber/cucumber-expressions/go/v18"
)

// blocks tells what stands below a step.
type blocks struct{ table, doc bool }

func snippets(code string) []any {
	return []any{result{"language": "go", "code": code}}
}

var snippetTypes = map[string][2]string{
	"int": {"number", "int"}, "float": {"number", "float64"},
	"word": {"word", "string"}, "string": {"text", "string"},
	"double": {"number", "float64"}, "biginteger": {"number", "*big.Int"},
}

// snippet is code that would define the step; "" if the text defeats the
// generator, and is then still plainly undefined.
func (s *Suite) snippet(words, stepType string, shape blocks) (code string) {
	defer func() {
		if recover() != nil {
			code = ""
		}
	}()
	generator := expressions.NewCucumberExpressionGenerator(s.registry)
	generated := generator.GenerateExpressions(words)[0]
	parameters := []string{"ctx *mprun.Context"}
	used := map[string]int{"ctx": 1}
	for _, one := range generated.ParameterTypes() {
		parameters = append(parameters, s.snippetParameter(one.Name(), used))
	}
	if shape.table {
		parameters = append(parameters, unused("table", used)+" *mprun.Table")
	}
	if shape.doc {
		parameters = append(parameters, unused("doc", used)+" *mprun.DocString")
	}
	method := map[string]string{"given": "Given", "when": "When", "then": "Then"}[stepType]
	if method == "" {
		method = "Step"
	}
	return fmt.Sprintf("suite.%s(%s, func(%s) error {\n\treturn mprun.Pending()\n})\n", method,
		quoted(generated.Source()), strings.Join(parameters, ", "))
}

func (s *Suite) snippetParameter(name string, used map[string]int) string {
	if known, ok := snippetTypes[name]; ok {
		return unused(known[0], used) + " " + known[1]
	}
	kind := "string"
	for _, one := range s.types {
		if one.name == name && one.transform != nil {
			kind = strings.TrimPrefix(one.transform.result.String(), "main.")
		}
	}
	return unused(identifier(name), used) + " " + kind
}

func unused(name string, used map[string]int) string {
	used[name]++
	if used[name] > 1 {
		return fmt.Sprintf("%s%d", name, used[name])
	}
	return name
}

func identifier(name string) string {
	plain := strings.Map(func(sign rune) rune {
		if unicode.IsLetter(sign) || unicode.IsDigit(sign) {
			return sign
		}
		return '_'
	}, name)
	if plain == "" || unicode.IsDigit(rune(plain[0])) || token.IsKeyword(plain) {
		return "value" + plain
	}
	return plain
}

// quoted is a literal of Go: as it is read, where that can be.
func quoted(source string) string {
	if strings.ContainsAny(source, "\\\"") && strconv.CanBackquote(source) {
		return "`" + source + "`"
	}
	return strconv.Quote(source)
}
