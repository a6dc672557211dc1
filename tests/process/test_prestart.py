#!/usr/bin/env python3
"""Processes that are started ahead of time: they are their own case's, nobody
sees them before a step names them, and whatever they do meanwhile is told
then; who is not started ahead; what becomes of those that no step names; and
the same statuses with and without.

usage: test_prestart.py --mprun PATH --server PATH
"""
import argparse
import json
import re
import signal
import sys

import harness
from test_schedule import by_name, expect, overlap

# What it does at its start is said by a word for its case, "2:dies"; each
# writes how long it lived, and the step "awaits 2" ends when the process of
# case 2 has done what it was told, as the file "done-2" says ("done-2b" of its
# process b).
SERVER = r"""
import json, os, sys, time
case, words = sys.argv[1], sys.argv[2:]
born = time.monotonic()
does = [word.partition(":")[2] for word in words
        if word.partition(":")[0] in (case, "all")]
out = os.fdopen(os.dup(1), "w", buffering=1)

def done():
    who = os.environ["MPRUN_PROCESS"]
    name = case + (who if who == "b" else "")
    with open(f"new-{name}", "w") as file:
        file.write(str(os.getpid()))
    os.rename(f"new-{name}", f"done-{name}")

def lived():
    with open("lives", "a") as file:
        file.write(json.dumps([case, os.environ["MPRUN_PROCESS"], born,
                               time.monotonic()]) + "\n")

def wait_for(other, gone):
    while not os.path.exists(f"done-{other}"):
        time.sleep(0.005)
    with open(f"done-{other}") as file:
        pid = int(file.read())
    while gone and os.path.exists(f"/proc/{pid}"):
        time.sleep(0.005)

def identity(params):
    run, environ = params["run"], os.environ
    return [environ["MPRUN_SCENARIO_ID"], run["seed"], run["sharedDir"],
            environ["MPRUN_SHARED_DIR"], run["ipcPrefix"],
            environ["MPRUN_IPC_PREFIX"], os.path.isdir(run["sharedDir"]),
            environ["MPRUN_SLOT"], run["artifactDir"]]

sys.stderr.write(f"case {case} says hello\n")
sys.stderr.flush()
if "never-ready" in does:
    done()
    sys.exit(3)
for line in sys.stdin:
    message = json.loads(line)
    method, answer = message.get("method"), {"success": True}
    if method == "initialize":
        params = message["params"]
        answer = {"protocolVersion": 1,
                  "server": {"name": "s", "version": "1"}}
    elif method == "executeStep":
        text = message["params"]["step"]
        if text.startswith("awaits"):
            wait_for(text.split()[1], text.endswith("gone"))
        answer["logs"] = ["I am " + json.dumps(identity(params))]
        if text.startswith("fails"):
            answer.update(success=False, error="as asked")
    if "stubborn" in does:
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if method == "shutdown":
            time.sleep(600)
    if method == "initialize" and "late" in does:
        time.sleep(2)
        done()
    if method == "initialize" and "floods" in does:
        sys.stderr.write("x" * 79 + "\n")
        for _ in range(60000):
            sys.stderr.write("y" * 79 + "\n")
        sys.stderr.flush()
    print(json.dumps({"jsonrpc": "2.0", "id": message.get("id"),
                      "result": answer}), file=out)
    if method == "initialize":
        if "answers-unasked" in does:
            print(json.dumps({"jsonrpc": "2.0", "id": 99, "result": {}}),
                  file=out)
        if "dies" in does:
            sys.stderr.write("farewell\n")
            sys.stderr.flush()
            done()
            os._exit(7)
        if "breaks" in does:
            done()
            os.kill(os.getpid(), 11)
        done()
lived()
"""


def make_place(options, scenarios, words=(), more=None, timeouts=None):
    place = harness.Place(options.mprun)
    (place.folder / "server.py").write_text(SERVER)
    command = [sys.executable, "-S", "-E", str(place.folder / "server.py"),
               "${case.number}", *words]
    place.config({"p": {"command": command, "protocol": 1, **(more or {})}},
                 timeouts or {"stop": "2s"})
    place.feature("Feature: f\n" + "".join(scenarios))
    return place


