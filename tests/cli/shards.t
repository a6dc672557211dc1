# --shard and merge: parts of a plan, and what makes them whole again.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>
replace (?<= )[0-9.]+m?s\b with <time>
replace [0-9]{8}-[0-9]{6}-[0-9a-f]{8} with <run>
replace seed       [0-9]+ with seed       <seed>
replace \b[0-9a-f]{16}\b with <plan>

== four shards are the whole, and merge proves it
file mprun.yaml <<END
platforms:
  one: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
  two: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
END
file features/a.feature <<END
Feature: A
  Scenario: first
    When the 'writer' process passes
    And the 'reader' process passes
  Scenario: second
    When the 'writer' process fails
  Scenario: third
    When the 'writer' process is skipped
END
$ mprun --shard 1/4 | grep -e case -e artifacts
| mprun 0.1.0 · shard 1 of 4 · 2 cases of 8
| artifacts  $DIR/.mprun/runs/shard-1-of-4
| 2 cases: 1 passed, 1 failed in <time>
$ for i in 2 3 4; do mprun --shard $i/4 >/dev/null; done
$ ls .mprun/runs
| latest
| shard-1-of-4
| shard-2-of-4
| shard-3-of-4
| shard-4-of-4
$ mprun merge -q -f json:joined.json -f rerun:joined.txt | tail -1
| 8 cases: 4 passed, 2 failed, 2 skipped in <time>
$ mprun merge -q
|...
| 8 cases: 4 passed, 2 failed, 2 skipped in <time>
? 1
$ mprun -q -f rerun:whole.txt -f json:whole.json >/dev/null
? 1
$ cmp whole.txt joined.txt
$ grep -o '"id":"features[^"]*"' joined.json >a; grep -o '"id":"features[^"]*"' whole.json | cmp - a
# The joined run is a run like others: the last one.
$ mprun merge .mprun/runs -q >/dev/null; mprun report -f rerun
| features/a.feature:5[writer=one]
| features/a.feature:5[writer=two]
? 1
$ mprun --last-failed -q | tail -1
| 2 cases: 2 failed in <time>

== what each shard plays
file mprun.yaml <<END
platforms:
  one: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
  two: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
END
file features/a.feature <<END
Feature: A
  Scenario: first
    When the 'writer' process passes
  Scenario: second
    When the 'writer' process fails
