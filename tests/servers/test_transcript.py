#!/usr/bin/env python3
"""The matcher of transcripts must notice what it is there to notice."""

import sys
import unittest

import transcript


class Decode(unittest.TestCase):
    GOOD = b'{"jsonrpc":"2.0","id":1,"result":{}}\n'

    def test_takes_a_good_line(self):
        self.assertEqual(transcript.decode(self.GOOD)["id"], 1)

    def test_refuses(self):
        for bad in (self.GOOD[:-1], self.GOOD[:-1] + b"\r\n",
                    b"\xef\xbb\xbf" + self.GOOD, b"[]\n", b"banner\n",
                    b'{"jsonrpc":"2.0","id":1,"result":NaN}\n',
                    b'{"jsonrpc":"2.0","id":1,"id":1,"result":{}}\n',
                    b'{"jsonrpc":"2.0","id":1,"result":"\\u0000"}\n',
                    b'{"jsonrpc":"2.0","id":1,"result":"\\ud800"}\n',
                    b'{"jsonrpc":"2.0","id":1,"result":"\xff"}\n',
                    b'{"jsonrpc":"2.0","id":1}\n',
                    b'{"jsonrpc":"2.0","id":1,"result":1,"error":{}}\n',
                    b'{"id":1,"result":{}}\n'):
            with self.subTest(bad), self.assertRaises(ValueError):
                transcript.decode(bad)


class Differences(unittest.TestCase):
    def test_same(self):
        for expected, actual in (
                ({"a": 1}, {"a": 1, "b": 2}), ([1, {"x": "y"}],) * 2,
                ("~^ab", "abc"), ({"$type": "string"}, "x"),
                ({"a": {"$absent": True}}, {}), ({"$length": 2}, "ab"),
                ({"$oneOf": [1, 2]}, 2), ({"$begins": [1]}, [1, 2]),
                ({"$ends": [2]}, [1, 2]), ({"$ends": []}, [])):
            with self.subTest(expected):
                self.assertEqual(transcript.differences(expected, actual), [])

    def test_different(self):
        for expected, actual in (
                ({"a": 1}, {}), ({"a": 1}, {"a": 2}), ([1], [1, 2]),
                (True, 1), (1, True), (1, "1"), ("~^b", "abc"), ("a", "ab"),
                ({"$type": "number"}, True), ({"$type": "string"}, 1),
                ({"a": {"$absent": True}}, {"a": None}),
                ({"$length": 2}, "abc"), ({"$oneOf": [1, 2]}, 3),
                ({"$begins": [2]}, [1, 2]), ({"$ends": [1]}, [1, 2]),
                ({"$ends": [1, 2]}, [2]), ({"$begins": [1]}, "1")):
            with self.subTest(expected):
                self.assertTrue(transcript.differences(expected, actual))


class Parse(unittest.TestCase):
    def test_adds_the_usual_end(self):
        kinds = [(line.kind, line.text) for line in
                 transcript.parse("# x\n> {}\n")]
        self.assertEqual(kinds, [(">", "{}"), ("!", "end"), ("!", "exit 0")])

    def test_refuses_an_unknown_line(self):
        with self.assertRaises(transcript.TranscriptError):
            transcript.parse("? {}\n")


if __name__ == "__main__":
    sys.exit(unittest.main())
