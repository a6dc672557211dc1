# Hooks: around cases in each process, around the run in a process of its own.

replace (?<= in )[0-9.]+m?s\b with <time>
replace "duration":\{[^}]*\} with "duration"

== order, tags, processes, and the status so far
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  @a
  Scenario: Two
    When the 'x' process does one thing
    And the 'y' process does another
  @b
  Scenario: One
    When the 'x' process fails
END
file list <<END
{"id":"late","type":"beforeScenario","order":5}
{"id":"first","type":"beforeScenario","order":-1}
{"id":"only a","type":"beforeScenario","tagExpression":"@a and not @b"}
{"id":"tidy","type":"afterScenario"}
{"id":"tidy first","type":"afterScenario"}
END
$ mprun -j1 f.feature >out
? 1
$ grep -v tidy order
| x: first, passed
| x: only a, passed
| x: late, passed
| x: does one thing
| y: first, passed
| y: only a, passed
| y: late, passed
| y: does another
| x: first, passed
| x: late, passed
| x: fails
# Processes run theirs side by side, each in its order.
$ grep 'x: tidy' order; grep 'y: tidy' order
| x: tidy first, passed
| x: tidy, passed
| x: tidy first, failed
| x: tidy, failed
| y: tidy first, passed
| y: tidy, passed

== a process that restarts has them again; one that was killed has none after
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: S
    When the 'x' process does this
    And the 'x' process restarts
    And the 'y' process does that
    And the 'y' process is killed
END
file list <<END
{"id":"before","type":"beforeScenario"}
{"id":"tidy","type":"afterScenario"}
END
$ mprun -q f.feature >out && cat order
| x: before, passed
| x: does this
| x: before, passed
| y: before, passed
| y: does that
| x: tidy, passed

== what fails before the steps, and after
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: S
    When the 'x' process does this
