"""The text of a ``StringIO``, which Python's sizes leave out.

It lies outside of the object: one byte a character and more while texts are
only appended, four bytes a character once somebody has read or moved in it.
How much it is stands in the object; copying the text out would double it.

Up to Python 3.11 texts that are only appended are not copied: the stream keeps
them in lists of its own, and who wrote one may keep it too, as the output
history does.  The collector does not see these lists.

Cost: 3 µs a stream.
"""

from __future__ import annotations

import io
import sys
from functools import cache
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.peek.native import words
from leakhunter.heap.walk.seen import NOTHING, Seen

MODULE = "_io"

_LENGTH, _ALLOCATED = 4, 5
"""Words in the object: characters of the text, and characters that there is room for once it was read."""

_STATE, _LARGE, _SMALL = 6, 7, 8
"""Words in the object up to Python 3.11: is it being appended to, and its two lists of texts."""

_APPENDED = 2
_STATE_BITS = 0xFFFFFFFF

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
    texts = _texts(obj)
    if texts:
        return Seen(objects=texts)
    return Seen(object.__sizeof__(obj) + size, estimate=True)


def _texts(obj: Any) -> tuple[list[Any], ...]:
    """The lists of texts that have been appended, where the stream keeps such."""
    if sys.version_info >= (3, 12) or not _is_known():
        return ()
    found = words(id(obj), _SMALL + 1)
    if found[_STATE] & _STATE_BITS != _APPENDED:
        return ()
    # a list is known by the address of its type
    lists = [at for at in found[_LARGE:] if at and words(at, 2)[1:] == (id(list),)]
    return tuple(_object(at) for at in lists)


def _object(address: int) -> Any:
    """The object at an address where there is one."""
    import ctypes  # noqa: PLC0415 - only where there are such streams

    return ctypes.cast(address, ctypes.py_object).value


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
