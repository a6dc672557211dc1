# Which steps the platforms know, before anything is played: mprun steps,
# plan --check-steps, lint --check-steps. Servers are those of
# steps_server.py, which note what they hear; SDKs have their own case.

replace [0-9]+ms with <ms>

== a table of steps by platforms, faults, snippets and counts
file mprun.yaml <<END
platforms:
  a: {command: [python3, "${SRC}/tests/cli/steps_server.py", ok, "writes {int} bytes", "reads {int}", "reads {word}", "is never used"]}
  b: {command: [python3, "${SRC}/tests/cli/steps_server.py", ok, "writes {int} bytes", "reads {word}", "closes"]}
processes: {w: {}, only b: {platforms: [b]}}
END
file features/a.feature <<END
Feature: Steps
  Scenario: one
    Given the 'w' process wites 3 bytes
    When the 'w' process reads 4
    And the 'only b' process closes
    And the 'w' process is killed
  Scenario: two
    Given the 'w' process wites 3 bytes
    Then the 'w' process writes 5 bytes
      | a |
    And the 'w' process writes 5 bytes
    And the 'w' process starts again
END
$ mprun steps
| step                a  b
| wites {int} bytes   ✗  ✗
| reads {int}         !  ✓
| closes              ·  ✓
| writes {int} bytes  ✓  ✓
| starts again        ✗  ✗
| is never used       ○  ·
|
| ✗ undefined
| ! ambiguous
| ✓ defined
| ○ defined, but no step goes there
| · not defined, and no step goes there
|
| features/a.feature:3:5: undefined on a, b: wites 3 bytes (in 2 scenarios); did you mean "writes {int} bytes" (steps.txt:1)?
| features/a.feature:4:5: ambiguous on a: reads 4: fits "reads {int}" (steps.txt:2), "reads {word}" (steps.txt:3)
| features/a.feature:12:5: undefined on a, b: starts again
|
| What defines the steps that a misses
|
| define wites 3 bytes (none)
|
| define starts again (none)
|
| What defines the steps that b misses
|
| define wites 3 bytes (none)
|
| define starts again (none)
|
| 5 steps, 2 platforms, 4 undefined, 1 ambiguous; 1 of 7 definitions have no step
!...
# No step and no hook was executed, and nothing else was started.
$ sort -u heard
| a discovery matches 5
| a discovery shutdown
| b discovery matches 6
| b discovery shutdown
$ test ! -e .mprun
$ mprun steps -v --platform b | grep note:
!...
? 1
$ mprun steps -v features | grep note:
| steps.txt:4: note: no step of a has this definition: is never used
!...

== what nothing is wrong with
file mprun.yaml <<END
platforms:
  a: {command: [python3, "${SRC}/tests/cli/steps_server.py", ok, "writes {int} bytes"]}
END
file features/a.feature <<END
Feature: Steps
  Scenario: one
    Given the 'w' process writes 3 bytes
END
$ mprun steps
| step                a
| writes {int} bytes  ✓
|
| ✓ defined
|
| 1 step, 1 platform; 0 of 1 definitions have no step
$ LC_ALL=C mprun steps -t @none
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
! mprun: --tags: no scenario has the tag '@none'
? 4
$ mprun plan --check-steps
| features/a.feature: Steps
|
|     2  one  - 1 case
|       3  w  Given the 'w' process writes 3 bytes
|          [w=a]
|
| 1 feature, 1 scenario, 1 case
$ mprun lint --check-steps features
$ mprun steps --json
| {"version":1,"whole":true,"platforms":[{"name":"a","asked":true,"definitions":[{"pattern":"writes {int} bytes","file":"steps.txt","line":1,"used":true}]}],"steps":[{"text":"writes 3 bytes","expression":"writes {int} bytes","file":"features/a.feature","line":3,"scenarios":1,"platforms":[{"platform":"a","status":"defined","matches":[{"pattern":"writes {int} bytes","file":"steps.txt","line":1}]}]}]}

== plan and lint tell the same; unused definitions only where all was asked
file mprun.yaml <<END
platforms:
  a: {command: [python3, "${SRC}/tests/cli/steps_server.py", ok, "writes {int} bytes", "reads {int}", "reads {word}", "is never used"]}
END
file features/a.feature <<END
Feature: Steps
  Scenario: one
    Given the 'w' process wites 3 bytes
    When the 'w' process reads 4
  @x
  Scenario: two
    Given the 'w' process reads it
