"""PIL: the pixels of an image, once it has been loaded.

An image that was opened holds no pixels before it is used.  One that was made
over an array's or a buffer's memory, known by being read-only, holds no pixels
of its own.  Pixels that something else holds too are not counted.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.walk.seen import NOTHING, Seen

MODULE = "PIL.Image"

_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
"""Bytes of a pixel by mode; all others take four, colours without transparency too."""


def handles(cls: type) -> bool:
    """Is it an image?"""
    return safe.derives(cls, sys.modules[MODULE].Image)


def look(obj: Any) -> Seen:
    """The pixels of an image that has them to itself."""
    held = safe.own_dict(obj) or {}
    name = "_im" if "_im" in held else "im"
    if safe.type_name(type(held.get(name))) != "ImagingCore":
        return NOTHING
    if (
        held.get("_readonly", held.get("readonly")) != 0
        or _holders(held, name) > _one()
    ):
        return Seen(hidden=True)
    width, height = held[name].size
    pixels = width * height * _BYTES.get(held[name].mode, 4)
    return Seen(size=object.__sizeof__(obj) + pixels, estimate=True)


def _holders(held: dict[str, Any], name: str) -> int:
    return sys.getrefcount(held[name])


@cache
def _one() -> int:
    """What :func:`_holders` says of an object that one dictionary holds."""
    return _holders({"im": object()}, "im")


def describe(obj: Any) -> str:
    """Size and mode: ``640 × 480 RGB``."""
    held = safe.own_dict(obj) or {}
    size = held.get("_size", held.get("size"))
    if type(size) is not tuple or [type(n) for n in size] != [int, int]:
        return ""
    mode = safe.short(held.get("_mode", held.get("mode")))
    return f"{size[0]:,} × {size[1]:,} {mode}"
