#!/usr/bin/env python3
"""Runs transcripts: files of commands with the output that they must give.

    transcript.py --bin DIR --source DIR [--case TEXT] [--keep] FILE.t ...

The format is described in tests/README.md. Exit status: 0 all passed, 1 some
failed, 2 a transcript cannot be read, 77 all skipped. MPRUN_UPDATE_GOLDEN=1
writes what the commands gave into the files; review the difference.
"""
import argparse
import fnmatch
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile

DEFAULT_TIMEOUT_S = 20.0
GRACE_S = 0.2  # for a process that was killed and is about to end
KINDS = {"|": "out", "!": "err"}
# A busy machine may hold mprun up, which it says: in no transcript.
HELD_UP = re.compile(r"(?m)^suspended  .*, which no timeout counts\n")


class Bad(Exception):
    """A transcript that cannot be read."""


class Command:
    def __init__(self, text, line, timeout):
        self.text, self.line, self.timeout = text, line, timeout
        self.expected = {"out": [], "err": []}
        self.status = 0
        self.first = self.last = line  # lines of the file with expectations


class Case:
    def __init__(self, name, line):
        self.name, self.line = name, line
        self.steps = []  # ("file", path, content) | ("needs", cmd) | Command


def parse(path):
    """Returns (lines, replacements, cases); lines are 1-based in messages."""
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    replacements, cases, command, timeout = [], [], None, None
    i = 0
    while i < len(lines):
        line, where = lines[i], f"{path}:{i + 1}"
        i += 1
        if line.startswith("== "):
            cases.append(Case(line[3:].strip(), i))
            command, timeout = None, None
            continue
        replace = re.fullmatch(r"replace (.+?) with (.*)", line)
        if replace:
            replacements.append((re.compile(replace[1]), replace[2]))
            continue
        if not line.strip() or line.startswith("#"):
            continue
        if not cases:
            raise Bad(f"{where}: a case begins with '== NAME'")
        steps = cases[-1].steps
        here = re.fullmatch(r"file (\S+) <<(\w+)", line)
        if here:
            if here[2] not in lines[i:]:
                raise Bad(f"{where}: no line {here[2]!r} ends this file")
            end = lines.index(here[2], i)
            body = "".join(text + "\n" for text in lines[i:end])
            steps.append(("file", here[1], body))
            i, command = end + 1, None
        elif line.startswith("needs "):
            steps.append(("needs", line[6:]))
        elif re.fullmatch(r"timeout [0-9.]+", line):
            timeout = float(line[8:])
        elif line.startswith("$ "):
            text = line[2:]
            command = Command(text, i, timeout)
            while text.endswith("\\") and i < len(lines):
                text = lines[i]
                command.text += "\n" + text
                i += 1
            command.first = command.last = i
            steps.append(command)
        elif line[0] in "|!?" and command:
            if line[0] == "?":
                if not re.fullmatch(r"\? \d+", line):
                    raise Bad(f"{where}: expected '? EXIT-STATUS'")
                command.status = int(line[2:])
            else:
                command.expected[KINDS[line[0]]].append(line[1:])
            command.last = i
        else:
            raise Bad(f"{where}: cannot read {line!r}")
    return lines, replacements, cases


def line_matches(pattern, text):
    """pattern is the line after its first sign: ' exact', '~ re', '* glob'."""
    if pattern.startswith("~ "):
        return re.fullmatch(pattern[2:], text) is not None
    if pattern.startswith("* "):
        return fnmatch.fnmatchcase(text, pattern[2:])
    return (pattern[1:] if pattern.startswith(" ") else pattern) == text


def block_matches(patterns, texts):
    """Whether the lines match; '...' stands for any number of lines."""
    reach = {0}  # how many of texts may be consumed so far
    for pattern in patterns:
        if pattern == "...":
            reach = set(range(min(reach), len(texts) + 1)) if reach else reach
        else:
            reach = {n + 1 for n in reach
                     if n < len(texts) and line_matches(pattern, texts[n])}
    return len(texts) in reach


def to_lines(data, replacements):
    text = HELD_UP.sub("", data.decode("utf-8", "backslashreplace"))
    for old, new in replacements:
        text = old.sub(new, text) if hasattr(old, "sub") else \
            text.replace(old, new)
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    elif lines:
        lines[-1] += "\\ (no newline)"
    return lines


def ends_soon(pid):
    """Whether a process that may be dying just now has ended (Linux)."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with os.fdopen(fd):
        return bool(select.select([fd], [], [], GRACE_S)[0])


def left_running(marker):
    """Processes that still carry the marker in their environment (Linux)."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")
                      if os.path.isdir("/proc/self") else []):
        try:
            with open(f"/proc/{pid}/environ", "rb") as f:
                if marker.encode() not in f.read().split(b"\0"):
                    continue
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                words = f.read().replace(b"\0", b" ").decode("utf-8", "replace")
            if not ends_soon(int(pid)):
                found.append((int(pid), words.strip()))
        except OSError:
            continue
    return found


