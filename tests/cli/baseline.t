# --baseline: failures that are known, and what else is.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>
replace (?<= )[0-9.]+m?s\b with <time>
replace [0-9]{8}-[0-9]{6}-[0-9a-f]{8} with <run>

== a known failure is no failure, an unexpected pass is one
file mprun.yaml <<END
platforms:
  one: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
  two: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
END
file features/a.feature <<END
Feature: A
  Scenario: fine
    When the 'writer' process passes
  Scenario: broken
    When the 'writer' process fails
  Scenario Outline: rows of <what>
    When the 'writer' process <what>
    Examples:
      | what |
      | dies |
END
file known.yaml <<END
version: 1
known:
  - scenario: broken
    feature: features/a.feature
    combination: {writer: one}
    reason: "#12: it goes wrong on one"
  - scenario: broken
    combination: {writer: [two, three]}
    message: went wrong
    reason: "#13"
  - scenario: rows of <what>
    platform: [one, two]
    status: crashed
    reason: "#14: dies everywhere"
END
$ mprun --baseline known.yaml -j1 -f json:out.json -f junit:out.xml | tail -8
| – 1 skipped: known failure: #12: it goes wrong on one
| – 1 skipped: known failure: #13
| – 2 skipped: known failure: #14: dies everywhere
|
|* artifacts  *
|* starting *
|* seed *
| 6 cases: 2 passed, 4 skipped (4 known to fail) in <time>
# Cucumber has no word for it: steps stay as they ended, the run has passed.
$ mprun report -f message | grep -o '"message":"[^"]*","exc.*"FAILED"\|"message":"skipped[^}]*\|"success":[a-z]*' | sed -n '1,2p;$p'
| "message":"it went wrong","exception":{"type":"failed","message":"it went wrong"},"status":"FAILED"
| "message":"skipped: known failure: #12: it goes wrong on one","status":"SKIPPED"
| "success":true
$ grep -o '"status":"[a-z]*"\|"known":"[^"]*"\|"was":"[a-z]*"\|"known":[0-9]*' out.json
| "known":4
| "status":"passed"
| "status":"passed"
| "status":"skipped"
| "known":"#12: it goes wrong on one"
| "was":"failed"
| "status":"skipped"
| "known":"#13"
| "was":"failed"
| "status":"skipped"
| "known":"#14: dies everywhere"
| "was":"crashed"
| "status":"skipped"
| "known":"#14: dies everywhere"
| "was":"crashed"
$ grep -o 'known failure: #[0-9]*' out.xml | sort | uniq -c | sed 's/^ *//'
| 1 known failure: #12
| 1 known failure: #13
| 2 known failure: #14
$ grep -o 'testsuites.*errors="0"' out.xml | sed 's/time="[^"]*" //'
| testsuites name="mprun" tests="6" failures="0" errors="0"
# The journal keeps it; without, with another baseline.
$ mprun report -f rerun
$ mprun -q >/dev/null
? 1
$ mprun report -q --baseline known.yaml | tail -1
| 6 cases: 2 passed, 4 skipped (4 known to fail) in <time>
$ mprun report -f rerun
| features/a.feature:4[writer=one]
| features/a.feature:4[writer=two]
| features/a.feature:10[writer=one]
| features/a.feature:10[writer=two]
? 1
# It is mended.
$ sed -i 's/process fails/process passes/' features/a.feature
$ mprun --baseline known.yaml features/a.feature:4 -f rerun -f json:out.json
| features/a.feature:4[writer=one]
| features/a.feature:4[writer=two]
? 1
$ grep -o '"message":"[^"]*"' out.json
| "message":"it passed, but the baseline expects it to fail: #12: it goes wrong on one"
| "message":"it passed, but the baseline expects it to fail: #13"
$ sed -i 's/    reason: "#1[23]/    flaky: true\n&/' known.yaml
$ mprun --baseline known.yaml features/a.feature:4 -q | tail -1
| 2 cases: 2 passed in <time>

