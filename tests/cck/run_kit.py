#!/usr/bin/env python3
"""Holds mprun's messages against Cucumber's compatibility kit: every sample.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

LEAST_SAMPLES = 46


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", required=True, type=pathlib.Path)
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--packages", required=True, type=pathlib.Path)
    args = parser.parse_args()
    check = args.shared / "conformance/check_cck.py"
    if not check.exists():
        skip("no compatibility kit beside the project (MPRUN_SHARED)")
    if not shutil.which("node"):
        skip("no node")
    if not (args.packages / "node_modules").exists():
        skip(f"{args.packages} has no packages: ./build.sh installs them")
    environment = {**os.environ, "MPRUN": args.mprun,
                   "MPRUN_NODE_PACKAGES": str(args.packages)}
    run = subprocess.run(
        [sys.executable, "-B", str(check), "--show", "1000", "--",
         str(HERE / "run")], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    print(run.stdout, end="")
    # Its status alone would be 0 for a kit without samples.
    summary = re.search(r"^(\d+) of (\d+) ", run.stdout, re.M)
    if not summary or int(summary[2]) < LEAST_SAMPLES:
        print(f"check_cck.py compared fewer than {LEAST_SAMPLES} samples")
        return 1
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
