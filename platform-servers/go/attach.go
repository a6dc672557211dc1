package mprun

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// save writes what is too large for a message into the folder of artifacts;
// the path in it.
func (c *Context) save(name string, bytes []byte) (string, error) {
	folder, err := c.ArtifactDir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	safe := strings.TrimLeft(strings.Map(plainSign, name), ".")
	if safe == "" {
		safe = "attachment"
	}
	for number := 1; ; number++ {
		file := safe
		if number > 1 {
			file = fmt.Sprintf("%d-%s", number, safe)
		}
		err := create(filepath.Join(folder, file), bytes)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
}

func plainSign(sign rune) rune {
	if unicode.IsLetter(sign) || unicode.IsNumber(sign) || strings.ContainsRune("._-", sign) {
		return sign
	}
	return '_'
}

func create(path string, bytes []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(bytes)
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}
