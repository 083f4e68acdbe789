"""PIL: the pixels of an image, once it has been loaded.

An image that was opened holds no pixels before it is used.  One that was made
over an array's or a buffer's memory, known by being read-only, holds no pixels
of its own.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.seen import NOTHING, Buffer, Seen

MODULE = "PIL.Image"

_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
"""Bytes of a pixel by mode; all others take four, colours without transparency too."""


def handles(cls: type) -> bool:
    """Is it an image, or the native half of one?"""
    return safe.derives(cls, sys.modules[MODULE].Image) or _is_core(cls)


def _is_core(cls: type) -> bool:
    return safe.type_name(cls) == "ImagingCore" and safe.module_of(cls) != "__main__"


def look(obj: Any) -> Seen:
    """The pixels: they go when the image and its native half are gone."""
    if _is_core(type(obj)):
        return Seen(buffers=(Buffer(_key(obj), 0),))
    held = safe.own_dict(obj) or {}
    core = held.get("_im", held.get("im"))
    if core is None or not _is_core(type(core)):
        return NOTHING
    if held.get("_readonly", held.get("readonly")) != 0:
        return Seen(hidden=True)
    width, height = core.size
    pixels = width * height * _BYTES.get(core.mode, 4)
    return Seen(buffers=(Buffer(_key(core), pixels),), estimate=True)


def _key(core: Any) -> int:
    """Address of the node for the pixels: nothing else begins inside the native half."""
    return id(core) + 1


def describe(obj: Any) -> str:
    """Size and mode: ``640 × 480 RGB``."""
    held = safe.own_dict(obj) or {}
    size = held.get("_size", held.get("size"))
    if type(size) is not tuple or [type(n) for n in size] != [int, int]:
        return ""
    mode = safe.short(held.get("_mode", held.get("mode")))
    return f"{size[0]:,} × {size[1]:,} {mode}"
