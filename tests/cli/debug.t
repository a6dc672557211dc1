# --debug and --wrap told wrongly, and nobody to press Enter. How they are with
# real processes and a terminal: tests/process/test_debug.py.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>

== processes that there are not
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
processes: {writer: {}, reader: {}, node: {count: 2}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
    Then all 'node' processes pass
  Scenario: two
    When the 'reader' process passes
END
$ mprun --debug=wrtier,writer,node,node#2,node#3 --wrap noode=env </dev/zero
! --debug=wrtier: no selected scenario has a process 'wrtier', did you mean 'writer'?
! --debug=node#3: no selected scenario has a process 'node#3', did you mean 'node#1'?
! --wrap noode=env: no selected scenario has a process 'noode', did you mean 'node'?
? 2
$ mprun --wrap reader=env -n one
! --wrap reader=env: no selected scenario has a process 'reader'
? 2
$ mprun --dry-run --wrap nobody=env --debug=me
! --debug=me: no selected scenario has a process 'me'
! --wrap nobody=env: no selected scenario has a process 'nobody'
? 2
$ test ! -e started -a ! -e .mprun

== values that say nothing
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
profiles: {bad: {debug: writer}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun --debug= --debug=a,,b --wrap writer --wrap =env --wrap writer= --wrap writer="'x"
! mprun: --debug= names nothing: --debug[=NAME]
! mprun: --debug takes names with commas between, not 'a,,b'
! mprun: --wrap takes PROCESS=COMMAND, such as writer='valgrind --', not 'writer'
! mprun: --wrap takes PROCESS=COMMAND, such as writer='valgrind --', not '=env'
! mprun: --wrap takes PROCESS=COMMAND, such as writer='valgrind --', not 'writer='
! mprun: --wrap writer='x: a quote is not closed
? 2
$ mprun --debug writer
! mprun: 'writer' is no path; the value of --debug stands after '=': did you mean '--debug=writer'?
? 2
$ mprun plan --debug --wrap a=b
! mprun: '--debug' is an option of 'run', not of 'plan' (mprun plan --help)
! mprun: '--wrap' is an option of 'run', not of 'plan' (mprun plan --help)
? 2
$ mprun -p bad
! mprun.yaml:2:25: profile 'bad': it cannot set the option 'debug'
? 2
$ test ! -e started -a ! -e .mprun

== programs that there are not
file mprun.yaml <<END
platforms:
  one: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
  two: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare, cwd: features}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
    Then the 'reader' process passes
END
file tool <<END
#!/bin/sh
exec "$@"
END
$ mprun --wrap writer='valgrnd --' --wrap reader=./tool
! --wrap writer=valgrnd --: 'valgrnd' is not in PATH
! --wrap reader=./tool: '$DIR/tool' is not executable: chmod +x it, or name what runs it first, as in [sh, $DIR/tool]
? 2
$ mprun --wrap writer='env ${NO_SUCH_NAME} ${case.nummer}' --wrap reader='X=1 env'
! --wrap writer=env ${NO_SUCH_NAME} ${case.nummer}: ${NO_SUCH_NAME} is not set
! --wrap writer=env ${NO_SUCH_NAME} ${case.nummer}: ${case.nummer} is not set
! --wrap reader=X=1 env: 'X=1' is no program: variables stand under env, and no shell runs
? 2
$ test ! -e started -a ! -e features/started -a ! -e .mprun
$ chmod +x tool && mprun -q --wrap writer=./tool --wrap reader='env A=b' | tail -1
| 4 cases: 4 passed in <time>
$ grep -c '"text":"env A=b sh ' .mprun/runs/latest/journal.ndjson
| 4

== nobody can press Enter
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun --debug </dev/null
! mprun: --debug waits for Enter on standard input, which is at its end: call mprun in a terminal, or give it a line for each process that is started
? 2
$ mprun --debug <&-
! mprun: --debug waits for Enter on standard input, which is at its end: call mprun in a terminal, or give it a line for each process that is started
? 2
$ : >empty; mprun --debug <empty
! mprun: --debug waits for Enter on standard input, which is at its end: call mprun in a terminal, or give it a line for each process that is started
? 2
$ test ! -e started -a ! -e .mprun
$ mprun --debug --list </dev/null
| features/a.feature:2[writer=sh]
$ echo | mprun --debug=writer >out
!~ mprun: 'writer' \(sh\), pid \d+, is started in features/a.feature:2\[writer=sh\]: press Enter to let it go on
$ tail -1 out
| 1 case: 1 passed in <time>
