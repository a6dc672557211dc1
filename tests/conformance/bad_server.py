#!/usr/bin/env python3
"""One bad server for each check of `mprun conformance`: the good server with
one method spoilt.

    bad_server.py MODE | --list

A mode is the number of the check that has to fail, and a word where there are
several ways: 9-nan. run.py plays them all.
"""
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from good_server import RpcError, Server, StepFailed

MODES = {}


def mode(name):
    def add(kind):
        MODES[name] = kind
        return kind
    return add


def result_of(message):
    return message.get("result") or {}


def is_passing(message):
    """The answer to `mprun: passes`."""
    data = result_of(message).get("data")
    return isinstance(data, dict) and data.get("fixture") == "passes"


def hang():
    while True:
        time.sleep(60)


# -- 1 to 20: transport


@mode("1")
class Pretty(Server):
    def encode(self, message):
        return json.dumps(message, indent=1).encode() + b"\n"


@mode("1-blank")
class BlankLines(Server):
    def encode(self, message):
        return super().encode(message) + b"\n"


@mode("2")
class Banner(Server):
    def serve(self):
        self.write(b"bad server, ready\n")
        return super().serve()


@mode("2-prefix")
class PrintsBetween(Server):
    def on_health(self, params):
        self.write(b"asked for health... ")
        return super().on_health(params)


@mode("3")
class ByteOrderMark(Server):
    first = True

    def encode(self, message):
        mark = b"\xef\xbb\xbf" if self.first else b""
        self.first = False
        return mark + super().encode(message)


@mode("4")
class CarriageReturns(Server):
    def encode(self, message):
        return super().encode(message)[:-1] + b"\r\n"


@mode("5")
class Unasked(Server):
    def answer(self, request_id, outcome):
        super().answer(request_id, outcome)
        if "protocolVersion" in result_of(outcome):
            self.send({"method": "ready"})


@mode("5-request")
class AsksBack(Server):
    def answer(self, request_id, outcome):
        super().answer(request_id, outcome)
        if "protocolVersion" in result_of(outcome):
            self.send({"id": "s1", "method": "whoAreYou"})


@mode("6")
class StaysOn(Server):
    def at_end(self):
        return hang()


@mode("6-status")
class EndsWithStatus(Server):
    def at_end(self):
        return 3


@mode("7")
class WaitsForFirst(Server):
    asked = False

    def take_line(self, line):
        self.asked = True
        super().take_line(line)

    def at_end(self):
        return 0 if self.asked else hang()


@mode("7-pipe")
class MindsNoBrokenPipe(Server):
    def on_broken_pipe(self):
        hang()

    def serve(self):
        for_end = super().serve()
        with self.lock:
            return for_end if not self.queue else hang()

    def write(self, data):
        try:
            super().write(data)
        except BrokenPipeError:
            with self.lock:
                hang()


@mode("8")
class DoesNotFlush(Server):
    kept = b""

    def write(self, data):
        self.kept += data

    def at_end(self):
        os.write(self.channel, self.kept)
        return 0


@mode("8-silent")
class Silent(Server):
    def answer(self, request_id, outcome):
        pass


class Writes(Server):
    """Its answer to `mprun: returns unicode` has this in it."""
    raw = b""

    def encode(self, message):
        data = super().encode(message)
        text = (result_of(message).get("data") or {}).get("text", "")
        if "\u2028" in text:
            data = data.replace(b'"text"', b'"odd":' + self.raw + b',"text"')
        return data


for _word, _raw in (("nan", b"NaN"), ("comma", b"[1,]"), ("byte", b'"\xff"'),
                    ("surrogate", b'"\\ud800"'), ("nul", b'"\\u0000"'),
                    ("control", b'"\t"')):
    MODES[f"9-{_word}"] = type(_word, (Writes,), {"raw": _raw})


