"""Everything that is garbage already and waits for a collection; nothing is collected.

The same as CPython's collector does: references from inside are subtracted
from the reference counts of all objects, what is left over is alive with all
it reaches.  Between the slices of the pass objects change, so the rest is
counted once more at one moment, and what is alive after all leaves it.

Cost: 1.5 µs an object that the collector knows, and 100 bytes while it lasts.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from itertools import chain
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.adapters import Adapters
from leakhunter.heap.referents import referents
from leakhunter.heap.walk.collector import held_off
from leakhunter.heap.whole.objects import CHUNK, is_small
from leakhunter.heap.whole.ours import ours


class _Mark:
    """Held by one list: what the counts are compared with."""


class Unreachable:
    """One search.

    Parameters
    ----------
    seconds
        Work after which it gives up: garbage can be told only from all objects.

    Attributes
    ----------
    done, total
        Steps done, and how many there are.
    complete
        False when the time did not suffice; then nothing was found.
    objects
        The garbage.  Whoever reads the list empties it.
    """

    def __init__(self, seconds: float) -> None:
        self.done = self.total = 0
        self.complete = True
        self.objects: list[Any] = []
        self._seconds = seconds

    def run(self) -> Iterator[None]:
        """Search; may be dropped between two slices."""
        with held_off():
            # made by the collector, so it is not among what it lists
            known: list[Any] = gc.get_objects()
            known.insert(0, _Mark())
            index = {id(obj): at for at, obj in enumerate(known)}
        self.total = 2 * len(known)
        inside = [0] * len(known)
        alive = bytearray(len(known))
        spent = 0.0
        try:
            for step in (
                self._subtract(known, index, inside),
                self._mark(known, index, inside, alive),
            ):
                begun = time.perf_counter()
                for _ in step:
                    spent += time.perf_counter() - begun
                    if spent > self._seconds:
                        self.complete = False
                        return
                    yield
                    begun = time.perf_counter()
            with held_off():
                rest = [
                    obj for obj, lives in zip(known, alive, strict=True) if not lives
                ]
                known.clear()
                self.objects = _not_ours(_verified(rest))
        finally:
            known.clear()
            index.clear()

    def _subtract(
        self, known: list[Any], index: dict[int, int], inside: list[int]
    ) -> Iterator[None]:
        """Count the references from inside."""
        for start in range(0, len(known), CHUNK):
            with held_off():
                found = referents(*known[start : start + CHUNK])
                for key in map(id, found):
                    if key in index:
                        inside[index[key]] += 1
                del found
            self.done += min(CHUNK, len(known) - start)
            yield

    def _mark(
        self,
        known: list[Any],
        index: dict[int, int],
        inside: list[int],
        alive: bytearray,
    ) -> Iterator[None]:
        """Mark what is held from outside, and all that it reaches."""
        with held_off():
            counts = list(map(sys.getrefcount, known))
            base = counts[0]
            todo = [
                at
                for at, count in enumerate(counts)
                if count - base - inside[at] > 0 or at == 0
            ]
            for at in todo:
                alive[at] = 1
        while todo:
            with held_off():
                part = todo[-CHUNK:]
                del todo[-CHUNK:]
                found = referents(*(known[at] for at in part))
                for key in map(id, found):
                    at = index.get(key, 0)
                    if not alive[at]:
                        alive[at] = 1
                        todo.append(at)
                del found
            self.done += len(part)
            yield


def _verified(rest: list[Any]) -> list[Any]:
    """Those of some objects that only refer to each other, at this very moment."""
    rest.insert(0, _Mark())
    index = {id(obj): at for at, obj in enumerate(rest)}
    edges = [
        [index[key] for key in map(id, referents(obj)) if key in index] for obj in rest
    ]
    inside = [0] * len(rest)
    for targets in edges:
        for at in targets:
            inside[at] += 1
    counts = list(map(sys.getrefcount, rest))
    held = [at for at, c in enumerate(counts) if c - counts[0] != inside[at] or not at]
    seen = set(held)
    for at in held:
        for target in edges[at]:
            if target not in seen:
                seen.add(target)
                held.append(target)
    _let_go(edges, inside, seen)
    return [obj for at, obj in enumerate(rest) if at not in seen]


def _let_go(edges: list[list[int]], inside: list[int], gone: set[int]) -> None:
    """Add what is in no cycle: it died meanwhile, and only we still hold it."""
    todo = [at for at, count in enumerate(inside) if not count and at not in gone]
    for at in todo:
        gone.add(at)
        for target in edges[at]:
            inside[target] -= 1
            if not inside[target] and target not in gone:
                todo.append(target)


def _not_ours(garbage: list[Any]) -> list[Any]:
    """Without pictures of earlier checks."""
    own = [
        o for o in garbage if safe.module_of(type(o)).partition(".")[0] == "leakhunter"
    ]
    if not own:
        return garbage
    mine = ours(*own)
    return [obj for obj in garbage if id(obj) not in mine]


def with_contents(garbage: list[Any]) -> list[Any]:
    """Garbage and what only garbage refers to: arrays and long texts, which no collector lists."""
    found = [*garbage]
    known = set(map(id, garbage))
    adapters = Adapters()
    part = garbage
    while part:
        times: dict[int, int] = {}
        inside = []
        for child in chain(referents(*part), _hidden(part, adapters)):
            if (
                not gc.is_tracked(child)
                and not is_small(child)
                and id(child) not in known
            ):
                if id(child) not in times:
                    inside.append(child)
                times[id(child)] = times.get(id(child), 0) + 1
        child = None  # a reference of ours would count
        marked = [_Mark(), *inside]
        inside.clear()
        counts = list(map(sys.getrefcount, marked))
        part = [
            obj
            for obj, count in zip(marked[1:], counts[1:], strict=True)
            if count - counts[0] == times[id(obj)]
        ]
        known.update(map(id, part))
        found += part
    return found


def _hidden(objects: list[Any], adapters: Adapters) -> Iterator[Any]:
    """What these refer to out of the collector's sight, such as the data of a masked array."""
    for obj in objects:
        if not adapters.sees_inside(type(obj)):
            continue
        look = adapters.look(obj)
        if look is not None and look.objects:
            visible = set(map(id, referents(obj)))
            yield from (one for one in look.objects if id(one) not in visible)
