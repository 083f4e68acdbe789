"""The text of a ``StringIO``, which Python's sizes leave out.

It lies outside of the object: one byte a character and more while texts are
only appended, four bytes a character once somebody has read or moved in it.
How much it is stands in the object; copying the text out would double it.

Cost: 3 µs a stream.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.native import words
from leakhunter.heap.seen import NOTHING, Seen

MODULE = "_io"

_LENGTH, _ALLOCATED = 4, 5
"""Words in the object: characters of the text, and characters that there is room for once it was read."""

_WIDE = 4
"""Bytes of a character in a text that was read."""

_LEAST = 1024


def handles(cls: type) -> bool:
    """Is it a text in memory?"""
    return safe.derives(cls, io.StringIO)


def look(obj: Any) -> Seen:
    """The text, at least as much as there is."""
    size = text_size(obj)
    if size < _LEAST:
        return NOTHING
    return Seen(object.__sizeof__(obj) + size, estimate=True)


def text_size(obj: Any) -> int:
    """Bytes of the text at least."""
    if _is_known():
        length, room = words(id(obj), _ALLOCATED + 1)[_LENGTH:]
        return _WIDE * room if room >= length else length
    try:
        return io.StringIO.tell(obj)
    except ValueError:  # closed
        return 0


@cache
def _is_known() -> bool:
    """Are the two words where they are looked for?  Tried with streams of our own."""
    appended, read = io.StringIO(), io.StringIO("x" * _LEAST)
    appended.write("x" * _LEAST)
    found = [words(id(s), _ALLOCATED + 1)[_LENGTH:] for s in (appended, read)]
    if not all(found):  # memory cannot be read here
        return False
    (length, little), (other, room) = found
    return length == other == _LEAST > little and _LEAST <= room < 2 * _LEAST


def describe(_: Any) -> str:
    """Nothing that its type does not say."""
    return ""
