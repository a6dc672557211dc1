# Hooks around steps, in the processes that the step goes to.

replace (?<= in )[0-9.]+m?s\b with <time>
replace "duration":\{[^}]*\} with "duration"

== around each step that is sent, by tags and order, with what the step is
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  @a
  Scenario: Two
    When the 'x' process does one thing
    And the 'y' process does another
    And the 'y' process should still be running
  @b
  Scenario: One
    Then the 'x' process fails
    And the 'x' process never
END
file list <<END
{"id":"late","type":"beforeStep","order":5}
{"id":"first","type":"beforeStep","order":-1}
{"id":"only a","type":"beforeStep","tagExpression":"@a"}
{"id":"tidy","type":"afterStep"}
{"id":"tidy first","type":"afterStep"}
{"id":"set up","type":"beforeScenario"}
{"id":"clear","type":"afterScenario"}
END
$ mprun -j1 f.feature >out
? 1
$ grep -v clear order
| x: set up, passed
| x: first, passed, when 1 line 4: does one thing
| x: only a, passed, when 1 line 4: does one thing
| x: late, passed, when 1 line 4: does one thing
| x: does one thing
| x: tidy first, passed, when 1 line 4: does one thing
| x: tidy, passed, when 1 line 4: does one thing
| y: set up, passed
| y: first, passed, when 2 line 5: does another
| y: only a, passed, when 2 line 5: does another
| y: late, passed, when 2 line 5: does another
| y: does another
| y: tidy first, passed, when 2 line 5: does another
| y: tidy, passed, when 2 line 5: does another
| x: set up, passed
| x: first, passed, then 1 line 9: fails
| x: late, passed, then 1 line 9: fails
| x: fails
| x: tidy first, failed, then 1 line 9: fails
| x: tidy, failed, then 1 line 9: fails

== with several processes the step waits for the hooks of all
file mprun.yaml <<END
processes: {node: {count: 2}}
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: S
    When all 'node' processes do this
END
file list <<END
{"id":"before","type":"beforeStep"}
{"id":"after","type":"afterStep"}
END
$ mprun -q f.feature >out; sed 's/#[12]//' order
| node: before, passed, when 1 line 3: do this
| node: before, passed, when 1 line 3: do this
| node: do this
| node: do this
| node: after, passed, when 1 line 3: do this
| node: after, passed, when 1 line 3: do this

== once for all tries; after a begun step when it is completed
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: Begun
    When the 'x' process begins: does this
    And the 'y' process does that
    Then the 'x' process completes
    And the 'x' process does more
  Scenario: Tried
    Then within 150ms the 'x' process fails
END
file list <<END
{"id":"before","type":"beforeStep"}
{"id":"after","type":"afterStep"}
END
$ mprun -q -j1 f.feature >out
? 1
$ uniq order
| x: before, passed, when 1 line 3: does this
| x: does this
| y: before, passed, when 2 line 4: does that
| y: does that
| y: after, passed, when 2 line 4: does that
| x: after, passed, when 1 line 3: does this
| x: before, passed, then 4 line 6: does more
| x: does more
| x: after, passed, then 4 line 6: does more
| x: before, passed, then 1 line 8: fails
| x: fails
| x: after, failed, then 1 line 8: fails

== what fails before a step, and after it
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  @before
  Scenario: A
    When the 'x' process does this
    And the 'x' process does more
  @after
  Scenario: B
    When the 'x' process does that
    And the 'x' process does more
