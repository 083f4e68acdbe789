"""Arrow: buffers behind arrays, tables and string columns, known by address.

A table shares its columns with other tables, an array its buffers with its
slices, an IPC file or a message its one buffer with every array in it.  Arrow
counts the owners of each in C++: a reader or a scan that keeps a table, and
that no Python object refers to, shows there.  Where these counts cannot be
read, what clearing frees is a lower bound at best.

Cost: 15 µs a column and chunk.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.native import UseCount, in_file, look_again
from leakhunter.heap.seen import Buffer, Seen

MODULE = "pyarrow.lib"

MAX_CHUNKS = 10_000
"""Chunks of a table that are listed; above that they stay hidden."""

_OPAQUE = (
    "RecordBatchReader", "BufferOutputStream", "Tensor", "SparseCOOTensor",
    "StructScalar", "DictionaryScalar", "ExtensionScalar", "UnionScalar", "RunEndEncodedScalar",
)  # fmt: skip
"""What holds memory and does not tell which."""

_THEIRS = (MODULE, "builtins")
"""A class of the user's is of another module."""

_Tree = tuple[Buffer, ...]


def handles(cls: type) -> bool:
    """Is this one of Arrow's containers of data?"""
    lib = sys.modules[MODULE]
    known = safe.derives(cls, lib.Array) or (
        safe.module_of(cls) in _THEIRS
        and safe.derives(
            cls, lib.ChunkedArray, lib.RecordBatch, lib.Table, lib.Buffer,
            lib.ListScalar, lib.BinaryScalar, *_opaque(),
        )
    )  # fmt: skip
    if known:
        look_again()
    return known


@cache
def _opaque() -> tuple[type, ...]:
    lib = sys.modules[MODULE]
    return tuple(getattr(lib, name) for name in _OPAQUE if hasattr(lib, name))


def look(obj: Any) -> Seen:
    """The tree of what it holds, down to whole buffers."""
    # Arrow's own ``__sizeof__`` counts the buffers again
    size = object.__sizeof__(obj)
    if safe.derives(type(obj), *_opaque()):
        return Seen(size=size, hidden=True)
    tree = _tree(obj)
    return Seen(size, buffers=tree or (), hidden=tree is None, estimate=not _counted())


def _tree(obj: Any) -> _Tree | None:
    """What an object holds; ``None`` when that stays hidden."""
    lib = sys.modules[MODULE]
    if safe.is_kind(obj, lib.Buffer):
        return _memory([obj], ours=0)
    if safe.is_kind(obj, lib.Array):
        return _array(obj, ours=0)
    if safe.is_kind(obj, lib.BinaryScalar):
        return _memory([lib.BinaryScalar.as_buffer(obj)], ours=1)
    return None if _runs_users_code() else _made(obj)


def _made(obj: Any) -> _Tree | None:
    """What a container holds: Arrow makes Python objects of its parts when they are asked for."""
    lib = sys.modules[MODULE]
    if safe.is_kind(obj, lib.ListScalar):
        return () if obj.values is None else _array(obj.values, ours=1)
    if safe.is_kind(obj, lib.ChunkedArray):
        return _chunked(obj, ours=0) if obj.num_chunks <= MAX_CHUNKS else None
    if safe.is_kind(obj, lib.RecordBatch):
        return _all(_array(column, ours=1) for column in obj.columns)
    if sum(column.num_chunks for column in obj.itercolumns()) > MAX_CHUNKS:
        return None
    columns = _all(_chunked(column, ours=1) for column in obj.itercolumns())
    return _node("table", obj, 0, columns)


def _all(trees: Iterable[_Tree]) -> _Tree:
    return tuple(buffer for tree in trees for buffer in tree)


def _node(kind: str, wrapper: Any, ours: int, parts: _Tree) -> _Tree:
    """A C++ object with its owners, or its parts alone where owners cannot be counted."""
    count = _counts()[kind].of(wrapper)
    if count is None:
        return parts
    return (Buffer(count.address, 0, count.owners - ours, parts),)


def _chunked(column: Any, ours: int) -> _Tree:
    chunks = sys.modules[MODULE].ChunkedArray.iterchunks(column)
    return _node("column", column, ours, _all(_array(c, ours=1) for c in chunks))


