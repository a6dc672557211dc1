# What a run is told: defines, profiles, order, seed, jobs, variables, secrets.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>

== -D reaches the servers
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process tells MPRUN_DEFINE_SIZE
END
$ mprun -D SIZE=64 -D SIZE=128 >out
? 1
$ grep -o 'it is .*' out | sort -u
| it is 128
$ mprun -D SIZE='a b=c' >out
? 1
$ grep -o 'it is .*' out | sort -u
| it is a b=c

== -D and the platform's options are in initialize
needs python3 -c pass
file server.py <<END
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "initialize":
        options = json.dumps(request["params"]["options"], sort_keys=True)
        result = {"protocolVersion": 1, "serverInfo": {"name": "s"},
                  "capabilities": {}}
    else:
        result = {"success": False, "failure": {"message": f"got {options}"}}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}),
          flush=True)
END
file mprun.yaml <<END
platforms:
  py: {command: [python3, server.py], protocol: 1, options: {buffers: 4}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun -D SIZE=64 -D "KIND=a b" -f pretty >out
? 1
$ grep -o 'got .*' out | sort -u
| got {"buffers": 4, "define": {"KIND": "a b", "SIZE": "64"}}

== a flag beats the profile, the profile the file
file mprun.yaml <<END
platforms:
  a: {command: [touch, started]}
  b: {command: [touch, started]}
timeouts: {step: 7s}
combinations: {strategy: same}
profiles:
  ci: {timeout: 2m, combinations: mixed, tags: "not @wip", jobs: 8}
  one: {platform: a}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
    Then the 'reader' process passes
  @wip
  Scenario: two
    When the 'writer' process passes
END
file show.sh <<END
mprun --json "$@" | tr ',' '\n' | sed -n 's/.*"timeoutMs":\([1-9][0-9]*\).*/\1/p' | sort -u
mprun --list "$@"
END
$ sh show.sh
| 7000
| features/a.feature:2[reader=a,writer=a]
| features/a.feature:2[reader=b,writer=b]
| features/a.feature:6[writer=a]
| features/a.feature:6[writer=b]
$ sh show.sh -p ci
| 120000
| features/a.feature:2[reader=a,writer=b]
| features/a.feature:2[reader=b,writer=a]
$ sh show.sh -p ci --timeout 1s --combinations all
| 1000
| features/a.feature:2[reader=a,writer=a]
| features/a.feature:2[reader=a,writer=b]
| features/a.feature:2[reader=b,writer=a]
| features/a.feature:2[reader=b,writer=b]
$ MPRUN_PROFILE=one mprun --list
| features/a.feature:2[reader=a,writer=a]
| features/a.feature:6[writer=a]
$ MPRUN_PROFILE=one mprun --list -p ci
| features/a.feature:2[reader=a,writer=b]
| features/a.feature:2[reader=b,writer=a]
$ MPRUN_PROFILE=nine mprun --list
! mprun: unknown profile 'nine', did you mean 'one'? (mprun.yaml)
? 2
# Variables that servers get are no options.
$ MPRUN_PROCESS=reader=b MPRUN_TIMEOUT=1s mprun --list -n one -p one
| features/a.feature:2[reader=a,writer=a]

== the profile `default` holds where none is chosen
file mprun.yaml <<END
platforms:
  a: {command: [touch, started]}
  b: {command: [touch, started]}
profiles:
  default: {platform: a}
  all: {}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun --list
| features/a.feature:2[writer=a]
$ mprun --list -p default
| features/a.feature:2[writer=a]
$ mprun --list -p all
| features/a.feature:2[writer=a]
| features/a.feature:2[writer=b]
$ MPRUN_PROFILE=all mprun --list --platform b
| features/a.feature:2[writer=b]

== the environment names the configuration, a flag another one
file one.yaml <<END
platforms: {one: {command: [touch, started]}}
END
file two.yaml <<END
platforms: {two: {command: [touch, started]}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ MPRUN_CONFIG=one.yaml mprun --list
| features/a.feature:2[writer=one]
$ MPRUN_CONFIG=one.yaml mprun --list -c two.yaml
| features/a.feature:2[writer=two]

== random order is told and can be repeated
# Started ahead of time, two servers can note their starts in either order.
file mprun.yaml <<END
platforms:
  sh:
    command: [sh, "${SRC}/tests/cli/server.sh"]
    protocol: bare
    prestart: false
END
file features/a.feature <<END
Feature: A
  Scenario Outline: <n>
    When the 'p<n>' process passes
    Examples:
      | n |
      | 1 |
      | 2 |
      | 3 |
      | 4 |
      | 5 |
      | 6 |
      | 7 |
      | 8 |
END
$ mprun -j1 --order random >out 2>err; mv started first
$ sed 's/random:[0-9]*/random:SEED/' err
| mprun: random order; --order random:SEED repeats it
$ mprun -j1 --order "$(sed 's/.*--order \(random:[0-9]*\).*/\1/' err)" \
  >out 2>&1; cmp started first; rm started
$ mprun -j1 --order random:7 >out
! mprun: random order; --order random:7 repeats it
$ tr '\n' ' ' <started; sort -u started | wc -l; mv started first
| p2 p5 p6 p3 p7 p1 p4 p8 8
$ mprun -j1 --order random --seed 7 >out
! mprun: random order; --order random:7 repeats it
$ cmp started first; rm started
$ grep 'seed ' out
| seed       7
$ mprun -j1 --order reverse >out; tr '\n' ' ' <started; rm started
| p8 p7 p6 p5 p4 p3 p2 p1 \ (no newline)
$ mprun -j1 >out; tr '\n' ' ' <started
| p1 p2 p3 p4 p5 p6 p7 p8 \ (no newline)

== variables of the configuration
file mprun.yaml <<END
platforms:
  sh:
    command: [sh, "${SRC}/tests/cli/server.sh"]
    protocol: bare
    env: {NAME: "${WHO:-nobody} ${case.number} ${seed} $$"}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process tells NAME
END
$ mprun --seed 3 >out
? 1
$ grep -o 'it is .*' out | sort -u
| it is nobody 2 1957591725 $
$ WHO='${HOME}' mprun --seed 3 >out
? 1
$ grep -o 'it is .*' out | sort -u
| it is ${HOME} 2 1957591725 $

== secrets are masked in console, reports and journal
file mprun.yaml <<END
platforms:
  sh:
    command: [sh, "${SRC}/tests/cli/server.sh"]
    protocol: bare
    env: {TOKEN: "squeamish-ossifrage"}
secrets: [DB_PASSWORD, TOKEN, SHORT]
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process tells DB_PASSWORD
  Scenario: two
    When the 'writer' process tells TOKEN
END
$ SHORT=abc DB_PASSWORD=swordfish-xyzzy mprun -f pretty -f junit:out.xml \
  -f json:out.json --color always >out
! mprun.yaml: warning: secrets: the value of SHORT is shorter than 4 characters and is not masked
? 1
$ test "$(grep -c 'it is \*\*\*' out)" -gt 0
$ grep -l -e 'it is \*\*\*' out.xml out.json
| out.xml
| out.json
$ grep -rl -e swordfish-xyzzy -e squeamish-ossifrage . | grep -v mprun.yaml
? 1

== secrets with what only a case knows
file mprun.yaml <<END
platforms:
  sh:
    command: [sh, "${SRC}/tests/cli/server.sh"]
    protocol: bare
    env:
      A: "squeamish-${case.number}-ossifrage"
      B: "xyzzy${seed}"
      C: "plugh ${run.id} ${run.pid} ${slot}"
      D: "db${case.number}"
secrets: [A, B, C, D]
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process tells A
  Scenario: two
    When the 'writer' process tells B
  Scenario: three
    When the 'writer' process tells C
  Scenario: four
    When the 'writer' process tells D
END
$ mprun -f pretty -f junit:out.xml -f json:out.json >out
! mprun.yaml: warning: secrets: the value of D is shorter than 4 characters and is not masked
? 1
$ grep -ho 'it is [^ ]*' out | LC_ALL=C sort | uniq -c
|       6 it is ***
|       2 it is db4
$ grep -rl -e squeamish- -e xyzzy -e plugh . | grep -v mprun.yaml
? 1

== secrets of several lines, and as JSON writes them
needs python3 -c pass
file server.py <<END
import json, os, sys
secret = os.environ["KEY"]
for line in sys.stdin:
    request = json.loads(line)
    result = {"status": "ok"}
    if request["method"] == "executeStep":
        print(secret, file=sys.stderr, flush=True)
        result = {"success": False, "error": "no", "data": {"key": secret},
                  "logs": secret.split("\n")}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}),
          flush=True)
