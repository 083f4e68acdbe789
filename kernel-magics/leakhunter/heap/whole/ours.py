"""What of ours may refer to the user's objects, weakly or for a moment: no news for anybody."""

from __future__ import annotations

from array import array
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.referents import referents

_CONTAINERS = frozenset(map(id, (dict, list, tuple, set, frozenset, array)))
MOST = 500_000


def ours(*starts: Any) -> frozenset[int]:
    """``id`` of our objects and of the containers that only they lead to.

    Parameters
    ----------
    *starts
        Objects of ours that hold none of the user's.
    """
    seen = set(map(id, starts))
    todo = list(starts)
    known: dict[int, bool] = {}
    try:
        for obj in todo:
            if len(seen) > MOST:
                break
            for child in referents(obj):
                cls = type(child)
                mine = known.get(id(cls))
                if mine is None:
                    mine = known[id(cls)] = _is_ours(cls)
                if mine and id(child) not in seen:
                    seen.add(id(child))
                    todo.append(child)
    finally:
        todo.clear()
    return frozenset(seen)


def _is_ours(cls: type) -> bool:
    package = safe.module_of(cls).partition(".")[0]
    return id(cls) in _CONTAINERS or package == "leakhunter"
