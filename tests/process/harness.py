"""Runs the real mprun on real, mostly misbehaving, servers and looks at what
is left: its exit status, journal and reports, processes, files.

Every run has a folder of its own, a mark in its environment that all its
descendants inherit, and a short TMPDIR of its own. The test makes itself a
subreaper, so that whatever outlives mprun becomes its child and is counted,
also what has dropped its environment.
"""
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import xml.etree.ElementTree
from pathlib import Path

import reports

MULTIPLIER = float(os.environ.get("MPRUN_TEST_TIMEOUT_MULTIPLIER", "1"))
SOAK = int(os.environ.get("MPRUN_SOAK", "1") or "1")
SKIP = 77
MARK = "MPRUN_TEST_MARK"
PR_SET_CHILD_SUBREAPER = 36
# What a testcase of JUnit holds; passed ones hold nothing.
JUNIT_ELEMENTS = {
    "failed": "failure", "undefined": "failure", "ambiguous": "failure",
    "pending": "failure", "skipped": "skipped", "not-run": "skipped",
    "timed-out": "error", "crashed": "error", "leaked": "error",
    "protocol-error": "error", "start-failed": "error",
    "interrupted": "error"}

_started = set()
_lock = threading.Lock()


def become_subreaper():
    """Also takes back what a background job inherits: mprun leaves a signal
    alone that was ignored when it started."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP,
                   signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def proc_text(pid, name):
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def proc_state(pid):
    text = proc_text(pid, "stat").rpartition(b")")[2].split()
    return text[0].decode() if text else "gone"


def pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def describe(pid):
    words = proc_text(pid, "cmdline").replace(b"\0", b" ").decode("utf-8",
                                                                  "replace")
    return f"{pid} {proc_state(pid)} {words.strip()}"


def marked(mark):
    """Living processes that carry the mark in their environment."""
    entry = f"{MARK}={mark}".encode()
    return [pid for pid in pids()
            if entry in proc_text(pid, "environ").split(b"\0")
            and proc_state(pid) not in "ZX"]


def adopted():
    """Living children of ours that we did not start."""
    found = []
    for task in os.listdir("/proc/self/task"):
        children = proc_text("self", f"task/{task}/children").split()
        found += [int(child) for child in children]
    with _lock:
        found = [pid for pid in found if pid not in _started]
    for pid in list(found):
        if proc_state(pid) in "ZX":
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                pass
            found.remove(pid)
    return found


def census(seconds=2.0):
    """What outlived its parents and became a child of ours, after a grace
    that only a loaded machine needs; it is killed."""
    wait_until(lambda: not adopted(), seconds * MULTIPLIER)
    left = adopted()
    faults = [f"outlived mprun: {describe(pid)}" for pid in left]
    kill_all(left)
    wait_until(lambda: not adopted(), seconds * MULTIPLIER)
    return faults


def wait_until(condition, seconds):
    """True as soon as the condition holds, False when the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def cgroup_mount():
    """Where control groups (v2) are mounted; None: nowhere."""
    for line in proc_text("self", "mountinfo").decode().splitlines():
        if " - cgroup2 " in line:
            return Path(line.split()[4])
    return None


def own_cgroup():
    for line in proc_text("self", "cgroup").decode().splitlines():
        if line.startswith("0::/") and cgroup_mount():
            return cgroup_mount() / line[4:]
    return None


def cgroups(run):
    """Control groups of a run that are still there."""
    mount = cgroup_mount()
    name = f"mprun-{run}"
    return [Path(folder) / name for folder, below, _ in
            os.walk(mount or "/nonexistent") if name in below]


def may_make_cgroups(mprun):
    """Why not, by mprun's own word; "": it may."""
    place = Place(mprun)
    place.config({"p": {"command": ["cat"], "start_timeout": "100ms"}},
                 {"stop": "100ms"})
    place.feature("Feature: f\n" + scenario(["passes"]))
    run = place.run()
    place.remove()
    first = run.of_type("run-started")[:1]
    if not first:
        return f"mprun does not run: {run.err}"
    return "" if first[0].get("source") == "cgroup" else first[0].get("kind")


def kill_all(found):
    for pid in found:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


