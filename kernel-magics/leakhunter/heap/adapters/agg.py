"""matplotlib: the pixels that a canvas draws on, and what drawing needs beside them, which C++ holds.

A closed figure is a cycle of references, so all this waits for a collection
with it; without it a figure of 7 MB looks small.  Pixels tell how many they
are; cells of the rasterizer are found as the allocator keeps them, see
:mod:`leakhunter.heap.peek.blocks`.

Cost: 0.3 ms a canvas.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap.peek.blocks import reach
from leakhunter.heap.peek.mapped import look_again
from leakhunter.heap.peek.native import words
from leakhunter.heap.walk.seen import Seen

MODULE = "matplotlib.backends._backend_agg"


def handles(cls: type) -> bool:
    """Is it the native half of a renderer?"""
    known = cls is sys.modules[MODULE].RendererAgg
    if known:
        look_again()
    return known


def look(obj: Any) -> Seen:
    """Four bytes a pixel, as it lends them, and the blocks of the C++ object behind it."""
    pixels = memoryview(obj).nbytes
    # the C++ object comes right after what each object of Python's begins with
    address = words(id(obj) + object.__basicsize__, 1)
    blocks = reach(address[0]) if address else None
    native = sum(blocks.sizes.values()) if blocks is not None else 0
    return Seen(size=object.__sizeof__(obj) + max(pixels, native), estimate=True)


def describe(obj: Any) -> str:
    """Width and height: ``640 × 480 pixels``."""
    height, width, *_ = memoryview(obj).shape or (0, 0)
    return f"{width:,} × {height:,} pixels"
