"""polars: frames by their columns, each as a stream of Arrow's format; columns that frames share once."""

# ruff: noqa: SLF001 - the native half of a column is what frames share

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import Any

from leakhunter.act.undo.node import STEP, Builder, Damaged, Describe, Node, Refused
from leakhunter.heap import safe
from leakhunter.heap.adapters.polars import address_of

MODULE = "polars"

_PLAIN = frozenset({
    "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64",
    "Boolean", "String", "Binary", "Date", "Time", "Datetime", "Duration", "Decimal", "Null",
})  # fmt: skip
"""Types that can be written a stretch of rows at a time."""

_WHOLE = ("Categorical", "Enum")
"""Types whose texts are written beside the numbers: the whole column at once."""


def known() -> dict[type, Describe]:
    """The types of this module, with what describes each."""
    polars = sys.modules[MODULE]
    return {
        polars.DataFrame: _frame,
        polars.Series: _series,
        _Column: lambda obj, _: Node("polars.column", obj.rows, (), (obj,)),
    }


def _frame(obj: Any, notes: dict[Any, Any]) -> Node:
    columns = obj.get_columns()
    parts = [_column(one, notes) for one in columns]
    names = [one.name.encode("utf-8", "surrogatepass") for one in columns]
    return Node("polars.frame", [names, obj.height], parts)


def _series(obj: Any, notes: dict[Any, Any]) -> Node:
    name = obj.name.encode("utf-8", "surrogatepass")
    return Node("polars.series", name, [_column(obj, notes)])


def _plain(kind: Any) -> bool:
    """Can a column of this type be cut?  Refuses types that are not known."""
    cls = kind if safe.is_kind(kind, type) else type(kind)
    name = safe.type_name(cls)
    if safe.module_of(cls) != "polars.datatypes.classes":
        name = ""
    if name == "Struct":
        # every one is asked: one that is not known must be refused
        inner = [_plain(field.dtype) for field in kind.fields]
        return all(inner)
    if name in ("List", "Array"):
        return _plain(kind.inner)
    if name not in _PLAIN and name not in _WHOLE:
        raise Refused("a column of a type that undo does not know")
    return name in _PLAIN


def _column(series: Any, notes: dict[Any, Any]) -> _Column:
    """The column behind a series: polars makes new objects for it whenever it is asked."""
    cut = _plain(series.dtype)
    address = address_of(series._s)
    made = _Column(series, cut)
    if address is None:
        return made
    found: _Column = notes.setdefault(("polars", address), made)
    return found


class _Column:
    """A column, written as one or several streams, each behind its length."""

    def __init__(self, series: Any, cut: bool) -> None:
        self._series = series
        self.rows = series.len()
        self.size = int(series.estimated_size()) + 8
        self._step = max(STEP * self.rows // self.size, 1) if cut else max(self.rows, 1)

    def pieces(self) -> Iterator[Any]:
        """A stretch of rows at a time."""
        polars = sys.modules[MODULE]
        for at in range(0, max(self.rows, 1), self._step):
            sink = io.BytesIO()
            part = self._series.slice(at, self._step).alias("")
            polars.DataFrame([part]).write_ipc_stream(sink)
            yield sink.tell().to_bytes(8, "little")
            yield sink.getbuffer()


def _make_column(rows: int, _: object, data: list[Any]) -> Any:
    polars = sys.modules[MODULE]
    packed = memoryview(data[0].read())
    found, at = [], 0
    while at < len(packed):
        size = int.from_bytes(packed[at : at + 8], "little")
        stream = io.BytesIO(packed[at + 8 : at + 8 + size])
        found.append(polars.read_ipc_stream(stream).to_series(0))
        at += 8 + size
    made = found[0] if len(found) == 1 else polars.concat(found, rechunk=True)
    if made.len() != rows:
        msg = "A saved column has another length than was written."
        raise Damaged(msg)
    return made


def _make_frame(facts: Any, parts: list[Any], _: object) -> Any:
    names, height = facts
    named = [_named(part, name) for name, part in zip(names, parts, strict=True)]
    made = sys.modules[MODULE].DataFrame(named)
    if made.height != height:
        msg = "A saved frame has another length than was written."
        raise Damaged(msg)
    return made


def _named(column: Any, name: bytes) -> Any:
    return column.alias(name.decode("utf-8", "surrogatepass"))


BUILDERS = {
    "polars.column": Builder(_make_column),
    "polars.series": Builder(lambda name, parts, _: _named(parts[0], name)),
    "polars.frame": Builder(_make_frame),
}
