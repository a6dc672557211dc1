# `mprun format`: the canonical layout, written in place, shown or checked.

== a file is written anew, named, and then stays as it is
file a.feature <<END
@one   @two
Feature: A
Scenario: one
Given x
|a|bb|
|ccc|d|
END
$ mprun format a.feature
| a.feature
$ cat a.feature
| @one @two
| Feature: A
|
|   Scenario: one
|     Given x
|       | a   | bb |
|       | ccc | d  |
$ mprun format a.feature
$ mprun format --check a.feature

== check names what would change and writes nothing
file f/a.feature <<END
Feature: A
 Scenario: one
END
file f/b.feature <<END
Feature: B
END
$ mprun format --check f
| f/a.feature
? 1
$ mprun format --check f/b.feature
$ cat f/a.feature
| Feature: A
|  Scenario: one

== diff shows it and writes nothing
file a.feature <<END
Feature: A
 Scenario: one
   Given x
END
$ mprun format --diff a.feature
| --- a.feature
| +++ a.feature
| @@ -1,3 +1,4 @@
|  Feature: A
| - Scenario: one
| -   Given x
| +
| +  Scenario: one
| +    Given x
$ mprun format --diff --check a.feature >first; head -1 first
| --- a.feature
$ mprun format --diff --check a.feature >out
? 1
$ mprun format --diff a.feature >a.diff; patch -s <a.diff; mprun format --check a.feature

== standard input to standard output
$ printf 'Feature: A\nScenario: one' | mprun format -
| Feature: A
|
|   Scenario: one
$ printf 'Feature: A\n Scenario: one' | mprun format --check -
| -
? 1
$ printf 'Nothing' | mprun format -
! -:1:1: 'Nothing' cannot stand here: a file begins with a Feature line; a comment begins with #
? 1

== files with errors are listed and left, the others go on
file bad.feature <<END
Feature: A
  Scenario: one
      Given x
   Giben y
END
file good.feature <<END
Feature: B
 Rule: r
END
$ mprun format bad.feature gone.feature good.feature
| good.feature
! bad.feature:4:4: 'Giben y' cannot stand here: did you mean 'Given '?
! gone.feature: No such file or directory, did you mean 'good.feature'?
? 1
$ sed -n 3p bad.feature
|       Given x

== Markdown is left as it is; a file that was named is told so
file f/a.feature.md <<END
# Feature: A

* Given x
END
$ mprun format f
$ mprun format --check f/a.feature.md
! f/a.feature.md: warning: Markdown is not formatted; left as it is

== mode, links and line ends stay, a byte-order mark goes
$ printf '\357\273\277Feature: A\r\nRule: r\r\n' >real.feature
$ chmod 640 real.feature; ln -s real.feature link.feature
$ mprun format link.feature
| link.feature
$ od -c real.feature | sed 's/ *$//'
| 0000000   F   e   a   t   u   r   e   :       A  \r  \n  \r  \n
| 0000020   R   u   l   e   :       r  \r  \n
| 0000031
$ stat -c %a real.feature; test -L link.feature; ls
| 640
| link.feature
| real.feature

== a folder that cannot be written to
needs test "$(id -u)" -ne 0
file f/a.feature <<END
Feature: A
 Rule: r
END
$ chmod 500 f; mprun format f; chmod 700 f; ls f
| a.feature
! f/a.feature: cannot be written: Permission denied

== lenient: a culture code and English keywords
file a.feature <<END
# language: de-DE
Funktionalität: A
 Scenario: one
   Given x
END
$ mprun format a.feature
! a.feature:1:1: Language not supported: de-DE; did you mean 'de'?
? 1
$ mprun format --lenient --check a.feature
| a.feature
! a.feature:1:1: warning: language 'de-DE' is read as 'de'
? 1

== usage
$ mprun format
! mprun: format needs a PATH (mprun format --help)
? 2
$ mprun format --list a.feature
! mprun: '--list' is an option of 'run', 'plan' and 'conformance', not of 'format' (mprun format --help)
? 2
$ mprun format --help
| mprun format [OPTION]... PATH...
| Gives features (files, folders, -) the canonical layout, in place.
| Read        --lenient                  'de-DE' as 'de', English keywords too
| Show        --check                    only name what would change; exit 1
|             --diff                     only show what would change, as a diff
|             --version                  print the version
|         -h, --help                     print this help
| Example: mprun format --check features/
| More: docs/cli.md