END
file mprun.yaml <<END
platforms: {py: {command: [python3, server.py], protocol: bare}}
secrets: [KEY]
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process tells
END
$ KEY="$(printf '%s\n' '-- "begin" --' 'abcdef größe' '-- end --')" mprun -f pretty -f json:out.json -f junit:out.xml >out
? 1
$ grep -rl -e abcdef -e begin -e 'gr[^o]*e' out out.json out.xml .mprun | wc -l
| 0
$ cat .mprun/runs/latest/*/writer.stderr.log
| ***
| ***
| ***

== --keep leaves the folder that the processes of a case share
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process tells MPRUN_SHARED_DIR
END
$ mprun >out
? 1
$ grep -o 'it is /.*' out | sort -u | sed 's/it is //' >folder
$ test "$(wc -l <folder)" -eq 1 && test ! -e "$(cat folder)"
$ mprun --keep >out
? 1
$ grep -o 'it is /.*' out | sort -u | sed 's/it is //' >folder
$ test -d "$(cat folder)" && rm -r "$(dirname "$(cat folder)")"

== --jobs plays cases beside each other
needs python3 -c pass
file meet.py <<END
# Two cases that wait for each other: each announces itself and waits until
# the other one is there.
import json, os, socket, sys
name = "meet.sock"
for line in sys.stdin:
    request = json.loads(line)
    result = {"status": "ok"}
    if request["method"] == "executeStep":
        meeting = socket.socket(socket.AF_UNIX)
        if request["params"]["step"] == "waits":
            meeting.bind(name)
            meeting.listen(1)
            open("listening", "w").close()
            meeting.accept()
        else:
            while True:
                try:
                    meeting.connect(name)
                    break
                except OSError:
                    pass
        result = {"success": True}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}),
          flush=True)
END
file mprun.yaml <<END
platforms: {py: {command: [python3, meet.py], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process waits
  Scenario: two
    When the 'writer' process calls
END
$ mprun -j2 --timeout 15s >out
$ tail -1 out
| 2 cases: 2 passed in <time>

== isolation: one process for several cases, where its server can do that
needs python3 -c pass
file server.py <<END
import json, sys
count = 0
for line in sys.stdin:
    request = json.loads(line)
    count += request["method"] == "initialize"
    count += 10 * (request["method"] == "executeStep")
    if request["method"] == "initialize":
        result = {"protocolVersion": 1, "capabilities":
                  {"scenarios": sys.argv[1] == "can"}}
    else:
        result = {"success": True, "logs": [f"is at {count}"]}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}),
          flush=True)
END
file mprun.yaml <<END
platforms:
  can: {command: [python3, server.py, can], protocol: 1, isolation: run}
  cannot: {command: [python3, server.py, cannot], protocol: 1, isolation: feature}
END
file features/a.feature <<END
Feature: A
  Scenario Outline: one
    When the 'writer' process passes
    Examples:
      | n |
      | 1 |
      | 2 |
      | 3 |
END
$ mprun --platform can -j1 -s >out; tail -1 out
| 3 cases: 3 passed in <time>
$ grep -o 'is at .*1' out | uniq
| is at 1
| is at 11
| is at 21
| is at 31
$ grep -o '; . starts spared' out
| ; 2 starts spared
$ mprun --platform cannot -j1 >out
? 5
$ grep -o 'not be started.*' out | sort -u
| not be started on cannot: platform 'cannot' has `isolation: feature`, for which its server needs the capability `scenarios` (docs/protocol.md 5.9); `isolation: scenario` starts one for each case
$ sed -i 's/isolation: run/isolation: case/' mprun.yaml; mprun
! mprun.yaml:2:69: platforms.can.isolation must be scenario, feature or run, not 'case'
? 2
