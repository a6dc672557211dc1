#!/usr/bin/env python3
"""Our features with a process on each platform beside one on each: every
ordered pair of the platforms that are there has cases that passed, and nothing
has failed. What counts is read from the JUnit.

usage: test_platforms.py --mprun PATH --source DIR --build DIR --packages DIR
                         --servers DIR [--isolation scenario|run] PATH...

--servers holds LANGUAGE/ipc-server of what ./build.sh builds outside CMake.
"""
import argparse
import collections
import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree

import features
import harness

BUILT = ("go", "rust", "java", "csharp")
SIDES = ("reader", "writer")


class Place(features.Place):
    """With the servers that are tried."""

    def environment(self):
        return {**super().environment(),
                "MPRUN_SERVERS": self.options.servers,
                "MPRUN_NODE_PACKAGES": node_packages(self.options)}


def node_packages(options):
    return os.environ.get("MPRUN_NODE_PACKAGES") or os.path.join(
        options.source, "build/node")


def has_node(options):
    """As mprun.yaml asks, but not through mprun."""
    server = os.path.join(options.source, "platform-servers/node/server.js")
    try:
        return subprocess.run(
            ["node", server, "--packages", node_packages(options),
             "--available"],
            stdin=subprocess.DEVNULL, capture_output=True,
            check=False).returncode == 0
    except OSError:
        return False


def there(options):
    found = ["c", "python"] + ["node"] * has_node(options)
    return found + [name for name in BUILT if os.access(
        os.path.join(options.servers, name, "ipc-server"), os.X_OK)]


def counts(path):
    """(reader's platform, writer's) -> how many cases have which status."""
    found = collections.defaultdict(collections.Counter)
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        chosen = re.search(r"\[([^][]*)\]$", case.get("name"))
        on = dict(one.split("=") for one in chosen[1].split(",")) \
            if chosen else {}
        if all(side in on for side in SIDES):
            pair = tuple(on[side] for side in SIDES)
            found[pair][case.get("status")] += 1
    return found


def pair_faults(found, platforms):
    wanted = set(itertools.product(platforms, repeat=2))
    faults = [f"no case passed: {' reads what is written by '.join(pair)}, "
              f"{dict(found[pair])}"
              for pair in sorted(wanted) if not found[pair]["passed"]]
    return faults + [f"not there, but passed: {pair}"
                     for pair in sorted(set(found) - wanted)
                     if found[pair]["passed"]]


def play(options, platforms, report):
    place = Place(options, options.paths, options.isolation)
    run = place.run(["--profile", "all"], seconds=3000)
    got, faults = features.judge(run)
    found = counts(place.folder / "junit.xml")
    faults += pair_faults(found, platforms)
    pairs = sum(1 for one in found.values() if one["passed"])
    passed = sum(1 for case in got if case[1] == "passed")
    report.check(f"{pairs} pairs of {len(platforms)} platforms "
                 f"({' '.join(platforms)}), {passed} of {len(got)} cases "
                 "passed, the others are skipped", faults, run, True)
    place.remove()


def main():
    parser = argparse.ArgumentParser()
    features.add_arguments(parser)
    parser.add_argument("--servers", required=True)
    parser.add_argument("--isolation", default="scenario")
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args()
    missing = features.missing(options)
    if missing:
        print(missing)
        return harness.SKIP
    harness.become_subreaper()
    report = harness.Report()
    play(options, there(options), report)
    return report.finish("runs")


if __name__ == "__main__":
    sys.exit(main())
