"""polars: buffers behind columns, known by address.

A column is exported through Arrow's C interface, which copies nothing and
gives the beginning of each buffer also for a slice; only the part that a column
shows has a known size.  Frames that share a column share a native object, whose
owners are counted: a lazy frame that keeps it shows there.

Only columns of plain types are looked at: exporting others copies them
(categories), or ends the process in some versions (128-bit integers).  A column
that exists only as one value so far is never asked for: that would fill it.

Cost: 15 µs a column.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.peek.mapped import look_again
from leakhunter.heap.peek.native import UseCount
from leakhunter.heap.walk.seen import Buffer, Seen

MODULE = "polars"


_PLAIN = frozenset({
    "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64",
    "Boolean", "String", "Binary", "Date", "Time", "Datetime", "Duration", "Decimal", "Null",
})  # fmt: skip
_NESTED = ("List", "Array")


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
    """Its columns, each with its buffers."""
    library = _library()
    if type(obj) is library.PySeries:
        found, hidden = _column(obj, ours=0)
    elif type(obj) is library.PyDataFrame:
        found, hidden = _columns(obj)
    else:
        # whatever frame it is about; the owners of that frame's columns are counted
        return Seen(hidden=True)
    return Seen(buffers=tuple(found), hidden=hidden, estimate=not _count().known)


def _columns(frame: Any) -> tuple[list[Buffer], bool]:
    found: list[Buffer] = []
    hidden = False
    for at, kind in enumerate(frame._to_metadata().get_column("repr").to_list()):  # noqa: SLF001 - nothing else tells a column that is one value
        if kind == "series":
            buffers, part = _column(frame.to_series(at), ours=1)
            found += buffers
            hidden = hidden or part
        else:
            hidden = True
    return found, hidden


def _column(series: Any, ours: int) -> tuple[list[Buffer], bool]:
    """Buffers of a column, and whether there is more."""
    from leakhunter.heap.adapters import stream  # noqa: PLC0415 - ctypes is needed only now

    found = None
    if _exports(series.dtype()):
        found = stream.buffers_of(series.__arrow_c_stream__(None))
    parts, hidden = found or [], found is None
    uses = _count().of(series)
    if uses is None:
        return parts, hidden
    return [Buffer(uses.address, 0, uses.owners - ours, tuple(parts))], hidden


def _exports(kind: Any) -> bool:
    """Is it a type that every version exports without a copy?"""
    cls = kind if safe.is_kind(kind, type) else type(kind)
    name = safe.type_name(cls)
    if name == "Struct":
        return all(_exports(field.dtype) for field in kind.fields)
    return name in _PLAIN or (name in _NESTED and _exports(kind.inner))


def address_of(series: Any) -> int | None:
    """Where the native half of a column is, which frames share; ``None`` where that cannot be told."""
    uses = _count().of(series)
    return None if uses is None else uses.address


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
