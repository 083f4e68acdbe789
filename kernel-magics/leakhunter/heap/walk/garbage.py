"""References from cyclic garbage: objects that are dead already and still hold others.

IPython formats a traceback with objects that refer to each other and to the
frames, and a function that calls itself keeps what it closes over: until the
collector comes round they hold it, whatever is cleared.  Clearing ends with a
collection, so such references do not count.

Nothing is collected here.  Cost: one pass over all objects a level, 40 ms for a
million of them; only when something has references that the picture does not
explain.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Container, Generator
from types import FrameType
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.referents import referents
from leakhunter.heap.walk.census import CHUNK
from leakhunter.heap.walk.referring import referring

LEVELS = 8 if sys.version_info >= (3, 11) else 16
"""Up to Python 3.10 the attributes of an object are one more, in a dictionary of their own."""

MOST = 3000
"""Holders that are followed; what is beyond them counts as alive."""


def from_garbage(
    suspects: list[Any], ours: set[int], known: Container[int]
) -> Generator[None, None, dict[int, int]]:
    """Count the references that garbage has to some objects; in slices.

    Parameters
    ----------
    suspects
        The objects.
    ours
        ``id`` of containers of ours that hold them, and of what is alive for sure.
    known
        ``id`` of objects that the picture holds already.

    Returns
    -------
    dict
        References by the ``id`` of the suspect, where there are any.
    """
    holders: list[Any] = []
    try:
        yield from _gather(holders, suspects, ours | {id(suspects)}, known)
        return _dead(holders, suspects)
    finally:
        holders.clear()


def _dead(holders: list[Any], suspects: list[Any]) -> dict[int, int]:
    """References to the suspects from those holders that only refer to each other."""
    index = {id(obj): i for i, obj in enumerate(holders)}
    wanted = {id(obj) for obj in suspects}
    inside = [0] * len(holders)
    to_suspects: list[list[int]] = []
    to_holders: list[list[int]] = []
    for obj in holders:
        targets = [id(child) for child in referents(obj)]
        to_suspects.append([t for t in targets if t in wanted])
        to_holders.append([index[t] for t in targets if t in index])
        for target in to_holders[-1]:
            inside[target] += 1
    obj = None
    marker = [object()]
    base = list(map(sys.getrefcount, marker))[0]  # noqa: RUF015 - counted as the others are
    counts = list(map(sys.getrefcount, holders))
    alive = [i for i, count in enumerate(counts) if count - base - inside[i] > 0]
    seen = set(alive)
    for i in alive:
        for target in to_holders[i]:
            if target not in seen:
                seen.add(target)
                alive.append(target)
    found: dict[int, int] = {}
    for i, targets in enumerate(to_suspects):
        if i not in seen:
            for target in targets:
                found[target] = found.get(target, 0) + 1
    return found


def _gather(
    found: list[Any], suspects: list[Any], ours: set[int], known: Container[int]
) -> Generator[None, None, None]:
    """Append everything that refers to the suspects, directly or not, beyond the picture.

    Classes and running calls are alive: what refers to them is no news.
    """
    seen = ours | {id(found), id(globals())}
    frontier = suspects
    for _ in range(LEVELS):
        begin = len(found)
        objects = gc.get_objects()
        for start in range(0, len(objects), CHUNK):
            skip = seen | {id(frontier), id(objects)}
            for one in referring(objects[start : start + CHUNK], frontier):
                if id(one) not in skip and id(one) not in known and _may_be_dead(one):
                    seen.add(id(one))
                    found.append(one)
            one = None
            yield
        objects.clear()
        if len(found) == begin or len(found) > MOST:
            return
        frontier = found[begin:]


def _may_be_dead(obj: Any) -> bool:
    cls = type(obj)
    return cls is not FrameType and not safe.derives(cls, type)
