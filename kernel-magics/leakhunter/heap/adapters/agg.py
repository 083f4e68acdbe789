"""matplotlib: the pixels that a canvas draws on, which C++ holds.

A closed figure is a cycle of references, so its pixels wait for a collection
with it; without them it looks small.  Each drawing at another size has pixels
of its own.

Cost: 1 µs a canvas.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap.walk.seen import Seen

MODULE = "matplotlib.backends._backend_agg"


def handles(cls: type) -> bool:
    """Is it the native half of a renderer?"""
    return cls is sys.modules[MODULE].RendererAgg


def look(obj: Any) -> Seen:
    """Four bytes a pixel, as it lends them."""
    return Seen(size=object.__sizeof__(obj) + memoryview(obj).nbytes)


def describe(obj: Any) -> str:
    """Width and height: ``640 × 480 pixels``."""
    height, width, *_ = memoryview(obj).shape or (0, 0)
    return f"{width:,} × {height:,} pixels"