def play(options, scenarios, args=("-j", "1"), **more):
    place = make_place(options, scenarios, **more)
    run = place.run(args)
    run.lives = lives(place)
    run.folders = sorted(
        str(path.relative_to(place.folder / "runs"))
        for path in (place.folder / "runs").glob("2*/*/**/*"))
    faults = run.broken + run.report_faults() + run.leftovers()
    place.remove()
    return run, faults


def lives(place):
    path = place.folder / "lives"
    return ([json.loads(line) for line in path.read_text().splitlines()]
            if path.exists() else [])


def hidden(run):
    """Cases whose processes were started ahead."""
    return [r["case"] for r in run.of_type("process-ready")
            if r.get("hidden_ms")]


def of_case(run, number, *kinds):
    return [r for r in run.records if r.get("case") == number
            and (not kinds or r["type"] in kinds)]


def chain(count, **more):
    """Each case waits until the next one's process is ready."""
    return [harness.scenario(
        [f"awaits {i + 1}" if i < count else "passes"], name=f"c{i}",
        **more) for i in range(1, count + 1)]


def is_hidden(options, report):
    run, faults = play(options, chain(4), ["-j", "1", "-f", "json:s.json"])
    expect(faults, "cases", run.cases(), ["passed"] * 4)
    expect(faults, "started ahead", hidden(run), [2, 3, 4])
    if not re.search(r"^starting   took \S+, \S+ of it hidden$", run.out,
                     re.M):
        faults.append("the summary does not say what starting took")
    for r in run.of_type("process-ready"):
        if r.get("hidden_ms", 0) > r["duration_ms"]:
            faults.append(f"more is hidden than there was: {r}")
    order = [r["type"] for r in of_case(run, 3)]
    expect(faults, "the records of a case", order[:5],
           ["case-planned", "case-started", "step-planned", "step-started",
            "process-started"])
    report.check("the starts of coming cases are hidden", faults, run)


def is_its_cases(options, report):
    for jobs in (1, 3):
        run, faults = play(options, chain(6), ["-j", str(jobs)])
        started = {r["case"]: r for r in run.of_type("case-started")}
        for r in run.of_type("log"):
            if not r["text"].startswith("I am"):
                continue
            case = started[r["case"]]
            (scenario, seed, shared, shared_too, prefix, prefix_too, there,
             slot, artifacts) = json.loads(r["text"][5:])
            expect(faults, "scenario", scenario, case["scenario_id"])
            expect(faults, "seed", str(seed), case["seed"])
            expect(faults, "sharedDir", shared, shared_too)
            expect(faults, "sharedDir is there", there, True)
            expect(faults, "ipcPrefix", prefix, prefix_too)
            expect(faults, "its names are its case's",
                   (shared.rpartition("/")[2], prefix.rpartition("-")[2]),
                   (str(r["case"]),) * 2)
            expect(faults, "artifacts", artifacts, case["path"] + "/a")
            if int(slot) >= 2 * jobs:
                faults.append(f"slot {slot} with -j {jobs}")
        if not hidden(run):
            faults.append("no process was started ahead")
        report.check(f"who it is, -j {jobs}", faults, run)


def is_not_started(options, report):
    """Rows: what the second case is, and what else keeps its process."""
    two = ["awaits 1", "passes"]
    first = harness.scenario(two, name="c1")
    steps = {"by a step": ["starts", "passes"],
             "by a restart": ["restarts", "passes"],
             "looked at first": ["should not be running", "passes"]}
    for name, second in steps.items():
        run, faults = play(options, [first, harness.scenario(second,
                                                             name="c2")])
        expect(faults, "cases", run.cases(), ["passed"] * 2)
        expect(faults, "started ahead", hidden(run), [])
        report.check(f"not ahead: started {name}", faults, run)
    second = harness.scenario(["passes"], name="c2")
    for name, scenarios, args, more in (
            ("prestart: false", [first, second], [], {"prestart": False}),
            ("@lock", [first, harness.scenario(["passes"], "@lock:x", "c2")],
             [], {}),
            ("--wrap", [first, second], ["--wrap", "a=env"], {}),
            ("--max-processes", [first, second], ["--max-processes", "1"],
             {})):
        run, faults = play(options, scenarios, ["-j", "1", *args], more=more)
        expect(faults, "cases", run.cases(), ["passed"] * 2)
        expect(faults, "started ahead", hidden(run), [])
        report.check(f"not ahead: {name}", faults, run)
    run, faults = play(options, chain(2), ["-j", "1", "--max-processes", "2"])
    expect(faults, "started ahead", hidden(run), [2])
    report.check("ahead: room for two processes", faults, run)


