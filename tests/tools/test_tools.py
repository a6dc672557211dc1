#!/usr/bin/env python3
"""The checks themselves: each must find what it is there for, and be quiet
about what is allowed."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

import check_banned
import check_layers
import tree

HERE = os.path.dirname(os.path.abspath(__file__))


class Tree(unittest.TestCase):
    """A small tree in a temporary directory."""

    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix="mprun-tools-")
        self.root = self.place.name
        self.addCleanup(self.place.cleanup)

    def write(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def run_tool(self, name, *arguments, **environment):
        return subprocess.run(
            [sys.executable, "-B", os.path.join(HERE, name), *arguments],
            text=True, capture_output=True, check=False,
            env={**os.environ, **environment})


class Layers(Tree):
    # (file, its include, words of the rule or None when it is allowed)
    CASES = [
        ("runner/run/run.c", '"runner/proc/local.h"', None),
        ("runner/run/run.c", '"runner/run/local.h"', None),
        ("runner/run/run.c", '"runner/report/junit.h"', "is in report"),
        ("runner/run/run.c", '"runner/config/config.h"', "is in config"),
        ("runner/proc/local.c", '"gherkin/gherkin.h"', "is in gherkin"),
        ("runner/base/buf.c", '"runner/model/plan.h"', "is in model"),
        ("runner/main.c", '"runner/report/junit.h"', None),
        ("runner/loose.c", '"runner/report/junit.h"', "in no layer"),
        ("runner/extra/x.c", '"runner/report/junit.h"', "in no layer"),
        ("gherkin/lexer.c", '"runner/proc/local.h"', "nothing of ours"),
        ("gherkin/lexer.c", '"gherkin/gherkin.h"', None),
        ("gherkin/lexer.c", '"gherkin.h"', "from the root"),
        ("gherkin/lexer.c", '"gherkin/lexer.c"', "compiled, not included"),
        ("gherkin/lexer.c", "<pcre2.h>", "only in gherkin/regex.c"),
        ("gherkin/regex.c", "<pcre2.h>", None),
        ("runner/plan/x.c", "<uv.h>", "<uv.h> only"),
        ("runner/proc/x.c", "<uv.h>", None),
        ("runner/report/x.c", "<cjson/cJSON.h>", "cJSON.h> only"),
        ("runner/base/json.c", "<cjson/cJSON.h>", None),
        ("runner/config/config.c", "<yaml.h>", "<yaml.h> only"),
        ("runner/config/config.c", '"runner/config/yaml.h"', None),
        ("runner/config/config.c", '"yaml.h"', "from the root"),
        ("steps/c/s.c", '"mprun/mprun.h"', None),
        ("steps/c/s.c", '"gherkin/gherkin.h"', "is in gherkin"),
        ("platform-servers/c/s.c", '"gherkin/gherkin.h"', None),
        ("platform-servers/c/s.c", '"runner/proc/local.h"', "is in proc"),
        ("platform-servers/c/s.c", "<stdio.h>", None),
    ]

    def test_each_rule(self):
        for path in ("runner/proc/local.h", "runner/run/local.h",
                     "runner/report/junit.h", "runner/config/config.h",
                     "runner/model/plan.h", "runner/config/yaml.h",
                     "gherkin/gherkin.h",
                     "platform-servers/c/mprun/mprun.h"):
            self.write(path, "")
        for path, include, rule in self.CASES:
            with self.subTest(path=path, include=include):
                place = self.write(path, f"int x;\n  #  include {include}\n")
                problems = check_layers.check(self.root)
                os.unlink(place)
                if rule is None:
                    self.assertEqual(problems, [])
                else:
                    self.assertEqual(len(problems), 1, problems)
                    self.assertIn(f"{path}:2:", problems[0])
                    self.assertIn(rule, problems[0])

    def test_exit_status(self):
        self.assertEqual(
            self.run_tool("check_layers.py", self.root).returncode, 0)
        self.write("runner/plan/x.c", "#include <uv.h>\n")
        self.assertEqual(
            self.run_tool("check_layers.py", self.root).returncode, 1)


class Banned(Tree):
    CASES = [
        ("gherkin/a.c", "strcpy(a, b);", "strcpy"),
        ("gherkin/a.c", "x = malloc (3);", "malloc"),
        ("gherkin/memory.c", "x = malloc(3);", None),
        ("runner/base/alloc.c", "free(x);", None),
        ("runner/base/buf.c", "free(x);", "free"),
        ("runner/base/buf.c", "on_close(h, free);", "free"),
        ("runner/base/buf.c", "list->free(x); list.free(y);", None),
        ("runner/base/buf.c", "mp_free(x); free_all(x);", None),
        ("runner/base/buf.c", "// free(x)\n/* malloc(\n3) */", None),
        ("runner/base/buf.c", 'puts("call exit(1) or \\"sleep(1)\\"");', None),
        ("runner/main.c", "exit(1);", None),
        ("runner/cli/cli.c", "exit(1);", "exit"),
        ("runner/cli/cli.c", "_exit(1);", None),
        ("runner/run/a.c", "usleep(10);", "usleep"),
        ("runner/run/a.c", "uv_sleep(10);", "uv_sleep"),
        ("runner/run/a.c", "uv_run(uv_default_loop(), 0);",
         "uv_default_loop"),
        ("runner/run/a.c", "cJSON_Print(j);", "cJSON_Print"),
        ("gherkin/banned.h", "#pragma GCC poison strcpy strcat", None),
    ]

    def test_each_rule(self):
        for path, code, name in self.CASES:
            with self.subTest(path=path, code=code):
                place = self.write(path, f"\n{code}\n")
                problems = check_banned.check(self.root)
                os.unlink(place)
                if name is None:
                    self.assertEqual(problems, [])
                else:
                    self.assertEqual(len(problems), 1, problems)
                    self.assertIn(f"{path}:2: {name}\n", problems[0])

    def test_lines_stay(self):
        text = 'a /* b\nc */ "d\\"e" // f\n\'"\' g\n'
        self.assertEqual(tree.code_only(text), 'a  \n ""  \n\'\' g\n')


class Symbols(Tree):
    SOURCE = """
