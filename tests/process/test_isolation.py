#!/usr/bin/env python3
"""Processes that are kept for other cases: what they are told between two, who
is kept and who is replaced, what goes wrong at the boundary and between cases,
limits, interrupts, and what the reports say.

usage: test_isolation.py --mprun PATH --server PATH
"""
import argparse
import json
import signal
import sys

import harness
from test_schedule import by_name, expect

# A word says what it does at a method, "scenarioFinished:fails"; the file
# "lives" has when each process lived, its pid and slot, "methods" what each
# was asked.
SERVER = r"""
import json, os, subprocess, sys, threading, time
words = sys.argv[1:]
born, shared, count = time.monotonic(), None, 0
out = os.fdopen(os.dup(1), "w", buffering=1)

def put(name, entry):
    with open(name, "a") as file:
        file.write(json.dumps(entry) + "\n")

def send(message_id, result):
    print(json.dumps({"jsonrpc": "2.0", "id": message_id, "result": result}),
          file=out)

def step(text, answer):
    global count
    count += 1
    answer["data"] = {"count": count, "shared": shared,
                      "there": os.path.isdir(shared or "?")}
    sys.stderr.write(f"step of {shared}\n")
    sys.stderr.flush()
    if text == "fails":
        answer.update(success=False, error="as asked")
    if text == "fails once" and not os.path.exists("failed"):
        open("failed", "w").close()
        answer.update(success=False, error="as asked")
    if text == "is skipped":
        answer.update(success=False, status="skipped")
    if text == "never answers":
        time.sleep(600)
    if text == "exits":
        os._exit(4)
    if text == "exits soon":
        threading.Timer(0.05, os._exit, [5]).start()
    if text == "awaits the end":
        with open("methods") as file:
            pid = json.loads(file.readline())[0]
        while os.path.exists(f"/proc/{pid}"):
            time.sleep(0.005)
    if text == "naps":
        time.sleep(0.05)
    if text == "leaves a daemon":
        subprocess.Popen([sys.executable, "-S", "-c",
                          "import os, time\nif os.fork(): os._exit(0)\n"
                          "os.setsid()\nos.close(1)\nos.close(2)\n"
                          "time.sleep(600)"],
                         stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL).wait()
    if text == "leaves a child":
        subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
    if text == "starts a helper":
        subprocess.Popen(["cat"], stdin=subprocess.PIPE,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if text == "leaves a pipe":
        os.mkfifo(os.path.join(shared, "pipe"))

for line in sys.stdin:
    message = json.loads(line)
    method, params = message["method"], message.get("params") or {}
    answer = {"success": True}
    put("methods", [os.getpid(), method])
    does = [word.partition(":")[2] for word in words
            if word.partition(":")[0] == method]
    if method == "initialize":
        answer = {"protocolVersion": 1, "server": {"name": "s"},
                  "capabilities": {"scenarios": "bare" not in words,
                                   "log": True}}
        shared = params["run"]["sharedDir"]
    elif method == "scenarioStarted":
        shared = params["run"]["sharedDir"]
        if "second" in words and count:
            does = [word.partition(":")[2] for word in words if ":" in word]
        count = 0
    elif method == "executeStep":
        step(params["step"], answer)
    if method == "scenarioFinished" and os.path.exists("was"):
        does = []
    if does:
        open("was", "w").close()
    if "fails" in does:
        answer = {"success": False, "error": "cannot do that"}
    if "errs" in does:
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"],
                          "error": {"code": -32603, "message": "no"}}),
              file=out)
        continue
    if "exits" in does:
        os._exit(6)
    if "hangs" in does:
        time.sleep(600)
    send(message["id"], answer)
put("lives", [os.getpid(), os.environ["MPRUN_PROCESS"],
              os.environ["MPRUN_SLOT"], born, time.monotonic()])
"""


def make_place(options, features, words=(), more=None, timeouts=None):
    place = harness.Place(options.mprun)
    (place.folder / "server.py").write_text(SERVER)
    command = [sys.executable, "-S", "-E", str(place.folder / "server.py"),
               *words]
    body = {"command": command, "protocol": 1, "isolation": "run"}
    body.update(more or {})
    place.config({"p": body}, timeouts or {"stop": "2s", "step": "500ms"})
    for i, steps in enumerate(features):
        place.feature("Feature: f\n" + "".join(
            harness.scenario(s, name=f"c{i}{n}") for n, s in enumerate(steps)),
            f"f{i}")
    return place


