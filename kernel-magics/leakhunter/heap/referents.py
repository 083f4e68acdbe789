"""What objects refer to, without one that must not be asked.

CPython 3.12.0 to 3.12.5: the module ``_asyncio`` tells the iterators that it
has freed and keeps for its next ones.  Whoever lets go of them again frees them
a second time, and that list has no end from then on (python/cpython#122695).
Such an iterator is there as soon as something was awaited, in every kernel.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

FIRST, MENDED = (3, 12), (3, 12, 6)


def sparing(spared: object) -> Callable[..., list[Any]]:
    """``gc.get_referents``, to which one object refers to nothing."""

    def referents(*objects: Any) -> list[Any]:
        return gc.get_referents(*(one for one in objects if one is not spared))

    return referents


def right(version: tuple[int, ...]) -> Callable[..., list[Any]]:
    """The way to ask under this version of CPython."""
    if not FIRST <= version < MENDED:
        return gc.get_referents
    try:
        import _asyncio  # noqa: PLC0415 - only where it is to be spared
    except ImportError:
        return gc.get_referents
    return sparing(_asyncio)


referents: Callable[..., list[Any]] = right(sys.version_info[:3])
"""``gc.get_referents``; the only way in this package to ask for it."""
