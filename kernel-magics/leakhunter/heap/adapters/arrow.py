"""Arrow: buffers behind arrays, tables and string columns, known by address.

A slice of an array reports the bytes of the slice and holds the whole buffer.
pandas 3 keeps text in Arrow arrays.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.seen import Buffer, Seen

MODULE = "pyarrow.lib"


def _classes() -> tuple[type, ...]:
    lib = sys.modules[MODULE]
    return (lib.Array, lib.ChunkedArray, lib.RecordBatch, lib.Table, lib.Buffer)


def handles(cls: type) -> bool:
    """Is this one of Arrow's containers of data?"""
    bases = safe.mro(cls)
    return any(c in bases for c in _classes())


def _arrays(obj: Any) -> Iterator[Any]:
    lib = sys.modules[MODULE]
    if safe.is_kind(obj, lib.Array):
        yield obj
    elif safe.is_kind(obj, lib.ChunkedArray):
        yield from lib.ChunkedArray.iterchunks(obj)
    elif safe.is_kind(obj, lib.RecordBatch):
        yield from lib.RecordBatch.columns.__get__(obj)
    else:
        for column in lib.Table.itercolumns(obj):
            yield from lib.ChunkedArray.iterchunks(column)


def look(obj: Any) -> Seen:
    """Whole buffers, each once however many slices refer to it."""
    lib = sys.modules[MODULE]
    if safe.is_kind(obj, lib.Buffer):
        return Seen(buffers=(Buffer(obj.address, obj.size),))
    found = {
        buffer.address: buffer.size
        for array in _arrays(obj)
        for buffer in lib.Array.buffers(array)
        if buffer is not None and buffer.size
    }
    return Seen(buffers=tuple(Buffer(a, n) for a, n in found.items()))


def describe(obj: Any) -> str:
    """Rows, and columns of a table."""
    lib = sys.modules[MODULE]
    if safe.is_kind(obj, lib.Table) or safe.is_kind(obj, lib.RecordBatch):
        return f"{obj.num_rows:,} × {obj.num_columns:,}"
    return "" if safe.is_kind(obj, lib.Buffer) else f"{len(obj):,}"
