"""A folder with a config and features, and the runs of mprun in it."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time

# What the run around us was told by its user is not for the run inside. All
# else that a server gets stays: mprun promises not to read it.
OPTION_VARIABLES = ("MPRUN_CONFIG", "MPRUN_PROFILE", "MPRUN_SHARD_INDEX",
                    "MPRUN_SHARD_TOTAL", "NO_COLOR", "FORCE_COLOR")
MARK = "ACTORS_OF"
ACTOR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "actor.py")
GRACE_S = 5.0
# At the end of the process all clean-ups share half of timeouts.stop.
END_GRACE_S = 1.0


class Project:
    """Lies in the case's shared folder and is removed at its end."""

    def __init__(self, ctx):
        self.mprun = os.path.abspath(ctx.options["mprun"])
        self.folder = os.path.join(ctx.shared_dir, "project")
        self.tmp = os.path.join(ctx.shared_dir, "t")
        self.run = None
        self.run_ids = set()
        os.mkdir(self.tmp)
        os.mkdir(self.folder)
        os.symlink(ACTOR, self.path("actor.py"))
        ctx.defer(shutil.rmtree, self.tmp)
        ctx.defer(shutil.rmtree, self.folder)
        ctx.defer(self.must_leave_nothing)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text + "\n")

    def read_lines(self, name):
        try:
            with open(self.path(name), encoding="utf-8") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    # Running

    def play(self, ctx, command_line, number=None, event=None):
        """Run mprun to its end; with a signal number, send it once a process
        has written the event into its diary."""
        shutil.rmtree(self.path(".mprun"), ignore_errors=True)
        for name in ("diary", "report.json"):
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))
        child = subprocess.Popen(
            self.words(command_line), cwd=self.folder,
            env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            if number is not None:
                self.wait_for_diary(ctx, child, event)
                child.send_signal(number)
            out, err = child.communicate()
        except BaseException:
            self.end(child)
            raise
        self.run = Run(self, child.returncode, out, err)
        self.run_ids |= {record["id"] for record in self.run.records
                         if record["type"] == "run-started"}
        ctx.log(f"{command_line}: exit status {child.returncode}")
        for line in (self.run.out + self.run.err).splitlines():
            ctx.log(line, "debug")
        return self.run

    def words(self, command_line):
        words = shlex.split(command_line)
        if words[0] != "mprun":
            raise ValueError(f"no call of mprun: {command_line}")
        if len(words) == 1 or words[1] not in ("plan", "lint"):
            words[1:1] = ["run", "--format", "json:report.json"]
        return [self.mprun, *words[1:]]

    def environment(self):
        kept = {name: value for name, value in os.environ.items()
                if name not in OPTION_VARIABLES}
        # The Python that plays this step plays the actors too.
        path = os.path.dirname(sys.executable) + ":" + kept.get("PATH", "")
        return {**kept, MARK: self.folder, "TMPDIR": self.tmp, "PATH": path}

    def wait_for_diary(self, ctx, child, event):
        while not any(line.endswith("\t" + event)
                      for line in self.read_lines("diary")):
            if child.poll() is not None:
                raise AssertionError(f"mprun ended, nobody wrote {event!r}")
            ctx.sleep(0.01)

    def end(self, child):
        child.terminate()
        try:
            child.communicate(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()

    # What is left

    def must_leave_nothing(self):
        left = self.left_behind(END_GRACE_S)
        assert not left, "left behind: " + ", ".join(left)

    def left_behind(self, grace_s=GRACE_S):
        """Processes that are dying, and the clean-up after a run that was
        killed, get a moment."""
        end = time.monotonic() + grace_s
        while self.left_now() and time.monotonic() < end:
            time.sleep(0.01)
        return self.left_now()

    def left_now(self):
        prefixes = tuple("mp" + run_id.rpartition("-")[2]
                         for run_id in self.run_ids)
        objects = [name for name in os.listdir("/dev/shm")
                   if prefixes and name.startswith(prefixes)]
        return self.processes() + objects + os.listdir(self.tmp)

    def processes(self):
        mark = f"{MARK}={self.folder}".encode()
        return [f"process {pid}" for pid in os.listdir("/proc")
                if pid.isdigit() and int(pid) != os.getpid()
                and mark in proc_file(pid, "environ").split(b"\0")
                and proc_file(pid, "stat").rpartition(b") ")[2][:1]
                not in b"ZX"]


def proc_file(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read()
    except OSError:
        return b""


class Run:
    """What a run of mprun said, reported and did."""

    def __init__(self, project, status, out, err):
        self.status = 128 - status if status < 0 else status
        self.out = out.decode("utf-8", "replace")
        self.err = err.decode("utf-8", "replace")
        self.cases = self._read_cases(project)
        self.records = [json.loads(line) for line in project.read_lines(
            ".mprun/runs/latest/journal.ndjson")]
        self.diary = [line.split("\t") for line in
                      project.read_lines("diary")]

    @staticmethod
    def _read_cases(project):
        """The cases of the JSON report, in the order of the plan."""
        text = "\n".join(project.read_lines("report.json"))
        return json.loads(text)["cases"] if text else []

    def of_type(self, kind):
        return [record for record in self.records if record["type"] == kind]

    def steps(self):
        """The steps of all cases: (text with keyword, status)."""
        statuses = {(r["case"], r["step"]): r.get("status", "not-run")
                    for r in self.of_type("step-finished")}
        texts = {(r["case"], r["step"]): r["keyword"] + r["text"]
                 for r in self.of_type("step-planned")}
        return [(text, statuses.get(key, "not-run"))
                for key, text in texts.items()]

    def texts(self):
        """Messages, notes and causes."""
        return [record["text"] for record in self.records if "text" in record
                and record["type"] in ("step-result", "note", "cause",
                                       "case-finished")]

    def started(self):
        """Rows of process, platform and incarnation."""
        return [{"process": process, "platform": platform,
                 "incarnation": event.rpartition(" ")[2]}
                for process, platform, event in self.diary
                if event.startswith("starts as ")]

    def heard(self):
        """(processes, step) in order; what several processes heard at the
        same time is one entry."""
        heard = []
        for process, _, event in self.diary:
            if event.startswith("starts as ") or event == "shuts down":
                continue
            if heard and heard[-1][1] == event and (
                    process not in heard[-1][0]):
                heard[-1][0].append(process)
            else:
                heard.append(([process], event))
        return [(", ".join(sorted(names)), event) for names, event in heard]