def _array(array: Any, ours: int) -> _Tree:
    lib = sys.modules[MODULE]
    kind = lib.Array.type.__get__(array)
    if type(kind) is lib.DataType:
        parts = _memory(lib.Array.buffers(array), ours=1)
    elif safe.is_kind(kind, lib.DictionaryType):
        # Arrow keeps the indices as an array of their own, too
        parts = 2 * _memory(lib.Array.buffers(array), ours=1) + _values(array)
    elif safe.derives(type(kind), *_lists()) and not _runs_users_code():
        own = 1 if safe.is_kind(kind, lib.FixedSizeListType) else 2
        parts = _memory(lib.Array.buffers(array)[:own], ours=1)
        parts += _array(array.values, ours=1)
    else:
        parts = _memory(lib.Array.buffers(array), ours=1)
        if safe.is_kind(kind, lib.StructType):
            parts += _values_inside(array, kind)
    return _node("array", array, ours, parts)


@cache
def _lists() -> tuple[type, ...]:
    lib = sys.modules[MODULE]
    return (lib.ListType, lib.LargeListType, lib.FixedSizeListType)


def _values(array: Any) -> _Tree:
    """The values of a dictionary array.

    Of a slice of our own: Arrow keeps them in the array that was asked.
    """
    lib = sys.modules[MODULE]
    values = lib.DictionaryArray.dictionary.__get__(lib.Array.slice(array, 0, 0))
    return _memory(lib.Array.buffers(values), ours=1)


def _values_inside(array: Any, kind: Any) -> _Tree:
    """The values of dictionary arrays in the fields of records."""
    lib = sys.modules[MODULE]
    types = [kind.field(i).type for i in range(kind.num_fields)]
    if not any(
        safe.derives(type(t), lib.DictionaryType, lib.StructType) for t in types
    ):
        return ()
    own = lib.Array.slice(array, 0, 0)
    found: _Tree = ()
    for at, inner in enumerate(types):
        if safe.is_kind(inner, lib.DictionaryType):
            found += _values(own.field(at))
        elif safe.is_kind(inner, lib.StructType):
            found += _values_inside(own.field(at), inner)
    return found


def _memory(buffers: list[Any], ours: int) -> _Tree:
    """Whole buffers: a slice refers to what it is a slice of."""
    count = _counts()["buffer"]
    wrappers = [b for b in buffers if b is not None]
    counts = [count.of(b) for b in wrappers]
    # an array may refer to a buffer twice, and then we do
    again: dict[int, int] = {}
    for uses in counts:
        if uses is not None:
            again[uses.address] = again.get(uses.address, 0) + ours
    found: list[Buffer] = []
    for wrapper, uses in zip(wrappers, counts, strict=True):
        owners = None if uses is None else uses.owners - again[uses.address]
        parent = wrapper.parent
        if parent is None:
            address = wrapper.address
            held = wrapper.size if wrapper.is_cpu and not in_file(address) else 0
            found.append(Buffer(address, held, owners))
        elif uses is None:
            found += _memory([parent], ours=1)
        else:
            found.append(Buffer(uses.address, 0, owners, _memory([parent], ours=1)))
    return tuple(found)


def _runs_users_code() -> bool:
    """Has the user made a type?  Arrow asks it when it makes an array of a column."""
    todo = [sys.modules[MODULE].ExtensionType]
    for cls in todo:
        todo += type.__subclasses__(cls)
    return any(safe.module_of(cls) == "__main__" for cls in todo)


@cache
def _counts() -> dict[str, UseCount]:
    """Where Arrow counts owners; without ``pyarrow.array``, which would import pandas."""
    lib = sys.modules[MODULE]

    def array(buffer: Any) -> Any:
        return lib.Array.from_buffers(lib.uint8(), 8, [None, buffer])

    def column() -> Any:
        return lib.chunked_array([array(lib.py_buffer(bytes(8)))])

    def table(one: Any) -> Any:
        return lib.Table.from_arrays([one], ["x"])

    return {
        "buffer": UseCount(lambda: lib.py_buffer(bytes(8)), array),
        "array": UseCount(lambda: array(lib.py_buffer(bytes(8))), lambda a: lib.chunked_array([a])),
        "column": UseCount(column, table),
        "table": UseCount(lambda: table(column()), lib.Table.to_reader),
    }  # fmt: skip


def _counted() -> bool:
    return all(count.known for count in _counts().values())


def describe(obj: Any) -> str:
    """Rows, and columns of a table."""
    lib = sys.modules[MODULE]
    if safe.derives(type(obj), lib.Table, lib.RecordBatch):
        return f"{obj.num_rows:,} × {obj.num_columns:,}"
    if safe.is_kind(obj, lib.Array):
        return f"{lib.Array.__len__(obj):,}"
    return f"{len(obj):,}" if safe.is_kind(obj, lib.ChunkedArray) else ""
