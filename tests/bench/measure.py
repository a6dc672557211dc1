"""What tests/bench/run is made of: inputs, programs, and the table.

A Bench knows the build, makes feature files and a configuration below a work
folder, and runs mprun, its floor (runner-bench) and the peers in turns. Wall
times are in seconds, processor times with all descendants that were waited
for, memory is the largest process's peak in KiB.
"""
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
PEERS = {"cucumber-js": "@cucumber/cucumber@12.9.0", "behave": "behave==1.2.6"}


class Missing(Exception):
    """This machine lacks what the row needs; the text says what."""


class Run:
    """One run: wall and cpu in seconds, peak in KiB."""

    def __init__(self, line):
        wall, cpu, peak, self.status = (float(x) for x in line.split())
        self.wall, self.cpu, self.peak = wall / 1e6, cpu / 1e6, peak


@contextlib.contextmanager
def pinned(cpus):
    """Everything that is started inside runs on these processors only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def scenario_text(number, steps):
    lines = [f"  Scenario: scenario {number}",
             f"    Given a counter at {number}"]
    lines += ["    When I add 2"] * max(0, steps - 2)
    if steps > 1:
        lines.append(f"    Then the counter is {number + 2 * (steps - 2)}")
    return "\n".join(lines) + "\n"


def silent_text(number, steps):
    """Steps that no server gets: mprun answers them itself."""
    step = "    Then the 'writer' process should not be running\n"
    return f"  Scenario: scenario {number}\n" + step * steps


def failing_text(number, steps):
    return scenario_text(number, 1) + "    Then the counter is -1\n" * steps


def burning_text(number, steps):
    return (f"  Scenario: scenario {number}\n"
            + "    When I burn 2000 us\n" * steps)


class Bench:
    def __init__(self, build, work):
        self.build = build.resolve()
        self.work = work.resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.mprun = self.build / "mprun"
        self.helper = self.build / "tests/bench/runner-bench"
        self.peers = self.work / "peers"
        shm = pathlib.Path("/dev/shm")
        self.tmpfs = os.access(shm, os.W_OK)
        self.scratch = tempfile.TemporaryDirectory(
            prefix="mpbench-", dir=shm if self.tmpfs else None)
        self.folder = pathlib.Path(self.scratch.name)
        self.cpus = sorted(os.sched_getaffinity(0))
        self.one_server = False
        self.write_config()

    # --- what is played ---

    def packages(self, language):
        name = f"MPRUN_{language.upper()}_PACKAGES"
        return os.environ.get(name, str(SOURCE / "build" / language))

    def command(self, platform):
        servers = SOURCE / "platform-servers"
        if platform == "c":
            return [str(self.build / "platform-servers/c/mprun-server-c"),
                    "--steps", str(self.build / "tests/bench/bench_steps.so")]
        if platform == "python":
            return [sys.executable, str(servers / "python/server.py"),
                    "--packages", self.packages("python"),
                    "--steps", str(HERE / "steps/bench_steps.py")]
        return [os.path.realpath(shutil.which("node") or "node"),
                str(servers / "node/server.js"),
                "--packages", self.packages("node"),
                "--steps", str(HERE / "steps/bench_steps.mjs")]

    def need(self, platform):
        if platform == "c":
            return
        if platform == "node" and not shutil.which("node"):
            raise Missing("no node here")
        if not pathlib.Path(self.packages(platform)).is_dir():
            raise Missing(f"no packages for the {platform} server "
                          "(./build.sh demo installs them)")

    def config(self, isolation):
        platforms = {}
        for name in ("c", "python", "node"):
            platforms[name] = {"command": self.command(name), "protocol": 1}
            if isolation:
                platforms[name]["isolation"] = isolation
            platforms[f"late-{name}"] = {**platforms[name], "prestart": False}
            recording = ["sh", "-c", 'tee "$0" | exec "$@"',
                         str(self.folder / f"{name}.requests")]
            platforms[f"record-{name}"] = {
                "command": recording + self.command(name), "protocol": 1}
        return {"version": 1, "platforms": platforms}

    def write_config(self):
        """Two files: a process for each case; one for the whole run."""
        for isolation in (None, "run"):
            path = self.folder / f"{isolation or 'scenario'}.json"
            path.write_text(json.dumps(self.config(isolation)))
        feature = self.features(1, 1)
        asked = subprocess.run(
            [self.mprun, "--list", "-c", self.folder / "run.json", feature],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.one_server = asked.returncode == 0

    def features(self, scenarios, steps, text=scenario_text):
        """A folder of that many scenarios, 100 a file."""
        folder = self.folder / f"{text.__name__}-{scenarios}-{steps}"
        if folder.is_dir():
            return folder
        folder.mkdir()
        for first in range(0, scenarios, 100):
            body = "\n".join(text(i, steps) for i in range(
                first, min(first + 100, scenarios)))
            (folder / f"f{first // 100:05d}.feature").write_text(
                f"Feature: file {first // 100}\n\n{body}")
        return folder

    # --- running ---

    def watch(self, command, count=1, cwd=None, status=0):
        env = dict(os.environ, TMPDIR=str(self.folder))
        env.pop("MPRUN_CONFIG", None)
        done = subprocess.run(
            [self.helper, "watch", str(count), *map(str, command)],
            stdout=subprocess.PIPE, check=True, text=True, env=env, cwd=cwd)
        runs = [Run(line) for line in done.stdout.splitlines()]
        odd = [run.status for run in runs if run.status != status]
        if odd:
            raise RuntimeError(f"{command[0]} ended with {odd[0]:.0f}")
        return runs if count > 1 else runs[0]

    def mprun_command(self, features, platform, *options, isolation=None):
        isolation = isolation or ("run" if self.one_server else "scenario")
        return [self.mprun, "--color", "never",
                "-c", self.folder / f"{isolation}.json",
                "--artifacts", self.folder / "runs", "--platform", platform,
                *options, features]

    def play(self, features, platform, *options, isolation=None, count=1):
        """Runs mprun and removes what it wrote."""
        command = self.mprun_command(features, platform, *options,
                                     isolation=isolation)
        result = self.watch(command, count)
        shutil.rmtree(self.folder / "runs", ignore_errors=True)
        return result

    def case_ms(self, features, *further):
        """Milliseconds of a case of features, which are played first; then
        one fails, and the further ones are planned but not played."""
        failing = self.features(1, 1, failing_text)
        command = self.mprun_command(features, "c", "-j", "1", "--fail-fast",
                                     isolation="scenario")
        self.watch([*command, failing, *further], status=1)
        journal = next((self.folder / "runs").glob("2*/journal.ndjson"))
        records = map(json.loads, journal.read_text().splitlines())
        times = [r["duration_ms"] for r in records
                 if r["type"] == "case-finished"
                 and r.get("status") == "passed"]
        shutil.rmtree(self.folder / "runs", ignore_errors=True)
        return statistics.median(times)

    def recording(self, platform, steps=100):
        """The lines that mprun sends in a run: what the floor speaks."""
        path = self.folder / f"{platform}.requests"
        if not path.is_file():
            self.play(self.features(1, steps), f"record-{platform}", "-j", "1",
                      isolation="scenario")
            lines = path.read_text().splitlines(keepends=True)
            wanted = ('"method":"initialize"', '"method":"executeStep"')
            path.write_text("".join(
                line for line in lines if any(w in line for w in wanted)))
        return path

    def trips(self, count, platform, together=1):
        """(wall, cpu) microseconds of a line that a server answers, with so
        many lines in a write."""
        out = subprocess.run(
            [self.helper, "trips", str(count), str(together),
             self.recording(platform),
             *self.command(platform)],
            stdout=subprocess.PIPE, check=True, text=True).stdout
        return tuple(float(x) for x in out.split())

    def starts(self, count, slots, platform):
        """Seconds for that many starts, up to the answer to initialize."""
        out = subprocess.run(
            [self.helper, "starts", str(count), str(slots),
             self.recording(platform), *self.command(platform)],
            stdout=subprocess.PIPE, check=True, text=True).stdout
        return float(out) / 1e3

    def burn(self, milliseconds, slots):
        """Seconds in which the machine gives so much processor time."""
        out = subprocess.run(
            [self.helper, "burn", str(milliseconds), str(slots)],
            stdout=subprocess.PIPE, check=True, text=True).stdout
        return float(out) / 1e3

    # --- peers ---

    def install_peers(self):
        """Into the work folder, from the public registries."""
        self.peers.mkdir(parents=True, exist_ok=True)
        subprocess.check_call(["npm", "install", "--no-audit", "--no-fund",
                               "--prefix", self.peers, PEERS["cucumber-js"]])
        subprocess.check_call([sys.executable, "-m", "pip", "install",
                               "--quiet", "--target", self.peers / "python",
                               PEERS["behave"]])

    def peer_command(self, peer, features):
        """The command with the least output that the peer has."""
        if peer == "behave":
            if not (self.peers / "python/behave").is_dir():
                raise Missing("behave is not installed (--install-peers)")
            shutil.copytree(HERE / "peers/steps", features / "steps",
                            dirs_exist_ok=True)
            return ["env", f"PYTHONPATH={self.peers / 'python'}",
                    sys.executable, "-m", "behave", "-f", "null",
                    features]
        program = self.peers / "node_modules/@cucumber/cucumber"
        if not program.is_dir():
            raise Missing("cucumber-js is not installed (--install-peers)")
        steps = self.peers / "bench_steps.cjs"
        shutil.copy(HERE / "peers/steps/bench_steps.cjs", steps)
        return ["node", program / "bin/cucumber.js", "--format", "summary",
                "--require", steps, f"{features}/*.feature"]

    def peer(self, peer, features):
        return self.watch(self.peer_command(peer, features), cwd=self.peers)


def pairs(rounds, first, second):
    """Both in turns: the results of each."""
    found = [(first(), second()) for _ in range(rounds)]
    return [a for a, _ in found], [b for _, b in found]


def ratio(above, below):
    """The median of the ratios of each turn."""
    return statistics.median(a / b for a, b in zip(above, below))


median = statistics.median


class Table:
    """The rows as they come; at_most and at_least are bars."""

    def __init__(self, judge):
        self.rows, self.missed, self.judge = [], 0, judge

    def head(self, title):
        print(f"\n{title}")

    def row(self, name, value, unit="x", at_most=None, at_least=None,
            remark=""):
        bar, verdict = "", ""
        if at_most is not None:
            bar = f"<= {at_most:g}"
            verdict = "ok" if value <= at_most else "MISSED"
        elif at_least is not None:
            bar = f">= {at_least:g}"
            verdict = "ok" if value >= at_least else "MISSED"
        if not self.judge:
            verdict = ""
        self.missed += verdict == "MISSED"
        self.rows.append({"name": name, "value": value, "unit": unit,
                          "bar": bar, "verdict": verdict, "remark": remark})
        print(f"  {name:42} {value:10.2f} {unit:4} {bar:8} {verdict:7}"
              f"{remark}".rstrip(), flush=True)

    def skip(self, name, why):
        self.rows.append({"name": name, "skipped": str(why)})
        print(f"  {name:42} {'-':>10}      {why}", flush=True)
