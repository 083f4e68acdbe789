"""Arrow's native objects: arrays with their data, and buffers, each with its owners.

An array refers to its data, the data to buffers, a buffer that is a slice to
the whole.  Each may be shared: by slices, by columns of other tables, by what
was exported to another library.  Other owners of plain data are counted as
owners of its buffers, where other libraries that show the same memory meet them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeAlias

from leakhunter.heap import safe
from leakhunter.heap.peek.mapped import in_file
from leakhunter.heap.peek.native import UseCount, Uses
from leakhunter.heap.walk.seen import Buffer

Tree: TypeAlias = tuple[Buffer, ...]

LIBRARY = "pyarrow.lib"

_FEW = 256
"""Bytes up to which memory counts without a look at what is mapped, which takes 3 ms once a walk."""


@cache
def counts() -> dict[str, UseCount]:
    """Where Arrow counts owners; without ``pyarrow.array``, which would import pandas."""
    lib = sys.modules[LIBRARY]

    def array(buffer: Any) -> Any:
        return lib.Array.from_buffers(lib.uint8(), 8, [None, buffer])

    def one() -> Any:
        return array(lib.py_buffer(bytes(8)))

    def column() -> Any:
        return lib.chunked_array([one()])

    def table(column: Any) -> Any:
        return lib.Table.from_arrays([column], ["x"])

    return {
        "buffer": UseCount(lambda: lib.py_buffer(bytes(8)), array),
        "array": UseCount(one, lambda a: lib.chunked_array([a])),
        "data": UseCount(one, lambda a: lib.RecordBatch.from_arrays([a], ["x"]), inner=True),
        "column": UseCount(column, table),
        "table": UseCount(lambda: table(column()), lib.Table.to_reader),
    }  # fmt: skip


def counted() -> bool:
    """Can all owners be counted here?"""
    return all(count.known for count in counts().values())


def runs_users_code() -> bool:
    """Has the user made a type?  Arrow asks it when it makes an array of a column."""
    todo = [sys.modules[LIBRARY].ExtensionType]
    for cls in todo:
        todo += type.__subclasses__(cls)
    return any(safe.module_of(cls) == "__main__" for cls in todo)


def joined(trees: Iterable[Tree]) -> Tree:
    """All of these, as one."""
    return tuple(buffer for tree in trees for buffer in tree)


def node(kind: str, wrapper: Any, ours: int, parts: Tree) -> Tree:
    """A C++ object with its owners, or its parts alone where owners cannot be counted."""
    count = counts()[kind].of(wrapper)
    if count is None:
        return parts
    return (Buffer(count.address, 0, count.owners - ours, parts),)


def array_tree(array: Any, ours: int) -> Tree:
    """An array; ``ours`` of its owners are wrappers that looking made."""
    lib = sys.modules[LIBRARY]
    parts = data_tree(array)
    # Arrow keeps the elements of lists, and what an extension stores, as arrays, too
    if _own_buffers(array):
        parts += array_tree(array.values, ours=1)
    elif safe.is_kind(array, lib.ExtensionArray) and not runs_users_code():
        parts += array_tree(lib.ExtensionArray.storage.__get__(array), ours=1)
    return node("array", array, ours, parts)


def data_tree(array: Any) -> Tree:
    """What the data of an array refers to; several arrays can share it, and exports do."""
    lib = sys.modules[LIBRARY]
    kind = lib.Array.type.__get__(array)
    uses = counts()["data"].of(array)
    buffers = lib.Array.buffers(array)
    if safe.is_kind(kind, lib.DictionaryType):
        # the indices are also kept as an array
        return 2 * memory_tree(buffers, 1, uses, _values(array))
    if not lib.DataType.num_fields.__get__(kind):
        return memory_tree(buffers, 1, uses)
    own = _own_buffers(array)
    if own:
        buffers = buffers[:own]
    parts = memory_tree(buffers, 1)
    if own:
        parts += data_tree(array.values)
    elif safe.is_kind(kind, lib.StructType):
        parts += _values_inside(array, kind)
    return parts if uses is None else (Buffer(uses.address, 0, uses.owners, parts),)


def _own_buffers(array: Any) -> int:
    """How many buffers an array of lists has before those of its elements; 0 for another."""
    lib = sys.modules[LIBRARY]
    kind = lib.Array.type.__get__(array)
    if not safe.derives(type(kind), *_lists()) or runs_users_code():
        return 0
    return 1 if safe.is_kind(kind, lib.FixedSizeListType) else 2


@cache
def _lists() -> tuple[type, ...]:
    lib = sys.modules[LIBRARY]
    return (lib.ListType, lib.LargeListType, lib.FixedSizeListType)


def _values(array: Any) -> Tree:
    """The values of a dictionary array.

    Of a slice of our own: Arrow keeps them in the array that was asked.
    """
    lib = sys.modules[LIBRARY]
    values = lib.DictionaryArray.dictionary.__get__(lib.Array.slice(array, 0, 0))
    return memory_tree(lib.Array.buffers(values), 1)


def _values_inside(array: Any, kind: Any) -> Tree:
    """The values of dictionary arrays in the fields of records."""
    lib = sys.modules[LIBRARY]
    types = [kind.field(i).type for i in range(kind.num_fields)]
    inner = (lib.DictionaryType, lib.StructType)
    if not any(safe.derives(type(t), *inner) for t in types):
        return ()
    own = lib.Array.slice(array, 0, 0)
    found: Tree = ()
    for at, field in enumerate(types):
        if safe.is_kind(field, lib.DictionaryType):
            found += _values(own.field(at))
        elif safe.is_kind(field, lib.StructType):
            found += _values_inside(own.field(at), field)
    return found


def memory_tree(
    buffers: list[Any], ours: int, data: Uses | None = None, last: Tree = ()
) -> Tree:
    """Whole buffers: a slice refers to what it is a slice of.

    Other owners of the data of an array own its buffers; ``last`` is what the
    last buffer refers to.
    """
    count = counts()["buffer"]
    wrappers = [b for b in buffers if b is not None]
    owned = [count.of(b) for b in wrappers]
    # an array may refer to a buffer twice, and then we do
    again: dict[int, int] = {}
    for uses in owned:
        if uses is not None:
            again[uses.address] = again.get(uses.address, 0) + ours
    more = data.owners - 1 if data is not None else 0
    found: list[Buffer] = []
    for wrapper, uses in zip(wrappers, owned, strict=True):
        owners = None if uses is None else uses.owners - again[uses.address] + more
        parts = last if wrapper is wrappers[-1] else ()
        parent = wrapper.parent
        if parent is None:
            address = wrapper.address
            held = (
                wrapper.size
                if wrapper.is_cpu and not _in_file(address, wrapper.size)
                else 0
            )
            found.append(Buffer(address, held, owners, parts))
        elif uses is None:
            found += memory_tree([parent], 1) + parts
        else:
            parts += memory_tree([parent], 1)
            found.append(Buffer(uses.address, 0, owners, parts))
    return tuple(found)


def _in_file(address: int, size: int) -> bool:
    """Is it a part of a mapped file?  Of a few bytes that is not asked."""
    return size >= _FEW and in_file(address)
