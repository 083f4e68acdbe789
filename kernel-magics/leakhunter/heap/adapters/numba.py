"""Numba: the memory of its typed dictionaries and lists, which compiled code keeps.

Behind the object that counts their owners stands a pointer to a structure of
C: of a dictionary the items in use and its table, of a list the items in use,
the bytes of one and the room.  What texts inside take is not seen.

Cost: 8 µs a container.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.peek.native import words
from leakhunter.heap.roots import look as looking
from leakhunter.heap.walk.seen import NOTHING, Seen

MODULE = "numba.typed"

_INDEXES = ((1 << 8, 1), (1 << 16, 2), (1 << 32, 4))
"""Bytes of a place in a table that is smaller than so much."""

_MOST = 1 << 45


def handles(cls: type) -> bool:
    """Is this a typed dictionary or list?  Never a subclass of the user's."""
    typed = sys.modules[MODULE]
    return cls is typed.Dict or cls is typed.List


def look(obj: Any) -> Seen:
    """What its structure takes; only one that has no other owner counts."""
    kept = looking.field(obj, "_opaque")
    if safe.type_name(type(kept)) != "_MemInfo" or kept.refcount != 1:
        return NOTHING
    inner = words(kept.data, 1)
    size = (_table if safe.type_name(type(obj)) == "Dict" else _items)(*inner)
    if not 0 <= size < _MOST:
        return NOTHING
    return Seen(object.__sizeof__(obj) + size, estimate=True)


def _table(address: int) -> int:
    """Bytes of a dictionary: its places, and room for two thirds as many entries."""
    keys = words(address, 2)[1]
    places, _, entries, key, value, entry, begin = words(keys, 7)
    fits = entries <= places and key + value <= entry and places & (places - 1) == 0
    step = next((n for most, n in _INDEXES if places < most), 8)
    if not fits or begin < step * places:
        return 0
    return begin + entry * (places * 2 // 3)


def _items(address: int) -> int:
    """Bytes of a list: room for so many items."""
    used, item, room = words(address, 3)
    return item * room if used <= room else 0


def describe(_: Any) -> str:
    """Nothing that its type does not say."""
    return ""
