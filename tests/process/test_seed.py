#!/usr/bin/env python3
"""The request and the response that are printed in the notes of the project's
beginning (seed 004) hold: a server of 30 lines without any SDK plays with
mprun, and what mprun sends it is the printed request.

usage: test_seed.py --mprun PATH
"""
import argparse
import json
import sys
from pathlib import Path

import harness

SERVER = Path(__file__).with_name("seed_server.py")
# As printed; the id is the connection's.
PRINTED = """{
  "jsonrpc": "2.0",
  "method": "executeStep",
  "params": {
    "process": "writer",
    "stepType": "when",
    "step": "writes frame with size 1024",
    "context": {
      "scenarioId": "test-1-1",
      "platform": "csharp"
    }
  },
  "id": 1
}"""
FEATURE = """Feature: Frames
  Scenario: One frame
    When the 'writer' process writes frame with size 1024
"""


def shape(value):
    """Names, order and types of everything, the values of texts."""
    if isinstance(value, dict):
        return [(name, shape(item)) for name, item in value.items()]
    return value if isinstance(value, str) else type(value).__name__


def play(mprun, protocol, more=()):
    place = harness.Place(mprun)
    requests = place.folder / "requests"
    place.config({"csharp": {"command": [sys.executable, str(SERVER)],
                             "protocol": protocol,
                             "env": {"REQUESTS": str(requests)}}})
    place.feature(FEATURE, "test")
    run = place.run(more)
    sent = [json.loads(line) for line in requests.read_text().splitlines()]
    return run, sent


def judge(run, sent, methods):
    faults = run.broken + run.report_faults() + run.leftovers()
    if run.status or run.cases() != ["passed"]:
        faults.append(f"exit {run.status}, cases {run.cases()}")
    if [request["method"] for request in sent] != methods:
        faults.append(f"sent: {[r['method'] for r in sent]}")
    steps = [r for r in sent if r["method"] == "executeStep"]
    if not steps or shape(steps[0]) != shape(json.loads(PRINTED)):
        faults.append(f"the request differs: {json.dumps(steps)}")
    logs = [r["text"] for r in run.of_type("log")]
    if logs != ["[2024-01-01 10:00:00.123] Writing frame size=1024",
                "[2024-01-01 10:00:00.125] Frame written successfully, "
                "id=123"]:
        faults.append(f"logs: {logs}")
    data = [r.get("data") for r in run.of_type("step-result")]
    if [json.loads(d or "null") for d in data] != [
            {"frameId": 123, "actualSize": 1024}]:
        faults.append(f"data: {data}")
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    options = parser.parse_args()
    harness.become_subreaper()
    report = harness.Report()
    for protocol, methods in (
            ("bare", ["health", "executeStep"]),
            ("auto", ["initialize", "health", "executeStep"])):
        run, sent = play(options.mprun, protocol)
        report.check(f"seed 004, protocol {protocol}",
                     judge(run, sent, methods), run)
        run.place.remove()
    return report.finish("checks")


if __name__ == "__main__":
    sys.exit(main())
