#!/usr/bin/env python3
"""Play golden transcripts against a platform server.

    run_transcripts.py --server NAME [--data DIR] [--needs COMMAND]
                       [TRANSCRIPT...] -- COMMAND...

Every transcript of the folder whose first lines do not name other servers
(`# only: python`) is played against a fresh process. Exit: 0 all passed, 1
some failed, 77 the command does not exist or cannot start here, or the
command of --needs does not succeed.

Each message of the server must also fit its schema in docs/protocol, where the
Python package jsonschema is installed.
"""

import argparse
import functools
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import transcript
import wire

ANSWER_S = 20.0
HEALTH = '{"jsonrpc":"2.0","id":"probe","method":"health"}'


class Failure(Exception):
    """The server did not do what the transcript says."""


class Peer:
    """One server process."""

    def __init__(self, command, folder):
        environment = dict(os.environ, MPRUN="1", PYTHONUTF8="1",
                           MPRUN_SHARED_DIR=folder,
                           MPRUN_ARTIFACT_DIR=folder,
                           MPRUN_IPC_PREFIX=os.path.basename(folder))
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment, bufsize=0,
            start_new_session=True)
        self._pending = b""
        self._methods = {}
        self._stderr = bytearray()
        self._drain = threading.Thread(target=self._read_stderr, daemon=True)
        self._drain.start()

    def _read_stderr(self):
        while True:
            data = self._process.stderr.read(65536)
            if not data:
                return
            self._stderr += data

    @property
    def stderr(self):
        return self._stderr.decode("utf-8", "replace")

    def send(self, data):
        try:
            view = memoryview(data)
            while view:
                view = view[self._process.stdin.write(view):]
        except BrokenPipeError:
            raise Failure("the server has closed its stdin") from None

    def note_request(self, text):
        """Its answer has to fit its method."""
        try:
            message = json.loads(text)
            self._methods[message["id"]] = message["method"]
        except (ValueError, TypeError, KeyError):
            pass

    def method_of(self, message):
        number = message.get("id")
        known = isinstance(number, (int, str))
        return self._methods.get(number) if known else None

    def receive(self):
        """The next line as bytes; None at the end of stdout."""
        deadline = time.monotonic() + ANSWER_S
        while b"\n" not in self._pending:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [],
                                              left)[0]:
                raise Failure(f"no line within {ANSWER_S:g} s; a server must"
                              " flush after each message")
            data = self._process.stdout.read(65536)
            if not data:
                rest, self._pending = self._pending, b""
                return rest or None
            self._pending += data
        line, _, self._pending = self._pending.partition(b"\n")
        return line + b"\n"

    def end(self):
        self._process.stdin.close()

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self):
        """The exit status, after checking that nothing more was written."""
        try:
            status = self._process.wait(ANSWER_S)
        except subprocess.TimeoutExpired:
            raise Failure(f"still running after {ANSWER_S:g} s") from None
        rest = self.receive()
        if rest:
            raise Failure(f"unexpected on stdout: {rest[:300]!r}")
        self._drain.join(ANSWER_S)
        return status

    def destroy(self):
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            stream.close()
        self._drain.join(ANSWER_S)
        self._process.stderr.close()


def play(lines, peer):
    """Play one transcript; Failure if the server does otherwise."""
    for line in lines:
        try:
            if line.kind in (">", ">r"):
                end = b"\r\n" if line.kind == ">r" else b"\n"
                peer.note_request(line.text)
                peer.send(line.text.encode("utf-8") + end)
            elif line.kind == "<":
                expect(line.text, peer)
            else:
                obey(line.text, peer)
        except Failure as failure:
            raise Failure(f"line {line.number}: {failure}") from None


@functools.cache
def schemas():
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                          "..")
    return None if wire.why_absent() else wire.Wire(source)


def misfits(message, peer):
    """What the schema of the message says against it."""
    method = peer.method_of(message)
    answers = "method" not in message
    if schemas() is None or answers and method not in schemas().methods:
        return []
    if answers and isinstance(message.get("id"), str):
        message = {**message, "id": 1}  # mprun's own ids are numbers
    return [f"docs/protocol: {fault}"
            for fault in schemas().faults(message, "server", method)]


