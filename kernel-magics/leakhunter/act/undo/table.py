"""The graph as records: one for each object, in pages that are written as they fill."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Generator
from typing import Any

import msgspec

from leakhunter.act.undo.node import Node
from leakhunter.act.undo.sections import Writer
from leakhunter.act.undo.survey import data_of
from leakhunter.act.undo.walk import Walk

_PAGE_RECORDS = 4096
_PAGE_BYTES = 1 << 20

_INLINE = 4096
"""Bytes of an object that still go into its record: a section costs a hundred."""

_INT = (-(1 << 63), 1 << 64)
"""What fits into an integer of msgpack."""


class Index(msgspec.Struct, array_like=True):
    """What finds the graph in the file.

    Attributes
    ----------
    count
        How many objects there are.
    pages
        Sections with the records of all objects, by number.
    order
        Section with the numbers in the order of making.
    roots
        Numbers of the saved values.
    """

    count: int
    pages: list[int]
    order: int
    roots: list[int]


class Record(msgspec.Struct, array_like=True):
    """An object that is more than a plain value.

    ``data`` are the numbers of sections, or short bytes themselves.
    """

    kind: str
    facts: Any
    refs: list[int]
    data: list[Any]


def write_graph(writer: Writer, walk: Walk) -> Generator[int, None, int]:
    """Write all that the saved values reach; yields the size of the file, returns the index's section."""
    pages: list[int] = []
    page: list[Any] = []
    filled = 0
    reached = walk.reached()
    for number, node in enumerate(walk.nodes):
        if not reached[number]:
            page.append(None)
        elif node is None:
            value = walk.held[number]
            page.append(_plain(value))
            filled += len(value) if type(value) in (str, bytes) else 1
        else:
            record = yield from _record(writer, node)
            page.append(record)
            filled += 8 * len(record.refs) + sum(
                len(d) for d in record.data if type(d) is bytes
            )
        if len(page) >= _PAGE_RECORDS or filled >= _PAGE_BYTES:
            pages.append(writer.small(msgspec.msgpack.encode(page)))
            page, filled = [], 0
            yield writer.file.size
    pages.append(writer.small(msgspec.msgpack.encode(page)))
    order = array("Q", (number for number in walk.order if reached[number]))
    index = Index(
        len(walk.nodes), pages, writer.small(order.tobytes()), list(walk.roots.values())
    )
    return writer.small(msgspec.msgpack.encode(index))


def _record(writer: Writer, node: Node) -> Generator[int, None, Record]:
    data: list[Any] = []
    for one in data_of(node):
        if one.size <= _INLINE:
            data.append(b"".join(bytes(piece) for piece in one.pieces()))
        else:
            data.append((yield from writer.section(one)))
    facts = node.facts() if callable(node.facts) else node.facts
    return Record(node.kind, facts, node.refs, data)


def _plain(value: Any) -> Any:
    """A plain value, as itself where msgpack knows it."""
    cls = type(value)
    if cls is int and not _INT[0] <= value < _INT[1]:
        return Record(
            "int",
            value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True),
            [],
            [],
        )
    if cls is float and value != value:  # noqa: PLR0124 - only what is not a number differs from itself
        return _nan(value)
    if cls is str and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return Record("text", value.encode("utf-8", "surrogatepass"), [], [])
    return value


def _nan(value: float) -> Any:
    """Libraries compare theirs by identity."""
    for name in ("numpy", "math"):
        # by identity, as they are compared
        if value is getattr(sys.modules.get(name), "nan", None):
            return Record("nan", name, [], [])
    return value
