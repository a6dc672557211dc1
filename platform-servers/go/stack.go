package mprun

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
)

const (
	maxFrames = 64
	ownPrefix = "mprun.internal/mprun."
)

// callers is the stack, begun so many calls up.
func callers(skip int) []uintptr {
	counters := make([]uintptr, maxFrames)
	return counters[:runtime.Callers(skip, counters)]
}

// userFrames are the frames of a stack from the innermost that is neither
// Go's nor ours to the step's function.
func userFrames(stack []uintptr) []runtime.Frame {
	var found []runtime.Frame
	frames := runtime.CallersFrames(stack)
	for more := len(stack) > 0; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		switch {
		case isOwn(frame) || isMachinery(frame):
			// Below the step's function there is nothing but us.
			if len(found) > 0 && isCall(frame) {
				return found
			}
		default:
			found = append(found, frame)
		}
	}
	return found
}

func isOwn(frame runtime.Frame) bool { return strings.HasPrefix(frame.Function, ownPrefix) }

func isMachinery(frame runtime.Frame) bool {
	return strings.HasPrefix(frame.Function, "runtime.") ||
		strings.HasPrefix(frame.Function, "reflect.")
}

// isCall: here a step's function was called.
func isCall(frame runtime.Frame) bool {
	return frame.Function == "reflect.Value.call" ||
		frame.Function == ownPrefix+"match.call" ||
		frame.Function == ownPrefix+"(*hook).call"
}

// innermost is the first place that is in no library.
func innermost(frames []runtime.Frame) (Location, bool) {
	for _, frame := range frames {
		if !isLibrary(frame.File) {
			return Location{displayPath(frame.File), frame.Line}, true
		}
	}
	return Location{}, false
}

// inModules: where the go command keeps modules, their folders have a version.
var inModules = regexp.MustCompile(`@v\d[^/]*/`)

func isLibrary(file string) bool {
	root := runtime.GOROOT()
	return inModules.MatchString(file) || strings.Contains(file, "/vendor/") ||
		(root != "" && strings.HasPrefix(file, root+string(os.PathSeparator)))
}

func stackText(frames []runtime.Frame) string {
	var lines []string
	for _, frame := range frames {
		lines = append(lines, fmt.Sprintf("%s\n    %s:%d", frame.Function,
			displayPath(frame.File), frame.Line))
	}
	return strings.Join(lines, "\n")
}
