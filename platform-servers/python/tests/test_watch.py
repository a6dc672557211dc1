"""The thread that hears the runner while a step runs."""

import os
import threading
import time
import unittest
from unittest import mock

from mprun import watch

LIMIT_S = 20


class Watching(unittest.TestCase):
    def setUp(self):
        for name, value in (("MOMENT_S", 0.001), ("MOMENTS_AWAKE", 2)):
            patch = mock.patch.object(watch, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        self.read_end, self.write_end = os.pipe()
        self.addCleanup(os.close, self.read_end)
        self.heard = threading.Event()
        self.hurried = threading.Event()
        self.watcher = watch.Watcher(self.read_end, self.hear, self.hurry)
        self.watcher.start()

    def hear(self):
        data = os.read(self.read_end, 100)
        self.heard.set()
        return None if data else 0.001

    def hurry(self):
        self.hurried.set()

    def until_it_sleeps(self):
        end = time.monotonic() + LIMIT_S
        while not self.watcher._asleep:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.001)

    def test_hears_in_a_step_and_only_there(self):
        for number in range(60):
            self.heard.clear()
            self.watcher.begin()
            os.write(self.write_end, b"x")
            self.assertTrue(self.heard.wait(LIMIT_S))
            self.watcher.end()
            self.heard.clear()
            os.write(self.write_end, b"y")
            if number % 3 == 0:
                self.until_it_sleeps()
            self.assertFalse(self.heard.is_set())
            self.assertEqual(os.read(self.read_end, 100), b"y")

    def test_hurries_after_the_end(self):
        self.watcher.begin()
        os.close(self.write_end)
        self.assertTrue(self.hurried.wait(LIMIT_S))
        self.watcher.end()

    def test_many_short_ones(self):
        for _ in range(20000):
            self.watcher.begin()
            self.watcher.end()
        self.until_it_sleeps()
        self.assertFalse(self.heard.is_set())


if __name__ == "__main__":
    unittest.main()
