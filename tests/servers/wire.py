"""Messages against the schemas of docs/protocol.

    wire = Wire(source)
    wire.faults(message, "mprun")                     what mprun sent
    wire.faults(message, "server", "executeStep")     an answer to that method

Strict (the default): no member may be there that the schemas do not name. That
is how recordings and the examples of docs/protocol.md are read. A receiver
reads less closely; it is not strict, and nothing has to be there.

Needs the Python package jsonschema; what it lacks is told by why_absent().
"""

import json
import pathlib

try:
    import jsonschema
except ImportError:
    jsonschema = None

DEFINITIONS = "#/definitions/"


def why_absent():
    if jsonschema is None:
        return "no Python package jsonschema (python3-jsonschema)"
    return None


def _rewritten(node, name, strict):
    """All files as one schema: references are turned to its definitions."""
    if isinstance(node, list):
        return [_rewritten(item, name, strict) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _rewritten(value, name, strict)
            for key, value in node.items() if key != "$schema"}
    target = copy.get("$ref")
    if isinstance(target, str):
        file, _, inside = target.partition(DEFINITIONS)
        if file.removesuffix(".schema.json") != "common" or not inside:
            raise ValueError(f"{name}: a reference to {target}")
        copy["$ref"] = DEFINITIONS + inside
    is_map = "object" in copy.get("type", []) and "properties" in copy
    if strict and is_map:
        copy.setdefault("additionalProperties", False)
    return copy


def _without_required(node):
    """What is there has to fit, but nothing has to be there."""
    if isinstance(node, list):
        return [_without_required(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _without_required(value) for key, value in node.items()
            if key not in ("required", "dependencies", "oneOf")}


class Wire:
    def __init__(self, source, strict=True):
        self.folder = pathlib.Path(source) / "docs" / "protocol"
        self.files = {}
        for path in sorted(self.folder.glob("*.schema.json")):
            text = path.read_text(encoding="utf-8")
            name = path.name.removesuffix(".schema.json")
            self.files[name] = json.loads(text)
        self._validators = {}
        parts = {name: _rewritten(schema, name, strict)
                 for name, schema in self.files.items()}
        definitions = parts.pop("common")["definitions"]
        for name, schema in parts.items():
            schema = {**schema, "definitions": definitions}
            if not strict:
                schema = _without_required(schema)
            self._validators[name] = jsonschema.Draft7Validator(schema)
        self.argument = jsonschema.Draft7Validator(
            {"$ref": DEFINITIONS + "argument", "definitions": definitions})
        self.methods = {name.rpartition(".")[0] for name in parts}

    @staticmethod
    def name_of(message, sender, method=None):
        """Which schema it has to fit; None: there is none."""
        own = message.get("method")
        if own is None:
            return f"{method}.answer" if sender == "server" else None
        own = own.removeprefix("$/")
        if sender == "server" or "id" not in message and own != "health":
            return f"{own}.notification"
        params = message.get("params")
        context = params.get("context") if isinstance(params, dict) else None
        bare = own == "executeStep" and isinstance(context, dict) and (
            set(context) <= {"scenarioId", "platform"})
        return f"{own}.bare.request" if bare else f"{own}.request"

    def faults(self, message, sender, method=None):
        if not isinstance(message, dict):
            return ["it is no object"]
        name = self.name_of(message, sender, method)
        if name not in self._validators:
            return [f"there is no schema for {name}"]
        found = []
        for error in self._validators[name].iter_errors(message):
            place = ".".join(str(step) for step in error.absolute_path)
            found.append(f"{place or 'message'}: {error.message[:300]}")
        return found

    def judge_recording(self, lines):
        """Lines `> REQUEST` and `< ANSWER` of one process, as they were sent.
        Gives (faults, names of the schemas that were used)."""
        open_methods, faults, used = {}, [], set()
        for number, text in enumerate(lines, 1):
            kind, _, rest = text.partition(" ")
            message = json.loads(rest)
            sender = "mprun" if kind == ">" else "server"
            method = None
            if sender == "mprun" and "id" in message:
                open_methods[message["id"]] = message["method"]
            elif sender == "server" and "method" not in message:
                method = open_methods.pop(message["id"], None)
            used.add(self.name_of(message, sender, method))
            faults += [f"line {number}: {fault}: {rest[:300]}"
                       for fault in self.faults(message, sender, method)]
        return faults, used
