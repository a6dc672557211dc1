#!/usr/bin/env python3
"""Plays each row of a file of misbehaviours on the real mprun.

usage: run_matrix.py --mprun PATH --server PATH [--row TEXT] [--together N]
                     [--soak] [--memory MB] [-j N] [-v] FILE...

Each row is a run of its own, between two cases that look at mprun itself; the
rows are shared out to processes that are subreapers, so that whatever
outlives a run is found and belongs to one row. --together plays all rows at
once instead, as cases of a few runs with `-j N`.

A row, described in full in tests/process/README.md:

    == NAME
    server: words        the command line of badserver
    step: 200ms          and stop, start, scenario, run: configured timeouts
    protocol: auto
    tags: @timeout:5s    of the scenario
    args: --no-strict    of mprun
    config: {...}        more of the config, one line of JSON
    bound: step stop     the timeouts that the case may use up
    alone: why           not played together with others
    changed: why         mprun is not as it was afterwards
    | STEP               of the process 'a' unless it names one; (x 9) is nine x
    > CASE: STEP STEP    statuses
    ~ REGEX              some text of the journal holds that
    ! REGEX              no text does
    ? N                  exit status
"""
import argparse
import json
import multiprocessing
import re
import sys
import time

import harness
import reports
import together

# Used unless a row says otherwise: so long that only a fault reaches them.
DEFAULTS = {"step": "10s", "stop": "3s", "start": "10s", "scenario": "0",
            "run": "0"}
UNITS = {"ms": 0.001, "s": 1, "m": 60}
# What a case may take besides the timeouts it is meant to use up: starting
# programs on a machine that does much else. A run has two small cases more,
# and writes reports.
SLACK_S = 3.0
RUN_SLACK_S = 3.0
# When the driver gives up waiting for mprun, beyond all that.
LATE_S = 10.0


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
            self.steps.append(re.sub(r"\((.) (\d+)\)", lambda match:
                                     match[1] * int(match[2]), text))
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
                     "config", "alone", "changed", *DEFAULTS}
            if not colon or key not in known:
                raise SystemExit(f"{self.place}: cannot read: {line}")
            self.values[key] = value.strip()

    def timeout(self, name):
        return self.values.get(name, DEFAULTS[name])

    def bound_s(self):
        """Of the timeouts alone: what the case may take, slack included."""
        used = self.values.get("bound", "").split()
        known = sum(seconds(self.timeout(name) if name in DEFAULTS else name)
                    for name in used)
        return (known + SLACK_S) * harness.MULTIPLIER

    def exit_status(self):
        if self.status is not None:
            return self.status
        return {"passed": 0, "skipped": 0, "start-failed": 5}.get(self.case, 1)

    def check(self):
        """A row that could not fail is refused."""
        if not self.case or not self.steps:
            raise SystemExit(f"{self.place}: it expects nothing")
        if self.case not in ("passed", "skipped") and not self.yes:
            raise SystemExit(f"{self.place}: no wording for {self.case}")


def read_rows(path):
    rows = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if line.startswith("== "):
                rows.append(Row(line[3:], f"{path}:{number}"))
            elif line.strip() and not line.startswith("#"):
                rows[-1].add(line)
    for row in rows:
        row.check()
    return rows


def platform(row, options):
    words = row.values.get("server", "").split()
    return {"command": [options.server, *words],
            "start_timeout": row.timeout("start"),
            "protocol": row.values.get("protocol", "1")}


