# What is selected: tags, names, lines, ids, lists, platforms, processes.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>
== tag expressions
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}, python: {command: [touch, started]}}
tag_aliases: {lin: "platform:linux"}
END
file features/a.feature <<END
@all
Feature: A
  @a @platform:linux,macos
  Scenario: one
    When the 'writer' process passes
  @a @b
  Scenario: two
    When the 'writer' process passes
  @a @c
  Scenario: three
    When the 'writer' process passes
  Scenario Outline: four
    When the 'writer' process passes <n>
    @d
    Examples:
      | n |
      | 1 |
    @platform:python
    Examples:
      | n |
      | 2 |
END
$ mprun --list --platform c -t '@a and not (@b or @c)'
| features/a.feature:4[writer=c]
$ mprun --list --platform c -t '@a' -t 'not @c'
| features/a.feature:4[writer=c]
| features/a.feature:7[writer=c]
$ mprun --list --platform c --tags=@platform:linux
| features/a.feature:4[writer=c]
$ mprun --list --platform c --tags=@platform:macos
| features/a.feature:4[writer=c]
$ mprun --list -t '@all and (@d or @platform:python)'
| features/a.feature:17[writer=c]
| features/a.feature:17[writer=python]
| features/a.feature:21[writer=python]
$ mprun --list -t '' | wc -l
| 9

== names are found anywhere, one of several is enough
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}}
END
file features/a.feature <<END
Feature: A
  Scenario: a frame arrives
    When the 'writer' process passes
  Scenario: two frames arrive
    When the 'writer' process passes
  Scenario Outline: <n> bytes
    When the 'writer' process passes
    Examples:
      | n  |
      | 64 |
      | 1k |
END
$ mprun --list -n arrives
| features/a.feature:2[writer=c]
$ mprun --list -n '^two' -n '\d+ bytes'
| features/a.feature:4[writer=c]
| features/a.feature:10[writer=c]
$ mprun --list -n 'FRAME'
! mprun: nothing was selected: 4 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
? 4

== lines of scenarios, steps, rows and Examples
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
    And it passes
  Scenario Outline: two
    When the 'writer' process passes <n>
    Examples:
      | n |
      | 1 |
      | 2 |
END
$ mprun --list features/a.feature:2
| features/a.feature:2[writer=c]
$ mprun --list features/a.feature:4
| features/a.feature:2[writer=c]
$ mprun --list features/a.feature:10
| features/a.feature:10[writer=c]
$ mprun --list features/a.feature:5
| features/a.feature:9[writer=c]
| features/a.feature:10[writer=c]
$ mprun --list features/a.feature:3:9
| features/a.feature:2[writer=c]
| features/a.feature:9[writer=c]
$ mprun --list ./features//a.feature:4 features/a.feature:10
| features/a.feature:2[writer=c]
| features/a.feature:10[writer=c]

== platforms and processes
file mprun.yaml <<END
platforms:
  c: {command: [touch, started]}
  python: {command: [touch, started]}
  js: {command: [touch, started]}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
    Then the 'reader' process passes
  @pairs
  Scenario: two
    When the 'writer' process passes
    Then the 'reader' process passes
    And the 'broker' process passes
END
$ mprun --list --platform js -n one
| features/a.feature:2[reader=js,writer=js]
$ mprun --list --process writer=c --process reader=python,js -n one
| features/a.feature:2[reader=python,writer=c]
| features/a.feature:2[reader=js,writer=c]
$ mprun --list --platform c,js --combinations mixed -n one
| features/a.feature:2[reader=c,writer=js]
| features/a.feature:2[reader=js,writer=c]
$ mprun --list --combinations same -n one
| features/a.feature:2[reader=c,writer=c]
| features/a.feature:2[reader=python,writer=python]
| features/a.feature:2[reader=js,writer=js]
$ mprun --list --combinations pairwise --platform c,js -t @pairs
| features/a.feature:6[broker=c,reader=c,writer=c]
| features/a.feature:6[broker=c,reader=js,writer=js]
| features/a.feature:6[broker=js,reader=c,writer=js]
| features/a.feature:6[broker=js,reader=js,writer=c]

== nothing selected is an exit of its own, with a hint
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  @slow
  Scenario: one
    When the 'writer' process passes
END
file features/empty.feature <<END
END
$ mprun -t @slwo
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
! mprun: --tags: no scenario has the tag '@slwo', did you mean '@slow'?
? 4
$ mprun -t slow
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
! mprun: --tags: 'slow' is no tag, a tag begins with @: did you mean '@slow'?
? 4
$ mprun -t a
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
! mprun: --tags: 'a' is no tag, a tag begins with @: did you mean '@a'?
? 4
# A line is an address: where nothing lives there it is wrong, not empty.
$ mprun features/a.feature:99
! features/a.feature:99: no scenario stands on this line; the nearest begins on line 3
? 2
$ mprun -t '@fast and not @slow'
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
! mprun: --tags: no scenario has the tag '@fast'
? 4
$ mprun -n nothing
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
? 4
$ mprun features/empty.feature
! mprun: nothing was selected: there is no scenario in what was given
? 4
$ mprun -t @fast --allow-empty
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
! mprun: --tags: no scenario has the tag '@fast'
$ test ! -e started -a ! -e .mprun
# A report of an earlier run does not pass for one of this.
$ echo old >out.xml; mprun -t @fast --allow-empty -f junit:out.xml -f tap 2>err
| TAP version 14
| 1..0
$ grep -o 'tests="[0-9]*".*' out.xml
| tests="0" failures="0" errors="0">
$ echo old >out.xml; mprun -t @fast -f junit:out.xml 2>err; echo $?; cat out.xml
| 4
| old

== the cases that did not pass are played again from a list
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process fails
  Scenario: three
    When the 'writer' process is skipped
  Scenario: four
    When the 'writer' process dies
END
$ mprun -f rerun:again.txt >out
? 1
$ sort again.txt; tail -1 out
| features/a.feature:4[writer=sh]
| features/a.feature:8[writer=sh]
| 4 cases: 1 passed, 1 failed, 1 crashed, 1 skipped in <time>
$ mprun @again.txt >out
? 1
$ tail -1 out
| 2 cases: 1 failed, 1 crashed in <time>
$ mprun --list @again.txt
| features/a.feature:4[writer=sh]
| features/a.feature:8[writer=sh]
# A list without a case selects nothing: not everything.
$ : >none.txt; mprun @none.txt
! mprun: nothing was selected: there is no scenario in what was given
? 4
$ mprun -f rerun:none.txt features/a.feature:2 >out; mprun @none.txt --allow-empty
! mprun: nothing was selected: there is no scenario in what was given

== lenient: a culture code and English keywords; what repeats a case says it
file mprun.yaml <<END
version: 1
platforms: {c: {command: [false]}}
END
file a.feature <<END
# language: de-DE
Funktionalität: A
  Scenario: one
    Angenommen x
    When y
END
$ mprun plan a.feature
! a.feature:1:1: Language not supported: de-DE; did you mean 'de'?
? 2
$ mprun plan --lenient --list a.feature
| a.feature:3[main=c]
! a.feature:1:1: warning: language 'de-DE' is read as 'de'
$ mprun run --lenient a.feature | grep repeat
|   repeat mprun --lenient 'a.feature:3[main=c]'
! a.feature:1:1: warning: language 'de-DE' is read as 'de'
$ mprun lint --lenient a.feature
| a.feature:1:1: warning: language 'de-DE' is read as 'de' [language]
? 1
