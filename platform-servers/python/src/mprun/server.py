"""The protocol: requests in, answers out.

The main thread reads requests and answers them one after the other, so steps
run in the main thread, where they may use signals. While a step runs the
watcher reads in its place (see watch): requests go into a queue, a cancel acts
at once. The end of stdin ends the server in every state.
"""

import collections
import faulthandler
import os
import platform
import signal
import sys
import threading
import time

import mprun
from mprun import catalog, safejson
from mprun.argument import BadArgument, parse
from mprun.cancel import CancelGate
from mprun.channel import MAX_MESSAGE_BYTES
from mprun.context import Process, run_cleanups
from mprun.execute import execute, execute_hook
from mprun.outcome import Terminated
from mprun.watch import Watcher

PROTOCOL_VERSION = 1
END_GRACE_S = 1.0
LAST_GRACE_S = 4.0  # less than the runner waits

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
UNSUPPORTED_VERSION = 1002
CANCELLED = 1003
SHUTTING_DOWN = 1005
WRONG_PROCESS = 1006
MESSAGE_TOO_LARGE = 1007

_END_REASON = "the runner has closed stdin"


class RpcError(Exception):
    """Becomes the `error` member of an answer."""

    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.code = code
        self.data = data

    def as_json(self):
        error = {"code": self.code, "message": str(self)}
        if self.data is not None:
            error["data"] = self.data
        return error


