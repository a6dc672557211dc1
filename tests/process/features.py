"""Runs of our own features, with what their config names."""
import os
import subprocess
import sys

import harness


def add_arguments(parser):
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--packages", required=True)


def missing(options):
    """Why the features cannot be played here, or None."""
    server = os.path.join(options.build, "platform-servers/c/mprun-server-c")
    if not os.path.exists(server):
        return f"{server} is not built"
    probe = subprocess.run(
        [sys.executable, "-c", "import cucumber_expressions"],
        env={**os.environ, "PYTHONPATH": options.packages},
        capture_output=True, check=False)
    if probe.returncode:
        return f"{options.packages} lacks what the Python server imports"
    return None


class Place(harness.Place):
    """A folder for the reports and a TMPDIR; the features stay where they
    are."""

    def __init__(self, options, paths, isolation="scenario"):
        super().__init__(options.mprun, "features")
        self.options = options
        self.isolation = isolation
        self.paths = [os.path.join(options.source, path) for path in paths]

    def environment(self):
        return {**super().environment(), "MPRUN_BUILD": self.options.build,
                "MPRUN_PYTHON_PACKAGES": self.options.packages,
                "MPRUN_ISOLATION": self.isolation}

    def command(self, args=()):
        words = super().command(args)
        return words[:-1] + ["-c", os.path.join(self.options.source,
                                                "mprun.yaml"), *self.paths]


def state():
    """What runs leave behind outside their own folder: names of shared
    memory, files in /tmp, sockets that are bound."""
    found = set(os.listdir("/dev/shm")) | set(os.listdir("/tmp"))
    try:
        with open("/proc/net/unix", encoding="utf-8") as file:
            found |= {line.split()[-1] for line in file}
    except OSError:
        pass
    return found


def left_by(run):
    """Others may run mprun on this machine: all names of a run hold the
    number that its id ends in, or its TMPDIR."""
    numbers = [r["id"].rpartition("-")[2] for r in run.of_type("run-started")]
    return sorted(name for name in state()
                  if any(number in name for number in numbers) or
                  run.place.tmp.parent.name + "/" in name)


def judge(run):
    """The statuses of the cases, and what is wrong with the run."""
    faults = run.broken + run.report_faults() + run.leftovers()
    faults += [f"left behind: {name}" for name in left_by(run)]
    ids = {r["case"]: r["id"] for r in run.of_type("case-started")}
    got = sorted((ids[r["case"]], r.get("status", "not-run"))
                 for r in run.of_type("case-finished"))
    odd = [case for case in got if case[1] not in ("passed", "skipped")]
    if run.status or odd or not got:
        faults.append(f"exit {run.status}, cases that did not pass: {odd}")
    return got, faults
