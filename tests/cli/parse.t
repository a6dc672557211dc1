# `mprun parse`: Cucumber Messages, without a configuration.

== messages of a file
file a.feature <<END
Feature: A
  Scenario: one
    Given x
END
$ mprun parse --no-pickles --no-ast a.feature
| {"source":{"uri":"a.feature","data":"Feature: A\n  Scenario: one\n    Given x\n","mediaType":"text/x.cucumber.gherkin+plain"}}
$ mprun parse --no-source a.feature | cut -c1-18
| {"gherkinDocument"
| {"pickle":{"id":"3
$ mprun parse --no-source --no-pickles a.feature | grep -c '"text":"x"'
| 1
$ mprun parse --no-source --no-ast a.feature | grep -o '"name":"one"'
| "name":"one"

== parse errors are messages too, and the exit status is 1
file bad.feature <<END
Feature: A
  Scenario: one
    Given x
    Giben y
END
file good.feature <<END
Feature: B
END
$ mprun parse --no-source --no-ast bad.feature good.feature
| {"parseError":{"source":{"uri":"bad.feature","location":{"line":4,"column":5}},"message":"(4:5): expected: #EOF, #TableRow, #DocStringSeparator, #StepLine, #TagLine, #ExamplesLine, #ScenarioLine, #RuleLine, #Comment, #Empty, got 'Giben y'"}}
? 1
$ mprun parse --no-source --no-ast --no-pickles bad.feature good.feature \
  | grep -o '"message":"[^:]*'
| "message":"(4
$ mprun parse --no-source --no-ast --no-pickles good.feature
$ mprun parse --no-ast --no-pickles bad.feature >out
? 1
$ mprun parse --no-source bad.feature good.feature | cut -c1-18
| {"parseError":{"so
| {"gherkinDocument"

== a folder, sorted, with its folders
file f/b.feature <<END
Feature: B
END
file f/a/z.feature <<END
Feature: Z
END
file f/.hidden/h.feature <<END
Feature: H
END
file f/notes.txt <<END
no feature
END
$ mprun parse --no-ast --no-pickles f | grep -o '"uri":"[^"]*"'
| "uri":"f/a/z.feature"
| "uri":"f/b.feature"
$ mkdir empty; mprun parse empty
! empty: warning: no *.feature or *.feature.md file in there

== files that cannot be read, beside one that can
file a.feature <<END
Feature: A
END
file notes.txt <<END
no feature
END
$ mkfifo pipe.feature; mkdir folder.feature; ln -s nowhere link.feature
$ ln -s loop.feature loop.feature; ln -s /dev/zero zero.feature
$ mprun parse --no-ast --no-pickles gone.feature pipe.feature notes.txt \
  folder.feature link.feature loop.feature zero.feature a.feature >out
! gone.feature: No such file or directory, did you mean 'link.feature'?
! pipe.feature: cannot be read: it is not a regular file
! notes.txt: not a feature file (.feature or .feature.md)
! folder.feature: cannot be read: it is a folder, and no feature file is in there
! link.feature: No such file or directory
! loop.feature: Too many levels of symbolic links
! zero.feature: cannot be read: it is not a regular file
? 1
$ grep -o '"uri":"[^"]*"' out
| "uri":"a.feature"
$ mprun parse --no-ast --no-pickles . >out
! folder.feature: cannot be read: it is a folder, and no feature file is in there
! link.feature: cannot be read: No such file or directory
! loop.feature: cannot be read: Too many levels of symbolic links
! pipe.feature: cannot be read: it is not a regular file
! zero.feature: cannot be read: it is not a regular file
? 1
$ grep -o '"uri":"[^"]*"' out
| "uri":"a.feature"
$ cp a.feature folder.feature/b.feature
$ mprun parse --no-ast --no-pickles folder.feature | grep -o '"uri":"[^"]*"'
| "uri":"folder.feature/b.feature"

== bytes that are no text: an error with its place, the other files go on
file good.feature <<END
Feature: A
END
$ printf 'Feature: a\n\377\n' >bytes.feature
$ printf 'Feature: a\000b\n' >nul.feature
$ printf 'Feature: a\r  Scenario: b\r' >return.feature
$ printf '\377\376F\000e\000' >utf16.feature
$ mprun lint .
| bytes.feature:2:1: error: invalid UTF-8: byte 0xFF; save the file as UTF-8 [parse]
| good.feature:1:1: warning: this feature has no scenarios [empty-feature]
| nul.feature:1:11: error: NUL byte; this is no text file, or it is damaged [parse]
| return.feature:1:11: error: carriage return without a line feed; save the file with line ends LF or CR LF [parse]
| utf16.feature:1:1: error: the file is UTF-16; save it as UTF-8 [parse]
? 1
$ mprun parse --no-source . >out
? 1
$ cut -c1-48 out
| {"parseError":{"source":{"uri":"bytes.feature","
| {"gherkinDocument":{"uri":"good.feature","featur
| {"parseError":{"source":{"uri":"nul.feature","lo
| {"parseError":{"source":{"uri":"return.feature",
| {"parseError":{"source":{"uri":"utf16.feature","
$ mprun format --check .
!...
! bytes.feature:2:1: invalid UTF-8: byte 0xFF; save the file as UTF-8
!...
? 1

== a file without permission
needs test "$(id -u)" -ne 0
file a.feature <<END
Feature: A
END
$ chmod 000 a.feature; mprun parse a.feature
! a.feature: cannot be read: Permission denied
? 1

== standard input
file a.feature <<END
Feature: A
END
$ mprun parse --no-ast --no-pickles - <a.feature
| {"source":{"uri":"-","data":"Feature: A\n","mediaType":"text/x.cucumber.gherkin+plain"}}

== output that cannot be written
needs test -c /dev/full
file a.feature <<END
Feature: A
END
$ mprun parse a.feature >/dev/full
! mprun: standard output: No space left on device
? 3
# One that was closed at the start is as good as one that is full.
$ mprun parse a.feature >&-
! mprun: standard output: Bad file descriptor
? 3

== a config is not needed, and a wrong one not looked at
file mprun.yaml <<END
nonsense
END
file a.feature <<END
Feature: A
END
$ mprun parse --no-ast --no-pickles a.feature | wc -l
| 1