class Server:
    """One connection to the runner; create, then serve()."""

    def __init__(self, registry, channel):
        self._registry = registry
        self._channel = channel
        self._process = Process()
        self._gate = CancelGate()
        self._requests = collections.deque()
        self._watcher = Watcher(channel.read_fd, self._hear, self._hurry)
        self._lock = threading.RLock()
        self._current = None
        self._current_id = None
        self._cancelled = {}
        self._queued = []
        self._initialized = False
        self._closing = False
        self._live_logs = False
        self._ended = None  # when the input ended
        self._ending = False
        self._methods = {
            "initialize": self._initialize,
            "health": self._health,
            "ping": self._health,
            "executeStep": self._execute_step,
            "executeHook": self._execute_hook,
            "matchSteps": self._match_steps,
            "listStepDefinitions": self._list_step_definitions,
            "scenarioStarted": self._scenario_started,
            "scenarioFinished": self._scenario_finished,
            "shutdown": self._shutdown,
        }

    def serve(self):
        """Answer requests until stdin ends; the exit status."""
        self._gate.install()
        signal.signal(signal.SIGTERM, _terminator(os.getpid()))
        self._watcher.start()
        try:
            self._answer_all()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        except BrokenPipeError:
            pass
        except (Terminated, KeyboardInterrupt):
            _end_within(END_GRACE_S)
            self._clean_up()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)
        _end_within(LAST_GRACE_S)
        self._clean_up()
        return 0

    def _clean_up(self):
        for problem in run_cleanups(self._process):
            print(f"mprun: clean-up failed: {problem}", file=sys.stderr)

    # What comes: in the main thread, or in the watcher's while a step runs

    def _hear(self):
        """Take what comes next; once the input has ended, the time left."""
        try:
            lines = self._channel.read()
        except OSError as error:
            print(f"mprun: reading requests: {error}", file=sys.stderr)
            lines = None
        if lines is None:
            self._ended = self._ended or time.monotonic()
            return max(0.0, self._ended + END_GRACE_S - time.monotonic())
        for line in lines:
            self._take_line(line)
        return None

    def _take_line(self, line):
        if line is None:
            self._requests.append(RpcError(
                MESSAGE_TOO_LARGE,
                f"the message is longer than {MAX_MESSAGE_BYTES} bytes"))
            return
        try:
            message = safejson.decode(line)
        except ValueError as error:
            self._requests.append(RpcError(PARSE_ERROR, f"no JSON: {error}"))
            return
        if _is_cancel(message):
            self._cancel(message.get("params"))
            return
        with self._lock:
            if isinstance(message, dict) and "id" in message:
                self._queued.append(_key(message["id"]))
        self._requests.append(message)

    def _cancel(self, params):
        if not isinstance(params, dict) or "id" not in params:
            return
        key = _key(params["id"])
        reason = safejson.describe(params.get("reason") or "cancelled")
        with self._lock:
            if self._current == key:
                self._gate.cancel(reason)
            elif key in self._queued:
                self._cancelled[key] = reason

    def _hurry(self):
        """The input has ended: what was asked is still answered, soon."""
        if self._ending:
            _end_within(END_GRACE_S / 2)
            os.kill(os.getpid(), signal.SIGTERM)
            return None
        with self._lock:
            self._ending = True
            if self._current is not None:
                self._gate.cancel(_END_REASON)
        return END_GRACE_S

    # Main thread

    def _answer_all(self):
        while True:
            while self._requests:
                message = self._requests.popleft()
                if isinstance(message, RpcError):
                    self._send_error(None, message)
                else:
                    self._answer(message)
            if self._ended is not None:
                return
            self._hear()

    def _answer(self, message):
        request_id = message.get("id") if isinstance(message, dict) else None
        key = _key(request_id)
        try:
            with self._lock:
                if key in self._queued:
                    self._queued.remove(key)
            method, params = _check_envelope(message)
            if "id" not in message:
                return
            result = self._run(request_id, method, params)
        except RpcError as error:
            self._send_error(request_id, error)
        else:
            self._send(request_id, {"result": result})

    def _run(self, request_id, method, params):
        key = _key(request_id)
        with self._lock:
            reason = self._cancelled.pop(key, None)
            if self._ending:
                reason = _END_REASON
            self._current = key
            self._current_id = request_id
        if reason is not None:
            raise RpcError(CANCELLED, f"cancelled: {reason}")
        if method not in self._methods:
            raise RpcError(METHOD_NOT_FOUND, f"unknown method: {method}")
        if self._closing:
            raise RpcError(SHUTTING_DOWN, "the server is shutting down")
        self._watcher.begin()
        try:
            return self._methods[method](params)
        except (RpcError, Terminated, KeyboardInterrupt, BrokenPipeError):
            raise
        except Exception as error:
            raise RpcError(INTERNAL_ERROR, (
                f"{method}: {type(error).__name__}:"
                f" {safejson.describe(error)}")) from error
        finally:
            self._watcher.end()

    def _send_error(self, request_id, error):
        self._send(request_id, {"error": error.as_json()})

    def _send(self, request_id, outcome):
        # After its answer nothing may speak of the request any more.
        with self._lock:
            self._current = None
            self._gate.reset()
            self._channel.write({"jsonrpc": "2.0", "id": request_id,
                                 **outcome})

    def _send_log(self, entry):
        """Send a log line now; False if the runner takes none."""
        with self._lock:
            running = self._current is not None
            if not self._live_logs:
                return not running
            self._channel.write({
                "jsonrpc": "2.0", "method": "log",
                "params": {"id": self._current_id if running else None,
                           **entry}})
            return True

    # Methods

    def _initialize(self, params):
        if self._initialized:
            raise RpcError(INVALID_REQUEST, "initialize was called before")
        versions = params.get("protocolVersions")
        if not isinstance(versions, list):
            raise RpcError(INVALID_PARAMS,
                           "params.protocolVersions must be an array")
        if not any(version == PROTOCOL_VERSION and version is not True
                   for version in versions):
            raise RpcError(UNSUPPORTED_VERSION, "Unsupported protocol version",
                           {"supported": [PROTOCOL_VERSION],
                            "requested": versions})
        self._refuse_broken_steps()
        self._initialized = True
        self._process.initialize_params = params
        capabilities = params.get("capabilities")
        self._live_logs = isinstance(capabilities, dict) and (
            capabilities.get("log") is True)
        return _introduction(bool(self._registry.hooks))

    def _refuse_broken_steps(self):
        problems = self._registry.problems
        if problems:
            raise RpcError(
                INTERNAL_ERROR, problem_text(problems),
                {"errors": [problem.as_json() for problem in problems]})

    def _health(self, _params):
        if self._registry.problems:
            return {"status": "error",
                    "message": problem_text(self._registry.problems)}
        return {"status": "ok"}

    def _execute_step(self, params):
        self._refuse_broken_steps()
        _check_step_params(params)
        self._check_process(params["process"])
        return execute(params, self._registry, self._process, self._gate,
                       self._send_log)

    def _execute_hook(self, params):
        self._refuse_broken_steps()
        wanted = params.get("hook")
        hook = next((hook for hook in self._registry.hooks
                     if hook.id == wanted), None)
        if hook is None:
            raise RpcError(INVALID_PARAMS,
                           f"there is no hook {safejson.describe(wanted)}")
        _check_members(params, ("process", "status", "step", "stepType"))
        self._check_process(params["process"])
        return execute_hook(params, hook, self._process, self._gate,
                            self._send_log)

    def _check_process(self, name):
        own = self._process.initialize_params.get("process")
        if not isinstance(own, dict) or not isinstance(own.get("name"), str):
            return
        if name is not None and name not in (own["name"], own.get("group")):
            raise RpcError(WRONG_PROCESS, (
                f"this is the process {own['name']!r}, not {name!r}"))

    def _match_steps(self, params):
        self._refuse_broken_steps()
        steps = params.get("steps")
        if not isinstance(steps, list) or not all(
                isinstance(entry, dict) and isinstance(entry.get("step"), str)
                for entry in steps):
            raise RpcError(INVALID_PARAMS,
                           "params.steps must be an array of {step: string}")
        return catalog.match_steps(self._registry, steps)

    def _list_step_definitions(self, _params):
        self._refuse_broken_steps()
        return catalog.list_definitions(self._registry)

    def _scenario_started(self, params):
        result = self._release()
        self._process.enter(params.get("run"))
        return result

    def _scenario_finished(self, _params):
        return self._release()

    def _shutdown(self, _params):
        self._closing = True
        return self._release()

    def _release(self):
        """The end of what the steps of a case hold."""
        count = len(self._process.cleanups)
        problems = run_cleanups(self._process)
        result = {"success": not problems,
                  "logs": [f"[INFO] {count} clean-ups done"] if count else []}
        if problems:
            result["status"] = "failed"
            result["failure"] = {"kind": "resource",
                                 "message": "; ".join(problems)}
        return result


