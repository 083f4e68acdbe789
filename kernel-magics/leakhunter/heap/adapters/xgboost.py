"""XGBoost: the copy of the data that a ``DMatrix`` keeps.

What a matrix takes is found as the allocator keeps it, the index that training
adds included: see :mod:`leakhunter.heap.peek.blocks`, measured to 0.1 %.  Where
that cannot be seen it is told from its shape, and then without the index of one
to three bytes a value: eight bytes a value that is not missing and eight a row,
or of a ``QuantileDMatrix`` two and four.  A matrix of a ``DataIter`` with a
cache on disk cannot be told from one in memory.  A booster keeps no data after
training, and its trees, some 20 kB each, are not counted.

Cost: 0.2 ms a matrix.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.peek.blocks import found, reach
from leakhunter.heap.peek.mapped import look_again
from leakhunter.heap.walk.seen import NOTHING, Seen

MODULE = "xgboost.core"

_BYTES = {"DMatrix": (8, 8), "QuantileDMatrix": (2, 4)}
"""Of a value that is there, and of a row: what it takes at least."""

_HIDDEN = ("ExtMemQuantileDMatrix", "Booster")
"""May be on disk; cannot be sized."""


def handles(cls: type) -> bool:
    """Is this a matrix or a booster?  Never a subclass of the user's."""
    core = sys.modules[MODULE]
    known = any(cls is getattr(core, name, None) for name in (*_BYTES, *_HIDDEN))
    if known:
        look_again()
    return known


def look(obj: Any) -> Seen:
    """About the bytes of a matrix."""
    matrix = sys.modules[MODULE].DMatrix
    handle = (safe.own_dict(obj) or {}).get("handle")
    if type(handle) is not ctypes.c_void_p or not handle.value:
        return NOTHING
    bytes_of = _BYTES.get(safe.type_name(type(obj)))
    if bytes_of is None:
        return Seen(hidden=True)
    blocks = reach(handle.value)
    if blocks is not None:
        return found(obj, blocks)
    value, row = bytes_of
    size = value * matrix.num_nonmissing(obj) + row * matrix.num_row(obj)
    return Seen(object.__sizeof__(obj) + size, estimate=True)


def describe(obj: Any) -> str:
    """``200,000 × 20``."""
    matrix = sys.modules[MODULE].DMatrix
    if not safe.is_kind(obj, matrix):
        return ""
    return f"{matrix.num_row(obj):,} × {matrix.num_col(obj):,}"
