"""pandas: shapes, and the levels that a small MultiIndex keeps.

Frames, blocks and caches are visible to the collector.  Shapes are read from
the block manager, past properties that a subclass may have overridden, and
without building an index.  A slice of a MultiIndex keeps every value of every
level, and views of the whole codes.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.seen import NOTHING, Seen

MODULE = "pandas"


def handles(cls: type) -> bool:
    """Is this a frame, a series or a MultiIndex?"""
    pandas = sys.modules[MODULE]
    bases = safe.mro(cls)
    return any(c in bases for c in (pandas.DataFrame, pandas.Series, pandas.MultiIndex))


def look(obj: Any) -> Seen:
    """A MultiIndex that uses less than half of its levels keeps all of itself."""
    if not safe.is_kind(obj, sys.modules[MODULE].MultiIndex):
        return NOTHING
    levels = object.__getattribute__(obj, "_levels")
    codes = object.__getattribute__(obj, "_codes")
    rows = len(codes[0]) if len(codes) else 0
    longest = max((len(level) for level in levels), default=0)
    if rows * 2 > longest:
        return NOTHING
    shown = rows * (8 * len(levels) + 4 * len(codes))
    return Seen(pinned=((obj, shown),))


def describe(obj: Any) -> str:
    """``9,395,240 × 30`` for a frame, ``1,000`` for a series."""
    if safe.is_kind(obj, sys.modules[MODULE].MultiIndex):
        return f"{len(object.__getattribute__(obj, '_codes')[0]):,}"
    manager = object.__getattribute__(obj, "_mgr")
    lengths = [len(axis) for axis in manager.axes]
    return " × ".join(f"{n:,}" for n in reversed(lengths))
