# Wrong command lines: all that is wrong in one answer, exit status 2, and
# nothing starts. The platform of every case would leave the file `started`.

== a wrong option is answered with what was meant
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"]}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun --tgas @x features
! mprun: unknown option '--tgas', did you mean '--tags'? (mprun run --help)
? 2
$ mprun -tags @x
! mprun: unknown option '-tags', did you mean '--tags'? (mprun run --help)
? 2
$ mprun -x=3 -qs=no -j=x
! mprun: -x (--fail-fast) takes no value, not '3'
! mprun: -s (--live) takes no value, not 'no'
! mprun: --jobs takes a whole number from 1 to 10000, not 'x'
? 2
$ mprun --frobnicate
! mprun: unknown option '--frobnicate' (mprun run --help)
? 2
$ mprun -z
! mprun: unknown option '-z' (mprun run --help)
? 2
$ mprun plan --jobs 4
! mprun: '--jobs' is an option of 'run', not of 'plan' (mprun plan --help)
? 2
$ mprun parse --tags @a features
! mprun: '--tags' is an option of 'run', 'plan' and 'steps', not of 'parse' (mprun parse --help)
? 2
$ test ! -e started -a ! -e .mprun

== several faults are told at once
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"]}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun --tgas @x -j none --timeout soon --color blue --list=yes features
! mprun: unknown option '--tgas', did you mean '--tags'? (mprun run --help)
! mprun: --jobs takes a whole number from 1 to 10000, not 'none'
! mprun: --timeout takes a duration such as 500ms, 5s, 2m, 1h (ten days at most), not 'soon'
! mprun: --color takes auto, always or never, not 'blue'
! mprun: --list takes no value, not 'yes'
? 2
$ mprun -D 1=x --process writer --platform a,,b --order sideways \
  --retry many --seed -1 --max-failures 0 --combinations most
! mprun: --define takes NAME=VALUE with a name of letters, digits and _, not '1=x'
! mprun: --process takes NAME=PLATFORM[,PLATFORM], such as writer=python,c, not 'writer'
! mprun: --platform takes names with commas between, not 'a,,b'
! mprun: --order takes defined, reverse, random or random:SEED with a whole number, not 'sideways'
! mprun: --retry takes a whole number from 0 to 100, not 'many'
! mprun: --seed takes a whole number up to 18446744073709551615, not '-1'
! mprun: --max-failures takes a whole number from 1 to 10000, not '0'
! mprun: --combinations takes all, same, mixed or pairwise, not 'most'
? 2
$ test ! -e started -a ! -e .mprun

== a value that is missing or empty
$ mprun --tags
! mprun: --tags needs a value: --tags EXPR
? 2
$ mprun -j
! mprun: --jobs needs a value: --jobs N
? 2
$ mprun --config=
! mprun: --config takes FILE, not an empty text
? 2
$ mprun ''
! mprun: word 1 of the PATHs is empty
? 2

== a wrong command
$ mprun plna
! mprun: 'plna' is neither a command nor a path, did you mean 'mprun plan'? (mprun --help)
? 2
$ mprun rnu features/
! mprun: 'rnu' is neither a command nor a path, did you mean 'mprun run'? (mprun --help)
? 2
$ mprun begin
! mprun: 'begin' is neither a command nor a path (mprun --help)
! mprun: no mprun.yaml (or mprun.json) from '.' upwards. A first one names a platform and how its server is started:
!
!   platforms:
!     python:
!       command: [python3, server.py, --steps, steps]
!
! `mprun init` makes one that runs; docs/tutorial.md goes on from there; --config FILE names another one.
? 2
$ mprun version now
! mprun: 'now' is one word too many for 'version'
? 2
$ mprun parse
! mprun: parse needs a PATH (mprun parse --help)
? 2

== a word of another tool
$ mprun --parallel 4 --reporter=junit --grep x --no-color
! mprun: unknown option '--parallel', did you mean '--jobs'? (mprun run --help)
! mprun: unknown option '--reporter', did you mean '--format'? (mprun run --help)
! mprun: unknown option '--grep', did you mean '--name'? (mprun run --help)
! mprun: unknown option '--no-color', did you mean '--color never'? (mprun run --help)
? 2

== options that exclude each other
$ mprun --list --json
! mprun: --list and --json exclude each other
? 2

== a word that looks like an option is a path after --
$ mprun -- --tags
! mprun: '--tags' is neither a command nor a path (mprun --help)
! mprun: no mprun.yaml (or mprun.json) from '.' upwards. A first one names a platform and how its server is started:
!
!   platforms:
!     python:
!       command: [python3, server.py, --steps, steps]
!
! `mprun init` makes one that runs; docs/tutorial.md goes on from there; --config FILE names another one.
? 2

== shards that there are not
$ mprun --shard 3/2
! mprun: --shard takes M/N, slice:M/N or hash:M/N with M from 1 to N, or auto, not '3/2'
? 2
$ mprun --shard 0/2
! mprun: --shard takes M/N, slice:M/N or hash:M/N with M from 1 to N, or auto, not '0/2'
? 2
$ mprun plan --shard sliced:1/2 --shard-weights ''
! mprun: --shard takes M/N, slice:M/N or hash:M/N with M from 1 to N, or auto, not 'sliced:1/2'
! mprun: --shard-weights takes RUN, not an empty text
? 2
