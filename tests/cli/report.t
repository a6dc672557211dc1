# Reports made of journals, after the run.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>
replace (?<= )[0-9.]+m?s\b with <time>
replace [0-9]{8}-[0-9]{6}-[0-9a-f]{8} with <run>
replace seed       [0-9]+ with seed       <seed>

== the last run, as it was
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
  Scenario: two
    When the 'writer' process fails
END
$ mprun -f junit:live.xml -f json:live.json -f rerun:live.txt >live
? 1
$ mprun report -f junit:later.xml -f json:later.json -f rerun:later.txt >later
? 1
$ cmp live later && cmp live.xml later.xml && cmp live.json later.json
$ cmp live.txt later.txt
# By id, by folder, by journal, through a pipe; from a folder below.
$ id=$(basename $(readlink .mprun/runs/latest)); mprun report $id -q | tail -1
| 2 cases: 1 passed, 1 failed in <time>
$ mprun report .mprun/runs/latest -f rerun
| features/a.feature:4[writer=sh]
? 1
$ mprun report .mprun/runs/latest/journal.ndjson -f rerun
| features/a.feature:4[writer=sh]
? 1
$ mprun report - -f rerun <.mprun/runs/latest/journal.ndjson
| features/a.feature:4[writer=sh]
? 1
$ cd features && mprun report -f rerun
| features/a.feature:4[writer=sh]
? 1
# Without a configuration, with --artifacts.
$ mv .mprun/runs runs; rm mprun.yaml; mprun report --artifacts runs -f rerun
| features/a.feature:4[writer=sh]
? 1

== exit statuses are those of the run
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
timeouts: {stop: 500ms}
END
file features/a.feature <<END
Feature: A
  Scenario: passed
    When the 'writer' process passes
  Scenario: pending
    When the 'writer' process is pending
  Scenario: interrupted
    When the 'writer' process interrupts
END
file bad/b.feature <<END
Featur: B
END
$ mprun -n passed >out; mprun report >again; echo $?; cmp out again
| 0
$ mprun -n pending >out; mprun report >again; echo $?; cmp out again
| 1
$ mprun -n pending --no-strict >out; mprun report >again; echo $?; cmp out again
| 0
$ mprun -n interrupted >out; mprun report >again; echo $?; cmp out again
| 130
$ mprun --keep-going -n passed features bad >out 2>&1; mprun report >again; echo $?
| 2
$ mprun report -f junit:/dev/full
! mprun: /dev/full: the report was not written: No space left on device
|...
? 2
$ mprun -n passed >out; mprun report -f junit:/dev/full >again
! mprun: /dev/full: the report was not written: No space left on device
? 3

