# mprun init: what it says, what it takes over from other tools, what it adds
# to a configuration. That its projects run green is in tests/init.

== without a terminal it must be told all
$ mprun init
!~ mprun: init asks at a terminal, and this is none: say `mprun init --platform NAME --yes` \(there is behave, c, .*cucumber-js, .*python.*\)
? 2
$ mprun init --platform python
! mprun: init asks at a terminal, and this is none: --yes writes without asking
? 2
$ mprun init --platform pyton,c --yes
!~ mprun: there is nothing to begin with for 'pyton', did you mean 'python'\? \(there is for behave, c, .*cucumber-js, .*python.*\)
? 2
$ mprun init a b
! mprun: 'b' is one word too many for 'init'
? 2
$ mprun --yes
! mprun: '--yes' is an option of 'init', not of 'run' (mprun run --help)
? 2
$ mprun init --platform c,c --yes
! mprun: platform 'c' is named twice
? 2
$ MPRUN_SDKS=$DIR/none mprun init --platform c --yes
! mprun: MPRUN_SDKS=$DIR/none: no such folder
? 2
$ mkdir empty && MPRUN_SDKS=empty mprun init --platform c --yes
! mprun: there is no LANGUAGE/init/template in $DIR/empty
? 2
$ ls -A
| empty

== a folder that is named, and files that are there
$ mprun init --platform python --yes project && ls -A project
| project/steps/python/first_steps.py
| project/mprun.yaml
| project/features/first.feature
|
|...
| Now `cd project && mprun` plays it.
| features
| mprun.yaml
| steps
$ echo mine >project/features/first.feature && rm project/mprun.yaml
$ mprun init --platform python --yes project
! mprun: project/steps/python/first_steps.py is there already; --force overwrites it
! mprun: project/features/first.feature is there already; --force overwrites it
? 2
$ test ! -e project/mprun.yaml && cat project/features/first.feature
| mine
$ mprun init --platform python --yes --force project >out && head -1 project/features/first.feature
| Feature: A first run

# A link to nothing is not written through, and not written over.
$ ln -s nowhere project/mprun.link; mv -T project/mprun.link project/mprun.yaml
$ mprun init --platform python --yes --force project
! mprun: project/mprun.yaml is a link to what is not there; remove it, or make that
? 2
$ ls project; readlink project/mprun.yaml
| features
| mprun.yaml
| steps
| nowhere

# What is to be typed next goes through a shell.
$ mprun init --platform python --yes "it's new" | tail -1
| Now `cd 'it'\''s new' && mprun` plays it.
$ mprun init --platform python --yes -- -x | tail -1
| Now `cd ./-x && mprun` plays it.

== a template is a folder: its files, what it needs and where that is
file sdks/x/init/template <<END
# a comment
title Language X
program sh
find TOOL tool env:X_TOOL sdks:../tools else:/opt/x
missing TOOL install the tool by @SDKS@/x, @NO@
END
file sdks/x/init/platform.yaml <<END
command: [sh, "${X_TOOL:-@TOOL@}/tool", @, a@b, "@SDKS@"]
# to the letter

start_timeout: 3s
END
file sdks/x/init/files/steps/x/a.x <<END
tool @TOOL@, @NO@
END
$ MPRUN_SDKS=sdks mprun init --platform x --yes one && cat one/mprun.yaml one/steps/x/a.x
| one/steps/x/a.x
| one/mprun.yaml
| one/features/first.feature
|
| First: install the tool by $DIR/sdks/x, @NO@
|
| Now `cd one && mprun` plays it.
| # The platforms that play the features, and how their servers are started.
| version: 1
| features: [features]
|
| platforms:
|   x:
|     command: [sh, "${X_TOOL:-/opt/x}/tool", @, a@b, "$DIR/sdks"]
|     # to the letter
|
|     start_timeout: 3s
| tool /opt/x, @NO@
$ mkdir tools && touch tools/tool && MPRUN_SDKS=sdks mprun init --platform x --yes two && grep tool two/mprun.yaml
| two/steps/x/a.x
| two/mprun.yaml
| two/features/first.feature
|
| Now `cd two && mprun` plays it.
|     command: [sh, "${X_TOOL:-$DIR/tools}/tool", @, a@b, "$DIR/sdks"]
$ mv sdks 'sd"ks' && MPRUN_SDKS='sd"ks' mprun init --platform x --yes three
! mprun: the folder of mprun or of its platform servers has a quote, a backslash, '$' or '}' in its name, which no configuration can hold: MPRUN_SDKS can name a link
? 2

