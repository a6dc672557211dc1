#!/usr/bin/env python3
"""Compare suggested expressions with those of the official generator.

usage: test_suggestions.py --shared DIR --work DIR --node FOLDER
       --messages PROGRAM --suggest PROGRAM

The step texts are those of the corpus of real feature files (every STRIDE-th
of the different ones) and of tests/data/suggestion.txt. FOLDER has
@cucumber/cucumber-expressions in its node_modules. Left out are texts where
the official one is known to be wrong: with a backslash or with "{0}" (what it
makes is no expression for the text), and with characters of two UTF-16 units.
Exit status 77 with a reason where something is absent.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import run_shared  # noqa: E402

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
STRIDE = 4
LONGEST = 400
WRONG = re.compile(r"\\|\{\d+\}|[\U00010000-\U0010ffff]")


def corpus_texts(args):
    data = args.shared / "corpus"
    if not (data / "features.tar.zst").is_file():
        run_shared.skip(f"no corpus of feature files below {args.shared}")
    root = args.work / "corpus"
    run_shared.unpack(data, root)
    names = args.work / "suggestions.list"
    files = sorted(str(p) for p in root.rglob("*.feature") if p.is_file())
    names.write_text("\n".join(files) + "\n")
    done = subprocess.run(
        [args.messages, "--no-source", "--no-ast", "--list", names],
        stdout=subprocess.PIPE, check=False)
    texts = {}
    for line in done.stdout.splitlines():
        if line.startswith(b'{"pickle"'):
            for step in json.loads(line)["pickle"]["steps"]:
                texts[step["text"]] = True
    return list(texts)[::STRIDE]


def data_texts():
    """Those above the first type of its own."""
    text = (DATA / "suggestion.txt").read_text()
    return re.findall(r"^text: (.+)$", text.partition("\ntype:")[0], re.M)


def play(command, texts):
    done = subprocess.run([str(word) for word in command], check=True,
                          input="\n".join(texts) + "\n", text=True,
                          stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("shared", "work", "node", "messages", "suggest"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    args = parser.parse_args()
    args.work = args.work.resolve()
    package = args.node / "node_modules/@cucumber/cucumber-expressions"
    if not shutil.which("node") or not package.is_dir():
        run_shared.skip("no node with @cucumber/cucumber-expressions in "
                        f"{args.node}")
    texts = [text for text in corpus_texts(args) + data_texts()
             if text.strip() and len(text) <= LONGEST
             and not re.search(r"[\r\n\u2028\u2029]", text)]
    right = [text for text in texts if not WRONG.search(text)]
    mine = play([args.suggest], right)
    official = play(["node", pathlib.Path(__file__).with_name(
        "official_suggestions.mjs"), args.node.resolve()], right)
    faults = 0
    for text, got, wanted in zip(right, mine, official, strict=True):
        if got != wanted:
            faults += 1
            print(f"{text}\n  got    {got}\n  wanted {wanted}")
    print(f"{len(right)} texts, {len(texts) - len(right)} left out, "
          f"{faults} differ")
    return 1 if faults or len(right) < 1000 else 0


if __name__ == "__main__":
    sys.exit(main())
