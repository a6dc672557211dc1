#!/usr/bin/env python3
"""What is made from the table of options besides the help: man pages, and
completion for bash, zsh and fish.

usage: test_words.py --mprun PATH --words FOLDER pages|bash|zsh|fish

FOLDER is where the build has put them. Every option that the help of a command
shows must be in its page and be completed; pages must be clean for groff and
man; shells complete in earnest, bash and zsh at a terminal.
"""
import argparse
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile

LIMIT = 30
CONFIG = """platforms:
  python: {command: [x]}
  pypy: {command: [x]}
profiles: {nightly: {}, ci: {}}
"""


class Test:
    def __init__(self, args):
        self.mprun = str(args.mprun.resolve())
        self.words = args.words.resolve()
        self.failures = 0
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mprun-words-"))
        (self.folder / "mprun.yaml").write_text(CONFIG)
        (self.folder / "one.feature").touch()
        (self.folder / ".mprun/runs/20260101-run").mkdir(parents=True)
        path = f"{pathlib.Path(self.mprun).parent}:{os.environ['PATH']}"
        self.environment = {
            **{name: value for name, value in os.environ.items()
               if not name.startswith("MPRUN_")},
            "PATH": path, "LC_ALL": "C.UTF-8"}

    def check(self, good, text):
        self.failures += not good
        if not good:
            print(f"FAILED: {text}")

    def run(self, *command, **more):
        return subprocess.run(command, cwd=self.folder, timeout=LIMIT,
                              env=self.environment, capture_output=True,
                              text=True, **more)

    def help(self, *words):
        done = self.run(self.mprun, *words)
        self.check(done.returncode == 0 and not done.stderr,
                   f"{words}: {done.stderr}")
        return done.stdout

    def commands(self):
        overview = self.help("--help").partition("Commands\n")[2]
        return re.findall(r"^  ([a-z]+) +[A-Z]", overview.partition("\n\n")[0],
                          re.M)

    def options(self, command):
        text = self.help("help", command) if command == "help" \
            else self.help(command, "--help")
        return re.findall(r"^.{8}(?:-\w, |    )--([a-z-]+)", text, re.M)


def pages_are_whole(test):
    commands = test.commands()
    test.check("run" in commands and "steps" in commands, f"{commands}")
    names = sorted(path.name for path in test.words.glob("*.1"))
    test.check(names == sorted(["mprun.1", *(f"mprun-{command}.1"
                                             for command in commands)]),
               f"pages: {names}")
    for command in commands:
        page = (test.words / f"mprun-{command}.1").read_text()
        options = test.options(command)
        test.check(options or command == "help", f"{command}: no options")
        for option in options:
            escaped = option.replace("-", "\\-")
            test.check(f"\\fB\\-\\-{escaped}\\fR" in page,
                       f"mprun-{command}.1 has no --{option}")
        again = test.help("help", "--man", command)
        test.check(again == page, f"mprun-{command}.1 is of another build")


def pages_are_clean(test):
    tried = False
    for page in sorted(test.words.glob("*.1")):
        for tool in (["groff", "-man", "-Tutf8", "-wall", "-z"],
                     ["man", "--warnings", "-l"]):
            if not shutil.which(tool[0]):
                continue
            tried = True
            done = test.run(*tool, str(page))
            test.check(done.returncode == 0 and not done.stderr,
                       f"{tool[0]} {page.name}: {done.stderr}")
    return None if tried else "neither groff nor man is here"


def reply(test, *words):
    """What bash would offer for the last word."""
    script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
              ' _mprun; printf "%s\\n" "${COMPREPLY[@]}"')
    done = test.run("bash", "-c", script, "bash", str(test.words / "mprun.bash"),
                    "mprun", *words)
    test.check(not done.stderr, f"{words}: {done.stderr}")
    return done.stdout.split()


