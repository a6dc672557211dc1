#!/usr/bin/env python3
"""Each signal that ends mprun, in each state of a run, while its servers ignore
everything: within five seconds it has ended with 128 + n, its reports are valid
and whole, and nothing of it is left.

usage: test_signals.py --mprun PATH [-v]
"""
import argparse
import concurrent.futures
import itertools
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import harness

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
BOUND_S = 5.0
STAGES = Path(__file__).resolve().parent / "stages.py"

# state: steps of the scenario, statuses of the first case and of its steps.
# The scenario behind it is never run.
STATES = {
    "starting": (["passes", "passes"], "interrupted", "not-run not-run"),
    "idle": (["passes", "wait for '60' seconds", "passes"], "interrupted",
             "passed not-run not-run"),
    "step": (["passes", "passes"], "interrupted", "not-run not-run"),
    "stopping": (["passes"], "crashed", "passed"),
}


def make_place(options, stage, steps):
    place = harness.Place(options.mprun)
    mark = place.folder / "mark"
    place.config({"p": {"command": [sys.executable, "-S", "-B", str(STAGES),
                                    stage, str(mark)],
                        "protocol": 1, "start_timeout": "60s"}},
                 {"step": "60s", "stop": "20s"})
    place.feature("Feature: f\n" + harness.scenario(steps, name="first") +
                  harness.scenario(["passes"], name="second"))
    return place, mark


def in_state(options, state, number):
    """The signal comes when the server has said that it is so far."""
    steps, case, step_statuses = STATES[state]
    place, mark = make_place(options, state, steps)
    out = place.folder / "report.json"
    child = place.start(["-j", "1", "-f", f"json:{out}", "-f", "progress"])
    faults = []
    if not harness.wait_until(mark.exists, 20 * harness.MULTIPLIER):
        faults.append("the server did not come that far")
    began = time.monotonic()
    child.send_signal(number)
    try:
        said, err = child.communicate(timeout=30 * harness.MULTIPLIER)
    except subprocess.TimeoutExpired:
        child.kill()
        said, err = child.communicate()
        faults.append("mprun did not end")
    took = time.monotonic() - began
    run = harness.Run(place, child.returncode, said, err)
    faults += run.broken + run.report_faults() + run.leftovers()
    if took > BOUND_S * harness.MULTIPLIER:
        faults.append(f"it took {took:.1f} s")
    if run.status != 128 + number:
        faults.append(f"exit status {run.status}, expected {128 + number}")
    told = {r["case"]: r.get("status", "not-run")
            for r in run.of_type("case-finished")}
    if told.get(1) != case or told.get(2) != "not-run":
        faults.append(f"cases {told}, expected {case} and not-run")
    if run.steps() != step_statuses.split():
        faults.append(f"steps {run.steps()}, expected {step_statuses}")
    if not run.of_type("run-finished"):
        faults.append("the journal has no end")
    try:
        cases = json.loads(out.read_text())["cases"]
        if len(cases) != 2:
            faults.append(f"the JSON report has {len(cases)} cases")
    except (OSError, ValueError) as error:
        faults.append(f"the JSON report: {error}")
    place.remove()
    return run, faults


def before_the_run(options, number):
    """While it asks whether a platform is there, mprun has nothing to report:
    it dies of the signal, and what it has started with it."""
    place = harness.Place(options.mprun)
    mark = place.folder / "mark"
    place.config({"p": {"command": ["cat"], "available":
                        ["sh", "-c", f"trap '' INT TERM HUP QUIT; "
                         f"touch {mark}; exec sleep 600"]}})
    place.feature("Feature: f\n" + harness.scenario(["passes"]))
    child = place.start()
    faults = []
    if not harness.wait_until(mark.exists, 20 * harness.MULTIPLIER):
        faults.append("the command was not started")
    child.send_signal(number)
    said, err = child.communicate(timeout=30 * harness.MULTIPLIER)
    if child.returncode not in (-number, 128 + number):
        faults.append(f"exit status {child.returncode}")
    faults += [f"alive: {line}" for line in place.survivors()]
    run = harness.Run(place, child.returncode, said, err)
    place.remove()
    return run, faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    if not harness.become_subreaper():
        print("this kernel has no subreapers: survivors cannot be counted")
        return harness.SKIP
    report = harness.Report()
    rows = [(in_state, (options, state, number), f"{number.name}: {state}")
            for number, state in itertools.product(SIGNALS, STATES)]
    rows += [(before_the_run, (options, number),
              f"{number.name}: before the run") for number in SIGNALS]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = [(name, pool.submit(play, *args)) for play, args, name in rows]
        for name, job in jobs:
            run, faults = job.result()
            report.check(f"a signal: {name}", faults, run, options.v)
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
