# What the examples of docs/protocol.md say, said to mprun: it takes them for
# what the page says that they are.

replace (?<= in )[0-9.]+m?s\b with <time>

== results, logs, attachments, exports
file mprun.yaml <<END
processes: {writer: {platforms: [page]}}
platforms:
  page: {command: [python3, "${SRC}/tests/cli/page_server.py", "${SRC}/docs/protocol.md"], protocol: 1}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process says 1
    And the 'writer' process tells and says 2
  Scenario: two
    When the 'writer' process says 3
END
$ mprun -j1 a.feature >out; tail -1 out
| 2 cases: 2 failed in <time>
$ grep -h '"process-ready"' .mprun/runs/2*/journal.ndjson | grep -o '"server":"[^"]*"' | sort -u
| "server":"ipc-python 0.3.1"
$ grep -h '"log"' .mprun/runs/2*/journal.ndjson | grep -o '"step":.*' | sort -u
| "step":1,"process":"writer","platform":"page","incarnation":1,"text":"[2024-01-01 10:00:00.123] Writing frame size=1024","source":"log","sent_time":"2024-01-01 10:00:00.123"}
| "step":1,"process":"writer","platform":"page","incarnation":1,"text":"[2024-01-01 10:00:00.125] Frame written successfully, id=123","source":"log","sent_time":"2024-01-01 10:00:00.125"}
| "step":1,"process":"writer","platform":"page","incarnation":1,"text":"[INFO] 2 segments released","level":"info","source":"log"}
| "step":1,"process":"writer","platform":"page","incarnation":1,"text":"[WARN] given up in wait_for_frame","level":"warn","source":"log"}
| "step":2,"process":"writer","platform":"page","incarnation":1,"text":"Writing frame size=1024","level":"info","source":"log","sent_time":"2024-01-01T10:00:00.123Z"}
| "step":2,"process":"writer","platform":"page","incarnation":1,"text":"[INFO] 2 segments released","level":"info","source":"log"}
| "step":2,"process":"writer","platform":"page","incarnation":1,"text":"[INFO] read frame","level":"info","source":"log"}
| "step":2,"process":"writer","platform":"page","incarnation":1,"text":"short read","level":"error","source":"log","sent_time":"2024-01-01T10:00:00.130Z"}
$ grep -h '"step-result"' .mprun/runs/2*/journal.ndjson | grep -o '"step":.*'
| "step":1,"process":"writer","platform":"page","incarnation":1,"status":"passed","data":"{\"frameId\":123,\"actualSize\":1024}"}
| "step":2,"process":"writer","platform":"page","incarnation":1,"status":"failed","text":"frame size differs","duration_ms":12.4,"kind":"assertion","failure_type":"AssertionError","expected":"1024","actual":"1000","diff":"--- expected\n+++ actual\n-1024\n+1000","stack":"Traceback ...","location":"steps.py:31","data":"{\"frameId\":\"9007199254740993\"}"}
| "step":1,"process":"writer","platform":"page","incarnation":1,"status":"failed","text":"Cancelled","kind":"timeout","data":"{\"logs\":[\"[WARN] given up in wait_for_frame\"]}"}
$ grep -h '"attachment"\|"export"\|"note"' .mprun/runs/2*/journal.ndjson | grep -o '"step":.*'
| "step":2,"process":"writer","platform":"page","incarnation":1,"name":"trace.json","media_type":"application/json","encoding":"identity","body":"{}"}
| "step":2,"process":"writer","platform":"page","incarnation":1,"name":"header.hex","media_type":"text/plain","encoding":"identity","body":"00 04"}
| "step":2,"process":"writer","platform":"page","incarnation":1,"text":"attachment 'core' is left out: core.4250: No such file or directory","level":"warning"}
| "step":2,"process":"writer","platform":"page","incarnation":1,"text":"17","name":"lastFrame"}

== definitions and hooks
file mprun.yaml <<END
processes: {writer: {platforms: [page]}}
platforms:
  page: {command: [python3, "${SRC}/tests/cli/page_server.py", "${SRC}/docs/protocol.md", hooks], protocol: 1}
END
file a.feature <<END
Feature: A
  @db
  Scenario: one
    When the 'writer' process says 1
END
$ mprun -j1 a.feature -f message:out.ndjson >out; tail -1 out
| 1 case: 1 passed in <time>
$ grep -o '^{"hook":.*\|^{"parameterType":.*\|^{"stepDefinition":.*\|^{"undefinedParameterType":.*' out.ndjson
| {"parameterType":{"id":"5","name":"colour","regularExpressions":["red|green"],"preferForRegularExpressionMatch":false,"useForSnippets":true,"sourceReference":{"uri":"steps.py","location":{"line":3}}}}
| {"stepDefinition":{"id":"6","pattern":{"type":"CUCUMBER_EXPRESSION","source":"writes {int} bytes"},"sourceReference":{"uri":"steps.py","location":{"line":12}}}}
| {"stepDefinition":{"id":"7","pattern":{"type":"REGULAR_EXPRESSION","source":"^reads (.*)$"},"sourceReference":{"uri":"steps.py","location":{"line":30}}}}
| {"hook":{"id":"8","sourceReference":{"uri":"steps.py","location":{"line":44}},"tagExpression":"@db and not @slow","type":"BEFORE_TEST_CASE"}}
| {"undefinedParameterType":{"expression":"a {shape}","name":"shape"}}

== a case that begins and ends in a process that is kept
file mprun.yaml <<END
processes: {writer: {platforms: [page]}}
platforms:
  page: {command: [python3, "${SRC}/tests/cli/page_server.py", "${SRC}/docs/protocol.md", scenarios], protocol: 1, isolation: run}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process says 1
  Scenario: two
    When the 'writer' process says 1
END
$ mprun -j1 a.feature >out; tail -1 out
| 2 cases: 2 passed in <time>

== a version that it does not know
file mprun.yaml <<END
processes: {writer: {platforms: [page]}}
platforms:
  page: {command: [python3, "${SRC}/tests/cli/page_server.py", "${SRC}/docs/protocol.md", refuses], protocol: auto}
END
file a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process says 1
END
$ mprun -j1 a.feature >out
? 5
$ grep -o 'no protocol version.*' out | sort -u
| no protocol version in common: the runner offers 1, the server supports 2, 3; a newer mprun, or an older release of the server's SDK, has one in common
