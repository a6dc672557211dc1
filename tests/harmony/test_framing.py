#!/usr/bin/env python3
"""Servers with Content-Length framing, of every protocol: what they are sent,
and what becomes of what is wrong with them.

usage: test_framing.py --mprun PATH
"""
import argparse
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "process"))
import harness  # noqa: E402

FRAMED = {"framing": "content-length"}
HARMONY = {"protocol": "harmony"}
GREETING = "health initialize "
FAREWELL = " cleanup shutdown end"

# name, platform, words of the server, steps of 'a', status of the case and of
# its steps, methods of each process, texts (regular expressions) in the
# journal.
ROWS = (
    ("harmony", HARMONY, "harmony", ["passes", "passes"], "passed",
     "passed passed", [GREETING + "executeStep executeStep" + FAREWELL],
     ["^said$"]),
    ("version 1", {**FRAMED, "protocol": 1}, "v1", ["passes"], "passed",
     "passed", ["initialize executeStep shutdown end"], []),
    ("version 1, found out", FRAMED, "v1", ["passes"], "passed", "passed",
     ["initialize executeStep shutdown end"], []),
    ("bare", {**FRAMED, "protocol": "bare"}, "", ["passes"], "passed",
     "passed", ["health executeStep end"], []),
    ("bare, found out", FRAMED, "", ["passes"], "passed", "passed",
     ["initialize health executeStep end"], ["speaks the bare protocol"]),
    ("harmony on lines", {**HARMONY, "framing": "ndjson"}, "harmony lines",
     ["passes"], "start-failed", "start-failed", [],
     [r"exited with code 1 before it answered health"]),
    ("a server on lines", {**HARMONY, "start_timeout": "300ms"},
     "harmony lines", ["passes"], "start-failed", "start-failed", ["health"],
     ["set `framing: ndjson`", "no answer to health in 300ms"]),
    ("line ends and types", HARMONY, "harmony lf", ["passes"], "passed",
     "passed", [GREETING + "executeStep" + FAREWELL], []),
    ("a chatty server", HARMONY, "harmony chatty", ["passes"], "passed",
     "passed", [GREETING + "executeStep" + FAREWELL],
     ["^chat line$", r"^chat\.\.\.$", "Did something print to stdout"]),
    ("unwell", HARMONY, "harmony unwell", ["passes"], "start-failed",
     "start-failed", ["health end|health"],
     ["it answered health with false, not true"]),
    ("refuses", HARMONY, "harmony refuses", ["passes"], "start-failed",
     "start-failed", ["health initialize end|health initialize"],
     ["it answered initialize with false, not true"]),
    ("not harmony", HARMONY, "", ["passes"], "start-failed", "start-failed",
     ["health initialize end|health initialize"],
     [r"initialize with the error -32601 \(no such method\)"]),
    ("harmony, not told", {**FRAMED, "protocol": 1}, "harmony", ["passes"],
     "start-failed", "start-failed", ["initialize end|initialize"], []),
    ("fails", HARMONY, "harmony", ["fails", "passes"], "failed",
     "failed not-run", [GREETING + "executeStep" + FAREWELL],
     ["^it failed$"]),
    ("throws", HARMONY, "harmony", ["throws"], "failed", "failed",
     [GREETING + "executeStep" + FAREWELL], ["^thrown: ä$"]),
    ("throws, bare", {**FRAMED, "protocol": "bare"}, "", ["throws"], "failed",
     "failed", ["health executeStep end"], ["^thrown: ä$"]),
    ("unknown, not told", HARMONY, "harmony", ["is unknown"], "failed",
     "failed", [GREETING + "executeStep" + FAREWELL], ["^E404 no step$"]),
    ("unknown", {**HARMONY, "undefined_when": "^E404"}, "harmony",
     ["is unknown"], "undefined", "undefined",
     [GREETING + "executeStep" + FAREWELL], ["^E404 no step$"]),
    ("unknown, bare", {**FRAMED, "protocol": "bare", "undefined_when": "E404"},
     "", ["is unknown"], "undefined", "undefined", ["health executeStep end"],
     []),
    ("dies", HARMONY, "harmony", ["dies"], "crashed", "crashed",
     [GREETING + "executeStep"], ["exited with code 3"]),
    ("waits", HARMONY, "harmony", ["really waits"], "timed-out", "timed-out",
     # SIGTERM may come before or after it sees the end of its stdin.
     [GREETING + "executeStep|" + GREETING + "executeStep end"],
     ["no answer from 'a' in"]),
    ("exits at shutdown", HARMONY, "harmony exits", ["passes"], "passed",
     "passed", [GREETING + "executeStep cleanup shutdown"], []),
    ("cleanup fails", HARMONY, "harmony unclean", ["passes"], "passed",
     "passed", [GREETING + "executeStep" + FAREWELL],
     [r"answered cleanup with the error -32603 \(not clean\)"]),
    ("something is left", HARMONY, "harmony leaves", ["passes"], "leaked",
     "passed", [GREETING + "executeStep" + FAREWELL], ["a buffer is left"]),
    # While the case goes on nothing is cleaned up.
    ("restarts", HARMONY, "harmony", ["passes", "restarts", "passes"],
     "passed", "passed passed passed",
     [GREETING + "executeStep shutdown end",
      GREETING + "executeStep" + FAREWELL], []),
)


def methods_of(path):
    processes = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        pid, _, method = line.partition(" ")
        processes.setdefault(pid, []).append(method)
    return [" ".join(methods) for methods in processes.values()]


def play(mprun, row):
    _, platform, words, steps, case, statuses, methods, texts = row
    place = harness.Place(mprun)
    log = place.folder / "methods"
    place.config({"p": {"command": [sys.executable, "-B",
                                    str(HERE / "small_server.py"), str(log),
                                    *words.split()], **platform}},
                 timeouts={"step": "1s", "stop": "2s"})
    place.feature("Feature: f\n" + harness.scenario(steps))
    run = place.run()
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.cases() != [case]:
        faults.append(f"case {run.cases()}, not {case}")
    if " ".join(run.steps()) != statuses:
        faults.append(f"steps {run.steps()}, not {statuses}")
    got = methods_of(log)
    # A server that is ended at its start may or may not see that.
    if len(got) != len(methods) or not all(
            g in wanted.split("|") for g, wanted in zip(got, methods)):
        faults.append(f"methods {got}, not {methods}")
    faults += [f"nothing says {text}" for text in texts
               if not any(re.search(text, t) for t in run.texts())]
    place.remove()
    return run, faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    harness.become_subreaper()
    report = harness.Report()
    for row in ROWS:
        if options.names and row[0] not in options.names:
            continue
        run, faults = play(options.mprun, row)
        report.check(row[0], faults, run)
    return report.finish("servers")


if __name__ == "__main__":
    sys.exit(main())
