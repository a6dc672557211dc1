#!/usr/bin/env python3
"""A server that has to pass all of `mprun conformance`.

    run_reference.py MPRUN --level bare|1 -- COMMAND...

Nothing may fail, nothing may be left untested but what is of level 1 when the
level is bare, and the three forms of the results have to agree. Exit: 0 it
passes, 1 it does not, 77 the command is not there.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

BOUND_S = 280


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mprun")
    parser.add_argument("--level", required=True)
    at = sys.argv.index("--")
    options, command = parser.parse_args(sys.argv[1:at]), sys.argv[at + 1:]
    if not shutil.which(command[0]):
        print(f"skipped: {command[0]} is not there")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        return examine(options, command, folder)


def examine(options, command, folder):
    paths = {kind: os.path.join(folder, kind) for kind in ("json", "junit")}
    done = subprocess.run(
        [options.mprun, "conformance", "--level", options.level, "--timeout",
         "20s", *(f"-f{kind}:{path}" for kind, path in paths.items()),
         "-ftable", "--", *command],
        text=True, capture_output=True, timeout=BOUND_S)
    with open(paths["json"], encoding="utf-8") as file:
        results = json.load(file)
    problems = judge(results, options.level)
    if done.returncode:
        problems.append(f"exit status {done.returncode}: {done.stderr}")
    problems += compare(done.stdout, results, ElementTree.parse(
        paths["junit"]).getroot()[0])
    for problem in problems:
        print(problem)
    print(done.stdout if problems else done.stdout.split("\n")[-2])
    return 1 if problems else 0


def judge(results, level):
    problems = []
    for check in results["checks"]:
        untested = check["result"] == "not-tested"
        if untested and level == "bare" and check["level"] == "1":
            continue
        if check["result"] != "pass":
            problems.append(f"check {check['number']}: {check['result']}: "
                            f"{check.get('why')}")
    if [check["number"] for check in results["checks"]] != \
            list(range(1, 61)) or results["level"] != level:
        problems.append("not all checks were made")
    return problems


def compare(table, results, suite):
    """The table and JUnit say what the JSON says."""
    problems = []
    skipped = [check for check in results["checks"]
               if check["result"] == "not-tested"]
    rows = re.findall(r"^ +(\d+)  (pass|warn|FAIL|not tested)  ", table, re.M)
    if len(rows) != 60:
        problems.append(f"the table has {len(rows)} rows")
    if (suite.get("tests"), suite.get("skipped"), suite.get("failures")) != (
            "60", str(len(skipped)), "0"):
        problems.append(f"JUnit counts otherwise: {suite.attrib}")
    if len(suite.findall("testcase/skipped")) != len(skipped):
        problems.append("JUnit has other skipped test cases")
    return problems


if __name__ == "__main__":
    sys.exit(main())
