# Features that are wrong: all errors of all files, exit status 2, nothing
# started.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>
== parse errors of several files are listed, and nothing runs
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/1.feature <<END
Feature: One
  Scenario: good
    When the 'writer' process passes
    Whn the 'writer' process passes
  Scenario: more
    Given a table
      | a | b |
      | c |
END
file features/2.feature <<END
Featur: Two
END
file features/3.feature <<END
Feature: Three
  Scenario: fine
    When the 'writer' process passes
END
$ mprun
! features/1.feature:4:5: 'Whn the 'writer' process passes' cannot stand here: did you mean 'When '?
! features/1.feature:8:7: inconsistent cell count within the table; this row has 1 cell, the first row has 2
! features/2.feature:1:1: 'Featur: Two' cannot stand here: did you mean 'Feature:'?
? 2
$ mprun plan
! features/1.feature:4:5: 'Whn the 'writer' process passes' cannot stand here: did you mean 'When '?
! features/1.feature:8:7: inconsistent cell count within the table; this row has 1 cell, the first row has 2
! features/2.feature:1:1: 'Featur: Two' cannot stand here: did you mean 'Feature:'?
? 2
$ mprun --list -n fine
! features/1.feature:4:5: 'Whn the 'writer' process passes' cannot stand here: did you mean 'When '?
! features/1.feature:8:7: inconsistent cell count within the table; this row has 1 cell, the first row has 2
! features/2.feature:1:1: 'Featur: Two' cannot stand here: did you mean 'Feature:'?
? 2
$ test ! -e started -a ! -e .mprun
# The others run, the status stays.
$ mprun --keep-going >out
! features/1.feature:4:5: 'Whn the 'writer' process passes' cannot stand here: did you mean 'When '?
! features/1.feature:8:7: inconsistent cell count within the table; this row has 1 cell, the first row has 2
! features/2.feature:1:1: 'Featur: Two' cannot stand here: did you mean 'Feature:'?
? 2
$ grep -c . started; tail -1 out
| 1
| 1 case: 1 passed in <time>
$ mprun plan --keep-going --list
| features/3.feature:2[writer=sh]
! features/1.feature:4:5: 'Whn the 'writer' process passes' cannot stand here: did you mean 'When '?
! features/1.feature:8:7: inconsistent cell count within the table; this row has 1 cell, the first row has 2
! features/2.feature:1:1: 'Featur: Two' cannot stand here: did you mean 'Feature:'?
? 2

== labels, tags and process names that cannot be
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}, python: {command: [touch, started]}}
END
file features/a.feature <<END
Feature: A
  @platform:pyton
  Scenario: one
    When the 'writer' process passes
  @timeout:soon @combinations:most @retry:x
  Scenario: two
    When the 'writer' process passes
  @timeout:5s @timeout:6s
  Scenario: three
    When the 'writer' process passes
  Scenario: four
    When the 'wri/ter' process passes
  @platform:windows
  Scenario: an operating system of others is no error
    When the 'writer' process passes
END
$ mprun
! features/a.feature:2:3: @platform:pyton: no platform has the label 'pyton', did you mean 'python'?
! features/a.feature:5:3: @timeout:soon: not a duration; say it as @timeout:5s (a bare number is milliseconds)
! features/a.feature:5:17: @combinations:most: the strategies are all, same, mixed and pairwise
! features/a.feature:5:36: @retry:x: say how often, as in @retry:2 (at most 100)
! features/a.feature:8:15: @timeout:6s: contradicts @timeout:5s on the same level
!~ features/a.feature:12:5: 'wri/ter' .*letters, digits.*
? 2
$ test ! -e started -a ! -e .mprun

== a process that the configuration does not know
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}}
processes: {writer: {}, reader: {}, node: {count: 3}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
    Then the 'raeder' process passes
  Scenario: two
    When the 'node' process passes
END
$ mprun
! features/a.feature:4:5: there is no process 'raeder' in mprun.yaml, did you mean 'reader'?
!~ features/a.feature:6:5: 'node' has 3 members.*'node#1', all 'node' processes or each 'node' process
? 2
$ test ! -e started -a ! -e .mprun

== wrong paths
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}}
END
file features/ipc/frames.feature <<END
Feature: A

  Scenario: one
    When the 'writer' process passes
END
$ mprun featurs
! featurs: No such file or directory, did you mean 'features'?
? 2
$ mprun features/ipc/frame.feature features/icp nowhere/at/all.feature
! features/ipc/frame.feature: No such file or directory, did you mean 'features/ipc/frames.feature'?
! features/icp: No such file or directory, did you mean 'features/ipc'?
! nowhere/at/all.feature: No such file or directory
? 2
$ mprun mprun.yaml
! mprun.yaml: not a feature file (.feature or .feature.md)
? 2
$ mprun features:3
! features is a folder: a line or a combination needs a feature file
? 2
$ mprun @rerun.txt
! @rerun.txt: cannot read the list of cases: No such file or directory
? 2
$ test ! -e started -a ! -e .mprun

