#!/usr/bin/env python3
"""What is found out about the processes of a case when one hangs or crashes.

usage: test_evidence.py --mprun PATH --server PATH [--only PART]
"""
import argparse
import sys

import harness


class Test:
    def __init__(self, options):
        self.options = options
        self.report = harness.Report()

    def place(self, steps, platform=None, timeouts=None, words=(), tags="",
              more=""):
        place = harness.Place(self.options.mprun)
        body = {"command": [self.options.server, *words], "protocol": 1}
        body.update(platform or {})
        place.config({"p": body},
                     {"step": "300ms", "stop": "1s", **(timeouts or {})}, more)
        place.feature("Feature: f\n" + harness.scenario(steps, tags))
        return place

    def play(self, place, status, args=(), **options):
        """The run and what is wrong with any run."""
        run = place.run(args, **options)
        faults = run.broken + run.report_faults() + run.leftovers()
        if run.cases() != [status]:
            faults.append(f"cases {run.cases()}, not {status}")
        place.remove()
        return run, faults


def states(run):
    """By process."""
    return {r["process"]: r for r in run.of_type("process-state")}


def missing(wanted, texts, what):
    return [] if any(wanted in text for text in texts) \
        else [f"{what} does not say: {wanted}"]


def states_at_a_step_timeout(test):
    """'a' hangs, 'b' is paused, 'c' has ended, 'd' waits for a request, 'e'
    was never started; and 'a' is the one that stops itself, in another."""
    run, faults = test.play(test.place(
        ["passes", "the 'b' process passes", "the 'c' process passes",
         "the 'd' process passes", "the 'b' process is paused",
         "the 'c' process stops", "never answers", "the 'e' process passes"]),
        "timed-out", ["-f", "pretty"])
    found = {name: r["kind"] for name, r in states(run).items()}
    wanted = {"a": "waiting", "b": "stopped", "c": "ended", "d": "waiting",
              "e": "absent"}
    if found != wanted:
        faults.append(f"states {found}")
    started = {r["process"]: r["pid"] for r in run.of_type("process-started")}
    for name, record in states(run).items():
        if record.get("pid") != started.get(name) and name != "c":
            faults.append(f"pid of {name}: {record.get('pid')}")
    if any("name" in r and r["name"] not in r["text"]
           for r in states(run).values()):
        faults.append("what it waits in is not in the text")
    line = [line for line in run.out.splitlines() if "processes: a (p)" in line]
    for text in (f"a (p) pid {started['a']} waiting",
                 f"b (p) pid {started['b']} stopped",
                 "c (p) ended: it was stopped by step 6",
                 "e (p) not started yet"):
        faults += missing(text, line, "pretty")
    test.report.check("states at a step's timeout", faults, run)


def states_at_other_timeouts(test):
    rows = [
        ("a start", ["passes"], ["silent"], {"start_timeout": "300ms"}, {},
         "start-failed", "waiting"),
        ("a start of an unknown protocol", ["passes"], ["silent"],
         {"start_timeout": "200ms", "protocol": "auto"}, {}, "start-failed",
         "waiting"),
        ("the scenario's", ["stops itself"], [], {},
         {"step": "20s", "scenario": "300ms"}, "timed-out", "stopped"),
        ("the run's", ["stops itself"], [], {},
         {"step": "20s", "run": "300ms"}, "timed-out", "stopped"),
        ("a begun step", ["begins: never answers", "completes within 200ms"],
         [], {}, {}, "timed-out", "waiting"),
        ("a begun step's own", ["begins: never answers", "20 seconds pass"],
         [], {}, {}, "timed-out", "waiting"),
        ("within", ["within 300ms the 'a' process never answers"], [], {}, {},
         "timed-out", "waiting"),
    ]
    for name, steps, words, platform, timeouts, status, state in rows:
        run, faults = test.play(
            test.place(steps, platform, timeouts, words), status)
        records = run.of_type("process-state")
        if [r["kind"] for r in records] != [state]:
            faults.append(f"states: {records}")
        test.report.check(f"states: {name}", faults, run)


def no_states_without_a_timeout(test):
    for steps, status in ((["passes"], "passed"), (["fails with x"], "failed"),
                          (["raises 11"], "crashed")):
        run, faults = test.play(test.place(steps), status)
        if run.of_type("process-state"):
            faults.append("there are states")
        test.report.check(f"no states: {status}", faults, run)


PARTS = [states_at_a_step_timeout, states_at_other_timeouts,
         no_states_without_a_timeout]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    if not harness.become_subreaper():
        print("this kernel has no subreapers: survivors cannot be counted")
        return harness.SKIP
    test = Test(options)
    for part in PARTS:
        if options.only in part.__name__:
            part(test)
    return test.report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
