"""The two kinds of argument that a step can have below its text."""

import re
import typing


class DataTable:
    """A data table: rows of strings, every row of the same length."""

    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    @property
    def header(self):
        """The cells of the first row."""
        return self.rows[0] if self.rows else []

    @property
    def hashes(self):
        """One dict for each row after the header, keyed by the header."""
        return [dict(zip(self.header, row)) for row in self.rows[1:]]

    def objects(self, kind):
        """One object of this class for each row after the header.

        Each column goes into the field that is called like it (`frame size` is
        frame_size), converted where the field's annotation is a type other
        than str::

            @dataclass
            class Frame:
                id: int
                size: int = 1024

            for frame in table.objects(Frame): ...
        """
        hints = typing.get_type_hints(kind)
        names = [re.sub(r"\W+", "_", title.strip()) for title in self.header]
        made = []
        for number, row in enumerate(self.rows[1:], 1):
            made.append(kind(**{
                name: _converted(cell, hints.get(name, str), name, number)
                for name, cell in zip(names, row)}))
        return made

    @property
    def rows_hash(self):
        """A table of two columns as one dict."""
        if any(len(row) != 2 for row in self.rows):
            raise ValueError("rows_hash needs a table of two columns")
        return {key: value for key, value in self.rows}

    @property
    def columns(self):
        """The table turned round: one list for each column."""
        return [list(column) for column in zip(*self.rows)]

    def raw(self):
        """All rows, the header among them."""
        return [list(row) for row in self.rows]

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)

    def __eq__(self, other):
        if isinstance(other, DataTable):
            return self.rows == other.rows
        return self.rows == other

    def __repr__(self):
        return f"DataTable({self.rows!r})"


_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


def _converted(cell, kind, name, number):
    if kind is str or not isinstance(kind, type):
        return cell
    try:
        return _TRUTHS[cell.lower()] if kind is bool else kind(cell)
    except (KeyError, ValueError, ArithmeticError):
        raise ValueError(f"row {number} of the table, column {name!r}: {cell!r}"
                         f" is no {kind.__name__}") from None


class DocString(str):
    """A doc string: a str that also knows its media type (or None)."""

    media_type = None

    def __new__(cls, content, media_type=None):
        self = super().__new__(cls, content)
        self.media_type = media_type
        return self

    @property
    def content(self):
        return str(self)


class BadArgument(ValueError):
    """The `argument` member of a request is not what the protocol says."""


def parse(argument):
    """The step's arguments, in the order in which the step has them."""
    if argument is None:
        return []
    if not isinstance(argument, dict):
        raise BadArgument("params.argument must be an object")
    parsed = {}
    if argument.get("dataTable") is not None:
        parsed["dataTable"] = _parse_table(argument["dataTable"])
    if argument.get("docString") is not None:
        parsed["docString"] = _parse_doc_string(argument["docString"])
    order = argument.get("order")
    if isinstance(order, list) and order[:1] == ["docString"]:
        parsed = dict(reversed(list(parsed.items())))
    return list(parsed.values())


def _parse_table(table):
    rows = table.get("rows") if isinstance(table, dict) else None
    if not isinstance(rows, list) or not all(map(_is_row, rows)):
        raise BadArgument(
            "params.argument.dataTable.rows must be an array of arrays of"
            " strings")
    return DataTable(rows)


def _is_row(row):
    return isinstance(row, list) and all(
        isinstance(cell, str) for cell in row)


def _parse_doc_string(doc):
    content = doc.get("content") if isinstance(doc, dict) else None
    media_type = doc.get("mediaType") if isinstance(doc, dict) else None
    if not isinstance(content, str):
        raise BadArgument("params.argument.docString.content must be a string")
    if media_type is not None and not isinstance(media_type, str):
        raise BadArgument(
            "params.argument.docString.mediaType must be a string")
    return DocString(content, media_type)