== wrong lines and case ids
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}, python: {command: [touch, started]}}
END
file features/a.feature <<END
Feature: A

  Scenario: one
    When the 'writer' process passes
END
$ mprun features/a.feature:40
! features/a.feature:40: no scenario stands on this line; the nearest begins on line 3
? 2
$ mprun features/a.feature:3:1
! features/a.feature:1: no scenario stands on this line; the nearest begins on line 3
? 2
$ mprun features/a.feature:0
! features/a.feature:0: lines are counted from 1
? 2
$ mprun 'features/a.feature:3[writer=pyton]'
! features/a.feature: no case has the combination [writer=pyton] (mprun plan --list shows them)
? 2
$ mprun 'features/a.feature:3[raeder=c]'
! features/a.feature: no case has the combination [raeder=c] (mprun plan --list shows them)
? 2
$ mprun 'features/a.feature:3[writer=c'
! features/a.feature:3[writer=c: No such file or directory
? 2
$ test ! -e started -a ! -e .mprun

== wrong tag expressions, names, platforms, processes, profiles
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}, python: {command: [touch, started]}}
profiles: {ci: {tags: "not @wip"}, wrong: {jbos: 3, jobs: many}}
END
file features/a.feature <<END
Feature: A
  @slow
  Scenario: one
    When the 'writer' process passes
END
$ mprun -t '@a and' -t '@a @b' -n '(' -n 'a**'
! mprun.yaml:2:50: profile 'wrong': unknown option 'jbos', did you mean 'jobs'?
! mprun.yaml:2:59: jobs takes a whole number from 1 to 10000, not 'many'
? 2
$ mprun --platform pyton
! mprun.yaml:2:50: profile 'wrong': unknown option 'jbos', did you mean 'jobs'?
! mprun.yaml:2:59: jobs takes a whole number from 1 to 10000, not 'many'
? 2
$ mprun --process writer=pyton
! mprun.yaml:2:50: profile 'wrong': unknown option 'jbos', did you mean 'jobs'?
! mprun.yaml:2:59: jobs takes a whole number from 1 to 10000, not 'many'
? 2
$ mprun --process wrter=c
! mprun.yaml:2:50: profile 'wrong': unknown option 'jbos', did you mean 'jobs'?
! mprun.yaml:2:59: jobs takes a whole number from 1 to 10000, not 'many'
? 2
$ mprun --require-platforms pyton,c
! mprun.yaml:2:50: profile 'wrong': unknown option 'jbos', did you mean 'jobs'?
! mprun.yaml:2:59: jobs takes a whole number from 1 to 10000, not 'many'
? 2
$ mprun plan --require-platforms pyton
! mprun.yaml:2:50: profile 'wrong': unknown option 'jbos', did you mean 'jobs'?
! mprun.yaml:2:59: jobs takes a whole number from 1 to 10000, not 'many'
? 2
$ mprun -p ic
! mprun.yaml:2:50: profile 'wrong': unknown option 'jbos', did you mean 'jobs'?
! mprun.yaml:2:59: jobs takes a whole number from 1 to 10000, not 'many'
? 2
$ mprun -p nightly
! mprun.yaml:2:50: profile 'wrong': unknown option 'jbos', did you mean 'jobs'?
! mprun.yaml:2:59: jobs takes a whole number from 1 to 10000, not 'many'
? 2
$ mprun -p wrong
! mprun.yaml:2:50: profile 'wrong': unknown option 'jbos', did you mean 'jobs'?
! mprun.yaml:2:59: jobs takes a whole number from 1 to 10000, not 'many'
? 2
$ test ! -e started -a ! -e .mprun

== a file without a Feature line: one error, not one for each line
file mprun.yaml <<END
platforms: {sh: {command: [touch, started]}}
END
file a.feature <<END
Scenario: x
  Given y
  | z |

nonsense
  Scenrio: z
    Given a
END
file b.feature <<END
Feature: b
  Scenario: b
    Given x
      """
END
$ mprun plan a.feature b.feature
! a.feature:1:1: 'Scenario: x' cannot stand here: a Feature line must stand in front of this one
! a.feature:6:3: 'Scenrio: z' cannot stand here: did you mean 'Scenario:'?
! b.feature:5: the file ends here: close the doc string with the quotes that opened it
? 2
$ mprun lint a.feature
| a.feature:1:1: error: 'Scenario: x' cannot stand here: a Feature line must stand in front of this one [parse]
| a.feature:6:3: error: 'Scenrio: z' cannot stand here: did you mean 'Scenario:'? [parse]
? 1
$ mprun parse a.feature | grep -c parseError
| 6