END
$ mprun plan --check-steps | tail -1
| 1 feature, 2 scenarios, 2 cases
! features/a.feature:3:5: undefined on a: wites 3 bytes; did you mean "writes {int} bytes" (steps.txt:1)?
! features/a.feature:4:5: ambiguous on a: reads 4: fits "reads {int}" (steps.txt:2), "reads {word}" (steps.txt:3)
! steps.txt:1: note: no step of a has this definition: writes {int} bytes
! steps.txt:4: note: no step of a has this definition: is never used
$ mprun plan --check-steps -t @x >plan
$ mprun plan --check-steps >plan
!...
? 2
$ mprun lint features
$ mprun lint --check-steps features
| features/a.feature:3:5: error: undefined on a: wites 3 bytes; did you mean "writes {int} bytes" (steps.txt:1)? [undefined-step]
| features/a.feature:4:5: error: ambiguous on a: reads 4: fits "reads {int}" (steps.txt:2), "reads {word}" (steps.txt:3) [ambiguous-step]
| steps.txt:1: note: no step of a has this definition: writes {int} bytes
| steps.txt:4: note: no step of a has this definition: is never used
? 1
$ mprun run --check-steps
! mprun: '--check-steps' is an option of 'plan' and 'lint', not of 'run' (mprun run --help)
? 2

== lint without a plan to ask for
file a.feature <<END
Feature: Steps
  Scenario: one
    Given the 'w' process writes
END
$ mprun lint --check-steps a.feature
! --check-steps: no platform can be asked, for there is no mprun.yaml
? 1
$ printf 'platforms: {a: {command: [touch, started]}}\n' >mprun.yaml; \
  printf 'Feature: Steps\n  Scenario: one\n    Given the "w" process writes\n    And\n  nonsense\n' >b.feature; \
  mprun lint --check-steps a.feature b.feature | tail -1
!...
|...
$ mprun lint --check-steps a.feature b.feature 2>&1 | grep check-steps
| --check-steps: no platform was asked, for there is no plan without faults
$ test ! -e started

== servers that cannot be asked are told, never passed over
file mprun.yaml <<END
platforms:
  bare: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
  neither: {command: [python3, "${SRC}/tests/cli/steps_server.py", neither]}
  lists: {command: [python3, "${SRC}/tests/cli/steps_server.py", lists, "writes {int} bytes"]}
END
file features/a.feature <<END
Feature: Steps
  Scenario: one
    Given the 'w' process writes 3 bytes
    And the 'w' process reads
END
$ mprun steps
| step                bare  neither  lists
| writes {int} bytes  ?     ?        ✓
| reads               ?     ?        ✗
|
| ✗ undefined
| ? not known: it could not be asked
| ✓ defined
|
| features/a.feature:4:5: undefined on lists: reads
| warning: platform 'bare' was not asked: its server speaks the bare protocol, which has no way to ask for steps; its steps show when they are played
| warning: platform 'neither' was not asked: its server has not the capability `matchSteps`; its steps show when they are played
| warning: platform 'lists' lists its steps, but its server has not the capability `matchSteps`: what fits them is mprun's guess
|
| 2 steps, 3 platforms, 1 undefined, 2 not asked; 0 of 1 definitions have no step
# What cannot be asked is no fault.
$ mprun plan --check-steps --platform bare,neither >plan
! warning: platform 'bare' was not asked: its server speaks the bare protocol, which has no way to ask for steps; its steps show when they are played
! warning: platform 'neither' was not asked: its server has not the capability `matchSteps`; its steps show when they are played
$ mprun steps --json --platform bare,lists
| {"version":1,"whole":false,"platforms":[{"name":"bare","asked":false,"reason":"its server speaks the bare protocol, which has no way to ask for steps","definitions":[]},{"name":"lists","asked":true,"reason":"its server has not the capability `matchSteps`","advisory":true,"definitions":[{"pattern":"writes {int} bytes","file":"steps.txt","line":1,"used":true}]}],"steps":[{"text":"writes 3 bytes","expression":"writes {int} bytes","file":"features/a.feature","line":3,"scenarios":1,"platforms":[{"platform":"bare","status":"unknown"},{"platform":"lists","status":"defined","matches":[{"pattern":"writes {int} bytes","file":"steps.txt","line":1}]}]},{"text":"reads","expression":"reads","file":"features/a.feature","line":4,"scenarios":1,"platforms":[{"platform":"bare","status":"unknown"},{"platform":"lists","status":"undefined"}]}]}