class Runner:
    def __init__(self, args):
        self.args = args
        self.factor = float(os.environ.get("MPRUN_TEST_TIMEOUT_MULTIPLIER", 1))
        self.update = os.environ.get("MPRUN_UPDATE_GOLDEN") == "1"
        self.passed = self.failed = self.skipped = 0
        self.reason = ""

    def environment(self, directory):
        env = {k: v for k, v in os.environ.items()
               if not k.startswith(("MPRUN_", "GITHUB_")) and
               k not in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS")}
        env.update(PATH=self.args.bin + os.pathsep + env["PATH"],
                   BIN=self.args.bin, SRC=self.args.source, DIR=directory,
                   HOME=directory, LC_ALL="C.UTF-8", TERM="dumb", TZ="UTC",
                   TRANSCRIPT=directory)
        return env

    def execute(self, command, directory, env):
        """Returns (status, out, err); status is 128+n for a signal, or a text
        when the time is up."""
        limit = (command.timeout or DEFAULT_TIMEOUT_S) * self.factor
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen(
                ["sh", "-c", command.text], cwd=directory, env=env,
                stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True)
            try:
                status = child.wait(limit)
                status = 128 - status if status < 0 else status
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                status = f"not ended after {limit:g} s"
            out.seek(0)
            err.seek(0)
            return status, out.read(), err.read()

    def check(self, path, command, directory, env, replacements):
        status, out, err = self.execute(command, directory, env)
        known = sorted([(directory, "$DIR"), (self.args.bin, "$BIN"),
                        (self.args.source, "$SRC")],
                       key=lambda pair: -len(pair[0]))
        actual = {"out": to_lines(out, known + replacements),
                  "err": to_lines(err, known + replacements)}
        good = status == command.status and all(
            block_matches(command.expected[k], actual[k]) for k in actual)
        if good:
            return True, None
        print(f"{path}:{command.line}: $ {command.text}")
        if status != command.status:
            print(f"  exit status: {status}, expected {command.status}")
        for sign, kind in KINDS.items():
            if block_matches(command.expected[kind], actual[kind]):
                if status != command.status:
                    print("".join(f"  {sign} {t}\n" for t in actual[kind]),
                          end="")
                continue
            print(f"  std{kind}, expected:")
            print("".join(f"    {sign}{t}\n" for t in command.expected[kind]),
                  end="")
            print(f"  std{kind}, got:")
            print("".join(f"    {sign} {t}\n" for t in actual[kind]), end="")
        return False, None if isinstance(status, str) else (status, actual)

    def rewritten(self, command, status, actual):
        lines = []
        for sign, kind in KINDS.items():
            if block_matches(command.expected[kind], actual[kind]):
                lines += [sign + t for t in command.expected[kind]]
                continue
            for text in actual[kind]:
                keep = [p for p in command.expected[kind]
                        if p[:2] in ("~ ", "* ") and line_matches(p, text)]
                lines.append(sign + (keep[0] if keep else
                                     " " + text if text else ""))
        return lines + ([f"? {status}"] if status else [])

    def run_case(self, path, case, replacements, edits):
        """Returns passed, failed or skipped; fills edits in update mode."""
        directory = os.path.realpath(tempfile.mkdtemp(prefix="mprun-t-"))
        env = self.environment(directory)
        result = "passed"
        for step in case.steps:
            if isinstance(step, Command):
                good, actual = self.check(path, step, directory, env,
                                          replacements)
                if not good:
                    result = "failed"
                if self.update and actual:
                    edits.append((step.first, step.last,
                                  self.rewritten(step, *actual)))
            elif step[0] == "file":
                target = os.path.join(directory, step[1])
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "w", encoding="utf-8") as f:
                    f.write(step[2])
            elif subprocess.run(["sh", "-c", step[1]], cwd=directory, env=env,
                                stdin=subprocess.DEVNULL, capture_output=True,
                                check=False).returncode != 0:
                self.reason = f"skipped: it needs: {step[1]}"
                result = "skipped"
                break
        for pid, words in left_running("TRANSCRIPT=" + directory):
            print(f"{path}:{case.line}: left running: {pid} {words}")
            os.kill(pid, signal.SIGKILL)
            result = "failed"
        if self.args.keep:
            print(f"{path}:{case.line}: kept {directory}")
        else:
            subprocess.run(["chmod", "-R", "u+rwx", directory], check=False)
            shutil.rmtree(directory, ignore_errors=True)
        return result

    def run_file(self, path):
        lines, replacements, cases = parse(path)
        edits = []
        for case in cases:
            if self.args.case and self.args.case not in case.name:
                continue
            result = self.run_case(path, case, replacements, edits)
            setattr(self, result, getattr(self, result) + 1)
            print(f"{result}: {case.name}", flush=True)
        for first, last, new in reversed(edits):
            lines[first:last] = new
        if edits:
            with open(path, "w", encoding="utf-8") as f:
                f.write("\n".join(lines))
            print(f"{path}: rewritten")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", required=True, help="folder of mprun")
    parser.add_argument("--source", required=True, help="the source root")
    parser.add_argument("--case", help="only cases whose name has this text")
    parser.add_argument("--keep", action="store_true", help="keep the folders")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    args.bin = os.path.realpath(args.bin)
    args.source = os.path.realpath(args.source)
    runner = Runner(args)
    try:
        for path in args.files:
            runner.run_file(path)
    except (Bad, OSError, re.error) as error:
        print(f"transcript: {error}", file=sys.stderr)
        return 2
    print(f"{runner.passed} passed, {runner.failed} failed, "
          f"{runner.skipped} skipped")
    if runner.failed:
        return 1
    if runner.skipped and not runner.passed:
        print(runner.reason)
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
