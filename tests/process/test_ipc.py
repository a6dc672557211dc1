#!/usr/bin/env python3
"""features/ipc again and again: the same statuses each time, and nothing left
behind.

usage: test_ipc.py --mprun PATH --source DIR --build DIR --packages DIR
                   [--runs N | --soak]
"""
import argparse
import os
import subprocess
import sys

import harness


def state():
    """What runs leave behind outside their own folder: names of shared
    memory, files in /tmp, sockets that are bound."""
    found = set(os.listdir("/dev/shm")) | set(os.listdir("/tmp"))
    try:
        with open("/proc/net/unix", encoding="utf-8") as file:
            found |= {line.split()[-1] for line in file}
    except OSError:
        pass
    return found


def left_by(run, place):
    """Others may run mprun on this machine: all names of a run hold the
    number that its id ends in, or its TMPDIR."""
    numbers = [r["id"].rpartition("-")[2] for r in run.of_type("run-started")]
    return sorted(name for name in state()
                  if any(number in name for number in numbers) or
                  place.tmp.parent.name + "/" in name)


def has_packages(folder):
    probe = subprocess.run(
        [sys.executable, "-c", "import cucumber_expressions"],
        env={**os.environ, "PYTHONPATH": folder}, capture_output=True,
        check=False)
    return not probe.returncode


def odd_cases(run):
    """Cases that say something else than they should, though they pass. Node
    lacks things; what the others skip is lost. Only a process that was killed
    may leave names behind, and the rings are where one is."""
    started = {r["case"]: r for r in run.of_type("case-started")}
    faults = [f"skipped: {started[r['case']]['id']}"
              for r in run.of_type("case-finished")
              if r.get("status") == "skipped" and
              "node" not in started[r["case"]]["combination"]]
    faults += [f"{started[r['case']]['id']}: {r['text']}"
               for r in run.of_type("note")
               if r["text"].startswith("left behind") and
               not started[r["case"]]["uri"].endswith("ring-deaths.feature")]
    return faults


class IpcPlace(harness.Place):
    def __init__(self, options):
        super().__init__(options.mprun, "ipc")
        self.options = options

    def environment(self):
        return {**super().environment(), "MPRUN_BUILD": self.options.build,
                "MPRUN_PYTHON_PACKAGES": self.options.packages}

    def command(self, args=()):
        words = super().command(args)
        return (words[:-1] +
                ["-c", os.path.join(self.options.source, "mprun.yaml"),
                 os.path.join(self.options.source, "features", "ipc")])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--packages", required=True)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--soak", action="store_true")
    options = parser.parse_args()
    server = os.path.join(options.build, "platform-servers/c/mprun-server-c")
    if not os.path.exists(server):
        print(f"{server} is not built")
        return harness.SKIP
    if not has_packages(options.packages):
        print(f"{options.packages} lacks what the Python server imports")
        return harness.SKIP
    if options.soak:
        options.runs = 20 * harness.SOAK
    harness.become_subreaper()
    report = harness.Report()
    first = None
    for number in range(options.runs):
        place = IpcPlace(options)
        run = place.run(seconds=400)
        faults = run.broken + run.report_faults() + run.leftovers()
        faults += [f"left behind: {name}" for name in left_by(run, place)]
        faults += odd_cases(run)
        got = sorted((r["case"], r.get("status", "not-run"))
                     for r in run.of_type("case-finished"))
        first = first or got
        odd = [case for case in got if case[1] not in ("passed", "skipped")]
        if run.status or odd or not got:
            faults.append(f"exit {run.status}, cases that did not pass: {odd}")
        if got != first:
            odd = sorted(set(got) ^ set(first))
            faults.append(f"other than at first, {len(odd)}: {odd[:10]}")
        report.check(f"run {number + 1}, {len(got)} cases", faults, run, True)
        place.remove()
    return report.finish("runs")


if __name__ == "__main__":
    sys.exit(main())
