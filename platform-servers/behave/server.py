#!/usr/bin/env python3
"""Run mprun-behave from this folder, without installing it."""

import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(FOLDER, "src"),
                os.path.join(FOLDER, "..", "python", "src")]

from mprun_behave.__main__ import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
