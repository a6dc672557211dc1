#!/usr/bin/env python3
"""Run the Python platform server from this folder, without installing it."""

import os
import sys

sys.path.insert(
    0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "src"))

from mprun.__main__ import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
