// The steps of features/ipc in Go; steps/README.md says what each does.
package main

import "mprun.internal/mprun"

func main() {
	suite := mprun.NewSuite(mprun.Named("ipc-go", mprun.Version))
	addOpening(suite)
	addWriting(suite)
	addReading(suite)
	addBuffer(suite)
	addRing(suite)
	suite.Main()
}
