# Servers that know other versions of the protocol, or none: what each comes to,
# and what its user is told to do.

replace (?<= in )[0-9.]+m?s\b with <time>

== one that knows only version 99
file server.py <<END
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    known = [int(word) for word in sys.argv[1:]]
    params = request.get("params", {})
    common = [v for v in params.get("protocolVersions", []) if v in known]
    answer = {"result": {"success": True}}
    if request["method"] == "initialize" and common:
        answer = {"result": {"protocolVersion": max(common)}}
    elif request["method"] == "initialize":
        answer = {"error": {"code": 1002, "message": "Unsupported protocol version",
                            "data": {"supported": known, "requested": params["protocolVersions"]}}}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer}), flush=True)
END
file mprun.yaml <<END
platforms: {p: {command: [python3, server.py, "99"]}}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun -f pretty a.feature >out
? 5
$ grep -o "no protocol version.*" out | sort -u
| no protocol version in common: the runner offers 1, the server supports 99; a newer mprun, or an older release of the server's SDK, has one in common

== one that knows 1 and 2
file server.py <<END
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    params = request.get("params", {})
    answer = {"result": {"success": True}}
    if request["method"] == "initialize":
        both = [v for v in params["protocolVersions"] if v in (1, 2)]
        answer = {"result": {"protocolVersion": max(both)}}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer}), flush=True)
END
file mprun.yaml <<END
platforms: {p: {command: [python3, server.py]}}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun a.feature >out; tail -1 out; grep -h process-ready .mprun/runs/*/journal.ndjson | grep -o '"protocol":"[^"]*"' | sort -u
| 1 case: 1 passed in <time>
| "protocol":"1"
$ grep -c 'bare' out
| 0
? 1

== one that chooses a version nobody offered
file server.py <<END
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": {"protocolVersion": 99}}), flush=True)
END
file mprun.yaml <<END
platforms: {p: {command: [python3, server.py]}}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun -f pretty a.feature >out
? 5
$ grep -o "it chose.*" out | sort -u
| it chose protocol version 99, but the runner offers only 1: a server that does not know it answers with the error 1002 (docs/protocol.md 5.1)

== a bare one, by what it answers
file server.py <<END
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    answer = {"result": {"success": True}}
    if request["method"] not in ("executeStep", "health"):
        answer = {"error": {"code": -32601, "message": "Method not found"}}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer}), flush=True)
END
file mprun.yaml <<END
platforms: {p: {command: [python3, server.py]}}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun -f pretty a.feature >out; tail -1 out; grep -h process-ready .mprun/runs/*/journal.ndjson | grep -o '"protocol":"[^"]*"' | sort -u
| 1 case: 1 passed in <time>
| "protocol":"bare"
$ grep -h -o "platform 'p' speaks.*probe" .mprun/runs/*/journal.ndjson | sort -u
| platform 'p' speaks the bare protocol; `protocol: bare` in its configuration skips the probe
$ sed -i 's/server.py\]/server.py], protocol: 1/' mprun.yaml; mprun -f pretty a.feature >out
? 5
$ grep -o "it answered initialize.*" out | sort -u
| it answered initialize with the error -32601 (Method not found); if it knows the bare protocol only, say `protocol: bare`

== one whose step files are faulty is not taken for a bare one
file server.py <<END
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32603, "message": "steps.py:5: SyntaxError"}}), flush=True)
END
file mprun.yaml <<END
platforms: {p: {command: [python3, server.py], protocol: 1}}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun -f pretty a.feature >out
? 5
$ grep -o "it answered initialize.*" out | sort -u
| it answered initialize with the error -32603 (steps.py:5: SyntaxError)

== a bare one that is silent at what it does not know
file server.py <<END
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "executeStep":
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": {"success": True}}), flush=True)
    elif request["method"] == "health":
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": {"status": "ok"}}), flush=True)
END
file mprun.yaml <<END
platforms: {p: {command: [python3, server.py], start_timeout: 1s}}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun a.feature >out; tail -1 out
| 1 case: 1 passed in <time>
$ grep -h -o "platform 'p' speaks.*probe" .mprun/runs/*/journal.ndjson | sort -u
| platform 'p' speaks the bare protocol; `protocol: bare` in its configuration skips the probe

== a silent one
file mprun.yaml <<END
platforms: {p: {command: [sh, -c, "while read line; do :; done"], start_timeout: 300ms}}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun -f pretty a.feature >out
? 5
$ grep -o "no answer to.*" out | sort -u
| no answer to initialize in <time>; asked again in the bare protocol: no answer to health in <time>; does it flush its stdout after each answer? (start_timeout sets the time) (`protocol: 1` or `protocol: bare` asks once)

== one that crashes on initialize, and knows the bare protocol
file server.py <<END
import json, sys
methods = {"health": {"status": "ok"}, "executeStep": {"success": True}}
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": methods[request["method"]]}), flush=True)
END
file mprun.yaml <<END
platforms: {p: {command: [python3, server.py]}}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun a.feature >out; tail -1 out
| 1 case: 1 passed in <time>
$ grep -h -o "platform 'p' speaks.*probe" .mprun/runs/*/journal.ndjson | sort -u
| platform 'p' speaks the bare protocol; `protocol: bare` in its configuration skips the probe

== one that crashes on initialize, where version 1 is asked for
file mprun.yaml <<END
platforms: {p: {command: [sh, -c, "read line; exit 7"], protocol: 1}}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun -f pretty a.feature >out
? 5
$ grep -o "it exited.*" out | sort -u
| it exited with code 7 before it answered initialize; it wrote nothing to stderr: its command started by hand may tell more
