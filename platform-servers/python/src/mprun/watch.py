"""Hearing the runner while a step runs.

The main thread reads requests and runs steps: handing each over from one
thread to another would cost as much as everything else of a short step. A
cancel has to be heard all the same. So a second thread looks now and then, and
where one step has run for a moment it reads in place of the main thread, until
that has finished the step. While nothing is asked of the server it sleeps.
"""

import os
import select
import threading
import time

MOMENT_S = 0.02
MOMENTS_AWAKE = 50


class Watcher:
    """begin() and end() around each step, by the main thread.

    hear() is called when there is something to read; it returns how long to
    wait for the step besides, once the input has ended, else None. hurry() is
    called when that time is over, and returns the next such time, or None.
    """

    def __init__(self, descriptor, hear, hurry):
        self._descriptor = descriptor
        self._hear = hear
        self._hurry = hurry
        self._count = 0
        self._busy = False
        # Of two flags each side sets its own, then looks at the other's.
        self._asleep = False
        self._reading = False
        self._woken = threading.Event()
        self._hands = threading.Lock()  # held while reading
        self._over_read, self._over_write = os.pipe()
        os.set_blocking(self._over_read, False)

    def start(self):
        threading.Thread(target=self._run, daemon=True,
                         name="mprun-watcher").start()

    def begin(self):
        self._count += 1
        self._busy = True
        if self._asleep:
            self._asleep = False
            self._woken.set()

    def end(self):
        self._busy = False
        if self._reading:
            os.write(self._over_write, b"x")
            with self._hands:
                try:
                    os.read(self._over_read, 64)
                except BlockingIOError:
                    pass

    def _run(self):
        seen, moments = 0, 0
        while True:
            time.sleep(MOMENT_S)
            if self._count != seen:
                seen, moments = self._count, 0
            elif self._busy:
                self._read_until_over(seen)
            else:
                moments += 1
                if moments > MOMENTS_AWAKE:
                    self._sleep(seen)
                    moments = 0

    def _sleep(self, seen):
        self._asleep = True
        if self._busy or self._count != seen:
            self._asleep = False
            return
        self._woken.wait()
        self._woken.clear()

    def _read_until_over(self, seen):
        with self._hands:
            self._reading = True
            if self._busy and self._count == seen:
                self._listen()
            self._reading = False

    def _listen(self):
        poller = select.poll()
        poller.register(self._over_read, select.POLLIN)
        poller.register(self._descriptor, select.POLLIN)
        left_s = None
        while left_s is None:
            ready = [descriptor for descriptor, _ in poller.poll()]
            if self._over_read in ready:
                return
            left_s = self._hear()
        poller.unregister(self._descriptor)
        while not poller.poll(None if left_s is None else left_s * 1000):
            left_s = self._hurry()