def lines(place, name):
    path = place.folder / name
    return ([json.loads(line) for line in path.read_text().splitlines()]
            if path.exists() else [])


def play(options, features, args=("-j", "1"), status="passed", **more):
    """status: of all cases, or a list."""
    place = make_place(options, features, **more)
    run = place.run(args)
    run.lives, run.methods = lines(place, "lives"), lines(place, "methods")
    faults = run.broken + run.report_faults() + run.leftovers()
    place.remove()
    count = sum(len(steps) for steps in features)
    expect(faults, "cases", run.cases(),
           [status] * count if isinstance(status, str) else status)
    run.pids = [r["pid"] for r in run.of_type("process-started")]
    return run, faults


def same(pids):
    """Which of them are equal: 0, 0, 1."""
    return [sorted(set(pids), key=pids.index).index(pid) for pid in pids]


def is_kept(options, report):
    run, faults = play(options, [[["passes"]] * 3])
    expect(faults, "processes", same(run.pids), [0, 0, 0])
    expect(faults, "asked", [method for _, method in run.methods],
           ["initialize"] + ["scenarioStarted", "executeStep",
                             "scenarioFinished"] * 2 +
           ["scenarioStarted", "executeStep", "shutdown"])
    data = [json.loads(r["data"]) if isinstance(r["data"], str) else r["data"]
            for r in run.of_type("step-result")]
    expect(faults, "state", [d["count"] for d in data], [1] * 3)
    expect(faults, "folders", [d["there"] for d in data], [True] * 3)
    expect(faults, "different folders", len({d["shared"] for d in data}), 3)
    expect(faults, "stderr", [(r["case"], r["text"])
                              for r in run.of_type("log")],
           [(i + 1, f"step of {d['shared']}") for i, d in enumerate(data)])
    expect(faults, "reused", [r.get("reused", False)
                              for r in run.of_type("process-started")],
           [False, True, True])
    expect(faults, "incarnations", {r["incarnation"]
                                    for r in run.of_type("process-ready")},
           {1})
    expect(faults, "kept", [r["case"] for r in run.of_type("process-kept")],
           [1, 2])
    expect(faults, "ended", [r["case"] for r in run.of_type("process-exited")],
           [3])
    expect(faults, "summary", "2 starts spared" in run.out, True)
    report.check("kept for the run", faults, run)

    features = [[["passes"]] * 2] * 2
    for isolation, wanted in (("feature", [0, 0, 1, 1]), ("run", [0] * 4),
                              ("scenario", [0, 1, 2, 3])):
        run, faults = play(options, features, more={"isolation": isolation})
        expect(faults, "processes", same(run.pids), wanted)
        report.check(f"isolation: {isolation}", faults, run)


def is_replaced(options, report):
    rows = [
        ("it failed", ["fails"], "failed"),
        ("it is skipped", ["is skipped"], "skipped"),
        ("it stops", ["passes", "the 'a' process stops"], "passed"),
        ("it restarts", ["passes", "the 'a' process restarts", "passes"],
         "passed"),
        ("it is killed", ["passes", "the 'a' process is killed"], "passed"),
        ("it was paused", ["passes", "the 'a' process is paused",
                           "the 'a' process resumes", "passes"], "passed"),
        ("it timed out", ["never answers"], "timed-out"),
        ("it died", ["exits"], "crashed"),
        ("it left a pipe", ["leaves a pipe"], "leaked"),
        ("it left a daemon", ["leaves a daemon"], "leaked"),
        ("it left a daemon and stops", ["leaves a daemon",
                                        "the 'a' process stops"], "leaked"),
        ("it left a child", ["leaves a child"], "leaked"),
        ("it has a child that ends with it", ["starts a helper"], "passed"),
    ]
    for name, steps, status in rows:
        run, faults = play(options, [[["passes"], steps, ["passes"]]],
                           status=["passed", status, "passed"])
        pids = [r["pid"] for r in run.of_type("process-started")
                if r["incarnation"] == 1]
        expect(faults, "processes", same(pids),
               [0, 0, 0 if status == "skipped" else 1])
        word = "kept" if status == "skipped" else "replaced"
        report.check(f"{word}: {name}", faults, run)


