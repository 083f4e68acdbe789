"""pandas: shapes, the lookup tables of indexes, and the levels that a small MultiIndex keeps.

Frames, blocks and caches are visible to the collector; what is inside the hash
table that the first lookup builds is not, and it is bigger than the index.  From
pandas 3 on a table of texts holds each of them.  Shapes are read from
the block manager, past properties that a subclass may have overridden, and
without building an index.  A slice of a MultiIndex keeps every value of every
level, and views of the whole codes.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.adapters.numpy import MAX_ELEMENTS, elements
from leakhunter.heap.walk.seen import NOTHING, Seen

MODULE = "pandas"


def handles(cls: type) -> bool:
    """Is this a frame, a series, a MultiIndex, or the lookup table of an index?"""
    pandas = sys.modules[MODULE]
    return safe.derives(cls, pandas.DataFrame, pandas.Series, pandas.MultiIndex) or (
        safe.module_of(cls) != "__main__"
        and (safe.derives(cls, _tables().HashTable, _engine()) or _is_tree(cls))
    )


def _tables() -> Any:
    return sys.modules["pandas._libs.hashtable"]


def _engine() -> Any:
    return sys.modules["pandas._libs.index"].IndexEngine


def _is_tree(cls: type) -> bool:
    """Is it part of the lookup tree of intervals, whose arrays nobody can see?"""
    nodes = sys.modules["pandas._libs.interval"].NODE_CLASSES.values()
    return any(cls is node for node in nodes)


def look(obj: Any) -> Seen:
    """Bytes and texts of a lookup table; a MultiIndex that uses less than half of its levels keeps all of itself."""
    cls = type(obj)
    if safe.derives(cls, _tables().HashTable):
        return Seen(size=object.__sizeof__(obj) + obj.sizeof())
    if safe.derives(cls, _engine()):
        return _keys(obj)
    if _is_tree(cls):
        return Seen(hidden=True)
    if not safe.is_kind(obj, sys.modules[MODULE].MultiIndex):
        return NOTHING
    held = safe.own_dict(obj) or {}
    levels, codes = held["_levels"], held["_codes"]
    rows = _rows(obj)
    longest = max((_rows(level) for level in levels), default=0)
    if rows * 2 > longest:
        return NOTHING
    shown = rows * (8 * len(levels) + 4 * len(codes))
    return Seen(pinned=((obj, shown),))


def _keys(engine: Any) -> Seen:
    """The texts that a table holds: each value of an index once, if no value comes twice."""
    table, values = engine.mapping, engine.values
    if type(table) is not _tables().PyObjectHashTable or not _holds_keys():
        return NOTHING
    if len(table) != values.size or values.size > MAX_ELEMENTS:
        return Seen(hidden=True)
    return Seen(objects=tuple(elements(values)))


@cache
def _holds_keys() -> bool:
    """Does a table of this version of pandas hold its keys?  Tried with one of our own."""
    numpy = sys.modules["numpy"]
    key = object()
    values = numpy.full(1, key, dtype=object)
    before = sys.getrefcount(key)
    table = _tables().PyObjectHashTable(1)
    table.map_locations(values)
    return sys.getrefcount(key) > before


def _rows(index: Any) -> int:
    """Entries of an index, past its own ``len`` and that of an array type of the user's."""
    held = safe.own_dict(index) or {}
    if "_codes" in held:
        codes = held["_codes"]
        return len(codes[0]) if len(codes) else 0
    data = held["_range"] if "_range" in held else held["_data"]
    array = sys.modules["numpy"].ndarray
    if safe.is_kind(data, array):
        return int(array.size.__get__(data))
    if type(data) is range or safe.module_of(type(data)).split(".")[0] == MODULE:
        return len(data)
    raise TypeError("an array of the user's")


def describe(obj: Any) -> str:
    """``9,395,240 × 30`` for a frame, ``1,000`` for a series."""
    pandas = sys.modules[MODULE]
    if safe.is_kind(obj, pandas.MultiIndex):
        return f"{_rows(obj):,}"
    if safe.derives(type(obj), pandas.DataFrame, pandas.Series):
        manager = (safe.own_dict(obj) or {})["_mgr"]
        if safe.module_of(type(manager)).split(".")[0] != MODULE:
            return ""
        return " × ".join(f"{_rows(axis):,}" for axis in reversed(manager.axes))
    return ""
