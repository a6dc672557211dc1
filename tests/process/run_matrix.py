#!/usr/bin/env python3
"""Plays each row of a file of misbehaviours on the real mprun.

usage: run_matrix.py --mprun PATH --server PATH [--row TEXT] [-v] FILE...

A row, described in full in tests/process/README.md:

    == NAME
    server: words        the command line of bad_server
    step: 200ms          and stop, start, scenario, run: configured timeouts
    protocol: auto
    tags: @timeout:5s    of the scenario
    args: --no-strict    of mprun
    config: {...}        more of the config, one line of JSON
    bound: step stop     the timeouts that the case may use up
    | STEP               of the process 'a' unless it names one
    > CASE: STEP STEP    statuses
    ~ REGEX              some text of the journal holds that
    ! REGEX              no text does
    ? N                  exit status
"""
import argparse
import concurrent.futures
import json
import re
import sys
import time

import harness

# Used unless a row says otherwise: so long that only a fault reaches them.
DEFAULTS = {"step": "10s", "stop": "3s", "start": "10s", "scenario": "0",
            "run": "0"}
UNITS = {"ms": 0.001, "s": 1, "m": 60}
# What a case may take besides the timeouts it is meant to use up: starting
# programs on a machine that does much else.
SLACK_S = 3.0


def seconds(text):
    match = re.fullmatch(r"([\d.]+)(ms|s|m)", text)
    return float(match[1]) * UNITS[match[2]] if match else 0.0


class Row:
    def __init__(self, name, place):
        self.name, self.place = name, place
        self.values, self.steps, self.yes, self.no = {}, [], [], []
        self.case, self.step_statuses, self.status = None, None, None

    def add(self, line):
        mark, text = line[:1], line[1:].strip()
        if mark == "|":
            self.steps.append(text)
        elif mark == ">":
            self.case, _, steps = text.partition(":")
            self.step_statuses = steps.split()
        elif mark == "~":
            self.yes.append(text)
        elif mark == "!":
            self.no.append(text)
        elif mark == "?":
            self.status = int(text)
        else:
            key, colon, value = line.partition(":")
            known = {"server", "protocol", "tags", "args", "bound",
                     "config", *DEFAULTS}
            if not colon or key not in known:
                raise SystemExit(f"{self.place}: cannot read: {line}")
            self.values[key] = value.strip()

    def timeout(self, name):
        return self.values.get(name, DEFAULTS[name])


def read_rows(path):
    rows = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if line.startswith("== "):
                rows.append(Row(line[3:], f"{path}:{number}"))
            elif line.strip() and not line.startswith("#"):
                rows[-1].add(line)
    return rows


def play(row, options):
    place = harness.Place(options.mprun, "row")
    words = row.values.get("server", "").split()
    place.config(
        {"p": {"command": [options.server, *words],
               "start_timeout": row.timeout("start"),
               "protocol": row.values.get("protocol", "1")}},
        {name: row.timeout(name)
         for name in ("step", "stop", "scenario", "run")},
        "".join(f"{key}: {json.dumps(value)}\n" for key, value in
                json.loads(row.values.get("config", "{}")).items()))
    place.feature("Feature: f\n" + harness.scenario(
        row.steps, row.values.get("tags", "")))
    try:
        run = place.run(row.values.get("args", "").split())
        return run, judge(row, run)
    finally:
        place.remove()


def judge(row, run):
    faults = list(run.broken)
    if run.cases() != [row.case]:
        faults.append(f"case: {run.cases()}, expected {row.case}")
    if run.steps() != row.step_statuses:
        faults.append(f"steps: {' '.join(run.steps())}, expected "
                      f"{' '.join(row.step_statuses)}")
    expected = row.status
    if expected is None:
        expected = {"passed": 0, "skipped": 0, "start-failed": 5}.get(
            row.case, 1)
    if run.status != expected:
        faults.append(f"exit status {run.status}, expected {expected}")
    texts = run.texts()
    for pattern in row.yes:
        if not any(re.search(pattern, text) for text in texts):
            faults.append(f"nothing says: {pattern}")
    for pattern in row.no:
        for text in texts:
            if re.search(pattern, text):
                faults.append(f"it says: {text[:200]}")
                break
    if any("nothing says" in fault for fault in faults):
        faults += [f"  said: {text[:300]}" for text in texts[:12]]
    faults += time_faults(row, run) + run.report_faults() + run.leftovers()
    return faults


def time_faults(row, run):
    used = row.values.get("bound", "stop").split()
    bound = sum(seconds(row.timeout(name) if name in DEFAULTS else name)
                for name in used)
    bound = (bound + SLACK_S) * harness.MULTIPLIER
    took = [r.get("duration_ms", 0) / 1000
            for r in run.of_type("case-finished")]
    if took and max(took) > bound:
        return [f"the case took {max(took):.1f} s, the bound is {bound:.1f} s"]
    return []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--row", default="")
    parser.add_argument("-j", type=int, default=4)
    parser.add_argument("-v", action="store_true")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    if not harness.become_subreaper():
        print("this kernel has no subreapers: survivors cannot be counted")
        return harness.SKIP
    rows = [row for path in options.files for row in read_rows(path)
            if options.row in row.name]
    report = harness.Report()
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        for row, (run, faults) in zip(
                rows, pool.map(lambda row: play(row, options), rows)):
            report.check(f"{row.name} ({row.place})", faults, run, options.v)
    print(f"{time.monotonic() - began:.1f} s")
    return report.finish("rows")


if __name__ == "__main__":
    sys.exit(main())
