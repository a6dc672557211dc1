// The steps of features/first.feature.
package main

import (
	"os"
	"path/filepath"

	"mprun.internal/mprun"
)

// noteFile lies in the folder that all processes of a case share, and no other
// has.
func noteFile(ctx *mprun.Context) (string, error) {
	folder, err := ctx.SharedDir()
	return filepath.Join(folder, "note.txt"), err
}

func writesTheNote(ctx *mprun.Context, text string) error {
	file, err := noteFile(ctx)
	if err != nil {
		return err
	}
	ctx.Logf("writing %q", text)
	return os.WriteFile(file, []byte(text), 0o644)
}

func findsTheNote(ctx *mprun.Context, text string) error {
	file, err := noteFile(ctx)
	if err != nil {
		return err
	}
	found, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := mprun.Equal(string(found), text); err != nil {
		return err
	}
	return os.Remove(file)
}

func main() {
	suite := mprun.NewSuite()
	suite.Given("writes the note {string}", writesTheNote)
	suite.Then("finds the note {string}", findsTheNote)
	suite.Main()
}
