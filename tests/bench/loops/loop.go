// What a server costs that does nothing: a line in, JSON read, a line out.
package main

import (
	"bufio"
	"encoding/json"
	"os"
)

type object = map[string]any

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<16)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var request object
		if err := json.Unmarshal(line, &request); err != nil {
			panic(err)
		}
		answer := object{"jsonrpc": "2.0", "id": request["id"],
			"result": object{"success": true, "logs": []any{}}}
		if err := answers.Encode(answer); err != nil {
			panic(err)
		}
	}
}
