package mprun

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"mprun.internal/mprun/internal/stdio"
)

const usage = `usage: %[1]s [OPTION]

A platform server for mprun: it reads requests from standard input and answers
on standard output. mprun starts it; the command stands in mprun.yaml:

  platforms:
    go:
      command: [%[1]s]

  --check   say what is wrong with the step definitions, end
  --list    list the step definitions, end
  --help    this text
`

// Main is the program: it serves mprun, or does what the command line says,
// and ends the process.
func (s *Suite) Main() {
	s.compile()
	os.Exit(s.main(os.Args))
}

func (s *Suite) main(words []string) int {
	name := filepath.Base(words[0])
	if len(words) == 1 {
		return s.serve(name)
	}
	switch words[1] {
	case "--check", "--list":
		if len(words) == 2 {
			return s.show(words[1] == "--list")
		}
	case "--help", "-h":
		fmt.Fprintf(stdio.Console(), usage, name)
		return 0
	}
	fmt.Fprintf(os.Stderr, "%s: unknown option '%s'\n", name, strings.Join(words[1:], " "))
	fmt.Fprintf(os.Stderr, usage, name)
	return 2
}

// show tells a person what there is.
func (s *Suite) show(list bool) int {
	out := stdio.Console()
	if list {
		for _, one := range s.listed() {
			fmt.Fprintf(out, "%s  # %s\n", one.source, one.at)
		}
		for _, one := range s.hooks {
			fmt.Fprintf(out, "%s  # %s\n", one.title(), one.at)
		}
	}
	for _, problem := range s.problems {
		fmt.Fprintln(os.Stderr, problem)
	}
	for _, one := range s.untyped {
		fmt.Fprintln(os.Stderr, one)
	}
	count := len(s.problems) + len(s.untyped)
	if !list {
		fmt.Fprintf(out, "step definitions: %d, errors: %d\n", len(s.listed()), count)
	}
	if count > 0 {
		return 1
	}
	return 0
}

func (s *Suite) serve(name string) int {
	if isTerminal(os.Stdin) && os.Getenv("MPRUN") == "" {
		fmt.Fprintf(os.Stderr, usage, name)
	}
	// A crash is to be seen as one: by its signal, not by Go's exit status 2.
	if os.Getenv("GOTRACEBACK") == "" {
		debug.SetTraceback("crash")
	}
	input, output, err := stdio.Take()
	if err != nil {
		fmt.Fprintf(os.Stderr, "mprun: cannot take the standard streams: %v\n", err)
		return 1
	}
	if len(s.problems) > 0 {
		fmt.Fprintf(os.Stderr, "mprun: %s\n", problemText(s.problems))
	}
	ended := newServer(s, newChannel(input, output)).serve()
	if number, ok := ended.(syscall.Signal); ok {
		if self, err := os.FindProcess(os.Getpid()); err == nil && self.Signal(number) == nil {
			select {} // it ends here
		}
		return 1
	}
	return 0
}

func isTerminal(file *os.File) bool {
	about, err := file.Stat()
	return err == nil && about.Mode()&os.ModeCharDevice != 0
}
