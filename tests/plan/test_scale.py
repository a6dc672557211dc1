#!/usr/bin/env python3
"""Planning takes time in proportion to what is planned.

usage: test_scale.py --mprun PROGRAM

Each kind of suite is planned in two sizes, one four times the other; the
processor time may grow at most MOST times. What is measured is the least of
several runs; a machine that is busy gets more tries, not more time.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

SMALL, FACTOR, MOST, TRIES = 2500, 4, 5.0, 4
CONFIG = """version: 1
platforms:
  c: {command: ["true"]}
  python: {command: ["true"]}
"""
SCENARIO = """  @platform:writer=c @timeout:5s
  Scenario: number {n}
    Given the 'reader' process creates buffer {n}
    And the weather is fine
    When the 'writer' process starts
    And the 'writer' process writes to the 'reader' process
    Then the 'writer' process should exit with code 0 within 2s
"""


def one_file(count):
    yield "all.feature", "Feature: f\n" + "".join(
        SCENARIO.format(n=n) for n in range(count))


def many_files(count):
    for n in range(count):
        yield f"{n:06}.feature", "Feature: f\n" + SCENARIO.format(n=n)


def outline(count):
    rows = "".join(f"      | {n} |\n" for n in range(count))
    yield "all.feature", (
        "@timeout:40ms @platfrom:linux\nFeature: f\n"
        "  Background:\n    Given the 'raeder' process rests\n"
        "  Scenario Outline: o\n    Given the 'reader' process creates <n>\n"
        "    And the 'reader' process rests\n"
        f"    Examples:\n      | n |\n{rows}")


def faults(count):
    yield "all.feature", "Feature: f\n" + "".join(
        f"  Scenario: {n}\n    Given the 'a/{n}' process rests\n"
        for n in range(count))


def ids(count):
    """Every second case, named by its id in a list."""
    yield from one_file(count)
    yield "rerun.txt", "".join(
        f"all.feature:{3 + 7 * n}[reader=c,writer=c]\n"
        for n in range(0, count, 2))


KINDS = {"one file": (one_file, ["."]), "many files": (many_files, ["."]),
         "an outline": (outline, ["."]), "faults": (faults, ["."]),
         "ids": (ids, ["@rerun.txt"])}


def measure(mprun, folder, targets):
    """Seconds of processor time."""
    with open(os.devnull, "w", encoding="utf-8") as null:
        child = subprocess.Popen([mprun, "plan", "--list", *targets],
                                 cwd=folder, stdout=null, stderr=null)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 2):
        sys.exit(f"mprun plan ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime


def ratio(mprun, kind, work):
    make, targets = KINDS[kind]
    folders = []
    for count in (SMALL, SMALL * FACTOR):
        folder = pathlib.Path(work) / f"{kind} {count}"
        folder.mkdir()
        (folder / "mprun.yaml").write_text(CONFIG)
        for name, text in make(count):
            (folder / name).write_text(text)
        folders.append(folder)
    least = [float("inf"), float("inf")]
    for _ in range(TRIES):
        for i, folder in enumerate(folders):
            least[i] = min(least[i], measure(mprun, folder, targets))
        if least[1] <= MOST * least[0]:
            break
    print(f"{kind}: {least[0]:.3f} s, {least[1]:.3f} s, "
          f"{least[1] / least[0]:.2f} times")
    return least[1] / least[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    mprun = parser.parse_args().mprun
    right = True
    with tempfile.TemporaryDirectory() as work:
        for kind in KINDS:
            right = ratio(mprun, kind, work) <= MOST and right
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
