package mprun

import (
	"regexp"
	"strings"
)

// told is what testify wrote into the one text that it gives to Errorf.
type told struct {
	message          string
	hasValues        bool
	expected, actual string
}

var (
	testifyLabel  = regexp.MustCompile(`^\t([A-Z][A-Za-z ]*):\s*\t(.*)$`)
	testifyValues = regexp.MustCompile(
		`(?s)^Not equal: *\nexpected: (.*?)\nactual  : (.*?)(\n\nDiff:.*)?$`)
)

// readTestify takes the report of github.com/stretchr/testify apart: it has
// its own trace, and both values as text.
func readTestify(report string) (told, bool) {
	parts := map[string][]string{}
	label := ""
	for _, line := range strings.Split(strings.Trim(report, "\n"), "\n") {
		if found := testifyLabel.FindStringSubmatch(line); found != nil {
			label = found[1]
			line = found[2]
		} else {
			line = strings.TrimPrefix(strings.TrimLeft(strings.TrimPrefix(line, "\t"), " "), "\t")
		}
		parts[label] = append(parts[label], line)
	}
	if parts["Error Trace"] == nil || parts["Error"] == nil {
		return told{}, false
	}
	fault := strings.TrimSpace(strings.Join(parts["Error"], "\n"))
	message := strings.TrimSpace(strings.Join(parts["Messages"], "\n"))
	result := told{message: message}
	if values := testifyValues.FindStringSubmatch(fault); values != nil {
		result.hasValues = true
		result.expected, result.actual = values[1], values[2]
		fault = "Not equal"
	}
	if message == "" {
		result.message = fault
	} else if !result.hasValues {
		result.message = message + ": " + fault
	}
	return result, true
}
