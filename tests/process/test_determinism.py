#!/usr/bin/env python3
"""The seed that a case gives to its servers depends on the run's seed and on
the case alone: not on order, jobs, selection, attempts, lines or the folder
in which mprun was called.

usage: test_determinism.py --mprun PATH
"""
import argparse
import json
import sys

import harness

SERVER = r"""
import json, os, sys
seed = None
for line in sys.stdin:
    message = json.loads(line)
    method, answer = message.get("method"), {"success": True}
    if method == "initialize":
        seed = message["params"]["run"]["seed"]
        answer = {"protocolVersion": 1,
                  "server": {"name": "s", "version": "1"}}
    elif method == "executeStep":
        text = json.dumps([seed, os.environ["MPRUN_SEED"], sys.argv[1]])
        answer["logs"] = [text]
        if message["params"]["step"].startswith("fails"):
            answer.update(success=False, error="as asked")
    print(json.dumps({"jsonrpc": "2.0", "id": message.get("id"),
                      "result": answer}), flush=True)
"""

FEATURE = """Feature: f
  Scenario: same name
    When the 'a' process passes
  Scenario: same name
    When the 'a' process passes
    And the 'b' process passes
  Scenario Outline: rows
    When the 'a' process <does>
    Examples:
      | does   |
      | passes |
      | fails  |
"""


def make_place(options, above=""):
    place = harness.Place(options.mprun)
    (place.folder / "server.py").write_text(SERVER)
    command = [sys.executable, "-S", "-E", str(place.folder / "server.py"),
               "${seed}"]
    place.config({"p": {"command": command, "protocol": 1},
                  "q": {"command": command, "protocol": 1}})
    place.feature(above + FEATURE)
    return place


def seeds_of(run, faults):
    """key -> seed; a server must be told the same in all three ways."""
    found = {}
    keys = {}
    for r in run.of_type("case-started"):
        keys[r["case"], r["attempt"]] = r["key"]
        if found.setdefault(r["key"], int(r["seed"])) != int(r["seed"]):
            faults.append(f"{r['key']}: another seed in another attempt")
    told = set()
    for r in run.of_type("log"):
        if not r["text"].startswith("["):
            continue
        key = keys[r["case"], r["attempt"]]
        told.add((r["case"], r["process"]))
        for value in json.loads(r["text"]):
            if int(value) != found[key]:
                faults.append(f"{key}: {r['process']} got {value}, the "
                              f"journal says {found[key]}")
    cases = {r["case"] for r in run.of_type("case-started")}
    if {case for case, _ in told} != cases:
        faults.append("some case's servers told no seed")
    return found


def play(place, args):
    run = place.run(args)
    faults = run.broken + run.report_faults()
    if run.status != 1:
        faults.append(f"exit status {run.status}, expected 1")
    return run, seeds_of(run, faults), faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    options = parser.parse_args()
    report = harness.Report()
    place = make_place(options)
    run, wanted, faults = play(place, ["--seed", "7", "-j", "1"])
    if len(wanted) != 10 or len(set(wanted.values())) != 10:
        faults.append(f"ten cases with ten seeds are expected: {wanted}")
    report.check("as defined, one at a time", faults, run)
    orders = {}
    for args in (["--order", "reverse", "-j", "1"],
                 ["--order", "random:7", "-j", "1"],
                 ["--order", "random", "-j", "3"],
                 ["-j", "4"], ["--retry", "1"]):
        run, found, faults = play(place, [*args, "--seed", "7"])
        if found != wanted:
            faults.append(f"other seeds: {found}, expected {wanted}")
        if "1" in args and "-j" in args:
            orders[args[1]] = [r["case"] for r in run.of_type("case-started")]
        report.check(" ".join(args), faults, run)
    again = play(place, ["--order", "random:7", "-j", "1"])[0]
    faults = []
    if [r["case"] for r in again.of_type("case-started")] != \
            orders["random:7"]:
        faults.append("--order random:7 is another order the second time")
    if len({str(order) for order in orders.values()}) != 2 or \
            orders["reverse"] != list(range(10, 0, -1)):
        faults.append(f"orders: {orders}")
    report.check("orders are repeatable", faults, again)

    run, found, faults = play(place, ["--seed", "7", "--platform", "q", "-n",
                                      "rows"])
    if len(found) != 2 or any(wanted[key] != found[key] for key in found):
        faults.append(f"{found}, expected a part of {wanted}")
    report.check("a selection", faults, run)
    run, found, faults = play(place, ["--seed", "8"])
    if set(found) != set(wanted) or set(found.values()) & set(wanted.values()):
        faults.append(f"another run's seed: {found}, with 7: {wanted}")
    report.check("another seed", faults, run)
    run, found, faults = play(place, ["--seed", "7",
                                      str(place.folder / "features")])
    if found != wanted:
        faults.append(f"absolute paths: {found}, expected {wanted}")
    report.check("absolute paths", faults, run)
    place.remove()

    place = make_place(options, "# Lines were added.\n\n")
    run, found, faults = play(place, ["--seed", "7"])
    if found != wanted:
        faults.append(f"in another folder: {found}, expected {wanted}")
    report.check("another folder, lines added", faults, run)
    place.remove()
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