== the command that repeats a case, the folder and secrets come from the journal
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
secrets: [TOKEN]
profiles: {ci: {jobs: 1}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process fails
END
$ TOKEN=ossifrage mprun -p ci -D WHAT=ossifrage --seed 3 >live
? 1
$ mprun report >later; cmp live later; grep -h 'repeat\|artifacts' later
|   repeat mprun -p ci -D WHAT=*** --seed 3 'features/a.feature:2[writer=sh]'
| artifacts  $DIR/.mprun/runs/<run>
$ grep -c ossifrage later .mprun/runs/latest/journal.ndjson
| later:0
| .mprun/runs/latest/journal.ndjson:0
? 1
$ head -1 .mprun/runs/latest/journal.ndjson | grep -o '"libraries":"libuv\|"config":{"path":"mprun.yaml"\|"define":{[^}]*}\|"machine":"Linux'
| "libraries":"libuv
| "machine":"Linux
| "config":{"path":"mprun.yaml"
| "define":{"WHAT":"***"}

== nothing to report on
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun report
! mprun: there is no last run in $DIR/.mprun/runs; --artifacts names another folder of runs
? 2
$ mprun >out; mprun report lates
! mprun: 'lates' is neither a journal nor a run's folder nor a run in $DIR/.mprun/runs, did you mean 'latest'?
? 2
$ mprun report nowhere/journal.ndjson
! mprun: 'nowhere/journal.ndjson' is neither a journal nor a run's folder nor a run in $DIR/.mprun/runs
? 2
$ mprun report features
! mprun: features: there is no journal.ndjson in it
? 2
$ mprun report mprun.yaml
! mprun.yaml:1: this is no JSON object
? 2
$ mprun report a b
! mprun: 'b' is one word too many for 'report'
? 2
$ mprun report -f junitt -f junit:nowhere/a.xml/
! --format junitt: no report is called 'junitt', did you mean 'junit'?
! nowhere/a.xml/: no report can be written there: Is a directory
? 2
$ mprun report --tags @a
! mprun: '--tags' is an option of 'run', 'plan' and 'steps', not of 'report' (mprun report --help)
? 2
$ rm -r .mprun/runs/2*; mprun report
! mprun: there is no last run in $DIR/.mprun/runs; --artifacts names another folder of runs
? 2

== journals that are damaged, cut off or of a later version
file whole.ndjson <<END
{"type":"run-started","version":1,"id":"r","seed":"5","total":2,"text":"mprun"}
{"type":"case-planned","case":1,"id":"f.feature:2","uri":"f.feature","feature":"F","name":"one","line":2}
{"type":"case-planned","case":2,"id":"f.feature:4","uri":"f.feature","feature":"F","name":"two","line":4}
{"type":"case-started","time_ms":1,"case":1,"attempt":1,"id":"f.feature:2","uri":"f.feature","feature":"F","name":"one","line":2}
END
$ mprun report whole.ndjson -f rerun
| f.feature:2
| f.feature:4
? 1
$ mprun report whole.ndjson | grep -v '^$'
| mprun · 2 cases
| ! interrupted  one
|   the run ended before the case did
|   repeat mprun f.feature:2
| f.feature
|   ! one                                                                                   !      <time>
|   · two                                                                                   ·      <time>
| ! interrupted f.feature:2
|     the run ended before the case did
| · 1 not run: the run ended before it was its turn
| The journal ends before the run did.
| seed       <seed>
| 2 cases: 1 interrupted, 1 not run in <time>
$ mprun report - -f json <whole.ndjson | grep -o '"not-run":[0-9]*\|"interrupted":[0-9]*'
| "not-run":1
| "interrupted":1
# Nothing had failed when it was killed: that is no pass.
$ sed 4d whole.ndjson >before; mprun report before -q | tail -1
| 2 cases: 2 not run in <time>
$ mprun report before -f rerun
| f.feature:2
| f.feature:4
? 1
$ (head -4 whole.ndjson; echo '{"type":"case-finished","case":1,"attempt":1,"status":"passed","final":true}') >between
$ mprun report between -f rerun
| f.feature:4
? 1
$ (cat between; echo '{"type":"run-finished"}') >through; mprun report through -f rerun
# A last line that was cut off is no damage.
$ (cat whole.ndjson; printf '{"type":"case-fin') >cut; mprun report cut -f rerun
| f.feature:2
| f.feature:4
! cut:5: the last line is cut off and was left out
? 1
$ sed '3s/^/oops /' whole.ndjson >broken; mprun report broken -f rerun
| f.feature:2
! broken:3: this is no JSON object
? 2
$ sed 's/"version":1/"version":9/' whole.ndjson >later; mprun report later -f rerun
! later:1: the journal has version 9, this mprun reads up to 1; take a newer one
? 2
$ : >empty; mprun report empty -f junit:out.xml; test ! -e out.xml
! empty: the journal is empty
$ sed 's/"line":2/"line":"2"/' whole.ndjson >kind; mprun report kind -f rerun
| f.feature:4
! kind:2: "line" of a case-planned record is not a whole number
! kind:4: "line" of a case-started record is not a whole number
? 2

== a run that is still going on
file mprun.yaml <<END
platforms: {sh: {command: [sh, server.sh], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process reports
  Scenario: two
    When the 'writer' process reports
END
file server.sh <<END
while IFS= read -r line; do
    id=${line##*'"id":'}
    id=${id%%[!0-9]*}
    case $line in *executeStep*) mprun report -f rerun >rerun 2>err </dev/null ;; esac
    printf '{"jsonrpc":"2.0","id":%s,"result":{"success":true}}\n' "$id"
done
END
$ mprun -j1 -n one >out; cat rerun err
| features/a.feature:2[writer=sh]
| mprun: $DIR/.mprun/runs/latest/journal.ndjson: this run is still going on; what runs now is shown as interrupted
$ mprun -j1 -n one >out; mprun report -f rerun
$ mprun -j1 >out; cat rerun
| features/a.feature:4[writer=sh]

== a report does not take the place of the journal that it is made of
file mprun.yaml <<END
platforms: {sh: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
END
$ mprun -q --artifacts runs >out; cp runs/latest/journal.ndjson mine; ln -s mine link
$ mprun report link -f json:mine
! --format json:mine: that is the journal that is read; give the report another path
? 2
$ cmp mine runs/latest/journal.ndjson

== Cucumber Messages: live or later the same, whatever became of the features
file mprun.yaml <<END
platforms:
  a: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
  b: {command: [sh, "${SRC}/tests/cli/server.sh"], protocol: bare}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process passes
    Then the 'writer' process fails
END
$ mprun -j1 -f message:live.ndjson >out
? 1
$ rm -r features; mprun report -f message:later.ndjson >out
? 1
$ cmp live.ndjson later.ndjson; grep -c . live.ndjson
| 21
$ grep -o '"name":"[^"]*writer=[ab][^"]*"' live.ndjson
| "name":"one [writer=a]"
| "name":"one [writer=b]"
| "name":"one [writer=a]"
| "name":"@platform:writer=a"
| "name":"one [writer=b]"
| "name":"@platform:writer=b"
$ grep -o '"status":"[A-Z]*"' live.ndjson
| "status":"PASSED"
| "status":"FAILED"
| "status":"PASSED"
| "status":"FAILED"

== Cucumber Messages: step definitions, asked for once and only if wanted
file mprun.yaml <<END
platforms: {sh: {command: [sh, server.sh], protocol: 1}}
END
file features/a.feature <<END
Feature: A
  Scenario: one
    When the 'writer' process writes 12 bytes
    Then the 'reader' process fails
    And the 'reader' process does what nobody defined
END
file server.sh <<END
while IFS= read -r line; do
    id=${line##*'"id":'}
    id=${id%%[!0-9]*}
    case $line in
    *'"initialize"'*) result='{"protocolVersion":1,"capabilities":{"listStepDefinitions":true}}' ;;
    *'"listStepDefinitions"'*) echo asked >>asked; result=$(cat list) ;;
    *'fails'*) result='{"success":false,"status":"failed","failure":{"message":"no"}}' ;;
    *) result='{"success":true}' ;;
    esac
    id=${line#*'"id":'}; id=${id%%,*}
    case $result in
    error) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}\n' "$id" ;;
    *) printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result" ;;
    esac
