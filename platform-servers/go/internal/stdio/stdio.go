// Package stdio takes the two pipes of the protocol away from the program.
//
// After Take, what the program, its libraries and its children print goes to
// stderr, and stdin is empty. A program that mprun has started (it sets MPRUN)
// loses them before its own init functions run; any other keeps them until it
// serves, so that it can be used by hand.
package stdio

import (
	"os"
	"sync"
)

var (
	once          sync.Once
	input, output *os.File
	problem       error
)

func init() {
	if os.Getenv("MPRUN") != "" {
		_, _, _ = Take()
	}
}

// Take gives where requests come from and answers go to. The later calls give
// what the first one gave.
func Take() (requests, answers *os.File, err error) {
	once.Do(func() { input, output, problem = takeStreams() })
	return input, output, problem
}

// Console is where a person reads what the program prints: stdout, wherever it
// is now.
func Console() *os.File {
	if output != nil {
		return output
	}
	return os.Stdout
}