@mode("10")
class Twice(Server):
    def encode(self, message):
        data = super().encode(message)
        return data.replace(b'"logs":[]', b'"logs":[],"logs":[]')


@mode("11")
class SplitsLines(Server):
    def lines(self):
        for line in super().lines():
            for part in line.decode("utf-8", "replace").splitlines() or [""]:
                yield part.encode()


@mode("12")
class NoEscapes(Server):
    def parse(self, line):
        if b"echoes {string}"[:6] in line:
            line = line.replace(b"\\u00e9", b"\\\\u00e9")
        return super().parse(line)


@mode("12-raw")
class NoUtf8(Server):
    def parse(self, line):
        if b"echoes \\\"" in line and b"\xe2\x80\xa8" not in line:
            line = line.decode("latin-1").encode()
        return super().parse(line)


def depth_of(line):
    depth = most = 0
    for byte in line:
        depth += (byte in b"[{") - (byte in b"]}")
        most = max(most, depth)
    return most


@mode("13")
class Deep(Server):
    def step_passes(self, result, params):
        super().step_passes(result, params)
        deep = 1
        for _ in range(70):
            deep = [deep]
        result["data"]["deep"] = deep


@mode("13-params")
class Shallow(Server):
    def parse(self, line):
        message = super().parse(line)
        if depth_of(line) > 12:
            message["params"]["step"] = "too deep"
        return message


@mode("14")
class ShortLines(Server):
    def take_line(self, line):
        if len(line) > 65536:
            os._exit(1)
        super().take_line(line)


@mode("14-limit")
class Unlimited(Server):
    limits = {"maxMessageBytes": 100000}

    def too_long(self, line):
        return False


@mode("14-crash")
class CrashesAtLimit(Server):
    limits = {"maxMessageBytes": 100000}

    def too_long(self, line):
        if super().too_long(line):
            os._exit(1)
        return False


@mode("15")
class CutsLogs(Server):
    def step_logs_bytes(self, result, params, count):
        super().step_logs_bytes(result, params, min(int(count), 65536))


@mode("15-half")
class WritesHalf(Server):
    def write(self, data):
        os.write(self.channel, data[:200000])


@mode("16")
class WholeChunks(Server):
    """Takes what one read gives for whole lines."""

    def lines(self):
        rest = b""
        for chunk in self.chunks():
            small = not rest and len(chunk) < 4096
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if small and rest:
                yield rest
                rest = b""


@mode("16-two")
class FirstOfChunk(Server):
    """Forgets what comes behind the first line of a read."""

    def lines(self):
        rest = b""
        for chunk in self.chunks():
            rest += chunk
            if b"\n" in rest:
                yield rest.split(b"\n")[0]
                rest = b""


@mode("17")
class Prints(Server):
    def step_prints(self, result, params, text):
        self.write(text.encode() + b"\n")


@mode("17-child")
class ChildPrints(Server):
    def step_spawns(self, result, params, text):
        subprocess.run(["echo", text], check=True, stdout=self.channel)


@mode("18")
class KeepsErrors(Server):
    printed = 0

    def step_prints(self, result, params, text):
        super().step_prints(result, params, text)
        self.printed += len(text)
        if self.printed > 1 << 19:
            os._exit(1)


@mode("19")
class MindsReturns(Server):
    def take_line(self, line):
        if line.endswith(b"\r"):
            self.bad_line(line)
        else:
            super().take_line(line)


@mode("20")
class MindsBlanks(Server):
    def take_line(self, line):
        if not line:
            self.bad_line(line)
        else:
            super().take_line(line)


@mode("20-dies")
class DiesOfBlanks(Server):
    def take_line(self, line):
        if not line:
            os._exit(1)
        super().take_line(line)


# -- 21 to 30: envelope


@mode("21")
class NumbersOnly(Server):
    def answer(self, request_id, outcome):
        number = request_id if isinstance(request_id, int) else None
        super().answer(number, outcome)