def expect(expected, peer):
    raw = peer.receive()
    if raw is None:
        raise Failure("the server has ended instead of answering")
    try:
        message = transcript.decode(raw)
    except ValueError as error:
        raise Failure(f"{error}: {raw[:300]!r}") from None
    found = transcript.differences(expected, message) + misfits(message, peer)
    if found:
        raise Failure("\n    ".join(found))


def obey(command, peer):
    verb, _, rest = command.partition(" ")
    if verb == "end":
        peer.end()
    elif verb == "exit":
        status = peer.wait()
        if status != int(rest):
            raise Failure(f"exit status {status}, expected {rest}")
    elif verb == "gone":
        peer.wait()
    elif verb == "signal":
        peer.signal(getattr(signal, f"SIG{rest}"))
    elif verb == "silence":
        peer.send(HEALTH.encode() + b"\n")
        expect({"id": "probe", "result": {}}, peer)
    elif verb == "stderr":
        if not re.search(rest, peer.stderr):
            raise Failure(f"stderr does not hold {rest}")
    else:
        raise transcript.TranscriptError(f"unknown command {verb}")


def run_one(path, command):
    """Play a file; the text of what went wrong, or None."""
    with open(path, encoding="utf-8", newline="\n") as file:
        lines = transcript.parse(file.read())
    folder = tempfile.mkdtemp(prefix="mpt-")
    peer = Peer(command, folder)
    try:
        play(lines, peer)
    except Failure as failure:
        text = str(failure)
    else:
        left = os.listdir(folder)
        text = f"left in the shared folder: {left}" if left else None
    finally:
        peer.destroy()
        shutil.rmtree(folder)
    if text is not None and peer.stderr:
        text += "\n    stderr: " + peer.stderr[-2000:].rstrip()
    return text


def concerns(path, server):
    """False if the transcript is `# only:` for other servers."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            match = re.match(r"# only: (.*)", line)
            if match:
                return server in match.group(1).split()
    return True


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    parser.add_argument("--data", default=os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "data", "servers"))
    parser.add_argument("--needs", metavar="COMMAND",
                        help="skip unless this command of the shell succeeds")
    parser.add_argument("transcripts", nargs="*")
    if "--" not in sys.argv:
        parser.error("the server's command is missing: -- COMMAND...")
    split = sys.argv.index("--")
    options = parser.parse_args(sys.argv[1:split])
    options.command = sys.argv[split + 1:]
    if not options.command:
        parser.error("the server's command is empty")
    return options


def why_absent(command, needs):
    """The reason why the command cannot run here, or None."""
    if shutil.which(command[0]) is None:
        return f"{command[0]} does not exist"
    if needs and subprocess.run(["sh", "-c", needs], capture_output=True,
                                stdin=subprocess.DEVNULL).returncode:
        return f"`{needs}` does not succeed"
    if any(part.endswith(("server.py", "server.js")) for part in command):
        check = subprocess.run(command + ["--check"], capture_output=True,
                               text=True, stdin=subprocess.DEVNULL)
        if re.search("cucumber[-_]expressions", check.stderr):
            return check.stderr.strip()
    return None


def main():
    options = parse_arguments()
    reason = why_absent(options.command, options.needs)
    if reason is not None:
        print(f"skipped: {reason}")
        return 77
    paths = options.transcripts or sorted(
        os.path.join(options.data, name) for name in os.listdir(options.data)
        if name.endswith(".jsonl"))
    failed = played = 0
    for path in paths:
        if not concerns(path, options.server):
            continue
        played += 1
        text = run_one(path, options.command)
        verdict = "passed" if text is None else "FAILED"
        print(f"{verdict}  {options.server}  {os.path.basename(path)}")
        if text is not None:
            failed += 1
            print(f"    {text}")
    print(f"{played} transcripts, {failed} failed")
    return 1 if failed or not played else 0


if __name__ == "__main__":
    sys.exit(main())
