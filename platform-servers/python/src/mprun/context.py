"""What a step is given as its first argument."""

import base64
import datetime
import os
import selectors
import threading
import time
import types

LEVELS = ("trace", "debug", "info", "warn", "error")
MAX_EXPORT_BYTES = 65536
_SELECTOR = getattr(selectors, "PollSelector", selectors.SelectSelector)


class StateError(AttributeError):
    """A step reads what no step of its process has set."""


class State(types.SimpleNamespace):
    """`ctx.state`: any attributes; one that was never set says what to do."""

    __slots__ = ("_mprun_process",)

    def __init__(self, process=None):
        super().__init__()
        self._mprun_process = process

    def __getattr__(self, name):
        if name.startswith("__") or self._mprun_process is None:
            raise AttributeError(name)
        raise StateError(self._mprun_process.why_unset(name))


class ExportError(KeyError):
    """A step asks for what a process has not exported."""

    def __str__(self):
        return self.args[0]  # a KeyError would quote it


class Process:
    """What lasts from one step of a process to the next."""

    def __init__(self, environment=os.environ):
        self.state = State(self)
        self.request = {}  # params of the last one
        self.cleanups = []
        self.initialize_params = {}
        self._environment = environment

    def setting(self, member, variable):
        """A value of `initialize.run`, else of the environment, else None."""
        run = self.initialize_params.get("run")
        value = run.get(member) if isinstance(run, dict) else None
        return value if value else self._environment.get(variable) or None

    def why_unset(self, name):
        """What a step is told that reads this name of the state."""
        context = self.request.get("context")
        exports = context.get("exports") if isinstance(context, dict) else None
        told = [process for process, values in (exports or {}).items()
                if isinstance(values, dict) and name in values]
        return (f"no step of the {self.request.get('process')!r} process has"
                f" set ctx.state.{name}, and each process has a state of its"
                " own. " + (
                    f"The {told[0]!r} process has exported it:"
                    f" ctx.exports({told[0]!r}, {name!r})" if told else
                    f"A process hands a value on with ctx.export({name!r},"
                    f" value); others read it with ctx.exports(process,"
                    f" {name!r})"))

    def enter(self, run):
        """The values of `run` are those of another case now."""
        if isinstance(run, dict):
            own = self.initialize_params.get("run")
            self.initialize_params = {
                **self.initialize_params,
                "run": {**(own if isinstance(own, dict) else {}), **run}}

    def limit(self, member, default):
        limits = self.initialize_params.get("limits")
        value = limits.get(member) if isinstance(limits, dict) else None
        return value if isinstance(value, int) and value >= 0 else default