done
END
file list <<END
{"stepDefinitions":[{"id":"1","pattern":{"type":"cucumberExpression","source":"writes {int} bytes"},"location":{"file":"steps.sh","line":3}},{"id":"2","pattern":{"type":"regex","source":"^fails$"}}],"errors":[{"type":"undefinedParameterType","name":"shape","expression":"a {shape}"}]}
END
$ mprun -j1 -f message >out
? 1
$ cat asked; grep -E '^."(stepDef|undefined)' out; grep -o '"stepMatch.*' out | cut -d, -f1-4
| asked
| {"stepDefinition":{"id":"8","pattern":{"type":"CUCUMBER_EXPRESSION","source":"writes {int} bytes"},"sourceReference":{"uri":"steps.sh","location":{"line":3}}}}
| {"stepDefinition":{"id":"9","pattern":{"type":"REGULAR_EXPRESSION","source":"^fails$"},"sourceReference":{}}}
| {"undefinedParameterType":{"expression":"a {shape}","name":"shape"}}
| "stepMatchArgumentsLists":[{"stepMatchArguments":[{"group":{"start":28,"value":"12"},"parameterTypeName":"int"}]}]},{"id":"13"
$ grep -o '"status":"[A-Z]*"' out; grep -o '"snippets.*' out
| "status":"PASSED"
| "status":"FAILED"
| "status":"UNDEFINED"
| "snippets":[{"language":"sh","code":"does what nobody defined"}]}}
$ rm asked; mprun -j1 -f json:out.json >out; test -e asked
? 1
$ echo error >list; mprun -j1 -f message:out -f pretty | grep -o 'it did not list.*'; grep -c '"testStepFinished"' out
| it did not list its step definitions, although it says that it can
| 3

