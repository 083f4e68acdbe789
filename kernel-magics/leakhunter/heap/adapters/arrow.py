"""Arrow: buffers behind arrays, tables and string columns, known by address.

A table shares its columns with other tables, an array its buffers with its
slices, an IPC file or a message its one buffer with every array in it.  Arrow
counts the owners of each in C++: a reader or a scan that keeps a table, and
that no Python object refers to, shows there.  Where these counts cannot be
read, what clearing frees is a lower bound at best.

Cost: 20 µs a column, 14 µs more a chunk.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.adapters.arrow_tree import (
    Tree,
    array_tree,
    counted,
    data_tree,
    joined,
    memory_tree,
    node,
    runs_users_code,
)
from leakhunter.heap.peek.mapped import look_again
from leakhunter.heap.referents import referents
from leakhunter.heap.walk.seen import Seen

MODULE = "pyarrow.lib"

MAX_CHUNKS = 10_000
"""Chunks of a table that are listed; above that they stay hidden."""

LEAST = 10_000
"""Bytes a column from which on a batch is asked for its columns: Arrow keeps 80 to 400 of each then."""

_THEIRS = (MODULE, "pyarrow._dataset", "builtins")
"""A class of the user's is of another module."""


def handles(cls: type) -> bool:
    """Is this one of Arrow's containers of data?"""
    known = safe.derives(cls, sys.modules[MODULE].Array) or (
        safe.module_of(cls) in _THEIRS and safe.derives(cls, *_clear(), *_opaque())
    )
    if known:
        look_again()
    return known


@cache
def _clear() -> tuple[type, ...]:
    """What tells what it holds."""
    lib = sys.modules[MODULE]
    return (
        lib.Array, lib.ChunkedArray, lib.RecordBatch, lib.Table, lib.Buffer,
        lib.ListScalar, lib.BinaryScalar,
    )  # fmt: skip


def _opaque() -> list[type]:
    """What holds memory and does not tell which."""
    found = [
        getattr(sys.modules.get(module), name, None)
        for module, names in (
            (MODULE, ("RecordBatchReader", "BufferOutputStream", "Tensor")),
            (MODULE, ("StructScalar", "DictionaryScalar", "ExtensionScalar")),
            ("pyarrow._dataset", ("Dataset", "Scanner")),
        )
        for name in names
    ]
    return [cls for cls in found if cls is not None]


def look(obj: Any) -> Seen:
    """The tree of what it holds, down to whole buffers."""
    # Arrow's own ``__sizeof__`` counts the buffers again
    size = object.__sizeof__(obj)
    tree = _tree(obj) if safe.derives(type(obj), *_clear()) else None
    return Seen(
        size,
        buffers=tree or (),
        hidden=tree is None,
        pinned=_pinned(obj) if tree else (),
        estimate=not counted(),
    )


def _pinned(obj: Any) -> tuple[tuple[Any, int], ...]:
    """A slice keeps all that it is a slice of: itself, with the bytes that it shows."""
    lib = sys.modules[MODULE]
    for cls in (lib.Table, lib.RecordBatch, lib.ChunkedArray, lib.Array):
        if safe.is_kind(obj, cls):
            return ((obj, int(cls.nbytes.__get__(obj))),)
    return ()


def _tree(obj: Any) -> Tree | None:
    """What an object holds; ``None`` when that stays hidden."""
    lib = sys.modules[MODULE]
    if safe.is_kind(obj, lib.Buffer):
        return memory_tree([obj], 0)
    if safe.is_kind(obj, lib.DictionaryArray):
        # indices and values that it was asked for and keeps
        asked = [r for r in referents(obj) if safe.is_kind(r, lib.Array)]
        return array_tree(obj, 0) + joined(array_tree(array, 0) for array in asked)
    if safe.is_kind(obj, lib.Array):
        return array_tree(obj, 0)
    if safe.is_kind(obj, lib.BinaryScalar):
        return memory_tree([lib.BinaryScalar.as_buffer(obj)], 1)
    return None if runs_users_code() else _made(obj)


def _made(obj: Any) -> Tree | None:
    """What a container holds: Arrow makes Python objects of its parts when they are asked for."""
    lib = sys.modules[MODULE]
    if safe.is_kind(obj, lib.ListScalar):
        return () if obj.values is None else array_tree(obj.values, ours=1)
    if safe.is_kind(obj, lib.ChunkedArray):
        return _chunked(obj, 0) if obj.num_chunks <= MAX_CHUNKS else None
    if safe.is_kind(obj, lib.RecordBatch):
        if obj.nbytes < LEAST * obj.num_columns:
            return None
        # each column twice: as it was made, and as the array that it was asked for
        return joined(array_tree(c, ours=1) + data_tree(c) for c in obj.columns)
    if sum(column.num_chunks for column in obj.itercolumns()) > MAX_CHUNKS:
        return None
    columns = joined(_chunked(column, ours=1) for column in obj.itercolumns())
    return node("table", obj, 0, columns)


def _chunked(column: Any, ours: int) -> Tree:
    chunks = sys.modules[MODULE].ChunkedArray.iterchunks(column)
    return node("column", column, ours, joined(array_tree(c, ours=1) for c in chunks))


def describe(obj: Any) -> str:
    """Rows, and columns of a table."""
    lib = sys.modules[MODULE]
    if safe.derives(type(obj), lib.Table, lib.RecordBatch):
        return f"{obj.num_rows:,} × {obj.num_columns:,}"
    if safe.is_kind(obj, lib.Array):
        return f"{lib.Array.__len__(obj):,}"
    return f"{len(obj):,}" if safe.is_kind(obj, lib.ChunkedArray) else ""