def beside_serial(options, report):
    scenarios = [harness.scenario(["passes"], "@serial" if i % 3 == 0 else "",
                                  f"c{i}") for i in range(1, 10)]
    for jobs in ("1", "3"):
        run, faults = play(options, scenarios, ["-j", jobs])
        expect(faults, "cases", run.cases(), ["passed"] * 9)
        expect(faults, "lives", len(run.lives), 9)
        for case, _, *span in run.lives:
            for other, _, *theirs in run.lives:
                if int(case) % 3 == 0 and case != other and \
                        overlap(span, theirs):
                    faults.append(f"the process of case {other} lived "
                                  f"beside the serial case {case}")
        report.check(f"nothing beside @serial, -j {jobs}", faults, run)


def dies_waiting(options, report):
    scenarios = [harness.scenario(["awaits 2 gone"], name="c1"),
                 harness.scenario(["passes", "passes"], name="c2"),
                 harness.scenario(["passes"], name="c3")]
    run, faults = play(options, scenarios, words=["2:dies"])
    expect(faults, "cases", run.cases(), ["passed", "crashed", "passed"])
    expect(faults, "steps", run.steps(2), ["crashed", "not-run"])
    expect(faults, "cause", of_case(run, 2, "case-finished")[0]["text"],
           "'a' exited with code 7 before this step named it: it was started "
           "ahead of time")
    expect(faults, "what it did",
           [r["type"] for r in of_case(run, 2, "process-started",
                                       "process-ready", "process-exited")],
           ["process-started", "process-ready", "process-exited"])
    expect(faults, "stderr",
           [r["text"] for r in of_case(run, 2, "log")
            if r["source"] == "stderr"],
           ["case 2 says hello", "farewell"])
    expect(faults, "exit status", run.status, 1)
    report.check("dies while it waits", faults, run)

    # One that breaks is looked into then.
    run, faults = play(options, scenarios, words=["2:breaks"], more={
        "on_crash": ["sh", "-c", "echo looked at ${pid}"]})
    expect(faults, "cases", run.cases(), ["passed", "crashed", "passed"])
    pid = of_case(run, 2, "process-started")[0]["pid"]
    expect(faults, "looked into", [(r["case"], r["kind"], r["body"])
                                   for r in run.of_type("attachment")
                                   if r["name"].startswith("on_crash")],
           [(2, "on_crash", f"looked at {pid}\n")])
    report.check("breaks while it waits", faults, run)

    # An answer that nobody asked for is told of when it is named.
    scenarios[0] = harness.scenario(["awaits 2"], name="c1")
    run, faults = play(options, scenarios, words=["2:answers-unasked"])
    expect(faults, "cases", run.cases(), ["passed"] * 3)
    expect(faults, "notes", [(r["case"], r["level"], r.get("step"))
                             for r in run.of_type("note")],
           [(2, "warning", None)])
    report.check("answers unasked while it waits", faults, run)


def fails_to_start(options, report):
    scenarios = [harness.scenario(["awaits 2"], name="c1"),
                 harness.scenario(["passes", "passes"], name="c2"),
                 harness.scenario(["passes"], name="c3")]
    texts = []
    for prestart in (True, False):
        if not prestart:
            scenarios[0] = harness.scenario(["passes"], name="c1")
        run, faults = play(options, scenarios, words=["2:never-ready"],
                           more={"prestart": prestart})
        expect(faults, "cases", run.cases(),
               ["passed", "start-failed", "passed"])
        texts.append([(r["type"], r.get("status"), r.get("text"))
                      for r in of_case(run, 2, "step-result", "step-finished",
                                       "case-finished")])
        expect(faults, "told the same", texts[-1], texts[0])
        expect(faults, "exit status", run.status, 5)
        report.check(f"never ready, prestart {prestart}", faults, run)


