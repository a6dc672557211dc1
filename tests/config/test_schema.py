#!/usr/bin/env python3
"""docs/mprun.schema.json says of a configuration what mprun's reader says.

usage: test_schema.py --mprun PROGRAM --tree PROGRAM --source DIR

* What the reader accepts in tests/data/config is valid. Each of its faults has
  one of the schema at the same place or right above it, and the other way
  round; ONLY_READER lists the faults that a schema cannot know, with reasons.
* Every key that the reader knows is in the schema, and the other way round.
  The reader's keys are those that its message for an unknown key lists.
* Every option that a profile may set is in the schema, and no other.
* The schema itself is one, each key has a description, and docs/config.md
  names each.

Exit status 77 without the Python package jsonschema.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: no Python package jsonschema (python3-jsonschema)")
    sys.exit(77)

# What only the reader knows, and why.
ONLY_READER = (
    (r" is not set", "the environment"),
    (r"\$\{ is not closed", "how variables are written"),
    (r"unknown (platform|process) ", "names that stand elsewhere in the file"),
    (r"is no regular expression", "PCRE2"),
    (r"needs a group named process", "PCRE2"),
    (r"ten days at most.*'\d+s'", "arithmetic"),
    (r"has a quote that is not closed", "how a shell splits words"),
    (r"is there twice; the first", "YAML: the second one is dropped"),
    (r"^\d+:\d+: (anchors|aliases|tags) ", "YAML"),
    (r"a key must be a text", "YAML"),
)
# A text in place of each map of the schema, to ask the reader for its keys.
# (path of the map, a config in which %s stands for its content)
MAPS = (
    ((), "platforms: {c: {command: x}}\n%s"),
    (("platforms", "*"), "platforms: {c: {command: x, %s}}"),
    (("processes", "*"), "platforms: {c: {command: x}}\n"
                         "processes: {a: {%s}}"),
    (("combinations",), "platforms: {c: {command: x}}\ncombinations: {%s}"),
    (("timeouts",), "platforms: {c: {command: x}}\ntimeouts: {%s}"),
    (("timeouts", "match", 0), "platforms: {c: {command: x}}\n"
                               "timeouts: {match: [{step: a, timeout: 1s,"
                               " %s}]}"),
    (("routing",), "platforms: {c: {command: x}}\nrouting: {%s}"),
    (("steps",), "platforms: {c: {command: x}}\nsteps: {%s}"),
)
UNLIKELY = "qqqqqqqqqqqqqqqqqqqq"


class Checker:
    def __init__(self, options):
        self.options = options
        self.source = pathlib.Path(options.source)
        path = self.source / "docs" / "mprun.schema.json"
        self.schema = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(self.schema)
        self.validator = jsonschema.Draft7Validator(self.schema)
        self.faults = []
        self.used = set()
        self.checked = 0

    def fault(self, text):
        self.faults.append(text)

    # --- what files say ---

    def tree(self, path):
        out = subprocess.run([self.options.tree, str(path)], check=True,
                             stdout=subprocess.PIPE, timeout=60).stdout
        return json.loads(out)

    def is_exempt(self, fault):
        for pattern, _ in ONLY_READER:
            if re.search(pattern, fault):
                self.used.add(pattern)
                return True
        return False

    def check_file(self, path):
        seen = self.tree(path)
        if seen["tree"] is None and seen["faults"]:
            return # no YAML, or nothing of it: there is nothing to look at
        places = {}
        for line, column, keys in seen["places"]:
            places.setdefault((line, column), []).append(keys)
        ours = [list(error.absolute_path)
                for error in self.validator.iter_errors(seen["tree"])]
        theirs = []
        for fault in seen["faults"]:
            line, column = re.match(r"(\d+):(\d+): ", fault).groups()
            keys = places.get((int(line), int(column)), [[]])
            theirs += keys
            if self.is_exempt(fault) or holds_variable(seen["tree"], keys[0]):
                continue
            self.checked += 1
            if not any(is_near(k, error) for k in keys for error in ours):
                self.fault(f"{path.name}: the schema lets pass: {fault}")
        for error in ours:
            if not any(is_near(keys, error) for keys in theirs):
                self.fault(f"{path.name}: only the schema finds fault with "
                           f"{error}")

    # --- what keys there are ---

    def reader_says(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "mprun.yaml"
            path.write_text(text, encoding="utf-8")
            return subprocess.run(
                [self.options.mprun, "plan", "-c", str(path), folder],
                check=False, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=60).stdout.decode()

    def properties(self, path):
        node = self.schema
        for key in path:
            node = self.resolve(node)
            if key == "*":
                node = node["additionalProperties"]
            elif key == 0:
                node = node["items"]
            else:
                node = node["properties"][key]
        return self.resolve(node)["properties"]

    def resolve(self, node):
        ref = node.get("$ref")
        if ref:
            return self.resolve(self.schema["definitions"][ref.split("/")[-1]])
        return node

    def check_keys(self):
        for path, text in MAPS:
            said = self.reader_says(text % f"{UNLIKELY}: 1")
            known = re.search(rf"unknown key '{UNLIKELY}' \(known: (.*)\)",
                              said)
            if not known:
                self.fault(f"{path}: the reader lists no keys: {said}")
                continue
            here = set(self.properties(path))
            there = set(known[1].split(", "))
            self.compare(path or "the file", here, there)
        said = self.reader_says("platforms: {c: {command: x}}\n"
                                f"steps: {{builtin: [{UNLIKELY}]}}")
        known = re.search(r"\(known: (.*)\)", said)[1].split(", ")
        lists = self.properties(("steps",))["builtin"]["anyOf"][1]
        self.compare("steps.builtin", set(lists["items"]["enum"]), set(known))

    def compare(self, where, here, there):
        for key in sorted(there - here):
            self.fault(f"{where}: the schema lacks {key}")
        for key in sorted(here - there):
            self.fault(f"{where}: the reader does not know {key}")

    def check_profiles(self):
        help_text = "".join(
            subprocess.run([self.options.mprun, "help", command], check=True,
                           stdout=subprocess.PIPE, timeout=60).stdout.decode()
            for command in ("run", "plan", "parse", "lint", "format"))
        names = set(re.findall(r"--([a-z][a-z-]+)", help_text))
        here = set(self.schema["definitions"]["profile"]["properties"])
        there = set()
        for name in names | here:
            said = self.reader_says("platforms: {c: {command: x}}\n"
                                    f"profiles: {{p: {{{name}: '0'}}}}")
            if f"option '{name}'" not in said:
                there.add(name)
        if len(there) < 20:
            self.fault(f"profiles: only {sorted(there)} are known")
        self.compare("profiles", here, there)

    # --- what it says to people ---

    def check_words(self):
        page = (self.source / "docs" / "config.md").read_text(encoding="utf-8")

        def walk(node, path):
            for name, body in node.get("properties", {}).items():
                if not body.get("description") and path[-1:] != ["then"]:
                    self.fault(f"{path + [name]} has no description")
                if path[:2] != ["definitions", "profile"] and \
                        f"`{name}`" not in page:
                    self.fault(f"docs/config.md does not name `{name}`")
            for key, child in node.items():
                if isinstance(child, dict):
                    walk(child, path + [key])
                for item in child if isinstance(child, list) else ():
                    if isinstance(item, dict) and key != "allOf":
                        walk(item, path + [key])
        walk(self.schema, [])

    def check_exemptions(self):
        for pattern, reason in ONLY_READER:
            if pattern not in self.used:
                self.fault(f"no file needs the exemption {pattern!r} "
                           f"({reason})")


def holds_variable(tree, keys):
    """What a value is depends on the environment."""
    for key in keys:
        tree = tree[key] if isinstance(tree, (dict, list)) else tree
    return isinstance(tree, str) and "${" in tree


def is_near(keys, error):
    """The same place, the map or list that holds it, or what it holds; for
    keys that depend on each other another one of the same map."""
    if error[:len(keys)] == keys or keys[:-1] == error:
        return True
    return error[-1:] == ["protocol"] and error[:-1] == keys[:-1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", required=True)
    parser.add_argument("--tree", required=True)
    parser.add_argument("--source", required=True)
    checker = Checker(parser.parse_args())
    data = checker.source / "tests" / "data" / "config"
    files = sorted(data.glob("*.yaml")) + sorted(data.glob("*.json"))
    files += sorted(checker.source.glob("mprun*.yaml"))
    for path in files:
        checker.check_file(path)
    checker.check_keys()
    checker.check_profiles()
    checker.check_words()
    checker.check_exemptions()
    print(*checker.faults, sep="\n")
    print(f"{len(files)} files, {checker.checked} faults compared, "
          f"{len(checker.faults)} differences")
    return 1 if checker.faults else 0


if __name__ == "__main__":
    sys.exit(main())
