#!/usr/bin/env python3
"""Our messages go through Cucumber's own tools, and show every case.

usage: test_formatters.py --mprun PATH --source DIR --build DIR --packages DIR
                          --formatters DIR

Plays features/ipc on all combinations, and a feature with every status; what
check.mjs finds wrong is printed. Where a Chromium is here, it is counted which
cases the page of html-formatter shows. Exit status 77: the tools are not here.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent / "process"), str(HERE.parent / "browser")]
import chromium  # noqa: E402
import features  # noqa: E402
import harness  # noqa: E402

STATUSES = """\
Feature: Every <status> & "more"

  Rule: What becomes of a step
    Background:
      Given the 'reader' process passes

    Scenario Outline: It <what>
      When the 'writer' process <what>
      And the 'reader' process passes

      Examples: in order
        | what         |
        | passes       |
        | fails        |
        | is skipped   |
        | is pending   |
        | is undefined |
        | babbles      |
        | dies         |

  Scenario: alone
    When everything passes
"""


class Tests:
    def __init__(self, options, folder):
        self.options = options
        self.folder = pathlib.Path(folder)
        self.faults = 0

    def tell(self, name, fault):
        self.faults += 1
        print(f"{name}: {fault}")

    def check(self, name, messages, cases):
        page = self.folder / f"{name}.html"
        run = subprocess.run(
            ["node", str(HERE / "check.mjs"), self.options.formatters,
             str(messages), str(page)], capture_output=True, text=True,
            check=False)
        print(run.stdout, end="")
        if run.returncode == 77:
            sys.exit(77)
        if run.returncode or f"cases: {cases}," not in run.stdout:
            self.tell(name, f"exit status {run.returncode}, {cases} cases were "
                            f"played {run.stderr[-2000:]}")
        self.look(name, page, messages)

    def look(self, name, page, messages):
        """Does the page show them? It has their nodes' ids."""
        program = chromium.find()
        if not program:
            print(f"{name}: no Chromium: the page is not looked at")
            return
        ids = node_ids(messages)
        with chromium.Chromium(program) as browser:
            tab = browser.page()
            tab.call("Page.navigate", url=page.as_uri())
            tab.wait("document.querySelector('#content [aria-expanded]')")
            missing = open_all(tab, ids)
            if missing or tab.faults():
                self.tell(name, f"html-formatter does not show "
                                f"{len(missing)} of {len(ids)} cases: "
                                f"{missing[:5]} {tab.faults()[:3]}")

    def ipc(self):
        place = features.Place(self.options, ["features/ipc"])
        messages = self.folder / "ipc.ndjson"
        run = place.run(["-f", f"message:{messages}"], seconds=800)
        self.check("ipc", messages, len(run.of_type("case-planned")))
        place.remove()

    def statuses(self):
        folder = self.folder / "statuses"
        folder.mkdir()
        (folder / "f.feature").write_text(STATUSES, encoding="utf-8")
        server = str(HERE.parent / "cli/server.sh")
        (folder / "mprun.json").write_text(json.dumps({"platforms": {
            name: {"command": ["sh", server], "protocol": "bare"}
            for name in ("a", "b")}}), encoding="utf-8")
        run = subprocess.run(
            [self.options.mprun, "-c", "mprun.json", "--retry", "1",
             "--repeat-each", "2", "-f", "message:out.ndjson",
             "-f", "json:out.json", "f.feature"], cwd=folder,
            capture_output=True, text=True, check=False)
        if run.returncode != 1:
            self.tell("statuses", f"exit status {run.returncode}: {run.stderr}")
            return
        counts = json.loads((folder / "out.json").read_text())["counts"]
        self.check("statuses", folder / "out.ndjson", counts["total"])


def node_ids(messages):
    """For each case the node of the document that its pickle ends in."""
    pickles, ids = {}, []
    with open(messages, encoding="utf-8") as lines:
        for line in lines:
            message = json.loads(line)
            if "pickle" in message:
                pickles[message["pickle"]["id"]] = message["pickle"]
            if "testCase" in message:
                pickle = pickles[message["testCase"]["pickleId"]]
                ids.append(pickle["astNodeIds"][-1])
    return ids


def open_all(tab, ids):
    """Opens one part after the other; the ids that are not there then."""
    until = time.monotonic() + 60 * harness.MULTIPLIER
    closed = "document.querySelectorAll('#content [aria-expanded=false]')"
    absent = json.dumps(ids) + ".filter((id) => !document.getElementById(id))"
    while time.monotonic() < until and tab.run(absent):
        tab.run(f"{closed}.forEach((part) => part.click())")
        tab.run("new Promise((done) => requestAnimationFrame(done))")
    return tab.run(absent)


def main():
    parser = argparse.ArgumentParser()
    features.add_arguments(parser)
    parser.add_argument("--formatters", required=True)
    options = parser.parse_args()
    if not shutil.which("node"):
        print("skipped: no node")
        return harness.SKIP
    if not (pathlib.Path(options.formatters) / "node_modules").exists():
        print(f"skipped: {options.formatters} has no packages: ./build.sh "
              "installs them")
        return harness.SKIP
    missing = features.missing(options)
    if missing:
        print(f"skipped: {missing}")
        return harness.SKIP
    harness.become_subreaper()
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(options, folder)
        tests.statuses()
        tests.ipc()
    return 1 if tests.faults else 0


if __name__ == "__main__":
    sys.exit(main())
