#!/usr/bin/env python3
"""`mprun conformance` against servers that do what they can to hang it.

    run_bad.py MPRUN BADSERVER [--faults FILE] [--jobs N]

Each row is words for tests/badserver, and the step that it plays as the one
that passes: a few here, or with --faults all that are in the rows of the fault
matrix. The examination has to end in BOUND_S with a result, or soon after
SIGTERM, and to leave neither processes nor folders. Exit: 0 all did.
"""
import argparse
import concurrent.futures
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from run import left

BOUND_S = 400
ROWS = [
    ("silent", "passes"),
    ("exit-at-start", "passes"),
    ("stopped", "passes"),
    ("flood-at-start", "passes"),
    ("daemon-at-start", "passes"),
    ("stubborn", "passes"),
    ("no-output", "passes"),
    ("half-a-line", "passes"),
    ("ignore-end", "passes"),
    ("", "floods when it is idle"),
    ("", "floods without a line end"),
    ("", "floods with answers"),
    ("", "floods its log for ever"),
    ("", "stops itself"),
    ("", "closes its input"),
    ("", "has a daemon"),
    ("", "leaves a grandchild that holds its output"),
    ("", "ignores TERM and hangs"),
]
# What an examination may end with; 5 is a server that cannot be started.
STATUSES = (0, 1)


def matrix(path):
    """Every pair of words and a step that a row of the matrix has."""
    found, words = {}, ""
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("=="):
                words = ""
            elif line.startswith("server:"):
                words = line[len("server:"):].strip()
            elif line.startswith("| "):
                found[words, line[2:].strip()] = True
    return sorted(found)


def examine(mprun, badserver, row, folder):
    """(seconds, what is wrong)"""
    words, step = row
    place = tempfile.mkdtemp(dir=folder)
    environment = dict(os.environ, TMPDIR=place)
    began = time.monotonic()
    process = subprocess.Popen(
        [mprun, "conformance", "-q", "--timeout", "300ms", "--pass", step,
         "--", badserver, *words.split()],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=environment, cwd=place)
    try:
        output = process.communicate(timeout=BOUND_S)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return BOUND_S, [f"it does not end in {BOUND_S} seconds"]
    problems = left(words, place)
    if process.returncode not in STATUSES:
        problems.append(f"exit status {process.returncode}: "
                        f"{output.decode('utf-8', 'replace')[-500:]}")
    return time.monotonic() - began, problems


def interrupt(mprun, folder):
    """SIGTERM while a server says nothing: 143, soon, and nothing is left."""
    place = tempfile.mkdtemp(dir=folder)
    started = os.path.join(place, "started")
    os.mkfifo(started)
    process = subprocess.Popen(
        [mprun, "conformance", "-q", "--timeout", "60s", "--", "sh", "-c",
         "echo > started; exec sleep 600"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=place,
        env=dict(os.environ, TMPDIR=place))
    with open(started, encoding="utf-8") as file:
        file.read()
    process.send_signal(signal.SIGTERM)
    try:
        output = process.communicate(timeout=BOUND_S)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return ["it does not end after SIGTERM"]
    problems = left("interrupted", place)
    if process.returncode != 143:
        problems.append(f"exit status {process.returncode} after SIGTERM, not "
                        f"143: {output.decode('utf-8', 'replace')[-500:]}")
    return problems


CHECKS = (("SIGTERM while a server is silent", interrupt),)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mprun")
    parser.add_argument("badserver")
    parser.add_argument("--faults")
    parser.add_argument("--jobs", type=int, default=4)
    options = parser.parse_args()
    rows = matrix(options.faults) if options.faults else ROWS
    mprun, badserver = map(os.path.abspath, (options.mprun, options.badserver))
    folder = tempfile.mkdtemp(prefix="mpc-", dir="/tmp")
    bad, slowest = 0, (0, "")
    try:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            found = pool.map(
                lambda row: examine(mprun, badserver, row, folder), rows)
            for row, (seconds, problems) in zip(rows, found):
                name = " | ".join(filter(None, row))
                slowest = max(slowest, (seconds, name))
                bad += bool(problems)
                for problem in problems:
                    print(f"{name}: {problem}", flush=True)
        for name, check in CHECKS:
            problems = check(mprun, folder)
            bad += bool(problems)
            for problem in problems:
                print(f"{name}: {problem}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(rows)} servers, {bad} not as they should be; the longest took "
          f"{slowest[0]:.1f}s: {slowest[1]}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
