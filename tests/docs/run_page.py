#!/usr/bin/env python3
"""Does what a page of docs/ tells its reader to do, in an empty folder.

    run_page.py --source DIR --build DIR [--packages DIR]
                [--node-packages DIR] [--wheels DIR] [--at-home] [--keep]
                PAGE.md ...

What a fenced block of the page means:

    after a line that ends in "`PATH`:"   the content of that file; added at
                                          its end if the line begins "Add to"
    ```console                            `$ ` commands, each followed by what
                                          it prints (`...`: any lines); one
                                          that prints nothing must succeed
    ```sh                                 a script that must succeed
    ```gherkin without a path             a feature, or steps, that `mprun
                                          plan` must take
    ```yaml without a path                a config that `mprun plan` must take
                                          (where it has `platforms:`)
    ```json                               must be JSON, each line by itself if
                                          the block as a whole is not

A block after `<!-- not run -->` is passed over, one after `<!-- needs TOOL -->`
where that tool is not there or is named by --without. What is exported stays
so for the blocks that follow. `pip install` finds what lies in the folder of
--wheels, `npm install` the packages of --node-packages; a page that needs them
is skipped without. With --at-home the
reader is not in a folder of his own but in that of this project, with its
features and steps. Times and names of runs in the output are not compared. The
reader's MPRUN_HOME is made of the sources, the build and the Python packages.
Exit status: 0 all is as the page says, 1 it is not, 77 something that the page
needs is not here.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "support"))
from local_packages import local_packages  # noqa: E402

TIMEOUT_S = 60 * float(os.environ.get("MPRUN_TEST_TIMEOUT_MULTIPLIER", 1))
FENCE = re.compile(r"```(\w*)\n(.*?)^```$", re.S | re.M)
NEEDS = re.compile(r"<!-- needs (\S+) -->")
FILE = re.compile(r"(?:^|\s)`([\w./-]+)`:$")
VARYING = ((re.compile(r"\b[\d.]+ ?(ms|s|m)\b"), "<time>"),
           (re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}"), "<run>"),
           (re.compile(r"\b(pid|process) \d+"), r"\1 <n>"),
           (re.compile(r" +"), " "))
PLAN_CONFIG = """
platforms:
  c: {command: [server]}
  python: {command: [server], labels: [interpreted]}
