"""The two ends of the pipe to the runner.

The protocol owns what were stdin and stdout. Both are taken away from the
rest of the program first of all: afterwards standard input is empty and
whatever is printed, by Python, by a C library or by a child process, goes to
stderr.
"""

import os
import sys
import threading

from mprun import safejson

MAX_MESSAGE_BYTES = 16 * 1024 * 1024


class Channel:
    """Reads lines from the runner and writes messages to it."""

    def __init__(self, read_fd, write_fd):
        self._input = os.fdopen(read_fd, "rb", buffering=65536)
        self._write_fd = write_fd
        self._lock = threading.RLock()

    @classmethod
    def take_standard_streams(cls):
        """Save descriptors 0 and 1 for the protocol and replace them."""
        sys.stdout.flush()
        channel = cls(os.dup(0), os.dup(1))
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        return channel

    def lines(self):
        """Yield each line as bytes; None for one that is too long."""
        first = True
        while True:
            line = self._input.readline(MAX_MESSAGE_BYTES + 1)
            if not line:
                return
            if len(line) > MAX_MESSAGE_BYTES and not line.endswith(b"\n"):
                self._skip_line()
                yield None
                continue
            if first and line.startswith(b"\xef\xbb\xbf"):
                line = line[3:]
            first = False
            line = line.strip(b" \t\r\n")
            if line:
                yield line

    def _skip_line(self):
        while True:
            rest = self._input.readline(65536)
            if not rest or rest.endswith(b"\n"):
                return

    def write(self, message):
        """Write one message whole; BrokenPipeError if nobody reads."""
        data = memoryview(safejson.encode(message))
        with self._lock:
            while data:
                data = data[os.write(self._write_fd, data):]
