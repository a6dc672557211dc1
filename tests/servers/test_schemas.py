#!/usr/bin/env python3
"""The schemas of docs/protocol say of messages what is true.

usage: test_schemas.py --source DIR [--mprun PATH --build DIR --packages DIR]

* Each file is a schema of draft 7, named in docs/protocol.md, and each link of
  that page to one leads somewhere.
* The examples of docs/protocol.md fit: messages strictly, and together they
  show every message that there is.
* What transcripts of tests/data/servers send is what a server has to put up
  with, but for lines that it must refuse.
* Messages of tests/data/wire/wrong.txt are refused, each with its reason.
* With --mprun: what goes between mprun and the servers in C and Python in a
  real run is strictly so, and every message that mprun sends was sent.

Exit status 77 without the Python package jsonschema.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import transcript
import wire

REFUSED = (-32700, -32600, -32601, -32602, 1006, 1007)
# What a server has to put up with besides.
ODD = ('"params":[2]',)
# A run with everything that mprun may send, and servers may say.
CONFIG = """\
version: 1
timeouts: {{step: 1s, stop: 4s}}
processes:
  bare: {{platforms: [bare]}}
  hooked: {{platforms: [hooked]}}
  kept: {{platforms: [kept]}}
  other: {{platforms: [own]}}
  reader: {{platforms: [c, python]}}
  writer: {{platforms: [c, python]}}
platforms:
  c: {{command: [{c}], protocol: 1}}
  python: {{command: [{python}, {ipc}], protocol: 1}}
  own: {{command: [{python}, {own}], protocol: 1}}
  kept: {{command: [{python}, {own}], protocol: 1, isolation: run}}
  bare: {{command: [{python}, {own}], protocol: bare}}
  hooked: {{command: [{hooked}], protocol: 1}}
"""
FEATURE = """\
Feature: All messages

  @tagged
  Scenario: Steps
    Given the 'other' process exports
    When the 'other' process tells
      | a | b |
      | 1 |   |
    And the 'other' process tells
      \"\"\"json
      {}
      \"\"\"
    Then within 2s the 'other' process comes
    And the 'other' process fails

  Scenario Outline: Outcomes
    When the 'other' process <does>

    Examples:
      | does        |
      | is pending  |
      | is skipped  |
      | is ambiguous |
      | is undefined |
      | waits       |

  Scenario: Bare
    When the 'bare' process exports
    And the 'bare' process tells
      | a |

  Scenario: Around a step
    When the 'hooked' process tells
    Then the 'hooked' process fails

  Scenario: Kept
    When the 'kept' process exports
  Scenario: Kept still
    When the 'kept' process tells
      | a |
    And the 'kept' process stops
"""
STEPS = """\
import mprun


@mprun.before_run()
@mprun.after_run()
@mprun.before_scenario("@tagged", name="sets up", order=-1)
@mprun.after_scenario()
def around(ctx):
    ctx.log("around")


@mprun.step("exports")
def exports(ctx):
    ctx.export("port", "40123")


@mprun.step("tells")
def tells(ctx, argument):
    ctx.log("told")
    ctx.attach(b"\\0", "a.bin", "application/octet-stream")
    return {"number": 1}


@mprun.step("comes")
def comes(ctx):
    ctx.state.tries = getattr(ctx.state, "tries", 0) + 1
    assert ctx.state.tries > 1


@mprun.step("fails")
def fails(ctx):
    assert 1 == 2


@mprun.step("is pending")
def pends(ctx):
    mprun.pending("not written")


@mprun.step("is skipped")
def skips(ctx):
    mprun.skip("it cannot")


@mprun.step("is ambiguous")
@mprun.step("is {word}biguous")
def twice(ctx):
    pass


@mprun.step("waits")
def waits(ctx):
    ctx.sleep(60)
