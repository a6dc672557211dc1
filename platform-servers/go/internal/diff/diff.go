// Package diff tells the lines in which two texts differ.
package diff

import (
	"fmt"
	"strings"
)

const (
	contextLines = 3
	maxCells     = 4000000
)

// Unified is what `diff -u` would print for the two texts.
func Unified(expected, actual string) string {
	a, b := strings.Split(expected, "\n"), strings.Split(actual, "\n")
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	tail := 0
	for tail < len(a)-start && tail < len(b)-start &&
		a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	from := start - contextLines
	if from < 0 {
		from = 0
	}
	keep := tail
	if keep > contextLines {
		keep = contextLines
	}
	lines := []string{"--- expected", "+++ actual",
		fmt.Sprintf("@@ -%d,%d +%d,%d @@", from+1, len(a)-tail+keep-from,
			from+1, len(b)-tail+keep-from)}
	lines = append(lines, prefixed(" ", a[from:start])...)
	lines = append(lines, changes(a[start:len(a)-tail], b[start:len(b)-tail])...)
	lines = append(lines, prefixed(" ", a[len(a)-tail:len(a)-tail+keep])...)
	return strings.Join(lines, "\n")
}

func prefixed(sign string, lines []string) []string {
	found := make([]string, len(lines))
	for i, line := range lines {
		found[i] = sign + line
	}
	return found
}

// changes is what lies between the equal beginning and the equal end.
func changes(a, b []string) []string {
	if len(a)*len(b) > maxCells {
		return append(prefixed("-", a), prefixed("+", b)...)
	}
	common := longestCommon(a, b)
	var lines []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, " "+a[i])
			i++
			j++
		case j == len(b) || (i < len(a) && common[i+1][j] >= common[i][j+1]):
			lines = append(lines, "-"+a[i])
			i++
		default:
			lines = append(lines, "+"+b[j])
			j++
		}
	}
	return lines
}

// longestCommon tells at [i][j] how many lines a from i on and b from j on
// have in common.
func longestCommon(a, b []string) [][]int32 {
	table := make([][]int32, len(a)+1)
	for i := range table {
		table[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			switch {
			case a[i] == b[j]:
				table[i][j] = table[i+1][j+1] + 1
			case table[i+1][j] >= table[i][j+1]:
				table[i][j] = table[i+1][j]
			default:
				table[i][j] = table[i][j+1]
			}
		}
	}
	return table
}
