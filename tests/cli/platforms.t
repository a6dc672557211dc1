# Platforms that are not available: skipped with the reason, never silently.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>

== an unavailable platform's cases are skipped with the reason
file mprun.yaml <<END
platforms:
  sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
  old:
    command: [no-such-server]
    available: [sh, -c, "echo no compiler >&2; exit 4"]
  gone: {command: [no-such-server], available: no-such-probe}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun -f json:out.json >out
$ grep -c . started
| 1
$ grep 'skipped:' out
| – 1 skipped: platform 'old' is not available: `sh` exited with code 4: no compiler
| – 1 skipped: platform 'gone' is not available: cannot execute 'no-such-probe': No such file or directory (searched in PATH)
$ tail -1 out
| 3 cases: 1 passed, 2 skipped in <time>
$ grep -o 'platform .old. is not available[^"]*' out.json | sort -u
| platform 'old' is not available: `sh` exited with code 4: no compiler

== all selected cases skipped: exit 0, said loudly
file mprun.yaml <<END
platforms:
  sh: {command: [touch, started], available: "false"}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun >out
$ grep -c 'Nothing was tested: all cases were skipped.' out
| 1
$ tail -1 out
| 1 case: 1 skipped in <time>
$ test ! -e started

== --require-platforms makes it an error, before anything starts
file mprun.yaml <<END
platforms:
  sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
  old: {command: [touch, started], available: [sh, -c, "echo no gcc >&2; exit 4"]}
  gone: {command: [touch, started], available: no-such-probe}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun --require-platforms sh,old,gone
! --require-platforms old: it is not available: `sh` exited with code 4: no gcc
! --require-platforms gone: it is not available: cannot execute 'no-such-probe': No such file or directory (searched in PATH)
? 2
$ mprun --require-platforms old --platform sh
! --require-platforms old: it is not available: `sh` exited with code 4: no gcc
? 2
$ test ! -e started -a ! -e .mprun
$ mprun --require-platforms sh >out; tail -1 out
| 3 cases: 1 passed, 2 skipped in <time>

== a required platform that is not available: its command is not looked for
file mprun.yaml <<END
platforms:
  old: {command: [no-such-server], available: [sh, -c, "echo no gcc >&2; exit 4"]}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun --require-platforms old
! --require-platforms old: it is not available: `sh` exited with code 4: no gcc
? 2

== only what selected cases use is asked, and only when all else is right
file mprun.yaml <<END
platforms:
  a: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare, available: touch asked-a}
  b: {command: [touch, started], available: touch asked-b}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun features/a.feature:40
! features/a.feature:40: no scenario stands on this line; the nearest begins on line 2
? 2
$ mprun -f junti
! --format junti: no report is called 'junti', did you mean 'junit'?
? 2
$ mprun --list
| features/a.feature:2[writer=a]
| features/a.feature:2[writer=b]
$ ls asked-* 2>/dev/null
? 2
$ mprun --platform a >out; tail -1 out
| 1 case: 1 passed in <time>
$ ls asked-*
| asked-a

== a probe that hangs is cut off at the platform's start timeout
file mprun.yaml <<END
platforms:
  sh:
    command: [touch, started]
    available: [sh, -c, "touch asked; exec sleep 1000"]
    start_timeout: 200ms
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun >out
$ grep 'skipped:' out
| – 1 skipped: platform 'sh' is not available: `sh` did not end within <time>
$ ls asked started 2>/dev/null
| asked
? 2

== a tag that leaves no platform
file mprun.yaml <<END
platforms: {sh: {command: [touch, started]}}
END
file features/a.feature <<END
Feature: A
  @platform:windows
  Scenario: one
    When the 'writer' process passes
  @combinations:mixed
  Scenario: two
    When the 'writer' process passes
END
$ mprun -f pretty >out
$ grep -e ' skipped: ' out
| – 1 skipped: no platform can play 'writer': @platform:windows allows none of those left
| – 1 skipped: combinations: mixed needs two processes and two platforms
$ test ! -e started

== a server that does not start: the failure points to its stderr
file mprun.yaml <<END
platforms:
  sh: {command: [sh, -c, "echo line 7 >&2; exit 4"], protocol: 1}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun -f pretty:out.txt >out
? 5
$ grep -o "it exited with .*; its stderr has more" out.txt | sort -u
| it exited with code 4 before it answered initialize; its stderr has more

== a server that prints and exits, started by both protocols: told once
file mprun.yaml <<END
platforms:
  sh: {command: [sh, -c, "echo hello; exit 3"]}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun >out
? 5
$ grep -o "it exited with .*it did the same" out | sort -u
| it exited with code 3 before it answered initialize; started again for the bare protocol it did the same
$ grep warning: out
|   warning: writer (sh): Did something print to stdout? It is reserved for the protocol; use stderr or the SDK; it began with "hello"

== a TMPDIR that is no folder is told, and does without
file mprun.yaml <<END
platforms:
  sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ TMPDIR=/no/such/folder mprun -f json:out.json >out
! mprun: warning: TMPDIR=/no/such/folder: there is no such folder; the cases' folders are made in /tmp
$ TMPDIR=. mprun -f json:out.json >out
! mprun: warning: TMPDIR=.: it is no absolute path; the cases' folders are made in /tmp
$ tail -1 out
| 1 case: 1 passed in <time>
