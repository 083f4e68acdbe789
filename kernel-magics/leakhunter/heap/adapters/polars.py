"""polars: buffers behind columns, known by address.

A column is exported through Arrow's C interface, which copies nothing and
gives the beginning of each buffer also for a slice; how big it is all in all
its storage says (:mod:`.storage`).  Frames that share a column share a native object, whose
owners are counted: a lazy frame that keeps it shows there.

Only columns of plain types are looked at: exporting others copies them
(categories), or ends the process in some versions (128-bit integers).  A column
that exists only as one value so far is never asked for: that would fill it.

Cost: 15 µs a column.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from leakhunter.heap import safe
from leakhunter.heap.adapters import storage
from leakhunter.heap.peek.mapped import look_again
from leakhunter.heap.peek.native import UseCount
from leakhunter.heap.walk.seen import Buffer, Seen

MODULE = "polars"


_PLAIN = frozenset({
    "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64",
    "Boolean", "String", "Binary", "Date", "Time", "Datetime", "Duration", "Decimal", "Null",
})  # fmt: skip
_NESTED = ("List", "Array")
_TEXTS = ("String", "Binary")

VIEW = 16
"""Bytes of a text beside its letters."""


def _library() -> Any:
    """The native module; older versions name it otherwise."""
    return sys.modules.get("polars._plr") or sys.modules["polars.polars"]


def handles(cls: type) -> bool:
    """Is it the native half of a series, a frame or a lazy frame?  They have no subclasses."""
    library = _library()
    known = any(
        cls is c for c in (library.PySeries, library.PyDataFrame, library.PyLazyFrame)
    )
    if known:
        look_again()
    return known


def look(obj: Any) -> Seen:
    """Its columns, each with its buffers; itself as what may show only a part of them."""
    library = _library()
    if type(obj) is library.PySeries:
        columns, hidden = [_column(obj, ours=0)], False
    elif type(obj) is library.PyDataFrame:
        columns, hidden = _columns(obj)
    else:
        # whatever frame it is about; the owners of that frame's columns are counted
        return Seen(hidden=True)
    found = tuple(buffer for column in columns for buffer in column.buffers)
    shown = sum(column.shown for column in columns)
    return Seen(
        buffers=found,
        hidden=hidden or any(column.hidden for column in columns),
        pinned=((obj, shown),) if found else (),
        estimate=not _count().known,
    )


class _Column(NamedTuple):
    """Buffers of a column, whether there is more, and bytes that it shows."""

    buffers: list[Buffer]
    hidden: bool
    shown: int


def _columns(frame: Any) -> tuple[list[_Column], bool]:
    """Columns of a frame, and whether there are others."""
    found: list[_Column] = []
    kinds = frame._to_metadata().get_column("repr").to_list()  # noqa: SLF001 - nothing else tells a column that is one value
    for at, kind in enumerate(kinds):
        if kind == "series":
            found.append(_column(frame.to_series(at), ours=1))
    return found, len(found) < len(kinds)


def _column(series: Any, ours: int) -> _Column:
    from leakhunter.heap.adapters import stream  # noqa: PLC0415 - ctypes is needed only now

    kind, found = series.dtype(), None
    if _exports(kind):
        found = stream.buffers_of(series.__arrow_c_stream__(None), _whole)
    parts, hidden = found or [], found is None
    shown = _shown(series, kind, sum(part.bytes for part in parts))
    uses = _count().of(series)
    if uses is not None:
        parts = [Buffer(uses.address, 0, uses.owners - ours, tuple(parts))]
    return _Column(parts, hidden, shown)


def _shown(series: Any, kind: Any, whole: int) -> int:
    """Bytes that a column shows; of texts polars counts the letters only."""
    if _name(kind) in _TEXTS:
        return int(series.estimated_size()) + VIEW * int(series.len())
    return whole if _has_texts(kind) else int(series.estimated_size())


def _has_texts(kind: Any) -> bool:
    """Are there texts somewhere inside?"""
    name = _name(kind)
    if name == "Struct":
        return any(_has_texts(field.dtype) for field in kind.fields)
    return name in _TEXTS or (name in _NESTED and _has_texts(kind.inner))


def _name(kind: Any) -> str:
    """Name of a column's type."""
    return safe.type_name(kind if safe.is_kind(kind, type) else type(kind))


def _whole(private: int, shown: Mapping[int, int]) -> dict[int, int]:
    """Bytes of buffers that show only a part."""
    places = _places()
    return {} if places is None else storage.whole(places, private, shown)


def _exports(kind: Any) -> bool:
    """Is it a type that every version exports without a copy?"""
    name = _name(kind)
    if name == "Struct":
        return all(_exports(field.dtype) for field in kind.fields)
    return name in _PLAIN or (name in _NESTED and _exports(kind.inner))


def address_of(series: Any) -> int | None:
    """Where the native half of a column is, which frames share; ``None`` where that cannot be told."""
    uses = _count().of(series)
    return None if uses is None else uses.address


@cache
def _places() -> storage.Places | None:
    try:
        return storage.places(_trial)
    except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
        return None


def _trial(rows: int) -> storage.Exported:
    """A slice of a column of numbers, exported."""
    from leakhunter.heap.adapters import stream  # noqa: PLC0415 - ctypes is needed only now

    exported: list[storage.Exported] = []

    def note(private: int, shown: Mapping[int, int]) -> dict[int, int]:
        exported.append((private, list(shown)))
        return {}

    column = _library().PySeries.new_opt_i64("", [None] * rows, True).slice(3, 5)
    stream.buffers_of(column.__arrow_c_stream__(None), note)
    return exported[0]


@cache
def _count() -> UseCount:
    library = _library()
    return UseCount(
        lambda: library.PySeries.new_opt_i64("", [1], True),
        library.PySeries.clone,
    )


def describe(obj: Any) -> str:
    """Rows, and columns of a frame."""
    library = _library()
    if type(obj) is library.PyDataFrame:
        return f"{obj.height():,} × {obj.width():,}"
    return f"{obj.len():,}" if type(obj) is library.PySeries else ""
