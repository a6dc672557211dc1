package mprun

import (
	"regexp"
	"unicode/utf8"

	expressions "github.com/cucumber/cucumber-expressions/go/v18"
)

// The two methods that look at step definitions without running them.

// list is the answer to listStepDefinitions.
func (s *Suite) list() result {
	steps, types, hooks, problems := []any{}, []any{}, []any{}, []any{}
	for _, one := range s.listed() {
		steps = append(steps, result{"id": one.id, "pattern": one.described(), "stepType": nil,
			"location": one.at})
	}
	for _, one := range s.types {
		var sources []any
		for _, each := range one.regexps {
			sources = append(sources, each.String())
		}
		types = append(types, result{"name": one.name, "regexps": sources,
			"useForSnippets": one.forSnippets, "preferForSuggestions": one.preferred,
			"location": one.at})
	}
	for _, one := range s.hooks {
		hooks = append(hooks, result{"id": one.id, "type": one.kind, "name": one.name,
			"tagExpression": one.tags, "order": one.order, "location": one.at})
	}
	for _, one := range s.untyped {
		problems = append(problems, result{"type": "undefinedParameterType", "name": one.name,
			"expression": one.definition.source, "location": one.definition.at})
	}
	return result{"stepDefinitions": steps, "parameterTypes": types, "hooks": hooks,
		"errors": problems}
}

func (d *definition) described() result {
	if _, ok := d.pattern.(*regexp.Regexp); ok {
		return result{"type": "regex", "dialect": "go", "source": d.source}
	}
	return result{"type": "cucumberExpression", "source": d.source}
}

// matchSteps answers the method of this name; ok is false if the parameters
// are not as they must be.
func (s *Suite) matchSteps(params map[string]any) (answer result, ok bool) {
	steps, ok := params["steps"].([]any)
	if !ok {
		return nil, false
	}
	results := []any{}
	for _, one := range steps {
		step := object(one)
		words, ok := step["step"].(string)
		if !ok {
			return nil, false
		}
		results = append(results, s.matchOne(words, step))
	}
	return result{"results": results}, true
}

func (s *Suite) matchOne(words string, step map[string]any) result {
	matches, err := s.find(words)
	if err != nil {
		return result{"matches": []any{}, "error": err.Error()}
	}
	told := []any{}
	for _, one := range matches {
		arguments := []any{}
		for _, argument := range one.arguments {
			place := placeIn(argument.Group(), words)
			place["type"] = argument.ParameterType().Name()
			arguments = append(arguments, place)
		}
		told = append(told, result{"id": one.definition.id, "args": arguments})
	}
	found := result{"matches": told}
	if len(told) == 0 {
		shape := blocks{step["argument"] == "dataTable", step["argument"] == "docString"}
		if code := s.snippet(words, text(step["stepType"]), shape); code != "" {
			found["snippets"] = snippets(code)
		}
	}
	return found
}

// placeIn: Go counts bytes, the protocol code points.
func placeIn(group *expressions.Group, words string) result {
	place := result{"value": nil, "start": nil, "end": nil}
	if value := group.Value(); value != nil {
		place["value"] = *value
		place["start"] = utf8.RuneCountInString(words[:group.Start()])
		place["end"] = utf8.RuneCountInString(words[:group.End()])
	}
	var children []any
	for _, child := range group.Children() {
		children = append(children, placeIn(child, words))
	}
	if children != nil {
		place["children"] = children
	}
	return place
}