def problem_text(problems):
    """All problems of the step files, one a line."""
    if len(problems) == 1:
        return str(problems[0])
    lines = [str(problem) for problem in problems]
    return "\n".join([f"{len(lines)} errors in the step files:"] + lines)


def _introduction(hooks):
    # A server without hooks is not asked for them.
    return {
        "protocolVersion": PROTOCOL_VERSION,
        "server": {"name": "mprun-server-python",
                   "version": mprun.__version__, "pid": os.getpid(),
                   "language": "python",
                   "languageVersion": platform.python_version(),
                   "sdk": f"mprun-py {mprun.__version__}"},
        "capabilities": {"matchSteps": True, "listStepDefinitions": True,
                         "snippets": True, "scenarios": True, "hooks": hooks,
                         "cancel": True, "log": True},
        "limits": {"maxMessageBytes": MAX_MESSAGE_BYTES},
    }


def _check_envelope(message):
    """The method and the params object of a request."""
    if isinstance(message, list):
        raise RpcError(INVALID_REQUEST, "batches are not supported")
    if not isinstance(message, dict) or not isinstance(
            message.get("method"), str):
        raise RpcError(INVALID_REQUEST, "a request has a method")
    params = message.get("params")
    if params is None:
        params = {}
    if not isinstance(params, dict) and "id" in message:
        raise RpcError(INVALID_PARAMS, "params must be an object")
    return message["method"], params


def _check_step_params(params):
    if not isinstance(params.get("step"), str):
        raise RpcError(INVALID_PARAMS, "params.step must be a string")
    _check_members(params, ("process", "stepType"))
    try:
        parse(params.get("argument"))
    except BadArgument as error:
        raise RpcError(INVALID_PARAMS, str(error)) from None


def _check_members(params, texts):
    """That these texts and the context can be used, where they are there."""
    for member in texts:
        if not isinstance(params.setdefault(member, None), (str, type(None))):
            raise RpcError(INVALID_PARAMS,
                           f"params.{member} must be a string")
    if not isinstance(params.get("context"), (dict, type(None))):
        raise RpcError(INVALID_PARAMS, "params.context must be an object")


def _is_cancel(message):
    return (isinstance(message, dict) and "id" not in message
            and message.get("method") == "$/cancelRequest")


def _key(request_id):
    """A request id as something to compare by type and value."""
    kind = type(request_id)
    if kind is int or kind is str:
        return (kind.__name__, request_id)
    return (kind.__name__, safejson.encode(request_id))


def _terminator(server):
    """The handler of SIGTERM in the process `server` and its forks."""
    def terminate(_number, _frame):
        if os.getpid() == server:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            _end_within(END_GRACE_S)
        raise Terminated()
    return terminate


def _end_within(time_s):
    """End the process then, and tell where it hung, unless it ends before.

    A step that swallows what is raised, a library that is deaf to signals, a
    clean-up that waits for ever: none of them may keep the process.
    """
    faulthandler.dump_traceback_later(time_s, exit=True, file=2)
