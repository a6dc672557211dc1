#!/usr/bin/env python3
"""Shards under real engines: eight under GNU parallel, four under an array of
Slurm. Joined, their reports are those of a run without shards, but for times,
pids and places.

usage: test_shards.py --mprun PATH --server SERVER.SH --engine parallel|slurm
"""
import argparse
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import harness
import slurm

FEATURE = """Feature: {name}
  Background:
    Given the 'reader' process passes

  Scenario: passes on all
    When the 'writer' process passes

  Scenario: fails
    When the 'writer' process fails

  Scenario Outline: a row
    When the 'writer' process <does>
    Examples:
      | does         |
      | passes       |
      | is skipped   |
      | is undefined |
      | dies         |

  @retry:1
  Scenario: fails twice
    When the 'reader' process fails
"""
FEATURES = 4
FORMATS = ("json", "junit", "rerun", "pretty")
LIMIT = 200 * harness.MULTIPLIER

# What differs from run to run.
NOISE = (
    (r"\b\d+(\.\d+)?(ms|s)\b", "TIME"), (r' time="[^"]*"', ""),
    (r' timestamp="[^"]*"', ""), (r"\bpid \d+", "pid N"),
    (r"DIR/(whole|shards|merged)/", "DIR/"),
    (r"shard-\d+-of-\d+|\d{8}-\d{6}-[0-9a-f]{8}", "RUN"),
    (r'"(\w+_ms|max_rss_kb|stderr_bytes|started|bytes_\w+)":("[^"]*"|[\d.]+),?',
     ""),
    (r"(?m)[ \t]+$", ""), (r"[ \t]+", " "), (r"(?m)^artifacts.*\n", ""),
    (r"(?m)^(starting|suspended) .*\n", ""),
)


def difference(kind, whole, joined):
    return [f"{kind}: {line[:300]}" for line in difflib.unified_diff(
        whole.splitlines(), joined.splitlines(), "whole", "joined",
        lineterm="", n=0)]


def clean(text, folder):
    text = text.replace(str(folder), "DIR")
    for pattern, replacement in NOISE:
        text = re.sub(pattern, replacement, text)
    return text


class Place:
    def __init__(self, options):
        self.folder = Path(tempfile.mkdtemp(prefix="mps", dir="/tmp"))
        self.mprun = options.mprun
        command = ["sh", options.server]
        config = {"platforms": {name: {"command": command, "protocol": "bare"}
                                for name in ("a", "b", "c")}}
        (self.folder / "mprun.json").write_text(json.dumps(config))
        (self.folder / "features").mkdir()
        for number in range(FEATURES):
            (self.folder / f"features/{number}.feature").write_text(
                FEATURE.format(name=f"number {number}"))

    def call(self, *words, environment=None):
        return subprocess.run(words, cwd=self.folder, text=True, timeout=LIMIT,
                              capture_output=True, check=False,
                              env=environment or os.environ)

    def reports(self, name, *words):
        """The reports of a command of mprun, cleaned."""
        formats = [word for kind in FORMATS
                   for word in ("-f", f"{kind}:{name}.{kind}")]
        done = self.call(self.mprun, *words, *formats)
        return done, {
            kind: clean((self.folder / f"{name}.{kind}").read_text(),
                        self.folder) for kind in FORMATS}

    def runs_in(self, folder):
        return sorted(path.name for path in (self.folder / folder).iterdir()
                      if path.name.startswith("shard-"))


def play_parallel(place):
    command = (f"{place.mprun} --seed 5 --artifacts shards --shard "
               "slice:{#}/{= $_=total_jobs() =} -q >out.{#} 2>&1")
    done = place.call("parallel", "--will-cite", "-j", "4", command, ":::",
                      *map(str, range(8)))
    # As many as failed: every shard has a case that does not pass.
    return 8, [] if done.returncode == 8 else [
        f"parallel exited with {done.returncode}: {done.stderr}"]


