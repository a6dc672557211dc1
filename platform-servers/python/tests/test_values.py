"""Values on their way in and out: arguments, JSON, failures."""

import decimal
import enum
import json
import dataclasses
import unittest

from mprun import failure, safejson
from mprun.argument import BadArgument, DataTable, DocString, parse
from mprun.outcome import Mismatch, expect_equal


@dataclasses.dataclass
class Frame:
    id: int
    frame_size: float = 0.5
    last: bool = False
    note: "str" = ""


class Objects(unittest.TestCase):
    def test_rows_become_objects(self):
        table = DataTable([["id", "frame size", "last"], ["1", "2.5", "yes"],
                           ["2", "3", "False"]])
        self.assertEqual(table.objects(Frame), [
            Frame(1, 2.5, True), Frame(2, 3.0, False)])
        self.assertEqual(DataTable([["id", "note"]]).objects(Frame), [])

    def test_what_does_not_fit_is_told_with_its_place(self):
        for rows, what in (
                ([["id"], ["1"], ["x"]], "row 2 .*'id': 'x' is no int"),
                ([["id", "last"], ["1", "2"]], "row 1 .*'last': '2' is no bool")):
            with self.assertRaisesRegex(ValueError, what):
                DataTable(rows).objects(Frame)
        with self.assertRaisesRegex(TypeError, "colour"):
            DataTable([["id", "colour"], ["1", "red"]]).objects(Frame)


class Arguments(unittest.TestCase):
    TABLE = {"rows": [["id", "size"], ["1", "1024"], ["2", ""]]}

    def test_table(self):
        (table,) = parse({"dataTable": self.TABLE})
        self.assertEqual(table.header, ["id", "size"])
        self.assertEqual(table.hashes, [{"id": "1", "size": "1024"},
                                        {"id": "2", "size": ""}])
        self.assertEqual(table.columns[1], ["size", "1024", ""])
        self.assertEqual(len(table), 3)
        self.assertEqual(table, DataTable(self.TABLE["rows"]))
        self.assertEqual(table.rows_hash["1"], "1024")
        with self.assertRaises(ValueError):
            DataTable([["one"]]).rows_hash

    def test_doc_string(self):
        (doc,) = parse({"docString": {"content": "a\nb",
                                      "mediaType": "text/x"}})
        self.assertEqual((doc, doc.content, doc.media_type),
                         ("a\nb", "a\nb", "text/x"))
        (doc,) = parse({"docString": {"content": ""}})
        self.assertEqual((doc, doc.media_type), ("", None))

    def test_both_in_the_order_of_the_step(self):
        both = {"dataTable": self.TABLE, "docString": {"content": "x"}}
        self.assertIsInstance(parse(both)[0], DataTable)
        both["order"] = ["docString", "dataTable"]
        self.assertIsInstance(parse(both)[0], DocString)

    def test_refuses_what_is_none(self):
        for bad in ([], "x", {"dataTable": []}, {"dataTable": {"rows": [1]}},
                    {"dataTable": {"rows": [[1]]}}, {"docString": "x"},
                    {"docString": {"content": 1}},
                    {"docString": {"content": "", "mediaType": 1}}):
            with self.subTest(bad), self.assertRaises(BadArgument):
                parse(bad)


class SafeJson(unittest.TestCase):
    class Colour(enum.IntEnum):
        RED = 3

    class Broken:
        def __str__(self):
            raise RuntimeError("no text")

    def test_becomes_strict_json(self):
        deep = []
        for _ in range(500):
            deep = [deep]
        for value, expected in (
                (float("nan"), "nan"), (float("-inf"), "-inf"),
                ("a\ud800\0b", "a\ufffd\ufffdb"), (2 ** 53, 2 ** 53),
                (2 ** 53 + 1, "9007199254740993"), (True, True),
                (b"\x00\xff", "00ff"), ((1, 2), [1, 2]), ({1: 2}, {"1": 2}),
                (decimal.Decimal("1.50"), "1.50"), (self.Colour.RED, 3),
                ("\u2028🚚", "\u2028🚚"),
                (self.Broken(), "<Broken: RuntimeError in str()>")):
            with self.subTest(expected):
                line = safejson.encode({"v": value})
                self.assertEqual(line.count(b"\n"), 1)
                self.assertEqual(json.loads(line)["v"], expected)
        self.assertIn(b"...", safejson.encode(deep))

    def test_decode(self):
        self.assertEqual(safejson.decode('{"a":"é"}'.encode()), {"a": "é"})
        for bad in (b"{", b"\xff", b"[" * 100000):
            with self.subTest(bad[:5]), self.assertRaises(ValueError):
                safejson.decode(bad)


class Failures(unittest.TestCase):
    def describe(self, function, *arguments):
        try:
            function(*arguments)
        except Exception as error:
            return failure.describe(error)
        self.fail("nothing was raised")

    def test_carried_values_and_place(self):
        told = self.describe(expect_equal, "one\ntwo", "one\n2", "they differ")
        self.assertEqual(told["kind"], "assertion")
        self.assertEqual(told["message"], "they differ")
        self.assertEqual((told["expected"], told["actual"]),
                         ("one\n2", "one\ntwo"))
        self.assertIn("-2", told["diff"])
        self.assertIn("test_values.py", told["location"]["file"])
        self.assertNotIn("outcome.py", told["stackTrace"])

    def test_plain_assert(self):
        def compare(actual):
            sizes = {"frame": 1024}
            assert actual == sizes["frame"]

        told = self.describe(compare, 1000)
        self.assertEqual((told["expected"], told["actual"]), ("1024", "1000"))
        self.assertIn("assert actual ==", told["message"])

    def test_a_call_is_not_repeated(self):
        calls = []

        def compare():
            assert calls.append(1) == 3

        self.assertNotIn("expected", self.describe(compare))
        self.assertEqual(calls, [1])

    def test_unittest_assertion_is_placed_in_the_step(self):
        told = self.describe(unittest.TestCase().assertEqual, 1, 2)
        self.assertIn("test_values.py", told["location"]["file"])

    def test_kinds(self):
        def throw(error):
            raise error

        for error, kind in ((ValueError("x"), "exception"),
                            (TimeoutError(), "timeout"),
                            (MemoryError(), "resource"),
                            (Mismatch("x"), "assertion")):
            with self.subTest(kind):
                told = self.describe(throw, error)
                self.assertEqual(told["kind"], kind)
                self.assertTrue(told["message"])


if __name__ == "__main__":
    unittest.main()
