"""JSON that is always valid, whatever a step puts into it.

Python's own encoder writes NaN and lone surrogates, and gives up on objects
that it does not know. What leaves here is strict JSON in valid UTF-8 on one
line: a value that JSON cannot hold becomes the nearest string.
"""

import json
import math
import re

MAX_DEPTH = 32
MAX_EXACT_INTEGER = 2 ** 53
_NOT_FOR_JSON = re.compile("[\0\ud800-\udfff]")
# What it is given is a tree of its own kinds: there is nothing to check.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False,
                            check_circular=False, separators=(",", ":"))


def clean_text(text):
    """The text without lone surrogates and without U+0000."""
    if text.isascii() and "\0" not in text:
        return str.__str__(text)
    return _NOT_FOR_JSON.sub("\ufffd", text)


def clean(value, depth=0):
    """The value as something that strict JSON can hold."""
    if isinstance(value, str):
        return clean_text(value)
    if value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        value = int(value)
        exact = -MAX_EXACT_INTEGER <= value <= MAX_EXACT_INTEGER
        return value if exact else describe(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else describe(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    if depth >= MAX_DEPTH:
        return "..."
    if isinstance(value, dict):
        return {clean_text(key if type(key) is str else describe(key)):
                clean(item, depth + 1)
                for key, item in list(value.items())}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [clean(item, depth + 1) for item in value]
    return clean_text(describe(value))


def _is_clean(value, depth=0):
    """Whether clean() would give the same again; most often it would."""
    kind = type(value)
    if kind is str:
        return value.isascii() and "\0" not in value
    if kind is bool or value is None:
        return True
    if kind is int:
        return -MAX_EXACT_INTEGER <= value <= MAX_EXACT_INTEGER
    if kind is float:
        return math.isfinite(value)
    if depth >= MAX_DEPTH:
        return False
    if kind is list:
        return all([_is_clean(item, depth + 1) for item in value])
    if kind is not dict:
        return False
    for key, item in list(value.items()):
        if type(key) is not str or not _is_clean(key) or not _is_clean(
                item, depth + 1):
            return False
    return True


def describe(value):
    """str(value), even where a broken __str__ raises."""
    try:
        return str(value)
    except Exception as error:
        return f"<{type(value).__name__}: {type(error).__name__} in str()>"


def encode(message):
    """One message as one line of UTF-8, with its line feed."""
    text = _ENCODER.encode(message if _is_clean(message) else clean(message))
    return text.encode("utf-8") + b"\n"


def decode(line):
    """The message of one line; ValueError if it is not JSON."""
    try:
        return json.loads(line.decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