END
file list <<END
{"id":"fails","type":"beforeStep","name":"look","tagExpression":"@before","location":{"file":"steps.py","line":7}}
{"id":"never","type":"beforeStep"}
{"id":"tidy","type":"afterStep"}
{"id":"fails too","type":"afterStep","tagExpression":"@after"}
{"id":"clear","type":"afterScenario"}
END
$ mprun -j1 f.feature -f pretty -f message:out.ndjson -f junit:out.xml >out
? 1
$ grep -o 'beforeS.*\|afterS.*' out | sort -u; tail -1 out
| afterStep of f.feature:8, When the 'x' process does that: fails too
| beforeStep 'look' (steps.py:7) of f.feature:4, When the 'x' process does this: fails
| 2 cases: 2 failed in <time>
$ cat order
| x: fails, passed, when 1 line 4: does this
| x: tidy, not-run, when 1 line 4: does this
| x: clear, failed
| x: never, passed, when 1 line 8: does that
| x: does that
| x: fails too, passed, when 1 line 8: does that
| x: tidy, passed, when 1 line 8: does that
| x: clear, failed
$ grep -o '"testStepResult".*"status":"[A-Z]*"\|"hook":{.*\|"testSteps":.*' out.ndjson
| "hook":{"id":"14","name":"look","sourceReference":{"uri":"steps.py","location":{"line":7}},"tagExpression":"@before","type":"BEFORE_TEST_STEP"}}
| "hook":{"id":"15","sourceReference":{},"type":"BEFORE_TEST_STEP"}}
| "hook":{"id":"16","sourceReference":{},"type":"AFTER_TEST_STEP"}}
| "hook":{"id":"17","sourceReference":{},"tagExpression":"@after","type":"AFTER_TEST_STEP"}}
| "hook":{"id":"18","sourceReference":{},"type":"AFTER_TEST_CASE"}}
| "testSteps":[{"id":"21","hookId":"14"},{"id":"22","hookId":"15"},{"id":"23","pickleStepId":"8","stepDefinitionIds":[],"stepMatchArgumentsLists":[]},{"id":"24","hookId":"16"},{"id":"25","pickleStepId":"9","stepDefinitionIds":[],"stepMatchArgumentsLists":[]},{"id":"26","hookId":"18"}],"testRunStartedId":"19"}}
| "testSteps":[{"id":"29","hookId":"15"},{"id":"30","pickleStepId":"11","stepDefinitionIds":[],"stepMatchArgumentsLists":[]},{"id":"31","hookId":"17"},{"id":"32","hookId":"16"},{"id":"33","pickleStepId":"12","stepDefinitionIds":[],"stepMatchArgumentsLists":[]},{"id":"34","hookId":"18"}],"testRunStartedId":"19"}}
| "testStepResult":{"duration","message":"fails","exception":{"type":"failed","message":"fails"},"status":"FAILED"
| "testStepResult":{"duration","status":"SKIPPED"
| "testStepResult":{"duration","status":"SKIPPED"
| "testStepResult":{"duration","status":"PASSED"
| "testStepResult":{"duration","status":"SKIPPED"
| "testStepResult":{"duration","status":"PASSED"
| "testStepResult":{"duration","status":"PASSED"
| "testStepResult":{"duration","status":"PASSED"
| "testStepResult":{"duration","message":"fails too","exception":{"type":"failed","message":"fails too"},"status":"FAILED"
| "testStepResult":{"duration","status":"PASSED"
| "testStepResult":{"duration","status":"SKIPPED"
| "testStepResult":{"duration","status":"PASSED"
$ grep -o 'message=.*">' out.xml
| message="beforeStep 'look' (steps.py:7) of f.feature:4, When the 'x' process does this: fails">
| message="afterStep of f.feature:8, When the 'x' process does that: fails too">
$ mprun report -f message >later.ndjson; cmp out.ndjson later.ndjson
$ mprun report -f rerun
| f.feature:3[x=py]
| f.feature:7[x=py]
? 1

== a skip before a step and one after it skip the case
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  @before
  Scenario: A
    When the 'x' process does this
  @after
  Scenario: B
    When the 'x' process does that
    And the 'x' process does more
END
file list <<END
{"id":"skips","type":"beforeStep","tagExpression":"@before"}
{"id":"skips all","type":"afterStep","tagExpression":"@after"}
END
$ mprun -j1 f.feature | grep 'skipped\|skips'
| – 1 skipped: beforeStep: skips
| – 1 skipped: afterStep: skips all
| Nothing was tested: all cases were skipped.
| 2 cases: 2 skipped in <time>
$ cat order
| x: skips, passed, when 1 line 4: does this
| x: does that
| x: skips all, passed, when 1 line 7: does that

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
    And the 'x' process never
  @die
  Scenario: C
    When the 'x' process does it
  @die-after
  Scenario: D
    When the 'x' process does so
    And the 'x' process never
END
file list <<END
{"id":"hangs","type":"beforeStep","tagExpression":"@hang"}
{"id":"dies","type":"beforeStep","tagExpression":"@die"}
{"id":"not any more","type":"afterStep","tagExpression":"@hang-after"}
{"id":"hangs","type":"afterStep","tagExpression":"@hang-after"}
{"id":"dies","type":"afterStep","tagExpression":"@die-after"}
END
$ mprun -j1 f.feature >out
? 1
$ grep -o '\(before\|after\)Step of .*' out | awk '!seen[$0]++'; tail -1 out
| beforeStep of f.feature:4, When the 'x' process does this: no answer from 'x' in <time>
| afterStep of f.feature:7, When the 'x' process does that: no answer from 'x' in <time>
| beforeStep of f.feature:11, When the 'x' process does it: 'x' exited with code 3 during the hook
| afterStep of f.feature:14, When the 'x' process does so: 'x' exited with code 3 during the hook
| 4 cases: 2 timed-out, 2 crashed in <time>
$ cat order
| x: hangs, passed, when 1 line 4: does this
| x: does that
| x: hangs, passed, when 1 line 7: does that
| x: dies, passed, when 1 line 11: does it
| x: does so
| x: dies, passed, when 1 line 14: does so

== a process that dies while the step waits for the hooks of another
file mprun.yaml <<END
timeouts: {step: 20s}
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: A
    When all processes do this
    And the 'x' process never
    And the 'y' process never
END
file list <<END
{"id":"kills","type":"beforeStep"}
{"id":"after","type":"afterStep"}
END
$ mprun f.feature >out
? 1
$ tail -1 out
| 1 case: 1 crashed in <time>

== an interrupt, and the end of the scenario's time, while hooks run
file mprun.yaml <<END
timeouts: {step: 20s, stop: 20s}
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: A
    When the 'x' process does this
    And the 'x' process never
END
file try.sh <<END
echo "{\"id\":\"$2\",\"type\":\"$1\"}" >list
mprun f.feature $3 >out
status=$?
grep -o "$1 of .*" out | head -1
grep -h '"step-finished"' $(find .mprun -name journal.ndjson) | wc -l
rm -r .mprun
tail -1 out
exit $status
END
$ sh try.sh beforeStep 'interrupts and hangs'
| beforeStep of f.feature:3, When the 'x' process does this: interrupted
| 2
| 1 case: 1 interrupted in <time>
? 130
$ sh try.sh afterStep 'interrupts and hangs'
| afterStep of f.feature:3, When the 'x' process does this: interrupted
| 2
| 1 case: 1 interrupted in <time>
? 130
$ sh try.sh beforeStep hangs --scenario-timeout=1s
| beforeStep of f.feature:3, When the 'x' process does this: the scenario's timeout of 1s is over
| 2
| 1 case: 1 timed-out in <time>
? 1
$ sh try.sh afterStep hangs --scenario-timeout=1s
| afterStep of f.feature:3, When the 'x' process does this: the scenario's timeout of 1s is over
| 2
| 1 case: 1 timed-out in <time>
? 1