== a platform is added to a configuration, which else stays to the letter
file sdks/x/init/template <<END
title X
END
file sdks/x/init/platform.yaml <<END
command: [x]
END
file sdks/x/init/files/steps/x/a.x <<END
x
END
file mprun.yaml <<END
version: 1
platforms: # all of them
    a:
        command: [a,
            b]
        env:
            X: "1"

    # the next one
    b: {command: [b]}   # last

    # what follows

processes:
    w: {}
END
$ MPRUN_SDKS=sdks mprun init --platform x --yes && cat mprun.yaml
| steps/x/a.x
| mprun.yaml
|
| Now `mprun steps` tells which steps it misses.
| version: 1
| platforms: # all of them
|     a:
|         command: [a,
|             b]
|         env:
|             X: "1"
|
|     # the next one
|     b: {command: [b]}   # last
|     x:
|       command: [x]
|
|     # what follows
|
| processes:
|     w: {}
$ MPRUN_SDKS=sdks mprun init --platform x --yes --force
! mprun.yaml:11:5: there is a platform 'x' already
? 2
$ printf 'platforms: {a: {command: [a]}}' >mprun.yaml; MPRUN_SDKS=sdks mprun init --platform x --yes --force
! mprun.yaml: its platforms are not written one below the other; add this by hand:
!
!   x:
!     command: [x]
!
? 2
$ printf 'platforms:\n  a:\n    command: [a]' >mprun.yaml; MPRUN_SDKS=sdks mprun init --platform x --yes --force >out && cat mprun.yaml
| platforms:
|   a:
|     command: [a]
|   x:
|     command: [x]
$ printf 'version: 1\r\nplatforms:\r\n  a:\r\n    command: [a]' >mprun.yaml; MPRUN_SDKS=sdks mprun init --platform x --yes --force >out && sed 's/\r$/ CR/' mprun.yaml
| version: 1 CR
| platforms: CR
|   a: CR
|     command: [a] CR
|   x: CR
|     command: [x] CR
$ printf 'platforms:\n  a: [\n' >mprun.yaml; MPRUN_SDKS=sdks mprun init --platform x --yes --force
!~ mprun.yaml:\d+:\d+: .*
? 2
$ : >mprun.yaml; MPRUN_SDKS=sdks mprun init --platform x --yes --force
!~ mprun.yaml:1:1: the file is empty: .*
? 2
$ echo 'version: 1' >mprun.yaml; MPRUN_SDKS=sdks mprun init --platform x --yes --force
! mprun.yaml: it has no platforms; add this by hand:
!
! platforms:
!   x:
!     command: [x]
!
? 2
$ rm mprun.yaml; printf '{"platforms": {}}' >mprun.json; MPRUN_SDKS=sdks mprun init --platform x --yes --force
! mprun.json: platforms are added to mprun.yaml only; write this one by hand
? 2

