"""Running one step or one hook and shaping its result."""

import inspect
import os
import sys
import time

from mprun import argument, failure
from mprun.context import Context
from mprun.outcome import Cancelled, Pending, Skipped

FORKED_EXIT = 70  # of a child that came back out of its step


def execute(params, registry, process, gate, send_log):
    """Run the step that params ask for; return the result to answer."""
    started = time.monotonic()
    text = params["step"]
    ctx = Context(process, gate, send_log, params)
    matches, trouble = _find(registry, text)
    if trouble is not None:
        result = _failed(ctx, trouble)
    elif not matches:
        result = _undefined(registry, params)
    elif len(matches) > 1:
        result = _ambiguous(matches)
    else:
        match = matches[0]
        result = _call(ctx, match.definition, gate, lambda: (
            match.values() + argument.parse(params.get("argument"))))
    return _finished(ctx, result, started)


def execute_hook(params, hook, process, gate, send_log):
    """Run a hook that was listed; return the result to answer."""
    started = time.monotonic()
    ctx = Context(process, gate, send_log, params)
    return _finished(ctx, _call(ctx, hook, gate, list), started)


def _finished(ctx, result, started):
    result.setdefault("logs", ctx.logs)
    result["durationMs"] = round((time.monotonic() - started) * 1000, 3)
    return result


def _find(registry, text):
    try:
        return registry.find(text), None
    except Exception as error:
        return [], error


def _undefined(registry, params):
    result = {"success": False, "status": "undefined",
              "failure": {"message":
                          f"no step definition matches: {params['step']}"}}
    try:
        code = registry.snippet(params["step"], params.get("stepType"),
                                params.get("argument"))
        result["snippets"] = [{"language": "python", "code": code}]
    except Exception:
        # A snippet is a courtesy: a text that defeats the generator is
        # still plainly undefined.
        pass
    return result


def _ambiguous(matches):
    found = [{"id": match.definition.id,
              "pattern": match.definition.source,
              "location": match.definition.location.as_json()}
             for match in matches]
    places = "".join(f"\n  {entry['pattern']}  # {match.definition.location}"
                     for entry, match in zip(found, matches))
    return {"success": False, "status": "ambiguous", "matches": found,
            "failure": {"message": "several step definitions match:" + places}}


def _call(ctx, definition, gate, make_values):
    """Call the function of a step or a hook; what it raises becomes a result.
    """
    try:
        values = make_values()
        _check_signature(definition, values)
        server = os.getpid()
        try:
            gate.arm()
            returned = _finish(definition.function(ctx, *values))
            if isinstance(returned, dict):
                ctx.data = {**ctx.data, **returned}
        finally:
            if os.getpid() != server:
                _end_child(definition)
            gate.disarm()
    except Pending as error:
        return _with_reports(ctx, {"success": False, "status": "pending",
                                   "reason": str(error)})
    except Skipped as error:
        return _with_reports(ctx, {"success": False, "status": "skipped",
                                   "reason": str(error)})
    except Cancelled as error:
        return _cancelled(ctx, definition, error)
    except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        return _failed(ctx, error)
    return _with_reports(ctx, {"success": True, "status": "passed"})


def _end_child(definition):
    """A child that the step forked and that came back out of it would be a
    second server on the same pipes. One that exits does so."""
    error = sys.exc_info()[1]
    code = FORKED_EXIT
    if isinstance(error, SystemExit):
        code = error.code if isinstance(error.code, int) else bool(error.code)
    else:
        print(f"mprun: a child of the step at {definition.location} came back "
              "from it and is ended; end it in the step, with os._exit",
              file=sys.stderr)
    sys.stderr.flush()
    os._exit(code & 0xff)


def _finish(returned):
    """Run what an async step returned to its end; a generator is a mistake."""
    if inspect.iscoroutine(returned):
        import asyncio  # a quarter of the start-up, and few steps need it
        return asyncio.run(returned)
    if inspect.isgenerator(returned) or inspect.isasyncgen(returned):
        raise TypeError("the function is a generator (it holds a yield): its"
                        " body was not run")
    return returned


def _check_signature(definition, values):
    # They go in by position, so their number is all that counts.
    if len(values) in definition.counts:
        return
    try:
        signature = inspect.signature(definition.function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(None, *values)
        definition.counts.add(len(values))
    except TypeError:
        kinds = ", ".join(type(value).__name__ for value in values)
        what = (f"what the step gives after the context: ({kinds})" if kinds
                else "the context alone")
        name = getattr(definition.function, "__name__", "")
        raise TypeError(f"{definition.location}: the function"
                        f" {name}{signature} cannot take {what}") from None


def _cancelled(ctx, definition, error):
    reason = f": {error}" if error.args and error.args[0] else ""
    return _with_reports(ctx, {
        "success": False, "status": "failed",
        "failure": {"kind": "timeout", "type": "Cancelled",
                    "message": f"the step was cancelled{reason}",
                    "location": definition.location.as_json()}})


def _failed(ctx, error):
    return _with_reports(ctx, {"success": False, "status": "failed",
                               "failure": failure.describe(error)})


def _with_reports(ctx, result):
    result["data"] = ctx.data if isinstance(ctx.data, dict) else {
        "value": ctx.data}
    result["logs"] = ctx.logs
    if ctx.attachments:
        result["attachments"] = ctx.attachments
    if ctx.exported:
        result["exports"] = ctx.exported
    return result
