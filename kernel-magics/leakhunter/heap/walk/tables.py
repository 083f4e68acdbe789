"""What dictionaries hold and the collector does not list.

A dictionary whose keys are all text has them left out of ``gc.get_referents``:
they cannot be part of a cycle.  Instances of one class share their keys, the
names of their attributes, which belong to the class.  From Python 3.13 on the
collector finds an instance's attributes in the instance also when somebody
holds them as a dictionary, which it then leaves out.
"""

from __future__ import annotations

import functools
import sys
from collections import Counter
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.peek.native import words
from leakhunter.heap.peek.sizes import EMBEDDED, Kind, has_dict

_VALUES = 5
"""Which word of a dictionary is not 0 when it shares its keys."""
_WORD = 8
_FEW = 30
MOST_SHARED = _FEW if sys.version_info >= (3, 11) else 1 << 20
"""Dictionaries with more keys never share them."""


def keys_left_out(obj: Any, kind: Kind, children: list[Any]) -> list[Any]:
    """Text keys that a dictionary refers to and the collector does not list.

    Parameters
    ----------
    obj, kind
        The dictionary, of any class, and how its class is sized.
    children
        What ``gc.get_referents`` says of it.
    """
    keys = list(dict.keys(obj))
    if not keys:
        return []
    if type(obj) is dict:
        listed = len(children) != len(keys)
    else:
        # where order is kept apart its nodes refer to each key too
        times = Counter(map(id, children))
        listed = all(times[id(key)] > kind.ordered for key in keys)
    return [] if listed else keys


def shares_keys(obj: Any, *, sure: bool) -> bool:
    """Are the keys of this dictionary those of a class?

    Its size tells in most cases.  For the others memory is read, which takes
    2 µs, when it must be sure; then what cannot be told counts as shared.
    """
    if type(obj) is not dict or len(obj) > MOST_SHARED:
        return False
    if len(obj) <= _FEW and obj.__sizeof__() not in sizes_alone():
        return True
    if not sure:
        return False
    held = words(id(obj) + _VALUES * _WORD, 1) if _known() else ()
    return not held or held[0] != 0


@functools.cache
def sizes_alone() -> frozenset[int]:
    """Bytes of dictionaries with few text keys of their own."""
    return frozenset(
        dict.fromkeys(map(str, range(n))).__sizeof__() for n in range(2 * _FEW)
    )


@functools.cache
def _known() -> bool:
    """Is it so in this Python?  Tried with two of our own."""

    class Own:
        pass

    own = Own()
    own.attribute = None  # type: ignore[attr-defined]
    shared, alone = vars(own), {"attribute": None}
    found = [words(id(one) + _VALUES * _WORD, 1) for one in (shared, alone)]
    return all(found) and found[0][0] != 0 and found[1][0] == 0


def own_references(obj: Any, kind: Kind, children: list[Any]) -> list[Any]:
    """What an instance refers to: its dictionary, where the collector lists what is in that."""
    if not EMBEDDED or not kind.inline or not has_dict(obj, kind, children):
        return children
    held = safe.own_dict(obj)
    if held is None or any(held is child for child in children):
        return children
    inside = list(map(id, dict.values(held)))
    rest: list[Any] = [held]
    for child in children:
        if id(child) in inside:
            inside.remove(id(child))
        else:
            rest.append(child)
    return rest


def values_elsewhere(obj: Any, children: list[Any]) -> list[Any] | None:
    """Values of an instance's dictionary that the collector finds in the instance.

    ``None`` for every other dictionary.
    """
    if not EMBEDDED or children or type(obj) is not dict:
        return None
    return list(obj.values()) or None
