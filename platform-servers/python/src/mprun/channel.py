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
READ_BYTES = 65536


class Channel:
    """Reads lines from the runner and writes messages to it."""

    def __init__(self, read_fd, write_fd):
        self.read_fd = read_fd
        self._write_fd = write_fd
        self._lock = threading.RLock()
        self._begun = False
        self._pending = bytearray()  # the beginning of a line
        self._skipping = False  # one that is too long

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

    def read(self):
        """Wait for bytes; the lines that are whole by now, or None at the end.

        A line is bytes without its end, or None if it is too long.
        """
        data = os.read(self.read_fd, READ_BYTES)
        if not data:
            rest = [bytes(self._pending)] if self._pending else []
            self._pending.clear()
            return self._clean(rest) or None
        if data.count(b"\n") == 1 and not self._pending and (
                data.endswith(b"\n") and not self._skipping):
            return self._clean([data])
        *ends, rest = data.split(b"\n")
        lines = [self._line(end) for end in ends]
        self._keep(rest)
        return self._clean(lines)

    def _line(self, end):
        self._keep(end)
        line = None if self._skipping else bytes(self._pending)
        self._pending.clear()
        self._skipping = False
        return line

    def _keep(self, part):
        if self._skipping:
            return
        self._pending += part
        if len(self._pending) > MAX_MESSAGE_BYTES:
            self._pending.clear()
            self._skipping = True

    def _clean(self, lines):
        if lines and not self._begun:
            self._begun = True
            if lines[0] and lines[0].startswith(b"\xef\xbb\xbf"):
                lines[0] = lines[0][3:]
        lines = [line if line is None else line.strip(b" \t\r\n")
                 for line in lines]
        return [line for line in lines if line != b""]

    def write(self, message):
        """Write one message whole; BrokenPipeError if nobody reads."""
        data = safejson.encode(message)
        with self._lock:
            done = os.write(self._write_fd, data)
            while done < len(data):
                done += os.write(self._write_fd, memoryview(data)[done:])
