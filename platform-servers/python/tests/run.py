#!/usr/bin/env python3
"""Run the SDK's tests: `python3 tests/run.py [--packages DIR]`."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    sys.path[:0] = [HERE, os.path.join(HERE, "..", "src")]
    if sys.argv[1:2] == ["--packages"]:
        sys.path.insert(0, os.path.abspath(sys.argv[2]))
    try:
        import cucumber_expressions  # noqa: F401
    except ImportError as error:
        print(f"skipped: {error}; see README.md for how to install it")
        return 77
    suite = unittest.defaultTestLoader.discover(HERE)
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