def configuration(row):
    """More keys of the file."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in
                   json.loads(row.values.get("config", "{}")).items())


def timeouts(row):
    return {name: row.timeout(name)
            for name in ("step", "stop", "scenario", "run")}


def looks_at_mprun(row, options):
    """The features with a case before and one after that of the row: both
    count descriptors and children of mprun, the last one asks for its
    memory, too."""
    steps = ["within 5s the 'a' process finds the runner as noted"]
    if "changed" in row.values:
        steps.clear()
    if options.memory:
        steps.append(f"finds the runner below {options.memory} megabytes")
    return (harness.scenario(["notes what the runner has"],
                             "@platform:census", "before") +
            harness.scenario(row.steps, "@platform:p " +
                             row.values.get("tags", ""), "row") +
            harness.scenario(steps, "@platform:census @timeout:10s", "after"))


def play(row, options):
    place = harness.Place(options.mprun, "row", all_reports=True)
    platforms = {"p": platform(row, options)}
    args = row.values.get("args", "").split()
    text = harness.scenario(row.steps, row.values.get("tags", ""))
    if options.census:
        platforms["census"] = {"command": [options.server], "protocol": "1"}
        text = looks_at_mprun(row, options)
        args += ["-j", "1"]
    place.config(platforms, timeouts(row), configuration(row))
    place.feature("Feature: f\n" + text)
    try:
        run = place.run(args, row.bound_s() / harness.MULTIPLIER +
                        RUN_SLACK_S + LATE_S)
        return run, judge(row, run, 2 if options.census else 1)
    finally:
        place.remove()


def judge(row, run, case):
    wanted = [row.case] if case == 1 else ["passed", row.case, "passed"]
    faults = case_faults(row, run, case)
    if run.cases() != wanted:
        faults.append(f"cases: {run.cases()}, expected {wanted}")
        faults += [f"  {text}" for text in run.texts(3)]
    if run.status != row.exit_status():
        faults.append(f"exit status {run.status}, expected "
                      f"{row.exit_status()}")
    limit = (row.bound_s() + RUN_SLACK_S * harness.MULTIPLIER +
             run.suspended_s())
    if run.took_s > limit:
        faults.append(f"the run took {run.took_s:.1f} s, the bound is "
                      f"{limit:.1f} s")
    return (faults + run.journal_faults() + run.report_faults() +
            run.again_faults() + run.leftovers() + harness.census())


def case_faults(row, run, case, more_s=0.0):
    """Statuses, wording and time of the row's own case."""
    faults = []
    if run.case_status(case) != row.case:
        faults.append(f"case: {run.case_status(case)}, expected {row.case}")
    if run.steps(case) != row.step_statuses:
        faults.append(f"steps: {' '.join(run.steps(case))}, expected "
                      f"{' '.join(row.step_statuses)}")
    texts = run.texts(case)
    for pattern in row.yes:
        if not any(re.search(pattern, text) for text in texts):
            faults.append(f"nothing says: {pattern}")
    for pattern in row.no:
        for text in texts:
            if re.search(pattern, text):
                faults.append(f"it says: {text[:200]}")
                break
    if any("nothing says" in fault for fault in faults):
        faults += [f"  said: {text[:300]}" for text in texts[:4] + texts[-8:]]
    took = [r.get("duration_ms", 0) / 1000
            for r in run.of_type("case-finished") if r.get("case") == case]
    bound_s = row.bound_s() + more_s * harness.MULTIPLIER
    if took and max(took) > bound_s:
        faults.append(f"the case took {max(took):.1f} s, the bound is "
                      f"{bound_s:.1f} s")
    return faults


def play_in_pool(job):
    """In a process of its own, which plays one row at a time."""
    row, options = job
    run, faults = play(row, options)
    return faults, run.out + run.err


def play_each(rows, options, report):
    context = multiprocessing.get_context("fork")
    jobs = [(row, options) for row in rows]
    with context.Pool(options.j, harness.become_subreaper) as pool:
        for row, (faults, said) in zip(rows, pool.imap(play_in_pool, jobs)):
            report.check(f"{row.name} ({row.place})", faults, said, options.v)


def read_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--row", default="")
    parser.add_argument("--exactly", action="store_true")
    parser.add_argument("--census", action="store_true")
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--together", type=int, default=0)
    parser.add_argument("--soak", action="store_true")
    parser.add_argument("-j", type=int, default=4)
    parser.add_argument("-v", action="store_true")
    parser.add_argument("files", nargs="+")
    return parser.parse_args()


def main():
    options = read_options()
    if not harness.become_subreaper():
        print("this kernel has no subreapers: survivors cannot be counted")
        return harness.SKIP
    rows = [row for path in options.files for row in read_rows(path)
            if (row.name == options.row if options.exactly
                else options.row in row.name)]
    if not rows:
        raise SystemExit(f"no row is called '{options.row}'")
    report = harness.Report()
    if reports.missing():
        report.skip("validity of JUnit", reports.missing())
    for _ in range(20 * harness.SOAK if options.soak else 1):
        began = time.monotonic()
        if options.together:
            together.play(rows, options, report)
        else:
            play_each(rows, options, report)
        print(f"{time.monotonic() - began:.1f} s")
    return report.finish("rows")


if __name__ == "__main__":
    sys.exit(main())
