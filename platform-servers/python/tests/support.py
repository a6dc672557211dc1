"""What several tests need: a server process, and step files for it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                      "server.py")


class FolderTestCase(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="mprun-sdk-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        return path


class ServerTestCase(FolderTestCase):
    """A test that talks to a server with step files of its own."""

    def start(self, **files):
        for name, text in files.items():
            self.write(f"steps/{name}.py", text)
        # The packages that this process found are those of the server.
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(
            path for path in sys.path if path))
        process = subprocess.Popen(
            [sys.executable, SERVER, "--steps", "steps"], cwd=self.folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment)
        self.process = process
        self.addCleanup(self._end)
        return process

    def _end(self):
        if self.process.poll() is None:
            self.process.kill()
        for stream in (self.process.stdin, self.process.stdout,
                       self.process.stderr):
            stream.close()
        self.process.wait()

    def send(self, method, params=None, request_id=None):
        message = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        if request_id is not None:
            message["id"] = request_id
        line = json.dumps(message).encode() + b"\n"
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        self.assertTrue(line.endswith(b"\n"), line)
        return json.loads(line)

    def call(self, method, params=None):
        self.send(method, params, 1)
        return self.receive()

    def initialize(self, **more):
        return self.call("initialize", {"protocolVersions": [1], **more})

    def step(self, text, **more):
        answer = self.call("executeStep", {
            "process": "writer", "stepType": "when", "step": text,
            "context": {}, **more})
        self.assertIn("result", answer)
        return answer["result"]

    def finish(self):
        """Close stdin; the exit status and what was written to stderr."""
        self.process.stdin.close()
        stderr = self.process.stderr.read().decode("utf-8", "replace")
        self.assertEqual(self.process.stdout.read(), b"")
        return self.process.wait(20), stderr
