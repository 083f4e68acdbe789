"""Which objects of the whole process have much memory of their own, whoever holds them.

One pass over what everything that the collector knows refers to.  Only types
and sizes are looked at, so it is cheap: 0.7 µs an object that the collector
knows, 0.17 s for the 240,000 of a kernel with pandas, matplotlib and torch.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import chain, compress, islice
from typing import Any

from leakhunter.heap.adapters import Adapters
from leakhunter.heap.graph import BIG
from leakhunter.heap.referents import referents

CHUNK = 5000
"""Objects looked at between two yields: 4 ms."""

_ITEM = {
    id(cls): least
    for least, kinds in {
        1: (bytes, bytearray, str),
        8: (list, tuple),
        32: (set, frozenset),
        48: (dict,),
    }.items()
    for cls in kinds
}
"""Builtin types that can be big by themselves, with the least bytes of an item."""

_HOLD = frozenset(map(id, (list, tuple, dict, set, frozenset)))
_DULL = frozenset(map(id, (int, float, bool, type(None))))
"""What long lists are mostly made of."""

_FEW = BIG // max(_ITEM.values())


def _long(objects: list[Any]) -> list[Any]:
    """Containers of which a list of all that they hold would take as much memory again."""
    return [one for one in objects if id(type(one)) in _HOLD and len(one) > CHUNK]


def _pieces(container: Any) -> Iterator[list[Any]]:
    """What a container holds, piece by piece, until somebody changes it."""
    held = iter(container)
    if type(container) is dict:
        held = chain(held, container.values())
    try:
        while piece := list(islice(held, CHUNK)):
            yield piece
    except RuntimeError:
        return


class Census:
    """A pass over all objects that the collector knows, and what they refer to.

    Attributes
    ----------
    tracked
        How many the collector knows.
    big
        Objects with at least 1 MB of their own; each once.
    inside
        Objects whose contents only an adapter sees, such as arrays of
        objects.  Both lists hold references: whoever reads them empties them.
    """

    def __init__(self) -> None:
        self.tracked = 0
        self.big: list[Any] = []
        self.inside: list[Any] = []
        self._adapters = Adapters()
        self._known: dict[int, bool] = dict.fromkeys(_ITEM, False)

    def run(self) -> Iterator[None]:
        """Look; yields between chunks and may be dropped."""
        objects = gc.get_objects()
        self.tracked = len(objects)
        seen: set[int] = set()
        try:
            for start in range(0, self.tracked, CHUNK):
                part = objects[start : start + CHUNK]
                self._take(part, seen)
                long = _long(part)
                if long:
                    known = set(map(id, long))
                    part = [one for one in part if id(one) not in known]
                self._inside(referents(*part), seen)
                del part
                yield
                while long:
                    yield from self._through(long.pop(), seen)
        finally:
            objects.clear()

    def _through(self, container: Any, seen: set[int]) -> Iterator[None]:
        for piece in _pieces(container):
            self._inside(piece, seen)
            yield

    def _inside(self, objects: list[Any], seen: set[int]) -> None:
        """Look at these and at what only the adapters see inside of them."""
        while objects:
            objects = self._take(objects, seen)

    def _take(self, objects: list[Any], seen: set[int]) -> list[Any]:
        """Keep what is big; returns what only the adapters see inside of them."""
        kinds = list(map(id, map(type, objects)))
        if _DULL.issuperset(kinds):
            return []
        builtin = list(compress(objects, map(_ITEM.__contains__, kinds)))
        for obj, length in zip(builtin, map(len, builtin), strict=True):
            if length < _FEW or id(obj) in seen:
                continue
            if length * _ITEM[id(type(obj))] >= BIG:
                seen.add(id(obj))
                self.big.append(obj)
        known = self._known
        if not known.keys() >= set(kinds):
            for obj in objects:
                if id(type(obj)) not in known:
                    known[id(type(obj))] = self._adapters.knows(type(obj))
        deeper: list[Any] = []
        for obj in compress(objects, map(known.__getitem__, kinds)):
            if id(obj) not in seen:
                seen.add(id(obj))
                deeper.extend(self._look(obj))
        return deeper

    def _look(self, obj: Any) -> tuple[Any, ...]:
        found = self._adapters.look(obj)
        if found is None:
            return ()
        if max(found.size or 0, sum(b.bytes for b in found.buffers)) >= BIG:
            self.big.append(obj)
        if found.objects:
            self.inside.append(obj)
        return found.objects
