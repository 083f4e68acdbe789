"""pandas: only shapes; frames, blocks and caches are visible to the collector.

Shapes are read from the block manager, past properties that a subclass may
have overridden, and without building an index.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.seen import NOTHING, Seen

MODULE = "pandas"


def handles(cls: type) -> bool:
    """Is this a frame or a series?"""
    pandas = sys.modules[MODULE]
    bases = safe.mro(cls)
    return pandas.DataFrame in bases or pandas.Series in bases


def look(obj: Any) -> Seen:  # noqa: ARG001 - the collector sees all of it
    """Nothing beyond what the collector sees."""
    return NOTHING


def describe(obj: Any) -> str:
    """``9,395,240 × 30`` for a frame, ``1,000`` for a series."""
    manager = object.__getattribute__(obj, "_mgr")
    lengths = [len(axis) for axis in manager.axes]
    return " × ".join(f"{n:,}" for n in reversed(lengths))