int mp_fine(int n) { static const char *const t[] = {"a", "b"};
                     return t[n & 1][0]; }
%s
"""
    CASES = [
        ("const int mp_table[] = {1, 2};", None),
        ("static int state; int mp_next(void) { return state++; }", "state"),
        ("int mp_next(void) { static int n = 3; return n++; }", "n."),
        ("int mp_level = 3;", "mp_level"),
        ("int other(void) { return 1; }", "other"),
    ]

    def test_each_rule(self):
        for code, name in self.CASES:
            with self.subTest(code=code):
                place = self.write("x.c", self.SOURCE % code)
                library = os.path.join(self.root, "libx.a")
                made = subprocess.run(
                    f"cc -O0 -fPIC -c -o x.o {place} && rm -f {library} && "
                    f"ar rc {library} x.o", shell=True, cwd=self.root,
                    capture_output=True, check=False)
                if made.returncode:
                    self.skipTest("no compiler named cc, or no ar")
                result = self.run_tool("check_symbols.py", "mp_=" + library)
                if result.returncode == 77:
                    self.skipTest(result.stdout)
                self.assertEqual(result.returncode, 0 if name is None else 1,
                                 result.stdout)
                self.assertIn(name or "0 problems", result.stdout)


class Headers(Tree):
    def test_alone(self):
        self.write("gherkin/a.h", "#ifndef A\n#define A\nstruct a {int b;};\n"
                                  "#endif\n")
        arguments = (self.root, "--", "cc", "-std=c17", "-I" + self.root)
        result = self.run_tool("check_headers.py", *arguments)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.write("gherkin/b.h", "size_t gh_size(void);\n")
        self.write("gherkin/c.h", "struct c {int d;};\n")
        result = self.run_tool("check_headers.py", *arguments)
        self.assertEqual(result.returncode, 1)
        self.assertIn("gherkin/b.h does not", result.stdout)
        self.assertIn("gherkin/c.h does not", result.stdout)


class Text(Tree):
    def test_each_rule(self):
        for text, problem in (("a\n", None), ("a", "no end of line"),
                              ("a \n", ":1: blanks"), ("b\n\ta\n", ":2: a tab"),
                              ("a\r\n", "a carriage")):
            with self.subTest(text=text):
                self.write("docs/a.md", text)
                result = self.run_tool("check_format.py", "text", self.root)
                self.assertEqual(result.returncode, 1 if problem else 0)
                self.assertIn(problem or "0 problems", result.stdout)


class Transcript(Tree):
    GOOD = """# comment
replace [0-9]+ms with <ms>

== all that a case may say
file a/b.txt <<END
one
  two
END
$ cat a/b.txt; echo 12ms; pwd
| one
|   two
| <ms>
| $DIR
$ echo one; \\
  echo "$SRC" >&2; exit 3
