#!/usr/bin/env python3
"""Do what README.md says, from an empty folder: try_readme.py FOLDER

FOLDER is what ./build made. Its results are copied where the first command
would make them, so that this command has nothing to do, and Maven gets its
repository and no network. mprun is that of MPRUN_BUILD, or one that was built
in the tree; without any, what needs it is left out and told.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COPIED = ("lib", "mprun-server-java", "mprun.jsa", "stamp")


def sections(text):
    """Title and text of each section."""
    parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def deeds(section):
    """In order: ("file", name, text) and ("run", command)."""
    pattern = re.compile(
        r"`([\w./]+\.\w+)`:\n\n```\w+\n(.*?)^```\n|^    (.*)\n",
        re.MULTILINE | re.DOTALL)
    fences = [match.span() for match in re.finditer(
        r"^```\w+\n.*?^```\n", section, re.MULTILINE | re.DOTALL)]
    at = 0
    while True:
        match = pattern.search(section, at)
        if match is None:
            return
        at = match.end()
        if match.group(1):
            yield "file", match.group(1), match.group(2)
        elif any(start < match.start() < end for start, end in fences):
            at = next(end for start, end in fences
                      if start < match.start() < end)
        else:
            yield "run", re.match(".*", section[match.start(3):]).group()
            at = section.index("\n", match.start(3)) + 1


def find_mprun():
    folders = [os.environ.get("MPRUN_BUILD", ""), ROOT / "build/release",
               ROOT / "build/debug"]
    for folder in folders:
        if folder and os.access(pathlib.Path(folder) / "mprun", os.X_OK):
            return pathlib.Path(folder).resolve()
    return None


def prepare(work, built):
    """The results of the first command, and a Maven without a network."""
    project = work / "project"
    (project / "mprun-java").mkdir(parents=True)
    for name in COPIED:
        if (built / name).is_dir():
            shutil.copytree(built / name, project / "mprun-java" / name)
        elif (built / name).exists():
            shutil.copy2(built / name, project / "mprun-java" / name)
    os.utime(project / "mprun-java" / "stamp")
    tools = work / "tools"
    tools.mkdir()
    script = tools / "mvn"
    script.write_text(f"#!/bin/sh\nexec {shutil.which('mvn')} -o"
                      f" -Dmaven.repo.local={built}/m2"
                      f" -Dmprun.target={built}/target \"$@\"\n")
    script.chmod(0o755)
    return project, tools


def run(command, project, environment):
    print(f"$ {command}", flush=True)
    done = subprocess.run(["sh", "-c", command], cwd=project,
                          env=environment, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{command}: exit status {done.returncode}")


def check_protection(project, environment):
    """The two ways to start the server keep prints away from stdout."""
    java = "java -cp 'mprun-java/lib/*' mprun.Main"
    for server in ("mprun-java/mprun-server-java", java):
        run(f"echo '{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"executeStep\","
            "\"params\":{\"step\":\"prints\"}}' | "
            f"{server} --steps noise 2>noise.err | cat >noise.out",
            project, environment)
        lines = (project / "noise.out").read_text().splitlines()
        if len(lines) != 1 or '"success":true' not in lines[0]:
            sys.exit(f"{server}: not one answer on stdout: {lines}")
        if "from Java" not in (project / "noise.err").read_text():
            sys.exit(f"{server}: the text is not on stderr")


NOISE = """\
public class Noise {
    @mprun.Step("prints")
    public void prints() throws Exception {
        System.out.println("from Java");
        new ProcessBuilder("echo", "from a child").inheritIO().start()
                .waitFor();
    }
}
"""


HOOKS = """\
import mprun.*;

public class Hooks {
    private String prepared;

    @BeforeRun
    public void beforeRun(Context ctx) {
        ctx.export("port", 7);
    }

    @BeforeScenario(tags = "@hooked")
    public void beforeScenario() {
        prepared = "yes";
    }

    @BeforeStep
    public void beforeStep(Context ctx) {
        prepared += ", for " + ctx.step();
    }

    @Step("is prepared")
    public void isPrepared(Context ctx) {
        Expect.equal(prepared, "yes, for " + ctx.step());
        Expect.equal(ctx.exported("run", "port"), "7");
    }

    @AfterStep
    public void afterStep(Context ctx) {
        Expect.equal(ctx.status(), "passed");
    }

    @AfterScenario
    public void afterScenario(Context ctx) {
        Expect.equal(ctx.status(), "passed");
    }
}
"""

HOOKS_FEATURE = """\
Feature: Hooks
  @hooked
  Scenario: They have run
    Given the 'java' process is prepared
"""


def play_hooks(project, environment):
    (project / "Hooks.java").write_text(HOOKS)
    run("javac -g -cp 'mprun-java/lib/*' -d classes Hooks.java", project,
        environment)
    (project / "features/hooks.feature").write_text(HOOKS_FEATURE)
    run("mprun features/hooks.feature", project, environment)


def main():
    built = pathlib.Path(sys.argv[1]).resolve()
    text = sections((HERE / "README.md").read_text(encoding="utf-8"))
    mprun = find_mprun()
    with tempfile.TemporaryDirectory() as folder:
        project, tools = prepare(pathlib.Path(folder), built)
        path = [str(tools), os.environ["PATH"]]
        if mprun is not None:
            path.insert(0, str(mprun))
        environment = dict(os.environ, MPRUN_HOME=str(ROOT),
                           PATH=os.pathsep.join(path))
        played = 0
        for title in ("Five minutes", "With Maven"):
            for deed in deeds(text[title]):
                if deed[0] == "file":
                    file = project / deed[1]
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(deed[2], encoding="utf-8")
                elif deed[1].startswith("mprun ") and mprun is None:
                    print(f"no mprun is built; left out: {deed[1]}")
                else:
                    run(deed[1], project, environment)
                    played += 1
        if played < 5:
            sys.exit(f"README.md has {played} commands where this looks")
        (project / "Noise.java").write_text(NOISE)
        run("javac -g -cp 'mprun-java/lib/*' -d noise Noise.java", project,
            environment)
        check_protection(project, environment)
        if mprun is not None:
            play_hooks(project, environment)


if __name__ == "__main__":
    main()
