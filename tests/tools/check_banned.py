#!/usr/bin/env python3
"""Finds calls of functions that the product does not use.

    check_banned.py [ROOT]

Comments and literals are not looked at. gherkin/banned.h makes some of these
compile errors; here are all of them, each with its reason.
"""
import os
import re
import sys

import tree

SCOPE = ("gherkin", "runner")

# (names, files where they are allowed, reason)
RULES = [
    ("strcpy strcat sprintf vsprintf strtok gets alloca", (),
     "no length: use snprintf, memcpy with a length, or a buffer"),
    ("atoi atol atoll atof", (), "cannot fail: use strtol with an end pointer"),
    ("system popen", (), "a shell between us and the process: use proc/"),
    ("malloc calloc realloc reallocarray free strdup strndup asprintf "
     "vasprintf getline getdelim aligned_alloc posix_memalign",
     ("runner/base/alloc.c", "gherkin/memory.c"),
     "memory comes from base/alloc.h or an arena, which handle its end"),
    ("exit quick_exit atexit", ("runner/main.c",),
     "only main ends the program: return an error"),
    ("sleep usleep nanosleep clock_nanosleep thrd_sleep uv_sleep", (),
     "wait for the event, or use a timer"),
    ("uv_default_loop", (), "the loop is passed, never global"),
    ("cJSON_Print cJSON_PrintUnformatted cJSON_PrintBuffered "
     "cJSON_PrintPreallocated", ("runner/rpc/result.c", "runner/journal/codec.c"),
     "cJSON parses; gherkin/jsonw writes (a result's data and a journal's "
     "config aside, which go on as they came)"),
]


def pattern_of(names):
    """A call, or the function handed over as an argument; not a member."""
    name = "(" + "|".join(names.split()) + ")"
    return re.compile(r"(?<![\w.])(?<!->)" + name + r"(?=\s*\()|(?:(?<=[(,])|"
                      r"(?<=[(,] ))" + name + r"(?=\s*[,)])")


def check(root):
    """Returns the offending lines, ready to print."""
    rules = [(pattern_of(names), files, why) for names, files, why in RULES]
    problems = []
    for path in tree.files(root, SCOPE, (".c", ".h", ".inc")):
        code = tree.code_only(tree.read(root, path)).split("\n")
        for number, line in enumerate(code, 1):
            if re.match(r"\s*#\s*pragma", line):
                continue
            for pattern, files, why in rules:
                for match in pattern.finditer(line):
                    if path not in files:
                        problems.append(
                            f"{path}:{number}: {match[1] or match[2]}\n"
                            f"    {why}")
    return problems


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "..")
    problems = check(root)
    for problem in problems:
        print(problem)
    print(f"banned: {len(problems)} uses")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
