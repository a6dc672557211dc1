"""Somebody who reads what mprun asks and presses Enter, in a terminal or on a
pipe; and what the tests of --debug and --wrap have in common.
"""
import argparse
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time

import harness

PROMPT = re.compile(r"mprun: '([^']+)' \((\w+)\), pid (\d+), is started in "
                    r"(\S+): press Enter to let it go on\r?\n")
# Each of them is over in a moment, if they are not taken away.
SHORT = {"step": "100ms", "scenario": "150ms", "run": "200ms", "stop": "200ms"}


class Session:
    """mprun, and somebody who reads what it says and types."""

    def __init__(self, place, args, terminal=True, wrapper=()):
        self.place = place
        self.said = ""   # since the last match
        self.whole = ""
        self.status = None
        self.began = time.monotonic()
        command = [*wrapper, *place.command(args)]
        if terminal:
            self.pid, self.input = pty.fork()
            if self.pid == 0:
                os.chdir(place.folder)
                os.execvpe(command[0], command, place.environment())
            harness.started(self.pid)
            self.output = self.input
        else:
            theirs, self.input = os.pipe()
            self.flags = fcntl.fcntl(theirs, fcntl.F_GETFL)
            child = place.start(args, wrapper, stdin=theirs,
                                stderr=subprocess.STDOUT)
            self.theirs = theirs
            self.pid, self.output = child.pid, child.stdout.fileno()
            self.child = child

    def read(self, seconds):
        """False: nothing more can come."""
        if not select.select([self.output], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.output, 65536)
        except OSError:  # the terminal is closed
            data = b""
        self.said += data.decode("utf-8", "replace")
        self.whole += data.decode("utf-8", "replace")
        return bool(data)

    def until(self, pattern, seconds=10):
        """The match, after which reading goes on; None: it was not said."""
        end = time.monotonic() + seconds * harness.MULTIPLIER
        while True:
            match = re.search(pattern, self.said)
            if match:
                self.said = self.said[match.end():]
                return match
            if time.monotonic() > end or not self.read(0.1):
                return None

    def saw(self, pattern, seconds=10):
        """The same, before or after what was matched already."""
        end = time.monotonic() + seconds * harness.MULTIPLIER
        while not re.search(pattern, self.whole):
            if time.monotonic() > end or not self.read(0.1):
                break
        return re.search(pattern, self.whole)

    def quiet(self, pattern, seconds):
        """True if that is not said for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.05)
        return not re.search(pattern, self.said)

    def enter(self):
        os.write(self.input, b"\n")

    def hang_up(self):
        os.close(self.input)
        self.input = None

    def finish(self, seconds=15):
        """Reads on until it has ended."""
        end = time.monotonic() + seconds * harness.MULTIPLIER
        while self.read(0.1) and time.monotonic() < end:
            pass
        while time.monotonic() < end:
            done, code = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.status = os.waitstatus_to_exitcode(code)
                break
            time.sleep(0.01)
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.said += "\n(test: mprun did not end in time)"
        if self.input is not None:
            os.close(self.input)
        if hasattr(self, "child"):
            self.child.returncode = self.status
            self.child.stdout.close()
        return harness.Run(self.place, self.status, self.said.encode(), b"")


class Test:
    def __init__(self, options):
        self.options = options
        self.report = harness.Report()

    def place(self, steps, words=(), timeouts=None, platform=None, tags="",
              more=""):
        place = harness.Place(self.options.mprun)
        body = {"command": [self.options.server, *words], "protocol": 1}
        body.update(platform or {})
        place.config({"p": body}, timeouts, more)
        place.feature("Feature: f\n" + harness.scenario(steps, tags))
        return place

    def script(self, steps, command, text, timeouts=None, more="",
               **platform):
        """A server of the bare protocol: command, with text as its file."""
        place = self.place(steps, timeouts=timeouts, more=more, platform={
            "command": [*command, "script"], "cwd": ".", "protocol": "bare",
            **platform})
        (place.folder / "script").write_text(text)
        return place

    def check(self, name, session, faults, statuses=("passed",), exit_=0,
              look=None):
        """look: finds more faults in what the run left in its folder."""
        run = session.finish()
        faults = [*faults, *(look() if look else [])]
        faults += run.broken + run.report_faults() + run.leftovers()
        if run.cases() != list(statuses) or run.status != exit_:
            faults.append(f"exit {run.status}, cases {run.cases()}")
        self.report.check(name, faults, run)
        session.place.remove()
        return run


def prompt(session, process=None, faults=None):
    match = session.until(PROMPT)
    if match is None:
        faults.append(f"no prompt for {process}")
    elif process and match[1] != process:
        faults.append(f"the prompt is for {match[1]}, not {process}")
    return match


def main(parts, tools=()):
    """parts: functions that take a Test; tools: (name, parts that need it)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    harness.become_subreaper()
    test = Test(options)
    left_out = []
    for name, more in tools:
        setattr(options, name, shutil.which(name))
        if getattr(options, name):
            parts = [*parts, *more]
        else:
            left_out.append(name)
    for part in parts:
        if options.only in part.__name__:
            part(test)
    if left_out:
        print(f"not here, and what needs them is left out: {left_out}")
    return test.report.finish("checks")
