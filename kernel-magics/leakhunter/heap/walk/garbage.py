"""References from cyclic garbage: objects that are dead already and still hold others.

IPython formats a traceback with objects that refer to each other and to the
frames; until the collector comes round they keep the frames, whatever is
cleared.  Clearing ends with a collection, so such references do not count.

Nothing is collected here.  Cost: one pass over all objects a level, 40 ms for a
million of them; only when frames have references that the
picture does not explain.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from leakhunter.heap.referents import referents
from leakhunter.heap.walk.referring import at_once

LEVELS = 8 if sys.version_info >= (3, 11) else 16
"""Up to Python 3.10 the attributes of an object are one more, in a dictionary of their own."""

MOST = 3000
"""More holders than this are no leftovers of a formatter."""


def from_garbage(
    suspects: list[Any], ours: set[int], known: set[int]
) -> dict[int, int]:
    """Count the references that garbage has to some objects.

    Parameters
    ----------
    suspects
        The objects.
    ours
        ``id`` of containers of ours that hold them.
    known
        ``id`` of objects that the picture holds already.

    Returns
    -------
    dict
        References by the ``id`` of the suspect; empty when it cannot be told.
    """
    holders = _holders(suspects, ours | {id(suspects)}, known)
    if not holders:
        return {}
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


def _holders(suspects: list[Any], ours: set[int], known: set[int]) -> list[Any]:
    """Everything that refers to the suspects, directly or not, beyond the picture."""
    found: list[Any] = []
    seen = set(known) | ours | {id(found), id(globals())}
    frontier = suspects
    for _ in range(LEVELS):
        referrers = at_once(frontier)
        skip = seen | {id(frontier), id(referrers)}
        fresh = [r for r in referrers if id(r) not in skip and type(r) is not FrameType]
        del referrers
        if not fresh:
            return found
        seen.update(map(id, fresh))
        found.extend(fresh)
        frontier = fresh
        if len(found) > MOST:
            return []
    return []
