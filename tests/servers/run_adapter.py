#!/usr/bin/env python3
"""A project of another runner, played by mprun as it is.

usage: run_adapter.py --mprun MPRUN --project DIR --variable NAME=DIR -- NEEDS...

The project's mprun.yaml says how. `expected.txt` has a line for each case, in
the order of the features: status | name | what the report has to hold...
`trace.txt` are the hooks and steps of the first case, which the project notes
in the file that MPRUN_TEST_TRACE names. NEEDS is a command that tells
whether the packages are there; without them the test is skipped.
"""

import argparse
import difflib
import json
import os
import pathlib
import subprocess
import sys
import tempfile


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--project", required=True, type=pathlib.Path)
    parser.add_argument("--variable", required=True,
                        help="NAME=FOLDER of the packages")
    parser.add_argument("needs", nargs="+")
    options = parser.parse_args()
    found = subprocess.run(options.needs, capture_output=True, text=True)
    if found.returncode != 0:
        print("skipped:", (found.stderr.strip().splitlines() or ["?"])[-1])
        return 77
    with tempfile.TemporaryDirectory() as folder:
        faults = judge_all(options, pathlib.Path(folder))
        if not faults:
            faults = judge_trace(options, pathlib.Path(folder))
    print("\n".join(faults) or "as expected")
    return 1 if faults else 0


def play(options, folder, *words):
    name, _, value = options.variable.partition("=")
    environment = {**os.environ, name: value,
                   "MPRUN_TEST_TRACE": str(folder / "trace")}
    report = folder / "report.json"
    done = subprocess.run(
        [options.mprun, "--artifacts", folder / "artifacts",
         "-f", f"json:{report}", *words], cwd=options.project,
        env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True)
    if not report.exists():
        sys.exit(f"no report:\n{done.stdout}{done.stderr}")
    cases = json.loads(report.read_text(encoding="utf-8"))["cases"]
    return cases, done.stdout


def judge_all(options, folder):
    wanted = [[part.strip() for part in line.split("|")] for line in
              (options.project / "expected.txt").read_text().splitlines()]
    cases, shown = play(options, folder)
    faults = []
    if len(cases) != len(wanted):
        faults.append(f"{len(wanted)} cases wanted, {len(cases)} played")
    for case, (status, name, *parts) in zip(cases, wanted):
        if (case["status"], case["name"]) != (status, name):
            faults.append(f"wanted: {status} {name}, got: {case}")
        faults += [f"{name}: no {part!r} in what mprun tells:\n{shown}"
                   for part in parts
                   if part not in case.get("message", "") + shown]
    return faults


def judge_trace(options, folder):
    wanted = (options.project / "trace.txt").read_text().splitlines()
    (folder / "trace").unlink()
    first = json.loads((folder / "report.json").read_text())["cases"][0]
    play(options, folder, first["id"])
    got = (folder / "trace").read_text(encoding="utf-8").splitlines()
    return list(difflib.unified_diff(wanted, got, "trace.txt", "got",
                                     lineterm=""))


if __name__ == "__main__":
    sys.exit(main())
