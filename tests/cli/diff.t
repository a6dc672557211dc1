# mprun diff: two runs, case by case.

replace [0-9]{8}-[0-9]{6}-[0-9a-f]{8} with <run>
replace (?<=in )[0-9.]+m?s\b with <time>

== what changed, told by kind
file journal.py <<END
import json, sys
# NAME STATUS DURATION [flaky] for each case; journal of a run.
lines = [dict(type="run-started", version=1, id=sys.argv[1], total=len(sys.argv) - 2, text="mprun")]
for number, word in enumerate(sys.argv[2:], 1):
    name, status, ms, *flaky = word.split(":")
    head = dict(case=number, id=f"f.feature:{number}", key=f"f.feature//{name}/1.0.0", uri="f.feature", feature="F", name=name, line=number)
    lines += [dict(type="case-planned", **head), dict(type="case-started", attempt=1, **head)]
    end = dict(type="case-finished", case=number, attempt=1, duration_ms=float(ms), final=True)
    if status != "not-run": end["status"] = status
    if status not in ("passed", "not-run"): end["text"] = "it " + status
    if flaky: end["flaky"] = True
    lines.append(end)
if sys.argv[1] != "killed": lines.append(dict(type="run-finished", duration_ms=5000))
for line in lines: print(json.dumps(line))
END
$ python3 journal.py before same:passed:10 breaks:passed:10 stays:failed:10 worse:failed:10 mended:crashed:10 wobbles:passed:10 unplayed:passed:10 unrun:passed:1 slow:passed:400 noise:passed:10 little:passed:1000 gone:passed:10 lost:failed:10 skipped:skipped:0 played:skipped:0 >before
$ python3 journal.py after new:passed:10 same:passed:10 breaks:failed:10 stays:failed:900 worse:crashed:10 mended:passed:10 wobbles:passed:10:flaky unplayed:skipped:0 unrun:not-run:0 slow:passed:700 noise:passed:250 little:passed:1400 skipped:skipped:0 played:passed:900 newfail:timed-out:10 >after
$ mprun diff before after
| before before, 15 cases in <time>
| after  after, 15 cases in <time>
|
| Newly failing
|   ✗ f.feature:3: failed, before passed
|       it failed
|   ! f.feature:15: timed-out, before not there
|       it timed-out
|
| Still failing
|   ✗ f.feature:4
|   ! f.feature:5: crashed, before failed
|
| Mended
|   ✓ f.feature:6: passed, before crashed
|
| Newly flaky
|   ~ f.feature:7: passed (flaky), before passed
|
| Not played any more
|   – f.feature:8: skipped, before passed
|   · f.feature:9: not-run, before passed
|
| Slower
|   ✓ f.feature:10: 700ms, before 400ms
|
| 2 newly failing, 2 still failing, 1 mended, 1 newly flaky, 2 not played any more, 1 slower, 1 new, 2 gone, 5 as before
? 1
$ mprun diff -q before after
| before before, 15 cases in <time>
| after  after, 15 cases in <time>
|
| Newly failing
|   ✗ f.feature:3: failed, before passed
|       it failed
|   ! f.feature:15: timed-out, before not there
|       it timed-out
|
| 2 newly failing, 2 still failing, 1 mended, 1 newly flaky, 2 not played any more, 1 slower, 1 new, 2 gone, 5 as before
? 1
$ mprun diff -v after before | sed -n '/^New$/,$p'
| New
|   ✓ f.feature:12
|
| Gone
|   ✓ f.feature:1
|   ! f.feature:15
|
| 2 newly failing, 2 still failing, 1 mended, 1 not played any more, 1 new, 2 gone, 8 as before
$ mprun diff before before
| before before, 15 cases in <time>
| after  before, 15 cases in <time>
|
| Still failing
|   ✗ f.feature:3
|   ✗ f.feature:4
|   ! f.feature:5
|   ✗ f.feature:13
|
| 4 still failing, 11 as before
$ mprun diff --json before after | python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["version"], d["before"]["id"], [c["id"] for c in d["failing"]], d["failing"][0]["after"], d["slower"][0]["before"], d["gone"][0]["key"])'
| 1 before ['f.feature:3', 'f.feature:15'] {'status': 'failed', 'duration_ms': 10, 'message': 'it failed'} {'status': 'passed', 'duration_ms': 400} f.feature//gone/1.0.0
# A killed run: what it did not come to is not played.
$ python3 journal.py killed same:passed:10 >killed; mprun diff before killed -q
| before before, 15 cases in <time>
|* after  killed, 1 case in *; its journal ends before it did
|
| 14 gone, 1 as before

== runs of this project
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
$ mprun >/dev/null; cp -r .mprun/runs/latest/ first
# Lines move; what a case is called stays.
$ sed -i '1a\\n' features/a.feature; sed -i 's/process fails/process passes/' features/a.feature; mprun -q >/dev/null
$ mprun diff first
| before <run>, 2 cases in <time>
| after  <run>, 2 cases in <time>
|
| Mended
|   ✓ features/a.feature:6[writer=sh]: passed, before failed
|
| 1 mended, 1 as before
# Repetitions are told apart; the first of them is the case that is played once.
$ sed -i 's/process passes/process fails/' features/a.feature; mprun -q --repeat-each 2 features/a.feature:6 >/dev/null; mprun diff first
| before <run>, 2 cases in <time>
| after  <run>, 2 cases in <time>
|
| Newly failing
|   ✗ features/a.feature:6[writer=sh] (repetition 2): failed, before not there
|       the 'writer' process fails: it went wrong
|
| Still failing
|   ✗ features/a.feature:6[writer=sh] (repetition 1)
|
| 1 newly failing, 1 still failing, 1 gone
? 1
$ mprun diff first nowhere nothing; mprun diff
! mprun: 'nothing' is one word too many for 'diff'
! mprun: diff needs a RUN (mprun diff --help)
? 2
$ mprun diff latest
! mprun: 'latest' is the last run itself; name the run that it is to be compared with: mprun diff BEFORE AFTER
? 2
$ mprun diff first nowhere
! mprun: 'nowhere' is neither a journal nor a run's folder nor a run in $DIR/.mprun/runs
? 2
