#!/usr/bin/env python3
"""A scenario that Harmony played with its real Python and C++ servers, played
again by mprun with their recorded answers: mprun sends what Harmony sent. And
every recorded answer gets the status that it means.

usage: test_replay.py --mprun PATH
"""
import argparse
import json
import sys
from pathlib import Path

import recording

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "process"))
import harness  # noqa: E402

# Values that name this run and this case, and so must differ; nothing else
# may.
OWN_NAMES = {"HostPid", "FeatureId", "TestRunId"}
KEYWORDS = ("Given", "When", "Then")
# What mprun sends after the end of the recording, where Harmony let the
# servers end without a word.
FAREWELL = ["cleanup", "shutdown"]
BUILT_IN = "all processes are ready"
ROLES = {"reader": "python", "writer": "cpp"}


def make_feature(exchanges, times):
    """The scenario of the recording; a keyword that comes again is And."""
    steps, last = [], None
    for exchange in exchanges:
        step = exchange.step()
        if not step or step["Step"] in [text for _, text in steps]:
            continue
        word = KEYWORDS[step["StepType"]]
        steps.append(("And" if word == last else word, step["Step"]))
        last = word
    lines = ["Feature: Basic communication"]
    for number in range(times):
        # The name that Harmony gave every scenario, so that it may be equal.
        lines += ["", "  Rule: " + "abc"[number], "    Scenario: test"]
        lines += [f"      {word} {text}" for word, text in steps]
    return "\n".join(lines) + "\n", dict((t, w.lower()) for w, t in steps)


def server(mode, who, log, more):
    return {"command": [sys.executable, "-B", str(HERE / "replay_server.py"),
                        mode, who, str(log)],
            "protocol": "harmony",
            "env": {"MPRUN_SHARED": str(recording.folder().parent)}, **more}


def read_log(path):
    """The requests of each server process, in order of their begin."""
    servers = {}
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        servers.setdefault(entry["pid"], []).append(entry)
    return list(servers.values())


def differences(sent, wanted, where):
    """Of two JSON values, also in the order of members."""
    if isinstance(wanted, dict) and isinstance(sent, dict):
        if list(sent) != list(wanted):
            return [f"{where}: members {list(sent)}, not {list(wanted)}"]
        return [fault for name in wanted if name not in OWN_NAMES
                for fault in differences(sent[name], wanted[name],
                                         f"{where}.{name}")]
    if isinstance(wanted, list) and isinstance(sent, list) and \
            len(wanted) == len(sent):
        return [fault for i, item in enumerate(wanted)
                for fault in differences(sent[i], item, f"{where}[{i}]")]
    if type(sent) is type(wanted) and sent == wanted:
        return []
    return [f"{where}: {sent!r}, not {wanted!r}"]


def check_names(server_log, pid):
    """The values that differ, and the environment, name the same."""
    faults, names = [], set()
    for entry in server_log:
        if entry["request"] and entry["request"]["method"] == "initialize":
            params = entry["request"]["params"][0]
            host, feature = params["HostPid"], params["FeatureId"]
            names.add((host, feature))
            if params["TestRunId"] != f"{host}_{feature}" or host != pid:
                faults.append(f"mprun's pid is {pid}, sent: {params}")
            if entry["environment"] != {"HARMONY_HOST_PID": str(host),
                                        "HARMONY_FEATURE_ID": str(feature)}:
                faults.append(f"environment: {entry['environment']}")
    return faults, names


def check_server(server_log, wanted):
    """What a server got is what it got from Harmony, and a farewell."""
    faults = []
    got = [entry["request"] for entry in server_log]
    if got[-1] is not None:
        faults.append("its stdin was not closed")
    got = [request for request in got if request]
    methods = [request["method"] for request in got]
    if methods != [w["method"] for w in wanted] + FAREWELL:
        return faults + [f"methods: {methods}"]
    for i, (sent, want) in enumerate(zip(got, wanted)):
        faults += differences({name: sent.get(name) for name in want},
                              want, f"message {i + 1}")
        if set(sent) != set(want):
            faults.append(f"message {i + 1}: members {sorted(sent)}")
    for sent in got[len(wanted):]:
        if sent["params"] != []:
            faults.append(f"{sent['method']}: {sent}")
    return faults


def play(mprun, exchanges, more, extra, times=1):
    place = harness.Place(mprun)
    logs = {role: place.folder / f"{role}.log" for role in ROLES}
    place.config({platform: server("scenario", role, logs[role], more)
                  for role, platform in ROLES.items()},
                 more="processes: {reader: {platforms: [python]}, "
                      "writer: {platforms: [cpp]}}\n" + extra)
    feature, keywords = make_feature(exchanges, times)
    place.feature(feature)
    child = place.start()
    out, err = child.communicate(timeout=60 * harness.MULTIPLIER)
    run = harness.Run(place, child.returncode, out, err)
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.status or run.cases() != ["passed"] * times:
        faults.append(f"exit {run.status}, cases {run.cases()}")
    return run, child.pid, logs, keywords, faults


