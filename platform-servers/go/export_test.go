package mprun

import "io"

// Serve lets tests talk to a suite as mprun does.
func Serve(suite *Suite, input io.Reader, output io.Writer) {
	suite.compile()
	newServer(suite, newChannel(input, output)).serve()
}