def bash_completes(test):
    if not shutil.which("bash"):
        return "bash is not here"
    rows = [
        (["st"], ["steps"]),
        (["p"], ["plan", "parse"]),
        ([""], [*test.commands(), ".mprun", "one.feature", "mprun.yaml"]),
        (["o"], ["one.feature"]),
        (["--comb"], ["--combinations"]),
        (["plan", "--check"], ["--check-steps"]),
        (["format", "--check"], ["--check"]),
        (["run", "--check"], []),
        (["--color", "a"], ["auto", "always"]),
        (["--color", "=", ""], ["auto", "always", "never"]),
        (["--color", "="], ["auto", "always", "never"]),
        (["--color", "never", "pl"], ["plan"]),
        (["--color", "=", "never", "pl"], ["plan"]),
        (["--combinations", "pa"], ["pairwise"]),
        (["--order", "r"], ["reverse", "random"]),
        (["-f", "rer"], ["rerun"]),
        (["conformance", "-f", ""], ["table", "json", "junit"]),
        (["conformance", "--language", "p"], ["perl", "python"]),
        (["--platform", "py"], ["python", "pypy"]),
        (["--platform", "python,pyp"], ["python,pypy"]),
        (["-p", ""], ["nightly", "ci"]),
        (["init", "--platform", "py"], ["python"]),
        (["report", "2026"], ["20260101-run"]),
        (["help", "st"], ["steps"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["--tags", ""], []),
        (["features", "pl"], []),
    ]
    for words, expected in rows:
        got = reply(test, *words)
        test.check(sorted(got) == sorted(expected),
                   f"mprun {' '.join(words)}<TAB>: {got}, not {expected}")
    for command in test.commands():
        offered = reply(test, command, "--")
        missing = {f"--{name}" for name in test.options(command)} - set(offered)
        test.check(not missing, f"mprun {command} --<TAB> has no {missing}")
    return None


def type_at(test, shell, setup):
    """Types at the shell, with tabs, and reads what it makes of it."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(test.folder)
        os.execvpe(shell[0], shell, {**test.environment, "PS1": "ready> ",
                                     "TERM": "dumb", "INPUTRC": "/dev/null"})
    said = ""

    def until(text):
        nonlocal said
        while text not in said:
            if not select.select([terminal], [], [], LIMIT)[0]:
                test.check(False, f"{shell[0]} does not say {text!r}: {said!r}")
                return False
            data = os.read(terminal, 65536).decode("utf-8", "replace")
            said += re.sub(r"\x07|\x1b\[[0-9;?]*[A-Za-z]", "", data)
        said = said.partition(text)[2]
        return True

    good = until("ready> ")
    os.write(terminal, f"{setup}; echo set'-'up\n".encode())
    good = good and until("set-up") and until("ready> ")
    for typed, shown in ((b"mprun ste\t", "steps "),
                         (b"--plat\t", "--platform"), (b" pyt\t", "python")):
        os.write(terminal, typed)
        good = good and until(shown)
    os.write(terminal, b"\x15exit\n")
    os.close(terminal)
    os.waitpid(pid, 0)


def bash_completes_at_a_terminal(test):
    if not shutil.which("bash"):
        return "bash is not here"
    type_at(test, ["bash", "--norc", "--noprofile", "-i"],
            f"source '{test.words / 'mprun.bash'}'")
    return None


def zsh_completes_at_a_terminal(test):
    if not shutil.which("zsh"):
        return "zsh is not here"
    done = test.run("zsh", "-n", str(test.words / "_mprun"))
    test.check(done.returncode == 0 and not done.stderr, done.stderr)
    type_at(test, ["zsh", "-f", "-i"],
            f"fpath=('{test.words}' $fpath); autoload -U compinit;"
            f" compinit -u -d '{test.folder}/dump'")
    return None


def fish_completes(test):
    if not shutil.which("fish"):
        return "fish is not here"
    for line, expected in (("mprun ste", "steps"),
                           ("mprun plan --check", "--check-steps"),
                           ("mprun --color al", "always"),
                           ("mprun conformance -f ta", "table"),
                           ("mprun conformance --language ru", "rust"),
                           ("mprun --platform pypy", "pypy")):
        done = test.run("fish", "--no-config", "-c",
                        f"source {test.words / 'mprun.fish'};"
                        f" complete -C '{line}'")
        offered = [row.split("\t")[0] for row in done.stdout.splitlines()]
        test.check(expected in offered and not done.stderr,
                   f"fish: {line}: {offered} {done.stderr}")
    return None


PARTS = {
    "pages": (pages_are_whole, pages_are_clean),
    "bash": (bash_completes, bash_completes_at_a_terminal),
    "zsh": (zsh_completes_at_a_terminal,),
    "fish": (fish_completes,),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mprun", type=pathlib.Path, required=True)
    parser.add_argument("--words", type=pathlib.Path, required=True)
    parser.add_argument("part", choices=PARTS)
    args = parser.parse_args()
    test = Test(args)
    left_out = None
    try:
        for part in PARTS[args.part]:
            before = test.failures
            left_out = part(test) or left_out
            failed = test.failures > before
            print(f"{part.__name__}: {'failed' if failed else 'passed'}")
    finally:
        shutil.rmtree(test.folder, ignore_errors=True)
    if left_out and not test.failures:
        print(f"skipped: {left_out}")
        return 77
    return 1 if test.failures else 0


if __name__ == "__main__":
    sys.exit(main())