def judge(pid, logs, wanted, times):
    faults, names = [], []
    for role in ROLES:
        if not logs[role].exists():
            return [f"{role} was not started"]
        servers = read_log(logs[role])
        if len(servers) != times:
            faults.append(f"{role}: {len(servers)} processes")
        names.append([])
        for log in servers:
            faults += [f"{role}: {fault}"
                       for fault in check_server(log, wanted[role])]
            bad, own = check_names(log, pid)
            faults += bad
            names[-1].append(own)
    # Both processes of a case have the same names, no two cases have.
    if sorted(map(sorted, names[0])) != sorted(map(sorted, names[1])) or \
            len(set().union(*names[0])) != times:
        faults.append(f"names: {names}")
    return faults


def requests_of(exchanges, role):
    return [e.request for e in exchanges if e.process == role]


def replayed_exactly(mprun, exchanges, report):
    """As Harmony sends it: numbers for keywords, and every step goes out."""
    times = 3
    run, pid, logs, _, faults = play(
        mprun, exchanges, {"step_type": "number"},
        "steps: {builtin: false}\n", times)
    wanted = {role: requests_of(exchanges, role) for role in ROLES}
    faults += judge(pid, logs, wanted, times)
    report.check("the scenario, as Harmony sends it", faults, run)
    run.place.remove()


def as_default(exchanges, role, keywords):
    """What differs by default: the keyword as written, and a built-in step
    that no server gets, so that later ids are lower."""
    wanted, number = [], 0
    for request in requests_of(exchanges, role):
        request = json.loads(json.dumps(request))
        step = request["params"][0] if request["params"] else {}
        if step.get("Step") == BUILT_IN:
            continue
        if "StepType" in step:
            step["StepType"] = keywords[step["Step"]]
        number += 1
        request["id"] = number
        wanted.append(request)
    return wanted


def replayed_by_default(mprun, exchanges, report):
    run, pid, logs, keywords, faults = play(mprun, exchanges, {}, "")
    wanted = {role: as_default(exchanges, role, keywords) for role in ROLES}
    faults += judge(pid, logs, wanted, 1)
    ready = [(r["process"], r["protocol"]) for r in
             run.of_type("process-ready")]
    if sorted(ready) != [("reader", "harmony"), ("writer", "harmony")]:
        faults.append(f"ready: {ready}")
    logs = run.of_type("log")
    if not any(r.get("level") == "info" and
               r["text"] == "Step executed: create_buffer" for r in logs):
        faults.append(f"{len(logs)} lines of logs, not the recorded ones")
    report.check("the scenario, by default", faults, run)
    run.place.remove()


# Step, and its status on each platform. The Python server has the second one
# as Then only, so as When nobody defined it.
MEANINGS = (
    ("When the 'reader' process dances", "undefined", "undefined"),
    ("When the 'reader' process should read frame with sequence '1' and size "
     "'1024'", "undefined", "failed"),
    # The recorded request had a member that the server does not know: one
    # answers with an error, the other one does not mind.
    ("Given all processes are ready", "failed", "passed"),
)
TEXTS = {
    "undefined": ("No matching step definition found for: When the 'reader' "
                  "process dances",
                  "[StepRegistry] Step not found: the 'reader' process dances"),
    "failed": ("StepRequest.__init__() got an unexpected keyword argument "
               "'argument'", "Step execution failed"),
}


def answers_mean(mprun, report):
    place = harness.Place(mprun)
    place.config({platform: server("answers", platform,
                                   place.folder / f"{platform}.log", {})
                  for platform in ("python", "cpp")},
                 more="steps: {builtin: false}\n"
                      "processes: {reader: {platforms: [python, cpp]}}\n")
    lines = ["Feature: Answers"]
    for i, (step, _, _) in enumerate(MEANINGS):
        # The last one names no process: the tag does.
        lines += [f"  Scenario: {i}", f"    {step}"]
        if "'reader'" not in step:
            lines.insert(-2, "  @platform:reader=python @platform:reader=cpp")
    place.feature("\n".join(lines) + "\n")
    run = place.run()
    faults = run.broken + run.report_faults() + run.leftovers()
    got = {}
    for r in run.of_type("step-result"):
        got[(r["case"], r["platform"])] = (r["status"], r.get("text"))
    wanted = [[w for w in row[1:]] for row in MEANINGS]
    names = [[got.get((2 * i + 1 + j, p), ("-", ""))[0]
              for j, p in enumerate(("python", "cpp"))]
             for i in range(len(MEANINGS))]
    if names != wanted:
        faults.append(f"statuses: {names}, not {wanted}: {got}")
    texts = {text for _, text in got.values()}
    for status, expected in TEXTS.items():
        faults += [f"{status}: nothing says {text!r}" for text in expected
                   if text not in texts]
    report.check("recorded answers have the status that they mean", faults,
                 run)
    place.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    options = parser.parse_args()
    if not recording.folder():
        print("skipped: no recordings of Harmony servers (MPRUN_SHARED)")
        return harness.SKIP
    harness.become_subreaper()
    report = harness.Report()
    exchanges = recording.read(recording.SCENARIO)
    replayed_exactly(options.mprun, exchanges, report)
    replayed_by_default(options.mprun, exchanges, report)
    answers_mean(options.mprun, report)
    return report.finish("replays")


if __name__ == "__main__":
    sys.exit(main())
