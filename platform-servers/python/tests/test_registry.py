"""Defining, loading and matching steps."""

import importlib
import os
import re
import sys
import unittest

from mprun import loader
from mprun.registry import Location, Registry, shared_registry
from support import FolderTestCase

HERE = Location(__file__, 1)


def make(*patterns, types=()):
    registry = Registry()
    for name, regexp, transformer in types:
        registry.add_type(HERE, name, regexp, transformer)
    for pattern in patterns:
        registry.add(pattern, print, HERE, None)
    registry.compile()
    return registry


class Matching(unittest.TestCase):
    def values(self, pattern, text, types=()):
        registry = make(pattern, types=types)
        self.assertEqual(registry.problems, [])
        matches = registry.find(text)
        return matches[0].values() if matches else None

    def test_values_have_types(self):
        for pattern, text, expected in (
                ("writes {int} frame(s)", "writes 3 frames", [3]),
                ("waits {float} s", "waits 0.5 s", [0.5]),
                ("says {string}", "says 'it is'", ["it is"]),
                ("is red/blue", "is blue", []),
                (re.compile(r"^size (\d+)$"), "size 7", [7]),
                (re.compile(r"SIZE (\w+)", re.I), "size big", ["big"]),
                (re.compile(r"^(a)?b$"), "b", [None]),
                ("no", "no!", None)):
            with self.subTest(pattern=pattern):
                self.assertEqual(self.values(pattern, text), expected)

    def test_own_type(self):
        types = [("colour", "red|blue", str.upper)]
        self.assertEqual(self.values("{colour}!", "red!", types), ["RED"])

    def test_values_are_those_of_the_package(self):
        types = [("size", r"(\d+) ((K|M)iB|bytes)", lambda *g: g),
                 ("pair", r"\((?:(a)|(b(c)?)), (?:x|(y))\)", lambda *g: g)]
        for text in ("3 KiB", "4 bytes", "(a, x) '' 5 bytes -1.5 w 'it\\'s'",
                     '(bc, y) "q" 1 MiB 2 v "\\""', "(b, x) 'a' 1 KiB 0 u ''"):
            registry = make("{size}", "{pair} {string} {size} {float} {word} "
                            "{string}", types=types)
            self.assertEqual(registry.problems, [])
            [match] = registry.find(text)
            with self.subTest(text):
                self.assertIsNotNone(match.definition.groups)
                self.assertEqual(match.values(), [
                    argument.value for argument in match.arguments])

    def test_none_one_several(self):
        registry = make("a {word}", "a {int}")
        self.assertEqual([len(registry.find(text)) for text in
                          ("b", "a x", "a 1")], [0, 1, 2])

    def test_snippet(self):
        code = make().snippet('writes 3 of "x\\y"', "given",
                              {"dataTable": {"rows": []}})
        self.assertIn('@given("writes {int} of {string}")', code)
        self.assertIn("(ctx, int_, string, table):", code)
        compile(code, "snippet", "exec")
        for text in ("größe ist 🚚", '"', "{int} (x) a/b", "3"):
            with self.subTest(text):
                compile(make().snippet(text), "snippet", "exec")


class Loading(FolderTestCase):
    def setUp(self):
        super().setUp()
        self.registry = shared_registry()
        saved = (self.registry.definitions, self.registry.problems,
                 self.registry._types, list(sys.path), dict(sys.modules))

        def restore():
            (self.registry.definitions, self.registry.problems,
             self.registry._types, sys.path[:], modules) = saved
            for name in set(sys.modules) - set(modules):
                del sys.modules[name]

        self.addCleanup(restore)
        self.registry.definitions = []
        self.registry.problems = []
        self.registry._types = []

    def load(self, *paths):
        loader.load(paths or [self.folder], self.registry)
        return [str(problem) for problem in self.registry.problems]

    def test_all_errors_with_their_places(self):
        self.write("a.py", """\
            from mprun import step

            @step("uses {nothing}")
            def uses(ctx): pass

            @step("open ( paren")
            def paren(ctx): pass

            @step(5)
            def five(ctx): pass

            @step("good")
            def good(ctx): pass
            """)
        self.write("b.py", "import no_such_module_anywhere\n")
        self.write("c.py", "def broken(:\n    pass\n")
        self.write("d.py", "x = 1\n\nx.missing\n")
        self.write("e.py", '@when("a definition")\ndef a(ctx): pass\n')
        problems = self.load()
        self.assertEqual(len(problems), 7, problems)
        text = "\n".join(problems)
        for expected in (r"a\.py:3: .*nothing", r"a\.py:6: ", r"a\.py:9: ",
                         r"b\.py:1: ModuleNotFoundError",
                         r"c\.py:1: SyntaxError", r"d\.py:3: AttributeError",
                         r"e\.py:1: NameError: .*; from mprun import when\n"):
            self.assertRegex(text, expected)
        self.assertEqual(len(self.registry.find("good")), 1)

    def test_helpers_load_once_and_types_come_later(self):
        self.write("a_steps.py", """\
            from helper_of_steps import name
            from mprun import parameter_type, step

            @step("{size} of " + name)
            def size_of(ctx, size): pass
            """)
        self.write("helper_of_steps.py", """\
            from mprun import step
            name = "x"

            @step("helped")
            def helped(ctx): pass
            """)
        self.write("z/types.py", """\
            from mprun import parameter_type

            @parameter_type("size", r"(\\d+) (KiB|bytes)")
            def size(count, unit):
                return int(count) * (1024 if unit == "KiB" else 1)

            parameter_type("plain", "p+")
            """)
        self.write("_private.py", "raise ValueError\n")
        self.assertEqual(self.load(), [])
        self.assertEqual(self.registry.find("2 KiB of x")[0].values(), [2048])
        self.assertEqual(len(self.registry.find("helped")), 1)
        # A text that comes again, also after many others.
        self.assertEqual(self.registry.find("2 KiB of x")[0].values(), [2048])
        for number in range(3000):
            found = self.registry.find(f"{number} KiB of x")
            self.assertEqual(found[0].values(), [1024 * number])
        self.assertEqual(self.registry.find("2 KiB of x")[0].values(), [2048])

    def test_a_step_file_does_not_hide_a_module_of_python(self):
        self.write("wave.py", """\
            from mprun import step

            @step("mine")
            def mine(ctx): pass
            """)
        self.assertEqual(self.load(), [])
        self.assertTrue(hasattr(importlib.import_module("wave"), "open"))
        self.assertEqual(len(self.registry.find("mine")), 1)

    def test_missing_and_empty(self):
        os.mkdir(os.path.join(self.folder, "empty"))
        problems = self.load(os.path.join(self.folder, "empty"),
                             os.path.join(self.folder, "gone"))
        self.assertIn("no step file", problems[0])
        self.assertIn("no such file", problems[1])


if __name__ == "__main__":
    unittest.main()
