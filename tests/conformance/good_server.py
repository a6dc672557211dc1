#!/usr/bin/env python3
"""A platform server of level 1, made to be spoilt: bad_server.py overrides one
method of it for each way to be wrong. By itself it passes all checks.

Python's standard library alone, so that it starts quickly.
"""
import base64
import json
import os
import subprocess
import sys
import threading

PAIRS = {"{string}": r'"((?:[^"\\]|\\.)*)"', "{int}": r"(\d+)",
         "{word}": r"(\w+)"}


class StepFailed(Exception):
    pass


class RpcError(Exception):
    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.code, self.data = code, data


class Server:
    """One connection; serve() returns the exit status."""

    capabilities = {"matchSteps": True, "listStepDefinitions": True,
                    "scenarios": True, "cancel": True, "log": True}
    limits = {}

    def __init__(self):
        self.channel = os.dup(1)
        self.protect()
        self.state = {}
        self.run = {}
        self.greeted = self.closing = False
        self.lock = threading.Condition()
        self.queue = []
        self.current = None
        self.cancelled = set()
        self.steps = [(text, getattr(self, "step_" + name))
                      for text, name in STEPS]

    def protect(self):
        os.dup2(2, 1)

    # -- bytes out

    def encode(self, message):
        return (json.dumps(message, ensure_ascii=False, allow_nan=False,
                           separators=(",", ":")) + "\n").encode(
                               "utf-8", "replace")

    def write(self, data):
        while data:
            data = data[os.write(self.channel, data):]

    def send(self, message):
        self.write(self.encode({"jsonrpc": "2.0", **message}))

    def answer(self, request_id, outcome):
        self.send({"id": request_id, **outcome})

    def log(self, text, level="info"):
        self.send({"method": "log", "params": {
            "id": self.current, "time": "2024-01-01T10:00:00.130Z",
            "level": level, "message": text}})

    # -- bytes in

    def chunks(self):
        while True:
            data = os.read(0, 65536)
            if not data:
                return
            yield data

    def lines(self):
        parts = []
        for chunk in self.chunks():
            *whole, rest = chunk.split(b"\n")
            for part in whole:
                yield b"".join(parts) + part
                parts = []
            parts.append(rest)

    def take_line(self, line):
        """A request goes into the queue; what is none is dealt with here."""
        if line.endswith(b"\r"):
            line = line[:-1]
        if not line:
            return
        if self.too_long(line):
            self.put({"error": {"code": 1007, "message": "too long"}})
            return
        try:
            message = self.parse(line)
        except ValueError:
            self.bad_line(line)
            return
        if message.get("method") == "$/cancelRequest":
            self.cancel(message.get("params") or {})
        elif "id" in message:
            self.put(message)
        else:
            self.notified(message)

    def too_long(self, line):
        return len(line) > self.limits.get("maxMessageBytes", 1 << 62)

    def parse(self, line):
        return json.loads(line)

    def bad_line(self, _line):
        self.put({"error": {"code": -32700, "message": "no JSON"}})

    def notified(self, message):
        pass

    def put(self, message):
        with self.lock:
            self.queue.append(message)
            self.lock.notify_all()

    def cancel(self, params):
        with self.lock:
            key = params.get("id")
            if key == self.current or any(message.get("id") == key
                                          for message in self.queue):
                self.cancelled.add(key)
                self.lock.notify_all()

    # -- the loop

    def serve(self):
        threading.Thread(target=self.answer_all, daemon=True).start()
        for line in self.lines():
            self.take_line(line)
        self.put(None)
        with self.lock:
            self.lock.wait_for(lambda: not self.queue, 1)
        return self.at_end()

    def at_end(self):
        return 0

    def answer_all(self):
        try:
            while True:
                with self.lock:
                    self.lock.wait_for(lambda: self.queue)
                    message = self.queue[0]
                    self.current = message.get("id") if message else None
                if message is None:
                    break
                self.take(message)
                with self.lock:
                    self.queue.pop(0)
                    self.current = None
        except BrokenPipeError:
            self.on_broken_pipe()
        with self.lock:
            self.queue.clear()
            self.lock.notify_all()

    def on_broken_pipe(self):
        os._exit(0)

    def take(self, message):
        if "method" not in message and "error" in message:
            self.answer(None, message)
            return
        try:
            outcome = {"result": self.dispatch(message)}
        except RpcError as error:
            outcome = {"error": {"code": error.code, "message": str(error)}}
            if error.data:
                outcome["error"]["data"] = error.data
        self.answer(message["id"], outcome)

    def dispatch(self, message):
        name = message.get("method")
        method = getattr(self, "on_" + str(name), None)
        if not method:
            return self.unknown_method(message)
        if self.closing:
            return self.refuse_closed(message)
        params = message.get("params", {})
        if not isinstance(params, dict):
            raise RpcError(-32602, "params must be an object")
        return method(params)

    def unknown_method(self, _message):
        raise RpcError(-32601, "unknown method")

    def refuse_closed(self, _message):
        raise RpcError(1005, "shutting down")

    # -- methods

    def on_initialize(self, params):
        if 1 not in params["protocolVersions"]:
            raise RpcError(1002, "Unsupported protocol version",
                           {"supported": [1]})
        self.greeted = True
        self.run = params.get("run", {})
        return {"protocolVersion": 1, "capabilities": self.capabilities,
                "server": {"name": "good", "language": "python"},
                "limits": self.limits}

    def on_health(self, _params):
        return {"status": "ok"}

    def on_executeStep(self, params):
        text = params.get("step")
        if not isinstance(text, str):
            raise RpcError(-32602, "step must be a string")
        return self.judge(self.execute(text, params))

    def judge(self, result):
        """A last look at each result of a step."""
        return result

    def execute(self, text, params):
        found = self.find(text)
        if not found:
            return self.undefined(text)
        if len(found) > 1:
            return {"success": False, "status": "ambiguous", "logs": [],
                    "matches": []}
        result = {"success": True, "logs": []}
        try:
            found[0][0](result, params, *found[0][1])
        except StepFailed as failure:
            self.fail(result, "assertion", str(failure))
        except Exception as error:  # whatever the step throws
            self.threw(result, error)
        return result

    def threw(self, result, error):
        self.fail(result, "exception", str(error))

    def fail(self, result, kind, message):
        result.update(success=False, status="failed",
                      failure={"kind": kind, "message": message})

    def undefined(self, _text):
        return {"success": False, "status": "undefined", "logs": []}

    def find(self, text):
        import re
        found = []
        for pattern, function in self.steps:
            match = re.fullmatch(pattern_of(pattern), text, re.DOTALL)
            if match:
                found.append((function, [unescape(group)
                                         for group in match.groups()]))
        return found

    def on_matchSteps(self, params):
        return {"results": [self.match(entry["step"])
                            for entry in params["steps"]]}

    def match(self, text):
        import re
        matches = []
        for number, (pattern, _function) in enumerate(self.steps):
            match = re.fullmatch(pattern_of(pattern), text, re.DOTALL)
            if match:
                matches.append({"id": self.match_id(number), "args": [
                    self.argument(match, index + 1)
                    for index in range(len(match.groups()))]})
        return {"matches": matches}

    def match_id(self, number):
        return f"s{number}"

    def argument(self, match, index):
        return {"value": match[index], "start": match.start(index),
                "end": match.end(index)}

    def on_listStepDefinitions(self, _params):
        return {"stepDefinitions": [
            {"id": f"s{number}", "pattern": {"type": "cucumberExpression",
                                             "source": pattern}}
            for number, (pattern, _function) in enumerate(self.steps)]}

    def on_scenarioStarted(self, params):
        self.state.clear()
        self.run = params.get("run", {})
        return {"success": True}

    def on_scenarioFinished(self, _params):
        self.state.clear()
        return {"success": True}

    def on_shutdown(self, _params):
        self.closing = True
        return {"success": True}

    # -- steps

    def step_passes(self, result, _params):
        result["data"] = {"fixture": "passes"}

    def step_fails(self, _result, _params):
        raise StepFailed("it fails on purpose")

    def step_throws(self, _result, _params):
        raise ValueError("it throws on purpose")

    def step_pending(self, result, _params):
        result.update(success=False, status="pending", reason="not yet")

    def step_skips(self, result, _params):
        result.update(success=False, status="skipped", reason="cannot")

    def step_sleeps(self, result, _params, milliseconds):
        with self.lock:
            key = self.current
            cancelled = self.lock.wait_for(lambda: key in self.cancelled,
                                           int(milliseconds) / 1000)
        if cancelled:
            self.fail(result, "timeout", "cancelled")

    def step_echoes(self, result, _params, text):
        result["data"] = {"value": text}

    def step_echoes_argument(self, result, params):
        argument = params.get("argument") or {}
        data = result["data"] = {}
        if "dataTable" in argument:
            data["dataTable"] = argument["dataTable"]["rows"]
        if "docString" in argument:
            data.update(argument["docString"])

    def step_prints(self, _result, _params, text):
        os.write(1, text.encode() + b"\n")

    def step_spawns(self, _result, _params, text):
        subprocess.run(["echo", text], check=True)

    def step_logs_bytes(self, result, _params, count):
        result["logs"] = ["x" * int(count)]

    def step_logs(self, _result, _params, text, level):
        self.log(text, level)

    def step_attaches(self, result, _params, count):
        body = base64.b64encode(bytes(int(count))).decode()
        result["attachments"] = [{
            "name": "fixture.bin", "mediaType": "application/octet-stream",
            "encoding": "base64", "body": body}]

    def step_unicode(self, result, _params):
        result["data"] = {"text": "\u2028 \u2029 \u0085 \U0001f69a \" ' \\"}

    def step_remembers(self, _result, _params, text):
        self.state["text"] = text

    def step_recalls(self, _result, _params, text):
        if self.state.get("text") != text:
            raise StepFailed("it is not remembered")

    def step_exports(self, result, _params, value, key):
        result["exports"] = {key: value}

    def step_ambiguous(self, _result, _params):
        pass


STEPS = [
    ("mprun: passes", "passes"),
    ("mprun: fails", "fails"),
    ("mprun: throws", "throws"),
    ("mprun: is pending", "pending"),
    ("mprun: skips", "skips"),
    ("mprun: sleeps {int} ms", "sleeps"),
    ("mprun: echoes {string}", "echoes"),
    ("mprun: echoes the argument", "echoes_argument"),
    ("mprun: prints {string} to stdout", "prints"),
    ("mprun: spawns a child that prints {string}", "spawns"),
    ("mprun: logs {int} bytes", "logs_bytes"),
    ("mprun: logs {string} as {word}", "logs"),
    ("mprun: attaches {int} bytes", "attaches"),
    ("mprun: returns unicode", "unicode"),
    ("mprun: remembers {string}", "remembers"),
    ("mprun: recalls {string}", "recalls"),
    ("mprun: exports {string} as {string}", "exports"),
    ("mprun: is ambiguous", "ambiguous"),
    ("mprun: is ambiguous", "ambiguous"),
]


def pattern_of(text):
    for place, pattern in PAIRS.items():
        text = text.replace(place, pattern)
    return text


def unescape(text):
    return text.replace('\\"', '"')


if __name__ == "__main__":
    sys.exit(Server().serve())