def boundary(options, report):
    """What goes wrong when a case begins or ends in it."""
    rows = [
        ("scenarioFinished fails", ["scenarioFinished:fails"],
         ["leaked", "passed"], "cannot do that"),
        ("scenarioFinished is an error", ["scenarioFinished:errs"],
         ["protocol-error", "passed"], "answered scenarioFinished with the"),
        ("no answer to scenarioFinished", ["scenarioFinished:hangs"],
         ["passed", "passed"], "did not answer scenarioFinished"),
        ("it dies at scenarioFinished", ["scenarioFinished:exits"],
         ["crashed", "passed"], "exited with code 6 although"),
        ("scenarioStarted fails", ["second", "later:fails"],
         ["passed", "start-failed"], "scenarioStarted failed: cannot do that"),
        ("no answer to scenarioStarted", ["second", "later:hangs"],
         ["passed", "start-failed"], "no answer to scenarioStarted in 1s"),
        ("it dies at scenarioStarted", ["second", "later:exits"],
         ["passed", "start-failed"],
         "it exited with code 6 before it answered scenarioStarted"),
        ("no capability", ["bare"], ["start-failed"] * 2,
         "needs the capability `scenarios`"),
    ]
    for name, words, statuses, text in rows:
        run, faults = play(options, [[["passes"], ["passes"]]], words=words,
                           status=statuses, more={"start_timeout": "1s"})
        texts = [r.get("text") or "" for r in run.records]
        expect(faults, text, any(text in t for t in texts), True)
        if statuses[1] == "passed":
            expect(faults, "processes", same(run.pids), [0, 1])
        report.check(f"boundary: {name}", faults, run)


def between_cases(options, report):
    run, faults = play(options, [[["exits soon"],
                                  ["the 'b' process awaits the end"],
                                  ["passes"]]], timeouts={"stop": "2s"})
    expect(faults, "processes", same(run.pids), [0, 1, 2])
    wanted = ("warning: 'a' (p), kept for another case: it exited with code 5")
    expect(faults, "the warning", wanted in run.err, True)
    report.check("it dies between two cases", faults, run)

    # Until a step names it, it is not there.
    run, faults = play(options, [[
        ["passes"], ["the 'a' process should not be running",
                     "the 'a' process starts", "passes"]]])
    expect(faults, "processes", same(run.pids), [0, 0])
    report.check("not running until it is named", faults, run)


def limits(options, report):
    steps = [["passes"], ["the 'b' process passes"]] * 3
    run, faults = play(options, [steps], ["-j", "1", "--max-processes", "1"])
    ordered = sorted(life[3:] for life in run.lives)
    expect(faults, "beside each other",
           [b for a, b in zip(ordered, ordered[1:]) if b[0] < a[1]], [])
    report.check("--max-processes holds for kept ones", faults, run)

    run, faults = play(options, [[["naps"]] * 12], ["-j", "3"])
    expect(faults, "at most a process for each slot",
           len(set(run.pids)) <= 3, True)
    times = {}
    for record in run.records:
        if record["type"] in ("case-started", "case-finished"):
            times.setdefault(record["case"], []).append(record["time_ms"])
    used = {}
    for record in run.of_type("process-started"):
        used.setdefault(record["pid"], []).append(times[record["case"]])
    for pid, spans in used.items():
        spans.sort()
        for one, other in zip(spans, spans[1:]):
            if other[0] < one[1]:
                faults.append(f"{pid} had two cases at the same time")
    report.check("never shared at the same time", faults, run)