class Place:
    """A folder with a configuration, features, artifacts and a TMPDIR."""

    def __init__(self, mprun, name="case", all_reports=False):
        self.mprun = mprun
        self.all_reports = all_reports
        self.folder = Path(tempfile.mkdtemp(prefix="mpt-"))
        self.tmp = self.folder / "t"
        self.tmp.mkdir()
        self.mark = f"{os.getpid()}-{self.folder.name}-{name}"
        (self.folder / "features").mkdir()

    def config(self, platforms, timeouts=None, more=""):
        lines = ["version: 1", "features: [features]", "platforms:"]
        lines += [f"  {name}: {json.dumps(body)}"
                  for name, body in platforms.items()]
        if timeouts:
            lines.append(f"timeouts: {json.dumps(timeouts)}")
        (self.folder / "mprun.yaml").write_text("\n".join(lines) + "\n" + more)

    def feature(self, text, name="f"):
        (self.folder / "features" / f"{name}.feature").write_text(text)

    def environment(self):
        kept = {name: value for name, value in os.environ.items()
                if (not name.startswith("MPRUN_") or
                    name == "MPRUN_CONTAINMENT") and name not in
                ("NO_COLOR", "FORCE_COLOR", "CI", "GITHUB_ACTIONS")}
        kept.update({MARK: self.mark, "TMPDIR": str(self.tmp)})
        return kept

    def command(self, args=()):
        return [str(self.mprun), "run", "--artifacts",
                str(self.folder / "runs"), "-f",
                f"junit:{self.folder / 'junit.xml'}",
                *reports.arguments(self.folder, self.all_reports),
                *args, "features"]

    def start(self, args=(), wrapper=(), **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("env", self.environment())
        with _lock:
            child = subprocess.Popen([*wrapper, *self.command(args)],
                                     cwd=self.folder, **options)
            _started.add(child.pid)
        return child

    def run(self, args=(), seconds=60, **options):
        began = time.monotonic()
        child = self.start(args, **options)
        try:
            out, err = child.communicate(timeout=seconds * MULTIPLIER)
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
            err = (err or b"") + b"\n(test: mprun did not end in time)"
        return Run(self, child.returncode, out or b"", err or b"",
                   time.monotonic() - began)

    def journal_path(self):
        """Of the last run; ids of one second are in no order."""
        found = (self.folder / "runs").glob("2*/journal.ndjson")
        return max(found, key=lambda path: path.stat().st_mtime_ns,
                   default=None)

    def survivors(self, seconds=2.0):
        """What still lives after a grace that only a loaded machine needs."""
        wait_until(lambda: not marked(self.mark), seconds * MULTIPLIER)
        return [describe(pid) for pid in marked(self.mark)]

    def remove(self):
        kill_all(marked(self.mark))
        shutil.rmtree(self.folder, ignore_errors=True)


class Run:
    """A run that is over: what it said and what it left."""

    def __init__(self, place, status, out, err, took_s=0.0):
        self.place = place
        self.status = status
        self.took_s = took_s
        self.out = out.decode("utf-8", "replace")
        self.err = err.decode("utf-8", "replace")
        self.records, self.broken = read_journal(place.journal_path())

    def of_type(self, kind):
        return [r for r in self.records if r["type"] == kind]

    def suspended_s(self):
        """How long mprun had no processor, which no time limit counts."""
        return sum(r.get("duration_ms", 0)
                   for r in self.of_type("run-suspended")) / 1000

    def cases(self):
        return [r.get("status", "not-run")
                for r in self.of_type("case-finished") if r.get("final")]

    def steps(self, case=1, attempt=None):
        last = {r["step"]: r.get("status", "not-run")
                for r in self.of_type("step-finished")
                if r.get("case") == case and
                attempt in (None, r.get("attempt"))}
        return [last[step] for step in sorted(last)]

    def case_status(self, case):
        """None: it did not end."""
        for r in self.of_type("case-finished"):
            if r.get("case") == case and r.get("final"):
                return r.get("status", "not-run")
        return None

    def texts(self, case=None):
        """Of one case, with what is said of none; of all without a number."""
        kinds = ("step-result", "step-finished", "case-finished", "note",
                 "cause", "log", "process-exited",
                 "process-state")
        return [r[key] for r in self.records if r["type"] in kinds
                and (case is None or r.get("case", case) == case)
                for key in ("text", "body") if r.get(key)]

    def report_faults(self):
        """The JUnit file must be XML and say what the journal says."""
        path = self.place.folder / "junit.xml"
        if not path.exists():
            return ["there is no JUnit file"]
        faults = []
        try:
            root = xml.etree.ElementTree.parse(path).getroot()
            faults += self.junit_faults(root)
        except xml.etree.ElementTree.ParseError as error:
            faults.append(f"JUnit is not well-formed: {error}")
        return faults + reports.faults(self.place.folder)

    def junit_faults(self, root):
        """Statuses in the plan's order, counts, and an element for each."""
        faults = []
        planned = [r["case"] for r in self.of_type("case-planned")]
        ended = {r["case"]: r.get("status", "not-run")
                 for r in self.of_type("case-finished") if r.get("final")}
        wanted = [ended.get(case, "not-run") for case in planned]
        found = root.findall(".//testcase")
        told = [case.get("status") for case in found]
        if told != wanted:
            faults.append(f"JUnit tells {told}, the journal {wanted}")
        for case in found:
            element = JUNIT_ELEMENTS.get(case.get("status"))
            inside = [child.tag for child in case
                      if child.tag in ("failure", "error", "skipped")]
            if inside not in ([element] if element else [], ["skipped"]):
                faults.append(f"JUnit: {case.get('status')} has {inside}")
        return faults

    def journal_faults(self):
        """The journal is whole: what docs/reports.md says of its lines."""
        faults = list(self.broken)
        kinds = [r["type"] for r in self.records]
        if not kinds or kinds[0] != "run-started" or \
                self.records[0].get("version") != 1:
            return faults + ["journal: it does not begin with run-started"]
        if kinds[-1] != "run-finished" or kinds.count("run-finished") != 1:
            faults.append("journal: it does not end with one run-finished")
        planned = [r["case"] for r in self.of_type("case-planned")]
        if len(planned) != self.records[0].get("total", 0):
            faults.append(f"journal: {len(planned)} cases are planned")
        begun, steps = {}, {}
        for r in self.records:
            case = (r.get("case"), r.get("attempt"))
            step = (*case, r.get("step"))
            if r["type"] == "case-started":
                begun[case] = True
            elif r["type"] == "case-finished" and not begun.pop(case, False):
                if r.get("status", "not-run") != "not-run":
                    faults.append(f"journal: case {case} ends unbegun")
            elif r["type"] == "step-started":
                steps[step] = True
            elif r["type"] == "step-finished":
                steps.pop(step, None)
            elif r["type"].startswith("step-") and case not in begun:
                faults.append(f"journal: {r['type']} outside of case {case}")
        faults += [f"journal: case {case} has no end" for case in begun]
        faults += [f"journal: step {step} has no end" for step in steps]
        lives = [{(r["case"], r["attempt"], r["process"], r["incarnation"])
                  for r in self.of_type(kind)}
                 for kind in ("process-ready", "process-exited")]
        faults += [f"journal: process {life} has no end"
                   for life in lives[0] - lives[1]]
        return faults

    def again_faults(self):
        """The journal gives the same reports once more."""
        if not self.place.journal_path():
            return []  # which others tell
        status, said, faults = reports.again(
            self.place.mprun, self.place.journal_path(), self.place.folder,
            self.place.environment())
        if status != self.status:
            faults.append(f"report: exit {status}: {said[:300]}")
        return faults

    def leftovers(self):
        """Processes and files that outlived the run."""
        faults = [f"still alive: {line}" for line in self.place.survivors()]
        faults += [f"left in TMPDIR: {path.name}"
                   for path in self.place.tmp.iterdir()]
        for record in self.of_type("run-started"):
            prefix = "mp" + record["id"].rpartition("-")[2]
            faults += [f"left: /dev/shm/{name}"
                       for name in os.listdir("/dev/shm") if prefix in name]
            faults += [f"left: {path}" for path in cgroups(record["id"])]
        return faults


def read_journal(path):
    records, broken = [], []
    if not path:
        return records, ["there is no journal"]
    data = path.read_bytes()
    lines = data.split(b"\n")
    for number, line in enumerate(lines[:-1], 1):
        try:
            records.append(json.loads(line.decode("utf-8")))
        except ValueError as error:
            broken.append(f"journal line {number}: {error}")
    if lines[-1]:
        broken.append("journal: the last line has no end")
    return records, broken


def scenario(steps, tags="", name="s"):
    """A scenario; a step without quotes is one of the process 'a'."""
    lines = [f"  {tags}"] if tags else []
    lines.append(f"  Scenario: {name}")
    for step in steps:
        if step.startswith("|"):
            lines.append("      " + step)
        else:
            said = re.search(r"'|^\d+ seconds|^wait|^(within \S+ )?it |"
                             r"all processes", step)
            lines.append("    * " + (step if said else
                                     f"the 'a' process {step}"))
    return "\n".join(lines) + "\n"


def popen(*args, **options):
    """subprocess.Popen for what is not mprun itself."""
    with _lock:
        child = subprocess.Popen(*args, **options)
        _started.add(child.pid)
    return child


def started(pid):
    """The child was started by other means, and is not an orphan."""
    with _lock:
        _started.add(pid)


class Report:
    """Collects faults; the exit status of a test."""

    def __init__(self):
        self.faults = 0
        self.done = 0
        self.skipped = []

    def skip(self, name, why):
        """A part that cannot be tried here: told, and not taken for done."""
        self.skipped.append(f"{name} ({why})")

    def check(self, name, faults, run=None, verbose=False):
        self.done += 1
        if not faults:
            if verbose:
                print(f"ok    {name}")
            return True
        self.faults += 1
        print(f"FAIL  {name}")
        for fault in faults:
            print(f"      {fault}")
        if run is not None:
            said = run if isinstance(run, str) else run.out + run.err
            for line in said.strip().splitlines()[-25:]:
                print(f"      | {line}")
        return False

    def finish(self, what):
        left = [describe(pid) for pid in adopted()]
        if left and not wait_until(lambda: not adopted(), 2 * MULTIPLIER):
            self.check("nothing outlives the test",
                       [describe(pid) for pid in adopted()])
            kill_all(adopted())
        print(f"{self.done - self.faults} of {self.done} {what} passed")
        if self.skipped:
            print("not tried: " + "; ".join(self.skipped))
        if self.faults:
            return 1
        return SKIP if self.skipped else 0
