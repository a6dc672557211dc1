package mprun_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mprun.internal/mprun"
)

// The package as others have it: from a folder outside of this tree.

const module = "mprun.internal/mprun"

// shell runs a command in the folder; its output.
func shell(t *testing.T, folder, command string, environment ...string) string {
	t.Helper()
	run := exec.Command("sh", "-ec", command)
	run.Dir = folder
	run.Env = append(os.Environ(), environment...)
	output, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, output)
	}
	return string(output)
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func needsModules(t *testing.T) {
	t.Helper()
	if !strings.HasPrefix(os.Getenv("GOPROXY"), "file:") {
		t.Skip("platform-servers/go/test sets up the modules that this needs")
	}
}

var readmePart = regexp.MustCompile(
	"(?m)^    (.*)$|`([^`\\s]+)`:\\n\\n```\\w+\\n((?s:.*?))```")

// What the README tells a stranger to do, from an empty folder to a green run.
func TestTheReadme(t *testing.T) {
	needsModules(t)
	binary := os.Getenv("MPRUN_TEST_BINARY")
	if binary == "" {
		t.Skip("no mprun is built")
	}
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "\n## Five minutes\n")
	text, _, _ = strings.Cut(text, "\n## ")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var script []string
	folder := t.TempDir()
	for _, part := range readmePart.FindAllStringSubmatch(text, -1) {
		if part[2] == "" {
			script = append(script, part[1])
			continue
		}
		kept := filepath.Join(folder, "files", part[2])
		write(t, kept, []byte(part[3]))
		script = append(script, "mkdir -p $(dirname "+part[2]+")", "cp "+kept+" "+part[2])
	}
	output := shell(t, folder, strings.Join(script, "\n"), "MPRUN_HOME="+root,
		"PATH="+filepath.Dir(binary)+":"+os.Getenv("PATH"))
	expectHolds(t, output, "step definitions: 3, errors: 0", "1 passed")
	if len(script) < 12 {
		t.Errorf("the page has few commands: %q", script)
	}
}

const outsideSteps = `package main

import (
	"fmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mprun.internal/mprun"
)

func init() { fmt.Println("a banner") }

func main() {
	suite := mprun.NewSuite(mprun.Named("outside", "2.0.0"))
	suite.Step("requires {int}", func(ctx *mprun.Context, value int) {
		require.New(ctx).Equal(7, value, "the value is wrong")
		panic("require went on")
	})
	suite.Step("asserts {string}", func(ctx *mprun.Context, text string) {
		assert.Len(ctx, text, 3)
		fmt.Println("printed")
	})
	suite.Main()
}
`

// The module as a proxy serves it, installed from there, with testify.
func TestTheModuleOutside(t *testing.T) {
	needsModules(t)
	proxy, folder := t.TempDir(), t.TempDir()
	forgetOwn(t)
	t.Cleanup(func() { forgetOwn(t) })
	pack(t, filepath.Join(proxy, filepath.FromSlash(module), "@v"))
	write(t, filepath.Join(folder, "main.go"), []byte(outsideSteps))
	shell(t, folder, "go mod init outside && go mod edit -require=github.com/stretchr/"+
		"testify@v1.9.0 && go get "+module+"@v"+mprun.Version+" && go build -mod=mod -o outside",
		"GOPROXY=file://"+proxy+","+os.Getenv("GOPROXY"))
	answers := talkTo(t, filepath.Join(folder, "outside"),
		`{"id":1,"method":"initialize","params":{"protocolVersions":[1]}}`,
		`{"id":2,"method":"executeStep","params":{"step":"requires 5"}}`,
		`{"id":3,"method":"executeStep","params":{"step":"asserts 'four'"}}`)
	expectEqual(t, answers[0]["result"].(object)["server"].(object)["name"], "outside")
	failure := answers[1]["result"].(object)["failure"].(object)
	expectEqual(t, failure["message"], "the value is wrong")
	expectEqual(t, failure["expected"], 7)
	expectEqual(t, failure["actual"], 5)
	expectEqual(t, failure["location"], object{"file": "main.go", "line": 17})
	failure = answers[2]["result"].(object)["failure"].(object)
	expectHolds(t, failure["message"], `"four" should have 3 item(s), but has 4`)
	expectEqual(t, failure["location"], object{"file": "main.go", "line": 21})
}

// forgetOwn: this package is not to stay in the cache of modules, where a
// version never changes.
func forgetOwn(t *testing.T) {
	t.Helper()
	for _, place := range []string{"mprun.internal", "cache/download/mprun.internal"} {
		if err := os.RemoveAll(filepath.Join(os.Getenv("GOMODCACHE"), place)); err != nil {
			t.Error(err)
		}
	}
}

// pack writes the files of a version as a proxy has them.
func pack(t *testing.T, folder string) {
	t.Helper()
	version := "v" + mprun.Version
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if entry.IsDir() {
			// A folder with a module of its own is no part of this one.
			_, err = os.Stat(filepath.Join(path, "go.mod"))
			if path != "." && err == nil {
				return fs.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := archive.Create(module + "@" + version + "/" + path)
		if err != nil {
			return err
		}
		_, err = file.Write(content)
		return err
	})
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	about, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "list"), []byte(version+"\n"))
	write(t, filepath.Join(folder, version+".info"), []byte(`{"Version":"`+version+`"}`))
	write(t, filepath.Join(folder, version+".mod"), about)
	write(t, filepath.Join(folder, version+".zip"), packed.Bytes())
}

// talkTo sends lines to a program that mprun would have started; its answers.
func talkTo(t *testing.T, program string, lines ...string) []object {
	t.Helper()
	run := exec.Command(program)
	run.Dir = filepath.Dir(program)
	run.Env = append(os.Environ(), "MPRUN=1")
	run.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	var errors bytes.Buffer
	run.Stderr = &errors
	output, err := run.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errors.String())
	}
	expectHolds(t, errors.String(), "a banner", "printed")
	var answers []object
	decoder := json.NewDecoder(bytes.NewReader(output))
	for decoder.More() {
		var answer object
		if err := decoder.Decode(&answer); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		answers = append(answers, answer)
	}
	if len(answers) != len(lines) {
		t.Fatalf("%d answers: %s", len(answers), output)
	}
	return answers
}
