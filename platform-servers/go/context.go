package mprun

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"mprun.internal/mprun/internal/strictjson"
)

const (
	maxExports     = 64
	maxExportBytes = 65536
	maxInlineBytes = 1 << 20
)

// Level is the weight of a line of the log.
type Level string

// The levels of a log.
const (
	LevelTrace Level = "trace"
	LevelDebug Level = "debug"
	LevelInfo  Level = "info"
	LevelWarn  Level = "warn"
	LevelError Level = "error"
)

// Context is what a step or a hook is given: what it is about, and how it
// reports. It is a context.Context, which is done when mprun cancels the step:
// give it to whatever waits.
//
// A step that failed may say so like a test: Context has the methods of
// testing.TB that assertion libraries ask for, so require.New(ctx) works.
type Context struct {
	context.Context
	process   *process
	run       *run
	send      func(of *run, entry map[string]any) bool
	params    map[string]any
	scenario  map[string]any
	arguments arguments

	mutex       sync.Mutex
	data        map[string]any
	logs        []any
	attachments []any
	exports     map[string]any
	failures    []*Mismatch
}

// What the step is about

// Process is the name of the process that this is: "writer", "node#2".
func (c *Context) Process() string { return text(c.params["process"]) }

// Step is the text that was matched; "" in a hook of a scenario or the run.
func (c *Context) Step() string { return text(c.params["step"]) }

// StepType is "given", "when", "then" or "step"; "" in a hook of a scenario or
// the run.
func (c *Context) StepType() string { return text(c.params["stepType"]) }

// Status is what the case, or the run, has come to so far, in a hook; after a
// step what the step has come to; else "".
func (c *Context) Status() string { return text(c.params["status"]) }

// ScenarioName is the scenario's, as written in the feature.
func (c *Context) ScenarioName() string { return text(c.scenario["scenarioName"]) }

// Tags are those of the scenario, with their @.
func (c *Context) Tags() []string {
	var found []string
	tags, _ := c.scenario["tags"].([]any)
	for _, tag := range tags {
		found = append(found, text(tag))
	}
	return found
}

// Scenario is the member `context` of the request as it came; numbers are
// json.Number.
func (c *Context) Scenario() map[string]any { return c.scenario }

// Table is the step's data table, or nil.
func (c *Context) Table() *Table { return c.arguments.table }

// DocString is the step's doc string, or nil.
func (c *Context) DocString() *DocString { return c.arguments.doc }

// Platform is the name of the platform that plays this process.
func (c *Context) Platform() string {
	if found := c.process.setting("process", "platform", "MPRUN_PLATFORM"); found != nil {
		return text(found)
	}
	return text(c.scenario["platform"])
}

// Incarnation is 1, and one more after each restart within the case.
func (c *Context) Incarnation() int {
	found, ok := integer(c.process.setting("process", "incarnation", "MPRUN_INCARNATION"))
	if !ok {
		return 1
	}
	return int(found)
}

// Seed is that of the case, 0 if mprun gave none.
func (c *Context) Seed() int64 {
	found, _ := integer(c.process.setting("run", "seed", "MPRUN_SEED"))
	return found
}

// Options are those of the platform in mprun.yaml; numbers are json.Number.
func (c *Context) Options() map[string]any {
	c.process.mutex.Lock()
	defer c.process.mutex.Unlock()
	return object(c.process.initialize["options"])
}

// SharedDir is the folder that the processes of the case share; "" and an
// error if mprun gave none.
func (c *Context) SharedDir() (string, error) { return c.required("sharedDir", "MPRUN_SHARED_DIR") }

// IPCPrefix is what names of sockets, shared memory and the like begin with,
// so that cases do not disturb each other.
func (c *Context) IPCPrefix() (string, error) { return c.required("ipcPrefix", "MPRUN_IPC_PREFIX") }

// ArtifactDir is for files that the report should keep.
func (c *Context) ArtifactDir() (string, error) {
	return c.required("artifactDir", "MPRUN_ARTIFACT_DIR")
}

func (c *Context) required(member, variable string) (string, error) {
	found := text(c.process.setting("run", member, variable))
	if found == "" {
		return "", fmt.Errorf("the runner gave no %s: neither run.%s of initialize nor %s",
			member, member, variable)
	}
	return found, nil
}

// Reporting

