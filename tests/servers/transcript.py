"""Golden transcripts: what is sent to a platform server and must come back.

A transcript is text, a line for each thing that happens:

    # a comment
    > {"jsonrpc":"2.0","id":1,"method":"health"}    sent as it stands, and LF
    >r {"...":1}                                    the same with CR LF
    < {"id":1,"result":{"status":"ok"}}             the next line that comes
    ! COMMAND

What comes must hold what `<` names; members that it does not name are free.
Arrays must have the same length. In place of a value may stand

    "~REGEX"                 a string in which the expression is found
    {"$absent": true}        the member must not be there
    {"$type": "string"}      any value of this type (number, object, ...)
    {"$length": 5}           a string or array of this length
    {"$begins": [..., ...]}  an array that begins with these
    {"$ends": [..., ...]}    an array that ends with these
    {"$oneOf": [..., ...]}   one of these

Commands: `! end` closes stdin; `! exit N` waits for the end of the process
and its status; `! gone` for its end, whatever its status; `! signal TERM`
sends a signal; `! silence` nothing more may be on its way (a health request
must be answered next); `! stderr REGEX` is looked for in all of stderr, after
the end. Every transcript ends with `! end` and `! exit 0` unless it says
otherwise.

Each line from the server is also checked by itself: strict JSON in UTF-8, one
object, LF and no CR, no BOM, no duplicate names, no U+0000 or lone surrogate,
"jsonrpc" is "2.0", and either result or error in an answer.
"""

import json
import re

TYPES = {"string": str, "object": dict, "array": list, "boolean": bool,
         "number": (int, float)}


class TranscriptError(Exception):
    """The transcript itself is wrong."""


class Line:
    """One line of a transcript: its kind (`>`, `>r`, `<`, `!`) and text."""

    def __init__(self, number, kind, text):
        self.number = number
        self.kind = kind
        self.text = text


def parse(source):
    """The lines of a transcript; the usual end is added if it is missing."""
    lines = []
    for number, text in enumerate(source.split("\n"), 1):
        if not text.strip() or text.startswith("#"):
            continue
        kind, _, rest = text.partition(" ")
        if kind not in (">", ">r", "<", "!"):
            raise TranscriptError(f"line {number}: begins with {kind!r}")
        if kind == "<":
            rest = json.loads(rest)
        lines.append(Line(number, kind, rest))
    if not any(line.kind == "!" and line.text.split()[0] in ("exit", "gone")
               for line in lines):
        last = lines[-1].number
        lines += [Line(last, "!", "end"), Line(last, "!", "exit 0")]
    return lines


def decode(raw):
    """A line from the server as an object; ValueError if it may not be so."""
    if not raw.endswith(b"\n"):
        raise ValueError("the line does not end in LF")
    if b"\r" in raw:
        raise ValueError("the line holds a CR")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise ValueError("the line begins with a byte order mark")
    message = json.loads(raw.decode("utf-8"), parse_constant=_no_constant,
                         object_pairs_hook=_no_duplicates)
    if not isinstance(message, dict):
        raise ValueError("the line is no object")
    _check_text(message)
    if message.get("jsonrpc") != "2.0":
        raise ValueError('"jsonrpc" is not "2.0"')
    if "method" not in message and ("result" in message) == (
            "error" in message):
        raise ValueError("an answer has either result or error")
    return message


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")


def _no_duplicates(pairs):
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"member {name!r} twice in an object")
    return dict(pairs)


def _check_text(value):
    if isinstance(value, str):
        if "\0" in value or re.search("[\ud800-\udfff]", value):
            raise ValueError("U+0000 or a lone surrogate in a string")
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check_text(item)
    elif isinstance(value, list):
        for item in value:
            _check_text(item)


def differences(expected, actual, path=""):
    """Where actual is not what expected asks for; empty if all is well."""
    if isinstance(expected, dict):
        special = next((name for name in expected if name[:1] == "$"), None)
        if special is not None:
            return _special(special, expected[special], actual, path)
        return _object(expected, actual, path)
    if isinstance(expected, list):
        return _array(expected, actual, path)
    if isinstance(expected, str) and expected.startswith("~"):
        if isinstance(actual, str) and re.search(expected[1:], actual):
            return []
        return [f"{path}: {_short(actual)} does not match {expected[1:]}"]
    if type(expected) is type(actual) and expected == actual:
        return []
    return [f"{path}: expected {_short(expected)}, got {_short(actual)}"]


def _object(expected, actual, path):
    if not isinstance(actual, dict):
        return [f"{path}: expected an object, got {_short(actual)}"]
    found = []
    for name, value in expected.items():
        place = f"{path}.{name}" if path else name
        if isinstance(value, dict) and "$absent" in value:
            if name in actual:
                found.append(f"{place}: should be absent,"
                             f" is {_short(actual[name])}")
        elif name not in actual:
            found.append(f"{place}: is missing")
        else:
            found += differences(value, actual[name], place)
    return found


def _array(expected, actual, path):
    if not isinstance(actual, list) or len(actual) != len(expected):
        return [f"{path}: expected {_short(expected)}, got {_short(actual)}"]
    found = []
    for index, value in enumerate(expected):
        found += differences(value, actual[index], f"{path}[{index}]")
    return found


def _part(name, wanted, actual, path):
    """The beginning or the end of an array."""
    if not isinstance(actual, list):
        return [f"{path}: expected an array, got {_short(actual)}"]
    start = max(len(actual) - len(wanted), 0) if name == "$ends" else 0
    return _array(wanted, actual[start:start + len(wanted)], path)


def _special(name, wanted, actual, path):
    if name in ("$begins", "$ends"):
        return _part(name, wanted, actual, path)
    if name == "$type":
        good = isinstance(actual, TYPES[wanted]) and (
            wanted == "boolean" or not isinstance(actual, bool))
    elif name == "$length":
        good = isinstance(actual, (str, list)) and len(actual) == wanted
    elif name == "$oneOf":
        good = any(not differences(one, actual, path) for one in wanted)
    else:
        raise TranscriptError(f"unknown {name}")
    if good:
        return []
    return [f"{path}: {_short(actual)} is not {name} {_short(wanted)}"]


def _short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + "..."
