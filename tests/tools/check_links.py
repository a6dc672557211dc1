#!/usr/bin/env python3
"""Checks that what the documents point to is there.

    check_links.py [ROOT]

In every *.md of the tree: relative links and their #anchors, and paths of ours
that stand in `backquotes` (`runner/rpc/reader.h`, without a line number).
Addresses with a scheme are not looked at. Prints each that leads nowhere; exit
status 1 if any.
"""
import os
import re
import sys
import urllib.parse

import tree

# Folders that a reader's own project does not have: what begins so is a path
# of this tree.
OWN_FOLDERS = ("docs/", "gherkin/", "platform-servers/", "runner/",
               "tests/")

FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2[`~]*$", re.S | re.M)
CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)", re.M)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.M)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
PATH = re.compile(r"[\w./-]+")


def blank(match):
    """The match without its text; every line stays on its line."""
    return "\n" * match[0].count("\n")


def documents(root):
    found = []
    for place, inner, names in os.walk(root):
        inner[:] = [d for d in inner
                    if d not in tree.SKIPPED_FOLDERS and d[0] != "."]
        found += [os.path.relpath(os.path.join(place, name), root)
                  for name in names if name.endswith(".md")]
    return sorted(found)


def anchors(text):
    """The names that the headings have, as GitHub makes them."""
    seen, names = {}, set()
    for heading in HEADING.findall(FENCE.sub(blank, text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = seen.get(name, 0)
        seen[name] = count + 1
        names.add(f"{name}-{count}" if count else name)
    return names


def wrong_link(root, document, target):
    """Why the link leads nowhere, or None."""
    path, _, anchor = urllib.parse.unquote(target).partition("#")
    place = os.path.normpath(os.path.join(os.path.dirname(document), path)) \
        if path else document
    if not os.path.exists(os.path.join(root, place)):
        return f"{target}: there is no {place}"
    if anchor and place.endswith(".md") and \
            anchor not in anchors(tree.read(root, place)):
        return f"{target}: {place} has no heading for #{anchor}"
    return None


def links(text):
    """(offset, target) of all links that are no addresses."""
    text = CODE.sub(lambda m: " " * len(m[0].split("\n")[0]) + blank(m), text)
    for pattern in (LINK, REFERENCE):
        for match in pattern.finditer(text):
            if not SCHEME.match(match[1]):
                yield text.count("\n", 0, match.start()) + 1, match[1]


def own_paths(text):
    for match in CODE.finditer(text):
        word = match[2]
        if word.startswith(OWN_FOLDERS) and PATH.fullmatch(word):
            yield text.count("\n", 0, match.start()) + 1, word


def check(root):
    """Returns the offending lines, ready to print."""
    problems = []
    for document in documents(root):
        text = FENCE.sub(blank, tree.read(root, document))
        for line, target in links(text):
            why = wrong_link(root, document, target)
            if why:
                problems.append(f"{document}:{line}: {why}")
        for line, path in own_paths(text):
            if not os.path.exists(os.path.join(root, path)):
                problems.append(f"{document}:{line}: there is no {path}")
    return problems


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "..")
    problems = check(root)
    for problem in problems:
        print(problem)
    print(f"links: {len(problems)} lead nowhere")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
