# The configuration: every fault with its place, all at once, exit status 2,
# nothing started.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>
== there is none
$ mprun
! mprun: no mprun.yaml (or mprun.json) from '.' upwards. A first one names a platform and how its server is started:
!
!   platforms:
!     python:
!       command: [python3, server.py, --steps, steps]
!
! `mprun init` makes one that runs; docs/tutorial.md goes on from there; --config FILE names another one.
? 2
$ mprun plan
! mprun: no mprun.yaml (or mprun.json) from '.' upwards. A first one names a platform and how its server is started:
!
!   platforms:
!     python:
!       command: [python3, server.py, --steps, steps]
!
! `mprun init` makes one that runs; docs/tutorial.md goes on from there; --config FILE names another one.
? 2
$ mkdir features; mprun features
! mprun: no mprun.yaml (or mprun.json) from 'features' upwards. A first one names a platform and how its server is started:
!
!   platforms:
!     python:
!       command: [python3, server.py, --steps, steps]
!
! `mprun init` makes one that runs; docs/tutorial.md goes on from there; --config FILE names another one.
? 2
$ mprun nowhere/
! mprun: no mprun.yaml (or mprun.json) from '.' upwards. A first one names a platform and how its server is started:
!
!   platforms:
!     python:
!       command: [python3, server.py, --steps, steps]
!
! `mprun init` makes one that runs; docs/tutorial.md goes on from there; --config FILE names another one.
? 2
$ mprun -c other.yaml
! other.yaml: cannot be read: there is no such file
? 2
$ mprun -c features
! features: cannot be read: it is a folder
? 2
$ MPRUN_CONFIG=third.yaml mprun
! third.yaml: cannot be read: there is no such file
? 2

== unknown keys are answered with the nearest known one
file mprun.yaml <<END
versoin: 1
platforms:
  c:
    comand: [touch, started]
    command: [touch, started]
    start_timout: 5s
  python:
    command: [touch, started]
