#!/usr/bin/env python3
"""Write gherkin/dialects.inc, the keywords of all languages.

usage: gen_dialects.py GHERKIN-LANGUAGES.json [OUT] [--check]

The input is the official table of the Gherkin project. Each language gets one
list of keywords, ordered by first byte and then by length, longest first, so
that the parser finds the longest keyword of a line by its first byte. Titles
("Scenario") and steps ("Given ") stand in one list; a title carries the set of
lines that it begins, a step its type. A step keyword that stands in several of
the official lists ("* ") has no type of its own: Unknown.

--check compares with the existing file and writes nothing.
"""
import argparse
import json
import pathlib
import sys

TITLES = (
    ("feature", "FEATURE"),
    ("background", "BACKGROUND"),
    ("rule", "RULE"),
    ("scenario", "SCENARIO"),
    ("scenarioOutline", "SCENARIO"),
    ("examples", "EXAMPLES"),
)
STEPS = (
    ("given", "CONTEXT"),
    ("when", "ACTION"),
    ("then", "OUTCOME"),
    ("and", "CONJUNCTION"),
    ("but", "CONJUNCTION"),
)


def c_string(text):
    """A C literal of ASCII characters only; hex escapes end their literal."""
    out, escaped = '"', False
    for byte in text.encode("utf-8"):
        char = chr(byte)
        if 32 <= byte < 127 and char not in '"\\':
            if escaped and char in "0123456789abcdefABCDEF":
                out += '" "'
            out += char
            escaped = False
        elif char in '"\\':
            out += "\\" + char
            escaped = False
        else:
            out += f"\\x{byte:02x}"
            escaped = True
    return out + '"'


def keywords(dialect):
    """[(text, set of title kinds, step type or None)] in table order."""
    titles, steps = {}, {}
    for key, kind in TITLES:
        for text in dialect[key]:
            titles.setdefault(text, set()).add(kind)
    for key, kind in STEPS:
        for text in dialect[key]:
            steps.setdefault(text, []).append(kind)
    rows = [(t, sorted(k), None) for t, k in titles.items()]
    rows += [(t, [], k[0] if len(k) == 1 else "UNKNOWN")
             for t, k in steps.items()]
    # Steps before titles: where both begin a line, the step wins.
    rows.sort(key=lambda r: (r[0].encode()[0], r[2] is None,
                             -len(r[0].encode()), r[0].encode()))
    return rows


def render(languages):
    out = ["/* Made by tests/tools/gen_dialects.py from the official table of",
           " * the Gherkin project (gherkin-languages.json); not edited by",
           " * hand. */", ""]
    for name in sorted(languages):
        ident = name.replace("-", "_")
        out.append(f"static const struct gh_keyword keywords_{ident}[] = {{")
        for text, kinds, step in keywords(languages[name]):
            size = len(text.encode("utf-8"))
            if step is None:
                mask = " | ".join(f"TITLE({k})" for k in kinds)
                what = f"{mask}, GH_KEYWORD_NONE"
            else:
                what = f"STEP, GH_KEYWORD_{step}"
            out.append(f"    {{{c_string(text)}, {size}, {what}}},")
        out += ["};", ""]
    out.append("static const struct gh_dialect dialect_table[] = {")
    for name in sorted(languages):
        ident = name.replace("-", "_")
        english = languages[name]["name"]
        native = languages[name]["native"]
        out.append(f"    DIALECT({c_string(name)}, {c_string(english)}, "
                   f"{c_string(native)}, keywords_{ident}),")
    out += ["};", ""]
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("table", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path, nargs="?",
                        default=here / "../../gherkin/dialects.inc")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    if args.check and not args.table.exists():
        print(f"no {args.table}")
        return 77
    text = render(json.loads(args.table.read_text(encoding="utf-8")))
    if not args.check:
        args.out.write_text(text, encoding="utf-8")
    elif args.out.read_text(encoding="utf-8") != text:
        print(f"{args.out} is not what this table gives: run {sys.argv[0]}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
