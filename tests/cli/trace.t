# --trace-protocol: what goes to and from a process, among its artifacts.

== what is said, both ways, with secrets masked
file mprun.yaml <<END
platforms:
  py: {command: [python3, server.py], protocol: 1, env: {TOKEN: hunter2hunter2}}
secrets: [TOKEN]
END
file server.py <<END
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    result = {"success": True, "logs": ["hunter2hunter2"]}
    if request["method"] == "initialize":
        print("a banner")
        result = {"protocolVersion": 1}
    if request["method"] == "executeStep":
        print("half a ", end="", flush=True)
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}), flush=True)
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
    And the 'writer' process restarts
    And the 'writer' process passes
END
$ mprun --trace-protocol a.feature >out; tail -1 out | cut -c1-16
| 1 case: 1 passed
$ cat .mprun/runs/2*/*/writer.protocol.log >log; grep -v '^#' log | sed 's/"params".*//; s/ "result".*//'
| > {"jsonrpc":"2.0","id":1,"method":"initialize",
| < a banner
| < {"jsonrpc": "2.0", "id": 1,
| > {"jsonrpc":"2.0","id":2,"method":"executeStep",
| < half a {"jsonrpc": "2.0", "id": 2,
| > {"jsonrpc":"2.0","id":3,"method":"shutdown",
| < {"jsonrpc": "2.0", "id": 3,
| > {"jsonrpc":"2.0","id":1,"method":"initialize",
| < a banner
| < {"jsonrpc": "2.0", "id": 1,
| > {"jsonrpc":"2.0","id":2,"method":"executeStep",
| < half a {"jsonrpc": "2.0", "id": 2,
| > {"jsonrpc":"2.0","id":3,"method":"shutdown",
| < {"jsonrpc": "2.0", "id": 3,
$ grep -c '^# 0 ms' log; grep -c 'hunter2' log; grep -c '"logs": \["\*\*\*"\]' log
| 1
| 0
| 4

== without it there is nothing
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun a.feature >out; ls .mprun/runs/2*
| journal.ndjson
$ mprun --trace-protocol a.feature >out; cat .mprun/runs/2*/*/writer.protocol.log | grep -v '^#'
| > {"jsonrpc":"2.0","id":1,"method":"health"}
| < {"jsonrpc":"2.0","id":1,"result":{"status":"ok"}}
| > {"jsonrpc":"2.0","method":"executeStep","params":{"process":"writer","stepType":"when","step":"passes","context":{"scenarioId":"a-1-1","platform":"sh"}},"id":2}
| < {"jsonrpc":"2.0","id":2,"result":{"success":true}}