== servers that should have answered make it fail
file mprun.yaml <<END
platforms:
  broken: {command: [sh, -c, "echo no module named x >&2; exit 3"], protocol: 1}
  silent: {command: [sleep, "60"], protocol: 1, start_timeout: 300ms}
  dies: {command: [python3, "${SRC}/tests/cli/steps_server.py", dies]}
  hangs: {command: [python3, "${SRC}/tests/cli/steps_server.py", hangs], start_timeout: 1500ms}
  error: {command: [python3, "${SRC}/tests/cli/steps_server.py", error]}
  short: {command: [python3, "${SRC}/tests/cli/steps_server.py", short]}
  no-list: {command: [python3, "${SRC}/tests/cli/steps_server.py", no-list]}
  no-id: {command: [python3, "${SRC}/tests/cli/steps_server.py", no-id]}
  fault: {command: [python3, "${SRC}/tests/cli/steps_server.py", fault]}
  unlisted: {command: [python3, "${SRC}/tests/cli/steps_server.py", unlisted]}
  absent: {command: [python3], available: [sh, -c, "echo not here >&2; exit 1"]}
END
file features/a.feature <<END
Feature: Steps
  Scenario: one
    Given the 'w' process writes 3 bytes
END
timeout 60
$ mprun plan --check-steps >plan
! features/a.feature:3:5: ambiguous on unlisted: writes 3 bytes: fits one that it does not list, one that it does not list
! features/a.feature:3:5: fault could not tell whether it knows the step: writes 3 bytes: catastrophic backtracking
! platform 'broken' could not be asked for its steps: it exited with code 3 before it answered initialize; its stderr ends with
! no module named x
! platform 'silent' could not be asked for its steps: no answer to initialize in <ms>; does it flush its stdout after each answer? (start_timeout sets the time)
! platform 'dies' could not be asked for its steps: it exited with code 3 before it had answered
! platform 'hangs' could not be asked for its steps: no answer to matchSteps in 1.5s
! platform 'error' could not be asked for its steps: it did not answer matchSteps: the server answered with the error -32603 (no such file)
! platform 'short' could not be asked for its steps: its answer to matchSteps has 0 results for 1 steps
! platform 'no-list' could not be asked for its steps: its answer to matchSteps is invalid: results[].matches must be an array
! platform 'no-id' could not be asked for its steps: its answer to matchSteps is invalid: a match has no id
? 2
$ mprun steps --platform missing
! --platform missing: there is no platform 'missing' in mprun.yaml
? 2

== definitions without a pattern
file mprun.yaml <<END
platforms:
  a: {command: [python3, "${SRC}/tests/cli/steps_server.py", ok, "writes {int}", "reads"]}
  b: {command: [python3, "${SRC}/tests/cli/steps_server.py", blank, "writes {int}", "writes 1", "reads"]}
  c: {command: [python3, "${SRC}/tests/cli/steps_server.py", blank, "writes {int}"]}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'w' process writes 1
    And the 'w' process writes 2
END
$ mprun steps -v
| step          a  b  c
| writes {int}  ✓  !  ✓
| reads         ○  ·  ·
|
| ! ambiguous
| ✓ defined
| ○ defined, but no step goes there
| · not defined, and no step goes there
|
| features/a.feature:3:5: ambiguous on b: writes 1: fits the one with the id 's0' (steps.txt:1), the one with the id 's1' (steps.txt:2)
| warning: platform 'b' lists 3 step definitions without `pattern.source`, the first with the id 's0'; which steps fit is not known: its server must answer listStepDefinitions with the pattern of each (docs/protocol.md 5.8)
| warning: platform 'c' lists 1 step definition without `pattern.source`: id 's0'; which steps fit is not known: its server must answer listStepDefinitions with the pattern of each (docs/protocol.md 5.8)
|
| steps.txt:2: note: no step of a has this definition: reads
|
| 1 step, 3 platforms, 1 ambiguous; 1 of 2 definitions have no step
$ mprun --platform c -f usage | tail -n +3
|
| warning: platform 'c' lists 1 step definition without `pattern.source`: id 's0'; which steps fit is not known: its server must answer listStepDefinitions with the pattern of each (docs/protocol.md 5.8)

