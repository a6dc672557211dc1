#!/usr/bin/env python3
"""One run of everything that ends differently, with mprun under memcheck.

usage: test_valgrind.py --mprun PATH --server PATH --valgrind PATH
"""
import argparse
import sys

import harness

SCENARIOS = (
    (["passes", "fails with no"], "failed"),
    (["exits with 3", "should exit with code 3", "starts", "passes"],
     "passed"),
    (["raises 11"], "crashed"),
    (["never answers"], "timed-out"),
    (["has a daemon", "leaves a pipe"], "leaked"),
    (["begins: sleeps 100", "the 'b' process passes", "completes"], "passed"),
    (["within 1s the 'a' process fails with never"], "failed"),
    (["answers no success"], "protocol-error"),
    (["closes its output"], "protocol-error"),
    (["passes", "restarts", "is killed"], "passed"),
)
WORDS = ["--quiet", "--error-exitcode=99", "--leak-check=full",
         "--errors-for-leak-kinds=definite", "--child-silent-after-fork=yes"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--valgrind", required=True)
    options = parser.parse_args()
    harness.become_subreaper()
    report = harness.Report()
    place = harness.Place(options.mprun)
    place.config({"p": {"command": [options.server], "protocol": 1}},
                 {"step": "5s", "stop": "3s"})
    place.feature("Feature: f\n" + "".join(
        harness.scenario(steps, name=f"s{i}")
        for i, (steps, _) in enumerate(SCENARIOS)))
    run = place.run(["-j", "2"], seconds=120,
                    wrapper=[options.valgrind, *WORDS])
    faults = run.broken + run.report_faults() + run.leftovers()
    got = {r["case"]: r.get("status") for r in run.of_type("case-finished")}
    wanted = {i + 1: status for i, (_, status) in enumerate(SCENARIOS)}
    faults += [f"case {i}: {got.get(i)}, expected {wanted[i]}"
               for i in wanted if got.get(i) != wanted[i]]
    if run.status != 1 or "==" in run.err:
        faults.append(f"exit status {run.status}")
    report.check("a run under memcheck", faults, run)
    place.remove()
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
