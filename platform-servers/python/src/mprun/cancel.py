"""Ending a running step from outside.

The runner's cancel arrives in the reader thread while the step runs in the
main thread. The gate then raises Cancelled in the step: at the checkpoints of
the context and, where the system has signals, out of any call that blocks.
It never raises outside the step's own function, nor while the library itself
is at work for the step (`with gate`).
"""

import signal
import threading

from mprun.outcome import Cancelled

_SIGNAL = getattr(signal, "SIGURG", None)
_INTERRUPTS = _SIGNAL is not None and hasattr(signal, "pthread_kill")
_INSIST_S = 0.05


class CancelGate:
    """One for each server; armed while a step runs."""

    def __init__(self):
        self.requested = threading.Event()
        self.reason = None
        self._armed = False
        self._holds = 0
        self._over = threading.Event()
        self._main = threading.main_thread()

    def install(self):
        """Let a cancel interrupt calls that block (POSIX only)."""
        if _INTERRUPTS:
            signal.signal(_SIGNAL, self._on_signal)

    def arm(self):
        """The step begins."""
        self._armed = True
        self.check()

    def disarm(self):
        """The step is over; a cancel that comes now does nothing."""
        self._armed = False
        if self.requested.is_set():
            self._over.set()

    def reset(self):
        """Forget the last step's cancel; none may come meanwhile."""
        self.disarm()
        self._holds = 0
        if self.requested.is_set():
            self.reason = None
            self.requested.clear()
            # The old one is for the thread that interrupts.
            self._over = threading.Event()

    def cancel(self, reason):
        """Called by the reader thread."""
        self.reason = reason
        self.requested.set()
        if _INTERRUPTS:
            threading.Thread(target=self._interrupt, args=(self._over,),
                             daemon=True, name="mprun-cancel").start()

    def _interrupt(self, over):
        # A signal that comes just before a call blocks does not wake it, and
        # no system call closes that gap for Python code: so it is repeated
        # until the step has seen it.
        while not over.is_set():
            signal.pthread_kill(self._main.ident, _SIGNAL)
            over.wait(_INSIST_S)

    def check(self):
        """Raise Cancelled if the running step is to end."""
        if self.requested.is_set():
            self._armed = False
            self._over.set()
            raise Cancelled(self.reason)

    def _on_signal(self, _number, _frame):
        if self._armed and not self._holds:
            self.check()

    def __enter__(self):
        if threading.current_thread() is self._main:
            self._holds += 1

    def __exit__(self, kind, value, trace):
        if threading.current_thread() is not self._main:
            return
        self._holds -= 1
        if self._armed and not self._holds and kind is None:
            self.check()
