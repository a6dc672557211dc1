# Every exit status, and which one counts where several apply.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>

== 0: passed and skipped
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process is skipped
    Then the 'writer' process fails
END
$ mprun >out
$ grep skipped: out; tail -1 out
| – 1 skipped: not on this one
| 2 cases: 1 passed, 1 skipped in <time>

== 1: some case did not pass
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: failed
    When the 'writer' process fails
  Scenario: undefined
    When the 'writer' process is undefined
  Scenario: pending
    When the 'writer' process is pending
  Scenario: timed-out
    When the 'writer' process waits
  Scenario: crashed
    When the 'writer' process dies
  Scenario: protocol-error
    When the 'writer' process babbles
END
$ mprun -n failed >out; echo $?; tail -1 out
| 1
| 1 case: 1 failed in <time>
$ mprun -n undefined >out; echo $?; tail -1 out
| 1
| 1 case: 1 undefined in <time>
$ mprun -n pending >out; echo $?; tail -1 out
| 1
| 1 case: 1 pending in <time>
$ mprun -n pending --no-strict >out; echo $?; tail -1 out
| 0
| 1 case: 1 pending in <time>
$ mprun -n timed --timeout 300ms >out; echo $?; tail -1 out
| 1
| 1 case: 1 timed-out in <time>
$ mprun -n crashed >out; echo $?; tail -1 out
| 1
| 1 case: 1 crashed in <time>
$ mprun -n protocol >out; echo $?; tail -1 out
| 1
| 1 case: 1 protocol-error in <time>

== 5: nothing worse than servers that did not start
file mprun.yaml <<END
platforms:
  broken: {command: [sh, -c, "echo cannot find libipc.so >&2; exit 7"], protocol: bare}
  silent: {command: [sh, -c, "read line; read line"], protocol: bare, start_timeout: 300ms}
  sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
END
file features/a.feature <<END
Feature: A
  @platform:broken
  Scenario: one
    When the 'writer' process passes
  @platform:silent
  Scenario: two
    When the 'writer' process passes
  @platform:sh
  Scenario: three
    When the 'writer' process fails
END
$ mprun features/a.feature:3 >out
? 5
$ test "$(grep -c 'cannot find libipc.so' out)" -gt 0
$ tail -1 out
| 1 case: 1 start-failed in <time>
$ mprun features/a.feature:6 >out
? 5
$ tail -1 out
| 1 case: 1 start-failed in <time>
# A failure is worse.
$ mprun >out
? 1
$ tail -1 out
| 3 cases: 1 failed, 2 start-failed in <time>

== 3 before 1
needs test -c /dev/full
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process fails
END
$ mprun -f junit:/dev/full >out
! mprun: /dev/full: the report was not written: No space left on device
? 3
$ tail -1 out
| 1 case: 1 failed in <time>

== 2 before 1 and 3
needs test -c /dev/full
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process fails
END
file features/b.feature <<END
Featur: B
END
$ mprun --keep-going -f junit:/dev/full >out
! features/b.feature:1:1: 'Featur: B' cannot stand here: did you mean 'Feature:'?
! mprun: /dev/full: the report was not written: No space left on device
? 2
$ tail -1 out
| 1 case: 1 failed in <time>

== 130: interrupted by Ctrl-C, with complete reports
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
timeouts: {stop: 500ms}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process fails
  Scenario: two
    When the 'writer' process interrupts
  Scenario: three
    When the 'writer' process passes
END
$ mprun -j1 -f junit:out.xml >out
? 130
$ tail -1 out
| 3 cases: 1 failed, 1 interrupted, 1 not run in <time>
$ tail -1 out.xml
| </testsuites>
$ grep -c '<testcase' out.xml
| 3

== 143: terminated
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
timeouts: {stop: 500ms}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process terminates
END
$ mprun -f junit:out.xml >out
? 143
$ tail -1 out; tail -1 out.xml
| 1 case: 1 interrupted in <time>
| </testsuites>

== closed standard input, output and error
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process fails
END
$ mprun -f junit:in.xml <&- >out
? 1
$ mprun -f junit:out.xml >&-
! mprun: standard output: Bad file descriptor (cases: 1 passed, 1 failed)
? 3
$ mprun -f junit:err.xml 2>&- >out
? 1
$ mprun -f junit:all.xml <&- >&- 2>&-
? 3
$ for f in in out err all; do grep -c '</testsuites>' $f.xml; done
| 1
| 1
| 1
| 1

== --fail-fast and --max-failures leave the rest not-run
file mprun.yaml <<END
platforms:
  sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare, prestart: false}
END
file features/a.feature <<END
Feature: A
  Scenario Outline: <n>
    When the 'writer' process fails
    Examples:
      | n |
      | 1 |
      | 2 |
      | 3 |
      | 4 |
END
$ mprun -j1 -x >out
? 1
$ tail -1 out; grep -c . started
| 4 cases: 1 failed, 3 not run in <time>
| 1
$ mprun -j1 --max-failures 3 >out
? 1
$ tail -1 out
| 4 cases: 3 failed, 1 not run in <time>

== --retry: a pass after a failure is a pass, marked flaky
file once.sh <<END
# Fails the first time.
while IFS= read -r line; do
    id=${line##*'"id":'}
    id=${id%%[!0-9]*}
    case $line in
    *executeStep*)
        if [ -e tried ]; then result='{"success":true}'; else result='{"success":false,"error":"not yet"}'; fi
        : >tried
        ;;
    *) result='{"status":"ok"}' ;;
    esac
    printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
END
file mprun.yaml <<END
platforms: {sh: {command: [sh, once.sh], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun --retry 1 >out
$ tail -1 out
| 1 case: 1 passed (1 flaky) in <time>
