# The plan: what would run and why, in words, as JSON, as a list. Nothing
# starts.

== in words
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}, python: {command: [touch, started]}}
timeouts: {match: [{step: "^waits", timeout: 2m}]}
END
file features/ipc.feature <<END
@ipc
Feature: Frames
  Background:
    Given the 'reader' process listens

  @timeout:5s
  Scenario: A frame arrives
    When the 'writer' process writes
    And it stops
    Then all processes are ready

  @combinations:same
  Scenario: Both on one
    When the 'writer' process waits

  @platform:windows
  Scenario: Elsewhere
    When the 'writer' process writes
END
$ mprun plan
| features/ipc.feature: Frames
|
|     7  A frame arrives  - 4 cases
|          @ipc @timeout:5s
|       4  reader          Given the 'reader' process listens  (timeout 5s)
|       8  writer          When the 'writer' process writes  (timeout 5s)
|       9  writer          And it stops  (previous, timeout 5s)
|      10  reader, writer  Then all processes are ready
|          [reader=c,writer=c] [reader=c,writer=python] [reader=python,writer=c]
|          [reader=python,writer=python]
|
|    13  Both on one  - 2 cases
|          @ipc @combinations:same
|       4  reader  Given the 'reader' process listens
|      14  writer  When the 'writer' process waits  (timeout 2m)
|          [reader=c,writer=c] [reader=python,writer=python]
|          2 of 4 combinations: same leaves out 2
|
|    17  Elsewhere  - 0 cases, 1 skipped
|          @ipc @platform:windows
|       4  reader  Given the 'reader' process listens
|      18  writer  When the 'writer' process writes
|          not on c: @platform:windows
|          not on python: @platform:windows
|          skipped [reader=?,writer=?]: no platform can play 'reader': @platform:windows allows none of those left
|
| 1 feature, 3 scenarios, 7 cases (1 skipped)
$ mprun plan -t 'not @platform:windows' features/ipc.feature:7
| features/ipc.feature: Frames
|
|     7  A frame arrives  - 4 cases
|          @ipc @timeout:5s
|       4  reader          Given the 'reader' process listens  (timeout 5s)
|       8  writer          When the 'writer' process writes  (timeout 5s)
|       9  writer          And it stops  (previous, timeout 5s)
|      10  reader, writer  Then all processes are ready
|          [reader=c,writer=c] [reader=c,writer=python] [reader=python,writer=c]
|          [reader=python,writer=python]
|
| Left out
|   features/ipc.feature:13: another line was asked for
|   features/ipc.feature:17: another line was asked for
|
| 1 feature, 1 scenario, 4 cases, 2 left out
$ mprun run --dry-run -n 'on one'
| features/ipc.feature: Frames
|
|    13  Both on one  - 2 cases
|          @ipc @combinations:same
|       4  reader  Given the 'reader' process listens
|      14  writer  When the 'writer' process waits  (timeout 2m)
|          [reader=c,writer=c] [reader=python,writer=python]
|          2 of 4 combinations: same leaves out 2
|
| Left out
|   features/ipc.feature:7: --name
|   features/ipc.feature:17: --name
|
| 1 feature, 1 scenario, 2 cases, 2 left out
$ mprun -d -n 'on one' | tail -1
| 1 feature, 1 scenario, 2 cases, 2 left out
$ test ! -e started -a ! -e .mprun

== what is left out, and why
file mprun.yaml <<END
platforms:
  c: {command: [touch, started]}
  python: {command: [touch, started]}
  old: {command: [touch, started], os: windows}
processes: {writer: {platforms: [c, python]}, reader: {}, third: {}}
combinations: {exclude: [{writer: python, reader: python}]}
END
file features/a.feature <<END
Feature: A
  Scenario: excludes
    When the 'writer' process writes
    Then the 'reader' process reads
  @combinations:mixed @platform:reader=c,old
  Scenario: a strategy
    When the 'writer' process writes
    Then the 'reader' process reads
  @combinations:pairwise
  Scenario: pairs
    When the 'writer' process writes
    Then the 'reader' process reads
    And the 'third' process reads
