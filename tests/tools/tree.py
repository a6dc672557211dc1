"""What the checks share: which files are ours, and C without its comments."""
import os
import re

CODE_FOLDERS = ("gherkin", "runner", "platform-servers", "steps", "tests")
SKIPPED_FOLDERS = {"build", "data", "node_modules", "target", "bin", "obj",
                   "__pycache__"}


def files(root, folders, endings):
    """Paths from the root, sorted, of files with one of the endings."""
    found = []
    for folder in folders:
        for place, inner, names in os.walk(os.path.join(root, folder)):
            inner[:] = [d for d in inner
                        if d not in SKIPPED_FOLDERS and d[0] != "."]
            found += [os.path.relpath(os.path.join(place, name), root)
                      for name in names if name.endswith(endings)]
    return sorted(path.replace(os.sep, "/") for path in found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        return f.read()


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
                   r"|'(?:\\.|[^'\\\n])*'", re.S)


def code_only(text):
    """The text with comments and the insides of literals blanked; every line
    stays on its line."""
    def blank(match):
        token = match[0]
        if token[0] in "\"'":
            return token[0] * 2
        return " " + "\n" * token.count("\n")
    return TOKEN.sub(blank, text)