END
$ mprun --list --shard 1/2
| features/a.feature:2[writer=one]
| features/a.feature:4[writer=one]
$ mprun --list --shard slice:2/2
| features/a.feature:2[writer=two]
| features/a.feature:4[writer=two]
$ mprun --list --shard hash:1/2; mprun --list --shard hash:2/2
| features/a.feature:4[writer=one]
| features/a.feature:2[writer=one]
| features/a.feature:2[writer=two]
| features/a.feature:4[writer=two]
# From elsewhere it is the same.
$ cd features && mprun --list --shard hash:1/2
| ../features/a.feature:4[writer=one]
$ mprun plan --shard 2/2 | tail -5
| Left out
|   features/a.feature:2[writer=one]: --shard: shard 1
|   features/a.feature:4[writer=one]: --shard: shard 1
|
| 1 feature, 2 scenarios, 2 cases, 2 left out; shard 2 of 2 by slice, of 4 cases
$ mprun plan --shard 2/2 --json | grep -o '"plan":.*"planned":[0-9]*'
| "plan":"<plan>","shard":{"index":2,"total":2,"by":"slice","planned":4

== an empty shard is no fault, an empty plan is
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun --shard 2/2 -f junit:out.xml
| mprun 0.1.0 · shard 2 of 2 · 0 cases of 1
|
| artifacts  $DIR/.mprun/runs/shard-2-of-2
| seed       <seed>
| 0 cases in <time>
$ grep -o 'testsuites.*tests="0"' out.xml | sed 's/time="[^"]*" //'
| testsuites name="mprun" tests="0"
$ mprun plan --shard 2/2 --list
$ mprun --shard 1/2 >/dev/null; mprun merge -q | tail -1
| 1 case: 1 passed in <time>
$ mprun --shard 1/2 -n nowhere
! mprun: nothing was selected: 1 left out by tags, names, lines or platforms; `mprun plan` with the same words tells why
? 4

== seeds are those of the plan
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process passes
END
$ for i in 1 2; do mprun --shard $i/2 --seed 7 >/dev/null; done
$ mprun --seed 7 --artifacts whole >/dev/null
$ cat .mprun/runs/shard-*/journal.ndjson | grep -o '"type":"case-started".*' | grep -o '"key":"[^"]*"\|"seed":"[0-9]*"' >parts
$ grep -o '"type":"case-started".*' whole/latest/journal.ndjson | grep -o '"key":"[^"]*"\|"seed":"[0-9]*"' | cmp - parts && wc -l <parts
| 4
# Without --seed shards agree on one.
$ for i in 1 2; do mprun --shard $i/2 >/dev/null; done
$ grep -ho '"type":"run-started".*' .mprun/runs/shard-*-attempt-2/journal.ndjson | grep -o '"seed":"[0-9]*"' | uniq | wc -l
| 1

== by recorded durations
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: long
    When the 'writer' process passes
    And 1 seconds pass
  Scenario: short
    When the 'writer' process passes
  Scenario: short too
    When the 'writer' process passes
END
$ mprun --artifacts before >/dev/null
$ mprun --list --shard 1/2 --shard-weights before/latest
| features/a.feature:2[writer=sh]
$ mprun --list --shard 2/2 --shard-weights before/latest/journal.ndjson
| features/a.feature:5[writer=sh]
| features/a.feature:7[writer=sh]
$ for i in 1 2; do mprun --shard $i/2 --shard-weights before/latest >/dev/null; done; mprun merge -q | tail -1
| 3 cases: 3 passed in <time>
$ mprun --shard hash:1/2 --shard-weights before/latest
! mprun: --shard-weights balances the shards, which 'hash:' does not leave it to do: say --shard 1/2
? 2
$ mprun --shard 1/2 --shard-weights nowhere
! mprun: 'nowhere' is neither a journal nor a run's folder nor a run in $DIR/.mprun/runs
? 2

== the environment says which
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
profiles: {ci: {shard: auto}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process passes
END
$ MPRUN_SHARD_INDEX=2 MPRUN_SHARD_TOTAL=2 mprun --list
| features/a.feature:4[writer=sh]
$ MPRUN_SHARD_INDEX=2 MPRUN_SHARD_TOTAL=2 mprun --list --shard 1/2
| features/a.feature:2[writer=sh]
$ CI_NODE_INDEX=1 CI_NODE_TOTAL=2 mprun --list
| features/a.feature:2[writer=sh]
| features/a.feature:4[writer=sh]
$ CI_NODE_INDEX=1 CI_NODE_TOTAL=2 mprun --list -p ci
| features/a.feature:2[writer=sh]
$ MPRUN_SHARD_TOTAL=2 mprun
! mprun: --shard: MPRUN_SHARD_TOTAL is set and MPRUN_SHARD_INDEX is not, so it is not clear which part of the cases to play
? 2
$ env -u CI_NODE_TOTAL mprun -p ci
!* mprun: --shard auto: no engine says which part of the cases to play; one of these variables must be set, or the option be --shard M/N: MPRUN_SHARD_INDEX, TEST_SHARD_INDEX,*
? 2
$ test ! -e started
# A case is repeated by itself, wherever that is.
$ sed -i 's/process passes/process fails/' features/a.feature; CI_NODE_INDEX=2 CI_NODE_TOTAL=2 mprun -p ci | grep repeat
|   repeat mprun -p ci --shard 1/1 'features/a.feature:4[writer=sh]'
$ mprun -p ci --shard 1/1 'features/a.feature:4[writer=sh]' | tail -1
| 1 case: 1 failed in <time>
# Bazel is answered; an empty shard too.
$ TEST_SHARD_INDEX=2 TEST_TOTAL_SHARDS=3 TEST_SHARD_STATUS_FILE=$DIR/status mprun --shard auto >/dev/null
$ test -e status
$ TEST_SHARD_INDEX=2 TEST_TOTAL_SHARDS=3 TEST_SHARD_STATUS_FILE=$DIR/no/status mprun --shard auto
! mprun: --shard auto: $DIR/no/status, by which the engine wants to be answered, cannot be made: No such file or directory
? 2

== what is missing, double or foreign is named
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process passes
  Scenario: three
    When the 'writer' process passes
END
$ for i in 1 2 3; do mprun --shard $i/3 --artifacts of3 --seed 1 >/dev/null; done
$ mprun merge of3/shard-1-of-3 of3/shard-3-of-3
! shard 2 of 3 is missing; --partial makes reports without what is missing
? 2
$ mprun merge of3/shard-3-of-3
! shards 1, 2 of 3 are missing; --partial makes reports without what is missing
? 2
$ cp -r of3/shard-2-of-3 again; mprun merge of3 again
! shard 2 of 3 is there twice: of3/shard-2-of-3/journal.ndjson and again/journal.ndjson
? 2
# Cut otherwise, by another seed, a whole run, of another plan.
$ mprun --shard 2/2 --artifacts of2 --seed 1 >/dev/null; mprun merge of3 of2
! of2/shard-2-of-2/journal.ndjson: foreign: shard 2 of 2, not of 3 as of3/shard-1-of-3/journal.ndjson
? 2
$ mprun --shard hash:2/3 --artifacts byhash --seed 1 >/dev/null; mprun merge of3/shard-1-of-3 of3/shard-3-of-3 byhash
! byhash/shard-2-of-3/journal.ndjson: foreign: shard 2 of 3 was cut by hash, not by slice as of3/shard-1-of-3/journal.ndjson
! shard 2 of 3 is missing; --partial makes reports without what is missing
? 2
$ mprun --shard 2/3 --artifacts seeded --seed 2 >/dev/null; mprun merge of3/shard-1-of-3 of3/shard-3-of-3 seeded --partial
! seeded/shard-2-of-3/journal.ndjson: foreign: shard 2 of 3 had the seed 2, not 1 as of3/shard-1-of-3/journal.ndjson; give --seed to all or to none
! mprun: warning: shard 2 of 3 is missing
? 2
$ mprun --artifacts whole --seed 1 >/dev/null; mprun merge of3 whole/latest
! whole/latest/journal.ndjson: foreign: it is a whole run and no shard, as of3/shard-1-of-3/journal.ndjson is
? 2
$ sed -i 's/three/four/' features/a.feature; mprun --shard 2/3 --artifacts other --seed 1 >/dev/null; mprun merge of3/shard-1-of-3 of3/shard-3-of-3 other
! other/shard-2-of-3/journal.ndjson: foreign: shard 2 of 3 of another plan, <plan> with 3 cases, not <plan> with 3 as of3/shard-1-of-3/journal.ndjson: its features, selection or platforms were others
! shard 2 of 3 is missing; --partial makes reports without what is missing
? 2
# By auto the engine's number of the series tells what belongs together.
$ for i in 1 2; do PARALLEL_SEQ=$i PARALLEL_PID=7 MPRUN_SHARD_TOTAL=3 mprun --shard auto --artifacts auto >/dev/null; done
$ PARALLEL_SEQ=3 PARALLEL_PID=8 MPRUN_SHARD_TOTAL=3 mprun --shard auto --artifacts auto >/dev/null; mprun merge auto
! auto/shard-3-of-3/journal.ndjson: foreign: shard 3 of 3 is of the series 8, not of 7 as auto/shard-1-of-3/journal.ndjson
! shard 3 of 3 is missing; --partial makes reports without what is missing
? 2
# Nothing was written by all that.
$ test ! -e .mprun
$ mprun merge --partial of3/shard-1-of-3 of3/shard-3-of-3 --artifacts part -q
| The journal ends before the run did.
| artifacts  $DIR/of3
| starting   took <time>, <time> of it hidden
| seed       <seed>
| 3 cases: 2 passed, 1 not run in <time>
! mprun: warning: shard 2 of 3 is missing
? 1
$ mprun merge
! mprun: there are no shards in $DIR/.mprun/runs; name their folders or journals, or --artifacts DIR
? 2
$ mprun merge features nowhere
! mprun: features: there is neither a journal.ndjson nor a folder shard-M-of-N in it
! mprun: 'nowhere' is neither a journal nor a run's folder nor a run in $DIR/.mprun/runs
? 2

== no report is written over a journal that is read
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ for i in 1 2; do mprun --shard $i/2 --artifacts shards >/dev/null; done
$ cd shards; cat shard-*/journal.ndjson >../before; ln -s shard-2-of-2 link
$ cd shards; mprun merge . -f json:shard-1-of-2/journal.ndjson -f rerun:link/journal.ndjson
! --format json:shard-1-of-2/journal.ndjson: that is a journal that is read; give the report another path
! --format rerun:link/journal.ndjson: that is a journal that is read; give the report another path
? 2
$ cat shards/shard-*/journal.ndjson | cmp - before

== hooks of the run are told apart, also of a shard that was killed in one
file mprun.yaml <<END
platforms: {py: {command: [python3, "${SRC}/tests/cli/hooks_server.py"], protocol: 1}}
END
file f.feature <<END
Feature: F
  Scenario: one
    When the 'x' process does this
  Scenario: two
    When the 'x' process does that
END
file list <<END
{"id":"set up","type":"beforeRun"}
{"id":"tells","type":"beforeRun"}
END
$ for i in 1 2; do mprun --shard $i/2 --artifacts shards f.feature >/dev/null; done
$ cd shards/shard-1-of-2 && n=$(grep -n '"type":"hook",.*"tells"' journal.ndjson | cut -d: -f1) && head -$n journal.ndjson >cut && mv cut journal.ndjson
$ mprun merge shards -f rerun:out.txt -f message:out.ndjson >/dev/null
? 1
$ grep -c '^{"testRunHookStarted' out.ndjson; grep -o '"status":"PASSED"},"testRunHookStartedId":"[0-9]*"\|"testRunHookStartedId":"[0-9]*","body":"[^"]*' out.ndjson
| 4
| "status":"PASSED"},"testRunHookStartedId":"11"
| "status":"PASSED"},"testRunHookStartedId":"13"
| "testRunHookStartedId":"14","body":"said by tells
| "testRunHookStartedId":"14","body":"tells
| "status":"PASSED"},"testRunHookStartedId":"14"
$ mprun report -f message | cmp - out.ndjson