def is_silent(options, report):
    """Its start_timeout is over while it waits; what it says later does not
    count, and on_timeout looks into it when it is named."""
    second = harness.scenario(["passes", "passes"], name="c2")
    texts = []
    for prestart in (True, False):
        first = harness.scenario(["awaits 2" if prestart else "passes"],
                                 name="c1")
        run, faults = play(
            options, [first, second], words=["2:late"],
            more={"prestart": prestart, "start_timeout": "1s",
                  "on_timeout": ["sh", "-c", "echo looked at ${pid}"]})
        expect(faults, "cases", run.cases(), ["passed", "start-failed"])
        texts.append([(r["type"], r.get("status"), r.get("text"))
                      for r in of_case(run, 2, "step-result", "step-finished",
                                       "case-finished")])
        expect(faults, "told the same", texts[-1], texts[0])
        pid = of_case(run, 2, "process-started")[0]["pid"]
        expect(faults, "states", [(r["case"], r["pid"])
                                  for r in run.of_type("process-state")],
               [(2, pid)])
        expect(faults, "looked into", [(r["case"], r["kind"], r["body"])
                                       for r in run.of_type("attachment")],
               [(2, "on_timeout", f"looked at {pid}\n")])
        report.check(f"silent at its start, prestart {prestart}", faults, run)


def is_never_named(options, report):
    scenarios = [harness.scenario(["awaits 2", "awaits 2b"], name="c1"),
                 harness.scenario(["fails", "the 'b' process passes"],
                                  name="c2")]
    run, faults = play(options, scenarios)
    expect(faults, "cases", run.cases(), ["passed", "failed"])
    expect(faults, "started ahead", hidden(run), [2])
    expect(faults, "lives", sorted((case, name) for case, name, *_ in
                                   run.lives),
           [("1", "a"), ("2", "a"), ("2", "b")])
    told = [r for r in run.records if r.get("process") == "b"
            and r["type"] != "step-planned"]
    expect(faults, "told of it", told, [])
    expect(faults, "left of it",
           [path for path in run.folders if "/b" in path], [])
    report.check("a process that no step names", faults, run)


def is_dropped(options, report):
    scenarios = [harness.scenario(["awaits 2", "fails"], name="c1"),
                 harness.scenario(["passes"], name="c2"),
                 harness.scenario(["passes"], name="c3")]
    run, faults = play(options, scenarios, ["-j", "1", "-x"])
    expect(faults, "cases", by_name(run),
           [("c1", "failed"), ("c2", "not-run"), ("c3", "not-run")])
    expect(faults, "lives", sorted(case for case, *_ in run.lives),
           ["1", "2"])
    expect(faults, "processes told of",
           {r["case"] for r in run.of_type("process-started")}, {1})
    expect(faults, "folders", {path.split("/")[1] for path in run.folders},
           {"f-1-1"})
    report.check("--fail-fast drops what was readied", faults, run)

    place = make_place(options, [
        harness.scenario(["awaits 2", "awaits 9"], name="c1"),
        harness.scenario(["passes"], name="c2"),
        harness.scenario(["passes"], name="c3")],
        words=["2:stubborn"], timeouts={"stop": "1s"})
    child = place.start(["-j", "1"])
    ready = harness.wait_until((place.folder / "done-2").exists, 30)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=10 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, out, err)
    faults = run.broken + run.report_faults() + run.leftovers()
    expect(faults, "case 2 was readied", ready, True)
    expect(faults, "cases", by_name(run),
           [("c1", "interrupted"), ("c2", "not-run"), ("c3", "not-run")])
    expect(faults, "exit status", run.status, 130)
    report.check("an interrupt drops what was readied", faults, run)
    place.remove()


