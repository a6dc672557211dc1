#!/usr/bin/env python3
"""Checks every #include of ours against the table of layers.

    check_layers.py [ROOT]

Prints each offending line with the rule it breaks; exit status 1 if any.
docs/architecture.md shows the same table drawn.
"""
import os
import re
import sys

import tree

# Layer: the layers whose headers it may include, besides its own.
LAYERS = {
    "gherkin": "",
    "base": "gherkin",
    "model": "gherkin base",
    "config": "model base gherkin",
    "plan": "config model gherkin base",
    "rpc": "model base gherkin",
    "proc": "base",
    "journal": "model base gherkin",
    "run": "rpc proc journal model base gherkin",
    "report": "journal model base gherkin",
    "conformance": "rpc proc report model base gherkin",
    "cli": "conformance base model config plan rpc proc journal run report gherkin",
    # The C SDK uses gherkin/ for its expressions, and nothing of the runner.
    "platform-servers/c": "gherkin",
    "steps/c": "platform-servers/c",
}

# Header of a library: the files or folders that may include it. One place
# for each keeps a change of the library cheap.
LIBRARIES = {
    "uv.h": ("runner/proc/", "runner/run/", "runner/conformance/lab.h",
             "runner/cli/"),
    "pcre2.h": ("gherkin/regex.c",),
    "utf8proc.h": ("gherkin/utf8.c",),
    "cJSON.h": ("runner/base/json.c", "runner/rpc/", "runner/journal/",
                "runner/report/message_steps.c",
                "runner/report/definitions.c", "runner/conformance/",
                "platform-servers/c/"),
    "yaml.h": ("runner/config/yaml.c",),
}

# Where an include may start besides the root: what users of the C SDK write.
SDK_FOLDER = "platform-servers/c"

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SCOPE = ("gherkin", "runner", "platform-servers", "steps")


def layer_of(path):
    """The layer a path belongs to, None when it is in none."""
    if path == "runner/main.c":
        return "cli"
    parts = path.split("/")
    if parts[0] == "gherkin":
        return "gherkin"
    if parts[0] == "runner":
        return parts[1] if len(parts) > 2 else None
    return "/".join(parts[:2]) if len(parts) > 2 else None


def rule_broken(root, path, quote, name):
    """The rule that this include in this file breaks, or None."""
    layer = layer_of(path)
    if layer not in LAYERS:
        return f"{path} is in no layer of the table"
    if quote == "<":
        places = LIBRARIES.get(name.split("/")[-1])
        if places and not path.startswith(places):
            return f"<{name}> only in {', '.join(places)}"
        return None
    if name.endswith(".c"):
        return "a .c file is compiled, not included"
    if layer in (SDK_FOLDER, "steps/c") and os.path.exists(
            os.path.join(root, SDK_FOLDER, name)):
        name = f"{SDK_FOLDER}/{name}"
    if not os.path.exists(os.path.join(root, name)):
        return "includes are written from the root of the tree"
    other = layer_of(name)
    if other == layer:
        return None
    if other not in LAYERS[layer].split():
        allowed = LAYERS[layer] or "nothing of ours"
        return f"{layer} may include {allowed}; {name} is in {other}"
    return None


def check(root):
    """Returns the offending lines, ready to print."""
    problems = []
    for path in tree.files(root, SCOPE, (".c", ".h", ".inc")):
        for number, line in enumerate(tree.read(root, path).split("\n"), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            rule = rule_broken(root, path, match[1], match[2])
            if rule:
                problems.append(f"{path}:{number}: {line.strip()}\n    {rule}")
    return problems


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "..")
    problems = check(root)
    for problem in problems:
        print(problem)
    print(f"layers: {len(problems)} includes break the table")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
