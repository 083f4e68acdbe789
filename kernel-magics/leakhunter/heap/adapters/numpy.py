"""numpy: an array's data, its base, and the elements of an object array.

The collector sees nothing inside an ``ndarray``.  A view holds its base; the
base owns the data, so a view and its base count their data once.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.seen import Seen

MODULE = "numpy"
_HEADER = 112
"""``sys.getsizeof`` of an array without data on 64-bit CPython."""

MAX_ELEMENTS = 2_000_000
"""Elements of an object array that are listed; above that they stay hidden."""


def handles(cls: type) -> bool:
    """Is this ``ndarray`` or a subclass of it?"""
    return sys.modules[MODULE].ndarray in safe.mro(cls)


def look(obj: Any) -> Seen:
    """Base and elements of an array, and the bytes of data that it owns."""
    array = sys.modules[MODULE].ndarray
    base = array.base.__get__(obj)
    owns = array.flags.__get__(obj).owndata
    dtype = array.dtype.__get__(obj)
    size = _HEADER + (array.nbytes.__get__(obj) if owns else 0)
    objects: tuple[Any, ...] = () if base is None else (base,)
    hidden = False
    if dtype.hasobject and owns:
        if dtype.kind == "O" and array.size.__get__(obj) <= MAX_ELEMENTS:
            objects += tuple(array.flat.__get__(obj))
        else:
            hidden = True
    elif owns and dtype.kind == "T":
        hidden = True
    pinned = () if base is None else ((base, array.nbytes.__get__(obj)),)
    return Seen(size=size, objects=objects, hidden=hidden, pinned=pinned)


def describe(obj: Any) -> str:
    """Shape and type: ``200,000 × 1,000 float64``."""
    array = sys.modules[MODULE].ndarray
    shape = " × ".join(f"{n:,}" for n in array.shape.__get__(obj)) or "scalar"
    return f"{shape} {safe.short(str(array.dtype.__get__(obj)))}"