== from Harmony
file harmony-config.json <<END
{
  "platforms": {
    "csharp": {"executable": "dotnet", "arguments": "Serve.dll --x \"a b\"", "workingDirectory": "."},
    "python": {"Executable": "python3", "arguments": "", "environmentVariables": {"A": "x$y"}, "extra": 3},
    "none": {"executable": ""}
  },
  "featuresPath": "Features",
  "defaultTimeoutMs": 5000,
  "processInitializationDelayMs": 1000
}
END
$ mprun init --from harmony-config.json --yes && cat mprun.yaml
| 3 settings taken over, 3 not:
|   harmony-config.json: python.extra: it has no counterpart
|   harmony-config.json: none: a platform without an executable
|   harmony-config.json: processInitializationDelayMs: not needed: mprun waits for the answer to `health`
|
| mprun.yaml
|
| Now `mprun steps` tells which steps it misses.
| # Taken over from harmony-config.json.
| version: 1
| features: ["Features"]
| timeouts: {step: 5s}
|
| platforms:
|   "csharp":
|     command: ["dotnet", "Serve.dll", "--x", "a b"]
|     protocol: harmony
|     step_type: number
|     cwd: "."
|   "python":
|     command: ["python3"]
|     protocol: harmony
|     env:
|       "A": "x$$y"
$ printf '{"platforms": {}}' >harmony-config.json; mprun init --from harmony-config.json --yes --force
! harmony-config.json: it has no platform with an executable
? 2
$ printf '{"platforms": ' >harmony-config.json; mprun init --from harmony-config.json --yes --force
!~ harmony-config.json:\d+:\d+: .*
? 2
$ printf '[1, 2]' >harmony-config.json; mprun init --from harmony-config.json --yes --force
! harmony-config.json:1:1: it is no object
? 2
$ mprun init --from other.txt --yes
! other.txt: No such file or directory
? 2
$ touch other.txt; mprun init --from other.txt --yes
! mprun: --from takes harmony-config.json, behave.ini or cucumber.js (.mjs, .cjs, .json, .yaml), not 'other.txt'
? 2

== from behave
file behave.ini <<END
; comment
[behave]
paths = features/ipc
        features/more
tags = not @wip
       ~@old,@x
format = progress3
         allure
         json
outfiles = out.txt
junit = true
junit_directory = reports
stop = yes
logging_level: INFO
[behave.userdata]
browser = firefox
[behave.formatters]
html = mod:Class
[other]
x = y
END
$ mprun init --from behave.ini --yes && sed -n '/profiles/,$p;/features/p' mprun.yaml
| 8 settings taken over, 4 not:
|   behave.ini: tags: '~@old,@x' is no tag expression such as '@a and not @b'
|   behave.ini: logging_level: it has no counterpart
|   behave.ini: [behave.formatters] html: it has no counterpart
|   behave.ini: format: there is no report 'allure' here
|...
| mprun.yaml
|...
| features: ["features/ipc", "features/more"]
|       - features
| profiles:
|   "default":
|     tags: "not @wip"
|     fail-fast: "true"
|     define: "browser=firefox"
|     format: ["progress:out.txt", "json", "junit:reports/mprun.xml"]

$ printf '[behave]\npaths = a\nb\n\n[x\nc = d\n' >behave.ini; mprun init --from behave.ini --yes --force
! behave.ini:3:1: a line that is no `key = value`; mend the file, or begin without it: `mprun init --platform behave`
! behave.ini:5:1: a section without its ]; mend the file, or begin without it: `mprun init --platform behave`
? 2
$ printf 'paths = a\n' >behave.ini; mprun init --from behave.ini --yes --force
! behave.ini:1:1: a line before the first section, such as [behave]; mend the file, or begin without it: `mprun init --platform behave`
? 2
$ printf '[behave]\nx = \000\n' >behave.ini; mprun init --from behave.ini --yes --force
! behave.ini:2:5: it is no text in UTF-8; mend the file, or begin without it: `mprun init --platform behave`
? 2
$ printf '[flake8]\nno value\n' >setup.cfg; mprun init --from setup.cfg --yes --force
! setup.cfg: it has no section [behave]
? 2