END
file list <<END
{"id":"fails","type":"beforeScenario","name":"set up","location":{"file":"steps.py","line":7}}
{"id":"never","type":"beforeScenario"}
{"id":"fails too","type":"afterScenario"}
{"id":"tidy","type":"afterScenario"}
END
$ mprun f.feature -f progress -f message:out.ndjson | grep -o 'beforeS.*\|afterS.*' | sort -u
| afterScenario: fails too
| beforeScenario 'set up' (steps.py:7): fails
$ cat order
| x: fails, passed
| x: tidy, failed
| x: fails too, failed
$ grep -o '"testStepResult".*"status":"[A-Z]*"\|"hook":{.*\|"testSteps":.*' out.ndjson
| "hook":{"id":"4","name":"set up","sourceReference":{"uri":"steps.py","location":{"line":7}},"type":"BEFORE_TEST_CASE"}}
| "hook":{"id":"5","sourceReference":{},"type":"BEFORE_TEST_CASE"}}
| "hook":{"id":"6","sourceReference":{},"type":"AFTER_TEST_CASE"}}
| "hook":{"id":"7","sourceReference":{},"type":"AFTER_TEST_CASE"}}
| "testSteps":[{"id":"10","hookId":"4"},{"id":"11","hookId":"5"},{"id":"12","pickleStepId":"2","stepDefinitionIds":[],"stepMatchArgumentsLists":[]},{"id":"13","hookId":"7"},{"id":"14","hookId":"6"}],"testRunStartedId":"8"}}
| "testStepResult":{"duration","message":"fails","exception":{"type":"failed","message":"fails"},"status":"FAILED"
| "testStepResult":{"duration","status":"SKIPPED"
| "testStepResult":{"duration","status":"SKIPPED"
| "testStepResult":{"duration","status":"PASSED"
| "testStepResult":{"duration","message":"fails too","exception":{"type":"failed","message":"fails too"},"status":"FAILED"
# The hooks are not the fault of a step: what is repeated is the case.
$ mprun report -f rerun
| f.feature:2[x=py]
? 1

== a skip before the steps skips the case, one after them nothing
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  @skip
  Scenario: A
    When the 'x' process does this
  Scenario: B
    When the 'x' process does that
END
file list <<END
{"id":"skips","type":"beforeScenario","tagExpression":"@skip"}
{"id":"skips all","type":"afterScenario"}
END
$ mprun -j1 f.feature | grep 'skipped\|skips'
| – 1 skipped: beforeScenario: skips
| 2 cases: 1 passed, 1 skipped in <time>
$ cat order
| x: skips, passed
| x: skips all, skipped
| x: does that
| x: skips all, passed

== hooks that hang, and that die
file mprun.yaml <<END
timeouts: {step: 1s, stop: 2s}
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  @hang
  Scenario: A
    When the 'x' process does this
  @hang-after
  Scenario: B
    When the 'x' process does that
  @die
  Scenario: C
    When the 'x' process does it
  @die-after
  Scenario: D
    When the 'x' process does so
END
file list <<END
{"id":"hangs","type":"beforeScenario","tagExpression":"@hang"}
{"id":"dies","type":"beforeScenario","tagExpression":"@die"}
{"id":"not any more","type":"afterScenario","tagExpression":"@hang-after"}
{"id":"hangs","type":"afterScenario","tagExpression":"@hang-after"}
{"id":"dies","type":"afterScenario","tagExpression":"@die-after"}
{"id":"tidy","type":"afterScenario","tagExpression":"not @hang-after"}
END
$ mprun -j1 f.feature >out
? 1
$ grep -o '\(before\|after\)Scenario: .*' out | awk '!seen[$0]++'
| beforeScenario: no answer from 'x' in <time>
| afterScenario: no answer from 'x' in <time>
| beforeScenario: 'x' exited with code 3 during the hook
| afterScenario: 'x' exited with code 3 during the hook
$ cat order
| x: hangs, passed
| x: does that
| x: hangs, passed
| x: dies, passed
| x: does so
| x: tidy, passed
| x: dies, passed

== a process that gives up what ran out of time has its hooks after that
file mprun.yaml <<END
timeouts: {step: 500ms, stop: 4s}
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: A
    When the 'x' process waits
END
file list <<END
{"id":"tidy","type":"afterScenario"}
END
$ touch cancels; mprun f.feature >out
? 1
$ cat order; tail -1 out
| x: waits
| $/cancelRequest
| x: tidy, timed-out
| 1 case: 1 timed-out in <time>

== the hooks of the run
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: A
    When the 'x' process knows it
  Scenario: B
    When the 'x' process does that
END
file list <<END
{"id":"exports","type":"beforeRun"}
{"id":"tells","type":"beforeRun"}
{"id":"stop it","type":"afterRun"}
{"id":"stop first","type":"afterRun"}
END
$ mprun -j1 f.feature -f progress -f message:out.ndjson >out; cat order
| run: exports, passed
| run: tells, passed
| x: knows it
| {"run": {"port": "40123"}}
| x: does that
| run: stop first, passed
| run: stop it, passed
| run ends: runFinished
$ grep -o '^{"testRunHook[SF][a-z]*\|"attachment":.*"mediaType"\|^{"testCase[SF][a-z]*\|^{"testRun[SF][a-z]*' out.ndjson
| {"testRunStarted
| {"testRunHookStarted
| {"testRunHookFinished
| {"testRunHookStarted
| "attachment":{"testRunHookStartedId":"14","body":"said by tells","contentEncoding":"IDENTITY","mediaType"
| "attachment":{"testRunHookStartedId":"14","body":"tells","contentEncoding":"IDENTITY","fileName":"a","mediaType"
| {"testRunHookFinished
| {"testCaseStarted
| {"testCaseFinished
| {"testCaseStarted
| {"testCaseFinished
| {"testRunHookStarted
| {"testRunHookFinished
| {"testRunHookStarted
| {"testRunHookFinished
| {"testRunFinished
$ mprun report -f message >later.ndjson; cmp out.ndjson later.ndjson

== a hook before the run that fails: nothing is played
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: A
    When the 'x' process does this
  Scenario: B
    When the 'x' process does that
END
file list <<END
{"id":"fails","type":"beforeRun","name":"start the broker"}
{"id":"other","type":"beforeRun"}
{"id":"stop it","type":"afterRun"}
END
$ mprun f.feature -f progress -f message:out.ndjson -f json:out.json >out
? 1
$ grep -A1 'run failed' out; grep 'not run' out
| The run failed:
|   failed  beforeRun 'start the broker': fails
| · 2 not run: the run was broken off
| 2 cases: 2 not run in <time>
$ cat order
| run: fails, passed
| run: other, failed
| run: stop it, failed
| run ends: runFinished
$ grep -c '"testCase' out.ndjson; grep -o '"success":.*,"t' out.ndjson; grep -o '"causes":.*]}' out.json
| 0
| "success":false,"t
| "causes":[{"status":"failed","process":"run","text":"beforeRun 'start the broker': fails"}]}
$ mprun report >later
? 1
$ cmp out later
# Nothing that CI reads is green.
$ mprun report -f junit:j.xml -f junit-surefire:s.xml >out
? 1
$ grep -h -A1 'the run"' j.xml; grep -c 'the run"' s.xml; grep -ho '<testsuites.*' j.xml
|   <testsuite name="the run" tests="1" failures="0" errors="1" skipped="0" time="0.000">
|     <testcase name="outside of its cases, 1" classname="the run" time="0.000">
|       <error type="failed" message="beforeRun 'start the broker': fails"/>
| 1
|~ <testsuites name="mprun" time="[0-9.]+" tests="3" failures="0" errors="1">
$ mprun report -f tap | tail -2; mprun report -f github | grep ::; mprun report -f markdown | sed -n '1p;/run failed/,/^\*/p'
| # the run failed: failed, beforeRun 'start the broker': fails
| Bail out! the run failed outside of its cases
| ::error title=failed%3A the run::beforeRun 'start the broker': fails
| ## ❌ 2 cases: 2 not run
| The run failed:
|
| * **failed** beforeRun 'start the broker': fails

== hooks after the run, and a process of the run that ends
file mprun.yaml <<END
timeouts: {step: 1s, stop: 2s}
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: A
    When the 'x' process does this
END
file fails <<END
{"id":"tidy","type":"afterRun"}
{"id":"fails","type":"afterRun"}
END
file hangs <<END
{"id":"tidy","type":"afterRun"}
{"id":"hangs","type":"afterRun"}
END
file dies <<END
{"id":"dies","type":"beforeRun"}
END
$ cp fails list; mprun f.feature >out
? 1
$ grep -A1 'run failed' out; tail -1 out; cat order
| The run failed:
|   failed  afterRun: fails
| 1 case: 1 passed in <time>
| x: does this
| run: fails, passed
| run: tidy, passed
| run ends: runFinished
$ rm order; cp hangs list; mprun f.feature >out
? 1
$ grep -A1 'run failed' out; cat order
| The run failed:
|   timed-out  afterRun: no answer in <time>
| x: does this
| run: hangs, passed
$ cp dies list; mprun f.feature >out
? 1
$ grep -A1 'run failed' out; tail -1 out
| The run failed:
|   crashed  beforeRun: the process for the hooks of the run exited with code 3
| 1 case: 1 not run in <time>

== an interrupt while hooks run
file mprun.yaml <<END
timeouts: {step: 20s, stop: 20s}
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: A
    When the 'x' process does this
END
file try.sh <<END
echo "{\"id\":\"interrupts and hangs\",\"type\":\"$1\"}" >list
mprun f.feature >out
status=$?
grep -o "$1: .*" out | head -1
tail -1 out
exit $status
END
$ sh try.sh beforeScenario
| beforeScenario: interrupted
| 1 case: 1 interrupted in <time>
? 130
$ sh try.sh afterScenario
| afterScenario: interrupted
| 1 case: 1 interrupted in <time>
? 130
$ sh try.sh beforeRun
| beforeRun: interrupted
| 1 case: 1 interrupted in <time>
? 130
$ sh try.sh afterRun
| afterRun: interrupted
| 1 case: 1 passed in <time>
? 130

== hooks that mprun cannot read break the run off
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: A
    When the 'x' process does this
END
file list <<END
{"id":"1","type":"aroundStep","location":{"file":"a.py","line":3}}
{"id":"2","type":"beforeScenario","tagExpression":"@a and","location":{"file":"a.py","line":4}}
{"type":"afterRun"}
END
$ mprun f.feature >out
? 1
$ grep -A1 'run failed' out; tail -1 out
| The run failed:
|   failed  the hooks of platform 'py' cannot be read: a.py:3: a hook of a type that mprun does not know: 'aroundStep'; a.py:4: a hook with a tag expression that cannot be read: '@a and': Tag expression "@a and" could not be parsed because of syntax error: Expected operand.; a hook without an id: ''
| 1 case: 1 not run in <time>
$ test -e order
? 1