def is_killed_with_mprun(options, report):
    place = make_place(options, [
        harness.scenario(["awaits 2", "awaits 9"], name="c1"),
        harness.scenario(["passes"], name="c2")], words=["2:stubborn"])
    child = place.start(["-j", "1"])
    ready = harness.wait_until((place.folder / "done-2").exists, 30)
    child.kill()
    child.communicate()
    faults = []
    expect(faults, "case 2 was readied", ready, True)
    faults += [f"still alive: {line}" for line in place.survivors()]
    if not harness.wait_until(lambda: not list(place.tmp.iterdir()),
                              5 * harness.MULTIPLIER):
        faults.append("its folders are left")
    report.check("kill -9 of mprun takes what was readied with it", faults)
    place.remove()


def floods(options, report):
    run, faults = play(options, chain(2), words=["2:floods"])
    expect(faults, "cases", run.cases(), ["passed"] * 2)
    lines = [r for r in of_case(run, 2, "log") if r["source"] == "stderr"]
    if not 5000 < len(lines) <= 10000:
        faults.append(f"{len(lines)} lines of its stderr were told")
    if not any("left out" in r["text"] for r in of_case(run, 2, "note")):
        faults.append("nobody says that something is left out")
    expect(faults, "its stderr's file",
           [path.split("/", 1)[1] for path in run.folders],
           ["f-1-1/a.stderr.log", "f-2-1/a.stderr.log"])
    report.check("floods while it waits", faults, run)


def retries(options, report):
    """A further attempt may be readied, too: it is an attempt of its own."""
    scenarios = [harness.scenario(["fails"], name="c1"),
                 harness.scenario(["passes"], name="c2")]
    run, faults = play(options, scenarios, ["-j", "1", "--retry", "2"])
    expect(faults, "attempts", sorted(
        (r["case"], r["attempt"], r["status"])
        for r in run.of_type("case-finished")),
           [(1, 1, "failed"), (1, 2, "failed"), (1, 3, "failed"),
            (2, 1, "passed")])
    report.check("attempts", faults, run)


def same_as_without(options, report):
    kinds = (["passes", "the 'b' process passes"], ["has a daemon"],
             ["fails with no"], ["has a grandchild elsewhere"],
             ["exits with 3"], ["exits with 3", "should exit with code 3"],
             ["begins: sleeps 50", "the 'b' process passes", "completes"],
             ["passes", "is killed", "starts", "passes"],
             ["is running", "stops", "should not be running"],
             ["answers skipped"], ["leaves a pipe"], ["leaves a file"],
             ["all processes are ready", "the 'b' process passes"],
             ["passes", "should still be running", "is paused", "is resumed"],
             ["raises 11"], ["never answers"], ["says garbage"])
    scenarios = [harness.scenario(steps, name=f"s{n:02}-{i}")
                 for n, steps in enumerate(kinds) for i in range(2)]
    found = {}
    for prestart in (False, True):
        for jobs in ("1", "2"):
            place = harness.Place(options.mprun)
            place.config({"p": {"command": [options.server], "protocol": 1,
                                "prestart": prestart}},
                         {"stop": "2s", "step": "400ms"})
            place.feature("Feature: f\n" + "".join(scenarios))
            run = place.run(["-j", jobs])
            faults = run.broken + run.report_faults() + run.leftovers()
            place.remove()
            got = [(name, status, tuple(run.steps(i + 1)))
                   for i, (name, status) in enumerate(by_name(run))]
            expect(faults, "cases", len(got), len(scenarios))
            wanted = found.setdefault("all", got)
            faults += [f"{a}, before {b}" for a, b in zip(got, wanted)
                       if a != b]
            if prestart != bool(hidden(run)):
                faults.append(f"started ahead: {hidden(run)}")
            report.check(f"the same with prestart {prestart}, -j {jobs}",
                         faults, run)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    options = parser.parse_args()
    if not harness.become_subreaper():
        print("this kernel has no subreapers: survivors cannot be counted")
        return harness.SKIP
    report = harness.Report()
    for test in (is_hidden, is_its_cases, is_not_started, beside_serial,
                 dies_waiting, fails_to_start, is_silent, is_never_named,
                 is_dropped, is_killed_with_mprun, floods, retries, same_as_without):
        test(options, report)
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