@mode("21-text")
class TextIds(Server):
    def answer(self, request_id, outcome):
        super().answer(None if request_id is None else str(request_id),
                       outcome)


@mode("21-float")
class FloatIds(Server):
    def answer(self, request_id, outcome):
        if isinstance(request_id, int):
            request_id = float(request_id)
        super().answer(request_id, outcome)


@mode("22")
class AnswersTwice(Server):
    def answer(self, request_id, outcome):
        super().answer(request_id, outcome)
        if result_of(outcome).get("status") == "ok":
            super().answer(request_id, outcome)


@mode("22-other")
class AnswersMore(Server):
    def answer(self, request_id, outcome):
        super().answer(request_id, outcome)
        if result_of(outcome).get("status") == "ok":
            super().answer(987654, outcome)


@mode("22-late")
class AnswersAgainLate(Server):
    """The second answer comes a moment before the one to the next request."""
    limits = {"maxMessageBytes": 100000}
    last = None

    def answer(self, request_id, outcome):
        if self.last:
            super().answer(*self.last)
            time.sleep(0.01)
        self.last = None
        super().answer(request_id, outcome)
        if result_of(outcome).get("status") == "ok":
            self.last = (request_id, outcome)


@mode("23")
class AnswersNotifications(Server):
    def notified(self, message):
        self.answer(None, {"result": {"status": "ok"}})


@mode("23-unknown")
class RefusesNotifications(Server):
    def notified(self, message):
        if "x-" in message["method"]:
            self.put({"error": {"code": -32601, "message": "unknown"}})


@mode("24")
class NoVersion(Server):
    def encode(self, message):
        message.pop("jsonrpc")
        return super().encode(message)


@mode("24-both")
class Both(Server):
    def answer(self, request_id, outcome):
        super().answer(request_id, {"error": None, **outcome})


@mode("25")
class SilentUnknown(Server):
    def take(self, message):
        if hasattr(self, f"on_{message.get('method')}"):
            super().take(message)


@mode("25-result")
class AgreesToAll(Server):
    def unknown_method(self, message):
        return {"success": False}


@mode("26")
class DiesOfBadLines(Server):
    def bad_line(self, line):
        os._exit(1)


@mode("26-code")
class OtherCode(Server):
    def bad_line(self, line):
        self.put({"error": {"code": -32603, "message": "oops"}})


@mode("27")
class DiesOfParams(Server):
    def dispatch(self, message):
        if message.get("params") == []:
            os._exit(1)
        return super().dispatch(message)


@mode("27-passes")
class NeedsNoStep(Server):
    def on_executeStep(self, params):
        if "step" not in params:
            return {"success": True, "logs": []}
        return super().on_executeStep(params)


@mode("27-code")
class OtherParamsCode(Server):
    def on_executeStep(self, params):
        if not isinstance(params.get("step"), str):
            raise RpcError(-32000, "oops")
        return super().on_executeStep(params)


@mode("28")
class KnowsAllParams(Server):
    def on_executeStep(self, params):
        if "x-b" in params:
            raise RpcError(-32602, "what is x-b?")
        return super().on_executeStep(params)


@mode("28-context")
class KnowsAllContext(Server):
    def on_executeStep(self, params):
        for name in params.get("context") or {}:
            if name.startswith("x-"):
                return {"success": False, "logs": [], "failure": {
                    "message": f"what is {name}?"}}
        return super().on_executeStep(params)


@mode("29")
class NoMessage(Server):
    def answer(self, request_id, outcome):
        if "error" in outcome:
            outcome["error"].pop("message")
        super().answer(request_id, outcome)


@mode("29-code")
class TextCode(Server):
    def answer(self, request_id, outcome):
        if outcome.get("error", {}).get("code") == -32601:
            outcome["error"]["code"] = "-32601"
        super().answer(request_id, outcome)