== what is not known fails as ever
file mprun.yaml <<END
platforms:
  one: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
  two: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
END
file features/a.feature <<END
Feature: A
  Scenario: broken
    When the 'writer' process fails
  Scenario: not played
    When the 'writer' process is skipped
END
file known.yaml <<END
known:
  - {scenario: broken, combination: {writer: one}, message: another, reason: "other words"}
  - {scenario: broken, combination: {writer: two}, status: [crashed, timed-out], reason: "other status"}
  - {scenario: broken, combination: {reader: one}, reason: "other process"}
  - {scenario: broken, feature: b.feature, reason: "other file"}
  - {scenario: Broken, reason: "other letters"}
  - {scenario: not played, reason: "skipped ones are neither"}
END
$ mprun --baseline known.yaml -q | tail -1
| 4 cases: 2 failed, 2 skipped in <time>
! known.yaml:4:5: warning: no case of the run is this known failure of 'broken'
! known.yaml:5:5: warning: no case of the run is this known failure of 'broken'
! known.yaml:6:5: warning: no case of the run is this known failure of 'Broken'
$ mprun --baseline known.yaml -q features | tail -1
| 4 cases: 2 failed, 2 skipped in <time>

== --fail-fast goes on past what is known
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: known
    When the 'writer' process fails
  Scenario: unknown
    When the 'writer' process fails
  Scenario: after
    When the 'writer' process passes
END
file known.yaml <<END
known: [{scenario: known, reason: "it is"}]
END
$ mprun --baseline known.yaml -x -j1 -q | tail -1
| 3 cases: 1 failed, 1 skipped (1 known to fail), 1 not run in <time>

== shards and merge
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: known
    When the 'writer' process fails
  Scenario: passes
    When the 'writer' process passes
END
file known.yaml <<END
known: [{scenario: known, reason: "it is"}]
END
$ for i in 1 2; do mprun --baseline known.yaml --shard $i/2 -q | tail -1; done
| 1 case: 1 skipped (1 known to fail) in <time>
| 1 case: 1 passed in <time>
$ mprun merge -q | tail -1
| 2 cases: 1 passed, 1 skipped (1 known to fail) in <time>
$ for i in 1 2; do mprun --shard $i/2 -q >/dev/null; done
$ mprun merge -q | tail -1
| 2 cases: 1 passed, 1 failed in <time>
$ mprun merge --baseline known.yaml -q | tail -1
| 2 cases: 1 passed, 1 skipped (1 known to fail) in <time>
$ mprun report -q | tail -1
| 2 cases: 1 passed, 1 skipped (1 known to fail) in <time>

== a baseline that cannot be read
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
file known.yaml <<END
version: 2
know: []
known:
  - scenario: one
    combinaton: {writer: sh}
    status: [passed, crash]
  - reason: 12
    message: ""
  - {scenario: one, reason: r, combination: sh, flaky: yes, platform: []}
END
$ mprun --baseline known.yaml
! known.yaml:1:10: version must be 1, not '2'
! known.yaml:2:1: unknown key 'know', did you mean 'known'?
! known.yaml:4:5: a known failure needs a reason, such as the number of an issue
! known.yaml:5:5: unknown key 'combinaton', did you mean 'combination'?
! known.yaml:6:14: unknown failing status 'passed' (known: pending, undefined, ambiguous, failed, leaked, timed-out, crashed, protocol-error, start-failed)
! known.yaml:6:22: unknown failing status 'crash', did you mean 'crashed'?
! known.yaml:7:5: a known failure needs its scenario: the name
! known.yaml:8:14: known.message must be a text that is not empty, not ''
! known.yaml:9:45: known.combination must be a map, not 'sh'
! known.yaml:9:56: known.flaky must be false or true, not 'yes'
! known.yaml:9:71: known.platform is empty
? 2
$ mprun --baseline nowhere.yaml
! nowhere.yaml: the baseline cannot be read: No such file or directory
? 2
$ test ! -e started