"""
# Of tests/cli/hooks_server.py.
HOOKS = """\
{"id": "tells", "type": "beforeStep", "order": 2, "name": "look"}
{"id": "exports", "type": "afterStep", "tagExpression": "not @x"}
"""
# mprun sends it where a report needs it, or not in a run like this.
NOT_RECORDED = {"matchSteps.request", "matchSteps.answer",
                "attachment.notification"}


class Test:
    def __init__(self, options):
        self.options = options
        self.source = pathlib.Path(options.source)
        self.wire = wire.Wire(self.source)
        self.lenient = wire.Wire(self.source, strict=False)
        self.page = (self.source / "docs" / "protocol.md").read_text(
            encoding="utf-8")
        self.faults = []
        self.count = 0

    def fault(self, text):
        self.faults.append(text)

    def check_files(self):
        linked = set(re.findall(r"\(protocol/([\w.-]+)\.schema\.json\)",
                                self.page))
        for name, schema in self.wire.files.items():
            wire.jsonschema.Draft7Validator.check_schema(schema)
            if name not in linked:
                self.fault(f"docs/protocol.md does not name {name}")
        for name in linked - set(self.wire.files):
            self.fault(f"docs/protocol.md names {name}, which is not there")

    def examples(self):
        """(line, object): each that a block of the page holds."""
        for block in re.finditer(r"^```json\n(.*?)^```$", self.page,
                                 re.M | re.S):
            line = self.page[:block.start()].count("\n") + 2
            text, decoder = block.group(1).strip(), json.JSONDecoder()
            while text:
                value, end = decoder.raw_decode(text)
                yield line, value
                line += text[:end].count("\n") + 1
                text = text[end:].strip()

    def check_examples(self):
        method, shown = None, set()
        for line, value in self.examples():
            self.count += 1
            if set(value) == {"argument"}:
                found = [error.message for error in
                         self.wire.argument.iter_errors(value["argument"])]
            else:
                notice = value.get("method") in ("log", "attachment")
                answer = "method" not in value
                sender = "server" if notice or answer else "mprun"
                if "id" in value:
                    method = value.get("method", method)
                name = self.wire.name_of(value, sender, method)
                kind = ".error" if "error" in value else ""
                shown.add(name + kind)
                found = self.wire.faults(value, sender, method)
            for text in found:
                self.fault(f"docs/protocol.md:{line}: {text}")
        shown.add("executeHook.answer")  # that of a step
        for name in set(self.wire.files) - shown - {"common"}:
            self.fault(f"docs/protocol.md has no example of {name}")

    def check_transcripts(self):
        for path in sorted((self.source / "tests/data/servers").glob(
                "*.jsonl")):
            lines = transcript.parse(path.read_text(encoding="utf-8"))
            answers = {}
            for line in lines:
                if line.kind == "<" and isinstance(line.text, dict):
                    error = line.text.get("error")
                    if isinstance(error, dict):
                        answers[line.text.get("id")] = error.get("code")
            for line in lines:
                if line.kind[0] == ">":
                    self.check_sent(path, line, answers)

    def check_sent(self, path, line, answers):
        self.count += 1
        try:
            message = json.loads(line.text)
        except ValueError:
            message = None
        number = message.get("id") if isinstance(message, dict) else None
        refused = answers.get(number, answers.get(None))
        if isinstance(number, str):
            message["id"] = 1 # a server has to take them, mprun sends none
        found = self.lenient.faults(message, "mprun")
        for text in found:
            if (refused not in REFUSED and "there is no schema" not in text
                    and not any(odd in line.text for odd in ODD)):
                self.fault(f"{path.name}:{line.number}: {text}")

    def check_wrong(self):
        path = self.source / "tests/data/wire/wrong.txt"
        for number, text in enumerate(
                path.read_text(encoding="utf-8").splitlines(), 1):
            if not text.strip() or text.startswith("#"):
                continue
            self.count += 1
            wanted, _, rest = text.partition(" | ")
            sender, _, method = wanted.strip().partition(" ")
            pattern, _, message = rest.partition(" | ")
            found = self.wire.faults(json.loads(message), sender,
                                     method or None)
            if not any(re.search(pattern.strip(), fault) for fault in found):
                self.fault(f"{path.name}:{number}: it should be refused for"
                           f" {pattern.strip()!r}, and is for {found}")

    def run(self, folder):
        """Plays the feature; mprun's own output, if it does not start."""
        options, source = self.options, self.source
        python = [sys.executable, source / "platform-servers/python/server.py",
                  "--packages", options.packages, "--steps"]
        server = pathlib.Path(options.build) / "platform-servers/c"
        c = [server / "mprun-server-c", "--steps",
             pathlib.Path(options.build) / "steps/c/ipc_steps.so"]

        def quoted(*some):
            return ", ".join(f'"{word}"' for word in some)

        (folder / "mprun.yaml").write_text(CONFIG.format(
            python=quoted(*python), c=quoted(*c),
            ipc=quoted(source / "steps/python"), own=quoted(folder / "steps"),
            hooked=quoted(sys.executable,
                          source / "tests/cli/hooks_server.py")),
            encoding="utf-8")
        (folder / "list").write_text(HOOKS, encoding="utf-8")
        (folder / "all.feature").write_text(FEATURE, encoding="utf-8")
        (folder / "steps").mkdir()
        (folder / "steps" / "own_steps.py").write_text(STEPS, encoding="utf-8")
        done = subprocess.run(
            [options.mprun, "-j1", "--trace-protocol", "--no-strict", "-f", "progress", "-f",
             "message:messages.ndjson", "all.feature",
             f"{source}/features/ipc/fifo.feature:11"], cwd=folder,
            capture_output=True, text=True, check=False)
        return sorted(folder.rglob("*.protocol.log")), done.stdout + done.stderr

    def check_run(self):
        used = set()
        with tempfile.TemporaryDirectory(prefix="mpw-") as name:
            recordings, output = self.run(pathlib.Path(name))
            for path in recordings:
                text = path.read_text(encoding="utf-8")
                faults, names = self.wire.judge_recording(
                    line for line in text.removesuffix("\n").split("\n")
                    if not line.startswith("#"))
                self.count += text.count("\n")
                around = '"hook":"tells"' in text and '"stepType"' in text
                used |= names | ({"hook of a step"} if around else set())
                for fault in faults:
                    self.fault(f"recorded: {fault}")
        wanted = set(self.wire.files) - {"common"} - NOT_RECORDED
        for name in (wanted | {"hook of a step"}) - used:
            self.fault(f"recorded: no {name}")
        if self.faults:
            print(output)


def missing(options):
    reason = wire.why_absent()
    if reason is None and options.packages:
        probe = subprocess.run(
            [sys.executable, "-c", "import cucumber_expressions"],
            env={**os.environ, "PYTHONPATH": options.packages},
            capture_output=True, check=False)
        if probe.returncode:
            reason = (f"{options.packages} lacks what the Python server"
                      " imports")
    return reason


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--mprun")
    parser.add_argument("--build")
    parser.add_argument("--packages")
    options = parser.parse_args()
    reason = missing(options)
    if reason is not None:
        print(f"skipped: {reason}")
        return 77
    test = Test(options)
    test.check_files()
    test.check_examples()
    test.check_transcripts()
    test.check_wrong()
    if options.mprun:
        test.check_run()
    for text in test.faults:
        print(text)
    print(f"{test.count} messages, {len(test.faults)} faults")
    return bool(test.faults)


if __name__ == "__main__":
    sys.exit(main())
