"""The reports of a run besides junit.xml: that each is whole and valid, and
that the journal gives the same ones once more.

What there is to know of JUnit's statuses and counts is in harness.py.
"""
import difflib
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("MPRUN_SHARED") or SOURCE.parent / "shared")
SCHEMAS = SHARED / "conformance" / "junit-xml"

# File: its type, and the schema that it must be valid by.
FILES = {
    "junit.xml": ("junit", "jenkins-junit.xsd"),
    "surefire.xml": ("junit-surefire", "surefire-test-report-3.0.2.xsd"),
    "extended.xml": ("junit-extended", None),
    "points.tap": ("tap", None),
    "grid.md": ("markdown", None),
    "annotations.txt": ("github", None),
    "usage.txt": ("usage", None),
}


def missing():
    """Why validity cannot be tried here; "": it can."""
    if not shutil.which("xmllint"):
        return "there is no xmllint"
    return "" if SCHEMAS.is_dir() else f"there is no {SCHEMAS}"


def arguments(folder, all_of_them=True):
    """Of mprun, for all but junit.xml."""
    return [word for name, (kind, _) in FILES.items()
            if all_of_them and name != "junit.xml"
            for word in ("-f", f"{kind}:{folder / name}")]


def faults(folder):
    """What is wrong with the files that are there."""
    found = []
    for name, (_, schema) in FILES.items():
        path = folder / name
        if path.exists() and path.suffix == ".xml":
            found += xml_faults(path, schema)
    if (folder / "points.tap").exists():
        found += tap_faults((folder / "points.tap").read_text("utf-8"))
    return found


def tap_faults(text):
    """A plan, its points in order, blocks that are closed."""
    lines = text.split("\n")
    plan, points, inside = 0, 0, False
    for line in lines[:-1]:
        point = re.match(r"(?:not )?ok (\d+) - \S", line)
        if inside:
            inside = line != "  ..."
            if line and not line.startswith("  "):
                return [f"TAP: within a block: {line[:80]}"]
        elif line == "  ---":
            inside = True
        elif line.startswith("1.."):
            plan = int(line[3:])
        elif point:
            points += 1
            if int(point[1]) != points:
                return [f"TAP: point {points} is {line[:80]}"]
        elif not line.startswith(("TAP version 14", "Bail out! ")):
            return [f"TAP: {line[:80]}"]
    if inside or points != plan or lines[0] != "TAP version 14":
        return [f"TAP: {points} points, {plan} planned, block open: {inside}"]
    return []


def xml_faults(path, schema):
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except xml.etree.ElementTree.ParseError as error:
        return [f"{path.name} is not well-formed: {error}"]
    found = count_faults(path.name, root)
    if not shutil.which("xmllint"):
        return found
    command = ["xmllint", "--noout", str(path)]
    if schema and SCHEMAS.is_dir():
        command[2:2] = ["--schema", str(SCHEMAS / schema)]
    lint = subprocess.run(command, capture_output=True, check=False)
    if lint.returncode:
        found.append("xmllint: " + lint.stderr.decode()[:300])
    return found


def count_faults(name, root):
    """The numbers of a suite are those of its elements."""
    found = []
    for owner in [root, *root.findall("testsuite")]:
        for attribute, tag in (("tests", "testcase"), ("errors", "error"),
                               ("failures", "failure"),
                               ("skipped", "skipped")):
            count = str(len(owner.findall(f".//{tag}")))
            if owner.get(attribute, count) != count:
                found.append(f"{name}: {attribute} is {owner.get(attribute)}, "
                             f"there are {count}")
    return found


def again(mprun, journal, folder, environment):
    """Exit status, standard error and faults of `mprun report`."""
    copies = folder / "again"
    copies.mkdir(exist_ok=True)
    there = [name for name in FILES if (folder / name).exists()]
    words = [word for name in there
             for word in ("-f", f"{FILES[name][0]}:{copies / name}")]
    done = subprocess.run([str(mprun), "report", str(journal), *words],
                          cwd=folder, check=False, env=environment,
                          capture_output=True)
    found = []
    for name in there:
        first, second = folder / name, copies / name
        if not second.exists():
            found.append(f"report makes no {name}: {done.stderr[:300]}")
            continue
        if first.read_bytes() == second.read_bytes():
            continue
        found += [f"report makes another {name}: {line[:300]}" for line in
                  difflib.unified_diff(
                      *(path.read_text("utf-8", "replace").splitlines()
                        for path in (first, second)),
                      "live", "report", lineterm="", n=0)]
    return done.returncode, done.stderr, found