processes: {writer: {}, reader: {}, broker: {}, node: {count: 3}}
"""
PLAN_FEATURE = "Feature: a page\n  Scenario: a step\n    Given it is there\n"


class Wrong(Exception):
    """What the page says is not so."""


def blocks(page, without):
    """(line, language, path or None, append, text) of each block to run."""
    for match in FENCE.finditer(page):
        before = page[:match.start()].rstrip().split("\n")[-1]
        line = page.count("\n", 0, match.start()) + 1
        if before == "<!-- not run -->":
            continue
        needs = NEEDS.fullmatch(before)
        if needs and (needs[1] in without or not shutil.which(needs[1])):
            print(f"line {line} is left out: no {needs[1]}")
            continue
        file = FILE.search(before)
        paragraph = page[:match.start()].rstrip().split("\n\n")[-1]
        yield (line, match[1], file and file[1],
               paragraph.split("\n")[-1].startswith("Add to"), match[2])


def plain(text):
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text.rstrip()


def matches(expected, printed):
    """Whether the lines agree; `...` stands for any number of lines."""
    reach = {0}
    for line in expected:
        if line == "...":
            reach = set(range(min(reach), len(printed) + 1)) if reach else reach
        else:
            reach = {n + 1 for n in reach
                     if n < len(printed) and plain(line) == plain(printed[n])}
    return len(printed) in reach


# Of the shell that ran a block, not of its reader.
NOT_KEPT = ("_", "PWD", "OLDPWD", "SHLVL")


class Reader:
    """Who follows the page."""

    def __init__(self, folder, home, environment):
        self.folder = folder
        self.exported = os.path.join(home, "exported")
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith(("MPRUN_", "GITHUB_")) and
                    k not in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS")}
        self.env.update(
            MPRUN_HOME=home, HOME=folder, LC_ALL="C.UTF-8", TZ="UTC",
            PATH=os.path.join(home, "build/release") + os.pathsep +
            self.env["PATH"], **environment)

    def run(self, command):
        """(status, output); what goes to stderr is output too."""
        command = f"trap 'env -0 >\"{self.exported}\"' EXIT\n{command}"
        done = subprocess.run(["sh", "-c", command], cwd=self.folder,
                              env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TIMEOUT_S, check=False)
        self.keep_exports()
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def keep_exports(self):
        with open(self.exported, encoding="utf-8") as f:
            pairs = [line.split("=", 1) for line in f.read().split("\0")[:-1]]
        os.unlink(self.exported)
        self.env.update({name: value for name, value in pairs
                         if name not in NOT_KEPT})

    def must(self, command):
        status, output = self.run(command)
        if status:
            raise Wrong(f"`{command.strip()}` ends with {status}:\n{output}")
        return output

    def write(self, path, append, text):
        target = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "a" if append else "w", encoding="utf-8") as f:
            f.write(text)

    def console(self, text):
        for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            expected = output.split("\n")[:-1]
            printed = self.run(command)[1] if expected else self.must(command)
            if not matches(expected, printed.rstrip("\n").split("\n")
                           if printed else []):
                raise Wrong(f"`{command}` prints:\n{printed}")

    def plan(self, text):
        if "Feature:" not in text:
            if not re.search(r"^\s*(@|Scenario)", text, re.M):
                text = "Scenario: steps\n" + text
            text = "Feature: a page\n" + text
        self.write("plan/mprun.yaml", False, PLAN_CONFIG)
        self.write("plan/page.feature", False, text)
        self.must("mprun plan plan/page.feature")

    def follow(self, language, path, append, text):
        if path:
            self.write(path, append, text)
        elif language == "console":
            self.console(text)
        elif language == "sh":
            self.must("set -e\n" + text)
        elif language == "gherkin":
            self.plan(text)
        elif language == "yaml" and "platforms:" in text:
            self.write("plan/config.yaml", False, text)
            self.write("plan/features/a.feature", False, PLAN_FEATURE)
            self.must("DB_PASSWORD=none mprun plan -c plan/config.yaml")
        elif language == "json":
            check_json(text)


def check_json(text):
    try:
        json.loads(text)
    except ValueError:
        for line in text.strip().split("\n"):
            try:
                json.loads(line)
            except ValueError as error:
                raise Wrong(f"no JSON: {error}: {line}") from error


def make_home(folder, args):
    """The folder that readers have after ./build.sh demo."""
    build = os.path.join(folder, "build")
    os.makedirs(build)
    os.symlink(os.path.realpath(args.build), os.path.join(build, "release"))
    os.symlink(os.path.join(os.path.realpath(args.source),
                            "platform-servers"),
               os.path.join(folder, "platform-servers"))
    for packages, name in ((args.packages, "python"),
                           (args.node_packages, "node")):
        if packages and os.path.isdir(packages):
            os.symlink(os.path.realpath(packages), os.path.join(build, name))
    if args.at_home:  # copies: a config is looked for where a feature is
        for name in ("features", "steps"):
            shutil.copytree(os.path.join(args.source, name),
                            os.path.join(folder, name))
        shutil.copy(os.path.join(args.source, "mprun.yaml"), folder)


def missing(page, args):
    """What the page needs and is not here, or None."""
    packages = args.packages
    if "```c\n" in page and not shutil.which("cc"):
        return "no C compiler (cc)"
    if "```cpp\n" in page and not shutil.which("c++"):
        return "no C++ compiler (c++)"
    if "pip install" in page and not (args.wheels and
                                      os.path.isdir(args.wheels)):
        return "no folder of wheels for pip: ./build.sh install-deps makes it"
    if "npm install" in page and not (
            shutil.which("npm") and args.node_packages and
            os.path.isdir(os.path.join(args.node_packages, "node_modules"))):
        return "no npm, or no packages for it: ./build.sh install-deps"
    if (args.at_home or "}/build/python" in page) and not (packages and os.path.isdir(
            os.path.join(packages, "cucumber_expressions"))):
        return "the Python package cucumber_expressions is not there"
    return None


def follow(path, page, args, reader):
    for line, *block in blocks(page, args.without):
        try:
            reader.follow(*block)
        except (Wrong, subprocess.TimeoutExpired) as error:
            raise Wrong(f"{path}:{line}: {error}") from error


def play(path, args):
    """None, or a reason for skipping; raises Wrong."""
    with open(path, encoding="utf-8") as f:
        page = f.read()
    reason = missing(page, args)
    if reason:
        return reason
    top = os.path.realpath(tempfile.mkdtemp(prefix="mprun-page-"))
    try:
        home, folder = os.path.join(top, "home"), os.path.join(top, "notes")
        os.makedirs(home)
        os.makedirs(folder)
        make_home(home, args)
        with local_packages(args.wheels, args.node_packages) as environment:
            follow(path, page, args, Reader(
                home if args.at_home else folder, home, environment))
    finally:
        if args.keep:
            print(f"kept {top}")
        else:
            shutil.rmtree(top, ignore_errors=True)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--source", required=True, help="the source root")
    parser.add_argument("--build", required=True, help="folder of mprun")
    parser.add_argument("--packages", help="Python packages of the server")
    parser.add_argument("--node-packages", help="those of the Node server")
    parser.add_argument("--wheels", help="what pip installs in the page")
    parser.add_argument("--at-home", action="store_true",
                        help="the page is about this project's features")
    parser.add_argument("--without", action="append", default=[],
                        metavar="TOOL", help="does not work with this build")
    parser.add_argument("--keep", action="store_true", help="keep the folders")
    parser.add_argument("pages", nargs="+")
    args = parser.parse_args()
    skipped = None
    for path in args.pages:
        try:
            reason = play(path, args)
        except Wrong as error:
            print(error)
            return 1
        print(f"{os.path.basename(path)}: {reason or 'as it says'}")
        skipped = skipped or reason
    if skipped:
        print(f"skipped: {skipped}")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