// LogAt writes a line of the report.
func (c *Context) LogAt(level Level, words ...any) {
	message := strings.TrimSuffix(fmt.Sprintln(words...), "\n")
	switch level {
	case LevelTrace, LevelDebug, LevelInfo, LevelWarn, LevelError:
	default:
		level, message = LevelInfo, fmt.Sprintf("[%s] %s", level, message)
	}
	entry := map[string]any{"time": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"level": string(level), "message": message}
	if c.send(c.run, entry) {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.process.isInitialized() {
		c.logs = append(c.logs, entry)
	} else {
		// At the bare level a log line is a string.
		c.logs = append(c.logs, fmt.Sprintf("[%s] %s", strings.ToUpper(string(level)), message))
	}
}

// SetData adds a member to the data that the report shows of the step.
func (c *Context) SetData(name string, value any) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.data == nil {
		c.data = map[string]any{}
	}
	c.data[name] = value
}

// Attach adds a text or bytes to the report. The media type may be "": then it
// is text/plain for a string and application/octet-stream for bytes. What is
// larger than mprun takes inline becomes a file.
func (c *Context) Attach(name, mediaType string, body any) error {
	attachment := map[string]any{"name": name, "mediaType": mediaType}
	var bytes []byte
	kind := "application/octet-stream"
	switch body := body.(type) {
	case string:
		bytes = []byte(body)
		if utf8.ValidString(body) && !strings.ContainsRune(body, 0) {
			kind = "text/plain"
			attachment["encoding"], attachment["body"] = "identity", body
		}
	case []byte:
		bytes = body
	default:
		return fmt.Errorf("a string or bytes can be attached, not a %T", body)
	}
	if mediaType == "" {
		attachment["mediaType"] = kind
	}
	if int64(len(bytes)) > c.maxInline() {
		path, err := c.save(name, bytes)
		if err != nil {
			return err
		}
		delete(attachment, "encoding")
		delete(attachment, "body")
		attachment["path"] = path
	} else if attachment["body"] == nil {
		attachment["encoding"] = "base64"
		attachment["body"] = base64.StdEncoding.EncodeToString(bytes)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.attachments = append(c.attachments, attachment)
	return nil
}

func (c *Context) maxInline() int64 {
	if most, ok := integer(c.process.setting("limits", "maxInlineAttachmentBytes", "")); ok &&
		most >= 0 {
		return most
	}
	return maxInlineBytes
}

// Export hands a value to later steps of all processes of the case.
func (c *Context) Export(key string, value any) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	all := map[string]any{}
	for name, one := range c.exports {
		all[name] = one
	}
	all[key] = strictjson.Text(fmt.Sprint(value))
	size := 0
	for name, one := range all {
		size += len(name) + len(one.(string))
	}
	if len(all) > maxExports || size > maxExportBytes {
		return fmt.Errorf("a process may export %d values, together %d bytes",
			maxExports, maxExportBytes)
	}
	c.exports = all
	return nil
}

// LookupExported is a value that a process of the case exported.
func (c *Context) LookupExported(process, key string) (value string, ok bool) {
	value, ok = object(object(c.scenario["exports"])[process])[key].(string)
	return value, ok
}

// Exported is a value that a process of the case exported; an error says what
// there is instead.
func (c *Context) Exported(process, key string) (string, error) {
	if value, ok := c.LookupExported(process, key); ok {
		return value, nil
	}
	var names []string
	for name := range object(object(c.scenario["exports"])[process]) {
		names = append(names, name)
	}
	sort.Strings(names)
	has := "and nothing else"
	if len(names) > 0 {
		has = "but " + strings.Join(names, ", ")
	}
	return "", fmt.Errorf("the '%s' process has exported no '%s', %s; the state of a"+
		" process is its own: a step of '%s' hands a value over by ctx.Export(\"%s\", value)",
		process, key, has, process, key)
}

// The end

// Defer has the function called once when the process ends, or the case of one
// that is kept, the last one first: give back what the system does not. An
// error makes the case leaked.
func (c *Context) Defer(cleanup func() error) { c.process.deferred(cleanup) }

// Sleep waits; a cancel ends it.
func (c *Context) Sleep(duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-c.Done():
		return c.Err()
	}
}

// Deadline is never set: mprun's clock decides, and its cancel ends the
// context. See [Context.Remaining].
func (c *Context) Deadline() (time.Time, bool) { return time.Time{}, false }

// Remaining is the time that is left of the step's timeout; false: it has none.
func (c *Context) Remaining() (time.Duration, bool) {
	budget, ok := c.scenario["timeoutMs"].(json.Number)
	if !ok {
		return 0, false
	}
	milliseconds, err := budget.Float64()
	if err != nil || milliseconds <= 0 {
		return 0, false
	}
	left := time.Duration(milliseconds*float64(time.Millisecond)) - time.Since(c.run.started)
	if left < 0 {
		left = 0
	}
	return left, true
}

func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	}
	return ""
}

func integer(value any) (int64, bool) {
	found, err := json.Number(text(value)).Int64()
	return found, err == nil
}

func environment(variable string) any {
	if value := os.Getenv(variable); variable != "" && value != "" {
		return value
	}
	return nil
}
