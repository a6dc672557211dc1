#!/usr/bin/env python3
"""The features of zerobuffer, planned for three platforms.

usage: test_zerobuffer.py --mprun PROGRAM --shared DIR --golden FILE

Counts pickles and cases by the processes that they need, and compares where
each step goes with the golden file: for each scenario its file's number and
line, its processes and cases; for each step its line, processes, rule and
action. MPRUN_UPDATE_GOLDEN=1 writes that file; review the difference. The
features are not in this tree: without them the test is skipped (exit 77).
"""
import argparse
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
FOLDER = "modelingevolution+zerobuffer/ZeroBuffer.Harmony.Tests/Features"
PICKLES, CASES = 75, 555
BY_PROCESSES = {"reader+writer": 45, "client+server": 10, "reader": 10,
                "writer": 1, "main": 9}
CONFIG = """version: 1
platforms:
  c: {command: ["true"]}
  python: {command: ["true"]}
  csharp: {command: ["true"]}
"""


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def unpack(shared, work):
    archive = pathlib.Path(shared) / "corpus" / "features.tar.zst"
    if not archive.is_file():
        skip(f"no corpus of feature files at {archive}")
    if not shutil.which("zstd"):
        skip("no zstd to unpack the corpus with")
    zstd = subprocess.Popen(["zstd", "-dcq", archive], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", work, FOLDER], stdin=zstd.stdout,
                   check=True)
    zstd.communicate()


def plan(mprun, work):
    config = pathlib.Path(work) / "mprun.yaml"
    config.write_text(CONFIG)
    result = subprocess.run([mprun, "plan", "--json", FOLDER], cwd=work,
                            capture_output=True, text=True, check=False)
    if result.returncode or result.stderr:
        sys.exit(f"mprun plan: exit {result.returncode}\n{result.stderr}")
    return json.loads(result.stdout)


def names(scenario):
    return "+".join(p["name"] for p in scenario["processes"])


def describe(document):
    """Where each step goes, without a word of the texts."""
    cases = collections.Counter(c["scenario"] for c in document["cases"])
    for index, scenario in enumerate(document["scenarios"]):
        number = os.path.basename(scenario["uri"])[:2]
        skipped = [c for c in document["cases"]
                   if c["scenario"] == index and "skip" in c]
        yield (f"{number}:{scenario['line']} {names(scenario)} "
               f"{cases[index]} cases"
               + (f", {len(skipped)} skipped" if skipped else ""))
        for step in scenario["steps"]:
            more = step["ensured"][len(step["processes"]):]
            yield (f"  {step['line']} {','.join(step['processes']) or '-'} "
                   f"{step['rule']} {step['action']}"
                   + (f" +{','.join(more)}" if more else "")
                   + (" new incarnation" if step.get("newIncarnation")
                      else ""))


def compare(lines, golden):
    text = "".join(f"{line}\n" for line in lines)
    path = pathlib.Path(golden)
    if os.environ.get("MPRUN_UPDATE_GOLDEN"):
        path.write_text(text)
        return True
    wanted = path.read_text()
    for number, (want, got) in enumerate(
            zip(wanted.splitlines(), text.splitlines()), 1):
        if want != got:
            print(f"{golden}:{number}: wanted {want!r}, got {got!r}")
            return False
    if wanted != text:
        print(f"{golden}: not as many lines as planned")
    return wanted == text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--shared", required=True)
    parser.add_argument("--golden", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        unpack(arguments.shared, work)
        document = plan(arguments.mprun, work)
    pickles, cases = len(document["scenarios"]), len(document["cases"])
    by_processes = collections.Counter(map(names, document["scenarios"]))
    print(f"{pickles} pickles, {cases} cases; {dict(by_processes)}")
    right = (pickles, cases) == (PICKLES, CASES)
    right = right and by_processes == BY_PROCESSES
    right = compare(describe(document), arguments.golden) and right
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