class Context:
    """One for each step and each hook. `state` is shared by all of them in the
    process. In a hook `status` is what the case or the run has come to so far
    (after a step: what the step has come to), and `step` and `step_type` are
    None but in hooks of a step.

    A process that is kept for another case has a new one there.
    """

    def __init__(self, process, gate, send_log, params):
        context = params.get("context")
        self._context = context if isinstance(context, dict) else {}
        self._process = process
        process.request = params
        self._gate = gate
        self._send_log = send_log
        self._started = time.monotonic()
        self.process = params.get("process")
        self.step = params.get("step")
        self.step_type = params.get("stepType")
        self.status = params.get("status")
        self.state = process.state
        self.data = {}
        self.logs = []
        self.attachments = []
        self.exported = {}

    # Where things belong

    @property
    def shared_dir(self):
        """The folder that all processes of the case share."""
        return self._required("sharedDir", "MPRUN_SHARED_DIR")

    @property
    def ipc_prefix(self):
        """The prefix of every system-wide name that the case makes."""
        return self._required("ipcPrefix", "MPRUN_IPC_PREFIX")

    @property
    def artifact_dir(self):
        """The folder for files that the report should keep."""
        return self._required("artifactDir", "MPRUN_ARTIFACT_DIR")

    @property
    def seed(self):
        """The case's seed, as a string, or None."""
        value = self._process.setting("seed", "MPRUN_SEED")
        return None if value is None else str(value)

    @property
    def options(self):
        """The platform's options of the configuration."""
        return self._process.initialize_params.get("options") or {}

    @property
    def tags(self):
        return list(self._context.get("tags") or [])

    @property
    def scenario(self):
        """The request's `context` as it came."""
        return self._context

    def _required(self, member, variable):
        value = self._process.setting(member, variable)
        if value is None:
            raise RuntimeError(
                f"the runner gave no {member}: neither run.{member} of"
                f" initialize nor {variable}")
        return value

    # Reporting

    def log(self, message, level="info"):
        """Add a line to the step's log."""
        if level not in LEVELS:
            raise ValueError(
                f"unknown log level {level!r}; there are {', '.join(LEVELS)}")
        now = datetime.datetime.now(datetime.timezone.utc)
        entry = {
            "time": now.strftime("%Y-%m-%dT%H:%M:%S.")
            + f"{now.microsecond // 1000:03d}Z",
            "level": level, "message": str(message)}
        with self._gate:
            if self._send_log(entry):
                return
            if not self._process.initialize_params:
                # At the bare level a log line is a string.
                entry = f"[{level.upper()}] {entry['message']}"
            self.logs.append(entry)

    def attach(self, body, name="attachment", media_type=None):
        """Attach text or bytes to the step's report."""
        with self._gate:
            if isinstance(body, str):
                media_type = media_type or "text/plain"
                raw, entry = body.encode("utf-8", "replace"), {
                    "encoding": "identity", "body": body}
            else:
                media_type = media_type or "application/octet-stream"
                raw = bytes(body)
                entry = {"encoding": "base64",
                         "body": base64.b64encode(raw).decode("ascii")}
            if len(raw) > self._process.limit("maxInlineAttachmentBytes",
                                              1024 * 1024):
                entry = {"path": self._save(name, raw)}
            self.attachments.append(
                {"name": str(name), "mediaType": media_type, **entry})

    def _save(self, name, raw):
        safe = "".join(letter if letter.isalnum() or letter in "._-" else "_"
                       for letter in str(name)).lstrip(".") or "attachment"
        folder = self.artifact_dir
        os.makedirs(folder, exist_ok=True)
        for number in range(1, 1000000):
            path = safe if number == 1 else f"{number}-{safe}"
            try:
                with open(os.path.join(folder, path), "xb") as file:
                    file.write(raw)
                return path
            except FileExistsError:
                continue
        raise RuntimeError(f"no free name for {safe} in {folder}")

    def export(self, key, value):
        """Hand a value to the later steps of every process of the case."""
        with self._gate:
            exported = {**self.exported, str(key): str(value)}
            size = sum(len(k.encode("utf-8", "replace"))
                       + len(v.encode("utf-8", "replace"))
                       for k, v in exported.items())
            if len(exported) > 64 or size > MAX_EXPORT_BYTES:
                raise ValueError("a process may export 64 values, together"
                                 f" {MAX_EXPORT_BYTES} bytes")
            self.exported = exported

    def exports(self, process, key, *default):
        """The value that a process exported before this step.

        Raises a KeyError if there is none and no default is given.
        """
        everything = self._context.get("exports")
        values = everything.get(process) if isinstance(
            everything, dict) else None
        if isinstance(values, dict) and key in values:
            return values[key]
        if default:
            return default[0]
        raise ExportError(
            f"the {process!r} process has exported no {key!r} so far: a step of"
            f" it has to call ctx.export({key!r}, value) before this one")

    # Clean-up

    def defer(self, function, *arguments):
        """Call the function when the process ends, last added first.

        It is called at shutdown, at the end of stdin and at SIGTERM: once.
        A process that is kept for another case calls it at the end of its own.
        """
        self._process.cleanups.append((function, arguments))

    # Waiting

    @property
    def cancelled(self):
        """True if the runner wants the step to end."""
        return self._gate.requested.is_set()

    def checkpoint(self):
        """Raise Cancelled if the runner wants the step to end."""
        self._gate.check()

    def remaining(self):
        """Seconds until the runner's timeout, or None if it gave none."""
        budget = self._context.get("timeoutMs")
        if not isinstance(budget, (int, float)) or budget <= 0:
            return None
        return max(0.0, budget / 1000 - (time.monotonic() - self._started))

    def sleep(self, seconds):
        """Wait; a cancel ends it."""
        self._gate.requested.wait(seconds)
        self.checkpoint()

    def wait_readable(self, file, timeout=None):
        """Wait until file (or descriptor) can be read; False at timeout."""
        return self._wait(file, selectors.EVENT_READ, timeout)

    def wait_writable(self, file, timeout=None):
        """Wait until file (or descriptor) can be written."""
        return self._wait(file, selectors.EVENT_WRITE, timeout)

    def _wait(self, file, event, timeout):
        self.checkpoint()
        with _SELECTOR() as selector:
            selector.register(file, event)
            ready = bool(selector.select(timeout))
        self.checkpoint()
        return ready


def run_cleanups(process):
    """Run and forget the clean-ups, last first; return what went wrong."""
    problems = []
    while process.cleanups:
        function, arguments = process.cleanups.pop()
        try:
            function(*arguments)
        except Exception as error:
            name = getattr(function, "__name__", repr(function))
            problems.append(f"{name}: {type(error).__name__}: {error}")
    process.state = State(process)
    return problems


def other_threads():
    """Threads that a step left behind and that would keep the program."""
    return [thread.name for thread in threading.enumerate()
            if thread is not threading.main_thread() and not thread.daemon]