frobnicate: yes
timeouts: {stepp: 5s}
profiles: {ci: {jbos: 4}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun
! mprun.yaml:1:1: unknown key 'versoin', did you mean 'version'?
! mprun.yaml:4:5: unknown key 'comand', did you mean 'command'?
! mprun.yaml:6:5: unknown key 'start_timout', did you mean 'start_timeout'?
! mprun.yaml:9:1: unknown key 'frobnicate' (known: version, features, platforms, processes, combinations, timeouts, routing, steps, tag_aliases, secrets, profiles)
! mprun.yaml:10:12: unknown key 'stepp', did you mean 'step'?
! mprun.yaml:11:23: profile 'ci': unknown option 'jbos', did you mean 'jobs'?
? 2
$ mprun plan
! mprun.yaml:1:1: unknown key 'versoin', did you mean 'version'?
! mprun.yaml:4:5: unknown key 'comand', did you mean 'command'?
! mprun.yaml:6:5: unknown key 'start_timout', did you mean 'start_timeout'?
! mprun.yaml:9:1: unknown key 'frobnicate' (known: version, features, platforms, processes, combinations, timeouts, routing, steps, tag_aliases, secrets, profiles)
! mprun.yaml:10:12: unknown key 'stepp', did you mean 'step'?
! mprun.yaml:11:23: profile 'ci': unknown option 'jbos', did you mean 'jobs'?
? 2
$ test ! -e started -a ! -e .mprun

== wrong types, numbers without unit, names that are not there
file mprun.yaml <<END
version: 2
features: {a: b}
platforms:
  c:
    command: [touch, started]
    env: [A]
    prestart: maybe
    start_timeout: 30
    protocol: 2
    os: [linux]
  python:
    command: ""
  bad name: {command: [touch, started]}
  empty: {}
processes:
  writer: {platforms: [pyton], count: none}
combinations: {strategy: al, exclude: [{writer: pyton}]}
timeouts: {step: 5000, stop: 0, match: [{step: "(", timeout: 1 s}]}
routing: {process: "x", unaddressed: nobody}
steps: {builtin: [strat]}
tag_aliases: {windows: "plaform:windows"}
secrets: 3
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun
! mprun.yaml:1:10: version must be 1, not '2'
! mprun.yaml:2:11: features must be a list of texts, not a map
! mprun.yaml:6:10: platforms.c.env must be a map, not a list
! mprun.yaml:7:15: platforms.c.prestart must be false or true, not 'maybe'
! mprun.yaml:8:20: 30 needs a unit: 30s or 30ms
! mprun.yaml:9:15: platforms.c.protocol must be auto, bare, 1 or harmony, not '2'
! mprun.yaml:10:9: platforms.c.os must be a text, not a list
! mprun.yaml:12:14: platforms.python.command names no program
! mprun.yaml:13:3: 'bad name' cannot name a platform: it may hold no space
! mprun.yaml:14:3: platforms.empty has no command: add 'command: [program, ...]'
! mprun.yaml:16:24: unknown platform 'pyton', did you mean 'python'?
! mprun.yaml:16:39: processes.writer.count must be a whole number from 1 to 1000, not 'none'
! mprun.yaml:17:26: combinations.strategy must be all, same, mixed or pairwise, not 'al'
! mprun.yaml:17:49: unknown platform 'pyton', did you mean 'python'?
! mprun.yaml:18:18: 5000 needs a unit: 5s or 5000ms
! mprun.yaml:18:30: timeouts.stop must be above 0
! mprun.yaml:18:48: timeouts.match.step is no regular expression: missing closing parenthesis at offset 1
! mprun.yaml:18:62: timeouts.match.timeout must be a duration such as 500ms, 5s, 2m or 1h (ten days at most), not '1 s'
! mprun.yaml:19:20: routing.process needs a group named process: (?<process>[^']+)
! mprun.yaml:19:38: routing.unaddressed must be previous or error, not 'nobody'
! mprun.yaml:20:19: unknown built-in step 'strat', did you mean 'start'?
! mprun.yaml:21:24: unknown tag 'plaform', did you mean 'platform'?
! mprun.yaml:22:10: secrets must be a list of names of variables, not '3'
? 2
$ test ! -e started -a ! -e .mprun

== variables that are not set
file mprun.yaml <<END
platforms:
  c:
    command: [touch, "${NOWHERE}", "${GONE:?say which port}", "${EMPTY:-started}"]
    env: {PORT: "${case.nummer}"}
END
$ mprun
! mprun.yaml:3:22: ${NOWHERE} is not set
! mprun.yaml:3:36: ${GONE} is not set: say which port
! mprun.yaml:4:17: ${case.nummer} is not set: a case has case.number, run.id, run.pid, slot and seed
? 2
$ test ! -e started -a ! -e .mprun

== a file that cannot be read as YAML
file open.yaml <<END
platforms: {c: {command: [touch, started}}
END
file empty.yaml <<END
# nothing
END
file list.yaml <<END
- platforms
END
file word.yaml <<END
platforms
END
file twice.yaml <<END
platforms:
  c: {command: [touch, started]}
  c: {command: &it [touch, started]}
END
$ printf 'platforms:\n\tc: x\n' >tab.yaml; mprun -c tab.yaml
! tab.yaml:2:1: a tab cannot indent here: use spaces
? 2
$ mprun -c open.yaml
! open.yaml:1:41: did not find expected ',' or ']' while parsing a flow sequence (from line 1)
? 2
$ mprun -c empty.yaml
! empty.yaml:1:1: the file is empty: it needs at least platforms and their commands (docs/config.md)
? 2
$ mprun -c list.yaml
! list.yaml:1:1: the file must be a map, not a list
? 2
$ mprun -c word.yaml
! word.yaml:1:1: the file must be a map, not 'platforms'
? 2
$ printf 'platforms: {c: {command: [touch, "gr\366\337e"]}}\n' >latin.yaml
$ mprun -c latin.yaml
! latin.yaml:1:38: this is not UTF-8 (invalid trailing UTF-8 octet): save the file as UTF-8
? 2
$ printf '\377\376p\0' >utf16.yaml; mprun -c utf16.yaml
! utf16.yaml:1:1: this is not UTF-8 (invalid leading UTF-8 octet): save the file as UTF-8
? 2
$ mprun -c twice.yaml
! twice.yaml:3:3: 'c' is there twice; the first one is at line 2
! twice.yaml:3:16: anchors (&) are not read here: write the value out where it is needed
? 2
$ test ! -e started -a ! -e .mprun

== commands and folders that do not exist
file mprun.yaml <<END
platforms:
  gone: {command: [no-such-program, -x]}
  here: {command: [./no-such-server], cwd: features}
  plain: {command: [./a.feature], cwd: features}
  nowhere: {command: [touch, started], cwd: no/such/folder}
  fine: {command: [touch, started]}
  folder: {command: ./features}
  word: {command: features}
  beside: {command: a.feature, cwd: features}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun
! mprun.yaml:2:19: platform 'gone': 'no-such-program' is not in PATH
! mprun.yaml:3:19: platform 'here': './no-such-server' does not exist in $DIR/features
! mprun.yaml:4:20: platform 'plain': './a.feature' is not executable in $DIR/features: chmod +x it, or name what runs it first, as in [sh, ./a.feature]
! mprun.yaml:5:3: platform 'nowhere': its cwd $DIR/no/such/folder is no folder
! mprun.yaml:7:21: platform 'folder': './features' is a folder in $DIR
! mprun.yaml:8:19: platform 'word': 'features' is not in PATH, and in $DIR it is a folder
! mprun.yaml:9:21: platform 'beside': 'a.feature' is not in PATH; to run the one in $DIR/features write './a.feature'
? 2
$ test ! -e started -a ! -e features/started -a ! -e .mprun
# Only platforms that cases use are looked at.
$ mprun --platform gone,fine
! mprun.yaml:2:19: platform 'gone': 'no-such-program' is not in PATH
? 2
# The plan may be for another machine: it tells and goes on.
$ mprun plan | tail -1
| 1 feature, 1 scenario, 8 cases
! mprun.yaml:2:19: warning: platform 'gone': 'no-such-program' is not in PATH
! mprun.yaml:3:19: warning: platform 'here': './no-such-server' does not exist in $DIR/features
! mprun.yaml:4:20: warning: platform 'plain': './a.feature' is not executable in $DIR/features: chmod +x it, or name what runs it first, as in [sh, ./a.feature]
! mprun.yaml:5:3: warning: platform 'nowhere': its cwd $DIR/no/such/folder is no folder
! mprun.yaml:7:21: warning: platform 'folder': './features' is a folder in $DIR
! mprun.yaml:8:19: warning: platform 'word': 'features' is not in PATH, and in $DIR it is a folder
! mprun.yaml:9:21: warning: platform 'beside': 'a.feature' is not in PATH; to run the one in $DIR/features write './a.feature'
$ mprun plan --platform gone | tail -1
| 1 feature, 1 scenario, 1 case
! mprun.yaml:2:19: warning: platform 'gone': 'no-such-program' is not in PATH
$ test ! -e started -a ! -e .mprun

== scripts that nothing can run, and words for a shell
file script.sh <<END
#!/no/such/shell
END
file text.sh <<END
echo hello
END
file mprun.yaml <<END
platforms:
  script: {command: ./script.sh}
  text: {command: ./text.sh}
  windows: {command: ./windows.sh}
  variable: {command: PORT=80 ./script.sh}
  words: {command: ["sh script.sh"]}
  path: {command: ["/bin/sh script.sh -v"]}
  blank: {command: ["no-such-program at all"]}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ printf '#!/bin/sh\r\n' >windows.sh; chmod +x *.sh; mprun
! mprun.yaml:2:21: platform 'script': './script.sh' is to be run by '/no/such/shell', which does not exist
! mprun.yaml:3:19: platform 'text': './text.sh' has no first line such as #!/bin/sh that says what runs it
! mprun.yaml:4:22: platform 'windows': './windows.sh' has a first line that ends as on Windows (CR LF): write it with LF
! mprun.yaml:5:23: platform 'variable': 'PORT=80' is no program: variables stand under env, and no shell runs
! mprun.yaml:6:20: platform 'words': 'sh script.sh' is not in PATH; 'sh' can be run: each word is an item of its own, [sh, ...]
! mprun.yaml:7:19: platform 'path': '/bin/sh script.sh -v' does not exist; '/bin/sh' can be run: each word is an item of its own, [/bin/sh, ...]
! mprun.yaml:8:20: platform 'blank': 'no-such-program at all' is not in PATH
? 2

== the same in JSON
file mprun.json <<END
{
  "platforms": {
    "c": {"command": ["touch", "started"], "start_timeout": 5},
    "python": {"comand": "touch started"}
  }
}
END
$ mprun
! mprun.json:3:61: 5 needs a unit: 5s or 5ms
! mprun.json:4:5: platforms.python has no command: add 'command: [program, ...]'
! mprun.json:4:16: unknown key 'comand', did you mean 'command'?
? 2
$ test ! -e started -a ! -e .mprun

== words for a shell are a warning
file mprun.yaml <<END
platforms: {sh: {command: "sh ${SRC}/tests/cli/server.sh && echo", protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun >out
! mprun.yaml:1:27: warning: platforms.sh.command: no shell runs here, so the program gets the word '&&'; for a shell write [sh, -c, '...']
$ tail -1 out
| 1 case: 1 passed in <time>

== found upwards from the first path, used from its own folder
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file sub/deep/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
file other/mprun.json <<END
{"platforms": {"json": {"command": "sh no-such-file"}}}
END
$ cd sub && mprun --list deep
| deep/a.feature:2[writer=sh]
$ cd sub/deep && mprun --list .
| a.feature:2[writer=sh]
$ mprun -c other/mprun.json --list sub
| sub/deep/a.feature:2[writer=json]
$ cd other && mprun --list ../sub
| ../sub/deep/a.feature:2[writer=sh]
$ cd sub && mprun deep >../out && tail -1 ../out
| 1 case: 1 passed in <time>
$ ls -d started .mprun/runs/latest
| .mprun/runs/latest
| started

== a list of features that is empty
file mprun.yaml <<END
features: []
platforms: {c: {command: [touch, started]}}
END
$ mprun
! mprun.yaml:1:11: features is empty: name a folder, or leave it out and name a PATH for each run
? 2

== nothing says what to play
file mprun.yaml <<END
platforms: {c: {command: [touch, started]}}
END
$ mprun
! mprun: nothing to play: name a PATH, or `features: [FOLDER]` in mprun.yaml (there is no folder 'features' beside it)
? 2
$ mprun plan
! mprun: nothing to play: name a PATH, or `features: [FOLDER]` in mprun.yaml (there is no folder 'features' beside it)
? 2
$ mkdir features; mprun
! features: warning: no *.feature or *.feature.md file in there
! mprun: nothing was selected: there is no scenario in what was given
? 4
$ test ! -e started -a ! -e .mprun

== a file that is no feature, where there is no config
file notes.txt <<END
END
$ mprun --list /dev/null
! /dev/null: not a feature file (.feature or .feature.md)
? 2
$ mprun plan notes.txt
! notes.txt: not a feature file (.feature or .feature.md)
? 2

== a config that is a link to nowhere is not passed over
file mprun.yaml <<END
platforms: {sh: {command: [touch, started]}}
END
file a/a.feature <<END
Feature: A
END
$ ln -s mprun.yaml a/mprun.yaml; mprun a
! a/mprun.yaml: cannot be read: Too many levels of symbolic links
? 2
$ ln -sf nowhere a/mprun.yaml; mprun plan a
! a/mprun.yaml: cannot be read: there is no such file
? 2

== features that are not there: the place that names them
file mprun.yaml <<END
platforms: {sh: {command: [touch, started]}}
features:
  - feature
  - notes.txt
END
file features/a.feature <<END
Feature: A
END
file notes.txt <<END
END
$ mprun plan
! mprun.yaml:3:5: features: feature: No such file or directory, did you mean 'features'?
! mprun.yaml:4:5: features: notes.txt: not a feature file (.feature or .feature.md)
? 2