== of several attempts the last one counts
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process terminates
END
$ mprun --shard 1/2 >/dev/null; mprun --shard 2/2 >/dev/null
? 143
$ mprun merge -q | tail -1
| 2 cases: 1 passed, 1 interrupted in <time>
$ mprun merge -q >/dev/null
? 143
$ rm -rf features; mkdir features
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process passes
END
$ for i in 1 2; do mprun --shard $i/2 >/dev/null; done; ls .mprun/runs | grep attempt
| shard-1-of-2-attempt-2
| shard-2-of-2-attempt-2
# What was made of other features is no attempt at these, and says so.
$ mprun merge -q 2>err | tail -1; sed 's/.*runs.//' err
| 2 cases: 2 passed in <time>
| shard-1-of-2/journal.ndjson: warning: this attempt was replaced by a later one, and was made of another plan or seed: nothing is told of it
| shard-2-of-2/journal.ndjson: warning: this attempt was replaced by a later one, and was made of another plan or seed: nothing is told of it

== what failed in an attempt before is an earlier attempt at the case
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process needs ok
  Scenario: three
    When the 'writer' process passes
  Scenario: four
    When the 'writer' process needs ok
  Scenario: five
    When the 'writer' process fails
END
$ mprun --shard 1/2 >/dev/null; mprun --shard 2/2 --retry 1 >/dev/null
? 1
$ touch ok; mprun --shard 2/2 >/dev/null
$ mprun --shard 1/2 >/dev/null
? 1
$ mprun merge -q | tail -1
| 5 cases: 4 passed (2 flaky), 1 failed in <time>
$ mprun merge -f junit-surefire:out.xml -f rerun
? 1
| features/a.feature:10[writer=sh]
$ grep -o '<testcase[^>]* name="[^"]*"\|<flaky[A-Z][a-z]*\|<rerun[A-Z][a-z]*\|<failure' out.xml | sed 's/classname="[^"]*" //'
| <testcase name="one [writer=sh]"
| <testcase name="two [writer=sh]"
| <flakyFailure
| <testcase name="three [writer=sh]"
| <testcase name="four [writer=sh]"
| <flakyFailure
| <flakyFailure
| <testcase name="five [writer=sh]"
| <failure
| <rerunFailure
$ mprun report -f junit-surefire | sed 's/time="[^"]*"//g' >again; sed 's/time="[^"]*"//g' out.xml | cmp - again