| one
! $SRC
? 3
$ seq 12
|...
|~ [1-9]
|* 1?
|...
| 12
$ kill -9 $$
? 137
$ test ! -e started
"""
    # A case that must fail, and words of what is said.
    BAD = [
        ("$ echo a\n", "| a"),
        ("$ echo a\n| a\n| b\n", "expected"),
        ("$ echo a\n|~ b+\n", "expected"),
        ("$ echo a >&2\n", "stderr, got"),
        ("$ exit 2\n", "exit status: 2, expected 0"),
        ("$ true\n? 1\n", "exit status: 0, expected 1"),
        ("$ printf a\n| a\n", "(no newline)"),
        ("timeout 0.3\n$ sleep 60\n", "not ended after"),
    ]

    def transcript(self, text, **environment):
        path = self.write("x.t", text)
        return self.run_tool("transcript.py", "--bin", self.root + "/bin",
                             "--source", self.root, path, **environment)

    def test_good(self):
        result = self.transcript(self.GOOD)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_bad(self):
        for text, words in self.BAD:
            with self.subTest(text=text):
                result = self.transcript("== case\n" + text)
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assertIn(words, result.stdout)

    def test_left_running(self):
        if not os.path.isdir("/proc/self"):
            self.skipTest("no /proc")
        result = self.transcript("== case\n$ sleep 60 >/dev/null 2>&1 &\n")
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("left running", result.stdout)

    def test_skipped(self):
        result = self.transcript("== case\nneeds false\n$ exit 1\n")
        self.assertEqual(result.returncode, 77)
        self.assertIn("needs: false", result.stdout.strip().split("\n")[-1])

    def test_unreadable(self):
        for text in ("$ true\n", "== a\nwhat\n", "== a\n| x\n",
                     "== a\nfile x <<END\n", "== a\n$ true\n? x\n"):
            with self.subTest(text=text):
                self.assertEqual(self.transcript(text).returncode, 2)

    def test_update(self):
        text = "== a\n$ seq 3; echo 5ms; exit 2\n| 0\n|~ [0-9]+ms\n"
        self.transcript(text, MPRUN_UPDATE_GOLDEN="1")
        with open(os.path.join(self.root, "x.t"), encoding="utf-8") as f:
            self.assertEqual(f.read(), "== a\n$ seq 3; echo 5ms; exit 2\n| 1\n"
                                       "| 2\n| 3\n|~ [0-9]+ms\n? 2\n")


class Links(Tree):
    # (text of docs/a.md, words of the problem or None)
    CASES = [
        ("[b](b.md) ![c](../c.txt) [d](#one-word) [e](b.md#two-1)", None),
        ("[x](https://nowhere.example/x.md) [y](mailto:x@y)", None),
        ("[b]: b.md\n[c][b]", None),
        ("`runner/a.c` `runner/<file>.c` `runner/*.c` `features/x`", None),
        ("```\n[x](x.md) `runner/x.c`\n```\n`[x](x.md)`", None),
        ("[x](x.md)", "docs/a.md:3: x.md: there is no docs/x.md"),
        ("[x](b.md#three)", "docs/b.md has no heading for #three"),
        ("[x]: x.md", "there is no docs/x.md"),
        ("\n`runner/x.c`", "docs/a.md:4: there is no runner/x.c"),
    ]

    def test_cases(self):
        self.write("docs/b.md", "# Two\n## `Two`\n")
        self.write("c.txt", "")
        self.write("runner/a.c", "")
        for text, words in self.CASES:
            with self.subTest(text=text):
                self.write("docs/a.md", f"# One word\n\n{text}\n")
                result = self.run_tool("check_links.py", self.root)
                self.assertEqual(result.returncode, 1 if words else 0,
                                 result.stdout)
                self.assertIn(words or "links: 0", result.stdout)


class Robustness(Tree):
    CASES = [  # (last column, words of the fault or None)
        ("`process.rows`: `ends`; `hangs`", None),
        ("`process.rows`: `ends`; `unit.rpc.test_a`: `is_cut`", None),
        ("`process.script`: `a check`; `a loop`; `a key`; `more {x}`", None),
        ("`ends`", "no test is named before 'ends'"),
        ("no test of its own", "no test is named"),
        ("`process.gone`: `ends`", "ctest knows no test 'process.gone'"),
        ("`process.rows`: `end`", "'process.rows' has no case 'end'"),
        ("`process.rows`: `is_cut`", "'process.rows' has no case 'is_cut'"),
        ("`process.rows`: ", "no case of 'process.rows' is named"),
        ("`process.script`: `only said`", "has no case 'only said'"),
        ("`unit.rpc.test_a`: `helps`", "has no case 'helps'"),
    ]

    def test_cases(self):
        rows = self.write("tests/process/rows.txt", "== ends\n== hangs\n")
        script = self.write(
            "tests/process/script.py",
            "import beside\nTABLE = [('a loop', 1)], {'a key': 2}\n"
            "print('only said')\nreport.check('a check', [])\n")
        self.write("tests/process/beside.py",
                   "report.check(f'more {x}: {y}', [])\n")
        self.write("tests/unit/rpc/test_a.c",
                   "void helps(void)\ncmocka_unit_test(is_cut),\n")
        known = {"tests": [
            {"name": "process.rows", "command": ["run", rows]},
            {"name": "process.script", "command": ["run", script]},
            {"name": "unit.rpc.test_a", "command": ["test_a"]}]}
        ctest = self.write("ctest", f"#!/bin/sh\necho '{json.dumps(known)}'\n")
        os.chmod(ctest, 0o755)
        for column, words in self.CASES:
            with self.subTest(column=column):
                self.write("docs/robustness.md", "| | what | proved by |\n"
                           f"|---|---|---|\n| F1 | `x` | {column} |\n")
                result = self.run_tool(
                    "../docs/check_robustness.py", "--source", self.root,
                    "--build", self.root, "--ctest", ctest)
                self.assertEqual(result.returncode, 1 if words else 0,
                                 result.stdout + result.stderr)
                self.assertIn(words or "tests found", result.stdout)


if __name__ == "__main__":
    unittest.main()