def play_parallel_auto(place):
    command = f"{place.mprun} --seed 5 --artifacts shards --shard auto -q"
    done = place.call("parallel", "--will-cite", "-j", "4", command + " {}",
                      ":::", *["features"] * 8,
                      environment={**os.environ, "MPRUN_SHARD_TOTAL": "8"})
    return 8, [] if done.returncode == 8 else [
        f"parallel exited with {done.returncode}: {done.stderr}"]


def play_slurm(place, engine, words, inner=""):
    script = place.folder / "job.sh"
    script.write_text(f"#!/bin/sh\ncd {place.folder} || exit 9\n"
                      f"exec {inner}{place.mprun} --seed 5 --artifacts shards "
                      "--shard auto -q\n")
    script.chmod(0o755)
    done = engine.submit(script, "-o", f"{place.folder}/out.%a", *words)
    return 4, [] if done.returncode == 1 else [
        f"sbatch exited with {done.returncode}: {done.stderr}"]


def compare(place, shards, faults):
    """What is joined is the whole; without a shard it is not."""
    wanted = [f"shard-{n}-of-{shards}" for n in range(1, shards + 1)]
    if place.runs_in("shards") != sorted(wanted):
        return faults + [f"the shards are {place.runs_in('shards')}"]
    done, joined = place.reports("joined", "merge", "shards",
                                 "--artifacts", "merged")
    whole_done, whole = place.reports("whole", "--seed", "5",
                                      "--artifacts", "whole")
    if (done.returncode, whole_done.returncode) != (1, 1):
        faults.append(f"merge: {done.returncode}: {done.stderr}; "
                      f"whole: {whole_done.returncode}: {whole_done.stderr}")
    for kind in FORMATS:
        faults += difference(kind, whole[kind], joined[kind])
    os.rename(place.folder / "shards" / wanted[1], place.folder / "away")
    done = place.call(place.mprun, "merge", "shards", "--artifacts", "merged")
    if done.returncode != 2 or f"shard 2 of {shards} is missing" not in \
            done.stderr:
        faults.append(f"without shard 2: {done.returncode}: {done.stderr}")
    return faults


def check(options, report, name, play):
    place = Place(options)
    shards, faults = play(place)
    report.check(name, compare(place, shards, faults))
    shutil.rmtree(place.folder)


def try_parallel(options, report):
    if not shutil.which("parallel"):
        return "GNU parallel is not installed"
    check(options, report, "eight shards under GNU parallel", play_parallel)
    check(options, report, "eight shards under GNU parallel, by auto",
          play_parallel_auto)
    return ""


def try_slurm(options, report):
    reason = slurm.missing()
    if reason:
        return reason
    folder = tempfile.mkdtemp(prefix="mpslurm", dir="/tmp")
    engine = slurm.Slurm(folder)
    try:
        engine.start()
    except (subprocess.SubprocessError, OSError) as error:
        engine.stop()
        shutil.rmtree(folder)
        return f"Slurm does not start here: {error} " + \
            str(getattr(error, "stderr", ""))
    try:
        check(options, report, "four shards in an array of Slurm",
              lambda place: play_slurm(place, engine, ["--array=0-3"]))
        check(options, report, "an array that is numbered 10, 20, 30, 40",
              lambda place: play_slurm(place, engine, ["--array=10-40:10"]))
        check(options, report, "four tasks of srun",
              lambda place: play_slurm(place, engine, ["-n4"],
                                       "srun --kill-on-bad-exit=0 "))
    finally:
        engine.stop()
        shutil.rmtree(folder)
    return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--engine", choices=("parallel", "slurm"),
                        required=True)
    options = parser.parse_args()
    options.mprun = str(Path(options.mprun).resolve())
    options.server = str(Path(options.server).resolve())
    report = harness.Report()
    tries = {"parallel": try_parallel, "slurm": try_slurm}
    reason = tries[options.engine](options, report)
    if reason:
        print(reason)
        return harness.SKIP
    return report.finish("series")


if __name__ == "__main__":
    sys.exit(main())
