#!/usr/bin/env python3
"""The server as a program: its ends, its descriptors, its options.

    program.py FOLDER

FOLDER is what the build script made.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.abspath(sys.argv.pop(1))
SERVER = os.path.join(FOLDER, "mprun-server-csharp")
SOON_S = 10
INITIALIZE = (b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":'
              b'{"protocolVersions":[1],"capabilities":{"log":true}}}\n')


class Program(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="mprun-csharp-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.compile("steps.dll", os.path.join(HERE, "program", "steps.cs"))

    @classmethod
    def compile(cls, name, source):
        subprocess.run(
            ["mcs", "-debug", "-target:library", f"-r:{FOLDER}/Mprun.dll",
             f"-out:{cls.folder.name}/{name}", source], check=True)

    def start(self, **environment):
        process = subprocess.Popen(
            [SERVER, "--steps", "steps.dll"], cwd=self.folder.name,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**os.environ, **environment})
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    @staticmethod
    def ask(process, step):
        request = {"jsonrpc": "2.0", "id": 1, "method": "executeStep",
                   "params": {"step": step}}
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()

    def step(self, process, step):
        self.ask(process, step)
        result = json.loads(process.stdout.readline())["result"]
        self.assertEqual(result["status"], "passed", result)
        return result

    def finish(self, process):
        """The exit status, and what was written to stderr."""
        process.stdin.close()
        self.assertEqual(process.stdout.read(), b"")
        status = process.wait(SOON_S)
        return status, process.stderr.read().decode("utf-8")

    def test_cleans_up_at_the_end_of_stdin(self):
        process = self.start()
        self.step(process, "cleans up")
        self.assertEqual(self.finish(process), (0, "cleaned up\n"))

    def test_cleans_up_at_sigterm_also_in_a_step(self):
        for step in (None, "sleeps"):
            with self.subTest(step):
                process = self.start()
                self.step(process, "cleans up")
                if step is not None:
                    self.ask(process, step)
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(SOON_S), -signal.SIGTERM)
                self.assertEqual(process.stderr.read(), b"cleaned up\n")

    def test_a_clean_up_that_never_ends(self):
        for number in (None, signal.SIGTERM):
            with self.subTest(number):
                process = self.start()
                self.step(process, "cleans up for ever")
                if number is not None:
                    process.send_signal(number)
                    self.assertEqual(process.wait(SOON_S), -number)
                    continue
                self.assertEqual(self.finish(process), (
                    0, "mprun: clean-up failed: it takes too long\n"))

    def test_cleans_up_although_nobody_reads(self):
        process = self.start()
        process.stdin.write(INITIALIZE)
        process.stdin.flush()
        process.stdout.readline()
        self.step(process, "logs while it cleans up")
        process.stdout.close()
        self.ask(process, "cleans up")
        self.assertEqual(process.wait(SOON_S), 0)
        self.assertEqual(process.stderr.read().count(b"logged\ncleaned up\n"),
                         1)

    def test_prints_in_utf_8_in_any_locale(self):
        process = self.start(LC_ALL="C", LANG="C")
        self.step(process, "prints 'größe'")
        self.assertEqual(self.finish(process), (0, "größe\n"))

    def test_a_child_has_neither_end_of_the_protocol(self):
        process = self.start()
        self.step(process, "reads in a child")
        pid = self.step(process, "leaves a child")["data"]["pid"]
        try:
            process.stdin.close()
            # Its end comes although the child lives.
            self.assertEqual(process.stdout.read(), b"")
            self.assertEqual(process.wait(SOON_S), 0)
        finally:
            os.kill(pid, signal.SIGKILL)

    def test_ends_although_a_thread_goes_on(self):
        process = self.start()
        self.step(process, "leaves a thread")
        self.assertEqual(self.finish(process), (0, ""))

    def test_an_exception_in_a_thread_is_told(self):
        process = self.start()
        self.ask(process, "leaves a thread that throws")
        self.assertEqual(process.stdout.read(), b"")
        self.assertEqual(process.wait(SOON_S), 1)
        self.assertIn(b"in a thread", process.stderr.read())

    def test_a_crash_is_quick_and_leaves_no_file(self):
        process = self.start()
        self.step(process, "prints 'x'")
        began = time.monotonic()
        process.send_signal(signal.SIGABRT)
        self.assertEqual(process.wait(SOON_S), -signal.SIGABRT)
        self.assertLess(time.monotonic() - began, SOON_S)
        self.assertEqual([name for name in os.listdir(self.folder.name)
                          if "crash" in name], [])

    def run_server(self, *options):
        return subprocess.run([SERVER, *options], cwd=self.folder.name,
                              capture_output=True, text=True)

    def test_options(self):
        done = self.run_server("--steps", "steps.dll", "--check")
        self.assertEqual((done.returncode, done.stdout),
                         (0, "step definitions: 9, errors: 0\n"))
        done = self.run_server("--steps", "steps.dll", "--list")
        self.assertIn("cleans up  # ", done.stdout)
        self.assertIn("program/steps.cs:", done.stdout)
        self.assertIn("usage: ", self.run_server("--help").stdout)
        for wrong in ([], ["--step"]):
            done = self.run_server(*wrong)
            self.assertEqual(done.returncode, 2)
            self.assertIn("usage: ", done.stderr)

    def test_what_is_wrong_is_told_at_the_start(self):
        source = os.path.join(self.folder.name, "Bad.cs")
        with open(source, "w", encoding="utf-8") as file:
            file.write('class Bad {\n'
                       '[Mprun.Given("an {apple}")] public void A() { }\n'
                       '[Mprun.Given("b(")] public void B() { } }\n')
        self.compile("bad.dll", source)
        done = self.run_server("--steps", "bad.dll", "--check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Bad.cs:2: step 'an {apple}'", done.stderr)
        self.assertIn("Bad.cs:3: step 'b('", done.stderr)
        done = self.run_server("--steps", "none.dll", "--check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("none.dll", done.stderr)


if __name__ == "__main__":
    unittest.main()
