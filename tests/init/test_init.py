#!/usr/bin/env python3
"""mprun init.

usage: test_init.py --build DIR --source DIR --cmake CMAKE LANGUAGE|dialogue

LANGUAGE: in an empty folder `mprun init --platform LANGUAGE --yes`, and then
`mprun` is green: from the build tree, and again from what `cmake --install`
makes, with a platform that is added. dialogue: what init asks at a terminal.
"""
import argparse
import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

LIMIT = 280  # seconds, for what should be over in one, or ten to compile


def clean_environment(**more):
    """Without what would tell mprun where things are."""
    own = {name: value for name, value in os.environ.items()
           if not name.startswith("MPRUN_") and name != "CI"}
    return {**own, **more}


def of_language(language, source, folder):
    """Variables: no network, and caches that are no user's."""
    built = source / "build" / language
    if language == "go":
        needed = built / "modules/fetched"
        variables = {"GOPROXY": "off", "GOMODCACHE": str(folder / "modules"),
                     "GOCACHE": str(built / "cache"), "CGO_ENABLED": "0",
                     "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "local"}
    elif language == "rust":
        needed = built / "target"
        variables = {"CARGO_NET_OFFLINE": "true",
                     "CARGO_TARGET_DIR": str(folder / "target"),
                     "MPRUN_RUST_CRATES": str(built / "cargo")}
        if needed.exists():  # the crates are compiled; ours are no one else's
            shutil.copytree(needed, folder / "target", symlinks=True,
                            ignore=shutil.ignore_patterns(
                                "fixture*", "ipc*", "loop*", "package"))
    else:
        if language == "cucumber-js":
            is_available(source / "platform-servers/cucumber-js/server.js",
                         built)
        return {}
    if not needed.exists():
        skip(f"not built: platform-servers/{language}/build build/{language}")
    return variables


def is_available(server, packages):
    if not shutil.which("node"):
        skip("node is not in PATH")
    asked = subprocess.run(["node", server, "--packages", packages,
                            "--available"], capture_output=True, text=True)
    if asked.returncode:
        skip(asked.stderr.strip())


class Failure(Exception):
    pass


def expect(good, text):
    if not good:
        raise Failure(text)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


class Place:
    """An empty folder, and a mprun."""

    def __init__(self, folder, mprun, **variables):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.mprun = str(mprun)
        self.environment = clean_environment(**variables)

    def run(self, *words):
        done = subprocess.run([self.mprun, *words], cwd=self.folder,
                              env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT)
        done.all = done.stdout + done.stderr
        return done

    def files(self):
        return sorted(str(path.relative_to(self.folder))
                      for path in self.folder.rglob("*")
                      if path.is_file() and ".mprun" not in path.parts)


def is_green(place, cases):
    played = place.run("-f", "json:report.json")
    expect(played.returncode == 0, f"it is not green:\n{played.all}")
    report = json.loads((place.folder / "report.json").read_text())
    got = [case["status"] for case in report["cases"]]
    expect(got == ["passed"] * cases, f"{cases} cases wanted: {got}")


def first_project(place, language):
    made = place.run("init", "--platform", language, "--yes")
    expect(made.returncode == 0, f"init failed:\n{made.all}")
    if "First:" in made.stdout or "not in PATH" in made.stderr:
        skip(made.all.strip().splitlines()[-1])
    expect({"mprun.yaml", "features/first.feature"} <= set(place.files()),
           f"files: {place.files()}")
    is_green(place, 1)
    steps = place.run("plan", "--check-steps")
    expect(steps.returncode == 0 and not steps.stderr,
           f"check-steps:\n{steps.stderr}")


def nothing_is_overwritten(place, language):
    before = {name: (place.folder / name).read_bytes()
              for name in place.files()}
    again = place.run("init", "--platform", language, "--yes")
    expect(again.returncode == 2 and "already" in again.stderr,
           f"a second init:\n{again.all}")
    config = place.folder / "mprun.yaml"
    text = config.read_bytes()
    config.unlink()
    third = place.run("init", "--platform", language, "--yes")
    expect(third.returncode == 2 and "--force overwrites it" in third.stderr,
           f"a third one:\n{third.all}")
    config.write_bytes(text)
    after = {name: (place.folder / name).read_bytes()
             for name in place.files()}
    expect(before == after, "files were changed")


def other_language(language, source):
    """One that needs no tool that may be missing."""
    return "python" if language != "python" else "c"


def crates_are_installed(place, prefix):
    """All that the steps need is there to be compiled from. It is not done:
    for cargo, crates in another folder are others, and it takes a minute."""
    home = prefix / "share/mprun/packages/rust/cargo"
    done = subprocess.run(
        ["cargo", "tree", "--offline", "--manifest-path",
         place.folder / "steps/rust/Cargo.toml"], capture_output=True,
        text=True, env={**place.environment, "CARGO_HOME": str(home)},
        timeout=LIMIT)
    expect(done.returncode == 0 and "cucumber-expressions" in done.stdout,
           f"crates are missing:\n{done.stdout}{done.stderr}")


def what_runs_keeps_its_file(place):
    """A server reads its file for the lines of a stack."""
    steps = place.folder / "steps/rust/.built/steps"
    before = steps.stat().st_ino
    (place.folder / "steps/rust/src/main.rs").touch()
    is_green(place, 1)
    expect(steps.stat().st_ino == before, "the same server, but another file")


def language_works(args, folder):
    language = args.what
    variables = of_language(language, args.source, folder)
    place = Place(folder / "tree", args.build / "mprun", **variables)
    first_project(place, language)
    if language == "rust":
        what_runs_keeps_its_file(place)
    nothing_is_overwritten(place, language)
    other = other_language(language, args.source)
    prefix = folder / "moved away"
    subprocess.run([args.cmake, "--install", args.build, "--prefix",
                    folder / "prefix"], check=True, capture_output=True,
                   timeout=LIMIT)
    (folder / "prefix").rename(prefix)
    place = Place(folder / "of an installation", prefix / "bin" / "mprun",
                  **variables)
    first_project(place, language)
    if language == "rust":
        crates_are_installed(place, prefix)
    text = (place.folder / "mprun.yaml").read_text()
    expect(str(args.source / "platform-servers") not in text
           and str(args.build) not in text,
           f"what is installed needs the source tree:\n{text}")
    added = place.run("init", "--platform", other, "--yes")
    expect(added.returncode == 0, f"a second platform:\n{added.all}")
    if "First:" in added.stdout or "not in PATH" in added.stderr:
        return
    is_green(place, 4)


# ---- the dialogue -----------------------------------------------------------

class Terminal:
    """mprun init at a terminal, and somebody who types."""

    def __init__(self, place, *words):
        self.said = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(place.folder)
            os.execve(place.mprun, [place.mprun, *words], place.environment)

    def read(self):
        """False: it is at its end."""
        ready = select.select([self.fd], [], [], LIMIT)[0]
        expect(ready, f"nothing more comes:\n{self.said}")
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # the terminal is closed
            data = b""
        self.said += data.decode("utf-8", "replace")
        return bool(data)

    def until(self, text):
        while text not in self.said:
            expect(self.read(), f"it does not say {text!r}:\n{self.said}")
        before, _, self.said = self.said.partition(text)
        return before

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        while self.read():
            pass
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return status, self.said


QUESTION = "Platforms, with commas between ["


def takes_what_is_typed(make):
    place = make("typed")
    terminal = Terminal(place, "init")
    offered = terminal.until(QUESTION)
    expect(re.search(r"^  python +Python", offered, re.M), offered)
    terminal.type("pyton\n")
    terminal.until("did you mean 'python'?")
    terminal.until(QUESTION)
    terminal.type("python, c\n")
    shown = terminal.until("Write it? [Y/n] ")
    expect("  steps/python/first_steps.py\r\n" in shown
           and "  mprun.yaml\r\n" in shown, shown)
    expect(not place.files(), "it has written before it was told to")
    terminal.type("\n")
    status, rest = terminal.end()
    expect(status == 0 and "Now `mprun` plays it" in rest, rest)
    expect("steps/c/first_steps.c" in place.files(), place.files())


def an_empty_line_is_the_offer(make):
    place = make("offer")
    terminal = Terminal(place, "init")
    terminal.until(QUESTION)
    offer = terminal.until("]: ")
    terminal.type("\n")
    terminal.until("Write it?")
    terminal.type("y\n")
    status, rest = terminal.end()
    expect(status == 0, rest)
    expect(f"  {offer}:\n" in (place.folder / "mprun.yaml").read_text(),
           f"{offer} was offered")


def no_is_no(make):
    place = make("no")
    terminal = Terminal(place, "init", "--platform", "python")
    terminal.until("Write it? [Y/n] ")
    terminal.type("n\n")
    status, rest = terminal.end()
    expect(status == 2 and "Nothing was written" in rest, rest)
    expect(not place.files(), place.files())


def the_end_of_input_is_no(make):
    place = make("eof")
    for words, question in ([], QUESTION), (["--platform", "c"], "Write it?"):
        terminal = Terminal(place, "init", *words)
        terminal.until(question)
        terminal.type("\x04")
        status, rest = terminal.end()
        expect(status == 2, f"{status}: {rest}")
        told = "the input ended before a platform was named" in rest
        expect(told == (not words), rest)
        expect(not place.files(), place.files())


def an_interrupt_leaves_nothing(make):
    place = make("interrupt")
    terminal = Terminal(place, "init")
    terminal.until(QUESTION)
    terminal.type("\x03")
    status, rest = terminal.end()
    expect(status != 0 and not place.files(), f"{status}: {rest}")


def dialogue_works(args, folder):
    def make(name):
        return Place(folder / name, args.build / "mprun",
                     MPRUN_SDKS=str(args.source / "platform-servers"))
    for test in (takes_what_is_typed, an_empty_line_is_the_offer, no_is_no,
                 the_end_of_input_is_no, an_interrupt_leaves_nothing):
        test(make)
        print(f"passed: {test.__name__}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("what")
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mprun init "))
    began = time.monotonic()
    try:
        if args.what == "dialogue":
            dialogue_works(args, folder)
        else:
            language_works(args, folder)
    except Failure as failure:
        print(f"FAILED: {args.what}: {failure}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{args.what}: passed in {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
