# `mprun lint`: what is wrong or doubtful, one line each.

== nothing to say
file a.feature <<END
Feature: A
  Scenario: one
    Given x
END
$ mprun lint a.feature

== errors and warnings: exit 1; the other files go on
file f/a.feature <<END
Feature: A
  Scenario: one
    Given x
    Giben y
END
file f/b.feature <<END
Feature: B
  Scenario: one
    Given the 'writer' process restrats
  Scenario: one
END
$ mprun lint gone.feature f
| f/a.feature:4:5: error: 'Giben y' cannot stand here: did you mean 'Given '? [parse]
| f/b.feature:3:5: warning: nearly a step of mprun, but not one: it goes to a server; did you mean "the 'writer' process restarts"? [near-builtin]
| f/b.feature:4:3: warning: line 2 has a scenario 'one' already [duplicate-scenario]
| f/b.feature:4:3: warning: this scenario has no steps [empty-scenario]
! gone.feature: No such file or directory
? 1

== notes are free
file a.feature <<END
Feature: A
  Scenario: one
    Given the 'writer' process sends to the 'reader' process
END
$ mprun lint a.feature
| a.feature:3:5: note: the step goes to 'writer' alone; 'reader' is started and ready before [two-processes]

== with a config, what the plan knows too, each place once
file mprun.yaml <<END
version: 1
platforms: {c: {command: [touch, started]}}
processes: {writer: {}}
END
file a.feature <<END
@timeout:soon
Feature: A
  @platform:linus
  Scenario: one
    Given the 'wirter' process writes
  Scenario: two
    Given the 'writer' process begins: to read
END
$ mprun lint a.feature
| a.feature:1:1: error: @timeout:soon: not a duration; say it as @timeout:5s (a bare number is milliseconds) [plan]
| a.feature:3:3: error: @platform:linus: no platform has the label 'linus', did you mean 'linux'? [plan]
| a.feature:5:5: error: the config has no process 'wirter', did you mean 'writer'? [unknown-process]
| a.feature:7:5: warning: 'writer' begins a step here that no "completes" follows: the case will fail [plan]
? 1
$ test ! -e started

== a config that is wrong
file mprun.yaml <<END
version: 1
platfroms: {}
END
file a.feature <<END
Feature: A
END
$ mprun lint a.feature
!...
! mprun.yaml:2:1: unknown key 'platfroms', did you mean 'platforms'?
? 2
$ mprun lint -c gone.yaml a.feature
!~ gone.yaml: .*
? 2

== standard input
$ printf 'Feature: A\n' | mprun lint -
| -:1:1: warning: this feature has no scenarios [empty-feature]
? 1

== lenient
file a.feature <<END
# language: de-DE
Funktionalität: A
  Scenario: one
    Given x
END
$ mprun lint a.feature
| a.feature:1:1: error: Language not supported: de-DE; did you mean 'de'? [parse]
? 1
$ mprun lint --lenient a.feature
| a.feature:1:1: warning: language 'de-DE' is read as 'de' [language]
? 1

== usage
$ mprun lint
! mprun: lint needs a PATH (mprun lint --help)
? 2
$ mprun lint --help
| mprun lint [OPTION]... PATH...
| Lists what is wrong or doubtful in features (files, folders, -).
| Set up  -c, --config FILE              instead of searching mprun.yaml upwards
| Show        --check-steps              ask the platforms which steps they know
| Read        --lenient                  'de-DE' as 'de', English keywords too
|             --version                  print the version
|         -h, --help                     print this help
| Example: mprun lint features/
| More: docs/cli.md

== a quote that lacks its other one is told once, with a config and without
file mprun.yaml <<END
platforms: {sh: {command: [touch, started]}}
END
file a.feature <<END
Feature: A
  Scenario: one
    Given the 'a' process works
    And the 'b process works
    And the '' process works
END
$ mprun lint a.feature
| a.feature:4:13: warning: this quote lacks its other one, so the step names no process; write it as in "the 'writer' process" [open-quote]
| a.feature:5:5: error: '' cannot name a process: it is empty (is a column of the Examples?) [process-name]
? 1
$ mprun lint - <a.feature
| -:4:13: warning: this quote lacks its other one, so the step names no process; write it as in "the 'writer' process" [open-quote]
| -:5:5: error: '' cannot name a process: it is empty (is a column of the Examples?) [process-name]
? 1
