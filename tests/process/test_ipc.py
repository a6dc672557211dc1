#!/usr/bin/env python3
"""features/ipc again and again, and with processes that are kept: the same
statuses each time, and nothing left behind.

usage: test_ipc.py --mprun PATH --source DIR --build DIR --packages DIR
                   [--runs N | --soak]
"""
import argparse
import sys

import features
import harness


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


def main():
    parser = argparse.ArgumentParser()
    features.add_arguments(parser)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--soak", action="store_true")
    options = parser.parse_args()
    missing = features.missing(options)
    if missing:
        print(missing)
        return harness.SKIP
    if options.soak:
        options.runs = 20 * harness.SOAK
    harness.become_subreaper()
    report = harness.Report()
    first = None
    for isolation in ["scenario"] * options.runs + ["run"]:
        place = features.Place(options, ["features/ipc"], isolation)
        run = place.run(seconds=400)
        got, faults = features.judge(run)
        faults += odd_cases(run)
        first = first or got
        if got != first:
            odd = sorted(set(got) ^ set(first))
            faults.append(f"other than at first, {len(odd)}: {odd[:10]}")
        if any(r.get("reused") for r in run.of_type("process-started")) != (
                isolation == "run"):
            faults.append("processes are kept, or not, as they should not be")
        report.check(f"isolation: {isolation}, {len(got)} cases", faults, run,
                     True)
        place.remove()
    return report.finish("runs")


if __name__ == "__main__":
    sys.exit(main())