== how long a platform took is known where its server does not say it
file journal.ndjson <<END
{"type":"run-started","time_ms":0,"version":1,"id":"r","name":"0.1.0","text":"mprun","wall_time":"2026-03-04T10:11:12Z","cwd":"/p","total":1}
{"type":"case-started","time_ms":0,"case":1,"attempt":1,"id":"a:1[r=b,w=a]","key":"k","uri":"a","name":"one","line":1,"combination":"[r=b,w=a]","total":1}
{"type":"step-planned","time_ms":0,"case":1,"attempt":1,"step":1,"process":"r, w","keyword":"When ","text":"all work","line":2,"kind":"send"}
{"type":"step-started","time_ms":1,"case":1,"attempt":1,"step":1}
{"type":"step-result","time_ms":1250,"case":1,"attempt":1,"step":1,"process":"w","platform":"a","status":"passed"}
{"type":"step-result","time_ms":1300,"case":1,"attempt":1,"step":1,"process":"r","platform":"b","status":"passed","duration_ms":40}
{"type":"step-finished","time_ms":1300,"case":1,"attempt":1,"step":1,"status":"passed","duration_ms":300}
{"type":"case-finished","time_ms":1400,"case":1,"attempt":1,"status":"passed","duration_ms":1400,"final":true}
{"type":"run-finished","time_ms":1400,"duration_ms":1400}
END
$ mprun report journal.ndjson -f usage | grep -c '250ms    a$'
| 1
$ mprun report journal.ndjson -f usage | grep -c ' 40ms    b$'
| 1

== a begun step that fails later took that long
file mprun.yaml <<END
platforms: {sh: {command: [sh, server.sh], protocol: bare}}
END
file server.sh <<END
sleep 1
while IFS= read -r line; do
    id=${line##*'"id":'}
    id=${id%%[!0-9]*}
    case $line in
    *fails*) sleep 0.3; printf '{"jsonrpc":"2.0","id":%s,"result":{"success":false,"error":"late"}}\n' "$id" ;;
    *) printf '{"jsonrpc":"2.0","id":%s,"result":{"success":true}}\n' "$id" ;;
    esac
done
END
file features/a.feature <<END
Feature: A
  Scenario: is begun
    When the 'writer' process begins: works
    Then the 'writer' process completes
  Scenario: fails late
    When the 'writer' process begins: fails
    And 20 seconds pass
    Then the 'writer' process completes
END
$ mprun -j1 -q >out
? 1
# The start of a second is none of it, and the wait is not as long.
$ mprun report -f usage | awk '/begins: fails/ {print ($2 ~ /^([3-9][0-9][0-9]ms|[1-9][.].*)$/)}'
| 1
$ mprun report -f usage | awk '/begins: works/ {print ($2 ~ /^[0-9][0-9]*ms$/)}'
| 1
