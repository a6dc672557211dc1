# Cases again: those that failed, each one several times, another attempt; and
# how many at once.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>
replace [0-9]{8}-[0-9]{6}-[0-9a-f]{8} with <run>

== --last-failed plays what did not pass, until all does
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}, sh2: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: good
    When the 'writer' process passes
  @platform:sh2
  Scenario: bad
    When the 'writer' process fails
  Scenario Outline: row
    When the 'writer' process <does>
    Examples:
      | does       |
      | passes     |
      | is pending |
END
$ mprun --last-failed
! mprun: there is no last run in $DIR/.mprun/runs; --artifacts names another folder of runs
? 2
$ test ! -e .mprun
$ mprun >out; tail -1 out
| 7 cases: 4 passed, 1 failed, 2 pending in <time>
$ mprun plan --last-failed --list
| features/a.feature:5[writer=sh2]
| features/a.feature:12[writer=sh]
| features/a.feature:12[writer=sh2]
# Lines move, other cases come: it is the same cases.
$ sed -i '1a\
  # a line more\
  Scenario: new\
    When the .writer. process passes\
' features/a.feature; sed -i "s/\.writer\./'writer'/" features/a.feature
$ mprun --last-failed >out; tail -1 out
| 3 cases: 1 failed, 2 pending in <time>
$ sed -i 's/is pending/passes    /' features/a.feature; mprun --last-failed >out; tail -1 out
| 3 cases: 2 passed, 1 failed in <time>
$ sed -i "s/process fails/process passes/" features/a.feature; mprun --last-failed >out; tail -1 out
| 1 case: 1 passed in <time>
$ mprun --last-failed
! mprun: --last-failed: nothing failed in the last run, <run>
? 4
$ mprun --last-failed --allow-empty
! mprun: --last-failed: nothing failed in the last run, <run>

== --last-failed: what did not pass under --no-strict, was not run, was elsewhere
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: pending
    When the 'writer' process is pending
  Scenario: bad
    When the 'writer' process fails
  Scenario: good
    When the 'writer' process passes
END
file other/b.feature <<END
Feature: B
  Scenario: bad
    When the 'writer' process fails
END
$ mprun -j1 -x --no-strict >out; tail -1 out
| 3 cases: 1 failed, 1 pending, 1 not run in <time>
$ mprun plan --last-failed --list
| features/a.feature:4[writer=sh]
| features/a.feature:6[writer=sh]
$ mprun plan --last-failed --list -n good
| features/a.feature:6[writer=sh]
$ mprun other >out; tail -1 out
| 1 case: 1 failed in <time>
$ mprun --last-failed
! mprun: warning: --last-failed: not all that did not pass is in what was given, such as other/b.feature//bad/1.0.0[writer=sh]; the last run was: mprun other
! mprun: nothing was selected: 3 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
? 4
$ mprun --last-failed other -f rerun
| other/b.feature:2[writer=sh]
? 1
$ cd features && mprun --last-failed ../other -f rerun
| ../other/b.feature:2[writer=sh]
? 1

== --repeat-each
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: good
    When the 'writer' process passes
  Scenario: bad
    When the 'writer' process tells MPRUN_SEED
END
$ mprun --repeat-each 3 --seed 1 -f junit:a.xml -f rerun:a.txt -f json:a.json >out; grep '^✗\|  repeat\|cases:' out | sort
|   repeat mprun --seed 1 --repeat-each 3 'features/a.feature:4[writer=sh]'
|   repeat mprun --seed 1 --repeat-each 3 'features/a.feature:4[writer=sh]'
|   repeat mprun --seed 1 --repeat-each 3 'features/a.feature:4[writer=sh]'
| 6 cases: 3 passed, 3 failed in <time>
| ✗ failed  bad [writer=sh] (repetition 1)
| ✗ failed  bad [writer=sh] (repetition 2)
| ✗ failed  bad [writer=sh] (repetition 3)
| ✗ failed features/a.feature:4[writer=sh] (repetition 1)
| ✗ failed features/a.feature:4[writer=sh] (repetition 2)
| ✗ failed features/a.feature:4[writer=sh] (repetition 3)
$ cat a.txt; grep -c '<testcase name="good \[writer=sh\] (repetition [123])"' a.xml
| features/a.feature:4[writer=sh]
| 3
# Each time has a seed of its own; the first time that of a case played once.
$ grep -o 'it is [0-9]*' out | sort -u | wc -l; grep -c '"repetition":' a.json
| 3
| 6
$ grep -o 'it is [0-9]*' out | sort -u >three; mprun -n bad --seed 1 | grep -o 'it is [0-9]*' | sort -u | comm -13 three -
$ mprun plan --last-failed --list
| features/a.feature:4[writer=sh]
$ mprun --repeat-each 0
! mprun: --repeat-each takes a whole number from 1 to 10000, not '0'
? 2

== --max-processes
file mprun.yaml <<END
platforms: {sh: {command: [sh, server.sh], protocol: bare}}
END
file server.sh <<END
echo start >>log
sh "$SRC/tests/cli/server.sh"
echo end >>log
END
file features/a.feature <<END
Feature: A
  Scenario Outline: two
    When the 'writer' process passes
    And the 'reader' process passes
    Examples:
      | n |
      | 1 |
      | 2 |
      | 3 |
END
file big/b.feature <<END
Feature: B
  Scenario: one
    When the 'writer' process passes
  Scenario: three
    When the 'a' process passes
    And the 'b' process passes
    And the 'c' process passes
END
$ mprun -j8 --max-processes 2 >out; tail -1 out
| 3 cases: 3 passed in <time>
# Never more than two have started and not ended.
$ awk '{n += $1 == "start" ? 1 : -1; if (n > most) most = n} END {print most}' log
| 2
$ mprun --max-processes 2 big
! big/b.feature:4:3: 'three' has 3 processes, --max-processes allows 2
? 2
$ mprun plan --max-processes 3 --list big
| big/b.feature:2[writer=sh]
| big/b.feature:4[a=sh,b=sh,c=sh]

== --retry: a pass after a failure is flaky
file mprun.yaml <<END
platforms: {sh: {command: [sh, server.sh], protocol: bare}}
END
file server.sh <<END
test -e tried || { touch tried; exit 7; }
exec sh "$SRC/tests/cli/server.sh"
END
file features/a.feature <<END
Feature: A
  Scenario: shaky
    When the 'writer' process passes
  Scenario: bad
    When the 'writer' process fails
END
$ mprun -j1 --retry 2 >out; tail -1 out; grep 'attempts)' out
| 2 cases: 1 passed (1 flaky), 1 failed in <time>
| ~ flaky features/a.feature:2[writer=sh] (2 attempts)
| ✗ failed features/a.feature:4[writer=sh] (3 attempts)
$ mprun report | tail -1
| 2 cases: 1 passed (1 flaky), 1 failed in <time>
$ mprun plan --last-failed --list
| features/a.feature:4[writer=sh]
