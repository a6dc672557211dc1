package mprun

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
)

// Location is a place in a source file. The file is relative to the folder in
// which the server was started, if it lies below it.
type Location struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

func (l Location) String() string { return fmt.Sprintf("%s:%d", l.File, l.Line) }

// A step may go elsewhere, and remove the folder in which it is.
var startFolder, _ = os.Getwd()

func displayPath(file string) string {
	if startFolder == "" || !filepath.IsAbs(file) {
		return file
	}
	relative, err := filepath.Rel(startFolder, file)
	if err != nil || relative == ".." || strings.HasPrefix(relative, "../") {
		return file
	}
	return relative
}

// callerOf is the place so many calls up, 1 being the caller of callerOf.
func callerOf(skip int) Location {
	_, file, line, ok := runtime.Caller(skip)
	if !ok {
		return Location{"?", 1}
	}
	return Location{displayPath(file), line}
}

// placeOf is where a function stands.
func placeOf(function reflect.Value) Location {
	entry := runtime.FuncForPC(function.Pointer())
	if entry == nil {
		return Location{"?", 1}
	}
	file, line := entry.FileLine(entry.Entry())
	return Location{displayPath(file), line}
}