END
$ mprun plan
| features/a.feature: A
|
|     2  excludes  - 5 cases
|       3  writer  When the 'writer' process writes
|       4  reader  Then the 'reader' process reads
|          [reader=c,writer=c] [reader=c,writer=python] [reader=python,writer=c]
|          [reader=old,writer=c] [reader=old,writer=python]
|          'writer' not on old: "processes:" does not list it
|          5 of 6 combinations: combinations.exclude leaves out 1
|
|     6  a strategy  - 3 cases
|          @combinations:mixed @platform:reader=c,old
|       7  writer  When the 'writer' process writes
|       8  reader  Then the 'reader' process reads
|          [reader=c,writer=python] [reader=old,writer=c]
|          [reader=old,writer=python]
|          'reader' not on python: @platform:reader=c,old
|          'writer' not on old: "processes:" does not list it
|          3 of 4 combinations: mixed leaves out 1
|
|    10  pairs  - 9 cases
|          @combinations:pairwise
|      11  writer  When the 'writer' process writes
|      12  reader  Then the 'reader' process reads
|      13  third   And the 'third' process reads
|...
|          'writer' not on old: "processes:" does not list it
|          9 of 18 combinations: combinations.exclude leaves out 3, pairwise leaves out 6
|
| 1 feature, 3 scenarios, 17 cases
$ mprun plan -v --combinations same --platform c,python features/a.feature:2 features/a.feature:6
| features/a.feature: A
|
|     2  excludes  - 1 case
|       3  writer  When the 'writer' process writes  (the)
|       4  reader  Then the 'reader' process reads  (the)
|          [reader=c,writer=c]
|          'reader' not on old: --platform
|          'writer' not on old: "processes:" does not list it
|          1 of 4 combinations: combinations.exclude leaves out 1, same leaves out 2
|          left out [reader=c,writer=python]: combinations: same
|          left out [reader=python,writer=c]: combinations: same
|          left out [reader=python,writer=python]: combinations.exclude, mprun.yaml:6
|
|     6  a strategy  - 1 case
|          @combinations:mixed @platform:reader=c,old
|       7  writer  When the 'writer' process writes  (the)
|       8  reader  Then the 'reader' process reads  (the)
|          [reader=c,writer=c]
|          'reader' not on python: @platform:reader=c,old
|          'reader' not on old: --platform
|          'writer' not on old: "processes:" does not list it
|          1 of 2 combinations: same leaves out 1
|          left out [reader=c,writer=python]: combinations: same
|          note: @combinations:mixed is displaced by --combinations same
|
| Left out
|   features/a.feature:10: another line was asked for
|
| 1 feature, 2 scenarios, 2 cases, 1 left out
$ mprun plan 'features/a.feature:2[reader=c,writer=c]'
| features/a.feature: A
|
|     2  excludes  - 1 case
|       3  writer  When the 'writer' process writes
|       4  reader  Then the 'reader' process reads
|          [reader=c,writer=c]
|          'writer' not on old: "processes:" does not list it
|
| Left out
|   features/a.feature:2[reader=c,writer=python]: another combination was asked for
|   features/a.feature:2[reader=python,writer=c]: another combination was asked for
|   features/a.feature:2[reader=old,writer=c]: another combination was asked for
|   features/a.feature:2[reader=old,writer=python]: another combination was asked for
|   features/a.feature:6: another line was asked for
|   features/a.feature:10: another line was asked for
|
| 1 feature, 1 scenario, 1 case, 6 left out
$ test ! -e started

== as a list of ids, which are accepted as paths
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}, python: {command: [touch, started]}}
END
file features/ipc.feature <<END
Feature: Frames
  Scenario Outline: <n> frames
    When the 'writer' process writes <n> frames
    Then the 'reader' process reads <n> frames
    Examples:
      | n |
      | 1 |
      | 2 |
END
$ mprun plan --list
| features/ipc.feature:7[reader=c,writer=c]
| features/ipc.feature:7[reader=c,writer=python]
| features/ipc.feature:7[reader=python,writer=c]
| features/ipc.feature:7[reader=python,writer=python]
| features/ipc.feature:8[reader=c,writer=c]
| features/ipc.feature:8[reader=c,writer=python]
| features/ipc.feature:8[reader=python,writer=c]
| features/ipc.feature:8[reader=python,writer=python]
$ mprun --list 'features/ipc.feature:8[reader=c,writer=python]'
| features/ipc.feature:8[reader=c,writer=python]
$ mprun plan --list >all && mprun --list @all | cmp - all
$ test ! -e started -a ! -e .mprun

== as JSON
needs python3 -c pass
file mprun.yaml <<END
platforms:
  c: {command: [touch, started]}
  python: {command: [touch, started], labels: [slow]}
END
file features/ipc.feature <<END
Feature: Frames
  @timeout:5s
  Scenario: one
    When the 'writer' process writes
      | a | b |
    Then the 'writer' process should be killed by SIGKILL within 2s
END
file show.py <<END
import json, sys
plan = json.load(sys.stdin)
scenario = plan["scenarios"][0]
print(plan["version"], plan["config"])
print(scenario["strategy"], scenario["combinations"], scenario["possible"])
print(scenario["processes"][0].get("leftOut"))
for platform in plan["platforms"]:
    print([label["name"] for label in platform["labels"]
           if label["kind"] in ("name", "own")])
for step in scenario["steps"]:
    print(step["line"], step["action"], step["processes"], step["timeoutMs"],
          step.get("sent"), step.get("dataTable"), step.get("signal"))
for case in plan["cases"]:
    print(case["number"], case["id"], case["scenarioId"], case["combination"])
END
$ mprun plan --json | python3 show.py
| 1 mprun.yaml
| all 2 2
| None
| ['c']
| ['python', 'slow']
| 4 send ['writer'] 5000 writes [['a', 'b']] None
| 6 expect signal ['writer'] 2000 None None 9
| 1 features/ipc.feature:3[writer=c] ipc-1-1 {'writer': 'c'}
| 2 features/ipc.feature:3[writer=python] ipc-1-2 {'writer': 'python'}
$ mprun plan --json --platform c | python3 show.py | sed -n 2,3p
| all 1 1
| [{'platform': 'python', 'reason': '--platform'}]
$ mprun --json -t @none | python3 -c 'import json,sys; print(json.load(sys.stdin)["leftOut"])'
| [{'id': 'features/ipc.feature:3', 'reason': '--tags'}]
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms
! mprun: --tags: no scenario has the tag '@none'
$ test ! -e started -a ! -e .mprun

== nothing in it
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}}
END
file features/a.feature <<END
Feature: A
  @a
  Scenario: one
    When the 'writer' process passes
END
$ mprun plan -t @b
|
| Left out
|   features/a.feature:3: --tags
|
| 0 features, 0 scenarios, 0 cases, 1 left out
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms
! mprun: --tags: no scenario has the tag '@b'
? 4
$ mprun plan --list -n two
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
? 4
$ mprun plan --list -n two --allow-empty
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why

== the plan goes through a pipe that closes early
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun plan >first; head -1 first
| features/a.feature: A
$ mprun plan >/dev/full
! mprun: standard output: No space left on device
? 3