def interrupted(options, report):
    place = make_place(options, [[["passes"],
                                  ["the 'b' process never answers"],
                                  ["passes"]]], timeouts={"stop": "1s"})
    child = place.start(["-j", "1"])
    begun = harness.wait_until(
        lambda: [m for _, m in lines(place, "methods")].count("executeStep")
        == 2, 30)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=10 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, out, err)
    faults = run.broken + run.report_faults() + run.leftovers()
    expect(faults, "the second case runs", begun, True)
    expect(faults, "cases", by_name(run),
           [("c00", "passed"), ("c01", "interrupted"), ("c02", "not-run")])
    expect(faults, "it ended in order",
           [life[1] for life in lines(place, "lives") if life[1] == "a"],
           ["a"])
    expect(faults, "exit status", run.status, 130)
    report.check("an interrupt ends those that are kept", faults, run)
    place.remove()


def interrupted_at_rest(options, report):
    """It does not answer scenarioFinished when the interrupt comes."""
    place = make_place(options, [[["passes"], ["passes"]]],
                       words=["scenarioFinished:hangs"],
                       timeouts={"stop": "60s"})
    child = place.start(["-j", "1"])
    begun = harness.wait_until(lambda: (place.folder / "was").exists(), 30)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=10 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, out, err)
    faults = run.broken + run.report_faults() + run.leftovers()
    expect(faults, "it rests", begun, True)
    expect(faults, "second case", by_name(run)[1], ("c01", "not-run"))
    expect(faults, "exit status", run.status, 130)
    report.check("an interrupt while one gives back", faults, run)
    place.remove()


def together(options, report):
    """With what else starts processes, or stops all."""
    words = ["the 'b' process fails once"]
    run, faults = play(options, [[["passes"], ["passes", *words], ["passes"]]],
                       ["-j", "1", "--retry", "1"])
    expect(faults, "processes of 'a'",
           same([r["pid"] for r in run.of_type("process-started")
                 if r["process"] == "a"]), [0, 0, 1, 1])
    report.check("a retry has processes of its own", faults, run)

    run, faults = play(options, [[["passes"], ["fails"], ["passes"]]],
                       ["-j", "1", "--fail-fast"],
                       ["passed", "failed", "not-run"])
    expect(faults, "processes", same(run.pids), [0, 0])
    report.check("--fail-fast", faults, run)

    run, faults = play(options, [[["passes"],
                                  ["the 'b' process passes"],
                                  ["the 'a' process passes"]]],
                       ["-j", "1", "--fail-fast"])
    expect(faults, "processes", same(run.pids), [0, 1, 0])
    report.check("one that a case does not name stays", faults, run)

    # A process that was started again is in the group of the kept one.
    run, faults = play(options, [[
        ["passes"], ["passes", "the 'a' process restarts", "leaves a daemon"],
        ["passes"]]], status=["passed", "leaked", "passed"])
    expect(faults, "processes", same(run.pids), [0, 0, 1, 2])
    report.check("what is left after a restart is found", faults, run)


def beside_prestart(options, report):
    """A platform that keeps, and one that starts ahead, in the same cases."""
    place = make_place(options, [[
        ["passes", "the 'b' process passes"]] * 6])
    body = {"command": [sys.executable, "-S", "-E",
                        str(place.folder / "server.py")], "protocol": 1}
    place.config({"k": {**body, "isolation": "run"}, "n": body},
                 {"stop": "2s", "step": "500ms"},
                 "processes: {a: {platforms: [k]}, b: {platforms: [n]}}\n")
    run = place.run(["-j", "2"])
    faults = run.broken + run.report_faults() + run.leftovers()
    expect(faults, "cases", run.cases(), ["passed"] * 6)
    pids = {name: [r["pid"] for r in run.of_type("process-started")
                   if r["process"] == name] for name in "ab"}
    expect(faults, "'a' is kept", len(set(pids["a"])) < 6, True)
    expect(faults, "'b' is not", len(set(pids["b"])), 6)
    expect(faults, "'b' is started ahead",
           any(r.get("hidden_ms", 0) > 0 for r in run.of_type("process-ready")
               if r["process"] == "b"), True)
    expect(faults, "'a' is not",
           any(r.get("hidden_ms", 0) > 0 for r in run.of_type("process-ready")
               if r["process"] == "a"), False)
    report.check("beside processes started ahead", faults, run)
    place.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    options = parser.parse_args()
    report = harness.Report()
    for test in (is_kept, is_replaced, boundary, between_cases, limits,
                 interrupted, interrupted_at_rest, together,
                 beside_prestart):
        test(options, report)
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
