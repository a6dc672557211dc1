#!/usr/bin/env python3
"""The proof of `mprun conformance`: for each check a server that fails it, and
while it does, no other check fails.

    run.py MPRUN [--jobs N] [--alone] [MODE...]

Plays the modes of bad_server.py (all of them without MODE). --alone examines
the check of the mode and what it needs; without it everything is examined. A
check that fails beside the one of the mode is a failure, and so is a process
that is left. Exit: 0 all are as they should be.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BOUND_S = 240
LEAST_ANSWER = "4s"
# Of checks that are more than one way to see the same fault: none so far.
BESIDE = {}


def modes():
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c",
         f"import sys; sys.path.insert(0, {HERE!r}); import bad_server; "
         "sys.argv[1:] = ['--list']; bad_server.main()"],
        check=True, text=True, capture_output=True).stdout.split()


def command(name):
    """Without site and user folders: it starts in a third of the time."""
    return [sys.executable, "-S", os.path.join(HERE, "bad_server.py"), name]


def examine(mprun, name, folder, alone):
    """What is wrong with the examination of this mode; empty: nothing."""
    number = int(re.match(r"\d+", name)[0])
    place = os.path.join(folder, name)
    os.mkdir(place)
    words = [mprun, "conformance", "--json", "--level", "1",
             "--timeout", LEAST_ANSWER]
    if alone:
        words += ["--only", str(number)]
    environment = dict(os.environ, TMPDIR=place, PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run(words + ["--"] + command(name), text=True,
                          capture_output=True, timeout=BOUND_S,
                          env=environment)
    if done.returncode != 1:
        return [f"exit status {done.returncode}, not 1: {done.stderr}"]
    return judge(name, number, json.loads(done.stdout)) + left(name, place)


def judge(name, number, results):
    problems = []
    for check in results["checks"]:
        own = check["number"] == number
        failed = check["result"] == "fail"
        if own and not failed:
            problems.append(f"check {number} does not fail: "
                            f"{check['result']}, {check.get('why')}")
        elif failed and not own and \
                check["number"] not in BESIDE.get(name, ()):
            problems.append(f"check {check['number']} fails beside it: "
                            f"{check['why']} {check.get('received', '')}")
        elif own and not check.get("hint"):
            problems.append("it has no hint")
    return problems


def left(name, place):
    """What is left of it: folders of mprun, processes."""
    problems = [f"left: {entry}" for entry in os.listdir(place)
                if entry.startswith("mprun-")]
    mark = f"TMPDIR={place}\0".encode()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if mark in file.read() + b"\0":
                    problems.append(f"the process {pid} is left")
        except OSError:
            pass
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mprun")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("modes", nargs="*")
    options = parser.parse_intermixed_args()
    names = options.modes or modes()
    checks = {int(re.match(r"\d+", name)[0]) for name in names}
    bad = 0
    folder = tempfile.mkdtemp(prefix="mpc-", dir="/tmp")
    try:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            found = pool.map(lambda name: examine(
                os.path.abspath(options.mprun), name, folder, options.alone),
                             names)
            for name, problems in zip(names, found):
                bad += bool(problems)
                for problem in problems:
                    print(f"{name}: {problem}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(names)} bad servers for {len(checks)} checks, {bad} not as "
          "they should be")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