== where a server lists no definitions
file mprun.yaml <<END
platforms:
  a: {command: [python3, "${SRC}/tests/cli/steps_server.py", ok]}
  b: {command: [python3, "${SRC}/tests/cli/steps_server.py", blank, "reads"]}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'w' process reads
END
$ mprun steps | tail -1
| 1 step, 2 platforms, 1 undefined
$ sed -i /b:/d mprun.yaml; mprun steps | tail -1
| 1 step, 1 platform, 1 undefined; no definitions are listed

== many steps go in parts; an interrupt ends it in order
file mprun.yaml <<END
platforms:
  a: {command: [python3, "${SRC}/tests/cli/steps_server.py", ok, "writes {int}"]}
  hooks: {command: [python3, "${SRC}/tests/cli/steps_server.py", hooks, "writes {int}"]}
  int: {command: [python3, "${SRC}/tests/cli/steps_server.py", interrupts]}
  dead: {command: [python3, "${SRC}/tests/cli/steps_server.py", interrupts dead]}
END
$ mkdir features; (echo "Feature: Many"; echo "  Scenario: one"; \
  i=0; while [ $i -lt 1200 ]; do i=$((i+1)); \
  echo "    Given the 'w' process writes $i"; done) >features/a.feature
$ mprun steps --platform a,hooks
| step          a  hooks
| writes {int}  ✓  ✓
|
| ✓ defined
|
| 1 step, 2 platforms
$ grep '^a' heard
| a discovery matches 500
| a discovery matches 500
| a discovery matches 200
| a discovery shutdown
# Hooks of the run are for runs.
$ grep -c 'hooks discovery' heard
| 4
$ mprun steps --platform int >out 2>&1; echo $?; grep interrupted out
| 130
| platform 'int' could not be asked for its steps: interrupted
# Nothing is started in the place of a server that died just before that.
$ mprun steps --platform dead >out 2>&1; echo $?; grep interrupted out
| 130
| platform 'dead' could not be asked for its steps: interrupted

== the SDKs answer with snippets of their language
needs PYTHONPATH=${SRC}/build/python python3 -c 'import cucumber_expressions'
needs node ${SRC}/platform-servers/node/server.js --packages ${SRC}/build/node --available
file mprun.yaml <<END
platforms:
  c: {command: ["${BIN}/platform-servers/c/mprun-server-c", --steps, "${BIN}/tests/cli/hook_steps.so"]}
  python: {command: [python3, "${SRC}/platform-servers/python/server.py", --packages, "${SRC}/build/python", --steps, steps.py]}
  node: {command: [node, "${SRC}/platform-servers/node/server.js", --packages, "${SRC}/build/node", --steps, steps.mjs]}
END
file steps.py <<END
from mprun import step
@step("opens {int}")
def opens(ctx, number): pass
END
file steps.mjs <<END
import { step } from 'mprun';
step('opens {int}', () => {});
END
file features/a.feature <<END
Feature: Steps
  Scenario: one
    Given the 'w' process opens 3
    When the 'w' process sends "x" 2 times
END
timeout 60
$ mprun steps
| step                        c  python  node
| opens {int}                 ✗  ✓       ✓
| sends {string} {int} times  ✗  ✗       ✗
| knows                       ○  ·       ·
| fails                       ○  ·       ·
|
| ✗ undefined
| ✓ defined
| ○ defined, but no step goes there
| · not defined, and no step goes there
|
| features/a.feature:3:5: undefined on c, known on python, node: opens 3
| features/a.feature:4:5: undefined on c, python, node: sends "x" 2 times
|
| What defines the steps that c misses
|
| static void opens(struct mprun_step *step)
| {
|     mprun_pending(step, "write me");
| }
|
|     /* in MPRUN_STEPS(m): */
|     mprun_define(m, "opens {int}", opens);
|
| static void sends_x_times(struct mprun_step *step)
| {
|     mprun_pending(step, "write me");
| }
|
|     /* in MPRUN_STEPS(m): */
|     mprun_define(m, "sends {string} {int} times", sends_x_times);
|
| What defines the steps that python misses
|
| @when("sends {string} {int} times")
| def sends_times(ctx, string, int_):
|     pending()
|
| What defines the steps that node misses
|
| when('sends {string} {int} times', async function (ctx, string, int) {
|     pending();
| });
|
| 2 steps, 3 platforms, 4 undefined; 2 of 4 definitions have no step