@mode("30")
class OneOrder(Server):
    def parse(self, line):
        message = super().parse(line)
        if list(message)[0] != "jsonrpc":
            message["method"] = "nothing"
        return message


# -- 31 to 45, 57: steps


@mode("31")
class NeedsFullText(Server):
    def on_executeStep(self, params):
        if "passes" in str(params.get("step")) and "fullText" not in (
                params.get("context") or {}):
            return {"success": False, "logs": [],
                    "failure": {"message": "no fullText"}}
        return super().on_executeStep(params)


class Spoils(Server):
    """Has other members in the result of `mprun: passes`."""
    members = {}

    def step_passes(self, result, params):
        super().step_passes(result, params)
        result.update(self.members)


for _word, _members in (
        ("32", {"logs": "none"}), ("32-entry", {"logs": [1]}),
        ("32-data", {"data": "passes"}), ("35", {"status": "ok"}),
        ("35-contradicts", {"status": "failed",
                            "failure": {"message": "none"}}),
        ("40", {"durationMs": "12"}), ("40-negative", {"durationMs": -1}),
        ("40-time", {"logs": [{"message": "a", "time": "10:00"}]}),
        ("41-both", {"attachments": [{
            "name": "a", "mediaType": "text/plain", "body": "a",
            "path": "a"}]}),
        ("41-path", {"attachments": [{
            "name": "a", "mediaType": "text/plain", "path": "/etc/passwd"}]}),
        ("42", {"exports": {"port": 1}}),
        ("42-many", {"exports": {str(i): "" for i in range(65)}})):
    MODES[_word] = type(_word, (Spoils,), {"members": _members})


@mode("33")
class ThrowsErrors(Server):
    def threw(self, result, error):
        raise RpcError(-32603, str(error))


@mode("33-dies")
class DiesOfExceptions(Server):
    def threw(self, result, error):
        os._exit(1)


@mode("34")
class GivesNoReason(Server):
    def fail(self, result, kind, message):
        result.update(success=False, status="failed")


@mode("34-empty")
class EmptyReason(Server):
    def threw(self, result, error):
        self.fail(result, "exception", "")


@mode("36")
class PassesUnknown(Server):
    def undefined(self, text):
        return {"success": True, "logs": []}


@mode("36-failed")
class FailsUnknown(Server):
    def undefined(self, text):
        return {"success": False, "status": "failed", "logs": [],
                "failure": {"message": "no such step"}}


@mode("36-error")
class RefusesUnknown(Server):
    def undefined(self, text):
        raise RpcError(-32602, "no such step")


@mode("37")
class PendingForNothing(Server):
    def step_pending(self, result, params):
        result.update(success=False, status="pending")


@mode("37-skip")
class SkipsAsFailed(Server):
    def step_skips(self, result, params):
        raise StepFailed("cannot")


class Changes(Server):
    """Changes the argument on its way to the step."""

    def step_echoes_argument(self, result, params):
        super().step_echoes_argument(result, params)
        self.change(result["data"])


@mode("38")
class StripsCells(Changes):
    def change(self, data):
        data["dataTable"] = [[cell.strip(" \\") for cell in row]
                             for row in data.get("dataTable", [])]


@mode("38-text")
class StripsText(Changes):
    def change(self, data):
        if "docString" in self.__dict__ or "content" in data:
            data["content"] = data["content"].strip()


@mode("38-empty")
class NoEmptyText(Changes):
    def change(self, data):
        if data.get("content") == "":
            data.pop("content")


@mode("38-media")
class NoMediaType(Changes):
    def change(self, data):
        data.pop("mediaType", None)


@mode("39")
class NeedsTags(Server):
    def on_executeStep(self, params):
        context = params.get("context") or {}
        if "fullText" in context and "tags" not in context:
            raise RpcError(-32602, "no tags")
        return super().on_executeStep(params)


@mode("40-level")
class OtherLevels(Server):
    def log(self, text, level="info"):
        super().log(text, level.upper())