== from cucumber-js
file cucumber.js <<END
// profiles
const common = ['--x'];
module.exports = {
  default: {
    paths: ['features/**/*.feature', "extra"], // where
    require: ['steps/*.js'],
    format: ['progress', ['html', 'out/page.html'], 'junit:a.xml', 'snippets:x', `${common}`],
    parallel: 4, tags: "not @wip", failFast: true,
    worldParameters: { url: 'http://x', deep: {a: 1} },
    retry: process.env.CI ? 2 : 0, /* computed */
    ...common,
  },
  ci: '--tags "@ci and not @slow" --format json:out.json --retry 2 --fail-fast features/ci',
  other: common.join(' ')
};
END
$ mprun init --from cucumber.js --yes && sed -n '/profiles/,$p;/features/p' mprun.yaml
| 13 settings taken over, 9 not:
|   cucumber.js: features/**/*.feature: a pattern: the folder before it is taken
|   cucumber.js: require: 'steps/*.js' has steps for cucumber-js; the platform's command names those for mprun
|   cucumber.js: format: there is no report 'snippets' here
|   cucumber.js: format: it is computed: write it by hand
|   cucumber.js: worldParameters: only plain values are taken
|   cucumber.js: retry: it is computed: write it by hand
|   cucumber.js: ...common: it is computed: write it by hand
|   cucumber.js: ci.paths: 'features/ci' goes on the command line: a profile has no paths here
|   cucumber.js: other: it is computed: write it by hand
|...
| features: ["features", "extra"]
|...
| profiles:
|   "default":
|     format: ["progress", "html:out/page.html", "junit:a.xml"]
|     jobs: "4"
|     tags: "not @wip"
|     fail-fast: "true"
|     define: "url=http://x"
|   "ci":
|     tags: "@ci and not @slow"
|     format: "json:out.json"
|     retry: "2"
|     fail-fast: "true"
file cucumber.mjs <<END
export default { tags: '@a', order: 'random:3' }
export const ci = { parallel: 2, name: ["x", "y"] };
END
$ mprun init --from cucumber.mjs --yes --force >out && sed -n '/profiles/,$p' mprun.yaml
| profiles:
|   "default":
|     tags: "@a"
|     order: "random:3"
|   "ci":
|     jobs: "2"
|     name: ["x", "y"]
file cucumber.yaml <<END
default: {retry: 1, paths: [features]}
END
$ mprun init --from cucumber.yaml --yes --force >out && sed -n '/profiles/,$p;/^features/p' mprun.yaml
| features: ["features"]
| profiles:
|   "default":
|     retry: "1"
$ printf '[1, 2]' >cucumber.json; mprun init --from cucumber.json --yes --force
! cucumber.json: it has no profile, such as `default: {retry: 1}`
? 2
$ : >empty.yaml; mprun init --from empty.yaml --yes --force
! empty.yaml: it has no profile, such as `default: {retry: 1}`
? 2
file empty.js <<END
console.log({a: 1}, 'module.exports = {}');
END
$ mprun init --from empty.js --yes --force
! empty.js: no `export default` and no `module.exports` with an object
? 2
file unfinished.js <<END
export default { parallel: 2, paths: [ 'unfinished
END
$ mprun init --from unfinished.js --yes --force
! unfinished.js:1:40: what begins here has no end; mend the file, or begin without it: `mprun init --platform cucumber-js`
? 2
$ printf 'module.exports = {\n  default: {\n    retry: 1,\n' >open.cjs; mprun init --from open.cjs --yes --force
! open.cjs:2:12: what begins here has no end; mend the file, or begin without it: `mprun init --platform cucumber-js`
? 2
$ printf 'export default {\n  name: f(`x`, [1)\n' >call.mjs; mprun init --from call.mjs --yes --force
!~ call.mjs:\d+:\d+: what begins here has no end; .*
? 2
$ printf 'export default { retry: 1 } /* more' >comment.js; mprun init --from comment.js --yes --force
! comment.js:1:29: what begins here has no end; mend the file, or begin without it: `mprun init --platform cucumber-js`
? 2
$ printf 'export default { name: \047a\377\047 }' >latin.js; mprun init --from latin.js --yes --force
! latin.js:1:26: it is no text in UTF-8; mend the file, or begin without it: `mprun init --platform cucumber-js`
? 2
# Brackets and quotes in regular expressions open nothing.
file pattern.js <<END
const quote = 'it\'s'.replace(/'/, "");
export default { retry: x.match(/[(']/) ? 1 : 4 / 2, tags: '@a' }
END
$ mprun init --from pattern.js --yes --force >out; head -2 out
| 1 setting taken over, 1 not:
|   pattern.js: retry: it is computed: write it by hand
# What was taken is held against the rules of a configuration.
file jobs.js <<END
export default { parallel: 'many' }
END
$ mprun init --from jobs.js --yes --force >out
! mprun.yaml:16:11: jobs takes a whole number from 1 to 10000, not 'many'
? 2