== a shard that was killed
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process passes
  Scenario: three
    When the 'writer' process passes
  Scenario: four
    When the 'writer' process passes
END
$ for i in 1 2; do mprun -j1 --shard $i/2 >/dev/null; done
$ cd .mprun/runs/shard-2-of-2 && n=$(grep -n case-finished journal.ndjson | head -1 | cut -d: -f1) && head -$n journal.ndjson >cut && mv cut journal.ndjson
$ mprun merge -f rerun -f progress:out.txt | wc -l
| 1
$ tail -1 out.txt
| 4 cases: 3 passed, 1 not run in <time>
$ mprun merge -f rerun >/dev/null
? 1
# The joined journal says the same.
$ mprun report -f rerun | wc -l
| 1
$ mprun report -f rerun >/dev/null
? 1
# While it goes on it is no part of a whole.
$ flock .mprun/runs/shard-1-of-2/journal.ndjson mprun merge
! $DIR/.mprun/runs/shard-1-of-2/journal.ndjson: this run is still going on
? 2

== what cases attached goes into the page
file mprun.yaml <<END
platforms: {py: {command: [python3, server.py], protocol: 1}}
END
file server.py <<END
import json, os, sys
for line in sys.stdin:
    message = json.loads(line)
    method, answer = message.get("method"), {"success": True}
    if method == "initialize":
        folder = message["params"]["run"]["artifactDir"]
        answer = {"protocolVersion": 1, "server": {"name": "s", "version": "1"}}
    elif method == "executeStep":
        open(os.path.join(folder, "trace.txt"), "w").write("what it " + "saw")
        answer = {"success": True, "attachments": [{"name": "trace", "mediaType": "text/plain", "path": "trace.txt"}]}
    print(json.dumps({"jsonrpc": "2.0", "id": message.get("id"), "result": answer}), flush=True)
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process passes
END
$ for i in 1 2; do mprun --shard $i/2 --artifacts shards -q | tail -1; done
| 1 case: 1 passed in <time>
| 1 case: 1 passed in <time>
$ mprun merge shards -q -f html:out.html | tail -1; grep -o $(printf 'what it saw' | base64) out.html | wc -l
| 2 cases: 2 passed in <time>
| 2
