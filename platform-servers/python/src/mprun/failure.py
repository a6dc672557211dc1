"""Turning what a step raised into the `failure` of its result."""

import ast
import difflib
import linecache
import os
import pprint
import traceback

from mprun import safejson
from mprun.registry import display_path

_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))
_PYTHON_FOLDER = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_hidden_folders = []
_MAX_VALUE = 20000
_WIDTH = 72


def hide(folder):
    """What lies below the folder is no code of the user's either."""
    _hidden_folders.append(os.path.join(folder, ""))


def describe(error):
    """The failure of an exception that left a step's function."""
    frames = _user_frames(error)
    assertion = isinstance(error, AssertionError)
    failure = {
        "kind": "assertion" if assertion else _kind(error),
        "message": _message(error, frames),
        "type": type(error).__name__,
        "stackTrace": _stack_trace(error, frames),
    }
    failure.update(_values(error, frames))
    if frames:
        place = _place(frames)
        failure["location"] = {"file": display_path(place.filename),
                               "line": place.lineno}
    return failure


def _kind(error):
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, MemoryError):
        return "resource"
    return "exception"


def _message(error, frames):
    text = safejson.describe(error).strip()
    if text and isinstance(error, AssertionError):
        return text
    if text:
        return f"{type(error).__name__}: {text}"
    if isinstance(error, AssertionError) and frames:
        line = linecache.getline(frames[-1].filename,
                                 frames[-1].lineno).strip()
        if line.startswith("assert"):
            return f"assertion failed: {line}"
    return type(error).__name__


def _user_frames(error):
    """The frames from the step's function on, without the library's.

    What calls it is the library and, for a step that is async or a parameter
    type, Python's own or the package of expressions.
    """
    frames = list(traceback.extract_tb(error.__traceback__))
    while frames and _is_own(frames[0].filename):
        frames.pop(0)
    while frames and _is_own(frames[-1].filename):
        frames.pop()
    first = next((number for number, frame in enumerate(frames)
                  if not _is_machinery(frame.filename)), 0)
    return frames[first:]


def _is_machinery(filename):
    path = os.path.abspath(filename)
    return _is_own(filename) or path.startswith(
        (_PYTHON_FOLDER, *_hidden_folders)) or (
        os.path.basename(os.path.dirname(path)) == "cucumber_expressions")


def _place(frames):
    """The innermost frame that is not Python's own library."""
    for frame in reversed(frames):
        if not os.path.abspath(frame.filename).startswith(
                (_PYTHON_FOLDER, *_hidden_folders)):
            return frame
    return frames[-1]


def _is_own(filename):
    return os.path.dirname(os.path.abspath(filename)) == _OWN_FOLDER


def _stack_trace(error, frames):
    lines = ["Traceback (most recent call last):\n"] if frames else []
    lines += traceback.format_list(frames)
    lines += traceback.format_exception_only(type(error), error)
    cause = error.__cause__ or (
        None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        lines.append(f"Caused by {type(cause).__name__}: "
                     f"{safejson.describe(cause)}\n")
    return "".join(lines).rstrip("\n")


def _values(error, frames):
    """expected, actual and diff, where they can be told."""
    pair = _carried_values(error)
    if pair is None and isinstance(error, AssertionError) and frames:
        pair = _compared_values(error, frames[-1])
    if pair is None:
        return {}
    expected, actual = (_shown(value) for value in pair)
    values = {"expected": expected, "actual": actual}
    if "\n" in expected or "\n" in actual:
        values["diff"] = "\n".join(difflib.unified_diff(
            expected.splitlines(), actual.splitlines(),
            "expected", "actual", lineterm=""))
    return values


def _carried_values(error):
    expected = getattr(error, "expected", None)
    actual = getattr(error, "actual", None)
    if expected is None and actual is None:
        return None
    return expected, actual


def _shown(value):
    text = value if isinstance(value, str) else repr(value)
    if len(text) > _WIDTH and isinstance(value, (dict, list, set, tuple)):
        # On many lines, so that a difference can be seen.
        text = pprint.pformat(value, width=_WIDTH)
    return text if len(text) <= _MAX_VALUE else text[:_MAX_VALUE] + "..."


def _compared_values(error, frame):
    """Both sides of the `assert a == b` that failed; b is the expected one.

    Only sides made of names, attributes, constants and indices are looked
    at: nothing is called a second time.
    """
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    if trace.tb_frame.f_code.co_filename != frame.filename:
        return None
    compare = _find_compare(frame)
    if compare is None:
        return None
    try:
        return tuple(_evaluate(side, trace.tb_frame) for side in
                     (compare.comparators[0], compare.left))
    except Exception:
        return None


def _find_compare(frame):
    source = "".join(linecache.getlines(frame.filename))
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    for node in ast.walk(tree):
        if (isinstance(node, ast.Assert)
                and node.lineno <= frame.lineno <= node.end_lineno
                and isinstance(node.test, ast.Compare)
                and len(node.test.ops) == 1
                and isinstance(node.test.ops[0], ast.Eq)):
            return node.test
    return None


_HARMLESS = (ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Tuple,
             ast.List, ast.UnaryOp, ast.USub, ast.Load, ast.Dict)


def _evaluate(node, frame):
    if not all(isinstance(part, _HARMLESS) for part in ast.walk(node)):
        raise ValueError("a call must not be repeated")
    code = compile(ast.Expression(node), "<assertion>", "eval")
    return eval(code, frame.f_globals, frame.f_locals)