@mode("41")
class NotBase64(Server):
    def step_attaches(self, result, params, count):
        super().step_attaches(result, params, count)
        result["attachments"][0]["body"] += "*"


@mode("41-cut")
class CutsAttachments(Server):
    def step_attaches(self, result, params, count):
        super().step_attaches(result, params, int(count) // 2)


@mode("42-none")
class ExportsNothing(Server):
    def step_exports(self, result, params, value, key):
        pass


class InFile(Server):
    """Something that all processes of an examination share."""

    def path(self):
        return os.path.join(tempfile.gettempdir(),
                            f"bad-{os.environ['MPRUN_RUN_ID']}")


@mode("43")
class SharesState(InFile):
    def step_remembers(self, result, params, text):
        with open(self.path(), "a", encoding="utf-8") as file:
            file.write(text + "\n")

    def step_recalls(self, result, params, text):
        with open(self.path(), encoding="utf-8") as file:
            if text not in file.read().split("\n"):
                raise StepFailed("it is not remembered")


@mode("43-forgets")
class Forgets(Server):
    def step_remembers(self, result, params, text):
        pass


@mode("44")
class Locks(InFile):
    def serve(self):
        with open(self.path(), "w", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                print("the lock is taken", file=sys.stderr)
                return 1
            return super().serve()


@mode("45")
class WearsOut(Server):
    count = 0

    def step_passes(self, result, params):
        super().step_passes(result, params)
        self.count += 1
        if self.count > 800:
            raise StepFailed("worn out")


@mode("57")
class LogsLate(Server):
    def answer(self, request_id, outcome):
        super().answer(request_id, outcome)
        if is_passing(outcome) and self.greeted:
            self.log("too late")


@mode("57-twice")
class LogsTwice(Server):
    def step_logs(self, result, params, text, level):
        super().step_logs(result, params, text, level)
        result["logs"] = [text]


@mode("57-other")
class LogsForOthers(Server):
    def step_logs(self, result, params, text, level):
        self.send({"method": "log", "params": {"id": 123456,
                                               "message": text}})


# -- 46 to 60: lifecycle


@mode("46")
class TextVersion(Server):
    def on_initialize(self, params):
        return {**super().on_initialize(params), "protocolVersion": "1"}


@mode("47")
class TakesAnyVersion(Server):
    def on_initialize(self, params):
        version = params["protocolVersions"][0]
        return {**super().on_initialize({"protocolVersions": [1]}),
                "protocolVersion": version}


@mode("47-once")
class InitializesOnce(Server):
    tried = False

    def on_initialize(self, params):
        if self.tried:
            raise RpcError(-32600, "initialize was there before")
        self.tried = True
        return super().on_initialize(params)


@mode("47-data")
class SaysNoVersions(Server):
    def on_initialize(self, params):
        if params["protocolVersions"] == [99]:
            raise RpcError(1002, "Unsupported protocol version")
        return super().on_initialize(params)


@mode("48")
class NeedsGreeting(Server):
    def on_executeStep(self, params):
        if not self.greeted:
            raise RpcError(1001, "initialize first")
        return super().on_executeStep(params)


@mode("49")
class Promises(Server):
    capabilities = {**Server.capabilities, "hooks": True}


@mode("49-type")
class OddCapability(Server):
    capabilities = {**Server.capabilities, "x-odd": "yes"}


@mode("50")
class ForgetsAtHealth(Server):
    def on_health(self, params):
        self.state.clear()
        return super().on_health(params)


@mode("50-tired")
class TiredOfHealth(Server):
    count = 0

    def on_health(self, params):
        self.count += 1
        return {"status": "ok" if self.count < 8 else "tired"}


@mode("51")
class GoesOn(Server):
    def refuse_closed(self, message):
        return self.on_executeStep(message["params"])


@mode("51-file")
class LeavesFile(Server):
    def on_shutdown(self, params):
        with open(os.path.join(self.run["sharedDir"], "left"), "w",
                  encoding="utf-8"):
            return super().on_shutdown(params)


@mode("51-child")
class LeavesChild(Server):
    def on_shutdown(self, params):
        subprocess.Popen(["sleep", "60"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return super().on_shutdown(params)


@mode("51-status")
class EndsBadly(Server):
    def at_end(self):
        return 4 if self.closing else 0


@mode("52")
class IgnoresTerm(Server):
    def serve(self):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return super().serve()


@mode("53")
class KeepsState(Server):
    def on_scenarioStarted(self, params):
        return {"success": True}

    on_scenarioFinished = on_scenarioStarted


@mode("53-dies")
class DiesOfFinish(Server):
    open_case = False

    def on_scenarioStarted(self, params):
        self.open_case = True
        return super().on_scenarioStarted(params)

    def on_scenarioFinished(self, params):
        if self.greeted and params["scenarioId"].endswith("-3") and \
                not self.open_case:
            os._exit(1)
        self.open_case = False
        return super().on_scenarioFinished(params)


@mode("54")
class DoesNotCancel(Server):
    def cancel(self, params):
        pass


@mode("55")
class MindsLateCancels(Server):
    def cancel(self, params):
        with self.lock:
            known = any(message.get("id") == params.get("id")
                        for message in self.queue)
        if known:
            super().cancel(params)
        elif params.get("id") == "none":
            self.put({"error": {"code": -32602, "message": "who?"}})


@mode("56")
class LosesRaces(Server):
    """A short step that is cancelled while it runs has no answer."""

    def answer(self, request_id, outcome):
        failure = result_of(outcome).get("failure") or {}
        if failure.get("kind") == "timeout" and self.short:
            return
        super().answer(request_id, outcome)

    def step_sleeps(self, result, params, milliseconds):
        self.short = int(milliseconds) < 100
        super().step_sleeps(result, params, milliseconds)


@mode("58")
class RunsToMatch(Server):
    def match(self, text):
        self.execute(text, {})
        return super().match(text)


@mode("58-offsets")
class CountsUtf16(Server):
    def argument(self, match, index):
        def place(offset):
            return len(match.string[:offset].encode("utf-16-le")) // 2
        return {"value": match[index], "start": place(match.start(index)),
                "end": place(match.end(index))}


@mode("58-count")
class LeavesOut(Server):
    def on_matchSteps(self, params):
        found = super().on_matchSteps(params)["results"]
        return {"results": [entry for entry in found if entry["matches"]]}


@mode("58-first")
class FirstMatch(Server):
    def match(self, text):
        return {"matches": super().match(text)["matches"][:1]}


@mode("59")
class SameIds(Server):
    def on_listStepDefinitions(self, params):
        result = super().on_listStepDefinitions(params)
        result["stepDefinitions"][1]["id"] = "s0"
        return result


@mode("59-other")
class OtherIds(Server):
    def match_id(self, number):
        return f"m{number}"


@mode("60")
class LeavesCaseFile(Server):
    def on_scenarioFinished(self, params):
        folder = self.run.get("sharedDir")
        if folder and params["scenarioId"] != "none":
            with open(os.path.join(folder, "left"), "w", encoding="utf-8"):
                pass
        return super().on_scenarioFinished(params)


@mode("60-child")
class LeavesCaseChild(Server):
    def on_scenarioFinished(self, params):
        if params["scenarioId"].endswith("-3"):
            subprocess.Popen(["sleep", "60"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        return super().on_scenarioFinished(params)


def main():
    if sys.argv[1:] == ["--list"]:
        for name in sorted(MODES, key=lambda name: (
                int(re.match(r"\d+", name)[0]), name)):
            print(name)
        return 0
    return MODES[sys.argv[1]]().serve()


if __name__ == "__main__":
    sys.exit(main())
